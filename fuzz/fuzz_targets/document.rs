//! The vault's document: a text that is read is written so that it reads the same again. Also the
//! header of the file that it lies in.
#![no_main]

use std::sync::LazyLock;

use keyctl::vault::document::Document;
use keyctl::vault::seal::header_mac;
use keyctl::vault::signer::Signer;
use libfuzzer_sys::fuzz_target;
use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

static SIGNER: LazyLock<Signer> =
    LazyLock::new(|| Signer::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap());

fuzz_target!(|data: &[u8]| {
    let _ = header_mac(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    assert!(Document::from_text(text).is_err(), "nobody signed it");
    // The input is what follows the signature.
    let message = [b"keyctl document 1\n", digest(&SHA256, data).as_ref()].concat();
    let text = format!("format = 1\nsignature = \"{}\"\n{text}", SIGNER.sign(&message));
    let key = SIGNER.public_key();
    let _ = Document::from_ours(Zeroizing::new(text.clone()), &key);
    let Ok(document) = Document::from_text(&text) else { return };
    let written = document.to_text();
    let again = Document::from_text(&written).unwrap();
    // One that is known to be ours is read with less care.
    let ours = Document::from_ours(written.clone(), &key).unwrap();
    for other in [&again, &ours] {
        assert_eq!(written, other.to_text());
        let events = |document: &Document| format!("{:?}", document.events().unwrap());
        assert_eq!(events(&document), events(other));
    }
    let mut count = 0;
    Document::each_version(&written, |_, _| count += 1).unwrap();
    assert_eq!(count, document.keys.values().map(|key| key.versions.len()).sum::<usize>());
});
