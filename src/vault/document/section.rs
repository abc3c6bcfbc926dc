//! What both readers make of the text: tables with fields, and how a field is taken out of one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::{DocumentError, LONGEST_TEXT};

/// One table of the document.
pub(super) struct Section<'a> {
    pub(super) path: Cow<'a, str>,
    fields: Vec<(Cow<'a, str>, Value<'a>)>,
    /// Before this one all fields were taken: they mostly come in the order they are taken in.
    next: usize,
}

/// What a field holds.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    List(Vec<Cow<'a, str>>),
}

impl<'a> Section<'a> {
    pub(super) fn new(path: &'a str) -> Self {
        Self { path: Cow::Borrowed(path), fields: Vec::new(), next: 0 }
    }

    /// Begins another table in the same buffer.
    pub(super) fn restart(&mut self, path: &'a str) {
        self.path = Cow::Borrowed(path);
        self.fields.clear();
        self.next = 0;
    }

    pub(super) fn push(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        self.fields.push((name, value));
    }

    pub(super) fn bad(&self, field: &'static str) -> DocumentError {
        DocumentError::Bad { table: self.path.to_string(), field }
    }

    fn take(&mut self, field: &str) -> Option<Value<'a>> {
        let at = self.fields[self.next..].iter().position(|(name, _)| name == field)?;
        self.fields.swap(self.next, self.next + at);
        let value = std::mem::replace(&mut self.fields[self.next].1, Value::Number(0));
        self.next += 1;
        Some(value)
    }

    pub(super) fn maybe_text(
        &mut self,
        field: &'static str,
    ) -> Result<Option<Cow<'a, str>>, DocumentError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Text(text)) if text.len() <= LONGEST_TEXT => Ok(Some(text)),
            Some(_) => Err(self.bad(field)),
        }
    }

    pub(super) fn text(&mut self, field: &'static str) -> Result<Cow<'a, str>, DocumentError> {
        self.maybe_text(field)?.ok_or_else(|| self.bad(field))
    }

    pub(super) fn maybe<T: FromStr>(
        &mut self,
        field: &'static str,
    ) -> Result<Option<T>, DocumentError> {
        let text = self.maybe_text(field)?;
        text.map(|text| text.parse().map_err(|_| self.bad(field))).transpose()
    }

    pub(super) fn parsed<T: FromStr>(&mut self, field: &'static str) -> Result<T, DocumentError> {
        self.maybe(field)?.ok_or_else(|| self.bad(field))
    }

    pub(super) fn maybe_number<T: TryFrom<u64>>(
        &mut self,
        field: &'static str,
    ) -> Result<Option<T>, DocumentError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Number(number)) => number.try_into().map(Some).map_err(|_| self.bad(field)),
            Some(_) => Err(self.bad(field)),
        }
    }

    pub(super) fn number<T: TryFrom<u64>>(
        &mut self,
        field: &'static str,
    ) -> Result<T, DocumentError> {
        self.maybe_number(field)?.ok_or_else(|| self.bad(field))
    }

    pub(super) fn list(&mut self, field: &'static str) -> Result<BTreeSet<String>, DocumentError> {
        match self.take(field) {
            None => Ok(BTreeSet::new()),
            Some(Value::List(values)) if values.iter().all(|text| text.len() <= LONGEST_TEXT) => {
                Ok(values.into_iter().map(Cow::into_owned).collect())
            }
            Some(_) => Err(self.bad(field)),
        }
    }

    /// What was not taken is unknown.
    pub(super) fn finish(&mut self) -> Result<(), DocumentError> {
        match self.fields.drain(..).nth(self.next) {
            None => Ok(()),
            Some((field, _)) => Err(DocumentError::Unknown {
                table: self.path.to_string(),
                field: field.into_owned(),
            }),
        }
    }
    /// All fields as pairs of texts; `field` is how an error calls them.
    pub(super) fn pairs(
        &mut self,
        field: &'static str,
    ) -> Result<BTreeMap<String, String>, DocumentError> {
        let mut pairs = BTreeMap::new();
        for (name, value) in std::mem::take(&mut self.fields) {
            let Value::Text(text) = value else { return Err(self.bad(field)) };
            let fits = name.len().max(text.len()) <= LONGEST_TEXT;
            if !fits || pairs.insert(name.into_owned(), text.into_owned()).is_some() {
                return Err(self.bad(field));
            }
        }
        Ok(pairs)
    }
}
