//! `verify` and `whois`: what is said of a secret, of one and of many.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails should stop, and writes files as it likes"
)]

mod common;

use std::fs;

use common::{Ended, Place, Words};
use serde_json::{Value, json};

/// A vault with `prod/web`, which has the scope `read`, and `dev/api`; with their secrets.
fn place() -> (Place, String, String) {
    let place = Place::ready();
    let web = place.ok("new prod/web --scope read --meta team=core").trim().to_owned();
    let api = place.ok("new dev/api").trim().to_owned();
    (place, web, api)
}

/// Asks, and expects this exit code and this answer.
#[track_caller]
fn says(place: &Place, line: &str, secret: &str, code: i32, answer: &str) {
    let ended = place.call(line).stdin(secret).run();
    assert_eq!((ended.code, ended.stdout.trim_end()), (code, answer), "{ended}");
}

fn json_lines(ended: &Ended) -> Vec<Value> {
    ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_scope_must_be_one_of_the_keys_own() {
    let (place, web, api) = place();
    says(&place, "verify --scope read", &web, 0, "valid: prod/web@1 (active) [manifest]");
    let wrong = "wrong scope: prod/web@1 has read, not write [manifest]";
    says(&place, "verify --scope read --scope write", &web, 3, wrong);
    let none = "wrong scope: dev/api@1 has none, not read [manifest]";
    says(&place, "verify --scope read", &api, 3, none);
}

#[test]
fn an_address_must_be_one_that_the_key_is_allowed_from() {
    let (place, web, api) = place();
    place.ok("set prod/web --allow-ip 192.0.2.0/24 --allow-ip 2001:db8::1");
    let valid = "valid: prod/web@1 (active) [manifest]";
    for address in ["192.0.2.9", "::ffff:192.0.2.9", "2001:db8::1"] {
        says(&place, &format!("verify --ip {address}"), &web, 0, valid);
        says(
            &place,
            &format!("verify --unlock --ip {address}"),
            &web,
            0,
            &valid.replace("manifest", "vault"),
        );
    }
    let wrong = "wrong address: prod/web@1 is allowed from 192.0.2.0/24, 2001:db8::1, not 192.0.3.1 \
                 [manifest]";
    says(&place, "verify --ip 192.0.3.1", &web, 3, wrong);
    // The scope comes first, and without an address it is told which are allowed.
    let scope = "wrong scope: prod/web@1 has read, not write [manifest]";
    says(&place, "verify --ip 192.0.3.1 --scope write", &web, 3, scope);
    let only = "valid: prod/web@1 (active, only from 192.0.2.0/24, 2001:db8::1) [manifest]";
    says(&place, "verify", &web, 0, only);
    says(&place, "verify --ip 192.0.3.1", &api, 0, "valid: dev/api@1 (active) [manifest]");
    let told = place.call("verify --ip 192.0.3.1 --json").stdin(&*web).run();
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((&told["valid"], &told["answer"]), (&false.into(), &"wrong address".into()));
    assert_eq!(told["allowed_ips"], serde_json::json!(["192.0.2.0/24", "2001:db8::1"]));

    place.ok("set prod/web --unset-allow-ip 192.0.2.0/24 --unset-allow-ip 2001:db8::1");
    says(&place, "verify --ip 192.0.3.1", &web, 0, valid);
}

#[test]
fn a_secret_is_judged_at_any_time() {
    let (mut place, web, _) = place();
    place.ok("set prod/web --expires 2027-01-31");
    let end = "valid: prod/web@1 (active, expires 2027-01-31T00:00:00Z) [manifest]";
    says(&place, "verify", &web, 0, end);
    let over = "expired: prod/web@1 at 2027-01-31T00:00:00Z [manifest]";
    says(&place, "verify --at 2027-01-31", &web, 3, over);
    says(&place, "verify --at 2027-01-30", &web, 0, end);
    let early = "not yet: prod/web@1 was made at 2026-11-22T16:00:00Z [manifest]";
    says(&place, "verify --at 2026-11-22", &web, 3, early);

    place.travel("2026-11-25T00:00:00Z");
    place.ok("revoke prod/web --reason 'laptop stolen' --yes");
    let revoked = "revoked: prod/web@1 since 2026-11-25T00:00:00Z [manifest]";
    says(&place, "verify", &web, 3, revoked);
    says(&place, "verify --at 2026-11-25T00:00:00Z", &web, 3, revoked);
    let before = place.call("verify --at 2026-11-24").stdin(&*web).ok();
    assert!(before.starts_with("valid: prod/web@1 (active"), "{before}");
    place.refuses(2, "verify --at yesterday", &["`yesterday` is not a time"]);
}

#[test]
fn the_vault_knows_reasons_and_metadata_which_no_manifest_has() {
    let (place, web, _) = place();
    let metadata = |line: &str| {
        let report: Value = serde_json::from_str(&place.call(line).stdin(&*web).ok()).unwrap();
        report["metadata"].clone()
    };
    assert_eq!(metadata("verify --json"), serde_json::json!({}));
    assert_eq!(metadata("verify --json --unlock"), serde_json::json!({"team": "core"}));
    place.ok("revoke prod/web --reason 'laptop stolen' --yes");
    let ended = place.call("verify").stdin(&*web).run();
    assert!(ended.stderr.contains("to see why: keyctl log prod/web@1"), "{ended}");
    let why = "revoked: prod/web@1 since 2026-11-22T16:00:00Z: laptop stolen [vault]";
    says(&place, "verify --unlock", &web, 3, why);
}

#[test]
fn the_form_alone_is_told_from_an_answer() {
    let (place, web, _) = place();
    let elsewhere = Place::new();
    let well = "well-formed: whether it is a key, only a vault or a manifest knows [form]";
    says(&elsewhere, "verify --form", &web, 0, well);
    let report = elsewhere.call("verify --form --json").stdin(&*web).ok();
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["valid"], Value::Null);
    assert_eq!(report["answer"], "well-formed");
    for (text, fault) in [
        (&web[..20], "malformed: it is cut off: 20 characters instead of 44 [form]"),
        (
            &web.replace("sk_prod_", "sk_prod_é"),
            "malformed: character 9 is none that its form has there [form]",
        ),
        ("hunter2", "malformed: it begins like no known form of key [form]"),
    ] {
        says(&elsewhere, "verify --form", text, 3, fault);
    }
    place.refuses(2, "verify --form --env prod", &["the form alone tells no environment"]);
}

#[test]
fn an_edited_environment_is_told_from_a_typing_error() {
    let (place, web, api) = place();
    let edited =
        "malformed: the environment in it was edited: its check fits another one [manifest]";
    says(&place, "verify", &web.replace("_prod_", "_dev_"), 3, edited);
    says(&place, "verify", &api.replace("_dev_", "_prod_"), 3, edited);
    let typo = if web.ends_with('A') { "B" } else { "A" };
    let ended = place.call("verify").stdin(format!("{}{typo}", &web[..43])).run();
    assert!(ended.stdout.starts_with("malformed: its check does not fit"), "{ended}");
}

#[test]
fn each_line_is_answered_in_order() {
    let (place, web, api) = place();
    let lines = format!(
        "{web}\r\n\n  \t\n{{\"api_key\":\"{api}\",\"user\":1}}\n{}\nhunter2\n{{\"key\":1}}\n{web}",
        &web[..20]
    );
    let file = place.write("keys.txt", &lines);
    let expected = "valid: prod/web@1 (active) [manifest]\n\
                    valid: dev/api@1 (active) [manifest]\n\
                    malformed: it is cut off: 20 characters instead of 44 [manifest]\n\
                    malformed: it begins like no known form of key [manifest]\n\
                    malformed: neither a key nor a JSON object with one as `api_key` [manifest]\n\
                    valid: prod/web@1 (active) [manifest]\n";
    for ended in [
        place.call("verify --batch").stdin(lines.clone()).run(),
        place.run(["verify", "--batch", "--file", &file]),
    ] {
        assert_eq!((ended.code, &*ended.stdout), (3, expected), "{ended}");
    }
    let ended = place.call("verify --batch --json --env dev").stdin(lines).run();
    let answers: Vec<Value> =
        json_lines(&ended).into_iter().map(|one| one["answer"].clone()).collect();
    let wrong = "wrong environment";
    assert_eq!(answers, [wrong, "valid", "malformed", "malformed", "malformed", wrong]);

    place.call("verify --batch").stdin(format!("{web}\n{web}\n")).ok();
    place.call("verify --batch --form").stdin(format!("{web}\n{api}\n")).ok();
    for nothing in ["", "\n", " \r\n\n"] {
        place.call("verify --batch").stdin(nothing).refused(2, &["there is no secret"]);
    }
}

#[test]
fn a_line_that_is_too_long_or_no_text_is_malformed_and_the_next_is_answered() {
    let (place, web, _) = place();
    let longest = 64 * 1024;
    for long in [longest - 1, longest, longest + 1, longest + 2, 3 * longest, 1_000_000] {
        let lines = format!("{web}\n{}\n{web}\n{}", "x".repeat(long), "y".repeat(long));
        let ended = place.call("verify --batch").stdin(lines).run();
        let words: Vec<&str> =
            ended.stdout.lines().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(words, ["valid", "malformed", "valid", "malformed"], "{long}");
        let is_long = ended.stdout.contains("it has more than 65536 bytes");
        assert_eq!(is_long, long > longest, "{long}: {ended}");
    }
    let binary = [b"\xff\xfe\0\n", web.as_bytes(), b"\n\0\0\x1b[2J\n"].concat();
    let ended = place.call("verify --batch").stdin(binary).run();
    let words: Vec<&str> =
        ended.stdout.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(words, ["malformed", "valid", "malformed"], "{ended}");
}

#[test]
fn an_answer_comes_before_the_next_line_is_sent() {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::process::Stdio;
    let (place, web, api) = place();
    let mut command = place.call("verify --batch").command();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut answers = BufReader::new(stdout).lines();
    for (secret, key) in [(&web, "prod/web@1"), (&api, "dev/api@1"), (&web, "prod/web@1")] {
        writeln!(stdin, "{secret}").unwrap();
        assert!(answers.next().unwrap().unwrap().contains(key));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_weak_secret_is_looked_for_in_the_vault_once() {
    let (place, web, _) = place();
    let file = place.write("old.txt", "my-production-api-key-2024\nsk_prod_abc123\n");
    place.ok(["import", &file, "--env", "prod"]);
    let lines = format!("{web}\nmy-production-api-key-2024\nhunter2\nmy-production-api-key-2024\n");
    let ended = place.call("verify --batch --env prod").stdin(lines.clone()).run();
    let sources: Vec<&str> =
        ended.stdout.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(sources, ["[manifest]", "[vault]", "vault]", "[vault]"], "{ended}");

    // Where there is no vault to unlock, it may be one of those that no manifest knows.
    let manifest = place.outside("prod.manifest").to_str().unwrap().to_owned();
    place.ok(["manifest", "export", "--env", "prod", "-o", &manifest]);
    let key = place.write("prod.pub", place.ok("manifest key --env prod"));
    let elsewhere = Place::new();
    let line = format!("verify --manifest {manifest} --trust {key}");
    // Also one that would be malformed, were it of our form.
    for secret in ["my-production-api-key-2024", "sk_prod_abc123"] {
        let ended = elsewhere.call(&line).stdin(secret).run();
        assert_eq!((ended.code, &*ended.stdout), (4, ""), "{ended}");
        assert!(ended.stderr.contains("it may be a key of prod"), "{ended}");
    }
    elsewhere.call(&line).stdin(&*web).ok();

    // Among others such a one is answered like them.
    let lines = format!("{web}\nhunter2\n{web}\nsk_prod_abc123\n{}\n", &web[..43]);
    let ended = elsewhere.call(&format!("{line} --batch")).stdin(&*lines).run();
    let valid = "valid: prod/web@1 (active) [manifest]";
    let locked = "locked: it may be a key of prod, which cannot be read [manifest]";
    let cut = "malformed: it is cut off: 43 characters instead of 44 [manifest]";
    assert_eq!(ended.stdout.lines().collect::<Vec<_>>(), [valid, locked, valid, locked, cut]);
    assert_eq!(ended.code, 4, "{ended}");
    let ended = elsewhere.call(&format!("{line} --batch --json")).stdin(&*lines).run();
    let answers = json_lines(&ended);
    assert_eq!((answers.len(), ended.code), (5, 4), "{ended}");
    assert_eq!((&answers[1]["answer"], &answers[1]["valid"]), (&json!("locked"), &json!(null)));
    assert!(answers[1]["error"].as_str().unwrap().starts_with("locked: it may be a key of prod"));
}

#[test]
fn why_the_vault_stays_locked_is_told() {
    let (place, web, _) = place();
    let file = place.write("old.txt", "my-production-api-key-2024\n");
    place.ok(["import", &file, "--env", "prod"]);
    fs::rename(place.identity(), place.identity().with_extension("away")).unwrap();
    let stranger = Place::ready();
    for why in ["there is no identity", "is not among its recipients"] {
        for line in ["verify", "verify --env prod"] {
            let ended = place.call(line).stdin("hunter2").run();
            assert_eq!((ended.code, &*ended.stdout), (4, ""), "{ended}");
            assert!(ended.stderr.contains(why), "{ended}");
            let lines = format!("{web}\nhunter2\nhunter3\n{web}\n");
            let ended = place.call(&format!("{line} --batch")).stdin(lines).run();
            let words = ended.stdout.lines().map(|line| line.split(':').next().unwrap());
            assert_eq!(
                words.collect::<Vec<_>>(),
                ["valid", "locked", "locked", "valid"],
                "{ended}"
            );
            assert_eq!(ended.code, 4, "{ended}");
        }
        fs::copy(stranger.identity(), place.identity()).unwrap();
    }
}

#[test]
fn whose_a_fingerprint_a_digest_or_a_secret_is() {
    let (place, web, _) = place();
    let report = place.json("show prod/web");
    let fingerprint = report["key"]["versions"][0]["fingerprint"].as_str().unwrap().to_owned();
    let digest = keyctl::key::Digest::of(&keyctl::secret::Secret::new(web.clone())).to_string();
    let upper = digest.to_uppercase();
    for what in [&fingerprint, &fingerprint[7..], &digest, &format!("sha256:{digest}"), &upper] {
        assert_eq!(place.ok(["whois", what]), "prod/web@1 (active) [manifest]\n");
        let unlocked = place.json(["whois", what]);
        assert_eq!(unlocked["found"][0]["key"], "prod/web@1");
    }
    says(&place, "whois", &web, 0, "prod/web@1 (active) [manifest]");
    let nobody = "unknown: no key that is known here [manifest]";
    says(&place, "whois", &web[..20], 3, nobody);
    says(&place, "whois sha256:000000000000", "", 3, nobody);
    for wrong in ["sha256:00000000000", "hunter2hunter2", &format!("{digest}0"), &web[..40]] {
        let ended = place.run(["whois", wrong].words());
        assert_eq!(ended.code, 2, "{ended}");
        assert!(ended.stderr.contains("no fingerprint and no digest"), "{ended}");
        assert!(!ended.stderr.contains(wrong), "{ended}");
    }
    let ended = place.run(["whois", &web]);
    assert_eq!(ended.code, 2, "{ended}");
    assert!(!ended.stderr.contains(&web), "{ended}");
}
