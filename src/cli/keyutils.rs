//! The kernel's key management program is called keyctl too. Whoever meant that one is told so.

use std::ffi::OsString;

use crate::ui::{Settings, Ui};

/// Verbs that only the kernel's program has.
const VERBS: [&str; 26] = [
    "add",
    "padd",
    "request",
    "prequest",
    "request2",
    "prequest2",
    "update",
    "pupdate",
    "newring",
    "clear",
    "link",
    "unlink",
    "search",
    "read",
    "pipe",
    "print",
    "rlist",
    "describe",
    "rdescribe",
    "chown",
    "chgrp",
    "setperm",
    "session",
    "instantiate",
    "negate",
    "timeout",
];

fn is_meant(args: &[OsString]) -> bool {
    let texts = || args.iter().skip(1).filter_map(|arg| arg.to_str());
    let ring = |arg: &str| matches!(arg, "@t" | "@p" | "@s" | "@u" | "@us" | "@g" | "@a");
    texts().any(ring) || texts().next().is_some_and(|verb| VERBS.contains(&verb))
}

/// Says on stderr which program this is, when the arguments look like the other one's.
pub(super) fn explain(args: &[OsString]) {
    if is_meant(args) {
        Ui::new(&Settings::default()).note(
            "this is keyctl, the vault for API keys. The Linux kernel's keyctl, of the package \
             keyutils, is another program; `type -a keyctl` shows where both lie.",
        );
    }
}
