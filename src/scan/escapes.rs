//! Keys with escapes in them: percent-encoded (RFC 3986) and as JSON strings may have them (RFC 8259).
//!
//! An encoder may escape what is not a letter or digit, or everything.

use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::forms::{Forms, Take};
use crate::key::token;

/// How far beyond a run its key may reach: all of the longest key, as `\u0073`.
const REACH: usize = token::LONGEST * 6;

/// Hands over every key in and around `run` that has an escape in it, if the run has one: where it
/// begins and ends, and its text.
pub(super) fn each_at(bytes: &[u8], run: &Range<usize>, forms: &Forms, take: &mut Take<'_>) {
    if !has_escape(bytes.get(run.clone()).unwrap_or_default()) {
        return;
    }
    let belongs = |byte: &&u8| token::is_plain(**byte) || matches!(**byte, b'%' | b'\\');
    let before = bytes.get(..run.start).unwrap_or_default().iter().rev();
    let from = run.start - before.take(REACH).take_while(belongs).count();
    let after = bytes.get(run.end..).unwrap_or_default().iter();
    let end = run.end + after.take(REACH).take_while(belongs).count();
    let (text, places) = decode(bytes.get(from..end).unwrap_or_default());
    forms.each_in(&text, &mut |start, key| {
        let place = |at: usize| from + places.get(at).copied().unwrap_or(end - from);
        let range = place(start)..place(start + key.length);
        if range.len() > key.length {
            take(range, text.get(start..start + key.length).unwrap_or_default(), key);
        }
    });
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
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (byte, length) = match rest {
            [b'%', high, low, ..] => match number([*high, *low]) {
                Some(value) => (value, 3),
                None => (b'%', 1),
            },
            [b'\\', b'u', b'0', b'0', high, low, ..] => match number([*high, *low]) {
                Some(value) => (value, 6),
                None => (b'\\', 1),
            },
            // A text in a text has its backslashes twice.
            [b'\\', b'\\', ..] => {
                at += 1;
                continue;
            }
            [byte, ..] => (*byte, 1),
            [] => break,
        };
        decoded.push(byte);
        places.push(at);
        at += length;
    }
    (decoded, places)
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
