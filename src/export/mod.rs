//! Exports: from what services must accept, or clients send, to the exact bytes that one consumer
//! reads.
//!
//! An exporter is a pure function: it gets [`Contents`] and returns an [`Artifact`], the same bytes
//! for the same contents, and writes nothing. A new format is a file here, a variant of [`Format`] and
//! its tests.

mod chapkit;
mod docker;
pub mod json;
mod k8s;
mod ours;
mod template;
mod variable;
mod words;
mod yaml;

use std::fmt;

use zeroize::Zeroizing;

pub use chapkit::Chapkit;
pub use docker::{BadDockerName, Carrier, Docker, DockerName, ServiceName};
pub use json::Json;
pub use k8s::{
    Annotation, BadKubernetesName, DataKey, K8s, Label, Layout, Name, Namespace, SecretType,
    Writing,
};
pub use ours::{foreign_line, has_ours};
pub use template::Template;
pub use variable::{BadVariable, Names, Variable};

use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::key::{Key, State, Version};
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

/// What an artifact is made of; never empty.
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
}

impl<'a> Contents<'a> {
    /// What `side` must hold at `now` of the `chosen` keys of an environment.
    pub fn new(
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
        let contents = Self {
            environment,
            generation,
            side,
            keys: entries(&keys, side, now),
            secrets: entries(&singles, side, now),
        };
        if contents.keys.is_empty() && contents.secrets.is_empty() {
            return Err(ExportError::Empty);
        }
        Ok(contents)
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

    /// Every value with the name of its variable.
    pub(crate) fn variables(&self, names: &Names) -> Result<Vec<Assignment>, ExportError> {
        let mut variables: Vec<Assignment> = Vec::new();
        if !self.keys.is_empty() {
            let name = names.given.as_ref().unwrap_or(&names.list);
            let value = joined(&self.keys, ",", "", "");
            variables.push(Assignment { name: name.clone(), value });
        }
        let alone = self.keys.is_empty() && self.secrets.len() == 1;
        for secret in &self.secrets {
            let name = match names.given.as_ref().filter(|_| alone) {
                Some(given) => given.clone(),
                None => Variable::of_key(&secret.key.name)
                    .ok_or_else(|| ExportError::NoVariable { key: self.name(secret) })?,
            };
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
            has_pending: key.in_state(State::Pending).is_some(),
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
    entries.sort_by(|a, b| (a.version.state, &a.key.name).cmp(&(b.version.state, &b.key.name)));
    entries
}

/// What one consumer reads: a file, or several that belong together. They hold secrets, so they are
/// wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The files; a single one may have no name of its own.
    pub files: Vec<File>,
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
        Self { files: vec![File { name: None, bytes }] }
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
    /// Our own JSON.
    Json(Json),
    /// A template of the user's own.
    Template(Template),
}

impl Format {
    /// Writes `contents` in this format.
    pub fn write(&self, contents: &Contents<'_>) -> Result<Artifact, ExportError> {
        match self {
            Self::Chapkit(format) => format.write(contents),
            Self::Docker(format) => format.write(contents),
            Self::K8s(format) => format.write(contents),
            Self::Json(format) => Ok(format.write(contents)),
            Self::Template(format) => format.write(contents),
        }
        .map(Artifact::one)
    }

    /// Whether it holds several values under names of their own, so that an export of a whole
    /// environment takes its single values too.
    #[must_use]
    pub fn holds_many(&self) -> bool {
        match self {
            Self::Chapkit(_) | Self::Docker(_) | Self::K8s(_) => false,
            Self::Json(_) | Self::Template(_) => true,
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
}

/// An active version that has come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredVersion {
    /// The key, with its environment.
    pub key: String,
    /// The version.
    pub number: u32,
    /// Whether a new version waits to take its place.
    pub has_pending: bool,
}

/// Why there is nothing to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// No version is accepted: some services let everybody in when their list is empty.
    Empty,
    /// The active versions of these keys have expired.
    Expired(Vec<ExpiredVersion>),
    /// The format holds one list or one value, and this single value is not alone.
    NotAlone {
        /// The format.
        format: &'static str,
        /// The key, with its environment.
        key: String,
    },
    /// The name of this key makes no name of a variable.
    NoVariable {
        /// The key, with its environment.
        key: String,
    },
    /// Two values would be the same variable.
    SameVariable {
        /// The second key, with its environment.
        key: String,
        /// The variable.
        variable: String,
    },
    /// A Secret of this type has other data keys.
    NoDataKey {
        /// The type.
        secret_type: String,
        /// What one of its data keys is called.
        wanted: String,
    },
    /// A name that has become too long.
    NameTooLong {
        /// Of what.
        what: &'static str,
        /// The name.
        name: String,
        /// How long it may be.
        most: usize,
    },
    /// The user's own template cannot be read, or filled in.
    Template {
        /// What the user calls it.
        name: String,
        /// Where in it, from 1.
        line: Option<usize>,
        /// What is wrong.
        why: String,
    },
    /// More than the consumer takes.
    TooLarge {
        /// What is too large.
        what: String,
        /// How large it is, in bytes.
        bytes: usize,
        /// How large it may be.
        most: usize,
    },
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => {
                f.write_str("there is no version to accept, and an empty list is never written")
            }
            Self::Expired(versions) => {
                let names = versions.iter().map(|one| format!("{}@{}", one.key, one.number));
                let names = names.collect::<Vec<_>>().join(", ");
                write!(f, "what clients send has expired: {names}")
            }
            Self::NotAlone { format, key } => {
                write!(f, "{format} holds one list or one value, and {key} is not alone")
            }
            Self::NoVariable { key } => {
                write!(f, "the name of {key} makes no name of a variable")
            }
            Self::SameVariable { key, variable } => {
                write!(f, "{key} would be the variable {variable}, which is there already")
            }
            Self::NoDataKey { secret_type, wanted } => {
                write!(f, "a Secret of type {secret_type} needs the data key {wanted}")
            }
            Self::NameTooLong { what, name, most } => {
                write!(f, "{what}, {name}, would have more than {most} characters")
            }
            Self::Template { name, line: Some(line), why } => {
                write!(f, "line {line} of the template {name}: {why}")
            }
            Self::Template { name, line: None, why } => write!(f, "the template {name}: {why}"),
            Self::TooLarge { what, bytes, most } => {
                write!(f, "{what} would have {bytes} bytes, and at most {most} are read")
            }
        }
    }
}

impl std::error::Error for ExportError {}

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
