use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::failure::{Failure, Outcome, exit};
use super::git;
use super::session::{Session, variable_os};
use crate::fs::{self, Before};

/// The line by which a hook of ours is known.
const MARK: &str = "# Written by keyctl hook install.\n";
const MODE: u32 = 0o755;
/// What follows the program in it, and what may come then.
const SCAN: &[u8] = b" scan --staged --no-input";
const VAULT: &[u8] = b" --vault ";
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
    /// wrote, and nobody changed, is written anew where it runs another program or, with --vault,
    /// another vault.
    Install,
    /// Remove the hook, where it is this one
    Uninstall,
}

impl Hook {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let path = git::path("hooks")?.join("pre-commit");
        // One that is a pipe would be waited for.
        let is_other = path.metadata().is_ok_and(|meta| !meta.is_file());
        let there = match (!is_other).then(|| fs::read_named(&path, MOST)) {
            Some(Ok(text)) => Some(text),
            Some(Err(error)) if error.is_missing() && !fs::exists(&path) => None,
            None | Some(Err(fs::Error::TooLarge(..))) => Some(Vec::new()),
            Some(Err(error)) => return Err(error.into()),
        };
        let ours = there.as_deref().filter(|_| !path.is_symlink()).and_then(Ours::read);
        let place = path.display();
        match (&self.verb, there.as_deref()) {
            (Verb::Install, None) => {
                fs::make_dir(path.parent().unwrap_or(Path::new(".")))?;
                fs::create_with(&path, &script(&command(session, None)?), MODE)?;
                session.ui.say(&format!("{place}: commits are scanned for keys"));
                Ok(())
            }
            (Verb::Install, Some(text)) => {
                let command = command(session, ours.as_ref())?;
                let may_run =
                    path.metadata().is_ok_and(|meta| meta.permissions().mode() & 0o111 != 0);
                if may_run && runs(text, &command) {
                    session.ui.say(&format!("{place}: the hook is there already"));
                    return Ok(());
                }
                let line = String::from_utf8_lossy(&command);
                if ours.is_some() {
                    let hook = fs::stage_for_others(Before::of(&path)?, &script(&command), MODE)?;
                    fs::publish_all(vec![hook])?;
                    session.ui.say(&format!("{place}: the hook is written anew: {line}"));
                    return Ok(());
                }
                Err(Failure::refused(format!("there is another hook already: {place}"))
                    .advise(format!("add this line to it: {line} || exit")))
            }
            (Verb::Uninstall, Some(_)) if ours.is_some() => {
                fs::remove(&path)?;
                session.ui.say(&format!("{place}: removed"));
                Ok(())
            }
            (Verb::Uninstall, Some(_)) => {
                Err(Failure::refused(format!("the hook is not keyctl's alone: {place}"))
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

/// A hook of ours, to which nothing was added.
struct Ours<'a> {
    /// What follows [`SCAN`]: nothing, or the vault.
    options: &'a [u8],
}

impl<'a> Ours<'a> {
    fn read(text: &'a [u8]) -> Option<Self> {
        let command = text.strip_prefix(&head()[..])?.strip_suffix(b"\n")?;
        let at = memchr::memmem::find(command, SCAN)?;
        let (program, options) = (command.get(..at)?, command.get(at + SCAN.len()..)?);
        let is_vault = options.strip_prefix(VAULT).is_some_and(is_quoted) || options.is_empty();
        let is_ours = is_quoted(program) && is_vault && !command.contains(&b'\n');
        is_ours.then_some(Self { options })
    }
}

/// Whether a line of a hook is the command, in a hook of ours or as it is said to be added to others.
fn runs(text: &[u8], command: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| {
        let line = line.strip_prefix(b"exec ").unwrap_or(line);
        matches!(line.strip_prefix(command), Some(b"" | b" || exit" | b" || exit 1"))
    })
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
    // The link itself is kept, the way to it is not.
    let called =
        called.and_then(|path| Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?)));
    Ok(called.unwrap_or(real))
}

/// What the hook runs, for a shell; in the vault that is typed, else in that of the hook before.
fn command(session: &Session, before: Option<&Ours<'_>>) -> Outcome<Vec<u8>> {
    let program = program().map_err(|error| {
        let message = format!("cannot tell where this program is: {}", fs::reason(&error));
        Failure::new(exit::FAILED, message).advise("write the hook by hand")
    })?;
    let mut line = quoted(program);
    line.extend_from_slice(SCAN);
    if let Some(vault) = session.typed_vault() {
        // The hook runs at the top of the worktree, wherever the commit is made.
        let vault = std::path::absolute(vault).unwrap_or_else(|_| vault.to_path_buf());
        line.extend_from_slice(VAULT);
        line.extend_from_slice(&quoted(vault));
    } else if let Some(before) = before {
        line.extend_from_slice(before.options);
    }
    Ok(line)
}

/// Whether it is one word as [`quoted`] writes it.
fn is_quoted(word: &[u8]) -> bool {
    let inner = word.strip_prefix(b"'").and_then(|word| word.strip_suffix(b"'"));
    inner.is_some_and(|inner| {
        let inner = String::from_utf8_lossy(inner);
        inner.split("'\\''").all(|part| !part.contains('\''))
    })
}

fn quoted(path: PathBuf) -> Vec<u8> {
    let path = path.into_os_string().into_vec();
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'\'').collect();
    [b"'", &parts.join(&b"'\\''"[..])[..], b"'"].concat()
}
