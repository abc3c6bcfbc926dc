//! One age file in memory, whoever it is for: sealed by the `age` crate, opened by it into one
//! buffer after our own scan of the header.

use std::io::{self, Read as _, Write as _};

use age::stream::StreamReader;
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::error::{Part, SealError};
use super::header::{MAX_HEADER, scan_header};

/// Longest content that we seal or open, in bytes.
pub const MAX_PLAINTEXT: usize = 64 * 1024 * 1024;

pub(super) const NONCE: usize = 16;
pub(super) const CHUNK: usize = 64 * 1024;
pub(super) const TAG: usize = 16;

pub(super) fn seal<'a>(
    plaintext: &[u8],
    recipients: impl Iterator<Item = &'a dyn age::Recipient>,
) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLarge { max: MAX_PLAINTEXT });
    }
    let encryptor = Encryptor::with_recipients(recipients).map_err(|_| SealError::Encryption)?;
    let tags = (plaintext.len() / CHUNK + 1) * TAG;
    let room = MAX_HEADER / 4 + NONCE + plaintext.len() + tags;
    let write = || {
        let mut writer = encryptor.wrap_output(Vec::with_capacity(room))?;
        writer.write_all(plaintext)?;
        writer.finish()
    };
    write().map_err(|_: io::Error| SealError::Encryption)
}

pub(super) fn open<'a>(
    ciphertext: &[u8],
    identities: impl Iterator<Item = &'a dyn age::Identity>,
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (mut reader, len) = reader(ciphertext, identities)?;
    // One buffer of the right size: one that grew would leave copies of what it held.
    let mut plaintext = Zeroizing::new(vec![0; len]);
    // The last chunk authenticates the end only when the end is read.
    match reader.read_exact(&mut plaintext).and_then(|()| reader.read(&mut [0])) {
        Ok(0) => Ok(plaintext),
        Ok(_) => Err(SealError::Corrupt(Part::Payload)),
        Err(error) => Err(refusal(error.into())),
    }
}

/// Whether the content is `expected`, found out chunk by chunk.
pub(super) fn holds<'a>(
    ciphertext: &[u8],
    identities: impl Iterator<Item = &'a dyn age::Identity>,
    expected: &[u8],
) -> Result<bool, SealError> {
    let (mut reader, len) = reader(ciphertext, identities)?;
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    for expected in expected.chunks(CHUNK) {
        let chunk = &mut chunk[..expected.len()];
        reader.read_exact(chunk).map_err(|error| refusal(error.into()))?;
        if chunk != expected {
            return Ok(false);
        }
    }
    let rest = reader.read(&mut [0]).map_err(|error| refusal(error.into()))?;
    Ok(rest == 0 && len == expected.len())
}

/// The decrypted stream, and how long it is.
fn reader<'a>(
    ciphertext: &[u8],
    identities: impl Iterator<Item = &'a dyn age::Identity>,
) -> Result<(StreamReader<&[u8]>, usize), SealError> {
    let header = scan_header(ciphertext)?;
    let len = plaintext_len(ciphertext.len() - header.len)?;
    let reader = Decryptor::new_buffered(ciphertext)
        .and_then(|decryptor| decryptor.decrypt(identities))
        .map_err(refusal)?;
    Ok((reader, len))
}

/// How long the content is of which `sealed` bytes, nonce and tagged chunks, follow the header.
fn plaintext_len(sealed: usize) -> Result<usize, SealError> {
    let payload = sealed.checked_sub(NONCE).ok_or(SealError::Truncated)?;
    let (chunks, rest) = (payload / (CHUNK + TAG), payload % (CHUNK + TAG));
    let last = match rest.checked_sub(TAG) {
        Some(last) => last,
        None if rest == 0 && chunks > 0 => 0,
        None => return Err(SealError::Truncated),
    };
    let len = chunks * CHUNK + last;
    if len > MAX_PLAINTEXT {
        return Err(SealError::TooLarge { max: MAX_PLAINTEXT });
    }
    Ok(len)
}

fn refusal(error: DecryptError) -> SealError {
    match error {
        DecryptError::NoMatchingKeys => SealError::NoMatch,
        // Only a scrypt stanza that does not open: X25519 ones that do not are no match.
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            SealError::WrongPassphrase
        }
        DecryptError::InvalidMac => SealError::Corrupt(Part::HeaderMac),
        DecryptError::UnknownFormat => SealError::UnknownVersion,
        DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            SealError::Truncated
        }
        DecryptError::Io(_) => SealError::Corrupt(Part::Payload),
        // `InvalidHeader`, and what the crate may add. Work factors were checked before.
        _ => SealError::Corrupt(Part::Header),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_over_the_limit_is_refused_by_its_length() {
        let full = MAX_PLAINTEXT / CHUNK * (CHUNK + TAG) + NONCE;
        assert_eq!(plaintext_len(full), Ok(MAX_PLAINTEXT));
        let error = SealError::TooLarge { max: MAX_PLAINTEXT };
        assert_eq!(plaintext_len(full + TAG + 1), Err(error));
    }
}
