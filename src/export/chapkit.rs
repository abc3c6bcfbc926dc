//! chapkit and servicekit: `NAME=K1,K2`, split at commas by the reader, which strips each part,
//! drops empty ones and takes the rest verbatim, quotes included. So nothing is quoted.
//!
//! `.with_auth()` reads `SERVICEKIT_API_KEYS` in every published version; `CHAPKIT_API_KEYS` works
//! where the application says `.with_auth(env_var="CHAPKIT_API_KEYS")`.

use zeroize::Zeroizing;

use super::{Assignment, Contents, ExportError, Names, joined};

/// `NAME=K1,K2`, or the value alone.
#[derive(Debug, Clone)]
pub struct Chapkit {
    /// The names; `None` writes the value alone.
    pub names: Option<Names>,
}

impl Chapkit {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let Some(names) = &self.names else {
            return Ok(joined(contents.one("a value alone")?, ",", "", "\n"));
        };
        let variables = contents.variables(names)?;
        let size = variables.iter().map(|one| one.name.as_str().len() + one.value.len() + 2);
        let mut lines = Zeroizing::new(Vec::with_capacity(size.sum()));
        for Assignment { name, value } in &variables {
            for part in [name.as_str().as_bytes(), b"=", value, b"\n"] {
                lines.extend_from_slice(part);
            }
        }
        Ok(lines)
    }
}
