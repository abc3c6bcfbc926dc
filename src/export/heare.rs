//! heare-auth's keys: JSON with one record a key, plain or as a Fernet token behind
//! `HEARE_ENCRYPTED_V1:`.
//!
//! A file that is there is added to. Records of others stay as they are, text and order; so do the
//! fields of ours that we know nothing of. A record is ours when it has the id or the secret of a
//! version of one of the chosen keys (where they are of two versions, the secret tells): it is
//! brought up to date when the version is accepted, and taken out when it is not.
//!
//! Where nothing has to change, the file stays as it is byte for byte, encrypted or not. Otherwise
//! an encryption is another one each time, and what is always the same is what it holds.
//!
//! - The id of a version is `key_0`, the time it was made in 8 base62 digits, and 10 more: the last
//!   ten of the first 64 bits of SHA-256 over `keyctl heare id 1`, the id of the environment, and key
//!   and version as `web@2`, with a line feed between each. It tells nothing of the secret. A record
//!   that is found by its secret keeps its id, also when the key has another name by then.
//! - The name is that of the key, with `-v2` for the second version, so that a log tells old from
//!   new.
//! - The metadata of a record are the key's, and what others put there.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;

use ring::digest;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::{Contents, Entry, ExportError, fernet};
use crate::clock::Time;
use crate::key::token::base62;
use crate::key::{Digest, Key, Version, export_id};
use crate::secret::Secret;

/// What an encrypted file begins with.
pub const MARK: &[u8] = b"HEARE_ENCRYPTED_V1:";

/// One record for each accepted version.
#[derive(Debug, Clone, Default)]
pub struct Heare {
    /// The id of the environment that is written.
    pub origin: String,
    /// The file that is added to.
    pub existing: Option<Zeroizing<Vec<u8>>>,
    /// How the file is, or becomes, encrypted.
    pub encryption: Option<Encryption>,
}

/// What an encryption is made of; the same twice makes the same bytes.
#[derive(Debug, Clone)]
pub struct Encryption {
    /// The key.
    pub key: fernet::Key,
    /// Random bytes, other ones for each file.
    pub iv: [u8; 16],
    /// When.
    pub at: Time,
}

/// What a record is of ours.
#[derive(Clone, Copy)]
enum Owner {
    /// An accepted version, by its place among the entries.
    Accepted(usize),
    /// A version that is not accepted any more.
    Ended,
}

/// The versions that are ours, by what tells a record of them.
#[derive(Default)]
struct Owners {
    digests: BTreeMap<Digest, Owner>,
    ids: BTreeMap<String, Owner>,
}

impl Owners {
    fn add(&mut self, id: String, version: &Version, owner: Owner) {
        self.digests.extend(version.digest.map(|digest| (digest, owner)));
        self.ids.insert(id, owner);
    }

    /// Whose a record is; its secret tells more than its id.
    fn of(&self, record: &Fields<'_>) -> Option<Owner> {
        let by_secret = record.secret().and_then(|text| self.digests.get(&Digest::of(&text)));
        by_secret.or_else(|| self.ids.get(&record.text("id")?)).copied()
    }
}

impl Heare {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let entries = contents.only_keys("heare-auth's file")?;
        let existing = self.existing.as_ref();
        let plain = existing.map(|bytes| self.decrypted(bytes)).transpose()?;
        let file = match &plain {
            Some(text) => File::read(text).map_err(ExportError::Existing)?,
            None => File::default(),
        };
        let (records, is_changed) = self.merged(&file, entries, &contents.ended);
        if records.is_empty() {
            return Err(ExportError::Empty);
        }
        let was_encrypted = existing.is_some_and(|bytes| bytes.starts_with(MARK));
        if let Some(bytes) = existing
            && !is_changed
            && was_encrypted == self.encryption.is_some()
        {
            return Ok(bytes.clone());
        }
        self.encrypted(file.with(&records))
    }

    fn decrypted(&self, bytes: &Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let Some(token) = bytes.strip_prefix(MARK) else { return Ok(bytes.clone()) };
        let Some(encryption) = &self.encryption else {
            return Err(ExportError::Existing("it is encrypted, and no storage secret is given"));
        };
        let plain = encryption.key.open(token);
        plain.ok_or(ExportError::Existing("the storage secret does not open it"))
    }

    fn encrypted(&self, plain: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let Some(Encryption { key, iv, at }) = &self.encryption else { return Ok(plain) };
        let token = key.seal(&plain, *at, iv);
        let token = token.ok_or(ExportError::Existing("the clock shows a time before 1970"))?;
        Ok(Zeroizing::new([MARK, token.as_bytes()].concat()))
    }

    /// The records that the file has afterwards, as text, and whether that is something else.
    fn merged(
        &self,
        file: &File<'_>,
        entries: &[Entry<'_>],
        ended: &[(&Key, &Version)],
    ) -> (Vec<Zeroizing<String>>, bool) {
        let mut owners = Owners::default();
        for (key, version) in ended {
            owners.add(id(&self.origin, key, version), version, Owner::Ended);
        }
        for (at, Entry { key, version, .. }) in entries.iter().enumerate() {
            owners.add(id(&self.origin, key, version), version, Owner::Accepted(at));
        }
        let mut written = vec![false; entries.len()];
        let mut is_changed = false;
        let mut records = Vec::with_capacity(file.records.len() + entries.len());
        for (raw, fields) in &file.records {
            match owners.of(fields) {
                Some(Owner::Accepted(at)) if !written[at] => {
                    written[at] = true;
                    let updated = fields.updated(&entries[at]);
                    is_changed |= updated.is_some();
                    records.push(updated.unwrap_or_else(|| Zeroizing::new(raw.get().to_owned())));
                }
                // A second record of one secret would stand in for the first.
                Some(_) => is_changed = true,
                None => records.push(Zeroizing::new(raw.get().to_owned())),
            }
        }
        for (entry, _) in entries.iter().zip(written).filter(|(_, written)| !written) {
            is_changed = true;
            records.push(record(&id(&self.origin, entry.key, entry.version), entry));
        }
        (records, is_changed)
    }
}

/// The id of a version's record in the file of the environment with the id `origin`.
#[must_use]
pub fn id(origin: &str, key: &Key, version: &Version) -> String {
    let text = format!("keyctl heare id 1\n{origin}\n{}@{}", key.name, version.number);
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    let mut bits = [0; 8];
    bits.copy_from_slice(&digest.as_ref()[..8]);
    let time = base62::<8>(u64::try_from(version.created.unix()).unwrap_or(0));
    let rest = base62::<10>(u64::from_be_bytes(bits));
    format!("key_0{}{}", String::from_utf8_lossy(&time), String::from_utf8_lossy(&rest))
}

/// The record of a version that has none yet.
fn record(id: &str, entry: &Entry<'_>) -> Zeroizing<String> {
    let Entry { key, version, secret } = entry;
    let metadata: usize =
        key.metadata.iter().map(|(name, value)| name.len() + value.len() + 6).sum();
    let size = 512 + 6 * (secret.len() + key.name.as_str().len() + metadata);
    let mut text = Zeroizing::new(String::with_capacity(size));
    text.push('{');
    let name = export_id(&key.name, version.number);
    for (field, value) in [("id", id), ("secret", secret.expose()), ("name", &name)] {
        let _ = write!(text, "\"{field}\":");
        quote(&mut text, value);
        text.push(',');
    }
    let _ = write!(
        text,
        "\"secret_type\":\"shared_secret\",\"created_at\":\"{}\",\"updated_at\":null,\"expires_at\":",
        version.created
    );
    text.push_str(&expiry(entry));
    text.push_str(",\"metadata\":{");
    for (at, (name, value)) in key.metadata.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        quote(&mut text, name);
        text.push(':');
        quote(&mut text, value);
    }
    text.push_str("}}");
    text
}

/// When a version ends, as JSON.
fn expiry(entry: &Entry<'_>) -> String {
    let end = entry.key.expiry(entry.version);
    end.map_or("null".to_owned(), |end| format!("\"{end}\""))
}

/// Adds `text` as a JSON string of ASCII alone, at most six bytes for each of its own.
fn quote(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            ' '..='~' => json.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
}

/// The fields of an object in their order, each value as it was written.
#[derive(Debug, Default)]
pub struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl<'a> Fields<'a> {
    /// The value of a field as it was written; where a name stands twice, the last counts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(field, _)| field == name).map(|(_, value)| *value)
    }

    /// The value of a field that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// The secret.
    #[must_use]
    pub fn secret(&self) -> Option<Secret> {
        self.text("secret").map(Secret::new).filter(|secret| !secret.is_empty())
    }

    /// The names and values of a field that is an object, as they were written.
    #[must_use]
    pub fn pairs(&self, name: &str) -> Vec<(String, &'a RawValue)> {
        let object =
            self.get(name).and_then(|raw| serde_json::from_str::<Fields<'a>>(raw.get()).ok());
        object.unwrap_or_default().0
    }

    /// The record as it must be for `entry`; `None` when it is so already.
    fn updated(&self, entry: &Entry<'_>) -> Option<Zeroizing<String>> {
        let name = export_id(&entry.key.name, entry.version.number);
        let mut wanted: Vec<(&str, Zeroizing<String>)> = Vec::new();
        let mut want = |field, text: String| wanted.push((field, Zeroizing::new(text)));
        if self.secret().is_none_or(|secret| !secret.matches(entry.secret)) {
            let mut text = String::with_capacity(6 * entry.secret.len() + 2);
            quote(&mut text, entry.secret.expose());
            want("secret", text);
        }
        if self.text("name").as_ref() != Some(&name) {
            want("name", format!("\"{name}\""));
        }
        let expiry = expiry(entry);
        let has = self.get("expires_at").map_or("null", RawValue::get);
        if has != expiry {
            want("expires_at", expiry);
        }
        if let Some(metadata) = self.metadata(&entry.key.metadata) {
            want("metadata", metadata);
        }
        (!wanted.is_empty()).then(|| self.with(&wanted))
    }

    /// The metadata with these pairs; `None` when they are there already.
    fn metadata(&self, pairs: &BTreeMap<String, String>) -> Option<String> {
        let there = self.pairs("metadata");
        let is_there = |name: &str, value: &str| {
            let found = there.iter().rev().find(|(other, _)| other == name);
            found.and_then(|(_, raw)| serde_json::from_str::<String>(raw.get()).ok()).as_deref()
                == Some(value)
        };
        if pairs.iter().all(|(name, value)| is_there(name, value)) {
            return None;
        }
        let mut text = String::from("{");
        let mut add = |name: &str, value: &dyn Fn(&mut String)| {
            if text.len() > 1 {
                text.push(',');
            }
            quote(&mut text, name);
            text.push(':');
            value(&mut text);
        };
        for (name, raw) in &there {
            if !pairs.contains_key(name) {
                add(name, &|text| text.push_str(raw.get()));
            }
        }
        for (name, value) in pairs {
            add(name, &|text| quote(text, value));
        }
        text.push('}');
        Some(text)
    }

    /// The object with other values for some fields, new ones at its end.
    fn with(&self, wanted: &[(&str, Zeroizing<String>)]) -> Zeroizing<String> {
        let of = |name: &str| wanted.iter().find(|(field, _)| *field == name);
        let new = wanted.iter().filter(|(name, _)| self.get(name).is_none());
        let kept = self.0.iter().map(|(name, raw)| {
            let value = of(name).map_or(raw.get(), |(_, value)| value.as_str());
            (name.as_str(), value)
        });
        let fields: Vec<(&str, &str)> =
            kept.chain(new.map(|(name, value)| (*name, value.as_str()))).collect();
        let size: usize = fields.iter().map(|(name, value)| 6 * name.len() + value.len() + 4).sum();
        let mut text = Zeroizing::new(String::with_capacity(size + 2));
        text.push('{');
        for (at, (name, value)) in fields.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            quote(&mut text, name);
            text.push(':');
            text.push_str(value);
        }
        text.push('}');
        text
    }
}

/// A file: its own fields, and the records of the field `keys`.
#[derive(Debug, Default)]
pub struct File<'a> {
    root: Fields<'a>,
    /// The records in their order, as they were written and as objects.
    pub records: Vec<(&'a RawValue, Fields<'a>)>,
}

impl<'a> File<'a> {
    /// Reads the plain form.
    ///
    /// # Errors
    /// Why the service could not read it.
    pub fn read(text: &'a [u8]) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8 text")?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root: Fields<'a> = serde_json::from_str(text).map_err(|_| "it is no JSON object")?;
        let keys = root.get("keys").ok_or("it has no list of keys")?;
        let keys: Vec<&'a RawValue> =
            serde_json::from_str(keys.get()).map_err(|_| "its keys are no list")?;
        let record = |raw: &'a RawValue| Ok((raw, serde_json::from_str(raw.get())?));
        let records: serde_json::Result<Vec<(&'a RawValue, Fields<'a>)>> =
            keys.into_iter().map(record).collect();
        let records = records.map_err(|_| "one of its keys is no object")?;
        let is_whole =
            |fields: &Fields<'_>| ["id", "secret"].iter().all(|name| fields.get(name).is_some());
        if !records.iter().all(|(_, fields)| is_whole(fields)) {
            return Err("one of its keys has no id or no secret, so none would be read");
        }
        Ok(Self { root, records })
    }

    /// The file with these records.
    fn with(&self, records: &[Zeroizing<String>]) -> Zeroizing<Vec<u8>> {
        const KEYS: &str = "keys";
        let size: usize = records.iter().map(|record| record.len() + 6).sum();
        let mut list = Zeroizing::new(String::with_capacity(size + 8));
        list.push('[');
        for (at, record) in records.iter().enumerate() {
            list.push_str(if at > 0 { ",\n    " } else { "\n    " });
            list.push_str(record);
        }
        list.push_str("\n  ]");
        let others: usize =
            self.root.0.iter().map(|(name, raw)| 6 * name.len() + raw.get().len() + 8).sum();
        let mut text = Zeroizing::new(String::with_capacity(list.len() + others + 32));
        text.push('{');
        let mut fields: Vec<(&str, &str)> =
            self.root.0.iter().map(|(name, raw)| (name.as_str(), raw.get())).collect();
        if self.root.get(KEYS).is_none() {
            fields.push((KEYS, ""));
        }
        for (at, (name, value)) in fields.iter().enumerate() {
            text.push_str(if at > 0 { ",\n  " } else { "\n  " });
            quote(&mut text, name);
            text.push_str(": ");
            text.push_str(if *name == KEYS { &list } else { value });
        }
        text.push_str("\n}\n");
        Zeroizing::new(std::mem::take(&mut *text).into_bytes())
    }
}
