//! The main job, from nothing to a rotated key: what services get at each stage, in each form.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use common::Place;

/// What services must accept of these keys, in the order of a list: active, pending, retiring.
fn accepted(place: &Place, keys: &[&str]) -> Vec<String> {
    let rank = |state: &str| ["active", "pending", "retiring"].iter().position(|s| *s == state);
    let mut secrets = Vec::new();
    for key in keys {
        for version in place.versions(key).into_iter().filter(|version| version.accepted) {
            secrets.push((rank(&version.state).unwrap(), *key, version.secret.unwrap()));
        }
    }
    secrets.sort();
    secrets.into_iter().map(|(_, _, secret)| secret).collect()
}

/// A home with the keys `prod/web`, `prod/batch` and `dev/key-1`.
fn with_keys() -> Place {
    let place = Place::ready();
    place.ok("new --env prod web");
    place.ok("new --env prod batch");
    place.ok("new --env dev");
    place
}

#[test]
fn every_stage_exports_exactly_what_must_be_accepted() {
    let place = with_keys();
    let keys = ["prod/batch", "prod/web"];
    let export = || {
        let text = place.ok("export --env prod");
        let list = text.strip_prefix("CHAPKIT_API_KEYS=").unwrap().strip_suffix('\n').unwrap();
        let list: Vec<String> = list.split(',').map(ToOwned::to_owned).collect();
        assert_eq!(list, accepted(&place, &keys));
        list
    };
    let before = export();
    assert_eq!(before.len(), 2);
    let old = place.secret("prod/web", 1);

    place.ok("rotate add prod/web");
    let added = export();
    let new = place.secret("prod/web", 2);
    assert_eq!(added, [&before[..], std::slice::from_ref(&new)].concat());

    place.ok("rotate migrate prod/web --yes");
    let migrated = export();
    assert_eq!(migrated, [before[0].clone(), new.clone(), old.clone()]);

    place.ok("rotate remove prod/web --yes");
    assert_eq!(export(), [before[0].clone(), new]);

    place.ok("rotate back prod/web");
    assert_eq!(export(), migrated);
    place.ok("rotate back prod/web --yes");
    assert_eq!(export(), added);
    place.ok("rotate back prod/web --yes");
    assert_eq!(export(), before);
}

#[test]
fn a_key_is_the_only_thing_on_stdout_when_it_is_made() {
    let place = Place::ready();
    let made = place.run("new --env prod web");
    let secret = place.secret("prod/web", 1);
    assert_eq!(made.code, 0, "{made}");
    assert_eq!(made.stdout, format!("{secret}\n"));
    assert!(!made.stderr.contains(&secret), "{made}");
    assert!(made.stderr.contains("prod/web@1 is active, sha256:"), "{made}");
    assert_eq!(secret.len(), 44);
    assert!(secret.starts_with("sk_prod_"));

    let quiet = place.run("new --env prod batch --quiet");
    assert_eq!(quiet.stderr, "", "{quiet}");
    let unseen = place.run("new --env prod unseen --no-show");
    assert_eq!((unseen.code, unseen.stdout.as_str()), (0, ""), "{unseen}");
    let named = place.run("new --env prod");
    assert!(named.stderr.contains("prod/key-1@1 is active"), "{named}");
}

#[test]
fn secrets_come_out_only_where_they_are_asked_for() {
    let place = with_keys();
    let mut heard = String::new();
    for line in [
        "rotate add prod/web",
        "rotate status",
        "rotate",
        "rotate migrate prod/web --yes",
        "rotate remove prod/web --yes",
        "rotate back prod/web",
        "list",
        "list --all",
        "show prod/web",
        "log --env prod",
        "env list",
        "recipients list --env prod",
        "set prod/web --owner ops",
        "rotate remove prod/web --yes",
        "restore prod/web@1",
        "revoke prod/web@1 --reason leaked --yes",
        "purge --env prod",
    ] {
        let ended = place.run(line);
        heard += &ended.stdout;
        heard += &ended.stderr;
    }
    let file = place.outside("keys");
    let written = place.run(["export", "--env", "prod", "--docker", "-o", file.to_str().unwrap()]);
    assert_eq!(written.stdout, "");
    heard += &written.stderr;
    for key in ["prod/web", "prod/batch", "dev/key-1"] {
        for secret in place.versions(key).into_iter().filter_map(|version| version.secret) {
            assert!(!heard.contains(&secret), "{key} was shown unasked:\n{heard}");
        }
    }
    assert_eq!(place.states("prod/web"), ["revoked", "active"]);
}

#[test]
fn a_kubernetes_secret_holds_the_docker_file_byte_for_byte() {
    let place = with_keys();
    place.ok("rotate add prod/web");
    let yaml = place.outside("secret.yaml");
    let keys = place.outside("api_keys.txt");
    place.ok(["export", "--env", "prod", "--k8s", "-o", yaml.to_str().unwrap()]);
    place.ok(["export", "--env", "prod", "--docker", "-o", keys.to_str().unwrap()]);
    for path in [&yaml, &keys] {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let yaml = fs::read_to_string(yaml).unwrap();
    let keys = fs::read_to_string(keys).unwrap();
    assert_eq!(yaml, place.ok("export --env prod --k8s"));
    assert_eq!(keys, place.ok("export --env prod --format docker"));

    let expected = accepted(&place, &["prod/batch", "prod/web"]);
    assert_eq!(keys.lines().collect::<Vec<_>>(), expected);
    assert!(keys.ends_with('\n'));

    let data = yaml.lines().find_map(|line| line.trim().strip_prefix("api_keys.txt: ")).unwrap();
    assert_eq!(BASE64_STANDARD.decode(data.trim_matches('"')).unwrap(), keys.as_bytes());
    assert!(yaml.contains("kind: Secret\n"), "{yaml}");
    assert!(yaml.contains("name: chapkit-api-keys\n"), "{yaml}");
}

#[test]
fn an_export_for_envfrom_holds_the_comma_list_under_the_variables_name() {
    let place = with_keys();
    let yaml = place.ok([
        "export",
        "--env",
        "prod",
        "--k8s",
        "--env-from",
        "--var",
        "SERVICEKIT_API_KEYS",
        "--name",
        "keys",
        "--namespace",
        "apps",
        "--label",
        "app=web",
    ]);
    let data = yaml.lines().find_map(|line| line.trim().strip_prefix("SERVICEKIT_API_KEYS: "));
    let list = BASE64_STANDARD.decode(data.unwrap().trim_matches('"')).unwrap();
    let expected = accepted(&place, &["prod/batch", "prod/web"]).join(",");
    assert_eq!(String::from_utf8(list).unwrap(), expected);
    for part in ["name: keys\n", "namespace: apps\n", "app: "] {
        assert!(yaml.contains(part), "{part} is missing in\n{yaml}");
    }
}

#[test]
fn what_clients_send_is_one_value_and_is_valid() {
    let place = with_keys();
    place.ok("rotate add prod/web");
    let sent = place.ok("export prod/web --client --bare");
    assert_eq!(sent, format!("{}\n", place.secret("prod/web", 1)));
    let valid = place.call("verify --env prod").stdin(sent).ok();
    assert_eq!(valid, "valid: prod/web@1 (active) [manifest]\n");

    place.ok("rotate migrate prod/web --yes");
    let sent = place.ok("export prod/web --client");
    assert_eq!(sent, format!("CHAPKIT_API_KEY={}\n", place.secret("prod/web", 2)));
}

#[test]
fn verify_answers_from_the_manifest_alone() {
    let place = with_keys();
    let secret = place.secret("prod/web", 1);
    let development = place.secret("dev/key-1", 1);
    fs::rename(place.identity(), place.outside("identity")).unwrap();

    let verify = |line: &str, secret: &str| {
        let ended = place.call(line).stdin(secret).run();
        assert_eq!(ended.stderr, "", "{ended}");
        (ended.code, ended.stdout)
    };
    let (code, answer) = verify("verify --env prod", &secret);
    assert_eq!((code, answer.as_str()), (0, "valid: prod/web@1 (active) [manifest]\n"));
    let (code, answer) = verify("verify", &format!("{secret}\r\n"));
    assert_eq!((code, answer.as_str()), (0, "valid: prod/web@1 (active) [manifest]\n"));
    let (code, answer) = verify("verify --env prod", &development);
    assert_eq!(
        (code, answer.as_str()),
        (3, "wrong environment: dev/key-1@1, not prod [manifest]\n")
    );
    let (code, answer) = verify("verify --env prod", &secret[..40]);
    assert_eq!(code, 3);
    assert!(answer.starts_with("malformed: it is cut off"), "{answer}");
}
