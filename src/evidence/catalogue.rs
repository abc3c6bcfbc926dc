//! Which versions can be meant by what a line shows of a key.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;

use super::record::{Kind, Shown};
use super::{Candidate, Question, SHOWN_BY_SERVICEKIT};
use crate::environment::EnvironmentName;
use crate::key::{Digest, export_id};
use crate::secret::Secret;

/// How many characters of a secret heare-auth logs.
const FOUR: usize = 4;
/// The fewest characters of a secret that a pattern may catch.
const FEWEST: usize = 4;
/// What servicekit logs of a key with fewer than 7 characters.
const HIDDEN: &str = "***";

/// Where the old version lies among the candidates.
pub(super) const OLD: usize = 0;
/// Where the new version lies among the candidates.
pub(super) const NEW: usize = 1;

/// The versions that one text can mean: an index, stable while the catalogue lives.
pub(super) type Group = usize;

#[derive(Debug)]
enum Members {
    One(usize),
    Several(Box<[usize]>),
    /// A range of the candidates by secret.
    Range(usize, usize),
    /// Those of a group, and a range.
    Both(Group, usize, usize),
    /// Those of two groups.
    Pair(Group, Group),
}

/// What kind of text named a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// An id of an export.
    Id,
    /// So many first bytes of the secret.
    Head(usize),
    /// Something that no two versions share.
    Unique,
}

/// How a log shows the same of two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likeness {
    /// Both have this id.
    Called(String),
    /// Both begin so.
    Beginning(String),
    /// What one is called is how the other begins, or the like.
    Otherwise,
}

/// Every version that can show up in a log.
pub(super) struct Catalogue<'a> {
    environment: &'a EnvironmentName,
    candidates: Vec<Candidate<'a>>,
    /// The first are those of one candidate each, in their order.
    groups: Vec<Members>,
    ids: HashMap<String, Group>,
    names: HashMap<String, Group>,
    digests: HashMap<Digest, Group>,
    sevens: HashMap<&'a str, Group>,
    fours: HashMap<&'a str, Group>,
    /// Candidates whose secret is known, by secret.
    by_secret: Vec<(&'a str, usize)>,
    ranges: HashMap<(Option<Group>, usize, usize), Group>,
    pairs: HashMap<(Group, Group), Group>,
}

impl fmt::Debug for Catalogue<'_> {
    /// Without the parts of secrets that it holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalogue").field("candidates", &self.candidates).finish_non_exhaustive()
    }
}

impl<'a> Catalogue<'a> {
    pub(super) fn new(question: &Question<'a>) -> Self {
        let is_same =
            |a: &Candidate<'_>, b: &Candidate<'_>| (a.key, a.version) == (b.key, b.version);
        let (old, new) = (question.old, question.new);
        let mut candidates = vec![old, new];
        // A caller may hand in all that is accepted, which the two are part of.
        let others = question.others.iter().copied();
        candidates.extend(others.filter(|other| !is_same(other, &old) && !is_same(other, &new)));

        let mut catalogue = Self {
            environment: question.environment,
            groups: (0..candidates.len()).map(Members::One).collect(),
            ids: HashMap::new(),
            names: HashMap::new(),
            digests: HashMap::new(),
            sevens: HashMap::new(),
            fours: HashMap::new(),
            by_secret: Vec::new(),
            ranges: HashMap::new(),
            pairs: HashMap::new(),
            candidates: Vec::new(),
        };
        let each = || candidates.iter().enumerate();
        let groups = &mut catalogue.groups;
        let ids = each().map(|(at, one)| (export_id(one.key, one.version), at));
        catalogue.ids = grouped(groups, ids);
        let names = each().flat_map(|(at, one)| {
            let bare = format!("{}@{}", one.key, one.version);
            let full = format!("{}/{bare}", question.environment);
            let fingerprint = one.digest.map(Digest::fingerprint);
            [Some(bare), Some(full), fingerprint].into_iter().flatten().map(move |name| (name, at))
        });
        catalogue.names = grouped(groups, names);
        catalogue.digests =
            grouped(groups, each().filter_map(|(at, one)| Some((*one.digest?, at))));
        let secrets = || each().filter_map(|(at, one)| Some((one.secret?.expose(), at)));
        let head = |length| move |(secret, at): (&'a str, usize)| (first(secret, length), at);
        let shown = |(text, at): (Option<&'a str>, usize)| (text.unwrap_or(HIDDEN), at);
        catalogue.sevens = grouped(groups, secrets().map(head(SHOWN_BY_SERVICEKIT)).map(shown));
        let fours = secrets().map(head(FOUR)).filter_map(|(text, at)| Some((text?, at)));
        catalogue.fours = grouped(groups, fours);
        catalogue.by_secret = secrets().collect();
        catalogue.by_secret.sort_unstable();
        catalogue.candidates = candidates;
        catalogue
    }

    /// The version `at`, as `prod/web@2`.
    pub(super) fn reference(&self, at: usize) -> String {
        let one = self.candidates.get(at);
        one.map(|one| format!("{}/{}@{}", self.environment, one.key, one.version))
            .unwrap_or_default()
    }

    /// Whether the secret of the version `at` is known.
    pub(super) fn has_secret(&self, at: usize) -> bool {
        self.candidates.get(at).is_some_and(|one| one.secret.is_some())
    }

    /// The versions that `shown` can mean; `None` when it is none of them.
    pub(super) fn find(&mut self, shown: &Shown<'_>) -> Option<(Group, View)> {
        let as_text = |bytes| std::str::from_utf8(bytes).ok();
        let id = |view: &Self, bytes| Some((*view.ids.get(as_text(bytes)?)?, View::Id));
        match shown {
            Shown::Id(text) => id(self, text),
            Shown::NameOrId(name, other) => match (id(self, name), id(self, other)) {
                (Some((a, view)), Some((b, _))) if a != b => Some((self.pair(a, b), view)),
                (a, b) => a.or(b),
            },
            Shown::Seven(text) => {
                Some((*self.sevens.get(as_text(text)?)?, View::Head(SHOWN_BY_SERVICEKIT)))
            }
            Shown::Four(text) => Some((*self.fours.get(as_text(text)?)?, View::Head(FOUR))),
            Shown::Digest(text) => {
                let digest = as_text(text)?.parse().ok()?;
                Some((*self.digests.get(&digest)?, View::Unique))
            }
            Shown::Any(text) => self.find_any(as_text(text)?.trim()),
        }
    }

    fn pair(&mut self, a: Group, b: Group) -> Group {
        let groups = &mut self.groups;
        *self.pairs.entry((a, b)).or_insert_with(|| {
            groups.push(Members::Pair(a, b));
            groups.len() - 1
        })
    }

    fn find_any(&mut self, text: &str) -> Option<(Group, View)> {
        let name = self.names.get(text).map(|group| (*group, View::Unique));
        let digest = || {
            let digest: Digest = text.to_ascii_lowercase().parse().ok()?;
            Some((*self.digests.get(&digest)?, View::Unique))
        };
        let id = || Some((*self.ids.get(text)?, View::Id));
        let exact = id().or(name).or_else(digest);
        // Where logs mask the rest of a secret.
        let head = text.trim_end_matches(['*', '.', '…']);
        let Some((start, end)) = self.range(head) else { return exact };
        let of = |at: usize| self.by_secret.get(at).map(|(_, candidate)| *candidate);
        let exact = match exact {
            None if end - start == 1 => return Some((of(start)?, View::Head(head.len()))),
            Some((group, view)) if end - start == 1 && of(start) == Some(group) => {
                return Some((group, view));
            }
            exact => exact,
        };
        let key = (exact.map(|(group, _)| group), start, end);
        let groups = &mut self.groups;
        let group = *self.ranges.entry(key).or_insert_with(|| {
            groups.push(match exact {
                Some((group, _)) => Members::Both(group, start, end),
                None => Members::Range(start, end),
            });
            groups.len() - 1
        });
        Some((group, View::Head(head.len())))
    }

    /// Where the secrets that begin with `head` lie; `None` when there are none, or when it is too
    /// short to be the beginning of a secret.
    fn range(&self, head: &str) -> Option<(usize, usize)> {
        if head.len() < FEWEST {
            return None;
        }
        let start = self.by_secret.partition_point(|(secret, _)| *secret < head);
        let rest = self.by_secret.get(start..)?;
        let count = rest.partition_point(|(secret, _)| secret.starts_with(head));
        (count > 0).then_some((start, start + count))
    }

    /// Calls `take` with each candidate of `group`.
    pub(super) fn members(&self, group: Group, take: &mut impl FnMut(usize)) {
        let range = |start, end| {
            self.by_secret.get(start..end).unwrap_or_default().iter().map(|(_, at)| *at)
        };
        match self.groups.get(group) {
            None => {}
            Some(Members::One(at)) => take(*at),
            Some(Members::Several(all)) => all.iter().copied().for_each(take),
            Some(Members::Range(start, end)) => range(*start, *end).for_each(take),
            Some(Members::Both(inner, start, end)) => {
                let more = range(*start, *end);
                self.listed(*inner)
                    .into_iter()
                    .chain(more)
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .for_each(take);
            }
            Some(Members::Pair(a, b)) => {
                let more = self.listed(*b);
                self.listed(*a)
                    .into_iter()
                    .chain(more)
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .for_each(take);
            }
        }
    }

    /// The candidates of a group of one text.
    fn listed(&self, group: Group) -> Vec<usize> {
        match self.groups.get(group) {
            Some(Members::One(at)) => vec![*at],
            Some(Members::Several(all)) => all.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The version that `group` is alone; `None` when it is several.
    pub(super) fn alone(&self, group: Group) -> Option<usize> {
        match self.groups.get(group)? {
            Members::One(at) => Some(*at),
            _ => None,
        }
    }

    /// What a log of this kind shows of a version, where that is fixed.
    pub(super) fn view_of(kind: Kind) -> Option<View> {
        match kind {
            Kind::Gateway | Kind::Heare => Some(View::Id),
            Kind::Servicekit => Some(View::Head(SHOWN_BY_SERVICEKIT)),
            Kind::AuthApiClient => Some(View::Unique),
            Kind::Pattern => None,
        }
    }

    /// Another version of which `view` shows the same as of the version `of`, and what.
    pub(super) fn double(&self, of: usize, view: View) -> Option<(usize, Likeness)> {
        let this = self.candidates.get(of)?;
        let mut others = self.candidates.iter().enumerate().filter(|(at, _)| *at != of);
        match view {
            View::Unique => None,
            View::Id => {
                let id = export_id(this.key, this.version);
                let (at, _) = others.find(|(_, one)| export_id(one.key, one.version) == id)?;
                Some((at, Likeness::Called(id)))
            }
            View::Head(length) => {
                // Secrets that are shorter are all hidden in the same way.
                let head = |secret: &'a Secret| first(secret.expose(), length);
                let secret = this.secret?;
                let same = |one: &Candidate<'a>| {
                    one.secret.is_some_and(|other| head(other) == head(secret))
                };
                let (at, _) = others.find(|(_, one)| same(one))?;
                // A log shows this much; a message shows no more, and never most of a secret.
                let few = length.min(SHOWN_BY_SERVICEKIT).min(secret.len() / 4);
                let shown = first(secret.expose(), few).unwrap_or_default();
                Some((at, Likeness::Beginning(shown.to_owned())))
            }
        }
    }

    /// Another version that `group` can mean as well as the version `of`.
    pub(super) fn companion(&self, of: usize, group: Group) -> Option<usize> {
        let (mut is_in, mut other) = (false, None);
        self.members(group, &mut |at| {
            if at == of {
                is_in = true;
            } else {
                other = Some(at);
            }
        });
        other.filter(|_| is_in)
    }
}

/// The first `length` characters of `text`, when it has that many.
fn first(text: &str, length: usize) -> Option<&str> {
    match text.char_indices().nth(length) {
        Some((end, _)) => text.get(..end),
        None => (text.chars().count() == length).then_some(text),
    }
}

/// Which candidates each text belongs to, as groups; groups of several are added to `groups`.
fn grouped<K: Hash + Eq>(
    groups: &mut Vec<Members>,
    texts: impl Iterator<Item = (K, usize)>,
) -> HashMap<K, Group> {
    let mut all: HashMap<K, Vec<usize>> = HashMap::new();
    for (text, at) in texts {
        let members = all.entry(text).or_default();
        if members.last() != Some(&at) {
            members.push(at);
        }
    }
    let mut group = |members: Vec<usize>| {
        if let [at] = members[..] {
            return at;
        }
        groups.push(Members::Several(members.into_boxed_slice()));
        groups.len() - 1
    };
    all.into_iter().map(|(text, members)| (text, group(members))).collect()
}
