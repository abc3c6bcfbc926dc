//! What the sums prove.

use std::fmt;

use super::reason::{Reason, keys, other_list, times_of};
use super::record::Kind;
use super::service::{Load, Pieces, services};
use super::tally::{Count, Log, Sight};
use super::top::Leaders;
use super::{Evidence, Frame, SKEW};
use crate::clock::Time;

/// What the logs say to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Pass(Proof),
    /// It is not so.
    Fail(Finding),
    /// The logs cannot tell; with every reason that holds.
    NotProvable(Vec<Reason>),
}

/// Why a verdict is a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The old version was not used since `from`, while the new one was.
    Unused {
        /// The old version.
        old: String,
        /// When the quiet time began.
        from: Time,
        /// The new version.
        new: String,
        /// How often that was used in the quiet time.
        requests: u64,
    },
    /// A service has let the new version in.
    NewSeen {
        /// The new version.
        new: String,
        /// When last.
        last: Time,
    },
    /// Nobody has sent the old version since its removal.
    NotSent {
        /// The old version.
        old: String,
        /// When it was removed.
        since: Time,
    },
    /// Every service has read the new list.
    Loaded {
        /// When last.
        time: Time,
        /// How many keys there were.
        count: u64,
    },
}

/// Why a verdict is a fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The old version is in use.
    InUse {
        /// The old version.
        old: String,
        /// When the quiet time began.
        from: Time,
        /// How often it was let in since then.
        accepted: u64,
        /// When it was let in last.
        last: Time,
        /// Who sent it in the quiet time, where logs tell.
        clients: Leaders,
        /// What for, where logs tell.
        paths: Leaders,
    },
    /// The old version is sent after its removal.
    StillSent {
        /// The old version.
        old: String,
        /// How often.
        count: u64,
        /// When last, where that is known.
        last: Option<Time>,
    },
    /// The last list that a service has read is another one.
    OtherList {
        /// Where it was logged.
        source: String,
        /// When it was read.
        time: Time,
        /// How many keys there were.
        count: u64,
        /// How many the new list has.
        expected: u64,
    },
}

impl Verdict {
    /// Whether the old version is unused, so that it can be removed.
    ///
    /// A *fail* needs one accepted request in the quiet time that can only have been with the old
    /// version. A *pass* needs four things of every kind of log: it covers the quiet time and is
    /// fresh; it has a request with the new version, so it does log requests and clients have
    /// moved; it has none with the old version; and it would have told the old version from every
    /// other. The quiet time begins no earlier than the stage itself.
    #[must_use]
    pub fn of_old(evidence: &Evidence) -> Self {
        let used = evidence.old.seen.quiet;
        if let Some(last) = used.last_accepted {
            return Self::Fail(Finding::InUse {
                old: evidence.old.version.clone(),
                from: evidence.from,
                accepted: used.accepted,
                last,
                clients: evidence.old.clients.clone(),
                paths: evidence.old.paths.clone(),
            });
        }
        let mut reasons = Vec::new();
        reasons.extend(evidence.too_early.map(|until| Reason::TooEarly { until }));
        if used.refused > 0 {
            let old = evidence.old.version.clone();
            reasons.push(Reason::TurnedAway { old, count: used.refused });
        }
        reasons.extend(general(evidence));
        reasons.extend(overlong(evidence));
        reasons.extend(each_is_covered(evidence, true));
        for log in &evidence.logs {
            reasons.extend(coverage(log, evidence));
            reasons.extend(times(log));
            let control = control(log, evidence);
            let ours = !matches!(control, Some(Reason::NoneOurs { .. }));
            reasons.extend(control);
            reasons.extend(strangers(log).filter(|_| ours));
            reasons.extend(sight(log.kind, &evidence.old.version, &log.old_sight));
        }
        if !reasons.is_empty() {
            return Self::NotProvable(reasons);
        }
        Self::Pass(Proof::Unused {
            old: evidence.old.version.clone(),
            from: evidence.from,
            new: evidence.new.version.clone(),
            requests: evidence.new.seen.quiet.accepted,
        })
    }

    /// Whether services have loaded the new list, so that clients can be moved.
    ///
    /// Every service has to have: it has let the new version in, or the last list that it has read
    /// since the version was added has as many keys as are to be accepted, and no earlier list had.
    /// It is a *fail* when the last list of one has as many keys as an earlier one, and not as many
    /// as the new one, unless its log shows that it had another one before.
    #[must_use]
    pub fn of_load(evidence: &Evidence) -> Self {
        let since = evidence.since;
        let expected = evidence.expected;
        let mut reasons: Vec<Reason> = general(evidence).collect();
        // A log whose times are not known may be that of a service that lags.
        reasons.extend(evidence.logs.iter().flat_map(times));
        let mut last_load: Option<Load> = None;
        for service in services(evidence, Pieces::Apart) {
            let source = service.name.clone();
            let load = service.last_load().filter(|load| load.time >= since);
            if let Some(time) = service.refuses_new(since) {
                let (source, new) = (source.clone(), evidence.new.version.clone());
                reasons.push(Reason::NewTurnedAway { source, new, time });
            }
            if let Some((before, now)) = service.lags() {
                reasons.push(Reason::FewLoads { source: source.clone(), before, now });
            }
            if service.last_new().is_some_and(|new| new >= load.map_or(since, |load| load.time)) {
                continue;
            }
            let other = |load: Load| (source.clone(), load.time, load.count);
            let had_as_many = |count| evidence.earlier.contains(&count) || service.had_as_many();
            match (load, service.last_load()) {
                (Some(load), _) if load.count != expected => {
                    let (source, time, count) = other(load);
                    if evidence.earlier.contains(&count) && !service.has_changed() {
                        return Self::Fail(Finding::OtherList { source, time, count, expected });
                    }
                    reasons.push(Reason::OtherList { source, time, count, expected });
                }
                (Some(load), _) if had_as_many(load.count) => {
                    reasons.push(Reason::SameCount { source, count: load.count });
                }
                (Some(load), _) => {
                    let later = last_load.is_none_or(|last| load.time >= last.time);
                    last_load = if later { Some(load) } else { last_load };
                }
                (None, Some(before)) => {
                    reasons.push(Reason::NotReloaded { source, last: before.time });
                }
                (None, None) => {
                    let new = evidence.new.version.clone();
                    reasons.push(Reason::OneLacksNew { source, new, from: since });
                }
            }
        }
        if reasons.is_empty() {
            if let Some(last) = evidence.new.seen.since.last_accepted {
                let new = evidence.new.version.clone();
                return Self::Pass(Proof::NewSeen { new, last });
            }
            if let Some(load) = last_load {
                return Self::Pass(Proof::Loaded { time: load.time, count: load.count });
            }
        }
        let has_loaded = evidence.loads.latest.last().is_some_and(|load| load.time >= since);
        if !has_loaded && evidence.new.seen.since.last_accepted.is_none() {
            reasons.push(Reason::NoLoad { since });
        }
        for log in &evidence.logs {
            if log.accepted == 0 && log.refused > 0 {
                reasons.push(Reason::OnlyRefusals { log: log.kind });
            }
            reasons.extend(sight(log.kind, &evidence.new.version, &log.new_sight));
        }
        Self::NotProvable(reasons)
    }

    /// Whether nobody sends the old version since it was removed. The quiet time is that since the
    /// removal; a log that does not show who is turned away proves nothing. Let in or turned away,
    /// one request that can only have been with the old version is a *fail*.
    #[must_use]
    pub fn of_stragglers(evidence: &Evidence) -> Self {
        let sent = evidence.old.seen.since;
        if !sent.is_empty() {
            let Count { accepted, refused, last, .. } = sent;
            return Self::Fail(Finding::StillSent {
                old: evidence.old.version.clone(),
                count: accepted + refused,
                last,
            });
        }
        let mut reasons: Vec<Reason> = general(evidence).collect();
        reasons.extend(overlong(evidence));
        reasons.extend(each_is_covered(evidence, false));
        for log in &evidence.logs {
            reasons.extend(coverage(log, evidence));
            reasons.extend(times(log));
            reasons.extend(sight(log.kind, &evidence.old.version, &log.old_sight));
            if matches!(log.kind, Kind::Gateway | Kind::Heare) {
                reasons.push(Reason::HidesRefusals { log: log.kind });
            }
        }
        if reasons.is_empty() {
            let old = evidence.old.version.clone();
            return Self::Pass(Proof::NotSent { old, since: evidence.since });
        }
        Self::NotProvable(reasons)
    }

    /// The verdict in one word, for reports.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass(_) => "pass",
            Self::Fail(_) => "fail",
            Self::NotProvable(_) => "not provable",
        }
    }
}

impl Evidence {
    pub(super) fn frame(&self) -> Frame {
        let Self { since, from, now, pause, expected, .. } = *self;
        Frame { since, from, latest: now.after(SKEW), pause, expected }
    }
}

/// What is wrong with the logs as a whole.
fn general(evidence: &Evidence) -> impl Iterator<Item = Reason> {
    let nothing = evidence.logs.is_empty().then_some(Reason::Nothing);
    let cut = evidence.sources.iter().filter(|source| source.cut);
    let cut = cut.map(|source| Reason::Cut { source: source.name.clone() });
    // One among others: that of all is said once.
    let other = evidence.sources.iter().filter(|source| source.recognised == 0);
    let other = other.filter(|_| !evidence.logs.is_empty());
    let other = other.map(|source| Reason::Unrecognised { source: source.name.clone() });
    let crowded = evidence.sources.iter().filter(|source| source.crowded);
    let crowded = crowded.map(|source| Reason::Crowded { source: source.name.clone() });
    let garbled = evidence.sources.iter().filter(|source| source.garbled > 0);
    let garbled =
        garbled.map(|log| Reason::Garbled { source: log.name.clone(), count: log.garbled });
    nothing.into_iter().chain(cut).chain(other).chain(crowded).chain(garbled)
}

/// Lines that nothing is known of.
fn overlong(evidence: &Evidence) -> impl Iterator<Item = Reason> {
    let long = evidence.sources.iter().filter(|source| source.overlong > 0);
    long.map(|source| Reason::Overlong { source: source.name.clone(), count: source.overlong })
}

/// Requests under names that nobody exported.
fn strangers(log: &Log) -> Option<Reason> {
    let names_keys = matches!(log.kind, Kind::Gateway | Kind::Heare | Kind::Pattern);
    (names_keys && log.unknown > 0)
        .then_some(Reason::Strangers { log: log.kind, count: log.unknown })
}

/// Whether each service wrote throughout the quiet time and, where it is to, let the new version in.
fn each_is_covered(evidence: &Evidence, wants_new: bool) -> Vec<Reason> {
    let services = services(evidence, Pieces::GoOn);
    let from = evidence.from;
    let mut reasons = Vec::new();
    for service in &services {
        let several = services.iter().filter(|other| other.kind == service.kind).count() > 1;
        let source = || service.name.clone();
        let first = service.first;
        if several && first > from {
            reasons.push(Reason::OneBeginsLate { source: source(), first, from });
        }
        if several && service.last < evidence.fresh {
            let (last, bound) = (service.last, evidence.fresh);
            reasons.push(Reason::OneIsStale { source: source(), last, bound });
        }
        if several && wants_new && service.last_new().is_none_or(|new| new < from) {
            let new = evidence.new.version.clone();
            reasons.push(Reason::OneLacksNew { source: source(), new, from });
        }
        if let Some((from, until)) = service.muted(from, evidence.fresh).filter(|_| wants_new) {
            reasons.push(Reason::Muted { source: source(), from, until });
        }
        let long = service.silence.filter(|(silence, _)| *silence > evidence.pause);
        reasons.extend(long.map(|(silence, until)| Reason::Gap {
            source: source(),
            silence,
            until,
        }));
    }
    reasons
}

/// Whether a log spans the quiet time.
fn coverage(log: &Log, evidence: &Evidence) -> impl Iterator<Item = Reason> {
    let kind = log.kind;
    let from = evidence.from;
    let late = log.first.filter(|first| *first > from);
    let late = late.map(|first| Reason::BeginsLate { log: kind, first, from });
    let bound = evidence.fresh;
    let stale = log.last.filter(|last| *last < bound);
    let stale = stale.map(|last| Reason::Stale { log: kind, last, bound });
    late.into_iter().chain(stale)
}

/// Whether a log's times are known.
fn times(log: &Log) -> impl Iterator<Item = Reason> {
    let kind = log.kind;
    let some = |count: u64| Some(count).filter(|count| *count > 0);
    let zone = some(log.no_zone).map(|count| Reason::NoZone { log: kind, count });
    let time = some(log.no_time).map(|count| Reason::NoTime { log: kind, count });
    let ahead = log.ahead_until.map(|until| Reason::Ahead { log: kind, count: log.ahead, until });
    zone.into_iter().chain(time).chain(ahead)
}

/// Whether a log shows requests with the new version.
fn control(log: &Log, evidence: &Evidence) -> Option<Reason> {
    if log.accepted == 0 && log.refused > 0 {
        return Some(Reason::OnlyRefusals { log: log.kind });
    }
    let is_missing = log.new.quiet.accepted == 0;
    is_missing.then(|| no_control(log, &evidence.new.version, evidence.from))
}

fn no_control(log: &Log, new: &str, from: Time) -> Reason {
    if log.unknown > 0 && log.unknown == log.accepted + log.refused {
        return Reason::NoneOurs { log: log.kind };
    }
    Reason::NoControl { log: log.kind, new: new.to_owned(), from }
}

/// Whether a log tells `version` from all others.
fn sight(log: Kind, version: &str, sight: &Sight) -> impl Iterator<Item = Reason> {
    let version = version.to_owned();
    let blind = sight.blind.then(|| Reason::SecretUnknown { log, version: version.clone() });
    let alike = sight.double.clone();
    let alike = alike.map(|(other, likeness)| Reason::Alike { log, version, other, likeness });
    blind.into_iter().chain(alike)
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused { old, from, new, requests } => {
                write!(f, "{old} was not used since {from}, {new} was used {}", times_of(*requests))
            }
            Self::NotSent { old, since } => {
                write!(f, "{old} was not sent since its removal at {since}")
            }
            Self::NewSeen { new, last } => write!(f, "{new} was let in, last at {last}"),
            Self::Loaded { time, count } => {
                write!(f, "the new list was loaded at {time}, with {}", keys(*count))
            }
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse { old, from, accepted, last, .. } => {
                write!(f, "{old} is in use: {} since {from}, last at {last}", times_of(*accepted))
            }
            Self::StillSent { old, count, last } => {
                write!(f, "{old} was sent {} since its removal", times_of(*count))?;
                last.map_or(Ok(()), |last| write!(f, ", last at {last}"))
            }
            Self::OtherList { source, time, count, expected } => {
                other_list(f, source, *time, *count, *expected)
            }
        }
    }
}
