//! The format of an export and its settings, as flags.

use std::path::{Path, PathBuf, absolute};
use std::str::FromStr;

use clap::{Args, ValueEnum, ValueHint};
use zeroize::Zeroizing;

use crate::cli::failure::{Failure, Outcome};
use crate::clock::{Time, Zone};
use crate::export::{
    Annotation, Carrier, Chapkit, Credential, DataKey, Dialect, Directory, Docker, DockerEnv,
    DockerName, Dotenv, Format, Gateway, Github, Heare, Json, K8s, Label, Layout, Name, Names,
    Namespace, Permas, Realm, Responder, SecretType, ServiceName, Shell, Systemd, Template,
    Variable, Writing, fernet, heare,
};
use crate::fs;
use crate::import;
use crate::key::generate::{self, Random as _};
use crate::secret::Secret;

/// The largest file that is added to, in bytes.
const MOST_EXISTING: u64 = 64 * 1024 * 1024;
/// The longest storage secret, in bytes.
const MOST_SECRET: u64 = 64 * 1024;

/// What is written.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Format [default: chapkit]
    #[arg(short = 'F', long, value_name = "FORMAT")]
    format: Option<Kind>,
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
    /// What the gateway reads: basic, or extended with rate limit and expiry [default: basic]
    #[arg(long, value_name = "DIALECT", help_heading = "Options of --format gateway")]
    dialect: Option<DialectWord>,
    /// Whose clocks the gateway's machine shows: UTC, local (this machine), +02:00 or Europe/Oslo
    /// [default: UTC, as in a container]
    #[arg(long, value_name = "ZONE", help_heading = "Options of --format gateway")]
    expiry_zone: Option<Zone>,
    /// File of heare-auth to add to, keeping what others put there [default: that of -o, where
    /// there is one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
          help_heading = "Options of --format heare")]
    into: Option<PathBuf>,
    /// Encrypt with the service's `STORAGE_SECRET`, which is in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath,
          help_heading = "Options of --format heare")]
    storage_secret_file: Option<PathBuf>,
    /// Environment of the rows: test or live [default: as the environment's name tells]
    #[arg(long, value_name = "ENV", help_heading = "Options of --format permas")]
    permas_env: Option<RealmWord>,
    /// Provider that the rows belong to [default: keyctl]
    #[arg(long, value_name = "ID", help_heading = "Options of --format permas")]
    provider: Option<String>,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DialectWord {
    /// An id and a key
    Basic,
    /// Also rate limit and expiry
    Extended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RealmWord {
    /// For trying out
    Test,
    /// For real
    Live,
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
    /// Lines of `key_id:api_key` for a file gateway
    Gateway,
    /// The keys.json of heare-auth
    Heare,
    /// SQL for auth-api-client: digests, no secret
    Permas,
    /// All of it, for programs
    Json,
    /// A form of your own
    Template,
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
            Self::Gateway => "gateway",
            Self::Heare => "heare",
            Self::Permas => "permas",
            Self::Json => "json",
            Self::Template => "template",
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
    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        let short = self.chapkit || self.docker || self.k8s;
        !short && self.format.is_none() && self.given().iter().all(|(_, given, _)| !given)
    }

    pub(super) fn kind(&self) -> Kind {
        match (self.docker, self.k8s) {
            (true, _) => Kind::Docker,
            (_, true) => Kind::K8s,
            _ if self.chapkit => Kind::Chapkit,
            _ if self.template.is_some() && self.format.is_none() => Kind::Template,
            _ => self.format.unwrap_or(Kind::Chapkit),
        }
    }

    /// Whether something is printed that names the file.
    pub(super) fn names_file(&self) -> bool {
        self.swarm.is_some() || self.compose
    }

    /// Whether it is a value with neither name nor shell that is written.
    pub(super) fn is_value(&self) -> bool {
        self.kind() == Kind::Chapkit && self.var.is_none() && self.shell.is_none()
    }

    /// The format with its settings, for what clients send or for services; a setting of another
    /// format is refused, not ignored. `target` is the file that is written.
    pub(super) fn format(&self, client: bool, target: Option<&Path>, now: Time) -> Outcome<Format> {
        let kind = self.kind();
        self.refuse_misplaced(kind)?;
        if client && matches!(kind, Kind::Gateway | Kind::Heare | Kind::Permas) {
            return Err(Failure::usage("--client is not for this format: no client reads it")
                .advise("what a client sends: --client --bare, without --format"));
        }
        let names = || -> Outcome<Names> {
            let list = if client { "CHAPKIT_API_KEY" } else { "CHAPKIT_API_KEYS" };
            Ok(Names { given: self.var.clone(), list: known_good(list)? })
        };
        Ok(match kind {
            Kind::Chapkit => {
                let names = if self.bare { None } else { Some(names()?) };
                Format::Chapkit(Chapkit { names, shell: self.shell.map(Shell::from) })
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
            Kind::Gateway => Format::Gateway(Gateway { dialect: self.dialect() }),
            Kind::Heare => Format::Heare(self.heare(target, now)?),
            Kind::Permas => Format::Permas(Permas {
                realm: self.permas_env.map(|word| match word {
                    RealmWord::Test => Realm::Test,
                    RealmWord::Live => Realm::Live,
                }),
                provider: self.provider.clone().unwrap_or_else(|| "keyctl".to_owned()),
            }),
            Kind::Dotenv => Format::Dotenv(Dotenv { names: names()? }),
            Kind::DockerEnv => Format::DockerEnv(DockerEnv { names: names()? }),
            Kind::Responder if self.bare => Format::Responder(Responder::Bare),
            Kind::Responder => Format::Responder(Responder::Python),
            Kind::Systemd => {
                let default = if client { "api_key" } else { "api_keys" };
                let name = self.credential.clone().map_or_else(|| known_good(default), Ok)?;
                let directory = target.map(directory).transpose()?;
                Format::Systemd(Systemd { name, directory })
            }
            Kind::Github => Format::Github(Github { names: names()? }),
        })
    }

    /// The files that it reads.
    pub(super) fn files(&self) -> impl Iterator<Item = &Path> {
        let files = [&self.into, &self.storage_secret_file, &self.template];
        files.into_iter().flatten().map(PathBuf::as_path)
    }

    /// How what is written is read back; `None` where no reader knows the format.
    pub(super) fn reader(&self) -> Outcome<Option<(import::Format, import::Settings)>> {
        let format = match self.kind() {
            Kind::Chapkit | Kind::Responder if self.bare => import::Format::List,
            Kind::Chapkit if self.shell.is_some() => return Ok(None),
            Kind::Chapkit | Kind::DockerEnv => import::Format::EnvFile,
            Kind::Docker => import::Format::KeyFile,
            Kind::Gateway => import::Format::Gateway,
            Kind::Heare => import::Format::Heare,
            Kind::K8s => import::Format::K8s,
            Kind::Json => import::Format::Json,
            Kind::Dotenv => import::Format::Dotenv,
            Kind::Permas | Kind::Template | Kind::Responder | Kind::Systemd | Kind::Github => {
                return Ok(None);
            }
        };
        let storage = self.storage_secret_file.as_deref().map(storage_key).transpose()?;
        let dialect = Some(self.dialect()).filter(|_| format == import::Format::Gateway);
        Ok(Some((format, import::Settings { dialect, storage })))
    }

    fn dialect(&self) -> Dialect {
        match self.dialect {
            None | Some(DialectWord::Basic) => Dialect::Basic,
            Some(DialectWord::Extended) => {
                Dialect::Extended(self.expiry_zone.clone().unwrap_or_default())
            }
        }
    }

    fn heare(&self, target: Option<&Path>, now: Time) -> Outcome<Heare> {
        let there = target.filter(|path| path.is_file());
        if let (Some(into), Some(there)) = (&self.into, there)
            && into.canonicalize().ok() != there.canonicalize().ok()
        {
            return Err(Failure::refused(format!("{} would be lost", there.display()))
                .advise("write to the file of --into, or to one that is not there yet"));
        }
        let existing = match self.into.as_deref().or(there) {
            Some(path) => Some(Zeroizing::new(fs::read_named(path, MOST_EXISTING)?)),
            None => None,
        };
        let encryption = match &self.storage_secret_file {
            Some(path) => Some(encryption(path, now)?),
            None => None,
        };
        Ok(Heare { origin: String::new(), existing, encryption })
    }

    /// The settings, whether each is given, and the formats it belongs to.
    fn given(&self) -> [(&'static str, bool, &'static [Kind]); 25] {
        const WITH_VARIABLES: &[Kind] =
            &[Kind::Chapkit, Kind::K8s, Kind::Dotenv, Kind::DockerEnv, Kind::Github];
        [
            ("--var", self.var.is_some(), WITH_VARIABLES),
            ("--bare", self.bare, &[Kind::Chapkit, Kind::Responder]),
            ("--shell", self.shell.is_some(), &[Kind::Chapkit]),
            ("--name", self.name.is_some(), &[Kind::K8s]),
            ("--namespace", self.namespace.is_some(), &[Kind::K8s]),
            ("--data-key", self.data_key.is_some(), &[Kind::K8s]),
            ("--label", !self.labels.is_empty(), &[Kind::K8s]),
            ("--env-from", self.env_from, &[Kind::K8s]),
            ("--dialect", self.dialect.is_some(), &[Kind::Gateway]),
            ("--expiry-zone", self.expiry_zone.is_some(), &[Kind::Gateway]),
            ("--into", self.into.is_some(), &[Kind::Heare]),
            ("--storage-secret-file", self.storage_secret_file.is_some(), &[Kind::Heare]),
            ("--permas-env", self.permas_env.is_some(), &[Kind::Permas]),
            ("--provider", self.provider.is_some(), &[Kind::Permas]),
            ("--annotation", !self.annotations.is_empty(), &[Kind::K8s]),
            ("--type", self.secret_type.is_some(), &[Kind::K8s]),
            ("--immutable", self.immutable, &[Kind::K8s]),
            ("--append-hash", self.append_hash, &[Kind::K8s]),
            ("--string-data", self.string_data, &[Kind::K8s]),
            ("--swarm", self.swarm.is_some(), &[Kind::Docker]),
            ("--compose", self.compose, &[Kind::Docker]),
            ("--service", !self.services.is_empty(), &[Kind::Docker]),
            ("--template", self.template.is_some(), &[Kind::Template]),
            ("--python", self.python, &[Kind::Responder]),
            ("--credential", self.credential.is_some(), &[Kind::Systemd]),
        ]
    }

    fn refuse_misplaced(&self, kind: Kind) -> Outcome {
        let is_misplaced =
            |(_, given, kinds): &(&str, bool, &[Kind])| *given && !kinds.contains(&kind);
        let misplaced = self.given().into_iter().find(is_misplaced).map(|(flag, ..)| flag);
        let without_env_from = kind == Kind::K8s && self.var.is_some() && !self.env_from;
        let in_no_line = self.expiry_zone.is_some() && self.dialect != Some(DialectWord::Extended);
        match misplaced.or(without_env_from.then_some("--var")) {
            None if in_no_line => Err(Failure::usage("only the extended dialect has an expiry")
                .advise("say --dialect extended, where the gateway reads it")),
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
        let mut services: Vec<ServiceName> = Vec::new();
        for service in &self.services {
            if !services.contains(service) {
                services.push(service.clone());
            }
        }
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

/// What to encrypt with: the text of a file, without the end of its line.
fn encryption(path: &Path, now: Time) -> Outcome<heare::Encryption> {
    let key = storage_key(path)?;
    let mut iv = [0; 16];
    generate::System::default().fill(&mut iv)?;
    Ok(heare::Encryption { key, iv, at: now })
}

/// What the `STORAGE_SECRET` in a file encrypts with.
pub(in crate::cli) fn storage_key(path: &Path) -> Outcome<fernet::Key> {
    let bytes = Zeroizing::new(fs::read_named(path, MOST_SECRET)?);
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let bad = |why: &str| {
        Failure::usage(format!("the storage secret in {} {why}", path.display()))
            .advise("it is what the service has as STORAGE_SECRET")
    };
    let secret = Secret::from_utf8(line.to_vec()).map_err(|_| bad("is not UTF-8 text"))?;
    fernet::Key::of(&secret).ok_or_else(|| bad("is empty: everybody knows its key"))
}
/// The most that all annotations of an object may have, in bytes of their keys and values.
const MOST_ANNOTATIONS: usize = 256 * 1024;

/// The directory of credentials as a unit names it.
fn directory(path: &Path) -> Outcome<Directory> {
    let is_meant = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if !path.is_dir() && !is_meant {
        return Err(Failure::usage(format!("{} is no directory", path.display()))
            .advise("credentials are files in one; write / after it to have it made"));
    }
    let whole = path.canonicalize().or_else(|_| absolute(path));
    whole.ok().and_then(|whole| Directory::new(&whole)).ok_or_else(|| {
        Failure::usage(format!("a unit cannot name {}", path.display()))
            .advise("name a directory in plain text, without ..")
    })
}

/// A default of ours as the type that a person's own words become.
fn known_good<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Outcome<T> {
    text.parse().map_err(|error| Failure::usage(format!("{error}")))
}
