//! From text to a document: what the fields mean, and that nothing is missing, wrong or unknown.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use zeroize::Zeroizing;

use super::section::Section;
use super::{
    Document, DocumentError, FORMAT, History, Reader, Signed, canonical, foreign, signed_message,
};
use crate::clock::{Period, Time};
use crate::environment::{EnvironmentName, FormatName, KeyForm, Policy};
use crate::key::Network;
use crate::key::{Digest, Key, KeyName, Kind, State, Version, can_stand_in_a_list};
use crate::secret::Secret;
use crate::vault::event::{self, Event};
use crate::vault::signer::{PublicKey, Signature, Signer};

/// Reads a document that the key inside it signed.
pub(super) fn document(text: &str) -> Result<Document, DocumentError> {
    let (signature, body) = split(text)?;
    let document = content(body)?;
    let proven = document.signer.public_key().verifies(&signed_message(body), &signature);
    if proven { Ok(document) } else { Err(DocumentError::Signature) }
}

/// Whether `key` signed the text; nothing else of it is looked at.
pub(super) fn is_signed_by(text: &str, key: &PublicKey) -> Result<bool, DocumentError> {
    let (signature, body) = split(text)?;
    Ok(key.verifies(&signed_message(body), &signature))
}

/// Reads a document that is known to be signed by `key`: keyctl wrote it, so its history can stay
/// the text that it is.
pub(super) fn ours(text: Zeroizing<String>, key: &PublicKey) -> Result<Document, DocumentError> {
    let (_, body) = split(&text)?;
    let (start, history) = body.split_at(parts(body).1);
    let mut draft = Draft::default();
    let canonical = canonical::sections(start, |section| draft.take(section));
    let document = if canonical.is_ok() && has_only(history, &[EVENT]) {
        let (keys, events) = parts(&text);
        draft.finish(History::of(text, keys, events))?
    } else {
        // An older or newer keyctl may lay it out otherwise.
        content(body)?
    };
    if document.signer.public_key() == *key { Ok(document) } else { Err(DocumentError::Signature) }
}

/// Reads such a document but for its keys, which stay text too, and takes its text; `None` when it
/// is laid out otherwise.
pub(super) fn without_keys(text: &mut Zeroizing<String>, key: &PublicKey) -> Option<Document> {
    let (keys, events) = parts(text);
    let (_, body) = split(text).ok()?;
    let start = body.get(..keys.checked_sub(text.len() - body.len())?)?;
    let mut draft = Draft::default();
    canonical::sections(start, |section| draft.take(section)).ok()?;
    let is_ours = draft.root.as_ref()?.signer.public_key() == *key;
    let is_whole = draft.policy.is_some() && !draft.readers.is_empty();
    let kept = &text[keys..events];
    let is_canonical = has_only(kept, &[KEY, VERSION, METADATA])
        && has_only(&text[events..], &[EVENT])
        && names(kept).is_sorted_by(|one, next| one < next)
        && names(kept).next() != Some("");
    if !(is_ours && is_whole && is_canonical) {
        return None;
    }
    draft.finish(History::with_keys(std::mem::take(text), keys, events)).ok()
}

/// The names of the keys in a canonical text.
pub(super) fn names(keys: &str) -> impl Iterator<Item = &str> {
    memchr::memmem::find_iter(keys.as_bytes(), KEY.as_bytes()).map(|at| name_at(keys, at))
}

/// Where the first of the keys in a canonical text begins that does not come before `name`, and
/// whether it is the one of this name.
pub(super) fn place(keys: &str, name: &KeyName) -> (usize, bool) {
    let name = name.as_str();
    let first = |range: Range<usize>| {
        // One that begins in the range may end behind it.
        let end = keys.len().min(range.end + KEY.len() - 1);
        let found = memchr::memmem::find(&keys.as_bytes()[range.start..end], KEY.as_bytes());
        found.map(|at| range.start + at)
    };
    let (mut low, mut high) = (0, keys.len());
    while low < high {
        // The first that begins in the second half tells which half it is in.
        let middle = usize::midpoint(low, high);
        match first(middle..high).filter(|at| name_at(keys, *at) < name) {
            Some(at) => low = at + 1,
            None => high = middle,
        }
    }
    first(low..keys.len()).map_or((keys.len(), false), |at| (at, name_at(keys, at) == name))
}

/// The name in the key that begins there.
fn name_at(keys: &str, at: usize) -> &str {
    const NAME: &str = "name = \"";
    let name = keys.get(at + KEY.len()..).and_then(|key| key.strip_prefix(NAME));
    name.and_then(|name| name.split('"').next()).unwrap_or_default()
}

/// Whether each line of `text` that begins like a table is one of `tables`, and its last line ends.
fn has_only(text: &str, tables: &[&str]) -> bool {
    let mut found = memchr::memmem::find_iter(text.as_bytes(), b"\n[");
    let known = found.all(|at| tables.iter().any(|table| text[at..].starts_with(table)));
    known && (text.is_empty() || text.ends_with('\n'))
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

fn content(body: &str) -> Result<Document, DocumentError> {
    // In the canonical form the history is what comes last.
    let (start, history) = body.split_at(parts(body).1);
    let mut draft = Draft::default();
    let canonical = canonical::sections(start, |section| draft.take(section));
    match canonical.and_then(|()| each_event(history)) {
        Ok(events) => return draft.finish(events.into_iter().collect()),
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
/// What stands there as it was read is not read again.
pub(super) fn check(
    new: &Signed,
    signer: &PublicKey,
    before: &History,
) -> Result<(), DocumentError> {
    let (signature, body) = split(&new.text)?;
    if !signer.verifies(&new.message, &signature) {
        return Err(DocumentError::Signature);
    }
    let (keys, events) = parts(body);
    let mut draft = Draft { is_check: true, ..Draft::default() };
    canonical::sections(&body[..keys], |section| draft.take(section))?;
    canonical::sections(changed(&body[keys..events], before.keys()), |section| {
        if section.path().is_empty() { section.finish() } else { draft.take(section) }
    })?;
    let history = &body[events..];
    each_event(history.strip_prefix(before.text()).unwrap_or(history))?;
    draft.finish(History::default()).map(drop)
}

/// The keys of `now` from the first to the last that does not stand so in `before`.
fn changed<'a>(now: &'a str, before: &str) -> &'a str {
    const PIECE: usize = 4096;
    let (new, old) = (now.as_bytes(), before.as_bytes());
    let equal = new.chunks(PIECE).zip(old.chunks(PIECE)).take_while(|(a, b)| a == b).count();
    let same = (equal * PIECE).min(new.len()).min(old.len());
    let from = memchr::memmem::rfind(&new[..same], KEY.as_bytes()).unwrap_or(0);
    let (new, old) = (&new[from..], &old[from..]);
    let equal = new.rchunks(PIECE).zip(old.rchunks(PIECE)).take_while(|(a, b)| a == b).count();
    let same = (equal * PIECE).min(new.len()).min(old.len());
    let after = &new[new.len() - same..];
    let rest = memchr::memmem::find(after, KEY.as_bytes()).map_or(0, |at| after.len() - at);
    now.get(from..now.len() - rest).unwrap_or(now)
}

/// All events, oldest first.
pub(super) fn events(history: &History) -> Result<Vec<Event>, DocumentError> {
    let mut events = each_event(history.text())?;
    events.extend_from_slice(history.added());
    Ok(events)
}

const KEY: &str = "\n[[keys]]\n";
const METADATA: &str = "\n[keys.metadata]\n";
const VERSION: &str = "\n[[keys.versions]]\n";
const EVENT: &str = "\n[[events]]\n";
/// Of another table that comes after the events, only the reader of all TOML makes sense.
const NOT_LAST: DocumentError = DocumentError::NotToml(None);

/// Where the keys of a canonical text begin, and where its events do.
pub(super) fn parts(text: &str) -> (usize, usize) {
    let find = |table: &str| memchr::memmem::find(text.as_bytes(), table.as_bytes());
    let events = find(EVENT).unwrap_or(text.len());
    (find(KEY).unwrap_or(events).min(events), events)
}

fn each_event(history: &str) -> Result<Vec<Event>, DocumentError> {
    let mut events = Vec::new();
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
    current: Option<Started>,
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
                let key = started(section)?;
                self.keep_current()?;
                self.current = Some(key);
            }
            "keys.metadata" => {
                let metadata = section.pairs("metadata")?;
                self.current_key("metadata")?.metadata = metadata;
            }
            "keys.versions" => {
                let version = version(section)?;
                let versions = &mut self.current_key("versions")?.versions;
                let next = versions.last().map_or(1, |last| last.number + 1);
                if !(next..u32::MAX).contains(&version.number) {
                    return Err(section.bad("number"));
                }
                // Most keys have one or two: room for more would be wiped for nothing.
                versions.reserve_exact(1);
                versions.push(version);
            }
            path => {
                let (table, field) = (path.to_owned(), String::new());
                return Err(DocumentError::Unknown { table, field });
            }
        }
        Ok(())
    }

    fn current_key(&mut self, field: &'static str) -> Result<&mut Started, DocumentError> {
        self.current.as_mut().ok_or_else(|| DocumentError::Bad { table: "keys".to_owned(), field })
    }

    fn keep_current(&mut self) -> Result<(), DocumentError> {
        let Some(key) = self.current.take() else { return Ok(()) };
        let bad = |field| DocumentError::Bad { table: "keys".to_owned(), field };
        let key = key.finish().ok_or_else(|| bad("created"))?;
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
        if is_new { Ok(()) } else { Err(bad("name")) }
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
        former: former(section)?,
    };
    section.finish().map(|()| policy)
}

fn formats<'a>(section: &mut impl Section<'a>) -> Result<BTreeSet<FormatName>, DocumentError> {
    let names = section.list("formats")?;
    names.iter().map(|name| name.parse().map_err(|_| section.bad("formats"))).collect()
}

fn former<'a>(section: &mut impl Section<'a>) -> Result<BTreeSet<KeyForm>, DocumentError> {
    let forms = section.list("former")?;
    forms.iter().map(|form| form.parse().map_err(|_| section.bad("former"))).collect()
}

fn reader<'a>(section: &mut impl Section<'a>) -> Result<Reader, DocumentError> {
    let reader = Reader {
        name: section.text("name")?.into_owned(),
        recipient: section.parsed("recipient")?,
        added: section.parsed("added")?,
    };
    section.finish().map(|()| reader)
}

/// A key of which the versions are still to come.
struct Started {
    name: KeyName,
    kind: Kind,
    description: String,
    owner: String,
    metadata: BTreeMap<String, String>,
    scopes: BTreeSet<String>,
    allowed_ips: BTreeSet<Network>,
    created: Option<Time>,
    expires: Option<Time>,
    versions: Vec<Version>,
}

impl Started {
    /// The whole key. One that does not say when it was made was made with its first version; `None`
    /// without one.
    fn finish(self) -> Option<Key> {
        let first = self.versions.first().map(|version| version.created);
        Some(Key {
            name: self.name,
            kind: self.kind,
            description: self.description,
            owner: self.owner,
            metadata: self.metadata,
            scopes: self.scopes,
            allowed_ips: self.allowed_ips,
            created: self.created.or(first)?,
            expires: self.expires,
            versions: self.versions,
        })
    }
}

fn started<'a>(section: &mut impl Section<'a>) -> Result<Started, DocumentError> {
    let key = Started {
        name: section.parsed("name")?,
        kind: section.maybe("kind")?.unwrap_or_default(),
        description: section.maybe_text("description")?.unwrap_or_default().into_owned(),
        owner: section.maybe_text("owner")?.unwrap_or_default().into_owned(),
        metadata: BTreeMap::new(),
        scopes: section.list("scopes")?,
        allowed_ips: networks(section)?,
        created: section.maybe("created")?,
        expires: section.maybe("expires")?,
        versions: Vec::new(),
    };
    section.finish().map(|()| key)
}

fn networks<'a>(section: &mut impl Section<'a>) -> Result<BTreeSet<Network>, DocumentError> {
    let texts = section.list("allowed_ips")?;
    texts.iter().map(|text| text.parse().map_err(|_| section.bad("allowed_ips"))).collect()
}

fn version<'a>(section: &mut impl Section<'a>) -> Result<Version, DocumentError> {
    let number = section.number("number")?;
    let state = section.parsed::<State>("state")?;
    let secret = section.maybe_text("secret")?.map(|text| Secret::new(text.into_owned()));
    if state.is_final() == secret.is_some() || !secret.as_ref().is_none_or(can_stand_in_a_list) {
        return Err(section.bad("secret"));
    }
    let is_weak = match section.maybe_number::<u64>("weak")? {
        None => false,
        Some(1) => true,
        Some(_) => return Err(section.bad("weak")),
    };
    let digest = match &secret {
        Some(secret) => Some(Digest::of(secret)),
        None if is_weak => None,
        None => Some(section.parsed("digest")?),
    };
    let replaces = section.maybe_number("replaces")?;
    let created = section.parsed("created")?;
    let version = Version {
        number,
        state,
        digest,
        is_weak,
        secret,
        replaces,
        created,
        activated: Version::read_activated(state, created, section.maybe("activated")?),
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

#[cfg(test)]
mod tests {
    use super::{KEY, changed, names, place};

    fn block(name: usize, filler: usize) -> String {
        format!("{KEY}name = \"key-{name}\"\ndescription = \"{}\"\n", "x".repeat(filler))
    }

    /// Found by halves, each is where going through all of them finds it.
    #[test]
    fn a_place_is_before_the_first_key_that_comes_later() {
        let sizes = [0, 1, 7, 4_000, 90_000];
        for count in [0, 1, 2, 3, 50] {
            for shift in 0..sizes.len() {
                let mut there: Vec<usize> = (0..count).map(|at| at * 2 + 10).collect();
                there.sort_by_key(|name| format!("key-{name}"));
                let size = |at: usize| sizes[(at + shift) % sizes.len()];
                let blocks = there.iter().enumerate().map(|(at, name)| block(*name, size(at)));
                let keys: String = blocks.collect();
                assert_eq!(names(&keys).count(), count);
                for name in ["a", "key-", "key-9", "key-99", "key-999", "z"]
                    .map(str::to_owned)
                    .into_iter()
                    .chain((0..130).map(|name| format!("key-{name}")))
                {
                    let before = names(&keys).take_while(|there| **there < *name).count();
                    let at = keys.match_indices(KEY).nth(before).map_or(keys.len(), |(at, _)| at);
                    let is_there = names(&keys).any(|there| there == name);
                    assert_eq!(place(&keys, &name.parse().unwrap()), (at, is_there), "{name}");
                }
            }
        }
    }

    /// What is left out stands, key by key, at the beginning and at the end of what was there.
    #[test]
    fn only_whole_keys_that_were_there_are_left_out() {
        // Sizes around that of the pieces that are compared.
        for filler in [0, 1, 300, 4_000, 4_096, 5_000] {
            let blocks: Vec<String> = (0..12).map(|name| block(name, filler)).collect();
            let before = blocks.concat();
            assert!(changed(&before, &before).len() <= before.len());
            for at in 0..=blocks.len() {
                let mut inserted = blocks.clone();
                inserted.insert(at, block(99, filler / 2));
                let mut altered = blocks.clone();
                if let Some(one) = altered.get_mut(at) {
                    *one = block(at, filler + 7);
                }
                let mut removed = blocks.clone();
                removed.truncate(at);
                for now in [inserted.concat(), altered.concat(), removed.concat()] {
                    let middle = changed(&now, &before);
                    let start = middle.as_ptr().addr() - now.as_ptr().addr();
                    let (head, tail) = (&now[..start], &now[start + middle.len()..]);
                    assert!(before.starts_with(head) && before.ends_with(tail));
                    assert!(middle.is_empty() || middle.starts_with(KEY), "{middle}");
                    assert!(tail.is_empty() || tail.starts_with(KEY), "{tail}");
                    for one in now.split_inclusive(KEY).filter(|one| !before.contains(*one)) {
                        assert!(middle.contains(one.trim_end_matches(KEY)), "{one} is left out");
                    }
                }
            }
        }
        assert_eq!(changed("", &block(1, 1)), "");
        assert_eq!(changed(&block(1, 1), ""), block(1, 1));
    }
}
