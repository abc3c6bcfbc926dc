//! A reader of the canonical form alone: fields in their order, one a line, tables after an empty
//! line.
//!
//! It is what makes an environment of thousands of keys open as fast as age decrypts it. It never
//! decides what is valid: whatever it does not recognise is read again by the `toml` crate.

use std::borrow::Cow;

use super::DocumentError;
use super::section::{Section, Value};

/// The tables, as they are written and by their path.
const HEADERS: [(&str, &str); 6] = [
    ("[[keys.versions]]\n", "keys.versions"),
    ("[[keys]]\n", "keys"),
    ("[keys.metadata]\n", "keys.metadata"),
    ("[[events]]\n", "events"),
    ("[[recipients]]\n", "recipients"),
    ("[policy]\n", "policy"),
];

/// Reads `body` section by section; the first is the root, with an empty path.
pub(super) fn sections<'a>(
    body: &'a str,
    mut each: impl FnMut(&mut Lines<'a>) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    const NOT_CANONICAL: DocumentError = DocumentError::NotToml(None);
    // No string of the canonical form holds one of these as it is.
    let is_control = |b: u8| (b < b' ' && b != b'\n') || b == 0x7f;
    if body.bytes().fold(0, |any, b| any | u8::from(is_control(b))) != 0 {
        return Err(NOT_CANONICAL);
    }
    let mut lines = Lines { path: "", rest: body };
    // Tables that TOML allows once: in the document, and in each key.
    let (mut has_policy, mut has_metadata) = (false, false);
    loop {
        each(&mut lines)?;
        if lines.rest.is_empty() {
            return Ok(());
        }
        let table = lines.rest.strip_prefix('\n').ok_or(NOT_CANONICAL)?;
        let header = HEADERS.iter().find(|(header, _)| table.starts_with(header));
        let (header, path) = header.ok_or(NOT_CANONICAL)?;
        lines = Lines { path, rest: &table[header.len()..] };
        let twice = match *path {
            "policy" => std::mem::replace(&mut has_policy, true),
            "keys.metadata" => std::mem::replace(&mut has_metadata, true),
            _ => false,
        };
        if twice {
            return Err(NOT_CANONICAL);
        }
        has_metadata &= *path != "keys";
    }
}

/// The lines of one table, and all that comes after it.
pub(super) struct Lines<'a> {
    path: &'static str,
    rest: &'a str,
}

impl<'a> Section<'a> for Lines<'a> {
    fn path(&self) -> &str {
        self.path
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "most fields are not there: told where the name is known"
    )]
    fn take(&mut self, field: &str) -> Option<Value<'a>> {
        let text = self.rest.strip_prefix(field)?.strip_prefix(" = ")?;
        let (value, rest) = value(text)?;
        self.rest = rest;
        Some(value)
    }

    fn take_any(&mut self) -> Option<(Cow<'a, str>, Value<'a>)> {
        if self.rest.starts_with('\n') {
            return None;
        }
        let (name, text) = name(self.rest)?;
        let (value, rest) = value(text)?;
        self.rest = rest;
        Some((name, value))
    }
}

fn name(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let (name, rest) = if line.starts_with('"') {
        quoted(line)?
    } else {
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
        let end = line.bytes().position(|b| !plain(b)).filter(|end| *end > 0)?;
        let (name, rest) = line.split_at(end);
        (Cow::Borrowed(name), rest)
    };
    Some((name, rest.strip_prefix(" = ")?))
}

/// Reads a value and the end of its line.
fn value(text: &str) -> Option<(Value<'_>, &str)> {
    if text.starts_with('"') {
        let (value, rest) = quoted(text)?;
        return Some((Value::Text(value), rest.strip_prefix('\n')?));
    }
    if let Some(mut rest) = text.strip_prefix('[') {
        let mut values = Vec::new();
        loop {
            let (value, after) = quoted(rest)?;
            values.push(value);
            if let Some(rest) = after.strip_prefix("]\n") {
                return Some((Value::List(values), rest));
            }
            rest = after.strip_prefix(", ")?;
        }
    }
    let end = text.bytes().position(|b| !b.is_ascii_digit())?;
    let (digits, rest) = text.split_at(end);
    let canonical = digits == "0" || !digits.starts_with('0');
    // TOML's integers are signed.
    let number = digits.parse().ok().filter(|number| canonical && i64::try_from(*number).is_ok());
    Some((Value::Number(number?), rest.strip_prefix('\n')?))
}

/// Reads a basic string at the beginning of `text`, and returns what comes after it.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let inner = text.strip_prefix('"')?;
    let end = stop(inner)?;
    if inner.as_bytes()[end] == b'"' {
        return Some((Cow::Borrowed(&inner[..end]), &inner[end + 1..]));
    }
    // What is read is never longer than what is written; a line may hold many strings.
    let mut value = String::with_capacity(closing(inner)?);
    let mut rest = inner;
    loop {
        let end = stop(rest)?;
        value.push_str(&rest[..end]);
        let (special, after) = rest[end..].split_at(1);
        match special {
            "\"" => return Some((Cow::Owned(value), after)),
            "\\" => rest = escape(after, &mut value)?,
            _ => return None,
        }
    }
}

/// Where a basic string's plain text stops: at its end, an escape, or the end of the line.
fn stop(text: &str) -> Option<usize> {
    memchr::memchr3(b'"', b'\\', b'\n', text.as_bytes())
}

/// Where the string that `inner` begins with is closed.
fn closing(inner: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += stop(inner.get(at..)?)?;
        match inner.as_bytes()[at] {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => return None,
        }
    }
}

fn escape<'a>(text: &'a str, value: &mut String) -> Option<&'a str> {
    if let Some(rest) = text.strip_prefix('u') {
        let digits = rest.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        value.push(code.and_then(char::from_u32)?);
        return Some(&rest[4..]);
    }
    let rest = text.strip_prefix(['"', '\\'])?;
    value.push_str(&text[..1]);
    Some(rest)
}
