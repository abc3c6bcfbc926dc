//! `rotate`: the stages, said one by one; [`guide`] and [`status`] are its other two forms.

mod guide;
mod status;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::contents::{find_key, find_key_mut};
use super::failure::{Failure, Outcome, exit};
use super::report::{self, RotationReport};
use super::session::{Change, Report, Session};
use crate::environment::EnvironmentName;
use crate::key::generate::System;
use crate::key::lifecycle::{Moved, Refusal};
use crate::key::{Key, KeyName, Reference, State};
use crate::rotation::{self, Added, Rotation, Stage};
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::event::Event;
use crate::vault::store::{Save, Vault};

/// Replace a key in stages, so that nobody is cut off
///
/// add: services must accept the old and the new version. migrate: clients send the new one.
/// remove: services stop accepting the old one. back takes the last stage back. A stage that is
/// done already is no error, so a script can run again. Without a stage: the guided form.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Rotate {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    guided: guide::Guide,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// 1. Add a version that services must accept beside the active one
    Add(Step),
    /// 2. Make the new version the one that clients send
    Migrate(Step),
    /// 3. Have services stop accepting the old version
    Remove(Step),
    /// Take the last stage back
    Back(Step),
    /// Show where rotations stand, without a passphrase
    Status(status::Status),
}

/// A stage of one key.
#[derive(Debug, Args)]
struct Step {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
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

impl Rotate {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        match &self.verb {
            None => self.guided.run(session),
            Some(Verb::Add(step)) => step.run(session, Move::Add),
            Some(Verb::Migrate(step)) => step.run(session, Move::Migrate),
            Some(Verb::Remove(step)) => step.run(session, Move::Remove),
            Some(Verb::Back(step)) => step.run(session, Move::Back),
            Some(Verb::Status(verb)) => verb.run(session),
        }
    }
}

/// What is done to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Add,
    Migrate,
    Remove,
    Back,
}

impl Move {
    fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Migrate => "migrate",
            Self::Remove => "remove",
            Self::Back => "back",
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Add => "rotate add",
            Self::Migrate => "rotate migrate",
            Self::Remove => "rotate remove",
            Self::Back => "rotate back",
        }
    }

    /// The move that follows a stage.
    fn after(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Added => Some(Self::Migrate),
            Stage::Migrated => Some(Self::Remove),
            Stage::Removed => None,
        }
    }

    /// What a person must know to be true, for the moves that could cut somebody off.
    fn gate(self, name: &str, rotation: &Rotation<'_>) -> Option<String> {
        match (self, rotation.stage) {
            (Self::Migrate, Stage::Added) => Some(format!(
                "Have all services loaded the list with {name}@{}?",
                rotation.new.number
            )),
            (Self::Remove, Stage::Migrated) => {
                Some(format!("Is {name}@{} no longer sent by any client?", rotation.old.number))
            }
            _ => None,
        }
    }

    /// Whether a key can take this move.
    fn fits(self, key: &Key) -> bool {
        let stage = Rotation::of(key).map(|rotation| rotation.stage);
        match self {
            Self::Add => !matches!(stage, Some(Stage::Added | Stage::Migrated)),
            Self::Migrate => stage == Some(Stage::Added),
            Self::Remove => stage == Some(Stage::Migrated),
            Self::Back => stage.is_some(),
        }
    }
}

impl Step {
    fn run(&self, session: &Session, wanted: Move) -> Outcome {
        let vault = session.vault()?;
        let (environment, key) = choose(session, &vault, self.key.as_ref(), wanted)?;
        let done = take(session, &vault, &environment, &key, wanted, self.change)?;
        if self.report.json {
            return Ok(session.ui.json("keyctl.rotate/1", &done.report)?);
        }
        done.tell(session, &environment);
        Ok(())
    }
}

/// What a stage did.
struct Done {
    report: StepReport,
    words: String,
    next: Option<Move>,
}

/// The key to move: the one that is named, the only one that can take the move, or the one that is
/// chosen on the terminal.
fn choose(
    session: &Session,
    vault: &Vault,
    reference: Option<&Reference>,
    wanted: Move,
) -> Outcome<(EnvironmentName, KeyName)> {
    if let Some(reference) = reference {
        without_version(reference)?;
        return Ok((session.environment(vault, Some(reference))?, reference.key.clone()));
    }
    let mut fitting = Vec::new();
    for environment in session.environments(vault)? {
        let known = session.known(vault, &environment)?;
        let keys = known.index.into_iter().flat_map(|index| index.keys.into_values());
        let keys = keys.filter(|key| wanted.fits(key));
        fitting.extend(keys.map(|key| (environment.clone(), key.name)));
    }
    let names: Vec<String> = fitting.iter().map(|(env, key)| format!("{env}/{key}")).collect();
    match (&fitting[..], session.ui.prompt()) {
        ([], _) => {
            Err(Failure::new(exit::FAILED, format!("no key is ready for `{}`", wanted.command()))
                .run("see where they stand", ["rotate", "status"]))
        }
        ([only], _) => Ok(only.clone()),
        (_, Ok(prompt)) => Ok(fitting[prompt.select("Which key?", &names)?].clone()),
        (_, Err(_)) => Err(Failure::usage("there are several keys")
            .advise(format!("name one: {}", names.join(", ")))),
    }
}

fn without_version(reference: &Reference) -> Outcome {
    if reference.version.is_some() {
        return Err(Failure::usage("a rotation is of a key, not of a version: leave the @ out"));
    }
    Ok(())
}

/// Takes one stage, in one commit, after the question that it asks.
fn take(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
    key: &KeyName,
    wanted: Move,
    change: Change,
) -> Outcome<Done> {
    let name = format!("{environment}/{key}");
    let document = session.look(vault, environment, change.dry_run)?;
    let asked = Rotation::of(find_key(&document, key)?);
    let place = |rotation: Rotation<'_>| (rotation.stage, rotation.old.number, rotation.new.number);
    let asked_at = asked.map(place);
    let question = asked.and_then(|rotation| wanted.gate(&name, &rotation));
    if let Some(question) = &question {
        session.consent(change, question)?;
    }
    session.edit(vault, environment, change, |document| {
        if Rotation::of(find_key(document, key)?).map(place) != asked_at {
            return Err(VaultError::Changed { environment: environment.clone() }.into());
        }
        let changed = apply(document, key, wanted, session.now())?;
        if changed.is_some() {
            let mut event = Event::new(session.now(), wanted.command()).of_key(key);
            if let Some(number) = changed {
                event = event.of_version(number);
            }
            if let Some(question) = &question {
                let how = if change.yes { "--yes" } else { "yes on the terminal" };
                event = event.because(format!("{question} {how}"));
            }
            document.history.push(event);
        }
        let save = if changed.is_some() { Save::Yes } else { Save::No };
        let key = find_key(document, key)?;
        let stage = Rotation::of(key).map(|rotation| rotation.stage);
        let done = Done {
            report: StepReport {
                key: name.clone(),
                stage: wanted.word(),
                changed: changed.is_some(),
                dry_run: change.dry_run,
                rotation: report::rotation(key, session.now()),
            },
            words: words(&name, key, session.now()),
            next: stage.and_then(Move::after),
        };
        Ok((done, save))
    })
}

/// Applies the move; returns the version it was about when it changed anything.
fn apply(
    document: &mut Document,
    name: &KeyName,
    wanted: Move,
    now: crate::clock::Time,
) -> Outcome<Option<u32>> {
    let full = format!("{}/{name}", document.environment);
    let refused = |refusal: Refusal| Failure::of_refusal(&full, &refusal);
    let policy = document.policy.clone();
    if wanted == Move::Add {
        find_key(document, name)?;
        let secret = document.generate_secret(now, &System::default())?;
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
fn words(name: &str, key: &Key, now: crate::clock::Time) -> String {
    let accepted = key.accepted(now);
    let numbers: Vec<_> = accepted.iter().map(|version| format!("@{}", version.number)).collect();
    let sent =
        key.in_state(State::Active).map_or_else(|| "-".to_owned(), |v| format!("@{}", v.number));
    let due = key.in_state(State::Retiring).and_then(|version| version.retire_by);
    let due = due.map_or_else(String::new, |due| format!(", removal due {}", due.date()));
    format!("{name}: services must accept {}; clients send {sent}{due}", numbers.join(" and "))
}

impl Done {
    fn tell(&self, session: &Session, environment: &EnvironmentName) {
        let stage = self.report.stage;
        if self.report.dry_run {
            session.ui.say("nothing was changed; after this stage it would be:");
        } else if !self.report.changed {
            session.ui.say(&format!("`rotate {stage}` was done before; nothing was changed"));
        }
        session.ui.say(&self.words);
        if self.report.dry_run {
            return;
        }
        let (env, key) = (environment.as_str(), self.report.key.as_str());
        match stage {
            "migrate" => {
                session.next("give clients the new value", &["export", key, "--client"]);
                session.next("give services the list again", &["export", "--env", env]);
            }
            // Nothing was accepted before, so the new version is active at once.
            "add" if self.next.is_none() => {
                session.next("give services the list", &["export", "--env", env]);
                session.next("give clients the new value", &["export", key, "--client"]);
            }
            _ => session.next("give services the list", &["export", "--env", env]),
        }
        session.ui.say("services read it when they start or reload");
        if let Some(next) = self.next {
            session.next("then", &["rotate", next.word(), key]);
        }
    }
}
