//! A `.env` file, as compose and python-dotenv read it: `NAME=value` or `export NAME=value`, a value
//! bare, in single quotes or in double quotes, which may go over several lines. Of a bare value, a
//! `#` behind space begins a comment. Of two lines for one variable the last wins.
//!
//! Some readers put the value of a variable where `$NAME` stands, if not in single quotes; it is read
//! here as it is, and told.

use zeroize::Zeroizing;

use super::{Fault, Place, Reading, Wrong, list, text};
use crate::export::Variable;

/// Reads the variables of a file, each as a comma list. Places are lines.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    let mut reading = Reading::default();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    if rest.len() < text.len() {
        reading.faults.push(Fault { place: Place(1), what: Wrong::ByteOrderMark });
    }
    let mut variables = Vec::new();
    let mut line = 1;
    while !rest.is_empty() {
        let (parsed, after) = assignment(rest);
        let place = Place(line);
        let taken = &rest[..rest.len() - after.len()];
        // As in a text of Python's, a line ends at `\r` too.
        line += taken.matches('\n').count() + taken.matches('\r').count()
            - taken.matches("\r\n").count();
        rest = after;
        match parsed {
            Ok(None) => {}
            Ok(Some((name, value))) => variables.push((place, name, value)),
            Err(why) => reading.faults.push(Fault { place, what: Wrong::Skipped(why) }),
        }
    }
    reading.take_variables(variables, |reading, place, name, value: Value| {
        if value.text.trim().is_empty() {
            return;
        }
        if value.is_expanded && is_interpolated(&value.text) {
            reading.faults.push(Fault { place, what: Wrong::Interpolated });
        }
        let raw = value.text.as_bytes();
        reading.absorb(list::read(raw), place, name, raw);
    });
    reading.finish()
}

/// A value, and whether readers expand variables in it.
struct Value {
    text: Zeroizing<String>,
    is_expanded: bool,
}

/// What the next line or lines say, and what comes after them.
type Parsed<'a> = (Result<Option<(&'a str, Value)>, &'static str>, &'a str);

/// The assignment that `text` begins with.
fn assignment(text: &str) -> Parsed<'_> {
    let (line, after) = first_line(text);
    let start = line.trim_start();
    if start.is_empty() || start.starts_with('#') {
        return (Ok(None), after);
    }
    let is_space = |c: char| c.is_whitespace();
    let start = match start.strip_prefix("export") {
        Some(rest) if rest.starts_with(is_space) => rest.trim_start(),
        _ => start,
    };
    let Some((name, value)) = start.split_once('=') else {
        return (Err("there is no = in it"), after);
    };
    let name = name.trim_end();
    if name.parse::<Variable>().is_err() {
        return (Err("what stands before the = is not the name of a variable"), after);
    }
    let value = value.trim_start();
    let Some(quote @ ('"' | '\'')) = value.chars().next() else {
        let value = Value { text: copy(bare(value)), is_expanded: true };
        return (Ok(Some((name, value))), after);
    };
    // From behind the quote on, over however many lines there are.
    let inside = &text[line.len() - value.len() + quote.len_utf8()..];
    let Some(end) = closing(inside, quote) else {
        return (Err("a quote is not closed"), after);
    };
    let (behind, after) = first_line(&inside[end + 1..]);
    let behind = behind.trim();
    if !behind.is_empty() && !behind.starts_with('#') {
        return (Err("something stands behind the closing quote"), after);
    }
    let value = Value { text: unescaped(&inside[..end], quote), is_expanded: quote == '"' };
    (Ok(Some((name, value))), after)
}

/// The first line without its end, and what comes after.
fn first_line(text: &str) -> (&str, &str) {
    match text.find(['\n', '\r']) {
        None => (text, ""),
        Some(at) => {
            let end = if text[at..].starts_with("\r\n") { 2 } else { 1 };
            (&text[..at], &text[at + end..])
        }
    }
}

/// A bare value without its comment.
fn bare(text: &str) -> &str {
    let comment = text
        .char_indices()
        .find(|(at, c)| *c == '#' && text[..*at].ends_with(char::is_whitespace))
        .map_or(text.len(), |(at, _)| at);
    text[..comment].trim_end()
}

fn copy(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// Where the quote is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices()
        .find(|(_, c)| {
            let closes = *c == quote && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            closes
        })
        .map(|(at, _)| at)
}

fn unescaped(text: &str, quote: char) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some(c @ ('\\' | '\'')) => plain.push(c),
            Some(c @ ('"' | '$')) if quote == '"' => plain.push(c),
            Some('n') if quote == '"' => plain.push('\n'),
            Some('r') if quote == '"' => plain.push('\r'),
            Some('t') if quote == '"' => plain.push('\t'),
            other => {
                plain.push('\\');
                plain.extend(other);
            }
        }
    }
    plain
}

/// Whether a `$` stands before what can be a name.
fn is_interpolated(text: &str) -> bool {
    let begins =
        |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "_{$".contains(c));
    text.match_indices('$').any(|(at, _)| begins(&text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::{Reading, Wrong, read};

    fn found(reading: &Reading) -> Vec<(usize, &str, &str)> {
        let one = reading.found.iter();
        one.map(|one| (one.place.0, one.name.as_deref().unwrap_or_default(), one.secret.expose()))
            .collect()
    }

    #[test]
    fn a_file_is_read_as_compose_reads_it() {
        let text = "\u{feff}# keys\r\nexport A = k1,k2 # old\r\n\r\nB='k3'  # new\r\nC=\"k4,\\\r\nk5\"\r\n\
                    D=k6#x\nEMPTY=\nE=#k7\rF='it''s'\n";
        let reading = read(text.as_bytes());
        assert_eq!(
            found(&reading),
            [
                (2, "A", "k1"),
                (2, "A", "k2"),
                (4, "B", "k3"),
                (5, "C", "k4"),
                (5, "C", "\\\r\nk5"),
                (7, "D", "k6#x"),
                (9, "E", "#k7"),
            ]
        );
        let wrong: Vec<_> = reading.faults.iter().map(|one| (one.place.0, &one.what)).collect();
        assert_eq!(wrong[0], (1, &Wrong::ByteOrderMark));
        assert!(matches!(wrong[wrong.len() - 1], (10, Wrong::Skipped(_))), "{wrong:?}");
    }

    #[test]
    fn the_last_of_two_lines_wins() {
        let reading = read(b"A=k1\nB=k2\nA=k3\n");
        assert_eq!(found(&reading), [(2, "B", "k2"), (3, "A", "k3")]);
        assert_eq!(reading.faults[0].place.0, 1);
    }

    #[test]
    fn what_is_skipped_or_read_differently_is_told() {
        for (text, wrong) in [
            ("A\n", Wrong::Skipped("there is no = in it")),
            ("1A=k\n", Wrong::Skipped("what stands before the = is not the name of a variable")),
            ("A='k\n", Wrong::Skipped("a quote is not closed")),
            ("A=\"k\" x\n", Wrong::Skipped("something stands behind the closing quote")),
            ("A=k$B\n", Wrong::Interpolated),
            ("A=\"k${B}\"\n", Wrong::Interpolated),
            ("\n", Wrong::Empty),
        ] {
            let reading = read(text.as_bytes());
            assert!(reading.faults.iter().any(|fault| fault.what == wrong), "{text}: {reading:?}");
        }
        let calm = read(b"A='k$B'\nB=cost$\n");
        assert_eq!((found(&calm).len(), calm.faults.len()), (2, 0));
        assert!(read(b"A=\xff").found.is_empty());
    }
}
