//! From text to a document: what the fields mean, and that nothing is missing, wrong or unknown.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::section::Section;
use super::{Document, DocumentError, FORMAT, Reader, canonical, foreign, signed_message};
use crate::clock::{Period, Time};
use crate::environment::{EnvironmentName, Policy};
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
    let document = content(body)?;
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

/// Room is made for this many events at once, whatever a hostile text claims.
const MOST_COUNTED: usize = 128 * 1024;
/// The longest body that is read when it is not canonical, in bytes: general TOML can cost a hundred
/// times its size in memory.
const MOST_FOREIGN: usize = 4 * 1024 * 1024;

fn content(body: &str) -> Result<Document, DocumentError> {
    // Counted first: a list that grows is copied, and the copies are wiped.
    let events = memchr::memmem::find_iter(body.as_bytes(), "\n[[events]]\n").count();
    let events = Vec::with_capacity(events.min(MOST_COUNTED));
    let mut draft = Draft { events, ..Draft::default() };
    if let Ok(read) = canonical::sections(body, |section| draft.take(section)) {
        read?;
    } else if body.len() > MOST_FOREIGN {
        return Err(DocumentError::NotToml(None));
    } else {
        draft = Draft::default();
        foreign::sections(body, |section| draft.take(section))?;
    }
    draft.finish()
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
    events: Vec<Event>,
}

impl Draft {
    fn take(&mut self, section: &mut Section<'_>) -> Result<(), DocumentError> {
        match &*section.path {
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
            "events" => self.events.push(event(section)?),
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
        match self.keys.insert(key.name.clone(), key) {
            None => Ok(()),
            Some(_) => Err(DocumentError::Bad { table: "keys".to_owned(), field: "name" }),
        }
    }

    fn finish(mut self) -> Result<Document, DocumentError> {
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
            events: self.events,
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

fn root(section: &mut Section<'_>) -> Result<Root, DocumentError> {
    let signing_key = section.text("signing_key")?;
    let root = Root {
        environment: section.parsed("environment")?,
        id: id(section)?,
        generation: section.number("generation")?,
        created: section.parsed("created")?,
        signer: Signer::from_text(&signing_key).ok_or_else(|| section.bad("signing_key"))?,
    };
    section.finish().map(|()| root)
}

/// 128 bits in hex: it becomes part of file names.
fn id(section: &mut Section<'_>) -> Result<String, DocumentError> {
    let id = section.text("id")?;
    let good = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if good { Ok(id.into_owned()) } else { Err(section.bad("id")) }
}

fn policy(section: &mut Section<'_>) -> Result<Policy, DocumentError> {
    let policy = Policy {
        code: section.parsed("code")?,
        profile: section.parsed("profile")?,
        rotate_every: section.maybe::<Period>("rotate_every")?,
        expire_after: section.maybe::<Period>("expire_after")?,
        grace: section.parsed("grace")?,
        purge_after: section.parsed("purge_after")?,
    };
    section.finish().map(|()| policy)
}

fn reader(section: &mut Section<'_>) -> Result<Reader, DocumentError> {
    let reader = Reader {
        name: section.text("name")?.into_owned(),
        recipient: section.parsed("recipient")?,
        added: section.parsed("added")?,
    };
    section.finish().map(|()| reader)
}

fn key(section: &mut Section<'_>) -> Result<Key, DocumentError> {
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

fn version(section: &mut Section<'_>) -> Result<Version, DocumentError> {
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
    let safe = |b: u8| b.is_ascii_graphic() && !matches!(b, b',' | b'"' | b'\'' | b'\\');
    !secret.is_empty() && secret.expose().bytes().all(safe)
}

fn event(section: &mut Section<'_>) -> Result<Event, DocumentError> {
    let event = Event {
        at: section.parsed("at")?,
        command: event::command(&section.text("command")?),
        key: section.maybe("key")?,
        version: section.maybe_number("version")?,
        note: section.maybe_text("note")?.map(Cow::into_owned),
    };
    section.finish().map(|()| event)
}
