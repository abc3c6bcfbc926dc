use clap::Args;

use super::contents::{find_key, find_key_mut};
use super::failure::{Failure, Outcome};
use super::session::{Change, Session};
use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::key::lifecycle::Refusal;
use crate::key::{KeyName, Reference, State};
use crate::vault::document::Document;
use crate::vault::event::Event;
use crate::vault::store::{Save, Vault};

/// Destroy the secrets of retired versions
///
/// Without a key: those retired for longer than policy keeps them. Digest, dates and history stay.
/// Earlier generations of the file, in the vault's backups, hold the secret until ten more commits.
#[derive(Debug, Args)]
pub(super) struct Purge {
    /// A key, [ENV/]NAME[@VERSION]: its retired versions, however long ago
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    #[command(flatten)]
    change: Change,
}

impl Purge {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let environments = match &self.key {
            Some(key) => vec![session.environment(&vault, Some(key))?],
            None => session.environments(&vault)?,
        };
        let mut found = false;
        for environment in environments {
            found |= self.purge(session, &vault, &environment)?;
        }
        if !found {
            session.ui.say("nothing is to be destroyed");
        }
        Ok(())
    }

    fn purge(
        &self,
        session: &Session,
        vault: &Vault,
        environment: &EnvironmentName,
    ) -> Outcome<bool> {
        let now = session.now();
        let chosen = self.choose(&session.look(vault, environment, self.change.dry_run)?, now)?;
        if chosen.is_empty() {
            return Ok(false);
        }
        let named = |(key, number): &(KeyName, u32)| format!("{environment}/{key}@{number}");
        let words = chosen.iter().map(named).collect::<Vec<_>>().join(", ");
        session.consent(self.change, &format!("Destroy the secrets of {words}?"))?;
        session.edit(vault, environment, self.change, |document| {
            for (name, number) in &chosen {
                let key = find_key_mut(document, name)?;
                let refused = |refusal: Refusal| {
                    Failure::of_refusal(&format!("{environment}/{name}"), &refusal)
                };
                key.destroy(*number, now).map_err(refused)?;
                document.history.push(Event::new(now, "purge").of_key(name).of_version(*number));
            }
            Ok(((), Save::Yes))
        })?;
        let done = if self.change.dry_run { "would be destroyed" } else { "destroyed" };
        session.ui.say(&format!("{words} {done}"));
        Ok(true)
    }

    /// The versions to destroy.
    fn choose(&self, document: &Document, now: Time) -> Outcome<Vec<(KeyName, u32)>> {
        let Some(reference) = &self.key else {
            let due = |key: &crate::key::Key| {
                let versions = key.purgeable(&document.policy, now).into_iter();
                versions.map(|version| (key.name.clone(), version.number)).collect::<Vec<_>>()
            };
            return Ok(document.keys.values().flat_map(due).collect());
        };
        let key = find_key(document, &reference.key)?;
        if let Some(number) = reference.version {
            let name = format!("{}/{}", document.environment, key.name);
            let version = key.version(number).ok_or(Refusal::NoVersion(number));
            let version = version.map_err(|refusal| Failure::of_refusal(&name, &refusal))?;
            if version.state.is_accepted() {
                return Err(Failure::refused(format!("{name}@{number} is {}", version.state))
                    .advise("only what services need not accept can be destroyed")
                    .run(
                        "to take it back for ever",
                        ["revoke", &format!("{name}@{number}"), "--reason", "…"],
                    ));
            }
        }
        let wanted = |number| reference.version.is_none_or(|wanted| wanted == number);
        let retired = key.versions.iter().filter(|version| version.state == State::Retired);
        let numbers = retired.map(|version| version.number).filter(|number| wanted(*number));
        Ok(numbers.map(|number| (key.name.clone(), number)).collect())
    }
}
