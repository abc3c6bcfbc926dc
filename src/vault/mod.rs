//! The vault: one directory, one encrypted file for each environment.

pub mod carried;
pub mod document;
pub mod error;
pub mod event;
pub mod index;
mod line;
pub mod manifest;
pub mod pin;
pub mod seal;
pub mod signer;
pub mod store;
pub mod trust;
