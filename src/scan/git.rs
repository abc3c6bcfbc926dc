//! What git says of its objects: the output of `cat-file --batch`, `diff --raw -z` and
//! `diff-tree --stdin -z` (git's own manual pages, under the same names).

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read};

/// The mode of what is another repository's commit, of which there is no object here.
const SUBMODULE: &str = "160000";
/// The longest line before an object: two hashes and a path.
const LONGEST_LINE: u64 = 64 * 1024;

/// What comes before each object in the output of [`FORMAT`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its hash, in hex.
    pub id: String,
    /// `blob`, `commit`, `tag` or `tree`.
    pub kind: String,
    /// A path that it is found under, where one was said.
    pub path: Vec<u8>,
}

/// How objects were answered for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// Of how many git has said something.
    pub count: usize,
    /// The hashes of those that are missing.
    pub missing: Vec<String>,
}

/// The format that `cat-file --batch` is asked for.
pub const FORMAT: &str = "%(objectname) %(objecttype) %(objectsize) %(rest)";

/// Hands over every object that holds text, which trees do not: a range has them among its objects.
///
/// # Errors
/// What reading fails with, and `InvalidData` for what git does not write.
pub fn each_object(
    source: &mut dyn BufRead,
    take: &mut dyn FnMut(Object, &mut dyn Read) -> io::Result<()>,
) -> io::Result<Answered> {
    let mut answered = Answered::default();
    let bad = || io::Error::from(io::ErrorKind::InvalidData);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut *source).take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(answered);
        }
        let line = line.strip_suffix(b"\n").ok_or_else(bad)?;
        let mut parts = line.splitn(4, |byte| *byte == b' ');
        let mut word = || parts.next().and_then(|part| std::str::from_utf8(part).ok());
        let (Some(id), Some(kind)) = (word(), word()) else { return Err(bad()) };
        let Some(size) = word().and_then(|size| size.parse::<u64>().ok()) else {
            // `HASH missing` is all there is of one; `rev-list` puts a question mark before it.
            if kind != "missing" {
                return Err(bad());
            }
            answered.missing.push(id.trim_start_matches('?').to_owned());
            answered.count += 1;
            continue;
        };
        let path = parts.next().unwrap_or_default().to_vec();
        let object = Object { id: id.to_owned(), kind: kind.to_owned(), path };
        let mut content = (&mut *source).take(size);
        if object.kind != "tree" {
            take(object, &mut content)?;
        }
        pass(&mut content)?;
        // A line end follows the content.
        if content.limit() > 0 || source.fill_buf()?.first() != Some(&b'\n') {
            return Err(bad());
        }
        source.consume(1);
        answered.count += 1;
    }
}

/// Reads to the end without a copy.
fn pass(source: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let count = source.fill_buf()?.len();
        if count == 0 {
            return Ok(());
        }
        source.consume(count);
    }
}

/// The hash and the path of everything that `diff --raw -z` lists as it is after the change.
#[must_use]
pub fn changed(raw: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut changed = Vec::new();
    let mut tokens = raw.split(|byte| *byte == 0);
    while let Some(head) = tokens.next() {
        if let Some((id, path)) = change(head, &mut tokens) {
            changed.push((id, path.to_vec()));
        }
    }
    changed
}

/// The hash of what is there after a change, and its path, which is the next token.
fn change<'a>(
    head: &'a [u8],
    tokens: &mut impl Iterator<Item = &'a [u8]>,
) -> Option<(String, &'a [u8])> {
    let head = std::str::from_utf8(head.strip_prefix(b":")?).ok()?;
    let path = tokens.next()?;
    let mut words = head.split(' ');
    let (mode, id) = (words.nth(1)?, words.nth(1)?);
    let is_there = mode != SUBMODULE && id.bytes().any(|byte| byte != b'0');
    is_there.then(|| (id.to_owned(), path))
}

/// Where an object came into the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The hash of the commit.
    pub commit: String,
    /// The path it has there.
    pub path: Vec<u8>,
}

/// The first origin of each of `wanted` in the output of `diff-tree --stdin -z`.
///
/// # Errors
/// What reading fails with.
pub fn origins(
    source: &mut dyn BufRead,
    wanted: &BTreeSet<String>,
) -> io::Result<BTreeMap<String, Origin>> {
    let mut origins = BTreeMap::new();
    let mut commit = String::new();
    let (mut head, mut path) = (Vec::new(), Vec::new());
    let token = |source: &mut dyn BufRead, token: &mut Vec<u8>| {
        token.clear();
        let count = source.take(LONGEST_LINE).read_until(0, token)?;
        if token.last() == Some(&0) {
            token.pop();
        }
        io::Result::Ok(count > 0)
    };
    while origins.len() < wanted.len() && token(source, &mut head)? {
        if head.first() != Some(&b':') {
            // With or without the line end that some versions of git put there.
            commit = String::from_utf8_lossy(head.trim_ascii()).into_owned();
            continue;
        }
        token(source, &mut path)?;
        if let Some((id, path)) = change(&head, &mut std::iter::once(&path[..]))
            && wanted.contains(&id)
        {
            let origin = || Origin { commit: commit.clone(), path: path.to_vec() };
            origins.entry(id).or_insert_with(origin);
        }
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{changed, each_object, origins};

    fn objects(text: &[u8]) -> std::io::Result<Vec<(String, String, String)>> {
        let mut seen = Vec::new();
        let answered = each_object(&mut &*text, &mut |object, content| {
            let mut text = String::new();
            content.read_to_string(&mut text)?;
            let path = String::from_utf8(object.path).unwrap();
            seen.push((object.id + &object.kind, path, text));
            Ok(())
        })?;
        let trees = text.windows(6).filter(|part| part == b" tree ").count();
        assert_eq!(answered.count, seen.len() + answered.missing.len() + trees);
        let missing = answered.missing.into_iter();
        seen.extend(missing.map(|id| (id, "missing".to_owned(), String::new())));
        Ok(seen)
    }

    #[test]
    fn objects_are_read_and_trees_passed_over() {
        let text =
            b"ab blob 5 dir/a b\na\nb\n\n\ncd tree 3 \n\0\n\0\n?ee missing\nef commit 2 \nxy\n";
        let wanted =
            [("abblob", "dir/a b", "a\nb\n\n"), ("efcommit", "", "xy"), ("ee", "missing", "")];
        let wanted = wanted.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(objects(text).unwrap(), wanted);
        assert_eq!(objects(b"").unwrap(), []);
        for bad in [
            &b"ab blob 5 \nxx"[..],
            b"ab blob x \nxx",
            b"ab",
            b"\n",
            b"ab blob 2 \nxyz\n",
            b"ab blob 2 \nxy",
        ] {
            assert!(objects(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn an_object_that_is_not_read_is_passed_over() {
        let mut ids = Vec::new();
        let text = b"ab blob 5 p\n12345\ncd blob 1 p\nx\n";
        each_object(&mut &text[..], &mut |object, _| {
            ids.push(object.id);
            Ok(())
        })
        .unwrap();
        assert_eq!(ids, ["ab", "cd"]);
    }

    #[test]
    fn changes_are_what_is_there_afterwards() {
        let raw = b":000000 100644 0000 ab12 A\0new\0:100644 100644 aa00 cd34 M\0dir/a b\0:100644 000000 aa 0000 D\0gone\0:000000 160000 0000 ee A\0sub\0";
        let wanted = [("ab12", "new"), ("cd34", "dir/a b")];
        let wanted = wanted.map(|(id, path)| (id.to_owned(), path.as_bytes().to_vec()));
        assert_eq!(changed(raw), wanted);
        assert_eq!(changed(b""), []);
    }

    #[test]
    fn an_origin_is_the_first_commit_that_has_it() {
        let text = b"c1\0:000000 100644 00 ab A\0a\0c2\n\0:000000 100644 00 ab A\0b\0:000000 100644 00 cd A\0c\0";
        let wanted: BTreeSet<String> = ["ab", "cd", "zz"].map(str::to_owned).into();
        let found = origins(&mut &text[..], &wanted).unwrap();
        let of = |id: &str| (found[id].commit.as_str(), found[id].path.as_slice());
        assert_eq!((of("ab"), of("cd")), (("c1", &b"a"[..]), ("c2", &b"c"[..])));
        assert_eq!(found.len(), 2);
    }
}
