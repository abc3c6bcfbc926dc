//! Imports: from the bytes of an artifact to the secrets that its consumer would read, by the
//! consumer's own rules.
//!
//! A reader never fails on a line: it says what the consumer makes of it, and what is wrong with it.
//! The same readers serve `import` and `check`. A new format is a file here, and its tests.

pub mod gateway;
pub mod heare;

use std::fmt;

use crate::clock::Time;
use crate::key::Kind;
use crate::secret::Secret;

/// What a consumer makes of an artifact.
#[derive(Debug, Default)]
pub struct Reading {
    /// The secrets that it would read, in their order.
    pub found: Vec<Found>,
    /// What is wrong, in the order of the lines.
    pub faults: Vec<Fault>,
}

/// One secret that a consumer would read.
#[derive(Debug)]
pub struct Found {
    /// Where it stands.
    pub place: Place,
    /// What the artifact calls it: a key id, a variable, a data key.
    pub name: Option<String>,
    /// Whether it is one of a list or a value of its own, where the artifact tells.
    pub kind: Kind,
    /// The secret, exactly as the consumer takes it, stray quotes and all.
    pub secret: Secret,
    /// When the artifact says that it ends.
    pub expires: Option<Time>,
    /// What else the artifact says of it, as text: a description, metadata.
    pub notes: Vec<(String, String)>,
}

/// Something that is wrong with an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub what: Wrong,
}

/// Where something stands: a line from 1, or the part of a value from 1; 0 for the whole artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place(pub usize);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It begins with a byte-order mark, which becomes part of the first key.
    ByteOrderMark,
    /// It is not UTF-8: the consumer does not start.
    NotText,
    /// It has no key at all.
    Empty,
    /// The same key stands at this place already.
    Duplicate(Place),
    /// What the artifact calls it is the name of the key at this place already.
    SameName(Place),
    /// The consumer reads the key, and then does with it what nobody would expect: what, and why.
    Trap(&'static str),
    /// A comma, which this consumer takes for part of the key.
    Comma,
    /// Space or a `#` behind the key, which the consumer takes for part of it.
    Comment,
    /// Quotes, which the consumer takes for part of the key.
    Quotes,
    /// The consumer skips the line, for this reason.
    Skipped(&'static str),
    /// A character that no header can carry, or that another consumer would read differently.
    Character,
    /// The artifact cannot be read at all, for this reason.
    Unreadable(&'static str),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark => {
                f.write_str("a byte-order mark, which becomes part of the first key")
            }
            Self::NotText => f.write_str("not UTF-8 text"),
            Self::Empty => f.write_str("no key"),
            Self::Duplicate(first) => write!(f, "the same key as at {first}"),
            Self::SameName(first) => write!(f, "the same name as at {first}, for another key"),
            Self::Comma => f.write_str("a comma, which becomes part of the key"),
            Self::Comment => f.write_str("something behind the key, which becomes part of it"),
            Self::Quotes => f.write_str("quotes, which become part of the key"),
            Self::Skipped(why) => write!(f, "the line is skipped: {why}"),
            Self::Character => f.write_str("a character that a key cannot have"),
            Self::Trap(why) | Self::Unreadable(why) => f.write_str(why),
        }
    }
}
