//! `scan` and `hook` as they are used: files, standard input, what is staged, the history of a
//! repository, and the reports on them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "helpers of a test may fail like a test, read and write files as they like, and say so"
)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{Call, Place};
use keyctl::vault::signer::Signer;
use serde_json::{Value, json};

/// A vault with a key, and a directory to put things into.
struct Ground {
    place: Place,
    dir: PathBuf,
    key: String,
}

impl Ground {
    fn new() -> Self {
        let place = Place::ready();
        place.ok("new prod/web --quiet");
        let key = place.secret("prod/web", 1);
        let dir = place.outside("tree");
        fs::create_dir(&dir).unwrap();
        Self { place, dir, key }
    }

    /// The same as a git repository.
    fn repository() -> Self {
        let ground = Self::new();
        ground.git("init --quiet --initial-branch=main");
        ground.git("config user.name ana");
        ground.git("config user.email ana@example.org");
        ground
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn call(&self, line: &str) -> Call<'_> {
        self.place.call(line).in_dir(&self.dir)
    }

    /// What a scan that finds something writes, less what comes with it.
    #[track_caller]
    fn finds(&self, line: &str) -> String {
        let ended = self.call(line).run();
        assert_eq!(ended.code, 3, "{ended}");
        assert!(!ended.stdout.contains(&self.key) && !ended.stderr.contains(&self.key), "{ended}");
        ended.stdout
    }

    #[track_caller]
    fn clean(&self, line: &str) {
        let ended = self.call(line).run();
        assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{ended}");
    }

    fn report(&self, line: &str) -> Value {
        let ended = self.call(&format!("{line} --json")).run();
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"))
    }

    fn git(&self, line: &str) -> String {
        self.git_in(&self.dir, line)
    }

    fn git_in(&self, dir: &Path, line: &str) -> String {
        let output = self.commit_command(dir, line).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {line}: {said}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn commit_command(&self, dir: &Path, line: &str) -> Command {
        let mut command = self.place.bare("git");
        command.args(common::split(line)).current_dir(dir).env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }
}

fn has_git() -> bool {
    let has = Command::new("git").arg("--version").output().is_ok();
    if !has {
        eprintln!("skipped: there is no git");
    }
    has
}

fn lines(ended: &str) -> Vec<&str> {
    ended.lines().collect()
}

#[test]
fn a_directory_is_scanned_with_all_that_is_hidden_in_it() {
    let ground = Ground::new();
    ground.clean("scan");
    ground.write("src/main.rs", format!("fn main() {{}}\n// é {}\n", ground.key));
    ground.write(".env", format!("A=1\r\nKEY=\"{}\"\r\n", ground.key));
    ground.write(".gitignore", "*");
    let coded = STANDARD.encode(format!("{}\n", ground.key));
    ground.write("k8s/.hidden/secret.yaml", format!("data:\n  key: {coded}\n"));
    let shown = format!("{}…", &ground.key[..10]);
    let what = "prod/web@1 (active, still accepted)";
    let wanted = format!(
        ".env:2:6: {shown} {what}\n\
         k8s/.hidden/secret.yaml:2:8: {shown} {what}, in base64\n\
         src/main.rs:2:6: {shown} {what}\n"
    );
    assert_eq!(ground.finds("scan"), wanted);
    assert_eq!(ground.finds("scan ."), wanted);
    assert_eq!(
        ground.finds("scan .env src"),
        [lines(&wanted)[0], lines(&wanted)[2], ""].join("\n")
    );
    let ended = ground.call("scan src").run();
    assert!(
        ended.stderr.contains(
            "prod/web@1: replace it at once: keyctl rotate --compromised prod/web --reason TEXT"
        ),
        "{ended}"
    );
    assert_eq!(ground.call("scan src -q").run().stderr, "");
}

#[test]
fn it_is_told_whose_a_key_is_and_what_to_do() {
    let ground = Ground::new();
    ground.place.ok("rotate add prod/web --quiet");
    ground.place.ok("rotate migrate prod/web --yes --quiet");
    let second = ground.place.secret("prod/web", 2);
    ground.place.ok("rotate remove prod/web --yes --quiet");
    ground.place.ok("new dev/api --quiet");
    let revoked = ground.place.secret("dev/api", 1);
    ground.place.ok("revoke dev/api --reason gone --yes --quiet");
    let stranger = Ground::new();
    ground.write("a", [&*ground.key, &second, &revoked, &stranger.key].join("\n"));
    let report = ground.report("scan");
    let of = |at: usize, field: &str| report["findings"][at][field].clone();
    assert_eq!(report["schema"], "keyctl.scan/1");
    for (at, key, state, accepted, next) in [
        (0, "prod/web", "retired", false, Some("keyctl revoke prod/web@1 --reason TEXT")),
        (1, "prod/web", "active", true, Some("keyctl rotate --compromised prod/web --reason TEXT")),
        (2, "dev/api", "revoked", false, None),
    ] {
        assert_eq!(of(at, "key"), key);
        assert_eq!(of(at, "state"), state);
        assert_eq!(of(at, "accepted"), accepted);
        assert_eq!(of(at, "next").as_str(), next);
        assert_eq!(of(at, "line"), at + 1);
    }
    assert!(of(3, "key").is_null() && of(3, "fingerprint").is_null());
    let ended = ground.call("scan").run();
    assert!(
        ended.stdout.contains("a:4:1: ") && ended.stdout.contains("a key that no manifest knows"),
        "{ended}"
    );
    assert!(ended.stderr.contains("find out whose it is"), "{ended}");
}

#[test]
fn standard_input_is_scanned_however_it_comes() {
    let ground = Ground::new();
    let text = format!("{}\n{}", "x\n".repeat(400_000), ground.key);
    let ended = ground.call("scan -").stdin(text).run();
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.starts_with("standard input:400002:1: "), "{ended}");
    let wide: Vec<u8> = ground.key.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ended = ground.call("scan -").stdin([b"\xff\xfe", &wide[..]].concat()).run();
    assert!(ended.stdout.contains("standard input:1:2: "), "{ended}");
    assert!(ended.stdout.contains("in utf-16"), "{ended}");
    let ended = ground.call("scan -").stdin("nothing").run();
    assert_eq!(ended.code, 0, "{ended}");
    let refused = ground.call("scan - --passphrase-fd 0").stdin("x");
    assert!(refused.fails(2).contains("cannot be both"));
}

#[test]
fn what_cannot_be_read_is_named_and_the_exit_code_tells() {
    let ground = Ground::new();
    ground.write("good", "nothing");
    let ended = ground.call("scan good none").run();
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{ended}");
    assert!(ended.stderr.contains("cannot read none: no such file"), "{ended}");
    ground.write("key", &ground.key);
    let ended = ground.call("scan none key").run();
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stderr.contains("cannot read none"), "{ended}");
    let report = ground.report("scan none key");
    assert_eq!(report["unreadable"].as_array().unwrap().len(), 1);

    // A process without rights, where this one has all.
    let locked = ground.dir.join("locked");
    fs::write(&locked, &ground.key).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&locked).is_ok() {
        eprintln!("skipped: this user can read everything");
    } else {
        let ended = ground.call("scan").run();
        assert_eq!(ended.code, 3, "{ended}");
        assert!(ended.stderr.contains("cannot read locked: permission denied"), "{ended}");
    }
}

#[test]
fn loops_pipes_and_sockets_hold_nothing_up() {
    let ground = Ground::new();
    ground.write("dir/key", &ground.key);
    symlink("..", ground.dir.join("dir/loop")).unwrap();
    symlink("self", ground.dir.join("self")).unwrap();
    symlink("/", ground.dir.join("dir/root")).unwrap();
    symlink("dir/key", ground.dir.join("link")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(ground.dir.join("socket")).unwrap();
    let made = Command::new("mkfifo").arg(ground.dir.join("fifo")).status();
    assert!(made.is_ok_and(|status| status.success()));
    assert_eq!(lines(&ground.finds("scan")).len(), 1);
    assert!(ground.finds("scan link").starts_with("link:1:1: "));
    assert!(ground.finds("scan dir/loop").starts_with("dir/loop/dir/key:1:1: "));
    assert_eq!(ground.call("scan self").run().code, 1);
}

#[test]
fn names_of_files_do_not_steer_the_terminal() {
    let ground = Ground::new();
    ground.write("a\u{1b}[2Jb\nc", &ground.key);
    assert!(ground.finds("scan").starts_with("a\\u{1b}[2Jb\\u{a}c:1:1: "));
    assert!(ground.finds("scan -F github").contains("file=a\\u{1b}[2Jb\\u{a}c,line=1,col=1,"));
    // The log of a workflow obeys lines that begin with two colons.
    ground.write("::stop-commands::x", &ground.key);
    assert!(ground.finds("scan").starts_with("./::stop-commands::x:1:1: "));
}

#[test]
fn a_key_in_the_name_of_a_file_is_not_shown() {
    let ground = Ground::new();
    ground.write(&format!("backup-{}.txt", ground.key), format!("\n{}", ground.key));
    let shown = format!("backup-{}….txt", &ground.key[..10]);
    assert!(ground.finds("scan").starts_with(&format!("{shown}:2:1: ")));
    assert_eq!(ground.report("scan")["findings"][0]["path"], shown);
    for format in ["sarif", "github"] {
        let _ = ground.finds(&format!("scan -F {format}"));
    }
}

#[test]
fn ignored_files_are_left_out_on_request() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.write(".gitignore", "ignored\n");
    for path in ["ignored", "kept", "sub/kept", "sub/ignored"] {
        ground.write(path, &ground.key);
    }
    // A submodule that was not checked out, with something in its place.
    let first = ground.git("commit-tree -m x 4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    ground.git(&format!("update-index --add --cacheinfo 160000,{first},gone"));
    ground.write("gone/left", &ground.key);
    fs::create_dir(ground.dir.join("inner")).unwrap();
    ground.git_in(&ground.dir.join("inner"), "init --quiet");
    ground.write("inner/new", &ground.key);
    let places = |line: &str| -> Vec<String> {
        let found = ground.finds(line);
        found.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        places("scan"),
        ["gone/left", "ignored", "inner/new", "kept", "sub/ignored", "sub/kept"]
    );
    assert_eq!(places("scan --gitignore"), ["gone/left", "inner/new", "kept", "sub/kept"]);
    assert_eq!(places("scan --gitignore sub"), ["sub/kept"]);
    let outside = ground.place.call("scan --gitignore .");
    assert!(outside.fails(1).contains("not a git repository"));
}

#[test]
fn what_is_staged_is_scanned_and_nothing_else() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.clean("scan --staged");
    ground.write("not staged", &ground.key);
    ground.clean("scan --staged");
    ground.write("with space/ü", format!("\n{}", ground.key));
    ground.git("add 'with space'");
    // What is staged counts, not what lies there now.
    ground.write("with space/ü", "harmless");
    assert!(ground.finds("scan --staged").starts_with("with space/ü:2:1: "));
    ground.git("commit --quiet -m first");
    ground.clean("scan --staged");
    ground.git("add .");
    assert!(ground.finds("scan --staged").starts_with("not staged:1:1: "));
    ground.git("rm --quiet --cached 'not staged'");
    ground.clean("scan --staged");
    ground.write("a\nb", &ground.key);
    ground.git("add .");
    // Nor does a setting of the repository hide what is above.
    ground.git("config diff.relative true");
    let above = ground.place.call("scan --staged").in_dir(&ground.dir.join("with space")).run();
    assert!(above.stdout.starts_with("a\\u{a}b:1:1: "), "{above}");
    assert!(above.stdout.contains("\nnot staged:1:1: "), "{above}");
    ground.git("reset --quiet");
    assert!(ground.place.call("scan --staged").fails(1).contains("not a git repository"));
}

#[test]
fn the_history_holds_what_files_no_longer_do() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.clean("scan --git-history");
    ground.write("a", "one");
    ground.git("add .");
    ground.git("commit --quiet -m one");
    ground.write("dir/b c", format!("x\n{}\n", ground.key));
    ground.git("add .");
    ground.git("commit --quiet -m two");
    let second = ground.git("rev-parse HEAD");
    ground.git("rm --quiet -r dir");
    ground.git("commit --quiet -m three");
    ground.git("gc --quiet");
    ground.clean("scan");
    let found = ground.finds("scan --git-history");
    assert!(found.starts_with(&format!("{}:dir/b c:2:1: ", &second[..12])), "{found}");
    let report = ground.report("scan --git-history");
    assert_eq!(report["findings"][0]["commit"], second);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(ground.finds("scan --git-history HEAD"), found);
    assert_eq!(ground.finds(&format!("scan --git-history {second}~1..{second}")), found);
    ground.clean(&format!("scan --git-history {second}.."));
    ground.clean(&format!("scan --git-history {second}~1"));

    // Messages of commits and tags, and what no commit has any more.
    ground.git(&format!("commit --quiet --allow-empty -m 'see {}'", ground.key));
    let fourth = ground.git("rev-parse HEAD");
    ground.git(&format!("tag -a -m '{}' v1", ground.key));
    ground.write("dangling", format!("{}!", ground.key));
    let object = ground.git("hash-object -w dangling");
    let found = ground.finds("scan --git-history");
    assert_eq!(lines(&found).len(), 4, "{found}");
    for wanted in
        [format!("commit {fourth}:6:5: "), "tag ".to_owned(), format!("object {object}:1:1: ")]
    {
        assert!(found.contains(&wanted), "{wanted}: {found}");
    }

    // An object that is to stand for another one does not hide it.
    ground.write("clean", "harmless");
    let harmless = ground.git("hash-object -w clean");
    ground.git(&format!("replace {object} {harmless}"));
    assert_eq!(ground.finds("scan --git-history"), found);
    let bad = ground.call("scan --git-history nowhere..").fails(1);
    assert!(bad.contains("nowhere"), "{bad}");
    assert_eq!(ground.call("scan --git-history=--all").run().code, 1);
}

#[test]
fn keys_are_found_wherever_they_lie_among_many_objects() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    let mut stream =
        String::from("commit refs/heads/main\ncommitter a <a@example.org> 0 +0000\ndata 0\n");
    let mut wanted = Vec::new();
    for at in 0..5000 {
        let path = format!("{}/file {at}", at % 7);
        let text = format!("{at}{}\nkey = {}", " .".repeat(50), ground.key);
        wanted.push(path.clone());
        let _ = writeln!(stream, "M 644 inline {path}\ndata {}\n{text}", text.len());
    }
    ground.write(".git/stream", stream);
    let stream = fs::File::open(ground.dir.join(".git/stream")).unwrap();
    let import = ground.commit_command(&ground.dir, "fast-import --quiet").stdin(stream).status();
    assert!(import.unwrap().success());
    fs::remove_file(ground.dir.join(".git/stream")).unwrap();
    wanted.sort();
    for line in ["scan --git-history", "scan --git-history main"] {
        let report = ground.report(line);
        let findings = report["findings"].as_array().unwrap();
        let path = |finding: &Value| finding["path"].as_str().unwrap().to_owned();
        let mut found: Vec<_> = findings.iter().map(path).collect();
        found.sort();
        assert_eq!(found, wanted, "{line}");
        assert!(findings.iter().all(|finding| finding["line"] == 2 && finding["column"] == 7));
    }
}

/// A git that says nothing of some objects, and is content, must not make them clean.
#[test]
fn a_git_that_ends_too_early_is_noticed() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    for at in 0..40 {
        ground.write(&format!("f{at}"), format!("{at}"));
    }
    ground.git("add .");
    let bin = ground.place.outside("bin");
    fs::create_dir(&bin).unwrap();
    let script = "#!/bin/sh\nPATH=${PATH#*:}\nfor word; do case $word in --batch=*) head -n 3 | git \"$@\"; \
                  exit 0 ;; esac; done\nexec git \"$@\"\n";
    fs::write(bin.join("git"), script).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    ground.clean("scan --staged");
    for line in ["scan --staged", "scan --git-history"] {
        let said = ground.call(line).env("PATH", &path).fails(1);
        assert!(said.contains("cannot read all that git holds: "), "{said}");
    }
}

#[test]
fn an_object_that_is_missing_is_told_and_not_fetched() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.write("a", "harmless");
    ground.git("add .");
    let object = ground.git("rev-parse :a");
    let file = format!(".git/objects/{}/{}", &object[..2], &object[2..]);
    fs::remove_file(ground.dir.join(file)).unwrap();
    // A repository can say what is run to fetch it.
    let proof = ground.dir.join("fetched");
    for (name, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://example.org/x"),
        ("core.sshCommand", &format!("touch {}; false", proof.display())),
    ] {
        ground.git(&format!("config {name} '{value}'"));
    }
    let says = ground.call("scan --staged").fails(1);
    assert!(says.contains(&format!("cannot read object {object}")), "{says}");
    ground.git("config --unset remote.origin.promisor");
    ground.git("config --unset extensions.partialClone");
    let tree = ground.git("write-tree --missing-ok");
    let commit = ground.git(&format!("commit-tree -m one {tree}"));
    ground.git("config extensions.partialClone origin");
    ground.git("config remote.origin.promisor true");
    let says = ground.call(&format!("scan --git-history {commit}")).fails(1);
    assert!(says.contains(&format!("cannot read object {object}")), "{says}");
    assert!(!proof.exists());
}

#[test]
fn versions_of_one_key_are_told_apart() {
    let ground = Ground::new();
    ground.place.ok("rotate add prod/web");
    ground.place.ok("new prod/other --quiet");
    let (second, other) =
        (ground.place.secret("prod/web", 2), ground.place.secret("prod/other", 1));
    ground.write("keys", format!("{second}\n{}\n{other}\n{second}\n", ground.key));
    let report = ground.report("scan");
    let told: Vec<_> = report["findings"].as_array().unwrap().iter().collect();
    let told: Vec<_> =
        told.iter().map(|one| (&one["key"], &one["version"], &one["state"])).collect();
    let wanted = [
        ("prod/web", 2, "pending"),
        ("prod/web", 1, "active"),
        ("prod/other", 1, "active"),
        ("prod/web", 2, "pending"),
    ];
    assert_eq!(told.len(), wanted.len());
    for (told, (key, version, state)) in told.into_iter().zip(wanted) {
        assert_eq!((told.0, told.1, told.2), (&json!(key), &json!(version), &json!(state)));
    }
}

/// A key is reported even if its line in the manifest, signed as it is, makes no sense.
#[test]
fn what_is_found_is_told_whatever_the_manifest_says_of_it() {
    let ground = Ground::new();
    ground.write("key", &ground.key);
    let sealed = fs::read(ground.place.vault_file("prod.age")).unwrap();
    let text = keyctl::vault::seal::decrypt(&sealed, &[ground.place.unlocked()]).unwrap();
    let text = std::str::from_utf8(&text).unwrap();
    let seed = text.lines().find_map(|line| line.strip_prefix("signing_key = \"")).unwrap();
    let signer = Signer::from_text(seed.trim_end_matches('"')).unwrap();
    let file = ground.place.vault_file("prod.manifest");
    let manifest = fs::read_to_string(&file).unwrap();
    let [comment, _, message] = manifest.splitn(3, '\n').collect::<Vec<_>>()[..] else { panic!() };
    let message = message.replace("\"state\":\"active\"", "\"state\":\"activ\"");
    let signature = signer.sign(message.as_bytes());
    fs::write(&file, format!("{comment}\n{signature}\n{message}")).unwrap();
    let ended = ground.call("scan").run();
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("a key that no manifest knows"), "{ended}");
    assert!(ended.stderr.contains("the manifest of prod: line 2 of its message"), "{ended}");
}

/// Clones can be without what is old, or what nobody has looked at yet; and what they are told by is
/// the repository's, which may be anybody's.
#[test]
fn a_clone_without_all_of_the_history_says_so() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.write("a", &ground.key);
    ground.git("add .");
    ground.git("commit --quiet -m one");
    ground.write("a", "harmless");
    ground.git("commit --quiet -a -m two");
    ground.git("config uploadpack.allowFilter true");
    let lacks = "this clone has not all of the history";
    let source = format!("file://{}", ground.dir.display());
    let clone = |how: &str| {
        let clone = ground.place.outside(&format!("clone{}", how.len()));
        ground.git(&format!("clone --quiet {how} {source} {}", clone.display()));
        clone
    };
    let scan = |clone: &Path, line: &str| {
        let ended = ground.place.call(line).in_dir(clone).run();
        (ended.code, ended.stderr.contains(lacks))
    };
    let whole = clone("");
    assert_eq!(scan(&whole, "scan --git-history"), (3, false));

    let shallow = clone("--depth 1");
    assert_eq!(scan(&shallow, "scan --git-history"), (1, true));
    assert_eq!(scan(&shallow, "scan --git-history HEAD"), (1, true));
    fs::write(shallow.join("b"), "three").unwrap();
    ground.git_in(&shallow, "add b");
    let ana = "-c user.name=ana -c user.email=ana@example.org";
    ground.git_in(&shallow, &format!("{ana} commit --quiet -m three"));
    assert_eq!(scan(&shallow, "scan --git-history HEAD~1.."), (0, false));

    let partial = clone("--filter=blob:none");
    assert_eq!(scan(&partial, "scan --git-history"), (1, true));
    let ended = ground.place.call("scan --git-history HEAD").in_dir(&partial).run();
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stderr.contains("cannot read object "), "{ended}");
    // All that it lacked is there.
    ground.git_in(&partial, "show HEAD~1:a");
    assert_eq!(scan(&partial, "scan --git-history"), (3, false));

    // A configuration may have anything in it.
    let config = fs::read_to_string(whole.join(".git/config")).unwrap();
    let long = format!("{config}[extensions]\n\tpartialClone = {}\n", "x".repeat(200_000));
    fs::write(whole.join(".git/config"), long).unwrap();
    assert_eq!(scan(&whole, "scan --git-history"), (3, false));
}

/// A range is one of commits, whatever files have the same name.
#[test]
fn a_branch_that_is_called_like_a_directory_is_scanned() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.write("src/a", &ground.key);
    ground.git("add .");
    ground.git("commit --quiet -m one");
    ground.git("branch src");
    let found = ground.finds("scan --git-history src");
    assert!(found.contains(":src/a:1:1: "), "{found}");
    let commit = ground.git("rev-parse HEAD");
    assert!(found.starts_with(&commit[..12]), "{found}");
    let said = ground.call("scan --git-history nowhere").fails(1);
    assert!(said.contains("nowhere") && said.contains("main..dev"), "{said}");
}

/// What was found is told, also when something else is broken.
#[test]
fn an_object_that_is_broken_hides_no_other() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.write("a", &ground.key);
    ground.write("b", "b".repeat(1000));
    ground.git("add .");
    ground.git("commit --quiet -m one");
    let object = ground.git("rev-parse HEAD:b");
    let path = ground.dir.join(format!(".git/objects/{}/{}", &object[..2], &object[2..]));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 5]).unwrap();
    ground.git("update-ref refs/heads/main HEAD");
    for line in ["scan --git-history", "scan --git-history main"] {
        let ended = ground.call(line).run();
        let is_told = ended.stdout.contains("prod/web@1");
        // It depends on the order of the hashes whether git came to the key before it ended.
        assert_eq!(ended.code, if is_told { 3 } else { 1 }, "{ended}");
        assert!(ended.stderr.contains("cannot read all that git holds"), "{ended}");
    }
}

#[test]
fn keys_of_a_former_form_are_found() {
    let ground = Ground::new();
    ground.place.ok("env add ours --profile custom:acme_{env}_{rand:32}{check}");
    let old = ground.place.ok("new ours/a").trim().to_owned();
    ground.place.ok("env set ours --profile sk --code our");
    ground.write("key", &old);
    assert!(ground.finds("scan").contains("ours/a@1 (active, still accepted)"));
    // The environment that is usually meant is not all that is looked for.
    let usual = ground.call("scan").env("KEYCTL_ENV", "prod").run();
    assert!(usual.stdout.contains("ours/a@1"), "{usual}");
    let rules = ground.call("scan --rules gitleaks --env ours").ok();
    let patterns: Vec<_> = rules.split("'''").skip(1).step_by(2).collect();
    assert_eq!(patterns, ["sk_our_[0-9A-Za-z]{36}", "acme_ours_[0-9A-Za-z]{38}"]);
    let typo = format!("{}0", &old[..old.len() - 1]);
    let says = ground.place.call("verify").stdin(typo).run();
    assert!(says.stdout.contains("malformed: its check does not fit"), "{says}");

    // Without a proof it is still looked for; without a manifest it cannot be.
    let manifest = ground.place.vault_file("ours.manifest");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"active\"", "\"retired\"")).unwrap();
    assert!(ground.finds("scan").contains("a key that no manifest knows"));
    fs::remove_file(manifest).unwrap();
    let says = ground.call("scan").fails(1);
    assert!(says.contains("keys of a form of its own are not looked for"), "{says}");
}

#[test]
fn imported_keys_are_found_when_the_vault_is_unlocked() {
    let ground = Ground::new();
    let list = ground.place.write("list", "my-old+key/2019==\nhunter99\nhunter99-production\n");
    ground.place.ok(["import", &list, "--env", "prod", "--quiet"]);
    ground.write("config", "url: x?k=my%2Dold%2Bkey%2F2019%3D%3D\npass: my-old+key/2019==\n");
    ground.clean("scan");
    let found = ground.finds("scan --unlock");
    assert_eq!(lines(&found).len(), 2, "{found}");
    assert!(found.contains("config:2:7: … prod/"), "{found}");
    assert!(!found.contains("2019"), "{found}");
    // Of two of which one begins the other, it is the longer one.
    ground.write("config", "hunter99-production");
    let found = ground.finds("scan --unlock");
    let whois = ground.place.call("whois").stdin("hunter99-production").run();
    let name = whois.stdout.split(' ').next().unwrap();
    assert!(lines(&found).len() == 1 && found.contains(name), "{found} {whois}");
}

#[test]
fn without_a_manifest_keys_are_found_and_not_known() {
    let ground = Ground::new();
    ground.write("key", &ground.key);
    fs::remove_file(ground.place.vault_file("prod.manifest")).unwrap();
    let ended = ground.call("scan").run();
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stdout.contains("a key that no manifest knows"), "{ended}");
    assert!(ended.stderr.contains("environment prod has no proven manifest"), "{ended}");
    assert!(ground.finds("scan --unlock").contains("prod/web@1"));

    let empty = Place::new();
    let ended = empty.call("scan").in_dir(&ground.dir).run();
    assert_eq!(ended.code, 3, "{ended}");
    assert!(ended.stderr.contains("there is no vault here"), "{ended}");
}

/// A report without what differs from run to run.
fn normal(ground: &Ground, text: &str) -> String {
    text.replace(&ground.key[..10], "sk_prod_<tag>").replace(
        &format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION")),
        "\"version\":\"<version>\"",
    )
}

#[test]
fn reports_for_other_programs_are_as_their_golden_files_say() {
    let ground = Ground::new();
    ground.write("a dir/é,%.txt", format!("\n x {}", ground.key));
    ground.write("b", STANDARD.encode(&ground.key));
    for (format, name) in [("sarif", "scan.sarif"), ("github", "scan.github")] {
        let text = normal(&ground, &ground.finds(&format!("scan -F {format}")));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden_text").join(name);
        if std::env::var_os("KEYCTL_BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{name}");
    }
    let empty = ground.call("scan -F sarif good").run();
    assert_eq!(empty.code, 1, "{empty}");
    let report: Value = serde_json::from_str(&empty.stdout).unwrap();
    let run = &report["runs"][0];
    assert_eq!(run["results"], json!([]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let told = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(told, "cannot read good: no such file or directory");
}

#[test]
fn whose_a_key_is_all_manifests_are_asked() {
    let ground = Ground::new();
    ground.place.ok("env add dev --quiet");
    ground.write("key", &ground.key);
    assert!(ground.finds("scan --env dev").contains("prod/web@1 (active, still accepted)"));
    // An environment that is not meant may be in any state.
    fs::remove_file(ground.place.vault_file("dev.manifest")).unwrap();
    fs::remove_file(ground.dir.join("key")).unwrap();
    ground.clean("scan --env prod");
    let ended = ground.call("scan --json").run();
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stdout.contains("environment dev has no proven manifest"), "{ended}");
    let other = Place::ready();
    other.ok("new dev/x --quiet");
    ground.write("key", other.secret("dev/x", 1));
    let report = ground.report("scan");
    let finding = &report["findings"][0];
    assert!(finding.get("key").is_none(), "{report}");
    assert_eq!(finding.get("accepted"), Some(&json!(null)), "nobody knows, which is not no");
}

/// Who keeps no manifests can commit; what cannot be found then is said.
#[test]
fn a_vault_that_keeps_no_manifests_is_no_failure() {
    let place = Place::new();
    place.ok("init --no-passphrase --no-manifest --quiet");
    place.ok("new prod/web --quiet");
    let dir = place.outside("tree");
    fs::create_dir(&dir).unwrap();
    let ended = place.call("scan").in_dir(&dir).run();
    assert_eq!(ended.code, 0, "{ended}");
    assert!(ended.stderr.contains("this vault keeps no manifests"), "{ended}");
    fs::write(dir.join("key"), place.secret("prod/web", 1)).unwrap();
    assert_eq!(place.call("scan").in_dir(&dir).run().code, 3);
    let ended = place.call("scan --unlock").in_dir(&dir).run();
    assert!(ended.stdout.contains("prod/web@1 (active, still accepted)"), "{ended}");
}

#[test]
fn rules_for_other_scanners_find_the_vaults_keys() {
    let ground = Ground::new();
    ground.place.ok("new eu-west/x --quiet");
    ground.place.ok("env set eu-west --profile gateway");
    let rules = ground.call("scan --rules gitleaks").ok();
    assert!(rules.contains("id = \"keyctl-prod\"\n"), "{rules}");
    let of_prod = rules.split("'''").find(|pattern| pattern.starts_with("sk_prod_")).unwrap();
    let of_prod = regex::Regex::new(of_prod).unwrap();
    assert!(rules.contains("id = \"keyctl-eu-west_2\"\ndescription = \"API key of eu-west\"\n"));
    assert!(rules.contains("sk_euwest_[0-9A-Za-z]{36}"), "{rules}");
    assert!(of_prod.is_match(&ground.key), "{rules}");
    assert!(rules.contains("sk-eu-west-[0-9A-Za-z]{36}"), "{rules}");
    assert!(ground.call("scan --rules trufflehog").ok().contains("name: keyctl-eu-west"));
    assert!(ground.call("scan --rules github").ok().contains("Secret format: sk_prod_"));
    assert_eq!(ground.call("scan --rules nessus").run().code, 2);
}

#[test]
fn the_hook_keeps_a_key_out_of_a_commit_and_lets_others_pass() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.call("hook install").ok();
    ground.call("hook install").ok();
    let hook = ground.dir.join(".git/hooks/pre-commit");
    assert_eq!(hook.metadata().unwrap().permissions().mode() & 0o111, 0o111);
    ground.write("a", "one");
    ground.git("add .");
    ground.git("commit --quiet -m one");
    ground.write("b", &ground.key);
    ground.git("add .");
    let output = ground.commit_command(&ground.dir, "commit -m two").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned()
        + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("b:1:1: ") && said.contains("prod/web@1"), "{said}");
    assert!(said.contains("git reset FILE"), "{said}");
    assert_eq!(ground.git("rev-list --count HEAD"), "1");

    // A worktree has the hooks of its repository.
    ground.git("reset --quiet");
    let other = ground.place.outside("other");
    ground.git(&format!("worktree add --quiet {}", other.display()));
    fs::write(other.join("c"), &ground.key).unwrap();
    ground.git_in(&other, "add c");
    assert!(!ground.commit_command(&other, "commit -m three").output().unwrap().status.success());
    ground.call("hook uninstall").ok();
    assert!(!hook.exists());
    ground.call("hook uninstall").ok();
}

/// A link to the program may lead to a newer one later, and the vault may be another one.
#[test]
fn the_hook_runs_what_it_was_installed_with() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    let program = Path::new(env!("CARGO_BIN_EXE_keyctl")).canonicalize().unwrap();
    let bin = ground.place.outside("bin");
    fs::create_dir(&bin).unwrap();
    symlink(&program, bin.join("keyctl")).unwrap();
    let hook = ground.dir.join(".git/hooks/pre-commit");
    let runs =
        |what: &Path| fs::read_to_string(&hook).unwrap().contains(&format!("'{}'", what.display()));
    ground.call("hook install").ok();
    assert!(runs(&program));
    ground.call("hook install").program(bin.join("keyctl")).ok();
    assert!(runs(&bin.join("keyctl")) && !runs(&program));
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    ground.call("hook install").program("keyctl").env("PATH", &path).ok();
    assert!(runs(&bin.join("keyctl")));
    let inside = ground.dir.join("sub");
    fs::create_dir(&inside).unwrap();
    ground.place.call("hook install").program("../../bin/keyctl").in_dir(&inside).ok();
    assert!(runs(&bin.join("keyctl")), "no way that may be gone");
    let vault = ground.place.outside("vault 2");
    ground.call(&format!("hook install --vault '{}'", vault.display())).ok();
    assert!(runs(&vault) && runs(&program));
    ground.call("hook install").ok();
    assert!(runs(&vault), "what is not named stays");
    assert_eq!(hook.metadata().unwrap().permissions().mode() & 0o777, 0o755);

    // What somebody added to it stays.
    let text = fs::read_to_string(&hook).unwrap() + "true\n";
    fs::write(&hook, &text).unwrap();
    ground.call(&format!("hook install --vault '{}'", vault.display())).ok();
    let said = ground.call("hook install").fails(7);
    assert!(said.contains("there is another hook already"), "{said}");
    assert_eq!(ground.call("hook uninstall").run().code, 7);
    assert_eq!(fs::read_to_string(&hook).unwrap(), text);
    for (part, edited) in [
        ("--no-input", "--no-input --quiet"),
        (" --vault", " --env 'prod' --vault"),
        ("\ntrue", " --env 'prod'"),
    ] {
        let text = text.replace(part, edited).replace("true\n", "");
        fs::write(&hook, &text).unwrap();
        assert_eq!(ground.call("hook install --vault other").run().code, 7, "{text}");
        assert_eq!(fs::read_to_string(&hook).unwrap(), text);
    }
    let line = said.lines().find_map(|line| line.split("add this line to it: ").nth(1)).unwrap();
    fs::write(&hook, format!("#!/bin/sh\n{line}\n")).unwrap();
    assert!(ground.call("hook install").run().stderr.contains("is there already"));
    fs::write(&hook, format!("#!/bin/sh\n{line}\n").replace("|| exit", "|| true")).unwrap();
    assert_eq!(ground.call("hook install").run().code, 7);
}

#[test]
fn a_hook_that_is_there_is_left_as_it_is() {
    if !has_git() {
        return;
    }
    let ground = Ground::repository();
    ground.git("config core.hooksPath .my/hooks");
    ground.call("hook install").ok();
    let hook = ground.dir.join(".my/hooks/pre-commit");
    assert!(hook.exists());
    fs::write(&hook, "#!/bin/sh\ntrue\n").unwrap();
    let said = ground.call("hook install").fails(7);
    let pipe = ground.place.outside("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
    fs::rename(&hook, hook.with_extension("kept")).unwrap();
    symlink(&pipe, &hook).unwrap();
    assert_eq!(ground.call("hook install").run().code, 7);
    fs::rename(hook.with_extension("kept"), &hook).unwrap();
    assert!(
        said.contains("there is another hook already") && said.contains("scan --staged"),
        "{said}"
    );
    assert_eq!(ground.call("hook uninstall").run().code, 7);
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\ntrue\n");
    assert!(ground.place.call("hook install").fails(1).contains("not a git repository"));
}

#[test]
fn thousands_of_keys_are_found_each_in_its_place() {
    let ground = Ground::new();
    ground.place.ok("new prod/two --quiet");
    let keys = [ground.key.clone(), ground.place.secret("prod/two", 1)];
    let ends = ["\n", "\r\n", "\r"];
    let mut count = 0;
    for (at, end) in ends.iter().enumerate() {
        let mut text = String::new();
        for number in 0..2_000 {
            let key = &keys[number % 2];
            let gap = "é x\t".repeat(number % 17);
            match number % 4 {
                0 => write!(text, "{gap}{key}{end}").unwrap(),
                1 => write!(text, "{gap}{{\"k\": \"a\\n{key}\"}}{end}").unwrap(),
                2 => write!(text, "{gap}k: '{key}'{end}").unwrap(),
                _ => write!(text, "{gap}{}{end}", STANDARD.encode(format!("A={key}\n"))).unwrap(),
            }
        }
        ground.write(&format!("lines{at}"), &text);
        let wide = text.encode_utf16();
        let wide: Vec<u8> = wide
            .flat_map(|unit| if at == 0 { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect();
        ground.write(&format!("wide{at}"), wide);
        // In UTF-16 the base64 is not looked into.
        count += 2_000 + 1_500;
    }
    let report = ground.report("scan");
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), count);
    for finding in findings {
        let path = finding["path"].as_str().unwrap();
        let number = usize::try_from(finding["line"].as_u64().unwrap()).unwrap() - 1;
        let key = if number % 2 == 0 { "prod/web" } else { "prod/two" };
        assert_eq!(finding["key"], key, "{finding}");
        let lead = [1, 11, 5, 3][number % 4] + 4 * (number % 17);
        assert_eq!(finding["column"], lead, "{path} {finding}");
    }
}
