//! The binary that is measured.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The one that is released. What cargo builds for a benchmark unwinds after a panic, and is larger.
pub(crate) fn keyctl() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    // Beside the directory of the profile that this was built in.
    let target = Path::new(env!("CARGO_BIN_EXE_keyctl")).ancestors().nth(2);
    let target = target.expect("a target directory");
    let status = Command::new(cargo)
        .args(["build", "--release", "--locked", "--bin", "keyctl", "--manifest-path", manifest])
        .arg("--target-dir")
        .arg(target)
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the release does not build");
    target.join("release/keyctl")
}
