use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::failure::{Failure, Outcome, exit};
use super::git;
use super::session::Session;
use crate::fs;

/// The line by which a hook of ours is known.
const MARK: &str = "# Written by keyctl hook install.\n";
const MODE: u32 = 0o755;
/// A hook of ours is far shorter.
const MOST: u64 = 64 * 1024;

/// Keep keys out of commits: a git pre-commit hook
///
/// The hook runs `scan --staged`: a commit with a key in it is not made. It needs no passphrase.
#[derive(Debug, Args)]
pub(super) struct Hook {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Install the hook in this repository
    ///
    /// It is put where git looks for hooks, also with core.hooksPath and in a worktree. A hook that
    /// is there already is left as it is, and the line to add to it is said.
    Install,
    /// Remove the hook, where it is this one
    Uninstall,
}

impl Hook {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let dir = git::output(git::command(&[
            "rev-parse",
            "--path-format=absolute",
            "--git-path",
            "hooks",
        ]))?;
        let dir = dir.strip_suffix(b"\n").unwrap_or(&dir);
        let path = Path::new(OsStr::from_bytes(dir)).join("pre-commit");
        // One that is a pipe would be waited for.
        let is_other = path.metadata().is_ok_and(|meta| !meta.is_file());
        let there = match (!is_other).then(|| fs::read_named(&path, MOST)) {
            Some(Ok(text)) => Some(text),
            Some(Err(error)) if error.is_missing() && !fs::exists(&path) => None,
            None | Some(Err(fs::Error::TooLarge(..))) => Some(Vec::new()),
            Some(Err(error)) => return Err(error.into()),
        };
        let ours = |text: &[u8]| memchr::memmem::find(text, MARK.as_bytes()).is_some();
        let place = path.display();
        match (&self.verb, there) {
            (Verb::Install, None) => {
                let command = command(session)?;
                let script = [b"#!/bin/sh\n", MARK.as_bytes(), b"exec ", &command, b"\n"].concat();
                fs::make_dir(path.parent().unwrap_or(Path::new(".")))?;
                fs::create_with(&path, &script, MODE)?;
                session.ui.say(&format!("{place}: commits are scanned for keys"));
                Ok(())
            }
            (Verb::Install, Some(text)) if ours(&text) => {
                session.ui.say(&format!("{place}: the hook is there already"));
                Ok(())
            }
            (Verb::Install, Some(_)) => {
                let command = command(session)?;
                let line = String::from_utf8_lossy(&command);
                Err(Failure::refused(format!("there is another hook already: {place}"))
                    .advise(format!("add this line to it: {line} || exit")))
            }
            (Verb::Uninstall, Some(text)) if ours(&text) => {
                fs::remove(&path)?;
                session.ui.say(&format!("{place}: removed"));
                Ok(())
            }
            (Verb::Uninstall, Some(_)) => {
                Err(Failure::refused(format!("the hook is not keyctl's: {place}"))
                    .advise("take its line out by hand"))
            }
            (Verb::Uninstall, None) => {
                session.ui.say(&format!("{place}: there is no hook"));
                Ok(())
            }
        }
    }
}

/// What the hook runs, for a shell. The program is named with its path: another one has its name.
fn command(session: &Session) -> Outcome<Vec<u8>> {
    let program = std::env::current_exe().map_err(|error| {
        let message = format!("cannot tell where this program is: {}", fs::reason(&error));
        Failure::new(exit::FAILED, message).advise("write the hook by hand")
    })?;
    let mut line = quoted(program);
    line.extend_from_slice(b" scan --staged --no-input");
    if let Some(vault) = session.typed_vault() {
        // The hook runs at the top of the worktree, wherever the commit is made.
        let vault = std::path::absolute(vault).unwrap_or_else(|_| vault.to_path_buf());
        line.extend_from_slice(b" --vault ");
        line.extend_from_slice(&quoted(vault));
    }
    Ok(line)
}

fn quoted(path: PathBuf) -> Vec<u8> {
    let path = path.into_os_string().into_vec();
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'\'').collect();
    [b"'", &parts.join(&b"'\\''"[..])[..], b"'"].concat()
}
