//! What a request will record, as a sentence that opens its preview.

use domain::CommandKind;
use domain::date::Date;
use domain::quarter::Quarter;
use labels as w;
use labels::terms::of_field;
use serde_json::{Value, json};

use crate::pages::entries::Names;
use crate::pages::lists::yuan;
use crate::pages::table::thousands;
use crate::pages::visit::Visit;

/// The sentence; nothing for what is said of the log itself.
pub(crate) fn sentence(
    visit: &Visit,
    kind: CommandKind,
    request: &Value,
    names: Names<'_>,
) -> Option<String> {
    let template = w::sentences::sentence(kind)?;
    let body = filled(visit, visit.say(&template), &request["data"], names);
    let frame = json!({
        "day": request["effective_date"],
        "body": body,
        "document": request["document"]["number"],
        "meeting": request["decided_by"]["meeting"],
    });
    Some(filled(visit, visit.say(w::sentences::SENTENCE), &frame, names))
}

/// A template with its values; a part in brackets is left out where a value in it is not there.
fn filled(visit: &Visit, template: &str, data: &Value, names: Names<'_>) -> String {
    let (mut said, mut rest) = (String::new(), template);
    while let Some(start) = rest.find('[') {
        let end = rest[start..].find(']').map_or(rest.len(), |end| start + end);
        said.push_str(&part(visit, &rest[..start], data, names).0);
        let (inner, is_whole) = part(visit, &rest[start + 1..end], data, names);
        if is_whole {
            said.push_str(&inner);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    said + &part(visit, rest, data, names).0
}

/// A part with its values, and whether all of them were there; one that is not is said by an ellipsis.
fn part(visit: &Visit, template: &str, data: &Value, names: Names<'_>) -> (String, bool) {
    let (mut said, mut rest, mut is_whole) = (String::new(), template, true);
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end);
        said.push_str(&rest[..start]);
        let path = &rest[start + 1..end];
        let name = path.rsplit('.').next().unwrap_or_default();
        match at(data, path).and_then(|found| value(visit, name, &found, names)) {
            Some(found) => said.push_str(&found),
            None => {
                said.push('…');
                is_whole = false;
            }
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    (said + rest, is_whole)
}

/// What stands at a path; of rows, what stands there in each.
fn at(data: &Value, path: &str) -> Option<Value> {
    path.split('.').try_fold(data.clone(), |found, name| {
        let next = match found {
            Value::Array(rows) => Value::Array(rows.iter().map(|row| row[name].clone()).collect()),
            other => other[name].clone(),
        };
        (!next.is_null()).then_some(next)
    })
}

/// A value as people say it; nothing for an id that has no name.
fn value(visit: &Visit, name: &str, found: &Value, names: Names<'_>) -> Option<String> {
    match found {
        Value::Bool(is_so) => Some(visit.say(if *is_so { w::YES } else { w::NO }).to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => text_of(visit, name, text, names),
        Value::Array(rows) if !rows.is_empty() => {
            let said: Option<Vec<_>> = rows.iter().map(|row| value(visit, name, row, names)).collect();
            Some(said?.join(visit.say(w::LIST_COMMA)))
        }
        Value::Object(_) => found["amount"]
            .as_u64()
            .map(|fen| thousands(&yuan(fen)))
            .map(|yuan| visit.language.pick(format!("{yuan}元"), format!("{yuan} yuan"))),
        Value::Null | Value::Array(_) => None,
    }
}

fn text_of(visit: &Visit, name: &str, text: &str, names: Names<'_>) -> Option<String> {
    if let Some(quarter) = (name == "quarter").then(|| text.parse::<Quarter>().ok()).flatten() {
        return Some(visit.say(&quarter.say()).to_owned());
    }
    if let Ok(day) = text.parse::<Date>() {
        return Some(visit.say(&day.say()).to_owned());
    }
    if let Some(words) = of_field(name, text) {
        return Some(visit.say(words).to_owned());
    }
    let is_id = text.len() == ulid::ULID_LEN && ulid::Ulid::from_string(text).is_ok();
    match names(text) {
        Some(named) => Some(named.text),
        None => (!is_id && !text.is_empty()).then(|| text.trim_end_matches('。').to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use service::command_schemas::example;

    use super::*;
    use crate::pages::entries::Named;
    use crate::pages::visit::tests::visit;

    /// Every id is somebody, and the codes of lists that a policy extends have their names.
    fn names(key: &str) -> Option<Named> {
        let policy = domain::Policy::defaults().ok()?;
        let listed = policy.code_lists.values().flatten().find(|entry| entry.code.as_str() == key);
        let text = match listed {
            Some(entry) => entry.zh.to_string(),
            None if key.len() == 26 => "某某".into(),
            None => return None,
        };
        Some(Named { text, link: None })
    }

    #[test]
    fn every_example_is_said_in_words_and_whole() {
        let mut wrong = Vec::new();
        for kind in CommandKind::over_http() {
            let request = example(kind.name()).unwrap();
            for language in [Language::Zh, Language::En] {
                let visit = visit(language, &[]);
                let said =
                    sentence(&visit, kind, &request, &names).unwrap_or_else(|| panic!("{}", kind.name()));
                let what = format!("{}: {said}", kind.name());
                let words = said.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                let is_wire = |word: &str| match language {
                    Language::Zh => word.bytes().any(|byte| byte.is_ascii_lowercase()) || word.len() == 26,
                    Language::En => word.contains('_') || word.len() == 26,
                };
                if said.contains(['…', '{', '}', '[', ']']) || words.clone().any(is_wire) {
                    wrong.push(what);
                }
            }
        }
        assert_eq!(wrong, [] as [String; 0]);
    }

    #[test]
    fn a_grade_is_said_with_its_day_and_document() {
        let request = json!({
            "effective_date": "2026-07-10", "on_behalf_of": "x",
            "document": {"number": "昭委组〔2026〕12号", "issued": "2026-07-09"},
            "data": {"joint_branch": "01J8KQ2M000000000000000008", "quarter": "2026Q2", "grade": "poor"}
        });
        let names = |_: &str| Some(Named { text: "石门联合党支部".into(), link: None });
        let said = |request: &Value| {
            sentence(&visit(Language::Zh, &[]), CommandKind::EvaluateQuarter, request, &|key: &str| {
                names(key).filter(|_| key.len() == 26)
            })
        };
        assert_eq!(
            said(&request).unwrap(),
            "将于2026年7月10日把石门联合党支部2026年第二季度评为较差，依据昭委组〔2026〕12号。"
        );
        let mut bare = request;
        bare["document"] = Value::Null;
        assert!(said(&bare).unwrap().ends_with("评为较差。"));
    }
}
