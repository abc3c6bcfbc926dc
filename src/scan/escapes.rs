//! Keys with escapes in them: percent-encoded (RFC 3986) and as JSON strings may have them (RFC 8259).
//!
//! An encoder may escape what is not a letter or digit, or everything.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::forms::{Forms, LONGEST_HEAD, Take};
use super::runs::Run;
use crate::key::token;

/// The most bytes that a character takes up: eight backslashes, `u` and four digits.
const MOST: usize = 13;
/// How far beyond a run its key may reach.
const REACH: usize = token::LONGEST * MOST;
/// How far beyond a run is gone on, so that what many runs share is gone through once.
const FAR: usize = 8 * REACH;

/// What is looked at, run by run.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    /// The keys of runs that end here or before have been seen.
    done: usize,
}

impl Escapes {
    /// Hands over every key in and around `run` that has an escape in it, if the run, or what of a key
    /// may be before or after it, has one: where it begins and ends, and its text.
    pub(super) fn each_at(&mut self, bytes: &[u8], run: &Run, forms: &Forms, take: &mut Take<'_>) {
        let range = &run.range;
        if range.end <= self.done {
            return;
        }
        let belongs = |byte: &&u8| token::is_plain(**byte) || matches!(**byte, b'%' | b'\\');
        let before = |most: usize| {
            let before = bytes.get(..range.start).unwrap_or_default().iter().rev();
            range.start - before.take(most).take_while(belongs).count()
        };
        let after = |most: usize| {
            let after = bytes.get(range.end..).unwrap_or_default().iter();
            range.end + after.take(most).take_while(belongs).count()
        };
        let has_escape = |part: Range<usize>| has_escape(bytes.get(part).unwrap_or_default());
        let is_escaped = (run.has_escapes && has_escape(range.clone()))
            || has_escape(before(LONGEST_HEAD * MOST)..range.start)
            || has_escape(range.end..after(forms.longest_tail() * MOST));
        if !is_escaped {
            return;
        }
        let (from, end) = (before(REACH), after(FAR));
        self.done = if end < range.end + FAR { end } else { end - REACH };
        let text = bytes.get(from..end).unwrap_or_default();
        let (decoded, places) = decode(text);
        forms.each_in(&decoded, &mut |start, key| {
            let place = |at: usize| places.get(at).copied().unwrap_or_default();
            let last = place(start + key.length - 1);
            let length = step(text.get(last..).unwrap_or_default()).map_or(0, |(_, length)| length);
            let range = from + place(start)..from + last + length;
            if range.len() > key.length {
                take(range, decoded.get(start..start + key.length).unwrap_or_default(), key);
            }
        });
    }
}

/// Whether there is an escape that may stand for a character of a key.
fn has_escape(text: &[u8]) -> bool {
    let is_escape = |at: usize| match text.get(at + 1..) {
        Some([high, low, ..]) => number([*high, *low]).is_some(),
        _ => false,
    };
    memchr_iter(b'%', text).any(is_escape) || memmem::find(text, br"\u00").is_some()
}

/// The text without its escapes, and where each of its bytes stood.
fn decode(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut decoded = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some((byte, length)) = step(rest)
    {
        // A text in a text has its backslashes twice.
        if !rest.starts_with(br"\\") {
            decoded.push(byte);
            places.push(at);
        }
        at += length;
    }
    (decoded, places)
}

/// The byte that the beginning of a text stands for, and how many bytes that takes up.
fn step(text: &[u8]) -> Option<(u8, usize)> {
    let escaped = match text {
        [b'%', high, low, ..] => number([*high, *low]).map(|value| (value, 3)),
        [b'\\', b'u', b'0', b'0', high, low, ..] => number([*high, *low]).map(|value| (value, 6)),
        _ => None,
    };
    escaped.or_else(|| text.first().map(|byte| (*byte, 1)))
}

fn number(digits: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(digits[0])? << 4 | digit(digits[1])?)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_are_decoded_and_what_is_none_stays() {
        for (text, wanted) in [
            (&br"a%5Fb%5fc"[..], &b"a_b_c"[..]),
            (br"a\u005Fb\u005fc", b"a_b_c"),
            (br"\\u005F%2D", b"_-"),
            (br"%5", b"%5"),
            (br"%zz%", b"%zz%"),
            (br"\u00", br"\u00"),
            (br"\u0100\n", br"\u0100\n"),
        ] {
            let (decoded, places) = decode(text);
            assert_eq!(decoded, wanted);
            assert_eq!(places.len(), decoded.len());
        }
        assert_eq!(decode(b"a%5Fb").1, [0, 1, 4]);
    }
}
