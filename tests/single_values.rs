//! Single values: a session secret, a signing secret, a registration key. There is one at a time,
//! and nothing overlaps.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use common::Place;
use keyctl::clock::Time;
use keyctl::environment::Policy;
use keyctl::key::lifecycle::Refusal;
use keyctl::key::{Key, State, Version};
use keyctl::rotation;
use keyctl::secret::Secret;

const NAME: &str = "prod/session-secret";

fn with_one() -> Place {
    let place = Place::ready();
    place.ok("new --env prod web --no-show");
    place.ok("new --env prod session-secret --kind secret --no-show");
    place
}

#[test]
fn its_form_is_chosen_when_it_is_made_and_kept() {
    let place = Place::ready();
    for (options, length) in [
        ("", 43),
        ("--bytes 64 --encoding hex", 128),
        ("--bytes 16 --encoding base62", 22),
        ("--encoding base64url", 43),
    ] {
        let made = place.ok(format!("new --env prod --kind secret {options}").as_str());
        assert_eq!(made.trim_end().len(), length, "{options}");
    }
    place.ok("rotate add prod/key-2");
    assert_eq!(place.secret("prod/key-2", 2).len(), 128);
    let shown = place.ok("show prod/key-2");
    assert!(shown.contains("64 bytes in hex"), "{shown}");
    let kinds = place.json("list");
    let kinds = kinds["environments"][0]["keys"].as_array().unwrap();
    assert!(kinds.iter().all(|key| key["kind"] == "secret"), "{kinds:?}");
    for bad in ["--bytes 8", "--bytes 1025", "--encoding base64", "--bytes x"] {
        place.fails(2, format!("new --env prod --kind secret {bad}").as_str());
    }
    let says = place.fails(2, "new --env prod --bytes 32");
    assert!(says.contains("--kind secret"), "{says}");
}

#[test]
fn its_rotation_has_two_stages_and_says_that_nothing_overlaps() {
    let place = with_one();
    let added = place.run(format!("rotate add {NAME}").as_str());
    assert!(added.stderr.contains("@1 is the value that services use"), "{}", added.stderr);
    assert!(added.stderr.contains("nothing overlaps"), "{}", added.stderr);
    assert!(!added.stderr.contains("give services"), "{}", added.stderr);
    assert_eq!(place.states(NAME), ["active", "pending"]);

    let refused = place.fails(7, format!("rotate migrate {NAME}").as_str());
    assert!(refused.contains("sessions and tokens"), "{refused}");
    let changed = place.run(format!("rotate migrate {NAME} --yes").as_str());
    assert_eq!(changed.code, 0, "{changed}");
    assert!(changed.stderr.contains("@2 is the value"), "{}", changed.stderr);
    assert!(changed.stderr.contains("keyctl export prod/session-secret"), "{}", changed.stderr);
    assert_eq!(place.states(NAME), ["retired", "active"]);

    let again = place.run(format!("rotate remove {NAME} --yes").as_str());
    assert!(again.stderr.contains("done before"), "{}", again.stderr);
    let refused = place.fails(7, format!("restore {NAME}@1").as_str());
    assert!(refused.contains("one value at a time"), "{refused}");

    let refused = place.fails(7, format!("rotate back {NAME}").as_str());
    assert!(refused.contains("sessions and tokens"), "{refused}");
    place.ok(format!("rotate back {NAME} --yes").as_str());
    assert_eq!(place.states(NAME), ["active", "pending"]);
    place.ok(format!("rotate back {NAME} --yes").as_str());
    assert_eq!(place.states(NAME), ["active", "retired"]);
}

#[test]
fn what_waits_and_what_was_replaced_is_exported_nowhere() {
    let place = with_one();
    let first = place.secret(NAME, 1);
    let export = || place.ok(format!("export {NAME} --bare").as_str()).trim_end().to_owned();
    assert_eq!(export(), first);
    place.ok(format!("rotate add {NAME}").as_str());
    let second = place.secret(NAME, 2);
    assert_eq!(export(), first);
    let verify = |secret: &str| place.call("verify --env prod").stdin(secret).run();
    assert_eq!(verify(&second).code, 3);
    place.ok(format!("rotate migrate {NAME} --yes").as_str());
    assert_eq!(export(), second);
    assert_eq!(verify(&first).code, 3);
    assert_eq!(verify(&second).code, 0);
}

#[test]
fn it_is_in_no_list_of_keys() {
    let place = with_one();
    let (web, secret) = (place.secret("prod/web", 1), place.secret(NAME, 1));
    assert_eq!(place.ok("export --env prod"), format!("CHAPKIT_API_KEYS={web}\n"));
    assert_eq!(place.ok("export --env prod --docker"), format!("{web}\n"));
    assert_eq!(place.ok(format!("export {NAME}").as_str()), format!("SESSION_SECRET={secret}\n"));
    // As a file it is the value, byte for byte.
    assert_eq!(place.ok(format!("export {NAME} --docker").as_str()), secret);
    let both = place.ok(format!("export prod/web {NAME}").as_str());
    assert_eq!(both, format!("CHAPKIT_API_KEYS={web}\nSESSION_SECRET={secret}\n"));
    place.fails(7, format!("export prod/web {NAME} --docker").as_str());
    place.fails(7, format!("export prod/web {NAME} --bare").as_str());
    let yaml = place.ok(format!("export prod/web {NAME} --k8s").as_str());
    assert!(yaml.contains("  api_keys.txt: ") && yaml.contains("  session-secret: "), "{yaml}");
    let yaml = place.ok(format!("export prod/web {NAME} --k8s --env-from").as_str());
    assert!(yaml.contains("  CHAPKIT_API_KEYS: ") && yaml.contains("  SESSION_SECRET: "), "{yaml}");
}

#[test]
fn a_name_that_makes_no_variable_or_one_twice_is_refused() {
    let place = with_one();
    place.ok("new --env prod 2fa --kind secret --no-show");
    place.ok("new --env prod SESSION_SECRET --kind secret --no-show");
    let says = place.fails(7, "export prod/2fa");
    assert!(says.contains("--var"), "{says}");
    assert!(place.ok("export prod/2fa --var TWO_FA").starts_with("TWO_FA="));
    let says = place.fails(7, "export prod/SESSION_SECRET prod/session-secret");
    assert!(says.contains("SESSION_SECRET, which is there already"), "{says}");
}

#[test]
fn all_keys_are_rotated_without_it_and_no_log_shows_it() {
    let place = with_one();
    place.ok("rotate add --env prod --all");
    assert_eq!(place.states(NAME), ["active"]);
    assert_eq!(place.states("prod/web"), ["active", "pending"]);
    place.ok(format!("rotate add {NAME}").as_str());
    let log = place.write("log", "x\n");
    let says = place.fails(2, format!("rotate evidence {NAME} --log {log}").as_str());
    assert!(says.contains("single value"), "{says}");
    place.fails(2, format!("rotate migrate {NAME} --log {log} --yes").as_str());
    let status = place.ok("rotate status");
    assert!(status.contains("migrate, when it is time"), "{status}");
}

#[test]
fn one_that_leaked_is_replaced_at_once() {
    let place = with_one();
    let told = place.run(format!("rotate {NAME} --compromised --reason test --yes").as_str());
    assert_eq!(place.states(NAME), ["revoked", "active"]);
    assert!(told.stderr.contains("keyctl export prod/session-secret\n"), "{told}");
    assert!(!told.stderr.contains("--env prod") && !told.stderr.contains("clients the"), "{told}");
}

/// Every sequence of five moves: one value is accepted as long as any was, and never two.
#[test]
fn no_sequence_of_moves_makes_two_of_it_or_none() {
    let now: Time = "2026-11-22T12:00:00Z".parse().unwrap();
    let version = || Version::new(1, Secret::new("test-1".to_owned()), now, None);
    let mut first = Key::new("session".parse().unwrap(), version());
    first.kind = "secret:hex:32".parse().unwrap();
    let mut keys = vec![first];
    for _ in 0..5 {
        keys = keys.iter().flat_map(|key| each_move(key, now)).collect();
        for key in &keys {
            let accepted = key.accepted(now);
            assert!(accepted.len() <= 1, "{:?}", states(key));
            let open = key.versions.iter().filter(|version| version.state.is_accepted());
            assert!(open.count() <= 2, "{:?}", states(key));
            assert!(key.in_state(State::Retiring).is_none(), "{:?}", states(key));
        }
    }
}

fn states(key: &Key) -> Vec<State> {
    key.versions.iter().map(|version| version.state).collect()
}

/// What becomes of `key` by each move that it takes.
fn each_move(key: &Key, now: Time) -> Vec<Key> {
    let policy = Policy::new("prod".parse().unwrap());
    let mut after = Vec::new();
    let mut take = |apply: &dyn Fn(&mut Key) -> Result<(), Refusal>| {
        let mut one = key.clone();
        let accepted = one.accepted(now).len();
        if apply(&mut one).is_ok() {
            after.push((accepted, one));
        }
    };
    take(&|key| {
        let secret = Secret::new(format!("test-{}", key.next_number()));
        rotation::add(key, &policy, now, || Ok::<_, Refusal>(secret)).map(drop)
    });
    take(&|key| rotation::migrate(key, &policy, now).map(drop));
    take(&|key| rotation::remove(key, now).map(drop));
    take(&|key| rotation::back(key, &policy, now).map(drop));
    for number in 1..=2 {
        take(&|key| key.restore(number, &policy, now).map(drop));
    }
    for (before, one) in &after {
        assert_eq!(one.accepted(now).len().max(*before), one.accepted(now).len());
    }
    let mut after: Vec<Key> = after.into_iter().map(|(_, one)| one).collect();
    let mut revoked = key.clone();
    if let Some(active) = revoked.in_state(State::Active).map(|active| active.number) {
        revoked.revoke(active, "test", now).unwrap();
        after.push(revoked);
    }
    after
}
