//! Secrets that have no form of ours: many texts looked for at once.
//!
//! Each position is held against a table of how the texts begin; where that fits, what stands there
//! is compared by its digest, so no secret is ever compared byte by byte.

use std::collections::BTreeMap;

use super::Encoding;
use super::base64;
use super::wide::between_nuls;
use crate::key::Digest;
use crate::secret::Secret;

/// How many bytes a text must have to be looked for: shorter ones stand anywhere by chance.
pub const FEWEST: usize = 6;

/// The texts, and what each of them stands for.
#[derive(Debug, Default)]
pub(super) struct Exact {
    /// A bit for each hash of a beginning.
    filter: Box<[u64]>,
    by_beginning: BTreeMap<u64, Vec<Pattern>>,
    longest: usize,
}

#[derive(Debug)]
struct Pattern {
    length: usize,
    digest: Digest,
    encoding: Encoding,
    secret: Secret,
}

const FILTER_BITS: u32 = 16;

impl Exact {
    pub(super) fn new(wanted: &[Secret]) -> Self {
        let mut exact = Self::default();
        for secret in wanted {
            for (encoding, text) in spellings(secret.expose().as_bytes()) {
                exact.add(&text, encoding, secret);
            }
        }
        exact
    }

    fn add(&mut self, text: &[u8], encoding: Encoding, secret: &Secret) {
        let Some(beginning) = beginning(text) else { return };
        if self.filter.is_empty() {
            self.filter = vec![0; 1 << (FILTER_BITS - 6)].into();
        }
        let bit = hash(beginning);
        if let Some(word) = self.filter.get_mut(bit >> 6) {
            *word |= 1 << (bit & 63);
        }
        self.longest = self.longest.max(text.len());
        let patterns = self.by_beginning.entry(beginning).or_default();
        let (length, digest) = (text.len(), Digest::of_bytes(text));
        patterns.push(Pattern { length, digest, encoding, secret: secret.clone() });
    }

    /// How many bytes the longest text has.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Hands over every text that is found: where it begins, how long it is, how it is spelt and
    /// which secret it is.
    pub(super) fn each_in(
        &self,
        bytes: &[u8],
        take: &mut dyn FnMut(usize, usize, Encoding, &Secret),
    ) {
        if self.filter.is_empty() {
            return;
        }
        for (at, window) in bytes.windows(FEWEST).enumerate() {
            let Some(beginning) = beginning(window) else { continue };
            let bit = hash(beginning);
            if self.filter.get(bit >> 6).is_none_or(|word| word >> (bit & 63) & 1 == 0) {
                continue;
            }
            for pattern in self.by_beginning.get(&beginning).into_iter().flatten() {
                let text = bytes.get(at..at + pattern.length);
                if text.is_some_and(|text| Digest::of_bytes(text) == pattern.digest) {
                    take(at, pattern.length, pattern.encoding, &pattern.secret);
                }
            }
        }
    }
}

fn beginning(text: &[u8]) -> Option<u64> {
    let mut beginning = [0; 8];
    beginning.get_mut(..FEWEST)?.copy_from_slice(text.first_chunk::<FEWEST>()?);
    Some(u64::from_le_bytes(beginning))
}

fn hash(beginning: u64) -> usize {
    // The golden ratio, as Fibonacci hashing has it; the upper bits are the good ones.
    let mixed = beginning.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - FILTER_BITS);
    usize::try_from(mixed).unwrap_or(0)
}

/// A text as it is, in base64, in UTF-16, and with every character escaped that is not a letter or a
/// digit.
fn spellings(text: &[u8]) -> Vec<(Encoding, Vec<u8>)> {
    let mut all = vec![(Encoding::Plain, text.to_vec())];
    all.extend((0..3).map(|shift| (Encoding::Base64, base64::image(text, shift))));
    all.push((Encoding::Utf16, between_nuls(text)));
    if !text.iter().all(u8::is_ascii_alphanumeric) {
        for (upper, encoding) in [(true, Encoding::Percent), (false, Encoding::Percent)] {
            all.push((encoding, escaped(text, upper, "%")));
        }
        for (upper, encoding) in [(true, Encoding::Json), (false, Encoding::Json)] {
            all.push((encoding, escaped(text, upper, "\\u00")));
        }
    }
    all.retain(|(_, text)| text.len() >= FEWEST);
    all
}

fn escaped(text: &[u8], upper: bool, mark: &str) -> Vec<u8> {
    let one = |byte: &u8| match byte {
        _ if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
        _ if upper => format!("{mark}{byte:02X}"),
        _ => format!("{mark}{byte:02x}"),
    };
    text.iter().map(one).collect::<String>().into_bytes()
}
