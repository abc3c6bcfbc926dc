//! What a vault holds, for verbs: reading it, editing it, and what is known of it unasked.

use std::collections::BTreeMap;

use super::failure::{Failure, Outcome, exit, nearest};
use super::session::{Change, Session, Unlocked};
use crate::environment::{EnvironmentName, Policy};
use crate::key::{Key, KeyName};
use crate::vault::document::{Additions, Document};
use crate::vault::error::VaultError;
use crate::vault::manifest::{Manifest, ManifestError};
use crate::vault::seal::SealError;
use crate::vault::store::{Save, Vault};
use crate::verify::Index;

impl Session {
    /// Reads an environment.
    pub(super) fn read(&self, vault: &Vault, environment: &EnvironmentName) -> Outcome<Document> {
        self.look(vault, environment, false)
    }

    /// The same for a command that may be dry, and then notes nothing of what it saw.
    pub(super) fn look(
        &self,
        vault: &Vault,
        environment: &EnvironmentName,
        dry_run: bool,
    ) -> Outcome<Document> {
        let access = self.access(dry_run)?;
        let document = vault.read(environment, &access).map_err(|error| self.explain(error))?;
        let (generation, keys) = (document.generation, document.keys.len());
        self.ui.detail(&format!("{environment}: unlocked, generation {generation}, {keys} keys"));
        Ok(document)
    }

    /// What is known of an environment without asking anything, where that will do: its manifest,
    /// else the vault itself, else a manifest that nothing proves.
    pub(super) fn known(&self, vault: &Vault, environment: &EnvironmentName) -> Outcome<Known> {
        let error = match vault.manifest(environment, self.now()) {
            Ok(manifest) => {
                self.ui.detail(&format!("{environment}: from the manifest"));
                return Ok(Known::of_manifest(manifest, Source::Manifest));
            }
            Err(error) => error,
        };
        match self.read_instead(vault, environment, error)? {
            Ok(document) => Ok(Known::of_document(document)),
            Err(failure) => Ok(match vault.manifest_unproven(environment) {
                Some(found) => Known::of_manifest(found, Source::Unproven),
                None => Known::locked(failure),
            }),
        }
    }

    /// Reads the vault itself, as its manifest is no answer: unlocking tells the truth, whatever is
    /// wrong with that. Returns why not when it stays locked and nothing is wrong with a manifest.
    pub(super) fn read_instead(
        &self,
        vault: &Vault,
        environment: &EnvironmentName,
        error: VaultError,
    ) -> Outcome<Result<Document, Failure>> {
        let wrong = match error {
            VaultError::NoManifest { .. }
            | VaultError::Behind { .. }
            | VaultError::Manifest { error: ManifestError::NoPin, .. } => None,
            error @ VaultError::NoEnvironment { .. } => return Err(error.into()),
            error => Some(error),
        };
        match (self.read(vault, environment), wrong) {
            (Ok(document), None) => Ok(Ok(document)),
            (Ok(document), Some(wrong)) => {
                self.ui.warn(&format!("{wrong}; it is written anew"));
                vault.mend(&document, &self.access(false)?)?;
                Ok(Ok(document))
            }
            (Err(failure), _) if failure.code != exit::LOCKED => Err(failure),
            (Err(_), Some(wrong)) => Err(wrong.into()),
            (Err(failure), None) => Ok(Err(failure)),
        }
    }

    /// The environments that can be read, each as [`Session::known`] knows it. It fails when none
    /// can; one among others is said to be missing.
    pub(super) fn summaries(
        &self,
        vault: &Vault,
        environments: Vec<EnvironmentName>,
    ) -> Outcome<Vec<Summary>> {
        let (mut read, mut locked) = (Vec::new(), Vec::new());
        for environment in environments {
            let known = self.known(vault, &environment)?;
            read.extend(known.index);
            locked.extend(known.locked.map(|why| (environment, why)));
        }
        if read.is_empty()
            && let Some((_, why)) = locked.pop()
        {
            return Err(why);
        }
        for (environment, _) in locked {
            self.ui.warn(&format!("environment {environment} cannot be read with your identities"));
        }
        Ok(read)
    }

    /// The same; an environment that is not `needed` is never unlocked for it.
    pub(super) fn known_if(
        &self,
        vault: &Vault,
        environment: &EnvironmentName,
        needed: bool,
    ) -> Outcome<Option<Known>> {
        if needed {
            return self.known(vault, environment).map(Some);
        }
        let manifest = vault.manifest(environment, self.now()).ok();
        Ok(manifest.map(|manifest| Known::of_manifest(manifest, Source::Manifest)))
    }

    /// Edits an environment and commits.
    pub(super) fn edit<T>(
        &self,
        vault: &Vault,
        environment: &EnvironmentName,
        change: Change,
        edit: impl FnOnce(&mut Document) -> Outcome<(T, Save)>,
    ) -> Outcome<T> {
        let access = self.access(change.dry_run)?;
        vault
            .edit(environment, &access, |document| edit(document).map_err(Edit::Failure))
            .map_err(|error| self.explain_edit(error))
    }

    /// Adds keys to `environment` and commits.
    pub(super) fn extend<T>(
        &self,
        vault: &Vault,
        environment: &EnvironmentName,
        change: Change,
        add: impl FnOnce(&mut Additions) -> Outcome<T>,
    ) -> Outcome<T> {
        let access = self.access(change.dry_run)?;
        vault
            .extend(environment, &access, |additions| add(additions).map_err(Edit::Failure))
            .map_err(|error| self.explain_edit(error))
    }

    fn explain_edit(&self, error: Edit) -> Failure {
        match error {
            Edit::Failure(failure) => failure,
            Edit::Vault(error) => self.explain(error),
        }
    }

    /// An error of the vault, with the identities that were tried when none fitted.
    pub(super) fn explain(&self, error: VaultError) -> Failure {
        match error {
            VaultError::Seal { environment, error: SealError::NoMatch } => {
                let Some(Unlocked { identities, tried }) = self.unlocked.get() else {
                    return Failure::locked(&environment, &[], None);
                };
                let mut tried = tried.clone();
                for identity in identities {
                    let why = format!("{} is not among its recipients", identity.recipient());
                    tried.push((identity.label().to_owned(), why));
                }
                let recipient = identities.first().map(|identity| identity.recipient().to_string());
                Failure::locked(&environment, &tried, recipient.as_deref())
            }
            error => error.into(),
        }
    }
}

/// Where something known comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A manifest that the pinned key proves.
    Manifest,
    /// The vault, unlocked.
    Vault,
    /// A manifest that nothing proves.
    Unproven,
    /// Nowhere.
    Locked,
}

impl Source {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Vault => "vault",
            Self::Unproven => "unproven",
            Self::Locked => "locked",
        }
    }
}

/// What is known of an environment.
pub(super) struct Known {
    pub source: Source,
    pub index: Option<Summary>,
    /// Why nothing is known.
    pub locked: Option<Failure>,
}

/// An environment without its values.
pub(super) struct Summary {
    pub environment: EnvironmentName,
    pub generation: u64,
    pub policy: Policy,
    pub keys: BTreeMap<KeyName, Key>,
    pub readers: Vec<String>,
}

impl Summary {
    /// What verification looks in.
    pub(super) fn view(&self) -> Index<'_> {
        Index { environment: &self.environment, policy: &self.policy, keys: &self.keys }
    }
}

impl Known {
    fn locked(why: Failure) -> Self {
        Self { source: Source::Locked, index: None, locked: Some(why) }
    }

    pub(super) fn of_manifest(manifest: Manifest, source: Source) -> Self {
        let index = Summary {
            environment: manifest.environment,
            generation: manifest.generation,
            policy: manifest.policy,
            keys: manifest.keys,
            readers: manifest.recipients,
        };
        Self { source, index: Some(index), locked: None }
    }

    pub(super) fn of_document(document: Document) -> Self {
        let index = Summary {
            environment: document.environment,
            generation: document.generation,
            policy: document.policy,
            keys: document.keys,
            readers: document.readers.into_iter().map(|reader| reader.name).collect(),
        };
        Self { source: Source::Vault, index: Some(index), locked: None }
    }
}

/// The key that a reference names, or the failure that names the one that may have been meant.
pub(super) fn find_key<'a>(document: &'a Document, name: &KeyName) -> Outcome<&'a Key> {
    let unknown = || unknown_key(&document.environment, name, document.keys.keys());
    document.keys.get(name).ok_or_else(unknown)
}

/// The same, to change it.
pub(super) fn find_key_mut<'a>(document: &'a mut Document, name: &KeyName) -> Outcome<&'a mut Key> {
    if !document.keys.contains_key(name) {
        return Err(unknown_key(&document.environment, name, document.keys.keys()));
    }
    let gone = || Failure::new(exit::FAILED, format!("there is no key {name}"));
    document.keys.get_mut(name).ok_or_else(gone)
}

/// The failure for a name that is no key's, with the one that may have been meant.
pub(super) fn unknown_key<'a>(
    environment: &EnvironmentName,
    name: &KeyName,
    known: impl Iterator<Item = &'a KeyName>,
) -> Failure {
    let failure = Failure::new(exit::FAILED, format!("there is no key {environment}/{name}"));
    match nearest(name.as_str(), known.map(KeyName::as_str)) {
        Some(near) => failure.advise(format!("did you mean {environment}/{near}?")),
        None => failure.run("see what there is", ["list", "--env", environment.as_str()]),
    }
}

/// An error of an edit: the caller's own, or the vault's.
enum Edit {
    Failure(Failure),
    Vault(VaultError),
}

impl From<VaultError> for Edit {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}
