//! The document: what is inside an environment's `.age` file.
//!
//! It is TOML, so that `age -d -i identity.age prod.age` gives a person the keys back without
//! keyctl, and it is canonical: a fixed order of tables and fields, keys sorted by name, one value
//! a line. The same content is the same text.
//!
//! ```toml
//! format = 1
//! signature = "RW…"            # Ed25519 over all that follows this line
//! environment = "prod"
//! id = "…"                     # 128 random bits in hex, made once
//! generation = 41              # one more with each commit
//! created = "2026-11-22T16:00:00Z"
//! signing_key = "…"            # the seed that signs this file and the manifest
//!
//! [policy]
//! [[recipients]]               # who can read the file
//! [[keys]]                     # `created` only where that is not the first version's
//! [keys.metadata]
//! [[keys.versions]]            # one secret each; its digest when the secret is gone; `activated`
//!                              # of an active one only where that is not `created`
//! [[events]]                   # the history, without values
//! ```
//!
//! The signature is over `keyctl document 1`, a line feed and the SHA-256 of the bytes after the
//! second line. A field that this version does not know is an error: dropping what a newer keyctl
//! wrote would lose it.

mod additions;
mod canonical;
mod foreign;
mod history;
mod listing;
mod read;
mod section;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use zeroize::Zeroizing;

pub use additions::Additions;
pub use history::History;
pub use listing::{ListedKey, ListedVersion};

use super::event::Event;
use super::seal::Recipient;
use super::signer::{PublicKey, Signer};
use crate::clock::Time;
use crate::environment::{EnvironmentName, Policy};
use crate::key::digest::Digest;
use crate::key::generate::{self, NoRandomness, Random, Tags};
use crate::key::token::Form;
use crate::key::{Key, KeyName, Kind};
use crate::secret::Secret;

/// The newest format this keyctl reads, and the one it writes.
pub const FORMAT: u64 = 1;

/// The longest text a field may hold, in bytes.
pub const LONGEST_TEXT: usize = 64 * 1024;

/// Somebody or something that can read the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// What people call it: `ana@laptop`, `ci`.
    pub name: String,
    /// Its age recipient.
    pub recipient: Recipient,
    /// Since when.
    pub added: Time,
}

/// All that is known of one environment.
#[derive(Debug)]
pub struct Document {
    /// Its name, which is also its file's.
    pub environment: EnvironmentName,
    /// 128 random bits in hex, made with the environment: another one of the same name has another.
    pub id: String,
    /// How many commits there have been.
    pub generation: u64,
    /// When it was made.
    pub created: Time,
    /// Signs this document and the manifest.
    pub signer: Signer,
    /// The rules for its keys.
    pub policy: Policy,
    /// Who can read it, in the order of their recipients; never empty.
    pub readers: Vec<Reader>,
    /// Its keys by name.
    pub keys: BTreeMap<KeyName, Key>,
    /// What was done to it.
    pub history: History,
}

impl Document {
    /// An environment without keys.
    ///
    /// # Errors
    /// [`NoRandomness`] when `random` has none to give.
    pub fn new(
        environment: EnvironmentName,
        policy: Policy,
        readers: Vec<Reader>,
        now: Time,
        random: &dyn Random,
    ) -> Result<Self, NoRandomness> {
        let mut id = [0; 16];
        random.fill(&mut id)?;
        let mut document = Self {
            environment,
            id: format!("{:032x}", u128::from_be_bytes(id)),
            generation: 0,
            created: now,
            signer: Signer::generate(random)?,
            policy,
            readers,
            keys: BTreeMap::new(),
            history: History::default(),
        };
        document.sort_readers();
        Ok(document)
    }

    /// Reads a document and proves its signature with the key it carries itself. Whether that key
    /// is the expected one is the caller's to ask.
    pub fn from_text(text: &str) -> Result<Self, DocumentError> {
        read::document(text)
    }

    /// Whether `key` signed the text, found out before it costs the time of reading it.
    pub fn is_signed_by(text: &str, key: &PublicKey) -> Result<bool, DocumentError> {
        read::is_signed_by(text, key)
    }

    /// Reads a document for which [`Self::is_signed_by`] was true, and takes its text over.
    pub fn from_ours(text: Zeroizing<String>, key: &PublicKey) -> Result<Self, DocumentError> {
        read::ours(text, key)
    }

    /// Whether `signed`, which was made of this document, would be read again. What was read before
    /// and is written as it was is not looked at once more.
    pub fn check(&self, signed: &Signed) -> Result<(), DocumentError> {
        read::check(signed, &self.signer.public_key(), &self.history)
    }

    /// Hands over each version in a text of [`Self::to_text`], in the order of keys and numbers.
    pub fn each_version<'a>(
        text: &'a str,
        each: impl FnMut(&ListedKey<'a>, &ListedVersion<'a>),
    ) -> Result<(), DocumentError> {
        let (keys, events) = read::parts(text);
        listing::each_version(&text[keys..events], each)
    }

    /// The canonical text, signed.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        self.to_signed().text
    }

    /// The same, with what was signed, so that the signature can be proven without another pass.
    #[must_use]
    pub fn to_signed(&self) -> Signed {
        write::document(self)
    }

    /// What was done, oldest first.
    pub fn events(&self) -> Result<Vec<Event>, DocumentError> {
        read::events(&self.history)
    }

    /// Brings the readers into the order they are written in.
    pub fn sort_readers(&mut self) {
        self.readers.sort_by(|a, b| a.recipient.cmp(&b.recipient));
    }

    /// A secret for a key of this kind, in this environment's form, whose digest no version here has
    /// ever had.
    ///
    /// # Errors
    /// [`NoRandomness`] when `random` has none to give.
    pub fn generate_secret(
        &self,
        kind: Kind,
        now: Time,
        random: &dyn Random,
    ) -> Result<Secret, NoRandomness> {
        let form = Form::new(&self.environment, &self.policy, now);
        self.draw_secret(kind, &form, Tags::default(), random)
    }

    /// The same, whose tag is none of `tags` either.
    fn draw_secret(
        &self,
        kind: Kind,
        form: &Form,
        mut tags: Tags,
        random: &dyn Random,
    ) -> Result<Secret, NoRandomness> {
        let versions = || self.keys.values().flat_map(|key| &key.versions);
        if form.tagged {
            let secrets = versions().filter_map(|version| version.secret.as_ref());
            tags.extend(secrets.filter_map(|secret| generate::tag_of(form, secret.expose())));
        }
        loop {
            let secret = match kind {
                Kind::ApiKey => generate::generate(random, form, &tags)?,
                Kind::Single(form) => generate::single(random, form)?,
            };
            let digest = Digest::of(&secret);
            if versions().all(|version| version.digest != Some(digest)) {
                return Ok(secret);
            }
        }
    }
}

/// A document's canonical text.
pub struct Signed {
    text: Zeroizing<String>,
    /// What its signature is over.
    message: Vec<u8>,
}

impl Signed {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signed([redacted])")
    }
}

/// What is wrong with a document. It carries no value of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentError {
    /// It was written in a newer format than this keyctl reads.
    Newer(u64),
    /// It has a field or table that this keyctl does not know.
    Unknown {
        /// The table, as it stands between brackets.
        table: String,
        /// The field; empty when the table itself is unknown.
        field: String,
    },
    /// A field is missing, or its value is not of its kind.
    Bad {
        /// The table, as it stands between brackets.
        table: String,
        /// The field.
        field: &'static str,
    },
    /// It is not TOML; with the line, where it is known.
    NotToml(Option<usize>),
    /// It does not begin with a format and a signature.
    NotADocument,
    /// Its signature is not over its content.
    Signature,
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(format) => write!(
                f,
                "it is in format {format}, which only a newer keyctl reads (this one: {FORMAT})"
            ),
            Self::Unknown { table, field } if field.is_empty() => {
                write!(f, "it has a table [{table}], which only a newer keyctl knows")
            }
            Self::Unknown { table, field } => {
                write!(f, "[{table}] has a field `{field}`, which only a newer keyctl knows")
            }
            Self::Bad { table, field } => {
                write!(f, "`{field}` of [{table}] is missing or not what it should be")
            }
            Self::NotToml(Some(line)) => write!(f, "line {line} of its text is not TOML"),
            Self::NotToml(None) => f.write_str("its text is not TOML"),
            Self::NotADocument => f.write_str("its text is not a keyctl document"),
            Self::Signature => f.write_str("its signature does not fit its content"),
        }
    }
}

impl std::error::Error for DocumentError {}

/// What is signed: a context, so that no signature of ours can stand for another, and the digest of
/// the body.
fn signed_message(body: &str) -> Vec<u8> {
    let digest = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
    [b"keyctl document 1\n", digest.as_ref()].concat()
}
