//! Whether what this machine saw last of an environment allows what it sees now.

use std::collections::BTreeMap;

use super::document::Document;
use super::error::VaultError;
use super::manifest::Manifest;
use super::pin::Pin;
use crate::clock::Time;

/// What a person has said they accept.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust {
    /// An older generation than was seen, another document of the same generation, or another
    /// environment of the same name.
    pub rollback: bool,
    /// Recipients that this machine did not add.
    pub recipients: bool,
}

/// Compares what `document` makes the pin with the one that was `seen`. `newest` is the manifest of
/// the newest generation seen, where it is still there.
pub fn compare(
    document: &Document,
    pin: &Pin,
    seen: &Pin,
    trust: Trust,
    newest: Option<&Manifest>,
    now: Time,
) -> Result<(), VaultError> {
    let environment = document.environment.clone();
    let (added, removed) = changes(pin, seen);
    let recipients_changed = !(added.is_empty() && removed.is_empty());
    if !trust.rollback {
        if pin.id != seen.id || pin.signer != seen.signer {
            return Err(VaultError::Replaced { environment });
        }
        let generation = pin.generation;
        if generation < seen.generation {
            let newest = newest.filter(|newest| newest.generation == seen.generation);
            let revived = newest.map(|newest| revived(document, newest, now));
            let seen = seen.generation;
            return Err(VaultError::RolledBack {
                environment,
                generation,
                seen,
                revived,
                recipients_changed,
            });
        }
        if generation == seen.generation && pin.seal != seen.seal {
            return Err(VaultError::Forked { environment, generation });
        }
    }
    if recipients_changed && !trust.recipients {
        return Err(VaultError::RecipientsChanged { environment, added, removed });
    }
    Ok(())
}

/// Who came and who went, by recipient: a name alone is no change.
fn changes(pin: &Pin, seen: &Pin) -> (Vec<String>, Vec<String>) {
    let only = |these: &Pin, those: &Pin| {
        let missing =
            these.recipients.iter().filter(|(key, _)| !those.recipients.contains_key(*key));
        missing.map(|(recipient, name)| format!("{name} ({recipient})")).collect::<Vec<_>>()
    };
    (only(pin, seen), only(seen, pin))
}

/// The versions that the older document accepts and the newest generation does not.
fn revived(older: &Document, newest: &Manifest, now: Time) -> Vec<String> {
    // By digest, as a key may have another name since.
    let versions = newest.keys.values().flat_map(|key| &key.versions);
    let later: BTreeMap<_, _> =
        versions.filter_map(|version| Some((version.digest?, version.state))).collect();
    let mut revived = Vec::new();
    for key in older.keys.values() {
        for version in key.accepted(now) {
            let state = version.digest.and_then(|digest| later.get(&digest));
            let state = state.filter(|state| !state.is_accepted());
            if let Some(state) = state {
                let name = format!("{}/{}@{}", older.environment, key.name, version.number);
                revived.push(format!("{name} ({state} since)"));
            }
        }
    }
    revived
}
