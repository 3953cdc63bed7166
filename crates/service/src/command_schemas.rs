//! The schemas of commands: what a request holds, closed, with an example that is complete.

use domain::CommandBody;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::request::RequestBody;

/// One complete request a command, by name.
const EXAMPLES: &str = include_str!("command_examples.json");

/// The commands about accounts: recorded, they yield a token that is shown once, or end one.
pub const OF_ACCOUNTS: [&str; 4] =
    ["issue-account", "renew-account", "revoke-account", "reset-second-factor"];

/// The commands that are given over HTTP; what is said of the log itself is said where it is kept.
pub fn names() -> impl Iterator<Item = &'static str> {
    CommandBody::NAMES.iter().copied().filter(|name| is_over_http(name))
}

/// Whether the command of that name is given over HTTP.
pub fn is_over_http(name: &str) -> bool {
    CommandBody::NAMES.contains(&name)
        && !matches!(name, "anchor-access-log" | "declare-durability" | "accept-clock")
}

/// The schema of a command's request, as it is published.
pub fn schema(name: &str) -> Option<Value> {
    let mut schema = is_over_http(name).then(|| request_schema(name))??;
    schema.as_object_mut()?.insert("examples".into(), vec![example(name)?].into());
    Some(schema)
}

/// The schema of a command's request, also of one that is given where the log is kept: what every body is held to.
pub fn request_schema(name: &str) -> Option<Value> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let data = CommandBody::data_schema(name, &mut generator)?;
    let mut schema = Value::from(generator.root_schema_for::<RequestBody>());
    *schema.pointer_mut("/properties/data")? = data.into();
    bound_integers(&mut schema);
    let fields = schema.as_object_mut()?;
    fields.insert("$id".into(), format!("urn:lianjian:schema:commands:{name}").into());
    fields.insert("title".into(), name.into());
    fields.insert("description".into(), format!("POST /api/v1/commands/{name}").into());
    Some(schema)
}

/// Says in numbers what a format of integers says in a word that few validators know, and some refuse to compile.
fn bound_integers(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let bounds = match fields.get("format").and_then(Value::as_str) {
                Some("uint8") => Some((0, u64::from(u8::MAX))),
                Some("uint32") => Some((0, u64::from(u32::MAX))),
                Some("uint64") => Some((0, u64::MAX)),
                Some("int16") => Some((i64::from(i16::MIN), i16::MAX.unsigned_abs().into())),
                _ => None,
            };
            if let Some((minimum, maximum)) = bounds {
                fields.remove("format");
                fields.entry("minimum").or_insert(minimum.into());
                fields.entry("maximum").or_insert(maximum.into());
            }
            fields.values_mut().for_each(bound_integers);
        }
        Value::Array(items) => items.iter_mut().for_each(bound_integers),
        _ => {}
    }
}

/// The example of a command's request.
pub fn example(name: &str) -> Option<Value> {
    let mut examples: Map<String, Value> = serde_json::from_str(EXAMPLES).ok()?;
    examples.remove(name)
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Actor;

    use super::*;
    use crate::request::{CommandRequest, prepare};

    #[test]
    fn every_example_fits_its_schema_and_is_read_by_the_service() {
        for name in names() {
            let (schema, body) = (schema(name).unwrap(), example(name).expect(name));
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let errors: Vec<_> = validator.iter_errors(&body).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
            let actor = Actor { id: "a".into(), role: Role::CountyOfficer, scope: "510811".parse().unwrap() };
            let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
            let request =
                CommandRequest { id, name: name.into(), body, actor, if_match: None, traceparent: None };
            assert!(prepare(request).is_ok(), "{name}");
        }
    }

    #[test]
    fn every_object_of_ours_is_closed() {
        for name in names() {
            let schema = schema(name).unwrap();
            let data =
                schema["properties"]["data"]["$ref"].as_str().unwrap().trim_start_matches('#').to_owned();
            for object in [&schema, schema.pointer(&data).unwrap()] {
                assert_eq!(object["additionalProperties"], false, "{name}");
            }
        }
    }

    #[test]
    fn what_is_said_of_the_log_itself_is_not_given_over_http() {
        assert_eq!(names().count(), CommandBody::NAMES.len() - 3);
        assert!(
            ["anchor-access-log", "declare-durability", "accept-clock"]
                .iter()
                .all(|name| schema(name).is_none())
        );
        assert!(OF_ACCOUNTS.iter().all(|name| schema(name).is_some()));
    }
}
