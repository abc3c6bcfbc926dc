//! `--clip`: a secret goes to the clipboard, and a process of ours that knows only its digest takes
//! it away again, unless something else was copied.

use std::env::current_exe;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use super::failure::{Failure, Outcome, exit};
use super::session::{Session, variable};
use crate::fs;
use crate::ui::clipboard::{Clipboard, Fingerprint, Surroundings};

/// The first argument of the process that clears the clipboard. It is for this program alone, and
/// so in no help.
pub(super) const VERB: &str = "__clear-clipboard";

/// Says how long a copy stays, in seconds.
const VARIABLE: &str = "KEYCTL_CLIP_SECONDS";
const DEFAULT: u64 = 45;
const MOST: u64 = 3600;

/// A clipboard, and how long it keeps a copy.
pub(super) struct Clip {
    clipboard: Clipboard,
    seconds: u64,
}

impl Clip {
    /// Looks for the clipboard: before anything is made that would then not be seen.
    pub(super) fn find() -> Outcome<Self> {
        let seconds = match variable(VARIABLE) {
            None => Some(DEFAULT),
            Some(text) => text.parse().ok().filter(|seconds| (1..=MOST).contains(seconds)),
        };
        let seconds = seconds.ok_or_else(|| {
            Failure::usage(format!("{VARIABLE} is no number of seconds"))
                .advise(format!("write one from 1 to {MOST}, or unset it"))
        })?;
        Ok(Self { clipboard: clipboard()?, seconds })
    }

    /// Copies `secret`, which is called `what`.
    pub(super) fn copy(&self, session: &Session, what: &str, secret: &[u8]) -> Outcome {
        session.close_passphrase_fd();
        self.hand_over(secret).map_err(|error| {
            let why = fs::reason(&error);
            Failure::new(exit::FAILED, format!("cannot copy to the clipboard: {why}"))
                .advise("nothing was copied; leave --clip out, and pipe it where it is needed")
        })?;
        let seconds = self.seconds;
        session.ui.say(&format!("{what} copied to the clipboard; it is cleared in {seconds} s"));
        Ok(())
    }

    fn hand_over(&self, secret: &[u8]) -> io::Result<()> {
        // Started first: what could not be cleared is not copied.
        let mut cleaner = Command::new(current_exe()?)
            .args([VERB, &self.seconds.to_string()])
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let copied = self.clipboard.copy(secret)?;
        let told = cleaner.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(&copied));
        if told.is_err() {
            self.clipboard.clear(&copied)?;
        }
        told
    }
}

fn clipboard() -> Outcome<Clipboard> {
    let around = Surroundings {
        path: variable("PATH").unwrap_or_default(),
        wayland: variable("WAYLAND_DISPLAY").is_some(),
        x11: variable("DISPLAY").is_some(),
    };
    Ok(Clipboard::find(&around)?)
}

/// The process that was left behind: waits, and clears the clipboard if it still holds what has the
/// digest on standard input. Returns the exit code.
pub(super) fn clear(seconds: &str) -> u8 {
    // A terminal that is closed takes nothing off the clipboard.
    let hung_up = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(signal_hook::consts::SIGHUP, hung_up);
    let mut copied = Fingerprint::default();
    let (Ok(seconds), Ok(())) = (seconds.parse(), io::stdin().lock().read_exact(&mut copied))
    else {
        return exit::USAGE;
    };
    thread::sleep(Duration::from_secs(seconds));
    match clipboard().map(|clipboard| clipboard.clear(&copied)) {
        Ok(Ok(_)) => exit::DONE,
        _ => exit::FAILED,
    }
}
