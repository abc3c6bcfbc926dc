//! Scanning the objects of a repository, which git reads and unpacks.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::fd::AsFd;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::super::failure::{Failure, Outcome, exit};
use super::super::git;
use super::sources::{Hit, Searched, Worker, threads};
use crate::fs;
use crate::scan::Scanner;
use crate::scan::git::{Answered, FORMAT, changed, each_object, origins};

/// How much is taken from a pipe at a time.
const PIPE: usize = 256 * 1024;
/// How much one should hold: what Linux allows everybody.
const WIDE: usize = 4 * PIPE;
/// How long git is left to fill it.
const MOMENT: Duration = Duration::from_micros(500);
/// How many objects one git is asked for in a row: at first fewer, so that all begin soon. What lies
/// together on the disk is made from each other: it would be unpacked by each git that needs it.
const DEALT: [usize; 2] = [1024, 8192];

/// The most of a line that git is asked with: a hash and a path that can be opened.
const MOST_LINE: usize = 4200;
/// The most bytes of the list of commits at which a shallow clone ends.
const MOST_ENDS: u64 = 64 * 1024 * 1024;
/// For fewer objects a second git takes longer to start than the first one to end.
const FEW: usize = 256;

/// The hashes of objects, with or without a path behind them.
type Wanted<'a> = dyn Iterator<Item = io::Result<Vec<u8>>> + Send + 'a;

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
    let line = |(at, (id, _)): (usize, &(String, _))| Ok(format!("{id} {at}").into_bytes());
    let mut wanted = changed.iter().enumerate().map(line);
    let count = if changed.len() < FEW { 1 } else { threads() };
    let mut searched = through_git(scanner, &mut wanted, count)?;
    for hit in &mut searched.hits {
        let number = hit.path.to_str().and_then(|text| text.parse::<usize>().ok());
        if let Some((_, path)) = number.and_then(|at| changed.get(at)) {
            hit.path = PathBuf::from(OsStr::from_bytes(path));
        }
    }
    Ok(searched)
}

/// Scans every object of the repository, or those that come with a range of commits.
pub(super) fn history(scanner: &Scanner, range: Option<&str>) -> Outcome<Searched> {
    let promised = "^(extensions\\.partialclone|remote\\..*\\.promisor)$";
    let mut partial = git::command(&["config", "--get-regexp", promised]);
    let mut partial = partial
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| git::not_run(&error))?;
    let shallow = git::output(git::command(&["rev-parse", "--is-shallow-repository"]));
    let is_partial = partial.wait().is_ok_and(|status| status.success());
    let is_shallow = shallow? == b"true\n";
    let mut list = if let Some(range) = range {
        // Told before anything is scanned whether there is such a range.
        let one = ["rev-list", "--max-count=1", "--end-of-options", range, "--"];
        git::output(git::command(&one)).map_err(|failure| {
            Failure::new(exit::FAILED, failure.message)
                .advise("a RANGE is of commits: main..dev, v1.0.., or one and all before it")
        })?;
        let all = ["rev-list", "--objects", "--missing=print", "--end-of-options", range, "--"];
        spawn(&mut git::command(&all))?
    } else {
        // In the order in which they lie on the disk.
        let all = ["cat-file", "--batch-all-objects", "--unordered"];
        spawn(git::command(&all).args(["--buffer", "--batch-check=%(objectname) %(objecttype)"]))?
    };
    let mut searched = match list.stdout.take() {
        Some(stdout) => {
            let lines = BufReader::new(stdout).split(b'\n');
            let mut wanted = lines.filter_map(|line| match line {
                Ok(line) if range.is_none() => without_kind(line).map(Ok),
                line => Some(line),
            });
            through_git(scanner, &mut wanted, threads())?
        }
        None => Searched::default(),
    };
    let status = list.wait().map_err(|error| git::not_run(&error))?;
    if let Err(failure) = git::checked(status, b"it could not list all objects") {
        searched.unreadable.push(failure.message);
    }
    // What was found is told, whatever these come to.
    let is_cut = is_shallow && is_cut(range).unwrap_or(true);
    if is_cut || is_partial && range.is_none() && is_without_objects().unwrap_or(true) {
        let lacks = "this clone has not all of the history: what was not fetched is not scanned";
        searched.unreadable.push(lacks.to_owned());
    }
    name(&mut searched.hits, range)?;
    Ok(searched)
}

/// Whether in a shallow clone there would be more commits in a range, or in all of the history.
fn is_cut(range: Option<&str>) -> Outcome<bool> {
    let Some(range) = range else { return Ok(true) };
    let ends = fs::read_named(&git::path("shallow")?, MOST_ENDS)?;
    let ends: BTreeSet<&[u8]> = ends.split(|byte| *byte == b'\n').collect();
    let commits = ["rev-list", "--end-of-options", range, "--"];
    let commits = git::output(git::command(&commits))?;
    let mut commits = commits.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    Ok(commits.any(|commit| ends.contains(commit)))
}

/// Whether a partial clone is, or may be, without objects that its commits have. Those of a range are
/// named.
fn is_without_objects() -> Outcome<bool> {
    let all = ["rev-list", "--objects", "--all", "--missing=print"];
    let mut list = spawn(&mut git::command(&all))?;
    let is_missing = list.stdout.take().is_some_and(|lines| {
        let mut lines = BufReader::new(lines).split(b'\n').map_while(Result::ok);
        lines.any(|line| line.starts_with(b"?"))
    });
    if is_missing {
        let _ = list.kill();
    }
    let is_whole = list.wait().is_ok_and(|status| status.success());
    Ok(is_missing || !is_whole)
}

/// The hash of an object that is followed by what it is, if it is one with text. Trees have none, and
/// are a third of all objects.
fn without_kind(mut line: Vec<u8>) -> Option<Vec<u8>> {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let is_tree = line.get(end..) == Some(b" tree");
    line.truncate(end);
    (!is_tree).then_some(line)
}

/// Scans the objects that the lines of `wanted` begin with the hashes of, from `count` gits at once:
/// one alone takes longer to unpack than all else takes.
fn through_git(scanner: &Scanner, wanted: &mut Wanted<'_>, count: usize) -> Outcome<Searched> {
    let mut children = Vec::new();
    for _ in 0..count {
        let mut batch = git::command(&["cat-file", "--buffer"]);
        batch.arg(format!("--batch={FORMAT}")).stdin(Stdio::piped());
        children.push(spawn(&mut batch)?);
    }
    let stdins: Vec<_> = children.iter_mut().filter_map(|child| child.stdin.take()).collect();
    let (mut searched, mut missing) = thread::scope(|scope| {
        let dealt = scope.spawn(|| deal(wanted, stdins));
        let work = |child| {
            let mut worker = Worker::new(scanner);
            let answered = objects(child, &mut worker);
            (worker.searched, answered)
        };
        let others = children.into_iter().map(|child| scope.spawn(move || work(child)));
        let others: Vec<_> = others.collect();
        let (mut searched, mut all) = (Searched::default(), Answered::default());
        let mut failed = None;
        for other in others {
            // A panic goes on here.
            let (more, answered) = other.join().unwrap_or_else(|cause| resume_unwind(cause));
            searched.hits.extend(more.hits);
            searched.unreadable.extend(more.unreadable);
            match answered {
                Ok(answered) => {
                    all.count += answered.count;
                    all.missing.extend(answered.missing);
                }
                Err(why) => failed = Some(why),
            }
        }
        let dealt = dealt.join().unwrap_or_else(|cause| resume_unwind(cause));
        // One may also be content before it has answered for all.
        let failed = failed.or(match dealt {
            Err(error) => Some(fs::reason(&error)),
            Ok(count) if count != all.count => Some("it ended too early".to_owned()),
            Ok(_) => None,
        });
        searched.unreadable.extend(
            failed.map(|why| format!("cannot read all that git holds: {why} (see git fsck)")),
        );
        (searched, all.missing)
    });
    missing.sort();
    if let [first, others @ ..] = &missing[..] {
        let which = match others.len() {
            0 => format!("object {first}"),
            more => format!("object {first} and {more} more"),
        };
        searched.unreadable.push(format!("cannot read {which}: not in this repository"));
    }
    Ok(searched)
}

/// Deals lines out, many in a row; tells how many there were.
fn deal(wanted: &mut Wanted<'_>, mut to: Vec<ChildStdin>) -> io::Result<usize> {
    let [mut most, then] = DEALT;
    // Else one would wait until another has read what it was dealt.
    let are_wide = to.iter().all(widen);
    let (mut count, mut text, mut ends) = (0, Vec::new(), Vec::new());
    loop {
        text.clear();
        ends.clear();
        while ends.len() < most * to.len()
            && text.len() < WIDE / 2 * to.len()
            && let Some(line) = wanted.next()
        {
            let mut line = line?;
            // A path can be as long as it likes.
            line.truncate(MOST_LINE);
            text.extend(line);
            text.push(b'\n');
            ends.push(text.len());
        }
        if ends.is_empty() {
            return Ok(count);
        }
        count += ends.len();
        let mut start = 0;
        let each = ends.len().div_ceil(to.len());
        for (one, ends) in to.iter_mut().zip(ends.chunks(each)) {
            let end = ends.last().copied().unwrap_or(start);
            one.write_all(text.get(start..end).unwrap_or_default())?;
            start = end;
        }
        if are_wide {
            most = then;
        }
    }
}

/// Makes a pipe hold more; tells whether it does.
#[cfg(target_os = "linux")]
fn widen(pipe: &impl AsFd) -> bool {
    rustix::pipe::fcntl_setpipe_size(pipe, WIDE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &impl AsFd) -> bool {
    false
}

/// A pipe that is read in large pieces: to be woken for each of git's many writes costs a reader, and
/// git, more than all they do with what is written.
struct Patient {
    pipe: ChildStdout,
    is_wide: bool,
    /// How much was read.
    taken: usize,
    /// Whether the last read found little.
    is_short: bool,
}

impl Patient {
    fn new(pipe: ChildStdout) -> Self {
        let is_wide = widen(&pipe);
        Self { pipe, is_wide, taken: 0, is_short: false }
    }
}

impl Read for Patient {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.is_wide && self.is_short && self.taken > PIPE {
            thread::sleep(MOMENT);
        }
        let count = self.pipe.read(bytes)?;
        self.taken += count;
        self.is_short = count < bytes.len() / 2;
        Ok(count)
    }
}

/// Scans what a `cat-file --batch` writes; fails with the reason why that is not all.
fn objects(mut child: Child, worker: &mut Worker<'_>) -> Result<Answered, String> {
    let read = match child.stdout.take() {
        Some(stdout) => {
            let mut source = BufReader::with_capacity(PIPE, Patient::new(stdout));
            each_object(&mut source, &mut |object, content| {
                let path = match object.kind.as_str() {
                    "blob" => object.path,
                    kind => format!("{kind} {}", object.id).into_bytes(),
                };
                worker.search(Path::new(OsStr::from_bytes(&path)), Some(&object.id), content)
            })
        }
        None => Ok(Answered::default()),
    };
    let status = child.wait().map_err(|error| fs::reason(&error))?;
    let answered = read.map_err(|error| fs::reason(&error))?;
    if status.success() { Ok(answered) } else { Err("it could not read an object".to_owned()) }
}

fn spawn(command: &mut Command) -> Outcome<Child> {
    command.stdout(Stdio::piped()).spawn().map_err(|error| git::not_run(&error))
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
        Some(range) => list.args(["--end-of-options", range, "--"]),
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
