//! The history of an environment: what was done, when and why, and no value.

use std::borrow::Cow;

use crate::clock::Time;
use crate::key::KeyName;

/// One thing that was done. Events are only ever appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Time,
    /// The command, without its arguments: `new`, `rotate migrate`, `recipients add`.
    pub command: Cow<'static, str>,
    /// The key it was done to.
    pub key: Option<KeyName>,
    /// The version it was done to.
    pub version: Option<u32>,
    /// Why, or what exactly, in a person's words or ours.
    pub note: Option<String>,
}

/// The commands that are written: reading one of these back takes no memory.
const COMMANDS: [&str; 15] = [
    "new",
    "import",
    "set",
    "rotate add",
    "rotate migrate",
    "rotate remove",
    "rotate back",
    "rotate --compromised",
    "revoke",
    "restore",
    "purge",
    "env add",
    "env set",
    "recipients add",
    "recipients remove",
];

/// A command that was read, which an older or newer keyctl may have called otherwise.
#[must_use]
pub fn command(text: &str) -> Cow<'static, str> {
    let known = COMMANDS.into_iter().find(|known| *known == text);
    known.map_or_else(|| Cow::Owned(text.to_owned()), Cow::Borrowed)
}

impl Event {
    /// Something done to the environment as a whole.
    #[must_use]
    pub fn new(at: Time, command: &'static str) -> Self {
        Self { at, command: Cow::Borrowed(command), key: None, version: None, note: None }
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
