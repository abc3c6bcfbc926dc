//! Keys in UTF-16 of either byte order, at any offset.
//!
//! Every other byte of theirs is NUL, whichever order it is.

use super::forms::{Forms, Take};
use crate::key::token;

/// What is looked at, place by place.
#[derive(Debug, Default)]
pub(super) struct Wide {
    /// Up to where all has been seen.
    done: usize,
}

impl Wide {
    /// Hands over every key in the text around `first`, a character of it: where it begins and ends, and
    /// its text. A key has `shortest` characters in a row or more.
    pub(super) fn each_at(
        &mut self,
        bytes: &[u8],
        first: usize,
        shortest: usize,
        forms: &Forms,
        take: &mut Take<'_>,
    ) {
        if first < self.done {
            return;
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
        self.done = end;
        if end - start + 1 < 2 * shortest {
            return;
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

/// `text` with a NUL between each two bytes.
pub(super) fn between_nuls(text: &[u8]) -> Vec<u8> {
    let mut wide: Vec<u8> = text.iter().flat_map(|byte| [*byte, 0]).collect();
    wide.pop();
    wide
}
