//! The log of heare-auth, which names the key and its client.
//!
//! ```text
//! {"key_id":"key_…","key_name":"web","user_agent":"Billing/1.0","event":"verification_success","timestamp":"2026-11-22T07:13:27Z"}
//! {"secret_prefix":"sec_","event":"verification_failed","timestamp":"2026-11-22T07:13:27Z"}
//! ```
//!
//! A refused secret is shown by its first 4 characters, which tell next to nothing.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;

use super::json::{self, Str};
use super::record::{Event, Kind, Record, Request, Shown, When};
use super::stamp::Calendar;

/// What its JSON lines have somewhere.
static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"verification_"));

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    event: Str<'a>,
    #[serde(borrow)]
    timestamp: Option<Str<'a>>,
    #[serde(borrow)]
    key_id: Option<Str<'a>>,
    #[serde(borrow)]
    key_name: Option<Str<'a>>,
    #[serde(borrow)]
    user_agent: Option<Str<'a>>,
    #[serde(borrow)]
    secret_prefix: Option<Str<'a>>,
}

/// A line of JSON.
pub(super) fn json<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<Record<'a>> {
    MARK.find(line)?;
    let line: Line<'a> = serde_json::from_slice(line).ok()?;
    let when = line.timestamp.map_or(When::Missing, |text| json::when(&text, calendar));
    let (shown, accepted) = match line.event.as_str() {
        "verification_success" => {
            let id = line.key_id?.into_bytes();
            let shown = match line.key_name {
                Some(name) => Shown::NameOrId(name.into_bytes(), id),
                None => Shown::Id(id),
            };
            (shown, true)
        }
        "verification_failed" => (Shown::Four(line.secret_prefix?.into_bytes()), false),
        _ => return None,
    };
    let client = line.user_agent.map(Str::into_bytes);
    let event = Event::Request(Request { shown, accepted, client, path: None });
    Some(Record { kind: Kind::Heare, when, event })
}

#[cfg(test)]
mod tests {
    use super::json;
    use crate::evidence::record::{Event, Request, Shown, When};
    use crate::evidence::stamp::{Calendar, Stamp};

    #[test]
    fn both_events_are_read() {
        let mut calendar = Calendar::default();
        let line = br#"{"key_id":"key_0001","key_name":"My Service","user_agent":"MyService/1.0","event":"verification_success","level":"info","timestamp":"2026-11-22T07:13:27.1Z"}"#;
        let record = json(line, &mut calendar).unwrap();
        let instant = Stamp::Instant("2026-11-22T07:13:27Z".parse().unwrap());
        assert_eq!(record.when, When::Stamped(instant));
        let success = Event::Request(Request {
            shown: Shown::NameOrId(b"My Service"[..].into(), b"key_0001"[..].into()),
            accepted: true,
            client: Some(b"MyService/1.0"[..].into()),
            path: None,
        });
        assert_eq!(record.event, success);

        let line = br#"{"secret_prefix":"sec_","event":"verification_failed","timestamp":"2026-11-22T07:13:27Z"}"#;
        let failure = Event::Request(Request {
            shown: Shown::Four(b"sec_"[..].into()),
            accepted: false,
            client: None,
            path: None,
        });
        assert_eq!(json(line, &mut calendar).unwrap().event, failure);
    }

    #[test]
    fn other_lines_are_not_its_own() {
        for line in [
            r#"{"event":"verification_success","timestamp":"2026-11-22T07:13:27Z"}"#,
            r#"{"event":"verification_other","key_id":"a"}"#,
            r#"{"key_id":"a","event":"x"}"#,
            r#"{"event":"verification_failed""#,
        ] {
            assert_eq!(json(line.as_bytes(), &mut Calendar::default()), None, "{line}");
        }
    }
}
