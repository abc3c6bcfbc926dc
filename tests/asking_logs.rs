//! `rotate evidence`: what is asked of logs in each stage, where logs come from, and what of their
//! content comes out.

#![allow(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

mod common;

use std::io::Write as _;

use common::log::{gateway, heare, loaded, refused, success};
use common::{Ended, Place, Words};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

/// A home with the key `prod/web`, to which a version was added an hour ago.
fn added() -> Place {
    let mut place = Place::ready();
    place.ok("new prod/web --no-show");
    place.ok("rotate add prod/web");
    place.travel("2026-11-22T17:00:00Z");
    place
}

/// The same, two days after clients were told of the new version at 17:00.
fn migrated() -> Place {
    let mut place = added();
    place.ok("rotate migrate prod/web --yes");
    place.travel("2026-11-24T17:00:00Z");
    place
}

/// A home with a key whose old version was removed two hours ago, at 17:00, in an environment where
/// logs tell versions apart by how they begin; and how its old and its new version do.
fn removed() -> (Place, [String; 2]) {
    let mut place = Place::ready();
    place.ok("env add prod --code p");
    place.ok("new prod/web --no-show");
    place.travel("2026-11-24T17:00:00Z");
    for stage in ["add", "migrate", "remove"] {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
    }
    place.travel("2026-11-24T19:00:00Z");
    let heads = [1, 2].map(|number| place.secret("prod/web", number)[..7].to_owned());
    (place, heads)
}

/// What proves that the old version of [`migrated`] is unused.
fn quiet() -> String {
    [
        gateway("2026-11-22T18:00:00Z", "web"),
        gateway("2026-11-24T10:00:00Z", "web-v2"),
        gateway("2026-11-24T16:50:00Z", "web-v2"),
    ]
    .concat()
}

/// What a log on standard input says.
fn ask(place: &Place, flags: &str, log: impl Into<Vec<u8>>) -> Ended {
    place.call(&format!("rotate evidence prod/web --log - {flags}")).stdin(log).run()
}

/// The same as a report; the code says whether the answer is yes.
#[track_caller]
fn report(place: &Place, flags: &str, log: impl Into<Vec<u8>>) -> Value {
    let ended = ask(place, &format!("{flags} --json"), log);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, if report["verdict"] == "pass" { 0 } else { 3 }, "{ended}");
    assert_eq!(ended.stderr, "", "{ended}");
    report
}

/// The question and the verdict of a report.
fn answer(report: &Value) -> [&str; 2] {
    ["question", "verdict"].map(|field| report[field].as_str().unwrap())
}

fn reasons(report: &Value) -> Vec<&str> {
    let all = report["reasons"].as_array().unwrap().iter();
    all.map(|reason| reason["reason"].as_str().unwrap()).collect()
}

fn pack(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

// --- What each stage asks -----------------------------------------------------------------------

#[test]
fn each_stage_has_its_question_and_the_code_is_the_answer() {
    let (after, [old, new]) = removed();
    let moved = success("2026-11-24T16:50:00Z", &new) + &success("2026-11-24T18:59:00Z", &new);
    for (place, question, yes, no, unclear) in [
        (
            added(),
            "loaded",
            loaded("2026-11-22T16:30:00Z", 2),
            loaded("2026-11-22T16:30:00Z", 1),
            gateway("2026-11-22T16:30:00Z", "web"),
        ),
        (
            migrated(),
            "unused",
            quiet(),
            quiet() + &gateway("2026-11-24T16:59:00Z", "web"),
            gateway("2026-11-24T16:50:00Z", "web-v2"),
        ),
        (
            after,
            "stragglers",
            moved.clone(),
            refused("2026-11-24T18:00:00Z", &old) + &moved,
            "nothing of ours\n".to_owned(),
        ),
    ] {
        let before = place.snapshot();
        for (log, verdict) in [(yes, "pass"), (no, "fail"), (unclear, "not provable")] {
            let report = report(&place, "", &*log);
            assert_eq!(answer(&report), [question, &verdict.replace(' ', "-")], "{log}");
            let ended = ask(&place, "", log);
            assert_eq!(ended.code, if verdict == "pass" { 0 } else { 3 }, "{ended}");
            let summary = report["summary"].as_str().unwrap();
            assert!(ended.stdout.contains(&format!("{verdict}: {summary}\n")), "{ended}");
        }
        before.assert_same(&place.snapshot(), question);
    }
}

#[test]
fn after_a_yes_the_next_stage_is_named_and_after_a_straggler_the_way_back() {
    let next = |ended: Ended, command: &str| {
        assert!(ended.stderr.contains(&format!("keyctl rotate {command}\n")), "{ended}");
    };
    next(ask(&added(), "", gateway("2026-11-22T16:30:00Z", "web-v2")), "migrate prod/web");
    next(ask(&migrated(), "", quiet()), "remove prod/web --log FILE");
    let (after, [old, _]) = removed();
    next(ask(&after, "", refused("2026-11-24T18:00:00Z", &old)), "back prod/web");
    let no = ask(&migrated(), "", gateway("2026-11-24T16:50:00Z", "web"));
    assert!(!no.stderr.contains("keyctl rotate"), "{no}");
}

#[test]
fn who_is_in_the_way_is_named() {
    let place = migrated();
    let late = "2026-11-24T16:00:00Z";
    let log = [
        heare(late, "key_1", "web", "billing/1.4"),
        heare(late, "key_1", "web", "billing/1.4"),
        heare(late, "key_1", "web", "cron"),
        gateway(late, "web"),
    ];
    let ended = ask(&place, "", log.concat());
    for line in [
        "clients of prod/web@1: billing/1.4 (2), cron (1)\n",
        "paths of prod/web@1: /v1/models (1)\n",
        "fail: prod/web@1 is in use: 4 times since 2026-11-23T17:00:00Z, last at \
         2026-11-24T16:00:00Z\n",
    ] {
        assert!(ended.stdout.contains(line), "{ended}");
    }
}

#[test]
fn what_is_sent_after_the_removal_is_told_with_its_path() {
    let (place, [old, new]) = removed();
    let lines = [refused("2026-11-24T18:00:00Z", &old), success("2026-11-24T18:59:00Z", &new)];
    let ended = ask(&place, "", lines.concat());
    let fail = "fail: prod/web@1 was sent once since its removal, last at 2026-11-24T18:00:00Z\n";
    for line in ["paths of prod/web@1: /api (1)\n", fail] {
        assert!(ended.stdout.contains(line), "{ended}");
    }
    let report = report(&place, "", lines.concat());
    assert_eq!(report["versions"][0]["paths"]["top"][0]["name"], "/api");
}

#[test]
fn the_quiet_time_is_that_of_the_flag_or_the_rule_or_a_day() {
    let place = migrated();
    let since = |flags: &str| report(&place, flags, quiet())["quiet_since"].clone();
    assert_eq!(since(""), "2026-11-23T17:00:00Z");
    assert_eq!(since("--quiet-for 6h"), "2026-11-24T11:00:00Z");
    assert_eq!(since("--quiet-for 9d"), "2026-11-22T17:00:00Z", "not before the stage itself");
    place.ok("env set prod --quiet-for 12h");
    assert_eq!(since(""), "2026-11-24T05:00:00Z");
    assert_eq!(since("--quiet-for 6h"), "2026-11-24T11:00:00Z");
}

#[test]
fn a_key_without_a_rotation_has_nothing_to_ask() {
    let place = Place::ready();
    place.ok("new prod/web --no-show");
    let log = place.write("access.log", quiet());
    let line = format!("rotate evidence prod/web --log {log}");
    place.refuses(1, &line, &["prod/web: no rotation", "keyctl rotate add prod/web"]);
    place.refuses(1, &line.replace("prod/web", "prod/wep"), &["there is no key prod/wep"]);
    let said = place.fails(2, "rotate evidence prod/web");
    assert!(said.contains("say --log FILE"), "{said}");
    let said = place.fails(2, &line.replace("prod/web", "prod/web@1"));
    assert!(said.contains("leave the @ out"), "{said}");
}

// --- Where logs come from -----------------------------------------------------------------------

#[test]
fn a_log_may_be_packed_and_in_pieces() {
    let place = migrated();
    let older = place.write(
        "access.log.1",
        pack(
            &(gateway("2026-11-22T18:00:00Z", "web-v2")
                + &gateway("2026-11-24T12:00:00Z", "web-v2")),
        ),
    );
    let newer = place.write("access.log", gateway("2026-11-24T16:50:00Z", "web-v2"));
    let line = "rotate evidence prod/web --log";
    let one = place.run(&format!("{line} {newer}"));
    assert_eq!(one.code, 3, "{one}");
    for logs in [format!("{older} {newer}"), format!("{newer} --log {older}")] {
        let report = place.json(&format!("{line} {logs}"));
        assert_eq!(answer(&report), ["unused", "pass"]);
        assert_eq!(report["logs"].as_array().unwrap().len(), 2);
        assert_eq!(report["versions"][1]["accepted"], 3);
    }
    let call = place.call(&format!("{line} - {newer}"));
    let report = call
        .stdin(pack(
            &(gateway("2026-11-22T18:00:00Z", "web-v2")
                + &gateway("2026-11-24T12:00:00Z", "web-v2")),
        ))
        .ok();
    assert!(report.contains("pass: prod/web@1 was not used since 2026-11-23T17:00:00Z"));

    let packed = pack(&quiet().repeat(100));
    let cut = ask(&place, "--json", &packed[..packed.len() - 8]);
    assert_eq!(cut.code, 3, "{cut}");
    assert!(cut.stdout.contains("standard input is cut off or damaged"), "{cut}");
}

#[test]
fn a_log_that_cannot_be_read_is_named() {
    let place = migrated();
    let good = place.write("access.log", quiet());
    let missing = place.outside("nowhere.log").to_str().unwrap().to_owned();
    let home = place.home().to_str().unwrap().to_owned();
    for (bad, why) in [(&missing, "no such file"), (&home, "not a regular file")] {
        for line in [format!("--log {bad}"), format!("--log {good} {bad}")] {
            place.refuses(1, &format!("rotate evidence prod/web {line}"), &[bad, why]);
        }
    }
}

#[test]
fn the_key_may_stand_after_the_logs() {
    let place = migrated();
    let log = place.write("access.log", quiet());
    let more = place.write("more.log", quiet());
    for key in ["web", "prod/web"] {
        place.ok(&format!("rotate evidence --log {log} {more} {key}"));
        place.ok(&format!("rotate evidence --log {log} --log {more} {key} --json"));
    }
    assert_eq!(place.call("rotate evidence --log - web").stdin(quiet()).run().code, 0);
    let front = ["the key is missing", "put the key before --log"];
    for line in [&log, &format!("{log} -"), &format!("{log} {more}"), "prod/web"] {
        place.refuses(2, &format!("rotate evidence --log {line}"), &front);
    }
    place.refuses(2, "rotate evidence", &["<KEY>"]);
    place.refuses(2, &format!("rotate evidence --log {log} web@2"), &["leave the @ out"]);
    // What could be a key and is a file is read.
    place.write("home/web", quiet());
    place.refuses(2, &format!("rotate evidence --log {log} web"), &front);
    place.ok("rotate remove prod/web --log web");
    let place = migrated();
    place.ok(&format!("rotate remove --log {log} prod/web"));
    let place = added();
    let log = place.write("access.log", gateway("2026-11-22T16:30:00Z", "web-v2"));
    place.ok(&format!("rotate migrate --log {log} prod/web"));
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
}

#[test]
fn times_without_a_zone_count_once_their_zone_is_said() {
    let place = migrated();
    // Two hours ahead of UTC: the old version was sent before the last day began.
    let log = [
        gateway("2026-11-23T18:30:00.5", "web"),
        gateway("2026-11-23T19:30:00", "web-v2"),
        gateway("2026-11-24T18:45:00", "web-v2"),
    ]
    .concat();
    let unknown = report(&place, "", &*log);
    assert_eq!(answer(&unknown), ["unused", "not-provable"]);
    let zone = "the gateway access log has 3 lines whose times name no zone, so it is not known \
                when that was";
    assert!(unknown["reasons"].as_array().unwrap().iter().any(|reason| reason["text"] == zone));

    let known = report(&place, "--log-tz +02:00", &*log);
    assert_eq!(answer(&known), ["unused", "pass"]);
    assert_eq!(known["versions"][0]["last_seen"], "2026-11-23T16:30:00Z");
    let wrong = report(&place, "--log-tz UTC", &*log);
    assert_eq!(answer(&wrong), ["unused", "fail"]);
    let behind = report(&place, "--log-tz=-02:00 --quiet-for 20h", &*log);
    assert_eq!(answer(&behind), ["unused", "not-provable"]);
    assert!(reasons(&behind).contains(&"ahead"), "{behind}");

    let said = place.fails(2, "rotate evidence prod/web --log - --log-tz Nowhere/Land");
    assert!(said.contains("Nowhere/Land") && said.contains("+02:00"), "{said}");
}

#[test]
fn a_pattern_reads_lines_of_any_form() {
    let place = migrated();
    let secrets = [place.secret("prod/web", 1), place.secret("prod/web", 2)];
    let heads = secrets.each_ref().map(|secret| &secret[..14]);
    let line = |at: &str, key: &str, client: &str| format!("{at} from={client} key={key}\n");
    let pattern = r"^(?<time>\S+) from=(?<client>\S+) key=(?<key>\S+)$";
    let ask = |place: &Place, log: &str| {
        let args = ["rotate", "evidence", "prod/web", "--json", "--log", "-", "--pattern", pattern];
        let ended = place.call(args).stdin(log).run();
        serde_json::from_str::<Value>(&ended.stdout).unwrap()
    };
    for [old, new] in [["prod/web@1", "web@2"], ["web", "web-v2"], heads] {
        let quiet = [
            line("2026-11-23T12:00:00Z", old, "cron"),
            line("24/Nov/2026:16:45:00+0000", &format!("{new}***"), "billing"),
            line("1795539000", new, "billing"),
        ];
        let masked = [heads[0], heads[1]].contains(&old);
        let quiet = if masked { quiet.concat() } else { quiet.concat().replace("***", "") };
        let report = ask(&place, &quiet);
        assert_eq!(answer(&report), ["unused", "pass"], "{report}");
        assert_eq!(report["versions"][1]["clients"]["top"][0]["name"], "billing");
        let used = ask(&place, &(quiet + &line("2026-11-24T16:58:00Z", old, "cron")));
        assert_eq!(answer(&used), ["unused", "fail"], "{used}");
        assert_eq!(used["versions"][0]["clients"]["top"][0]["name"], "cron");
    }
}

#[test]
fn a_pattern_that_cannot_do_is_refused_with_what_is_missing() {
    let place = migrated();
    let log = place.write("access.log", quiet());
    for (pattern, says) in [
        ("(?<time>x)", "no group (?<key>…)"),
        ("(?<key>x)", "no group (?<time>…)"),
        ("x", "no group (?<time>…) and no group (?<key>…)"),
        ("(?<time>x", "unclosed group"),
    ] {
        for verb in ["evidence", "remove"] {
            let said =
                place.fails(2, ["rotate", verb, "prod/web", "--log", &log, "--pattern", pattern]);
            assert!(said.contains("--pattern: ") && said.contains(says), "{said}");
        }
    }
    place.refuses(2, "rotate evidence prod/web --pattern x", &["--log <FILE>"]);
    place.refuses(2, "rotate evidence prod/web --log-tz UTC", &["--log <FILE>"]);
}

// --- What of their content comes out ------------------------------------------------------------

/// Fails when the output would do more to a terminal than show text.
#[track_caller]
fn assert_harmless(ended: &Ended) {
    for c in ended.stdout.chars().chain(ended.stderr.chars()).filter(|c| *c != '\n') {
        let moves = c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c);
        let reorders =
            ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
        assert!(!moves && !reorders, "{c:?} comes out raw: {ended:?}");
    }
}

#[test]
fn what_logs_hold_does_nothing_to_a_terminal() {
    let evil = "\u{1b}]0;gone\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{2066}\u{200b}\r\u{8}";
    let at = "2026-11-24T16:30:00Z";
    let log = [
        format!("{at} | web | GET /a{evil} | 200\n"),
        format!("{at} | stranger{evil} | GET / | 200\n"),
        heare(at, "key_1", "web", &format!("agent{evil}\nfail: forged")),
        heare(at, evil, evil, evil),
    ]
    .concat();
    let mut bytes = log.into_bytes();
    bytes.extend(b"2026-11-24T16:30:00Z | web | GET /\xff\xfe\xc2\x9b | 200\n");

    let place = migrated();
    for flags in ["", "--verbose", "--json"] {
        let ended = ask(&place, flags, &*bytes);
        assert_eq!(ended.code, 3, "{ended}");
        assert_harmless(&ended);
        for seen in ["agent", "stranger", "/a"] {
            assert!(ended.stdout.contains(seen), "nothing was shown that could do harm: {ended}");
        }
    }
    for flags in ["", "--json", "--yes"] {
        let call = place.call(&format!("rotate remove prod/web --log - {flags}"));
        let ended = call.stdin(&*bytes).run();
        assert_eq!(ended.code, 7, "{ended}");
        assert_harmless(&ended);
    }
    let forged = ask(&place, "", &*bytes);
    assert!(!forged.stdout.lines().any(|line| line.starts_with("fail: forged")), "{forged}");
}

#[test]
fn the_name_of_a_log_does_nothing_to_a_terminal() {
    let place = added();
    let name = "evil\u{1b}[2J\u{202e}.log";
    let good = place.write(name, loaded("2026-11-22T16:30:00Z", 9));
    let missing = place.outside("no\u{1b}[2J\u{202e}.log").to_str().unwrap().to_owned();
    for (log, shown) in [(&good, "evil"), (&missing, "no\\u{1b}")] {
        for verb in ["evidence", "migrate"] {
            for flag in ["--verbose", "--json"] {
                let ended = place.run(["rotate", verb, "prod/web", "--log", log, flag]);
                assert_ne!(ended.code, 0, "{ended}");
                assert_harmless(&ended);
                assert!((ended.stdout.clone() + &ended.stderr).contains(shown), "{ended}");
            }
        }
    }
}

#[test]
fn no_more_of_a_secret_comes_out_than_a_log_shows() {
    let place = migrated();
    place.ok("new prod/api --no-show");
    let secrets =
        [place.secret("prod/web", 1), place.secret("prod/web", 2), place.secret("prod/api", 1)];
    let log = [
        success("2026-11-23T12:00:00Z", "sk_prod"),
        success("2026-11-24T16:50:00Z", "sk_prod"),
        heare("2026-11-24T16:55:00Z", "key_1", "web-v2", "billing"),
    ]
    .concat();
    let path = place.write("service.log", &log);
    for line in [
        format!("rotate evidence prod/web --log {path}"),
        format!("rotate evidence prod/web --verbose --log {path}"),
        format!("rotate evidence prod/web --json --log {path}"),
        format!("rotate remove prod/web --log {path}"),
        format!("rotate remove prod/web --verbose --json --yes --log {path}"),
        "log --env prod --json".to_owned(),
    ] {
        let ended = place.run(line.words());
        let said = ended.stdout.clone() + &ended.stderr;
        for secret in &secrets {
            assert!(!said.contains(&secret[..8]), "{ended}");
            assert!(!said.contains(&secret[secret.len() - 8..]), "{ended}");
        }
    }
    let shown = ask(&migrated(), "", log);
    assert!(shown.stdout.contains("both begin with sk_prod\n"), "{shown}");
}

#[test]
fn what_a_request_carried_in_its_path_is_not_shown() {
    let place = migrated();
    let secret = place.secret("prod/web", 1);
    let at = "2026-11-24T16:30:00Z";
    let log = format!("{at} | web | GET /v1/models?api_key={secret} | 200\n");
    for flags in ["", "--json"] {
        let ended = ask(&place, flags, &*log);
        assert!(ended.stdout.contains("/v1/models"), "{ended}");
        assert!(!ended.stdout.contains(&secret[8..16]), "{ended}");
    }
}

// --- What no log can tell -----------------------------------------------------------------------

#[test]
fn a_log_that_ends_before_the_removal_does_not_show_who_comes_after_it() {
    let (place, [_, new]) = removed();
    let report = report(&place, "", success("2026-11-24T16:00:00Z", &new));
    assert_eq!(answer(&report), ["stragglers", "not-provable"]);
}

#[test]
fn a_log_that_shows_the_same_of_both_versions_does_not_show_who_is_refused() {
    let place = migrated();
    place.ok("rotate remove prod/web --yes");
    let log = [
        success("2026-11-24T16:59:00Z", "sk_prod"),
        success("2026-11-24T17:00:00Z", "sk_prod"),
        refused("2026-11-24T17:00:00Z", "sk_prod"),
    ];
    let report = report(&place, "", log.concat());
    assert_eq!(answer(&report), ["stragglers", "not-provable"]);
}

#[test]
fn the_access_log_of_a_gateway_never_shows_who_is_refused() {
    let place = migrated();
    place.ok("rotate remove prod/web --yes");
    let log =
        [gateway("2026-11-24T16:59:00Z", "web-v2"), gateway("2026-11-24T17:00:00Z", "web-v2")];
    let report = report(&place, "", log.concat());
    assert_eq!(answer(&report), ["stragglers", "not-provable"]);
}

#[test]
fn a_zone_behind_utc_is_said_like_one_ahead() {
    let ended = ask(&migrated(), "--log-tz -02:00", quiet());
    assert_eq!(ended.code, 0, "{ended}");
}
