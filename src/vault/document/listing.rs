//! What a canonical text tells in public: each version without its secret. It is read as text, as
//! the one who asks writes it as text again.

use std::borrow::Cow;

use super::DocumentError;
use super::canonical;
use super::section::{Section, Value};
use crate::key::Digest;

/// What is told of a key with each of its versions.
#[derive(Debug, Default)]
pub struct ListedKey<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its kind, where that is not the usual one.
    pub kind: Option<&'a str>,
    /// Its scopes, sorted.
    pub scopes: Vec<Cow<'a, str>>,
    /// Where it may be used from; none: from anywhere.
    pub allowed_ips: Vec<Cow<'a, str>>,
    /// When its life ends.
    pub expires: Option<&'a str>,
}

/// What is told of a version. Times are as [`Time::to_bytes`](crate::clock::Time::to_bytes) writes
/// them.
#[derive(Debug)]
pub struct ListedVersion<'a> {
    /// Its number.
    pub number: u64,
    /// Its state's word.
    pub state: &'a str,
    /// The digest of its secret; none of a weak one.
    pub digest: Option<Digest>,
    /// The number of the version that it replaces.
    pub replaces: Option<u32>,
    /// When it was made.
    pub created: &'a str,
    /// When it became active, where that is [written](crate::key::Version::written_activated).
    pub activated: Option<&'a str>,
    /// When it began to retire.
    pub retiring: Option<&'a str>,
    /// When it is to be retired at the latest.
    pub retire_by: Option<&'a str>,
    /// When it was retired.
    pub retired: Option<&'a str>,
    /// When it was revoked.
    pub revoked: Option<&'a str>,
    /// When its secret was destroyed.
    pub destroyed: Option<&'a str>,
    /// When it stops being accepted by itself.
    pub expires: Option<&'a str>,
}

/// Hands over each version in `keys`, which begins with a `[[keys]]` table and is otherwise taken
/// for what keyctl wrote: only what is handed over is looked at.
///
/// # Errors
/// [`DocumentError`] for a text that is not canonical, or has fields that this keyctl does not know.
pub(super) fn each_version<'a>(
    keys: &'a str,
    mut each: impl FnMut(&ListedKey<'a>, &ListedVersion<'a>),
) -> Result<(), DocumentError> {
    let mut current = ListedKey::default();
    canonical::sections(keys, |section| match section.path() {
        // Before the first table there is nothing.
        "" => section.finish(),
        "keys" => key(section).map(|key| current = key),
        "keys.metadata" => {
            while section.take_any().is_some() {}
            Ok(())
        }
        "keys.versions" => version(section).map(|version| each(&current, &version)),
        path => Err(DocumentError::Unknown { table: path.to_owned(), field: String::new() }),
    })
}

fn key<'a>(section: &mut impl Section<'a>) -> Result<ListedKey<'a>, DocumentError> {
    let name = needed(section, "name")?;
    let kind = plain(section, "kind")?;
    let _ = (section.take("description"), section.take("owner"));
    let (scopes, allowed_ips) = (list(section, "scopes")?, list(section, "allowed_ips")?);
    time(section, "created")?;
    let expires = time(section, "expires")?;
    let key = ListedKey { name, kind, scopes, allowed_ips, expires };
    section.finish().map(|()| key)
}

fn version<'a>(section: &mut impl Section<'a>) -> Result<ListedVersion<'a>, DocumentError> {
    let number = section.number("number")?;
    let state = needed(section, "state")?;
    let secret = plain(section, "secret")?;
    let is_weak = section.take("weak").is_some();
    let digest = match (secret, is_weak) {
        (_, true) => None,
        (Some(secret), false) => Some(Digest::of_bytes(secret.as_bytes())),
        (None, false) => Some(section.parsed("digest")?),
    };
    let version = ListedVersion {
        number,
        state,
        digest,
        replaces: section.maybe_number("replaces")?,
        created: time(section, "created")?.ok_or_else(|| section.bad("created"))?,
        activated: time(section, "activated")?,
        retiring: time(section, "retiring")?,
        retire_by: time(section, "retire_by")?,
        retired: time(section, "retired")?,
        revoked: time(section, "revoked")?,
        destroyed: time(section, "destroyed")?,
        expires: time(section, "expires")?,
    };
    let _ = section.take("reason");
    section.finish().map(|()| version)
}

fn needed<'a>(
    section: &mut impl Section<'a>,
    field: &'static str,
) -> Result<&'a str, DocumentError> {
    plain(section, field)?.ok_or_else(|| section.bad(field))
}

fn list<'a>(
    section: &mut impl Section<'a>,
    field: &'static str,
) -> Result<Vec<Cow<'a, str>>, DocumentError> {
    match section.take(field) {
        None => Ok(Vec::new()),
        Some(Value::List(list)) => Ok(list),
        Some(_) => Err(section.bad(field)),
    }
}

/// A text that needs no escape.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as of `take`")]
fn plain<'a>(
    section: &mut impl Section<'a>,
    field: &'static str,
) -> Result<Option<&'a str>, DocumentError> {
    match section.take(field) {
        None => Ok(None),
        Some(Value::Text(Cow::Borrowed(text))) => Ok(Some(text)),
        Some(_) => Err(section.bad(field)),
    }
}

/// A time as [`Time::to_bytes`](crate::clock::Time::to_bytes) writes it, of which the text sorts.
#[inline(always)]
#[expect(clippy::inline_always, reason = "as of `take`")]
fn time<'a>(
    section: &mut impl Section<'a>,
    field: &'static str,
) -> Result<Option<&'a str>, DocumentError> {
    let text = plain(section, field)?;
    let is_canonical =
        |text: &str| text.len() == "0000-00-00T00:00:00Z".len() && text.ends_with('Z');
    if text.is_none_or(is_canonical) { Ok(text) } else { Err(section.bad(field)) }
}
