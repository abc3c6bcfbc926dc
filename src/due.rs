//! What is due: what must be rotated, what expires, what is stuck, and what is to be destroyed.
//!
//! A rotation that policy asks for and an end of life are seen ahead, up to a horizon. A stage and
//! a purge are due when their time has come, and not before: a rotation that is under way in its
//! time is as it should be.

use crate::clock::Time;
use crate::environment::Policy;
use crate::key::{Key, State, Version};
use crate::rotation::{Rotation, Stage};

/// Something that is due for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What it is.
    pub what: What,
    /// The version that it is about.
    pub version: u32,
    /// When it is or was due.
    pub at: Time,
    /// What to do about it.
    pub next: Next,
}

/// A kind of what can be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The active version is as old as policy lets it become, and no rotation is open.
    Rotate,
    /// What clients send cannot be told to be random, so that it may be guessed.
    Weak,
    /// The active or the pending version comes to its end. Of a retiring one nothing is said: its
    /// removal is due no later.
    Expires,
    /// A rotation stays in a stage for longer than the grace, or past the date of the removal.
    Stuck(Stage),
    /// A retired version has been kept for as long as it can be restored.
    Purge,
}

impl What {
    /// The word for it in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Rotate => "rotate",
            Self::Weak => "weak",
            Self::Expires => "expires",
            Self::Stuck(_) => "stuck",
            Self::Purge => "purge",
        }
    }
}

/// The next move. It is one that the key takes as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Add a version that is to replace the active one.
    Add,
    /// Have clients send the pending version.
    Migrate,
    /// Have services stop accepting the retiring version.
    Remove,
    /// Take the stage back, as its new version has expired.
    Back,
    /// Give the key itself a later end: every version, and every new one, ends with it.
    Extend,
    /// Destroy the version.
    Destroy,
}

/// When policy wants the active version replaced.
#[must_use]
pub fn rotate_by(policy: &Policy, key: &Key) -> Option<Time> {
    let active = key.in_state(State::Active)?;
    Some(active.activated.unwrap_or(active.created).after(policy.rotate_every?))
}

/// What is due for `key` at `now`, and what will be by `horizon`, in the order of time.
#[must_use]
pub fn of(key: &Key, policy: &Policy, now: Time, horizon: Time) -> Vec<Due> {
    let mut due = dates(key, policy, now);
    due.retain(|due| match due.what {
        What::Rotate | What::Weak | What::Expires => due.at <= horizon,
        What::Stuck(_) | What::Purge => due.at <= now,
    });
    due.sort_by_key(|due| (due.at, due.what, due.version));
    due
}

/// Up to when nothing becomes due for a key for which nothing is due, at most `horizon`.
#[must_use]
pub fn quiet_until(key: &Key, policy: &Policy, now: Time, horizon: Time) -> Time {
    let dates = dates(key, policy, now).into_iter().map(|due| due.at);
    dates.min().map_or(horizon, |at| at.min(horizon))
}

/// What to do about a key whose active version has expired.
#[must_use]
pub fn next_of_expired(key: &Key, now: Time) -> Next {
    past_end(key, Rotation::of(key).filter(Rotation::is_open).as_ref(), now)
}

/// Every date that something of `key` is due at, however far ahead, as long as nobody does anything.
fn dates(key: &Key, policy: &Policy, now: Time) -> Vec<Due> {
    let mut dates: Vec<Due> =
        key.versions.iter().filter_map(|version| destruction(version, policy)).collect();
    let Some(active) = key.in_state(State::Active) else { return dates };
    let open = Rotation::of(key).filter(Rotation::is_open);
    let active_end = end(key, active, open.as_ref(), now);
    let pending_end = key
        .in_state(State::Pending)
        .and_then(|pending| end(key, pending, open.as_ref(), now))
        // One end of the whole key is one thing to do.
        .filter(|pending| {
            active_end.is_none_or(|active| (active.at, active.next) != (pending.at, Next::Extend))
        });
    dates.extend(active_end);
    dates.extend(pending_end);
    // A key that is over takes no stage before it is given a later end.
    if !key.is_over(now) {
        dates.extend(match &open {
            Some(rotation) => Some(stuck(key, rotation, policy, now)),
            None => rotation_of_active(key, active, policy),
        });
    }
    dates
}

fn rotation_of_active(key: &Key, active: &Version, policy: &Policy) -> Option<Due> {
    if active.is_weak {
        let at = active.activated.unwrap_or(active.created);
        return Some(Due { what: What::Weak, version: active.number, at, next: Next::Add });
    }
    let at = rotate_by(policy, key)?;
    let in_its_life = key.expires.is_none_or(|end| at < end);
    in_its_life.then_some(Due { what: What::Rotate, version: active.number, at, next: Next::Add })
}

fn end(key: &Key, version: &Version, open: Option<&Rotation<'_>>, now: Time) -> Option<Due> {
    let at = key.expiry(version)?;
    let next = if key.expires == Some(at) { Next::Extend } else { past_end(key, open, now) };
    Some(Due { what: What::Expires, version: version.number, at, next })
}

/// What to do when a version of an own end has come to it.
fn past_end(key: &Key, open: Option<&Rotation<'_>>, now: Time) -> Next {
    match open {
        _ if key.is_over(now) => Next::Extend,
        Some(rotation) => onward(key, rotation, now),
        None => Next::Add,
    }
}

fn stuck(key: &Key, rotation: &Rotation<'_>, policy: &Policy, now: Time) -> Due {
    let waits = rotation.since().after(policy.grace);
    let (version, at) = match rotation.stage {
        Stage::Migrated => (rotation.old, rotation.old.retire_by.unwrap_or(waits)),
        Stage::Added | Stage::Removed => (rotation.new, waits),
    };
    Due {
        what: What::Stuck(rotation.stage),
        version: version.number,
        at,
        next: onward(key, rotation, now),
    }
}

/// The next stage; back, when the new version has expired and would be refused.
fn onward(key: &Key, rotation: &Rotation<'_>, now: Time) -> Next {
    let new_is_over = key.is_expired(rotation.new, now);
    match rotation.stage {
        Stage::Added if new_is_over => Next::Back,
        Stage::Added => Next::Migrate,
        Stage::Migrated if new_is_over && !key.is_expired(rotation.old, now) => Next::Back,
        Stage::Migrated => Next::Remove,
        Stage::Removed => Next::Add,
    }
}

fn destruction(version: &Version, policy: &Policy) -> Option<Due> {
    let at = version.destroy_by(policy)?;
    Some(Due { what: What::Purge, version: version.number, at, next: Next::Destroy })
}
