//! Answers about secrets, in words and as reports, for one or for many.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::failure::{Failure, Outcome};
use super::report::{self, VersionReport, joined};
use super::session::Session;
use super::sources::{Hit, Sources, Spot, past_word};
use super::unlock::MOST_INPUT;
use crate::export::heare;
use crate::fs;
use crate::key::token::Malformed;
use crate::key::{State, export_id};
use crate::secret::Secret;
use crate::ui::sanitize;
use crate::verify::{self, Answer, Found, Question, without_line_end};

/// The secret that is asked about: of a file, standard input or a prompt.
pub(super) fn read_secret(session: &Session, file: Option<&Path>) -> Outcome<Secret> {
    use std::io::IsTerminal as _;
    let piped = match file {
        Some(path) if path.as_os_str() != "-" => Some(fs::read_named(path, MOST_INPUT)?),
        None if std::io::stdin().is_terminal() => None,
        _ => {
            session.stdin_is_free("secret")?;
            Some(fs::read_stdin(MOST_INPUT)?)
        }
    };
    let empty = if piped.is_some() { "what was read is empty" } else { "nothing was typed" };
    let secret = match piped {
        Some(bytes) => {
            // What is no text is malformed, which is an answer like others.
            let text = Secret::new(String::from_utf8_lossy(&bytes).into_owned());
            Secret::new(without_line_end(text.expose()).to_owned())
        }
        None => {
            session.prompt("there is no secret: pipe one in, or say --file")?.hidden("Secret")?
        }
    };
    if secret.is_empty() { Err(no_secret(empty)) } else { Ok(secret) }
}

/// The failure when there is nothing to judge.
pub(super) fn no_secret(why: &str) -> Failure {
    Failure::usage(format!("there is no secret: {why}")).advise("pipe one in, or say --file FILE")
}

#[derive(Serialize)]
struct VerifyReport<'a> {
    /// `None` where only the form was looked at.
    valid: Option<bool>,
    /// `valid`, `well-formed` (by its form alone), `pending`, `retired`, `revoked`, `destroyed`,
    /// `not yet`, `expired`, `wrong environment`, `wrong scope`, `wrong address`,
    /// `unknown` or `malformed`.
    answer: &'static str,
    /// As in what is exported to heare-auth; only of what is valid.
    key_id: Option<String>,
    name: Option<String>,
    metadata: &'a BTreeMap<String, String>,
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<&'a BTreeSet<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_ips: Vec<String>,
    /// As it is now, whatever time was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<VersionReport>,
    /// What was asked: `form`, or `manifest` or `vault` for each environment.
    sources: &'a [String],
    /// Whether an old manifest would have been noticed: `checked`, `first sight` or `not kept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rollback: Option<&'static str>,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A sentence in a line.
    Words,
    /// A report.
    Json,
    /// The same in a line.
    JsonLine,
}

/// What is asked of each secret, and how it is answered.
pub(super) struct Asking<'a> {
    pub question: Question<'a>,
    pub form: Form,
}

/// An answer.
pub(super) struct Said {
    /// Whether the exit code is 0.
    pub is_good: bool,
    /// The answer, with the end of its line.
    pub text: String,
    /// The version, when it is revoked for a reason that the vault alone knows.
    pub revoked: Option<String>,
}

impl Asking<'_> {
    /// Judges a secret.
    pub(super) fn answer(&self, sources: &mut Sources<'_>, secret: &str) -> Outcome<Said> {
        match sources.look_up(secret)? {
            Some(spot) => self.answer_found(sources, spot),
            None => self.answer_not_found(sources, secret),
        }
    }

    /// Judges a version that was found.
    pub(super) fn answer_found(&self, sources: &Sources<'_>, spot: Spot) -> Outcome<Said> {
        let hit = sources.hit(spot)?;
        let answer = verify::judge(hit.found(), &self.question);
        self.say(sources, &answer, Some(&hit))
    }

    /// Judges by its form a secret that is nowhere.
    pub(super) fn answer_not_found(&self, sources: &Sources<'_>, secret: &str) -> Outcome<Said> {
        let answer = verify::judge_form(secret, &sources.policies());
        // Also when it is malformed as one of ours: what was imported has any form.
        sources.all_looked_in(secret)?;
        self.say(sources, &answer, None)
    }

    /// Says what is wrong with a text that is not even looked for.
    pub(super) fn malformed(&self, sources: &Sources<'_>, fault: Malformed) -> Outcome<Said> {
        self.say(sources, &Answer::Malformed(fault), None)
    }

    fn say(
        &self,
        sources: &Sources<'_>,
        answer: &Answer<'_>,
        hit: Option<&Hit<'_>>,
    ) -> Outcome<Said> {
        let is_form = sources.is_form();
        let is_well_formed = is_form && matches!(answer, Answer::Unknown);
        let is_good = is_well_formed || matches!(answer, Answer::Valid(..));
        let words = if is_well_formed {
            "well-formed: whether it is a key, only a vault or a manifest knows".to_owned()
        } else {
            words(answer, &self.question)
        };
        let revoked = answer.found().filter(|found| {
            found.version.state == State::Revoked && found.version.reason.is_none()
        });
        let text = match self.form {
            Form::Words => {
                let source = hit.map_or_else(|| sources.words(), |hit| hit.source);
                format!("{words} [{source}]\n")
            }
            form => {
                let found = answer.found();
                let valid = found.filter(|_| is_good).zip(hit);
                let report = VerifyReport {
                    valid: (!is_well_formed).then_some(is_good),
                    answer: if is_well_formed { "well-formed" } else { answer.word() },
                    key_id: valid.map(|(found, hit)| heare::id(hit.id, found.key, found.version)),
                    name: valid.map(|(found, _)| export_id(&found.key.name, found.version.number)),
                    metadata: valid.map_or(&NO_METADATA, |(found, _)| &found.key.metadata),
                    error: (!is_good).then_some(words),
                    key: found.map(|found| name(&found)),
                    scopes: found.map(|found| &found.key.scopes).filter(|all| !all.is_empty()),
                    allowed_ips: found.map_or_else(Vec::new, |found| {
                        found.key.allowed_ips.iter().map(ToString::to_string).collect()
                    }),
                    version: found
                        .map(|one| report::version(one.key, one.version, self.question.now)),
                    sources: &sources.asked,
                    rollback: sources.past().map(past_word),
                };
                let is_line = form == Form::JsonLine;
                sources.session().ui.json_text("keyctl.verify/1", &report, is_line)?
            }
        };
        Ok(Said { is_good, text, revoked: revoked.map(|found| name(&found)) })
    }
}

static NO_METADATA: BTreeMap<String, String> = BTreeMap::new();

/// What a version is called.
pub(super) fn name(found: &Found<'_>) -> String {
    format!("{}/{}@{}", found.environment, found.key.name, found.version.number)
}

fn words(answer: &Answer<'_>, question: &Question<'_>) -> String {
    match answer {
        Answer::Valid(found, state) => {
            let end = found.key.expiry(found.version);
            let end = end.map_or_else(String::new, |end| format!(", expires {end}"));
            let allowed = &found.key.allowed_ips;
            let from = if allowed.is_empty() || question.address.is_some() {
                String::new()
            } else {
                format!(", only from {}", joined(allowed))
            };
            format!("valid: {} ({state}{end}{from})", name(found))
        }
        Answer::NotAccepted(found, state) => {
            let version = found.version;
            let since = match state {
                State::Revoked => version.revoked,
                State::Destroyed => version.destroyed,
                State::Retired => version.retired,
                _ => None,
            };
            let since = since.map_or_else(String::new, |at| format!(" since {at}"));
            let reason = version.reason.as_ref().filter(|_| *state == State::Revoked);
            let reason =
                reason.map_or_else(String::new, |text| format!(": {}", sanitize::clean(text)));
            format!("{state}: {}{since}{reason}", name(found))
        }
        Answer::NotYet(found) => {
            format!("not yet: {} was made at {}", name(found), found.version.created)
        }
        Answer::Expired(found, end) => format!("expired: {} at {end}", name(found)),
        Answer::WrongEnvironment(found) => {
            let wanted = question.environment;
            let wanted = wanted.map_or_else(String::new, |wanted| format!(", not {wanted}"));
            format!("wrong environment: {}{wanted}", name(found))
        }
        Answer::WrongScope(found, scope) => {
            let scopes = joined(&found.key.scopes);
            let has = if scopes.is_empty() { "none" } else { &scopes };
            format!("wrong scope: {} has {has}, not {scope}", name(found))
        }
        Answer::WrongAddress(found, address) => {
            let allowed = joined(&found.key.allowed_ips);
            format!("wrong address: {} is allowed from {allowed}, not {address}", name(found))
        }
        Answer::Unknown => "unknown: well-formed, but no key that is known here".to_owned(),
        Answer::Malformed(fault) => format!("malformed: {fault}"),
    }
}
