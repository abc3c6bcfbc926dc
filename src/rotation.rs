//! Rotation: the staged replacement of a key's active version, so that nobody is cut off.
//!
//! | stage | services must accept | clients send |
//! | --- | --- | --- |
//! | added | old, new (pending) | old |
//! | migrated | new, old (retiring) | new |
//! | removed | new | new |
//!
//! A single value (a session secret, a signing secret) has no overlap: when it is migrated the old
//! version is retired in the same step, and services and clients change over together.
//!
//! The stage is read off the states of the key's versions, which are what is saved: there is no
//! second record that could disagree with them. Every move is one step; saying a stage again that
//! is done changes nothing, so a script can be run again after a crash.

use std::fmt;

use crate::clock::Time;
use crate::environment::Policy;
use crate::key::lifecycle::{Moved, Refusal, grace_end};
use crate::key::{Key, State, Version};
use crate::secret::Secret;

/// How far a rotation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The new version is pending.
    Added,
    /// Clients send the new version; the old one is retiring.
    Migrated,
    /// The old version is retired; it can still be taken back.
    Removed,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Added => "added",
            Self::Migrated => "migrated",
            Self::Removed => "removed",
        })
    }
}

/// Where the newest rotation of a key stands.
#[derive(Debug, Clone, Copy)]
pub struct Rotation<'a> {
    /// How far it has come.
    pub stage: Stage,
    /// The version that is replaced.
    pub old: &'a Version,
    /// The version that replaces it.
    pub new: &'a Version,
    /// Whether there is one value at a time, so that nothing overlaps.
    pub is_single: bool,
}

impl<'a> Rotation<'a> {
    /// The newest rotation of `key` that can go on or be taken back; `None` where there is none.
    #[must_use]
    pub fn of(key: &'a Key) -> Option<Self> {
        let active = key.in_state(State::Active)?;
        let is_single = key.kind.is_single();
        if let Some(new) = key.in_state(State::Pending) {
            return Some(Self { stage: Stage::Added, old: active, new, is_single });
        }
        if let Some(old) = key.in_state(State::Retiring) {
            return Some(Self { stage: Stage::Migrated, old, new: active, is_single });
        }
        let old = key.version(active.replaces?).filter(|old| old.state == State::Retired)?;
        Some(Self { stage: Stage::Removed, old, new: active, is_single })
    }

    /// Whether a stage is still to come.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage != Stage::Removed
    }

    /// When this stage was reached.
    #[must_use]
    pub fn since(&self) -> Time {
        let reached = match self.stage {
            // It may have been active, and taken back.
            Stage::Added => self.new.activated.max(Some(self.new.created)),
            // What is active now may have taken the place of one that leaked.
            Stage::Migrated => self.old.retiring.max(self.new.activated),
            Stage::Removed => self.old.retired,
        };
        reached.unwrap_or(self.new.created)
    }
}

/// What `add` did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// This version is pending beside the active one.
    Pending(u32),
    /// No version was accepted, so this one is active at once.
    Active(u32),
    /// A rotation is open; this version was added before.
    AlreadyDone(u32),
}

/// Adds a new version beside the active one. `generate` is asked for a secret only when one is
/// needed; what it fails with is returned as it is.
pub fn add<E: From<Refusal>>(
    key: &mut Key,
    policy: &Policy,
    now: Time,
    generate: impl FnOnce() -> Result<Secret, E>,
) -> Result<Added, E> {
    if let Some(rotation) = Rotation::of(key).filter(Rotation::is_open) {
        return Ok(Added::AlreadyDone(rotation.new.number));
    }
    let mut version = successor(key, policy, now, generate)?;
    let number = version.number;
    let added = if version.replaces.is_some() {
        Added::Pending(number)
    } else {
        version.state = State::Active;
        version.activated = Some(now);
        Added::Active(number)
    };
    key.versions.push(version);
    Ok(added)
}

/// The next version of `key`, pending, to replace the active one.
fn successor<E: From<Refusal>>(
    key: &Key,
    policy: &Policy,
    now: Time,
    generate: impl FnOnce() -> Result<Secret, E>,
) -> Result<Version, E> {
    if let Some(end) = key.expires.filter(|end| *end <= now) {
        return Err(Refusal::KeyExpired(end).into());
    }
    let expires = policy.expire_after.map(|life| now.after(life));
    let mut version = Version::new(key.next_number(), generate()?, now, expires);
    version.replaces = key.in_state(State::Active).map(|active| active.number);
    Ok(version)
}

/// Makes the pending version active and the old one retiring; that of a single value is retired.
pub fn migrate(key: &mut Key, policy: &Policy, now: Time) -> Result<Moved, Refusal> {
    let rotation = Rotation::of(key).ok_or(Refusal::NoRotation)?;
    if rotation.stage != Stage::Added {
        return Ok(Moved::AlreadyDone);
    }
    if let Some(end) = key.expiry(rotation.new).filter(|end| *end <= now) {
        return Err(Refusal::Expired(rotation.new.number, end));
    }
    let retire_by = grace_end(policy, now, key.expiry(rotation.old));
    let (old, new) = (rotation.old.number, rotation.new.number);
    let is_single = key.kind.is_single();
    set(key, old, |version| {
        if is_single {
            version.state = State::Retired;
            version.retired = Some(now);
        } else {
            version.state = State::Retiring;
            version.retiring = Some(now);
            version.retire_by = Some(retire_by);
        }
    });
    set(key, new, |version| {
        version.state = State::Active;
        version.activated = Some(now);
    });
    Ok(Moved::Changed)
}

/// Retires the old version: services need no longer accept it.
pub fn remove(key: &mut Key, now: Time) -> Result<Moved, Refusal> {
    let rotation = Rotation::of(key).ok_or(Refusal::NoRotation)?;
    match rotation.stage {
        Stage::Added => return Err(Refusal::NotMigrated(rotation.old.number)),
        Stage::Removed => return Ok(Moved::AlreadyDone),
        Stage::Migrated => {}
    }
    // When both have come to their end there is nobody left to cut off, and the way on must be free.
    let cuts_off = |end: &Time| *end <= now && !key.is_expired(rotation.old, now);
    if let Some(end) = key.expiry(rotation.new).filter(cuts_off) {
        return Err(Refusal::Expired(rotation.new.number, end));
    }
    let (old, new) = (rotation.old.number, rotation.new.number);
    set(key, old, |version| {
        version.state = State::Retired;
        version.retired = Some(now);
        version.retire_by = None;
    });
    // A restored version was not replaced by the one that now outlives it; from here on it is, so
    // that it is the one `back` brings back.
    set(key, new, |version| version.replaces = Some(old));
    Ok(Moved::Changed)
}

/// Takes the last stage back, one step. Returns the stage that was undone.
pub fn back(key: &mut Key, policy: &Policy, now: Time) -> Result<Stage, Refusal> {
    let Some(rotation) = Rotation::of(key) else {
        return Err(why_not_back(key));
    };
    let stage = rotation.stage;
    let (old, new) = (rotation.old.number, rotation.new.number);
    let old_expired = key.is_expired(rotation.old, now);
    let any_accepted = !key.accepted(now).is_empty();
    match stage {
        Stage::Added => {
            if old_expired && any_accepted {
                return Err(Refusal::NothingAccepted);
            }
            set(key, new, |version| {
                version.state = State::Retired;
                version.retired = Some(now);
            });
        }
        Stage::Migrated => {
            if let Some(end) = key.expiry(rotation.old).filter(|end| *end <= now) {
                return Err(Refusal::Expired(old, end));
            }
            change_back(key, old, new, now);
        }
        Stage::Removed => {
            if let Some(end) = key.expiry(rotation.old).filter(|end| *end <= now) {
                return Err(Refusal::Expired(old, end));
            }
            if key.kind.is_single() {
                change_back(key, old, new, now);
                return Ok(Stage::Migrated);
            }
            let due = grace_end(policy, now, key.expiry(rotation.old));
            set(key, old, |version| {
                version.state = State::Retiring;
                // The quiet time begins anew: while it was refused it could not be seen in use.
                version.retiring = Some(now);
                version.retired = None;
                version.retire_by = Some(due);
            });
        }
    }
    Ok(stage)
}

/// Makes the old version the active one again, and the new one pending.
fn change_back(key: &mut Key, old: u32, new: u32, now: Time) {
    set(key, old, |version| {
        version.state = State::Active;
        version.activated.get_or_insert(now);
        version.retiring = None;
        version.retire_by = None;
        version.retired = None;
    });
    // That clients were told of it once stays known: some may send it still.
    set(key, new, |version| version.state = State::Pending);
}

/// What [`compromise`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compromised {
    /// The versions that were revoked, ascending.
    pub revoked: Vec<u32>,
    /// The version that was made in their place and is active at once, where one was needed.
    pub made: Option<u32>,
}

/// Revokes what leaked and puts a new active version in its place, in one move: there is no
/// overlap, so whoever still sends what leaked is cut off.
///
/// `leaked` names one version; without it the versions [given to clients](given) count as leaked, so
/// asking twice replaces the key twice. When the active version leaked, a pending one that is still good becomes
/// active, as services were given it already; else a new one is made, beside a retiring one that
/// stays as it is. When another version leaked, a new active one is made only where nothing else is
/// accepted. What had expired makes room for a new one and is retired. A key that has itself expired
/// gets none: what leaked must not come back with a later end. Asked again for a version that is
/// revoked already, it changes nothing.
pub fn compromise<E: From<Refusal>>(
    key: &mut Key,
    policy: &Policy,
    leaked: Option<u32>,
    reason: &str,
    now: Time,
    generate: impl FnOnce() -> Result<Secret, E>,
) -> Result<Compromised, E> {
    let revoked: Vec<u32> = if let Some(number) = leaked {
        let version = key.version(number).ok_or(Refusal::NoVersion(number))?;
        match version.state {
            State::Destroyed => return Err(Refusal::WrongState(number, State::Destroyed).into()),
            State::Revoked => return Ok(Compromised { revoked: Vec::new(), made: None }),
            _ => vec![number],
        }
    } else {
        given(key)
    };
    if revoked.is_empty() {
        return Err(Refusal::NothingAccepted.into());
    }
    let stays = |version: &Version| !revoked.contains(&version.number);
    let accepted = key.accepted(now);
    let mut left = accepted.iter().filter(|version| stays(version));
    let is_needed = !key.is_over(now)
        && key.in_state(State::Active).is_some_and(|active| {
            if stays(active) {
                !accepted.is_empty() && left.next().is_none()
            } else {
                left.all(|version| version.state != State::Pending)
            }
        });
    let made = is_needed
        .then(|| successor(key, policy, now, generate))
        .transpose()?
        .map(|made| Version { state: State::Active, activated: Some(now), ..made });
    let number = made.as_ref().map(|version| version.number);
    if made.is_some() {
        let in_the_way = |version: &&mut Version| {
            stays(version) && matches!(version.state, State::Active | State::Pending)
        };
        for version in key.versions.iter_mut().filter(in_the_way) {
            version.state = State::Retired;
            version.retired = Some(now);
        }
    }
    // First, so that revoking the active version promotes nothing else.
    key.versions.extend(made);
    for number in &revoked {
        key.revoke(*number, reason, now)?;
    }
    Ok(Compromised { revoked, made: number })
}

/// The accepted versions that clients may have been given: all but a pending one that was never
/// active.
#[must_use]
pub fn given(key: &Key) -> Vec<u32> {
    let is_given =
        |version: &&Version| version.state != State::Pending || version.activated.is_some();
    let accepted = key.versions.iter().filter(|version| version.state.is_accepted());
    accepted.filter(is_given).map(|version| version.number).collect()
}

fn why_not_back(key: &Key) -> Refusal {
    let replaced = key.in_state(State::Active).and_then(|active| active.replaces);
    match replaced.and_then(|number| key.version(number)) {
        Some(old) => Refusal::OldVersionGone(old.number, old.state),
        None => Refusal::NothingToUndo,
    }
}

fn set(key: &mut Key, number: u32, change: impl FnOnce(&mut Version)) {
    if let Some(version) = key.version_mut(number) {
        change(version);
    }
}
