//! The canonical text.

use std::fmt::{Display, Write as _};

use zeroize::Zeroizing;

use super::{Document, FORMAT, signed_message};
use crate::key::{Key, Version};
use crate::secret::Secret;

pub(super) fn document(document: &Document) -> Zeroizing<String> {
    let body = body(document);
    let signature = document.signer.sign(&signed_message(&body));
    let mut text = Zeroizing::new(String::with_capacity(body.len() + 256));
    let _ = writeln!(text, "format = {FORMAT}\nsignature = \"{signature}\"");
    text.push_str(&body);
    text
}

fn body(document: &Document) -> Zeroizing<String> {
    // One size from the start: a buffer that grows leaves copies behind.
    let versions: usize = document.keys.values().map(|key| key.versions.len()).sum();
    let capacity = 4096 + versions * 640 + document.keys.len() * 256 + document.events.len() * 192;
    let mut out = Writer(Zeroizing::new(String::with_capacity(capacity)));
    out.text("environment", document.environment.as_str());
    out.text("id", &document.id);
    out.number("generation", document.generation);
    out.shown("created", document.created);
    out.text("signing_key", document.signer.to_text().expose());

    let policy = &document.policy;
    out.table("[policy]");
    out.shown("code", &policy.code);
    out.shown("profile", &policy.profile);
    out.maybe("rotate_every", policy.rotate_every);
    out.maybe("expire_after", policy.expire_after);
    out.shown("grace", policy.grace);
    out.shown("purge_after", policy.purge_after);

    for reader in &document.readers {
        out.table("[[recipients]]");
        out.text("name", &reader.name);
        out.shown("recipient", &reader.recipient);
        out.shown("added", reader.added);
    }
    for key in document.keys.values() {
        write_key(&mut out, key);
    }
    for event in &document.events {
        out.table("[[events]]");
        out.shown("at", event.at);
        out.text("command", &event.command);
        out.maybe("key", event.key.as_ref());
        out.maybe_number("version", event.version);
        out.maybe_text("note", event.note.as_deref());
    }
    out.0
}

fn write_key(out: &mut Writer, key: &Key) {
    out.table("[[keys]]");
    out.shown("name", &key.name);
    out.filled("description", &key.description);
    out.filled("owner", &key.owner);
    if !key.scopes.is_empty() {
        out.list("scopes", key.scopes.iter());
    }
    out.shown("created", key.created);
    out.maybe("expires", key.expires);
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
    out.shown("state", version.state);
    out.maybe_text("secret", version.secret.as_ref().map(Secret::expose));
    out.shown("digest", version.digest);
    out.maybe_number("replaces", version.replaces);
    out.shown("created", version.created);
    out.maybe("activated", version.activated);
    out.maybe("retiring", version.retiring);
    out.maybe("retire_by", version.retire_by);
    out.maybe("retired", version.retired);
    out.maybe("revoked", version.revoked);
    out.maybe("destroyed", version.destroyed);
    out.maybe("expires", version.expires);
    out.maybe_text("reason", version.reason.as_deref());
}

/// Writing to a `String` cannot fail, so the results of `write!` are dropped here and only here.
struct Writer(Zeroizing<String>);

impl Writer {
    fn table(&mut self, header: &str) {
        let _ = writeln!(self.0, "\n{header}");
    }

    fn number(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name} = {value}");
    }

    /// A value whose text needs no escape: names, times, digests.
    fn shown(&mut self, name: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name} = \"{value}\"");
    }

    fn text(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "{name} = ");
        self.quoted(value);
        self.0.push('\n');
    }

    fn list<'a>(&mut self, name: &str, values: impl Iterator<Item = &'a String>) {
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
        for part in value.split_inclusive(|c: char| matches!(c, '"' | '\\') || c.is_control()) {
            let (plain, special) = match part.char_indices().next_back() {
                Some((at, c)) if matches!(c, '"' | '\\') || c.is_control() => {
                    (&part[..at], Some(c))
                }
                _ => (part, None),
            };
            self.0.push_str(plain);
            match special {
                Some(c @ ('"' | '\\')) => self.0.extend(['\\', c]),
                Some(c) => {
                    let _ = write!(self.0, "\\u{:04X}", u32::from(c));
                }
                None => {}
            }
        }
        self.0.push('"');
    }
}
