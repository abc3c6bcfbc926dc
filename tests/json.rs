//! Every `--json` report, byte for byte: `tests/golden` holds what they look like. What differs
//! from run to run stands there as `<secret>`, `<fingerprint>`, `<recipient>`, `<host>`, `<id>`,
//! `<key>` and `<masked>`.
//!
//! `KEYCTL_BLESS=1 cargo test --test json` writes the files anew. A report that changed its meaning
//! gets a new number in its schema.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of a test may fail like a test, and read and write files as they like"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use common::log::{gateway, heare, loaded, refused, success};
use common::{Place, Words};

fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// One report: what it is of, and its text.
type Reports = BTreeMap<&'static str, String>;

/// A session that gives every report once.
struct Session {
    place: Place,
    reports: Reports,
}

impl Session {
    fn new() -> Self {
        let mut place = Place::new();
        place.set("USER", "ana");
        place.init();
        Self { place, reports: Reports::new() }
    }

    fn keep(&mut self, name: &'static str, text: String) {
        assert!(self.reports.insert(name, text).is_none(), "two reports are called {name}");
    }

    fn report(&mut self, name: &'static str, line: &str) {
        let text = self.place.ok(format!("{line} --json").words());
        self.keep(name, text);
    }

    /// The same of a command whose answer has this exit code.
    fn answer(&mut self, name: &'static str, code: i32, line: &str) {
        let ended = self.place.run(format!("{line} --json").words());
        assert_eq!(ended.code, code, "{ended}");
        self.keep(name, ended.stdout);
    }

    /// What logs on standard input say about the rotation of `prod/web`.
    fn ask(&mut self, name: &'static str, log: &[String]) {
        let code = if name.ends_with("_pass") { 0 } else { 3 };
        let call = self.place.call("rotate evidence prod/web --log - --json");
        let ended = call.stdin(log.concat()).run();
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{ended}");
        self.keep(name, ended.stdout);
    }

    /// The same with a secret on standard input.
    fn asked(&mut self, name: &'static str, line: &str, secret: &str) {
        let text = self.place.call(format!("{line} --json").words()).stdin(secret).ok();
        self.keep(name, text);
    }

    /// What a machine says that has a manifest and nothing else.
    fn carried(&mut self, secret: &str) {
        let mut elsewhere = Place::new();
        let manifest = self.place.outside("prod.manifest").to_str().unwrap().to_owned();
        self.place.ok(["manifest", "export", "--env", "prod", "-o", &manifest]);
        let key = self.place.write("prod.pub", self.place.ok("manifest key --env prod"));
        elsewhere.travel("2026-11-25T09:00:00Z");
        let trust = format!("--trust {key}");
        let line = format!("verify --manifest {manifest} {trust} --json");
        self.keep("verify_carried", elsewhere.call(line.words()).stdin(secret).ok());
        let line = format!("manifest check {manifest} {trust} --json");
        self.keep("manifest_check", elsewhere.ok(line.words()));
    }

    fn verify(&mut self, name: &'static str, secret: &str) {
        let code = if name == "verify_valid" { 0 } else { 3 };
        let ended = self.place.call("verify --env prod --json").stdin(secret).run();
        assert_eq!((ended.code, ended.stderr.as_str()), (code, ""), "{ended}");
        self.keep(name, ended.stdout);
    }
}

fn reports() -> (Reports, Vec<String>) {
    let mut session = Session::new();
    let described = "--description 'public site' --owner ops --meta team=core --meta cost=12 \
                     --scope read --scope write --allow-ip 192.0.2.0/24 --expires 2027-06-30";
    session.report("new", &format!("new prod/web {described}"));
    session.report("new_reveal", "new --env prod --reveal");
    session.report("new_dry_run", "new prod/other --dry-run");
    session.place.ok("new --env dev api");
    session.place.ok("env set dev --rotate-every never --expire-after 60d --code d");
    session.place.ok("new dev/worker");

    session.place.travel("2026-11-23T09:00:00Z");
    session.report("rotate_add_dry_run", "rotate add prod/web --dry-run");
    session.report("rotate_add", "rotate add prod/web");
    session.report("rotate_add_again", "rotate add prod/web");
    session.report("rotate_status_added", "rotate status");
    session.report("status_none", "status");
    session.report("show", "show prod/web");
    session.report("show_reveal", "show prod/web --reveal");
    session.report("show_version", "show prod/web@2");
    session.place.travel("2026-11-24T09:00:00Z");
    session.report("rotate_migrate", "rotate migrate prod/web --yes");
    session.report("rotate_status_migrated", "rotate status");
    session.report("rotate_status_key", "rotate status prod/key-1");
    session.place.travel("2026-11-25T09:00:00Z");
    session.report("rotate_remove", "rotate remove prod/web --yes");
    session.report("rotate_back", "rotate back prod/web");
    session.place.ok("rotate remove prod/web --yes");
    session.report("rotate_status_none", "rotate status");

    session.place.ok("rotate add prod/key-1");
    let secret = |session: &Session, key: &str, number| session.place.secret(key, number);
    let revoked = secret(&session, "prod/key-1", 1);
    let development = secret(&session, "dev/api", 1);
    let valid = secret(&session, "prod/web", 2);
    let retired = secret(&session, "prod/web", 1);
    session.place.ok("revoke prod/key-1@1 --reason 'seen in a log' --yes");
    session.report("list", "list");
    session.report("list_one_environment", "list --env dev --unlock");
    session.report("env_list", "env list");
    session.report("recipients_list", "recipients list --env prod");

    let leaked = format!("{valid}\n a {retired}\n{}", revoked.replace('_', "%5F"));
    let stray = session.place.write("stray.txt", leaked);
    fs::rename(stray, session.place.home().join("stray.txt")).unwrap();
    session.answer("scan", 3, "scan stray.txt");
    delivery(&mut session);

    session.verify("verify_valid", &valid);
    session.verify("verify_retired", &retired);
    session.verify("verify_revoked", &revoked);
    session.verify("verify_wrong_environment", &development);
    session.verify("verify_malformed", &valid[..valid.len() - 4]);
    session.asked("verify_form", "verify --form", &valid);
    session.asked("verify_unlocked", "verify --env prod --unlock", &valid);
    session.asked("whois", "whois", &retired);
    session.report("manifest_show", "manifest show --env prod");
    session.carried(&valid);
    let elsewhere = Place::ready();
    session.verify("verify_unknown", &elsewhere.ok("new prod/x"));
    session.place.ok("purge prod/web@1 --yes");
    session.verify("verify_destroyed", &retired);

    session.report("log", "log --env prod");
    session.report("log_of_a_key", "log prod/key-1");
    let ben = Place::sharing(&session.place);
    ben.init();
    session.keep("list_unproven", ben.ok("list --env dev --json"));
    fs::remove_file(ben.vault_file("dev.manifest")).unwrap();
    session.keep("list_locked", ben.ok("list --env dev --json"));
    let locked = ben.run("status --env dev --json");
    assert_eq!(locked.code, 4, "{locked}");
    session.keep("status_locked", locked.stdout);
    session.keep("env_list_locked", ben.ok("env list --env dev --json"));
    session.place.ok("list --env dev --unlock");

    session.place.travel("2026-12-20T09:00:00Z");
    session.place.ok("rotate add prod/web");
    session.place.travel("2027-01-12T09:00:00Z");
    session.answer("status", 3, "status --due 180d");
    session.answer("status_of_a_key", 3, "status prod/key-1 --due 60d");
    session.place.ok("rotate back prod/web");
    session.place.travel("2027-07-01T00:00:00Z");
    session.place.ok("list --unlock");
    session.verify("verify_expired", &valid);
    session.report("list_expired", "list --env prod");

    let mut secrets = vec![revoked, retired];
    for key in ["prod/web", "prod/key-1", "dev/api", "dev/worker"] {
        let versions = session.place.versions(key).into_iter();
        secrets.extend(versions.filter_map(|version| version.secret));
    }
    secrets.extend(rotate_all_keys(&mut session.reports));
    (session.reports, secrets)
}

/// The reports of exports, of what they wrote, and the export that is JSON itself.
fn delivery(session: &mut Session) {
    let swarm = "export --env prod --docker -o api_keys.txt --swarm api_keys";
    session.report("export_report_dry_run", &format!("{swarm} --dry-run"));
    session.report("export_report", swarm);
    session.report("export_report_unchanged", "export --env prod --docker -o api_keys.txt");
    session.report("check", "check --env prod api_keys.txt");
    fs::write(session.place.home().join("api_keys.txt"), "\u{feff}not-a-key\n").unwrap();
    session.answer("check_faults", 3, "check --env prod api_keys.txt");
    let project = session.place.home().join("keyctl.toml");
    let targets = "[targets.app]\nenv = \"dev\"\noutput = \"dev.env\"\n\
                   [targets.sql]\nenv = \"prod\"\nformat = \"permas\"\noutput = \"keys.sql\"\n";
    fs::write(&project, targets).unwrap();
    session.report("export_report_targets", "export");
    session.report("check_targets", "check");
    fs::remove_file(project).unwrap();
    session.keep("export_format_reveal", session.place.ok("export --env prod --format json"));
}

/// The reports of a rotation of all keys, of what logs say in each stage of it, and of a leak.
/// Returns the secrets that there were.
fn rotate_all_keys(reports: &mut Reports) -> Vec<String> {
    let mut session = Session::new();
    session.place.ok("env add prod --code p --expire-after 90d --grace 3d --quiet-for 12h");
    session.place.ok("new prod/api");
    session.place.ok("new prod/web");
    session.report("rotate_all_dry_run", "rotate add --all --env prod --dry-run");
    session.report("rotate_all_add", "rotate add --all --env prod");

    session.place.travel("2026-11-22T17:00:00Z");
    let list = |count| loaded("2026-11-22T16:30:00Z", count);
    session.ask("rotate_evidence_loaded_pass", &[list(4)]);
    session.ask("rotate_evidence_loaded_fail", &[list(2)]);
    session.ask("rotate_evidence_loaded_not_provable", &[gateway("2026-11-22T16:30:00", "web-v2")]);
    session.report("rotate_all_migrate", "rotate migrate --all --env prod --yes");

    session.place.travel("2026-11-23T17:00:00Z");
    session.report("rotate_status_timeline", "rotate status");
    let quiet = [
        gateway("2026-11-22T18:00:00Z", "web"),
        gateway("2026-11-23T10:00:00Z", "web-v2"),
        gateway("2026-11-23T16:50:00Z", "api-v2"),
    ];
    session.ask("rotate_evidence_unused_pass", &quiet);
    let agent = |name| heare("2026-11-23T16:30:00Z", "key_1", "web", name);
    let used = [agent("billing/1.4"), agent("cron"), agent("cron")];
    session.ask("rotate_evidence_unused_fail", &[&quiet[..], &used].concat());
    let early = success("2026-11-23T16:50:00Z", "unknown");
    session.ask("rotate_evidence_unused_not_provable", &[early]);
    let proof = session.place.write("access.log", quiet.concat());
    session.report("rotate_remove_log", &format!("rotate remove prod/web --log {proof}"));
    session.report("rotate_all_remove", "rotate remove --all --env prod --yes");

    session.place.travel("2026-11-23T18:00:00Z");
    let [old, new] = [1, 2].map(|number| session.place.secret("prod/web", number));
    let request = |at| success(at, &new[..7]);
    let moved = [request("2026-11-23T16:50:00Z"), request("2026-11-23T17:59:00Z")];
    session.ask("rotate_evidence_stragglers_pass", &moved);
    let left = refused("2026-11-23T17:30:00Z", &old[..7]);
    session.ask("rotate_evidence_stragglers_fail", &[&moved[..], &[left]].concat());
    session.report("log_of_gates", "log prod/web");

    session.place.ok("rotate add prod/web");
    let mut secrets = Vec::new();
    for key in ["prod/api", "prod/web"] {
        let versions = session.place.versions(key).into_iter();
        secrets.extend(versions.filter_map(|version| version.secret));
    }
    let leak = "--compromised --reason leaked --yes";
    session.report("rotate_compromised_dry_run", &format!("rotate prod/web {leak} --dry-run"));
    session.report("rotate_compromised_version", &format!("rotate prod/web@2 {leak}"));
    session.report("rotate_compromised", &format!("rotate prod/web {leak}"));
    session.report("rotate_compromised_again", &format!("rotate prod/web@2 {leak}"));
    secrets.push(session.place.secret("prod/web", 4));
    reports.append(&mut session.reports);
    secrets
}

/// Whether it is the id of an environment.
fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The text without what differs from run to run.
fn normal(text: &str, secrets: &[String]) -> String {
    let host = |name: &str| name.split_once('@').map(|(user, _)| format!("{user}@<host>"));
    let normal = |(at, part): (usize, &str)| match part {
        // What stands between quotes is at the odd places, as nothing here has a quote inside.
        _ if at % 2 == 0 => part.to_owned(),
        _ if secrets.iter().any(|secret| secret == part) => "<secret>".to_owned(),
        _ if part.starts_with("sha256:") => "sha256:<fingerprint>".to_owned(),
        _ if part.ends_with('…') => "<masked>".to_owned(),
        _ if part.starts_with("age1") => "<recipient>".to_owned(),
        _ if part.starts_with("key_0") || is_id(part) => "<id>".to_owned(),
        _ if part.starts_with("RW") && part.len() == 56 => "<key>".to_owned(),
        _ if part.starts_with("ana@") => host(part).unwrap(),
        _ => part.to_owned(),
    };
    text.split('"').enumerate().map(normal).collect::<Vec<_>>().join("\"")
}

#[test]
fn every_report_is_as_its_golden_file_says() {
    let (reports, secrets) = reports();
    let bless = std::env::var_os("KEYCTL_BLESS").is_some();
    let mut wrong = Vec::new();
    for (name, text) in &reports {
        let path = golden_dir().join(format!("{name}.json"));
        let text = normal(text, &secrets);
        if bless {
            fs::create_dir_all(golden_dir()).unwrap();
            fs::write(path, text).unwrap();
        } else if fs::read_to_string(path).ok().as_deref() != Some(&text) {
            wrong.push(format!("{name}.json should be\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "look, then run with KEYCTL_BLESS=1\n{}", wrong.join("\n"));

    let there: BTreeSet<_> = fs::read_dir(golden_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let wanted: BTreeSet<_> = reports.keys().map(|name| format!("{name}.json")).collect();
    assert_eq!(there, wanted, "a golden file without a report is stale");
}

#[test]
fn reports_name_their_schema_first_and_hold_no_secret_unasked() {
    let (reports, secrets) = reports();
    for (name, text) in &reports {
        let verb = name.split('_').next().unwrap();
        // An export is one line, for programs alone.
        let space = if *name == "export_format_reveal" { ["", ""] } else { ["\n  ", " "] };
        let schema = format!("{{{}\"schema\":{}\"keyctl.{verb}", space[0], space[1]);
        assert!(text.starts_with(&schema), "{name}: {text}");
        assert!(text.ends_with("}\n"), "{name}: {text}");
        let holds = secrets.iter().any(|secret| text.contains(secret));
        assert_eq!(holds, name.ends_with("_reveal"), "{name}: {text}");
        assert!(!text.contains("AGE-SECRET-KEY"), "{name}: {text}");
    }
}
