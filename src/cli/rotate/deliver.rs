//! What to run after a stage: for each format that the environment uses, how the list or the value
//! gets where it is read, and how it takes effect there.

use std::collections::BTreeSet;

use super::super::env::free_letter;
use super::super::export::Kind;
use super::super::export::project::{Project, Target};
use super::super::failure::quoted;
use super::super::session::Session;
use crate::environment::{EnvironmentName, Policy, Profile};
use crate::evidence::SHOWN_BY_SERVICEKIT;
use crate::export::Side;
use crate::vault::store::Vault;

/// The formats that the environment says it uses, or the default of `export`.
fn kinds(policy: &Policy) -> Vec<Kind> {
    let kinds: Vec<Kind> =
        policy.formats.iter().filter_map(|name| Kind::from_word(name.as_str())).collect();
    if kinds.is_empty() { vec![Kind::Chapkit] } else { kinds }
}

/// Who is given something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Services, which get the list.
    List,
    /// Whatever uses a single value.
    Value,
    /// Clients, which get the one secret they send.
    Client,
}

/// The list has changed: services must get it. Where a project names targets for it, they are what
/// is written.
pub(super) fn to_services(session: &Session, env: &str, policy: &Policy) {
    let purpose = "give services the list";
    let targets = Project::find().ok().flatten().map(|project| project.targets);
    let is_it =
        |target: &Target| target.is_for(session, env) && target.export.side() == Side::Services;
    let targets: Vec<_> = targets.into_iter().flatten().filter(is_it).collect();
    for target in &targets {
        session.next(purpose, &Target::command(&target.name));
        takes_effect(session, target.export.kind(), Whose::List, &quoted(&target.output));
    }
    if targets.is_empty() {
        for kind in kinds(policy) {
            session.next(purpose, &[&["export", "--env", env], flags(kind, Whose::List)].concat());
            takes_effect(session, kind, Whose::List, file(kind, Whose::List));
        }
    }
}

/// A single value has changed: whatever uses it must get it.
pub(super) fn to_holders(session: &Session, key: &str, policy: &Policy) {
    for kind in kinds(policy) {
        let args = [&["export", key], flags(kind, Whose::Value)].concat();
        session.next("give services the new value", &args);
        takes_effect(session, kind, Whose::Value, file(kind, Whose::Value));
    }
}

/// Another version of these keys is the active one: clients must get it.
pub(super) fn to_clients(session: &Session, keys: &[&str], policy: &Policy, purpose: &str) {
    let targets = Project::find().ok().flatten().map(|project| project.targets);
    let targets: Vec<Target> = targets.into_iter().flatten().collect();
    let of = |key: &&str| {
        let (env, name) = key.split_once('/').unwrap_or(("", key));
        let is_it = |target: &&Target| {
            target.export.side() == Side::Clients
                && target.is_for(session, env)
                && target.holds(name)
        };
        targets.iter().filter(is_it).collect::<Vec<_>>()
    };
    // Each once, though several of these keys may be in it.
    let (mut told, mut others) = (BTreeSet::new(), Vec::new());
    for key in keys {
        let targets = of(key);
        if targets.is_empty() {
            others.push(*key);
        }
        for target in targets.into_iter().filter(|target| told.insert(target.name.clone())) {
            session.next(purpose, &Target::command(&target.name));
            takes_effect(session, target.export.kind(), Whose::Client, &quoted(&target.output));
        }
    }
    if others.is_empty() {
        return;
    }
    let keys = others;
    for kind in kinds(policy) {
        for key in &keys {
            let args = [&["export", *key, "--client"], flags(kind, Whose::Client)].concat();
            session.next(purpose, &args);
        }
        takes_effect(session, kind, Whose::Client, file(kind, Whose::Client));
    }
}

/// What `export` is told to write.
fn flags(kind: Kind, whose: Whose) -> &'static [&'static str] {
    match (kind, whose) {
        (Kind::Chapkit, _) => &[],
        (Kind::Docker, Whose::List) => &["--docker", "-o", "api_keys.txt"],
        (Kind::Docker, Whose::Value) => &["--docker", "-o", "secret.txt"],
        (Kind::Docker, Whose::Client) => &["--docker", "-o", "api_key.txt"],
        (Kind::K8s, Whose::List) => &["--k8s", "-o", "secret.yaml"],
        (Kind::K8s, Whose::Value) => &["--k8s", "--name", "NAME", "-o", "secret.yaml"],
        (Kind::K8s, Whose::Client) => &["--k8s", "-o", "client-secret.yaml"],
        (Kind::Gateway, Whose::List) => &["-F", "gateway", "-o", "api_keys.txt"],
        (Kind::Heare, Whose::List) => &["-F", "heare", "-o", "keys.json"],
        (Kind::Permas, Whose::List) => &["-F", "permas", "-o", "keys.sql"],
        (Kind::Responder, Whose::List) => &["-F", "responder"],
        // The value alone, whatever the service keeps.
        (Kind::Gateway | Kind::Heare | Kind::Permas | Kind::Responder, _) => &["--bare"],
        (Kind::Json, Whose::List) => &["-F", "json", "-o", "keys.json"],
        (Kind::Json, _) => &["-F", "json", "-o", "key.json"],
        (Kind::Template, _) => &["--template", "FILE", "-o", "OUTPUT"],
        (Kind::Dotenv, Whose::List) => &["-F", "dotenv", "-o", "keys.env"],
        (Kind::Dotenv, _) => &["-F", "dotenv", "-o", "key.env"],
        (Kind::DockerEnv, Whose::List) => &["-F", "docker-env", "-o", "docker.env"],
        (Kind::DockerEnv, _) => &["-F", "docker-env", "-o", "client.env"],
        (Kind::Systemd, _) => &["-F", "systemd", "-o", "credentials/"],
        (Kind::Github, _) => &["-F", "github"],
    }
}

/// The file that is written.
fn file(kind: Kind, whose: Whose) -> &'static str {
    match flags(kind, whose) {
        [.., "-o", file] => file,
        _ => "",
    }
}

/// How what was written takes effect: it is in `file`.
fn takes_effect(session: &Session, kind: Kind, whose: Whose, file: &str) {
    let say = |text: &str| session.ui.say(text);
    let who = if whose == Whose::Client { "CLIENT" } else { "SERVICE" };
    match kind {
        // A variable is read when a process starts, and never again.
        Kind::Chapkit => {
            say("  and start them anew with it: a reload does not read a variable again");
            say(&format!("  compose: docker compose up -d --force-recreate {who}"));
            say(&format!("  systemd: systemctl restart {who}"));
        }
        // A file that is mounted stays the one that it was, also when the name is another file's
        // since. A secret of a swarm never changes: the new one has another name.
        Kind::Docker => {
            let target = if whose == Whose::Client { "api_key" } else { "api_keys" };
            say(&format!("  compose: docker compose up -d --force-recreate {who}"));
            say(&format!("  swarm: docker secret create NEW {file}"));
            say("         docker service update --secret-rm OLD \\");
            say(&format!("           --secret-add source=NEW,target={target} {who}"));
        }
        // Pods go on with what they started with.
        Kind::K8s => {
            say(&format!("  kubectl apply --server-side --field-manager=keyctl -f {file}"));
            say(&format!("  kubectl rollout restart deployment/{who}"));
            say(&format!("  kubectl rollout status deployment/{who}"));
        }
        Kind::Gateway if whose == Whose::List => {
            say("  a new one: POST /reload with any valid key; an older one: start it anew");
            say("  (docker kill -s HUP would hit its start script and stop it)");
        }
        Kind::Heare if whose == Whose::List => {
            say("  put it back, and on its own machine: POST /refresh");
        }
        Kind::Permas if whose == Whose::List => {
            say(&format!("  sqlite3 -bail api_keys.db '.read {file}': in force at once"));
        }
        Kind::Responder if whose == Whose::List => {
            say("  and start it anew: it reads the list when it starts");
        }
        Kind::Dotenv => {
            say(&format!("  compose, with env_file: {file}: docker compose up -d"));
            say("  others: start them anew, they read the file when they start");
        }
        Kind::DockerEnv => {
            say(&format!("  docker run --env-file {file} … in the old container's place:"));
            say("  a container keeps the variables it was made with");
        }
        Kind::Systemd => {
            say(&format!("  systemctl restart {who}: it is given its credentials when it starts;"));
            say("  after a change of the unit: systemctl daemon-reload before");
        }
        Kind::Github => say("  the steps after it have it; runs that have begun do not"),
        Kind::Gateway
        | Kind::Heare
        | Kind::Permas
        | Kind::Responder
        | Kind::Json
        | Kind::Template => {}
    }
}

/// Whether logs of chapkit and servicekit show the same of all keys of an environment.
pub(in crate::cli) fn all_look_alike(policy: &Policy) -> bool {
    let head = "sk_".len() + policy.code.as_str().len() + "_".len();
    policy.profile == Profile::Sk && head >= SHOWN_BY_SERVICEKIT
}

/// Says what makes logs of chapkit and servicekit tell versions apart, where they may read what is
/// exported.
pub(in crate::cli) fn hint_at_code(
    session: &Session,
    vault: &Vault,
    environment: &EnvironmentName,
    policy: &Policy,
) {
    let others = [Kind::Gateway, Kind::Heare, Kind::Permas];
    let is_read = kinds(policy).iter().any(|kind| !others.contains(kind));
    if policy.profile != Profile::Sk || !is_read {
        return;
    }
    let Some(code) = free_letter(session, vault, environment, policy) else { return };
    session.ui.note(&format!(
        "chapkit logs the first {SHOWN_BY_SERVICEKIT} characters of a key, which are the same for \
         all of {environment}: with a code of one letter, logs tell whether an old version is in use"
    ));
    session.next("to set one", &["env", "set", environment.as_str(), "--code", code.as_str()]);
}
