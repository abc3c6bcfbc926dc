mod options;
pub(super) mod output;
pub(super) mod project;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::clip::Clip;
use super::contents::unknown_key;
use super::failure::{Failure, Outcome};
use super::postpone::Postponed;
use super::session::{Report, Session};
use crate::environment::EnvironmentName;
use crate::export::{Artifact, Chapkit, Contents, Expired, Format, Side};
use crate::fs;
use crate::import;
use crate::key::{Key, KeyName, Reference};
use crate::vault::document::Document;
use options::Options;
pub(super) use options::{DialectWord, Kind, storage_key};
use output::{How, Output};
use project::Project;

/// Write what services must accept, or what clients send, in the form they read
///
/// For services: every version that is active, pending or retiring. With -o the file is replaced
/// in one step with mode 0600; a shell's > would empty it before the command runs.
///
/// Where a keyctl.toml in this directory or one above names targets, and nothing else is said, all
/// of them are written; with --env those of that environment. Say a format to print instead.
///
/// chapkit reads `CHAPKIT_API_KEYS` where the application says
/// `.with_auth(env_var="CHAPKIT_API_KEYS")`; a plain `.with_auth()` reads `SERVICEKIT_API_KEYS`:
/// use --var.
///
/// --format json has these fields: schema (`keyctl.export/1`), environment, generation, side, and
/// keys and values, which are lists; a value is what is no API key, one at a time. Each has id, name,
/// version, state, kind, secret, created, expires (or null), description, owner, scopes (a list) and
/// metadata (strings by name). None is ever left out.
///
/// A --template is written in Jinja and sees the same fields: `{% for key in keys %}`,
/// `{{ key.secret }}`. The filters json, shell and base64 quote; there are default, first, indent,
/// items, join, last, length, lower, map, rejectattr, replace, selectattr and upper besides. It reads
/// no other file; what is not there is an error; a line with nothing but a block on it leaves no empty
/// line.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Keys, [ENV/]NAME [default: all keys of the environment]
    #[arg(value_name = "KEY")]
    keys: Vec<Reference>,
    /// Write only this target of keyctl.toml; may be given several times
    #[arg(long = "target", value_name = "NAME", conflicts_with_all = ["keys", "client", "file"])]
    targets: Vec<String>,
    #[command(flatten)]
    options: Options,
    /// The one value that clients of one key send, instead of the list
    #[arg(long)]
    client: bool,
    /// Leave out keys whose active version has expired
    #[arg(long)]
    skip_expired: bool,
    /// Copy the value to the clipboard instead of printing it: alone, as with --bare
    #[arg(long, conflicts_with_all = ["targets", "file", "json", "dry_run"])]
    clip: bool,
    /// Write targets of keyctl.toml outside its directory too
    #[arg(long, conflicts_with_all = ["keys", "client", "file"])]
    outside: bool,
    /// Say what would be written or changed, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct ExportReport<'a> {
    dry_run: bool,
    /// Whether any file is another one now, or would be.
    changed: bool,
    artifacts: &'a [Done],
}

/// An artifact that was written, or would be.
#[derive(Serialize)]
struct Done {
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    output: String,
    environment: String,
    generation: u64,
    format: &'static str,
    client: bool,
    /// `secrets` or `digests`.
    holds: &'static str,
    /// How many.
    count: usize,
    changed: bool,
    /// What names the files: commands, or a part of a configuration. It holds no secret.
    #[serde(skip_serializing_if = "String::is_empty")]
    companion: String,
    #[serde(skip)]
    words: String,
}

/// What an export is made of.
#[derive(Clone, Copy)]
pub(super) struct Stock<'a> {
    pub environment: &'a EnvironmentName,
    /// The id of the environment.
    pub id: &'a str,
    pub generation: u64,
    pub keys: &'a BTreeMap<KeyName, Key>,
}

impl<'a> From<&'a Document> for Stock<'a> {
    fn from(document: &'a Document) -> Self {
        let Document { environment, id, generation, keys, .. } = document;
        Self { environment, id, generation: *generation, keys }
    }
}

/// What an export has made.
pub(super) struct Made {
    pub format: Format,
    pub artifact: Artifact,
    /// How many secrets or digests it holds.
    pub count: usize,
    /// What is printed beside it, where its file is named.
    companion: Option<String>,
}

impl Made {
    /// What is in it, in words.
    fn words(&self, environment: &EnvironmentName) -> String {
        let what = if self.format.holds_secrets() { "secret" } else { "digest" };
        let plural = if self.count == 1 { "" } else { "s" };
        format!("{} {what}{plural} of {environment}", self.count)
    }
}

impl Export {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        if self.clip {
            return self.copy(session);
        }
        if !self.targets.is_empty() || self.is_bare() {
            let project = Project::find()?.filter(|project| !project.targets.is_empty());
            match project {
                Some(project) => return self.write_targets(session, &project),
                None if self.targets.is_empty() && !self.outside => {}
                None => {
                    return Err(Failure::usage(format!(
                        "there is no {} with targets",
                        project::FILE
                    ))
                    .advise("it lies in this directory or one above; README.md has an example"));
                }
            }
        }
        if self.report.json && self.output.path().is_none() {
            return Err(Failure::usage("--json reports what is written to files")
                .advise("name one with -o, or say --format json for the keys themselves"));
        }
        self.output.refuse_force_without_file()?;
        let vault = session.vault()?;
        let environment = self.environment(session)?;
        let environment = environment.map_or_else(|| session.environment(&vault, None), Ok)?;
        let format = self.options.format(self.client, self.output.path(), session.now())?;
        if format.adds() && self.report.json {
            return Err(Failure::usage("what is added to a workflow's file has no report")
                .advise("leave --json out"));
        }
        let document = session.read(&vault, &environment)?;
        let made = self.make(session, &document, format)?;
        let words = made.words(&environment);
        let Some(path) = self.output.path().filter(|_| !made.format.adds()) else {
            if self.dry_run {
                session.ui.say(&format!("{words} would be written; nothing was"));
                return Ok(());
            }
            if made.format.adds() {
                return self.output.append(session, &made, &words);
            }
            for file in &made.artifact.files {
                session.ui.data(file.expose())?;
            }
            return Ok(session.ui.data(made.artifact.beside())?);
        };
        let postponed = Postponed::start();
        let how = How { dry_run: self.dry_run, force: self.output.is_forced() };
        let staged = self.output.stage(session, &document, &made, how)?;
        let done = self.done(None, path.display().to_string(), &document, &made, staged.changed);
        postponed.refuse_late()?;
        fs::publish_all(staged.ready)?;
        drop(postponed);
        self.tell(session, &[done])
    }

    /// Copies the value to the clipboard.
    fn copy(&self, session: &Session) -> Outcome {
        self.options.format(self.client, None, session.now())?;
        if !self.options.is_value() {
            return Err(Failure::usage("--clip copies a value alone, and this is more than that")
                .advise("leave format, --var and --shell out, or write a file with -o"));
        }
        let clip = Clip::find()?;
        let vault = session.vault()?;
        let environment = self.environment(session)?;
        let environment = environment.map_or_else(|| session.environment(&vault, None), Ok)?;
        let document = session.read(&vault, &environment)?;
        let format = Format::Chapkit(Chapkit { names: None, shell: None });
        let made = self.make(session, &document, format)?;
        let words = made.words(&environment);
        let value = made.artifact.files.first().map_or(&b""[..], |file| file.expose());
        clip.copy(session, &words, value.strip_suffix(b"\n").unwrap_or(value))
    }

    /// Whether nothing is said of what is to be written.
    fn is_bare(&self) -> bool {
        self.keys.is_empty()
            && !self.client
            && !self.skip_expired
            && !self.output.is_said()
            && self.options.is_empty()
    }

    /// Writes the targets of a project: all temporary files first, then all in their places.
    fn write_targets(&self, session: &Session, project: &Project) -> Outcome {
        let vault = session.vault()?;
        let mut documents: BTreeMap<EnvironmentName, Document> = BTreeMap::new();
        let mut all = Vec::new();
        let mut places = BTreeSet::new();
        for target in project.named(&self.targets)? {
            let of_target = |failure: Failure| failure.of(&format!("target {}", target.name));
            let Some(environment) = target.environment(session, &vault).map_err(of_target)? else {
                continue;
            };
            if !self.outside {
                project.refuse_outside(target).map_err(of_target)?;
            }
            let document = match documents.entry(environment.clone()) {
                Entry::Occupied(there) => there.into_mut(),
                Entry::Vacant(place) => place.insert(session.read(&vault, &environment)?),
            };
            let export = &target.export;
            let made = export
                .options
                .format(export.client, export.output.path(), session.now())
                .and_then(|format| {
                    if format.adds() {
                        return Err(Failure::usage("variables of a workflow are no file of ours"));
                    }
                    export.make(session, &*document, format)
                })
                .map_err(of_target)?;
            for place in export.output.places(&made) {
                if !places.insert(place) {
                    return Err(of_target(Failure::usage(format!(
                        "another target writes {} too",
                        target.output
                    ))));
                }
            }
            all.push((target, environment, made));
        }
        if all.is_empty() {
            return Err(Failure::usage("no target is of this environment")
                .advise("leave --env out, or say --format for an export of its own"));
        }
        let postponed = Postponed::start();
        let how = How { dry_run: self.dry_run, force: self.output.is_forced() };
        let (mut ready, mut told) = (Vec::new(), Vec::new());
        for (target, environment, made) in &all {
            let Some(document) = documents.get(environment) else { continue };
            let export = &target.export;
            let of_target = |failure: Failure| failure.of(&format!("target {}", target.name));
            let staged = export.output.stage(session, document, made, how).map_err(of_target)?;
            let name = Some(target.name.clone());
            told.push(export.done(name, target.output.clone(), document, made, staged.changed));
            ready.extend(staged.ready);
            postponed.refuse_late()?;
        }
        fs::publish_all(ready)?;
        drop(postponed);
        self.tell(session, &told)?;
        if self.targets.is_empty()
            && let Some(environment) = session.typed_environment()
        {
            session.ui.note(&format!(
                "these are the targets of {environment} in {}; to print instead, say --chapkit",
                project::FILE
            ));
        }
        Ok(())
    }

    /// What is to be said of an artifact that was written, or would be.
    fn done(
        &self,
        target: Option<String>,
        output: String,
        document: &Document,
        made: &Made,
        changed: bool,
    ) -> Done {
        let mut companion = String::from_utf8_lossy(made.artifact.beside()).into_owned();
        companion.push_str(made.companion.as_deref().unwrap_or_default());
        Done {
            target,
            output,
            environment: document.environment.to_string(),
            generation: document.generation,
            format: self.kind().word(),
            client: self.client,
            holds: if made.format.holds_secrets() { "secrets" } else { "digests" },
            count: made.count,
            changed,
            companion,
            words: made.words(&document.environment),
        }
    }

    /// Says what was written; what belongs beside the files goes to standard output.
    fn tell(&self, session: &Session, artifacts: &[Done]) -> Outcome {
        let dry_run = self.dry_run;
        if self.report.json {
            let changed = artifacts.iter().any(|one| one.changed);
            let report = ExportReport { dry_run, changed, artifacts };
            return Ok(session.ui.json("keyctl.export.report/1", &report)?);
        }
        for one in artifacts.iter().filter(|_| !dry_run) {
            session.ui.data(&one.companion)?;
        }
        for Done { target, output, words, changed, .. } in artifacts {
            let target = target.as_ref().map_or_else(String::new, |name| format!("{name}: "));
            let how = match (changed, dry_run) {
                (false, _) => ", unchanged",
                (true, true) => ", would be written",
                (true, false) => "",
            };
            session.ui.say(&format!("{target}{output}: {words}{how}"));
        }
        Ok(())
    }

    /// What is written of `document`.
    pub(super) fn make<'a>(
        &self,
        session: &Session,
        stock: impl Into<Stock<'a>>,
        format: Format,
    ) -> Outcome<Made> {
        let stock = stock.into();
        let named = if self.options.names_file() { Some(self.output.named()?) } else { None };
        let keys = self.chosen(stock.environment, stock.keys, &format)?;
        let format = format.of_environment(stock.id);
        let contents = self.contents(session, stock, &keys, &format)?;
        let artifact = format.write(&contents)?;
        let count = contents.keys.len() + contents.secrets.len();
        let companion = named.and_then(|path| format.companion(&contents, path));
        Ok(Made { format, artifact, count, companion })
    }

    /// Which side it is for.
    pub(super) fn side(&self) -> Side {
        if self.client { Side::Clients } else { Side::Services }
    }

    /// Its format.
    pub(super) fn kind(&self) -> Kind {
        self.options.kind()
    }

    /// The format with its settings.
    pub(super) fn format(&self, session: &Session) -> Outcome<Format> {
        self.options.format(self.client, self.output.path(), session.now())
    }

    /// How what it writes is read back; `None` where it can only be compared.
    pub(super) fn reader(&self) -> Outcome<Option<(import::Format, import::Settings)>> {
        self.options.reader()
    }

    /// Whether its files are what would be written now.
    pub(super) fn is_written(&self, session: &Session, stock: Stock<'_>) -> Outcome<bool> {
        let made = self.make(session, stock, self.format(session)?)?;
        self.output.is_written(&made)
    }

    /// The permission bits of its file, and those it would have, where they differ.
    pub(super) fn wrong_mode(&self) -> Outcome<Option<(u32, u32)>> {
        self.output.wrong_mode()
    }

    /// The files beside those of a directory of credentials that hold what is not accepted any more.
    pub(super) fn stale_others(
        &self,
        session: &Session,
        document: &Document,
    ) -> Outcome<Vec<PathBuf>> {
        let Some(dir) = self.output.path().filter(|_| self.kind() == Kind::Systemd) else {
            return Ok(Vec::new());
        };
        let made = self.make(session, document, self.format(session)?)?;
        Ok(output::stale_others(dir, document, &made, session.now()))
    }

    /// The environment that the references name; they must not name two.
    fn environment(&self, session: &Session) -> Outcome<Option<EnvironmentName>> {
        let mut named = None;
        for reference in &self.keys {
            if reference.version.is_some() {
                return Err(Failure::usage(format!(
                    "{reference}: an export is of keys: leave the @ out"
                )));
            }
            let this = session.explicit_environment(Some(reference))?;
            if named.is_some() && this != named {
                return Err(Failure::usage("an export is of one environment")
                    .advise("export each by itself"));
            }
            named = this;
        }
        if self.keys.is_empty() { session.explicit_environment(None) } else { Ok(named) }
    }

    /// The keys that are named, or all; single values that are not named only where the format
    /// holds several values.
    pub(super) fn chosen<'a>(
        &self,
        environment: &EnvironmentName,
        all: &'a BTreeMap<KeyName, Key>,
        format: &Format,
    ) -> Outcome<Vec<&'a Key>> {
        if self.keys.is_empty() {
            let is_taken = |key: &&Key| format.holds_many() || !key.kind.is_single();
            return Ok(all.values().filter(is_taken).collect());
        }
        let mut keys: Vec<&Key> = Vec::new();
        for reference in &self.keys {
            let unknown = || unknown_key(environment, &reference.key, all.keys());
            let key = all.get(&reference.key).ok_or_else(unknown)?;
            if keys.iter().all(|earlier| earlier.name != key.name) {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    fn contents<'a>(
        &self,
        session: &Session,
        stock: Stock<'a>,
        keys: &[&'a Key],
        format: &Format,
    ) -> Outcome<Contents<'a>> {
        let side = self.side();
        let Stock { environment, generation, .. } = stock;
        if let (Side::Clients, [_, _, ..]) = (side, keys) {
            let names: Vec<_> =
                keys.iter().map(|key| format!("{environment}/{}", key.name)).collect();
            return Err(Failure::usage("a client sends one key, and there are several")
                .advise(format!("name one: {}", names.join(", "))));
        }
        let expired = if self.skip_expired { Expired::Skip } else { Expired::Refuse };
        let of = if format.tells_ends() { Contents::with_ended } else { Contents::new };
        Ok(of(environment, generation, keys, side, expired, session.now())?)
    }
}
