//! Long runs of characters that keys are made of.

use std::ops::Range;

/// Whether a run goes on with this byte: `0-9A-Za-z`, and the `%` and `\` of escapes. `[`, `{` and
/// `|` come along, as that takes one comparison less.
///
/// The ranges begin at the least signed number, as the vector instructions of old compare signed
/// bytes in one step and unsigned ones in two.
fn goes_on(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_add(0x80 - b'a').cast_signed() < i8::MIN + 28;
    let digit = byte.wrapping_add(0x80 - b'0').cast_signed() < i8::MIN + 10;
    let escape = byte == b'%';
    letter | digit | escape
}

/// Without a way out early, so that a block is looked at with vector instructions.
fn is_full<const N: usize>(block: &[u8; N]) -> bool {
    block.iter().fold(true, |all, byte| all & goes_on(*byte))
}

/// The shortest run that blocks of 16 are sure to find: one of its blocks is full.
pub(super) const SURE: usize = 16 + 15;

/// Hands over every run of at least `shortest` characters, in order.
///
/// A key, its base64 and its escapes have one each; in a text there are few others.
pub(super) fn each(bytes: &[u8], shortest: usize, take: &mut dyn FnMut(Range<usize>)) {
    if shortest < SURE {
        blocks::<8>(bytes, shortest, take);
    } else {
        blocks::<16>(bytes, shortest, take);
    }
}

fn blocks<const N: usize>(bytes: &[u8], shortest: usize, take: &mut dyn FnMut(Range<usize>)) {
    let (blocks, _) = bytes.as_chunks::<N>();
    // Where the first full block of a run begins.
    let mut open = None;
    let mut close = |first: usize, end: usize| {
        let before = bytes.get(..first).unwrap_or_default().iter().rev();
        let start = first - before.take_while(|byte| goes_on(**byte)).count();
        let after = bytes.get(end..).unwrap_or_default().iter();
        let end = end + after.take_while(|byte| goes_on(**byte)).count();
        if end - start >= shortest {
            take(start..end);
        }
    };
    for (at, block) in blocks.iter().enumerate() {
        if is_full(block) {
            open.get_or_insert(at * N);
        } else if let Some(first) = open.take() {
            close(first, at * N);
        }
    }
    if let Some(first) = open {
        close(first, blocks.len() * N);
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
        for other in (0..=255).filter(|byte| !run.contains(byte) && !b"[{|".contains(byte)) {
            let text = [&[b'a'; 31], &[other][..], &[b'a'; 31]].concat();
            assert!(found(&text, 32).is_empty(), "{other}");
        }
    }
}
