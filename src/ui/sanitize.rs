//! Text from a file, a log or a key's name is not trusted with the terminal: characters that move
//! the cursor, reorder what is read, or cannot be seen are shown as escapes such as `\u{202e}`.

use std::borrow::Cow;

/// Makes `text` fit for one place on one line: newlines and tabs are escaped too.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    escape(text, is_unsafe)
}

/// As [`clean`], but newlines and tabs stay.
#[must_use]
pub fn clean_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| is_unsafe(c) && !matches!(c, '\n' | '\t'))
}

/// Whether `c` is a control character, a bidirectional control, a line or paragraph separator, or
/// takes up no space of its own.
#[must_use]
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

fn escape(text: &str, hit: impl Fn(char) -> bool) -> Cow<'_, str> {
    // Most texts are of ASCII alone, which is told sooner.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.contains(&hit) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hit(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{clean, clean_lines};

    #[test]
    fn harmless_text_is_borrowed() {
        for text in ["", "prod/web", "clé — 鍵 🔑", "e\u{301}"] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn what_steers_a_terminal_or_hides_is_shown() {
        assert_eq!(clean("\x1b[2J"), "\\u{1b}[2J");
        assert_eq!(clean("a\u{202e}b"), "a\\u{202e}b");
        let unseen = "\0\u{7}\r\n\t\u{7f}\u{85}\u{9b}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\
                      \u{202a}\u{2060}\u{2066}\u{2069}\u{feff}\u{e0041}";
        assert!(clean(unseen).is_ascii());
        assert!(!clean(unseen).contains(|c: char| c.is_ascii_control()));
    }

    #[test]
    fn lines_keep_their_breaks() {
        assert_eq!(clean_lines("one\n\ttwo\r\x1b"), "one\n\ttwo\\u{d}\\u{1b}");
    }
}
