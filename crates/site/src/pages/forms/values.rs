//! What was filled in, by the pointer of its field, and the request that it makes; and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schema::{Field, Shape};

/// What was filled in: JSON pointer to text. A row stands under its number, a key of a map under `…/N/_key`.
pub(crate) type Posted = BTreeMap<String, String>;

/// The most rows of a list that a form holds.
pub(crate) const MAX_ROWS: usize = 60;
/// The part of a pointer under which a map's key stands.
pub(crate) const KEY: &str = "_key";

/// The request: empty fields are left out, rows move up.
pub(crate) fn request_of(fields: &[Field], posted: &Posted) -> Value {
    Value::Object(group(fields, "", posted))
}

fn group(fields: &[Field], at: &str, posted: &Posted) -> Map<String, Value> {
    let entries = fields.iter().filter_map(|field| {
        let value = read(field, &format!("{at}/{}", field.name), posted)?;
        Some((field.name.clone(), value))
    });
    entries.collect()
}

fn read(field: &Field, at: &str, posted: &Posted) -> Option<Value> {
    let text = posted.get(at).map(|text| text.trim()).filter(|text| !text.is_empty());
    match &field.shape {
        // What must be there is sent even when it is empty, so that the refusal names the field that is missing.
        Shape::Group(own) => {
            (field.is_required || is_touched(at, posted)).then(|| Value::Object(group(own, at, posted)))
        }
        Shape::Rows(item) => {
            let item = Field { is_required: false, ..(**item).clone() };
            let rows: Vec<_> =
                (0..MAX_ROWS).filter_map(|row| read(&item, &format!("{at}/{row}"), posted)).collect();
            (!rows.is_empty() || field.is_required).then_some(Value::Array(rows))
        }
        Shape::Map(item) => {
            let item = Field { is_required: false, ..(**item).clone() };
            let row = |row: usize| {
                let key = posted
                    .get(&format!("{at}/{row}/{KEY}"))
                    .map(|key| key.trim())
                    .filter(|key| !key.is_empty())?;
                Some((key.to_owned(), read(&item, &format!("{at}/{row}"), posted)?))
            };
            let entries: Map<_, _> = (0..MAX_ROWS).filter_map(row).collect();
            (!entries.is_empty()).then_some(Value::Object(entries))
        }
        Shape::YesNo => text.map(|text| match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => other.into(),
        }),
        // What is no number stays a text, and the refusal says so beside the field.
        Shape::Whole => text.map(|text| text.parse::<i64>().map_or_else(|_| text.into(), Into::into)),
        Shape::Figure | Shape::Json => {
            text.map(|text| serde_json::from_str(text).unwrap_or_else(|_| text.into()))
        }
        Shape::Text | Shape::Date | Shape::Choice(_) => text.map(Into::into),
    }
}

/// Whether anything was filled in below a pointer.
fn is_touched(at: &str, posted: &Posted) -> bool {
    let below = format!("{at}/");
    posted.iter().any(|(pointer, text)| pointer.starts_with(&below) && !text.trim().is_empty())
}

/// What a form shows of a request.
pub(crate) fn posted_of(fields: &[Field], request: &Value) -> Posted {
    let mut posted = Posted::new();
    write_group(fields, "", request, &mut posted);
    posted
}

fn write_group(fields: &[Field], at: &str, found: &Value, posted: &mut Posted) {
    for field in fields {
        write(field, &format!("{at}/{}", field.name), &found[&field.name], posted);
    }
}

fn write(field: &Field, at: &str, found: &Value, posted: &mut Posted) {
    match (&field.shape, found) {
        (_, Value::Null) => {}
        (Shape::Group(own), _) => write_group(own, at, found, posted),
        (Shape::Rows(item), Value::Array(rows)) => {
            for (row, value) in rows.iter().enumerate() {
                write(item, &format!("{at}/{row}"), value, posted);
            }
        }
        (Shape::Map(item), Value::Object(entries)) => {
            for (row, (key, value)) in entries.iter().enumerate() {
                posted.insert(format!("{at}/{row}/{KEY}"), key.clone());
                write(item, &format!("{at}/{row}"), value, posted);
            }
        }
        (_, Value::String(text)) => {
            posted.insert(at.to_owned(), text.clone());
        }
        (_, other) => {
            posted.insert(at.to_owned(), other.to_string());
        }
    }
}

/// A request without what is null or empty.
#[cfg(test)]
pub(crate) fn without_empty(found: &Value) -> Value {
    match found {
        Value::Object(fields) => {
            let kept = fields
                .iter()
                .filter(|(_, value)| !value.is_null() && !value.as_object().is_some_and(Map::is_empty));
            let kept = kept.filter(|(_, value)| !value.as_array().is_some_and(Vec::is_empty));
            Value::Object(kept.map(|(name, value)| (name.clone(), without_empty(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_empty).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::pages::forms::fields_of;

    #[test]
    fn empty_rows_move_up_and_what_is_no_number_is_sent_as_it_is() {
        let fields = fields_of("record-will-survey").unwrap();
        let posted: Posted = [
            ("/data/villages/0/village", " "),
            ("/data/villages/2/village", "510811210205"),
            ("/data/villages/2/asked", "many"),
            ("/effective_date", ""),
        ]
        .into_iter()
        .map(|(pointer, text)| (pointer.to_owned(), text.to_owned()))
        .collect();
        let request = request_of(&fields, &posted);
        assert_eq!(request["data"], json!({"villages": [{"village": "510811210205", "asked": "many"}]}));
        assert!(request.get("effective_date").is_none());
        assert_eq!(posted_of(&fields, &request)["/data/villages/0/asked"], "many");
    }
}
