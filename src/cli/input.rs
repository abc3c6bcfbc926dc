//! An artifact that a command reads: a file, standard input, or the value of a variable.

use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use zeroize::Zeroizing;

use super::export::{DialectWord, storage_key};
use super::failure::{Failure, Outcome};
use super::session::{Session, variable_os};
use crate::clock::Zone;
use crate::export::Dialect;
use crate::fs;
use crate::import::{Format, Settings};

/// The largest artifact that is read, in bytes.
pub(super) const MOST: u64 = 16 * 1024 * 1024;

/// How an artifact is read.
#[derive(Debug, Args)]
pub(super) struct ReadAs {
    /// Format [default: what the content looks like]
    #[arg(short = 'F', long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// What the gateway reads: basic, or extended with rate limit and expiry [default: extended]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<DialectWord>,
    /// Whose clocks the gateway's machine shows: UTC, local (this machine), +02:00 or Europe/Oslo
    /// [default: UTC, as in a container]
    #[arg(long, value_name = "ZONE")]
    expiry_zone: Option<Zone>,
    /// The `STORAGE_SECRET` that a file of heare-auth is encrypted with is in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    storage_secret_file: Option<PathBuf>,
}

impl ReadAs {
    /// Whether anything is said.
    pub(super) fn is_said(&self) -> bool {
        self.format.is_some() || self.settings_said().iter().any(|(_, is_said, _)| *is_said)
    }

    fn settings_said(&self) -> [(&'static str, bool, Format); 3] {
        [
            ("--dialect", self.dialect.is_some(), Format::Gateway),
            ("--expiry-zone", self.expiry_zone.is_some(), Format::Gateway),
            ("--storage-secret-file", self.storage_secret_file.is_some(), Format::Heare),
        ]
    }

    /// What is said for an artifact of this format; a setting of another one is refused.
    pub(super) fn settings(&self, format: Format) -> Outcome<Settings> {
        let misplaced = |(_, is_said, of): &(_, bool, Format)| *is_said && *of != format;
        if let Some((flag, _, of)) = self.settings_said().into_iter().find(misplaced) {
            let (of, format) = (of.word(), format.word());
            return Err(Failure::usage(format!(
                "{flag} is for {of}, and this is read as {format}"
            ))
            .advise(format!("say --format {of}, or leave {flag} out")));
        }
        let zone = self.expiry_zone.clone().unwrap_or_default();
        let dialect = match self.dialect {
            Some(DialectWord::Basic) if self.expiry_zone.is_some() => {
                return Err(Failure::usage("only the extended dialect has an expiry")
                    .advise("leave --expiry-zone or --dialect out"));
            }
            Some(DialectWord::Basic) => Dialect::Basic,
            Some(DialectWord::Extended) | None => Dialect::Extended(zone),
        };
        let storage = self.storage_secret_file.as_deref().map(storage_key).transpose()?;
        Ok(Settings { dialect: Some(dialect), storage })
    }
}

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
                let value = variable_os(name).ok_or_else(|| {
                    Failure::usage(format!("the variable {name} is not set"))
                        .advise("export it, or name a file")
                })?;
                value.into_vec()
            }
            Self::File(path) if path != Path::new("-") => fs::read_named(path, MOST)?,
            Self::File(_) => {
                session.stdin_is_free("file")?;
                fs::read_stdin(MOST)?
            }
        };
        Ok(Zeroizing::new(bytes))
    }
}
