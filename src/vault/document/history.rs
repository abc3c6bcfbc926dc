//! An environment's history. Nobody but `log` reads what is old, so where it is sure who wrote it,
//! it stays the text that it was read from and is written again as it is.

use zeroize::Zeroizing;

use crate::vault::event::Event;

/// What was done, oldest first. It is only ever appended to.
#[derive(Debug, Default)]
pub struct History {
    /// The text that keyctl wrote last, where that was read.
    last: Zeroizing<String>,
    /// Where its keys begin, and where its `[[events]]` do.
    keys: usize,
    events: usize,
    added: Vec<Event>,
}

impl History {
    /// Takes over a canonical text that keyctl has written.
    pub(super) fn of(last: Zeroizing<String>, keys: usize, events: usize) -> Self {
        Self { last, keys, events, added: Vec::new() }
    }

    /// Appends what was done.
    pub fn push(&mut self, event: Event) {
        self.added.push(event);
    }

    /// The events that were read, as they were written.
    pub(super) fn text(&self) -> &str {
        self.last.get(self.events..).unwrap_or_default()
    }

    /// The keys that were read, as they were written.
    pub(super) fn keys(&self) -> &str {
        self.last.get(self.keys..self.events).unwrap_or_default()
    }

    /// What was appended since.
    pub(super) fn added(&self) -> &[Event] {
        &self.added
    }
}

impl FromIterator<Event> for History {
    fn from_iter<T: IntoIterator<Item = Event>>(events: T) -> Self {
        Self { added: events.into_iter().collect(), ..Self::default() }
    }
}
