//! keyctl: a local, age-encrypted vault for API keys.

pub mod cli;
pub mod clock;
pub mod environment;
pub mod export;
pub mod fs;
pub mod key;
pub mod paths;
pub mod rotation;
pub mod secret;
pub mod ui;
pub mod vault;
pub mod verify;
