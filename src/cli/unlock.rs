//! Unlocking: which identities there are, what protects them, and why one does not help.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::failure::{Failure, Outcome, exit};
use super::session::{Session, Tried, Unlocked};
use crate::fs;
use crate::secret::Secret;
use crate::ui::progress::Progress;
use crate::vault::seal::{self, Identity, IdentityFile, Protected, SealError};
use crate::vault::store::Access;
use crate::vault::trust::Trust;
use crate::verify::without_line_end;

/// How long a command waits for another one's commit.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest identity file, passphrase file or piped secret, in bytes.
pub(super) const MOST_INPUT: u64 = 1024 * 1024;
/// How often a passphrase is asked for.
const TRIES: usize = 3;

impl Session {
    /// What reading and committing needs; unlocks the identities.
    pub(super) fn access(&self, dry_run: bool) -> Outcome<Access<'_>> {
        let identities = &self.unlock()?.identities;
        let trust = Trust { rollback: self.global.unlock.accept_rollback, recipients: false };
        Ok(Access { identities, now: self.now(), trust, patience: PATIENCE, dry_run })
    }

    /// Whether unlocking would ask nothing.
    pub(super) fn unlocks_silently(&self) -> bool {
        let has_passphrase = self.global.unlock.passphrase_file.is_some()
            || self.global.unlock.passphrase_fd.is_some();
        self.unlocked.get().is_some()
            || has_passphrase
            || self.identity_files().is_ok_and(|files| {
                files.iter().any(|file| matches!(read_identity(file), Ok(IdentityFile::Plain(_))))
            })
    }

    /// The identity files: those named, or the person's own.
    pub(super) fn identity_files(&self) -> Outcome<Vec<PathBuf>> {
        if !self.global.unlock.identity.is_empty() {
            return Ok(self.global.unlock.identity.clone());
        }
        let paths = self.paths()?;
        let own = [paths.protected_identity(), paths.plain_identity()];
        Ok(own.into_iter().filter(|path| fs::exists(path)).collect())
    }

    /// The unlocked identities, and why others are not.
    fn unlock(&self) -> Outcome<&Unlocked> {
        if self.unlocked.get().is_none() {
            let unlocked = self.unlock_files()?;
            let _ = self.unlocked.set(unlocked);
        }
        self.unlocked.get().ok_or_else(|| Failure::new(exit::LOCKED, "no identity is unlocked"))
    }

    fn unlock_files(&self) -> Outcome<Unlocked> {
        let files = self.identity_files()?;
        if files.is_empty() {
            return Err(Failure::new(exit::LOCKED, "there is no identity to unlock with")
                .run("make one", ["init"])
                .advise("or name one with --identity FILE"));
        }
        let mut identities = Vec::new();
        let mut tried = Tried::new();
        let mut given = None;
        for path in &files {
            let label = path.display().to_string();
            match read_identity(path) {
                Ok(IdentityFile::Plain(found)) => {
                    self.warn_if_exposed(path);
                    identities.extend(found);
                }
                Ok(IdentityFile::Protected(protected)) => {
                    match self.unlock_protected(&protected, &mut given)? {
                        Ok(found) => identities.extend(found),
                        Err(why) => tried.push((label, why)),
                    }
                }
                Err(why) => tried.push((label, why)),
            }
        }
        if identities.is_empty() {
            let mut message = String::from("no identity could be unlocked");
            for (label, why) in &tried {
                let _ = write!(message, "\n- {label}: {why}");
            }
            let failure = Failure::new(exit::LOCKED, message);
            let asks = tried.iter().any(|(_, why)| why == NEEDS_PASSPHRASE);
            return Err(if asks {
                failure.advise(GIVE_PASSPHRASE)
            } else {
                failure.advise("name another identity with --identity FILE")
            });
        }
        Ok(Unlocked { identities, tried })
    }

    /// Takes over an identity that was made just now, so that its passphrase is not asked for again.
    pub(super) fn adopt(&self, path: &Path, text: &Secret) {
        let label = path.display().to_string();
        let read = seal::read_identity_file(&label, text.expose().as_bytes());
        if let Ok(IdentityFile::Plain(identities)) = read {
            let _ = self.unlocked.set(Unlocked { identities, tried: Tried::new() });
        }
    }

    fn warn_if_exposed(&self, path: &Path) {
        if fs::is_readable_by_others(path) {
            let path = path.display();
            self.ui.warn(&format!("other users can read the identity {path}: chmod 600 {path}"));
        }
    }

    fn unlock_protected(
        &self,
        protected: &Protected,
        given: &mut Option<Secret>,
    ) -> Outcome<Result<Vec<Identity>, String>> {
        if given.is_none() {
            *given = self.given_passphrase()?;
        }
        self.with_passphrase(protected.label(), given.as_ref(), |passphrase| {
            protected.unlock(passphrase)
        })
    }

    /// Opens with the passphrase that was given, else with one that is asked for.
    pub(super) fn with_passphrase<T>(
        &self,
        label: &str,
        given: Option<&Secret>,
        open: impl Fn(&Secret) -> Result<T, SealError>,
    ) -> Outcome<Result<T, String>> {
        let open = |passphrase: &Secret| {
            let _progress = Progress::start(&self.ui, "unlocking");
            open(passphrase)
        };
        if let Some(passphrase) = given {
            return Ok(open(passphrase).map_err(|error| error.to_string()));
        }
        let Ok(prompt) = self.ui.prompt() else { return Ok(Err(NEEDS_PASSPHRASE.to_owned())) };
        for left in (0..TRIES).rev() {
            match open(&prompt.hidden(&format!("Passphrase for {label}"))?) {
                Ok(opened) => return Ok(Ok(opened)),
                Err(SealError::WrongPassphrase) if left > 0 => {
                    self.ui.warn("wrong passphrase, try again");
                }
                Err(error) => return Ok(Err(error.to_string())),
            }
        }
        Ok(Err(SealError::WrongPassphrase.to_string()))
    }

    /// The passphrase from `--passphrase-file` or `--passphrase-fd`.
    pub(super) fn given_passphrase(&self) -> Outcome<Option<Secret>> {
        match (&self.global.unlock.passphrase_file, self.global.unlock.passphrase_fd) {
            (Some(path), _) => passphrase_from(path).map(Some),
            (None, Some(0)) => passphrase_from(Path::new("-")).map(Some),
            (None, Some(fd)) => passphrase_from(&PathBuf::from(format!("/dev/fd/{fd}"))).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Closes the descriptor that the passphrase came from: a program that is started inherits it, and
    /// of a file could read it again.
    pub(super) fn close_passphrase_fd(&self) {
        let fd = self.global.unlock.passphrase_fd.and_then(|fd| i32::try_from(fd).ok());
        if let Some(fd) = fd.filter(|fd| *fd > 2) {
            let _ = nix::unistd::close(fd);
        }
    }

    /// Whether the passphrase comes from standard input, so that nothing else can.
    pub(super) fn passphrase_is_stdin(&self) -> bool {
        self.global.unlock.passphrase_file.as_deref() == Some(Path::new("-"))
            || self.global.unlock.passphrase_fd == Some(0)
    }

    /// Fails when the passphrase comes from standard input, which `what` is wanted from.
    pub(super) fn stdin_is_free(&self, what: &str) -> Outcome {
        if !self.passphrase_is_stdin() {
            return Ok(());
        }
        Err(Failure::usage(format!("standard input cannot be both passphrase and {what}"))
            .advise("give one of them with a file"))
    }

    /// How hard a passphrase is to guess at: age's scrypt work factor.
    pub(super) fn work_factor() -> u8 {
        #[cfg(debug_assertions)]
        if let Some(factor) =
            super::session::variable("KEYCTL_TEST_WORK_FACTOR").and_then(|v| v.parse().ok())
        {
            return factor;
        }
        seal::WORK_FACTOR
    }
}

/// Why an identity stays locked where nobody can be asked, and what to do.
pub(super) const NEEDS_PASSPHRASE: &str = "it needs a passphrase";
pub(super) const GIVE_PASSPHRASE: &str =
    "there is no terminal to ask on: use --passphrase-file or --passphrase-fd";

/// The first line of a file as a passphrase.
pub(super) fn passphrase_from(path: &Path) -> Outcome<Secret> {
    let bytes = if path == Path::new("-") {
        // What comes behind the line is for the program of `run`.
        fs::read_stdin_line(MOST_INPUT)?
    } else {
        fs::read_named(path, MOST_INPUT)?
    };
    let text = Secret::from_utf8(bytes).map_err(|error| {
        Failure::usage(format!("the passphrase in {}: {error}", path.display()))
            .advise("it stands on the first line")
    })?;
    let line = text.expose().split_inclusive('\n').next().unwrap_or_default();
    let line = without_line_end(line);
    if line.is_empty() {
        return Err(Failure::usage(format!("the passphrase in {} is empty", path.display()))
            .advise("it stands on the first line"));
    }
    Ok(Secret::new(line.to_owned()))
}

/// Reads an identity file, whatever protects it.
pub(super) fn read_identity(path: &Path) -> Result<IdentityFile, String> {
    fs::check_trusted_file(path).map_err(|error| error.to_string())?;
    let bytes = Zeroizing::new(fs::read_named(path, MOST_INPUT).map_err(|e| e.to_string())?);
    let label = path.display().to_string();
    seal::read_identity_file(&label, &bytes).map_err(|error| error.to_string())
}
