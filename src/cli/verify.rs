use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde::Serialize;

use super::contents::{Known, Source, Summary};
use super::failure::{Failure, Outcome, exit};
use super::report::{self, VersionReport};
use super::session::{Report, Session};
use super::unlock::MOST_INPUT;
use crate::environment::EnvironmentName;
use crate::fs;
use crate::key::State;
use crate::key::strength::is_weak;
use crate::key::token::{self, Malformed};
use crate::secret::Secret;
use crate::verify::{self, Answer, Found, without_line_end};

/// Tell whether a secret is good, offline
///
/// The secret comes from standard input, a file or a hidden prompt, never from the command line.
/// With a manifest no passphrase is needed. Exit code 0 means services accept it, 3 that they do
/// not; the answer says why.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Read the secret from a file; - is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct VerifyReport {
    valid: bool,
    /// `valid`, `revoked`, `retired`, `destroyed`, `expired`, `wrong environment`, `unknown` or
    /// `malformed`.
    answer: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<VersionReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What was asked: `form`, `manifest` or `vault` for each environment.
    sources: Vec<String>,
}

impl Verify {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let secret = self.secret(session)?;
        let wanted = session.named_environment();
        let Asked { mut indexes, mut sources, mut missing } = match ask(session, wanted) {
            // Without any vault the form alone can still say no, of a form that it knows.
            Err(failure) if failure.code == exit::FAILED => {
                match token::inspect(secret.expose(), &[]) {
                    Err(Malformed::UnknownForm) | Ok(_) => return Err(failure),
                    Err(_) => Asked { sources: vec!["form".to_owned()], ..Asked::default() },
                }
            }
            other => other?,
        };
        if is_weak(secret.expose()) {
            look_deeper(session, &mut indexes, &mut sources, &mut missing, wanted)?;
        }
        let views: Vec<verify::Index<'_>> = indexes
            .iter()
            .map(|index| verify::Index {
                environment: &index.environment,
                policy: &index.policy,
                keys: &index.keys,
            })
            .collect();
        let answer = verify::judge(&secret, &views, wanted, session.now());
        let valid = matches!(answer, Answer::Valid(_));
        let open = matches!(answer, Answer::Unknown | Answer::Malformed(Malformed::UnknownForm));
        if open && !missing.is_empty() {
            let message =
                format!("it may be a key of {}, which cannot be read", missing.join(", "));
            return Err(Failure::new(exit::LOCKED, message)
                .advise("name the environment with --env, or an identity with --identity"));
        }
        let words = words(&answer, wanted);
        if self.report.json {
            let found = found(&answer);
            let report = VerifyReport {
                valid,
                answer: answer.word(),
                key: found.map(|found| name(&found)),
                version: found
                    .map(|found| report::version(found.key, found.version, session.now())),
                error: (!valid).then_some(words),
                sources,
            };
            session.ui.json("keyctl.verify/1", &report)?;
        } else {
            session.ui.line(&words)?;
        }
        if valid { Ok(()) } else { Err(Failure::no()) }
    }

    fn secret(&self, session: &Session) -> Outcome<Secret> {
        use std::io::IsTerminal as _;
        let piped = match &self.file {
            Some(path) if path.as_os_str() != "-" => Some(fs::read_named(path, MOST_INPUT)?),
            None if std::io::stdin().is_terminal() => None,
            _ if session.passphrase_is_stdin() => {
                return Err(Failure::usage("standard input cannot be both passphrase and secret")
                    .advise("give one of them with a file"));
            }
            _ => Some(fs::read_stdin(MOST_INPUT)?),
        };
        let empty = if piped.is_some() { "what was read is empty" } else { "nothing was typed" };
        let secret = match piped {
            Some(bytes) => {
                // What is no text is malformed, which is an answer like others.
                let text = Secret::new(String::from_utf8_lossy(&bytes).into_owned());
                Secret::new(without_line_end(text.expose()).to_owned())
            }
            None => session
                .prompt("there is no secret: pipe one in, or say --file")?
                .hidden("Secret")?,
        };
        if secret.is_empty() {
            return Err(Failure::usage(format!("there is no secret: {empty}"))
                .advise("pipe one in, or say --file FILE"));
        }
        Ok(secret)
    }
}

/// What there was to look in.
#[derive(Default)]
pub(super) struct Asked {
    pub indexes: Vec<Summary>,
    /// What was asked, for the report.
    sources: Vec<String>,
    /// The environments that could not be read, when none is wanted in particular.
    missing: Vec<String>,
}

/// The environments to look in: the wanted one first, then all others, which tell a key that is
/// used in the wrong place.
pub(super) fn ask(session: &Session, wanted: Option<&EnvironmentName>) -> Outcome<Asked> {
    let vault = session.vault()?;
    let mut names = vault.environments()?;
    if let Some(wanted) = wanted {
        if !names.contains(wanted) {
            return Err(super::failure::unknown_environment(wanted, &names));
        }
        names.sort_by_key(|name| name != wanted);
    }
    let mut asked = Asked::default();
    for name in names {
        let needed = wanted.is_none_or(|wanted| *wanted == name);
        let known = match session.known_if(&vault, &name, needed) {
            Ok(Some(known)) => known,
            Err(failure) if needed => return Err(failure),
            Ok(None) | Err(_) => continue,
        };
        let proven = matches!(known.source, Source::Manifest | Source::Vault);
        if let Some(index) = known.index.filter(|_| proven) {
            asked.sources.push(format!("{name}: {}", known.source.word()));
            asked.indexes.push(index);
        } else if wanted.is_none() {
            asked.missing.push(name.to_string());
        } else if needed {
            return Err(Failure::new(
                exit::LOCKED,
                format!("environment {name} has no proven manifest, and cannot be unlocked"),
            )
            .run("a reader of it can write one", ["list", "--unlock", "--env", name.as_str()]));
        }
    }
    Ok(asked)
}

/// Unlocks the environments that have weak secrets, whose digests no manifest has.
fn look_deeper(
    session: &Session,
    indexes: &mut [Summary],
    sources: &mut Vec<String>,
    missing: &mut Vec<String>,
    wanted: Option<&EnvironmentName>,
) -> Outcome {
    let is_hidden = |index: &Summary| {
        let mut versions = index.keys.values().flat_map(|key| &key.versions);
        versions.any(|version| version.is_weak && version.digest.is_none())
    };
    for index in indexes.iter_mut().filter(|index| is_hidden(index)) {
        let environment = index.environment.clone();
        let needed = wanted.is_none_or(|wanted| *wanted == environment);
        match session.read(&session.vault()?, &environment) {
            Ok(document) => {
                if let Some(known) = Known::of_document(document).index {
                    *index = known;
                }
                sources.retain(|source| *source != format!("{environment}: manifest"));
                sources.push(format!("{environment}: vault"));
            }
            Err(failure) if failure.code != exit::LOCKED || wanted.is_some() && needed => {
                return Err(failure);
            }
            Err(_) if needed => missing.push(environment.to_string()),
            Err(_) => {}
        }
    }
    Ok(())
}

fn found<'a>(answer: &Answer<'a>) -> Option<Found<'a>> {
    match *answer {
        Answer::Valid(found)
        | Answer::NotAccepted(found)
        | Answer::Expired(found, _)
        | Answer::WrongEnvironment(found) => Some(found),
        Answer::Unknown | Answer::Malformed(_) => None,
    }
}

fn name(found: &Found<'_>) -> String {
    format!("{}/{}@{}", found.environment, found.key.name, found.version.number)
}

fn words(answer: &Answer<'_>, wanted: Option<&EnvironmentName>) -> String {
    match answer {
        Answer::Valid(found) => {
            let state = found.version.state;
            let end = found.key.expiry(found.version);
            let end = end.map_or_else(String::new, |end| format!(", expires {end}"));
            format!("valid: {} ({state}{end})", name(found))
        }
        Answer::NotAccepted(found) => {
            let version = found.version;
            let since = match version.state {
                State::Revoked => version.revoked,
                State::Destroyed => version.destroyed,
                _ => version.retired,
            };
            let since = since.map_or_else(String::new, |at| format!(" since {at}"));
            format!("{}: {}{since}", version.state, name(found))
        }
        Answer::Expired(found, end) => format!("expired: {} at {end}", name(found)),
        Answer::WrongEnvironment(found) => {
            let wanted = wanted.map_or_else(String::new, |wanted| format!(", not {wanted}"));
            format!("wrong environment: {}{wanted}", name(found))
        }
        Answer::Unknown => "unknown: well-formed, but no key of this vault".to_owned(),
        Answer::Malformed(fault) => format!("malformed: {fault}"),
    }
}
