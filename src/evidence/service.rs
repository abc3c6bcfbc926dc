//! What one service has written, in one log or several.

use super::record::Kind;
use super::{Evidence, Frame, Source};
use crate::clock::{Period, Time};

/// How many services one log may be of.
const MOST: usize = 64;
/// The processes of one service that start together read their lists within this.
const TOGETHER: Period = Period::seconds(10);

/// A service has read its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// When.
    pub time: Time,
    /// How many keys there were.
    pub count: u64,
    /// In which source it was logged.
    pub source: usize,
}

pub(super) fn earlier(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    a.into_iter().chain(b).min()
}

/// What one service has written into one log: lines of one kind, and of one container where its name
/// stands before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    kind: Kind,
    container: Box<[u8]>,
    first: Option<Time>,
    last: Option<Time>,
    /// The first and the last line that would be missing if requests that are let in were not
    /// logged.
    told: Option<(Time, Time)>,
    /// Since the last of those there were others.
    is_muted: bool,
    /// The longest time in which there were only others, and when it ended.
    muted: Option<(Period, Time)>,
    first_new: Option<Time>,
    last_new: Option<Time>,
    /// When the new version was turned away last.
    new_refused: Option<Time>,
    /// The first load since the stage.
    first_load: Option<Time>,
    last_load: Option<Load>,
    /// How many lists have been read since the stage in a row, all as long as the last one.
    alike: u64,
    /// When processes have begun to read their lists together, and how many did.
    start: Option<(Time, u64)>,
    /// How many at most did so.
    together: u64,
    /// A list as long as the new one has to be was read before that was there.
    had_as_many: bool,
    /// How long the list was that was read last before the stage.
    before: Option<u64>,
}

impl Part {
    fn new(kind: Kind, container: &[u8]) -> Self {
        Self {
            kind,
            container: container.into(),
            first: None,
            last: None,
            told: None,
            is_muted: false,
            muted: None,
            first_new: None,
            last_new: None,
            new_refused: None,
            first_load: None,
            last_load: None,
            alike: 0,
            start: None,
            together: 0,
            had_as_many: false,
            before: None,
        }
    }

    /// Where lines of this kind and container are counted; `None` when there are too many.
    pub(super) fn of<'a>(all: &'a mut Vec<Self>, kind: Kind, name: &[u8]) -> Option<&'a mut Self> {
        let is_it = |part: &Self| part.kind == kind && *part.container == *name;
        let at = all.iter().position(is_it).unwrap_or(all.len());
        if at == all.len() {
            (at < MOST).then(|| all.push(Self::new(kind, name)))?;
        }
        all.get_mut(at)
    }

    /// A line, `tells` whether it is one of those that show who is let in.
    pub(super) fn line(&mut self, time: Time, tells: bool, frame: &Frame) {
        let begin = self.told.map(|(_, last)| last).or(self.first).unwrap_or(time);
        self.first = earlier(self.first, Some(time));
        self.last = self.last.max(Some(time));
        if !tells {
            self.is_muted |= time > begin || self.told.is_none();
            return;
        }
        if std::mem::take(&mut self.is_muted) {
            self.mute(begin, time, frame);
        }
        let (first, last) = self.told.unwrap_or((time, time));
        self.told = Some((first.min(time), last.max(time)));
    }

    fn mute(&mut self, begin: Time, end: Time, frame: &Frame) {
        let silence = end.since(begin.max(frame.from));
        let long = (silence > frame.pause).then_some((silence, end));
        self.muted = self.muted.max(long);
    }

    /// A request with the new version, and no other.
    pub(super) fn new_version(&mut self, time: Time, accepted: bool, frame: &Frame) {
        if !accepted {
            self.new_refused = self.new_refused.max(Some(time));
            return;
        }
        self.last_new = self.last_new.max(Some(time));
        if time >= frame.since {
            self.first_new = earlier(self.first_new, Some(time));
        }
    }

    pub(super) fn load(&mut self, load: Load, frame: &Frame) {
        let Load { time, count, .. } = load;
        // Another list is read by another start, however soon.
        let is_alike = self.last_load.is_some_and(|last| last.count == count);
        self.start = match self.start {
            Some((start, many)) if is_alike && time >= start && time.since(start) <= TOGETHER => {
                Some((start, many + 1))
            }
            _ => Some((time, 1)),
        };
        self.together = self.together.max(self.start.map_or(0, |(_, many)| many));
        if time < frame.since {
            self.had_as_many |= count == frame.expected;
            self.before = Some(count);
        } else {
            self.first_load = earlier(self.first_load, Some(time));
            let goes_on = self.last_load.is_some_and(|last| last.count == count);
            self.alike = if goes_on { self.alike + 1 } else { 1 };
        }
        if self.last_load.is_none_or(|last| time >= last.time) {
            self.last_load = Some(load);
        }
    }

    /// Adds what `next` says, which comes after.
    fn go_on(&mut self, next: &Self, frame: &Frame) {
        if let (Some((first, last)), Some((next_first, next_last))) = (self.told, next.told) {
            if self.last > Some(last) || next.first < Some(next_first) {
                self.mute(last, next_first, frame);
            }
            self.told = Some((first, next_last));
        } else {
            self.told = self.told.or(next.told);
        }
        self.last = self.last.max(next.last);
        self.muted = self.muted.max(next.muted);
        self.first_new = earlier(self.first_new, next.first_new);
        self.last_new = self.last_new.max(next.last_new);
        self.new_refused = self.new_refused.max(next.new_refused);
        self.first_load = earlier(self.first_load, next.first_load);
        let count = |load: Option<Load>| load.map(|load| load.count);
        if next.last_load.is_some() {
            let goes_on = count(self.last_load) == count(next.last_load);
            self.alike = if goes_on { self.alike } else { 0 } + next.alike;
            self.last_load = next.last_load;
        }
        self.together = self.together.max(next.together);
        self.had_as_many |= next.had_as_many;
        self.before = next.before.or(self.before);
    }
}

/// What one service has written, in one or several pieces.
pub(super) struct Service {
    pub(super) kind: Kind,
    /// The last piece.
    pub(super) name: String,
    pub(super) first: Time,
    pub(super) last: Time,
    /// The longest time between two of its pieces in the quiet time, and when it ended.
    pub(super) silence: Option<(Period, Time)>,
    part: Part,
}

impl Service {
    /// When the new version was let in last.
    pub(super) fn last_new(&self) -> Option<Time> {
        self.part.last_new
    }

    /// When the service has read its list last.
    pub(super) fn last_load(&self) -> Option<Load> {
        self.part.last_load
    }

    /// Whether it has read a list as long as the new one before there was that.
    pub(super) fn had_as_many(&self) -> bool {
        self.part.had_as_many
    }

    /// Whether it has read a list of another length since the stage than it had before: one that is
    /// not the whole list, it may be, but a newer one.
    pub(super) fn has_changed(&self) -> bool {
        let now = self.part.last_load.map(|load| load.count);
        self.part.before.is_some() && self.part.before != now
    }

    /// When the new version was turned away after it was let in, or after a list was read, with no
    /// other list read since: there are processes that have the new list and processes that do not.
    pub(super) fn refuses_new(&self, since: Time) -> Option<Time> {
        let part = &self.part;
        let refused = part.new_refused.filter(|refused| *refused >= since)?;
        let known = earlier(part.first_new, part.first_load)?;
        let is_mended = part.last_load.is_some_and(|load| load.time > refused);
        (known <= refused && !is_mended).then_some(refused)
    }

    /// How many processes have read their lists together at most, and how many have read the last
    /// one, where that is fewer.
    pub(super) fn lags(&self) -> Option<(u64, u64)> {
        let Part { together, alike, .. } = self.part;
        (alike > 0 && alike < together).then_some((together, alike))
    }

    /// A time in which it wrote, but nothing that shows who is let in, when that is long or at an
    /// end of the quiet time.
    pub(super) fn muted(&self, from: Time, fresh: Time) -> Option<(Time, Time)> {
        let (first, last) = self.part.told?;
        if last < fresh && self.last >= fresh {
            return Some((last, self.last));
        }
        if first > from && self.first <= from {
            return Some((self.first, first));
        }
        self.part.muted.map(|(silence, end)| (end.before(silence), end))
    }
}

/// Whether a log that begins where another ends can be the same service's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pieces {
    /// It is taken for the next piece of one rotated log.
    GoOn,
    /// It is taken for another service's: the one that has gone silent may lag.
    Apart,
}

/// The services that the logs are of. Logs that run side by side are of different services, and so
/// are lines of several containers or kinds in one.
pub(super) fn services(evidence: &Evidence, pieces_are: Pieces) -> Vec<Service> {
    let mut pieces = Vec::new();
    for Source { name, parts, .. } in &evidence.sources {
        for part in parts {
            let (Some(first), Some(last)) = (part.first, part.last) else { continue };
            let container = String::from_utf8_lossy(&part.container);
            let name = match (parts.len(), container.is_empty()) {
                (1, _) => name.clone(),
                (_, true) => format!("{name} ({})", part.kind.word()),
                (_, false) => format!("{name} ({container})"),
            };
            pieces.push((part.kind, first, last, name, part));
        }
    }
    pieces.sort_by(|a, b| (a.0, a.1, a.2, &a.3).cmp(&(b.0, b.1, b.2, &b.3)));
    let frame = evidence.frame();
    let mut services: Vec<Service> = Vec::new();
    for (kind, first, last, name, part) in pieces {
        // Of those that ended before this piece begins, the one that ended last goes on with it.
        let is_before = |service: &&mut Service| {
            let same = service.part.container == part.container;
            pieces_are == Pieces::GoOn && service.kind == kind && same && service.last <= first
        };
        let before = services.iter_mut().filter(is_before);
        let Some(service) = before.max_by_key(|service| service.last) else {
            let part = part.clone();
            services.push(Service { kind, name, first, last, silence: None, part });
            continue;
        };
        let begins = service.last.max(frame.from);
        let between = (first > begins).then(|| (first.since(begins), first));
        service.silence = service.silence.max(between);
        service.part.go_on(part, &frame);
        (service.last, service.name) = (last, name);
    }
    services
}
