//! A key file, as chapkit's and servicekit's `api_key_file` reads it: UTF-8 without a byte-order
//! mark, one key a line, a line feed after each. The reader strips lines and skips empty ones and
//! those that begin with `#`; a comment behind a key would become part of it, so there is none.

use zeroize::Zeroizing;

use super::{Entry, joined};

/// One key a line.
#[derive(Debug, Clone, Copy)]
pub struct Docker;

impl Docker {
    #[expect(clippy::unused_self, reason = "each format is written the same way")]
    pub(super) fn write(self, entries: &[Entry<'_>]) -> Zeroizing<Vec<u8>> {
        joined(entries, "\n", "", "\n")
    }
}
