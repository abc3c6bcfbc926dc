//! Whole commands against `age -d` of the same file, by ratio in the same run; `verify`, which opens
//! nothing, against `age --version`.
//!
//!     cargo bench --bench whole_command [-- KEYS …]
//!
//! Each command is timed in turn with `age -d`, A B A B, over many rounds; the medians and the
//! median of the pairwise ratios are printed, with the peak memory where `/usr/bin/time` can tell. `new`
//! waits for the disk that TMPDIR is on, and `age -d` does not: a directory in memory (`/dev/shm`) tells
//! the program's own part.
//! Without `age` on the machine it says so and ends.
#![allow(clippy::disallowed_methods, reason = "a benchmark writes where the program may not")]
#![allow(clippy::cast_precision_loss, reason = "a rate is rounded anyway")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]
#![allow(clippy::expect_used, clippy::panic, reason = "a benchmark that fails should stop")]

mod release;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use std::{env, fs};

use keyctl::clock::Clock;
use keyctl::environment::{Code, EnvironmentName, Policy};
use keyctl::key::generate::System;
use keyctl::key::{Key, KeyName, Kind, Version};
use keyctl::paths::Paths;
use keyctl::secret::Secret;
use keyctl::vault::document::{Additions, Document, Reader};
use keyctl::vault::event::Event;
use keyctl::vault::seal::{IdentityFile, generate_identity, read_identity_file};
use keyctl::vault::store::{Access, Vault};
use keyctl::vault::trust::Trust;

static KEYCTL: LazyLock<PathBuf> = LazyLock::new(release::keyctl);
const ROUNDS: usize = 40;
/// How many keys a stream has.
const MANY: usize = 1_000_000;

fn main() {
    let counts: Vec<usize> = env::args().skip(1).filter_map(|arg| arg.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![1_000, 10_000, 100_000] } else { counts };
    if Command::new("age").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: age is not on this machine");
        return;
    }
    println!(
        "{:>7}  {:<8} {:>9} {:>9} {:>7} {:>9}",
        "keys", "command", "keyctl", "age -d", "ratio", "peak"
    );
    for count in counts {
        measure(count);
    }
}

fn measure(count: usize) {
    let home = env::temp_dir().join(format!("keyctl-bench-{}-{count}", std::process::id()));
    let paths = Paths {
        vault: home.join(".local/share/keyctl"),
        config: home.join(".config/keyctl"),
        state: home.join(".local/state/keyctl"),
    };
    let secrets = fill(&paths, count);
    // What services read from a variable is refused when it is larger than a variable may be.
    let format = if count * 45 < 128 * 1024 { "--chapkit" } else { "-Fresponder" };
    let identity = paths.plain_identity();
    let file = paths.vault.join("prod.age");
    for (name, args) in [
        ("list", &["list", "--env", "prod"][..]),
        ("unlock", &["list", "--unlock", "--env", "prod"][..]),
        ("export", &["export", "--env", "prod", format][..]),
        ("new", &["new", "--env", "prod", "--no-show", "--quiet"][..]),
    ] {
        let rounds = if count > 10_000 { 5 } else { ROUNDS };
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for round in 0..=rounds {
            let keyctl = time(keyctl(&home).args(args));
            let age = time(Command::new("age").arg("-d").arg("-i").arg(&identity).arg(&file));
            // The first round only warms up.
            if round > 0 {
                ours.push(keyctl);
                theirs.push(age);
            }
        }
        let ratios: Vec<f64> =
            ours.iter().zip(&theirs).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect();
        println!(
            "{count:>7}  {name:<8} {:>6.1} ms {:>6.1} ms {:>7.2} {:>9}",
            median(&ours.iter().map(Duration::as_secs_f64).collect::<Vec<_>>()) * 1e3,
            median(&theirs.iter().map(Duration::as_secs_f64).collect::<Vec<_>>()) * 1e3,
            median(&ratios),
            peak(&home, args),
        );
    }
    verify(&home, &secrets);
    if count <= 10_000 {
        formats(&home);
    }
    let _ = fs::remove_dir_all(&home);
}

/// One key, and a million in a stream, against the manifest. The least of many rounds is shown: it is
/// the one that other programs disturbed least.
fn verify(home: &Path, secrets: &[Secret]) {
    let count = secrets.len();
    let one = home.join("one.txt");
    fs::write(&one, secrets[count / 2].expose()).expect("a key in a file");
    let one = ["verify", "--env", "prod", "--file", one.to_str().expect("a path in UTF-8")];
    let (mut ours, mut theirs) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(time(keyctl(home).args(one)));
        theirs = theirs.min(time(Command::new("age").arg("--version")));
    }
    let (ours, theirs) = (ours.as_secs_f64() * 1e3, theirs.as_secs_f64() * 1e3);
    let (ratio, peak) = (ours / theirs, peak(home, &one));
    println!("{count:>7}  verify   {ours:>6.1} ms {theirs:>6.1} ms {ratio:>7.2} {peak:>9}");

    let mut stream = String::new();
    let lines = secrets.iter().map(Secret::expose).cycle().step_by(7);
    lines.take(MANY).for_each(|line| stream.extend([line, "\n"]));
    for how in [&[][..], &["--json"]] {
        let mut least = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let mut child = keyctl(home)
                .args(["verify", "--env", "prod", "--batch"])
                .args(how)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .spawn()
                .expect("a command that starts");
            let mut stdin = child.stdin.take().expect("a pipe");
            stdin.write_all(stream.as_bytes()).expect("it reads all");
            drop(stdin);
            assert!(child.wait().expect("an end").success(), "all are good");
            least = least.min(start.elapsed());
        }
        let rate = MANY as f64 / least.as_secs_f64() / 1e6;
        println!(
            "{count:>7}  verify --batch {:<7} {rate:>5.2} million keys a second",
            how.concat()
        );
    }
}

/// Every format: the list of all keys. A variable holds 128 KiB, so what writes variables refuses
/// more than some 2,900 keys, and is timed doing so.
fn formats(home: &Path) {
    let template = home.join("list.j2");
    fs::write(&template, "{% for key in keys %}{{ key.id }}={{ key.secret }}\n{% endfor %}")
        .expect("a template");
    let template = template.to_str().expect("a path in UTF-8");
    for format in [
        &["--bare"][..],
        &["--chapkit"],
        &["--shell", "sh"],
        &["--docker"],
        &["--k8s"],
        &["--k8s", "--append-hash"],
        &["-F", "dotenv"],
        &["-F", "docker-env"],
        &["-F", "gateway"],
        &["-F", "heare"],
        &["-F", "permas"],
        &["-F", "responder"],
        &["-F", "systemd"],
        &["-F", "json"],
        &["--template", template],
    ] {
        let args = [&["export", "--env", "prod"], format].concat();
        let mut took: Vec<f64> = Vec::new();
        let mut refused = "";
        for _ in 0..10 {
            let mut command = keyctl(home);
            command.args(&args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let start = Instant::now();
            let status = command.status().expect("a command that starts");
            took.push(start.elapsed().as_secs_f64());
            assert!(matches!(status.code(), Some(0 | 7)), "{args:?} failed");
            refused = if status.success() { "" } else { "  (refused: too large)" };
        }
        let name = format[..format.len().min(2)].join(" ");
        let name = if format[0] == "--template" { "--template" } else { &name };
        println!("{name:>24} {:>6.1} ms {:>9}{refused}", median(&took) * 1e3, peak(home, &args));
    }
}

/// A vault with one environment of `count` keys and as many events, and their secrets.
fn fill(paths: &Paths, count: usize) -> Vec<Secret> {
    let now = Clock::System.now();
    let (text, recipient) = generate_identity(&now.to_string());
    fs::create_dir_all(&paths.config).expect("a directory for the identity");
    fs::write(paths.plain_identity(), text.expose()).expect("an identity");
    fs::set_permissions(paths.plain_identity(), fs::Permissions::from_mode(0o600))
        .expect("an identity of one's own");
    let Ok(IdentityFile::Plain(identities)) = read_identity_file("bench", text.expose().as_bytes())
    else {
        panic!("the identity is plain");
    };
    let name: EnvironmentName = "prod".parse().expect("a name");
    let policy = Policy::new(Code::from_name(&name));
    let reader = Reader { name: "bench".to_owned(), recipient, added: now };
    let mut document =
        Document::new(name, policy, vec![reader], now, &System::default()).expect("a document");
    let empty = BTreeMap::new();
    let mut keys: BTreeMap<KeyName, Key> = BTreeMap::new();
    let mut secrets = Vec::new();
    for number in 0..count {
        // Drawn against no other key: comparing each with all would take longer than the benchmark.
        document.keys.clone_from(&empty);
        let secret =
            document.generate_secret(Kind::ApiKey, now, &System::default()).expect("a secret");
        secrets.push(secret.clone());
        let name = KeyName::numbered(number);
        document.history.push(Event::new(now, "new").of_key(&name).of_version(1));
        keys.insert(name.clone(), Key::new(name, Version::new(1, secret, now, None)));
    }
    document.keys = keys;
    let access = Access {
        identities: &identities,
        now,
        trust: Trust::default(),
        patience: Duration::from_secs(1),
        dry_run: false,
    };
    let vault = Vault::create(paths, true).expect("a vault");
    vault.add(&mut Additions::from(document), &access).expect("a commit");
    secrets
}

fn keyctl(home: &Path) -> Command {
    let mut command = Command::new(KEYCTL.as_os_str());
    command.env_clear().env("HOME", home);
    command
}

fn time(command: &mut Command) -> Duration {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("a command that starts");
    let took = start.elapsed();
    assert!(status.success(), "{command:?} failed");
    took
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Peak resident memory of one more run.
fn peak(home: &Path, args: &[&str]) -> String {
    let output = Command::new("/usr/bin/time")
        .args(["-f", "%M"])
        .arg(KEYCTL.as_os_str())
        .args(args)
        .env_clear()
        .env("HOME", home)
        .output();
    let kilobytes = output.ok().and_then(|output| {
        String::from_utf8(output.stderr).ok()?.lines().last()?.trim().parse::<u64>().ok()
    });
    kilobytes.map_or_else(|| "-".to_owned(), |kilobytes| format!("{} MB", kilobytes / 1024))
}
