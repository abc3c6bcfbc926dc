use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};
use serde::Serialize;

use super::args::end_of_life;
use super::contents::{Known, Source};
use super::export::output::refuse_own_place;
use super::failure::{Failure, Outcome};
use super::list;
use super::session::{Report, Session};
use super::sources::{past_word, public_key, tell_past};
use crate::clock::Time;
use crate::fs::{self, Before};
use crate::ui::table::Table;
use crate::vault::carried::{self, Past};
use crate::vault::error::VaultError;
use crate::vault::manifest::{self, ManifestError};
use crate::vault::signer::PublicKey;
use crate::vault::store::MOST_MANIFEST;

/// Carry the signed index of an environment to machines without the vault
///
/// A manifest holds no secret: names, states, dates, and the digests of secrets. It is signed by its
/// environment's own key. A machine that trusts that key tells with `verify --manifest FILE` whether
/// a secret is good, without vault, passphrase or network.
///
/// The file is in signify's embedded form: a comment, a line of base64 (`Ed`, 8 bytes that name the
/// key, 64 of an Ed25519 signature), and the message, which is all that follows and all that is
/// signed. A public key file has a comment and a line of base64 too (`Ed`, the 8 bytes, 32 of the
/// key). `signify -V -e -p KEY -x FILE -m MESSAGE` proves it.
///
/// Each line of the message is a JSON object. The first has `type` ("keyctl-manifest"), `v` (1),
/// `environment`, `generation`, `issued` and, mostly, `expires`; times are like
/// 2026-11-22T16:00:00Z. Each other line is a version: `digest` (SHA-256 of the secret in lower-case
/// hex; the lines rise by it; weak secrets have none), `ref` (prod/web@2), `state`, the times of
/// states (one that is active and names no `activated` has been so since `created`), `expires`,
/// `scopes`, `allowed_ips` (the addresses and networks it may be used from, if not from all), and
/// `kind` where it is a single value. Other members are for keyctl; nothing but "\n" ends a line.
///
/// To judge a secret: prove the signature with a key that is trusted; refuse another type or v, an
/// `issued` more than 5 minutes ahead, an `expires` that has come, and a lower `generation` than was
/// seen before of this key; find the digest; the `state` must be pending, active or retiring (active
/// alone where there is a `kind`) and `expires` not have come; who uses it must come from one of
/// `allowed_ips`, where there are any, and may do only what `scopes` say.
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
    Show(Look),
    /// Tell whether a manifest is proven, in force, and not older than one seen before
    Check(Look),
    /// Trust the manifests that a key signs, on this machine
    Trust(Trust),
}

#[derive(Debug, Args)]
struct Export {
    /// Write to a file, in one step and with mode 0600, also over another manifest; - is standard
    /// output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// When it stops being an answer: 7d, 2027-01-31, an RFC 3339 time, or never
    #[arg(long, value_name = "WHEN", default_value = "7d")]
    expires: String,
}

#[derive(Debug, Args)]
struct Look {
    /// The file [default: the vault's own manifests]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// The key that must have signed it, as text or as a file [default: those of `manifest trust`]
    #[arg(long, value_name = "KEY", requires = "file")]
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
struct ManifestReport<'a> {
    environment: &'a str,
    id: &'a str,
    generation: u64,
    issued: String,
    expires: Option<String>,
    recipients: &'a [String],
    versions: usize,
    /// The public key that proves it; none when it is not to be relied on.
    key: Option<String>,
    /// Why it is not to be relied on.
    #[serde(skip_serializing_if = "Option::is_none")]
    unproven: Option<String>,
    /// Whether an old one would have been noticed: `checked`, `first sight` or `not kept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rollback: Option<&'static str>,
}

impl Manifest {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        match &self.verb {
            Verb::Export(verb) => verb.run(session),
            Verb::Key => print_key(session),
            Verb::Show(verb) => verb.run(session, false),
            Verb::Check(verb) => verb.run(session, true),
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
        let file = self.output.as_deref().filter(|path| *path != Path::new("-"));
        if let Some(file) = file {
            refuse_own_place(session, file)?;
        }
        let before = file.map(manifest_before).transpose()?;
        let vault = session.vault()?;
        let environment = session.environment(&vault, None)?;
        let carried = vault.carry(&environment, &session.access(false)?, expires);
        let (bytes, key) = carried.map_err(|error| session.explain(error))?;
        let Some((file, before)) = file.zip(before) else {
            return Ok(session.ui.data(bytes)?);
        };
        fs::publish_all(vec![fs::stage_for_others(before, &bytes, 0o600)?])?;
        let file = file.display().to_string();
        let end = expires.map_or_else(|| "for ever".to_owned(), |end| format!("until {end}"));
        session.ui.say(&format!("{file}: manifest of {environment}, good {end}"));
        let key = key.to_string();
        session.next("where it is carried", &["verify", "--manifest", &file, "--trust", &key]);
        Ok(())
    }
}

/// What is at `file`, which a manifest may take the place of: another one, or nothing.
fn manifest_before(file: &Path) -> Outcome<Before> {
    let before = Before::of(file)?;
    let is_file = file.metadata().is_ok_and(|meta| meta.is_file() && meta.len() > 0);
    let is_manifest = |text: Vec<u8>| manifest::read_unproven(&text).is_ok();
    if is_file && !fs::read_named(file, MOST_MANIFEST).is_ok_and(is_manifest) {
        let message = format!("{} is there already, and no manifest", file.display());
        return Err(Failure::refused(message).advise("give another name, or remove it"));
    }
    Ok(before)
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

/// A manifest that was read.
struct Seen {
    manifest: manifest::Manifest,
    /// What proves it, or why nothing does.
    proof: Result<PublicKey, Failure>,
    past: Option<Past>,
}

impl Look {
    /// Shows what it says or, when it is to be checked, that it is proven.
    fn run(&self, session: &Session, is_check: bool) -> Outcome {
        if let Some(file) = &self.file {
            let seen = match self.open(session, file) {
                // Who names the key wants it proven.
                Err(why) if !is_check && self.trust.is_empty() => {
                    let bytes = fs::read_named(file, MOST_MANIFEST)?;
                    unproven(manifest::read_unproven(&bytes).ok(), why)?
                }
                seen => seen?,
            };
            return self.tell(session, seen, is_check);
        }
        let vault = session.vault()?;
        for environment in session.environments(&vault)? {
            let seen = match vault.manifest(&environment, session.now()) {
                Ok(manifest) => {
                    let key = vault.signer(&environment)?;
                    let proof = key.ok_or_else(|| Failure::unproven(&environment));
                    Seen { manifest, proof, past: None }
                }
                Err(why) if is_check => return Err(why.into()),
                Err(why) => unproven(vault.manifest_unproven(&environment), why.into())?,
            };
            self.tell(session, seen, is_check)?;
        }
        Ok(())
    }

    fn open(&self, session: &Session, file: &Path) -> Outcome<Seen> {
        let given = self.trust.iter().map(|text| public_key(text)).collect::<Outcome<Vec<_>>>()?;
        let bytes = fs::read_named(file, MOST_MANIFEST)?;
        let state = session.carried();
        let (proven, unseen) = carried::open(file, bytes, &given, state.as_ref(), session.now())?;
        let key = proven.signer();
        let wrong = |error| VaultError::Carried { file: file.to_path_buf(), error };
        let manifest = proven.read().map_err(wrong)?;
        let past = Some(unseen.note());
        if session.named_environment().is_some_and(|wanted| *wanted != manifest.environment) {
            let error = ManifestError::OtherEnvironment(manifest.environment.to_string());
            return Err(wrong(error).into());
        }
        Ok(Seen { manifest, proof: Ok(key), past })
    }

    fn tell(&self, session: &Session, seen: Seen, is_check: bool) -> Outcome {
        let Seen { manifest, proof, past } = seen;
        let text = |time: Time| time.to_string();
        let (key, unproven) = match proof {
            Ok(key) => (Some(key.to_string()), None),
            Err(why) => (None, Some(why.message)),
        };
        if self.report.json {
            let versions = manifest.keys.values().map(|key| key.versions.len());
            let report = ManifestReport {
                environment: manifest.environment.as_str(),
                id: &manifest.id,
                generation: manifest.generation,
                issued: text(manifest.issued),
                expires: manifest.expires.map(text),
                recipients: &manifest.recipients,
                versions: versions.sum(),
                key,
                unproven,
                rollback: past.map(past_word),
            };
            return Ok(session.ui.json("keyctl.manifest/1", &report)?);
        }
        let (environment, generation) = (&manifest.environment, manifest.generation);
        let issued = manifest.issued;
        let end = manifest.expires.map_or_else(|| "never".to_owned(), text);
        let signed = key.map_or_else(String::new, |key| format!(", signed by {key}"));
        let good = if is_check { "good: " } else { "" };
        session.ui.line(&format!(
            "{good}{environment}, generation {generation}, issued {issued}, expires {end}{signed}"
        ))?;
        if let Some(why) = unproven {
            session.ui.warn(&format!("do not rely on it: {why}"));
        }
        if let Some(past) = past {
            tell_past(session, past);
        }
        let index = Known::of_manifest(manifest, Source::Manifest).index;
        match index.filter(|_| !is_check) {
            Some(index) => Ok(session.ui.table(&list::versions(&[index], session.now()))?),
            None => Ok(()),
        }
    }
}

/// What is to be shown although nothing proves it; what cannot be read at all is a failure.
fn unproven(manifest: Option<manifest::Manifest>, why: Failure) -> Outcome<Seen> {
    match manifest {
        Some(manifest) => Ok(Seen { manifest, proof: Err(why), past: None }),
        None => Err(why),
    }
}

impl Trust {
    fn run(&self, session: &Session) -> Outcome {
        let state = session.carried().ok_or_else(|| {
            Failure::usage("there is no home directory to keep it in").advise("set HOME")
        })?;
        let Some(text) = &self.key else {
            let mut table = Table::new(&["KEY", "ENVIRONMENT", "GENERATION"]).whole_from(0);
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
