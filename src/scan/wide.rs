//! Keys in UTF-16 of either byte order, at any offset.
//!
//! Every other byte of theirs is NUL, whichever order it is.

use super::forms::{Forms, Take};
use super::runs;
use crate::key::token;

/// How many bytes are looked at at once.
const WORD: usize = size_of::<u64>();

/// Hands over every key: where it begins and ends, and its text. A key has `shortest` characters in
/// a row or more, so one of the words that are looked at lies in it.
pub(super) fn each_in(bytes: &[u8], shortest: usize, forms: &Forms, take: &mut Take<'_>) {
    let step = (2 * shortest).saturating_sub(WORD).max(1);
    // Most texts have none.
    let Some(first) = memchr::memchr(0, bytes) else { return };
    // Where to look next, and up to where all has been seen.
    let (mut from, mut done) = (first.saturating_sub(1), 0);
    while let Some(at) = runs::next_word(bytes, from, step, alternates) {
        from = at + step;
        let first = at + usize::from(bytes.get(at) == Some(&0));
        if first < done {
            continue;
        }
        let is_plain = |at: usize| {
            let here = bytes.get(at).is_some_and(|byte| token::is_plain(*byte));
            here && bytes.get(at + 1).is_none_or(|next| *next == 0)
        };
        let before = (1..=token::LONGEST)
            .take_while(|back| first.checked_sub(back * 2).is_some_and(is_plain));
        let start = first - before.count() * 2;
        let after = (0..).take_while(|on| is_plain(first + on * 2));
        // The last character of a text in the other order has no NUL after it.
        let end = (first + after.count() * 2 + 1).min(bytes.len());
        done = end;
        if end - start + 1 < 2 * shortest {
            continue;
        }
        let text: Vec<u8> =
            bytes.get(start..end).unwrap_or_default().iter().step_by(2).copied().collect();
        forms.each_in(&text, &mut |at, key| {
            let start = start + at * 2;
            let end = start + key.length * 2 - 1;
            take(start..end, text.get(at..at + key.length).unwrap_or_default(), key);
        });
    }
}

/// Whether every other byte is NUL, and the others belong to a run.
fn alternates(word: [u8; WORD]) -> bool {
    let word = u64::from_le_bytes(word);
    let odd = u64::from_le_bytes([0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff]);
    // All of a word of NULs are.
    if (word & odd == 0) == (word & !odd == 0) {
        return false;
    }
    let filled = if word & odd == 0 { word | word << 8 } else { word | word >> 8 };
    runs::is_run((u128::from(filled) << 64 | u128::from(filled)).to_le_bytes())
}

/// `text` with a NUL between each two bytes.
pub(super) fn between_nuls(text: &[u8]) -> Vec<u8> {
    let mut wide: Vec<u8> = text.iter().flat_map(|byte| [*byte, 0]).collect();
    wide.pop();
    wide
}
