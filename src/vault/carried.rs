//! Manifests that are carried to machines without the vault: which signing keys a person trusts
//! there, and the newest generation that was seen of each.
//!
//! What is kept of a key is a file of one line: the key, whether it is `trusted` or only `seen`, the
//! newest generation (0 before the first), and its environment, with a space between each.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::VaultError;
use super::manifest::{ManifestError, Proven};
use super::pin::PinError;
use super::signer::PublicKey;
use crate::clock::Time;
use crate::fs::{self, Lock};
use crate::key::Digest;

/// The largest record that is read, in bytes.
const MOST: u64 = 64 * 1024;
/// How long to wait for another process that notes what it saw.
const SOON: Duration = Duration::from_secs(1);

/// What is known of one signing key.
#[derive(Debug)]
struct Record {
    key: PublicKey,
    /// Whether a person trusts it here, without naming it each time.
    trusted: bool,
    /// The newest generation seen; 0 before the first.
    generation: u64,
    /// The environment of that manifest; empty before the first.
    environment: String,
}

impl Record {
    fn new(key: &PublicKey) -> Self {
        Self { key: *key, trusted: false, generation: 0, environment: String::new() }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let line = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let mut words = line.split(' ');
        let record = Self {
            key: words.next()?.parse().ok()?,
            trusted: match words.next()? {
                "trusted" => true,
                "seen" => false,
                _ => return None,
            },
            generation: words.next()?.parse().ok()?,
            environment: words.next()?.to_owned(),
        };
        words.next().is_none().then_some(record)
    }

    fn to_line(&self) -> String {
        let trusted = if self.trusted { "trusted" } else { "seen" };
        format!("{} {trusted} {} {}\n", self.key, self.generation, self.environment)
    }
}

/// What can be said of the age of a manifest; the worst is the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Past {
    /// None of a newer generation was seen here before.
    Checked,
    /// None was seen here before at all, so an old one would not be noticed.
    FirstSight,
    /// Nothing can be kept here, so an old one would never be noticed.
    NotKept,
}

/// What this machine keeps of signing keys: a directory with a file for each.
#[derive(Debug)]
pub struct Carried {
    dir: PathBuf,
}

impl Carried {
    /// The records among the machine's state.
    #[must_use]
    pub fn new(state: &Path) -> Self {
        Self { dir: state.join("carried") }
    }

    /// Trusts the manifests that `key` signs, from now on or no longer. Returns whether that is
    /// news.
    pub fn trust(&self, key: &PublicKey, trusted: bool) -> Result<bool, VaultError> {
        fs::make_private_dir(&self.dir)?;
        let _lock = Lock::acquire(&self.dir, SOON)?;
        let record = self.record(key)?;
        if record.as_ref().is_some_and(|record| record.trusted) == trusted {
            return Ok(false);
        }
        let record = record.unwrap_or_else(|| Record::new(key));
        self.write(key, &Record { trusted, ..record })?;
        Ok(true)
    }

    /// The trusted keys, each with the environment and the generation that were seen of it.
    pub fn trusted(&self) -> Result<Vec<(PublicKey, String, u64)>, VaultError> {
        let names = match fs::names(&self.dir) {
            Err(error) if cannot_be(&error) => return Ok(Vec::new()),
            names => names?,
        };
        let mut trusted = Vec::new();
        for path in names.iter().map(|name| self.dir.join(name)) {
            if path.extension().is_none_or(|end| end != "key") {
                continue;
            }
            let record = read(&path)?.filter(|record| record.trusted);
            trusted.extend(record.map(|one| (one.key, one.environment, one.generation)));
        }
        Ok(trusted)
    }

    fn path(&self, key: &PublicKey) -> PathBuf {
        let name = Digest::of_bytes(key.to_string().as_bytes()).to_string();
        self.dir.join(format!("{}.key", &name[..32]))
    }

    fn record(&self, key: &PublicKey) -> Result<Option<Record>, VaultError> {
        let path = self.path(key);
        let record = read(&path)?;
        match record {
            Some(record) if record.key != *key => Err(VaultError::Pin(PinError::Damaged(path))),
            record => Ok(record),
        }
    }

    fn write(&self, key: &PublicKey, record: &Record) -> Result<(), fs::Error> {
        fs::replace(&self.path(key), record.to_line().as_bytes(), false)
    }

    /// Remembers that `generation` of the environment was seen.
    fn note(&self, key: &PublicKey, environment: &str, generation: u64) -> Result<(), VaultError> {
        fs::make_private_dir(&self.dir)?;
        let _lock = Lock::acquire(&self.dir, SOON)?;
        let record = self.record(key)?.unwrap_or_else(|| Record::new(key));
        if record.generation >= generation {
            return Ok(());
        }
        let environment = environment.to_owned();
        Ok(self.write(key, &Record { generation, environment, ..record })?)
    }
}

/// Whether there is no such file, or no place for one: a home directory that is `/dev/null`.
fn cannot_be(error: &fs::Error) -> bool {
    let is_no_place = |source: &io::Error| source.kind() == io::ErrorKind::NotADirectory;
    error.is_missing() || matches!(error, fs::Error::Io { source, .. } if is_no_place(source))
}

/// A record; one that is there and cannot be read is an error, as "never seen" would let an old
/// manifest pass.
fn read(path: &Path) -> Result<Option<Record>, VaultError> {
    let bytes = match fs::read_own(path, MOST) {
        Ok(bytes) => bytes,
        Err(error) if cannot_be(&error) => return Ok(None),
        Err(error) => return Err(VaultError::File(error)),
    };
    let damaged = || VaultError::Pin(PinError::Damaged(path.to_path_buf()));
    Record::from_bytes(&bytes).map(Some).ok_or_else(damaged)
}

/// Opens a manifest that was carried here: `file` is its name, `given` the keys that the caller
/// trusts. Without any, those that are trusted on this machine count.
///
/// The order is fixed: signature over the very bytes that are parsed, type, version, not from the
/// future, not expired, not older than one that was seen. Its lines come next, and once they are
/// read it is noted with [`Unseen::note`]. `state` is `None` where there is no place to keep
/// anything.
pub fn open<'a>(
    file: &Path,
    bytes: Vec<u8>,
    given: &[PublicKey],
    state: Option<&'a Carried>,
    now: Time,
) -> Result<(Proven, Unseen<'a>), VaultError> {
    let wrong = |error| VaultError::Carried { file: file.to_path_buf(), error };
    let mut trusted = given.to_vec();
    if let Some(state) = state.filter(|_| given.is_empty()) {
        trusted.extend(state.trusted()?.into_iter().map(|(key, ..)| key));
    }
    if trusted.is_empty() {
        return Err(wrong(ManifestError::NoPin));
    }
    let proven = Proven::open(bytes, &trusted, now).map_err(wrong)?;
    let (signer, generation) = (proven.signer(), proven.head().generation);
    let environment = proven.head().environment.to_string();
    let record = state.map(|state| state.record(&signer)).transpose()?.flatten();
    let seen = record.map_or(0, |record| record.generation);
    if generation < seen {
        return Err(wrong(ManifestError::Older { generation, seen }));
    }
    Ok((proven, Unseen { state, signer, environment, generation, seen }))
}

/// Refuses what is older than another one of the same key that was opened along with it.
///
/// # Errors
/// [`ManifestError::Older`], with the file of the older one.
pub fn refuse_older(opened: &[(&Path, Unseen<'_>)]) -> Result<(), VaultError> {
    for (file, one) in opened {
        let of_same = opened.iter().filter(|(_, other)| other.signer == one.signer);
        let seen = of_same.map(|(_, other)| other.generation).max().unwrap_or(0);
        if one.generation < seen {
            let error = ManifestError::Older { generation: one.generation, seen };
            return Err(VaultError::Carried { file: file.to_path_buf(), error });
        }
    }
    Ok(())
}

/// A manifest that is not noted as seen yet.
#[derive(Debug)]
#[must_use = "an older one would not be noticed"]
pub struct Unseen<'a> {
    state: Option<&'a Carried>,
    signer: PublicKey,
    environment: String,
    generation: u64,
    seen: u64,
}

impl Unseen<'_> {
    /// Notes that it was seen, and says what that tells of its age.
    #[must_use]
    pub fn note(&self) -> Past {
        let is_kept = self.seen == self.generation
            || self.state.is_some_and(|state| {
                state.note(&self.signer, &self.environment, self.generation).is_ok()
            });
        match (self.seen, is_kept) {
            (1.., _) => Past::Checked,
            (0, true) => Past::FirstSight,
            (0, false) => Past::NotKept,
        }
    }
}
