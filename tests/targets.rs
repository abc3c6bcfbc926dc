//! Targets: `keyctl.toml` names the artifacts of a directory, `export` writes them and `check` reads
//! them back.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fmt::Write as _;
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
    // An id that is a key itself, or another secret of the vault, is not repeated.
    place.ok("new prod/jwt --kind secret --no-show");
    let gate = dir.join("gate.txt");
    let before = fs::read_to_string(&gate).unwrap();
    for key in ["prod/web", "prod/jwt"] {
        let secret = place.secret(key, 1);
        fs::write(&gate, before.replace("web:", &format!("{secret}:"))).unwrap();
        let told = run_in(&place, &dir, "check gate");
        assert!(told.stdout.contains("is called like a key"), "{told}");
        assert!(!told.stdout.contains(&secret) && !told.stderr.contains(&secret), "{told}");
    }
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

#[test]
fn a_project_of_somebody_elses_reads_and_writes_among_its_own_files() {
    let (place, dir) = project("");
    let outside = place.outside("outside");
    fs::create_dir(&outside).unwrap();
    fs::create_dir_all(dir.join(".git/hooks")).unwrap();
    std::os::unix::fs::symlink(&outside, dir.join("link")).unwrap();
    fs::write(outside.join("private"), "{{ keys[0].secret }} private").unwrap();
    let absolute = outside.join("f").display().to_string();
    for text in [
        "output = \"../outside/f\"",
        &format!("output = \"{absolute}\""),
        "output = \"link/f\"",
        "output = \"link\"\nformat = \"systemd\"",
        "output = \".git/hooks/post-checkout\"",
        "output = \"f\"\ntemplate = \"../outside/private\"",
        "output = \"f\"\nformat = \"heare\"\ninto = \"link/private\"",
        "output = \"f\"\nformat = \"heare\"\nstorage-secret-file = \"link/private\"",
    ] {
        fs::write(dir.join("keyctl.toml"), format!("[targets.x]\nenv = \"prod\"\n{text}\n"))
            .unwrap();
        for words in ["export", "export --target x", "export --env prod", "export -n"] {
            let ended = run_in(&place, &dir, words);
            assert_eq!(ended.code, 7, "{text}: {ended}");
            assert!(ended.stderr.contains("say --outside"), "{ended}");
        }
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "{text}");
        assert!(!dir.join("f").exists());
    }
    fs::write(
        dir.join("keyctl.toml"),
        format!("[targets.x]\nenv = \"prod\"\noutput = \"{absolute}\"\n"),
    )
    .unwrap();
    assert_eq!(run_in(&place, &dir, "export --outside").code, 0);
    assert!(outside.join("f").exists());
    place.refuses(
        2,
        "export --env prod --docker -o f --mode 0755",
        &["nothing in it is to be run"],
    );
}

#[test]
fn the_keys_of_a_target_say_its_environment() {
    let (place, dir) = project("");
    let target = |text: &str| {
        fs::write(dir.join("keyctl.toml"), format!("[targets.x]\noutput = \"f\"\n{text}\n"))
            .unwrap();
    };
    target("keys = [\"prod/web\"]");
    let ended = place.call("export").in_dir(&dir).env("KEYCTL_ENV", "dev").run();
    assert_eq!(ended.code, 0, "{ended}");
    assert!(fs::read_to_string(dir.join("f")).unwrap().contains(&place.secret("prod/web", 1)));
    for (text, says) in [
        ("env = \"dev\"\nkeys = [\"prod/web\"]", "prod/web is not of dev"),
        ("keys = [\"prod/web\", \"dev/app\"]", "dev/app is not of prod"),
        ("keys = [\"prod/web@1\"]", "leave the @ out"),
    ] {
        target(text);
        let ended = run_in(&place, &dir, "export");
        assert_eq!(ended.code, 2, "{ended}");
        assert!(ended.stderr.contains(says), "{ended}");
    }
}

#[test]
fn what_stands_in_a_target_beside_its_keys_is_checked_too() {
    let (place, dir) = project(
        r#"
[targets.cluster]
env = "prod"
format = "k8s"
output = "secret.yaml"

[targets.auth]
env = "prod"
format = "json"
output = "keys.json"
"#,
    );
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    assert_eq!(run_in(&place, &dir, "check").code, 0);
    for (file, from, to) in [
        ("secret.yaml", "Opaque", "kubernetes.io/tls"),
        ("secret.yaml", "name: chapkit-api-keys", "name: true"),
        ("secret.yaml", "data:", "immutable: true\ndata:"),
        ("keys.json", "\"state\":\"active\"", "\"state\":\"retired\""),
    ] {
        let path = dir.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let ended = run_in(&place, &dir, "check");
        assert_eq!(ended.code, 3, "{from}: {ended}");
        fs::write(&path, text).unwrap();
    }
    fs::set_permissions(dir.join("secret.yaml"), fs::Permissions::from_mode(0o644)).unwrap();
    let ended = run_in(&place, &dir, "check");
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("its mode is 0644; the target says 0600"), "{ended}");
    place.ok("set prod/web --description new");
    assert!(run_in(&place, &dir, "check auth").stdout.contains("differs"));
}

#[test]
fn one_bad_target_hides_no_other() {
    let (place, dir) = project(PROJECT);
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    fs::remove_file(dir.join("dev.env")).unwrap();
    std::os::unix::fs::symlink("elsewhere", dir.join("dev.env")).unwrap();
    fs::write(dir.join("elsewhere"), "").unwrap();
    fs::remove_file(dir.join("web.key")).unwrap();
    let ended = run_in(&place, &dir, "check");
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("is a symbolic link"), "{ended}");
    assert!(ended.stdout.contains("absent"), "{ended}");
    // Files need no project, and one that cannot be read hides none either.
    fs::write(dir.join("keyctl.toml"), "broken[").unwrap();
    let ended = run_in(&place, &dir, "check secrets/api_keys.txt --env prod");
    assert_eq!(ended.code, 0, "{ended}");
    let ended = run_in(&place, &dir, "rotate add prod/web");
    assert_eq!(ended.code, 0, "{ended}");
    assert!(run_in(&place, &dir, "rotate status").stderr.contains("which targets are behind"));
}

#[test]
fn two_targets_never_write_one_file() {
    let (place, dir) = project(
        r#"
[targets.a]
env = "prod"
format = "docker"
output = "creds/api_keys"

[targets.b]
env = "prod"
format = "systemd"
output = "creds"
"#,
    );
    fs::create_dir(dir.join("creds")).unwrap();
    fs::set_permissions(dir.join("creds"), fs::Permissions::from_mode(0o700)).unwrap();
    let ended = run_in(&place, &dir, "export");
    assert_eq!(ended.code, 2, "{ended}");
    assert!(ended.stderr.contains("another target writes"), "{ended}");
    assert_eq!(run_in(&place, &dir, "export --target a --target a").code, 0);
    // What others wrote is replaced when the command line says so.
    let file = dir.join("creds/api_keys");
    fs::write(&file, "theirs\n").unwrap();
    assert_eq!(run_in(&place, &dir, "export --target a").code, 7);
    assert_eq!(run_in(&place, &dir, "export --target a --force").code, 0);
    assert_eq!(run_in(&place, &dir, "export --env prod --docker --force").code, 2);
}

#[test]
fn a_directory_of_credentials_must_hold_nothing_that_is_revoked() {
    let (place, dir) =
        project("[targets.x]\nenv = \"prod\"\nformat = \"systemd\"\noutput = \"creds/\"\n");
    place.ok("new prod/jwt --kind secret --no-show");
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    place.ok("revoke prod/jwt@1 --reason test --yes");
    let ended = run_in(&place, &dir, "check");
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("jwt holds a secret that is not accepted any more"), "{ended}");
}

#[test]
fn a_rotation_names_every_target_that_it_concerns() {
    let (place, dir) = project(
        r#"
[targets.shell]
env = "prod"
shell = "sh"
output = "keys.sh"

[targets.client]
env = "prod"
keys = ["web"]
client = true
bare = true
output = "web.key"
"#,
    );
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    assert_eq!(run_in(&place, &dir, "rotate add prod/web").code, 0);
    let status = run_in(&place, &dir, "rotate status");
    assert!(status.stderr.contains("keyctl check -- shell\n"), "{status}");
    let migrated = run_in(&place, &dir, "rotate migrate prod/web --yes");
    assert!(migrated.stderr.contains("keyctl export --target client\n"), "{migrated}");
    assert!(!migrated.stderr.contains("prod/web --client"), "{migrated}");
}

#[test]
fn a_name_of_a_file_is_quoted_where_it_is_part_of_a_command() {
    let (place, dir) =
        project("[targets.x]\nenv = \"prod\"\nformat = \"docker\"\noutput = \"x; $(id) y.txt\"\n");
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    let added = run_in(&place, &dir, "rotate add prod/web");
    assert!(added.stderr.contains("docker secret create NEW 'x; $(id) y.txt'\n"), "{added}");
    let ended = run_in(&place, &dir, "export --env prod --docker -o $(touch_p)/x");
    assert!(ended.stderr.contains("mkdir -p '$(touch_p)'"), "{ended}");
}

#[test]
fn a_signal_leaves_all_targets_or_none_and_no_temporary_file() {
    let mut text = String::new();
    for at in 0..200 {
        let _ = writeln!(
            text,
            "[targets.t{at}]\nenv = \"prod\"\nformat = \"docker\"\noutput = \"out/{at}.txt\""
        );
    }
    let (place, dir) = project(&text);
    let out = dir.join("out");
    fs::create_dir(&out).unwrap();
    let mut interrupted = 0;
    for wait in (0..12).map(|at| 20 * at) {
        let mut child = place.call("export").in_dir(&dir).command().spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let ended = child.wait().unwrap();
        let names: Vec<_> =
            fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.is_empty() || names.len() == 200, "after {wait} ms: {names:?}");
        interrupted += usize::from(!ended.success());
        for name in names {
            fs::remove_file(out.join(name)).unwrap();
        }
    }
    assert!(interrupted > 0);
}

#[test]
fn a_target_with_weak_keys_is_as_it_should_be() {
    let (place, dir) = project(PROJECT);
    let file = place.write("old", "hunter2-and-more\n");
    place.ok(["import", &file, "--env", "prod", "--quiet"]);
    assert_eq!(run_in(&place, &dir, "export").code, 0);
    let ended = run_in(&place, &dir, "check");
    assert_eq!(ended.code, 0, "{ended}");
    place.ok("rotate add prod/batch");
    let status = run_in(&place, &dir, "rotate status");
    assert!(status.stderr.contains("keyctl check -- compose\n"), "{status}");
}
