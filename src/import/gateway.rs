//! A file gateway's key file, `key_id:api_key`, and the newer form with rate limit and expiry.
//!
//! Lines, ids and keys are stripped; empty lines and those that begin with `#` are passed over.
//! What a line does not fit is skipped, and the rest is read. Of a key that stands twice the first
//! line counts.

use std::collections::HashMap;

use super::{Fault, Found, Place, Reading, Wrong, text, time};
use crate::clock::{Time, Zone};
use crate::export::Dialect;
use crate::key::Digest;
use crate::secret::Secret;

/// What a gateway of this dialect makes of a file; a date without a zone is one of the dialect's.
#[must_use]
pub fn read(bytes: &[u8], dialect: &Dialect) -> Reading {
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    let mut reading = Reading::default();
    let mut seen = Seen::default();
    for (at, line) in lines(text).enumerate() {
        let place = Place(at + 1);
        if let Some(what) = fault_of_line(line, place, dialect, &mut seen, &mut reading) {
            reading.faults.push(Fault { place, what });
        }
    }
    reading.finish()
}

/// Where keys and ids stand that were read.
#[derive(Default)]
struct Seen {
    keys: HashMap<Digest, Place>,
    ids: HashMap<String, Place>,
}

/// Python ends a line at a carriage return too.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').flat_map(|line| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line).split('\r')
    })
}

/// White space as Python strips it.
fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}'))
}

fn fault_of_line(
    line: &str,
    place: Place,
    dialect: &Dialect,
    seen: &mut Seen,
    reading: &mut Reading,
) -> Option<Wrong> {
    let line = strip(line);
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let Some((id, rest)) = line.split_once(':') else { return Some(Wrong::Skipped("no colon")) };
    let (key, limit, expiry) = match dialect {
        Dialect::Basic => (rest, "", ""),
        Dialect::Extended(_) => {
            let mut parts = rest.splitn(3, ':');
            let mut next = || strip(parts.next().unwrap_or_default());
            (next(), next(), next())
        }
    };
    let (id, key) = (strip(id), strip(key));
    let is_plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if id.is_empty() || !is_plain(id) {
        return Some(Wrong::Skipped("its id has more than letters, digits, - and _"));
    }
    if !(16..=128).contains(&key.chars().count()) {
        return Some(Wrong::Skipped("its key has not 16 to 128 characters"));
    }
    if !is_plain(key) {
        return Some(Wrong::Skipped("its key has more than letters, digits, - and _"));
    }
    if !limit.is_empty() && !is_limit(limit) {
        return Some(Wrong::Skipped("its rate limit is not a positive whole number"));
    }
    let (expires, mut fault) = match dialect {
        Dialect::Extended(zone) if !expiry.is_empty() => match end(expiry, zone) {
            Some(End::Face(time)) => (Some(time), None),
            Some(End::Zoned(time)) => {
                (Some(time), Some(Wrong::Trap("each use of the key fails: its expiry has a zone")))
            }
            None => return Some(Wrong::Skipped("its expiry is no time")),
        },
        _ => (None, None),
    };
    let secret = Secret::new(key.to_owned());
    if let Some(first) = seen.keys.get(&Digest::of(&secret)) {
        return Some(Wrong::Duplicate(*first));
    }
    seen.keys.insert(Digest::of(&secret), place);
    let first = *seen.ids.entry(id.to_owned()).or_insert(place);
    if first != place && fault.is_none() {
        fault = Some(Wrong::SameName(first));
    }
    if !key.is_ascii() && fault.is_none() {
        fault = Some(Wrong::Character);
    }
    let notes = match limit {
        "" => Vec::new(),
        limit => vec![("rate_limit".to_owned(), limit.to_owned())],
    };
    let name = Some(id.to_owned());
    let is_faulty = fault.is_some();
    reading.found.push(Found { name, expires, notes, is_faulty, ..Found::new(place, secret) });
    fault
}

/// What Python reads as a whole number above zero.
fn is_limit(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let well_parted =
        digits.split('_').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    well_parted && digits.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

enum End {
    /// A time as clocks show it.
    Face(Time),
    /// A time with its zone.
    Zoned(Time),
}

/// An ISO 8601 time or date. Fractions of a second are cut off.
fn end(text: &str, zone: &Zone) -> Option<End> {
    let at = |text: &str| time(text);
    if let Some(face) = at(text).filter(|_| text.len() == "2026-11-22".len()) {
        return zone.instant(face).map(End::Face);
    }
    if !text.get(10..11).is_some_and(|sign| sign == "T" || sign == " ") {
        return None;
    }
    if let Some(face) = at(&format!("{text}Z")).or_else(|| at(&format!("{text}:00Z"))) {
        return zone.instant(face).map(End::Face);
    }
    at(text).map(End::Zoned)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::clock::Zone;
    use crate::export::Dialect;
    use crate::import::Wrong;

    const KEY: &str = "sk-prod-abc123def456";

    fn extended() -> Dialect {
        Dialect::Extended(Zone::default())
    }

    fn found(text: &str, dialect: &Dialect) -> Vec<(usize, String, String)> {
        let found = read(text.as_bytes(), dialect).found.into_iter();
        found.map(|one| (one.place.0, one.name.unwrap(), one.secret.expose().to_owned())).collect()
    }

    #[test]
    fn lines_are_stripped_and_comments_passed_over() {
        let text = format!("# keys\r\n\n  web : {KEY}  \n\t#x:{KEY}\nb_1-2:{KEY}x");
        for dialect in [Dialect::Basic, extended()] {
            assert_eq!(
                found(&text, &dialect),
                [(3, "web".into(), KEY.into()), (5, "b_1-2".into(), format!("{KEY}x"))]
            );
            assert!(read(text.as_bytes(), &dialect).faults.is_empty());
        }
    }

    #[test]
    fn bad_lines_are_skipped_and_the_rest_is_read() {
        for bad in [
            KEY.to_owned(),
            format!("a.b:{KEY}"),
            format!(":{KEY}"),
            "web:123456789012345".to_owned(),
            format!("web:{}", "a".repeat(129)),
            format!("web:{KEY} # old"),
            format!("web:{KEY}+/="),
            format!("\u{feff}web:{KEY}"),
        ] {
            let text = format!("{bad}\nother:{KEY}y\n");
            for dialect in [Dialect::Basic, extended()] {
                assert_eq!(found(&text, &dialect), [(2, "other".into(), format!("{KEY}y"))]);
                let faults = read(text.as_bytes(), &dialect).faults;
                assert!(
                    matches!(faults[..], [ref one] if one.place.0 == 1
                    && matches!(one.what, Wrong::Skipped(_))),
                    "{bad}"
                );
            }
        }
    }

    #[test]
    fn the_first_of_two_lines_with_one_key_counts_and_one_id_has_one_key() {
        let text = format!("a:{KEY}\nb:{KEY}\na:{KEY}2\n");
        let reading = read(text.as_bytes(), &Dialect::Basic);
        let names: Vec<_> = reading.found.iter().map(|one| one.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["a", "a"]);
        let faults: Vec<_> =
            reading.faults.into_iter().map(|one| (one.place.0, one.what)).collect();
        let first = crate::import::Place(1);
        assert_eq!(faults, [(2, Wrong::Duplicate(first)), (3, Wrong::SameName(first))]);
    }

    #[test]
    fn limits_and_expiries_are_read_in_the_newer_form_only() {
        let zone: Zone = "+02:00".parse().unwrap();
        for (rest, limit, expires) in [
            (":120", Some("120"), None),
            ("::2027-01-31T12:00:00", None, Some("2027-01-31T10:00:00Z")),
            (":1_0:2027-01-31", Some("1_0"), Some("2027-01-30T22:00:00Z")),
            (":5:2027-01-31 12:00", Some("5"), Some("2027-01-31T10:00:00Z")),
            ("::2027-01-31T12:00:00.5", None, Some("2027-01-31T10:00:00Z")),
            ("::", None, None),
        ] {
            let text = format!("web:{KEY}{rest}");
            let reading = read(text.as_bytes(), &Dialect::Extended(zone.clone()));
            assert!(reading.faults.is_empty(), "{rest}: {:?}", reading.faults);
            let one = &reading.found[0];
            assert_eq!(one.notes.first().map(|(_, value)| value.as_str()), limit);
            assert_eq!(one.expires.map(|end| end.to_string()).as_deref(), expires);
            assert!(found(&text, &Dialect::Basic).is_empty(), "{rest}");
        }
        for bad in [":0", ":-1", ":x", ":1.5", "::soon", "::2027-13-01", ":5:12:00"] {
            assert!(found(&format!("web:{KEY}{bad}"), &extended()).is_empty(), "{bad}");
        }
        let reading = read(format!("web:{KEY}::2027-01-31T12:00:00Z").as_bytes(), &extended());
        assert!(matches!(reading.faults[0].what, Wrong::Trap(_)));
        assert_eq!(reading.found.len(), 1);
    }

    #[test]
    fn a_file_without_a_key_says_so() {
        for text in ["", "# nothing\n"] {
            let reading = read(text.as_bytes(), &Dialect::Basic);
            assert_eq!(reading.faults[0].what, Wrong::Empty);
        }
        assert_eq!(read(b"web:\xe9", &Dialect::Basic).faults[0].what, Wrong::NotText);
    }
}
