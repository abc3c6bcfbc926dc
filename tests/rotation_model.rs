//! Rotation against a plain model of it, over sequences of commands.
//!
//! The model thinks in places instead of states: a key has a version that clients send, at most one
//! beside it that is coming or leaving, a shelf of those that can return, and those that are gone.
//! After every command of a sequence, and the passing of time is one, the accept list is the
//! model's, and these hold:
//!
//! - A stage, or the replacement of what leaked, never leaves nothing to accept where something
//!   was accepted.
//! - At most two versions are in an accepted state. Where any is, exactly one is active.
//! - What clients send heads the list, and no stage takes it out: what was active before is
//!   accepted after. Only what leaked goes at once.
//! - What is revoked or destroyed stays so, and its secret is gone.
//! - No two versions have the same digest or number, whatever became of them.
//! - All that is the key's, and not a version's, is the same after every stage.
//! - A version's end is fixed when it is made, by the policy of that day, and is never after the
//!   key's. Past its end it is not accepted.
//! - A grace is as long as policy says, and never outlives the version or the key.
//! - `back` after a stage restores the accept list from before, in its order.
//! - What is exported for services is the accept list; nothing is where it is empty, or where what
//!   clients send has expired.
//! - What is refused, or was done before, changes nothing and makes no secret.

#![expect(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use keyctl::clock::{Period, Time};
use keyctl::environment::Policy;
use keyctl::export::{Contents, Expired, Side};
use keyctl::key::lifecycle::{Moved, Refusal};
use keyctl::key::{Digest, Key, State, Version};
use keyctl::rotation::{self, Added, Compromised, Rotation, Stage};
use keyctl::secret::Secret;
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;

/// 2026-11-22T16:00:00Z. All times of these tests are whole hours from here.
const START: i64 = 1_795_363_200;
const HOUR: i64 = 3600;
/// How many hours a version can be taken back.
const PURGE_AFTER: i64 = 10;

fn time(hour: i64) -> Time {
    Time::from_unix(START + hour * HOUR).unwrap()
}

fn later(now: Time, hours: i64) -> Time {
    Time::from_unix(now.unix() + hours * HOUR).unwrap()
}

fn hours(count: i64) -> Period {
    Period::seconds(u64::try_from(count * HOUR).unwrap())
}

/// Something that a person or the time does. Versions are told by their number.
#[derive(Debug, Clone, Copy)]
enum Step {
    Add,
    Migrate,
    Remove,
    Back,
    Revoke(u32),
    /// All versions of the key.
    RevokeKey,
    Restore(u32),
    Destroy(u32),
    /// Destroys what was retired long enough ago.
    Purge,
    /// This version leaked, or all that are accepted.
    Compromise(Option<u32>),
    /// The key ends in so many hours, which may be past; `None`: never.
    SetExpiry(Option<i64>),
    SetGrace(i64),
    SetLife(Option<i64>),
    /// The clock moves by so many hours; a clock that is set right moves back.
    Wait(i64),
}

impl Step {
    /// A stage of the rotation without an outage.
    fn is_stage(self) -> bool {
        matches!(self, Self::Add | Self::Migrate | Self::Remove | Self::Back)
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    Already,
    Refused,
}

impl From<Moved> for Outcome {
    fn from(moved: Moved) -> Self {
        match moved {
            Moved::Changed => Self::Done,
            Moved::AlreadyDone => Self::Already,
        }
    }
}

// --- The model ----------------------------------------------------------------------------------

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Services accept it; clients will send it.
    Coming(u32),
    /// Clients have left it; it is accepted until it is removed, which is due at this hour.
    Leaving(u32, i64),
}

impl Beside {
    fn number(self) -> u32 {
        match self {
            Self::Coming(number) | Self::Leaving(number, _) => number,
        }
    }
}

#[derive(Debug, Clone)]
struct Model {
    now: i64,
    grace: i64,
    life: Option<i64>,
    /// When the key itself ends.
    end: Option<i64>,
    /// When each version ends by the policy it was made under; the first is version 1.
    ends: Vec<Option<i64>>,
    sent: Option<u32>,
    /// What clients ever sent.
    given: BTreeSet<u32>,
    beside: Option<Beside>,
    /// What can return, and the hour at which each was put here.
    shelf: BTreeMap<u32, i64>,
    gone: BTreeSet<u32>,
    /// Those of `gone` that were put on the shelf first.
    destroyed: BTreeSet<u32>,
    /// Whose place a version took, or was made to take.
    predecessor: BTreeMap<u32, u32>,
}

impl Model {
    fn new() -> Self {
        Self {
            now: 0,
            grace: 7,
            life: None,
            end: None,
            ends: vec![None],
            sent: Some(1),
            given: BTreeSet::from([1]),
            beside: None,
            shelf: BTreeMap::new(),
            gone: BTreeSet::new(),
            destroyed: BTreeSet::new(),
            predecessor: BTreeMap::new(),
        }
    }

    fn end_of(&self, number: u32) -> Option<i64> {
        let own = self.ends[number as usize - 1];
        own.into_iter().chain(self.end).min()
    }

    fn is_over(&self, number: u32) -> bool {
        self.end_of(number).is_some_and(|end| end <= self.now)
    }

    fn key_is_over(&self) -> bool {
        self.end.is_some_and(|end| end <= self.now)
    }

    /// What services accept, in the order in which they are told.
    fn accept_list(&self) -> Vec<u32> {
        let beside = self.beside.map(Beside::number);
        self.sent.into_iter().chain(beside).filter(|number| !self.is_over(*number)).collect()
    }

    fn leaving(&self, number: u32) -> Beside {
        let due = self.now + self.grace;
        Beside::Leaving(number, self.end_of(number).map_or(due, |end| end.min(due)))
    }

    /// The version whose removal was the last stage, if it can return.
    fn removed(&self) -> Option<u32> {
        let old = *self.predecessor.get(&self.sent?)?;
        self.shelf.contains_key(&old).then_some(old)
    }

    fn step(&mut self, step: Step) -> Outcome {
        let outcome = self.take(step);
        self.given.extend(self.sent);
        outcome
    }

    fn take(&mut self, step: Step) -> Outcome {
        match step {
            Step::Add => self.add(),
            Step::Migrate => self.migrate(),
            Step::Remove => self.remove(),
            Step::Back => self.back(),
            Step::Revoke(number) => self.revoke(number),
            Step::RevokeKey => self.revoke_key(),
            Step::Restore(number) => self.restore(number),
            Step::Destroy(number) => self.destroy(number),
            Step::Purge => self.purge(),
            Step::Compromise(leaked) => self.compromise(leaked),
            Step::SetExpiry(end) => {
                self.end = end.map(|end| self.now + end);
                if let (Some(Beside::Leaving(_, due)), Some(end)) = (&mut self.beside, self.end) {
                    *due = end.min(*due);
                }
                Outcome::Done
            }
            Step::SetGrace(grace) => {
                self.grace = grace;
                Outcome::Done
            }
            Step::SetLife(life) => {
                self.life = life;
                Outcome::Done
            }
            Step::Wait(hours) => {
                self.now += hours;
                Outcome::Done
            }
        }
    }

    fn add(&mut self) -> Outcome {
        if self.beside.is_some() {
            return Outcome::Already;
        }
        let Some(new) = self.make() else { return Outcome::Refused };
        if let Some(old) = self.sent {
            self.beside = Some(Beside::Coming(new));
            self.predecessor.insert(new, old);
        } else {
            self.sent = Some(new);
        }
        Outcome::Done
    }

    /// A new version, unless the key is over.
    fn make(&mut self) -> Option<u32> {
        if self.key_is_over() {
            return None;
        }
        self.ends.push(self.life.map(|life| self.now + life));
        Some(u32::try_from(self.ends.len()).unwrap())
    }

    fn migrate(&mut self) -> Outcome {
        match (self.sent, self.beside) {
            (Some(old), Some(Beside::Coming(new))) => {
                if self.is_over(new) {
                    return Outcome::Refused;
                }
                self.beside = Some(self.leaving(old));
                self.sent = Some(new);
                Outcome::Done
            }
            (Some(_), Some(Beside::Leaving(..))) => Outcome::Already,
            _ if self.removed().is_some() => Outcome::Already,
            _ => Outcome::Refused,
        }
    }

    fn remove(&mut self) -> Outcome {
        match (self.sent, self.beside) {
            (Some(new), Some(Beside::Leaving(old, _))) => {
                if self.is_over(new) && !self.is_over(old) {
                    return Outcome::Refused;
                }
                self.beside = None;
                self.shelf.insert(old, self.now);
                self.predecessor.insert(new, old);
                Outcome::Done
            }
            (Some(_), None) if self.removed().is_some() => Outcome::Already,
            _ => Outcome::Refused,
        }
    }

    fn back(&mut self) -> Outcome {
        match (self.sent, self.beside) {
            (Some(old), Some(Beside::Coming(new))) => {
                if self.is_over(old) && !self.is_over(new) {
                    return Outcome::Refused;
                }
                self.beside = None;
                self.shelf.insert(new, self.now);
                Outcome::Done
            }
            (Some(new), Some(Beside::Leaving(old, _))) => {
                if self.is_over(old) {
                    return Outcome::Refused;
                }
                self.sent = Some(old);
                self.beside = Some(Beside::Coming(new));
                Outcome::Done
            }
            _ => {
                let Some(old) = self.removed().filter(|old| !self.is_over(*old)) else {
                    return Outcome::Refused;
                };
                self.shelf.remove(&old);
                self.beside = Some(self.leaving(old));
                Outcome::Done
            }
        }
    }

    fn exists(&self, number: u32) -> bool {
        (1..=self.ends.len()).contains(&(number as usize))
    }

    fn revoke(&mut self, number: u32) -> Outcome {
        if !self.exists(number) {
            return Outcome::Refused;
        }
        if !self.gone.insert(number) {
            return Outcome::Already;
        }
        self.shelf.remove(&number);
        if self.sent == Some(number) {
            self.sent = self.beside.take().map(Beside::number);
        } else if self.beside.map(Beside::number) == Some(number) {
            self.beside = None;
        }
        Outcome::Done
    }

    fn revoke_key(&mut self) -> Outcome {
        let before = self.gone.len();
        self.gone.extend(1..=u32::try_from(self.ends.len()).unwrap());
        self.shelf.clear();
        (self.sent, self.beside) = (None, None);
        if self.gone.len() == before { Outcome::Already } else { Outcome::Done }
    }

    fn compromise(&mut self, leaked: Option<u32>) -> Outcome {
        let is_given = |beside: &Beside| match beside {
            Beside::Coming(number) => self.given.contains(number),
            Beside::Leaving(..) => true,
        };
        let beside = self.beside.filter(is_given).map(Beside::number);
        let leaked = match leaked {
            None => self.sent.into_iter().chain(beside).collect(),
            Some(number) if !self.exists(number) || self.destroyed.contains(&number) => {
                return Outcome::Refused;
            }
            Some(number) if self.gone.contains(&number) => return Outcome::Already,
            Some(number) => vec![number],
        };
        if leaked.is_empty() {
            return Outcome::Refused;
        }
        let before = self.accept_list();
        let left = before.iter().any(|number| !leaked.contains(number));
        let is_cut_off = !before.is_empty() && !left;
        let sent_leaked = self.sent.is_some_and(|sent| leaked.contains(&sent));
        let beside = self.beside.filter(|beside| !leaked.contains(&beside.number()));
        match (self.sent, beside) {
            (Some(_), Some(Beside::Coming(next))) if sent_leaked && !self.is_over(next) => {
                (self.sent, self.beside) = (Some(next), None);
            }
            // No new version could serve.
            (Some(_), beside) if sent_leaked && self.key_is_over() => {
                (self.sent, self.beside) = (beside.map(Beside::number), None);
            }
            (Some(old), beside) if sent_leaked || is_cut_off => {
                let Some(new) = self.make() else { return Outcome::Refused };
                self.predecessor.insert(new, old);
                // What is over makes room; what is leaving goes on leaving.
                let coming = match beside {
                    Some(Beside::Coming(number)) => Some(number),
                    _ => None,
                };
                for over in [Some(old), coming].into_iter().flatten() {
                    self.shelf.insert(over, self.now);
                }
                self.beside = beside.filter(|_| coming.is_none());
                self.sent = Some(new);
            }
            _ => self.beside = beside,
        }
        for number in leaked {
            self.shelf.remove(&number);
            self.gone.insert(number);
        }
        Outcome::Done
    }

    fn purge(&mut self) -> Outcome {
        let due = |at: &i64| at + PURGE_AFTER <= self.now;
        let over: Vec<u32> =
            self.shelf.iter().filter(|(_, at)| due(at)).map(|(number, _)| *number).collect();
        for number in &over {
            self.destroy(*number);
        }
        if over.is_empty() { Outcome::Already } else { Outcome::Done }
    }

    fn restore(&mut self, number: u32) -> Outcome {
        let is_accepted =
            self.sent == Some(number) || self.beside.map(Beside::number) == Some(number);
        if is_accepted {
            return Outcome::Already;
        }
        if !self.shelf.contains_key(&number) || self.is_over(number) || self.beside.is_some() {
            return Outcome::Refused;
        }
        self.shelf.remove(&number);
        if self.sent.is_some() {
            self.beside = Some(self.leaving(number));
        } else {
            self.sent = Some(number);
        }
        Outcome::Done
    }

    fn destroy(&mut self, number: u32) -> Outcome {
        if self.gone.contains(&number) {
            return Outcome::Already;
        }
        if self.shelf.remove(&number).is_none() {
            return Outcome::Refused;
        }
        self.destroyed.insert(number);
        self.gone.insert(number);
        Outcome::Done
    }
}

// --- The key under test -------------------------------------------------------------------------

#[derive(Clone)]
struct Subject {
    key: Key,
    policy: Policy,
    now: Time,
    /// Secrets handed out so far, so that no two are alike.
    made: u32,
}

impl Subject {
    fn new() -> Self {
        let first = Version::new(1, Secret::new("secret-1".to_owned()), time(0), None);
        let mut policy = Policy::new("prod".parse().unwrap());
        policy.grace = hours(7);
        policy.purge_after = hours(PURGE_AFTER);
        let mut key = Key::new("web".parse().unwrap(), first);
        key.description.push_str("what it is for");
        key.owner.push_str("who answers for it");
        key.metadata.insert("team".to_owned(), "blue".to_owned());
        key.scopes.insert("read".to_owned());
        Self { key, policy, now: time(0), made: 1 }
    }

    fn add(&mut self) -> Result<Added, Refusal> {
        let made = &mut self.made;
        rotation::add(&mut self.key, &self.policy, self.now, || {
            *made += 1;
            Ok(Secret::new(format!("secret-{made}")))
        })
    }

    fn compromise(&mut self, leaked: Option<u32>) -> Result<Outcome, Refusal> {
        let before = self.key.versions.len();
        let made = &mut self.made;
        let Compromised { revoked, made } =
            rotation::compromise(&mut self.key, &self.policy, leaked, "leaked", self.now, || {
                *made += 1;
                Ok::<_, Refusal>(Secret::new(format!("secret-{made}")))
            })?;
        assert_eq!(made, self.key.versions.get(before).map(|version| version.number));
        assert!(revoked.is_sorted() && leaked.is_none_or(|_| revoked.len() <= 1), "{revoked:?}");
        for number in &revoked {
            assert_eq!(self.key.version(*number).unwrap().state, State::Revoked);
        }
        Ok(if revoked.is_empty() { Outcome::Already } else { Outcome::Done })
    }

    /// Does `step`. The model's hours and the clock's are the same.
    fn step(&mut self, step: Step) -> Result<Outcome, Refusal> {
        let (key, policy, now) = (&mut self.key, &self.policy, self.now);
        match step {
            Step::Add => {
                return Ok(match self.add()? {
                    Added::Pending(_) | Added::Active(_) => Outcome::Done,
                    Added::AlreadyDone(_) => Outcome::Already,
                });
            }
            Step::Migrate => return rotation::migrate(key, policy, now).map(Outcome::from),
            Step::Remove => return rotation::remove(key, now).map(Outcome::from),
            Step::Back => return rotation::back(key, policy, now).map(|_| Outcome::Done),
            Step::Revoke(number) => {
                return key.revoke(number, "seen in a log", now).map(|(moved, _)| moved.into());
            }
            Step::RevokeKey => {
                let numbers: Vec<_> = key.versions.iter().map(|version| version.number).collect();
                let mut outcome = Outcome::Already;
                for number in numbers {
                    if key.revoke(number, "the key was lost", now)?.0 == Moved::Changed {
                        outcome = Outcome::Done;
                    }
                }
                return Ok(outcome);
            }
            Step::Compromise(leaked) => return self.compromise(leaked),
            Step::Restore(number) => return key.restore(number, policy, now).map(Outcome::from),
            Step::Destroy(number) => return key.destroy(number, now).map(Outcome::from),
            Step::Purge => {
                let due = key.purgeable(policy, now);
                let numbers: Vec<_> = due.into_iter().map(|version| version.number).collect();
                for number in &numbers {
                    assert_eq!(key.destroy(*number, now), Ok(Moved::Changed));
                }
                return Ok(if numbers.is_empty() { Outcome::Already } else { Outcome::Done });
            }
            Step::SetExpiry(end) => key.set_expiry(end.map(|end| later(now, end))),
            Step::SetGrace(grace) => self.policy.grace = hours(grace),
            Step::SetLife(life) => self.policy.expire_after = life.map(hours),
            Step::Wait(count) => self.now = later(now, count),
        }
        Ok(Outcome::Done)
    }

    fn accept_list(&self) -> Vec<u32> {
        self.key.accepted(self.now).iter().map(|version| version.number).collect()
    }
}

/// All that is saved of a version. A field that is added to it has to be added here.
fn saved(version: &Version) -> impl PartialEq + std::fmt::Debug + use<> {
    let Version {
        number,
        state,
        ref secret,
        digest,
        is_weak,
        replaces,
        created,
        activated,
        retiring,
        retire_by,
        retired,
        revoked,
        destroyed,
        expires,
        ref reason,
    } = *version;
    let secret = secret.as_ref().map(|secret| secret.expose().to_owned());
    let times =
        [Some(created), activated, retiring, retire_by, retired, revoked, destroyed, expires];
    (number, state, secret, (digest, is_weak), replaces, times, reason.clone())
}

/// Whether nothing was changed between the two.
fn is_unchanged(before: &Key, after: &Key) -> bool {
    before.expires == after.expires
        && before.versions.len() == after.versions.len()
        && before.versions.iter().zip(&after.versions).all(|(a, b)| saved(a) == saved(b))
}

// --- Model and key side by side -----------------------------------------------------------------

#[derive(Clone)]
struct Pair {
    model: Model,
    subject: Subject,
    /// Versions that were once revoked or destroyed.
    gone: BTreeSet<u32>,
}

impl Pair {
    fn new() -> Self {
        Self { model: Model::new(), subject: Subject::new(), gone: BTreeSet::new() }
    }

    /// Does one step to both, and asserts all that must hold between and after.
    fn step(&mut self, step: Step) -> Outcome {
        let before = self.subject.clone();
        let expected = self.model.step(step);
        let result = self.subject.step(step);
        let outcome = result.clone().unwrap_or(Outcome::Refused);
        assert_eq!(outcome, expected, "{step:?} was {result:?}");

        let Subject { key, now, .. } = &self.subject;
        if outcome != Outcome::Done {
            assert!(
                is_unchanged(&before.key, key),
                "{step:?} was {result:?} and changed something"
            );
            assert_eq!(before.made, self.subject.made, "{step:?} made a secret for nothing");
        }
        assert_eq!(self.subject.accept_list(), self.model.accept_list(), "after {step:?}");
        assert_states(&self.subject, &self.model);
        assert_secrets(key, &mut self.gone);
        assert_numbers(&before.key, key);
        if let Some(active) = key.in_state(State::Active).filter(|v| !key.is_expired(v, *now)) {
            let first = key.accepted(*now)[0].number;
            assert_eq!(first, active.number, "what clients send heads the accept list");
        }
        assert_ends(&self.subject);
        assert_export(&self.subject);
        if outcome == Outcome::Done && step.is_stage() {
            assert_replaced(step, &before, &self.subject);
            assert_stage(step, &before, &self.subject);
        }
        if let (Step::Compromise(leaked), Outcome::Done) = (step, outcome) {
            assert_replaced(step, &before, &self.subject);
            assert_leak(leaked, &before, &self.subject);
        }
        outcome
    }
}

/// At most two versions are accepted, exactly one of them active, and everything is where the model
/// has it.
fn assert_states(subject: &Subject, model: &Model) {
    let key = &subject.key;
    let count = |state| key.versions.iter().filter(|version| version.state == state).count();
    let beside = count(State::Pending) + count(State::Retiring);
    assert!(count(State::Active) <= 1 && beside <= count(State::Active), "{key:?}");

    let in_state = |state| key.in_state(state).map(|version| version.number);
    assert_eq!(in_state(State::Active), model.sent);
    let (coming, leaving) = match model.beside {
        Some(Beside::Coming(number)) => (Some(number), None),
        Some(Beside::Leaving(number, _)) => (None, Some(number)),
        None => (None, None),
    };
    assert_eq!(in_state(State::Pending), coming);
    assert_eq!(in_state(State::Retiring), leaving);
    for version in &key.versions {
        assert_eq!(version.state == State::Retired, model.shelf.contains_key(&version.number));
        let due = match model.beside {
            Some(Beside::Leaving(number, due)) if number == version.number => Some(time(due)),
            _ => None,
        };
        assert_eq!(version.retire_by, due, "@{} leaves by", version.number);
        let end = model.ends[version.number as usize - 1].map(time);
        assert_eq!(version.expires, end, "@{} ends", version.number);
        assert_dates(version);
    }
}

/// The date of the state that a version is in is known, and none of a state it has left by returning.
fn assert_dates(version: &Version) {
    let Version { created, activated, retiring, retired, revoked, destroyed, .. } = *version;
    let (reached, cleared) = match version.state {
        // It may have been active before: that clients were told of it stays known.
        State::Pending => (Some(created), [None, retiring, retired]),
        State::Active => (activated, [None, retiring, retired]),
        State::Retiring => (retiring, [None, None, retired]),
        State::Retired => (retired, [None; 3]),
        State::Revoked => (revoked, [None; 3]),
        State::Destroyed => (destroyed, [None; 3]),
    };
    assert!(reached.is_some() && cleared == [None; 3], "dates of {version:?}");
}

/// What was revoked or destroyed stays so and holds no secret; everything else holds the one it was
/// made with.
fn assert_secrets(key: &Key, gone: &mut BTreeSet<u32>) {
    for version in &key.versions {
        if version.state.is_final() {
            gone.insert(version.number);
        }
        assert_eq!(
            gone.contains(&version.number),
            version.state.is_final(),
            "{version:?} returned"
        );
        assert_eq!(version.secret.is_none(), version.state.is_final(), "the secret of {version:?}");
        if let Some(secret) = &version.secret {
            assert_eq!(Some(Digest::of(secret)), version.digest);
        }
    }
    let digests: HashSet<_> = key.versions.iter().map(|version| version.digest).collect();
    assert_eq!(digests.len(), key.versions.len(), "two versions have one digest");
}

/// Numbers rise, versions never go, and nothing changes when another one ends.
fn assert_numbers(before: &Key, after: &Key) {
    let numbers: Vec<_> = after.versions.iter().map(|version| version.number).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    assert!(after.versions.len() >= before.versions.len());
    for (old, new) in before.versions.iter().zip(&after.versions) {
        assert_eq!((old.number, old.digest, old.created), (new.number, new.digest, new.created));
        assert_eq!(old.expires, new.expires, "@{} ends at another time", old.number);
    }
}

/// Nothing is accepted, or in its grace, past the end of its version or of the key.
fn assert_ends(subject: &Subject) {
    let Subject { key, now, .. } = subject;
    let ends = |version: &Version| [version.expires, key.expires].into_iter().flatten();
    for version in &key.versions {
        if let Some(due) = version.retire_by {
            assert!(ends(version).all(|end| due <= end), "the grace of @{}", version.number);
        }
    }
    for version in key.accepted(*now) {
        assert!(ends(version).all(|end| *now < end), "@{} is over", version.number);
    }
}

/// What is exported is the accept list, or nothing.
fn assert_export(subject: &Subject) {
    let Subject { key, now, .. } = subject;
    let environment = "prod".parse().unwrap();
    let keys = [key];
    let exported = Contents::new(&environment, 1, &keys, Side::Services, Expired::Refuse, *now);
    let is_sent = key.in_state(State::Active).is_some_and(|sent| key.is_accepted(sent, *now));
    let accepted = Some(subject.accept_list()).filter(|_| is_sent);
    let numbers = |contents: Contents<'_>| -> Vec<u32> {
        contents.keys.iter().map(|entry| entry.version.number).collect()
    };
    assert_eq!(exported.ok().map(numbers), accepted);
}

/// What holds whether a version was replaced in stages or at once.
fn assert_replaced(step: Step, before: &Subject, after: &Subject) {
    let (key, now) = (&after.key, after.now);
    if !before.accept_list().is_empty() {
        assert!(!after.accept_list().is_empty(), "{step:?} left nothing to accept");
    }
    let of_the_key = |key: &Key| format!("{:?}", Key { versions: Vec::new(), ..key.clone() });
    assert_eq!(of_the_key(&before.key), of_the_key(key), "{step:?} changed the key");
    assert!(key.versions.len() <= before.key.versions.len() + 1, "{step:?} made two");
    if let Some(new) = key.versions.get(before.key.versions.len()) {
        let policy = after.policy.expire_after.map(|life| now.after(life));
        let latest = [policy, key.expires].into_iter().flatten().min();
        assert_eq!(key.expiry(new), latest, "the end of the new version");
        assert_eq!(new.created, now);
    }
}

/// What holds of every stage that was just taken.
fn assert_stage(step: Step, before: &Subject, after: &Subject) {
    let (accepted, key, now) = (before.accept_list(), &after.key, after.now);
    if let Some(sent) = before.key.in_state(State::Active)
        && before.key.is_accepted(sent, now)
    {
        let is_left = after.accept_list().contains(&sent.number);
        assert!(is_left, "{step:?} cuts off who sends @{}", sent.number);
    }
    if step_is_forward(step) {
        let mut again = after.clone();
        let result = again.step(step);
        if step_is_first_version(step, before) {
            assert_eq!(
                result,
                Ok(Outcome::Done),
                "a key without a version begins anew, then rotates"
            );
        } else {
            assert_eq!(result, Ok(Outcome::Already), "{step:?} twice");
            assert!(is_unchanged(key, &again.key), "{step:?} twice changed something");
        }
        if !accepted.is_empty() {
            let mut undone = after.clone();
            // Where it is refused the old version was over already, so the list is the same.
            let _ = undone.step(Step::Back);
            assert_eq!(undone.accept_list(), accepted, "back after {step:?}");
        }
    }
}

/// What leaked is gone at once, and where it was the one that clients send, another one is; unless
/// the key itself is over.
fn assert_leak(leaked: Option<u32>, before: &Subject, after: &Subject) {
    let (key, now) = (&after.key, after.now);
    let accepted = after.accept_list();
    let is_over = key.expires.is_some_and(|end| end <= now);
    for version in &before.key.versions {
        let is_given = version.state != State::Pending || version.activated.is_some();
        let leaks = match leaked {
            Some(number) => number == version.number,
            None => version.state.is_accepted() && is_given,
        };
        let state = key.version(version.number).unwrap().state;
        assert!(!leaks || state == State::Revoked, "@{} is {state}", version.number);
        let stays = before.key.is_accepted(version, now) && !leaks;
        assert_eq!(accepted.contains(&version.number), stays, "@{}", version.number);
        if leaks && version.state == State::Active && !is_over {
            let sent = key.in_state(State::Active).unwrap();
            assert_eq!(accepted.first(), Some(&sent.number), "clients have nothing to send");
        }
    }
    if leaked.is_some() {
        let mut again = after.clone();
        assert_eq!(again.step(Step::Compromise(leaked)), Ok(Outcome::Already));
        assert!(is_unchanged(key, &again.key), "the same leak twice changed something");
    }
}

fn step_is_forward(step: Step) -> bool {
    step.is_stage() && !matches!(step, Step::Back)
}

/// `add` where there was nothing to replace made a version active at once.
fn step_is_first_version(step: Step, before: &Subject) -> bool {
    matches!(step, Step::Add) && before.key.in_state(State::Active).is_none()
}

fn run(steps: &[Step]) -> Pair {
    let mut pair = Pair::new();
    for step in steps {
        pair.step(*step);
    }
    pair
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = 1..=6_u32;
    let step = prop_oneof![
        12 => Just(Step::Add),
        12 => Just(Step::Migrate),
        10 => Just(Step::Remove),
        10 => Just(Step::Back),
        2 => number.clone().prop_map(Step::Revoke),
        1 => Just(Step::RevokeKey),
        6 => number.clone().prop_map(Step::Restore),
        2 => number.clone().prop_map(Step::Destroy),
        2 => Just(Step::Purge),
        4 => proptest::option::weighted(0.8, number).prop_map(Step::Compromise),
        2 => proptest::option::weighted(0.7, -2..=20_i64).prop_map(Step::SetExpiry),
        2 => (1..=12_i64).prop_map(Step::SetGrace),
        3 => proptest::option::weighted(0.7, 1..=20_i64).prop_map(Step::SetLife),
        8 => (-2..=8_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..=40)
}

/// The usual generator takes nine tenths of the time where nothing is optimised.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::with_cases(20_000)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_sequence_of_commands_leaves_what_the_model_leaves(steps in steps()) {
        run(&steps);
    }
}

/// Every sequence of these commands up to this length, so that no short one is left to chance.
#[test]
fn every_short_sequence_of_commands_leaves_what_the_model_leaves() {
    const COMMANDS: [Step; 12] = [
        Step::Add,
        Step::Migrate,
        Step::Remove,
        Step::Back,
        Step::Revoke(1),
        Step::Revoke(2),
        Step::Restore(1),
        Step::Restore(2),
        Step::Destroy(1),
        Step::Compromise(None),
        Step::Compromise(Some(1)),
        Step::Compromise(Some(2)),
    ];
    fn walk(pair: &Pair, depth: u32, seen: &mut u32) {
        *seen += 1;
        for command in COMMANDS.iter().filter(|_| depth > 0) {
            let mut next = pair.clone();
            // What changed nothing leads nowhere that the shorter sequence does not lead.
            if next.step(*command) == Outcome::Done {
                walk(&next, depth - 1, seen);
            }
        }
    }
    let mut seen = 0;
    walk(&Pair::new(), 8, &mut seen);
    println!("{seen} sequences");
    assert!(seen > 1_000, "only {seen} sequences");
}

/// A model that refused everything would agree with code that does: both must get somewhere.
#[test]
fn the_stages_in_their_order_go_through() {
    let mut pair = Pair::new();
    let stage = |pair: &Pair| Rotation::of(&pair.subject.key).map(|rotation| rotation.stage);
    let mut check = |step, stage_after, accepted: &[u32]| {
        assert_eq!(pair.step(step), Outcome::Done, "{step:?}");
        assert_eq!(stage(&pair), stage_after, "{step:?}");
        assert_eq!(pair.subject.accept_list(), accepted, "{step:?}");
    };
    check(Step::Add, Some(Stage::Added), &[1, 2]);
    check(Step::Migrate, Some(Stage::Migrated), &[2, 1]);
    check(Step::Remove, Some(Stage::Removed), &[2]);
    check(Step::Back, Some(Stage::Migrated), &[2, 1]);
    check(Step::Back, Some(Stage::Added), &[1, 2]);
    check(Step::Back, None, &[1]);
    check(Step::Add, Some(Stage::Added), &[1, 3]);
    check(Step::Revoke(1), None, &[3]);
    check(Step::Restore(2), Some(Stage::Migrated), &[3, 2]);
    check(Step::Remove, Some(Stage::Removed), &[3]);
    check(Step::Back, Some(Stage::Migrated), &[3, 2]);
}

#[test]
fn a_restored_version_is_the_one_that_back_brings_back() {
    use Step::{Add, Back, Migrate, Remove, Restore};
    // @1 is restored beside @3, which replaced @2; taking it out again and back must not wake @2.
    let pair = run(&[Add, Migrate, Remove, Add, Migrate, Remove, Restore(1), Remove, Back]);
    assert_eq!(pair.subject.accept_list(), [3, 1]);
}

#[test]
fn a_version_that_cannot_serve_never_becomes_the_only_one() {
    use Step::{Add, Back, Migrate, Remove, SetLife, Wait};
    let refused = |steps: &[Step], step: Step| {
        let mut pair = run(steps);
        let before = pair.subject.accept_list();
        assert_eq!(pair.step(step), Outcome::Refused, "{step:?} after {steps:?}");
        assert_eq!(pair.subject.accept_list(), before);
    };
    // The new version is over before clients are told to send it, or before the old one goes.
    refused(&[SetLife(Some(2)), Add, Wait(2)], Migrate);
    refused(&[SetLife(Some(2)), Add, Migrate, Wait(2)], Remove);
    // The old one is over, so going back to it would cut everybody off.
    let renewed = [SetLife(Some(5)), Add, Migrate, Remove, Wait(4), Add];
    refused(&[&renewed[..], &[Wait(1)]].concat(), Back);
    refused(&[&renewed[..], &[Migrate, Wait(1)]].concat(), Back);
    refused(&[&renewed[..], &[Migrate, Remove, Wait(1)]].concat(), Back);
}

#[test]
fn a_refused_secret_leaves_the_key_as_it_was() {
    #[derive(Debug, PartialEq)]
    struct NoSecret;
    impl From<Refusal> for NoSecret {
        fn from(refusal: Refusal) -> Self {
            panic!("{refusal}")
        }
    }
    let Subject { key: before, policy, now, .. } = Subject::new();
    let mut key = before.clone();
    let result = rotation::add(&mut key, &policy, now, || Err(NoSecret));
    assert_eq!(result, Err(NoSecret));
    assert!(is_unchanged(&before, &key));
    let result = rotation::compromise(&mut key, &policy, None, "leaked", now, || Err(NoSecret));
    assert_eq!(result, Err(NoSecret));
    assert!(is_unchanged(&before, &key));
}

#[test]
fn what_leaked_is_replaced_at_once() {
    use Step::{Add, Compromise, Migrate};
    let accepted = |steps: &[Step], leaked| {
        let mut pair = run(steps);
        assert_eq!(pair.step(Compromise(leaked)), Outcome::Done, "{leaked:?} after {steps:?}");
        pair.subject.accept_list()
    };
    assert_eq!(accepted(&[], None), [2]);
    assert_eq!(accepted(&[], Some(1)), [2]);
    // Services have the pending one already; the retiring one is still sent by somebody.
    assert_eq!(accepted(&[Add], Some(1)), [2]);
    assert_eq!(accepted(&[Add], Some(2)), [1]);
    assert_eq!(accepted(&[Add], None), [2]);
    // Clients were given it before it was taken back.
    assert_eq!(accepted(&[Add, Migrate, Step::Back], None), [3]);
    assert_eq!(accepted(&[Add, Migrate], Some(1)), [2]);
    assert_eq!(accepted(&[Add, Migrate], Some(2)), [3, 1]);
    assert_eq!(accepted(&[Add, Migrate], None), [3]);
}

#[test]
fn what_has_expired_never_takes_the_place_of_what_leaked() {
    use Step::{Add, Compromise, Migrate, Remove, SetLife, Wait};
    let mut pair = run(&[SetLife(Some(2)), Add, Wait(2), Compromise(Some(1))]);
    assert_eq!(pair.subject.accept_list(), [3]);
    assert_eq!(pair.step(Add), Outcome::Done, "the expired one is in the way");
    // @2 is active and over, so @3 is all that services accept.
    let begun = [SetLife(Some(2)), Add, Migrate, Remove, SetLife(None), Add, Wait(2)];
    let mut pair = run(&begun);
    assert_eq!(pair.subject.accept_list(), [3]);
    assert_eq!(pair.step(Compromise(Some(3))), Outcome::Done);
    assert_eq!(pair.subject.accept_list(), [4]);
}

#[test]
fn what_leaked_of_a_key_that_is_over_does_not_come_back_with_a_later_end() {
    let mut pair = run(&[Step::SetExpiry(Some(1)), Step::Wait(1), Step::Compromise(None)]);
    pair.step(Step::SetExpiry(None));
    assert!(pair.subject.accept_list().is_empty());
    assert_eq!(pair.step(Step::Add), Outcome::Done);
    assert_eq!(pair.subject.accept_list(), [2]);
}

#[test]
fn retired_versions_are_purged_when_their_time_is_over_and_not_before() {
    let mut pair = run(&[Step::Add, Step::Migrate, Step::Remove]);
    pair.subject.policy.purge_after = hours(10);
    let due = |subject: &Subject| {
        let versions = subject.key.purgeable(&subject.policy, subject.now);
        versions.iter().map(|version| version.number).collect::<Vec<_>>()
    };
    pair.step(Step::Wait(9));
    assert!(due(&pair.subject).is_empty());
    pair.step(Step::Wait(1));
    assert_eq!(due(&pair.subject), [1]);
    pair.step(Step::Destroy(1));
    assert!(due(&pair.subject).is_empty());
    assert_eq!(pair.step(Step::Back), Outcome::Refused);
}
