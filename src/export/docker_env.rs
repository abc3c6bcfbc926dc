//! `docker run --env-file`: `NAME=value`, taken verbatim up to the end of the line. Nothing is
//! quoted, as quotes would become part of the value.

use zeroize::Zeroizing;

use super::{Contents, ExportError, Names, lines};

/// The longest line that docker reads, in bytes without its end: it reads into a buffer of 64 KiB.
const MOST: usize = 64 * 1024 - 1;

/// A line for each variable.
#[derive(Debug, Clone)]
pub struct DockerEnv {
    /// What the variables are called.
    pub names: Names,
}

impl DockerEnv {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        contents.refuse_unfit("a file for --env-file", |secret| {
            secret.contains(char::is_control).then_some("it is more than one line of text")
        })?;
        let variables = contents.variables(&self.names)?;
        for variable in &variables {
            let bytes = variable.name.as_str().len() + "=".len() + variable.value.len();
            if bytes > MOST {
                let what = format!("the line of {}", variable.name);
                return Err(ExportError::TooLarge { what, bytes, most: MOST });
            }
        }
        Ok(lines(&variables, ["", "=", "\n"], |_| None))
    }
}
