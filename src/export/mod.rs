//! Exports: from what services must accept, or clients send, to the exact bytes that one consumer
//! reads.
//!
//! An exporter is a pure function: it gets entries and returns an [`Artifact`], the same bytes for
//! the same entries, and writes nothing. A new format is a file here, a variant of [`Format`] and
//! its tests.

mod chapkit;
mod docker;
mod k8s;

use std::fmt;

use zeroize::Zeroizing;

pub use chapkit::{BadVariable, Chapkit, Variable};
pub use docker::Docker;
pub use k8s::{BadKubernetesName, DataKey, K8s, Label, Layout, Name, Namespace};

use crate::clock::Time;
use crate::due::{self, Next};
use crate::environment::EnvironmentName;
use crate::key::{Key, State, Version};
use crate::secret::Secret;

/// One secret of a list.
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

/// The entries for `side`, never none: active versions first, then pending, then retiring, each by
/// the keys' names.
pub fn entries<'a>(
    environment: &EnvironmentName,
    keys: &[&'a Key],
    side: Side,
    expired: Expired,
    now: Time,
) -> Result<Vec<Entry<'a>>, ExportError> {
    let mut entries = Vec::new();
    let mut over = Vec::new();
    for key in keys {
        let active = key.in_state(State::Active);
        let over_now = active.filter(|active| key.is_expired(active, now));
        if let Some(active) = over_now {
            over.push(ExpiredVersion {
                key: format!("{environment}/{}", key.name),
                number: active.number,
                next: due::next_of_expired(key, now),
            });
        }
        let wanted = key.accepted(now).into_iter().filter(|version| match side {
            Side::Services => true,
            Side::Clients => version.state == State::Active,
        });
        entries.extend(wanted.filter_map(|version| {
            version.secret.as_ref().map(|secret| Entry { key, version, secret })
        }));
    }
    if expired == Expired::Refuse && !over.is_empty() {
        return Err(ExportError::Expired(over));
    }
    if entries.is_empty() {
        return Err(ExportError::Empty);
    }
    entries.sort_by(|a, b| (a.version.state, &a.key.name).cmp(&(b.version.state, &b.key.name)));
    Ok(entries)
}

/// Bytes for one consumer. They hold secrets, so they are wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Artifact(Zeroizing<Vec<u8>>);

impl Artifact {
    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Artifact({} bytes)", self.0.len())
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
}

impl Format {
    /// Writes `entries` in this format.
    #[must_use]
    pub fn write(&self, entries: &[Entry<'_>]) -> Artifact {
        Artifact(match self {
            Self::Chapkit(format) => format.write(entries),
            Self::Docker(format) => format.write(entries),
            Self::K8s(format) => format.write(entries),
        })
    }
}

/// An active version that has come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredVersion {
    /// The key, with its environment.
    pub key: String,
    /// The version.
    pub number: u32,
    /// What to do about it.
    pub next: Next,
}

/// Why there is nothing to export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// No version is accepted: some services let everybody in when their list is empty.
    Empty,
    /// The active versions of these keys have expired.
    Expired(Vec<ExpiredVersion>),
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
