//! `--clip`: a secret goes to the clipboard, on no command line, and is taken away again unless
//! something else was copied. The programs that reach the clipboard are stood in for by scripts that
//! keep it in a file.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::Place;

/// Like the real one it stays behind, with all that it was given open.
const XCLIP: &str = r#"#!/bin/sh
echo "xclip $*" >>"$CLIPBOARD.calls"
case "$*" in
*-o) test -s "$CLIPBOARD" && exec cat "$CLIPBOARD"; exit 1 ;;
*) cat >"$CLIPBOARD.new" && mv "$CLIPBOARD.new" "$CLIPBOARD" ;;
esac
sleep 20 &
"#;
const WL_COPY: &str = r#"#!/bin/sh
echo "wl-copy $*" >>"$CLIPBOARD.calls"
case "$*" in
*--clear) : >"$CLIPBOARD" ;;
*) cat >"$CLIPBOARD" ;;
esac
"#;
const WL_PASTE: &str = "#!/bin/sh\nexec cat \"$CLIPBOARD\"\n";
const BROKEN: &str = "#!/bin/sh\nexit 1\n";

/// A place whose `PATH` has what scripts need, and no program that reaches a clipboard.
fn bare() -> Place {
    let mut place = Place::ready();
    let bin = place.outside("bin");
    fs::create_dir(&bin).unwrap();
    let path = std::env::var("PATH").unwrap();
    for program in ["sh", "cat", "mv", "sleep", "setsid", "test"] {
        let found = path.split(':').map(|dir| PathBuf::from(dir).join(program));
        if let Some(found) = found.into_iter().find(|file| file.exists()) {
            symlink(found, bin.join(program)).unwrap();
        }
    }
    let clipboard = place.outside("clipboard");
    place.set("PATH", bin.to_str().unwrap());
    place.set("CLIPBOARD", clipboard.to_str().unwrap());
    place.set("KEYCTL_CLIP_SECONDS", "1");
    place
}

fn install(place: &Place, name: &str, script: &str) {
    let file = place.outside("bin").join(name);
    fs::write(&file, script).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A place with a display and a clipboard of X11.
fn ready() -> Place {
    let mut place = bare();
    place.set("DISPLAY", ":99");
    install(&place, "xclip", XCLIP);
    place
}

fn clipboard(place: &Place) -> String {
    fs::read_to_string(place.outside("clipboard")).unwrap_or_default()
}

/// Waits until the clipboard is empty; whether it became so.
fn becomes_empty(place: &Place) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(15) {
        if clipboard(place).is_empty() {
            return true;
        }
        sleep(Duration::from_millis(50));
    }
    false
}

/// The command lines and variables of all processes that name this place's clipboard.
fn told_to_processes(place: &Place) -> String {
    let marker = place.outside("clipboard").display().to_string();
    let mut told = String::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let read = |name: &str| fs::read(entry.path().join(name)).unwrap_or_default();
        let environ = String::from_utf8_lossy(&read("environ")).into_owned();
        let line = String::from_utf8_lossy(&read("cmdline")).into_owned();
        if environ.contains(&marker) || line.contains("__clear-clipboard") {
            told.extend([line, environ]);
        }
    }
    told
}

#[test]
fn a_secret_is_copied_and_then_taken_away() {
    let place = ready();
    place.ok("new prod/web --no-show");
    let secret = place.secret("prod/web", 1);
    let start = Instant::now();
    let ended = place.run("show prod/web --clip");
    assert!(start.elapsed() < Duration::from_secs(15), "it waits for what stays behind");
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{ended}");
    let says = "prod/web@1 copied to the clipboard; it is cleared in 1 s\n";
    assert_eq!(ended.stderr, says);
    assert_eq!(clipboard(&place), secret);
    assert!(!told_to_processes(&place).contains(&secret));
    assert!(becomes_empty(&place));
    let calls = fs::read_to_string(place.outside("clipboard.calls")).unwrap();
    assert!(calls.starts_with("xclip -selection clipboard\n"), "{calls}");
    assert!(!calls.contains(&secret), "{calls}");
}

#[test]
fn what_was_copied_since_stays() {
    let place = ready();
    place.ok("new prod/web --no-show");
    place.ok("show prod/web --clip");
    fs::write(place.outside("clipboard"), "a shopping list").unwrap();
    sleep(Duration::from_millis(2500));
    assert_eq!(clipboard(&place), "a shopping list");
}

#[test]
fn each_verb_copies_its_one_value() {
    let place = ready();
    let made = place.run("new prod/web --clip");
    assert_eq!((made.code, made.stdout.as_str()), (0, ""), "{made}");
    let web = place.secret("prod/web", 1);
    assert_eq!(clipboard(&place), web);
    assert!(!made.stderr.contains(&web), "{made}");
    // A report has no value in it, and may go along.
    let report = place.json("new prod/batch --clip");
    assert_eq!(report["key"]["key"], "prod/batch");
    let batch = place.secret("prod/batch", 1);
    assert_eq!(clipboard(&place), batch);
    place.ok("export prod/web --client --clip");
    assert_eq!(clipboard(&place), web);
    let list = place.run("export --env prod --clip");
    assert!(list.stderr.starts_with("2 secrets of prod copied"), "{list}");
    assert_eq!(clipboard(&place), format!("{batch},{web}"));
    place.ok("rotate add prod/web");
    place.ok("show prod/web --clip");
    assert_eq!(clipboard(&place), web);
    place.ok("show prod/web@2 --clip");
    assert_eq!(clipboard(&place), place.secret("prod/web", 2));
    place.ok("new prod/session-secret --kind secret --no-show");
    place.ok("export prod/session-secret --bare --clip");
    assert_eq!(clipboard(&place), place.secret("prod/session-secret", 1));
}

#[test]
fn wayland_comes_first_where_its_programs_are() {
    let mut place = ready();
    place.ok("new prod/web --no-show");
    place.set("WAYLAND_DISPLAY", "wayland-0");
    place.ok("show prod/web --clip");
    let calls = || fs::read_to_string(place.outside("clipboard.calls")).unwrap();
    assert!(calls().starts_with("xclip "), "{}", calls());
    install(&place, "wl-copy", WL_COPY);
    install(&place, "wl-paste", WL_PASTE);
    place.ok("show prod/web --clip");
    assert_eq!(clipboard(&place), place.secret("prod/web", 1));
    assert!(calls().contains("wl-copy --type text/plain\n"), "{}", calls());
    assert!(becomes_empty(&place));
}

#[test]
fn without_a_clipboard_nothing_is_made() {
    let mut place = bare();
    place.refuses(1, "new prod/web --clip", &["neither WAYLAND_DISPLAY nor DISPLAY", "pipe"]);
    place.set("DISPLAY", ":99");
    place.refuses(1, "new prod/web --clip", &["install xclip or xsel"]);
    place.set("WAYLAND_DISPLAY", "wayland-0");
    place.refuses(1, "new prod/web --clip", &["install wl-clipboard"]);
    for seconds in ["0", "soon", "3601", "-1"] {
        place.set("KEYCTL_CLIP_SECONDS", seconds);
        place.refuses(2, "new prod/web --clip", &["KEYCTL_CLIP_SECONDS"]);
    }
}

#[test]
fn a_clipboard_that_fails_is_told() {
    let place = ready();
    install(&place, "xclip", BROKEN);
    let says = place.fails(1, "new prod/web --clip");
    assert!(says.contains("cannot copy to the clipboard"), "{says}");
    assert!(says.contains("keyctl show prod/web --reveal"), "{says}");
    assert_eq!(place.states("prod/web"), ["active"]);
    place.refuses(1, "show prod/web --clip", &["cannot copy to the clipboard"]);
}

#[test]
fn what_makes_no_sense_together_is_refused() {
    let place = ready();
    place.ok("new prod/web --no-show");
    for (line, code) in [
        ("show prod/web --clip --reveal", 2),
        ("show prod/web --clip --json", 2),
        ("new prod/x --clip --no-show", 2),
        ("new prod/x --clip --reveal --json", 2),
        ("export --env prod --clip -o f", 2),
        ("export --env prod --clip --target x", 2),
        ("export --env prod --clip --k8s", 2),
        ("export --env prod --clip --var X", 2),
        ("export --env prod --clip --shell sh", 2),
        ("show prod/web@7 --clip", 1),
    ] {
        place.refuses(code, line, &[]);
    }
    let dry = place.run("new prod/x --clip --dry-run");
    assert_eq!((dry.code, clipboard(&place).as_str()), (0, ""), "{dry}");
    place.ok("revoke prod/web --reason test --yes");
    place.refuses(1, "show prod/web --clip", &["prod/web has no active version"]);
    place.refuses(1, "show prod/web@1 --clip", &["prod/web@1 is revoked: its secret is gone"]);
    assert_eq!(clipboard(&place), "");
}
