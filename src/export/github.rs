//! A step of a GitHub workflow: `NAME=value` lines for the file that `GITHUB_ENV` names, which later
//! steps get as variables, and beside it a command to mask each secret, which works only on the
//! step's own standard output.
//!
//! A line of the file is split at its first `=` and the rest is taken verbatim; the form with a
//! delimiter is for values of several lines, and a secret is none. In a command, `%` is written
//! `%25`.

use zeroize::Zeroizing;

use super::{Artifact, Contents, Entry, ExportError, File, Names, lines};

const MASK: &[u8] = b"::add-mask::";

/// Masks, and a line for each variable.
#[derive(Debug, Clone)]
pub struct Github {
    /// What the variables are called.
    pub names: Names,
}

impl Github {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Artifact, ExportError> {
        contents.refuse_unfit("a workflow's file of variables", |secret| {
            secret.contains(char::is_control).then_some("it is more than one line of text")
        })?;
        let variables = contents.variables(&self.names)?;
        let bytes = lines(&variables, ["", "=", "\n"], |_| None);
        let secrets: Vec<_> = contents.keys.iter().chain(&contents.secrets).collect();
        Ok(Artifact { files: vec![File { name: None, bytes }], beside: masks(&secrets) })
    }
}

fn masks(secrets: &[&Entry<'_>]) -> Zeroizing<Vec<u8>> {
    let size = |secret: &str| secret.bytes().map(|b| if b == b'%' { 3 } else { 1 }).sum::<usize>();
    let sizes = secrets.iter().map(|one| MASK.len() + size(one.secret.expose()) + 1);
    let mut masks = Zeroizing::new(Vec::with_capacity(sizes.sum()));
    for entry in secrets {
        masks.extend_from_slice(MASK);
        for byte in entry.secret.expose().bytes() {
            match byte {
                b'%' => masks.extend_from_slice(b"%25"),
                _ => masks.push(byte),
            }
        }
        masks.push(b'\n');
    }
    masks
}
