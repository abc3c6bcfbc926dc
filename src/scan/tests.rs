use std::io::{self, Read};

use ::base64::Engine as _;
use ::base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::{Encoding, Finding, Place, Scanner, Searcher};
use crate::clock::Time;
use crate::environment::{Code, EnvironmentName, Policy, Profile, Template};
use crate::key::token::{self, Form};
use crate::secret::Secret;

const BODY: &str = "7Q3FalL0vI7cIdtRkdS2c3714DfAVMzZ0aB1cD2eF3gH4iJ5kL6mN7oP8";
const TEMPLATES: [&str; 6] = [
    "acme_{env}_{rand:32}{check}",
    "acme{rand:22}{check}",
    "x-{rand:22}_v1-{check}",
    "{rand:40}{check}",
    "{rand:24}-{check}",
    "q{rand:80}tail{check}",
];

/// A key of this profile, with some characters of its own.
fn key(profile: &str, salt: usize) -> String {
    let name: EnvironmentName = "eu-west-1".parse().unwrap();
    let mut policy = Policy::new(Code::from_name(&name));
    policy.profile = profile.parse().unwrap();
    let form = Form::new(&name, &policy, Time::from_unix(1_767_225_600).unwrap());
    let random: String = BODY.chars().cycle().skip(salt).take(form.random).collect();
    let body = format!("{}{random}{}", form.head, form.tail);
    let check = token::check_of(&body);
    body + std::str::from_utf8(&check).unwrap()
}

fn profiles() -> Vec<String> {
    let built_in = ["sk", "permas-test", "permas-live", "gateway", "heare"].map(str::to_owned);
    built_in.into_iter().chain(TEMPLATES.map(|template| format!("custom:{template}"))).collect()
}

/// Whether a form can be told inside other texts: it begins with two characters that are fixed.
fn has_head(profile: &str) -> bool {
    !profile.starts_with("custom:{") && !profile.starts_with("custom:q")
}

fn templates() -> impl Iterator<Item = (Template, Code)> {
    let name: EnvironmentName = "eu-west-1".parse().unwrap();
    TEMPLATES.into_iter().map(move |text| match format!("custom:{text}").parse() {
        Ok(Profile::Custom(template)) => (template, Code::from_name(&name)),
        other => panic!("{other:?}"),
    })
}

fn scanner() -> Scanner {
    Scanner::new(templates(), &[])
}

/// Gives parts of different lengths.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 * 5 % 4093 + 1;
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

fn search(scanner: &Scanner, text: &[u8]) -> Vec<Finding> {
    let mut found = Vec::new();
    Searcher::new(scanner).search(&mut &*text, &mut |finding| found.push(finding)).unwrap();
    found
}

/// What is found in a text, in few words.
fn found(scanner: &Scanner, text: &[u8]) -> Vec<(u64, Encoding, String)> {
    let found = search(scanner, text).into_iter();
    found.map(|one| (one.place.offset, one.encoding, one.secret.expose().to_owned())).collect()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let order = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(order).collect()
}

fn escape(text: &str, all: bool, mark: &str) -> String {
    let one = |c: char| match c {
        '_' => format!("{mark}5F"),
        '-' => format!("{mark}2d"),
        _ if all => format!("{mark}{:02x}", u32::from(c)),
        _ => c.to_string(),
    };
    text.chars().map(one).collect()
}

#[test]
fn a_key_of_every_form_is_found_wherever_it_stands() {
    let scanner = scanner();
    for profile in profiles() {
        let key = key(&profile, 3);
        for before in 0..70 {
            for gap in [&b" "[..], b"\"", b"\n", b"\xff", b",", b"="] {
                let text = [&gap.repeat(before), key.as_bytes(), &gap.repeat(70 - before)].concat();
                let wanted = [(before as u64, Encoding::Plain, key.clone())];
                assert_eq!(found(&scanner, &text), wanted, "{profile} {before} {gap:?}");
            }
        }
        assert_eq!(found(&scanner, key.as_bytes()).len(), 1, "{profile}");
    }
}

#[test]
fn what_is_glued_to_a_key_does_not_hide_it() {
    let scanner = scanner();
    for profile in profiles().iter().filter(|profile| !profile.starts_with("custom:{")) {
        let key = key(profile, 5);
        for before in
            ["x", "\\n", "%3D", "_", "-", "sk_", "sk-a-", "0", "\u{1b}[0m", "xxxxxxxxxxxxxxxxxxxx"]
        {
            for after in ["", "x", "_", "-", "\\n", "%0A", "0", "é", "|"] {
                let text = format!("{before}{key}{after}");
                let wanted = [(before.len() as u64, Encoding::Plain, key.clone())];
                assert_eq!(found(&scanner, text.as_bytes()), wanted, "{text}");
            }
        }
        let twice = format!("{key}{key}");
        assert_eq!(found(&scanner, twice.as_bytes()).len(), 2, "{twice}");
    }
}

#[test]
fn a_form_without_a_head_is_found_as_a_word() {
    let scanner = scanner();
    for profile in ["custom:{rand:40}{check}", "custom:{rand:24}-{check}"] {
        let key = key(profile, 1);
        for (text, count) in [
            (format!("a {key}"), 1),
            (format!("K={key},x"), 1),
            (format!("[{key}]"), 1),
            (format!("`{key}`"), 1),
            (format!("x{{{key}|{key}}}"), 2),
            (format!("a@{key}@b"), 1),
            (format!("\"A=1\\n{key}\\n\""), 1),
            (format!("x{key}"), 0),
            (format!("{key}x"), 0),
            (format!("{key}-"), 0),
            (format!("_{key}"), 0),
        ] {
            assert_eq!(found(&scanner, text.as_bytes()).len(), count, "{text}");
        }
    }
}

#[test]
fn a_key_is_found_in_every_encoding() {
    let scanner = scanner();
    for profile in profiles().iter().filter(|profile| has_head(profile)) {
        let key = key(profile, 7);
        let check = |text: &[u8], at: usize, encoding| {
            let wanted = [(at as u64, encoding, key.clone())];
            assert_eq!(found(&scanner, text), wanted, "{}", String::from_utf8_lossy(text));
        };
        for (mark, encoding) in
            [("%", Encoding::Percent), ("\\u00", Encoding::Json), ("\\\\u00", Encoding::Json)]
        {
            for all in [false, true] {
                let text = format!("a=\"{}\"", escape(&key, all, mark));
                if key.contains(['_', '-']) || all {
                    // Of two backslashes the second one begins the escape.
                    let at =
                        if all { mark.len() - mark.trim_start_matches("\\\\").len() } else { 0 };
                    check(text.as_bytes(), 3 + at / 2, encoding);
                }
            }
        }
        for before in 0..9 {
            for after in ["", "\n", "\nb\n", "éé"] {
                let text = format!(
                    "{}{key}{after}",
                    &"éa=1\nbc=\n"[..].chars().take(before).collect::<String>()
                );
                let lead = text.len() - key.len() - after.len();
                let coded = STANDARD.encode(&text);
                let at = lead * 4 / 3;
                check(format!("data: {coded}\n").as_bytes(), 6 + at, Encoding::Base64);
                check(
                    format!("n{}", URL_SAFE_NO_PAD.encode(&text)).as_bytes(),
                    1 + at,
                    Encoding::Base64,
                );
            }
        }
        for big in [false, true] {
            for lead in ["", "é", "a\r\n\"", "鍵="] {
                let text = utf16(&format!("{lead}{key}\r\n"), big);
                let at = lead.encode_utf16().count() * 2 + usize::from(big);
                check(&text, at, Encoding::Utf16);
                check(&[&[0][..], &text].concat(), at + 1, Encoding::Utf16);
            }
        }
    }
}

#[test]
fn a_kubernetes_secret_gives_up_all_its_keys() {
    let keys: Vec<String> = (0..50).map(|salt| key("sk", salt)).collect();
    for list in [keys.join("\n"), keys.join(","), format!("A=1\nB=\"{}\"\n", keys.join("\"\nC=\""))]
    {
        let coded = STANDARD.encode(&list);
        let text = format!("apiVersion: v1\nkind: Secret\ndata:\n  api_keys.txt: {coded}\n");
        let found: Vec<_> = search(&scanner(), text.as_bytes());
        let secrets: Vec<_> = found.iter().map(|one| one.secret.expose()).collect();
        assert_eq!(secrets, keys);
        assert!(found.iter().all(|one| one.place.line == 4 && one.encoding == Encoding::Base64));
        for (one, key) in found.iter().zip(&keys) {
            let at = list.find(key.as_str()).unwrap();
            let lead = text.find(&coded).unwrap();
            assert_eq!(one.place.offset, (lead + at * 4 / 3) as u64);
        }
    }
}

#[test]
fn base64_is_found_across_its_lines() {
    let keys: Vec<String> = (0..40).map(|salt| key("sk", salt)).collect();
    for lead in 0..60 {
        let list = format!("{}{}", "#".repeat(lead), keys.join("\n"));
        let coded = STANDARD.encode(&list);
        for (width, gap) in [(64, "\n"), (76, "\r\n"), (76, "\n    ")] {
            let lines: Vec<_> = coded.as_bytes().chunks(width).collect();
            let text = lines.join(gap.as_bytes());
            let found = search(&scanner(), &text);
            let secrets: Vec<_> = found.iter().map(|one| one.secret.expose()).collect();
            assert_eq!(secrets, keys, "{lead} {width} {gap:?}");
        }
    }
}

#[test]
fn a_gap_in_base64_hides_no_key_whatever_is_around_it() {
    let scanner = scanner();
    for profile in profiles().iter().filter(|profile| has_head(profile)) {
        let key = key(profile, 2);
        for before in 0..60 {
            // What comes right before the key has no letter or digit in base64.
            let text =
                [&vec![0xff; before][..], key.as_bytes(), b"\nand more of the same"].concat();
            let coded = STANDARD.encode(text);
            for gap in ["\n", "\r\n    ", "\\n", "\\\\r\\\\n", "%0D%0A"] {
                let lines: Vec<_> = coded.as_bytes().chunks(76).collect();
                let text = lines.join(gap.as_bytes());
                let start = before * 8 / 6;
                let wanted = (start + start / 76 * gap.len()) as u64;
                let found = found(&scanner, &text);
                assert_eq!(found, [(wanted, Encoding::Base64, key.clone())], "{before} {gap:?}");
            }
        }
    }
}

#[test]
fn a_key_that_is_damaged_is_none() {
    let scanner = scanner();
    for profile in profiles() {
        let key = key(&profile, 11);
        for at in 0..key.len() {
            for other in ["", "0", "z", "_", " ", "ab"] {
                let mut damaged = key.clone();
                damaged.replace_range(at..=at, other);
                // With something behind it, it is still there.
                if !damaged.starts_with(&key) {
                    let found = found(&scanner, damaged.as_bytes());
                    assert_eq!(found, [], "{profile} {damaged}");
                }
            }
        }
    }
}

#[test]
fn a_key_across_the_borders_of_windows_is_found_once_and_in_its_place() {
    let scanner = scanner();
    let plain = key("sk", 0);
    let coded = STANDARD.encode(format!("a{plain}\n"));
    for text in [
        plain.clone(),
        coded,
        escape(&plain, true, "\\u00"),
        String::from_utf8(utf16(&plain, false)).unwrap(),
    ] {
        // The smallest one, and one of several pieces; keys are handed over up to the longest's length
        // before its end.
        let near = |border: usize| border - 300..border + 50;
        let windows = [4 * super::LONGEST, 6 * super::LONGEST];
        let borders = windows.map(|window| [window - super::LONGEST, window - 4096, window]);
        for (window, before) in std::iter::zip(windows, borders).flat_map(|(window, borders)| {
            borders.into_iter().flat_map(near).map(move |at| (window, at))
        }) {
            let mut all = b"ab\n".repeat(before / 3 + 1);
            all.truncate(before);
            all.extend_from_slice(text.as_bytes());
            all.extend_from_slice(b"\nxy ".repeat(window / 3).as_slice());
            let mut searcher = Searcher::with_window(&scanner, window);
            let mut found = Vec::new();
            let mut source = Trickle(&all, before);
            searcher.search(&mut source, &mut |finding| found.push(finding)).unwrap();
            let [one] = &found[..] else { panic!("{before}: {}", found.len()) };
            assert_eq!(one.secret.expose(), plain, "{before}");
            let lead = u64::from(one.encoding == Encoding::Base64);
            let column = (before % 3) as u64 + lead;
            assert_eq!(one.place.offset, before as u64 + lead, "{before}");
            assert_eq!(one.place.line, before as u64 / 3 + 1, "{before}");
            let column = if one.encoding == Encoding::Utf16 { column / 2 } else { column };
            assert_eq!(one.place.column, column + 1, "{before}");
        }
    }
}

#[test]
fn one_line_of_any_length_and_many_keys_in_it() {
    let scanner = scanner();
    let keys: Vec<String> = (0..57).map(|salt| key("gateway", salt)).collect();
    let line: Vec<String> = keys.iter().map(|key| format!("{}{key};", "é".repeat(9_000))).collect();
    let line = line.concat();
    let found = search(&scanner, line.as_bytes());
    let secrets: Vec<_> = found.iter().map(|one| one.secret.expose()).collect();
    assert_eq!(secrets, keys);
    for (at, one) in found.iter().enumerate() {
        let characters = 9_000 + at * (9_000 + keys[0].len() + 1);
        let offset = 18_000 + at * (18_000 + keys[0].len() + 1);
        let wanted = Place { offset: offset as u64, line: 1, column: characters as u64 + 1 };
        assert_eq!(one.place, wanted);
    }
}

#[test]
fn secrets_without_a_form_are_found_as_they_are_and_encoded() {
    let secrets = ["hunter2", "my-old+key/2019==", "x7Kp2Lq9", "short"];
    let known: Vec<Secret> = secrets.iter().map(|text| Secret::new((*text).to_owned())).collect();
    let scanner = Scanner::new(templates(), &known);
    let count = |text: &[u8]| {
        let found = search(&scanner, text);
        assert!(found.iter().all(|one| one.public == 0));
        found.into_iter().map(|one| one.secret.expose().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(count(b"a hunter2 b my-old+key/2019== x7Kp2Lq9 short"), secrets[..3]);
    assert_eq!(count(b"hunter hunterx7Kp2Lq"), [""; 0]);
    for before in 0..3 {
        let text = format!("{}{}", &"abc"[..before], secrets[1]);
        assert_eq!(count(STANDARD.encode(text).as_bytes()), [secrets[1]]);
    }
    assert_eq!(count(&utf16("say hunter2!", true)), [secrets[0]]);
    assert_eq!(count(b"my%2Dold%2Bkey%2F2019%3D%3D"), [secrets[1]]);
    assert_eq!(count(br"my\u002dold\u002bkey\u002f2019\u003d\u003d"), [secrets[1]]);
}

#[test]
fn nothing_is_found_in_what_is_random() {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = Vec::new();
    for _ in 0..1 << 20 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        random.push(token::BASE62[(state % 62) as usize]);
    }
    assert_eq!(found(&scanner(), &random), []);
    for at in (0..random.len()).step_by(61) {
        random[at] = b"_-\n\\%"[at % 5];
    }
    assert_eq!(found(&scanner(), &random), []);
}

#[test]
fn what_was_read_before_a_failure_is_searched() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let scanner = scanner();
    let key = key("sk", 0);
    let mut count = 0;
    let mut source = key.as_bytes().chain(Broken);
    assert!(Searcher::new(&scanner).search(&mut source, &mut |_| count += 1).is_err());
    assert_eq!(count, 1);
}

/// A scanner for one template, and a key of it.
fn of_template(text: &str) -> (Scanner, String) {
    let name: EnvironmentName = "eu-west-1".parse().unwrap();
    let Ok(Profile::Custom(template)) = format!("custom:{text}").parse() else { panic!("{text}") };
    let templates = std::iter::once((template, Code::from_name(&name)));
    (Scanner::new(templates, &[]), key(&format!("custom:{text}"), 9))
}

#[test]
fn a_head_that_ends_as_it_begins_is_found_behind_itself() {
    for text in ["aa{rand:30}{check}", "aba{rand:30}{check}", "q{rand:40}{check}"] {
        let (scanner, key) = of_template(text);
        for glued in ["", "a", "aa", "ab", "qq", "aaaaaaa"] {
            let wanted = [(glued.len() as u64, Encoding::Plain, key.clone())];
            assert_eq!(found(&scanner, format!("{glued}{key}").as_bytes()), wanted, "{text}");
        }
    }
}

#[test]
fn a_form_without_a_head_is_found_behind_an_escape() {
    let (scanner, key) = of_template("{rand:40}{check}");
    for before in ["%22", "x%2C", "\\u0022", "\\n", "%3d", "\\"] {
        for after in ["%22", "\\u0022", ",", ""] {
            let wanted = [(before.len() as u64, Encoding::Plain, key.clone())];
            let text = format!("{before}{key}{after}");
            assert_eq!(found(&scanner, text.as_bytes()), wanted, "{text}");
        }
    }
}

#[test]
fn one_escape_anywhere_is_seen_and_ends_where_it_ends() {
    let scanner = scanner();
    for profile in profiles().iter().filter(|profile| has_head(profile)) {
        let key = key(profile, 1);
        for at in 0..key.len() {
            for (mark, encoding) in [
                ("%", Encoding::Percent),
                ("\\u00", Encoding::Json),
                ("\\\\\\\\u00", Encoding::Json),
            ] {
                let escaped = format!("{mark}{:02x}", key.as_bytes()[at]);
                let text = format!("{}{escaped}{}", &key[..at], &key[at + 1..]);
                // Of several backslashes the last one begins the escape.
                let start = if at == 0 { mark.rfind(['\\', '%']).unwrap() as u64 } else { 0 };
                for after in ["", "\"", "\\\"", "\\\\\\\""] {
                    let all = search(&scanner, format!("{text}{after}").as_bytes());
                    let [one] = &all[..] else { panic!("{text}{after} {all:?}") };
                    let wanted = (start, text.len() as u64 - start, encoding);
                    assert_eq!((one.place.offset, one.length, one.encoding), wanted, "{text}");
                    assert_eq!(one.secret.expose(), key);
                }
            }
        }
    }
}

#[test]
fn what_is_escaped_as_much_as_can_be_is_found_across_the_borders_of_windows() {
    let (scanner, key) = of_template("q{rand:80}tail{check}");
    let mark = format!("{}u00", "\\".repeat(8));
    let text = escape(&key, true, &mark).replace("5F", &format!("{mark}5f"));
    for before in [100, super::WINDOW - text.len(), super::WINDOW - 200, super::WINDOW] {
        let padded = [&b" ".repeat(before)[..], text.as_bytes(), &b" ".repeat(5000)].concat();
        let wanted = [(before as u64 + 7, Encoding::Json, key.clone())];
        assert_eq!(found(&scanner, &padded), wanted, "{before}");
    }
}

#[test]
fn what_many_runs_share_is_gone_through_once() {
    // Each run is part of one stretch with escapes; keys stand among them, and at its end.
    let scanner = scanner();
    let key = key("gateway", 2);
    let escaped = escape(&key, false, "%");
    let stretch = format!("%41{}-sk-sk-", "k".repeat(40));
    for count in [1, 10, 300, 2000] {
        let text = format!("{0}{escaped}-{0}{escaped}", stretch.repeat(count));
        let places: Vec<u64> = found(&scanner, text.as_bytes()).iter().map(|one| one.0).collect();
        let first = (stretch.len() * count) as u64;
        assert_eq!(places, [first, 2 * first + escaped.len() as u64 + 1], "{count}");
    }
}

#[test]
fn base64_on_two_lines_is_found_wherever_it_is_cut() {
    let scanner = Scanner::new(std::iter::empty(), &[]);
    for profile in ["sk", "gateway", "permas-live", "heare"] {
        let key = key(profile, 4);
        for before in (0..40).chain(60..120) {
            for filler in ["\u{ff}", "?", "x"] {
                // Bytes before and after it whose base64 is no letter or digit.
                let text = [filler.repeat(before).as_bytes(), key.as_bytes(), b"\xff\xff"].concat();
                let coded = STANDARD.encode(&text).into_bytes();
                for columns in [64, 76] {
                    let lines: Vec<_> = coded.chunks(columns).collect();
                    let all = found(&scanner, &lines.join(&b"\n"[..]));
                    let [(_, Encoding::Base64, secret)] = &all[..] else {
                        panic!("{profile} {before} {filler} {columns} {all:?}")
                    };
                    assert_eq!(*secret, key);
                }
            }
        }
    }
}

#[test]
fn base64_of_the_shortest_key_is_found_whatever_ends_it() {
    let scanner = Scanner::new(std::iter::empty(), &[]);
    for head in ["sk_p_", "sk-p-"] {
        // The last character of the body makes some whose last bits and the next byte's are `/` or `+`.
        for salt in 0..40 {
            let random: String = BODY.chars().cycle().skip(salt).take(30).collect();
            let body = format!("{head}{random}");
            let key = body.clone() + std::str::from_utf8(&token::check_of(&body)).unwrap();
            assert_eq!(key.len(), 41);
            for before in 0..3 {
                for after in [&b""[..], b"\xff", b"\x80", b"?", b"x"] {
                    let text = [&b"x".repeat(before)[..], key.as_bytes(), after].concat();
                    let coded = format!("\"{}\"", STANDARD.encode(&text));
                    let all = found(&scanner, coded.as_bytes());
                    let [(_, Encoding::Base64, secret)] = &all[..] else {
                        panic!("{key} {before} {after:?} {all:?}")
                    };
                    assert_eq!(*secret, key);
                }
            }
        }
    }
}
