//! Keys in UTF-16 of either byte order.
//!
//! Their characters have a NUL between them, whichever order it is.

use std::ops::Range;

use memchr::memmem::Finder;

use super::forms::Forms;
use crate::key::token::{self, Leading};

/// The heads as they stand in UTF-16.
#[derive(Debug)]
pub(super) struct Wide(Vec<Finder<'static>>);

impl Wide {
    pub(super) fn new<'a>(heads: impl Iterator<Item = &'a [u8]>) -> Self {
        let heads = heads.filter(|head| head.len() > 1);
        Self(heads.map(|head| Finder::new(&between_nuls(head)).into_owned()).collect())
    }

    /// Hands over every key: where it begins and ends, and its text.
    pub(super) fn each_in(
        &self,
        bytes: &[u8],
        forms: &Forms,
        take: &mut impl FnMut(Range<usize>, &[u8], Leading),
    ) {
        for finder in &self.0 {
            for start in finder.find_iter(bytes) {
                let rest = bytes.get(start..).unwrap_or_default();
                let text = narrow(rest);
                if let Some(key) = forms.leading(&text) {
                    let end = start + key.length * 2 - 1;
                    take(start..end, text.get(..key.length).unwrap_or_default(), key);
                }
            }
        }
    }
}

/// `text` with a NUL between each two bytes.
pub(super) fn between_nuls(text: &[u8]) -> Vec<u8> {
    let mut wide: Vec<u8> = text.iter().flat_map(|byte| [*byte, 0]).collect();
    wide.pop();
    wide
}

/// The characters that have a NUL between them.
fn narrow(wide: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(token::LONGEST);
    for pair in wide.chunks(2).take(token::LONGEST) {
        text.extend(pair.first());
        if pair.get(1) != Some(&0) {
            break;
        }
    }
    text
}
