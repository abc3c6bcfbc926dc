//! The promise of the README under fire: *A command that exits 0 has reached the disk. A command
//! that fails, is killed or runs out of space leaves the previous vault.*
//!
//! `strace` makes single system calls fail. Where it is not there or may not trace, those tests say
//! so and skip. A fault that the program never felt proves nothing, so each test counts those that
//! were felt.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Instant;

use common::tracer::Tracer;
use common::{PROGRAM, Place};

// What a call is named differs between machines; `?` allows for a name that this one does not have.
const WRITES: &str = "write";
const SYNCS: &str = "?fsync,?fdatasync";
const RENAMES: &str = "?rename,?renameat,?renameat2";
const LINKS: &str = "?link,?linkat";
const DIRECTORIES: &str = "?mkdir,?mkdirat";

/// A home with the key `prod/web` in its first vault, and a generation behind it.
fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    place.ok("rotate add prod/web");
    place
}

/// What anybody can read of the vault: both must be there, and nothing may be amiss.
#[derive(Debug, PartialEq, Eq)]
struct Content {
    list: String,
    export: String,
}

#[track_caller]
fn content(place: &Place) -> Content {
    let quiet = |args: &str| {
        let ended = place.run(args);
        assert!(ended.code == 0 && ended.stderr.is_empty(), "{ended}");
        ended.stdout
    };
    // First, as unlocking mends a manifest that lags.
    let list = quiet("list --env prod --all");
    Content { list, export: quiet("export --env prod --docker") }
}

/// Has every call of this kind that one `new` makes fail in turn, alone or with all later ones.
/// Returns how many faults were felt.
fn fail_each(calls: &str, error: &str, and_later: bool) -> usize {
    let place = place();
    let Some(tracer) = Tracer::new(&place) else { return usize::MAX };
    for number in 1.. {
        let key = format!("new prod/key-{number}");
        let before = content(&place);
        let later = if and_later { "+" } else { "" };
        let inject = format!("error={error}:when={number}{later}");
        let Some((ended, _)) = tracer.run(calls, &inject, &key) else { return number - 1 };
        assert!(!ended.stderr.contains("panicked at"), "{ended}");
        let after = content(&place);
        if ended.code == 0 {
            assert!(after.export.contains(&ended.stdout) && !ended.stdout.is_empty(), "{ended}");
        } else if ended.stderr.contains("cannot write to standard output") {
            // The key is there, and it is said how to see it.
            assert!(ended.stderr.contains("--reveal") && after != before, "{ended}");
        } else {
            assert_eq!(after, before, "{ended}");
            assert!(ended.code == 1 && ended.stderr.contains("error: "), "{ended}");
            place.ok(&key);
        }
    }
    unreachable!("the loop ends when no fault is felt any more")
}

#[test]
fn a_write_that_fails_leaves_the_previous_vault() {
    assert!(fail_each(WRITES, "ENOSPC", false) >= 3);
}

#[test]
fn a_sync_that_fails_leaves_the_previous_vault() {
    assert!(fail_each(SYNCS, "EIO", false) >= 2);
}

#[test]
fn a_disk_that_syncs_nothing_any_more_leaves_the_previous_vault() {
    assert!(fail_each(SYNCS, "EIO", true) >= 2);
}

#[test]
fn a_rename_that_fails_leaves_one_whole_vault() {
    assert!(fail_each(RENAMES, "EIO", false) >= 3);
}

#[test]
fn a_link_or_a_directory_that_fails_leaves_one_whole_vault() {
    assert!(fail_each(LINKS, "EPERM", false) >= 1);
    assert!(fail_each(DIRECTORIES, "ENOSPC", false) >= 1);
}

#[test]
fn what_is_not_on_the_disk_as_it_was_written_is_not_put_in_place() {
    let place = place();
    let Some(tracer) = Tracer::new(&place) else { return };
    let before = content(&place);
    // The call says that a hundred bytes were written, and none were.
    let (ended, _) = tracer.run(WRITES, "retval=100:when=1", "new prod/batch").unwrap();
    assert_eq!(ended.code, 6, "{ended}");
    assert!(ended.stderr.contains("not what is read back"), "{ended}");
    assert_eq!(content(&place), before);
    place.ok("new prod/batch");
}

#[test]
fn a_secret_is_shown_after_its_file_is_synced_put_in_place_and_synced_there() {
    let place = place();
    let Some(tracer) = Tracer::new(&place) else { return };
    let calls = [WRITES, SYNCS, RENAMES].join(",");
    assert!(tracer.command(&calls, None, "new prod/batch").output().unwrap().status.success());
    let report = tracer.report();
    let names = |line: &str| {
        let call = line.split_whitespace().nth(1).unwrap_or_default();
        ["write(1,", "fsync(", "fdatasync(", "rename"].into_iter().find(|n| call.starts_with(n))
    };
    let order: String = report.lines().filter_map(names).map(|name| &name[..1]).collect();
    let (before, after) = order.split_once('r').unwrap();
    assert!(before.contains('f'), "nothing is synced before it is put in place:\n{report}");
    let (synced, shown) = (after.find('f').unwrap(), after.find('w').unwrap());
    assert!(!before.contains('w') && synced < shown, "it is shown too early:\n{report}");
}

#[test]
fn leftovers_of_killed_commands_are_cleared_away() {
    let place = place();
    let Some(tracer) = Tracer::new(&place) else { return };
    let temporary = |place: &Place| {
        let snapshot = place.snapshot();
        snapshot.files().filter(|(path, _)| path.to_string_lossy().contains("-tmp")).count()
    };
    let (_, signal) = tracer.run(RENAMES, "signal=KILL:when=1", "new prod/batch").unwrap();
    assert_eq!(signal, Some(9));
    assert!(temporary(&place) > 0);
    place.ok("new prod/batch");
    assert_eq!(temporary(&place), 0);
}

#[test]
fn a_kill_at_any_moment_leaves_a_vault_that_opens() {
    const RUNS: u32 = 20;
    let place = place();
    let start = Instant::now();
    place.ok("new prod/first");
    let whole = start.elapsed();
    let mut killed = 0;
    for run in 0..RUNS {
        let before = content(&place);
        let mut child = place
            .bare(PROGRAM)
            .args(["new", &format!("prod/run-{run}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(whole * run / RUNS);
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        let after = content(&place);
        let more = after.export.lines().count() - before.export.lines().count();
        assert!(more <= 1 && after.export.contains(&shown));
        if output.status.signal() == Some(9) {
            killed += 1;
        } else {
            assert_eq!(more, 1);
        }
    }
    assert!(killed > 0);
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_like_a_full_disk() {
    let place = place();
    let before = place.snapshot();
    // Two blocks of 512 bytes; some shells count in 1024.
    let output = place
        .bare("/bin/sh")
        .args(["-c", "ulimit -f 1; exec \"$0\" new prod/batch", PROGRAM])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said} {:?}", output.status.signal());
    assert!(said.contains("prod.age: file too large"), "{said}");
    before.assert_same(&place.snapshot(), "a file that was too large");
    place.ok("new prod/batch");
}

#[test]
fn a_file_that_was_lost_is_not_silently_begun_anew() {
    let place = place();
    fs::remove_file(place.vault_file("prod.age")).unwrap();
    place.refuses(6, "new prod/batch", &["environment prod, and its file is gone", "backups"]);
    place.refuses(6, "env add prod", &["its file is gone"]);
    place.ok("new prod/batch --accept-rollback");
}
