//! What was found, for people, programs, SARIF viewers and the log of a GitHub workflow.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::super::contents::Source;
use super::super::failure::Outcome;
use super::super::session::Session;
use super::sources::Hit;
use crate::clock::Time;
use crate::key::State;
use crate::scan::{Encoding, Place};
use crate::ui::sanitize::clean;
use crate::verify::{Answer, Found};

/// What to do with a key that is none of the vault's.
const FOREIGN: &str = "find out whose it is, and replace it there";

/// The form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Json,
    Sarif,
    Github,
}

impl FromStr for Format {
    type Err = BadFormat;

    fn from_str(text: &str) -> Result<Self, BadFormat> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "sarif" => Ok(Self::Sarif),
            "github" => Ok(Self::Github),
            _ => Err(BadFormat),
        }
    }
}

/// Not the name of a form that a report can have.
#[derive(Debug)]
pub(super) struct BadFormat;

impl fmt::Display for BadFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of text, json, sarif, github")
    }
}

impl std::error::Error for BadFormat {}

/// A key that was found, and whose it is.
pub(super) struct Leak<'a> {
    hit: &'a Hit,
    /// Without the secret part of a key in it.
    path: PathBuf,
    found: Option<Found<'a>>,
    /// Whether services accept it.
    is_accepted: bool,
    has_expired: bool,
}

#[derive(Serialize)]
struct ScanReport<'a> {
    findings: Vec<LeakReport<'a>>,
    environments: Vec<EnvironmentReport<'a>>,
    unreadable: &'a [String],
}

#[derive(Serialize)]
struct EnvironmentReport<'a> {
    environment: &'a str,
    /// `manifest`, `vault` or `locked`.
    source: &'static str,
}

#[derive(Serialize)]
struct LeakReport<'a> {
    path: String,
    line: u64,
    column: u64,
    /// In bytes, from 0.
    offset: u64,
    /// In bytes.
    length: u64,
    /// `plain`, `percent`, `json`, `base64` or `utf-16`.
    encoding: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    /// How it begins.
    shown: String,
    /// None: no key of the vault.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    /// None of what is no key of the vault: nobody knows.
    accepted: Option<bool>,
    expired: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<'a> Leak<'a> {
    pub(super) fn new(hit: &'a Hit, path: PathBuf, answer: Answer<'a>, now: Time) -> Self {
        let found = answer.found();
        let has_expired = found.is_some_and(|found| found.key.is_expired(found.version, now));
        Self { hit, path, found, is_accepted: matches!(answer, Answer::Valid(..)), has_expired }
    }

    /// How the key begins; nothing of its secret part.
    fn shown(&self) -> String {
        let finding = &self.hit.finding;
        format!("{}…", finding.secret.expose().get(..finding.public).unwrap_or_default())
    }

    /// The key and the version.
    fn name(&self) -> Option<String> {
        self.key().zip(self.found).map(|(key, found)| format!("{key}@{}", found.version.number))
    }

    fn key(&self) -> Option<String> {
        self.found.map(|found| format!("{}/{}", found.environment, found.key.name))
    }

    /// Where it is, without line and column.
    fn file(&self) -> String {
        let path = self.path.display();
        match &self.hit.commit {
            Some(commit) => format!("{}:{path}", commit.get(..12).unwrap_or(commit)),
            // The log of a GitHub workflow obeys lines that begin like this.
            None if self.path.as_os_str().as_bytes().starts_with(b"::") => format!("./{path}"),
            None => path.to_string(),
        }
    }

    /// What it is, in words.
    fn words(&self) -> String {
        let words = match (self.name(), self.found) {
            (Some(name), Some(found)) => {
                let state = match found.version.state {
                    state if self.has_expired => format!("{state}, expired"),
                    state if self.is_accepted => format!("{state}, still accepted"),
                    state => state.to_string(),
                };
                format!("{name} ({state})")
            }
            _ => "a key that no manifest knows".to_owned(),
        };
        match self.hit.finding.encoding {
            Encoding::Plain => words,
            encoding => format!("{words}, in {encoding}"),
        }
    }

    /// The same with how it begins and what to do, for reports that show nothing else; safe to look at.
    fn message(&self, session: &Session) -> String {
        let commit = self.hit.commit.as_deref();
        let commit = commit.map_or(String::new(), |commit| format!(" in {commit}"));
        let next = match self.next() {
            Some((purpose, args)) => format!("; {purpose}: {}", session.command_line(&args)),
            None if self.found.is_none() => format!("; {FOREIGN}"),
            None => String::new(),
        };
        clean(&format!("{} {}{commit}{next}", self.shown(), self.words())).into_owned()
    }

    /// How much it matters: what may be accepted somewhere is an error.
    fn level(&self) -> &'static str {
        if self.is_accepted || self.found.is_none() { "error" } else { "warning" }
    }

    /// The command that ends the leak, and what it is for.
    fn next(&self) -> Option<(&'static str, Vec<String>)> {
        let (key, name, found) = (self.key()?, self.name()?, self.found?);
        let reason = ["--reason", "TEXT"].map(str::to_owned);
        let command = |words: &[&str], thing: String| {
            let words = words.iter().map(|word| (*word).to_owned());
            words.chain([thing]).chain(reason).collect()
        };
        match found.version.state {
            State::Active if self.is_accepted => {
                Some(("replace it at once", command(&["rotate", "--compromised"], key)))
            }
            State::Revoked | State::Destroyed => None,
            _ => Some(("end it for good", command(&["revoke"], name))),
        }
    }

    fn report(&self, session: &Session) -> LeakReport<'_> {
        let finding = &self.hit.finding;
        LeakReport {
            path: self.path.display().to_string(),
            line: finding.place.line,
            column: finding.place.column,
            offset: finding.place.offset,
            length: finding.length,
            encoding: finding.encoding.word(),
            commit: self.hit.commit.as_deref(),
            object: self.hit.object.as_deref(),
            shown: self.shown(),
            key: self.key(),
            version: self.found.map(|found| found.version.number),
            state: self.found.map(|found| found.version.state.word()),
            fingerprint: self.found.map(|found| found.version.fingerprint()),
            accepted: self.found.map(|_| self.is_accepted),
            expired: self.has_expired,
            next: self.next().map(|(_, args)| session.command_line(&args)),
        }
    }
}

pub(super) fn write(
    session: &Session,
    format: Format,
    leaks: &[Leak<'_>],
    sources: &[(String, Source)],
    unreadable: &[String],
    is_staged: bool,
) -> Outcome {
    match format {
        Format::Text => text(session, leaks, is_staged)?,
        Format::Json => {
            let environments = sources.iter().map(|(environment, source)| EnvironmentReport {
                environment,
                source: source.word(),
            });
            let report = ScanReport {
                findings: leaks.iter().map(|leak| leak.report(session)).collect(),
                environments: environments.collect(),
                unreadable,
            };
            session.ui.json("keyctl.scan/1", &report)?;
        }
        Format::Sarif => session.ui.data(sarif(session, leaks, unreadable))?,
        Format::Github => {
            leaks.iter().try_for_each(|leak| session.ui.line(&annotation(session, leak)))?;
        }
    }
    Ok(())
}

fn text(session: &Session, leaks: &[Leak<'_>], is_staged: bool) -> Outcome {
    let mut lines = String::new();
    for leak in leaks {
        let (file, place) = (leak.file(), leak.hit.finding.place);
        let line =
            format!("{file}:{}:{}: {} {}", place.line, place.column, leak.shown(), leak.words());
        lines.push_str(&clean(&line));
        lines.push('\n');
    }
    session.ui.data(&lines)?;
    if leaks.is_empty() {
        session.ui.say("no key was found");
        return Ok(());
    }
    let mut said = BTreeSet::new();
    for leak in leaks {
        if let Some((purpose, args)) = leak.next()
            && said.insert(args.clone())
        {
            session.next(&format!("{}: {purpose}", leak.name().unwrap_or_default()), &args);
        }
    }
    if leaks.iter().any(|leak| leak.found.is_none()) {
        session.ui.say(&format!("of a key that no manifest knows: {FOREIGN}"));
    }
    if is_staged {
        session.ui.say("to take it out of the commit: git reset FILE");
    }
    Ok(())
}

/// A workflow command (GitHub: Workflow commands for GitHub Actions).
fn annotation(session: &Session, leak: &Leak<'_>) -> String {
    let data = |text: &str| text.replace('%', "%25");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let Place { line, column, .. } = leak.hit.finding.place;
    let file = property(&clean(&leak.path.display().to_string()));
    let (level, words) = (leak.level(), data(&leak.message(session)));
    format!("::{level} file={file},line={line},col={column},title=API key::{words}")
}

/// SARIF 2.1.0 (OASIS), a result on each line. What of it is free text is quoted by `serde_json`.
fn sarif(session: &Session, leaks: &[Leak<'_>], unreadable: &[String]) -> String {
    let told = |error: &String| {
        let error = Value::from(clean(error).into_owned());
        format!(r#"{{"level":"error","message":{{"text":{error}}}}}"#)
    };
    let told: Vec<String> = unreadable.iter().map(told).collect();
    let mut text = format!(
        r#"{{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{{
"tool":{{"driver":{{"name":"keyctl","version":"{}","rules":[{{"id":"api-key","shortDescription":{{"text":"An API key in a file"}}}}]}}}},
"invocations":[{{"executionSuccessful":{},"toolExecutionNotifications":[{}]}}],
"columnKind":"unicodeCodePoints","results":["#,
        env!("CARGO_PKG_VERSION"),
        unreadable.is_empty(),
        told.join(",\n")
    );
    for (at, leak) in leaks.iter().enumerate() {
        let (place, length) = (leak.hit.finding.place, leak.hit.finding.length);
        let comma = if at == 0 { "" } else { "," };
        let words = Value::from(leak.message(session)).to_string();
        let (level, uri) = (leak.level(), uri(&leak.path));
        let Place { offset, line, column } = place;
        let _ = write!(
            text,
            r#"{comma}
{{"ruleId":"api-key","level":"{level}","message":{{"text":{words}}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"{uri}"}},"region":{{"startLine":{line},"startColumn":{column},"byteOffset":{offset},"byteLength":{length}}}}}}}]}}"#
        );
    }
    text + "\n]}]}\n"
}

/// A path as a reference of RFC 3986.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
