//! `run`: a program in keyctl's place, with the secrets in its variables and nowhere else.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use common::{PROGRAM, Place};
use rexpect::process::WaitStatus;
use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

fn with_keys() -> Place {
    let place = Place::ready();
    place.ok("new --env prod web --no-show");
    place.ok("new --env prod batch --no-show");
    place.ok("new --env prod session-secret --kind secret --no-show");
    place
}

/// Runs a line of shell under `keyctl run` and returns what it prints.
fn shell(place: &Place, options: &str, line: &str) -> String {
    let mut words = vec!["run".to_owned()];
    words.extend(options.split_whitespace().map(str::to_owned));
    words.extend(["--", "/bin/sh", "-c", line].map(str::to_owned));
    place.ok(words)
}

#[test]
fn a_program_gets_the_list_and_each_single_value() {
    let place = with_keys();
    let (web, batch) = (place.secret("prod/web", 1), place.secret("prod/batch", 1));
    let secret = place.secret("prod/session-secret", 1);
    let print = "printf '%s\\n' \"$CHAPKIT_API_KEYS\" \"$SESSION_SECRET\" \"$HOME\"";
    let home = place.home().display().to_string();
    assert_eq!(shell(&place, "--env prod", print), format!("{batch},{web}\n{secret}\n{home}\n"));
    assert_eq!(shell(&place, "--only prod/web", print), format!("{web}\n\n{home}\n"));
    let without = shell(&place, "--env prod --except web --except session-secret", print);
    assert_eq!(without, format!("{batch}\n\n{home}\n"));
    let named = "printf %s \"$KEY$CHAPKIT_API_KEYS\"";
    assert_eq!(shell(&place, "--only prod/web --client --var KEY", named), web);
    assert_eq!(shell(&place, "--only prod/session-secret --var KEY", named), secret);
}

#[test]
fn a_pristine_program_gets_nothing_else() {
    let place = with_keys();
    let printed = place.ok("run --env prod --pristine -- /usr/bin/env");
    let mut names: Vec<_> = printed.lines().map(|line| line.split('=').next().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["CHAPKIT_API_KEYS", "SESSION_SECRET"]);
}

#[test]
fn a_pristine_program_is_found_as_any_other() {
    let place = with_keys();
    let dir = place.outside("bin");
    fs::create_dir(&dir).unwrap();
    let tool = dir.join("my-tool");
    fs::write(&tool, "#!/bin/sh\necho found $0 ${PATH:+with a path}\n").unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", dir.display());
    let call = place.call("run --env prod --pristine -- my-tool").env("PATH", &path);
    assert!(call.ok().starts_with("found "));
    let call = place.call("run --env prod --pristine -- no-such-tool").env("PATH", &path);
    assert!(call.fails(127).contains("no-such-tool"));
}

#[test]
fn every_stage_of_a_rotation_is_what_a_program_gets() {
    let place = with_keys();
    place.ok("rotate add prod/web");
    let list = shell(&place, "--only prod/web", "printf %s \"$CHAPKIT_API_KEYS\"");
    assert_eq!(list, format!("{},{}", place.secret("prod/web", 1), place.secret("prod/web", 2)));
    // Of a single value there is one, whatever waits beside it.
    place.ok("rotate add prod/session-secret");
    let one = shell(&place, "--only prod/session-secret", "printf %s \"$SESSION_SECRET\"");
    assert_eq!(one, place.secret("prod/session-secret", 1));
    place.ok("rotate migrate prod/session-secret --yes");
    let one = shell(&place, "--only prod/session-secret", "printf %s \"$SESSION_SECRET\"");
    assert_eq!(one, place.secret("prod/session-secret", 2));
}

#[test]
fn every_exit_code_and_signal_is_the_programs_own() {
    let place = with_keys();
    for code in 0..=255 {
        let call = place.call(["run", "--env", "prod", "--", "sh", "-c", &format!("exit {code}")]);
        assert_eq!(call.run().code, code);
    }
    for signal in [9, 15] {
        let line = format!("kill -{signal} $$");
        let mut command = place.bare(PROGRAM);
        command.args(["run", "--env", "prod", "--", "/bin/sh", "-c", &line]);
        assert_eq!(command.status().unwrap().signal(), Some(signal));
    }
}

#[test]
fn a_signal_to_keyctl_reaches_the_program() {
    let place = with_keys();
    let line = "trap 'echo got TERM; exit 9' TERM; echo ready; while :; do sleep 0.05; done";
    let mut command = place.bare(PROGRAM);
    command.args(["run", "--env", "prod", "--", "/bin/sh", "-c", line]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut out, &mut first).unwrap();
    assert_eq!(first, "ready\n");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(9));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
    assert_eq!(rest, "got TERM\n");
}

#[test]
fn pipes_go_through_and_a_closed_one_ends_the_program() {
    let place = with_keys();
    let call = place.call("run --env prod -- cat").stdin("through\n");
    assert_eq!(call.ok(), "through\n");
    // A shell that ignores broken pipes would print its complaint here.
    let line = format!("{PROGRAM} run --env prod -- yes | head -n 1");
    let mut command = place.bare("/bin/sh");
    let output = command.args(["-c", &line]).output().unwrap();
    assert_eq!(output.stdout, b"y\n");
    assert_eq!(output.stderr, b"");
}

#[test]
fn no_secret_is_on_a_command_line() {
    let place = with_keys();
    let secret = place.secret("prod/web", 1);
    let mut command = place.bare(PROGRAM);
    command.args(["run", "--env", "prod", "--", "/bin/sh", "-c", "echo ready; read line"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut ready = [0; 6];
    std::io::Read::read_exact(&mut child.stdout.take().unwrap(), &mut ready).unwrap();
    let processes = fs::read_dir("/proc").into_iter().flatten();
    let holds = |file: std::path::PathBuf| {
        fs::read(file).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(&secret))
    };
    let mut lines = processes.map(|entry| entry.unwrap().path().join("cmdline"));
    let told = lines.any(holds);
    let given = holds(format!("/proc/{}/environ", child.id()).into());
    drop(child.stdin.take());
    child.wait().unwrap();
    if !fs::exists("/proc/self/environ").unwrap() {
        eprintln!("skipped: there is no /proc");
        return;
    }
    assert!(given && !told);
}

#[test]
fn the_program_is_left_with_the_limits_keyctl_had() {
    let place = with_keys();
    let line = format!(
        "ulimit -c; {PROGRAM} run --env prod -- /bin/sh -c 'ulimit -c; ulimit -Hc'; ulimit -Hc"
    );
    let output = place.bare("/bin/sh").args(["-c", &line]).output().unwrap();
    let limits = String::from_utf8(output.stdout).unwrap();
    let limits: Vec<_> = limits.lines().collect();
    assert_eq!((limits[0], limits[3]), (limits[1], limits[2]), "{limits:?}");
}

#[test]
fn a_megabyte_of_other_variables_goes_through() {
    let place = with_keys();
    let mut call = place.call("run --env prod -- /usr/bin/env");
    let value = "x".repeat(100_000);
    for number in 0..10 {
        call = call.env(&format!("LARGE_{number}"), &value);
    }
    let printed = call.ok();
    assert_eq!(printed.lines().filter(|line| line.ends_with(&value)).count(), 10);
    assert!(printed.contains("CHAPKIT_API_KEYS="));
}

#[test]
fn what_cannot_be_run_is_said_as_shells_say_it() {
    let place = with_keys();
    let says = place.fails(127, "run --env prod -- no-such-program");
    assert!(says.contains("no-such-program"), "{says}");
    let file = place.write("plain", "not a program\n");
    let says = place.fails(126, ["run", "--env", "prod", "--", &file]);
    assert!(says.contains("permission denied"), "{says}");
    let says = place.fails(2, "run --env prod");
    assert!(says.contains("COMMAND"), "{says}");
    for (words, code) in [
        ("run --only prod/none -- true", 1),
        ("run --except prod/none -- true", 1),
        ("run --only prod/web@1 -- true", 2),
        ("run --only prod/web --except prod/batch -- true", 2),
        ("run --env prod --client -- true", 2),
        ("run --env none -- true", 1),
    ] {
        let says = place.fails(code, words);
        assert!(says.lines().count() >= 2, "{words}: {says}");
    }
}

#[test]
fn at_a_terminal_the_program_is_in_front() {
    let place = with_keys();
    let mut command = place.bare(PROGRAM);
    let line = "test -t 0 && test -t 1 && stty size; trap 'echo interrupted; exit 7' INT; \
                echo ready; while :; do sleep 0.05; done";
    command.args(["run", "--env", "prod", "--", "/bin/sh", "-c", line]);
    let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
    session.exp_string("ready").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("interrupted").unwrap();
    session.exp_eof().unwrap();
    assert!(matches!(session.process().wait(), Ok(WaitStatus::Exited(_, 7))));
}

/// A full-screen program in a few lines of shell: it has the other screen and every key to itself,
/// says what is typed and, once a key follows, how large the terminal has become.
const FULL_SCREEN: &str = r#"
old=$(stty -g); stty raw -echo; printf '\033[?1049h'; trap 'stty size' WINCH; printf ready
while :; do
    key=$(dd bs=1 count=1 2>/dev/null | od -An -tx1)
    case $key in *71) break ;; *) printf '<%s>' "$key" ;; esac
done
stty "$old"; printf '\033[?1049l'
exit 3"#;

/// A shell at a terminal that says how `keyctl run` ended, and then waits.
/// Also the modes that the terminal had before.
fn at_a_terminal(place: &Place, program: &[&str]) -> (PtySession, LocalModes) {
    let mut command = place.bare("/bin/sh");
    let line = "stty echo; echo to begin; read line; \"$@\"; echo \"ended with $?\"; read line";
    command.args(["-c", line, "sh", PROGRAM, "run", "--env", "prod", "--"]).args(program);
    command.env("TERM", "xterm").env_remove("LESS");
    let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
    resize(&session, 30, 90);
    session.exp_string("to begin").unwrap();
    let before = modes(&session);
    assert!(before.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG));
    session.send_line("").unwrap();
    (session, before)
}

fn resize(session: &PtySession, rows: u16, columns: u16) {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(session.process().get_file_handle().unwrap(), size).unwrap();
}

/// The local modes of a terminal: whether it shows what is typed, by lines, with signals.
fn modes(session: &PtySession) -> LocalModes {
    tcgetattr(session.process().get_file_handle().unwrap()).unwrap().local_modes
}

fn type_keys(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

#[test]
fn a_full_screen_program_has_the_terminal_to_itself() {
    let place = with_keys();
    let (mut session, before) = at_a_terminal(&place, &["/bin/sh", "-c", FULL_SCREEN]);
    session.exp_string("\u{1b}[?1049h").unwrap();
    session.exp_string("ready").unwrap();
    assert!(!modes(&session).intersects(LocalModes::ICANON | LocalModes::ISIG));
    // Ctrl-C and Ctrl-Z are keys like others here.
    for (key, seen) in
        [("a", "< 61>"), ("\u{3}", "< 03>"), ("\u{1a}", "< 1a>"), ("\u{1b}", "< 1b>")]
    {
        type_keys(&mut session, key);
        session.exp_string(seen).unwrap();
    }
    resize(&session, 41, 123);
    type_keys(&mut session, "b");
    session.exp_string("41 123").unwrap();
    type_keys(&mut session, "q");
    session.exp_string("\u{1b}[?1049l").unwrap();
    session.exp_string("ended with 3").unwrap();
    assert_eq!(modes(&session), before);
}

#[test]
fn a_passphrase_is_asked_for_before_the_program_has_the_terminal() {
    let place = Place::new();
    let file = place.write("passphrase", "seven-lamps-over-the-quiet-harbour\n");
    place.ok(["init", "--passphrase-file", &file]);
    place.ok(["new", "prod/web", "--no-show", "--passphrase-file", &file]);
    let (mut session, before) = at_a_terminal(&place, &["/bin/sh", "-c", FULL_SCREEN]);
    session.exp_regex("(?i)passphrase").unwrap();
    session.send_line("seven-lamps-over-the-quiet-harbour").unwrap();
    session.exp_string("ready").unwrap();
    type_keys(&mut session, "aq");
    session.exp_string("< 61>").unwrap();
    session.exp_string("ended with 3").unwrap();
    assert_eq!(modes(&session), before);
}

#[test]
fn pagers_and_editors_work() {
    let place = with_keys();
    let lines: Vec<_> = (1..=500).map(|number| format!("line {number}\n")).collect();
    let file = place.write("text", lines.concat());
    if place.bare("less").arg("--version").output().is_ok() {
        let (mut session, before) = at_a_terminal(&place, &["less", &file]);
        session.exp_string("line 29").unwrap();
        type_keys(&mut session, "G");
        session.exp_string("line 500").unwrap();
        resize(&session, 12, 60);
        session.exp_string("line 482").unwrap();
        type_keys(&mut session, "g");
        session.exp_string("line 11").unwrap();
        type_keys(&mut session, "q");
        session.exp_string("ended with 0").unwrap();
        assert_eq!(modes(&session), before);
    } else {
        eprintln!("skipped: less is not here");
    }
    if place.bare("vi").arg("--version").output().is_ok() {
        let (mut session, before) = at_a_terminal(&place, &["vi", &file]);
        session.exp_string("line 2").unwrap();
        type_keys(&mut session, "ggdGihello\u{1b}");
        std::thread::sleep(std::time::Duration::from_millis(300));
        type_keys(&mut session, ":wq\r");
        session.exp_string("ended with 0").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "hello\n");
        assert_eq!(modes(&session), before);
    } else {
        eprintln!("skipped: vi is not here");
    }
}

#[test]
fn a_shell_stops_a_program_and_goes_on_with_it() {
    let place = with_keys();
    let mut command = place.bare("/bin/sh");
    command.env("PS1", "prompt: ").env("ENV", "/dev/null").arg("-i");
    let mut session = spawn_with_options(command, Options::new().timeout_ms(Some(20_000))).unwrap();
    let program = "trap 'echo went'' on' CONT; echo rea''dy; while :; do sleep 0.1; done";
    session.send_line(&format!("{PROGRAM} run --env prod -- /bin/sh -c \"{program}\"")).unwrap();
    session.exp_string("ready").unwrap();
    session.send_control('z').unwrap();
    session.exp_regex("(?i)stopped").unwrap();
    session.send_line("fg").unwrap();
    session.exp_string("went on").unwrap();
    session.send_control('c').unwrap();
    session.send_line("echo stat''us $?").unwrap();
    session.exp_string("status 130").unwrap();
}

#[test]
fn a_shell_sees_the_signal_that_ended_the_program() {
    let place = with_keys();
    // Not 128 and the number for one that is ignored here, as SIGHUP is under nohup.
    let said = |before: &str, signal: u8| {
        let line = format!("{before}/bin/sh -c 'kill -{signal} $$' 2>/dev/null; echo $?");
        let output = place.bare("/bin/sh").args(["-c", &line]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for signal in [1, 2, 3, 9, 13, 15] {
        assert_eq!(said(&format!("{PROGRAM} run --env prod -- "), signal), said("", signal));
    }
    assert_eq!(said("", 9), "137\n");
}

#[test]
fn a_key_cannot_steer_how_programs_run() {
    let place = with_keys();
    place.ok("new --env prod ld-preload --kind secret --no-show");
    let says = place.fails(7, "run --env prod -- true");
    assert!(says.contains("LD_PRELOAD") && says.contains("--except"), "{says}");
    shell(&place, "--env prod --except ld-preload", "true");
    let secret = place.secret("prod/ld-preload", 1);
    assert_eq!(shell(&place, "--only prod/ld-preload --var KEY", "printf %s \"$KEY\""), secret);
}
