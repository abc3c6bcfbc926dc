//! What the process asks of the system for itself: no core files, and errors in place of signals.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit on core files that this process was started with.
static BEFORE: OnceLock<Rlimit> = OnceLock::new();

/// Has the system write no core file of this process and, on Linux, lets no other process of the
/// same user read its memory. What the system does not allow is left as it is.
pub fn harden() {
    let before = BEFORE.get_or_init(|| getrlimit(Resource::Core));
    let none = Rlimit { current: Some(0), maximum: before.maximum };
    let _ = setrlimit(Resource::Core, none);
    // By default the signal of `ulimit -f` ends the process in the middle of a write. Once it is
    // handled, that write fails instead, and is told and cleaned up after.
    let handled = Arc::new(AtomicBool::new(false));
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, handled);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Gives back what a program that takes this process over would otherwise be left without.
pub(super) fn soften() {
    if let Some(before) = BEFORE.get() {
        let _ = setrlimit(Resource::Core, *before);
    }
}
