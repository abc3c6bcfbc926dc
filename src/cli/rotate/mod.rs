//! `rotate`: the stages, said one by one or for all keys at once; the guided form, where rotations
//! stand, what logs prove, and the way out when a key has leaked.

mod deliver;
mod evidence;
mod gate;
mod guide;
mod leak;
mod moves;
mod stage;
mod status;
mod target;

use clap::{Args, Subcommand};

use super::failure::Outcome;
use super::session::Session;
use stage::{Back, Migrate, Remove, Step};

pub(super) use deliver::{all_look_alike, hint_at_code};

/// Replace a key in stages, so that nobody is cut off
///
/// add: services must accept the old and the new version. migrate: clients send the new one.
/// remove: services stop accepting the old one. back takes the last stage back. A stage that is
/// done already is no error, so a script can run again. Without a stage: the guided form.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Rotate {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    guided: guide::Guide,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// 1. Add a version that services must accept beside the active one
    Add(Step),
    /// 2. Make the new version the one that clients send
    Migrate(Migrate),
    /// 3. Have services stop accepting the old version
    Remove(Remove),
    /// Take the last stage back
    Back(Back),
    /// Show where rotations stand, without a passphrase
    Status(status::Status),
    /// Tell from logs whether the next stage would cut somebody off
    Evidence(evidence::Show),
}

impl Rotate {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        match &self.verb {
            None => self.guided.run(session),
            Some(Verb::Add(verb)) => verb.run(session),
            Some(Verb::Migrate(verb)) => verb.run(session),
            Some(Verb::Remove(verb)) => verb.run(session),
            Some(Verb::Back(verb)) => verb.run(session),
            Some(Verb::Status(verb)) => verb.run(session),
            Some(Verb::Evidence(verb)) => verb.run(session),
        }
    }
}
