mod options;
mod place;

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::contents::find_key;
use super::failure::{Failure, Outcome};
use super::session::Session;
use crate::environment::EnvironmentName;
use crate::export::{Contents, Expired, Format, Side};
use crate::key::{Key, Reference};
use crate::vault::document::Document;
pub(super) use options::Kind;
use options::Options;
use place::Place;

/// Write what services must accept, or what clients send, in the form they read
///
/// For services: every version that is active, pending or retiring. With -o the file is replaced
/// in one step with mode 0600; a shell's > would empty it before the command runs.
///
/// chapkit reads `CHAPKIT_API_KEYS` where the application says
/// `.with_auth(env_var="CHAPKIT_API_KEYS")`; a plain `.with_auth()` reads `SERVICEKIT_API_KEYS`:
/// use --var.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Keys, [ENV/]NAME [default: all keys of the environment]
    #[arg(value_name = "KEY")]
    keys: Vec<Reference>,
    #[command(flatten)]
    options: Options,
    /// The one value that clients of one key send, instead of the list
    #[arg(long)]
    client: bool,
    /// Leave out keys whose active version has expired
    #[arg(long)]
    skip_expired: bool,
    /// Write to a file, in one step and with mode 0600; with --format systemd to a directory
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let place = Place::new(session, self.options.kind(), self.output.as_deref())?;
        let format = self.options.format(self.client, place.named())?;
        let vault = session.vault()?;
        let environment = self.environment(session)?;
        let environment = environment.map_or_else(|| session.environment(&vault, None), Ok)?;
        let document = session.read(&vault, &environment)?;
        let keys = self.keys(&document, &format)?;
        let contents = self.contents(session, &document, &keys)?;
        let artifact = format.write(&contents)?;
        let count = contents.keys.len() + contents.secrets.len();
        let secrets = if count == 1 { "secret" } else { "secrets" };
        place.put(session, &artifact, &format!("{count} {secrets} of {environment}"))
    }

    /// The environment that the references name; they must not name two.
    fn environment(&self, session: &Session) -> Outcome<Option<EnvironmentName>> {
        let mut named = None;
        for reference in &self.keys {
            if reference.version.is_some() {
                return Err(Failure::usage(format!(
                    "{reference}: an export is of keys: leave the @ out"
                )));
            }
            let this = session.explicit_environment(Some(reference))?;
            if named.is_some() && this != named {
                return Err(Failure::usage("an export is of one environment")
                    .advise("export each by itself"));
            }
            named = this;
        }
        if self.keys.is_empty() { session.explicit_environment(None) } else { Ok(named) }
    }

    /// The keys that are named, or all; single values that are not named only where the format
    /// holds several values.
    fn keys<'a>(&self, document: &'a Document, format: &Format) -> Outcome<Vec<&'a Key>> {
        if self.keys.is_empty() {
            let is_taken = |key: &&Key| format.holds_many() || !key.kind.is_single();
            return Ok(document.keys.values().filter(is_taken).collect());
        }
        let mut keys: Vec<&Key> = Vec::new();
        for reference in &self.keys {
            let key = find_key(document, &reference.key)?;
            if keys.iter().all(|earlier| earlier.name != key.name) {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    fn contents<'a>(
        &self,
        session: &Session,
        document: &'a Document,
        keys: &[&'a Key],
    ) -> Outcome<Contents<'a>> {
        let side = if self.client { Side::Clients } else { Side::Services };
        if let (Side::Clients, [_, _, ..]) = (side, keys) {
            let environment = &document.environment;
            let names: Vec<_> =
                keys.iter().map(|key| format!("{environment}/{}", key.name)).collect();
            return Err(Failure::usage("a client sends one key, and there are several")
                .advise(format!("name one: {}", names.join(", "))));
        }
        let expired = if self.skip_expired { Expired::Skip } else { Expired::Refuse };
        let (environment, generation) = (&document.environment, document.generation);
        Ok(Contents::new(environment, generation, keys, side, expired, session.now())?)
    }
}
