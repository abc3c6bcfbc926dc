//! A Kubernetes Secret: `data` in base64, the same bytes for the same keys, so that `kubectl apply`
//! says *unchanged*.
//!
//! There are two layouts. As a file, for a Secret that is mounted as a volume, the data key is a
//! file name and the value a key file. As a variable, for `envFrom`, the data key is the variable's
//! name and the value the comma list: a file name would make no usable variable.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Contents, ExportError, Names, joined};

type Bytes = Zeroizing<Vec<u8>>;

/// The largest Secret that a cluster stores, in bytes of its data keys and values.
const MOST: usize = 1024 * 1024;

/// A Secret and what it is called.
#[derive(Debug, Clone)]
pub struct K8s {
    /// The Secret's name.
    pub name: Name,
    /// Its namespace; `None` leaves it to whoever applies it.
    pub namespace: Option<Namespace>,
    /// Its labels, in the order given.
    pub labels: Vec<Label>,
    /// How the keys lie in it.
    pub layout: Layout,
}

/// How the keys lie in a Secret.
#[derive(Debug, Clone)]
pub enum Layout {
    /// A key file under this data key.
    File(DataKey),
    /// Each value under the name of its variable: the keys as a comma list.
    Variables(Names),
}

impl K8s {
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let data = self.data(contents)?;
        let bytes = data.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        if bytes > MOST {
            let what = "the Kubernetes Secret".to_owned();
            return Err(ExportError::TooLarge { what, bytes, most: MOST });
        }
        let mut text = Zeroizing::new(String::with_capacity(2048 + bytes * 3 / 2));
        text.push_str("apiVersion: v1\nkind: Secret\nmetadata:\n");
        let _ = writeln!(text, "  name: {}", scalar(&self.name.0));
        if let Some(namespace) = &self.namespace {
            let _ = writeln!(text, "  namespace: {}", scalar(&namespace.0));
        }
        if !self.labels.is_empty() {
            text.push_str("  labels:\n");
            for label in &self.labels {
                let _ = writeln!(text, "    {}: \"{}\"", scalar(&label.key), label.value);
            }
        }
        text.push_str("type: Opaque\ndata:\n");
        for (key, value) in &data {
            let _ = write!(text, "  {}: ", scalar(key));
            STANDARD.encode_string(value.as_slice(), &mut text);
            text.push('\n');
        }
        Ok(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }

    /// What is under which data key, sorted as `kubectl` sorts it.
    fn data(&self, contents: &Contents<'_>) -> Result<Vec<(String, Bytes)>, ExportError> {
        let mut data: Vec<(String, Bytes)> = match &self.layout {
            Layout::Variables(names) => {
                let variables = contents.variables(names)?;
                variables.into_iter().map(|one| (one.name.to_string(), one.value)).collect()
            }
            Layout::File(key) if contents.keys.is_empty() && contents.secrets.len() == 1 => {
                vec![(key.0.clone(), joined(&contents.secrets, "", "", ""))]
            }
            Layout::File(key) => {
                let mut files = Vec::new();
                if !contents.keys.is_empty() {
                    files.push((key.0.clone(), joined(&contents.keys, "\n", "", "\n")));
                }
                for secret in &contents.secrets {
                    let value = joined(std::slice::from_ref(secret), "", "", "");
                    files.push((secret.key.name.to_string(), value));
                }
                files
            }
        };
        data.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(data)
    }
}

/// Plain where YAML reads plain text, else in double quotes. Names have no character that would
/// need an escape between them.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let lower = text.to_ascii_lowercase();
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic()) && !WORDS.contains(&&*lower);
    if plain { text.to_owned() } else { format!("\"{text}\"") }
}

/// A Secret's name: an RFC 1123 subdomain, lower-case labels with dots between, at most 253.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// A namespace's name: an RFC 1123 label, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace(String);

/// A data key: `[-._a-zA-Z0-9]`, at most 253 characters, not `.` and not beginning with `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey(String);

/// A label, `key=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    key: String,
    value: String,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
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
        let key_is_good = match key.split_once('/') {
            Some((prefix, name)) => is_subdomain(prefix) && is_label_text(name),
            None => is_label_text(key),
        };
        let value_is_good = value.is_empty() || is_label_text(value);
        let label = || Self { key: key.to_owned(), value: value.to_owned() };
        (key_is_good && value_is_good).then(label).ok_or_else(wrong)
    }
}

impl Label {
    /// The label's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
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
    use super::{DataKey, Label, Name, Namespace, scalar};

    #[test]
    fn what_a_server_would_refuse_is_refused() {
        let long = "a".repeat(254);
        for bad in ["", "A", "a_b", "-a", "a-", "a..b", ".a", &long] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
            assert!(bad.parse::<Namespace>().is_err(), "{bad}");
        }
        assert!("a.b".parse::<Name>().is_ok() && "a.b".parse::<Namespace>().is_err());
        for bad in ["", ".", "..", "..a", "a/b", "a b", &long] {
            assert!(bad.parse::<DataKey>().is_err(), "{bad}");
        }
        for bad in ["", "a", "=v", "a=b c", "a=-b", "A.b/=c", "a/b/c=d", "a=\"", "a=b\nc"] {
            assert!(bad.parse::<Label>().is_err(), "{bad}");
        }
        for good in ["a=", "app.kubernetes.io/name=web", "A_b=1.0"] {
            assert!(good.parse::<Label>().is_ok(), "{good}");
        }
    }

    #[test]
    fn what_yaml_would_read_as_something_else_is_quoted() {
        for (text, written) in [
            ("web", "web"),
            ("1", "\"1\""),
            ("true", "\"true\""),
            (".x", "\".x\""),
            ("No", "\"No\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
