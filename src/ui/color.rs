//! When to colour, and what a colour stands for.

use std::fmt;
use std::str::FromStr;

/// What the user asked for with `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// Colour on a terminal, unless `NO_COLOR` or a dumb terminal says otherwise.
    #[default]
    Auto,
    /// Colour everywhere, in pipes too.
    Always,
    /// No colour at all.
    Never,
}

impl FromStr for Choice {
    type Err = UnknownChoice;

    fn from_str(text: &str) -> Result<Self, UnknownChoice> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(UnknownChoice),
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        })
    }
}

/// The text names no [`Choice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownChoice;

impl fmt::Display for UnknownChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected auto, always or never")
    }
}

impl std::error::Error for UnknownChoice {}

/// What a piece of text means; never the only carrier of that meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As it should be.
    Good,
    /// Needs attention.
    Warn,
    /// Wrong.
    Bad,
    /// Of less interest.
    Dim,
    /// A name, a command to type.
    Accent,
}

/// Ends every style.
pub(super) const RESET: &str = "\x1b[0m";

impl Style {
    /// The escape sequence that begins this style.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Good => "\x1b[32m",
            Self::Warn => "\x1b[33m",
            Self::Bad => "\x1b[31m",
            Self::Dim => "\x1b[2m",
            Self::Accent => "\x1b[36m",
        }
    }

    /// `text` in this style when `color` is on, else as it is.
    pub(super) fn paint(self, text: &str, color: bool) -> String {
        if color { format!("{}{text}{RESET}", self.begin()) } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Style, UnknownChoice};

    #[test]
    fn choices_are_read_as_they_are_written() {
        for choice in [Choice::Auto, Choice::Always, Choice::Never] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert_eq!("Auto".parse::<Choice>(), Err(UnknownChoice));
    }

    #[test]
    fn without_colour_the_text_is_untouched() {
        assert_eq!(Style::Bad.paint("x", false), "x");
        assert_eq!(Style::Bad.paint("x", true), "\x1b[31mx\x1b[0m");
    }
}
