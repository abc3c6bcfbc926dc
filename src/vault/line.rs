//! The JSON of a manifest's lines, written, and read strictly as it is written: an object without
//! spaces whose values are texts, whole numbers, lists of texts, or objects of those.

use std::borrow::Cow;

/// An object in the making. A manifest has thousands, so what is known of them is made use of.
pub(super) struct Members<'a>(&'a mut Vec<u8>);

impl<'a> Members<'a> {
    /// Begins one behind what there is.
    pub(super) fn begin(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self(out)
    }

    fn name(&mut self, name: &str) {
        if self.0.last() != Some(&b'{') {
            self.0.push(b',');
        }
        for part in ["\"", name, "\":"] {
            self.0.extend_from_slice(part.as_bytes());
        }
    }

    /// Adds a text, if there is one, that has no character which JSON escapes.
    pub(super) fn plain(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            debug_assert!(
                !text.contains(|c: char| c.is_ascii_control() || matches!(c, '"' | '\\'))
            );
            self.name(name);
            for part in ["\"", text, "\""] {
                self.0.extend_from_slice(part.as_bytes());
            }
        }
    }

    /// Adds a number, if there is one.
    pub(super) fn number(&mut self, name: &str, number: Option<u32>) {
        if let Some(number) = number {
            self.name(name);
            self.0.extend_from_slice(number.to_string().as_bytes());
        }
    }

    /// Adds a list, if there is something in it.
    pub(super) fn list(&mut self, name: &str, texts: &[Cow<'_, str>]) {
        if !texts.is_empty() {
            self.name(name);
            // Writing texts into memory cannot fail.
            let _ = serde_json::to_writer(&mut *self.0, texts);
        }
    }

    /// Ends the object, and the line.
    pub(super) fn end(self) {
        self.0.extend_from_slice(b"}\n");
    }
}

/// How deep objects may lie in each other.
const DEPTH: usize = 2;

/// A value.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    List(Vec<Cow<'a, str>>),
    /// The text of an object.
    Object(&'a str),
}

/// What is done with each member; `None` says that it does not belong there.
pub(super) type Each<'a, 'b> = &'b mut dyn FnMut(&'a str, Value<'a>) -> Option<()>;

/// Hands over each member of the object that `text` is. `None` when it is none, or when a member
/// does not belong there.
pub(super) fn members<'a>(text: &'a str, each: Each<'a, '_>) -> Option<()> {
    object(text, DEPTH, each)?.is_empty().then_some(())
}

/// Notes a member's value; `None` when there is one already.
pub(super) fn set<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn object<'a>(text: &'a str, depth: usize, each: Each<'a, '_>) -> Option<&'a str> {
    let depth = depth.checked_sub(1)?;
    let mut rest = text.strip_prefix('{')?;
    if let Some(after) = rest.strip_prefix('}') {
        return Some(after);
    }
    loop {
        let (Cow::Borrowed(name), after) = string(rest)? else { return None };
        let (found, after) = value(after.strip_prefix(':')?, depth)?;
        each(name, found)?;
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return after.strip_prefix('}'),
        }
    }
}

fn value(text: &str, depth: usize) -> Option<(Value<'_>, &str)> {
    match text.as_bytes().first()? {
        b'"' => string(text).map(|(text, rest)| (Value::Text(text), rest)),
        b'[' => list(&text[1..]),
        b'{' => {
            let rest = object(text, depth, &mut |_, _| Some(()))?;
            Some((Value::Object(&text[..text.len() - rest.len()]), rest))
        }
        _ => {
            let end = text.bytes().position(|b| !b.is_ascii_digit())?;
            Some((Value::Number(text[..end].parse().ok()?), &text[end..]))
        }
    }
}

fn list(text: &str) -> Option<(Value<'_>, &str)> {
    let mut values = Vec::new();
    if let Some(rest) = text.strip_prefix(']') {
        return Some((Value::List(values), rest));
    }
    let mut rest = text;
    loop {
        let (value, after) = string(rest)?;
        values.push(value);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Some((Value::List(values), after.strip_prefix(']')?)),
        }
    }
}

fn string(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let inside = text.strip_prefix('"')?;
    let bytes = inside.as_bytes();
    let mut at = bytes.iter().position(|b| matches!(b, b'"' | b'\\' | ..b' '))?;
    if bytes[at] == b'"' {
        return Some((Cow::Borrowed(&inside[..at]), &inside[at + 1..]));
    }
    while *bytes.get(at)? != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    let value = serde_json::from_str::<String>(&text[..at + 2]).ok()?;
    Some((Cow::Owned(value), &inside[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::{Members, Value, members};

    #[test]
    fn what_was_written_is_read() {
        let mut text = b"before\n".to_vec();
        let mut line = Members::begin(&mut text);
        for name in ["a", "b"] {
            line.plain(name, None);
            line.number(name, None);
            line.list(name, &[]);
        }
        line.plain("c", Some("2026-11-22T16:00:00Z"));
        line.number("d", Some(u32::MAX));
        line.list("e", &["f\"\\\n".into(), "é".into()]);
        line.plain("g", Some("{"));
        line.plain("h", Some(""));
        line.end();
        let line = "{\"c\":\"2026-11-22T16:00:00Z\",\"d\":4294967295,\"e\":[\"f\\\"\\\\\\n\",\"é\"],\"g\":\"{\",\"h\":\"\"}";
        assert_eq!(text, format!("before\n{line}\n").as_bytes());
        assert_eq!(read(line).unwrap(), "c=2026-11-22T16:00:00Z d=4294967295 e=f\"\\\n+é g={ h=");
    }

    fn read(text: &str) -> Option<String> {
        let mut said = Vec::new();
        members(text, &mut |name, value| {
            said.push(match value {
                Value::Text(text) => format!("{name}={text}"),
                Value::Number(number) => format!("{name}={number}"),
                Value::List(list) => format!("{name}={}", list.join("+")),
                Value::Object(text) => format!("{name}={text}"),
            });
            Some(())
        })?;
        Some(said.join(" "))
    }

    #[test]
    fn what_is_written_is_read() {
        for (text, said) in [
            (r"{}", ""),
            (r#"{"a":"b"}"#, "a=b"),
            (r#"{"a":1,"b":[],"c":["d","e"],"f":{"g":"h"}}"#, r#"a=1 b= c=d+e f={"g":"h"}"#),
            (r#"{"a":"\"\\\u00e9\n","b":"é"}"#, "a=\"\\é\n b=é"),
            (r#"{"a":["\"","]"]}"#, "a=\"+]"),
        ] {
            assert_eq!(read(text).as_deref(), Some(said), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "{",
            "}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":"b"#,
            r#"{"a":"b","#,
            r#"{"a":"b",}"#,
            r#"{"a":"b"}}"#,
            r#"{"a":"b"} "#,
            r#"{ "a":"b"}"#,
            r#"{"a":-1}"#,
            r#"{"a":99999999999999999999}"#,
            r#"{"a":1"#,
            r#"{"a":[1]}"#,
            r#"{"a":["b",]}"#,
            r#"{"a":["b"}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\"#,
            r#"{"a":"\é"}"#,
            r#"{"a":{"b":{"c":1}}}"#,
            "{\"a\":\"\0\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
