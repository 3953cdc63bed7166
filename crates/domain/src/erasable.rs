//! What the law lets a person have erased: the mark that such a field of a command bears, in its type and its schema.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

/// How a schema says that a value is written and never read back: JSON Schema's own word for it.
pub const MARK: &str = "writeOnly";

/// A field whose value goes to the erasable store, and of which the log holds a salted commitment only. To declare a
/// field erasable is to give it this type: its pointer, its schema and what is kept of it follow.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Erasable<T>(pub T);

/// Never the value: what is printed may be kept.
impl<T> fmt::Debug for Erasable<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Erasable(…)")
    }
}

impl<T: JsonSchema> JsonSchema for Erasable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Erasable{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert(MARK.to_owned(), true.into());
        schema
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemars::SchemaGenerator;
    use serde_json::Value;

    use super::{Erasable, MARK};
    use crate::{CommandBody, EventBody};

    /// How often a schema marks a field, at whatever depth.
    fn marks(schema: &Value) -> usize {
        match schema {
            Value::Object(fields) => {
                usize::from(fields.get(MARK) == Some(&Value::Bool(true)))
                    + fields.values().map(marks).sum::<usize>()
            }
            Value::Array(items) => items.iter().map(marks).sum(),
            _ => 0,
        }
    }

    #[test]
    fn every_marked_field_of_a_command_is_one_that_is_kept_apart() {
        for name in CommandBody::NAMES {
            let mut generator = SchemaGenerator::default();
            let schema = CommandBody::object_schema(name, &mut generator).unwrap();
            let nested: usize = generator.definitions().values().map(marks).sum();
            let pointers = CommandBody::erasable_pointers(name);
            assert_eq!(marks(schema.as_value()) + nested, pointers.len(), "{name}: {pointers:?}");
        }
    }

    #[test]
    fn what_a_field_says_of_itself_and_how_it_is_kept_agree() {
        for name in CommandBody::NAMES {
            let mut generator = SchemaGenerator::default();
            let schema = CommandBody::object_schema(name, &mut generator).unwrap();
            let properties = schema.get("properties").and_then(Value::as_object);
            let says = properties.into_iter().flatten().filter(|(_, property)| {
                property["description"].as_str().is_some_and(|text| text.contains("erasable"))
            });
            let says: BTreeSet<String> = says.map(|(field, _)| format!("/{field}")).collect();
            let kept: BTreeSet<String> = CommandBody::erasable_pointers(name).iter().cloned().collect();
            assert_eq!(says, kept, "{name}");
        }
    }

    #[test]
    fn every_commitment_in_an_event_stands_for_a_marked_field_of_a_command() {
        let declared: BTreeSet<&str> = CommandBody::NAMES
            .iter()
            .flat_map(|name| CommandBody::erasable_pointers(name))
            .map(String::as_str)
            .collect();
        let mut committed = BTreeSet::new();
        for event_type in EventBody::TYPES {
            let mut generator = SchemaGenerator::default();
            let (_, versions) = EventBody::versions(event_type).unwrap();
            for version in versions {
                EventBody::data_schema(event_type, *version, &mut generator).unwrap();
            }
            for definition in generator.definitions().values() {
                let properties = definition["properties"].as_object();
                for (field, schema) in properties.into_iter().flatten() {
                    let is_commitment = schema.to_string().contains("\"#/$defs/Commitment\"");
                    assert_eq!(is_commitment, field.ends_with("_commitment"), "{event_type} {field}");
                    if let Some(field) = field.strip_suffix("_commitment") {
                        let pointer = format!("/{field}");
                        assert!(declared.contains(pointer.as_str()), "{event_type} {field}");
                        committed.insert(pointer);
                    }
                }
            }
        }
        assert!(declared.iter().all(|pointer| committed.contains(*pointer)), "{declared:?} {committed:?}");
    }

    #[test]
    fn a_printed_field_does_not_say_its_value() {
        assert_eq!(format!("{:?}", Erasable("张三")), "Erasable(…)");
    }
}
