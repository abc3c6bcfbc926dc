//! A key file as chapkit and servicekit read it: UTF-8, one key a line; lines are stripped, empty
//! ones and those that begin with `#` skipped, and the rest is the key, whatever stands in it.

use super::{Fault, Found, Place, Reading, Wrong, key, text};

/// Reads a key file.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    let mut reading = Reading::default();
    for (at, line) in lines(text).enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            let place = Place(at + 1);
            let comma = line.contains(',').then_some(Wrong::Comma);
            reading.faults.extend(comma.map(|what| Fault { place, what }));
            reading.take(Found::new(place, key(line)), key_fault(line));
        }
    }
    reading.finish()
}

/// What of a line would become part of the key, and should not.
fn key_fault(line: &str) -> Option<Wrong> {
    super::fault(line).filter(|_| !line.contains(','))
}

/// Lines as Python's text files have them: at `\n`, `\r\n` and `\r`.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}
