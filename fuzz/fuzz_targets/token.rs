//! The text of keys: whatever is judged good is what its parts say, ends in its check, and is the
//! key that a text with it begins with.
#![no_main]

use keyctl::environment::{Code, EnvironmentName, Template};
use keyctl::key::token::{
    CHECK_LENGTH, LONGEST, Malformed, Shape, check_of, inspect, is_of_other, leading,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let template: Template = "acme-{env}_{rand:32}x{check}".parse().unwrap();
    let (name, code): (EnvironmentName, Code) = ("prod".parse().unwrap(), "p".parse().unwrap());
    let templates = [(&template, &code)];
    if let Some(key) = leading(data, &templates) {
        assert!(key.public < key.length && key.length <= LONGEST);
        let text = std::str::from_utf8(&data[..key.length]).unwrap();
        assert!(text.as_bytes().ends_with(&check_of(&text[..key.length - CHECK_LENGTH])));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    // No mutation hits upon a check; with it, only the form is left to be wrong.
    let check = check_of(text);
    let complete = format!("{text}{}", std::str::from_utf8(&check).unwrap());
    for text in [text, &complete] {
        match inspect(text, &templates) {
            Ok(shape) => {
                let (body, check) = text.split_at(text.len() - CHECK_LENGTH);
                assert_eq!(check.as_bytes(), check_of(body));
                match shape {
                    Shape::Sk(code) => assert!(text.starts_with(&format!("sk_{code}_"))),
                    Shape::Gateway(name) => assert!(text.starts_with(&format!("sk-{name}-"))),
                    Shape::Permas => assert!(text.starts_with("permas_")),
                    Shape::Heare => assert!(text.starts_with("sec_0")),
                    Shape::Custom => assert!(text.starts_with("acme-p_")),
                }
                let length = |text: &str| leading(text.as_bytes(), &templates).unwrap().length;
                assert_eq!(length(text), text.len());
                assert_eq!(length(&format!("{text} ")), text.len());
                assert!(!is_of_other(&format!("{text}0"), [(&name, &code)]));
            }
            Err(fault) => {
                let _ = fault.to_string();
                if is_of_other(text, [(&name, &code)]) {
                    assert_eq!(fault, Malformed::Check);
                }
            }
        }
    }
    // A template of any form, and a key of it with any body.
    if let Some((first, body)) = text.split_once('\n')
        && let Ok(template) = first.parse::<Template>()
    {
        let head = template.head(code.as_str());
        let body = format!("{head}{body}{}", template.tail());
        let check = check_of(&body);
        let text = body + std::str::from_utf8(&check).unwrap();
        if inspect(&text, &[(&template, &code)]) == Ok(Shape::Custom) {
            assert_eq!(text.len(), head.len() + template.random() + template.tail().len() + 6);
            assert_eq!(template.to_string(), first);
        }
    }
});
