//! A Kubernetes Secret: `data` in base64, the same bytes for the same keys, so that `kubectl apply`
//! says *unchanged*.
//!
//! There are two layouts. As a file, for a Secret that is mounted as a volume, the data key is a
//! file name and the value a key file. As a variable, for `envFrom`, the data key is the variable's
//! name and the value the comma list: a file name would make no usable variable.

mod names;
mod suffix;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

pub use names::{Annotation, BadKubernetesName, DataKey, Label, Name, Namespace, SecretType};
use suffix::Hashed;

use super::yaml::{is_block, quote, quoted_len, scalar};
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
    /// Its annotations, in the order given.
    pub annotations: Vec<Annotation>,
    /// Its type; `None` is `Opaque`.
    pub secret_type: Option<SecretType>,
    /// Whether the cluster is to refuse changes to it.
    pub immutable: bool,
    /// Whether a hash of the contents becomes part of the name, as `kubectl` does it.
    pub append_hash: bool,
    /// How values are written.
    pub writing: Writing,
    /// How the keys lie in it.
    pub layout: Layout,
}

/// How the values of a Secret are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// `data`, in base64.
    Data,
    /// `stringData`, in clear.
    StringData,
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
    /// The longest name that leaves room for the suffix.
    pub const MOST_NAME_BEFORE_HASH: usize = names::MOST_NAME - suffix::LENGTH;

    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<Zeroizing<Vec<u8>>, ExportError> {
        let data = self.data(contents)?;
        self.check(&data)?;
        let mut text = Zeroizing::new(String::with_capacity(self.most(&data)));
        text.push_str("apiVersion: v1\nkind: Secret\nmetadata:\n");
        let _ = writeln!(text, "  name: {}", scalar(&self.full_name(&data)));
        if let Some(namespace) = &self.namespace {
            let _ = writeln!(text, "  namespace: {}", scalar(&namespace.0));
        }
        if !self.labels.is_empty() {
            text.push_str("  labels:\n");
            for label in &self.labels {
                let _ = writeln!(text, "    {}: \"{}\"", scalar(&label.key), label.value);
            }
        }
        if !self.annotations.is_empty() {
            text.push_str("  annotations:\n");
            for annotation in &self.annotations {
                let _ = write!(text, "    {}: ", scalar(&annotation.key));
                quote(&annotation.value, &mut text);
                text.push('\n');
            }
        }
        if self.immutable {
            text.push_str("immutable: true\n");
        }
        let _ = writeln!(text, "type: {}", scalar(self.type_or("Opaque")));
        match self.writing {
            Writing::Data => {
                text.push_str("data:\n");
                for (key, value) in &data {
                    let _ = write!(text, "  {}: ", scalar(key));
                    STANDARD.encode_string(value.as_slice(), &mut text);
                    text.push('\n');
                }
            }
            Writing::StringData => {
                text.push_str("stringData:\n");
                for (key, value) in &data {
                    let _ = write!(text, "  {}: ", scalar(key));
                    in_clear(value, &mut text);
                }
            }
        }
        Ok(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }

    /// Whether a Secret of this name is one of these settings, with whatever hash.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        name.strip_prefix(&*self.name.0).is_some_and(|rest| {
            if self.append_hash { suffix::is_one(rest) } else { rest.is_empty() }
        })
    }

    /// Whether a line that is not in the new file was written by an earlier export with the same
    /// settings: the name with another suffix, or the other way to write values.
    pub(super) fn is_own_line(&self, line: &str) -> bool {
        let suffix = || line.strip_prefix("name: ")?.trim_matches('"').strip_prefix(&*self.name.0);
        matches!(line, "data:" | "stringData:")
            || line.strip_suffix(": |").is_some_and(|key| key.parse::<DataKey>().is_ok())
            || (self.append_hash && suffix().is_some_and(suffix::is_one))
    }

    fn check(&self, data: &[(String, Bytes)]) -> Result<(), ExportError> {
        let bytes = data.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        if bytes > MOST {
            let what = "the Kubernetes Secret".to_owned();
            return Err(ExportError::TooLarge { what, bytes, most: MOST });
        }
        let wanted: &[&str] = match self.type_or("") {
            "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
            "kubernetes.io/basic-auth" => &["username", "password"],
            _ => return Ok(()),
        };
        if data.iter().any(|(key, _)| wanted.contains(&key.as_str())) {
            return Ok(());
        }
        let secret_type = self.type_or("").to_owned();
        Err(ExportError::NoDataKey { secret_type, wanted: wanted.join(" or ") })
    }

    fn type_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.secret_type.as_ref().map_or(default, |given| given.0.as_str())
    }

    fn full_name(&self, data: &[(String, Bytes)]) -> String {
        let name = &self.name.0;
        if !self.append_hash {
            return name.clone();
        }
        let (secret_type, immutable) = (self.type_or(""), self.immutable);
        let suffix = suffix::of(&Hashed { name, secret_type, immutable, data });
        format!("{name}{suffix}")
    }

    /// How long the text is at most: it holds secrets, and a buffer that grew would leave copies.
    fn most(&self, data: &[(String, Bytes)]) -> usize {
        let labels = self.labels.iter().map(|one| one.key.len() + one.value.len() + 16);
        let annotations =
            self.annotations.iter().map(|one| one.key.len() + quoted_len(&one.value) + 16);
        let values = data.iter().map(|(key, value)| {
            let value = match self.writing {
                Writing::Data => value.len() / 3 * 4 + 4,
                Writing::StringData => std::str::from_utf8(value).map_or(0, |text| {
                    if is_block(text) { text.len() * 5 + 2 } else { quoted_len(text) }
                }),
            };
            key.len() + value + 16
        });
        2048 + labels.chain(annotations).chain(values).sum::<usize>()
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
                    files.push((key.0.clone(), contents.key_file("a key file in a Secret")?));
                }
                for secret in &contents.secrets {
                    let name = secret.key.name.to_string();
                    if files.iter().any(|(earlier, _)| *earlier == name) {
                        return Err(ExportError::SameName { key: contents.name(secret), name });
                    }
                    files.push((name, joined(std::slice::from_ref(secret), "", "", "")));
                }
                files
            }
        };
        data.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(data)
    }
}

/// A value in clear, with its line feed: a key file as a block with a line for each key, anything
/// else between quotes.
fn in_clear(value: &[u8], text: &mut String) {
    // Secrets are text, so a value always is.
    let value = std::str::from_utf8(value).unwrap_or_default();
    if is_block(value) {
        text.push_str("|\n");
        for line in value.lines() {
            let _ = writeln!(text, "    {line}");
        }
    } else {
        quote(value, text);
        text.push('\n');
    }
}
