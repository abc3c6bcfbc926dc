//! What both readers make of the text: tables with fields, and how a field is taken out of one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::{DocumentError, LONGEST_TEXT};

/// What a field holds.
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    List(Vec<Cow<'a, str>>),
}

/// One table of the document, whose fields are taken out one by one in the order of the canonical
/// form.
pub(super) trait Section<'a> {
    /// Its path, empty for the root.
    fn path(&self) -> &str;

    /// Takes a field out, when it is there.
    fn take(&mut self, field: &str) -> Option<Value<'a>>;

    /// Takes out what is left, whatever it is called.
    fn take_any(&mut self) -> Option<(Cow<'a, str>, Value<'a>)>;

    fn bad(&self, field: &'static str) -> DocumentError {
        DocumentError::Bad { table: self.path().to_owned(), field }
    }

    #[inline]
    fn maybe_text(&mut self, field: &'static str) -> Result<Option<Cow<'a, str>>, DocumentError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Text(text)) if text.len() <= LONGEST_TEXT => Ok(Some(text)),
            Some(_) => Err(self.bad(field)),
        }
    }

    fn text(&mut self, field: &'static str) -> Result<Cow<'a, str>, DocumentError> {
        self.maybe_text(field)?.ok_or_else(|| self.bad(field))
    }

    #[inline]
    fn maybe<T: FromStr>(&mut self, field: &'static str) -> Result<Option<T>, DocumentError> {
        let text = self.maybe_text(field)?;
        text.map(|text| text.parse().map_err(|_| self.bad(field))).transpose()
    }

    fn parsed<T: FromStr>(&mut self, field: &'static str) -> Result<T, DocumentError> {
        self.maybe(field)?.ok_or_else(|| self.bad(field))
    }

    #[inline]
    fn maybe_number<T: TryFrom<u64>>(
        &mut self,
        field: &'static str,
    ) -> Result<Option<T>, DocumentError> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Number(number)) => number.try_into().map(Some).map_err(|_| self.bad(field)),
            Some(_) => Err(self.bad(field)),
        }
    }

    fn number<T: TryFrom<u64>>(&mut self, field: &'static str) -> Result<T, DocumentError> {
        self.maybe_number(field)?.ok_or_else(|| self.bad(field))
    }

    fn list(&mut self, field: &'static str) -> Result<BTreeSet<String>, DocumentError> {
        match self.take(field) {
            None => Ok(BTreeSet::new()),
            Some(Value::List(values)) if values.iter().all(|text| text.len() <= LONGEST_TEXT) => {
                Ok(values.into_iter().map(Cow::into_owned).collect())
            }
            Some(_) => Err(self.bad(field)),
        }
    }

    /// What was not taken is unknown.
    fn finish(&mut self) -> Result<(), DocumentError> {
        match self.take_any() {
            None => Ok(()),
            Some((field, _)) => Err(DocumentError::Unknown {
                table: self.path().to_owned(),
                field: field.into_owned(),
            }),
        }
    }

    /// All fields as pairs of texts; `field` is how an error calls them.
    fn pairs(&mut self, field: &'static str) -> Result<BTreeMap<String, String>, DocumentError> {
        let mut pairs = BTreeMap::new();
        while let Some((name, value)) = self.take_any() {
            let Value::Text(text) = value else { return Err(self.bad(field)) };
            let fits = name.len().max(text.len()) <= LONGEST_TEXT;
            if !fits || pairs.insert(name.into_owned(), text.into_owned()).is_some() {
                return Err(self.bad(field));
            }
        }
        Ok(pairs)
    }
}
