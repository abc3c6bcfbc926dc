use clap::{Args, ValueEnum};
use serde::Serialize;

use super::args::{end_of_life, pair, scope, short};
use super::clip::Clip;
use super::env::{check_code, first_document, say_readers};
use super::failure::{Failure, Outcome, exit, nearest};
use super::rotate::{all_look_alike, hint_at_code};
use super::session::{Change, Report, Session};
use super::{init, report};
use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::fs;
use crate::key::Network;
use crate::key::generate::System;
use crate::key::kind::{Bytes, Encoding, Form};
use crate::key::{Key, Kind, Reference, Version};
use crate::secret::Secret;
use crate::vault::document::Additions;
use crate::vault::error::VaultError;
use crate::vault::event::Event;
use crate::vault::store::Vault;

/// Make a key, and print its secret once
///
/// The secret is printed alone on standard output, after it has reached the disk. An environment
/// that is not there is made with its first key.
#[derive(Debug, Args)]
pub(super) struct New {
    /// Name of the key, [ENV/]NAME [default: key-1, key-2, …]
    #[arg(value_name = "KEY")]
    key: Option<Reference>,
    /// What is made: an API key, or a value of which there is one at a time (a session secret, a
    /// signing secret)
    #[arg(long, value_name = "KIND", default_value = "api-key")]
    kind: What,
    /// How many random bytes it has, 16 to 1024 [default: 32]
    #[arg(long, value_name = "N", help_heading = "Options of --kind secret")]
    bytes: Option<Bytes>,
    /// Base64url, hex or base62 [default: base64url]
    #[arg(long, value_name = "NAME", help_heading = "Options of --kind secret")]
    encoding: Option<Encoding>,
    /// What the key is for
    #[arg(long, value_name = "TEXT", value_parser = short)]
    description: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "TEXT", value_parser = short)]
    owner: Option<String>,
    /// A string pair of your own; may be given several times
    #[arg(long = "meta", value_name = "NAME=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
    /// What the key may be used for; may be given several times
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    scopes: Vec<String>,
    /// Where it may be used from, 192.0.2.7 or 192.0.2.0/24; may be given several times
    #[arg(long = "allow-ip", value_name = "NETWORK")]
    allowed_ips: Vec<Network>,
    /// When the key's life ends: 90d, 2027-01-31, an RFC 3339 time
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// Do not print the secret
    #[arg(long)]
    no_show: bool,
    /// Copy the secret to the clipboard instead of printing it
    #[arg(long, conflicts_with_all = ["no_show", "reveal"])]
    clip: bool,
    /// With --json: put the secret into the report
    #[arg(long, requires = "json", conflicts_with = "no_show")]
    reveal: bool,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Services accept a list of them, so that rotation cuts nobody off
    ApiKey,
    /// There is one value at a time
    Secret,
}

#[derive(Serialize)]
struct NewReport {
    key: report::KeyReport,
    dry_run: bool,
}

impl New {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        if self.key.as_ref().is_some_and(|key| key.version.is_some()) {
            return Err(Failure::usage("a new key has no version yet: leave the @ out"));
        }
        let clip = if self.clip { Some(Clip::find()?) } else { None };
        let now = session.now();
        let expires = self.expires.as_deref().map(|text| end_of_life(text, now)).transpose()?;
        let vault = self.vault(session)?;
        let environment = self.environment(session, &vault)?;
        let is_there = fs::exists(&vault.file(&environment));
        let first =
            if is_there { None } else { self.first(session, &vault, &environment, expires, now)? };
        let key = match first {
            Some(key) => key,
            None => session.extend(&vault, &environment, self.change, |additions| {
                self.add(additions, expires, now)
            })?,
        };
        self.show(session, key, clip.as_ref())
    }

    /// The vault, which is offered to be made on a terminal.
    fn vault(&self, session: &Session) -> Outcome<Vault> {
        let paths = session.paths()?;
        let complete = fs::exists(&paths.vault) && !session.identity_files()?.is_empty();
        let asker = if complete || self.change.dry_run { None } else { session.ui.prompt().ok() };
        if let Some(prompt) = asker {
            // A vault that is there has other readers, and a new identity opens none of it.
            let there = fs::exists(&paths.vault);
            let question = if there {
                "There is no identity to unlock with. Make one?".to_owned()
            } else {
                format!("Create a vault in {}?", paths.vault.display())
            };
            if !self.change.yes && !prompt.confirm(&question, !there)? {
                return Err(Failure::new(exit::FAILED, "nothing was changed"));
            }
            init::create(session, &paths, self.change, true, true)?;
        }
        session.vault()
    }

    /// The environment, which may be a new one, but not a typing error.
    fn environment(&self, session: &Session, vault: &Vault) -> Outcome<EnvironmentName> {
        let Some(name) = session.explicit_environment(self.key.as_ref())? else {
            return session.environment(vault, None);
        };
        let known = vault.environments()?;
        if known.contains(&name) {
            return Ok(name);
        }
        let near = nearest(name.as_str(), known.iter().map(EnvironmentName::as_str));
        if let Some(near) = near.filter(|_| !self.change.yes) {
            let Ok(prompt) = session.ui.prompt() else {
                return Err(Failure::new(exit::FAILED, format!("there is no environment {name}"))
                    .advise(format!("did you mean {near}?"))
                    .run("if not, make it first", ["env", "add", name.as_str()]));
            };
            let question = format!("There is no environment {name}, but {near}. Make {name}?");
            if !prompt.confirm(&question, false)? {
                return Err(Failure::new(exit::FAILED, "nothing was changed"));
            }
        }
        Ok(name)
    }

    /// A new environment and its first key, in one commit; `None` when another process was first.
    fn first(
        &self,
        session: &Session,
        vault: &Vault,
        environment: &EnvironmentName,
        expires: Option<Time>,
        now: Time,
    ) -> Outcome<Option<Made>> {
        let access = session.access(self.change.dry_run)?;
        let mut first = Additions::from(first_document(environment.clone(), &access)?);
        check_code(session, vault, environment, first.policy(), false)?;
        first.push(Event::new(now, "env add"));
        let made = self.add(&mut first, expires, now)?;
        match vault.add(&mut first, &access) {
            Err(VaultError::Exists(_)) => return Ok(None),
            added => added?,
        }
        let done = if self.change.dry_run { "would be made" } else { "is new" };
        session.ui.say(&format!("environment {environment} {done}"));
        say_readers(session, first.readers());
        if all_look_alike(first.policy()) {
            hint_at_code(session, vault, environment, first.policy());
        }
        Ok(Some(made))
    }

    fn kind(&self) -> Outcome<Kind> {
        let given = [("--bytes", self.bytes.is_some()), ("--encoding", self.encoding.is_some())];
        match (self.kind, given.into_iter().find(|(_, given)| *given)) {
            (What::ApiKey, None) => Ok(Kind::ApiKey),
            (What::ApiKey, Some((flag, _))) => {
                Err(Failure::usage(format!("{flag} is for --kind secret"))
                    .advise("the form of an API key is the profile of its environment"))
            }
            (What::Secret, _) => Ok(Kind::Single(Form {
                bytes: self.bytes.unwrap_or_default(),
                encoding: self.encoding.unwrap_or(Encoding::Base64url),
            })),
        }
    }

    /// Adds the key to those that are there.
    fn add(&self, to: &mut Additions, expires: Option<Time>, now: Time) -> Outcome<Made> {
        let name = match &self.key {
            Some(reference) => reference.key.clone(),
            None => to.free_name(),
        };
        if to.contains(&name) {
            let key = format!("{}/{name}", to.environment());
            return Err(Failure::new(exit::FAILED, format!("{key} is there already"))
                .run("replace its secret", ["rotate", "add", &key])
                .run("look at it", ["show", &key]));
        }
        let kind = self.kind()?;
        let secret = to.generate_secret(kind, now, &System::default())?;
        let end = to.policy().expire_after.map(|life| now.after(life));
        let mut key = Key::new(name.clone(), Version::new(1, secret.clone(), now, end));
        key.kind = kind;
        key.description = self.description.clone().unwrap_or_default();
        key.owner = self.owner.clone().unwrap_or_default();
        key.metadata = self.metadata.iter().cloned().collect();
        key.scopes = self.scopes.iter().cloned().collect();
        key.allowed_ips = self.allowed_ips.iter().copied().collect();
        key.expires = expires;
        let report = report::key(to.environment(), to.policy(), &key, now);
        to.add(key);
        to.push(Event::new(now, "new").of_key(&name).of_version(1));
        Ok(Made { report, secret })
    }

    fn show(&self, session: &Session, made: Made, clip: Option<&Clip>) -> Outcome {
        let Made { mut report, secret } = made;
        let name = report.key.clone();
        let fingerprint = report.versions.first().map_or("", |version| &version.fingerprint);
        if self.change.dry_run {
            session.ui.say(&format!("{name} would be made; nothing was changed"));
        } else {
            session.ui.say(&format!("{name}@1 is active, {fingerprint}"));
            if let Some(end) = &report.expires {
                session.ui.say(&format!("its life ends at {end}"));
            }
        }
        let stays = |failure: Failure| {
            failure.run("the key is in the vault; to see it", ["show", &name, "--reveal"])
        };
        if let Some(clip) = clip.filter(|_| !self.change.dry_run) {
            let what = format!("{name}@1");
            clip.copy(session, &what, secret.expose().as_bytes()).map_err(stays)?;
        }
        if self.report.json {
            if self.reveal && !self.change.dry_run {
                let version = report.versions.first_mut();
                if let Some(version) = version {
                    version.secret = Some(secret.expose().to_owned());
                }
            }
            let report = NewReport { key: report, dry_run: self.change.dry_run };
            return Ok(session.ui.json("keyctl.new/1", &report)?);
        }
        if !self.no_show && !self.change.dry_run && clip.is_none() {
            session.ui.line(secret.expose()).map_err(|error| stays(Failure::from(error)))?;
        }
        Ok(())
    }
}

struct Made {
    report: report::KeyReport,
    secret: Secret,
}
