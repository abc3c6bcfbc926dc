//! What services with files and tables of their own get: a gateway's key file, heare-auth's keys,
//! rows for auth-api-client. Read back by each consumer's rules it is exactly what must be accepted.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use common::Place;
use keyctl::clock::{Time, Zone};
use keyctl::environment::{Code, EnvironmentName, Policy};
use keyctl::export::heare::Encryption;
use keyctl::export::{
    Contents, Dialect, Expired, ExportError, Format, Gateway, Heare, Permas, Realm, Side, fernet,
};
use keyctl::import::{self, Reading};
use keyctl::key::generate::{System, Tags, generate};
use keyctl::key::token::{Form, base62};
use keyctl::key::{Digest, Key, State, Version, export_id};
use keyctl::secret::Secret;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The secrets that services must accept of a key, by the id of each.
fn accepted(place: &Place, key: &str) -> BTreeMap<String, String> {
    let name = key.split('/').next_back().unwrap().parse().unwrap();
    let versions = place.versions(key).into_iter().filter(|version| version.accepted);
    let id = |number: u64| export_id(&name, u32::try_from(number).unwrap());
    versions.map(|version| (id(version.number), version.secret.unwrap())).collect()
}

fn by_name(reading: &Reading) -> BTreeMap<String, String> {
    assert!(reading.faults.is_empty(), "{:?}", reading.faults);
    let found = reading.found.iter();
    found.map(|one| (one.name.clone().unwrap(), one.secret.expose().to_owned())).collect()
}

fn records(text: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).unwrap();
    file["keys"].as_array().unwrap().clone()
}

fn names(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["name"].as_str().unwrap()).collect()
}

// --- The gateway --------------------------------------------------------------------------------

#[test]
fn at_every_stage_the_gateway_gets_each_version_under_an_id_of_its_own() {
    let place = Place::ready();
    place.ok("new prod/web");
    let list = |ids: &[&str]| {
        for dialect in ["basic", "extended"] {
            let text = place.ok(["export", "-F", "gateway", "--dialect", dialect]);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
            let reading = import::gateway::read(text.as_bytes(), &Dialect::Basic);
            let found = by_name(&reading);
            assert_eq!(found, accepted(&place, "prod/web"));
            assert_eq!(found.keys().collect::<Vec<_>>(), ids);
        }
    };
    list(&["web"]);
    place.ok("rotate add prod/web");
    list(&["web", "web-v2"]);
    place.ok("rotate migrate prod/web --yes");
    list(&["web", "web-v2"]);
    place.ok("rotate remove prod/web --yes");
    list(&["web-v2"]);
}

#[test]
fn limits_and_expiries_are_in_the_extended_dialect_only() {
    let place = Place::ready();
    place.ok("new prod/a --meta rate_limit=60 --expires 2027-01-31T12:00:00Z");
    place.ok("new prod/b --expires 2027-07-31T12:00:00Z");
    place.ok("new prod/c --meta rate_limit=7");
    let secret = |key: &str| place.secret(key, 1);
    let (a, b, c) = (secret("prod/a"), secret("prod/b"), secret("prod/c"));
    let basic = place.ok("export -F gateway");
    assert_eq!(basic, format!("a:{a}\nb:{b}\nc:{c}\n"));
    let extended = place.ok("export -F gateway --dialect extended");
    assert_eq!(
        extended,
        format!("a:{a}:60:2027-01-31T12:00:00\nb:{b}::2027-07-31T12:00:00\nc:{c}:7\n")
    );
    let offset = place.ok("export -F gateway --dialect extended --expiry-zone +02:00");
    assert_eq!(offset, extended.replace("T12", "T14"));
}

#[test]
fn what_the_gateway_would_not_read_is_refused_by_name() {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("new prod/session --kind secret");
    let single = ["is a list of API keys, and prod/session is a single value", "name the API keys"];
    place.refuses(7, "export prod/session -F gateway", &single);
    place.refuses(7, "export prod/session -F heare", &single);
    place.refuses(7, "export prod/session -F permas", &single);

    for limit in ["0", "-1", "1.5", "x", "007", "", "1_0", "99999999999"] {
        place.ok(["set", "prod/web", "--meta", &format!("rate_limit={limit}")]);
        let says = ["prod/web", "rate_limit is not a positive whole number"];
        place.refuses(7, "export -F gateway --dialect extended", &says);
    }
    place.ok("export -F gateway");
    place.ok("set prod/web --unset-meta rate_limit");

    place.ok("new prod/web-v2");
    place.ok("export -F gateway");
    place.ok("rotate add prod/web");
    let says = [
        "prod/web@2 and a version of prod/web-v2 would both be called web-v2",
        "keyctl set prod/web-v2 --name",
    ];
    place.refuses(7, "export -F gateway", &says);
    place.ok("export prod/web -F gateway");

    place.ok("new dev/gone");
    place.ok("revoke dev/gone@1 --reason leaked --yes");
    place.refuses(7, "export --env dev -F gateway", &["an empty list is never written"]);
}

#[test]
fn flags_of_another_format_and_clients_are_refused() {
    let place = Place::ready();
    place.ok("new prod/web");
    for (line, flag) in [
        ("export --dialect basic", "--dialect"),
        ("export --expiry-zone UTC", "--expiry-zone"),
        ("export -F gateway --into x", "--into"),
        ("export -F permas --storage-secret-file x", "--storage-secret-file"),
        ("export -F heare --permas-env live", "--permas-env"),
        ("export -F heare --provider x", "--provider"),
        ("export -F gateway --var X", "--var"),
        ("export -F permas --bare", "--bare"),
    ] {
        place.refuses(2, line, &[flag, "is not for this format"]);
    }
    for format in ["gateway", "heare", "permas"] {
        let args = ["export", "prod/web", "--client", "-F", format];
        place.refuses(2, args, &["--client is not for this format"]);
    }
    let zone = ["only the extended dialect has an expiry"];
    place.refuses(2, "export -F gateway --expiry-zone UTC", &zone);
    place.refuses(2, "export -F gateway --dialect extended --expiry-zone Nowhere", &["Nowhere"]);
}

// --- heare-auth ---------------------------------------------------------------------------------

#[test]
fn at_every_stage_heare_gets_a_file_or_has_its_own_brought_up_to_date() {
    let place = Place::ready();
    place.ok("new prod/web --expires 90d --meta env=prod");
    let file = place.write("keys.json", "");
    fs::remove_file(&file).unwrap();
    let check = || {
        let whole = place.ok("export -F heare");
        place.ok(["export", "-F", "heare", "-o", &file]);
        let merged = fs::read_to_string(&file).unwrap();
        for text in [&whole, &merged] {
            let reading = import::heare::read(text.as_bytes(), None);
            assert_eq!(by_name(&reading), accepted(&place, "prod/web"));
            for one in reading.found {
                assert_eq!(one.expires, "2027-02-20T16:00:00Z".parse().ok());
                assert_eq!(one.notes, [("env".to_owned(), "prod".to_owned())]);
            }
        }
        merged
    };
    let first = check();
    let id = records(&first)[0]["id"].as_str().unwrap().to_owned();
    let made = base62::<8>(u64::try_from(now().unix()).unwrap());
    assert_eq!(id[..13], format!("key_0{}", String::from_utf8_lossy(&made)));
    assert_eq!(id.len(), 23);
    place.ok("rotate add prod/web");
    check();
    place.ok("rotate migrate prod/web --yes");
    let migrated = check();
    assert_eq!(records(&migrated)[0]["id"], *id);
    place.ok("rotate remove prod/web --yes");
    assert_eq!(names(&records(&check())), ["web-v2"]);
    place.ok("rotate back prod/web");
    check();
}

#[test]
fn what_others_have_in_the_file_stays_as_they_wrote_it() {
    let place = Place::ready();
    place.ok("new prod/web --meta env=prod");
    place.ok("new prod/old");
    let whole = place.ok("export -F heare");
    let ours = records(&whole);
    let mut web = ours[1].clone();
    assert_eq!(web["name"], "web");
    web["x_team"] = json!({"b": 1, "a": [1.50, null]});
    web["metadata"] = json!({"env": "dev", "tier": "gold"});
    let others = [
        r#"{"secret": "foreign",   "id":"key_x","name":"M\u00fcller", "n": 1.500, "big": 123456789012345678901234567890}"#,
        r#"{"name":"b","id":"key_y","secret":"other","z":[ ],"z":1}"#,
    ];
    let text = format!(
        "{{\"format\": 2.0, \"keys\": [{},{},{},{}], \"note\": \"\u{e9}\"}}",
        others[0], ours[0], others[1], web
    );
    let file = place.write("keys.json", &text);
    place.ok("revoke prod/old@1 --reason leaked --yes");
    place.ok(["export", "-F", "heare", "-o", &file]);
    let merged = fs::read_to_string(&file).unwrap();
    for other in others {
        assert!(merged.contains(other), "{merged}");
    }
    assert!(merged.contains("\"format\": 2.0") && merged.contains("\"note\": \"é\""), "{merged}");
    let after = records(&merged);
    assert_eq!(names(&after), ["Müller", "b", "web"]);
    assert_eq!(after[2]["x_team"], web["x_team"]);
    assert_eq!(after[2]["metadata"], json!({"tier": "gold", "env": "prod"}));

    // Once more changes nothing, whatever it is laid out like.
    let compact = serde_json::to_string(&serde_json::from_str::<Value>(&merged).unwrap()).unwrap();
    fs::write(&file, &compact).unwrap();
    place.ok(["export", "-F", "heare", "-o", &file]);
    assert_eq!(fs::read_to_string(&file).unwrap(), compact);
    assert_eq!(place.ok(["export", "-F", "heare", "--into", &file]), compact);
}

#[test]
fn a_record_is_ours_by_its_secret_too_so_a_renamed_key_leaves_none_behind() {
    let place = Place::ready();
    place.ok("new prod/web");
    let file = place.outside("keys.json");
    let file = file.to_str().unwrap();
    let export = || {
        place.ok(["export", "-F", "heare", "-o", file]);
        records(&fs::read_to_string(file).unwrap())
    };
    let before = export();
    place.ok("set prod/web --name api");
    let renamed = export();
    assert_eq!(names(&renamed), ["api"]);
    assert_eq!(renamed[0]["id"], before[0]["id"]);
    place.ok("rotate --compromised prod/api --reason leaked --yes");
    let replaced = export();
    assert_eq!(names(&replaced), ["api-v2"]);

    // Two records of one secret, as a hand has made them, become one again.
    let twice = json!({ "keys": [replaced[0], {"id": "x", "name": "n",
        "secret": place.secret("prod/api", 2)}] });
    fs::write(file, twice.to_string()).unwrap();
    assert_eq!(export(), replaced);
}

#[test]
fn an_encrypted_file_is_written_anew_only_when_it_holds_something_else() {
    let place = Place::ready();
    place.ok("new prod/web");
    let secret = place.write("storage-secret", "correct horse\n");
    let file = place.outside("keys.json");
    let file = file.to_str().unwrap();
    let line = ["export", "-F", "heare", "-o", file, "--storage-secret-file", &secret];
    place.ok(line);
    let first = fs::read_to_string(file).unwrap();
    assert!(first.starts_with("HEARE_ENCRYPTED_V1:gAAAAA"), "{first}");
    assert!(!first.contains(&place.secret("prod/web", 1)));
    place.ok(line);
    assert_eq!(fs::read_to_string(file).unwrap(), first);
    place.ok("rotate add prod/web");
    place.ok(line);
    let second = fs::read_to_string(file).unwrap();
    assert_ne!(second, first);
    let key = fernet::Key::of(&Secret::new("correct horse".to_owned())).unwrap();
    let reading = import::heare::read(second.as_bytes(), Some(&key));
    assert_eq!(by_name(&reading), accepted(&place, "prod/web"));

    let none = ["cannot be added to", "it is encrypted, and no storage secret is given"];
    place.refuses(7, &line[..5], &none);
    let wrong = place.write("wrong", "incorrect");
    let says = ["the storage secret does not open it"];
    place.refuses(7, ["export", "-F", "heare", "-o", file, "--storage-secret-file", &wrong], &says);
    for empty in ["", "\n", "\r\n"] {
        let empty = place.write("empty", empty);
        let args = ["export", "-F", "heare", "--storage-secret-file", &empty];
        place.refuses(2, args, &["is empty: everybody knows its key"]);
    }
}

#[test]
fn a_file_that_is_not_heares_is_left_alone() {
    let place = Place::ready();
    place.ok("new prod/web");
    for (text, why) in [
        ("", "it is no JSON object"),
        ("not json", "it is no JSON object"),
        ("[]", "it is no JSON object"),
        ("{}", "it has no list of keys"),
        (r#"{"keys":[3]}"#, "one of its keys is no object"),
        (r#"{"keys":[{"id":"a","name":"b"}]}"#, "has no id or no secret, so none would be read"),
    ] {
        let file = place.write("keys.json", text);
        place.refuses(7, ["export", "-F", "heare", "-o", &file], &[why, "nothing was changed"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let missing = place.outside("missing");
    place.refuses(1, ["export", "-F", "heare", "--into", missing.to_str().unwrap()], &["missing"]);

    place.ok("revoke prod/web@1 --reason leaked --yes");
    place.refuses(7, "export -F heare", &["an empty list is never written"]);
    let file = place.write("keys.json", r#"{"keys":[{"id":"a","secret":"b","name":"c"}]}"#);
    place.ok(["export", "-F", "heare", "-o", &file]);
}

// --- auth-api-client ----------------------------------------------------------------------------

#[test]
fn the_rows_hold_digests_and_no_secret() {
    let place = Place::ready();
    place.ok("new prod/web --scope b --scope a --expires 2099-12-31T23:59:59Z");
    place.ok("rotate add prod/web");
    let sql = place.ok("export -F permas");
    assert_eq!(sql, place.ok("export -F permas"));
    for secret in accepted(&place, "prod/web").values() {
        assert!(!sql.contains(&secret[8..]));
        let digest = Digest::of(&Secret::new(secret.clone())).to_string();
        assert!(sql.contains(&format!("'{digest}'")), "{sql}");
    }
    for part in ["'a,b'", "'2099-12-31T23:59:59'", "'live'", "'web'", "'web-v2'", "'keyctl'"] {
        assert!(sql.contains(part), "{part}: {sql}");
    }
    assert!(sql.starts_with("BEGIN IMMEDIATE;\n") && sql.ends_with("\nCOMMIT;\n"));
    assert_eq!(sql.matches("INSERT INTO APIKeys").count(), 2);
    assert_eq!(sql.matches("UPDATE APIKeys SET is_revoked = 1").count(), 0);

    place.ok("rotate migrate prod/web --yes");
    place.ok("revoke prod/web@1 --reason \"it's out\" --yes");
    let sql = place.ok("export -F permas --permas-env test --provider team");
    assert_eq!(sql.matches("INSERT INTO APIKeys").count(), 1);
    assert_eq!(sql.matches("UPDATE APIKeys SET is_revoked = 1").count(), 1);
    for part in ["'keyctl: it''s out'", "'test'", "'team'", "'2026-11-22T16:00:00'"] {
        assert!(sql.contains(part), "{part}: {sql}");
    }
    // What is allowed is the service's to say until it is said here.
    let update = "\n  ip_restrictions = excluded.ip_restrictions,";
    assert!(!sql.contains(update), "{sql}");
    place.ok("set prod/web --allow-ip 192.0.2.0/24 --allow-ip 2001:db8::1");
    let sql = place.ok("export -F permas");
    assert!(sql.contains("'192.0.2.0/24,2001:db8::1'") && sql.contains(update), "{sql}");

    let file = place.outside("keys.sql");
    let said = place.run(["export", "-F", "permas", "-o", file.to_str().unwrap()]);
    assert!(said.stderr.ends_with("keys.sql: 1 digest of prod\n"), "{said}");
}

#[test]
fn the_last_key_of_an_environment_can_be_taken_back_from_the_table() {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("revoke prod/web@1 --reason leaked --yes");
    let sql = place.ok("export -F permas");
    assert_eq!(sql.matches("INSERT").count(), 0);
    assert_eq!(sql.matches("UPDATE APIKeys SET is_revoked = 1").count(), 1);
}

#[test]
fn an_environment_whose_name_does_not_tell_needs_a_word() {
    let place = Place::ready();
    place.ok("new eu-1/web");
    let says = ["eu-1 does not tell whether its keys are test or live", "say --permas-env"];
    place.refuses(7, "export -F permas", &says);
    assert!(place.ok("export -F permas --permas-env test").contains("'test'"));
    place.ok("new staging/web");
    assert!(place.ok("export --env staging -F permas").contains("'test'"));
    place.refuses(2, "export -F permas --env staging --permas-env prod", &["prod", "test", "live"]);
}

#[test]
fn a_custom_form_is_as_good_as_ours() {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("env set prod --profile custom:acme_{rand:32}{check}");
    place.ok("new prod/acme");
    assert_eq!(place.ok("export -F permas").matches("INSERT INTO APIKeys").count(), 2);
}

#[test]
fn each_stage_says_how_the_list_takes_effect() {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("env set prod --formats gateway,heare,permas");
    let said = place.run("rotate add prod/web").stderr;
    for part in [
        "keyctl export --env prod -F gateway -o api_keys.txt",
        "POST /reload",
        "keyctl export --env prod -F heare -o keys.json",
        "POST /refresh",
        "keyctl export --env prod -F permas -o keys.sql",
        "sqlite3 -bail",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(said.lines().all(|line| line.chars().count() <= 80), "{said}");
    let said = place.run("rotate migrate prod/web --yes").stderr;
    assert!(said.contains("keyctl export prod/web --client --bare"), "{said}");
}

// --- Whatever the vault holds -------------------------------------------------------------------

const NOW: &str = "2026-11-22T16:00:00Z";

fn now() -> Time {
    NOW.parse().unwrap()
}

/// Text with everything that a format could trip over.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\0".to_owned()),
        Just("$HOME".to_owned()),
        Just("# ".to_owned()),
        Just(":".to_owned()),
        Just(",".to_owned()),
        Just("'); DROP TABLE APIKeys; --".to_owned()),
        Just("\"}]},{\"".to_owned()),
        Just("\u{1b}[31m\u{9b}2J".to_owned()),
        Just("\u{202e}\u{200b}\u{feff}".to_owned()),
        Just("鍵 é 🗝".to_owned()),
        "[ -~]{0,6}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

#[derive(Debug, Clone)]
struct Plan {
    name: String,
    description: String,
    metadata: BTreeMap<String, String>,
    limit: Option<u32>,
    expires: Option<i64>,
    states: Vec<State>,
}

fn plan() -> impl Strategy<Value = Plan> {
    let states = prop_oneof![
        Just(vec![State::Active]),
        Just(vec![State::Active, State::Pending]),
        Just(vec![State::Retiring, State::Active]),
        Just(vec![State::Retired, State::Active]),
        Just(vec![State::Revoked, State::Destroyed, State::Active, State::Pending]),
        Just(vec![State::Revoked]),
    ];
    (
        "[A-Za-z0-9][A-Za-z0-9_-]{0,12}",
        text(),
        prop::collection::btree_map(text(), text(), 0..3),
        prop::option::of(1..u32::MAX),
        prop::option::of(1..1_000_000_000_i64),
        states,
    )
        .prop_map(|(name, description, metadata, limit, expires, states)| Plan {
            name,
            description,
            metadata,
            limit,
            expires,
            states,
        })
}

fn policy() -> Policy {
    Policy::new(Code::from_name(&"prod".parse().unwrap()))
}

fn key(plan: &Plan) -> Key {
    let environment: EnvironmentName = "prod".parse().unwrap();
    let form = Form::new(&environment, &policy(), now());
    let made = |number: usize| {
        let secret = generate(&System::default(), &form, &Tags::default()).unwrap();
        Version::new(u32::try_from(number).unwrap(), secret, now(), None)
    };
    let mut key = Key::new(plan.name.parse().unwrap(), made(1));
    key.versions = plan
        .states
        .iter()
        .enumerate()
        .map(|(at, state)| {
            let mut version = made(at + 1);
            version.state = *state;
            if state.is_final() {
                version.secret = None;
                version.reason = Some(plan.description.clone());
            }
            version
        })
        .collect();
    key.description.clone_from(&plan.description);
    key.metadata.clone_from(&plan.metadata);
    if let Some(limit) = plan.limit {
        key.metadata.insert("rate_limit".to_owned(), limit.to_string());
    }
    key.expires = plan.expires.and_then(|seconds| Time::from_unix(now().unix() + seconds));
    key
}

/// Keys with names of their own.
fn keys() -> impl Strategy<Value = Vec<Key>> {
    prop::collection::vec(plan(), 1..5).prop_map(|plans| {
        let mut seen = BTreeSet::new();
        plans.iter().filter(|plan| seen.insert(plan.name.clone())).map(key).collect()
    })
}

fn expected(keys: &[Key]) -> BTreeMap<String, (String, Option<Time>)> {
    let of = |key: &Key| -> Vec<(String, (String, Option<Time>))> {
        let accepted = key.accepted(now()).into_iter();
        accepted
            .map(|version| {
                let secret = version.secret.as_ref().unwrap().expose().to_owned();
                (export_id(&key.name, version.number), (secret, key.expiry(version)))
            })
            .collect()
    };
    keys.iter().flat_map(of).collect()
}

fn write(format: &Format, keys: &[Key]) -> Result<Vec<u8>, ExportError> {
    let environment = "prod".parse().unwrap();
    let chosen: Vec<&Key> = keys.iter().collect();
    let of = if format.tells_ends() { Contents::with_ended } else { Contents::new };
    let contents = of(&environment, 1, &chosen, Side::Services, Expired::Refuse, now())?;
    let format = format.clone().of_environment("00112233");
    let artifact = format.write(&contents)?;
    assert_eq!(artifact, format.write(&contents)?, "the same bytes each time");
    Ok(artifact.files[0].expose().to_vec())
}

fn with_expiry(reading: &Reading) -> BTreeMap<String, (String, Option<Time>)> {
    assert!(reading.faults.is_empty(), "{:?}", reading.faults);
    let found = reading.found.iter();
    found
        .map(|one| (one.name.clone().unwrap(), (one.secret.expose().to_owned(), one.expires)))
        .collect()
}

/// A script's statements as words, with texts put back together.
fn statements(sql: &str) -> Vec<Vec<String>> {
    let mut statements = vec![Vec::new()];
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("CAST(X'") {
            let (hex, after) = after.split_once("' AS TEXT)").unwrap();
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            let bytes = (0..hex.len()).step_by(2).map(byte).collect();
            let text = String::from_utf8(bytes).unwrap();
            statements.last_mut().unwrap().push(format!("={text}"));
            rest = after;
        } else if let Some(mut after) = rest.strip_prefix('\'') {
            let mut text = String::from("=");
            loop {
                let (part, behind) = after.split_once('\'').unwrap();
                text.push_str(part);
                let Some(behind) = behind.strip_prefix('\'') else {
                    after = behind;
                    break;
                };
                text.push('\'');
                after = behind;
            }
            statements.last_mut().unwrap().push(text);
            rest = after;
        } else if c.is_ascii_alphanumeric() || c == '_' {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap();
            statements.last_mut().unwrap().push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            assert!(" \n,.()=;".contains(c), "{c:?} is outside of quotes in {sql}");
            if c == ';' {
                statements.push(Vec::new());
            }
            rest = &rest[1..];
        }
    }
    assert_eq!(statements.pop(), Some(Vec::new()));
    statements
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_gateway_reads_exactly_the_list(keys in keys()) {
        let zone: Zone = "-03:30".parse().unwrap();
        let extended = Dialect::Extended(zone);
        let expected = expected(&keys);
        for dialect in [Dialect::Basic, extended] {
            let written = write(&Format::Gateway(Gateway { dialect: dialect.clone() }), &keys);
            match written {
                Ok(file) => {
                    let found = with_expiry(&import::gateway::read(&file, &dialect));
                    let is_basic = matches!(dialect, Dialect::Basic);
                    let wanted = expected.iter().map(|(id, (secret, end))| {
                        (id.clone(), (secret.clone(), end.filter(|_| !is_basic)))
                    });
                    prop_assert_eq!(found, wanted.collect());
                }
                Err(ExportError::Empty) => prop_assert!(expected.is_empty()),
                Err(ExportError::SameId { .. }) => {}
                Err(other) => prop_assert!(false, "{other}"),
            }
        }
    }

    #[test]
    fn heare_reads_exactly_the_list(keys in keys(), name in text(), is_encrypted: bool) {
        let expected = expected(&keys);
        let secret = fernet::Key::of(&Secret::new("storage".to_owned())).unwrap();
        let encryption = Encryption { key: secret.clone(), iv: [9; 16], at: now() };
        let encryption = Some(encryption).filter(|_| is_encrypted);
        let mut heare = Heare { encryption, ..Heare::default() };
        let written = write(&Format::Heare(heare.clone()), &keys);
        if expected.is_empty() {
            prop_assert_eq!(written, Err(ExportError::Empty));
            return Ok(());
        }
        let whole = written.unwrap();
        let reading = import::heare::read(&whole, Some(&secret));
        let read: Vec<_> = reading.found.iter().map(|one| one.secret.expose()).collect();
        let accepted: usize = keys.iter().map(|key| key.accepted(now()).len()).sum();
        prop_assert_eq!(read.len(), accepted);
        for one in &reading.found {
            let key = keys.iter().find(|key| {
                key.versions.iter().any(|version| version.digest == Some(Digest::of(&one.secret)))
            });
            let key = key.unwrap();
            prop_assert_eq!(one.notes.iter().cloned().collect::<BTreeMap<_, _>>(), key.metadata.clone());
            prop_assert_eq!(one.expires, key.expires);
        }
        if !is_encrypted {
            prop_assert!(whole.is_ascii() && !whole.iter().any(|b| b.is_ascii_control() && *b != b'\n'));
        }

        // Beside somebody else's record, and then not at all.
        let other = json!({"id": "key_other", "name": name, "secret": "other", "x": name});
        heare.existing = Some(json!({"keys": [other]}).to_string().into_bytes().into());
        let merged = write(&Format::Heare(heare.clone()), &keys).unwrap();
        let reading = import::heare::read(&merged, Some(&secret));
        prop_assert_eq!(reading.found.len(), read.len() + 1);
        prop_assert_eq!(reading.found[0].name.as_deref(), Some(name.as_str()));
        heare.existing = Some(merged.clone().into());
        prop_assert_eq!(write(&Format::Heare(heare.clone()), &keys).unwrap(), merged);
        let mut ended = keys.clone();
        for version in ended.iter_mut().flat_map(|key| &mut key.versions) {
            version.state = State::Revoked;
            version.secret = None;
        }
        let left = write(&Format::Heare(heare), &ended).unwrap();
        let reading = import::heare::read(&left, Some(&secret));
        prop_assert_eq!(reading.found.len(), 1);
    }

    #[test]
    fn no_text_leaves_its_quotes_in_the_rows(keys in keys(), provider in text()) {
        let realm = Some(Realm::Live);
        let permas = Permas { realm, provider: provider.clone() };
        let sql = write(&Format::Permas(permas), &keys).unwrap();
        let sql = String::from_utf8(sql).unwrap();
        prop_assert!(!sql.contains(|c: char| c.is_control() && c != '\n'));
        let statements = statements(&sql);
        let rows: Vec<_> = statements.iter().filter(|words| words[0] == "INSERT").collect();
        let expected = expected(&keys);
        let accepted: usize = keys.iter().map(|key| key.accepted(now()).len()).sum();
        prop_assert_eq!(rows.len(), accepted);
        let mut digests = BTreeSet::new();
        for words in rows {
            let at = words.iter().position(|word| word == "VALUES").unwrap();
            let values = &words[at + 1..];
            prop_assert_eq!(&values[1], &format!("={provider}"));
            digests.insert(values[3][1..].to_owned());
            let key = keys.iter().find(|key| {
                key.versions.iter().any(|one| values[3][1..] == one.digest.unwrap().to_string())
            });
            let key = key.unwrap();
            prop_assert_eq!(&values[7], &format!("={}", key.description));
            let metadata: BTreeMap<String, String> = serde_json::from_str(&values[9][1..]).unwrap();
            prop_assert_eq!(&metadata, &key.metadata);
            let end = key.expires.map_or("NULL".to_owned(), |end| format!("={}", end.to_naive()));
            prop_assert_eq!(&values[6], &end);
        }
        for (secret, _) in expected.values() {
            prop_assert!(!sql.contains(secret.as_str()));
            prop_assert!(digests.contains(&Digest::of(&Secret::new(secret.clone())).to_string()));
        }
        let revoked = statements.iter().filter(|words| words[0] == "UPDATE").count();
        let versions: usize = keys.iter().map(|key| key.versions.len()).sum();
        prop_assert_eq!(revoked, versions - accepted);
    }
}

#[test]
fn a_secret_that_may_be_weak_gets_no_digest_in_a_table() {
    let mut version = Version::new(1, Secret::new("correct-horse-battery".to_owned()), now(), None);
    version.is_weak = true;
    let mut weak = Key::new("weak".parse().unwrap(), version);
    let permas = Permas { realm: None, provider: "p".to_owned() };
    let permas = Format::Permas(permas);
    let Err(error) = write(&permas, std::slice::from_ref(&weak)) else { panic!("it was written") };
    assert!(error.to_string().contains("prod/weak@1: its secret may be weak"), "{error}");
    weak.versions[0].state = State::Retired;
    assert_eq!(write(&permas, &[weak]), Err(ExportError::Empty));
}

#[test]
fn what_is_there_is_not_lost_for_a_file_elsewhere() {
    let place = Place::ready();
    place.ok("new --env prod web --no-show");
    let keys = place.outside("keys.json");
    place.ok(format!("export --env prod -F heare -o {}", keys.display()).as_str());
    let other = place.write("other", "export PRECIOUS=1\n");
    let words = format!("export --env prod -F heare --into {} -o {other}", keys.display());
    let says = place.fails(7, words.as_str());
    assert!(says.contains("would be lost"), "{says}");
    assert_eq!(fs::read_to_string(&other).unwrap(), "export PRECIOUS=1\n");
}
