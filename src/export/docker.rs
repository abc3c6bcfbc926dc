//! A key file, as chapkit's and servicekit's `api_key_file` reads it: UTF-8 without a byte-order
//! mark, one key a line, a line feed after each. The reader strips lines and skips empty ones and
//! those that begin with `#`; a comment behind a key would become part of it, so there is none.

use zeroize::Zeroizing;

use super::{Contents, ExportError, joined};

/// The largest secret that the Docker engine takes, in bytes.
const MOST: usize = 511_999;

/// One key a line.
#[derive(Debug, Clone, Copy)]
pub struct Docker;

impl Docker {
    #[expect(clippy::unused_self, reason = "each format is written the same way")]
    pub(super) fn write(self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        // A single value is read as it is, byte for byte.
        let end = if contents.keys.is_empty() { "" } else { "\n" };
        let file = joined(contents.one("a key file")?, "\n", "", end);
        if file.len() > MOST {
            let what = "the Docker secret".to_owned();
            return Err(ExportError::TooLarge { what, bytes: file.len(), most: MOST });
        }
        Ok(file)
    }
}
