//! Every published schema describes each field and type in Chinese and in English, in phrases that say something.

use serde_json::Value;

use super::generated_files;

/// Fewer Chinese characters than these name nothing.
const LEAST_CHINESE_CHARACTERS: usize = 4;

/// Fewer English words than these leave open what is meant, as `Which.` and `The paper.` do.
const LEAST_ENGLISH_WORDS: usize = 4;

/// What holds data or is held against it, and describes nothing.
const VALUES: [&str; 6] = ["examples", "example", "const", "enum", "default", "required"];

/// What is wrong with a description, or nothing.
fn fault(description: &str) -> Option<&'static str> {
    let Some((chinese, english)) = description.split_once(" / ") else {
        return Some("not of a Chinese and an English half");
    };
    let is_chinese = |character: &char| ('\u{4e00}'..='\u{9fff}').contains(character);
    let is_word = |word: &&str| word.chars().any(|character| character.is_ascii_alphabetic());
    if chinese.chars().filter(is_chinese).count() < LEAST_CHINESE_CHARACTERS {
        Some("too little Chinese")
    } else if english.split_whitespace().filter(is_word).count() < LEAST_ENGLISH_WORDS {
        Some("too little English")
    } else {
        None
    }
}

/// Adds the faults of all that a schema describes, each with the place where it stands.
fn gather(schema: &Value, at: &str, faults: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(description)) = fields.get("description") {
                faults.extend(fault(description).map(|fault| format!("{at}: {fault}: {description}")));
            }
            for (key, inner) in fields.iter().filter(|(key, _)| !VALUES.contains(&key.as_str())) {
                let at = format!("{at}/{key}");
                match inner.as_object().filter(|_| key == "properties") {
                    Some(properties) => properties.iter().for_each(|(name, property)| {
                        let at = format!("{at}/{name}");
                        if !property["description"].is_string() {
                            faults.push(format!("{at}: no description"));
                        }
                        gather(property, &at, faults);
                    }),
                    None => gather(inner, &at, faults),
                }
            }
        }
        Value::Array(items) => {
            if at.ends_with("/parameters") {
                let bare = items.iter().filter(|item| !item["description"].is_string());
                faults.extend(bare.map(|item| format!("{at}: {}: no description", item["name"])));
            }
            items.iter().enumerate().for_each(|(index, item)| gather(item, &format!("{at}/{index}"), faults));
        }
        _ => {}
    }
}

#[test]
fn every_field_and_type_is_described_in_chinese_and_in_english() {
    let mut faults = Vec::new();
    for (path, text) in generated_files() {
        gather(&serde_json::from_str(&text).unwrap(), &path, &mut faults);
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_description_that_says_too_little_is_found() {
    for thin in [
        "Which.",
        "The paper.",
        "文号 / number",
        "文号：文件的编号",
        "The number of a document",
        "编号 / the number of the document",
    ] {
        assert!(fault(thin).is_some(), "{thin}");
    }
    assert_eq!(fault("文号：文件的编号 / the number of the document"), None);
    let mut faults = Vec::new();
    let schema = serde_json::json!({ "properties": {
        "bare": { "type": "string" },
        "thin": { "description": "Why." },
        "named": { "parameters": [{ "name": "code" }], "description": "所列的地方 / the places that are listed" },
        "items": { "description": "整改事项的清单 / the matters to put right", "items": { "description": "What." } },
    } });
    gather(&schema, "x", &mut faults);
    assert_eq!(faults.len(), 4, "{faults:?}");
}
