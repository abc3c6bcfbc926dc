//! The gates of a rotation: what opens them, what keeps them shut, and what the history says of it;
//! one key at a time, all keys at once, the way back, and the way out when a key has leaked.

#![allow(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

mod common;

use common::log::{gateway, loaded, success};
use common::{Place, Words};
use serde_json::{Value, json};

/// A home with the key `prod/web`, to which a version was added an hour ago.
fn added() -> Place {
    let mut place = Place::ready();
    place.ok("new prod/web");
    place.ok("rotate add prod/web");
    place.travel("2026-11-22T17:00:00Z");
    place
}

/// The same, and clients were told of the new version just now.
fn migrated() -> Place {
    let place = added();
    place.ok("rotate migrate prod/web --yes");
    place
}

/// A home with these keys in `prod`.
fn with_keys(names: &[&str]) -> Place {
    let place = Place::ready();
    for name in names {
        place.ok(["new", &format!("prod/{name}"), "--no-show"]);
    }
    place
}

/// What the gateway logged until two days after the clients of [`migrated`] were told: the old
/// version was in use before the last day, and not since.
fn quiet_log(place: &Place) -> String {
    let lines = [
        gateway("2026-11-23T12:00:00Z", "web"),
        gateway("2026-11-24T10:00:00Z", "web-v2"),
        gateway("2026-11-24T16:50:00Z", "web-v2"),
    ];
    place.write("quiet.log", lines.concat())
}

fn generation(place: &Place) -> u64 {
    place.json("env list --env prod")["environments"][0]["detail"]["generation"].as_u64().unwrap()
}

/// What the history says of the last thing that was done.
fn last_note(place: &Place) -> String {
    let report = place.json("log --env prod");
    let last = report["events"].as_array().unwrap().last().unwrap();
    last["note"].as_str().unwrap_or_default().to_owned()
}

/// Runs what must be refused: it says why and what to do on stderr, which is returned, and changes
/// nothing.
#[track_caller]
fn refused(place: &Place, args: impl Words, says: &[&str]) -> String {
    let before = place.snapshot();
    let ended = place.run(args);
    assert_eq!(ended.code, 7, "{ended}");
    for part in says.iter().chain(&["\nhint: "]) {
        assert!(ended.stderr.contains(part), "it does not say \"{part}\":\n{ended}");
    }
    before.assert_same(&place.snapshot(), &ended.line);
    ended.stderr
}

// --- Migrate: have the services loaded the new list? --------------------------------------------

#[test]
fn a_request_with_the_new_version_lets_clients_be_moved() {
    let place = added();
    let log = place.write("access.log", gateway("2026-11-22T16:30:00.123+00:00", "web-v2"));
    let said = place.run(["rotate", "migrate", "prod/web", "--log", &log]);
    assert_eq!(said.code, 0, "{said}");
    let proof = "pass: prod/web@2 was let in, last at 2026-11-22T16:30:00Z";
    assert!(said.stderr.contains(&format!("prod/web: {proof}\n")), "{said}");
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    let note = format!("Have all services loaded the list with prod/web@2? logs (1) {proof}");
    assert_eq!(last_note(&place), note);
}

#[test]
fn a_list_of_as_many_keys_as_there_should_be_lets_clients_be_moved() {
    let place = added();
    place.ok("new prod/api");
    let log = place.write("service.log", loaded("2026-11-22T16:30:00Z", 3));
    place.ok(["rotate", "migrate", "prod/web", "--log", &log]);
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    assert!(last_note(&place).ends_with("was loaded at 2026-11-22T16:30:00Z, with 3 keys"));
}

#[test]
fn a_list_of_another_length_keeps_clients_where_they_are_whatever_is_said() {
    let place = added();
    // As many as the list before had.
    let log = place.write("service.log", loaded("2026-11-22T16:30:00Z", 1));
    for yes in ["", " --yes"] {
        let line = format!("rotate migrate prod/web --log {log}{yes}");
        let says =
            ["the logs say no", "1 key at", "the new list has 2", "every service the new list"];
        refused(&place, &line, &says);
    }
    // As many as no list had: it may be a list of its own, with the new version or without.
    for count in [0, 3] {
        let log = place.write("service.log", loaded("2026-11-22T16:30:00Z", count));
        let line = format!("rotate migrate prod/web --log {log}");
        refused(&place, &line, &["not provable", "keys at", "the new list has 2", "needs a yes"]);
    }
}

/// Or a file could be named so that it says that it passes.
#[cfg(unix)]
#[test]
fn the_name_of_a_log_stays_on_its_line() {
    let place = added();
    for (count, says) in [(1, "the logs say no: "), (7, "not provable:\n- ")] {
        let log = place.write("a\nprod: pass: b", loaded("2026-11-22T16:30:00Z", count));
        let said = place.run(["rotate", "migrate", "prod/web", "--log", &log]);
        assert_eq!(said.code, 7, "{said}");
        assert!(said.stderr.contains(says) && said.stderr.contains("a\\u{a}prod: pass"), "{said}");
        assert!(!said.stderr.contains("\nprod: pass"), "{said}");
    }
}

#[test]
fn what_logs_do_not_prove_takes_a_persons_word() {
    let place = added();
    let lines =
        [loaded("2026-11-22T15:59:59Z", 2), success("2026-11-22T16:30:00Z", "sk_prod")].concat();
    let log = place.write("service.log", lines);
    let line = format!("rotate migrate prod/web --log {log}");
    let says = [
        "prod/web: not provable:\n- ",
        "has loaded its list at 2026-11-22T15:59:59Z and not since",
        "no service has logged that it has loaded its list since 2026-11-22T16:00:00Z",
        "it takes a person's word",
        "this needs a yes: Have all services loaded the list with prod/web@2?",
        "there is no terminal to ask on: say --yes",
    ];
    refused(&place, &line, &says);
    place.ok(&format!("{line} --yes"));
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    let note = "Have all services loaded the list with prod/web@2? --yes (logs not provable: 1)";
    assert_eq!(last_note(&place), note);
}

#[test]
fn without_logs_a_word_is_enough_and_is_recorded() {
    let place = added();
    refused(&place, "rotate migrate prod/web", &["this needs a yes: Have all services loaded"]);
    place.ok("rotate migrate prod/web --yes");
    let note = "Have all services loaded the list with prod/web@2? --yes";
    assert_eq!(last_note(&place), note);
    refused(&place, "rotate remove prod/web", &["this needs a yes: Is prod/web@1 no longer sent"]);
    place.ok("rotate remove prod/web --yes");
    assert_eq!(last_note(&place), "Is prod/web@1 no longer sent by any client? --yes");
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
}

#[test]
fn force_goes_past_what_logs_say_and_the_reason_is_recorded() {
    let place = added();
    let wrong = place.write("service.log", loaded("2026-11-22T16:30:00Z", 7));
    let forced = "--force --reason 'the log is of another house'";
    place.ok(&format!("rotate migrate prod/web --log {wrong} {forced}"));
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    let note = last_note(&place);
    assert!(note.ends_with("forced: the log is of another house"), "{note}");

    let used = place.write("access.log", gateway("2026-11-22T17:00:00Z", "web"));
    place.ok(&format!("rotate remove prod/web --log {used} {forced}"));
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
    let note = last_note(&place);
    assert!(note.ends_with("forced: the log is of another house"), "{note}");
}

#[test]
fn force_and_its_reason_go_together() {
    let place = added();
    for line in [
        "rotate migrate prod/web --force",
        "rotate migrate prod/web --force --yes",
        "rotate migrate prod/web --reason why --yes",
        "rotate remove prod/web --force",
        "rotate migrate --all --env prod --force",
    ] {
        let missing = if line.contains("--reason") { "--force" } else { "--reason <TEXT>" };
        place.refuses(2, line, &[missing]);
    }
    let before = place.snapshot();
    for text in ["", "  "] {
        let said = place.fails(2, ["rotate", "migrate", "prod/web", "--force", "--reason", text]);
        assert!(said.contains("the reason is empty"), "{said}");
    }
    before.assert_same(&place.snapshot(), "an empty reason");
}

#[test]
fn a_log_that_cannot_be_read_moves_nobody_even_with_a_yes() {
    let place = added();
    let missing = place.outside("nowhere.log").to_str().unwrap().to_owned();
    let home = place.home().to_str().unwrap().to_owned();
    for name in [&missing, &home] {
        place.refuses(1, &format!("rotate migrate prod/web --yes --log {name}"), &[name]);
    }
}

// --- Remove: is the old version unused? ---------------------------------------------------------

#[test]
fn a_quiet_log_lets_the_old_version_be_removed() {
    let mut place = migrated();
    place.travel("2026-11-24T17:00:00Z");
    let log = quiet_log(&place);
    place.ok(["rotate", "remove", "prod/web", "--log", &log]);
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
    let note = "Is prod/web@1 no longer sent by any client? logs (1) pass: prod/web@1 was not used \
                since 2026-11-23T17:00:00Z, prod/web@2 was used 2 times";
    assert_eq!(last_note(&place), note);
}

#[test]
fn an_old_version_that_is_in_use_stays_whatever_is_said() {
    let mut place = migrated();
    place.travel("2026-11-24T17:00:00Z");
    let log = quiet_log(&place);
    // A longer quiet time reaches back to when the old version was in use.
    for yes in ["", " --yes"] {
        let line = format!("rotate remove prod/web --quiet-for 30h --log {log}{yes}");
        let says = [
            "the logs say no: prod/web@1 is in use: once since 2026-11-23T11:00:00Z, last at \
             2026-11-23T12:00:00Z",
            "move the clients",
            "keyctl rotate remove prod/web --force --reason TEXT",
        ];
        refused(&place, &line, &says);
    }
    place.ok(&format!("rotate remove prod/web --quiet-for 28h --log {log}"));
}

#[test]
fn a_log_without_the_new_version_takes_a_persons_word_for_a_removal() {
    let mut place = migrated();
    place.travel("2026-11-24T17:00:00Z");
    let lines =
        [gateway("2026-11-23T12:00:00Z", "web"), gateway("2026-11-24T16:50:00Z", "strange")];
    let log = place.write("access.log", lines.concat());
    let line = format!("rotate remove prod/web --log {log}");
    let says = ["no request with prod/web@2", "(1) under names", "this needs a yes: Is prod/web@1"];
    refused(&place, &line, &says);
    place.ok(&format!("{line} --yes"));
    assert!(last_note(&place).ends_with("? --yes (logs not provable: 1)"));
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
}

#[test]
fn a_log_that_shows_the_same_of_both_versions_proves_no_removal() {
    let mut place = migrated();
    place.travel("2026-11-24T17:00:00Z");
    let lines =
        [success("2026-11-23T12:00:00Z", "sk_prod"), success("2026-11-24T16:50:00Z", "sk_prod")];
    let log = place.write("service.log", lines.concat());
    let line = format!("rotate remove prod/web --log {log}");
    refused(&place, &line, &["does not tell prod/web@1 from prod/web@2: both begin with sk_prod"]);
}

#[test]
fn a_removal_that_is_too_early_says_from_when_it_will_do() {
    for (policy, flags, until) in [
        (None, "--log LOG", "2026-11-23T17:00:00Z"),
        (None, "--log LOG --quiet-for 3h", "2026-11-22T20:00:00Z"),
        (None, "--quiet-for 2d --yes", "2026-11-24T17:00:00Z"),
        (Some("24h"), "--yes", "2026-11-23T17:00:00Z"),
        (Some("12h"), "--yes --log LOG", "2026-11-23T05:00:00Z"),
        (Some("12h"), "--yes --quiet-for 36h", "2026-11-24T05:00:00Z"),
    ] {
        let mut place = migrated();
        if let Some(period) = policy {
            place.ok(["env", "set", "prod", "--quiet-for", period]);
        }
        let lines = [gateway("2026-11-22T17:00:00Z", "web-v2"), gateway(until, "web-v2")];
        let log = place.write("access.log", lines.concat());
        let line = format!("rotate remove prod/web {}", flags.replace("LOG", &log));
        place.travel("2026-11-22T19:00:00Z");
        let says = [
            "it is too early to remove prod/web@1: clients were told to send @2 2h ago",
            &format!("wait until {until}"),
            "keyctl rotate remove prod/web --force --reason TEXT",
        ];
        refused(&place, &line, &says);
        place.travel(until);
        place.ok(&line);
        assert_eq!(place.states("prod/web"), ["retired", "active"]);
    }
}

#[test]
fn a_rule_on_the_quiet_time_can_be_forced_with_a_reason() {
    let place = migrated();
    place.ok("env set prod --quiet-for 24h");
    refused(&place, "rotate remove prod/web --yes", &["the quiet time is 1d"]);
    place.ok("rotate remove prod/web --force --reason 'the client is gone'");
    assert!(last_note(&place).ends_with("forced: the client is gone"));
}

#[test]
fn a_script_that_only_says_yes_never_removes_before_the_quiet_time() {
    let mut place = migrated();
    for line in ["rotate --yes", "rotate prod/web --yes", "rotate --all --env prod --yes"] {
        for now in ["2026-11-22T17:00:00Z", "2026-11-23T16:59:59Z"] {
            place.travel(now);
            refused(&place, line, &["too early", "wait until 2026-11-23T17:00:00Z"]);
        }
    }
    place.ok("env set prod --quiet-for 2d");
    place.travel("2026-11-24T16:59:59Z");
    refused(&place, "rotate --yes", &["wait until 2026-11-24T17:00:00Z"]);
    place.travel("2026-11-24T17:00:00Z");
    place.ok("rotate --yes");
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
}

#[test]
fn a_dry_run_asks_nothing_and_changes_nothing() {
    let place = added();
    place.ok("new prod/api");
    let proof = place.write("proof.log", gateway("2026-11-22T16:30:00Z", "web-v2"));
    let empty = place.write("empty.log", "");
    let before = place.snapshot();
    let dry = |place: &Place, line: &str| {
        let ended = place.run(&format!("{line} --dry-run"));
        assert_eq!(ended.code, 0, "{ended}");
        assert!(ended.stderr.contains("nothing was changed") || line.contains("leaked"), "{ended}");
        assert!(!ended.stderr.contains("--yes"), "{ended}");
    };
    for line in [
        &format!("rotate migrate prod/web --log {proof}"),
        &format!("rotate migrate prod/web --log {empty}"),
        "rotate migrate --all --env prod",
        "rotate --all --env prod",
        "rotate back prod/web",
        "rotate prod/web --compromised --reason leaked",
    ] {
        dry(&place, line);
        before.assert_same(&place.snapshot(), line);
    }
    place.ok("rotate migrate prod/web --yes");
    let before = place.snapshot();
    for line in ["rotate remove prod/web", "rotate remove --all --env prod", "rotate back prod/web"]
    {
        dry(&place, line);
        before.assert_same(&place.snapshot(), line);
    }
}

// --- All keys at once ---------------------------------------------------------------------------

#[test]
fn all_keys_take_a_stage_in_one_commit() {
    let names = ["api", "batch", "mail", "site", "web"];
    let mut place = with_keys(&names);
    for (stage, yes, before, after) in [
        ("add", "", &["active"][..], &["active", "pending"]),
        ("migrate", " --yes", &["active", "pending"], &["retiring", "active"]),
        ("remove", " --yes", &["retiring", "active"], &["retired", "active"]),
    ] {
        let at = generation(&place);
        assert!(names.iter().all(|name| place.states(&format!("prod/{name}")) == before));
        let line = format!("rotate {stage} --all --env prod");
        if !yes.is_empty() {
            let asked = refused(&place, &line, &["this needs a yes: "]);
            assert_eq!(asked.matches('?').count(), 1, "{asked}");
            let number = if stage == "migrate" { 2 } else { 1 };
            for name in names {
                assert!(asked.contains(&format!("prod/{name}@{number}")), "{asked}");
            }
        }
        let report = place.json(&format!("{line}{yes}"));
        assert_eq!(report["schema"], "keyctl.rotate.all/1");
        assert_eq!(report["keys"].as_array().unwrap().len(), names.len());
        assert!(names.iter().all(|name| place.states(&format!("prod/{name}")) == after));
        assert_eq!(generation(&place), at + 1);
        place.travel("2026-11-24T16:00:00Z");
    }
}

#[test]
fn keys_that_nobody_accepts_are_left_out_of_all() {
    let mut place = with_keys(&["api", "gone", "old", "web"]);
    place.ok("revoke prod/gone --reason closed --yes");
    place.ok("set prod/old --expires 2026-11-23");
    place.travel("2026-11-23T00:00:00Z");
    let report = place.json("rotate add --all --env prod");
    let keys: Vec<_> = report["keys"].as_array().unwrap().iter().map(|key| &key["key"]).collect();
    assert_eq!(keys, ["prod/api", "prod/web"]);
    assert_eq!(place.states("prod/gone"), ["revoked"]);
    assert_eq!(place.states("prod/old"), ["active"]);
}

#[test]
fn one_log_can_open_the_gate_for_all_keys() {
    let mut place = with_keys(&["api", "web"]);
    place.ok("rotate add --all --env prod");
    place.travel("2026-11-22T17:00:00Z");
    let api = gateway("2026-11-22T16:30:00Z", "api-v2");
    let web = gateway("2026-11-22T16:40:00Z", "web-v2");
    let one = place.write("one.log", &api);
    let line = format!("rotate migrate --all --env prod --log {one}");
    let says = ["prod/api: pass: ", "prod/web: not provable:", "this needs a yes: "];
    refused(&place, &line, &says);
    let both = place.write("both.log", api + &web);
    place.ok(&format!("rotate migrate --all --env prod --log {both}"));
    assert_eq!(place.states("prod/api"), ["retiring", "active"]);
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    assert!(last_note(&place).contains("pass: prod/web@2"));
}

#[test]
fn one_pass_over_standard_input_is_for_all_keys() {
    let mut place = with_keys(&["api", "web"]);
    place.ok("rotate add --all --env prod");
    place.travel("2026-11-22T17:00:00Z");
    let both =
        gateway("2026-11-22T16:30:00Z", "api-v2") + &gateway("2026-11-22T16:40:00Z", "web-v2");
    let line = "rotate migrate --all --env prod --log -";
    let one = gateway("2026-11-22T16:30:00Z", "api-v2");
    let said = place.call(line).stdin(one).fails(7);
    assert!(said.contains("prod/api: pass: ") && said.contains("prod/web: not provable:"));
    let said = place.call(line).stdin(both).run();
    assert_eq!(said.code, 0, "{said}");
    for key in ["api", "web"] {
        let pass = format!("prod/{key}: pass: prod/{key}@2 was let in");
        assert!(said.stderr.contains(&pass), "{said}");
        assert_eq!(place.states(&format!("prod/{key}")), ["retiring", "active"]);
        let history = place.ok(&format!("log prod/{key}"));
        assert!(history.contains(&format!("pass: prod/{key}@2")), "{history}");
    }
}

#[test]
fn standard_input_is_for_as_many_keys_as_one_pass_is_for() {
    let names: Vec<String> = (0..65).map(|number| format!("key{number:02}")).collect();
    let mut place = with_keys(&names.iter().map(String::as_str).collect::<Vec<_>>());
    place.ok("rotate add --all --env prod");
    place.travel("2026-11-22T17:00:00Z");
    let seen = |name: &String| gateway("2026-11-22T16:30:00Z", &format!("{name}-v2"));
    let log: Vec<String> = names.iter().map(seen).collect();
    let line = "rotate migrate --all --env prod --log";
    place.refuses(2, &format!("{line} -"), &["for 64 keys at most", "write the log to a file"]);
    let file = place.write("access.log", log.concat());
    place.ok(&format!("{line} {file}"));
    for name in [&names[0], &names[64]] {
        assert_eq!(place.states(&format!("prod/{name}")), ["retiring", "active"]);
    }
}

#[test]
fn one_key_that_refuses_keeps_all_as_they_are() {
    let mut place = with_keys(&["api", "mail", "web"]);
    place.ok("rotate add --all --env prod");
    place.ok("set prod/mail --expires 2026-11-23");
    place.travel("2026-11-23T00:00:00Z");
    let says = ["prod/mail: ", "keyctl show prod/mail"];
    refused(&place, "rotate migrate --all --env prod --yes", &says);
    place.ok("set prod/mail --expires never");
    place.ok("rotate migrate --all --env prod --yes");
    place.travel("2026-11-24T00:00:00Z");
    // Clients of the second key were told of it last: it keeps the first one waiting.
    place.ok("rotate back prod/web --yes");
    place.ok("rotate migrate prod/web --yes");
    let line = "rotate remove --all --env prod --quiet-for 20h --yes";
    refused(&place, line, &["too early to remove prod/web@1"]);
}

#[test]
fn the_guided_form_for_all_takes_the_earliest_open_stage() {
    let mut place = with_keys(&["api", "mail", "web"]);
    place.ok("rotate add prod/web");
    place.ok("rotate add prod/api");
    place.ok("rotate migrate prod/api --yes");
    place.travel("2026-11-23T16:00:00Z");
    let states =
        |place: &Place| ["api", "mail", "web"].map(|key| place.states(&format!("prod/{key}")));
    let line = "rotate --all --env prod";
    refused(
        &place,
        line,
        &["this needs a yes: Have all services loaded the list with prod/web@2?"],
    );
    place.ok("rotate --all --env prod --yes");
    let both = vec!["retiring", "active"];
    assert_eq!(states(&place), [both.clone(), vec!["active"], both]);

    place.travel("2026-11-25T16:00:00Z");
    refused(&place, line, &["this needs a yes: Are prod/api@1, prod/web@1 no longer sent"]);
    place.ok("rotate --all --env prod --yes");
    let done = vec!["retired", "active"];
    assert_eq!(states(&place), [done.clone(), vec!["active"], done]);

    let before = generation(&place);
    refused(&place, line, &["this needs a yes: start a rotation of 3 keys of prod?"]);
    place.ok("rotate --all --env prod --yes");
    let again = vec!["retired", "active", "pending"];
    assert_eq!(states(&place), [again.clone(), vec!["active", "pending"], again]);
    assert_eq!(generation(&place), before + 1);
}

#[test]
fn all_without_a_key_that_is_ready_is_said_and_all_with_a_key_makes_no_sense() {
    let place = with_keys(&["web"]);
    for stage in ["migrate", "remove"] {
        let says = [&*format!("no key is ready for `rotate {stage}`"), "keyctl rotate status"];
        place.refuses(1, &format!("rotate {stage} --all --env prod --yes"), &says);
    }
    for line in [
        "rotate add prod/web --all",
        "rotate migrate prod/web --all --yes",
        "rotate prod/web --all",
    ] {
        place.refuses(2, line, &["--all", "cannot be used with"]);
    }
    place.ok("rotate add --all --env prod");
    place.refuses(1, "rotate add --all --env prod", &["no key is ready for `rotate add`"]);
    place.ok("env add empty");
    place.refuses(1, "rotate --all --env empty --yes", &["empty has no key to rotate"]);
    place.ok("new dev/web --no-show");
    for line in ["rotate --all --yes", "rotate add --all"] {
        place.refuses(2, line, &["--env"]);
    }
}

// --- What to run then ---------------------------------------------------------------------------

/// What is said from the first command that has `start` to that before the next one of ours.
fn steps(said: &str, start: &str) -> String {
    let from = &said[said.find(start).unwrap()..];
    let is_next = |at: &usize| from[..*at].ends_with('\n') && !from[*at..].starts_with("  ");
    let end = (1..from.len()).filter(|at| from.is_char_boundary(*at)).find(is_next);
    from[..end.unwrap_or(from.len())].to_owned()
}

#[test]
fn what_is_given_out_is_said_with_how_it_takes_effect() {
    for (format, list, value) in [
        (
            "chapkit",
            "keyctl export --env prod
  and start them anew with it: a reload does not read a variable again
  compose: docker compose up -d --force-recreate SERVICE
  systemd: systemctl restart SERVICE
",
            "keyctl export prod/web --client
  and start them anew with it: a reload does not read a variable again
  compose: docker compose up -d --force-recreate CLIENT
  systemd: systemctl restart CLIENT
",
        ),
        (
            "docker",
            "keyctl export --env prod --docker -o api_keys.txt
  compose: docker compose up -d --force-recreate SERVICE
  swarm: docker secret create NEW api_keys.txt
         docker service update --secret-rm OLD \\
           --secret-add source=NEW,target=api_keys SERVICE
",
            "keyctl export prod/web --client --docker -o api_key.txt
  compose: docker compose up -d --force-recreate CLIENT
  swarm: docker secret create NEW api_key.txt
         docker service update --secret-rm OLD \\
           --secret-add source=NEW,target=api_key CLIENT
",
        ),
        (
            "k8s",
            "keyctl export --env prod --k8s -o secret.yaml
  kubectl apply --server-side --field-manager=keyctl -f secret.yaml
  kubectl rollout restart deployment/SERVICE
  kubectl rollout status deployment/SERVICE
",
            "keyctl export prod/web --client --k8s -o client-secret.yaml
  kubectl apply --server-side --field-manager=keyctl -f client-secret.yaml
  kubectl rollout restart deployment/CLIENT
  kubectl rollout status deployment/CLIENT
",
        ),
    ] {
        let place = with_keys(&["web"]);
        place.ok(["env", "set", "prod", "--formats", format]);
        let added = place.run("rotate add prod/web").stderr;
        assert_eq!(steps(&added, "keyctl export --env"), list);
        let migrated = place.run("rotate migrate prod/web --yes").stderr;
        assert_eq!(steps(&migrated, "keyctl export prod/web"), value);
        assert!(list.lines().chain(value.lines()).all(|line| line.len() <= 80));
    }
}

// --- The way back -------------------------------------------------------------------------------

#[test]
fn the_way_back_has_the_gates_of_the_way_there() {
    let place = added();
    place.ok("rotate back prod/web");
    assert_eq!(place.states("prod/web"), ["active", "retired"]);
    assert_eq!(last_note(&place), "", "nobody was told of it, so nobody was asked");

    let place = migrated();
    let question = "Clients will be told to send prod/web@1 again. Do all services accept it?";
    refused(&place, "rotate back prod/web", &[&format!("this needs a yes: {question}")]);
    place.ok("rotate back prod/web --yes");
    assert_eq!(place.states("prod/web"), ["active", "pending"]);
    assert_eq!(last_note(&place), format!("{question} --yes"));

    let question = "Clients may have been given prod/web@2. Does none send it?";
    refused(&place, "rotate back prod/web", &[&format!("this needs a yes: {question}")]);
    place.ok("rotate back prod/web --yes");
    assert_eq!(place.states("prod/web"), ["active", "retired"]);
    assert_eq!(last_note(&place), format!("{question} --yes"));

    let place = migrated();
    place.ok("rotate remove prod/web --yes");
    place.ok("rotate back prod/web");
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
    assert_eq!(last_note(&place), "", "it only adds to the list");
}

// --- A leak -------------------------------------------------------------------------------------

#[test]
fn a_leaked_key_is_replaced_and_revoked_in_one_commit() {
    let place = with_keys(&["api", "web"]);
    let leaked = place.secret("prod/web", 1);
    let before = generation(&place);
    let line = ["rotate", "prod/web", "--compromised", "--reason", "in a public repository"];
    let asked = refused(&place, line, &["say --yes"]);
    let question = "Clients that send prod/web@1 will be cut off. Revoke it for ever?";
    assert!(asked.contains(question), "{asked}");

    let said = place.run([&line[..], &["--yes"]].concat().as_slice());
    assert_eq!(said.code, 0, "{said}");
    assert_eq!(generation(&place), before + 1);
    assert_eq!(place.states("prod/web"), ["revoked", "active"]);
    let shown = place.json("show prod/web");
    assert_eq!(shown["key"]["versions"][0]["reason"], "in a public repository");
    assert_eq!(last_note(&place), "in a public repository");
    let fresh = place.secret("prod/web", 2);
    let list = place.ok("export --env prod --docker");
    assert_eq!(list.lines().count(), 2);
    assert!(list.contains(&fresh) && !list.contains(&leaked), "the list has what is accepted");
    assert_eq!(place.ok("export prod/web --client --bare").trim_end(), fresh);

    let done = [
        "revoked for ever: prod/web@1\nnew and active: prod/web@2\n",
        "cut off as soon as services load the list: every client that still sends prod/web@1\n",
    ];
    assert!(said.stderr.contains(&done.concat()), "{said}");

    // Services first: a client with the new value is refused by whoever has the old list.
    let services = said.stderr.find("keyctl export --env prod\n").unwrap();
    let clients = said.stderr.find("keyctl export prod/web --client\n").unwrap();
    assert!(services < clients, "{said}");
    for secret in [&leaked, &fresh] {
        assert!(!said.stderr.contains(&secret[..10]) && said.stdout.is_empty(), "{said}");
    }
}

/// The states of `prod/web` after this version of it has leaked in this stage.
fn after_a_leak(stages: &[&str], version: &str) -> (Vec<String>, Value) {
    let place = with_keys(&["web"]);
    for stage in stages {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
    }
    let before = generation(&place);
    let line = format!("rotate prod/web{version} --compromised --reason leaked --yes");
    let mut report = place.json(&line);
    assert_eq!(generation(&place), before + 1, "{line}");
    assert_eq!(report["schema"], "keyctl.rotate.compromised/1");
    let accepted = place.ok("export --env prod --docker").lines().count();
    assert_eq!(report["services_accept"].as_array().unwrap().len(), accepted, "{line}");
    let report = report.as_object_mut().unwrap();
    let facts = ["revoked", "made", "active"].map(|name| report.remove(name).unwrap_or_default());
    (place.states("prod/web"), facts.into())
}

#[test]
fn a_leak_in_the_middle_of_a_rotation_revokes_what_is_named() {
    for (stages, version, states, facts) in [
        (&["add"][..], "@2", &["active", "revoked"][..], json!([[2], null, 1])),
        (&["add"], "@1", &["revoked", "active"], json!([[1], null, 2])),
        (&["add"], "", &["revoked", "active"], json!([[1], null, 2])),
        (&["add", "migrate", "back"], "", &["revoked", "revoked", "active"], json!([[1, 2], 3, 3])),
        (&["add", "migrate"], "@1", &["revoked", "active"], json!([[1], null, 2])),
        (&["add", "migrate"], "@2", &["retiring", "revoked", "active"], json!([[2], 3, 3])),
        (&["add", "migrate"], "", &["revoked", "revoked", "active"], json!([[1, 2], 3, 3])),
        (&["add", "migrate", "remove"], "@1", &["revoked", "active"], json!([[1], null, 2])),
    ] {
        let (after, told) = after_a_leak(stages, version);
        assert_eq!(after, states, "{stages:?} and then a leak of {version}");
        assert_eq!(told, facts, "{stages:?} and then a leak of {version}");
    }
}

#[test]
fn a_leak_makes_the_pending_version_active_and_says_what_to_do_if_it_leaked_too() {
    let place = with_keys(&["web"]);
    place.ok("rotate add prod/web");
    let said = place.run("rotate prod/web --compromised --reason leaked --yes");
    let done = "revoked for ever: prod/web@1\nactive: prod/web@2\n";
    let next = "if @2 has leaked too: keyctl rotate prod/web@2 --compromised --reason TEXT\n";
    assert!(said.stderr.contains(done) && said.stderr.ends_with(next), "{said}");
    place.ok("rotate prod/web@2 --compromised --reason leaked --yes");
    assert_eq!(place.states("prod/web"), ["revoked", "revoked", "active"]);
}

#[test]
fn a_leak_of_a_key_that_is_over_says_what_it_takes_to_use_it_again() {
    for stages in [&[][..], &["add"]] {
        let mut place = with_keys(&["api", "web"]);
        for stage in stages {
            place.ok(["rotate", stage, "prod/web"]);
        }
        place.ok("set prod/web --expires 1d");
        place.travel("2026-11-24T00:00:00Z");
        let said = place.run("rotate prod/web --compromised --reason leaked --yes");
        let next = "the key is over; to give it a later end: keyctl set prod/web --expires 90d\n";
        assert!(said.stderr.ends_with(next) && !said.stderr.contains("--client"), "{said}");
    }
}

#[test]
fn a_leak_that_was_dealt_with_changes_nothing_more() {
    let place = with_keys(&["web"]);
    place.ok("rotate prod/web@1 --compromised --reason leaked --yes");
    let before = place.snapshot();
    let again = place.run("rotate prod/web@1 --compromised --reason leaked --yes");
    assert_eq!(again.code, 0, "{again}");
    assert!(again.stderr.contains("prod/web: it was revoked before; nothing was changed"));
    let report = place.json("rotate prod/web@1 --compromised --reason leaked --yes");
    assert_eq!((&report["changed"], &report["revoked"]), (&json!(false), &json!([])));
    before.assert_same(&place.snapshot(), "a leak that is said twice");
}

#[test]
fn a_leak_wants_a_reason_and_a_key_that_is_there() {
    let place = with_keys(&["web"]);
    place.refuses(2, "rotate prod/web --compromised --yes", &["--reason <TEXT>"]);
    place.refuses(2, "rotate --compromised --reason leaked --yes", &["<KEY>"]);
    place.refuses(2, "rotate prod/web --reason leaked --yes", &["--compromised"]);
    place.refuses(2, "rotate --all --compromised --reason leaked --yes", &["--all"]);
    let empty = ["rotate", "prod/web", "--compromised", "--yes", "--reason", " "];
    assert!(place.fails(2, empty).contains("the reason is empty"));
    place.refuses(1, "rotate prod/wep --compromised --reason leaked --yes", &["no key prod/wep"]);
    place.refuses(1, "rotate prod/web@9 --compromised --reason leaked --yes", &["prod/web", "@9"]);
    place.ok("revoke prod/web --reason closed --yes");
    refused(&place, "rotate prod/web --compromised --reason leaked --yes", &["prod/web"]);
}

// --- Where it stands ----------------------------------------------------------------------------

/// The timeline of the only rotation, and what blocks its next stage.
fn timeline(place: &Place) -> (Vec<(String, String)>, Vec<String>) {
    let report = place.json("rotate status --env prod");
    let key = &report["keys"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let moments = key["timeline"].as_array().unwrap().iter();
    let moments = moments.map(|moment| (text(&moment["at"]), text(&moment["what"]))).collect();
    (moments, key["blocked_by"].as_array().unwrap().iter().map(text).collect())
}

#[test]
fn the_timeline_is_in_the_order_of_time_with_now_in_its_place() {
    let mut place = Place::ready();
    place.ok("env add prod --expire-after 30d --grace 5d --quiet-for 12h");
    place.ok("new prod/web");
    place.travel("2026-11-23T16:00:00Z");
    place.ok("rotate add prod/web");
    assert_eq!(timeline(&place).1, ["all services have the list with @2"]);
    place.travel("2026-11-24T16:00:00Z");
    place.ok("rotate migrate prod/web --yes");

    let all = [
        ("2026-11-22T16:00:00Z", "@1 created"),
        ("2026-11-23T16:00:00Z", "@2 added"),
        ("2026-11-24T16:00:00Z", "migrated: clients send @2"),
        ("2026-11-29T16:00:00Z", "removal of @1 due"),
        ("2026-12-22T16:00:00Z", "@1 expires"),
        ("2026-12-23T16:00:00Z", "@2 expires"),
    ];
    let unused = "no client sends @1 any more";
    let quiet = "the quiet time is over at 2026-11-25T04:00:00Z";
    for (now, place_of_now, blocks) in [
        ("2026-11-24T16:00:00Z", 3, &[unused, quiet][..]),
        ("2026-11-25T03:59:59Z", 3, &[unused, quiet]),
        ("2026-11-25T04:00:00Z", 3, &[unused]),
        ("2026-12-01T00:00:00Z", 4, &[unused]),
        ("2026-12-22T20:00:00Z", 5, &[unused]),
    ] {
        place.travel(now);
        let mut wanted = all.to_vec();
        wanted.insert(place_of_now, (now, "now"));
        let (moments, blocked) = timeline(&place);
        let moments: Vec<_> = moments.iter().map(|(at, what)| (&**at, &**what)).collect();
        assert_eq!(moments, wanted, "at {now}");
        assert_eq!(blocked, blocks, "at {now}");
        let shown = place.ok("rotate status prod/web");
        let lines: Vec<_> = wanted
            .iter()
            .map(|(at, what)| format!("{} {at}  {what}\n", if *what == "now" { ">" } else { " " }))
            .collect();
        assert!(shown.contains(&lines.concat()), "{shown}");
        let blocks = blocks.join("\n  remove and when ");
        assert!(shown.contains(&format!("  remove when {blocks}\n")), "{shown}");
    }
}

#[test]
fn where_it_stands_is_told_without_a_passphrase() {
    let place = Place::new();
    let file = place.write("passphrase", "correct horse\n");
    let pass = ["--passphrase-file", &file];
    place.ok([&["init"], &pass[..]].concat().as_slice());
    place.ok([&["new", "prod/web", "--no-show"], &pass[..]].concat().as_slice());
    place.ok([&["rotate", "add", "prod/web"], &pass[..]].concat().as_slice());
    place.fails(4, "rotate add prod/web");
    for line in ["rotate status", "rotate status prod/web"] {
        let shown = place.ok(line);
        assert!(shown.contains("> 2026-11-22T16:00:00Z  now"), "{shown}");
        assert!(shown.contains("  migrate when all services have the list with @2"), "{shown}");
    }
}

// --- What must not pass -------------------------------------------------------------------------

#[test]
fn a_time_in_which_the_old_version_was_refused_is_no_quiet_time() {
    let mut place = migrated();
    place.ok("rotate remove prod/web --yes");
    place.travel("2026-11-24T17:00:00Z");
    // It was taken back because a client still sends the old version.
    place.ok("rotate back prod/web");
    let lines =
        [gateway("2026-11-22T18:00:00Z", "web-v2"), gateway("2026-11-24T16:50:00Z", "web-v2")];
    let log = place.write("access.log", lines.concat());
    let line = format!("rotate remove prod/web --log {log}");
    refused(&place, &line, &["prod/web@1"]);
}

#[test]
fn the_length_of_an_older_list_is_not_taken_for_that_of_the_new_one() {
    let mut place = with_keys(&["api", "web"]);
    place.ok("rotate add prod/api");
    place.ok("rotate migrate prod/api --yes");
    place.ok("rotate add prod/web");
    place.travel("2026-11-22T17:00:00Z");
    // A service that starts with the list from before `add`: api@1, api@2 and web@1.
    let log = place.write("service.log", loaded("2026-11-22T17:00:00Z", 3));
    place.travel("2026-11-22T18:00:00Z");
    place.ok("rotate remove prod/api --yes");
    let line = format!("rotate migrate prod/web --log {log}");
    refused(&place, &line, &["prod/web"]);
}

#[test]
fn the_history_of_a_key_names_no_other() {
    let place = with_keys(&["api", "mail", "web"]);
    place.ok("rotate add --all --env prod");
    place.ok("rotate migrate --all --env prod --yes");
    let history = place.ok("log prod/web");
    assert!(!history.contains("prod/api") && !history.contains("prod/mail"), "{history}");
}

#[test]
fn nobody_is_asked_about_a_version_that_there_is_not() {
    let place = with_keys(&["web"]);
    place.refuses(1, "rotate prod/web@9 --compromised --reason leaked", &["prod/web", "@9"]);
}

#[test]
fn what_the_guided_form_cannot_report_it_does_not_promise() {
    let ended = added().run("rotate prod/web --yes --json");
    assert_eq!(ended.code, 2, "{ended}");
}
