//! Published schemas use only what JSON Schema itself defines, so that a validator with its default settings compiles them.
//!
//! `format` is left to extensions: a strict validator refuses a schema with one that it does not know, and most know none of
//! those for integers. What a format says is written as bounds and patterns instead.

use serde_json::{Value, json};

/// A day, as `2026-01-31`.
const DATE_PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
/// An instant in UTC with milliseconds, as `2026-01-02T03:04:05.678Z`.
const TIME_PATTERN: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$";

/// Writes formats as bounds and patterns, and a choice of types as a choice of schemas.
pub fn write_plainly(schema: &mut Value) {
    bound_integers(schema);
    each_schema(schema, &mut |schema| {
        let pattern = match schema["format"].as_str() {
            Some("date") => DATE_PATTERN,
            Some("date-time") => TIME_PATTERN,
            _ => return,
        };
        if let Some(fields) = schema.as_object_mut() {
            fields.remove("format");
            fields.insert("pattern".into(), pattern.into());
        }
    });
    each_schema(schema, &mut part_types);
}

/// Writes the formats of integers as bounds.
pub fn bound_integers(schema: &mut Value) {
    each_schema(schema, &mut |schema| {
        let (minimum, maximum) = match schema["format"].as_str() {
            Some("uint8") => (0, u64::from(u8::MAX)),
            Some("uint16") => (0, u64::from(u16::MAX)),
            Some("uint32") => (0, u64::from(u32::MAX)),
            Some("uint" | "uint64") => (0, u64::MAX),
            Some("int16") => (i64::from(i16::MIN), i16::MAX.unsigned_abs().into()),
            Some("int32") => (i64::from(i32::MIN), i32::MAX.unsigned_abs().into()),
            Some("int" | "int64") => (i64::MIN, i64::MAX.unsigned_abs()),
            _ => return,
        };
        if let Some(fields) = schema.as_object_mut() {
            fields.remove("format");
            fields.entry("minimum").or_insert(minimum.into());
            fields.entry("maximum").or_insert(maximum.into());
        }
    });
}

/// A schema with several types, of which none is `null`, as alternatives with one type each.
fn part_types(schema: &mut Value) {
    let Some(types) = schema["type"].as_array() else { return };
    if types.iter().any(|one| one == "null") {
        return;
    }
    let alternatives: Vec<Value> = types.iter().map(|one| json!({ "type": one })).collect();
    let Some(fields) = schema.as_object_mut() else { return };
    fields.remove("type");
    let lengths: Vec<_> = ["minLength", "maxLength", "pattern"]
        .iter()
        .filter_map(|key| Some(((*key).to_owned(), fields.remove(*key)?)))
        .collect();
    let mut alternatives = alternatives;
    for text in alternatives.iter_mut().filter(|one| one["type"] == "string") {
        text.as_object_mut().into_iter().for_each(|text| text.extend(lengths.clone()));
    }
    fields.insert("anyOf".into(), alternatives.into());
}

/// Applies a change to a schema and to all those inside it; examples are no schemas.
pub fn each_schema(schema: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match schema {
        Value::Object(_) => {
            change(schema);
            for (key, inner) in schema.as_object_mut().into_iter().flatten() {
                if key != "examples" {
                    each_schema(inner, change);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_schema(item, change)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::write_plainly;

    #[test]
    fn formats_become_bounds_and_patterns() {
        let mut schema = json!({
            "properties": {
                "year": { "type": "integer", "format": "int16", "minimum": 1900 },
                "asked": { "type": ["integer", "null"], "format": "uint32", "minimum": 0 },
                "day": { "type": "string", "format": "date" },
                "format": { "type": "string", "format": "date-time" },
                "figure": { "type": ["number", "string"], "minLength": 1 }
            },
            "examples": [{ "format": "date" }]
        });
        write_plainly(&mut schema);
        let properties = &schema["properties"];
        assert_eq!(properties["year"], json!({ "type": "integer", "minimum": 1900, "maximum": 32_767 }));
        assert_eq!(
            properties["asked"],
            json!({ "type": ["integer", "null"], "minimum": 0, "maximum": u32::MAX })
        );
        let is_valid = |name: &str, text: &str| {
            json_schema::Schema::compile(&properties[name]).unwrap().is_valid(&json!(text))
        };
        assert!(is_valid("day", "2026-01-31") && !is_valid("day", "2026-13-31"));
        assert!(is_valid("format", "2026-01-02T03:04:05.678Z") && !is_valid("format", "2026-01-02"));
        let parts = json!([{ "type": "number" }, { "type": "string", "minLength": 1 }]);
        assert_eq!(properties["figure"], json!({ "anyOf": parts }));
        assert_eq!(schema["examples"], json!([{ "format": "date" }]));
    }
}
