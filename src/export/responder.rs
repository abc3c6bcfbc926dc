//! Responder, which loads no keys by itself: a set as Python reads it, `API_KEYS = {"K1", "K2"}`, or
//! the comma value for `os.environ["API_KEYS"].split(",")`, where a space would spoil a key and a
//! comma at the end would let an empty header in.

use zeroize::Zeroizing;

use super::{Contents, Entry, ExportError, Side, bare};

/// What the program holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responder {
    /// A line of Python: the set, or for clients the one text.
    Python,
    /// The value alone, with commas.
    Bare,
}

impl Responder {
    pub(super) fn write(self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let keys = contents.only_keys("the set of a Responder application")?;
        Ok(match (self, contents.side) {
            (Self::Bare, _) => bare(keys)?,
            (Self::Python, Side::Services) => literals(keys, "API_KEYS = {", "}\n"),
            (Self::Python, Side::Clients) => literals(keys, "API_KEY = ", "\n"),
        })
    }
}

/// The secrets as texts of Python.
fn literals(keys: &[Entry<'_>], before: &str, after: &str) -> Zeroizing<Vec<u8>> {
    let size = |secret: &str| secret.bytes().map(|b| 1 + usize::from(is_escaped(b))).sum::<usize>();
    let size: usize = keys.iter().map(|key| size(key.secret.expose()) + r#""", "#.len()).sum();
    let mut bytes = Zeroizing::new(Vec::with_capacity(before.len() + size + after.len()));
    bytes.extend_from_slice(before.as_bytes());
    for (at, key) in keys.iter().enumerate() {
        bytes.extend_from_slice(if at > 0 { b", \"" } else { b"\"" });
        for byte in key.secret.expose().bytes() {
            if is_escaped(byte) {
                bytes.push(b'\\');
            }
            bytes.push(byte);
        }
        bytes.push(b'"');
    }
    bytes.extend_from_slice(after.as_bytes());
    bytes
}

fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\')
}
