use clap::{Args, Subcommand};
use serde::Serialize;

use super::args::short;
use super::failure::{Failure, Outcome, exit};
use super::session::{Change, Report, Session};
use crate::environment::EnvironmentName;
use crate::ui::sanitize::clean;
use crate::ui::table::Table;
use crate::vault::document::{Document, Reader};
use crate::vault::error::VaultError;
use crate::vault::event::Event;
use crate::vault::seal::{MAX_RECIPIENTS, Recipient};
use crate::vault::store::{Access, Save, Vault};
use crate::vault::trust::Trust;

/// List, add, remove and accept those who can read an environment
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct Recipients {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List who can read the environment
    #[command(visible_alias = "ls")]
    List(Report),
    /// Let somebody read the environment
    Add(Add),
    /// Keep somebody from reading what is written from now on
    #[command(visible_alias = "rm")]
    Remove(Remove),
    /// Accept recipients that were changed on another machine
    Accept(Change),
}

#[derive(Debug, Args)]
struct Add {
    /// An age recipient, age1…
    #[arg(value_name = "RECIPIENT")]
    recipient: String,
    /// What to call the reader
    #[arg(long, value_name = "TEXT", value_parser = short)]
    name: Option<String>,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
struct Remove {
    /// The reader's name or recipient
    #[arg(value_name = "READER")]
    reader: String,
    #[command(flatten)]
    change: Change,
}

#[derive(Serialize)]
struct ListReport {
    environment: String,
    recipients: Vec<ReaderReport>,
}

#[derive(Serialize)]
struct ReaderReport {
    name: String,
    recipient: String,
    added: String,
}

impl Recipients {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let environment = session.environment(&vault, None)?;
        match &self.verb {
            Verb::List(report) => list(session, &session.read(&vault, &environment)?, *report),
            Verb::Add(verb) => verb.run(session, &vault, &environment),
            Verb::Remove(verb) => verb.run(session, &vault, &environment),
            Verb::Accept(change) => accept(session, &vault, &environment, *change),
        }
    }
}

fn list(session: &Session, document: &Document, report: Report) -> Outcome {
    if report.json {
        let reader = |reader: &Reader| ReaderReport {
            name: reader.name.clone(),
            recipient: reader.recipient.to_string(),
            added: reader.added.to_string(),
        };
        let report = ListReport {
            environment: document.environment.to_string(),
            recipients: document.readers.iter().map(reader).collect(),
        };
        return Ok(session.ui.json("keyctl.recipients/1", &report)?);
    }
    let mut table = Table::new(&["NAME", "RECIPIENT", "ADDED"]);
    for reader in &document.readers {
        table.row(vec![
            reader.name.as_str().into(),
            reader.recipient.to_string().into(),
            reader.added.date().into(),
        ]);
    }
    Ok(session.ui.table(&table)?)
}

impl Add {
    fn run(&self, session: &Session, vault: &Vault, environment: &EnvironmentName) -> Outcome {
        // What was meant to be a recipient may be an identity: it is not shown again.
        let recipient: Recipient = self.recipient.parse().map_err(|error| {
            Failure::usage(format!("that is not a recipient: {error}"))
                .advise("a recipient begins with age1; `init` says one's own")
        })?;
        if self.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
            return Err(Failure::usage("the name is empty"));
        }
        let name = self.name.clone().unwrap_or_else(|| recipient.to_string());
        let now = session.now();
        let added = session.edit(vault, environment, self.change, |document| {
            if let Some(there) = document.readers.iter().find(|there| there.recipient == recipient)
            {
                session.ui.say(&format!("{} can read {environment} already", there.name));
                return Ok((false, Save::No));
            }
            if document.readers.iter().any(|there| there.name == name) {
                let message = format!("a reader of {environment} is called {name} already");
                return Err(Failure::new(exit::FAILED, message).advise("give another --name"));
            }
            if document.readers.len() >= MAX_RECIPIENTS {
                let message =
                    format!("{environment} has {MAX_RECIPIENTS} recipients, and no room for more");
                return Err(Failure::new(exit::FAILED, message).run(
                    "remove one that is not needed",
                    ["recipients", "list", "--env", environment.as_str()],
                ));
            }
            document.readers.push(Reader { name: name.clone(), recipient, added: now });
            document.history.push(Event::new(now, "recipients add").because(name.as_str()));
            Ok((true, Save::Yes))
        })?;
        if added {
            let can = if self.change.dry_run { "could" } else { "can" };
            session.ui.say(&format!("{name} {can} read {environment}"));
        }
        Ok(())
    }
}

impl Remove {
    fn run(&self, session: &Session, vault: &Vault, environment: &EnvironmentName) -> Outcome {
        let document = session.look(vault, environment, self.change.dry_run)?;
        let is_meant = |reader: &Reader| {
            reader.name == self.reader || reader.recipient.to_string() == self.reader
        };
        let Some(reader) = document.readers.iter().find(|reader| is_meant(reader)) else {
            return Err(Failure::new(
                exit::FAILED,
                format!("{} cannot read {environment}", self.reader),
            )
            .run("who can", ["recipients", "list", "--env", environment.as_str()]));
        };
        let access = session.access(self.change.dry_run)?;
        let stays = |reader: &Reader| {
            access.identities.iter().any(|identity| identity.recipient() == reader.recipient)
        };
        if !document.readers.iter().any(|reader| !is_meant(reader) && stays(reader)) {
            return Err(Failure::refused("you could not read the environment yourself any more")
                .advise("have another reader remove you"));
        }
        let question = format!("Keep {} from reading {environment} from now on?", reader.name);
        session.consent(self.change, &question)?;
        let now = session.now();
        session.edit(vault, environment, self.change, |document| {
            document.readers.retain(|reader| !is_meant(reader));
            document
                .history
                .push(Event::new(now, "recipients remove").because(reader.name.as_str()));
            Ok(((), Save::Yes))
        })?;
        let done = if self.change.dry_run { "could not" } else { "cannot" };
        session.ui.say(&format!(
            "{} {done} read what is written to {environment} from now on",
            reader.name
        ));
        session
            .ui
            .note("they may have kept what they could read: rotate the keys of this environment");
        session.next("start with", &["rotate"]);
        Ok(())
    }
}

fn accept(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
    change: Change,
) -> Outcome {
    let access = session.access(true)?;
    let access = Access { trust: Trust { recipients: true, ..access.trust }, ..access };
    let read = |access| vault.read(environment, access).map_err(|error| session.explain(error));
    let shown = read(&access)?;
    for reader in &shown.readers {
        session.ui.line(&format!("{} ({})", clean(&reader.name), reader.recipient))?;
    }
    session.consent(change, &format!("Are these the recipients of {environment}?"))?;
    let accepted = read(&Access { dry_run: change.dry_run, ..access })?;
    if accepted.readers != shown.readers {
        return Err(VaultError::Changed { environment: environment.clone() }.into());
    }
    if !change.dry_run {
        session.ui.say("accepted");
    }
    Ok(())
}
