//! Where exports go: files that are replaced whole, keep their owner, and lose nothing that somebody
//! else wrote.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;

mod common;

use common::Place;

fn with_keys() -> (Place, PathBuf) {
    let place = Place::ready();
    place.ok("new --env prod web --no-show");
    place.ok("new --env prod batch --no-show");
    let file = place.outside("api_keys.txt");
    (place, file)
}

fn export(place: &Place, file: &std::path::Path, more: &str) -> String {
    let words = format!("export --env prod --docker -o {} {more}", file.display());
    place.run(words.as_str()).stderr
}

fn mode(file: &std::path::Path) -> u32 {
    file.metadata().unwrap().mode() & 0o7777
}

#[test]
fn a_file_is_private_unless_its_mode_is_named() {
    let (place, file) = with_keys();
    assert!(export(&place, &file, "").contains("2 secrets of prod"));
    assert_eq!(mode(&file), 0o600);
    export(&place, &file, "--mode 0640");
    assert_eq!(mode(&file), 0o640);
    export(&place, &file, "");
    assert_eq!(mode(&file), 0o600, "an earlier mode is not kept");
    for bad in ["0622", "0777", "640x", "8", "0200", "06000", "99999999999"] {
        let says = place.fails(2, format!("export --docker -o x --mode {bad}").as_str());
        assert!(says.contains("--mode"), "{bad}: {says}");
    }
}

#[test]
fn a_file_that_is_as_it_should_be_is_left_alone() {
    let (place, file) = with_keys();
    export(&place, &file, "");
    let before = file.metadata().unwrap();
    assert!(export(&place, &file, "").contains("unchanged"));
    let after = file.metadata().unwrap();
    assert_eq!((before.ino(), before.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    place.ok("rotate add prod/web");
    assert!(!export(&place, &file, "").contains("unchanged"));
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
}

#[test]
fn the_owner_of_a_file_stays() {
    let (place, file) = with_keys();
    export(&place, &file, "");
    if std::os::unix::fs::chown(&file, Some(12_345), Some(12_346)).is_err() {
        eprintln!("skipped: giving a file away takes root");
        return;
    }
    place.ok("rotate add prod/web");
    export(&place, &file, "");
    let meta = file.metadata().unwrap();
    assert_eq!((meta.uid(), meta.gid()), (12_345, 12_346));
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
}

#[test]
fn what_somebody_else_wrote_is_not_lost() {
    let (place, file) = with_keys();
    fs::write(&file, "postgres-password\n").unwrap();
    let refused =
        place.fails(7, format!("export --env prod --docker -o {}", file.display()).as_str());
    assert!(refused.contains("line 1") && refused.contains("--force"), "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "postgres-password\n");
    export(&place, &file, "--force");
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2);

    // A line between ours is lost as well.
    let env = place.outside(".env");
    let write = format!("export --env prod -o {}", env.display());
    place.ok(write.as_str());
    let ours = fs::read_to_string(&env).unwrap();
    fs::write(&env, format!("{ours}DATABASE_URL=postgres://\n")).unwrap();
    place.ok("rotate add prod/web");
    let refused = place.fails(7, write.as_str());
    assert!(refused.contains("line 2"), "{refused}");
    assert!(!refused.contains("postgres"), "{refused}");
    fs::write(&env, "").unwrap();
    place.ok(write.as_str());
}

#[test]
fn every_format_knows_its_own_file_again() {
    let (place, _) = with_keys();
    let formats = ["--chapkit", "--bare", "--docker", "--k8s", "--k8s --env-from"];
    let file = |at: usize| place.outside(&format!("artifact-{at}"));
    for stage in ["", "rotate add", "rotate migrate --yes", "rotate remove --yes"] {
        if !stage.is_empty() {
            let (verb, yes) = stage.split_once(" --").unwrap_or((stage, ""));
            let yes = if yes.is_empty() { "" } else { "--yes" };
            place.ok(format!("{verb} prod/web {yes}").as_str());
        }
        for (at, format) in formats.iter().enumerate() {
            let words = format!("export --env prod {format} -o {}", file(at).display());
            place.ok(words.as_str());
        }
    }
    // Destroyed and revoked versions are known by their digests.
    place.ok("rotate add prod/web");
    for (at, format) in formats.iter().enumerate() {
        place.ok(format!("export --env prod {format} -o {}", file(at).display()).as_str());
    }
    place.ok("revoke prod/web@3 --reason test --yes");
    for (at, format) in formats.iter().enumerate() {
        place.ok(format!("export --env prod {format} -o {}", file(at).display()).as_str());
    }
}

#[test]
fn only_a_regular_file_is_replaced() {
    let (place, file) = with_keys();
    let dir = place.outside("dir");
    fs::create_dir(&dir).unwrap();
    let refused = place.fails(1, format!("export --env prod -o {}", dir.display()).as_str());
    assert!(refused.contains("not a regular file"), "{refused}");
    fs::write(&file, "").unwrap();
    let link = place.outside("link");
    symlink(&file, &link).unwrap();
    let refused = place.fails(7, format!("export --env prod -o {}", link.display()).as_str());
    assert!(refused.contains("symbolic link"), "{refused}");
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn a_failing_export_leaves_the_old_file_as_it_was() {
    let (place, file) = with_keys();
    export(&place, &file, "");
    let before = fs::read(&file).unwrap();
    place.fails(1, format!("export prod/missing --docker -o {}", file.display()).as_str());
    assert_eq!(fs::read(&file).unwrap(), before);
    let dir = file.parent().unwrap();
    let left: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with("-tmp")), "{left:?}");
    let closed = place.outside("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        eprintln!("skipped: root can write everywhere");
        return;
    }
    place.fails(1, format!("export --env prod -o {}", closed.join("f").display()).as_str());
}

#[test]
fn a_missing_directory_is_named() {
    let (place, _) = with_keys();
    let file = place.outside("none/keys.txt");
    let says = place.fails(1, format!("export --env prod --docker -o {}", file.display()).as_str());
    assert!(says.contains(&format!("mkdir -p {}", place.outside("none").display())), "{says}");
}

#[test]
fn what_a_killed_run_left_is_removed_and_nothing_else() {
    let (place, file) = with_keys();
    let old = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
    for name in [".api_keys.txt.a1B2c3.keyctl-tmp", ".other.txt.a1B2c3.keyctl-tmp"] {
        fs::File::create(place.outside(name)).unwrap().set_times(old).unwrap();
    }
    // One that may still be written to.
    fs::write(place.outside(".api_keys.txt.d4E5f6.keyctl-tmp"), "").unwrap();
    export(&place, &file, "");
    let there = |name: &str| place.outside(name).exists();
    assert!(!there(".api_keys.txt.a1B2c3.keyctl-tmp"));
    assert!(there(".api_keys.txt.d4E5f6.keyctl-tmp") && there(".other.txt.a1B2c3.keyctl-tmp"));
}

/// A place with many single values in prod.
fn with_values(count: usize) -> Place {
    let (place, _) = with_keys();
    let lines: Vec<_> =
        (0..count).map(|at| format!("VALUE_{at}=not-a-real-secret-{at:05}-a1B2c3D4\n")).collect();
    let file = place.write("values.env", lines.concat());
    place.ok(format!("import {file} -F docker-env --kind secret --env prod").as_str());
    place
}

#[test]
fn there_may_be_more_files_than_a_process_may_have_open() {
    let place = with_values(600);
    let dir = place.outside("credentials");
    let line = format!(
        "ulimit -n 256; exec {} export --env prod -F systemd -o {}/ --no-input",
        common::PROGRAM,
        dir.display()
    );
    let output = place.bare("/bin/sh").args(["-c", &line]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 601);
}

#[test]
fn a_directory_of_credentials_is_nobody_elses_and_what_is_left_in_it_is_told() {
    let (place, _) = with_keys();
    for key in ["jwt", "session"] {
        place.ok(format!("new prod/{key} --kind secret --no-show").as_str());
    }
    let dir = place.outside("credentials");
    let line = format!("export --env prod -F systemd -o {}/", dir.display());
    place.ok(line.as_str());
    fs::write(dir.join("somebody"), "else\n").unwrap();
    // A value of another name now is still accepted; one that was revoked is not.
    place.ok("set prod/session --name login");
    assert!(!place.run(line.as_str()).stderr.contains("warning"));
    place.ok("revoke prod/jwt --reason test --yes");
    let told = place.run(line.as_str());
    assert_eq!(told.code, 0, "{told}");
    let jwt = dir.join("jwt");
    assert!(
        told.stderr.contains(&format!("when nothing reads it: rm {}", jwt.display())),
        "{told}"
    );
    assert_eq!(told.stderr.matches("warning").count(), 1, "{told}");
    assert!(jwt.exists());
    for mode in [0o770, 0o707, 0o1777] {
        fs::set_permissions(&dir, fs::Permissions::from_mode(mode)).unwrap();
        let refused = place.fails(7, line.as_str());
        assert!(refused.contains("other users can write to") && refused.contains("chmod go-w"));
    }
}
