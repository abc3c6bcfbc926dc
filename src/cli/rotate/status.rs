use clap::Args;
use serde::Serialize;

use super::super::contents::{Summary, unknown_key};
use super::super::failure::Outcome;
use super::super::report::{self, RotationReport};
use super::super::session::{Report, Session};
use crate::clock::Time;
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
}

impl Status {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        self.key.as_ref().map_or(Ok(()), super::without_version)?;
        let vault = session.vault()?;
        let environments = match &self.key {
            Some(key) => vec![session.environment(&vault, Some(key))?],
            None => session.environments(&vault)?,
        };
        let mut indexes = Vec::new();
        for environment in &environments {
            indexes.extend(session.known(&vault, environment)?.index);
        }
        let chosen: Vec<(&Summary, &Key)> = indexes
            .iter()
            .flat_map(|index| index.keys.values().map(move |key| (index, key)))
            .filter(|(_, key)| self.wants(key))
            .collect();
        if let (Some(reference), [], [environment]) = (&self.key, &chosen[..], &environments[..]) {
            let known = indexes.iter().flat_map(|index| index.keys.keys());
            return Err(unknown_key(environment, &reference.key, known));
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
        Ok(session.ui.table(&table(&chosen, session.now()))?)
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
        rotate_by: report::rotate_by(&index.policy, key).map(|due| due.to_string()),
        rotation: report::rotation(key, now),
    }
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
        (Stage::Added, _) => "migrate, when services have the list".into(),
        (_, Some(due)) if due <= now => {
            Cell::styled(Style::Warn, format!("remove, due {}", due.date()))
        }
        (_, Some(due)) => format!("remove, by {}", due.date()).into(),
        _ => "remove".into(),
    }
}
