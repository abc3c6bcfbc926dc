//! The terminal while a prompt has it: its modes are changed, and put back on every way out.
//!
//! Ctrl-C reaches the prompts as a byte they read, not as a signal, so that a prompt can return and
//! the program unwind. Signals from elsewhere end the process as ever, after the modes are back.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, iterator::Signals, low_level};

/// What a prompt needs of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Every key at once, nothing shown.
    Hidden,
    /// A line that the terminal itself edits and shows.
    Line,
    /// Modes as they are: `console` sets its own for each key, and hides the cursor.
    Menu,
}

impl Mode {
    fn apply(self, mut modes: Termios) -> Termios {
        match self {
            Self::Hidden => {
                modes.local_modes -=
                    LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
                modes.special_codes[SpecialCodeIndex::VMIN] = 1;
                modes.special_codes[SpecialCodeIndex::VTIME] = 0;
            }
            Self::Line => {
                // The interrupt key ends the line, and so is read at once.
                modes.local_modes -= LocalModes::ISIG;
                let interrupt = modes.special_codes[SpecialCodeIndex::VINTR];
                modes.special_codes[SpecialCodeIndex::VEOL] = interrupt;
            }
            Self::Menu => {}
        }
        modes
    }
}

/// The terminal is a prompt's own until this is dropped.
#[must_use]
pub(super) struct Guard {
    keys: Keys,
}

impl Guard {
    pub(super) fn new(tty: &File, mode: Mode) -> io::Result<Self> {
        let mut watch = lock();
        watch.start()?;
        let modes = tcgetattr(tty)?;
        let keys =
            Keys { tty: tty.try_clone()?, interrupt: modes.special_codes[SpecialCodeIndex::VINTR] };
        watch.held = Some(Held { tty: tty.try_clone()?, modes: modes.clone(), mode });
        IDLE.store(false, SeqCst);
        let guard = Self { keys };
        // Under the lock, or a signal could restore the modes just before they are changed.
        let changed = tcsetattr(tty, OptionalActions::Now, &mode.apply(modes));
        drop(watch);
        changed?;
        Ok(guard)
    }

    /// What is typed.
    pub(super) fn keys(&self) -> io::Result<Keys> {
        Ok(Keys { tty: self.keys.tty.try_clone()?, ..self.keys })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        while DYING.load(SeqCst) {
            thread::park();
        }
        let mut watch = lock();
        if let Some(held) = &watch.held {
            held.restore();
        }
        IDLE.store(true, SeqCst);
        watch.held = None;
    }
}

/// The terminal's input. The interrupt key is an error of kind `Interrupted`; the end, `BrokenPipe`
/// (rpassword takes `UnexpectedEof` for Enter).
pub(super) struct Keys {
    tty: File,
    interrupt: u8,
}

impl Read for Keys {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self.tty.read(bytes)? {
            0 => Err(io::ErrorKind::BrokenPipe.into()),
            read if bytes[..read].contains(&self.interrupt) => {
                Err(io::ErrorKind::Interrupted.into())
            }
            read => Ok(read),
        }
    }
}

/// No prompt is under way: signals take their default action at once, in the handler.
static IDLE: AtomicBool = AtomicBool::new(true);
/// A signal has come that ends the process: the prompt must not return any more.
static DYING: AtomicBool = AtomicBool::new(false);
/// The last signal that came; 0: none.
static CAME: AtomicUsize = AtomicUsize::new(0);
/// A piece of work is under way that no signal may leave half done.
static HOLDING: AtomicBool = AtomicBool::new(false);
static WATCH: Mutex<Watch> = Mutex::new(Watch { started: false, held: None });

fn lock() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Signals that would end the process wait as long as it lives, and act when it ends.
#[derive(Debug)]
pub struct Hold(());

impl Hold {
    /// Holds them from now on; no prompt may come meanwhile.
    ///
    /// # Errors
    /// What the system says when they cannot be taken over.
    pub fn start() -> io::Result<Self> {
        lock().start()?;
        CAME.store(0, SeqCst);
        HOLDING.store(true, SeqCst);
        IDLE.store(false, SeqCst);
        Ok(Self(()))
    }

    /// Whether one has come.
    #[must_use]
    pub fn has_come(&self) -> bool {
        CAME.load(SeqCst) != 0
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        IDLE.store(true, SeqCst);
        HOLDING.store(false, SeqCst);
        match i32::try_from(CAME.load(SeqCst)) {
            Ok(0) | Err(_) => {}
            Ok(signal) => drop(low_level::emulate_default_handler(signal)),
        }
    }
}

struct Watch {
    started: bool,
    held: Option<Held>,
}

impl Watch {
    /// Takes over the signals, once: signal-hook does not give them back, hence [`IDLE`].
    fn start(&mut self) -> io::Result<()> {
        if self.started {
            return Ok(());
        }
        let all = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];
        for signal in all {
            flag::register_conditional_default(signal, &IDLE)?;
        }
        for signal in [SIGHUP, SIGQUIT, SIGTERM] {
            flag::register(signal, &DYING)?;
        }
        for signal in all {
            flag::register_usize(signal, &CAME, usize::try_from(signal).unwrap_or(0))?;
        }
        let mut signals = Signals::new(all)?;
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || signals.forever().for_each(end))?;
        self.started = true;
        Ok(())
    }
}

/// A terminal that is not as we found it, and how we found it.
struct Held {
    tty: File,
    modes: Termios,
    mode: Mode,
}

impl Held {
    /// On a terminal that is gone there is nothing to restore, so errors say nothing.
    fn restore(&self) {
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.modes);
        if self.mode == Mode::Menu {
            let _ = (&self.tty).write_all(b"\x1b[?25h");
        }
    }
}

/// Ends the process by `signal`, which came during a prompt.
fn end(signal: i32) {
    if HOLDING.load(SeqCst) {
        return;
    }
    if signal == SIGINT {
        // `console` raises one for a Ctrl-C it has read, and then the menu returns by itself. A
        // Ctrl-C between two reads is ours to act on.
        thread::sleep(Duration::from_millis(100));
        if DYING.load(SeqCst) {
            return;
        }
    }
    let watch = lock();
    match &watch.held {
        Some(held) => held.restore(),
        None if signal == SIGINT => return,
        None => {}
    }
    let _ = low_level::emulate_default_handler(signal);
}
