//! A reader of the canonical form alone: every line a header, a field or empty.
//!
//! It is what makes an environment of thousands of keys open as fast as age decrypts it. It never
//! decides what is valid: whatever it does not recognise is read again by the `toml` crate.

use std::borrow::Cow;

use super::read::{Section, Value};

/// Something that the canonical form does not have.
pub(super) struct NotCanonical;

/// Splits `body` into its sections, in order; the first is the root, with an empty path.
pub(super) fn sections<'a, E>(
    body: &'a str,
    mut each: impl FnMut(Section<'a>) -> Result<(), E>,
) -> Result<Result<(), E>, NotCanonical> {
    let mut section = Section::new("");
    for line in body.lines() {
        if let Some(header) = line.strip_prefix('[') {
            let path = match header.strip_prefix('[') {
                Some(inner) => inner.strip_suffix("]]"),
                None => header.strip_suffix(']'),
            };
            let next = Section::new(path.filter(|path| is_path(path)).ok_or(NotCanonical)?);
            if let Err(error) = each(std::mem::replace(&mut section, next)) {
                return Ok(Err(error));
            }
        } else if !line.is_empty() {
            let (name, rest) = name(line)?;
            section.push(name, value(rest)?);
        }
    }
    Ok(each(section))
}

fn is_path(path: &str) -> bool {
    !path.is_empty() && path.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'.' | b'_'))
}

fn name(line: &str) -> Result<(Cow<'_, str>, &str), NotCanonical> {
    let (name, rest) = if line.starts_with('"') {
        quoted(line)?
    } else {
        let end = line.find(' ').ok_or(NotCanonical)?;
        let (name, rest) = line.split_at(end);
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
            return Err(NotCanonical);
        }
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
    text.parse().ok().filter(|_| digits).map(Value::Number).ok_or(NotCanonical)
}

/// Reads a basic string at the beginning of `text`, and returns what comes after it.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), NotCanonical> {
    let inner = text.strip_prefix('"').ok_or(NotCanonical)?;
    let stop = |c: char| matches!(c, '"' | '\\') || c.is_control();
    let end = inner.find(stop).ok_or(NotCanonical)?;
    if inner[end..].starts_with('"') {
        return Ok((Cow::Borrowed(&inner[..end]), &inner[end + 1..]));
    }
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        let end = rest.find(stop).ok_or(NotCanonical)?;
        value.push_str(&rest[..end]);
        let (special, after) = rest[end..].split_at(1);
        match special {
            "\"" => return Ok((Cow::Owned(value), after)),
            "\\" => rest = escape(after, &mut value)?,
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
