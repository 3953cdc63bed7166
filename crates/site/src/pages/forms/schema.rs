//! From a JSON Schema to the fields of a form.

use serde_json::{Map, Value};

/// A field of a form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Its name in the object that has it.
    pub(crate) name: String,
    /// The type of the object that has it.
    pub(crate) owner: String,
    /// Its own type, where it has a name.
    pub(crate) type_name: String,
    /// Whether it must be there.
    pub(crate) is_required: bool,
    /// What is filled in.
    pub(crate) shape: Shape,
}

/// What is filled in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// A text.
    Text,
    /// A day.
    Date,
    /// A whole number.
    Whole,
    /// A number, or a text.
    Figure,
    /// An amount of money, in yuan.
    Yuan,
    /// Yes or no.
    YesNo,
    /// One of these codes.
    Choice(Vec<String>),
    /// An object.
    Group(Vec<Field>),
    /// Any number of the same.
    Rows(Box<Field>),
    /// Any number of the same, each under a key of its own.
    Map(Box<Field>),
    /// A value, or why it is not on file.
    OnFile(Box<Field>),
    /// Something that no form draws: its JSON.
    Json,
}

/// The part of a pointer under which the reason stands why something is not on file.
pub(crate) const NOT_ON_FILE: &str = "not_on_file";

/// Fields that no form asks for: identities are the server's, and whether a log is simulated is the log's.
const NOT_ASKED: [&str; 2] = ["id", "simulated"];

/// The fields of a request.
pub(crate) fn fields(schema: &Value) -> Vec<Field> {
    let definitions = schema["$defs"].as_object().cloned().unwrap_or_default();
    object(&definitions, "Request", schema)
}

/// The fields of an object: those that must be there first, in the order in which the schema names them.
fn object(definitions: &Map<String, Value>, owner: &str, schema: &Value) -> Vec<Field> {
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let others = properties.keys().map(String::as_str).filter(|name| !required.contains(name));
    let names = required.iter().copied().chain(others).filter(|name| !NOT_ASKED.contains(name));
    let field =
        |name: &str| read(definitions, owner, name, properties.get(name)?, required.contains(&name)).into();
    names.filter_map(field).collect()
}

fn read(
    definitions: &Map<String, Value>,
    owner: &str,
    name: &str,
    schema: &Value,
    is_required: bool,
) -> Field {
    if let Some(value) = on_file(definitions, schema) {
        let value = Box::new(read(definitions, owner, name, &value, false));
        let type_name = value.type_name.clone();
        return Field {
            name: name.to_owned(),
            owner: owner.to_owned(),
            type_name,
            is_required,
            shape: Shape::OnFile(value),
        };
    }
    let (type_name, schema) = resolve(definitions, schema);
    let shape = shape(definitions, owner, name, &type_name, &schema);
    Field { name: name.to_owned(), owner: owner.to_owned(), type_name, is_required, shape }
}

/// The schema of the value, where a reason may stand in its place.
fn on_file(definitions: &Map<String, Value>, schema: &Value) -> Option<Value> {
    let options = schema["anyOf"].as_array().into_iter().flatten();
    let mut references = options.chain([schema]).filter_map(|option| option["$ref"].as_str());
    let name = references
        .find_map(|reference| reference.rsplit('/').next().filter(|own| own.starts_with("OnFile_")))?;
    definitions.get(name)?["anyOf"].as_array()?.first().cloned()
}

/// Follows references and drops `null`: what is optional is simply left empty.
fn resolve(definitions: &Map<String, Value>, schema: &Value) -> (String, Value) {
    let (mut name, mut current) = (String::new(), schema.clone());
    // Schemas of ours nest a reference in another at most twice.
    for _ in 0..8 {
        let some = current["anyOf"]
            .as_array()
            .and_then(|options| options.iter().find(|option| option["type"] != "null"));
        let next = match (some, current["$ref"].as_str()) {
            (Some(option), _) => option.clone(),
            (None, Some(reference)) => {
                let own = reference.rsplit('/').next().unwrap_or_default();
                if name.is_empty() {
                    own.clone_into(&mut name);
                }
                definitions.get(own).cloned().unwrap_or_default()
            }
            (None, None) => break,
        };
        current = next;
    }
    (name, current)
}

fn shape(
    definitions: &Map<String, Value>,
    owner: &str,
    name: &str,
    type_name: &str,
    schema: &Value,
) -> Shape {
    let is = |wanted: &str| match &schema["type"] {
        Value::String(own) => own == wanted,
        Value::Array(own) => own.iter().any(|own| own == wanted),
        _ => false,
    };
    if let Some(options) = schema["oneOf"].as_array() {
        return Shape::Choice(
            options.iter().filter_map(|option| option["const"].as_str()).map(str::to_owned).collect(),
        );
    }
    // The unit is always the same, and nobody counts in it.
    if type_name == "Money" {
        return Shape::Yuan;
    }
    if schema["properties"].is_object() {
        let owner = if type_name.is_empty() { name } else { type_name };
        return Shape::Group(object(definitions, owner, schema));
    }
    if is("array") {
        return Shape::Rows(Box::new(read(definitions, owner, name, &schema["items"], true)));
    }
    if schema["additionalProperties"].is_object() {
        let item = read(definitions, owner, name, &schema["additionalProperties"], true);
        // Lists under keys are beyond a form.
        return if matches!(item.shape, Shape::Rows(_)) { Shape::Json } else { Shape::Map(Box::new(item)) };
    }
    if is("boolean") {
        return Shape::YesNo;
    }
    if is("number") && is("string") {
        return Shape::Figure;
    }
    if is("integer") {
        return Shape::Whole;
    }
    if schema["format"] == "date" {
        return Shape::Date;
    }
    if is("string") { Shape::Text } else { Shape::Json }
}

#[cfg(test)]
mod tests {
    use service::command_schemas::{names, request_schema as schema};

    use super::*;

    #[test]
    fn what_must_be_there_comes_first_and_identities_are_not_asked_for() {
        let all = fields(&schema("propose-joint-branch").unwrap());
        let data = all.iter().find(|field| field.name == "data").unwrap();
        let Shape::Group(own) = &data.shape else { panic!("{data:?}") };
        let order: Vec<_> = own.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(order[..5], ["name", "arrangement", "mode", "form", "members"]);
        assert!(!order.contains(&"id"));
        assert!(matches!(&own[4].shape, Shape::Rows(item) if item.type_name == "OrganizationId"));
    }

    #[test]
    fn only_the_code_lists_of_a_policy_are_filled_in_as_json() {
        fn as_json(fields: &[Field], found: &mut Vec<String>) {
            for field in fields {
                match &field.shape {
                    Shape::Group(own) => as_json(own, found),
                    Shape::Rows(item) | Shape::Map(item) | Shape::OnFile(item) => {
                        as_json(std::slice::from_ref(item), found)
                    }
                    Shape::Json => found.push(field.name.clone()),
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        names().for_each(|name| as_json(&fields(&schema(name).unwrap()), &mut found));
        // A fact that is found later has the shape of any of the facts.
        assert_eq!(found, ["value", "code_lists"]);
    }
}
