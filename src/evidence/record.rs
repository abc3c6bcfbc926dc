//! What a line of a log says, whoever wrote it.

use std::borrow::Cow;
use std::fmt;

use super::stamp::Stamp;

/// Who wrote a log, as far as its lines tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The access log of a file gateway: names the key's id.
    Gateway,
    /// A servicekit or chapkit service: shows the first 7 characters of the key.
    Servicekit,
    /// heare-auth: names the key and its client.
    Heare,
    /// An application with auth-api-client: shows the digest of what it refused, nothing else.
    AuthApiClient,
    /// A log that was read with the user's own pattern.
    Pattern,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Gateway, Self::Servicekit, Self::Heare, Self::AuthApiClient, Self::Pattern];

    /// The word for it in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Servicekit => "servicekit",
            Self::Heare => "heare-auth",
            Self::AuthApiClient => "auth-api-client",
            Self::Pattern => "pattern",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Gateway => "gateway access log",
            Self::Servicekit => "servicekit log",
            Self::Heare => "heare-auth log",
            Self::AuthApiClient => "auth-api-client log",
            Self::Pattern => "log that was read with the pattern",
        })
    }
}

/// Text of a line: borrowed, but where JSON escapes had to be undone.
pub(super) type Text<'a> = Cow<'a, [u8]>;

/// What one line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    pub(super) kind: Kind,
    pub(super) when: When,
    pub(super) event: Event<'a>,
}

/// When a line says it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Stamped(Stamp),
    /// It has no time.
    Missing,
    /// It has something else where its time should be.
    Unreadable,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    Request(Request<'a>),
    /// The service has read its list of so many keys.
    Load(u64),
    /// Nothing about a key.
    Nothing,
}

impl Event<'_> {
    /// Whether it would not be in the log if requests that are let in were not: what is turned away
    /// is logged as a warning, and so at levels at which these are not.
    pub(super) fn tells(&self) -> bool {
        match self {
            Self::Request(request) => request.accepted,
            Self::Load(_) => true,
            Self::Nothing => false,
        }
    }
}

/// A request with a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) shown: Shown<'a>,
    pub(super) accepted: bool,
    pub(super) client: Option<Text<'a>>,
    pub(super) path: Option<Text<'a>>,
}

/// What a line shows of the key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown<'a> {
    /// An id that an export has given.
    Id(Text<'a>),
    /// A name or else an id, either of which an export may have given.
    NameOrId(Text<'a>, Text<'a>),
    /// The first 7 characters, or `***` of a shorter key.
    Seven(Text<'a>),
    /// The first 4 characters.
    Four(Text<'a>),
    /// The digest in lower-case hex.
    Digest(Text<'a>),
    /// Whatever the user's pattern has caught.
    Any(Text<'a>),
}
