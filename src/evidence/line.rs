//! Which reader a line belongs to.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::record::{Record, When};
use super::stamp::{Calendar, Stamp};
use super::{gateway, heare, permas, servicekit};

const ESCAPE: u8 = 0x1b;
/// Where the bar after a container's name is looked for.
const LONGEST_NAME: usize = 128;
/// How long the name that kubectl gives may be: namespace, pod and container.
const LONGEST_POD: usize = 3 * 253;

/// What `line` says, in any form that is known: as a service wrote it, in a terminal's colours, and
/// with what container tools put before it; and the name that these have given, else nothing.
/// `scratch` is room to work in.
pub(super) fn read<'a>(
    line: &'a [u8],
    calendar: &mut Calendar,
    scratch: &'a mut Vec<u8>,
) -> Option<(Record<'a>, &'a [u8])> {
    if let Some(record) = bare(line, calendar) {
        return Some((record, b""));
    }
    let line = if memchr::memchr(ESCAPE, line).is_some() {
        without_colours(line, scratch);
        let plain: &'a [u8] = scratch;
        if let Some(record) = bare(plain, calendar) {
            return Some((record, b""));
        }
        plain
    } else {
        line
    };
    // Container tools put a name before a line, a time, or both.
    let (name, line) = container(line).or_else(|| pod(line)).unwrap_or((b"", line));
    if !name.is_empty()
        && let Some(record) = bare(line, calendar)
    {
        return Some((record, name));
    }
    let (rest, outer) = timed(line, calendar).unzip();
    let read = rest.and_then(|rest| bare(rest, calendar));
    let mut record = read.or_else(|| permas::plain(rest.unwrap_or(line), calendar))?;
    // Their times name their zone.
    if let Some(outer) = outer
        && !matches!(record.when, When::Stamped(Stamp::Instant(_)))
    {
        record.when = When::Stamped(outer);
    }
    Some((record, name))
}

/// What stands in lines of services whatever is put around them.
static MARKS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| {
    ["auth.success", "auth.invalid_key", "auth.loaded_from_", "verification_success"]
        .map(Finder::new)
});
static KEY_ID: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\"key_id"));
static BAR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(" | "));

/// Whether `line`, which no reader knows, looks like one of a service all the same: in a wrapping
/// that is not known, cut off, or of a form that is not known.
pub(super) fn is_garbled(line: &[u8]) -> bool {
    let has = |text: &str| memmem::find(line, text.as_bytes()).is_some();
    MARKS.iter().any(|mark| mark.find(line).is_some())
        || KEY_ID.find(line).is_some() && has("\"status") && has("\"ts")
        || BAR.find_iter(line).any(|at| is_access(line.get(at + BAR.needle().len()..)))
}

/// Whether `text` goes on like the `GET /v1/models | 200` of an access log.
fn is_access(text: Option<&[u8]>) -> bool {
    let text = text.unwrap_or_default();
    let method = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let path = text.get(method..).unwrap_or_default();
    method > 0 && path.starts_with(b" /") && BAR.find(path).is_some()
}

/// A line as a service wrote it.
fn bare<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<Record<'a>> {
    match line.first()? {
        b'{' => servicekit::json(line, calendar)
            .or_else(|| heare::json(line, calendar))
            .or_else(|| gateway::json(line, calendar)),
        b'0'..=b'9' => {
            let (stamp, rest) = calendar.lead(line)?;
            gateway::plain(stamp, rest).or_else(|| servicekit::console(stamp, rest))
        }
        _ => None,
    }
}

/// Writes `line` to `plain` without terminal sequences (ECMA-48 control sequences: colours).
fn without_colours(line: &[u8], plain: &mut Vec<u8>) {
    plain.clear();
    let mut rest = line;
    while let Some(at) = memchr::memchr(ESCAPE, rest) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        plain.extend_from_slice(before);
        rest = after.get(1..).unwrap_or_default();
        if let Some(sequence) = rest.strip_prefix(b"[") {
            let is_last = |byte: &u8| (0x40..0x7f).contains(byte);
            let end = sequence.iter().position(is_last).map_or(sequence.len(), |at| at + 1);
            rest = sequence.get(end..).unwrap_or_default();
        }
    }
    plain.extend_from_slice(rest);
}

/// What comes after the time of `docker logs --timestamps` and its like:
/// `2026-11-22T07:13:20.123456789Z `.
fn timed<'a>(line: &'a [u8], calendar: &mut Calendar) -> Option<(&'a [u8], Stamp)> {
    let (stamp, rest) = calendar.lead(line)?;
    let is_instant = matches!(stamp, Stamp::Instant(_));
    rest.strip_prefix(b" ").filter(|_| is_instant).map(|rest| (rest, stamp))
}

/// The name and what comes after it in the `web-1  | ` of compose.
fn container(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = line.get(..LONGEST_NAME).unwrap_or(line);
    let (name, rest) = line.split_at_checked(memchr::memchr(b'|', head)?)?;
    let name = name.trim_ascii_end();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!name.is_empty() && name.iter().all(plain)).then_some(())?;
    Some((name, rest.strip_prefix(b"| ")?))
}

/// The name and what comes after it in the `[pod/web-7d/web] ` of kubectl.
fn pod(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.strip_prefix(b"[pod/")?;
    let head = line.get(..LONGEST_POD).unwrap_or(line);
    let (name, rest) = line.split_at_checked(memchr::memchr(b']', head)?)?;
    Some((name, rest.strip_prefix(b"] ")?))
}

#[cfg(test)]
mod tests {
    use super::{is_garbled, read};
    use crate::evidence::record::{Event, Kind, When};
    use crate::evidence::stamp::{Calendar, Stamp};

    const GATEWAY: &str = "2026-11-22T06:57:56.920656+00:00 | web | GET /v1/models | 200";
    const NAIVE: &str = "2026-11-22T06:57:56.920656 | web | GET /v1/models | 200";
    const KIT: &str =
        r#"{"key_prefix":"sk_prod","event":"auth.success","timestamp":"2026-11-22T06:57:56Z"}"#;

    fn kind(line: &str) -> Option<(Kind, When)> {
        let mut scratch = Vec::new();
        let (record, _) = read(line.as_bytes(), &mut Calendar::default(), &mut scratch)?;
        assert!(matches!(record.event, Event::Request(_)));
        Some((record.kind, record.when))
    }

    fn at(text: &str) -> When {
        When::Stamped(Stamp::Instant(text.parse().unwrap()))
    }

    #[test]
    fn colours_do_not_matter() {
        // As structlog prints it.
        let line = "\x1b[2m2026-11-22T19:16:30.597233Z\x1b[0m [\x1b[32m\x1b[1minfo     \x1b[0m] \x1b[1mauth.success                  \x1b[0m [\x1b[0m\x1b[1m\x1b[34mx\x1b[0m]\x1b[0m \x1b[36mfilename\x1b[0m=\x1b[35me.py\x1b[0m \x1b[36mkey_prefix\x1b[0m=\x1b[35msk_prod\x1b[0m \x1b[36mpath\x1b[0m=\x1b[35m/api/v1/configs\x1b[0m";
        assert_eq!(kind(line), Some((Kind::Servicekit, at("2026-11-22T19:16:30Z"))));
        let line = format!("\x1b[36mweb-1  | \x1b[0m{line}");
        assert_eq!(kind(&line), Some((Kind::Servicekit, at("2026-11-22T19:16:30Z"))));
        assert_eq!(kind("\x1b"), None);
        assert_eq!(kind("\x1b[31"), None);
    }

    #[test]
    fn what_container_tools_put_before_a_line_is_passed_over() {
        let inner = at("2026-11-22T06:57:56Z");
        let outer = at("2026-11-22T08:00:00Z");
        for before in [
            "",
            "web-1  | ",
            "web-1  | 2026-11-22T08:00:00.123456789Z ",
            "2026-11-22T08:00:00.123456789Z ",
            "[pod/web-7d/web] ",
            "[pod/web-7d/web] 2026-11-22T08:00:00.123456789Z ",
        ] {
            assert_eq!(kind(&format!("{before}{GATEWAY}")), Some((Kind::Gateway, inner)));
            assert_eq!(kind(&format!("{before}{KIT}")), Some((Kind::Servicekit, inner)));
            if before.contains("08:00") {
                assert_eq!(kind(&format!("{before}{NAIVE}")), Some((Kind::Gateway, outer)));
                let refusal = format!(
                    "{before}WARNING Invalid or expired token hash: {}",
                    "0123456789abcdef".repeat(4)
                );
                assert_eq!(kind(&refusal), Some((Kind::AuthApiClient, outer)));
            }
        }
    }

    #[test]
    fn a_refusal_that_begins_with_its_time_keeps_it() {
        let digest = "0123456789abcdef".repeat(4);
        let line = format!("2026-11-22T08:00:00Z WARNING Invalid or expired token hash: {digest}");
        assert_eq!(kind(&line), Some((Kind::AuthApiClient, at("2026-11-22T08:00:00Z"))));
    }

    #[test]
    fn what_looks_like_a_services_line_is_told_from_what_does_not() {
        let gateway = r#"{"ts":"2026-11-22T06:57:56Z","key_id":"web","path":"/","status":null}"#;
        for line in [
            format!("Nov 22 06:57:56 host web[7]: {KIT}"),
            format!("{{\"log\":{:?},\"stream\":\"stdout\"}}", format!("{KIT}\n")),
            format!("{{\"log\":{:?},\"stream\":\"stdout\"}}", format!("{GATEWAY}\n")),
            format!("{{\"log\":{gateway:?},\"stream\":\"stdout\"}}"),
            format!("2026-11-22T06:57:56Z stdout F {GATEWAY}"),
            gateway.to_owned(),
            "2026-11-22T06:57:56Z | web | GET /v1/models | -".to_owned(),
        ] {
            assert_eq!(kind(&line), None, "{line}");
            assert!(is_garbled(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "hello",
            "a | b | c",
            "2026-11-22T06:57:56Z INFO GET /v1/models 200",
            r#"{"event":"http.request","path":"/","status":200}"#,
            r#"{"event":"decrypt","key_id":"k"}"#,
        ] {
            assert!(!is_garbled(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn what_nobody_knows_is_nobodys() {
        for line in [
            "",
            "{",
            "{}",
            "hello",
            "a | b",
            "web-1  | ",
            "2026-11-22T06:57:56Z hello",
            "\0\0\0",
            "[pod/x",
        ] {
            assert_eq!(kind(line), None, "{line}");
        }
    }
}
