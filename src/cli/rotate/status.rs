use std::collections::BTreeSet;

use clap::Args;
use serde::Serialize;

use super::super::check::{Behind, behind};
use super::super::contents::{Summary, unknown_key};
use super::super::export::project::Target;
use super::super::failure::Outcome;
use super::super::report::{self, RotationReport};
use super::super::session::{Report, Session};
use super::moves::{Move, WORTHLESS};
use crate::clock::Time;
use crate::due;
use crate::environment::Policy;
use crate::key::{Key, Reference};
use crate::rotation::{Rotation, Stage};
use crate::ui::color::Style;
use crate::ui::table::{Cell, Table};

#[derive(Debug, Args)]
pub(super) struct Status {
    /// One key, [ENV/]NAME, whether its rotation is open or not
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct StatusReport {
    keys: Vec<KeyStatus>,
}

#[derive(Serialize)]
struct KeyStatus {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotate_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation: Option<RotationReport>,
    /// What was, what is due and what ends, with `now` in its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timeline: Vec<Moment>,
    /// What must be true before the next stage.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked_by: Vec<String>,
}

#[derive(Serialize)]
struct Moment {
    at: String,
    what: String,
}

impl Status {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        self.key.as_ref().map_or(Ok(()), super::target::without_version)?;
        let vault = session.vault()?;
        let environments = match &self.key {
            Some(key) => vec![session.environment(&vault, Some(key))?],
            None => session.environments(&vault)?,
        };
        let indexes = session.summaries(&vault, environments)?;
        let chosen: Vec<(&Summary, &Key)> = indexes
            .iter()
            .flat_map(|index| index.keys.values().map(move |key| (index, key)))
            .filter(|(_, key)| self.wants(key))
            .collect();
        if let (Some(reference), [], [index]) = (&self.key, &chosen[..], &indexes[..]) {
            return Err(unknown_key(&index.environment, &reference.key, index.keys.keys()));
        }
        if self.report.json {
            let keys = chosen.into_iter().map(|(index, key)| status(index, key, session.now()));
            return Ok(session
                .ui
                .json("keyctl.rotate.status/1", &StatusReport { keys: keys.collect() })?);
        }
        if chosen.is_empty() {
            session.ui.say("no rotation is open");
            return Ok(());
        }
        session.ui.table(&table(&chosen, session.now()))?;
        if self.key.is_some() || chosen.len() <= TOLD {
            for (index, key) in &chosen {
                show(session, index, key)?;
            }
        }
        let environments: BTreeSet<_> =
            chosen.iter().map(|(index, _)| &index.environment).collect();
        let mut unknown = vec!["check".to_owned(), "--".to_owned()];
        for environment in environments {
            let behind = match behind(session, environment) {
                Ok(behind) => behind,
                Err(failure) => {
                    session.ui.warn(&format!("which targets are behind: {}", failure.message));
                    continue;
                }
            };
            for Behind { name, is_known } in behind {
                if is_known {
                    session.next(&format!("target {name} is behind"), &Target::command(&name));
                } else {
                    unknown.push(name);
                }
            }
        }
        if unknown.len() > 2 {
            session.next("of targets that only the unlocked vault tells of", &unknown);
        }
        Ok(())
    }

    fn wants(&self, key: &Key) -> bool {
        match &self.key {
            Some(reference) => reference.key == key.name,
            None => Rotation::of(key).is_some_and(|rotation| rotation.is_open()),
        }
    }
}

fn status(index: &Summary, key: &Key, now: Time) -> KeyStatus {
    KeyStatus {
        key: format!("{}/{}", index.environment, key.name),
        rotate_by: due::rotate_by(&index.policy, key).map(|due| due.to_string()),
        rotation: report::rotation(key, now),
        timeline: timeline(key, now)
            .into_iter()
            .map(|(at, what)| Moment { at: at.to_string(), what })
            .collect(),
        blocked_by: blocks(&index.policy, key, now),
    }
}

/// What was, what is due and what ends, in the order of time.
fn timeline(key: &Key, now: Time) -> Vec<(Time, String)> {
    let Some(rotation) = Rotation::of(key).filter(Rotation::is_open) else { return Vec::new() };
    let (old, new) = (rotation.old, rotation.new);
    let mut moments = vec![
        (old.created, format!("@{} created", old.number)),
        (new.created, format!("@{} added", new.number)),
    ];
    let mut moment = |at: Option<Time>, what: String| moments.extend(at.map(|at| (at, what)));
    if rotation.stage == Stage::Migrated {
        moment(old.retiring, format!("migrated: clients send @{}", new.number));
        moment(old.retire_by, format!("removal of @{} due", old.number));
    }
    for version in [old, new] {
        moment(key.expiry(version), format!("@{} expires", version.number));
    }
    moment(Some(now), "now".to_owned());
    // What is at the same second comes in the order it was said in, and now comes last.
    moments.sort_by_key(|(at, _)| *at);
    moments
}

/// What must be true before the next stage.
fn blocks(policy: &Policy, key: &Key, now: Time) -> Vec<String> {
    let Some(rotation) = Rotation::of(key).filter(Rotation::is_open) else { return Vec::new() };
    let (old, new) = (rotation.old.number, rotation.new.number);
    if rotation.is_single {
        return vec![format!("it is time: {WORTHLESS}")];
    }
    if rotation.stage == Stage::Added {
        return vec![format!("all services have the list with @{new}")];
    }
    let mut blocks = vec![format!("no client sends @{old} any more")];
    let until = policy.quiet_for.map(|quiet| rotation.since().after(quiet));
    if let Some(until) = until.filter(|until| *until > now) {
        blocks.push(format!("the quiet time is over at {until}"));
    }
    blocks
}

/// How many rotations are shown with their timelines, unless one is named.
const TOLD: usize = 5;

/// A rotation at a glance.
fn show(session: &Session, index: &Summary, key: &Key) -> Outcome {
    let now = session.now();
    let Some(rotation) = Rotation::of(key).filter(Rotation::is_open) else { return Ok(()) };
    let name = format!("{}/{}", index.environment, key.name);
    session.ui.line("")?;
    session.ui.line(&super::stage::words(&name, key, now))?;
    for (at, what) in timeline(key, now) {
        let marker = if what == "now" { ">" } else { " " };
        session.ui.line(&format!("{marker} {at}  {what}"))?;
    }
    let next = Move::after(rotation.stage).map_or("", Move::word);
    for (at, block) in blocks(&index.policy, key, now).iter().enumerate() {
        let word = if at == 0 { "when" } else { "and when" };
        session.ui.line(&format!("  {next} {word} {block}"))?;
    }
    session.next("  then", &["rotate", next, &name]);
    Ok(())
}

/// A row for each rotation: what each side must hold, and what comes next.
pub(super) fn table(rotations: &[(&Summary, &Key)], now: Time) -> Table {
    let mut table = Table::new(&["KEY", "STAGE", "FOR", "SERVICES ACCEPT", "CLIENTS SEND", "NEXT"]);
    for (index, key) in rotations {
        let name = format!("{}/{}", index.environment, key.name);
        let accepted: Vec<_> =
            key.accepted(now).iter().map(|version| format!("@{}", version.number)).collect();
        let sent =
            key.in_state(crate::key::State::Active).map(|version| format!("@{}", version.number));
        let open = Rotation::of(key).filter(Rotation::is_open);
        let (stage, since, next) = match open {
            None => ("-".into(), "-".to_owned(), "-".into()),
            Some(rotation) => (
                Cell::styled(Style::Accent, rotation.stage.to_string()),
                now.since(rotation.since()).rough(),
                next(&rotation, now),
            ),
        };
        table.row(vec![
            name.into(),
            stage,
            since.into(),
            accepted.join(" ").into(),
            sent.unwrap_or_else(|| "-".to_owned()).into(),
            next,
        ]);
    }
    table
}

fn next(rotation: &Rotation<'_>, now: Time) -> Cell {
    match (rotation.stage, rotation.old.retire_by) {
        (Stage::Added, _) if rotation.is_single => "migrate, when it is time".into(),
        (Stage::Added, _) => "migrate, when services have the list".into(),
        (_, Some(due)) if due <= now => {
            Cell::styled(Style::Warn, format!("remove, due {}", due.date()))
        }
        (_, Some(due)) => format!("remove, by {}", due.date()).into(),
        _ => "remove".into(),
    }
}
