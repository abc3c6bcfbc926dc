//! A `.env` file: `NAME='K1,K2'`, read the same by docker compose (`.env` and `env_file:`),
//! python-dotenv, dotenv of Node.js and a shell's `. file`.
//!
//! Single quotes are what they agree on: without any they differ about `#`, in double ones about
//! `$` and the backslash. Where they still differ a secret is refused: a shell has no escapes
//! between single quotes and the others have some, and python-dotenv replaces `${NAME}` even there.

use zeroize::Zeroizing;

use super::{Contents, ExportError, Names, lines};

/// A line for each variable, its value in single quotes.
#[derive(Debug, Clone)]
pub struct Dotenv {
    /// What the variables are called.
    pub names: Names,
}

impl Dotenv {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        contents.refuse_unfit("a .env file", unfit)?;
        Ok(lines(&contents.variables(&self.names)?, ["", "='", "'\n"], |_| None))
    }
}

/// What of a secret is not read the same by all.
fn unfit(secret: &str) -> Option<&'static str> {
    if secret.contains("${") {
        Some("python-dotenv takes a part of it for a variable")
    } else if secret.contains(|c: char| matches!(c, '\'' | '\\') || c.is_control()) {
        Some("its readers do not agree on a quote or backslash in it")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::unfit;

    #[test]
    fn what_its_readers_read_differently_is_unfit() {
        for bad in ["a${HOME}", "${", "it's", r"a\b", "a\nb"] {
            assert!(unfit(bad).is_some(), "{bad}");
        }
        for good in ["a$b", "$$", "{$}", "#a", "a#b", "`a`", "!!", "a=b", "%a%"] {
            assert_eq!(unfit(good), None, "{good}");
        }
    }
}
