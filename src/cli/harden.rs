//! Keeping secrets out of core files.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Has the system write no core file of this process and, on Linux, lets no other process of the
/// same user read its memory. What the system does not allow is left as it is.
pub fn harden() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
