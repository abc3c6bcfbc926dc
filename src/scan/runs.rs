//! Long runs of characters that keys are made of.

use std::ops::Range;

/// How many bytes are looked at at once.
pub(super) const WORD: usize = size_of::<u64>();

const fn eight(byte: u8) -> u64 {
    u64::from_le_bytes([byte; WORD])
}

const TOP: u64 = eight(0x80);

/// Of each byte the eighth bit, if it is not one of `count` that begin at `first`; `mask` takes the
/// bits away that do not matter, the eighth of them, so that nothing is carried over.
fn beyond(word: u64, mask: u8, first: u8, count: u8) -> u64 {
    ((word & eight(mask)) ^ eight(first)) + eight(0x80 - count)
}

/// The eighth bit of each byte with which a run does not go on, the first byte being the lowest. It
/// does with `0-9A-Za-z`, and with the `%` and `\` of escapes. Some come along, as that takes fewer
/// steps: ``@[`{|``.
fn ends(word: [u8; WORD]) -> u64 {
    let word = u64::from_le_bytes(word);
    let letter = beyond(word, 0x5f, b'@', 29);
    let digit = beyond(word, 0x7f, b'0', 10);
    let percent = beyond(word, 0x7f, b'%', 1);
    (word | letter & digit & percent) & TOP
}

/// Whether all of it can be in one run.
pub(super) fn is_run(word: [u8; WORD]) -> bool {
    ends(word) == 0
}

/// Whether all of it are hex digits, but for `@` and a backtick.
pub(super) fn is_hex(run: &[u8]) -> bool {
    let is_hex = |word: [u8; WORD]| {
        let word = u64::from_le_bytes(word);
        (word | beyond(word, 0x5f, b'@', 7) & beyond(word, 0x7f, b'0', 10)) & TOP == 0
    };
    let (words, rest) = run.as_chunks();
    words.iter().copied().all(is_hex) && rest.iter().all(|byte| is_hex([*byte; WORD]))
}

/// With how many bytes at the start of `bytes` a run goes on.
fn head(bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(word) = bytes.get(count..).and_then(<[u8]>::first_chunk) {
        match ends(*word) {
            0 => count += WORD,
            ends => return count + ends.trailing_zeros() as usize / 8,
        }
    }
    let rest = bytes.get(count..).unwrap_or_default().iter();
    count + rest.take_while(|byte| ends([**byte; WORD]) == 0).count()
}

/// With how many bytes at the end of `bytes` a run goes on.
fn tail(bytes: &[u8]) -> usize {
    let mut before = bytes;
    while let Some((rest, word)) = before.split_last_chunk() {
        match ends(*word) {
            0 => before = rest,
            ends => return bytes.len() - before.len() + ends.leading_zeros() as usize / 8,
        }
    }
    let rest = before.iter().rev();
    bytes.len() - before.len() + rest.take_while(|byte| ends([**byte; WORD]) == 0).count()
}

/// Hands over every run of at least `shortest` characters, in order.
///
/// A key, its base64 and its escapes have one each; in a text there are few others. A run is at least
/// as long as a step and a word together, so one of the words that are looked at lies in it.
pub(super) fn each(bytes: &[u8], shortest: usize, take: &mut dyn FnMut(Range<usize>)) {
    let step = (shortest + 1).saturating_sub(WORD).max(1);
    let mut from = 0;
    while let Some(at) = next_word(bytes, from, step, is_run) {
        let start = at - tail(bytes.get(..at).unwrap_or_default());
        let end = at + WORD + head(bytes.get(at + WORD..).unwrap_or_default());
        if end - start >= shortest {
            take(start..end);
        }
        // The byte here ends the run, so that the next one begins at the one after it or later.
        from = end + step;
    }
}

/// Where the next word is that passes; each `step` bytes there is one.
// The loop that every byte goes through: by itself, so that all it needs stays in registers.
#[inline(never)]
pub(super) fn next_word(
    bytes: &[u8],
    from: usize,
    step: usize,
    passes: impl Fn([u8; WORD]) -> bool,
) -> Option<usize> {
    let mut at = from;
    while let Some(word) = bytes.get(at..)?.first_chunk() {
        if passes(*word) {
            return Some(at);
        }
        at += step;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::each;

    fn found(text: &[u8], shortest: usize) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        each(text, shortest, &mut |run| found.push(run));
        found
    }

    #[test]
    fn a_run_is_found_wherever_it_stands() {
        for shortest in [22, 31, 32, 45] {
            for length in [shortest - 1, shortest, shortest + 1, 100] {
                for before in 0..40 {
                    for after in [0, 1, 15, 16, 40] {
                        let text = [&b" "[..], b"_", b"."].map(|gap| {
                            [gap.repeat(before), b"x".repeat(length), gap.repeat(after)].concat()
                        });
                        for text in text {
                            let wanted = std::iter::once(before..before + length);
                            let wanted: Vec<_> = wanted.filter(|_| length >= shortest).collect();
                            assert_eq!(found(&text, shortest), wanted);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn runs_are_apart_and_made_of_all_that_keys_are_made_of() {
        let run = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%\\";
        let text = [&run[..], b"_", run, b"\n", run].concat();
        let length = run.len();
        let wanted = [0, length + 1, 2 * length + 2].map(|start| start..start + length);
        assert_eq!(found(&text, 32), wanted);
        for other in (0..=255).filter(|byte| !run.contains(byte) && !b"@[`{|".contains(byte)) {
            let text = [&[b'a'; 31], &[other][..], &[b'a'; 31]].concat();
            assert!(found(&text, 32).is_empty(), "{other}");
        }
    }
}
