//! The same sections from any TOML, by the `toml` crate.

use std::borrow::Cow;

use toml::{Table, Value as Toml};

use super::DocumentError;
use super::section::{Section, Value};

/// Reads `body` and hands over its sections in the order of the canonical form.
pub(super) fn sections(
    body: &str,
    mut each: impl FnMut(&mut Fields<'_>) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let table: Table = body.parse().map_err(|error: toml::de::Error| {
        // Only the place: the crate's message quotes the line, which may hold a secret.
        let before = error.span().and_then(|span| body.get(..span.start));
        DocumentError::NotToml(before.map(|text| text.matches('\n').count() + 3))
    })?;
    walk("", &table, &mut each)
}

/// A table's fields.
pub(super) struct Fields<'a> {
    path: &'a str,
    fields: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Section<'a> for Fields<'a> {
    fn path(&self) -> &str {
        self.path
    }

    fn take(&mut self, field: &str) -> Option<Value<'a>> {
        let at = self.fields.iter().position(|(name, _)| *name == field)?;
        Some(self.fields.swap_remove(at).1)
    }

    fn take_any(&mut self) -> Option<(Cow<'a, str>, Value<'a>)> {
        self.fields.pop().map(|(name, value)| (Cow::Borrowed(name), value))
    }
}

fn walk(
    path: &str,
    table: &Table,
    each: &mut impl FnMut(&mut Fields<'_>) -> Result<(), DocumentError>,
) -> Result<(), DocumentError> {
    let mut section = Fields { path, fields: Vec::new() };
    let mut inner: Vec<(String, &Table)> = Vec::new();
    for (name, value) in table {
        let below = || if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match value {
            Toml::Table(table) => inner.push((below(), table)),
            Toml::Array(values) if values.iter().any(Toml::is_table) => {
                let tables = values.iter().map(Toml::as_table).collect::<Option<Vec<_>>>();
                let tables = tables.ok_or(DocumentError::NotToml(None))?;
                inner.extend(tables.into_iter().map(|table| (below(), table)));
            }
            _ => section.fields.push((name, scalar(value)?)),
        }
    }
    each(&mut section)?;
    // Metadata belongs to the key itself, so it has to come before the key's versions.
    inner.sort_by_key(|(path, _)| path != "keys.metadata");
    inner.iter().try_for_each(|(path, table)| walk(path, table, each))
}

fn scalar(value: &Toml) -> Result<Value<'_>, DocumentError> {
    let text = |value: &Toml| value.as_str().map(|text| Cow::Owned(text.to_owned()));
    Ok(match value {
        Toml::String(text) => Value::Text(Cow::Borrowed(text)),
        Toml::Integer(number) => {
            Value::Number(u64::try_from(*number).map_err(|_| DocumentError::NotToml(None))?)
        }
        Toml::Array(values) => {
            let values = values.iter().map(text).collect::<Option<_>>();
            Value::List(values.ok_or(DocumentError::NotToml(None))?)
        }
        _ => return Err(DocumentError::NotToml(None)),
    })
}
