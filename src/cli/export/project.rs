//! The project file: `keyctl.toml` names the artifacts that belong to a directory.
//!
//! ```toml
//! [targets.compose]
//! env = "prod"
//! format = "docker"
//! output = "secrets/api_keys.txt"
//!
//! [targets.cluster]
//! env = "prod"
//! keys = ["web", "batch"]
//! format = "k8s"
//! namespace = "apps"
//! output = "k8s/secret.yaml"
//! ```
//!
//! Everything but `env` and `keys` is an option of `export` by its long name: text is its value,
//! `true` says a flag, a list says an option several times. So a target is a command line, read by
//! the very parser that reads one.
//!
//! The file may have come with a repository of somebody else's. So what it makes keyctl read or
//! write lies in its own directory, unless the command line says otherwise.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args as _, Command, FromArgMatches as _};
use toml::{Table, Value};

use super::Export;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::session::Session;
use crate::environment::EnvironmentName;
use crate::fs;
use crate::vault::store::Vault;

/// What the file is called.
pub(in crate::cli) const FILE: &str = "keyctl.toml";
/// The largest that is read, in bytes.
const MOST: u64 = 1024 * 1024;

/// The targets of a directory.
pub(in crate::cli) struct Project {
    dir: PathBuf,
    pub(in crate::cli) targets: Vec<Target>,
}

/// One artifact.
pub(in crate::cli) struct Target {
    pub(in crate::cli) name: String,
    pub(in crate::cli) environment: Option<EnvironmentName>,
    /// Its options, with the output's place resolved.
    pub(in crate::cli) export: Export,
    /// Where it is written, as the file says it.
    pub(in crate::cli) output: String,
}

impl Project {
    /// The project of the working directory: the file there, or in the nearest directory above.
    pub(in crate::cli) fn find() -> Outcome<Option<Self>> {
        let Ok(start) = std::env::current_dir() else { return Ok(None) };
        let Some(dir) = start.ancestors().find(|dir| fs::exists(&dir.join(FILE))) else {
            return Ok(None);
        };
        Self::read(dir).map(Some)
    }

    fn read(dir: &Path) -> Outcome<Self> {
        let path = dir.join(FILE);
        let wrong = |why: String| {
            Failure::usage(format!("{}: {why}", path.display()))
                .run("what a target can say", ["help", "export"])
        };
        // It says where secrets are written to: a plain file that nobody else can have written.
        let bytes = fs::read_own(&path, MOST)?;
        fs::check_trusted_file(&path).map_err(|error| {
            Failure::refused(error.to_string())
                .advise("it says where secrets go: let nobody but yourself write to it")
        })?;
        let text =
            String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8 text".to_owned()))?;
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| text[..span.start].lines().count().max(1));
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            wrong(format!("{line}{}", error.message()))
        })?;
        if let Some(other) = table.keys().find(|key| *key != "targets") {
            return Err(wrong(format!("`{other}` is not known; targets are under [targets.NAME]")));
        }
        let targets = match table.get("targets") {
            None => return Ok(Self { dir: dir.to_path_buf(), targets: Vec::new() }),
            Some(Value::Table(targets)) => targets,
            Some(_) => return Err(wrong("`targets` is not a table".to_owned())),
        };
        let target = |(name, value): (&String, &Value)| {
            Target::read(dir, name, value).map_err(|why| wrong(format!("[targets.{name}]: {why}")))
        };
        let targets = targets.iter().map(target).collect::<Outcome<_>>()?;
        Ok(Self { dir: dir.to_path_buf(), targets })
    }

    /// Refuses a target that writes to, or reads from, outside the project's own files.
    pub(in crate::cli) fn refuse_outside(&self, target: &Target) -> Outcome {
        let real = |path: &Path| {
            let above = path.parent().and_then(|above| above.canonicalize().ok());
            let place = above.zip(path.file_name()).map(|(above, name)| above.join(name));
            path.canonicalize().ok().or(place)
        };
        let dir = real(&self.dir);
        let is_outside = |path: &Path| {
            // What is not there cannot be told, and fails by itself.
            let Some((path, dir)) = real(path).zip(dir.as_ref()) else { return false };
            let inside = path.strip_prefix(dir).ok();
            // What lies in git's own directory is run.
            inside.is_none_or(|inside| inside.iter().any(|part| part == ".git"))
        };
        let export = &target.export;
        let mut paths = export.output.path().into_iter().chain(export.options.files());
        match paths.find(|path| is_outside(path)) {
            None => Ok(()),
            Some(path) => Err(Failure::refused(format!(
                "{} is not among the files of the directory of {FILE}",
                path.display()
            ))
            .advise(format!("look at what {FILE} says; if it is meant, say --outside"))),
        }
    }

    /// The targets of these names, each once; all without any.
    pub(in crate::cli) fn named(&self, names: &[String]) -> Outcome<Vec<&Target>> {
        let mut seen = BTreeSet::new();
        let names: Vec<_> = names.iter().filter(|name| seen.insert(*name)).collect();
        if names.is_empty() {
            return Ok(self.targets.iter().collect());
        }
        let find = |name: &String| {
            self.targets.iter().find(|one| one.name == *name).ok_or_else(|| {
                let known: Vec<_> = self.targets.iter().map(|one| one.name.as_str()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Failure::usage(format!("{FILE} has no target {name}"))
                    .advise(format!("its targets: {known}"))
            })
        };
        names.into_iter().map(find).collect()
    }
}

impl Target {
    fn read(dir: &Path, name: &str, value: &Value) -> Result<Self, String> {
        let table = value.as_table().ok_or("it is not a table")?;
        let text = |key: &str| match table.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("`{key}` is not text")),
        };
        let environment = text("env")?.map(|name| name.parse()).transpose();
        let environment = environment
            .map_err(|error: crate::environment::BadEnvironmentName| error.to_string())?;
        let output = text("output")?.filter(|output| output != "-").ok_or("`output` is missing")?;
        let mut args = vec![format!("--output={}", dir.join(&output).display())];
        for (key, value) in table {
            match (key.as_str(), value) {
                ("env" | "output", _) => {}
                ("force" | "outside" | "target" | "clip" | "dry-run" | "json", _) => {
                    return Err(format!("`{key}` is for the command line"));
                }
                ("keys", Value::Array(keys)) => {
                    for one in keys {
                        let key = one.as_str().filter(|key| !key.starts_with('-'));
                        args.push(key.ok_or("`keys` is not a list of names")?.to_owned());
                    }
                }
                ("keys", _) => return Err("`keys` is not a list of names".to_owned()),
                (_, Value::Boolean(true)) => args.push(format!("--{key}")),
                (_, Value::Boolean(false)) => {}
                (_, Value::Array(values)) => {
                    for one in values {
                        args.push(option(key, one)?);
                    }
                }
                ("into" | "storage-secret-file" | "template", Value::String(path)) => {
                    args.push(format!("--{key}={}", dir.join(path).display()));
                }
                (_, one) => args.push(option(key, one)?),
            }
        }
        let command = Export::augment_args(Command::new("target").no_binary_name(true));
        let matches = command.try_get_matches_from(args).map_err(|error| first_line(&error))?;
        let export = Export::from_arg_matches(&matches).map_err(|error| first_line(&error))?;
        let environment =
            export.keys.iter().try_fold(environment, |environment, reference| {
                match (&reference.environment, environment) {
                    _ if reference.version.is_some() => {
                        Err(format!("{reference}: leave the @ out"))
                    }
                    (Some(own), Some(other)) if *own != other => {
                        Err(format!("{reference} is not of {other}"))
                    }
                    (Some(own), _) => Ok(Some(own.clone())),
                    (None, other) => Ok(other),
                }
            })?;
        Ok(Self { name: name.to_owned(), environment, export, output })
    }

    /// Its environment: its own, that of the command line, or the only one that there is. `None`
    /// when the command line names another.
    pub(in crate::cli) fn environment(
        &self,
        session: &Session,
        vault: &Vault,
    ) -> Outcome<Option<EnvironmentName>> {
        match (&self.environment, session.typed_environment()) {
            (Some(own), Some(typed)) if own != typed => Ok(None),
            (Some(own), _) => Ok(Some(own.clone())),
            (None, _) => session.environment(vault, None).map(Some),
        }
    }

    /// Whether it is for this environment: it says so, or there is no other one.
    pub(in crate::cli) fn is_for(&self, session: &Session, environment: &str) -> bool {
        if let Some(own) = &self.environment {
            return own.as_str() == environment;
        }
        let all = session.vault().and_then(|vault| Ok(vault.environments()?));
        all.is_ok_and(|all| matches!(&all[..], [one] if one.as_str() == environment))
    }

    /// The command that writes it.
    pub(in crate::cli) fn command(name: &str) -> Vec<String> {
        let words = if name.starts_with('-') {
            vec![format!("--target={name}")]
        } else {
            vec!["--target".to_owned(), name.to_owned()]
        };
        ["export".to_owned()].into_iter().chain(words).collect()
    }

    /// Whether it holds this key: it names it, or none.
    pub(in crate::cli) fn holds(&self, key: &str) -> bool {
        let keys = &self.export.keys;
        keys.is_empty() || keys.iter().any(|reference| reference.key.as_str() == key)
    }

    /// Where it is written.
    pub(in crate::cli) fn path(&self) -> PathBuf {
        self.export.output.path().map_or_else(PathBuf::new, Path::to_path_buf)
    }
}

fn option(key: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(format!("--{key}={text}")),
        Value::Integer(number) => Ok(format!("--{key}={number}")),
        _ => Err(format!("`{key}` is neither text nor true, nor a list of texts")),
    }
}

/// What the parser says, without its word for an error and its usage.
fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
