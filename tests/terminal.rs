//! What a person meets at a terminal: the questions, what is shown of the answers, every way to
//! break off, and what happens where there is no terminal. All through a real pseudo-terminal.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;

use common::log::gateway;
use common::{PROGRAM, Place, Snapshot, Words};
use rexpect::process::{Signal, WaitStatus};
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use rustix::termios::{LocalModes, tcgetattr};

const PASSPHRASE: &str = "correct horse";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const CTRL_U: &str = "\x15";
const BACKSPACE: &str = "\x7f";
const ESCAPE: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const ENTER: &str = "\r";

/// The program at a terminal of 24 lines and 80 columns, with a person before it.
struct Terminal {
    session: PtySession,
    /// Another handle of the terminal, to ask for its modes.
    device: File,
    seen: String,
    typed: Vec<String>,
}

impl Terminal {
    fn run(place: &Place, args: impl Words) -> Self {
        Self::start(place, "exec \"$KEYCTL\" \"$@\"", args)
    }

    /// A line of shell, in which `$KEYCTL` is the program.
    fn shell(place: &Place, line: &str) -> Self {
        Self::start(place, line, "")
    }

    fn start(place: &Place, line: &str, args: impl Words) -> Self {
        let mut command = place.bare("/bin/sh");
        // Terminals echo; the one that is made here does not before it is told to.
        command
            .env("KEYCTL", PROGRAM)
            .args(["-c", &format!("stty echo rows 24 cols 80; {line}"), "sh"])
            .args(args.words());
        let options = Options::new().timeout_ms(Some(20_000));
        let session = spawn_with_options(command, options).unwrap();
        let device = session.process().get_file_handle().unwrap();
        Self { session, device, seen: String::new(), typed: Vec::new() }
    }

    /// Waits until this is on the screen.
    #[track_caller]
    fn sees(&mut self, text: &str) -> &mut Self {
        match self.session.exp_string(text) {
            Ok(before) => self.seen.extend([&before, text]),
            Err(error) => panic!("no \"{text}\" after {:?}: {error}", self.seen),
        }
        self
    }

    /// Waits for a question whose answer must not be seen.
    #[track_caller]
    fn asks_unseen(&mut self, question: &str) -> &mut Self {
        self.sees(question);
        assert!(!self.modes().contains(LocalModes::ECHO), "the answer to {question} is shown");
        self
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
        self
    }

    /// Answers a question that shows what is typed.
    fn answers(&mut self, text: &str) -> &mut Self {
        self.press(text).press(ENTER)
    }

    /// Answers a question whose answer must never be seen.
    fn types_unseen(&mut self, text: &str) -> &mut Self {
        self.typed.push(text.to_owned());
        self.answers(text)
    }

    fn modes(&self) -> LocalModes {
        tcgetattr(&self.device).unwrap().local_modes
    }

    /// Waits for the end: the terminal is as it was, and nothing unseen was ever shown.
    #[track_caller]
    fn ends(mut self, code: i32) -> String {
        match self.session.exp_eof() {
            Ok(rest) => self.seen.push_str(&rest),
            Err(error) => panic!("no end after {:?}: {error}", self.seen),
        }
        let status = match self.session.process().wait().unwrap() {
            WaitStatus::Exited(_, code) => code,
            WaitStatus::Signaled(_, signal, _) => 128 + signal as i32,
            other => panic!("{other:?}"),
        };
        assert_eq!(status, code, "{}", self.seen);
        let sane = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        assert!(self.modes().contains(sane), "the terminal is left in {:?}", self.modes());
        for typed in self.typed.iter().filter(|typed| !typed.is_empty()) {
            assert!(!self.seen.contains(typed), "{typed} is on the screen: {}", self.seen);
        }
        self.seen.replace('\r', "")
    }
}

/// A home before a terminal that can move its cursor.
fn at_terminal(mut place: Place) -> Place {
    place.set("TERM", "xterm");
    place.set("NO_COLOR", "1");
    place
}

fn empty() -> Place {
    at_terminal(Place::new())
}

/// A home whose identity has no passphrase, with keys.
fn with_keys(keys: &[&str]) -> Place {
    let place = at_terminal(Place::ready());
    for key in keys {
        place.ok(["new", key, "--no-show"]);
    }
    place
}

/// A home whose identity has a passphrase, with the key `prod/web`; and the passphrase's file.
fn locked() -> (Place, String) {
    let place = empty();
    let file = place.write("passphrase", format!("{PASSPHRASE}\n"));
    place.ok(["init", "--passphrase-file", &file]);
    place.ok(["new", "prod/web", "--no-show", "--passphrase-file", &file]);
    (place, file)
}

fn export(place: &Place, passphrase: &str) -> common::Ended {
    let args = ["export", "--env", "prod", "--docker", "--passphrase-file", "-"];
    place.call(args).stdin(passphrase).run()
}

fn has_files(snapshot: &Snapshot) -> bool {
    snapshot.files().any(|(path, _)| path.is_file())
}

/// The screen's last line, without what moved the cursor to it.
fn last_line(screen: &str) -> &str {
    let line = screen.trim_end().lines().last().unwrap();
    match line.rsplit_once('\x1b') {
        Some((_, rest)) => rest.split_once(char::is_alphabetic).unwrap().1,
        None => line,
    }
}

// --- The first key ------------------------------------------------------------------------------

#[test]
fn the_first_key_makes_a_vault_and_asks_for_its_passphrase_twice_and_no_more() {
    let place = empty();
    let mut terminal = Terminal::run(&place, "new --env prod");
    terminal.sees("Create a vault in ").sees("? [Y/n] ").answers("");
    terminal.asks_unseen("New passphrase: ").types_unseen(PASSPHRASE);
    terminal.asks_unseen("New passphrase (again): ").types_unseen(PASSPHRASE);
    let screen = terminal.ends(0);

    let secret = last_line(&screen);
    assert!(secret.starts_with("sk_prod_"), "{screen}");
    assert_eq!(export(&place, PASSPHRASE).stdout, format!("{secret}\n"));
    assert_eq!(export(&place, "another").code, 4);
    let identity = place.config().join("identity.age");
    assert_eq!(identity.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_passphrase_that_comes_through_a_pipe_makes_the_vault_and_the_key_too() {
    let place = empty();
    let line = "echo correct horse | \"$KEYCTL\" new prod/web --passphrase-file -";
    let mut terminal = Terminal::shell(&place, line);
    terminal.sees("? [Y/n] ").answers("y");
    let screen = terminal.ends(0);
    assert_eq!(export(&place, PASSPHRASE).stdout.trim_end(), last_line(&screen));
}

#[test]
fn two_passphrases_that_differ_or_are_empty_are_asked_for_again() {
    let place = empty();
    let mut terminal = Terminal::run(&place, "new --env prod");
    terminal.sees("? [Y/n] ").answers("perhaps");
    terminal.sees("Please answer yes or no.").sees("? [Y/n] ").answers("YES");
    terminal.asks_unseen("New passphrase: ").types_unseen("first one");
    terminal.asks_unseen("(again): ").types_unseen("second one");
    terminal.sees("The two differ. Try again.");
    terminal.asks_unseen("New passphrase: ").types_unseen("");
    terminal.sees("It must not be empty.");
    terminal.asks_unseen("New passphrase: ").types_unseen(PASSPHRASE);
    terminal.asks_unseen("(again): ").types_unseen(PASSPHRASE);
    terminal.ends(0);
    assert_eq!(export(&place, "first one").code, 4);
    assert_eq!(export(&place, PASSPHRASE).code, 0);
}

#[test]
fn three_pairs_that_differ_end_with_nothing_made() {
    let place = empty();
    let mut terminal = Terminal::run(&place, "init");
    for _ in 0..3 {
        terminal.asks_unseen("New passphrase: ").types_unseen("first one");
        terminal.asks_unseen("(again): ").types_unseen("second one");
    }
    let screen = terminal.ends(1);
    assert_eq!(screen.matches("Try again").count(), 2, "{screen}");
    assert!(screen.contains("error: the two entries differed three times"), "{screen}");
    assert!(!has_files(&place.snapshot()));
}

/// Goes through the first questions to the one with this number.
fn first_questions(place: &Place, number: usize) -> Terminal {
    let mut terminal = Terminal::run(place, "new --env prod");
    terminal.sees("? [Y/n] ");
    if number > 0 {
        terminal.answers("y").asks_unseen("New passphrase: ");
    }
    if number > 1 {
        terminal.types_unseen(PASSPHRASE).asks_unseen("(again): ");
    }
    terminal
}

#[test]
fn ctrl_c_at_any_of_the_first_questions_makes_nothing() {
    let place = empty();
    for number in 0..3 {
        let mut terminal = first_questions(&place, number);
        terminal.press(CTRL_C);
        let screen = terminal.ends(130);
        assert!(!screen.contains("error"), "it was the person's own wish: {screen}");
        assert!(!has_files(&place.snapshot()));
    }
}

#[test]
fn ctrl_d_at_any_of_the_first_questions_makes_nothing() {
    let place = empty();
    for number in 0..3 {
        let mut terminal = first_questions(&place, number);
        terminal.press(CTRL_D);
        let screen = terminal.ends(1);
        assert!(screen.contains("error: no answer was given"), "{screen}");
        assert!(!has_files(&place.snapshot()));
    }
}

#[test]
fn a_no_to_the_offer_makes_nothing() {
    let place = empty();
    let mut terminal = Terminal::run(&place, "new --env prod");
    terminal.sees("? [Y/n] ").answers("n");
    let screen = terminal.ends(1);
    assert!(screen.contains("nothing was changed"), "{screen}");
    assert!(!has_files(&place.snapshot()));
}

#[test]
fn what_is_missing_is_what_is_offered() {
    let place = with_keys(&["prod/web"]);
    fs::rename(place.identity(), place.outside("identity.txt")).unwrap();
    let mut terminal = Terminal::run(&place, "new --env prod");
    terminal.sees("There is no identity to unlock with. Make one? [y/N] ").answers("");
    terminal.ends(1);
}

#[test]
fn yes_answers_the_offer_but_never_the_passphrase() {
    let place = empty();
    let mut terminal = Terminal::run(&place, "new --env prod --yes");
    terminal.asks_unseen("New passphrase: ").types_unseen(PASSPHRASE);
    terminal.asks_unseen("(again): ").types_unseen(PASSPHRASE);
    let screen = terminal.ends(0);
    assert!(!screen.contains("Create a vault"), "{screen}");
}

// --- Passphrases --------------------------------------------------------------------------------

#[test]
fn a_wrong_passphrase_can_be_mended_twice() {
    let (place, _) = locked();
    let mut terminal = Terminal::run(&place, "export --docker");
    for _ in 0..2 {
        terminal.asks_unseen("identity.age: ").types_unseen("not this");
        terminal.sees("warning: wrong passphrase, try again");
    }
    terminal.asks_unseen("identity.age: ").types_unseen(PASSPHRASE);
    let screen = terminal.ends(0);
    assert_eq!(export(&place, PASSPHRASE).stdout.trim_end(), last_line(&screen));
}

#[test]
fn three_wrong_passphrases_end_it() {
    let (place, _) = locked();
    let before = place.snapshot();
    let mut terminal = Terminal::run(&place, "new prod/batch");
    for _ in 0..3 {
        terminal.asks_unseen("identity.age: ").types_unseen("not this");
    }
    let screen = terminal.ends(4);
    assert!(screen.contains("identity.age: wrong passphrase"), "{screen}");
    before.assert_same(&place.snapshot(), "three wrong passphrases");
}

#[test]
fn a_typing_error_can_be_taken_back() {
    let (place, _) = locked();
    for keys in [format!("correctX{BACKSPACE} horse"), format!("junk{CTRL_U}{PASSPHRASE}")] {
        let mut terminal = Terminal::run(&place, "export");
        terminal.asks_unseen("identity.age: ").types_unseen(&keys);
        terminal.ends(0);
    }
}

#[test]
fn ctrl_c_at_a_passphrase_changes_nothing_and_gives_the_terminal_back() {
    let (place, _) = locked();
    let before = place.snapshot();
    let mut terminal = Terminal::run(&place, "new prod/batch");
    terminal.asks_unseen("identity.age: ").press("corr").press(CTRL_C);
    terminal.ends(130);
    before.assert_same(&place.snapshot(), "Ctrl-C");
}

#[test]
fn a_signal_at_a_hidden_question_gives_the_terminal_back() {
    let (place, _) = locked();
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT] {
        let mut terminal = Terminal::run(&place, "export");
        terminal.asks_unseen("identity.age: ");
        terminal.session.process_mut().signal(signal).unwrap();
        terminal.ends(128 + signal as i32);
    }
}

#[test]
fn a_new_passphrase_takes_the_place_of_the_old_one() {
    let (place, _) = locked();
    let mut terminal = Terminal::run(&place, "passwd");
    terminal.asks_unseen("identity.age: ").types_unseen("not this");
    terminal.sees("wrong passphrase, try again");
    terminal.asks_unseen("identity.age: ").types_unseen(PASSPHRASE);
    terminal.asks_unseen("New passphrase: ").types_unseen("battery staple");
    terminal.asks_unseen("(again): ").types_unseen("battery staple");
    terminal.ends(0);
    assert_eq!(export(&place, PASSPHRASE).code, 4);
    assert_eq!(export(&place, "battery staple").code, 0);
}

#[test]
fn ctrl_c_at_a_new_passphrase_keeps_the_old_one() {
    let (place, _) = locked();
    let before = place.snapshot();
    let mut terminal = Terminal::run(&place, "passwd");
    terminal.asks_unseen("identity.age: ").types_unseen(PASSPHRASE);
    terminal.asks_unseen("New passphrase: ").types_unseen("battery staple");
    terminal.asks_unseen("(again): ").press(CTRL_C);
    terminal.ends(130);
    before.assert_same(&place.snapshot(), "Ctrl-C");
}

// --- Where the answers come from ----------------------------------------------------------------

#[test]
fn questions_come_on_the_terminal_whatever_stdin_and_stdout_are() {
    let (place, _) = locked();
    let line = "\"$KEYCTL\" new prod/batch </dev/null >out 2>err";
    let mut terminal = Terminal::shell(&place, line);
    terminal.asks_unseen("Passphrase for ").sees("identity.age: ").types_unseen(PASSPHRASE);
    let screen = terminal.ends(0);
    let read = |name| fs::read_to_string(place.home().join(name)).unwrap();
    let secret = read("out");
    assert_eq!(secret.lines().count(), 1);
    assert!(export(&place, PASSPHRASE).stdout.contains(&secret));
    assert!(!screen.contains(secret.trim_end()) && !read("err").contains(secret.trim_end()));
    assert!(read("err").contains("prod/batch@1 is active"), "{}", read("err"));

    let mut terminal = Terminal::shell(&place, "\"$KEYCTL\" new prod/cron | cat >out");
    terminal.asks_unseen("identity.age: ").types_unseen(PASSPHRASE);
    let screen = terminal.ends(0);
    assert!(read("out").starts_with("sk_prod_") && !screen.contains("sk_prod_"), "{screen}");
}

#[test]
fn every_source_of_a_passphrase_unlocks() {
    let (place, file) = locked();
    let bad = place.write("bad", "not this\n");
    let secret = export(&place, PASSPHRASE).stdout;
    let call = |flags: &[&str]| place.call([&["export", "--docker"], flags].concat().as_slice());
    assert_eq!(call(&["--passphrase-file", &file]).ok(), secret);
    assert_eq!(call(&["--passphrase-file", "-"]).stdin(PASSPHRASE).ok(), secret);
    assert_eq!(call(&["--passphrase-file", "-"]).stdin("correct horse\r\nmore").ok(), secret);
    assert_eq!(call(&["--passphrase-fd", "0"]).stdin(PASSPHRASE).ok(), secret);
    assert_eq!(call(&[]).env("KEYCTL_PASSPHRASE_FILE", &file).ok(), secret);
    // What is typed beats a variable.
    let call = call(&["--passphrase-file", &file]);
    assert_eq!(call.env("KEYCTL_PASSPHRASE_FILE", &bad).ok(), secret);

    let third = |redirection: &str| {
        let line = format!("exec \"$0\" export --docker --passphrase-fd 3 {redirection}");
        let mut command = place.bare("/bin/sh");
        command.args(["-c", &line, PROGRAM]).env("KEYCTL_PASSPHRASE_FILE", &bad);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert_eq!(third(&format!("3<'{file}'")), secret);
    assert_eq!(third("3<<E\ncorrect horse\nE"), secret);
}

#[test]
fn a_passphrase_that_cannot_be_had_or_is_wrong_is_named_by_its_source() {
    let (place, _) = locked();
    let bad = place.write("bad", "not this\n");
    let empty = place.write("empty", "\nsecond line\n");
    let gone = place.outside("gone").display().to_string();
    let says = |code, flags: &[&str], words: &[&str]| {
        let said = place.fails(code, [&["export"], flags].concat().as_slice());
        assert!(words.iter().all(|part| said.contains(part)), "{flags:?}: {said}");
    };
    says(4, &["--passphrase-file", &bad], &["identity.age: wrong passphrase"]);
    says(2, &["--passphrase-file", &empty], &[&empty, "is empty"]);
    says(1, &["--passphrase-file", &gone], &[&gone, "no such file"]);
    // A number that nobody has open: low ones may come from terminals of other tests.
    says(1, &["--passphrase-fd", "250"], &["/dev/fd/250"]);
    says(2, &["--passphrase-file", &bad, "--passphrase-fd", "3"], &["--passphrase-fd"]);
    says(2, &["--passphrase-file", "-"], &["is empty"]);
}

#[test]
fn a_secret_is_verified_without_being_seen() {
    let place = with_keys(&["prod/web"]);
    let secret = place.secret("prod/web", 1);
    let answer = |typed: &str, code| {
        let mut terminal = Terminal::run(&place, "verify --env prod");
        terminal.asks_unseen("Secret: ").types_unseen(typed);
        terminal.ends(code)
    };
    assert_eq!(last_line(&answer(&secret, 0)), "valid: prod/web@1 (active) [manifest]");
    assert!(answer(&secret[..20], 3).contains("malformed: "));
    assert!(answer("", 2).contains("error: there is no secret: nothing was typed"));
}

#[test]
fn every_identity_that_was_tried_is_named_with_its_reason() {
    let (place, file) = locked();
    let other = Place::ready();
    let stranger = other.identity().display().to_string();
    let own = place.config().join("identity.age").display().to_string();
    let garbage = place.write("garbage", "hello\n");
    let empty = place.write("empty", "");
    let gone = place.outside("gone").display().to_string();
    let bad = place.write("bad", "not this\n");
    let tried = [&own, &stranger, &garbage, &empty, &gone];
    let mut args = vec!["export", "--passphrase-file", &bad];
    args.extend(tried.iter().flat_map(|path| ["-i", path.as_str()]));
    let said = place.fails(4, args.as_slice());
    let reasons = [
        "wrong passphrase",
        "is not among its recipients",
        "line 1 is not a usable identity",
        "the file is empty",
        "no such file or directory",
    ];
    for (path, reason) in tried.iter().zip(reasons) {
        let line = said.lines().find(|line| line.contains(&format!("- {path}: ")));
        assert!(line.is_some_and(|line| line.ends_with(reason) || line.contains(reason)), "{said}");
    }
    assert!(said.contains("hint: "), "{said}");

    // One that fits is enough, wherever it stands.
    args[2] = &file;
    place.ok(args.as_slice());
    let unasked = place.fails(4, ["export", "-i", &own, "-i", &gone]);
    assert!(unasked.contains(&format!("- {own}: it needs a passphrase")), "{unasked}");
}

// --- Choices and consent ------------------------------------------------------------------------

#[test]
fn the_guided_rotation_goes_from_start_to_end_with_the_arrow_keys() {
    let place = with_keys(&["dev/app", "prod/batch", "prod/web"]);
    let mut terminal = Terminal::run(&place, "rotate");
    terminal.sees("What next?").sees("> dev/app").sees("prod/web").press(DOWN);
    terminal.sees("> prod/batch").press(DOWN).sees("> prod/web").press(ENTER);
    terminal.sees("[y/N] ").answers("y");
    let screen = terminal.ends(0);
    assert!(screen.contains("services must accept @1 and @2; clients send @1"), "{screen}");
    assert!(!screen.contains("?:"), "{screen}");
    assert_eq!(place.states("prod/web"), ["active", "pending"]);

    // From now on the open rotation comes first.
    let mut terminal = Terminal::run(&place, "rotate");
    terminal.sees("> prod/web").press(ENTER);
    terminal.sees("Have all services loaded the list with prod/web@2? [y/N] ").answers("y");
    let screen = terminal.ends(0);
    assert!(screen.contains("by 2026-11-29: keyctl rotate remove prod/web"), "{screen}");
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);

    let mut terminal = Terminal::run(&place, "rotate");
    terminal.sees("> prod/web").press(ENTER);
    terminal.sees("clients were told to send prod/web@2 0s ago");
    terminal.sees("Is prod/web@1 no longer sent by any client? [y/N] ").answers("y");
    terminal.ends(0);
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
    assert_eq!(place.states("prod/batch"), ["active"]);
}

#[test]
fn a_menu_can_be_left() {
    let place = with_keys(&["prod/batch", "prod/web"]);
    let before = place.snapshot();
    for (keys, code) in [(ESCAPE, 1), ("q", 1), (CTRL_C, 130)] {
        let mut terminal = Terminal::run(&place, "rotate");
        terminal.sees("> prod/batch").sees("prod/web").press(keys);
        let screen = terminal.ends(code);
        assert!(screen.contains("\x1b[?25h"), "the cursor stays hidden: {screen}");
    }
    before.assert_same(&place.snapshot(), "leaving the menu");
}

#[test]
fn only_a_yes_takes_a_stage() {
    let place = with_keys(&["prod/web"]);
    place.ok("rotate add prod/web");
    let before = place.snapshot();
    for (keys, code) in [("n\r", 1), (ENTER, 1), (CTRL_C, 130), (CTRL_D, 1)] {
        let mut terminal = Terminal::run(&place, "rotate migrate prod/web");
        terminal.sees("prod/web@2? [y/N] ").press(keys);
        terminal.ends(code);
        before.assert_same(&place.snapshot(), "a question without a yes");
    }
    let mut terminal = Terminal::run(&place, "rotate migrate prod/web");
    terminal.sees("[y/N] ").answers("yes");
    terminal.ends(0);
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
}

/// A no and an end, and the code that the program then ends with.
const WITHOUT_A_YES: [(&str, i32); 2] = [("n\r", 1), (CTRL_C, 130)];

/// The last of what the history has noted.
fn last_note(place: &Place) -> String {
    let report = place.json("log --env prod");
    let last = report["events"].as_array().unwrap().last().unwrap();
    last["note"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn every_question_of_a_rotation_wants_a_yes() {
    let leak = "rotate prod/web --compromised --reason leaked";
    for (stages, line, question, after) in [
        (
            &["add"][..],
            "rotate migrate prod/web",
            "Have all services loaded the list with prod/web@2? [y/N] ",
            &["retiring", "active"][..],
        ),
        (
            &["add", "migrate"],
            "rotate remove prod/web",
            "Is prod/web@1 no longer sent by any client? [y/N] ",
            &["retired", "active"],
        ),
        (
            &["add", "migrate"],
            "rotate back prod/web",
            "Clients will be told to send prod/web@1 again. Do all services accept it? [y/N] ",
            &["active", "pending"],
        ),
        (
            &["add", "migrate", "back"],
            "rotate back prod/web",
            "Clients may have been given prod/web@2. Does none send it? [y/N] ",
            &["active", "retired"],
        ),
        (
            &[],
            leak,
            "Clients that send prod/web@1 will be cut off. Revoke it for ever? [y/N] ",
            &["revoked", "active"],
        ),
        (
            &["add", "migrate"],
            leak,
            "Clients that send prod/web@1, prod/web@2 will be cut off. Revoke it for ever? [y/N] ",
            &["revoked", "revoked", "active"],
        ),
    ] {
        let place = with_keys(&["prod/web"]);
        for stage in stages {
            place.ok(["rotate", stage, "prod/web", "--yes"]);
        }
        let before = place.snapshot();
        for (keys, code) in WITHOUT_A_YES {
            let mut terminal = Terminal::run(&place, line);
            terminal.sees(question).press(keys);
            let screen = terminal.ends(code);
            assert_eq!(screen.contains("nothing was changed"), code == 1, "{screen}");
            before.assert_same(&place.snapshot(), line);
        }
        let mut terminal = Terminal::run(&place, line);
        terminal.sees(question).answers("y");
        terminal.ends(0);
        assert_eq!(place.states("prod/web"), after, "{line}");
        if line != leak {
            let asked = question.replace(" [y/N] ", " yes on the terminal");
            assert_eq!(last_note(&place), asked);
        }
    }
}

#[test]
fn what_takes_nothing_away_is_not_asked_about() {
    let place = with_keys(&["prod/web"]);
    for (stages, after) in [
        (&["rotate add prod/web"][..], ["active", "pending"]),
        (&["rotate back prod/web"], ["active", "retired"]),
    ] {
        for line in stages {
            let screen = Terminal::run(&place, *line).ends(0);
            assert!(!screen.contains("[y/N]"), "{screen}");
        }
        assert_eq!(place.states("prod/web"), after);
    }
    let place = with_keys(&["prod/web"]);
    for stage in ["add", "migrate", "remove"] {
        place.ok(["rotate", stage, "prod/web", "--yes"]);
    }
    let screen = Terminal::run(&place, "rotate back prod/web").ends(0);
    assert!(!screen.contains("[y/N]"), "{screen}");
    assert_eq!(place.states("prod/web"), ["retiring", "active"]);
}

#[test]
fn one_question_is_for_all_keys() {
    let mut place = with_keys(&["prod/api", "prod/web"]);
    let states = |place: &Place| [place.states("prod/api"), place.states("prod/web")];
    for (line, question, after) in [
        (
            "rotate --all --env prod",
            "start a rotation of 2 keys of prod? [y/N] ",
            &["active", "pending"],
        ),
        (
            "rotate migrate --all --env prod",
            "Have all services loaded the list with prod/api@2, prod/web@2? [y/N] ",
            &["retiring", "active"],
        ),
        (
            "rotate remove --all --env prod",
            "Are prod/api@1, prod/web@1 no longer sent by any client? [y/N] ",
            &["retired", "active"],
        ),
    ] {
        let before = place.snapshot();
        for (keys, code) in WITHOUT_A_YES {
            let mut terminal = Terminal::run(&place, line);
            terminal.sees(question).press(keys);
            terminal.ends(code);
            before.assert_same(&place.snapshot(), line);
        }
        let mut terminal = Terminal::run(&place, line);
        terminal.sees(question).answers("y");
        let screen = terminal.ends(0);
        assert_eq!(screen.matches("[y/N]").count(), 1, "{screen}");
        assert_eq!(states(&place), [after, after]);
        place.travel("2026-11-22T21:00:00Z");
    }
}

#[test]
fn a_removal_says_how_long_ago_clients_were_told() {
    let mut place = with_keys(&["prod/api", "prod/web"]);
    place.ok("rotate add --all --env prod");
    place.ok("rotate migrate prod/api --yes");
    place.travel("2026-11-22T19:00:00Z");
    place.ok("rotate migrate prod/web --yes");
    place.travel("2026-11-24T19:00:00Z");
    for (line, told) in [
        ("rotate remove prod/web", &["prod/web@2 2d ago"][..]),
        ("rotate prod/web", &["prod/web@2 2d ago"]),
        ("rotate remove --all --env prod", &["prod/api@2 2d ago", "prod/web@2 2d ago"]),
    ] {
        let mut terminal = Terminal::run(&place, line);
        for one in told {
            terminal.sees(&format!("clients were told to send {one}"));
        }
        terminal.sees("no longer sent by any client? [y/N] ").answers("n");
        terminal.ends(1);
    }
}

#[test]
fn logs_that_prove_a_stage_spare_the_question_and_others_come_before_it() {
    let mut place = with_keys(&["prod/web"]);
    place.ok("rotate add prod/web");
    place.travel("2026-11-22T17:00:00Z");
    let proof = place.write("proof.log", gateway("2026-11-22T16:30:00Z", "web-v2"));
    let unclear = place.write("unclear.log", gateway("2026-11-22T16:30:00Z", "web"));

    let before = place.snapshot();
    let line = format!("rotate migrate prod/web --log {unclear}");
    for (keys, code) in WITHOUT_A_YES {
        let mut terminal = Terminal::run(&place, &line);
        terminal.sees("prod/web: not provable:").sees("it takes a person's word");
        terminal.sees("Have all services loaded the list with prod/web@2? [y/N] ").press(keys);
        terminal.ends(code);
        before.assert_same(&place.snapshot(), &line);
    }
    let screen = Terminal::run(&place, &format!("rotate migrate prod/web --log {proof}")).ends(0);
    assert!(screen.contains("prod/web: pass: ") && !screen.contains("[y/N]"), "{screen}");

    place.travel("2026-11-23T17:00:00Z");
    let mut terminal = Terminal::run(&place, &format!("rotate remove prod/web --log {unclear}"));
    terminal.sees("prod/web: not provable:").sees("clients were told to send prod/web@2 24h ago");
    terminal.sees("Is prod/web@1 no longer sent by any client? [y/N] ").answers("y");
    terminal.ends(0);
    assert!(last_note(&place).ends_with("? yes on the terminal (logs not provable: 1)"));
    assert_eq!(place.states("prod/web"), ["retired", "active"]);
}

#[test]
fn nobody_is_asked_for_a_passphrase_to_see_where_rotations_stand() {
    let (place, file) = locked();
    place.ok(["rotate", "add", "prod/web", "--passphrase-file", &file]);
    for line in ["rotate status", "rotate status prod/web"] {
        let screen = Terminal::run(&place, line).ends(0);
        assert!(screen.contains("> 2026-11-22T16:00:00Z  now"), "{screen}");
        assert!(!screen.contains("Passphrase"), "{screen}");
        assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    }
}

#[test]
fn a_revocation_asks_why_and_whether() {
    let place = with_keys(&["prod/web"]);
    let before = place.snapshot();
    for (reason, code) in [("", 2), (CTRL_C, 130), (CTRL_D, 1)] {
        let mut terminal = Terminal::run(&place, "revoke prod/web");
        terminal.sees("Reason: ").answers(reason);
        terminal.ends(code);
    }
    let mut terminal = Terminal::run(&place, "revoke prod/web");
    terminal.sees("Reason: ").answers("laptop stolen");
    terminal.sees("Revoke prod/web@1 for ever? [y/N] ").answers("n");
    terminal.ends(1);
    before.assert_same(&place.snapshot(), "a revocation without a yes");

    let mut terminal = Terminal::run(&place, "revoke prod/web");
    terminal.sees("Reason: ").answers("laptop stolen");
    terminal.sees("[y/N] ").answers("y");
    terminal.ends(0);
    assert_eq!(place.states("prod/web"), ["revoked"]);
    assert!(place.ok("log prod/web").contains("laptop stolen"));
}

#[test]
fn one_of_several_environments_is_chosen() {
    let mut place = with_keys(&["dev/app", "prod/web"]);
    let secret = place.secret("prod/web", 1);
    let mut terminal = Terminal::run(&place, "export --docker");
    terminal.sees("Which environment?").sees("> dev").sees("prod").press(DOWN);
    terminal.sees("> prod").press(ENTER);
    assert_eq!(last_line(&terminal.ends(0)), secret);

    // Where the cursor cannot move, by number, and without any escape sequence.
    place.set("TERM", "dumb");
    let mut terminal = Terminal::run(&place, "export --docker");
    terminal.sees("Which environment?").sees("Number (1-2): ").answers("3");
    terminal.sees("There is no such number.").sees("Number (1-2): ").answers("2");
    let screen = terminal.ends(0);
    assert_eq!(last_line(&screen), secret);
    assert!(!screen.contains('\x1b'), "{screen:?}");
}

#[test]
fn an_environment_with_a_near_name_is_asked_about() {
    let place = with_keys(&["prod/web"]);
    let before = place.snapshot();
    let mut terminal = Terminal::run(&place, "new --env prd");
    terminal.sees("There is no environment prd, but prod. Make prd? [y/N] ").answers("");
    terminal.ends(1);
    before.assert_same(&place.snapshot(), "a near name without a yes");

    let mut terminal = Terminal::run(&place, "new --env prd");
    terminal.sees("[y/N] ").answers("y");
    assert!(last_line(&terminal.ends(0)).starts_with("sk_prd_"));
    let screen = Terminal::run(&place, "new --env prof --yes").ends(0);
    assert!(last_line(&screen).starts_with("sk_prof_"), "{screen}");
}

// --- Without a terminal -------------------------------------------------------------------------

#[test]
fn no_input_asks_nothing_at_a_terminal_either() {
    let (place, _) = locked();
    let screen = Terminal::run(&place, "export --no-input").ends(4);
    assert!(screen.contains("it needs a passphrase") && !screen.contains("Passphrase for"));
    let place = with_keys(&["dev/app", "prod/web"]);
    let screen = Terminal::run(&place, "export --no-input").ends(2);
    assert!(screen.contains("name one with --env: dev, prod"), "{screen}");
}

#[test]
fn a_status_asks_nothing_at_a_terminal_either() {
    let (place, _) = locked();
    let screen = Terminal::run(&place, "status").ends(0);
    assert_eq!(screen, "nothing is due until 2026-12-06\n");
    for name in ["prod.manifest", "dev.manifest"] {
        let _ = fs::remove_file(place.vault_file(name));
    }
    let screen = Terminal::run(&place, "status").ends(4);
    assert!(screen.contains("error: environment prod has no manifest to read"), "{screen}");
    assert!(!screen.contains("Passphrase for"), "{screen}");
    let place = with_keys(&["dev/app", "prod/web"]);
    let screen = Terminal::run(&place, "status web").ends(2);
    assert!(screen.contains("name one with --env: dev, prod"), "{screen}");
}

#[test]
fn a_status_fits_eighty_columns_whatever_keys_are_called() {
    let long = "nightly-accounting-import-of-a-branch-office";
    let mut place = with_keys(&["prod/web", &format!("staging/{long}")]);
    place.ok(["rotate", "add", &format!("staging/{long}")]);
    place.travel("2027-03-01T00:00:00Z");
    let screen = Terminal::run(&place, "status").ends(3);
    assert!(screen.contains("not migrated  2026-11-29, 91d ago"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
}

/// Runs each line without a terminal: it ends with the code, says a next step, changes nothing.
#[track_caller]
fn cannot_ask(place: &Place, lines: &[(i32, &str)]) {
    for (code, line) in lines {
        place.refuses(*code, *line, &["\nhint: "]);
    }
}

#[test]
fn without_a_terminal_a_vault_is_not_offered() {
    let place = empty();
    cannot_ask(&place, &[(2, "init"), (1, "new --env dev"), (1, "new --env dev --yes")]);
}

#[test]
fn without_a_terminal_a_passphrase_has_to_be_given() {
    let (place, _) = locked();
    let lines = "new prod/batch|show prod/web|set prod/web --owner ops|revoke prod/web|\
                 restore prod/web|purge|rotate add prod/web|rotate migrate prod/web|\
                 rotate remove prod/web|rotate back prod/web|export|log|env add dev|\
                 env set prod --code p|env remove prod|recipients list|recipients accept|\
                 list --unlock|passwd";
    let lines: Vec<_> = lines.split('|').map(|line| (4, line)).collect();
    cannot_ask(&place, &lines);
}

#[test]
fn without_a_terminal_a_choice_a_reason_and_a_yes_have_to_be_given() {
    let place = with_keys(&["dev/app", "prod/batch", "prod/web"]);
    place.ok("rotate add prod/web");
    cannot_ask(
        &place,
        &[
            (2, "new"),
            (2, "show web"),
            (2, "export"),
            (2, "log"),
            (2, "recipients list"),
            (2, "env set --code x"),
            (1, "new --env prd"),
            (2, "rotate add"),
            (7, "rotate migrate"),
            (7, "rotate migrate prod/web"),
            (7, "revoke prod/web --reason lost"),
            (7, "env remove dev --force"),
        ],
    );
    let said = place.fails(2, "revoke prod/web");
    assert!(said.contains("say --reason"), "{said}");
    let said = place.fails(7, "rotate");
    assert!(said.contains("hint: ") && said.contains("--yes"), "{said}");
    place.ok("rotate migrate prod/web --yes");
}

#[test]
fn a_rotation_with_a_quiet_time_fits_the_screen() {
    let place = with_keys(&["prod/web"]);
    place.ok("env set prod --quiet-for 24h");
    place.ok("rotate add prod/web");
    place.ok("rotate migrate prod/web --yes");
    let screen = Terminal::run(&place, "rotate status").ends(0);
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
}
