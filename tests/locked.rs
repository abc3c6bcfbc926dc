//! Identities that do not help, and passphrases that are not the one: what was tried, and why each
//! did not fit.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;

use common::Place;
use keyctl::vault::seal::{self, Recipient};

/// A home with the key `prod/web`.
fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    place
}

/// Somebody else's recipient.
fn stranger() -> Recipient {
    seal::generate_identity("now").1
}

#[test]
fn a_file_for_somebody_else_is_locked() {
    let place = place();
    let sealed = seal::encrypt(b"format = 1\n", &[stranger()]).unwrap();
    fs::write(place.vault_file("prod.age"), sealed).unwrap();
    let own = place.unlocked().recipient();
    let path = place.identity();
    let tried = format!("- {}: {own} is not among its recipients", path.display());
    for line in [
        "show prod/web",
        "export --env prod",
        "log prod/web",
        "list --unlock",
        "new prod/x",
        "set prod/web --owner me",
        "revoke prod/web --reason x --yes",
        "purge --env prod",
        "rotate add prod/web",
        "env set prod --grace 1d",
        "env remove prod --force --yes",
        "recipients list --env prod",
        "recipients accept --env prod --yes",
    ] {
        let says = ["no identity opens environment prod", &tried, "--identity FILE"];
        let add = format!("keyctl recipients add {own} --env prod");
        place.refuses(4, line, &[&says[..], &[&add]].concat());
    }
    let verify = place.call("verify --env prod").stdin("sk_prod_x");
    verify.refused(4, &["environment prod has no proven manifest", "keyctl list --unlock"]);

    let list = place.run("list");
    assert_eq!(list.code, 0, "{list}");
    assert!(list.stderr.contains("warning: environment prod is listed from its manifest, which"));
}

#[test]
fn an_identity_that_does_not_help_is_named_with_the_reason() {
    let place = place();
    let (other, recipient) = seal::generate_identity("now");
    let other = place.write("other", other.expose());
    let missing = place.outside("missing").to_str().unwrap().to_owned();
    let says = [
        "no identity opens environment prod",
        &format!("- {other}: {recipient} is not among its recipients"),
        "name another identity with --identity FILE",
    ];
    for line in ["show prod/web", "export --env prod", "new prod/x", "rotate add prod/web"] {
        place.call(line).env("KEYCTL_IDENTITY", &other).refused(4, &says);
        let both = format!("{line} -i {missing} -i {other}");
        let first = format!("- {missing}: cannot read {missing}: no such file");
        place.refuses(4, &both, &[&says[..], &[&first]].concat());
    }

    let ssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n";
    let dir = place.home();
    for (name, bytes, why) in [
        ("garbage", &b"hunter2 and more"[..], "line 1 is not a usable identity: not an age key"),
        ("empty", b"", "the file is empty"),
        ("comments", b"# nothing here\n", "no identity in the file"),
        ("binary", b"\xff\xfe\x00", "not UTF-8 text"),
        ("ssh", ssh.as_bytes(), "line 1 is not a usable identity: an SSH key"),
        ("public", recipient.as_str().as_bytes(), "line 1 is not a usable identity: a recipient"),
        ("sealed", &seal::encrypt(b"x", &[stranger()]).unwrap(), "that no passphrase opens"),
    ] {
        let path = place.write(name, bytes);
        let reason = format!("- {path}: ");
        let says = ["no identity could be unlocked", &reason, why];
        for line in ["show prod/web", "export --env prod", "new prod/x", "list --unlock"] {
            place.call(line).env("KEYCTL_IDENTITY", &path).refused(4, &says);
        }
        let ended = place.run(["show", "prod/web", "-i", &path]);
        assert!(!ended.stderr.contains("hunter2") && !ended.stderr.contains("b3Blb"), "{ended}");
    }
    for path in [&missing, dir.to_str().unwrap()] {
        let says = ["no identity could be unlocked", path];
        place.call("show prod/web").env("KEYCTL_IDENTITY", path).refused(4, &says);
        place.call("passwd --no-passphrase").env("KEYCTL_IDENTITY", path).refused(4, &[path]);
    }
    let init = place.call("init").env("KEYCTL_IDENTITY", &missing);
    init.refused(1, &["there is no identity", &missing]);
    place.ok(["show", "prod/web", "-i", &missing, "-i", place.identity().to_str().unwrap()]);

    fs::remove_file(place.identity()).unwrap();
    let says = ["there is no identity to unlock with", "keyctl init", "--identity FILE"];
    for line in ["show prod/web", "new prod/x", "new dev/x"] {
        place.refuses(4, line, &says);
    }
    place.ok("list");
}

#[test]
fn a_passphrase_that_is_missing_or_wrong_locks() {
    let place = Place::new();
    let right = place.write("right", "correct horse\n");
    let wrong = place.write("wrong", "battery staple\n");
    let empty = place.write("empty", "\nsecond line\n");
    let binary = place.write("binary", b"\xff\xfe\n");
    let needs = ["the identity needs a passphrase, and there is no terminal", "--no-passphrase"];
    place.refuses(2, "init", &needs);
    place.ok(["init", "--passphrase-file", &right]);
    let identity = place.config().join("identity.age").to_str().unwrap().to_owned();
    let first = format!("new prod/web --passphrase-file {right}");
    place.ok(&first);

    for line in ["show prod/web", "new prod/x", "export --env prod", "list --unlock"] {
        let says = [&format!("- {identity}: it needs a passphrase"), "--passphrase-file"];
        place.refuses(4, line, &[says[0], says[1]]);
        let with = |flags: &str| format!("{line} {flags}");
        let says = [&format!("- {identity}: wrong passphrase")[..], "--identity FILE"];
        place.refuses(4, &with(&format!("--passphrase-file {wrong}")), &says);
        place.call(line).env("KEYCTL_PASSPHRASE_FILE", &wrong).refused(4, &says);
        place.call(&with("--passphrase-file -")).stdin("battery\n").refused(4, &says);

        let says = [&format!("the passphrase in {empty} is empty"), "first line"];
        place.refuses(2, &with(&format!("--passphrase-file {empty}")), &[says[0], says[1]]);
        let says = [&format!("the passphrase in {binary}: not UTF-8"), "first line"];
        place.refuses(2, &with(&format!("--passphrase-file {binary}")), &[says[0], says[1]]);
        let says = ["the passphrase in - is empty"];
        place.refuses(2, &with("--passphrase-file -"), &says);
        let missing = ["cannot read missing.txt: no such file"];
        place.refuses(1, &with("--passphrase-file missing.txt"), &missing);
        place.refuses(1, &with("--passphrase-fd 99"), &["cannot read /dev/fd/99"]);
        place.refuses(2, &with("--passphrase-fd x"), &["--passphrase-fd"]);
    }
    let needs = format!("passwd --new-passphrase-file {right}");
    place.refuses(4, &needs, &["it needs a passphrase", "use --passphrase-file"]);
    let new = format!("passwd --passphrase-file {right}");
    place.refuses(2, &new, &["there is no terminal to ask on", "say --new-passphrase-file"]);
    let passwd = format!("passwd --passphrase-file {wrong} --new-passphrase-file {right}");
    place.refuses(4, &passwd, &[&identity, "wrong passphrase"]);
    let both = "passwd --passphrase-file - --new-passphrase-file -";
    place.call(both).stdin("correct horse\n").refused(2, &["cannot be both passphrases"]);

    let on_stdin = place.call("show prod/web --passphrase-file -").stdin("correct horse\nx").ok();
    assert!(on_stdin.starts_with("key          prod/web"));
    place.call("show prod/web --passphrase-fd 0").stdin("correct horse\r\n").ok();
    place.ok("list");
}

#[test]
fn one_locked_environment_does_not_hide_the_others() {
    let ana = Place::ready();
    ana.ok("new prod/web");
    let ben = Place::sharing(&ana);
    ben.init();
    ben.ok("new beta/site");

    let list = ben.run("list");
    assert_eq!(list.code, 0, "{list}");
    assert!(list.stdout.contains("beta/site") && list.stdout.contains("prod/web"), "{list}");
    assert!(list.stderr.contains("warning: environment prod is listed from its manifest, which"));
    let report = ben.json("list");
    let sources: Vec<_> = report["environments"].as_array().unwrap().iter().collect();
    assert_eq!(sources[0]["source"], "manifest");
    assert_eq!(sources[1]["source"], "unproven");

    for line in ["show prod/web", "export --env prod", "new prod/x", "recipients list -e prod"] {
        ben.refuses(4, line, &["no identity opens environment prod", "keyctl recipients add"]);
    }
    ben.ok("show beta/site");
    ben.ok("export --env beta");
    let secret = ben.secret("beta/site", 1);
    assert_eq!(
        ben.call("verify").stdin(secret.clone()).ok(),
        "valid: beta/site@1 (active) [manifest]\n"
    );
    assert_eq!(
        ben.call("verify -e beta").stdin(secret).ok(),
        "valid: beta/site@1 (active) [manifest]\n"
    );

    fs::remove_file(ben.vault_file("prod.manifest")).unwrap();
    let list = ben.run("list");
    assert_eq!(list.code, 0, "{list}");
    assert!(list.stderr.contains("environment prod cannot be read with your identities"));
    assert_eq!(ben.json("list")["environments"][1]["source"], "locked");
    assert_eq!(ben.run("env list").code, 0);

    for line in [
        "rotate status prod/web",
        "rotate status prod/web --json",
        "rotate status --env prod",
        "rotate prod/web --yes",
        "rotate --env prod --yes",
        "rotate --all --env prod --yes",
        "rotate migrate --env prod --yes",
    ] {
        ben.refuses(4, line, &["no identity opens environment prod", "keyctl recipients add"]);
    }
    let status = ben.run("rotate status");
    assert_eq!(status.code, 0, "{status}");
    let rest = "environment prod cannot be read with your identities\nno rotation is open\n";
    assert!(status.stderr.ends_with(rest), "{status}");
}

#[test]
fn a_passphrase_that_is_missing_is_not_a_missing_key() {
    let place = Place::new();
    let file = place.write("passphrase", "correct horse\n");
    for line in ["init", "new prod/web --no-show", "rotate add prod/web"] {
        place.ok(&format!("{line} --passphrase-file {file}"));
    }
    fs::remove_file(place.vault_file("prod.manifest")).unwrap();
    for line in ["rotate status prod/web", "rotate prod/web --yes", "rotate status"] {
        place.refuses(4, line, &["no identity could be unlocked", "passphrase"]);
    }
    place.ok(&format!("rotate status prod/web --passphrase-file {file}"));
}
