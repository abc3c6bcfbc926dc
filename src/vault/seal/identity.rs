//! Identity files: fresh ones, plain ones, and those wrapped with a passphrase.

use std::fmt;
use std::io::Read as _;
use std::iter;

use age::secrecy::{ExposeSecret as _, SecretString};
use age::{scrypt, x25519};

use super::age_file::{Opening, Sealing, in_memory};
use super::error::{KeyKind, Part, SealError};
use super::header::{ARMOR, MAGIC, scan_header};
use super::recipient::Recipient;
use crate::secret::Secret;

/// The scrypt work factor that we write, log2 of N: about a second and 256 MiB. Fixed, as the `age`
/// crate's own choice depends on how busy the machine is.
pub const WORK_FACTOR: u8 = 18;
/// The highest work factor that we read: above it a file could hold the machine for minutes.
pub const MAX_WORK_FACTOR: u8 = 20;

const MAX_IDENTITY_FILE: usize = 1024 * 1024;

/// An unlocked X25519 identity.
pub struct Identity {
    key: x25519::Identity,
    label: String,
}

impl Identity {
    /// Whom to encrypt to so that this identity can decrypt.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient::of(&self.key.to_public())
    }

    /// Where it came from, for messages.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    pub(super) fn key(&self) -> &dyn age::Identity {
        &self.key
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("recipient", &self.recipient())
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// What an identity file holds.
#[derive(Debug)]
pub enum IdentityFile {
    /// Identities, at least one.
    Plain(Vec<Identity>),
    /// Identities wrapped with a passphrase.
    Protected(Protected),
}

/// An identity file wrapped with a passphrase, at a work factor that we accept.
pub struct Protected {
    label: String,
    sealed: Vec<u8>,
}

/// The text of a fresh identity file as `age-keygen` writes it, and its recipient. `created` is one
/// line of text.
#[must_use]
pub fn generate_identity(created: &str) -> (Secret, Recipient) {
    let key = x25519::Identity::generate();
    let recipient = Recipient::of(&key.to_public());
    let key = key.to_string();
    let parts = [
        "# created: ",
        created,
        "\n# public key: ",
        recipient.as_str(),
        "\n",
        key.expose_secret(),
        "\n",
    ];
    // Sized by `concat`: a text that grew would leave copies.
    (Secret::new(parts.concat()), recipient)
}

/// Reads an identity file: lines of identities and comments, or an age file, binary or armored,
/// that a passphrase opens. `label` says in messages where it came from.
pub fn read_identity_file(label: &str, bytes: &[u8]) -> Result<IdentityFile, SealError> {
    if bytes.len() > MAX_IDENTITY_FILE {
        return Err(SealError::TooLarge { max: MAX_IDENTITY_FILE });
    }
    let trimmed = bytes.trim_ascii();
    if trimmed.is_empty() {
        return Err(SealError::Empty);
    }
    if bytes.starts_with(MAGIC) {
        return Protected::new(label, bytes.to_vec()).map(IdentityFile::Protected);
    }
    if trimmed.starts_with(ARMOR) {
        let mut sealed = Vec::new();
        age::armor::ArmoredReader::new(trimmed)
            .read_to_end(&mut sealed)
            .map_err(|_| SealError::Corrupt(Part::Armor))?;
        return Protected::new(label, sealed).map(IdentityFile::Protected);
    }
    let text = str::from_utf8(bytes).map_err(|_| SealError::NotText)?;
    parse_identities(label, text).map(IdentityFile::Plain)
}

/// Wraps the text of an identity file with a passphrase, as a binary age file. `work_factor` is
/// [`WORK_FACTOR`], except in tests.
pub fn protect(
    identity_text: &Secret,
    passphrase: &Secret,
    work_factor: u8,
) -> Result<Vec<u8>, SealError> {
    check_work_factor(work_factor.into())?;
    #[expect(clippy::disallowed_methods, reason = "the factor is set, not the timed one")]
    let mut recipient = scrypt::Recipient::new(secret_string(passphrase));
    recipient.set_work_factor(work_factor);
    in_memory(Sealing::to(iter::once(&recipient as _))?, identity_text.expose().as_bytes())
}

impl Protected {
    fn new(label: &str, sealed: Vec<u8>) -> Result<Self, SealError> {
        let header = scan_header(&sealed)?;
        let [stanza] = header.stanzas.as_slice() else {
            return Err(SealError::NotProtected);
        };
        match (stanza.kind, stanza.args.as_slice()) {
            ("scrypt", [_salt, factor]) if factor.bytes().all(|digit| digit.is_ascii_digit()) => {
                check_work_factor(factor.parse().unwrap_or(u32::MAX))?;
            }
            ("scrypt", _) => return Err(SealError::Corrupt(Part::Header)),
            _ => return Err(SealError::NotProtected),
        }
        Ok(Self { label: label.to_owned(), sealed })
    }

    /// Where it came from, for messages.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The identities inside. Takes about a second of scrypt.
    pub fn unlock(&self, passphrase: &Secret) -> Result<Vec<Identity>, SealError> {
        let text = self.identity_text(passphrase)?;
        parse_identities(&self.label, text.expose())
    }

    /// The text inside, to be wrapped with another passphrase. It has not been parsed.
    pub fn identity_text(&self, passphrase: &Secret) -> Result<Secret, SealError> {
        #[expect(clippy::disallowed_methods, reason = "the ceiling is set, not the timed one")]
        let mut identity = scrypt::Identity::new(secret_string(passphrase));
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        let sealed = &self.sealed[..];
        let mut text =
            Opening::new(sealed, sealed.len() as u64, iter::once(&identity as _))?.read()?;
        Secret::from_utf8(std::mem::take(&mut *text)).map_err(|_| SealError::NotText)
    }
}

impl fmt::Debug for Protected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protected").field("label", &self.label).finish_non_exhaustive()
    }
}

fn parse_identities(label: &str, text: &str) -> Result<Vec<Identity>, SealError> {
    let mut identities = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = line.parse().map_err(|_| SealError::BadIdentity {
            line: index + 1,
            kind: match KeyKind::of(line) {
                KeyKind::Identity => KeyKind::Malformed,
                other => other,
            },
        })?;
        identities.push(Identity { key, label: label.to_owned() });
    }
    if identities.is_empty() {
        return Err(SealError::NoIdentities);
    }
    Ok(identities)
}

fn check_work_factor(factor: u32) -> Result<(), SealError> {
    if (1..=MAX_WORK_FACTOR.into()).contains(&factor) {
        return Ok(());
    }
    Err(SealError::ExcessiveWork { factor, max: MAX_WORK_FACTOR })
}

/// `to_owned` allocates what is needed and no more, so nothing is copied on the way into the box.
fn secret_string(passphrase: &Secret) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::time::{Duration, Instant};

    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn plain(bytes: &[u8]) -> Result<Vec<Identity>, SealError> {
        match read_identity_file("test", bytes)? {
            IdentityFile::Plain(identities) => Ok(identities),
            IdentityFile::Protected(_) => panic!("protected"),
        }
    }

    fn protected(bytes: &[u8]) -> Protected {
        match read_identity_file("test", bytes).unwrap() {
            IdentityFile::Protected(protected) => protected,
            IdentityFile::Plain(_) => panic!("plain"),
        }
    }

    fn scrypt_header(args: &str) -> Vec<u8> {
        let body = "A".repeat(43);
        format!("age-encryption.org/v1\n-> scrypt {args}\n{body}\n--- {body}\n").into_bytes()
    }

    #[test]
    fn a_fresh_identity_reads_back() {
        let (text, recipient) = generate_identity("2026-01-02T03:04:05Z");
        let lines: Vec<_> = text.expose().lines().collect();
        assert_eq!(lines[0], "# created: 2026-01-02T03:04:05Z");
        assert_eq!(lines[1], format!("# public key: {recipient}"));
        assert!(lines[2].starts_with("AGE-SECRET-KEY-1"));

        let identities = plain(text.expose().as_bytes()).unwrap();
        assert_eq!(identities[0].recipient(), recipient);
        assert_eq!(identities[0].label(), "test");
        assert!(!format!("{identities:?}").contains("AGE-SECRET"));
    }

    #[test]
    fn several_identities_and_dos_line_ends_are_read() {
        let (one, _) = generate_identity("now");
        let (two, _) = generate_identity("now");
        let text = format!("\n{}\r\n  {}", one.expose(), two.expose()).replace('\n', "\r\n");
        assert_eq!(plain(text.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn other_keys_are_named_by_line_and_kind() {
        let (text, recipient) = generate_identity("now");
        let good = text.expose().lines().last().unwrap().to_owned();
        let cases = [
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl", KeyKind::Ssh),
            ("ssh-ed25519 AAAA", KeyKind::Ssh),
            ("AGE-PLUGIN-YUBIKEY-1QQ", KeyKind::Plugin),
            ("AGE-SECRET-KEY-PQ-1QQ", KeyKind::PostQuantum),
            (recipient.as_str(), KeyKind::Recipient),
            (&good[..good.len() - 1], KeyKind::Malformed),
            ("hunter2", KeyKind::Unknown),
        ];
        for (line, kind) in cases {
            let error = plain(format!("# c\n{good}\n{line}\n").as_bytes()).unwrap_err();
            assert_eq!(error, SealError::BadIdentity { line: 3, kind });
            assert!(!error.to_string().contains(line));
        }
        assert_eq!(plain(b"").unwrap_err(), SealError::Empty);
        assert_eq!(plain(b" \r\n").unwrap_err(), SealError::Empty);
        assert_eq!(plain(b"# only\n").unwrap_err(), SealError::NoIdentities);
        assert_eq!(plain(b"\xff\n").unwrap_err(), SealError::NotText);
    }

    #[test]
    fn a_protected_identity_opens_with_its_passphrase_only() {
        let (text, recipient) = generate_identity("now");
        let wrapped = protect(&text, &secret("correct"), 2).unwrap();
        let file = protected(&wrapped);
        assert_eq!(file.unlock(&secret("correct")).unwrap()[0].recipient(), recipient);
        assert!(file.identity_text(&secret("correct")).unwrap().matches(&text));
        assert_eq!(file.unlock(&secret("wrong")).unwrap_err(), SealError::WrongPassphrase);

        let mut changed = wrapped.clone();
        *changed.last_mut().unwrap() ^= 1;
        let error = protected(&changed).unlock(&secret("correct")).unwrap_err();
        assert_eq!(error, SealError::Corrupt(Part::Payload));
        let cut = &wrapped[..wrapped.len() / 3];
        assert_eq!(read_identity_file("test", cut).unwrap_err(), SealError::Truncated);
    }

    #[test]
    fn an_armored_identity_is_read() {
        let (text, recipient) = generate_identity("now");
        let wrapped = protect(&text, &secret("p"), 2).unwrap();
        let format = age::armor::Format::AsciiArmor;
        let mut writer = age::armor::ArmoredWriter::wrap_output(Vec::new(), format).unwrap();
        writer.write_all(&wrapped).unwrap();
        let armored = writer.finish().unwrap();
        let identities = protected(&armored).unlock(&secret("p")).unwrap();
        assert_eq!(identities[0].recipient(), recipient);

        let cut = read_identity_file("test", &armored[..armored.len() - 40]);
        assert_eq!(cut.unwrap_err(), SealError::Corrupt(Part::Armor));
    }

    #[test]
    fn excessive_work_is_refused_before_any() {
        let start = Instant::now();
        for (factor, seen) in [("21", 21), ("30", 30), ("0", 0), ("99999999999", u32::MAX)] {
            let error = read_identity_file("test", &scrypt_header(&format!("AAAA {factor}")));
            let expected = SealError::ExcessiveWork { factor: seen, max: MAX_WORK_FACTOR };
            assert_eq!(error.unwrap_err(), expected);
        }
        let error = protect(&secret("t"), &secret("p"), 0).unwrap_err();
        assert_eq!(error, SealError::ExcessiveWork { factor: 0, max: MAX_WORK_FACTOR });
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn an_age_file_without_a_passphrase_is_no_identity() {
        let recipient = x25519::Identity::generate().to_public();
        let sealed = in_memory(Sealing::to(iter::once(&recipient as _)).unwrap(), b"text").unwrap();
        assert_eq!(read_identity_file("test", &sealed).unwrap_err(), SealError::NotProtected);
        let error = read_identity_file("test", &scrypt_header("AAAA x")).unwrap_err();
        assert_eq!(error, SealError::Corrupt(Part::Header));
    }
}
