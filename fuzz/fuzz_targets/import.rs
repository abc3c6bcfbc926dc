//! Importers: the first byte chooses one, which reads the rest. A secret is found once, and as it
//! stands there.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use keyctl::clock::Zone;
use keyctl::export::heare::MARK;
use keyctl::export::{Dialect, fernet};
use keyctl::import::{Format, Settings};
use keyctl::key::Digest;
use keyctl::secret::Secret;
use libfuzzer_sys::fuzz_target;

static STORAGE: LazyLock<fernet::Key> =
    LazyLock::new(|| fernet::Key::of(&Secret::new("storage".to_owned())).unwrap());

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let format = Format::ALL[usize::from(*first) % Format::ALL.len()];
    let _ = Format::guess(bytes);
    let dialect = match first / 8 % 3 {
        0 => None,
        1 => Some(Dialect::Basic),
        _ => Some(Dialect::Extended(Zone::default())),
    };
    let settings = Settings { dialect, storage: Some(STORAGE.clone()) };
    let reading = format.read(bytes, &settings);
    let digests = reading.found.iter().map(|found| Digest::of(&found.secret));
    assert_eq!(digests.collect::<BTreeSet<_>>().len(), reading.found.len());
    assert!(!reading.found.is_empty() || !reading.faults.is_empty());
    assert!(reading.faults.is_sorted_by_key(|fault| fault.place));
    for fault in &reading.faults {
        assert!(!fault.what.to_string().is_empty());
    }
    // These know no escapes.
    let is_plain =
        matches!(format, Format::List | Format::EnvFile | Format::KeyFile | Format::Gateway);
    if is_plain && let Ok(text) = std::str::from_utf8(bytes) {
        for found in &reading.found {
            assert!(text.contains(found.secret.expose()), "{:?}", found.place);
        }
    }
    // An encrypted file is read as what it holds.
    if format == Format::Heare && !bytes.starts_with(MARK) {
        let now = "2026-11-22T16:00:00Z".parse().unwrap();
        let token = STORAGE.seal(bytes, now, &[7; 16]).unwrap();
        let sealed = format.read(&[MARK, token.as_bytes()].concat(), &settings);
        assert_eq!(format!("{reading:?}"), format!("{sealed:?}"));
        assert!(format.read(&[MARK, bytes].concat(), &settings).found.is_empty());
    }
});
