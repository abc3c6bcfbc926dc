use clap::{Args, Subcommand};
use serde::Serialize;

use super::export::Kind;
use super::failure::{Failure, Outcome, exit};
use super::session::{Change, Report, Session, person};
use crate::clock::Period;
use crate::environment::{Code, EnvironmentName, Policy, Profile};
use crate::fs;
use crate::key::generate::System;
use crate::ui::table::{Cell, Table};
use crate::vault::document::{Additions, Document, Reader};
use crate::vault::event::Event;
use crate::vault::store::{Access, Save, Vault};

/// List, add, change and remove environments
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct Env {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the environments with their rules and recipients
    #[command(visible_alias = "ls")]
    List(Report),
    /// Make an environment
    Add(Add),
    /// Change an environment's rules
    Set(Set),
    /// Take an environment out of the vault
    #[command(visible_alias = "rm")]
    Remove(Remove),
}

#[derive(Debug, Args)]
struct Add {
    /// Name of the environment
    #[arg(value_name = "NAME")]
    name: EnvironmentName,
    /// Take recipients and rules from another environment
    #[arg(long, value_name = "OTHER")]
    like: Option<EnvironmentName>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
struct Set {
    /// Name of the environment
    #[arg(value_name = "NAME")]
    name: Option<EnvironmentName>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Args)]
struct Remove {
    /// Name of the environment
    #[arg(value_name = "NAME")]
    name: EnvironmentName,
    /// Remove it although services still accept keys of it
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    change: Change,
}

/// The rules that can be set.
#[derive(Debug, Args)]
struct Rules {
    /// What stands for the environment in its keys, `sk_CODE_…`: a short one lets logs tell keys apart
    #[arg(long, value_name = "CODE")]
    code: Option<Code>,
    /// Form of new keys: sk, permas-test, permas-live, gateway, heare, custom:TEMPLATE
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,
    /// How old an active version may become, or never
    #[arg(long, value_name = "PERIOD", value_parser = period_or_never)]
    rotate_every: Option<Limit>,
    /// How long a new version lives, or never for no end
    #[arg(long, value_name = "PERIOD", value_parser = period_or_never)]
    expire_after: Option<Limit>,
    /// How long a replaced version stays accepted before its removal is due
    #[arg(long, value_name = "PERIOD")]
    grace: Option<Period>,
    /// How long a retired version can be restored before purge destroys it
    #[arg(long, value_name = "PERIOD")]
    purge_after: Option<Period>,
    /// How long an old version must be out of use before `rotate remove`, or never to take a
    /// person's word
    #[arg(long, value_name = "PERIOD", value_parser = period_or_never)]
    quiet_for: Option<Limit>,
    /// What its services read, for the commands that each stage of a rotation suggests
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    formats: Vec<Kind>,
    /// Allow the codes live and test, which scanners take for Stripe keys
    #[arg(long)]
    allow_lookalike: bool,
}

/// A period, or none.
#[derive(Debug, Clone, Copy)]
struct Limit(Option<Period>);

fn period_or_never(text: &str) -> Result<Limit, String> {
    match text {
        "never" => Ok(Limit(None)),
        _ => text
            .parse()
            .map(|period| Limit(Some(period)))
            .map_err(|error| format!("{error}, or never")),
    }
}

#[derive(Serialize)]
struct ListReport {
    environments: Vec<EnvironmentReport>,
}

#[derive(Serialize)]
struct EnvironmentReport {
    environment: String,
    /// `manifest`, `vault`, `unproven` (a manifest that nothing proves) or `locked`.
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Detail>,
}

#[derive(Serialize)]
struct Detail {
    generation: u64,
    keys: usize,
    recipients: Vec<String>,
    code: String,
    profile: String,
    rotate_every: Option<String>,
    expire_after: Option<String>,
    grace: String,
    purge_after: String,
    quiet_for: Option<String>,
    formats: Vec<String>,
}

impl Env {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        match &self.verb {
            Verb::List(report) => list(session, &vault, *report),
            Verb::Add(verb) => verb.run(session, &vault),
            Verb::Set(verb) => verb.run(session, &vault),
            Verb::Remove(verb) => verb.run(session, &vault),
        }
    }
}

fn list(session: &Session, vault: &Vault, report: Report) -> Outcome {
    let mut environments = Vec::new();
    for environment in session.environments(vault)? {
        environments.push(describe(session, vault, &environment)?);
    }
    if report.json {
        return Ok(session.ui.json("keyctl.env.list/1", &ListReport { environments })?);
    }
    if environments.is_empty() {
        session.ui.say("the vault has no environment yet");
        session.next("make one with its first key", &["new", "--env", "dev"]);
        return Ok(());
    }
    let mut table =
        Table::new(&["ENVIRONMENT", "KEYS", "CODE", "PROFILE", "ROTATE", "RECIPIENTS", ""]);
    for one in environments {
        let from = if one.source == "manifest" || one.source == "vault" { "" } else { one.source };
        let Some(detail) = one.detail else {
            let mut row = vec![Cell::from(one.environment)];
            row.extend((0..5).map(|_| Cell::from("-")));
            row.push(Cell::from(from));
            table.row(row);
            continue;
        };
        table.row(vec![
            one.environment.into(),
            detail.keys.to_string().into(),
            detail.code.into(),
            detail.profile.into(),
            detail.rotate_every.unwrap_or_else(|| "never".to_owned()).into(),
            detail.recipients.join(", ").into(),
            from.into(),
        ]);
    }
    Ok(session.ui.table(&table)?)
}

fn describe(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
) -> Outcome<EnvironmentReport> {
    let known = session.known(vault, environment)?;
    let detail = known.index.as_ref().map(|index| Detail {
        generation: index.generation,
        keys: index.keys.len(),
        recipients: index.readers.clone(),
        code: index.policy.code.to_string(),
        profile: index.policy.profile.to_string(),
        rotate_every: index.policy.rotate_every.map(|period| period.to_string()),
        expire_after: index.policy.expire_after.map(|period| period.to_string()),
        grace: index.policy.grace.to_string(),
        purge_after: index.policy.purge_after.to_string(),
        quiet_for: index.policy.quiet_for.map(|period| period.to_string()),
        formats: index.policy.formats.iter().map(ToString::to_string).collect(),
    });
    Ok(EnvironmentReport {
        environment: environment.to_string(),
        source: known.source.word(),
        detail,
    })
}

impl Rules {
    fn is_empty(&self) -> bool {
        self.code.is_none()
            && self.profile.is_none()
            && self.rotate_every.is_none()
            && self.expire_after.is_none()
            && self.grace.is_none()
            && self.purge_after.is_none()
            && self.quiet_for.is_none()
            && self.formats.is_empty()
    }

    fn apply(&self, policy: &mut Policy) {
        if let Some(code) = &self.code {
            policy.code = code.clone();
        }
        if let Some(profile) = &self.profile {
            policy.profile = profile.clone();
        }
        if let Some(Limit(period)) = self.rotate_every {
            policy.rotate_every = period;
        }
        if let Some(Limit(period)) = self.expire_after {
            policy.expire_after = period;
        }
        policy.grace = self.grace.unwrap_or(policy.grace);
        policy.purge_after = self.purge_after.unwrap_or(policy.purge_after);
        if let Some(Limit(period)) = self.quiet_for {
            policy.quiet_for = period;
        }
        if !self.formats.is_empty() {
            policy.formats =
                self.formats.iter().filter_map(|kind| kind.word().parse().ok()).collect();
        }
    }
}

impl Add {
    fn run(&self, session: &Session, vault: &Vault) -> Outcome {
        let now = session.now();
        if vault.environments()?.contains(&self.name) {
            return Err(crate::vault::error::VaultError::Exists(self.name.clone()).into());
        }
        let access = session.access(self.change.dry_run)?;
        let mut document = first_document(self.name.clone(), &access)?;
        let mut event = Event::new(now, "env add");
        if let Some(other) = &self.like {
            let other = session.look(vault, other, self.change.dry_run)?;
            document.readers = other.readers;
            let code = document.policy.code.clone();
            document.policy = Policy { code, ..other.policy };
            event = event.because(format!("like {}", other.environment));
        }
        self.rules.apply(&mut document.policy);
        check_code(session, vault, &self.name, &document.policy, self.rules.allow_lookalike)?;
        document.history.push(event);
        let mut first = Additions::from(document);
        vault.add(&mut first, &access).map_err(|error| session.explain(error))?;
        let done = if self.change.dry_run { "would be made" } else { "is new" };
        session.ui.say(&format!("environment {} {done}", self.name));
        say_readers(session, first.readers());
        session.next("make its first key", &["new", "--env", self.name.as_str()]);
        Ok(())
    }
}

impl Set {
    fn run(&self, session: &Session, vault: &Vault) -> Outcome {
        if self.rules.is_empty() {
            return Err(Failure::usage("there is nothing to change")
                .run("what can be set", ["help", "env", "set"]));
        }
        let named = self.name.clone().map_or_else(|| session.environment(vault, None), Ok)?;
        let now = session.now();
        session.edit(vault, &named, self.change, |document| {
            let before = document.policy.clone();
            self.rules.apply(&mut document.policy);
            if document.policy == before {
                return Ok(((), Save::No));
            }
            if document.policy.code != before.code || document.policy.profile != before.profile {
                let allow = self.rules.allow_lookalike;
                check_code(session, vault, &named, &document.policy, allow)?;
                if !document.keys.is_empty() {
                    document.policy.outgrow(before.form());
                }
            }
            document.history.push(Event::new(now, "env set"));
            Ok(((), Save::Yes))
        })?;
        let done = if self.change.dry_run { "would be changed" } else { "has the rules you set" };
        session.ui.say(&format!("environment {named} {done}"));
        if self.rules.code.is_some() || self.rules.profile.is_some() {
            session.ui.note("keys that are there keep their form; new versions take the new one");
        }
        Ok(())
    }
}

impl Remove {
    fn run(&self, session: &Session, vault: &Vault) -> Outcome {
        let document = session.look(vault, &self.name, self.change.dry_run)?;
        let now = session.now();
        let accepted = document.keys.values().filter(|key| !key.accepted(now).is_empty()).count();
        if accepted > 0 && !self.force {
            return Err(Failure::refused(format!(
                "services still accept {} of environment {}",
                count(accepted),
                self.name
            ))
            .advise("revoke them first, or say --force"));
        }
        let question =
            format!("Remove environment {} with {}?", self.name, count(document.keys.len()));
        session.consent(self.change, &question)?;
        let access = session.access(self.change.dry_run)?;
        let kept = vault.remove(&document, &access).map_err(|error| session.explain(error))?;
        let done = if self.change.dry_run { "would be removed" } else { "is removed" };
        session.ui.say(&format!(
            "environment {} {done}; its file stays as {}",
            self.name,
            kept.display()
        ));
        Ok(())
    }
}

fn count(keys: usize) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}

/// An environment that its maker can read.
pub(super) fn first_document(
    environment: EnvironmentName,
    access: &Access<'_>,
) -> Outcome<Document> {
    let policy = Policy::new(Code::from_name(&environment));
    let maker = access.identities.first().map(|identity| Reader {
        name: person(),
        recipient: identity.recipient(),
        added: access.now,
    });
    let readers = Vec::from_iter(maker);
    Ok(Document::new(environment, policy, readers, access.now, &System::default())?)
}

pub(super) fn say_readers(session: &Session, readers: &[Reader]) {
    let readers: Vec<_> = readers.iter().map(|reader| reader.name.as_str()).collect();
    session.ui.say(&format!("it can be read by: {}", readers.join(", ")));
}

/// Refuses a code that another environment has, or that scanners take for somebody else's.
pub(super) fn check_code(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
    policy: &Policy,
    allow_lookalike: bool,
) -> Outcome {
    let code = &policy.code;
    let taken = codes_of_others(session, vault, environment)?;
    let is_free =
        |code: &Code| !code.is_lookalike() && taken.iter().all(|(other, _)| other != code);
    let verb = if fs::exists(&vault.file(environment)) { "set" } else { "add" };
    let env = environment.as_str();
    let suggest = |failure: Failure| {
        let shorter = (1..code.as_str().len()).filter_map(|end| code.as_str()[..end].parse().ok());
        match shorter.into_iter().find(is_free) {
            Some(free) => {
                failure.run("with another code", ["env", verb, env, "--code", free.as_str()])
            }
            None => failure.advise("choose another with --code"),
        }
    };
    if let Some((_, other)) = taken.iter().find(|(other, _)| other == code) {
        let message = format!("environment {other} has the code {code} already");
        return Err(suggest(Failure::new(exit::FAILED, message)));
    }
    if policy.profile == Profile::Sk && code.is_lookalike() && !allow_lookalike {
        let message = format!("scanners take sk_{code}_… for a Stripe key and may send it there");
        let keep = ["env", verb, env, "--code", code.as_str(), "--allow-lookalike"];
        return Err(suggest(Failure::refused(message)).run("if nobody scans for it", keep));
    }
    Ok(())
}

/// A code of one letter that no other environment has, the first of the environment's own if it can
/// be.
pub(super) fn free_letter(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
    policy: &Policy,
) -> Option<Code> {
    let taken = codes_of_others(session, vault, environment).ok()?;
    let own = policy.code.as_str().chars().filter(char::is_ascii_lowercase);
    let codes = own.chain('a'..='z').filter_map(|letter| letter.to_string().parse().ok());
    codes.into_iter().find(|code| taken.iter().all(|(other, _)| other != code))
}

fn codes_of_others(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
) -> Outcome<Vec<(Code, EnvironmentName)>> {
    let mut codes = Vec::new();
    for other in vault.environments()? {
        if other != *environment {
            codes.extend(code_of(session, vault, &other).map(|code| (code, other)));
        }
    }
    Ok(codes)
}

/// The code of another environment. It is a name in the clear, so an unproven manifest will do.
fn code_of(session: &Session, vault: &Vault, environment: &EnvironmentName) -> Option<Code> {
    if let Some(manifest) = vault.manifest_unproven(environment) {
        return Some(manifest.policy.code);
    }
    let document = session.unlocks_silently().then(|| session.read(vault, environment).ok())??;
    Some(document.policy.code)
}
