use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};
use serde::Serialize;

use super::args::{end_of_life, scope, short};
use super::contents::{Source, Summary};
use super::failure::{Failure, Outcome};
use super::input::{Input, ReadAs};
use super::session::{Change, Report, Session};
use crate::clock::Time;
use crate::environment::EnvironmentName;
use crate::import::{self, About, Found, Place, Reading, Wrong};
use crate::key::kind::{Bytes, Encoding, Form};
use crate::key::strength::is_weak;
use crate::key::{Digest, Key, KeyName, Kind, Network, Version, can_stand_in_a_list};
use crate::ui::color::Style;
use crate::ui::table::{Cell, Table};
use crate::vault::document::Document;
use crate::vault::event::Event;
use crate::vault::store::{Save, Vault};

/// The longest secret that is taken over, in bytes.
const LONGEST: usize = 4096;

/// Take keys over that another tool or a hand-kept file holds
///
/// The file is read by the rules of the service that reads it, so what is taken over is what the
/// service accepts today. All of it becomes one commit, or nothing does. The file is not touched.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// File to read; - is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "from_env")]
    file: Option<PathBuf>,
    /// Read the value of this environment variable
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    from_env: Option<String>,
    #[command(flatten)]
    read_as: ReadAs,
    /// What is taken over: API keys, or single values [default: what the file says, else api-key]
    #[arg(long, value_name = "KIND")]
    kind: Option<What>,
    /// Take these variables or data keys alone; may be given several times [default: of several those
    /// that are called like API keys]
    #[arg(long = "var", value_name = "NAME")]
    vars: Vec<String>,
    /// How keys are called that have no name in the file: NAME-1, NAME-2, … [default: key]
    #[arg(long, value_name = "NAME")]
    name: Option<KeyName>,
    /// When their life ends, where the file does not say: 90d, 2027-01-31
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// Leave out what cannot be taken over, instead of taking nothing
    #[arg(long)]
    skip: bool,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    ApiKey,
    Secret,
}

#[derive(Serialize)]
struct ImportReport {
    environment: String,
    format: &'static str,
    dry_run: bool,
    imported: usize,
    lines: Vec<LineReport>,
}

/// What becomes of one place in the file.
#[derive(Clone, Serialize)]
struct LineReport {
    line: usize,
    /// `import`, `present`, `duplicate`, `left out` or `refused`.
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weak: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// The longest name that is numbered.
const MOST_NAME: usize = 54;

/// A key that is taken over.
struct Taken {
    name: KeyName,
    kind: Kind,
    version: Version,
    notes: BTreeMap<String, String>,
    about: About,
    allowed_ips: BTreeSet<Network>,
}

impl Import {
    pub(super) fn run(&self, session: &Session) -> Outcome {
        let now = session.now();
        let expires = self.expires.as_deref().map(|text| end_of_life(text, now)).transpose()?;
        let input = match (&self.from_env, &self.file) {
            (Some(name), _) => Input::Variable(name),
            (None, file) => Input::File(file.as_deref().unwrap_or(Path::new("-"))),
        };
        let bytes = input.read(session)?;
        let guess = || match input {
            Input::Variable(_) => import::Format::List,
            Input::File(_) => import::Format::guess(&bytes),
        };
        let format = self.read_as.format.unwrap_or_else(guess);
        self.refuse_long_name()?;
        let reading = format.read(&bytes, &self.read_as.settings(format)?);
        let vault = session.vault()?;
        let environment = session.environment(&vault, None)?;
        let elsewhere = elsewhere(session, &vault, &environment);
        let (lines, taken) = session.edit(&vault, &environment, self.change, |document| {
            let plan = Plan { import: self, document, elsewhere: &elsewhere, expires, now, format };
            let (lines, taken) = plan.make(&reading);
            let count = taken.len();
            let refused = lines.iter().filter(|line| line.what == "refused").count();
            if refused > 0 && !self.skip {
                self.show(session, &environment, format, &lines, 0)?;
                let things = if refused == 1 { "one line" } else { "some lines" };
                return Err(Failure::refused(format!(
                    "{things} cannot be taken over, so nothing is; it was read as {}",
                    format.word()
                ))
                .advise("mend the file, say --format, or leave them out with --skip"));
            }
            for one in taken {
                document.history.push(Event::new(now, "import").of_key(&one.name).of_version(1));
                let mut key = Key::new(one.name.clone(), one.version);
                (key.kind, key.metadata) = (one.kind, one.notes);
                (key.description, key.owner) = (one.about.description, one.about.owner);
                (key.scopes, key.allowed_ips) =
                    (one.about.scopes.into_iter().collect(), one.allowed_ips);
                document.keys.insert(one.name, key);
            }
            Ok(((lines, count), if count > 0 { Save::Yes } else { Save::No }))
        })?;
        self.show(session, &environment, format, &lines, taken)?;
        self.tell(session, &environment, format, &lines, taken);
        Ok(())
    }

    /// Refuses a name that no number fits behind.
    fn refuse_long_name(&self) -> Outcome {
        match &self.name {
            Some(name) if name.as_str().len() > MOST_NAME => {
                let message = format!("--name {name} leaves no room for a number");
                let advice = format!("choose one of at most {MOST_NAME} characters");
                Err(Failure::usage(message).advise(advice))
            }
            _ => Ok(()),
        }
    }

    fn show(
        &self,
        session: &Session,
        environment: &EnvironmentName,
        format: import::Format,
        lines: &[LineReport],
        imported: usize,
    ) -> Outcome {
        if self.report.json {
            let report = ImportReport {
                environment: environment.to_string(),
                format: format.word(),
                dry_run: self.change.dry_run,
                imported,
                lines: lines.to_vec(),
            };
            return Ok(session.ui.json("keyctl.import/1", &report)?);
        }
        let mut table = Table::new(&["LINE", "WHAT", "KEY", "FINGERPRINT", "WHY"]);
        for line in lines {
            let style = match line.what {
                "import" => Style::Good,
                "refused" => Style::Bad,
                _ => Style::Dim,
            };
            table.row(vec![
                line.line.to_string().into(),
                Cell::styled(style, line.what),
                line.key.clone().unwrap_or_else(|| "-".to_owned()).into(),
                line.fingerprint.clone().unwrap_or_else(|| "-".to_owned()).into(),
                line.why.clone().unwrap_or_default().into(),
            ]);
        }
        Ok(session.ui.table(&table)?)
    }

    fn tell(
        &self,
        session: &Session,
        environment: &EnvironmentName,
        format: import::Format,
        lines: &[LineReport],
        taken: usize,
    ) {
        let keys = if taken == 1 { "1 key".to_owned() } else { format!("{taken} keys") };
        if self.change.dry_run {
            session.ui.say(&format!("{keys} would be taken over; nothing was changed"));
            return;
        }
        let read_as = self
            .read_as
            .format
            .map_or_else(|| format!(", read as {}", format.word()), |_| String::new());
        session.ui.say(&format!("{keys} taken over into {environment}{read_as}"));
        let weak = lines.iter().find(|line| line.what == "import" && line.weak == Some(true));
        if let Some(key) = weak.and_then(|line| line.key.as_deref()) {
            session.ui.warn("a weak secret may be guessed: replace it soon");
            session.next("to replace it", &["rotate", "add", key]);
        }
        let is_left = |line: &LineReport| matches!(line.what, "refused" | "left out");
        let is_whole = !lines.iter().any(is_left) && taken > 0;
        let file = self.file.as_ref().filter(|file| file.as_os_str() != "-" && is_whole);
        if let Some(file) = file {
            let file = file.display().to_string().replace('\'', r"'\''");
            session.ui.say(&format!("when nothing reads the file any more: shred -u -- '{file}'"));
        }
    }
}

/// What other environments hold, as far as that is known without asking.
fn elsewhere(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
) -> BTreeMap<Digest, String> {
    let others = vault.environments().unwrap_or_default();
    let others = others.into_iter().filter(|other| other != environment);
    let known = others.filter_map(|other| session.known_if(vault, &other, false).ok().flatten());
    let mut digests = BTreeMap::new();
    for index in known.filter(|known| known.source == Source::Manifest).filter_map(|one| one.index)
    {
        let Summary { environment, keys, .. } = index;
        for (name, version) in
            keys.values().flat_map(|key| key.versions.iter().map(move |one| (&key.name, one)))
        {
            let reference = format!("{environment}/{name}@{}", version.number);
            digests.extend(version.digest.map(|digest| (digest, reference)));
        }
    }
    digests
}

/// What is needed to say what becomes of each secret.
struct Plan<'a> {
    import: &'a Import,
    document: &'a Document,
    elsewhere: &'a BTreeMap<Digest, String>,
    expires: Option<Time>,
    now: Time,
    format: import::Format,
}

impl Plan<'_> {
    /// Whether what stands under a name is meant; `names` is what the file has.
    fn is_meant(&self, names: Called, name: &str) -> Result<(), LeftOut> {
        if !self.import.vars.is_empty() {
            let is_it = self.import.vars.iter().any(|var| var == name);
            return if is_it { Ok(()) } else { Err(LeftOut::Unnamed) };
        }
        let is_single = self.import.kind == Some(What::Secret);
        let has_others = [import::Format::Dotenv, import::Format::EnvFile, import::Format::K8s];
        if is_single || !has_others.contains(&self.format) || import::is_called_like_keys(name) {
            return Ok(());
        }
        match names {
            Called::Alone => Ok(()),
            Called::LikeKeys => Err(LeftOut::Other),
            Called::Otherwise => Err(LeftOut::Unclear),
        }
    }

    fn make(&self, reading: &Reading) -> (Vec<LineReport>, Vec<Taken>) {
        let mut lines: Vec<LineReport> = Vec::new();
        let mut taken: Vec<Taken> = Vec::new();
        let taken_names = self.document.keys.keys().cloned().collect();
        let mut names = Names { taken: taken_names, next: BTreeMap::new() };
        let here = self.here();
        // What is wrong with a place as a whole, and not with one of the secrets there.
        let mut faulty: BTreeMap<Place, usize> = BTreeMap::new();
        for fault in reading.faults.iter().filter(|one| !one.what.is_harmless()) {
            *faulty.entry(fault.place).or_default() += usize::from(fault.place.0 > 0);
        }
        for found in reading.found.iter().filter(|found| found.is_faulty) {
            let count = faulty.entry(found.place).or_default();
            *count = count.saturating_sub(1);
        }
        for fault in &reading.faults {
            let what = match &fault.what {
                // Of two single values each is wanted, under its own name.
                Wrong::Again(_) if self.import.kind == Some(What::Secret) => "left out",
                what if what.is_harmless() => "duplicate",
                _ => "refused",
            };
            lines.push(LineReport {
                line: fault.place.0,
                what,
                key: None,
                fingerprint: None,
                weak: None,
                why: Some(fault.what.to_string()),
            });
        }
        let called = Called::of(reading);
        for found in &reading.found {
            if let Some(Err(left)) = found.name.as_deref().map(|one| self.is_meant(called, one)) {
                lines.push(LineReport {
                    line: found.place.0,
                    what: if left == LeftOut::Unclear { "refused" } else { "left out" },
                    key: None,
                    fingerprint: None,
                    weak: None,
                    why: Some(left.to_string()),
                });
                continue;
            }
            if found.is_faulty || faulty.get(&found.place).is_some_and(|count| *count > 0) {
                continue;
            }
            if self.import.kind == Some(What::Secret) && !found.is_whole {
                lines.push(LineReport {
                    line: found.place.0,
                    what: "refused",
                    key: None,
                    fingerprint: None,
                    weak: None,
                    why: Some(
                        "its consumer reads more there: commas, spaces or a line end".to_owned(),
                    ),
                });
                continue;
            }
            match self.one(found, &here, &mut names) {
                Ok(one) => {
                    lines.push(LineReport {
                        line: found.place.0,
                        what: "import",
                        key: Some(format!("{}/{}", self.document.environment, one.name)),
                        fingerprint: Some(one.version.fingerprint()),
                        weak: Some(one.version.is_weak),
                        why: None,
                    });
                    taken.push(one);
                }
                Err(line) => lines.push(line),
            }
        }
        lines.sort_by_key(|line| line.line);
        (lines, taken)
    }

    /// What this environment holds, and whether services accept it.
    fn here(&self) -> BTreeMap<Digest, (String, bool)> {
        let keys = self.document.keys.values();
        let versions = keys.flat_map(|key| key.versions.iter().map(move |one| (key, one)));
        let named = versions.filter_map(|(key, version)| {
            let reference =
                format!("{}/{}@{}", self.document.environment, key.name, version.number);
            Some((version.digest?, (reference, key.is_accepted(version, self.now))))
        });
        named.collect()
    }

    fn one(
        &self,
        found: &Found,
        here: &BTreeMap<Digest, (String, bool)>,
        names: &mut Names,
    ) -> Result<Taken, LineReport> {
        let digest = Digest::of(&found.secret);
        let line = |what, key: Option<String>, why: &str| LineReport {
            line: found.place.0,
            what,
            key,
            fingerprint: None,
            weak: None,
            why: Some(why.to_owned()).filter(|why| !why.is_empty()),
        };
        match here.get(&digest) {
            Some((name, true)) => return Err(line("present", Some(name.clone()), "")),
            Some((name, false)) => {
                let why = "it is there, and services are not to accept it";
                return Err(line("refused", Some(name.clone()), why));
            }
            None => {}
        }
        if let Some(name) = self.elsewhere.get(&digest) {
            let why = "another environment has it; a key is of one";
            return Err(line("refused", Some(name.clone()), why));
        }
        if found.secret.len() > LONGEST {
            return Err(line("refused", None, "it is longer than any key"));
        }
        if !can_stand_in_a_list(&found.secret) {
            let why = "it has a character that separates or quotes, or that no header carries";
            return Err(line("refused", None, why));
        }
        if found.expires.is_some_and(|end| end <= self.now) {
            return Err(line("refused", None, "it has expired"));
        }
        let policy = &self.document.policy;
        let rule = policy.expire_after.map(|life| self.now.after(life));
        let end = found.expires.or(self.expires).or(rule);
        let mut version = Version::new(1, found.secret.clone(), self.now, end);
        version.is_weak = is_weak(found.secret.expose());
        let kind = match self.import.kind {
            None => found.kind,
            Some(What::ApiKey) => Kind::ApiKey,
            Some(What::Secret) => {
                Kind::Single(Form { bytes: Bytes::default(), encoding: Encoding::Base64url })
            }
        };
        let allowed_ips = match fits(found) {
            Ok(networks) => networks,
            Err(why) => return Err(line("refused", None, &why)),
        };
        let name = self.name(found, names);
        let (notes, about) = (found.notes.iter().cloned().collect(), found.about.clone());
        Ok(Taken { name, kind, version, notes, about, allowed_ips })
    }

    /// A name that is free: the file's own, as near to it as a name can be, or the next number.
    fn name(&self, found: &Found, names: &mut Names) -> KeyName {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let own = found.name.as_deref().map(|name| name.chars().map(plain).collect::<String>());
        let own =
            own.map(|own| own.trim_start_matches(['-', '_']).chars().take(MOST_NAME).collect());
        let own = own.and_then(|own: String| own.parse::<KeyName>().ok());
        let name = match own {
            Some(own) if !names.taken.contains(&own) => own,
            own => names.number(own.as_ref().or(self.import.name.as_ref())),
        };
        names.taken.insert(name.clone());
        name
    }
}

/// The networks it is allowed from; or what of all that is said of it no key can have.
fn fits(found: &Found) -> Result<BTreeSet<Network>, String> {
    let About { description, owner, scopes, allowed_ips } = &found.about;
    let wrong = |what: &str, why: &dyn Display| format!("its {what}: {why}");
    for (what, text) in [("description", description), ("owner", owner)] {
        short(text).map_err(|why| wrong(what, &why))?;
    }
    for one in scopes {
        scope(one).map_err(|why| wrong("scopes", &why))?;
    }
    for (name, text) in &found.notes {
        let fits = if name.is_empty() { Err("a name is empty".to_owned()) } else { short(name) };
        fits.and_then(|_| short(text)).map_err(|why| wrong("metadata", &why))?;
    }
    let networks = allowed_ips.iter().map(|one| one.parse::<Network>());
    networks.collect::<Result<_, _>>().map_err(|why| wrong("allowed addresses", &why))
}

/// How the variables or data keys of a file are called.
#[derive(Debug, Clone, Copy)]
enum Called {
    /// There is one at most.
    Alone,
    /// Some of several like API keys.
    LikeKeys,
    /// None of several.
    Otherwise,
}

impl Called {
    fn of(reading: &Reading) -> Self {
        let mut names = reading.found.iter().filter_map(|found| found.name.as_deref());
        let first = names.clone().next();
        if names.clone().all(|name| Some(name) == first) {
            Self::Alone
        } else if names.any(import::is_called_like_keys) {
            Self::LikeKeys
        } else {
            Self::Otherwise
        }
    }
}

/// Why something in a file is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    /// The command line names others.
    Unnamed,
    /// Others are called like API keys.
    Other,
    /// None is.
    Unclear,
}

impl Display for LeftOut {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unnamed => "it is not named with --var",
            Self::Other => "it is not called like an API key; if it is one, name it with --var",
            Self::Unclear => {
                "which of the variables are API keys is not told: name them with --var"
            }
        })
    }
}

/// The names that are taken, and where to go on numbering.
struct Names {
    taken: BTreeSet<KeyName>,
    next: BTreeMap<Option<KeyName>, usize>,
}

impl Names {
    /// The next of `base-1`, `base-2`… that is free; of `key-1`… without a base.
    fn number(&mut self, base: Option<&KeyName>) -> KeyName {
        let next = self.next.entry(base.cloned()).or_insert(0);
        loop {
            *next += 1;
            let named = base.and_then(|base| format!("{base}-{next}").parse().ok());
            let name = named.unwrap_or_else(|| KeyName::numbered(*next));
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }
}
