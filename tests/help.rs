//! What the program says about itself: help, examples, completions, its name, and how it ends when
//! nobody listens.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::io::pipe;
use std::process::{Command, Output, Stdio};

use common::{PROGRAM, Place, split};
use keyctl::cli::{EXAMPLES, command, exit};

/// Every command with its name as it is typed.
fn commands() -> Vec<(String, clap::Command)> {
    fn walk(prefix: &str, command: &clap::Command, all: &mut Vec<(String, clap::Command)>) {
        for inner in command.get_subcommands() {
            let name = format!("{prefix} {}", inner.get_name());
            walk(&name, inner, all);
            all.push((name, inner.clone()));
        }
    }
    let mut all = Vec::new();
    walk("keyctl", &command(), &mut all);
    all
}

#[test]
fn the_definition_is_sound() {
    command().debug_assert();
}

#[test]
fn every_example_parses_and_belongs_to_its_verb() {
    for (verb, examples) in EXAMPLES {
        assert!(!examples.is_empty(), "{verb}");
        for (purpose, line) in *examples {
            assert!(!purpose.is_empty() && !purpose.ends_with('.'), "{purpose}");
            let line = line.split(" > ").next().unwrap();
            let words = split(line);
            assert_eq!(words[..2], ["keyctl", *verb], "{line}");
            let parsed = command().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
    let with: Vec<_> = EXAMPLES.iter().map(|(verb, _)| *verb).collect();
    for verb in command().get_subcommands() {
        assert!(with.contains(&verb.get_name()), "{} has no example", verb.get_name());
    }
}

#[test]
fn every_command_and_flag_is_explained_in_a_short_sentence() {
    let sentence = |name: &str, text: Option<String>| {
        let text = text.unwrap_or_else(|| panic!("{name} has no help"));
        assert!(!text.is_empty() && !text.contains('\n'), "{name}: {text}");
        assert!(!text.ends_with('.'), "{name}: {text}");
        let first = text.chars().next().unwrap();
        assert!(first.is_uppercase() || !first.is_alphabetic(), "{name}: {text}");
        text
    };
    for (name, command) in commands() {
        let about = sentence(&name, command.get_about().map(ToString::to_string));
        assert!(about.chars().count() <= 80, "{name}: {about}");
        for arg in command.get_arguments() {
            let arg_name = format!("{name} {}", arg.get_id());
            let help = arg.get_help().map(ToString::to_string);
            sentence(&arg_name, help);
        }
    }
}

#[test]
fn help_is_shown_everywhere_and_fits_eighty_columns() {
    let place = Place::new();
    let mut lines: Vec<String> = vec!["--help".into(), "-h".into(), "help".into()];
    for (name, _) in commands() {
        let name = name.strip_prefix("keyctl ").unwrap();
        lines.extend([format!("{name} -h"), format!("{name} --help"), format!("help {name}")]);
    }
    for line in lines {
        let ended = place.call(&line).env("COLUMNS", "80").run();
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended}");
        assert!(ended.stdout.contains("Usage: "), "{ended}");
        for line in ended.stdout.lines() {
            // An example is one line, so that it can be copied.
            let example = line.starts_with("  keyctl ") || line.starts_with("  # ");
            assert!(example || line.chars().count() <= 80, "{line}\n{ended}");
        }
    }
    for line in ["", "env", "recipients"] {
        let ended = place.run(line);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{ended}");
        assert!(ended.stderr.contains("Usage: "), "{ended}");
    }
    assert!(place.ok("--version").starts_with("keyctl "));
}

#[test]
fn the_exit_codes_are_the_documented_ones() {
    let help = Place::new().ok("--help");
    for (code, words) in [
        (exit::DONE, "done"),
        (exit::FAILED, "failed"),
        (exit::USAGE, "the command line makes no sense"),
        (exit::NO, "the answer is no"),
        (exit::LOCKED, "locked"),
        (exit::BUSY, "busy"),
        (exit::INTEGRITY, "integrity"),
        (exit::REFUSED, "refused by policy"),
    ] {
        let line = format!("\n  {code}  {words}");
        assert!(help.contains(&line), "{line} is not in\n{help}");
    }
}

#[test]
fn whoever_means_the_kernels_program_is_told_so() {
    let place = Place::new();
    for line in [
        "add user x y @u",
        "show @u",
        "list @s",
        "search @us user x",
        "link 123 @u",
        "newring x @s",
        "padd user x @u",
        "request2 user x y",
        "setperm 1 2",
        "timeout 1 2",
    ] {
        let ended = place.run(line);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{ended}");
        for part in ["this is keyctl, the vault for API keys", "keyutils", "type -a keyctl"] {
            assert!(ended.stderr.contains(part), "{ended}");
        }
    }
    for line in ["--nonsense", "show", "new a b", "lst"] {
        let ended = place.run(line);
        assert_eq!(ended.code, 2, "{ended}");
        assert!(!ended.stderr.contains("keyutils"), "{ended}");
    }
}

#[test]
fn the_program_goes_by_the_name_it_was_called_by() {
    let place = Place::new();
    let other = place.outside("vaultkeys");
    if fs::hard_link(PROGRAM, &other).is_err() {
        fs::copy(PROGRAM, &other).unwrap();
    }
    let run = |line: &str| place.call(line).program(&other).run();
    for line in ["--help", "new --help", "env set -h"] {
        let ended = run(line);
        assert_eq!(ended.code, 0, "{ended}");
        assert!(ended.stdout.contains("Usage: vaultkeys "), "{ended}");
        assert!(!ended.stdout.contains("Usage: keyctl"), "{ended}");
    }
    assert!(run("nonsense").stderr.contains("Usage: vaultkeys "));
    assert!(run("list").stderr.contains("make one: vaultkeys init"));
    let said = run("init --no-passphrase");
    assert!(said.stderr.contains("make the first key: vaultkeys new --env dev"), "{said}");
    let completions = run("completions bash").stdout;
    assert!(completions.contains("_vaultkeys()") && !completions.contains("_keyctl()"));
    let named = run("completions bash --bin-name kc").stdout;
    assert!(named.contains("_kc()") && !named.contains("_vaultkeys()"));
}

#[test]
fn completions_are_written_for_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = place.ok(["completions", shell]);
        for word in ["keyctl", "rotate", "--vault", "recipients"] {
            let bare = word.trim_start_matches('-');
            assert!(script.contains(bare), "{shell} has no {word}");
        }
        let path = place.write(shell, script);
        match Command::new(shell).args(["-n", &path]).output() {
            Ok(checked) if ["bash", "zsh", "fish"].contains(&shell) => {
                assert!(checked.status.success(), "{shell}: {checked:?}");
            }
            _ => eprintln!("skipped: {shell} is not here to read its script"),
        }
    }
}

/// Runs the program with a stdout that nobody reads.
fn unread(place: &Place, line: &str) -> Output {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = place.call(line).command();
    command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
    command.spawn().unwrap().wait_with_output().unwrap()
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let place = Place::ready();
    place.ok("new prod/web");
    for line in [
        "list",
        "list --json",
        "show prod/web --reveal",
        "export --env prod",
        "export --env prod --k8s",
        "log --env prod",
        "env list",
        "recipients list --env prod",
        "rotate status prod/web",
        "status --due 90d",
        "completions zsh",
    ] {
        let output = unread(&place, line);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(141), ""), "{line}");
    }
    let help = unread(&place, "--help");
    assert_eq!(help.stderr, b"", "--help");

    let made = unread(&place, "new prod/lost");
    let stderr = String::from_utf8(made.stderr).unwrap();
    assert_eq!(made.status.code(), Some(141), "{stderr}");
    assert!(stderr.contains("hint: the key is in the vault; to see it: keyctl show prod/lost"));
    assert_eq!(place.states("prod/lost"), ["active"]);
}

#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    let place = Place::ready();
    place.ok("new prod/web");
    let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full");
        return;
    };
    let mut command = place.call("export --env prod").command();
    command.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("error: cannot write to standard output: "), "{stderr}");
}

#[test]
fn quiet_says_only_what_needs_attention() {
    let place = Place::new();
    for line in [
        "init --no-passphrase --quiet",
        "new prod/web --quiet",
        "rotate add prod/web --quiet",
        "rotate migrate prod/web --yes -q",
        "set prod/web --owner me -q",
        "show prod/web -q",
    ] {
        assert_eq!(place.run(line).stderr, "", "{line}");
    }
    assert!(place.run("show prod/x -q").stderr.starts_with("error: "));
}

#[test]
fn nothing_is_coloured_in_a_pipe_unless_it_must_be() {
    let place = Place::ready();
    place.ok("new prod/web");
    let coloured = |line: &str| place.run(line).stdout.contains('\u{1b}');
    assert!(!coloured("list"));
    assert!(!coloured("list --color never"));
    assert!(coloured("list --color always"));
    let report = place.run("list --json --color always");
    assert!(!report.stdout.contains('\u{1b}'), "{report}");
}
