//! `strace` around the program: what it asks of the system, and what it does when that fails.

#![allow(clippy::print_stderr, reason = "it says what is skipped")]

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::{Ended, PROGRAM, Place, Words};

/// `strace` with a home for its report.
pub(crate) struct Tracer<'a> {
    place: &'a Place,
    report: PathBuf,
}

impl<'a> Tracer<'a> {
    /// `None`, and a line that says why, where nothing can be traced.
    pub(crate) fn new(place: &'a Place) -> Option<Self> {
        let tracer = Self { place, report: place.outside("strace") };
        let version = tracer.command("write", None, "--version").output();
        let works = version.is_ok_and(|output| output.status.success())
            && fs::read_to_string(&tracer.report).is_ok_and(|report| report.contains("write("));
        if !works {
            eprintln!("skipped: strace is not there, or may not trace");
        }
        works.then_some(tracer)
    }

    /// The program under `strace`, with a fault in these calls where one is asked for.
    pub(crate) fn command(&self, calls: &str, inject: Option<&str>, args: impl Words) -> Command {
        let mut command = self.place.bare("strace");
        command.args(["-f", "-e", &format!("trace={calls}"), "-o"]).arg(&self.report);
        if let Some(inject) = inject {
            command.args(["-e", &format!("inject={calls}:{inject}")]);
        }
        command.arg(PROGRAM).args(args.words()).arg("--no-input").stdin(Stdio::null());
        command
    }

    /// What was traced last: a line for each call, after the number of its thread.
    pub(crate) fn report(&self) -> String {
        fs::read_to_string(&self.report).unwrap()
    }

    /// Runs the program with a fault in one of its calls; `None` when it never came so far.
    pub(crate) fn run(
        &self,
        calls: &str,
        inject: &str,
        args: &str,
    ) -> Option<(Ended, Option<i32>)> {
        let output = self.command(calls, Some(inject), args).output().unwrap();
        let report = self.report();
        let felt = report.contains("(INJECTED)") || report.contains("+++ killed by SIGKILL");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let ended = Ended {
            line: format!("{args}, with {calls}:{inject}"),
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        felt.then_some((ended, output.status.signal()))
    }
}
