//! Why there is nothing to export.

use std::fmt;

use crate::due::Next;
use crate::environment::EnvironmentName;

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
    /// The format holds one list or one value, and this single value is not alone.
    NotAlone {
        /// The format.
        format: &'static str,
        /// The key, with its environment.
        key: String,
    },
    /// The format is a list of API keys, and this is a single value.
    NoList {
        /// The format.
        format: &'static str,
        /// The key, with its environment.
        key: String,
    },
    /// Two versions would have the same id.
    SameId {
        /// The one version, with its environment.
        one: String,
        /// The key of the other version, with its environment.
        other: String,
        /// The id.
        id: String,
    },
    /// The consumer would not take a key as it is.
    Unfit {
        /// The consumer.
        consumer: &'static str,
        /// The key or version, with its environment.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// Nothing tells which of the consumer's environments this one is.
    NoRealm(EnvironmentName),
    /// The file that is there cannot be added to.
    Existing(&'static str),
    /// Two values would lie under the same name.
    SameName {
        /// The second key, with its environment.
        key: String,
        /// The name.
        name: String,
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
            Self::NoList { format, key } => {
                write!(f, "{format} is a list of API keys, and {key} is a single value")
            }
            Self::SameId { one, other, id } => {
                write!(f, "{one} and a version of {other} would both be called {id}")
            }
            Self::Unfit { consumer, key, why } => {
                write!(f, "{consumer} does not take {key}: {why}")
            }
            Self::NoRealm(environment) => {
                write!(f, "{environment} does not tell whether its keys are test or live")
            }
            Self::Existing(why) => write!(f, "the file that is there cannot be added to: {why}"),
            Self::SameName { key, name } => {
                write!(f, "{key} would be called {name}, which the list is called already")
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
