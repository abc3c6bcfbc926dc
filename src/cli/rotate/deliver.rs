//! What to run after a stage: for each format that the environment uses, how the list or the value
//! gets where it is read, and how it takes effect there.

use super::super::export::Kind;
use super::super::session::Session;
use crate::environment::{Policy, Profile};

/// How much of a key the logs of servicekit and chapkit show, in characters.
pub(super) const SHOWN_BY_CHAPKIT: usize = 7;

/// The formats that the environment says it uses, or the default of `export`.
fn kinds(policy: &Policy) -> Vec<Kind> {
    let kinds: Vec<Kind> =
        policy.formats.iter().filter_map(|name| Kind::from_word(name.as_str())).collect();
    if kinds.is_empty() { vec![Kind::Chapkit] } else { kinds }
}

/// The list has changed: services must get it.
pub(super) fn to_services(session: &Session, env: &str, policy: &Policy) {
    for kind in kinds(policy) {
        match kind {
            Kind::Chapkit => {
                session.next("give services the list", &["export", "--env", env]);
                session.ui.say("  and start them anew: they read the variable when they start");
            }
            Kind::Docker => {
                let args = ["export", "--env", env, "--docker", "-o", "api_keys.txt"];
                session.next("give services the list", &args);
                session.ui.say("  compose: docker compose up -d --force-recreate SERVICE");
                session.ui.say(
                    "  swarm: docker secret create NEW api_keys.txt\n         docker service update \
                     --secret-rm OLD --secret-add source=NEW,target=api_keys SERVICE",
                );
            }
            Kind::K8s => {
                let args = ["export", "--env", env, "--k8s", "-o", "secret.yaml"];
                session.next("give services the list", &args);
                session.ui.say(
                    "  kubectl apply --server-side --field-manager=keyctl -f secret.yaml\n  kubectl \
                     rollout restart deployment/SERVICE\n  kubectl rollout status \
                     deployment/SERVICE",
                );
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

/// Another version is the active one: clients must get it.
pub(super) fn to_clients(session: &Session, key: &str, policy: &Policy, purpose: &str) {
    for kind in kinds(policy) {
        match kind {
            Kind::Chapkit => session.next(purpose, &["export", key, "--client"]),
            Kind::Docker => {
                let args = ["export", key, "--client", "--docker", "-o", "api_key.txt"];
                session.next(purpose, &args);
            }
            Kind::K8s => {
                let args = ["export", key, "--client", "--k8s", "-o", "client-secret.yaml"];
                session.next(purpose, &args);
            }
            Kind::Dotenv => {
                let args = ["export", key, "--client", "--format", "dotenv", "-o", "key.env"];
                session.next(purpose, &args);
            }
            Kind::DockerEnv => {
                let args =
                    ["export", key, "--client", "--format", "docker-env", "-o", "client.env"];
                session.next(purpose, &args);
            }
            Kind::Responder => {
                session.next(purpose, &["export", key, "--client", "--format", "responder"]);
            }
            Kind::Systemd => {
                let args = ["export", key, "--client", "--format", "systemd", "-o", "credentials/"];
                session.next(purpose, &args);
            }
            Kind::Github => {
                session.next(purpose, &["export", key, "--client", "--format", "github"]);
            }
        }
    }
}

/// Whether logs of chapkit and servicekit, which read every format that there is, show the same of
/// all keys of an environment.
pub(in crate::cli) fn all_look_alike(policy: &Policy) -> bool {
    let head = "sk_".len() + policy.code.as_str().len() + "_".len();
    policy.profile == Profile::Sk && head >= SHOWN_BY_CHAPKIT
}

/// Says what makes logs of chapkit and servicekit tell versions apart.
pub(in crate::cli) fn hint_at_code(session: &Session, env: &str, policy: &Policy) {
    if policy.profile != Profile::Sk {
        return;
    }
    session.ui.note(&format!(
        "chapkit logs the first {SHOWN_BY_CHAPKIT} characters of a key, which are the same for all \
         of {env}: with a code of one letter, logs tell whether an old version is in use"
    ));
    let letter = &policy.code.as_str()[..1];
    session.next("to set one", &["env", "set", env, "--code", letter]);
}
