//! The state of a version: the ladder of NIST SP 800-57 part 1 in the words of API keys.

use std::fmt;
use std::str::FromStr;

/// Where a version stands: `pending → active → retiring → retired`, and the two ends.
///
/// The order is the order of an accept list: what clients should send comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The one that clients should send.
    Active,
    /// Services must accept it; no client should send it yet.
    Pending,
    /// Replaced; accepted until every client has moved.
    Retiring,
    /// No longer accepted; can still be restored.
    Retired,
    /// Taken back for a reason, for ever; the secret is wiped.
    Revoked,
    /// The secret is gone; digest and dates are kept.
    Destroyed,
}

impl State {
    const ALL: [Self; 6] = [
        Self::Active,
        Self::Pending,
        Self::Retiring,
        Self::Retired,
        Self::Revoked,
        Self::Destroyed,
    ];

    /// Whether services must accept a version in this state, while it is not expired.
    #[must_use]
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Active | Self::Pending | Self::Retiring)
    }

    /// Whether nothing leads out of this state.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Revoked | Self::Destroyed)
    }

    /// The word for it in documents, reports and tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending => "pending",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
            Self::Revoked => "revoked",
            Self::Destroyed => "destroyed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for State {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        Self::ALL.into_iter().find(|state| state.word() == text).ok_or(BadState)
    }
}

/// Not the word for a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadState;

impl fmt::Display for BadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a state")
    }
}

impl std::error::Error for BadState {}
