//! The format of an export and its settings, as flags.

use std::str::FromStr;

use clap::{Args, ValueEnum};

use crate::cli::failure::{Failure, Outcome};
use crate::export::{
    Chapkit, Credential, DataKey, Directory, Docker, DockerEnv, Dotenv, Format, Github, K8s, Label,
    Layout, Name, Names, Namespace, Responder, Shell, Systemd, Variable,
};

/// What is written.
#[derive(Debug, Args)]
pub(super) struct Options {
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
    /// Name of the variable [default: `CHAPKIT_API_KEYS`, or `CHAPKIT_API_KEY` with --client; for a
    /// single value its own name]
    #[arg(long, value_name = "NAME")]
    var: Option<Variable>,
    /// The value alone, without the name of a variable
    #[arg(long, conflicts_with = "var")]
    bare: bool,
    /// Lines that a shell evaluates, each value quoted for it
    ///
    /// sh: eval "$(keyctl export --shell sh)"
    ///
    /// fish: keyctl export --shell fish | source
    ///
    /// pwsh: keyctl export --shell pwsh | Out-String | Invoke-Expression
    #[arg(
        long,
        value_name = "SHELL",
        conflicts_with = "bare",
        help_heading = "Options of --format chapkit"
    )]
    shell: Option<ShellWord>,
    /// Name of the Secret [default: chapkit-api-keys, or chapkit-api-key with --client]
    #[arg(long, value_name = "NAME", help_heading = "Options of --format k8s")]
    name: Option<Name>,
    /// Namespace of the Secret
    #[arg(long, value_name = "NAME", help_heading = "Options of --format k8s")]
    namespace: Option<Namespace>,
    /// File name of the key file in the Secret [default: `api_keys.txt`, or `api_key.txt` with
    /// --client]
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "env_from",
        help_heading = "Options of --format k8s"
    )]
    data_key: Option<DataKey>,
    /// A label; may be given several times
    #[arg(long = "label", value_name = "KEY=VALUE", help_heading = "Options of --format k8s")]
    labels: Vec<Label>,
    /// Each value under the name of its variable, for envFrom
    #[arg(long, help_heading = "Options of --format k8s")]
    env_from: bool,
    /// A Python set, `API_KEYS = {"K1", "K2"}`; this is the default, and --bare is K1,K2
    #[arg(
        long,
        conflicts_with = "bare",
        long_help = PYTHON,
        help_heading = "Options of --format responder"
    )]
    python: bool,
    /// Name of the list's credential [default: `api_keys`, or `api_key` with --client]
    #[arg(
        long,
        value_name = "NAME",
        long_help = CREDENTIAL,
        help_heading = "Options of --format systemd"
    )]
    credential: Option<Credential>,
}

const PYTHON: &str = "\
A Python set, API_KEYS = {\"K1\", \"K2\"}, for an application that says:

    auth = responder.ext.auth.APIKeyAuth(keys=API_KEYS)

    @api.get(\"/\", auth=auth)

This is the default; --bare is K1,K2 for os.environ[\"API_KEYS\"].split(\",\").";

const CREDENTIAL: &str = "\
Name of the list's credential [default: api_keys, or api_key with --client]; a
single value is called as its key is.

With -o DIR/ each credential is a file there, and the lines to put into the unit
are printed. Without it the values stand in the unit, where systemctl show lets
every user read them.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Kind {
    /// NAME=K1,K2
    Chapkit,
    /// One key a line
    Docker,
    /// A Secret
    K8s,
    /// NAME='K1,K2', for compose's .env, python-dotenv, dotenv of Node.js and a shell
    Dotenv,
    /// NAME=K1,K2 verbatim, for docker run --env-file
    DockerEnv,
    /// `API_KEYS = {"K1", "K2"}`, or K1,K2 with --bare
    Responder,
    /// Credentials: files with -o DIR/, else lines of a unit
    Systemd,
    /// In a step of a workflow: masks each secret, and adds the variables to the file that
    /// `GITHUB_ENV` or -o names. Without a >: masks work on the step's own output alone
    Github,
}

/// What evaluates the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShellWord {
    /// sh, bash, dash, ksh and zsh
    Sh,
    /// fish
    Fish,
    /// PowerShell
    Pwsh,
}

impl From<ShellWord> for Shell {
    fn from(word: ShellWord) -> Self {
        match word {
            ShellWord::Sh => Self::Sh,
            ShellWord::Fish => Self::Fish,
            ShellWord::Pwsh => Self::Pwsh,
        }
    }
}

impl Kind {
    /// The word for it on the command line and in a policy.
    pub(in crate::cli) fn word(self) -> &'static str {
        match self {
            Self::Chapkit => "chapkit",
            Self::Docker => "docker",
            Self::K8s => "k8s",
            Self::Dotenv => "dotenv",
            Self::DockerEnv => "docker-env",
            Self::Responder => "responder",
            Self::Systemd => "systemd",
            Self::Github => "github",
        }
    }

    /// The format of that word.
    pub(in crate::cli) fn from_word(word: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|kind| kind.word() == word)
    }
}

impl Options {
    pub(super) fn kind(&self) -> Kind {
        match (self.docker, self.k8s) {
            (true, _) => Kind::Docker,
            (_, true) => Kind::K8s,
            _ if self.chapkit => Kind::Chapkit,
            _ => self.format,
        }
    }

    /// The format with its settings, for what clients send or for services; a setting of another
    /// format is refused, not ignored. Credentials may lie in a directory.
    pub(super) fn format(&self, client: bool, directory: Option<Directory>) -> Outcome<Format> {
        let kind = self.kind();
        self.refuse_misplaced(kind)?;
        let names = || -> Outcome<Names> {
            let list = if client { "CHAPKIT_API_KEY" } else { "CHAPKIT_API_KEYS" };
            Ok(Names { given: self.var.clone(), list: known_good(list)? })
        };
        Ok(match kind {
            Kind::Chapkit => {
                let names = if self.bare { None } else { Some(names()?) };
                Format::Chapkit(Chapkit { names, shell: self.shell.map(Shell::from) })
            }
            Kind::Docker => Format::Docker(Docker),
            Kind::K8s => Format::K8s(K8s {
                name: self.secret_name(client)?,
                namespace: self.namespace.clone(),
                labels: self.distinct_labels()?,
                layout: if self.env_from {
                    Layout::Variables(names()?)
                } else {
                    self.file_layout(client)?
                },
            }),
            Kind::Dotenv => Format::Dotenv(Dotenv { names: names()? }),
            Kind::DockerEnv => Format::DockerEnv(DockerEnv { names: names()? }),
            Kind::Responder if self.bare => Format::Responder(Responder::Bare),
            Kind::Responder => Format::Responder(Responder::Python),
            Kind::Systemd => {
                let default = if client { "api_key" } else { "api_keys" };
                let name = self.credential.clone().map_or_else(|| known_good(default), Ok)?;
                Format::Systemd(Systemd { name, directory })
            }
            Kind::Github => Format::Github(Github { names: names()? }),
        })
    }

    fn refuse_misplaced(&self, kind: Kind) -> Outcome {
        let with_variables =
            &[Kind::Chapkit, Kind::K8s, Kind::Dotenv, Kind::DockerEnv, Kind::Github];
        let flags: &[(&str, bool, &[Kind])] = &[
            ("--var", self.var.is_some(), with_variables),
            ("--bare", self.bare, &[Kind::Chapkit, Kind::Responder]),
            ("--shell", self.shell.is_some(), &[Kind::Chapkit]),
            ("--name", self.name.is_some(), &[Kind::K8s]),
            ("--namespace", self.namespace.is_some(), &[Kind::K8s]),
            ("--data-key", self.data_key.is_some(), &[Kind::K8s]),
            ("--label", !self.labels.is_empty(), &[Kind::K8s]),
            ("--env-from", self.env_from, &[Kind::K8s]),
            ("--python", self.python, &[Kind::Responder]),
            ("--credential", self.credential.is_some(), &[Kind::Systemd]),
        ];
        let is_misplaced =
            |(_, given, kinds): &&(&str, bool, &[Kind])| *given && !kinds.contains(&kind);
        let misplaced = flags.iter().find(is_misplaced).map(|(flag, ..)| *flag);
        let without_env_from = kind == Kind::K8s && self.var.is_some() && !self.env_from;
        match misplaced.or(without_env_from.then_some("--var")) {
            None => Ok(()),
            Some(flag) => Err(Failure::usage(format!("{flag} is not for this format"))
                .run("what each flag is for", ["help", "export"])),
        }
    }

    /// What services accept and what clients send must not replace each other.
    fn secret_name(&self, client: bool) -> Outcome<Name> {
        let default = if client { "chapkit-api-key" } else { "chapkit-api-keys" };
        self.name.clone().map_or_else(|| known_good(default), Ok)
    }

    fn file_layout(&self, client: bool) -> Outcome<Layout> {
        let default = if client { "api_key.txt" } else { "api_keys.txt" };
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
}

/// A default of ours as the type that a person's own words become.
fn known_good<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Outcome<T> {
    text.parse().map_err(|error| Failure::usage(format!("{error}")))
}
