//! Imports: from the bytes of an artifact to the secrets that its consumer would read, by the
//! consumer's own rules.
//!
//! A reader never fails on a line: it says what the consumer makes of it, and what is wrong with it.
//! The same readers serve `import` and `check`. A new format is a file here, and its tests.

pub mod dotenv;
pub mod env_file;
pub mod gateway;
pub mod heare;
pub mod json;
pub mod k8s;
pub mod key_file;
pub mod list;
mod tree;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::clock::{Time, Zone};
use crate::export::heare::MARK;
use crate::export::{Dialect, fernet};
use crate::key::{Digest, Kind};
use crate::secret::Secret;

/// A form that an artifact can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A comma list.
    List,
    /// `NAME=value` lines, as they are.
    EnvFile,
    /// One key a line.
    KeyFile,
    /// A file gateway's lines.
    Gateway,
    /// The keys.json of heare-auth.
    Heare,
    /// A Kubernetes Secret, or several.
    K8s,
    /// Variables as `.env` files have them.
    Dotenv,
    /// Our own JSON.
    Json,
}

/// What some formats need to be read.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What the gateway reads; the extended dialect, unless it is said.
    pub dialect: Option<Dialect>,
    /// What the keys.json is encrypted with.
    pub storage: Option<fernet::Key>,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] = [
        Self::List,
        Self::EnvFile,
        Self::KeyFile,
        Self::Gateway,
        Self::Heare,
        Self::K8s,
        Self::Dotenv,
        Self::Json,
    ];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::EnvFile => "docker-env",
            Self::KeyFile => "docker",
            Self::Gateway => "gateway",
            Self::Heare => "heare",
            Self::K8s => "k8s",
            Self::Dotenv => "dotenv",
            Self::Json => "json",
        }
    }

    /// Reads an artifact as its consumer does.
    #[must_use]
    pub fn read(self, bytes: &[u8], settings: &Settings) -> Reading {
        match self {
            Self::List => list::read(bytes),
            Self::EnvFile => env_file::read(bytes),
            Self::KeyFile => key_file::read(bytes),
            Self::Gateway => {
                let dialect = settings.dialect.clone();
                gateway::read(bytes, &dialect.unwrap_or(Dialect::Extended(Zone::default())))
            }
            Self::Heare => heare::read(bytes, settings.storage.as_ref()),
            Self::K8s => k8s::read(bytes),
            Self::Dotenv => dotenv::read(bytes),
            Self::Json => json::read(bytes),
        }
    }

    /// What an artifact looks like.
    #[must_use]
    pub fn guess(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let lines = || {
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
        };
        let all = |is: &dyn Fn(&str) -> bool| lines().next().is_some() && lines().all(is);
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        };
        let is_pair = |line: &str| {
            let (name, value) = line.split_once('=').unwrap_or_default();
            is_name(name) && !is_padding(value)
        };
        let is_object = text.trim_start().starts_with('{');
        match () {
            () if bytes.starts_with(MARK) => Self::Heare,
            () if is_object && text.contains("\"keyctl.export/") => Self::Json,
            () if is_object && text.contains("\"apiVersion\"") => Self::K8s,
            () if is_object => Self::Heare,
            () if lines().any(|line| line.starts_with("apiVersion:")) => Self::K8s,
            () if all(&is_pair) && !text.contains(['"', '\'']) => Self::EnvFile,
            () if all(&|line| is_pair(line.strip_prefix("export ").unwrap_or(line))) => {
                Self::Dotenv
            }
            // One odd line makes no key file of a gateway's, which has a colon in each.
            () if 2 * lines().filter(|line| line.contains(':')).count() > lines().count() => {
                Self::Gateway
            }
            () if lines().count() == 1 && text.contains(',') => Self::List,
            // One odd line makes no key file of a file of variables.
            () if lines().any(is_assignment) => Self::Dotenv,
            () => Self::KeyFile,
        }
    }
}

/// Whether nothing stands behind the first `=`, or another one: keys in base64 end so.
fn is_padding(value: &str) -> bool {
    value.is_empty() || value == "="
}

/// Whether a line sets a variable, by the looks of its name.
fn is_assignment(line: &str) -> bool {
    let pair = line.strip_prefix("export ").unwrap_or(line).split_once('=');
    pair.is_some_and(|(name, value)| {
        !is_padding(value)
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

impl FromStr for Format {
    type Err = BadFormat;

    fn from_str(text: &str) -> Result<Self, BadFormat> {
        Self::ALL.into_iter().find(|format| format.word() == text).ok_or(BadFormat)
    }
}

/// Not the name of a format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadFormat;

impl fmt::Display for BadFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = Format::ALL.iter().map(|format| format.word()).collect();
        write!(f, "one of {}", words.join(", "))
    }
}

impl std::error::Error for BadFormat {}

/// What a consumer makes of an artifact.
#[derive(Debug, Default)]
pub struct Reading {
    /// The secrets that it would read, in their order.
    pub found: Vec<Found>,
    /// What is wrong, in the order of the lines.
    pub faults: Vec<Fault>,
    /// The objects that hold them, where the artifact has such.
    pub objects: Vec<Object>,
    /// Where each secret stands first.
    seen: BTreeMap<Digest, Place>,
}

impl Reading {
    /// One that holds nothing, for this reason.
    fn unreadable(what: Wrong) -> Self {
        Self { faults: vec![Fault { place: Place(0), what }], ..Self::default() }
    }

    /// Adds a secret and what is wrong with it. One that is there already is a duplicate: it is
    /// found once.
    fn take(&mut self, mut found: Found, wrong: Option<Wrong>) {
        let place = found.place;
        found.is_faulty |= wrong.is_some();
        let digest = Digest::of(&found.secret);
        let duplicate = self.seen.get(&digest).map(|first| Wrong::Duplicate(*first));
        if duplicate.is_none() {
            self.seen.insert(digest, place);
            self.found.push(found);
        }
        self.faults.extend(wrong.or(duplicate).map(|what| Fault { place, what }));
    }

    /// Adds the values of variables as comma lists, where a later line for a variable takes the place
    /// of an earlier one; `add` reads one value.
    fn take_variables<'a, V>(
        &mut self,
        lines: Vec<(Place, &'a str, V)>,
        mut add: impl FnMut(&mut Self, Place, &'a str, V),
    ) {
        let mut last: BTreeMap<&str, Place> = BTreeMap::new();
        last.extend(lines.iter().map(|(place, name, _)| (*name, *place)));
        for (place, name, value) in lines {
            if last.get(name) == Some(&place) {
                add(self, place, name, value);
            } else {
                self.skip(place, "a later line sets the same variable");
            }
        }
    }

    /// Says that the consumer passes a line over.
    fn skip(&mut self, place: Place, why: &'static str) {
        self.faults.push(Fault { place, what: Wrong::Skipped(why) });
    }

    /// Adds what a value that stands at `place` under `name` was read as.
    /// `raw` is the value as it stands there.
    fn absorb(&mut self, value: Self, place: Place, name: &str, raw: &[u8]) {
        for mut found in value.found {
            found.is_whole = found.secret.expose().as_bytes() == raw;
            // What another variable or data key has as well is no duplicate: each is a list of its own.
            match self.seen.get(&Digest::of(&found.secret)) {
                Some(first) => {
                    self.faults.push(Fault { place, what: Wrong::Again(*first) });
                }
                None => self.take(Found { place, name: Some(name.to_owned()), ..found }, None),
            }
        }
        self.faults.extend(value.faults.into_iter().map(|fault| match fault.what {
            Wrong::Duplicate(_) => Fault { place, what: Wrong::Duplicate(place) },
            what => Fault { place, what },
        }));
    }

    /// Says so when there was nothing to find.
    fn finish(mut self) -> Self {
        if self.found.is_empty() {
            self.faults.push(Fault { place: Place(0), what: Wrong::Empty });
        }
        self.faults.sort_by_key(|fault| fault.place);
        self
    }
}

/// Whether a variable or a data key is called like API keys are: `CHAPKIT_API_KEYS`, `api_keys.txt`.
#[must_use]
pub fn is_called_like_keys(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let others = ["SECRET_KEY", "PRIVATE_KEY", "PUBLIC_KEY", "REGISTRATION_KEY", "TLS.KEY"];
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| word.ends_with("KEY") || word.ends_with("KEYS"))
        && !others.iter().any(|other| name.contains(other))
}

/// A time as consumers read it. Theirs go on to the end of the year 9999, which says "never"; ours end
/// some days before, and stand for it.
fn time(text: &str) -> Option<Time> {
    text.parse().ok().or_else(|| {
        let rest = text.strip_prefix("9999-12-3")?;
        format!("9998-12-3{rest}").parse::<Time>().ok()?;
        "9999-12-28T00:00:00Z".parse().ok()
    })
}

/// The text of an artifact; `None` when it is not UTF-8.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A key as it stands in a text.
fn key(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// What stands in a key that cannot be meant.
fn fault(key: &str) -> Option<Wrong> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    if key.starts_with('\u{feff}') {
        Some(Wrong::ByteOrderMark)
    } else if key.starts_with(is_quote) || key.ends_with(is_quote) {
        Some(Wrong::Quotes)
    } else if key.contains(char::is_whitespace) {
        Some(Wrong::Comment)
    } else if !key.bytes().all(|b| b.is_ascii_graphic()) {
        Some(Wrong::Character)
    } else {
        None
    }
}

/// One secret that a consumer would read.
#[derive(Debug)]
pub struct Found {
    /// Where it stands.
    pub place: Place,
    /// What the artifact calls it: a key id, a variable, a data key.
    pub name: Option<String>,
    /// Whether it is one of a list or a value of its own, where the artifact tells.
    pub kind: Kind,
    /// The secret, exactly as the consumer takes it, stray quotes and all.
    pub secret: Secret,
    /// When the artifact says that it ends.
    pub expires: Option<Time>,
    /// What else the artifact says of it in pairs of its own.
    pub notes: Vec<(String, String)>,
    /// What our own JSON says of its key besides.
    pub about: About,
    /// Whether something is wrong with it.
    pub is_faulty: bool,
    /// Whether it is all that stands there: no part of a list, and nothing taken off.
    pub is_whole: bool,
}

/// What is said of a key, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// What it is for.
    pub description: String,
    /// Who answers for it.
    pub owner: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// Where it may be used from.
    pub allowed_ips: Vec<String>,
}

impl Found {
    /// A secret of which nothing else is said.
    fn new(place: Place, secret: Secret) -> Self {
        Self {
            place,
            name: None,
            kind: Kind::ApiKey,
            secret,
            expires: None,
            notes: Vec::new(),
            about: About::default(),
            is_faulty: false,
            is_whole: true,
        }
    }
}

/// A Kubernetes Secret in which a secret was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Where its name stands.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Its namespace, where it says one.
    pub namespace: Option<String>,
}

/// Something that is wrong with an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub what: Wrong,
}

/// Where something stands: a line from 1, or the part of a value from 1; 0 for the whole artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place(pub usize);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It begins with a byte-order mark, which becomes part of the first key.
    ByteOrderMark,
    /// It is not UTF-8: the consumer does not start.
    NotText,
    /// It has no key at all.
    Empty,
    /// The same key stands at this place already.
    Duplicate(Place),
    /// The same key stands in another list of the artifact, at this place.
    Again(Place),
    /// What the artifact calls it is the name of the key at this place already.
    SameName(Place),
    /// The consumer reads the key, and then does with it what nobody would expect: what, and why.
    Trap(&'static str),
    /// A comma, which this consumer takes for part of the key.
    Comma,
    /// Space or a `#` behind the key, which the consumer takes for part of it.
    Comment,
    /// Quotes, which the consumer takes for part of the key.
    Quotes,
    /// The consumer skips the line, for this reason.
    Skipped(&'static str),
    /// A character that no header can carry, or that another consumer would read differently.
    Character,
    /// A `$` and a name behind it, which some consumers replace by the value of that variable.
    Interpolated,
    /// The artifact cannot be read at all, for this reason.
    Unreadable(&'static str),
}

impl Wrong {
    /// Whether the artifact is read all the same, as if it were not so.
    #[must_use]
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::Duplicate(_) | Self::Again(_))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark => {
                f.write_str("a byte-order mark, which becomes part of the first key")
            }
            Self::NotText => f.write_str("not UTF-8 text"),
            Self::Empty => f.write_str("no key"),
            Self::Duplicate(first) => write!(f, "the same key as at {first}"),
            Self::Again(first) => write!(f, "the key of another list, at {first}"),
            Self::SameName(first) => write!(f, "the same name as at {first}, for another key"),
            Self::Comma => f.write_str("a comma, which becomes part of the key"),
            Self::Comment => f.write_str("something behind the key, which becomes part of it"),
            Self::Quotes => f.write_str("quotes, which become part of the key"),
            Self::Skipped(why) => write!(f, "the line is skipped: {why}"),
            Self::Character => f.write_str("a character that a key cannot have"),
            Self::Interpolated => f.write_str("a $ that some consumers take for a variable"),
            Self::Trap(why) | Self::Unreadable(why) => f.write_str(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, Wrong, key_file, list};

    const A: &str = "sk_test_not-a-real-key-A";
    const B: &str = "sk_test_not-a-real-key-B";

    fn said(reading: &Reading) -> (Vec<&str>, Vec<(usize, &Wrong)>) {
        let found = reading.found.iter().map(|one| one.secret.expose()).collect();
        (found, reading.faults.iter().map(|fault| (fault.place.0, &fault.what)).collect())
    }

    #[test]
    fn a_key_file_is_read_as_python_reads_it() {
        let text = format!("  {A} \r\n\n# a comment\n{B}");
        assert_eq!(said(&key_file::read(text.as_bytes())), (vec![A, B], vec![]));
        let old_mac = format!("{A}\r{B}\r");
        assert_eq!(said(&key_file::read(old_mac.as_bytes())).0, [A, B]);
    }

    #[test]
    fn what_a_key_file_makes_of_mistakes_is_told() {
        for (text, found, wrong) in [
            (format!("\u{feff}{A}\n"), format!("\u{feff}{A}"), Wrong::ByteOrderMark),
            (format!("{A},{B}\n"), format!("{A},{B}"), Wrong::Comma),
            (format!("{A} # old\n"), format!("{A} # old"), Wrong::Comment),
            (format!("\"{A}\"\n"), format!("\"{A}\""), Wrong::Quotes),
            (format!("{A}é\n"), format!("{A}é"), Wrong::Character),
        ] {
            let reading = key_file::read(text.as_bytes());
            assert_eq!(said(&reading), (vec![found.as_str()], vec![(1, &wrong)]), "{text:?}");
        }
        let twice = format!("{A}\n\n{A}\n");
        let reading = key_file::read(twice.as_bytes());
        assert_eq!(said(&reading), (vec![A], vec![(3, &Wrong::Duplicate(super::Place(1)))]));
        for (bytes, wrong) in [(&b"key\xe9\n"[..], Wrong::NotText), (b"# none\n", Wrong::Empty)] {
            assert_eq!(said(&key_file::read(bytes)), (vec![], vec![(0, &wrong)]));
        }
    }

    #[test]
    fn a_list_is_split_at_commas_and_taken_as_it_is() {
        let text = format!(" {A} ,,{B},");
        assert_eq!(said(&list::read(text.as_bytes())), (vec![A, B], vec![]));
        let quoted = format!("\"{A},{B}\"");
        let (first, last) = (format!("\"{A}"), format!("{B}\""));
        let wrong =
            (vec![first.as_str(), last.as_str()], vec![(1, &Wrong::Quotes), (2, &Wrong::Quotes)]);
        assert_eq!(said(&list::read(quoted.as_bytes())), wrong);
        let hash = format!("#{A},{B}");
        assert_eq!(said(&list::read(hash.as_bytes())).0, [&format!("#{A}"), B]);
        assert_eq!(said(&list::read(b" , ")), (vec![], vec![(0, &Wrong::Empty)]));
    }
}
