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
    let status = digits.iter().try_fold(0_u16, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0'))
    })?;
    let request = rest.strip_suffix(b" | ")?;
    let space = memchr::memchr(b' ', request)?;
    let (method, path) = request.split_at_checked(space)?;
    if id.is_empty() || method.is_empty() || !method.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    Some(record(When::Stamped(stamp), Cow::Borrowed(id), path.trim_ascii_start().into(), status))
}

/// What its JSON lines have somewhere.
static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"key_id\""));

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    ts: Str<'a>,
    #[serde(borrow)]
    key_id: Str<'a>,
    #[serde(borrow)]
    path: Str<'a>,
    status: u16,
}

/// A line of JSON.
pub(super) fn json<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<Record<'a>> {
    MARK.find(line)?;
    let line: Line<'a> = serde_json::from_slice(line).ok()?;
    let when = json::when(&line.ts, calendar);
    Some(record(when, line.key_id.into_bytes(), line.path.into_bytes(), line.status))
}

fn record<'a>(when: When, id: Text<'a>, path: Text<'a>, status: u16) -> Record<'a> {
    let event = Event::Request(Request {
        shown: Shown::Id(id),
        // Only requests that went on to the service are logged, so any other status is the
        // service's own answer.
        accepted: !matches!(status, 401 | 403 | 429),
        client: None,
        path: Some(path),
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

    fn request<'a>(id: &'a str, path: &'a str, accepted: bool) -> Event<'a> {
        Event::Request(Request {
            shown: Shown::Id(id.as_bytes().into()),
            accepted,
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
        assert_eq!(record.event, request("production", "/v1/models", true));

        let line = "2024-02-06T14:30:22.123456 | production | POST /v1/chat/completions | 200";
        let record = read(line).unwrap();
        let face = Stamp::Face("2024-02-06T14:30:22Z".parse().unwrap());
        assert_eq!(record.when, When::Stamped(face));
        assert_eq!(record.event, request("production", "/v1/chat/completions", true));

        let line = r#"{"ts":"2026-11-22T06:57:59.105846+00:00","key_id":"production","method":"GET","path":"/v1/models","status":200}"#;
        let record = read(line).unwrap();
        assert_eq!(record.when, utc("2026-11-22T06:57:59Z"));
        assert_eq!(record.event, request("production", "/v1/models", true));
    }

    #[test]
    fn only_an_answer_for_the_key_itself_is_a_refusal() {
        for (status, accepted) in
            [(200, true), (404, true), (500, true), (401, false), (403, false), (429, false)]
        {
            let plain = format!("2026-11-22T06:57:56Z | web | GET / | {status}");
            assert_eq!(read(&plain).unwrap().event, request("web", "/", accepted));
            let json = format!(
                r#"{{"ts":"2026-11-22T06:57:56Z","key_id":"web","path":"/","status":{status}}}"#
            );
            assert_eq!(read(&json).unwrap().event, request("web", "/", accepted));
        }
    }

    #[test]
    fn a_path_cannot_pass_for_another_part() {
        let line = "2026-11-22T06:57:56Z | web | GET /a | 401 | x | b | 200";
        assert_eq!(read(line).unwrap().event, request("web", "/a | 401 | x | b", true));
        let line = r#"{"path":"/\",\"key_id\":\"x","ts":"2026-11-22T06:57:56Z","key_id":"web","status":200}"#;
        let path = r#"/","key_id":"x"#;
        assert_eq!(read(line).unwrap().event, request("web", path, true));
    }

    #[test]
    fn other_lines_are_not_its_own() {
        for line in [
            "2026-11-22T06:57:56Z",
            "2026-11-22T06:57:56Z | web",
            "2026-11-22T06:57:56Z | web | GET / | 20",
            "2026-11-22T06:57:56Z | web | GET / | 2x0",
            "2026-11-22T06:57:56Z | web | get / | 200",
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
