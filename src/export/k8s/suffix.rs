//! The suffix that `kubectl create secret --append-hash` gives a name: another list has another name,
//! so that pods which name it start anew, and an old one stays for those that have not.
//!
//! SHA-256 of a JSON object without space, its keys sorted: `data` in base64, `immutable` when it is
//! said, `kind`, `name`, and `type` as it was given, empty when it was not. Of the digest in hex the
//! first ten digits count, with letters for those that could make a word or be misread.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

/// How many characters the suffix has with its hyphen.
pub(super) const LENGTH: usize = 1 + DIGITS;
const DIGITS: usize = 10;

/// What the suffix is made of. None of the texts needs an escape in JSON.
pub(super) struct Hashed<'a> {
    /// The name without a suffix.
    pub name: &'a str,
    /// The type that was given, or nothing.
    pub secret_type: &'a str,
    /// Whether it is immutable.
    pub immutable: bool,
    /// Data keys and values, sorted.
    pub data: &'a [(String, Zeroizing<Vec<u8>>)],
}

/// The suffix with its hyphen.
pub(super) fn of(hashed: &Hashed<'_>) -> String {
    let Hashed { name, secret_type, immutable, data } = hashed;
    let size = |(key, value): &(String, Zeroizing<Vec<u8>>)| key.len() + value.len() / 3 * 4 + 10;
    let sizes = data.iter().map(size).sum::<usize>() + name.len() + secret_type.len();
    let mut json = Zeroizing::new(String::with_capacity(sizes + 128));
    json.push_str("{\"data\":{");
    for (at, (key, value)) in data.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let _ = write!(json, "{comma}\"{key}\":\"");
        STANDARD.encode_string(value.as_slice(), &mut json);
        json.push('"');
    }
    json.push_str("},");
    if *immutable {
        json.push_str("\"immutable\":true,");
    }
    let _ = write!(json, "\"kind\":\"Secret\",\"name\":\"{name}\",\"type\":\"{secret_type}\"}}");
    let digest = digest(&SHA256, json.as_bytes());
    let nibbles = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let letters = nibbles.map(|nibble| char::from(LETTERS[usize::from(nibble)]));
    std::iter::once('-').chain(letters.take(DIGITS)).collect()
}

/// The hex digits, without 0, 1, 3, a and e.
const LETTERS: &[u8; 16] = b"gh2k456789mbcdtf";

/// Whether `text` is a suffix, with its hyphen.
pub(super) fn is_one(text: &str) -> bool {
    text.len() == LENGTH
        && text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|b| LETTERS.contains(&b)))
}

#[cfg(test)]
mod tests {
    use super::{Hashed, Zeroizing, is_one, of};

    #[test]
    fn a_suffix_is_the_one_that_kubectl_gives() {
        let data = [("api_keys.txt".to_owned(), Zeroizing::new(b"k1\nk2\n".to_vec()))];
        let name = "chapkit-api-keys";
        let suffix = |secret_type| of(&Hashed { name, secret_type, immutable: false, data: &data });
        assert_eq!(suffix(""), "-kt2986dh9m");
        assert_eq!(suffix("Opaque"), "-mh7mhmb85m");
        assert!(is_one("-kt2986dh9m") && !is_one("-kt2986dh9") && !is_one("-a000000000"));
    }
}
