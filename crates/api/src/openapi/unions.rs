//! Alternatives that are objects become schemas with names of their own, whole and told apart by one field: of anything else
//! generators of clients make classes with numbers for names, or none.

use serde_json::{Map, Value, json};

use super::components::{PATH, pascal};

/// Names the alternatives of every schema among all of them.
pub(super) fn name_alternatives(all: &mut Map<String, Value>) {
    let unions: Vec<(String, &str)> = all
        .iter()
        .flat_map(|(name, schema)| {
            let keyword = ["oneOf", "anyOf"].into_iter().find(|keyword| has_objects(&schema[*keyword]));
            keyword.map(|keyword| (name.clone(), keyword))
        })
        .collect();
    for (name, keyword) in unions {
        let Some(Value::Object(union)) = all.remove(&name) else { continue };
        let named = name_those_of(&name, union, keyword, all);
        all.insert(name, named);
    }
}

/// Whether an alternative is an object that is spelt out.
fn has_objects(alternatives: &Value) -> bool {
    alternatives.as_array().into_iter().flatten().any(|one| one["properties"].is_object())
}

fn name_those_of(
    name: &str,
    mut union: Map<String, Value>,
    keyword: &str,
    all: &mut Map<String, Value>,
) -> Value {
    let alternatives = union.remove(keyword);
    let alternatives: Vec<Value> =
        alternatives.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default();
    // What stands beside the alternatives holds for each of them.
    let mut common = Map::new();
    for key in ["properties", "required", "additionalProperties", "unevaluatedProperties", "type"] {
        common.extend(union.remove(key).map(|value| (key.to_owned(), value)));
    }
    let (mut texts, mut named, mut mapping, mut tag_name) = (Vec::new(), Vec::new(), Map::new(), None);
    for alternative in alternatives {
        if let Some(text) = alternative["const"].as_str() {
            texts.push(Value::from(text));
            continue;
        }
        if !alternative["properties"].is_object() {
            named.push(alternative);
            continue;
        }
        let (ending, tag) = tag_of(&alternative);
        let mut whole = Value::Object(common.clone());
        if let Some(referred) =
            alternative["$ref"].as_str().and_then(|reference| reference.rsplit('/').next())
        {
            merge(&mut whole, all.get(referred).cloned().unwrap_or_default());
        }
        merge(&mut whole, alternative);
        let own = format!("{name}{}", pascal(&ending));
        let reference = json!({ "$ref": format!("#{PATH}/{own}") });
        if let Some(tag) = tag {
            mapping.insert(ending, reference["$ref"].clone());
            tag_name = Some(tag);
        }
        name_fields(&own, &mut whole, all);
        describe_fields(&mut whole);
        all.insert(own, whole);
        named.push(reference);
    }
    if !texts.is_empty() {
        named.insert(0, json!({ "type": "string", "enum": texts }));
    }
    if let Some(tag) = tag_name.filter(|_| mapping.len() == named.len()) {
        union.insert("discriminator".into(), json!({ "propertyName": tag, "mapping": mapping }));
    }
    union.insert(keyword.to_owned(), named.into());
    Value::Object(union)
}

/// What tells an alternative apart: the text of the field that has only one, which is then its tag, else its first field.
fn tag_of(alternative: &Value) -> (String, Option<String>) {
    let fields = alternative["properties"].as_object();
    let tagged = fields
        .into_iter()
        .flatten()
        .find_map(|(field, schema)| Some((schema["const"].as_str()?.to_owned(), Some(field.clone()))));
    let first = || (fields.and_then(|fields| fields.keys().next().cloned()).unwrap_or_default(), None);
    tagged.unwrap_or_else(first)
}

/// Adds the fields of an object to another's.
fn merge(whole: &mut Value, part: Value) {
    let Value::Object(part) = part else { return };
    for (key, value) in part {
        match (key.as_str(), &mut whole[&key]) {
            ("$ref", _) => drop(whole.as_object_mut().map(|fields| fields.remove("$ref"))),
            (_, Value::Object(own)) if value.is_object() => {
                own.extend(serde_json::from_value::<Map<String, Value>>(value).unwrap_or_default());
            }
            (_, Value::Array(own)) if value.is_array() => {
                own.extend(serde_json::from_value::<Vec<Value>>(value).unwrap_or_default());
            }
            (_, own) => *own = value,
        }
    }
}

/// Describes the fields that no Rust field stands for: the tag, and what holds the alternative's own value.
fn describe_fields(whole: &mut Value) {
    let description = whole["description"].clone();
    for field in whole["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        if field["description"].is_string() {
            continue;
        }
        let tag = || Value::from("所属的种类，据此区分 / the kind, by which the alternatives are told apart");
        let own = if field["const"].is_string() { tag() } else { description.clone() };
        if own.is_string() {
            field.as_object_mut().map(|fields| fields.insert("description".into(), own));
        }
    }
}

/// Names the objects that are spelt out inside an alternative.
fn name_fields(name: &str, schema: &mut Value, all: &mut Map<String, Value>) {
    for inner in schema["properties"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        if inner["properties"].is_object() {
            let own = format!("{name}Data");
            let whole = std::mem::replace(inner, json!({ "$ref": format!("#{PATH}/{own}") }));
            all.insert(own, whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(schemas: Value) -> Value {
        let mut all: Map<String, Value> = serde_json::from_value(schemas).unwrap();
        name_alternatives(&mut all);
        all.into()
    }

    #[test]
    fn a_tagged_choice_is_told_apart_by_its_tag_and_each_alternative_is_whole() {
        let schemas = named(json!({
            "Round": { "type": "object", "properties": { "radius": { "type": "integer" } }, "required": ["radius"] },
            "Shape": {
                "type": "object",
                "properties": { "name": { "type": "string" } },
                "required": ["name"],
                "oneOf": [
                    { "$ref": "#/components/schemas/Round", "type": "object", "properties": { "kind": { "const": "round" } }, "required": ["kind"] },
                    { "type": "object", "properties": { "kind": { "const": "flat_thing" } }, "required": ["kind"] }
                ]
            }
        }));
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        assert_eq!(schemas["Shape"]["oneOf"], json!([to("ShapeRound"), to("ShapeFlatThing")]));
        assert_eq!(schemas["Shape"]["discriminator"]["propertyName"], "kind");
        assert_eq!(schemas["Shape"]["properties"], Value::Null);
        assert_eq!(schemas["ShapeRound"]["required"], json!(["name", "radius", "kind"]));
        let fields: Vec<_> = schemas["ShapeRound"]["properties"].as_object().unwrap().keys().collect();
        assert_eq!(fields, ["kind", "name", "radius"]);
    }

    #[test]
    fn texts_beside_an_object_are_one_enumeration() {
        let schemas = named(json!({ "Status": { "oneOf": [
            { "const": "new", "type": "string" },
            { "const": "old", "type": "string" },
            { "type": "object", "properties": { "gone": { "type": "object", "properties": { "to": { "type": "string" } } } } }
        ] } }));
        let gone = json!({ "$ref": "#/components/schemas/StatusGone" });
        assert_eq!(schemas["Status"]["oneOf"], json!([{ "type": "string", "enum": ["new", "old"] }, gone]));
        assert_eq!(
            schemas["StatusGone"]["properties"]["gone"],
            json!({ "$ref": "#/components/schemas/StatusGoneData" })
        );
    }
}
