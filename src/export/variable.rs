//! Names of environment variables.

use std::fmt;
use std::str::FromStr;

use crate::key::{Key, KeyName};

/// What the variables of an export are called.
#[derive(Debug, Clone)]
pub struct Names {
    /// What the list is called, or a single value that is exported alone.
    pub given: Option<Variable>,
    /// What the list is called when no name was given; a single value has a name of its own.
    pub list: Variable,
}

impl Names {
    /// What the variable of a key's value is called; `alone`: it is a single value, and nothing else
    /// is written. `None` when its name makes none.
    #[must_use]
    pub fn of(&self, key: &Key, alone: bool) -> Option<Variable> {
        match &self.given {
            Some(given) if alone || !key.kind.is_single() => Some(given.clone()),
            _ if key.kind.is_single() => Variable::of_key(&key.name),
            _ => Some(self.list.clone()),
        }
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

    /// What the single value of this name is called: in capitals, with `_` for each hyphen. `None`
    /// when the name begins with a digit.
    #[must_use]
    pub fn of_key(name: &KeyName) -> Option<Self> {
        name.as_str().to_ascii_uppercase().replace('-', "_").parse().ok()
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
