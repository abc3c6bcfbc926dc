//! SQL for the SQLite database of auth-api-client, which keeps the SHA-256 of each key: the file
//! holds no secret.
//!
//! An accepted version is a row that is made or brought up to date; a version that is not accepted
//! any more has its row revoked, by the digest, whatever id it has. All of it is one transaction.
//!
//! - A row's `id` is a version 8 UUID (RFC 9562): the first 16 bytes of SHA-256 over
//!   `keyctl permas id 1`, a line feed and the digest in hex. So it is the same at each export, also
//!   when the key has another name by then, and tells nothing that the row does not.
//! - What keyctl revokes has a reason that begins with `keyctl: `. Only such a row comes back when
//!   its version is accepted again: what somebody else revoked stays so.
//! - A plain digest of a secret that can be guessed is as good as the secret. Only the forms that
//!   keyctl makes, with their check, are known to be strong.

use std::fmt::Write as _;

use ring::digest;
use zeroize::Zeroizing;

use super::{Contents, Entry, ExportError};
use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::key::{Digest, Key, State, Version, export_id};

const CONSUMER: &str = "auth-api-client's database";

/// Rows for one database.
#[derive(Debug, Clone)]
pub struct Permas {
    /// Which environment the rows are of; `None`: as the name of ours says.
    pub realm: Option<Realm>,
    /// Whose rows they are, in the words of the service.
    pub provider: String,
}

/// An environment of auth-api-client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Realm {
    /// For trying out.
    Test,
    /// For real.
    Live,
}

impl Realm {
    /// What the name of an environment tells.
    #[must_use]
    pub fn of(environment: &EnvironmentName) -> Option<Self> {
        match environment.as_str() {
            "dev" | "development" | "test" | "stage" | "staging" => Some(Self::Test),
            "live" | "prod" | "production" => Some(Self::Live),
            _ => None,
        }
    }

    /// The service's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }
}

impl Permas {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let realm = self.realm.or_else(|| Realm::of(contents.environment));
        let realm = realm.ok_or_else(|| ExportError::NoRealm(contents.environment.clone()))?;
        let mut sql = String::from("BEGIN IMMEDIATE;\n");
        let entries = contents.only_keys("auth-api-client's table")?;
        for entry in entries {
            let Some(digest) = entry.version.public_digest() else {
                let why =
                    "its secret may be weak, and a digest of it would give it away".to_owned();
                return Err(ExportError::Unfit {
                    consumer: CONSUMER,
                    key: contents.version(entry),
                    why,
                });
            };
            self.row(&mut sql, entry, digest, realm);
        }
        // What may be weak was never written, so there is nothing to revoke.
        let ended: Vec<_> = contents
            .ended
            .iter()
            .filter_map(|(key, version)| Some((key, version, version.public_digest()?)))
            .collect();
        if entries.is_empty() && ended.is_empty() {
            return Err(ExportError::Empty);
        }
        for (key, version, digest) in ended {
            revocation(&mut sql, key, version, digest);
        }
        sql.push_str("COMMIT;\n");
        Ok(Zeroizing::new(sql.into_bytes()))
    }

    fn row(&self, sql: &mut String, entry: &Entry<'_>, digest: Digest, realm: Realm) {
        let Entry { key, version, .. } = entry;
        let scopes: Vec<&str> = key.scopes.iter().map(String::as_str).collect();
        let allowed: Vec<String> = key.allowed_ips.iter().map(ToString::to_string).collect();
        let metadata = serde_json::to_string(&key.metadata).unwrap_or_else(|_| "{}".to_owned());
        let expires = key.expiry(version).map_or("NULL".to_owned(), moment);
        let columns = [
            ("id", quoted(&id(digest))),
            ("provider_id", quoted(&self.provider)),
            ("name", quoted(&export_id(&key.name, version.number))),
            ("token_hash", quoted(&digest.to_string())),
            ("scopes", quoted(&scopes.join(","))),
            ("created_at", moment(version.created)),
            ("expires_at", expires),
            ("description", quoted(&key.description)),
            ("environment", quoted(realm.word())),
            ("metadata", quoted(&metadata)),
            // What follows is the service's to change: an update leaves it alone.
            ("status", quoted("active")),
            ("ip_restrictions", quoted(&allowed.join(","))),
            ("is_revoked", "0".to_owned()),
        ];
        // Where it may be used from is the service's to say as long as nothing is said here.
        let restricted = if allowed.is_empty() { None } else { Some(&columns[11]) };
        let updated = columns[1..10].iter().chain(restricted);
        let names = columns.each_ref().map(|(name, _)| *name).join(", ");
        let values = columns.each_ref().map(|(_, value)| value.as_str()).join(", ");
        let _ = write!(
            sql,
            "INSERT INTO APIKeys ({names})\nVALUES ({values})\nON CONFLICT (id) DO UPDATE SET"
        );
        for (name, _) in updated {
            let _ = write!(sql, "\n  {name} = excluded.{name},");
        }
        for (at, (name, value)) in
            [("status", "'active'"), ("is_revoked", "0"), ("revoked_at", "NULL")]
                .into_iter()
                .chain([("revocation_reason", "NULL")])
                .enumerate()
        {
            let before = if at == 0 { "" } else { "," };
            let _ =
                write!(sql, "{before}\n  {name} = CASE WHEN {OURS} THEN {value} ELSE {name} END");
        }
        sql.push_str(";\n");
    }
}

/// Whether it was keyctl that revoked a row.
const OURS: &str = "revocation_reason LIKE 'keyctl: %'";

fn revocation(sql: &mut String, key: &Key, version: &Version, digest: Digest) {
    let end = match version.state {
        State::Revoked => version.revoked,
        State::Retired | State::Destroyed => version.retired,
        State::Active | State::Pending | State::Retiring => key.expiry(version),
    };
    let reason = match (version.state, &version.reason) {
        (_, Some(reason)) => reason,
        (State::Retired | State::Destroyed, None) => "retired",
        (State::Revoked, None) => "revoked",
        (State::Active | State::Pending | State::Retiring, None) => "expired",
    };
    let _ = writeln!(
        sql,
        "UPDATE APIKeys SET is_revoked = 1, status = 'revoked',\n  revoked_at = {}, \
         revocation_reason = {}\nWHERE token_hash = {}\n  AND (is_revoked IS NOT 1 OR {OURS});",
        end.map_or("NULL".to_owned(), moment),
        quoted(&format!("keyctl: {reason}")),
        quoted(&digest.to_string()),
    );
}

/// The id of a version's row.
fn id(digest: Digest) -> String {
    let text = format!("keyctl permas id 1\n{digest}");
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// A time as the service compares it: UTC without a zone.
fn moment(time: Time) -> String {
    quoted(&time.to_naive())
}

/// A text as SQL. What could end a line, move a cursor or hide is written as bytes: a script is
/// looked at before it is run, and a NUL would end it.
fn quoted(text: &str) -> String {
    if !text.contains(is_unsafe) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut sql = String::with_capacity(2 * text.len() + 20);
    sql.push_str("CAST(X'");
    for byte in text.bytes() {
        let _ = write!(sql, "{byte:02x}");
    }
    sql.push_str("' AS TEXT)");
    sql
}

/// Control characters, and those of Unicode that hide or turn around what stands beside them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{feff}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

#[cfg(test)]
mod tests {
    use super::{Realm, quoted};

    #[test]
    fn texts_cannot_leave_their_quotes() {
        assert_eq!(quoted("it's"), "'it''s'");
        assert_eq!(quoted("'; DROP TABLE APIKeys; --"), "'''; DROP TABLE APIKeys; --'");
        assert_eq!(quoted("a\nb"), "CAST(X'610a62' AS TEXT)");
        assert_eq!(quoted("\u{1b}[31m\0"), "CAST(X'1b5b33316d00' AS TEXT)");
        assert_eq!(quoted("clé 鍵"), "'clé 鍵'");
        assert_eq!(quoted("\u{202e}"), "CAST(X'e280ae' AS TEXT)");
    }

    #[test]
    fn only_plain_names_tell_the_environment() {
        let realm = |name: &str| Realm::of(&name.parse().unwrap());
        assert_eq!(realm("prod"), Some(Realm::Live));
        assert_eq!(realm("staging"), Some(Realm::Test));
        for name in ["eu", "prod-eu", "preprod", "prod2"] {
            assert_eq!(realm(name), None, "{name}");
        }
    }
}
