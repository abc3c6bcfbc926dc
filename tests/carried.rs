//! Manifests on machines without the vault.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails should stop, and writes files as it likes"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use common::Place;
use serde_json::Value;

/// A vault with `prod/web` and `dev/api`, their secrets, and a machine without it.
struct Machines {
    home: Place,
    ci: Place,
    web: String,
    api: String,
}

impl Machines {
    fn new() -> Self {
        let home = Place::ready();
        let web = home.ok("new prod/web --scope read").trim().to_owned();
        let api = home.ok("new dev/api").trim().to_owned();
        Self { home, ci: Place::new(), web, api }
    }

    /// A manifest of `environment`, as it is now.
    fn manifest(&self, environment: &str, name: &str) -> String {
        let file = self.ci.outside(name).to_str().unwrap().to_owned();
        self.home.ok(["manifest", "export", "--env", environment, "-o", &file]);
        file
    }

    /// The public key file of `environment`.
    fn key(&self, environment: &str) -> String {
        let key = self.home.ok(["manifest", "key", "--env", environment]);
        self.ci.write(&format!("{environment}.pub"), key)
    }

    #[track_caller]
    fn refused(&self, file: &str, trust: &str, says: &str) {
        let args = ["verify", "--manifest", file, "--trust", trust];
        self.ci.call(args).stdin(&*self.web).refused(6, &[says]);
        self.ci.refuses(6, ["manifest", "check", file, "--trust", trust], &[says]);
    }
}

#[test]
fn a_machine_without_the_vault_verifies() {
    let machines = Machines::new();
    let (file, key) = (machines.manifest("prod", "m"), machines.key("prod"));
    let text = fs::read_to_string(&key).unwrap().lines().nth(1).unwrap().to_owned();
    for (trust, note) in [(&key, true), (&text, false)] {
        let args = ["verify", "--env", "prod", "--manifest", &file, "--trust", trust];
        let ended = machines.ci.call(args).stdin(&*machines.web).run();
        assert_eq!(ended.code, 0, "{ended}");
        assert_eq!(ended.stdout, "valid: prod/web@1 (active) [manifest]\n");
        assert_eq!(ended.stderr.contains("note: no manifest of its key was seen"), note, "{ended}");
    }
    let args = ["verify", "--manifest", &file, "--trust", &key, "--json"];
    let report = machines.ci.call(args).stdin(&*machines.web).ok();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["rollback"], "checked");
    assert_eq!(report["name"], "web");
    let unknown = machines.ci.call(&args[..5]).stdin(&*machines.api).run();
    assert_eq!((unknown.code, &unknown.stdout[..7]), (3, "unknown"), "{unknown}");
    assert!(unknown.stdout.contains("the code in it is dev [manifest]"), "{unknown}");
    let lines = format!("{}\n{}\n", machines.web, machines.api);
    let dev = (machines.manifest("dev", "d"), machines.key("dev"));
    let both = ["verify", "--batch", "--manifest", &file, "--trust", &key, "--manifest", &dev.0];
    let ended = machines.ci.call([&both[..], &["--trust", &dev.1]].concat().as_slice());
    let answers = ended.stdin(lines).ok();
    assert!(answers.contains("prod/web@1 (active)") && answers.contains("dev/api@1"), "{answers}");
}

#[test]
fn nothing_is_believed_that_no_trusted_key_has_signed() {
    let machines = Machines::new();
    let (file, key) = (machines.manifest("prod", "m"), machines.key("prod"));
    let call = machines.ci.call(["verify", "--manifest", &file]);
    call.stdin(&*machines.web).refused(1, &["no key that could prove it", "--trust KEY"]);
    machines.refused(
        &file,
        &machines.key("dev"),
        "its signature does not fit: another key made it",
    );
    let text = fs::read_to_string(&file).unwrap();
    for changed in [text.replace("active", "retired"), text.replace("prod/web", "prod/xeb")] {
        machines.refused(&machines.ci.write("c", changed), &key, "its signature does not fit");
    }
    for broken in ["", "\n", "hello", "untrusted comment: x", "untrusted comment: x\nRWQ=\n{}\n"] {
        machines.refused(&machines.ci.write("c", broken), &key, "it is not a signed manifest");
    }
    machines.refused(&machines.ci.write("c", [0xff; 4096]), &key, "it is not a signed manifest");
    machines.ci.refuses(1, "manifest check missing --trust x", &["cannot read x"]);
    let nonsense = ["manifest", "check", &file, "--trust", &file];
    machines.ci.refuses(2, nonsense, &["holds no public key of signify's form"]);
    let other = ["verify", "--env", "dev", "--manifest", &file, "--trust", &key];
    let ended = machines.ci.call(other).stdin(&*machines.web).run();
    assert_eq!((ended.code, &*ended.stdout), (6, ""), "{ended}");
    assert!(ended.stderr.contains("it is of environment prod"), "{ended}");
}

#[test]
fn a_manifest_ends_and_is_not_of_the_future() {
    let mut machines = Machines::new();
    let (file, key) = (machines.manifest("prod", "m"), machines.key("prod"));
    let check = ["manifest", "check", &file, "--trust", &key];
    machines.ci.travel("2026-11-29T15:59:59Z");
    machines.ci.ok(check);
    machines.ci.travel("2026-11-29T16:00:00Z");
    machines.ci.refuses(1, check, &["it expired at 2026-11-29T16:00:00Z", "manifest export"]);
    machines.ci.travel("2026-11-22T15:54:59Z");
    machines.ci.refuses(6, check, &["it was issued in the future"]);
    machines.home.refuses(2, "manifest export --expires 2020-01-01 --env prod", &["in the past"]);

    let output = machines.home.ok("manifest export --env prod --expires never");
    let stored = fs::read_to_string(machines.home.vault_file("prod.manifest")).unwrap();
    assert_eq!(output, stored, "without an end it is the vault's own manifest");
    let again = machines.home.ok("manifest export --env prod --expires 2d");
    assert_eq!(again, machines.home.ok("manifest export --env prod --expires 2d"));
}

#[test]
fn an_older_manifest_than_one_that_was_seen_is_refused() {
    let machines = Machines::new();
    let key = machines.key("prod");
    let first = machines.manifest("prod", "1");
    machines.home.ok("revoke prod/web --reason leaked --yes");
    let second = machines.manifest("prod", "2");
    let verify = |file: &str| {
        let args = ["verify", "--manifest", file, "--trust", &key];
        machines.ci.call(args).stdin(&*machines.web).run()
    };
    assert_eq!(verify(&first).code, 0);
    assert_eq!(verify(&second).code, 3);
    machines.refused(&first, &key, "it is of generation 1, and 2 was seen before");

    // What was seen is no longer readable: that is no first sight.
    let records = machines.ci.state().join("carried");
    let record = fs::read_dir(&records).unwrap().map(|entry| entry.unwrap().path());
    let record =
        record.into_iter().find(|path| path.extension().is_some_and(|end| end == "key")).unwrap();
    fs::write(&record, "seen 0").unwrap();
    machines.refused(&first, &key, "is damaged");
    fs::remove_file(&record).unwrap();
    assert_eq!(verify(&first).code, 0);

    // Of two in one call too, in any order, and where nothing can be kept.
    for state in [machines.ci.state().to_str().unwrap(), "/dev/null"] {
        for (one, other) in [(&first, &second), (&second, &first)] {
            let _ = fs::remove_file(&record);
            let args = ["verify", "--manifest", one, "--manifest", other, "--trust", &key];
            let call = machines.ci.call(args).stdin(&*machines.web);
            call.env("XDG_STATE_HOME", state).refused(6, &["generation 1, and 2 was seen"]);
        }
    }
}

#[test]
fn where_nothing_can_be_kept_the_answer_says_so() {
    let machines = Machines::new();
    let (file, key) = (machines.manifest("prod", "m"), machines.key("prod"));
    let home = machines.ci.home();
    // Also for root, whom permissions do not stop.
    fs::write(home.join(".local"), "").unwrap();
    let args = ["verify", "--manifest", &file, "--trust", &key];
    let ended = machines.ci.call(args).stdin(&*machines.web).run();
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stderr.contains("cannot keep what it has seen"), "{ended}");
    let json = [&args[..], &["--json"]].concat();
    let report = machines.ci.call(json.as_slice()).stdin(&*machines.web).ok();
    assert!(report.contains("\"rollback\": \"not kept\""), "{report}");
}

#[test]
fn a_key_is_trusted_until_it_is_not() {
    let machines = Machines::new();
    let (file, key) = (machines.manifest("prod", "m"), machines.key("prod"));
    assert_eq!(machines.ci.ok("manifest trust").lines().count(), 1);
    machines.ci.ok(["manifest", "trust", &key]);
    machines.ci.ok(["manifest", "trust", &key]);
    let trusted = machines.ci.ok("manifest trust");
    assert!(trusted.lines().count() == 2 && trusted.contains("RW"), "{trusted}");
    machines.ci.call(["verify", "--manifest", &file]).stdin(&*machines.web).ok();
    assert!(machines.ci.ok("manifest trust").contains("prod"), "what was seen is told");
    assert_eq!(
        machines.ci.ok(["whois", "--manifest", &file, &digest(&machines.web)]).lines().count(),
        1
    );
    machines.ci.ok(["manifest", "trust", "--remove", &key]);
    machines.ci.refuses(1, ["manifest", "check", &file], &["no key that could prove it"]);
    // A key that was only named once is not trusted from then on.
    machines.ci.ok(["manifest", "check", &file, "--trust", &key]);
    machines.ci.refuses(1, ["manifest", "check", &file], &["no key that could prove it"]);
}

fn digest(secret: &str) -> String {
    keyctl::key::Digest::of(&keyctl::secret::Secret::new(secret.to_owned())).to_string()
}

#[test]
fn a_manifest_is_shown_proven_or_not() {
    let machines = Machines::new();
    let file = machines.manifest("prod", "m");
    let ended = machines.ci.run(["manifest", "show", &file]);
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stderr.contains("do not rely on it: "), "{ended}");
    assert!(ended.stdout.contains("prod/web@1") && !ended.stdout.contains("signed by"), "{ended}");
    let other = machines.key("dev");
    machines.ci.refuses(
        6,
        ["manifest", "show", &file, "--trust", &other],
        &["another key made it"],
    );
    let own = machines.home.run("manifest show");
    assert!(own.stdout.contains("dev/api@1") && own.stdout.contains("signed by"), "{own}");
    assert_eq!(own.stderr, "");
    let mode = fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let among = machines.home.vault_file("x").to_str().unwrap().to_owned();
    let args = ["manifest", "export", "--env", "prod", "-o", &among];
    machines.home.refuses(7, args, &["is among keyctl's own files"]);

    // It takes the place of a manifest, and of nothing else.
    machines.home.ok(["manifest", "export", "--env", "prod", "-o", &file]);
    for other in [machines.key("prod"), machines.ci.write("notes", "precious\n")] {
        let before = fs::read(&other).unwrap();
        let args = ["manifest", "export", "--env", "prod", "-o", &other];
        machines.home.refuses(7, args, &["is there already, and no manifest"]);
        assert_eq!(fs::read(&other).unwrap(), before);
    }
}

/// The public key in `file`, as signify makes it, and what it signs with it.
#[test]
fn stock_signify_and_keyctl_read_each_other() {
    let Ok(status) = Command::new("signify-openbsd").arg("-G").arg("-n").output() else {
        println!("skipped: signify-openbsd is not on this machine");
        return;
    };
    assert!(!status.status.success(), "it wants more arguments");
    let machines = Machines::new();
    let (file, key) = (machines.manifest("prod", "m"), machines.key("prod"));
    let path = |name: &str| machines.ci.outside(name).to_str().unwrap().to_owned();
    let signify = |args: &[&str]| Command::new("signify-openbsd").args(args).status().unwrap();
    let message = path("message");
    assert!(signify(&["-V", "-e", "-q", "-p", &key, "-x", &file, "-m", &message]).success());
    let text = fs::read_to_string(&message).unwrap();
    assert!(text.starts_with("{\"type\":\"keyctl-manifest\",\"v\":1,"), "{text}");

    // A message that stock signify signs anew, with a key of its own.
    let (public, secret, signed) = (path("own.pub"), path("own.sec"), path("own.manifest"));
    assert!(signify(&["-G", "-n", "-p", &public, "-s", &secret]).success());
    assert!(signify(&["-S", "-e", "-s", &secret, "-m", &message, "-x", &signed]).success());
    let args = ["verify", "--manifest", &signed, "--trust", &public];
    machines.ci.call(args).stdin(&*machines.web).ok();
    machines.refused(&signed, &key, "another key made it");
}
