//! The schemas that the document names, each once: those of the Rust types, of every command's request and of every event.

use event_log::schemas::plain::each_schema;
use event_log::schemas::{close, event_object};
use event_log::versions::TypeVersion;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};
use service::command_schemas::request_object;

use super::EVENT;
use super::unions::name_alternatives;

/// Where the schemas are.
pub(super) const PATH: &str = "/components/schemas";

/// The schemas that have been named so far.
pub(super) struct Components {
    generator: SchemaGenerator,
    named: Map<String, Value>,
}

impl Components {
    /// The schema of any event is named in advance, since answers refer to it by its name.
    pub(super) fn new() -> Self {
        let settings =
            SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = PATH.into());
        let mut components = Self { generator: settings.into_generator(), named: Map::new() };
        let mut mapping = Map::new();
        for of in TypeVersion::published() {
            let Some(schema) = event_object(of, &mut components.generator) else { continue };
            let name = pascal(&format!("{}.v{}", of.event_type, of.version));
            mapping.insert(of.to_string(), components.name(name, schema)["$ref"].take());
        }
        let events: Vec<Value> = mapping.values().map(|reference| json!({ "$ref": reference })).collect();
        let any = json!({
            "description": "一条事件（CloudEvents 1.0），按 type 区分 / an event (CloudEvents 1.0), told apart by its `type`",
            "oneOf": events,
            "discriminator": { "propertyName": "type", "mapping": mapping },
        });
        components.name(EVENT.trim_start_matches("#/components/schemas/").to_owned(), any);
        components
    }

    /// The schema of a type.
    pub(super) fn of<T: JsonSchema>(&mut self) -> Value {
        self.generator.subschema_for::<T>().into()
    }

    /// A schema that is made with the generator.
    pub(super) fn made(&mut self, make: impl FnOnce(&mut SchemaGenerator) -> Schema) -> Value {
        make(&mut self.generator).into()
    }

    /// The schema of a command's request.
    pub(super) fn request(&mut self, command: &str) -> Value {
        let schema = request_object(command, &mut self.generator).unwrap_or_default();
        self.name(format!("{}Request", pascal(command)), schema)
    }

    fn name(&mut self, name: String, mut schema: Value) -> Value {
        let reference = json!({ "$ref": format!("#{PATH}/{name}") });
        if let Some(fields) = schema.as_object_mut() {
            fields.insert("title".into(), name.clone().into());
        }
        self.named.insert(name, schema);
        reference
    }

    /// All of them, in the words that generators of clients know.
    pub(super) fn finish(mut self) -> Value {
        let mut all = self.generator.take_definitions(true);
        all.extend(self.named);
        name_alternatives(&mut all);
        let mut all = Value::Object(all);
        close(&mut all);
        each_schema(&mut all, &mut for_clients);
        all
    }
}

/// `JointBranchProposedV1` of `joint-branch.proposed.v1`.
pub(super) fn pascal(name: &str) -> String {
    let words = name.split(['.', '-', '_']);
    words
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<Vec<_>>()
        })
        .collect()
}

/// Says the same in the words of which a generator makes the plainest type: a choice among texts is an enumeration, a number
/// has one of the two formats that OpenAPI defines, an object is closed by `additionalProperties`.
fn for_clients(schema: &mut Value) {
    enumerate(schema);
    if let Some(fields) = schema.as_object_mut()
        && fields
            .get("default")
            .is_some_and(|value| value.get("type").is_none() && value.get("$ref").is_none())
    {
        // What may be left out says so by not being required; a default makes generators of types demand it.
        fields.remove("default");
    }
    let Some(fields) = schema.as_object_mut() else { return };
    // A type that spells out a reference of its own has it as in a schema that stands alone.
    if let Some(Value::String(reference)) = fields.get_mut("$ref")
        && let Some(name) = reference.strip_prefix("#/$defs/")
    {
        *reference = format!("#{PATH}/{name}");
    }
    // A constant that is no text is beyond most generators, and some write code for it that does not run.
    if fields.get("const").is_some_and(Value::is_boolean) {
        fields.remove("const");
        fields.insert("type".into(), "boolean".into());
    }
    if fields.get("unevaluatedProperties") == Some(&Value::Bool(false)) {
        fields.remove("unevaluatedProperties");
        fields.insert("additionalProperties".into(), false.into());
    }
    let format = match fields.get("format").and_then(Value::as_str) {
        Some("uint8" | "uint16" | "int8" | "int16") => "int32",
        Some("uint" | "int" | "uint32" | "uint64") => "int64",
        _ => return,
    };
    fields.insert("format".into(), format.into());
}

/// Alternatives of one text each become one enumeration, whose description says what each value means.
fn enumerate(schema: &mut Value) {
    let Some(choices) = schema["oneOf"].as_array() else { return };
    let texts: Option<Vec<&str>> = choices.iter().map(|choice| choice["const"].as_str()).collect();
    let Some(texts) = texts.filter(|texts| !texts.is_empty()) else { return };
    let texts: Vec<Value> = texts.into_iter().map(Value::from).collect();
    let lines = choices.iter().filter_map(|choice| {
        Some(format!("- `{}`: {}", choice["const"].as_str()?, choice["description"].as_str()?))
    });
    let head = schema["description"].as_str().map(str::to_owned);
    let description: Vec<String> = head.into_iter().chain(lines).collect();
    let Some(fields) = schema.as_object_mut() else { return };
    fields.remove("oneOf");
    fields.insert("type".into(), "string".into());
    fields.insert("enum".into(), texts.into());
    fields.insert("description".into(), description.join("\n").into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_among_texts_is_an_enumeration_that_says_what_each_means() {
        let mut schema = json!({ "description": "a colour", "oneOf": [
            { "const": "red", "type": "string", "description": "as blood" }, { "const": "blue", "type": "string" }
        ] });
        for_clients(&mut schema);
        let description = "a colour\n- `red`: as blood";
        assert_eq!(schema, json!({ "type": "string", "enum": ["red", "blue"], "description": description }));
    }

    #[test]
    fn no_two_types_fight_for_a_name() {
        for name in crate::openapi::document()["components"]["schemas"].as_object().unwrap().keys() {
            let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
            assert!(stem == name || stem.ends_with('V'), "{name}: two types bear this name");
        }
    }
}
