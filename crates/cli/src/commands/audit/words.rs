//! Words for paper: what the fields of rows are called, and values in the words of the office.

use domain::account::Role;
use domain::say::{Language, Say, say};
use labels::{events, fields, terms};
use projections::wire_code;
use serde_json::Value;

use crate::commands::show::word;

/// A field's path as people read it: in Chinese by the labels of its parts, in English by the names that the rows have. A
/// part without a label, such as a quarter, stands as it is.
pub fn field(path: &str, language: Language) -> String {
    let label = |part: &str| fields::words(part).map_or(part.to_owned(), |words| words.zh.to_string());
    let named = |part: &str| language.pick(label(part), part.to_owned());
    path.split('.').map(named).collect::<Vec<_>>().join(" ")
}

/// The name of an event type; one that is not listed stands as it is.
pub fn event(event_type: &'static str) -> Say {
    events::words(event_type).cloned().unwrap_or(say(event_type, event_type))
}

/// The name of a role.
pub fn role(role: Role, language: Language) -> String {
    let code = role_code(role);
    terms::term(language, "Role", &code)
}

/// The code of a role on the wire.
pub fn role_code(role: Role) -> String {
    wire_code(&role).unwrap_or_default()
}

/// A value of a field as people read it; nothing is a dash. The field may be a path, of which the last name counts.
pub fn value(field: &str, value: &Value, language: Language) -> String {
    match value {
        Value::Null => "—".to_owned(),
        Value::String(text) => {
            let is_name = |part: &&str| part.parse::<usize>().is_err();
            let name = field.rsplit(['.', '/']).find(is_name).unwrap_or(field);
            word(name, text, language)
        }
        Value::Bool(yes) => {
            let said = if *yes { ("是", "yes") } else { ("否", "no") };
            language.pick(said.0, said.1).to_owned()
        }
        Value::Array(items) => {
            items.iter().map(|item| self::value(field, item, language)).collect::<Vec<_>>().join("、")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_and_values_are_said_in_words_where_there_are_any() {
        assert_eq!(field("evaluations.2019Q1.grade", Language::Zh), "评估 2019Q1 等次");
        assert_eq!(field("phase", Language::En), "phase");
        assert_eq!(field("of_tomorrow", Language::Zh), "of_tomorrow");
        assert_eq!(value("evaluations.2019Q1.grade", &json!("poor"), Language::Zh), "较差");
        assert_eq!(value("functions.0", &json!(["industry", "x"]), Language::Zh), "产业发展、x");
        assert_eq!(
            (value("grade", &json!(null), Language::Zh), value("grade", &json!(3), Language::En)),
            ("—".into(), "3".into())
        );
    }
}
