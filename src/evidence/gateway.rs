//! The access log of a file gateway, which names the key's id.
//!
//! ```text
//! 2026-11-22T06:57:56.920656+00:00 | production | GET /v1/models | 200
//! {"ts":"2026-11-22T06:57:59.105846+00:00","key_id":"production","method":"GET","path":"/v1/models","status":200}
//! ```
//!
//! Older ones write the first form with local times and no zone. It names no client.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;

use super::json::{self, Str};
use super::record::{Event, Kind, Record, Request, Shown, Text, When};
use super::stamp::{Calendar, Stamp};

/// What comes after the time of a plain line.
pub(super) fn plain(stamp: Stamp, rest: &[u8]) -> Option<Record<'_>> {
    let rest = rest.strip_prefix(b" | ")?;
    let bar = memchr::memchr(b' ', rest)?;
    let (id, rest) = rest.split_at_checked(bar)?;
    let rest = rest.strip_prefix(b" | ")?;
    let (rest, digits) = rest.split_last_chunk::<3>()?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let request = rest.strip_suffix(b" | ")?;
    let space = memchr::memchr(b' ', request)?;
    let (method, path) = request.split_at_checked(space)?;
    if id.is_empty() || method.is_empty() {
        return None;
    }
    let path = Some(path.trim_ascii_start().into());
    Some(record(When::Stamped(stamp), Cow::Borrowed(id), path))
}

/// What its JSON lines have somewhere.
static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"key_id\""));

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    ts: Str<'a>,
    #[serde(borrow)]
    key_id: Str<'a>,
    #[serde(borrow, default)]
    path: Option<Str<'a>>,
    /// Told apart from other logs by it, whatever it is.
    #[serde(rename = "status")]
    _status: u16,
}

/// A line of JSON.
pub(super) fn json<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<Record<'a>> {
    MARK.find(line)?;
    let line: Line<'a> = serde_json::from_slice(line).ok()?;
    let when = json::when(&line.ts, calendar);
    Some(record(when, line.key_id.into_bytes(), line.path.map(Str::into_bytes)))
}

fn record<'a>(when: When, id: Text<'a>, path: Option<Text<'a>>) -> Record<'a> {
    let event = Event::Request(Request {
        shown: Shown::Id(id),
        // Its own refusals are not logged: every status is the answer of the service behind it.
        accepted: true,
        client: None,
        path,
    });
    Record { kind: Kind::Gateway, when, event }
}

#[cfg(test)]
mod tests {
    use super::{json, plain};
    use crate::evidence::record::{Event, Record, Request, Shown, When};
    use crate::evidence::stamp::{Calendar, Stamp};

    fn read(line: &str) -> Option<Record<'_>> {
        let mut calendar = Calendar::default();
        if line.starts_with('{') {
            return json(line.as_bytes(), &mut calendar);
        }
        let (stamp, rest) = calendar.lead(line.as_bytes())?;
        plain(stamp, rest)
    }

    fn request<'a>(id: &'a str, path: &'a str) -> Event<'a> {
        Event::Request(Request {
            shown: Shown::Id(id.as_bytes().into()),
            accepted: true,
            client: None,
            path: Some(path.as_bytes().into()),
        })
    }

    #[test]
    fn its_three_forms_are_read() {
        let utc = |text: &str| When::Stamped(Stamp::Instant(text.parse().unwrap()));
        let line = "2026-11-22T06:57:56.920656+00:00 | production | GET /v1/models | 200";
        let record = read(line).unwrap();
        assert_eq!(record.when, utc("2026-11-22T06:57:56Z"));
        assert_eq!(record.event, request("production", "/v1/models"));

        let line = "2024-02-06T14:30:22.123456 | production | POST /v1/chat/completions | 200";
        let record = read(line).unwrap();
        let face = Stamp::Face("2024-02-06T14:30:22Z".parse().unwrap());
        assert_eq!(record.when, When::Stamped(face));
        assert_eq!(record.event, request("production", "/v1/chat/completions"));

        let line = r#"{"ts":"2026-11-22T06:57:59.105846+00:00","key_id":"production","method":"GET","path":"/v1/models","status":200}"#;
        let record = read(line).unwrap();
        assert_eq!(record.when, utc("2026-11-22T06:57:59Z"));
        assert_eq!(record.event, request("production", "/v1/models"));
    }

    #[test]
    fn whatever_the_answer_the_key_was_let_in() {
        for status in [200, 401, 403, 404, 429, 500] {
            let plain = format!("2026-11-22T06:57:56Z | web | M-SEARCH / | {status}");
            assert_eq!(read(&plain).unwrap().event, request("web", "/"));
            let json = format!(
                r#"{{"ts":"2026-11-22T06:57:56Z","key_id":"web","path":"/","status":{status}}}"#
            );
            assert_eq!(read(&json).unwrap().event, request("web", "/"));
        }
        let json = r#"{"ts":"2026-11-22T06:57:56Z","key_id":"web","path":null,"status":200}"#;
        assert!(read(json).is_some());
    }

    #[test]
    fn a_path_cannot_pass_for_another_part() {
        let line = "2026-11-22T06:57:56Z | web | GET /a | 401 | x | b | 200";
        assert_eq!(read(line).unwrap().event, request("web", "/a | 401 | x | b"));
        let line = r#"{"path":"/\",\"key_id\":\"x","ts":"2026-11-22T06:57:56Z","key_id":"web","status":200}"#;
        let path = r#"/","key_id":"x"#;
        assert_eq!(read(line).unwrap().event, request("web", path));
    }

    #[test]
    fn other_lines_are_not_its_own() {
        for line in [
            "2026-11-22T06:57:56Z",
            "2026-11-22T06:57:56Z | web",
            "2026-11-22T06:57:56Z | web | GET / | 20",
            "2026-11-22T06:57:56Z | web | GET / | 2x0",
            "2026-11-22T06:57:56Z |  | GET / | 200",
            "2026-11-22T06:57:56Z | web | GET | 200",
            r#"{"ts":"2026-11-22T06:57:59Z","key_id":"web","path":"/""#,
            r#"{"ts":"2026-11-22T06:57:59Z","key_id":"web","key_id":"x","path":"/","status":200}"#,
            r#"{"ts":"2026-11-22T06:57:59Z","path":"/","status":200}"#,
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
