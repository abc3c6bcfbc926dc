//! `check`: hand-made broken artifacts, and the name of each fault.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use common::Place;

/// The secrets that the artifacts are made of.
struct Secrets {
    place: Place,
    /// Accepted in prod.
    web: String,
    batch: String,
    retired: String,
    revoked: String,
    dev: String,
}

impl Secrets {
    fn new() -> Self {
        let place = Place::ready();
        for key in ["prod/web", "prod/batch", "prod/gone", "dev/app"] {
            place.ok(format!("new {key} --no-show --yes").as_str());
        }
        let [batch, dev] = ["prod/batch", "dev/app"].map(|key| place.secret(key, 1));
        let (retired, revoked) = (place.secret("prod/web", 1), place.secret("prod/gone", 1));
        place.ok("revoke prod/gone@1 --reason test --yes");
        place.ok("rotate add prod/web");
        place.ok("rotate migrate prod/web --yes");
        place.ok("rotate remove prod/web --yes");
        let web = place.secret("prod/web", 2);
        Self { place, web, batch, retired, revoked, dev }
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{a}", r#"{"id":"a","secret":"{web}","name":"a"}"#)
            .replace("{b}", r#"{"id":"b","secret":"{batch}","name":"b"}"#)
            .replace("{web}", &self.web)
            .replace("{batch}", &self.batch)
            .replace("{retired}", &self.retired)
            .replace("{revoked}", &self.revoked)
            .replace("{dev}", &self.dev)
            .replace("{cut}", &self.web[..self.web.len() - 1])
            .replace("{typo}", &self.web.replacen("sk_prod_", "sk_prod_x", 1))
    }

    /// The faults of an artifact, each as `AT STATUS: WHY`.
    fn faults(&self, options: &str, bytes: &[u8]) -> Vec<String> {
        let file = self.place.write("artifact", bytes);
        let words = format!("check {file} --env prod --format {options} --json");
        let ended = self.place.run(words.as_str());
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let keys = report["artifacts"][0]["keys"].as_array().unwrap();
        let is_fault =
            |key: &&serde_json::Value| key["status"] != "ok" && key["status"] != "foreign";
        let faults = keys.iter().filter(is_fault).map(|key| {
            let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
            let (status, why, name) = (text("status"), text("why"), text("key"));
            match key["at"].as_u64() {
                Some(at) => format!("{at} {status}: {why}"),
                None => format!("{status}: {name}"),
            }
        });
        let faults: Vec<_> = faults.collect();
        assert_eq!(ended.code, if faults.is_empty() { 0 } else { 3 }, "{ended}");
        for secret in [&self.web, &self.batch, &self.retired, &self.revoked, &self.dev] {
            assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret), "{ended}");
        }
        faults
    }

    /// Each artifact must have just the faults that begin so.
    #[track_caller]
    fn assert_faults(&self, options: &str, text: &[u8], wanted: &[&str]) {
        let faults = self.faults(options, text);
        let is_named = |(fault, wanted): (&String, &&str)| fault.starts_with(wanted);
        let all = faults.len() == wanted.len() && faults.iter().zip(wanted).all(is_named);
        let text = String::from_utf8_lossy(text);
        assert!(all, "{options}\n{text}\nhas {faults:#?}\nnot {wanted:#?}");
    }
}

const NO_WEB: &str = "missing: prod/web@2";
const NO_BATCH: &str = "missing: prod/batch@1";

/// Format and options, an artifact, and its faults in their order.
type Case = (&'static str, &'static str, &'static [&'static str]);

const GOOD: &[Case] = &[
    ("docker", "{web}\n{batch}\n", &[]),
    ("docker", "# keys\n\n  {web}  \r\n{batch}", &[]),
    ("list", "{web},{batch}", &[]),
    ("list", " {web} , {batch} ,", &[]),
    ("docker-env", "KEYS={web},{batch}\n", &[]),
    ("docker-env", "KEYS={web}\nOTHER={batch}\n", &[]),
    ("dotenv", "export KEYS=\"{web},{batch}\" # both\n", &[]),
    ("gateway", "web:{web}\nbatch:{batch}:60\n", &[]),
    ("k8s", "kind: Secret\nstringData:\n  KEYS: \"{web},{batch}\"\n", &[]),
    ("heare", r#"{"keys":[{a},{b},{"id":"x","secret":"not-ours","name":"x"}]}"#, &[]),
    ("docker --client", "{web}\n", &[]),
    ("docker-env --client", "WEB={web}\nBATCH={batch}\n", &[]),
];

const BROKEN: &[Case] = &[
    // What is in it.
    ("docker", "{batch}\n", &[NO_WEB]),
    ("docker", "{web}\n{batch}\n{retired}\n", &["3 stale: it is retired"]),
    ("docker", "{web}\n{revoked}\n{batch}\n", &["2 revoked: it was revoked"]),
    ("docker", "{web}\n{batch}\n{dev}\n", &["3 wrong environment: it is a key of dev"]),
    ("docker", "{web}\n{batch}\nsomebody-elses-key-1234\n", &["3 unknown: no key of this vault"]),
    ("docker", "{web}\n{batch}\n{web}\n", &["3 duplicate: the same key as at 1"]),
    ("docker", "{cut}\n{batch}\n", &["1 malformed: ", NO_WEB]),
    ("docker", "{typo}\n{batch}\n", &["1 malformed: ", NO_WEB]),
    ("docker", "{retired}\n{dev}\n", &["1 stale", "2 wrong environment", NO_BATCH, NO_WEB]),
    // How a key file is written.
    ("docker", "\u{feff}{web}\n{batch}\n", &["1 unreadable: a byte-order mark", NO_WEB]),
    ("docker", "{web},{batch}\n", &["1 unreadable: a comma", NO_BATCH, NO_WEB]),
    ("docker", "{web} # old\n{batch}\n", &["1 unreadable: something behind the key", NO_WEB]),
    ("docker", "{web} {batch}\n", &["1 unreadable: something behind", NO_BATCH, NO_WEB]),
    ("docker", "\"{web}\"\n{batch}\n", &["1 unreadable: quotes", NO_WEB]),
    ("docker", "'{web}'\n{batch}\n", &["1 unreadable: quotes", NO_WEB]),
    ("docker", "{web}\u{e9}\n{batch}\n", &["1 unreadable: a character", NO_WEB]),
    ("docker", "{web}\u{200b}\n{batch}\n", &["1 unreadable: a character", NO_WEB]),
    ("docker", "", &["0 unreadable: no key", NO_BATCH, NO_WEB]),
    ("docker", "# {web}\n# {batch}\n", &["0 unreadable: no key", NO_BATCH, NO_WEB]),
    ("docker", "KEYS={web},{batch}\n", &["1 unreadable: a comma", NO_BATCH, NO_WEB]),
    ("docker", "web:{web}\n{batch}\n", &["1 malformed: ", NO_WEB]),
    // A comma list.
    ("list", "{web}", &[NO_BATCH]),
    (
        "list",
        "\"{web},{batch}\"",
        &["1 unreadable: quotes", "2 unreadable: quotes", NO_BATCH, NO_WEB],
    ),
    ("list", "{web};{batch}", &["1 malformed", NO_BATCH, NO_WEB]),
    ("list", "{web} {batch}", &["1 unreadable: something behind", NO_BATCH, NO_WEB]),
    ("list", "#{web},{batch}", &["1 malformed", NO_WEB]),
    ("list", "{web},{batch},{web}", &["3 duplicate: the same key as at 1"]),
    ("list", "{web},{batch},{revoked}", &["3 revoked"]),
    ("list", ",,", &["0 unreadable: no key", NO_BATCH, NO_WEB]),
    // Variables.
    (
        "docker-env",
        "KEYS=\"{web},{batch}\"\n",
        &["1 unreadable: quotes", "1 unreadable: quotes", NO_BATCH, NO_WEB],
    ),
    (
        "docker-env",
        "export KEYS={web},{batch}\n",
        &["0 unreadable: no key", "1 unreadable: the line is skipped", NO_BATCH, NO_WEB],
    ),
    (
        "docker-env",
        "KEYS\n",
        &[
            "0 unreadable: no key",
            "1 unreadable: the line is skipped: there is no =",
            NO_BATCH,
            NO_WEB,
        ],
    ),
    (
        "docker-env",
        "KEYS={web},{batch}\nX={web}\nKEYS={batch}\n",
        &["1 unreadable: the line is skipped: a later line sets the same variable"],
    ),
    (
        "docker-env",
        "KEYS={web}\nKEYS={batch}\n",
        &["1 unreadable: the line is skipped: a later line sets the same variable", NO_WEB],
    ),
    (
        "dotenv",
        "KEYS='{web}'\nKEYS='{batch}'\n",
        &["1 unreadable: the line is skipped: a later line sets the same variable", NO_WEB],
    ),
    (
        "dotenv",
        "KEYS='{web}\nX={batch}\n",
        &["1 unreadable: the line is skipped: a quote is not closed", NO_WEB],
    ),
    (
        "dotenv",
        "KEYS={web},{batch}\nMY_KEY=$HOME-sweet-home\n",
        &["2 unreadable: a $ that some consumers"],
    ),
    // A gateway's lines.
    ("gateway", "web:{web}\n{batch}\n", &["2 unreadable: the line is skipped: no colon", NO_BATCH]),
    (
        "gateway",
        "web:{web} # old\nbatch:{batch}\n",
        &["1 unreadable: the line is skipped: its key has more than", NO_WEB],
    ),
    (
        "gateway",
        "w.b:{web}\nbatch:{batch}\n",
        &["1 unreadable: the line is skipped: its id has more than", NO_WEB],
    ),
    ("gateway", "web:{web}\nbatch:{batch}\nagain:{web}\n", &["3 duplicate: the same key as at 1"]),
    (
        "gateway",
        "web:{web}\nweb:{batch}\n",
        &["2 unreadable: the same name as at 1, for another key"],
    ),
    ("gateway", "web:{web}\nbatch:{batch}\nold:{retired}\n", &["3 stale: it is retired"]),
    ("gateway", "web:{web}::2020-01-01\nbatch:{batch}\n", &["1 stale: it expired at"]),
    (
        "gateway",
        "web:{web}::2099-01-01T00:00:00Z\nbatch:{batch}\n",
        &["1 unreadable: each use of the key fails: its expiry has a zone"],
    ),
    (
        "gateway",
        "web:{web}:0\nbatch:{batch}\n",
        &["1 unreadable: the line is skipped: its rate limit", NO_WEB],
    ),
    (
        "gateway --dialect basic",
        "web:{web}:60\nbatch:{batch}\n",
        &["1 unreadable: the line is skipped: its key has more than", NO_WEB],
    ),
    // Secrets, JSON.
    (
        "k8s",
        "kind: Secret\ndata:\n  KEYS: {web}\n",
        &["0 unreadable: no key", "3 unreadable: a value in data is not", NO_BATCH, NO_WEB],
    ),
    (
        "k8s",
        "kind: Secret\nstringData:\n  KEYS: {web}\n  KEYS: {batch}\n",
        &["4 unreadable: ", NO_BATCH, NO_WEB],
    ),
    (
        "k8s",
        "kind: Secret\nstringData:\n  keys.txt: \"{web},{batch}\"\n",
        &["3 unreadable: a comma", NO_BATCH, NO_WEB],
    ),
    (
        "k8s",
        "kind: ConfigMap\n",
        &["0 unreadable: there is no Kubernetes Secret in it", NO_BATCH, NO_WEB],
    ),
    (
        "heare",
        r#"{"keys":[{a},{"id":"b","secret":"{batch}"}]}"#,
        &["2 unreadable: each use of the key fails: it has no name"],
    ),
    (
        "heare",
        r#"{"keys":[{a},{"id":"b","secret":"{batch}","name":"b","expires_at":"2099-01-01"}]}"#,
        &["2 unreadable: each use of the key fails: its expiry has no zone"],
    ),
    ("heare", r#"{"keys":[{a},{b},{"name":"b"}]}"#, &["0 unreadable: ", NO_BATCH, NO_WEB]),
    (
        "json",
        r#"{"schema":"keyctl.export/2"}"#,
        &["0 unreadable: a newer keyctl", NO_BATCH, NO_WEB],
    ),
    // What clients send.
    ("docker --client", "{web}\n{batch}\n", &["2 several: a client sends one key"]),
    ("list --client", "{web},{batch}", &["2 several: a client sends one key, and one stands at 1"]),
    ("docker-env --client", "KEY={web},{batch}\n", &["1 several: a client sends one key"]),
    ("docker --client", "{retired}\n", &["1 stale"]),
];

#[test]
fn each_fault_of_a_broken_artifact_is_named() {
    let secrets = Secrets::new();
    assert!(BROKEN.len() >= 40);
    for (options, text, faults) in GOOD.iter().chain(BROKEN) {
        secrets.assert_faults(options, secrets.fill(text).as_bytes(), faults);
    }
    let latin = [secrets.web.as_bytes(), b"\xe9\n"].concat();
    let faults = ["0 unreadable: not UTF-8 text", NO_BATCH, NO_WEB];
    secrets.assert_faults("docker", &latin, &faults);
}

#[test]
fn keys_of_others_in_a_shared_file_are_told_and_no_fault() {
    let secrets = Secrets::new();
    let text = r#"{"keys":[{a},{"id":"x","secret":"not-ours","name":"x"},{b}]}"#;
    let file = secrets.place.write("keys.json", secrets.fill(text));
    let ended = secrets.place.run(format!("check {file} --env prod").as_str());
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{ended}");
    let says = "as it should be, 2 keys, beside a key of others, which an export keeps";
    assert!(ended.stderr.contains(says), "{ended}");
    let report = secrets.place.json(format!("check {file} --env prod").as_str());
    assert_eq!(report["artifacts"][0]["keys"][1]["status"], "foreign");
}

#[test]
fn settings_of_a_format_are_for_that_format() {
    let secrets = Secrets::new();
    let file = secrets.place.write("keys", secrets.fill("{web}\n{batch}\n"));
    for (options, says) in [
        ("--dialect basic", "--dialect is for gateway, and this is read as docker"),
        ("-F gateway --storage-secret-file x", "--storage-secret-file is for heare"),
        ("-F gateway --dialect basic --expiry-zone UTC", "only the extended dialect"),
    ] {
        secrets.place.refuses(2, format!("check {file} --env prod {options}").as_str(), &[says]);
    }
    // Its own clocks say when a key ends.
    let text = secrets.fill("web:{web}::2026-11-22T16:30\nbatch:{batch}\n");
    assert_eq!(secrets.faults("gateway", text.as_bytes()), [""; 0]);
    secrets.assert_faults(
        "gateway --expiry-zone +02:00",
        text.as_bytes(),
        &["1 stale: it expired"],
    );
}

#[test]
fn what_a_file_was_taken_for_is_said() {
    let secrets = Secrets::new();
    let file = secrets.place.write("keys.env", secrets.fill("KEYS=\"{web},{batch}\"\n"));
    let guessed = secrets.place.run(format!("check {file} --env prod").as_str());
    assert_eq!(guessed.code, 0, "{guessed}");
    for part in ["(read as dotenv)", "docker run takes its quotes", "--format docker-env"] {
        assert!(guessed.stderr.contains(part), "{guessed}");
    }
    let named = secrets.place.run(format!("check {file} --env prod -F dotenv").as_str());
    assert!(!named.stderr.contains("read as"), "{named}");
}

#[test]
fn a_variable_and_standard_input_are_checked_too() {
    let secrets = Secrets::new();
    let list = secrets.fill("{web},{batch}");
    let call = secrets.place.call("check --from-env KEYS --env prod");
    assert_eq!(call.env("KEYS", &list).run().code, 0);
    let call = secrets.place.call("check - --env prod").stdin(secrets.fill("{web}\n{batch}\n"));
    assert_eq!(call.run().code, 0);
    let client = secrets.place.write("client", secrets.fill("{web}\n"));
    assert_eq!(secrets.place.run(format!("check {client} --env prod --client").as_str()).code, 0);
    let told = secrets.place.run(format!("check {client} --env prod").as_str());
    assert_eq!(told.code, 3);
    assert!(told.stdout.contains("prod/batch@1"), "{told}");
    for (words, code) in [
        ("check --env prod", 2),
        ("check /no/such/file --env prod", 1),
        ("check --from-env NONE --env prod", 2),
        ("check - --env none", 1),
        ("check - --format yaml", 2),
    ] {
        assert_eq!(secrets.place.run(words).code, code, "{words}");
    }
}

#[test]
fn a_single_value_is_welcome_and_nowhere_missed() {
    let secrets = Secrets::new();
    let place = &secrets.place;
    place.ok("new --env prod session-secret --kind secret --no-show");
    for format in ["dotenv", "json", "docker-env"] {
        let file = place.outside(format);
        let file = file.display();
        place.ok(format!("export --env prod -F {format} -o {file}").as_str());
        let ended = place.run(format!("check {file} --env prod -F {format}").as_str());
        assert_eq!(ended.code, 0, "{ended}");
    }
    assert_eq!(secrets.faults("docker", secrets.fill("{web}\n{batch}\n").as_bytes()), [""; 0]);
}

#[test]
fn what_is_no_drift_is_none_and_what_is_one_is_told() {
    let secrets = Secrets::new();
    let place = &secrets.place;
    place.ok("new --env prod session-secret --kind secret --no-show");
    let value = place.secret("prod/session-secret", 1);
    let check = |text: &str, options: &str| {
        let file = place.write("artifact", secrets.fill(text).replace("{value}", &value));
        let ended = place.run(format!("check {file} --env prod {options}").as_str());
        assert!(!ended.stdout.contains(&value), "{ended}");
        (ended.code, ended.stdout.clone(), ended.stderr)
    };
    for good in [
        // Two consumers with a list each.
        "CHAPKIT_API_KEYS={web},{batch}\nSERVICEKIT_API_KEYS={web},{batch}\n",
        // What is somebody else's in the same file.
        "PORT=8080\nNAME=\"a b\"\nCHAPKIT_API_KEYS={web},{batch}\n",
    ] {
        let (code, out, said) = check(good, "");
        assert_eq!(code, 0, "{good} {out} {said}");
    }
    for (bad, options, says) in [
        ("{web},{batch}\n", "", "a comma"),
        ("{web}\n{batch}\n{value}\n", "", "not meant"),
        ("we.b:{web}\nbatch:{batch}\nX:{dev}\n", "", "wrong environment"),
        ("PORT=8080\nMY_API_KEY=other\nCHAPKIT_API_KEYS={web},{batch}\n", "", "unknown"),
    ] {
        let (code, out, said) = check(bad, options);
        assert!(code == 3 && out.contains(says), "{bad} {out} {said}");
    }
    let list = secrets.fill("{web}\n{batch}\n");
    let good = place.write("good", &list);
    let ended = place.run(format!("check {good} /no/such/file --env prod").as_str());
    assert_eq!(ended.code, 1, "{ended}");
    assert!(
        ended.stderr.contains("good: as it should be") && ended.stdout.contains("/no/such/file")
    );
    let ended = place.call("check --from-env X --env prod").env("X", "").run();
    assert_eq!(ended.code, 3, "{ended}");
    place.call("check - - --env prod").stdin(list).refused(2, &["standard input can be read once"]);
}
