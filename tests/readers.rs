//! Several readers of one vault: each has a home, an identity and a memory of what it has seen.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;

use common::Place;

/// Ana's home with `prod/web`, and Ben's with the same vault and an identity of his own.
fn two() -> (Place, Place) {
    let mut ana = Place::new();
    ana.set("USER", "ana");
    ana.init();
    ana.ok("new prod/web");
    let mut ben = Place::sharing(&ana);
    ben.set("USER", "ben");
    ben.init();
    (ana, ben)
}

fn recipient(place: &Place) -> String {
    let text = fs::read_to_string(place.identity()).unwrap();
    text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap().to_owned()
}

fn add(by: &Place, who: &Place, name: &str) {
    by.ok(["recipients", "add", &recipient(who), "--name", name, "--env", "prod"]);
}

#[test]
fn a_reader_who_is_added_reads_and_writes() {
    let (ana, ben) = two();
    ben.fails(4, "show prod/web");
    add(&ana, &ben, "ben@laptop");
    assert_eq!(ben.secret("prod/web", 1), ana.secret("prod/web", 1));
    ben.ok("rotate add prod/web");
    assert_eq!(ana.states("prod/web"), ["active", "pending"]);
    let list = ana.ok("recipients list --env prod");
    assert!(list.contains("ben@laptop") && list.contains(&recipient(&ben)), "{list}");

    let again = ana.run(["recipients", "add", &recipient(&ben), "--env", "prod"]);
    assert_eq!(again.code, 0, "{again}");
    assert!(again.stderr.contains("ben@laptop can read prod already"), "{again}");
}

#[test]
fn a_reader_who_is_removed_reads_nothing_new() {
    let (ana, ben) = two();
    add(&ana, &ben, "ben");
    ben.ok("show prod/web");
    let asked = ana.fails(7, "recipients remove ben --env prod");
    assert!(asked.contains("Keep ben from reading prod from now on?"), "{asked}");
    let said = ana.run("recipients rm ben --env prod --yes");
    assert_eq!(said.code, 0, "{said}");
    assert!(said.stderr.contains("rotate the keys of this environment"), "{said}");
    ben.fails(4, "show prod/web");
    ben.fails(4, "export --env prod");
    ana.ok("show prod/web");
    let log = ana.ok("log --env prod");
    assert!(log.contains("recipients add") && log.contains("recipients remove"), "{log}");
}

#[test]
fn a_changed_recipient_list_stops_until_it_is_accepted() {
    let (ana, ben) = two();
    add(&ana, &ben, "ben");
    ben.ok("show prod/web");
    let carol = Place::sharing(&ana);
    carol.init();
    add(&ben, &carol, "carol");

    let says = [
        "the recipients of environment prod were changed elsewhere",
        &format!("can read it now: carol ({})", recipient(&carol)),
        "if that is right: keyctl recipients accept --env prod",
    ];
    for line in ["show prod/web", "export --env prod", "new prod/x", "list --unlock"] {
        ana.refuses(6, line, &says);
    }
    let asked = ana.run("recipients accept --env prod");
    assert_eq!(asked.code, 7, "{asked}");
    assert!(asked.stdout.contains("carol"), "{asked}");
    ana.refuses(6, "show prod/web", &says);
    let dry = ana.run("recipients accept --env prod --dry-run");
    assert_eq!(dry.code, 0, "{dry}");
    ana.refuses(6, "show prod/web", &says);

    ana.ok("recipients accept --env prod --yes");
    ana.ok("show prod/web");
    ana.ok("new prod/x");
    ben.ok("show prod/x");

    carol.ok("show prod/x");
    ana.ok("recipients remove carol --env prod --yes");
    let gone = [says[0], &format!("cannot any more: carol ({})", recipient(&carol))];
    ben.refuses(6, "show prod/x", &gone);
    ben.ok("recipients accept --env prod --yes");
    ben.ok("show prod/x");
}

#[test]
fn a_manifest_is_proven_by_whoever_has_unlocked_once() {
    let (ana, ben) = two();
    add(&ana, &ben, "ben");
    let unproven = ben.run("list");
    assert_eq!((unproven.code, unproven.stderr.as_str()), (0, ""), "{unproven}");
    fs::rename(ben.identity(), ben.outside("identity")).unwrap();
    assert_eq!(ben.json("list")["environments"][0]["source"], "manifest");
    ben.call("verify --env prod").stdin(ana.secret("prod/web", 1)).ok();

    // Whoever has not, hears so, and gets no answer that could be made up.
    let carol = Place::sharing(&ana);
    carol.init();
    assert_eq!(carol.json("list")["environments"][0]["source"], "unproven");
    let verify = carol.call("verify --env prod").stdin(ana.secret("prod/web", 1));
    verify.refused(4, &["environment prod has no proven manifest"]);
}

#[test]
fn commits_of_two_readers_follow_each_other() {
    let (ana, ben) = two();
    add(&ana, &ben, "ben");
    for (place, key) in [(&ana, "a"), (&ben, "b"), (&ana, "c"), (&ben, "d")] {
        place.ok(["new", &format!("prod/{key}")]);
    }
    for place in [&ana, &ben] {
        let list = place.ok("list --env prod");
        for key in ["a", "b", "c", "d", "web"] {
            assert!(list.contains(&format!("prod/{key} ")), "{list}");
        }
    }
    let report = ana.json("env list");
    assert_eq!(report["environments"][0]["detail"]["generation"], 6);
}

#[test]
fn an_environment_has_no_more_readers_than_a_file_can_name() {
    let place = Place::ready();
    place.ok("env add prod");
    let add = |number: usize| {
        let (_, recipient) = keyctl::vault::seal::generate_identity("now");
        let name = format!("reader-{number}");
        ["recipients", "add", recipient.as_str(), "--name", &name, "--env", "prod"]
            .map(ToOwned::to_owned)
            .to_vec()
    };
    for number in 1..keyctl::vault::seal::MAX_RECIPIENTS {
        place.ok(add(number));
    }
    place.refuses(1, add(99), &["prod has 31 recipients", "remove"]);
    place.ok("new prod/web");
}
