//! The envelope of every JSON report: an object that names its schema first.

use serde::Serialize;

use super::sanitize;

#[derive(Serialize)]
struct Envelope<'a, T> {
    schema: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

/// Pretty JSON of `body`, which must serialise as a map, with `schema` before its fields and a
/// final newline.
pub(super) fn render<T: Serialize>(schema: &str, body: &T) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Envelope { schema, body })?;
    text.push('\n');
    Ok(escape(text))
}

/// The same in one line. No text holds a line feed, so each is between members.
pub(super) fn line<T: Serialize>(schema: &str, body: &T) -> serde_json::Result<String> {
    let pretty = render(schema, body)?;
    let mut text = String::with_capacity(pretty.len());
    text.extend(pretty.lines().map(str::trim_start));
    text.push('\n');
    Ok(text)
}

/// JSON leaves DEL, C1, bidi and zero-width characters as they are. They occur in strings only, so
/// escaping them wherever they stand keeps the document's meaning and makes it safe to look at.
fn escape(text: String) -> String {
    let hit = |c: char| c != '\n' && sanitize::is_unsafe(c);
    if !text.contains(hit) {
        return text;
    }
    let mut safe = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if hit(c) {
            let units = &mut [0; 2];
            safe.extend(c.encode_utf16(units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            safe.push(c);
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::render;

    #[derive(Serialize)]
    struct Report<'a> {
        name: &'a str,
        count: u32,
    }

    #[test]
    fn schema_comes_first_and_the_body_is_flat() {
        let text = render("keyctl.test/1", &Report { name: "clé", count: 2 }).unwrap();
        let expected =
            "{\n  \"schema\": \"keyctl.test/1\",\n  \"name\": \"clé\",\n  \"count\": 2\n}\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_line_holds_the_same_as_a_report() {
        let report = Report { name: " a\n  b ", count: 2 };
        let text = super::line("keyctl.test/1", &report).unwrap();
        assert_eq!(text.lines().count(), 1);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&text), read(&render("keyctl.test/1", &report).unwrap()));
    }

    #[test]
    fn hostile_strings_are_escaped_and_read_back_the_same() {
        let name = "\x1b[2J\n\u{7f}\u{9b}\u{202e}\u{200b}\u{e0041}";
        let text = render("s", &Report { name, count: 0 }).unwrap();
        assert!(text.is_ascii());
        assert!(text.contains(r"\u001b[2J\n\u007f\u009b\u202e\u200b\udb40\udc41"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["name"], name);
    }
}
