//! The binary that is measured.

use std::env;
use std::path::Path;
use std::process::Command;

/// The one that is released. What cargo builds for a benchmark unwinds after a panic, and is larger by
/// a sixth.
pub(crate) fn keyctl() -> &'static Path {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let status = Command::new(cargo)
        .args(["build", "--release", "--locked", "--bin", "keyctl", "--manifest-path", manifest])
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the release does not build");
    Path::new(env!("CARGO_BIN_EXE_keyctl"))
}
