//! From text to a document: what the fields mean, and that nothing is missing, wrong or unknown.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::section::Section;
use super::{Document, DocumentError, FORMAT, History, Reader, canonical, foreign, signed_message};
use crate::clock::{Period, Time};
use crate::environment::{EnvironmentName, FormatName, Policy};
use crate::key::{Digest, Key, KeyName, State, Version};
use crate::secret::Secret;
use crate::vault::event::{self, Event};
use crate::vault::signer::{PublicKey, Signature, Signer};

/// Reads a document that `key` signed, or, without one, that the key inside it signed. `None` when
/// `key` did not: then nothing of the body was looked at.
pub(super) fn document(
    text: &str,
    key: Option<&PublicKey>,
) -> Result<Option<Document>, DocumentError> {
    let (signature, body) = split(text)?;
    let message = signed_message(body);
    if key.is_some_and(|key| !key.verifies(&message, &signature)) {
        return Ok(None);
    }
    let document = content(body, key.is_some())?;
    let own = document.signer.public_key();
    let proven = match key {
        Some(key) => own == *key,
        None => own.verifies(&message, &signature),
    };
    if proven { Ok(Some(document)) } else { Err(DocumentError::Signature) }
}

/// The signature, and the body that it is over.
fn split(text: &str) -> Result<(Signature, &str), DocumentError> {
    let (first, rest) = text.split_once('\n').ok_or(DocumentError::NotADocument)?;
    let format = first.strip_prefix("format = ").and_then(|number| number.parse::<u64>().ok());
    match format {
        // Written in no other way: this line is not under the signature.
        Some(FORMAT) if first.len() == "format = 1".len() => {}
        Some(newer) if newer > FORMAT => return Err(DocumentError::Newer(newer)),
        _ => return Err(DocumentError::NotADocument),
    }
    let (second, body) = rest.split_once('\n').ok_or(DocumentError::NotADocument)?;
    let signature = second
        .strip_prefix("signature = \"")
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|text| text.parse().ok())
        .ok_or(DocumentError::NotADocument)?;
    Ok((signature, body))
}

/// The longest body that is read when it is not canonical, in bytes: general TOML can cost a hundred
/// times its size in memory.
const MOST_FOREIGN: usize = 4 * 1024 * 1024;

/// `is_ours`: it was signed by the key that is expected, so its history was written by keyctl and
/// can stay the text that it is; whoever reads its events checks them.
fn content(body: &str, is_ours: bool) -> Result<Document, DocumentError> {
    // In the canonical form the history is what comes last.
    let (start, history) = split_history(body);
    let mut draft = Draft::default();
    let canonical = canonical::sections(start, |section| draft.take(section))
        .and_then(|()| if is_ours { kept_as_text(history) } else { each_event(history) });
    match canonical {
        Ok(history) => return draft.finish(history),
        Err(error) if body.len() > MOST_FOREIGN => return Err(error),
        Err(_) => {}
    }
    // What it really is, tells the reader of all TOML.
    let (mut draft, mut events) = (Draft::default(), Vec::new());
    foreign::sections(body, |section| match section.path() {
        "events" => event(section).map(|event| events.push(event)),
        _ => draft.take(section),
    })?;
    draft.finish(events.into_iter().collect())
}

/// Reads a text that goes on from `before`, and keeps nothing of it. Only the canonical form passes.
pub(super) fn check(text: &str, before: &History) -> Result<(), DocumentError> {
    let (_, body) = split(text)?;
    let (start, history) = split_history(body);
    let history = history.strip_prefix(before.text()).unwrap_or(history);
    let mut draft = Draft { is_check: true, ..Draft::default() };
    canonical::sections(start, |section| draft.take(section))?;
    each_event(history)?;
    draft.finish(History::default()).map(drop)
}

/// All events, oldest first.
pub(super) fn events(history: &History) -> Result<Vec<Event>, DocumentError> {
    let mut events = each_event(history.text())?.added().to_vec();
    events.extend_from_slice(history.added());
    Ok(events)
}

fn split_history(body: &str) -> (&str, &str) {
    let start = memchr::memmem::find(body.as_bytes(), b"\n[[events]]\n");
    body.split_at(start.unwrap_or(body.len()))
}

/// Of another table that comes after the events, only the reader of all TOML makes sense.
const NOT_LAST: DocumentError = DocumentError::NotToml(None);

fn kept_as_text(history: &str) -> Result<History, DocumentError> {
    let mut tables = memchr::memmem::find_iter(history.as_bytes(), b"\n[");
    let only_events = tables.all(|at| history[at..].starts_with("\n[[events]]\n"));
    if only_events { Ok(History::from_ours(history)) } else { Err(NOT_LAST) }
}

fn each_event(history: &str) -> Result<History, DocumentError> {
    let mut events = History::default();
    canonical::sections(history, |section| match section.path() {
        // Before the first table there is nothing.
        "" => section.finish(),
        "events" => event(section).map(|event| events.push(event)),
        _ => Err(NOT_LAST),
    })?;
    Ok(events)
}

/// A document in the making.
#[derive(Default)]
struct Draft {
    root: Option<Root>,
    policy: Option<Policy>,
    readers: Vec<Reader>,
    keys: BTreeMap<KeyName, Key>,
    /// The key that metadata and versions belong to, until the next one begins.
    current: Option<Key>,
    /// Keys are checked and not kept: only the name of the last one, as they come sorted.
    is_check: bool,
    last: Option<KeyName>,
}

impl Draft {
    fn take<'a>(&mut self, section: &mut impl Section<'a>) -> Result<(), DocumentError> {
        match section.path() {
            "" => self.root = Some(root(section)?),
            "policy" => self.policy = Some(policy(section)?),
            "recipients" => self.readers.push(reader(section)?),
            "keys" => {
                let key = key(section)?;
                self.keep_current()?;
                self.current = Some(key);
            }
            "keys.metadata" => {
                let metadata = section.pairs("metadata")?;
                self.current_key("metadata")?.metadata = metadata;
            }
            "keys.versions" => {
                let version = version(section)?;
                let key = self.current_key("versions")?;
                let rising = (key.next_number()..u32::MAX).contains(&version.number);
                if !rising {
                    return Err(section.bad("number"));
                }
                // Most keys have one or two: room for more would be wiped for nothing.
                key.versions.reserve_exact(1);
                key.versions.push(version);
            }
            path => {
                let (table, field) = (path.to_owned(), String::new());
                return Err(DocumentError::Unknown { table, field });
            }
        }
        Ok(())
    }

    fn current_key(&mut self, field: &'static str) -> Result<&mut Key, DocumentError> {
        self.current.as_mut().ok_or_else(|| DocumentError::Bad { table: "keys".to_owned(), field })
    }

    fn keep_current(&mut self) -> Result<(), DocumentError> {
        let Some(key) = self.current.take() else { return Ok(()) };
        let states = || key.versions.iter().map(|version| version.state);
        let accepted = states().filter(|state| state.is_accepted()).count();
        let active = states().filter(|state| *state == State::Active).count();
        if accepted > 2 || active != usize::from(accepted > 0) {
            return Err(DocumentError::Bad { table: "keys.versions".to_owned(), field: "state" });
        }
        let is_new = if self.is_check {
            let rises = self.last.as_ref().is_none_or(|last| *last < key.name);
            self.last = Some(key.name);
            rises
        } else {
            self.keys.insert(key.name.clone(), key).is_none()
        };
        if is_new {
            Ok(())
        } else {
            Err(DocumentError::Bad { table: "keys".to_owned(), field: "name" })
        }
    }

    fn finish(mut self, history: History) -> Result<Document, DocumentError> {
        self.keep_current()?;
        let missing = |table: &str, field| DocumentError::Bad { table: table.to_owned(), field };
        let root = self.root.ok_or_else(|| missing("", "environment"))?;
        if self.readers.is_empty() {
            return Err(missing("recipients", "recipient"));
        }
        let mut document = Document {
            environment: root.environment,
            id: root.id,
            generation: root.generation,
            created: root.created,
            signer: root.signer,
            policy: self.policy.ok_or_else(|| missing("policy", "code"))?,
            readers: self.readers,
            keys: self.keys,
            history,
        };
        document.sort_readers();
        Ok(document)
    }
}

/// The fields outside any table.
struct Root {
    environment: EnvironmentName,
    id: String,
    generation: u64,
    created: Time,
    signer: Signer,
}

fn root<'a>(section: &mut impl Section<'a>) -> Result<Root, DocumentError> {
    let root = Root {
        environment: section.parsed("environment")?,
        id: id(section)?,
        generation: section.number("generation")?,
        created: section.parsed("created")?,
        signer: Signer::from_text(&section.text("signing_key")?)
            .ok_or_else(|| section.bad("signing_key"))?,
    };
    section.finish().map(|()| root)
}

/// 128 bits in hex: it becomes part of file names.
fn id<'a>(section: &mut impl Section<'a>) -> Result<String, DocumentError> {
    let id = section.text("id")?;
    let good = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if good { Ok(id.into_owned()) } else { Err(section.bad("id")) }
}

fn policy<'a>(section: &mut impl Section<'a>) -> Result<Policy, DocumentError> {
    let policy = Policy {
        code: section.parsed("code")?,
        profile: section.parsed("profile")?,
        rotate_every: section.maybe::<Period>("rotate_every")?,
        expire_after: section.maybe::<Period>("expire_after")?,
        grace: section.parsed("grace")?,
        purge_after: section.parsed("purge_after")?,
        quiet_for: section.maybe::<Period>("quiet_for")?,
        formats: formats(section)?,
    };
    section.finish().map(|()| policy)
}

fn formats<'a>(section: &mut impl Section<'a>) -> Result<BTreeSet<FormatName>, DocumentError> {
    let names = section.list("formats")?;
    names.iter().map(|name| name.parse().map_err(|_| section.bad("formats"))).collect()
}

fn reader<'a>(section: &mut impl Section<'a>) -> Result<Reader, DocumentError> {
    let reader = Reader {
        name: section.text("name")?.into_owned(),
        recipient: section.parsed("recipient")?,
        added: section.parsed("added")?,
    };
    section.finish().map(|()| reader)
}

fn key<'a>(section: &mut impl Section<'a>) -> Result<Key, DocumentError> {
    let key = Key {
        name: section.parsed("name")?,
        description: section.maybe_text("description")?.unwrap_or_default().into_owned(),
        owner: section.maybe_text("owner")?.unwrap_or_default().into_owned(),
        metadata: BTreeMap::new(),
        scopes: section.list("scopes")?,
        created: section.parsed("created")?,
        expires: section.maybe::<Time>("expires")?,
        versions: Vec::new(),
    };
    section.finish().map(|()| key)
}

fn version<'a>(section: &mut impl Section<'a>) -> Result<Version, DocumentError> {
    let number = section.number("number")?;
    let state = section.parsed::<State>("state")?;
    let secret = section.maybe_text("secret")?.map(|text| Secret::new(text.into_owned()));
    if state.is_final() == secret.is_some() || !secret.as_ref().is_none_or(is_readable) {
        return Err(section.bad("secret"));
    }
    let version = Version {
        number,
        state,
        digest: match &secret {
            Some(secret) => Digest::of(secret),
            None => section.parsed("digest")?,
        },
        secret,
        replaces: section.maybe_number("replaces")?,
        created: section.parsed("created")?,
        activated: section.maybe("activated")?,
        retiring: section.maybe("retiring")?,
        retire_by: section.maybe("retire_by")?,
        retired: section.maybe("retired")?,
        revoked: section.maybe("revoked")?,
        destroyed: section.maybe("destroyed")?,
        expires: section.maybe("expires")?,
        reason: section.maybe_text("reason")?.map(Cow::into_owned),
    };
    section.finish().map(|()| version)
}

/// Whether a secret can stand in a list that consumers read: printable, not empty, and nothing that
/// separates or quotes.
fn is_readable(secret: &Secret) -> bool {
    let is_unsafe = |b: u8| !b.is_ascii_graphic() || matches!(b, b',' | b'"' | b'\'' | b'\\');
    // Without a way out early, so that many bytes are looked at at once.
    let unsafe_ones = secret.expose().bytes().fold(0, |any, b| any | u8::from(is_unsafe(b)));
    !secret.is_empty() && unsafe_ones == 0
}

fn event<'a>(section: &mut impl Section<'a>) -> Result<Event, DocumentError> {
    let event = Event {
        at: section.parsed("at")?,
        command: event::command(&section.text("command")?),
        key: section.maybe("key")?,
        version: section.maybe_number("version")?,
        note: section.maybe_text("note")?.map(Cow::into_owned),
    };
    section.finish().map(|()| event)
}
