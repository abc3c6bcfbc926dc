//! Values on the command line that several verbs take, checked where they are read.

use super::failure::{Failure, Outcome};
use crate::clock::{Period, Time};

/// `NAME=VALUE`.
pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((short(name)?, short(value)?)),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// A scope: one word.
pub(super) fn scope(text: &str) -> Result<String, String> {
    let plain = !text.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c == ',' || c.is_control());
    if plain { short(text) } else { Err("a scope is one word without commas".to_owned()) }
}

/// Text of a length that a list can show and a file can hold.
pub(super) fn short(text: &str) -> Result<String, String> {
    if text.len() <= 4096 { Ok(text.to_owned()) } else { Err("at most 4096 bytes".to_owned()) }
}

/// How far to look ahead; a zero looks at now alone.
pub(super) fn ahead(text: &str) -> Result<Period, String> {
    match text {
        "0w" | "0d" | "0h" | "0m" | "0s" => Ok(Period::seconds(0)),
        _ => text.parse().map_err(|_| {
            "write a number and w, d, h, m or s, at most 100 years (14d, 12h, 0d)".to_owned()
        }),
    }
}

/// An end of life that lies ahead.
pub(super) fn end_of_life(text: &str, now: Time) -> Outcome<Time> {
    let end = Time::from_words(text, now).map_err(|error| Failure::usage(error.to_string()))?;
    if end <= now {
        return Err(Failure::usage(format!("{end} is in the past"))
            .advise("a key that must end now is revoked"));
    }
    Ok(end)
}
