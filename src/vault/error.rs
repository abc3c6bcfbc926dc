//! What can go wrong with a vault. The errors carry data; advice is added elsewhere.

use std::fmt;
use std::path::PathBuf;

use super::document::DocumentError;
use super::manifest::ManifestError;
use super::pin::PinError;
use super::seal::SealError;
use crate::environment::EnvironmentName;
use crate::fs;

/// What went wrong with a vault.
#[derive(Debug)]
pub enum VaultError {
    /// A file or directory.
    File(fs::Error),
    /// There is no vault here.
    NoVault(PathBuf),
    /// The vault has no such environment.
    NoEnvironment {
        /// The name that was asked for.
        name: EnvironmentName,
        /// The environments that there are.
        known: Vec<EnvironmentName>,
    },
    /// The environment is there already.
    Exists(EnvironmentName),
    /// There is no file of an environment that this machine has seen.
    Gone(EnvironmentName),
    /// The file cannot be decrypted or encrypted.
    Seal {
        /// The environment.
        environment: EnvironmentName,
        /// Why.
        error: SealError,
    },
    /// The file's content is not what it should be.
    Document {
        /// The environment.
        environment: EnvironmentName,
        /// Why.
        error: DocumentError,
    },
    /// The file holds another environment than its name says.
    OtherEnvironment {
        /// What the file's name says.
        file: EnvironmentName,
        /// What it holds.
        inside: EnvironmentName,
    },
    /// The file's generation is older than one this machine has seen.
    RolledBack {
        /// The environment.
        environment: EnvironmentName,
        /// The file's generation.
        generation: u64,
        /// The newest generation seen.
        seen: u64,
        /// The versions that would be accepted again, where that can be told.
        revived: Option<Vec<String>>,
        /// Whether its recipients are others too.
        recipients_changed: bool,
    },
    /// The file is another document of the generation that this machine has seen.
    Forked {
        /// The environment.
        environment: EnvironmentName,
        /// Their generation.
        generation: u64,
    },
    /// The environment is another one, or is signed by another key, than this machine has seen.
    Replaced {
        /// The environment.
        environment: EnvironmentName,
    },
    /// The recipients are not those that this machine has seen.
    RecipientsChanged {
        /// The environment.
        environment: EnvironmentName,
        /// Who came.
        added: Vec<String>,
        /// Who went.
        removed: Vec<String>,
    },
    /// A pin cannot be read.
    Pin(PinError),
    /// The manifest is no answer.
    Manifest {
        /// The environment.
        environment: EnvironmentName,
        /// Why.
        error: ManifestError,
    },
    /// A manifest that was carried here is no answer.
    Carried {
        /// The file.
        file: PathBuf,
        /// Why.
        error: ManifestError,
    },
    /// There is no manifest.
    NoManifest {
        /// The environment.
        environment: EnvironmentName,
    },
    /// The manifest describes another state of the file than the one that is there.
    Behind {
        /// The environment.
        environment: EnvironmentName,
    },
    /// Another process committed in between.
    Changed {
        /// The environment.
        environment: EnvironmentName,
    },
    /// What was to be written could not be read again.
    Unreadable {
        /// The environment.
        environment: EnvironmentName,
        /// Why.
        error: DocumentError,
    },
    /// What was written is not what is read back.
    ReadBack {
        /// The environment.
        environment: EnvironmentName,
    },
}

impl From<fs::Error> for VaultError {
    fn from(error: fs::Error) -> Self {
        Self::File(error)
    }
}

impl From<PinError> for VaultError {
    fn from(error: PinError) -> Self {
        Self::Pin(error)
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) | Self::Pin(PinError::File(error)) => error.fmt(f),
            Self::NoVault(dir) => write!(f, "there is no vault at {}", dir.display()),
            Self::NoEnvironment { name, .. } => write!(f, "there is no environment {name}"),
            Self::Gone(name) => {
                write!(f, "this machine has seen environment {name}, and its file is gone")
            }
            Self::Exists(name) => write!(f, "environment {name} is there already"),
            Self::Seal { environment, error } => write!(f, "environment {environment}: {error}"),
            Self::Document { environment, error } => {
                write!(f, "environment {environment}: {error}")
            }
            Self::OtherEnvironment { file, inside } => {
                write!(f, "the file of environment {file} holds environment {inside}")
            }
            Self::RolledBack { environment, generation, seen, .. } => write!(
                f,
                "environment {environment} is at generation {generation}, and this machine has \
                 seen {seen}: an older file was put back"
            ),
            Self::Forked { environment, generation } => write!(
                f,
                "environment {environment} is at generation {generation}, but not the one that \
                 this machine has seen: two machines committed at the same time, or the file was \
                 replaced"
            ),
            Self::Replaced { environment } => write!(
                f,
                "environment {environment} is not the one that this machine has seen: another id \
                 or signing key"
            ),
            Self::RecipientsChanged { environment, .. } => {
                write!(f, "the recipients of environment {environment} were changed elsewhere")
            }
            Self::Pin(PinError::Damaged(path)) => {
                write!(f, "the pin {} is damaged", path.display())
            }
            Self::Manifest { environment, error } => {
                write!(f, "the manifest of environment {environment}: {error}")
            }
            Self::Carried { file, error } => write!(f, "{}: {error}", file.display()),
            Self::NoManifest { environment } => {
                write!(f, "environment {environment} has no manifest")
            }
            Self::Behind { environment } => {
                write!(f, "the manifest of environment {environment} is behind its file")
            }
            Self::Changed { environment } => {
                write!(f, "environment {environment} was changed by another process")
            }
            Self::Unreadable { environment, error } => {
                write!(f, "environment {environment} would not be readable after this: {error}")
            }
            Self::ReadBack { environment } => write!(
                f,
                "environment {environment}: what was written to the disk is not what is read back"
            ),
        }
    }
}

impl std::error::Error for VaultError {}
