//! The parts of opening and saving an environment of 1,000 keys.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails should stop")]

use keyctl::clock::Time;
use keyctl::environment::{Code, EnvironmentName, Policy};
use keyctl::key::generate::System;
use keyctl::key::{Key, KeyName, Kind, Version};
use keyctl::vault::document::{Document, Reader};
use keyctl::vault::manifest::{self, Proven};
use keyctl::vault::seal::{encrypt, generate_identity};

fn main() {
    divan::main();
}

fn sample() -> Document {
    let now = Time::from_unix(1_795_363_200).unwrap();
    let name: EnvironmentName = "prod".parse().unwrap();
    let policy = Policy::new(Code::from_name(&name));
    let (_, recipient) = generate_identity("now");
    let readers = vec![Reader { name: "bench".to_owned(), recipient, added: now }];
    let mut document = Document::new(name, policy, readers, now, &System::default()).unwrap();
    for number in 0..1_000 {
        let secret = document.generate_secret(Kind::ApiKey, now, &System::default()).unwrap();
        let name = KeyName::numbered(number);
        document.keys.insert(name.clone(), Key::new(name, Version::new(1, secret, now, None)));
    }
    document
}

#[divan::bench]
fn read(bencher: divan::Bencher<'_, '_>) {
    let text = sample().to_text();
    bencher.bench(|| Document::from_text(&text).unwrap());
}

#[divan::bench]
fn write(bencher: divan::Bencher<'_, '_>) {
    let document = sample();
    bencher.bench(|| document.to_text());
}

#[divan::bench]
fn write_manifest(bencher: divan::Bencher<'_, '_>) {
    let document = sample();
    let text = document.to_text();
    bencher.bench(|| manifest::write(&document, &text, "mac", document.created, None).unwrap());
}

#[divan::bench]
fn read_manifest(bencher: divan::Bencher<'_, '_>) {
    let document = sample();
    let file =
        manifest::write(&document, &document.to_text(), "mac", document.created, None).unwrap();
    let key = document.signer.public_key();
    bencher
        .with_inputs(|| file.clone())
        .bench_values(|file| Proven::open(file, &[key], document.created)?.read());
}

#[divan::bench]
fn seal(bencher: divan::Bencher<'_, '_>) {
    let document = sample();
    let text = document.to_text();
    let recipients = [document.readers[0].recipient.clone()];
    bencher.bench(|| encrypt(text.as_bytes(), &recipients).unwrap());
}
