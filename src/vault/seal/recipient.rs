//! Recipients: whom a file is encrypted to.

use std::fmt;
use std::str::FromStr;

use age::x25519;

use super::error::{KeyKind, SealError};

/// An X25519 recipient as text, `age1…` in lower case, that can be encrypted to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient(String);

impl Recipient {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The recipient of an identity's own public key, which is never of low order.
    pub(super) fn of(key: &x25519::Recipient) -> Self {
        Self(key.to_string())
    }

    /// What `age` encrypts to.
    pub(super) fn key(&self) -> Result<x25519::Recipient, SealError> {
        parse(&self.0)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Recipient {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let recipient = Self::of(&parse(text)?);
        if LOW_ORDER.iter().any(|start| recipient.0.starts_with(start)) {
            return Err(SealError::BadRecipient(KeyKind::Weak));
        }
        Ok(recipient)
    }
}

fn parse(text: &str) -> Result<x25519::Recipient, SealError> {
    text.parse().map_err(|_| {
        SealError::BadRecipient(match KeyKind::of(text) {
            KeyKind::Recipient => KeyKind::Malformed,
            other => other,
        })
    })
}

/// How the seven points of low order of Curve25519 begin as recipients, with either top bit: 0, 1,
/// the two of order 8, p-1, p, p+1 (<https://cr.yp.to/ecdh.html#validate>). Their shared secret is
/// always zero, and the `age` crate panics on one; 130 bits are enough to know them by.
const LOW_ORDER: [&str; 7] = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqq",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqq",
    "age1ur4h5lpmgxu2u9jku0a0r87ydt",
    "age1t7wft09r2zxzfvwsk92eeql0tv",
    "age1anllllllllllllllllllllllll",
    "age1ahllllllllllllllllllllllll",
    "age1amllllllllllllllllllllllll",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_are_normalised_or_named() {
        let recipient = Recipient::of(&x25519::Identity::generate().to_public());
        let upper = recipient.as_str().to_uppercase();
        assert_eq!(upper.parse(), Ok(recipient.clone()));
        let cut = &recipient.as_str()[..40];
        let cases = [
            (cut, KeyKind::Malformed),
            ("AGE-SECRET-KEY-1QQQ", KeyKind::Identity),
            ("age1yubikey1qqq", KeyKind::Plugin),
            ("age1pq1qqq", KeyKind::PostQuantum),
            ("ssh-rsa AAAA", KeyKind::Ssh),
            ("-é", KeyKind::Unknown),
            ("", KeyKind::Unknown),
        ];
        for (text, kind) in cases {
            assert_eq!(text.parse::<Recipient>(), Err(SealError::BadRecipient(kind)), "{text}");
        }
    }

    /// Each point with either top bit. Encrypting to any of these panics in age 0.12.1.
    #[test]
    fn recipients_of_low_order_are_refused() {
        let points = [
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9m",
            "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
            "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqk67yly",
            "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
            "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
            "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
            "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz8ts72fzt7",
            "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
            "age1anllllllllllllllllllllllllllllllllllllllllllllllllls3hcv9z",
            "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
            "age1ahlllllllllllllllllllllllllllllllllllllllllllllllllsh3g6la",
            "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
            "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
        ];
        for point in points {
            let refused = point.parse::<Recipient>();
            assert_eq!(refused, Err(SealError::BadRecipient(KeyKind::Weak)), "{point}");
        }
    }
}
