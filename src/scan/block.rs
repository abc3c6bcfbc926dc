//! Sixty-four bytes at once, with a bit for each of them.
//!
//! What every byte goes through is compiled for each kind of processor, and [`fearless_simd::dispatch`]
//! takes the best that this machine has. Only what is inlined there is compiled so.
#![expect(clippy::inline_always, reason = "compiled for each kind of processor")]

#[cfg(test)]
use fearless_simd::Level;
use fearless_simd::{
    Simd, SimdBase as _, SimdCombine as _, SimdFrom as _, SimdMask as _, mask8x64, u8x16, u8x64,
    u64x8,
};

/// How many bytes are looked at at once.
pub(super) const BLOCK: usize = 64;

/// The bytes from `at` on, with NULs behind the last one.
#[inline(always)]
pub(super) fn load<S: Simd>(simd: S, bytes: &[u8], at: usize) -> u8x64<S> {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk::<BLOCK>() {
        Some(block) => u8x64::from_slice(simd, block),
        None => u8x64::from_slice(simd, &padded(rest)),
    }
}

/// Fewer bytes than a block has, with NULs behind them.
pub(super) fn padded(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    block
}

/// What bytes may be, by which the runs of keys are told; a byte that is none of it is 0.
pub(super) struct Class;

impl Class {
    const PERCENT: u8 = 1;
    const DIGIT: u8 = 1 << 1;
    /// `A-F` and `a-f`.
    const HEX: u8 = 1 << 2;
    /// `G-O` and `g-o`.
    const EARLY: u8 = 1 << 3;
    /// `P-Z` and `p-z`.
    const LATE: u8 = 1 << 4;
    const BACKSLASH: u8 = 1 << 5;
    pub(super) const HEX_DIGIT: u8 = Self::DIGIT | Self::HEX;
    /// What an escape begins with.
    pub(super) const ESCAPE: u8 = Self::PERCENT | Self::BACKSLASH;
}

/// What is there with these upper four bits, and what with these lower ones: what a byte is stands in
/// both.
const UPPER: [u8; 16] = {
    let letters = Class::HEX | Class::EARLY;
    let mut table = [0; 16];
    table[2] = Class::PERCENT;
    (table[3], table[4], table[6]) = (Class::DIGIT, letters, letters);
    (table[5], table[7]) = (Class::LATE | Class::BACKSLASH, Class::LATE);
    table
};
const LOWER: [u8; 16] = {
    let mut table = [Class::EARLY; 16];
    let mut at = 0;
    while at <= 10 {
        table[at] = Class::LATE
            | if at < 10 { Class::DIGIT } else { 0 }
            | match at {
                0 => 0,
                1..=6 => Class::HEX,
                _ => Class::EARLY,
            };
        at += 1;
    }
    table[5] |= Class::PERCENT;
    table[12] |= Class::BACKSLASH;
    table
};

/// The classes of each byte, by two tables of sixteen, as simdjson has it (Langdale and Lemire,
/// "Parsing gigabytes of JSON per second", 2019). A look-up is one instruction with SSSE3 or NEON; without
/// them all of a scan takes several times as long. Compares that are joined would do for any processor,
/// but LLVM 22 takes those apart byte by byte for AVX2.
#[inline(always)]
pub(super) fn classes<S: Simd>(simd: S, block: u8x64<S>) -> u8x64<S> {
    let look_up = |table: [u8; 16], at: u8x64<S>| {
        let row = u8x16::simd_from(simd, table);
        let row = row.combine(row);
        row.combine(row).swizzle_dyn_within_blocks(at)
    };
    look_up(UPPER, block >> 4) & look_up(LOWER, block & 0xf)
}

/// A bit for each, the first byte's in the lowest place.
#[inline(always)]
pub(super) fn bits<S: Simd>(mask: mask8x64<S>) -> u64 {
    mask.to_bitmask()
}

/// A bit for each group of sixteen that are all set, where it begins: at a multiple of sixteen.
#[inline(always)]
pub(super) fn groups<S: Simd>(bits: u64x8<S>) -> u64x8<S> {
    let two = bits & bits >> 1;
    let four = two & two >> 2;
    let eight = four & four >> 4;
    eight & eight >> 8 & (u64::MAX / 0xffff)
}

/// The places of the bits that are set, in order.
#[inline(always)]
pub(super) fn places(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        place
    })
}

/// All that this machine can do.
#[cfg(test)]
pub(super) fn levels() -> Vec<Level> {
    let best = Level::new();
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    let lesser = [
        best.as_sse2().map(Level::Sse2),
        best.as_sse4_2().map(Level::Sse4_2),
        best.as_avx2().map(Level::Avx2),
    ];
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
    let lesser = [None];
    lesser.into_iter().flatten().chain([best]).collect()
}

#[cfg(test)]
mod tests {
    use fearless_simd::{SimdBase as _, dispatch, u64x8};

    use super::{BLOCK, Class, bits, classes, groups, levels, load, places};

    #[test]
    fn each_byte_has_its_bit_at_every_level() {
        let text: Vec<u8> = (0..=255).chain(0..100).collect();
        let wanted = |from: usize, is: fn(u8) -> bool| {
            let bit = |at| u64::from(is(text.get(from + at).copied().unwrap_or(0))) << at;
            (0..BLOCK).map(bit).sum::<u64>()
        };
        let is_escape = |byte: u8| byte == b'%' || byte == b'\\';
        for level in levels() {
            for from in 0..=text.len() {
                let (none, hex, escapes, nuls) = dispatch!(level, simd => {
                    let block = load(simd, &text, from);
                    let classes = classes(simd, block);
                    let lacks = |class: u8| bits((classes & class).simd_eq(0));
                    (
                        bits(classes.simd_eq(0)),
                        !lacks(Class::HEX_DIGIT),
                        !lacks(Class::ESCAPE),
                        bits(block.simd_eq(0)),
                    )
                });
                let runs =
                    wanted(from, |byte| byte.is_ascii_alphanumeric() || b"%\\".contains(&byte));
                assert_eq!(!none, runs, "{level:?}");
                assert_eq!(hex, wanted(from, |byte| byte.is_ascii_hexdigit()), "{level:?}");
                assert_eq!(escapes, wanted(from, is_escape), "{level:?}");
                assert_eq!(nuls, wanted(from, |byte| byte == 0), "{level:?}");
            }
        }
    }

    #[test]
    fn groups_are_found_where_they_are() {
        for set in 0..=255_u64 {
            // A bit of `set` stands for four.
            let bits = (0..8).map(|at| (set >> at & 1) * (0xf << (at * 4))).sum::<u64>() << 24;
            for bits in [bits, bits | 0xff, bits | 1 << 63] {
                let mut rotated = bits;
                let lanes: [u64; 8] = std::array::from_fn(|_| {
                    rotated = rotated.rotate_left(4);
                    rotated
                });
                let wanted = lanes.map(|bits| {
                    let whole = |at: &usize| bits >> at & 0xffff == 0xffff;
                    (0..64).step_by(16).filter(whole).collect::<Vec<_>>()
                });
                for level in levels() {
                    let found = dispatch!(level, simd => {
                        let groups = groups(u64x8::from_slice(simd, &lanes));
                        std::array::from_fn(|lane| groups[lane])
                    });
                    assert_eq!(found.map(|bits: u64| places(bits).collect::<Vec<_>>()), wanted);
                }
            }
        }
    }
}
