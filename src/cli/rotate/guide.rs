use clap::Args;

use super::super::contents::{Summary, unknown_key};
use super::super::failure::{Failure, Outcome, exit};
use super::super::report;
use super::super::session::{Change, Session};
use super::{Move, status, take};
use crate::environment::EnvironmentName;
use crate::key::{Key, KeyName, Reference};
use crate::rotation::Rotation;
use crate::vault::store::Vault;

/// The guided form: where every open rotation stands, and its next stage on consent.
#[derive(Debug, Args)]
pub(super) struct Guide {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    #[command(flatten)]
    change: Change,
}

/// A key and the stage that is next for it.
struct Choice {
    environment: EnvironmentName,
    key: KeyName,
    next: Move,
    words: String,
}

impl Guide {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        self.key.as_ref().map_or(Ok(()), super::without_version)?;
        let vault = session.vault()?;
        let indexes = self.indexes(session, &vault)?;
        let keys =
            || indexes.iter().flat_map(|index| index.keys.values().map(move |key| (index, key)));
        let wanted =
            |key: &Key| self.key.as_ref().is_none_or(|reference| reference.key == key.name);
        let open: Vec<_> = keys()
            .filter(|(_, key)| wanted(key) && Rotation::of(key).is_some_and(|r| r.is_open()))
            .collect();
        if !open.is_empty() {
            session.ui.table(&status::table(&open, session.now()))?;
        }
        let mut choices: Vec<Choice> =
            open.iter().filter_map(|(index, key)| next(index, key)).collect();
        if let (Some(reference), [index]) = (&self.key, &indexes[..])
            && !index.keys.contains_key(&reference.key)
        {
            return Err(unknown_key(&index.environment, &reference.key, index.keys.keys()));
        }
        let Ok(prompt) = session.ui.prompt() else { return self.alone(session, &vault, &choices) };

        let mut rest: Vec<_> = keys()
            .filter(|(_, key)| wanted(key) && Move::Add.fits(key))
            .map(|(index, key)| (report::rotate_by(&index.policy, key), index, key))
            .collect();
        // The overdue ones first: what is due at no time comes last.
        rest.sort_by_key(|(due, ..)| (due.is_none(), *due));
        choices.extend(rest.iter().map(|(due, index, key)| {
            let due = due.map_or_else(String::new, |due| format!(", due {}", due.date()));
            choice(index, key, Move::Add, &format!("start a rotation{due}"))
        }));
        let chosen = match &choices[..] {
            [] => {
                return Err(Failure::new(exit::FAILED, "there is no key to rotate")
                    .run("see what there is", ["list"]));
            }
            [only] => only,
            several => {
                let words: Vec<String> =
                    several.iter().map(|choice| choice.words.clone()).collect();
                &several[prompt.select("What next?", &words)?]
            }
        };
        // A yes given beforehand is to the stages of what is open, not to beginning anew.
        if chosen.next == Move::Add && !self.change.dry_run {
            let question = format!("{}?", chosen.words);
            if !prompt.confirm(&question, false)? {
                return Err(Failure::new(exit::FAILED, "nothing was changed"));
            }
        }
        self.go(session, &vault, chosen)
    }

    /// Without a terminal: the one obvious next stage, with `--yes`.
    fn alone(&self, session: &Session, vault: &Vault, choices: &[Choice]) -> Outcome {
        match choices {
            [only] if self.change.yes || self.change.dry_run => self.go(session, vault, only),
            [only] => Err(Failure::refused(format!("next: {}", only.words))
                .advise("there is no terminal to ask on: say --yes, or the stage by name")),
            [] => Err(Failure::usage("no rotation is open, and there is no terminal to ask on")
                .advise("name the key and the stage: rotate add KEY")),
            several => {
                let words: Vec<_> = several.iter().map(|choice| choice.words.as_str()).collect();
                Err(Failure::usage("several rotations are open")
                    .advise(format!("name the key and the stage:\n{}", words.join("\n"))))
            }
        }
    }

    fn go(&self, session: &Session, vault: &Vault, chosen: &Choice) -> Outcome {
        let Choice { environment, key, next, .. } = chosen;
        take(session, vault, environment, key, *next, self.change)?.tell(session, environment);
        Ok(())
    }

    fn indexes(&self, session: &Session, vault: &Vault) -> Outcome<Vec<Summary>> {
        let environments = match &self.key {
            Some(key) => vec![session.environment(vault, Some(key))?],
            None => session.environments(vault)?,
        };
        let mut indexes = Vec::new();
        for environment in environments {
            indexes.extend(session.known(vault, &environment)?.index);
        }
        Ok(indexes)
    }
}

fn next(index: &Summary, key: &Key) -> Option<Choice> {
    let rotation = Rotation::of(key)?;
    let next = Move::after(rotation.stage)?;
    let words = match next {
        Move::Migrate => format!("migrate: clients send @{}", rotation.new.number),
        _ => format!("remove: services stop accepting @{}", rotation.old.number),
    };
    Some(choice(index, key, next, &words))
}

fn choice(index: &Summary, key: &Key, next: Move, words: &str) -> Choice {
    Choice {
        environment: index.environment.clone(),
        key: key.name.clone(),
        next,
        words: format!("{}/{}: {words}", index.environment, key.name),
    }
}
