//! What can be done to a key in a rotation, in words.

use crate::clock::Time;
use crate::key::{Key, State};
use crate::rotation::{Rotation, Stage};

/// What becomes of everything that was made with a single value when another one takes its place.
pub(super) const WORTHLESS: &str =
    "nothing overlaps, so sessions and tokens made with the other one are lost";

/// What is done to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    Add,
    Migrate,
    Remove,
    Back,
}

impl Move {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Migrate => "migrate",
            Self::Remove => "remove",
            Self::Back => "back",
        }
    }

    pub(super) fn command(self) -> &'static str {
        match self {
            Self::Add => "rotate add",
            Self::Migrate => "rotate migrate",
            Self::Remove => "rotate remove",
            Self::Back => "rotate back",
        }
    }

    /// The move that follows a stage.
    pub(super) fn after(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Added => Some(Self::Migrate),
            Stage::Migrated => Some(Self::Remove),
            Stage::Removed => None,
        }
    }

    /// Whether a key can take this move.
    pub(super) fn fits(self, key: &Key) -> bool {
        let stage = Rotation::of(key).map(|rotation| rotation.stage);
        match self {
            Self::Add => !matches!(stage, Some(Stage::Added | Stage::Migrated)),
            Self::Migrate => stage == Some(Stage::Added),
            Self::Remove => stage == Some(Stage::Migrated),
            Self::Back => stage.is_some(),
        }
    }

    /// The same when all keys are meant: one that nobody accepts any more is not begun anew, and a
    /// single value is replaced by name only, as that cuts off whoever holds something made with it.
    pub(super) fn fits_all(self, key: &Key, now: Time) -> bool {
        self.fits(key)
            && !key.kind.is_single()
            && (self != Self::Add || !key.accepted(now).is_empty())
    }

    /// What the move changes, for a person to read beforehand.
    pub(super) fn effect(self, name: &str, key: &Key) -> String {
        let rotation = Rotation::of(key);
        let (old, new) = match rotation {
            Some(rotation) => (rotation.old.number, rotation.new.number),
            None => (0, 0),
        };
        match self {
            Self::Add if key.kind.is_single() => {
                format!("add: {name}@{} will wait; nothing changes yet", key.next_number())
            }
            Self::Migrate if key.kind.is_single() => {
                format!("migrate: {name}@{new} takes the place of @{old} at once; {WORTHLESS}")
            }
            Self::Add => match key.in_state(State::Active) {
                Some(active) => format!(
                    "add: services will have to accept {name}@{} beside @{}; clients go on sending \
                     @{}",
                    key.next_number(),
                    active.number,
                    active.number
                ),
                None => format!("add: {name}@{} will be active at once", key.next_number()),
            },
            Self::Migrate => format!(
                "migrate: clients will have to send {name}@{new}; services go on accepting @{old}"
            ),
            Self::Remove => {
                format!("remove: services will stop accepting {name}@{old}; clients send @{new}")
            }
            Self::Back => format!("back: the last stage of {name} is taken back"),
        }
    }

    /// What must be true before the move.
    pub(super) fn question(self, names: &[(String, Rotation<'_>)]) -> Option<String> {
        let list = |number: fn(&Rotation<'_>) -> u32| {
            let names = names.iter().map(|(name, rotation)| format!("{name}@{}", number(rotation)));
            names.collect::<Vec<_>>().join(", ")
        };
        let old = || list(|rotation| rotation.old.number);
        let new = || list(|rotation| rotation.new.number);
        let (first, many) = (names.first()?, names.len() > 1);
        match (self, first.1.stage) {
            (Self::Migrate, Stage::Added) if first.1.is_single => {
                Some(format!("{} takes the place of {}: {WORTHLESS}. Is it time?", new(), old()))
            }
            (Self::Back, Stage::Removed) if first.1.is_single => {
                Some(format!("{} takes the place of {}: {WORTHLESS}. Is it time?", old(), new()))
            }
            (Self::Migrate, Stage::Added) => {
                Some(format!("Have all services loaded the list with {}?", new()))
            }
            (Self::Remove, Stage::Migrated) => {
                let verb = if many { "Are" } else { "Is" };
                Some(format!("{verb} {} no longer sent by any client?", old()))
            }
            (Self::Back, Stage::Added) if first.1.new.activated.is_some() => {
                Some(format!("Clients may have been given {}. Does none send it?", new()))
            }
            (Self::Back, Stage::Migrated) => Some(format!(
                "Clients will be told to send {} again. Do all services accept it?",
                old()
            )),
            _ => None,
        }
    }
}
