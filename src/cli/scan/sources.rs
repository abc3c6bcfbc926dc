//! Scanning files, directories and standard input.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::thread;

use super::super::failure::{Failure, Outcome};
use super::super::git;
use super::super::session::Session;
use crate::fs::walk::{Start, Visitor, walk};
use crate::fs::{self, Error};
use crate::scan::{Finding, Place, Scanner, Searcher};

/// More threads than these wait for each other.
const MOST_THREADS: usize = 4;
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

pub(super) fn threads() -> usize {
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
pub(super) struct Worker<'a> {
    searcher: Searcher<'a>,
    pub(super) searched: Searched,
}

impl<'a> Worker<'a> {
    pub(super) fn new(scanner: &'a Scanner) -> Self {
        Self { searcher: Searcher::new(scanner), searched: Searched::default() }
    }

    pub(super) fn search(
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
