//! chapkit and servicekit: `NAME=K1,K2`, split at commas by the reader, which strips each part,
//! drops empty ones and takes the rest verbatim, quotes included. So nothing is quoted, unless a
//! shell reads it first.
//!
//! `.with_auth()` reads `SERVICEKIT_API_KEYS` in every published version; `CHAPKIT_API_KEYS` works
//! where the application says `.with_auth(env_var="CHAPKIT_API_KEYS")`.

use zeroize::Zeroizing;

use super::{Contents, ExportError, Names, bare, lines};

/// `NAME=K1,K2`, or the value alone.
#[derive(Debug, Clone)]
pub struct Chapkit {
    /// The names; `None` writes the value alone.
    pub names: Option<Names>,
    /// The shell that sets the variables; `None` writes them for no shell.
    pub shell: Option<Shell>,
}

/// What evaluates the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// Any shell of the POSIX kind: sh, bash, dash, ksh, zsh.
    Sh,
    /// fish.
    Fish,
    /// PowerShell.
    Pwsh,
}

impl Shell {
    /// What stands before the name, between it and the value, and after.
    fn frame(self) -> [&'static str; 3] {
        match self {
            Self::Sh => ["export ", "='", "'\n"],
            Self::Fish => ["set -gx ", " '", "'\n"],
            Self::Pwsh => ["$Env:", " = '", "'\n"],
        }
    }

    /// What stands for a byte between single quotes; `None`: the byte itself.
    fn escape(self, byte: u8) -> Option<&'static str> {
        match (self, byte) {
            (Self::Sh, b'\'') => Some(r"'\''"),
            (Self::Fish, b'\'') => Some(r"\'"),
            (Self::Fish, b'\\') => Some(r"\\"),
            (Self::Pwsh, b'\'') => Some("''"),
            _ => None,
        }
    }
}

impl Chapkit {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let Some(names) = &self.names else {
            return bare(contents.one("a value alone")?);
        };
        let variables = contents.variables(names)?;
        Ok(match self.shell {
            None => lines(&variables, ["", "=", "\n"], |_| None),
            Some(shell) => lines(&variables, shell.frame(), |byte| shell.escape(byte)),
        })
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::Shell;
    use crate::export::{Assignment, lines};

    #[test]
    fn each_shell_has_its_own_way_to_write_what_it_reads_otherwise() {
        let value = Zeroizing::new(br"a'b\c$d`e!".to_vec());
        let variables = [Assignment { name: "N".parse().unwrap(), value }];
        for (shell, written) in [
            (Shell::Sh, "export N='a'\\''b\\c$d`e!'\n"),
            (Shell::Fish, "set -gx N 'a\\'b\\\\c$d`e!'\n"),
            (Shell::Pwsh, "$Env:N = 'a''b\\c$d`e!'\n"),
        ] {
            let bytes = lines(&variables, shell.frame(), |byte| shell.escape(byte));
            assert_eq!(str::from_utf8(&bytes), Ok(written));
            assert_eq!(bytes.capacity(), bytes.len(), "it was sized first");
        }
    }
}
