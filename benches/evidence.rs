//! Reading logs for evidence, beside `wc -l` and `rg -c` of the same file in the same run.
//!
//!     cargo bench --bench evidence [-- MEGABYTES]
//!
//! Makes a log of each form in a temporary file, reads each some times, and prints the best. Where
//! ripgrep is not on the machine it says so.
#![allow(clippy::disallowed_methods, reason = "a benchmark writes where the program may not")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]
#![allow(clippy::expect_used, reason = "a benchmark that fails should stop")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use keyctl::clock::{Period, Time};
use keyctl::environment::EnvironmentName;
use keyctl::evidence::{Candidate, Collector, Question};
use keyctl::key::{Digest, KeyName};
use keyctl::secret::Secret;

const ROUNDS: usize = 5;

/// Writes a line: its time, and its number.
type Form = fn(&mut String, Time, u64);

fn main() {
    let megabytes = env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(256);
    let file = env::temp_dir().join(format!("keyctl-bench-{}.log", std::process::id()));
    println!("{:<17} {:>6} {:<8} {:>9}", "log", "MB", "by", "MB/s");
    for (name, form, id) in [
        ("gateway", gateway as Form, "web"),
        ("gateway JSON", gateway_json, "web"),
        ("servicekit", servicekit, "sk_p_OL"),
        ("servicekit JSON", servicekit_json, "sk_p_OL"),
    ] {
        let size = write(&file, form, megabytes * 1_000_000);
        measure(name, &file, size, id);
    }
    let _ = fs::remove_file(&file);
}

fn measure(name: &str, file: &Path, size: u64, id: &str) {
    let print = |by: &str, took: Option<Duration>| match took {
        #[expect(clippy::cast_precision_loss, reason = "a rate is printed rounded")]
        Some(took) => {
            let megabytes = size as f64 / 1e6;
            println!("{name:<17} {megabytes:>6.0} {by:<8} {:>9.0}", megabytes / took.as_secs_f64());
        }
        None => println!("{name:<17} {:>6} {by:<8} skipped: not on this machine", "-"),
    };
    print("keyctl", best(|| Some(read(file))));
    print("wc -l", best(|| run(Command::new("wc").arg("-l").arg(file))));
    print("rg -c", best(|| run(Command::new("rg").arg("-c").arg(id).arg(file))));
}

fn read(file: &Path) -> Duration {
    let environment: EnvironmentName = "prod".parse().expect("a name");
    let (name, other): (KeyName, KeyName) =
        ("web".parse().expect("a name"), "other".parse().expect("a name"));
    let secret = |tag: &str| Secret::new(format!("sk_p_{tag}{}", "x".repeat(34)));
    let secrets = [secret("OL"), secret("NE"), secret("OT")];
    let digests = secrets.each_ref().map(Digest::of);
    let candidate = |key, version, at: usize| Candidate {
        key,
        version,
        digest: Some(&digests[at]),
        secret: Some(&secrets[at]),
    };
    let question = Question {
        earlier: &BTreeSet::new(),
        environment: &environment,
        old: candidate(&name, 1, 0),
        new: candidate(&name, 2, 1),
        others: &[candidate(&other, 1, 2)],
        now: Time::from_unix(1_800_000_000).expect("a time"),
        since: Time::from_unix(1_600_000_000).expect("a time"),
        quiet_for: Some(Period::days(1000)),
        zone: "UTC".parse().ok(),
        expected: 3,
    };
    let start = Instant::now();
    let mut collector = Collector::new(question, None);
    collector.read("log", File::open(file).expect("the log")).expect("a log that can be read");
    let evidence = collector.finish();
    let took = start.elapsed();
    assert!(evidence.sources.iter().all(|source| source.unrecognised == 0), "all is recognised");
    assert!(evidence.new.seen.quiet.accepted > 0 && evidence.old.seen.quiet.accepted > 0);
    took
}

fn run(command: &mut Command) -> Option<Duration> {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().ok()?;
    status.success().then(|| start.elapsed())
}

fn best(mut once: impl FnMut() -> Option<Duration>) -> Option<Duration> {
    (0..ROUNDS).filter_map(|_| once()).min()
}

/// Fills `file` with lines of one form; returns how many bytes there are.
fn write(file: &Path, form: Form, size: u64) -> u64 {
    let mut writer = BufWriter::new(File::create(file).expect("a temporary file"));
    let (mut written, mut number, mut line) = (0, 0_u64, String::new());
    while written < size {
        let time = Time::from_unix(1_790_000_000 + number.cast_signed() / 400).expect("a time");
        line.clear();
        form(&mut line, time, number);
        line.push('\n');
        writer.write_all(line.as_bytes()).expect("a line");
        written += line.len() as u64;
        number += 1;
    }
    writer.flush().expect("the last lines");
    written
}

const PATHS: [&str; 4] = ["/v1/models", "/v1/chat/completions", "/v1/embeddings", "/v1/files"];

fn path(number: u64) -> &'static str {
    PATHS.get(usize::try_from(number % 4).unwrap_or(0)).copied().unwrap_or_default()
}

/// One of ten thousand is the old one.
fn choose(number: u64, names: [&'static str; 3]) -> &'static str {
    let [old, new, other] = names;
    if number.is_multiple_of(10_000) {
        old
    } else if number.is_multiple_of(3) {
        other
    } else {
        new
    }
}

fn naive(time: Time) -> String {
    time.to_string().trim_end_matches('Z').to_owned()
}

fn gateway(line: &mut String, time: Time, number: u64) {
    let id = choose(number, ["web", "web-v2", "other"]);
    let (time, path) = (naive(time), path(number));
    let _ = write!(line, "{time}.{:06}+00:00 | {id} | GET {path} | 200", number % 1_000_000);
}

fn gateway_json(line: &mut String, time: Time, number: u64) {
    let id = choose(number, ["web", "web-v2", "other"]);
    let (time, path) = (naive(time), path(number));
    let _ = write!(
        line,
        r#"{{"ts":"{time}.{:06}+00:00","key_id":"{id}","method":"GET","path":"{path}","status":200}}"#,
        number % 1_000_000
    );
}

fn servicekit(line: &mut String, time: Time, number: u64) {
    let head = choose(number, ["sk_p_OL", "sk_p_NE", "sk_p_OT"]);
    let (time, path) = (naive(time).replace('T', " "), path(number));
    let _ = write!(
        line,
        "{time} [info     ] auth.success                   key_prefix={head} path={path}"
    );
}

fn servicekit_json(line: &mut String, time: Time, number: u64) {
    let head = choose(number, ["sk_p_OL", "sk_p_NE", "sk_p_OT"]);
    let (time, path) = (naive(time), path(number));
    let _ = write!(
        line,
        r#"{{"key_prefix":"{head}","path":"{path}","event":"auth.success","level":"info","timestamp":"{time}.{:06}Z"}}"#,
        number % 1_000_000
    );
}
