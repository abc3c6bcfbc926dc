//! Signals that wait until files are all in their places, or all gone again.

use super::failure::{Failure, Outcome, exit};
use crate::ui::terminal::Hold;

/// While it lives, a signal that would end the process is only remembered.
pub(super) struct Postponed(Option<Hold>);

impl Postponed {
    /// From now on. Where signals cannot be held, they act at once.
    pub(super) fn start() -> Self {
        Self(Hold::start().ok())
    }

    /// Fails when one has come.
    pub(super) fn refuse_late(&self) -> Outcome {
        match &self.0 {
            Some(hold) if hold.has_come() => Err(Failure::new(exit::FAILED, "interrupted")),
            _ => Ok(()),
        }
    }
}
