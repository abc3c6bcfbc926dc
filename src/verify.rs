//! Whether a secret is good, without a network and, with a manifest, without a passphrase.

use std::collections::{BTreeMap, HashMap};

use crate::clock::Time;
use crate::environment::{Code, EnvironmentName, Policy, Profile, Template};
use crate::key::token::{self, Malformed};
use crate::key::{Digest, Key, KeyName, Version};
use crate::secret::Secret;

/// What is known of one environment: from its manifest, or from the vault itself.
#[derive(Debug, Clone, Copy)]
pub struct Index<'a> {
    /// The environment.
    pub environment: &'a EnvironmentName,
    /// Its policy, for its custom form of keys.
    pub policy: &'a Policy,
    /// Its keys.
    pub keys: &'a BTreeMap<KeyName, Key>,
}

/// A version that a secret was found to be.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Its environment.
    pub environment: &'a EnvironmentName,
    /// Its key.
    pub key: &'a Key,
    /// The version.
    pub version: &'a Version,
}

/// What can be said of a secret.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// Services must accept it.
    Valid(Found<'a>),
    /// It is known, and not accepted in its state.
    NotAccepted(Found<'a>),
    /// It would be accepted, had it not expired.
    Expired(Found<'a>, Time),
    /// It is good in another environment than the one that was asked for.
    WrongEnvironment(Found<'a>),
    /// It is well-formed and nowhere to be found.
    Unknown,
    /// It is not the text of any key.
    Malformed(Malformed),
}

impl Answer<'_> {
    /// The answer in one word, for reports.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Valid(_) => "valid",
            Self::NotAccepted(found) => found.version.state.word(),
            Self::Expired(..) => "expired",
            Self::WrongEnvironment(_) => "wrong environment",
            Self::Unknown => "unknown",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// Takes one line end off what was piped in: `echo` and most files add one.
#[must_use]
pub fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Judges `secret` against `indexes`; `wanted` is the environment that it should be good in.
///
/// The lookup is by digest. Only when nothing has that digest does the form decide between
/// *unknown* and *malformed*, so a key of somebody else's form that is in the vault is found.
#[must_use]
pub fn judge<'a>(
    secret: &Secret,
    indexes: &[Index<'a>],
    wanted: Option<&EnvironmentName>,
    now: Time,
) -> Answer<'a> {
    let digest = Digest::of(secret);
    let found = indexes.iter().find_map(|index| {
        let mut versions = versions(index);
        versions.find(|found| found.version.digest == Some(digest))
    });
    answer(found, secret, &templates(indexes), wanted, now)
}

/// The same for many secrets: every digest is looked up in one step.
#[derive(Debug)]
pub struct Lookup<'a> {
    versions: HashMap<Digest, Found<'a>>,
    templates: Vec<(&'a Template, &'a Code)>,
}

impl<'a> Lookup<'a> {
    /// A lookup in `indexes`; what several hold is found in the first one.
    #[must_use]
    pub fn new(indexes: &[Index<'a>]) -> Self {
        let mut by_digest = HashMap::new();
        for found in indexes.iter().flat_map(versions) {
            if let Some(digest) = found.version.digest {
                by_digest.entry(digest).or_insert(found);
            }
        }
        Self { versions: by_digest, templates: templates(indexes) }
    }

    /// As [`judge`] does.
    #[must_use]
    pub fn judge(
        &self,
        secret: &Secret,
        wanted: Option<&EnvironmentName>,
        now: Time,
    ) -> Answer<'a> {
        let found = self.versions.get(&Digest::of(secret)).copied();
        answer(found, secret, &self.templates, wanted, now)
    }
}

fn answer<'a>(
    found: Option<Found<'a>>,
    secret: &Secret,
    templates: &[(&Template, &Code)],
    wanted: Option<&EnvironmentName>,
    now: Time,
) -> Answer<'a> {
    let Some(found) = found else {
        return match token::inspect(secret.expose(), templates) {
            Ok(_) => Answer::Unknown,
            Err(fault) => Answer::Malformed(fault),
        };
    };
    if !found.key.accepts(found.version.state) {
        return Answer::NotAccepted(found);
    }
    if let Some(end) = found.key.expiry(found.version).filter(|end| *end <= now) {
        return Answer::Expired(found, end);
    }
    if wanted.is_some_and(|wanted| wanted != found.environment) {
        return Answer::WrongEnvironment(found);
    }
    Answer::Valid(found)
}

fn templates<'a>(indexes: &[Index<'a>]) -> Vec<(&'a Template, &'a Code)> {
    let template = |index: &Index<'a>| match &index.policy.profile {
        Profile::Custom(template) => Some((template, &index.policy.code)),
        _ => None,
    };
    indexes.iter().filter_map(template).collect()
}

fn versions<'a>(index: &Index<'a>) -> impl Iterator<Item = Found<'a>> + use<'a> {
    let Index { environment, keys, .. } = *index;
    keys.values().flat_map(move |key| {
        key.versions.iter().map(move |version| Found { environment, key, version })
    })
}
