//! The stages, each one commit.

use clap::Args;
use serde::Serialize;

use super::super::contents::{find_key, find_key_mut};
use super::super::failure::{Failure, Outcome};
use super::super::report::{self, RotationReport};
use super::super::session::{Change, Report, Session};
use super::deliver;
use super::evidence::Logs;
use super::gate::{self, Asked};
use super::moves::{Move, WORTHLESS};
use super::target::{self, Target};
use crate::clock::{Period, Time};
use crate::environment::{EnvironmentName, Policy};
use crate::evidence::SHOWN_BY_SERVICEKIT;
use crate::key::generate::System;
use crate::key::lifecycle::{Moved, Refusal};
use crate::key::{Key, KeyName, Reference, State};
use crate::rotation::{self, Added, Rotation, Stage};
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::event::Event;
use crate::vault::store::{Save, Vault};

/// Which keys a stage is of.
#[derive(Debug, Args)]
struct Which {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY", conflicts_with = "all")]
    key: Option<Reference>,
    /// All keys of the environment that are ready for it, in one commit
    #[arg(long)]
    all: bool,
}

impl Which {
    /// With the key that `--log` took.
    fn apart(&self, logs: &Logs) -> (Self, Logs) {
        if self.all {
            return (Self { key: None, all: true }, logs.clone());
        }
        let (key, logs) = logs.apart(self.key.as_ref());
        (Self { key, all: false }, logs)
    }
}

/// A stage that needs nobody's word.
#[derive(Debug, Args)]
pub(super) struct Step {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
}

/// Back, which is of one key.
#[derive(Debug, Args)]
pub(super) struct Back {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
}

/// A way through a gate.
#[derive(Debug, Args)]
struct Force {
    /// Take the stage whatever logs and quiet time say; the reason is recorded
    #[arg(long, requires = "reason")]
    force: bool,
    /// Why, with --force
    #[arg(long, value_name = "TEXT", requires = "force")]
    reason: Option<String>,
}

impl Force {
    fn reason(&self) -> Outcome<Option<&str>> {
        match self.reason.as_deref().filter(|_| self.force) {
            Some(reason) if reason.trim().is_empty() => {
                Err(Failure::usage("the reason is empty: say --reason TEXT"))
            }
            reason => Ok(reason),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    logs: Logs,
    #[command(flatten)]
    force: Force,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    logs: Logs,
    /// How long the old version must have been out of use [default: the environment's rule, or 1d
    /// with --log]
    #[arg(long, value_name = "PERIOD")]
    quiet_for: Option<Period>,
    #[command(flatten)]
    force: Force,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
}

impl Step {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let wanted = Taking { wanted: Move::Add, asked: Asked::default(), change: self.change };
        wanted.run(session, &self.which, self.report)
    }
}

impl Back {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let wanted = Taking { wanted: Move::Back, asked: Asked::default(), change: self.change };
        let vault = session.vault()?;
        let target = target::one(session, &vault, self.key.as_ref(), Move::Back)?;
        let done = take(session, &vault, &target, &wanted)?;
        tell_one(session, &vault, done, self.report, &target)
    }
}

impl Migrate {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let (which, logs) = self.which.apart(&self.logs);
        let asked = Asked { logs: Some(&logs), force: self.force.reason()?, ..Asked::default() };
        let wanted = Taking { wanted: Move::Migrate, asked, change: self.change };
        wanted.run(session, &which, self.report)
    }
}

impl Remove {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let (which, logs) = self.which.apart(&self.logs);
        let asked = Asked {
            logs: Some(&logs),
            quiet_for: self.quiet_for,
            force: self.force.reason()?,
            ..Asked::default()
        };
        let wanted = Taking { wanted: Move::Remove, asked, change: self.change };
        wanted.run(session, &which, self.report)
    }
}

/// A stage to take, and what is brought to its gate.
#[derive(Clone, Copy)]
pub(super) struct Taking<'a> {
    pub wanted: Move,
    pub asked: Asked<'a>,
    pub change: Change,
}

#[derive(Serialize)]
struct StepReport {
    key: String,
    stage: &'static str,
    changed: bool,
    dry_run: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation: Option<RotationReport>,
}

#[derive(Serialize)]
struct AllReport {
    environment: String,
    stage: &'static str,
    dry_run: bool,
    keys: Vec<StepReport>,
}

/// What a stage did to a key.
pub(super) struct Done {
    report: StepReport,
    words: String,
    next: Option<Move>,
    /// When the old version is to be removed.
    due: Option<Time>,
    /// What clients were told to send has changed.
    is_sent_anew: bool,
    /// What services must accept has changed.
    is_accepted_anew: bool,
    /// It is a single value, and whether that has changed.
    single: Option<bool>,
    /// Logs of chapkit show the same of the old and the new version, and it was not said yet.
    is_alike: bool,
    policy: Policy,
}

impl Taking<'_> {
    fn run(&self, session: &Session, which: &Which, report: Report) -> Outcome {
        let vault = session.vault()?;
        let target = if which.all {
            target::all(session, &vault, self.wanted, self.change.dry_run)?
        } else {
            target::one(session, &vault, which.key.as_ref(), self.wanted)?
        };
        let done = take(session, &vault, &target, self)?;
        if report.json && which.all {
            let report = AllReport {
                environment: target.environment.to_string(),
                stage: self.wanted.word(),
                dry_run: self.change.dry_run,
                keys: done.into_iter().map(|done| done.report).collect(),
            };
            return Ok(session.ui.json("keyctl.rotate.all/1", &report)?);
        }
        tell_one(session, &vault, done, report, &target)
    }
}

/// Reports on the only key of a stage, or says what was done.
fn tell_one(
    session: &Session,
    vault: &Vault,
    mut done: Vec<Done>,
    report: Report,
    target: &Target,
) -> Outcome {
    if !report.json {
        tell(session, vault, &target.environment, &done);
        return Ok(());
    }
    let first = if done.is_empty() { None } else { Some(done.swap_remove(0)) };
    Ok(session.ui.json("keyctl.rotate/1", &first.map(|done| done.report))?)
}

/// Takes one stage of each key, all in one commit, after the question that it asks.
pub(super) fn take(
    session: &Session,
    vault: &Vault,
    target: &Target,
    taking: &Taking<'_>,
) -> Outcome<Vec<Done>> {
    let Target { environment, keys } = target;
    let Taking { wanted, asked, change } = *taking;
    let document = session.look(vault, environment, change.dry_run)?;
    target::check(&document, keys)?;
    let place = |document: &Document, key: &KeyName| {
        let rotation = document.keys.get(key).and_then(Rotation::of);
        rotation.map(|r| (r.stage, r.old.number, r.new.number, r.since()))
    };
    let asked_at: Vec<_> = keys.iter().map(|key| place(&document, key)).collect();
    let opened = gate::pass(session, &document, keys, wanted, asked, change)?;
    // What is said at the first rotation of an environment: who goes on like this knows it.
    let is_first = document.keys.values().all(|key| key.versions.len() <= 1);
    session.edit(vault, environment, change, |document| {
        let mut all = Vec::new();
        let mut save = Save::No;
        for (key, asked_at) in keys.iter().zip(&asked_at) {
            find_key(document, key)?;
            if place(document, key) != *asked_at {
                return Err(VaultError::Changed { environment: environment.clone() }.into());
            }
            let undone = asked_at.map(|(stage, ..)| stage).filter(|_| wanted == Move::Back);
            let changed = apply(document, key, wanted, session.now())?;
            if let Some(number) = changed {
                let event =
                    Event::new(session.now(), wanted.command()).of_key(key).of_version(number);
                document.history.push(match opened.get(key) {
                    Some(opened) => event.because(opened.as_str()),
                    None => event,
                });
                save = Save::Yes;
            }
            let mut done = done(document, key, taking, changed.is_some(), undone, session.now())?;
            done.is_alike &= is_first;
            all.push(done);
        }
        Ok((all, save))
    })
}

fn done(
    document: &Document,
    key: &KeyName,
    taking: &Taking<'_>,
    changed: bool,
    undone: Option<Stage>,
    now: Time,
) -> Outcome<Done> {
    let key = find_key(document, key)?;
    let name = format!("{}/{}", document.environment, key.name);
    let rotation = Rotation::of(key);
    let next = rotation.map(|rotation| rotation.stage).and_then(Move::after);
    let is_new = taking.wanted == Move::Add && next.is_none();
    let is_alike = taking.wanted == Move::Add
        && rotation.is_some_and(|rotation| rotation.is_open() && look_alike(&rotation));
    let is_single = key.kind.is_single();
    let is_replaced = taking.wanted == Move::Migrate || is_new || undone == Some(Stage::Removed);
    Ok(Done {
        report: StepReport {
            key: name.clone(),
            stage: taking.wanted.word(),
            changed,
            dry_run: taking.change.dry_run,
            rotation: report::rotation(key, now),
        },
        words: words(&name, key, now),
        next,
        due: rotation.and_then(|rotation| rotation.old.retire_by),
        is_sent_anew: !is_single
            && (taking.wanted == Move::Migrate || is_new || undone == Some(Stage::Migrated)),
        is_accepted_anew: !is_single
            && taking.wanted != Move::Migrate
            && undone != Some(Stage::Migrated),
        single: is_single.then_some(is_replaced),
        is_alike: is_alike && !is_single,
        policy: document.policy.clone(),
    })
}

/// Whether a log of chapkit shows the same of both versions.
fn look_alike(rotation: &Rotation<'_>) -> bool {
    let head = |version: &crate::key::Version| {
        let secret = version.secret.as_ref()?;
        secret.expose().get(..SHOWN_BY_SERVICEKIT).map(str::to_owned)
    };
    head(rotation.old).is_some_and(|old| Some(old) == head(rotation.new))
}

/// Applies the move; returns the version it was about when it changed anything.
fn apply(document: &mut Document, name: &KeyName, wanted: Move, now: Time) -> Outcome<Option<u32>> {
    let full = format!("{}/{name}", document.environment);
    let refused = |refusal: Refusal| Failure::of_refusal(&full, &refusal);
    let policy = document.policy.clone();
    if wanted == Move::Add {
        let kind = find_key(document, name)?.kind;
        let secret = document.generate_secret(kind, now, &System::default())?;
        let key = find_key_mut(document, name)?;
        let added = rotation::add(key, &policy, now, || Ok(secret)).map_err(refused)?;
        return Ok(match added {
            Added::Pending(number) | Added::Active(number) => Some(number),
            Added::AlreadyDone(_) => None,
        });
    }
    let key = find_key_mut(document, name)?;
    let about = Rotation::of(key).map(|rotation| match wanted {
        Move::Remove => rotation.old.number,
        _ => rotation.new.number,
    });
    let moved = match wanted {
        Move::Migrate => rotation::migrate(key, &policy, now).map_err(refused)?,
        Move::Remove => rotation::remove(key, now).map_err(refused)?,
        _ => rotation::back(key, &policy, now).map(|_| Moved::Changed).map_err(refused)?,
    };
    Ok(about.filter(|_| moved == Moved::Changed))
}

/// What each side must hold now.
pub(super) fn words(name: &str, key: &Key, now: Time) -> String {
    if key.kind.is_single() {
        let active = key.in_state(State::Active).filter(|active| key.is_accepted(active, now));
        return match active {
            Some(active) => format!("{name}: @{} is the value that services use", active.number),
            None => format!("{name}: there is no value that services use"),
        };
    }
    let accepted = key.accepted(now);
    let numbers: Vec<_> = accepted.iter().map(|version| format!("@{}", version.number)).collect();
    let numbers =
        if numbers.is_empty() { "no version of it".to_owned() } else { numbers.join(" and ") };
    let sent =
        key.in_state(State::Active).map_or_else(|| "-".to_owned(), |v| format!("@{}", v.number));
    format!("{name}: services must accept {numbers}; clients send {sent}")
}

/// Says what was done, and the exact commands that come next.
pub(super) fn tell(session: &Session, vault: &Vault, environment: &EnvironmentName, all: &[Done]) {
    let Some(first) = all.first() else { return };
    let stage = first.report.stage;
    let changed = all.iter().any(|done| done.report.changed);
    if first.report.dry_run {
        session.ui.say("nothing was changed; after this stage it would be:");
    } else if !changed {
        session.ui.say(&format!("`rotate {stage}` was done before; nothing was changed"));
    }
    for done in all {
        session.ui.say(&done.words);
    }
    if first.report.dry_run {
        return;
    }
    let env = environment.as_str();
    if first.is_accepted_anew {
        deliver::to_services(session, env, &first.policy);
    }
    for done in all.iter().filter(|done| done.single == Some(true)) {
        deliver::to_holders(session, &done.report.key, &first.policy);
    }
    let sent_anew = all.iter().filter(|done| done.is_sent_anew);
    let sent_anew: Vec<_> = sent_anew.map(|done| done.report.key.as_str()).collect();
    let purpose = if stage == "back" {
        "give clients the old value again"
    } else {
        "give clients the new value"
    };
    deliver::to_clients(session, &sent_anew, &first.policy, purpose);
    if let (true, Some(alike)) = (changed, all.iter().find(|done| done.is_alike)) {
        deliver::hint_at_code(session, vault, environment, &alike.policy);
    }
    for done in all {
        let key = done.report.key.as_str();
        match done.next {
            Some(Move::Migrate) if done.single.is_some() => {
                session.ui.say(&format!("when it takes over, {WORTHLESS}"));
                session.next("when it is time", &["rotate", "migrate", key]);
            }
            Some(Move::Migrate) => {
                session.next("when all services run with it", &["rotate", "migrate", key]);
            }
            Some(Move::Remove) => {
                let due = done.due.map_or_else(String::new, |due| format!(", by {}", due.date()));
                let purpose = format!("when no client sends the old one{due}");
                session.next(&purpose, &["rotate", "remove", key]);
                let logs = ["rotate", "evidence", key, "--log", "FILE"];
                session.next("whether one does, logs tell", &logs);
            }
            _ => {}
        }
    }
}
