//! The two gates of a rotation, and those of the way back: what must be true in the world before a
//! stage is taken, shown by logs or said by a person.

use std::collections::BTreeMap;

use super::super::failure::{Failure, Outcome};
use super::super::session::{Change, Session};
use super::evidence::{self, Logs};
use super::moves::Move;
use crate::clock::Period;
use crate::evidence::Verdict;
use crate::key::KeyName;
use crate::rotation::Rotation;
use crate::ui::sanitize::clean;
use crate::vault::document::Document;

/// What a person brings to a gate.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    pub logs: Option<&'a Logs>,
    /// How long the old version must be out of use, where it is said.
    pub quiet_for: Option<Period>,
    /// Nobody looks: the quiet time holds whatever the policy leaves open.
    pub unattended: bool,
    /// Why the gate is passed whatever it says.
    pub force: Option<&'a str>,
}

/// Passes the gate before `wanted`, where there is one for any of the keys. Returns what opened it,
/// for the history.
pub(super) fn pass(
    session: &Session,
    document: &Document,
    keys: &[KeyName],
    wanted: Move,
    asked: Asked<'_>,
    change: Change,
) -> Outcome<BTreeMap<KeyName, String>> {
    let environment = &document.environment;
    let mut at_gate = Vec::new();
    for key in keys.iter().filter_map(|name| document.keys.get(name)) {
        let Some(rotation) = Rotation::of(key) else { continue };
        let name = format!("{environment}/{}", key.name);
        if wanted.question(&[(name.clone(), rotation)]).is_some() {
            at_gate.push((key, name, rotation));
        }
    }
    let names: Vec<_> =
        at_gate.iter().map(|(_, name, rotation)| (name.clone(), *rotation)).collect();
    let Some(question) = wanted.question(&names) else { return Ok(BTreeMap::new()) };
    // Each key's own question and answer: what is written of one names no other.
    let answered = |answers: &[String]| {
        let mut notes = BTreeMap::new();
        for ((key, name, rotation), answer) in at_gate.iter().zip(answers) {
            let own = wanted.question(&[(name.clone(), *rotation)]).unwrap_or_default();
            notes.insert(key.name.clone(), format!("{own} {answer}"));
        }
        notes
    };
    let same = |answer: String| vec![answer; at_gate.len()];
    if let Some(reason) = asked.force {
        return Ok(answered(&same(format!("forced: {reason}"))));
    }
    if wanted == Move::Remove {
        for (name, rotation) in &names {
            wait_for_quiet(session, document, name, rotation, asked)?;
        }
    }
    if let Some(logs) = asked.logs.filter(|logs| !logs.is_empty()) {
        if let Some((name, _)) = names.iter().find(|(_, rotation)| rotation.is_single) {
            return Err(evidence::no_logs(name));
        }
        let asking: Vec<_> = at_gate.iter().map(|(key, _, rotation)| (*key, *rotation)).collect();
        let quiet_for = quiet(document, asked);
        let found = evidence::examine(session, document, &asking, logs, Some(quiet_for))?;
        let mut proofs = Vec::new();
        for ((_, name, _), found) in at_gate.iter().zip(found) {
            let verdict = match wanted {
                Move::Migrate => Verdict::of_load(&found),
                _ => Verdict::of_old(&found),
            };
            evidence::tell(session, name, &verdict);
            match verdict {
                Verdict::Pass(proof) => {
                    proofs.push(format!("logs ({}) pass: {proof}", logs.len()));
                }
                Verdict::Fail(finding) => {
                    let command = ["rotate", wanted.word(), name, "--force", "--reason", "TEXT"];
                    let ask = ["rotate", "evidence", name, "--log", "FILE"];
                    let finding = clean(&finding.to_string()).into_owned();
                    return Err(Failure::refused(format!("the logs say no: {finding}"))
                        .advise(remedy(wanted))
                        .run("to see more", ask)
                        .run("if it must be so", command));
                }
                Verdict::NotProvable(_) => {}
            }
        }
        if proofs.len() == at_gate.len() {
            return Ok(answered(&proofs));
        }
        session.ui.say("the logs do not prove it, so it takes a person's word");
    }
    let is_asked = !change.yes && !change.dry_run && session.ui.prompt().is_ok();
    if wanted == Move::Remove && is_asked {
        for (name, rotation) in &names {
            let ago = session.now().since(rotation.since()).rough();
            let new = rotation.new.number;
            session.ui.say(&format!("clients were told to send {name}@{new} {ago} ago"));
        }
    }
    session.consent(change, &question)?;
    let how = if change.yes { "--yes" } else { "yes on the terminal" };
    let logs = asked.logs.map_or(0, Logs::len);
    let logs = if logs > 0 { format!(" (logs not provable: {logs})") } else { String::new() };
    Ok(answered(&same(format!("{how}{logs}"))))
}

/// How long the old version must be out of use. What the policy says can be lengthened; less takes
/// `--force` and a reason.
fn quiet(document: &Document, asked: Asked<'_>) -> Period {
    let asked = asked.quiet_for.unwrap_or(document.policy.quiet());
    document.policy.quiet_for.map_or(asked, |rule| rule.max(asked))
}

fn remedy(wanted: Move) -> &'static str {
    match wanted {
        Move::Migrate => "give every service the new list, and have it load it",
        _ => "move the clients that still send it, and ask the logs again",
    }
}

/// Refuses the removal while the quiet time is not over, where that is the rule.
fn wait_for_quiet(
    session: &Session,
    document: &Document,
    name: &str,
    rotation: &Rotation<'_>,
    asked: Asked<'_>,
) -> Outcome {
    let has_logs = asked.logs.is_some_and(|logs| !logs.is_empty());
    let is_rule = document.policy.quiet_for.is_some();
    if !(is_rule || has_logs || asked.quiet_for.is_some() || asked.unattended) {
        return Ok(());
    }
    let quiet = quiet(document, asked);
    let until = rotation.since().after(quiet);
    if until <= session.now() {
        return Ok(());
    }
    let new = rotation.new.number;
    let ago = session.now().since(rotation.since()).rough();
    Err(Failure::refused(format!(
        "it is too early to remove {name}@{}: clients were told to send @{new} {ago} ago, and the \
         quiet time is {quiet}",
        rotation.old.number
    ))
    .advise(format!("wait until {until}"))
    .run("if it cannot wait", ["rotate", "remove", name, "--force", "--reason", "TEXT"]))
}
