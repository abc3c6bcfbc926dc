//! The command line: what can be said, and which file does it. One file for each verb.

mod answer;
mod args;
mod batch;
mod check;
mod clip;
mod completions;
mod contents;
mod env;
mod example;
mod export;
mod failure;
mod git;
mod harden;
mod hook;
mod import;
mod init;
mod input;
mod keyutils;
mod list;
mod log;
mod manifest;
mod new;
mod passwd;
mod postpone;
mod purge;
mod recipients;
mod report;
mod restore;
mod revoke;
mod rotate;
mod run;
mod scan;
mod session;
mod set;
mod show;
mod sources;
mod status;
mod unlock;
mod verify;
mod whois;

use std::ffi::OsString;
use std::path::Path;

use clap::{Args as _, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

pub use example::EXAMPLES;
pub use failure::{Failure, Hint, exit};
pub use harden::harden;

use failure::Outcome;
use session::{Global, Session};

use crate::key::token;
use crate::ui::{Settings, Ui};

/// A local, age-encrypted vault for API keys: create, rotate without downtime, export, verify.
#[derive(Debug, Parser)]
#[command(
    name = "keyctl",
    version,
    about = "A local, age-encrypted vault for API keys",
    long_about = "A local, age-encrypted vault for API keys.\n\nIt makes keys per environment, rotates \
                  them in the stages add, migrate, remove without cutting anybody off, writes what \
                  services read, and tells offline whether a key is good.",
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

/// Writes every verb down once: its name in lower case is what is typed.
macro_rules! verbs {
    ($($(#[$about:meta])* $name:ident($verb:ty),)*) => {
        #[derive(Debug, Subcommand)]
        enum Verb {
            $($(#[$about])* $name($verb),)*
        }

        impl Verb {
            fn run(&self, session: &Session) -> Outcome {
                match self {
                    $(Self::$name(verb) => verb.run(session),)*
                }
            }

            /// The definition of the verb that is typed like this.
            fn definition(typed: &str) -> Option<clap::Command> {
                $(if stringify!($name).to_ascii_lowercase() == typed {
                    let verb = clap::Command::new(stringify!($name).to_ascii_lowercase());
                    return Some(<$verb as clap::Args>::augment_args(verb));
                })*
                None
            }
        }
    };
}

verbs! {
    Init(init::Init),
    New(new::New),
    #[command(visible_alias = "ls")]
    List(list::List),
    Status(status::Status),
    Show(show::Show),
    Set(set::Set),
    Revoke(revoke::Revoke),
    Restore(restore::Restore),
    Purge(purge::Purge),
    Rotate(rotate::Rotate),
    Export(export::Export),
    Import(import::Import),
    Check(check::Check),
    Run(run::Run),
    Verify(verify::Verify),
    Whois(whois::Whois),
    Manifest(manifest::Manifest),
    Scan(scan::Scan),
    Hook(hook::Hook),
    Log(log::Log),
    Env(env::Env),
    Recipients(recipients::Recipients),
    Passwd(passwd::Passwd),
    Completions(completions::Completions),
}

impl Verb {
    /// Whether it may ask on a terminal.
    fn asks(&self) -> bool {
        !matches!(self, Self::Status(_))
    }
}

const NOTES: &str = "Environment variables, each the default of its option:
  KEYCTL_ENV              --env
  KEYCTL_VAULT            --vault
  KEYCTL_IDENTITY         --identity
  KEYCTL_PASSPHRASE_FILE  --passphrase-file
  NO_COLOR                no colour, unless --color says otherwise
  KEYCTL_CLIP_SECONDS     how long --clip leaves a secret on the clipboard [default: 45]

Exit codes:
  0  done
  1  failed
  2  the command line makes no sense
  3  the answer is no (verify, whois, scan, check, status, rotate evidence)
  4  locked: no identity fits, or a wrong passphrase
  5  busy, or changed by another process
  6  integrity: tampered with, truncated or rolled back
  7  refused by policy
  126, 127  run: the program could not be run, or was not found; else its own
  130, 141  interrupted at a prompt; the reader of the output went away";

/// The definition of the command line, with the examples: what help, man pages and completions are
/// made from.
#[must_use]
pub fn command() -> clap::Command {
    let command = Cli::command().after_long_help(NOTES);
    example::attach(command)
}

/// Parses a command line that begins with its verb, if there is nothing wrong with it.
///
/// Only that verb is defined: to define the others takes as long as a small vault to read.
fn parse_verb(args: &[OsString]) -> Option<Cli> {
    let verb = Verb::definition(args.get(1)?.to_str()?)?;
    let command = Global::augment_args(clap::Command::new("keyctl")).subcommand(verb);
    let matches = command.try_get_matches_from(args).ok()?;
    Cli::from_arg_matches(&matches).ok()
}

/// Whether an argument has a key of one of our forms in it, or an identity. No message repeats it.
fn is_secret(arg: &OsString) -> bool {
    let text = arg.to_string_lossy();
    let is_between = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let mut words = text.split(is_between).map(|word| word.trim_matches(['_', '-']));
    text.contains("AGE-SECRET-KEY-1") || words.any(|word| token::inspect(word, &[]).is_ok())
}

/// Runs a command line and returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    let program = args
        .first()
        .and_then(|name| Path::new(name).file_name())
        .map_or_else(|| "keyctl".to_owned(), |name| name.to_string_lossy().into_owned());

    if let [_, verb, seconds] = &args[..]
        && verb == clip::VERB
    {
        return clip::clear(&seconds.to_string_lossy());
    }
    if args.iter().any(is_secret) {
        Ui::new(&Settings::default()).error(
            "a secret stands on the command line, where other programs can read it: pipe it in, or \
             name a file; and replace it, as it has been seen",
        );
        return exit::USAGE;
    }
    let parse = || {
        let matches = command().try_get_matches_from(&args)?;
        Cli::from_arg_matches(&matches)
    };
    let parsed = parse_verb(&args).map_or_else(parse, Ok);
    let mut cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            if error.use_stderr() {
                keyutils::explain(&args);
            }
            return u8::try_from(error.exit_code()).unwrap_or(exit::USAGE);
        }
    };
    if !cli.verb.asks() {
        cli.global.never_ask();
    }
    let session = match Session::new(cli.global, program) {
        Ok(session) => session,
        Err(failure) => {
            Ui::new(&Settings::default()).error(&failure.message);
            return failure.code;
        }
    };
    match cli.verb.run(&session) {
        Ok(()) => exit::DONE,
        Err(failure) => {
            session.tell(&failure);
            failure.code
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::{CommandFactory as _, FromArgMatches as _};

    use super::{Cli, EXAMPLES, parse_verb};

    #[test]
    fn one_verb_by_itself_is_parsed_as_among_all() {
        let mut count = 0;
        for (verb, examples) in EXAMPLES {
            let wrong = [format!("keyctl {verb} --nonsense")];
            let lines = examples.iter().map(|(_, line)| (*line).to_owned()).chain(wrong);
            for line in lines.filter(|line| !line.contains('\'')) {
                let words = line.split(' ').take_while(|word| !["|", ">"].contains(word));
                let words: Vec<OsString> = words.map(Into::into).collect();
                let all = Cli::command().try_get_matches_from(&words);
                let all = all.and_then(|matches| Cli::from_arg_matches(&matches)).ok();
                let one = parse_verb(&words);
                assert_eq!(format!("{one:?}"), format!("{all:?}"), "{line}");
                count += usize::from(one.is_some());
            }
        }
        assert!(count > EXAMPLES.len(), "{count}");
        for line in ["keyctl", "keyctl --env prod list", "keyctl LIST", "keyctl ls", "keyctl help"]
        {
            let words: Vec<OsString> = line.split(' ').map(Into::into).collect();
            assert!(parse_verb(&words).is_none(), "{line}");
        }
    }
}
