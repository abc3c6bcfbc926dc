use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::failure::{Failure, Outcome, exit};
use super::git;
use super::session::{Session, variable_os};
use crate::fs::{self, Before};

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
    /// is there already is left as it is, and the line to add to it is said. One that this command
    /// wrote is written anew where it runs another program or vault.
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
                fs::make_dir(path.parent().unwrap_or(Path::new(".")))?;
                fs::create_with(&path, &script(&command(session)?), MODE)?;
                session.ui.say(&format!("{place}: commits are scanned for keys"));
                Ok(())
            }
            (Verb::Install, Some(text)) => {
                let command = command(session)?;
                if runs(&text, &command) {
                    session.ui.say(&format!("{place}: the hook is there already"));
                    return Ok(());
                }
                if is_unchanged(&text) {
                    let hook = fs::stage_for_others(Before::of(&path)?, &script(&command), MODE)?;
                    fs::publish_all(vec![hook])?;
                    session.ui.say(&format!("{place}: the hook runs this program and vault now"));
                    return Ok(());
                }
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

/// What begins a hook of ours.
fn head() -> Vec<u8> {
    ["#!/bin/sh\n", MARK, "exec "].concat().into_bytes()
}

fn script(command: &[u8]) -> Vec<u8> {
    [&head(), command, b"\n"].concat()
}

/// Whether a line of a hook is the command, in a hook of ours or as it is said to be added to others.
fn runs(text: &[u8], command: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| {
        let line = line.strip_prefix(b"exec ").unwrap_or(line);
        let rest = line.strip_prefix(command);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b" || "))
    })
}

/// Whether it is a hook of ours to which nothing was added.
fn is_unchanged(text: &[u8]) -> bool {
    let rest = text.strip_prefix(&head()[..]).and_then(|rest| rest.strip_suffix(b"\n"));
    rest.is_some_and(|command| !command.contains(&b'\n'))
}

/// The path of this program as it was called: a link that leads to it stays right when it leads to a
/// newer one. Named by its path, as another program may have its name.
fn program() -> std::io::Result<PathBuf> {
    let real = std::env::current_exe()?;
    let name = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    let dirs = variable_os("PATH").unwrap_or_default();
    let candidates: Vec<_> = if name.components().count() > 1 {
        vec![name]
    } else {
        std::env::split_paths(&dirs).map(|dir| dir.join(&name)).collect()
    };
    let leads_here = |path: &PathBuf| path.canonicalize().is_ok_and(|there| there == real);
    let called = candidates.into_iter().find(leads_here);
    called.map_or(Ok(real), std::path::absolute)
}

/// What the hook runs, for a shell.
fn command(session: &Session) -> Outcome<Vec<u8>> {
    let program = program().map_err(|error| {
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
