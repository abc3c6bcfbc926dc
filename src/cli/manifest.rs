use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use serde::Serialize;

use super::args::end_of_life;
use super::contents::{Known, Source};
use super::export::output::refuse_own_place;
use super::failure::{Failure, Outcome};
use super::list;
use super::report::{self, KeyReport};
use super::session::{Report, Session};
use super::sources::{past_word, public_key, tell_past};
use crate::fs::{self, Before};
use crate::ui::table::Table;
use crate::vault::carried::{self, Past};
use crate::vault::error::VaultError;
use crate::vault::manifest::{self, ManifestError, Proven};
use crate::vault::signer::PublicKey;
use crate::vault::store::MOST_MANIFEST;

/// Carry the signed index of an environment to machines without the vault
///
/// A manifest holds no secret: names, states, dates, and the digests of secrets. It is signed by its
/// environment's own key. A machine that trusts that key tells with `verify --manifest FILE` whether
/// a secret is good, without vault, passphrase or network.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub(super) struct Manifest {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Write a freshly signed manifest that ends by itself
    Export(Export),
    /// Print the public key that proves an environment's manifests, in signify's form
    Key,
    /// Show what a manifest says
    Show(Show),
    /// Tell whether a manifest is proven, in force, and not older than one seen before
    Check(Check),
    /// Trust the manifests that a key signs, on this machine
    Trust(Trust),
}

#[derive(Debug, Args)]
struct Export {
    /// Write to a file, in one step and with mode 0600; - is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// When it stops being an answer: 7d, 2027-01-31, an RFC 3339 time, or never
    #[arg(long, value_name = "WHEN", default_value = "7d")]
    expires: String,
}

#[derive(Debug, Args)]
struct Show {
    /// The file [default: the vault's own manifests]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    #[command(flatten)]
    report: Report,
}

#[derive(Debug, Args)]
struct Check {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// The key that must have signed it, as text or as a file [default: those of `manifest trust`]
    #[arg(long, value_name = "KEY")]
    trust: Vec<String>,
    #[command(flatten)]
    report: Report,
}

#[derive(Debug, Args)]
struct Trust {
    /// The key as `manifest key` prints it, as text or as a file [default: list those that are trusted]
    #[arg(value_name = "KEY")]
    key: Option<String>,
    /// Trust it no longer
    #[arg(long, requires = "key")]
    remove: bool,
}

#[derive(Serialize)]
struct ManifestReport {
    environment: String,
    id: String,
    generation: u64,
    issued: String,
    expires: Option<String>,
    recipients: Vec<String>,
    /// The public key that proves it; none when nothing here does.
    key: Option<String>,
    /// Why nothing here proves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    unproven: Option<String>,
    /// Whether an old one would have been noticed: `checked`, `first sight` or `not kept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rollback: Option<&'static str>,
    keys: Vec<KeyReport>,
}

impl Manifest {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        match &self.verb {
            Verb::Export(verb) => verb.run(session),
            Verb::Key => print_key(session),
            Verb::Show(verb) => verb.run(session),
            Verb::Check(verb) => verb.run(session),
            Verb::Trust(verb) => verb.run(session),
        }
    }
}

impl Export {
    fn run(&self, session: &Session) -> Outcome {
        let now = session.now();
        let expires = match self.expires.as_str() {
            "never" => None,
            text => Some(end_of_life(text, now)?),
        };
        let vault = session.vault()?;
        let environment = session.environment(&vault, None)?;
        let carried = vault.carry(&environment, &session.access(false)?, expires);
        let (bytes, key) = carried.map_err(|error| session.explain(error))?;
        let Some(file) = self.output.as_deref().filter(|path| *path != Path::new("-")) else {
            return Ok(session.ui.data(bytes)?);
        };
        refuse_own_place(session, file)?;
        fs::publish_all(vec![fs::stage_for_others(Before::of(file)?, &bytes, 0o600)?])?;
        let file = file.display().to_string();
        let end = expires.map_or_else(|| "for ever".to_owned(), |end| format!("until {end}"));
        session.ui.say(&format!("{file}: manifest of {environment}, good {end}"));
        let key = key.to_string();
        session.next("where it is carried", &["verify", "--manifest", &file, "--trust", &key]);
        Ok(())
    }
}

fn print_key(session: &Session) -> Outcome {
    let vault = session.vault()?;
    let environment = session.environment(&vault, None)?;
    let key = match vault.signer(&environment)? {
        Some(key) => key,
        None => session.read(&vault, &environment)?.signer.public_key(),
    };
    let comment = format!("keyctl manifests of {environment}");
    Ok(session.ui.data(key.to_file(&comment))?)
}

impl Show {
    fn run(&self, session: &Session) -> Outcome {
        let mut trusted: Vec<PublicKey> = Vec::new();
        if let Some(state) = session.carried() {
            trusted.extend(state.trusted()?.into_iter().map(|(key, ..)| key));
        }
        if let Some(file) = &self.file {
            return self.show(session, file, &fs::read_named(file, MOST_MANIFEST)?, &trusted);
        }
        let vault = session.vault()?;
        for environment in session.environments(&vault)? {
            let file = vault.manifest_file(&environment);
            if !fs::exists(&file) {
                session.ui.warn(&format!("environment {environment} has no manifest"));
                continue;
            }
            let bytes = fs::read_own(&file, MOST_MANIFEST)?;
            let pinned: Vec<_> = vault.signer(&environment)?.into_iter().collect();
            self.show(session, &file, &bytes, &pinned)?;
        }
        Ok(())
    }

    fn show(&self, session: &Session, file: &Path, bytes: &[u8], trusted: &[PublicKey]) -> Outcome {
        let unreadable = |error| VaultError::Carried { file: file.to_path_buf(), error };
        let manifest = manifest::read_unproven(bytes).map_err(unreadable)?;
        let proof = if trusted.is_empty() {
            Err(ManifestError::NoPin)
        } else {
            Proven::open(bytes.to_vec(), trusted, session.now()).map(|proven| proven.signer())
        };
        if let (Err(why), false) = (&proof, self.report.json) {
            session.ui.warn(&format!("{}: nothing here proves it: {why}", file.display()));
        }
        tell(session, self.report, manifest, proof, None)
    }
}

impl Check {
    fn run(&self, session: &Session) -> Outcome {
        let given = self.trust.iter().map(|text| public_key(text)).collect::<Outcome<Vec<_>>>()?;
        let bytes = fs::read_named(&self.file, MOST_MANIFEST)?;
        let read = |proven: Proven| {
            let key = proven.signer();
            Ok((proven.read()?, key))
        };
        let state = session.carried();
        let ((manifest, key), past) =
            carried::open(&self.file, bytes, &given, state.as_ref(), session.now(), read)?;
        if let Some(wanted) =
            session.named_environment().filter(|one| **one != manifest.environment)
        {
            let file = self.file.clone();
            let error = ManifestError::OtherEnvironment(manifest.environment.to_string());
            return Err(Failure::from(VaultError::Carried { file, error })
                .advise(format!("--env names {wanted}")));
        }
        if self.report.json {
            return tell(session, self.report, manifest, Ok(key), Some(past));
        }
        let end = manifest.expires.map_or_else(|| "never".to_owned(), |end| end.to_string());
        session.ui.line(&format!(
            "good: {}, generation {}, issued {}, expires {end}, signed by {key}",
            manifest.environment, manifest.generation, manifest.issued
        ))?;
        tell_past(session, past);
        Ok(())
    }
}

fn tell(
    session: &Session,
    how: Report,
    manifest: manifest::Manifest,
    proof: Result<PublicKey, ManifestError>,
    past: Option<Past>,
) -> Outcome {
    let now = session.now();
    let (id, issued, expires) = (manifest.id.clone(), manifest.issued, manifest.expires);
    let Some(index) = Known::of_manifest(manifest, Source::Manifest).index else { return Ok(()) };
    let (key, unproven) = match proof {
        Ok(key) => (Some(key.to_string()), None),
        Err(why) => (None, Some(why.to_string())),
    };
    if how.json {
        let keys = index.keys.values();
        let report = ManifestReport {
            environment: index.environment.to_string(),
            id,
            generation: index.generation,
            issued: issued.to_string(),
            expires: expires.map(|end| end.to_string()),
            recipients: index.readers,
            key,
            unproven,
            rollback: past.map(past_word),
            keys: keys
                .map(|key| report::key(&index.environment, &index.policy, key, now))
                .collect(),
        };
        return Ok(session.ui.json("keyctl.manifest/1", &report)?);
    }
    let expires = expires.map_or_else(|| "never".to_owned(), |end| end.to_string());
    for (what, value) in [
        ("environment", index.environment.to_string()),
        ("generation", index.generation.to_string()),
        ("issued", issued.to_string()),
        ("expires", expires),
        ("key", key.unwrap_or_else(|| "not proven".to_owned())),
    ] {
        session.ui.line(&format!("{what:<12} {value}"))?;
    }
    Ok(session.ui.table(&list::versions(&[index], now))?)
}

impl Trust {
    fn run(&self, session: &Session) -> Outcome {
        let state = session.carried().ok_or_else(|| {
            Failure::usage("there is no home directory to keep it in").advise("set HOME")
        })?;
        let Some(text) = &self.key else {
            let mut table = Table::new(&["KEY", "ENVIRONMENT", "GENERATION"]);
            for (key, environment, generation) in state.trusted()? {
                let seen = if environment.is_empty() { "-".to_owned() } else { environment };
                table.row(vec![key.to_string().into(), seen.into(), generation.to_string().into()]);
            }
            return Ok(session.ui.table(&table)?);
        };
        let key = public_key(text)?;
        let is_news = state.trust(&key, !self.remove)?;
        let done = match (self.remove, is_news) {
            (true, true) => "is trusted no longer",
            (true, false) => "was not trusted",
            (false, true) => "is trusted on this machine",
            (false, false) => "is trusted already",
        };
        session.ui.say(&format!("{key} {done}"));
        Ok(())
    }
}
