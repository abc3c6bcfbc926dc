//! What logs prove about a rotation: each verdict, each reason why there is none, and input of any
//! kind.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of a test may fail like a test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;

use keyctl::clock::{Period, Time};
use keyctl::environment::EnvironmentName;
use keyctl::evidence::{
    Candidate, Collector, Evidence, Finding, Kind, Likeness, Pattern, Proof, Question, Reason,
    Verdict,
};
use keyctl::key::{Digest, KeyName};
use keyctl::secret::Secret;
use proptest::prelude::*;

/// A version of the tests' environment.
struct Made {
    key: KeyName,
    version: u32,
    digest: Digest,
    secret: Option<Secret>,
}

impl Made {
    fn new(key: &str, version: u32, head: &str) -> Self {
        let secret = Secret::new(format!("{head}{}", "x".repeat(44 - head.len())));
        let digest = Digest::of(&secret);
        Self { key: key.parse().unwrap(), version, digest, secret: Some(secret) }
    }

    fn candidate(&self) -> Candidate<'_> {
        Candidate {
            key: &self.key,
            version: self.version,
            digest: Some(&self.digest),
            secret: self.secret.as_ref(),
        }
    }
}

/// What is asked, with a day of quiet, ten days after the stage was reached.
struct Case {
    old: Made,
    new: Made,
    others: Vec<Made>,
    now: Time,
    since: Time,
    quiet_for: Option<Period>,
    zone: Option<&'static str>,
    pattern: Option<&'static str>,
}

impl Case {
    fn new() -> Self {
        Self {
            old: Made::new("web", 1, "sk_p_OL"),
            new: Made::new("web", 2, "sk_p_NE"),
            others: vec![Made::new("billing", 1, "sk_p_BI")],
            now: at("2026-11-22T16:00:00Z"),
            since: at("2026-11-12T16:00:00Z"),
            quiet_for: Some(Period::days(1)),
            zone: None,
            pattern: None,
        }
    }

    fn evidence(&self, logs: &[(&str, &[u8])]) -> Evidence {
        let environment: EnvironmentName = "prod".parse().unwrap();
        let others: Vec<_> = self.others.iter().map(Made::candidate).collect();
        let question = Question {
            environment: &environment,
            old: self.old.candidate(),
            new: self.new.candidate(),
            others: &others,
            now: self.now,
            since: self.since,
            quiet_for: self.quiet_for,
            zone: self.zone.map(|zone| zone.parse().unwrap()),
            expected: 3,
            earlier: &BTreeSet::from([1, 2]),
        };
        let pattern = self.pattern.map(|pattern| Pattern::new(pattern).unwrap());
        let mut collector = Collector::new(question, pattern);
        for &(name, mut log) in logs {
            collector.read(name, &mut log).unwrap();
        }
        collector.finish()
    }

    fn of_old(&self, log: &str) -> Verdict {
        Verdict::of_old(&self.evidence(&[("log", log.as_bytes())]))
    }

    fn of_load(&self, log: &str) -> Verdict {
        Verdict::of_load(&self.evidence(&[("log", log.as_bytes())]))
    }
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// A line of the gateway.
fn gate(time: &str, id: &str) -> String {
    format!("{time} | {id} | GET /v1/models | 200\n")
}

/// A line of servicekit.
fn kit(time: &str, event: &str, rest: &str) -> String {
    format!(r#"{{"event":"auth.{event}","timestamp":"{time}",{rest}}}"#) + "\n"
}

fn head(time: &str, event: &str, prefix: &str) -> String {
    kit(time, event, &format!(r#""key_prefix":"{prefix}""#))
}

/// A gateway's log of two days, in which clients have moved long ago.
fn quiet() -> String {
    [
        gate("2026-11-20T12:00:00Z", "web"),
        gate("2026-11-21T12:00:00Z", "web-v2"),
        gate("2026-11-22T12:00:00Z", "web-v2"),
        gate("2026-11-22T15:59:00Z", "billing"),
    ]
    .concat()
}

fn reasons(verdict: Verdict) -> Vec<Reason> {
    match verdict {
        Verdict::NotProvable(reasons) => reasons,
        other => panic!("{other:?}"),
    }
}

fn pack(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

// --- Is the old version unused? -----------------------------------------------------------------

#[test]
fn an_old_version_that_is_absent_from_a_log_that_would_show_it_is_unused() {
    let proof = Proof::Unused {
        old: "prod/web@1".to_owned(),
        from: at("2026-11-21T16:00:00Z"),
        new: "prod/web@2".to_owned(),
        requests: 1,
    };
    assert_eq!(Case::new().of_old(&quiet()), Verdict::Pass(proof.clone()));
    assert_eq!(
        proof.to_string(),
        "prod/web@1 was not used since 2026-11-21T16:00:00Z, prod/web@2 was used once"
    );
}

#[test]
fn the_first_characters_are_enough_where_they_differ() {
    let log = [
        head("2026-11-20T12:00:00Z", "success", "sk_p_OL"),
        head("2026-11-22T15:59:00Z", "success", "sk_p_NE"),
    ];
    assert!(matches!(Case::new().of_old(&log.concat()), Verdict::Pass(_)));
}

#[test]
fn one_request_with_the_old_version_is_enough_to_fail_and_needs_no_coverage() {
    let log = gate("2026-11-22T09:00:00Z", "web") + &gate("2026-11-22T08:00:00Z", "web");
    let Verdict::Fail(finding) = Case::new().of_old(&log) else { panic!() };
    assert_eq!(
        finding.to_string(),
        "prod/web@1 is in use: 2 times since 2026-11-21T16:00:00Z, last at 2026-11-22T09:00:00Z"
    );
    let Finding::InUse { accepted, last, clients, paths, .. } = finding else { panic!() };
    assert_eq!((accepted, last), (2, at("2026-11-22T09:00:00Z")));
    assert!(clients.top.is_empty());
    assert_eq!((paths.top[0].text.as_str(), paths.top[0].count), ("/v1/models", 2));
}

#[test]
fn the_quiet_time_has_exact_ends() {
    for (time, is_use) in [
        ("2026-11-21T15:59:59Z", false),
        ("2026-11-21T16:00:00Z", true),
        ("2026-11-22T16:00:00Z", true),
        ("2026-11-22T16:05:00Z", true),
        ("2026-11-22T16:05:01Z", false),
    ] {
        let verdict = Case::new().of_old(&gate(time, "web"));
        assert_eq!(matches!(verdict, Verdict::Fail(_)), is_use, "{time}: {verdict:?}");
    }
}

#[test]
fn who_still_uses_the_old_version_is_named() {
    let mut log = String::new();
    for (agent, name) in [("a", "web"), ("b", "web"), ("a", "web"), ("c", "web-v2")] {
        let _ = writeln!(
            log,
            r#"{{"key_id":"key_1","key_name":"{name}","user_agent":"{agent}","event":"verification_success","timestamp":"2026-11-22T12:00:00Z"}}"#
        );
    }
    let Verdict::Fail(Finding::InUse { clients, .. }) = Case::new().of_old(&log) else { panic!() };
    let clients: Vec<_> =
        clients.top.iter().map(|named| (named.text.as_str(), named.count)).collect();
    assert_eq!(clients, [("a", 2), ("b", 1)]);
}

#[test]
fn an_id_of_heare_is_found_under_its_name_or_as_the_id_itself() {
    for (id, name) in [("key_1", "web"), ("web", "My Service")] {
        let log = format!(
            r#"{{"key_id":"{id}","key_name":"{name}","event":"verification_success","timestamp":"2026-11-22T12:00:00Z"}}"#
        );
        assert!(matches!(Case::new().of_old(&log), Verdict::Fail(_)));
    }
}

#[test]
fn a_name_and_an_id_of_two_versions_are_ambiguous() {
    let line = |time: &str, id: &str, name: &str| {
        format!(
            r#"{{"key_id":"{id}","key_name":"{name}","event":"verification_success","timestamp":"{time}"}}"#
        ) + "\n"
    };
    let log = line("2026-11-20T12:00:00Z", "key_2", "web-v2")
        + &line("2026-11-22T12:00:00Z", "web", "billing")
        + &line("2026-11-22T15:59:00Z", "web-v2", "web-v2");
    let evidence = Case::new().evidence(&[("log", log.as_bytes())]);
    assert!(evidence.old.seen.all.is_empty());
    assert_eq!(evidence.old.ambiguous.quiet.accepted, 1);
    assert_eq!(evidence.others[0].ambiguous.quiet.accepted, 1);
    let either = Reason::Alike {
        log: Kind::Heare,
        version: "prod/web@1".to_owned(),
        other: "prod/billing@1".to_owned(),
        likeness: Likeness::Otherwise,
    };
    assert_eq!(reasons(Verdict::of_old(&evidence)), [either]);
}

#[test]
fn a_request_that_was_let_in_and_answered_with_an_error_is_a_use() {
    let answered = "2026-11-22T12:00:00Z | web | GET / | 403\n";
    assert!(matches!(Case::new().of_old(&(quiet() + answered)), Verdict::Fail(_)));
}

#[test]
fn an_old_version_that_is_turned_away_is_still_sent() {
    let log = head("2026-11-20T12:00:00Z", "success", "sk_p_NE")
        + &head("2026-11-22T12:00:00Z", "invalid_key", "sk_p_OL")
        + &head("2026-11-22T15:59:00Z", "success", "sk_p_NE");
    let reasons = reasons(Case::new().of_old(&log));
    assert!(matches!(&reasons[..], [Reason::TurnedAway { count: 1, .. }, ..]), "{reasons:?}");
}

#[test]
fn a_rotated_log_may_come_in_any_order_twice_and_packed() {
    let pieces = [
        gate("2026-11-20T12:00:00Z", "web") + &gate("2026-11-21T15:00:00Z", "web-v2"),
        gate("2026-11-21T17:00:00Z", "web-v2") + &gate("2026-11-22T11:00:00Z", "web-v2"),
        gate("2026-11-22T12:00:00Z", "web-v2") + &gate("2026-11-22T15:59:00Z", "web-v2"),
    ];
    let packed = pack(pieces[0].as_bytes());
    let logs = [("c", &packed[..]), ("b", pieces[1].as_bytes()), ("a", pieces[2].as_bytes())];
    let expected = Verdict::of_old(&Case::new().evidence(&logs));
    assert!(matches!(expected, Verdict::Pass(_)));
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let evidence = Case::new().evidence(&order.map(|at| logs[at]));
        assert_eq!(Verdict::of_old(&evidence), expected);
    }
    let twice = Case::new().evidence(&[logs, logs].concat());
    assert!(matches!(Verdict::of_old(&twice), Verdict::Pass(_)));
    assert_eq!(twice.sources.len(), 6);
    assert_eq!(twice.old.seen.all.accepted, 2);
    // Without the middle one there is a hole in the quiet time.
    let holed = Case::new().evidence(&[logs[0], logs[2]]);
    assert!(
        matches!(&reasons(Verdict::of_old(&holed))[..], [Reason::Gap { source, .. }] if source == "a")
    );
}

// --- Why it cannot be told ----------------------------------------------------------------------

/// Each way in which a log that would pass can be spoiled, and the one reason that it gives.
#[test]
fn every_flaw_of_a_log_has_its_own_reason() {
    let gateway = Kind::Gateway;
    let from = at("2026-11-21T16:00:00Z");
    let new = || "prod/web@2".to_owned();
    let cases: Vec<(String, Reason, &str)> = vec![
        ("hello\n".to_owned(), Reason::Nothing, "no line was recognised as a service's own"),
        (
            gate("2026-11-21T16:00:01Z", "web-v2") + &gate("2026-11-22T15:59:00Z", "web-v2"),
            Reason::BeginsLate { log: gateway, first: at("2026-11-21T16:00:01Z"), from },
            "the gateway access log begins at 2026-11-21T16:00:01Z, after the quiet time began at \
             2026-11-21T16:00:00Z: what came before may be in an older piece",
        ),
        (
            gate("2026-11-21T16:00:00Z", "web-v2") + &gate("2026-11-22T14:59:59Z", "web-v2"),
            Reason::Stale {
                log: gateway,
                last: at("2026-11-22T14:59:59Z"),
                bound: at("2026-11-22T15:00:00Z"),
            },
            "the gateway access log ends at 2026-11-22T14:59:59Z; it should have lines after \
             2026-11-22T15:00:00Z",
        ),
        (
            quiet() + &gate("2026-11-22T12:00:00", "web"),
            Reason::NoZone { log: gateway, count: 1 },
            "the gateway access log has 1 line whose times name no zone, so it is not known when \
             that was",
        ),
        (
            quiet() + &gate("2026-11-22T17:00:00Z", "billing"),
            Reason::Ahead { log: gateway, count: 1, until: at("2026-11-22T17:00:00Z") },
            "the gateway access log has 1 line from times that are yet to come, up to \
             2026-11-22T17:00:00Z: the zone may be wrong, or a clock",
        ),
        (
            gate("2026-11-20T12:00:00Z", "web-v2") + &gate("2026-11-22T15:59:00Z", "billing"),
            Reason::NoControl { log: gateway, new: new(), from },
            "the gateway access log has no request with prod/web@2 since 2026-11-21T16:00:00Z, so \
             it does not show that clients have moved",
        ),
        (
            gate("2026-11-20T12:00:00Z", "production")
                + &gate("2026-11-22T15:59:00Z", "production"),
            Reason::NoneOurs { log: gateway },
            "the gateway access log names keys, but none by an id that was exported: the service \
             has a list from elsewhere",
        ),
        (
            head("2026-11-20T12:00:00Z", "success", "other_1")
                + &head("2026-11-22T15:59:00Z", "success", "other_2"),
            Reason::NoneOurs { log: Kind::Servicekit },
            "the servicekit log shows keys, but none of this environment",
        ),
        (
            head("2026-11-20T12:00:00Z", "invalid_key", "sk_p_BI")
                + &head("2026-11-22T15:59:00Z", "invalid_key", "sk_p_BI"),
            Reason::OnlyRefusals { log: Kind::Servicekit },
            "the servicekit log has only requests that were turned away, so it does not show what \
             is in use",
        ),
        (
            quiet()
                + &kit("2026-11-20T12:00:00Z", "success", r#""key_prefix":"sk_p_NE""#)
                + r#"{"event":"auth.success","key_prefix":"sk_p_NE"}"#
                + "\n"
                + &head("2026-11-22T15:59:00Z", "success", "sk_p_NE"),
            Reason::NoTime { log: Kind::Servicekit, count: 1 },
            "the servicekit log has 1 line without a time that can be read",
        ),
    ];
    for (log, reason, words) in cases {
        assert_eq!(reasons(Case::new().of_old(&log)), std::slice::from_ref(&reason), "{log}");
        assert_eq!(reason.to_string(), words);
    }
}

#[test]
fn the_log_of_refusals_alone_is_never_enough() {
    let digest = Made::new("web", 1, "sk_p_OL").digest;
    let log = ["2026-11-20T12:00:00Z", "2026-11-22T15:59:00Z"]
        .map(|time| format!("{time} WARNING Invalid or expired token hash: {digest}\n"))
        .concat();
    let evidence = Case::new().evidence(&[("log", log.as_bytes())]);
    assert_eq!(evidence.old.seen.all.refused, 2);
    let turned_away = Reason::TurnedAway { old: "prod/web@1".to_owned(), count: 1 };
    let reason = Reason::OnlyRefusals { log: Kind::AuthApiClient };
    assert_eq!(reasons(Verdict::of_old(&evidence)), [turned_away, reason]);
}

#[test]
fn versions_that_begin_alike_are_not_told_apart() {
    let case = Case {
        old: Made::new("web", 1, "sk_prod_OL"),
        new: Made::new("web", 2, "sk_prod_NE"),
        ..Case::new()
    };
    let log = head("2026-11-20T12:00:00Z", "success", "sk_prod")
        + &head("2026-11-22T15:59:00Z", "success", "sk_prod");
    let evidence = case.evidence(&[("log", log.as_bytes())]);
    assert_eq!(evidence.old.ambiguous.all.accepted, 2);
    assert_eq!(evidence.new.ambiguous.quiet.accepted, 1);
    assert!(evidence.old.seen.all.is_empty() && evidence.new.seen.all.is_empty());
    let reasons = reasons(Verdict::of_old(&evidence));
    assert!(matches!(reasons[0], Reason::NoControl { .. }));
    assert_eq!(
        reasons[1].to_string(),
        "the servicekit log does not tell prod/web@1 from prod/web@2: both begin with sk_prod"
    );
    assert_eq!(reasons.len(), 2);
}

#[test]
fn a_third_version_that_begins_like_the_old_one_is_enough() {
    let case = Case { others: vec![Made::new("billing", 3, "sk_p_OL_too")], ..Case::new() };
    let log = head("2026-11-20T12:00:00Z", "success", "sk_p_NE")
        + &head("2026-11-22T15:59:00Z", "success", "sk_p_NE");
    let expected = Reason::Alike {
        log: Kind::Servicekit,
        version: "prod/web@1".to_owned(),
        other: "prod/billing@3".to_owned(),
        likeness: Likeness::Beginning("sk_p_OL".to_owned()),
    };
    assert_eq!(reasons(case.of_old(&log)), [expected]);
}

#[test]
fn keys_that_are_called_alike_are_not_told_apart() {
    let case = Case {
        old: Made::new("web", 2, "sk_p_OL"),
        new: Made::new("web", 3, "sk_p_NE"),
        others: vec![Made::new("web-v2", 1, "sk_p_BI")],
        ..Case::new()
    };
    let log = gate("2026-11-20T12:00:00Z", "web-v3")
        + &gate("2026-11-22T12:00:00Z", "web-v2")
        + &gate("2026-11-22T15:59:00Z", "web-v3");
    let evidence = case.evidence(&[("log", log.as_bytes())]);
    assert_eq!(evidence.old.ambiguous.quiet.accepted, 1);
    assert_eq!(evidence.others[0].ambiguous.quiet.accepted, 1);
    assert_eq!(
        reasons(Verdict::of_old(&evidence))[0].to_string(),
        "the gateway access log does not tell prod/web@2 from prod/web-v2@1: both are called web-v2"
    );
}

#[test]
fn a_secret_that_is_not_known_is_not_looked_for_in_vain() {
    let mut case = Case::new();
    case.old.secret = None;
    let log = head("2026-11-20T12:00:00Z", "success", "sk_p_NE")
        + &head("2026-11-22T15:59:00Z", "success", "sk_p_NE");
    let unknown = Reason::SecretUnknown { log: Kind::Servicekit, version: "prod/web@1".to_owned() };
    assert_eq!(reasons(case.of_old(&log)), [unknown]);
    assert!(matches!(case.of_old(&quiet()), Verdict::Pass(_)), "ids need no secret");
}

#[test]
fn it_can_be_too_early() {
    let mut case = Case { since: at("2026-11-22T10:00:00Z"), ..Case::new() };
    let until = at("2026-11-23T10:00:00Z");
    // What was used before the stage was reached is no fault.
    let log = quiet() + &gate("2026-11-22T09:59:59Z", "web");
    assert_eq!(reasons(case.of_old(&log)), [Reason::TooEarly { until }]);
    let log = log + &gate("2026-11-22T10:00:00Z", "web");
    assert!(matches!(case.of_old(&log), Verdict::Fail(_)));
    case.now = until;
    let log = quiet() + &gate("2026-11-23T09:59:00Z", "web-v2");
    assert!(matches!(case.of_old(&log), Verdict::Pass(_)));
}

#[test]
fn a_log_that_is_cut_off_is_read_as_far_as_it_goes() {
    let mut log = String::new();
    for second in 0..3_000 {
        let time = at("2026-11-20T00:00:00Z").after(Period::seconds(second * 60));
        log += &gate(&time.to_string(), if second % 2 == 0 { "web-v2" } else { "billing" });
    }
    let packed = pack(log.as_bytes());
    let cut = &packed[..packed.len() / 2];
    let evidence = Case::new().evidence(&[("new.gz", cut), ("old", quiet().as_bytes())]);
    assert!(evidence.sources[0].cut && !evidence.sources[1].cut);
    assert!(evidence.sources[0].recognised > 100);
    let cut = Reason::Cut { source: "new.gz".to_owned() };
    assert_eq!(cut.to_string(), "new.gz is cut off or damaged, so its end is missing");
    // Beside a log that goes on, one that ends early is another service's.
    let reasons = reasons(Verdict::of_old(&evidence));
    assert_eq!(reasons[0], cut);
    assert!(matches!(&reasons[1], Reason::OneIsStale { .. }));
}

#[test]
fn logs_that_run_side_by_side_are_each_held_to_the_quiet_time() {
    let stale = gate("2026-11-20T12:00:00Z", "web") + &gate("2026-11-21T20:00:00Z", "web-v2");
    let evidence = Case::new().evidence(&[("a", quiet().as_bytes()), ("b", stale.as_bytes())]);
    let reasons = reasons(Verdict::of_old(&evidence));
    assert!(
        matches!(&reasons[..], [Reason::OneIsStale { source, .. }] if source == "b"),
        "{reasons:?}"
    );
    let both = [("a", quiet()), ("b", quiet())];
    let both = both.each_ref().map(|(name, log)| (*name, log.as_bytes()));
    assert!(matches!(Verdict::of_old(&Case::new().evidence(&both)), Verdict::Pass(_)));
}

#[test]
fn each_container_in_one_log_is_held_to_the_quiet_time() {
    let of = |name: &str, log: String| {
        let mut named = String::new();
        for line in log.lines() {
            let _ = writeln!(named, "{name}  | {line}");
        }
        named
    };
    let stale = gate("2026-11-20T12:00:00Z", "web") + &gate("2026-11-21T20:00:00Z", "web-v2");
    let both = of("web-1", quiet()) + &of("web-2", stale);
    let reasons = reasons(Case::new().of_old(&both));
    assert!(
        matches!(&reasons[..], [Reason::OneIsStale { source, .. }] if source == "log (web-2)"),
        "{reasons:?}"
    );
    let both = of("web-1", quiet()) + &of("web-2", quiet());
    assert!(matches!(Case::new().of_old(&both), Verdict::Pass(_)));
}

#[test]
fn more_containers_than_are_told_apart_prove_nothing() {
    let lines = |line: &str| format!("web-{}  | {line}\n", line.len());
    let many = (0..70).map(|n| lines(&gate("2026-11-20T12:00:00Z", &"x".repeat(n + 1))));
    let reasons = reasons(Case::new().of_old(&(many.collect::<String>() + &quiet())));
    assert!(matches!(&reasons[0], Reason::Crowded { source } if source == "log"), "{reasons:?}");
}

#[test]
fn a_log_that_is_empty_says_nothing_of_its_service() {
    let logs = [("log", quiet()), ("empty", String::new())];
    let logs = logs.each_ref().map(|(name, log)| (*name, log.as_bytes()));
    let reasons = reasons(Verdict::of_old(&Case::new().evidence(&logs)));
    assert_eq!(reasons, [Reason::Unrecognised { source: "empty".to_owned() }]);
}

#[test]
fn lines_that_could_not_be_read_may_show_the_old_version() {
    let line =
        r#"{"event":"auth.success","key_prefix":"sk_p_OL","timestamp":"2026-11-22T12:00:00Z"}"#;
    for line in [
        format!("Nov 22 12:00:00 host web[7]: {line}"),
        format!("{{\"log\":{line:?},\"stream\":\"stdout\"}}"),
        line.replace("Z\"", "Z\",\"count\":\"x\""),
        "host gateway: 2026-11-22T12:00:00Z | web | GET / | 200".to_owned(),
    ] {
        let garbled = Reason::Garbled { source: "log".to_owned(), count: 1 };
        assert_eq!(reasons(Case::new().of_old(&(quiet() + &line + "\n"))), [garbled], "{line}");
    }
    let half = quiet() + "2026-11-22T15:59:30Z | web | GE";
    assert_eq!(reasons(Case::new().of_old(&half)), [Reason::Cut { source: "log".to_owned() }]);
    let whole = quiet().trim_end().to_owned();
    assert!(matches!(Case::new().of_old(&whole), Verdict::Pass(_)));
}

/// A service whose level was raised logs whom it turns away, and nothing of whom it lets in.
#[test]
fn refusals_do_not_show_that_requests_are_logged() {
    let yes = |time| head(time, "success", "sk_p_NE");
    let no = |time| kit(time, "missing_key", r#""path":"/""#);
    let muted = |logs: &[&[String]]| {
        let logs: Vec<_> = logs.iter().map(|lines| lines.concat()).collect();
        let logs: Vec<_> = logs.iter().map(|log| ("log", log.as_bytes())).collect();
        match Verdict::of_old(&Case::new().evidence(&logs)) {
            Verdict::Pass(_) => None,
            other => match &reasons(other)[..] {
                [Reason::Muted { from, until, .. }, ..] => {
                    Some((from.to_string(), until.to_string()))
                }
                other => panic!("{other:?}"),
            },
        }
    };
    let span = |from: &str, until: &str| Some((from.to_owned(), until.to_owned()));
    let (before, from) = ("2026-11-20T12:00:00Z", "2026-11-21T16:00:00Z");
    let (early, late) = ("2026-11-21T17:00:00Z", "2026-11-22T15:00:00Z");
    let end = "2026-11-22T15:59:00Z";
    assert_eq!(muted(&[&[yes(before), yes(early), no(end)]]), span(early, end));
    assert_eq!(muted(&[&[no(before), no(early), yes(end)]]), span(before, end));
    assert_eq!(muted(&[&[yes(before), no(early), yes(end)]]), span(from, end));
    assert_eq!(muted(&[&[yes(before), no(early)], &[no(late), yes(end)]]), span(from, end));
    // A short while in which only others come is nothing, and so is a night without anybody.
    assert_eq!(muted(&[&[yes(before), yes(late), no(late), yes(end)]]), None);
    assert_eq!(muted(&[&[yes(before), yes(end)]]), None);
}

#[test]
fn a_name_that_was_not_exported_may_be_the_old_key() {
    let log = gate("2026-11-22T12:00:00Z", "by-hand");
    let reasons = reasons(Case::new().of_old(&(quiet() + &log)));
    assert!(matches!(&reasons[..], [Reason::Strangers { count: 1, .. }]), "{reasons:?}");
}

#[test]
fn all_reasons_that_hold_are_given() {
    let log = gate("2026-11-22T12:00:00Z", "billing") + &gate("2026-11-22T12:00:00", "billing");
    let words: Vec<_> = reasons(Case::new().of_old(&log)).iter().map(Reason::word).collect();
    assert_eq!(words, ["begins-late", "stale", "no-zone", "no-control"]);
}

#[test]
fn each_kind_of_log_is_held_to_account() {
    let log = quiet() + &head("2026-11-22T15:00:00Z", "success", "sk_p_NE");
    let late = Reason::BeginsLate {
        log: Kind::Servicekit,
        first: at("2026-11-22T15:00:00Z"),
        from: at("2026-11-21T16:00:00Z"),
    };
    assert_eq!(reasons(Case::new().of_old(&log)), [late]);
}

#[test]
fn local_times_count_once_their_zone_is_known() {
    let log = quiet().replace('Z', "");
    assert!(matches!(reasons(Case::new().of_old(&log))[0], Reason::NoZone { count: 4, .. }));
    let case = |zone| Case { zone: Some(zone), ..Case::new() };
    assert!(matches!(case("UTC").of_old(&log), Verdict::Pass(_)));
    // An hour west of UTC the last line is from 16:59Z, which is yet to come.
    assert!(matches!(reasons(case("-01:00").of_old(&log))[..], [.., Reason::Ahead { .. }]));
    let words = reasons(case("+02:00").of_old(&log));
    assert!(matches!(words[..], [Reason::Stale { .. }]));
}

// --- Have services loaded the new list? ---------------------------------------------------------

fn load(time: &str, count: u64) -> String {
    kit(time, "loaded_from_file", &format!(r#""count":{count}"#))
}

#[test]
fn one_request_with_the_new_version_shows_that_it_is_loaded() {
    let verdict = Case::new().of_load(&gate("2026-11-20T12:00:00Z", "web-v2"));
    let Verdict::Pass(proof) = verdict else { panic!("{verdict:?}") };
    assert_eq!(proof.to_string(), "prod/web@2 was let in, last at 2026-11-20T12:00:00Z");
    // Not before it was there, nor when it was turned away.
    let before = Case::new().of_load(&gate("2026-11-12T15:59:59Z", "web-v2"));
    assert!(matches!(before, Verdict::NotProvable(_)), "{before:?}");
    let refused = Case::new().of_load(&head("2026-11-20T12:00:00Z", "invalid_key", "sk_p_NE"));
    assert!(matches!(
        reasons(refused)[..],
        [
            Reason::OneLacksNew { .. },
            Reason::NoLoad { .. },
            Reason::OnlyRefusals { log: Kind::Servicekit }
        ]
    ));
}

#[test]
fn a_load_of_as_many_keys_as_are_expected_shows_it_too() {
    let log = load("2026-11-10T12:00:00Z", 2) + &load("2026-11-20T12:00:00Z", 3);
    let verdict = Case::new().of_load(&log);
    let Verdict::Pass(proof) = verdict else { panic!("{verdict:?}") };
    assert_eq!(proof.to_string(), "the new list was loaded at 2026-11-20T12:00:00Z, with 3 keys");
}

#[test]
fn the_last_load_counts() {
    let log = load("2026-11-20T12:00:00Z", 3) + &load("2026-11-21T12:00:00Z", 1);
    let Verdict::Fail(finding) = Case::new().of_load(&log) else { panic!() };
    assert_eq!(
        finding.to_string(),
        "the service that writes log has loaded 1 key at 2026-11-21T12:00:00Z; the new list has 3"
    );
    // Unless the new version was let in after it: the list has keys of elsewhere as well.
    let after = log.clone() + &head("2026-11-21T12:00:01Z", "success", "sk_p_NE");
    assert!(matches!(Case::new().of_load(&after), Verdict::Pass(Proof::NewSeen { .. })));
    let before = log + &head("2026-11-21T11:59:59Z", "success", "sk_p_NE");
    assert!(matches!(Case::new().of_load(&before), Verdict::Fail(_)));
}

#[test]
fn every_service_has_to_have_loaded_it() {
    let good = load("2026-11-20T12:00:00Z", 3);
    let of = |other: &str| {
        let logs = [("a", good.as_bytes()), ("b", other.as_bytes())];
        Verdict::of_load(&Case::new().evidence(&logs))
    };
    assert!(matches!(of(&load("2026-11-20T11:00:00Z", 3)), Verdict::Pass(_)));
    assert!(matches!(of(&load("2026-11-20T13:00:00Z", 2)), Verdict::Fail(_)));
    assert!(matches!(of(&load("2026-11-20T11:00:00Z", 2)), Verdict::Fail(_)));
    // A list of its own, which no list of the environment was, may have the new version or not.
    assert!(matches!(
        &reasons(of(&load("2026-11-20T11:00:00Z", 7)))[..],
        [Reason::OtherList { source, count: 7, expected: 3, .. }] if source == "b"
    ));
    // One that lets only the old version in, and says nothing of loads, is not proven either.
    assert!(matches!(
        &reasons(of(&gate("2026-11-20T13:00:00Z", "web")))[..],
        [Reason::OneLacksNew { source, .. }, ..] if source == "b"
    ));
    let stuck =
        load("2026-11-10T12:00:00Z", 2) + &head("2026-11-20T12:00:00Z", "success", "sk_p_OL");
    let words: Vec<_> = reasons(of(&stuck)).iter().map(ToString::to_string).collect();
    assert_eq!(
        words[0],
        "the service that writes b has loaded its list at 2026-11-10T12:00:00Z and not since"
    );
    // So is one whose times are not known.
    let naive = "2026-11-20T13:00:00 | web | GET / | 200\n";
    assert!(matches!(&reasons(of(naive))[..], [Reason::NoZone { .. }, ..]));
    // A log that ends before the stage may be an old piece of the other, or that of a service that
    // has nothing to say and lags.
    assert!(matches!(
        &reasons(of(&load("2026-11-10T12:00:00Z", 2)))[..],
        [Reason::NotReloaded { source, .. }] if source == "b"
    ));
}

#[test]
fn a_list_of_another_length_than_before_is_no_old_one() {
    // It has the one key of a service, of two versions now, while the environment had as many before.
    let case = |log: &str| Case::new().of_load(log);
    let changed = load("2026-11-10T12:00:00Z", 1) + &load("2026-11-20T12:00:00Z", 2);
    assert!(matches!(&reasons(case(&changed))[..], [Reason::OtherList { count: 2, .. }]));
    for log in [
        load("2026-11-20T12:00:00Z", 2),
        load("2026-11-10T12:00:00Z", 2) + &load("2026-11-20T12:00:00Z", 2),
    ] {
        assert!(matches!(case(&log), Verdict::Fail(_)));
    }
}

#[test]
fn every_service_in_one_log_has_to_have_loaded_it() {
    let good = load("2026-11-20T12:00:00Z", 3);
    for other in [load("2026-11-10T12:00:00Z", 2), head("2026-11-20T13:00:00Z", "success", "x")] {
        let log = format!("web-1  | {good}web-2  | {other}");
        let reasons = reasons(Case::new().of_load(&log));
        assert!(reasons[0].to_string().contains("log (web-2)"), "{reasons:?}");
    }
    let log = load("2026-11-10T12:00:00Z", 2) + &gate("2026-11-20T12:00:00Z", "web-v2");
    let reasons = reasons(Case::new().of_load(&log));
    assert!(
        matches!(&reasons[0], Reason::NotReloaded { source, .. } if source == "log (servicekit)")
    );
}

#[test]
fn a_service_that_said_nothing_since_is_not_taken_for_another() {
    let other = load("2026-11-10T11:00:00Z", 2) + &load("2026-11-20T12:00:00Z", 3);
    let silent = load("2026-11-10T12:00:00Z", 2);
    let logs = [("a", other.as_bytes()), ("b", silent.as_bytes())];
    assert!(matches!(
        &reasons(Verdict::of_load(&Case::new().evidence(&logs)))[..],
        [Reason::NotReloaded { source, .. }] if source == "b"
    ));
}

#[test]
fn a_list_that_was_as_long_before_need_not_be_the_new_one() {
    let log = load("2026-11-10T12:00:00Z", 3) + &load("2026-11-20T12:00:00Z", 3);
    let same = Reason::SameCount { source: "log".to_owned(), count: 3 };
    assert_eq!(reasons(Case::new().of_load(&log)), [same]);
}

#[test]
fn a_new_version_that_is_turned_away_again_is_not_everywhere() {
    let yes = |time| head(time, "success", "sk_p_NE");
    let no = |time| head(time, "invalid_key", "sk_p_NE");
    let (first, second, third) =
        ("2026-11-20T12:00:00Z", "2026-11-20T13:00:00Z", "2026-11-20T14:00:00Z");
    for log in [
        yes(first) + &no(second),
        yes(first) + &no(second) + &yes(third),
        load(first, 3) + &no(second),
        load(first, 3) + &no(second) + &yes(third),
    ] {
        let reasons = reasons(Case::new().of_load(&log));
        assert!(matches!(&reasons[..], [Reason::NewTurnedAway { .. }, ..]), "{reasons:?}");
    }
    for log in [no(first) + &yes(second), yes(first) + &no(second) + &load(third, 3)] {
        assert!(matches!(Case::new().of_load(&log), Verdict::Pass(_)), "{log}");
    }
}

#[test]
fn every_process_of_a_service_has_to_have_loaded_it() {
    let start = |hour: u32, count, processes: u32| -> String {
        let of = |n| load(&format!("2026-11-{}T12:00:0{n}Z", 10 + hour), count);
        (0..processes).map(of).collect()
    };
    let few = |log: &str| match &reasons(Case::new().of_load(log))[..] {
        [Reason::FewLoads { before, now, .. }] => (*before, *now),
        other => panic!("{other:?}"),
    };
    assert_eq!(few(&(start(1, 2, 4) + &start(8, 3, 1))), (4, 1));
    let seen = head("2026-11-21T12:00:00Z", "success", "sk_p_NE");
    assert_eq!(few(&(start(1, 2, 4) + &start(8, 2, 4) + &start(9, 3, 3) + &seen)), (4, 3));
    // A deployment seconds after the start is one of its own.
    let soon = load("2026-11-20T12:00:00Z", 2)
        + &load("2026-11-20T12:00:01Z", 2)
        + &load("2026-11-20T12:00:04Z", 3)
        + &load("2026-11-20T12:00:05Z", 3);
    for log in
        [start(1, 2, 4) + &start(8, 3, 4), start(1, 2, 1) + &start(2, 2, 1) + &start(8, 3, 1), soon]
    {
        assert!(matches!(Case::new().of_load(&log), Verdict::Pass(_)), "{log}");
    }
}

#[test]
fn without_a_load_or_a_request_it_cannot_be_told() {
    let since = at("2026-11-12T16:00:00Z");
    let expected = [Reason::Nothing, Reason::NoLoad { since }];
    assert_eq!(reasons(Case::new().of_load("")), expected);
    let case = Case { new: Made::new("web", 2, "sk_p_OL_"), ..Case::new() };
    let words: Vec<_> = reasons(case.of_load(&head("2026-11-20T12:00:00Z", "success", "sk_p_OL")))
        .iter()
        .map(Reason::word)
        .collect();
    assert_eq!(words, ["no-control", "no-load", "alike"]);
}

#[test]
fn the_last_hundred_loads_are_kept() {
    let mut log = String::new();
    for second in (0..250).rev() {
        let time = at("2026-11-20T00:00:00Z").after(Period::seconds(second));
        log += &load(&time.to_string(), second);
    }
    let loads = Case::new().evidence(&[("log", log.as_bytes())]).loads;
    assert_eq!(loads.count, 250);
    assert_eq!(loads.first.unwrap().count, 0);
    let counts: Vec<_> = loads.latest.iter().map(|load| load.count).collect();
    assert_eq!(counts, (150..250).collect::<Vec<_>>());
}

// --- Stragglers ---------------------------------------------------------------------------------

#[test]
fn whoever_still_sends_the_old_version_after_its_removal_is_found() {
    let case = Case { quiet_for: None, ..Case::new() };
    let log = head("2026-11-12T15:00:00Z", "success", "sk_p_OL")
        + &kit("2026-11-12T16:00:01Z", "invalid_key", r#""key_prefix":"sk_p_OL","path":"/a?b=c""#)
        + &head("2026-11-13T16:00:00Z", "success", "sk_p_OL")
        + &head("2026-11-22T15:59:00Z", "success", "sk_p_NE");
    let found = case.evidence(&[("log", log.as_bytes())]);
    let old = found.old.version.clone();
    let last = Some(at("2026-11-13T16:00:00Z"));
    let sent = Finding::StillSent { old, count: 2, last };
    assert_eq!(Verdict::of_stragglers(&found), Verdict::Fail(sent));
    assert_eq!((found.old.seen.since.accepted, found.old.seen.since.refused), (1, 1));
    assert_eq!(found.old.paths.top[0].text, "/a");
    let of = |log: &str| Verdict::of_stragglers(&case.evidence(&[("log", log.as_bytes())]));
    assert!(matches!(of(&quiet()), Verdict::Fail(Finding::StillSent { count: 1, .. })));
    let none = gate("2026-11-12T15:59:59Z", "web") + &gate("2026-11-20T12:00:00Z", "web-v2");
    assert!(matches!(of(&none), Verdict::NotProvable(_)));
}

// --- The user's own pattern ---------------------------------------------------------------------

const PATTERN: &str = r"^(?<client>\S+) \[(?<time>[^\]]+)\] key=(?<key>\S*)";

#[test]
fn a_pattern_catches_keys_in_every_form_that_names_them() {
    let case = Case { pattern: Some(PATTERN), ..Case::new() };
    let old = &case.old;
    let secret = old.secret.as_ref().unwrap().expose();
    for (key, is_old) in [
        ("web", true),
        ("web@1", true),
        ("prod/web@1", true),
        (&old.digest.to_string(), true),
        (&old.digest.to_string().to_uppercase(), true),
        (&old.digest.fingerprint(), true),
        (secret, true),
        (&secret[..6], true),
        ("sk_p_O…", true),
        ("sk_p_OL***", true),
        ("sk_p_", false),
        ("sk_", false),
        ("", false),
        ("web@2", false),
        ("dev/web@1", false),
        ("sk_p_OLd", false),
    ] {
        let log = format!("10.0.0.1 [22/Nov/2026:12:00:00 +0000] key={key} GET /\n");
        let verdict = case.of_old(&log);
        assert_eq!(matches!(verdict, Verdict::Fail(_)), is_old, "{key}: {verdict:?}");
        if let Verdict::Fail(Finding::InUse { clients, .. }) = verdict {
            assert_eq!(clients.top[0].text, "10.0.0.1");
        }
    }
    assert_eq!(reasons(case.of_old(&quiet())), [Reason::Nothing], "only the pattern is used");
}

#[test]
fn a_pattern_tells_as_much_as_it_shows() {
    let case = Case { pattern: Some(PATTERN), ..Case::new() };
    let log = |old: &str, new: &str| {
        format!("a [2026-11-20T12:00:00Z] key={old}\nb [2026-11-22T15:59:00Z] key={new}\n")
    };
    assert!(matches!(case.of_old(&log("web", "web-v2")), Verdict::Pass(_)));
    assert!(matches!(case.of_old(&log("sk_p_OL", "sk_p_NE")), Verdict::Pass(_)));
    let reasons = reasons(case.of_old(&log("sk_p_", "sk_p_NE")));
    assert!(matches!(
        &reasons[..],
        [Reason::Alike { likeness: Likeness::Beginning(shown), .. }] if shown == "sk_p_"
    ));
    let untimed = log("web", "web-v2") + "b [yesterday] key=web\n";
    assert!(matches!(case.of_old(&untimed), Verdict::NotProvable(_)));
}

#[test]
fn a_text_that_names_one_version_and_begins_another_is_ambiguous() {
    // The old version is called as the other one begins.
    let case = Case {
        old: Made::new("acme", 1, "old_OL"),
        new: Made::new("acme", 2, "new_NE"),
        others: vec![Made::new("billing", 1, "acme_")],
        pattern: Some(PATTERN),
        ..Case::new()
    };
    let log = "a [2026-11-20T12:00:00Z] key=acme-v2\nb [2026-11-22T12:00:00Z] key=acme\n\
               b [2026-11-22T15:59:00Z] key=acme-v2\n";
    let evidence = case.evidence(&[("log", log.as_bytes())]);
    assert!(evidence.old.seen.all.is_empty());
    assert_eq!(evidence.old.ambiguous.quiet.accepted, 1);
    assert!(matches!(
        &reasons(Verdict::of_old(&evidence))[..],
        [Reason::Alike { likeness: Likeness::Otherwise, other, .. }] if other == "prod/billing@1"
    ));
}

// --- Any input ----------------------------------------------------------------------------------

#[test]
fn lines_that_are_no_text_do_no_harm() {
    let mut log = quiet().into_bytes();
    log.extend_from_slice(&vec![b'x'; 10 << 20]);
    log.extend_from_slice(b"\n\0\0\0\n\xff\xfe | web | GET / | 200\n\x1b[2J\x1b]0;title\x07\r\n");
    log.extend_from_slice(b"2026-11-22T12:00:00Z | web\xff | GET /\xff\0\x1b[2J | 200\n");
    log.extend_from_slice(
        b"{\"event\":\"auth.success\",\"key_prefix\":\"\xff\"}\n{\"key_id\"\n\r\n",
    );
    let evidence = Case::new().evidence(&[("log", &log)]);
    let source = &evidence.sources[0];
    assert_eq!((source.lines, source.recognised, source.overlong), (12, 5, 1));
    assert_eq!(source.unrecognised, 7);
    assert_eq!(source.bytes, log.len() as u64);
    let reasons = reasons(Verdict::of_old(&evidence));
    assert!(
        matches!(
            &reasons[..],
            [
                Reason::Garbled { count: 2, .. },
                Reason::Overlong { count: 1, .. },
                Reason::Strangers { count: 1, .. }
            ]
        ),
        "{reasons:?}"
    );
    assert_eq!(evidence.strangers.top[0].text, "web\u{fffd}");
}

#[test]
fn what_is_kept_of_a_log_is_bounded() {
    const CLIENTS: u32 = 200_000;

    /// Many requests, each by another client, without holding the text of all.
    struct Endless(u32, Vec<u8>);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.1.is_empty() && self.0 < CLIENTS {
                self.0 += 1;
                let client = format!("{:0<300}", self.0);
                write!(
                    self.1,
                    r#"{{"event":"verification_success","timestamp":"2026-11-22T12:00:00Z","#
                )?;
                writeln!(self.1, r#""key_id":"web","user_agent":"agent {client}"}}"#)?;
            }
            let count = self.1.len().min(buffer.len());
            buffer[..count].copy_from_slice(&self.1[..count]);
            self.1.drain(..count);
            Ok(count)
        }
    }
    let case = Case::new();
    let environment: EnvironmentName = "prod".parse().unwrap();
    let question = Question {
        environment: &environment,
        old: case.old.candidate(),
        new: case.new.candidate(),
        others: &[],
        now: case.now,
        since: case.since,
        quiet_for: case.quiet_for,
        zone: None,
        expected: 2,
        earlier: &BTreeSet::new(),
    };
    let mut collector = Collector::new(question, None);
    collector.read("log", Endless(0, Vec::new())).unwrap();
    // What `Debug` writes is everything that is held, each byte of text as up to five characters.
    let held = format!("{collector:?}").len();
    assert!(held < 4_000_000, "{held}");
    let evidence = collector.finish();
    assert_eq!(evidence.old.seen.quiet.accepted, u64::from(CLIENTS));
    assert!(evidence.old.clients.known <= 1_000 && evidence.old.clients.missed > 0);
    assert!(evidence.old.clients.top.len() <= 10);
    assert!(evidence.old.clients.top.iter().all(|named| named.text.len() <= 256));
}

#[test]
fn no_part_of_a_secret_is_shown_by_debug() {
    let case = Case { old: Made::new("web", 1, "canary_"), ..Case::new() };
    let environment: EnvironmentName = "prod".parse().unwrap();
    let question = Question {
        environment: &environment,
        old: case.old.candidate(),
        new: case.new.candidate(),
        others: &[],
        now: case.now,
        since: case.since,
        quiet_for: None,
        zone: None,
        expected: 2,
        earlier: &BTreeSet::new(),
    };
    let text = format!("{:?}", Collector::new(question, None));
    assert!(text.contains("web") && !text.contains("cana"), "{text}");
}

proptest! {
    #[test]
    fn random_bytes_never_panic(log in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let evidence = Case::new().evidence(&[("log", &log)]);
        prop_assert_eq!(evidence.sources[0].recognised, 0);
        prop_assert!(matches!(Verdict::of_old(&evidence), Verdict::NotProvable(_)));
        let packed = [&[0x1f, 0x8b], &log[..]].concat();
        Case::new().evidence(&[("log", &packed)]);
    }

    /// Pieces of real lines, put together at random, with and without a pattern.
    #[test]
    fn broken_lines_never_panic(
        pieces in prop::collection::vec((0_usize..12, 0_usize..80), 0..60),
        with_pattern: bool,
    ) {
        const LINES: [&[u8]; 12] = [
            b"2026-11-22T12:00:00.1+00:00 | web | GET /v1/models | 200\n",
            b"2026-11-22 12:00:00 [info     ] auth.success       key_prefix=sk_p_OL path='/\\' a'\n",
            b"{\"event\":\"auth.success\",\"key_prefix\":\"sk_p_OL\",\"timestamp\":\"2026-11-22T12:00:00Z\"}\n",
            b"{\"ts\":\"2026-11-22T12:00:00Z\",\"key_id\":\"web\",\"path\":\"/\",\"status\":200}\n",
            b"{\"event\":\"verification_success\",\"key_id\":\"web\",\"timestamp\":\"x\"}\n",
            b"\x1b[2m2026-11-22T12:00:00Z\x1b[0m [\x1b[32minfo\x1b[0m] auth.loaded_from_env count=3\n",
            b"web-1  | 2026-11-22T12:00:00Z Invalid or expired token hash: 00000000000000000000",
            b"[pod/a/b] 9999-12-31T23:59:59-23:59 | web | GET / | 200\n",
            b"0000-01-01T00:00:00+23:59 | web | GET / | 200\n",
            b"\0\xff\r\n",
            b"10.0.0.1 [22/Nov/2026:12:00:00 +0000] key=sk_p_\n",
            b"a [99999999999999999999] key=\xff\n",
        ];
        let mut log = Vec::new();
        for (line, length) in pieces {
            let line = LINES[line];
            log.extend_from_slice(&line[..length.min(line.len())]);
        }
        let mut case = Case { zone: Some("+14:00"), ..Case::new() };
        if with_pattern {
            case.pattern = Some(PATTERN);
        }
        let evidence = case.evidence(&[("log", &log)]);
        let source = &evidence.sources[0];
        prop_assert_eq!(source.recognised + source.unrecognised, source.lines);
        let _ = (Verdict::of_old(&evidence), Verdict::of_load(&evidence));
    }

    /// Counted in one go or in pieces, it is the same.
    #[test]
    fn pieces_add_up(mut ids in prop::collection::vec((0_u64..200_000, 0_usize..3), 1..60), cut: prop::sample::Index) {
        ids.sort_unstable();
        let lines: Vec<String> = ids
            .iter()
            .map(|(second, id)| {
                let time = at("2026-11-20T15:00:00Z").after(Period::seconds(*second));
                gate(&time.to_string(), ["web", "web-v2", "billing"][*id])
            })
            .collect();
        let (a, b) = lines.split_at(cut.index(lines.len()));
        let (a, b, whole) = (a.concat(), b.concat(), lines.concat());
        let whole = Case::new().evidence(&[("log", whole.as_bytes())]);
        let pieces = Case::new().evidence(&[("b", b.as_bytes()), ("a", a.as_bytes())]);
        prop_assert_eq!(&whole.old, &pieces.old);
        prop_assert_eq!(&whole.logs, &pieces.logs);
        // But for what may be missing between two pieces, and in one that is empty.
        let verdict = match Verdict::of_old(&pieces) {
            Verdict::NotProvable(mut reasons) => {
                let of_pieces =
                    |reason: &Reason| matches!(reason, Reason::Gap { .. } | Reason::Unrecognised { .. });
                reasons.retain(|reason| !of_pieces(reason));
                if reasons.is_empty() { None } else { Some(Verdict::NotProvable(reasons)) }
            }
            verdict => Some(verdict),
        };
        prop_assert!(verdict.is_none_or(|verdict| Verdict::of_old(&whole) == verdict));
        let from = at("2026-11-21T16:00:00Z");
        let is_used = ids.iter().any(|(second, id)| {
            let time = at("2026-11-20T15:00:00Z").after(Period::seconds(*second));
            *id == 0 && time >= from && time <= at("2026-11-22T16:05:00Z")
        });
        prop_assert_eq!(matches!(Verdict::of_old(&whole), Verdict::Fail(_)), is_used);
    }
}
