//! Every field that a command has and every value that it may take has a name for people.

use std::collections::BTreeSet;

use domain::{CommandBody, EventBody};
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::{fields, terms};

/// The objects of all commands, each with the name of its type.
fn objects() -> Vec<(String, Value)> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    for name in CommandBody::NAMES {
        CommandBody::data_schema(name, &mut generator).unwrap();
    }
    generator.take_definitions(true).into_iter().collect()
}

/// The words among which a schema lets one choose.
fn choices(schema: &Value) -> Vec<&str> {
    let constants = schema["oneOf"].as_array().into_iter().flatten().map(|one| &one["const"]);
    let listed = schema["enum"].as_array().into_iter().flatten();
    constants.chain(listed).filter_map(Value::as_str).collect()
}

#[test]
fn every_field_of_a_command_has_a_label() {
    let mut bare = BTreeSet::new();
    for (owner, schema) in objects() {
        for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if fields::words(&format!("{owner}.{name}")).or_else(|| fields::words(name)).is_none() {
                bare.insert(format!("{owner}.{name}"));
            }
        }
    }
    assert!(bare.is_empty(), "add these to labels/src/fields.rs: {bare:?}");
}

/// A record shows each of its fields, and what lies within it, by the field's own name.
#[test]
fn every_field_of_a_record_has_a_label() {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    for event_type in EventBody::TYPES {
        EventBody::data_schema(event_type, 1, &mut generator).unwrap();
    }
    let mut bare = BTreeSet::new();
    for (owner, schema) in generator.take_definitions(true) {
        for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            if fields::words(name).is_none() {
                bare.insert(format!("{owner}.{name}"));
            }
        }
    }
    assert!(bare.is_empty(), "add these to labels/src/fields.rs: {bare:?}");
}

#[test]
fn every_value_that_one_chooses_has_a_name() {
    let mut bare = BTreeSet::new();
    for (list, schema) in objects() {
        let missing = choices(&schema).into_iter().filter(|code| terms::words(&list, code).is_none());
        bare.extend(missing.map(|code| format!("{list}: {code}")));
    }
    assert!(bare.is_empty(), "add these to labels/src/terms.rs: {bare:?}");
}
