//! The format of an export and its settings, as flags.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::failure::{Failure, Outcome};
use crate::export::{
    Annotation, Carrier, Chapkit, DataKey, Docker, DockerName, Format, Json, K8s, Label, Layout,
    Name, Names, Namespace, SecretType, ServiceName, Template, Variable, Writing,
};
use crate::fs;

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
    /// An annotation, its value any text; may be given several times
    #[arg(long = "annotation", value_name = "KEY=VALUE", help_heading = "Options of --format k8s")]
    annotations: Vec<Annotation>,
    /// Type of the Secret [default: Opaque]
    #[arg(long = "type", value_name = "TYPE", help_heading = "Options of --format k8s")]
    secret_type: Option<SecretType>,
    /// The cluster refuses changes to the Secret: a new list needs a new name
    #[arg(long, help_heading = "Options of --format k8s")]
    immutable: bool,
    /// Add a hash of the contents to the name, the one that kubectl create secret --append-hash adds
    #[arg(long, help_heading = "Options of --format k8s")]
    append_hash: bool,
    /// Write stringData, in clear, instead of data in base64; apply it with --server-side, as
    /// kubectl apply without it keeps a copy of the values in an annotation
    #[arg(long, help_heading = "Options of --format k8s")]
    string_data: bool,
    /// Print the commands that make the file the Docker secret `NAME_vGENERATION` and give it to
    /// services
    #[arg(
        long,
        value_name = "NAME",
        requires = "file",
        conflicts_with = "compose",
        help_heading = "Options of --format docker"
    )]
    swarm: Option<DockerName>,
    /// Print the part of a compose file that names the file as a secret
    #[arg(long, requires = "file", help_heading = "Options of --format docker")]
    compose: bool,
    /// With --swarm or --compose: a service that reads it; may be given several times
    #[arg(long = "service", value_name = "SERVICE", help_heading = "Options of --format docker")]
    services: Vec<ServiceName>,
    /// Write what this Jinja template makes of the fields of --format json; stands for --format
    /// template
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        help_heading = "Options of --format template"
    )]
    template: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Kind {
    /// NAME=K1,K2
    Chapkit,
    /// One key a line
    Docker,
    /// A Secret
    K8s,
    /// All of it, for programs
    Json,
    /// A form of your own
    Template,
}

impl Kind {
    /// The word for it on the command line and in a policy.
    pub(in crate::cli) fn word(self) -> &'static str {
        match self {
            Self::Chapkit => "chapkit",
            Self::Docker => "docker",
            Self::K8s => "k8s",
            Self::Json => "json",
            Self::Template => "template",
        }
    }

    /// The format of that word.
    pub(in crate::cli) fn from_word(word: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|kind| kind.word() == word)
    }
}

impl Options {
    fn kind(&self) -> Kind {
        match (self.docker, self.k8s) {
            (true, _) => Kind::Docker,
            (_, true) => Kind::K8s,
            _ if self.chapkit => Kind::Chapkit,
            _ if self.template.is_some() && self.format == Kind::Chapkit => Kind::Template,
            _ => self.format,
        }
    }

    /// Whether something is printed that names the file.
    pub(super) fn names_file(&self) -> bool {
        self.swarm.is_some() || self.compose
    }

    /// The format with its settings, for what clients send or for services; a setting of another format is refused, not ignored.
    pub(super) fn format(&self, client: bool) -> Outcome<Format> {
        let kind = self.kind();
        self.refuse_misplaced(kind)?;
        let names = || -> Outcome<Names> {
            let list = if client { "CHAPKIT_API_KEY" } else { "CHAPKIT_API_KEYS" };
            Ok(Names { given: self.var.clone(), list: known_good(list)? })
        };
        Ok(match kind {
            Kind::Chapkit => {
                let names = if self.bare { None } else { Some(names()?) };
                Format::Chapkit(Chapkit { names })
            }
            Kind::Docker => Format::Docker(self.docker(client)?),
            Kind::Json => Format::Json(Json),
            Kind::Template => Format::Template(self.template()?),
            Kind::K8s => Format::K8s(K8s {
                name: self.secret_name(client)?,
                namespace: self.namespace.clone(),
                labels: self.distinct_labels()?,
                annotations: self.good_annotations()?,
                secret_type: self.secret_type.clone(),
                immutable: self.immutable,
                append_hash: self.append_hash,
                writing: if self.string_data { Writing::StringData } else { Writing::Data },
                layout: if self.env_from {
                    Layout::Variables(names()?)
                } else {
                    self.file_layout(client)?
                },
            }),
        })
    }

    fn refuse_misplaced(&self, kind: Kind) -> Outcome {
        let flags: &[(&str, bool, &[Kind])] = &[
            ("--var", self.var.is_some(), &[Kind::Chapkit, Kind::K8s]),
            ("--bare", self.bare, &[Kind::Chapkit]),
            ("--name", self.name.is_some(), &[Kind::K8s]),
            ("--namespace", self.namespace.is_some(), &[Kind::K8s]),
            ("--data-key", self.data_key.is_some(), &[Kind::K8s]),
            ("--label", !self.labels.is_empty(), &[Kind::K8s]),
            ("--env-from", self.env_from, &[Kind::K8s]),
            ("--annotation", !self.annotations.is_empty(), &[Kind::K8s]),
            ("--type", self.secret_type.is_some(), &[Kind::K8s]),
            ("--immutable", self.immutable, &[Kind::K8s]),
            ("--append-hash", self.append_hash, &[Kind::K8s]),
            ("--string-data", self.string_data, &[Kind::K8s]),
            ("--swarm", self.swarm.is_some(), &[Kind::Docker]),
            ("--compose", self.compose, &[Kind::Docker]),
            ("--service", !self.services.is_empty(), &[Kind::Docker]),
            ("--template", self.template.is_some(), &[Kind::Template]),
        ];
        let is_misplaced =
            |(_, given, kinds): &(&str, bool, &[Kind])| *given && !kinds.contains(&kind);
        let misplaced = flags.iter().copied().find(is_misplaced).map(|(flag, ..)| flag);
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
        let name: Name = self.name.clone().map_or_else(|| known_good(default), Ok)?;
        let most = K8s::MOST_NAME_BEFORE_HASH;
        if self.append_hash && name.to_string().len() > most {
            return Err(Failure::usage(format!("--name leaves no room for the hash: {name}"))
                .advise(format!("choose one of at most {most} characters")));
        }
        Ok(name)
    }

    fn docker(&self, client: bool) -> Outcome<Docker> {
        let carrier = match &self.swarm {
            Some(name) => Some(Carrier::Swarm(name.clone())),
            None => self.compose.then_some(Carrier::Compose),
        };
        if carrier.is_none() && !self.services.is_empty() {
            return Err(Failure::usage("--service is for --swarm or --compose")
                .run("what each flag is for", ["help", "export"]));
        }
        let target = known_good(if client { "api_key" } else { "api_keys" })?;
        let mut services = self.services.clone();
        services.dedup();
        Ok(Docker { carrier, services, target })
    }

    fn template(&self) -> Outcome<Template> {
        let Some(path) = &self.template else {
            return Err(Failure::usage("there is no template").advise("name it: --template FILE"));
        };
        let bytes = fs::read_named(path, Template::MOST_SOURCE)?;
        let Ok(source) = String::from_utf8(bytes) else {
            return Err(Failure::usage(format!("{} is not UTF-8 text", path.display()))
                .advise("name another file"));
        };
        Ok(Template::new(path.display().to_string(), source)?)
    }

    fn file_layout(&self, client: bool) -> Outcome<Layout> {
        let default = if client { "api_key.txt" } else { "api_keys.txt" };
        Ok(Layout::File(self.data_key.clone().map_or_else(|| known_good(default), Ok)?))
    }

    fn good_annotations(&self) -> Outcome<Vec<Annotation>> {
        for (at, one) in self.annotations.iter().enumerate() {
            if self.annotations[..at].iter().any(|earlier| earlier.key() == one.key()) {
                let key = one.key();
                return Err(Failure::usage(format!("the annotation {key} is given twice"))
                    .advise("leave one of them out"));
            }
        }
        let bytes: usize = self.annotations.iter().map(Annotation::bytes).sum();
        if bytes > MOST_ANNOTATIONS {
            let most = MOST_ANNOTATIONS;
            return Err(Failure::usage(format!("the annotations have {bytes} bytes"))
                .advise(format!("a cluster takes at most {most}")));
        }
        Ok(self.annotations.clone())
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

/// The most that all annotations of an object may have, in bytes of their keys and values.
const MOST_ANNOTATIONS: usize = 256 * 1024;

/// A default of ours as the type that a person's own words become.
fn known_good<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Outcome<T> {
    text.parse().map_err(|error| Failure::usage(format!("{error}")))
}
