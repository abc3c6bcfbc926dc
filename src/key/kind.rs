//! What a key is for: a list of versions that overlap, or one value at a time.

use std::fmt;
use std::str::FromStr;

/// Whether services know several versions at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// An API key: services accept a list, so old and new overlap while it is rotated.
    #[default]
    ApiKey,
    /// A value of which there is one at a time: a session secret, a signing secret, a registration
    /// key. It is replaced at once, and what was made with the old one is worth nothing from then.
    Single(Form),
}

impl Kind {
    /// Whether services accept one version at a time.
    #[must_use]
    pub fn is_single(self) -> bool {
        matches!(self, Self::Single(_))
    }

    /// The word for it in reports and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ApiKey => "api-key",
            Self::Single(_) => SECRET,
        }
    }
}

const SECRET: &str = "secret";

impl fmt::Display for Kind {
    /// As documents and manifests have it: `secret:base64url:32`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiKey => f.write_str(self.word()),
            Self::Single(Form { encoding, bytes }) => write!(f, "{SECRET}:{encoding}:{bytes}"),
        }
    }
}

impl FromStr for Kind {
    type Err = BadForm;

    fn from_str(text: &str) -> Result<Self, BadForm> {
        let parts: Vec<_> = text.split(':').collect();
        let [SECRET, encoding, bytes] = parts[..] else { return Err(BadForm::Kind) };
        Ok(Self::Single(Form { encoding: encoding.parse()?, bytes: bytes.parse()? }))
    }
}

/// How a single value is written: random bytes in a text encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// How many random bytes it has; in base62, as many characters as hold that much.
    pub bytes: Bytes,
    /// How they are written.
    pub encoding: Encoding,
}

/// How random bytes are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// RFC 4648 section 5, without padding.
    Base64url,
    /// Lower-case hex.
    Hex,
    /// `0-9A-Za-z`, each character drawn by itself.
    Base62,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 3] = [Self::Base64url, Self::Hex, Self::Base62];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Base64url => "base64url",
            Self::Hex => "hex",
            Self::Base62 => "base62",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Encoding {
    type Err = BadForm;

    fn from_str(text: &str) -> Result<Self, BadForm> {
        Self::ALL.into_iter().find(|one| one.word() == text).ok_or(BadForm::Encoding)
    }
}

/// How many random bytes: 16 to 1024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bytes(u16);

impl Bytes {
    /// The number.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for Bytes {
    /// 256 bits, as HS256 wants them.
    fn default() -> Self {
        Self(32)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Bytes {
    type Err = BadForm;

    fn from_str(text: &str) -> Result<Self, BadForm> {
        let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        let number = text.parse().ok().filter(|number| plain && (16..=1024).contains(number));
        number.map(Self).ok_or(BadForm::Bytes)
    }
}

/// Not a form that a single value can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadForm {
    /// Too few bytes to be safe, or more than anything reads.
    Bytes,
    /// An encoding that is not known.
    Encoding,
    /// Not a kind with a form.
    Kind,
}

impl fmt::Display for BadForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "a number of bytes from 16 to 1024",
            Self::Encoding => "base64url, hex or base62",
            Self::Kind => "secret:ENCODING:BYTES",
        })
    }
}

impl std::error::Error for BadForm {}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn kinds_read_what_they_write_and_nothing_else() {
        for text in ["secret:base64url:32", "secret:hex:16", "secret:base62:1024"] {
            assert_eq!(text.parse::<Kind>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "api-key",
            "secret",
            "secret:hex",
            "secret:hex:15",
            "secret:hex:1025",
            "secret:hex:032",
            "secret:hex:+32",
            "secret:Hex:32",
            "secret:hex:32:",
            "other:hex:32",
        ] {
            assert!(text.parse::<Kind>().is_err(), "{text}");
        }
    }
}
