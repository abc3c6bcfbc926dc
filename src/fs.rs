//! Files. The only module that opens a file for writing, so that every write is private, atomic,
//! synced and, in the vault, under its lock.

pub mod walk;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::OFlags;
use tempfile::{NamedTempFile, TempPath};

const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_DIR: u32 = 0o700;
const GROUP_OR_WORLD_WRITE: u32 = 0o022;
const GROUP_OR_WORLD: u32 = 0o077;
const WORLD_WRITE: u32 = 0o002;
const STICKY: u32 = 0o1000;
const LOCK_POLL: Duration = Duration::from_millis(4);

/// What went wrong with a file or directory.
#[derive(Debug)]
pub enum Error {
    /// The system refused; `doing` is a verb in the infinitive.
    Io {
        /// What was tried: `read`, `write`, `create`…
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A symbolic link where keyctl keeps its own files.
    Symlink(PathBuf),
    /// A directory, socket or device where a file belongs.
    NotAFile(PathBuf),
    /// A file where a directory belongs.
    NotADirectory(PathBuf),
    /// Above the limit in bytes.
    TooLarge(PathBuf, u64),
    /// Others can write here; with the permission bits.
    Writable(PathBuf, u32),
    /// It belongs to another user.
    Foreign(PathBuf),
    /// Somebody else changed it after it was looked at.
    Changed(PathBuf),
    /// Some files are new, and another one could not be put in its place.
    Partly {
        /// The new ones.
        written: Vec<PathBuf>,
        /// What went wrong with the other one.
        error: Box<Error>,
    },
    /// Another process held the lock all the time.
    Busy(PathBuf, Duration),
}

impl Error {
    /// Whether the file or directory is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// A stream that was opened here, and could not be read on.
    #[must_use]
    pub fn reading(path: &Path, source: io::Error) -> Self {
        Self::io("read", path)(source)
    }

    fn io<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| {
            let loops = source.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error());
            if loops {
                Self::Symlink(path.to_path_buf())
            } else {
                Self::Io { doing, path: path.to_path_buf(), source }
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {}", path.display(), reason(source))
            }
            Self::Symlink(path) => write!(f, "{} is a symbolic link", path.display()),
            Self::NotAFile(path) => write!(f, "{} is not a regular file", path.display()),
            Self::NotADirectory(path) => write!(f, "{} is not a directory", path.display()),
            Self::TooLarge(path, limit) => {
                write!(f, "{} is larger than {limit} bytes", path.display())
            }
            Self::Writable(path, mode) => {
                write!(f, "other users can write to {} (mode {mode:04o})", path.display())
            }
            Self::Foreign(path) => write!(f, "{} belongs to another user", path.display()),
            Self::Changed(path) => write!(f, "{} was changed meanwhile", path.display()),
            Self::Partly { written, error } => {
                let written: Vec<_> =
                    written.iter().map(|path| path.display().to_string()).collect();
                write!(f, "{error}; written before: {}", written.join(", "))
            }
            Self::Busy(path, waited) => {
                write!(f, "another keyctl held {} for {} s", path.display(), waited.as_secs())
            }
        }
    }
}

impl std::error::Error for Error {}

/// The system's words for an error, without the number that Rust adds.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}

/// Whether anything, even a dangling link, is at `path`.
#[must_use]
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Reads one of keyctl's own files of at most `limit` bytes; a link or a special file is refused.
pub fn read_own(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let (file, length) = open_own(path)?;
    read_bounded(file, length, limit, path)
}

/// One of keyctl's own files, open for reading.
#[derive(Debug)]
pub struct Own {
    /// Its content.
    pub file: File,
    /// How many bytes it has.
    pub len: u64,
}

/// Opens one of keyctl's own files of at most `limit` bytes; a link or a special file is refused.
pub fn open_own_bounded(path: &Path, limit: u64) -> Result<Own, Error> {
    let (file, len) = open_own(path)?;
    if len > limit {
        Err(Error::TooLarge(path.to_path_buf(), limit))
    } else {
        Ok(Own { file, len })
    }
}

/// Reads the beginning of one of keyctl's own files, at most `most` bytes.
pub fn read_start(path: &Path, most: u64) -> Result<Vec<u8>, Error> {
    let (file, _) = open_own(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or(0));
    file.take(most).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    Ok(bytes)
}

/// Opens one of keyctl's own files; with its length.
fn open_own(path: &Path) -> Result<(File, u64), Error> {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    let file = open_to_read(path, OFlags::NOFOLLOW | OFlags::NONBLOCK)?;
    let meta = file.metadata().map_err(Error::io("read", path))?;
    if meta.is_file() { Ok((file, meta.len())) } else { Err(Error::NotAFile(path.to_path_buf())) }
}

/// Opens a file that a person named, however long; links, pipes and `/dev/fd/N` work.
pub fn open_named(path: &Path) -> Result<File, Error> {
    let file = open_to_read(path, OFlags::empty())?;
    let meta = file.metadata().map_err(Error::io("read", path))?;
    if meta.is_dir() { Err(Error::NotAFile(path.to_path_buf())) } else { Ok(file) }
}

/// Reads a file that a person named, of at most `limit` bytes; links, pipes and `/dev/fd/N` work.
pub fn read_named(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let file = open_to_read(path, OFlags::empty())?;
    let meta = file.metadata().map_err(Error::io("read", path))?;
    if meta.is_dir() {
        return Err(Error::NotAFile(path.to_path_buf()));
    }
    read_bounded(file, meta.len(), limit, path)
}

#[expect(clippy::disallowed_methods, reason = "this module opens files for all others")]
fn open_to_read(path: &Path, flags: OFlags) -> Result<File, Error> {
    OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .map_err(Error::io("read", path))
}

/// Reads all of a stream of at most `limit` bytes. The buffer has its size from the start when the
/// length is known, so that no copy of a secret is left behind in memory.
fn read_bounded(
    stream: impl io::Read,
    length: u64,
    limit: u64,
    path: &Path,
) -> Result<Vec<u8>, Error> {
    if length > limit {
        return Err(Error::TooLarge(path.to_path_buf(), limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    stream.take(limit + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > limit {
        return Err(Error::TooLarge(path.to_path_buf(), limit));
    }
    Ok(bytes)
}

/// Reads standard input to its end, at most `limit` bytes.
pub fn read_stdin(limit: u64) -> Result<Vec<u8>, Error> {
    read_bounded(io::stdin().lock(), 0, limit, Path::new("standard input"))
}

/// Reads standard input to the end of its first line, at most `limit` bytes, and nothing behind it.
pub fn read_stdin_line(limit: u64) -> Result<Vec<u8>, Error> {
    let path = Path::new("standard input");
    let mut line = Vec::with_capacity(1024);
    while line.last() != Some(&b'\n') {
        let mut byte = [0];
        match rustix::io::retry_on_intr(|| rustix::io::read(rustix::stdio::stdin(), &mut byte)) {
            Ok(0) => break,
            Ok(_) if line.len() as u64 == limit => {
                return Err(Error::TooLarge(path.to_path_buf(), limit));
            }
            Ok(_) => line.extend(byte),
            Err(error) => return Err(Error::io("read", path)(error.into())),
        }
    }
    Ok(line)
}

/// Refuses a file that others can write to, or that belongs to somebody else than this user or
/// root: what it says cannot be trusted.
pub fn check_trusted_file(path: &Path) -> Result<(), Error> {
    let meta = path.metadata().map_err(Error::io("read", path))?;
    let owner = meta.uid();
    if meta.is_file() && owner != 0 && owner != rustix::process::geteuid().as_raw() {
        return Err(Error::Foreign(path.to_path_buf()));
    }
    if meta.is_file() && meta.mode() & GROUP_OR_WORLD_WRITE != 0 {
        return Err(Error::Writable(path.to_path_buf(), meta.mode() & 0o7777));
    }
    Ok(())
}

/// Whether people other than the owner can read the file at `path`.
#[must_use]
pub fn is_readable_by_others(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.mode() & GROUP_OR_WORLD != 0)
}

/// Makes `path` and what is missing above it, for the owner alone, and checks it as
/// [`check_private_dir`] does.
#[expect(clippy::disallowed_methods, reason = "this module makes directories for all others")]
pub fn make_private_dir(path: &Path) -> Result<(), Error> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(PRIVATE_DIR).create(path);
    match made {
        // Made before, by us or by somebody else: the check tells which.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other.map_err(Error::io("create", path))?,
    }
    check_private_dir(path)
}

/// Refuses a directory that is a link, belongs to somebody else or that others can write to.
///
/// # Errors
/// Also [`Error::Io`] with `NotFound` when there is none.
pub fn check_private_dir(path: &Path) -> Result<(), Error> {
    let meta = path.symlink_metadata().map_err(Error::io("open", path))?;
    if meta.is_symlink() {
        return Err(Error::Symlink(path.to_path_buf()));
    }
    if !meta.is_dir() {
        return Err(Error::NotADirectory(path.to_path_buf()));
    }
    if meta.uid() != rustix::process::geteuid().as_raw() {
        return Err(Error::Foreign(path.to_path_buf()));
    }
    if meta.mode() & GROUP_OR_WORLD_WRITE != 0 {
        return Err(Error::Writable(path.to_path_buf(), meta.mode() & 0o7777));
    }
    // Whoever can write to the directory above, and is not kept off by its sticky bit, can put
    // another one in this one's place.
    let above = parent(path).metadata().map_err(Error::io("open", parent(path)))?.mode();
    if above & WORLD_WRITE != 0 && above & STICKY == 0 {
        return Err(Error::Writable(parent(path).to_path_buf(), above & 0o7777));
    }
    Ok(())
}

/// A complete file beside its destination, not yet visible under its name.
///
/// Dropping it removes it.
#[derive(Debug)]
pub struct Staged {
    temp: NamedTempFile,
    target: PathBuf,
}

impl Staged {
    /// Begins a private temporary file in the directory of `target`.
    pub fn new(target: &Path) -> Result<Self, Error> {
        let temp = tempfile::Builder::new()
            .prefix(&temp_prefix(target))
            .suffix(TEMP_SUFFIX)
            .tempfile_in(parent(target))
            .map_err(Error::io("write", target))?;
        Ok(Self { temp, target: target.to_path_buf() })
    }

    /// The same with `bytes` in it.
    pub fn write(target: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let staged = Self::new(target)?;
        staged.wrote(staged.file().write_all(bytes))?;
        Ok(staged)
    }

    /// The temporary file, to write to.
    #[must_use]
    pub fn file(&self) -> &File {
        self.temp.as_file()
    }

    /// What came of writing to it.
    pub fn wrote<T>(&self, result: io::Result<T>) -> Result<T, Error> {
        result.map_err(Error::io("write", &self.target))
    }

    /// Lets the system begin to write the content to the disk, where it can be asked to, and does not
    /// wait for it: what is done until [`Self::sync`] shortens that, which tells what failed.
    pub fn start_sync(&self) {
        // Linux begins to write what it is asked to forget; what is not written yet, it keeps.
        #[cfg(target_os = "linux")]
        let _ = rustix::fs::fadvise(self.file(), 0, None, rustix::fs::Advice::DontNeed);
    }

    /// Makes the content reach the disk.
    pub fn sync(&self) -> Result<(), Error> {
        self.wrote(self.file().sync_all())
    }

    /// The file itself at its beginning, and how many bytes it has.
    pub fn reread(&self) -> Result<(&File, u64), Error> {
        let failed = || Error::io("read", &self.target);
        let mut file = self.temp.as_file();
        file.rewind().map_err(failed())?;
        let len = file.metadata().map_err(failed())?.len();
        Ok((file, len))
    }

    /// Puts the file in the place of its target, in one step. It has reached the disk after
    /// [`sync_dir`] of its directory.
    pub fn publish(self) -> Result<(), Error> {
        let Self { temp, target } = self;
        temp.persist(&target).map_err(|error| Error::io("write", &target)(error.error))?;
        Ok(())
    }
}

const TEMP_SUFFIX: &str = ".keyctl-tmp";

fn temp_prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or(OsStr::new("file")));
    prefix.push(".");
    prefix
}

/// The regular file at `path`, where there is one.
fn regular(path: &Path) -> Result<Option<fs::Metadata>, Error> {
    match path.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => Err(Error::Symlink(path.to_path_buf())),
        Ok(meta) if !meta.is_file() => Err(Error::NotAFile(path.to_path_buf())),
        Ok(meta) => Ok(Some(meta)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("write", path)(error)),
    }
}

/// What was at a place when it was looked at: a regular file, or nothing.
#[derive(Debug)]
pub struct Before {
    path: PathBuf,
    file: Option<fs::Metadata>,
}

impl Before {
    /// What is at `path`.
    pub fn of(path: &Path) -> Result<Self, Error> {
        Ok(Self { path: path.to_path_buf(), file: regular(path)? })
    }

    /// Refuses a place that is not as it was.
    fn check(&self) -> Result<(), Error> {
        let identity = |meta: &fs::Metadata| {
            (meta.dev(), meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec())
        };
        if regular(&self.path)?.as_ref().map(identity) == self.file.as_ref().map(identity) {
            Ok(())
        } else {
            Err(Error::Changed(self.path.clone()))
        }
    }
}

/// A complete file for another program, synced and closed, not yet visible under its name.
///
/// Dropping it removes it.
#[derive(Debug)]
pub struct Ready {
    temp: TempPath,
    before: Before,
}

/// Writes a file for another program, to be put in the place of what was there `before` with the
/// permission bits `mode`. It gets the owner of what was there.
pub fn stage_for_others(before: Before, bytes: &[u8], mode: u32) -> Result<Ready, Error> {
    let staged = Staged::write(&before.path, bytes)?;
    if let Some(before) = &before.file {
        let ours = staged.wrote(staged.file().metadata())?;
        let (uid, gid) = (before.uid(), before.gid());
        if (ours.uid(), ours.gid()) != (uid, gid) {
            staged.wrote(std::os::unix::fs::fchown(staged.file(), Some(uid), Some(gid)))?;
        }
    }
    let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
    staged.wrote(staged.file().set_permissions(mode))?;
    staged.sync()?;
    // Closed: there may be more of them than a process may have open.
    Ok(Ready { temp: staged.temp.into_temp_path(), before })
}

/// Puts files in their places, one after the other, and makes that reach the disk. Nothing is moved
/// unless every place is as it was.
pub fn publish_all(ready: Vec<Ready>) -> Result<(), Error> {
    let mut dirs: Vec<PathBuf> =
        ready.iter().map(|file| parent(&file.before.path).to_path_buf()).collect();
    // Files of one directory mostly follow each other.
    dirs.dedup();
    ready.iter().try_for_each(|file| file.before.check())?;
    let mut written = Vec::new();
    for Ready { temp, before: Before { path, .. } } in ready {
        if let Err(error) = temp.persist(&path) {
            let error = Error::io("write", &path)(error.error);
            return Err(if written.is_empty() {
                error
            } else {
                Error::Partly { written, error: Box::new(error) }
            });
        }
        written.push(path);
    }
    dirs.iter().try_for_each(|dir| sync_dir(dir))
}

/// Refuses a place in a directory that is not there.
pub fn check_parent(path: &Path) -> Result<(), Error> {
    parent(path).metadata().map(drop).map_err(Error::io("write", path))
}

/// Refuses a directory that others can write to.
pub fn check_closed_dir(path: &Path) -> Result<(), Error> {
    let mode = path.metadata().map_err(Error::io("open", path))?.mode();
    if mode & GROUP_OR_WORLD_WRITE != 0 {
        return Err(Error::Writable(path.to_path_buf(), mode & 0o7777));
    }
    Ok(())
}

/// The permission bits of what is at `path`.
pub fn mode(path: &Path) -> Result<u32, Error> {
    Ok(path.metadata().map_err(Error::io("read", path))?.mode() & 0o7777)
}

/// Whether the regular file at `path` has these bytes and permission bits.
pub fn is_same(path: &Path, bytes: &[u8], mode: u32) -> Result<bool, Error> {
    let Some(meta) = regular(path)? else { return Ok(false) };
    let fits = meta.len() == bytes.len() as u64 && meta.mode() & 0o7777 == mode;
    Ok(fits && read_own(path, meta.len())? == bytes)
}

/// Replaces the regular file at `path`, or makes one: mode 0600, in one step, synced when
/// `durable`.
pub fn replace(path: &Path, bytes: &[u8], durable: bool) -> Result<(), Error> {
    regular(path)?;
    let staged = Staged::write(path, bytes)?;
    if durable {
        staged.sync()?;
    }
    staged.publish()?;
    if durable { sync_dir(parent(path)) } else { Ok(()) }
}

/// Adds whole lines to the regular file at `path`, or makes one with mode 0600; what is there stays,
/// also when not all could be written.
#[expect(clippy::disallowed_methods, reason = "this module opens files for all others")]
pub fn append(path: &Path, lines: &[u8]) -> Result<(), Error> {
    let failed = || Error::io("write", path);
    let mut file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .mode(PRIVATE_FILE)
        .custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed())
        .open(path)
        .map_err(failed())?;
    let meta = file.metadata().map_err(failed())?;
    if !meta.is_file() {
        return Err(Error::NotAFile(path.to_path_buf()));
    }
    let before = meta.len();
    let mut last = [b'\n'];
    if before > 0 {
        file.seek(io::SeekFrom::End(-1)).map_err(failed())?;
        file.read_exact(&mut last).map_err(failed())?;
    }
    let start: &[u8] = if last == *b"\n" { b"" } else { b"\n" };
    let written = file.write_all(start).and_then(|()| file.write_all(lines));
    if let Err(error) = written.and_then(|()| file.sync_all()) {
        // Half a line would become part of the next one.
        let _ = file.set_len(before);
        return Err(failed()(error));
    }
    Ok(())
}

/// Whether somebody reads standard output as it is written: a program or a person, and not a file
/// or nobody.
#[must_use]
pub fn is_stdout_read() -> bool {
    let stdout = rustix::stdio::stdout();
    let is_pipe = rustix::fs::fstat(stdout).is_ok_and(|stat| {
        let kind = rustix::fs::FileType::from_raw_mode(stat.st_mode);
        kind.is_fifo() || kind.is_socket()
    });
    is_pipe || rustix::termios::isatty(stdout)
}

/// Makes a directory for all, and what is missing above it; one that is there stays as it is.
#[expect(clippy::disallowed_methods, reason = "this module makes directories for all others")]
pub fn make_dir(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).create(path).map_err(Error::io("create", path))
}

/// Writes `path` with mode 0600 and refuses one that is there already.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    create_with(path, bytes, PRIVATE_FILE)
}

/// The same with the permission bits `mode`, less those that this process gives nobody.
#[expect(clippy::disallowed_methods, reason = "this module opens files for all others")]
pub fn create_with(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let failed = || Error::io("create", path);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(failed())?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        drop(file);
        // The name was free before: a half-written file must not take it.
        let _ = fs::remove_file(path);
        return Err(failed()(error));
    }
    sync_dir(parent(path))
}

/// Gives the file at `from` a second name, or a copy where links are not supported; what was at
/// `to` before is replaced.
#[expect(clippy::disallowed_methods, reason = "this module writes files for all others")]
pub fn keep_copy(from: &Path, to: &Path) -> Result<(), Error> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    replace(to, &read_own(from, u64::MAX - 1)?, true)
}

/// Moves a file to another name on the same file system.
#[expect(clippy::disallowed_methods, reason = "this module writes files for all others")]
pub fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    fs::rename(from, to).map_err(Error::io("move", from))?;
    sync_dir(parent(from))
}

/// Removes a file; one that is not there is no error.
#[expect(clippy::disallowed_methods, reason = "this module writes files for all others")]
pub fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Removes temporary files that killed processes left for `targets`, which lie in one directory. Only
/// under a lock that keeps their other writers away.
pub fn remove_leftovers(targets: &[&Path]) -> Result<(), Error> {
    let Some(dir) = targets.first().map(|target| parent(target)) else { return Ok(()) };
    let prefixes: Vec<OsString> = targets.iter().map(|target| temp_prefix(target)).collect();
    for name in names(dir)? {
        let bytes = name.as_encoded_bytes();
        let is_ours = prefixes.iter().any(|prefix| bytes.starts_with(prefix.as_encoded_bytes()));
        if is_ours && bytes.ends_with(TEMP_SUFFIX.as_bytes()) {
            remove(&dir.join(name))?;
        }
    }
    Ok(())
}

/// Removes temporary files that killed processes left for `targets`, which lie in one directory, and
/// last wrote to before `before`, in seconds since 1970. One that cannot be removed stays.
pub fn remove_old_leftovers(targets: &[PathBuf], before: i64) {
    let Some(dir) = targets.first().map(|target| parent(target)) else { return };
    let is_wanted =
        |name: &str| targets.iter().any(|target| target.file_name() == Some(OsStr::new(name)));
    for name in names(dir).unwrap_or_default() {
        let text = name.to_str().and_then(|text| text.strip_prefix('.'));
        let of = text.and_then(|text| text.strip_suffix(TEMP_SUFFIX)?.rsplit_once('.'));
        let path = dir.join(&name);
        let is_old = || path.symlink_metadata().is_ok_and(|m| m.is_file() && m.mtime() < before);
        if of.is_some_and(|(of, _)| is_wanted(of)) && is_old() {
            let _ = remove(&path);
        }
    }
}

/// The names in a directory, sorted.
pub fn names(dir: &Path) -> Result<Vec<OsString>, Error> {
    let entries = fs::read_dir(dir).map_err(Error::io("list", dir))?;
    let mut names = entries
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<Vec<_>>>()
        .map_err(Error::io("list", dir))?;
    names.sort();
    Ok(names)
}

/// Makes what was renamed in a directory reach the disk.
pub fn sync_dir(dir: &Path) -> Result<(), Error> {
    let opened = open_to_read(dir, OFlags::DIRECTORY)?;
    opened.sync_all().map_err(Error::io("sync", dir))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// The exclusive lock of a directory: an advisory lock on its file `lock`, which is never removed
/// (removing it would let two processes hold two different files of that name).
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Waits until no other process holds the lock of `dir`, at most `patience`.
    ///
    /// # Errors
    /// [`Error::Busy`] when it was held all the time.
    #[expect(clippy::disallowed_methods, reason = "this module opens files for all others")]
    pub fn acquire(dir: &Path, patience: Duration) -> Result<Self, Error> {
        let path = dir.join("lock");
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(PRIVATE_FILE)
            .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
            .open(&path)
            .map_err(Error::io("lock", &path))?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if waited >= patience => {
                    return Err(Error::Busy(path, waited));
                }
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(LOCK_POLL);
                    waited += LOCK_POLL;
                }
                Err(TryLockError::Error(source)) => return Err(Error::io("lock", &path)(source)),
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests make what the module must refuse")]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_file_is_private_and_leaves_no_temporary_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        replace(&path, b"one", true).unwrap();
        replace(&path, b"two", true).unwrap();
        assert_eq!(read_own(&path, 3).unwrap(), b"two");
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(names(dir.path()).unwrap(), ["f"]);
    }

    #[test]
    fn files_that_belong_together_are_replaced_together_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        let replace_all = |files: &[(&str, &[u8])]| {
            let staged = files
                .iter()
                .map(|(name, bytes)| stage_for_others(Before::of(&path(name))?, bytes, 0o640));
            publish_all(staged.collect::<Result<Vec<_>, _>>()?)
        };
        replace_all(&[("a", b"1"), ("b", b"1")]).unwrap();
        for name in ["a", "b"] {
            assert_eq!(path(name).metadata().unwrap().mode() & 0o777, 0o640);
        }
        fs::create_dir(path("c")).unwrap();
        let failed = replace_all(&[("a", b"2"), ("b", b"2"), ("c", b"2")]);
        assert!(matches!(failed, Err(Error::NotAFile(_))));
        assert_eq!(names(dir.path()).unwrap(), ["a", "b", "c"]);
        for name in ["a", "b"] {
            assert_eq!(read_own(&path(name), 9).unwrap(), b"1");
        }
        replace_all(&[("a", b"2"), ("d", b"2")]).unwrap();
        assert_eq!(read_own(&path("a"), 9).unwrap(), b"2");
        assert_eq!(read_own(&path("b"), 9).unwrap(), b"1");
    }

    #[test]
    fn nothing_is_moved_when_one_place_is_not_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        create(&path("b"), b"1").unwrap();
        let stage = || {
            let ready = ["a", "b"].map(|name| {
                stage_for_others(Before::of(&path(name)).unwrap(), b"ours", 0o600).unwrap()
            });
            Vec::from(ready)
        };
        let staged = stage();
        replace(&path("b"), b"2", false).unwrap();
        assert!(matches!(publish_all(staged), Err(Error::Changed(_))));
        assert_eq!(
            (names(dir.path()).unwrap(), read_own(&path("b"), 9).unwrap()),
            (vec!["b".into()], b"2".to_vec())
        );
        let staged = stage();
        fs::create_dir(path("a")).unwrap();
        assert!(matches!(publish_all(staged), Err(Error::NotAFile(_))));
        assert_eq!(read_own(&path("b"), 9).unwrap(), b"2");
        fs::remove_dir(path("a")).unwrap();
        let staged = stage();
        create(&path("a"), b"3").unwrap();
        assert!(matches!(publish_all(staged), Err(Error::Changed(_))));
        publish_all(stage()).unwrap();
        assert_eq!(read_own(&path("a"), 9).unwrap(), b"ours");
    }

    #[test]
    fn what_is_appended_begins_on_a_line_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        append(&path, b"a\n").unwrap();
        append(&path, b"b").unwrap();
        append(&path, b"c\n").unwrap();
        assert_eq!(read_own(&path, 9).unwrap(), b"a\nb\nc\n");
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(append(&link, b"d\n"), Err(Error::Symlink(_))));
        assert!(append(dir.path(), b"d\n").is_err());
    }

    #[test]
    fn own_files_are_no_links_pipes_or_directories_and_have_a_limit() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        create(&file, b"12345").unwrap();
        assert!(matches!(create(&file, b"x"), Err(Error::Io { .. })));
        assert!(matches!(read_own(&file, 4), Err(Error::TooLarge(_, 4))));
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(matches!(read_own(&link, 9), Err(Error::Symlink(_))));
        assert_eq!(read_named(&link, 9).unwrap(), b"12345");
        assert!(matches!(read_own(dir.path(), 9), Err(Error::NotAFile(_))));
        let missing = read_own(&dir.path().join("none"), 9).unwrap_err();
        assert!(missing.is_missing());
    }

    #[test]
    fn a_place_that_others_can_write_to_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a/b");
        make_private_dir(&place).unwrap();
        assert_eq!(place.metadata().unwrap().mode() & 0o777, 0o700);
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o770);
        fs::set_permissions(&place, open).unwrap();
        assert!(matches!(check_private_dir(&place), Err(Error::Writable(_, 0o770))));
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(&place, &link).unwrap();
        assert!(matches!(check_private_dir(&link), Err(Error::Symlink(_))));
    }

    #[test]
    fn the_lock_is_exclusive_and_patience_ends() {
        let dir = tempfile::tempdir().unwrap();
        let held = Lock::acquire(dir.path(), Duration::ZERO).unwrap();
        let second = Lock::acquire(dir.path(), Duration::from_millis(8));
        assert!(matches!(second, Err(Error::Busy(..))));
        drop(held);
        assert!(Lock::acquire(dir.path(), Duration::ZERO).is_ok());
    }

    #[test]
    fn leftovers_of_the_same_target_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        create(&dir.path().join(".f.abc.keyctl-tmp"), b"").unwrap();
        create(&dir.path().join(".g.abc.keyctl-tmp"), b"").unwrap();
        create(&dir.path().join(".f.g.abc.keyctl-tmp"), b"").unwrap();
        let targets = [dir.path().join("g"), dir.path().join("h")];
        remove_old_leftovers(&targets, 1);
        assert_eq!(names(dir.path()).unwrap().len(), 3);
        remove_old_leftovers(&targets, i64::MAX);
        let left = [".f.abc.keyctl-tmp", ".f.g.abc.keyctl-tmp"];
        assert_eq!(names(dir.path()).unwrap(), left);
        remove_old_leftovers(&[dir.path().join("f.g")], i64::MAX);
        remove_leftovers(&[&dir.path().join("f")]).unwrap();
        assert!(names(dir.path()).unwrap().is_empty());
    }
}
