//! Rules for other scanners, so that they know the keys of a vault.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::clock::Time;
use crate::environment::{EnvironmentName, Policy, Profile};
use crate::key::token::{CHECK_LENGTH, Form};

/// A scanner that takes rules of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// gitleaks 8: a configuration in TOML.
    Gitleaks,
    /// trufflehog 3: custom detectors in YAML.
    Trufflehog,
    /// GitHub secret scanning: what to type into the form of a custom pattern.
    Github,
}

impl FromStr for Tool {
    type Err = BadTool;

    fn from_str(text: &str) -> Result<Self, BadTool> {
        match text {
            "gitleaks" => Ok(Self::Gitleaks),
            "trufflehog" => Ok(Self::Trufflehog),
            "github" => Ok(Self::Github),
            _ => Err(BadTool),
        }
    }
}

/// Not the name of a scanner that rules can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTool;

impl fmt::Display for BadTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of gitleaks, trufflehog, github")
    }
}

impl std::error::Error for BadTool {}

/// The rules of `tool` for the keys of these environments, one for each form that they have. A
/// regular expression cannot tell the check, so they find more than there is.
#[must_use]
pub fn rules<'a>(
    tool: Tool,
    environments: impl Iterator<Item = (&'a EnvironmentName, &'a Policy)>,
    now: Time,
) -> String {
    let mut text = String::from(match tool {
        Tool::Gitleaks => "[extend]\nuseDefault = true\n",
        Tool::Trufflehog => "detectors:\n",
        Tool::Github => "",
    });
    let forms = environments.flat_map(|(name, policy)| {
        policy.forms().enumerate().map(move |(at, (profile, code))| {
            let (profile, code) = (profile.clone(), code.clone());
            let policy = Policy { code, profile, ..policy.clone() };
            // The form of new keys first. No name has an underscore.
            let id = if at == 0 { name.to_string() } else { format!("{name}_{}", at + 1) };
            (name, id, pattern(name, &policy, now))
        })
    });
    for (name, id, (head, pattern)) in forms {
        // Every character of a head stands for itself in a regular expression, in TOML and in YAML.
        let _ = match tool {
            Tool::Gitleaks => write!(
                text,
                "\n[[rules]]\nid = \"keyctl-{id}\"\ndescription = \"API key of {name}\"\n\
                 regex = '''{pattern}'''\n{}",
                match head.as_str() {
                    "" => String::new(),
                    head => format!("keywords = [\"{}\"]\n", head.to_ascii_lowercase()),
                }
            ),
            Tool::Trufflehog if head.is_empty() => {
                writeln!(text, "  # Nothing of {name}: its keys begin with no fixed text.")
            }
            Tool::Trufflehog => write!(
                text,
                "  - name: keyctl-{id}\n    keywords:\n      - '{head}'\n    regex:\n      \
                 key: '({pattern})'\n"
            ),
            Tool::Github => {
                write!(text, "Pattern name: API key of {name}\nSecret format: {pattern}\n\n")
            }
        };
    }
    text
}

/// What the keys of an environment begin with, and the regular expression for all of a key.
fn pattern(name: &EnvironmentName, policy: &Policy, now: Time) -> (String, String) {
    let mut form = Form::new(name, policy, now);
    if policy.profile == Profile::Heare {
        // Its time is another one in each key.
        let fixed = "sec_0".len();
        form.random += form.head.len() - fixed;
        form.head.truncate(fixed);
    }
    let Form { head, random, tail, .. } = form;
    let digit = "[0-9A-Za-z]";
    let pattern = if tail.is_empty() {
        format!("{head}{digit}{{{}}}", random + CHECK_LENGTH)
    } else {
        format!("{head}{digit}{{{random}}}{tail}{digit}{{{CHECK_LENGTH}}}")
    };
    (head, pattern)
}
