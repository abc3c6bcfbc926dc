//! `scan` against what it is measured by, in turn in the same run: ripgrep and kingfisher over a tree,
//! `git cat-file` over a repository, and the clock over one large file.
//!
//!     cargo bench --bench scan [-- TREE [REPOSITORY]]
//!
//! TREE is `~/.cargo/registry/src` where none is named, REPOSITORY the one that this is in. Of each the
//! least CPU and wall time of several rounds is printed, and what part of the other's it is. What is
//! not on the machine is passed over.
#![allow(clippy::disallowed_methods, reason = "a benchmark writes where the program may not")]
#![allow(clippy::cast_precision_loss, reason = "sizes are printed rounded")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that fails should stop")]

mod release;

use std::env;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const ROUNDS: usize = 7;
const PATTERN: &str = "sk_[a-z][a-z0-9]{0,15}_[0-9A-Za-z]{36}";
const ALL: &str = "sk_[a-z][a-z0-9]{0,15}_[0-9A-Za-z]{36}|sk-[a-z0-9-]{1,32}-[0-9A-Za-z]{36}|permas_(test|live)_[0-9A-Za-z]{32}|sec_0[0-9A-Za-z]{59}";
const RULE: &str = "rules:\n  - name: key\n    id: keyctl.1\n    pattern: '\\b(sk_[a-z][a-z0-9]{0,15}_[0-9A-Za-z]{36})\\b'\n    min_entropy: 0\n    examples: []\n";

fn main() {
    let mut args = env::args().skip(1).filter(|arg| arg != "--bench").map(PathBuf::from);
    let home = PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let tree = args.next().unwrap_or_else(|| home.join(".cargo/registry/src"));
    let repository = args.next().unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    let scratch = env::temp_dir().join(format!("keyctl-bench-scan-{}", std::process::id()));
    fs::create_dir_all(&scratch).expect("a directory to work in");
    let keyctl = release::keyctl();
    let keyctl = keyctl.to_str().expect("a path in UTF-8");
    over_a_tree(keyctl, &tree, &scratch);
    over_a_file(keyctl, &tree, &scratch);
    over_a_history(keyctl, &repository, &scratch);
    let _ = fs::remove_dir_all(&scratch);
}

fn over_a_tree(keyctl: &str, tree: &Path, scratch: &Path) {
    let path = tree.to_str().expect("a path in UTF-8");
    println!("{path}, {:.0} MB", size(tree) as f64 / 1e6);
    let ours = call(scratch, keyctl, &["scan", path]);
    let mut others = Vec::new();
    for (name, args) in [
        ("rg -uuu", vec!["-uuu", PATTERN, path]),
        ("rg -uuu -a", vec!["-uuu", "-a", PATTERN, path]),
        ("rg -uuu, all forms", vec!["-uuu", ALL, path]),
    ] {
        others.push((name, call(scratch, "rg", &args)));
    }
    compare("scan", ours, others);
    let rule = scratch.join("rules");
    fs::create_dir_all(&rule).expect("a directory for a rule");
    fs::write(rule.join("keyctl.yml"), RULE).expect("a rule");
    let rule = rule.to_str().expect("a path in UTF-8").to_owned();
    let args = [
        "scan",
        path,
        "--rules-path",
        &rule,
        "--load-builtins=false",
        "--rule",
        "keyctl",
        "--no-validate",
        "--git-history=none",
    ];
    let ours = call(scratch, keyctl, &["scan", path]);
    compare("scan", ours, vec![("kingfisher", call(scratch, "kingfisher", &args))]);
}

/// One large file, from standard input.
fn over_a_file(keyctl: &str, tree: &Path, scratch: &Path) {
    let path = scratch.join("large");
    let mut large = File::create(&path).expect("a large file");
    let mut length = 0;
    while length < 1_000_000_000 {
        let before = length;
        each_file(tree, &mut |file| {
            if length < 1_000_000_000
                && let Ok(mut file) = File::open(file)
            {
                length += io::copy(&mut file, &mut large).unwrap_or(0);
            }
        });
        if length == before {
            return;
        }
    }
    let seconds = (0..ROUNDS).map(|_| {
        let mut command = call(scratch, keyctl, &["scan", "-"]);
        command.stdin(File::open(&path).expect("the large file"));
        run(&mut command).map_or(f64::INFINITY, |(_, wall)| wall)
    });
    let best = seconds.fold(f64::INFINITY, f64::min);
    println!(
        "one file of {:.0} MB from standard input: {:.2} GB/s",
        length as f64 / 1e6,
        length as f64 / 1e9 / best
    );
    large.flush().expect("a large file");
}

fn over_a_history(keyctl: &str, repository: &Path, scratch: &Path) {
    let path = repository.to_str().expect("a path in UTF-8");
    println!("history of {path}");
    let mut ours = call(scratch, keyctl, &["scan", "--git-history"]);
    ours.current_dir(repository);
    let theirs = call(scratch, "git", &["-C", path, "cat-file", "--batch", "--batch-all-objects"]);
    compare("scan --git-history", ours, vec![("git cat-file", theirs)]);
}

/// A command with a home of its own.
fn call(scratch: &Path, program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).env("HOME", scratch).env("GIT_CONFIG_COUNT", "1");
    command.env("GIT_CONFIG_KEY_0", "safe.directory").env("GIT_CONFIG_VALUE_0", "*");
    command
}

fn compare(name: &str, mut ours: Command, mut others: Vec<(&str, Command)>) {
    let mut best = vec![[f64::INFINITY; 2]; others.len() + 1];
    for _ in 0..ROUNDS {
        let commands =
            std::iter::once(&mut ours).chain(others.iter_mut().map(|(_, command)| command));
        for (command, best) in commands.zip(&mut best) {
            if let Some((cpu, wall)) = run(command) {
                *best = [best[0].min(cpu), best[1].min(wall)];
            }
        }
    }
    let [cpu, wall] = best[0];
    println!("{name:<22} {:>8.0} ms CPU {:>8.0} ms", cpu * 1e3, wall * 1e3);
    for ((other, _), [their_cpu, their_wall]) in others.iter().zip(&best[1..]) {
        if their_wall.is_infinite() {
            println!("{other:<22} skipped: it is not on this machine");
            continue;
        }
        println!(
            "{other:<22} {:>8.0} ms CPU {:>8.0} ms   keyctl takes {:.2} of its CPU, {:.2} of its time",
            their_cpu * 1e3,
            their_wall * 1e3,
            cpu / their_cpu,
            wall / their_wall
        );
    }
}

/// The CPU and the wall time of a run, in seconds.
fn run(command: &mut Command) -> Option<(f64, f64)> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (before, start) = (children(), Instant::now());
    command.status().ok()?;
    Some((children() - before, start.elapsed().as_secs_f64()))
}

/// The CPU time of all children that have ended, in seconds: proc(5), in hundredths.
fn children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn size(tree: &Path) -> u64 {
    let mut size = 0;
    each_file(tree, &mut |file| size += file.metadata().map_or(0, |meta| meta.len()));
    size
}

fn each_file(dir: &Path, take: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => each_file(&entry.path(), take),
            Ok(kind) if kind.is_file() => take(&entry.path()),
            _ => {}
        }
    }
}
