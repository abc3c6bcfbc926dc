//! The form of keys: published vectors, the generator's fairness, and that no slip of the keyboard
//! gets past the check.

#![expect(clippy::unwrap_used, reason = "helpers of a test may fail like a test")]

use std::cell::{Cell, RefCell};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use keyctl::clock::Time;
use keyctl::environment::{Code, EnvironmentName, Policy, Profile, Template};
use keyctl::key::Digest;
use keyctl::key::generate::{NoRandomness, Random, System, Tags, folded_tag, generate, tag_of};
use keyctl::key::token::{BASE62, Form, Malformed, Shape, base62, check_of, inspect};
use keyctl::secret::Secret;
use proptest::prelude::*;

const VECTORS: &str = include_str!("vectors/key_format.txt");

/// The vectors of one kind, split into their fields.
fn vectors(kind: &str) -> Vec<Vec<&'static str>> {
    let lines = VECTORS.lines().filter(|line| !line.starts_with('#'));
    let fields = lines.map(|line| line.split_whitespace().collect::<Vec<_>>());
    let wanted: Vec<_> = fields.filter(|fields| fields.first() == Some(&kind)).collect();
    assert!(!wanted.is_empty(), "no vectors of the kind {kind}");
    wanted
}

/// `SplitMix64` (Steele, Lea and Flood 2014): one seed, always the same bytes.
struct Seeded(Cell<u64>);

impl Seeded {
    fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.0.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        for chunk in bytes.chunks_mut(8) {
            let next = self.next().to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
        Ok(())
    }
}

/// Serves the bytes it was given, then zeros.
struct Served(RefCell<std::vec::IntoIter<u8>>);

impl Served {
    fn new(bytes: Vec<u8>) -> Self {
        Self(RefCell::new(bytes.into_iter()))
    }
}

impl Random for Served {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        let mut served = self.0.borrow_mut();
        bytes.fill_with(|| served.next().unwrap_or(0));
        Ok(())
    }
}

/// A generator that is out of order.
struct Broken;

impl Random for Broken {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness)
    }
}

/// Nothing but random characters, so that the sampler alone is seen.
fn bare(random: usize) -> Form {
    Form { head: String::new(), tagged: false, random, tail: String::new() }
}

fn form(profile: &str, environment: &str) -> Form {
    let name: EnvironmentName = environment.parse().unwrap();
    let mut policy = Policy::new(Code::from_name(&name));
    policy.profile = profile.parse().unwrap();
    Form::new(&name, &policy, "2026-01-01T00:00:00Z".parse().unwrap())
}

fn key(random: &dyn Random, form: &Form) -> String {
    generate(random, form, &Tags::default()).unwrap().expose().to_owned()
}

#[test]
fn numbers_are_written_in_six_base62_digits() {
    for fields in vectors("number") {
        let value = u64::from_str_radix(fields[1], 16).unwrap();
        assert_eq!(base62::<6>(value), fields[2].as_bytes());
    }
}

#[test]
fn checks_are_those_that_others_compute() {
    for fields in vectors("check") {
        assert_eq!(check_of(fields[1]), fields[2].as_bytes());
    }
}

#[test]
fn the_sampler_takes_bytes_below_248_modulo_62_and_drops_the_rest() {
    for fields in vectors("sample") {
        let mut bytes = Vec::new();
        for part in fields[1].split(',') {
            let (first, last) = part.split_once("..").unwrap_or((part, part));
            let byte = |text| u8::from_str_radix(text, 16).unwrap();
            bytes.extend(byte(first)..=byte(last));
        }
        let made = key(&Served::new(bytes), &bare(fields[2].len()));
        assert_eq!(
            made.strip_suffix(std::str::from_utf8(&check_of(fields[2])).unwrap()),
            Some(fields[2])
        );
    }
}

#[test]
fn all_byte_values_together_give_each_character_four_times() {
    let made = key(&Served::new((0..=255).collect()), &bare(248));
    let mut counts = [0; 128];
    made.bytes().take(248).for_each(|byte| counts[usize::from(byte)] += 1);
    for symbol in BASE62 {
        assert_eq!(counts[usize::from(*symbol)], 4, "{}", char::from(*symbol));
    }
}

#[test]
fn without_randomness_there_is_no_key() {
    assert!(generate(&Broken, &form("sk", "prod"), &Tags::default()).is_err());
}

#[test]
fn published_keys_are_well_formed_and_their_form_is_told() {
    for fields in vectors("key") {
        let text = format!("{}{}", fields[3], fields[4]);
        let shape = match fields[1].split_once(':').unwrap_or((fields[1], "")) {
            ("sk", code) => Shape::Sk(code.parse().unwrap()),
            ("gateway", name) => Shape::Gateway(name.parse().unwrap()),
            ("permas", "") => Shape::Permas,
            ("heare", "") => Shape::Heare,
            other => panic!("no such form: {other:?}"),
        };
        assert_eq!(inspect(&text, &[]), Ok(shape), "{text}");
        assert_eq!(text.len(), fields[2].parse::<usize>().unwrap(), "{text}");
    }
}

#[test]
fn each_fault_is_told_by_its_class() {
    for fields in vectors("fault") {
        let fault = match fields[1].split_once(':').unwrap_or((fields[1], "")) {
            ("check", "") => Malformed::Check,
            ("range", "") => Malformed::CheckRange,
            ("length", lengths) => {
                let (has, wants) = lengths.split_once('/').unwrap();
                Malformed::Length { has: has.parse().unwrap(), wants: wants.parse().unwrap() }
            }
            other => panic!("no such fault: {other:?}"),
        };
        assert_eq!(inspect(fields[2], &[]), Err(fault), "{}", fields[2]);
    }
}

#[test]
fn digests_and_fingerprints_are_those_of_sha256sum() {
    for fields in vectors("digest") {
        let digest = Digest::of(&Secret::new(format!("{}{}", fields[1], fields[2])));
        assert_eq!(digest.to_string(), fields[3]);
        assert_eq!(digest.fingerprint(), format!("sha256:{}", &fields[3][..12]));
        assert_eq!(fields[3].parse(), Ok(digest));
    }
}

/// Every text that one substitution, swap of neighbours, deletion or insertion makes of `text`.
fn slips(text: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = text.chars().collect();
    let others: Vec<char> = (' '..='~').chain(['\n', '\0', '\u{e9}']).collect();
    let length = characters.len();
    let mut slips = Vec::new();
    for at in 0..=length {
        for other in &others {
            let mut inserted = characters.clone();
            inserted.insert(at, *other);
            slips.push(inserted);
            if at < length {
                let mut substituted = characters.clone();
                substituted[at] = *other;
                slips.push(substituted);
            }
        }
        if at < length {
            let mut deleted = characters.clone();
            deleted.remove(at);
            slips.push(deleted);
        }
        if at + 1 < length {
            let mut swapped = characters.clone();
            swapped.swap(at, at + 1);
            slips.push(swapped);
        }
    }
    slips.into_iter().map(String::from_iter)
}

#[test]
fn no_single_slip_makes_another_good_key() {
    let random = Seeded::new(1);
    let template: Template = "acme-{env}_{rand:32}x{check}".parse().unwrap();
    let code: Code = "prod".parse().unwrap();
    let custom = format!("custom:{template}");
    let forms = [
        ("sk", "prod"),
        ("sk", "p"),
        ("permas-live", "prod"),
        ("gateway", "eu-1"),
        ("heare", "prod"),
        (custom.as_str(), "prod"),
    ];
    for (profile, environment) in forms {
        let text = key(&random, &form(profile, environment));
        let templates = [(&template, &code)];
        assert!(inspect(&text, &templates).is_ok(), "{text}");
        for slip in slips(&text).filter(|slip| *slip != text) {
            assert!(inspect(&slip, &templates).is_err(), "{slip} instead of {text}");
        }
    }
}

/// Calls `each` with every text that one substitution, swap of neighbours, deletion or insertion
/// of a character of keys, or of a space, makes of `text`. It may be `text` itself.
fn slips_in_place(text: &str, mut each: impl FnMut(&str)) {
    let mut bytes = text.as_bytes().to_vec();
    let mut each = |bytes: &[u8]| each(std::str::from_utf8(bytes).unwrap());
    let others: Vec<u8> = BASE62.iter().chain(b"_- ").copied().collect();
    for at in 0..text.len() {
        let own = bytes[at];
        for other in &others {
            bytes[at] = *other;
            each(&bytes);
        }
        bytes[at] = own;
        bytes.remove(at);
        each(&bytes);
        bytes.insert(at, own);
        if at > 0 {
            bytes.swap(at, at - 1);
            each(&bytes);
            bytes.swap(at, at - 1);
        }
    }
    for at in 0..=text.len() {
        bytes.insert(at, b' ');
        for other in &others {
            bytes[at] = *other;
            each(&bytes);
        }
        bytes.remove(at);
    }
}

#[test]
fn no_single_slip_makes_another_good_key_of_a_thousand() {
    let count = 1000;
    let random = Seeded::new(4);
    let form = form("sk", "prod");
    let mut seen = 0_u64;
    for _ in 0..count {
        let text = key(&random, &form);
        slips_in_place(&text, |slip| {
            seen += 1;
            assert!(slip == text || inspect(slip, &[]).is_err(), "{slip} instead of {text}");
        });
    }
    assert_eq!(seen, count * 5_872);
}

#[test]
fn a_cut_off_key_is_never_good() {
    for profile in ["sk", "permas-test", "permas-live", "gateway", "heare"] {
        let text = key(&Seeded::new(2), &form(profile, "prod"));
        for end in 0..text.len() {
            assert!(inspect(&text[..end], &[]).is_err(), "{}", &text[..end]);
            assert!(inspect(&text[end + 1..], &[]).is_err(), "{}", &text[end + 1..]);
        }
    }
}

#[test]
fn a_fitting_check_does_not_save_a_body_of_other_characters() {
    for body in [
        "sk_prod_7Q3FalL0vI7cIdtRkdS2c3714DfAV_",
        "sk_prod_------------------------------",
        "permas_live_tQQx2tVSWXcBHmeu7LfxN_w40f",
        "sk-prod-HPCh28wCnMYH18fwnX05eNsxzk8mr_",
        "sec_0001vb66-hBLoZEctprq4GXQbhRseh0hRdBEZR2yHoCBb4FnqEViwO",
    ] {
        let check = String::from_utf8(check_of(body).to_vec()).unwrap();
        assert!(inspect(&format!("{body}{check}"), &[]).is_err(), "{body}");
    }
}

#[test]
fn a_key_is_known_by_any_template_that_it_fits() {
    let random = Seeded::new(3);
    let texts = [
        "a_{rand:32}{check}",
        "a_{env}_{rand:32}{check}",
        "a_{rand:40}{check}",
        "{rand:25}Z{check}",
    ];
    let templates: Vec<Template> = texts.iter().map(|text| text.parse().unwrap()).collect();
    let code: Code = "prod".parse().unwrap();
    let known: Vec<_> = templates.iter().map(|template| (template, &code)).collect();
    for text in texts {
        let made = key(&random, &form(&format!("custom:{text}"), "prod"));
        assert_eq!(inspect(&made, &known), Ok(Shape::Custom), "{made} of {text}");
    }
    let plain = key(&random, &form("sk", "prod"));
    assert_eq!(inspect(&plain, &known), Ok(Shape::Sk(code.clone())));
}

/// What a crowd of keys shows.
struct Survey {
    /// How often each base62 character stands at each place of the secret part.
    places: Vec<[u64; 62]>,
    /// The beginnings of the secret parts, as numbers.
    beginnings: Vec<u128>,
}

/// Makes `count` keys of the `sk` form, every one of which is proved by `inspect`.
fn survey(random: &dyn Random, count: usize) -> Survey {
    let form = form("sk", "prod");
    let shape = Ok(Shape::Sk("prod".parse().unwrap()));
    let none = Tags::default();
    let mut value_of = [u8::MAX; 128];
    for (value, symbol) in (0..).zip(BASE62) {
        value_of[usize::from(*symbol)] = value;
    }
    let mut survey = Survey { places: vec![[0; 62]; 28], beginnings: Vec::with_capacity(count) };
    for _ in 0..count {
        let key = generate(random, &form, &none).unwrap();
        assert_eq!(inspect(key.expose(), &[]), shape);
        let secret = &key.expose().as_bytes()[form.head.len() + 2..][..28];
        let mut beginning = 0;
        for (at, (place, symbol)) in survey.places.iter_mut().zip(secret).enumerate() {
            let value = value_of[usize::from(*symbol)];
            place[usize::from(value)] += 1;
            // 21 of the 28 characters fit; keys that differ later only would be a fault just as well.
            if at < 21 {
                beginning = beginning * 62 + u128::from(value);
            }
        }
        survey.beginnings.push(beginning);
    }
    survey
}

/// Whether `count` of `total` draws lies within `sigmas` standard deviations of one in 62.
fn is_fair(count: u64, total: u64, sigmas: u64) -> bool {
    let off = (count * 62).abs_diff(total);
    u128::from(off).pow(2) <= u128::from(sigmas * sigmas * 61) * u128::from(total)
}

fn assert_fair(mut survey: Survey, sigmas: u64) {
    let count = survey.beginnings.len() as u64;
    for value in 0..62 {
        let symbol = char::from(BASE62[value]);
        let times = survey.places.iter().map(|place| place[value]).sum();
        assert!(
            is_fair(times, 28 * count, sigmas),
            "{symbol} stands {times} times in {count} keys"
        );
        for (at, place) in survey.places.iter().enumerate() {
            let times = place[value];
            // 1,736 looks instead of 62: one more sigma for the same odds of a false alarm.
            assert!(is_fair(times, count, sigmas + 1), "{symbol} stands {times} times at {at}");
        }
    }
    survey.beginnings.sort_unstable();
    assert!(survey.beginnings.windows(2).all(|pair| pair[0] != pair[1]), "two keys are alike");
}

#[test]
fn a_million_keys_of_a_seeded_generator_are_good_fair_and_all_different() {
    let start = Instant::now();
    assert_fair(survey(&Seeded::new(20_261_122), 1_000_000), 5);
    println!("{:.1} s", start.elapsed().as_secs_f32());
}

/// Six sigmas: this one draws anew each time, and five would fail once in 28,000 runs.
#[test]
fn a_quarter_of_a_million_keys_of_the_system_are_good_fair_and_all_different() {
    let start = Instant::now();
    assert_fair(survey(&System::default(), 250_000), 6);
    println!("{:.1} s", start.elapsed().as_secs_f32());
}

#[test]
fn a_biased_generator_is_found_out() {
    /// Without dropping bytes from 248 on, `0` to `7` come 5 times in 256 instead of 4.13.
    struct Folded(Seeded);
    impl Random for Folded {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
            self.0.fill(bytes)?;
            for byte in bytes {
                *byte %= 248;
            }
            Ok(())
        }
    }
    let survey = survey(&Folded(Seeded::new(4)), 20_000);
    let zeros = survey.places.iter().map(|place| place[0]).sum();
    assert!(!is_fair(zeros, 28 * 20_000, 6));
}

#[test]
fn tags_differ_however_they_are_read_aloud() {
    let form = form("sk", "prod");
    for random in [&Seeded::new(5) as &dyn Random, &System::default()] {
        let mut taken = Tags::default();
        for _ in 0..300 {
            let secret = generate(random, &form, &taken).unwrap();
            let tag = tag_of(&form, secret.expose()).unwrap();
            assert_eq!(Some(tag), folded_tag(&secret.expose()[form.head.len()..]));
            assert!(taken.insert(tag), "the tag {tag:?} came twice");
        }
    }
    for (tag, folded) in [("O0", "oo"), ("1l", "ii"), ("Li", "ii"), ("aB", "ab"), ("Zz", "zz")] {
        assert_eq!(folded_tag(tag).unwrap(), folded.as_bytes());
    }
}

#[test]
fn a_tag_takes_nothing_from_the_secret() {
    // The same bytes after another tag give the same secret: the two are drawn apart.
    let tagged = |first: u8| {
        let mut bytes = vec![first; 64];
        bytes.extend(0..=63);
        key(&Served::new(bytes), &form("sk", "prod"))
    };
    let (one, other) = (tagged(1), tagged(2));
    assert_ne!(one[8..10], other[8..10]);
    assert_eq!(one[10..38], other[10..38]);
}

#[test]
fn when_every_tag_is_taken_a_key_is_still_made() {
    let symbols = || BASE62.iter().copied().map(char::from);
    let all = symbols()
        .flat_map(|a| symbols().filter_map(move |b| folded_tag(&String::from_iter([a, b]))));
    let mut taken = Tags::default();
    taken.extend(all);
    let made = generate(&Seeded::new(6), &form("sk", "prod"), &taken).unwrap();
    assert!(inspect(made.expose(), &[]).is_ok());
}

/// Templates of all kinds, most of which are valid.
fn template() -> impl Strategy<Value = Template> {
    let text = (
        "([A-Za-z0-9][A-Za-z0-9_-]{0,12})?",
        "|\\{env\\}|\\{env\\}[_-]",
        22..=90_usize,
        "[A-Za-z0-9_-]{0,8}",
    )
        .prop_map(|(head, env, random, tail)| {
            format!("{head}{env}{{rand:{random}}}{tail}{{check}}")
        });
    text.prop_filter_map("not a template", |text| text.parse().ok())
}

fn profile() -> impl Strategy<Value = Profile> {
    prop_oneof![
        Just(Profile::Sk),
        Just(Profile::PermasTest),
        Just(Profile::PermasLive),
        Just(Profile::Gateway),
        Just(Profile::Heare),
        template().prop_map(Profile::Custom),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn whatever_is_made_is_good_and_of_its_form(
        profile in profile(),
        name in "[a-z][a-z0-9]{0,11}(-[a-z0-9]{1,9}){0,2}",
        code in proptest::option::of("[a-z][a-z0-9]{0,15}"),
        seconds in 0..253_402_207_200_i64,
        seed: u64,
    ) {
        let name: EnvironmentName = name.parse().unwrap();
        let code = code.map_or_else(|| Code::from_name(&name), |code| code.parse().unwrap());
        let policy = Policy { profile: profile.clone(), ..Policy::new(code.clone()) };
        let form = Form::new(&name, &policy, Time::from_unix(seconds).unwrap());
        let made = generate(&Seeded::new(seed), &form, &Tags::default()).unwrap();
        let text = made.expose();

        prop_assert_eq!(text.len(), form.length());
        prop_assert!((16..=128).contains(&text.len()), "{}", text);
        prop_assert!(text.starts_with(|c: char| c.is_ascii_alphanumeric()), "{}", text);
        prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)), "{}", text);
        let random = text[form.head.len()..].get(..form.random).unwrap();
        prop_assert!(random.bytes().all(|byte| BASE62.contains(&byte)), "{}", text);

        let templates = match &profile {
            Profile::Custom(template) => vec![(template, &code)],
            _ => Vec::new(),
        };
        let shape = match profile {
            Profile::Sk => Shape::Sk(code.clone()),
            Profile::PermasTest | Profile::PermasLive => Shape::Permas,
            Profile::Gateway => Shape::Gateway(name),
            Profile::Heare => Shape::Heare,
            Profile::Custom(_) => Shape::Custom,
        };
        prop_assert_eq!(inspect(text, &templates), Ok(shape), "{}", text);
    }

    #[test]
    fn any_text_at_all_is_judged_without_a_panic(text in "\\PC{0,80}|sk[_-][a-z_-]{0,9}[!-~]{0,60}") {
        let template: Template = "{rand:22}{check}".parse().unwrap();
        let code: Code = "p".parse().unwrap();
        let _ = inspect(&text, &[]);
        let _ = inspect(&text, &[(&template, &code)]);
    }
}

/// The rules as another program reads them: `tests/vectors/check_key.py` must agree on every text.
#[test]
fn a_script_written_from_the_documentation_agrees() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 is not on PATH");
        return;
    }
    let random = Seeded::new(7);
    let mut texts: Vec<String> =
        vectors("key").iter().map(|f| format!("{}{}", f[3], f[4])).collect();
    texts.extend(vectors("fault").iter().map(|fields| fields[2].to_owned()));
    for environment in ["prod", "p", "eu-central-1-production", "dev"] {
        texts.extend((0..250).map(|_| key(&random, &form("sk", environment))));
    }
    let slipped: Vec<String> = texts.iter().step_by(100).flat_map(|text| slips(text)).collect();
    texts.extend(slipped.into_iter().filter(|text| !text.contains('\n')));
    // A fitting check alone is not enough.
    for body in [
        "sk_prod_",
        "sk_prod_7Q",
        "sk__",
        "sk_P_",
        "sk_1_",
        "sk-prod-",
        "sk_prod__",
        "sk_abcdefghijklmnopq_",
    ] {
        for filler in ["0", "_", "-"] {
            for missing in 28..=30 {
                let body = format!("{body}{}", filler.repeat(missing));
                texts.push(format!("{body}{}", String::from_utf8_lossy(&check_of(&body))));
            }
        }
    }

    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/check_key.py");
    let mut child = Command::new("python3")
        .args(["-X", "utf8", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines = texts.join("\n");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());

    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), texts.len());
    for (text, answer) in texts.iter().zip(answers.lines()) {
        let good = matches!(inspect(text, &[]), Ok(Shape::Sk(_)));
        assert_eq!(answer, if good { "good" } else { "bad" }, "{text}");
    }
    assert!(answers.lines().filter(|answer| *answer == "good").count() > 1_000);
}
