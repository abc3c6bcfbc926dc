use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;

use super::contents::{Source, Summary};
use super::export::project::{FILE, Project, Target};
use super::failure::{self, Failure, Outcome};
use super::input::{Input, MOST, ReadAs};
use super::session::{Report, Session};
use crate::clock::Time;
use crate::drift::{self, Expected, Line, Meant, Status};
use crate::environment::EnvironmentName;
use crate::export::{self, Side};
use crate::fs;
use crate::import::{Format, Reading};
use crate::key::{Digest, Key, KeyName, State};
use crate::ui::color::Style;
use crate::ui::table::{Cell, Table};
use crate::vault::store::Vault;
use crate::verify::{Index, Lookup};

/// Tell whether artifacts hold what they should
///
/// Each is read back by the rules of the service that reads it, and compared with the vault: what is
/// missing, what services must no longer accept, what is of another environment or unknown, and what
/// the service cannot read as it was meant; of a target also what variables, data keys, ids and
/// Secrets are called. With a manifest no passphrase is needed, unless a format can only be compared
/// byte for byte, or a gateway's lines have rate limits. Exit code 3 when anything is not as it
/// should be.
///
/// What others put into the keys.json of heare-auth is told, and no fault: an export keeps it.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Targets of keyctl.toml, or files; - is standard input [default: all targets]
    #[arg(value_name = "TARGET|FILE")]
    what: Vec<String>,
    /// Check the value of this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "what")]
    from_env: Option<String>,
    #[command(flatten)]
    read_as: ReadAs,
    /// The files are of clients, which send one active version
    #[arg(long)]
    client: bool,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct CheckReport {
    ok: bool,
    artifacts: Vec<ArtifactReport>,
}

#[derive(Serialize)]
struct ArtifactReport {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    place: String,
    environment: String,
    format: &'static str,
    ok: bool,
    keys: Vec<KeyReport>,
    /// Whether the format is what the content looks like.
    #[serde(skip)]
    is_guessed: bool,
    /// Whether an export leaves it as it is.
    #[serde(skip)]
    stays: bool,
}

#[derive(Serialize)]
struct KeyReport {
    /// The line or the part; none of what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    why: String,
}

/// What is checked.
enum Item<'a> {
    Target(&'a Target),
    Input(Input<'a>),
}

impl Check {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let project = Project::find()?;
        let items = self.items(project.as_ref())?;
        let vault = session.vault()?;
        let mut asked: BTreeMap<EnvironmentName, Vec<Summary>> = BTreeMap::new();
        let mut artifacts = Vec::new();
        for item in &items {
            let environment = match item {
                Item::Target(target) => match target.environment(session, &vault)? {
                    Some(environment) => environment,
                    None => continue,
                },
                Item::Input(_) => session.environment(&vault, None)?,
            };
            if !asked.contains_key(&environment) {
                asked.insert(environment.clone(), ask(session, &environment)?);
            }
            if let Some(asked) = asked.get(&environment) {
                artifacts.push(self.artifact(session, &vault, item, &environment, asked)?);
            }
        }
        if artifacts.is_empty() {
            return Err(Failure::usage("no target is of this environment")
                .advise("leave --env out, or name a file"));
        }
        self.show(session, artifacts)
    }

    fn items<'a>(&'a self, project: Option<&'a Project>) -> Outcome<Vec<Item<'a>>> {
        if let Some(name) = &self.from_env {
            return Ok(vec![Item::Input(Input::Variable(name))]);
        }
        let targets = project.map_or(&[][..], |project| &project.targets);
        if !self.what.is_empty() {
            let item = |word: &'a String| {
                let target = targets.iter().find(|target| target.name == *word);
                let file = Item::Input(Input::File(Path::new(word)));
                target.map_or(file, Item::Target)
            };
            return Ok(self.what.iter().map(item).collect());
        }
        if targets.is_empty() {
            return Err(Failure::usage("there is nothing to check: no keyctl.toml names a target")
                .advise("name a file, or - for standard input"));
        }
        Ok(targets.iter().map(Item::Target).collect())
    }

    fn artifact(
        &self,
        session: &Session,
        vault: &Vault,
        item: &Item<'_>,
        environment: &EnvironmentName,
        asked: &[Summary],
    ) -> Outcome<ArtifactReport> {
        let report = |format, target: Option<&Target>, place: String, lines: Vec<Line>| {
            let ok = lines.iter().all(|line| line.status.is_ok());
            let mut faults = lines.iter().filter(|line| !line.status.is_ok());
            let stays = format == Format::Heare.word() && !faults.any(|one| one.is_mended(&lines));
            let keys = lines.into_iter().map(|line| KeyReport {
                at: line.place.map(|place| place.0),
                key: line.name,
                status: line.status.word(),
                why: line.status.to_string(),
            });
            ArtifactReport {
                target: target.map(|target| target.name.clone()),
                place,
                environment: environment.to_string(),
                format,
                ok,
                keys: keys.collect(),
                is_guessed: false,
                stays,
            }
        };
        let whole = |status| vec![Line { place: None, name: None, status }];
        match item {
            Item::Target(target) => {
                if self.client || self.read_as.is_said() {
                    return Err(Failure::usage(format!(
                        "how the target {} is read, {FILE} says",
                        target.name
                    ))
                    .advise(
                        "leave --client, --format and what belongs to it out, or name a file",
                    ));
                }
                let (word, place) = (target.export.kind().word(), target.output.clone());
                if !fs::exists(&target.path()) {
                    return Ok(report(word, Some(target), place, whole(Status::Absent)));
                }
                let Some((format, settings)) = target.export.reader()? else {
                    let document = session.read(vault, environment)?;
                    let same = target.export.is_written(session, &document)?;
                    let status = if same { Status::Ok } else { Status::Differs };
                    return Ok(report(word, Some(target), place, whole(status)));
                };
                let bytes = Zeroizing::new(fs::read_own(&target.path(), MOST)?);
                let written = target.export.format(session)?;
                let choose = |keys: &BTreeMap<KeyName, Key>, is_vault: bool| {
                    let chosen = target.export.chosen(environment, keys, &written)?;
                    if !is_vault && written.tells_metadata() {
                        return Ok(None);
                    }
                    let now = session.now();
                    let side = target.export.side();
                    Ok(meant(environment, &chosen, side, Some(&written), now, is_vault))
                };
                let reading = format.read(&bytes, &settings);
                let lines = compare(session, vault, environment, asked, &choose, &reading)?;
                Ok(report(word, Some(target), place, lines))
            }
            Item::Input(input) => {
                let (place, bytes) = (input.place(), input.read(session)?);
                let guess = match input {
                    Input::Variable(_) => Format::List,
                    Input::File(_) => Format::guess(&bytes),
                };
                let format = self.read_as.format.unwrap_or(guess);
                let side = if self.client { Side::Clients } else { Side::Services };
                let reading = format.read(&bytes, &self.read_as.settings(format)?);
                let digests = reading.found.iter().map(|found| Digest::of(&found.secret));
                let mut there: BTreeSet<Digest> = BTreeSet::new();
                there.extend(digests);
                let choose = |keys: &BTreeMap<KeyName, Key>, _| {
                    // A single value is nowhere missed, and welcome where it is.
                    let is_here = |key: &&Key| {
                        let active = key.in_state(State::Active).and_then(|one| one.digest);
                        !key.kind.is_single() || active.is_some_and(|one| there.contains(&one))
                    };
                    let chosen: Vec<_> = keys.values().filter(is_here).collect();
                    let meant = meant(environment, &chosen, side, None, session.now(), false);
                    let keeps_others = format == Format::Heare;
                    Ok(meant.map(|meant| Meant { keeps_others, is_client: self.client, ..meant }))
                };
                let mut lines = compare(session, vault, environment, asked, &choose, &reading)?;
                if self.client {
                    lines.retain(|line| line.status != Status::Missing);
                }
                let report = report(format.word(), None, place, lines);
                let is_guessed = self.read_as.format.is_none();
                if is_guessed && format == Format::Dotenv && has_quotes(&bytes) {
                    session.ui.note(&format!(
                        "{} was read as a .env file; docker run takes its quotes for part of a \
                         value, and --format docker-env reads it so",
                        report.place
                    ));
                }
                Ok(ArtifactReport { is_guessed, ..report })
            }
        }
    }

    fn show(&self, session: &Session, artifacts: Vec<ArtifactReport>) -> Outcome {
        let ok = artifacts.iter().all(|artifact| artifact.ok);
        if self.report.json {
            session.ui.json("keyctl.check/1", &CheckReport { ok, artifacts })?;
        } else {
            let mut table = Table::new(&["ARTIFACT", "AT", "KEY", "STATUS", "WHY"]);
            for artifact in &artifacts {
                let name = artifact.target.as_ref().unwrap_or(&artifact.place);
                for key in
                    artifact.keys.iter().filter(|key| !["ok", "foreign"].contains(&key.status))
                {
                    table.row(vec![
                        name.clone().into(),
                        key.at.map_or("-".into(), |at| at.to_string().into()),
                        key.key.clone().unwrap_or_else(|| "-".to_owned()).into(),
                        Cell::styled(Style::Bad, key.status),
                        key.why.clone().into(),
                    ]);
                }
            }
            if !ok {
                session.ui.table(&table)?;
            }
            for artifact in &artifacts {
                let name =
                    artifact.target.as_ref().map_or(String::new(), |name| format!("{name}: "));
                let good = artifact.keys.iter().filter(|key| key.status == "ok").count();
                let mut said = match (artifact.ok, good) {
                    (true, 1) => "as it should be".to_owned(),
                    (true, _) => format!("as it should be, {good} keys"),
                    (false, _) => "not as it should be".to_owned(),
                };
                match artifact.keys.iter().filter(|key| key.status == "foreign").count() {
                    0 => {}
                    1 => said.push_str(", beside a key of others, which an export keeps"),
                    more => {
                        let _ =
                            write!(said, ", beside {more} keys of others, which an export keeps");
                    }
                }
                if artifact.is_guessed {
                    let _ = write!(said, " (read as {})", artifact.format);
                }
                session.ui.say(&format!("{name}{}: {said}", artifact.place));
                if !artifact.ok && artifact.stays {
                    session.ui.hint(&format!(
                        "an export keeps what is not of its environment or keys: take it out of {}",
                        artifact.place
                    ));
                }
            }
            let mut behind = artifacts.iter().filter(|one| !one.ok && !one.stays);
            if let Some(target) = behind.find_map(|one| one.target.as_ref()) {
                session.next("to write it anew", &["export", "--target", target]);
            }
        }
        if ok { Ok(()) } else { Err(Failure::no()) }
    }
}

/// The targets of an environment that do not hold what they should, as far as manifests tell.
pub(super) fn behind(session: &Session, environment: &EnvironmentName) -> Vec<String> {
    let targets = Project::find().ok().flatten().map(|project| project.targets);
    let targets = targets.into_iter().flatten().filter(|one| one.is_for(environment.as_str()));
    let is_behind = |target: &Target| -> Option<bool> {
        if !fs::exists(&target.path()) {
            return Some(true);
        }
        let asked = ask(session, environment).ok()?;
        let index = asked.iter().find(|index| index.environment == *environment)?;
        let (format, settings) = target.export.reader().ok()??;
        let written = target.export.format(session).ok()?;
        let chosen = target.export.chosen(environment, &index.keys, &written).ok()?;
        let (side, now) = (target.export.side(), session.now());
        let meant = meant(environment, &chosen, side, Some(&written), now, false)?;
        let bytes = Zeroizing::new(fs::read_own(&target.path(), MOST).ok()?);
        let lookup = Lookup::new(&[index.view()]);
        let reading = format.read(&bytes, &settings);
        let lines = drift::compare(&reading, &meant, &lookup, environment, session.now());
        let is_mended = |line: &&Line| !meant.keeps_others || line.is_mended(&lines);
        Some(lines.iter().filter(is_mended).any(|line| !line.status.is_ok()))
    };
    let behind = targets.filter(|target| is_behind(target) == Some(true));
    behind.map(|target| target.name).collect()
}

/// Whether a value of a variable begins with the quote that our own files do not have.
fn has_quotes(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|two| two == b"=\"")
}

/// What an artifact for `side` holds of these keys, written as `format` says; `None` where a digest
/// is known to the vault alone. `is_vault`: the keys are from there.
fn meant<'a>(
    environment: &EnvironmentName,
    keys: &[&Key],
    side: Side,
    format: Option<&'a export::Format>,
    now: Time,
    is_vault: bool,
) -> Option<Meant<'a>> {
    let alone = matches!(keys, [one] if one.kind.is_single());
    let wanted = |state| side == Side::Services || state == State::Active;
    let versions = keys.iter().flat_map(|key| {
        key.accepted(now).into_iter().filter(|one| wanted(one.state)).map(move |one| (key, one))
    });
    let expected = versions.map(|(key, version)| {
        let name = format!("{environment}/{}@{}", key.name, version.number);
        let called = format.and_then(|format| format.called(key, version.number, alone));
        let terms = format.and_then(|format| format.terms(key, version, is_vault));
        Some(Expected { name, digest: version.digest?, called, terms })
    });
    Some(Meant {
        versions: expected.collect::<Option<_>>()?,
        object: format.and_then(export::Format::object),
        keeps_others: matches!(format, Some(export::Format::Heare(_))),
        is_client: false,
    })
}

/// The environments to look in: the wanted one first, then all others, which tell a key that is
/// used in the wrong place.
fn ask(session: &Session, wanted: &EnvironmentName) -> Outcome<Vec<Summary>> {
    let vault = session.vault()?;
    let mut names = vault.environments()?;
    failure::put_first(wanted, &mut names)?;
    let mut indexes = Vec::new();
    for name in names {
        let known = match session.known_if(&vault, &name, name == *wanted) {
            Ok(Some(known)) => known,
            Err(failure) if name == *wanted => return Err(failure),
            Ok(None) | Err(_) => continue,
        };
        let proven = matches!(known.source, Source::Manifest | Source::Vault);
        match known.index.filter(|_| proven) {
            Some(index) => indexes.push(index),
            None if name == *wanted => return Err(Failure::unproven(&name)),
            None => {}
        }
    }
    Ok(indexes)
}

/// What of an environment's keys an artifact should hold, and whether they are from the vault itself.
type Choose<'a> = &'a dyn Fn(&BTreeMap<KeyName, Key>, bool) -> Outcome<Option<Meant<'a>>>;

/// Compares by what the manifests say; where that is not enough, the vault is unlocked.
fn compare(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
    asked: &[Summary],
    choose: Choose<'_>,
    reading: &Reading,
) -> Outcome<Vec<Line>> {
    let own = asked.iter().find(|index| index.environment == *environment);
    let known = own.map(|index| choose(&index.keys, false)).transpose()?.flatten();
    let document = match known {
        Some(_) => None,
        None => Some(session.read(vault, environment)?),
    };
    let meant = match (&document, known) {
        (Some(document), _) => choose(&document.keys, true)?.unwrap_or_default(),
        (None, known) => known.unwrap_or_default(),
    };
    let of_vault = document.as_ref().map(|document| Index {
        environment: &document.environment,
        policy: &document.policy,
        keys: &document.keys,
    });
    let others = asked.iter().map(Summary::view);
    let indexes: Vec<_> = of_vault.into_iter().chain(others).collect();
    let lookup = Lookup::new(&indexes);
    Ok(drift::compare(reading, &meant, &lookup, environment, session.now()))
}
