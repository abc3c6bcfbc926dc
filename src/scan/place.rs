//! Where something stands in a text.

use fearless_simd::{Level, Simd, SimdBase as _, dispatch};

use super::block::{BLOCK, bits, load};

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
    /// How many bytes ago there was a `\r` of which a `\n` may be the other half.
    since_return: Option<usize>,
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
        Self { place: Place { offset: 0, line: 1, column: 1 }, since_return: None, units }
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
        let Some(last) = bytes.last() else { return };
        let (mut lines, has_returns) = line_feeds(bytes);
        let mut rest = bytes;
        if self.since_return.is_some() || has_returns {
            lines = 0;
            // `\r\n` is one end, and it is that of the `\r`; in UTF-16 there is a NUL between them.
            let mut since = self.since_return;
            let mut seen = 0;
            for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
                let is_return = bytes.get(at) == Some(&b'\r');
                let gap = since.map(|since| since + at - seen);
                let between = at.checked_sub(1).and_then(|at| bytes.get(at));
                let is_half = match gap {
                    Some(1) => true,
                    Some(2) => between.is_none_or(|byte| *byte == 0),
                    _ => false,
                };
                lines += u64::from(is_return || !is_half);
                since = is_return.then_some(0);
                seen = at;
                rest = bytes.get(at + 1..).unwrap_or_default();
            }
            let since = since.map(|since| since + bytes.len() - seen);
            self.since_return = since.filter(|since| match since {
                1 => true,
                2 => *last == 0,
                _ => false,
            });
        } else if let Some(at) = memchr::memrchr(b'\n', bytes) {
            rest = bytes.get(at + 1..).unwrap_or_default();
        }
        let place = &mut self.place;
        place.offset += bytes.len() as u64;
        place.line += lines;
        if rest.len() < bytes.len() {
            place.column = 1;
        }
        place.column += characters(rest);
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

/// How many `\n` there are, and whether there is a `\r`: all of a large file goes through it.
fn line_feeds(bytes: &[u8]) -> (u64, bool) {
    dispatch!(Level::new(), simd => line_feeds_with(simd, bytes))
}

#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
#[inline(always)]
fn line_feeds_with<S: Simd>(simd: S, bytes: &[u8]) -> (u64, bool) {
    let (mut count, mut returns) = (0, 0);
    for from in (0..bytes.len()).step_by(BLOCK) {
        let block = load(simd, bytes, from);
        count += u64::from(bits(block.simd_eq(b'\n')).count_ones());
        returns |= bits(block.simd_eq(b'\r'));
    }
    (count, returns != 0)
}

/// How many characters of UTF-8 begin in `bytes`.
fn characters(bytes: &[u8]) -> u64 {
    dispatch!(Level::new(), simd => characters_with(simd, bytes))
}

#[expect(clippy::inline_always, reason = "compiled for each kind of processor")]
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
    use super::{Cursor, Place};

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
