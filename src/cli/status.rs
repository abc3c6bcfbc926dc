use clap::Args;
use serde::Serialize;

use super::args::ahead;
use super::contents::{Known, Source, Summary, unknown_key};
use super::failure::{Failure, Outcome, exit};
use super::session::{Report, Session};
use crate::clock::{Period, Time};
use crate::due::{self, Due, Next, What};
use crate::environment::EnvironmentName;
use crate::key::{Key, Reference};
use crate::rotation::Stage;
use crate::ui::color::Style;
use crate::ui::table::{Cell, Table};

/// How much longer a key lives with the end that is proposed.
const LONGER: Period = Period::days(90);

/// Tell what is due, and the command for it, without a passphrase
///
/// Due are: a rotation that policy asks for, an end of life, a stage that lasts for longer than
/// policy's grace, and retired versions that policy no longer keeps. The first two are told ahead,
/// by --due; the others when their time has come. To let a key end for good, revoke it: a key of
/// which no version is left is told, and is not due.
///
/// It reads the signed manifests and never asks anything. Exit code 3 means that something is due,
/// 0 that nothing is. An environment that cannot be read is named; the exit code is then that of
/// the error when nothing else is due, and always when it was tampered with.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// One key, [ENV/]NAME
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    /// How far to look ahead: 14d, 12h, 2w; 0d for what is due already
    #[arg(long, value_name = "PERIOD", default_value = "14d", value_parser = ahead)]
    due: Period,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct StatusReport {
    /// How far was looked ahead.
    horizon: String,
    due: Vec<DueReport>,
    /// The keys of which no version is left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ended: Vec<String>,
    environments: Vec<EnvironmentReport>,
}

#[derive(Serialize)]
struct DueReport {
    key: String,
    environment: String,
    name: String,
    version: u32,
    /// `rotate`, `expires`, `stuck` or `purge`.
    what: &'static str,
    /// Where a rotation is stuck: `added` or `migrated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
    at: String,
    /// Whether the time has come.
    overdue: bool,
    next: String,
}

#[derive(Serialize)]
struct EnvironmentReport {
    environment: String,
    /// `manifest`, `vault`, `unproven` (a manifest that nothing proves) or `locked`.
    source: &'static str,
}

/// What was found of the environments.
#[derive(Default)]
struct Found {
    known: Vec<(EnvironmentName, Source)>,
    indexes: Vec<Summary>,
    /// Why not all could be read; the highest code.
    failed: Option<u8>,
}

/// Something due, and the key.
struct Item<'a> {
    environment: &'a EnvironmentName,
    key: &'a Key,
    due: Due,
}

impl Status {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        if self.key.as_ref().is_some_and(|key| key.version.is_some()) {
            return Err(Failure::usage("a status is of a key, not of a version: leave the @ out"));
        }
        let vault = session.vault()?;
        let environments = match &self.key {
            Some(key) => vec![session.environment(&vault, Some(key))?],
            None => session.environments(&vault)?,
        };
        let mut found = Found::default();
        for environment in environments {
            found.add(session, session.known(&vault, &environment), environment);
        }
        if let (Some(reference), [index]) = (&self.key, &found.indexes[..])
            && !index.keys.contains_key(&reference.key)
        {
            return Err(unknown_key(&index.environment, &reference.key, index.keys.keys()));
        }
        let horizon = session.now().after(self.due);
        let mut items = self.items(&found.indexes, session.now(), horizon);
        // Environments and keys are in order already, and stay so within a moment.
        items.sort_by_key(|item| item.due.at);
        let ended = self.ended(&found.indexes);
        if self.report.json {
            let report = report(session, &found, &items, &ended, horizon);
            session.ui.json("keyctl.status/1", &report)?;
        } else if items.is_empty() {
            self.say_nothing_is_due(session, &found, horizon);
        } else {
            session.ui.table(&table(session, &items))?;
            let has_expired =
                |item: &Item<'_>| item.due.what == What::Expires && item.is_overdue(session.now());
            if items.iter().any(has_expired) {
                session.ui.note(
                    "what has expired is not exported: where it is the active version, export \
                     refuses",
                );
            }
        }
        if let (false, [first, others @ ..]) = (self.report.json, &ended[..]) {
            let more = if others.is_empty() { "" } else { ", " };
            let others = others.join(", ");
            session.ui.note(&format!("no version is left of {first}{more}{others}"));
            session.next("to make one", &["rotate", "add", first]);
        }
        match found.failed {
            Some(code) if items.is_empty() || code == exit::INTEGRITY => {
                Err(Failure::new(code, ""))
            }
            None if items.is_empty() => Ok(()),
            _ => Err(Failure::no()),
        }
    }

    fn keys<'a>(
        &self,
        indexes: &'a [Summary],
    ) -> impl Iterator<Item = (&'a Summary, &'a Key)> + use<'a, '_> {
        let wanted =
            |key: &Key| self.key.as_ref().is_none_or(|reference| reference.key == key.name);
        let keys =
            indexes.iter().flat_map(|index| index.keys.values().map(move |key| (index, key)));
        keys.filter(move |(_, key)| wanted(key))
    }

    fn items<'a>(&self, indexes: &'a [Summary], now: Time, horizon: Time) -> Vec<Item<'a>> {
        let of_key = |(index, key): (&'a Summary, &'a Key)| {
            let due = due::of(key, &index.policy, now, horizon).into_iter();
            due.map(move |due| Item { environment: &index.environment, key, due })
        };
        self.keys(indexes).flat_map(of_key).collect()
    }

    /// The keys of which no version is left that could ever be accepted.
    fn ended(&self, indexes: &[Summary]) -> Vec<String> {
        let has_ended =
            |(_, key): &(&Summary, &Key)| key.versions.iter().all(|one| one.state.is_final());
        let name = |(index, key): (&Summary, &Key)| format!("{}/{}", index.environment, key.name);
        self.keys(indexes).filter(has_ended).map(name).collect()
    }

    fn say_nothing_is_due(&self, session: &Session, found: &Found, horizon: Time) {
        let now = session.now();
        let all_told = found.failed.is_none();
        if all_told && self.keys(&found.indexes).next().is_none() {
            session.ui.say("there is no key yet");
            session.next("make one", &["new", "--env", "dev"]);
            return;
        }
        if found.indexes.is_empty() {
            return;
        }
        let quiet =
            |(index, key): (&Summary, &Key)| due::quiet_until(key, &index.policy, now, horizon);
        let until = self.keys(&found.indexes).map(quiet).min().unwrap_or(horizon);
        let until = match until.since(now) {
            left if left == Period::seconds(0) => "now".to_owned(),
            left if left < Period::days(1) => format!("until {until}"),
            _ => format!("until {}", until.date()),
        };
        let what = if all_told { "nothing" } else { "nothing that could be read" };
        session.ui.say(&format!("{what} is due {until}"));
    }
}

impl Found {
    fn add(&mut self, session: &Session, known: Outcome<Known>, environment: EnvironmentName) {
        let known = match known {
            Ok(known) => known,
            // What is wrong with one environment does not hide the others.
            Err(failure) => {
                session.tell(&failure);
                self.failed = self.failed.max(Some(failure.code));
                return;
            }
        };
        match known.source {
            Source::Unproven => session.ui.warn(&format!(
                "environment {environment} is judged by its manifest, which nothing here proves"
            )),
            Source::Locked => {
                let message = format!(
                    "environment {environment} has no manifest to read, and no identity opens it \
                     unasked"
                );
                let failure = Failure::new(exit::LOCKED, message)
                    .advise("name an identity with --identity, or its --passphrase-file");
                session.tell(&failure);
                self.failed = self.failed.max(Some(failure.code));
            }
            Source::Manifest | Source::Vault => {}
        }
        self.known.push((environment, known.source));
        self.indexes.extend(known.index);
    }
}

impl Item<'_> {
    fn name(&self) -> String {
        format!("{}/{}", self.environment, self.key.name)
    }

    fn version(&self) -> String {
        format!("{}@{}", self.name(), self.due.version)
    }

    fn is_overdue(&self, now: Time) -> bool {
        self.due.at <= now
    }

    /// The command to run.
    fn next(&self, session: &Session) -> String {
        let key = &*self.name();
        match self.due.next {
            Next::Add => session.command_line(&["rotate", "add", key]),
            Next::Migrate => session.command_line(&["rotate", "migrate", key]),
            Next::Remove => session.command_line(&["rotate", "remove", key]),
            Next::Back => session.command_line(&["rotate", "back", key]),
            // From the end that there is: a period would count from now, and could be shorter.
            Next::Extend => {
                let end = self.due.at.max(session.now()).after(LONGER).date();
                session.command_line(&["set", key, "--expires", &end])
            }
            Next::Destroy => session.command_line(&["purge", &self.version()]),
        }
    }

    /// What it is, in the words of a person who looks at the date beside it.
    fn words(&self, now: Time) -> &'static str {
        match self.due.what {
            What::Rotate => "rotate",
            What::Weak => "weak secret",
            What::Expires if self.is_overdue(now) => "expired",
            What::Expires => "expires",
            What::Stuck(Stage::Migrated) => "not removed",
            What::Stuck(_) => "not migrated",
            What::Purge => "purge",
        }
    }

    fn when(&self, now: Time) -> Cell {
        let at = self.due.at;
        if !self.is_overdue(now) {
            return format!("{}, in {}", at.date(), at.since(now).rough()).into();
        }
        let style = if self.due.what == What::Expires { Style::Bad } else { Style::Warn };
        let since = match now.since(at) {
            moment if moment == Period::seconds(0) => "now".to_owned(),
            since => format!("{} ago", since.rough()),
        };
        Cell::styled(style, format!("{}, {since}", at.date()))
    }
}

fn table(session: &Session, items: &[Item<'_>]) -> Table {
    let now = session.now();
    let mut table = Table::new(&["KEY", "WHAT", "WHEN", "NEXT"]);
    for item in items {
        table.row(vec![
            item.version().into(),
            item.words(now).into(),
            item.when(now),
            item.next(session).into(),
        ]);
    }
    table
}

fn report(
    session: &Session,
    found: &Found,
    items: &[Item<'_>],
    ended: &[String],
    horizon: Time,
) -> StatusReport {
    let due = |item: &Item<'_>| DueReport {
        key: item.name(),
        environment: item.environment.to_string(),
        name: item.key.name.to_string(),
        version: item.due.version,
        what: item.due.what.word(),
        stage: match item.due.what {
            What::Stuck(stage) => Some(stage.to_string()),
            _ => None,
        },
        at: item.due.at.to_string(),
        overdue: item.is_overdue(session.now()),
        next: item.next(session),
    };
    let environment = |(environment, source): &(EnvironmentName, Source)| EnvironmentReport {
        environment: environment.to_string(),
        source: source.word(),
    };
    StatusReport {
        horizon: horizon.to_string(),
        due: items.iter().map(due).collect(),
        ended: ended.to_vec(),
        environments: found.known.iter().map(environment).collect(),
    }
}
