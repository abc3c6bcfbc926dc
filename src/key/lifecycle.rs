//! What happens to a version outside a rotation: revoke, restore, destroy.

use std::fmt;

use super::{Key, State, Version};
use crate::clock::Time;
use crate::environment::Policy;

/// Why a move was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The key has no such version.
    NoVersion(u32),
    /// It is a single value, and another version is active.
    Single(u32),
    /// The version's state does not allow it.
    WrongState(u32, State),
    /// Two versions are accepted already: a rotation is open.
    RotationOpen,
    /// The version, or the whole key, came to its end at this time.
    Expired(u32, Time),
    /// The key itself came to its end at this time.
    KeyExpired(Time),
    /// The key has no open rotation.
    NoRotation,
    /// Clients still send this version: migrate comes before remove.
    NotMigrated(u32),
    /// No version would be left that services accept.
    NothingAccepted,
    /// There is no stage to take back.
    NothingToUndo,
    /// The version to go back to is revoked or destroyed.
    OldVersionGone(u32, State),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVersion(number) => write!(f, "there is no version @{number}"),
            Self::Single(active) => {
                write!(f, "there is one value at a time, and version @{active} is active")
            }
            Self::WrongState(number, state) => write!(f, "version @{number} is {state}"),
            Self::RotationOpen => f.write_str("a rotation is open: two versions are accepted"),
            Self::Expired(number, at) => write!(f, "version @{number} expired at {at}"),
            Self::KeyExpired(at) => write!(f, "the key expired at {at}"),
            Self::NoRotation => f.write_str("no rotation is open"),
            Self::NotMigrated(number) => write!(f, "clients still send version @{number}"),
            Self::NothingAccepted => f.write_str("services would accept no version of it"),
            Self::NothingToUndo => f.write_str("there is no stage to take back"),
            Self::OldVersionGone(number, state) => {
                write!(f, "version @{number} is {state} and cannot return")
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// Whether a move changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It did.
    Changed,
    /// It had been done before.
    AlreadyDone,
}

impl Key {
    /// Revokes a version for ever and wipes its secret.
    ///
    /// When the active version is revoked and another one is still accepted, that one becomes
    /// active: what services accept is what clients can send. Its number is returned.
    pub fn revoke(
        &mut self,
        number: u32,
        reason: &str,
        now: Time,
    ) -> Result<(Moved, Option<u32>), Refusal> {
        let version = self.version_mut(number).ok_or(Refusal::NoVersion(number))?;
        if version.state.is_final() {
            return Ok((Moved::AlreadyDone, None));
        }
        version.state = State::Revoked;
        version.revoked = Some(now);
        version.retire_by = None;
        version.reason = Some(reason.to_owned());
        version.secret = None;
        Ok((Moved::Changed, self.promote(now)))
    }

    /// Makes the other accepted version active when none is.
    fn promote(&mut self, now: Time) -> Option<u32> {
        if self.in_state(State::Active).is_some() {
            return None;
        }
        let next = self.versions.iter_mut().find(|version| version.state.is_accepted())?;
        next.state = State::Active;
        next.activated = Some(now);
        next.retiring = None;
        next.retire_by = None;
        Some(next.number)
    }

    /// Has services accept a retired version again: as retiring beside the active one, or as the
    /// active one where there is none.
    pub fn restore(&mut self, number: u32, policy: &Policy, now: Time) -> Result<Moved, Refusal> {
        let version = self.version(number).ok_or(Refusal::NoVersion(number))?;
        match version.state {
            State::Retired => {}
            state if state.is_accepted() => return Ok(Moved::AlreadyDone),
            state => return Err(Refusal::WrongState(number, state)),
        }
        let end = self.expiry(version);
        if let Some(at) = end.filter(|at| *at <= now) {
            return Err(Refusal::Expired(number, at));
        }
        let active = self.in_state(State::Active).filter(|_| self.kind.is_single());
        if let Some(active) = active {
            return Err(Refusal::Single(active.number));
        }
        let accepted = self.versions.iter().filter(|version| version.state.is_accepted()).count();
        let retire_by = grace_end(policy, now, end);
        let version = self.version_mut(number).ok_or(Refusal::NoVersion(number))?;
        match accepted {
            0 => {
                version.state = State::Active;
                version.activated = Some(now);
                version.retiring = None;
                version.retire_by = None;
            }
            1 => {
                version.state = State::Retiring;
                version.retiring = Some(now);
                version.retire_by = Some(retire_by);
            }
            _ => return Err(Refusal::RotationOpen),
        }
        version.retired = None;
        Ok(Moved::Changed)
    }

    /// Destroys the secret of a retired version; digest and dates stay.
    pub fn destroy(&mut self, number: u32, now: Time) -> Result<Moved, Refusal> {
        let version = self.version_mut(number).ok_or(Refusal::NoVersion(number))?;
        match version.state {
            State::Retired => {
                version.state = State::Destroyed;
                version.destroyed = Some(now);
                version.secret = None;
                Ok(Moved::Changed)
            }
            state if state.is_final() => Ok(Moved::AlreadyDone),
            state => Err(Refusal::WrongState(number, state)),
        }
    }

    /// Gives the whole key another end, or none. A grace that would outlive it is cut.
    pub fn set_expiry(&mut self, end: Option<Time>) {
        self.expires = end;
        for version in &mut self.versions {
            version.retire_by = version.retire_by.map(|due| end.map_or(due, |end| due.min(end)));
        }
    }

    /// The retired versions whose time to be restored is over.
    #[must_use]
    pub fn purgeable(&self, policy: &Policy, now: Time) -> Vec<&Version> {
        let over = |version: &&Version| version.destroy_by(policy).is_some_and(|at| at <= now);
        self.versions.iter().filter(over).collect()
    }
}

impl Version {
    /// When the time to restore a retired version is over, so that it is to be destroyed.
    #[must_use]
    pub fn destroy_by(&self, policy: &Policy) -> Option<Time> {
        let retired = self.retired.filter(|_| self.state == State::Retired)?;
        Some(retired.after(policy.purge_after))
    }
}

/// When a retiring version's removal is due: after the grace, never after its own end.
pub(crate) fn grace_end(policy: &Policy, now: Time, end: Option<Time>) -> Time {
    let due = now.after(policy.grace);
    end.map_or(due, |end| due.min(end))
}
