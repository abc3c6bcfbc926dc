//! Many processes at once: no write is lost, and nobody is told of a fault that is none.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::Place;

fn keys(place: &Place, line: &str) -> BTreeSet<String> {
    let report = place.json(line);
    let environments = report["environments"].as_array().unwrap().iter();
    environments
        .flat_map(|environment| environment["keys"].as_array().unwrap())
        .map(|key| key["key"].as_str().unwrap().to_owned())
        .collect()
}

fn assert_no_leftovers(place: &Place) {
    for (path, _) in place.snapshot().files() {
        let name = path.file_name().unwrap().to_string_lossy();
        assert!(!name.ends_with("keyctl-tmp"), "{} was left", path.display());
    }
}

/// Runs `new` five times in each of 64 threads, all for an environment that nobody has made yet.
#[test]
fn three_hundred_and_twenty_keys_from_sixty_four_processes() {
    let place = Place::ready();
    let run = || {
        let ends = (0..5).map(|_| {
            let ended = place.run("new --env prod --no-show");
            assert!([0, 5].contains(&ended.code), "{ended}");
            let made = ended.stderr.split_whitespace().find(|word| word.contains("@1"));
            let name = || made.unwrap().trim_end_matches("@1").to_owned();
            (ended.code == 0).then(name)
        });
        ends.collect::<Vec<_>>()
    };
    let ends: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..64).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(ends.len(), 320);
    let said: Vec<String> = ends.into_iter().flatten().collect();
    let made: BTreeSet<String> = said.iter().cloned().collect();
    assert_eq!(made.len(), said.len(), "two processes made a key of the same name");
    assert_eq!(made.len(), 320, "a process was busy for longer than it waits");

    assert_eq!(keys(&place, "list"), made);
    let report = place.json("list");
    assert_eq!(report["environments"][0]["source"], "manifest", "the manifest is current");
    assert_eq!(keys(&place, "list --unlock"), made);
    let detail = &place.json("env list")["environments"][0]["detail"];
    assert_eq!(detail["generation"].as_u64().unwrap(), 320);
    let events = place.json("log --env prod");
    assert_eq!(events["events"].as_array().unwrap().len(), 321);
    assert_eq!(fs::read_dir(place.vault_file("backups")).unwrap().count(), 10);
    assert_no_leftovers(&place);

    let secrets = place.ok("export --env prod --docker");
    assert_eq!(secrets.lines().collect::<BTreeSet<_>>().len(), 320);
}

#[test]
fn readers_see_the_old_or_the_new_file_while_others_write() {
    let place = Place::ready();
    place.ok("new prod/web");
    let secret = place.secret("prod/web", 1);
    let done = AtomicBool::new(false);
    let read = |line: &str| {
        while !done.load(Ordering::Relaxed) {
            let mut call = place.call(line).stdin(&*secret);
            if line.starts_with("verify") {
                // Nothing but the manifest can answer.
                call = call.env("KEYCTL_IDENTITY", "missing");
            }
            let ended = call.run();
            assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{ended}");
        }
    };
    thread::scope(|scope| {
        for line in ["list", "list --unlock", "verify --env prod", "export --env prod"] {
            scope.spawn(move || read(line));
        }
        let writers = [0, 1].map(|writer| {
            let place = &place;
            scope.spawn(move || {
                for round in 0..30 {
                    let owner = format!("{writer}-{round}");
                    place.ok(["set", "prod/web", "--owner", &owner]);
                }
            })
        });
        let ends = writers.map(|writer| writer.join().is_ok());
        done.store(true, Ordering::Relaxed);
        assert_eq!(ends, [true, true]);
    });
    let detail = &place.json("env list")["environments"][0]["detail"];
    assert_eq!(detail["generation"].as_u64().unwrap(), 61);
    assert_no_leftovers(&place);
}

#[test]
fn environments_of_one_vault_are_written_at_once() {
    let place = Place::ready();
    let names: Vec<String> = (0..8).map(|number| format!("env{number}")).collect();
    thread::scope(|scope| {
        for name in &names {
            let place = &place;
            scope.spawn(move || {
                for _ in 0..3 {
                    place.ok(["new", "--env", name, "--no-show"]);
                }
            });
        }
    });
    assert_eq!(keys(&place, "list").len(), 24);
    assert_no_leftovers(&place);
}
