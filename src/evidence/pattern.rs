//! Logs that no reader knows, read with the user's own regular expression.

use std::fmt;

use regex::bytes::{CaptureLocations, Regex, RegexBuilder};

use super::record::{Event, Kind, Record, Request, Shown, When};
use super::stamp::Calendar;

/// How large a compiled pattern, and what it remembers while it matches, may be.
const LARGEST: usize = 4 << 20;

/// A regular expression with the named groups `time` and `key`, and `client` where there is one.
///
/// `time` is ISO 8601, a web server's `22/Nov/2026:07:13:20 +0000`, or seconds, milliseconds or
/// microseconds since 1970. `key` is an id of an export, a reference (`web@2`, `prod/web@2`), a
/// digest, a fingerprint, or the first 4 or more characters of a secret. Each line that matches
/// counts as an accepted request, so the pattern must match no other.
#[derive(Debug, Clone)]
pub struct Pattern {
    regex: Regex,
    time: usize,
    key: usize,
    client: Option<usize>,
}

impl Pattern {
    /// Reads a pattern in the syntax of the crate `regex`. It is matched against bytes: `\w`, `\d`
    /// and `\s` are those of ASCII.
    ///
    /// # Errors
    /// [`BadPattern`] when it is none, is too large, or lacks a group that is needed.
    pub fn new(text: &str) -> Result<Self, BadPattern> {
        let built = RegexBuilder::new(text).unicode(false).size_limit(LARGEST).build();
        let regex = built.map_err(|error| BadPattern::Syntax(error.to_string()))?;
        let group = |name| regex.capture_names().position(|group| group == Some(name));
        let (Some(time), Some(key)) = (group("time"), group("key")) else {
            let missing = ["time", "key"].into_iter().filter(|name| group(name).is_none());
            return Err(BadPattern::NoGroup(missing.collect()));
        };
        let client = group("client");
        Ok(Self { regex, time, key, client })
    }

    /// Room for what a match has caught, to be used again.
    pub(super) fn locations(&self) -> CaptureLocations {
        self.regex.capture_locations()
    }

    /// What `line` says.
    pub(super) fn read<'a>(
        &self,
        line: &'a [u8],
        locations: &mut CaptureLocations,
        calendar: &mut Calendar,
    ) -> Option<Record<'a>> {
        self.regex.captures_read(locations, line)?;
        let group = |index| {
            let (start, end) = locations.get(index)?;
            line.get(start..end)
        };
        let when = match group(self.time) {
            None => When::Missing,
            Some(text) => calendar.whole(text).map_or(When::Unreadable, When::Stamped),
        };
        let event = Event::Request(Request {
            shown: Shown::Any(group(self.key)?.into()),
            accepted: true,
            client: self.client.and_then(group).map(Into::into),
            path: None,
        });
        Some(Record { kind: Kind::Pattern, when, event })
    }
}

/// Not a pattern that a log can be read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadPattern {
    /// It is no regular expression, or too large a one; with what is wrong.
    Syntax(String),
    /// These groups are missing.
    NoGroup(Vec<&'static str>),
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(fault) => write!(f, "the pattern is no regular expression: {fault}"),
            Self::NoGroup(missing) => {
                let groups: Vec<_> = missing.iter().map(|name| format!("(?<{name}>…)")).collect();
                write!(f, "the pattern has no group {}", groups.join(" and no group "))
            }
        }
    }
}

impl std::error::Error for BadPattern {}

#[cfg(test)]
mod tests {
    use super::{BadPattern, Pattern};
    use crate::evidence::record::{Event, Request, Shown, When};
    use crate::evidence::stamp::{Calendar, Stamp};

    #[test]
    fn what_is_missing_is_named() {
        let fault = |text: &str| Pattern::new(text).unwrap_err();
        assert_eq!(fault("(?<time>x)"), BadPattern::NoGroup(vec!["key"]));
        assert_eq!(fault("(?<key>x)"), BadPattern::NoGroup(vec!["time"]));
        assert_eq!(
            fault("x").to_string(),
            "the pattern has no group (?<time>…) and no group (?<key>…)"
        );
        assert!(matches!(fault("("), BadPattern::Syntax(_)));
        let huge = r"(?<time>\w)(?<key>\w{1000}{1000})";
        assert!(matches!(fault(huge), BadPattern::Syntax(_)));
    }

    #[test]
    fn groups_are_caught_from_bytes() {
        let pattern = Pattern::new(r"^(?<client>\S+) \[(?<time>[^]]+)\] k=(?<key>\S+)").unwrap();
        let mut locations = pattern.locations();
        let mut read =
            |line: &'static [u8]| pattern.read(line, &mut locations, &mut Calendar::default());
        let record = read(b"10.0.0.1 [22/Nov/2026:07:13:20 +0000] k=web \xff\xfe").unwrap();
        let instant = Stamp::Instant("2026-11-22T07:13:20Z".parse().unwrap());
        assert_eq!(record.when, When::Stamped(instant));
        let request = Event::Request(Request {
            shown: Shown::Any(b"web"[..].into()),
            accepted: true,
            client: Some(b"10.0.0.1"[..].into()),
            path: None,
        });
        assert_eq!(record.event, request);
        assert_eq!(read(b"a [soon] k=web").unwrap().when, When::Unreadable);
        assert_eq!(read(b"nothing"), None);
    }
}
