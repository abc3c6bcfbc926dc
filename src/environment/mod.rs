//! Environments: their names, their key codes and their policy.

mod profile;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

pub use profile::{BadProfile, Profile, Template};

use crate::clock::Period;

/// A name: `[a-z][a-z0-9]*(-[a-z0-9]+)*`, at most 32 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvironmentName(String);

impl EnvironmentName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvironmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for EnvironmentName {
    type Err = BadEnvironmentName;

    fn from_str(text: &str) -> Result<Self, BadEnvironmentName> {
        let starts_with_letter = text.starts_with(|c: char| c.is_ascii_lowercase());
        let parts_are_plain = text.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        if starts_with_letter && parts_are_plain && text.len() <= 32 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadEnvironmentName(text.to_owned()))
        }
    }
}

/// Not the name of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEnvironmentName(pub String);

impl fmt::Display for BadEnvironmentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not the name of an environment: lower-case letters, digits and single hyphens, \
             a letter first, at most 32 characters",
            self.0
        )
    }
}

impl std::error::Error for BadEnvironmentName {}

/// What stands for the environment in its keys (`sk_CODE_…`): `[a-z][a-z0-9]{0,15}`.
///
/// Codes are unique in a vault. A short one (`p`) lets a log that shows the first seven characters
/// of a key tell an old key from a new one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

impl Code {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code of an environment that names none: its name without hyphens, cut to 16 characters.
    #[must_use]
    pub fn from_name(name: &EnvironmentName) -> Self {
        Self(name.as_str().chars().filter(|c| *c != '-').take(16).collect())
    }

    /// Whether scanners take `sk_CODE_…` for a Stripe key and may send it there.
    #[must_use]
    pub fn is_lookalike(&self) -> bool {
        matches!(self.as_str(), "live" | "test")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Code {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let starts_with_letter = text.starts_with(|c: char| c.is_ascii_lowercase());
        if plain && starts_with_letter && text.len() <= 16 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadCode(text.to_owned()))
        }
    }
}

/// Not a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCode(pub String);

impl fmt::Display for BadCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a code: lower-case letters and digits, a letter first, at most 16",
            self.0
        )
    }
}

impl std::error::Error for BadCode {}

/// The rules that an environment's keys follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What stands for the environment in its keys.
    pub code: Code,
    /// The form of new keys.
    pub profile: Profile,
    /// How old an active version may become; `None`: it never has to be replaced.
    pub rotate_every: Option<Period>,
    /// How long a new version lives; `None`: until it is retired or revoked.
    pub expire_after: Option<Period>,
    /// How long a replaced version stays accepted before its removal is due.
    pub grace: Period,
    /// How long a retired version can be restored before `purge` destroys it.
    pub purge_after: Period,
    /// How long an old version must not have been used before it is removed, even on a person's
    /// word; `None`: a person's word is enough, and logs are asked about [`Policy::QUIET`].
    pub quiet_for: Option<Period>,
    /// The export formats that its services and clients read, by name; empty: not said.
    pub formats: BTreeSet<FormatName>,
    /// The forms that keys were made in before the present one.
    pub former: BTreeSet<KeyForm>,
}

impl Policy {
    /// The policy of a new environment: `sk` keys, rotated every 90 days, 7 days of grace, 30 days
    /// to restore, no expiry.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            code,
            profile: Profile::Sk,
            rotate_every: Some(Period::days(90)),
            expire_after: None,
            grace: Period::days(7),
            purge_after: Period::days(30),
            quiet_for: None,
            formats: BTreeSet::new(),
            former: BTreeSet::new(),
        }
    }

    /// The form of new keys.
    #[must_use]
    pub fn form(&self) -> KeyForm {
        KeyForm { profile: self.profile.clone(), code: self.code.clone() }
    }

    /// Every form that its keys have: that of new ones first.
    pub fn forms(&self) -> impl Iterator<Item = (&Profile, &Code)> {
        let former = self.former.iter().map(|form| (&form.profile, &form.code));
        std::iter::once((&self.profile, &self.code)).chain(former)
    }

    /// The templates of those of its forms that have one.
    pub fn templates(&self) -> impl Iterator<Item = (&Template, &Code)> {
        self.forms().filter_map(|(profile, code)| match profile {
            Profile::Custom(template) => Some((template, code)),
            _ => None,
        })
    }

    /// Remembers the form that keys were made in until now.
    pub fn outgrow(&mut self, before: KeyForm) {
        self.former.insert(before);
        self.former.remove(&self.form());
    }

    /// How long logs must show no use of an old version where the policy does not say: a day, as
    /// most jobs run once in one.
    pub const QUIET: Period = Period::days(1);

    /// How long logs must show no use of an old version.
    #[must_use]
    pub fn quiet(&self) -> Period {
        self.quiet_for.unwrap_or(Self::QUIET)
    }
}

/// What keys look like: as text the profile, a space, and the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyForm {
    /// The form itself.
    pub profile: Profile,
    /// What stands for the environment in it.
    pub code: Code,
}

impl fmt::Display for KeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.profile, self.code)
    }
}

impl FromStr for KeyForm {
    type Err = BadKeyForm;

    fn from_str(text: &str) -> Result<Self, BadKeyForm> {
        let (profile, code) = text.rsplit_once(' ').ok_or(BadKeyForm)?;
        let profile = profile.parse().map_err(|_| BadKeyForm)?;
        Ok(Self { profile, code: code.parse().map_err(|_| BadKeyForm)? })
    }
}

/// Not a profile and a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadKeyForm;

impl fmt::Display for BadKeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a profile and a code with a space between them")
    }
}

impl std::error::Error for BadKeyForm {}

/// The name of an export format: `[a-z][a-z0-9-]{0,31}`. Which ones there are is the exporters' to
/// know; a newer keyctl may know more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FormatName(String);

impl FormatName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FormatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FormatName {
    type Err = BadFormatName;

    fn from_str(text: &str) -> Result<Self, BadFormatName> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let starts_with_letter = text.starts_with(|c: char| c.is_ascii_lowercase());
        if text.bytes().all(plain) && starts_with_letter && text.len() <= 32 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadFormatName(text.to_owned()))
        }
    }
}

/// Not the name of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFormatName(pub String);

impl fmt::Display for BadFormatName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not the name of a format", self.0)
    }
}

impl std::error::Error for BadFormatName {}

#[cfg(test)]
mod tests {
    use super::{Code, EnvironmentName};

    #[test]
    fn names_are_checked_when_they_are_read() {
        for good in ["dev", "prod", "eu-1", "a", "a1-b2-c3", &"a".repeat(32)] {
            assert!(good.parse::<EnvironmentName>().is_ok(), "{good}");
        }
        let long = "a".repeat(33);
        for bad in ["", "1a", "-a", "a-", "a--b", "Prod", "a_b", "a.b", "é", "../x", "a/b", &long]
        {
            assert!(bad.parse::<EnvironmentName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn codes_come_from_names() {
        let name: EnvironmentName = "eu-central-1-production".parse().unwrap();
        let code = Code::from_name(&name);
        assert_eq!(code.as_str(), "eucentral1produc");
        assert_eq!(code.as_str().parse(), Ok(code));
        for bad in ["", "1", "a-b", "A", &"a".repeat(17)] {
            assert!(bad.parse::<Code>().is_err(), "{bad}");
        }
    }
}
