//! Exports: from what services must accept, or clients send, to the exact bytes that one consumer
//! reads.
//!
//! An exporter is a pure function: it gets [`Contents`] and returns an [`Artifact`], the same bytes
//! for the same contents, and writes nothing. A new format is a file here, a variant of [`Format`] and
//! its tests.

mod chapkit;
mod docker;
mod docker_env;
mod dotenv;
mod error;
pub mod fernet;
pub(crate) mod gateway;
mod github;
pub mod heare;
pub mod json;
mod k8s;
mod ours;
mod permas;
mod responder;
mod systemd;
mod template;
mod variable;
mod words;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

pub use chapkit::{Chapkit, Shell};
pub use docker::{BadDockerName, Carrier, Docker, DockerName, ServiceName};
pub use docker_env::DockerEnv;
pub use dotenv::Dotenv;
pub use error::{ExpiredVersion, ExportError};
pub use gateway::{Dialect, Gateway};
pub use github::Github;
pub use heare::Heare;
pub use json::Json;
pub use k8s::{
    Annotation, BadKubernetesName, DataKey, K8s, Label, Layout, Name, Namespace, SecretType,
    Writing,
};
pub use ours::{foreign_line, has_ours};
pub use permas::{Permas, Realm};
pub use responder::Responder;
pub use systemd::{BadCredential, Credential, Directory, Systemd};
pub use template::Template;
pub use variable::{BadVariable, Names, Variable};

use crate::clock::Time;
use crate::due;
use crate::environment::EnvironmentName;
use crate::key::{Key, State, Version, export_id};
use crate::secret::Secret;

/// One version with its secret.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key it is of.
    pub key: &'a Key,
    /// The version it is of.
    pub version: &'a Version,
    /// The secret.
    pub secret: &'a Secret,
}

/// Which side an artifact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Services: every secret they must accept.
    Services,
    /// Clients: the one secret they send.
    Clients,
}

/// What to do about a key whose active version has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expired {
    /// Refuse: its clients would be cut off.
    Refuse,
    /// Write what is still good.
    Skip,
}

/// What an artifact is made of.
#[derive(Debug, Clone)]
pub struct Contents<'a> {
    /// The environment.
    pub environment: &'a EnvironmentName,
    /// Its generation.
    pub generation: u64,
    /// Which side it is for.
    pub side: Side,
    /// Versions of API keys: active first, then pending, then retiring, each by the keys' names.
    pub keys: Vec<Entry<'a>>,
    /// The active versions of single values, by name.
    pub secrets: Vec<Entry<'a>>,
    /// The versions of API keys that services must not accept, by the keys' names: for those who
    /// have to be told.
    pub ended: Vec<(&'a Key, &'a Version)>,
}

impl<'a> Contents<'a> {
    /// What `side` must hold at `now` of the `chosen` keys of an environment; never empty.
    pub fn new(
        environment: &'a EnvironmentName,
        generation: u64,
        chosen: &[&'a Key],
        side: Side,
        expired: Expired,
        now: Time,
    ) -> Result<Self, ExportError> {
        let contents = Self::with_ended(environment, generation, chosen, side, expired, now)?;
        if contents.keys.is_empty() && contents.secrets.is_empty() {
            return Err(ExportError::Empty);
        }
        Ok(contents)
    }

    /// The same for a format that [tells ends](Format::tells_ends): it may hold nothing else.
    pub fn with_ended(
        environment: &'a EnvironmentName,
        generation: u64,
        chosen: &[&'a Key],
        side: Side,
        expired: Expired,
        now: Time,
    ) -> Result<Self, ExportError> {
        let (singles, keys): (Vec<&Key>, Vec<&Key>) =
            chosen.iter().copied().partition(|key| key.kind.is_single());
        refuse_expired(environment, chosen, expired, now)?;
        Ok(Self {
            environment,
            generation,
            side,
            keys: entries(&keys, side, now),
            secrets: entries(&singles, side, now),
            ended: ended(&keys, now),
        })
    }

    /// What a format writes that holds nothing but a list of API keys.
    pub(crate) fn only_keys(&self, format: &'static str) -> Result<&[Entry<'a>], ExportError> {
        match self.secrets.first() {
            None => Ok(&self.keys),
            Some(secret) => Err(ExportError::NoList { format, key: self.name(secret) }),
        }
    }

    /// What a format that holds one value or one list writes: the list, or a single value that was
    /// chosen alone.
    pub(crate) fn one(&self, format: &'static str) -> Result<&[Entry<'a>], ExportError> {
        match (&self.keys[..], &self.secrets[..]) {
            (keys, []) => Ok(keys),
            ([], secret @ [_]) => Ok(secret),
            (_, [secret, ..]) => Err(ExportError::NotAlone { format, key: self.name(secret) }),
        }
    }

    /// Refuses the first secret that `format` cannot hold as it is; `unfit` says why.
    pub(crate) fn refuse_unfit(
        &self,
        format: &'static str,
        unfit: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<(), ExportError> {
        for entry in self.keys.iter().chain(&self.secrets) {
            if let Some(reason) = unfit(entry.secret.expose()) {
                let (key, why) = (self.name(entry), reason.to_owned());
                return Err(ExportError::Unfit { consumer: format, key, why });
            }
        }
        Ok(())
    }

    /// Refuses two versions of one id: it would mix up their limits, their ends and their use in
    /// logs.
    pub(crate) fn refuse_same_ids(&self) -> Result<(), ExportError> {
        let mut ids = BTreeMap::new();
        for entry in self.keys.iter().chain(&self.secrets) {
            let id = export_id(&entry.key.name, entry.version.number);
            if let Some(earlier) = ids.insert(id.clone(), entry) {
                // The one that goes by its bare name can be given another.
                let (one, other) =
                    if entry.version.number == 1 { (earlier, entry) } else { (entry, earlier) };
                let (one, other) = (self.version(one), self.name(other));
                return Err(ExportError::SameId { one, other, id });
            }
        }
        Ok(())
    }

    /// The API keys, one on each line, as key files have them.
    pub(crate) fn key_file(&self, format: &'static str) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let is_comment = |entry: &&Entry<'_>| entry.secret.expose().starts_with('#');
        match self.keys.iter().find(is_comment) {
            None => Ok(joined(&self.keys, "\n", "", "\n")),
            Some(entry) => Err(ExportError::Unfit {
                consumer: format,
                key: self.name(entry),
                why: "what begins with # is a comment there".to_owned(),
            }),
        }
    }

    /// Every value with the name of its variable.
    pub(crate) fn variables(&self, names: &Names) -> Result<Vec<Assignment>, ExportError> {
        let mut variables: Vec<Assignment> = Vec::new();
        let alone = self.keys.is_empty() && self.secrets.len() == 1;
        let name_of = |entry: &Entry<'_>| {
            let name = names.of(entry.key, alone);
            name.ok_or_else(|| ExportError::NoVariable { key: self.name(entry) })
        };
        if let Some(first) = self.keys.first() {
            let value = joined(&self.keys, ",", "", "");
            variables.push(Assignment { name: name_of(first)?, value });
        }
        for secret in &self.secrets {
            let name = name_of(secret)?;
            if variables.iter().any(|earlier| earlier.name == name) {
                let (key, variable) = (self.name(secret), name.to_string());
                return Err(ExportError::SameVariable { key, variable });
            }
            let value = joined(std::slice::from_ref(secret), "", "", "");
            variables.push(Assignment { name, value });
        }
        for Assignment { name, value } in &variables {
            let bytes = name.as_str().len() + "=".len() + value.len() + 1;
            if bytes > MOST_VARIABLE {
                return Err(ExportError::TooLarge {
                    what: format!("the variable {name}"),
                    bytes,
                    most: MOST_VARIABLE,
                });
            }
        }
        Ok(variables)
    }

    fn name(&self, entry: &Entry<'_>) -> String {
        format!("{}/{}", self.environment, entry.key.name)
    }

    fn version(&self, entry: &Entry<'_>) -> String {
        format!("{}@{}", self.name(entry), entry.version.number)
    }
}

/// A variable and its value.
pub(crate) struct Assignment {
    pub name: Variable,
    pub value: Zeroizing<Vec<u8>>,
}

/// The longest `NAME=value` that Linux hands to a program, in bytes with its final NUL:
/// `MAX_ARG_STRLEN`, 32 pages.
const MOST_VARIABLE: usize = 128 * 1024;

fn refuse_expired(
    environment: &EnvironmentName,
    keys: &[&Key],
    expired: Expired,
    now: Time,
) -> Result<(), ExportError> {
    let over = keys.iter().filter_map(|key| {
        let active = key.in_state(State::Active).filter(|active| key.is_expired(active, now))?;
        Some(ExpiredVersion {
            key: format!("{environment}/{}", key.name),
            number: active.number,
            next: due::next_of_expired(key, now),
        })
    });
    let over: Vec<_> = over.filter(|_| expired == Expired::Refuse).collect();
    if over.is_empty() { Ok(()) } else { Err(ExportError::Expired(over)) }
}

fn entries<'a>(keys: &[&'a Key], side: Side, now: Time) -> Vec<Entry<'a>> {
    let mut entries = Vec::new();
    for key in keys {
        let wanted = key.accepted(now).into_iter().filter(|version| match side {
            Side::Services => true,
            Side::Clients => version.state == State::Active,
        });
        entries.extend(wanted.filter_map(|version| {
            version.secret.as_ref().map(|secret| Entry { key, version, secret })
        }));
    }
    entries.sort_unstable_by(|a, b| {
        let order = |one: &Entry<'a>| (one.version.state, &one.key.name, one.version.number);
        order(a).cmp(&order(b))
    });
    entries
}

fn ended<'a>(keys: &[&'a Key], now: Time) -> Vec<(&'a Key, &'a Version)> {
    let of = |key: &&'a Key| -> Vec<(&'a Key, &'a Version)> {
        let key = *key;
        let ended = key.versions.iter().filter(|version| !key.is_accepted(version, now));
        ended.map(|version| (key, version)).collect()
    };
    let mut ended: Vec<_> = keys.iter().flat_map(of).collect();
    ended.sort_unstable_by(|(a, x), (b, y)| (&a.name, x.number).cmp(&(&b.name, y.number)));
    ended
}

/// What one consumer reads: a file, or several that belong together. They hold secrets, so they are
/// wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The files; a single one may have no name of its own.
    pub files: Vec<File>,
    beside: Zeroizing<Vec<u8>>,
}

/// One file of an artifact.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What it is called in the directory that holds them all; `None`: as the user says.
    pub name: Option<String>,
    bytes: Zeroizing<Vec<u8>>,
}

impl File {
    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }
}

impl Artifact {
    /// One file.
    fn one(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { files: vec![File { name: None, bytes }], beside: Zeroizing::default() }
    }

    /// What belongs on standard output once the files lie where they are read, or, for a format
    /// that [adds to a file](Format::adds), before; empty for most formats.
    #[must_use]
    pub fn beside(&self) -> &[u8] {
        &self.beside
    }
}

impl fmt::Debug for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<_> = self.files.iter().map(|file| file.bytes.len()).collect();
        write!(f, "Artifact({lengths:?} bytes)")
    }
}

/// A format with its settings.
#[derive(Debug, Clone)]
pub enum Format {
    /// A variable that chapkit and servicekit read.
    Chapkit(Chapkit),
    /// A key file for a Docker secret.
    Docker(Docker),
    /// A Kubernetes Secret.
    K8s(K8s),
    /// A file gateway's key file.
    Gateway(Gateway),
    /// heare-auth's keys.
    Heare(Heare),
    /// SQL for auth-api-client's database.
    Permas(Permas),
    /// Our own JSON.
    Json(Json),
    /// A template of the user's own.
    Template(Template),
    /// A `.env` file.
    Dotenv(Dotenv),
    /// A file for `docker run --env-file`.
    DockerEnv(DockerEnv),
    /// What a Responder application holds.
    Responder(Responder),
    /// Credentials of a systemd service.
    Systemd(Systemd),
    /// Variables of a GitHub workflow.
    Github(Github),
}

impl Format {
    /// Writes `contents` in this format.
    pub fn write(&self, contents: &Contents<'_>) -> Result<Artifact, ExportError> {
        match self {
            Self::Chapkit(format) => format.write(contents),
            Self::Docker(format) => format.write(contents),
            Self::K8s(format) => format.write(contents),
            Self::Gateway(format) => format.write(contents),
            Self::Heare(format) => {
                contents.refuse_same_ids()?;
                format.write(contents)
            }
            Self::Permas(format) => format.write(contents),
            Self::Json(format) => {
                contents.refuse_same_ids()?;
                Ok(format.write(contents))
            }
            Self::Template(format) => {
                contents.refuse_same_ids()?;
                format.write(contents)
            }
            Self::Dotenv(format) => format.write(contents),
            Self::DockerEnv(format) => format.write(contents),
            Self::Responder(format) => format.write(contents),
            Self::Systemd(format) => return format.write(contents),
            Self::Github(format) => return format.write(contents),
        }
        .map(Artifact::one)
    }

    /// What becomes of a file of this format when it is written anew.
    #[must_use]
    pub fn replaces(&self) -> Replaces {
        match self {
            Self::Chapkit(_)
            | Self::Docker(_)
            | Self::K8s(_)
            | Self::Gateway(_)
            | Self::Json(_)
            | Self::Template(_)
            | Self::Dotenv(_)
            | Self::DockerEnv(_)
            | Self::Responder(_)
            | Self::Systemd(_) => Replaces::Lines,
            Self::Permas(_) => Replaces::Whole,
            Self::Heare(_) | Self::Github(_) => Replaces::Nothing,
        }
    }

    /// Whether it holds several values under names of their own, so that an export of a whole
    /// environment takes its single values too.
    #[must_use]
    pub fn holds_many(&self) -> bool {
        match self {
            Self::Chapkit(_)
            | Self::Docker(_)
            | Self::K8s(_)
            | Self::Gateway(_)
            | Self::Heare(_)
            | Self::Permas(_)
            | Self::Responder(_) => false,
            Self::Json(_)
            | Self::Template(_)
            | Self::Dotenv(_)
            | Self::DockerEnv(_)
            | Self::Systemd(_)
            | Self::Github(_) => true,
        }
    }

    /// What belongs to the file at `path` once it is written: commands that carry it to where it is
    /// read, or a part of a configuration that names it. It holds no secret.
    #[must_use]
    pub fn companion(&self, contents: &Contents<'_>, path: &str) -> Option<String> {
        match self {
            Self::Docker(format) => format.companion(contents, path),
            _ => None,
        }
    }

    /// Whether a line of a file that is replaced comes from an earlier export of this kind, though
    /// no secret stands in it.
    #[must_use]
    pub fn is_own_line(&self, line: &str) -> bool {
        match self {
            Self::K8s(format) => format.is_own_line(line),
            Self::Json(format) => format.is_own_line(line),
            Self::Template(format) => format.is_own_line(line),
            _ => false,
        }
    }

    /// What a version is called where it stands; `alone`: its key is a single value, and nothing
    /// else is written. `None` where it has no name.
    #[must_use]
    pub fn called(&self, key: &Key, number: u32, alone: bool) -> Option<Called> {
        let variable =
            |names: &Names| names.of(key, alone).map(|name| ("variable", name.to_string()));
        let (what, name) = match self {
            Self::Chapkit(format) => variable(format.names.as_ref()?)?,
            Self::Dotenv(format) => variable(&format.names)?,
            Self::DockerEnv(format) => variable(&format.names)?,
            Self::Github(format) => variable(&format.names)?,
            Self::K8s(format) => match &format.layout {
                Layout::Variables(names) => variable(names)?,
                Layout::File(_) if key.kind.is_single() && !alone => {
                    ("data key", key.name.to_string())
                }
                Layout::File(data_key) => ("data key", data_key.to_string()),
            },
            Self::Gateway(_) | Self::Json(_) => ("id", export_id(&key.name, number)),
            Self::Heare(_) => ("name", export_id(&key.name, number)),
            _ => return None,
        };
        Some(Called { what, name })
    }

    /// What else is said of a version where it stands. The vault alone knows the limit:
    /// `is_vault` says whether `key` comes from there.
    #[must_use]
    pub fn terms(&self, key: &Key, version: &Version, is_vault: bool) -> Option<Terms> {
        let expires = key.expiry(version);
        match self {
            Self::Gateway(Gateway { dialect: Dialect::Extended(zone) }) => {
                let limit = if is_vault { gateway::rate_limit(key).ok() } else { None };
                let expires = expires.and_then(|end| zone.instant(zone.face(end)?));
                Some(Terms { limit, expires })
            }
            Self::Heare(_) | Self::Json(_) => Some(Terms { limit: None, expires }),
            _ => None,
        }
    }

    /// Whether it says of a key what the vault alone knows, and no manifest.
    #[must_use]
    pub fn tells_metadata(&self) -> bool {
        matches!(self, Self::Gateway(Gateway { dialect: Dialect::Extended(_) }))
    }

    /// The Kubernetes Secret that it is.
    #[must_use]
    pub fn object(&self) -> Option<&K8s> {
        match self {
            Self::K8s(format) => Some(format),
            _ => None,
        }
    }

    /// Whether it holds the secrets themselves, not only what proves them.
    #[must_use]
    pub fn holds_secrets(&self) -> bool {
        !matches!(self, Self::Permas(_))
    }

    /// Whether the consumer keeps what it was told before, so that it has to be told which versions
    /// have ended, even when no other is left.
    #[must_use]
    pub fn tells_ends(&self) -> bool {
        matches!(self, Self::Heare(_) | Self::Permas(_))
    }

    /// The format with what it takes from the environment that is written: its id.
    #[must_use]
    pub fn of_environment(mut self, id: &str) -> Self {
        if let Self::Heare(format) = &mut self {
            id.clone_into(&mut format.origin);
        }
        self
    }

    /// Whether it is added to a file that is somebody else's, instead of replacing one.
    #[must_use]
    pub fn adds(&self) -> bool {
        matches!(self, Self::Github(_))
    }
}

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// What has the name: a variable, a data key, an id.
    pub what: &'static str,
    /// The name.
    pub name: String,
}

/// What is said of a version beside its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Its rate limit, which may be none; `None` where that is not known.
    pub limit: Option<Option<u32>>,
    /// When it ends.
    pub expires: Option<Time>,
}

/// What of an older file would be lost when it is written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces {
    /// Lines, each of which can be told to be ours or not.
    Lines,
    /// The whole file, of which one part tells that it is ours.
    Whole,
    /// Nothing: what others put there is kept.
    Nothing,
}

/// The secrets joined by `separator`, in a buffer that is sized from the start.
fn joined(entries: &[Entry<'_>], separator: &str, before: &str, after: &str) -> Zeroizing<Vec<u8>> {
    let secrets: usize = entries.iter().map(|entry| entry.secret.len() + separator.len()).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(before.len() + secrets + after.len()));
    bytes.extend_from_slice(before.as_bytes());
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            bytes.extend_from_slice(separator.as_bytes());
        }
        bytes.extend_from_slice(entry.secret.expose().as_bytes());
    }
    bytes.extend_from_slice(after.as_bytes());
    bytes
}

/// A list or a value for a variable that somebody else names.
fn bare(entries: &[Entry<'_>]) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let value = joined(entries, ",", "", "\n");
    // A name, the sign behind it, and a NUL for the line feed.
    let bytes = "N=".len() + value.len();
    if bytes > MOST_VARIABLE {
        let what = "a variable with this value".to_owned();
        return Err(ExportError::TooLarge { what, bytes, most: MOST_VARIABLE });
    }
    Ok(value)
}

/// A line for each variable: what stands before its name, between name and value, and after. The
/// buffer is sized from the start; `escape` says what stands for a byte of a value, if not itself.
fn lines(
    variables: &[Assignment],
    [before, between, after]: [&str; 3],
    escape: impl Fn(u8) -> Option<&'static str>,
) -> Zeroizing<Vec<u8>> {
    let frame = before.len() + between.len() + after.len();
    let size = |one: &Assignment| {
        let value = one.value.iter().map(|&byte| escape(byte).map_or(1, str::len));
        frame + one.name.as_str().len() + value.sum::<usize>()
    };
    let mut lines = Zeroizing::new(Vec::with_capacity(variables.iter().map(size).sum()));
    for Assignment { name, value } in variables {
        for part in [before, name.as_str(), between] {
            lines.extend_from_slice(part.as_bytes());
        }
        for byte in value.iter() {
            match escape(*byte) {
                Some(text) => lines.extend_from_slice(text.as_bytes()),
                None => lines.push(*byte),
            }
        }
        lines.extend_from_slice(after.as_bytes());
    }
    lines
}
