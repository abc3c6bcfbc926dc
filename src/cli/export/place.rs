//! Where an artifact goes: to standard output, in the place of a file, into a directory, or to the
//! end of a file that is somebody else's.

use std::path::{Path, PathBuf, absolute};

use super::super::failure::{Failure, Outcome};
use super::super::session::{Session, variable};
use super::options::Kind;
use crate::export::{Artifact, Directory, File};
use crate::fs;

/// The file of variables for the later steps of a workflow is named by this variable.
const GITHUB_ENV: &str = "GITHUB_ENV";

/// Where an artifact goes.
pub(super) enum Place {
    /// To standard output.
    Output,
    /// In the place of a file.
    File(PathBuf),
    /// Into a directory, as files with names of their own.
    Directory(PathBuf, Directory),
    /// To the end of a file; `None`: there is none.
    End(Option<PathBuf>),
}

impl Place {
    /// Where `kind` is written, with what the user said after `-o`.
    pub(super) fn new(session: &Session, kind: Kind, output: Option<&Path>) -> Outcome<Self> {
        let named = output.filter(|path| *path != Path::new("-"));
        let place = match (kind, named) {
            (Kind::Github, None) if output.is_some() => {
                return Err(Failure::usage("variables of a workflow are added to a file")
                    .advise("leave - out"));
            }
            (Kind::Github, named) => {
                let file = named.map(Path::to_path_buf);
                Self::End(file.or_else(|| variable(GITHUB_ENV).map(PathBuf::from)))
            }
            (_, None) => Self::Output,
            (Kind::Systemd, Some(path)) => Self::directory(path)?,
            (_, Some(path)) => Self::File(path.to_path_buf()),
        };
        match &place {
            Self::File(path) | Self::End(Some(path)) => {
                let above = path.parent().filter(|above| !above.as_os_str().is_empty());
                refuse_own(session, path, above.unwrap_or(Path::new(".")))?;
            }
            Self::Directory(path, _) => refuse_own(session, path, path)?,
            Self::Output | Self::End(None) => {}
        }
        if matches!(place, Self::End(_)) && !fs::is_stdout_read() {
            // In the file of variables a mask is a wrong line, which the log shows as it is; and
            // without its mask a variable is shown by every later step.
            return Err(Failure::refused("secrets are masked on the step's own output alone")
                .advise("leave the > out: the variables go to the file that GITHUB_ENV names"));
        }
        Ok(place)
    }

    fn directory(path: &Path) -> Outcome<Self> {
        let is_meant = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        if !path.is_dir() && !is_meant {
            return Err(Failure::usage(format!("{} is no directory", path.display()))
                .advise("credentials are files in one; write / after it to have it made"));
        }
        let whole = path.canonicalize().or_else(|_| absolute(path));
        let named = whole.ok().and_then(|whole| Directory::new(&whole));
        let directory = named.ok_or_else(|| {
            Failure::usage(format!("a unit cannot name {}", path.display()))
                .advise("name a directory in plain text, without ..")
        })?;
        Ok(Self::Directory(path.to_path_buf(), directory))
    }

    /// How a unit names the directory.
    pub(super) fn named(&self) -> Option<Directory> {
        match self {
            Self::Directory(_, named) => Some(named.clone()),
            _ => None,
        }
    }

    /// Puts the artifact there and says so; `what` is in it.
    pub(super) fn put(&self, session: &Session, artifact: &Artifact, what: &str) -> Outcome {
        let said = |path: &Path| session.ui.say(&format!("{}: {what}", path.display()));
        match self {
            Self::Output => {
                for file in &artifact.files {
                    session.ui.data(file.expose())?;
                }
                session.ui.data(artifact.beside())?;
            }
            Self::File(path) => {
                for file in &artifact.files {
                    fs::replace(path, file.expose(), true)?;
                }
                session.ui.data(artifact.beside())?;
                said(path);
            }
            Self::Directory(path, _) => {
                if !path.is_dir() {
                    fs::make_private_dir(path)?;
                }
                let files: Vec<_> = artifact.files.iter().filter_map(File::named).collect();
                fs::replace_all(path, &files)?;
                session.ui.data(artifact.beside())?;
                said(path);
            }
            Self::End(path) => {
                // First, so that nothing that goes wrong later can show a secret.
                session.ui.data(artifact.beside())?;
                let Some(path) = path else {
                    session.ui.warn("GITHUB_ENV is not set: the secrets are masked, nothing else");
                    session.ui.hint("name a file with -o to add the variables to it");
                    return Ok(());
                };
                for file in &artifact.files {
                    fs::append(path, file.expose())?;
                }
                said(path);
            }
        }
        Ok(())
    }
}

/// Refuses to write among keyctl's own files.
fn refuse_own(session: &Session, path: &Path, dir: &Path) -> Outcome {
    let paths = session.paths()?;
    let dir = dir.canonicalize();
    let own = |place: &PathBuf| {
        place.canonicalize().is_ok_and(|place| dir.as_ref().is_ok_and(|dir| *dir == place))
    };
    if [paths.vault, paths.config, paths.state].iter().any(own) {
        return Err(Failure::refused(format!("{} is among keyctl's own files", path.display()))
            .advise("write to another directory"));
    }
    Ok(())
}
