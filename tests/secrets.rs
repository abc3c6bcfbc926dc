//! Canaries: whatever is done, secrets, passphrases and identities come out only where they were
//! asked for, and lie nowhere in the clear.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use common::{Place, Words};
use keyctl::vault::seal::{self, IdentityFile};

/// A session that remembers every secret there was, and all that was said.
struct Session {
    place: Place,
    identity: String,
    canaries: BTreeSet<String>,
    heard: Vec<(String, String)>,
}

impl Session {
    /// A home with an identity that a passphrase protects; what is inside it is known.
    fn new() -> Self {
        let mut place = Place::ready();
        let identity = fs::read_to_string(place.identity()).unwrap();
        let key = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap();
        let passphrase = "canary battery staple";
        let file = place.write("passphrase", format!("{passphrase}\n"));
        place.ok(["passwd", "--new-passphrase-file", &file]);
        place.set("KEYCTL_PASSPHRASE_FILE", &file);
        let canaries = [key.to_owned(), passphrase.to_owned()].into();
        Self { place, identity, canaries, heard: Vec::new() }
    }

    /// Runs a command whose stdout must hold no secret either; it ends with `code`.
    #[track_caller]
    fn run(&mut self, code: i32, line: &str) {
        let ended = self.place.run(line);
        assert_eq!(ended.code, code, "{ended}");
        self.heard.push((line.to_owned(), ended.stdout + &ended.stderr));
        self.collect();
    }

    /// Runs a command that was asked for a secret: only its stderr must hold none.
    fn run_revealing(&mut self, args: impl Words) -> String {
        let ended = self.place.run(args);
        self.heard.push((ended.line, ended.stderr));
        self.collect();
        ended.stdout
    }

    /// Adds the secrets that there are now, the keys that sign among them.
    fn collect(&mut self) {
        let text = seal::read_identity_file("test", self.identity.as_bytes()).unwrap();
        let IdentityFile::Plain(identities) = text else { unreachable!() };
        for entry in fs::read_dir(self.place.vault()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "age") {
                let sealed = fs::read(path).unwrap();
                let text = seal::decrypt(&sealed, &identities).unwrap();
                let text = std::str::from_utf8(&text).unwrap();
                for line in text.lines() {
                    let value = |name: &str| line.strip_prefix(name)?.strip_suffix('"');
                    let secret = value("secret = \"").or_else(|| value("signing_key = \""));
                    self.canaries.extend(secret.map(ToOwned::to_owned));
                }
            }
        }
    }

    /// What of the canaries is in `bytes`, as it is or in base64.
    fn found_in(&self, bytes: &[u8]) -> Option<&str> {
        let contains = |part: &str| bytes.windows(part.len()).any(|found| found == part.as_bytes());
        let hit = |canary: &&String| {
            contains(canary) || contains(&BASE64_STANDARD_NO_PAD.encode(canary.as_bytes()))
        };
        self.canaries.iter().find(hit).map(String::as_str)
    }

    fn assert_nothing_leaked(&self) {
        for (line, text) in &self.heard {
            let found = self.found_in(text.as_bytes());
            assert_eq!(found, None, "keyctl {line} said\n{text}");
        }
        for (path, bytes) in self.place.snapshot().files() {
            assert_eq!(self.found_in(bytes), None, "in {}", path.display());
            let name = path.as_os_str().as_encoded_bytes();
            assert_eq!(self.found_in(name), None, "the name of {}", path.display());
        }
    }
}

#[test]
fn no_secret_is_said_or_left_behind_by_any_verb() {
    let mut session = Session::new();
    for line in ["new prod/web", "new prod/api --json --reveal", "new dev/web --quiet"] {
        assert!(session.run_revealing(line).contains("sk_"));
    }
    for (code, line) in [
        (0, "new prod/unseen --no-show --verbose"),
        (0, "new prod/report --json"),
        (0, "new prod/dry --dry-run"),
        (1, "new prod/web"),
        (0, "rotate add prod/web"),
        (0, "rotate add prod/api --json"),
        (0, "rotate status --json"),
        (2, "rotate"),
        (0, "rotate migrate prod/web --yes --verbose"),
        (0, "rotate remove prod/web --yes --json"),
        (0, "rotate back prod/web"),
        (0, "rotate remove prod/web --yes"),
        (3, "rotate evidence prod/api --log - --verbose"),
        (3, "rotate evidence prod/api --log - --json"),
        (0, "rotate migrate --all --env prod --log - --yes --verbose"),
        (0, "rotate prod/unseen --compromised --reason leaked --yes --verbose"),
        (0, "rotate prod/report --compromised --reason leaked --yes --json"),
        (0, "restore prod/web@1"),
        (0, "list --all"),
        (0, "list --json"),
        (0, "list --unlock --verbose"),
        (0, "show prod/web"),
        (0, "show prod/web --json"),
        (0, "log --env prod"),
        (0, "log --env prod --json"),
        (0, "env list --json"),
        (0, "env set prod --code p"),
        (0, "env add staging --like prod"),
        (0, "recipients list --env prod --json"),
        (0, "set prod/web --name site --description text"),
        (0, "revoke prod/site@1 --reason leaked --yes"),
        (0, "rotate add prod/site"),
        (0, "rotate back prod/site"),
        (0, "purge prod/site --yes"),
        (7, "export --env staging"),
        (2, "export --env prod --client"),
        (1, "verify --file missing"),
        (1, "passwd --new-passphrase-file missing"),
        (0, "completions bash"),
        (0, "env remove dev --force --yes"),
    ] {
        session.run(code, line);
    }
    for line in [
        "show prod/site --reveal",
        "show prod/site --reveal --json",
        "export --env prod",
        "export --env prod --docker",
        "export prod/site --client --bare",
    ] {
        let shown = session.run_revealing(line);
        assert!(session.found_in(shown.as_bytes()).is_some(), "{line} shows what it should");
    }
    let yaml = session.run_revealing("export --env prod --k8s");
    assert!(yaml.contains("kind: Secret"));
    let kept = session.place.outside("keys.txt").to_str().unwrap().to_owned();
    session.run(0, &format!("export --env prod --docker -o {kept}"));
    let manifest = session.place.outside("prod.manifest").to_str().unwrap().to_owned();
    for (code, line) in [
        (3, format!("scan {kept}")),
        (3, format!("scan --json {kept}")),
        (3, format!("scan --unlock -F sarif {kept}")),
        (0, format!("check --env prod {kept}")),
        (0, format!("check --env prod --json {kept}")),
        (0, format!("verify --env prod --batch --file {kept}")),
        (0, format!("verify --env prod --batch --json --file {kept}")),
        (0, format!("import --env prod --yes {kept}")),
        (7, format!("import --env staging --dry-run --json {kept}")),
        (0, format!("manifest export --env prod -o {manifest}")),
        (0, format!("manifest show {manifest}")),
        (0, "manifest check --env prod".to_owned()),
        (0, "status --json".to_owned()),
    ] {
        session.run(code, &line);
    }
    let canaries: Vec<String> = session.canaries.iter().cloned().collect();
    assert!(canaries.len() > 10, "the session made too few secrets to prove anything");
    for canary in canaries.iter().filter(|canary| canary.starts_with("sk_")) {
        for line in ["verify --env prod", "verify --json"] {
            let ended = session.place.call(line).stdin(&**canary).run();
            session.heard.push((line.to_owned(), ended.stdout + &ended.stderr));
        }
    }
    session.assert_nothing_leaked();
}

#[test]
fn what_is_wrong_is_said_without_what_was_read() {
    let mut session = Session::new();
    session.run_revealing("new prod/web");
    let secret = session.place.secret("prod/web", 1);
    let broken = format!("{}!{}", &secret[..20], &secret[20..]);
    let identity = session.canaries.iter().find(|one| one.starts_with("AGE")).unwrap().clone();
    let file = session.place.write("identity", format!("{identity}\n{secret}\n"));
    for (line, stdin) in [
        (format!("show prod/web -i {file}"), String::new()),
        (format!("passwd --no-passphrase -i {file}"), String::new()),
        ("verify --env prod".to_owned(), format!("{broken}\n")),
        ("verify --env prod".to_owned(), format!("{secret}\n{secret}\n")),
        ("verify --json".to_owned(), identity.clone()),
        ("list --unlock --passphrase-file -".to_owned(), format!("{secret}\n")),
    ] {
        let call = session.place.call(&line).stdin(stdin);
        let ended = call.run();
        assert_ne!(ended.code, 0, "{ended}");
        session.heard.push((line, ended.stdout + &ended.stderr));
    }
    session.run_revealing(["recipients", "add", &identity, "--env", "prod"]);
    session.assert_nothing_leaked();
}

#[test]
fn no_secret_is_among_the_arguments_or_variables_of_a_run() {
    let mut session = Session::new();
    session.run_revealing("new prod/web");
    let call = session.place.call("show prod/web");
    let command = call.command();
    let values = command.get_envs().filter_map(|(_, value)| value);
    for text in command.get_args().chain(values) {
        assert_eq!(session.found_in(text.as_encoded_bytes()), None);
    }
    assert_eq!(call.run().code, 0);
}

#[test]
fn a_run_that_is_killed_leaves_no_secret_and_a_whole_vault() {
    let mut session = Session::new();
    session.run_revealing("new prod/web");
    for round in 0..40 {
        let mut child = session
            .place
            .bare(common::PROGRAM)
            .args(["new", "--env", "prod", "--no-show", "--no-input"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_micros(500 * round));
        let _ = child.kill();
        child.wait().unwrap();
        session.collect();
    }
    session.assert_nothing_leaked();
    session.run(0, "list --unlock");
    session.run(0, "new prod/last --no-show");
    assert_eq!(session.place.secret("prod/last", 1).len(), 44);
    for (path, _) in session.place.snapshot().files() {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(!name.starts_with(".prod.age"), "{name} was left");
        assert!(!name.starts_with(".prod.manifest"), "{name} was left");
    }
    session.assert_nothing_leaked();
}
