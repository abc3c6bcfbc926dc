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
    assert!(of_dev.stderr.starts_with("app: ") && of_dev.stderr.lines().count() == 2, "{of_dev}");
    let note = "these are the targets of dev in keyctl.toml; to print instead, say --chapkit";
    assert!(of_dev.stderr.contains(note), "{of_dev}");
    // Whoever says a format means that.
    let said = run_in(&place, &dir, "export --env dev --chapkit");
    assert!(said.stdout.starts_with("CHAPKIT_API_KEYS="), "{said}");
}

#[test]
fn a_dry_run_says_what_would_change_and_writes_nothing() {
    let (place, dir) = project(PROJECT);
    let files =
        || ["secrets/api_keys.txt", "dev.env", "web.key"].map(|name| fs::read(dir.join(name)).ok());
    let dry = run_in(&place, &dir, "export --dry-run");
    assert_eq!((dry.code, dry.stdout.as_str(), files()), (0, "", [None, None, None]), "{dry}");
    let line = "compose: secrets/api_keys.txt: 2 secrets of prod, would be written\n";
    assert!(dry.stderr.contains(line), "{dry}");
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    let before = files();
    place.ok("rotate add prod/web");
    let dry = run_in(&place, &dir, "export --dry-run --json");
    assert_eq!((dry.code, dry.stderr.as_str()), (0, ""), "{dry}");
    let report: serde_json::Value = serde_json::from_str(&dry.stdout).unwrap();
    assert_eq!((&report["dry_run"], &report["changed"]), (&true.into(), &true.into()));
    let changed: Vec<_> = report["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["target"].as_str().unwrap(), one["changed"].as_bool().unwrap()))
        .collect();
    assert_eq!(changed, [("app", false), ("client", false), ("compose", true)]);
    assert_eq!(files(), before);
    // What an export would refuse, a dry run refuses too.
    fs::write(dir.join("dev.env"), "SOMEBODY=else\n").unwrap();
    assert_eq!(run_in(&place, &dir, "export --dry-run").code, 7);
    fs::remove_dir_all(dir.join("secrets")).unwrap();
    let missing = run_in(&place, &dir, "export --dry-run --target compose");
    assert_eq!(missing.code, 1, "{missing}");
    assert!(missing.stderr.contains("mkdir -p"), "{missing}");
}

#[test]
fn a_dry_run_without_a_file_shows_no_secret() {
    let place = Place::ready();
    place.ok("new --env prod web --no-show");
    for words in ["export --env prod --dry-run", "export --env prod -F github -n"] {
        let dry = place.run(words);
        assert_eq!((dry.code, dry.stdout.as_str()), (0, ""), "{dry}");
        assert!(dry.stderr.contains("1 secret of prod would be written; nothing was"), "{dry}");
    }
    let credentials = place.outside("credentials");
    let line = format!("export --env prod -F systemd -o {}/ -n", credentials.display());
    place.ok(line.as_str());
    assert!(!credentials.exists());
    for words in [
        "export --env prod --json",
        "export --env prod -F github --json",
        "export --env prod --clip -n",
    ] {
        place.refuses(2, words, &[]);
    }
}

#[test]
fn when_one_target_cannot_be_written_none_is() {
    let (place, dir) = project(&PROJECT.replace("dev.env", "missing/dev.env"));
    let failed = run_in(&place, &dir, "export");
    assert_eq!(failed.code, 1, "{failed}");
    assert!(failed.stderr.contains("target app"), "{failed}");
    let make = format!("mkdir -p {}", dir.join("missing").display());
    assert!(failed.stderr.contains(&make), "{failed}");
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
        ("[targets.x]\noutput = \"f\"\nclip = true\n", "`clip`"),
        ("[targets.x]\noutput = \"f\"\njson = true\n", "`json`"),
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

const NAMED: &str = r#"
[targets.env]
env = "prod"
format = "dotenv"
var = "SERVICE_KEYS"
output = "keys.env"

[targets.cluster]
env = "prod"
format = "k8s"
name = "web-keys"
namespace = "apps"
data-key = "keys.txt"
output = "secret.yaml"

[targets.hashed]
env = "prod"
format = "k8s"
append-hash = true
env-from = true
output = "hashed.yaml"

[targets.gate]
env = "prod"
format = "gateway"
output = "gate.txt"
"#;

#[test]
fn what_things_are_called_is_checked_too() {
    let (place, dir) = project(NAMED);
    place.ok("new prod/session-secret --kind secret --no-show");
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    let good = run_in(&place, &dir, "check");
    assert_eq!((good.code, good.stdout.as_str()), (0, ""), "{good}");
    for (target, file, from, to, says) in [
        (
            "env",
            "keys.env",
            "SERVICE_KEYS",
            "SERVICE_KEY",
            "the variable is called SERVICE_KEY; the target says SERVICE_KEYS",
        ),
        (
            "env",
            "keys.env",
            "SESSION_SECRET",
            "SECRET",
            "the variable is called SECRET; the target says SESSION_SECRET",
        ),
        (
            "cluster",
            "secret.yaml",
            "name: web-keys",
            "name: web-key",
            "the Secret is called web-key; the target says web-keys",
        ),
        (
            "cluster",
            "secret.yaml",
            "namespace: apps",
            "namespace: other",
            "the namespace is called other; the target says apps",
        ),
        (
            "cluster",
            "secret.yaml",
            "keys.txt:",
            "api.txt:",
            "the data key is called api.txt; the target says keys.txt",
        ),
        (
            "hashed",
            "hashed.yaml",
            "name: chapkit-api-keys-",
            "name: chapkit-api-key-",
            "the target says chapkit-api-keys",
        ),
        (
            "hashed",
            "hashed.yaml",
            "CHAPKIT_API_KEYS:",
            "KEYS:",
            "the variable is called KEYS; the target says CHAPKIT_API_KEYS",
        ),
        ("gate", "gate.txt", "web:", "www:", "the id is called www; the target says web"),
    ] {
        let path = dir.join(file);
        let before = fs::read_to_string(&path).unwrap();
        assert!(before.contains(from), "{before}");
        fs::write(&path, before.replace(from, to)).unwrap();
        let told = run_in(&place, &dir, &format!("check {target}"));
        assert_eq!(told.code, 3, "{told}");
        assert!(told.stdout.contains("misnamed") && told.stdout.contains(says), "{says}\n{told}");
        fs::write(&path, before).unwrap();
    }
    for words in ["check gate --dialect basic", "check env --client", "check -F list"] {
        let refused = run_in(&place, &dir, words);
        assert_eq!(refused.code, 2, "{refused}");
        assert!(refused.stderr.contains("keyctl.toml says"), "{refused}");
    }
    // An id that is a key itself is not repeated.
    let secret = place.secret("prod/web", 1);
    let gate = dir.join("gate.txt");
    let text = fs::read_to_string(&gate).unwrap().replace("web:", &format!("{secret}:"));
    fs::write(&gate, text).unwrap();
    let told = run_in(&place, &dir, "check gate");
    assert!(told.stdout.contains("is called like a key"), "{told}");
    assert!(!told.stdout.contains(&secret) && !told.stderr.contains(&secret), "{told}");
}

#[test]
fn limits_and_ends_are_checked_where_a_target_writes_them() {
    let text = r#"
[targets.gate]
env = "prod"
format = "gateway"
dialect = "extended"
output = "gate.txt"
"#;
    let (place, dir) = project(text);
    place.ok("set prod/web --meta rate_limit=60 --expires 2027-03-01");
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    assert_eq!(run_in(&place, &dir, "check").code, 0);
    let gate = dir.join("gate.txt");
    let before = fs::read_to_string(&gate).unwrap();
    for (from, to, says) in [
        (":60:", ":600:", "the rate limit is 600 here; the vault says 60"),
        (":60:", "::", "the rate limit is none here; the vault says 60"),
        (
            ":2027-03-01T",
            ":2027-04-01T",
            "the end is 2027-04-01T00:00:00Z here; the vault says 2027-03-01",
        ),
        (":2027-03-01T00:00:00", "", "the end is none here; the vault says 2027-03-01T00:00:00Z"),
    ] {
        assert!(before.contains(from), "{before}");
        fs::write(&gate, before.replace(from, to)).unwrap();
        let told = run_in(&place, &dir, "check");
        assert_eq!(told.code, 3, "{told}");
        assert!(told.stdout.contains("outdated") && told.stdout.contains(says), "{says}\n{told}");
    }
    fs::write(&gate, before).unwrap();
    place.ok("set prod/web --meta rate_limit=90");
    assert_eq!(run_in(&place, &dir, "check").code, 3);
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    assert_eq!(run_in(&place, &dir, "check").code, 0);
}

#[test]
fn what_an_export_keeps_is_not_told_to_be_exported_again() {
    let text = "[targets.auth]\nenv = \"prod\"\nformat = \"heare\"\noutput = \"keys.json\"\n";
    let (place, dir) = project(text);
    let file = dir.join("keys.json");
    let foreign = r#"{"id":"x","secret":"not-ours","name":"x"}"#;
    fs::write(&file, format!("{{\"keys\":[{foreign}]}}")).unwrap();
    assert_eq!(run_in(&place, &dir, "check").code, 3);
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    let good = run_in(&place, &dir, "check");
    assert_eq!((good.code, good.stdout.as_str()), (0, ""), "{good}");
    assert!(good.stderr.contains("beside a key of others, which an export keeps"), "{good}");
    // What an export keeps although it should not be there, a person takes out.
    let dev = place.secret("dev/app", 1);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("not-ours", &dev)).unwrap();
    let told = run_in(&place, &dir, "check");
    assert_eq!(told.code, 3, "{told}");
    assert!(told.stdout.contains("wrong environment"), "{told}");
    assert!(!told.stderr.contains("to write it anew"), "{told}");
    assert!(told.stderr.contains("take it out of keys.json"), "{told}");
    assert!(!run_in(&place, &dir, "rotate status").stderr.contains("is behind"));
    place.ok("rotate add prod/web");
    assert!(
        run_in(&place, &dir, "check")
            .stderr
            .contains("to write it anew: keyctl export --target auth")
    );
    assert!(run_in(&place, &dir, "rotate status").stderr.contains("target auth is behind"));
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
