use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::failure::{Failure, Outcome, exit};
use super::session::Session;
use super::unlock::{MOST_INPUT, passphrase_from, read_identity};
use crate::fs;
use crate::secret::Secret;
use crate::vault::seal::{self, IdentityFile, Protected, SealError};
use zeroize::Zeroizing;

/// Change, set or take away the passphrase of an identity
///
/// Only the identity file is written anew; the vault stays as it is. The old file, in a backup of
/// yours, still opens with the old passphrase.
#[derive(Debug, Args)]
pub(super) struct Passwd {
    /// Leave the identity to file permissions alone
    #[arg(long, conflicts_with = "new_passphrase_file")]
    no_passphrase: bool,
    /// Read the new passphrase from the first line of a file; - is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    new_passphrase_file: Option<PathBuf>,
}

impl Passwd {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let path = identity(session)?;
        let text = read_text(session, &path)?;
        if self.no_passphrase {
            return unprotect(session, &path, &text);
        }
        let passphrase = match &self.new_passphrase_file {
            Some(file) if file == Path::new("-") && session.passphrase_is_stdin() => {
                return Err(Failure::usage("standard input cannot be both passphrases"));
            }
            Some(file) => passphrase_from(file)?,
            None => session
                .prompt("there is no terminal to ask on: say --new-passphrase-file")?
                .new_passphrase("New passphrase")?,
        };
        let wrapped = seal::protect(&text, &passphrase, Session::work_factor())
            .map_err(|error| Failure::new(exit::FAILED, error.to_string()))?;
        let target = protected_name(session, &path)?;
        fs::replace(&target, &wrapped, true)?;
        if target != path {
            fs::remove(&path)?;
        }
        session.ui.say(&format!("{} has the new passphrase", target.display()));
        Ok(())
    }
}

/// The one identity file that is meant.
fn identity(session: &Session) -> Outcome<PathBuf> {
    let files = session.identity_files()?;
    match &files[..] {
        [] => Err(Failure::new(exit::LOCKED, "there is no identity").run("make one", ["init"])),
        [only] => Ok(only.clone()),
        _ => {
            Err(Failure::usage("there are several identities")
                .advise("name one with --identity FILE"))
        }
    }
}

/// The identity's own text, without its passphrase.
fn read_text(session: &Session, path: &Path) -> Outcome<Secret> {
    let failed = |why: String| Failure::new(exit::LOCKED, format!("{}: {why}", path.display()));
    match read_identity(path).map_err(failed)? {
        IdentityFile::Plain(_) => {
            let bytes = Zeroizing::new(fs::read_named(path, MOST_INPUT)?);
            Secret::from_utf8(bytes.to_vec()).map_err(|error| failed(error.to_string()))
        }
        IdentityFile::Protected(protected) => {
            unwrap_text(session, &protected).map_err(|error| failed(error.to_string()))?
        }
    }
}

fn unwrap_text(session: &Session, protected: &Protected) -> Result<Outcome<Secret>, SealError> {
    let old = match session.given_passphrase() {
        Ok(Some(given)) => given,
        Ok(None) => {
            let asked = session
                .prompt("the identity has a passphrase, and there is no terminal to ask on: say --passphrase-file")
                .and_then(|prompt| Ok(prompt.hidden(&format!("Passphrase for {}", protected.label()))?));
            match asked {
                Ok(asked) => asked,
                Err(failure) => return Ok(Err(failure)),
            }
        }
        Err(failure) => return Ok(Err(failure)),
    };
    protected.identity_text(&old).map(Ok)
}

fn unprotect(session: &Session, path: &Path, text: &Secret) -> Outcome {
    let paths = session.paths()?;
    let target = if path == paths.protected_identity() {
        paths.plain_identity()
    } else {
        path.to_path_buf()
    };
    fs::replace(&target, text.expose().as_bytes(), true)?;
    if target != path {
        fs::remove(path)?;
    }
    session.ui.say(&format!("{} has no passphrase", target.display()));
    session.ui.note("whoever can read this file can read the vault: keep it private");
    Ok(())
}

/// A person's own plain identity takes the protected one's name; a file named by hand keeps its own.
fn protected_name(session: &Session, path: &Path) -> Outcome<PathBuf> {
    let paths = session.paths()?;
    Ok(if path == paths.plain_identity() { paths.protected_identity() } else { path.to_path_buf() })
}
