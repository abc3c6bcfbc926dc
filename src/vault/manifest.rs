//! The manifest: the value-free, signed public index of an environment.
//!
//! The file is in the embedded-signature form of signify, OpenBSD's `signify(1)`, so that
//! `signify -V -e` checks it:
//!
//! 1. `untrusted comment: keyctl manifest of ENVIRONMENT, generation N`. No signature covers it; a
//!    reader refuses another one, so that no bit of a file can be changed. signify's own comments
//!    pass too.
//! 2. Base64 of 74 bytes: `Ed`, the 8 bytes of the key's number, and the 64 of an Ed25519 signature
//!    (RFC 8032) over all that follows this line. Numbers only match signatures with keys; those of
//!    our keys are the beginning of the SHA-256 of the 32 key bytes.
//! 3. The message: JSON Lines in UTF-8, each with a line feed. There are no spaces between tokens,
//!    no members besides those below, and none twice; values are texts, whole numbers, lists of texts
//!    and one object. Times are UTC: `2026-11-22T16:00:00Z`. What does not apply is left out.
//!
//! The first line is the header. It begins with `type`, `keyctl-manifest`, and `v`, 1; what has
//! another `v` may have any other form from there on. Then come
//!
//! - `environment`, and `id`, which no other environment has, also of the same name;
//! - `generation`, a number that rises with each commit;
//! - `sealed`, the MAC text in the header of the `.age` file that it describes: when the file has
//!   another one, the manifest is behind;
//! - `issued`, and `expires`, from when on it is no answer; one in a vault has no end;
//! - `policy`, the rules of the environment; `recipients`, the names of its readers.
//!
//! Each other line is a version. Those without a `digest` come first; the others rise strictly by it:
//!
//! - `digest`, the first member: SHA-256 of the secret in lower-case hex. A weak secret has none;
//! - `ref`: `prod/web@2`; `kind`, only of a single value; `state`;
//! - `created`, `activated`, `retiring`, `retire_by`, `retired`, `revoked`, `destroyed`. Of an active
//!   version `activated` is left out where it is `created`;
//! - `expires`, the earlier of the version's end and the key's; `key_expires`, the key's;
//! - `replaces`, the number of the version before; `scopes`; `allowed_ips`, the addresses and
//!   networks (`192.0.2.0/24`) that it may be used from, if not from all.
//!
//! Services accept a version that is `pending`, `active` or `retiring`, of a single value only one
//! that is `active`, until `expires`.
//!
//! It shows names, environments, states and dates to whoever can read it, and no secret. A digest
//! gives nothing away as every secret that keyctl makes has at least 128 random bits.
//!
//! A reader checks, and stops at the first that fails: size, signature with a trusted key over the
//! very bytes that it then parses, `type`, `v`, `issued` not more than five minutes ahead, `expires`
//! not come, `generation` not below one that was seen of this key, no digest twice.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::ops::Range;

use serde::Serialize;

use super::document::{Document, DocumentError, ListedKey, ListedVersion};
use super::line::{Members, Value, members, set};
use super::signer::{COMMENT, PublicKey, SIGNATURE_TEXT, Signature};
use crate::clock::Time;
use crate::environment::{EnvironmentName, Policy};
use crate::key::Network;
use crate::key::{Digest, Key, KeyName, Kind, Reference, State, Version};

/// The newest version of the form that is read, and the one that is written.
const FORM: u32 = 1;
const TYPE: &str = "keyctl-manifest";
/// What the comment of a manifest begins with.
const OF: &str = "keyctl manifest of ";
/// How far ahead of this machine's clock a manifest's issue may be, in seconds.
const CLOCK_SKEW: i64 = 300;

/// The index of one environment. Its keys have no secrets, descriptions, owners or metadata.
#[derive(Debug)]
pub struct Manifest {
    /// The environment's name.
    pub environment: EnvironmentName,
    /// The environment's own id.
    pub id: String,
    /// The generation that it describes.
    pub generation: u64,
    /// The header MAC of the `.age` file that it describes.
    pub sealed: String,
    /// When it was written.
    pub issued: Time,
    /// When it stops being an answer; `None`: never.
    pub expires: Option<Time>,
    /// The environment's policy.
    pub policy: Policy,
    /// The names of those who can read the environment.
    pub recipients: Vec<String>,
    /// The keys by name.
    pub keys: BTreeMap<KeyName, Key>,
}

#[derive(Serialize)]
struct Header<'a> {
    r#type: Cow<'a, str>,
    v: u32,
    environment: Cow<'a, str>,
    id: Cow<'a, str>,
    generation: u64,
    sealed: Cow<'a, str>,
    issued: Stamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Stamp>,
    policy: PolicyLine,
    recipients: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
struct PolicyLine {
    code: String,
    profile: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rotate_every: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_after: Option<String>,
    grace: String,
    purge_after: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet_for: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    formats: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former: Vec<String>,
}

/// A time as JSON text.
#[derive(Clone, Copy)]
struct Stamp(Time);

impl Serialize for Stamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Not through `Display`: a manifest has thousands.
        serializer.serialize_str(std::str::from_utf8(&self.0.to_bytes()).unwrap_or_default())
    }
}

/// Writes the manifest of `document`, whose text is `text` and whose `.age` file has the header MAC
/// `sealed`; after `expires` it is no answer any more. The lines are made of the text, so that they
/// tell what the file holds.
///
/// # Errors
/// Those of [`Document::each_version`].
pub fn write(
    document: &Document,
    text: &str,
    sealed: &str,
    issued: Time,
    expires: Option<Time>,
) -> Result<Vec<u8>, DocumentError> {
    write_into(Vec::new(), document, text, sealed, issued, expires)
}

/// The same in memory that is at hand, whatever it holds: new memory takes longer to get than the
/// lines to write.
pub(super) fn write_into(
    mut file: Vec<u8>,
    document: &Document,
    text: &str,
    sealed: &str,
    issued: Time,
    expires: Option<Time>,
) -> Result<Vec<u8>, DocumentError> {
    file.clear();
    // Here the lines stand in the order of the text; behind them, the file is put together.
    let places = push_lines(&mut file, &document.environment, text)?;
    let begin = file.len();
    file.reserve(4096 + begin);
    let comment = format!(
        "{COMMENT}keyctl manifest of {}, generation {}\n",
        document.environment, document.generation
    );
    file.extend_from_slice(comment.as_bytes());
    // The signature is over what follows it, so its place is kept until that is written.
    let signature_at = file.len();
    file.extend_from_slice(&[b' '; SIGNATURE_TEXT]);
    file.push(b'\n');
    let start = file.len();
    push_line(&mut file, &header_of(document, sealed, issued, expires));
    for (_, line) in places {
        file.extend_from_within(line);
    }
    let signature = document.signer.sign(&file[start..]).to_string();
    file[signature_at..start - 1].copy_from_slice(signature.as_bytes());
    file.drain(..begin);
    Ok(file)
}

fn header_of<'a>(
    document: &'a Document,
    sealed: &'a str,
    issued: Time,
    expires: Option<Time>,
) -> Header<'a> {
    let policy = &document.policy;
    Header {
        r#type: TYPE.into(),
        v: FORM,
        environment: document.environment.as_str().into(),
        id: document.id.as_str().into(),
        generation: document.generation,
        sealed: sealed.into(),
        issued: Stamp(issued),
        expires: expires.map(Stamp),
        policy: PolicyLine {
            code: policy.code.to_string(),
            profile: policy.profile.to_string(),
            rotate_every: policy.rotate_every.map(|period| period.to_string()),
            expire_after: policy.expire_after.map(|period| period.to_string()),
            grace: policy.grace.to_string(),
            purge_after: policy.purge_after.to_string(),
            quiet_for: policy.quiet_for.map(|period| period.to_string()),
            formats: policy.formats.iter().map(ToString::to_string).collect(),
            former: policy.former.iter().map(ToString::to_string).collect(),
        },
        recipients: document.readers.iter().map(|reader| reader.name.as_str().into()).collect(),
    }
}

/// Where each version's line stands, in the order of digests.
type Places = Vec<(Option<Digest>, Range<usize>)>;

/// Writes the versions' lines in the order of the text.
fn push_lines(
    out: &mut Vec<u8>,
    environment: &EnvironmentName,
    text: &str,
) -> Result<Places, DocumentError> {
    // A line is shorter than what the text says of the version.
    out.reserve(text.len() * 5 / 8);
    let mut places = Vec::new();
    let mut name = format!("{environment}/");
    let fixed = name.len();
    Document::each_version(text, |key, version| {
        name.truncate(fixed);
        name.push_str(key.name);
        let _ = write!(name, "@{}", version.number);
        let start = out.len();
        push_version(out, key, version, &name);
        places.push((version.digest, start..out.len()));
    })?;
    places.sort_unstable_by_key(|(digest, line)| (*digest, line.start));
    Ok(places)
}

/// Writes a version's line, of texts as they stand in the document.
fn push_version(out: &mut Vec<u8>, key: &ListedKey<'_>, version: &ListedVersion<'_>, name: &str) {
    let hex = version.digest.map(|digest| digest.to_hex());
    let digest = hex.as_ref().map(|hex| std::str::from_utf8(hex).unwrap_or_default());
    let mut line = Members::begin(out);
    line.plain("digest", digest);
    line.plain("ref", Some(name));
    line.plain("kind", key.kind);
    line.plain("state", Some(version.state));
    line.plain("created", Some(version.created));
    line.plain("activated", version.activated);
    line.plain("retiring", version.retiring);
    line.plain("retire_by", version.retire_by);
    line.plain("retired", version.retired);
    line.plain("revoked", version.revoked);
    line.plain("destroyed", version.destroyed);
    // Times of this form sort as text.
    line.plain("expires", [key.expires, version.expires].into_iter().flatten().min());
    line.plain("key_expires", key.expires);
    line.number("replaces", version.replaces);
    line.list("scopes", &key.scopes);
    line.list("allowed_ips", &key.allowed_ips);
    line.end();
}

fn push_line(message: &mut Vec<u8>, value: &impl Serialize) {
    // Writing plain structs into memory cannot fail.
    let _ = serde_json::to_writer(&mut *message, value);
    message.push(b'\n');
}

/// Why a manifest is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestError {
    /// It is not in signify's embedded form.
    NotSigned,
    /// No key is pinned that could prove it.
    NoPin,
    /// The signature is not over this content.
    Signature,
    /// The signature is another key's than those that are trusted.
    OtherKey,
    /// It is a newer form than this keyctl reads.
    Newer(u32),
    /// Its content is not what it should be; the line from 1.
    Content(usize),
    /// It was issued in the future.
    Future(Time),
    /// It stopped being an answer at this time.
    Expired(Time),
    /// It is of an older generation than one that was seen.
    Older {
        /// Its own.
        generation: u64,
        /// The newest seen.
        seen: u64,
    },
    /// Two lines have the same digest.
    Duplicate,
    /// It is of another environment, or of another one of the same name.
    OtherEnvironment(String),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSigned => f.write_str("it is not a signed manifest"),
            Self::NoPin => f.write_str("this machine trusts no key that could prove it"),
            Self::Signature => f.write_str("its signature does not fit"),
            Self::OtherKey => f.write_str("its signature does not fit: another key made it"),
            Self::Newer(form) => write!(f, "it is in form {form}, which only a newer keyctl reads"),
            Self::Content(line) => write!(f, "line {line} of its message is not what it should be"),
            Self::Future(at) => write!(f, "it was issued in the future, at {at}"),
            Self::Expired(at) => write!(f, "it expired at {at}"),
            Self::Older { generation, seen } => {
                write!(f, "it is of generation {generation}, and {seen} was seen before")
            }
            Self::Duplicate => f.write_str("two of its lines have the same digest"),
            Self::OtherEnvironment(name) => write!(f, "it is of environment {name}"),
        }
    }
}

impl std::error::Error for ManifestError {}

/// A manifest that is signed by a trusted key and in force; its versions are not read yet.
#[derive(Debug)]
pub struct Proven {
    file: Vec<u8>,
    /// Where the first version's line begins.
    versions: usize,
    head: Manifest,
    signer: PublicKey,
}

impl Proven {
    /// Takes a manifest whose signature one of `trusted` must prove.
    ///
    /// The order is fixed: the signature over the very bytes that are then parsed, type, version,
    /// not from the future, not expired. Environment and generation are the caller's to compare
    /// with what it has pinned; after that the versions are read.
    pub fn open(file: Vec<u8>, trusted: &[PublicKey], now: Time) -> Result<Self, ManifestError> {
        let (signature, message) = split(&file)?;
        let signer = trusted.iter().find(|key| key.is_named_by(&signature));
        let signer = *signer.ok_or(ManifestError::OtherKey)?;
        if !signer.verifies(message, &signature) {
            return Err(ManifestError::Signature);
        }
        let (head, rest) = head(message)?;
        if !is_known_comment(&file, &head) {
            return Err(ManifestError::NotSigned);
        }
        if head.issued.unix() > now.unix() + CLOCK_SKEW {
            return Err(ManifestError::Future(head.issued));
        }
        if let Some(end) = head.expires.filter(|end| *end <= now) {
            return Err(ManifestError::Expired(end));
        }
        let versions = file.len() - rest.len();
        Ok(Self { file, versions, head, signer })
    }

    /// What its header says; it has no keys.
    #[must_use]
    pub fn head(&self) -> &Manifest {
        &self.head
    }

    /// The key that proves it.
    #[must_use]
    pub fn signer(&self) -> PublicKey {
        self.signer
    }

    /// Reads all versions.
    pub fn read(self) -> Result<Manifest, ManifestError> {
        with_versions(self.head, &self.file[self.versions..])
    }

    /// Its parts: the file, where the first version's line begins in it, and the header.
    pub(super) fn into_parts(self) -> (Vec<u8>, usize, Manifest) {
        (self.file, self.versions, self.head)
    }
}

/// Reads a manifest without asking who signed it: only for showing what it says, with a warning.
pub fn read_unproven(file: &[u8]) -> Result<Manifest, ManifestError> {
    let (head, rest) = head(split(file)?.1)?;
    with_versions(head, rest)
}

fn split(file: &[u8]) -> Result<(Signature, &[u8]), ManifestError> {
    let line_end = |bytes: &[u8]| bytes.iter().position(|b| *b == b'\n');
    let rest = file.strip_prefix(COMMENT.as_bytes()).ok_or(ManifestError::NotSigned)?;
    let comment = line_end(rest).ok_or(ManifestError::NotSigned)?;
    let rest = &rest[comment + 1..];
    let end = line_end(rest).ok_or(ManifestError::NotSigned)?;
    let signature = std::str::from_utf8(&rest[..end]).ok().and_then(|text| text.parse().ok());
    Ok((signature.ok_or(ManifestError::NotSigned)?, &rest[end + 1..]))
}

/// Whether the first line, which no signature covers, is the one that keyctl or signify writes: so
/// not a bit of a manifest can be another one.
fn is_known_comment(file: &[u8], head: &Manifest) -> bool {
    let line = file.split(|b| *b == b'\n').next().unwrap_or_default();
    let comment = line.strip_prefix(COMMENT.as_bytes()).unwrap_or_default();
    let ours = format!("{OF}{}, generation {}", head.environment, head.generation);
    comment == ours.as_bytes() || comment.starts_with(b"verify with ")
}

/// Reads the header; returns what comes after it too.
fn head(message: &[u8]) -> Result<(Manifest, &[u8]), ManifestError> {
    let bad = || ManifestError::Content(1);
    let end = message.iter().position(|b| *b == b'\n').ok_or_else(bad)?;
    let first = std::str::from_utf8(&message[..end]).map_err(|_| bad())?;
    let form = first.strip_prefix("{\"type\":\"").and_then(|rest| rest.strip_prefix(TYPE));
    let form = form.and_then(|rest| rest.strip_prefix("\",\"v\":")).ok_or_else(bad)?;
    let form = form.split([',', '}']).next().and_then(|number| number.parse().ok());
    match form {
        Some(FORM) => {}
        Some(newer) => return Err(ManifestError::Newer(newer)),
        None => return Err(bad()),
    }
    Ok((header(first).ok_or_else(bad)?, &message[end + 1..]))
}

fn with_versions(mut manifest: Manifest, lines: &[u8]) -> Result<Manifest, ManifestError> {
    let text = std::str::from_utf8(lines).map_err(|_| ManifestError::Content(2))?;
    let mut last: Option<Digest> = None;
    for (at, line) in text.lines().enumerate() {
        let bad = || ManifestError::Content(at + 2);
        let (name, of_key, version) = version(line, &manifest.environment).ok_or_else(bad)?;
        // Sorted, so what is not above its predecessor is a duplicate or out of order.
        match last.filter(|last| Some(*last) >= version.digest) {
            Some(last) if Some(last) == version.digest => return Err(ManifestError::Duplicate),
            Some(_) => return Err(bad()),
            None => last = version.digest,
        }
        add(&mut manifest.keys, name, of_key, version);
    }
    for key in manifest.keys.values_mut() {
        key.versions.sort_by_key(|version| version.number);
        key.created =
            key.versions.iter().map(|version| version.created).min().unwrap_or(key.created);
    }
    Ok(manifest)
}

/// Reads one line of a manifest of `environment`, and adds its version to its key among `keys`.
pub(super) fn add_line(
    keys: &mut BTreeMap<KeyName, Key>,
    line: &[u8],
    environment: &EnvironmentName,
) -> Option<()> {
    let (name, of_key, version) = version(std::str::from_utf8(line).ok()?, environment)?;
    add(keys, name, of_key, version);
    Some(())
}

fn header(line: &str) -> Option<Manifest> {
    let (mut environment, mut id, mut generation, mut sealed) = (None, None, None, None);
    let (mut issued, mut expires, mut rules, mut recipients) = (None, None, None, None);
    members(line, &mut |name, value| match (name, value) {
        ("type", Value::Text(_)) | ("v", Value::Number(_)) => Some(()),
        ("environment", Value::Text(text)) => set(&mut environment, text.parse().ok()?),
        ("id", Value::Text(text)) => set(&mut id, text.into_owned()),
        ("generation", Value::Number(number)) => set(&mut generation, number),
        ("sealed", Value::Text(text)) => set(&mut sealed, text.into_owned()),
        ("issued", Value::Text(text)) => set(&mut issued, text.parse().ok()?),
        ("expires", Value::Text(text)) => set(&mut expires, text.parse().ok()?),
        ("policy", Value::Object(text)) => set(&mut rules, policy(text)?),
        ("recipients", Value::List(list)) => {
            set(&mut recipients, list.into_iter().map(Cow::into_owned).collect())
        }
        _ => None,
    })?;
    Some(Manifest {
        environment: environment?,
        id: id?,
        generation: generation?,
        sealed: sealed?,
        issued: issued?,
        expires,
        policy: rules?,
        recipients: recipients?,
        keys: BTreeMap::new(),
    })
}

fn policy(object: &str) -> Option<Policy> {
    let (mut code, mut profile, mut formats, mut former) = (None, None, None, None);
    let (mut rotate_every, mut expire_after, mut quiet_for) = (None, None, None);
    let (mut grace, mut purge_after) = (None, None);
    members(object, &mut |name, value| match (name, value) {
        ("code", Value::Text(text)) => set(&mut code, text.parse().ok()?),
        ("profile", Value::Text(text)) => set(&mut profile, text.parse().ok()?),
        ("rotate_every", Value::Text(text)) => set(&mut rotate_every, text.parse().ok()?),
        ("expire_after", Value::Text(text)) => set(&mut expire_after, text.parse().ok()?),
        ("grace", Value::Text(text)) => set(&mut grace, text.parse().ok()?),
        ("purge_after", Value::Text(text)) => set(&mut purge_after, text.parse().ok()?),
        ("quiet_for", Value::Text(text)) => set(&mut quiet_for, text.parse().ok()?),
        ("formats", Value::List(list)) => {
            let names = list.iter().map(|name| name.parse().ok());
            set(&mut formats, names.collect::<Option<_>>()?)
        }
        ("former", Value::List(list)) => {
            let forms = list.iter().map(|form| form.parse().ok());
            set(&mut former, forms.collect::<Option<_>>()?)
        }
        _ => None,
    })?;
    Some(Policy {
        code: code?,
        profile: profile?,
        rotate_every,
        expire_after,
        grace: grace?,
        purge_after: purge_after?,
        quiet_for,
        formats: formats.unwrap_or_default(),
        former: former.unwrap_or_default(),
    })
}

/// What each line says of the whole key.
struct OfKey {
    kind: Kind,
    scopes: BTreeSet<String>,
    allowed_ips: BTreeSet<Network>,
    expires: Option<Time>,
}

/// The members of a line that are times.
const TIMES: [&str; 9] = [
    "created",
    "activated",
    "retiring",
    "retire_by",
    "retired",
    "revoked",
    "destroyed",
    "expires",
    "key_expires",
];

fn version(line: &str, environment: &EnvironmentName) -> Option<(KeyName, OfKey, Version)> {
    let (mut digest, mut reference, mut kind, mut state) = (None, None, None, None);
    let (mut replaces, mut scopes, mut allowed_ips) = (None, None, None);
    let mut times = [None; TIMES.len()];
    members(line, &mut |name, value| match (name, value) {
        ("digest", Value::Text(text)) => set(&mut digest, text.parse().ok()?),
        ("ref", Value::Text(text)) => set(&mut reference, text.parse::<Reference>().ok()?),
        ("kind", Value::Text(text)) => set(&mut kind, text.parse().ok()?),
        ("state", Value::Text(text)) => set(&mut state, text.parse::<State>().ok()?),
        ("replaces", Value::Number(number)) => set(&mut replaces, u32::try_from(number).ok()?),
        ("scopes", Value::List(list)) => {
            set(&mut scopes, list.into_iter().map(Cow::into_owned).collect())
        }
        ("allowed_ips", Value::List(list)) => {
            let networks = list.iter().map(|text| text.parse().ok());
            set(&mut allowed_ips, networks.collect::<Option<_>>()?)
        }
        (_, Value::Text(text)) => {
            let at = TIMES.iter().position(|time| *time == name)?;
            set(&mut times[at], text.parse::<Time>().ok()?)
        }
        _ => None,
    })?;
    let reference = reference.filter(|name| name.environment.as_ref() == Some(environment))?;
    let [created, activated, retiring, retire_by, retired, revoked, destroyed, expires, end] =
        times;
    let (state, created) = (state?, created?);
    let version = Version {
        number: reference.version?,
        state,
        secret: None,
        is_weak: digest.is_none(),
        digest,
        replaces,
        created,
        activated: Version::read_activated(state, created, activated),
        retiring,
        retire_by,
        retired,
        revoked,
        destroyed,
        expires,
        reason: None,
    };
    let of_key = OfKey {
        kind: kind.unwrap_or(Kind::ApiKey),
        scopes: scopes.unwrap_or_default(),
        allowed_ips: allowed_ips.unwrap_or_default(),
        expires: end,
    };
    Some((reference.key, of_key, version))
}

fn add(keys: &mut BTreeMap<KeyName, Key>, name: KeyName, of_key: OfKey, version: Version) {
    let created = version.created;
    let key = keys.entry(name).or_insert_with_key(|name| Key {
        name: name.clone(),
        kind: of_key.kind,
        description: String::new(),
        owner: String::new(),
        metadata: BTreeMap::new(),
        scopes: of_key.scopes,
        allowed_ips: of_key.allowed_ips,
        created,
        expires: of_key.expires,
        versions: Vec::new(),
    });
    key.versions.reserve_exact(1);
    key.versions.push(version);
}
