//! Lines as services log them.

/// A request that the file gateway let in.
pub(crate) fn gateway(at: &str, id: &str) -> String {
    format!("{at} | {id} | GET /v1/models | 200\n")
}

/// A service on servicekit that has read its list from a file.
pub(crate) fn loaded(at: &str, count: u64) -> String {
    format!("{at} [info     ] auth.loaded_from_file          count={count} file=/run/keys\n")
}

/// A request that a service on servicekit let in.
pub(crate) fn success(at: &str, prefix: &str) -> String {
    format!("{at} [info     ] auth.success                   key_prefix={prefix} path=/api\n")
}

/// A request that heare-auth let in.
pub(crate) fn heare(at: &str, id: &str, name: &str, agent: &str) -> String {
    let line = serde_json::json!({
        "key_id": id, "key_name": name, "user_agent": agent,
        "event": "verification_success", "level": "info", "timestamp": at,
    });
    format!("{line}\n")
}

/// A request that a service on servicekit turned away.
pub(crate) fn refused(at: &str, prefix: &str) -> String {
    format!("{at} [warning  ] auth.invalid_key               key_prefix={prefix} path=/api\n")
}
