//! heare-auth's keys.json, plain or encrypted.
//!
//! Of a secret that stands twice the last record counts. With one record that has no id or no secret
//! the service reads none. Without a name, or with an expiry that has no zone, it fails at each use
//! of the key; an expiry that is no time at all never comes.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::{Fault, Found, Place, Reading, Wrong, time};
use crate::clock::Time;
use crate::export::fernet;
use crate::export::heare::{Fields, File, MARK};
use crate::key::Digest;

/// What heare-auth makes of a file, with the key of its storage secret where it is encrypted.
#[must_use]
pub fn read(bytes: &[u8], key: Option<&fernet::Key>) -> Reading {
    let unreadable = |why| Reading::unreadable(Wrong::Unreadable(why));
    let opened = match (bytes.strip_prefix(MARK), key) {
        (None, _) => None,
        (Some(_), None) => return unreadable("it is encrypted: its storage secret is needed"),
        (Some(token), Some(key)) => match key.open(token) {
            None => return unreadable("the storage secret does not open it"),
            plain => plain,
        },
    };
    let plain = opened.as_ref().map_or(bytes, |plain| plain.as_slice());
    match File::read(plain) {
        Ok(file) => records(&file),
        Err(why) => unreadable(why),
    }
}

fn records(file: &File<'_>) -> Reading {
    let mut reading = Reading::default();
    let mut last = HashMap::new();
    for (at, (_, fields)) in file.records.iter().enumerate() {
        if let Some(secret) = fields.secret() {
            last.insert(Digest::of(&secret), Place(at + 1));
        }
    }
    let mut ids = HashMap::new();
    for (at, (_, fields)) in file.records.iter().enumerate() {
        let place = Place(at + 1);
        let what = record(fields, place, &last, &mut ids, &mut reading.found);
        reading.faults.extend(what.map(|what| Fault { place, what }));
    }
    reading.finish()
}

/// Takes up the secret of a record, and says what is wrong with it.
fn record(
    fields: &Fields<'_>,
    place: Place,
    last: &HashMap<Digest, Place>,
    ids: &mut HashMap<String, Place>,
    found: &mut Vec<Found>,
) -> Option<Wrong> {
    let Some(secret) = fields.secret() else {
        return Some(Wrong::Skipped("its secret is no text that could be sent"));
    };
    let id = fields.text("id");
    if let Some(later) = last.get(&Digest::of(&secret)).filter(|later| **later != place) {
        return Some(Wrong::Duplicate(*later));
    }
    let name = fields.text("name");
    let end = end(fields);
    let first = id.clone().map(|id| *ids.entry(id).or_insert(place));
    let fault = if name.is_none() {
        Some(Wrong::Trap("each use of the key fails: it has no name"))
    } else {
        match (&end, first) {
            (End::Naive, _) => {
                Some(Wrong::Trap("each use of the key fails: its expiry has no zone"))
            }
            (End::NoTime, _) => Some(Wrong::Trap("it never ends: its expiry is no time")),
            (_, Some(first)) if first != place => Some(Wrong::SameName(first)),
            _ => None,
        }
    };
    let expires = if let End::At(time) = end { Some(time) } else { None };
    let as_text = |raw: &RawValue| {
        serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
    };
    let pairs = fields.pairs("metadata").into_iter();
    let notes = pairs.map(|(name, raw)| (name, as_text(raw))).collect();
    let name = name.or(id);
    let is_faulty = fault.is_some();
    found.push(Found { name, expires, notes, is_faulty, ..Found::new(place, secret) });
    fault
}

/// What a record says of its end.
enum End {
    /// Nothing.
    Never,
    At(Time),
    /// A time without a zone.
    Naive,
    /// Something else.
    NoTime,
}

fn end(fields: &Fields<'_>) -> End {
    match fields.get("expires_at").map(RawValue::get) {
        None | Some("null" | "\"\"") => return End::Never,
        Some(_) => {}
    }
    let Some(text) = fields.text("expires_at") else { return End::NoTime };
    let at = |text: &str| time(text);
    if text.len() == "2026-11-22".len() {
        return at(&text).map_or(End::NoTime, |_| End::Naive);
    }
    let naive = || at(&format!("{text}Z")).map_or(End::NoTime, |_| End::Naive);
    at(&text).map_or_else(naive, End::At)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::export::fernet::Key;
    use crate::import::{Place, Reading, Wrong};
    use crate::secret::Secret;

    fn wrongs(reading: &Reading) -> Vec<(usize, Wrong)> {
        reading.faults.iter().map(|fault| (fault.place.0, fault.what.clone())).collect()
    }

    #[test]
    fn records_are_read_as_the_service_reads_them() {
        let text = r#"{"version":1,"keys":[
            {"id":"key_a","secret":"one","name":"My \"Service\"","expires_at":"2027-01-31T00:00:00.5Z","metadata":{"env":"prod","n":1.50}},
            {"id":"key_b","secret":"twice","name":"b"},
            {"id":"key_c","secret":"twice","name":"c","expires_at":null},
            {"id":"key_d","secret":"three"},
            {"id":"key_a","secret":"four","name":"d"},
            {"id":"key_e","secret":"","name":"e"},
            {"id":"key_f","secret":"five","name":"f","expires_at":"2027-01-31"},
            {"id":"key_g","secret":"six","name":"g","expires_at":"2027-01-31T12:00:00"},
            {"id":"key_h","secret":"seven","name":"h","expires_at":"2027-01-31T12:00:00+02:00"},
            {"id":"key_i","secret":"eight","name":"i","expires_at":"soon"},
            {"id":"key_j","secret":"nine","name":"j","expires_at":""}
        ]}"#;
        let reading = read(text.as_bytes(), None);
        let found: Vec<_> = reading
            .found
            .iter()
            .map(|one| (one.place.0, one.name.as_deref().unwrap(), one.secret.expose()))
            .collect();
        let expected = [
            (1, "My \"Service\"", "one"),
            (3, "c", "twice"),
            (4, "key_d", "three"),
            (5, "d", "four"),
            (7, "f", "five"),
            (8, "g", "six"),
            (9, "h", "seven"),
            (10, "i", "eight"),
            (11, "j", "nine"),
        ];
        assert_eq!(found, expected);
        assert_eq!(reading.found[0].expires, "2027-01-31T00:00:00Z".parse().ok());
        assert_eq!(reading.found[6].expires, "2027-01-31T10:00:00Z".parse().ok());
        let notes = [("env", "prod"), ("n", "1.50")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(reading.found[0].notes, notes);
        let naive = Wrong::Trap("each use of the key fails: its expiry has no zone");
        assert_eq!(
            wrongs(&reading),
            [
                (2, Wrong::Duplicate(Place(3))),
                (4, Wrong::Trap("each use of the key fails: it has no name")),
                (5, Wrong::SameName(Place(1))),
                (6, Wrong::Skipped("its secret is no text that could be sent")),
                (7, naive.clone()),
                (8, naive),
                (10, Wrong::Trap("it never ends: its expiry is no time")),
            ]
        );
    }

    #[test]
    fn an_encrypted_file_needs_its_secret() {
        let key = |text: &str| Key::of(&Secret::new(text.to_owned())).unwrap();
        let plain = br#"{"keys":[{"id":"a","secret":"s","name":"n"}]}"#;
        let at = "2026-11-22T16:00:00Z".parse().unwrap();
        let token = key("right").seal(plain, at, &[1; 16]).unwrap();
        let file = format!("HEARE_ENCRYPTED_V1:{token}");
        assert_eq!(read(file.as_bytes(), Some(&key("right"))).found.len(), 1);
        for key in [None, Some(&key("wrong"))] {
            let reading = read(file.as_bytes(), key);
            assert!(matches!(wrongs(&reading)[..], [(0, Wrong::Unreadable(_))]));
        }
    }

    #[test]
    fn what_is_no_list_of_keys_is_unreadable() {
        let good = r#"{"id":"a","secret":"s","name":"n"}"#;
        let no_id = format!(r#"{{"keys":[{good},{{"secret":"t","name":"m"}}]}}"#);
        let no_secret = format!(r#"{{"keys":[{{"id":"b","name":"m"}},{good}]}}"#);
        let none = ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#];
        for text in none.into_iter().chain([&*no_id, &no_secret]) {
            let reading = read(text.as_bytes(), None);
            assert!(matches!(wrongs(&reading)[..], [(0, Wrong::Unreadable(_))]), "{text}");
        }
        for text in [r#"{"keys":[]}"#, "\u{feff}{\"keys\":[]}"] {
            assert_eq!(wrongs(&read(text.as_bytes(), None)), [(0, Wrong::Empty)]);
        }
    }
}
