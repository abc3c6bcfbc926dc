//! Long runs of characters that keys are made of.
//!
//! Of a piece of the text it is first told of every byte whether a run goes on with it, and only then
//! are the runs in it looked for: in few blocks there are any, and which, no processor can guess.
#![expect(clippy::inline_always, reason = "compiled for each kind of processor")]

use std::ops::Range;

use fearless_simd::{Level, Simd, SimdBase as _, SimdFrom as _, dispatch, u8x64};

use super::block::{self, BLOCK, Class, bits, load};

/// How many bytes a piece has at most.
const PIECE: usize = BLOCK * BLOCK;
/// The bits of every other byte.
const EVEN: u64 = 0x5555_5555_5555_5555;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    /// Whether all of it are hex digits.
    pub(super) is_hex: bool,
    /// Whether there is the `%` or `\` of an escape in it.
    pub(super) has_escapes: bool,
}

/// What may be, or have in it, a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Run(Run),
    /// Where a character of a run in UTF-16 stands.
    Wide(usize),
}

/// Hands over every run of at least `shortest` characters, in order, and some place in every one in
/// UTF-16 of at least sixteen.
///
/// A key, its base64 and its escapes have one each; in a text there are few others.
pub(super) fn each(bytes: &[u8], shortest: usize, take: &mut dyn FnMut(Found)) {
    debug_assert!(shortest >= 15, "no group of eight need be in it");
    let level = Level::new();
    // Of so many, two groups of eight that follow each other are whole, however it stands.
    if shortest >= 23 {
        dispatch!(level, simd => each_with::<_, true>(simd, bytes, shortest, take));
    } else {
        dispatch!(level, simd => each_with::<_, false>(simd, bytes, shortest, take));
    }
}

#[inline(always)]
fn each_with<S: Simd, const PAIRS: bool>(
    simd: S,
    bytes: &[u8],
    shortest: usize,
    take: &mut dyn FnMut(Found),
) {
    let mut piece = Piece { runs: [0; BLOCK], nuls: [0; BLOCK], with_groups: 0, with_nuls: 0 };
    // How many characters of a run stand right before the piece.
    let mut before = 0;
    for (number, text) in bytes.chunks(PIECE).enumerate() {
        let from = number * PIECE;
        piece.mark::<_, PAIRS>(simd, text);
        let mut done = piece.ones_from(0);
        if done == text.len() {
            before += done;
            continue;
        }
        if before + done >= shortest {
            take(Found::Run(described(simd, bytes, from - before..from + done)));
        }
        for block in block::places(piece.with_groups) {
            for place in block::places(piece.groups_of::<PAIRS>(block)) {
                let at = block * BLOCK + place / 8 * 8;
                if at < done {
                    continue;
                }
                let start = at - piece.ones_before(at);
                done = at + piece.ones_from(at);
                if done - start >= shortest && done < text.len() {
                    take(Found::Run(described(simd, bytes, from + start..from + done)));
                }
            }
        }
        before = piece.ones_before(text.len());
        for block in block::places(piece.with_nuls) {
            let (runs, nuls) = (piece.runs[block], piece.nuls[block]);
            if !block::may_have_group(runs | nuls) {
                continue;
            }
            let [even, odd] = [EVEN, !EVEN]
                .map(|characters| block::groups(!((runs ^ characters) | (nuls ^ !characters))));
            // Of both byte orders at once, so that they come in the order in which they stand.
            for place in block::places(even | odd) {
                let first = usize::from(odd >> place & 1 != 0);
                take(Found::Wide(from + block * BLOCK + place + first));
            }
        }
    }
    if before >= shortest {
        take(Found::Run(described(simd, bytes, bytes.len() - before..bytes.len())));
    }
}

/// What is in a run.
#[inline(always)]
fn described<S: Simd>(simd: S, bytes: &[u8], range: Range<usize>) -> Run {
    let (mut is_hex, mut has_escapes) = (true, false);
    for from in range.clone().step_by(BLOCK) {
        let classes = block::classes(simd, load(simd, bytes, from));
        let inside = u64::MAX >> BLOCK.saturating_sub(range.end - from);
        is_hex &= bits((classes & Class::HEX_DIGIT).simd_eq(0)) & inside == 0;
        has_escapes |= !bits((classes & Class::ESCAPE).simd_eq(0)) & inside != 0;
    }
    Run { range, is_hex, has_escapes }
}

/// Of a block with these whole bytes those that are a group, or the second of a pair: the one before
/// it is whole too, in this block or in the one `before`.
#[inline(always)]
fn groups<const PAIRS: bool>(before: u64, whole: u64) -> u64 {
    if PAIRS { whole & (whole << 8 | before >> 56) } else { whole }
}

/// What each byte of a piece is, a bit for each.
struct Piece {
    /// Whether a run goes on with it.
    runs: [u64; BLOCK],
    /// Whether it is NUL.
    nuls: [u64; BLOCK],
    /// In which blocks there may be a group of a run.
    with_groups: u64,
    /// In which there is a NUL.
    with_nuls: u64,
}

impl Piece {
    /// Looks at another text, of at most [`PIECE`] bytes.
    #[inline(always)]
    fn mark<S: Simd, const PAIRS: bool>(&mut self, simd: S, text: &[u8]) {
        let (blocks, last) = text.as_chunks();
        let (mut with_groups, mut with_nuls, mut before) = (0, 0, 0);
        // The loop that every byte goes through.
        for (number, block) in blocks.iter().enumerate() {
            let (whole, has_nuls) = self.mark_block(simd, number, block);
            with_groups |= u64::from(groups::<PAIRS>(before, whole) != 0) << number;
            with_nuls |= u64::from(has_nuls) << number;
            before = whole;
        }
        let number = blocks.len();
        if number < BLOCK {
            // NULs behind the last byte end what goes on up to it.
            let (whole, has_nuls) = self.mark_block(simd, number, &block::padded(last));
            with_groups |= u64::from(groups::<PAIRS>(before, whole) != 0) << number;
            with_nuls |= u64::from(has_nuls) << number;
        }
        (self.with_groups, self.with_nuls) = (with_groups, with_nuls);
    }

    /// Which bytes of the block's bits are whole, and whether there is a NUL.
    #[inline(always)]
    fn mark_block<S: Simd>(&mut self, simd: S, number: usize, block: &[u8; BLOCK]) -> (u64, bool) {
        let block = u8x64::simd_from(simd, *block);
        let runs = !bits(block::classes(simd, block).simd_eq(0));
        let nuls = bits(block.simd_eq(0));
        (self.runs[number], self.nuls[number]) = (runs, nuls);
        (block::whole_bytes(runs), nuls != 0)
    }

    /// The groups of a block, a bit in each.
    #[inline(always)]
    fn groups_of<const PAIRS: bool>(&self, block: usize) -> u64 {
        let before = block.checked_sub(1).map_or(0, |before| self.runs[before]);
        groups::<PAIRS>(block::whole_bytes(before), block::whole_bytes(self.runs[block]))
    }

    /// With how many bytes from `at` on a run goes on.
    #[inline(always)]
    fn ones_from(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(runs) = self.runs.get(end / BLOCK) {
            let left = BLOCK - end % BLOCK;
            let more = (runs >> (end % BLOCK)).trailing_ones() as usize;
            end += more;
            if more < left {
                break;
            }
        }
        end - at
    }

    /// With how many bytes right before `at` one goes on.
    #[inline(always)]
    fn ones_before(&self, at: usize) -> usize {
        let mut start = at;
        while start > 0
            && let Some(runs) = self.runs.get((start - 1) / BLOCK)
        {
            let left = (start - 1) % BLOCK + 1;
            let more = (runs << (BLOCK - left)).leading_ones() as usize;
            start -= more;
            if more < left {
                break;
            }
        }
        at - start
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, PIECE, Run, each};

    fn found(text: &[u8], shortest: usize) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        each(text, shortest, &mut |one| {
            if let Found::Run(run) = one {
                found.push(run.range);
            }
        });
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
    fn what_is_found_is_what_is_there_across_pieces() {
        let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || b"%\\".contains(byte);
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below
        };
        for round in 0..300 {
            let mut text = Vec::new();
            let length = random(3 * PIECE);
            while text.len() < length {
                let run = [&b"x"[..], b"7", b"%4", b"a\\"][random(4)].repeat(random(90));
                text.extend([&run[..], &b" ".repeat(random(20))].concat());
            }
            if round % 3 == 0 {
                text.splice(random(text.len() + 1).., vec![b'x'; random(2 * PIECE)]);
            }
            text.truncate([text.len(), PIECE, PIECE - 1, 2 * PIECE][random(4)]);
            for shortest in [22, 30, 31, 32, 60] {
                let mut wanted = Vec::new();
                let mut at = 0;
                for run in text.split(|byte| !goes_on(byte)) {
                    if run.len() >= shortest {
                        wanted.push(Run {
                            range: at..at + run.len(),
                            is_hex: run.iter().all(u8::is_ascii_hexdigit),
                            has_escapes: run.iter().any(|byte| b"%\\".contains(byte)),
                        });
                    }
                    at += run.len() + 1;
                }
                let mut found = Vec::new();
                each(&text, shortest, &mut |one| match one {
                    Found::Run(run) => found.push(run),
                    Found::Wide(_) => panic!("there is no NUL"),
                });
                assert_eq!(found, wanted);
            }
        }
    }

    #[test]
    fn sixteen_characters_of_utf_16_are_seen_wherever_they_stand() {
        for before in (0..200).chain(PIECE - 40..PIECE + 40) {
            for (gap, order) in
                [(b' ', [b'x', 0]), (b' ', [0, b'x']), (0, [b'x', 0]), (0, [0, b'x'])]
            {
                let run = order.repeat(16);
                let text = [&[gap].repeat(before)[..], &run, b"  "].concat();
                let mut places = Vec::new();
                each(&text, 32, &mut |one| match one {
                    Found::Wide(at) => places.push(at),
                    Found::Run(run) => panic!("{run:?}"),
                });
                assert!(!places.is_empty(), "{before} {gap} {order:?}");
                assert!(places.iter().all(|at| text[*at] == b'x'), "{before} {gap} {order:?}");
            }
        }
    }

    #[test]
    fn texts_of_both_byte_orders_are_seen_in_their_order() {
        let (little, big) = ([b'x', 0].repeat(22), [0, b'x'].repeat(22));
        for before in 0..130 {
            for (one, two) in [(&little, &big), (&big, &little)] {
                let text = [&b" ".repeat(before)[..], one, b" ", two, b" "].concat();
                let mut places = Vec::new();
                each(&text, 22, &mut |one| match one {
                    Found::Wide(at) => places.push(at),
                    Found::Run(run) => panic!("{run:?}"),
                });
                assert!(places.is_sorted(), "{places:?}");
                let middle = before + one.len();
                assert!(places.iter().any(|at| *at < middle), "{before} {places:?}");
                assert!(places.iter().any(|at| *at > middle), "{before} {places:?}");
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
        for other in (0..=255).filter(|byte| !run.contains(byte)) {
            let text = [&[b'a'; 31], &[other][..], &[b'a'; 31]].concat();
            assert!(found(&text, 32).is_empty(), "{other}");
        }
    }
}
