//! The comma list of a variable, as chapkit and servicekit read it: split at each comma, the parts
//! stripped, empty ones dropped, and the rest taken as it is, quotes included.

use super::{Found, Place, Reading, Wrong, fault, key, text};

/// Reads the value of a variable. Places are the numbers of the parts.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    let mut reading = Reading::default();
    for (at, part) in text.split(',').enumerate() {
        let part = part.trim();
        if !part.is_empty() {
            reading.take(Found::new(Place(at + 1), key(part)), fault(part));
        }
    }
    reading.finish()
}
