//! Whether a file is one of ours: before it is replaced, nothing that somebody else wrote may be
//! lost.
//!
//! Most formats have no room for a mark, so a file is known by what is in it. A line is ours when a
//! secret or a digest of the environment stands in it, in clear or in base64, or when it stands in
//! the new file too.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::key::Digest;
use crate::secret::Secret;

/// The first line, from 1, of `before` that would be lost: it is not ours, nor by the words of
/// `is_own`, and `after` has none like it. `None` when there is no such line.
#[must_use]
pub fn foreign_line(
    before: &[u8],
    after: &[u8],
    known: &BTreeSet<Digest>,
    is_own: impl Fn(&str) -> bool,
) -> Option<usize> {
    let is_own = |line: &[u8]| std::str::from_utf8(line).is_ok_and(&is_own);
    let mut stays: BTreeSet<&[u8]> = BTreeSet::new();
    stays.extend(lines(after));
    lines(before)
        .position(|line| {
            !line.is_empty()
                && !stays.contains(line)
                && !is_own(line)
                && !is_known(line, known, Depth::Clear)
        })
        .map(|at| at + 1)
}

/// Whether any secret or digest of the environment stands in `bytes`.
#[must_use]
pub fn has_ours(bytes: &[u8], known: &BTreeSet<Digest>) -> bool {
    lines(bytes).any(|line| is_known(line, known, Depth::Clear))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Clear,
    Decoded,
}

fn is_known(line: &[u8], known: &BTreeSet<Digest>, depth: Depth) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let words = || text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '`'));
    let after = |mark: char| words().filter_map(move |word| Some(word.split_once(mark)?.1));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let parts = text.split(|c| !plain(c));
    let mut candidates = words().chain(after('=')).chain(after(':')).chain(parts);
    candidates.any(|word| is_secret(word, known))
        || (depth == Depth::Clear && words().any(|word| holds_secret(word, known)))
}

fn is_secret(word: &str, known: &BTreeSet<Digest>) -> bool {
    !word.is_empty()
        && (word.parse().is_ok_and(|digest: Digest| known.contains(&digest))
            || known.contains(&Digest::of(&Secret::new(word.to_owned()))))
}

/// Whether a word is base64 of a text with a secret in it.
fn holds_secret(word: &str, known: &BTreeSet<Digest>) -> bool {
    let Ok(bytes) = STANDARD.decode(word).map(Zeroizing::new) else { return false };
    !bytes.is_empty() && lines(&bytes).any(|line| is_known(line, known, Depth::Decoded))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Digest, Secret, foreign_line, has_ours};

    const KEY: &str = "sk_test_not-a-real-key.$1";

    fn known() -> BTreeSet<Digest> {
        BTreeSet::from([Digest::of(&Secret::new(KEY.to_owned()))])
    }

    #[test]
    fn a_line_with_a_secret_of_ours_is_ours_in_every_format() {
        let encoded = "c2tfdGVzdF9ub3QtYS1yZWFsLWtleS4kMQo=";
        let digest = Digest::of(&Secret::new(KEY.to_owned()));
        for line in [
            KEY.to_owned(),
            format!("NAME={KEY}"),
            format!("NAME=other,{KEY}"),
            format!("export NAME='{KEY}'"),
            format!("web:{KEY}"),
            format!("  api_keys.txt: {encoded}"),
            format!("API_KEYS = {{\"{KEY}\", \"other\"}}"),
            format!("VALUES ('web', '{digest}');"),
        ] {
            assert_eq!(foreign_line(line.as_bytes(), b"", &known(), |_| false), None, "{line}");
            assert!(has_ours(line.as_bytes(), &known()), "{line}");
        }
    }

    #[test]
    fn what_would_be_lost_is_named_by_its_line() {
        let before = format!("kind: Secret\n\nNAME={KEY}\nDATABASE=postgres\n");
        let after = b"kind: Secret\nNAME=new\n";
        assert_eq!(foreign_line(before.as_bytes(), after, &known(), |_| false), Some(4));
        assert_eq!(foreign_line(before.as_bytes(), b"", &known(), |_| false), Some(1));
        assert_eq!(foreign_line(b"", after, &known(), |_| false), None);
        assert_eq!(foreign_line(b"\xff\n", after, &known(), |_| false), Some(1));
        assert!(!has_ours(b"DATABASE=postgres\n", &known()));
    }
}
