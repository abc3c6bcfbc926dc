//! What a command works with: the flags, the environment and the terminal, resolved once.

use std::cell::OnceCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::failure::{Failure, Hint, Outcome, exit, quoted};
use crate::clock::{Clock, Time};
use crate::environment::EnvironmentName;
use crate::key::Reference;
use crate::paths::Paths;
use crate::ui::prompt::Prompt;
use crate::ui::{Settings, Ui, color};
use crate::vault::error::VaultError;
use crate::vault::seal::Identity;
use crate::vault::store::Vault;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Environment to work in
    #[arg(short, long, global = true, value_name = "NAME")]
    env: Option<EnvironmentName>,
    /// Directory of the vault [default: the platform's data directory]
    #[arg(long, global = true, value_name = "DIR",
          value_hint = ValueHint::DirPath)]
    vault: Option<PathBuf>,
    #[command(flatten)]
    pub(super) unlock: UnlockFlags,
    /// Never ask: fail where a question would be
    #[arg(long, global = true)]
    no_input: bool,
    /// Say only what needs attention
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    verbose: bool,
    /// When to use colour: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", default_value_t = color::Choice::Auto)]
    color: color::Choice,
}

impl Global {
    /// As `--no-input` does.
    pub(super) fn never_ask(&mut self) {
        self.no_input = true;
    }

    /// Takes from the environment what the command line does not say. A variable that is empty
    /// stands for nothing.
    fn fill_in(&mut self) -> Outcome {
        if let (None, Some(text)) = (&self.env, variable("KEYCTL_ENV")) {
            let name = text.parse();
            self.env = Some(name.map_err(|error| Failure::usage(format!("KEYCTL_ENV: {error}")))?);
        }
        self.vault = self.vault.take().or_else(|| variable("KEYCTL_VAULT").map(PathBuf::from));
        let unlock = &mut self.unlock;
        if unlock.identity.is_empty() {
            unlock.identity.extend(variable("KEYCTL_IDENTITY").map(PathBuf::from));
        }
        if unlock.passphrase_file.is_none() && unlock.passphrase_fd.is_none() {
            unlock.passphrase_file = variable("KEYCTL_PASSPHRASE_FILE").map(PathBuf::from);
        }
        Ok(())
    }
}

/// What stands on the command line itself: a variable is only a default, which a reference with an
/// environment overrides, and which a suggested command need not repeat.
struct Typed {
    env: bool,
    vault: Option<PathBuf>,
}

/// Options that say what to unlock with.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct UnlockFlags {
    /// Identity file to unlock with; may be given several times
    #[arg(short, long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub identity: Vec<PathBuf>,
    /// Read the identity's passphrase from the first line of a file; - is standard input
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub passphrase_file: Option<PathBuf>,
    /// Read the identity's passphrase from this open file descriptor
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub passphrase_fd: Option<u32>,
    /// Accept an older or replaced file of an environment
    #[arg(long, global = true)]
    pub accept_rollback: bool,
}

/// An identity file that was tried, and why it did not help.
pub(super) type Tried = Vec<(String, String)>;

/// The unlocked identities, and why others are not.
pub(super) struct Unlocked {
    pub identities: Vec<Identity>,
    pub tried: Tried,
}

/// Options of a command that changes something.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Change {
    /// Answer yes to every question
    #[arg(short, long)]
    pub yes: bool,
    /// Say what would be done, and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Options of a command that reports something.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Report {
    /// Report as JSON
    #[arg(long)]
    pub json: bool,
}

/// Everything a verb needs.
pub(super) struct Session {
    pub ui: Ui,
    pub(super) global: Global,
    typed: Typed,
    program: String,
    clock: Clock,
    pub(super) unlocked: OnceCell<Unlocked>,
}

impl Session {
    pub(super) fn new(mut global: Global, program: String) -> Outcome<Self> {
        let typed = Typed { env: global.env.is_some(), vault: global.vault.clone() };
        global.fill_in()?;
        let settings = Settings {
            color: global.color,
            quiet: global.quiet,
            verbose: global.verbose,
            input: !global.no_input,
            no_color_env: variable("NO_COLOR").is_some(),
            dumb_terminal: variable("TERM").is_some_and(|value| value == "dumb"),
            columns_env: variable("COLUMNS").and_then(|value| value.parse().ok()),
        };
        let ui = Ui::new(&settings);
        Ok(Self { ui, global, typed, program, clock: clock(), unlocked: OnceCell::new() })
    }

    /// Says why a command ended, and what to do.
    pub(super) fn tell(&self, failure: &Failure) {
        if !failure.message.is_empty() {
            self.ui.error(&failure.message);
        }
        for hint in &failure.hints {
            self.ui.hint(&self.hint_text(hint));
        }
    }

    fn hint_text(&self, hint: &Hint) -> String {
        match hint {
            Hint::Words(words) => words.clone(),
            Hint::Run(purpose, args) => format!("{purpose}: {}", self.command_line(args)),
        }
    }

    /// A command line of this program to show to a person. Debug builds prove that it parses.
    pub(super) fn command_line<T: AsRef<str>>(&self, args: &[T]) -> String {
        let args = args.iter().map(AsRef::as_ref);
        // Somebody who named another vault gets commands for that vault.
        let vault = self.typed.vault.as_deref().and_then(Path::to_str);
        let vault = vault.map(|vault| format!("--vault={vault}"));
        let args = args.chain(vault.as_deref());
        debug_assert!(
            super::command()
                .try_get_matches_from(std::iter::once("keyctl").chain(args.clone()))
                .map_or_else(|error| !error.use_stderr(), |_| true),
            "a command that is suggested must parse: {:?}",
            args.collect::<Vec<_>>()
        );
        let mut line = self.program.clone();
        for arg in args.map(quoted) {
            line.push(' ');
            line.push_str(&arg);
        }
        line
    }

    /// Says the next step.
    pub(super) fn next<T: AsRef<str>>(&self, purpose: &str, args: &[T]) {
        self.ui.say(&format!("{purpose}: {}", self.command_line(args)));
    }

    /// The program's name as it was called.
    pub(super) fn program(&self) -> &str {
        &self.program
    }

    pub(super) fn now(&self) -> Time {
        self.clock.now()
    }

    pub(super) fn paths(&self) -> Outcome<Paths> {
        Paths::resolve(self.global.vault.as_deref()).ok_or_else(|| {
            Failure::new(exit::FAILED, "there is no home directory to keep a vault in")
                .advise("set HOME")
        })
    }

    pub(super) fn vault(&self) -> Outcome<Vault> {
        Ok(self.open_vault()??)
    }

    /// The same, with the error itself where it can be done without.
    pub(super) fn open_vault(&self) -> Outcome<Result<Vault, VaultError>> {
        Ok(Vault::open(&self.paths()?))
    }

    /// The vault that `--vault` itself names.
    pub(super) fn typed_vault(&self) -> Option<&Path> {
        self.typed.vault.as_deref()
    }

    /// The environment that `--env` itself names.
    pub(super) fn typed_environment(&self) -> Option<&EnvironmentName> {
        self.global.env.as_ref().filter(|_| self.typed.env)
    }

    /// The environment that `--env` or its variable names.
    pub(super) fn named_environment(&self) -> Option<&EnvironmentName> {
        self.global.env.as_ref()
    }

    /// The environment of a command: of its reference, of `--env`, the only one that there is, or
    /// the one that is chosen on the terminal.
    pub(super) fn environment(
        &self,
        vault: &Vault,
        reference: Option<&Reference>,
    ) -> Outcome<EnvironmentName> {
        if let Some(named) = self.explicit_environment(reference)? {
            return Ok(named);
        }
        let known = vault.environments()?;
        if let [only] = &known[..] {
            return Ok(only.clone());
        }
        if known.is_empty() {
            return Err(Failure::new(exit::FAILED, "the vault has no environment yet")
                .run("make one with its first key", ["new", "--env", "dev"]));
        }
        let names: Vec<String> = known.iter().map(ToString::to_string).collect();
        match self.ui.prompt() {
            Ok(prompt) => Ok(known[prompt.select("Which environment?", &names)?].clone()),
            Err(_) => Err(Failure::usage("there are several environments")
                .advise(format!("name one with --env: {}", names.join(", ")))),
        }
    }

    /// The environment of a reference or of `--env`, which must not differ.
    pub(super) fn explicit_environment(
        &self,
        reference: Option<&Reference>,
    ) -> Outcome<Option<EnvironmentName>> {
        let written = reference.and_then(|reference| reference.environment.clone());
        match (written, self.global.env.clone()) {
            (Some(written), Some(named)) if written != named && self.typed.env => {
                Err(Failure::usage(format!("the key is in {written}, and --env names {named}"))
                    .advise("leave one of them out"))
            }
            (written, named) => Ok(written.or(named)),
        }
    }

    /// The environments a command is about: the named one, or all.
    pub(super) fn environments(&self, vault: &Vault) -> Outcome<Vec<EnvironmentName>> {
        let known = vault.environments()?;
        match &self.global.env {
            None => Ok(known),
            Some(name) if known.contains(name) => Ok(vec![name.clone()]),
            Some(name) => Err(super::failure::unknown_environment(name, &known)),
        }
    }

    /// Asks whether to go on. Without a terminal only `--yes` is an answer.
    pub(super) fn consent(&self, change: Change, question: &str) -> Outcome {
        if change.yes || change.dry_run {
            return Ok(());
        }
        let Ok(prompt) = self.ui.prompt() else {
            return Err(Failure::refused(format!("this needs a yes: {question}"))
                .advise("there is no terminal to ask on: say --yes"));
        };
        if prompt.confirm(question, false)? {
            Ok(())
        } else {
            Err(Failure::new(exit::FAILED, "nothing was changed"))
        }
    }

    /// The terminal, or a failure that says what is missing.
    pub(super) fn prompt(&self, missing: &str) -> Outcome<Prompt> {
        self.ui.prompt().map_err(|_| Failure::usage(missing.to_owned()))
    }
}

/// What to call the person at this machine among the readers: `user@host`.
pub(super) fn person() -> String {
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let user = variable("USER").or_else(|| variable("LOGNAME")).unwrap_or_default();
    let name = if user.is_empty() { host } else { format!("{user}@{host}") };
    let kept: String = name.chars().filter(|c| !c.is_control()).take(128).collect();
    if kept.is_empty() { "me".to_owned() } else { kept }
}

/// The value of a variable that is set to some text.
pub(super) fn variable(name: &str) -> Option<String> {
    variable_os(name)?.into_string().ok().filter(|value| !value.is_empty())
}

/// The value of a variable, whatever it is.
#[expect(clippy::disallowed_methods, reason = "the environment is read here and nowhere else")]
pub(super) fn variable_os(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The system's clock; a debug build can be given a fixed one, so that tests know the time.
fn clock() -> Clock {
    #[cfg(debug_assertions)]
    if let Some(time) = variable("KEYCTL_TEST_NOW").and_then(|text| text.parse().ok()) {
        return Clock::Fixed(time);
    }
    Clock::System
}
