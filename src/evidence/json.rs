//! What the readers of JSON lines share.

use std::borrow::Cow;

use serde::Deserialize;

use super::record::{Text, When};
use super::stamp::Calendar;

/// A JSON string: borrowed from the line where it has no escapes. An `Option` of a plain [`Cow`]
/// would be copied always.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Str<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Str<'a> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Text<'a> {
        match self.0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }
}

/// When `text`, all of it, says it was.
pub(super) fn when(text: &Str<'_>, calendar: &mut Calendar) -> When {
    match calendar.lead(text.as_str().as_bytes()) {
        Some((stamp, [])) => When::Stamped(stamp),
        _ => When::Unreadable,
    }
}
