//! Keys and their versions.

pub mod digest;
pub mod generate;
pub mod kind;
pub mod lifecycle;
pub mod network;
pub mod state;
pub mod strength;
pub mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

pub use digest::Digest;
pub use kind::Kind;
pub use network::Network;
pub use state::State;

use crate::clock::Time;
use crate::environment::{BadEnvironmentName, EnvironmentName};
use crate::secret::Secret;

/// A key's name: `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`, unique in its environment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The name of a key that was given none.
    #[must_use]
    pub fn numbered(number: usize) -> Self {
        Self(format!("key-{number}"))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for KeyName {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, BadReference> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts_well && text.bytes().all(plain) && text.len() <= 64 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadReference::Key(text.to_owned()))
        }
    }
}

/// The id under which an export that names keys lists version `number` of the key `name`: `web` for
/// the first, `web-v2` for the second.
///
/// Each version has its own, so that a log which shows ids tells old from new. It is not unique: a
/// key that is itself called `web-v2` has the id of the second version of `web`.
#[must_use]
pub fn export_id(name: &KeyName, number: u32) -> String {
    if number == 1 { name.to_string() } else { format!("{name}-v{number}") }
}

/// Whether a secret can stand in a list that consumers read: printable, not empty, and nothing that
/// separates or quotes. A document holds no other.
#[must_use]
pub fn can_stand_in_a_list(secret: &Secret) -> bool {
    let is_unsafe = |b: u8| !b.is_ascii_graphic() || matches!(b, b',' | b'"' | b'\'' | b'\\');
    // Without a way out early, so that many bytes are looked at at once.
    let unsafe_ones = secret.expose().bytes().fold(0, |any, b| any | u8::from(is_unsafe(b)));
    !secret.is_empty() && unsafe_ones == 0
}

/// What a person writes to name a key or one version of it: `[ENV/]NAME[@VERSION]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The environment, where it was written.
    pub environment: Option<EnvironmentName>,
    /// The key.
    pub key: KeyName,
    /// The version, where it was written.
    pub version: Option<u32>,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(environment) = &self.environment {
            write!(f, "{environment}/")?;
        }
        write!(f, "{}", self.key)?;
        match self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Reference {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, BadReference> {
        let (environment, rest) = match text.split_once('/') {
            Some((name, rest)) => (Some(name.parse()?), rest),
            None => (None, text),
        };
        let (key, version) = match rest.split_once('@') {
            Some((key, number)) => {
                let digits = number.bytes().all(|b| b.is_ascii_digit());
                let version = number.parse().ok().filter(|n| digits && *n > 0);
                (key, Some(version.ok_or_else(|| BadReference::Version(number.to_owned()))?))
            }
            None => (rest, None),
        };
        Ok(Self { environment, key: key.parse()?, version })
    }
}

/// Not the name of a key, or not a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadReference {
    /// The environment's part.
    Environment(BadEnvironmentName),
    /// The key's part.
    Key(String),
    /// The version's part.
    Version(String),
}

impl From<BadEnvironmentName> for BadReference {
    fn from(error: BadEnvironmentName) -> Self {
        Self::Environment(error)
    }
}

impl fmt::Display for BadReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(error) => error.fmt(f),
            Self::Key(text) => write!(
                f,
                "`{text}` is not the name of a key: letters, digits, _ and -, a letter or digit \
                 first, at most 64 characters"
            ),
            Self::Version(text) => write!(f, "`@{text}` is not a version: write @1, @2, …"),
        }
    }
}

impl std::error::Error for BadReference {}

/// A named credential and its generations.
///
/// Invariants, kept by [`crate::rotation`] and [`lifecycle`]: version numbers rise from 1; at most
/// two versions are in an accepted state; where any is, exactly one is active.
#[derive(Debug, Clone)]
pub struct Key {
    /// Unique in the environment.
    pub name: KeyName,
    /// Whether its versions overlap.
    pub kind: Kind,
    /// What it is for; free text.
    pub description: String,
    /// Who answers for it; free text.
    pub owner: String,
    /// String pairs of the user's own.
    pub metadata: BTreeMap<String, String>,
    /// What the key may be used for, in the words of the services.
    pub scopes: BTreeSet<String>,
    /// Where it may be used from; none: from anywhere.
    pub allowed_ips: BTreeSet<Network>,
    /// When it was made.
    pub created: Time,
    /// When the key's life ends, whatever its versions say; `None`: it does not.
    pub expires: Option<Time>,
    /// In the order of their numbers.
    pub versions: Vec<Version>,
}

impl Key {
    /// A key with a first version, which is active.
    #[must_use]
    pub fn new(name: KeyName, first: Version) -> Self {
        Self {
            name,
            kind: Kind::ApiKey,
            description: String::new(),
            owner: String::new(),
            metadata: BTreeMap::new(),
            scopes: BTreeSet::new(),
            allowed_ips: BTreeSet::new(),
            created: first.created,
            expires: None,
            versions: vec![Version {
                state: State::Active,
                activated: Some(first.created),
                ..first
            }],
        }
    }

    /// The version with this number.
    #[must_use]
    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version with this number, to change.
    pub fn version_mut(&mut self, number: u32) -> Option<&mut Version> {
        self.versions.iter_mut().find(|version| version.number == number)
    }

    /// The one version in `state`, of the states that at most one version is in at a time.
    #[must_use]
    pub fn in_state(&self, state: State) -> Option<&Version> {
        self.versions.iter().find(|version| version.state == state)
    }

    /// The number that the next version gets.
    #[must_use]
    pub fn next_number(&self) -> u32 {
        self.versions.last().map_or(1, |version| version.number.saturating_add(1))
    }

    /// When `version` stops being accepted by itself: the earlier of its own end and the key's.
    #[must_use]
    pub fn expiry(&self, version: &Version) -> Option<Time> {
        [self.expires, version.expires].into_iter().flatten().min()
    }

    /// Whether the key itself has come to its end, whatever its versions say.
    #[must_use]
    pub fn is_over(&self, now: Time) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    /// Whether `version` has come to its end at `now`.
    #[must_use]
    pub fn is_expired(&self, version: &Version, now: Time) -> bool {
        self.expiry(version).is_some_and(|end| end <= now)
    }

    /// Whether it may be used from `address`.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        let mut allowed = self.allowed_ips.iter();
        self.allowed_ips.is_empty() || allowed.any(|network| network.contains(address))
    }

    /// Whether services are to accept a version in `state`: of a single value, only the active one.
    #[must_use]
    pub fn accepts(&self, state: State) -> bool {
        if self.kind.is_single() { state == State::Active } else { state.is_accepted() }
    }

    /// Whether services must accept `version` at `now`.
    #[must_use]
    pub fn is_accepted(&self, version: &Version, now: Time) -> bool {
        self.accepts(version.state) && !self.is_expired(version, now)
    }

    /// The versions that services must accept at `now`: active, then pending, then retiring.
    #[must_use]
    pub fn accepted(&self, now: Time) -> Vec<&Version> {
        let accepted = self.versions.iter().filter(|version| self.is_accepted(version, now));
        let mut accepted: Vec<_> = accepted.collect();
        accepted.sort_by_key(|version| version.state);
        accepted
    }
}

/// One generation of a key.
#[derive(Debug, Clone)]
pub struct Version {
    /// From 1, rising, never used again.
    pub number: u32,
    /// Where it stands.
    pub state: State,
    /// The string that clients send; `None` once it is revoked or destroyed.
    pub secret: Option<Secret>,
    /// Digest of the secret; stays when the secret goes. Of a weak secret it is known only while the
    /// secret is, as it is written nowhere.
    pub digest: Option<Digest>,
    /// Whether the secret cannot be told to be random: [`strength::is_weak`].
    pub is_weak: bool,
    /// The version that a rotation replaced, or set out to replace, by this one.
    pub replaces: Option<u32>,
    /// When it was made.
    pub created: Time,
    /// When clients were told to send it; stays when that is taken back.
    pub activated: Option<Time>,
    /// When its replacement became active.
    pub retiring: Option<Time>,
    /// While retiring: when its removal is due.
    pub retire_by: Option<Time>,
    /// When services were told to stop accepting it.
    pub retired: Option<Time>,
    /// When it was revoked.
    pub revoked: Option<Time>,
    /// When its secret was destroyed.
    pub destroyed: Option<Time>,
    /// When it stops being accepted by itself, by the policy it was made under.
    pub expires: Option<Time>,
    /// Why it was revoked.
    pub reason: Option<String>,
}

impl Version {
    /// The digest, unless it would help to guess the secret.
    #[must_use]
    pub fn public_digest(&self) -> Option<Digest> {
        self.digest.filter(|_| !self.is_weak)
    }

    /// The fingerprint for people to compare; `weak` where there is none to show.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.public_digest().map_or_else(|| "weak".to_owned(), |digest| digest.fingerprint())
    }

    /// [`Self::activated`] as it is written down: left out of an active version that has been active
    /// since it was made.
    #[must_use]
    pub fn written_activated(&self) -> Option<Time> {
        self.activated.filter(|at| self.state != State::Active || *at != self.created)
    }

    /// [`Self::activated`] of what was [written down](Self::written_activated).
    #[must_use]
    pub fn read_activated(state: State, created: Time, written: Option<Time>) -> Option<Time> {
        written.or_else(|| (state == State::Active).then_some(created))
    }

    /// A pending version.
    #[must_use]
    pub fn new(number: u32, secret: Secret, created: Time, expires: Option<Time>) -> Self {
        Self {
            number,
            state: State::Pending,
            digest: Some(Digest::of(&secret)),
            is_weak: false,
            secret: Some(secret),
            replaces: None,
            created,
            activated: None,
            retiring: None,
            retire_by: None,
            retired: None,
            revoked: None,
            destroyed: None,
            expires,
            reason: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyName, Reference, export_id};

    #[test]
    fn each_version_has_an_export_id_of_its_own() {
        let name: KeyName = "web".parse().unwrap();
        assert_eq!(export_id(&name, 1), "web");
        assert_eq!(export_id(&name, 2), "web-v2");
        assert_eq!(export_id(&name, 12), "web-v12");
    }

    #[test]
    fn references_read_what_they_write() {
        for text in ["web", "prod/web", "web@2", "prod/web@12", "p/A-b_c"] {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        let long = "a".repeat(65);
        for text in [
            "",
            "/",
            "prod/",
            "/web",
            "prod/web@",
            "web@0",
            "web@x",
            "web@+1",
            "web@4294967296",
            "-web",
            "_web",
            "we b",
            "prod/web/x",
            "web@1@2",
            "é",
            "Prod/web",
            &long,
        ] {
            assert!(text.parse::<Reference>().is_err(), "{text}");
        }
    }
}
