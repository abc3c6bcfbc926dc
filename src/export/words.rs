//! Text inside of other text.

/// Whether a terminal or an editor would act upon a character, or hide it.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}

/// One word of a POSIX shell: as it is, or in single quotes.
pub(super) fn shell(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./:@%+,".contains(&b);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    let quotes = text.matches('\'').count();
    let mut word = String::with_capacity(text.len() + 2 + 3 * quotes);
    word.push('\'');
    for c in text.chars() {
        if c == '\'' { word.push_str("'\\''") } else { word.push(c) }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn a_shell_takes_a_word_for_the_text_that_it_was() {
        for (text, word) in [
            ("a/b-c.txt", "a/b-c.txt"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's $(x)", "'it'\\''s $(x)'"),
            ("~x", "'~x'"),
        ] {
            assert_eq!(shell(text), word);
        }
    }
}
