//! keyctl: a local, age-encrypted vault for API keys.
//!
//! One program makes keys per environment, rotates them in the stages add → migrate → remove
//! without cutting anybody off, writes what services read, and tells offline whether a key is good.
//! This library is the whole program but for its `main`; it is public so that tests can reach it,
//! and it promises no stable interface. The command line, its exit codes and the file formats are
//! what is kept stable.
//!
//! # The house
//!
//! A module imports only from lower levels, or from its own without cycles; a test reads the
//! imports and fails on one that goes up.
//!
//! | level | modules | rule |
//! | --- | --- | --- |
//! | base | [`secret`], [`clock`], [`paths`], [`fs`] | `fs` alone opens files for writing; `clock` alone reads the time |
//! | ui | [`ui`] | imports only base; knows no key and no vault |
//! | domain | [`environment`], [`key`], [`rotation`], [`due`] | pure: no file, no clock, no terminal |
//! | vault | [`vault`] | `vault::seal` alone touches age; `vault::store` is open → edit → commit |
//! | services | [`drift`], [`evidence`], [`export`], [`import`], [`scan`], [`verify`] | values in, values out; an exporter returns bytes and never writes |
//! | cli | [`cli`] | one file for each verb; `cli::failure` alone turns errors into advice and exit codes |
//!
//! A new export format is a file in `export/`, a variant of [`export::Format`] and its tests.
//!
//! # Words
//!
//! - A *vault* is a directory with one encrypted file for each *environment*.
//! - A *key* (`prod/web`) has *versions* (`prod/web@2`); each holds one *secret*, the string that
//!   clients send, and is in one [state](key::State).
//! - The *accept list* is what services must accept: every version that is pending, active or
//!   retiring, and not expired. *Active* is the one that clients send.
//! - A *fingerprint*, `sha256:` and 12 hex digits, is what people compare; the *digest* is all 64.
//! - An *artifact* is what is written for one consumer; the *manifest* is the signed index of an
//!   environment without any value.
//! - *Identity* and *recipient* are age's words.
//!
//! # What a commit does
//!
//! It takes the vault's lock, reads and proves the newest file, edits, encrypts the next generation
//! to a temporary file, syncs and reads that back, keeps the old file as a backup, renames, and
//! syncs the directory. A command that exits 0 has reached the disk; one that fails leaves the
//! vault as it was; two at once never lose a write. Each environment's document is signed by a key
//! that lies inside it and is pinned on this machine, so a file that somebody else made, or put
//! back, is noticed.
//!
//! The formats are described where they are written: [`key::token`], [`vault::document`],
//! [`vault::manifest`].

pub mod cli;
pub mod clock;
pub mod drift;
pub mod due;
pub mod environment;
pub mod evidence;
pub mod export;
pub mod fs;
pub mod import;
pub mod key;
pub mod paths;
pub mod rotation;
pub mod scan;
pub mod secret;
pub mod ui;
pub mod vault;
pub mod verify;
