//! What the server says of itself: `openapi.json` from the route table, and every generated file under `schemas/`.

use service::command_schemas as commands;

mod access_routes;
mod answers;
mod components;
mod descriptions;
#[cfg(test)]
mod handbook;
#[cfg(test)]
mod mechanisms;
mod operations;
mod paper_routes;
mod policy_routes;
mod proof_routes;
pub mod routes;
mod scan_routes;
mod tags;
mod unions;
#[cfg(test)]
mod wording;

use std::collections::BTreeSet;

use event_log::schemas::event_schema;
use event_log::versions::TypeVersion;
use projections::ListName;
use serde_json::{Map, Value, json};

use components::Components;
use operations::{command_operation, list_operation, operation, problem_response};
use routes::{Endpoint, ROUTES, Route};
use tags::Tag;

/// Where the document has the schema of any event.
pub(crate) const EVENT: &str = "#/components/schemas/Event";

/// Every generated file: its path under `schemas/`, and its text.
pub fn generated_files() -> Vec<(String, String)> {
    let commands =
        commands::names().filter_map(|name| Some((format!("commands/{name}.json"), commands::schema(name)?)));
    let events =
        TypeVersion::published().filter_map(|of| Some((format!("events/{of}.json"), event_schema(of)?)));
    let documents = [("openapi.json", document()), ("asyncapi.json", crate::asyncapi::document())];
    let all = commands.chain(events).chain(documents.map(|(path, value)| (path.to_owned(), value)));
    all.map(|(path, value)| (path, text(&value))).collect()
}

fn text(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The OpenAPI 3.1 document. It refers to nothing outside itself.
pub fn document() -> Value {
    let mut components = Components::new();
    let mut paths = Map::new();
    for route in ROUTES {
        match route.endpoint {
            Endpoint::Command => {
                for name in commands::names() {
                    let operation = command_operation(&mut components, route, name);
                    paths.insert(route.path.replace("{name}", name), json!({ "post": operation }));
                }
            }
            Endpoint::List => {
                for name in ListName::ALL {
                    let operation = list_operation(&mut components, route, *name);
                    paths.insert(route.path.replace("{name}", name.spec().name), json!({ "get": operation }));
                }
            }
            _ => {
                let operation = operation(&mut components, route);
                paths.insert(documented_path(route), json!({ route.method(): operation }));
            }
        }
    }
    let problem = problem_response(&mut components);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "联建 lianjian",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "农村党支部合建共建的登记、评估与公开查证 / joint Party branches across villages: an event-sourced register",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/", "description": "提供本说明的服务器 / the server that serves this document" }],
        "tags": Tag::all(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "令牌，由 lianjian token create 或 issue-account 发放 / a token, from lianjian token create or issue-account" },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::sessions::COOKIE_NAME, "description": "登录页面后的会话，只能读取 / a session of the pages, which only reads" }
            },
            "responses": { "Problem": problem },
            "schemas": components.finish()
        },
    });
    drop_unnamed(&mut document);
    document
}

/// Leaves out the schemas that nothing refers to: their fields have become those of the alternatives of a choice.
fn drop_unnamed(document: &mut Value) {
    loop {
        let mut named = BTreeSet::new();
        collect_references(document, &mut named);
        let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
        let before = schemas.len();
        schemas.retain(|name, _| named.contains(&format!("#/components/schemas/{name}")));
        if schemas.len() == before {
            return;
        }
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

/// The path as the document writes it: a rest of a path is one parameter.
fn documented_path(route: &Route) -> String {
    route.path.replace("{*", "{")
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::auth::Access;

    #[test]
    fn every_route_stands_once_in_the_table_and_in_the_document() {
        let endpoints: BTreeSet<_> = ROUTES.iter().map(|route| route.endpoint).collect();
        let paths: BTreeSet<_> = ROUTES.iter().map(|route| route.path).collect();
        assert_eq!((endpoints.len(), paths.len()), (ROUTES.len(), ROUTES.len()));
        let document = document();
        for route in ROUTES {
            let paths: Vec<String> = match route.endpoint {
                Endpoint::Command => {
                    commands::names().map(|name| route.path.replace("{name}", name)).collect()
                }
                Endpoint::List => {
                    ListName::ALL.iter().map(|name| route.path.replace("{name}", name.spec().name)).collect()
                }
                _ => vec![documented_path(route)],
            };
            for path in paths {
                assert!(document["paths"][&path][route.method()]["responses"].is_object(), "{path}");
            }
        }
        assert_eq!(
            document["paths"]["/api/v1/commands/merge-branches"]["post"]["operationId"],
            "merge-branches"
        );
    }

    #[test]
    fn the_document_refers_to_nothing_outside_itself_and_every_schema_is_referred_to() {
        let document = document();
        let mut references = BTreeSet::new();
        collect_references(&document, &mut references);
        for reference in &references {
            let at = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} lies outside"));
            assert!(document.pointer(at).is_some(), "{reference}");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(references.contains(&format!("#/components/schemas/{name}")), "nothing refers to {name}");
        }
    }

    #[test]
    fn every_answer_in_json_has_a_schema_with_fields() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        for (path, item) in document["paths"].as_object().unwrap() {
            for (status, answer) in item
                .as_object()
                .unwrap()
                .values()
                .flat_map(|operation| operation["responses"].as_object().unwrap())
            {
                for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
                    let schema = &content["schema"];
                    let is_described = match schema["$ref"].as_str() {
                        Some(reference) => document.pointer(&reference[1..]).is_some(),
                        None => schema["type"].is_string() || schema["anyOf"].is_array(),
                    };
                    assert!(is_described, "{path} {status} {media_type}: {schema}");
                }
            }
        }
        let problem = &schemas["Problem"]["properties"];
        assert!(problem["found"].is_object() && problem["allowed"].is_object(), "{problem}");
    }

    #[test]
    fn only_what_the_contract_leaves_open_is_open() {
        for route in ROUTES.iter().filter(|route| route.path.starts_with("/api/") || route.path == "/metrics")
        {
            assert_ne!(route.access, Access::Open, "{}", route.path);
        }
    }

    #[test]
    fn the_committed_schemas_are_those_generated() {
        let files = generated_files();
        let events = files.iter().filter(|(path, _)| path.starts_with("events/"));
        let hash = |text: &str| domain::hexadecimal(&Sha256::digest(text));
        let mut hashes: Vec<(&str, String)> =
            events.map(|(path, text)| (path.as_str(), format!("{}  schemas/{path}\n", hash(text)))).collect();
        hashes.sort_unstable();
        // By this the checker in Python knows the schemas in a bundle.
        let hashes: String = hashes.into_iter().map(|(_, line)| line).collect();
        hold("docs/verify/schemas.sha256", &hashes);
        for (path, text) in files {
            hold(&format!("schemas/{path}"), &text);
        }
    }

    /// Holds a committed file to the text that is generated for it. Run with `LIANJIAN_BLESS=1` it writes the file, after a
    /// change that outsiders may see.
    pub(super) fn hold(path: &str, text: &str) {
        let file = repository(path);
        if std::env::var_os("LIANJIAN_BLESS").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == text,
            "{path} differs: run LIANJIAN_BLESS=1 cargo test --workspace --lib -- openapi"
        );
    }

    /// A file of the repository.
    pub(super) fn repository(path: &str) -> std::path::PathBuf {
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
    }
}
