//! What is due, over keys that random sequences of commands have left behind.
//!
//! - The list is in the order of time, and nothing in it lies past the horizon.
//! - A longer horizon shows all that a shorter one shows.
//! - The next move of everything that is due is one that the key takes as it stands, and doing what
//!   is said ends with nothing due.
//! - When nothing is due, nothing becomes due before the time that is said.

#![expect(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

use keyctl::clock::{Period, Time};
use keyctl::due::{self, Due, Next, What};
use keyctl::environment::Policy;
use keyctl::key::lifecycle::{Moved, Refusal};
use keyctl::key::{Key, Version};
use keyctl::rotation::{self, Added, Stage};
use keyctl::secret::Secret;
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;

/// 2026-11-22T16:00:00Z.
const START: i64 = 1_795_363_200;
const HOUR: i64 = 3600;

fn time(hour: i64) -> Time {
    Time::from_unix(START + hour * HOUR).unwrap()
}

fn hours(count: i64) -> Period {
    Period::seconds(u64::try_from(count * HOUR).unwrap())
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Add,
    Migrate,
    Remove,
    Back,
    Revoke(u32),
    Restore(u32),
    Destroy(u32),
    SetExpiry(Option<i64>),
    SetRotation(Option<i64>),
    SetGrace(i64),
    SetLife(Option<i64>),
    /// The clock moves; one that is set right moves back.
    Wait(i64),
}

#[derive(Debug, Clone)]
struct World {
    key: Key,
    policy: Policy,
    hour: i64,
    made: u32,
}

impl World {
    fn new() -> Self {
        let mut policy = Policy::new("prod".parse().unwrap());
        policy.rotate_every = Some(hours(20));
        policy.grace = hours(7);
        policy.purge_after = hours(10);
        let first = Version::new(1, Secret::new("secret-1".to_owned()), time(0), None);
        Self { key: Key::new("web".parse().unwrap(), first), policy, hour: 0, made: 1 }
    }

    fn after(steps: &[Step]) -> Self {
        let mut world = Self::new();
        for step in steps {
            world.step(*step);
        }
        world
    }

    fn now(&self) -> Time {
        time(self.hour)
    }

    fn add(&mut self) -> Result<Added, Refusal> {
        let (now, made) = (self.now(), &mut self.made);
        rotation::add(&mut self.key, &self.policy, now, || {
            *made += 1;
            Ok(Secret::new(format!("secret-{made}")))
        })
    }

    /// What is refused changes nothing, which is fine here.
    fn step(&mut self, step: Step) {
        let now = self.now();
        let (key, policy) = (&mut self.key, &mut self.policy);
        match step {
            Step::Add => drop(self.add()),
            Step::Migrate => drop(rotation::migrate(key, policy, now)),
            Step::Remove => drop(rotation::remove(key, now)),
            Step::Back => drop(rotation::back(key, policy, now)),
            Step::Revoke(number) => drop(key.revoke(number, "seen in a log", now)),
            Step::Restore(number) => drop(key.restore(number, policy, now)),
            Step::Destroy(number) => drop(key.destroy(number, now)),
            Step::SetExpiry(end) => key.set_expiry(end.map(|end| time(self.hour + end))),
            Step::SetRotation(every) => policy.rotate_every = every.map(hours),
            Step::SetGrace(grace) => policy.grace = hours(grace),
            Step::SetLife(life) => policy.expire_after = life.map(hours),
            Step::Wait(count) => self.hour += count,
        }
    }

    fn due_at(&self, hour: i64, ahead: i64) -> Vec<Due> {
        due::of(&self.key, &self.policy, time(hour), time(hour + ahead))
    }

    fn due(&self, ahead: i64) -> Vec<Due> {
        self.due_at(self.hour, ahead)
    }

    /// Does what `due` says; it must be taken and change something.
    fn follow(&mut self, due: &Due) {
        let now = self.now();
        let (key, policy) = (&mut self.key, &self.policy);
        match due.next {
            Next::Add => {
                assert!(matches!(self.add(), Ok(Added::Pending(_) | Added::Active(_))), "{due:?}");
            }
            Next::Migrate => {
                assert_eq!(rotation::migrate(key, policy, now), Ok(Moved::Changed), "{due:?}");
            }
            Next::Remove => assert_eq!(rotation::remove(key, now), Ok(Moved::Changed), "{due:?}"),
            Next::Back => assert!(rotation::back(key, policy, now).is_ok(), "{due:?}"),
            Next::Extend => key.set_expiry(Some(now.after(Period::days(90)))),
            Next::Destroy => {
                assert_eq!(key.destroy(due.version, now), Ok(Moved::Changed), "{due:?}");
            }
        }
    }

    fn assert_sound(&self) {
        let now = self.now();
        let mut shorter: Vec<Due> = Vec::new();
        for ahead in [0, 1, 5, 30, 1000] {
            let due = self.due(ahead);
            assert!(due.is_sorted_by_key(|due| due.at), "{due:?}");
            for due in &due {
                let looks_ahead = matches!(due.what, What::Rotate | What::Weak | What::Expires);
                let latest = if looks_ahead { time(self.hour + ahead) } else { now };
                assert!(due.at <= latest, "{due:?} at {now}");
                self.clone().follow(due);
            }
            assert!(shorter.iter().all(|one| due.contains(one)), "{shorter:?} and {due:?}");
            shorter = due;
        }
    }

    fn assert_quiet(&self) {
        for ahead in [0, 3, 30, 1000].into_iter().filter(|ahead| self.due(*ahead).is_empty()) {
            let horizon = time(self.hour + ahead);
            let until = due::quiet_until(&self.key, &self.policy, self.now(), horizon);
            assert!(self.now() <= until && until <= horizon);
            let hour = (until.unix() - START) / HOUR;
            for hour in self.hour..hour {
                assert_eq!(self.due_at(hour, 0), [], "at hour {hour}, though quiet until {until}");
            }
            let is_noise = until == horizon || !self.due_at(hour, 0).is_empty();
            assert!(is_noise, "quiet for longer than until {until}");
        }
    }

    /// Doing what is due, one by one, ends.
    fn assert_settles(mut self) {
        for _ in 0..30 {
            let Some(due) = self.due(0).first().copied() else { return };
            self.follow(&due);
        }
        assert_eq!(self.due(0), [], "still due");
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = 1..=5_u32;
    let step = prop_oneof![
        10 => Just(Step::Add),
        10 => Just(Step::Migrate),
        7 => Just(Step::Remove),
        5 => Just(Step::Back),
        2 => number.clone().prop_map(Step::Revoke),
        4 => number.clone().prop_map(Step::Restore),
        1 => number.prop_map(Step::Destroy),
        3 => proptest::option::weighted(0.7, -2..=40_i64).prop_map(Step::SetExpiry),
        2 => proptest::option::weighted(0.8, 1..=30_i64).prop_map(Step::SetRotation),
        2 => (1..=12_i64).prop_map(Step::SetGrace),
        4 => proptest::option::weighted(0.7, 1..=30_i64).prop_map(Step::SetLife),
        12 => (-2..=15_i64).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 0..=30)
}

/// The usual generator takes nine tenths of the time where nothing is optimised.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::with_cases(4_000)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_due_is_in_order_within_the_horizon_and_can_be_done(steps in steps()) {
        World::after(&steps).assert_sound();
    }

    #[test]
    fn nothing_becomes_due_before_the_time_that_is_said(steps in steps()) {
        World::after(&steps).assert_quiet();
    }

    #[test]
    fn doing_what_is_due_ends_with_nothing_due(steps in steps()) {
        World::after(&steps).assert_settles();
    }

    #[test]
    fn nothing_is_due_for_a_fresh_key_under_the_default_policy(days in 0..90_u64) {
        let World { key, .. } = World::new();
        let policy = Policy::new("prod".parse().unwrap());
        let horizon = time(0).after(Period::days(days));
        prop_assert_eq!(due::of(&key, &policy, time(0), horizon), []);
        prop_assert_eq!(due::quiet_until(&key, &policy, time(0), horizon), horizon);
    }
}

/// What is due by then, without the dates.
fn told(steps: &[Step], ahead: i64) -> Vec<(What, u32, Next)> {
    let due = World::after(steps).due(ahead);
    due.iter().map(|due| (due.what, due.version, due.next)).collect()
}

#[test]
fn a_rotation_is_due_by_the_age_of_the_active_version() {
    use Step::{Add, Back, Migrate, Remove, SetRotation, Wait};
    let rotate = |version| vec![(What::Rotate, version, Next::Add)];
    assert_eq!(told(&[], 19), []);
    assert_eq!(told(&[], 20), rotate(1));
    assert_eq!(told(&[Wait(40)], 0), rotate(1));
    assert_eq!(told(&[SetRotation(None), Wait(40)], 99), []);
    // While one is open its own stage counts; after it the new version's age does.
    assert_eq!(told(&[Wait(40), Add], 99), []);
    assert_eq!(told(&[Wait(40), Add, Back], 0), rotate(1));
    assert_eq!(told(&[Wait(40), Add, Migrate], 99), []);
    assert_eq!(told(&[Wait(40), Add, Migrate, Remove], 19), []);
    assert_eq!(told(&[Wait(40), Add, Migrate, Remove], 20), rotate(2));
}

#[test]
fn a_stage_is_due_to_end_after_its_grace_and_not_before() {
    use Step::{Add, Migrate, SetGrace, SetLife, Wait};
    let stuck = |stage, version, next| vec![(What::Stuck(stage), version, next)];
    assert_eq!(told(&[Add, Wait(6)], 99), []);
    assert_eq!(told(&[Add, Wait(7)], 0), stuck(Stage::Added, 2, Next::Migrate));
    assert_eq!(told(&[Add, Migrate, Wait(6)], 99), []);
    assert_eq!(told(&[Add, Migrate, Wait(7)], 0), stuck(Stage::Migrated, 1, Next::Remove));
    // The date of the removal was given when clients moved.
    assert_eq!(
        told(&[Add, Migrate, SetGrace(12), Wait(7)], 0),
        stuck(Stage::Migrated, 1, Next::Remove)
    );
    // What has expired meanwhile cannot take over.
    let over = told(&[SetLife(Some(3)), Add, Wait(7)], 0);
    assert_eq!(over[0], (What::Expires, 2, Next::Back));
    assert_eq!(over[1..], stuck(Stage::Added, 2, Next::Back));
}

#[test]
fn an_end_is_seen_ahead_with_what_helps_against_it() {
    use Step::{Add, Migrate, Remove, SetExpiry, SetLife, SetRotation, Wait};
    let expires = |version, next| vec![(What::Expires, version, next)];
    let ended = [SetRotation(None), SetExpiry(Some(5))];
    assert_eq!(told(&ended, 4), []);
    assert_eq!(told(&ended, 5), expires(1, Next::Extend));
    // One end of two versions is told once.
    assert_eq!(told(&[&ended[..], &[Add, Wait(6)]].concat(), 0), expires(1, Next::Extend));

    let short = [SetRotation(None), SetLife(Some(15)), Add, Migrate, Remove, SetLife(None)];
    let then = |steps: &[Step], ahead| told(&[&short[..], steps].concat(), ahead);
    assert_eq!(then(&[], 14), []);
    assert_eq!(then(&[], 15), expires(2, Next::Add));
    assert_eq!(then(&[Add], 15), expires(2, Next::Migrate));
    assert_eq!(then(&[Add, Migrate], 99), [], "its removal is due no later");
}

#[test]
fn retired_versions_are_due_when_they_cannot_be_restored_any_more() {
    use Step::{Add, Destroy, Migrate, Remove, Revoke, SetRotation, Wait};
    let retired = [SetRotation(None), Add, Migrate, Remove];
    let then = |steps: &[Step]| told(&[&retired[..], steps].concat(), 99);
    let purge = vec![(What::Purge, 1, Next::Destroy)];
    assert_eq!(then(&[Wait(9)]), []);
    assert_eq!(then(&[Wait(10)]), purge);
    assert_eq!(then(&[Wait(10), Destroy(1)]), []);
    // Of a key that nothing is accepted of, only that is left to do.
    assert_eq!(then(&[Revoke(2), Wait(10)]), purge);
    assert_eq!(told(&[Revoke(1), Wait(99)], 99), []);
}
