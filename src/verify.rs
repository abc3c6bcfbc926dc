//! Whether a secret is good, without a network and, with a manifest, without a passphrase.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use crate::clock::Time;
use crate::environment::{EnvironmentName, Policy};
use crate::key::token::{self, Malformed};
use crate::key::{Digest, Key, KeyName, State, Version};
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

/// What a secret is wanted for.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The environment that it should be good in.
    pub environment: Option<&'a EnvironmentName>,
    /// The scopes that its key should have, all of them.
    pub scopes: &'a [String],
    /// Where it is used from.
    pub address: Option<IpAddr>,
    /// When it should be good.
    pub at: Time,
    /// The time now: what is said of an earlier one is told by the times of the states.
    pub now: Time,
}

impl<'a> Question<'a> {
    /// Whether a secret is good now.
    #[must_use]
    pub fn new(environment: Option<&'a EnvironmentName>, now: Time) -> Self {
        Self { environment, scopes: &[], address: None, at: now, now }
    }
}

/// What can be said of a secret.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// Services must accept it, in this state.
    Valid(Found<'a>, State),
    /// It is known, and not accepted in its state.
    NotAccepted(Found<'a>, State),
    /// It was not made yet.
    NotYet(Found<'a>),
    /// It would be accepted, had it not expired.
    Expired(Found<'a>, Time),
    /// It is good in another environment than the one that was asked for.
    WrongEnvironment(Found<'a>),
    /// It is good, and its key does not have this scope.
    WrongScope(Found<'a>, &'a str),
    /// It is good, and its key may not be used from this address.
    WrongAddress(Found<'a>, IpAddr),
    /// It is well-formed and nowhere to be found.
    Unknown,
    /// It is not the text of any key.
    Malformed(Malformed),
}

impl<'a> Answer<'a> {
    /// The answer in one word, for reports.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Valid(..) => "valid",
            Self::NotAccepted(_, state) => state.word(),
            Self::NotYet(_) => "not yet",
            Self::Expired(..) => "expired",
            Self::WrongEnvironment(_) => "wrong environment",
            Self::WrongScope(..) => "wrong scope",
            Self::WrongAddress(..) => "wrong address",
            Self::Unknown => "unknown",
            Self::Malformed(_) => "malformed",
        }
    }

    /// The version that it is about, where one was found.
    #[must_use]
    pub fn found(&self) -> Option<Found<'a>> {
        match *self {
            Self::Valid(found, _)
            | Self::NotAccepted(found, _)
            | Self::NotYet(found)
            | Self::Expired(found, _)
            | Self::WrongEnvironment(found)
            | Self::WrongScope(found, _)
            | Self::WrongAddress(found, _) => Some(found),
            Self::Unknown | Self::Malformed(_) => None,
        }
    }
}

/// Takes one line end off what was piped in: `echo` and most files add one.
#[must_use]
pub fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

/// Every digest of some environments, looked up in one step.
#[derive(Debug)]
pub struct Lookup<'a> {
    versions: HashMap<Digest, Found<'a>>,
    policies: Vec<(&'a EnvironmentName, &'a Policy)>,
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
        let policies = indexes.iter().map(|index| (index.environment, index.policy));
        Self { versions: by_digest, policies: policies.collect() }
    }

    /// Whether a version has this digest.
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.versions.contains_key(digest)
    }

    /// Judges `secret`.
    ///
    /// The lookup is by digest. Only when nothing has that digest does the form decide between
    /// *unknown* and *malformed*, so a key of somebody else's form that is in the vault is found.
    #[must_use]
    pub fn judge(&self, secret: &Secret, question: &Question<'a>) -> Answer<'a> {
        match self.versions.get(&Digest::of(secret)) {
            Some(found) => judge(*found, question),
            None => judge_form(secret.expose(), &self.policies),
        }
    }
}

/// Judges a version that was found by its digest: state, expiry, environment, scope, address,
/// in this order.
#[must_use]
pub fn judge<'a>(found: Found<'a>, question: &Question<'a>) -> Answer<'a> {
    let Found { environment, key, version } = found;
    let state = if question.at < question.now {
        match state_at(version, question.at) {
            Some(state) => state,
            None => return Answer::NotYet(found),
        }
    } else {
        version.state
    };
    if !key.accepts(state) {
        return Answer::NotAccepted(found, state);
    }
    if let Some(end) = key.expiry(version).filter(|end| *end <= question.at) {
        return Answer::Expired(found, end);
    }
    if question.environment.is_some_and(|wanted| wanted != environment) {
        return Answer::WrongEnvironment(found);
    }
    if let Some(scope) = question.scopes.iter().find(|scope| !key.scopes.contains(*scope)) {
        return Answer::WrongScope(found, scope);
    }
    match question.address.filter(|address| !key.allows(*address)) {
        Some(address) => Answer::WrongAddress(found, address),
        None => Answer::Valid(found, state),
    }
}

/// The state that a version had at an earlier time, as far as its times tell: one that was taken
/// back and given again in between left no trace. `None` before it was made.
fn state_at(version: &Version, at: Time) -> Option<State> {
    let since = |time: Option<Time>| time.is_some_and(|time| time <= at);
    let states = [
        (version.destroyed, State::Destroyed),
        (version.revoked, State::Revoked),
        (version.retired, State::Retired),
        (version.retiring, State::Retiring),
        (version.activated, State::Active),
        (Some(version.created), State::Pending),
    ];
    states.into_iter().find(|(time, _)| since(*time)).map(|(_, state)| state)
}

/// Judges a secret that was found nowhere by its form alone; `known` are the environments that were
/// looked in.
#[must_use]
pub fn judge_form<'a, 'b>(secret: &str, known: &[(&'b EnvironmentName, &'b Policy)]) -> Answer<'a> {
    let templates: Vec<_> = known.iter().flat_map(|(_, policy)| policy.templates()).collect();
    let known = known.iter().map(|(name, policy)| (*name, &policy.code));
    match token::inspect(secret, &templates) {
        Ok(_) => Answer::Unknown,
        Err(Malformed::Check) if token::is_of_other(secret, known) => {
            Answer::Malformed(Malformed::Environment)
        }
        Err(fault) => Answer::Malformed(fault),
    }
}

fn versions<'a>(index: &Index<'a>) -> impl Iterator<Item = Found<'a>> + use<'a> {
    let Index { environment, keys, .. } = *index;
    keys.values().flat_map(move |key| {
        key.versions.iter().map(move |version| Found { environment, key, version })
    })
}
