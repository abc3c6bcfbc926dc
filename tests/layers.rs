//! The layers of the house: which module may import which. Read off the sources, so that an upward
//! import is found where it is written.
//!
//! 1. A module imports from lower levels or its own; `ui` only from the base, and only `cli` from it.
//! 2. Modules of one level do not import each other in a circle.
//! 3. Nor do the children of one module. A child may use what its parent defines; what the parent
//!    only passes on from another child counts as that child's.
//! 4. Some crates and calls belong to one module.
//!
//! Comments, texts and `#[cfg(test)]` items do not count.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read files as they like"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

/// The levels from the lowest, each with its modules.
const LEVELS: [(&str, &[&str]); 6] = [
    ("base", &["secret", "clock", "paths", "fs"]),
    ("ui", &["ui"]),
    ("domain", &["environment", "key", "rotation", "due"]),
    ("vault", &["vault"]),
    ("services", &["drift", "export", "import", "evidence", "verify", "scan"]),
    ("cli", &["cli"]),
];

/// What is named in one place only: a path, and how the names of the files begin that may name it.
/// Where several lines fit, any of their files may.
const OWNED: [(&[&str], &str); 10] = [
    (&["age"], "src/vault/seal"),
    // The terminal that prompts talk to is a `File` as well.
    (&["std", "fs", "File"], "src/ui/"),
    (&["std", "fs", "File"], "src/fs/"),
    (&["std", "fs"], "src/fs.rs"),
    (&["clap"], "src/cli/"),
    (&["clap_complete"], "src/cli/"),
    (&["clap_mangen"], "src/cli/"),
    (&["comfy_table"], "src/ui/"),
    (&["dialoguer"], "src/ui/"),
    (&["rpassword"], "src/ui/"),
];

/// Whose `now` only this file may ask.
const CLOCKS: ([&str; 3], &str) = (["Timestamp", "SystemTime", "Zoned"], "src/clock.rs");

// --- From text to words -------------------------------------------------------------------------

/// A word, `::` or another sign, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
}

impl Token {
    fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

/// The tokens of Rust code without comments, literals and lifetimes.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let word_end =
        |from: usize| (from..chars.len()).find(|i| !is_word(at(*i))).unwrap_or(chars.len());
    let mut tokens = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < chars.len() {
        let start = index;
        match at(index) {
            '/' if at(index + 1) == '/' => {
                index = (index..chars.len()).find(|i| at(*i) == '\n').unwrap_or(chars.len());
            }
            '/' if at(index + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(index), at(index + 1)) {
                        ('/', '*') => (depth, index) = (depth + 1, index + 2),
                        ('*', '/') => (depth, index) = (depth - 1, index + 2),
                        _ => index += 1,
                    }
                    if depth == 0 || index >= chars.len() {
                        break;
                    }
                }
            }
            '"' => index = end_of_text(&chars, index),
            // A character, unless it is a lifetime: 'a' but not 'a.
            '\'' if at(index + 1) == '\\' => {
                index = (index + 3..chars.len()).find(|i| at(*i) == '\'').unwrap_or(index) + 1;
            }
            '\'' if at(index + 2) == '\'' => index += 3,
            '\'' => index = word_end(index + 1),
            c if is_word(c) => {
                let end = word_end(index);
                let word: String = chars[index..end].iter().collect();
                let hashes = chars[end..].iter().take_while(|c| **c == '#').count();
                let prefixes_text = matches!(&*word, "b" | "c") && at(end) == '"';
                let is_raw = matches!(&*word, "r" | "br" | "cr") && at(end + hashes) == '"';
                if prefixes_text {
                    index = end_of_text(&chars, end);
                } else if is_raw {
                    let close: Vec<char> = std::iter::once('"').chain(vec!['#'; hashes]).collect();
                    let inner = end + hashes + 1;
                    let found = (inner..chars.len()).find(|i| chars[*i..].starts_with(&close));
                    index = found.map_or(chars.len(), |i| i + close.len());
                } else {
                    index = end;
                    tokens.push(Token { text: word, line });
                }
            }
            ':' if at(index + 1) == ':' => {
                index += 2;
                tokens.push(Token { text: "::".to_owned(), line });
            }
            c => {
                index += 1;
                if !c.is_whitespace() {
                    tokens.push(Token { text: c.to_string(), line });
                }
            }
        }
        line += chars[start..index.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    without_tests(&tokens)
}

/// Where the text that begins with the quote at `start` is over.
fn end_of_text(chars: &[char], start: usize) -> usize {
    let mut index = start + 1;
    while index < chars.len() && chars[index] != '"' {
        index += if chars[index] == '\\' { 2 } else { 1 };
    }
    index + 1
}

/// Leaves out every item with `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let begins = |index: usize| {
        let here = tokens.iter().skip(index).map(|token| &*token.text);
        here.take(ATTRIBUTE.len()).eq(ATTRIBUTE)
    };
    let mut kept = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        if !begins(index) {
            kept.push(tokens[index].clone());
            index += 1;
            continue;
        }
        // The item ends with a semicolon or with the brace that closes its first one.
        index += ATTRIBUTE.len();
        let mut depth = 0_usize;
        while let Some(token) = tokens.get(index) {
            index += 1;
            match &*token.text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" => depth -= 1,
                "}" => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                ";" if depth == 0 => break,
                _ => {}
            }
        }
    }
    kept
}

// --- From words to references -------------------------------------------------------------------

/// A path that is written in a file.
#[derive(Debug, Clone)]
struct Reference {
    file: String,
    line: usize,
    /// As it is written, the braces of `use` resolved; a glob ends in `*`.
    path: Vec<String>,
    /// The module it is written in.
    module: Vec<String>,
    /// Whether a `use` brings its last name into the module.
    is_use: bool,
}

impl Reference {
    /// The path from the root of the crate; `None` when it begins elsewhere.
    fn absolute(&self) -> Option<Vec<String>> {
        let root = if self.file == "src/main.rs" { "keyctl" } else { "crate" };
        let mut base = match &*self.path[0] {
            first if first == root => Vec::new(),
            "self" | "super" => self.module.clone(),
            _ => return None,
        };
        for segment in &self.path {
            match &**segment {
                "super" => drop(base.pop()),
                "self" | "crate" => {}
                "keyctl" if base.is_empty() => {}
                other => base.push(other.to_owned()),
            }
        }
        Some(base)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: `{}`", self.file, self.line, self.path.join("::"))
    }
}

/// The module of a file; the root's is empty.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// All paths of two or more segments in a file, and everything that a `use` names.
fn references(file: &str, source: &str) -> Vec<Reference> {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token: &Token| &*token.text);
    let mut module = module_of(file);
    // The inline modules that are open, with the depth of braces they began at.
    let mut open: Vec<usize> = Vec::new();
    let mut depth = 0_usize;
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        match text(index) {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if open.last() == Some(&depth) {
                    open.pop();
                    module.pop();
                }
            }
            "mod" if text(index + 2) == "{" => {
                module.push(text(index + 1).to_owned());
                open.push(depth);
                depth += 1;
                index += 2;
            }
            // `use<'a>` in a type is no import.
            "use" if text(index + 1) != "<" => {
                index += 1;
                if text(index) == "::" {
                    index += 1;
                }
                let mut paths = Vec::new();
                index = tree(&tokens, index, &[], &mut paths);
                found.extend(paths.into_iter().map(|(path, line)| Reference {
                    file: file.to_owned(),
                    line,
                    path,
                    module: module.clone(),
                    is_use: true,
                }));
                continue;
            }
            _ if tokens[index].is_word() => {
                let goes_on = index > 0 && matches!(text(index - 1), "." | "::");
                let first = index;
                while text(index + 1) == "::" && tokens.get(index + 2).is_some_and(Token::is_word) {
                    index += 2;
                }
                if index > first && !goes_on {
                    let path = tokens[first..=index].iter().step_by(2);
                    found.push(Reference {
                        file: file.to_owned(),
                        line: tokens[first].line,
                        path: path.map(|token| token.text.clone()).collect(),
                        module: module.clone(),
                        is_use: false,
                    });
                }
            }
            _ => {}
        }
        index += 1;
    }
    found
}

/// Reads one tree of a `use` that begins at `index`; returns where it ends.
fn tree(
    tokens: &[Token],
    mut index: usize,
    before: &[String],
    found: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let text = |index: usize| tokens.get(index).map_or("", |token: &Token| &*token.text);
    let mut path = before.to_vec();
    loop {
        match text(index) {
            "{" => {
                index += 1;
                while !matches!(text(index), "}" | "") {
                    index = tree(tokens, index, &path, found);
                    index += usize::from(text(index) == ",");
                }
                return index + 1;
            }
            segment => path.push(segment.to_owned()),
        }
        let line = tokens.get(index).map_or(0, |token| token.line);
        index += 1;
        if text(index) == "::" {
            index += 1;
            continue;
        }
        if text(index) == "as" {
            index += 2;
        }
        found.push((path, line));
        return index;
    }
}

// --- From references to faults ------------------------------------------------------------------

/// Sources by the names of their files, `src/…`.
type Sources = BTreeMap<String, String>;

struct House {
    references: Vec<Reference>,
    modules: BTreeSet<Vec<String>>,
    /// What a module passes on from one of its children: module, name, child.
    passed_on: BTreeMap<(Vec<String>, String), String>,
}

impl House {
    fn new(sources: &Sources) -> Self {
        let references: Vec<_> =
            sources.iter().flat_map(|(file, source)| references(file, source)).collect();
        let modules: BTreeSet<_> = sources.keys().map(|file| module_of(file)).collect();
        let mut passed_on = BTreeMap::new();
        for reference in references.iter().filter(|reference| reference.is_use) {
            let here = &reference.module;
            let below =
                |name: &String| modules.contains(&[here, std::slice::from_ref(name)].concat());
            let path = reference.absolute();
            let path = match &path {
                Some(path) => path.strip_prefix(&here[..]).unwrap_or_default(),
                None => &reference.path[..],
            };
            if let [child, .., name] = path
                && below(child)
            {
                passed_on.insert((here.clone(), name.clone()), child.clone());
            }
        }
        Self { references, modules, passed_on }
    }

    /// The module that `path` is in, through what modules pass on from their children.
    fn target(&self, path: &[String]) -> Vec<String> {
        let mut target = Vec::new();
        for segment in path {
            target.push(segment.clone());
            if self.modules.contains(&target) {
                continue;
            }
            target.pop();
            if let Some(child) = self.passed_on.get(&(target.clone(), segment.clone())) {
                target.push(child.clone());
            }
            break;
        }
        target
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        // Per directory: who imports whom, and one place where it is written.
        let mut siblings: BTreeMap<Vec<String>, Graph> = BTreeMap::new();
        for reference in &self.references {
            faults.extend(foreign_fault(reference));
            let Some(path) = reference.absolute() else { continue };
            if path.is_empty() || path.last().is_some_and(|name| name == "*") {
                faults.push(format!("{reference} hides what is imported: name it"));
                continue;
            }
            let (from, to) = (&reference.module, self.target(&path));
            let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if common == 0 {
                faults.extend(level_fault(reference, &path));
            }
            if let (Some(a), Some(b)) = (from.get(common), to.get(common)) {
                let graph = siblings.entry(from[..common].to_vec()).or_default();
                graph.entry(a.clone()).or_default().entry(b.clone()).or_insert(reference);
            }
        }
        faults.extend(siblings.values().filter_map(circle));
        faults
    }
}

/// What is wrong with naming something of another crate here.
fn foreign_fault(reference: &Reference) -> Option<String> {
    let path: Vec<&str> = reference.path.iter().map(String::as_str).collect();
    let named = || OWNED.iter().filter(|(owned, _)| path.starts_with(owned));
    if named().all(|(_, owner)| !reference.file.starts_with(owner))
        && let Some((_, owner)) = named().next_back()
    {
        return Some(format!("{reference} belongs to {owner} alone"));
    }
    let (clocks, owner) = CLOCKS;
    match path[..] {
        [.., clock, "now"] if clocks.contains(&clock) && reference.file != owner => {
            Some(format!("{reference} is asked in {owner} alone"))
        }
        _ => None,
    }
}

fn level_of(module: &str) -> Option<usize> {
    LEVELS.iter().position(|(_, modules)| modules.contains(&module))
}

/// What is wrong with importing `path` from another top-level module.
fn level_fault(reference: &Reference, path: &[String]) -> Option<String> {
    let from = reference.module.first().map_or("lib", String::as_str);
    let to = path[0].as_str();
    let Some(below) = level_of(to) else {
        return Some(format!("{reference}: `{to}` is no module with a level"));
    };
    let above = match from {
        "main" => return None,
        _ => level_of(from),
    };
    let Some(above) = above else {
        return Some(format!("{reference}: `{from}` is no module with a level"));
    };
    let (from, to) = (LEVELS[above].0, LEVELS[below].0);
    let allowed = match (from, to) {
        ("ui", _) => to == "base",
        (_, "ui") => from == "cli",
        _ => below <= above,
    };
    (!allowed).then(|| format!("{reference}: {from} may not import {to}"))
}

/// Which modules of one directory import which, each with one place.
type Graph<'a> = BTreeMap<String, BTreeMap<String, &'a Reference>>;

/// A circle in `graph`, with the import of each step.
fn circle(graph: &Graph<'_>) -> Option<String> {
    fn walk<'a>(
        graph: &Graph<'a>,
        at: &str,
        trail: &mut Vec<(String, &'a Reference)>,
        done: &mut BTreeSet<String>,
    ) -> Option<String> {
        for (next, reference) in graph.get(at).into_iter().flatten() {
            trail.push((at.to_owned(), reference));
            if let Some(start) = trail.iter().position(|(module, _)| module == next) {
                let steps = trail[start..].iter().map(|(_, reference)| reference.to_string());
                return Some(format!("a circle: {}", steps.collect::<Vec<_>>().join(" → ")));
            }
            if !done.contains(next)
                && let Some(circle) = walk(graph, next, trail, done)
            {
                return Some(circle);
            }
            trail.pop();
        }
        done.insert(at.to_owned());
        None
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| walk(graph, start, &mut Vec::new(), &mut done))
}

fn faults(sources: &Sources) -> Vec<String> {
    House::new(sources).faults()
}

// --- The tests ----------------------------------------------------------------------------------

/// Every Rust file under `src/`.
fn sources() -> Sources {
    fn collect(dir: &Path, name: &str, sources: &mut Sources) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                collect(&path, &name, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut sources = Sources::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "src", &mut sources);
    sources
}

fn house(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|(file, source)| ((*file).to_owned(), (*source).to_owned())).collect()
}

/// The faults of one file that is added to an empty house.
fn faults_of(file: &str, source: &str) -> Vec<String> {
    let mut files = vec![(file, source)];
    let modules =
        ["src/fs.rs", "src/ui/mod.rs", "src/key/mod.rs", "src/vault/store.rs", "src/cli/mod.rs"];
    files.extend(modules.iter().filter(|module| **module != file).map(|module| (*module, "")));
    faults(&house(&files))
}

#[test]
fn every_import_goes_down() {
    let faults = faults(&sources());
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The reader of sources must see today's imports, or it would find no fault in anything.
#[test]
fn the_imports_that_are_there_are_seen() {
    let sources = sources();
    let house = House::new(&sources);
    for (file, path) in [
        ("src/rotation.rs", "crate::key::lifecycle::Refusal"),
        ("src/rotation.rs", "crate::clock::Time"),
        ("src/fs.rs", "std::fs::OpenOptions"),
        ("src/clock.rs", "Timestamp::now"),
        ("src/vault/document/mod.rs", "super::signer::Signer"),
    ] {
        let seen = |r: &&Reference| r.file == file && r.path.join("::") == path;
        assert!(house.references.iter().any(|r| seen(&r)), "{path} in {file}");
    }
    let known: BTreeSet<_> =
        LEVELS.iter().flat_map(|(_, modules)| modules.iter().copied()).collect();
    for module in house.modules.iter().filter_map(|module| module.first()) {
        let is_known = module == "main" || known.contains(module.as_str());
        assert!(is_known, "`{module}` has no level");
    }
}

#[test]
fn an_upward_import_is_found_wherever_it_is_written() {
    for source in [
        "use crate::vault::store::Vault;",
        "\npub(crate) use crate::vault::{self};",
        "use crate::{key::Key, vault::store};",
        "use super::vault::store;",
        "fn f() { let x = crate::vault::store::open(); }",
        "mod inner { use super::super::vault::store; }",
        "mod inner { fn f() -> super::super::vault::store::V {} }\n",
        "macro_rules! m { () => { $crate::vault::store::open() } }",
        "#[cfg(test)] mod tests { fn t() { f(\"}\") } } use crate::vault::store;",
        "#[cfg(not(test))] use crate::vault::store;",
        "const C: char = '\"'; use crate::vault::store; const D: char = '\"';",
        "fn f<'a>(x: &'a str) {} use crate::vault::store;",
    ] {
        let faults = faults_of("src/key/mod.rs", source);
        assert_eq!(faults.len(), 1, "{source}: {faults:?}");
        assert!(faults[0].ends_with("domain may not import vault"), "{}", faults[0]);
    }
    let faults = faults_of(
        "src/key/token.rs",
        "use std::fmt;\n\nuse crate::vault::{\n    store::Vault,\n};\n",
    );
    assert_eq!(
        faults,
        ["src/key/token.rs:4: `crate::vault::store::Vault`: domain may not import vault"]
    );
}

#[test]
fn what_is_no_import_is_let_be() {
    for source in [
        "// use crate::vault::store;",
        "/* use crate::vault::store; /* */ use crate::vault::store; */",
        "//! [`crate::vault::store`]",
        "const T: &str = \"crate::vault::store \\\" crate::vault::store\";",
        "const T: &str = r#\"crate::vault::\" store\"#;",
        "const T: &[u8] = b\"crate::vault::store\";",
        "#[cfg(test)] mod tests { use super::*; use crate::vault::store; fn t() { g({}) } }",
        "#[cfg(test)] use crate::vault::store;",
        "use crate::fs::Lock; use super::fs; use self::Key as K; pub(crate) struct Key;",
        "fn f(x: &Self) -> impl Fn() + use<'_> { x.vault::<u8>() }",
    ] {
        assert_eq!(faults_of("src/key/mod.rs", source), [""; 0], "{source}");
    }
}

#[test]
fn the_ui_knows_nothing_but_the_base_and_only_the_cli_knows_the_ui() {
    let count = |file, source| faults_of(file, source).len();
    assert_eq!(count("src/ui/mod.rs", "use crate::fs::Error;"), 0);
    assert_eq!(count("src/ui/mod.rs", "use crate::key::Key;"), 1);
    assert_eq!(count("src/fs.rs", "use crate::ui::Ui;"), 1);
    assert_eq!(count("src/vault/store.rs", "use crate::ui::Ui;"), 1);
    assert_eq!(count("src/cli/mod.rs", "use crate::ui::Ui; use crate::vault::store::Vault;"), 0);
    assert_eq!(count("src/main.rs", "fn main() { keyctl::cli::run() }"), 0);
    assert_eq!(count("src/cli/mod.rs", "use crate::other::Thing;"), 1);
    assert_eq!(count("src/other.rs", "use crate::fs::Error;"), 1);
    assert_eq!(count("src/cli/new.rs", "use super::*;"), 1);
}

#[test]
fn crates_and_calls_that_belong_to_one_module_are_found_elsewhere() {
    for (file, source, is_fault) in [
        ("src/vault/store.rs", "use age::x25519;", true),
        ("src/vault/store.rs", "fn f() { age::decrypt() }", true),
        ("src/vault/seal/mod.rs", "use age::x25519;", false),
        ("src/vault/store.rs", "use std::{fs, io};", true),
        ("src/vault/store.rs", "fn f() -> std::fs::File {}", true),
        ("src/vault/store.rs", "use ::std::fs::File;", true),
        ("src/vault/store.rs", "use std::os::unix::fs::MetadataExt;", false),
        ("src/fs.rs", "use std::fs::File;", false),
        ("src/ui/mod.rs", "use std::fs::File;", false),
        ("src/ui/mod.rs", "use std::fs::OpenOptions;", true),
        ("src/cli/mod.rs", "fn f() { jiff::Timestamp::now() }", true),
        ("src/cli/mod.rs", "fn f() { SystemTime::now() }", true),
        ("src/cli/mod.rs", "fn f(clock: Clock) { clock.now() }", false),
        ("src/clock.rs", "fn f() { Timestamp::now() }", false),
        ("src/key/mod.rs", "#[derive(clap::ValueEnum)] enum E {}", true),
        ("src/cli/mod.rs", "use clap::Parser;", false),
        ("src/cli/mod.rs", "use dialoguer::Confirm;", true),
        ("src/ui/mod.rs", "use dialoguer::Confirm;", false),
    ] {
        assert_eq!(faults_of(file, source).len(), usize::from(is_fault), "{file}: {source}");
    }
}

#[test]
fn circles_are_found_between_modules_and_between_children() {
    let circle = |files: &[(&str, &str)]| faults(&house(files));
    let level = circle(&[
        ("src/key/mod.rs", "use crate::rotation::Stage;"),
        ("src/rotation.rs", "fn f() {}\nuse crate::environment::Policy;"),
        ("src/environment/mod.rs", "use crate::key::Key;"),
    ]);
    assert_eq!(level.len(), 1, "{level:?}");
    assert!(level[0].contains("src/rotation.rs:2: `crate::environment::Policy`"), "{}", level[0]);

    // Through what the parent passes on, and from deeper down.
    let parent =
        ("src/key/mod.rs", "mod a; mod b; pub use a::{A, B as C}; pub use self::b::D; struct P;");
    let deep = ("src/key/b/deep.rs", "use super::super::A;");
    let children =
        circle(&[parent, ("src/key/a.rs", "use super::D;"), ("src/key/b/mod.rs", ""), deep]);
    assert_eq!(children.len(), 1, "{children:?}");
    let plain =
        circle(&[parent, ("src/key/a.rs", "use super::P;"), ("src/key/b/mod.rs", ""), deep]);
    assert!(plain.is_empty(), "{plain:?}");
}
