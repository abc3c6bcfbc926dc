//! `rotate evidence`: what logs prove about the next stage.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use serde::Serialize;

use super::super::contents::find_key;
use super::super::failure::{Failure, Outcome, exit};
use super::super::session::{Report, Session};
use crate::clock::{Period, Time, Zone};
use crate::evidence::{
    Candidate, Collector, Count, Evidence, Finding, Leaders, Pattern, Question, Usage, Verdict,
};
use crate::fs;
use crate::key::{Digest, Key, Reference, State};
use crate::rotation::{Rotation, Stage};
use crate::ui::sanitize::clean;
use crate::ui::table::Table;
use crate::vault::document::Document;

/// Logs to read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Logs")]
pub(super) struct Logs {
    /// Logs of the services, all pieces of all of them; plain or gzip; - is standard input
    #[arg(long = "log", value_name = "FILE", num_args = 1.., value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Zone of times that name none: UTC, local, +02:00, Europe/Oslo
    #[arg(long, value_name = "ZONE", requires = "files", allow_hyphen_values = true)]
    log_tz: Option<Zone>,
    /// Read lines of any form: a regular expression with the groups time, key and client, which
    /// matches requests that were let in and no others
    #[arg(long, value_name = "REGEX", requires = "files")]
    pattern: Option<String>,
}

impl Logs {
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The key and the logs, where `--log`, which takes all words that follow it, took the key too.
    ///
    /// The last word is the key when none was said, there is no such file, and it names a key.
    pub(super) fn apart(&self, key: Option<&Reference>) -> (Option<Reference>, Self) {
        let mut logs = self.clone();
        if let (None, [_, .., last]) = (key, &self.files[..])
            && !fs::exists(last)
            && let Some(Ok(reference)) = last.to_str().map(str::parse)
        {
            logs.files.pop();
            return (Some(reference), logs);
        }
        (key.cloned(), logs)
    }

    fn reads_stdin(&self) -> bool {
        self.files.iter().any(|file| file == Path::new("-"))
    }

    pub(super) fn len(&self) -> usize {
        self.files.len()
    }
}

/// Tell from logs whether the next stage would cut somebody off
///
/// Before migrate: have the services loaded the new list? Before remove: is the old version unused?
/// After remove: who still sends it? Before migrate, give each service's current log: one that ended
/// before the stage stands for a service that has not loaded the list. Reads the logs of the file gateway, servicekit and chapkit,
/// heare-auth and auth-api-client, and any other with --pattern. The answer is pass, fail or not
/// provable, with what the logs lack; exit code 3 unless it is pass.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY", required_unless_present = "files")]
    key: Option<Reference>,
    #[command(flatten)]
    logs: Logs,
    /// How long the old version must not have been used [default: the environment's rule, or 1d]
    #[arg(long, value_name = "PERIOD")]
    quiet_for: Option<Period>,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct EvidenceReport {
    key: String,
    stage: String,
    /// `loaded`, `unused` or `stragglers`.
    question: &'static str,
    /// `pass`, `fail` or `not-provable`.
    verdict: &'static str,
    summary: String,
    reasons: Vec<ReasonReport>,
    since: String,
    quiet_since: String,
    versions: Vec<UsageReport>,
    loads: Vec<LoadReport>,
    strangers: LeadersReport,
    logs: Vec<LogReport>,
}

#[derive(Serialize)]
struct ReasonReport {
    reason: &'static str,
    text: String,
}

#[derive(Serialize)]
struct UsageReport {
    version: String,
    role: &'static str,
    accepted: u64,
    refused: u64,
    ambiguous: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
    quiet_accepted: u64,
    quiet_refused: u64,
    clients: LeadersReport,
    paths: LeadersReport,
}

#[derive(Serialize)]
struct LeadersReport {
    top: Vec<NamedReport>,
    known: usize,
}

#[derive(Serialize)]
struct NamedReport {
    name: String,
    count: u64,
}

#[derive(Serialize)]
struct LoadReport {
    at: String,
    count: u64,
    expected: u64,
    log: String,
}

#[derive(Serialize)]
struct LogReport {
    log: String,
    bytes: u64,
    lines: u64,
    recognised: u64,
    overlong: u64,
    cut: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
}

impl Show {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let (key, logs) = self.logs.apart(self.key.as_ref());
        let reference = key.ok_or_else(|| {
            Failure::usage("the key is missing").advise("put the key before --log")
        })?;
        super::target::without_version(&reference)?;
        if logs.is_empty() {
            return Err(Failure::usage("there is no log to read: say --log FILE"));
        }
        let vault = session.vault()?;
        let environment = session.environment(&vault, Some(&reference))?;
        let document = session.read(&vault, &environment)?;
        let key = find_key(&document, &reference.key)?;
        let name = format!("{environment}/{}", key.name);
        let Some(rotation) = Rotation::of(key) else {
            return Err(Failure::new(exit::FAILED, format!("{name}: no rotation to ask about"))
                .run("start one", ["rotate", "add", &name]));
        };
        if rotation.is_single {
            return Err(no_logs(&name));
        }
        let quiet_for = match rotation.stage {
            // Whoever sends it after its removal is asked for, however long ago.
            Stage::Removed => None,
            _ => Some(self.quiet_for.unwrap_or(document.policy.quiet())),
        };
        let asked = [(key, rotation)];
        let Some(found) = examine(session, &document, &asked, &logs, quiet_for)?.pop() else {
            return Ok(());
        };
        let answer = Answer::of(&found, rotation.stage);
        if self.report.json {
            let report = report(&name, &rotation, &found, &answer);
            session.ui.json("keyctl.rotate.evidence/1", &report)?;
        } else {
            show(session, &name, &rotation, &found, &answer)?;
        }
        if answer.is_yes { Ok(()) } else { Err(Failure::no()) }
    }
}

/// No log that is known shows a single value.
pub(super) fn no_logs(name: &str) -> Failure {
    Failure::usage(format!("{name} is a single value, which no log shows"))
        .advise("leave --log out")
}

/// What the logs say to the question that the stage asks.
struct Answer {
    question: &'static str,
    verdict: &'static str,
    summary: String,
    reasons: Vec<(&'static str, String)>,
    is_yes: bool,
}

impl Answer {
    fn of(found: &Evidence, stage: Stage) -> Self {
        let (question, verdict) = match stage {
            Stage::Added => ("loaded", Verdict::of_load(found)),
            Stage::Migrated => ("unused", Verdict::of_old(found)),
            Stage::Removed => ("stragglers", Verdict::of_stragglers(found)),
        };
        let word = verdict.word();
        let (summary, reasons) = match &verdict {
            Verdict::Pass(proof) => (proof.to_string(), Vec::new()),
            Verdict::Fail(finding) => (finding.to_string(), Vec::new()),
            Verdict::NotProvable(reasons) => (
                "what the logs lack:".to_owned(),
                reasons.iter().map(|reason| (reason.word(), reason.to_string())).collect(),
            ),
        };
        let is_yes = matches!(verdict, Verdict::Pass(_));
        Self { question, verdict: word, summary, reasons, is_yes }
    }
}

/// How many keys one pass over the logs is for. Each holds against all others what it meets.
const AT_ONCE: usize = 64;

/// Reads the logs for these keys; what they tell of each, in that order.
pub(super) fn examine(
    session: &Session,
    document: &Document,
    keys: &[(&Key, Rotation<'_>)],
    logs: &Logs,
    quiet_for: Option<Period>,
) -> Outcome<Vec<Evidence>> {
    if keys.len() > AT_ONCE && logs.reads_stdin() {
        let most = format!("standard input can be read for {AT_ONCE} keys at most");
        return Err(Failure::usage(most).advise("write the log to a file, and name that"));
    }
    let now = session.now();
    let mut others = Vec::new();
    let mut expected: BTreeSet<Digest> = BTreeSet::new();
    for key in document.keys.values() {
        // Also what is retired or revoked can show up.
        others.extend(key.versions.iter().map(|version| Candidate::new(key, version)));
        expected.extend(key.accepted(now).iter().filter_map(|version| version.digest));
    }
    let pattern = logs.pattern.as_deref().map(Pattern::new).transpose();
    let pattern = pattern.map_err(|error| Failure::usage(format!("--pattern: {error}")))?;
    let mut found = Vec::new();
    for keys in keys.chunks(AT_ONCE) {
        let earlier = keys.iter().map(|(_, rotation)| earlier_lists(document, rotation.since()));
        let earlier: Vec<_> = earlier.collect();
        let mut collectors = Vec::new();
        for ((key, rotation), earlier) in keys.iter().zip(&earlier) {
            let question = Question {
                environment: &document.environment,
                old: Candidate::new(key, rotation.old),
                new: Candidate::new(key, rotation.new),
                others: &others,
                now,
                since: rotation.since(),
                quiet_for,
                zone: logs.log_tz.clone(),
                expected: expected.len() as u64,
                earlier,
            };
            collectors.push(Collector::new(question, pattern.clone()));
        }
        read(logs, &mut collectors)?;
        found.extend(collectors.into_iter().map(Collector::finish));
    }
    Ok(found)
}

fn read(logs: &Logs, collectors: &mut [Collector<'_>]) -> Outcome {
    for path in &logs.files {
        if path == Path::new("-") {
            let read = Collector::read_for(collectors, "standard input", io::stdin().lock());
            read.map_err(|error| unreadable("standard input", &error))?;
        } else {
            let name = path.display().to_string();
            let file = fs::open_named(path)?;
            let read = Collector::read_for(collectors, &name, file);
            read.map_err(|error| unreadable(&name, &error))?;
        }
    }
    Ok(())
}

/// How far back a service may have its list from.
const OLDEST_LIST: Period = Period::days(30);

/// How many keys the lists had that were in force in the month before `since`.
fn earlier_lists(document: &Document, since: Time) -> BTreeSet<u64> {
    let mut changes: Vec<(Time, i64)> = Vec::new();
    for key in document.keys.values() {
        for version in &key.versions {
            if version.created >= since && version.state == State::Pending {
                continue;
            }
            let ends = [version.retired, version.revoked, key.expiry(version)];
            changes.push((version.created, 1));
            changes.extend(ends.into_iter().flatten().min().map(|end| (end, -1)));
        }
    }
    changes.sort_unstable();
    let oldest = since.before(OLDEST_LIST);
    let mut counts = BTreeSet::new();
    let mut count = 0_i64;
    for (at, change) in changes {
        if at > since {
            break;
        }
        if at < oldest {
            counts.clear();
        }
        count += change;
        counts.extend(u64::try_from(count));
    }
    counts
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::new(exit::FAILED, format!("cannot read {}: {}", clean(name), fs::reason(error)))
        .advise("name a log that can be read to its end")
}

/// Says a verdict beside a stage.
pub(super) fn tell(session: &Session, name: &str, verdict: &Verdict) {
    match verdict {
        Verdict::Pass(proof) => session.ui.say(&format!("{name}: pass: {proof}")),
        Verdict::Fail(finding) => {
            session.ui.say(&format!("{name}: fail: {}", clean(&finding.to_string())));
            if let Finding::InUse { clients, paths, .. } = finding {
                for (what, leaders) in [("clients", clients), ("paths", paths)] {
                    if !leaders.top.is_empty() {
                        session.ui.say(&format!("{what}: {}", listed(leaders)));
                    }
                }
            }
        }
        Verdict::NotProvable(reasons) => {
            session.ui.say(&format!("{name}: not provable:"));
            for reason in reasons {
                session.ui.say(&format!("- {}", clean(&reason.to_string())));
            }
        }
    }
}

fn show(
    session: &Session,
    name: &str,
    rotation: &Rotation<'_>,
    found: &Evidence,
    answer: &Answer,
) -> Outcome {
    let mut table = Table::new(&["VERSION", "", "LET IN", "REFUSED", "LAST SEEN"]);
    let mut row = |usage: &Usage, role: &str| {
        let Count { accepted, refused, last, .. } = usage.seen.all;
        let last = last.map_or_else(|| "-".to_owned(), |last| last.to_string());
        table.row(vec![
            usage.version.as_str().into(),
            role.into(),
            accepted.to_string().into(),
            refused.to_string().into(),
            last.into(),
        ]);
    };
    row(&found.old, "old");
    row(&found.new, "new");
    for usage in &found.others {
        row(usage, "");
    }
    session.ui.table(&table)?;
    for usage in [&found.old, &found.new] {
        let unsure = usage.ambiguous.all.accepted + usage.ambiguous.all.refused;
        if unsure > 0 {
            let version = &usage.version;
            session.ui.line(&format!("{version}: or another version: {unsure} requests"))?;
        }
    }
    let stays = rotation.stage != Stage::Added;
    for (what, leaders) in
        [("clients", &found.old.clients), ("paths", &found.old.paths)].into_iter().filter(|_| stays)
    {
        if !leaders.top.is_empty() {
            session.ui.line(&format!("{what} of {}: {}", found.old.version, listed(leaders)))?;
        }
    }
    if !found.strangers.top.is_empty() {
        session
            .ui
            .line(&format!("names that no key was exported under: {}", listed(&found.strangers)))?;
    }
    if rotation.stage == Stage::Added {
        for load in found.loads.latest.iter().rev().take(5).rev() {
            let source = found.sources.get(load.source).map_or("", |source| &source.name);
            session.ui.line(&format!(
                "{}: a list of {} loaded at {}, {} expected",
                clean(source),
                load.count,
                load.time,
                found.expected
            ))?;
        }
    }
    for source in &found.sources {
        let ends = match (source.first, source.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "no time".to_owned(),
        };
        let (lines, known) = (source.lines, source.recognised);
        session
            .ui
            .detail(&format!("{}: {lines} lines, {known} recognised, {ends}", clean(&source.name)));
    }
    session.ui.line(&format!("{}: {}", answer.verdict, clean(&answer.summary)))?;
    for (_, reason) in &answer.reasons {
        session.ui.line(&format!("- {}", clean(reason)))?;
    }
    next(session, name, rotation, answer);
    Ok(())
}

fn next(session: &Session, name: &str, rotation: &Rotation<'_>, answer: &Answer) {
    match (rotation.stage, answer.is_yes) {
        (Stage::Added, true) => session.next("next", &["rotate", "migrate", name]),
        (Stage::Migrated, true) => {
            session.next("next, with the same logs", &["rotate", "remove", name, "--log", "FILE"]);
        }
        (Stage::Removed, false) if answer.verdict == "fail" => {
            session.next("to let them in again", &["rotate", "back", name]);
        }
        _ => {}
    }
}

fn listed(leaders: &Leaders) -> String {
    let named = leaders.top.iter().map(|named| format!("{} ({})", clean(&named.text), named.count));
    let text = named.collect::<Vec<_>>().join(", ");
    match leaders.known.saturating_sub(leaders.top.len()) {
        0 => text,
        more => format!("{text}, and {more} more"),
    }
}

fn report(
    name: &str,
    rotation: &Rotation<'_>,
    found: &Evidence,
    answer: &Answer,
) -> EvidenceReport {
    let time = |time: Option<Time>| time.map(|time| time.to_string());
    let leaders = |leaders: &Leaders| LeadersReport {
        top: leaders
            .top
            .iter()
            .map(|named| NamedReport { name: named.text.clone(), count: named.count })
            .collect(),
        known: leaders.known,
    };
    let usage = |usage: &Usage, role| UsageReport {
        version: usage.version.clone(),
        role,
        accepted: usage.seen.all.accepted,
        refused: usage.seen.all.refused,
        ambiguous: usage.ambiguous.all.accepted + usage.ambiguous.all.refused,
        first_seen: time(usage.seen.all.first),
        last_seen: time(usage.seen.all.last),
        quiet_accepted: usage.seen.quiet.accepted,
        quiet_refused: usage.seen.quiet.refused,
        clients: leaders(&usage.clients),
        paths: leaders(&usage.paths),
    };
    let mut versions = vec![usage(&found.old, "old"), usage(&found.new, "new")];
    versions.extend(found.others.iter().map(|other| usage(other, "other")));
    let loads = found.loads.latest.iter().map(|load| LoadReport {
        at: load.time.to_string(),
        count: load.count,
        expected: found.expected,
        log: found.sources.get(load.source).map(|source| source.name.clone()).unwrap_or_default(),
    });
    let reasons = answer.reasons.iter();
    EvidenceReport {
        key: name.to_owned(),
        stage: rotation.stage.to_string(),
        question: answer.question,
        verdict: if answer.verdict == "not provable" { "not-provable" } else { answer.verdict },
        summary: answer.summary.clone(),
        reasons: reasons
            .map(|(reason, text)| ReasonReport { reason, text: text.clone() })
            .collect(),
        since: found.since.to_string(),
        quiet_since: found.from.to_string(),
        versions,
        loads: loads.collect(),
        strangers: leaders(&found.strangers),
        logs: found
            .sources
            .iter()
            .map(|source| LogReport {
                log: source.name.clone(),
                bytes: source.bytes,
                lines: source.lines,
                recognised: source.recognised,
                overlong: source.overlong,
                cut: source.cut,
                first: time(source.first),
                last: time(source.last),
            })
            .collect(),
    }
}
