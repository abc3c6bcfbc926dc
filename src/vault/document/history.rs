//! An environment's history. Nobody but `log` reads what is old, so where it is sure who wrote it,
//! it stays the text that it was read from and is written again as it is.

use crate::vault::event::Event;

/// What was done, oldest first. It is only ever appended to.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Canonical `[[events]]` tables.
    text: String,
    added: Vec<Event>,
}

impl History {
    /// Takes over canonical tables that keyctl has written.
    pub(super) fn from_ours(text: &str) -> Self {
        Self { text: text.to_owned(), added: Vec::new() }
    }

    /// Appends what was done.
    pub fn push(&mut self, event: Event) {
        self.added.push(event);
    }

    /// What was read, as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What was appended since.
    pub(super) fn added(&self) -> &[Event] {
        &self.added
    }
}

impl FromIterator<Event> for History {
    fn from_iter<T: IntoIterator<Item = Event>>(events: T) -> Self {
        Self { text: String::new(), added: events.into_iter().collect() }
    }
}
