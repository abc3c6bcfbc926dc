//! What the lines of all logs add up to.

use std::collections::BTreeMap;

use super::catalogue::{Catalogue, Group, Likeness, NEW, OLD, View};
use super::record::{Event, Kind, Record, Request, Shown, When};
use super::service::{Load, Part, earlier};
use super::stamp::Calendar;
use super::top::{Leaders, Top};
use super::{Frame, Source};
use crate::clock::Time;

/// How many loads are kept.
const LOADS: usize = 100;

/// Requests, and when they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Requests that were let in.
    pub accepted: u64,
    /// Requests that were turned away.
    pub refused: u64,
    /// The first of them whose time is known.
    pub first: Option<Time>,
    /// The last of them whose time is known.
    pub last: Option<Time>,
    /// The last that was let in and whose time is known.
    pub last_accepted: Option<Time>,
}

impl Count {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.accepted == 0 && self.refused == 0
    }

    fn add(&mut self, accepted: bool, time: Option<Time>) {
        if accepted {
            self.accepted += 1;
            self.last_accepted = self.last_accepted.max(time);
        } else {
            self.refused += 1;
        }
        self.first = earlier(self.first, time);
        self.last = self.last.max(time);
    }

    fn merge(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.first = earlier(self.first, other.first);
        self.last = self.last.max(other.last);
        self.last_accepted = self.last_accepted.max(other.last_accepted);
    }
}

/// Requests, by when they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// All, those without a known time included.
    pub all: Count,
    /// Those in the quiet time.
    pub quiet: Count,
    /// Those since the stage was reached.
    pub since: Count,
}

impl Seen {
    fn add(&mut self, accepted: bool, time: Option<Time>, frame: &Frame) {
        self.all.add(accepted, time);
        let Some(at) = time.filter(|at| *at <= frame.latest) else { return };
        if at >= frame.since {
            self.since.add(accepted, time);
        }
        if at >= frame.from {
            self.quiet.add(accepted, time);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.all.merge(&other.all);
        self.quiet.merge(&other.quiet);
        self.since.merge(&other.since);
    }
}

/// What the logs show of one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// The version, as `prod/web@2`.
    pub version: String,
    /// Requests that can only have been with this version.
    pub seen: Seen,
    /// Requests that can have been with this version or with another.
    pub ambiguous: Seen,
    /// Who sent the requests of the quiet time; of the old and the new version only.
    pub clients: Leaders,
    /// What the requests of the quiet time were for; of the old and the new version only.
    pub paths: Leaders,
}

/// What the logs of one kind have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Who wrote it.
    pub kind: Kind,
    /// Lines that were read.
    pub recognised: u64,
    /// Requests that were let in, whatever their key.
    pub accepted: u64,
    /// Requests that were turned away, whatever their key.
    pub refused: u64,
    /// Requests with a key that is none of those in question.
    pub unknown: u64,
    /// Lines whose time names no zone, while none is known.
    pub no_zone: u64,
    /// Lines that have no time, or none that can be read.
    pub no_time: u64,
    /// Lines whose time is yet to come.
    pub ahead: u64,
    /// The latest of those times.
    pub ahead_until: Option<Time>,
    /// The first time that is not yet to come.
    pub first: Option<Time>,
    /// The last time that is not yet to come.
    pub last: Option<Time>,
    /// Requests that can only have been with the old version.
    pub old: Seen,
    /// Requests that can only have been with the new version.
    pub new: Seen,
    /// How the old version is told from the others.
    pub(super) old_sight: Sight,
    /// How the new version is told from the others.
    pub(super) new_sight: Sight,
}

/// How a log tells a version from the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// Another version of which it shows the same, by its reference.
    pub(super) double: Option<(String, Likeness)>,
    /// It shows the beginnings of secrets, and this version's is not known.
    pub(super) blind: bool,
}

/// When services have read their lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loads {
    /// How often in all, where the time is known.
    pub count: u64,
    /// The first.
    pub first: Option<Load>,
    /// The last hundred, by time.
    pub latest: Vec<Load>,
}

#[derive(Debug, Default)]
struct KindTally {
    recognised: u64,
    accepted: u64,
    refused: u64,
    unknown: u64,
    no_zone: u64,
    no_time: u64,
    ahead: u64,
    ahead_until: Option<Time>,
    first: Option<Time>,
    last: Option<Time>,
    /// For each group, where its requests are counted, plus one.
    places: Vec<u32>,
    seen: Vec<(Group, Seen)>,
    /// What it was seen to show, where that is not fixed.
    ids: bool,
    shortest: Option<usize>,
}

impl KindTally {
    /// What a log of this kind shows, or was seen to show.
    fn views(&self, kind: Kind) -> Vec<View> {
        if let Some(view) = Catalogue::view_of(kind) {
            return vec![view];
        }
        let ids = self.ids.then_some(View::Id);
        self.shortest.map(View::Head).into_iter().chain(ids).collect()
    }

    fn seen_of(&mut self, group: Group) -> Option<&mut Seen> {
        if self.places.len() <= group {
            self.places.resize(group + 1, 0);
        }
        let place = self.places.get_mut(group)?;
        if *place == 0 {
            self.seen.push((group, Seen::default()));
            *place = u32::try_from(self.seen.len()).ok()?;
        }
        let at = usize::try_from(*place).ok()?.checked_sub(1)?;
        self.seen.get_mut(at).map(|(_, seen)| seen)
    }
}

/// Everything that is counted, in memory that depends on the number of versions but not on logs.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    catalogue: Catalogue<'a>,
    frame: Frame,
    kinds: BTreeMap<Kind, KindTally>,
    /// Clients and paths of the old and of the new version.
    tops: [(Top, Top); 2],
    strangers: Top,
    load_count: u64,
    first_load: Option<Load>,
    /// By time, and by number where that is the same.
    latest_loads: BTreeMap<(Time, u64), Load>,
}

impl<'a> Tally<'a> {
    pub(super) fn new(catalogue: Catalogue<'a>, frame: Frame) -> Self {
        Self {
            catalogue,
            frame,
            kinds: BTreeMap::new(),
            tops: Default::default(),
            strangers: Top::default(),
            load_count: 0,
            first_load: None,
            latest_loads: BTreeMap::new(),
        }
    }

    /// Counts what one line of the source with number `at` says, which `container` wrote where that
    /// is known.
    pub(super) fn take(
        &mut self,
        (record, container): (&Record<'_>, &[u8]),
        calendar: &mut Calendar,
        (at, source): (usize, &mut Source),
    ) {
        let kind = self.kinds.entry(record.kind).or_default();
        kind.recognised += 1;
        source.recognised += 1;
        let time = match record.when {
            When::Stamped(stamp) => {
                let time = calendar.resolve(stamp);
                if time.is_none() {
                    kind.no_zone += 1;
                }
                time
            }
            When::Missing | When::Unreadable => {
                kind.no_time += 1;
                None
            }
        };
        if let Some(time) = time {
            source.first = earlier(source.first, Some(time));
            source.last = source.last.max(Some(time));
            if time > self.frame.latest {
                kind.ahead += 1;
                kind.ahead_until = kind.ahead_until.max(Some(time));
            } else {
                kind.first = earlier(kind.first, Some(time));
                kind.last = kind.last.max(Some(time));
            }
        }
        let part = Part::of(&mut source.parts, record.kind, container);
        source.crowded |= part.is_none();
        let mut part = part.zip(time.filter(|time| *time <= self.frame.latest));
        if let Some((part, time)) = &mut part {
            part.line(*time, record.event.tells(), &self.frame);
        }
        match &record.event {
            Event::Nothing => {}
            Event::Load(count) => self.load(*count, time, at, part),
            Event::Request(request) => self.request(record.kind, request, time, part),
        }
    }

    fn request(
        &mut self,
        kind: Kind,
        request: &Request<'_>,
        time: Option<Time>,
        part: Option<(&mut Part, Time)>,
    ) {
        let Some(tally) = self.kinds.get_mut(&kind) else { return };
        *if request.accepted { &mut tally.accepted } else { &mut tally.refused } += 1;
        let Some((group, view)) = self.catalogue.find(&request.shown) else {
            tally.unknown += 1;
            if let (true, Shown::Id(text) | Shown::NameOrId(text, _)) =
                (request.accepted, &request.shown)
            {
                self.strangers.add(text);
            }
            return;
        };
        match view {
            View::Id => tally.ids = true,
            View::Head(length) => {
                tally.shortest = Some(tally.shortest.map_or(length, |known| known.min(length)));
            }
            View::Unique => {}
        }
        if let Some(seen) = tally.seen_of(group) {
            seen.add(request.accepted, time, &self.frame);
        }
        let in_time = time.filter(|at| *at <= self.frame.latest);
        if let (NEW, Some((part, time))) = (group, part) {
            part.new_version(time, request.accepted, &self.frame);
        }
        let Some((clients, paths)) = self.tops.get_mut(group) else { return };
        if in_time.is_some_and(|at| at >= self.frame.from) {
            if let Some(client) = &request.client {
                clients.add(client);
            }
            if let Some(path) = &request.path {
                // What comes after belongs to the one request, and may be private.
                let end = memchr::memchr(b'?', path).unwrap_or(path.len());
                paths.add(path.get(..end).unwrap_or_default());
            }
        }
    }

    fn load(&mut self, count: u64, time: Option<Time>, at: usize, part: Option<(&mut Part, Time)>) {
        let Some(time) = time.filter(|time| *time <= self.frame.latest) else { return };
        let load = Load { time, count, source: at };
        self.load_count += 1;
        if self.first_load.is_none_or(|first| time < first.time) {
            self.first_load = Some(load);
        }
        self.latest_loads.insert((time, self.load_count), load);
        if self.latest_loads.len() > LOADS {
            self.latest_loads.pop_first();
        }
        if let Some((part, _)) = part {
            part.load(load, &self.frame);
        }
    }

    pub(super) fn finish(self) -> Totals {
        let reference = |at: usize| self.catalogue.reference(at);
        let mut usages: BTreeMap<usize, Usage> = BTreeMap::new();
        usages.insert(OLD, Usage::default());
        usages.insert(NEW, Usage::default());
        for (group, seen) in self.kinds.values().flat_map(|kind| &kind.seen) {
            match self.catalogue.alone(*group) {
                Some(at) => usages.entry(at).or_default().seen.merge(seen),
                None => self.catalogue.members(*group, &mut |at| {
                    usages.entry(at).or_default().ambiguous.merge(seen);
                }),
            }
        }
        for (at, usage) in &mut usages {
            usage.version = reference(*at);
        }
        let logs = self.kinds.iter().map(|(kind, tally)| {
            let views = tally.views(*kind);
            let sight = |of: usize| {
                let double = views.iter().find_map(|view| self.catalogue.double(of, *view));
                let met = || {
                    let mut groups = tally.seen.iter().map(|(group, _)| *group);
                    let at = groups.find_map(|group| self.catalogue.companion(of, group))?;
                    Some((at, Likeness::Otherwise))
                };
                let double = double.or_else(met).map(|(at, likeness)| (reference(at), likeness));
                let heads = views.iter().any(|view| matches!(view, View::Head(_)));
                Sight { double, blind: heads && !self.catalogue.has_secret(of) }
            };
            let alone = |of: usize| {
                let seen = tally.seen.iter().find(|(group, _)| *group == of);
                seen.map(|(_, seen)| *seen).unwrap_or_default()
            };
            Log {
                kind: *kind,
                recognised: tally.recognised,
                accepted: tally.accepted,
                refused: tally.refused,
                unknown: tally.unknown,
                no_zone: tally.no_zone,
                no_time: tally.no_time,
                ahead: tally.ahead,
                ahead_until: tally.ahead_until,
                first: tally.first,
                last: tally.last,
                old: alone(OLD),
                new: alone(NEW),
                old_sight: sight(OLD),
                new_sight: sight(NEW),
            }
        });
        let logs = logs.collect();
        let [old_tops, new_tops] = self.tops;
        let mut finished = |at: usize, (clients, paths): (Top, Top)| Usage {
            clients: clients.leaders(),
            paths: paths.leaders(),
            ..usages.remove(&at).unwrap_or_default()
        };
        let (old, new) = (finished(OLD, old_tops), finished(NEW, new_tops));
        Totals {
            logs,
            old,
            new,
            others: usages.into_values().collect(),
            strangers: self.strangers.leaders(),
            loads: Loads {
                count: self.load_count,
                first: self.first_load,
                latest: self.latest_loads.into_values().collect(),
            },
        }
    }
}

/// The sums.
pub(super) struct Totals {
    pub(super) logs: Vec<Log>,
    pub(super) old: Usage,
    pub(super) new: Usage,
    pub(super) others: Vec<Usage>,
    pub(super) strangers: Leaders,
    pub(super) loads: Loads,
}
