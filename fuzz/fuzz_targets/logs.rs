//! Logs that are read as evidence: of every service, compressed or not, and by a pattern. However a
//! log comes, it tells the same.
#![no_main]

use std::collections::BTreeSet;
use std::io::{self, Read, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use keyctl::clock::{Period, Time};
use keyctl::environment::EnvironmentName;
use keyctl::evidence::{Candidate, Collector, Evidence, Pattern, Question, Verdict};
use keyctl::key::{Digest, KeyName};
use keyctl::secret::Secret;
use libfuzzer_sys::fuzz_target;

/// Gives parts of different lengths.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = self.1 * 5 % 251 + 1;
        let count = buffer.len().min(self.1);
        self.0.read(&mut buffer[..count])
    }
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(data).unwrap();
    packed.finish().unwrap()
}

fuzz_target!(|data: &[u8]| {
    let environment: EnvironmentName = "prod".parse().unwrap();
    let key: KeyName = "web".parse().unwrap();
    let secrets = ["sk_p_7Qaaaaaaaaaaaaaaaa", "sk_p_8Raaaaaaaaaaaaaaaa"];
    let secrets = secrets.map(|text| Secret::new(text.to_owned()));
    let digests = [0, 1].map(|at: usize| Digest::of(&secrets[at]));
    let candidate = |at: usize| Candidate {
        key: &key,
        version: u32::try_from(at).unwrap() + 1,
        digest: Some(&digests[at]),
        secret: Some(&secrets[at]),
    };
    let now: Time = "2026-11-22T16:00:00Z".parse().unwrap();
    let question = Question {
        environment: &environment,
        old: candidate(0),
        new: candidate(1),
        others: &[],
        now,
        since: now.before(Period::days(3)),
        quiet_for: Some(Period::days(1)),
        zone: Some("+01:00".parse().unwrap()),
        expected: 2,
        earlier: &BTreeSet::new(),
    };
    let told = |source: &mut dyn Read, pattern: Option<Pattern>| -> Evidence {
        let mut collector = Collector::new(question.clone(), pattern);
        collector.read("log", source).unwrap();
        collector.finish()
    };
    let text = String::from_utf8_lossy(data);
    let first = text.lines().next().unwrap_or_default();
    let pattern = Pattern::new(first).ok();
    for pattern in [None, pattern.clone()].into_iter().take(1 + usize::from(pattern.is_some())) {
        let evidence = told(&mut &*data, pattern.clone());
        let source = &evidence.sources[0];
        assert_eq!(source.lines, source.recognised + source.unrecognised);
        assert!(source.overlong <= source.unrecognised && source.first <= source.last);
        let is_gzip = data.starts_with(&[0x1f, 0x8b]);
        assert!(is_gzip || source.bytes == data.len() as u64);
        // One of several, as each takes as long as all else.
        match data.len() % 3 {
            0 => {
                let other = told(&mut Trickle(data, data.len()), pattern);
                // How much comes out before the damage differs.
                assert!(evidence == other || source.cut && other.sources[0].cut);
            }
            1 if !is_gzip => assert_eq!(evidence, told(&mut &*packed(data), pattern)),
            2 if !is_gzip => {
                // Of a damaged one, no more than the lines before the damage.
                let packed = packed(data);
                let cut = told(&mut &packed[..packed.len() - 1], pattern);
                assert!(cut.sources[0].cut && cut.sources[0].lines <= source.lines);
            }
            _ => {}
        }
        for of in [Verdict::of_old, Verdict::of_load, Verdict::of_stragglers] {
            match of(&evidence) {
                Verdict::NotProvable(reasons) => {
                    assert!(!reasons.is_empty());
                    assert!(reasons.iter().all(|reason| !reason.to_string().is_empty()));
                }
                Verdict::Pass(_) => assert!(source.recognised > 0 && !source.cut),
                Verdict::Fail(_) => assert!(source.recognised > 0),
            }
        }
    }
});
