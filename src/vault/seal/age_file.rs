//! One age file, whoever it is for: sealed by the `age` crate, opened by it after our own scan of
//! the header, and never as a whole in memory beside its content.

use std::cell::RefCell;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::rc::{Rc, Weak};

use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::error::{Part, SealError};
use super::header::{MAX_HEADER, scan_header};

/// Longest content that we seal or open, in bytes.
pub const MAX_PLAINTEXT: usize = 64 * 1024 * 1024;

pub(super) const NONCE: usize = 16;
pub(super) const CHUNK: usize = 64 * 1024;
pub(super) const TAG: usize = 16;

/// A file in the making: its header is settled, its content is not yet there.
pub struct Sealing(Encryptor);

impl Sealing {
    pub(super) fn to<'a>(
        recipients: impl Iterator<Item = &'a dyn age::Recipient>,
    ) -> Result<Self, SealError> {
        Encryptor::with_recipients(recipients).map(Self).map_err(|_| SealError::Encryption)
    }

    /// Writes the header to `out`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin<W: io::Write>(self, out: W) -> io::Result<Writing<W>> {
        let header = Rc::default();
        let out = Tap { seen: Rc::downgrade(&header), out: BufWriter::new(out) };
        let writer = self.0.wrap_output(out)?;
        let header = Rc::try_unwrap(header).unwrap_or_default().into_inner();
        let mac = scan_header(&header).map_err(io::Error::other)?.mac.to_owned();
        Ok(Writing { mac, writer })
    }
}

/// A file whose header is written.
pub struct Writing<W: io::Write> {
    mac: String,
    writer: StreamWriter<Tap<W>>,
}

impl<W: io::Write> Writing<W> {
    /// The MAC in the header, which no other file has.
    pub fn mac(&self) -> &str {
        &self.mac
    }

    /// Writes the content, all of it.
    ///
    /// # Errors
    /// Those of `out`; `InvalidInput` for more than [`MAX_PLAINTEXT`] bytes.
    pub fn finish(mut self, plaintext: &[u8]) -> io::Result<()> {
        if plaintext.len() > MAX_PLAINTEXT {
            let error = SealError::TooLarge { max: MAX_PLAINTEXT };
            return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
        }
        self.writer.write_all(plaintext)?;
        self.writer.finish()?.flush()
    }
}

/// Keeps a copy of what passes for as long as somebody wants one: the crate hands out no header.
struct Tap<W: io::Write> {
    seen: Weak<RefCell<Vec<u8>>>,
    out: BufWriter<W>,
}

impl<W: io::Write> io::Write for Tap<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        if let Some(seen) = self.seen.upgrade() {
            seen.borrow_mut().extend_from_slice(&bytes[..written]);
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The whole file in memory.
pub(super) fn in_memory(sealing: Sealing, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLarge { max: MAX_PLAINTEXT });
    }
    let mut file = Vec::new();
    let written = sealing.begin(&mut file).and_then(|writing| writing.finish(plaintext));
    written.map_err(|_| SealError::Encryption)?;
    Ok(file)
}

/// A file that one of the identities opens, at the beginning of its content.
pub struct Opening<R: io::Read> {
    mac: String,
    len: usize,
    reader: StreamReader<Source<R>>,
}

/// A file whose beginning was read to look at its header.
type Source<R> = io::BufReader<io::Chain<io::Cursor<Vec<u8>>, R>>;

impl<R: io::Read> Opening<R> {
    /// Opens a file of `len` bytes. Its header is scanned before the crate sees it.
    pub(super) fn new<'a>(
        mut file: R,
        len: u64,
        identities: impl Iterator<Item = &'a dyn age::Identity>,
    ) -> Result<Self, SealError> {
        let mut start = Vec::with_capacity(MAX_HEADER + 1);
        let most = start.capacity() as u64;
        file.by_ref().take(most).read_to_end(&mut start).map_err(|e| SealError::Read(e.kind()))?;
        let header = scan_header(&start)?;
        let sealed = usize::try_from(len).unwrap_or(usize::MAX).saturating_sub(header.len);
        let (mac, len) = (header.mac.to_owned(), plaintext_len(sealed)?);
        let source = io::BufReader::new(io::Cursor::new(start).chain(file));
        let reader = Decryptor::new_buffered(source)
            .and_then(|decryptor| decryptor.decrypt(identities))
            .map_err(refusal)?;
        Ok(Self { mac, len, reader })
    }

    /// The MAC in the header, which no other file has.
    pub fn mac(&self) -> &str {
        &self.mac
    }

    /// The content.
    pub fn read(self) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.read_with_room(0)
    }

    /// The same, in memory with room for a part more of what it holds, one in `part`; 0: for none.
    pub fn read_with_room(mut self, part: usize) -> Result<Zeroizing<Vec<u8>>, SealError> {
        // One buffer of the right size: one that grew would leave copies of what it held.
        let room = self.len.checked_div(part).unwrap_or(0);
        let mut plaintext = Zeroizing::new(vec![0; self.len + room]);
        plaintext.truncate(self.len);
        // The last chunk authenticates the end only when the end is read.
        match self.reader.read_exact(&mut plaintext).and_then(|()| self.reader.read(&mut [0])) {
            Ok(0) => Ok(plaintext),
            Ok(_) => Err(SealError::Corrupt(Part::Payload)),
            Err(error) => Err(refusal(error.into())),
        }
    }

    /// Whether the content is `expected`, found out piece by piece.
    pub fn holds(mut self, expected: &[u8]) -> Result<bool, SealError> {
        let mut piece = Zeroizing::new([0; 4096]);
        for expected in expected.chunks(piece.len()) {
            let piece = &mut piece[..expected.len()];
            self.reader.read_exact(piece).map_err(|error| refusal(error.into()))?;
            if piece != expected {
                return Ok(false);
            }
        }
        let rest = self.reader.read(&mut [0]).map_err(|error| refusal(error.into()))?;
        Ok(rest == 0 && self.len == expected.len())
    }
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
        // The system's errors have a number, the crate's have none.
        DecryptError::Io(error) if error.raw_os_error().is_some() => SealError::Read(error.kind()),
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
