//! Lines of `NAME=value` that are taken as they are: what `docker run --env-file` reads, and what
//! chapkit's variable is written as. The value is the comma list of [`list`](super::list). Of two lines
//! for one variable the last wins.

use super::{Place, Reading, Wrong, list, text};

/// Reads such lines: every variable, whatever it is called.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    let mut reading = Reading::default();
    let mut variables = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = Place(at + 1);
        let Some((name, value)) = line.split_once('=') else {
            reading.skip(place, "there is no =");
            continue;
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            reading.skip(place, "this is no name of a variable");
            continue;
        }
        variables.push((place, name, value));
    }
    reading.take_variables(variables, |reading, place, name, value| {
        reading.absorb(list::read(value.as_bytes()), place, name, value.as_bytes());
    });
    reading.finish()
}
