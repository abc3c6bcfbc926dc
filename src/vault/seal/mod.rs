//! Sealing: bytes in, age files out, and back. The only module that touches the `age` crate; it
//! neither reads nor writes files, and prints none of the crate's localized messages.
//!
//! The format is age v1 (<https://c2sp.org/age>), binary, to X25519 recipients; identity files may
//! be wrapped with a passphrase (scrypt).

mod age_file;
mod error;
mod header;
mod identity;
mod recipient;

use std::io;

use zeroize::Zeroizing;

pub use age_file::{MAX_PLAINTEXT, Opening, Sealing, Writing};
pub use error::{KeyKind, Part, SealError};
pub use header::{
    Header, MAX_HEADER, MAX_HEADER_LINE, MAX_STANZAS, Stanza, header_mac, scan_header,
};
pub use identity::{
    Identity, IdentityFile, MAX_WORK_FACTOR, Protected, WORK_FACTOR, generate_identity, protect,
    read_identity_file,
};
pub use recipient::Recipient;

/// Most recipients of a file: `age` adds a stanza of its own that nobody can read ("grease").
pub const MAX_RECIPIENTS: usize = MAX_STANZAS - 1;

/// Begins a file that each of `recipients` can open.
pub fn sealing(recipients: &[Recipient]) -> Result<Sealing, SealError> {
    if recipients.is_empty() {
        return Err(SealError::NoRecipients);
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(SealError::TooManyRecipients { max: MAX_RECIPIENTS });
    }
    let keys = recipients.iter().map(Recipient::key).collect::<Result<Vec<_>, _>>()?;
    Sealing::to(keys.iter().map(|key| key as _))
}

/// Opens a file of `len` bytes that was sealed to the recipient of one of `identities`.
pub fn open<R: io::Read>(
    file: R,
    len: u64,
    identities: &[Identity],
) -> Result<Opening<R>, SealError> {
    Opening::new(file, len, identities.iter().map(Identity::key))
}

/// Seals `plaintext` in memory.
pub fn encrypt(plaintext: &[u8], recipients: &[Recipient]) -> Result<Vec<u8>, SealError> {
    age_file::in_memory(sealing(recipients)?, plaintext)
}

/// Opens what lies in memory.
pub fn decrypt(
    ciphertext: &[u8],
    identities: &[Identity],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    open(ciphertext, ciphertext.len() as u64, identities)?.read()
}

#[cfg(test)]
mod tests {
    use super::age_file::{CHUNK, NONCE, TAG};
    use super::*;

    fn identity() -> Identity {
        let (text, _) = generate_identity("now");
        match read_identity_file("test", text.expose().as_bytes()).unwrap() {
            IdentityFile::Plain(mut identities) => identities.remove(0),
            IdentityFile::Protected(_) => panic!("protected"),
        }
    }

    /// Deterministic bytes (xorshift64), so that a failure can be repeated.
    fn noise() -> impl FnMut() -> u8 {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        }
    }

    #[test]
    fn every_recipient_opens_at_every_length() {
        let identities = [identity(), identity()];
        let recipients = [identities[0].recipient(), identities[1].recipient()];
        for len in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7] {
            let text: Vec<u8> = (0..=255).cycle().take(len).collect();
            let sealed = encrypt(&text, &recipients).unwrap();
            for identity in &identities {
                let opened = decrypt(&sealed, std::slice::from_ref(identity)).unwrap();
                assert!(*opened == text, "{len}");
            }
            assert_eq!(decrypt(&sealed, &[identity()]), Err(SealError::NoMatch));
            assert_eq!(decrypt(&sealed, &[]), Err(SealError::NoMatch));
        }
    }

    #[test]
    fn each_encryption_has_its_own_mac() {
        let to = [identity().recipient()];
        let mac = || header_mac(&encrypt(b"same", &to).unwrap()).unwrap();
        assert_eq!(mac().len(), 43);
        assert_ne!(mac(), mac());
    }

    #[test]
    fn the_number_of_recipients_is_what_we_read_back() {
        let identity = identity();
        let most = vec![identity.recipient(); MAX_RECIPIENTS];
        let sealed = encrypt(b"text", &most).unwrap();
        assert_eq!(**decrypt(&sealed, &[identity]).unwrap(), *b"text");
        let more = vec![most[0].clone(); MAX_RECIPIENTS + 1];
        let error = encrypt(b"text", &more).unwrap_err();
        assert_eq!(error, SealError::TooManyRecipients { max: MAX_RECIPIENTS });
        assert_eq!(encrypt(b"text", &[]), Err(SealError::NoRecipients));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let identity = [identity()];
        let sealed = encrypt(b"some text", &[identity[0].recipient()]).unwrap();
        let header = scan_header(&sealed).unwrap().len;
        for len in 0..sealed.len() {
            let expected = match len {
                0 => SealError::Empty,
                _ if len < header + NONCE + TAG => SealError::Truncated,
                _ => SealError::Corrupt(Part::Payload),
            };
            assert_eq!(decrypt(&sealed[..len], &identity), Err(expected), "{len}");
        }
        // At a chunk's end only the missing last chunk tells.
        let long = encrypt(&vec![7; CHUNK + 9], &[identity[0].recipient()]).unwrap();
        let cut = &long[..long.len() - TAG - 9];
        assert_eq!(decrypt(cut, &identity), Err(SealError::Truncated));
        let mut longer = sealed;
        longer.push(0);
        let error = decrypt(&longer, &identity).unwrap_err();
        assert_eq!(error, SealError::Corrupt(Part::Payload));
    }

    #[test]
    fn a_flipped_bit_anywhere_is_refused() {
        let identity = [identity()];
        let mut sealed = encrypt(b"some text", &[identity[0].recipient()]).unwrap();
        for at in 0..sealed.len() {
            for bit in [1, 2, 0x20, 0x80] {
                sealed[at] ^= bit;
                assert!(decrypt(&sealed, &identity).is_err(), "{at} {bit}");
                sealed[at] ^= bit;
            }
        }
        assert!(decrypt(&sealed, &identity).is_ok());
    }

    #[test]
    fn an_authentic_form_with_another_mac_is_damage() {
        let identity = [identity()];
        let sealed = encrypt(b"some text", &[identity[0].recipient()]).unwrap();
        let mut text = sealed.clone();
        let mac = scan_header(&sealed).unwrap().len - 44;
        text[mac] = if text[mac] == b'A' { b'B' } else { b'A' };
        let error = decrypt(&text, &identity).unwrap_err();
        assert_eq!(error, SealError::Corrupt(Part::HeaderMac));
    }

    #[test]
    fn random_bytes_never_panic() {
        let identity = [identity()];
        let sealed = encrypt(b"some text", &[identity[0].recipient()]).unwrap();
        let starts: [&[u8]; 5] = [
            b"",
            b"age-encryption.org/v1\n",
            b"age-encryption.org/v1\n-> X25519 ",
            b"-----BEGIN AGE ENCRYPTED FILE-----\n",
            &sealed,
        ];
        let mut next = noise();
        for round in 0..4000 {
            let mut bytes = starts[round % starts.len()].to_vec();
            for _ in 0..next() {
                // Often text, line feeds and separators, so that some get further in.
                let byte = next();
                bytes.push(if byte < 0xc0 {
                    b"AZaz09+/ ->\n1\r=q"[usize::from(byte & 15)]
                } else {
                    byte
                });
            }
            if !bytes.is_empty() {
                let at = usize::from(next()) * 251 % bytes.len();
                bytes[at] = next();
            }
            assert!(decrypt(&bytes, &identity).is_err());
            let _ = read_identity_file("test", &bytes);
            let _ = String::from_utf8_lossy(&bytes).parse::<Recipient>();
        }
    }
}
