//! A scan of the age v1 header (<https://c2sp.org/age>) with caps, before the `age` crate sees it:
//! the header is read before anything of it is authenticated, and the crate's parser is quadratic.
//!
//! Stricter than the crate in one point: stanza bodies in the encoding of early beta versions,
//! which could not be told from truncated ones, are malformed here, as they are for the Go `age`.

use super::error::{Part, SealError};

/// Longest header, in bytes, with its MAC line.
pub const MAX_HEADER: usize = 16 * 1024;
/// Most recipient stanzas in a header.
pub const MAX_STANZAS: usize = 32;
/// Longest line of a header, in bytes, without its line feed.
pub const MAX_HEADER_LINE: usize = 4 * 1024;

/// What every age file of every version begins with.
pub(super) const MAGIC: &[u8] = b"age-encryption.org/";
/// What a file in the text form begins with.
pub(super) const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";

const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";
const BODY_COLUMNS: usize = 64;
const MAC_LEN: usize = 43;

/// A header whose form is right; whether it is authentic only decryption tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'a> {
    /// The recipient stanzas, at least one.
    pub stanzas: Vec<Stanza<'a>>,
    /// The MAC, 43 characters of base64.
    pub mac: &'a str,
    /// Length in bytes, with the MAC's line feed; the payload begins here.
    pub len: usize,
}

/// The first line of a recipient stanza, in printable ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza<'a> {
    /// The type, such as `X25519` or `scrypt`.
    pub kind: &'a str,
    /// The arguments.
    pub args: Vec<&'a str>,
}

/// Reads the header that `bytes` begin with. The payload may be missing.
pub fn scan_header(bytes: &[u8]) -> Result<Header<'_>, SealError> {
    const MALFORMED: SealError = SealError::Corrupt(Part::Header);
    let mut rest = after_version(bytes)?;
    let mut stanzas = Vec::new();
    let mut next = || {
        let line = take_line(&mut rest)?;
        let len = bytes.len() - rest.len();
        capped(len, MAX_HEADER, "bytes").map(|()| (line, len))
    };
    loop {
        let (line, len) = next()?;
        if let Some(mac) = line.strip_prefix("--- ") {
            if stanzas.is_empty() || mac.len() != MAC_LEN || !is_base64(mac) {
                return Err(MALFORMED);
            }
            return Ok(Header { stanzas, mac, len });
        }
        let mut words = line.strip_prefix("-> ").ok_or(MALFORMED)?.split(' ');
        let kind = words.next().ok_or(MALFORMED)?;
        let args: Vec<_> = words.collect();
        if kind.is_empty() || args.iter().any(|arg| arg.is_empty()) {
            return Err(MALFORMED);
        }
        stanzas.push(Stanza { kind, args });
        capped(stanzas.len(), MAX_STANZAS, "stanzas")?;
        // The body: full lines of base64, ended by a shorter one, which may be empty.
        while {
            let (line, _) = next()?;
            if line.len() > BODY_COLUMNS || line.len() % 4 == 1 || !is_base64(line) {
                return Err(MALFORMED);
            }
            line.len() == BODY_COLUMNS
        } {}
    }
}

/// The header's own MAC, 43 characters of base64: unique to one encryption, so it names a file's
/// version without unlocking it. The first [`MAX_HEADER`] bytes of a file are enough.
pub fn header_mac(ciphertext_prefix: &[u8]) -> Result<String, SealError> {
    scan_header(ciphertext_prefix).map(|header| header.mac.to_owned())
}

fn after_version(bytes: &[u8]) -> Result<&[u8], SealError> {
    bytes.strip_prefix(VERSION_LINE).ok_or_else(|| {
        if bytes.is_empty() {
            SealError::Empty
        } else if VERSION_LINE.starts_with(bytes) {
            SealError::Truncated
        } else if bytes.starts_with(MAGIC) {
            SealError::UnknownVersion
        } else if bytes.trim_ascii_start().starts_with(ARMOR) {
            SealError::Armored
        } else {
            SealError::NotAge
        }
    })
}

/// Takes a line of printable ASCII and its line feed off the front of `rest`.
fn take_line<'a>(rest: &mut &'a [u8]) -> Result<&'a str, SealError> {
    let window = &rest[..rest.len().min(MAX_HEADER_LINE + 1)];
    let line = window.split(|&byte| byte == b'\n').next().unwrap_or(window);
    capped(line.len(), MAX_HEADER_LINE, "bytes in a line")?;
    let text = str::from_utf8(line)
        .ok()
        .filter(|text| text.bytes().all(|byte| (b' '..=b'~').contains(&byte)))
        .ok_or(SealError::Corrupt(Part::Header))?;
    *rest = rest.get(line.len() + 1..).ok_or(SealError::Truncated)?;
    Ok(text)
}

fn capped(count: usize, max: usize, what: &'static str) -> Result<(), SealError> {
    if count > max {
        return Err(SealError::HeaderTooLarge { what, max });
    }
    Ok(())
}

fn is_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: &str = "fgMiVLJHMlg9fW7CVG/hPS5EAU4Zeg19LyCP7SoH5nA";

    fn header(stanzas: &str) -> Vec<u8> {
        format!("age-encryption.org/v1\n{stanzas}--- {MAC}\n").into_bytes()
    }

    fn malformed(stanzas: &str) -> bool {
        scan_header(&header(stanzas)) == Err(SealError::Corrupt(Part::Header))
    }

    fn too_large(bytes: &[u8]) -> Option<usize> {
        match scan_header(bytes) {
            Err(SealError::HeaderTooLarge { max, .. }) => Some(max),
            _ => None,
        }
    }

    #[test]
    fn stanzas_mac_and_length_are_read() {
        let full = "A".repeat(64);
        let mut bytes = header(&format!("-> X25519 a b\nAAAA\n-> ?-grease\n{full}\n\n"));
        let len = bytes.len();
        bytes.extend([0, b'\n', 255]);
        let header = scan_header(&bytes).unwrap();
        assert_eq!((header.mac, header.len), (MAC, len));
        assert_eq!(header.stanzas[0].args, ["a", "b"]);
        assert_eq!(header.stanzas[1].kind, "?-grease");
        assert_eq!(header_mac(&bytes), Ok(MAC.to_owned()));
    }

    #[test]
    fn every_cap_holds_and_is_exact() {
        let stanza = "-> a\nAAAA\n";
        assert!(scan_header(&header(&stanza.repeat(MAX_STANZAS))).is_ok());
        let more = header(&stanza.repeat(MAX_STANZAS + 1));
        assert_eq!(too_large(&more), Some(MAX_STANZAS));

        let line = |len: usize| format!("-> {}\n\n", "a".repeat(len - 3));
        assert!(scan_header(&header(&line(MAX_HEADER_LINE))).is_ok());
        let more = header(&line(MAX_HEADER_LINE + 1));
        assert_eq!(too_large(&more), Some(MAX_HEADER_LINE));
        assert_eq!(too_large(&more[..more.len() - 50]), Some(MAX_HEADER_LINE));

        let frame = header("").len();
        let filled =
            |len: usize| header(&(line(4000).repeat(4) + &line(len - frame - 4 * 4002 - 2)));
        assert_eq!(filled(MAX_HEADER).len(), MAX_HEADER);
        assert!(scan_header(&filled(MAX_HEADER)).is_ok());
        assert_eq!(too_large(&filled(MAX_HEADER + 1)), Some(MAX_HEADER));
        assert_eq!(too_large(&header(&line(4000).repeat(5))), Some(MAX_HEADER));
    }

    #[test]
    fn malformed_stanzas_are_refused() {
        let full = "A".repeat(64);
        let cases = [
            "",
            "-> \n\n",
            "-> a  b\n\n",
            "-> a \n\n",
            "->a\n\n",
            "-> a\nAAAAA\n",
            "-> a\nAA==\n",
            "-> a\r\n\n",
            "-> é\n\n",
            "-> a\n-> b\n\n",
            &format!("-> a\n{full}\n"),
            &format!("-> a\n{full}A\n"),
        ];
        for case in cases {
            assert!(malformed(case), "{case:?}");
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        let cases: [(&[u8], SealError); 7] = [
            (b"", SealError::Empty),
            (b"age-encryption.org/v", SealError::Truncated),
            (b"age-encryption.org/v1\n-> X", SealError::Truncated),
            (b"age-encryption.org/v1\n-> X\0", SealError::Corrupt(Part::Header)),
            (b"age-encryption.org/v2\n", SealError::UnknownVersion),
            (b"\n-----BEGIN AGE ENCRYPTED FILE-----\n", SealError::Armored),
            (b"format = 1\n", SealError::NotAge),
        ];
        for (bytes, error) in cases {
            assert_eq!(scan_header(bytes), Err(error));
        }
    }
}
