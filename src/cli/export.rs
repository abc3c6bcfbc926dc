use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};

use super::contents::find_key;
use super::failure::{Failure, Outcome};
use super::session::Session;
use crate::environment::EnvironmentName;
use crate::export::{
    self, Chapkit, DataKey, Docker, Entry, Expired, Format, K8s, Label, Layout, Name, Namespace,
    Side, Variable,
};
use crate::fs;
use crate::key::{Key, Reference};
use crate::vault::document::Document;

/// Write what services must accept, or what clients send, in the form they read
///
/// For services: every version that is active, pending or retiring. With -o the file is replaced
/// in one step with mode 0600; a shell's > would empty it before the command runs.
///
/// chapkit reads `CHAPKIT_API_KEYS` where the application says
/// `.with_auth(env_var="CHAPKIT_API_KEYS")`; a plain `.with_auth()` reads `SERVICEKIT_API_KEYS`:
/// use --var.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Keys, [ENV/]NAME [default: all keys of the environment]
    #[arg(value_name = "KEY")]
    keys: Vec<Reference>,
    /// Format
    #[arg(short = 'F', long, value_name = "FORMAT", default_value = "chapkit")]
    format: Kind,
    /// NAME=K1,K2 for chapkit and servicekit; short for --format chapkit
    #[arg(long, group = "target", conflicts_with = "format")]
    chapkit: bool,
    /// A key file for a Docker secret; short for --format docker
    #[arg(long, group = "target", conflicts_with = "format")]
    docker: bool,
    /// A Kubernetes Secret; short for --format k8s
    #[arg(long, group = "target", conflicts_with = "format")]
    k8s: bool,
    /// The one value that clients of one key send, instead of the list
    #[arg(long)]
    client: bool,
    /// Leave out keys whose active version has expired
    #[arg(long)]
    skip_expired: bool,
    /// Write to a file, in one step and with mode 0600
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// chapkit, and k8s --env-from: name of the variable [default: `CHAPKIT_API_KEYS`, or
    /// `CHAPKIT_API_KEY` with --client]
    #[arg(long, value_name = "NAME")]
    var: Option<Variable>,
    /// chapkit: the value alone
    #[arg(long, conflicts_with = "var")]
    bare: bool,
    /// k8s: name of the Secret [default: chapkit-api-keys, or chapkit-api-key with --client]
    #[arg(long, value_name = "NAME")]
    name: Option<Name>,
    /// k8s: namespace of the Secret
    #[arg(long, value_name = "NAME")]
    namespace: Option<Namespace>,
    /// k8s: file name of the key file in the Secret [default: `api_keys.txt`, or `api_key.txt` with
    /// --client]
    #[arg(long, value_name = "NAME", conflicts_with = "env_from")]
    data_key: Option<DataKey>,
    /// k8s: a label; may be given several times
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<Label>,
    /// k8s: the comma list under the variable's name, for envFrom
    #[arg(long)]
    env_from: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// NAME=K1,K2
    Chapkit,
    /// One key a line
    Docker,
    /// A Secret
    K8s,
}

impl Kind {
    /// The word for it on the command line and in a policy.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Chapkit => "chapkit",
            Self::Docker => "docker",
            Self::K8s => "k8s",
        }
    }

    /// The format of that word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|kind| kind.word() == word)
    }
}

impl Export {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let format = self.format()?;
        let vault = session.vault()?;
        let environment = self.environment(session)?;
        let environment = environment.map_or_else(|| session.environment(&vault, None), Ok)?;
        let document = session.read(&vault, &environment)?;
        let keys = self.keys(&document)?;
        let entries = self.entries(session, &document, &keys)?;
        let artifact = format.write(&entries);
        let Some(path) = self.output.as_deref().filter(|path| *path != Path::new("-")) else {
            return Ok(session.ui.data(artifact.expose())?);
        };
        refuse_own_place(session, path)?;
        fs::replace(path, artifact.expose(), true)?;
        let count = entries.len();
        let secrets = if count == 1 { "secret" } else { "secrets" };
        session.ui.say(&format!("{}: {count} {secrets} of {environment}", path.display()));
        Ok(())
    }

    fn kind(&self) -> Kind {
        match (self.docker, self.k8s) {
            (true, _) => Kind::Docker,
            (_, true) => Kind::K8s,
            _ if self.chapkit => Kind::Chapkit,
            _ => self.format,
        }
    }

    /// The format with its settings; a setting of another format is refused, not ignored.
    fn format(&self) -> Outcome<Format> {
        let kind = self.kind();
        let k8s_only = [
            ("--name", self.name.is_some()),
            ("--namespace", self.namespace.is_some()),
            ("--data-key", self.data_key.is_some()),
            ("--label", !self.labels.is_empty()),
            ("--env-from", self.env_from),
        ];
        let takes_var = kind == Kind::Chapkit || (kind == Kind::K8s && self.env_from);
        let misplaced = k8s_only
            .into_iter()
            .filter(|_| kind != Kind::K8s)
            .chain([
                ("--var", self.var.is_some() && !takes_var),
                ("--bare", self.bare && kind != Kind::Chapkit),
            ])
            .find(|(_, given)| *given);
        if let Some((flag, _)) = misplaced {
            return Err(Failure::usage(format!("{flag} is not for this format"))
                .run("what each flag is for", ["help", "export"]));
        }
        let variable = || {
            let default = if self.client { "CHAPKIT_API_KEY" } else { "CHAPKIT_API_KEYS" };
            self.var.clone().map_or_else(|| known_good(default), Ok)
        };
        Ok(match kind {
            Kind::Chapkit => {
                let variable = if self.bare { None } else { Some(variable()?) };
                Format::Chapkit(Chapkit { variable })
            }
            Kind::Docker => Format::Docker(Docker),
            Kind::K8s => Format::K8s(K8s {
                name: self.secret_name()?,
                namespace: self.namespace.clone(),
                labels: self.distinct_labels()?,
                layout: if self.env_from {
                    Layout::Variable(variable()?)
                } else {
                    self.file_layout()?
                },
            }),
        })
    }

    /// What services accept and what clients send must not replace each other.
    fn secret_name(&self) -> Outcome<Name> {
        let default = if self.client { "chapkit-api-key" } else { "chapkit-api-keys" };
        self.name.clone().map_or_else(|| known_good(default), Ok)
    }

    fn file_layout(&self) -> Outcome<Layout> {
        let default = if self.client { "api_key.txt" } else { "api_keys.txt" };
        Ok(Layout::File(self.data_key.clone().map_or_else(|| known_good(default), Ok)?))
    }

    fn distinct_labels(&self) -> Outcome<Vec<Label>> {
        for (at, label) in self.labels.iter().enumerate() {
            if self.labels[..at].iter().any(|earlier| earlier.key() == label.key()) {
                return Err(Failure::usage(format!("the label {} is given twice", label.key()))
                    .advise("leave one of them out"));
            }
        }
        Ok(self.labels.clone())
    }

    /// The environment that the references name; they must not name two.
    fn environment(&self, session: &Session) -> Outcome<Option<EnvironmentName>> {
        let mut named = None;
        for reference in &self.keys {
            if reference.version.is_some() {
                return Err(Failure::usage(format!(
                    "{reference}: an export is of keys: leave the @ out"
                )));
            }
            let this = session.explicit_environment(Some(reference))?;
            if named.is_some() && this != named {
                return Err(Failure::usage("an export is of one environment")
                    .advise("export each by itself"));
            }
            named = this;
        }
        if self.keys.is_empty() { session.explicit_environment(None) } else { Ok(named) }
    }

    fn keys<'a>(&self, document: &'a Document) -> Outcome<Vec<&'a Key>> {
        if self.keys.is_empty() {
            return Ok(document.keys.values().collect());
        }
        let mut keys: Vec<&Key> = Vec::new();
        for reference in &self.keys {
            let key = find_key(document, &reference.key)?;
            if keys.iter().all(|earlier| earlier.name != key.name) {
                keys.push(key);
            }
        }
        Ok(keys)
    }

    fn entries<'a>(
        &self,
        session: &Session,
        document: &Document,
        keys: &[&'a Key],
    ) -> Outcome<Vec<Entry<'a>>> {
        let environment = &document.environment;
        let side = if self.client { Side::Clients } else { Side::Services };
        if let (Side::Clients, [_, _, ..]) = (side, keys) {
            let names: Vec<_> =
                keys.iter().map(|key| format!("{environment}/{}", key.name)).collect();
            return Err(Failure::usage("a client sends one key, and there are several")
                .advise(format!("name one: {}", names.join(", "))));
        }
        let expired = if self.skip_expired { Expired::Skip } else { Expired::Refuse };
        Ok(export::entries(environment, keys, side, expired, session.now())?)
    }
}

/// A default of ours as the type that a person's own words become.
fn known_good<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Outcome<T> {
    text.parse().map_err(|error| Failure::usage(format!("{error}")))
}

/// Refuses to write among keyctl's own files.
fn refuse_own_place(session: &Session, path: &Path) -> Outcome {
    let paths = session.paths()?;
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new(".")).canonicalize();
    let own = |place: &PathBuf| {
        place.canonicalize().is_ok_and(|place| above.as_ref().is_ok_and(|above| *above == place))
    };
    if [paths.vault, paths.config, paths.state].iter().any(own) {
        return Err(Failure::refused(format!("{} is among keyctl's own files", path.display()))
            .advise("write to another directory"));
    }
    Ok(())
}
