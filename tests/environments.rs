//! Environments: making, changing and removing them, their codes and forms of keys, and a vault
//! without manifests.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;

use common::Place;
use keyctl::environment::{Code, Template};
use keyctl::key::token::inspect;

#[test]
fn an_environment_takes_recipients_and_rules_of_another() {
    let place = Place::ready();
    let (_, ben) = keyctl::vault::seal::generate_identity("now");
    place.ok("env add prod --rotate-every 30d --grace 2d --profile gateway");
    place.ok(["recipients", "add", ben.as_str(), "--name", "ben", "--env", "prod"]);
    place.ok("env add staging --like prod --grace 1d");
    let report = place.json("env list --env staging");
    let detail = &report["environments"][0]["detail"];
    assert_eq!(detail["recipients"].as_array().unwrap().len(), 2);
    for (field, value) in
        [("rotate_every", "30d"), ("grace", "1d"), ("profile", "gateway"), ("code", "staging")]
    {
        assert_eq!(detail[field], value);
    }
    let log = place.ok("log --env staging");
    assert!(log.contains("like prod"), "{log}");
    place.ok("new staging/web");
}

#[test]
fn an_environment_is_removed_when_nothing_is_accepted_or_by_force() {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("new dev/web");
    place.ok("revoke dev/web --reason x --yes");
    for (name, line) in [("dev", "env remove dev --yes"), ("prod", "env rm prod --force --yes")] {
        let sealed = fs::read(place.vault_file(&format!("{name}.age"))).unwrap();
        let said = place.run(line);
        assert_eq!(said.code, 0, "{said}");
        let kept = said.stderr.trim().rsplit_once("its file stays as ").unwrap().1;
        assert_eq!(fs::read(kept).unwrap(), sealed);
        assert!(!place.vault_file(&format!("{name}.age")).exists());
        assert!(!place.vault_file(&format!("{name}.manifest")).exists());
        place.fails(1, ["list", "--env", name]);
    }
    assert_eq!(place.json("env list")["environments"].as_array().unwrap().len(), 0);
    // Another one of the same name is not taken for the removed one put back.
    place.ok("new prod/web");
    place.ok("show prod/web");
}

#[test]
fn codes_are_unique_and_make_the_keys() {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("env set prod --code p");
    let old = place.secret("prod/web", 1);
    place.ok("rotate add prod/web");
    let new = place.secret("prod/web", 2);
    assert!(old.starts_with("sk_prod_") && new.starts_with("sk_p_"));
    for secret in [&old, &new] {
        place.call("verify --env prod").stdin(&**secret).ok();
    }
    place.fails(1, "env add other --code p");
    place.fails(1, "new p/web");
    place.ok("env add prod-eu");
    place.fails(1, "env add prodeu --code prodeu");
    let hint = place.fails(7, "new live/web");
    assert!(hint.contains("keyctl env add live --code l"), "{hint}");
    place.ok("env add live --code l");
    place.ok("env add test --allow-lookalike");
    place.ok("new test/web");
    // The rule is about the sk form alone.
    place.ok("env add gate --code live --profile gateway");
}

#[test]
fn a_code_that_is_proposed_is_free() {
    let place = Place::ready();
    // The code of an environment that was made first: its own first letter, else another of its own.
    for (line, code) in [("new prod/web", "p"), ("new preview/web", "r"), ("new pppp/web", "a")] {
        let said = place.run(line);
        let next = said.stderr.split("to set one: keyctl ").nth(1).unwrap().lines().next().unwrap();
        assert!(
            next.starts_with("env set ") && next.ends_with(&format!(" --code {code}")),
            "{said}"
        );
        place.ok(next);
    }
    place.ok("env add batch --code batch");
    place.ok("new batch/web");
    let said = place.run("rotate add batch/web");
    assert!(said.stderr.contains("keyctl env set batch --code b\n"), "{said}");
}

#[test]
fn every_profile_makes_keys_that_are_known_again() {
    let place = Place::ready();
    for (name, profile, start, length) in [
        ("a", "sk", "sk_a_", 41),
        ("b", "permas-test", "permas_test_", 44),
        ("c", "permas-live", "permas_live_", 44),
        ("d", "gateway", "sk-d-", 41),
        ("e", "heare", "sec_0", 64),
        ("f", "custom:acme_{env}_{rand:32}{check}", "acme_f_", 45),
    ] {
        place.ok(["env", "add", name, "--profile", profile]);
        let secret = place.ok(["new", &format!("{name}/key")]);
        let secret = secret.trim_end();
        assert!(secret.starts_with(start), "{secret}");
        assert_eq!(secret.len(), length, "{secret}");
        let template: Option<Template> =
            profile.strip_prefix("custom:").map(|text| text.parse().unwrap());
        let code: Code = name.parse().unwrap();
        let templates: Vec<_> = template.iter().map(|template| (template, &code)).collect();
        assert!(inspect(secret, &templates).is_ok(), "{secret}");

        let valid = place.call(["verify", "--env", name]).stdin(secret).ok();
        assert_eq!(valid, format!("valid: {name}/key@1 (active) [manifest]\n"));
        let last = if secret.ends_with('0') { "1" } else { "0" };
        let wrong = format!("{}{last}", &secret[..secret.len() - 1]);
        let answer = place.call(["verify", "--env", name]).stdin(wrong).run();
        assert_eq!(answer.code, 3, "{answer}");
        assert!(answer.stdout.starts_with("malformed: its "), "{answer}");
    }
}

#[test]
fn a_profile_that_is_too_weak_or_too_long_is_refused() {
    let place = Place::ready();
    for template in [
        "custom:x_{rand:21}{check}",
        "custom:{rand:22}",
        "custom:{check}",
        "custom:x_{rand:22}{rand:22}{check}",
        "custom:x_{rand:200}{check}",
        "custom:x {rand:32}{check}",
        "custom:{user}_{rand:32}{check}",
        "custom:",
    ] {
        place.refuses(2, ["env", "add", "prod", "--profile", template], &["--profile"]);
    }
}

#[test]
fn a_vault_without_manifests_shows_nothing_in_the_clear() {
    let place = Place::new();
    place.ok("init --no-passphrase --no-manifest");
    place.ok("new prod/storefront --owner ops");
    place.ok("rotate add prod/storefront");
    for (path, bytes) in place.snapshot().files() {
        assert_ne!(path.extension().unwrap_or_default(), "manifest");
        let in_vault = path.starts_with(place.vault());
        assert!(
            !in_vault || !bytes.windows(10).any(|part| part == b"storefront"),
            "{}",
            path.display()
        );
    }
    assert!(place.ok("list").contains("prod/storefront"));
    assert_eq!(place.json("list")["environments"][0]["source"], "vault");
    let secret = place.secret("prod/storefront", 1);
    assert_eq!(
        place.call("verify").stdin(secret).ok(),
        "valid: prod/storefront@1 (active) [vault]\n"
    );
    place.ok("rotate status");
    place.fails(1, "env add other --code prod");

    fs::rename(place.identity(), place.outside("identity")).unwrap();
    let locked = place.run("list");
    assert_eq!(locked.code, 0, "{locked}");
    assert!(locked.stderr.contains("environment prod cannot be read"), "{locked}");
    let other = Place::ready().ok("new prod/x");
    place.call("verify --env prod").stdin(other).refused(4, &["no proven manifest"]);
}

#[test]
fn making_a_vault_again_keeps_what_is_there() {
    let place = Place::ready();
    place.ok("new prod/web");
    let before = place.snapshot();
    let again = place.run("init --no-passphrase");
    assert_eq!(again.code, 0, "{again}");
    assert_eq!(again.stderr.matches(", which was there").count(), 2, "{again}");
    before.assert_same(&place.snapshot(), "init");
}

#[test]
fn a_vault_can_be_anywhere_and_hints_lead_there() {
    let place = Place::ready();
    place.ok("init --vault team/keys");
    let said = place.run("new prod/web --vault team/keys");
    assert_eq!(said.code, 0, "{said}");
    assert!(place.home().join("team/keys/prod.age").exists());
    let hint = place.fails(1, "show prod/other --vault team/keys");
    assert!(hint.contains("keyctl list --env prod --vault=team/keys"), "{hint}");
    let variable = place.home().join("team/keys");
    let other = place.call("list").env("KEYCTL_VAULT", variable.to_str().unwrap()).ok();
    assert!(other.contains("prod/web"), "{other}");
    place.ok("list");
}

#[test]
fn earlier_generations_are_kept_up_to_ten() {
    let place = Place::ready();
    place.ok("new prod/web");
    for owner in 0..14 {
        place.ok(["set", "prod/web", "--owner", &format!("owner-{owner}")]);
    }
    let mut kept: Vec<u32> = fs::read_dir(place.vault_file("backups"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_start_matches("prod.").trim_end_matches(".age").parse().unwrap())
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, (5..15).collect::<Vec<_>>());
}

#[test]
#[cfg(not(target_os = "macos"))]
fn an_identity_that_lies_beside_the_environments_is_none_of_them() {
    let mut place = Place::new();
    let dir = place.home().join("all").to_str().unwrap().to_owned();
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        place.set(name, &dir);
    }
    let passphrase = place.write("passphrase", "correct horse\n");
    place.set("KEYCTL_PASSPHRASE_FILE", &passphrase);
    place.ok("init");
    place.ok("new prod/web");
    let report = place.json("list");
    assert_eq!(report["environments"].as_array().unwrap().len(), 1, "{report}");
    place.ok("list --unlock");
    place.ok("new api");
    place.ok("export");
}
