//! Finding versions in a manifest without reading every line of it.
//!
//! That the signature fits is known by then, so a line is parsed only when it is asked for. What is
//! looked at in all lines is what a lookup depends on: where each begins, and that the digests rise.

use std::ops::Range;

use super::manifest::{Manifest, ManifestError, Proven, key_of_line};
use crate::key::{Digest, Key};

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
    /// The beginnings of the digests, ascending.
    digests: Vec<u64>,
    /// Where the line of each begins.
    lines: Vec<u32>,
}

impl Index {
    /// Looks through the lines of `manifest`.
    ///
    /// # Errors
    /// [`ManifestError::Duplicate`] when two lines have one digest, [`ManifestError::Content`] when
    /// lines are out of order, or not as keyctl writes them.
    pub fn new(manifest: Proven) -> Result<Self, ManifestError> {
        let (file, start, head) = manifest.into_parts();
        // A file has at most 64 MiB.
        let place = |at: usize| u32::try_from(at).map_err(|_| ManifestError::Content(1));
        let expected = (file.len() - start) / 160;
        let (mut digests, mut lines) = (Vec::with_capacity(expected), Vec::with_capacity(expected));
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
                    digests.push(prefix(digest).ok_or_else(bad)?);
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
        Ok(Self { file, head, weak, digests, lines })
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
        let wanted = prefix(&hex)?;
        let first = self.digests.partition_point(|kept| *kept < wanted);
        let same = self.digests[first..].iter().take_while(|kept| **kept == wanted).count();
        (first..first + same).find(|at| self.hex(*at) == hex)
    }

    /// The places of the versions whose digest begins with these lower-case hex digits.
    #[must_use]
    pub fn find_prefix(&self, hex: &str) -> Range<usize> {
        let places = || 0..self.lines.len();
        let begins = |at: usize| &self.hex(at)[..hex.len().min(HEX)];
        let first = partition(places(), |at| begins(at) < hex.as_bytes());
        first..partition(first..places().end, |at| begins(at) == hex.as_bytes())
    }

    /// The key at a place, with the one version that was found.
    ///
    /// # Errors
    /// [`ManifestError::Content`] when its line is not what it should be.
    pub fn key(&self, at: usize) -> Result<Key, ManifestError> {
        let start = self.lines.get(at).map_or(self.file.len(), |line| *line as usize);
        let rest = &self.file[start..];
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        key_of_line(line, &self.head.environment).ok_or(ManifestError::Content(self.weak + at + 2))
    }

    fn hex(&self, at: usize) -> &[u8] {
        &self.file[self.lines[at] as usize + DIGESTED.len()..][..HEX]
    }
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
    rest.starts_with(b"\"").then_some(digest)
}

/// The beginning of a digest as a number, which sorts as the text does.
fn prefix(hex: &[u8]) -> Option<u64> {
    hex[..KEPT].iter().try_fold(0, |number: u64, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u64::from(digit))
    })
}
