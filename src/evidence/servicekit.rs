//! The log of servicekit and of chapkit on top of it, which shows the first 7 characters of a key.
//!
//! ```text
//! 2026-11-22 07:13:20 [info     ] auth.success                   key_prefix=sk_prod path=/api/v1/configs
//! {"key_prefix":"sk_prod","path":"/api/v1/configs","event":"auth.success","level":"info","timestamp":"2026-11-22T07:13:27.697642Z"}
//! ```
//!
//! The first is what structlog prints for people: `NAME=VALUE` in the order of the names, a value
//! with blanks, quotes or `=` as Python's `repr`, on a terminal with colours. After the event may
//! come the logger's name in brackets. Times name their zone where servicekit has set up the log,
//! and are local ones without a zone where it has not.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde::Deserialize;

use super::json::{self, Str};
use super::record::{Event, Kind, Record, Request, Shown, Text, When};
use super::stamp::{Calendar, Stamp};

/// What comes after the time of a line for people, without colours.
pub(super) fn console(stamp: Stamp, rest: &[u8]) -> Option<Record<'_>> {
    let rest = rest.strip_prefix(b" [")?;
    let (level, rest) = rest.split_at_checked(memchr::memchr(b']', rest)?)?;
    if !level.trim_ascii_end().iter().all(u8::is_ascii_lowercase) {
        return None;
    }
    let rest = rest.strip_prefix(b"] ")?;
    let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
    let (name, rest) = rest.split_at_checked(end)?;
    if !name.starts_with(b"auth.") {
        return None;
    }
    let (mut prefix, mut path, mut count) = (None, None, None);
    for (name, value) in Fields(rest) {
        let slot = match name {
            b"key_prefix" => &mut prefix,
            b"path" => &mut path,
            b"count" => &mut count,
            _ => continue,
        };
        slot.get_or_insert(value);
    }
    let count = count.and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
    let event = event(name, prefix.map(Text::from), path.map(Text::from), count)?;
    Some(Record { kind: Kind::Servicekit, when: When::Stamped(stamp), event })
}

/// What its JSON lines have somewhere.
static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\"auth."));

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    event: Str<'a>,
    #[serde(borrow)]
    timestamp: Option<Str<'a>>,
    #[serde(borrow)]
    key_prefix: Option<Str<'a>>,
    #[serde(borrow)]
    path: Option<Str<'a>>,
    count: Option<u64>,
}

/// A line of JSON.
pub(super) fn json<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<Record<'a>> {
    MARK.find(line)?;
    let line: Line<'a> = serde_json::from_slice(line).ok()?;
    let when = line.timestamp.map_or(When::Missing, |text| json::when(&text, calendar));
    let name = line.event.as_str().as_bytes();
    let prefix = line.key_prefix.map(Str::into_bytes);
    let event = event(name, prefix, line.path.map(Str::into_bytes), line.count)?;
    Some(Record { kind: Kind::Servicekit, when, event })
}

fn event<'a>(
    name: &[u8],
    prefix: Option<Text<'a>>,
    path: Option<Text<'a>>,
    count: Option<u64>,
) -> Option<Event<'a>> {
    let accepted = match name {
        b"auth.success" => true,
        b"auth.invalid_key" => false,
        b"auth.missing_key" => return Some(Event::Nothing),
        b"auth.loaded_from_file" | b"auth.loaded_from_env" => return count.map(Event::Load),
        _ => return None,
    };
    Some(Event::Request(Request { shown: Shown::Seven(prefix?), accepted, client: None, path }))
}

/// The `NAME=VALUE` pairs after an event.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.0.trim_ascii_start();
            let end = rest.iter().position(|byte| matches!(byte, b'=' | b' '))?;
            let (name, value) = rest.split_at_checked(end)?;
            let Some(value) = value.strip_prefix(b"=") else {
                // The logger's name, in brackets.
                self.0 = value;
                continue;
            };
            let (value, rest) = if let Some(quote @ (b'\'' | b'"')) = value.first() {
                quoted(value.get(1..)?, *quote)?
            } else {
                let end = memchr::memchr(b' ', value).unwrap_or(value.len());
                value.split_at_checked(end)?
            };
            self.0 = rest;
            return Some((name, value));
        }
    }
}

/// What is between quotes, with its escapes, and what comes after.
fn quoted(text: &[u8], quote: u8) -> Option<(&[u8], &[u8])> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr2(quote, b'\\', text.get(from..)?)?;
        if text.get(at) == Some(&quote) {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
        from = at + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::{console, json};
    use crate::evidence::record::{Event, Record, Request, Shown, When};
    use crate::evidence::stamp::{Calendar, Stamp};

    fn read(line: &str) -> Option<Record<'_>> {
        let mut calendar = Calendar::default();
        if line.starts_with('{') {
            return json(line.as_bytes(), &mut calendar);
        }
        let (stamp, rest) = calendar.lead(line.as_bytes())?;
        console(stamp, rest)
    }

    fn request<'a>(prefix: &'a str, path: &'a str, accepted: bool) -> Event<'a> {
        Event::Request(Request {
            shown: Shown::Seven(prefix.as_bytes().into()),
            accepted,
            client: None,
            path: Some(path.as_bytes().into()),
        })
    }

    #[test]
    fn requests_are_read_in_both_forms() {
        let line = "2026-11-22 07:13:20 [info     ] auth.success                   key_prefix=sk_prod path=/api/v1/configs";
        let record = read(line).unwrap();
        let face = Stamp::Face("2026-11-22T07:13:20Z".parse().unwrap());
        assert_eq!(record.when, When::Stamped(face));
        assert_eq!(record.event, request("sk_prod", "/api/v1/configs", true));

        let line = r#"{"key_prefix":"sk_prod","path":"/api/v1/configs","event":"auth.success","level":"info","timestamp":"2026-11-22T07:13:27.697642Z"}"#;
        let record = read(line).unwrap();
        let instant = Stamp::Instant("2026-11-22T07:13:27Z".parse().unwrap());
        assert_eq!(record.when, When::Stamped(instant));
        assert_eq!(record.event, request("sk_prod", "/api/v1/configs", true));

        let line = "2026-11-22T07:13:20.1Z [warning  ] auth.invalid_key               [servicekit.api.auth] filename=auth.py func_name=dispatch key_prefix=sk_prod lineno=75 method=GET path='/a=b'";
        assert_eq!(read(line).unwrap().event, request("sk_prod", "/a=b", false));
        let line = r#"{"key_prefix": "sk\u0041", "path": "/", "method": "GET", "event": "auth.invalid_key", "timestamp": "2026-11-22T07:13:27Z"}"#;
        assert_eq!(read(line).unwrap().event, request("skA", "/", false));
    }

    #[test]
    fn loads_tell_how_many_keys_there_are() {
        for line in [
            "2026-11-22 07:13:20 [info     ] auth.loaded_from_file          count=3 file=/run/secrets/api_keys",
            "2026-11-22 07:13:20 [info     ] auth.loaded_from_env           count=3 env_var=SERVICEKIT_API_KEYS",
            "2026-11-22 07:13:20 [info     ] auth.loaded_from_env count=3",
            r#"{"file":"/x","count":3,"event":"auth.loaded_from_file","timestamp":"2026-11-22T07:13:27Z"}"#,
        ] {
            assert_eq!(read(line).unwrap().event, Event::Load(3), "{line}");
        }
    }

    #[test]
    fn a_request_without_a_key_is_nothing() {
        let line =
            "2026-11-22 07:13:20 [warning  ] auth.missing_key               method=GET path=/";
        assert_eq!(read(line).unwrap().event, Event::Nothing);
        let line = r#"{"path":"/","event":"auth.missing_key","timestamp":"2026-11-22T07:13:27Z"}"#;
        assert_eq!(read(line).unwrap().event, Event::Nothing);
    }

    #[test]
    fn a_client_cannot_pass_for_another_by_its_path_or_key() {
        let line = r"2026-11-22 07:13:20 [warning  ] auth.invalid_key               key_prefix='a\' b=\\' path='/x key_prefix=sk_prod'";
        let path = "/x key_prefix=sk_prod";
        assert_eq!(read(line).unwrap().event, request(r"a\' b=\\", path, false));
        let line =
            "2026-11-22 07:13:20 [info     ] auth.success key_prefix=sk_prod path='/ key_prefix=x";
        assert!(read(line).is_some_and(|record| matches!(
            record.event,
            Event::Request(Request { shown: Shown::Seven(prefix), .. }) if *prefix == *b"sk_prod"
        )));
    }

    #[test]
    fn other_lines_are_not_its_own() {
        for line in [
            "2026-11-22 07:13:20 [info     ] http.request                   path=/",
            "2026-11-22 07:13:20 [info     ] auth.success",
            "2026-11-22 07:13:20 [info     ] auth.other key_prefix=sk_prod",
            "2026-11-22 07:13:20 [info     ] auth.loaded_from_file count=many",
            "2026-11-22 07:13:20 info auth.success key_prefix=sk_prod",
            "2026-11-22 07:13:20 [INFO] auth.success key_prefix=sk_prod",
            r#"{"event":"auth.success","timestamp":"2026-11-22T07:13:27Z"}"#,
            r#"{"event":"auth.success","key_prefix":7,"timestamp":"2026-11-22T07:13:27Z"}"#,
            r#"{"message":"\"auth.success","key_prefix":"sk_prod"}"#,
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
