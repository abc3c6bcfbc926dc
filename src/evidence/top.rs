//! The most frequent of any number of texts, in constant memory.

use std::collections::HashMap;

/// How many texts are counted at a time.
const COUNTERS: usize = 1_000;
/// How many are told in the end.
const TOLD: usize = 10;
/// How many bytes of a text are kept.
const LONGEST: usize = 256;

/// Counts of texts: exact while there are at most 1,000 different ones.
///
/// Beyond that it is the algorithm of Misra and Gries: a text for which there is no room takes one
/// from each, so what remains is counted too low by at most [`Top::lowered`], and nothing that is
/// more than a thousandth of all is missed.
#[derive(Debug, Default)]
pub(super) struct Top {
    counts: HashMap<Box<[u8]>, u64>,
    lowered: u64,
}

impl Top {
    pub(super) fn add(&mut self, text: &[u8]) {
        let text = cut(text);
        if let Some(count) = self.counts.get_mut(text) {
            *count += 1;
        } else if self.counts.len() < COUNTERS {
            self.counts.insert(text.into(), 1);
        } else {
            self.lowered += 1;
            self.counts.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }

    pub(super) fn leaders(self) -> Leaders {
        let known = self.counts.len();
        let mut all: Vec<_> = self.counts.into_iter().collect();
        all.sort_unstable_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
        all.truncate(TOLD);
        let named = |(text, count): (Box<[u8]>, u64)| Named {
            text: String::from_utf8_lossy(&text).into_owned(),
            count,
        };
        let top = all.into_iter().map(named).collect();
        Leaders { top, known, missed: self.lowered }
    }
}

/// At most the first 256 bytes of `text`, not ending within a character.
fn cut(text: &[u8]) -> &[u8] {
    let is_inside = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    if text.len() <= LONGEST {
        return text;
    }
    // In text that is not UTF-8 a character does not begin within four bytes, perhaps never.
    let end = (LONGEST - 3..=LONGEST).rev().find(|at| !is_inside(*at)).unwrap_or(LONGEST);
    text.get(..end).unwrap_or(text)
}

/// The most frequent texts. They come from a log and are not to be trusted with a terminal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaders {
    /// At most ten, the most frequent first.
    pub top: Vec<Named>,
    /// How many different ones were counted, at most 1,000.
    pub known: usize,
    /// By how much each count may be too low; zero while there were at most 1,000 different ones.
    pub missed: u64,
}

/// A text of a log, and how often it was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// At most 256 bytes, as the log has them but for what is no UTF-8.
    pub text: String,
    /// How often it was there.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::{COUNTERS, LONGEST, Named, Top};

    #[test]
    fn few_are_counted_exactly() {
        let mut top = Top::default();
        for text in ["b", "a", "b", "c", "b", "a"] {
            top.add(text.as_bytes());
        }
        let leaders = top.leaders();
        let named = |text: &str, count| Named { text: text.to_owned(), count };
        assert_eq!(leaders.top, [named("b", 3), named("a", 2), named("c", 1)]);
        assert_eq!((leaders.known, leaders.missed), (3, 0));
    }

    #[test]
    fn the_frequent_is_found_among_any_number_in_bounded_memory() {
        let mut top = Top::default();
        for number in 0..1_000_000 {
            top.add(format!("client {number}").as_bytes());
            if number % 10 == 0 {
                top.add(b"often");
            }
            assert!(top.counts.len() <= COUNTERS);
        }
        let leaders = top.leaders();
        let often = &leaders.top[0];
        assert_eq!(often.text, "often");
        assert!(often.count <= 100_000 && often.count + leaders.missed >= 100_000, "{often:?}");
        assert!(leaders.missed <= 1_100_000 / COUNTERS as u64);
        assert_eq!(leaders.top.iter().filter(|named| named.text == "often").count(), 1);
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        for (character, length) in [("x", 256), ("é", 256), ("鍵", 255), ("🔑", 256)] {
            for before in ["", "a", "ab", "abc"] {
                let mut top = Top::default();
                top.add(format!("{before}{}", character.repeat(200)).as_bytes());
                top.add(format!("{before}{}", character.repeat(300)).as_bytes());
                let leaders = top.leaders();
                let text = &leaders.top[0].text;
                assert!(text.len() <= LONGEST && !text.contains('\u{fffd}'), "{text}");
                assert!(text.starts_with(before) && text.ends_with(character), "{text}");
                if before.is_empty() && character.len() > 1 {
                    assert_eq!(text.len(), length);
                    assert_eq!(leaders.top[0].count, 2);
                }
            }
        }
        let mut top = Top::default();
        top.add(&[0x80; 300]);
        assert_eq!(top.leaders().top[0].count, 1);
    }
}
