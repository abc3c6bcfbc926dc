//! Parse, run, exit code.

use std::alloc::System;
use std::env::args_os;
use std::process::ExitCode;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    keyctl::cli::harden();
    ExitCode::from(keyctl::cli::run(args_os()))
}
