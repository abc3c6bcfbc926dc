//! Fernet tokens, as heare-auth encrypts its keys at rest: AES-128-CBC with PKCS #7 padding, then
//! HMAC-SHA256 over all of it, in URL-safe base64 (the Fernet specification, version 0x80).
//!
//! The 32 bytes of the key are the SHA-256 of the service's storage secret: the first half signs,
//! the second encrypts.

use std::fmt;

use aes::Aes128;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use ring::{digest, hmac};
use zeroize::Zeroizing;

use crate::clock::Time;
use crate::secret::Secret;

const VERSION: u8 = 0x80;
const BLOCK: usize = 16;
/// Version, time and initialisation vector.
const HEAD: usize = 1 + 8 + BLOCK;
const TAG: usize = 32;

/// A key to encrypt and decrypt with.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 2 * BLOCK]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

impl Key {
    /// The key that a storage secret stands for; `None` for an empty one, whose key everybody knows.
    #[must_use]
    pub fn of(secret: &Secret) -> Option<Self> {
        if secret.is_empty() {
            return None;
        }
        let mut bytes = Zeroizing::new([0; 2 * BLOCK]);
        let digest = digest::digest(&digest::SHA256, secret.expose().as_bytes());
        bytes.copy_from_slice(digest.as_ref());
        Some(Self(bytes))
    }

    fn halves(&self) -> (hmac::Key, &[u8]) {
        let (signing, encryption) = self.0.split_at(BLOCK);
        (hmac::Key::new(hmac::HMAC_SHA256, signing), encryption)
    }

    /// The token of `plain`, made at `at` with the initialisation vector `iv`, which must be random
    /// and never used twice. `None` before 1970.
    #[must_use]
    pub fn seal(&self, plain: &[u8], at: Time, iv: &[u8; BLOCK]) -> Option<String> {
        let (signing, encryption) = self.halves();
        let padded = (plain.len() / BLOCK + 1) * BLOCK;
        let mut token = Zeroizing::new(vec![0; HEAD + padded + TAG]);
        let (head, rest) = token.split_at_mut(HEAD);
        let (body, tag) = rest.split_at_mut(padded);
        head[0] = VERSION;
        head[1..9].copy_from_slice(&u64::try_from(at.unix()).ok()?.to_be_bytes());
        head[9..].copy_from_slice(iv);
        body[..plain.len()].copy_from_slice(plain);
        let cipher = cbc::Encryptor::<Aes128>::new_from_slices(encryption, iv).ok()?;
        cipher.encrypt_padded_mut::<Pkcs7>(body, plain.len()).ok()?;
        let mut signed = hmac::Context::with_key(&signing);
        signed.update(head);
        signed.update(body);
        tag.copy_from_slice(signed.sign().as_ref());
        Some(URL_SAFE.encode(&*token))
    }

    /// What a token holds; `None` when it was made with another key, was changed or is no token. Its
    /// age does not matter.
    #[must_use]
    pub fn open(&self, token: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(URL_SAFE.decode(token.trim_ascii()).ok()?);
        let (signing, encryption) = self.halves();
        let end = bytes.len().checked_sub(TAG)?;
        let (message, tag) = bytes.split_at(end);
        if message.first() != Some(&VERSION) || message.len() < HEAD + BLOCK {
            return None;
        }
        hmac::verify(&signing, message, tag).ok()?;
        let (head, rest) = bytes.split_at_mut(HEAD);
        let body = rest.get_mut(..end - HEAD)?;
        let cipher = cbc::Decryptor::<Aes128>::new_from_slices(encryption, &head[9..]).ok()?;
        let length = cipher.decrypt_padded_mut::<Pkcs7>(body).ok()?.len();
        bytes.truncate(HEAD + length);
        bytes.drain(..HEAD);
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;
    use crate::secret::Secret;

    fn key(text: &str) -> Key {
        Key::of(&Secret::new(text.to_owned())).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_secret_only() {
        let at = "2026-11-22T16:00:00Z".parse().unwrap();
        for length in [0, 1, 15, 16, 17, 4096] {
            let plain = vec![b'k'; length];
            let token = key("storage").seal(&plain, at, &[7; 16]).unwrap();
            assert_eq!(*key("storage").open(token.as_bytes()).unwrap(), plain);
            assert!(key("other").open(token.as_bytes()).is_none());
            let mut changed = token.clone().into_bytes();
            changed[40] ^= 1;
            assert!(key("storage").open(&changed).is_none());
            assert!(key("storage").open(&token.as_bytes()[..token.len() - 4]).is_none());
        }
        assert!(Key::of(&Secret::new(String::new())).is_none());
    }

    #[test]
    fn the_specifications_own_token_is_what_is_made() {
        // generate.json of the Fernet specification.
        let bytes = *b"\x73\x0f\xf4\xc7\xaf\x3d\x46\x92\x3e\x8e\xd4\x51\xee\x81\x3c\x87\
                       \xf7\x90\xb0\xa2\x26\xbc\x96\xa9\x2d\xe4\x9b\x5e\x9c\x05\xe1\xee";
        let key = Key(zeroize::Zeroizing::new(bytes));
        let at = "1985-10-26T08:20:00Z".parse().unwrap();
        let iv = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
        assert_eq!(key.seal(b"hello", at, &iv).unwrap(), token);
        assert_eq!(**key.open(token.as_bytes()).unwrap(), *b"hello");
    }
}
