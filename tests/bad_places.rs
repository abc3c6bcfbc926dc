//! Vaults and environment files that are not what they should be: each time the documented exit
//! code, a message that names the thing, the next step, and not a byte changed.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use common::Place;
use keyctl::vault::document::Document;
use keyctl::vault::seal;

/// Commands that read `prod`, and commands that change it.
const READING: [&str; 9] = [
    "list --unlock --env prod",
    "list --env prod",
    "show prod/web",
    "export --env prod",
    "log --env prod",
    "recipients list --env prod",
    "rotate status --env prod",
    "status --env prod",
    "env list --env prod",
];
const CHANGING: [&str; 11] = [
    "new prod/other",
    "set prod/web --owner me",
    "revoke prod/web --reason x --yes",
    "restore prod/web",
    "purge --env prod",
    "rotate add prod/web",
    "rotate back prod/web",
    "env set prod --grace 1d",
    "env remove prod --force --yes",
    "recipients remove ana --env prod --yes",
    "recipients accept --env prod --yes",
];

fn lines() -> impl Iterator<Item = &'static str> {
    READING.into_iter().chain(CHANGING)
}

/// A home with the key `prod/web`.
fn place() -> Place {
    let place = Place::ready();
    place.ok("new prod/web");
    place
}

/// What is inside `prod.age`.
fn document(place: &Place) -> String {
    let sealed = fs::read(place.vault_file("prod.age")).unwrap();
    let text = seal::decrypt(&sealed, &[place.unlocked()]).unwrap();
    String::from_utf8(text.to_vec()).unwrap()
}

/// The text with another body, signed with the vault's own key as a newer keyctl would.
fn signed(text: &str, body: &str) -> String {
    let document = Document::from_text(text).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
    let signature = document.signer.sign(&[b"keyctl document 1\n", digest.as_ref()].concat());
    format!("format = 1\nsignature = \"{signature}\"\n{body}")
}

/// Puts a text into `prod.age`.
fn put(place: &Place, text: &str) {
    let sealed = seal::encrypt(text.as_bytes(), &[place.unlocked().recipient()]).unwrap();
    fs::write(place.vault_file("prod.age"), sealed).unwrap();
}

#[test]
fn without_a_vault_every_command_names_init() {
    let place = Place::new();
    let dir = place.vault().to_str().unwrap().to_owned();
    for line in lines().chain(["new", "rotate", "purge", "env add prod", "show web"]) {
        let says = ["there is no vault at", &dir, "make one: keyctl init", "--vault DIR"];
        place.refuses(1, line, &says);
    }
    let secret = self::place().secret("prod/web", 1);
    place.call("verify").stdin(secret).refused(1, &["there is no vault at", &dir]);
    let named = ["there is no vault at elsewhere", "keyctl init --vault=elsewhere"];
    place.refuses(1, "list --vault elsewhere", &named);
}

#[test]
fn without_a_vault_the_form_of_a_secret_is_still_told() {
    let place = Place::new();
    let ended = place.call("verify").stdin("sk_prod_x").run();
    assert_eq!(ended.code, 3, "{ended}");
    assert_eq!(ended.stdout, "malformed: it is cut off: 9 characters instead of 44 [form]\n");
}

#[test]
fn a_vault_that_is_a_file_or_a_link_is_refused() {
    let place = place();
    let file = place.write("file", "text");
    let link = place.outside("link");
    symlink(place.vault(), &link).unwrap();
    let dangling = place.outside("dangling");
    symlink("nowhere", &dangling).unwrap();
    for line in lines().chain(["init"]) {
        let no_directory = format!("{file} is not a directory");
        place.call(line).env("KEYCTL_VAULT", &file).refused(1, &[&no_directory]);
        for link in [&link, &dangling] {
            let link = link.to_str().unwrap();
            let a_link = format!("{link} is a symbolic link");
            let says = [&a_link, "name the place itself"];
            place.call(line).env("KEYCTL_VAULT", link).refused(7, &says);
        }
    }
}

#[test]
fn init_makes_no_identity_for_a_vault_that_cannot_be() {
    let place = Place::new();
    let file = place.write("file", "text");
    let init = place.call("init --no-passphrase").env("KEYCTL_VAULT", &file);
    init.refused(1, &["is not a directory"]);
    assert!(!place.config().exists());
}

#[test]
fn a_vault_that_others_can_write_to_is_refused() {
    let place = place();
    for mode in [0o770, 0o702, 0o777] {
        fs::set_permissions(place.vault(), PermissionsExt::from_mode(mode)).unwrap();
        let dir = place.vault().display();
        let says = [format!("other users can write to {dir}"), format!("chmod go-w {dir}")];
        for line in lines().chain(["init"]) {
            place.refuses(7, line, &[&says[0], &says[1]]);
        }
    }
    fs::set_permissions(place.vault(), PermissionsExt::from_mode(0o750)).unwrap();
    place.ok("list");
}

#[test]
fn a_vault_of_another_user_is_refused() {
    let place = place();
    if chown(place.vault(), Some(12345), None).is_err() {
        eprintln!("skipped: only root can give a directory away");
        return;
    }
    for line in lines() {
        place.refuses(7, line, &["belongs to another user", "--vault DIR"]);
    }
    chown(place.vault(), Some(0), None).unwrap();
}

#[test]
fn an_environment_file_that_is_no_file_is_refused() {
    let place = place();
    let file = place.vault_file("prod.age");
    let kept = place.outside("prod.age");
    fs::rename(&file, &kept).unwrap();
    symlink(&kept, &file).unwrap();
    for line in lines() {
        place.refuses(7, line, &["prod.age is a symbolic link", "name the place itself"]);
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    for line in lines() {
        place.refuses(1, line, &["prod.age is not a regular file"]);
    }
    fs::remove_dir(&file).unwrap();
    assert!(Command::new("mkfifo").arg(&file).status().unwrap().success());
    for line in lines() {
        place.refuses(1, line, &["prod.age is not a regular file"]);
    }
}

#[test]
fn a_damaged_environment_file_is_told_by_what_is_wrong() {
    let place = place();
    let whole = fs::read(place.vault_file("prod.age")).unwrap();
    let armored = format!(
        "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n",
        BASE64_STANDARD.encode(&whole[..48])
    );
    for (bytes, why) in [
        (&b""[..], "the file is empty"),
        (&whole[..1], "the file is cut short"),
        (&whole[..100], "the file is cut short"),
        (b"age-encryption.org/v2\n-> X25519 x\n", "unknown version"),
        (b"\x00\xff\x1b[2Jgarbage", "not an age file"),
        (armored.as_bytes(), "an armored age file instead of a binary one"),
    ] {
        fs::write(place.vault_file("prod.age"), bytes).unwrap();
        for line in lines() {
            place.refuses(6, line, &["environment prod: ", why, "backups", "prod.age"]);
        }
        let verify = place.call("verify --env prod").stdin("sk_prod_x");
        verify.refused(6, &["environment prod: ", why]);
    }
    // The header is whole, so the manifest still fits: only unlocking sees what follows.
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for bytes in [&whole[..whole.len() / 2], &whole[..whole.len() - 1], &flipped] {
        fs::write(place.vault_file("prod.age"), bytes).unwrap();
        let unlocking = ["list --unlock", "show prod/web", "export --env prod", "log --env prod"];
        for line in unlocking.into_iter().chain(CHANGING) {
            let why = "the file is damaged: its content was changed or cut short";
            place.refuses(6, line, &["environment prod: ", why, "backups", "prod.age"]);
        }
    }
    fs::write(place.vault_file("prod.age"), whole).unwrap();
    place.ok("show prod/web");
}

#[test]
fn a_file_that_opens_but_is_no_document_is_refused() {
    let place = place();
    let text = document(&place);
    let edited = text.replace("state = \"active\"", "state = \"retired\"");
    assert_ne!(edited, text);
    let cut = text[..text.len() / 2].rsplit_once('\n').unwrap().0;
    for (text, why) in [
        ("", "its text is not a keyctl document"),
        ("hello\n", "its text is not a keyctl document"),
        ("format = 0\n", "its text is not a keyctl document"),
        (&edited, "its signature does not fit its content"),
        (cut, ""),
    ] {
        put(&place, text);
        for line in lines() {
            place.refuses(6, line, &["environment prod: ", why, "backups"]);
        }
    }
}

#[test]
fn a_document_of_a_newer_keyctl_is_refused_with_that_reason() {
    let place = place();
    let text = document(&place);
    let format = text.replacen("format = 1", "format = 2", 1);
    let body = text.splitn(3, '\n').nth(2).unwrap();
    assert_eq!(signed(&text, body), text);
    let field = body.replacen("\n[policy]\n", "\n[policy]\ncolour = \"red\"\n", 1);
    let field = signed(&text, &field);
    let table = signed(&text, &format!("{body}\n[teams]\nname = \"x\"\n"));
    for (text, why) in [
        (format, "it is in format 2, which only a newer keyctl reads (this one: 1)"),
        (field, "[policy] has a field `colour`, which only a newer keyctl knows"),
        (table, "it has a table [teams], which only a newer keyctl knows"),
    ] {
        put(&place, &text);
        for line in lines() {
            place.refuses(1, line, &[why, "install a newer keyctl"]);
        }
    }
}

#[test]
fn a_file_under_another_environments_name_is_refused() {
    let place = place();
    place.ok("new --env dev");
    fs::copy(place.vault_file("dev.age"), place.vault_file("prod.age")).unwrap();
    for line in lines() {
        place.refuses(6, line, &["the file of environment prod holds environment dev", "backups"]);
    }
    fs::rename(place.vault_file("dev.age"), place.vault_file("stage.age")).unwrap();
    let says = ["the file of environment stage holds environment dev"];
    place.refuses(6, "list --env stage", &says);
}

/// A directory that nothing can be made in, until this is dropped.
struct ReadOnly(PathBuf);

impl ReadOnly {
    /// `None` where there is no way, as for root on many file systems.
    fn make(dir: &Path) -> Option<Self> {
        let guard = Self(dir.to_path_buf());
        let probe = dir.join("probe");
        let writable = || fs::write(&probe, "").is_ok();
        fs::set_permissions(dir, PermissionsExt::from_mode(0o500)).unwrap();
        if !writable() {
            return Some(guard);
        }
        fs::remove_file(&probe).unwrap();
        let _ = Command::new("chattr").arg("+i").arg(dir).output();
        if !writable() {
            return Some(guard);
        }
        fs::remove_file(&probe).unwrap();
        None
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let _ = Command::new("chattr").arg("-i").arg(&self.0).output();
        let _ = fs::set_permissions(&self.0, PermissionsExt::from_mode(0o700));
    }
}

#[test]
fn a_vault_that_cannot_be_written_is_read_and_not_changed() {
    let place = place();
    place.ok("rotate add prod/web");
    let Some(_guard) = ReadOnly::make(place.vault()) else {
        eprintln!("skipped: nothing makes a directory read-only for this user here");
        return;
    };
    let before = place.snapshot();
    for line in READING {
        place.ok(line);
    }
    before.assert_same(&place.snapshot(), "reading");
    for line in [
        "new prod/other",
        "new dev/x",
        "set prod/web --owner me",
        "revoke prod/web --reason x --yes",
        "rotate migrate prod/web --yes",
        "rotate back prod/web",
        "env set prod --grace 1d",
        "env add dev",
    ] {
        place.refuses(1, line, &["cannot write ", place.vault().to_str().unwrap(), "ls -la"]);
    }
}

#[test]
fn a_state_directory_that_cannot_be_written_stops_no_reader() {
    let place = place();
    fs::remove_dir_all(place.state()).unwrap();
    fs::create_dir_all(place.state()).unwrap();
    let Some(_guard) = ReadOnly::make(&place.state()) else {
        eprintln!("skipped: nothing makes a directory read-only for this user here");
        return;
    };
    place.ok("show prod/web");
    place.ok("list");
    let says = ["cannot create", place.state().to_str().unwrap()].map(ToOwned::to_owned);
    place.refuses(1, "new prod/x", &[&says[0], &says[1]]);
}
