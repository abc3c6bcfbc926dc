//! A file gateway's key file: `key_id:api_key`, one a line. Newer gateways read
//! `key_id:api_key[:rate_limit][:expiration]`.
//!
//! The gateway keeps rate limit and expiry by id, so each version has an id of its own. It reads an
//! expiry as the wall clock of the machine it runs on; with a zone behind it, every request with
//! that key would fail, so there is none.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::{Contents, Entry, ExportError};
use crate::clock::Zone;
use crate::key::{Key, export_id};

/// How long a key may be, in characters.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=128;
const CONSUMER: &str = "the gateway";
/// The metadata that a rate limit is taken from.
pub(crate) const RATE_LIMIT: &str = "rate_limit";

/// One key a line, with its id.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// What a line may hold.
    pub dialect: Dialect,
}

/// What a line may hold.
#[derive(Debug, Clone)]
pub enum Dialect {
    /// An id and a key.
    Basic,
    /// Also a rate limit and an expiry, as clocks of this zone show it.
    Extended(Zone),
}

/// The longest id that the gateway takes.
const MOST_ID: usize = 64;

/// The secrets of one file with what stands before and behind each.
type Lines<'a> = Vec<(String, &'a Entry<'a>, String)>;

impl Gateway {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let entries = contents.only_keys("a gateway's key file")?;
        contents.refuse_same_ids()?;
        let mut lines: Lines<'_> = Vec::with_capacity(entries.len());
        for entry in entries {
            refuse_unreadable(contents, entry)?;
            let id = export_id(&entry.key.name, entry.version.number);
            if id.len() > MOST_ID {
                let what = "the id of a gateway's key";
                return Err(ExportError::NameTooLong { what, name: id, most: MOST_ID });
            }
            lines.push((id, entry, self.rest(contents, entry)?));
        }
        let size = lines.iter().map(|(id, entry, rest)| id.len() + entry.secret.len() + rest.len());
        let mut file = Zeroizing::new(Vec::with_capacity(size.sum::<usize>() + 2 * lines.len()));
        for (id, entry, rest) in &lines {
            let secret = entry.secret.expose();
            for part in [id, ":", secret, rest, "\n"] {
                file.extend_from_slice(part.as_bytes());
            }
        }
        Ok(file)
    }

    /// What stands behind the key.
    fn rest(&self, contents: &Contents<'_>, entry: &Entry<'_>) -> Result<String, ExportError> {
        let mut rest = String::new();
        let Dialect::Extended(zone) = &self.dialect else { return Ok(rest) };
        let limit = rate_limit(entry.key).map_err(|why| unfit(contents.name(entry), why))?;
        let expiry = entry.key.expiry(entry.version).and_then(|end| zone.face(end));
        if let Some(limit) = limit {
            let _ = write!(rest, ":{limit}");
        }
        if let Some(face) = expiry {
            // The field of the rate limit is there, if only empty.
            let before = if limit.is_none() { "::" } else { ":" };
            let _ = write!(rest, "{before}{}", face.to_naive());
        }
        Ok(rest)
    }
}

fn unfit(key: String, why: &str) -> ExportError {
    ExportError::Unfit { consumer: CONSUMER, key, why: why.to_owned() }
}

/// The gateway skips a line with any other limit, and the key with it.
pub(super) fn rate_limit(key: &Key) -> Result<Option<u32>, &'static str> {
    let Some(text) = key.metadata.get(RATE_LIMIT) else { return Ok(None) };
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    let limit = text.parse().ok().filter(|_| is_plain);
    limit.map(Some).ok_or("its metadata rate_limit is not a positive whole number")
}

fn refuse_unreadable(contents: &Contents<'_>, entry: &Entry<'_>) -> Result<(), ExportError> {
    let secret = entry.secret.expose();
    let wrong = |why| Err(unfit(contents.version(entry), why));
    if !secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        return wrong("a key has letters, digits, _ and - only");
    }
    if !LENGTHS.contains(&secret.len()) {
        return wrong("a key has 16 to 128 characters");
    }
    Ok(())
}
