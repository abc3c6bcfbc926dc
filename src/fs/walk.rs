//! Going through files and directories with several threads.
//!
//! Links in a directory are not followed, so nothing is met twice and there are no loops; pipes,
//! sockets and devices are left alone, and so is what is gone by the time its turn comes. The store
//! of a git repository, `objects`, is left out: all in it is compressed.

use std::ffi::{CStr, OsStr, OsString};
use std::io::{self, Read};
use std::iter;
use std::mem;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

#[cfg(not(target_os = "linux"))]
use rustix::fs::Dir;
#[cfg(target_os = "linux")]
use rustix::fs::RawDir;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, openat, statat};
use rustix::io::Errno;

use super::{Error, open_named, open_to_read};

/// How many files of a directory are one piece of work.
const BATCH: usize = 64;
/// Leaves the time of the last access as it is.
#[cfg(target_os = "linux")]
const UNSEEN: OFlags = OFlags::NOATIME;
#[cfg(not(target_os = "linux"))]
const UNSEEN: OFlags = OFlags::empty();

/// What is done with each file.
pub trait Visitor: Send {
    /// Takes a file that is open: the directory it was found in, and its name there.
    ///
    /// # Errors
    /// What reading failed with.
    fn file(&mut self, dir: &Path, name: &OsStr, source: &mut dyn Read) -> io::Result<()>;

    /// Takes the reason why a file or directory could not be read.
    fn unreadable(&mut self, error: Error);
}

/// Where to begin.
#[derive(Debug, Clone)]
pub enum Start {
    /// A file or directory that a person named; a link is followed, a pipe read.
    Named(PathBuf),
    /// Files below a directory, by their paths from there.
    Listed(PathBuf, Vec<OsString>),
}

/// Shows every file to one of the visitors, each of which has a thread; in no order.
pub fn walk<V: Visitor>(starts: Vec<Start>, visitors: &mut [V]) {
    let queue = Queue::default();
    // The last one is taken first.
    for start in starts.into_iter().rev() {
        queue.add(Job::Start(start));
    }
    let Some((first, others)) = visitors.split_first_mut() else { return };
    thread::scope(|scope| {
        for other in others {
            scope.spawn(|| queue.work(other));
        }
        queue.work(first);
    });
}

enum Job {
    Start(Start),
    Dir { parent: Arc<OwnedFd>, name: OsString, path: PathBuf },
    Files { dir: Arc<OwnedFd>, path: PathBuf, names: Names },
}

/// Names of files, each with a NUL behind it as the system wants them, in one piece of memory.
#[derive(Default)]
struct Names {
    bytes: Vec<u8>,
    count: usize,
}

impl Names {
    /// Adds one, which has no NUL in it.
    fn push(&mut self, name: &[u8]) {
        self.bytes.extend_from_slice(name);
        self.bytes.push(0);
        self.count += 1;
    }

    fn iter(&self) -> impl Iterator<Item = &CStr> {
        let mut rest = &self.bytes[..];
        iter::from_fn(move || {
            let name = CStr::from_bytes_until_nul(rest).ok()?;
            rest = rest.get(name.count_bytes() + 1..)?;
            Some(name)
        })
    }
}

/// What is yet to be done.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    /// How many workers may yet add to the jobs.
    busy: usize,
    /// How many wait for one.
    waiting: usize,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, job: Job) {
        let mut state = self.lock();
        state.jobs.push(job);
        // Waking nobody costs a call into the system.
        if state.waiting > 0 {
            self.changed.notify_one();
        }
    }

    fn work(&self, visitor: &mut impl Visitor) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop() {
                state.busy += 1;
                drop(state);
                self.run(job, visitor);
                state = self.lock();
                state.busy -= 1;
            } else if state.busy == 0 {
                self.changed.notify_all();
                return;
            } else {
                state.waiting += 1;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
            }
        }
    }

    fn run(&self, job: Job, visitor: &mut impl Visitor) {
        let done = match job {
            Job::Start(Start::Named(path)) => self.named(&path, visitor),
            Job::Start(Start::Listed(path, names)) => self.listed(path, &names),
            Job::Dir { parent, name, path } => {
                let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                match openat(&*parent, &*name, flags, Mode::empty()) {
                    Ok(dir) => {
                        drop(parent);
                        self.dir(dir, &path, visitor)
                    }
                    Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => Ok(()),
                    Err(error) => Err(Error::io("read", &path)(error.into())),
                }
            }
            Job::Files { dir, path, names } => {
                read_files(dir.as_fd(), &path, &names, visitor);
                Ok(())
            }
        };
        if let Err(error) = done {
            visitor.unreadable(error);
        }
    }

    fn named(&self, path: &Path, visitor: &mut impl Visitor) -> Result<(), Error> {
        if path.metadata().is_ok_and(|meta| meta.is_dir()) {
            let dir = open_to_read(path, OFlags::DIRECTORY)?;
            // What is in here is called as it is from here.
            let shown = if path == Path::new(".") { Path::new("") } else { path };
            return self.dir(dir.into(), shown, visitor);
        }
        let mut file = open_named(path)?;
        let read = visitor.file(Path::new(""), path.as_os_str(), &mut file);
        read.map_err(Error::io("read", path))
    }

    fn listed(&self, path: PathBuf, names: &[OsString]) -> Result<(), Error> {
        let dir: Arc<OwnedFd> = Arc::new(open_to_read(&path, OFlags::DIRECTORY)?.into());
        let path = if path == Path::new(".") { PathBuf::new() } else { path };
        for some in names.chunks(BATCH) {
            let mut names = Names::default();
            for name in some {
                names.push(name.as_bytes());
            }
            self.add(Job::Files { dir: Arc::clone(&dir), path: path.clone(), names });
        }
        Ok(())
    }

    fn dir(&self, dir: OwnedFd, path: &Path, visitor: &mut impl Visitor) -> Result<(), Error> {
        let failed = |error: Errno| Error::io("list", path)(error.into());
        let (mut files, mut dirs) = (Names::default(), Vec::new());
        // What is more than one piece of work.
        let mut pieces = Vec::new();
        let mut has_head = false;
        each_entry(&dir, &mut |name, kind| {
            let kind = match kind {
                FileType::Unknown => match statat(&dir, name, AtFlags::SYMLINK_NOFOLLOW) {
                    Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                    Err(_) => return,
                },
                kind => kind,
            };
            match kind {
                FileType::RegularFile => {
                    has_head |= name == c"HEAD";
                    files.push(name.to_bytes());
                    if files.count == BATCH {
                        pieces.push(mem::take(&mut files));
                    }
                }
                FileType::Directory if name != c"." && name != c".." => {
                    dirs.push(OsStr::from_bytes(name.to_bytes()).to_owned());
                }
                _ => {}
            }
        })
        .map_err(failed)?;
        let has = |wanted: &str| dirs.iter().any(|name| name == wanted);
        let is_store = has_head && has("refs") && has("objects");
        // Git makes this one along with the store; others have files and directories of these names.
        if is_store && statat(&dir, "objects/pack", AtFlags::SYMLINK_NOFOLLOW).is_ok() {
            dirs.retain(|name| name != "objects");
        }
        let dir = Arc::new(dir);
        for name in dirs {
            let path = path.join(&name);
            self.add(Job::Dir { parent: Arc::clone(&dir), name, path });
        }
        for names in pieces {
            self.add(Job::Files { dir: Arc::clone(&dir), path: path.to_path_buf(), names });
        }
        read_files(dir.as_fd(), path, &files, visitor);
        Ok(())
    }
}

/// Shows the name and kind of everything in a directory.
#[cfg(target_os = "linux")]
fn each_entry(dir: &OwnedFd, take: &mut dyn FnMut(&CStr, FileType)) -> rustix::io::Result<()> {
    let mut room = [const { mem::MaybeUninit::uninit() }; 16 * 1024];
    let mut dir = RawDir::new(dir, &mut room);
    while let Some(entry) = dir.next() {
        let entry = entry?;
        take(entry.file_name(), entry.file_type());
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn each_entry(dir: &OwnedFd, take: &mut dyn FnMut(&CStr, FileType)) -> rustix::io::Result<()> {
    for entry in Dir::read_from(dir)? {
        let entry = entry?;
        take(entry.file_name(), entry.file_type());
    }
    Ok(())
}

/// A file of which a read that comes short is the last one, where that holds: asking once more would
/// be a fourth of the calls for a small file.
struct Whole {
    file: OwnedFd,
    ends_short: bool,
    is_over: bool,
}

impl Read for Whole {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.is_over {
            return Ok(0);
        }
        let count = rustix::io::read(&self.file, &mut *bytes)?;
        self.is_over = self.ends_short && count < bytes.len();
        Ok(count)
    }
}

/// Whether regular files of a directory's file system are read up to what was asked for, or to their
/// end. Those of a network, of FUSE or of `/proc` may give less.
#[cfg(target_os = "linux")]
fn ends_short(dir: BorrowedFd<'_>) -> bool {
    // ext2 to 4, XFS, Btrfs, F2FS, tmpfs and overlayfs, of statfs(2).
    const LOCAL: [i128; 6] =
        [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994, 0x794C_7630];
    rustix::fs::fstatfs(dir).is_ok_and(|stat| LOCAL.contains(&i128::from(stat.f_type)))
}

#[cfg(not(target_os = "linux"))]
fn ends_short(_: BorrowedFd<'_>) -> bool {
    false
}

fn read_files(dir: BorrowedFd<'_>, path: &Path, names: &Names, visitor: &mut impl Visitor) {
    // For one file the question costs as much as it may save.
    let ends_short = names.count > 1 && ends_short(dir);
    // A pipe that has taken the place of a file must not be waited for.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mut unseen = UNSEEN;
    for name in names.iter() {
        let mut file = openat(dir, name, flags | unseen, Mode::empty());
        // What belongs to others cannot be read unseen.
        if matches!(file, Err(Errno::PERM)) {
            unseen = OFlags::empty();
            file = openat(dir, name, flags, Mode::empty());
        }
        let name = OsStr::from_bytes(name.to_bytes());
        let read = match file {
            Ok(file) => {
                let mut file = Whole { file, ends_short, is_over: false };
                visitor.file(path, name, &mut file)
            }
            Err(Errno::NOENT | Errno::LOOP | Errno::NXIO) => Ok(()),
            Err(error) => Err(error.into()),
        };
        match read {
            Err(error) if error.kind() != io::ErrorKind::IsADirectory => {
                visitor.unreadable(Error::io("read", &path.join(name))(error));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make what is walked through")]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::io::{self, Read};
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    use super::{Start, Visitor, walk};
    use crate::fs::Error;

    #[derive(Default)]
    struct Seen {
        files: Vec<(PathBuf, String)>,
        unreadable: usize,
    }

    impl Visitor for Seen {
        fn file(&mut self, dir: &Path, name: &OsStr, source: &mut dyn Read) -> io::Result<()> {
            let mut text = String::new();
            source.read_to_string(&mut text)?;
            self.files.push((dir.join(name), text));
            Ok(())
        }

        fn unreadable(&mut self, _: Error) {
            self.unreadable += 1;
        }
    }

    /// What two visitors see, in order, from this directory; and how much could not be read.
    fn seen(root: &Path, starts: Vec<Start>) -> (Vec<String>, usize) {
        let mut visitors = [Seen::default(), Seen::default()];
        walk(starts, &mut visitors);
        let mut all = Vec::new();
        for (path, text) in visitors.iter().flat_map(|visitor| &visitor.files) {
            let path = path.strip_prefix(root).unwrap_or(path).to_str().unwrap();
            assert_eq!(text, path.rsplit('/').next().unwrap());
            all.push(path.to_owned());
        }
        all.sort();
        (all, visitors.iter().map(|visitor| visitor.unreadable).sum())
    }

    fn file(root: &Path, path: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, path.file_name().unwrap().as_encoded_bytes()).unwrap();
    }

    #[test]
    fn every_file_is_seen_once_and_no_link_followed() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let mut wanted: Vec<String> = (0..500).map(|at| format!("many/f{at}")).collect();
        wanted.extend((0..40).map(|at| format!("{}leaf", "deep/".repeat(at))));
        wanted.extend(
            [
                "a/.hidden/.env",
                ".git/config",
                ".git/HEAD",
                "app/HEAD",
                "app/refs/x",
                "app/objects/key",
            ]
            .map(str::to_owned),
        );
        for path in &wanted {
            file(root, path);
        }
        file(root, ".git/refs/x");
        file(root, ".git/objects/ab/cd");
        file(root, ".git/objects/pack/ef");
        wanted.push(".git/refs/x".to_owned());
        symlink(root, root.join("many/loop")).unwrap();
        symlink(root.join("many/f1"), root.join("many/link")).unwrap();
        symlink("nowhere", root.join("many/dangling")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        wanted.sort();
        assert_eq!(seen(root, vec![Start::Named(root.to_path_buf())]), (wanted, 0));
    }

    #[test]
    fn what_is_named_is_read_or_told() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        file(root, "one");
        file(root, "dir/two");
        symlink("dir", root.join("link")).unwrap();
        let named = |name: &str| Start::Named(root.join(name));
        assert_eq!(
            seen(root, vec![named("one"), named("dir")]),
            (vec!["dir/two".into(), "one".into()], 0)
        );
        assert_eq!(seen(root, vec![named("link")]), (vec!["link/two".into()], 0));
        assert_eq!(seen(root, vec![named("none"), named("one")]), (vec!["one".into()], 1));
        let list = ["one", "dir/two", "gone", "dir", "link"].map(Into::into).to_vec();
        let listed = Start::Listed(root.to_path_buf(), list);
        assert_eq!(seen(root, vec![listed]), (vec!["dir/two".into(), "one".into()], 0));
    }
}
