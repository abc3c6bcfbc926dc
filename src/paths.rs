//! Where things are: a flag, then an environment variable (read by the command line's definition),
//! then the platform's own directories.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The three places keyctl uses. They are apart on purpose: a vault can be in a repository that a
/// team shares, an identity is one person's, and pins are what this machine has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The vault: one `.age` and one `.manifest` file for each environment, backups, the lock.
    pub vault: PathBuf,
    /// `identity.age` or `identity.txt`.
    pub config: PathBuf,
    /// Pins: the last signer, generation and recipients seen of each environment.
    pub state: PathBuf,
}

impl Paths {
    /// The platform's directories, with `vault` in place of the default one when it is given.
    ///
    /// `None` when there is no home directory to start from.
    #[must_use]
    pub fn resolve(vault: Option<&Path>) -> Option<Self> {
        let dirs = ProjectDirs::from("", "", "keyctl")?;
        let state =
            dirs.state_dir().map_or_else(|| dirs.data_local_dir().join("state"), Path::to_path_buf);
        let data = dirs.data_dir();
        // Where a platform has one directory for both, as macOS, an identity would lie among the
        // environments and be taken for one.
        let own = if data == dirs.config_dir() { data.join("vault") } else { data.to_path_buf() };
        Some(Self {
            // A slash at the end would follow a link that is refused without it.
            vault: vault.unwrap_or(&own).components().collect(),
            config: dirs.config_dir().to_path_buf(),
            state,
        })
    }

    /// The identity that a passphrase protects.
    #[must_use]
    pub fn protected_identity(&self) -> PathBuf {
        self.config.join("identity.age")
    }

    /// The identity that only file permissions protect.
    #[must_use]
    pub fn plain_identity(&self) -> PathBuf {
        self.config.join("identity.txt")
    }
}
