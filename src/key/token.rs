//! The form of keyctl's keys, and what can be said of a key without any vault.
//!
//! Every form ends in a check: CRC-32/ISO-HDLC (the CRC of zlib, PNG and gzip) over all the bytes
//! before it, written as six base62 digits (`0-9A-Za-z`, most significant first, padded with `0`).
//! It finds typing errors, cut-off ends and edited environments; it is no protection against
//! somebody who computes it.
//!
//! | profile | form | characters |
//! | --- | --- | --- |
//! | `sk` | `sk_{code}_` tag:2 secret:28 check:6 | 44 with the code `prod` |
//! | `permas-test`, `permas-live` | `permas_test_` or `permas_live_` secret:26 check:6 | 44 |
//! | `gateway` | `sk-{env}-` secret:30 check:6 | 44 in `prod` |
//! | `heare` | `sec_0` time:8 secret:45 check:6 | 64 |
//! | `custom` | as its template says | 16 to 128 |

use std::cmp::Reverse;
use std::fmt;

use crate::clock::Time;
use crate::environment::{Code, EnvironmentName, Policy, Profile, Template};

/// `0-9A-Za-z`: what a digit's value is its position in.
pub const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// How many characters the check has.
pub const CHECK_LENGTH: usize = 6;

/// How many characters of an `sk` key are its public tag.
pub const TAG_LENGTH: usize = 2;

/// `value` in base62, most significant digit first, left-padded with `0` to `N` digits; higher
/// digits are cut off.
#[must_use]
pub fn base62<const N: usize>(mut value: u64) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        // The remainder is below 62, so it fits in any integer.
        *digit = BASE62[(value % 62) as usize];
        value /= 62;
    }
    digits
}

/// The check of what comes before it. Any 32-bit value fits: 62⁶ is above 2³².
#[must_use]
pub fn check_of(body: &str) -> [u8; CHECK_LENGTH] {
    base62(u64::from(crc32fast::hash(body.as_bytes())))
}

/// Everything that is fixed about a key before its random part is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What comes first: profile and environment.
    pub head: String,
    /// Whether the random part begins with a public tag.
    pub tagged: bool,
    /// How many random characters follow, the tag included.
    pub random: usize,
    /// What comes between the random part and the check.
    pub tail: String,
}

impl Form {
    /// The form of a key made at `now` in `environment` under `policy`.
    #[must_use]
    pub fn new(environment: &EnvironmentName, policy: &Policy, now: Time) -> Self {
        let plain =
            |head: String, random| Self { head, tagged: false, random, tail: String::new() };
        match &policy.profile {
            Profile::Sk => Self { tagged: true, ..plain(format!("sk_{}_", policy.code), 30) },
            Profile::PermasTest => plain("permas_test_".to_owned(), 26),
            Profile::PermasLive => plain("permas_live_".to_owned(), 26),
            Profile::Gateway => plain(format!("sk-{environment}-"), 30),
            Profile::Heare => {
                let seconds = u64::try_from(now.unix()).unwrap_or(0);
                let time = base62::<8>(seconds);
                plain(format!("sec_0{}", String::from_utf8_lossy(&time)), 45)
            }
            Profile::Custom(template) => Self {
                tail: template.tail().to_owned(),
                ..plain(template.head(policy.code.as_str()), template.random())
            },
        }
    }

    /// How many characters a key of this form has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.head.len() + self.random + self.tail.len() + CHECK_LENGTH
    }
}

/// What the text of a key tells without a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// An `sk` key of the environment with this code.
    Sk(Code),
    /// A `permas_test_` or `permas_live_` key.
    Permas,
    /// An `sk-{env}-` key of this environment.
    Gateway(EnvironmentName),
    /// A `sec_0…` key.
    Heare,
    /// A key of one of the templates that were given.
    Custom,
}

/// What is wrong with the text of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// It begins like none of the known forms.
    UnknownForm,
    /// A character that no key has, or none of this form has there, at this position from 1.
    Alphabet(usize),
    /// Fewer or more characters than its form has.
    Length {
        /// How many there are.
        has: usize,
        /// How many its form has.
        wants: usize,
    },
    /// More bytes than any secret has; with the most that one may have.
    Long(usize),
    /// The check is above the largest 32-bit value, `4gfFC3`.
    CheckRange,
    /// The check does not fit the rest.
    Check,
    /// The check fits the rest with another environment in it.
    Environment,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownForm => f.write_str("it begins like no known form of key"),
            Self::Alphabet(at) => write!(f, "character {at} is none that its form has there"),
            Self::Length { has, wants } if has < wants => {
                write!(f, "it is cut off: {has} characters instead of {wants}")
            }
            Self::Length { has, wants } => {
                write!(f, "it is too long: {has} characters instead of {wants}")
            }
            Self::Long(most) => write!(f, "it has more than {most} bytes"),
            Self::CheckRange => f.write_str("its last six characters cannot be a check"),
            Self::Environment => {
                f.write_str("the environment in it was edited: its check fits another one")
            }
            Self::Check => {
                f.write_str("its check does not fit: a typing error, or the environment was edited")
            }
        }
    }
}

/// Reads the shape of `text` and proves its check.
///
/// `templates` are the custom forms that are known, each with the code of its environment; without
/// them a custom key is [`Malformed::UnknownForm`]. Where several forms begin like `text`, one that
/// fits is enough; where none fits, the fault is that of the form with the longest beginning.
pub fn inspect(text: &str, templates: &[(&Template, &Code)]) -> Result<Shape, Malformed> {
    let plain = |c: char| u8::try_from(c).is_ok_and(is_plain);
    if let Some(at) = text.chars().position(|c| !plain(c)) {
        return Err(Malformed::Alphabet(at + 1));
    }
    let mut candidates: Vec<_> =
        templates.iter().filter_map(|(template, code)| custom(text, template, code)).collect();
    candidates.extend(built_in(text));
    candidates.sort_by_key(|candidate| Reverse(candidate.head));
    let mut fault = None;
    for candidate in candidates {
        match candidate.prove(text) {
            Ok(()) => return Ok(candidate.shape),
            Err(other) => fault = fault.or(Some(other)),
        }
    }
    Err(fault.unwrap_or(Malformed::UnknownForm))
}

/// Whether the check of `text`, which does not fit, would fit with one of the `known` environments
/// in the place of the one in it.
#[must_use]
pub fn is_of_other<'a>(
    text: &str,
    known: impl IntoIterator<Item = (&'a EnvironmentName, &'a Code)>,
) -> bool {
    let Some(Candidate { shape, head, .. }) = built_in(text) else { return false };
    let rest = &text[head..];
    let fits = |head: &str| inspect(&[head, rest].concat(), &[]).is_ok();
    match shape {
        Shape::Sk(_) => known.into_iter().any(|(_, code)| fits(&format!("sk_{code}_"))),
        Shape::Gateway(_) => known.into_iter().any(|(name, _)| fits(&format!("sk-{name}-"))),
        Shape::Permas => ["permas_test_", "permas_live_"].into_iter().any(fits),
        Shape::Heare | Shape::Custom => false,
    }
}

/// What the built-in forms begin with.
pub const HEADS: [&str; 4] = [SK, GATEWAY, "permas_", HEARE];

const SK: &str = "sk_";
const GATEWAY: &str = "sk-";
const HEARE: &str = "sec_0";

/// How many characters the shortest key has, in any form.
pub const SHORTEST: usize = 16;

/// How many characters the longest key has, in any form.
pub const LONGEST: usize = 128;

/// The key that `text` begins with, whatever follows it: how many characters it has, and how many of
/// them are public. `templates` as for [`inspect`].
///
/// A chance text passes once in 2³².
#[must_use]
pub fn leading(text: &[u8], templates: &[(&Template, &Code)]) -> Option<Leading> {
    let text = text.get(..LONGEST).unwrap_or(text);
    let end = text.iter().position(|byte| !is_plain(*byte)).unwrap_or(text.len());
    let text = std::str::from_utf8(text.get(..end)?).ok()?;
    let customs = templates.iter().filter_map(|(template, code)| custom(text, template, code));
    let is_followed = |last: &usize| {
        let body = text.as_bytes().get(last + 1..).unwrap_or_default();
        body.iter().take(30 + CHECK_LENGTH).all(u8::is_ascii_alphanumeric)
    };
    let hyphens = text.match_indices('-').map(|(last, _)| last).filter(is_followed);
    let hyphens = hyphens.filter_map(|last| gateway(text, last));
    customs.chain(built_in(text)).chain(hyphens).find_map(|candidate| {
        let length = candidate.length();
        candidate.prove(text.get(..length)?).ok()?;
        let tag = if matches!(candidate.shape, Shape::Sk(_)) { TAG_LENGTH } else { 0 };
        Some(Leading { length, public: candidate.head + tag })
    })
}

/// Whether keys can have this character.
#[must_use]
pub fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// A key at the beginning of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leading {
    /// How many characters it has.
    pub length: usize,
    /// How many of them tell nothing of its secret: what comes before the random part, and the tag.
    pub public: usize,
}

/// A form that a text begins like.
struct Candidate<'a> {
    shape: Shape,
    /// How many characters come before the random part.
    head: usize,
    /// How many base62 characters there are.
    random: usize,
    tail: &'a str,
}

fn custom<'a>(text: &str, template: &'a Template, code: &Code) -> Option<Candidate<'a>> {
    let head = template.head(code.as_str());
    text.starts_with(&head).then(|| Candidate {
        shape: Shape::Custom,
        head: head.len(),
        random: template.random(),
        tail: template.tail(),
    })
}

fn built_in(text: &str) -> Option<Candidate<'static>> {
    let form = |shape, head, random| Some(Candidate { shape, head, random, tail: "" });
    if text.starts_with("permas_test_") || text.starts_with("permas_live_") {
        return form(Shape::Permas, "permas_test_".len(), 26);
    }
    if text.starts_with(HEARE) {
        return form(Shape::Heare, HEARE.len(), 8 + 45);
    }
    if let Some(rest) = text.strip_prefix(SK) {
        let (code, _) = rest.split_once('_')?;
        return form(Shape::Sk(code.parse().ok()?), SK.len() + code.len() + 1, 30);
    }
    // The body of a gateway key has no hyphen, the environment's name may have several.
    gateway(text, text.rfind('-')?)
}

/// The gateway key whose head ends with the hyphen at `last`.
fn gateway(text: &str, last: usize) -> Option<Candidate<'static>> {
    let name = text.strip_prefix(GATEWAY)?.get(..last.checked_sub(GATEWAY.len())?)?;
    let shape = Shape::Gateway(name.parse().ok()?);
    Some(Candidate { shape, head: last + 1, random: 30, tail: "" })
}

impl Candidate<'_> {
    /// How many characters a key of this form has.
    fn length(&self) -> usize {
        self.head + self.random + self.tail.len() + CHECK_LENGTH
    }

    /// Whether `text` has this form and its last six characters are the check of the others.
    fn prove(&self, text: &str) -> Result<(), Malformed> {
        let wants = self.length();
        if text.len() != wants {
            return Err(Malformed::Length { has: text.len(), wants });
        }
        let (body, check) = text.split_at(wants - CHECK_LENGTH);
        let random = &body.as_bytes()[self.head..][..self.random];
        if let Some(at) = random.iter().position(|b| !b.is_ascii_alphanumeric()) {
            return Err(Malformed::Alphabet(self.head + at + 1));
        }
        if check.bytes().any(|b| !b.is_ascii_alphanumeric()) || check.as_bytes() > &b"4gfFC3"[..] {
            // Base62 sorts as ASCII does, so the comparison of texts is that of numbers.
            return Err(Malformed::CheckRange);
        }
        let fits = body.ends_with(self.tail) && check.as_bytes() == check_of(body);
        if fits { Ok(()) } else { Err(Malformed::Check) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Malformed, base62, check_of, inspect};

    #[test]
    fn numbers_are_written_as_the_published_vectors_are() {
        let cases: [(u32, &[u8; 6]); 7] = [
            (0, b"000000"),
            (0x3d, b"00000z"),
            (0x3e, b"000010"),
            (0xcbf4_3926, b"3jZRME"),
            (0x7fff_ffff, b"2LKcb1"),
            (0xffff_ffff, b"4gfFC3"),
            (0x2a95_ee6d, b"0mLq17"),
        ];
        for (value, text) in cases {
            assert_eq!(&base62::<6>(u64::from(value)), text);
        }
        assert_eq!(&check_of("123456789"), b"3jZRME");
    }

    #[test]
    fn faults_are_told_apart() {
        let wrong = |text: &str| inspect(text, &[]).unwrap_err();
        assert_eq!(wrong(""), Malformed::UnknownForm);
        assert_eq!(wrong("hello"), Malformed::UnknownForm);
        assert_eq!(wrong("sk_prod"), Malformed::UnknownForm);
        assert_eq!(wrong("sk_prod_é"), Malformed::Alphabet(9));
        assert_eq!(wrong("sk_prod_x"), Malformed::Length { has: 9, wants: 44 });
        let body = "sk_prod_7Q3FalL0vI7cIdtRkdS2c3714DfAVM";
        assert_eq!(wrong(&format!("{body}4gfFC4")), Malformed::CheckRange);
        assert_eq!(wrong(&format!("{body}__0000")), Malformed::CheckRange);
        assert_eq!(wrong(&format!("{body}000000")), Malformed::Check);
    }
}
