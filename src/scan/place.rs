//! Where something stands in a text.
#![expect(clippy::inline_always, reason = "compiled for each kind of processor")]

use fearless_simd::{Level, Simd, SimdBase as _, SimdFrom as _, dispatch, u8x64};

use super::block::{self, BLOCK, bits, load};

/// A place in a text. Lines end with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In bytes, from 0.
    pub offset: u64,
    /// From 1.
    pub line: u64,
    /// From 1: in characters of UTF-8, where bytes from 0x80 to 0xbf are none by themselves; of a file
    /// that begins with the mark of UTF-16, in its units; of other UTF-16, in pairs of bytes.
    pub column: u64,
}

/// A place that moves on through a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    pub(super) place: Place,
    /// The last two bytes that were passed: there may be a `\r` of which a `\n` is the other half.
    last: [u8; 2],
    /// In a file that begins with the mark of UTF-16.
    units: Option<Units>,
}

/// What is known of the units that were passed.
#[derive(Debug, Clone, Copy)]
struct Units {
    is_big: bool,
    /// The first byte of the unit that is passed next.
    first: u8,
    /// Whether the one before it was a `\r`.
    after_return: bool,
}

impl Cursor {
    /// Stands at the beginning of a text that begins with `text`.
    pub(super) fn of(text: &[u8]) -> Self {
        let is_big = match text {
            [0xff, 0xfe, ..] => Some(false),
            [0xfe, 0xff, ..] => Some(true),
            _ => None,
        };
        let units = is_big.map(|is_big| Units { is_big, first: 0, after_return: false });
        Self { place: Place { offset: 0, line: 1, column: 1 }, last: [0; 2], units }
    }

    /// Whether its columns are units of UTF-16.
    pub(super) fn counts_units(&self) -> bool {
        self.units.is_some()
    }

    /// Moves behind `bytes`.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        if let Some(units) = &mut self.units {
            for byte in bytes {
                self.place.offset += 1;
                if self.place.offset % 2 == 1 {
                    units.first = *byte;
                } else {
                    units.pass(*byte, &mut self.place);
                }
            }
            return;
        }
        let place = &mut self.place;
        place.offset += bytes.len() as u64;
        place.line += line_ends(self.last, bytes);
        let end = memchr::memrchr2(b'\r', b'\n', bytes).map(|at| at + 1);
        if end.is_some() {
            place.column = 1;
        }
        place.column += characters(bytes.get(end.unwrap_or(0)..).unwrap_or_default());
        for byte in bytes.iter().skip(bytes.len().saturating_sub(2)) {
            self.last = [self.last[1], *byte];
        }
    }
}

impl Units {
    /// Moves behind the unit that ends with `second`.
    fn pass(&mut self, second: u8, place: &mut Place) {
        let bytes = [self.first, second];
        let unit = if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
        let is_return = unit == u16::from(b'\r');
        if is_return || unit == u16::from(b'\n') {
            place.line += u64::from(is_return || !self.after_return);
            place.column = 1;
        } else {
            place.column += 1;
        }
        self.after_return = is_return;
    }
}

/// How many lines end in `bytes`, before which these two stand: all of a large file goes through it.
fn line_ends(before: [u8; 2], bytes: &[u8]) -> u64 {
    dispatch!(Level::new(), simd => line_ends_with(simd, before, bytes))
}

#[inline(always)]
fn line_ends_with<S: Simd>(simd: S, before: [u8; 2], bytes: &[u8]) -> u64 {
    let (blocks, last) = bytes.as_chunks();
    let last = block::padded(last);
    let mut first = [0; BLOCK];
    first[BLOCK - 2..].copy_from_slice(&before);
    let mut count = 0;
    let (mut before, mut returns_before) = (&first, equal(simd, &first, b'\r'));
    for block in blocks.iter().chain([&last]) {
        let returns = equal(simd, block, b'\r');
        let mut halves = 0;
        if returns | returns_before >> (BLOCK - 2) != 0 {
            // `\r\n` is one end; in UTF-16 there is a NUL between them.
            let between = equal(simd, block, 0) << 1 | equal(simd, before, 0) >> (BLOCK - 1);
            halves = returns << 1 | returns_before >> (BLOCK - 1);
            halves |= (returns << 2 | returns_before >> (BLOCK - 2)) & between;
        }
        count += u64::from((returns | equal(simd, block, b'\n') & !halves).count_ones());
        (before, returns_before) = (block, returns);
    }
    count
}

/// Which bytes of a block are `byte`.
#[inline(always)]
fn equal<S: Simd>(simd: S, block: &[u8; BLOCK], byte: u8) -> u64 {
    bits(u8x64::simd_from(simd, *block).simd_eq(byte))
}

/// How many characters of UTF-8 begin in `bytes`.
fn characters(bytes: &[u8]) -> u64 {
    dispatch!(Level::new(), simd => characters_with(simd, bytes))
}

#[inline(always)]
fn characters_with<S: Simd>(simd: S, bytes: &[u8]) -> u64 {
    // The others have the upper two bits 1 and 0.
    let others = (0..bytes.len()).step_by(BLOCK).map(|from| {
        let block = load(simd, bytes, from);
        u64::from(bits((block & 0xc0).simd_eq(0x80)).count_ones())
    });
    bytes.len() as u64 - others.sum::<u64>()
}

#[cfg(test)]
mod tests {
    use fearless_simd::dispatch;

    use super::super::block::levels;
    use super::{Cursor, Place, line_ends_with};

    #[test]
    fn lines_end_in_any_way_and_columns_are_characters() {
        for (text, offset, line, column) in [
            ("", 0, 1, 1),
            ("abc", 3, 1, 4),
            ("a\nb", 3, 2, 2),
            ("a\r\nb", 4, 2, 2),
            ("a\rb", 3, 2, 2),
            ("a\r\rb", 4, 3, 2),
            ("a\n\rb", 4, 3, 2),
            ("a\r\n\r\n", 5, 3, 1),
            ("é\nclé", 7, 2, 4),
            ("a\0\r\0\n\0b\0", 8, 2, 4),
            ("\0a\0\r\0\n\0b", 8, 2, 3),
            ("\r\0\r\0\n\0", 6, 3, 2),
            ("\rx\n", 3, 3, 1),
            ("\r\0\0\n", 4, 3, 1),
        ] {
            let wanted = Place { offset, line, column };
            for cut in 0..=text.len() {
                for second in cut..=text.len() {
                    let mut cursor = Cursor::of(b"");
                    let text = text.as_bytes();
                    for part in [&text[..cut], &text[cut..second], &text[second..]] {
                        cursor.pass(part);
                    }
                    assert_eq!(cursor.place, wanted, "{text:?} at {cut} and {second}");
                }
            }
        }
    }

    /// However many blocks a text has, and with or without a `\r` in it.
    #[test]
    fn lines_of_a_long_text_are_counted() {
        for every in [1, 2, 7, 63, 64, 65, 1000] {
            for end in [b'\n', b'\r'] {
                let letter = |at: usize| if at % every == every - 1 { end } else { b'x' };
                let text: Vec<u8> = (0..300).map(letter).collect();
                for length in 0..text.len() {
                    let mut cursor = Cursor::of(b"");
                    cursor.pass(&text[..length]);
                    let wanted = (length / every + 1, length % every + 1);
                    let place = cursor.place;
                    assert_eq!((place.line, place.column), (wanted.0 as u64, wanted.1 as u64));
                }
            }
        }
    }

    #[test]
    fn lines_are_counted_the_same_at_every_level() {
        let mut state = 1_u64;
        for round in 0..2000 {
            let text: Vec<u8> = (0..round % 200)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    b"\r\n\0xxxxx"[(state >> 61) as usize]
                })
                .collect();
            let is_half = |at: usize| {
                let back = |count: usize| at.checked_sub(count).map(|at| text[at]);
                text[at] == b'\n' && back(1) == Some(b'\r')
                    || text[at] == b'\n' && back(1) == Some(0) && back(2) == Some(b'\r')
            };
            for cut in [0, 1, 2, 3, 63, 64, 65, 66, 128].into_iter().filter(|at| *at <= text.len())
            {
                let is_end = |at: &usize| b"\r\n".contains(&text[*at]) && !is_half(*at);
                let wanted = (cut..text.len()).filter(is_end).count() as u64;
                let mut before = [0; 2];
                let known = cut.min(2);
                before[2 - known..].copy_from_slice(&text[cut - known..cut]);
                for level in levels() {
                    let bytes = &text[cut..];
                    let found = dispatch!(level, simd => line_ends_with(simd, before, bytes));
                    assert_eq!(found, wanted, "{level:?} {text:?} {cut}");
                }
            }
        }
    }

    #[test]
    fn a_marked_text_is_counted_by_its_units() {
        for (text, line, column) in [
            ("\u{feff}", 1, 2),
            ("\u{feff}č=", 1, 4),
            ("\u{feff}鍵=€", 1, 5),
            ("\u{feff}ਊ\r\nĊ\u{1f511}", 2, 4),
            ("\u{feff}\n\r\u{d00}x", 3, 3),
        ] {
            for is_big in [false, true] {
                let order =
                    |unit: u16| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() };
                let bytes: Vec<u8> = text.encode_utf16().flat_map(order).collect();
                for cut in 0..=bytes.len() {
                    let mut cursor = Cursor::of(&bytes);
                    cursor.pass(&bytes[..cut]);
                    cursor.pass(&bytes[cut..]);
                    let wanted = Place { offset: bytes.len() as u64, line, column };
                    assert_eq!(cursor.place, wanted, "{text:?} {is_big} {cut}");
                }
            }
        }
    }
}
