use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::answer::{Asking, Form, read_secret};
use super::args::scope;
use super::batch;
use super::failure::{Failure, Outcome, exit};
use super::session::{Report, Session};
use super::sources::{CarriedFlags, Sources};
use crate::clock::Time;
use crate::key::token::{self, Malformed};
use crate::verify::Question;

/// Tell whether a secret is good, offline
///
/// The secret comes from standard input, a file or a hidden prompt, never from the command line.
/// With a manifest no passphrase is needed, and with one that was carried here no vault. Exit code 0
/// means services accept it, 3 that they do not; the answer says why, and what was looked in.
///
/// With --batch each line is a secret, or a JSON object with the secret as `api_key`. Each is
/// answered in a line, in order, while others are still to come; blank lines are passed over. Exit
/// code 0 means that all are good, 4 that for some the vault would have to be unlocked.
///
/// The JSON report has what heare-auth answers (`valid`, `key_id`, `name`, `metadata`, `error`;
/// the key's own metadata only with --unlock) and more.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Read the secret from a file; - is standard input
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Answer for each line, while they come
    #[arg(long)]
    batch: bool,
    /// The key must have this scope; may be given several times. A key without scopes has none
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    scopes: Vec<String>,
    /// The key must be allowed from this address. A key without addresses is, from anywhere
    #[arg(long, value_name = "ADDRESS")]
    ip: Option<IpAddr>,
    /// Whether it is good at this time, not now: 30d, 2027-01-31, an RFC 3339 time
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Look at the form alone: no vault, no manifest
    #[arg(long, conflicts_with_all = ["scopes", "ip", "at", "unlock", "manifest"])]
    form: bool,
    /// Unlock the vault instead of reading manifests: it knows reasons and metadata too
    #[arg(long, conflicts_with = "manifest")]
    unlock: bool,
    #[command(flatten)]
    carried: CarriedFlags,
    #[command(flatten)]
    report: Report,
}

impl Verify {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        if self.form && session.typed_environment().is_some() {
            return Err(Failure::usage("the form alone tells no environment")
                .advise("leave --form or --env out"));
        }
        let question = self.question(session)?;
        if self.batch {
            let form = if self.report.json { Form::JsonLine } else { Form::Words };
            let asking = Asking { question, form };
            return batch::run(session, self.file.as_deref(), &asking, self.sources(session)?);
        }
        let secret = read_secret(session, self.file.as_deref())?;
        let mut sources = match self.sources(session) {
            // Without any vault the form alone can still say no, of a form that it knows.
            Err(failure) if failure.code == exit::FAILED && self.carried.manifest.is_empty() => {
                match token::inspect(secret.expose(), &[]) {
                    Err(Malformed::UnknownForm) | Ok(_) => return Err(failure),
                    Err(_) => Sources::of_form(session),
                }
            }
            other => other?,
        };
        let form = if self.report.json { Form::Json } else { Form::Words };
        let said = Asking { question, form }.answer(&mut sources, secret.expose())?;
        session.ui.data(&said.text)?;
        if form == Form::Words {
            sources.tell_past();
        }
        let has_vault = self.carried.manifest.is_empty();
        if let Some(key) = said.revoked.filter(|_| has_vault && form == Form::Words) {
            session.next("to see why", &["log", &key]);
        }
        if said.is_good { Ok(()) } else { Err(Failure::no()) }
    }

    fn sources<'a>(&'a self, session: &'a Session) -> Outcome<Sources<'a>> {
        if self.form {
            return Ok(Sources::of_form(session));
        }
        self.carried.sources(session, self.unlock)
    }

    fn question<'a>(&'a self, session: &'a Session) -> Outcome<Question<'a>> {
        let now = session.now();
        let at = self.at.as_deref().map_or(Ok(now), |text| Time::from_words(text, now));
        Ok(Question {
            environment: session.named_environment(),
            scopes: &self.scopes,
            address: self.ip,
            at: at.map_err(|error| Failure::usage(error.to_string()))?,
            now,
        })
    }
}
