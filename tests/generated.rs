//! The man pages and completion scripts in the repository are what the command line's definition
//! makes. `KEYCTL_BLESS=1 cargo test --test generated` writes them anew.
#![allow(clippy::disallowed_methods, reason = "tests write where the program may not")]
#![allow(clippy::unwrap_used, reason = "a test that fails should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

/// The file names and contents that a directory should have.
type Pages = BTreeMap<String, Vec<u8>>;

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn compare(name: &str, wanted: &Pages) {
    let dir = directory(name);
    if std::env::var_os("KEYCTL_BLESS").is_some() {
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        for (file, content) in wanted {
            fs::write(dir.join(file), content).unwrap();
        }
    }
    let there: Vec<String> = fs::read_dir(&dir)
        .map(|entries| entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    let stale: Vec<&String> = there.iter().filter(|file| !wanted.contains_key(*file)).collect();
    assert!(stale.is_empty(), "{name}/ has files that nothing makes: {stale:?}");
    for (file, content) in wanted {
        let found = fs::read(dir.join(file)).unwrap_or_default();
        assert!(
            found == *content,
            "{name}/{file} is stale: run KEYCTL_BLESS=1 cargo test --test generated"
        );
    }
}

fn page(command: &Command, name: &str, pages: &mut Pages) {
    let version = env!("CARGO_PKG_VERSION");
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .section("1")
        .date("2026-11-22")
        .source(format!("keyctl {version}"))
        .manual("keyctl manual");
    let mut text = Vec::new();
    man.render(&mut text).unwrap();
    pages.insert(format!("{name}.1"), text);
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let full = format!("{name}-{}", sub.get_name());
        page(&sub.clone().display_name(full.clone()), &full, pages);
    }
}

#[test]
fn man_pages_are_what_the_definition_makes() {
    let mut command = keyctl::cli::command();
    command.build();
    let mut pages = Pages::new();
    page(&command, "keyctl", &mut pages);
    assert!(pages.len() > 20, "one page for each command");
    compare("man", &pages);
}

#[test]
fn completions_are_what_the_definition_makes() {
    let mut scripts = Pages::new();
    for (shell, file) in [
        (Shell::Bash, "keyctl.bash"),
        (Shell::Zsh, "_keyctl"),
        (Shell::Fish, "keyctl.fish"),
        (Shell::Elvish, "keyctl.elv"),
        (Shell::PowerShell, "_keyctl.ps1"),
    ] {
        let mut script = Vec::new();
        generate(shell, &mut keyctl::cli::command(), "keyctl", &mut script);
        scripts.insert(file.to_owned(), script);
    }
    compare("completions", &scripts);
}
