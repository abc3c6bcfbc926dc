//! `status`: what is due, when, and the command that helps, told without unlocking anything.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;

use common::{Place, split};
use serde_json::Value;

/// Something is due: the table, row by row.
#[track_caller]
fn due(place: &Place, line: &str) -> Vec<String> {
    let ended = place.run(line);
    assert_eq!(ended.code, 3, "{ended}");
    let mut lines = ended.stdout.lines().map(ToOwned::to_owned);
    let header: Vec<_> = lines.next().unwrap().split_whitespace().map(ToOwned::to_owned).collect();
    assert_eq!(header, ["KEY", "WHAT", "WHEN", "NEXT"]);
    lines
        .map(|line| {
            line.split("  ")
                .filter(|cell| !cell.is_empty())
                .map(str::trim)
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
}

/// Nothing is due, and this is all that is said.
#[track_caller]
fn quiet(place: &Place, line: &str, said: &str) {
    let ended = place.run(line);
    let all = (ended.code, ended.stdout.as_str(), ended.stderr.as_str());
    assert_eq!(all, (0, "", &*format!("{said}\n")), "{ended}");
}

/// The report of a status, whatever it ends with.
fn report(place: &Place, line: &str) -> Value {
    serde_json::from_str(&place.run(format!("{line} --json").as_str()).stdout).unwrap()
}

/// Runs the first command that the status gives.
#[track_caller]
fn follow(place: &Place) {
    let report = report(place, "status --due 0d");
    let next = report["due"][0]["next"].as_str().unwrap();
    let mut words = split(next);
    assert_eq!(words.remove(0), "keyctl");
    if words[0] != "set" {
        words.push("--yes".to_owned());
    }
    place.ok(words);
}

fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    place
}

#[test]
fn when_nothing_is_due_it_says_until_when() {
    let place = Place::ready();
    quiet(&place, "status", "there is no key yet\nmake one: keyctl new --env dev");
    place.ok("new prod/web");
    quiet(&place, "status", "nothing is due until 2026-12-06");
    quiet(&place, "status prod/web --due 4w", "nothing is due until 2026-12-20");
    quiet(&place, "status --env prod --due 12h", "nothing is due until 2026-11-23T04:00:00Z");
    for zero in ["0d", "0s"] {
        quiet(&place, &format!("status --due {zero}"), "nothing is due now");
    }
    let ended = place.run("status --quiet");
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (0, "", ""), "{ended}");
    assert_eq!(report(&place, "status")["due"], Value::Array(Vec::new()));
    // A stage that falls due earlier is no alarm, and no lie either.
    place.ok("rotate add prod/web");
    quiet(&place, "status", "nothing is due until 2026-11-29");
    for bad in ["-1d", "0", "1y", "", "200y"] {
        place.refuses(2, ["status", &format!("--due={bad}")], &["--due"]);
    }
    place.refuses(2, "status prod/web@1", &["not of a version", "leave the @ out"]);
}

#[test]
fn a_rotation_is_told_ahead_and_taken_stage_by_stage() {
    let mut place = place();
    place.travel("2027-02-10T16:00:00Z");
    quiet(&place, "status --due 9d", "nothing is due until 2027-02-19");
    let row =
        |what: &str, when: &str, next: &str| vec![format!("prod/web@{what}|{when}|keyctl {next}")];
    let ahead = row("1|rotate", "2027-02-20, in 10d", "rotate add prod/web");
    assert_eq!(due(&place, "status"), ahead);
    assert_eq!(due(&place, "status --quiet prod/web"), ahead);
    place.travel("2027-02-22T16:00:00Z");
    let late = row("1|rotate", "2027-02-20, 2d ago", "rotate add prod/web");
    assert_eq!(due(&place, "status --due 0d"), late);
    follow(&place);
    quiet(&place, "status", "nothing is due until 2027-03-01");

    place.travel("2027-03-01T16:00:00Z");
    let late = row("2|not migrated", "2027-03-01, now", "rotate migrate prod/web");
    assert_eq!(due(&place, "status --due 0d"), late);
    follow(&place);
    quiet(&place, "status", "nothing is due until 2027-03-08");
    place.travel("2027-03-10T17:00:00Z");
    let late = row("1|not removed", "2027-03-08, 2d ago", "rotate remove prod/web");
    assert_eq!(due(&place, "status"), late);
    follow(&place);
    quiet(&place, "status --due 60d", "nothing is due until 2027-04-09");
    place.travel("2027-04-10T17:00:00Z");
    let late = row("1|purge", "2027-04-09, 24h ago", "purge prod/web@1");
    assert_eq!(due(&place, "status"), late);
    follow(&place);
    quiet(&place, "status", "nothing is due until 2027-04-24");
    assert_eq!(place.states("prod/web"), ["destroyed", "active"]);
}

#[test]
fn an_end_is_told_with_what_helps_against_it() {
    let mut place = Place::ready();
    place.ok("env add prod --rotate-every never --expire-after 30d");
    place.ok("new prod/old");
    place.ok("env set prod --expire-after never");
    place.ok("new prod/a --expires 2026-12-01");
    assert_eq!(
        due(&place, "status --due 30d"),
        [
            "prod/a@1|expires|2026-12-01, in 8d|keyctl set prod/a --expires 2027-03-01",
            "prod/old@1|expires|2026-12-22, in 30d|keyctl rotate add prod/old",
        ]
    );
    place.ok("rotate add prod/old");
    place.ok("rotate add prod/a");
    place.travel("2026-12-22T18:00:00Z");
    let rows = due(&place, "status");
    assert_eq!(
        rows,
        [
            "prod/old@2|not migrated|2026-11-29, 23d ago|keyctl rotate migrate prod/old",
            "prod/a@1|expired|2026-12-01, 21d ago|keyctl set prod/a --expires 2027-03-22",
            "prod/old@1|expired|2026-12-22, 2h ago|keyctl rotate migrate prod/old",
        ]
    );
    let said = place.run("status").stderr;
    assert!(said.starts_with("note: what has expired is not exported"), "{said}");
    assert_eq!(place.run("status -q").stderr, "");
    place.fails(7, "export prod/old");
    for _ in 0..5 {
        if place.run("status --due 0d").code == 3 {
            follow(&place);
        }
    }
    assert_eq!(place.run("status --due 0d").code, 0);
    place.ok("export --env prod");
}

#[test]
fn the_whole_vault_is_in_the_order_of_time() {
    let mut place = place();
    place.travel("2026-12-01T00:00:00Z");
    place.ok("new dev/app");
    place.ok("new prod/batch");
    place.travel("2027-02-25T00:00:00Z");
    let keys = |line: &str| -> Vec<String> {
        let rows = due(&place, line).into_iter();
        rows.map(|row| row.split('@').next().unwrap().to_owned()).collect()
    };
    assert_eq!(keys("status"), ["prod/web", "dev/app", "prod/batch"]);
    assert_eq!(keys("status --env prod"), ["prod/web", "prod/batch"]);
    assert_eq!(keys("status --env dev"), ["dev/app"]);
    assert_eq!(keys("status dev/app"), ["dev/app"]);
    assert_eq!(keys("status --due 0d"), ["prod/web"]);
    quiet(&place, "status --env dev --due 0d", "nothing is due now");
    let coloured = place.run("status --color always").stdout;
    assert!(coloured.contains("\u{1b}[33m2027-02-20, 4d ago"), "{coloured}");
    assert!(!coloured.contains("\u{1b}[33m2027-03-01"), "{coloured}");
}

#[test]
fn nothing_is_unlocked_and_nothing_is_asked() {
    let mut place = Place::new();
    let file = place.write("passphrase", "correct horse\n");
    place.ok(["init", "--passphrase-file", &file]);
    place.ok(["new", "prod/web", "--passphrase-file", &file, "--expires", "2027-01-01"]);
    let before = place.snapshot();
    quiet(&place, "status", "nothing is due until 2026-12-06");
    place.travel("2026-12-24T00:00:00Z");
    // The manifest tells the key's own end from its version's.
    let row = "prod/web@1|expires|2027-01-01, in 8d|keyctl set prod/web --expires 2027-04-01";
    assert_eq!(due(&place, "status"), [row]);
    let report = report(&place, "status");
    assert_eq!(report["environments"][0]["source"], "manifest");
    before.assert_same(&place.snapshot(), "status");
}

#[test]
fn an_environment_that_cannot_be_read_is_named_and_hides_no_other() {
    let mut place = Place::new();
    let file = place.write("passphrase", "correct horse\n");
    place.ok(["init", "--passphrase-file", &file]);
    place.ok(["new", "prod/web", "--passphrase-file", &file]);
    place.ok(["new", "dev/app", "--passphrase-file", &file]);
    let manifest = place.vault_file("prod.manifest");
    let text = fs::read(&manifest).unwrap();
    fs::remove_file(&manifest).unwrap();
    let why = "error: environment prod has no manifest to read, and no identity opens it unasked";
    let ended = place.run("status");
    assert_eq!((ended.code, &*ended.stdout), (4, ""), "{ended}");
    let rest = "nothing that could be read is due until 2026-12-06";
    for part in [why, "\nhint: name an identity", rest] {
        assert!(ended.stderr.contains(part), "{part}: {ended}");
    }
    let ended = place.run("status prod/web");
    assert_eq!((ended.code, &*ended.stdout), (4, ""), "{ended}");
    assert!(ended.stderr.starts_with(why) && !ended.stderr.contains("is due"), "{ended}");

    place.travel("2027-03-01T00:00:00Z");
    let row = ["dev/app@1|rotate|2027-02-20, 8d ago|keyctl rotate add dev/app"];
    assert_eq!(due(&place, "status"), row);
    assert!(place.run("status").stderr.starts_with(why));
    place.ok(["list", "--unlock", "--passphrase-file", &file]);
    assert_eq!(due(&place, "status").len(), 2);

    // What was tampered with is more than due.
    fs::write(&manifest, [&text[..text.len() - 2], b"x\n"].concat()).unwrap();
    let ended = place.run("status");
    assert_eq!(ended.code, 6, "{ended}");
    assert!(ended.stdout.contains("dev/app@1") && !ended.stdout.contains("prod/web"), "{ended}");
    assert!(ended.stderr.contains("the manifest of environment prod: its signature"), "{ended}");
}

#[test]
fn a_manifest_that_nothing_proves_is_told_with_a_warning() {
    let place = place();
    let mut ben = Place::sharing(&place);
    let warning =
        "warning: environment prod is judged by its manifest, which nothing here proves\n";
    quiet(&ben, "status", &format!("{warning}nothing is due until 2026-12-06"));
    ben.travel("2027-03-01T00:00:00Z");
    assert_eq!(due(&ben, "status").len(), 1);
    assert_eq!(report(&ben, "status")["environments"][0]["source"], "unproven");
    assert_eq!(ben.run("status -q").stderr, warning);
}

#[test]
fn a_key_of_which_no_version_is_left_is_told_and_is_not_due() {
    let place = Place::ready();
    for key in ["prod/gone", "prod/old", "prod/web"] {
        place.ok(format!("new {key} --no-show").as_str());
    }
    let horizon = "nothing is due until 2026-12-06";
    quiet(&place, "status", horizon);
    place.ok("revoke prod/gone --reason test --yes");
    let next = "to make one: keyctl rotate add prod/gone";
    quiet(&place, "status", &format!("{horizon}\nnote: no version is left of prod/gone\n{next}"));
    place.ok("revoke prod/old --reason test --yes");
    let both = format!("{horizon}\nnote: no version is left of prod/gone, prod/old\n{next}");
    quiet(&place, "status", &both);
    assert_eq!(place.run("status --quiet").stderr, "");
    assert_eq!(report(&place, "status")["ended"], serde_json::json!(["prod/gone", "prod/old"]));
    place.ok("rotate add prod/gone");
    assert_eq!(report(&place, "status")["ended"], serde_json::json!(["prod/old"]));
    assert_eq!(report(&place, "status prod/web").get("ended"), None);
}
