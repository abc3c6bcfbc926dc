//! Where something stands in a text.

/// A place in a text. Lines end with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// In bytes, from 0.
    pub offset: u64,
    /// From 1.
    pub line: u64,
    /// In characters, from 1; what is not UTF-8 counts by bytes, UTF-16 by its units.
    pub column: u64,
}

/// A place that moves on through a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    pub(super) place: Place,
    /// Whether a `\r` was last, of which a `\n` may be the other half.
    after_return: bool,
}

impl Cursor {
    pub(super) fn new() -> Self {
        Self { place: Place { offset: 0, line: 1, column: 1 }, after_return: false }
    }

    /// Moves behind `bytes`.
    pub(super) fn pass(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let (mut lines, mut rest) = (0, bytes);
        if self.after_return || memchr::memchr(b'\r', bytes).is_some() {
            // `\r\n` is one end, and it is that of the `\r`.
            let mut returned = self.after_return.then_some(0);
            for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
                let is_return = bytes.get(at) == Some(&b'\r');
                lines += u64::from(is_return || returned != Some(at));
                returned = is_return.then_some(at + 1);
                rest = bytes.get(at + 1..).unwrap_or_default();
            }
        } else if let Some(at) = memchr::memrchr(b'\n', bytes) {
            lines = memchr::memchr_iter(b'\n', bytes).count() as u64;
            rest = bytes.get(at + 1..).unwrap_or_default();
        }
        let place = &mut self.place;
        place.offset += bytes.len() as u64;
        place.line += lines;
        if rest.len() < bytes.len() {
            place.column = 1;
        }
        place.column += characters(rest);
        self.after_return = *last == b'\r';
    }
}

/// How many characters of UTF-8 begin in `bytes`.
fn characters(bytes: &[u8]) -> u64 {
    // As many as fit in a byte at a time, so that many are added at once.
    let of = |part: &[u8]| part.iter().fold(0_u8, |sum, byte| sum + u8::from(byte & 0xc0 != 0x80));
    bytes.chunks(255).map(|part| u64::from(of(part))).sum()
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
        ] {
            let wanted = Place { offset, line, column };
            for cut in 0..=text.len() {
                for second in cut..=text.len() {
                    let mut cursor = Cursor::new();
                    let text = text.as_bytes();
                    for part in [&text[..cut], &text[cut..second], &text[second..]] {
                        cursor.pass(part);
                    }
                    assert_eq!(cursor.place, wanted, "{text:?} at {cut} and {second}");
                }
            }
        }
    }
}
