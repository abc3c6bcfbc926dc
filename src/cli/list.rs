use clap::Args;
use serde::Serialize;

use super::contents::{Known, Source, Summary};
use super::failure::{Failure, Outcome};
use super::report::{self, KeyReport};
use super::session::{Report, Session};
use crate::clock::Time;
use crate::due;
use crate::environment::EnvironmentName;
use crate::key::{Key, State, Version};
use crate::rotation::Rotation;
use crate::ui::color::Style;
use crate::ui::table::{Cell, Table};
use crate::vault::store::Vault;

/// List keys with their states, without a passphrase
///
/// It reads the signed manifests, which hold names, states and dates, and no value. An environment
/// without one, or with one that is behind, is unlocked.
#[derive(Debug, Args)]
pub(super) struct List {
    /// List every version, not only the active one of each key
    #[arg(short, long)]
    all: bool,
    /// Unlock the vault instead of reading manifests, and write those that are behind
    #[arg(long)]
    unlock: bool,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct ListReport {
    environments: Vec<EnvironmentReport>,
}

#[derive(Serialize)]
struct EnvironmentReport {
    environment: String,
    /// `manifest`, `vault`, `unproven` (a manifest that nothing proves) or `locked`.
    source: &'static str,
    keys: Vec<KeyReport>,
}

impl List {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let mut found = Vec::new();
        let mut worst = None;
        for environment in session.environments(&vault)? {
            let known = match self.look(session, &vault, &environment) {
                Ok(known) => known,
                // What is wrong with one environment does not hide the others.
                Err(failure) => {
                    session.tell(&failure);
                    worst = worst.max(Some(failure.code));
                    continue;
                }
            };
            match known.source {
                Source::Unproven => session.ui.warn(&format!(
                    "environment {environment} is listed from its manifest, which nothing here proves"
                )),
                Source::Locked => session.ui.warn(&format!(
                    "environment {environment} cannot be read with your identities"
                )),
                Source::Manifest | Source::Vault => {}
            }
            found.push((environment, known));
        }
        let all_told = found.iter().all(|(_, known)| known.index.is_some()) && worst.is_none();
        self.print(session, found, all_told)?;
        worst.map_or(Ok(()), |code| Err(Failure::new(code, "")))
    }

    fn look(
        &self,
        session: &Session,
        vault: &Vault,
        environment: &EnvironmentName,
    ) -> Outcome<Known> {
        if !self.unlock {
            return session.known(vault, environment);
        }
        let document = session.read(vault, environment)?;
        vault.mend(&document, &session.access(false)?)?;
        Ok(Known::of_document(document))
    }

    fn print(
        &self,
        session: &Session,
        found: Vec<(EnvironmentName, Known)>,
        all_told: bool,
    ) -> Outcome {
        if self.report.json {
            return json(session, found);
        }
        let indexes: Vec<Summary> =
            found.into_iter().filter_map(|(_, known)| known.index).collect();
        if indexes.iter().all(|index| index.keys.is_empty()) {
            if all_told {
                session.ui.say("there is no key yet");
                session.next("make one", &["new", "--env", "dev"]);
            }
            return Ok(());
        }
        let table = if self.all {
            versions(&indexes, session.now())
        } else {
            keys(&indexes, session.now())
        };
        Ok(session.ui.table(&table)?)
    }
}

fn json(session: &Session, found: Vec<(EnvironmentName, Known)>) -> Outcome {
    let now = session.now();
    let report = |(environment, known): (EnvironmentName, Known)| {
        let keys = known.index.iter().flat_map(|index| {
            index.keys.values().map(|key| report::key(&index.environment, &index.policy, key, now))
        });
        EnvironmentReport {
            environment: environment.to_string(),
            source: known.source.word(),
            keys: keys.collect(),
        }
    };
    let environments = found.into_iter().map(report).collect();
    Ok(session.ui.json("keyctl.list/1", &ListReport { environments })?)
}

/// A row for each key: what clients send, and what is under way.
fn keys(indexes: &[Summary], now: Time) -> Table {
    let mut table =
        Table::new(&["KEY", "VERSION", "STATE", "AGE", "ROTATE", "EXPIRES", "FINGERPRINT"])
            .whole_from(1);
    for index in indexes {
        for key in index.keys.values() {
            let Some(shown) = key.in_state(State::Active).or(key.versions.last()) else { continue };
            let mut row = vec![
                format!("{}/{}", index.environment, key.name).into(),
                format!("@{}", shown.number).into(),
                state(key, shown, now),
                age(shown, now).into(),
                rotation_due(index, key, now),
                expires(key, shown, now),
                shown.fingerprint().into(),
            ];
            if let Some(rotation) = Rotation::of(key).filter(Rotation::is_open) {
                row[1] = format!("@{} → @{}", rotation.old.number, rotation.new.number).into();
                if !key.is_expired(shown, now) {
                    row[2] = Cell::styled(Style::Accent, rotation.stage.to_string());
                }
            }
            table.row(row);
        }
    }
    table
}

/// A row for each version.
pub(super) fn versions(indexes: &[Summary], now: Time) -> Table {
    let mut table =
        Table::new(&["VERSION", "STATE", "AGE", "EXPIRES", "FINGERPRINT"]).whole_from(1);
    for index in indexes {
        for key in index.keys.values() {
            for version in &key.versions {
                table.row(vec![
                    format!("{}/{}@{}", index.environment, key.name, version.number).into(),
                    state(key, version, now),
                    age(version, now).into(),
                    expires(key, version, now),
                    version.fingerprint().into(),
                ]);
            }
        }
    }
    table
}

/// A version's state, or that it has expired.
pub(super) fn state(key: &Key, version: &Version, now: Time) -> Cell {
    if version.state.is_accepted() && key.is_expired(version, now) {
        return Cell::styled(Style::Bad, "expired");
    }
    let style = match version.state {
        State::Active => Style::Good,
        State::Pending | State::Retiring => Style::Accent,
        State::Revoked => Style::Bad,
        State::Retired | State::Destroyed => Style::Dim,
    };
    Cell::styled(style, version.state.word())
}

fn age(version: &Version, now: Time) -> String {
    now.since(version.created).rough()
}

fn rotation_due(index: &Summary, key: &Key, now: Time) -> Cell {
    match due::rotate_by(&index.policy, key) {
        None => "-".into(),
        Some(due) if due <= now => Cell::styled(Style::Warn, "overdue"),
        Some(due) => due.date().into(),
    }
}

fn expires(key: &Key, version: &Version, now: Time) -> Cell {
    match key.expiry(version) {
        None => "-".into(),
        Some(end) if end <= now => Cell::styled(Style::Bad, end.date()),
        Some(end) => end.date().into(),
    }
}
