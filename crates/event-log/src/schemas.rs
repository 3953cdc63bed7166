//! The JSON Schemas (2020-12) of events: the envelope and, for each type, its data. Generated from the types that
//! read and write events, so that schema and code cannot drift apart.

use domain::EventBody;
use domain::account::Role;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::envelope::schema_id;
use crate::versions::TypeVersion;

/// One stored event of each type and version, as it was first published: read for ever, and each schema's example.
pub const GOLDEN: &str = include_str!("../golden/events.ndjson");

/// The two versions of a type that only tests know.
#[cfg(any(test, feature = "contract"))]
pub(crate) const REHEARSED: &str = include_str!("../golden/rehearsal.ndjson");

/// The schema of every event of a type in one version, or nothing where there is no such version.
pub fn event_schema(of: TypeVersion) -> Option<Value> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let data = EventBody::data_schema(of.event_type, of.version, &mut generator)?;
    let definitions = generator.take_definitions(true);
    let full_type = of.to_string();
    let mut properties = envelope_properties(&full_type);
    properties.insert("data".into(), data.to_value());
    let optional =
        ["document", "decided", "override", "county", "township", "warnings", "simulated", "traceparent"];
    let is_optional = |name: &str| optional.iter().any(|prefix| name.starts_with(prefix));
    let required: Vec<&String> = properties.keys().filter(|name| !is_optional(name)).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_id(&full_type),
        "title": full_type,
        "type": "object",
        "required": required,
        "properties": properties,
        "unevaluatedProperties": false,
        "examples": golden(&full_type).into_iter().collect::<Vec<_>>(),
        "$defs": definitions,
    });
    close(&mut schema);
    Some(schema)
}

/// The golden event of a full type.
fn golden(full_type: &str) -> Option<Value> {
    let events = GOLDEN.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.into_iter().find(|event| event["type"] == full_type)
}

/// Closes every object in the one way that also works where schemas are combined.
pub fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
                fields.remove("additionalProperties");
                fields.insert("unevaluatedProperties".into(), Value::Bool(false));
            }
            for (key, value) in fields.iter_mut() {
                if key != "examples" {
                    close(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The envelope's attributes.
fn envelope_properties(full_type: &str) -> Map<String, Value> {
    let ulid = || json!({ "type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" });
    let text = |description: &str| json!({ "type": "string", "minLength": 1, "description": description });
    let date = || json!({ "type": "string", "format": "date" });
    let number =
        |description: &str| json!({ "type": "string", "pattern": "^[0-9]{20}$", "description": description });
    let roles: Vec<&str> = Role::OF_ACCOUNTS.into_iter().chain([Role::Local]).map(Role::as_str).collect();
    let properties = json!({
        "specversion": { "const": "1.0" },
        "id": ulid(),
        "source": { "type": "string", "pattern": "^/cities/[0-9]{4}$" },
        "type": { "const": full_type },
        "subject": text("entity/id"),
        "time": { "type": "string", "format": "date-time", "description": "recorded, UTC, ms; never earlier than the event before" },
        "datacontenttype": { "const": "application/json" },
        "dataschema": { "const": format!("{}#/properties/data", schema_id(full_type)) },
        "sequence": number("position in the city's log"),
        "commandid": ulid(),
        "commanddigest": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        "commandindex": { "type": "integer", "minimum": 0 },
        "commandcount": { "type": "integer", "minimum": 1 },
        "actor": text("opaque id of who acted"),
        "actorrole": { "enum": roles },
        "onbehalfof": text("ULID of an organization, or code of a place"),
        "effectivedate": date(),
        "documentnumber": text("文号"),
        "documentissued": date(),
        "documentsha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        "decidedmeeting": text("the meeting that decided"),
        "decideddate": date(),
        "overridereason": text("why a warning was set aside"),
        "overridedocument": text("the document that allows it"),
        "county": { "type": "string", "pattern": "^[0-9]{6}$" },
        "township": { "type": "string", "pattern": "^[0-9]{9}$" },
        "scopesequence": number("gapless per county, and for `_`"),
        "warnings": text("JSON text: an array of {rule, message, message_en, citation, found?, allowed?}"),
        "simulated": { "const": true },
        "traceparent": text("W3C trace context"),
    });
    match properties {
        Value::Object(properties) => properties,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{GOLDEN, event_schema};
    use crate::envelope::{decode, rewrite, subject, subject_of_stored};
    use crate::versions::TypeVersion;

    #[test]
    fn every_golden_event_still_reads_and_writes_the_same_bytes() {
        for line in GOLDEN.lines() {
            let decoded = decode(line.as_bytes()).unwrap();
            let again = rewrite("5108", &decoded, line.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(again).unwrap(), line);
        }
    }

    #[test]
    fn a_stored_event_is_filed_under_the_subject_it_was_recorded_with() {
        for line in GOLDEN.lines() {
            let event = decode(line.as_bytes()).unwrap().event;
            let recorded = subject("5108", &event.meta.scope, &event.body);
            assert_eq!(subject_of_stored(line.as_bytes()).unwrap(), recorded);
        }
        assert!(subject_of_stored(b"{}").is_err());
    }

    #[test]
    fn every_version_of_every_type_has_a_golden_event_that_its_schema_accepts() {
        for of in TypeVersion::published() {
            let schema = event_schema(of).unwrap();
            let example = schema["examples"].get(0).unwrap_or_else(|| panic!("no golden event of {of}"));
            let validator =
                jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
            let errors: Vec<String> = validator.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{of}: {errors:?}");
        }
    }

    #[test]
    fn every_commitment_of_an_event_is_declared_in_its_row() {
        const ENDING: &str = "_commitment";
        for of in TypeVersion::published() {
            let schema = event_schema(of).unwrap();
            let definitions = schema["$defs"].as_object().unwrap();
            let fields = definitions.values().filter_map(|found| found["properties"].as_object()).flatten();
            let committing: Vec<&String> =
                fields.map(|(name, _)| name).filter(|name| name.ends_with(ENDING)).collect();
            let mut example = schema["examples"][0].clone();
            committing.iter().for_each(|name| example["data"][*name] = "0".repeat(64).into());
            let event = decode(example.to_string().as_bytes()).unwrap().event;
            let committed = event.body.committed().map(|committed| committed.pointer);
            let expected = committing.first().map(|name| format!("/{}", name.trim_end_matches(ENDING)));
            assert_eq!(committed.map(str::to_owned), expected, "{of}");
            assert!(committing.len() <= 1, "{of}: a row declares one commitment: {committing:?}");
        }
    }

    #[test]
    fn a_schema_refuses_what_it_does_not_name() {
        let schema = event_schema(TypeVersion::current("place.registered").unwrap()).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let mut example = schema["examples"][0].clone();
        example["colour"] = 1.into();
        assert!(!validator.is_valid(&example));
        let mut example = schema["examples"][0].clone();
        example["data"]["colour"] = 1.into();
        assert!(!validator.is_valid(&example));
    }
}
