//! An environment's history. Nobody but `log` reads what is old, so where it is sure who wrote it,
//! it stays the text that it was read from and is written again as it is. So do the keys where
//! others are only added.

use std::fmt;

use zeroize::Zeroizing;

use crate::vault::event::Event;

/// What was done, oldest first. It is only ever appended to.
#[derive(Default)]
pub struct History {
    /// The text that keyctl wrote last, where that was read.
    last: Zeroizing<String>,
    /// Where its keys begin, and where its `[[events]]` do.
    keys: usize,
    events: usize,
    /// Whether those keys are part of the document without having been read.
    keeps_keys: bool,
    added: Vec<Event>,
}

impl History {
    /// Takes over a canonical text that keyctl has written.
    pub(super) fn of(last: Zeroizing<String>, keys: usize, events: usize) -> Self {
        Self { last, keys, events, ..Self::default() }
    }

    /// The same, whose keys stay text as well.
    pub(super) fn with_keys(last: Zeroizing<String>, keys: usize, events: usize) -> Self {
        Self { last, keys, events, keeps_keys: true, added: Vec::new() }
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

    /// The keys that are written again as they are.
    pub(super) fn kept_keys(&self) -> &str {
        if self.keeps_keys { self.keys() } else { "" }
    }

    /// The text that keyctl wrote last.
    pub(super) fn into_text(self) -> Zeroizing<String> {
        self.last
    }

    /// The memory of that text, overwritten, which is not part of the history any more.
    pub(in crate::vault) fn give_up_text(&mut self) -> Vec<u8> {
        self.keeps_keys = false;
        let mut text = std::mem::take(&mut *self.last).into_bytes();
        text.fill(0);
        // Looked at, so that it is done even where nothing else reads it.
        std::hint::black_box(&mut text);
        text
    }

    /// How long the text was, in bytes.
    pub(super) fn last_len(&self) -> usize {
        self.last.len()
    }

    /// What was appended since.
    pub(super) fn added(&self) -> &[Event] {
        &self.added
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text holds secrets.
        f.debug_struct("History").field("added", &self.added).finish_non_exhaustive()
    }
}

impl FromIterator<Event> for History {
    fn from_iter<T: IntoIterator<Item = Event>>(events: T) -> Self {
        Self { added: events.into_iter().collect(), ..Self::default() }
    }
}
