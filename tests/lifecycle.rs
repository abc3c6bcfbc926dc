//! What happens to a key besides its rotation: its fields, revoking, restoring, destroying, and the
//! history of it all.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use common::Place;
use serde_json::{Value, json};

/// A home with the key `prod/web`.
fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    place
}

/// What is said of a key, without its versions.
fn fields(place: &Place, key: &str) -> Value {
    let mut report = place.json(["show", key])["key"].clone();
    for field in ["key", "environment", "versions", "created", "rotate_by"] {
        report.as_object_mut().unwrap().remove(field);
    }
    report
}

fn generation(place: &Place) -> u64 {
    place.json("env list --env prod")["environments"][0]["detail"]["generation"].as_u64().unwrap()
}

fn commands(place: &Place) -> Vec<String> {
    let report = place.json("log --env prod");
    let events = report["events"].as_array().unwrap().iter();
    let word = |event: &Value, field| event[field].as_str().unwrap_or("-").to_owned();
    events
        .map(|event| {
            let version = event["version"].as_u64().map_or(String::new(), |n| format!("@{n}"));
            format!("{} {}{version}", word(event, "command"), word(event, "key"))
        })
        .collect()
}

#[test]
fn every_field_is_set_and_taken_away() {
    let place = place();
    place.ok("set prod/web --description 'public site' --owner ops --expires 2027-01-31");
    place.ok("set prod/web --meta team=core --meta cost=12 --scope read --scope write");
    place.ok("set prod/web --allow-ip 2001:db8::/32 --allow-ip 192.0.2.7/32");
    assert_eq!(
        fields(&place, "prod/web"),
        json!({
            "kind": "api-key", "name": "web", "description": "public site", "owner": "ops",
            "expires": "2027-01-31T00:00:00Z", "scopes": ["read", "write"],
            "allowed_ips": ["192.0.2.7", "2001:db8::/32"],
            "metadata": {"cost": "12", "team": "core"},
        })
    );
    place.ok("set prod/web --meta cost=13 --unset-meta team --unset-scope write --owner ''");
    place.ok("set prod/web --unset-allow-ip 192.0.2.7");
    assert!(place.ok("show prod/web").contains("\nallowed from 2001:db8::/32\n"));
    place.ok("set prod/web --unset-allow-ip 2001:db8::/32");
    place.ok("set prod/web --expires never --description ''");
    let left =
        json!({"kind": "api-key", "name": "web", "scopes": ["read"], "metadata": {"cost": "13"}});
    assert_eq!(fields(&place, "prod/web"), left);
    place.ok("set prod/web --expires 90d");
    assert_eq!(fields(&place, "prod/web")["expires"], "2027-02-20T16:00:00Z");
}

#[test]
fn a_renamed_key_keeps_its_secret_and_its_rotation() {
    let place = place();
    place.ok("rotate add prod/web");
    let secrets = [place.secret("prod/web", 1), place.secret("prod/web", 2)];
    place.ok("set prod/web --name frontend");
    let after = [place.secret("prod/frontend", 1), place.secret("prod/frontend", 2)];
    assert_eq!(after, secrets);
    place.ok("rotate migrate prod/frontend --yes");
    let answer = place.call("verify --env prod").stdin(&*secrets[0]).ok();
    assert!(answer.starts_with("valid: prod/frontend@1 (retiring"), "{answer}");
    place.fails(1, "show prod/web");
    place.ok("new prod/web");
}

#[test]
fn what_changes_nothing_makes_no_generation() {
    let place = place();
    place.ok("set prod/web --owner ops");
    place.ok("rotate add prod/web");
    place.ok("rotate migrate prod/web --yes");
    place.ok("rotate remove prod/web --yes");
    place.ok("rotate add prod/web");
    place.ok("revoke prod/web@2 --reason x --yes");
    let before = place.snapshot();
    for line in [
        "set prod/web --owner ops",
        "set prod/web --unset-scope none --unset-meta none --unset-allow-ip 192.0.2.7",
        "revoke prod/web@2 --reason y --yes",
        "restore prod/web@3",
        "purge prod/web@2 --yes",
        "purge --env prod --yes",
        "env set prod --grace 7d",
        "recipients accept --env prod --yes",
        "init",
    ] {
        place.ok(line);
        before.assert_same(&place.snapshot(), line);
    }
}

#[test]
fn texts_of_any_kind_come_back_as_they_were() {
    let place = place();
    for text in [
        "a \"quoted\" \\ back\\slash",
        "line\nbreak\r\n\ttab",
        "clé — 鍵 🔑 e\u{301}",
        "\u{7f}\u{85}\u{a0}\u{2028}\u{202e}\u{feff}\u{10ffff}",
        "'''\"\"\" # [keys] = x",
        "\u{1b}[2J\u{0b}\u{1f}",
        "",
    ] {
        let name = text.replace('=', "-");
        let meta = format!("k {name}={text}");
        place.ok(["set", "prod/web", "--description", text, "--owner", text, "--meta", &meta]);
        let report = fields(&place, "prod/web");
        let shown = |field: &str| report[field].as_str().unwrap_or_default().to_owned();
        assert_eq!((shown("description"), shown("owner")), (text.to_owned(), text.to_owned()));
        assert_eq!(report["metadata"][format!("k {name}")], text);
        let plain = place.run("show prod/web");
        let safe = |c: char| c == '\n' || !c.is_control();
        assert!(plain.stdout.chars().all(safe), "{plain}");
        assert!(!plain.stdout.contains('\u{202e}'), "{plain}");
        place.ok(["set", "prod/web", "--unset-meta", &format!("k {name}")]);
    }
}

#[test]
fn a_revoked_version_loses_its_secret_and_makes_way() {
    let place = place();
    place.ok("rotate add prod/web");
    let old = place.secret("prod/web", 1);
    let said = place.run("revoke prod/web@1 --reason 'laptop stolen' --yes");
    assert_eq!(said.code, 0, "{said}");
    assert!(said.stderr.contains("prod/web@2 is active now: clients must send it"), "{said}");
    assert_eq!(place.states("prod/web"), ["revoked", "active"]);
    assert_eq!(place.versions("prod/web")[0].secret, None);
    assert_eq!(place.json("show prod/web")["key"]["versions"][0]["reason"], "laptop stolen");
    assert!(!place.ok("export --env prod").contains(&old));
    let ended = place.call("verify").stdin(old).run();
    assert_eq!(ended.code, 3, "{ended}");
    assert_eq!(ended.stdout, "revoked: prod/web@1 since 2026-11-22T16:00:00Z [manifest]\n");

    let again = place.run("revoke prod/web@1 --reason other --yes");
    assert!(again.stderr.contains("nothing is left to revoke"), "{again}");
    place.fails(7, "restore prod/web@1");
    place.fails(7, "rotate back prod/web");
}

#[test]
fn a_revoked_key_can_have_a_new_version() {
    let place = place();
    place.ok("rotate add prod/web");
    let said = place.run("revoke prod/web --reason 'service shut down' --yes");
    assert_eq!(said.code, 0, "{said}");
    assert!(said.stderr.contains("it has no version left"), "{said}");
    assert_eq!(place.states("prod/web"), ["revoked", "revoked"]);
    place.ok("rotate add prod/web");
    assert_eq!(place.states("prod/web"), ["revoked", "revoked", "active"]);
    let sent = place.ok("export prod/web --client --bare");
    place.call("verify --env prod").stdin(sent).ok();
}

#[test]
fn a_retired_version_is_accepted_again_until_the_grace_is_over() {
    let mut place = place();
    place.ok("env set prod --grace 3d");
    for stage in ["add", "migrate", "remove"] {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
    }
    place.travel("2026-11-23T16:00:00Z");
    place.ok("restore prod/web");
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    let version = &place.json("show prod/web")["key"]["versions"][0];
    assert_eq!(version["retire_by"], "2026-11-26T16:00:00Z");
    let first = place.secret("prod/web", 1);
    assert!(place.ok("export --env prod").contains(&first));
    place.ok("rotate remove prod/web --yes");

    place.ok("revoke prod/web@2 --reason x --yes");
    assert_eq!(place.states("prod/web"), ["retired", "revoked"]);
    place.ok("restore prod/web@1");
    assert_eq!(place.states("prod/web"), ["active", "revoked"]);
    assert_eq!(place.ok("export prod/web --client --bare"), format!("{first}\n"));
}

#[test]
fn purge_destroys_what_has_been_retired_for_longer_than_policy_says() {
    let mut place = place();
    place.ok("env set prod --purge-after 10d");
    for stage in ["add", "migrate", "remove"] {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
    }
    let old = place.secret("prod/web", 1);
    place.travel("2026-12-02T15:59:59Z");
    let early = place.run("purge --env prod");
    assert_eq!((early.code, early.stderr.as_str()), (0, "nothing is to be destroyed\n"));
    place.travel("2026-12-02T16:00:00Z");
    let asked = place.fails(7, "purge --env prod");
    assert!(asked.contains("Destroy the secrets of prod/web@1?"), "{asked}");
    place.ok("purge --env prod --yes");
    assert_eq!(place.states("prod/web"), ["destroyed", "active"]);
    assert_eq!(place.versions("prod/web")[0].secret, None);
    let ended = place.call("verify").stdin(old).run();
    assert_eq!(ended.stdout, "destroyed: prod/web@1 since 2026-12-02T16:00:00Z [manifest]\n");
    place.fails(7, "restore prod/web@1");
    place.fails(7, "rotate back prod/web");
}

#[test]
fn a_key_expires_by_itself() {
    let mut place = Place::ready();
    place.ok("new prod/web --expires 2026-12-01");
    place.ok("new prod/api");
    let secret = place.secret("prod/web", 1);
    place.ok("rotate add prod/web");
    place.travel("2026-12-01T00:00:00Z");
    let ended = place.call("verify --env prod").stdin(secret).run();
    assert_eq!(
        (ended.code, &*ended.stdout),
        (3, "expired: prod/web@1 at 2026-12-01T00:00:00Z [manifest]\n")
    );
    assert!(place.ok("list --env prod --all").contains("expired"));
    let left = place.ok("export --env prod --skip-expired");
    assert_eq!(left, format!("CHAPKIT_API_KEYS={}\n", place.secret("prod/api", 1)));
    place.ok("set prod/web --expires never");
    assert_eq!(place.ok("export --env prod").split(',').count(), 3);
}

#[test]
fn versions_live_as_long_as_policy_says() {
    let place = Place::ready();
    place.ok("env add prod --expire-after 30d --rotate-every 20d");
    place.ok("new prod/web");
    let key = &place.json("list")["environments"][0]["keys"][0];
    assert_eq!(key["versions"][0]["expires"], "2026-12-22T16:00:00Z");
    assert_eq!(key["rotate_by"], "2026-12-12T16:00:00Z");
    place.ok("env set prod --expire-after never --rotate-every never");
    place.ok("rotate add prod/web");
    let key = &place.json("list")["environments"][0]["keys"][0];
    assert_eq!(key["versions"][1]["expires"], Value::Null);
    assert_eq!(key["rotate_by"], Value::Null);
}

#[test]
fn a_stage_that_is_done_is_done() {
    let place = place();
    for stage in ["add", "migrate", "remove"] {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
        let before = place.snapshot();
        let again = place.run(["rotate", stage, "prod/web", "--yes"]);
        assert_eq!(again.code, 0, "{again}");
        assert!(again.stderr.contains("was done before; nothing was changed"), "{again}");
        before.assert_same(&place.snapshot(), stage);
    }
}

#[test]
fn the_guided_form_takes_the_one_next_stage() {
    let place = place();
    place.ok("new prod/api");
    place.ok("rotate add prod/web");
    let asked = place.run("rotate");
    assert_eq!(asked.code, 7, "{asked}");
    assert!(asked.stdout.contains("migrate, when services have the list"), "{asked}");
    assert!(asked.stderr.contains("next: prod/web: migrate, so that clients send @2"), "{asked}");
    place.ok("rotate --yes");
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    let early =
        ["too early to remove prod/web@1", "the quiet time is 1d", "rotate remove prod/web"];
    let refused = place.run("rotate prod/web --yes");
    assert_eq!(refused.code, 7, "{refused}");
    assert!(early.iter().all(|says| refused.stderr.contains(says)), "{refused}");
    place.call("rotate prod/web --yes").env("KEYCTL_TEST_NOW", "2026-11-23T16:00:00Z").ok();
    assert_eq!(place.states("prod/web"), ["retired", "active"]);

    place.ok("rotate add prod/web");
    place.ok("rotate add prod/api");
    let several = place.run("rotate --yes");
    assert_eq!(several.code, 2, "{several}");
    assert!(several.stderr.contains("prod/api: migrate"), "{several}");
    place.ok("rotate prod/api --yes");
    assert_eq!(place.states("prod/api"), ["retiring", "active"]);
}

#[test]
fn the_only_fitting_key_and_environment_need_not_be_named() {
    let place = place();
    place.ok("new");
    place.ok("rotate add web");
    place.ok("rotate migrate --yes");
    place.ok("rotate remove --yes");
    place.ok("rotate back");
    assert_eq!(place.states("web"), ["retiring", "active"]);
    let by_variable = place.call("show web").env("KEYCTL_ENV", "prod").ok();
    assert_eq!(by_variable, place.ok("show prod/web"));
    place.ok("new dev/web");
    let written = place.call("show dev/web").env("KEYCTL_ENV", "prod").ok();
    assert!(written.contains("dev/web"), "what is written counts more than the variable");
}

#[test]
fn a_dry_run_changes_nothing() {
    let place = place();
    place.ok("new prod/api");
    place.ok("env add empty");
    for stage in ["add", "migrate", "remove"] {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
    }
    place.ok("rotate add prod/api");
    let (_, recipient) = keyctl::vault::seal::generate_identity("now");
    let add = format!("recipients add {recipient} --name ben --env prod");
    place.ok(&add.replace("--env prod", "--env empty"));
    let before = place.snapshot();
    for line in [
        "init",
        "new prod/other",
        "new fresh/first",
        "set prod/web --name www --owner me",
        "revoke prod/web --reason x",
        "revoke prod/web@2 --reason x --yes",
        "restore prod/web",
        "purge prod/web",
        "rotate",
        "rotate add prod/web",
        "rotate migrate prod/api",
        "rotate back prod/web",
        "env add another --like prod",
        "env set prod --code p",
        "env remove empty",
        "env remove prod --force",
        "recipients remove ben --env empty",
        "recipients accept --env prod",
        &add,
    ] {
        let ended = place.run(&format!("{line} --dry-run"));
        assert_eq!(ended.code, 0, "{ended}");
        let done = [" is new", " is changed", " can read ", "is destroyed"];
        assert!(!done.iter().any(|words| ended.stderr.contains(words)), "{ended}");
        before.assert_same(&place.snapshot(), line);
    }
    let fresh = Place::new();
    let before = fresh.snapshot();
    fresh.ok("init --no-passphrase --dry-run");
    before.assert_same(&fresh.snapshot(), "init --dry-run");
}

#[test]
fn the_history_says_what_was_done_and_no_value() {
    let place = place();
    for line in [
        "set prod/web --owner ops --description secretive",
        "set prod/web --name site",
        "rotate add prod/site",
        "rotate migrate prod/site --yes",
        "rotate remove prod/site --yes",
        "rotate back prod/site",
        "rotate remove prod/site --yes",
        "restore prod/site",
        "rotate remove prod/site --yes",
        "purge prod/site --yes",
        "rotate add prod/site",
        "revoke prod/site@2 --reason 'seen in a log' --yes",
        "env set prod --code p",
    ] {
        place.ok(line);
    }
    assert_eq!(
        commands(&place),
        [
            "env add -",
            "new prod/web@1",
            "set prod/web",
            "set prod/site",
            "rotate add prod/site@2",
            "rotate migrate prod/site@2",
            "rotate remove prod/site@1",
            "rotate back prod/site@2",
            "rotate remove prod/site@1",
            "restore prod/site@1",
            "rotate remove prod/site@1",
            "purge prod/site@1",
            "rotate add prod/site@3",
            "revoke prod/site@2",
            "env set -",
        ]
    );
    assert_eq!(generation(&place), 14);
    let log = place.ok("log --env prod") + &place.ok("log --env prod --json");
    assert!(log.contains("seen in a log") && log.contains("name; it was web"), "{log}");
    assert!(!log.contains("secretive") && !log.contains("sk_"), "{log}");
    assert_eq!(place.ok("log prod/site@3").lines().count(), 2);
}
