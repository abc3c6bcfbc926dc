//! Making secrets: unbiased, from the system's random generator.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

use super::kind::{self, Encoding};
use super::token::{BASE62, Form, TAG_LENGTH, check_of};
use crate::secret::Secret;

/// A source of random bytes.
pub trait Random {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoRandomness`] when the source has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The operating system's generator, through ring.
#[derive(Debug, Clone)]
pub struct System(SystemRandom);

impl Default for System {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl Random for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(bytes).map_err(|_| NoRandomness)
    }
}

/// The system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system gave no random bytes")
    }
}

impl std::error::Error for NoRandomness {}

/// The largest multiple of 62 that a byte can reach: bytes from here on would favour `0` to `7`.
const BIAS_FROM: u8 = 248;

/// Appends `count` base62 characters, each as likely as any other: a byte below 248 gives the
/// character `byte % 62`, the others are dropped.
fn draw(random: &dyn Random, count: usize, text: &mut String) -> Result<(), NoRandomness> {
    let mut bytes = Zeroizing::new([0; 64]);
    let end = text.len() + count;
    while text.len() < end {
        random.fill(bytes.as_mut_slice())?;
        let missing = end - text.len();
        let fair = bytes.iter().filter(|byte| **byte < BIAS_FROM).take(missing);
        text.extend(fair.map(|byte| char::from(BASE62[usize::from(byte % 62)])));
    }
    Ok(())
}

/// How often a tag that is taken is drawn again. An environment with many hundred versions has no
/// free tag left; the tag then tells less, and the secret is as strong as ever.
const TAG_TRIES: usize = 32;

/// Makes a secret of this form.
///
/// The tag of an `sk` key is drawn apart from the secret, again and again until it differs from
/// every one in `taken`, so choosing it takes nothing from the secret's 166.7 bits.
pub fn generate(random: &dyn Random, form: &Form, taken: &Tags) -> Result<Secret, NoRandomness> {
    let mut text = String::with_capacity(form.length());
    text.push_str(&form.head);
    let mut secret_length = form.random;
    if form.tagged {
        secret_length -= TAG_LENGTH;
        for _ in 0..TAG_TRIES {
            text.truncate(form.head.len());
            draw(random, TAG_LENGTH, &mut text)?;
            if !folded_tag(&text[form.head.len()..]).is_some_and(|tag| taken.contains(tag)) {
                break;
            }
        }
    }
    draw(random, secret_length, &mut text)?;
    text.push_str(&form.tail);
    let check = check_of(&text);
    text.extend(check.map(char::from));
    Ok(Secret::new(text))
}

/// Makes a single value of this form from the given number of random bytes. In base62 each
/// character is drawn by itself, as many as hold no less than those bytes.
pub fn single(random: &dyn Random, form: kind::Form) -> Result<Secret, NoRandomness> {
    let count = form.bytes.get();
    let mut bytes = Zeroizing::new(vec![0; count]);
    let mut text = String::with_capacity(count * 2);
    match form.encoding {
        Encoding::Base62 => draw(random, (count * 8 * 1000).div_ceil(BITS_OF_1000), &mut text)?,
        Encoding::Base64url => {
            random.fill(&mut bytes)?;
            URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut text);
        }
        Encoding::Hex => {
            random.fill(&mut bytes)?;
            let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
            text.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
        }
    }
    Ok(Secret::new(text))
}

/// What 1000 base62 characters hold, in bits: 1000 × log₂ 62, rounded down.
const BITS_OF_1000: usize = 5954;

/// A tag with the characters that people mix up made one: case, `0` and `O`, `1`, `l` and `i`.
pub type FoldedTag = [u8; TAG_LENGTH];

/// A set of folded tags, a bit for each that there can be.
#[derive(Clone)]
pub struct Tags(Vec<u64>);

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tags({})", self.0.iter().map(|bits| bits.count_ones()).sum::<u32>())
    }
}

impl Default for Tags {
    fn default() -> Self {
        Self(vec![0; 1 << (u16::BITS - u64::BITS.ilog2())])
    }
}

impl Tags {
    fn place(tag: FoldedTag) -> (usize, u64) {
        let number = u16::from_be_bytes(tag);
        (usize::from(number / 64), 1 << (number % 64))
    }

    /// Adds a tag; whether it is new.
    pub fn insert(&mut self, tag: FoldedTag) -> bool {
        let (at, bit) = Self::place(tag);
        let is_new = !self.contains(tag);
        self.0[at] |= bit;
        is_new
    }

    /// Whether the tag is there.
    #[must_use]
    pub fn contains(&self, tag: FoldedTag) -> bool {
        let (at, bit) = Self::place(tag);
        self.0[at] & bit != 0
    }
}

impl Extend<FoldedTag> for Tags {
    fn extend<T: IntoIterator<Item = FoldedTag>>(&mut self, tags: T) {
        for tag in tags {
            self.insert(tag);
        }
    }
}

/// Folds the tag that `text` begins with; `None` when it is shorter than a tag.
#[must_use]
pub fn folded_tag(text: &str) -> Option<FoldedTag> {
    let fold = |b: u8| match b.to_ascii_lowercase() {
        b'0' => b'o',
        b'1' | b'l' => b'i',
        b => b,
    };
    text.as_bytes().first_chunk().map(|tag: &FoldedTag| tag.map(fold))
}

/// The folded tag of a secret that has this form's head.
#[must_use]
pub fn tag_of(form: &Form, secret: &str) -> Option<FoldedTag> {
    folded_tag(secret.strip_prefix(&form.head)?)
}

#[cfg(test)]
mod tests {
    use super::{System, single};
    use crate::key::Kind;

    #[test]
    fn a_single_value_holds_at_least_its_bytes() {
        for (kind, length, is_in) in [
            (
                "secret:hex:32",
                64,
                (|c| c.is_ascii_digit() || ('a'..='f').contains(&c)) as fn(char) -> bool,
            ),
            ("secret:base64url:32", 43, |c| c.is_ascii_alphanumeric() || "-_".contains(c)),
            ("secret:base62:32", 43, |c| c.is_ascii_alphanumeric()),
            ("secret:base62:1024", 1376, |c| c.is_ascii_alphanumeric()),
        ] {
            let Ok(Kind::Single(form)) = kind.parse() else { panic!("{kind}") };
            let [one, other] = [(), ()].map(|()| single(&System::default(), form).unwrap());
            assert_eq!(one.len(), length, "{kind}");
            assert!(one.expose().chars().all(is_in), "{kind}");
            assert!(!one.matches(&other), "{kind}");
        }
    }
}
