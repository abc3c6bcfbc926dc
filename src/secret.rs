//! A secret is a type of its own: wiped when dropped, redacted when debugged, and readable in one
//! way only, [`Secret::expose`], so that every place that reads one can be found by searching.

use std::fmt;

use ring::hmac;
use ring::rand::SystemRandom;
use zeroize::{Zeroize as _, Zeroizing};

/// Text that must not be shown, logged or left in memory: an API key, a passphrase, an identity.
///
/// It has no `Display` and its `Debug` is redacted. Build it from a buffer that was sized first: a
/// `String` that grew has left copies of its beginning behind.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes over `text`; the buffer is wiped on drop.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Takes over `bytes` when they are UTF-8, and wipes them when they are not.
    ///
    /// # Errors
    /// [`NotText`] when the bytes are not UTF-8.
    pub fn from_utf8(bytes: Vec<u8>) -> Result<Self, NotText> {
        String::from_utf8(bytes).map(Self::new).map_err(|error| {
            error.into_bytes().zeroize();
            NotText
        })
    }

    /// The secret itself. The only way to read it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both hold the same text, in time that does not depend on where they differ.
    ///
    /// Both are hashed under a fresh random HMAC key, so what is compared tells nothing about
    /// either text. Without random bytes the answer is `false`.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        let Ok(key) = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()) else {
            return false;
        };
        let tag = hmac::sign(&key, self.expose().as_bytes());
        hmac::verify(&key, other.expose().as_bytes(), tag.as_ref()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

/// The bytes are not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotText;

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not UTF-8 text")
    }
}

impl std::error::Error for NotText {}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::new("canary".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret([redacted])");
    }

    #[test]
    fn matching_is_by_content() {
        let one = Secret::new("same".to_owned());
        assert!(one.matches(&Secret::new("same".to_owned())));
        assert!(!one.matches(&Secret::new("samf".to_owned())));
        assert!(!one.matches(&Secret::new("sam".to_owned())));
    }

    #[test]
    fn bytes_that_are_not_text_are_refused() {
        assert!(Secret::from_utf8(vec![0xe9]).is_err());
        assert_eq!(Secret::from_utf8(b"k".to_vec()).map(|s| s.len()), Ok(1));
    }
}
