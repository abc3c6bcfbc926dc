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
        text.replace("{web}", &self.web)
            .replace("{batch}", &self.batch)
            .replace("{retired}", &self.retired)
            .replace("{revoked}", &self.revoked)
            .replace("{dev}", &self.dev)
            .replace("{cut}", &self.web[..self.web.len() - 1])
            .replace("{typo}", &self.web.replacen("sk_prod_", "sk_prod_x", 1))
    }

    /// The faults of an artifact, each as `AT STATUS`.
    fn faults(&self, format: &str, bytes: &[u8]) -> Vec<String> {
        let file = self.place.write("artifact", bytes);
        let words = format!("check {file} --env prod --format {format} --json");
        let ended = self.place.run(words.as_str());
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let keys = report["artifacts"][0]["keys"].as_array().unwrap();
        let faults = keys.iter().filter(|key| key["status"] != "ok").map(|key| {
            let status = key["status"].as_str().unwrap();
            key["at"].as_u64().map_or_else(|| status.to_owned(), |at| format!("{at} {status}"))
        });
        let faults: Vec<_> = faults.collect();
        assert_eq!(ended.code, if faults.is_empty() { 0 } else { 3 }, "{ended}");
        for secret in [&self.web, &self.batch, &self.retired, &self.revoked, &self.dev] {
            assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret), "{ended}");
        }
        faults
    }
}

#[test]
fn each_fault_of_a_key_file_is_named() {
    let secrets = Secrets::new();
    for (text, faults) in [
        ("{web}\n{batch}\n", &[][..]),
        ("# keys\n\n  {web}  \r\n{batch}", &[]),
        ("{batch}\n", &["missing"]),
        ("{web}\n{batch}\n{retired}\n", &["3 stale"]),
        ("{web}\n{revoked}\n{batch}\n", &["2 revoked"]),
        ("{web}\n{batch}\n{dev}\n", &["3 wrong environment"]),
        ("{web}\n{batch}\nsomebody-elses-key-1234\n", &["3 unknown"]),
        ("{web}\n{batch}\n{web}\n", &["3 duplicate"]),
        ("{cut}\n{batch}\n", &["1 malformed", "missing"]),
        ("{typo}\n{batch}\n", &["1 malformed", "missing"]),
        ("\u{feff}{web}\n{batch}\n", &["1 unreadable", "missing"]),
        ("{web},{batch}\n", &["1 unreadable", "missing", "missing"]),
        ("{web} # old\n{batch}\n", &["1 unreadable", "missing"]),
        ("\"{web}\"\n{batch}\n", &["1 unreadable", "missing"]),
        ("'{web}'\n{batch}\n", &["1 unreadable", "missing"]),
        ("{web}\u{e9}\n{batch}\n", &["1 unreadable", "missing"]),
        ("{web}\u{200b}\n{batch}\n", &["1 unreadable", "missing"]),
        ("", &["0 unreadable", "missing", "missing"]),
        ("# {web}\n# {batch}\n", &["0 unreadable", "missing", "missing"]),
        ("CHAPKIT_API_KEYS={web},{batch}\n", &["1 unreadable", "missing", "missing"]),
        ("web:{web}\n{batch}\n", &["1 malformed", "missing"]),
        ("{web} {batch}\n", &["1 unreadable", "missing", "missing"]),
        ("{retired}\n{dev}\n", &["1 stale", "2 wrong environment", "missing", "missing"]),
    ] {
        assert_eq!(secrets.faults("docker", secrets.fill(text).as_bytes()), faults, "{text:?}");
    }
    let latin = [secrets.web.as_bytes(), b"\xe9\n"].concat();
    assert_eq!(secrets.faults("docker", &latin), ["0 unreadable", "missing", "missing"]);
}

#[test]
fn each_fault_of_a_list_is_named() {
    let secrets = Secrets::new();
    for (text, faults) in [
        ("{web},{batch}", &[][..]),
        (" {web} , {batch} ,", &[]),
        ("{web}", &["missing"]),
        ("\"{web},{batch}\"", &["1 unreadable", "2 unreadable", "missing", "missing"]),
        ("{web};{batch}", &["1 malformed", "missing", "missing"]),
        ("{web} {batch}", &["1 unreadable", "missing", "missing"]),
        ("#{web},{batch}", &["1 malformed", "missing"]),
        ("{web},{batch},{web}", &["3 duplicate"]),
        ("{web},{batch},{revoked}", &["3 revoked"]),
        (",,", &["0 unreadable", "missing", "missing"]),
    ] {
        assert_eq!(secrets.faults("list", secrets.fill(text).as_bytes()), faults, "{text:?}");
    }
}

#[test]
fn each_fault_of_variables_and_gateway_lines_is_named() {
    let secrets = Secrets::new();
    for (format, text, faults) in [
        ("docker-env", "KEYS={web},{batch}\n", &[][..]),
        ("docker-env", "KEYS={web}\nOTHER={batch}\n", &[]),
        (
            "docker-env",
            "KEYS=\"{web},{batch}\"\n",
            &["1 unreadable", "1 unreadable", "missing", "missing"],
        ),
        (
            "docker-env",
            "export KEYS={web},{batch}\n",
            &["0 unreadable", "1 unreadable", "missing", "missing"],
        ),
        ("docker-env", "KEYS\n", &["0 unreadable", "1 unreadable", "missing", "missing"]),
        ("gateway", "web:{web}\nbatch:{batch}\n", &[]),
        ("gateway", "web:{web}\n{batch}\n", &["2 unreadable", "missing"]),
        ("gateway", "web:{web} # old\nbatch:{batch}\n", &["1 unreadable", "missing"]),
        ("gateway", "w.b:{web}\nbatch:{batch}\n", &["1 unreadable", "missing"]),
        ("gateway", "web:{web}\nbatch:{batch}\nagain:{web}\n", &["3 duplicate"]),
        ("gateway", "web:{web}\nbatch:{batch}\nold:{retired}\n", &["3 stale"]),
        ("gateway", "web:{web}::2020-01-01\nbatch:{batch}\n", &["1 stale"]),
    ] {
        assert_eq!(
            secrets.faults(format, secrets.fill(text).as_bytes()),
            faults,
            "{format} {text:?}"
        );
    }
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
