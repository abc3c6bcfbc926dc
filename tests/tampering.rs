//! Files that were put back, replaced or edited behind the program's back.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;

use common::Place;

/// A home in which `prod/web@1` was revoked for `prod/web@2`; copies of the first generation lie
/// outside, as `old.age` and `old.manifest`.
fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    for end in ["age", "manifest"] {
        keep(&place, end, "old");
    }
    place.ok("rotate add prod/web");
    place.ok("revoke prod/web@1 --reason leaked --yes");
    for end in ["age", "manifest"] {
        keep(&place, end, "new");
    }
    place
}

fn keep(place: &Place, end: &str, name: &str) {
    let copy = place.outside(&format!("{name}.{end}"));
    fs::copy(place.vault_file(&format!("prod.{end}")), copy).unwrap();
}

fn put_back(place: &Place, name: &str) {
    let (name, end) = name.split_once('.').unwrap();
    let copy = place.outside(&format!("{name}.{end}"));
    fs::copy(copy, place.vault_file(&format!("prod.{end}"))).unwrap();
}

const ROLLED_BACK: [&str; 3] = [
    "environment prod is at generation 1, and this machine has seen 3: an older file was put back",
    "would be accepted again: prod/web@1 (revoked since)",
    "keyctl list --unlock --accept-rollback --env prod",
];

#[test]
fn an_older_file_is_told_with_what_would_come_back_to_life() {
    let place = place();
    put_back(&place, "old.age");
    for line in [
        "list",
        "list --unlock",
        "show prod/web",
        "export --env prod",
        "rotate status",
        "env list",
        "new prod/x",
        "rotate add prod/web",
        "set prod/web --owner me",
        "env remove prod --force --yes",
        "recipients accept --env prod --yes",
    ] {
        place.refuses(6, line, &ROLLED_BACK);
    }
    place.call("verify --env prod").stdin("sk_prod_x").refused(6, &ROLLED_BACK);
}

#[test]
fn what_would_come_back_is_told_from_the_newest_generation_or_not_at_all() {
    let place = place();
    put_back(&place, "old.age");
    fs::remove_file(place.vault_file("prod.manifest")).unwrap();
    // The newest backup is older than the revocation: it must not be taken for the whole truth.
    let unknown = [ROLLED_BACK[0], "what would be accepted again cannot be told"];
    place.refuses(6, "show prod/web", &unknown);
}

#[test]
fn a_backup_is_put_back_on_purpose() {
    let place = place();
    fs::copy(place.vault_file("backups/prod.1.age"), place.vault_file("prod.age")).unwrap();
    place.refuses(6, "list", &ROLLED_BACK);
    let list = place.ok("list --unlock --accept-rollback --env prod");
    assert!(list.contains("@1"), "{list}");
    assert_eq!(place.states("prod/web"), ["active"]);
    assert_eq!(place.json("list")["environments"][0]["source"], "manifest");
    place.ok("new prod/other");
    place.ok("list");
}

#[test]
fn an_older_file_with_its_manifest_is_told_too() {
    let place = place();
    put_back(&place, "old.age");
    put_back(&place, "old.manifest");
    let says = [ROLLED_BACK[0], ROLLED_BACK[2]];
    for line in ["list", "env list", "list --unlock", "show prod/web", "new prod/x"] {
        place.refuses(6, line, &says);
    }
    place.call("verify --env prod").stdin("sk_prod_x").refused(6, &says);

    // Without an identity the manifest is all there is, and it is not believed.
    let identity = place.outside("identity");
    fs::rename(place.identity(), &identity).unwrap();
    let older = ["the manifest of environment prod: it is of generation 1, and 3 was seen before"];
    for line in ["list", "env list", "rotate status"] {
        place.refuses(6, line, &older);
    }
    place.call("verify --env prod").stdin("sk_prod_x").refused(6, &older);
    fs::rename(&identity, place.identity()).unwrap();
    place.ok("list --unlock --accept-rollback --env prod");
    place.ok("list");
}

#[test]
fn every_hint_after_a_rollback_leads_on() {
    let place = place();
    let (_, ben) = keyctl::vault::seal::generate_identity("now");
    place.ok(["recipients", "add", ben.as_str(), "--name", "ben", "--env", "prod"]);
    put_back(&place, "old.age");
    // A person who follows what is said comes to an end.
    let mut line = "list".to_owned();
    for _ in 0..4 {
        let ended = place.run(&line);
        if ended.code == 0 {
            place.ok("list");
            return;
        }
        let mut hints = ended.stderr.lines().filter_map(|hint| hint.split_once(": keyctl "));
        hints.next_back().unwrap().1.clone_into(&mut line);
        if line.starts_with("recipients accept") {
            line.push_str(" --yes");
        }
    }
    panic!("the hints lead in a circle");
}

#[test]
fn two_documents_of_one_generation_are_told() {
    let place = Place::ready();
    place.ok("new prod/web");
    keep(&place, "age", "first");
    keep(&place, "manifest", "first");
    let elsewhere = Place::sharing(&place);
    fs::create_dir_all(elsewhere.config()).unwrap();
    fs::copy(place.identity(), elsewhere.identity()).unwrap();
    elsewhere.ok("new prod/there");
    keep(&place, "age", "there");
    put_back(&place, "first.age");
    put_back(&place, "first.manifest");
    place.ok("new prod/here");
    put_back(&place, "there.age");
    let says = [
        "environment prod is at generation 2, but not the one that this machine has seen",
        "keyctl list --unlock --accept-rollback --env prod",
    ];
    for line in ["list", "show prod/there", "new prod/x", "list --unlock"] {
        place.refuses(6, line, &says);
    }
    place.ok("list --unlock --accept-rollback --env prod");
    let list = place.ok("list");
    assert!(list.contains("prod/there") && !list.contains("prod/here"), "{list}");
}

#[test]
fn another_environment_of_the_same_name_is_told() {
    let place = place();
    let forger = Place::ready();
    let recipient = fs::read_to_string(place.identity()).unwrap();
    let recipient = recipient.lines().find_map(|line| line.strip_prefix("# public key: "));
    forger.ok("new prod/web");
    forger.ok(["recipients", "add", recipient.unwrap(), "--env", "prod"]);
    for end in ["age", "manifest"] {
        let name = format!("prod.{end}");
        fs::copy(forger.vault_file(&name), place.vault_file(&name)).unwrap();
    }
    let says = ["environment prod is not the one that this machine has seen", "--accept-rollback"];
    for line in ["show prod/web", "export --env prod", "new prod/x", "list --unlock"] {
        place.refuses(6, line, &says);
    }
    let made_up = forger.secret("prod/web", 1);
    place.refuses(6, "list", &says);
    place.call("verify --env prod").stdin(&*made_up).refused(6, &says);
    fs::rename(place.identity(), place.outside("identity")).unwrap();
    let signature = ["the manifest of environment prod: its signature does not fit"];
    place.refuses(6, "list", &signature);
    place.call("verify --env prod").stdin(made_up).refused(6, &signature);
}

#[test]
fn a_manifest_that_was_edited_is_no_answer() {
    let place = place();
    let path = place.vault_file("prod.manifest");
    let text = fs::read_to_string(&path).unwrap();
    let revoked = text.replace("\"revoked\",", "\"active\",");
    let (head, _) = text.trim_end().rsplit_once('\n').unwrap();
    let head = format!("{head}\n");
    for (bytes, why) in [
        (revoked.as_bytes(), "its signature does not fit"),
        (head.as_bytes(), "its signature does not fit"),
        (text.trim_end().as_bytes(), "its signature does not fit"),
        (b"", "it is not a signed manifest"),
        (b"untrusted comment: \n", "it is not a signed manifest"),
        (b"\xff\xff", "it is not a signed manifest"),
    ] {
        fs::rename(place.identity(), place.outside("identity")).unwrap();
        fs::write(&path, bytes).unwrap();
        let says = ["the manifest of environment prod: ", why, "keyctl list --unlock --env prod"];
        for line in ["list", "env list", "rotate status", "rotate", "status"] {
            place.refuses(6, line, &says);
        }
        let verify = place.call("verify --env prod").stdin("sk_prod_x");
        verify.refused(6, &says);

        // Whoever can unlock gets the truth, hears what was wrong, and leaves a good one.
        fs::rename(place.outside("identity"), place.identity()).unwrap();
        let list = place.run("list");
        assert_eq!(list.code, 0, "{list}");
        assert!(list.stderr.contains(&format!("{why}; it is written anew")), "{list}");
        assert_eq!(place.json("list")["environments"][0]["source"], "manifest");
    }
}

#[test]
fn a_manifest_that_is_gone_or_behind_is_written_again_by_unlocking() {
    for break_it in [
        |place: &Place, _| fs::remove_file(place.vault_file("prod.manifest")).unwrap(),
        |place: &Place, _| put_back(place, "old.manifest"),
        |place: &Place, owner| {
            // As after a crash between the file and its manifest.
            let pins = place.state().join("pins");
            let dir = fs::read_dir(pins).unwrap().next().unwrap().unwrap().path();
            let pin = fs::read(dir.join("prod.toml")).unwrap();
            keep(place, "manifest", "behind");
            place.ok(["set", "prod/web", "--owner", owner]);
            put_back(place, "behind.manifest");
            fs::write(dir.join("prod.toml"), pin).unwrap();
        },
    ] {
        let place = place();
        break_it(&place, "ana");
        let secret = place.secret("prod/web", 2);
        break_it(&place, "ben");
        fs::rename(place.identity(), place.outside("identity")).unwrap();
        let before = place.snapshot();
        let list = place.run("list");
        assert_eq!(list.code, 0, "{list}");
        assert!(list.stderr.contains("warning: environment prod "), "{list}");
        let verify = place.call("verify --env prod").stdin(&*secret);
        verify.refused(4, &["no proven manifest", "keyctl list --unlock --env prod"]);
        before.assert_same(&place.snapshot(), "reading without an identity");

        fs::rename(place.outside("identity"), place.identity()).unwrap();
        place.ok("list --unlock --env prod");
        fs::rename(place.identity(), place.outside("identity")).unwrap();
        assert_eq!(place.json("list")["environments"][0]["source"], "manifest");
        place.call("verify --env prod").stdin(secret).ok();
    }
}

#[test]
fn a_manifest_from_the_future_is_no_answer() {
    let mut place = place();
    let identity = place.outside("identity");
    fs::rename(place.identity(), &identity).unwrap();
    place.travel("2026-11-22T15:56:00Z");
    place.ok("list");
    place.travel("2026-11-22T15:50:00Z");
    let says = ["it was issued in the future, at 2026-11-22T16:00:00Z"];
    place.refuses(6, "list", &says);
    place.call("verify --env prod").stdin("sk_prod_x").refused(6, &says);
}

#[test]
fn a_damaged_pin_is_an_error_and_no_first_sight() {
    let place = place();
    put_back(&place, "old.age");
    let dir = fs::read_dir(place.state().join("pins")).unwrap().next().unwrap().unwrap().path();
    fs::write(dir.join("prod.toml"), "id = 1").unwrap();
    for line in ["list", "show prod/web", "new prod/x"] {
        let pin = dir.join("prod.toml");
        let says = [format!("the pin {} is damaged", pin.display()), "rm ".to_owned()];
        place.refuses(6, line, &[&says[0], &says[1]]);
    }
}

#[test]
fn what_would_come_back_is_told_of_a_key_that_was_renamed_since() {
    let place = Place::ready();
    place.ok("new prod/web");
    keep(&place, "age", "old");
    place.ok("set prod/web --name site");
    place.ok("rotate add prod/site");
    place.ok("revoke prod/site@1 --reason leaked --yes");
    put_back(&place, "old.age");
    place.refuses(6, "list", &[ROLLED_BACK[1]]);
}
