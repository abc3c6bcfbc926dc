//! `keyctl scan`.

mod output;
mod repository;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::PathBuf;

use clap::{Args, ValueHint};

use self::output::{Format, Leak};
use self::sources::Searched;
use super::contents::{Known, Source, Summary};
use super::failure::{Failure, Outcome, exit};
use super::session::{Report, Session};
use crate::environment::{EnvironmentName, Policy};
use crate::key::{Digest, Key, KeyName, token};
use crate::scan::rules::{self, Tool};
use crate::scan::{FEWEST, Scanner};
use crate::secret::Secret;
use crate::vault::error::VaultError;
use crate::vault::index::Index;
use crate::vault::manifest::ManifestError;
use crate::verify::{Index as View, Lookup, Question};

/// Find keys in files, in what is staged, and in the history of a repository
///
/// Found are keys of the vault and whatever else has their form with a check that fits, as they are
/// and percent-encoded, with JSON escapes, in base64 and in UTF-16. A form that begins with no fixed
/// text is found as it is only, one that begins with a single character not in base64. Scan reads the signed manifests and asks for no passphrase. Imported
/// keys and single values have no form of ours: --unlock finds them, as they are.
///
/// Hidden and ignored files are scanned too; links in directories are not followed, archives not
/// opened, names not looked at. Exit code 3 means that something was found; else 1 that something
/// could not be read, which is named.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// Files and directories; - is standard input [default: the current directory]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Scan what would be committed: what is staged and differs from HEAD
    #[arg(long, conflicts_with_all = ["paths", "git_history", "gitignore"])]
    staged: bool,
    /// Scan every object of the repository, messages included, or those of a RANGE (main..dev)
    #[arg(long, value_name = "RANGE", num_args = 0..=1, default_missing_value = "",
          conflicts_with_all = ["paths", "gitignore"])]
    git_history: Option<String>,
    /// Leave out what git ignores
    #[arg(long)]
    gitignore: bool,
    /// Unlock the vault, and look for keys without a form of ours too
    #[arg(long)]
    unlock: bool,
    /// Form of the report: text, json, sarif or github (annotations of a workflow)
    #[arg(short = 'F', long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Scan nothing: print rules for another scanner: gitleaks, trufflehog or github
    #[arg(long, value_name = "TOOL",
          conflicts_with_all = ["paths", "staged", "git_history", "gitignore", "json", "format"])]
    rules: Option<Tool>,
    #[command(flatten)]
    report: Report,
}

/// What is known of an environment.
enum Held {
    /// Its manifest, of which only what is found is read.
    Manifest(Index),
    /// The vault, unlocked.
    Vault(Summary),
}

impl Held {
    fn environment(&self) -> &EnvironmentName {
        match self {
            Self::Manifest(index) => &index.head().environment,
            Self::Vault(summary) => &summary.environment,
        }
    }

    fn policy(&self) -> &Policy {
        match self {
            Self::Manifest(index) => &index.head().policy,
            Self::Vault(summary) => &summary.policy,
        }
    }

    fn source(&self) -> Source {
        match self {
            Self::Manifest(_) => Source::Manifest,
            Self::Vault(_) => Source::Vault,
        }
    }

    /// What a manifest says of versions with these digests.
    fn found(&self, digests: &BTreeSet<Digest>) -> Result<Found, ManifestError> {
        match self {
            Self::Manifest(index) => index.keys(digests),
            Self::Vault(_) => Ok(Found::new()),
        }
    }

    /// What is looked in: all of the vault, and of a manifest what was found.
    fn view<'a>(&'a self, found: &'a Found) -> View<'a> {
        let keys = match self {
            Self::Manifest(_) => found,
            Self::Vault(summary) => &summary.keys,
        };
        View { environment: self.environment(), policy: self.policy(), keys }
    }
}

type Found = BTreeMap<KeyName, Key>;

/// What is known of the vault's keys.
#[derive(Default)]
struct Knowledge {
    held: Vec<Held>,
    /// Each environment, and where it is known from.
    sources: Vec<(String, Source)>,
    /// Secrets that have no form of ours.
    secrets: Vec<Secret>,
    /// What manifests say that nothing proves.
    unproven: Vec<Policy>,
    /// The environments that are meant and of which nothing is known at all.
    missing: Vec<String>,
}

impl Knowledge {
    fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.held.iter().map(Held::policy).chain(&self.unproven)
    }

    /// Says that nothing proves an environment's manifest, or that it has none.
    fn miss(&mut self, session: &Session, name: &EnvironmentName, has_one: bool, is_meant: bool) {
        let taken = if has_one {
            "its keys are taken for unknown ones"
        } else {
            "keys of a form of its own are not looked for"
        };
        let what = format!("environment {name} has no proven manifest: {taken}");
        session.ui.warn(&what);
        let args = ["list", "--unlock", "--env", name.as_str()];
        session.ui.hint(&format!("a reader of it writes one: {}", session.command_line(&args)));
        if is_meant && !has_one {
            self.missing.push(what);
        }
    }
}

impl Scan {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let known = self.known(session)?;
        if let Some(tool) = self.rules {
            let environments = known.held.iter().map(|held| (held.environment(), held.policy()));
            return Ok(session.ui.data(rules::rules(tool, environments, session.now()))?);
        }
        let templates = known.policies().flat_map(Policy::templates);
        let templates = templates.map(|(template, code)| (template.clone(), code.clone()));
        let scanner = Scanner::new(templates, &known.secrets);
        let Searched { mut hits, unreadable } = self.search(session, &scanner)?;
        hits.sort_by(|one, other| one.order().cmp(&other.order()));
        let masked = |text: &[u8]| String::from_utf8_lossy(&scanner.masked(text)).into_owned();
        let mut unreadable: Vec<String> =
            unreadable.iter().map(|error| masked(error.as_bytes())).collect();
        for error in &unreadable {
            session.ui.warn(error);
        }
        unreadable.extend(known.missing.iter().cloned());
        let digests = hits.iter().map(|hit| Digest::of(&hit.finding.secret)).collect();
        let mut found = Vec::new();
        for held in &known.held {
            // What was found is told in any case.
            found.push(held.found(&digests).unwrap_or_else(|error| {
                let environment = held.environment();
                session.ui.warn(&format!(
                    "the manifest of {environment}: {error}; its keys are taken for unknown ones"
                ));
                Found::new()
            }));
        }
        let views = known.held.iter().zip(&found).map(|(held, found)| held.view(found));
        let views: Vec<_> = views.collect();
        let lookup = Lookup::new(&views);
        let now = session.now();
        let question = Question::new(None, now);
        let leaks: Vec<Leak<'_>> = hits
            .iter()
            .map(|hit| {
                let path = OsString::from_vec(scanner.masked(hit.path.as_os_str().as_bytes()));
                let answer = lookup.judge(&hit.finding.secret, &question);
                Leak::new(hit, path.into(), answer, now)
            })
            .collect();
        let format = if self.report.json { Format::Json } else { self.format };
        output::write(session, format, &leaks, &known.sources, &unreadable, self.staged)?;
        if !leaks.is_empty() {
            Err(Failure::no())
        } else if unreadable.is_empty() {
            Ok(())
        } else {
            Err(Failure::new(exit::FAILED, ""))
        }
    }

    fn search(&self, session: &Session, scanner: &Scanner) -> Outcome<Searched> {
        if self.staged {
            repository::staged(scanner)
        } else if let Some(range) = &self.git_history {
            repository::history(scanner, Some(range.as_str()).filter(|range| !range.is_empty()))
        } else {
            sources::files(session, scanner, &self.paths, self.gitignore)
        }
    }

    /// The environments that manifests tell of, or the vault itself.
    fn known(&self, session: &Session) -> Outcome<Knowledge> {
        let mut known = Knowledge::default();
        let vault = match session.open_vault()? {
            Ok(vault) => vault,
            Err(VaultError::NoVault(_)) if !self.unlock && self.rules.is_none() => {
                session.ui.note("there is no vault here: whose keys are found cannot be told");
                return Ok(known);
            }
            Err(error) => return Err(error.into()),
        };
        // A variable that names the usual environment is not meant for this.
        let is_typed = session.typed_environment().is_some();
        let all = vault.environments()?;
        let meant = if is_typed { session.environments(&vault)? } else { all.clone() };
        // Whose a key is, all manifests are asked.
        for name in if self.rules.is_some() { meant.clone() } else { all } {
            let held = if self.unlock && meant.contains(&name) {
                let known = Known::of_document(session.read(&vault, &name)?);
                known.index.map(Held::Vault)
            } else {
                vault.index(&name, session.now()).ok().map(Held::Manifest)
            };
            let source = held.as_ref().map_or(Source::Locked, Held::source);
            if held.is_none() {
                let unproven = vault.manifest_unproven(&name).map(|manifest| manifest.policy);
                if vault.keeps_manifests() {
                    let is_meant = meant.contains(&name);
                    known.miss(session, &name, unproven.is_some(), is_meant);
                }
                // To look for more than there is does no harm.
                known.unproven.extend(unproven);
            }
            known.sources.push((name.to_string(), source));
            known.held.extend(held);
        }
        if !vault.keeps_manifests() && !self.unlock && self.rules.is_none() {
            session.ui.note(
                "this vault keeps no manifests: without --unlock nobody can tell whose a key is, and \
                 keys of forms of their own are not looked for",
            );
        }
        for held in &known.held {
            let Held::Vault(summary) = held else { continue };
            let templates: Vec<_> = summary.policy.templates().collect();
            for (key, version) in
                summary.keys.values().flat_map(|key| key.versions.iter().map(move |one| (key, one)))
            {
                let Some(secret) = &version.secret else { continue };
                if token::inspect(secret.expose(), &templates).is_ok() {
                    continue;
                }
                if secret.len() < FEWEST {
                    session.ui.warn(&format!(
                        "{}/{}@{} is too short to be looked for",
                        summary.environment, key.name, version.number
                    ));
                }
                known.secrets.push(secret.clone());
            }
        }
        Ok(known)
    }
}
