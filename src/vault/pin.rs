//! Pins: what this machine saw last of each environment, so that a file that was changed or put
//! back by somebody else is noticed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::document::Document;
use super::signer::PublicKey;
use crate::environment::EnvironmentName;
use crate::fs;

const MOST: u64 = 1024 * 1024;

/// What was seen of one environment of one vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The environment's own id.
    pub id: String,
    /// The public key that proves its signatures.
    pub signer: String,
    /// The newest generation seen.
    pub generation: u64,
    /// The header MAC of that generation's `.age` file: two files of one generation differ in it.
    pub seal: String,
    /// Who could read it: names by recipient.
    pub recipients: BTreeMap<String, String>,
}

impl Pin {
    /// The pin of `document`, whose file has the header MAC `seal`.
    #[must_use]
    pub fn of(document: &Document, seal: &str) -> Self {
        let readers = document.readers.iter();
        Self {
            id: document.id.clone(),
            signer: document.signer.public_key().to_string(),
            generation: document.generation,
            seal: seal.to_owned(),
            recipients: readers
                .map(|reader| (reader.recipient.to_string(), reader.name.clone()))
                .collect(),
        }
    }

    /// The pinned public key.
    #[must_use]
    pub fn signer(&self) -> Option<PublicKey> {
        self.signer.parse().ok()
    }

    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        toml::to_string(self).unwrap_or_default().into_bytes()
    }
}

/// Where the pins of one vault lie: a directory named by the vault's own path, so that two vaults
/// with environments of the same name stay apart.
#[derive(Debug, Clone)]
pub struct Pins {
    dir: PathBuf,
}

impl Pins {
    /// The pins of the vault at `vault`.
    #[must_use]
    pub fn new(state: &Path, vault: &Path) -> Self {
        let path = vault.canonicalize().unwrap_or_else(|_| vault.to_path_buf());
        let hash = digest(&SHA256, path.as_os_str().as_encoded_bytes());
        let mut name = String::with_capacity(32);
        for byte in &hash.as_ref()[..16] {
            let _ = write!(name, "{byte:02x}");
        }
        Self { dir: state.join("pins").join(name) }
    }

    /// Where the pin of `environment` lies.
    #[must_use]
    pub fn path(&self, environment: &EnvironmentName) -> PathBuf {
        self.dir.join(format!("{environment}.toml"))
    }

    /// The pin of `environment`; `None` when it was never seen here.
    ///
    /// # Errors
    /// A pin that is there and cannot be read is an error: taking it for "never seen" would let a
    /// changed file pass.
    pub fn read(&self, environment: &EnvironmentName) -> Result<Option<Pin>, PinError> {
        let path = self.path(environment);
        let bytes = match fs::read_own(&path, MOST) {
            // What a power cut can leave of a file that was not synced; it says nothing.
            Ok(bytes) if bytes.is_empty() => return Ok(None),
            Ok(bytes) => bytes,
            Err(error) if error.is_missing() => return Ok(None),
            Err(error) => return Err(PinError::File(error)),
        };
        let pin = std::str::from_utf8(&bytes).ok().and_then(|text| toml::from_str(text).ok());
        pin.map(Some).ok_or(PinError::Damaged(path))
    }

    /// Makes the directory that pins are written to.
    pub fn make_dir(&self) -> Result<(), fs::Error> {
        fs::make_private_dir(&self.dir)
    }
}

/// Why a pin cannot be read.
#[derive(Debug)]
pub enum PinError {
    /// The file.
    File(fs::Error),
    /// Its content.
    Damaged(PathBuf),
}
