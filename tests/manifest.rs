//! The manifest's readers, in process: nothing that was changed is believed, and both read the same.

#![allow(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

use std::collections::BTreeMap;

use keyctl::clock::Time;
use keyctl::environment::{Code, EnvironmentName, Policy};
use keyctl::key::generate::System;
use keyctl::key::{Digest, Key, KeyName, Kind, Network, Version};
use keyctl::secret::Secret;
use keyctl::vault::document::{Document, Reader};
use keyctl::vault::index::Index;
use keyctl::vault::manifest::{self, Manifest, ManifestError, Proven};
use keyctl::vault::seal::generate_identity;
use keyctl::vault::signer::Signer;

fn now() -> Time {
    "2026-11-22T16:00:00Z".parse().unwrap()
}

/// A document with `count` keys of one version each.
fn document(count: usize) -> Document {
    let name: EnvironmentName = "prod".parse().unwrap();
    let (_, recipient) = generate_identity("");
    let reader = Reader { name: "ana \"@\" é".to_owned(), recipient, added: now() };
    let policy = Policy::new(Code::from_name(&name));
    let mut document =
        Document::new(name, policy, vec![reader], now(), &System::default()).unwrap();
    document.generation = 7;
    let mut keys = BTreeMap::new();
    for number in 0..count {
        document.keys.clear();
        let secret = document.generate_secret(Kind::ApiKey, now(), &System::default()).unwrap();
        let name = KeyName::numbered(number);
        let mut key = Key::new(name.clone(), Version::new(1, secret, now(), None));
        if number % 2 == 0 {
            key.scopes.extend(["read".to_owned(), "a\"b\\c".to_owned()]);
            let networks = ["192.0.2.0/24", "2001:db8::1"];
            key.allowed_ips.extend(networks.map(|text| text.parse::<Network>().unwrap()));
        }
        keys.insert(name, key);
    }
    document.keys = keys;
    document
}

fn written(document: &Document, expires: Option<Time>) -> Vec<u8> {
    manifest::write(document, &document.to_text(), "mac", now(), expires).unwrap()
}

fn open(file: &[u8], document: &Document) -> Result<Proven, ManifestError> {
    Proven::open(file.to_vec(), &[document.signer.public_key()], now())
}

fn read(file: &[u8], document: &Document) -> Result<Manifest, ManifestError> {
    open(file, document)?.read()
}

fn index(file: &[u8], document: &Document) -> Result<Index, ManifestError> {
    Index::new(open(file, document)?)
}

/// The lines of a message, signed by the document's key.
fn signed(document: &Document, lines: &[&str]) -> Vec<u8> {
    let message = lines.join("\n") + "\n";
    let comment =
        String::from_utf8(written(document, None)).unwrap().lines().next().unwrap().to_owned();
    format!("{comment}\n{}\n{message}", document.signer.sign(message.as_bytes())).into_bytes()
}

/// Byte for byte: what is carried to other machines is read there by other programs.
#[test]
fn a_line_has_its_members_in_their_order() {
    let mut document = document(0);
    let secret = Secret::new("sk_prod_not_a_key_0123456789abcdefghijklmnop".to_owned());
    let name: KeyName = "web".parse().unwrap();
    let version = Version::new(1, secret.clone(), now(), None);
    document.keys.insert(name.clone(), Key::new(name, version));
    let digest = Digest::of(&secret);
    let line = |document: &Document| {
        let file = String::from_utf8(written(document, None)).unwrap();
        file.lines().nth(3).unwrap().to_owned()
    };
    let stamp = "2026-11-22T16:00:00Z";
    let start = format!("{{\"digest\":\"{digest}\",\"ref\":\"prod/web@");
    let wanted = format!("{start}1\",\"state\":\"active\",\"created\":\"{stamp}\"}}");
    assert_eq!(line(&document), wanted);
    let found = index(&written(&document, None), &document).unwrap().key(0).unwrap();
    assert_eq!(found.versions[0].activated, Some(now()));

    let at = |minute: i64| Some(Time::from_unix(now().unix() + minute * 60).unwrap());
    let key = document.keys.values_mut().next().unwrap();
    key.kind = "secret:hex:32".parse().unwrap();
    key.scopes.extend(["read".to_owned(), "a\"b\\c\n".to_owned()]);
    key.allowed_ips.insert("192.0.2.0/24".parse().unwrap());
    key.expires = at(20);
    let version = &mut key.versions[0];
    (version.number, version.replaces) = (3, Some(2));
    (version.activated, version.retiring, version.retire_by) = (at(1), at(2), at(9));
    (version.retired, version.revoked, version.destroyed) = (at(3), at(4), at(5));
    version.expires = at(19);
    let wanted = format!(
        "{start}3\",\"kind\":\"secret:hex:32\",\"state\":\"active\",\"created\":\"{stamp}\",\
         \"activated\":\"2026-11-22T16:01:00Z\",\"retiring\":\"2026-11-22T16:02:00Z\",\
         \"retire_by\":\"2026-11-22T16:09:00Z\",\"retired\":\"2026-11-22T16:03:00Z\",\
         \"revoked\":\"2026-11-22T16:04:00Z\",\"destroyed\":\"2026-11-22T16:05:00Z\",\
         \"expires\":\"2026-11-22T16:19:00Z\",\"key_expires\":\"2026-11-22T16:20:00Z\",\
         \"replaces\":2,\"scopes\":[\"a\\\"b\\\\c\\n\",\"read\"],\"allowed_ips\":[\"192.0.2.0/24\"]}}"
    );
    assert_eq!(line(&document), wanted);
}

#[test]
fn not_a_bit_can_be_another_one() {
    let document = document(20);
    let mut file = written(&document, None);
    read(&file, &document).unwrap();
    for bit in 0..file.len() * 8 {
        file[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&file, &document).is_err(), "bit {bit}");
        file[bit / 8] ^= 1 << (bit % 8);
    }
    for end in 0..file.len() {
        assert!(open(&file[..end], &document).is_err(), "the first {end} bytes");
    }
    file.push(b'\n');
    assert_eq!(open(&file, &document).unwrap_err(), ManifestError::Signature);
}

#[test]
fn both_readers_find_what_was_written() {
    let document = document(1000);
    let end = "2026-11-23".parse().unwrap();
    let file = written(&document, Some(end));
    let (read, mut index) = (read(&file, &document).unwrap(), index(&file, &document).unwrap());
    assert_eq!(read.expires, Some(end));
    assert_eq!(read.recipients, ["ana \"@\" é"]);
    assert_eq!(index.head().generation, 7);
    let digests = || document.keys.values().map(|key| key.versions[0].digest.unwrap());
    let few: Vec<_> = digests().map(|digest| index.find(&digest)).collect();
    let other = Digest::of(&Secret::new("other".to_owned()));
    assert_eq!(index.find(&other), None);
    index.shelve();
    assert!(digests().map(|digest| index.find(&digest)).eq(few));
    for key in document.keys.values() {
        let digest = key.versions[0].digest.unwrap();
        let found = index.key(index.find(&digest).unwrap()).unwrap();
        assert_eq!(format!("{found:?}"), format!("{:?}", read.keys[&key.name]));
        assert_eq!((&found.name, &found.scopes), (&key.name, &key.scopes));
        assert_eq!(found.allowed_ips, key.allowed_ips);
        let hex = digest.to_string();
        for length in [12, 16, 17, 64] {
            let at = index.find(&digest).unwrap();
            assert_eq!(index.find_prefix(&hex[..length]), at..at + 1);
        }
    }
    assert_eq!(index.find(&other), None);
    assert!(index.find_prefix(&other.to_string()).is_empty());
    assert_eq!(index.find_prefix("").len(), 1000);
}

/// Ready for many lookups or not, an index of any size finds all that it has and nothing else.
#[test]
fn few_versions_are_found_as_well_and_weak_ones_are_not() {
    for count in [0, 1, 2, 3, 65] {
        for weak in [0, 2] {
            let mut document = document(count + weak);
            for key in document.keys.values_mut().take(weak) {
                key.versions[0].is_weak = true;
            }
            let mut index = index(&written(&document, None), &document).unwrap();
            for _ in ["as it is", "ready for many lookups"] {
                assert_eq!(index.weak(), weak);
                assert_eq!(index.find_prefix("").len(), count);
                for (at, key) in document.keys.values().enumerate() {
                    let digest = key.versions[0].digest.unwrap();
                    let found = index.find(&digest).map(|place| index.key(place).unwrap().name);
                    assert_eq!(found.as_ref(), (at >= weak).then_some(&key.name));
                    let hex = digest.to_string();
                    assert_eq!(index.find_prefix(&hex).len(), usize::from(at >= weak));
                    assert_eq!(index.find_prefix(&hex.to_uppercase()).len(), 0);
                }
                index.shelve();
            }
        }
    }
}

#[test]
fn what_is_signed_must_still_be_in_form() {
    let document = document(3);
    let written = String::from_utf8(written(&document, None)).unwrap();
    let lines: Vec<&str> = written.lines().skip(2).collect();
    let [header, one, two, three] = lines[..] else { panic!("{lines:?}") };
    let both = |lines: &[&str]| {
        let file = signed(&document, lines);
        let read = read(&file, &document).map(|_| ());
        assert_eq!(read, index(&file, &document).map(|_| ()), "{lines:?}");
        read
    };
    assert_eq!(both(&lines), Ok(()));
    assert_eq!(both(&[header]), Ok(()));
    assert_eq!(both(&[header, one, one, two]), Err(ManifestError::Duplicate));
    assert_eq!(both(&[header, two, one, three]), Err(ManifestError::Content(3)));
    let weak = format!("{{{}", &one[one.find("\"ref\"").unwrap()..]);
    assert_eq!(both(&[header, &weak, two, three]), Ok(()));
    assert_eq!(both(&[header, one, &weak]), Err(ManifestError::Content(3)));
    assert_eq!(both(&[header, one, ""]), Err(ManifestError::Content(3)));
    assert_eq!(both(&[header, "{}"]), Err(ManifestError::Content(2)));
    for at in [0, 15, 16, 63] {
        let mut not_hex = two.to_owned();
        let at = "{\"digest\":\"".len() + at;
        not_hex.replace_range(at..=at, "~");
        assert_eq!(both(&[header, one, &not_hex]), Err(ManifestError::Content(3)), "{not_hex}");
    }
    assert_eq!(both(&[one]), Err(ManifestError::Content(1)));
    assert_eq!(both(&[]), Err(ManifestError::Content(1)));
    let newer = header.replace("\"v\":1", "\"v\":2");
    assert_eq!(both(&[&newer, "what a newer one writes"]), Err(ManifestError::Newer(2)));
    for (from, to) in [
        ("\"environment\":\"prod\"", "\"environment\":\"Prod\""),
        ("\"generation\":7", "\"generation\":-7"),
        ("\"generation\":7", "\"generation\":7,\"generation\":8"),
        ("\"generation\":7", "\"generation\":7,\"more\":8"),
        ("\"sealed\":\"mac\",", ""),
        ("{\"code\":", "{\"cod\":"),
    ] {
        let changed = header.replace(from, to);
        assert_ne!(changed, header, "{from}");
        assert_eq!(both(&[&changed, one]), Err(ManifestError::Content(1)), "{to}");
    }
    // A line that a lookup does not touch is not parsed for it; one that it finds is.
    for (from, to) in [
        ("active", "activ"),
        ("\"prod/key", "\"dev/key"),
        ("@1\"", "\""),
        ("\"created\":", "\"made\":"),
        ("2026-11-22T", "2026-13-22T"),
    ] {
        let changed = two.replace(from, to);
        assert_ne!(changed, two, "{from}");
        let file = signed(&document, &[header, one, &changed, three]);
        let wrong = ManifestError::Content(3);
        assert_eq!(read(&file, &document).unwrap_err(), wrong, "{to}");
        assert_eq!(index(&file, &document).unwrap().key(1).unwrap_err(), wrong, "{to}");
    }
}

#[test]
fn the_one_key_that_made_it_must_be_trusted() {
    let document = document(1);
    let file = written(&document, None);
    let other = Signer::generate(&System::default()).unwrap().public_key();
    let open = |keys: &[_]| Proven::open(file.clone(), keys, now()).map(|proven| proven.signer());
    let own = document.signer.public_key();
    assert_eq!(open(&[]), Err(ManifestError::OtherKey));
    assert_eq!(open(&[other]), Err(ManifestError::OtherKey));
    assert_eq!(open(&[other, own]), Ok(own));
}
