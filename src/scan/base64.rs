//! Keys inside base64 (RFC 4648, both alphabets), at each of the three alignments.
//!
//! Six bits of base64 do not end where eight of a text do, so a text has three images, by how many
//! bytes come before it. Of each, the characters that hold bits of the text alone are looked for;
//! what is around them is decoded.
//!
//! Long base64 is wrapped, at 27 columns or more. In a string of JSON or in an address the line breaks
//! are escaped; these, plain ones and blanks are a gap here.

use std::iter;
use std::ops::Range;

use super::forms::{Forms, Take};
use super::pairs::Pairs;
use super::runs::Run;
use crate::key::token;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The fewest characters that tell an image.
const FEWEST: usize = 2;
/// How many characters are decoded at most: the longest key with what is beside it.
const MOST: usize = (token::LONGEST + 4) * 4 / 3;
/// How many bytes of gaps are passed over on the way at most.
const MOST_SKIPPED: usize = 256;
/// How many backslashes at most one escape has: of a string within a string within a string.
const MOST_ESCAPES: usize = 8;
/// The longest rest of a line that is no run by itself.
const LONGEST_PART: usize = 64;

/// By these a gap in a run is told: the last backslash and its letter, or the first two of `%0A`.
const GAPS: [[u8; 2]; 4] = [*b"\\n", *b"\\r", *b"\\t", *b"%0"];

/// The images of all heads.
#[derive(Debug)]
pub(super) struct Images {
    all: Vec<Image>,
    /// The two characters that an image begins with.
    firsts: Pairs,
    /// Any two that follow each other in an image.
    neighbours: Neighbours,
    /// [`GAPS`].
    gaps: Pairs,
    /// How many characters the image of a key has at least.
    pub(super) shortest: usize,
    /// Whether each image has a character that is no hex digit.
    pub(super) none_is_hex: bool,
}

/// Pairs of characters, a bit for each.
#[derive(Debug)]
struct Neighbours(Box<[u64]>);

impl Neighbours {
    fn new<'a>(pairs: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut bits = vec![0; 1 << 10];
        for pair in pairs {
            if let [one, two] = *pair
                && let Some(word) = bits.get_mut(usize::from(one) << 2 | usize::from(two >> 6))
            {
                *word |= 1 << (two & 63);
            }
        }
        Self(bits.into())
    }

    fn has(&self, one: u8, two: u8) -> bool {
        let word = self.0.get(usize::from(one) << 2 | usize::from(two >> 6));
        word.is_some_and(|word| word >> (two & 63) & 1 != 0)
    }
}

#[derive(Debug)]
struct Image {
    text: Vec<u8>,
    /// How many bytes come before the key in its group of three.
    shift: usize,
}

impl Image {
    /// Whether the image begins at `at`, with or without gaps in it.
    fn is_at(&self, bytes: &[u8], at: usize) -> bool {
        let digits = digits(bytes, at).map(|(_, digit)| digit);
        digits.take(self.text.len()).eq(self.text.iter().copied())
    }

    /// Hands over the key whose image is at `at`, if it is one.
    fn prove(&self, bytes: &[u8], at: usize, forms: &Forms, take: &mut Take<'_>) {
        // How many characters of the first group come before the image.
        let lead = [0, 2, 3].get(self.shift).copied().unwrap_or(0);
        let Some(start) = (0..lead).try_fold(at, |at, _| before(bytes, at)) else { return };
        let (decoded, places) = decode(bytes, start);
        let text = decoded.get(self.shift..).unwrap_or_default();
        let Some(key) = forms.leading(text) else { return };
        let place = |byte: usize| places.get(self.shift + byte).copied().unwrap_or(start);
        take(place(0)..place(key.length - 1) + 2, text.get(..key.length).unwrap_or_default(), key);
    }
}

impl Images {
    /// Of keys with these heads, which have at least `length` characters.
    pub(super) fn new<'a>(heads: impl Iterator<Item = &'a [u8]>, length: usize) -> Self {
        let mut images = Vec::new();
        for head in heads {
            images.extend((0..3).map(|shift| Image { text: image(head, shift), shift }));
        }
        images.retain(|image| image.text.len() >= FEWEST);
        let firsts = images.iter().filter_map(|image| image.text.first_chunk().copied());
        let firsts = Pairs::new(firsts);
        let neighbours = Neighbours::new(images.iter().flat_map(|image| image.text.windows(2)));
        let gaps = Pairs::new(GAPS.into_iter());
        let none_is_hex = images.iter().all(|image| !image.text.iter().all(u8::is_ascii_hexdigit));
        let shortest = (length * 8).saturating_sub(4) / 6;
        Self { all: images, firsts, neighbours, gaps, shortest, none_is_hex }
    }

    /// Hands over every key in the base64 of `bytes` whose head begins in `run`, or in what stands right
    /// before the gap before it: where it begins and ends, and its text.
    pub(super) fn each_at(&self, bytes: &[u8], run: &Run, forms: &Forms, take: &mut Take<'_>) {
        let &Run { range: Range { start, end }, has_escapes, .. } = run;
        let goes_on = gap_at(bytes, end) > 0;
        // What ends here has begun where there is room for all of it.
        let until = if goes_on { end } else { (end + 1).saturating_sub(self.shortest) };
        self.each_in(bytes, start..until, forms, take);
        if has_escapes {
            let mut after = None;
            self.gaps.each_in(bytes, start..end, &mut |at| {
                // The first of several backslashes begins the gap.
                let before = bytes.get(start..at).unwrap_or_default().iter().rev();
                let gap = at - before.take_while(|byte| **byte == b'\\').count();
                let length = gap_at(bytes, gap);
                // What goes on behind several gaps goes on behind the first one.
                if length > 0 && after != Some(gap) {
                    self.each_across(bytes, gap, forms, take);
                }
                after = Some(gap + length);
            });
        }
        if goes_on {
            self.each_across(bytes, end, forms, take);
        }
        // What a gap leaves before itself can be too short for a run.
        let end = before(bytes, start).map_or(0, |last| last + 1);
        if end < start {
            let part = bytes.get(..end).unwrap_or_default().iter().rev().take(LONGEST_PART);
            let length = part.take_while(|byte| byte.is_ascii_alphanumeric()).count();
            self.each_in(bytes, end - length..end, forms, take);
            self.each_across(bytes, end, forms, take);
        }
    }

    /// Hands over every key whose image begins in `range`.
    fn each_in(&self, bytes: &[u8], range: Range<usize>, forms: &Forms, take: &mut Take<'_>) {
        self.firsts.each_in(bytes, range, &mut |at| {
            let rest = bytes.get(at..).unwrap_or_default();
            for image in self.all.iter().filter(|image| rest.starts_with(&image.text)) {
                image.prove(bytes, at, forms, take);
            }
        });
    }

    /// The same for heads that go on behind the gap at `gap`.
    fn each_across(&self, bytes: &[u8], gap: usize, forms: &Forms, take: &mut Take<'_>) {
        let one = gap.checked_sub(1).and_then(|last| bytes.get(last));
        let two = digits(bytes, gap).next();
        if !one.zip(two).is_some_and(|(one, (_, two))| self.neighbours.has(*one, two)) {
            return;
        }
        for image in &self.all {
            let reach = gap.saturating_sub(image.text.len() - 1);
            for at in (reach..gap).filter(|at| image.is_at(bytes, *at)) {
                image.prove(bytes, at, forms, take);
            }
        }
    }
}

/// How many bytes of a gap begin at `at`.
fn gap_at(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [b'\n' | b'\r' | b' ' | b'\t', ..] => 1,
        [b'%', b'0', b'A' | b'D' | b'a' | b'd', ..] => 3,
        text @ [b'\\', ..] => {
            let escapes = text.iter().take(MOST_ESCAPES).take_while(|byte| **byte == b'\\').count();
            if matches!(text.get(escapes), Some(b'n' | b'r' | b't')) { escapes + 1 } else { 0 }
        }
        _ => 0,
    }
}

/// How many bytes of a gap end at the end of `text`.
fn gap_before(text: &[u8]) -> usize {
    match text {
        [.., b'\n' | b'\r' | b' ' | b'\t'] => 1,
        [.., b'%', b'0', b'A' | b'D' | b'a' | b'd'] => 3,
        [text @ .., b'n' | b'r' | b't'] => {
            let escapes = text.iter().rev().take(MOST_ESCAPES);
            match escapes.take_while(|byte| **byte == b'\\').count() {
                0 => 0,
                escapes => escapes + 1,
            }
        }
        _ => 0,
    }
}

/// Where the character before `at` is, before all gaps.
fn before(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    loop {
        match gap_before(bytes.get(..end)?) {
            0 => return end.checked_sub(1),
            _ if at - end > MOST_SKIPPED => return None,
            gap => end -= gap,
        }
    }
}

/// The characters from `start` on without gaps, each with where it is.
fn digits(bytes: &[u8], start: usize) -> impl Iterator<Item = (usize, u8)> {
    let bytes = bytes.get(..bytes.len().min(start + MOST + MOST_SKIPPED)).unwrap_or_default();
    let mut next = start;
    iter::from_fn(move || {
        let at = next;
        match gap_at(bytes, at) {
            0 => {
                next += 1;
                bytes.get(at).map(|digit| Some((at, *digit)))
            }
            gap => {
                next += gap;
                Some(None)
            }
        }
    })
    .flatten()
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

/// What the base64 that begins at `start` decodes to, and where the character with the first bits of
/// each byte is.
fn decode(bytes: &[u8], start: usize) -> (Vec<u8>, Vec<usize>) {
    let mut decoded = Vec::with_capacity(MOST);
    let mut places = Vec::with_capacity(MOST);
    let (mut bits, mut held, mut last) = (0_u32, 0, 0);
    for (at, byte) in digits(bytes, start) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
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
            let (decoded, places) = decode(coded.as_bytes(), 0);
            assert_eq!(decoded, &text[..length]);
            assert_eq!(places.len(), length);
            for (at, place) in places.iter().enumerate() {
                assert_eq!(*place, at * 8 / 6);
            }
            let lines: Vec<_> = coded.as_bytes().chunks(20).collect();
            for gap in ["\r\n    ", "\\n", "\\\\r\\\\n", "%0D%0a"] {
                assert_eq!(decode(&lines.join(gap.as_bytes()), 0).0, decoded, "{gap}");
            }
        }
    }
}
