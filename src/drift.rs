//! Drift: what an artifact holds, against what it should hold.

use std::collections::BTreeSet;
use std::fmt;

use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::import::{Found, Place, Reading, Wrong};
use crate::key::token::Malformed;
use crate::key::{Digest, State};
use crate::verify::{Answer, Lookup};

/// A version that an artifact should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// What it is called, `prod/web@2`.
    pub name: String,
    /// The digest of its secret.
    pub digest: Digest,
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
    /// No key of the vault.
    Unknown,
    /// Not the text of any key.
    Malformed(Malformed),
    /// The artifact is not there.
    Absent,
    /// It is not what would be written now.
    Differs,
    /// What is wrong with the text itself.
    Unreadable(Wrong),
}

impl Status {
    /// Whether it is as it should be. A key that stands twice is read once.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok)
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
            Self::Unknown => "unknown",
            Self::Malformed(_) => "malformed",
            Self::Absent => "absent",
            Self::Differs => "differs",
            Self::Unreadable(Wrong::Duplicate(_)) => "duplicate",
            Self::Unreadable(_) => "unreadable",
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
            Self::Unknown => f.write_str("no key of this vault"),
            Self::Absent => f.write_str("there is no such file"),
            Self::Differs => f.write_str("it is not what would be written now"),
            Self::Malformed(fault) => fault.fmt(f),
            Self::Unreadable(wrong) => wrong.fmt(f),
        }
    }
}

/// Compares what was read with what should be there: a line for each place in its order, then one
/// for each version that is missing.
#[must_use]
pub fn compare(
    reading: &Reading,
    expected: &[Expected],
    lookup: &Lookup<'_>,
    environment: &EnvironmentName,
    now: Time,
) -> Vec<Line> {
    let meant: BTreeSet<Digest> = expected.iter().map(|one| one.digest).collect();
    let mut there = BTreeSet::new();
    let faulty: BTreeSet<Place> = reading.faults.iter().map(|fault| fault.place).collect();
    let mut lines: Vec<Line> = reading
        .faults
        .iter()
        .map(|fault| Line {
            place: Some(fault.place),
            name: None,
            status: Status::Unreadable(fault.what.clone()),
        })
        .collect();
    for found in &reading.found {
        let digest = Digest::of(&found.secret);
        let is_meant = meant.contains(&digest);
        there.insert(digest);
        let (name, status) = judge(found, is_meant, lookup, environment, now);
        // What is wrong with its text is said already, unless the key itself is good.
        if status.is_ok() || !faulty.contains(&found.place) {
            lines.push(Line { place: Some(found.place), name, status });
        }
    }
    lines.sort_by_key(|line| line.place);
    let missing = expected.iter().filter(|one| !there.contains(&one.digest));
    lines.extend(missing.map(|one| Line {
        place: None,
        name: Some(one.name.clone()),
        status: Status::Missing,
    }));
    lines
}

fn judge(
    found: &Found,
    is_meant: bool,
    lookup: &Lookup<'_>,
    environment: &EnvironmentName,
    now: Time,
) -> (Option<String>, Status) {
    let answer = lookup.judge(&found.secret, Some(environment), now);
    let name = match answer {
        Answer::Valid(found)
        | Answer::NotAccepted(found)
        | Answer::Expired(found, _)
        | Answer::WrongEnvironment(found) => {
            Some(format!("{}/{}@{}", found.environment, found.key.name, found.version.number))
        }
        Answer::Unknown | Answer::Malformed(_) => None,
    };
    // The consumer goes by the end that the artifact gives it, whatever the vault says.
    let over = found.expires.filter(|end| *end <= now);
    let status = match answer {
        Answer::Valid(_) => match over {
            Some(end) => Status::Expired(end),
            None if is_meant => Status::Ok,
            None => Status::NotMeant,
        },
        Answer::NotAccepted(found) if found.version.state == State::Revoked => Status::Revoked,
        Answer::NotAccepted(found) => Status::Stale(found.version.state),
        Answer::Expired(_, end) => Status::Expired(end),
        Answer::WrongEnvironment(found) => Status::WrongEnvironment(found.environment.clone()),
        // A key of somebody else's form is unknown; one of ours is damaged.
        Answer::Unknown | Answer::Malformed(Malformed::UnknownForm) => Status::Unknown,
        Answer::Malformed(fault) => Status::Malformed(fault),
    };
    (name, status)
}
