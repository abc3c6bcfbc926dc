//! A command that is killed leaves the vault from before it or the one from after it, nothing in
//! between, and said again it goes through.
//!
//! `strace` kills the program as it begins one call, for every call of one that changes something,
//! in turn. Where it is not there or may not trace, these tests say so and skip.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "helpers of a test may fail like a test, read and write files as they like, and say \
              what they found"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::Place;
use common::tracer::Tracer;

/// What changes a file or a directory, or must come before that does. Each is counted by itself.
const CALLS: [&str; 25] = [
    "open",
    "openat",
    "flock",
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "sendfile",
    "copy_file_range",
    "ftruncate",
    "fallocate",
    "fchmod",
    "fchmodat",
    "fsync",
    "fdatasync",
    "mkdir",
    "mkdirat",
    "link",
    "linkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
];

/// What a command does when it is said again after it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    Nothing,
    /// The next step of its kind.
    More,
    /// There is nothing left to do it to.
    Fails,
}

/// A test for each command: what is said before it, the command, and what it does when said again.
macro_rules! crashes {
    ($($name:ident: $before:expr, $command:expr, $again:expr;)+) => {
        $(
            #[test]
            fn $name() {
                kill_everywhere(&$before, $command, $again);
            }
        )+
    };
}

const ADD: &str = "rotate add prod/web";
const MIGRATE: &str = "rotate migrate prod/web --yes";
const REMOVE: &str = "rotate remove prod/web --yes";
const BACK: &str = "rotate back prod/web --yes";
const LEAK: &str = "rotate --compromised prod/web --reason leaked --yes";
const LEAK_OF_ONE: &str = "rotate --compromised prod/web@1 --reason leaked --yes";
const ALL: &str = "rotate add --all";

crashes! {
    a_killed_add_is_done_wholly_or_not_at_all: [], ADD, Again::Nothing;
    a_killed_migrate_is_done_wholly_or_not_at_all: [ADD], MIGRATE, Again::Nothing;
    a_killed_remove_is_done_wholly_or_not_at_all: [ADD, MIGRATE], REMOVE, Again::Nothing;
    a_killed_back_from_added_is_done_wholly_or_not_at_all: [ADD], BACK, Again::More;
    a_killed_back_from_migrated_is_done_wholly_or_not_at_all: [ADD, MIGRATE], BACK, Again::More;
    a_killed_back_from_removed_is_done_wholly_or_not_at_all: [ADD, MIGRATE, REMOVE], BACK, Again::More;
    a_killed_answer_to_a_leak_is_done_wholly_or_not_at_all: [], LEAK, Again::More;
    a_killed_answer_to_the_leak_of_a_version_is_too: [ADD], LEAK_OF_ONE, Again::Nothing;
    a_killed_stage_of_all_keys_is_done_wholly_or_not_at_all: ["new prod/api"], ALL, Again::Fails;
}

/// A home with the key `prod/web` and a row of backups that is full.
fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    for number in 0..10 {
        place.ok(&format!("set prod/web --description 'change {number}'"));
    }
    place
}

/// All that can be seen of the vault. The status first, from a manifest that may lag: the others
/// unlock, and mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen([String; 4]);

impl Seen {
    #[track_caller]
    fn of(place: &Place) -> Self {
        let commands = [
            "rotate status prod/web --json",
            "show prod/web --reveal --json",
            "export --env prod --docker",
            "log --env prod --json",
        ];
        Self(commands.map(|command| {
            let ended = place.run(command);
            assert!(ended.code == 0 && ended.stderr.is_empty(), "{ended}");
            ended.stdout
        }))
    }

    /// The same where a secret that was not there `before`, and its fingerprint, have no value.
    fn without_new(&self, before: &Self) -> Self {
        let known = before.0.concat();
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
        let is_value = |word: &str| word.starts_with("sk_prod_") || word.starts_with("sha256:");
        Self(self.0.clone().map(|text| {
            let words = text.split(|c| !is_word(c)).filter(|word| is_value(word));
            let new: Vec<&str> = words.filter(|word| !known.contains(word)).collect();
            new.iter().fold(text.clone(), |text, word| text.replace(word, "new"))
        }))
    }
}

/// Keeps the home as it is, to start from it again.
fn save(place: &Place) {
    copy(&place.home(), &place.outside("saved"));
}

fn restore(place: &Place) {
    fs::remove_dir_all(place.home()).unwrap();
    copy(&place.outside("saved"), &place.home());
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

/// The calls of one name that a command makes.
#[derive(Debug, Default)]
struct Made {
    count: usize,
    /// Which of them change something, from 1.
    changes: Vec<usize>,
}

/// What an undisturbed run of `command` calls.
fn made(tracer: &Tracer<'_>, command: &str) -> BTreeMap<&'static str, Made> {
    let calls = CALLS.map(|call| format!("?{call}")).join(",");
    let output = tracer.command(&calls, None, command).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = tracer.report();
    let main = report.split_whitespace().next().unwrap();
    let mut made = BTreeMap::<_, Made>::new();
    for line in report.lines() {
        let (thread, call) = line.split_once(' ').unwrap();
        let name = call.trim_start().split('(').next().unwrap();
        let Some(name) = CALLS.into_iter().find(|known| *known == name) else { continue };
        // Between two changes it makes no difference when the program is killed.
        let changes = !name.starts_with("open") || !call.contains("O_RDONLY");
        if thread == main {
            let made = made.entry(name).or_default();
            made.count += 1;
            made.changes.extend(changes.then_some(made.count));
        } else {
            // Each thread counts for itself, so the first call of another one may never be met.
            assert!(!changes, "another thread changes something: {line}");
        }
    }
    made
}

/// Kills `command` at each of its calls, from the same home every time.
fn kill_everywhere(before: &[&str], command: &str, again: Again) {
    let place = place();
    let Some(tracer) = Tracer::new(&place) else { return };
    for command in before {
        place.ok(*command);
    }
    // It leaves files that the next command clears away.
    let renames = "?rename,?renameat,?renameat2";
    let (_, signal) = tracer.run(renames, "signal=KILL:when=1", "new prod/left").unwrap();
    assert_eq!(signal, Some(9));
    save(&place);
    let before = Seen::of(&place);
    restore(&place);
    let made = made(&tracer, command);
    let after = Seen::of(&place).without_new(&before);
    assert_ne!(before, after, "{command} does nothing");

    let (mut undone, mut done) = (0, 0);
    for (call, Made { count, changes }) in &made {
        for number in changes {
            restore(&place);
            let inject = format!("signal=KILL:when={number}");
            let killed = tracer.run(call, &inject, command);
            let (ended, signal) = killed.unwrap_or_else(|| panic!("{call} {number} was not met"));
            assert_eq!(signal, Some(9), "{ended}");
            let left = Seen::of(&place);
            if left == before {
                undone += 1;
            } else {
                assert_eq!(left.without_new(&before), after, "{ended}");
                done += 1;
                if again != Again::Nothing {
                    continue;
                }
            }
            place.ok(command);
            assert_eq!(Seen::of(&place).without_new(&before), after, "again after {ended}");
        }
        // The memory allocator opens a file now and then, only to read it.
        if changes.len() == *count {
            restore(&place);
            let beyond = format!("signal=KILL:when={}", count + 1);
            assert!(tracer.run(call, &beyond, command).is_none(), "{call} came once more");
        }
    }
    let kills = undone + done;
    println!("{command}: {kills} kills, {undone} before and {done} after the change; {made:?}");
    let least =
        [("open", 4), ("write", 3), ("fsync", 2), ("rename", 3), ("link", 1), ("unlink", 2)];
    for (kind, least) in least {
        let of_kind = made.iter().filter(|(call, _)| call.starts_with(kind));
        let kills: usize = of_kind.map(|(_, made)| made.changes.len()).sum();
        assert!(kills >= least, "only {kills} at {kind}: {made:?}");
    }
    assert!(undone > 0 && done > 0, "{undone} before, {done} after");
}
