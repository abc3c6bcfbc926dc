//! Running git.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

use super::failure::{Failure, Outcome, exit};
use crate::fs;

/// A call of git that tells what is there, whatever a repository's own settings say: it asks nothing,
/// runs nothing that watches files or fetches what is missing, and takes no object for another.
pub(super) fn command(args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(["-c", "core.fsmonitor=false", "-c", "diff.relative=false"]).args(args);
    // The second one is what versions before 2.45 know.
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "");
    command.env("GIT_NO_REPLACE_OBJECTS", "1").stdin(Stdio::null());
    command
}

/// What git writes to its standard output.
pub(super) fn output(mut command: Command) -> Outcome<Vec<u8>> {
    let output = command.output().map_err(|error| not_run(&error))?;
    checked(output.status, &output.stderr).map(|()| output.stdout)
}

/// Where a file of the repository's own lies, also in a worktree.
pub(super) fn path(name: &str) -> Outcome<PathBuf> {
    let line = output(command(&["rev-parse", "--path-format=absolute", "--git-path", name]))?;
    Ok(OsStr::from_bytes(line.strip_suffix(b"\n").unwrap_or(&line)).into())
}

/// Whether git was content; else what it said.
pub(super) fn checked(status: ExitStatus, said: &[u8]) -> Outcome {
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(said);
    let said = said.lines().next().unwrap_or("it failed");
    Err(Failure::new(exit::FAILED, format!("git: {}", said.trim_start_matches("fatal: ")))
        .advise("run this inside the repository that is meant"))
}

pub(super) fn not_run(error: &io::Error) -> Failure {
    Failure::new(exit::FAILED, format!("cannot run git: {}", fs::reason(error)))
        .advise("install git, or scan files without it")
}
