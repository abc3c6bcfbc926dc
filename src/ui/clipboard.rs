//! The clipboard, by way of the programs that reach it. What is copied goes to their standard input,
//! never to a command line or a variable.

use std::ffi::OsStr;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

/// The length of a [`Fingerprint`] in bytes.
const DIGEST: usize = 32;
/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(5);
/// The most that is read back, in bytes: whatever is longer is nothing of ours.
const MOST: u64 = 1024 * 1024;

/// The SHA-256 digest of what was copied: enough to know it again.
pub type Fingerprint = [u8; DIGEST];

/// A pair of programs, each with its arguments.
#[derive(Debug)]
struct Tool {
    copy: &'static [&'static str],
    paste: &'static [&'static str],
    clear: &'static [&'static str],
}

const WAYLAND: [Tool; 1] = [Tool {
    copy: &["wl-copy", "--type", "text/plain"],
    paste: &["wl-paste", "--no-newline"],
    clear: &["wl-copy", "--clear"],
}];
const X11: [Tool; 2] = [
    Tool {
        copy: &["xclip", "-selection", "clipboard"],
        paste: &["xclip", "-selection", "clipboard", "-o"],
        clear: &["xclip", "-selection", "clipboard"],
    },
    Tool {
        copy: &["xsel", "--clipboard", "--input"],
        paste: &["xsel", "--clipboard", "--output"],
        clear: &["xsel", "--clipboard", "--clear"],
    },
];
const MACOS: [Tool; 1] = [Tool { copy: &["pbcopy"], paste: &["pbpaste"], clear: &["pbcopy"] }];

/// What says where the clipboard is; the caller has read the environment.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `PATH`.
    pub path: String,
    /// `WAYLAND_DISPLAY` is set.
    pub wayland: bool,
    /// `DISPLAY` is set.
    pub x11: bool,
}

/// Why there is no clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoClipboard {
    /// There is no display that it would belong to.
    NoDisplay,
    /// No program reaches it; the package that has one.
    NoTool(&'static str),
}

/// A clipboard that can be reached.
#[derive(Debug)]
pub struct Clipboard(&'static Tool);

impl Clipboard {
    /// The clipboard of these surroundings. Nothing is run.
    pub fn find(around: &Surroundings) -> Result<Self, NoClipboard> {
        let first = |tools: &'static [Tool]| {
            let is_there = |tool: &&Tool| {
                [tool.copy, tool.paste].iter().all(|one| is_in(one[0], &around.path))
            };
            tools.iter().find(is_there).map(Self)
        };
        if cfg!(target_os = "macos") {
            return first(&MACOS).ok_or(NoClipboard::NoTool("pbcopy"));
        }
        let wayland = around.wayland.then(|| first(&WAYLAND)).flatten();
        let found = wayland.or_else(|| around.x11.then(|| first(&X11)).flatten());
        found.ok_or(match around {
            Surroundings { wayland: true, .. } => NoClipboard::NoTool("wl-clipboard"),
            Surroundings { x11: true, .. } => NoClipboard::NoTool("xclip or xsel"),
            _ => NoClipboard::NoDisplay,
        })
    }

    /// Copies `bytes`, which stay when this process has ended, and returns what tells them.
    pub fn copy(&self, bytes: &[u8]) -> io::Result<Fingerprint> {
        feed(self.0.copy, bytes)?;
        Ok(fingerprint(bytes))
    }

    /// Empties the clipboard if it still holds what was copied; whether it did.
    pub fn clear(&self, copied: &Fingerprint) -> io::Result<bool> {
        let mut child = start(self.0.paste, Stdio::null(), Stdio::piped())?;
        let mut there = Zeroizing::new(Vec::with_capacity(4096));
        if let Some(out) = child.stdout.take() {
            out.take(MOST).read_to_end(&mut there)?;
        }
        // A program that finds no text there says so by its exit code: then it is not ours.
        let _ = wait(&mut child);
        let is_ours = fingerprint(&there) == *copied;
        if is_ours {
            feed(self.0.clear, b"")?;
        }
        Ok(is_ours)
    }
}

fn fingerprint(bytes: &[u8]) -> Fingerprint {
    let mut fingerprint = [0; DIGEST];
    fingerprint.copy_from_slice(digest(&SHA256, bytes).as_ref());
    fingerprint
}

fn is_in(program: &str, path: &str) -> bool {
    let is_program = |dir: &str| {
        Path::new(dir).join(program).metadata().is_ok_and(|m| m.is_file() && m.mode() & 0o111 != 0)
    };
    path.split(':').filter(|dir| !dir.is_empty()).any(is_program)
}

/// Runs a program with `bytes` on its standard input. It stays behind to hand them out, so that it
/// gets nothing of ours that somebody may wait for the end of, and no Ctrl-C.
fn feed(line: &[&str], bytes: &[u8]) -> io::Result<()> {
    let mut child = start(line, Stdio::piped(), Stdio::null())?;
    let fed = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(bytes));
    wait(&mut child)?;
    fed
}

fn start(line: &[&str], stdin: Stdio, stdout: Stdio) -> io::Result<Child> {
    let mut words = line.iter().map(OsStr::new);
    let program = words.next().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(words).stdin(stdin).stdout(stdout).stderr(Stdio::null()).process_group(0).spawn()
}

/// Waits until a program has ended well. One that takes too long is ended.
fn wait(child: &mut Child) -> io::Result<()> {
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("it ended with {status}"))),
            None if waited >= PATIENCE => {
                child.kill()?;
                child.wait()?;
                return Err(io::Error::other("it did not answer"));
            }
            None => {
                thread::sleep(POLL);
                waited += POLL;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Clipboard, NoClipboard, Surroundings};

    #[test]
    fn what_is_missing_is_told() {
        if cfg!(target_os = "macos") {
            return;
        }
        let find = |wayland, x11| {
            let path = "/nonexistent".to_owned();
            Clipboard::find(&Surroundings { path, wayland, x11 }).unwrap_err()
        };
        assert_eq!(find(false, false), NoClipboard::NoDisplay);
        assert_eq!(find(true, true), NoClipboard::NoTool("wl-clipboard"));
        assert_eq!(find(false, true), NoClipboard::NoTool("xclip or xsel"));
    }
}
