//! Profiles: which form a new key takes.

use std::fmt;
use std::str::FromStr;

/// The form of an environment's keys. All end in the same six-character check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// `sk_{code}_` + 2 (tag) + 28 + 6.
    Sk,
    /// `permas_test_` + 26 + 6, for auth-api-client's test environment.
    PermasTest,
    /// `permas_live_` + 26 + 6.
    PermasLive,
    /// `sk-{env}-` + 30 + 6, for the file gateway.
    Gateway,
    /// `sec_0` + 8 (time) + 45 + 6, for heare-auth.
    Heare,
    /// A template of one's own.
    Custom(Template),
}

const CUSTOM: &str = "custom:";

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sk => f.write_str("sk"),
            Self::PermasTest => f.write_str("permas-test"),
            Self::PermasLive => f.write_str("permas-live"),
            Self::Gateway => f.write_str("gateway"),
            Self::Heare => f.write_str("heare"),
            Self::Custom(template) => write!(f, "{CUSTOM}{template}"),
        }
    }
}

impl FromStr for Profile {
    type Err = BadProfile;

    fn from_str(text: &str) -> Result<Self, BadProfile> {
        Ok(match text {
            "sk" => Self::Sk,
            "permas-test" => Self::PermasTest,
            "permas-live" => Self::PermasLive,
            "gateway" => Self::Gateway,
            "heare" => Self::Heare,
            _ => match text.strip_prefix(CUSTOM) {
                Some(template) => Self::Custom(template.parse()?),
                None => return Err(BadProfile::Unknown(text.to_owned())),
            },
        })
    }
}

/// The longest and the shortest key that every consumer takes.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
/// 22 base62 characters hold 130.9 bits; 21 would be below 128.
const FEWEST_RANDOM: usize = 22;
const CHECK: &str = "{check}";
const ENV: &str = "{env}";
/// The most that `{env}` becomes: a code.
const LONGEST_CODE: usize = 16;

/// A key's form in one's own words: `acme_{env}_{rand:32}{check}`.
///
/// Literal characters are of `[A-Za-z0-9_-]`, the first a letter or digit. There is one `{rand:N}`
/// with N ≥ 22 (at least 128 bits), `{check}` once and last, `{env}` (the environment's code) at
/// most once and before it; the whole key has 16 to 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    text: String,
    head: String,
    random: usize,
    tail: String,
}

impl Template {
    /// What comes before the random part, with the code in the place of `{env}`.
    #[must_use]
    pub fn head(&self, code: &str) -> String {
        self.head.replace(ENV, code)
    }

    /// How many random characters there are.
    #[must_use]
    pub fn random(&self) -> usize {
        self.random
    }

    /// What comes between the random part and the check.
    #[must_use]
    pub fn tail(&self) -> &str {
        &self.tail
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Template {
    type Err = BadProfile;

    fn from_str(text: &str) -> Result<Self, BadProfile> {
        let bad = |why| BadProfile::Template(text.to_owned(), why);
        let body = text.strip_suffix(CHECK).ok_or(bad("{check} is not at its end"))?;
        let (head, rest) = body.split_once("{rand:").ok_or(bad("it has no {rand:N}"))?;
        let (count, tail) = rest.split_once('}').ok_or(bad("it has no {rand:N}"))?;
        let digits = count.bytes().all(|b| b.is_ascii_digit()) && !count.starts_with('0');
        let random = count.parse().ok().filter(|_| digits);
        let random: usize = random.ok_or(bad("N of {rand:N} is not a number"))?;
        if !(FEWEST_RANDOM..=128).contains(&random) {
            return Err(bad("N of {rand:N} is not 22 to 122, so at least 128 bits"));
        }
        let literal = head.replacen(ENV, "", 1);
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        if !literal.bytes().chain(tail.bytes()).all(plain) {
            return Err(bad(
                "it has something besides letters, digits, _, -, {env}, {rand:N}, {check}",
            ));
        }
        if head.starts_with(['_', '-']) {
            return Err(bad("a key must start with a letter or digit"));
        }
        let env = if head.contains(ENV) { LONGEST_CODE } else { 0 };
        if !LENGTHS.contains(&(literal.len() + env + random + tail.len() + 6)) {
            return Err(bad("the key would have more than 128 characters"));
        }
        Ok(Self { text: text.to_owned(), head: head.to_owned(), random, tail: tail.to_owned() })
    }
}

/// Not a profile, or a template that makes no good key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadProfile {
    /// No profile has this name.
    Unknown(String),
    /// The template, and what is wrong with it.
    Template(String, &'static str),
}

impl fmt::Display for BadProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(
                f,
                "`{name}` is not a profile: sk, permas-test, permas-live, gateway, heare or \
                 custom:TEMPLATE (custom:acme_{{env}}_{{rand:32}}{{check}})"
            ),
            Self::Template(text, why) => write!(f, "`{text}` is not a template: {why}"),
        }
    }
}

impl std::error::Error for BadProfile {}

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn profiles_read_what_they_write() {
        let custom = "custom:acme_{env}_{rand:32}{check}";
        for text in ["sk", "permas-test", "permas-live", "gateway", "heare", custom] {
            assert_eq!(text.parse::<Profile>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn weak_or_unreadable_templates_are_refused() {
        for bad in [
            "opaque",
            "custom:",
            "custom:{rand:32}",
            "custom:acme_{check}",
            "custom:a_{rand:21}{check}",
            "custom:a_{rand:x}{check}",
            "custom:a_{rand:+32}{check}",
            "custom:a_{rand:032}{check}",
            "custom:a_{rand:129}{check}",
            "custom:_{rand:32}{check}",
            "custom:a b{rand:32}{check}",
            "custom:{rand:32}{rand:32}{check}",
            "custom:{env}{env}{rand:32}{check}",
            "custom:{rand:32}{env}{check}",
            "custom:é{rand:32}{check}",
            "custom:{rand:123}{check}",
        ] {
            assert!(bad.parse::<Profile>().is_err(), "{bad}");
        }
    }
}
