use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use clap::{Args, ValueHint};

use super::contents::find_key;
use super::failure::{Failure, Outcome, exit};
use super::harden;
use super::session::{Session, variable_os};
use crate::environment::EnvironmentName;
use crate::export::{Contents, Expired, Names, Side, Variable};
use crate::fs;
use crate::key::{Key, Reference};
use crate::vault::document::Document;

/// Run a program with the secrets of an environment in its variables
///
/// The API keys come as one list in `CHAPKIT_API_KEYS`, as a service reads it, and each single value
/// under its own name in capitals. The program takes keyctl's place: signals, the terminal and the
/// exit code are its own. Nothing is written to a file, and no secret is on a command line.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Only these keys, [ENV/]NAME; may be given several times
    #[arg(long, value_name = "KEY", conflicts_with = "except")]
    only: Vec<Reference>,
    /// All keys but these; may be given several times
    #[arg(long, value_name = "KEY")]
    except: Vec<Reference>,
    /// Name of the variable [default: `CHAPKIT_API_KEYS`, or `CHAPKIT_API_KEY` with --client]
    #[arg(long, value_name = "NAME")]
    var: Option<Variable>,
    /// The one value that clients of one key send, instead of the list
    #[arg(long)]
    client: bool,
    /// Leave out keys whose active version has expired
    #[arg(long)]
    skip_expired: bool,
    /// Give the program no other variables than these
    #[arg(long)]
    pristine: bool,
    /// The program and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true,
          allow_hyphen_values = true, value_hint = ValueHint::CommandWithArguments)]
    command: Vec<OsString>,
}

impl Run {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let vault = session.vault()?;
        let named = self.environment(session)?;
        let environment = named.map_or_else(|| session.environment(&vault, None), Ok)?;
        let document = session.read(&vault, &environment)?;
        let command = self.prepared(session, &document)?;
        session.close_passphrase_fd();
        // Nothing that stands here holds a secret once the program has taken this process over.
        Err(start(command, self.command.first().map_or(OsStr::new(""), OsString::as_os_str)))
    }

    fn environment(&self, session: &Session) -> Outcome<Option<EnvironmentName>> {
        let mut named = None;
        for reference in self.only.iter().chain(&self.except) {
            if reference.version.is_some() {
                return Err(Failure::usage(format!("{reference}: a key is meant, not a version"))
                    .advise("leave the @ out"));
            }
            let this = session.explicit_environment(Some(reference))?;
            if named.is_some() && this != named {
                return Err(Failure::usage("a program is run with one environment")
                    .advise("name keys of one environment"));
            }
            named = this;
        }
        named.map_or_else(|| session.explicit_environment(None), |name| Ok(Some(name)))
    }

    fn prepared(&self, session: &Session, document: &Document) -> Outcome<Command> {
        let keys = self.keys(document)?;
        let (side, list) = if self.client {
            (Side::Clients, "CHAPKIT_API_KEY")
        } else {
            (Side::Services, "CHAPKIT_API_KEYS")
        };
        if self.client && keys.iter().filter(|key| !key.kind.is_single()).count() > 1 {
            return Err(Failure::usage("a client sends one key, and there are several")
                .advise("name one with --only"));
        }
        let expired = if self.skip_expired { Expired::Skip } else { Expired::Refuse };
        let (environment, generation) = (&document.environment, document.generation);
        let contents = Contents::new(environment, generation, &keys, side, expired, session.now())?;
        let list = list.parse().map_err(|error| Failure::usage(format!("{error}")))?;
        let names = Names { given: self.var.clone(), list };
        let mut words = self.command.iter();
        let program = words.next().map_or(OsStr::new(""), OsString::as_os_str);
        let mut command = Command::new(program);
        if self.pristine {
            // It is looked for where it is without this flag, which the program's own variables do
            // not tell any more.
            if let Some(found) = on_path(program) {
                command = Command::new(found);
                command.arg0(program);
            }
            command.env_clear();
        }
        command.args(words);
        // It unlocks the vault, which is more than the program is given.
        command.env_remove("KEYCTL_PASSPHRASE_FILE");
        for one in contents.variables(&names)? {
            if self.var.is_none() && steers(one.name.as_str()) {
                return Err(Failure::refused(format!(
                    "the variable {} would change how programs run",
                    one.name
                ))
                .advise("leave the key out with --except, or name the variable with --var"));
            }
            command.env(one.name.as_str(), OsStr::from_bytes(&one.value));
        }
        Ok(command)
    }

    fn keys<'a>(&self, document: &'a Document) -> Outcome<Vec<&'a Key>> {
        for reference in &self.except {
            find_key(document, &reference.key)?;
        }
        if self.only.is_empty() {
            let is_left = |key: &&Key| self.except.iter().all(|except| except.key != key.name);
            return Ok(document.keys.values().filter(is_left).collect());
        }
        let mut keys: Vec<&Key> = Vec::new();
        for reference in &self.only {
            let key = find_key(document, &reference.key)?;
            if keys.iter().all(|earlier| earlier.name != key.name) {
                keys.push(key);
            }
        }
        Ok(keys)
    }
}

/// The program of this name that `PATH` finds; none of a path.
fn on_path(program: &OsStr) -> Option<PathBuf> {
    if program.is_empty() || program.as_bytes().contains(&b'/') {
        return None;
    }
    let dirs = variable_os("PATH")?;
    let is_program = |path: &PathBuf| {
        path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
    };
    std::env::split_paths(&dirs).map(|dir| dir.join(program)).find(is_program)
}

/// Whether a variable is read by shells, loaders or interpreters.
fn steers(name: &str) -> bool {
    const NAMES: [&str; 8] =
        ["PATH", "IFS", "ENV", "BASH_ENV", "HOME", "SHELL", "NODE_OPTIONS", "GIT_SSH_COMMAND"];
    const BEGINNINGS: [&str; 5] = ["LD_", "DYLD_", "PYTHON", "RUBY", "PERL"];
    NAMES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

/// Has the program take this process over. It returns only when that failed.
fn start(mut command: Command, program: &OsStr) -> Failure {
    harden::soften();
    let error = command.exec();
    let name = program.to_string_lossy();
    let message = format!("cannot run {name}: {}", fs::reason(&error));
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new(exit::NOT_FOUND, message)
            .advise("write the program after --, as on the shell's own command line"),
        io::ErrorKind::ArgumentListTooLong => {
            Failure::new(exit::NOT_RUN, message).advise("choose fewer keys with --only")
        }
        _ => Failure::new(exit::NOT_RUN, message),
    }
}
