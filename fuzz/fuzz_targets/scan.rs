//! Scanning: what is found does not depend on how a text comes, and a key that stands in it is found.
#![no_main]

use std::io::{self, Read};
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyctl::environment::Code;
use keyctl::key::token::{BASE62, check_of};
use keyctl::scan::{Encoding, Finding, Scanner, Searcher};
use keyctl::secret::Secret;
use libfuzzer_sys::fuzz_target;

/// As much as the scanner looks at at a time.
const WINDOW: u64 = 256 * 1024;
const WEAK: &str = "hunter-2 and 3";

/// What comes before the random part of each form, how long that is, and what comes after it.
const FORMS: [(&str, usize, &str); 6] = [
    ("sk_prod_", 30, ""),
    ("permas_live_", 26, ""),
    ("sk-eu-west-1-", 30, ""),
    ("sec_0", 53, ""),
    ("acme-p_", 32, "x"),
    ("dev_", 24, "_t-"),
];

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
    let code: Code = "p".parse().unwrap();
    let templates = ["acme-{env}_{rand:32}x{check}", "dev_{rand:24}_t-{check}"];
    let templates = templates.map(|text| (text.parse().unwrap(), code.clone()));
    Scanner::new(templates.into_iter(), &[Secret::new(WEAK.to_owned())])
});

/// Gives parts of different lengths.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 * 5 % 251 + 1;
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

fn search(searcher: &mut Searcher<'_>, source: &mut dyn Read) -> Vec<Finding> {
    let mut found = Vec::new();
    searcher.search(source, &mut |finding| found.push(finding)).unwrap();
    found
}

/// All that is told of a finding but where it is.
fn told(one: &Finding) -> (u64, Encoding, &str, usize) {
    (one.length, one.encoding, one.secret.expose(), one.public)
}

fn escaped(key: &str, mark: &str) -> Vec<u8> {
    let one = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("{mark}{:02X}", u32::from(c)),
    };
    key.chars().map(one).collect::<String>().into_bytes()
}

fuzz_target!(|data: &[u8]| {
    let Some(([form, way, at @ .., pad], bytes)) = data.split_first_chunk::<5>() else { return };
    let at = usize::from(u16::from_le_bytes(*at)) % (bytes.len() + 1);
    let (before, after) = bytes.split_at(at);
    let key = match FORMS.get(usize::from(*form) % (FORMS.len() + 1)) {
        Some((head, random, tail)) => {
            let random = data.iter().cycle().take(*random);
            let random: String =
                random.map(|byte| char::from(BASE62[usize::from(*byte) % 62])).collect();
            let body = format!("{head}{random}{tail}");
            let check = check_of(&body);
            body + std::str::from_utf8(&check).unwrap()
        }
        None => WEAK.to_owned(),
    };
    // What stands right before a key can change what it is encoded as, but not what it is.
    let (gap, written) = match way % 8 {
        0..=2 => (&b""[..], key.clone().into_bytes()),
        3 => (&b"\n"[..], escaped(&key, "%")),
        4 => (&b"\n"[..], escaped(&key, "\\u00")),
        5 => {
            let lead = &b"~~"[..usize::from(way / 8) % 3];
            (&b"\n"[..], STANDARD.encode([lead, key.as_bytes(), b"~"].concat()).into_bytes())
        }
        6 => (&b"\n"[..], key.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        _ => (&b"\n"[..], key.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    };
    let text = [before, gap, &written, after].concat();
    let mut searcher = Searcher::new(&SCANNER);
    let found = search(&mut searcher, &mut &text[..]);
    let is_plain = way % 8 < 3;
    let is_there = |one: &Finding| {
        let is_place = one.encoding == Encoding::Plain && one.place.offset == at as u64;
        one.secret.expose() == key && (is_place || !is_plain)
    };
    assert!(found.iter().any(is_there), "{key} is not found");
    for one in found.iter().filter(|one| one.encoding == Encoding::Plain) {
        let start = usize::try_from(one.place.offset).unwrap();
        assert!(text[start..].starts_with(one.secret.expose().as_bytes()));
        assert_eq!(one.length, one.secret.len() as u64);
    }
    assert!(found.is_sorted_by(|one, next| one.place.offset < next.place.offset));

    let trickled = search(&mut searcher, &mut Trickle(&text, usize::from(*pad)));
    assert_eq!(trickled.len(), found.len());
    for (one, other) in found.iter().zip(&trickled) {
        assert_eq!((one.place, told(one)), (other.place, told(other)));
    }
    // The same across the end of what is looked at at a time. That is long, so not always; and not of
    // what begins with a mark, which it is only at the beginning.
    let is_marked = text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    if *pad == 0 && !is_marked {
        let lead = WINDOW - u64::from(*way) * 2;
        let shifted = search(&mut searcher, &mut io::repeat(b'\n').take(lead).chain(&text[..]));
        assert_eq!(shifted.len(), found.len());
        for (one, other) in found.iter().zip(&shifted) {
            let place = (one.place.offset + lead, one.place.line + lead, one.place.column);
            assert_eq!(place, (other.place.offset, other.place.line, other.place.column));
            assert_eq!(told(one), told(other));
        }
    }
});
