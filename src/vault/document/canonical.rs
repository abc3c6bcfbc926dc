//! A reader of the canonical form alone: every line a header, a field or empty.
//!
//! It is what makes an environment of thousands of keys open as fast as age decrypts it. It never
//! decides what is valid: whatever it does not recognise is read again by the `toml` crate.

use std::borrow::Cow;

use super::section::{Section, Value};

/// Something that the canonical form does not have.
pub(super) struct NotCanonical;

/// Splits `body` into its sections, in order; the first is the root, with an empty path.
pub(super) fn sections<'a, E>(
    body: &'a str,
    mut each: impl FnMut(&mut Section<'a>) -> Result<(), E>,
) -> Result<Result<(), E>, NotCanonical> {
    let mut section = Section::new("");
    // Tables that TOML allows once: in the document, and in each key.
    let (mut has_policy, mut has_metadata) = (false, false);
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest.as_bytes()).ok_or(NotCanonical)?;
        let (line, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if line.starts_with('[') {
            if let Err(error) = each(&mut section) {
                return Ok(Err(error));
            }
            let path = header(line)?;
            let twice = match path {
                "policy" => std::mem::replace(&mut has_policy, true),
                "keys.metadata" => std::mem::replace(&mut has_metadata, true),
                _ => false,
            };
            if twice {
                return Err(NotCanonical);
            }
            has_metadata &= path != "keys";
            section.restart(path);
        } else if !line.is_empty() {
            let (name, rest) = name(line)?;
            section.push(name, value(rest)?);
        }
    }
    Ok(each(&mut section))
}

/// The path of a table, or of one of an array of tables.
fn header(line: &str) -> Result<&str, NotCanonical> {
    match line {
        "[policy]" => Ok("policy"),
        "[[recipients]]" => Ok("recipients"),
        "[[keys]]" => Ok("keys"),
        "[keys.metadata]" => Ok("keys.metadata"),
        "[[keys.versions]]" => Ok("keys.versions"),
        "[[events]]" => Ok("events"),
        _ => Err(NotCanonical),
    }
}

fn name(line: &str) -> Result<(Cow<'_, str>, &str), NotCanonical> {
    let (name, rest) = if line.starts_with('"') {
        quoted(line)?
    } else {
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
        let end = line.bytes().position(|b| !plain(b)).filter(|end| *end > 0);
        let (name, rest) = line.split_at(end.ok_or(NotCanonical)?);
        (Cow::Borrowed(name), rest)
    };
    Ok((name, rest.strip_prefix(" = ").ok_or(NotCanonical)?))
}

fn value(text: &str) -> Result<Value<'_>, NotCanonical> {
    if text.starts_with('"') {
        let (value, rest) = quoted(text)?;
        return if rest.is_empty() { Ok(Value::Text(value)) } else { Err(NotCanonical) };
    }
    if let Some(mut rest) = text.strip_prefix('[') {
        let mut values = Vec::new();
        loop {
            let (value, after) = quoted(rest)?;
            values.push(value);
            match after {
                "]" => return Ok(Value::List(values)),
                _ => rest = after.strip_prefix(", ").ok_or(NotCanonical)?,
            }
        }
    }
    let canonical = text == "0" || !text.starts_with('0');
    let digits = canonical && text.bytes().all(|b| b.is_ascii_digit());
    // TOML's integers are signed.
    let number = text.parse().ok().filter(|number| digits && i64::try_from(*number).is_ok());
    number.map(Value::Number).ok_or(NotCanonical)
}

/// Where a basic string's plain text stops: at its end, an escape, or a character it may not have.
fn stop(text: &str) -> Result<usize, NotCanonical> {
    let special = |b: u8| matches!(b, b'"' | b'\\' | 0..0x20 | 0x7f);
    text.bytes().position(special).ok_or(NotCanonical)
}

/// Reads a basic string at the beginning of `text`, and returns what comes after it.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), NotCanonical> {
    let inner = text.strip_prefix('"').ok_or(NotCanonical)?;
    let end = stop(inner)?;
    if inner.as_bytes()[end] == b'"' {
        return Ok((Cow::Borrowed(&inner[..end]), &inner[end + 1..]));
    }
    // What is read is never longer than what is written; a line may hold many strings.
    let mut value = String::with_capacity(closing(inner)?);
    let mut rest = inner;
    loop {
        let end = stop(rest)?;
        value.push_str(&rest[..end]);
        let (special, after) = rest[end..].split_at(1);
        match special {
            "\"" => return Ok((Cow::Owned(value), after)),
            "\\" => rest = escape(after, &mut value)?,
            _ => return Err(NotCanonical),
        }
    }
}

/// Where the string that `inner` begins with is closed.
fn closing(inner: &str) -> Result<usize, NotCanonical> {
    let mut at = 0;
    loop {
        at += stop(inner.get(at..).ok_or(NotCanonical)?)?;
        match inner.as_bytes()[at] {
            b'"' => return Ok(at),
            b'\\' => at += 2,
            _ => return Err(NotCanonical),
        }
    }
}

fn escape<'a>(text: &'a str, value: &mut String) -> Result<&'a str, NotCanonical> {
    if let Some(rest) = text.strip_prefix('u') {
        let digits = rest.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        value.push(code.and_then(char::from_u32).ok_or(NotCanonical)?);
        return Ok(&rest[4..]);
    }
    let rest = text.strip_prefix(['"', '\\']).ok_or(NotCanonical)?;
    value.push_str(&text[..1]);
    Ok(rest)
}
