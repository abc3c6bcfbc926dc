//! Answers about secrets, in words and as reports, for one or for many.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::Path;

use serde::Serialize;

use super::failure::{Failure, Outcome};
use super::report::{self, VersionReport, joined};
use super::session::Session;
use super::sources::{Hit, Sources, Spot, past_word};
use super::unlock::MOST_INPUT;
use crate::environment::{EnvironmentName, Policy};
use crate::export::heare;
use crate::fs;
use crate::key::token::{self, Shape};
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
    /// `None` where only the form was looked at, and where it cannot be told.
    valid: Option<bool>,
    /// `valid`, `well-formed` (by its form alone), `pending`, `retired`, `revoked`, `destroyed`,
    /// `not yet`, `expired`, `wrong environment`, `wrong scope`, `wrong address`,
    /// `unknown` or `malformed`; of many, `locked` where the vault would have to be unlocked.
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
        self.say(sources, &answer, &hit)
    }

    /// Judges by its form a secret that is nowhere.
    pub(super) fn answer_not_found(&self, sources: &Sources<'_>, secret: &str) -> Outcome<Said> {
        let answer = verify::judge_form(secret, &sources.policies());
        // Also when it is malformed as one of ours: what was imported has any form.
        sources.all_looked_in(secret)?;
        if let Answer::Malformed(fault) = answer {
            return self.malformed(sources, &fault);
        }
        if sources.is_form() {
            let why = "whether it is a key, only a vault or a manifest knows";
            return self.say_of_none(sources, Unfound::WellFormed, why);
        }
        let code = foreign_code(secret, sources);
        let code = code.map_or_else(String::new, |code| format!("; the code in it is {code}"));
        let why = format!("well-formed, but no key that is known here{code}");
        self.say_of_none(sources, Unfound::Unknown, &why)
    }

    /// Says what is wrong with a text.
    pub(super) fn malformed(&self, sources: &Sources<'_>, fault: &dyn Display) -> Outcome<Said> {
        self.say_of_none(sources, Unfound::Malformed, &fault.to_string())
    }

    /// Says why it cannot be told whether a secret is good.
    pub(super) fn locked(&self, sources: &Sources<'_>, why: &str) -> Outcome<Said> {
        self.say_of_none(sources, Unfound::Locked, why)
    }

    fn say_of_none(&self, sources: &Sources<'_>, answer: Unfound, why: &str) -> Outcome<Said> {
        let is_good = answer == Unfound::WellFormed;
        let (answer, valid) = answer.word();
        let words = format!("{answer}: {}", sanitize::clean(why));
        let text = if self.form == Form::Words {
            format!("{words} [{}]\n", sources.words())
        } else {
            let report = VerifyReport {
                valid,
                answer,
                key_id: None,
                name: None,
                metadata: &NO_METADATA,
                error: (!is_good).then_some(words),
                key: None,
                scopes: None,
                allowed_ips: Vec::new(),
                version: None,
                sources: &sources.asked,
                rollback: sources.past().map(past_word),
            };
            self.text(sources, &report)?
        };
        Ok(Said { is_good, text, revoked: None })
    }

    /// An answer about the version at `hit`.
    fn say(&self, sources: &Sources<'_>, answer: &Answer<'_>, hit: &Hit<'_>) -> Outcome<Said> {
        let is_good = matches!(answer, Answer::Valid(..));
        let words = words(answer, &self.question);
        let found = hit.found();
        let is_unexplained =
            found.version.state == State::Revoked && found.version.reason.is_none();
        let text = if self.form == Form::Words {
            format!("{words} [{}]\n", hit.source)
        } else {
            let valid = Some(&found).filter(|_| is_good);
            let report = VerifyReport {
                valid: Some(is_good),
                answer: answer.word(),
                key_id: valid.map(|found| heare::id(hit.id, found.key, found.version)),
                name: valid.map(|found| export_id(&found.key.name, found.version.number)),
                metadata: valid.map_or(&NO_METADATA, |found| &found.key.metadata),
                error: (!is_good).then_some(words),
                key: Some(name(&found)),
                scopes: Some(&found.key.scopes).filter(|all| !all.is_empty()),
                allowed_ips: found.key.allowed_ips.iter().map(ToString::to_string).collect(),
                version: Some(report::version(found.key, found.version, self.question.now)),
                sources: &sources.asked,
                rollback: sources.past().map(past_word),
            };
            self.text(sources, &report)?
        };
        Ok(Said { is_good, text, revoked: is_unexplained.then(|| name(&found)) })
    }

    fn text(&self, sources: &Sources<'_>, report: &VerifyReport<'_>) -> Outcome<String> {
        let is_line = self.form == Form::JsonLine;
        Ok(sources.session().ui.json_text("keyctl.verify/1", report, is_line)?)
    }
}

/// What can be said of a secret that was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unfound {
    WellFormed,
    Unknown,
    Malformed,
    Locked,
}

impl Unfound {
    /// In a word, and whether it is valid where that is known.
    fn word(self) -> (&'static str, Option<bool>) {
        match self {
            Self::WellFormed => ("well-formed", None),
            Self::Unknown => ("unknown", Some(false)),
            Self::Malformed => ("malformed", Some(false)),
            Self::Locked => ("locked", None),
        }
    }
}

static NO_METADATA: BTreeMap<String, String> = BTreeMap::new();

/// The code of an environment in a secret, when it is none of those that were looked in.
fn foreign_code(secret: &str, sources: &Sources<'_>) -> Option<String> {
    let known = sources.policies();
    let code = match token::inspect(secret, &[]).ok()? {
        Shape::Sk(code) => code.to_string(),
        Shape::Gateway(name) => name.to_string(),
        _ => return None,
    };
    let is_known = |(name, policy): &(&EnvironmentName, &Policy)| {
        name.as_str() == code || policy.code.as_str() == code
    };
    (!known.is_empty() && !known.iter().any(is_known)).then_some(code)
}

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
        Answer::Unknown | Answer::Malformed(_) => answer.word().to_owned(),
    }
}
