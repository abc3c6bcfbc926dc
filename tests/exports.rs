//! The formats that services and shells read: what is written is read back, by the rules of each
//! reader, as exactly the secrets that were to be written.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use common::Place;
use keyctl::clock::Time;
use keyctl::environment::EnvironmentName;
use keyctl::export::{
    Artifact, Chapkit, Contents, Directory, Docker, DockerEnv, Dotenv, Expired, ExportError,
    Format, Github, Names, Responder, Shell, Side, Systemd,
};
use keyctl::key::{Digest, Key, Kind, Version};
use keyctl::secret::Secret;
use keyctl::vault::document::Document;
use keyctl::vault::seal;
use proptest::prelude::*;
use regex::Regex;

/// Every character that a secret can have.
const ALPHABET: &str =
    "!#$%&()*+-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// Secrets that something or other would take for something else.
const ODD: [&str; 8] = [
    ALPHABET,
    "$HOME$(id)`id`!!",
    "#comment",
    "!event!-1:%n%25%%",
    "--flag=*?[a-z]~/{a,b}",
    "<<EOF;&|(){}",
    "::stop-commands::",
    "@{x}%{y}%h=a=b",
];

/// The odd secrets that no comma splits.
fn odd() -> Vec<String> {
    ODD.iter().map(|text| text.replace(',', "")).collect()
}

// --- Contents ---------------------------------------------------------------------------------

fn now() -> Time {
    common::NOW.parse().unwrap()
}

fn key(name: &str, secret: &str, kind: Kind) -> Key {
    let version = Version::new(1, Secret::new(secret.to_owned()), now(), None);
    let mut key = Key::new(name.parse().unwrap(), version);
    key.kind = kind;
    key
}

fn single() -> Kind {
    "secret:hex:32".parse().unwrap()
}

/// API keys `k0`, `k1`, … and single values `s0`, `s1`, …
fn keys(secrets: &[String], singles: &[String]) -> Vec<Key> {
    let list = secrets.iter().enumerate();
    let list = list.map(|(at, one)| key(&format!("k{at:02}"), one, Kind::ApiKey));
    let others = singles.iter().enumerate();
    list.chain(others.map(|(at, one)| key(&format!("s{at:02}"), one, single()))).collect()
}

fn write(format: &Format, keys: &[Key]) -> Result<Artifact, ExportError> {
    let environment: EnvironmentName = "prod".parse().unwrap();
    let chosen: Vec<_> = keys.iter().collect();
    let contents =
        Contents::new(&environment, 1, &chosen, Side::Services, Expired::Refuse, now()).unwrap();
    format.write(&contents)
}

fn text(format: &Format, keys: &[Key]) -> String {
    let artifact = write(format, keys).unwrap();
    assert_eq!(artifact, write(format, keys).unwrap(), "the same bytes each time");
    let [file] = &artifact.files[..] else { panic!("one file") };
    str::from_utf8(file.expose()).unwrap().to_owned()
}

fn names() -> Names {
    Names { given: None, list: "CHAPKIT_API_KEYS".parse().unwrap() }
}

/// What the variables must be.
fn expected(secrets: &[String], singles: &[String]) -> BTreeMap<String, String> {
    let mut expected = BTreeMap::new();
    if !secrets.is_empty() {
        expected.insert("CHAPKIT_API_KEYS".to_owned(), secrets.join(","));
    }
    let singles = singles.iter().enumerate();
    expected.extend(singles.map(|(at, secret)| (format!("S{at:02}"), secret.clone())));
    expected
}

// --- The readers' rules -----------------------------------------------------------------------

/// What stands between single quotes, where a backslash is one.
fn between_quotes(text: &str) -> &str {
    let inside = text.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
    assert!(!inside.contains('\''), "{text}");
    inside
}

fn lines(text: &str, before: &str, between: &str) -> BTreeMap<String, String> {
    assert!(text.ends_with('\n'));
    let line = |line: &str| {
        let (name, value) = line.strip_prefix(before).unwrap().split_once(between).unwrap();
        (name.to_owned(), value.to_owned())
    };
    text.lines().map(line).collect()
}

fn as_a_shell_reads(text: &str) -> BTreeMap<String, String> {
    let read = lines(text, "", "=");
    read.into_iter().map(|(name, value)| (name, between_quotes(&value).to_owned())).collect()
}

/// dotenv of Node.js: its pattern for lines, then the quotes are stripped.
fn as_node_reads(text: &str) -> BTreeMap<String, String> {
    const LINE: &str = r#"(?m)^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$"#;
    let pattern = Regex::new(LINE).unwrap();
    let read = |found: regex::Captures<'_>| {
        let value = found[2].trim();
        let quoted = value.len() > 1
            && ['\'', '"', '`'].iter().any(|&q| value.starts_with(q) && value.ends_with(q));
        assert!(!value.starts_with('"'));
        let value = if quoted { &value[1..value.len() - 1] } else { value };
        (found[1].to_owned(), value.to_owned())
    };
    pattern.captures_iter(text).map(read).collect()
}

/// python-dotenv: escapes between single quotes, then `${NAME}` is replaced, whatever the quotes.
fn as_python_reads(text: &str) -> BTreeMap<String, String> {
    let variable = Regex::new(r"\$\{[^\}:]*(?::-[^\}]*)?\}").unwrap();
    let read = |(name, value): (String, String)| {
        let value = between_quotes(&value).replace(r"\\", r"\").replace(r"\'", "'");
        (name, variable.replace_all(&value, "REPLACED").into_owned())
    };
    lines(text, "", "=").into_iter().map(read).collect()
}

/// The file of variables of a workflow: which of `=` and `<<` comes first decides.
fn as_a_workflow_reads(text: &str) -> BTreeMap<String, String> {
    let read = |line: &str| {
        let (equals, heredoc) = (line.find('=').unwrap(), line.find("<<"));
        assert!(heredoc.is_none_or(|at| equals < at), "{line}");
        (line[..equals].to_owned(), line[equals + 1..].to_owned())
    };
    text.lines().map(read).collect()
}

/// The masks of a workflow's commands.
fn masks(text: &str) -> Vec<String> {
    let mask = |line: &str| line.strip_prefix("::add-mask::").unwrap().to_owned();
    let unescape =
        |mask: String| mask.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    text.lines().map(mask).map(unescape).collect()
}

/// `SetCredential=` lines, with the escapes of C.
fn as_systemd_reads(text: &str) -> BTreeMap<String, String> {
    let lines = text.strip_prefix("[Service]\n").unwrap().lines();
    let read = |line: &str| {
        let (name, value) = line.strip_prefix("SetCredential=").unwrap().split_once(':').unwrap();
        let (mut bytes, mut rest) = (Vec::new(), value.as_bytes());
        while let [first, others @ ..] = rest {
            rest = if let (b'\\', [b'x', hex @ ..]) = (first, others) {
                let digits = str::from_utf8(&hex[..2]).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                &hex[2..]
            } else {
                assert!(first.is_ascii_graphic() && *first != b'\\' && *first != b'%');
                bytes.push(*first);
                others
            };
        }
        (name.to_owned(), String::from_utf8(bytes).unwrap())
    };
    lines.map(read).collect()
}

fn secret() -> impl Strategy<Value = String> {
    // What begins with # is a comment in a key file.
    let any = "[!$-&(-+\\--\\[\\]-~][!#-&(-+\\--\\[\\]-~]{0,39}";
    prop_oneof![any.prop_map(|text: String| text), "[$`!%{}<>=:][$`!#%{}<>=:]{0,11}"]
}

fn secrets(least: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(secret(), least..6)
}

proptest! {
    #[test]
    fn every_format_is_read_back_as_what_was_written(list in secrets(1), singles in secrets(0)) {
        let all = keys(&list, &singles);
        let only_list = keys(&list, &[]);
        let variables = expected(&list, &singles);

        let chapkit = |shell| Format::Chapkit(Chapkit { names: Some(names()), shell });
        let plain = text(&chapkit(None), &all);
        prop_assert_eq!(&lines(&plain, "", "="), &variables);
        for (shell, before, between) in
            [(Shell::Sh, "export ", "="), (Shell::Fish, "set -gx ", " "), (Shell::Pwsh, "$Env:", " = ")]
        {
            let text = text(&chapkit(Some(shell)), &all);
            let read = lines(&text, before, between).into_iter();
            let read: BTreeMap<_, _> =
                read.map(|(name, value)| (name, between_quotes(&value).to_owned())).collect();
            prop_assert_eq!(&read, &variables);
        }

        let docker = text(&Format::DockerEnv(DockerEnv { names: names() }), &all);
        prop_assert_eq!(docker, plain);

        let dotenv = Format::Dotenv(Dotenv { names: names() });
        if list.iter().chain(&singles).any(|secret| secret.contains("${")) {
            let refused = write(&dotenv, &all).unwrap_err();
            let is_unfit = matches!(refused, ExportError::Unfit { .. });
            prop_assert!(is_unfit);
        } else {
            let text = text(&dotenv, &all);
            prop_assert_eq!(&as_a_shell_reads(&text), &variables);
            prop_assert_eq!(&as_node_reads(&text), &variables);
            prop_assert_eq!(&as_python_reads(&text), &variables);
        }

        let python = text(&Format::Responder(Responder::Python), &only_list);
        let inside = python.strip_prefix("API_KEYS = {\"").unwrap().strip_suffix("\"}\n").unwrap();
        prop_assert_eq!(inside.split("\", \"").collect::<Vec<_>>(), list.clone());
        let bare = text(&Format::Responder(Responder::Bare), &only_list);
        prop_assert_eq!(bare, format!("{}\n", list.join(",")));

        let github = write(&Format::Github(Github { names: names() }), &all).unwrap();
        let file = str::from_utf8(github.files[0].expose()).unwrap();
        prop_assert_eq!(&as_a_workflow_reads(file), &variables);
        let every: Vec<_> = list.iter().chain(&singles).cloned().collect();
        prop_assert_eq!(masks(str::from_utf8(github.beside()).unwrap()), every);

        let mut credentials: BTreeMap<_, _> = singles.iter().enumerate()
            .map(|(at, one)| (format!("s{at:02}"), one.clone())).collect();
        credentials.insert("api_keys".to_owned(), list.join("\n") + "\n");
        let name: keyctl::export::Credential = "api_keys".parse().unwrap();
        let set = text(&Format::Systemd(Systemd { name: name.clone(), directory: None }), &all);
        prop_assert_eq!(&as_systemd_reads(&set), &credentials);
        let directory = Directory::new("/d".as_ref());
        let load = write(&Format::Systemd(Systemd { name, directory }), &all).unwrap();
        let files = load.files.iter().map(|file| {
            (file.name.clone().unwrap(), String::from_utf8(file.expose().to_vec()).unwrap())
        });
        prop_assert_eq!(&files.collect::<BTreeMap<_, _>>(), &credentials);
    }
}

#[test]
fn what_a_format_cannot_hold_is_refused_and_not_told() {
    let odd = [key("web", "a${HOME}b", Kind::ApiKey)];
    let refused = write(&Format::Dotenv(Dotenv { names: names() }), &odd).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("prod/web") && !said.contains("HOME"), "{said}");

    let singles = [key("web", "a", Kind::ApiKey), key("jwt", "b", single())];
    for format in [Responder::Python, Responder::Bare] {
        let refused = write(&Format::Responder(format), &singles).unwrap_err();
        assert!(matches!(refused, ExportError::NoList { key, .. } if key == "prod/jwt"));
    }

    let same = [key("web", "a", Kind::ApiKey), key("jwt", "b", single())];
    let systemd = Systemd { name: "jwt".parse().unwrap(), directory: None };
    let refused = write(&Format::Systemd(systemd), &same).unwrap_err();
    assert!(matches!(refused, ExportError::SameName { name, .. } if name == "jwt"));
}

#[test]
fn a_line_that_docker_cannot_read_is_refused() {
    let format = Format::DockerEnv(DockerEnv { names: names() });
    let of_length = |length: usize| {
        let value = length - "CHAPKIT_API_KEYS=".len();
        write(&format, &[key("web", &"x".repeat(value), Kind::ApiKey)])
    };
    assert!(of_length(65535).is_ok());
    assert!(matches!(of_length(65536), Err(ExportError::TooLarge { bytes: 65536, .. })));
}

// --- Through the program ----------------------------------------------------------------------

/// A home whose environment `prod` has API keys with the odd secrets, and a single value with every
/// character.
fn with_odd_secrets() -> Place {
    let place = Place::ready();
    place.ok("new prod/k00 --no-show");
    place.ok("new prod/jwt-secret --kind secret --no-show");
    let file = place.vault_file("prod.age");
    let identity = place.unlocked();
    let recipient = identity.recipient();
    let sealed = fs::read(&file).unwrap();
    let plain = seal::decrypt(&sealed, &[identity]).unwrap();
    let mut document = Document::from_text(str::from_utf8(&plain).unwrap()).unwrap();
    for (at, secret) in odd().iter().enumerate() {
        let key = key(&format!("k{at:02}"), secret, Kind::ApiKey);
        document.keys.insert(key.name.clone(), key);
    }
    let jwt = document.keys.get_mut(&"jwt-secret".parse().unwrap()).unwrap();
    let secret = Secret::new(ALPHABET.to_owned());
    jwt.versions[0].digest = Some(Digest::of(&secret));
    jwt.versions[0].secret = Some(secret);
    document.generation += 1;
    fs::write(&file, seal::encrypt(document.to_text().as_bytes(), &[recipient]).unwrap()).unwrap();
    place.ok("list --unlock --env prod");
    place
}

/// A home with a key in two versions, and a single value.
fn with_keys() -> Place {
    let place = Place::ready();
    place.ok("new prod/web --no-show");
    place.ok("rotate add prod/web");
    place.ok("new prod/jwt-secret --kind secret --no-show");
    place
}

/// The accept list and the single value of that home.
fn values(place: &Place) -> (Vec<String>, String) {
    let list = vec![place.secret("prod/web", 1), place.secret("prod/web", 2)];
    (list, place.secret("prod/jwt-secret", 1))
}

#[test]
fn each_shell_that_is_here_evaluates_its_lines_to_the_list() {
    let place = with_odd_secrets();
    let list = odd().join(",");
    let print = "printf '%s\\n' \"$CHAPKIT_API_KEYS\"";
    for (shell, word) in
        [("sh", "sh"), ("bash", "sh"), ("dash", "sh"), ("zsh", "sh"), ("fish", "fish")]
    {
        let export = place.ok(["export", "--env", "prod", "--shell", word]);
        let single = place.ok(["export", "prod/jwt-secret", "--shell", word]);
        let lines = place.write("lines", export + &single);
        let evaluate = if word == "fish" { "source" } else { "." };
        let script = format!("{evaluate} {lines}; {print}; printf '%s\\n' \"$JWT_SECRET\"");
        let Ok(output) = place.bare(shell).arg("-c").arg(&script).output() else {
            eprintln!("skipped: {shell} is not here");
            continue;
        };
        let read = String::from_utf8(output.stdout).unwrap();
        assert_eq!(read, format!("{list}\n{ALPHABET}\n"), "{shell}");
    }
}

#[test]
fn variables_of_an_environment_hold_its_single_values_too() {
    let place = with_keys();
    let (list, jwt) = values(&place);
    let file = place.outside(".env");
    let path = file.to_str().unwrap();
    place.ok(["export", "--env", "prod", "-F", "dotenv", "-o", path]);
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text, format!("CHAPKIT_API_KEYS='{}'\nJWT_SECRET='{jwt}'\n", list.join(",")));
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let client = place.ok("export prod/web --client -F dotenv --var WEB_KEY");
    assert_eq!(client, format!("WEB_KEY='{}'\n", list[0]));

    assert_eq!(
        place.ok("export prod/web -F docker-env"),
        format!("CHAPKIT_API_KEYS={}\n", list.join(","))
    );
    assert_eq!(
        place.ok("export --env prod -F docker-env"),
        format!("CHAPKIT_API_KEYS={}\nJWT_SECRET={jwt}\n", list.join(","))
    );
}

#[test]
fn a_responder_application_gets_a_set_or_the_bare_list() {
    let place = with_keys();
    let (list, _) = values(&place);
    let set = format!("API_KEYS = {{\"{}\", \"{}\"}}\n", list[0], list[1]);
    assert_eq!(place.ok("export --env prod -F responder"), set);
    assert_eq!(place.ok("export --env prod -F responder --python"), set);
    assert_eq!(place.ok("export --env prod -F responder --bare"), list.join(",") + "\n");
    let client = place.ok("export prod/web -F responder --client");
    assert_eq!(client, format!("API_KEY = \"{}\"\n", list[0]));
    let says =
        ["is a list of API keys, and prod/jwt-secret is a single value", "name the API keys"];
    place.refuses(7, "export prod/jwt-secret -F responder", &says);
}

#[test]
fn credentials_are_files_and_the_unit_names_them() {
    let place = with_keys();
    let (list, jwt) = values(&place);
    let dir = place.outside("credentials");
    let path = format!("{}/", dir.display());
    place.refuses(
        2,
        ["export", "--env", "prod", "-F", "systemd", "-o", dir.to_str().unwrap()],
        &["is no directory", "write / after it"],
    );
    let unit = place.ok(["export", "--env", "prod", "-F", "systemd", "-o", &path]);
    let whole = dir.canonicalize().unwrap();
    let whole = whole.display();
    assert_eq!(
        unit,
        format!(
            "[Service]\nLoadCredential=api_keys:{whole}/api_keys\n\
             LoadCredential=jwt-secret:{whole}/jwt-secret\n"
        )
    );
    let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap();
    assert_eq!(read("api_keys"), list.join("\n") + "\n");
    assert_eq!(read("jwt-secret"), jwt);
    for (path, mode) in [(dir.clone(), 0o700), (dir.join("api_keys"), 0o600)] {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, mode);
    }

    // It is there now, so the slash may be left out; and nothing changes where one cannot.
    fs::remove_file(dir.join("jwt-secret")).unwrap();
    fs::create_dir(dir.join("jwt-secret")).unwrap();
    fs::write(dir.join("api_keys"), "").unwrap();
    place.fails(1, ["export", "--env", "prod", "-F", "systemd", "-o", dir.to_str().unwrap()]);
    assert_eq!(read("api_keys"), "");
    let named =
        place.ok(["export", "prod/web", "-F", "systemd", "--credential", "web", "-o", &path]);
    assert_eq!(named, format!("[Service]\nLoadCredential=web:{whole}/web\n"));
    assert_eq!(read("web"), list.join("\n") + "\n");

    let own = format!("{}/", place.vault().display());
    place.refuses(7, ["export", "--env", "prod", "-F", "systemd", "-o", &own], &["keyctl's own"]);
}

#[test]
fn without_a_directory_the_credentials_stand_in_the_unit() {
    let place = with_keys();
    let (list, jwt) = values(&place);
    let unit = place.ok("export --env prod -F systemd");
    let read = as_systemd_reads(&unit);
    assert_eq!(read["api_keys"], list.join("\n") + "\n");
    assert_eq!(read["jwt-secret"], jwt);
    let client = place.ok("export prod/web --client -F systemd");
    assert_eq!(as_systemd_reads(&client)["api_key"], format!("{}\n", list[0]));
}

#[test]
fn a_workflow_gets_masks_on_stdout_and_variables_in_its_file() {
    let place = with_odd_secrets();
    let file = place.write("github_env", "BEFORE=1");
    let export = || place.call("export --env prod -F github");
    let ended = export().env("GITHUB_ENV", &file).run();
    assert_eq!(ended.code, 0, "{ended}");
    let every: Vec<_> = odd().into_iter().chain([ALPHABET.to_owned()]).collect();
    assert_eq!(masks(&ended.stdout), every);
    let text = fs::read_to_string(&file).unwrap();
    let read = as_a_workflow_reads(&text);
    assert_eq!(read.len(), 3, "{text}");
    assert_eq!(read["BEFORE"], "1");
    assert_eq!(read["CHAPKIT_API_KEYS"], odd().join(","));
    assert_eq!(read["JWT_SECRET"], ALPHABET);

    // What is named is taken, and what is there stays.
    let other = place.outside("other");
    let line =
        ["export", "prod/jwt-secret", "-F", "github", "--var", "X", "-o", other.to_str().unwrap()];
    place.call(line).env("GITHUB_ENV", &file).ok();
    place.call(line).env("GITHUB_ENV", &file).ok();
    assert_eq!(fs::read_to_string(&other).unwrap(), format!("X={ALPHABET}\nX={ALPHABET}\n"));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn without_a_file_a_workflow_gets_the_masks_alone_and_is_told() {
    let place = with_keys();
    let (list, jwt) = values(&place);
    let ended = place.run("export --env prod -F github");
    assert_eq!((ended.code, masks(&ended.stdout)), (0, [&list[..], &[jwt]].concat()), "{ended}");
    assert!(ended.stderr.contains("GITHUB_ENV is not set"), "{ended}");
    place.refuses(2, "export --env prod -F github -o -", &["are added to a file"]);
}

#[test]
fn masks_do_not_go_where_they_would_be_shown() {
    let place = with_keys();
    let file = place.write("github_env", "BEFORE=1\n");
    for (stdout, path) in [("the file of variables", &*file), ("nowhere", "/dev/null")] {
        let stdout_of_it = File::options().append(true).open(path).unwrap();
        let call = place.call("export --env prod -F github").env("GITHUB_ENV", &file);
        let output = call.command().stdin(Stdio::null()).stdout(stdout_of_it).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(7), "{stdout}: {said}");
        assert!(said.contains("leave the > out"), "{stdout}: {said}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "BEFORE=1\n");
    }
}

#[test]
fn a_flag_of_another_format_is_refused() {
    let place = with_keys();
    for (line, flag) in [
        ("export --env prod -F dotenv --bare", "--bare"),
        ("export --env prod -F dotenv --shell sh", "--shell"),
        ("export --env prod -F responder --var X", "--var"),
        ("export --env prod -F systemd --var X", "--var"),
        ("export --env prod -F github --credential x", "--credential"),
        ("export --env prod --python", "--python"),
    ] {
        place.refuses(2, line, &[&format!("{flag} is not for this format")]);
    }
}

#[test]
fn what_a_consumer_would_not_read_is_not_written() {
    let with = |secret: &str| [key("k", secret, Kind::ApiKey)];
    let docker =
        Docker { carrier: None, services: Vec::new(), target: "api_keys".parse().unwrap() };
    let comment = write(&Format::Docker(docker), &with("#abcdef0123456789")).unwrap_err();
    assert!(matches!(comment, ExportError::Unfit { .. }), "{comment}");
    let place = Place::ready();
    let name = "n".repeat(62);
    place.ok(["new", &format!("prod/{name}"), "--no-show"]);
    place.ok("new prod/web --no-show");
    place.ok("new prod/jwt --kind secret --no-show");
    let same = "export --env prod --k8s --data-key jwt web jwt";
    place.refuses(7, same, &["prod/jwt would be called jwt, which the list is called already"]);
    place.ok(["rotate", "add", &format!("prod/{name}")]);
    let long = format!("export -F gateway prod/{name}");
    place.refuses(7, long.as_str(), &["the id of a gateway's key", "more than 64 characters"]);
    place.ok("rotate add prod/web");
    place.ok("new prod/web-v2 --no-show");
    for format in ["json", "heare", "gateway"] {
        let line = format!("export -F {format} prod/web prod/web-v2");
        place.refuses(7, line.as_str(), &["web-v2"]);
    }
    let services = "--compose --service web --service other --service web";
    let line = format!("export prod/web --docker -o {} {services}", place.outside("k").display());
    assert_eq!(place.ok(line.as_str()).matches("\"web\":").count(), 1);
}

#[test]
fn a_template_as_deep_as_it_can_be_is_no_crash() {
    let place = Place::ready();
    place.ok("new prod/web --no-show");
    for (before, part, after) in [
        ("{{ 1", "+1", " }}"),
        ("{{ ", "-", "1 }}"),
        ("{{ ", "not ", "1 }}"),
        ("{{ x", ".a", " }}"),
    ] {
        for most in [120 * 1024, 1024 * 1024] {
            let template = format!("{before}{}{after}", part.repeat(most / part.len()));
            let file = place.write("t", template);
            let ended = place.run(["export", "--env", "prod", "--template", &file]);
            assert!([0, 1, 2, 7].contains(&ended.code), "{part}: {}", ended.stderr.len());
        }
    }
}
