//! Keys in UTF-16 of either byte order, at any offset.
//!
//! Every other byte of theirs is NUL, whichever order it is.

use super::forms::{Forms, Take};
use crate::key::token;

/// How many bytes are looked at at once. A key has at least 32 characters in a row, so 64 bytes.
const BLOCK: usize = 16;
/// How far before the first full block of a run its key may begin.
const REACH: usize = BLOCK + 2 * token::LONGEST;

/// Hands over every key: where it begins and ends, and its text.
pub(super) fn each_in(bytes: &[u8], forms: &Forms, take: &mut Take<'_>) {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    // The bytes up to here have been looked at.
    let mut done = 0;
    for (at, block) in blocks.iter().enumerate() {
        let Some(parity) = alternates(block) else { continue };
        let first = at * BLOCK + parity;
        if first < done {
            continue;
        }
        let is_plain = |at: usize| {
            let here = bytes.get(at).is_some_and(|byte| token::is_plain(*byte));
            here && bytes.get(at + 1).is_none_or(|next| *next == 0)
        };
        let before =
            (1..=REACH / 2).take_while(|back| first.checked_sub(back * 2).is_some_and(is_plain));
        let start = first - before.count() * 2;
        let after = (0..).take_while(|on| is_plain(first + on * 2));
        // The last character of a text in the other order has no NUL after it.
        let end = (first + after.count() * 2 + 1).min(bytes.len());
        let text: Vec<u8> =
            bytes.get(start..end).unwrap_or_default().iter().step_by(2).copied().collect();
        forms.each_in(&text, &mut |at, key| {
            let start = start + at * 2;
            let end = start + key.length * 2 - 1;
            take(start..end, text.get(at..at + key.length).unwrap_or_default(), key);
        });
        done = end;
    }
}

/// Whether every other byte is a letter, a digit or the like, and those between are NUL; where the
/// first of them is.
fn alternates(block: &[u8; BLOCK]) -> Option<usize> {
    const ODD: u128 = u128::from_le_bytes([
        0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff,
    ]);
    let all = u128::from_le_bytes(*block);
    let parity = if all & ODD == 0 {
        0
    } else if all & !ODD == 0 {
        1
    } else {
        return None;
    };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric();
    block.iter().skip(parity).step_by(2).all(plain).then_some(parity)
}

/// `text` with a NUL between each two bytes.
pub(super) fn between_nuls(text: &[u8]) -> Vec<u8> {
    let mut wide: Vec<u8> = text.iter().flat_map(|byte| [*byte, 0]).collect();
    wide.pop();
    wide
}
