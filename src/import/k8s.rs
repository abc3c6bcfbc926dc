//! Kubernetes Secrets, in YAML or JSON: one, a `List`, or several documents. What is of another kind
//! is passed over.
//!
//! `data` is base64, `stringData` is text, and where both have a data key the cluster takes
//! `stringData`. A data key that can be the name of a variable is meant for `envFrom`, and its value
//! is a comma list; any other, as one with a dot, is the name of a file, and its value a key file. A
//! value of several lines is a key file under any name: no variable is written like that.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::tree::{Member, Node, documents};
use super::{Fault, Object, Place, Reading, Wrong, key_file, list, text};
use crate::export::Variable;

/// The largest file that is read, in bytes: some Secrets as large as a cluster stores them.
const MOST: usize = 8 * 1024 * 1024;

/// Reads Secrets. Places are lines of YAML; in JSON there are none.
#[must_use]
pub fn read(bytes: &[u8]) -> Reading {
    if bytes.len() > MOST {
        return Reading::unreadable(Wrong::Unreadable("more than 8 MiB"));
    }
    let Some(text) = text(bytes) else { return Reading::unreadable(Wrong::NotText) };
    let documents = match documents(text) {
        Ok(documents) => documents,
        Err(fault) => return Reading { faults: vec![fault], ..Reading::default() },
    };
    let mut secrets = Vec::new();
    for document in &documents {
        collect(document, false, &mut secrets);
    }
    if secrets.is_empty() {
        return Reading::unreadable(Wrong::Unreadable("there is no Kubernetes Secret in it"));
    }
    let mut reading = Reading::default();
    for secret in secrets {
        add(secret, &mut reading);
    }
    reading.finish()
}

/// The Secrets in a document; in a `SecretList` each item is one without saying so.
fn collect<'a>(node: &'a Node, of_secrets: bool, secrets: &mut Vec<&'a Node>) {
    match node.get("kind").and_then(Node::text) {
        Some("Secret") => secrets.push(node),
        Some(kind @ ("List" | "SecretList")) => {
            if let Some(Node::List(items)) = node.get("items") {
                for item in items {
                    collect(item, kind == "SecretList", secrets);
                }
            }
        }
        None if of_secrets => secrets.push(node),
        _ => {}
    }
}

fn add(secret: &Node, reading: &mut Reading) {
    let before = reading.found.len();
    add_values(secret, reading);
    let metadata = secret.get("metadata").map(Node::members).unwrap_or_default();
    let said = |name: &str| metadata.iter().find(|member| member.name == name);
    let text = |member: &Member| member.value.text().map(str::to_owned);
    if reading.found.len() > before {
        let place = said("name").map_or(Place(0), |member| member.place);
        let name = said("name").and_then(text).unwrap_or_default();
        reading.objects.push(Object { place, name, namespace: said("namespace").and_then(text) });
    }
}

fn add_values(secret: &Node, reading: &mut Reading) {
    let part = |name| secret.get(name).map(Node::members).unwrap_or_default();
    let (data, clear) = (part("data"), part("stringData"));
    let stays = |member: &&Member| clear.iter().all(|other| other.name != member.name);
    for member in data.iter().filter(stays) {
        match decoded(&member.value) {
            Ok(value) => add_value(&member.name, member.place, &value, reading),
            Err(what) => reading.faults.push(Fault { place: member.place, what }),
        }
    }
    for member in clear {
        match text_of(&member.value) {
            Ok(value) => add_value(&member.name, member.place, value.as_bytes(), reading),
            Err(what) => reading.faults.push(Fault { place: member.place, what }),
        }
    }
}

fn text_of(value: &Node) -> Result<&str, Wrong> {
    match value {
        Node::Null => Ok(""),
        _ => value.text().ok_or(Wrong::Unreadable("a value is no text: quote it")),
    }
}

fn decoded(value: &Node) -> Result<Zeroizing<Vec<u8>>, Wrong> {
    let encoded = text_of(value)?;
    // Go's decoder, which clusters use, passes over line breaks.
    let mut joined = Zeroizing::new(String::with_capacity(encoded.len()));
    joined.extend(encoded.chars().filter(|c| !matches!(c, '\r' | '\n')));
    let mut bytes = Zeroizing::new(Vec::with_capacity(joined.len()));
    STANDARD
        .decode_vec(joined.as_bytes(), &mut bytes)
        .map_err(|_| Wrong::Unreadable("a value in data is not base64"))?;
    Ok(bytes)
}

fn add_value(name: &str, place: Place, value: &[u8], reading: &mut Reading) {
    let is_variable = name.parse::<Variable>().is_ok() && !value.trim_ascii().contains(&b'\n');
    let read = if is_variable { list::read(value) } else { key_file::read(value) };
    reading.absorb(read, place, name, value);
}

#[cfg(test)]
mod tests {
    use super::{Reading, Wrong, read};

    fn found(reading: &Reading) -> Vec<(usize, &str, &str)> {
        let one = reading.found.iter();
        one.map(|one| (one.place.0, one.name.as_deref().unwrap_or_default(), one.secret.expose()))
            .collect()
    }

    #[test]
    fn a_name_with_a_dot_is_a_file_and_a_variable_is_a_list() {
        let text = "apiVersion: v1\nkind: Secret\ndata:\n  api_keys.txt: azEKazIK\n  KEYS: azMsazQ=\n\
                    stringData:\n  lines: |\n    k5\n    k6\n  one-value: k7,\n";
        let reading = read(text.as_bytes());
        assert_eq!(
            found(&reading),
            [
                (4, "api_keys.txt", "k1"),
                (4, "api_keys.txt", "k2"),
                (5, "KEYS", "k3"),
                (5, "KEYS", "k4"),
                (7, "lines", "k5"),
                (7, "lines", "k6"),
                (10, "one-value", "k7,"),
            ]
        );
        assert_eq!(reading.faults.len(), 1, "{:?}", reading.faults);
    }

    #[test]
    fn string_data_wins_over_data() {
        let text = "kind: Secret\ndata: {K: azE=, L: azI=}\nstringData:\n  K: \"k3\"\n";
        let reading = read(text.as_bytes());
        assert_eq!(found(&reading), [(2, "L", "k2"), (4, "K", "k3")]);
    }

    #[test]
    fn secrets_are_found_in_lists_and_documents() {
        let yaml = "kind: Deployment\n---\nkind: Secret\ndata: {A: azE=}\n---\nkind: List\nitems:\n\
                    - kind: ConfigMap\n- kind: Secret\n  data:\n    B: >-\n      az\n      I=\n";
        // A folded text has a space where its lines were, which is no base64.
        let reading = read(yaml.as_bytes());
        assert_eq!(found(&reading), [(4, "A", "k1")]);
        let yaml = yaml.replace(">-", "|");
        let reading = read(yaml.as_bytes());
        assert_eq!(found(&reading), [(4, "A", "k1"), (11, "B", "k2")]);
        let json = "{\"kind\": \"SecretList\",\n\t\"items\": [{\"data\": {\"A\": \"azE=\"}}]}\n\
                    {\"kind\": \"Secret\", \"stringData\": {\"B\": \"\\ud83d\\ude00\"}}";
        let reading = read(json.as_bytes());
        assert_eq!(found(&reading), [(0, "A", "k1"), (0, "B", "😀")]);
    }

    #[test]
    fn what_a_cluster_would_refuse_is_told_with_its_line() {
        for (text, line, wrong) in [
            ("kind: Secret\ndata:\n  A: '?'\n", 3, "a value in data is not base64"),
            ("kind: Secret\nstringData:\n  A: 1\n", 3, "a value is no text: quote it"),
            ("kind: Secret\nstringData:\n  A: yes\n", 3, "a value is no text: quote it"),
            ("kind: ConfigMap\n", 0, "there is no Kubernetes Secret in it"),
            ("", 0, "there is no Kubernetes Secret in it"),
        ] {
            let reading = read(text.as_bytes());
            assert!(reading.found.is_empty());
            let fault = reading.faults.iter().find(|fault| fault.place.0 == line);
            assert_eq!(fault.map(|fault| &fault.what), Some(&Wrong::Unreadable(wrong)), "{text}");
        }
        let twice = "kind: Secret\ndata:\n  A: azE=\n  A: azI=\n";
        let reading = read(twice.as_bytes());
        assert!(reading.found.is_empty());
        assert_eq!(reading.faults[0].place.0, 4);
    }
}
