//! Why logs cannot tell, in words.

use std::fmt;

use super::catalogue::Likeness;
use super::record::Kind;
use crate::clock::{Period, Time};

/// Why logs cannot tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No line was recognised.
    Nothing,
    /// The quiet time has not passed since the stage was reached.
    TooEarly {
        /// When it will have.
        until: Time,
    },
    /// A log ends in the middle: of what was compressed, or of a line.
    Cut {
        /// Which.
        source: String,
    },
    /// A log begins after the quiet time has begun.
    BeginsLate {
        /// Whose log.
        log: Kind,
        /// When it begins.
        first: Time,
        /// When the quiet time began.
        from: Time,
    },
    /// A log ended some time ago.
    Stale {
        /// Whose log.
        log: Kind,
        /// When it ends.
        last: Time,
        /// When it should at least have ended.
        bound: Time,
    },
    /// Times name no zone, and none is known.
    NoZone {
        /// Whose log.
        log: Kind,
        /// How many lines.
        count: u64,
    },
    /// Lines have no time that can be read.
    NoTime {
        /// Whose log.
        log: Kind,
        /// How many lines.
        count: u64,
    },
    /// Times are yet to come.
    Ahead {
        /// Whose log.
        log: Kind,
        /// How many lines.
        count: u64,
        /// The latest of them.
        until: Time,
    },
    /// No request with the new version was let in since `from`.
    NoControl {
        /// Whose log.
        log: Kind,
        /// The new version.
        new: String,
        /// Since when.
        from: Time,
    },
    /// Requests were let in under names that nothing was exported under: any of them can be a key
    /// that was given to the service by other means, the old one too.
    Strangers {
        /// Whose log.
        log: Kind,
        /// How many requests.
        count: u64,
    },
    /// One of several logs begins after the quiet time has begun.
    OneBeginsLate {
        /// Which.
        source: String,
        /// When it begins.
        first: Time,
        /// When the quiet time began.
        from: Time,
    },
    /// One of several logs ended some time ago.
    OneIsStale {
        /// Which.
        source: String,
        /// When it ends.
        last: Time,
        /// When it should at least have ended.
        bound: Time,
    },
    /// A log has nothing that is recognised.
    Unrecognised {
        /// Which.
        source: String,
    },
    /// Nothing was written for a long part of the quiet time.
    Gap {
        /// Where.
        source: String,
        /// How long.
        silence: Period,
        /// Until when.
        until: Time,
    },
    /// A log has lines, but for some of the quiet time none that shows who is let in.
    Muted {
        /// Where.
        source: String,
        /// Since when.
        from: Time,
        /// Until when.
        until: Time,
    },
    /// Lines look like those of a service and cannot be read.
    Garbled {
        /// Where.
        source: String,
        /// How many.
        count: u64,
    },
    /// A log has lines of more services than are told apart.
    Crowded {
        /// Which.
        source: String,
    },
    /// The new version was turned away by a service that seemed to have it.
    NewTurnedAway {
        /// Where it logs.
        source: String,
        /// The new version.
        new: String,
        /// When last.
        time: Time,
    },
    /// Fewer processes of a service have read the new list than have read their lists before.
    FewLoads {
        /// Where it logs.
        source: String,
        /// How many did at once.
        before: u64,
        /// How many did now.
        now: u64,
    },
    /// The new version was not let in by one of several services.
    OneLacksNew {
        /// Where it logs.
        source: String,
        /// The new version.
        new: String,
        /// Since when.
        from: Time,
    },
    /// The old version is sent, though it is turned away.
    TurnedAway {
        /// The old version.
        old: String,
        /// How often in the quiet time.
        count: u64,
    },
    /// An earlier list had as many keys, so the number does not tell which was loaded.
    SameCount {
        /// Where it was logged.
        source: String,
        /// How many keys.
        count: u64,
    },
    /// Requests that are turned away are not logged.
    HidesRefusals {
        /// Whose log.
        log: Kind,
    },
    /// Lines were too long to be read.
    Overlong {
        /// Where.
        source: String,
        /// How many.
        count: u64,
    },
    /// A log has only requests that were turned away.
    OnlyRefusals {
        /// Whose log.
        log: Kind,
    },
    /// A log shows keys, but none of this environment.
    NoneOurs {
        /// Whose log.
        log: Kind,
    },
    /// What a log shows of a version it shows of another as well.
    Alike {
        /// Whose log.
        log: Kind,
        /// The version.
        version: String,
        /// The other one.
        other: String,
        /// What both show.
        likeness: Likeness,
    },
    /// A log shows how secrets begin, and that of this version is not known.
    SecretUnknown {
        /// Whose log.
        log: Kind,
        /// The version.
        version: String,
    },
    /// No service has logged that it has read a list since then.
    NoLoad {
        /// When the stage was reached.
        since: Time,
    },
    /// A service has logged lines, but no load since the stage was reached.
    NotReloaded {
        /// Where it logs.
        source: String,
        /// When it has read its list last.
        last: Time,
    },
    /// A service has read another list, though not as the last of all.
    OtherList {
        /// Where it logs.
        source: String,
        /// When it was read.
        time: Time,
        /// How many keys there were.
        count: u64,
        /// How many the new list has.
        expected: u64,
    },
}

impl Reason {
    /// The reason in one word, for reports.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::TooEarly { .. } => "too-early",
            Self::Cut { .. } => "cut",
            Self::BeginsLate { .. } | Self::OneBeginsLate { .. } => "begins-late",
            Self::Stale { .. } | Self::OneIsStale { .. } => "stale",
            Self::NoZone { .. } => "no-zone",
            Self::NoTime { .. } => "no-time",
            Self::Ahead { .. } => "ahead",
            Self::NoControl { .. } | Self::OneLacksNew { .. } => "no-control",
            Self::Strangers { .. } => "strangers",
            Self::Unrecognised { .. } => "unrecognised",
            Self::Gap { .. } => "gap",
            Self::Muted { .. } => "muted",
            Self::Garbled { .. } => "garbled",
            Self::Crowded { .. } => "crowded",
            Self::NewTurnedAway { .. } => "new-turned-away",
            Self::FewLoads { .. } => "few-loads",
            Self::TurnedAway { .. } => "turned-away",
            Self::SameCount { .. } => "same-count",
            Self::HidesRefusals { .. } => "hides-refusals",
            Self::Overlong { .. } => "overlong",
            Self::OnlyRefusals { .. } => "only-refusals",
            Self::NoneOurs { .. } => "none-ours",
            Self::Alike { .. } => "alike",
            Self::SecretUnknown { .. } => "secret-unknown",
            Self::NoLoad { .. } => "no-load",
            Self::NotReloaded { .. } => "not-reloaded",
            Self::OtherList { .. } => "other-list",
        }
    }
}

impl fmt::Display for Reason {
    #[expect(clippy::too_many_lines, reason = "a sentence for each reason")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("no line was recognised as a service's own"),
            Self::TooEarly { until } => {
                write!(f, "it is too early: the quiet time will have passed at {until}")
            }
            Self::Cut { source } => {
                write!(f, "{source} is cut off or damaged, so its end is missing")
            }
            Self::BeginsLate { log, first, from } => write!(
                f,
                "the {log} begins at {first}, after the quiet time began at {from}: what came \
                 before may be in an older piece"
            ),
            Self::Stale { log, last, bound } => {
                write!(f, "the {log} ends at {last}; it should have lines after {bound}")
            }
            Self::NoZone { log, count } => write!(
                f,
                "the {log} has {} whose times name no zone, so it is not known when that was",
                lines(*count)
            ),
            Self::NoTime { log, count } => {
                write!(f, "the {log} has {} without a time that can be read", lines(*count))
            }
            Self::Ahead { log, count, until } => write!(
                f,
                "the {log} has {} from times that are yet to come, up to {until}: the zone may be \
                 wrong, or a clock",
                lines(*count)
            ),
            Self::NoControl { log, new, from } => write!(
                f,
                "the {log} has no request with {new} since {from}, so it does not show that \
                 clients have moved"
            ),
            Self::Strangers { log, count } => write!(
                f,
                "the {log} has requests ({count}) under names that nothing was exported under: the \
                 old key may be among them"
            ),
            Self::OneBeginsLate { source, first, from } => write!(
                f,
                "{source} begins at {first}, after the quiet time began at {from}: what came before \
                 may be in an older piece"
            ),
            Self::OneIsStale { source, last, bound } => {
                write!(f, "{source} ends at {last}; it should have lines after {bound}")
            }
            Self::Unrecognised { source } => {
                write!(f, "{source} has no line that is recognised as a service's own")
            }
            Self::Gap { source, silence, until } => write!(
                f,
                "{source} has nothing for {} until {until}: a piece may be missing",
                silence.rough()
            ),
            Self::Muted { source, from, until } => write!(
                f,
                "{source} shows nothing of requests that are let in between {from} and {until}, \
                 though it has other lines: they may not have been logged"
            ),
            Self::Garbled { source, count } => write!(
                f,
                "{source} has {} of a service in a form that is not known here: the old key may be \
                 there",
                lines(*count)
            ),
            Self::Crowded { source } => {
                write!(f, "{source} has lines of too many services: give the log of each alone")
            }
            Self::NewTurnedAway { source, new, time } => write!(
                f,
                "{source} has {new} turned away at {time}, after some process had it: others may \
                 not have the new list"
            ),
            Self::FewLoads { source, before, now } => write!(
                f,
                "{source} has {before} lists loaded at once before, and the new one {}: other \
                 processes may still have the old one",
                times_of(*now)
            ),
            Self::OneLacksNew { source, new, from } => {
                write!(f, "{source} has no request with {new} since {from}")
            }
            Self::TurnedAway { old, count } => {
                write!(f, "{old} is still sent, though it is turned away: {}", times_of(*count))
            }
            Self::SameCount { source, count } => write!(
                f,
                "the service that writes {source} has loaded {}, and an earlier list had as many",
                keys(*count)
            ),
            Self::HidesRefusals { log } => {
                write!(f, "the {log} does not show requests that are turned away")
            }
            Self::Overlong { source, count } => {
                write!(f, "{source} has {} that are too long to be read", lines(*count))
            }
            Self::OnlyRefusals { log } => write!(
                f,
                "the {log} has only requests that were turned away, so it does not show what is \
                 in use"
            ),
            Self::NoneOurs { log: log @ (Kind::Gateway | Kind::Heare) } => write!(
                f,
                "the {log} names keys, but none by an id that was exported: the service has a \
                 list from elsewhere"
            ),
            Self::NoneOurs { log } => {
                write!(f, "the {log} shows keys, but none of this environment")
            }
            Self::Alike { log, version, other, likeness } => {
                write!(f, "the {log} does not tell {version} from {other}: {likeness}")
            }
            Self::SecretUnknown { log, version } => write!(
                f,
                "the {log} shows how keys begin, and how {version} begins is not known here"
            ),
            Self::NoLoad { since } => {
                write!(f, "no service has logged that it has loaded its list since {since}")
            }
            Self::NotReloaded { source, last } => write!(
                f,
                "the service that writes {source} has loaded its list at {last} and not since"
            ),
            Self::OtherList { source, time, count, expected } => {
                other_list(f, source, *time, *count, *expected)
            }
        }
    }
}

impl fmt::Display for Likeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Called(id) => write!(f, "both are called {id}"),
            Self::Beginning(head) => write!(f, "both begin with {head}"),
            Self::Otherwise => f.write_str("what it shows can be either"),
        }
    }
}

pub(super) fn other_list(
    f: &mut fmt::Formatter<'_>,
    source: &str,
    time: Time,
    count: u64,
    expected: u64,
) -> fmt::Result {
    write!(
        f,
        "the service that writes {source} has loaded {} at {time}; the new list has {expected}",
        keys(count)
    )
}

pub(super) fn times_of(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn lines(count: u64) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}

pub(super) fn keys(count: u64) -> String {
    if count == 1 { "1 key".to_owned() } else { format!("{count} keys") }
}
