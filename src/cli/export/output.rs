//! Where an export goes: standard output, or files that are replaced all together.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::Made;
use clap::{Args, ValueHint};
use zeroize::Zeroizing;

use crate::cli::failure::{Failure, Outcome, quoted};
use crate::cli::session::{Session, variable};
use crate::clock::Time;
use crate::export::{File, Format, Replaces, foreign_line, has_ours};
use crate::fs::{self, Before, Ready};
use crate::import;
use crate::key::{Digest, Key, Version};
use crate::vault::document::Document;

/// The largest file of somebody else's that is looked through before it is replaced, in bytes.
const MOST_BEFORE: u64 = 64 * 1024 * 1024;

/// The longest file in a directory of credentials that is looked at, in bytes.
const MOST_BESIDE: u64 = 64 * 1024;
/// How long a temporary file must have been left alone to be nobody's, in seconds.
const LEFT: i64 = 3600;

/// The file of variables for the later steps of a workflow is named by this variable.
const GITHUB_ENV: &str = "GITHUB_ENV";

/// Where an export goes.
#[derive(Debug, Args)]
pub(super) struct Output {
    /// Write to a file, in one step and with mode 0600; - is standard output; with --format systemd
    /// to a directory
    #[arg(short = 'o', long = "output", value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Permission bits of the file, in octal [default: 0600]
    #[arg(long, value_name = "MODE", requires = "file", value_parser = mode)]
    mode: Option<u32>,
    /// Replace a file in which something stands that keyctl did not write
    #[arg(long)]
    force: bool,
}

/// Permission bits in octal; everybody may be let read, nobody but the owner may be let write.
fn mode(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8)
        .ok()
        .filter(|mode| (3..=4).contains(&text.len()) && !text.starts_with('+') && *mode <= 0o777);
    match mode {
        Some(mode) if mode & 0o022 != 0 => {
            Err("others could write to it, and let themselves in".to_owned())
        }
        Some(mode) if mode & 0o111 != 0 => Err("nothing in it is to be run".to_owned()),
        Some(mode) if mode & 0o400 == 0 => Err("its owner could not read it".to_owned()),
        Some(mode) => Ok(mode),
        None => Err("write it in octal, as for chmod: 0600, 0640, 0444".to_owned()),
    }
}

impl Output {
    /// The file that is written, unless it goes to standard output.
    pub(super) fn path(&self) -> Option<&Path> {
        self.file.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// The file as text that other programs can be told.
    pub(super) fn named(&self) -> Outcome<&str> {
        let Some(path) = self.path() else {
            return Err(Failure::usage("this is said of a file, and there is none")
                .advise("name it with -o FILE"));
        };
        match path.to_str().filter(|text| !text.contains(char::is_control)) {
            Some(text) => Ok(text),
            None => Err(Failure::usage(format!("{} cannot be written in a line", path.display()))
                .advise("name a file without control characters, in UTF-8")),
        }
    }

    /// Whether what others wrote may be replaced.
    pub(super) fn is_forced(&self) -> bool {
        self.force
    }

    /// Refuses to replace what is not named.
    pub(super) fn refuse_force_without_file(&self) -> Outcome {
        if !self.force || self.path().is_some() {
            return Ok(());
        }
        Err(Failure::usage("--force replaces a file, and none is named")
            .advise("name it with -o FILE, or leave --force out"))
    }

    /// The files it is written to, by whatever name.
    pub(super) fn places(&self, made: &Made) -> Vec<PathBuf> {
        let Some(path) = self.path() else { return Vec::new() };
        let place = |file: &File| {
            let path = file_in(path, file);
            let above = path.parent().and_then(|above| above.canonicalize().ok());
            above.zip(path.file_name()).map_or(path.clone(), |(above, name)| above.join(name))
        };
        made.artifact.files.iter().map(place).collect()
    }

    /// Whether it is said where to write.
    pub(super) fn is_said(&self) -> bool {
        self.file.is_some()
    }

    /// Whether every file is there as it would be written.
    pub(super) fn is_written(&self, made: &Made) -> Outcome<bool> {
        let Some(path) = self.path() else { return Ok(false) };
        for file in &made.artifact.files {
            if !fs::is_same(&file_in(path, file), file.expose(), self.bits())? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The permission bits of its file, and those it would be given, where they differ.
    pub(super) fn wrong_mode(&self) -> Outcome<Option<(u32, u32)>> {
        let Some(path) = self.path() else { return Ok(None) };
        let is = fs::mode(path)?;
        Ok((is != self.bits()).then(|| (is, self.bits())))
    }

    /// Adds the variables of a workflow to the file that is named, or to that of `GITHUB_ENV`; what
    /// stands beside them masks the secrets, and comes first.
    pub(super) fn append(&self, session: &Session, made: &Made, what: &str) -> Outcome {
        if self.is_said() && self.path().is_none() {
            return Err(
                Failure::usage("variables of a workflow are added to a file").advise("leave - out")
            );
        }
        if !fs::is_stdout_read() {
            // In the file of variables a mask is a wrong line, which the log shows as it is; and
            // without its mask a variable is shown by every later step.
            return Err(Failure::refused("secrets are masked on the step's own output alone")
                .advise("leave the > out: the variables go to the file that GITHUB_ENV names"));
        }
        let file = self.path().map(Path::to_path_buf);
        let file = file.or_else(|| variable(GITHUB_ENV).map(PathBuf::from));
        if let Some(file) = &file {
            refuse_own_place(session, file)?;
        }
        session.ui.data(made.artifact.beside())?;
        let Some(file) = file else {
            session.ui.warn("GITHUB_ENV is not set: the secrets are masked, nothing else");
            session.ui.hint("name a file with -o to add the variables to it");
            return Ok(());
        };
        for part in &made.artifact.files {
            fs::append(&file, part.expose())?;
        }
        session.ui.say(&format!("{}: {what}", file.display()));
        Ok(())
    }

    /// Its permission bits.
    fn bits(&self) -> u32 {
        self.mode.unwrap_or(0o600)
    }

    /// The files that change, ready to be put in their places; none is made on a dry run.
    pub(super) fn stage(
        &self,
        session: &Session,
        document: &Document,
        made: &Made,
        How { dry_run, force }: How,
    ) -> Outcome<Staged> {
        let mut staged = Staged::default();
        let Some(path) = self.path() else { return Ok(staged) };
        refuse_own_place(session, path)?;
        let is_directory = made.artifact.files.iter().any(|file| file.name.is_some());
        if is_directory && path.is_dir() {
            fs::check_closed_dir(path)?;
            warn_of_others(session, path, document, made);
        } else if is_directory && !dry_run {
            fs::make_private_dir(path)?;
        } else if !is_directory {
            fs::check_parent(path)?;
        }
        let targets: Vec<_> = made.artifact.files.iter().map(|file| file_in(path, file)).collect();
        if !dry_run {
            fs::remove_old_leftovers(&targets, session.now().unix() - LEFT);
        }
        for (file, path) in made.artifact.files.iter().zip(targets) {
            let before = Before::of(&path)?;
            if fs::is_same(&path, file.expose(), self.bits())? {
                continue;
            }
            if !force {
                refuse_foreign(&path, file.expose(), document, &made.format)?;
            }
            staged.changed = true;
            if !dry_run {
                staged.ready.push(fs::stage_for_others(before, file.expose(), self.bits())?);
            }
        }
        Ok(staged)
    }
}

/// How files are written.
#[derive(Clone, Copy)]
pub(super) struct How {
    /// Nothing is made.
    pub dry_run: bool,
    /// What others wrote is replaced.
    pub force: bool,
}

/// What becomes of the files of an artifact.
#[derive(Default)]
pub(super) struct Staged {
    /// Whether any is another one than is there.
    pub changed: bool,
    /// Those that change.
    pub ready: Vec<Ready>,
}

/// Where a file of an artifact is that goes to `path`.
fn file_in(path: &Path, file: &File) -> PathBuf {
    file.name.as_ref().map_or(path.to_path_buf(), |name| path.join(name))
}

/// Tells of the files in a directory of credentials that hold what is not accepted any more.
fn warn_of_others(session: &Session, dir: &Path, document: &Document, made: &Made) {
    for path in stale_others(dir, document, made, session.now()) {
        session.ui.warn(&format!(
            "{} holds a secret that is not accepted any more; when nothing reads it: rm {}",
            path.display(),
            quoted(&path.to_string_lossy())
        ));
    }
}

/// The files in a directory of credentials that an earlier export wrote, this one does not, and that
/// hold what is not accepted any more.
pub(super) fn stale_others(
    dir: &Path,
    document: &Document,
    made: &Made,
    now: Time,
) -> Vec<PathBuf> {
    let known = digests(document, &|_, _| true);
    let accepted = digests(document, &|key, version| key.is_accepted(version, now));
    let is_stale = |path: &PathBuf| {
        let Ok(bytes) = fs::read_own(path, MOST_BESIDE).map(Zeroizing::new) else { return false };
        let reading = import::Format::KeyFile.read(&bytes, &import::Settings::default());
        let mut secrets = reading.found.iter().map(|found| Digest::of(&found.secret));
        let is_ours = secrets.clone().all(|digest| known.contains(&digest));
        is_ours && !secrets.all(|digest| accepted.contains(&digest))
    };
    let is_written = |name: &OsStr| {
        made.artifact.files.iter().any(|file| file.name.as_deref().is_some_and(|one| name == one))
    };
    let names = fs::names(dir).unwrap_or_default().into_iter();
    names.filter(|name| !is_written(name)).map(|name| dir.join(name)).filter(is_stale).collect()
}

/// The digests of the versions that are wanted.
fn digests(document: &Document, is_wanted: &dyn Fn(&Key, &Version) -> bool) -> BTreeSet<Digest> {
    let mut digests = BTreeSet::new();
    for key in document.keys.values() {
        let wanted = key.versions.iter().filter(|version| is_wanted(key, version));
        digests.extend(wanted.filter_map(|version| version.digest));
    }
    digests
}

/// Refuses to lose what somebody else wrote into the file.
fn refuse_foreign(path: &Path, after: &[u8], document: &Document, format: &Format) -> Outcome {
    let replaces = format.replaces();
    if replaces == Replaces::Nothing || !fs::exists(path) {
        return Ok(());
    }
    let before = Zeroizing::new(fs::read_own(path, MOST_BEFORE)?);
    let known = digests(document, &|_, _| true);
    let lost = match replaces {
        _ if !has_ours(&before, &known) => Some(1),
        Replaces::Lines => foreign_line(&before, after, &known, |line| format.is_own_line(line)),
        Replaces::Whole | Replaces::Nothing => None,
    };
    match lost.filter(|_| !before.trim_ascii().is_empty()) {
        None => Ok(()),
        Some(line) => Err(Failure::refused(format!(
            "line {line} of {} was not written by keyctl and would be lost",
            path.display()
        ))
        .advise("name another file with -o, or replace it with --force")),
    }
}

/// Refuses to write among keyctl's own files.
pub(in crate::cli) fn refuse_own_place(session: &Session, path: &Path) -> Outcome {
    let paths = session.paths()?;
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new(".")).canonicalize();
    let itself = path.canonicalize();
    let own = |place: &PathBuf| {
        let is_it = |dir: &std::io::Result<PathBuf>, place: &Path| {
            dir.as_ref().is_ok_and(|dir| dir.starts_with(place))
        };
        place.canonicalize().is_ok_and(|place| is_it(&above, &place) || is_it(&itself, &place))
    };
    if [paths.vault, paths.config, paths.state].iter().any(own) {
        return Err(Failure::refused(format!("{} is among keyctl's own files", path.display()))
            .advise("write to another directory"));
    }
    Ok(())
}
