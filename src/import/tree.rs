//! YAML and JSON as a tree, with what a usual reader hides: where a value stands, whether it is text,
//! and whether a name stands twice. Nothing is built that the text does not spell out: no alias, no
//! tag, and nesting has an end.

use std::collections::BTreeSet;
use std::fmt;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Tag};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::{Fault, Place, Wrong};
use crate::secret::Secret;

/// How deep values may lie in each other.
const DEEPEST: usize = 64;

/// A value.
#[derive(Debug)]
pub(super) enum Node {
    /// Text.
    Text(Secret),
    /// Nothing.
    Null,
    /// A number or a boolean.
    Other,
    /// Values in a row.
    List(Vec<Node>),
    /// Values by name, in their order.
    Map(Vec<Member>),
}

/// A value in a map.
#[derive(Debug)]
pub(super) struct Member {
    /// Its name.
    pub name: String,
    /// The line of the name in YAML, 0 in JSON.
    pub place: Place,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The members of a map; none of anything else.
    pub(super) fn members(&self) -> &[Member] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The text, where it is text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.expose()),
            _ => None,
        }
    }
}

/// The documents of a text, which is JSON when it begins as JSON does, or YAML.
pub(super) fn documents(text: &str) -> Result<Vec<Node>, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('{')
        && let Ok(documents) = serde_json::Deserializer::from_str(text).into_iter().collect()
    {
        let documents: Vec<Node> = documents;
        return match documents.iter().find_map(duplicate) {
            None => Ok(documents),
            Some(place) => Err(Fault { place, what: TWICE }),
        };
    }
    of_yaml(text)
}

const TWICE: Wrong = Wrong::Unreadable("a name stands twice in a map, and readers take either");

/// Where a name stands that stood in the same map before.
fn duplicate(node: &Node) -> Option<Place> {
    match node {
        Node::Map(members) => {
            let mut seen = BTreeSet::new();
            members
                .iter()
                .find(|member| !seen.insert(member.name.as_str()))
                .map(|member| member.place)
                .or_else(|| members.iter().find_map(|member| duplicate(&member.value)))
        }
        Node::List(nodes) => nodes.iter().find_map(duplicate),
        Node::Text(_) | Node::Null | Node::Other => None,
    }
}

// --- YAML ---------------------------------------------------------------------------------------

/// A list or a map that is not at its end yet.
enum Open {
    List(Vec<Node>),
    Map { members: Vec<Member>, names: BTreeSet<String>, name: Option<(String, Place)> },
}

fn of_yaml(text: &str) -> Result<Vec<Node>, Fault> {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error: ScanError| {
            let place = Place(error.marker().line());
            Fault { place, what: Wrong::Unreadable("this is no YAML") }
        })?;
        let place = Place(span.start.line());
        let refuse = |why| Err(Fault { place, what: Wrong::Unreadable(why) });
        if open.len() > DEEPEST {
            return refuse("values lie too deep in each other");
        }
        let node = match event {
            Event::Alias(_) => return refuse("an alias: write the value out"),
            Event::Scalar(_, _, _, Some(tag)) if !is_text_tag(&tag) => return refuse(TAGGED),
            Event::SequenceStart(_, Some(_)) | Event::MappingStart(_, Some(_)) => {
                return refuse(TAGGED);
            }
            Event::Scalar(text, style, _, tag) => {
                let text = Secret::new(text.into_owned());
                if style == ScalarStyle::Plain && tag.is_none() {
                    plain(text)
                } else {
                    Node::Text(text)
                }
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingStart(..) => {
                open.push(Open::Map { members: Vec::new(), names: BTreeSet::new(), name: None });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(nodes)) => Node::List(nodes),
                Some(Open::Map { members, .. }) => Node::Map(members),
                None => continue,
            },
            _ => continue,
        };
        match open.last_mut() {
            None => documents.push(node),
            Some(Open::List(nodes)) => nodes.push(node),
            Some(Open::Map { members, names, name }) => match (name.take(), node) {
                (Some((name, place)), value) => members.push(Member { name, place, value }),
                (None, Node::Text(text)) => {
                    let text = text.expose().to_owned();
                    if !names.insert(text.clone()) {
                        return Err(Fault { place, what: TWICE });
                    }
                    *name = Some((text, place));
                }
                (None, _) => return refuse("a name in a map is no text: quote it"),
            },
        }
    }
    Ok(documents)
}

const TAGGED: &str = "a tag: write the value as it is";

fn is_text_tag(tag: &Tag) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == "str"
}

/// What a scalar without quotes is: to `kubectl`, which reads YAML 1.1, `yes` is a boolean.
fn plain(text: Secret) -> Node {
    const BOOLEANS: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "y", "n"];
    let word = text.expose();
    if matches!(word, "" | "~" | "null" | "Null" | "NULL") {
        return Node::Null;
    }
    let cased = |one: &str| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        let lower = rest.bytes().all(|b| b.is_ascii_lowercase());
        let upper = word.bytes().all(|b| b.is_ascii_uppercase());
        one.eq_ignore_ascii_case(word) && (upper || (first.is_ascii() && lower))
    };
    if BOOLEANS.iter().any(|one| cased(one)) || is_number(word) {
        Node::Other
    } else {
        Node::Text(text)
    }
}

fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    if matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan") {
        return true;
    }
    for (prefixes, radix) in [(["0x", "0X"], 16), (["0o", "0O"], 8), (["0b", "0B"], 2)] {
        if let Some(digits) = prefixes.iter().find_map(|prefix| unsigned.strip_prefix(prefix)) {
            let good = |c: char| c == '_' || c.is_digit(radix);
            return !digits.is_empty() && digits.chars().all(good);
        }
    }
    let starts = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let number = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-' | '_');
    let short = unsigned.len() <= 64 && unsigned.chars().all(number);
    let all_digits = unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    starts && (all_digits || (short && unsigned.replace('_', "").parse::<f64>().is_ok()))
}

// --- JSON ---------------------------------------------------------------------------------------

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Builder)
    }
}

struct Builder;

impl<'de> Visitor<'de> for Builder {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Other)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(Secret::new(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = from.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = from.next_entry()? {
            members.push(Member { name, place: Place(0), value });
        }
        Ok(Node::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Secret, documents, plain};

    #[test]
    fn what_kubectl_takes_for_no_text_is_none() {
        for word in
            ["1", "-1.5e3", "0x1F", "0o17", "1_000", ".5", ".inf", "yes", "True", "OFF", "n"]
        {
            assert!(matches!(plain(Secret::new(word.to_owned())), Node::Other), "{word}");
        }
        for word in ["", "~", "null"] {
            assert!(matches!(plain(Secret::new(word.to_owned())), Node::Null), "{word}");
        }
        for word in ["yEs", "1a", "web", "a1", "-", "0xg", "nan", "c2s=", "1.2.3", "é"] {
            assert!(matches!(plain(Secret::new(word.to_owned())), Node::Text(_)), "{word}");
        }
    }

    #[test]
    fn what_is_hostile_is_refused_with_its_line() {
        let deep = format!("a: {}", "[".repeat(10_000));
        let deep_json = format!("{{\"a\":{}", "[".repeat(10_000));
        let indented = (0..200).fold(String::new(), |text, at| text + &" ".repeat(at) + "a:\n");
        for (text, line) in [
            ("a: 1\na: 2\n", 2),
            ("a:\n  b: &x [1]\n  c: *x\n", 3),
            ("a: !!binary c2s=\n", 1),
            ("a: !x {}\n", 1),
            ("a: {b: 1, b: 2}\n", 1),
            ("{\"a\": 1, \"a\": 2}", 0),
            ("a: \"open\n", 1),
            ("? [a]\n: 1\n", 1),
            (&deep, 1),
            (&deep_json, 1),
            (&indented, 65),
        ] {
            let fault = documents(text).unwrap_err();
            let from = text.chars().take(40).collect::<String>();
            assert_eq!(fault.place.0, line, "{from}: {fault:?}");
        }
    }
}
