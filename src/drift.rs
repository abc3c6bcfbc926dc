//! Drift: what an artifact holds, against what it should hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::export::gateway::RATE_LIMIT;
use crate::export::{Called, K8s, Terms};
use crate::import::{Found, Object, Place, Reading, Wrong};
use crate::key::token::{self, Malformed};
use crate::key::{Digest, State};
use crate::verify::{Answer, Lookup, Question};

/// A version that an artifact should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What it is called, `prod/web@2`.
    pub name: String,
    /// The digest of its secret.
    pub digest: Digest,
    /// What it should be called there, where that is said.
    pub called: Option<Called>,
    /// What should be said of it, where the artifact says anything.
    pub terms: Option<Terms>,
}

/// What an artifact should be.
#[derive(Debug, Default)]
pub struct Meant<'a> {
    /// The versions that it should hold.
    pub versions: Vec<Expected>,
    /// The Secret that it should be.
    pub object: Option<&'a K8s>,
    /// Whether an export leaves alone what keyctl does not know.
    pub keeps_others: bool,
    /// Whether a client reads it, which sends one key.
    pub is_client: bool,
}

/// What can be said of one place of an artifact, or of a key that has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands; nowhere for what is missing.
    pub place: Option<Place>,
    /// The version, where it is known.
    pub name: Option<String>,
    /// How it is.
    pub status: Status,
}

/// How something in an artifact is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// As it should be.
    Ok,
    /// It should be there, and is not.
    Missing,
    /// Services must no longer accept it; in this state.
    Stale(State),
    /// It has expired.
    Expired(Time),
    /// It was taken back for ever.
    Revoked,
    /// It is of this other environment.
    WrongEnvironment(EnvironmentName),
    /// It is good, and does not belong into this artifact.
    NotMeant,
    /// A client sends one key, and one stands at this place already.
    Several(Place),
    /// It is called something else than it should be.
    Misnamed(Otherwise),
    /// What is said of it is not what the vault says.
    Outdated(Otherwise),
    /// No key of the vault.
    Unknown,
    /// No key of the vault, in an artifact that others write to as well.
    Foreign,
    /// Not the text of any key.
    Malformed(Malformed),
    /// The artifact is not there.
    Absent,
    /// It is not what would be written now.
    Differs,
    /// Its permission bits are not what they would be.
    Mode {
        /// What they are.
        is: u32,
        /// What they would be.
        wanted: u32,
    },
    /// This file beside what is written holds what must no longer be accepted.
    LeftOver(String),
    /// It cannot be read, for this reason.
    Unread(String),
    /// What is wrong with the text itself.
    Unreadable(Wrong),
}

impl Status {
    /// Whether it is as it should be. A key that stands twice is read once.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok | Self::Foreign)
    }

    /// The word for it in reports.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Missing => "missing",
            Self::Stale(_) | Self::Expired(_) => "stale",
            Self::Revoked => "revoked",
            Self::WrongEnvironment(_) => "wrong environment",
            Self::NotMeant => "not meant",
            Self::Several(_) => "several",
            Self::Misnamed(_) => "misnamed",
            Self::Outdated(_) => "outdated",
            Self::Unknown => "unknown",
            Self::Foreign => "foreign",
            Self::Malformed(_) => "malformed",
            Self::Absent => "absent",
            Self::Differs => "differs",
            Self::Mode { .. } => "mode",
            Self::LeftOver(_) => "left over",
            Self::Unreadable(Wrong::Duplicate(_)) => "duplicate",
            Self::Unreadable(_) | Self::Unread(_) => "unreadable",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str(""),
            Self::Missing => f.write_str("it should be here"),
            Self::Stale(state) => write!(f, "it is {state}"),
            Self::Expired(end) => write!(f, "it expired at {end}"),
            Self::Revoked => f.write_str("it was revoked: whoever has it is let in"),
            Self::WrongEnvironment(name) => write!(f, "it is a key of {name}"),
            Self::NotMeant => f.write_str("it is good, and does not belong here"),
            Self::Several(first) => {
                write!(f, "a client sends one key, and one stands at {first} already")
            }
            Self::Misnamed(Otherwise { what, is, wanted }) => {
                write!(f, "the {what} is called {is}; the target says {wanted}")
            }
            Self::Outdated(Otherwise { what, is, wanted }) => {
                write!(f, "the {what} is {is} here; the vault says {wanted}")
            }
            Self::Unknown => f.write_str("no key of this vault"),
            Self::Foreign => f.write_str("no key of this vault, which an export keeps"),
            Self::Absent => f.write_str("there is no such file"),
            Self::Differs => f.write_str("it is not what would be written now"),
            Self::Mode { is, wanted } => {
                write!(f, "its mode is {is:04o}; the target says {wanted:04o}")
            }
            Self::LeftOver(name) => {
                write!(f, "{name} holds a secret that is not accepted any more")
            }
            Self::Unread(why) => f.write_str(why),
            Self::Malformed(fault) => fault.fmt(f),
            Self::Unreadable(wrong) => wrong.fmt(f),
        }
    }
}

/// Something that is not as it should be, and how it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    /// What it is.
    pub what: &'static str,
    /// How it is.
    pub is: String,
    /// How it should be.
    pub wanted: String,
}

impl Line {
    /// Whether an export would put it right, in an artifact of which it keeps what it does not
    /// know; `lines` are all of that artifact.
    #[must_use]
    pub fn is_mended(&self, lines: &[Self]) -> bool {
        let is_ours =
            |place| lines.iter().any(|line| line.place == Some(place) && line.name.is_some());
        match (&self.status, self.place) {
            (Status::WrongEnvironment(_) | Status::NotMeant | Status::Malformed(_), _) => false,
            (Status::Unreadable(Wrong::Duplicate(first)), _) => is_ours(*first),
            (Status::Unreadable(_), Some(place)) => place.0 == 0 || is_ours(place),
            _ => true,
        }
    }
}

/// Compares what was read with what should be there: a line for each place in its order, then one
/// for each version that is missing.
#[must_use]
pub fn compare(
    reading: &Reading,
    meant: &Meant<'_>,
    lookup: &Lookup<'_>,
    environment: &EnvironmentName,
    now: Time,
) -> Vec<Line> {
    // Not collected: that would sort a list first, by code of its own for each kind of collection.
    let (mut expected, mut faulty) = (BTreeMap::new(), BTreeSet::new());
    expected.extend(meant.versions.iter().enumerate().map(|(at, one)| (one.digest, at)));
    faulty.extend(reading.faults.iter().map(|fault| fault.place));
    let mut there = BTreeSet::new();
    let mut lines: Vec<Line> = reading
        .faults
        .iter()
        .filter(|fault| !matches!(fault.what, Wrong::Again(_)))
        .map(|fault| Line {
            place: Some(fault.place),
            name: None,
            status: Status::Unreadable(fault.what.clone()),
        })
        .collect();
    let mut sent: BTreeMap<&str, Place> = BTreeMap::new();
    for found in &reading.found {
        let digest = Digest::of(&found.secret);
        there.insert(digest);
        let wanted = expected.get(&digest).map(|at| &meant.versions[*at]);
        let (name, mut status) = judge(found, wanted.is_some(), lookup, environment, now);
        if status == Status::Unknown && meant.keeps_others {
            status = Status::Foreign;
        }
        if status == Status::Ok && meant.is_client {
            let name = found.name.as_deref().unwrap_or_default();
            match sent.get(name) {
                Some(first) => status = Status::Several(*first),
                None => drop(sent.insert(name, found.place)),
            }
        }
        if let (Status::Ok, Some(wanted)) = (&status, wanted) {
            status = otherwise(found, wanted, lookup).unwrap_or(Status::Ok);
        }
        // What is wrong with its text is said already, unless the key itself is good.
        if status.is_ok() || !faulty.contains(&found.place) {
            lines.push(Line { place: Some(found.place), name, status });
        }
    }
    if let Some(secret) = meant.object {
        lines.extend(reading.objects.iter().flat_map(|object| faults_of_object(object, secret)));
    }
    lines.sort_by_key(|line| line.place);
    let missing = meant.versions.iter().filter(|one| !there.contains(&one.digest));
    lines.extend(missing.map(|one| Line {
        place: None,
        name: Some(one.name.clone()),
        status: Status::Missing,
    }));
    lines
}

/// What of a good key's name or terms is not as it should be.
fn otherwise(found: &Found, wanted: &Expected, lookup: &Lookup<'_>) -> Option<Status> {
    if let (Some(called), Some(name)) = (&wanted.called, &found.name)
        && called.name != *name
    {
        let is_secret = name.contains(found.secret.expose())
            || token::inspect(name, &[]).is_ok()
            || lookup.has(&Digest::of_bytes(name.as_bytes()));
        let is = if is_secret { "like a key".to_owned() } else { name.clone() };
        return Some(Status::Misnamed(Otherwise {
            what: called.what,
            is,
            wanted: called.name.clone(),
        }));
    }
    let terms = wanted.terms?;
    let number = |text: &str| text.trim_start_matches('+').replace('_', "").parse::<u32>().ok();
    let note = found.notes.iter().find(|(name, _)| name == RATE_LIMIT);
    let limit = note.and_then(|(_, text)| number(text));
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let outdated = |what, is: Option<String>, wanted: Option<String>| {
        Some(Status::Outdated(Otherwise { what, is: or_none(is), wanted: or_none(wanted) }))
    };
    match terms.limit {
        Some(wanted) if wanted != limit => outdated(
            "rate limit",
            limit.map(|one| one.to_string()),
            wanted.map(|one| one.to_string()),
        ),
        _ if terms.expires != found.expires => {
            let text = |end: Option<Time>| end.map(|end| end.to_string());
            outdated("end", text(found.expires), text(terms.expires))
        }
        _ => None,
    }
}

fn faults_of_object(object: &Object, wanted: &K8s) -> Vec<Line> {
    let line = |what, is: &str, wanted: String| Line {
        place: Some(object.place),
        name: None,
        status: Status::Misnamed(Otherwise {
            what,
            is: if is.is_empty() { "nothing".to_owned() } else { is.to_owned() },
            wanted,
        }),
    };
    let mut lines = Vec::new();
    if !wanted.has_name(&object.name) {
        lines.push(line("Secret", &object.name, wanted.name.to_string()));
    }
    // Where the target leaves the namespace open, whoever applies it chooses one.
    if let (Some(is), Some(wanted)) = (&object.namespace, &wanted.namespace)
        && *is != wanted.to_string()
    {
        lines.push(line("namespace", is, wanted.to_string()));
    }
    lines
}

fn judge(
    found: &Found,
    is_meant: bool,
    lookup: &Lookup<'_>,
    environment: &EnvironmentName,
    now: Time,
) -> (Option<String>, Status) {
    let answer = lookup.judge(&found.secret, &Question::new(Some(environment), now));
    let name = answer
        .found()
        .map(|found| format!("{}/{}@{}", found.environment, found.key.name, found.version.number));
    // The consumer goes by the end that the artifact gives it, whatever the vault says.
    let over = found.expires.filter(|end| *end <= now);
    let status = match answer {
        Answer::Valid(..) => match over {
            Some(end) => Status::Expired(end),
            None if is_meant => Status::Ok,
            None => Status::NotMeant,
        },
        Answer::NotAccepted(_, State::Revoked) => Status::Revoked,
        Answer::NotAccepted(_, state) => Status::Stale(state),
        Answer::Expired(_, end) => Status::Expired(end),
        Answer::WrongEnvironment(found) => Status::WrongEnvironment(found.environment.clone()),
        Answer::NotYet(_) | Answer::WrongScope(..) | Answer::WrongAddress(..) => Status::NotMeant,
        // A key of somebody else's form is unknown; one of ours is damaged.
        Answer::Unknown | Answer::Malformed(Malformed::UnknownForm) => Status::Unknown,
        Answer::Malformed(fault) => Status::Malformed(fault),
    };
    (name, status)
}
