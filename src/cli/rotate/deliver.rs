//! What to run after a stage: for each format that the environment uses, how the list or the value
//! gets where it is read, and how it takes effect there.

use super::super::env::free_letter;
use super::super::export::Kind;
use super::super::session::Session;
use crate::environment::{EnvironmentName, Policy, Profile};
use crate::evidence::SHOWN_BY_SERVICEKIT;
use crate::vault::store::Vault;

/// The formats that the environment says it uses, or the default of `export`.
fn kinds(policy: &Policy) -> Vec<Kind> {
    let kinds: Vec<Kind> =
        policy.formats.iter().filter_map(|name| Kind::from_word(name.as_str())).collect();
    if kinds.is_empty() { vec![Kind::Chapkit] } else { kinds }
}

/// The list has changed: services must get it.
pub(super) fn to_services(session: &Session, env: &str, policy: &Policy) {
    let purpose = "give services the list";
    for kind in kinds(policy) {
        match kind {
            Kind::Chapkit => {
                session.next(purpose, &["export", "--env", env]);
                started_anew(session, "SERVICE");
            }
            Kind::Docker => {
                let file = "api_keys.txt";
                session.next(purpose, &["export", "--env", env, "--docker", "-o", file]);
                mounted_anew(session, file, "api_keys", "SERVICE");
            }
            Kind::K8s => {
                let file = "secret.yaml";
                session.next(purpose, &["export", "--env", env, "--k8s", "-o", file]);
                rolled_out(session, file, "SERVICE");
            }
            Kind::Gateway => {
                let args = ["export", "--env", env, "-F", "gateway", "-o", "api_keys.txt"];
                session.next("give the gateway the list", &args);
                session.ui.say(
                    "  a new one: POST /reload with any valid key; an older one: start it anew\n  \
                     (docker kill -s HUP would hit its start script and stop it)",
                );
            }
            Kind::Heare => {
                let args = ["export", "--env", env, "-F", "heare", "-o", "keys.json"];
                session.next("give heare-auth the list", &args);
                session.ui.say("  put it back, and on its own machine: POST /refresh");
            }
            Kind::Permas => {
                let args = ["export", "--env", env, "-F", "permas", "-o", "keys.sql"];
                session.next("give auth-api-client the list", &args);
                session.ui.say("  sqlite3 -bail api_keys.db '.read keys.sql': in force at once");
            }
            Kind::Json => {
                let args = ["export", "--env", env, "--format", "json", "-o", "keys.json"];
                session.next("give services the list", &args);
            }
            Kind::Template => {
                let args = ["export", "--env", env, "--template", "FILE", "-o", "OUTPUT"];
                session.next("give services the list", &args);
            }
            Kind::Dotenv => {
                let args = ["export", "--env", env, "--format", "dotenv", "-o", "keys.env"];
                session.next("give services the list", &args);
                session.ui.say("  compose, with env_file: keys.env: docker compose up -d");
                session.ui.say("  others: start them anew, they read the file when they start");
            }
            Kind::DockerEnv => {
                let args = ["export", "--env", env, "--format", "docker-env", "-o", "docker.env"];
                session.next("give services the list", &args);
                session.ui.say(
                    "  docker run --env-file docker.env … in the old container's place: a container\n  \
                     keeps the variables it was made with",
                );
            }
            Kind::Responder => {
                let args = ["export", "--env", env, "--format", "responder"];
                session.next("give the application the list", &args);
                session.ui.say("  and start it anew: it reads the list when it starts");
            }
            Kind::Systemd => {
                let args = ["export", "--env", env, "--format", "systemd", "-o", "credentials/"];
                session.next("give services the list", &args);
                session.ui.say(
                    "  systemctl restart SERVICE: it is given its credentials when it starts;\n  \
                     after a change of the unit: systemctl daemon-reload before",
                );
            }
            Kind::Github => {
                let args = ["export", "--env", env, "--format", "github"];
                session.next("give workflows the list, in a step of theirs", &args);
                session.ui.say("  the steps after it have it; runs that have begun do not");
            }
        }
    }
}

/// A single value has changed: whatever uses it must get it.
pub(super) fn to_holders(session: &Session, key: &str, policy: &Policy) {
    let purpose = "give services the new value";
    let name = key.rsplit('/').next().unwrap_or(key);
    for kind in kinds(policy) {
        match kind {
            Kind::Chapkit => {
                session.next(purpose, &["export", key]);
                started_anew(session, "SERVICE");
            }
            Kind::Docker => {
                session.next(purpose, &["export", key, "--docker", "-o", name]);
                mounted_anew(session, name, name, "SERVICE");
            }
            Kind::K8s => {
                session.next(
                    purpose,
                    &["export", key, "--k8s", "--name", "NAME", "-o", "secret.yaml"],
                );
                rolled_out(session, "secret.yaml", "SERVICE");
            }
            // These services keep lists of keys and nothing else.
            Kind::Gateway | Kind::Heare | Kind::Permas | Kind::Responder => {
                session.next(purpose, &["export", key, "--bare"]);
            }
            Kind::Json => {
                let args = ["export", key, "--format", "json", "-o", "key.json"];
                session.next(purpose, &args);
            }
            Kind::Template => {
                let args = ["export", key, "--template", "FILE", "-o", "OUTPUT"];
                session.next(purpose, &args);
            }
            Kind::Dotenv => {
                let args = ["export", key, "--format", "dotenv", "-o", "secret.env"];
                session.next(purpose, &args);
            }
            Kind::DockerEnv => {
                let args = ["export", key, "--format", "docker-env", "-o", "secret.env"];
                session.next(purpose, &args);
            }
            Kind::Systemd => {
                let args = ["export", key, "--format", "systemd", "-o", "credentials/"];
                session.next(purpose, &args);
            }
            Kind::Github => {
                session.next(purpose, &["export", key, "--format", "github"]);
            }
        }
    }
}

/// Another version of these keys is the active one: clients must get it.
pub(super) fn to_clients(session: &Session, keys: &[&str], policy: &Policy, purpose: &str) {
    if keys.is_empty() {
        return;
    }
    let next = |flags: &[&str]| {
        for key in keys {
            session.next(purpose, &[&["export", *key, "--client"], flags].concat());
        }
    };
    for kind in kinds(policy) {
        match kind {
            Kind::Chapkit => {
                next(&[]);
                started_anew(session, "CLIENT");
            }
            Kind::Docker => {
                next(&["--docker", "-o", "api_key.txt"]);
                mounted_anew(session, "api_key.txt", "api_key", "CLIENT");
            }
            Kind::K8s => {
                next(&["--k8s", "-o", "client-secret.yaml"]);
                rolled_out(session, "client-secret.yaml", "CLIENT");
            }
            // The value alone, whatever the service keeps.
            Kind::Gateway | Kind::Heare | Kind::Permas | Kind::Responder => next(&["--bare"]),
            Kind::Json => next(&["--format", "json", "-o", "key.json"]),
            Kind::Template => next(&["--template", "FILE", "-o", "OUTPUT"]),
            Kind::Dotenv => next(&["--format", "dotenv", "-o", "key.env"]),
            Kind::DockerEnv => next(&["--format", "docker-env", "-o", "client.env"]),
            Kind::Systemd => next(&["--format", "systemd", "-o", "credentials/"]),
            Kind::Github => next(&["--format", "github"]),
        }
    }
}

/// A variable is read when a process starts, and never again.
fn started_anew(session: &Session, who: &str) {
    session.ui.say("  and start them anew with it: a reload does not read a variable again");
    session.ui.say(&format!("  compose: docker compose up -d --force-recreate {who}"));
    session.ui.say(&format!("  systemd: systemctl restart {who}"));
}

/// A file that is mounted stays the one that it was, also when the name is another file's since. A
/// secret of a swarm never changes: the new one has another name.
fn mounted_anew(session: &Session, file: &str, target: &str, who: &str) {
    session.ui.say(&format!("  compose: docker compose up -d --force-recreate {who}"));
    session.ui.say(&format!(
        "  swarm: docker secret create NEW {file}\n         docker service update --secret-rm OLD \
         \\\n           --secret-add source=NEW,target={target} {who}"
    ));
}

/// Pods go on with what they started with.
fn rolled_out(session: &Session, file: &str, who: &str) {
    session.ui.say(&format!(
        "  kubectl apply --server-side --field-manager=keyctl -f {file}\n  kubectl rollout restart \
         deployment/{who}\n  kubectl rollout status deployment/{who}"
    ));
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
