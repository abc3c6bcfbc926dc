//! `import`: what another tool holds becomes keys of the vault, all of it or nothing.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;

use common::Place;
use keyctl::key::Digest;
use keyctl::secret::Secret;

/// Drawn for this test, so that they are not weak.
const STRONG: [&str; 3] = [
    "test_fpY7i3YF9byCnx0kOJubqgDBlCUi",
    "test_gHlK8O7RieC5z60A9rPFc7ALVAo0",
    "test_2be7T0KyGbiFZxfBUsa0ZfFmiLRs",
];

fn with_prod() -> Place {
    let place = Place::ready();
    place.ok("env add prod");
    place
}

fn exported(place: &Place) -> Vec<String> {
    let list = place.ok("export --env prod --docker");
    let mut keys: Vec<String> = list.lines().map(str::to_owned).collect();
    keys.sort_unstable();
    keys
}

fn sorted(keys: &[&str]) -> Vec<String> {
    let mut keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn a_key_file_becomes_keys_in_one_commit_and_stays_as_it_is() {
    let place = with_prod();
    let text = format!("# old keys\n{}\n\n  {}  \r\n{}\n", STRONG[0], STRONG[1], STRONG[2]);
    let file = place.write("api_keys.txt", &text);
    let before = place.json("env list")["environments"][0]["generation"].as_u64();
    let done = place.run(format!("import {file} --env prod").as_str());
    assert_eq!(done.code, 0, "{done}");
    assert!(done.stderr.contains("3 keys taken over into prod"), "{}", done.stderr);
    assert!(done.stderr.contains("shred -u"), "{}", done.stderr);
    assert_eq!(exported(&place), sorted(&STRONG));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let after = place.json("env list")["environments"][0]["generation"].as_u64();
    assert_eq!(after, before.map(|generation| generation + 1));
    let log = place.ok("log --env prod");
    assert_eq!(log.matches("import").count(), 3, "{log}");
    // Once more: all is there.
    let again = place.run(format!("import {file} --env prod").as_str());
    assert_eq!(again.stdout.matches("present").count(), 3, "{}", again.stdout);
    let now = place.json("env list")["environments"][0]["generation"].as_u64();
    assert_eq!(now, after);
}

#[test]
fn a_dry_run_says_it_line_by_line_and_changes_nothing() {
    let place = with_prod();
    let file = place.write("keys", format!("{}\n{} # old\n{}\n", STRONG[0], STRONG[1], STRONG[0]));
    let before = place.snapshot();
    let told = place.run(format!("import {file} --env prod --dry-run").as_str());
    before.assert_same(&place.snapshot(), "a dry run");
    assert_eq!(told.code, 7, "{told}");
    let told = told.stdout;
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[1].starts_with("1     import"), "{told}");
    assert!(lines[2].starts_with("2     refused") && lines[2].contains("behind the key"), "{told}");
    assert!(lines[3].starts_with("3     duplicate"), "{told}");
    for secret in STRONG {
        assert!(!told.contains(secret), "{told}");
    }
}

#[test]
fn nothing_is_half_imported() {
    let place = with_prod();
    let file = place.write("keys", format!("{}\n\"{}\"\n", STRONG[0], STRONG[1]));
    let before = place.snapshot();
    let says = place.fails(7, format!("import {file} --env prod").as_str());
    assert!(says.contains("--skip"), "{says}");
    before.assert_same(&place.snapshot(), "a refused import");
    place.ok(format!("import {file} --env prod --skip").as_str());
    assert_eq!(exported(&place), sorted(&STRONG[..1]));
}

#[test]
fn what_is_known_already_is_not_made_twice() {
    let place = with_prod();
    let import = |secret: &str, env: &str| {
        place.call(format!("import - --env {env}").as_str()).stdin(format!("{secret}\n")).run()
    };
    assert_eq!(import(STRONG[0], "prod").code, 0);
    place.ok("revoke prod/key-1 --reason test --yes");
    let revoked = import(STRONG[0], "prod");
    assert_eq!(revoked.code, 7, "{revoked}");
    assert!(revoked.stdout.contains("prod/key-1@1"), "{revoked}");
    place.ok("env add dev");
    let elsewhere = import(STRONG[0], "dev");
    assert_eq!(elsewhere.code, 7, "{elsewhere}");
    assert!(elsewhere.stdout.contains("another environment"), "{elsewhere}");
}

#[test]
fn a_weak_secret_is_marked_and_its_digest_is_nowhere() {
    let place = with_prod();
    let weak = "production-key-of-the-web-service";
    let done = place.call("import - --env prod").stdin(format!("{weak}\n")).run();
    assert_eq!(done.code, 0, "{done}");
    assert!(done.stderr.contains("rotate add prod/key-1"), "{}", done.stderr);
    let hex = Digest::of(&Secret::new(weak.to_owned())).to_string();
    let manifest = fs::read_to_string(place.vault_file("prod.manifest")).unwrap();
    assert!(!manifest.contains(&hex) && manifest.contains("prod/key-1@1"), "{manifest}");
    for command in ["list", "show prod/key-1", "list --json", "show prod/key-1 --json"] {
        let shown = place.ok(command);
        assert!(!shown.contains(&hex[..12]) && shown.contains("weak"), "{command}: {shown}");
    }
    let status = place.run("status");
    assert_eq!(status.code, 3);
    assert!(status.stdout.contains("weak secret"), "{}", status.stdout);
    // The vault itself still knows it.
    let answer = place.call("verify --env prod").stdin(weak).run();
    assert_eq!(answer.code, 0, "{answer}");
    place.ok("rotate add prod/key-1");
    place.ok("rotate migrate prod/key-1 --yes");
    place.ok("rotate remove prod/key-1 --yes");
    place.ok("purge prod/key-1@1 --yes");
    let manifest = fs::read_to_string(place.vault_file("prod.manifest")).unwrap();
    assert!(!manifest.contains(&hex), "{manifest}");
    assert_eq!(place.run("status").code, 0);
}

#[test]
fn a_list_in_a_variable_is_taken_over() {
    let place = with_prod();
    let list = STRONG.join(", ");
    let call = place.call("import --from-env OLD_KEYS --env prod --name old");
    assert_eq!(call.env("OLD_KEYS", &list).run().code, 0);
    assert_eq!(exported(&place), sorted(&STRONG));
    assert!(place.ok("list --env prod").contains("prod/old-3"));
    place.fails(2, "import --from-env NO_SUCH_VARIABLE --env prod");
}

#[test]
fn single_values_can_be_taken_over_too() {
    let place = with_prod();
    let call = place.call("import - --env prod --kind secret --name session-secret");
    assert_eq!(call.stdin(STRONG[0]).run().code, 0);
    assert_eq!(
        place.ok("export prod/session-secret-1"),
        format!("SESSION_SECRET_1={}\n", STRONG[0])
    );
}

#[test]
fn one_odd_line_makes_no_key_file_of_variables() {
    let place = with_prod();
    let file =
        place.write("app.env", format!("API_KEYS={}\nspring.profile={}\n", STRONG[0], STRONG[1]));
    let told = place.run(format!("import {file} --env prod --skip").as_str());
    assert!(!told.stdout.contains("docker"), "{told}");
    let keys = exported(&place);
    assert!(keys.iter().all(|key| !key.contains('=')), "{keys:?}");
}

#[test]
fn one_value_is_not_split() {
    let place = with_prod();
    let file = place.write("a.env", format!("JWT_SECRET={},{}\n", STRONG[0], STRONG[1]));
    let refused = place.run(format!("import {file} --env prod --kind secret").as_str());
    assert_eq!(refused.code, 7, "{refused}");
    assert!(refused.stdout.contains("its consumer reads more there: commas"), "{refused}");
    assert!(!refused.stderr.contains("shred"), "{refused}");
}

#[test]
fn a_dry_run_ends_as_the_run_would() {
    let place = with_prod();
    let file = place.write("keys", format!("{}\n\"{}\"\n", STRONG[0], STRONG[1]));
    for (options, code) in [("", 7), ("--skip", 0)] {
        for dry in ["--dry-run", ""] {
            let words = format!("import {file} --env prod {options} {dry}");
            let ended = place.run(words.as_str());
            assert_eq!(ended.code, code, "{ended}");
            assert!(!ended.stderr.contains("shred"), "{ended}");
        }
    }
}

#[test]
fn bad_input_is_told_and_changes_nothing() {
    let place = with_prod();
    let empty = place.write("empty", "");
    let latin = place.write("latin", b"key\xe9\n");
    for (words, code, says) in [
        (format!("import {empty} --env prod"), 7, "no key"),
        (format!("import {latin} --env prod"), 7, "not UTF-8"),
        ("import /no/such/file --env prod".to_owned(), 1, "/no/such/file"),
        ("import . --env prod".to_owned(), 1, "not a regular file"),
        (format!("import {empty} --env none"), 1, "none"),
        (format!("import {empty} --env prod --format yaml"), 2, "--format"),
        (format!("import {empty} --env prod --expires 2001-01-01"), 2, "past"),
        ("import --env prod".to_owned(), 2, "FILE"),
    ] {
        let before = place.snapshot();
        let ended = place.run(words.as_str());
        assert_eq!(ended.code, code, "{ended}");
        assert!(ended.stderr.contains(says) || ended.stdout.contains(says), "{ended}");
        before.assert_same(&place.snapshot(), &words);
    }
}

#[test]
fn of_a_file_of_variables_those_are_taken_that_are_called_like_keys() {
    let place = with_prod();
    let text = format!("PORT=8080\nDEBUG=true\nCHAPKIT_API_KEYS={}\nSECRET_KEY=x\n", STRONG[0]);
    let file = place.write("app.env", text);
    let told = place.run(format!("import {file} --env prod").as_str());
    assert_eq!(told.code, 0, "{told}");
    assert_eq!(told.stdout.matches("left out").count(), 3, "{told}");
    assert!(!told.stderr.contains("shred"), "{told}");
    assert_eq!(exported(&place), [STRONG[0]]);
    // Where none is called so, somebody has to say it.
    let file = place.write("b.env", format!("A={}\nB={}\n", STRONG[1], STRONG[2]));
    assert_eq!(place.run(format!("import {file} --env prod").as_str()).code, 7);
    place.ok(format!("import {file} --env prod --var B").as_str());
    assert_eq!(exported(&place), sorted(&[STRONG[0], STRONG[2]]));
}

#[test]
fn keys_in_base64_are_no_variables_and_a_mark_hides_no_format() {
    let place = with_prod();
    let keys = ["iad7nnGtV8JihtTM4lqsZA==", "Kq93xVt0TSmPo1h2aWzR8g==", "b0Zu4y1LRDCqE7mXw5fJtQ=="];
    let file = place.write("b64.txt", keys.join("\n"));
    place.ok(format!("import {file} --env prod").as_str());
    assert_eq!(exported(&place), sorted(&keys));
    let place = with_prod();
    let value = format!("web:{}", STRONG[0]);
    place.call("import --from-env KEYS --env prod").env("KEYS", &value).ok();
    assert_eq!(exported(&place), [value]);
    let place = with_prod();
    let yaml = format!(
        "\u{feff}apiVersion: v1\nkind: Secret\nstringData:\n  api_keys.txt: {}\n",
        STRONG[0]
    );
    let file = place.write("s.yaml", yaml);
    let told = place.run(format!("import {file} --env prod").as_str());
    assert!(told.stderr.contains("read as k8s"), "{told}");
    assert_eq!(exported(&place), [STRONG[0]]);
}

#[test]
fn what_stands_beside_something_bad_is_taken_with_skip() {
    let place = with_prod();
    let text = format!("KEYS={},\"B\",{}\n", STRONG[0], STRONG[1]);
    let file = place.write("a.env", text);
    place.ok(format!("import {file} --env prod -F docker-env --skip").as_str());
    assert_eq!(exported(&place), sorted(&STRONG[..2]));
}

#[test]
fn a_single_value_is_taken_as_it_is_or_not_at_all() {
    let place = with_prod();
    for text in [
        format!("JWT={},\n", STRONG[0]),
        format!("JWT=\" {}\"\n", STRONG[0]),
        format!("JWT={0},{0}\n", STRONG[0]),
    ] {
        let file = place.write("a.env", text);
        let told = place.run(format!("import {file} --env prod --kind secret").as_str());
        assert_eq!(told.code, 7, "{told}");
    }
    let file = place.write("a.env", format!("A_TOKEN={0}\nB_TOKEN={0}\n", STRONG[0]));
    let told = place.run(format!("import {file} --env prod --kind secret").as_str());
    assert!(told.stdout.contains("left out") && !told.stderr.contains("shred"), "{told}");
}

#[test]
fn our_own_json_brings_all_that_is_said_of_a_key() {
    let place = with_prod();
    place.ok(
        "new prod/full --no-show --scope read --scope write --allow-ip 192.0.2.0/24 --allow-ip \
         10.0.0.1 --owner ops --description it --meta team=core --expires 2099-01-01",
    );
    let file = place.write("full.json", place.ok("export --env prod -F json"));
    let other = with_prod();
    other.ok(format!("import {file} --env prod").as_str());
    let of = |place: &Place| {
        let mut key = place.json("show prod/full")["key"].clone();
        for field in ["versions", "created", "rotate_by"] {
            key.as_object_mut().unwrap().remove(field);
        }
        (key, place.secret("prod/full", 1))
    };
    let (mut was, mut is) = (of(&place), of(&other));
    // The end of the version that was exported is that of the one that was taken over.
    for key in [&mut was.0, &mut is.0] {
        key.as_object_mut().unwrap().remove("expires");
    }
    assert_eq!(was, is);
}

#[test]
fn what_no_key_can_have_is_told_before_anything_is_changed() {
    let place = with_prod();
    let record = |metadata: &str, end: &str| {
        format!(
            r#"{{"keys":[{{"id":"a","secret":"{}","name":"a","metadata":{metadata},"expires_at":{end}}}]}}"#,
            STRONG[0]
        )
    };
    for metadata in [r#"{"":"x"}"#.to_owned(), format!(r#"{{"x":"{}"}}"#, "y".repeat(5000))] {
        let file = place.write("keys.json", record(&metadata, "null"));
        for dry in ["--dry-run", ""] {
            let ended = place.run(format!("import {file} --env prod {dry}").as_str());
            assert_eq!(ended.code, 7, "{ended}");
            assert!(ended.stdout.contains("its metadata: "), "{ended}");
        }
    }
    // The end of all time says never.
    let file = place.write("keys.json", record("{}", "\"9999-12-31T23:59:59Z\""));
    place.ok(format!("import {file} --env prod").as_str());
    assert_eq!(exported(&place), [STRONG[0]]);
    let long = format!("import {file} --env prod --name {}", "n".repeat(64));
    place.refuses(2, long.as_str(), &["leaves no room for a number"]);
}
