//! A place to run the program in: a home of its own, nothing of the machine's environment, a fixed
//! clock, and no terminal, so that no test waits for an answer or depends on who runs it.

#![allow(dead_code, reason = "each test takes the part it needs")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

pub(crate) mod log;
pub(crate) mod tracer;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use keyctl::vault::seal::{self, Identity, IdentityFile};
use serde_json::Value;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_keyctl");
/// When it is, as long as nobody says otherwise.
pub(crate) const NOW: &str = "2026-11-22T16:00:00Z";

/// A home directory and the variables to run with.
pub(crate) struct Place {
    root: tempfile::TempDir,
    variables: BTreeMap<String, String>,
    vault: PathBuf,
}

impl Place {
    /// An empty home.
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().join("home");
        fs::create_dir(&home).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        let variables = [
            ("HOME", home.to_str().unwrap()),
            ("PATH", &path),
            ("TERM", "dumb"),
            ("KEYCTL_TEST_NOW", NOW),
            ("KEYCTL_TEST_WORK_FACTOR", "2"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let vault = data_dir(&home);
        Self { root, variables, vault }
    }

    /// A home with an identity that no passphrase protects, and a vault without environments.
    pub(crate) fn ready() -> Self {
        let place = Self::new();
        place.init();
        place
    }

    /// Another person's empty home, with the same vault.
    pub(crate) fn sharing(other: &Self) -> Self {
        let mut place = Self::new();
        place.vault.clone_from(&other.vault);
        place.set("KEYCTL_VAULT", other.vault.to_str().unwrap());
        place
    }

    /// Makes an identity without a passphrase, and a vault where none is.
    pub(crate) fn init(&self) {
        self.ok("init --no-passphrase");
    }

    /// Sets a variable for everything that runs from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Moves the clock.
    pub(crate) fn travel(&mut self, to: &str) {
        self.set("KEYCTL_TEST_NOW", to);
    }

    /// The home directory.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    /// A name outside the home, for what is no part of it: passphrases, copies, other programs.
    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Writes a private file outside the home and returns its path as text.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.outside(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The vault's directory.
    pub(crate) fn vault(&self) -> &Path {
        &self.vault
    }

    /// A file of the vault.
    pub(crate) fn vault_file(&self, name: &str) -> PathBuf {
        self.vault.join(name)
    }

    /// The directory of the identity.
    pub(crate) fn config(&self) -> PathBuf {
        if cfg!(target_os = "macos") {
            support(&self.home())
        } else {
            self.home().join(".config/keyctl")
        }
    }

    /// The directory of what this home has seen.
    pub(crate) fn state(&self) -> PathBuf {
        if cfg!(target_os = "macos") {
            support(&self.home()).join("state")
        } else {
            self.home().join(".local/state/keyctl")
        }
    }

    /// The identity that no passphrase protects.
    pub(crate) fn identity(&self) -> PathBuf {
        self.config().join("identity.txt")
    }

    /// The identity itself.
    pub(crate) fn unlocked(&self) -> Identity {
        let text = fs::read(self.identity()).unwrap();
        match seal::read_identity_file("test", &text).unwrap() {
            IdentityFile::Plain(mut identities) => identities.remove(0),
            IdentityFile::Protected(_) => panic!("a passphrase protects it"),
        }
    }

    /// A command in this place that nothing is said to yet: only the environment is set.
    pub(crate) fn bare(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.variables).current_dir(self.home());
        command
    }

    /// The program with arguments, to be told more before it runs.
    pub(crate) fn call(&self, args: impl Words) -> Call<'_> {
        Call {
            place: self,
            program: PathBuf::from(PROGRAM),
            args: args.words(),
            stdin: Vec::new(),
            variables: Vec::new(),
            dir: None,
        }
    }

    /// Runs the program.
    pub(crate) fn run(&self, args: impl Words) -> Ended {
        self.call(args).run()
    }

    /// Runs the program, which must be content; returns what it wrote to stdout.
    #[track_caller]
    pub(crate) fn ok(&self, args: impl Words) -> String {
        self.call(args).ok()
    }

    /// Runs the program, which must end with this code; returns what it wrote to stderr.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, args: impl Words) -> String {
        self.call(args).fails(code)
    }

    /// Runs the program on bad input. See [`Call::refused`].
    #[track_caller]
    pub(crate) fn refuses(&self, code: i32, args: impl Words, says: &[&str]) {
        self.call(args).refused(code, says);
    }

    /// Runs the program, which must be content, and reads its report.
    pub(crate) fn json(&self, args: impl Words) -> Value {
        let mut args = args.words();
        args.push("--json".to_owned());
        serde_json::from_str(&self.ok(args)).unwrap()
    }

    /// The versions of a key with their secrets, oldest first.
    pub(crate) fn versions(&self, key: &str) -> Vec<KeyVersion> {
        let report = self.json(["show", key, "--reveal"]);
        let versions = report["key"]["versions"].as_array().unwrap().iter();
        let version = |one: &Value| KeyVersion {
            number: one["version"].as_u64().unwrap(),
            state: one["state"].as_str().unwrap().to_owned(),
            accepted: one["accepted"].as_bool().unwrap(),
            secret: one["secret"].as_str().map(ToOwned::to_owned),
        };
        versions.map(version).collect()
    }

    /// The secret of one version.
    pub(crate) fn secret(&self, key: &str, number: u64) -> String {
        let mut versions = self.versions(key).into_iter();
        versions.find(|one| one.number == number).unwrap().secret.unwrap()
    }

    /// The states of a key's versions, oldest first.
    pub(crate) fn states(&self, key: &str) -> Vec<String> {
        self.versions(key).into_iter().map(|version| version.state).collect()
    }

    /// Everything under the home and in the vault, byte for byte.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut entries = BTreeMap::new();
        collect(&self.home(), &mut entries);
        collect(&self.vault, &mut entries);
        Snapshot(entries)
    }
}

/// A version of a key.
pub(crate) struct KeyVersion {
    pub(crate) number: u64,
    pub(crate) state: String,
    pub(crate) accepted: bool,
    pub(crate) secret: Option<String>,
}

/// The one directory that macOS has for data and configuration.
fn support(home: &Path) -> PathBuf {
    home.join("Library/Application Support/keyctl")
}

fn data_dir(home: &Path) -> PathBuf {
    if cfg!(target_os = "macos") {
        support(home).join("vault")
    } else {
        home.join(".local/share/keyctl")
    }
}

/// A run of the program that is being prepared.
#[must_use = "it has not run yet"]
pub(crate) struct Call<'a> {
    place: &'a Place,
    program: PathBuf,
    args: Vec<String>,
    stdin: Vec<u8>,
    variables: Vec<(String, String)>,
    dir: Option<PathBuf>,
}

impl Call<'_> {
    /// The directory that it runs in.
    pub(crate) fn in_dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.to_path_buf());
        self
    }

    /// What it reads from stdin.
    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// A variable for this run.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The program under another name.
    pub(crate) fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// The command as it will run, without any terminal to ask on.
    pub(crate) fn command(&self) -> Command {
        let mut command = if has_setsid() {
            let mut command = self.place.bare("setsid");
            command.arg("-w").arg(&self.program).args(&self.args);
            command
        } else {
            let mut command = self.place.bare(&self.program);
            command.args(&self.args);
            // Where nothing can follow, nothing is asked.
            let is_help = self.args.first().is_some_and(|word| word == "help");
            if !is_help && !self.args.iter().any(|word| word == "--") {
                command.arg("--no-input");
            }
            command
        };
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Ended {
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let bytes = self.stdin;
        // A program that reads nothing closes the pipe early, which is its right.
        let writer = thread::spawn(move || drop(stdin.write_all(&bytes)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ended = Ended {
            line: self.args.join(" ").chars().take(300).collect(),
            code: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        assert!(!ended.stderr.contains("panicked at"), "{ended}");
        ended
    }

    /// Runs it; it must be content. Returns what it wrote to stdout.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        let ended = self.run();
        assert_eq!(ended.code, 0, "{ended}");
        ended.stdout
    }

    /// Runs it; it must end with this code. Returns what it wrote to stderr.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        let ended = self.run();
        assert_eq!(ended.code, code, "{ended}");
        ended.stderr
    }

    /// Runs it on bad input: it must end with this code, say all of `says` and a next step on
    /// stderr, nothing on stdout, and leave every file as it was.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, says: &[&str]) {
        let place = self.place;
        let before = place.snapshot();
        let ended = self.run();
        assert_eq!(ended.code, code, "{ended}");
        assert_eq!(ended.stdout, "", "{ended}");
        assert!(ended.stderr.starts_with("error: "), "{ended}");
        for part in says {
            assert!(ended.stderr.contains(part), "it does not say \"{part}\":\n{ended}");
        }
        let next = ["\nhint: ", "try '--help'", ": leave ", ": say ", ": write "];
        assert!(next.iter().any(|words| ended.stderr.contains(words)), "no next step:\n{ended}");
        before.assert_same(&place.snapshot(), &ended.line);
    }
}

/// How a run ended.
#[must_use = "a run ends well or badly: look"]
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) line: String,
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, code, stdout, stderr } = self;
        write!(f, "keyctl {line}\nended with {code}\nstdout: {stdout}\nstderr: {stderr}")
    }
}

fn has_setsid() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        Command::new("setsid").args(["-w", "true"]).status().is_ok_and(|status| status.success())
    })
}

/// Arguments: a list, or a line as it is typed.
pub(crate) trait Words {
    fn words(self) -> Vec<String>;
}

impl Words for &str {
    fn words(self) -> Vec<String> {
        split(self)
    }
}

impl Words for &String {
    fn words(self) -> Vec<String> {
        split(self)
    }
}

impl<const N: usize> Words for [&str; N] {
    fn words(self) -> Vec<String> {
        self.map(ToOwned::to_owned).into()
    }
}

impl Words for &[&str] {
    fn words(self) -> Vec<String> {
        self.iter().map(|&word| word.to_owned()).collect()
    }
}

impl Words for Vec<String> {
    fn words(self) -> Vec<String> {
        self
    }
}

/// The words of a command line: split at spaces, except inside single or double quotes.
pub(crate) fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Directories, files and links with their modes and contents.
#[derive(PartialEq, Eq)]
pub(crate) struct Snapshot(BTreeMap<PathBuf, (u32, Vec<u8>)>);

impl Snapshot {
    /// The files and their contents.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.0.iter().map(|(path, (_, bytes))| (path.as_path(), bytes.as_slice()))
    }

    /// Fails, naming what is different, unless both are the same.
    #[track_caller]
    pub(crate) fn assert_same(&self, later: &Self, after: &str) {
        let mut differences = String::new();
        for (path, entry) in &self.0 {
            match later.0.get(path) {
                None => writeln!(differences, "gone: {}", path.display()).unwrap(),
                Some(other) if other != entry => {
                    writeln!(differences, "changed: {}", path.display()).unwrap();
                }
                Some(_) => {}
            }
        }
        for path in later.0.keys().filter(|path| !self.0.contains_key(*path)) {
            writeln!(differences, "new: {}", path.display()).unwrap();
        }
        assert!(differences.is_empty(), "after {after}\n{differences}");
    }
}

fn collect(path: &Path, entries: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    let Ok(meta) = path.symlink_metadata() else { return };
    let content = if meta.is_symlink() {
        fs::read_link(path).unwrap().into_os_string().into_encoded_bytes()
    } else if meta.is_file() {
        fs::read(path).unwrap()
    } else {
        Vec::new()
    };
    entries.insert(path.to_path_buf(), (meta.permissions().mode(), content));
    if meta.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), entries);
        }
    }
}
