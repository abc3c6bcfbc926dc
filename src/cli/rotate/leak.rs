//! A key has leaked: a new version is active and the leaked one revoked, in one commit.

use clap::Args;
use serde::Serialize;

use super::super::contents::{find_key, find_key_mut};
use super::super::failure::{Failure, Outcome};
use super::super::session::{Change, Session};
use super::deliver;
use crate::key::generate::System;
use crate::key::lifecycle::Refusal;
use crate::key::{Key, Reference, State};
use crate::rotation::{self, Compromised};
use crate::vault::error::VaultError;
use crate::vault::event::Event;
use crate::vault::store::Save;

/// What bare `rotate` takes when a key has leaked.
#[derive(Debug, Args)]
pub(super) struct Leak {
    /// The key has leaked: revoke what clients were given, and make another version active at once:
    /// the pending one, else a new one; KEY@N: revoke that version only
    #[arg(long, requires_all = ["reason", "key"])]
    pub compromised: bool,
    /// Why, with --compromised
    #[arg(long, value_name = "TEXT", requires = "compromised")]
    reason: Option<String>,
    /// Report as JSON, with --compromised
    #[arg(long, requires = "compromised")]
    json: bool,
}

#[derive(Serialize)]
struct LeakReport {
    key: String,
    changed: bool,
    dry_run: bool,
    revoked: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active: Option<u32>,
    services_accept: Vec<u32>,
}

impl Leak {
    pub(super) fn run(&self, session: &Session, reference: &Reference, change: Change) -> Outcome {
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let reason =
            reason.ok_or_else(|| Failure::usage("the reason is empty: say --reason TEXT"))?;
        let vault = session.vault()?;
        let environment = session.environment(&vault, Some(reference))?;
        let document = session.look(&vault, &environment, change.dry_run)?;
        let key = find_key(&document, &reference.key)?;
        let name = format!("{environment}/{}", key.name);
        let before = states(key);
        let leaked = match reference.version {
            Some(number) => {
                let version = key.version(number);
                let version = version.ok_or(Refusal::NoVersion(number));
                let version = version.map_err(|error| Failure::of_refusal(&name, &error))?;
                if version.state.is_final() { Vec::new() } else { vec![number] }
            }
            None => rotation::given(key),
        };
        let leaked: Vec<_> = leaked.iter().map(|number| format!("{name}@{number}")).collect();
        let leaked = leaked.join(", ");
        if !leaked.is_empty() {
            session.consent(
                change,
                &format!("Clients that send {leaked} will be cut off. Revoke it for ever?"),
            )?;
        }
        let policy = document.policy.clone();
        let is_single = key.kind.is_single();
        let (done, report, any_left, is_over) =
            session.edit(&vault, &environment, change, |document| {
                let now = session.now();
                let kind = find_key(document, &reference.key)?.kind;
                let secret = document.generate_secret(kind, now, &System::default())?;
                let key = find_key_mut(document, &reference.key)?;
                if states(key) != before {
                    return Err(VaultError::Changed { environment: environment.clone() }.into());
                }
                let version = reference.version;
                let done = rotation::compromise(key, &policy, version, reason, now, || Ok(secret))
                    .map_err(|refusal: Refusal| Failure::of_refusal(&name, &refusal))?;
                let report = LeakReport {
                    key: name.clone(),
                    changed: !done.revoked.is_empty(),
                    dry_run: change.dry_run,
                    revoked: done.revoked.clone(),
                    made: done.made,
                    active: key.in_state(State::Active).map(|version| version.number),
                    services_accept: key
                        .accepted(now)
                        .iter()
                        .map(|version| version.number)
                        .collect(),
                };
                for number in &done.revoked {
                    let event = Event::new(now, "rotate --compromised");
                    let event = event.of_key(&reference.key).of_version(*number);
                    document.history.push(event.because(reason));
                }
                let any_left = document.keys.values().any(|key| !key.accepted(now).is_empty());
                let is_over = find_key(document, &reference.key)?.is_over(now);
                let save = if done.revoked.is_empty() { Save::No } else { Save::Yes };
                Ok(((done, report, any_left, is_over), save))
            })?;
        if self.json {
            return Ok(session.ui.json("keyctl.rotate.compromised/1", &report)?);
        }
        tell(session, &done, &report);
        if !change.dry_run && report.changed {
            let env = environment.as_str();
            if is_single {
                session.ui.say("at once, as services go on with the leaked value until then:");
                deliver::to_holders(session, &name, &policy);
            } else if any_left {
                session
                    .ui
                    .say("at once, as services let the leaked key in until they have the list:");
                deliver::to_services(session, env, &policy);
            } else {
                session.ui.say(&format!(
                    "{environment} has no list any more: stop the services that read it"
                ));
            }
            if is_over {
                let later = ["set", &name, "--expires", "90d"];
                session.next("the key is over; to give it a later end", &later);
            } else if report.active.is_some() && !is_single {
                let purpose = "then give clients the new value";
                deliver::to_clients(session, &[&name], &policy, purpose);
                if let (None, None, Some(active)) = (reference.version, done.made, report.active) {
                    let pending = format!("{name}@{active}");
                    let args = ["rotate", &pending, "--compromised", "--reason", "TEXT"];
                    session.next(&format!("if @{active} has leaked too"), &args);
                }
            } else if report.active.is_none() {
                session.next("it has no version left; to make one", &["rotate", "add", &name]);
            }
        }
        Ok(())
    }
}

/// What must not have changed between the question and the answer.
fn states(key: &Key) -> Vec<(u32, State)> {
    key.versions.iter().map(|version| (version.number, version.state)).collect()
}

fn tell(session: &Session, done: &Compromised, report: &LeakReport) {
    let name = &report.key;
    if done.revoked.is_empty() {
        session.ui.say(&format!("{name}: it was revoked before; nothing was changed"));
        return;
    }
    let revoked: Vec<_> = done.revoked.iter().map(|number| format!("{name}@{number}")).collect();
    if report.dry_run {
        session.ui.say("nothing was changed; it would be:");
    }
    session.ui.say(&format!("revoked for ever: {}", revoked.join(", ")));
    if let Some(active) = report.active {
        let new = if done.made.is_some() { "new and " } else { "" };
        session.ui.say(&format!("{new}active: {name}@{active}"));
    }
    session.ui.say(&format!(
        "cut off as soon as services load the list: every client that still sends {}",
        revoked.join(", ")
    ));
}
