//! Text as YAML has it, so that every reader of YAML 1.1 and 1.2 takes it for that same text.

use std::fmt::Write as _;

use super::words::acts;

/// Plain where YAML reads plain text, else in double quotes. For text without a character that would
/// need an escape between them.
pub(super) fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let lower = text.to_ascii_lowercase();
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic()) && !WORDS.contains(&&*lower);
    if plain { text.to_owned() } else { format!("\"{text}\"") }
}

/// How many bytes [`quote`] writes at most.
pub(super) fn quoted_len(text: &str) -> usize {
    2 + text.chars().map(|c| if is_plain(c) { c.len_utf8() } else { escape_len(c) }).sum::<usize>()
}

/// Any text, in double quotes. What a terminal or an editor would act upon is escaped as well.
pub(super) fn quote(text: &str, into: &mut String) {
    into.push('"');
    for c in text.chars() {
        match c {
            c if is_plain(c) => into.push(c),
            '"' => into.push_str("\\\""),
            '\\' => into.push_str("\\\\"),
            '\n' => into.push_str("\\n"),
            '\t' => into.push_str("\\t"),
            '\r' => into.push_str("\\r"),
            c => {
                let code = u32::from(c);
                let _ = match escape_len(c) {
                    4 => write!(into, "\\x{code:02X}"),
                    6 => write!(into, "\\u{code:04X}"),
                    _ => write!(into, "\\U{code:08X}"),
                };
            }
        }
    }
    into.push('"');
}

fn escape_len(c: char) -> usize {
    match u32::from(c) {
        0..=0xff => 4,
        0x100..=0xffff => 6,
        _ => 10,
    }
}

/// Whether a character stands for itself between double quotes.
fn is_plain(c: char) -> bool {
    !matches!(c, '"' | '\\') && !acts(c)
}

/// Whether `text` can stand as a literal block: lines of plain characters, none empty, none that
/// begins with space, each with its line feed.
pub(super) fn is_block(text: &str) -> bool {
    let plain = |line: &str| {
        line.starts_with(|c: char| c.is_ascii_graphic())
            && line.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
    };
    text.strip_suffix('\n').is_some_and(|lines| lines.split('\n').all(plain))
}

#[cfg(test)]
mod tests {
    use super::{is_block, quote, quoted_len, scalar};

    #[test]
    fn what_yaml_would_read_as_something_else_is_quoted() {
        for (text, written) in [
            ("web", "web"),
            ("1", "\"1\""),
            ("true", "\"true\""),
            (".x", "\".x\""),
            ("No", "\"No\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }

    #[test]
    fn nothing_acts_between_quotes() {
        for (text, written) in [
            ("a: # $b", r#""a: # $b""#),
            ("\"\\", r#""\"\\""#),
            ("a\n\t\r\u{7}\u{1b}", r#""a\n\t\r\x07\x1B""#),
            ("\u{85}\u{202e}\u{e0001}é😀", r#""\x85\u202E\U000E0001é😀""#),
        ] {
            let mut quoted = String::new();
            quote(text, &mut quoted);
            assert_eq!(quoted, written);
            assert!(quoted.len() <= quoted_len(text));
        }
    }

    #[test]
    fn a_block_is_lines_that_cannot_be_taken_for_anything_else() {
        for (text, good) in
            [("a\nb\n", true), ("a", false), ("a\n\n", false), (" a\n", false), ("é\n", false)]
        {
            assert_eq!(is_block(text), good, "{text:?}");
        }
    }
}
