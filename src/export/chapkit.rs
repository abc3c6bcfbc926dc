//! chapkit and servicekit: `NAME=K1,K2`, split at commas by the reader, which strips each part,
//! drops empty ones and takes the rest verbatim, quotes included. So nothing is quoted.
//!
//! `.with_auth()` reads `SERVICEKIT_API_KEYS` in every published version; `CHAPKIT_API_KEYS` works
//! where the application says `.with_auth(env_var="CHAPKIT_API_KEYS")`.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::{Entry, joined};

/// `NAME=K1,K2`, or the value alone.
#[derive(Debug, Clone)]
pub struct Chapkit {
    /// The variable; `None` writes the value alone.
    pub variable: Option<Variable>,
}

impl Chapkit {
    pub(super) fn write(&self, entries: &[Entry<'_>]) -> Zeroizing<Vec<u8>> {
        let before = self.variable.as_ref().map_or(String::new(), |name| format!("{name}="));
        joined(entries, ",", &before, "\n")
    }
}

/// The name of an environment variable: `[A-Za-z_][A-Za-z0-9_]*`, at most 128 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable(String);

impl Variable {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Variable {
    type Err = BadVariable;

    fn from_str(text: &str) -> Result<Self, BadVariable> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if starts_well && plain && text.len() <= 128 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadVariable(text.to_owned()))
        }
    }
}

/// Not the name of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadVariable(pub String);

impl fmt::Display for BadVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not the name of a variable: letters, digits and _, no digit first, at most 128",
            self.0
        )
    }
}

impl std::error::Error for BadVariable {}
