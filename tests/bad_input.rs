//! What is typed wrong: each time the documented exit code, a message that names the thing, the
//! next step, and not a byte changed.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use common::Place;

/// A home with `prod/web`, `prod/batch` and `dev/key-1`.
fn place() -> Place {
    let place = Place::ready();
    for line in ["new prod/web", "new prod/batch", "new --env dev"] {
        place.ok(line);
    }
    place
}

#[test]
fn an_unknown_environment_is_named_with_the_one_that_may_be_meant() {
    let place = place();
    for line in [
        "list --env prd",
        "env set prd --grace 1d",
        "env remove prd",
        "env add stage --like prd",
        "recipients list --env prd",
        "recipients accept --env prd --yes",
        "export --env prd",
        "log --env prd",
        "purge --env prd",
        "rotate status --env prd",
        "status --env prd",
        "status prd/web",
        "show prd/web",
        "set prd/web --owner me",
        "revoke prd/web --reason x --yes",
        "restore prd/web",
        "purge prd/web",
        "export prd/web",
        "log prd/web",
        "rotate prd/web",
        "rotate add prd/web",
        "rotate migrate prd/web --yes",
        "rotate remove prd/web --yes",
        "rotate back prd/web",
        "rotate status prd/web",
    ] {
        place.refuses(1, line, &["there is no environment prd", "did you mean prod?"]);
    }
    let new = ["there is no environment prd", "did you mean prod?", "keyctl env add prd"];
    place.refuses(1, "new prd/web", &new);
    place.refuses(1, "new --env prd", &new);
    place.refuses(1, "list --env elsewhere", &["no environment elsewhere", "there are: dev, prod"]);
    let verify = place.call("verify --env prd").stdin(place.secret("prod/web", 1));
    verify.refused(1, &["there is no environment prd", "did you mean prod?"]);
    let variable = place.call("list").env("KEYCTL_ENV", "prd");
    variable.refused(1, &["there is no environment prd", "did you mean prod?"]);
}

#[test]
fn an_unknown_key_is_named_with_the_one_that_may_be_meant() {
    let place = place();
    for line in [
        "show prod/wbe",
        "set prod/wbe --owner me",
        "revoke prod/wbe --reason x --yes",
        "restore prod/wbe",
        "purge prod/wbe",
        "export prod/wbe",
        "log prod/wbe",
        "rotate prod/wbe",
        "rotate add prod/wbe",
        "rotate migrate prod/wbe --yes",
        "rotate remove prod/wbe --yes",
        "rotate back prod/wbe",
        "rotate status prod/wbe",
        "status prod/wbe",
    ] {
        place.refuses(1, line, &["there is no key prod/wbe", "did you mean prod/web?"]);
    }
    place.refuses(1, "show prod/other", &["no key prod/other", "keyctl list --env prod"]);
    for line in [
        "show prod/web@2",
        "revoke prod/web@2 --reason x --yes",
        "restore prod/web@2",
        "purge prod/web@2",
        "log prod/web@2",
    ] {
        place.refuses(1, line, &["prod/web: there is no version @2", "keyctl show prod/web"]);
    }
}

#[test]
fn a_bad_name_is_refused_with_the_rule() {
    let place = place();
    let long = "a".repeat(33);
    for name in ["Prod", "1prod", "prod_eu", "a--b", "-", "../prod", "prod.age", "", "é", &long] {
        place.refuses(2, ["list", "--env", name], &["is not the name of an environment"]);
        place.refuses(2, ["env", "add", "--", name], &["is not the name of an environment"]);
    }
    let long = "k".repeat(65);
    for name in ["prod/", "prod/_web", "prod/we b", "prod/../x", "prod/w.b", "é", &long] {
        place.refuses(2, ["new", name], &["is not the name of a key: letters, digits, _ and -"]);
        place.refuses(2, ["set", "prod/web", "--name", name], &["is not the name of a key"]);
    }
    for name in ["prod/web@", "prod/web@0", "prod/web@x", "prod/web@-1", "prod/web@1@2"] {
        place.refuses(2, ["show", name], &["is not a version: write @1, @2, …"]);
    }
    for line in ["new prod/other@1", "set prod/web@1 --owner me", "rotate add prod/web@1"] {
        place.refuses(2, line, &["leave the @ out"]);
    }
    place.refuses(2, "export prod/web@1", &["prod/web@1", "leave the @ out"]);
    place.refuses(2, "new prod/web --scope 'two words'", &["a scope is one word"]);
    place.refuses(2, "new prod/x --allow-ip 10.1.2.3/8", &["it names a host", "write 10.0.0.0/8"]);
    place.refuses(2, "set prod/web --allow-ip home", &["write an address or a network"]);
    place.refuses(2, "new prod/x --meta novalue", &["write NAME=VALUE"]);
    place.refuses(2, "env set prod --code UP", &["is not a code"]);
    place.refuses(2, "env set prod --profile stripe", &["stripe"]);
    place.refuses(2, "env set prod --profile custom:x_{rand:4}", &["custom"]);
    place.refuses(2, "export --env prod --var 1X", &["is not the name of a variable"]);
    place.refuses(2, "export --env prod --k8s --name UP", &["UP"]);
}

#[test]
fn a_name_that_is_taken_is_not_taken_again() {
    let place = place();
    let taken = ["prod/web is there already", "keyctl rotate add prod/web"];
    place.refuses(1, "new prod/web", &taken);
    place.refuses(1, "new --env prod web --json", &taken);
    place.refuses(1, "new prod/web --dry-run", &taken);
    place.refuses(1, "set prod/web --name batch", &["prod/batch is there already"]);
    place.refuses(1, "env add prod", &["environment prod is there already", "keyctl env set prod"]);
    let code = ["environment prod has the code prod already"];
    place.refuses(1, "env add prod2 --code prod", &code);
    place.refuses(1, "env set dev --code prod", &[code[0], "keyctl env set dev --code p"]);
    for line in ["env add test", "new test/web"] {
        place.refuses(7, line, &["sk_test_", "Stripe", "keyctl env add test --code t"]);
    }
    let set = ["sk_live_", "keyctl env set dev --code l", "--allow-lookalike"];
    place.refuses(7, "env set dev --code live", &set);
}

#[test]
fn a_text_that_is_too_long_to_read_back_is_not_written() {
    let place = place();
    let long = "x".repeat(100_000);
    let pair = format!("name={long}");
    for args in [
        ["new", "prod/x", "--description", &long],
        ["new", "prod/x", "--owner", &long],
        ["new", "prod/x", "--meta", &pair],
        ["new", "prod/x", "--scope", &long],
        ["set", "prod/web", "--description", &long],
        ["set", "prod/web", "--owner", &long],
        ["set", "prod/web", "--meta", &pair],
        ["set", "prod/web", "--scope", &long],
        ["revoke", "prod/web@1", "--reason", &long],
    ] {
        place.refuses(2, args, &["at most 4096 bytes"]);
    }
}

#[test]
fn an_end_that_is_past_or_no_time_is_refused() {
    let place = place();
    for end in ["2026-11-22", "2020-01-01", "2026-11-22T16:00:00Z"] {
        let says = ["is in the past", "a key that must end now is revoked"];
        place.refuses(2, ["new", "prod/x", "--expires", end], &says);
        place.refuses(2, ["set", "prod/web", "--expires", end], &says);
    }
    for end in ["tomorrow", "", "90", "0d", "2027-02-30", "99999999w"] {
        place.refuses(2, ["new", "prod/x", "--expires", end], &["is not a time: write 90d"]);
        place.refuses(2, ["set", "prod/web", "--expires", end], &["is not a time: write 90d"]);
    }
    for period in ["0d", "-1d", "1y", "soon"] {
        let flag = format!("--rotate-every={period}");
        place.refuses(2, ["env", "set", "prod", &flag], &["is not a period", "or never"]);
    }
}

#[test]
fn flags_that_exclude_each_other_are_named() {
    let place = place();
    for (line, one, other) in [
        ("list --quiet --verbose", "--quiet", "--verbose"),
        ("export --env prod --var X --bare", "--var", "--bare"),
        ("export --env prod --docker --k8s", "--docker", "--k8s"),
        ("export --env prod --docker --format k8s", "--docker", "--format"),
        ("new prod/x --json --reveal --no-show", "--reveal", "--no-show"),
        ("new prod/x --reveal", "--json", "--reveal"),
        ("list --passphrase-file f --passphrase-fd 3", "--passphrase-file", "--passphrase-fd"),
        (
            "passwd --no-passphrase --new-passphrase-file f",
            "--no-passphrase",
            "--new-passphrase-file",
        ),
        ("export --env prod --k8s --env-from --data-key k", "--env-from", "--data-key"),
    ] {
        place.refuses(2, line, &[one, other]);
    }
    let help = "keyctl help export";
    for (line, flag) in [
        ("export --env prod --namespace x", "--namespace"),
        ("export --env prod --docker --var X", "--var"),
        ("export --env prod --docker --bare", "--bare"),
        ("export --env prod --k8s --var X", "--var"),
        ("export --env prod --label a=b", "--label"),
        ("export --env prod --env-from", "--env-from"),
        ("export --env prod --data-key k", "--data-key"),
    ] {
        place.refuses(2, line, &[flag, "is not for this format", help]);
    }
    let twice = ["the label app is given twice"];
    place.refuses(2, "export --env prod --k8s --label app=a --label app=b", &twice);
    let two = ["the key is in prod, and --env names dev", "leave one of them out"];
    place.refuses(2, "show prod/web --env dev", &two);
    place.refuses(2, "new prod/x --env dev", &two);
    place.refuses(2, "export prod/web dev/key-1", &["an export is of one environment"]);
    place.refuses(2, "set prod/web", &["there is nothing to change", "keyctl help set"]);
    place.refuses(2, "env set prod", &["there is nothing to change", "keyctl help env set"]);
}

#[test]
fn one_of_several_environments_has_to_be_named() {
    let place = place();
    for line in [
        "new",
        "new web",
        "show web",
        "set web --owner me",
        "revoke web --reason x --yes",
        "restore web",
        "purge web",
        "rotate add web",
        "rotate status web",
        "status web",
        "export",
        "log",
        "recipients list",
        "env set --grace 1d",
    ] {
        let says = ["there are several environments", "name one with --env: dev, prod"];
        place.refuses(2, line, &says);
    }
    place.refuses(2, "rotate add", &["there are several keys", "dev/key-1, prod/batch, prod/web"]);
}

#[test]
fn stages_that_are_said_out_of_order_are_refused() {
    let place = place();
    let start = ["prod/web: no rotation is open", "keyctl rotate add prod/web"];
    place.refuses(1, "rotate migrate prod/web --yes", &start);
    place.refuses(1, "rotate remove prod/web --yes", &start);
    place.refuses(1, "rotate back prod/web", &["prod/web: there is no stage to take back"]);
    for stage in ["migrate", "remove", "back"] {
        let says = [&format!("no key is ready for `rotate {stage}`"), "keyctl rotate status"];
        place.refuses(1, ["rotate", stage, "--yes"], &says.map(|s: &str| s));
    }
    place.refuses(2, "rotate", &["no rotation is open", "rotate add KEY"]);

    place.ok("rotate add prod/web");
    let early = ["clients still send version @1", "keyctl rotate migrate prod/web"];
    place.refuses(7, "rotate remove prod/web --yes", &early);
    let consent = ["this needs a yes: Have all services loaded the list", "say --yes"];
    place.refuses(7, "rotate migrate prod/web", &consent);

    place.ok("rotate migrate prod/web --yes");
    let consent = ["this needs a yes: Is prod/web@1 no longer sent by any client?", "say --yes"];
    place.refuses(7, "rotate remove prod/web", &consent);
    place.ok("rotate remove prod/web --yes");
    place.ok("purge prod/web@1 --yes");
    let gone = ["version @1 is destroyed and cannot return"];
    place.refuses(7, "rotate back prod/web", &gone);
}

#[test]
fn what_cannot_be_undone_needs_a_reason_a_yes_and_the_right_state() {
    let place = place();
    place.refuses(2, "revoke prod/web", &["a revocation has a reason: say --reason"]);
    place.refuses(2, "revoke prod/web --reason '' --yes", &["the reason is empty"]);
    place.refuses(7, "revoke prod/web --reason x", &["Revoke prod/web@1 for ever?", "say --yes"]);
    place.refuses(7, "purge prod/web@1", &["prod/web@1 is active", "keyctl revoke prod/web@1"]);
    place.refuses(7, "restore prod/web", &["has no retired version", "keyctl show prod/web"]);

    place.ok("rotate add prod/web");
    place.ok("revoke prod/web@1 --reason leaked --yes");
    let gone = ["version @1 is revoked", "keyctl rotate add prod/web"];
    place.refuses(7, "restore prod/web@1", &gone);

    let accepted = ["services still accept 2 keys of environment prod", "--force"];
    place.refuses(7, "env remove prod --yes", &accepted);
    place.refuses(7, "env remove prod --force", &["Remove environment prod", "say --yes"]);
}

#[test]
fn a_list_that_would_lock_out_or_let_in_everybody_is_not_written() {
    let mut place = place();
    place.ok("env add staging");
    let empty = ["an empty list is never written", "keyctl list --all"];
    place.refuses(7, "export --env staging", &empty);
    place.refuses(7, "export --env staging --docker -o keys.txt", &empty);
    place.ok("revoke dev/key-1 --reason x --yes");
    place.refuses(7, "export --env dev", &empty);
    place.refuses(7, "export dev/key-1 --client", &empty);

    let several = ["a client sends one key", "name one: prod/batch, prod/web"];
    place.refuses(2, "export --env prod --client", &several);
    place.refuses(2, "export prod/web prod/batch --client", &several[..1]);

    place.ok("set prod/web --expires 1d");
    place.travel("2026-11-24T00:00:00Z");
    place.ok("list --unlock");
    let expired = [
        "what clients send has expired: prod/web@1",
        "give the key a later end: keyctl set prod/web --expires 90d",
        "or end it for good: keyctl revoke prod/web --reason TEXT",
    ];
    for line in ["export --env prod", "export prod/web", "export prod/web --client"] {
        place.refuses(7, line, &[&expired[..], &["--skip-expired"]].concat());
    }
    place.refuses(7, "export prod/web --skip-expired", &empty);
    place.refuses(7, "rotate add prod/web", &["the key expired at 2026-11-23T16:00:00Z", "set"]);
}

#[test]
fn what_is_said_of_an_expired_version_can_be_done() {
    for (stages, at, next) in [
        (&[][..], "2026-11-26T00:00:00Z", "rotate add"),
        (&["add"], "2026-11-26T00:00:00Z", "rotate migrate"),
        (&["add"], "2026-11-28T00:00:00Z", "rotate back"),
        (&["add", "migrate"], "2026-11-28T00:00:00Z", "rotate remove"),
    ] {
        let mut place = Place::ready();
        place.ok("env add prod --expire-after 3d");
        place.ok("new prod/web");
        place.travel("2026-11-24T00:00:00Z");
        for stage in stages {
            place.ok(["rotate", stage, "prod/web", "--yes"]);
        }
        place.travel(at);
        let next = format!("{next} prod/web");
        place.refuses(7, "export --env prod", &[&format!(": keyctl {next}\n")]);
        place.ok(&format!("{next} --yes"));
    }
}

#[test]
fn an_output_that_is_no_file_is_refused() {
    let place = place();
    fs::create_dir(place.home().join("dir")).unwrap();
    place.refuses(1, "export --env prod -o dir", &["dir is not a regular file"]);
    place.refuses(1, "export --env prod -o missing/keys", &["missing/keys", "no such file"]);
    let made = Command::new("mkfifo").arg(place.home().join("pipe")).status();
    assert!(made.unwrap().success());
    place.refuses(1, "export --env prod -o pipe", &["pipe is not a regular file"]);
}

#[test]
fn an_output_that_is_a_link_is_not_followed() {
    let place = place();
    let target = place.write("target", "old");
    symlink(&target, place.home().join("keys.txt")).unwrap();
    let says = ["keys.txt is a symbolic link", "name the place itself"];
    place.refuses(7, "export --env prod --docker -o keys.txt", &says);
    assert_eq!(fs::read_to_string(target).unwrap(), "old");
}

#[test]
fn a_secret_that_is_none_is_told_from_one_that_is_wrong() {
    let place = place();
    for nothing in ["", "\n", "\r\n"] {
        let verify = place.call("verify --env prod").stdin(nothing);
        verify.refused(2, &["there is no secret"]);
    }
    let huge = vec![b'k'; 2 * 1024 * 1024];
    let verify = place.call("verify --env prod").stdin(huge);
    verify.refused(1, &["standard input is larger than 1048576 bytes"]);
    place.refuses(1, "verify --file missing.txt", &["cannot read missing.txt: no such file"]);
    let both = ["standard input cannot be both passphrase and secret"];
    place.call("verify --passphrase-file -").stdin("x").refused(2, &both);

    let before = place.snapshot();
    for (stdin, answer) in [
        (&b"\xff\xfe\x00"[..], "malformed: "),
        (b"hello", "malformed: "),
        (b"sk_prod_\x1b[2J", "malformed: character 9"),
        (b" sk_prod_x", "malformed: character 1"),
    ] {
        let ended = place.call("verify --env prod").stdin(stdin).run();
        assert_eq!((ended.code, ended.stderr.as_str()), (3, ""), "{ended}");
        assert!(ended.stdout.contains(answer), "{ended}");
        let report = place.call("verify --env prod --json").stdin(stdin).run();
        assert_eq!(report.code, 3, "{report}");
        let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
        assert_eq!(report["answer"], "malformed");
    }
    before.assert_same(&place.snapshot(), "verify");
}

#[test]
fn readers_of_an_environment_cannot_be_mixed_up() {
    let place = place();
    let recipients = place.json("recipients list --env prod");
    let own = recipients["recipients"][0].clone();
    let (name, recipient) = (own["name"].as_str().unwrap(), own["recipient"].as_str().unwrap());
    place.refuses(2, "recipients add hello --env prod", &["not an age key"]);
    let cut = &recipient[..30];
    place.refuses(2, ["recipients", "add", cut, "--env", "prod"], &["an age key with a typo"]);
    place.refuses(1, "recipients remove bob --env prod --yes", &["bob cannot read prod", "list"]);
    let last = ["you could not read the environment yourself any more"];
    place.refuses(7, ["recipients", "remove", name, "--env", "prod", "--yes"], &last);
    place.refuses(7, ["recipients", "remove", recipient, "--env", "prod", "--yes"], &last);

    let (_, other) = keyctl::vault::seal::generate_identity("now");
    let taken = ["is called", "give another --name"];
    let add = ["recipients", "add", other.as_str(), "--name", name, "--env", "prod"];
    place.refuses(1, add, &taken);

    let identity = fs::read_to_string(place.identity()).unwrap();
    let secret = identity.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap();
    let ended = place.run(["recipients", "add", secret, "--env", "prod"]);
    assert_eq!(ended.code, 2, "it ended with {}", ended.code);
    assert!(!ended.stderr.contains(secret), "the identity was repeated on stderr");
    assert!(ended.stderr.contains("a secret stands on the command line"), "{ended}");
}

#[test]
fn a_secret_on_the_command_line_is_not_repeated() {
    let place = place();
    let secret = place.secret("prod/web", 1);
    for line in ["verify", "verify --env prod", "show", "new --description"] {
        let ended = place.run(&format!("{line} {secret}"));
        assert_eq!(ended.code, 2, "it ended with {}", ended.code);
        assert!(!ended.stderr.contains(&secret), "{line}: the secret was repeated on stderr");
        assert!(ended.stderr.contains("a secret stands on the command line"), "{ended}");
    }
    // Nor is it kept, when it stands in the middle of what is said of a key.
    let there = fs::read(place.vault_file("prod.age")).unwrap();
    let said = [
        format!("found {secret} in git"),
        format!("({secret})."),
        format!("https://example.org/?key={secret}&x=1"),
        format!("{secret}-"),
    ];
    for text in said {
        let description = format!("--description={text}");
        let pair = format!("note={text}");
        for args in [
            &["rotate", "prod/web", "--compromised", "--yes", "--reason", &text][..],
            &["revoke", "prod/web@1", "--yes", "--reason", &text],
            &["set", "prod/web", &description],
            &["set", "prod/web", "--meta", &pair],
            &["new", "prod/other", &description],
        ] {
            let ended = place.run(args);
            assert_eq!(ended.code, 2, "{} ended with {}", args[0], ended.code);
            assert!(!ended.stderr.contains(&secret), "{}: it was repeated", args[0]);
            assert!(ended.stderr.contains("a secret stands on the command line"), "{}", args[0]);
        }
    }
    assert_eq!(fs::read(place.vault_file("prod.age")).unwrap(), there, "something was changed");
    // What only looks like one is said as it is.
    let typo = format!("found {}x in git", &secret[..secret.len() - 1]);
    place.ok(["set", "prod/web", "--description", &typo]);
}

#[test]
fn what_the_program_does_not_have_is_named() {
    let place = place();
    place.refuses(2, "completions tcsh", &["tcsh", "bash", "zsh", "fish"]);
    place.refuses(2, "lst", &["lst", "list"]);
    place.refuses(2, "list --colour", &["--colour"]);
    place.refuses(2, "export --env prod --format tfvars", &["tfvars", "chapkit", "docker", "k8s"]);
    place.refuses(2, "list --color sometimes", &["sometimes", "auto", "always", "never"]);
}
