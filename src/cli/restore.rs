use clap::Args;

use super::contents::{find_key, find_key_mut};
use super::failure::{Failure, Outcome};
use super::session::{Change, Session};
use crate::key::lifecycle::{Moved, Refusal};
use crate::key::{Reference, State};
use crate::vault::event::Event;
use crate::vault::store::Save;

/// Have services accept a retired version again
///
/// It stands beside the active version as retiring, until the grace of the environment is over;
/// where no version is active, it becomes the active one.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The version, [ENV/]NAME@VERSION; without @VERSION the one retired last
    #[arg(value_name = "KEY")]
    key: Reference,
    #[command(flatten)]
    change: Change,
}

impl Restore {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let environment = session.environment(&vault, Some(&self.key))?;
        let now = session.now();
        let (name, number, moved, state, is_single) =
            session.edit(&vault, &environment, self.change, |document| {
                let policy = document.policy.clone();
                let key = find_key(document, &self.key.key)?;
                let name = format!("{environment}/{}", key.name);
                let retired = key.versions.iter().filter(|version| version.state == State::Retired);
                let last =
                    retired.max_by_key(|version| version.retired).map(|version| version.number);
                let Some(number) = self.key.version.or(last) else {
                    return Err(Failure::refused(format!("{name} has no retired version"))
                        .run("see its versions", ["show", &name]));
                };
                let key = find_key_mut(document, &self.key.key)?;
                let refused = |refusal: Refusal| Failure::of_refusal(&name, &refusal);
                let moved = key.restore(number, &policy, now).map_err(refused)?;
                let state = key.version(number).map_or(State::Retired, |version| version.state);
                let is_single = find_key(document, &self.key.key)?.kind.is_single();
                let save = if moved == Moved::Changed { Save::Yes } else { Save::No };
                if save == Save::Yes {
                    let event = Event::new(now, "restore").of_key(&self.key.key);
                    document.history.push(event.of_version(number));
                }
                Ok(((name, number, moved, state, is_single), save))
            })?;
        let would = if self.change.dry_run { "would be" } else { "is" };
        match moved {
            Moved::AlreadyDone => session.ui.say(&format!("{name}@{number} is {state} already")),
            Moved::Changed => {
                session.ui.say(&format!("{name}@{number} {would} {state}"));
                if is_single {
                    session.next("give services the value", &["export", &name]);
                } else {
                    let env = environment.as_str();
                    session.next("give services the list", &["export", "--env", env]);
                }
            }
        }
        Ok(())
    }
}
