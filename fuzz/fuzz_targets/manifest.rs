//! Manifests: as they come, and signed by a key that is trusted, where both readers must agree.
#![no_main]

use std::sync::LazyLock;

use keyctl::clock::Time;
use keyctl::key::generate::System;
use keyctl::vault::index::Index;
use keyctl::vault::manifest::{Proven, read_unproven};
use keyctl::vault::signer::{PublicKey, Signer};
use libfuzzer_sys::fuzz_target;

static SIGNER: LazyLock<Signer> = LazyLock::new(|| Signer::generate(&System::default()).unwrap());

const HEADER: &str = r#"{"type":"keyctl-manifest","v":1,"environment":"prod","id":"1","generation":1,"sealed":"m","issued":"2026-11-22T16:00:00Z","policy":{"code":"prod","profile":"sk","grace":"7d","purge_after":"30d"},"recipients":[]}"#;

fuzz_target!(|data: &[u8]| {
    let now: Time = "2026-11-22T16:00:00Z".parse().unwrap();
    let keys = [SIGNER.public_key()];
    let _ = read_unproven(data);
    let _ = std::str::from_utf8(data).map(PublicKey::from_file);
    assert!(Proven::open(data.to_vec(), &keys, now).is_err(), "nobody signed it");
    // The first byte says whether the header is the fuzzer's too.
    let Some((first, rest)) = data.split_first() else { return };
    let header = if first % 2 == 0 { &[HEADER.as_bytes(), b"\n"].concat()[..] } else { b"" };
    let message = [header, rest].concat();
    let head = b"untrusted comment: verify with it\n";
    let signature = format!("{}\n", SIGNER.sign(&message));
    let file = [&head[..], signature.as_bytes(), &message].concat();
    let open = || Proven::open(file.clone(), &keys, now);
    let (Ok(whole), Ok(mut index)) = (open().and_then(Proven::read), open().and_then(Index::new))
    else {
        return;
    };
    for _ in ["as it is", "ready for many lookups"] {
        for key in whole.keys.values() {
            for version in &key.versions {
                let Some(digest) = version.digest else { continue };
                let found = index.key(index.find(&digest).unwrap()).unwrap();
                assert_eq!(found.name, key.name);
                assert_eq!(format!("{:?}", found.versions), format!("{:?}", [version]));
            }
        }
        index.shelve();
    }
});
