//! The history of an environment: what was done, when and why, and no value.

use crate::clock::Time;
use crate::key::KeyName;

/// One thing that was done. Events are only ever appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Time,
    /// The command, without its arguments: `new`, `rotate migrate`, `recipients add`.
    pub command: String,
    /// The key it was done to.
    pub key: Option<KeyName>,
    /// The version it was done to.
    pub version: Option<u32>,
    /// Why, or what exactly, in a person's words or ours.
    pub note: Option<String>,
}

impl Event {
    /// Something done to the environment as a whole.
    #[must_use]
    pub fn new(at: Time, command: &str) -> Self {
        Self { at, command: command.to_owned(), key: None, version: None, note: None }
    }

    /// The same, of a key.
    #[must_use]
    pub fn of_key(self, key: &KeyName) -> Self {
        Self { key: Some(key.clone()), ..self }
    }

    /// The same, of a version.
    #[must_use]
    pub fn of_version(self, version: u32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same, with a reason or detail.
    #[must_use]
    pub fn because(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}
