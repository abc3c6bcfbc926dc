//! Credentials of a systemd service, which it reads as `$CREDENTIALS_DIRECTORY/NAME`: the list as a
//! key file, a line for each key, and a single value byte for byte.
//!
//! With a directory each credential is a file in it, and the unit names the files. Without one the
//! values stand in the unit itself, where `systemctl show` shows them to every user.

use std::fmt;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use zeroize::Zeroizing;

use super::{Artifact, Contents, ExportError, File, joined};

/// A credential and what it is called.
type Named = (String, Zeroizing<Vec<u8>>);

/// The most that one service can be given, in bytes of all its credentials.
const MOST: usize = 1024 * 1024;
/// The longest line of a unit, in bytes.
const MOST_LINE: usize = 1024 * 1024 - 1;

/// How the credentials are written.
#[derive(Debug, Clone)]
pub struct Systemd {
    /// What the list is called; a single value is called as its key is.
    pub name: Credential,
    /// Where their files are; `None` writes them into the unit.
    pub directory: Option<Directory>,
}

impl Systemd {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Artifact, ExportError> {
        let credentials = self.credentials(contents)?;
        let bytes = credentials.iter().map(|(_, value)| value.len()).sum::<usize>();
        if bytes > MOST {
            let what = "what one service is given".to_owned();
            return Err(ExportError::TooLarge { what, bytes, most: MOST });
        }
        match &self.directory {
            None => set(&credentials).map(Artifact::one),
            Some(directory) => {
                let unit = load(&credentials, directory);
                let file = |(name, bytes)| File { name: Some(name), bytes };
                Ok(Artifact { files: credentials.into_iter().map(file).collect(), beside: unit })
            }
        }
    }

    /// The credentials by their names, the list first.
    fn credentials(&self, contents: &Contents<'_>) -> Result<Vec<Named>, ExportError> {
        let mut credentials = Vec::new();
        if !contents.keys.is_empty() {
            credentials.push((self.name.0.clone(), contents.key_file("a credential")?));
        }
        for secret in &contents.secrets {
            let name = secret.key.name.to_string();
            if credentials.iter().any(|(earlier, _)| *earlier == name) {
                return Err(ExportError::SameName { key: contents.name(secret), name });
            }
            credentials.push((name, joined(std::slice::from_ref(secret), "", "", "")));
        }
        Ok(credentials)
    }
}

/// The part of a unit that names the files.
fn load(credentials: &[Named], directory: &Directory) -> Zeroizing<Vec<u8>> {
    let mut unit = String::from("[Service]\n");
    for (name, _) in credentials {
        let _ = writeln!(unit, "LoadCredential={name}:{}/{name}", directory.0);
    }
    Zeroizing::new(unit.into_bytes())
}

/// The part of a unit that holds the values. A byte that means something to systemd, or might to a
/// later one, is written as `\xHH`.
fn set(credentials: &[Named]) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    const ESCAPED: usize = r"\xHH".len();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:/@+=".contains(&byte);
    let size = |value: &[u8]| value.iter().map(|&b| if is_plain(b) { 1 } else { ESCAPED }).sum();
    let mut sizes = Vec::with_capacity(credentials.len());
    for (name, value) in credentials {
        let value: usize = size(value);
        let bytes = "SetCredential=:".len() + name.len() + value;
        if bytes > MOST_LINE {
            let what = format!("the line of {name}");
            return Err(ExportError::TooLarge { what, bytes, most: MOST_LINE });
        }
        sizes.push(bytes + "\n".len());
    }
    let head = b"[Service]\n";
    let mut unit = Zeroizing::new(Vec::with_capacity(head.len() + sizes.iter().sum::<usize>()));
    unit.extend_from_slice(head);
    for (name, value) in credentials {
        unit.extend_from_slice(b"SetCredential=");
        unit.extend_from_slice(name.as_bytes());
        unit.push(b':');
        for &byte in value.iter() {
            if is_plain(byte) {
                unit.push(byte);
            } else {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                unit.extend_from_slice(&[b'\\', b'x', high, low]);
            }
        }
        unit.push(b'\n');
    }
    Ok(unit)
}

/// A credential's name, which is a file's too: letters, digits, `_`, `-` and `.`, no dot first, at
/// most 128 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential(String);

impl FromStr for Credential {
    type Err = BadCredential;

    fn from_str(text: &str) -> Result<Self, BadCredential> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let good =
            (1..=128).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('.');
        good.then(|| Self(text.to_owned())).ok_or_else(|| BadCredential(text.to_owned()))
    }
}

/// Not the name of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCredential(pub String);

impl fmt::Display for BadCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a credential's name: letters, digits, _, - and ., no dot first, at most \
             128",
            self.0
        )
    }
}

impl std::error::Error for BadCredential {}

/// A directory as a unit names it: absolute, without `..`, and with `%`, which begins a specifier
/// there, written twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory(String);

impl Directory {
    /// The directory at an absolute path; `None` where a unit cannot name it.
    #[must_use]
    pub fn new(path: &Path) -> Option<Self> {
        let names_itself = path.components().all(|part| part != Component::ParentDir);
        // From its parts, so that no slash or dot too many is left.
        let path = path.components().collect::<PathBuf>();
        let text = path.to_str().filter(|text| path.is_absolute() && text.len() > 1)?;
        let good = names_itself && !text.contains(char::is_control);
        good.then(|| Self(text.replace('%', "%%")))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use zeroize::Zeroizing;

    use super::{Credential, Directory, load, set};

    #[test]
    fn what_means_something_to_systemd_is_escaped_in_a_unit() {
        let value = |text: &str| Zeroizing::new(text.as_bytes().to_vec());
        let unit = set(&[
            ("api_keys".to_owned(), value("aZ09_-\n#b\n")),
            ("jwt".to_owned(), value("%n\\$;:=")),
        ]);
        let unit = unit.unwrap();
        let expected = "[Service]\nSetCredential=api_keys:aZ09_-\\x0a\\x23b\\x0a\n\
                        SetCredential=jwt:\\x25n\\x5c\\x24\\x3b:=\n";
        assert_eq!(str::from_utf8(&unit), Ok(expected));
        assert_eq!(unit.capacity(), unit.len(), "it was sized first");
        assert!(set(&[("a".to_owned(), value(&"#".repeat(300_000)))]).is_err());
    }

    #[test]
    fn a_unit_names_files_by_absolute_paths() {
        let directory = |path: &str| Directory::new(Path::new(path));
        for bad in ["", "/", "a", "./a", "/a/../b", "/a\nb", "/a/.."] {
            assert_eq!(directory(bad), None, "{bad}");
        }
        let unit =
            load(&[("k".to_owned(), Zeroizing::default())], &directory("/a//50%/./").unwrap());
        assert_eq!(str::from_utf8(&unit), Ok("[Service]\nLoadCredential=k:/a/50%%/k\n"));
    }

    #[test]
    fn a_credential_is_called_as_a_file_can_be() {
        let long = "a".repeat(129);
        for bad in ["", ".", "..", ".a", "a/b", "a:b", "a b", "a%b", &long] {
            assert!(bad.parse::<Credential>().is_err(), "{bad}");
        }
        for good in ["api_keys", "a.b-c_D", "1"] {
            assert!(good.parse::<Credential>().is_ok(), "{good}");
        }
    }
}
