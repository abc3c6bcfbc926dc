//! The canonical text.

use std::fmt::{Display, Write as _};

use zeroize::Zeroizing;

use super::{Document, FORMAT, Signed, read, signed_message};
use crate::clock::Time;
use crate::environment::FormatName;
use crate::key::{Key, Kind, Version};
use crate::secret::Secret;
use crate::vault::signer::SIGNATURE_TEXT;

pub(super) fn document(document: &Document) -> Signed {
    // What is wiped at the end costs as much as what is written: mostly it grows by a little.
    let (last, added) = (document.history.last_len(), document.history.added().len() * 160);
    let versions = || document.keys.values().map(|key| key.versions.len()).sum::<usize>();
    let new = if last == 0 { versions() * 272 + document.keys.len() * 128 } else { 0 };
    let capacity = 4096 + last + new + added;
    let mut out = Writer(Zeroizing::new(String::with_capacity(capacity)));
    out.number("format", FORMAT);
    // The signature is over what follows it, so its place is kept until that is written.
    out.text("signature", &" ".repeat(SIGNATURE_TEXT));
    let start = out.0.len();
    body(&mut out, document);
    let message = signed_message(&out.0[start..]);
    let signature = document.signer.sign(&message).to_string();
    let end = start - "\"\n".len();
    out.0.replace_range(end - signature.len()..end, &signature);
    Signed { text: out.0, message }
}

fn body(out: &mut Writer, document: &Document) {
    out.text("environment", document.environment.as_str());
    out.text("id", &document.id);
    out.number("generation", document.generation);
    out.time("created", document.created);
    out.text("signing_key", document.signer.to_text().expose());

    let policy = &document.policy;
    out.table("[policy]");
    out.shown("code", &policy.code);
    out.shown("profile", &policy.profile);
    out.maybe("rotate_every", policy.rotate_every);
    out.maybe("expire_after", policy.expire_after);
    out.shown("grace", policy.grace);
    out.shown("purge_after", policy.purge_after);
    out.maybe("quiet_for", policy.quiet_for);
    if !policy.formats.is_empty() {
        out.list("formats", policy.formats.iter().map(FormatName::as_str));
    }
    if !policy.former.is_empty() {
        let former: Vec<String> = policy.former.iter().map(ToString::to_string).collect();
        out.list("former", former.iter().map(String::as_str));
    }

    for reader in &document.readers {
        out.table("[[recipients]]");
        out.text("name", &reader.name);
        out.shown("recipient", &reader.recipient);
        out.time("added", reader.added);
    }
    let mut kept = document.history.kept_keys();
    for key in document.keys.values() {
        let (before, after) = kept.split_at(read::place(kept, &key.name).0);
        out.0.push_str(before);
        kept = after;
        write_key(out, key);
    }
    out.0.push_str(kept);
    out.0.push_str(document.history.text());
    for event in document.history.added() {
        out.table("[[events]]");
        out.time("at", event.at);
        out.text("command", &event.command);
        if let Some(key) = &event.key {
            out.plain("key", key.as_str().as_bytes());
        }
        out.maybe_number("version", event.version);
        out.maybe_text("note", event.note.as_deref());
    }
}

fn write_key(out: &mut Writer, key: &Key) {
    out.table("[[keys]]");
    out.plain("name", key.name.as_str().as_bytes());
    if key.kind != Kind::ApiKey {
        out.shown("kind", key.kind);
    }
    out.filled("description", &key.description);
    out.filled("owner", &key.owner);
    if !key.scopes.is_empty() {
        out.list("scopes", key.scopes.iter().map(String::as_str));
    }
    if !key.allowed_ips.is_empty() {
        let all: Vec<String> = key.allowed_ips.iter().map(ToString::to_string).collect();
        out.list("allowed_ips", all.iter().map(String::as_str));
    }
    let first = key.versions.first().map(|version| version.created);
    out.time("created", Some(key.created).filter(|created| Some(*created) != first));
    out.time("expires", key.expires);
    if !key.metadata.is_empty() {
        out.table("[keys.metadata]");
        for (name, value) in &key.metadata {
            out.quoted(name);
            out.0.push_str(" = ");
            out.quoted(value);
            out.0.push('\n');
        }
    }
    for version in &key.versions {
        write_version(out, version);
    }
}

fn write_version(out: &mut Writer, version: &Version) {
    out.table("[[keys.versions]]");
    out.number("number", version.number);
    out.plain("state", version.state.word().as_bytes());
    out.maybe_text("secret", version.secret.as_ref().map(Secret::expose));
    if version.is_weak {
        out.number("weak", 1);
    }
    // While there is a secret it tells its digest itself.
    let digest = version.public_digest().filter(|_| version.secret.is_none());
    if let Some(digest) = digest {
        out.plain("digest", &digest.to_hex());
    }
    out.maybe_number("replaces", version.replaces);
    out.time("created", version.created);
    out.time("activated", version.written_activated());
    out.time("retiring", version.retiring);
    out.time("retire_by", version.retire_by);
    out.time("retired", version.retired);
    out.time("revoked", version.revoked);
    out.time("destroyed", version.destroyed);
    out.time("expires", version.expires);
    out.maybe_text("reason", version.reason.as_deref());
}

/// Writing to a `String` cannot fail, so the results of `write!` are dropped here and only here.
struct Writer(Zeroizing<String>);

impl Writer {
    fn table(&mut self, header: &str) {
        for part in ["\n", header, "\n"] {
            self.0.push_str(part);
        }
    }

    fn number(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name} = {value}");
    }

    /// A value whose text needs no escape: names, times, digests.
    fn shown(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name} = \"{value}\"");
    }

    fn text(&mut self, name: &str, value: &str) {
        self.0.push_str(name);
        self.0.push_str(" = ");
        self.quoted(value);
        self.0.push('\n');
    }

    /// A value whose text needs no escape, at full speed.
    fn plain(&mut self, name: &str, value: &[u8]) {
        for part in [name, " = \"", std::str::from_utf8(value).unwrap_or_default(), "\"\n"] {
            self.0.push_str(part);
        }
    }

    fn time(&mut self, name: &str, value: impl Into<Option<Time>>) {
        if let Some(time) = value.into() {
            self.plain(name, &time.to_bytes());
        }
    }

    fn list<'a>(&mut self, name: &str, values: impl Iterator<Item = &'a str>) {
        let _ = write!(self.0, "{name} = [");
        for (at, value) in values.enumerate() {
            self.0.push_str(if at == 0 { "" } else { ", " });
            self.quoted(value);
        }
        self.0.push_str("]\n");
    }

    fn maybe(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.shown(name, value);
        }
    }

    fn maybe_number(&mut self, name: &str, value: Option<u32>) {
        if let Some(value) = value {
            self.number(name, value);
        }
    }

    fn maybe_text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    fn filled(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    /// A TOML basic string: `"`, `\` and control characters are escaped.
    fn quoted(&mut self, value: &str) {
        self.0.push('"');
        // Most values are plain ASCII, which is told without decoding.
        if value.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\') {
            self.0.push_str(value);
            self.0.push('"');
            return;
        }
        let special = |c: char| matches!(c, '"' | '\\') || c.is_control();
        let mut rest = value;
        while let Some(at) = rest.find(special) {
            self.0.push_str(&rest[..at]);
            let mut chars = rest[at..].chars();
            match chars.next() {
                Some(c @ ('"' | '\\')) => self.0.extend(['\\', c]),
                Some(c) => {
                    let _ = write!(self.0, "\\u{:04X}", u32::from(c));
                }
                None => {}
            }
            rest = chars.as_str();
        }
        self.0.push_str(rest);
        self.0.push('"');
    }
}
