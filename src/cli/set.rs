use clap::Args;

use super::args::{end_of_life, pair, scope, short};
use super::contents::{find_key, find_key_mut};
use super::failure::{Failure, Outcome, exit};
use super::session::{Change, Session};
use crate::clock::Time;
use crate::key::Network;
use crate::key::{Key, KeyName, Reference};
use crate::vault::document::Document;
use crate::vault::event::Event;
use crate::vault::store::Save;

/// Change what is said of a key: name, owner, metadata, scopes, addresses, expiry
#[derive(Debug, Args)]
pub(super) struct Set {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY")]
    key: Reference,
    /// Give it another name
    #[arg(long, value_name = "NAME")]
    name: Option<KeyName>,
    /// What it is for; empty for nothing
    #[arg(long, value_name = "TEXT", value_parser = short)]
    description: Option<String>,
    /// Who answers for it; empty for nobody
    #[arg(long, value_name = "TEXT", value_parser = short)]
    owner: Option<String>,
    /// Set a string pair of your own; may be given several times
    #[arg(long = "meta", value_name = "NAME=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
    /// Take a string pair away; may be given several times
    #[arg(long = "unset-meta", value_name = "NAME")]
    unset_metadata: Vec<String>,
    /// Add a scope; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    scopes: Vec<String>,
    /// Take a scope away; may be given several times
    #[arg(long = "unset-scope", value_name = "SCOPE")]
    unset_scopes: Vec<String>,
    /// Allow it from there too, 192.0.2.7 or 192.0.2.0/24; may be given several times. A key without
    /// any is allowed from anywhere
    #[arg(long = "allow-ip", value_name = "NETWORK")]
    allowed_ips: Vec<Network>,
    /// Do not allow it from there any more; may be given several times
    #[arg(long = "unset-allow-ip", value_name = "NETWORK")]
    unset_allowed_ips: Vec<Network>,
    /// When its life ends: 90d, 2027-01-31, an RFC 3339 time, or never
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    #[command(flatten)]
    change: Change,
}

/// What becomes of the key's end.
#[derive(Clone, Copy)]
enum Life {
    Kept,
    Endless,
    Until(Time),
}

impl Set {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let reference = self.key.to_string();
        if self.key.version.is_some() {
            return Err(Failure::usage("a version has nothing to set: leave the @ out"));
        }
        if self.is_empty() {
            return Err(Failure::usage("there is nothing to change")
                .run("what can be set", ["help", "set"]));
        }
        let now = session.now();
        let life = match self.expires.as_deref() {
            None => Life::Kept,
            Some("never") => Life::Endless,
            Some(text) => Life::Until(end_of_life(text, now)?),
        };
        let vault = session.vault()?;
        let environment = session.environment(&vault, Some(&self.key))?;
        let changed = session.edit(&vault, &environment, self.change, |document| {
            let changes = self.apply(document, life, now)?;
            let save = if changes.is_empty() { Save::No } else { Save::Yes };
            Ok((changes, save))
        })?;
        let done = match (changed.is_empty(), self.change.dry_run) {
            (true, _) => "is like that already".to_owned(),
            (false, true) => format!("would be changed: {}", changed.join(", ")),
            (false, false) => format!("is changed: {}", changed.join(", ")),
        };
        session.ui.say(&format!("{reference} {done}"));
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.owner.is_none()
            && self.expires.is_none()
            && self.metadata.is_empty()
            && self.unset_metadata.is_empty()
            && self.scopes.is_empty()
            && self.unset_scopes.is_empty()
            && self.allowed_ips.is_empty()
            && self.unset_allowed_ips.is_empty()
    }

    /// Applies the changes and returns the names of the fields that are different now.
    fn apply(&self, document: &mut Document, life: Life, now: Time) -> Outcome<Vec<&'static str>> {
        let before = find_key(document, &self.key.key)?.clone();
        let key = find_key_mut(document, &self.key.key)?;
        if let Some(description) = &self.description {
            key.description.clone_from(description);
        }
        if let Some(owner) = &self.owner {
            key.owner.clone_from(owner);
        }
        key.metadata.retain(|name, _| !self.unset_metadata.contains(name));
        key.metadata.extend(self.metadata.iter().cloned());
        key.scopes.retain(|scope| !self.unset_scopes.contains(scope));
        key.scopes.extend(self.scopes.iter().cloned());
        key.allowed_ips.retain(|network| !self.unset_allowed_ips.contains(network));
        key.allowed_ips.extend(&self.allowed_ips);
        match life {
            Life::Kept => {}
            Life::Endless => key.set_expiry(None),
            Life::Until(end) => key.set_expiry(Some(end)),
        }
        if let Some(name) = self.name.clone().filter(|name| *name != before.name) {
            rename(document, &before.name, name)?;
        }
        let name = self.name.as_ref().unwrap_or(&before.name);
        let changes = differences(&before, find_key(document, name)?);
        if !changes.is_empty() {
            let mut note = changes.join(", ");
            if *name != before.name {
                note = format!("{note}{RENAMED}{}", before.name);
            }
            document.history.push(Event::new(now, "set").of_key(name).because(note));
        }
        Ok(changes)
    }
}

/// Stands in the note of a renaming, before the name that the key had.
const RENAMED: &str = "; it was ";

/// The name that a key had before this event, when the event gave it another.
pub(super) fn renamed_from(event: &Event) -> Option<KeyName> {
    let (_, earlier) = event.note.as_deref()?.split_once(RENAMED)?;
    (event.command == "set").then(|| earlier.parse().ok())?
}

fn rename(document: &mut Document, old: &KeyName, new: KeyName) -> Outcome {
    if document.keys.contains_key(&new) {
        let there = format!("{}/{new} is there already", document.environment);
        let new = format!("{}/{new}", document.environment);
        return Err(Failure::new(exit::FAILED, there).run("look at it", ["show", &new]));
    }
    if let Some(mut key) = document.keys.remove(old) {
        key.name = new.clone();
        document.keys.insert(new, key);
    }
    Ok(())
}

fn differences(before: &Key, after: &Key) -> Vec<&'static str> {
    [
        ("name", before.name != after.name),
        ("description", before.description != after.description),
        ("owner", before.owner != after.owner),
        ("metadata", before.metadata != after.metadata),
        ("scopes", before.scopes != after.scopes),
        ("addresses", before.allowed_ips != after.allowed_ips),
        ("expiry", before.expires != after.expires),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}
