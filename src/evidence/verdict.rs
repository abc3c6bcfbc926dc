//! What the sums prove.

use std::fmt;

use super::reason::{Reason, keys, other_list, times_of};
use super::record::Kind;
use super::tally::{Count, Load, Log, Sight};
use super::top::Leaders;
use super::{Evidence, Source};
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
    /// Every service that logs it has read the new list.
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

/// Requests with the old version since it was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stragglers {
    /// How many, and when.
    pub requests: Count,
    /// Who sent them, in the quiet time, where logs tell.
    pub clients: Leaders,
    /// What for, in the quiet time, where logs tell.
    pub paths: Leaders,
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
        reasons.extend(general(evidence));
        reasons.extend(overlong(evidence));
        reasons.extend(each_is_covered(evidence));
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
    /// A service has when it has let the new version in, or when the last list that it has read
    /// since the version was added has as many keys as are to be accepted. It is a *fail* when the
    /// last list of all has another number and the new version was not let in since.
    #[must_use]
    pub fn of_load(evidence: &Evidence) -> Self {
        let since = evidence.since;
        let expected = evidence.expected;
        let loads = evidence.sources.iter().filter_map(|source| Some((source, source.last_load?)));
        let (after, before): (Vec<_>, Vec<_>) = loads.partition(|(_, load)| load.time >= since);
        let is_other = |(source, load): &(&Source, Load)| {
            let proved = source.last_new.is_some_and(|last| last >= load.time);
            load.count != expected && !proved
        };
        let others: Vec<_> = after.iter().copied().filter(is_other).collect();
        let last = after.iter().copied().max_by_key(|(_, load)| load.time);
        if let Some((source, load)) = last.filter(is_other) {
            return Self::Fail(Finding::OtherList {
                source: source.name.clone(),
                time: load.time,
                count: load.count,
                expected,
            });
        }
        let other = |(source, load): &(&Source, Load)| Reason::OtherList {
            source: source.name.clone(),
            time: load.time,
            count: load.count,
            expected,
        };
        let mut reasons: Vec<Reason> = others.iter().map(other).collect();
        if reasons.is_empty()
            && let Some(last) = evidence.new.seen.since.last_accepted
        {
            let new = evidence.new.version.clone();
            return Self::Pass(Proof::NewSeen { new, last });
        }
        // An old piece of a rotated log, which ends before, says nothing.
        let goes_on = |source: &Source| source.last.is_some_and(|last| last >= since);
        let stuck = before.iter().filter(|(source, _)| goes_on(source));
        reasons.extend(stuck.map(|(source, load)| Reason::NotReloaded {
            source: source.name.clone(),
            last: load.time,
        }));
        if let (Some((_, load)), true) = (last, reasons.is_empty()) {
            return Self::Pass(Proof::Loaded { time: load.time, count: load.count });
        }
        reasons.extend(general(evidence));
        if last.is_none() {
            reasons.push(Reason::NoLoad { since });
        }
        for log in &evidence.logs {
            reasons.extend(times(log));
            if log.new.since.accepted == 0 && log.accepted > 0 {
                reasons.push(no_control(log, &evidence.new.version, since));
            } else if log.accepted == 0 && log.refused > 0 {
                reasons.push(Reason::OnlyRefusals { log: log.kind });
            }
            reasons.extend(sight(log.kind, &evidence.new.version, &log.new_sight));
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
    /// The requests with the old version since the stage was reached, let in or turned away, that
    /// can only have been with it; `None` when there are none. For after the removal, with the quiet
    /// time open so that it begins then.
    #[must_use]
    pub fn stragglers(&self) -> Option<Stragglers> {
        let requests = self.old.seen.since;
        (!requests.is_empty()).then(|| Stragglers {
            requests,
            clients: self.old.clients.clone(),
            paths: self.old.paths.clone(),
        })
    }
}

/// What is wrong with the logs as a whole.
fn general(evidence: &Evidence) -> impl Iterator<Item = Reason> {
    let nothing = evidence.logs.is_empty().then_some(Reason::Nothing);
    let cut = evidence.sources.iter().filter(|source| source.cut);
    nothing.into_iter().chain(cut.map(|source| Reason::Cut { source: source.name.clone() }))
}

/// Lines that nothing is known of.
fn overlong(evidence: &Evidence) -> impl Iterator<Item = Reason> {
    let long = evidence.sources.iter().filter(|source| source.overlong > 0);
    long.map(|source| Reason::Overlong { source: source.name.clone(), count: source.overlong })
}

/// Requests under names that nobody exported.
fn strangers(log: &Log) -> Option<Reason> {
    let names_keys = matches!(log.kind, Kind::Gateway | Kind::Heare);
    (names_keys && log.unknown > 0)
        .then_some(Reason::Strangers { log: log.kind, count: log.unknown })
}

/// Whether each of several services is covered. The pieces of one rotated log follow each other;
/// logs that run side by side are of different services, and each of them has to span the quiet
/// time.
fn each_is_covered(evidence: &Evidence) -> Vec<Reason> {
    let mut pieces: Vec<_> = evidence
        .sources
        .iter()
        .filter_map(|source| Some((source.first?, source.last?, source.name.as_str())))
        .collect();
    pieces.sort_unstable();
    let mut services: Vec<(Time, Time, &str)> = Vec::new();
    for (first, last, name) in pieces {
        // Of those that ended before this piece begins, the one that ended last goes on with it.
        let earlier = services.iter_mut().filter(|(_, end, _)| *end <= first);
        match earlier.max_by_key(|(_, end, _)| *end) {
            Some(service) => (service.1, service.2) = (last, name),
            None => services.push((first, last, name)),
        }
    }
    if services.len() < 2 {
        return Vec::new();
    }
    let mut reasons = Vec::new();
    for (first, last, name) in services {
        let source = name.to_owned();
        if first > evidence.from {
            let from = evidence.from;
            reasons.push(Reason::OneBeginsLate { source: source.clone(), first, from });
        }
        if last < evidence.fresh {
            reasons.push(Reason::OneIsStale { source, last, bound: evidence.fresh });
        }
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
            Self::OtherList { source, time, count, expected } => {
                other_list(f, source, *time, *count, *expected)
            }
        }
    }
}
