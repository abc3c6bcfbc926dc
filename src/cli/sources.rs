//! Where secrets are looked up: manifests, those of the vault or some that were carried here, and
//! the vault itself where a manifest is not enough.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::contents::find_key;
use super::failure::{self, Failure, Outcome, exit};
use super::session::Session;
use super::unlock::MOST_INPUT;
use crate::environment::{EnvironmentName, Policy};
use crate::fs;
use crate::key::strength::is_weak;
use crate::key::{Digest, Key, KeyName};
use crate::vault::carried::{self, Carried, Past};
use crate::vault::document::Document;
use crate::vault::error::VaultError;
use crate::vault::index::Index;
use crate::vault::manifest::ManifestError;
use crate::vault::signer::PublicKey;
use crate::vault::store::{MOST_MANIFEST, Vault};
use crate::verify::Found;

/// Manifests to look in that were carried here.
#[derive(Debug, Args)]
pub(super) struct CarriedFlags {
    /// Look in this manifest instead of the vault; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub manifest: Vec<PathBuf>,
    /// The key that must have signed it, as text or as a file [default: those of `manifest trust`]
    #[arg(long, value_name = "KEY", requires = "manifest")]
    pub trust: Vec<String>,
}

/// A public key, written out or in a file of signify's form.
pub(super) fn public_key(text: &str) -> Outcome<PublicKey> {
    if let Ok(key) = PublicKey::from_file(text) {
        return Ok(key);
    }
    let bytes = fs::read_named(Path::new(text), MOST_INPUT)?;
    let key = std::str::from_utf8(&bytes).ok().and_then(|file| PublicKey::from_file(file).ok());
    key.ok_or_else(|| {
        Failure::usage(format!("{text} holds no public key of signify's form"))
            .run("where the vault is, print it", ["manifest", "key"])
    })
}

/// Says that an old manifest would not have been noticed.
pub(super) fn tell_past(session: &Session, past: Past) {
    match past {
        Past::Checked => {}
        Past::FirstSight => session.ui.note(
            "no manifest of its key was seen on this machine before: an older one would not be \
             noticed now, and will be from now on",
        ),
        Past::NotKept => session.ui.note(
            "this machine cannot keep what it has seen: an older manifest would not be noticed",
        ),
    }
}

/// The same in a word, for reports.
pub(super) fn past_word(past: Past) -> &'static str {
    match past {
        Past::Checked => "checked",
        Past::FirstSight => "first sight",
        Past::NotKept => "not kept",
    }
}

impl CarriedFlags {
    /// The manifests that are named, else the vault.
    pub(super) fn sources<'a>(&self, session: &'a Session, unlock: bool) -> Outcome<Sources<'a>> {
        if self.manifest.is_empty() {
            Sources::of_vault(session, unlock)
        } else {
            Sources::of_carried(session, self)
        }
    }
}

impl Session {
    /// What this machine keeps of carried manifests.
    pub(super) fn carried(&self) -> Option<Carried> {
        self.paths().ok().map(|paths| Carried::new(&paths.state))
    }
}

/// What is looked in.
pub(super) struct Sources<'a> {
    session: &'a Session,
    vault: Option<Vault>,
    wanted: Option<&'a EnvironmentName>,
    /// The environments of the vault that were not looked in yet: mostly none has to be.
    pending: VecDeque<EnvironmentName>,
    unlock: bool,
    places: Vec<Place>,
    /// Those that cannot be read, when none is wanted in particular.
    missing: Vec<Missing>,
    /// Those whose weak secrets cannot be looked for.
    missing_weak: Vec<Missing>,
    /// What was asked, for reports: `prod: manifest`.
    pub asked: Vec<String>,
    /// What can be said of the age of carried manifests: the worst of them.
    past: Option<Past>,
    is_deep: bool,
    is_form: bool,
}

/// An environment that cannot be looked in.
struct Missing {
    name: String,
    /// Why not, where something is known of that.
    why: Option<Failure>,
}

/// An environment that is looked in.
struct Place {
    environment: EnvironmentName,
    id: String,
    policy: Policy,
    held: Held,
}

enum Held {
    Manifest(Index),
    Vault(Unlocked),
}

/// An environment of the vault, by digest.
struct Unlocked {
    document: Document,
    /// Each version: its key, and its place there.
    versions: Vec<(KeyName, usize)>,
    digests: HashMap<Digest, usize>,
}

/// Where a version was found: by its source, and there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub place: usize,
    pub at: usize,
}

/// A version that was found.
pub(super) struct Hit<'a> {
    environment: &'a EnvironmentName,
    /// The id of its environment.
    pub id: &'a str,
    /// `manifest` or `vault`.
    pub source: &'static str,
    key: Cow<'a, Key>,
    /// The version's place in the key.
    at: usize,
}

impl Hit<'_> {
    pub(super) fn found(&self) -> Found<'_> {
        Found {
            environment: self.environment,
            key: &self.key,
            version: &self.key.versions[self.at],
        }
    }
}

impl<'a> Sources<'a> {
    /// The vault's environments: the wanted one first, then all others, which tell a key that is
    /// used in the wrong place. They are opened when they are needed.
    fn of_vault(session: &'a Session, unlock: bool) -> Outcome<Self> {
        let vault = session.vault()?;
        let wanted = session.named_environment();
        let mut names = vault.environments()?;
        if let Some(wanted) = wanted {
            failure::put_first(wanted, &mut names)?;
        }
        let mut sources = Self { pending: names.into(), unlock, ..Self::none(session) };
        sources.vault = Some(vault);
        sources.wanted = wanted;
        if wanted.is_some() {
            sources.open_next()?;
        }
        Ok(sources)
    }

    /// Nothing: the form alone is looked at.
    pub(super) fn of_form(session: &'a Session) -> Self {
        Self { is_form: true, asked: vec!["form".to_owned()], ..Self::none(session) }
    }

    fn none(session: &'a Session) -> Self {
        Self {
            is_form: false,
            session,
            vault: None,
            wanted: None,
            pending: VecDeque::new(),
            unlock: false,
            places: Vec::new(),
            missing: Vec::new(),
            missing_weak: Vec::new(),
            asked: Vec::new(),
            past: None,
            is_deep: false,
        }
    }

    /// Manifests that were carried here.
    fn of_carried(session: &'a Session, flags: &CarriedFlags) -> Outcome<Self> {
        let given = flags.trust.iter().map(|text| public_key(text)).collect::<Outcome<Vec<_>>>()?;
        let wanted = session.named_environment();
        let state = session.carried();
        let mut sources = Self { wanted, ..Self::none(session) };
        let mut opened = Vec::new();
        for file in &flags.manifest {
            let bytes = fs::read_named(file, MOST_MANIFEST)?;
            let now = session.now();
            let (proven, unseen) = carried::open(file, bytes, &given, state.as_ref(), now)?;
            let wrong = |error| VaultError::Carried { file: file.clone(), error };
            let index = Index::new(proven).map_err(wrong)?;
            sources.add(index.head().environment.clone(), Held::Manifest(index));
            opened.push((file.as_path(), unseen));
        }
        carried::refuse_older(&opened)?;
        sources.past = opened.iter().map(|(_, unseen)| unseen.note()).max();
        if let Some(wanted) = wanted
            && !sources.places.iter().any(|place| place.environment == *wanted)
        {
            let names: Vec<_> =
                sources.places.iter().map(|place| place.environment.as_str()).collect();
            let error = ManifestError::OtherEnvironment(names.join(", "));
            let file = flags.manifest.first().cloned().unwrap_or_default();
            return Err(VaultError::Carried { file, error }.into());
        }
        Ok(sources)
    }

    /// Opens all that there is to look in.
    pub(super) fn open_all(&mut self) -> Outcome {
        while self.open_next()? {}
        Ok(())
    }

    /// Gets ready for many lookups in what is open.
    pub(super) fn expect_many(&mut self) {
        for place in &mut self.places {
            if let Held::Manifest(index) = &mut place.held {
                index.shelve();
            }
        }
    }

    /// Opens the next environment of the vault; `false` when there is none.
    fn open_next(&mut self) -> Outcome<bool> {
        let (Some(vault), Some(name)) = (&self.vault, self.pending.pop_front()) else {
            return Ok(false);
        };
        let (session, now) = (self.session, self.session.now());
        let needed = self.wanted.is_none_or(|wanted| *wanted == name);
        let held = if self.unlock && needed {
            Ok(Held::vault(session.read(vault, &name)?))
        } else {
            match vault.index(&name, now) {
                Ok(index) => Ok(Held::Manifest(index)),
                Err(_) if !needed => return Ok(true),
                Err(error) => session.read_instead(vault, &name, error)?.map(Held::vault),
            }
        };
        match held {
            Ok(held) => self.add(name, held),
            Err(_) if self.wanted.is_some() => return Err(Failure::unproven(&name)),
            Err(why) => {
                self.missing.push(Missing { name: name.to_string(), why: Some(why) });
            }
        }
        Ok(true)
    }

    fn add(&mut self, name: EnvironmentName, held: Held) {
        self.asked.push(format!("{name}: {}", held.word()));
        let (id, policy) = match &held {
            Held::Manifest(index) => (index.head().id.clone(), index.head().policy.clone()),
            Held::Vault(unlocked) => {
                (unlocked.document.id.clone(), unlocked.document.policy.clone())
            }
        };
        self.places.push(Place { environment: name, id, policy, held });
    }

    /// Where the version with this digest is.
    fn find(&mut self, digest: &Digest) -> Outcome<Option<Spot>> {
        let mut looked = 0;
        loop {
            while let Some(place) = self.places.get(looked) {
                if let Some(at) = place.held.find(digest) {
                    return Ok(Some(Spot { place: looked, at }));
                }
                looked += 1;
            }
            if !self.open_next()? {
                return Ok(None);
            }
        }
    }

    /// Where a secret is.
    pub(super) fn look_up(&mut self, secret: &str) -> Outcome<Option<Spot>> {
        let digest = Digest::of_bytes(secret.as_bytes());
        match self.find(&digest)? {
            Some(spot) => Ok(Some(spot)),
            None => self.find_deeper(secret, &digest),
        }
    }

    /// Where a secret is that no manifest knows: the digests of weak ones are in no manifest, so
    /// for such a secret the vault is unlocked.
    fn find_deeper(&mut self, secret: &str, digest: &Digest) -> Outcome<Option<Spot>> {
        if self.is_deep || !self.has_weak() || !is_weak(secret) {
            return Ok(None);
        }
        self.is_deep = true;
        let weak = self.places.iter().filter(|place| place.held.has_weak());
        for name in weak.map(|place| place.environment.clone()).collect::<Vec<_>>() {
            let needed = self.wanted.is_none_or(|wanted| *wanted == name);
            let Some(vault) = &self.vault else {
                self.missing_weak.push(Missing { name: name.to_string(), why: None });
                continue;
            };
            match self.session.read(vault, &name) {
                Ok(document) => self.add(name, Held::vault(document)),
                Err(failure) if failure.code != exit::LOCKED => return Err(failure),
                Err(failure) if needed => {
                    self.missing_weak.push(Missing { name: name.to_string(), why: Some(failure) });
                }
                Err(_) => {}
            }
        }
        self.find(digest)
    }

    fn has_weak(&self) -> bool {
        self.places.iter().any(|place| place.held.has_weak())
    }

    /// Where the versions are whose digests begin with these hex digits.
    pub(super) fn find_prefix(&mut self, hex: &str) -> Outcome<Vec<Spot>> {
        self.open_all()?;
        let mut spots = Vec::new();
        for (place, there) in self.places.iter().enumerate() {
            spots.extend(there.held.find_prefix(hex).into_iter().map(|at| Spot { place, at }));
        }
        Ok(spots)
    }

    /// What is there.
    pub(super) fn hit(&self, spot: Spot) -> Outcome<Hit<'_>> {
        let place = &self.places[spot.place];
        let (key, at) = match &place.held {
            Held::Manifest(index) => {
                let environment = place.environment.clone();
                let wrong = |error| VaultError::Manifest { environment, error };
                (Cow::Owned(index.key(spot.at).map_err(wrong)?), 0)
            }
            Held::Vault(unlocked) => {
                let (name, at) = &unlocked.versions[spot.at];
                (Cow::Borrowed(find_key(&unlocked.document, name)?), *at)
            }
        };
        let source = place.held.word();
        Ok(Hit { environment: &place.environment, id: &place.id, source, key, at })
    }

    /// What was looked in, in words: `manifest`, `vault`, both, or `form`.
    pub(super) fn words(&self) -> &'static str {
        let has = |word| self.places.iter().any(|place| place.held.word() == word);
        match (has("manifest"), has("vault")) {
            (true, true) => "manifest, vault",
            (true, false) => "manifest",
            (false, true) => "vault",
            (false, false) => "form",
        }
    }

    /// Whether the form alone is looked at.
    pub(super) fn is_form(&self) -> bool {
        self.is_form
    }

    pub(super) fn session(&self) -> &Session {
        self.session
    }

    /// What can be said of the age of manifests that were carried here.
    pub(super) fn past(&self) -> Option<Past> {
        self.past
    }

    /// Says that an old manifest would not have been noticed.
    pub(super) fn tell_past(&self) {
        if let Some(past) = self.past {
            tell_past(self.session, past);
        }
    }

    /// The environments that were looked in, with their policies.
    pub(super) fn policies(&self) -> Vec<(&EnvironmentName, &Policy)> {
        self.places.iter().map(|place| (&place.environment, &place.policy)).collect()
    }

    /// Fails when something could not be looked in: a secret that is unknown may be there.
    pub(super) fn all_looked_in(&self, secret: &str) -> Outcome {
        let weak =
            Some(&self.missing_weak).filter(|missing| !missing.is_empty() && is_weak(secret));
        let missing: Vec<_> = self.missing.iter().chain(weak.into_iter().flatten()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
        let message = format!("it may be a key of {}, which cannot be read", names.join(", "));
        Err(match missing.iter().find_map(|one| one.why.as_ref()) {
            Some(why) => {
                let message = format!("{message}: {}", why.message);
                Failure { code: exit::LOCKED, message, hints: why.hints.clone() }
            }
            None => Failure::new(exit::LOCKED, message)
                .advise("weak secrets are in no manifest: ask where the vault is"),
        })
    }
}

impl Held {
    fn vault(document: Document) -> Self {
        let (mut versions, mut digests) = (Vec::new(), HashMap::new());
        for key in document.keys.values() {
            for (at, version) in key.versions.iter().enumerate() {
                digests.extend(version.digest.map(|digest| (digest, versions.len())));
                versions.push((key.name.clone(), at));
            }
        }
        Self::Vault(Unlocked { document, versions, digests })
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Manifest(_) => "manifest",
            Self::Vault(_) => "vault",
        }
    }

    fn find(&self, digest: &Digest) -> Option<usize> {
        match self {
            Self::Manifest(index) => index.find(digest),
            Self::Vault(unlocked) => unlocked.digests.get(digest).copied(),
        }
    }

    fn find_prefix(&self, hex: &str) -> Vec<usize> {
        match self {
            Self::Manifest(index) => index.find_prefix(hex).collect(),
            Self::Vault(unlocked) => {
                // Of a weak secret no digest is shown, so none is asked for.
                let begins = |(name, at): &(KeyName, usize)| {
                    let version = unlocked.document.keys.get(name)?.versions.get(*at)?;
                    Some(version.public_digest()?.to_string().starts_with(hex))
                };
                let all = unlocked.versions.iter().enumerate();
                all.filter(|(_, one)| begins(one) == Some(true)).map(|(at, _)| at).collect()
            }
        }
    }

    /// Whether there are secrets that cannot be found by their digest.
    fn has_weak(&self) -> bool {
        matches!(self, Self::Manifest(index) if index.weak() > 0)
    }
}
