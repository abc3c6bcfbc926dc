//! Pairs of bytes, looked for at sixty-four places at once.

use std::ops::Range;

use fearless_simd::{Level, Simd, SimdBase as _, SimdMask as _, dispatch, mask8x64};

use super::block::{self, BLOCK, bits, load};

/// The pairs, none of which has a NUL. Each takes its own steps, so there should be few.
#[derive(Debug)]
pub(super) struct Pairs(Vec<[u8; 2]>);

impl Pairs {
    pub(super) fn new(pairs: impl Iterator<Item = [u8; 2]>) -> Self {
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        pairs.dedup();
        Self(pairs)
    }

    /// Hands over every place in `range` of `bytes` where one of them begins.
    pub(super) fn each_in(&self, bytes: &[u8], range: Range<usize>, take: &mut dyn FnMut(usize)) {
        // Mostly it is: into a short run no key fits.
        if !range.is_empty() {
            dispatch!(Level::new(), simd => self.each_with(simd, bytes, range, take));
        }
    }

    #[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
    #[inline(always)]
    fn each_with<S: Simd>(
        &self,
        simd: S,
        bytes: &[u8],
        range: Range<usize>,
        take: &mut dyn FnMut(usize),
    ) {
        for from in range.clone().step_by(BLOCK) {
            let (one, two) = (load(simd, bytes, from), load(simd, bytes, from + 1));
            let mut places = mask8x64::splat(simd, false);
            for [first, second] in &self.0 {
                places |= one.simd_eq(*first) & two.simd_eq(*second);
            }
            let inside = u64::MAX >> BLOCK.saturating_sub(range.end - from);
            for place in block::places(bits(places) & inside) {
                take(from + place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pairs;

    #[test]
    fn every_place_is_found_and_none_beyond_the_end() {
        let pairs = Pairs::new([*b"ab", *b"cc", *b"ba"].into_iter());
        let text: Vec<u8> = b"abaacbcccba".iter().cycle().take(200).copied().collect();
        for length in [0, 1, 2, 63, 64, 65, 66, 127, 128, 129, 130, 199] {
            let text = &text[..length];
            for range in (0..length).flat_map(|start| (start..=length).map(move |end| start..end)) {
                let mut found = Vec::new();
                pairs.each_in(text, range.clone(), &mut |at| found.push(at));
                let begins = |at: &usize| {
                    let pair = text.get(*at..at + 2);
                    pair.is_some_and(|pair| [&b"ab"[..], b"cc", b"ba"].contains(&pair))
                };
                assert_eq!(found, range.clone().filter(begins).collect::<Vec<_>>());
            }
        }
    }
}
