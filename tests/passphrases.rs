//! The passphrase of an identity: set, changed, taken away, and given in every way that is not an
//! argument.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use common::Place;

/// A home with a protected identity, and the file with its passphrase.
fn place() -> (Place, String) {
    let place = Place::new();
    let file = place.write("passphrase", "correct horse\n");
    place.ok(["init", "--passphrase-file", &file]);
    place.ok(["new", "prod/web", "--passphrase-file", &file]);
    (place, file)
}

#[test]
fn what_stands_behind_the_passphrase_is_the_programs() {
    let (place, _) = place();
    for flag in ["--passphrase-file=-", "--passphrase-fd=0"] {
        let call = place.call(["run", "--env", "prod", flag, "--", "cat"]);
        assert_eq!(call.stdin("correct horse\nrest\nof it").ok(), "rest\nof it");
    }
}

#[test]
fn a_passphrase_is_given_by_file_descriptor_or_stdin() {
    let (place, file) = place();
    let own = place.config().join("identity.age");
    assert_eq!(own.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!place.identity().exists());
    let expected = place.ok(["show", "prod/web", "--passphrase-file", &file]);
    for (line, stdin) in [
        ("show prod/web --passphrase-file -", "correct horse"),
        ("show prod/web --passphrase-file -", "correct horse\r\nsecond line\n"),
        ("show prod/web --passphrase-file /dev/stdin", "correct horse\n"),
        ("show prod/web --passphrase-fd 0", "correct horse\n"),
    ] {
        assert_eq!(place.call(line).stdin(stdin).ok(), expected, "{line}");
    }
    let variable = place.call("show prod/web").env("KEYCTL_PASSPHRASE_FILE", &file);
    assert_eq!(variable.ok(), expected);
    let shell = format!("exec 7< '{file}'; exec \"$0\" show prod/web --passphrase-fd 7");
    let output = place.bare("sh").args(["-c", &shell, common::PROGRAM]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    // A program that is run cannot read it again.
    let run = "run --env prod --passphrase-fd 7 -- sh -c 'cat /dev/fd/7 || echo gone'";
    let shell = format!("exec 7< '{file}'; exec \"$0\" {run}");
    let output = place.bare("sh").args(["-c", &shell, common::PROGRAM]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "gone\n");
}

#[test]
fn what_manifests_answer_needs_no_passphrase() {
    let (place, file) = place();
    let secret = place.ok(["export", "prod/web", "--bare", "--passphrase-file", &file]);
    for line in ["list", "list --all", "env list", "rotate status", "status"] {
        place.ok(line);
    }
    place.call("verify --env prod").stdin(secret).ok();
}

#[test]
fn a_passphrase_is_set_changed_and_taken_away() {
    let place = Place::ready();
    place.ok("new prod/web");
    let vault = fs::read(place.vault_file("prod.age")).unwrap();
    let plain = fs::read(place.identity()).unwrap();
    let first = place.write("first", "one\n");
    let second = place.write("second", "two two\n");
    let protected = place.config().join("identity.age");

    place.ok(["passwd", "--new-passphrase-file", &first]);
    assert!(!place.identity().exists() && protected.exists());
    assert_eq!(protected.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    place.fails(4, "show prod/web");
    place.ok(["show", "prod/web", "--passphrase-file", &first]);

    let change = ["passwd", "--passphrase-file", &first, "--new-passphrase-file", &second];
    place.ok(change);
    place.fails(4, ["show", "prod/web", "--passphrase-file", &first]);
    place.ok(["show", "prod/web", "--passphrase-file", &second]);
    let by_stdin = ["passwd", "--passphrase-file", &second, "--new-passphrase-file", "-"];
    place.call(by_stdin).stdin("three\n").ok();
    place.call("show prod/web --passphrase-file -").stdin("three").ok();

    place.call("passwd --no-passphrase --passphrase-file -").stdin("three\n").ok();
    assert!(!protected.exists());
    assert_eq!(fs::read(place.identity()).unwrap(), plain);
    assert_eq!(place.identity().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    place.ok("show prod/web");
    assert_eq!(fs::read(place.vault_file("prod.age")).unwrap(), vault);
}

#[test]
fn an_identity_that_is_named_keeps_its_name() {
    let place = Place::ready();
    place.ok("new prod/web");
    let named = place.write("ci-key", fs::read(place.identity()).unwrap());
    fs::remove_file(place.identity()).unwrap();
    let new = place.write("new", "one\n");
    place.ok(["passwd", "-i", &named, "--new-passphrase-file", &new]);
    let sealed = fs::read(&named).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    place.ok(["show", "prod/web", "-i", &named, "--passphrase-file", &new]);
    place.ok(["passwd", "-i", &named, "--passphrase-file", &new, "--no-passphrase"]);
    place.ok(["show", "prod/web", "-i", &named]);
}

#[test]
fn several_identities_are_tried() {
    let (place, file) = place();
    let other = Place::ready();
    let other = other.identity().to_str().unwrap().to_owned();
    let own = place.config().join("identity.age").to_str().unwrap().to_owned();
    place.ok(["show", "prod/web", "-i", &other, "-i", &own, "--passphrase-file", &file]);
    let wrong = place.write("wrong", "battery\n");
    let said =
        place.fails(4, ["show", "prod/web", "-i", &other, "-i", &own, "--passphrase-file", &wrong]);
    for part in [&format!("- {own}: wrong passphrase"), &format!("- {other}: age1")] {
        assert!(said.contains(part.as_str()), "{said}");
    }
}

#[test]
fn an_identity_that_others_can_read_is_warned_of() {
    let place = Place::ready();
    place.ok("new prod/web");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    fs::set_permissions(place.identity(), mode).unwrap();
    let said = place.run("show prod/web");
    assert_eq!(said.code, 0, "{said}");
    let path = place.identity();
    let warning = format!("warning: other users can read the identity {}", path.display());
    assert!(said.stderr.starts_with(&warning), "{said}");
}
