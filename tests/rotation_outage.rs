//! Whether any order of steps cuts a client off: one vault, two servers and two clients, searched
//! breadth-first through every situation that they can get into.
//!
//! The vault's part is a real [`Key`] that the real stages move, and what a server loads is what
//! the real export gives. A server holds the list that it loaded last; a client sends the secret
//! that was active when it was last told. Servers and clients do so one by one, at any moment.
//!
//! Where a stage could cut somebody off it has a gate, here with perfect evidence:
//!
//! | stage | gate |
//! | --- | --- |
//! | `add` | none: it only adds to the list |
//! | `migrate` | every server has loaded a list with the new version |
//! | `remove` | no client sends the old version |
//! | `back` from added | no client sends the new version: it may have been active before |
//! | `back` from migrated | every server has loaded a list with the old version: it may have been removed before |
//! | `back` from removed | none: it only adds to the list |
//!
//! So `back` has the gates of the stages that it turns round: what is about to be sent must be
//! known everywhere, what is about to leave the list must be sent by nobody.
//!
//! Servers load the current list at once, or, in a second search, a file that was exported some
//! time ago: then a gate that asks what the servers have loaded asks it of the file too, as any
//! server may start anew.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of a test may fail like a test, and say what they found"
)]

use std::collections::HashMap;
use std::fmt;

use keyctl::clock::{Period, Time};
use keyctl::environment::{EnvironmentName, Policy};
use keyctl::export::{Contents, Expired, Side};
use keyctl::key::lifecycle::{Moved, Refusal};
use keyctl::key::{Key, State, Version};
use keyctl::rotation::{self, Added, Rotation, Stage};
use keyctl::secret::Secret;

const SERVERS: usize = 2;
const CLIENTS: usize = 2;
/// 2026-11-22T16:00:00Z.
const START: i64 = 1_795_363_200;
const HOUR: i64 = 3600;

fn time(hour: u8) -> Time {
    Time::from_unix(START + i64::from(hour) * HOUR).unwrap()
}

fn hours(count: u64) -> Period {
    Period::seconds(count * HOUR.unsigned_abs())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Add,
    Migrate,
    Remove,
    Back,
    /// The current list is written to the file.
    Export,
    /// This server loads the current list, or the file where there is one.
    Load(usize),
    /// This server loads the current list without the versions that have expired.
    LoadUnexpired(usize),
    /// This client sends the active version from now on.
    Switch(usize),
    /// An hour passes.
    Wait,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add => f.write_str("add"),
            Self::Migrate => f.write_str("migrate"),
            Self::Remove => f.write_str("remove"),
            Self::Back => f.write_str("back"),
            Self::Export => f.write_str("export"),
            Self::Load(server) => write!(f, "server {server} loads"),
            Self::LoadUnexpired(server) => write!(f, "server {server} loads unexpired"),
            Self::Switch(client) => write!(f, "client {client} switches"),
            Self::Wait => f.write_str("wait"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    Migrate,
    Remove,
    BackFromAdded,
    BackFromMigrated,
}

/// The versions in a list, bit by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct List(u8);

impl List {
    fn of(numbers: impl Iterator<Item = u32>) -> Self {
        Self(numbers.fold(0, |list, number| list | 1 << number))
    }

    fn has(self, number: u32) -> bool {
        self.0 & 1 << number != 0
    }
}

/// Everything at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Situation {
    /// Which of the [`World`]'s keys.
    key: usize,
    hour: u8,
    /// What was exported last, where servers load a file.
    file: Option<List>,
    servers: [List; SERVERS],
    clients: [u32; CLIENTS],
}

impl Situation {
    /// The version of a client that some server refuses.
    fn refused(&self) -> Option<u32> {
        let refused = |number: &u32| self.servers.iter().any(|list| !list.has(*number));
        self.clients.into_iter().find(refused)
    }

    fn all_have(&self, number: u32) -> bool {
        self.servers.iter().all(|list| list.has(number))
    }

    fn file_has(&self, number: u32) -> bool {
        self.file.is_none_or(|list| list.has(number))
    }

    fn none_sends(&self, number: u32) -> bool {
        !self.clients.contains(&number)
    }
}

/// How a list comes to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Files {
    None,
    /// Through a file, which the gates look at.
    Seen,
    /// Through a file that the gates forget.
    Forgotten,
}

/// The rules of a search, and the keys that it has met.
struct World {
    policy: Policy,
    without: Option<Gate>,
    most_versions: usize,
    last_hour: u8,
    /// Whether a server may load a list without the versions that have expired.
    leaves_out: bool,
    file: Files,
    keys: Vec<Key>,
    /// By all that is saved of a key.
    known: HashMap<String, usize>,
    /// Where a stage leads from a key at an hour.
    stages: HashMap<(usize, u8, Step), Option<usize>>,
    /// What servers load of a key at an hour, with or without its expired versions.
    lists: HashMap<(usize, u8, bool), Option<List>>,
}

impl World {
    /// A world in which time stands still.
    fn timeless(without: Option<Gate>) -> Self {
        Self {
            policy: Policy::new("prod".parse().unwrap()),
            without,
            // One more than is looked at, so that from there a rotation can be seen to its end.
            most_versions: 4,
            last_hour: 0,
            leaves_out: false,
            file: Files::None,
            keys: Vec::new(),
            known: HashMap::new(),
            stages: HashMap::new(),
            lists: HashMap::new(),
        }
    }

    /// A world in which a version lives two hours, and time passes.
    fn mortal(leaves_out: bool) -> Self {
        let mut world = Self { last_hour: 3, leaves_out, ..Self::timeless(None) };
        world.policy.expire_after = Some(hours(2));
        world.policy.grace = hours(1);
        world
    }

    fn start(&mut self) -> Situation {
        let expires = self.policy.expire_after.map(|life| time(0).after(life));
        let first = Version::new(1, secret(1), time(0), expires);
        let key = self.meet(Key::new("web".parse().unwrap(), first));
        let list = List::of([1].into_iter());
        let file = (self.file != Files::None).then_some(list);
        Situation { key, hour: 0, file, servers: [list; SERVERS], clients: [1; CLIENTS] }
    }

    fn meet(&mut self, key: Key) -> usize {
        let next = self.keys.len();
        let place = *self.known.entry(format!("{key:?}")).or_insert(next);
        if place == next {
            self.keys.push(key);
        }
        place
    }

    fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::Add, Step::Migrate, Step::Remove, Step::Back];
        steps.extend((0..SERVERS).map(Step::Load));
        steps.extend((0..CLIENTS).map(Step::Switch));
        if self.file != Files::None {
            steps.push(Step::Export);
        }
        if self.last_hour > 0 {
            steps.push(Step::Wait);
        }
        if self.leaves_out {
            steps.extend((0..SERVERS).map(Step::LoadUnexpired));
        }
        steps
    }

    /// Where `step` leads; `None` where it is refused, or a gate is closed.
    fn after(&mut self, now: Situation, step: Step) -> Option<Situation> {
        let mut next = now;
        match step {
            Step::Add | Step::Migrate | Step::Remove | Step::Back => {
                if !self.lets_through(&now, step) {
                    return None;
                }
                next.key = self.stage(now.key, now.hour, step)?;
            }
            Step::Export => next.file = Some(self.list(now.key, now.hour, false)?),
            Step::Load(server) => {
                let current = self.list(now.key, now.hour, false);
                next.servers[server] = now.file.or(current)?;
            }
            Step::LoadUnexpired(server) => {
                next.servers[server] = self.list(now.key, now.hour, true)?;
            }
            Step::Switch(client) => {
                next.clients[client] = self.keys[now.key].in_state(State::Active)?.number;
            }
            Step::Wait if now.hour == self.last_hour => return None,
            Step::Wait => next.hour += 1,
        }
        Some(next)
    }

    fn lets_through(&self, now: &Situation, step: Step) -> bool {
        let Some(Rotation { stage, old, new, .. }) = Rotation::of(&self.keys[now.key]) else {
            return true;
        };
        let all_have = |version: &Version| {
            now.all_have(version.number)
                && (self.file == Files::Forgotten || now.file_has(version.number))
        };
        let (gate, is_open) = match (step, stage) {
            (Step::Migrate, Stage::Added) => (Gate::Migrate, all_have(new)),
            (Step::Remove, Stage::Migrated) => (Gate::Remove, now.none_sends(old.number)),
            (Step::Back, Stage::Added) => (Gate::BackFromAdded, now.none_sends(new.number)),
            (Step::Back, Stage::Migrated) => (Gate::BackFromMigrated, all_have(old)),
            _ => return true,
        };
        is_open || self.without == Some(gate)
    }

    /// The key after a stage, unless the stage was refused or done before.
    fn stage(&mut self, place: usize, hour: u8, step: Step) -> Option<usize> {
        if let Some(known) = self.stages.get(&(place, hour, step)) {
            return *known;
        }
        let mut key = self.keys[place].clone();
        let moved = self.take(&mut key, time(hour), step);
        let after = matches!(moved, Ok(Moved::Changed)).then(|| self.meet(key));
        self.stages.insert((place, hour, step), after);
        after
    }

    fn take(&self, key: &mut Key, now: Time, step: Step) -> Result<Moved, Refusal> {
        let number = key.next_number();
        match step {
            Step::Add if key.versions.len() == self.most_versions => Ok(Moved::AlreadyDone),
            Step::Add => {
                let added = rotation::add(key, &self.policy, now, || Ok(secret(number)))?;
                let is_old = matches!(added, Added::AlreadyDone(_));
                Ok(if is_old { Moved::AlreadyDone } else { Moved::Changed })
            }
            Step::Migrate => rotation::migrate(key, &self.policy, now),
            Step::Remove => rotation::remove(key, now),
            _ => rotation::back(key, &self.policy, now).map(|_| Moved::Changed),
        }
    }

    fn list(&mut self, place: usize, hour: u8, skip: bool) -> Option<List> {
        let keys = &self.keys;
        *self.lists.entry((place, hour, skip)).or_insert_with(|| {
            let environment: EnvironmentName = "prod".parse().unwrap();
            let expired = if skip { Expired::Skip } else { Expired::Refuse };
            let keys = [&keys[place]];
            let side = Side::Services;
            let contents = Contents::new(&environment, 1, &keys, side, expired, time(hour));
            Some(List::of(contents.ok()?.keys.iter().map(|entry| entry.version.number)))
        })
    }

    fn has_expired(&self, now: &Situation, number: u32) -> bool {
        let key = &self.keys[now.key];
        key.is_expired(key.version(number).unwrap(), time(now.hour))
    }

    /// Only this version is accepted, every server has exactly that list, and every client sends it.
    fn is_finished(&self, now: &Situation, number: u32) -> bool {
        let list = List::of([number].into_iter());
        let accepted = self.keys[now.key].accepted(time(now.hour));
        List::of(accepted.iter().map(|version| version.number)) == list
            && now.servers == [list; SERVERS]
            && now.clients == [number; CLIENTS]
    }
}

fn secret(number: u32) -> Secret {
    Secret::new(format!("secret-{number}"))
}

/// Every situation that was reached, in the order of its distance from the start.
struct Search {
    situations: Vec<Situation>,
    /// How each was first reached; nothing for the start.
    from: Vec<Option<(usize, Step)>>,
    /// From where each can be reached in one step.
    sources: Vec<Vec<usize>>,
}

impl Search {
    /// Visits everything, or stops at the first situation in which `stop` holds.
    fn run(world: &mut World, stop: impl Fn(&World, &Situation) -> bool) -> Self {
        let start = world.start();
        let mut search =
            Self { situations: vec![start], from: vec![None], sources: vec![Vec::new()] };
        let mut seen = HashMap::from([(start, 0)]);
        let steps = world.steps();
        let mut place = 0;
        while let Some(now) = search.situations.get(place).copied() {
            if stop(world, &now) {
                search.situations.truncate(place + 1);
                break;
            }
            for step in &steps {
                let Some(next) = world.after(now, *step) else { continue };
                let found = *seen.entry(next).or_insert_with(|| {
                    search.situations.push(next);
                    search.from.push(Some((place, *step)));
                    search.sources.push(Vec::new());
                    search.situations.len() - 1
                });
                search.sources[found].push(place);
            }
            place += 1;
        }
        search
    }

    /// The shortest way to a situation.
    fn way_to(&self, mut place: usize) -> Vec<String> {
        let mut steps = Vec::new();
        while let Some((before, step)) = self.from[place] {
            steps.push(step.to_string());
            place = before;
        }
        steps.reverse();
        steps
    }

    /// From which situations one that is a `goal` can be reached.
    fn leading_to(&self, goal: impl Fn(&Situation) -> bool) -> Vec<bool> {
        let mut leads: Vec<bool> = self.situations.iter().map(goal).collect();
        let mut open: Vec<usize> = (0..leads.len()).filter(|place| leads[*place]).collect();
        while let Some(place) = open.pop() {
            for source in &self.sources[place] {
                if !leads[*source] {
                    leads[*source] = true;
                    open.push(*source);
                }
            }
        }
        leads
    }
}

/// Where somebody is cut off first, and how.
fn first_outage(world: &mut World) -> Option<(Vec<String>, u32)> {
    let search = Search::run(world, |_, now| now.refused().is_some());
    let last = search.situations.len() - 1;
    let refused = search.situations[last].refused()?;
    Some((search.way_to(last), refused))
}

/// Asserts that this is the shortest way to an outage, and that this version is refused then.
#[track_caller]
fn assert_outage(mut world: World, way: &[&str], refused: u32) {
    let (found, version) = first_outage(&mut world).unwrap();
    println!("{} steps until @{version} is refused: {}", found.len(), found.join(", "));
    assert_eq!(found, way);
    assert_eq!(version, refused);
}

/// The situations from which no rotation can be finished any more, and those that were looked at,
/// which leave room for `room` more versions. What must be finished is the open rotation; a
/// later one is enough where `or_later` says so.
fn stuck(world: &World, search: &Search, room: usize, or_later: bool) -> (Vec<usize>, Vec<usize>) {
    let most = u32::try_from(world.most_versions).unwrap();
    let leads: Vec<_> =
        (0..=most).map(|number| search.leading_to(|now| world.is_finished(now, number))).collect();
    let can_finish = |place: &usize| {
        let key = &world.keys[search.situations[*place].key];
        let open = Rotation::of(key).filter(Rotation::is_open);
        let next = open.map_or(key.next_number(), |rotation| rotation.new.number);
        let last = if or_later { most } else { next };
        (next..=last).any(|number| leads[number as usize][*place])
    };
    let has_room = |place: &usize| {
        world.keys[search.situations[*place].key].versions.len() + room <= world.most_versions
    };
    let looked: Vec<usize> = (0..search.situations.len()).filter(has_room).collect();
    (looked.iter().copied().filter(|place| !can_finish(place)).collect(), looked)
}

fn explore(world: &mut World) -> Search {
    let search = Search::run(world, |_, _| false);
    let ways: usize = search.sources.iter().map(Vec::len).sum();
    let (situations, keys) = (search.situations.len(), world.keys.len());
    println!("{situations} situations, {ways} ways between them, {keys} states of the key");
    search
}

#[test]
fn behind_its_gates_no_order_of_steps_cuts_a_client_off() {
    for file in [Files::None, Files::Seen] {
        let mut world = World { file, ..World::timeless(None) };
        let search = explore(&mut world);
        let outage = search.situations.iter().position(|now| now.refused().is_some());
        assert_eq!(outage.map(|place| search.way_to(place)), None);
        for stage in [Stage::Added, Stage::Migrated, Stage::Removed] {
            let is_there = |key: &Key| Rotation::of(key).is_some_and(|found| found.stage == stage);
            assert!(world.keys.iter().any(is_there), "the search never came to {stage}");
        }
    }
}

#[test]
fn behind_its_gates_every_rotation_can_be_finished_from_wherever_it_is() {
    for file in [Files::None, Files::Seen] {
        let mut world = World { file, ..World::timeless(None) };
        let search = explore(&mut world);
        let (stuck, looked) = stuck(&world, &search, 1, false);
        println!("{} of them with at most three versions", looked.len());
        assert_eq!(stuck.first().map(|place| search.way_to(*place)), None);
        assert!(looked.len() > 100, "only {} situations", looked.len());
    }
}

#[test]
fn without_the_gate_of_migrate_clients_send_what_servers_do_not_know() {
    assert_outage(
        World::timeless(Some(Gate::Migrate)),
        &["add", "migrate", "client 0 switches"],
        2,
    );
}

#[test]
fn without_the_gate_of_remove_clients_send_what_servers_know_no_more() {
    let way = ["add", "server 0 loads", "server 1 loads", "migrate", "remove", "server 0 loads"];
    assert_outage(World::timeless(Some(Gate::Remove)), &way, 1);
}

#[test]
fn without_a_gate_back_from_added_takes_away_what_a_client_sends() {
    let way = [
        "add",
        "server 0 loads",
        "server 1 loads",
        "migrate",
        "client 0 switches",
        "back",
        "back",
        "server 0 loads",
    ];
    assert_outage(World::timeless(Some(Gate::BackFromAdded)), &way, 2);
}

#[test]
fn without_a_gate_back_from_migrated_has_clients_send_what_was_removed() {
    let way = [
        "add",
        "server 0 loads",
        "server 1 loads",
        "migrate",
        "client 0 switches",
        "client 1 switches",
        "remove",
        "server 0 loads",
        "back",
        "back",
        "client 0 switches",
    ];
    assert_outage(World::timeless(Some(Gate::BackFromMigrated)), &way, 1);
}

/// Both servers hold both versions, but what they load when they start anew holds one.
#[test]
fn a_gate_that_forgets_the_exported_file_lets_back_through_too_early() {
    let way = [
        "add",
        "export",
        "server 0 loads",
        "server 1 loads",
        "migrate",
        "client 0 switches",
        "client 1 switches",
        "remove",
        "export",
        "back",
        "back",
        "server 0 loads",
        "client 0 switches",
    ];
    assert_outage(World { file: Files::Forgotten, ..World::timeless(None) }, &way, 1);
}

/// Also when both versions of a migrated rotation have expired, which leaves nobody to cut off.
#[test]
fn however_much_time_passes_every_rotation_can_be_finished() {
    let mut world = World::mortal(true);
    let search = explore(&mut world);
    let both_expired = search.situations.iter().filter(|now| {
        let rotation = Rotation::of(&world.keys[now.key]);
        rotation.is_some_and(|Rotation { stage, old, new, .. }| {
            stage == Stage::Migrated
                && world.has_expired(now, old.number)
                && world.has_expired(now, new.number)
        })
    });
    assert!(both_expired.count() > 0);
    let (stuck, looked) = stuck(&world, &search, 2, true);
    println!("{} of {} situations are dead ends", stuck.len(), looked.len());
    assert_eq!(stuck.first().map(|place| search.way_to(*place)), None);
}
