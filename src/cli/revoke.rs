use clap::Args;

use super::args::short;
use super::contents::{find_key, find_key_mut};
use super::failure::{Failure, Outcome};
use super::session::{Change, Session};
use crate::key::Reference;
use crate::key::lifecycle::{Moved, Refusal};
use crate::vault::error::VaultError;
use crate::vault::event::Event;
use crate::vault::store::Save;

/// Take a key or one version back for ever, and wipe its secret
///
/// Services stop accepting it with the next export. It cannot return; earlier generations of the
/// file, in the vault's backups, hold the secret until ten more commits.
#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The key, [ENV/]NAME for all its versions, or NAME@VERSION
    #[arg(value_name = "KEY")]
    key: Reference,
    /// Why; it is kept in the history
    #[arg(long, value_name = "TEXT", value_parser = short)]
    reason: Option<String>,
    #[command(flatten)]
    change: Change,
}

impl Revoke {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let environment = session.environment(&vault, Some(&self.key))?;
        let document = session.look(&vault, &environment, self.change.dry_run)?;
        let key = find_key(&document, &self.key.key)?;
        let name = format!("{environment}/{}", key.name);
        let numbers: Vec<u32> = match self.key.version {
            Some(number) if key.version(number).is_none() => {
                return Err(Failure::of_refusal(&name, &Refusal::NoVersion(number)));
            }
            Some(number) => vec![number],
            None => key.versions.iter().map(|version| version.number).collect(),
        };
        let live = |number: &u32| key.version(*number).is_some_and(|v| !v.state.is_final());
        let numbers: Vec<u32> = numbers.into_iter().filter(live).collect();
        if numbers.is_empty() {
            session.ui.say(&format!("{name}: nothing is left to revoke"));
            return Ok(());
        }
        let words =
            numbers.iter().map(|number| format!("{name}@{number}")).collect::<Vec<_>>().join(", ");
        let was_accepted = numbers
            .iter()
            .filter_map(|number| key.version(*number))
            .any(|version| key.is_accepted(version, session.now()));
        let reason = self.reason(session)?;
        session.consent(self.change, &format!("Revoke {words} for ever?"))?;

        let now = session.now();
        let after = session.edit(&vault, &environment, self.change, |document| {
            let live = |number: &u32| {
                let version = document.keys.get(&self.key.key).and_then(|key| key.version(*number));
                version.is_some_and(|version| !version.state.is_final())
            };
            if !numbers.iter().all(live) {
                return Err(VaultError::Changed { environment: environment.clone() }.into());
            }
            let mut promoted = None;
            let mut changed = Save::No;
            for number in &numbers {
                let key = find_key_mut(document, &self.key.key)?;
                let (moved, next) = key
                    .revoke(*number, &reason, now)
                    .map_err(|refusal| Failure::of_refusal(&name, &refusal))?;
                promoted = next.or(promoted);
                if moved == Moved::Changed {
                    changed = Save::Yes;
                    let event = Event::new(now, "revoke").of_key(&self.key.key).of_version(*number);
                    document.history.push(event.because(reason.as_str()));
                }
            }
            let key = find_key(document, &self.key.key)?;
            let left = !key.accepted(now).is_empty();
            let is_single = key.kind.is_single();
            let any_left = document.keys.values().any(|key| !key.accepted(now).is_empty());
            let promoted = promoted.filter(|number| !numbers.contains(number));
            Ok(((promoted, left, any_left, is_single), changed))
        })?;
        if self.change.dry_run {
            session.ui.say(&format!("{words} would be revoked; nothing was changed"));
            return Ok(());
        }
        session.ui.say(&format!("{words} revoked"));
        if was_accepted {
            session.ui.say("services accept what was revoked until they load a list without it");
        }
        let (promoted, left, any_left, is_single) = after;
        if let Some(number) = promoted {
            session.ui.say(&format!("{name}@{number} is active now: clients must send it"));
        }
        if is_single {
            if left {
                session.next("give services the new value", &["export", &name]);
            }
        } else if any_left {
            session.next("write the new list", &["export", "--env", environment.as_str()]);
        } else {
            session.ui.say(&format!(
                "{environment} has no list any more: stop the services that read it"
            ));
        }
        if !left {
            session.next("it has no version left; to make one", &["rotate", "add", &name]);
        }
        Ok(())
    }

    fn reason(&self, session: &Session) -> Outcome<String> {
        match &self.reason {
            Some(reason) if reason.trim().is_empty() => {
                Err(Failure::usage("the reason is empty: say --reason TEXT"))
            }
            Some(reason) => Ok(reason.clone()),
            None => {
                let prompt = session.prompt("a revocation has a reason: say --reason TEXT")?;
                let reason = prompt.line("Reason", None)?;
                if reason.is_empty() {
                    Err(Failure::usage("the reason is empty: say --reason TEXT"))
                } else {
                    Ok(reason)
                }
            }
        }
    }
}
