//! The directory on disk: open, edit, commit.
//!
//! A commit takes the lock, reads and proves the newest file, lets the caller edit, writes the next
//! generation beside it, reads that back and compares, keeps the previous file in `backups/`, and
//! only then puts the new one in its place. Until that last step the previous vault is untouched;
//! after it the new one has reached the disk. Readers take no lock: they see the old file or the
//! new one.

use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

use super::document::{Additions, Document};
use super::error::VaultError;
use super::index::Index;
use super::manifest::{self, Manifest, ManifestError, Proven};
use super::pin::{Pin, Pins};
use super::seal::{self, Identity, SealError};
use super::signer::PublicKey;
use super::trust::{self, Trust};
use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::fs::{self, Lock, Staged};
use crate::paths::Paths;

/// The largest `.age` file that is read: the largest plaintext, and room for age's own 16 bytes in
/// each 64 KiB and its header.
const MOST_FILE: u64 = (seal::MAX_PLAINTEXT + seal::MAX_PLAINTEXT / 1024 + seal::MAX_HEADER) as u64;
/// The largest manifest that is read, in bytes.
pub const MOST_MANIFEST: u64 = 64 * 1024 * 1024;
/// How many previous generations are kept.
const BACKUPS: usize = 10;
/// Of what is read to be added to, a quarter more has room: the manifest is made in that memory, with
/// each line in it twice.
const ROOM: usize = 4;
/// How long a reader waits for a commit between its two renames.
const SOON: Duration = Duration::from_secs(1);
/// A vault with this file in it keeps no manifests.
const NO_MANIFEST: &str = "no-manifest";

/// A vault's directory, checked to be one person's own.
#[derive(Debug)]
pub struct Vault {
    dir: PathBuf,
    pins: Pins,
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

    fn open_file(&self, environment: &EnvironmentName) -> Result<fs::Own, VaultError> {
        match fs::open_own_bounded(&self.file(environment), MOST_FILE) {
            Ok(file) => Ok(file),
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
        let opened = self.opened(environment, access)?;
        if !access.dry_run && (opened.is_news || !self.is_current(environment, &opened.pin)) {
            self.catch_up(&opened.document, &opened.pin, access.now);
        }
        Ok(opened.document)
    }

    /// Reads, decrypts and proves the file of `environment`.
    fn opened(
        &self,
        environment: &EnvironmentName,
        access: &Access<'_>,
    ) -> Result<Opened, VaultError> {
        let unsealed = self.unsealed(environment, access, 0)?;
        self.compared(environment, unsealed, access)
    }

    /// Reads and decrypts the file of `environment`, with room in memory for one in `part` more.
    fn unsealed(
        &self,
        environment: &EnvironmentName,
        access: &Access<'_>,
        part: usize,
    ) -> Result<Unsealed, VaultError> {
        let sealed = |error| VaultError::Seal { environment: environment.clone(), error };
        // A writer publishes the file before the pin: read the other way round, the file is never
        // older than the pin because of a commit in between.
        let seen = self.pins.read(environment)?;
        let fs::Own { file, len } = self.open_file(environment)?;
        let opening = seal::open(file, len, access.identities).map_err(sealed)?;
        let mac = opening.mac().to_owned();
        let mut bytes = opening.read_with_room(part).map_err(sealed)?;
        let text = String::from_utf8(std::mem::take(&mut *bytes)).map_err(|error| {
            error.into_bytes().zeroize();
            sealed(SealError::NotText)
        })?;
        Ok(Unsealed { seen, mac, text: Zeroizing::new(text) })
    }

    /// Reads what was decrypted, and compares it with what was seen before.
    fn compared(
        &self,
        environment: &EnvironmentName,
        unsealed: Unsealed,
        access: &Access<'_>,
    ) -> Result<Opened, VaultError> {
        let Unsealed { seen, mac, text } = unsealed;
        let unreadable = |error| VaultError::Document { environment: environment.clone(), error };
        let pinned = seen.as_ref().and_then(Pin::signer).filter(|_| !access.trust.rollback);
        let document = match pinned {
            None => Document::from_text(&text).map_err(unreadable)?,
            Some(signer) if Document::is_signed_by(&text, &signer).map_err(unreadable)? => {
                Document::from_ours(text, &signer).map_err(unreadable)?
            }
            Some(_) => return Err(why_not_ours(environment, &text)),
        };
        if document.environment != *environment {
            let (file, inside) = (environment.clone(), document.environment);
            return Err(VaultError::OtherEnvironment { file, inside });
        }
        let pin = Pin::of(&document, &mac);
        if let Some(seen) = &seen {
            let behind = pin.generation < seen.generation;
            let newest =
                if behind { self.newest_manifest(environment, seen, access.now) } else { None };
            trust::compare(&document, &pin, seen, access.trust, newest.as_ref(), access.now)?;
        }
        let is_news = seen.as_ref() != Some(&pin);
        Ok(Opened { document, pin, is_news })
    }

    fn newest_manifest(
        &self,
        environment: &EnvironmentName,
        seen: &Pin,
        now: Time,
    ) -> Option<Manifest> {
        let bytes = fs::read_own(&self.manifest_file(environment), MOST_MANIFEST).ok()?;
        Proven::open(bytes, &[seen.signer()?], now).and_then(Proven::read).ok()
    }

    /// Remembers what was seen, and writes the manifest that a crash left behind. Both are done
    /// while nobody commits; whoever may not write here reads on without.
    fn catch_up(&self, document: &Document, pin: &Pin, now: Time) {
        let environment = &document.environment;
        let lock = Lock::acquire(&self.dir, Duration::ZERO);
        if matches!(lock, Err(fs::Error::Busy(..))) {
            return;
        }
        if self.seal_of(environment).is_ok_and(|mac| mac == pin.seal) {
            let _ = self.note(environment, pin);
            if lock.is_ok() {
                let _ = self.write_manifest(document, pin, now);
            }
        }
    }

    fn note(&self, environment: &EnvironmentName, pin: &Pin) -> Result<(), VaultError> {
        self.pins.make_dir()?;
        Ok(fs::replace(&self.pins.path(environment), &pin.to_bytes(), false)?)
    }

    /// Writes the manifest of what is there anew when it does not prove itself.
    pub fn mend(&self, document: &Document, access: &Access<'_>) -> Result<(), VaultError> {
        if access.dry_run || self.manifest(&document.environment, access.now).is_ok() {
            return Ok(());
        }
        let _lock = Lock::acquire(&self.dir, access.patience)?;
        let pin = Pin::of(document, &self.seal_of(&document.environment)?);
        fs::remove(&self.manifest_file(&document.environment))?;
        self.write_manifest(document, &pin, access.now)
    }

    /// Writes the manifest when it is not the one of the file; the caller holds the lock.
    fn write_manifest(&self, document: &Document, pin: &Pin, now: Time) -> Result<(), VaultError> {
        let environment = &document.environment;
        if self.is_current(environment, pin) {
            return Ok(());
        }
        let bytes = manifest::write(document, &document.to_text(), &pin.seal, now, None);
        let unreadable = |error| VaultError::Document { environment: environment.clone(), error };
        let bytes = bytes.map_err(unreadable)?;
        Ok(fs::replace(&self.manifest_file(environment), &bytes, false)?)
    }

    /// Whether the manifest names the file's seal, or there is to be none. It stands in the header
    /// line: enough to tell, without reading a large index.
    fn is_current(&self, environment: &EnvironmentName, pin: &Pin) -> bool {
        let path = self.manifest_file(environment);
        if !self.keeps_manifests() {
            return !fs::exists(&path) || fs::remove(&path).is_ok();
        }
        let start = fs::read_start(&path, 4096).unwrap_or_default();
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
        let (proven, news) = self.proven(environment, now)?;
        let wrong = |error| VaultError::Manifest { environment: environment.clone(), error };
        let manifest = proven.read().map_err(wrong)?;
        self.note_news(environment, news.as_ref());
        Ok(manifest)
    }

    /// The same, to find versions by their digest.
    pub fn index(&self, environment: &EnvironmentName, now: Time) -> Result<Index, VaultError> {
        let (proven, news) = self.proven(environment, now)?;
        let wrong = |error| VaultError::Manifest { environment: environment.clone(), error };
        let index = Index::new(proven).map_err(wrong)?;
        self.note_news(environment, news.as_ref());
        Ok(index)
    }

    /// Remembers what a manifest told that was not known here; whoever may not write reads on.
    fn note_news(&self, environment: &EnvironmentName, news: Option<&Pin>) {
        let _ = news.map(|pin| self.note(environment, pin));
    }

    /// The manifest before its versions are read, and the pin that it makes if that is another one.
    fn proven(
        &self,
        environment: &EnvironmentName,
        now: Time,
    ) -> Result<(Proven, Option<Pin>), VaultError> {
        let mut found = self.find_manifest(environment, now);
        let behind =
            matches!(found, Err(VaultError::Behind { .. } | VaultError::NoManifest { .. }));
        if behind && self.keeps_manifests() {
            // Between a commit's two renames: when its lock is free, both are done.
            if Lock::acquire(&self.dir, SOON).is_ok() {
                found = self.find_manifest(environment, now);
            }
        }
        found
    }

    fn find_manifest(
        &self,
        environment: &EnvironmentName,
        now: Time,
    ) -> Result<(Proven, Option<Pin>), VaultError> {
        if !fs::exists(&self.file(environment)) {
            let known = self.environments()?;
            return Err(VaultError::NoEnvironment { name: environment.clone(), known });
        }
        let wrong = |error| VaultError::Manifest { environment: environment.clone(), error };
        let missing = || VaultError::NoManifest { environment: environment.clone() };
        if !self.keeps_manifests() {
            return Err(missing());
        }
        let pin = self.pins.read(environment)?.ok_or_else(|| wrong(ManifestError::NoPin))?;
        let signer = pin.signer().ok_or_else(|| wrong(ManifestError::NoPin))?;
        let bytes = match fs::read_own(&self.manifest_file(environment), MOST_MANIFEST) {
            Ok(bytes) => bytes,
            Err(error) if error.is_missing() => return Err(missing()),
            Err(error) => return Err(VaultError::File(error)),
        };
        let proven = Proven::open(bytes, &[signer], now).map_err(wrong)?;
        let head = proven.head();
        if head.environment != *environment || head.id != pin.id {
            let name = head.environment.to_string();
            return Err(wrong(ManifestError::OtherEnvironment(name)));
        }
        if head.sealed != self.seal_of(environment)? {
            return Err(VaultError::Behind { environment: environment.clone() });
        }
        let (generation, seal) = (head.generation, head.sealed.clone());
        if generation < pin.generation {
            let seen = pin.generation;
            return Err(wrong(ManifestError::Older { generation, seen }));
        }
        let is_news = generation > pin.generation;
        Ok((proven, is_news.then_some(Pin { generation, seal, ..pin })))
    }

    /// The public key that proves the manifests of `environment`, as this machine has pinned it.
    pub fn signer(&self, environment: &EnvironmentName) -> Result<Option<PublicKey>, VaultError> {
        Ok(self.pins.read(environment)?.as_ref().and_then(Pin::signer))
    }

    /// A manifest of `environment` as it is now, to be carried to other machines until `expires`,
    /// and the key that proves it.
    pub fn carry(
        &self,
        environment: &EnvironmentName,
        access: &Access<'_>,
        expires: Option<Time>,
    ) -> Result<(Vec<u8>, PublicKey), VaultError> {
        let Opened { document, pin, .. } = self.opened(environment, access)?;
        let text = document.to_text();
        let written = manifest::write(&document, &text, &pin.seal, access.now, expires)
            .map_err(|error| VaultError::Document { environment: environment.clone(), error })?;
        Ok((written, document.signer.public_key()))
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
        let Opened { mut document, pin, is_news } = self.opened(environment, access)?;
        let (value, save) = edit(&mut document)?;
        match save {
            _ if access.dry_run => {}
            Save::Yes => self.commit(&mut document, access)?,
            Save::No => {
                if is_news {
                    self.note(environment, &pin)?;
                }
                self.write_manifest(&document, &pin, access.now)?;
            }
        }
        Ok(value)
    }

    /// Adds keys to `environment` and commits them. It costs less than [`Self::edit`] where what is
    /// there is what this machine has seen last: then its keys are not read, as nothing is to be
    /// compared.
    ///
    /// When `add` fails, nothing is written and its error is returned.
    pub fn extend<T, E: From<VaultError>>(
        &self,
        environment: &EnvironmentName,
        access: &Access<'_>,
        add: impl FnOnce(&mut Additions) -> Result<T, E>,
    ) -> Result<T, E> {
        let _lock = self.lock(access)?;
        let mut unsealed = self.unsealed(environment, access, ROOM)?;
        let mut additions = match unsealed.as_seen(environment) {
            Some(additions) => additions,
            None => Additions::from(self.compared(environment, unsealed, access)?.document),
        };
        let value = add(&mut additions)?;
        if !access.dry_run {
            self.commit(additions.document_mut(), access)?;
        }
        Ok(value)
    }

    /// Commits the first generation of a new environment.
    pub fn add(&self, first: &mut Additions, access: &Access<'_>) -> Result<(), VaultError> {
        let document = first.document_mut();
        let _lock = self.lock(access)?;
        if fs::exists(&self.file(&document.environment)) {
            return Err(VaultError::Exists(document.environment.clone()));
        }
        // Beginning anew would write over the backups of the one that was lost.
        if !access.trust.rollback && self.pins.read(&document.environment)?.is_some() {
            return Err(VaultError::Gone(document.environment.clone()));
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
        let newest = self.opened(environment, access)?.document;
        if newest.generation != document.generation {
            return Err(VaultError::Changed { environment: environment.clone() });
        }
        fs::make_private_dir(&self.backups())?;
        // Another environment of this name starts its own row of backups.
        for generation in self.backed_up(environment)? {
            let file = format!("{environment}.removed-{}.{generation}.age", &document.id[..8]);
            fs::rename(&self.backup(environment, generation), &self.backups().join(file))?;
        }
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

    /// Writes the next generation; the caller holds the lock. It uses the document up: what was read
    /// of its history is not in it any more.
    fn commit(&self, document: &mut Document, access: &Access<'_>) -> Result<(), VaultError> {
        let environment = document.environment.clone();
        let sealed = |error| VaultError::Seal { environment: environment.clone(), error };
        let file = self.file(&environment);
        let before = document.generation;
        document.generation += 1;
        document.sort_readers();

        let recipients: Vec<_> =
            document.readers.iter().map(|reader| reader.recipient.clone()).collect();
        let sealing = seal::sealing(&recipients).map_err(sealed)?;

        // All that can fail is done before the step that cannot be taken back.
        let manifest_file = self.manifest_file(&environment);
        fs::remove_leftovers(&[&file, &manifest_file])?;
        let staged = Staged::new(&file)?;
        let writing = staged.wrote(sealing.begin(staged.file()))?;
        let mac = writing.mac().to_owned();
        let signed = document.to_signed();
        // What keyctl itself could not read again must not replace what it can.
        let unreadable = |error| VaultError::Unreadable { environment: environment.clone(), error };
        document.check(&signed).map_err(unreadable)?;
        staged.wrote(writing.finish(signed.text().as_bytes())).map_err(VaultError::File)?;
        staged.start_sync();
        // What was read is written again: its memory is at hand.
        let spare = document.history.give_up_text();
        let document = &*document;
        let index = if self.keeps_manifests() {
            let text = signed.text();
            let index = manifest::write_into(spare, document, text, &mac, access.now, None);
            Some(Staged::write(&manifest_file, &index.map_err(unreadable)?)?)
        } else {
            None
        };
        self.pins.make_dir()?;
        let pin_file = self.pins.path(&environment);
        fs::remove_leftovers(&[&pin_file])?;
        let pin = Staged::write(&pin_file, &Pin::of(document, &mac).to_bytes())?;
        staged.sync()?;
        if !holds(&environment, &staged, signed.text(), access)? {
            return Err(VaultError::ReadBack { environment });
        }
        let backup = self.backup(&environment, before);
        let is_new = before == 0;
        if !is_new {
            fs::make_private_dir(&self.backups())?;
            fs::keep_copy(&file, &backup)?;
        }

        let published = staged.publish().and_then(|()| {
            // As close to the other rename as can be: in between the manifest is behind.
            let _ = index.map_or_else(|| fs::remove(&manifest_file), Staged::publish);
            fs::sync_dir(&self.dir)
        });
        if let Err(error) = published {
            // The new file may be in place or not: the caller is told of the old one. A disk that
            // syncs nothing any more still renames.
            let _ = if is_new { fs::remove(&file) } else { fs::rename(&backup, &file) };
            let _ = fs::remove(&manifest_file);
            return Err(VaultError::File(error));
        }
        // The commit stands. A pin that lags is raised by the next command that reads.
        let _ = pin.publish();
        self.prune(&environment, before);
        Ok(())
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

    /// Removes all but the newest backups, and never the one just made, which after an accepted
    /// rollback is not the newest by number. One that stays does no harm.
    fn prune(&self, environment: &EnvironmentName, just_made: u64) {
        let generations = self.backed_up(environment).unwrap_or_default();
        let old = generations.len().saturating_sub(BACKUPS);
        for generation in generations[..old].iter().filter(|generation| **generation != just_made) {
            let _ = fs::remove(&self.backup(environment, *generation));
        }
    }
}

/// Whether what was written and synced opens, and is `text`.
fn holds(
    environment: &EnvironmentName,
    staged: &Staged,
    text: &str,
    access: &Access<'_>,
) -> Result<bool, VaultError> {
    let (written, len) = staged.reread()?;
    let opening = seal::open(written, len, access.identities);
    match opening.and_then(|opening| opening.holds(text.as_bytes())) {
        Ok(holds) => Ok(holds),
        Err(error @ (SealError::NoMatch | SealError::Read(_))) => {
            Err(VaultError::Seal { environment: environment.clone(), error })
        }
        // What was sealed a moment ago is damaged.
        Err(_) => Ok(false),
    }
}

/// What is wrong with a text that the pinned key did not sign: it may be damaged or another
/// environment's, which says more than that it is not ours.
fn why_not_ours(environment: &EnvironmentName, text: &str) -> VaultError {
    let environment = environment.clone();
    match Document::from_text(text) {
        Err(error) => VaultError::Document { environment, error },
        Ok(found) if found.environment != environment => {
            VaultError::OtherEnvironment { file: environment, inside: found.environment }
        }
        Ok(_) => VaultError::Replaced { environment },
    }
}

/// What a file holds, and the pin that was there before it was read.
struct Unsealed {
    seen: Option<Pin>,
    mac: String,
    text: Zeroizing<String>,
}

impl Unsealed {
    /// Takes the text when this is the very file that the pin is of.
    fn as_seen(&mut self, environment: &EnvironmentName) -> Option<Additions> {
        let seen = self.seen.as_ref()?;
        let signer = seen.signer().filter(|_| seen.seal == self.mac)?;
        Document::is_signed_by(&self.text, &signer).ok().filter(|signed| *signed)?;
        let additions = Additions::to_ours(&mut self.text, &signer)?;
        let is_same = Pin::of(additions.document(), &self.mac) == *seen;
        if is_same && additions.environment() == environment {
            return Some(additions);
        }
        self.text = additions.into_text();
        None
    }
}

/// What opening a file gives.
struct Opened {
    document: Document,
    pin: Pin,
    /// Whether the pin is not the one that was there.
    is_news: bool,
}
