use clap::Args;
use clap_complete::Shell;

use super::failure::Outcome;
use super::session::Session;

/// Print a completion script for a shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
    /// The name that this program is called by [default: as it was called now]
    #[arg(long, value_name = "NAME")]
    bin_name: Option<String>,
}

impl Completions {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let name = self.bin_name.as_deref().unwrap_or(session.program());
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), name, &mut script);
        Ok(session.ui.data(script)?)
    }
}
