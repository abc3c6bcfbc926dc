//! The digest of a secret, and the fingerprint that people compare.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use ring::digest;

use crate::secret::Secret;

/// SHA-256 of a secret's text, as `printf %s "$KEY" | sha256sum` prints it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `secret`.
    #[must_use]
    pub fn of(secret: &Secret) -> Self {
        Self::of_bytes(secret.expose().as_bytes())
    }

    /// The digest of what may be the bytes of a secret.
    #[must_use]
    pub fn of_bytes(text: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, text).as_ref());
        Self(bytes)
    }

    /// The digest in lower-case hex.
    #[must_use]
    pub fn to_hex(&self) -> [u8; 64] {
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = HEX[usize::from(byte >> 4)];
            pair[1] = HEX[usize::from(byte & 15)];
        }
        text
    }

    /// `sha256:` and the first 12 hex digits, for people to compare.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let hex = self.to_hex();
        let shown = hex.iter().take(12).copied().map(char::from);
        "sha256:".chars().chain(shown).collect()
    }
}

/// In the order of its bytes. The first eight, which nearly always tell, are compared as a number.
impl Ord for Digest {
    fn cmp(&self, other: &Self) -> Ordering {
        let first = |digest: &Self| digest.0.first_chunk().copied().map(u64::from_be_bytes);
        first(self).cmp(&first(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Digest {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_hex()).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint())
    }
}

impl FromStr for Digest {
    type Err = BadDigest;

    fn from_str(text: &str) -> Result<Self, BadDigest> {
        let nibble = |b: u8| match b {
            b'0'..=b'9' => Ok(b - b'0'),
            b'a'..=b'f' => Ok(b - b'a' + 10),
            _ => Err(BadDigest),
        };
        let text: &[u8; 64] = text.as_bytes().try_into().map_err(|_| BadDigest)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// Not 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadDigest;

impl fmt::Display for BadDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a SHA-256 digest in lower-case hex")
    }
}

impl std::error::Error for BadDigest {}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn the_order_is_that_of_the_bytes() {
        let all = [[0x7f; 32], [0x80; 32]].into_iter().flat_map(|same| {
            [0, 1, 7, 8, 9, 31].into_iter().flat_map(move |at| {
                [0, 1, 0x7f, 0x80, 0xff].map(|byte| {
                    let mut bytes = same;
                    bytes[at] = byte;
                    Digest(bytes)
                })
            })
        });
        let all: Vec<Digest> = all.collect();
        for one in &all {
            for other in &all {
                assert_eq!(one.cmp(other), one.0.cmp(&other.0));
                assert_eq!(one == other, one.0 == other.0);
            }
        }
    }
}
