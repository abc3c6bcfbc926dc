use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::failure::{Failure, Outcome, exit};
use super::session::Session;
use super::unlock::{
    GIVE_PASSPHRASE, MOST_INPUT, NEEDS_PASSPHRASE, passphrase_from, read_identity,
};
use crate::fs;
use crate::secret::Secret;
use crate::vault::seal::{self, IdentityFile};
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
    /// Say what would be done, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

impl Passwd {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        // The file itself, not a link to it: a new file in the link's place would leave the old one.
        let path = identity(session)?;
        let path = path.canonicalize().unwrap_or(path);
        let target = self.target(session, &path)?;
        let text = read_text(session, &path)?;
        let what = if self.no_passphrase { "no passphrase" } else { "the new passphrase" };
        if self.dry_run {
            session.ui.say(&format!("{} would have {what}", target.display()));
            return Ok(());
        }
        if self.no_passphrase {
            put(&path, &target, text.expose().as_bytes())?;
        } else {
            let passphrase = self.new_passphrase(session)?;
            let wrapped = seal::protect(&text, &passphrase, Session::work_factor())
                .map_err(|error| Failure::new(exit::FAILED, error.to_string()))?;
            opens(&wrapped, &passphrase, &text)?;
            put(&path, &target, &wrapped)?;
        }
        session.ui.say(&format!("{} has {what}", target.display()));
        if self.no_passphrase {
            session.ui.note("whoever can read this file can read the vault: keep it private");
        }
        Ok(())
    }

    fn new_passphrase(&self, session: &Session) -> Outcome<Secret> {
        match &self.new_passphrase_file {
            Some(file) if file == Path::new("-") && session.passphrase_is_stdin() => {
                Err(Failure::usage("standard input cannot be both passphrases")
                    .advise("give one of them with a file"))
            }
            Some(file) => passphrase_from(file),
            None => Ok(session
                .prompt("there is no terminal to ask on: say --new-passphrase-file")?
                .new_passphrase("New passphrase")?),
        }
    }

    /// What the identity is called afterwards: a person's own has one name with a passphrase and
    /// one without, a file named by hand keeps its name. Another identity is never written over.
    fn target(&self, session: &Session, path: &Path) -> Outcome<PathBuf> {
        let paths = session.paths()?;
        let (with, without) = (paths.protected_identity(), paths.plain_identity());
        let (from, to) = if self.no_passphrase { (with, without) } else { (without, with) };
        if !from.canonicalize().is_ok_and(|from| from == path) {
            return Ok(path.to_path_buf());
        }
        if fs::exists(&to) {
            let message = format!("there is another identity at {}", to.display());
            return Err(Failure::refused(message).advise("move one of them away first"));
        }
        Ok(to)
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
    let failed = |why: String| {
        let advice = match why.as_str() {
            NEEDS_PASSPHRASE => GIVE_PASSPHRASE,
            _ => "name another identity with --identity FILE",
        };
        Failure::new(exit::LOCKED, format!("{}: {why}", path.display())).advise(advice)
    };
    match read_identity(path).map_err(failed)? {
        IdentityFile::Plain(_) => {
            let bytes = Zeroizing::new(fs::read_named(path, MOST_INPUT)?);
            Secret::from_utf8(bytes.to_vec()).map_err(|error| failed(error.to_string()))
        }
        IdentityFile::Protected(protected) => {
            let given = session.given_passphrase()?;
            let text =
                session.with_passphrase(protected.label(), given.as_ref(), |passphrase| {
                    protected.identity_text(passphrase)
                })?;
            text.map_err(failed)
        }
    }
}

/// Proves that what was wrapped comes back, before the file that it replaces goes.
fn opens(wrapped: &[u8], passphrase: &Secret, text: &Secret) -> Outcome {
    let back = match seal::read_identity_file("the new identity", wrapped) {
        Ok(IdentityFile::Protected(protected)) => protected.identity_text(passphrase).ok(),
        _ => None,
    };
    if back.is_some_and(|back| back.matches(text)) {
        return Ok(());
    }
    Err(Failure::new(exit::FAILED, "the wrapped identity does not open again; nothing was changed"))
}

/// Writes the identity under its new name and takes the old one away.
fn put(path: &Path, target: &Path, bytes: &[u8]) -> Outcome {
    if target == path {
        return Ok(fs::replace(path, bytes, true)?);
    }
    fs::create(target, bytes)?;
    Ok(fs::remove(path)?)
}
