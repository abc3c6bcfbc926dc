use clap::Args;
use serde::Serialize;

use super::clip::Clip;
use super::contents::find_key;
use super::failure::{Failure, Outcome, exit};
use super::list;
use super::report::{self, KeyReport, joined};
use super::session::{Report, Session};
use crate::due;
use crate::environment::EnvironmentName;
use crate::key::{Key, Kind, Reference, State};
use crate::ui::sanitize::clean;
use crate::ui::table::Table;

/// Show all that is known of a key
///
/// Secrets stay hidden unless --reveal asks for them.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The key, [ENV/]NAME[@VERSION]
    #[arg(value_name = "KEY")]
    key: Reference,
    /// Show the secrets
    #[arg(long)]
    reveal: bool,
    /// Copy the secret to the clipboard and show nothing: of the version, else of the active one
    #[arg(long, conflicts_with_all = ["reveal", "json"])]
    clip: bool,
    #[command(flatten)]
    report: Report,
}

#[derive(Serialize)]
struct ShowReport {
    key: KeyReport,
}

impl Show {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let clip = if self.clip { Some(Clip::find()?) } else { None };
        let vault = session.vault()?;
        let environment = session.environment(&vault, Some(&self.key))?;
        let document = session.read(&vault, &environment)?;
        let mut key = find_key(&document, &self.key.key)?.clone();
        if let Some(number) = self.key.version {
            if key.version(number).is_none() {
                let name = format!("{environment}/{}", key.name);
                let refusal = crate::key::lifecycle::Refusal::NoVersion(number);
                return Err(Failure::of_refusal(&name, &refusal));
            }
            key.versions.retain(|version| version.number == number);
        }
        if let Some(clip) = clip {
            return self.copy(session, &clip, &environment, &key);
        }
        if self.report.json {
            let mut report = report::key(&environment, &document.policy, &key, session.now());
            if self.reveal {
                for (report, version) in report.versions.iter_mut().zip(&key.versions) {
                    report.secret = version.secret.as_ref().map(|s| s.expose().to_owned());
                }
            }
            return Ok(session.ui.json("keyctl.show/1", &ShowReport { key: report })?);
        }
        self.text(session, &environment, &document.policy, &key)
    }

    fn copy(
        &self,
        session: &Session,
        clip: &Clip,
        environment: &EnvironmentName,
        key: &Key,
    ) -> Outcome {
        let name = format!("{environment}/{}", key.name);
        let of =
            |why: String| Failure::new(exit::FAILED, why).run("see its versions", ["show", &name]);
        let version = match self.key.version {
            Some(_) => key.versions.first(),
            None => key.in_state(State::Active),
        };
        let version = version.ok_or_else(|| of(format!("{name} has no active version")))?;
        let (number, state) = (version.number, version.state);
        let gone = || of(format!("{name}@{number} is {state}: its secret is gone"));
        let secret = version.secret.as_ref().ok_or_else(gone)?;
        if !key.is_accepted(version, session.now()) {
            session.ui.warn(&format!("services do not accept {name}@{number} any more"));
        }
        clip.copy(session, &format!("{name}@{number}"), secret.expose().as_bytes())
    }

    fn text(
        &self,
        session: &Session,
        environment: &EnvironmentName,
        policy: &crate::environment::Policy,
        key: &Key,
    ) -> Outcome {
        let ui = &session.ui;
        let now = session.now();
        let field = |name: &str, value: &str| -> Outcome {
            if value.is_empty() {
                Ok(())
            } else {
                Ok(ui.line(&format!("{name:<12} {}", clean(value)))?)
            }
        };
        field("key", &format!("{environment}/{}", key.name))?;
        if let Kind::Single(form) = key.kind {
            let form = format!("one value at a time, {} bytes in {}", form.bytes, form.encoding);
            field("secret", &form)?;
        }
        field("description", &key.description)?;
        field("owner", &key.owner)?;
        field("scopes", &joined(&key.scopes))?;
        field("allowed from", &joined(&key.allowed_ips))?;
        for (name, value) in &key.metadata {
            field("metadata", &format!("{name}={value}"))?;
        }
        field("created", &key.created.to_string())?;
        field("expires", &key.expires.map(|end| end.to_string()).unwrap_or_default())?;
        if let Some(due) = due::rotate_by(policy, key) {
            field("rotate by", &due.date())?;
        }
        if let Some(rotation) = report::rotation(key, now) {
            let words = format!("@{} → @{}, {}", rotation.old, rotation.new, rotation.stage);
            field("rotation", &words)?;
        }
        ui.line("")?;
        let mut table =
            Table::new(&["VERSION", "STATE", "CREATED", "SINCE", "EXPIRES", "FINGERPRINT"])
                .whole_from(0);
        for version in &key.versions {
            let times = [
                version.destroyed,
                version.revoked,
                version.retired,
                version.retiring,
                version.activated,
            ];
            let since = times.into_iter().flatten().max().unwrap_or(version.created);
            table.row(vec![
                format!("@{}", version.number).into(),
                list::state(key, version, now),
                version.created.date().into(),
                since.date().into(),
                key.expiry(version).map_or("-".into(), |end| end.date().into()),
                version.fingerprint().into(),
            ]);
        }
        ui.table(&table)?;
        for version in &key.versions {
            if let Some(reason) = &version.reason {
                ui.line(&format!("@{} was revoked: {}", version.number, clean(reason)))?;
            }
        }
        if self.reveal {
            ui.line("")?;
            for version in &key.versions {
                match &version.secret {
                    Some(secret) => ui.data(
                        zeroize::Zeroizing::new(format!(
                            "@{} {}\n",
                            version.number,
                            secret.expose()
                        ))
                        .as_bytes(),
                    )?,
                    None => ui.line(&format!("@{} is {}", version.number, version.state))?,
                }
            }
        } else if key.versions.iter().any(|version| version.secret.is_some()) {
            session.ui.note("secrets are hidden; --reveal shows them");
        }
        Ok(())
    }
}
