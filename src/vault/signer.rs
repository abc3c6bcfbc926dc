//! The vault's own signing key: Ed25519 (RFC 8032), in signify's encoding.
//!
//! age proves no author: whoever knows a recipient can write a file that opens. Only somebody who
//! has read the vault before knows this key, which lies inside it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use zeroize::Zeroizing;

use crate::key::generate::{NoRandomness, Random};
use crate::secret::Secret;

const ALGORITHM: &[u8; 2] = b"Ed";
const NUMBER_LENGTH: usize = 8;
const KEY_LENGTH: usize = 32;
const SIGNATURE_LENGTH: usize = 64;

/// What the first line of every signify file begins with.
pub const COMMENT: &str = "untrusted comment: ";

/// How many characters a signature has as text.
pub const SIGNATURE_TEXT: usize =
    (ALGORITHM.len() + NUMBER_LENGTH + SIGNATURE_LENGTH).div_ceil(3) * 4;

/// A signing key, with its 32-byte seed.
pub struct Signer {
    seed: Zeroizing<[u8; KEY_LENGTH]>,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// A new signing key.
    ///
    /// # Errors
    /// [`NoRandomness`] when `random` has none to give.
    pub fn generate(random: &dyn Random) -> Result<Self, NoRandomness> {
        let mut seed = Zeroizing::new([0; KEY_LENGTH]);
        random.fill(seed.as_mut_slice())?;
        Self::from_seed(seed).ok_or(NoRandomness)
    }

    fn from_seed(seed: Zeroizing<[u8; KEY_LENGTH]>) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).ok()?;
        Some(Self { seed, pair })
    }

    /// Reads a seed in standard base64.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut seed = Zeroizing::new([0; KEY_LENGTH]);
        // The engine wants a little more room than 32 bytes to decode into.
        let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
        (bytes.len() == KEY_LENGTH).then(|| seed.copy_from_slice(&bytes))?;
        Self::from_seed(seed)
    }

    /// The seed in standard base64.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        Secret::new(STANDARD.encode(self.seed.as_slice()))
    }

    /// The key that proves this one's signatures.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        let mut key = [0; KEY_LENGTH];
        key.copy_from_slice(self.pair.public_key().as_ref());
        PublicKey::numbered(key)
    }

    /// Signs `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        let mut bytes = [0; SIGNATURE_LENGTH];
        bytes.copy_from_slice(self.pair.sign(message).as_ref());
        Signature { number: self.public_key().number(), bytes }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public_key())
    }
}

/// A public key. As text it is the second line of a signify public key file: base64 of `Ed`, the
/// key number and the 32 key bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    number: [u8; NUMBER_LENGTH],
    bytes: [u8; KEY_LENGTH],
}

impl PublicKey {
    /// A key of ours: its number is the beginning of its SHA-256.
    fn numbered(bytes: [u8; KEY_LENGTH]) -> Self {
        let mut number = [0; NUMBER_LENGTH];
        number.copy_from_slice(&digest(&SHA256, &bytes).as_ref()[..NUMBER_LENGTH]);
        Self { number, bytes }
    }

    /// Reads a signify public key file, or its second line alone. Keys that signify itself made
    /// have a random number.
    ///
    /// # Errors
    /// [`BadEncoding`] when it is neither.
    pub fn from_file(text: &str) -> Result<Self, BadEncoding> {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let key = if first.starts_with(COMMENT) { lines.next().unwrap_or_default() } else { first };
        let is_over = lines.all(|line| line.trim().is_empty());
        if is_over { key.trim().parse() } else { Err(BadEncoding) }
    }

    /// The file that signify reads; `comment` is one line that nothing proves.
    #[must_use]
    pub fn to_file(&self, comment: &str) -> String {
        format!("{COMMENT}{comment}\n{self}\n")
    }

    /// What signify uses to match signatures with keys.
    #[must_use]
    pub fn number(&self) -> [u8; NUMBER_LENGTH] {
        self.number
    }

    /// Whether `signature` names this key as the one that made it.
    #[must_use]
    pub fn is_named_by(&self, signature: &Signature) -> bool {
        signature.number == self.number
    }

    /// Whether `signature` was made over `message` with the signing key of this one.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.bytes);
        self.is_named_by(signature) && key.verify(message, &signature.bytes).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&ALGORITHM[..], &self.number, &self.bytes].concat();
        f.write_str(&STANDARD.encode(bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = BadEncoding;

    fn from_str(text: &str) -> Result<Self, BadEncoding> {
        let (number, bytes) = decode(text)?;
        Ok(Self { number, bytes })
    }
}

/// A signature. As text it is the second line of a signify signature file: base64 of `Ed`, the key
/// number and the 64 signature bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    number: [u8; NUMBER_LENGTH],
    bytes: [u8; SIGNATURE_LENGTH],
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&ALGORITHM[..], &self.number, &self.bytes].concat();
        f.write_str(&STANDARD.encode(bytes))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Signature {
    type Err = BadEncoding;

    fn from_str(text: &str) -> Result<Self, BadEncoding> {
        let (number, bytes) = decode(text)?;
        Ok(Self { number, bytes })
    }
}

fn decode<const N: usize>(text: &str) -> Result<([u8; NUMBER_LENGTH], [u8; N]), BadEncoding> {
    let bytes = STANDARD.decode(text).map_err(|_| BadEncoding)?;
    let rest = bytes.strip_prefix(ALGORITHM).ok_or(BadEncoding)?;
    let (number, value) = rest.split_first_chunk().ok_or(BadEncoding)?;
    Ok((*number, value.try_into().map_err(|_| BadEncoding)?))
}

/// Not a public key or signature in signify's encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEncoding;

impl fmt::Display for BadEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a signify Ed25519 key or signature")
    }
}

impl std::error::Error for BadEncoding {}
