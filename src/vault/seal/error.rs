//! What can be wrong with a sealed file, a recipient or an identity. Nothing here carries the
//! content of a file: an identity's text must not reach a message, and hostile text a terminal.

use std::{fmt, io};

/// Why a file could not be sealed or opened, or a key's text not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealError {
    /// There is nothing in the file.
    Empty,
    /// The file does not begin as an age file does.
    NotAge,
    /// An age file of a version other than 1.
    UnknownVersion,
    /// An age file in its text form, where the binary form belongs.
    Armored,
    /// The file ends too early.
    Truncated,
    /// The file was changed, by accident or by hand.
    Corrupt(Part),
    /// The header is over one of our caps.
    HeaderTooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much of it there may be.
        max: usize,
    },
    /// The content is longer than it may be.
    TooLarge {
        /// The most bytes there may be.
        max: usize,
    },
    /// None of the identities opens the file. A change to the very stanza that is ours looks the
    /// same, as a stanza does not say whose it is.
    NoMatch,
    /// The passphrase does not open the file, or its stanza was changed.
    WrongPassphrase,
    /// The scrypt work factor is zero or above the ceiling.
    ExcessiveWork {
        /// The factor, log2 of scrypt's N; `u32::MAX` for one that is longer than that.
        factor: u32,
        /// The highest one.
        max: u8,
    },
    /// An age file that should be wrapped with a passphrase, and is encrypted to recipients.
    NotProtected,
    /// Sealing to nobody.
    NoRecipients,
    /// Sealing to more recipients than we read back.
    TooManyRecipients {
        /// How many there may be.
        max: usize,
    },
    /// The text is not a recipient that we can encrypt to.
    BadRecipient(KeyKind),
    /// A line of an identity file is not an identity that we can decrypt with.
    BadIdentity {
        /// Which line, from 1.
        line: usize,
        /// What it is instead.
        kind: KeyKind,
    },
    /// An identity file with nothing but comments.
    NoIdentities,
    /// The text inside is not UTF-8.
    NotText,
    /// Encryption itself failed.
    Encryption,
    /// The system could not read the file to its end.
    Read(io::ErrorKind),
}

/// The part of an age file that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The text form around it.
    Armor,
    /// The header's form.
    Header,
    /// The header's authentication: its form is right, its content was changed.
    HeaderMac,
    /// The encrypted content.
    Payload,
}

/// What a text is that should have been a recipient or an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// An SSH key, public or private.
    Ssh,
    /// A recipient or identity of an age plugin.
    Plugin,
    /// A post-quantum recipient or identity.
    PostQuantum,
    /// An X25519 identity, which is secret, in a recipient's place.
    Identity,
    /// An X25519 recipient in an identity's place.
    Recipient,
    /// The right beginning, but a typo or a piece missing.
    Malformed,
    /// A recipient that everybody can decrypt for: a point of low order.
    Weak,
    /// None of these.
    Unknown,
}

impl KeyKind {
    /// What `text` looks like by its beginning.
    pub(super) fn of(text: &str) -> Self {
        const PREFIXES: [(&str, KeyKind); 7] = [
            ("-----BEGIN OPENSSH PRIVATE KEY", KeyKind::Ssh),
            ("-----BEGIN RSA PRIVATE KEY", KeyKind::Ssh),
            ("ssh-", KeyKind::Ssh),
            ("AGE-SECRET-KEY-PQ-1", KeyKind::PostQuantum),
            ("AGE-SECRET-KEY-1", KeyKind::Identity),
            ("AGE-PLUGIN-", KeyKind::Plugin),
            ("age1pq1", KeyKind::PostQuantum),
        ];
        let starts = |prefix: &str| {
            text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        match PREFIXES.iter().find(|(prefix, _)| starts(prefix)) {
            Some((_, kind)) => *kind,
            // Bech32 has no "1" in its data, so a second one ends a plugin's name.
            None if starts("age1") && text[4..].contains('1') => Self::Plugin,
            None if starts("age1") => Self::Recipient,
            None => Self::Unknown,
        }
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the file is empty"),
            Self::NotAge => f.write_str("not an age file"),
            Self::UnknownVersion => f.write_str("an age file of an unknown version"),
            Self::Armored => f.write_str("an armored age file instead of a binary one"),
            Self::Truncated => f.write_str("the file is cut short"),
            Self::Corrupt(part) => write!(f, "the file is damaged: {part}"),
            Self::HeaderTooLarge { what, max } => {
                write!(f, "the header has more than {max} {what}")
            }
            Self::TooLarge { max } => write!(f, "the content is longer than {max} bytes"),
            Self::NoMatch => f.write_str("no identity opens this file"),
            Self::WrongPassphrase => f.write_str("wrong passphrase"),
            Self::ExcessiveWork { factor, max } => {
                write!(f, "scrypt work factor {factor} is outside 1 to {max}")
            }
            Self::NotProtected => f.write_str("an age file that no passphrase opens"),
            Self::NoRecipients => f.write_str("no recipients"),
            Self::TooManyRecipients { max } => write!(f, "more than {max} recipients"),
            Self::BadRecipient(kind) => write!(f, "not a usable recipient: {kind}"),
            Self::BadIdentity { line, kind } => {
                write!(f, "line {line} is not a usable identity: {kind}")
            }
            Self::NoIdentities => f.write_str("no identity in the file"),
            Self::NotText => f.write_str("not UTF-8 text"),
            Self::Encryption => f.write_str("encryption failed"),
            Self::Read(kind) => write!(f, "the file cannot be read to its end: {kind}"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Armor => "its armor is malformed",
            Self::Header => "its header is malformed",
            Self::HeaderMac => "its header was changed",
            Self::Payload => "its content was changed or cut short",
        })
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ssh => "an SSH key",
            Self::Plugin => "a key of an age plugin",
            Self::PostQuantum => "a post-quantum key",
            Self::Identity => "an identity, which is secret",
            Self::Recipient => "a recipient",
            Self::Malformed => "an age key with a typo",
            Self::Weak => "a key that everybody can decrypt for",
            Self::Unknown => "not an age key",
        })
    }
}

impl std::error::Error for SealError {}
