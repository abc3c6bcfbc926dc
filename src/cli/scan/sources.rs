//! What is scanned: files, standard input, and the objects of a repository.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread;

use super::super::failure::{Failure, Outcome, exit};
use super::super::git;
use super::super::session::Session;
use crate::fs::walk::{Start, Visitor, walk};
use crate::fs::{self, Error};
use crate::scan::git::{FORMAT, changed, each_object, origins};
use crate::scan::{Finding, Place, Scanner, Searcher};

/// More threads than these wait for each other.
const MOST_THREADS: usize = 4;
/// How much is taken from a pipe at a time.
const PIPE: usize = 256 * 1024;
/// How many objects one git is asked for in a row.
const DEALT: usize = 256;

/// A key, and where it was found.
pub(super) struct Hit {
    /// A file, or what stands for one.
    pub(super) path: PathBuf,
    /// The object of git it is in.
    pub(super) object: Option<String>,
    /// The first commit that has the object.
    pub(super) commit: Option<String>,
    pub(super) finding: Finding,
}

impl Hit {
    /// What reports are sorted by.
    pub(super) fn order(&self) -> (&Path, &Option<String>, Place) {
        (&self.path, &self.commit, self.finding.place)
    }
}

/// What came of it.
#[derive(Default)]
pub(super) struct Searched {
    pub(super) hits: Vec<Hit>,
    /// What could not be read, sorted.
    pub(super) unreadable: Vec<String>,
}

/// Scans files and directories.
pub(super) fn files(
    session: &Session,
    scanner: &Scanner,
    paths: &[PathBuf],
    gitignore: bool,
) -> Outcome<Searched> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let (stdin, named): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.as_os_str() == "-");
    let mut searched = Searched::default();
    if !stdin.is_empty() {
        if session.passphrase_is_stdin() {
            return Err(Failure::usage("standard input cannot be both passphrase and text")
                .advise("give one of them with a file"));
        }
        let path = PathBuf::from("standard input");
        let mut worker = Worker::new(scanner);
        if let Err(error) = worker.search(&path, None, &mut io::stdin().lock()) {
            worker.searched.unreadable.push(failed(&path, error).to_string());
        }
        searched = worker.searched;
    }
    let mut starts = Vec::new();
    for path in named {
        if gitignore && path.is_dir() {
            starts.extend(not_ignored(path)?);
        } else {
            starts.push(Start::Named(path.clone()));
        }
    }
    if starts.is_empty() {
        return Ok(searched);
    }
    let mut workers: Vec<_> = (0..threads()).map(|_| Worker::new(scanner)).collect();
    walk(starts, &mut workers);
    for worker in workers {
        searched.hits.extend(worker.searched.hits);
        searched.unreadable.extend(worker.searched.unreadable);
    }
    searched.unreadable.sort();
    Ok(searched)
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}

/// The files of a directory that git does not ignore; whole repositories inside are asked for theirs.
fn not_ignored(dir: &Path) -> Outcome<Vec<Start>> {
    let mut starts = Vec::new();
    let mut dirs = vec![dir.to_path_buf()];
    while let Some(dir) = dirs.pop() {
        let mut list = git::command(&["-C"]);
        list.arg(&dir).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let mut names = Vec::new();
        for name in git::output(list)?.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            let name = OsStr::from_bytes(name);
            let path = if dir == Path::new(".") { name.into() } else { dir.join(name) };
            if path.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
                // A submodule; git knows nothing of what lies in one that is not checked out.
                if fs::exists(&path.join(".git")) {
                    dirs.push(path);
                } else {
                    starts.push(Start::Named(path));
                }
            } else {
                names.push(name.to_owned());
            }
        }
        names.dedup();
        starts.push(Start::Listed(dir, names));
    }
    Ok(starts)
}

/// One thread's searcher, and what it has found.
struct Worker<'a> {
    searcher: Searcher<'a>,
    searched: Searched,
}

impl<'a> Worker<'a> {
    fn new(scanner: &'a Scanner) -> Self {
        Self { searcher: Searcher::new(scanner), searched: Searched::default() }
    }

    fn search(
        &mut self,
        path: &Path,
        object: Option<&str>,
        source: &mut dyn Read,
    ) -> io::Result<()> {
        let hits = &mut self.searched.hits;
        self.searcher.search(source, &mut |finding| {
            let (path, object) = (path.to_path_buf(), object.map(str::to_owned));
            hits.push(Hit { path, object, commit: None, finding });
        })
    }
}

impl Visitor for Worker<'_> {
    fn file(&mut self, dir: &Path, name: &OsStr, source: &mut dyn Read) -> io::Result<()> {
        let hits = &mut self.searched.hits;
        self.searcher.search(source, &mut |finding| {
            hits.push(Hit { path: dir.join(name), object: None, commit: None, finding });
        })
    }

    fn unreadable(&mut self, error: Error) {
        self.searched.unreadable.push(error.to_string());
    }
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::Io { doing: "read", path: path.to_path_buf(), source }
}

/// Scans what is staged and differs from HEAD.
pub(super) fn staged(scanner: &Scanner) -> Outcome<Searched> {
    let diff = ["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff"];
    // Outside a repository `diff` only finds fault with its options.
    let list = git::output(git::command(&diff)).or_else(|failure| {
        git::output(git::command(&["rev-parse", "--git-dir"])).and(Err(failure))
    })?;
    let changed = changed(&list);
    if changed.is_empty() {
        return Ok(Searched::default());
    }
    // A path with a line end in it could ask for another object, so its number stands for it.
    let mut wanted = String::new();
    for (at, (id, _)) in changed.iter().enumerate() {
        let _ = writeln!(wanted, "{id} {at}");
    }
    // For few objects a second git takes longer to start than the first one to end.
    let count = if changed.len() < DEALT { 1 } else { threads() };
    let mut searched = through_git(scanner, &mut wanted.as_bytes(), count)?;
    for hit in &mut searched.hits {
        let number = hit.path.to_str().and_then(|text| text.parse::<usize>().ok());
        if let Some((_, path)) = number.and_then(|at| changed.get(at)) {
            hit.path = PathBuf::from(OsStr::from_bytes(path));
        }
    }
    Ok(searched)
}

/// Scans every object of the repository, or those that come with a range of commits.
pub(super) fn history(
    session: &Session,
    scanner: &Scanner,
    range: Option<&str>,
) -> Outcome<Searched> {
    // A clone can be without what is older, or what nobody has looked at yet.
    let promised = "^(extensions\\.partialclone|remote\\..*\\.promisor)$";
    let mut partial = git::command(&["config", "--get-regexp", promised]);
    let mut partial = partial
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| git::not_run(&error))?;
    let shallow = git::output(git::command(&["rev-parse", "--is-shallow-repository"]));
    let is_partial = partial.wait().is_ok_and(|status| status.success());
    if shallow? == b"true\n" || is_partial {
        session
            .ui
            .warn("this clone has not all of the history: what was not fetched is not scanned");
    }
    let mut list = if let Some(range) = range {
        // Told before anything is scanned whether there is such a range.
        let one = ["rev-list", "--max-count=1", "--end-of-options", range];
        git::output(git::command(&one))?;
        let all = ["rev-list", "--objects", "--missing=print", "--end-of-options", range];
        spawn(&mut git::command(&all))?
    } else {
        // In the order in which they lie on the disk.
        let all = ["cat-file", "--batch-all-objects", "--unordered"];
        spawn(git::command(&all).args(["--buffer", "--batch-check=%(objectname)"]))?
    };
    let searched = match list.stdout.take() {
        Some(stdout) => through_git(scanner, &mut BufReader::new(stdout), threads()),
        None => Ok(Searched::default()),
    };
    let status = list.wait().map_err(|error| git::not_run(&error))?;
    let mut searched = searched?;
    git::checked(status, b"it could not list its objects")?;
    name(&mut searched.hits, range)?;
    Ok(searched)
}

/// Scans the objects that the lines of `wanted` begin with the hashes of, from `count` gits at once:
/// one alone takes longer to unpack than all else takes.
fn through_git(
    scanner: &Scanner,
    wanted: &mut (dyn BufRead + Send),
    count: usize,
) -> Outcome<Searched> {
    let mut children = Vec::new();
    for _ in 0..count {
        let mut batch = git::command(&["cat-file", "--buffer"]);
        batch.arg(format!("--batch={FORMAT}")).stdin(Stdio::piped());
        children.push(spawn(&mut batch)?);
    }
    let stdins: Vec<_> = children.iter_mut().filter_map(|child| child.stdin.take()).collect();
    let (mut searched, missing) = thread::scope(|scope| {
        // A git that ended closed its pipe, and says why itself.
        scope.spawn(|| deal(wanted, stdins));
        let work = |child| {
            let mut worker = Worker::new(scanner);
            objects(child, &mut worker).map(|missing| (worker.searched, missing))
        };
        let others = children.into_iter().map(|child| scope.spawn(move || work(child)));
        let others: Vec<_> = others.collect();
        let (mut searched, mut missing) = (Searched::default(), Vec::new());
        for other in others {
            // A panic goes on here.
            let more = other.join().unwrap_or_else(|cause| resume_unwind(cause))?;
            searched.hits.extend(more.0.hits);
            searched.unreadable.extend(more.0.unreadable);
            missing.extend(more.1);
        }
        Outcome::Ok((searched, missing))
    })?;
    if let [first, others @ ..] = &missing[..] {
        let which = match others.len() {
            0 => format!("object {first}"),
            more => format!("object {first} and {more} more"),
        };
        searched.unreadable.push(format!("cannot read {which}: not in this repository"));
    }
    Ok(searched)
}

/// Deals lines out, some in a row at a time: what lies together on the disk shares its unpacking.
fn deal(wanted: &mut dyn BufRead, mut to: Vec<ChildStdin>) -> io::Result<()> {
    let mut lines = Vec::new();
    loop {
        for one in &mut to {
            lines.clear();
            for _ in 0..DEALT {
                wanted.read_until(b'\n', &mut lines)?;
            }
            if lines.is_empty() {
                return Ok(());
            }
            one.write_all(&lines)?;
        }
    }
}

fn spawn(command: &mut std::process::Command) -> Outcome<Child> {
    command.stdout(Stdio::piped()).spawn().map_err(|error| git::not_run(&error))
}

/// Scans what a `cat-file --batch` writes; tells which objects are missing.
fn objects(mut child: Child, worker: &mut Worker<'_>) -> Outcome<Vec<String>> {
    let unreadable = |error: &io::Error| {
        Failure::new(exit::FAILED, format!("cannot read what git writes: {}", fs::reason(error)))
            .advise("look whether the repository is whole: git fsck")
    };
    let read = match child.stdout.take() {
        Some(stdout) => {
            let mut source: BufReader<ChildStdout> = BufReader::with_capacity(PIPE, stdout);
            each_object(&mut source, &mut |object, content| {
                let path = match object.kind.as_str() {
                    "blob" => object.path,
                    kind => format!("{kind} {}", object.id).into_bytes(),
                };
                worker.search(Path::new(OsStr::from_bytes(&path)), Some(&object.id), content)
            })
        }
        None => Ok(Vec::new()),
    };
    let status = child.wait().map_err(|error| git::not_run(&error))?;
    git::checked(status, b"it could not read its objects")?;
    read.map_err(|error| unreadable(&error))
}

/// Looks up in which commit, and under which path, the objects of hits came into the history.
fn name(hits: &mut [Hit], range: Option<&str>) -> Outcome {
    let is_file = |hit: &&mut Hit| hit.object.as_ref().is_some_and(|id| !ends_with(&hit.path, id));
    let wanted: BTreeSet<String> =
        hits.iter_mut().filter(is_file).filter_map(|hit| hit.object.clone()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let mut list = git::command(&["rev-list", "--reverse"]);
    match range {
        Some(range) => list.args(["--end-of-options", range]),
        None => list.arg("--all"),
    };
    let mut list = spawn(&mut list)?;
    let mut tree = git::command(&[
        "diff-tree",
        "--stdin",
        "-r",
        "-m",
        "--root",
        "--raw",
        "--no-abbrev",
        "--no-renames",
        "-z",
    ]);
    if let Some(commits) = list.stdout.take() {
        tree.stdin(commits);
    }
    let mut tree = spawn(&mut tree)?;
    let found = match tree.stdout.take() {
        Some(stdout) => origins(&mut BufReader::with_capacity(PIPE, stdout), &wanted),
        None => Ok(BTreeMap::new()),
    };
    // All that was wanted may be known before they have said all.
    for child in [&mut list, &mut tree] {
        let _ = child.kill();
        let _ = child.wait();
    }
    let found = found.unwrap_or_default();
    for hit in hits {
        let Some(id) = hit.object.as_ref() else { continue };
        if let Some(origin) = found.get(id) {
            hit.commit = Some(origin.commit.clone());
            hit.path = PathBuf::from(OsString::from_vec(origin.path.clone()));
        } else if hit.path.as_os_str().is_empty() {
            hit.path = PathBuf::from(format!("object {id}"));
        }
    }
    Ok(())
}

fn ends_with(path: &Path, id: &str) -> bool {
    path.as_os_str().as_bytes().ends_with(id.as_bytes())
}
