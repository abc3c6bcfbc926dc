use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use serde::Serialize;
use zeroize::Zeroizing;

use super::contents::{Source, Summary};
use super::export::project::{FILE, Project, Target};
use super::export::{Kind, Stock};
use super::failure::{self, Failure, Outcome, exit};
use super::input::{Input, MOST, ReadAs};
use super::session::{Report, Session};
use crate::clock::Time;
use crate::drift::{self, Expected, Line, Meant, Status};
use crate::environment::EnvironmentName;
use crate::export::{self, Side};
use crate::fs;
use crate::import::{Format, Found, Place, Reading, is_called_like_keys};
use crate::key::{Digest, Key, KeyName, State};
use crate::ui::color::Style;
use crate::ui::table::{Cell, Table};
use crate::vault::document::Document;
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
    /// Whether it could not even be read.
    #[serde(skip)]
    is_unread: bool,
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

/// How many faults of an artifact are shown to a person.
const MOST_SHOWN: usize = 1000;

/// What is checked.
enum Item<'a> {
    Target(&'a Target),
    Input(Input<'a>),
}

impl Check {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let are_files = || {
            let is_file = |word: &String| word == "-" || fs::exists(Path::new(word));
            self.from_env.is_some() || !self.what.is_empty() && self.what.iter().all(is_file)
        };
        let project = match Project::find() {
            // A damaged one, or somebody else's, says nothing of files that are named.
            Err(_) if are_files() => None,
            project => project?,
        };
        if self.what.iter().filter(|word| *word == "-").count() > 1 {
            return Err(Failure::usage("standard input can be read once").advise("say - once"));
        }
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
                is_unread: false,
            }
        };
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
                let lines = of_target(session, Some(vault), target, environment, asked)?;
                Ok(report(word, Some(target), place, lines.unwrap_or_default()))
            }
            Item::Input(input) => {
                let place = input.place();
                let bytes = match input.read(session) {
                    Ok(bytes) => bytes,
                    Err(failure) if failure.code == exit::USAGE => return Err(failure),
                    // One that cannot be read hides none of the others.
                    Err(failure) => {
                        let format = self.read_as.format.map_or("unknown", Format::word);
                        let lines = whole(Status::Unread(failure.message));
                        let report = report(format, None, place, lines);
                        return Ok(ArtifactReport { is_unread: true, ..report });
                    }
                };
                let guess = match (input, Format::guess(&bytes)) {
                    (Input::Variable(_), _) => Format::List,
                    // A list is what a variable holds. In a file its comma is a fault.
                    (Input::File(path), Format::List) if *path != Path::new("-") => Format::KeyFile,
                    (Input::File(_), format) => format,
                };
                let format = self.read_as.format.unwrap_or(guess);
                let side = if self.client { Side::Clients } else { Side::Services };
                let reading = format.read(&bytes, &self.read_as.settings(format)?);
                let digests = reading.found.iter().map(|found| Digest::of(&found.secret));
                let mut there: BTreeSet<Digest> = BTreeSet::new();
                there.extend(digests);
                let choose = |keys: &BTreeMap<KeyName, Key>, _| {
                    // A single value is nowhere missed, and welcome where it is; but not in a list,
                    // whose every part is accepted.
                    let is_list = [Format::List, Format::KeyFile, Format::Gateway, Format::Heare]
                        .contains(&format)
                        && reading.found.len() > 1;
                    let is_here = |key: &&Key| {
                        let active = key.in_state(State::Active).and_then(|one| one.digest);
                        let is_there = || active.is_some_and(|one| there.contains(&one));
                        !key.kind.is_single() || !is_list && is_there()
                    };
                    let chosen: Vec<_> = keys.values().filter(is_here).collect();
                    let meant = meant(environment, &chosen, side, None, session.now(), false);
                    let keeps_others = format == Format::Heare;
                    Ok(meant.map(|meant| Meant { keeps_others, is_client: self.client, ..meant }))
                };
                let lines = compare(session, Some(vault), environment, asked, &choose, &reading)?;
                let mut lines = lines.unwrap_or_default();
                if matches!(format, Format::Dotenv | Format::EnvFile) {
                    leave_others_variables(&mut lines, &reading);
                }
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
        let mut wrong = artifacts.iter().filter(|artifact| !artifact.ok);
        let artifacts_are_unread = wrong.all(|artifact| artifact.is_unread);
        if self.report.json {
            session.ui.json("keyctl.check/1", &CheckReport { ok, artifacts })?;
        } else {
            let mut table = Table::new(&["ARTIFACT", "AT", "KEY", "STATUS", "WHY"]);
            for artifact in &artifacts {
                let name = artifact.target.as_ref().unwrap_or(&artifact.place);
                let wrong =
                    artifact.keys.iter().filter(|key| !["ok", "foreign"].contains(&key.status));
                let more = wrong.clone().count().saturating_sub(MOST_SHOWN);
                if more > 0 {
                    session.ui.warn(&format!("{name}: {more} more, which --json lists"));
                }
                for key in wrong.take(MOST_SHOWN) {
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
                session.next("to write it anew", &Target::command(target));
            }
        }
        if ok {
            Ok(())
        } else if artifacts_are_unread {
            Err(Failure::new(exit::FAILED, ""))
        } else {
            Err(Failure::no())
        }
    }
}

/// A target that does not hold what it should, as far as manifests tell.
pub(super) struct Behind {
    pub name: String,
    /// Whether that is known; else only the unlocked vault tells.
    pub is_known: bool,
}

/// The targets of an environment that are behind, or may be.
pub(super) fn behind(session: &Session, environment: &EnvironmentName) -> Outcome<Vec<Behind>> {
    let Some(project) = Project::find()? else { return Ok(Vec::new()) };
    let targets = project.targets.iter();
    let mut targets = targets.filter(|one| one.is_for(session, environment.as_str())).peekable();
    if targets.peek().is_none() {
        return Ok(Vec::new());
    }
    let asked = ask(session, environment)?;
    let mut behind = Vec::new();
    for target in targets {
        let lines = of_target(session, None, target, environment, &asked).unwrap_or_default();
        let is_known = lines.is_some();
        let is_mended = |line: &&Line, lines: &[Line]| {
            target.export.kind() != Kind::Heare || line.is_mended(lines)
        };
        let is_right = lines.is_some_and(|lines| {
            lines.iter().filter(|line| is_mended(line, &lines)).all(|line| line.status.is_ok())
        });
        if !is_right {
            behind.push(Behind { name: target.name.clone(), is_known });
        }
    }
    Ok(behind)
}

fn whole(status: Status) -> Vec<Line> {
    vec![Line { place: None, name: None, status }]
}

/// How a target is; `None` where only the vault could tell, which is unlocked if it is given.
fn of_target(
    session: &Session,
    vault: Option<&Vault>,
    target: &Target,
    environment: &EnvironmentName,
    asked: &[Summary],
) -> Outcome<Option<Vec<Line>>> {
    let export = &target.export;
    if !fs::exists(&target.path()) {
        return Ok(Some(whole(Status::Absent)));
    }
    let document = || vault.map(|vault| session.read(vault, environment)).transpose();
    let by_bytes = |document: &Document| -> Outcome<Vec<Line>> {
        Ok(match export.is_written(session, document.into()) {
            Ok(true) => {
                let others = export.stale_others(session, document)?.into_iter();
                let others = others.map(|path| Status::LeftOver(path.display().to_string()));
                let lines: Vec<_> = others.flat_map(whole).collect();
                if lines.is_empty() { whole(Status::Ok) } else { lines }
            }
            Ok(false) => whole(Status::Differs),
            Err(failure) => whole(Status::Unread(failure.message)),
        })
    };
    let Some((format, settings)) = export.reader()? else {
        return document()?.map(|document| by_bytes(&document)).transpose();
    };
    let bytes = match fs::read_own(&target.path(), MOST) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) => return Ok(Some(whole(Status::Unread(error.to_string())))),
    };
    let written = export.format(session)?;
    let choose = |keys: &BTreeMap<KeyName, Key>, is_vault: bool| {
        let chosen = export.chosen(environment, keys, &written)?;
        if !is_vault && written.tells_metadata() {
            return Ok(None);
        }
        let (side, now) = (export.side(), session.now());
        Ok(meant(environment, &chosen, side, Some(&written), now, is_vault))
    };
    let reading = format.read(&bytes, &settings);
    let lines = compare(session, vault, environment, asked, &choose, &reading)?;
    let Some(mut lines) = lines.filter(|lines| !lines.is_empty()) else { return Ok(None) };
    if lines.iter().all(|line| line.status.is_ok()) {
        lines.extend(export.wrong_mode()?.map(|(is, wanted)| Line {
            place: None,
            name: None,
            status: Status::Mode { is, wanted },
        }));
    }
    if !lines.iter().all(|line| line.status.is_ok()) || export.kind() == Kind::Heare {
        return Ok(Some(lines));
    }
    // What else stands there is judged by writing it anew: what manifests do not tell, the secrets,
    // the artifact has.
    let own = asked.iter().find(|index| index.environment == *environment);
    let Some(own) = own.filter(|_| !written.tells_metadata()) else { return Ok(Some(lines)) };
    let now = session.now();
    let is_weak = |key: &&Key| key.accepted(now).iter().any(|version| version.digest.is_none());
    let has_weak = export.chosen(environment, &own.keys, &written)?.iter().any(is_weak);
    if export.kind() == Kind::Json || has_weak {
        let Some(document) = document()? else { return Ok(None) };
        return match by_bytes(&document)? {
            whole if whole.iter().all(|line| line.status.is_ok()) => Ok(Some(lines)),
            whole => Ok(Some(whole)),
        };
    }
    let mut secrets = BTreeMap::new();
    secrets.extend(reading.found.iter().map(|found| (Digest::of(&found.secret), &found.secret)));
    let mut keys = own.keys.clone();
    for version in keys.values_mut().flat_map(|key| &mut key.versions) {
        version.secret = version.digest.and_then(|digest| secrets.get(&digest).copied().cloned());
    }
    let stock = Stock { environment, id: "", generation: own.generation, keys: &keys };
    // What cannot be written now, as a key has expired, is right as long as its keys are.
    match export.is_written(session, stock) {
        Ok(false) => Ok(Some(whole(Status::Differs))),
        Ok(true) | Err(_) => Ok(Some(lines)),
    }
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

/// Takes out what is said of variables that are somebody else's: none of their values is known here,
/// and they are not called like keys.
fn leave_others_variables(lines: &mut Vec<Line>, reading: &Reading) {
    let is_other =
        |found: &&Found| found.name.as_deref().is_some_and(|name| !is_called_like_keys(name));
    let mut others: BTreeSet<Place> =
        reading.found.iter().filter(is_other).map(|found| found.place).collect();
    let is_unknown = |line: &Line| matches!(line.status, Status::Unknown | Status::Unreadable(_));
    for place in lines.iter().filter(|line| !is_unknown(line)).filter_map(|line| line.place) {
        others.remove(&place);
    }
    lines.retain(|line| line.place.is_none_or(|place| !others.contains(&place)));
}

/// Compares by what the manifests say; where that is not enough, the vault is unlocked. `None` where
/// none is given to be.
fn compare(
    session: &Session,
    vault: Option<&Vault>,
    environment: &EnvironmentName,
    asked: &[Summary],
    choose: Choose<'_>,
    reading: &Reading,
) -> Outcome<Option<Vec<Line>>> {
    let own = asked.iter().find(|index| index.environment == *environment);
    let known = own.map(|index| choose(&index.keys, false)).transpose()?.flatten();
    let document = match (&known, vault) {
        (Some(_), _) => None,
        (None, Some(vault)) => Some(session.read(vault, environment)?),
        (None, None) => return Ok(None),
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
    Ok(Some(drift::compare(reading, &meant, &lookup, environment, session.now())))
}
