//! How the program talks to people and to other programs. The rules:
//!
//! - **Data goes to stdout**: what the user asked for and nothing else, so that a pipe gets it
//!   clean. A failing write is an error that travels to the caller.
//! - **Messages go to stderr**: what happened, warnings, errors, hints. Unsafe characters are
//!   escaped, never a secret is among them, and a failing write is ignored.
//! - **The clipboard** gets what was asked for by name, through programs that reach it.
//! - **Prompts go to the terminal itself**, whatever stdin and stdout are; without a terminal there
//!   is no prompt, but an error.
//!
//! Nothing here knows a vault or a key: callers hand over rows, documents and sentences.

pub mod clipboard;
pub mod color;
mod json;
pub mod progress;
pub mod prompt;
pub mod sanitize;
pub mod table;
pub mod terminal;

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};

use rustix::stdio;
use rustix::termios::tcgetwinsize;
use serde::Serialize;

use color::{Choice, Style};
use prompt::{Prompt, PromptError};
use table::Table;

/// What flags and environment say about output; the caller has read them.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag or a variable of its own")]
pub struct Settings {
    /// `--color`.
    pub color: Choice,
    /// `--quiet`: warnings, errors and hints only.
    pub quiet: bool,
    /// `--verbose`: details too.
    pub verbose: bool,
    /// Whether prompts are allowed; false with `--no-input`.
    pub input: bool,
    /// `NO_COLOR` is set and not empty.
    pub no_color_env: bool,
    /// `TERM` is `dumb`.
    pub dumb_terminal: bool,
    /// `COLUMNS`, when it holds a number.
    pub columns_env: Option<u16>,
}

/// The one way out to stdout, stderr and the terminal.
#[derive(Debug)]
pub struct Ui {
    settings: Settings,
    out: Stream,
    err: Stream,
    width: usize,
}

#[derive(Debug, Clone, Copy)]
struct Stream {
    terminal: bool,
    color: bool,
}

impl Stream {
    fn new(terminal: bool, settings: &Settings) -> Self {
        let color = match settings.color {
            Choice::Always => true,
            Choice::Never => false,
            Choice::Auto => terminal && !settings.no_color_env && !settings.dumb_terminal,
        };
        Self { terminal, color }
    }
}

impl Ui {
    /// Looks at stdout and stderr once, each by itself.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let terminal_width = || tcgetwinsize(stdio::stdout()).ok().map(|size| size.ws_col);
        Self {
            settings: settings.clone(),
            out: Stream::new(io::stdout().is_terminal(), settings),
            err: Stream::new(io::stderr().is_terminal(), settings),
            width: settings
                .columns_env
                .or_else(terminal_width)
                .filter(|&columns| columns > 0)
                .unwrap_or(80)
                .into(),
        }
    }

    /// Writes bytes to stdout, verbatim.
    pub fn data(&self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        Stdout.write_all(bytes.as_ref())
    }

    /// Writes a value and a newline to stdout. The value is not escaped.
    pub fn line(&self, text: &str) -> io::Result<()> {
        self.data([text, "\n"].concat())
    }

    /// Writes a table to stdout; in a pipe every row is one line.
    pub fn table(&self, table: &Table) -> io::Result<()> {
        let width = self.out.terminal.then_some(self.width);
        self.data(table.render(width, self.out.color))
    }

    /// Writes a JSON report to stdout: `schema`, then the fields of `value`, which must serialise
    /// as a map.
    pub fn json<T: Serialize>(&self, schema: &str, value: &T) -> io::Result<()> {
        self.data(json::render(schema, value)?)
    }

    /// The text of such a report, pretty or, with `is_line`, in one line.
    pub fn json_text<T: Serialize>(
        &self,
        schema: &str,
        value: &T,
        is_line: bool,
    ) -> io::Result<String> {
        Ok(if is_line { json::line(schema, value)? } else { json::render(schema, value)? })
    }

    /// The result of an action.
    pub fn say(&self, text: &str) {
        if !self.settings.quiet {
            self.message("", None, text);
        }
    }

    /// Something worth knowing besides the result.
    pub fn note(&self, text: &str) {
        if !self.settings.quiet {
            self.message("note: ", Some(Style::Dim), text);
        }
    }

    /// Something worth knowing when looking for a reason.
    pub fn detail(&self, text: &str) {
        if self.settings.verbose {
            self.message("", None, text);
        }
    }

    /// Something that needs attention, but did not stop the command.
    pub fn warn(&self, text: &str) {
        self.message("warning: ", Some(Style::Warn), text);
    }

    /// What stopped the command.
    pub fn error(&self, text: &str) {
        self.message("error: ", Some(Style::Bad), text);
    }

    /// What to do about it.
    pub fn hint(&self, text: &str) {
        self.message("hint: ", Some(Style::Accent), text);
    }

    /// The terminal to ask on.
    ///
    /// # Errors
    /// [`PromptError::NoTerminal`] when there is none, or input is not allowed.
    #[expect(clippy::disallowed_methods, reason = "a device, not a file of ours")]
    pub fn prompt(&self) -> Result<Prompt, PromptError> {
        if !self.settings.input {
            return Err(PromptError::NoTerminal);
        }
        File::options()
            .read(true)
            .write(true)
            .open("/dev/tty")
            .ok()
            .filter(File::is_terminal)
            .map(|tty| Prompt::new(tty, self.settings.dumb_terminal))
            .ok_or(PromptError::NoTerminal)
    }

    /// Whether stderr can show a line and erase it again, and may.
    fn is_live(&self) -> bool {
        self.err.terminal && !self.settings.quiet && !self.settings.dumb_terminal
    }

    /// Later lines are indented to stand under the first.
    fn message(&self, prefix: &str, style: Option<Style>, text: &str) {
        let text = sanitize::clean_lines(text).replace('\n', &format!("\n{:1$}", "", prefix.len()));
        let prefix = style.map_or_else(String::new, |style| style.paint(prefix, self.err.color));
        self.tell(&format!("{prefix}{text}\n"));
    }

    #[expect(clippy::unused_self, reason = "stderr belongs to the one Ui")]
    fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// Stdout without std's buffer, which would keep a copy of what was last written: a secret.
struct Stdout;

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(stdio::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, PromptError, Settings, Stream, Ui};

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_terminal() {
        let color = |color, no_color_env, dumb_terminal, terminal| {
            let settings = Settings { color, no_color_env, dumb_terminal, ..Settings::default() };
            Stream::new(terminal, &settings).color
        };
        assert!(color(Choice::Always, true, true, false));
        assert!(!color(Choice::Never, false, false, true));
        assert!(color(Choice::Auto, false, false, true));
        assert!(!color(Choice::Auto, false, false, false));
        assert!(!color(Choice::Auto, true, false, true));
        assert!(!color(Choice::Auto, false, true, true));
    }

    #[test]
    fn columns_decide_the_width() {
        let width =
            |columns| Ui::new(&Settings { columns_env: columns, ..Settings::default() }).width;
        assert_eq!(width(Some(132)), 132);
        assert_eq!(width(Some(0)), 80);
    }

    #[test]
    fn without_input_there_is_no_prompt() {
        let ui = Ui::new(&Settings::default());
        assert!(matches!(ui.prompt(), Err(PromptError::NoTerminal)));
    }
}
