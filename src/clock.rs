//! Time. The only module that asks the system what time it is.
//!
//! Everything keyctl stores is a UTC instant in whole seconds ([`Time`]) or a span in whole seconds
//! ([`Period`]). The domain takes `now` as an argument, so tests fix it.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// How many characters an instant has as text.
const TEXT: usize = "2026-11-22T16:00:00Z".len();
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// About 100 years: longer is a typing error, and keeps sums far from the calendar's end.
const LONGEST: u64 = 36_525 * DAY;

/// A UTC instant in whole seconds, in the years 0 to 9999, written `2026-11-22T16:00:00Z`
/// (RFC 3339).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(NonZeroU64);

/// 0000-01-01T00:00:00Z.
const FIRST: i64 = -62_167_219_200;
/// 9999-12-30T22:00:00Z, the last instant that jiff can hold.
const LAST: i64 = 253_402_207_200;

impl Time {
    /// The instant `seconds` after 1970-01-01T00:00:00Z; `None` outside the years 0 to 9999, which
    /// RFC 3339 cannot write.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let seconds = Some(seconds).filter(|seconds| (FIRST..=LAST).contains(seconds))?;
        // Counted from 1, so that a time that may be missing takes no more room than one that is
        // there: a document has many.
        u64::try_from(seconds - FIRST + 1).ok().and_then(NonZeroU64::new).map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.get().cast_signed() + FIRST - 1
    }

    /// This instant moved forward by `period`, at most to the end of the year 9999.
    #[must_use]
    pub fn after(self, period: Period) -> Self {
        let seconds = i64::try_from(period.0).unwrap_or(i64::MAX);
        Self::from_unix(self.unix().saturating_add(seconds).min(LAST)).unwrap_or(self)
    }

    /// This instant moved back by `period`, at most to the beginning of the year 0.
    #[must_use]
    pub fn before(self, period: Period) -> Self {
        let seconds = i64::try_from(period.0).unwrap_or(i64::MAX);
        Self::from_unix(self.unix().saturating_sub(seconds).max(FIRST)).unwrap_or(self)
    }

    /// Seconds from `earlier` to this instant; zero when it lies before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Period {
        Period(u64::try_from(self.unix() - earlier.unix()).unwrap_or(0))
    }

    /// The calendar date in UTC, `2026-11-22`.
    #[must_use]
    pub fn date(self) -> String {
        self.civil().date().to_string()
    }

    /// Reads what a person writes for a moment: a period from `now` (`90d`), a date (`2027-01-31`,
    /// its first second in UTC) or an RFC 3339 instant.
    ///
    /// # Errors
    /// [`BadTime`] with the text.
    pub fn from_words(text: &str, now: Self) -> Result<Self, BadTime> {
        if let Ok(period) = text.parse::<Period>() {
            return Ok(now.after(period));
        }
        text.parse()
    }

    fn civil(self) -> DateTime {
        Offset::UTC.to_datetime(Timestamp::from_second(self.unix()).unwrap_or_default())
    }

    /// The text of 20 characters, without the detours of formatting: a document has thousands.
    #[must_use]
    pub fn to_bytes(self) -> [u8; TEXT] {
        let civil = self.civil();
        let mut text = *b"0000-00-00T00:00:00Z";
        let mut put = |at: usize, mut number: u16, digits: usize| {
            for place in text[at..at + digits].iter_mut().rev() {
                *place = b'0' + (number % 10) as u8;
                number /= 10;
            }
        };
        put(0, civil.year().unsigned_abs(), 4);
        put(5, civil.month().unsigned_abs().into(), 2);
        put(8, civil.day().unsigned_abs().into(), 2);
        put(11, civil.hour().unsigned_abs().into(), 2);
        put(14, civil.minute().unsigned_abs().into(), 2);
        put(17, civil.second().unsigned_abs().into(), 2);
        text
    }

    /// The text without its `Z`, for those who want a time without a zone.
    #[must_use]
    pub fn to_naive(self) -> String {
        let mut text = self.to_string();
        text.pop();
        text
    }

    /// Reads exactly what [`Time::to_bytes`] writes.
    fn from_canonical(text: &str) -> Option<Self> {
        let text: &[u8; TEXT] = text.as_bytes().try_into().ok()?;
        let frame = |at: usize| text[at] == b"0000-00-00T00:00:00Z"[at];
        if ![4, 7, 10, 13, 16, 19].into_iter().all(frame) {
            return None;
        }
        let get = |at: usize, digits: usize| {
            text[at..at + digits].iter().try_fold(0_i16, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0'))
            })
        };
        let small = |at| i8::try_from(get(at, 2)?).ok();
        let (month, day) = (small(5)?, small(8)?);
        let (hour, minute, second) = (small(11)?, small(14)?, small(17)?);
        let civil = DateTime::new(get(0, 4)?, month, day, hour, minute, second, 0).ok()?;
        let instant = Offset::UTC.to_timestamp(civil).ok()?;
        Self::from_unix(instant.as_second())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_bytes()).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Time {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        if let Some(time) = Self::from_canonical(text) {
            return Ok(time);
        }
        let bad = || BadTime(text.to_owned());
        let instant = if text.len() == "2026-11-22".len() {
            let date: Date = text.parse().map_err(|_| bad())?;
            let midnight = date.to_zoned(TimeZone::UTC).map_err(|_| bad())?;
            midnight.timestamp()
        } else {
            text.parse().map_err(|_| bad())?
        };
        Self::from_unix(instant.as_second()).ok_or_else(bad)
    }
}

/// Not a date, an instant or a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTime(pub String);

impl fmt::Display for BadTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a time: write 90d, 12h, 2w, 2027-01-31 or 2027-01-31T12:00:00Z",
            self.0
        )
    }
}

impl std::error::Error for BadTime {}

/// A span of time in whole seconds, written with one unit: `90d`, `12h`, `2w`, `45m`, `30s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(u64);

impl Period {
    /// A span of whole days.
    #[must_use]
    pub const fn days(days: u64) -> Self {
        Self(days * DAY)
    }

    /// A span of whole seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Length in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// The span in its one largest fitting unit, rounded down, for people: `3d`, `5h`, `12m`, `0s`.
    #[must_use]
    pub fn rough(self) -> String {
        match self.0 {
            s if s >= 2 * DAY => format!("{}d", s / DAY),
            s if s >= 2 * HOUR => format!("{}h", s / HOUR),
            s if s >= 120 => format!("{}m", s / 60),
            s => format!("{s}s"),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, letter) = [(DAY, 'd'), (HOUR, 'h'), (60, 'm')]
            .into_iter()
            .find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit))
            .unwrap_or((1, 's'));
        write!(f, "{}{letter}", self.0 / unit)
    }
}

impl FromStr for Period {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, BadPeriod> {
        let bad = || BadPeriod(text.to_owned());
        let (unit_at, unit) = text.char_indices().next_back().ok_or_else(bad)?;
        let factor = match unit {
            'w' => WEEK,
            'd' => DAY,
            'h' => HOUR,
            'm' => 60,
            's' => 1,
            _ => return Err(bad()),
        };
        let digits = &text[..unit_at];
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let count: u64 = digits.parse().map_err(|_| bad())?;
        match count.checked_mul(factor) {
            Some(seconds) if (1..=LONGEST).contains(&seconds) => Ok(Self(seconds)),
            _ => Err(bad()),
        }
    }
}

/// Not a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPeriod(pub String);

impl fmt::Display for BadPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a period: write a number above 0 and w, d, h, m or s, at most 100 years (90d, 12h, 2w)",
            self.0
        )
    }
}

impl std::error::Error for BadPeriod {}

/// Whose clocks a time without a zone was read from: `UTC`, `local` (this machine), an offset such
/// as `+02:00`, or a name such as `Europe/Oslo` of the machine's zone database.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

impl Zone {
    /// The instant at which this zone's clocks show `face`, written as the instant at which those
    /// of UTC show the same.
    ///
    /// In an hour that clocks show twice it is the later instant, and where they are put forward
    /// the one that clocks would show had they been put forward late.
    #[must_use]
    pub fn instant(&self, face: Time) -> Option<Time> {
        let offset = match self.0.to_ambiguous_timestamp(face.civil()).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                before.min(after)
            }
        };
        Time::from_unix(face.unix() - i64::from(offset.seconds()))
    }

    /// What this zone's clocks show at `instant`, written as the instant at which those of UTC show
    /// the same.
    #[must_use]
    pub fn face(&self, instant: Time) -> Option<Time> {
        let timestamp = Timestamp::from_second(instant.unix()).ok()?;
        let offset = self.0.to_offset(timestamp);
        Time::from_unix(instant.unix() + i64::from(offset.seconds()))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl FromStr for Zone {
    type Err = BadZone;

    fn from_str(text: &str) -> Result<Self, BadZone> {
        let zone = match text {
            "UTC" | "utc" | "Z" => Some(TimeZone::UTC),
            "local" => TimeZone::try_system().ok(),
            _ if text.starts_with(['+', '-']) => fixed(text).map(TimeZone::fixed),
            _ => TimeZone::get(text).ok(),
        };
        zone.map(Self).ok_or_else(|| BadZone(text.to_owned()))
    }
}

/// Reads `+02:00`.
fn fixed(text: &str) -> Option<Offset> {
    let [sign, h1, h2, b':', m1, m2] = *text.as_bytes() else { return None };
    let pair = |ten: u8, one: u8| {
        let digits = ten.is_ascii_digit() && one.is_ascii_digit();
        digits.then(|| i32::from(ten - b'0') * 10 + i32::from(one - b'0'))
    };
    let hours = pair(h1, h2).filter(|hours| *hours < 24)?;
    let minutes = pair(m1, m2).filter(|minutes| *minutes < 60)?;
    let seconds = hours * 3600 + minutes * 60;
    Offset::from_seconds(if sign == b'-' { -seconds } else { seconds }).ok()
}

/// Not a time zone that is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadZone(pub String);

impl fmt::Display for BadZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a time zone that is known here: write UTC, local, +02:00 or Europe/Oslo",
            self.0
        )
    }
}

impl std::error::Error for BadZone {}

/// Where the time comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// One instant for ever.
    Fixed(Time),
}

impl Clock {
    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(self) -> Time {
        match self {
            Self::System => {
                let now = Timestamp::now().as_second().clamp(FIRST, LAST);
                Time::from_unix(now).unwrap_or(Time(NonZeroU64::MIN))
            }
            Self::Fixed(time) => time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Period, Time, Zone};

    #[test]
    fn periods_read_and_write_one_unit() {
        for text in ["90d", "12h", "45m", "30s"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
        assert_eq!("2w".parse::<Period>().unwrap().to_string(), "14d");
        for text in ["", "d", "0d", "-1d", "1.5d", "1y", "90", "99999999d", "1é", "+1d"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_dates_instants_or_periods_from_now() {
        let now: Time = "2026-11-22T16:00:00Z".parse().unwrap();
        let read = |text| Time::from_words(text, now).map(|t| t.to_string());
        assert_eq!(read("90d").unwrap(), "2027-02-20T16:00:00Z");
        assert_eq!(read("2027-01-31").unwrap(), "2027-01-31T00:00:00Z");
        assert_eq!(read("2027-01-31T12:00:00+01:00").unwrap(), "2027-01-31T11:00:00Z");
        for text in ["", "tomorrow", "2027-13-01", "2027-1-1", "2027-01-31T12:00:00"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_move_back_as_far_as_they_moved_forward() {
        let now: Time = "2026-11-22T16:00:00Z".parse().unwrap();
        assert_eq!(now.after(Period::days(3)).before(Period::days(3)), now);
        let first = now.before(Period::seconds(u64::MAX));
        assert_eq!(first.to_string(), "0000-01-01T00:00:00Z");
    }

    #[test]
    fn a_zone_tells_which_instant_its_clocks_show() {
        let at = |zone: &str, face: &str| {
            let zone: Zone = zone.parse().unwrap();
            zone.instant(face.parse().unwrap()).unwrap().to_string()
        };
        assert_eq!(at("UTC", "2026-07-01T12:00:00Z"), "2026-07-01T12:00:00Z");
        assert_eq!(at("+02:00", "2026-07-01T12:00:00Z"), "2026-07-01T10:00:00Z");
        assert_eq!(at("-03:30", "2026-07-01T12:00:00Z"), "2026-07-01T15:30:00Z");
        for zone in ["", "Mars/Olympus", "+2:00", "+24:00", "+02:60", "+0é:00", "../../etc/passwd"]
        {
            assert!(zone.parse::<Zone>().is_err(), "{zone}");
        }
        assert!("local".parse::<Zone>().is_ok());
    }

    #[test]
    fn an_hour_that_is_shown_twice_is_the_later_one() {
        // A machine without a zone database knows no names.
        let Ok(oslo) = "Europe/Oslo".parse::<Zone>() else { return };
        let at = |face: &str| oslo.instant(face.parse().unwrap()).unwrap().to_string();
        assert_eq!(at("2026-07-01T12:00:00Z"), "2026-07-01T10:00:00Z");
        assert_eq!(at("2026-12-01T12:00:00Z"), "2026-12-01T11:00:00Z");
        assert_eq!(at("2026-10-25T02:30:00Z"), "2026-10-25T01:30:00Z");
        assert_eq!(at("2026-03-29T02:30:00Z"), "2026-03-29T01:30:00Z");
        let face = |at: &str| oslo.face(at.parse().unwrap()).unwrap().to_naive();
        assert_eq!(face("2026-07-01T10:00:00Z"), "2026-07-01T12:00:00");
        assert_eq!(face("2026-12-01T11:00:00Z"), "2026-12-01T12:00:00");
    }
}
