//! Exports for Kubernetes and Docker, our JSON and templates: what is written, and that our own
//! readers make the same list of it.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::fs;
use std::process::Command;

use common::Place;
use keyctl::clock::Time;
use keyctl::export::{
    Contents, Expired, Format, Json, K8s, Layout, Names, Side, Template, Writing,
};
use keyctl::import::{self, Reading};
use keyctl::key::{Key, Version};
use keyctl::secret::Secret;
use proptest::prelude::*;
use saphyr_parser::{Event, Parser};
use serde_json::Value;

/// A home with two keys, one of them in a rotation, and a single value.
fn with_keys() -> Place {
    let place = Place::ready();
    place.ok("new --env prod web --no-show --owner ops --scope read --meta team=core");
    place.ok("new --env prod batch --no-show");
    place.ok("new --env prod session-key --kind secret --no-show");
    place.ok("rotate add prod/web");
    place
}

/// The accepted secrets of API keys.
fn list(place: &Place) -> Vec<String> {
    let text = place.ok("export --env prod --docker");
    text.lines().map(ToOwned::to_owned).collect()
}

fn found(reading: &Reading) -> Vec<String> {
    assert_eq!(reading.faults, []);
    reading.found.iter().map(|one| one.secret.expose().to_owned()).collect()
}

fn yaml(text: &str) -> Vec<String> {
    found(&import::k8s::read(text.as_bytes()))
}

// --- Kubernetes ---------------------------------------------------------------------------------

#[test]
fn a_secret_is_of_the_type_and_has_the_annotations_that_were_given() {
    let place = with_keys();
    let text = place.ok([
        "export",
        "--env=prod",
        "--k8s",
        "--type=example.com/keys",
        "--immutable",
        "--annotation",
        "example.com/note=a: \"b\" # $c\n- d",
        "--annotation",
        "1=\u{1b}[2J",
    ]);
    let head = concat!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: chapkit-api-keys\n  annotations:\n",
        "    example.com/note: \"a: \\\"b\\\" # $c\\n- d\"\n    \"1\": \"\\x1B[2J\"\n",
        "immutable: true\ntype: example.com/keys\ndata:\n  api_keys.txt: "
    );
    assert!(text.starts_with(head), "{text}");
    assert_eq!(yaml(&text), list(&place));
}

#[test]
fn string_data_holds_the_same_keys_in_clear() {
    let place = with_keys();
    let keys = list(&place);
    let text = place.ok("export --env prod --k8s --string-data");
    let lines = keys.iter().fold(String::new(), |text, key| text + "    " + key + "\n");
    assert!(text.ends_with(&format!("stringData:\n  api_keys.txt: |\n{lines}")), "{text}");
    assert_eq!(yaml(&text), keys);
    let text = place.ok("export --env prod --k8s --string-data --env-from");
    let quoted = format!("stringData:\n  CHAPKIT_API_KEYS: \"{}\"\n", keys.join(","));
    assert!(text.ends_with(&quoted), "{text}");
    assert_eq!(yaml(&text), keys);
}

#[test]
fn another_list_has_another_name_when_a_hash_is_appended() {
    let place = with_keys();
    let file = place.outside("secret.yaml");
    let export = |more: &str| {
        let line = format!("export --env prod --k8s --append-hash -o {} {more}", file.display());
        place.ok(line.as_str());
        let text = fs::read_to_string(&file).unwrap();
        let name = text.lines().find_map(|line| line.strip_prefix("  name: ")).unwrap().to_owned();
        let suffix = name.strip_prefix("chapkit-api-keys-").unwrap();
        assert!(suffix.len() == 10 && suffix.bytes().all(|b| b"2456789bcdfghkmt".contains(&b)));
        name
    };
    let first = export("");
    assert_eq!(export(""), first);
    assert_eq!(export("--string-data"), first, "the same contents have the same name");
    place.ok("rotate migrate prod/web --yes");
    place.ok("rotate remove prod/web --yes");
    let second = export("");
    assert_ne!(first, second);
    assert_ne!(export("--immutable --force"), second);
    let long = "a".repeat(243);
    let words = format!("export --env prod --k8s --append-hash --name {long}");
    place.refuses(2, words.as_str(), &["no room for the hash", "242"]);
    let most = "a".repeat(242);
    place.ok(format!("export --env prod --k8s --append-hash --name {most}").as_str());
}

#[test]
fn kubectl_gives_the_same_name() {
    let place = with_keys();
    let keys = place.write("api_keys.txt", place.ok("export --env prod --docker"));
    for (ours, kubectl) in
        [("", ""), ("--type Opaque", "--type=Opaque"), ("--type a/b", "--type=a/b")]
    {
        let text = place.ok(format!("export --env prod --k8s --append-hash {ours}").as_str());
        let mut command = Command::new("kubectl");
        command.args(["create", "secret", "generic", "chapkit-api-keys", "--append-hash"]);
        command.arg(format!("--from-file=api_keys.txt={keys}")).args(kubectl.split_whitespace());
        command.args(["--dry-run=client", "-o", "name"]).env("KUBECONFIG", "/dev/null");
        let Ok(output) = command.output() else {
            eprintln!("skipped: kubectl is not here");
            return;
        };
        let name = String::from_utf8(output.stdout).unwrap();
        let name = name.trim().strip_prefix("secret/").unwrap();
        assert!(text.contains(&format!("  name: {name}\n")), "{name} is not in {text}");
    }
}

#[test]
fn what_a_cluster_would_refuse_is_refused() {
    let place = with_keys();
    for (words, says) in [
        ("--annotation a=1 --annotation a=2", "the annotation a is given twice"),
        ("--annotation 'a b=1'", "annotation"),
        ("--annotation novalue", "annotation"),
        ("--type kubernetes.io/tls", "something else than keys"),
        ("--type 'a b'", "Secret type"),
    ] {
        place.refuses(2, format!("export --env prod --k8s {words}").as_str(), &[says]);
    }
    let ssh = "export --env prod --k8s --type kubernetes.io/ssh-auth";
    place.refuses(7, ssh, &["needs the data key ssh-privatekey", "--data-key"]);
    place.ok(format!("{ssh} --data-key ssh-privatekey").as_str());
    let note = "n=".to_owned() + &"x".repeat(100_000);
    let mut many = place.call("export --env prod --k8s").command();
    for at in 0..3 {
        many.arg("--annotation").arg(format!("{at}{note}"));
    }
    let ended = many.output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
}

#[test]
fn flags_of_another_format_are_refused() {
    let place = with_keys();
    for words in [
        "--docker --immutable",
        "--docker --append-hash",
        "--chapkit --string-data",
        "--docker --type Opaque",
        "--docker --annotation a=b",
        "--k8s --swarm x -o x",
        "--k8s --compose -o x",
        "--k8s --service x",
        "--docker --template x",
        "--format json --var X",
        "--docker --service x",
        "--docker --swarm x",
        "--docker --compose",
        "--docker --compose -o -",
        "--docker --compose --swarm x -o x",
        "--docker --swarm a_ -o x",
        "--format template",
    ] {
        place.fails(2, format!("export --env prod {words}").as_str());
    }
}

// --- Docker -------------------------------------------------------------------------------------

#[test]
fn a_swarm_gets_commands_that_work_as_they_stand() {
    let place = with_keys();
    let file = place.outside("api keys.txt");
    let words = format!(
        "export --env prod --docker -o '{}' --swarm chapkit_api_keys --service web --service jobs",
        file.display()
    );
    let said = place.ok(words.as_str());
    let report: Value = serde_json::from_str(&place.ok("export --env prod --format json")).unwrap();
    let new = format!("chapkit_api_keys_v{}", report["generation"]);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], format!("docker secret create {new} '{}'", file.display()));
    assert_eq!(lines.len(), 3, "{said}");
    for (line, service) in lines[1..].iter().zip(["web", "jobs"]) {
        assert!(line.starts_with("docker service update --secret-rm \"$(docker service inspect "));
        assert!(line.ends_with(&format!("--secret-add source={new},target=api_keys {service}")));
    }
    for key in list(&place) {
        assert!(!said.contains(&key), "{said}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 3);
    let long = "a".repeat(63);
    let words = format!("export --env prod --docker -o x --swarm {long}");
    place.refuses(7, words.as_str(), &["64 characters"]);
    assert!(!place.home().join("x").exists());
}

#[test]
fn compose_gets_the_part_that_names_the_file() {
    let place = with_keys();
    let words = "export --env prod --docker -o keys.txt --compose";
    assert_eq!(place.ok(words), "secrets:\n  api_keys:\n    file: \"./keys.txt\"\n");
    assert!(place.home().join("keys.txt").exists());
    let said = place.ok(format!("{words} --service web").as_str());
    assert!(said.starts_with("services:\n  \"web\":\n    secrets:\n      - api_keys\n"), "{said}");
    let words = "export prod/web --client --docker -o key.txt --compose";
    assert!(place.ok(words).contains("\n  api_key:\n"));
    let odd = ["export", "--env", "prod", "--docker", "--compose", "-o", "a\nb"];
    place.refuses(2, odd, &["cannot be written in a line"]);
}

// --- JSON ---------------------------------------------------------------------------------------

#[test]
fn json_holds_all_that_is_known_of_what_is_accepted() {
    let mut place = with_keys();
    place.set("KEYCTL_ENV", "prod");
    place.ok("set web --expires 2027-06-30");
    let text = place.ok("export --format json");
    assert_eq!(text, place.ok("export --format json"), "the same contents give the same bytes");
    assert_eq!(text.lines().count(), 1);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["schema"], "keyctl.export/1");
    assert_eq!(report["environment"], "prod");
    assert_eq!(report["side"], "services");
    let ids: Vec<_> = report["keys"].as_array().unwrap().iter().map(|key| &key["id"]).collect();
    assert_eq!(ids, ["batch", "web", "web-v2"]);
    let key = &report["keys"][2];
    assert_eq!((&key["name"], &key["version"]), (&"web".into(), &2.into()));
    assert_eq!((&key["state"], &key["kind"]), (&"pending".into(), &"api-key".into()));
    assert_eq!(key["expires"], "2027-06-30T00:00:00Z");
    assert_eq!((&key["owner"], &key["scopes"][0]), (&"ops".into(), &"read".into()));
    assert_eq!(key["metadata"]["team"], "core");
    assert_eq!(report["keys"][0]["expires"], Value::Null);
    assert_eq!(report["values"][0]["id"], "session-key");
    assert_eq!(report["values"][0]["kind"], "secret:base64url:32");

    let reading = import::json::read(text.as_bytes());
    let secrets = found(&reading);
    assert_eq!(secrets[..3], list(&place));
    assert_eq!(secrets[3], place.secret("session-key", 1));
    assert!(reading.found[3].kind.is_single());

    let client = place.ok("export web --client --format json");
    let report: Value = serde_json::from_str(&client).unwrap();
    assert_eq!((&report["side"], report["keys"].as_array().unwrap().len()), (&"clients".into(), 1));
}

#[test]
fn files_of_ours_are_replaced_and_nothing_else() {
    let place = with_keys();
    let template = place.write(
        "t.j2",
        "# generation {{ generation }}\n{% for key in keys %}\n{{ key.id }}={{ key.secret }}\n{% endfor %}\n",
    );
    let template = format!("--template {template}");
    for format in ["--format json", "--k8s --string-data --env-from", &template] {
        let file = place.outside("file");
        let words = format!("export --env prod {format} -o {}", file.display());
        place.ok(words.as_str());
        place.ok("set prod/web --owner somebody");
        place.ok("rotate back prod/web --yes");
        place.ok("rotate add prod/web");
        place.ok(words.as_str());
        let mut text = fs::read_to_string(&file).unwrap();
        text.push_str("mine\n");
        fs::write(&file, text).unwrap();
        place.refuses(7, words.as_str(), &["was not written by keyctl"]);
        fs::remove_file(&file).unwrap();
    }
}

// --- Templates ----------------------------------------------------------------------------------

#[test]
fn a_template_writes_what_it_says() {
    let place = with_keys();
    let source = "# {{ environment }}\n{% for key in keys %}\n{{ key.id }} = {{ key.secret|json }}\n\
                  {% endfor %}\nlist={{ keys|map(attribute='secret')|join(',')|shell }}\n\
                  {{ values[0].secret|base64 }}\n\n";
    let template = place.write("keys.j2", source);
    let text = place.ok(["export", "--env", "prod", "--template", &template]);
    let keys = list(&place);
    let lines: Vec<_> = text.split('\n').collect();
    assert_eq!(lines[0], "# prod");
    let ids = ["batch", "web", "web-v2"];
    for ((line, id), key) in lines[1..4].iter().zip(ids).zip(&keys) {
        assert_eq!(*line, format!("{id} = \"{key}\""));
    }
    assert_eq!(lines[4], format!("list={}", keys.join(",")));
    assert_eq!(lines[6..], ["", ""]);
    let same = place.ok(["export", "--env=prod", "--format=template", "--template", &template]);
    assert_eq!(same, text);
}

#[test]
fn a_mistake_in_a_template_is_told_with_its_place_and_no_secret() {
    let place = with_keys();
    let deep = "{{ ".to_owned() + &"(".repeat(5000);
    for (source, line, says) in [
        ("a\n{{ nothing }}\n", 2, "no such field"),
        ("a\n\n{{ keys[0].sekret }}\n", 3, "no such field"),
        ("{% for key in keys %}\n{{ key.secret + 1 }}{% endfor %}", 2, "cannot be done"),
        ("{{ -keys[0].secret }}", 1, "cannot be done"),
        ("{{ keys[0].secret|nosuch }}", 1, "no such filter"),
        ("{% include '/etc/passwd' %}", 1, ""),
        (
            "{% set l = [1] * 90000 %}{% for a in l %}{% for b in l %}{% endfor %}{% endfor %}",
            1,
            "too many steps",
        ),
        ("{{ open", 1, ""),
        (&deep, 1, ""),
    ] {
        let template = place.write("bad.j2", source);
        let words = ["export", "--env", "prod", "--template", &template];
        let said = place.fails(7, words);
        assert!(said.contains(&format!("line {line} of the template {template}: ")), "{said}");
        assert!(said.contains(says) && said.contains("help export"), "{said}");
        for key in list(&place) {
            assert!(!said.contains(&key), "{said}");
        }
    }
    let template = place.write("empty.j2", "{% if false %}x{% endif %}\n");
    place.refuses(7, ["export", "--env=prod", "--template", &template], &["writes nothing"]);
    let template = place.write("large.j2", "x".repeat(1024 * 1024 + 1));
    place.fails(1, ["export", "--env", "prod", "--template", &template]);
    let template = place.write("bytes.j2", b"\xff");
    place.refuses(2, ["export", "--env=prod", "--template", &template], &["not UTF-8"]);
    let loud = "{% set x = 'x' * 90000 %}{% for a in [1] * 90000 %}{{ x }}{% endfor %}";
    let template = place.write("loud.j2", loud);
    place.refuses(7, ["export", "--env=prod", "--template", &template], &["at most"]);
}

// --- Any text -----------------------------------------------------------------------------------

/// Text with what quoting gets wrong.
fn any_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\"",
        "'",
        "\\",
        "\n",
        "\r",
        "\t",
        "$",
        "${X}",
        "#",
        " #",
        ": ",
        ":",
        "- ",
        "{{",
        "%}",
        "`",
        "|",
        ">",
        "&a",
        "*a",
        "!",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{85}",
        "\u{feff}",
        "\u{202e}",
        "\u{2028}",
        "é",
        "😀",
        "\u{e0001}",
        "\u{ffff}",
        "---",
        "...",
        "yes",
        "0x1",
        " ",
        "\0",
    ]);
    prop::collection::vec(prop_oneof![odd.prop_map(ToOwned::to_owned), ".{0,3}"], 0..8)
        .prop_map(|parts| parts.concat())
}

fn a_secret() -> impl Strategy<Value = String> {
    "[A-Za-z0-9][A-Za-z0-9_-]{15,60}"
}

/// The scalars of a YAML text.
fn scalars(text: &str) -> Vec<String> {
    let events = Parser::new_from_str(text).map(|event| event.unwrap().0);
    events
        .filter_map(|event| match event {
            Event::Scalar(text, ..) => Some(text.into_owned()),
            _ => None,
        })
        .collect()
}

fn k8s(annotations: &[(String, String)], writing: Writing, layout: Layout) -> Format {
    let annotation = |(key, value): &(String, String)| format!("{key}={value}").parse().unwrap();
    Format::K8s(K8s {
        name: "keys".parse().unwrap(),
        namespace: None,
        labels: vec!["on=yes".parse().unwrap(), "1=null".parse().unwrap()],
        annotations: annotations.iter().map(annotation).collect(),
        secret_type: None,
        immutable: false,
        append_hash: true,
        writing,
        layout,
    })
}

fn of_keys(keys: &[Key], format: &Format) -> String {
    let now: Time = "2026-11-22T16:00:00Z".parse().unwrap();
    let environment = "prod".parse().unwrap();
    let keys: Vec<_> = keys.iter().collect();
    let contents =
        Contents::new(&environment, 7, &keys, Side::Services, Expired::Refuse, now).unwrap();
    let artifact = format.write(&contents).unwrap();
    String::from_utf8(artifact.files[0].expose().to_vec()).unwrap()
}

fn key(name: &str, secret: &str, text: &str) -> Key {
    let now: Time = "2026-11-22T16:00:00Z".parse().unwrap();
    let secret = Secret::new(secret.to_owned());
    let mut key = Key::new(name.parse().unwrap(), Version::new(1, secret, now, None));
    text.clone_into(&mut key.description);
    key.metadata.insert(text.to_owned(), text.to_owned());
    key.metadata.insert("plain".to_owned(), text.to_owned());
    key
}

fn layouts() -> [Layout; 2] {
    let list = "KEYS".parse().unwrap();
    [Layout::File("on".parse().unwrap()), Layout::Variables(Names { given: None, list })]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_is_exported_is_read_as_the_same_list(
        secrets in prop::collection::btree_set(a_secret(), 1..6),
        note in any_text(),
    ) {
        let keys: Vec<Key> =
            secrets.iter().enumerate().map(|(at, one)| key(&format!("k-{at}"), one, &note)).collect();
        let wanted: Vec<String> = secrets.into_iter().collect();
        for writing in [Writing::Data, Writing::StringData] {
            for layout in layouts() {
                let text = of_keys(&keys, &k8s(&[("n".to_owned(), note.clone())], writing, layout));
                prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
                prop_assert_eq!(yaml(&text), wanted.clone());
                prop_assert!(scalars(&text).contains(&note));
            }
        }
        let text = of_keys(&keys, &Format::Json(Json));
        prop_assert!(!text.trim_end().contains(char::is_control));
        let reading = import::json::read(text.as_bytes());
        prop_assert_eq!(found(&reading), wanted.clone());
        let notes = &reading.found[0].notes;
        let in_metadata = (note.clone(), note.clone());
        prop_assert!(notes.contains(&in_metadata));

        let line = "{{ k.id }}='{{ k.secret }}' # {{ k.description|json }}\n";
        let source = format!("{{% for k in keys %}}\nexport {}{{% endfor %}}", line.replace("k.id", "'K' ~ loop.index"));
        let template = Template::new("t".to_owned(), source).unwrap();
        let text = of_keys(&keys, &Format::Template(template));
        prop_assert_eq!(found(&import::dotenv::read(text.as_bytes())), wanted);
    }

    #[test]
    fn any_secret_stands_in_a_secret_as_it_is(secret in any_text(), name in "[a-z]{1,8}") {
        // What begins with # is a comment in a key file.
        prop_assume!(!secret.is_empty() && !secret.starts_with('#'));
        let keys = [key(&name, &secret, "")];
        let text = of_keys(&keys, &k8s(&[], Writing::StringData, layouts()[0].clone()));
        prop_assert_eq!(scalars(&text).pop(), Some(format!("{secret}\n")));
        let text = of_keys(&keys, &k8s(&[], Writing::StringData, layouts()[1].clone()));
        prop_assert_eq!(scalars(&text).pop(), Some(secret));
    }

    #[test]
    fn no_text_breaks_a_reader(text in any_text(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let secret = format!("kind: Secret\nstringData:\n  a: {text}\n");
        for bytes in [text.as_bytes(), secret.as_bytes(), &bytes] {
            for read in [import::k8s::read, import::dotenv::read, import::json::read] {
                let reading = read(bytes);
                prop_assert!(!reading.found.is_empty() || !reading.faults.is_empty());
            }
        }
    }
}

#[test]
fn a_hostile_file_is_refused_in_little_time() {
    let before = std::time::Instant::now();
    let large = 4 * 1024 * 1024;
    let bomb = (0..30).fold("a: &a0 [x]\n".to_owned(), |text, at| {
        format!("{text}b{at}: &a{} [*a{at}, *a{at}]\n", at + 1)
    });
    for text in [
        bomb,
        "[".repeat(large),
        "{".repeat(large),
        "- ".repeat(large / 2),
        "a: ".repeat(large / 3),
        "? ".repeat(large / 2),
        "\"a\" ".repeat(large / 4),
        "# \n".repeat(large / 3),
        "a:\n- b\n- ".repeat(large / 10),
        "&a ".repeat(large / 3),
        "!a ".repeat(large / 3),
        "a\n".repeat(large / 2),
        "--- \n".repeat(large / 5),
        "'".repeat(large),
        format!("kind: Secret\ndata:\n  a: \"{}", "\\".repeat(large)),
        "x".repeat(9 * 1024 * 1024),
    ] {
        let began = std::time::Instant::now();
        let reading = import::k8s::read(text.as_bytes());
        assert!(reading.found.is_empty() && !reading.faults.is_empty());
        assert!(began.elapsed().as_secs() < 60, "{:?}", &text[..20]);
    }
    eprintln!("{:?}", before.elapsed());
}
