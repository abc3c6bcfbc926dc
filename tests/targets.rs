//! Targets: `keyctl.toml` names the artifacts of a directory, `export` writes them and `check` reads
//! them back.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use common::{Ended, Place};

const PROJECT: &str = r#"
[targets.compose]
env = "prod"
format = "docker"
output = "secrets/api_keys.txt"

[targets.app]
env = "dev"
output = "dev.env"
var = "SERVICEKIT_API_KEYS"

[targets.client]
env = "prod"
keys = ["web"]
client = true
bare = true
output = "web.key"
mode = "0640"
"#;

fn project(text: &str) -> (Place, PathBuf) {
    let place = Place::ready();
    for key in ["prod/web", "prod/batch", "dev/app"] {
        place.ok(format!("new {key} --no-show --yes").as_str());
    }
    let dir = place.outside("project");
    fs::create_dir_all(dir.join("secrets")).unwrap();
    fs::create_dir_all(dir.join("deep/below")).unwrap();
    fs::write(dir.join("keyctl.toml"), text).unwrap();
    (place, dir)
}

/// Runs keyctl in a directory.
fn run_in(place: &Place, dir: &Path, words: &str) -> Ended {
    place.call(words).in_dir(dir).run()
}

#[test]
fn all_targets_are_written_and_it_is_said_what_changed() {
    let (place, dir) = project(PROJECT);
    let done = run_in(&place, &dir, "export");
    assert_eq!((done.code, done.stdout.as_str()), (0, ""), "{done}");
    assert!(done.stderr.contains("compose: secrets/api_keys.txt: 2 secrets of prod"), "{done}");
    let list = fs::read_to_string(dir.join("secrets/api_keys.txt")).unwrap();
    assert_eq!(list, place.ok("export --env prod --docker"));
    let app = fs::read_to_string(dir.join("dev.env")).unwrap();
    assert_eq!(app, format!("SERVICEKIT_API_KEYS={}\n", place.secret("dev/app", 1)));
    let client = fs::read_to_string(dir.join("web.key")).unwrap();
    assert_eq!(client, format!("{}\n", place.secret("prod/web", 1)));
    assert_eq!(dir.join("web.key").metadata().unwrap().permissions().mode() & 0o777, 0o640);

    // From below, and only what changed.
    place.ok("rotate add prod/batch");
    let again = run_in(&place, &dir.join("deep/below"), "export");
    assert!(again.stderr.contains("compose: secrets/api_keys.txt: 3 secrets of prod\n"), "{again}");
    assert!(again.stderr.contains("app: dev.env: 1 secret of dev, unchanged"), "{again}");
    let one = run_in(&place, &dir, "export --target app");
    assert_eq!(one.stderr.lines().count(), 1, "{one}");
    let of_dev = run_in(&place, &dir, "export --env dev");
    assert!(of_dev.stderr.starts_with("app: ") && of_dev.stderr.lines().count() == 1, "{of_dev}");
    // Whoever says a format means that.
    let said = run_in(&place, &dir, "export --env dev --chapkit");
    assert!(said.stdout.starts_with("CHAPKIT_API_KEYS="), "{said}");
}

#[test]
fn when_one_target_cannot_be_written_none_is() {
    let (place, dir) = project(&PROJECT.replace("dev.env", "missing/dev.env"));
    let failed = run_in(&place, &dir, "export");
    assert_eq!(failed.code, 1, "{failed}");
    assert!(failed.stderr.contains("target app"), "{failed}");
    assert!(!dir.join("secrets/api_keys.txt").exists() && !dir.join("web.key").exists());
    let left: Vec<_> = fs::read_dir(dir.join("secrets")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn check_says_which_targets_are_behind_and_needs_no_passphrase() {
    let (place, dir) = project(PROJECT);
    let absent = run_in(&place, &dir, "check");
    assert_eq!(absent.code, 3, "{absent}");
    assert_eq!(absent.stdout.matches("absent").count(), 3, "{absent}");
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    // Only the manifests are there to answer.
    let identity = place.identity();
    let aside = identity.with_extension("aside");
    fs::rename(&identity, &aside).unwrap();
    let good = run_in(&place, &dir, "check");
    assert_eq!((good.code, good.stdout.as_str()), (0, ""), "{good}");
    assert!(
        good.stderr.contains("compose: secrets/api_keys.txt: as it should be, 2 keys"),
        "{good}"
    );
    fs::rename(&aside, &identity).unwrap();
    place.ok("rotate add prod/web");
    let behind = run_in(&place, &dir, "check");
    assert_eq!(behind.code, 3, "{behind}");
    assert!(behind.stdout.contains("prod/web@2") && behind.stdout.contains("missing"), "{behind}");
    assert!(behind.stderr.contains("keyctl export --target compose"), "{behind}");
    assert_eq!(run_in(&place, &dir, "check app client").code, 0);
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    assert_eq!(run_in(&place, &dir, "check").code, 0);
    place.ok("rotate migrate prod/web --yes");
    let client = run_in(&place, &dir, "check client");
    assert!(
        client.stdout.contains("prod/web@1") && client.stdout.contains("not meant"),
        "{client}"
    );
}

#[test]
fn a_project_file_with_mistakes_is_told_by_name() {
    for (text, says) in [
        ("[targets.x]\nformat = \"docker\"\n", "`output` is missing"),
        ("[targets.x]\noutput = \"f\"\nformat = \"dokcer\"\n", "dokcer"),
        ("[targets.x]\noutput = \"f\"\nnme = \"y\"\n", "--nme"),
        ("[targets.x]\noutput = \"f\"\nenv = \"Prod\"\n", "Prod"),
        ("[targets.x]\noutput = \"f\"\nforce = true\n", "`force`"),
        ("[targets.x]\noutput = \"f\"\nkeys = [\"--force\"]\n", "`keys`"),
        ("[targets.x]\noutput = \"f\"\nvar = 1.5\n", "`var`"),
        ("targets = 1\n", "not a table"),
        ("[target.x]\n", "`target` is not known"),
        ("[targets.x\n", "line 1"),
    ] {
        let (place, dir) = project(text);
        let ended = run_in(&place, &dir, "export");
        assert_eq!(ended.code, 2, "{text}: {ended}");
        assert!(ended.stderr.contains(says), "{text}: {ended}");
        assert!(ended.stderr.contains("keyctl.toml"), "{ended}");
    }
    let (place, dir) = project(PROJECT);
    let ended = run_in(&place, &dir, "export --target compsoe");
    assert_eq!(ended.code, 2, "{ended}");
    assert!(ended.stderr.contains("app, client, compose"), "{ended}");
    // Where others can say where secrets go, nothing is written.
    let file = dir.join("keyctl.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let ended = run_in(&place, &dir, "export");
    assert_eq!(ended.code, 7, "{ended}");
    assert!(!dir.join("dev.env").exists());
}

#[test]
fn without_a_project_nothing_is_different() {
    let place = Place::ready();
    place.ok("new --env prod web --no-show");
    let dir = place.outside("empty");
    fs::create_dir(&dir).unwrap();
    let printed = run_in(&place, &dir, "export");
    assert!(printed.stdout.starts_with("CHAPKIT_API_KEYS="), "{printed}");
    assert_eq!(run_in(&place, &dir, "check").code, 2);
    assert_eq!(run_in(&place, &dir, "export --target x").code, 2);
}

#[test]
fn a_rotation_names_the_targets_and_its_status_those_that_are_behind() {
    let (place, dir) = project(PROJECT);
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    let added = run_in(&place, &dir, "rotate add prod/web");
    assert!(added.stderr.contains("give services the list: keyctl export --target compose\n"));
    assert!(added.stderr.contains("docker secret create NEW secrets/api_keys.txt"), "{added}");
    assert!(!added.stderr.contains("--target client"), "{added}");
    let status = run_in(&place, &dir, "rotate status");
    let behind = "target compose is behind: keyctl export --target compose\n";
    assert!(status.stderr.contains(behind), "{status}");
    assert!(!status.stderr.contains("target client"), "{status}");
    assert_eq!(run_in(&place, &dir, "export --target compose").code, 0);
    assert!(!run_in(&place, &dir, "rotate status").stderr.contains("is behind"));
    // Elsewhere it is as without a project.
    let elsewhere = run_in(&place, &place.home(), "rotate add prod/batch");
    assert!(elsewhere.stderr.contains("keyctl export --env prod\n"), "{elsewhere}");
}

#[test]
fn what_names_no_target_is_no_success() {
    let (place, dir) = project("[targets.a]\nenv = \"prod\"\noutput = \"a\"\n");
    for words in ["check --env dev", "export --env dev", "export --target a --env dev"] {
        let ended = run_in(&place, &dir, words);
        assert_eq!(ended.code, 2, "{ended}");
        assert!(ended.stderr.contains("no target is of this environment"), "{ended}");
    }
    let twice = "[targets.a]\nenv = \"prod\"\noutput = \"a\"\n[targets.b]\nenv = \"prod\"\noutput = \"./a\"\n";
    let (place, dir) = project(twice);
    let ended = run_in(&place, &dir, "export");
    assert_eq!(ended.code, 2, "{ended}");
    assert!(ended.stderr.contains("another target writes ./a too"), "{ended}");
    assert!(!dir.join("a").exists());
}

#[test]
fn a_project_file_that_is_no_file_is_refused() {
    let (place, dir) = project("");
    let file = dir.join("keyctl.toml");
    fs::remove_file(&file).unwrap();
    let fifo = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mkfifoat(rustix::fs::CWD, &file, fifo).unwrap();
    let ended = run_in(&place, &dir, "export");
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stderr.contains("not a regular file"), "{ended}");
}
