//! The schemas of commands: what a request holds, closed, with an example that is complete.

use domain::{CommandBody, CommandKind};
use event_log::schemas::plain;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::request::RequestBody;

/// The names of the commands that are given over HTTP.
pub fn names() -> impl Iterator<Item = &'static str> {
    CommandKind::over_http().map(CommandKind::name)
}

/// The schema of a command's request, as it is published.
pub fn schema(name: &str) -> Option<Value> {
    CommandKind::named_over_http(name)?;
    let mut schema = request_schema(name)?;
    plain::write_plainly(&mut schema);
    schema.as_object_mut()?.insert("examples".into(), vec![example(name)?].into());
    Some(schema)
}

/// The schema of a command's request, also of one that is given where the log is kept: what every body is held to.
pub fn request_schema(name: &str) -> Option<Value> {
    let settings = SchemaSettings::draft2020_12();
    let meta_schema = settings.meta_schema.clone();
    let mut generator = settings.into_generator();
    let mut schema = request_object(name, &mut generator)?;
    let fields = schema.as_object_mut()?;
    fields.insert("$schema".into(), meta_schema.into());
    fields.insert("$id".into(), format!("urn:lianjian:schema:commands:{name}").into());
    fields.insert("title".into(), name.into());
    fields.insert("$defs".into(), generator.take_definitions(true).into());
    plain::bound_integers(&mut schema);
    Some(schema)
}

/// The object that a command's request is; the types that it names stand in the generator's definitions.
pub fn request_object(name: &str, generator: &mut SchemaGenerator) -> Option<Value> {
    let title = &CommandKind::named(name)?.spec().title;
    let data = CommandBody::data_schema(name, generator)?;
    let mut schema = Value::from(RequestBody::json_schema(generator));
    // Beside the reference stays what `RequestBody` says of the field.
    schema.pointer_mut("/properties/data")?.as_object_mut()?.extend(data.as_object()?.clone());
    let description = format!(
        "指令：{}，提交到 /api/v1/commands/{name} / {}: POST /api/v1/commands/{name}",
        title.zh, title.en
    );
    schema.as_object_mut()?.insert("description".into(), description.into());
    Some(schema)
}

/// The example of a command's request.
pub fn example(name: &str) -> Option<Value> {
    serde_json::from_str(CommandKind::named(name)?.spec().example).ok()
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Actor;

    use super::*;
    use crate::request::{CommandRequest, prepare};

    #[test]
    fn every_example_fits_its_schema_and_is_read_by_the_service() {
        for name in CommandBody::NAMES {
            let (schema, body) = (request_schema(name).unwrap(), example(name).expect(name));
            let schema = json_schema::Schema::compile(&schema).unwrap();
            let errors: Vec<_> = schema.errors(&body).iter().map(ToString::to_string).collect();
            assert!(errors.is_empty(), "{name}: {errors:?}");
            let actor = Actor { id: "a".into(), role: Role::CountyOfficer, scope: "510811".parse().unwrap() };
            let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
            let request =
                CommandRequest { id, name: (*name).into(), body, actor, if_match: None, traceparent: None };
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
        let kept_apart = [
            "anchor-access-log",
            "declare-durability",
            "accept-clock",
            "adopt-rule-book",
            "declare-signing-keys",
        ];
        assert_eq!(names().count(), CommandBody::NAMES.len() - kept_apart.len());
        assert!(kept_apart.iter().all(|name| schema(name).is_none() && request_schema(name).is_some()));
    }
}
