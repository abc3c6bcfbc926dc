//! The one boundary where an error of the library becomes a message, the next step and an exit code.

use std::fmt::Display;
use std::io;
use std::path::Path;

use crate::due::Next;
use crate::environment::EnvironmentName;
use crate::export::{ExpiredVersion, ExportError};
use crate::fs;
use crate::key::generate::NoRandomness;
use crate::key::lifecycle::Refusal;
use crate::ui::clipboard::NoClipboard;
use crate::ui::prompt::PromptError;
use crate::vault::document::DocumentError;
use crate::vault::error::VaultError;
use crate::vault::manifest::ManifestError;
use crate::vault::pin::PinError;
use crate::vault::seal::SealError;

/// The exit codes. They are part of the interface and are never renumbered.
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// It failed.
    pub const FAILED: u8 = 1;
    /// The command line makes no sense.
    pub const USAGE: u8 = 2;
    /// `run`: the program could not be run; as `env` and shells say it.
    pub const NOT_RUN: u8 = 126;
    /// `run`: there is no such program.
    pub const NOT_FOUND: u8 = 127;
    /// The answer is no.
    pub const NO: u8 = 3;
    /// No identity fits, or the passphrase is wrong.
    pub const LOCKED: u8 = 4;
    /// Another process was busy, or changed what was being changed.
    pub const BUSY: u8 = 5;
    /// Tampered with, truncated or rolled back.
    pub const INTEGRITY: u8 = 6;
    /// Refused by policy.
    pub const REFUSED: u8 = 7;
    /// Interrupted at a prompt: 128 and the number of SIGINT.
    pub const INTERRUPTED: u8 = 130;
    /// The reader of stdout went away: 128 and the number of SIGPIPE.
    pub const PIPE: u8 = 141;
}

/// What a person can do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// In words.
    Words(String),
    /// A command of ours, with what it is for; its arguments without the program's name.
    Run(String, Vec<String>),
}

/// Why a command ended without being done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One of [`exit`].
    pub code: u8,
    /// What happened, to which thing; empty for a quiet end.
    pub message: String,
    /// What to do about it.
    pub hints: Vec<Hint>,
}

/// What a command ends with.
pub(super) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure with this exit code.
    pub fn new(code: u8, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hints: Vec::new() }
    }

    /// The answer was no, and has been given.
    #[must_use]
    pub fn no() -> Self {
        Self::new(exit::NO, "")
    }

    /// A command line that makes no sense.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(exit::USAGE, message)
    }

    /// Something that the rules do not allow.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(exit::REFUSED, message)
    }

    /// Nothing proves the manifest of this environment, and it stays locked.
    #[must_use]
    pub fn unproven(name: &EnvironmentName) -> Self {
        let message = format!("environment {name} has no proven manifest, and cannot be unlocked");
        Self::new(exit::LOCKED, message)
            .run("a reader of it can write one", ["list", "--unlock", "--env", name.as_str()])
    }

    /// Adds advice in words.
    #[must_use]
    pub fn advise(mut self, words: impl Into<String>) -> Self {
        self.hints.push(Hint::Words(words.into()));
        self
    }

    /// The same, of a thing that is named first.
    #[must_use]
    pub fn of(mut self, thing: &str) -> Self {
        self.message = format!("{thing}: {}", self.message);
        self
    }

    /// Adds a command to run: what it is for, and its arguments.
    #[must_use]
    pub fn run<T: Display>(mut self, purpose: &str, args: impl IntoIterator<Item = T>) -> Self {
        let args = args.into_iter().map(|arg| arg.to_string()).collect();
        self.hints.push(Hint::Run(purpose.to_owned(), args));
        self
    }

    /// What a move on `key` was refused for.
    #[must_use]
    pub fn of_refusal(key: &str, refusal: &Refusal) -> Self {
        let failure = |code| Self::new(code, format!("{key}: {refusal}"));
        match refusal {
            Refusal::NoVersion(_) => failure(exit::FAILED).run("see its versions", ["show", key]),
            Refusal::NoRotation => failure(exit::FAILED).run("start one", ["rotate", "add", key]),
            Refusal::NothingToUndo => {
                failure(exit::FAILED).run("see where it stands", ["rotate", "status", key])
            }
            Refusal::Single(_) => {
                failure(exit::REFUSED).run("to take a change of it back", ["rotate", "back", key])
            }
            Refusal::NotMigrated(_) => {
                failure(exit::REFUSED).run("let clients move first", ["rotate", "migrate", key])
            }
            Refusal::RotationOpen => {
                failure(exit::REFUSED).run("see where it stands", ["rotate", "status", key])
            }
            Refusal::KeyExpired(_) => {
                failure(exit::REFUSED).run("give it a new end", ["set", key, "--expires", "90d"])
            }
            Refusal::WrongState(_, state) if state.is_final() => failure(exit::REFUSED)
                .advise("its secret is gone; a new version takes its place")
                .run("make one", ["rotate", "add", key]),
            Refusal::WrongState(..) | Refusal::Expired(..) | Refusal::NothingAccepted => {
                failure(exit::REFUSED).run("see its versions", ["show", key])
            }
            Refusal::OldVersionGone(..) => {
                failure(exit::REFUSED).run("rotate forward", ["rotate", "add", key])
            }
        }
    }

    /// What there is to say when no identity opened `environment`; `tried` says each one and why.
    #[must_use]
    pub fn locked(
        environment: &EnvironmentName,
        tried: &[(String, String)],
        recipient: Option<&str>,
    ) -> Self {
        let mut message = format!("no identity opens environment {environment}");
        for (identity, why) in tried {
            message.push_str("\n- ");
            message.push_str(identity);
            message.push_str(": ");
            message.push_str(why);
        }
        let failure = Self::new(exit::LOCKED, message)
            .advise("name another identity with --identity FILE, or have a recipient add you");
        match recipient {
            Some(recipient) => {
                let args = ["recipients", "add", recipient, "--env", environment.as_str()];
                failure.run("what a recipient runs", args)
            }
            None => failure,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::new(exit::PIPE, "")
        } else {
            Self::new(
                exit::FAILED,
                format!("cannot write to standard output: {}", fs::reason(&error)),
            )
        }
    }
}

impl From<NoClipboard> for Failure {
    fn from(error: NoClipboard) -> Self {
        match error {
            NoClipboard::NoDisplay => {
                let variables = "neither WAYLAND_DISPLAY nor DISPLAY is set";
                Self::new(exit::FAILED, format!("there is no clipboard here: {variables}"))
                    .advise("leave --clip out, and pipe the secret where it is needed")
            }
            NoClipboard::NoTool(package) => {
                Self::new(exit::FAILED, "no program is here that reaches the clipboard")
                    .advise(format!("install {package}, or leave --clip out"))
            }
        }
    }
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        match error {
            PromptError::Interrupted => Self::new(exit::INTERRUPTED, ""),
            PromptError::Mismatch | PromptError::Closed => {
                Self::new(exit::FAILED, error.to_string())
            }
            _ => Self::new(exit::FAILED, error.to_string())
                .advise("off a terminal, say everything with flags"),
        }
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::new(exit::FAILED, error.to_string())
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        let failure = Self::refused(error.to_string());
        match &error {
            ExportError::Empty => failure.run("see what there is", ["list", "--all"]),
            ExportError::Expired(versions) => {
                let hint = |failure: Self, version: &ExpiredVersion| {
                    let key = version.key.as_str();
                    match version.next {
                        Next::Extend => failure
                            .run("give the key a later end", ["set", key, "--expires", "90d"])
                            .run("or end it for good", ["revoke", key, "--reason", "TEXT"]),
                        Next::Back => {
                            failure.run("the new version is over too", ["rotate", "back", key])
                        }
                        Next::Remove => {
                            failure.run("finish its rotation", ["rotate", "remove", key])
                        }
                        Next::Migrate => failure.run("replace it", ["rotate", "migrate", key]),
                        Next::Add | Next::Destroy => {
                            failure.run("replace it", ["rotate", "add", key])
                        }
                    }
                };
                versions
                    .iter()
                    .fold(failure, hint)
                    .advise("or write what is still good with --skip-expired")
            }
            ExportError::NotAlone { .. } => failure.advise("export each by itself"),
            ExportError::NoList { .. } => failure.advise("name the API keys"),
            ExportError::SameId { other, .. } => {
                failure.run("give it another name", ["set", other, "--name", "NAME"])
            }
            ExportError::Unfit { .. } => {
                failure.advise("set it right, or name the keys that are to be written")
            }
            ExportError::NoRealm(_) => failure.advise("say --permas-env test or --permas-env live"),
            ExportError::Existing(_) => {
                failure.advise("nothing was changed; name another file, or its storage secret")
            }
            ExportError::SameName { .. } => {
                failure.advise("export it by itself, or call the list another name")
            }
            ExportError::NoVariable { .. } | ExportError::SameVariable { .. } => {
                failure.advise("export it by itself, and name the variable with --var")
            }
            ExportError::NoDataKey { wanted, .. } => {
                failure.advise(format!("name it with --data-key: {wanted}"))
            }
            ExportError::NameTooLong { .. } => failure.advise("choose a shorter one"),
            ExportError::Template { .. } => {
                failure.run("see what a template can use", ["help", "export"])
            }
            ExportError::TooLarge { .. } => {
                failure.advise("write a key file, or fewer keys: name them")
            }
        }
    }
}

impl From<fs::Error> for Failure {
    fn from(error: fs::Error) -> Self {
        let chmod =
            |path: &Path, mode: &str| format!("chmod {mode} {}", quoted(&path.to_string_lossy()));
        let message = error.to_string();
        match &error {
            fs::Error::Busy(..) => Self::new(exit::BUSY, message).advise("try again"),
            fs::Error::Changed(_) => Self::new(exit::BUSY, message)
                .advise("nothing was written; look at it, then try again"),
            fs::Error::Writable(path, _) => Self::refused(message).advise(chmod(path, "go-w")),
            fs::Error::Symlink(_) => {
                Self::refused(message).advise("name the place itself: links are not followed there")
            }
            fs::Error::Foreign(_) => {
                Self::refused(message).advise("name a place of your own with --vault DIR")
            }
            fs::Error::Io { doing, path, source } => {
                let failure = Self::new(exit::FAILED, message);
                let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
                let dir = dir.unwrap_or(Path::new("."));
                let is_missing = *doing == "write" && !dir.exists();
                let dir = quoted(&dir.to_string_lossy());
                match source.kind() {
                    _ if is_missing => {
                        failure.advise(format!("make its directory first: mkdir -p {dir}"))
                    }
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                        failure.advise("make room on the disk; nothing was changed")
                    }
                    _ => failure.advise(format!("look what is there, and whose: ls -la {dir}")),
                }
            }
            fs::Error::Partly { .. } => {
                Self::new(exit::FAILED, message).advise("look at that place, then export again")
            }
            fs::Error::NotADirectory(_) => {
                Self::new(exit::FAILED, message).advise("name another place with --vault DIR")
            }
            fs::Error::NotAFile(_) | fs::Error::TooLarge(..) => {
                Self::new(exit::FAILED, message).advise("name another file")
            }
        }
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        let message = error.to_string();
        let of = |code| Self::new(code, message.clone());
        match error {
            VaultError::File(error) | VaultError::Pin(PinError::File(error)) => error.into(),
            VaultError::NoVault(_) => of(exit::FAILED)
                .run("make one", ["init"])
                .advise("or name another with --vault DIR"),
            VaultError::NoEnvironment { name, known } => unknown_environment(&name, &known),
            VaultError::Exists(name) => {
                of(exit::FAILED).run("change it", ["env", "set", name.as_str()])
            }
            VaultError::Gone(name) => of(exit::INTEGRITY).advise(restore_words(&name)).run(
                "or, if it was removed on purpose, begin anew",
                ["new", "--env", name.as_str(), "--accept-rollback"],
            ),
            VaultError::Seal { environment, error } => of_seal(&environment, error, of),
            VaultError::Document { environment, error } => match error {
                DocumentError::Newer(_) | DocumentError::Unknown { .. } => {
                    of(exit::FAILED).advise("install a newer keyctl; nothing was changed")
                }
                _ => of(exit::INTEGRITY).advise(restore_words(&environment)),
            },
            VaultError::OtherEnvironment { file, .. } => {
                of(exit::INTEGRITY).advise(restore_words(&file))
            }
            VaultError::RolledBack { environment, revived, recipients_changed, .. } => {
                let back = match revived {
                    None => "what would be accepted again cannot be told".to_owned(),
                    Some(revived) if revived.is_empty() => {
                        "nothing that was taken back would be accepted again".to_owned()
                    }
                    Some(revived) => format!("would be accepted again: {}", revived.join(", ")),
                };
                let accept = if recipients_changed {
                    ["recipients", "accept"]
                } else {
                    ["list", "--unlock"]
                };
                let accept =
                    accept.into_iter().chain(["--accept-rollback", "--env", environment.as_str()]);
                of(exit::INTEGRITY).advise(back).run("if you put it back yourself", accept)
            }
            VaultError::Forked { environment, .. } | VaultError::Replaced { environment } => {
                of(exit::INTEGRITY).run(
                    "if you know where it comes from",
                    ["list", "--unlock", "--accept-rollback", "--env", environment.as_str()],
                )
            }
            VaultError::RecipientsChanged { environment, added, removed } => {
                let mut failure = of(exit::INTEGRITY);
                if !added.is_empty() {
                    failure = failure.advise(format!("can read it now: {}", added.join(", ")));
                }
                if !removed.is_empty() {
                    failure = failure.advise(format!("cannot any more: {}", removed.join(", ")));
                }
                failure.run(
                    "if that is right",
                    ["recipients", "accept", "--env", environment.as_str()],
                )
            }
            VaultError::Pin(PinError::Damaged(path)) => of(exit::INTEGRITY).advise(format!(
                "what this machine has seen is lost; to start anew: rm {}",
                path.display()
            )),
            VaultError::Manifest { environment, error } => of_manifest(&environment, &error, of),
            VaultError::Carried { error, .. } => of_carried(&error, of),
            VaultError::NoManifest { environment } | VaultError::Behind { environment } => {
                of(exit::FAILED)
                    .run("write it", ["list", "--unlock", "--env", environment.as_str()])
            }
            VaultError::Unreadable { .. } => of(exit::FAILED).advise("nothing was changed"),
            VaultError::Changed { .. } => of(exit::BUSY).advise("look again, then try again"),
            VaultError::ReadBack { .. } => of(exit::INTEGRITY)
                .advise("the disk or its file system is failing; nothing was changed"),
        }
    }
}

fn restore_words(environment: &EnvironmentName) -> String {
    format!(
        "earlier generations lie in the vault's backups directory: copy the newest good one to \
         {environment}.age"
    )
}

fn of_seal(environment: &EnvironmentName, error: SealError, of: impl Fn(u8) -> Failure) -> Failure {
    match error {
        SealError::NoMatch | SealError::WrongPassphrase => of(exit::LOCKED),
        SealError::NoRecipients | SealError::TooManyRecipients { .. } | SealError::Encryption => {
            of(exit::FAILED)
        }
        _ => of(exit::INTEGRITY).advise(restore_words(environment)),
    }
}

fn of_manifest(
    environment: &EnvironmentName,
    error: &ManifestError,
    of: impl Fn(u8) -> Failure,
) -> Failure {
    match error {
        ManifestError::NoPin | ManifestError::Expired(_) => of(exit::FAILED)
            .run("unlock and write it", ["list", "--unlock", "--env", environment.as_str()]),
        ManifestError::Newer(_) => of(exit::FAILED).advise("install a newer keyctl"),
        _ => of(exit::INTEGRITY).run(
            "somebody who can unlock it can write it anew",
            ["list", "--unlock", "--env", environment.as_str()],
        ),
    }
}

fn of_carried(error: &ManifestError, of: impl Fn(u8) -> Failure) -> Failure {
    match error {
        ManifestError::NoPin => of(exit::FAILED)
            .advise("say --trust KEY; where the vault is, `manifest key` prints the key")
            .run("or trust it on this machine", ["manifest", "trust", "KEY"]),
        ManifestError::Newer(_) => of(exit::FAILED).advise("install a newer keyctl"),
        ManifestError::Expired(_) => of(exit::FAILED)
            .run("where the vault is, write a new one", ["manifest", "export", "-o", "FILE"]),
        ManifestError::OtherKey => of(exit::INTEGRITY)
            .advise("it is of another vault or environment, or the key is not the one to trust"),
        _ => of(exit::INTEGRITY).run(
            "it must not be used; where the vault is, write a new one",
            ["manifest", "export", "-o", "FILE"],
        ),
    }
}

/// The failure for a name that is no environment's, with the one that may have been meant.
#[must_use]
pub(super) fn unknown_environment(name: &EnvironmentName, known: &[EnvironmentName]) -> Failure {
    let failure = Failure::new(exit::FAILED, format!("there is no environment {name}"));
    let near = nearest(name.as_str(), known.iter().map(EnvironmentName::as_str));
    match near {
        Some(near) => failure.advise(format!("did you mean {near}?")),
        None if known.is_empty() => {
            failure.run("make it with its first key", ["new", "--env", name.as_str()])
        }
        None => {
            let known: Vec<_> = known.iter().map(EnvironmentName::as_str).collect();
            failure.advise(format!("there are: {}", known.join(", ")))
        }
    }
}

/// Moves the wanted environment before the others, or fails as there is none of that name.
pub(super) fn put_first(wanted: &EnvironmentName, names: &mut [EnvironmentName]) -> Outcome {
    match names.iter().position(|name| name == wanted) {
        Some(at) => names[..=at].rotate_right(1),
        None => return Err(unknown_environment(wanted, names)),
    }
    Ok(())
}

/// The known name that `text` may be a typing error of.
#[must_use]
pub(super) fn nearest<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &&str| {
        let most = if text.len().min(candidate.len()) > 5 { 2 } else { 1 };
        // `eu-1` beside `eu-2` is a series, not a typing error.
        let letters = |s: &str| s.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        strsim::damerau_levenshtein(text, candidate) <= most && letters(text) != letters(candidate)
    };
    known.filter(near).min_by_key(|candidate| strsim::damerau_levenshtein(text, candidate))
}

/// A word as a shell reads it.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/@_-.,=:+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_error_is_near_and_a_series_is_not() {
        let known = || ["prod", "staging", "eu-1"].into_iter();
        assert_eq!(nearest("prd", known()), Some("prod"));
        assert_eq!(nearest("stagign", known()), Some("staging"));
        for other in ["dev", "eu-2", "prod-eu", "test"] {
            assert_eq!(nearest(other, known()), None, "{other}");
        }
    }
}
