//! Whether a secret of unknown origin can be taken for random.
//!
//! A fast hash of a secret can be published when the secret has at least 112 bits (NIST SP 800-63B
//! section 5.1.1.2 asks for a slow one below that). How a text was made cannot be read off it; what
//! can be told is that it does not look random. So this errs on the side of *weak*: words, repeated
//! and hand-typed text are, and of what is random a few in a hundred.

use super::token;

/// How many bits a secret must have for its plain digest to be published.
const ENOUGH_BITS: usize = 112;
/// A character of `0-9A-Za-z` holds 5.954 bits, of which this many reach 112.
const ENOUGH_BASE62: usize = 19;
/// A hex digit holds four.
const ENOUGH_HEX: usize = ENOUGH_BITS / 4;

/// Whether `secret` cannot be told to have at least 112 random bits.
#[must_use]
pub fn is_weak(secret: &str) -> bool {
    token::inspect(secret, &[]).is_err() && !is_random_hex(secret) && !is_random_base62(secret)
}

/// Enough hex digits of one case, with letters and figures as chance mixes them; hyphens may
/// separate them, as in a UUID.
fn is_random_hex(secret: &str) -> bool {
    let hex = |b: &u8| b.is_ascii_digit() || matches!(b, b'a'..=b'f');
    let upper = |b: &u8| b.is_ascii_digit() || matches!(b, b'A'..=b'F');
    let parts = secret.rsplit(['_', '.', ':']).next().unwrap_or_default();
    let digits: Vec<u8> = parts.bytes().filter(|b| *b != b'-').collect();
    if !(digits.iter().all(hex) || digits.iter().all(upper)) || digits.len() < ENOUGH_HEX {
        return false;
    }
    // Of 16 digits ten are figures.
    let figures = digits.iter().filter(|b| b.is_ascii_digit()).count() * 100 / digits.len();
    let is_figure = |b: &u8| b.is_ascii_digit();
    let changes = digits.windows(2).filter(|pair| is_figure(&pair[0]) != is_figure(&pair[1]));
    // Strictly in turn is a pattern; chance changes at every second digit.
    let in_turn = changes.count() * 100 > (digits.len() - 1) * 80;
    (40..=85).contains(&figures) && distinct(&digits) >= 10 && !repeats::<5>(&digits) && !in_turn
}

/// Enough characters in which capitals, small letters and figures change as chance changes them.
/// Parts that are plain words do not count.
fn is_random_base62(secret: &str) -> bool {
    let is_mixed = |part: &&str| {
        let has = |of: fn(&u8) -> bool| usize::from(part.bytes().any(|b| of(&b)));
        let classes =
            has(u8::is_ascii_digit) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_lowercase);
        classes >= 2
    };
    let parts = secret.split(|c: char| !c.is_ascii_alphanumeric()).filter(is_mixed);
    let text: Vec<u8> = parts.flat_map(str::bytes).collect();
    if text.len() < ENOUGH_BASE62 || distinct(&text) < 12 || repeats::<4>(&text) {
        return false;
    }
    // A year at the end of words is one run of figures; chance has a run in six characters.
    let figures = text.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    let runs = figures.filter(|run| run.iter().all(u8::is_ascii_digit)).count();
    if runs < if text.len() > 26 { 2 } else { 1 } {
        return false;
    }
    // Words begin with a capital each; by chance every second one is followed by something else.
    let capitals = text.windows(2).filter(|pair| pair[0].is_ascii_uppercase());
    if capitals.clone().count() >= 5 && capitals.clone().all(|pair| pair[1].is_ascii_lowercase()) {
        return false;
    }
    let class = |b: &u8| (b.is_ascii_digit(), b.is_ascii_uppercase());
    let changes = text.windows(2).filter(|pair| class(&pair[0]) != class(&pair[1])).count();
    // Three in five, in the long run; strictly in turn is a pattern.
    (45..=88).contains(&(changes * 100 / (text.len() - 1)))
}

fn distinct(text: &[u8]) -> usize {
    let mut text = text.to_vec();
    text.sort_unstable();
    text.dedup();
    text.len()
}

/// Whether `N` characters come a second time.
fn repeats<const N: usize>(text: &[u8]) -> bool {
    let mut parts: Vec<&[u8]> = text.windows(N).collect();
    parts.sort_unstable();
    parts.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use ring::digest;

    use super::is_weak;
    use crate::key::Kind;
    use crate::key::generate::{NoRandomness, Random, single};

    #[test]
    fn words_and_patterns_are_weak() {
        for secret in [
            "",
            "password",
            "my-production-api-key-for-the-web-service",
            "ThisIsMyProductionKeyForTheWebService2024",
            "WebServiceKeyForProduction2024Version2",
            "ThisIsMyVerySecretApiKey2024ForProd9",
            "sk-prod-abc123def456",
            "0123456789abcdef0123456789abcdef",
            "00000000000000000000000000000000",
            "aB3aB3aB3aB3aB3aB3aB3aB3aB3",
            "deadbeefdeadbeefdeadbeefdeadbeef",
            "correct-horse-battery-staple-2024-2025",
            "x7Kp2Lq9",
            "1q2w3e4r5t6y7u8i9o0p",
            "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6",
            "a1b2c3d4e5f6g7h8i9j0",
        ] {
            assert!(is_weak(secret), "{secret}");
        }
    }

    /// The same bytes in each run: what is told of them is an estimate, and must not vary.
    struct Fixed(Cell<u64>);

    impl Random for Fixed {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
            for chunk in bytes.chunks_mut(32) {
                let number = self.0.replace(self.0.get() + 1);
                let digest = digest::digest(&digest::SHA256, &number.to_be_bytes());
                chunk.copy_from_slice(&digest.as_ref()[..chunk.len()]);
            }
            Ok(())
        }
    }

    #[test]
    fn nearly_all_that_is_random_is_taken_for_random() {
        for (kind, most) in [
            ("secret:hex:16", 40),
            ("secret:hex:32", 20),
            ("secret:base64url:24", 80),
            ("secret:base64url:32", 40),
            ("secret:base62:32", 40),
        ] {
            let Ok(Kind::Single(form)) = kind.parse() else { panic!("{kind}") };
            let random = Fixed(Cell::new(0));
            let weak = (0..1000).filter(|_| is_weak(single(&random, form).unwrap().expose()));
            let weak = weak.count();
            assert!(weak <= most, "{weak} of 1000 {kind}");
        }
    }
}
