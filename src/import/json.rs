//! Our own JSON, as [`export`](crate::export::json) writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{About, Fault, Found, Place, Reading, Wrong, fault, text};
use crate::export::json::SCHEMA;
use crate::key::Kind;
use crate::secret::Secret;

/// What is read; fields that a later program may add are passed over.
#[derive(Deserialize)]
struct Export {
    keys: Vec<Exported>,
    values: Vec<Exported>,
}

#[derive(Deserialize)]
struct Exported {
    id: String,
    kind: String,
    secret: String,
    expires: Option<String>,
    description: String,
    owner: String,
    scopes: BTreeSet<String>,
    #[serde(default)]
    allowed_ips: Vec<String>,
    metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Head {
    schema: String,
}

/// Reads an export. Places count the keys, then the single values, from 1. Each is named by its id; its
/// metadata are the notes.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    match serde_json::from_str::<Head>(text) {
        Ok(head) if head.schema == SCHEMA => {}
        Ok(head) if head.schema.starts_with("keyctl.export/") => {
            return Reading::unreadable(Wrong::Unreadable("a newer keyctl wrote it"));
        }
        _ => return Reading::unreadable(Wrong::Unreadable("this is no JSON that keyctl exported")),
    }
    let Ok(export) = serde_json::from_str::<Export>(text) else {
        return Reading::unreadable(Wrong::Unreadable(
            "a field is missing, twice or of another type",
        ));
    };
    let mut reading = Reading::default();
    for (at, one) in export.keys.into_iter().chain(export.values).enumerate() {
        let place = Place(at + 1);
        match one.found(place) {
            Ok(found) => {
                let wrong = fault(found.secret.expose());
                reading.take(found, wrong);
            }
            Err(what) => reading.faults.push(Fault { place, what }),
        }
    }
    reading.finish()
}

impl Exported {
    fn found(self, place: Place) -> Result<Found, Wrong> {
        let secret = Secret::new(self.secret);
        let kind = match self.kind.as_str() {
            "api-key" => Kind::ApiKey,
            other => other.parse().map_err(|_| Wrong::Unreadable("a kind that is not known"))?,
        };
        let expires = self.expires.map(|text| text.parse()).transpose();
        let expires = expires.map_err(|_| Wrong::Unreadable("an end that is no time"))?;
        let about = About {
            description: self.description,
            owner: self.owner,
            scopes: self.scopes.into_iter().collect(),
            allowed_ips: self.allowed_ips,
        };
        let notes = self.metadata.into_iter().collect();
        Ok(Found { name: Some(self.id), kind, expires, notes, about, ..Found::new(place, secret) })
    }
}

#[cfg(test)]
mod tests {
    use super::{Wrong, read};

    const ONE: &str = r#"{"schema":"keyctl.export/1","environment":"prod","generation":1,"side":"services","keys":[{"id":"web-v2","name":"web","version":2,"state":"active","kind":"api-key","secret":"k1","created":"2026-11-22T16:00:00Z","expires":"2027-01-01T00:00:00Z","description":"","owner":"ops","scopes":["a","b"],"metadata":{"x":"1"}}],"values":[],"later":1}"#;

    #[test]
    fn all_that_is_said_of_a_key_is_found() {
        let reading = read(ONE.as_bytes());
        assert_eq!(reading.faults, []);
        let found = &reading.found[0];
        assert_eq!((found.name.as_deref(), found.secret.expose()), (Some("web-v2"), "k1"));
        assert_eq!(found.expires.map(|end| end.to_string()).unwrap(), "2027-01-01T00:00:00Z");
        let notes: Vec<_> =
            found.notes.iter().map(|(name, text)| format!("{name}={text}")).collect();
        assert_eq!(
            (found.about.owner.as_str(), &found.about.scopes[..]),
            ("ops", &["a", "b"].map(str::to_owned)[..])
        );
        let wanted = ["x=1"];
        assert_eq!(notes, wanted);
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for (text, why) in [
            ("{}".to_owned(), "this is no JSON that keyctl exported"),
            (ONE.replace("export/1", "export/2"), "a newer keyctl wrote it"),
            (ONE.replace("\"owner\":\"ops\",", ""), "a field is missing, twice or of another type"),
            (
                ONE.replace("\"owner\":\"ops\"", "\"owner\":\"ops\",\"owner\":\"x\""),
                "a field is missing, twice or of another type",
            ),
        ] {
            let reading = read(text.as_bytes());
            assert!(reading.found.is_empty());
            assert_eq!(reading.faults[0].what, Wrong::Unreadable(why), "{text}");
        }
        let odd = ONE.replace("api-key", "spell");
        assert!(read(odd.as_bytes()).faults.iter().any(|fault| fault.place.0 == 1));
    }
}
