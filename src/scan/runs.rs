//! Long runs of characters that keys are made of.
//!
//! Of a piece of the text it is first told of every byte whether a run goes on with it, and only then
//! are the runs in it looked for: in few blocks there are any, and which, no processor can guess.
#![expect(clippy::inline_always, reason = "compiled for each kind of processor")]

use std::ops::Range;

use fearless_simd::{
    Level, Simd, SimdBase as _, SimdFrom as _, SimdMask as _, dispatch, u8x64, u64x8,
};

use super::block::{self, BLOCK, Class, bits, load};

/// How many bytes a piece has at most.
const PIECE: usize = BLOCK * BLOCK;
/// How many blocks are gone through at once.
const LANES: usize = 8;
/// The shortest run that can be asked for.
const FEWEST: u32 = 16;
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
    each_at(Level::new(), bytes, shortest, take);
}

/// The same by what a processor of this level has.
fn each_at(level: Level, bytes: &[u8], shortest: usize, take: &mut dyn FnMut(Found)) {
    debug_assert!(shortest >= FEWEST as usize, "shorter ones are not seen");
    dispatch!(level, simd => each_with(simd, bytes, shortest, take));
}

#[inline(always)]
fn each_with<S: Simd>(simd: S, bytes: &[u8], shortest: usize, take: &mut dyn FnMut(Found)) {
    let mut piece = Piece { runs: [0; BLOCK + 1], long: [0; BLOCK], with_long: 0, has_nuls: false };
    // How many characters of a run stand right before the piece.
    let mut before = 0;
    for (number, text) in bytes.chunks(PIECE).enumerate() {
        let from = number * PIECE;
        piece.mark(simd, text, shortest);
        let first = piece.ones_from(0);
        if first == text.len() {
            before += first;
            continue;
        }
        if before + first >= shortest {
            take(Found::Run(described(simd, bytes, from - before..from + first)));
        }
        for block in block::places(piece.with_long) {
            for place in block::places(piece.begins(block)) {
                let start = block * BLOCK + place;
                let end = start + piece.ones_from(start);
                // What begins or ends with the piece may be a part of a longer one.
                if start > 0 && end - start >= shortest && end < text.len() {
                    take(Found::Run(described(simd, bytes, from + start..from + end)));
                }
            }
        }
        before = piece.ones_before(text.len());
        if piece.has_nuls {
            piece.each_wide(simd, text, &mut |place| take(Found::Wide(from + place)));
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

/// What each byte of a piece is, a bit for each.
struct Piece {
    /// Whether a run goes on with it; behind the last one none does.
    runs: [u64; BLOCK + 1],
    /// Whether a long run, or what is long of one, goes on from there in the piece.
    long: [u64; BLOCK],
    /// In which blocks there is such a place.
    with_long: u64,
    /// Whether a byte is NUL.
    has_nuls: bool,
}

impl Piece {
    /// Looks at another text, of at most [`PIECE`] bytes.
    #[inline(always)]
    fn mark<S: Simd>(&mut self, simd: S, text: &[u8], shortest: usize) {
        let (blocks, last) = text.as_chunks();
        let mut smallest = u8x64::splat(simd, u8::MAX);
        // The loop that every byte goes through.
        for (runs, block) in self.runs.iter_mut().zip(blocks) {
            let block = u8x64::simd_from(simd, *block);
            smallest = smallest.min(block);
            *runs = runs_in(simd, block);
        }
        self.has_nuls = smallest.simd_eq(0).any_true() || last.contains(&0);
        for runs in self.runs.iter_mut().skip(blocks.len()) {
            *runs = 0;
        }
        if let Some(runs) = self.runs.get_mut(blocks.len()) {
            *runs = runs_in(simd, u8x64::simd_from(simd, block::padded(last)));
        }
        let mut with_long = 0;
        for from in (0..text.len().div_ceil(BLOCK)).step_by(LANES) {
            let long = long(simd, &self.runs, from, shortest);
            with_long |= (!long.simd_eq(0).to_bitmask() & 0xff) << from;
            long.store_slice(&mut self.long[from..from + LANES]);
        }
        self.with_long = with_long;
    }

    /// Where the long runs of a block begin.
    #[inline(always)]
    fn begins(&self, block: usize) -> u64 {
        let before = block.checked_sub(1).map_or(0, |before| self.long[before]);
        self.long[block] & !(self.long[block] << 1 | before >> 63)
    }

    /// Hands over where a character of a text in UTF-16 stands, of every sixteen bytes of one.
    #[inline(always)]
    fn each_wide<S: Simd>(&self, simd: S, text: &[u8], take: &mut dyn FnMut(usize)) {
        let mut nuls = [0; BLOCK];
        for (nuls, from) in nuls.iter_mut().zip((0..text.len()).step_by(BLOCK)) {
            *nuls = bits(load(simd, text, from).simd_eq(0));
        }
        for from in (0..text.len().div_ceil(BLOCK)).step_by(LANES) {
            let runs = u64x8::from_slice(simd, &self.runs[from..from + LANES]);
            let nuls = u64x8::from_slice(simd, &nuls[from..from + LANES]);
            let even = block::groups(!((runs ^ EVEN) | (nuls ^ !EVEN)));
            let odd = block::groups(!((runs ^ !EVEN) | (nuls ^ EVEN)));
            for lane in block::places(!(even | odd).simd_eq(0).to_bitmask() & 0xff) {
                // Of both byte orders at once, so that they come in the order in which they stand.
                for place in block::places(even[lane] | odd[lane]) {
                    let first = usize::from(odd[lane] >> place & 1 != 0);
                    take((from + lane) * BLOCK + place + first);
                }
            }
        }
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

/// With which bytes a run goes on.
#[inline(always)]
fn runs_in<S: Simd>(simd: S, block: u8x64<S>) -> u64 {
    !bits(block::classes(simd, block).simd_eq(0))
}

/// Of eight blocks from `from` on the places from which runs go on with `length` bytes, or with as many
/// as a block has.
#[inline(always)]
fn long<S: Simd>(simd: S, runs: &[u64; BLOCK + 1], from: usize, length: usize) -> u64x8<S> {
    let length = u32::try_from(length).map_or(u64::BITS, |length| length.min(u64::BITS));
    let mut here = u64x8::from_slice(simd, &runs[from..from + LANES]);
    let mut next = u64x8::from_slice(simd, &runs[from + 1..from + 1 + LANES]);
    let mut step = |step: u32| {
        here &= (here >> step) | (next << (u64::BITS - step));
        next &= next >> step;
    };
    // These are written out, as they are known.
    for more in [1, 2, 4, 8] {
        step(more);
    }
    let mut have = FEWEST;
    while have < length {
        let more = have.min(length - have);
        step(more);
        have += more;
    }
    here
}

#[cfg(test)]
mod tests {
    use super::super::block::levels;
    use super::{Found, PIECE, Run, each, each_at};

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
            for shortest in [16, 17, 22, 27, 31, 32, 33, 63, 64, 65, 90] {
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
                for level in levels() {
                    let mut found = Vec::new();
                    each_at(level, &text, shortest, &mut |one| match one {
                        Found::Run(run) => found.push(run),
                        Found::Wide(_) => panic!("there is no NUL"),
                    });
                    assert_eq!(found, wanted, "{level:?}");
                }
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
                for level in levels() {
                    let mut places = Vec::new();
                    each_at(level, &text, 32, &mut |one| match one {
                        Found::Wide(at) => places.push(at),
                        Found::Run(run) => panic!("{run:?}"),
                    });
                    let what = format!("{level:?} {before} {gap} {order:?}");
                    assert!(!places.is_empty(), "{what}");
                    assert!(places.iter().all(|at| text[*at] == b'x'), "{what}");
                }
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
