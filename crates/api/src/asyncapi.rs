//! What the server says of its events: `asyncapi.json`, made from the schemas of events, for county subscribers.
//!
//! Everything stands in the one document, so that it can be read where there is no network.

use event_log::envelope::MEDIA_TYPE;
use event_log::schemas::event_schema;
use event_log::versions::TypeVersion;
use serde_json::{Map, Value, json};

/// The version of the NATS binding of AsyncAPI.
const NATS_BINDING_VERSION: &str = "0.1.0";
/// Where the schemas of the document are, and where those of one event's schema are.
const COMPONENTS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/$defs/";

/// The AsyncAPI 3.1 document.
pub fn document() -> Value {
    json!({
        "asyncapi": "3.1.0",
        "info": {
            "title": "联建 lianjian",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "联合党组织的全部事件，供县(区)系统订阅；至少送达一次，按事件的 id 去重；位置即流序号，scopesequence 在每县内（及 `_` 内）连续。\
                不用 NATS 的，见 /openapi.json 的 /api/v1/events。 / \
                Every event of joint branches, for the systems of counties: delivered at least once, repeats are known by the event's id; the position is the stream sequence, \
                scopesequence is gapless per county and for `_`. Without NATS: /api/v1/events in /openapi.json.",
            "license": { "name": "Apache-2.0" }
        },
        "defaultContentType": MEDIA_TYPE,
        "servers": { "nats": server() },
        "channels": { "county": county_channel(), "city": city_channel() },
        "operations": {
            "receiveCountyEvents": operation("county", "接收本县的事件 / receives the events of one's county"),
            "receiveCityEvents": operation("city", "接收不属任何县的事件 / receives the events that belong to no county"),
        },
        "components": { "schemas": schemas(), "messages": messages() },
    })
}

fn server() -> Value {
    json!({
        "host": "{host}:{port}",
        "protocol": "nats",
        "description": "每县一个帐号，凭 lianjian nats county add 发放的 nkey 连接 / an account for each county; connects with the nkey from lianjian nats county add",
        "variables": {
            "host": { "default": "127.0.0.1", "description": "市里的 NATS 服务器 / the city's NATS server" },
            "port": { "default": "4222" }
        },
        "security": [{ "type": "asymmetricEncryption", "description": "nkey 密钥认证（Ed25519） / authentication by an nkey (Ed25519)" }]
    })
}

fn county_channel() -> Value {
    let parameters = json!({
        "city": parameter("市的代码，四位 / the city's code of four digits", &["5108"]),
        "county": parameter("县(区)代码，六位 / the county's code of six digits", &["510811"]),
        "township": parameter("乡镇(街道)代码，九位；不适用时为 _ / the township's code, `_` where none applies", &["510811210", "_"]),
        "entity": parameter("所涉对象的类别 / the kind of entity that it is about", &["joint-branch"]),
        "fact": parameter("发生的事项 / what happened to the entity", &["established"]),
    });
    channel("lianjian.{city}.{county}.{township}.{entity}.{fact}", "lianjian.{city}.{county}.>", &parameters)
}

fn city_channel() -> Value {
    let parameters = json!({
        "city": parameter("市的代码，四位 / the city's code of four digits", &["5108"]),
        "entity": parameter("所涉对象的类别 / the kind of entity that it is about", &["place"]),
        "fact": parameter("发生的事项 / what happened to the entity", &["registered"]),
    });
    channel("lianjian.{city}._._.{entity}.{fact}", "lianjian.{city}._.>", &parameters)
}

fn parameter(description: &str, examples: &[&str]) -> Value {
    json!({ "description": description, "examples": examples })
}

fn channel(address: &str, filter: &str, parameters: &Value) -> Value {
    let messages =
        names().map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") })));
    json!({
        "address": address,
        "description": format!("订阅的过滤式 / the filter of the subscription: `{filter}`"),
        "parameters": parameters,
        "messages": Map::from_iter(messages),
        "servers": [{ "$ref": "#/servers/nats" }],
    })
}

fn operation(channel: &str, summary: &str) -> Value {
    json!({
        "action": "receive",
        "channel": { "$ref": format!("#/channels/{channel}") },
        "summary": summary,
        "bindings": { "nats": { "bindingVersion": NATS_BINDING_VERSION } },
        // No binding says this yet; the names are those that the city prepares for each county.
        "x-jetstream": {
            "stream": "LIANJIAN_{city}",
            "durable": "c{county}",
            "apiPrefix": "JS.GOV.API",
            "ackPolicy": "explicit",
            "position": "stream sequence"
        }
    })
}

/// Every type in every version by its full name.
fn names() -> impl Iterator<Item = String> {
    TypeVersion::published().map(|of| of.to_string())
}

fn messages() -> Map<String, Value> {
    let message = |of: TypeVersion| {
        let name = of.to_string();
        let examples = event_schema(of)?.get_mut("examples")?.take();
        let examples: Vec<Value> =
            examples.as_array()?.iter().map(|example| json!({ "name": name, "payload": example })).collect();
        let message = json!({
            "name": name,
            "title": of.event_type,
            "contentType": MEDIA_TYPE,
            "payload": { "$ref": format!("{COMPONENTS}{name}") },
            "correlationId": { "location": "$message.payload#/commandid" },
            "examples": examples,
        });
        Some((name, message))
    };
    TypeVersion::published().filter_map(message).collect()
}

/// The schemas of all events, and once for all the values that they name.
fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    for (name, mut schema) in
        TypeVersion::published().filter_map(|of| Some((of.to_string(), event_schema(of)?)))
    {
        point_to_components(&mut schema);
        let Some(fields) = schema.as_object_mut() else { continue };
        // Here the place in the document names a schema; a `$id` would turn its references away from the document.
        fields.remove("$id");
        fields.remove("$schema");
        fields.remove("examples");
        if let Some(Value::Object(definitions)) = fields.remove("$defs") {
            schemas.extend(definitions);
        }
        schemas.insert(name, schema);
    }
    schemas
}

fn point_to_components(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(DEFINITIONS)
            {
                *reference = format!("{COMPONENTS}{name}");
            }
            fields.values_mut().for_each(point_to_components);
        }
        Value::Array(items) => items.iter_mut().for_each(point_to_components),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_a_message_on_both_channels() {
        let document = document();
        for name in names() {
            for channel in ["county", "city"] {
                assert!(document["channels"][channel]["messages"][&name].is_object(), "{channel} {name}");
            }
            let message = &document["components"]["messages"][&name];
            assert_eq!(message["examples"][0]["payload"]["type"], name);
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut references = Vec::new();
        collect_references(&document, &mut references);
        assert!(references.len() > TypeVersion::published().count());
        for reference in references {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
        }
    }

    #[test]
    fn a_name_stands_for_one_value_in_all_events() {
        let mut known = Map::new();
        for schema in TypeVersion::published().filter_map(event_schema) {
            for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
                let first = known.entry(name.clone()).or_insert_with(|| definition.clone());
                assert_eq!(first, definition, "{name}");
            }
        }
    }

    fn collect_references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| collect_references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
            _ => {}
        }
    }
}
