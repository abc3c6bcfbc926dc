//! Long runs of characters that keys are made of.

use std::ops::Range;

use wide::u8x16;

/// How many bytes are looked at at once.
const WORD: usize = 16;

/// Of each byte how far it is beyond the `count` ones that begin at `first`, 0 for those.
fn beyond(word: u8x16, first: u8, count: u8) -> u8x16 {
    (word - u8x16::splat(first)).saturating_sub(u8x16::splat(count - 1))
}

/// Of each byte whether a run goes on with it. It does with `0-9A-Za-z`, and with the `%` and `\` of
/// escapes. Some come along, as that takes fewer steps: ``@[`{|``.
fn goes_on(word: [u8; WORD]) -> u8x16 {
    let word = u8x16::new(word);
    let letter = beyond(word | u8x16::splat(0x20), b'`', 29);
    let percent = word ^ u8x16::splat(b'%');
    letter.min(beyond(word, b'0', 10)).min(percent).simd_eq(u8x16::ZERO)
}

/// Whether all of it can be in one run.
pub(super) fn is_run(word: [u8; WORD]) -> bool {
    goes_on(word).all()
}

/// Whether all of it are hex digits.
pub(super) fn is_hex(run: &[u8]) -> bool {
    let is_hex = |word: [u8; WORD]| {
        let word = u8x16::new(word);
        let letter = beyond(word | u8x16::splat(0x20), b'a', 6);
        letter.min(beyond(word, b'0', 10)) == u8x16::ZERO
    };
    let (words, rest) = run.as_chunks();
    words.iter().copied().all(is_hex) && rest.iter().all(u8::is_ascii_hexdigit)
}

/// With how many bytes at the start of `bytes` a run goes on.
fn head(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let count = goes_on(*word).to_bitmask().trailing_ones() as usize;
        if count < WORD {
            return at * WORD + count;
        }
    }
    let rest = rest.iter().take_while(|byte| is_run([**byte; WORD]));
    words.len() * WORD + rest.count()
}

/// With how many bytes at the end of `bytes` a run goes on.
fn tail(bytes: &[u8]) -> usize {
    let (rest, words) = bytes.as_rchunks();
    for (at, word) in words.iter().rev().enumerate() {
        let count = (goes_on(*word).to_bitmask() << 16).leading_ones() as usize;
        if count < WORD {
            return at * WORD + count;
        }
    }
    let rest = rest.iter().rev().take_while(|byte| is_run([**byte; WORD]));
    words.len() * WORD + rest.count()
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
pub(super) fn next_word<const N: usize>(
    bytes: &[u8],
    from: usize,
    step: usize,
    passes: impl Fn([u8; N]) -> bool,
) -> Option<usize> {
    let mut rest = bytes.get(from..)?;
    loop {
        if passes(*rest.first_chunk()?) {
            return Some(bytes.len() - rest.len());
        }
        rest = rest.get(step..)?;
    }
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
