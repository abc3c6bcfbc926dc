//! The guided form: where every open rotation stands, and its next stage on consent.

use clap::Args;

use super::super::contents::{Summary, unknown_key};
use super::super::failure::{Failure, Outcome, exit};
use super::super::session::{Change, Session};
use super::gate::Asked;
use super::leak::Leak;
use super::moves::Move;
use super::stage::{Taking, take, tell};
use super::status;
use super::target::{self, Target};
use crate::due;
use crate::environment::EnvironmentName;
use crate::key::{Key, KeyName, Reference};
use crate::rotation::Rotation;
use crate::vault::store::Vault;

#[derive(Debug, Args)]
pub(super) struct Guide {
    /// The key, [ENV/]NAME
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    /// All keys of the environment: the stage that is next for them, in one commit
    #[arg(long, conflicts_with_all = ["key", "compromised"])]
    all: bool,
    #[command(flatten)]
    leak: Leak,
    #[command(flatten)]
    change: Change,
}

/// Keys and the stage that is next for them.
struct Choice {
    environment: EnvironmentName,
    keys: Vec<KeyName>,
    next: Move,
    /// For a list: `migrate prod/web: clients send @2`.
    words: String,
    /// What it changes, in full.
    effect: Vec<String>,
}

impl Guide {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        if let (true, Some(reference)) = (self.leak.compromised, &self.key) {
            return self.leak.run(session, reference, self.change);
        }
        self.key.as_ref().map_or(Ok(()), target::without_version)?;
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
        if let (Some(reference), [index]) = (&self.key, &indexes[..])
            && !index.keys.contains_key(&reference.key)
        {
            return Err(unknown_key(&index.environment, &reference.key, index.keys.keys()));
        }
        if self.all {
            let [index] = &indexes[..] else {
                return Err(Failure::usage("--all is of one environment: name it with --env"));
            };
            return self.go(session, &vault, &all(session, index)?);
        }
        let mut choices: Vec<Choice> =
            open.iter().filter_map(|(index, key)| next(index, key)).collect();
        let Ok(prompt) = session.ui.prompt() else { return self.alone(session, &vault, &choices) };

        let mut rest: Vec<_> = keys()
            .filter(|(_, key)| wanted(key) && Move::Add.fits(key))
            .map(|(index, key)| (due::rotate_by(&index.policy, key), index, key))
            .collect();
        // The overdue ones first: what is due at no time comes last.
        rest.sort_by_key(|(due, ..)| (due.is_none(), *due));
        choices.extend(rest.iter().map(|(due, index, key)| {
            let due = match due {
                Some(due) if *due <= session.now() => format!(", overdue since {}", due.date()),
                Some(due) => format!(", due {}", due.date()),
                None => String::new(),
            };
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
        for effect in &chosen.effect {
            session.ui.say(effect);
        }
        // The other stages ask at their gate. A yes given beforehand is to the stages of what is
        // open, not to beginning anew, unless all are meant.
        let is_said = self.all && self.change.yes;
        if chosen.next == Move::Add && !self.change.dry_run && !is_said {
            let question = format!("{}?", chosen.words);
            let change = Change { yes: false, ..self.change };
            session.consent(change, &question)?;
        }
        let unattended = self.change.yes || session.ui.prompt().is_err();
        let asked = Asked { unattended, ..Asked::default() };
        let target = Target { environment: chosen.environment.clone(), keys: chosen.keys.clone() };
        let taking = Taking { wanted: chosen.next, asked, change: self.change };
        let done = take(session, vault, &target, &taking)?;
        tell(session, vault, &target.environment, &done);
        Ok(())
    }

    fn indexes(&self, session: &Session, vault: &Vault) -> Outcome<Vec<Summary>> {
        let environments = match &self.key {
            Some(key) => vec![session.environment(vault, Some(key))?],
            None if self.all => vec![session.environment(vault, None)?],
            None => session.environments(vault)?,
        };
        session.summaries(vault, environments)
    }
}

/// The stage that is next for the keys of an environment: the earliest of those that are open, so
/// that all come to the same stage; where none is open, a new rotation of all.
fn all(session: &Session, index: &Summary) -> Outcome<Choice> {
    for next in [Move::Migrate, Move::Remove, Move::Add] {
        let fits = |key: &&Key| next.fits_all(key, session.now());
        let keys: Vec<&Key> = index.keys.values().filter(fits).collect();
        if keys.is_empty() {
            continue;
        }
        let count =
            if keys.len() == 1 { "1 key".to_owned() } else { format!("{} keys", keys.len()) };
        let verb = match next {
            Move::Add => "start a rotation of",
            other => other.word(),
        };
        return Ok(Choice {
            environment: index.environment.clone(),
            keys: keys.iter().map(|key| key.name.clone()).collect(),
            next,
            words: format!("{verb} {count} of {}", index.environment),
            effect: keys
                .iter()
                .map(|key| next.effect(&format!("{}/{}", index.environment, key.name), key))
                .collect(),
        });
    }
    Err(Failure::new(exit::FAILED, format!("{} has no key to rotate", index.environment))
        .run("see what there is", ["list", "--env", index.environment.as_str()]))
}

fn next(index: &Summary, key: &Key) -> Option<Choice> {
    let rotation = Rotation::of(key)?;
    let next = Move::after(rotation.stage)?;
    let words = match next {
        Move::Migrate => format!("migrate, so that clients send @{}", rotation.new.number),
        _ => format!("remove, so that services stop accepting @{}", rotation.old.number),
    };
    Some(choice(index, key, next, &words))
}

fn choice(index: &Summary, key: &Key, next: Move, words: &str) -> Choice {
    let name = format!("{}/{}", index.environment, key.name);
    Choice {
        environment: index.environment.clone(),
        keys: vec![key.name.clone()],
        next,
        effect: vec![next.effect(&name, key)],
        words: format!("{name}: {words}"),
    }
}
