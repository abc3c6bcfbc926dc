use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};
use serde::Serialize;

use super::answer::{name, read_secret};
use super::failure::{Failure, Outcome};
use super::report::{self, VersionReport};
use super::session::{Report, Session};
use super::sources::CarriedFlags;

/// Tell which key a fingerprint, a digest or a secret is of
///
/// A fingerprint is `sha256:` and twelve or more hex digits, as logs and `list` show it; a digest is
/// all 64. A secret comes from standard input, a file or a hidden prompt. Exit code 3 when it is no
/// key that is known here.
#[derive(Debug, Args)]
pub(super) struct Whois {
    /// A fingerprint or digest [default: a secret is read]
    #[arg(value_name = "FINGERPRINT")]
    what: Option<String>,
    /// Read the secret from a file; - is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "what")]
    file: Option<PathBuf>,
    #[command(flatten)]
    carried: CarriedFlags,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct WhoisReport {
    found: Vec<FoundReport>,
    /// What was asked: `manifest` or `vault` for each environment.
    sources: Vec<String>,
}

#[derive(Serialize)]
struct FoundReport {
    key: String,
    version: VersionReport,
}

impl Whois {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let hex = self.what.as_deref().map(hex_digits).transpose()?;
        let mut sources = self.carried.sources(session, false)?;
        let spots = if let Some(hex) = hex {
            let spots = sources.find_prefix(&hex)?;
            if spots.is_empty() {
                sources.all_looked_in("")?;
            }
            spots
        } else {
            let secret = read_secret(session, self.file.as_deref())?;
            let spot = sources.look_up(secret.expose())?;
            if spot.is_none() {
                sources.all_looked_in(secret.expose())?;
            }
            spot.into_iter().collect()
        };
        let mut found = Vec::new();
        let mut lines = String::new();
        for spot in &spots {
            let hit = sources.hit(*spot)?;
            let one = hit.found();
            let (key, state) = (name(&one), one.version.state);
            let _ = writeln!(lines, "{key} ({state}) [{}]", hit.source);
            let version = report::version(one.key, one.version, session.now());
            found.push(FoundReport { key: name(&one), version });
        }
        if self.report.json {
            let report = WhoisReport { found, sources: sources.asked };
            session.ui.json("keyctl.whois/1", &report)?;
        } else {
            if spots.is_empty() {
                lines = format!("unknown: no key that is known here [{}]\n", sources.words());
            }
            session.ui.data(lines)?;
            sources.tell_past();
        }
        if spots.is_empty() { Err(Failure::no()) } else { Ok(()) }
    }
}

/// The hex digits of a fingerprint or digest. What is none may be a secret, so it is not repeated.
fn hex_digits(text: &str) -> Outcome<String> {
    let hex = text.strip_prefix("sha256:").unwrap_or(text).to_ascii_lowercase();
    if (12..=64).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(hex);
    }
    Err(Failure::usage("what is asked about is no fingerprint and no digest").advise(
        "a fingerprint is sha256: and 12 hex digits; a secret is piped in, never an argument",
    ))
}
