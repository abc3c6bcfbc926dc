//! The log of an application with auth-api-client, which shows the digest of what it refuses and
//! nothing of what it accepts.
//!
//! ```text
//! 2026-11-22 07:13:20,123 - WARNING - Invalid or expired token hash: <64 hex digits>
//! ```
//!
//! What comes before is the application's own choice; a time is taken where the line begins with
//! one.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::record::{Event, Kind, Record, Request, Shown, When};
use super::stamp::Calendar;

static MARK: LazyLock<Finder<'static>> =
    LazyLock::new(|| Finder::new(b"Invalid or expired token hash: "));

/// A line of text.
pub(super) fn plain<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<Record<'a>> {
    let at = MARK.find(line)?;
    let rest = line.get(at + MARK.needle().len()..)?;
    let (digest, rest) = rest.split_at_checked(64)?;
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if !digest.iter().all(is_hex) || rest.first().is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let when = calendar.lead(line).map_or(When::Missing, |(stamp, _)| When::Stamped(stamp));
    let event = Event::Request(Request {
        shown: Shown::Digest(digest.into()),
        accepted: false,
        client: None,
        path: None,
    });
    Some(Record { kind: Kind::AuthApiClient, when, event })
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::evidence::record::{Event, Request, Shown, When};
    use crate::evidence::stamp::{Calendar, Stamp};

    #[test]
    fn refusals_are_read_whatever_comes_before() {
        let digest = "0123456789abcdef".repeat(4);
        let face = Stamp::Face("2026-11-22T07:13:20Z".parse().unwrap());
        for (before, when) in [
            ("WARNING:auth_api_client:", When::Missing),
            ("", When::Missing),
            ("2026-11-22 07:13:20,123 - auth - WARNING - ", When::Stamped(face)),
        ] {
            let line = format!("{before}Invalid or expired token hash: {digest}");
            let record = plain(line.as_bytes(), &mut Calendar::default()).unwrap();
            assert_eq!(record.when, when);
            let refusal = Event::Request(Request {
                shown: Shown::Digest(digest.as_bytes().into()),
                accepted: false,
                client: None,
                path: None,
            });
            assert_eq!(record.event, refusal);
        }
    }

    #[test]
    fn other_lines_are_not_its_own() {
        let digest = "0123456789abcdef".repeat(4);
        for end in [&digest[1..], &format!("{digest}0"), &digest.to_uppercase(), ""] {
            let line = format!("Invalid or expired token hash: {end}");
            assert_eq!(plain(line.as_bytes(), &mut Calendar::default()), None, "{line}");
        }
    }
}
