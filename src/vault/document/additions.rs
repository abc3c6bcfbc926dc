//! An environment that keys are only added to. What is there stays the text that it is.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{Document, Reader, read};
use crate::clock::Time;
use crate::environment::{EnvironmentName, Policy};
use crate::key::generate::{self, NoRandomness, Random, Tags};
use crate::key::token::Form;
use crate::key::{Digest, Key, KeyName, Kind};
use crate::secret::Secret;
use crate::vault::event::Event;
use crate::vault::signer::PublicKey;

/// An environment, and the keys that it is to get.
#[derive(Debug)]
pub struct Additions {
    /// Its keys are those that are added, and those that there are where they had to be read.
    document: Document,
}

impl From<Document> for Additions {
    fn from(document: Document) -> Self {
        Self { document }
    }
}

impl Additions {
    /// Takes a text that `signer` is known to have signed, without reading its keys; `None`, and
    /// the text is left, when it is not laid out as this keyctl does it.
    pub(in crate::vault) fn to_ours(
        text: &mut Zeroizing<String>,
        signer: &PublicKey,
    ) -> Option<Self> {
        read::without_keys(text, signer).map(|document| Self { document })
    }

    /// The environment's name.
    #[must_use]
    pub fn environment(&self) -> &EnvironmentName {
        &self.document.environment
    }

    /// The rules for its keys.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.document.policy
    }

    /// Who can read it.
    #[must_use]
    pub fn readers(&self) -> &[Reader] {
        &self.document.readers
    }

    /// Whether there is a key of this name.
    #[must_use]
    pub fn contains(&self, name: &KeyName) -> bool {
        self.document.keys.contains_key(name)
            || read::place(self.document.history.kept_keys(), name).1
    }

    /// The first of `key-1`, `key-2`… that is free.
    #[must_use]
    pub fn free_name(&self) -> KeyName {
        let kept = read::names(self.document.history.kept_keys());
        let names = kept.chain(self.document.keys.keys().map(KeyName::as_str));
        let digits = names.filter_map(|name| name.strip_prefix("key-"));
        let numbers = digits.filter(|digits| !digits.starts_with('0'));
        let numbers: Vec<usize> = numbers.filter_map(|digits| digits.parse().ok()).collect();
        // Of one more than there are, one is free.
        let mut taken = vec![false; numbers.len() + 1];
        for number in numbers {
            if let Some(taken) = number.checked_sub(1).and_then(|at| taken.get_mut(at)) {
                *taken = true;
            }
        }
        let free = taken.iter().position(|taken| !taken).unwrap_or(taken.len());
        KeyName::numbered(free + 1)
    }

    /// A secret for a key of this kind, in this environment's form, that no version here has ever
    /// had.
    ///
    /// # Errors
    /// [`NoRandomness`] when `random` has none to give.
    pub fn generate_secret(
        &self,
        kind: Kind,
        now: Time,
        random: &dyn Random,
    ) -> Result<Secret, NoRandomness> {
        let kept = self.document.history.kept_keys();
        let form = Form::new(&self.document.environment, &self.document.policy, now);
        let tags = kept_tags(&form, kept);
        loop {
            let secret = self.document.draw_secret(kind, &form, tags.clone(), random)?;
            let digest = Digest::of(&secret).to_hex();
            let is_there = |bytes| memmem::find(kept.as_bytes(), bytes).is_some();
            if !is_there(secret.expose().as_bytes()) && !is_there(&digest) {
                return Ok(secret);
            }
        }
    }

    /// Adds `key`, whose name must be free.
    pub fn add(&mut self, key: Key) {
        self.document.keys.insert(key.name.clone(), key);
    }

    /// Appends what was done.
    pub fn push(&mut self, event: Event) {
        self.document.history.push(event);
    }

    /// What there is of it as a document.
    pub(in crate::vault) fn document(&self) -> &Document {
        &self.document
    }

    /// The text that was taken.
    pub(in crate::vault) fn into_text(self) -> Zeroizing<String> {
        self.document.history.into_text()
    }

    /// What is committed, which lacks the keys that stay text.
    pub(in crate::vault) fn document_mut(&mut self) -> &mut Document {
        &mut self.document
    }
}

/// The tags of the secrets of this form in the text `keys`.
fn kept_tags(form: &Form, keys: &str) -> Tags {
    const SECRET: &str = "\nsecret = \"";
    let mut tags = Tags::default();
    if form.tagged {
        let found = memmem::find_iter(keys.as_bytes(), SECRET.as_bytes());
        let secrets = found.filter_map(|at| keys.get(at + SECRET.len()..));
        tags.extend(secrets.filter_map(|secret| generate::tag_of(form, secret)));
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::{Additions, Document, Key, KeyName, Kind, Time, Zeroizing};
    use crate::environment::{Code, EnvironmentName, Policy};
    use crate::key::Version;
    use crate::key::generate::{NoRandomness, Random, System};
    use crate::vault::document::Reader;
    use crate::vault::event::Event;
    use crate::vault::seal::generate_identity;

    fn now() -> Time {
        Time::from_unix(1_795_363_200).unwrap()
    }

    fn document(names: &[&str]) -> Document {
        let environment: EnvironmentName = "prod".parse().unwrap();
        let policy = Policy::new(Code::from_name(&environment));
        let (_, recipient) = generate_identity("now");
        let readers = vec![Reader { name: "test".to_owned(), recipient, added: now() }];
        let mut document =
            Document::new(environment, policy, readers, now(), &System::default()).unwrap();
        for name in names {
            let key = key(&document, name);
            document.keys.insert(key.name.clone(), key);
            document.history.push(Event::new(now(), "new"));
        }
        document
    }

    fn key(document: &Document, name: &str) -> Key {
        let secret = document.generate_secret(Kind::ApiKey, now(), &System::default()).unwrap();
        let mut key = Key::new(name.parse().unwrap(), Version::new(1, secret, now(), None));
        key.description = "[[keys]]\n[[events]]\n\"name = \"zzz\"".to_owned();
        key.metadata.insert("a b".to_owned(), "\n[[keys]]\nname = \"m\"\n".to_owned());
        key.scopes.insert("read".to_owned());
        key
    }

    fn unread(document: &Document) -> Additions {
        let mut text = document.to_text();
        let additions = Additions::to_ours(&mut text, &document.signer.public_key()).unwrap();
        assert!(additions.document.keys.is_empty());
        additions
    }

    /// The text is the one that reading all keys and writing them again would make.
    #[test]
    fn what_is_added_stands_where_it_belongs() {
        let there = ["b", "d", "d-2", "f"];
        for new in [&["a"][..], &["c"], &["g"], &["a", "c", "d-1", "e", "zz"], &["B", "9"], &[]] {
            for names in [&there[..], &there[..1], &[]] {
                let mut whole = document(names);
                let mut additions = unread(&whole);
                for name in new {
                    let key = key(&whole, name);
                    let event = Event::new(now(), "new").of_key(&key.name);
                    additions.push(event.clone());
                    additions.add(key.clone());
                    whole.history.push(event);
                    whole.keys.insert(key.name.clone(), key);
                }
                let text = additions.document().to_signed();
                assert_eq!(text.text(), whole.to_text().as_str());
                assert_eq!(additions.document().check(&text), Ok(()));
                assert!(Document::from_text(text.text()).is_ok());
            }
        }
    }

    #[test]
    fn names_that_are_there_are_known() {
        let document = document(&["key-1", "key-3", "key-02", "key-x", "web"]);
        let mut additions = unread(&document);
        for name in document.keys.keys() {
            assert!(additions.contains(name), "{name}");
        }
        for name in ["key-2", "we", "web2", "zzz", "m", "keys"] {
            assert!(!additions.contains(&name.parse().unwrap()), "{name}");
        }
        for number in [2, 4, 5] {
            let name = KeyName::numbered(number);
            assert_eq!(additions.free_name(), name);
            additions.add(key(&document, name.as_str()));
            assert!(additions.contains(&name));
        }
        assert_eq!(unread(&self::document(&[])).free_name(), KeyName::numbered(1));
    }

    /// Bytes that come again and again until they are other ones.
    struct Repeats(std::cell::Cell<u32>);

    impl Random for Repeats {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
            self.0.set(self.0.get() + 1);
            bytes.fill(if self.0.get() < 200 { 7 } else { 9 });
            Ok(())
        }
    }

    #[test]
    fn no_secret_comes_twice() {
        let kind: Kind = "secret:hex:32".parse().unwrap();
        let first = document(&[]).generate_secret(kind, now(), &Repeats(0.into())).unwrap();
        for is_destroyed in [false, true] {
            let mut document = document(&[]);
            let mut version = Version::new(1, first.clone(), now(), None);
            let mut key = Key::new("one".parse().unwrap(), version.clone());
            if is_destroyed {
                version.state = crate::key::State::Destroyed;
                version.secret = None;
                key.versions = vec![version];
            }
            key.kind = kind;
            document.keys.insert(key.name.clone(), key);
            let additions = unread(&document);
            let random = Repeats(0.into());
            let second = additions.generate_secret(kind, now(), &random).unwrap();
            assert!(!second.matches(&first));
            assert!(random.0.get() >= 200);
        }
    }

    /// Only what keyctl lays out itself is taken unread; anything else is left to be read whole.
    #[test]
    fn another_layout_is_given_back() {
        let document = document(&["one", "two"]);
        let signer = document.signer.public_key();
        let text = document.to_text();
        let swapped = text.replace("\"one\"", "\"two\"").replacen("\"two\"", "\"zwei\"", 1);
        for (from, to) in [
            ("\n[[keys]]\n", "\n[[other]]\n"),
            ("\n[[keys.versions]]\n", "\n[keys.more]\n"),
            ("name = \"one\"", "kind = \"one\""),
            ("\n[policy]\n", "\n[rules]\n"),
            ("\n[[recipients]]\n", "\n[[readers]]\n"),
            ("\n[[events]]\n", "\n[[events]]\nat = 1\n\n[later]\n"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, *text, "{from}");
            let mut changed = Zeroizing::new(changed);
            let before = changed.clone();
            assert!(Additions::to_ours(&mut changed, &signer).is_none(), "{to}");
            assert_eq!(changed, before);
        }
        let mut swapped = Zeroizing::new(swapped);
        assert!(Additions::to_ours(&mut swapped, &signer).is_none());
        let other = self::document(&[]).signer.public_key();
        assert!(Additions::to_ours(&mut text.clone(), &other).is_none());
    }
}
