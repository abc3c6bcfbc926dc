//! Which keys a stage is about.

use super::super::contents::find_key;
use super::super::failure::{Failure, Outcome, exit};
use super::super::session::Session;
use super::moves::Move;
use crate::environment::EnvironmentName;
use crate::key::{KeyName, Reference};
use crate::vault::store::Vault;

/// Keys of one environment, at least one.
pub(super) struct Target {
    pub environment: EnvironmentName,
    pub keys: Vec<KeyName>,
}

/// The key that is named, the only one that can take the move, or the one that is chosen on the
/// terminal.
pub(super) fn one(
    session: &Session,
    vault: &Vault,
    reference: Option<&Reference>,
    wanted: Move,
) -> Outcome<Target> {
    let target = |environment, key| Target { environment, keys: vec![key] };
    if let Some(reference) = reference {
        without_version(reference)?;
        let environment = session.environment(vault, Some(reference))?;
        return Ok(target(environment, reference.key.clone()));
    }
    let mut fitting = Vec::new();
    for index in session.summaries(vault, session.environments(vault)?)? {
        let keys = index.keys.into_values().filter(|key| wanted.fits(key));
        fitting.extend(keys.map(|key| (index.environment.clone(), key.name)));
    }
    let names: Vec<String> = fitting.iter().map(|(env, key)| format!("{env}/{key}")).collect();
    let chosen = match (&fitting[..], session.ui.prompt()) {
        ([], _) => return Err(none_is_ready(wanted)),
        ([only], _) => only.clone(),
        (_, Ok(prompt)) => fitting[prompt.select("Which key?", &names)?].clone(),
        (_, Err(_)) => {
            return Err(Failure::usage("there are several keys")
                .advise(format!("name one: {}", names.join(", "))));
        }
    };
    Ok(target(chosen.0, chosen.1))
}

/// All keys of an environment that can take the move.
pub(super) fn all(
    session: &Session,
    vault: &Vault,
    wanted: Move,
    dry_run: bool,
) -> Outcome<Target> {
    let environment = session.environment(vault, None)?;
    let document = session.look(vault, &environment, dry_run)?;
    let fits = document.keys.values().filter(|key| wanted.fits_all(key, session.now()));
    let keys: Vec<KeyName> = fits.map(|key| key.name.clone()).collect();
    if keys.is_empty() { Err(none_is_ready(wanted)) } else { Ok(Target { environment, keys }) }
}

/// Fails when the document has no such key.
pub(super) fn check(document: &crate::vault::document::Document, keys: &[KeyName]) -> Outcome {
    keys.iter().try_for_each(|key| find_key(document, key).map(drop))
}

fn none_is_ready(wanted: Move) -> Failure {
    Failure::new(exit::FAILED, format!("no key is ready for `{}`", wanted.command()))
        .run("see where they stand", ["rotate", "status"])
}

pub(super) fn without_version(reference: &Reference) -> Outcome {
    if reference.version.is_some() {
        return Err(Failure::usage("a rotation is of a key, not of a version: leave the @ out"));
    }
    Ok(())
}
