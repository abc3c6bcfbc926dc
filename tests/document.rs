//! The document inside an environment's file: it reads what it writes, any TOML parser reads it
//! too, and nothing that was tampered with is read at all.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of a test may fail like a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use keyctl::clock::{Period, Time};
use keyctl::environment::Policy;
use keyctl::key::generate::System;
use keyctl::key::{Key, KeyName, Kind, Network, State, Version};
use keyctl::secret::Secret;
use keyctl::vault::document::{Document, DocumentError, LONGEST_TEXT, Reader};
use keyctl::vault::event::Event;
use keyctl::vault::signer::Signer;
use proptest::prelude::*;
use toml::{Table, Value};

/// An example of age's documentation.
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn time(text: &str) -> Time {
    text.parse().unwrap()
}

fn reader(name: &str) -> Reader {
    let recipient = RECIPIENT.parse().unwrap();
    Reader { name: name.to_owned(), recipient, added: time("2026-11-22") }
}

fn version(number: u32, state: State, secret: &str) -> Version {
    let secret = Secret::new(secret.to_owned());
    let mut version = Version::new(number, secret, time("2026-11-22"), None);
    version.state = state;
    if state.is_final() {
        version.secret = None;
    }
    version
}

/// A document with one of everything, always with the same id and signing key.
fn document() -> Document {
    let policy = Policy::new("prod".parse().unwrap());
    let name = "prod".parse().unwrap();
    let mut document = Document::new(
        name,
        policy,
        vec![reader("ana@laptop")],
        time("2026-11-22"),
        &System::default(),
    )
    .unwrap();
    "0123456789abcdef0123456789abcdef".clone_into(&mut document.id);
    document.signer = Signer::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    document.generation = 41;
    let mut key = Key::new("web".parse().unwrap(), version(1, State::Active, "first-secret"));
    "the \"web\" shop".clone_into(&mut key.description);
    key.metadata.insert("ticket".to_owned(), "OPS-1".to_owned());
    key.scopes.extend(["read".to_owned(), "write".to_owned()]);
    key.allowed_ips
        .extend(["192.0.2.7", "192.0.2.0/24"].map(|text| text.parse::<Network>().unwrap()));
    key.versions.push(version(2, State::Pending, "second-secret"));
    document.history.push(Event::new(time("2026-11-22"), "new").of_key(&key.name).of_version(1));
    document.keys.insert(key.name.clone(), key);
    document
}

/// What follows the signature.
fn body(text: &str) -> &str {
    text.splitn(3, '\n').nth(2).unwrap()
}

/// Signs `body` as whoever has read a document can.
fn signed(signer: &Signer, body: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, body.as_bytes());
    let signature = signer.sign(&[b"keyctl document 1\n", digest.as_ref()].concat());
    format!("format = 1\nsignature = \"{signature}\"\n{body}")
}

/// The same content as another program would write it.
fn relaid(signer: &Signer, body: &str) -> String {
    let table: Table = body.parse().unwrap();
    signed(signer, &toml::to_string(&table).unwrap())
}

fn error(text: &str) -> DocumentError {
    match Document::from_text(text) {
        Ok(_) => panic!("this was read: {text:.400}"),
        Err(error) => error,
    }
}

#[test]
fn a_document_reads_what_it_writes() {
    let text = document().to_text();
    let read = Document::from_text(&text).unwrap();
    assert_eq!(*read.to_text(), *text);
    assert_eq!(read.keys[&"web".parse::<KeyName>().unwrap()].versions.len(), 2);
    assert_eq!(read.generation, 41);
}

#[test]
fn the_text_is_one_value_a_line_and_its_order_is_fixed() {
    let text = document().to_text();
    let headers: Vec<_> = text.lines().filter(|line| line.starts_with('[')).collect();
    let (versions, key) = ("[[keys.versions]]", ["[[keys]]", "[keys.metadata]"]);
    let tables = ["[policy]", "[[recipients]]", key[0], key[1], versions, versions, "[[events]]"];
    assert_eq!(headers, tables);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "format = 1");
    assert!(lines[1].starts_with("signature = \""));
    assert!(lines.contains(&"secret = \"first-secret\""));
    assert!(lines.contains(&"scopes = [\"read\", \"write\"]"));
    assert!(lines.contains(&"allowed_ips = [\"192.0.2.0/24\", \"192.0.2.7\"]"));
    assert!(text.ends_with('\n') && !text.contains('\r'));
}

#[test]
fn what_is_equal_is_written_equally() {
    let mut one = document();
    let mut other = document();
    let name = |text: &str| text.parse::<KeyName>().unwrap();
    for key in ["b", "a", "c"] {
        one.keys.insert(name(key), Key::new(name(key), version(1, State::Active, key)));
    }
    for key in ["c", "b", "a"] {
        other.keys.insert(name(key), Key::new(name(key), version(1, State::Active, key)));
    }
    assert_eq!(*one.to_text(), *other.to_text());
}

/// An active version that says nothing of it has been active since it was made. One that says so
/// nevertheless is read the same.
#[test]
fn since_when_a_version_is_active_is_written_where_that_tells_something() {
    let (made, later) = (time("2026-11-22"), time("2026-11-23"));
    let written = |state: State, activated: Option<Time>| {
        let mut document = document();
        let key = document.keys.values_mut().next().unwrap();
        key.versions.truncate(1);
        key.versions[0] = version(1, state, "first-secret");
        key.versions[0].activated = activated;
        document.to_text()
    };
    let read = |text: &str| {
        let document = Document::from_text(text).unwrap();
        document.keys.values().next().unwrap().versions[0].activated
    };
    for state in ["active", "retired", "revoked", "destroyed"].map(|word| word.parse().unwrap()) {
        for activated in [None, Some(made), Some(later)] {
            let text = written(state, activated);
            let is_active = state == State::Active;
            let says = activated.filter(|at| !is_active || *at != made);
            let line = says.map(|at| format!("activated = \"{at}\""));
            let lines = text.lines().filter(|line| line.starts_with("activated"));
            assert!(lines.eq(line.as_deref()), "{state} {activated:?}");
            assert_eq!(read(&text), if is_active { says.or(Some(made)) } else { activated });
        }
    }
    let text = written(State::Active, Some(made));
    let created = "created = \"2026-11-22T00:00:00Z\"\n";
    let (before, after) = body(&text).rsplit_once(created).unwrap();
    let explicit = format!("{before}{created}activated = \"2026-11-22T00:00:00Z\"\n{after}");
    let document = Document::from_text(&signed(&document().signer, &explicit)).unwrap();
    assert_eq!(*document.to_text(), *text);
}

/// A key that does not say when it was made was made with its first version.
#[test]
fn when_a_key_was_made_is_written_where_that_tells_something() {
    let document = |created: &str, versions: usize| {
        let mut document = document();
        let key = document.keys.values_mut().next().unwrap();
        key.created = time(created);
        key.versions.truncate(versions);
        document
    };
    let of_key = |text: &str| {
        let (_, key) = body(text).split_once("[[keys]]\n").unwrap();
        let fields = key.split("\n\n").next().unwrap().lines();
        fields.filter(|line| line.starts_with("created")).map(str::to_owned).collect::<Vec<_>>()
    };
    let earlier = ["created = \"2026-11-21T00:00:00Z\""];
    let same = ["created = \"2026-11-22T00:00:00Z\""];
    for (created, versions, line) in [
        ("2026-11-22", 2, &[][..]),
        ("2026-11-22", 1, &[]),
        ("2026-11-22", 0, &same),
        ("2026-11-21", 2, &earlier),
        ("2026-11-21", 0, &earlier),
    ] {
        let text = document(created, versions).to_text();
        assert_eq!(of_key(&text), line, "{created} {versions}");
        let read = Document::from_text(&text).unwrap();
        assert_eq!(read.keys.values().next().unwrap().created, time(created));
    }
    let whole = document("2026-11-22", 1);
    let text = whole.to_text();
    let said = body(&text).replacen(
        "\n\n[keys.metadata]",
        &format!("\n{}\n\n[keys.metadata]", same[0]),
        1,
    );
    assert_ne!(said, body(&text));
    assert_eq!(*Document::from_text(&signed(&whole.signer, &said)).unwrap().to_text(), *text);
    let none = document("2026-11-22", 0);
    let unsaid = body(&none.to_text())
        .replace(&format!("{}\n\n[keys.metadata]", same[0]), "\n[keys.metadata]");
    let wanted = DocumentError::Bad { table: "keys".to_owned(), field: "created" };
    assert_eq!(error(&signed(&none.signer, &unsaid)), wanted);
}

#[test]
fn the_end_of_the_calendar_is_read_as_it_is_written() {
    let mut document = document();
    document.created = time("9999-12-30").after(Period::days(36_525));
    let text = document.to_text();
    assert_eq!(*Document::from_text(&text).unwrap().to_text(), *text);
}

#[test]
fn another_layout_of_the_same_content_is_read_equally() {
    let document = document();
    let by_hand = r#"
# Written by hand.
signing_key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
generation = 0x2_9
id = """
0123456789abcdef\
    0123456789abcdef"""
created = "2026-11-22T00:00:00Z"
environment = "\u0070rod"
policy = { code = "prod", profile = "sk", rotate_every = "90d", grace = "7d", purge_after = "30d" }
events = [ { command = "new", at = "2026-11-22", key = "web", version = 1 } ]

[[keys]]
    created = "2026-11-22T01:00:00+01:00"
    name = "web"
    metadata.ticket = "OPS-1"
    description = 'the "web" shop'
    scopes = [
        "write", # sorted when it is written again
        "read",
    ]
    allowed_ips = ["192.0.2.7/32", '192.0.2.0/24']
    [[keys.versions]]
    secret = "first-secret"
    activated = "2026-11-22"
    created = "2026-11-22"
    state = "active"
    number = 1

    [[keys.versions]]
    number = +2
    state = "pending"
    secret = "second-secret"
    created = "2026-11-22"

[[recipients]]
added = "2026-11-22"
name = "ana@laptop"
recipient = "RECIPIENT"
"#;
    let by_hand = by_hand.replace("RECIPIENT", RECIPIENT);
    let text = document.to_text();
    for other in [
        signed(&document.signer, &by_hand),
        signed(&document.signer, &by_hand.replace('\n', "\r\n")),
        signed(&document.signer, &body(&text).replace('\n', "\r\n")),
        relaid(&document.signer, body(&text)),
    ] {
        let read = Document::from_text(&other).unwrap_or_else(|error| panic!("{error}: {other}"));
        assert_eq!(*read.to_text(), *text);
    }
}

#[test]
fn a_newer_format_is_said_to_be_newer_whatever_follows() {
    for rest in ["", "sig = 1\n", "signature = \"\"\nanything [[[ at all"] {
        assert_eq!(error(&format!("format = 2\n{rest}")), DocumentError::Newer(2));
    }
    let text = document().to_text();
    assert_eq!(error(&text.replacen("format = 1", "format = 77", 1)), DocumentError::Newer(77));
    for first in
        ["format = 0", "format = -1", "format = 01", "format = +1", "format =1", "format = 1 ", ""]
    {
        let text = text.replacen("format = 1", first, 1);
        assert_eq!(error(&text), DocumentError::NotADocument, "{first}");
    }
}

#[test]
fn an_unknown_field_or_table_is_an_error_and_not_dropped() {
    let document = document();
    let text = document.to_text();
    let unknown = |table: &str, field: &str| DocumentError::Unknown {
        table: table.to_owned(),
        field: field.to_owned(),
    };
    let with = |header: &str, line: &str| {
        let body = body(&text).replacen(header, &format!("{header}\n{line}"), 1);
        [signed(&document.signer, &body), relaid(&document.signer, &body)]
    };
    for table in ["policy", "recipients", "keys", "keys.versions", "events"] {
        let header = if table == "policy" { "[policy]".to_owned() } else { format!("[[{table}]]") };
        for other in with(&header, "colour = \"blue\"") {
            assert_eq!(error(&other), unknown(table, "colour"), "{other}");
        }
    }
    for other in with("generation = 41", "colour = 3") {
        assert_eq!(error(&other), unknown("", "colour"));
    }
    for table in
        ["stars", "policy.stars", "keys.stars", "keys.metadata.stars", "keys.versions.stars"]
    {
        let body = format!("{}\n[{table}]\nx = 1\n", body(&text));
        assert_eq!(error(&signed(&document.signer, &body)), unknown(table, ""));
    }
}

#[test]
fn a_missing_or_ill_typed_field_is_told_by_table_and_name() {
    let document = document();
    let text = document.to_text();
    for (from, to, table, field) in [
        ("code = \"prod\"\n", "", "policy", "code"),
        ("grace = \"7d\"", "grace = 7", "policy", "grace"),
        ("generation = 41", "generation = \"41\"", "", "generation"),
        ("number = 2", "number = 1", "keys.versions", "number"),
        ("number = 1", "number = 0", "keys.versions", "number"),
        ("number = 1", "number = 4294967296", "keys.versions", "number"),
        ("state = \"pending\"", "state = \"revoked\"", "keys.versions", "secret"),
        ("secret = \"first-secret\"\n", "", "keys.versions", "secret"),
        ("name = \"web\"", "name = \"we b\"", "keys", "name"),
        ("scopes = [\"read\", \"write\"]", "scopes = \"read\"", "keys", "scopes"),
        ("[\"192.0.2.0/24\", \"", "[\"192.0.2.1/24\", \"", "keys", "allowed_ips"),
        ("command = \"new\"\n", "", "events", "command"),
        (RECIPIENT, "age1nobody", "recipients", "recipient"),
        ("ticket\" = \"OPS-1\"", "ticket\" = 1", "keys.metadata", "metadata"),
    ] {
        let changed = body(&text).replacen(from, to, 1);
        assert_ne!(changed, body(&text), "{from}");
        let bad = DocumentError::Bad { table: table.to_owned(), field };
        assert_eq!(error(&signed(&document.signer, &changed)), bad, "{from} → {to}");
    }
}

#[test]
fn whoever_signs_with_another_key_is_found_out() {
    let document = document();
    let text = document.to_text();
    let other = Signer::from_text(&("/".repeat(42) + "8=")).unwrap();
    assert_eq!(error(&signed(&other, body(&text))), DocumentError::Signature);
    // The signature of one content does not fit another.
    let changed = body(&text).replacen("generation = 41", "generation = 40", 1);
    let forged = text.replacen(body(&text), &changed, 1);
    assert_eq!(error(&forged), DocumentError::Signature);
}

#[test]
fn no_change_of_a_single_bit_goes_unseen() {
    let text = document().to_text();
    let mut bytes = text.as_bytes().to_vec();
    for at in 0..bytes.len() {
        // The highest bit would make it another file than text, which is refused before.
        for bit in 0..7 {
            bytes[at] ^= 1 << bit;
            let changed = std::str::from_utf8(&bytes).unwrap();
            assert!(Document::from_text(changed).is_err(), "bit {bit} of byte {at}: {changed}");
            bytes[at] ^= 1 << bit;
        }
    }
}

#[test]
fn no_inserted_or_removed_character_goes_unseen() {
    let text = document().to_text();
    for at in 0..text.len() {
        let (before, after) = text.split_at(at);
        let removed = format!("{before}{}", &after[1..]);
        assert!(Document::from_text(&removed).is_err(), "without byte {at}: {removed}");
        for other in [' ', '\n', '\r', '0', '+', '=', '"', '#'] {
            let inserted = format!("{before}{other}{after}");
            assert!(Document::from_text(&inserted).is_err(), "{other:?} at {at}: {inserted}");
        }
    }
    for end in ["\n", " ", "#", "\r\n", "\0"] {
        assert!(Document::from_text(&format!("{}{end}", *text)).is_err(), "{end:?}");
    }
}

#[test]
fn a_cut_off_document_is_an_error_at_every_length() {
    let document = document();
    let text = document.to_text();
    for end in 0..text.len() {
        assert!(Document::from_text(&text[..end]).is_err(), "{end} bytes");
    }
    // Signed again, what is left is read as the toml crate reads it, or not at all.
    for end in 0..body(&text).len() {
        assert_no_other_reading(&document.signer, &body(&text)[..end]);
    }
}

/// What is read of `body` is TOML, and the same as of another layout of it.
fn assert_no_other_reading(signer: &Signer, body: &str) {
    let Ok(document) = Document::from_text(&signed(signer, body)) else { return };
    assert!(body.parse::<Table>().is_ok(), "this is not TOML, and was read: {body}");
    let other = Document::from_text(&relaid(signer, body));
    assert_eq!(other.map(|other| other.to_text().clone()), Ok(document.to_text()), "{body}");
}

#[test]
fn what_toml_forbids_is_not_read() {
    let document = document();
    let text = document.to_text();
    let twice = |part: &str| body(&text).replacen(part, &format!("{part}\n{part}"), 1);
    for body in [
        twice("generation = 41"),
        twice("grace = \"7d\""),
        twice("\"ticket\" = \"OPS-1\""),
        twice("[policy]"),
        twice("[keys.metadata]"),
        twice("[keys.metadata]\n\"ticket\" = \"OPS-1\"\n"),
        twice("number = 1"),
        format!(
            "{}\n[policy]\ncode = \"p\"\nprofile = \"sk\"\ngrace = \"1d\"\npurge_after = \"1d\"\n",
            body(&text)
        ),
        format!("{}\n[keys.metadata]\nother = \"x\"\n", body(&text)),
        body(&text).replace("generation = 41", "generation = 041"),
        body(&text).replace("generation = 41", "generation = 9223372036854775808"),
        body(&text).replace("generation = 41", "generation = 18446744073709551616"),
        body(&text).replace("first-secret", "first\u{7f}secret"),
        body(&text).replace("first-secret", "first\\usecret"),
        body(&text).replace("first-secret", "first\\uD800secret"),
    ] {
        assert!(Document::from_text(&signed(&document.signer, &body)).is_err(), "{body}");
    }
    // One table where there could be several is TOML, and means the same.
    for (from, to) in [
        ("[[keys]]", "[keys]"),
        ("[[keys.versions]]", "[keys.versions]"),
        ("[[recipients]]", "[recipients]"),
        ("[[events]]", "[events]"),
        ("[policy]", "[[policy]]"),
        ("[keys.metadata]", "[[keys.metadata]]"),
    ] {
        assert_no_other_reading(&document.signer, &body(&text).replace(from, to));
    }
}

#[test]
fn a_text_that_is_too_long_is_not_read() {
    fn key(document: &mut Document) -> &mut Key {
        document.keys.values_mut().next().unwrap()
    }
    type Set = fn(&mut Document, String);
    let longest = "x".repeat(LONGEST_TEXT);
    let set: [(&str, Set); 6] = [
        ("description", |document, text| key(document).description = text),
        ("owner", |document, text| key(document).owner = text),
        ("metadata", |document, text| drop(key(document).metadata.insert("a".to_owned(), text))),
        ("a name of metadata", |document, text| {
            key(document).metadata.insert(text, String::new());
        }),
        ("a scope", |document, text| {
            key(document).scopes.insert(text);
        }),
        ("a note", |document, text| {
            document.history.push(Event::new(document.created, "set").because(text));
        }),
    ];
    for (what, set) in set {
        let mut fits = document();
        set(&mut fits, longest.clone());
        assert!(Document::from_text(&fits.to_text()).is_ok(), "{what} that just fits");
        let mut over = document();
        set(&mut over, format!("{longest}x"));
        assert!(Document::from_text(&over.to_text()).is_err(), "{what} that is too long");
    }
}

#[test]
fn hostile_texts_are_refused_without_delay() {
    const MANY: usize = 100_000;
    let document = document();
    let text = document.to_text();
    let field = |value: String| {
        body(&text).replacen("generation = 41", &format!("generation = {value}"), 1)
    };
    let long = "x".repeat(8 * 1024 * 1024);
    let bodies = [
        "[".repeat(MANY),
        format!("[{}]", "a.".repeat(MANY) + "a"),
        format!("#\n[{}]", "a.".repeat(MANY) + "a"),
        format!("#\n[[{}]]", "a.".repeat(MANY) + "a"),
        "a.".repeat(MANY) + "a = 1",
        field("[".repeat(MANY)),
        field("[".repeat(MANY) + &"]".repeat(MANY)),
        field("{a=".repeat(MANY)),
        field("{a=".repeat(MANY) + "1" + &"}".repeat(MANY)),
        field("\"".repeat(MANY)),
        field(format!("\"{long}")),
        field(format!("\"{}\"", "\\u0041".repeat(MANY))),
        field(format!("\"\"\"{}", "\\\n".repeat(MANY))),
        field("9".repeat(MANY)),
        field("1_".repeat(MANY)),
        body(&text).replace("\"read\"", &("\"\\\"\", ".repeat(10 * MANY) + "\"read\"")),
        body(&text).replace("first-secret", &long),
        format!("{}\n{}", body(&text), "x = 1\n".repeat(MANY)),
        format!("{}\n{}", body(&text), "[x]\n".repeat(MANY)),
        format!("{}\n{}", body(&text), "[policy]\n".repeat(MANY)),
        format!("{}\n[policy.x]\n{}", body(&text), "[[policy.x.y]]\n".repeat(MANY)),
        format!("{}\n{}x", body(&text), "#\n".repeat(MANY)),
        format!("{}\n{long}", body(&text)),
        "\u{85}\u{feff}\u{2028}".repeat(MANY),
        field("\"\u{85}\"".to_owned()),
        field("\"\\".to_owned()),
        field("\"\\u12".to_owned()),
        field("\"\\u\u{e9}\u{e9}\"".to_owned()),
    ];
    for (at, body) in bodies.iter().enumerate() {
        let start = Instant::now();
        let result = Document::from_text(&signed(&document.signer, body));
        let took = start.elapsed();
        assert!(took < Duration::from_secs(60), "{at} took {took:?}: {body:.80}");
        // Many scopes are no fault; all else is.
        let is_list = body.contains("\\\"\", ");
        assert_eq!(result.is_ok(), is_list, "{at}: {body:.80}");
    }
    for text in [
        String::new(),
        "\n".repeat(MANY),
        long.clone(),
        format!("format = 1\nsignature = \"{long}\"\n"),
    ] {
        assert_eq!(error(&text), DocumentError::NotADocument);
    }
}

#[test]
fn an_error_never_quotes_what_it_is_about() {
    let document = document();
    let text = document.to_text();
    for (from, to) in [
        ("\"first-secret\"", "\"first-secret"),
        ("\"first-secret\"", "first-secret"),
        ("\"first-secret\"", "\"first-secret\" \"first-secret\""),
        ("secret = \"first-secret\"", "secret = [\"first-secret\", 1]"),
        ("number = 2", "digest = \"first-secret\"\nnumber = 2"),
        ("state = \"active\"", "state = \"first-secret\""),
    ] {
        let error = error(&signed(&document.signer, &body(&text).replacen(from, to, 1)));
        let told = format!("{error} {error:?}");
        assert!(!told.contains("first-secret"), "{told}");
    }
}

// --- Any document -------------------------------------------------------------------------------

/// Texts that a careless writer gets wrong.
fn odd_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        "\"",
        "\"\"\"",
        "'",
        "\\",
        "\\u0041",
        "\n",
        "\r",
        "\r\n",
        "\t",
        "#",
        " # ",
        "=",
        " = ",
        "[",
        "]",
        "[[keys]]",
        "{",
        "}",
        ",",
        ".",
        "\0",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{80}",
        "\u{85}",
        "\u{9f}",
        "\u{2028}",
        "\u{202e}",
        "\u{feff}",
        "\u{ffff}",
        "\u{10ffff}",
        "\u{1f511}",
        "é",
        "a",
        "0",
    ]);
    let part = prop_oneof![3 => special.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// Whole seconds of the years 1 to 9999, most of them of ours.
fn any_time() -> impl Strategy<Value = Time> {
    let seconds = prop_oneof![4 => 1_700_000_000..1_900_000_000_i64, 1 => -62_135_596_800..253_402_207_200_i64];
    seconds.prop_map(|seconds| Time::from_unix(seconds).unwrap())
}

fn maybe_time() -> impl Strategy<Value = Option<Time>> {
    prop::option::of(any_time())
}

fn any_period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1..1_000_u64).prop_map(Period::days),
        (1..3_000_000_000_u64).prop_map(Period::seconds)
    ]
}

/// What a consumer can read: printable, and nothing that separates or quotes.
fn any_secret() -> impl Strategy<Value = String> {
    "[!#-&(-+.-\\[\\]-~-]{1,40}"
}

/// At most two accepted versions, one of them active: what every key keeps to.
fn settle(versions: &mut [Version]) {
    let accepted = versions.iter_mut().filter(|version| version.state.is_accepted());
    for (accepted, version) in accepted.enumerate() {
        version.state = match (accepted, version.state) {
            (0, _) => State::Active,
            (1, State::Active) => State::Pending,
            (1, state) => state,
            _ => State::Retired,
        };
    }
}

fn any_version() -> impl Strategy<Value = Version> {
    let state = prop::sample::select(vec![
        "active",
        "pending",
        "retiring",
        "retired",
        "revoked",
        "destroyed",
    ]);
    let times = (any_time(), prop::array::uniform7(maybe_time()));
    let marks = (prop::option::of(1..9_u32), any::<bool>());
    (state, any_secret(), times, prop::option::of(odd_text()), marks).prop_map(
        |(state, secret, (created, times), reason, (replaces, is_weak))| {
            let mut version = version(1, state.parse().unwrap(), &secret);
            version.is_weak = is_weak;
            version.digest = version.digest.filter(|_| !is_weak || version.secret.is_some());
            version.created = created;
            [
                version.activated,
                version.retiring,
                version.retire_by,
                version.retired,
                version.revoked,
                version.destroyed,
                version.expires,
            ] = times;
            version.reason = reason;
            version.replaces = replaces;
            version
        },
    )
}

fn any_kind() -> impl Strategy<Value = Kind> {
    let texts = ["secret:base64url:32", "secret:hex:16", "secret:base62:1024"];
    let single = prop::sample::select(texts.to_vec()).prop_map(|text| text.parse().unwrap());
    prop_oneof![Just(Kind::ApiKey), single]
}

fn any_network() -> impl Strategy<Value = Network> {
    let texts = ["192.0.2.7", "192.0.2.0/24", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32"];
    prop::sample::select(texts.to_vec()).prop_map(|text| text.parse().unwrap())
}

fn any_key() -> impl Strategy<Value = Key> {
    (
        ("[A-Za-z0-9][A-Za-z0-9_-]{0,9}", any_kind()),
        (odd_text(), odd_text()),
        prop::collection::btree_map(odd_text(), odd_text(), 0..4),
        prop::collection::btree_set(odd_text(), 0..4),
        prop::collection::btree_set(any_network(), 0..4),
        (any_time(), maybe_time()),
        prop::collection::vec((any_version(), 1..9_u32), 0..4),
    )
        .prop_map(
            |(
                (name, kind),
                (description, owner),
                metadata,
                scopes,
                allowed_ips,
                (created, expires),
                versions,
            )| {
                let mut number = 0;
                let versions = versions.into_iter().map(|(mut version, step)| {
                    number += step;
                    version.number = number;
                    version
                });
                let mut versions: Vec<Version> = versions.collect();
                settle(&mut versions);
                let name = name.parse().unwrap();
                Key {
                    name,
                    kind,
                    description,
                    owner,
                    metadata,
                    scopes,
                    allowed_ips,
                    created,
                    expires,
                    versions,
                }
            },
        )
}

fn any_event() -> impl Strategy<Value = Event> {
    let key = prop::option::of("[A-Za-z0-9][A-Za-z0-9_-]{0,9}");
    (any_time(), odd_text(), key, prop::option::of(any::<u32>()), prop::option::of(odd_text()))
        .prop_map(|(at, command, key, version, note)| Event {
            at,
            command: command.into(),
            key: key.map(|key| key.parse().unwrap()),
            version,
            note,
        })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let profile = prop::sample::select(vec![
        "sk",
        "permas-test",
        "permas-live",
        "gateway",
        "heare",
        "custom:acme_{env}_{rand:32}{check}",
    ]);
    let maybe_period = || prop::option::of(any_period());
    let formats = prop::collection::btree_set("[a-z][a-z0-9-]{0,31}", 0..3);
    let former = "(sk|heare|custom:acme_\\{env\\}_\\{rand:32\\}\\{check\\}) [a-z][a-z0-9]{0,15}";
    let former = prop::collection::btree_set(former, 0..3);
    let limits = (maybe_period(), maybe_period(), maybe_period());
    let lists = (formats, former);
    ("[a-z][a-z0-9]{0,15}", profile, limits, any_period(), any_period(), lists).prop_map(
        |(code, profile, (rotate_every, expire_after, quiet_for), grace, purge_after, lists)| {
            Policy {
                code: code.parse().unwrap(),
                profile: profile.parse().unwrap(),
                rotate_every,
                expire_after,
                grace,
                purge_after,
                quiet_for,
                formats: lists.0.iter().map(|name| name.parse().unwrap()).collect(),
                former: lists.1.iter().map(|form| form.parse().unwrap()).collect(),
            }
        },
    )
}

fn any_document() -> impl Strategy<Value = Document> {
    (
        "[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,9})?",
        any_policy(),
        prop::collection::vec(odd_text(), 1..3),
        prop::collection::vec(any_key(), 0..4),
        prop::collection::vec(any_event(), 0..4),
        (0..=i64::MAX.cast_unsigned(), any_time()),
    )
        .prop_map(|(environment, policy, readers, keys, events, (generation, created))| {
            let keys = keys.into_iter().map(|key| (key.name.clone(), key)).collect();
            let readers = readers.iter().map(|name| reader(name)).collect();
            let environment = environment.parse().unwrap();
            Document {
                environment,
                policy,
                readers,
                keys,
                history: events.into_iter().collect(),
                generation,
                created,
                ..document()
            }
        })
}

/// The text of a field, where there is one.
fn text_of<'a>(table: &'a Value, field: &str) -> Option<&'a str> {
    table.get(field).map(|value| value.as_str().unwrap())
}

/// The tables of an array of tables, none where it is missing.
fn tables(table: Option<&Value>) -> impl Iterator<Item = &Value> {
    table.into_iter().flat_map(|array| array.as_array().unwrap())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn any_document_reads_what_it_writes(document in any_document()) {
        let text = document.to_text();
        let read = Document::from_text(&text);
        prop_assert!(read.is_ok(), "{:?} of {}", read, *text);
        prop_assert_eq!(&*read.unwrap().to_text(), &*text);
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{}", *text);
    }

    #[test]
    fn any_document_is_toml_that_other_programs_read_the_same_way(document in any_document()) {
        let text = document.to_text();
        let table: Table = text.parse().unwrap();
        let keys: Vec<_> = tables(table.get("keys")).collect();
        prop_assert_eq!(keys.len(), document.keys.len());
        for (found, key) in keys.iter().zip(document.keys.values()) {
            prop_assert_eq!(text_of(found, "name"), Some(key.name.as_str()));
            prop_assert_eq!(text_of(found, "description").unwrap_or_default(), &key.description);
            prop_assert_eq!(text_of(found, "owner").unwrap_or_default(), &key.owner);
            let metadata: BTreeMap<_, _> = found.get("metadata").into_iter().flat_map(|pairs| {
                let pairs = pairs.as_table().unwrap().iter();
                pairs.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            }).collect();
            prop_assert_eq!(&metadata, &key.metadata);
            let scopes: BTreeSet<_> = tables(found.get("scopes"))
                .map(|scope| scope.as_str().unwrap().to_owned()).collect();
            prop_assert_eq!(&scopes, &key.scopes);
            let networks: BTreeSet<Network> = tables(found.get("allowed_ips"))
                .map(|network| network.as_str().unwrap().parse().unwrap()).collect();
            prop_assert_eq!(&networks, &key.allowed_ips);
            let secrets: Vec<_> = tables(found.get("versions")).map(|v| text_of(v, "secret")).collect();
            let kept: Vec<_> =
                key.versions.iter().map(|v| v.secret.as_ref().map(Secret::expose)).collect();
            prop_assert_eq!(secrets, kept);
        }
        let notes: Vec<_> = tables(table.get("events")).map(|event| text_of(event, "note")).collect();
        let events = document.events().unwrap();
        let kept: Vec<_> = events.iter().map(|event| event.note.as_deref()).collect();
        prop_assert_eq!(notes, kept);
    }

    #[test]
    fn any_document_may_be_laid_out_otherwise(document in any_document()) {
        let text = document.to_text();
        let other = relaid(&document.signer, body(&text));
        let read = Document::from_text(&other);
        prop_assert!(read.is_ok(), "{:?} of {}", read, other);
        prop_assert_eq!(&*read.unwrap().to_text(), &*text);
    }
}

/// A change to a text in lines.
#[derive(Debug, Clone)]
enum Edit {
    Repeat(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, String),
}

impl Edit {
    fn apply(&self, body: &str) -> String {
        let mut lines: Vec<&str> = body.lines().collect();
        let count = lines.len();
        match self {
            _ if count == 0 => {}
            Self::Repeat(from, to) => lines.insert(to.index(count), lines[from.index(count)]),
            Self::Remove(at) => drop(lines.remove(at.index(count))),
            Self::Swap(a, b) => lines.swap(a.index(count), b.index(count)),
            Self::Insert(at, text) => {
                let at = at.index(body.len());
                let at = (0..=at).rfind(|at| body.is_char_boundary(*at)).unwrap_or(0);
                return format!("{}{text}{}", &body[..at], &body[at..]);
            }
        }
        lines.join("\n")
    }
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        3 => (index(), index()).prop_map(|(from, to)| Edit::Repeat(from, to)),
        2 => index().prop_map(Edit::Remove),
        2 => (index(), index()).prop_map(|(a, b)| Edit::Swap(a, b)),
        2 => (index(), odd_text()).prop_map(|(at, text)| Edit::Insert(at, text)),
    ]
}

proptest! {
    #![proptest_config(config(2_000))]

    /// The reader of the canonical form decides nothing that the `toml` crate would not.
    #[test]
    fn an_edited_body_is_read_as_toml_or_not_at_all(edits in prop::collection::vec(any_edit(), 1..4)) {
        let document = document();
        let text = document.to_text();
        let edited = edits.iter().fold(body(&text).to_owned(), |body, edit| edit.apply(&body));
        assert_no_other_reading(&document.signer, &edited);
    }

    #[test]
    fn any_text_at_all_is_refused_without_a_panic(text in "\\PC{0,80}", body in odd_text()) {
        prop_assert!(Document::from_text(&text).is_err());
        prop_assert!(Document::from_text(&signed(&document().signer, &body)).is_err());
    }
}
