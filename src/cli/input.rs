//! An artifact that a command reads: a file, standard input, or the value of a variable.

use std::path::Path;

use zeroize::Zeroizing;

use super::failure::{Failure, Outcome};
use super::session::{Session, variable};
use crate::fs;

/// The largest artifact that is read, in bytes.
pub(super) const MOST: u64 = 64 * 1024 * 1024;

/// Where an artifact is.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    /// A file; `-` is standard input.
    File(&'a Path),
    /// An environment variable.
    Variable(&'a str),
}

impl Input<'_> {
    /// Where it is, in words.
    pub(super) fn place(self) -> String {
        match self {
            Self::Variable(name) => format!("${name}"),
            Self::File(path) if path == Path::new("-") => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// What it holds.
    pub(super) fn read(self, session: &Session) -> Outcome<Zeroizing<Vec<u8>>> {
        let bytes = match self {
            Self::Variable(name) => {
                let value = variable(name).ok_or_else(|| {
                    Failure::usage(format!("the variable {name} is not set, or empty"))
                        .advise("export it, or name a file")
                })?;
                value.into_bytes()
            }
            Self::File(path) if path != Path::new("-") => fs::read_named(path, MOST)?,
            Self::File(_) if session.passphrase_is_stdin() => {
                return Err(Failure::usage("standard input cannot be both passphrase and file")
                    .advise("give one of them with a file"));
            }
            Self::File(_) => fs::read_stdin(MOST)?,
        };
        Ok(Zeroizing::new(bytes))
    }
}
