//! The value-free reports that several verbs share, as JSON. A schema's number rises when a field
//! changes its meaning or goes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::clock::Time;
use crate::due;
use crate::environment::{EnvironmentName, Policy};
use crate::key::{Key, State, Version};
use crate::rotation::Rotation;

/// A key with its versions.
#[derive(Debug, Serialize)]
pub(super) struct KeyReport {
    pub key: String,
    pub environment: String,
    pub name: String,
    /// `api-key` or `secret`.
    pub kind: &'static str,
    pub created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_ips: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation: Option<RotationReport>,
    pub versions: Vec<VersionReport>,
}

/// A version.
#[derive(Debug, Serialize)]
pub(super) struct VersionReport {
    pub version: u32,
    pub state: &'static str,
    pub accepted: bool,
    pub expired: bool,
    pub fingerprint: String,
    pub created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activated: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retiring: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retire_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Only with `--reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// A rotation.
#[derive(Debug, Serialize)]
pub(super) struct RotationReport {
    pub stage: String,
    pub since: String,
    pub old: u32,
    pub new: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_by: Option<String>,
    pub services_accept: Vec<u32>,
    pub clients_send: u32,
}

/// All of them, in a sentence.
pub(super) fn joined<T: ToString>(all: &BTreeSet<T>) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

pub(super) fn key(
    environment: &EnvironmentName,
    policy: &Policy,
    key: &Key,
    now: Time,
) -> KeyReport {
    let text = |time: Option<Time>| time.map(|time| time.to_string());
    KeyReport {
        key: format!("{environment}/{}", key.name),
        environment: environment.to_string(),
        name: key.name.to_string(),
        kind: key.kind.word(),
        created: key.created.to_string(),
        expires: text(key.expires),
        description: key.description.clone(),
        owner: key.owner.clone(),
        scopes: key.scopes.iter().cloned().collect(),
        allowed_ips: key.allowed_ips.iter().map(ToString::to_string).collect(),
        metadata: key.metadata.clone(),
        rotate_by: text(due::rotate_by(policy, key)),
        rotation: rotation(key, now),
        versions: key.versions.iter().map(|one| version(key, one, now)).collect(),
    }
}

pub(super) fn version(key: &Key, version: &Version, now: Time) -> VersionReport {
    let text = |time: Option<Time>| time.map(|time| time.to_string());
    VersionReport {
        version: version.number,
        state: version.state.word(),
        accepted: key.is_accepted(version, now),
        expired: key.is_expired(version, now),
        fingerprint: version.fingerprint(),
        created: version.created.to_string(),
        activated: text(version.activated),
        retiring: text(version.retiring),
        retire_by: text(version.retire_by),
        retired: text(version.retired),
        revoked: text(version.revoked),
        destroyed: text(version.destroyed),
        expires: text(key.expiry(version)),
        reason: version.reason.clone(),
        secret: None,
    }
}

/// The open rotation of a key.
pub(super) fn rotation(key: &Key, now: Time) -> Option<RotationReport> {
    let rotation = Rotation::of(key).filter(Rotation::is_open)?;
    Some(RotationReport {
        stage: rotation.stage.to_string(),
        since: rotation.since().to_string(),
        old: rotation.old.number,
        new: rotation.new.number,
        remove_by: rotation.old.retire_by.map(|time| time.to_string()),
        services_accept: key.accepted(now).iter().map(|version| version.number).collect(),
        clients_send: key.in_state(State::Active)?.number,
    })
}
