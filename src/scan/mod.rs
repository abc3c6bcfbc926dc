//! Finding keys in files of any kind: our own, and whatever has one of our forms with a check that
//! fits.
//!
//! A key has at least 32 letters and digits in a row, and its base64 27, also on two lines; escapes only
//! add `%` and `\`. Texts have few such runs. Of 64 bytes at once it is told which of them may be in one,
//! and of eight times as many from which of these so many go on. Only such a run is gone through: what
//! is before it, whether it is escaped, whether it holds the base64 of a head. In UTF-16 there are NULs
//! in between.
//!
//! Measured on Rust, in nanoseconds a byte: 0.1 for all of this, which finds every encoding; 0.03 for
//! one `memmem`, 1.0 for the 24 of them that all encodings take, 0.5 for a packed searcher of these,
//! 3.4 for an automaton.
//!
//! What stands around a key does not matter: in `"A=1\nsk_prod_…"` there is a letter before it. Its
//! check makes up for that. A chance text passes it once in 2³², and has to begin like a key first.
//!
//! Keys without a form of ours have nothing to be told by; they are looked for as they are, which
//! needs them: the vault has to be unlocked.

mod base64;
mod block;
mod escapes;
mod exact;
mod forms;
pub mod git;
mod pairs;
mod place;
pub mod rules;
mod runs;
mod wide;

use std::cmp::Reverse;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

pub use self::exact::FEWEST;
pub use self::place::Place;

use self::base64::Images;
use self::escapes::Escapes;
use self::exact::Exact;
use self::forms::Forms;
use self::place::Cursor;
use self::runs::{Found, Run};
use self::wide::Wide;
use crate::environment::{Code, Template};
use crate::key::token::Leading;
use crate::secret::Secret;

/// How much is looked at at a time: what the second-level cache holds.
const WINDOW: usize = 256 * 1024;
/// The most bytes that a key takes up, however it is written.
const LONGEST: usize = 2048;
/// The most bytes before a key that say something of it.
const BEFORE: usize = 256;
/// What the system copies into should begin on a line of the cache: elsewhere it takes half as long
/// again.
const LINE: usize = 64;

/// How a key was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// With `%5F` or the like in it.
    Percent,
    /// With `\u005f` or the like in it.
    Json,
    /// As a part of base64.
    Base64,
    /// In UTF-16.
    Utf16,
}

impl Encoding {
    /// Its name in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Percent => "percent",
            Self::Json => "json",
            Self::Base64 => "base64",
            Self::Utf16 => "utf-16",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A key that was found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where it begins.
    pub place: Place,
    /// How many bytes it takes up there.
    pub length: u64,
    /// How it is written there.
    pub encoding: Encoding,
    /// The key itself.
    pub secret: Secret,
    /// How many of its characters may be shown; 0 for a key without a form of ours.
    pub public: usize,
}

/// What is looked for.
#[derive(Debug)]
pub struct Scanner {
    forms: Forms,
    images: Images,
    exact: Exact,
    shortest: usize,
}

impl Scanner {
    /// Looks for keys of all built-in forms, for those of `templates`, and for `secrets` as they
    /// are; of these, for such as have at least [`FEWEST`] bytes.
    #[must_use]
    pub fn new(templates: impl Iterator<Item = (Template, Code)>, secrets: &[Secret]) -> Self {
        let forms = Forms::new(templates);
        Self {
            images: Images::new(forms.heads(), forms.shortest_key()),
            exact: Exact::new(secrets),
            shortest: forms.shortest_run(),
            forms,
        }
    }

    /// What of `bytes` is a key, in any order; the same one can be found in several ways.
    fn hits(&self, bytes: &[u8], hits: &mut Vec<Hit>) {
        let (mut wide, mut escapes) = (Wide::default(), Escapes::default());
        // Of base64 on two lines, half of a key stands on one of them.
        let shortest = self.shortest.min(self.images.shortest.div_ceil(2));
        runs::each(bytes, shortest, &mut |found| match found {
            Found::Run(run) => self.run(bytes, &run, &mut escapes, hits),
            Found::Wide(at) => {
                wide.each_at(bytes, at, self.shortest, &self.forms, &mut |range, text, key| {
                    hits.extend(Hit::new(range, Encoding::Utf16, text, key));
                });
            }
        });
        self.exact.each_in(bytes, &mut |start, length, encoding, secret| {
            let secret = secret.clone();
            hits.push(Hit { range: start..start + length, encoding, secret, public: 0 });
        });
    }

    /// What in and around a run is a key.
    fn run(&self, bytes: &[u8], run: &Run, escapes: &mut Escapes, hits: &mut Vec<Hit>) {
        let is_part = run.range.len() < self.shortest;
        if !is_part {
            self.forms.each_at(bytes, &run.range, &mut |start, key| {
                let range = start..start + key.length;
                let text = bytes.get(range.clone()).unwrap_or_default();
                hits.extend(Hit::new(range, Encoding::Plain, text, key));
            });
        }
        // Most long runs are digests in hex.
        if self.images.none_is_hex && run.is_hex {
            return;
        }
        if !is_part {
            escapes.each_at(bytes, run, &self.forms, &mut |range, text, key| {
                let escape = bytes.get(range.clone()).unwrap_or_default();
                let is_json = escape.contains(&b'\\');
                let encoding = if is_json { Encoding::Json } else { Encoding::Percent };
                hits.extend(Hit::new(range, encoding, text, key));
            });
        }
        self.images.each_at(bytes, run, &self.forms, &mut |range, text, key| {
            hits.extend(Hit::new(range, Encoding::Base64, text, key));
        });
    }

    /// `text` with every key in it cut to what of it may be shown.
    #[must_use]
    pub fn masked(&self, text: &[u8]) -> Vec<u8> {
        let mut hits = Vec::new();
        self.hits(text, &mut hits);
        sort(&mut hits);
        let (mut masked, mut from) = (Vec::with_capacity(text.len()), 0);
        for Hit { range, secret, public, .. } in hits {
            if let Some(before) = text.get(from..range.start) {
                masked.extend_from_slice(before);
                masked.extend_from_slice(
                    secret.expose().as_bytes().get(..public).unwrap_or_default(),
                );
                masked.extend_from_slice("…".as_bytes());
                from = range.end;
            }
        }
        masked.extend_from_slice(text.get(from..).unwrap_or_default());
        masked
    }
}

/// A key in a window.
struct Hit {
    range: Range<usize>,
    encoding: Encoding,
    secret: Secret,
    public: usize,
}

impl Hit {
    fn new(range: Range<usize>, encoding: Encoding, text: &[u8], key: Leading) -> Option<Self> {
        let secret = Secret::from_utf8(text.to_vec()).ok()?;
        Some(Self { range, encoding, secret, public: key.public })
    }
}

/// Goes through one text after the other, in constant memory.
#[derive(Debug)]
pub struct Searcher<'a> {
    scanner: &'a Scanner,
    buffer: Vec<u8>,
    /// What of the buffer is used: whole lines of the cache.
    lines: Range<usize>,
    /// The most bytes that anything takes up that is looked for, in whole lines, so that each read
    /// begins on one.
    longest: usize,
}

impl<'a> Searcher<'a> {
    /// A searcher with a buffer of its own.
    #[must_use]
    pub fn new(scanner: &'a Scanner) -> Self {
        Self::with_window(scanner, WINDOW)
    }

    fn with_window(scanner: &'a Scanner, window: usize) -> Self {
        let longest = LONGEST.max(scanner.exact.longest()).next_multiple_of(LINE);
        let length = window.max(4 * longest).next_multiple_of(LINE);
        let buffer = vec![0; length + LINE];
        let start = buffer.as_ptr().align_offset(LINE).min(LINE);
        Self { scanner, buffer, lines: start..start + length, longest }
    }

    /// Hands over every key in `source`, in the order in which they stand there.
    ///
    /// # Errors
    /// Whatever reading fails with; what comes before that is handed over.
    pub fn search(
        &mut self,
        source: &mut dyn Read,
        take: &mut dyn FnMut(Finding),
    ) -> io::Result<()> {
        let mut start = None;
        let buffer = &mut self.buffer[self.lines.clone()];
        // What of the buffer is filled, and up to where keys were handed over.
        let (mut filled, mut done) = (0, 0);
        loop {
            let read = fill(source, buffer, &mut filled);
            let is_end = !matches!(read, Ok(true));
            let text = buffer.get(..filled).unwrap_or_default();
            let cursor = start.get_or_insert_with(|| Cursor::of(text));
            // A key that begins later may go on after the end of the buffer.
            let until = if is_end { filled } else { filled.saturating_sub(self.longest) };
            let mut hits = Vec::new();
            self.scanner.hits(text, &mut hits);
            if !hits.is_empty() {
                hits.retain(|hit| (done..until).contains(&hit.range.start));
                hand_over(text, hits, *cursor, take);
            }
            if is_end {
                return read.map(drop);
            }
            let gone = until.saturating_sub(BEFORE);
            cursor.pass(text.get(..gone).unwrap_or_default());
            buffer.copy_within(gone..filled, 0);
            (filled, done) = (filled - gone, until - gone);
        }
    }
}

/// Reads until the buffer is full; tells whether there may be more.
fn fill(source: &mut dyn Read, buffer: &mut [u8], filled: &mut usize) -> io::Result<bool> {
    while let Some(free) = buffer.get_mut(*filled..).filter(|free| !free.is_empty()) {
        match source.read(free) {
            Ok(0) => return Ok(false),
            Ok(count) => *filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// By place; of those that begin at the same one, the longest of a plain one first.
fn sort(hits: &mut [Hit]) {
    hits.sort_by_key(|hit| (hit.range.start, hit.encoding, Reverse(hit.range.end)));
}

/// Tells where the hits in `text` stand, which begins at `cursor`, each place once.
fn hand_over(text: &[u8], mut hits: Vec<Hit>, mut cursor: Cursor, take: &mut dyn FnMut(Finding)) {
    sort(&mut hits);
    hits.dedup_by_key(|hit| hit.range.start);
    let mut passed = 0;
    for Hit { range, encoding, secret, public } in hits {
        cursor.pass(text.get(passed..range.start).unwrap_or_default());
        passed = range.start;
        let mut place = cursor.place;
        if encoding == Encoding::Utf16 && !cursor.counts_units() {
            place.column = (place.column - 1) / 2 + 1;
        }
        take(Finding { place, length: range.len() as u64, encoding, secret, public });
    }
}

#[cfg(test)]
mod tests;
