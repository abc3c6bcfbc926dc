//! Times as logs write them, read without detours: a log has a hundred million.

use crate::clock::{Time, Zone};

/// A time that a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// It names its zone.
    Instant(Time),
    /// It does not: this is the instant at which clocks of UTC show the same.
    Face(Time),
}

/// Reads times. It remembers the day and the minute that it met last, which most lines share with
/// the line before.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    zone: Option<Zone>,
    /// A date as text, and its midnight.
    day: Option<([u8; 10], i64)>,
    /// A minute on the zone's clocks, and how far UTC is from them.
    minute: Option<(i64, i64)>,
}

impl Calendar {
    /// `zone` is where times that name none were written.
    pub(super) fn new(zone: Option<Zone>) -> Self {
        Self { zone, ..Self::default() }
    }

    /// The time that `text` begins with (ISO 8601: `2026-11-22T07:13:20.123+00:00`, also with a
    /// space, a comma, a `Z`, or without fraction or zone), and the rest of the text.
    pub(super) fn lead<'a>(&mut self, text: &'a [u8]) -> Option<(Stamp, &'a [u8])> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let (time, mut rest) = rest.split_first_chunk::<9>()?;
        let &[b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = time else { return None };
        let hours = pair(h1, h2).filter(|hours| *hours < 24)?;
        let minutes = pair(m1, m2).filter(|minutes| *minutes < 60)?;
        // A leap second counts as the one before it.
        let seconds = pair(s1, s2).filter(|seconds| *seconds <= 60)?.min(59);
        let midnight = match &self.day {
            Some((known, midnight)) if known == date => *midnight,
            _ => self.turn(date)?,
        };
        let face = midnight + hours * 3600 + minutes * 60 + seconds;
        if let [b'.' | b',', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 {
                rest = fraction.get(digits..)?;
            }
        }
        match offset(rest) {
            Some((offset, rest)) => Some((Stamp::Instant(Time::from_unix(face - offset)?), rest)),
            None => Some((Stamp::Face(Time::from_unix(face)?), rest)),
        }
    }

    /// Reads all of `text` as a time: as [`Calendar::lead`], in the way of web servers
    /// (`22/Nov/2026:07:13:20 +0000`), or in seconds, milliseconds or microseconds since 1970.
    pub(super) fn whole(&mut self, text: &[u8]) -> Option<Stamp> {
        let text = text.trim_ascii();
        let text = text.strip_prefix(b"[").unwrap_or(text);
        let text = text.strip_suffix(b"]").unwrap_or(text);
        if let Some((stamp, [])) = self.lead(text) {
            return Some(stamp);
        }
        if let &[d1, d2, b'/', a, b, c, b'/', y1, y2, y3, y4, b':', ref rest @ ..] = text {
            let (time, zone) = rest.split_at_checked(8)?;
            let (m1, m2) = month([a, b, c])?;
            let mut iso = vec![y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T'];
            iso.extend_from_slice(time);
            iso.extend_from_slice(zone.trim_ascii_start());
            return match self.lead(&iso) {
                Some((stamp, [])) => Some(stamp),
                _ => None,
            };
        }
        let whole = text.split(|byte| *byte == b'.').next()?;
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if !text.split(|byte| *byte == b'.').all(digits) {
            return None;
        }
        let number: i64 = std::str::from_utf8(whole).ok()?.parse().ok()?;
        let seconds = match whole.len() {
            9..=10 => number,
            12..=13 => number / 1_000,
            15..=16 => number / 1_000_000,
            _ => return None,
        };
        Time::from_unix(seconds).map(Stamp::Instant)
    }

    /// The instant that `stamp` says; `None` when it names no zone and none is known.
    pub(super) fn resolve(&mut self, stamp: Stamp) -> Option<Time> {
        let face = match stamp {
            Stamp::Instant(time) => return Some(time),
            Stamp::Face(face) => face,
        };
        let minute = face.unix().div_euclid(60);
        let offset = match self.minute {
            Some((known, offset)) if known == minute => offset,
            _ => {
                let start = Time::from_unix(minute * 60)?;
                let offset = self.zone.as_ref()?.instant(start)?.unix() - start.unix();
                self.minute = Some((minute, offset));
                offset
            }
        };
        Time::from_unix(face.unix() + offset)
    }

    /// Reads a date, and remembers it.
    fn turn(&mut self, date: &[u8; 10]) -> Option<i64> {
        let form = |(at, byte): (usize, &u8)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if !date.iter().enumerate().all(form) {
            return None;
        }
        let midnight = std::str::from_utf8(date).ok()?.parse::<Time>().ok()?.unix();
        self.day = Some((*date, midnight));
        Some(midnight)
    }
}

/// The seconds by which a zone is ahead of UTC, which `text` begins with, and the rest.
fn offset(text: &[u8]) -> Option<(i64, &[u8])> {
    match *text {
        [b'Z' | b'z', ref rest @ ..] => Some((0, rest)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2, ref rest @ ..]
        | [sign @ (b'+' | b'-'), h1, h2, m1, m2, ref rest @ ..] => {
            let hours = pair(h1, h2).filter(|hours| *hours < 24)?;
            let minutes = pair(m1, m2).filter(|minutes| *minutes < 60)?;
            let ahead = hours * 3600 + minutes * 60;
            Some((if sign == b'-' { -ahead } else { ahead }, rest))
        }
        _ => None,
    }
}

fn pair(ten: u8, one: u8) -> Option<i64> {
    let (ten, one) = (ten.wrapping_sub(b'0'), one.wrapping_sub(b'0'));
    (ten < 10 && one < 10).then(|| i64::from(ten) * 10 + i64::from(one))
}

fn month(name: [u8; 3]) -> Option<(u8, u8)> {
    Some(match &name {
        b"Jan" => (b'0', b'1'),
        b"Feb" => (b'0', b'2'),
        b"Mar" => (b'0', b'3'),
        b"Apr" => (b'0', b'4'),
        b"May" => (b'0', b'5'),
        b"Jun" => (b'0', b'6'),
        b"Jul" => (b'0', b'7'),
        b"Aug" => (b'0', b'8'),
        b"Sep" => (b'0', b'9'),
        b"Oct" => (b'1', b'0'),
        b"Nov" => (b'1', b'1'),
        b"Dec" => (b'1', b'2'),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Calendar, Stamp};
    use crate::clock::Time;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn leading_times_are_read_and_the_rest_is_left() {
        let mut calendar = Calendar::default();
        let at = time("2026-11-22T06:57:56Z");
        for (text, stamp, rest) in [
            ("2026-11-22T06:57:56.920656+00:00 | x", Stamp::Instant(at), " | x"),
            ("2026-11-22T07:57:56.9+01:00]", Stamp::Instant(at), "]"),
            ("2026-11-22T03:27:56-0330", Stamp::Instant(at), ""),
            ("2026-11-22T06:57:56Z", Stamp::Instant(at), ""),
            ("2026-11-22 06:57:56,123 - WARNING", Stamp::Face(at), " - WARNING"),
            ("2026-11-22 06:57:56", Stamp::Face(at), ""),
            ("2026-11-22 06:57:56-WARN", Stamp::Face(at), "-WARN"),
            ("2026-11-22 06:57:56+99:00", Stamp::Face(at), "+99:00"),
            ("2026-11-22 06:57:56.x", Stamp::Face(at), ".x"),
        ] {
            assert_eq!(calendar.lead(text.as_bytes()), Some((stamp, rest.as_bytes())), "{text}");
        }
        for text in [
            "",
            "2026-11-22",
            "2026-13-22T06:57:56",
            "2026-02-29T06:57:56",
            "2026-W47-7T06:57:56",
            "2026-11-22T24:57:56",
            "2026-11-22T06:60:56",
            "2026-11-22T06:57:61",
            "2026-11-22x06:57:56",
            "\0\0\0\0\0\0\0\0\0\0T06:57:56",
        ] {
            assert_eq!(calendar.lead(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_day_that_is_remembered_is_not_taken_for_another() {
        let mut calendar = Calendar::default();
        for date in ["2026-11-22", "2026-11-23", "2026-11-22", "2024-02-29"] {
            let text = format!("{date}T00:00:01Z");
            let expected = Some((Stamp::Instant(time(&text)), &b""[..]));
            assert_eq!(calendar.lead(text.as_bytes()), expected);
        }
    }

    #[test]
    fn whole_times_have_more_forms() {
        let mut calendar = Calendar::default();
        let at = time("2026-11-22T07:13:20Z");
        for text in [
            "2026-11-22T07:13:20Z",
            "[22/Nov/2026:07:13:20 +0000]",
            "22/Nov/2026:08:13:20 +0100",
            "1795331600",
            "1795331600.123",
            "1795331600123",
            "1795331600123456",
        ] {
            assert_eq!(calendar.whole(text.as_bytes()), Some(Stamp::Instant(at)), "{text}");
        }
        assert_eq!(calendar.whole(b"22/Nov/2026:07:13:20"), Some(Stamp::Face(at)));
        for text in ["", "now", "12", "1795331600x", "22/Nov/2026", "22/Nix/2026:07:13:20", "."] {
            assert_eq!(calendar.whole(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_face_needs_a_zone() {
        let face = Stamp::Face(time("2026-11-22T07:13:20Z"));
        assert_eq!(Calendar::default().resolve(face), None);
        let mut calendar = Calendar::new(Some("+02:00".parse().unwrap()));
        assert_eq!(calendar.resolve(face), Some(time("2026-11-22T05:13:20Z")));
        let later = Stamp::Face(time("2026-11-22T07:14:59Z"));
        assert_eq!(calendar.resolve(later), Some(time("2026-11-22T05:14:59Z")));
    }
}
