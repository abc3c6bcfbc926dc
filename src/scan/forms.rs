//! Keys in our forms, as they are.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::environment::{Code, Template};
use crate::key::token::{self, CHECK_LENGTH, Leading};

/// How many characters at most come before the random part of a built-in form: `sk-`, the name of
/// an environment, a hyphen.
pub(super) const LONGEST_HEAD: usize = 36;
/// The fewest characters that follow each other in a built-in form without `_` or `-`.
const SHORTEST_BODY: usize = 26 + CHECK_LENGTH;

/// How many characters the shortest key of a built-in form has: `sk_`, a code of one letter, `_`, 36.
const SHORTEST_KEY: usize = 41;

/// Takes a key that is not written as it is: where it begins and ends, its text, and what is known
/// of it.
pub(super) type Take<'a> = dyn FnMut(Range<usize>, &[u8], Leading) + 'a;

/// The forms that are looked for: the built-in ones, and templates.
#[derive(Debug)]
pub(super) struct Forms {
    customs: Vec<Custom>,
    /// The first characters of all heads.
    firsts: Vec<u8>,
}

#[derive(Debug)]
struct Custom {
    template: Template,
    code: Code,
    head: Finder<'static>,
}

impl Forms {
    pub(super) fn new(templates: impl Iterator<Item = (Template, Code)>) -> Self {
        let custom = |(template, code): (Template, Code)| {
            let head = Finder::new(template.head(code.as_str()).as_bytes()).into_owned();
            Custom { template, code, head }
        };
        let customs: Vec<Custom> = templates.map(custom).collect();
        let mut forms = Self { customs, firsts: Vec::new() };
        let mut firsts = Vec::new();
        for first in forms.heads().filter_map(|head| head.first()) {
            if !firsts.contains(first) {
                firsts.push(*first);
            }
        }
        forms.firsts = firsts;
        forms
    }

    /// What keys begin with.
    pub(super) fn heads(&self) -> impl Iterator<Item = &[u8]> {
        let customs = self.customs.iter().map(|custom| custom.head.needle());
        token::HEADS.iter().map(|head| head.as_bytes()).chain(customs)
    }

    /// The length of the shortest run of letters and digits that is looked at.
    pub(super) fn shortest_run(&self) -> usize {
        let body = |custom: &Custom| {
            let check = if custom.template.tail().is_empty() { CHECK_LENGTH } else { 0 };
            custom.template.random() + check
        };
        self.customs.iter().map(body).fold(SHORTEST_BODY, usize::min)
    }

    /// How many characters the shortest key has.
    pub(super) fn shortest_key(&self) -> usize {
        let length = |custom: &Custom| {
            let fixed = custom.head.needle().len() + custom.template.tail().len();
            fixed + custom.template.random() + CHECK_LENGTH
        };
        self.customs.iter().map(length).fold(SHORTEST_KEY, usize::min)
    }

    /// The most characters of a key that follow its random part, its check among them; 0 where they
    /// are all part of its run.
    pub(super) fn longest_tail(&self) -> usize {
        let tails = self.customs.iter().map(|custom| custom.template.tail().len());
        tails.filter(|tail| *tail > 0).max().map_or(0, |tail| tail + CHECK_LENGTH)
    }

    /// The key that `text` begins with.
    pub(super) fn leading(&self, text: &[u8]) -> Option<Leading> {
        let heads = || self.heads().any(|head| !head.is_empty() && text.starts_with(head));
        if !text.first().is_some_and(|first| self.firsts.contains(first)) || !heads() {
            return None;
        }
        token::leading(text, &self.templates())
    }

    /// Hands over every key in `bytes` whose random part is, or begins, in `run`.
    pub(super) fn each_at(
        &self,
        bytes: &[u8],
        run: &Range<usize>,
        take: &mut dyn FnMut(usize, Leading),
    ) {
        let before = bytes.get(..run.start).unwrap_or_default();
        if let Some(b'_' | b'-') = before.last() {
            let goes_on = |byte: &&u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
            let head = before.iter().rev().take(LONGEST_HEAD).take_while(goes_on).count();
            for start in run.start - head..run.start {
                let text = bytes.get(start..).unwrap_or_default();
                if !matches!(text.first(), Some(b's' | b'p')) {
                    continue;
                }
                if let Some(key) = self.leading(text).filter(|key| start + key.length > run.start) {
                    take(start, key);
                }
            }
        }
        for custom in &self.customs {
            let head = custom.head.needle();
            if head.is_empty() {
                self.whole_token(bytes, run, take);
                continue;
            }
            // One head may begin in another: what ends like it begins.
            let mut from = run.start.saturating_sub(head.len());
            while let Some(at) = custom.head.find(bytes.get(from..run.end).unwrap_or_default()) {
                let start = from + at;
                let text = bytes.get(start..).unwrap_or_default();
                if let Some(key) = token::leading(text, &self.templates()) {
                    take(start, key);
                }
                from = start + 1;
            }
        }
    }

    /// Hands over every key in `text`, which is short.
    pub(super) fn each_in(&self, text: &[u8], take: &mut dyn FnMut(usize, Leading)) {
        for (start, first) in text.iter().enumerate() {
            if self.firsts.contains(first)
                && let Some(key) = self.leading(text.get(start..).unwrap_or_default())
            {
                take(start, key);
            }
        }
    }

    /// A form without a head begins anywhere: only a word that is a key as a whole is one.
    fn whole_token(&self, bytes: &[u8], run: &Range<usize>, take: &mut dyn FnMut(usize, Leading)) {
        let plain = |byte: &&u8| token::is_plain(**byte);
        // Of a word that is longer than any key, no more is looked at than says so.
        let most = token::LONGEST + 1;
        let before = bytes.get(..run.start).unwrap_or_default().iter().rev();
        let mut start = run.start - before.take(most).take_while(plain).count();
        // Some characters of a run are no part of a word.
        while start < run.end {
            let text = bytes.get(start..).unwrap_or_default();
            let length = text.iter().take(most).take_while(plain).count();
            // It may begin with the end of an escape: `\n`, `\u0022`, `%2C`.
            let skips: &[usize] = match start.checked_sub(1).and_then(|before| bytes.get(before)) {
                Some(b'\\') => &[0, 1, 5],
                Some(b'%') => &[0, 2],
                _ => &[0],
            };
            for skipped in skips {
                let word = text.get(*skipped..length).unwrap_or_default();
                if !(token::SHORTEST..most).contains(&word.len()) {
                    continue;
                }
                let key = token::leading(word, &self.templates());
                if let Some(key) = key.filter(|key| key.length == word.len()) {
                    take(start + skipped, key);
                }
            }
            let rest = bytes.get(start + length..run.end).unwrap_or_default().iter();
            start += length + rest.take_while(plain).count() + 1;
        }
    }

    fn templates(&self) -> Vec<(&Template, &Code)> {
        self.customs.iter().map(|custom| (&custom.template, &custom.code)).collect()
    }
}
