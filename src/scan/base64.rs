//! Keys inside base64 (RFC 4648, both alphabets), at each of the three alignments.
//!
//! Six bits of base64 do not end where eight of a text do, so a text has three images, by how many
//! bytes come before it. Of each, the characters that hold bits of the text alone are looked for;
//! what is around them is decoded.

use std::ops::Range;

use super::forms::{Forms, Take};
use super::runs;
use crate::key::token;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The fewest characters that tell an image.
const FEWEST: usize = 3;
/// How many characters are decoded at most: the longest key with what is beside it.
const MOST: usize = (token::LONGEST + 4) * 4 / 3;
/// How many characters are passed over on the way at most: the breaks of a wrapped text, indented.
const MOST_SKIPPED: usize = 256;

/// The images of all heads.
#[derive(Debug)]
pub(super) struct Images {
    all: Vec<Image>,
    /// A bit for each two characters that an image begins with.
    pairs: Box<[u64]>,
    /// Whether each image has a character that is no hex digit.
    none_is_hex: bool,
}

#[derive(Debug)]
struct Image {
    text: Vec<u8>,
    /// How many bytes come before the key in its group of three.
    shift: usize,
}

impl Image {
    /// Whether the image begins at `at` and goes on in the next line.
    fn goes_across(&self, bytes: &[u8], at: usize) -> bool {
        let text = bytes.get(at..).unwrap_or_default().iter().take(self.text.len() + MOST_SKIPPED);
        text.filter(|byte| !is_blank(**byte)).take(self.text.len()).eq(&self.text)
    }

    /// Hands over the key whose image is at `at`, if it is one.
    fn prove(&self, bytes: &[u8], at: usize, forms: &Forms, take: &mut Take<'_>) {
        // How many characters of the first group come before the image.
        let lead = [0, 2, 3].get(self.shift).copied().unwrap_or(0);
        let before = bytes.get(..at).unwrap_or_default().iter().enumerate().rev();
        let mut before = before.take(MOST_SKIPPED).filter(|(_, byte)| !is_blank(**byte));
        let start = match lead {
            0 => Some(at),
            lead => before.nth(lead - 1).map(|(start, _)| start),
        };
        let Some(start) = start else { return };
        let (decoded, places) = decode(bytes.get(start..).unwrap_or_default());
        let text = decoded.get(self.shift..).unwrap_or_default();
        let Some(key) = forms.leading(text) else { return };
        let place = |byte: usize| start + places.get(self.shift + byte).copied().unwrap_or(0);
        take(place(0)..place(key.length - 1) + 2, text.get(..key.length).unwrap_or_default(), key);
    }
}

impl Images {
    pub(super) fn new<'a>(heads: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut images = Vec::new();
        for head in heads {
            images.extend((0..3).map(|shift| Image { text: image(head, shift), shift }));
        }
        images.retain(|image| image.text.len() >= FEWEST);
        let mut pairs = vec![0; 1 << 10];
        for image in &images {
            if let [one, two, ..] = image.text[..]
                && let Some(word) = pairs.get_mut(usize::from(one) << 2 | usize::from(two >> 6))
            {
                *word |= 1 << (two & 63);
            }
        }
        let none_is_hex = images.iter().all(|image| !image.text.iter().all(u8::is_ascii_hexdigit));
        Self { all: images, pairs: pairs.into(), none_is_hex }
    }

    /// Hands over every key in the base64 of `bytes` whose head begins in `run`: where it begins and
    /// ends, and its text.
    pub(super) fn each_at(
        &self,
        bytes: &[u8],
        run: &Range<usize>,
        forms: &Forms,
        take: &mut Take<'_>,
    ) {
        let text = bytes.get(run.clone()).unwrap_or_default();
        // Most long runs are digests in hex.
        if self.none_is_hex && runs::is_hex(text) {
            return;
        }
        for (at, pair) in text.windows(2).enumerate() {
            let [one, two] = *pair else { continue };
            let word = self.pairs.get(usize::from(one) << 2 | usize::from(two >> 6));
            if word.is_none_or(|word| word >> (two & 63) & 1 == 0) {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            for image in self.all.iter().filter(|image| rest.starts_with(&image.text)) {
                image.prove(bytes, run.start + at, forms, take);
            }
        }
        if !bytes.get(run.end).is_some_and(|byte| is_blank(*byte)) {
            return;
        }
        for image in &self.all {
            let reach = run.end.saturating_sub(image.text.len() - 1).max(run.start);
            for at in (reach..run.end).filter(|at| image.goes_across(bytes, *at)) {
                image.prove(bytes, at, forms, take);
            }
        }
    }
}

/// What separates the lines of a wrapped text.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b' ' | b'\t')
}

/// The characters of base64 that hold bits of `text` alone, with `shift` bytes before it.
pub(super) fn image(text: &[u8], shift: usize) -> Vec<u8> {
    let skip = shift * 2;
    let bits = |at: usize| {
        let bit = |at: usize| text.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
        (at..at + 6).fold(0, |value, at| value << 1 | bit(at))
    };
    // With one byte before it four bits share a character with that, with two bytes two.
    let first = (6 - (skip * 4) % 6) % 6;
    let whole = (text.len() * 8).saturating_sub(first) / 6;
    let digit = |at: usize| ALPHABET[usize::from(bits(first + at * 6)) & 63];
    (0..whole).map(digit).collect()
}

/// What base64 at the beginning of `text` decodes to, and where the character with the first bits of
/// each byte is. Line breaks are passed over, with the blanks around them.
fn decode(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut decoded = Vec::with_capacity(MOST);
    let mut places = Vec::with_capacity(MOST);
    let (mut bits, mut held, mut last) = (0_u32, 0, 0);
    for (at, byte) in text.iter().enumerate().take(MOST + MOST_SKIPPED) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            blank if is_blank(*blank) => continue,
            _ => break,
        };
        if decoded.len() == MOST {
            break;
        }
        if held == 0 {
            last = at;
        }
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push((bits >> held & 0xff) as u8);
            places.push(last);
            last = at;
        }
    }
    (decoded, places)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{decode, image};

    #[test]
    fn images_stand_in_the_base64_of_whatever_surrounds_them() {
        for head in [&b"sk_"[..], b"sk-", b"permas_", b"sec_0", b"a", b"\xff\x00~?"] {
            for shift in 0..3 {
                for (before, after) in [(0, 0), (0xff, 0xff), (0x5a, 0xa5)] {
                    let text = [&vec![before; shift], head, &[after; 4]].concat();
                    let coded = STANDARD.encode(&text).into_bytes();
                    let lead = [0, 2, 3][shift];
                    let image = image(head, shift);
                    assert!(coded[lead..].starts_with(&image), "{head:?} {shift}");
                    let bits = head.len() * 8 - [0, 4, 2][shift];
                    assert_eq!(image.len(), bits / 6);
                }
            }
        }
    }

    #[test]
    fn what_is_decoded_is_what_was_encoded() {
        let text: Vec<u8> = (0..=130_u8).map(|at| at.wrapping_mul(7)).collect();
        for length in 0..text.len() {
            let coded = STANDARD.encode(&text[..length]);
            let (decoded, places) = decode(coded.as_bytes());
            assert_eq!(decoded, &text[..length]);
            assert_eq!(places.len(), length);
            for (at, place) in places.iter().enumerate() {
                assert_eq!(*place, at * 8 / 6);
            }
            let lines: Vec<_> = coded.as_bytes().chunks(20).collect();
            assert_eq!(decode(&lines.join(&b"\r\n    "[..])).0, decoded);
        }
    }
}
