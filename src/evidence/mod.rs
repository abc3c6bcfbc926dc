//! Evidence: what the logs of services tell about a rotation.
//!
//! Two questions stand between the stages of a rotation. Before clients are moved: have the
//! services loaded the new list? Before the old version is removed: is it unused? A [`Collector`]
//! reads logs of any size in constant memory and counts; a [`Verdict`] is a function of the counts.
//! It is a pass or a fail only where the logs prove it, and else says everything that they lack.
//!
//! A log is recognised line by line, and so is who wrote it:
//!
//! | log | shows of a key | what else |
//! | --- | --- | --- |
//! | file gateway | its id | path |
//! | servicekit, chapkit | its first 7 characters | path; how many keys were loaded |
//! | heare-auth | its name and id | client |
//! | auth-api-client | the digest of one that is refused | nothing of those that are accepted |
//! | any, with a [`Pattern`] | what the pattern catches | client |
//!
//! What a line shows is held against every version that could show up. Where it can be several, the
//! line counts as ambiguous for each of them; nothing is guessed.
//!
//! All the pieces of a rotated log go into one collector, in any order, and so do the logs of
//! several services: pieces follow each other in time, logs that run side by side are of different
//! services, as are containers whose lines are in one log, and each has to span the quiet time.
//!
//! What comes from a log is kept as it is, but bounded in length, and is not to be trusted: whoever
//! writes it to a terminal must make it safe first.

mod catalogue;
mod gateway;
mod heare;
mod json;
mod line;
mod pattern;
mod permas;
mod reason;
mod record;
mod service;
mod servicekit;
mod source;
mod stamp;
mod tally;
mod top;
mod verdict;

use std::collections::BTreeSet;
use std::io::{self, Read};

use regex::bytes::CaptureLocations;

use self::catalogue::Catalogue;
pub use self::catalogue::Likeness;
pub use self::pattern::{BadPattern, Pattern};
pub use self::reason::Reason;
pub use self::record::Kind;
pub use self::service::Load;
use self::service::Part;
use self::stamp::Calendar;
pub use self::tally::{Count, Loads, Log, Seen, Usage};
use self::tally::{Tally, Totals};
pub use self::top::{Leaders, Named};
pub use self::verdict::{Finding, Proof, Verdict};
use crate::clock::{Period, Time, Zone};
use crate::environment::EnvironmentName;
use crate::key::{Digest, Key, KeyName, Version};
use crate::secret::Secret;

/// How many characters of a key the logs of servicekit, and so of chapkit, show.
pub const SHOWN_BY_SERVICEKIT: usize = 7;

/// By how much a log's clock may be ahead of ours.
const SKEW: Period = Period::seconds(5 * 60);
/// The least that the end of a log may be ago.
const FRESHEST: Period = Period::seconds(5 * 60);
/// The most that the end of a log may be ago.
const STALEST: Period = Period::seconds(60 * 60);

/// A version that can show up in a log.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its key.
    pub key: &'a KeyName,
    /// Its number.
    pub version: u32,
    /// The digest of its secret, where that is known.
    pub digest: Option<&'a Digest>,
    /// Its secret, where that is known. Without it a log that shows how keys begin shows nothing.
    pub secret: Option<&'a Secret>,
}

impl<'a> Candidate<'a> {
    /// A version of `key`.
    #[must_use]
    pub fn new(key: &'a Key, version: &'a Version) -> Self {
        Self {
            key: &key.name,
            version: version.number,
            digest: version.digest.as_ref(),
            secret: version.secret.as_ref(),
        }
    }
}

/// What is asked of the logs.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The environment.
    pub environment: &'a EnvironmentName,
    /// The version that is replaced.
    pub old: Candidate<'a>,
    /// The version that replaces it.
    pub new: Candidate<'a>,
    /// Every other version that services accept. The old and the new one may be among them.
    pub others: &'a [Candidate<'a>],
    /// The time now.
    pub now: Time,
    /// When the rotation's stage was reached.
    pub since: Time,
    /// For how long the old version must not have been used; `None`: since the stage was reached.
    pub quiet_for: Option<Period>,
    /// The zone of times that name none, where it is known.
    pub zone: Option<Zone>,
    /// How many different secrets services must accept.
    pub expected: u64,
    /// How many they had to accept at times before the stage: a list of as many may be an old one.
    pub earlier: &'a BTreeSet<u64>,
}

/// The instants that a question comes down to.
#[derive(Debug, Clone, Copy)]
struct Frame {
    since: Time,
    /// When the quiet time began: not before the stage, in which the old version was to be used.
    from: Time,
    /// What comes after this is yet to come.
    latest: Time,
    /// A longer silence is one in which something may be missing.
    pause: Period,
    /// How many different secrets services must accept.
    expected: u64,
}

/// A log that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// What it was called.
    pub name: String,
    /// Its bytes, after decompression.
    pub bytes: u64,
    /// Its lines.
    pub lines: u64,
    /// Lines that were recognised.
    pub recognised: u64,
    /// Lines that were not, the overlong ones included.
    pub unrecognised: u64,
    /// Lines longer than 64 KiB, which were passed over.
    pub overlong: u64,
    /// The first time of a recognised line.
    pub first: Option<Time>,
    /// The last time of a recognised line.
    pub last: Option<Time>,
    /// Whether its end is missing, because it is damaged or could not be read.
    pub cut: bool,
    /// Lines that were not recognised and look like those of a service.
    pub garbled: u64,
    /// Whether it has lines of more services than are told apart.
    pub crowded: bool,
    /// By service.
    parts: Vec<Part>,
}

/// Reads logs and counts.
#[derive(Debug)]
pub struct Collector<'a> {
    question: Question<'a>,
    frame: Frame,
    tally: Tally<'a>,
    calendar: Calendar,
    pattern: Option<(Pattern, CaptureLocations)>,
    scratch: Vec<u8>,
    sources: Vec<Source>,
    /// Whether the line that came last was recognised.
    is_last_known: bool,
}

impl<'a> Collector<'a> {
    /// A collector for `question`. With a pattern, lines are read with that alone.
    #[must_use]
    pub fn new(question: Question<'a>, pattern: Option<Pattern>) -> Self {
        let (now, since) = (question.now, question.since);
        let from = question.quiet_for.map_or(since, |quiet_for| now.before(quiet_for));
        let from = from.max(since);
        let quarter = Period::seconds(now.since(from).as_seconds() / 4);
        let pause = quarter.max(STALEST);
        let expected = question.expected;
        let frame = Frame { since, from, latest: now.after(SKEW), pause, expected };
        let with_room = |pattern: Pattern| {
            let locations = pattern.locations();
            (pattern, locations)
        };
        Self {
            tally: Tally::new(Catalogue::new(&question), frame),
            calendar: Calendar::new(question.zone.clone()),
            pattern: pattern.map(with_room),
            scratch: Vec::new(),
            sources: Vec::new(),
            is_last_known: false,
            frame,
            question,
        }
    }

    /// Reads the log `source`, plain or gzip, to its end; `name` is what people know it by.
    ///
    /// # Errors
    /// Whatever reading fails with. What was read counts, and the source counts as cut.
    pub fn read(&mut self, name: &str, source: impl Read) -> io::Result<()> {
        Self::read_for(std::slice::from_mut(self), name, source)
    }

    /// The same for several questions at once, in one pass.
    ///
    /// # Errors
    /// As for one.
    pub fn read_for(all: &mut [Self], name: &str, mut source: impl Read) -> io::Result<()> {
        for one in &mut *all {
            one.is_last_known = false;
            one.sources.push(Source { name: name.to_owned(), ..Source::default() });
        }
        let result = source::each_line(&mut source, |line| {
            for one in &mut *all {
                one.take(line);
            }
        });
        for Self { sources, is_last_known, .. } in all {
            let Some(this) = sources.last_mut() else { continue };
            match &result {
                Ok(extent) => {
                    this.bytes = extent.bytes;
                    this.lines = extent.lines;
                    this.overlong = extent.overlong;
                    let is_half = extent.unended && !*is_last_known && this.recognised > 0;
                    this.cut = extent.cut || is_half;
                    this.unrecognised = extent.lines.saturating_sub(this.recognised);
                }
                Err(_) => this.cut = true,
            }
        }
        result.map(|_| ())
    }

    /// Counts a line of the source that came last.
    fn take(&mut self, line: &[u8]) {
        let Self { tally, calendar, pattern, scratch, sources, is_last_known, .. } = self;
        let record = match pattern {
            Some((pattern, locations)) => {
                pattern.read(line, locations, calendar).map(|record| (record, &b""[..]))
            }
            None => line::read(line, calendar, scratch),
        };
        let at = sources.len().saturating_sub(1);
        let Some(this) = sources.last_mut() else { return };
        *is_last_known = record.is_some();
        // A pattern says itself which lines are to be left out.
        if record.is_none() && pattern.is_none() && line::is_garbled(line) {
            this.garbled += 1;
        }
        if let Some((record, container)) = record {
            tally.take((&record, container), calendar, (at, this));
        }
    }

    /// What all logs that were read add up to.
    #[must_use]
    pub fn finish(self) -> Evidence {
        let Question { now, since, quiet_for, expected, earlier, .. } = self.question;
        let patience = quiet_for.map_or(STALEST, |quiet_for| {
            Period::seconds(quiet_for.as_seconds() / 4).clamp(FRESHEST, STALEST)
        });
        let until = quiet_for.map(|quiet_for| since.after(quiet_for));
        let Totals { logs, old, new, others, strangers, loads } = self.tally.finish();
        Evidence {
            now,
            since,
            from: self.frame.from,
            fresh: now.before(patience),
            too_early: until.filter(|until| *until > now),
            pause: self.frame.pause,
            expected,
            earlier: earlier.clone(),
            sources: self.sources,
            logs,
            old,
            new,
            others,
            strangers,
            loads,
        }
    }
}

/// What logs add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The time of asking.
    pub now: Time,
    /// When the rotation's stage was reached.
    pub since: Time,
    /// When the quiet time began: as long ago as was asked for, but not before the stage.
    pub from: Time,
    /// A log that ends before this is not fresh: a quarter of the quiet time ago, at least five
    /// minutes and at most an hour.
    pub fresh: Time,
    /// When the quiet time will have passed since the stage was reached, if it has not.
    pub too_early: Option<Time>,
    /// The longest time between two pieces of a log in which none is missed: a quarter of the quiet
    /// time, at least an hour.
    pub pause: Period,
    /// How many different secrets services must accept.
    pub expected: u64,
    /// How many they had to accept before the stage.
    pub earlier: BTreeSet<u64>,
    /// The logs, in the order in which they were read.
    pub sources: Vec<Source>,
    /// What the logs of each kind have in common, for each kind that was met.
    pub logs: Vec<Log>,
    /// The version that is replaced.
    pub old: Usage,
    /// The version that replaces it.
    pub new: Usage,
    /// The other versions that showed up.
    pub others: Vec<Usage>,
    /// Ids under which requests were let in and that no version was exported with.
    pub strangers: Leaders,
    /// When services have read their lists.
    pub loads: Loads,
}
