//! Rotation against a plain model of it, over sequences of commands.
//!
//! The model thinks in places instead of states: a key has a version that clients send, at most one
//! beside it that is coming or leaving, a shelf of those that can return, and those that are gone.

#![expect(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use keyctl::clock::{Period, Time};
use keyctl::environment::Policy;
use keyctl::key::lifecycle::{Moved, Refusal};
use keyctl::key::{Digest, Key, State, Version};
use keyctl::rotation::{self, Added, Rotation, Stage};
use keyctl::secret::Secret;
use proptest::prelude::*;

/// 2026-11-22T16:00:00Z. All times of these tests are whole hours from here.
const START: i64 = 1_795_363_200;
const HOUR: i64 = 3600;

fn time(hour: i64) -> Time {
    Time::from_unix(START + hour * HOUR).unwrap()
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
    Restore(u32),
    Destroy(u32),
    /// The key ends in so many hours, which may be past; `None`: never.
    SetExpiry(Option<i64>),
    SetGrace(i64),
    SetLife(Option<i64>),
    Wait(i64),
}

impl Step {
    fn is_rotation(self) -> bool {
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
    beside: Option<Beside>,
    shelf: BTreeSet<u32>,
    gone: BTreeSet<u32>,
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
            beside: None,
            shelf: BTreeSet::new(),
            gone: BTreeSet::new(),
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
        self.shelf.contains(&old).then_some(old)
    }

    fn step(&mut self, step: Step) -> Outcome {
        match step {
            Step::Add => self.add(),
            Step::Migrate => self.migrate(),
            Step::Remove => self.remove(),
            Step::Back => self.back(),
            Step::Revoke(number) => self.revoke(number),
            Step::Restore(number) => self.restore(number),
            Step::Destroy(number) => self.destroy(number),
            Step::SetExpiry(end) => {
                self.end = end.map(|end| self.now + end);
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
        if self.end.is_some_and(|end| end <= self.now) {
            return Outcome::Refused;
        }
        self.ends.push(self.life.map(|life| self.now + life));
        let new = u32::try_from(self.ends.len()).unwrap();
        if let Some(old) = self.sent {
            self.beside = Some(Beside::Coming(new));
            self.predecessor.insert(new, old);
        } else {
            self.sent = Some(new);
        }
        Outcome::Done
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
                if self.is_over(new) {
                    return Outcome::Refused;
                }
                self.beside = None;
                self.shelf.insert(old);
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
                self.shelf.insert(new);
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

    fn restore(&mut self, number: u32) -> Outcome {
        let is_accepted =
            self.sent == Some(number) || self.beside.map(Beside::number) == Some(number);
        if is_accepted {
            return Outcome::Already;
        }
        if !self.shelf.contains(&number) || self.is_over(number) || self.beside.is_some() {
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
        if !self.shelf.remove(&number) {
            return Outcome::Refused;
        }
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
        Self { key: Key::new("web".parse().unwrap(), first), policy, now: time(0), made: 1 }
    }

    fn add(&mut self) -> Result<Added, Refusal> {
        let made = &mut self.made;
        rotation::add(&mut self.key, &self.policy, self.now, || {
            *made += 1;
            Ok(Secret::new(format!("secret-{made}")))
        })
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
            Step::Restore(number) => return key.restore(number, policy, now).map(Outcome::from),
            Step::Destroy(number) => return key.destroy(number, now).map(Outcome::from),
            Step::SetExpiry(end) => {
                key.expires = end.map(|end| Time::from_unix(now.unix() + end * HOUR).unwrap());
            }
            Step::SetGrace(grace) => self.policy.grace = hours(grace),
            Step::SetLife(life) => self.policy.expire_after = life.map(hours),
            Step::Wait(count) => self.now = now.after(hours(count)),
        }
        Ok(Outcome::Done)
    }

    fn accept_list(&self) -> Vec<u32> {
        self.key.accepted(self.now).iter().map(|version| version.number).collect()
    }

    fn accept_set(&self) -> BTreeSet<u32> {
        self.accept_list().into_iter().collect()
    }
}

/// All that is saved of a version. A field that is added to it has to be added here.
fn saved(version: &Version) -> impl PartialEq + std::fmt::Debug + use<> {
    let Version {
        number,
        state,
        ref secret,
        digest,
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
    (number, state, secret, digest, replaces, times, reason.clone())
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
        if step.is_rotation() && outcome == Outcome::Done {
            assert_rotation(step, &before, &self.subject);
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
        assert_eq!(version.state == State::Retired, model.shelf.contains(&version.number));
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
        State::Pending => (Some(created), [activated, retiring, retired]),
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
            assert_eq!(Digest::of(secret), version.digest);
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

/// What holds of every stage that was just taken.
fn assert_rotation(step: Step, before: &Subject, after: &Subject) {
    let (accepted, key, now) = (before.accept_set(), &after.key, after.now);
    assert_eq!(before.key.expires, key.expires, "{step:?} moved the key's end");
    if !accepted.is_empty() {
        assert!(!after.accept_list().is_empty(), "{step:?} left nothing to accept");
    }
    for version in &key.versions {
        if let (Some(due), Some(end)) = (version.retire_by, key.expiry(version)) {
            assert!(due <= end, "the grace of @{} outlives it", version.number);
        }
    }
    if let Some(new) = key.versions.get(before.key.versions.len()) {
        let policy = after.policy.expire_after.map(|life| now.after(life));
        let latest = [policy, key.expires].into_iter().flatten().min();
        assert_eq!(key.expiry(new), latest, "the end of the new version");
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
            let _ = undone.step(Step::Back);
            assert_eq!(undone.accept_set(), accepted, "back after {step:?}");
        }
    }
}

fn step_is_forward(step: Step) -> bool {
    step.is_rotation() && !matches!(step, Step::Back)
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
        6 => Just(Step::Add),
        6 => Just(Step::Migrate),
        5 => Just(Step::Remove),
        5 => Just(Step::Back),
        1 => number.clone().prop_map(Step::Revoke),
        3 => number.clone().prop_map(Step::Restore),
        1 => number.prop_map(Step::Destroy),
        1 => proptest::option::weighted(0.7, -2..=20_i64).prop_map(Step::SetExpiry),
        1 => (1..=12_i64).prop_map(Step::SetGrace),
        1 => proptest::option::weighted(0.7, 1..=20_i64).prop_map(Step::SetLife),
        3 => (1..=8_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..=40)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn any_sequence_of_commands_leaves_what_the_model_leaves(steps in steps()) {
        run(&steps);
    }
}

/// Every sequence of these commands up to this length, so that no short one is left to chance.
#[test]
fn every_short_sequence_of_commands_leaves_what_the_model_leaves() {
    const COMMANDS: [Step; 9] = [
        Step::Add,
        Step::Migrate,
        Step::Remove,
        Step::Back,
        Step::Revoke(1),
        Step::Revoke(2),
        Step::Restore(1),
        Step::Restore(2),
        Step::Destroy(1),
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
    let subject = Subject::new();
    let mut key = subject.key.clone();
    let result = rotation::add(&mut key, &subject.policy, subject.now, || Err(NoSecret));
    assert_eq!(result, Err(NoSecret));
    assert!(is_unchanged(&subject.key, &key));
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
