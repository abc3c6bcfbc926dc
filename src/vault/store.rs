//! The directory on disk: open, edit, commit.
//!
//! A commit takes the lock, reads and proves the newest file, lets the caller edit, writes the next
//! generation beside it, reads that back and compares, keeps the previous file in `backups/`, and
//! only then puts the new one in its place. Until that last step the previous vault is untouched;
//! after it the new one has reached the disk. Readers take no lock: they see the old file or the
//! new one.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::document::Document;
use super::error::VaultError;
use super::manifest::{self, Manifest, ManifestError};
use super::pin::{Pin, Pins};
use super::seal::{self, Identity, SealError};
use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::fs::{self, Lock, Staged};
use crate::key::{Key, KeyName};
use crate::paths::Paths;

/// The largest `.age` file that is read: the largest plaintext, and room for age's own 16 bytes in
/// each 64 KiB and its header.
const MOST_FILE: u64 = (seal::MAX_PLAINTEXT + seal::MAX_PLAINTEXT / 1024 + seal::MAX_HEADER) as u64;
/// The largest manifest that is read, in bytes.
const MOST_MANIFEST: u64 = 64 * 1024 * 1024;
/// How many previous generations are kept.
const BACKUPS: usize = 10;
/// A vault with this file in it keeps no manifests.
const NO_MANIFEST: &str = "no-manifest";

/// A vault's directory, checked to be one person's own.
#[derive(Debug)]
pub struct Vault {
    dir: PathBuf,
    pins: Pins,
}

/// What a person has said they accept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust {
    /// An older generation than was seen, another document of the same generation, or another
    /// environment of the same name.
    pub rollback: bool,
    /// Recipients that this machine did not add.
    pub recipients: bool,
}

/// What is needed to read, and to commit.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// The unlocked identities.
    pub identities: &'a [Identity],
    /// The time.
    pub now: Time,
    /// What is accepted.
    pub trust: Trust,
    /// How long to wait for another process's commit.
    pub patience: Duration,
    /// Do everything but write.
    pub dry_run: bool,
}

/// Whether an edit is to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Save {
    /// Something changed.
    Yes,
    /// Nothing did: no new generation.
    No,
}

impl Vault {
    /// Opens the vault of `paths`.
    pub fn open(paths: &Paths) -> Result<Self, VaultError> {
        match fs::check_private_dir(&paths.vault) {
            Ok(()) => Ok(Self::at(paths)),
            Err(error) if error.is_missing() => Err(VaultError::NoVault(paths.vault.clone())),
            Err(error) => Err(VaultError::File(error)),
        }
    }

    /// Makes the directory of `paths`, or opens the one that is there.
    pub fn create(paths: &Paths, manifests: bool) -> Result<Self, VaultError> {
        fs::make_private_dir(&paths.vault)?;
        let marker = paths.vault.join(NO_MANIFEST);
        if !manifests && !fs::exists(&marker) {
            fs::create(&marker, b"")?;
        }
        Ok(Self::at(paths))
    }

    fn at(paths: &Paths) -> Self {
        Self { dir: paths.vault.clone(), pins: Pins::new(&paths.state, &paths.vault) }
    }

    /// The directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the vault keeps manifests.
    #[must_use]
    pub fn keeps_manifests(&self) -> bool {
        !fs::exists(&self.dir.join(NO_MANIFEST))
    }

    /// The environments that have a file, sorted.
    pub fn environments(&self) -> Result<Vec<EnvironmentName>, VaultError> {
        let name = |file: std::ffi::OsString| file.to_str()?.strip_suffix(".age")?.parse().ok();
        Ok(fs::names(&self.dir)?.into_iter().filter_map(name).collect())
    }

    /// The file of `environment`.
    #[must_use]
    pub fn file(&self, environment: &EnvironmentName) -> PathBuf {
        self.dir.join(format!("{environment}.age"))
    }

    /// The manifest file of `environment`.
    #[must_use]
    pub fn manifest_file(&self, environment: &EnvironmentName) -> PathBuf {
        self.dir.join(format!("{environment}.manifest"))
    }

    fn backups(&self) -> PathBuf {
        self.dir.join("backups")
    }

    fn backup(&self, environment: &EnvironmentName, generation: u64) -> PathBuf {
        self.backups().join(format!("{environment}.{generation}.age"))
    }

    fn read_file(&self, environment: &EnvironmentName) -> Result<Vec<u8>, VaultError> {
        match fs::read_own(&self.file(environment), MOST_FILE) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.is_missing() => Err(VaultError::NoEnvironment {
                name: environment.clone(),
                known: self.environments()?,
            }),
            Err(error) => Err(VaultError::File(error)),
        }
    }

    /// Reads `environment`, and notes what was seen of it.
    pub fn read(
        &self,
        environment: &EnvironmentName,
        access: &Access<'_>,
    ) -> Result<Document, VaultError> {
        let bytes = self.read_file(environment)?;
        let (document, pin) = self.open_bytes(environment, &bytes, access)?;
        self.repair(&document, &pin, access);
        Ok(document)
    }

    /// Decrypts and proves a file; returns the document and the pin that it makes.
    fn open_bytes(
        &self,
        environment: &EnvironmentName,
        bytes: &[u8],
        access: &Access<'_>,
    ) -> Result<(Document, Pin), VaultError> {
        let sealed = |error| VaultError::Seal { environment: environment.clone(), error };
        let text = seal::decrypt(bytes, access.identities).map_err(sealed)?;
        let text = std::str::from_utf8(&text).map_err(|_| sealed(SealError::NotText))?;
        let document = Document::from_text(text)
            .map_err(|error| VaultError::Document { environment: environment.clone(), error })?;
        if document.environment != *environment {
            let (file, inside) = (environment.clone(), document.environment);
            return Err(VaultError::OtherEnvironment { file, inside });
        }
        let mac = seal::header_mac(bytes).map_err(sealed)?;
        let pin = Pin::of(&document, &mac);
        if let Some(seen) = self.pins.read(environment)? {
            self.compare(&document, &pin, &seen, access)?;
            if pin != seen {
                self.note(environment, &pin, access);
            }
        } else {
            self.note(environment, &pin, access);
        }
        Ok((document, pin))
    }

    /// Whether what this machine saw last allows what it sees now.
    fn compare(
        &self,
        document: &Document,
        now: &Pin,
        seen: &Pin,
        access: &Access<'_>,
    ) -> Result<(), VaultError> {
        let environment = document.environment.clone();
        let trust = access.trust;
        if (now.id != seen.id || now.signer != seen.signer) && !trust.rollback {
            return Err(VaultError::Replaced { environment });
        }
        if now.id == seen.id && !trust.rollback {
            let generation = now.generation;
            if generation < seen.generation {
                let revived = self.revived(document, seen, access);
                let seen = seen.generation;
                return Err(VaultError::RolledBack { environment, generation, seen, revived });
            }
            if generation == seen.generation && now.seal != seen.seal {
                return Err(VaultError::Forked { environment, generation });
            }
        }
        if now.recipients != seen.recipients && !trust.recipients {
            let missing_from = |other: &Pin| {
                let other = other.recipients.clone();
                move |entry: &(&String, &String)| !other.contains_key(entry.0)
            };
            let named = |(recipient, name): (&String, &String)| format!("{name} ({recipient})");
            let added: Vec<_> =
                now.recipients.iter().filter(missing_from(seen)).map(named).collect();
            let removed: Vec<_> =
                seen.recipients.iter().filter(missing_from(now)).map(named).collect();
            if !(added.is_empty() && removed.is_empty()) {
                return Err(VaultError::RecipientsChanged { environment, added, removed });
            }
        }
        Ok(())
    }

    /// Which versions an older document accepts that were taken back since; `None` when nothing
    /// newer is left to compare it with.
    fn revived(&self, older: &Document, seen: &Pin, access: &Access<'_>) -> Option<Vec<String>> {
        let environment = &older.environment;
        let newer = self.newer_manifest(environment, older.generation, seen, access.now);
        let newer = newer.or_else(|| self.newer_backup(older, access))?;
        let mut revived = Vec::new();
        for key in older.keys.values() {
            for version in key.accepted(access.now) {
                let later = newer.get(&key.name).and_then(|key| key.version(version.number));
                if let Some(later) = later.filter(|later| !later.state.is_accepted()) {
                    let name = format!("{environment}/{}@{}", key.name, version.number);
                    revived.push(format!("{name} ({} since)", later.state));
                }
            }
        }
        Some(revived)
    }

    fn newer_manifest(
        &self,
        environment: &EnvironmentName,
        generation: u64,
        seen: &Pin,
        now: Time,
    ) -> Option<Keys> {
        let bytes = fs::read_own(&self.manifest_file(environment), MOST_MANIFEST).ok()?;
        let manifest = manifest::read(&bytes, &seen.signer()?, now).ok()?;
        (manifest.generation > generation).then_some(manifest.keys)
    }

    fn newer_backup(&self, older: &Document, access: &Access<'_>) -> Option<Keys> {
        let newest = self.backed_up(&older.environment).ok()?.pop()?;
        if newest <= older.generation {
            return None;
        }
        let bytes = fs::read_own(&self.backup(&older.environment, newest), MOST_FILE).ok()?;
        let text = seal::decrypt(&bytes, access.identities).ok()?;
        let document = Document::from_text(std::str::from_utf8(&text).ok()?).ok()?;
        let same = document.signer.public_key() == older.signer.public_key();
        same.then_some(document.keys)
    }

    /// Remembers what was seen. A state directory that cannot be written to is no reason to fail:
    /// what is not remembered is only not compared with.
    fn note(&self, environment: &EnvironmentName, pin: &Pin, access: &Access<'_>) {
        if !access.dry_run && self.pins.make_dir().is_ok() {
            let _ = fs::replace(&self.pins.path(environment), &pin.to_bytes(), false);
        }
    }

    /// Writes the manifest again when it is behind the file, as after a crash between the two.
    /// Whoever may not write here reads on without.
    fn repair(&self, document: &Document, pin: &Pin, access: &Access<'_>) {
        let environment = &document.environment;
        if access.dry_run || !self.keeps_manifests() || self.is_current(environment, pin) {
            return;
        }
        let Ok(_lock) = Lock::acquire(&self.dir, Duration::ZERO) else { return };
        if self.seal_of(environment).is_ok_and(|mac| mac == pin.seal) {
            let _ = self.write_manifest(document, pin, access);
        }
    }

    /// Writes the manifest when it is not the one of the file; the caller holds the lock.
    fn write_manifest(
        &self,
        document: &Document,
        pin: &Pin,
        access: &Access<'_>,
    ) -> Result<(), VaultError> {
        let environment = &document.environment;
        if !self.keeps_manifests() || self.is_current(environment, pin) {
            return Ok(());
        }
        let bytes = manifest::write(document, &pin.seal, access.now);
        Ok(fs::replace(&self.manifest_file(environment), &bytes, false)?)
    }

    fn is_current(&self, environment: &EnvironmentName, pin: &Pin) -> bool {
        // The seal stands in the header line: enough to tell, without reading a large index.
        let start = fs::read_start(&self.manifest_file(environment), 4096).unwrap_or_default();
        String::from_utf8_lossy(&start).contains(&format!("\"sealed\":\"{}\"", pin.seal))
    }

    /// The header MAC of the file of `environment`.
    fn seal_of(&self, environment: &EnvironmentName) -> Result<String, VaultError> {
        let most = seal::MAX_HEADER as u64 + 1;
        let start = fs::read_start(&self.file(environment), most)?;
        seal::header_mac(&start)
            .map_err(|error| VaultError::Seal { environment: environment.clone(), error })
    }

    /// The manifest of `environment`: proven by the pinned key, and not behind the file.
    pub fn manifest(
        &self,
        environment: &EnvironmentName,
        now: Time,
    ) -> Result<Manifest, VaultError> {
        if !fs::exists(&self.file(environment)) {
            let known = self.environments()?;
            return Err(VaultError::NoEnvironment { name: environment.clone(), known });
        }
        let wrong = |error| VaultError::Manifest { environment: environment.clone(), error };
        let bytes = match fs::read_own(&self.manifest_file(environment), MOST_MANIFEST) {
            Ok(bytes) => bytes,
            Err(error) if error.is_missing() => {
                return Err(VaultError::NoManifest { environment: environment.clone() });
            }
            Err(error) => return Err(VaultError::File(error)),
        };
        let pin = self.pins.read(environment)?.ok_or_else(|| wrong(ManifestError::NoPin))?;
        let signer = pin.signer().ok_or_else(|| wrong(ManifestError::NoPin))?;
        let manifest = manifest::read(&bytes, &signer, now).map_err(wrong)?;
        if manifest.environment != *environment || manifest.id != pin.id {
            let name = manifest.environment.to_string();
            return Err(wrong(ManifestError::OtherEnvironment(name)));
        }
        if manifest.generation < pin.generation {
            let (generation, seen) = (manifest.generation, pin.generation);
            return Err(wrong(ManifestError::Older { generation, seen }));
        }
        if manifest.sealed == self.seal_of(environment)? {
            Ok(manifest)
        } else {
            Err(VaultError::Behind { environment: environment.clone() })
        }
    }

    /// The manifest of `environment` as it lies there, without any proof.
    #[must_use]
    pub fn manifest_unproven(&self, environment: &EnvironmentName) -> Option<Manifest> {
        let bytes = fs::read_own(&self.manifest_file(environment), MOST_MANIFEST).ok()?;
        let manifest = manifest::read_unproven(&bytes).ok()?;
        (manifest.environment == *environment).then_some(manifest)
    }

    /// Edits `environment` and commits what the edit asks to save.
    ///
    /// When the edit fails, nothing is written and its error is returned.
    pub fn edit<T, E: From<VaultError>>(
        &self,
        environment: &EnvironmentName,
        access: &Access<'_>,
        edit: impl FnOnce(&mut Document) -> Result<(T, Save), E>,
    ) -> Result<T, E> {
        let _lock = self.lock(access)?;
        let (mut document, pin) =
            self.open_bytes(environment, &self.read_file(environment)?, access)?;
        let (value, save) = edit(&mut document)?;
        match save {
            _ if access.dry_run => {}
            Save::Yes => self.commit(&mut document, access)?,
            Save::No => self.write_manifest(&document, &pin, access)?,
        }
        Ok(value)
    }

    /// Commits the first generation of a new environment.
    pub fn add(&self, document: &mut Document, access: &Access<'_>) -> Result<(), VaultError> {
        let _lock = self.lock(access)?;
        if fs::exists(&self.file(&document.environment)) {
            return Err(VaultError::Exists(document.environment.clone()));
        }
        if access.dry_run { Ok(()) } else { self.commit(document, access) }
    }

    /// Takes `environment` out of the vault. Its file stays among the backups under the name that
    /// is returned.
    pub fn remove(&self, document: &Document, access: &Access<'_>) -> Result<PathBuf, VaultError> {
        let environment = &document.environment;
        let kept = self.backups().join(format!("{environment}.removed-{}.age", &document.id[..8]));
        if access.dry_run {
            return Ok(kept);
        }
        let _lock = self.lock(access)?;
        let bytes = self.read_file(environment)?;
        let (newest, _) = self.open_bytes(environment, &bytes, access)?;
        if newest.generation != document.generation {
            return Err(VaultError::Changed { environment: environment.clone() });
        }
        fs::make_private_dir(&self.backups())?;
        fs::rename(&self.file(environment), &kept)?;
        fs::remove(&self.manifest_file(environment))?;
        fs::remove(&self.pins.path(environment))?;
        Ok(kept)
    }

    fn lock(&self, access: &Access<'_>) -> Result<Option<Lock>, VaultError> {
        if access.dry_run {
            return Ok(None);
        }
        Ok(Some(Lock::acquire(&self.dir, access.patience)?))
    }

    /// Writes the next generation; the caller holds the lock.
    fn commit(&self, document: &mut Document, access: &Access<'_>) -> Result<(), VaultError> {
        let environment = document.environment.clone();
        let sealed = |error| VaultError::Seal { environment: environment.clone(), error };
        let file = self.file(&environment);
        let before = document.generation;
        document.generation += 1;
        document.sort_readers();

        let text = document.to_text();
        let recipients: Vec<_> =
            document.readers.iter().map(|reader| reader.recipient.clone()).collect();
        let bytes = seal::encrypt(text.as_bytes(), &recipients).map_err(sealed)?;
        let mac = seal::header_mac(&bytes).map_err(sealed)?;

        // All that can fail is done before the step that cannot be taken back. The processor reads
        // the text again and writes the manifest while the disk is waited for.
        let (staged, index) = thread::scope(|scope| {
            let index = scope.spawn(|| self.stage_manifest(document, &text, &mac, access.now));
            let staged = self.stage_file(&environment, bytes, &text, access);
            (staged, index.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        let (staged, index) = (staged?, index?);
        self.pins.make_dir()?;
        let pin = Pin::of(document, &mac).to_bytes();
        let pin = Staged::write(&self.pins.path(&environment), &pin, false)?;
        let backup = self.backup(&environment, before);
        let is_new = before == 0;
        if !is_new {
            fs::make_private_dir(&self.backups())?;
            fs::keep_copy(&file, &backup)?;
        }

        if let Err(error) = staged.publish(true) {
            // The new file may be in place or not: the caller is told of the old one.
            let _ = if is_new { fs::remove(&file) } else { fs::replace_by_copy(&backup, &file) };
            return Err(VaultError::File(error));
        }
        // From here on the commit stands. A manifest or pin that lags is noticed and mended by the
        // next command that unlocks.
        if let Some(index) = index {
            let _ = index.publish(false);
        }
        let _ = pin.publish(false);
        self.prune(&environment);
        Ok(())
    }

    /// Writes and syncs the next file beside the one that is there, and proves what was written.
    fn stage_file(
        &self,
        environment: &EnvironmentName,
        bytes: Vec<u8>,
        text: &str,
        access: &Access<'_>,
    ) -> Result<Staged, VaultError> {
        let file = self.file(environment);
        fs::remove_leftovers(&file)?;
        let mut staged = Staged::write(&file, &bytes, true)?;
        drop(bytes);
        let holds = seal::holds(&staged.read_back()?, access.identities, text.as_bytes())
            .map_err(|error| VaultError::Seal { environment: environment.clone(), error })?;
        if holds {
            Ok(staged)
        } else {
            Err(VaultError::ReadBack { environment: environment.clone() })
        }
    }

    /// Reads the text as the next command will, and writes the manifest, where there is one.
    fn stage_manifest(
        &self,
        document: &Document,
        text: &str,
        mac: &str,
        now: Time,
    ) -> Result<Option<Staged>, VaultError> {
        let environment = &document.environment;
        // What cannot be read again must not replace what can.
        Document::from_text(text)
            .map_err(|error| VaultError::Document { environment: environment.clone(), error })?;
        if !self.keeps_manifests() {
            return Ok(None);
        }
        let path = self.manifest_file(environment);
        fs::remove_leftovers(&path)?;
        let bytes = manifest::write(document, mac, now);
        Ok(Some(Staged::write(&path, &bytes, false)?))
    }

    /// The generations that have a backup, ascending.
    fn backed_up(&self, environment: &EnvironmentName) -> Result<Vec<u64>, VaultError> {
        let prefix = format!("{environment}.");
        let number = |name: std::ffi::OsString| {
            name.to_str()?.strip_prefix(&prefix)?.strip_suffix(".age")?.parse().ok()
        };
        let mut generations: Vec<u64> =
            fs::names(&self.backups())?.into_iter().filter_map(number).collect();
        generations.sort_unstable();
        Ok(generations)
    }

    /// Removes all but the newest backups. One that stays does no harm.
    fn prune(&self, environment: &EnvironmentName) {
        let generations = self.backed_up(environment).unwrap_or_default();
        let old = generations.len().saturating_sub(BACKUPS);
        for generation in &generations[..old] {
            let _ = fs::remove(&self.backup(environment, *generation));
        }
    }
}

type Keys = BTreeMap<KeyName, Key>;
