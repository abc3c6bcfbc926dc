//! What a Secret and its parts may be called.

use std::fmt;
use std::str::FromStr;

/// A Secret's name: an RFC 1123 subdomain, lower-case labels with dots between, at most 253.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(pub(super) String);

/// A namespace's name: an RFC 1123 label, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(pub(super) String);

/// A data key: `[-._a-zA-Z0-9]`, at most 253 characters, not `.` and not beginning with `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey(pub(super) String);

/// A label, `key=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub(super) key: String,
    pub(super) value: String,
}

/// An annotation, `key=value`; the value is any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub(super) key: String,
    pub(super) value: String,
}

/// The type of a Secret, such as `Opaque`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretType(pub(super) String);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(text: &str) -> bool {
    text.len() <= 63 && is_part(text)
}

/// What stands between the dots of a subdomain; of its parts, a cluster bounds no length.
fn is_part(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}

/// The longest name of a Secret.
pub(super) const MOST_NAME: usize = 253;

fn is_subdomain(text: &str) -> bool {
    text.len() <= MOST_NAME && text.split('.').all(is_part)
}

/// A label's value, or the part of its key after the slash.
fn is_label_text(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let ends_well = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && text.bytes().all(plain)
        && ends_well(text.chars().next())
        && ends_well(text.chars().next_back())
}

/// The key of a label or an annotation: a name, a subdomain and a slash before it if need be.
fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_label_text(name),
        None => is_label_text(text),
    }
}

impl FromStr for Name {
    type Err = BadKubernetesName;

    fn from_str(text: &str) -> Result<Self, BadKubernetesName> {
        let wrong = || BadKubernetesName::new(text, "name", "lower-case letters, digits, - and .");
        is_subdomain(text).then(|| Self(text.to_owned())).ok_or_else(wrong)
    }
}

impl FromStr for Namespace {
    type Err = BadKubernetesName;

    fn from_str(text: &str) -> Result<Self, BadKubernetesName> {
        let rule = "lower-case letters, digits and -, at most 63";
        let wrong = || BadKubernetesName::new(text, "namespace", rule);
        is_label(text).then(|| Self(text.to_owned())).ok_or_else(wrong)
    }
}

impl FromStr for DataKey {
    type Err = BadKubernetesName;

    fn from_str(text: &str) -> Result<Self, BadKubernetesName> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let good = (1..=253).contains(&text.len())
            && text.bytes().all(plain)
            && text != "."
            && !text.starts_with("..");
        let wrong = || BadKubernetesName::new(text, "data key", "letters, digits, -, _ and .");
        good.then(|| Self(text.to_owned())).ok_or_else(wrong)
    }
}

impl FromStr for Label {
    type Err = BadKubernetesName;

    fn from_str(text: &str) -> Result<Self, BadKubernetesName> {
        let wrong = || BadKubernetesName::new(text, "label", "key=value as kubectl takes it");
        let (key, value) = text.split_once('=').ok_or_else(wrong)?;
        let value_is_good = value.is_empty() || is_label_text(value);
        let label = || Self { key: key.to_owned(), value: value.to_owned() };
        (is_label_key(key) && value_is_good).then(label).ok_or_else(wrong)
    }
}

impl FromStr for Annotation {
    type Err = BadKubernetesName;

    fn from_str(text: &str) -> Result<Self, BadKubernetesName> {
        let wrong = |text: &str| {
            BadKubernetesName::new(text, "annotation", "key=value, the key as a label's")
        };
        let (key, value) = text.split_once('=').ok_or_else(|| wrong(text))?;
        let annotation = || Self { key: key.to_owned(), value: value.to_owned() };
        is_label_key(key).then(annotation).ok_or_else(|| wrong(key))
    }
}

impl FromStr for SecretType {
    type Err = BadKubernetesName;

    fn from_str(text: &str) -> Result<Self, BadKubernetesName> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        let wrong = |rule| BadKubernetesName::new(text, "Secret type", rule);
        if text.is_empty() || text.len() > 253 || !text.bytes().all(plain) {
            return Err(wrong("letters, digits, -, _, . and /, at most 253"));
        }
        let other = text.strip_prefix("kubernetes.io/").is_some_and(|of| OF_OTHERS.contains(&of));
        if other {
            Err(wrong("it holds something else than keys"))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

/// Types whose contents a server checks, and which no list of keys is.
const OF_OTHERS: [&str; 4] = ["tls", "dockercfg", "dockerconfigjson", "service-account-token"];

impl Label {
    /// The label's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl Annotation {
    /// The annotation's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How many bytes it counts for.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.key.len() + self.value.len()
    }
}

/// Something that Kubernetes would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadKubernetesName {
    text: String,
    what: &'static str,
    rule: &'static str,
}

impl BadKubernetesName {
    fn new(text: &str, what: &'static str, rule: &'static str) -> Self {
        Self { text: text.to_owned(), what, rule }
    }
}

impl fmt::Display for BadKubernetesName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, what, rule } = self;
        write!(f, "`{text}` is not a Kubernetes {what}: {rule}")
    }
}

impl std::error::Error for BadKubernetesName {}

#[cfg(test)]
mod tests {
    use super::{Annotation, DataKey, Label, Name, Namespace, SecretType};

    #[test]
    fn what_a_server_would_refuse_is_refused() {
        let long = "a".repeat(254);
        for bad in ["", "A", "a_b", "-a", "a-", "a..b", ".a", &long] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
            assert!(bad.parse::<Namespace>().is_err(), "{bad}");
        }
        assert!("a".repeat(253).parse::<Name>().is_ok());
        assert!("a".repeat(64).parse::<Namespace>().is_err());
        assert!("a.b".parse::<Name>().is_ok() && "a.b".parse::<Namespace>().is_err());
        for bad in ["", ".", "..", "..a", "a/b", "a b", &long] {
            assert!(bad.parse::<DataKey>().is_err(), "{bad}");
        }
        for bad in ["", "a", "=v", "a=b c", "a=-b", "A.b/=c", "a/b/c=d", "a=\"", "a=b\nc"] {
            assert!(bad.parse::<Label>().is_err(), "{bad}");
        }
        for bad in ["", "a", "=v", "a b=c", "a/b/c=d", "-a=b"] {
            assert!(bad.parse::<Annotation>().is_err(), "{bad}");
        }
        assert!("a.b/c=any text: \"at\nall\"".parse::<Annotation>().is_ok());
        for bad in ["", "a b", "a\n", "kubernetes.io/tls", &long] {
            assert!(bad.parse::<SecretType>().is_err(), "{bad}");
        }
        assert!("example.com/api-keys".parse::<SecretType>().is_ok());
        for good in ["a=", "app.kubernetes.io/name=web", "A_b=1.0"] {
            assert!(good.parse::<Label>().is_ok(), "{good}");
        }
    }
}
