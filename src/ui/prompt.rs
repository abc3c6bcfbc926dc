//! Questions on the terminal itself, so that stdin stays free for data.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Write as _};

use dialoguer::Select;
use dialoguer::console::{Term, truncate_str};
use dialoguer::theme::Theme;

use super::sanitize::clean;
use super::terminal::{Guard, Keys, Mode};
use crate::secret::Secret;

/// Why there is no answer.
#[derive(Debug)]
pub enum PromptError {
    /// There is no terminal, or prompts are not allowed.
    NoTerminal,
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the terminal went away.
    Closed,
    /// The two passphrases differed, three times.
    Mismatch,
    /// The terminal failed.
    Io(io::Error),
}

impl fmt::Display for PromptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTerminal => f.write_str("there is no terminal to ask on"),
            Self::Interrupted => f.write_str("interrupted"),
            Self::Closed => f.write_str("no answer was given"),
            Self::Mismatch => f.write_str("the two entries differed three times"),
            Self::Io(error) => write!(f, "cannot use the terminal: {error}"),
        }
    }
}

impl std::error::Error for PromptError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for PromptError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::Interrupted => Self::Interrupted,
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Io(error),
        }
    }
}

/// A terminal to ask on, from [`Ui::prompt`](super::Ui::prompt). Labels and items are escaped.
#[derive(Debug)]
pub struct Prompt {
    tty: File,
    dumb: bool,
}

impl Prompt {
    pub(super) fn new(tty: File, dumb: bool) -> Self {
        Self { tty, dumb }
    }

    /// Asks for a secret; nothing of it is shown.
    pub fn hidden(&self, label: &str) -> Result<Secret, PromptError> {
        self.read_hidden(&Guard::new(&self.tty, Mode::Hidden)?, label)
    }

    /// Asks for a new passphrase, twice, until both are the same and not empty.
    ///
    /// # Errors
    /// [`PromptError::Mismatch`] after three rounds.
    pub fn new_passphrase(&self, label: &str) -> Result<Secret, PromptError> {
        // One guard for all rounds: what is typed between two questions is not shown either.
        let guard = Guard::new(&self.tty, Mode::Hidden)?;
        for left in (0..3).rev() {
            let first = loop {
                let first = self.read_hidden(&guard, label)?;
                if !first.is_empty() {
                    break first;
                }
                self.show("It must not be empty.\n")?;
            };
            if self.read_hidden(&guard, &format!("{label} (again)"))?.matches(&first) {
                return Ok(first);
            }
            self.show(if left > 0 { "The two differ. Try again.\n" } else { "The two differ.\n" })?;
        }
        Err(PromptError::Mismatch)
    }

    /// Asks for a line of text; an empty answer is the default, or stays empty without one.
    pub fn line(&self, label: &str, default: Option<&str>) -> Result<String, PromptError> {
        let question = match default {
            Some(default) => format!("{label} [{default}]: "),
            None => format!("{label}: "),
        };
        let answer = self.read_line(&question)?;
        Ok(if answer.is_empty() { default.unwrap_or_default().to_owned() } else { answer })
    }

    /// Asks until the answer is yes or no; an empty one is the default.
    pub fn confirm(&self, question: &str, default: bool) -> Result<bool, PromptError> {
        let question = format!("{question} {} ", if default { "[Y/n]" } else { "[y/N]" });
        loop {
            match self.read_line(&question)?.to_ascii_lowercase().as_str() {
                "" => return Ok(default),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => self.show("Please answer yes or no.\n")?,
            }
        }
    }

    /// Lets the user pick one of `items`; the answer is its index. Escape or `q` gives none.
    pub fn select(&self, question: &str, items: &[String]) -> Result<usize, PromptError> {
        if items.is_empty() {
            return Err(PromptError::Io(io::ErrorKind::InvalidInput.into()));
        }
        if self.dumb {
            return self.select_by_number(question, items);
        }
        let _guard = Guard::new(&self.tty, Mode::Menu)?;
        let term = Term::read_write_pair(self.tty.try_clone()?, self.tty.try_clone()?);
        // An item that wraps would be drawn over.
        let room = usize::from(term.size().1).saturating_sub(3);
        Select::with_theme(&AsWritten)
            .with_prompt(clean(question))
            .items(items.iter().map(|item| truncate_str(&clean(item), room, "…").into_owned()))
            .default(0)
            .report(true)
            .interact_on_opt(&term)
            .map_err(|dialoguer::Error::IO(error)| error)?
            .ok_or(PromptError::Closed)
    }

    fn select_by_number(&self, question: &str, items: &[String]) -> Result<usize, PromptError> {
        self.show(&format!("{}\n", clean(question)))?;
        for (number, item) in (1..).zip(items) {
            self.show(&format!("{number:>3}  {}\n", clean(item)))?;
        }
        let question = format!("Number (1-{}): ", items.len());
        loop {
            match self.read_line(&question)?.parse::<usize>() {
                Ok(number) if (1..=items.len()).contains(&number) => return Ok(number - 1),
                _ => self.show("There is no such number.\n")?,
            }
        }
    }

    fn read_hidden(&self, guard: &Guard, label: &str) -> Result<Secret, PromptError> {
        let keys = guard.keys()?;
        self.show(&format!("{}: ", clean(label)))?;
        let config = rpassword::ConfigBuilder::new().input_reader(keys).output_discard().build();
        let typed = rpassword::read_password_with_config(config).map(Secret::new);
        self.show("\n")?;
        Ok(typed?)
    }

    fn read_line(&self, question: &str) -> Result<String, PromptError> {
        let guard = Guard::new(&self.tty, Mode::Line)?;
        self.show(&clean(question))?;
        let line = take_line(guard.keys()?);
        if line.is_err() {
            self.show("\n")?;
        }
        Ok(line?)
    }

    fn show(&self, text: &str) -> io::Result<()> {
        (&self.tty).write_all(text.as_bytes())
    }
}

/// A menu's question ends as it is written: no colon comes after its question mark.
struct AsWritten;

impl Theme for AsWritten {
    fn format_select_prompt(&self, f: &mut dyn fmt::Write, question: &str) -> fmt::Result {
        f.write_str(question)
    }

    fn format_select_prompt_selection(
        &self,
        f: &mut dyn fmt::Write,
        question: &str,
        chosen: &str,
    ) -> fmt::Result {
        write!(f, "{question} {chosen}")
    }
}

/// Byte by byte, as later lines belong to later questions; std's own line readers go on after
/// `Interrupted`.
fn take_line(mut keys: Keys) -> io::Result<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while keys.read(&mut byte)? > 0 && byte != *b"\n" {
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).trim().to_owned())
}
