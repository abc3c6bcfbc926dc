//! Our own JSON, for programs: all that an export says, on one line.
//!
//! ```json
//! {"schema":"keyctl.export/1","environment":"prod","generation":7,"side":"services",
//!  "keys":[{"id":"web-v2","name":"web","version":2,"state":"active","kind":"api-key",
//!           "secret":"sk_prod_…","created":"2026-11-22T16:00:00Z","expires":null,
//!           "description":"public site","owner":"ops","scopes":["read"],
//!           "allowed_ips":["192.0.2.0/24"],"metadata":{"team":"core"}}],
//!  "values":[]}
//! ```
//!
//! - `schema` is what is read first: what changes a meaning changes its number, what only adds a
//!   field does not.
//! - `generation` rises with every change of the environment.
//! - `side`: `services` when all is there that a service must accept, `clients` when it is what
//!   clients send.
//! - `keys` are versions of API keys, active first, then pending, then retiring, each by name;
//!   `values` are single values by name. One of the two may be empty.
//! - `id` is unlike for each version: the name, and `-vN` from the second on.
//! - `state`: `active`, `pending` or `retiring`. `kind`: `api-key`, or of a single value what a new
//!   one is made as: `secret:base64url:32`.
//! - `created` and `expires` are UTC instants (RFC 3339); `expires` is the earlier of the version's
//!   end and the key's, `null` when there is none.
//! - `allowed_ips` are addresses and networks that the key may be used from; none: from anywhere.
//! - `scopes` and the names in `metadata` are sorted. `description` and `owner` may be empty.
//!
//! No field is left out, and the same contents give the same bytes. Characters that a terminal would
//! act upon are escaped. Templates see the same fields.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use zeroize::Zeroizing;

use super::words::acts;
use super::{Contents, Entry, Side};
use crate::key::export_id;

/// What the schema is called.
pub const SCHEMA: &str = "keyctl.export/1";

/// How the line begins.
const START: &str = "{\"schema\":\"keyctl.export/";

/// One line of JSON.
#[derive(Debug, Clone, Copy)]
pub struct Json;

impl Json {
    #[expect(clippy::unused_self, reason = "each format is written the same way")]
    pub(super) fn write(self, contents: &Contents<'_>) -> Zeroizing<Vec<u8>> {
        line(&Export::of(contents), "\n")
    }

    /// Whether a line was written by an earlier export.
    #[expect(clippy::unused_self, reason = "each format is asked the same way")]
    pub(super) fn is_own_line(self, line: &str) -> bool {
        line.starts_with(START)
    }
}

/// All that is exported.
#[derive(Serialize)]
pub(super) struct Export<'a> {
    schema: &'static str,
    environment: &'a str,
    generation: u64,
    side: &'static str,
    keys: Vec<Exported<'a>>,
    values: Vec<Exported<'a>>,
}

/// One version.
#[derive(Serialize)]
struct Exported<'a> {
    id: String,
    name: &'a str,
    version: u32,
    state: &'static str,
    kind: String,
    secret: &'a str,
    created: String,
    expires: Option<String>,
    description: &'a str,
    owner: &'a str,
    scopes: &'a BTreeSet<String>,
    allowed_ips: Vec<String>,
    metadata: &'a BTreeMap<String, String>,
}

impl<'a> Export<'a> {
    pub(super) fn of(contents: &Contents<'a>) -> Self {
        let all = |entries: &[Entry<'a>]| entries.iter().map(Exported::of).collect();
        Self {
            schema: SCHEMA,
            environment: contents.environment.as_str(),
            generation: contents.generation,
            side: match contents.side {
                Side::Services => "services",
                Side::Clients => "clients",
            },
            keys: all(&contents.keys),
            values: all(&contents.secrets),
        }
    }
}

impl<'a> Exported<'a> {
    fn of(entry: &Entry<'a>) -> Self {
        let Entry { key, version, secret } = entry;
        Self {
            id: export_id(&key.name, version.number),
            name: key.name.as_str(),
            version: version.number,
            state: version.state.word(),
            kind: key.kind.to_string(),
            secret: secret.expose(),
            created: version.created.to_string(),
            expires: key.expiry(version).map(|end| end.to_string()),
            description: &key.description,
            owner: &key.owner,
            scopes: &key.scopes,
            allowed_ips: key.allowed_ips.iter().map(ToString::to_string).collect(),
            metadata: &key.metadata,
        }
    }
}

/// JSON and what ends it. Written twice, at first to count: a buffer that grew would leave copies of
/// secrets behind.
pub(super) fn line<T: Serialize>(value: &T, end: &str) -> Zeroizing<Vec<u8>> {
    let mut count = Count(0);
    put(value, &mut count);
    let mut bytes = Zeroizing::new(Vec::with_capacity(count.0 + end.len()));
    put(value, &mut *bytes);
    bytes.extend_from_slice(end.as_bytes());
    bytes
}

/// What is written has text for keys and goes to memory, so it always can be.
fn put<T: Serialize>(value: &T, to: impl io::Write) {
    let _ =
        value.serialize(&mut serde_json::Serializer::with_formatter(to, Calm(CompactFormatter)));
}

/// Counts what is written.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Compact JSON in which nothing acts upon a terminal.
struct Calm(CompactFormatter);

impl Formatter for Calm {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for part in fragment.split_inclusive(acts) {
            let last = part.chars().next_back().filter(|c| acts(*c));
            to.write_all(&part.as_bytes()[..part.len() - last.map_or(0, char::len_utf8)])?;
            for unit in last.map(|c| c.encode_utf16(&mut [0; 2]).to_vec()).unwrap_or_default() {
                write!(to, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        to: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.0.write_char_escape(to, escape)
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn nothing_in_json_acts_upon_a_terminal() {
        let text = "a\u{1b}[2J\u{7f}\u{9b}\u{202e}b\"\\é😀\u{e0001}\n";
        let written = line(&text, "");
        assert_eq!(
            std::str::from_utf8(&written).unwrap(),
            r#""a\u001b[2J\u007f\u009b\u202eb\"\\é😀\udb40\udc01\n""#
        );
        assert_eq!(serde_json::from_slice::<String>(&written).unwrap(), text);
        assert_eq!(written.len(), written.capacity());
    }
}
