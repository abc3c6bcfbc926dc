use clap::Args;
use serde::Serialize;

use super::contents::find_key;
use super::failure::{Failure, Outcome};
use super::session::{Report, Session};
use super::set;
use crate::key::Reference;
use crate::key::lifecycle::Refusal;
use crate::ui::table::Table;
use crate::vault::error::VaultError;
use crate::vault::event::Event;

/// Show the history of an environment or a key: what was done, when and why
#[derive(Debug, Args)]
pub(super) struct Log {
    /// A key, [ENV/]NAME[@VERSION]
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct LogReport {
    environment: String,
    events: Vec<EventReport>,
}

#[derive(Serialize)]
struct EventReport {
    at: String,
    command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Log {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let environment = session.environment(&vault, self.key.as_ref())?;
        let document = session.read(&vault, &environment)?;
        if let Some(reference) = &self.key {
            let key = find_key(&document, &reference.key)?;
            if let Some(number) = reference.version.filter(|n| key.version(*n).is_none()) {
                let name = format!("{environment}/{}", key.name);
                return Err(Failure::of_refusal(&name, &Refusal::NoVersion(number)));
            }
        }
        let unreadable = |error| VaultError::Document { environment: environment.clone(), error };
        let events = document.events().map_err(unreadable)?;
        let events = self.wanted(&events);
        if self.report.json {
            let report = |event: &&Event| EventReport {
                at: event.at.to_string(),
                command: event.command.to_string(),
                key: event.key.as_ref().map(|key| format!("{environment}/{key}")),
                version: event.version,
                note: event.note.clone(),
            };
            let events = events.iter().map(report).collect();
            let report = LogReport { environment: environment.to_string(), events };
            return Ok(session.ui.json("keyctl.log/1", &report)?);
        }
        let mut table = Table::new(&["WHEN", "COMMAND", "KEY", "NOTE"]);
        for event in events {
            let key = match (&event.key, event.version) {
                (Some(key), Some(version)) => format!("{environment}/{key}@{version}"),
                (Some(key), None) => format!("{environment}/{key}"),
                _ => "-".to_owned(),
            };
            table.row(vec![
                event.at.to_string().into(),
                (&*event.command).into(),
                key.into(),
                event.note.as_deref().unwrap_or("-").into(),
            ]);
        }
        Ok(session.ui.table(&table)?)
    }

    /// The events that are asked for: those of a key under the names that it has had, and none of
    /// another key that had its name before.
    fn wanted<'a>(&self, events: &'a [Event]) -> Vec<&'a Event> {
        let Some(reference) = &self.key else { return events.iter().collect() };
        let mut wanted = Vec::new();
        let mut name = reference.key.clone();
        for event in events.iter().rev() {
            if event.key.as_ref() != Some(&name) {
                continue;
            }
            if reference.version.is_none() || event.version == reference.version {
                wanted.push(event);
            }
            match set::renamed_from(event) {
                Some(earlier) => name = earlier,
                None if event.command == "new" => break,
                None => {}
            }
        }
        wanted.reverse();
        wanted
    }
}
