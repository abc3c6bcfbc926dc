//! Finding versions in a manifest without reading every line of it.
//!
//! That the signature fits is known by then, so a line is parsed only when it is asked for. What is
//! looked at in all lines is what a lookup depends on: where each begins, and that the digests rise.

use std::collections::BTreeMap;
use std::ops::Range;

use super::manifest::{Manifest, ManifestError, Proven, add_line};
use crate::key::{Digest, Key, KeyName};

/// How the line of a version with a digest begins, and of one without.
const DIGESTED: &[u8] = b"{\"digest\":\"";
const UNDIGESTED: &[u8] = b"{\"ref\":\"";
/// How many hex digits a digest has.
const HEX: usize = 64;
/// How many of them are kept for the search.
const KEPT: usize = 16;

/// A proven manifest, by digest.
#[derive(Debug)]
pub struct Index {
    file: Vec<u8>,
    head: Manifest,
    /// How many versions have no digest; their lines come first.
    weak: usize,
    /// Where the lines of the others begin.
    lines: Vec<u32>,
    shelves: Option<Shelves>,
}

/// The digests once more, close together in memory, for many lookups.
#[derive(Debug)]
struct Shelves {
    /// The beginnings of the digests, ascending.
    digests: Vec<u64>,
    /// Where those begin that have the same first bits: these are evenly spread, so there are few.
    begins: Vec<u32>,
    /// How many bits those are.
    bits: u32,
}

impl Index {
    /// Looks through the lines of `manifest`.
    ///
    /// # Errors
    /// [`ManifestError::Duplicate`] when two lines have one digest, [`ManifestError::Content`] when
    /// lines are out of order, or not as keyctl writes them.
    pub fn new(manifest: Proven) -> Result<Self, ManifestError> {
        let (file, start, head) = manifest.into_parts();
        let mut lines = Vec::with_capacity((file.len() - start) / 140);
        let mut weak = 0;
        let mut last: &[u8] = &[];
        let mut at = start;
        for (number, end) in memchr::memchr_iter(b'\n', &file[start..]).enumerate() {
            let bad = || ManifestError::Content(number + 2);
            let line = &file[at..start + end];
            match digest_of_line(line) {
                Some(digest) => {
                    if digest <= last {
                        return Err(if digest == last { ManifestError::Duplicate } else { bad() });
                    }
                    lines.push(place(at)?);
                    last = digest;
                }
                None if last.is_empty() && line.starts_with(UNDIGESTED) => weak += 1,
                None => return Err(bad()),
            }
            at = start + end + 1;
        }
        if at != file.len() {
            return Err(ManifestError::Content(weak + lines.len() + 2));
        }
        Ok(Self { file, head, weak, lines, shelves: None })
    }

    /// Gets ready for many lookups.
    pub fn shelve(&mut self) {
        let digests = (0..self.lines.len()).map(|at| prefix(self.hex(at))).collect();
        self.shelves = Some(Shelves::new(digests));
    }

    /// What the manifest's header says; it has no keys.
    #[must_use]
    pub fn head(&self) -> &Manifest {
        &self.head
    }

    /// How many versions have no digest, so that nothing is found by.
    #[must_use]
    pub fn weak(&self) -> usize {
        self.weak
    }

    /// The place of the version with this digest.
    #[must_use]
    pub fn find(&self, digest: &Digest) -> Option<usize> {
        let hex = digest.to_hex();
        let mut near = match &self.shelves {
            Some(shelves) => shelves.near(prefix(&hex)),
            None => self.beginning(&hex),
        };
        near.find(|at| self.hex(*at) == hex)
    }

    /// The places of the versions whose digest begins with these lower-case hex digits.
    #[must_use]
    pub fn find_prefix(&self, hex: &str) -> Range<usize> {
        self.beginning(hex.as_bytes())
    }

    fn beginning(&self, hex: &[u8]) -> Range<usize> {
        let begins = |at: usize| &self.hex(at)[..hex.len().min(HEX)];
        let first = partition(0..self.lines.len(), |at| begins(at) < hex);
        first..partition(first..self.lines.len(), |at| begins(at) == hex)
    }

    /// The key at a place, with the one version that was found.
    ///
    /// # Errors
    /// [`ManifestError::Content`] when its line is not what it should be.
    pub fn key(&self, at: usize) -> Result<Key, ManifestError> {
        let mut keys = BTreeMap::new();
        self.add_key(&mut keys, at)?;
        keys.into_values().next().ok_or(ManifestError::Content(self.weak + at + 2))
    }

    /// The keys with versions that have one of these digests, with those versions.
    ///
    /// # Errors
    /// Those of [`Self::key`].
    pub fn keys<'a>(
        &self,
        digests: impl IntoIterator<Item = &'a Digest>,
    ) -> Result<BTreeMap<KeyName, Key>, ManifestError> {
        let mut keys = BTreeMap::new();
        for at in digests.into_iter().filter_map(|digest| self.find(digest)) {
            self.add_key(&mut keys, at)?;
        }
        Ok(keys)
    }

    fn add_key(&self, keys: &mut BTreeMap<KeyName, Key>, at: usize) -> Result<(), ManifestError> {
        let start = self.lines.get(at).map_or(self.file.len(), |line| *line as usize);
        let rest = &self.file[start..];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        add_line(keys, line, &self.head.environment)
            .ok_or(ManifestError::Content(self.weak + at + 2))
    }

    fn hex(&self, at: usize) -> &[u8] {
        &self.file[self.lines[at] as usize + DIGESTED.len()..][..HEX]
    }
}

/// A place as a number of half the size: a file has at most 64 MiB.
fn place(at: usize) -> Result<u32, ManifestError> {
    u32::try_from(at).map_err(|_| ManifestError::Content(1))
}

impl Shelves {
    fn new(digests: Vec<u64>) -> Self {
        // There are fewer of them than bytes in the file.
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        let bits = digests.len().max(1).ilog2();
        let mut begins = Vec::with_capacity((1 << bits) + 1);
        for (at, digest) in digests.iter().enumerate() {
            let reached = first_bits(*digest, bits);
            while begins.len() <= reached {
                begins.push(place(at));
            }
        }
        begins.resize((1 << bits) + 1, place(digests.len()));
        Self { digests, begins, bits }
    }

    /// The places of the digests that begin like `wanted`.
    fn near(&self, wanted: u64) -> Range<usize> {
        let reached = first_bits(wanted, self.bits);
        let (start, end) = (self.begins[reached] as usize, self.begins[reached + 1] as usize);
        let there = &self.digests[start..end];
        let first = start + there.partition_point(|kept| *kept < wanted);
        let count = self.digests[first..end].iter().take_while(|kept| **kept == wanted).count();
        first..first + count
    }
}

/// The first bits of a digest.
fn first_bits(digest: u64, bits: u32) -> usize {
    // By all 64 bits, a shift is none.
    let first = digest.checked_shr(u64::BITS - bits).unwrap_or(0);
    usize::try_from(first).unwrap_or(usize::MAX)
}

/// The first of `places` for which `before` does not hold, of those that it holds for first.
fn partition(places: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (places.start, places.end);
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn digest_of_line(line: &[u8]) -> Option<&[u8]> {
    let (digest, rest) = line.strip_prefix(DIGESTED)?.split_at_checked(HEX)?;
    // Without a way out early, so that many lines take little time.
    let is_hex = |all: bool, digit: &u8| all & matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    (digest.iter().fold(true, is_hex) && rest.starts_with(b"\"")).then_some(digest)
}

/// The beginning of a digest as a number, which sorts as the text does.
fn prefix(hex: &[u8]) -> u64 {
    // In ASCII the lower four bits of the letters begin with 1.
    let value = |digit: u8| u64::from((digit & 15) + 9 * (digit >> 6));
    hex[..KEPT].iter().fold(0, |number, digit| number << 4 | value(*digit))
}
