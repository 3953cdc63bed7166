//! What the server says of itself: `openapi.json` from the route table, and every generated file under `schemas/`.

use service::command_schemas as commands;

#[cfg(test)]
mod mechanisms;
pub mod routes;
#[cfg(test)]
mod wording;

use domain::CommandKind;
use event_log::schemas::event_schema;
use event_log::versions::TypeVersion;
use projections::ListName;
use serde_json::{Map, Value, json};

use crate::auth::Access;
use crate::problem::{Kind, MEDIA_TYPE};
use routes::{Endpoint, Parameter, ROUTES, Route, Shape};

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

/// The OpenAPI 3.1 document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        if route.endpoint == Endpoint::Command {
            for name in commands::names() {
                let path = route.path.replace("{name}", name);
                paths.insert(path, json!({ "post": command_operation(route, name) }));
            }
        } else {
            paths.insert(documented_path(route), json!({ route.method(): operation(route) }));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "联建 lianjian",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "农村党支部合建共建的登记、考评与公开查证 / joint Party branches across villages: an event-sourced register",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": components(),
    })
}

/// The path as the document writes it: a rest of a path is one parameter.
fn documented_path(route: &Route) -> String {
    route.path.replace("{*", "{")
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": format!("{:?}", route.endpoint),
        "summary": route.summary,
        "parameters": path_parameters(route.path).chain(route.query.iter().map(|found| parameter(found, "query"))).chain(header_parameters(route)).collect::<Vec<_>>(),
        "responses": responses(route),
        "security": security(route.access),
    });
    if let Access::Read(roles) = route.access {
        operation["x-roles"] = roles.iter().map(|role| role.as_str()).collect();
    }
    if route.endpoint == Endpoint::Trial {
        let lines = json!({ "application/x-ndjson": { "schema": { "type": "string" } } });
        let description = "每行一条指令，含 name、id 与请求各字段 / a command a line: name, id and the fields of its request";
        operation["requestBody"] = json!({ "required": true, "description": description, "content": lines });
    }
    operation
}

fn command_operation(route: &Route, name: &str) -> Value {
    let mut operation = operation(route);
    operation["operationId"] = name.into();
    if let Some(kind) = CommandKind::named(name) {
        let title = &kind.spec().title;
        operation["summary"] = format!("{} / {}", title.zh, title.en).into();
    }
    operation["parameters"] = json!([
        header(
            "Idempotency-Key",
            true,
            "指令的 ULID，可加引号；重复提交得到同一结果 / the command's ULID, quoted or not; a repeat gets the same answer"
        ),
        header("If-Match", false, "对象最近事件的位置，如 \"12\" / the position of the entity's last event"),
        header("traceparent", false, "W3C Trace Context"),
    ]);
    operation["parameters"][0]["schema"]["pattern"] =
        "^(\"[0-7][0-9A-HJKMNP-TV-Z]{25}\"|[0-7][0-9A-HJKMNP-TV-Z]{25})$".into();
    let schema = json!({ "$ref": format!("/schemas/commands/{name}.json") });
    operation["requestBody"] =
        json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    operation
}

fn header(name: &str, required: bool, description: &str) -> Value {
    json!({ "name": name, "in": "header", "required": required, "description": description, "schema": { "type": "string" } })
}

/// What the answer to a read depends on beside its address.
fn header_parameters(route: &Route) -> Vec<Value> {
    let mut headers = Vec::new();
    if route.statuses.contains(&304) {
        let description =
            "已有答复的 ETag；未变则答复 304 / the ETag of an answer at hand: 304 where it still holds";
        headers.push(header("If-None-Match", false, description));
    }
    if route.endpoint == Endpoint::EventStream {
        let description = "从该位置之后继续，先于 after；断线后多数客户端自动带上 / goes on after that position, before `after`; most clients send it by themselves after a break";
        headers.push(header("Last-Event-ID", false, description));
    }
    headers
}

fn path_parameters(path: &str) -> impl Iterator<Item = Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let is_list = path.contains("/lists/");
    names.map(|name| name.trim_start_matches('*')).map(move |name| {
        if is_list {
            let known: Vec<_> = ListName::ALL.iter().map(|name| name.spec().name).collect();
            let schema = json!({ "type": "string", "enum": known });
            return json!({ "name": name, "in": "path", "required": true, "schema": schema });
        }
        let shape = match name {
            "code" => Shape::Code,
            "id" => Shape::Ulid,
            "position" => Shape::Position,
            _ => Shape::Text,
        };
        json!({ "name": name, "in": "path", "required": true, "schema": schema_of(shape) })
    })
}

fn parameter(parameter: &Parameter, place: &str) -> Value {
    let Parameter { name, shape, description } = parameter;
    json!({ "name": name, "in": place, "description": description, "schema": schema_of(*shape) })
}

fn schema_of(shape: Shape) -> Value {
    match shape {
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Time => json!({ "type": "string", "format": "date-time" }),
        Shape::Position => json!({ "type": "integer", "minimum": 0 }),
        Shape::Count => json!({ "type": "integer", "minimum": 1 }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Code => json!({ "type": "string", "pattern": "^[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?$" }),
        Shape::Scope => json!({ "type": "string", "pattern": "^(_|[0-9]{4}([0-9]{2}([0-9]{3})?)?)$" }),
        Shape::Text => json!({ "type": "string" }),
        Shape::Ulid => json!({ "type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" }),
    }
}

fn security(access: Access) -> Value {
    match access {
        Access::Open => json!([]),
        Access::Read(_) => json!([{ "token": [] }, { "session": [] }]),
        Access::Write => json!([{ "token": [] }]),
    }
}

fn responses(route: &Route) -> Value {
    let refused: &[u16] = match route.access {
        Access::Open => &[400],
        Access::Read(_) | Access::Write => &[400, 401, 403, 429],
    };
    let statuses = route.statuses.iter().chain(refused);
    let all = statuses.map(|status| {
        let answer = match status {
            304 => json!({ "description": "未变 / not modified" }),
            303 => json!({ "description": "转到首页 / goes to the page" }),
            400.. => json!({ "$ref": "#/components/responses/Problem" }),
            _ => json!({ "description": "成功 / done", "headers": answer_headers(route), "content": content(route) }),
        };
        (status.to_string(), answer)
    });
    Value::Object(all.collect())
}

fn answer_headers(route: &Route) -> Value {
    let text = json!({ "schema": { "type": "string" } });
    match route.endpoint {
        Endpoint::Command => json!({ "Lianjian-Position": text, "Idempotent-Replayed": text }),
        Endpoint::Receipt | Endpoint::AccessLog | Endpoint::Accounts => json!({}),
        Endpoint::Trial => json!({ "Lianjian-Position": text }),
        Endpoint::EventStream => json!({ "Lianjian-Position": text, "X-Accel-Buffering": text }),
        _ if route.path.starts_with("/api/") => json!({ "Lianjian-Position": text, "ETag": text }),
        _ => json!({}),
    }
}

fn content(route: &Route) -> Value {
    let schema = match route.endpoint {
        Endpoint::Command => json!({ "$ref": "#/components/schemas/Recorded" }),
        Endpoint::Trial => json!({ "$ref": "#/components/schemas/Tried" }),
        Endpoint::City | Endpoint::County | Endpoint::Register | Endpoint::Township | Endpoint::Ledger => {
            json!({ "$ref": "#/components/schemas/View" })
        }
        Endpoint::JointBranch | Endpoint::Timeline | Endpoint::Organization => {
            json!({ "$ref": "#/components/schemas/View" })
        }
        Endpoint::Places | Endpoint::Obligations | Endpoint::List => {
            json!({ "$ref": "#/components/schemas/View" })
        }
        _ => json!({}),
    };
    let contents =
        route.media_types.iter().map(|media_type| ((*media_type).to_owned(), json!({ "schema": schema })));
    Value::Object(contents.collect())
}

fn components() -> Value {
    json!({
        "securitySchemes": {
            "token": { "type": "http", "scheme": "bearer", "description": "lianjian token create" },
            "session": { "type": "apiKey", "in": "cookie", "name": crate::sessions::COOKIE_NAME }
        },
        "responses": {
            "Problem": {
                "description": "RFC 9457",
                "headers": { "Retry-After": {
                    "description": "几秒后再试，见于 503 与 429 / after how many seconds to try again, with 503 and 429",
                    "schema": { "type": "integer", "minimum": 1 }
                } },
                "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } }
            }
        },
        "schemas": { "Problem": problem_schema(), "Recorded": recorded_schema(), "Tried": tried_schema(), "View": view_schema(), "Citation": citation_schema() }
    })
}

fn problem_schema() -> Value {
    let types: Vec<String> = Kind::ALL.iter().map(|kind| format!("/problems/{}", kind.slug())).collect();
    let error = json!({
        "type": "object",
        "required": ["pointer", "detail", "detail_en"],
        "properties": {
            "pointer": { "type": "string" },
            "detail": { "type": "string" },
            "detail_en": { "type": "string" }
        }
    });
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "detail_en"],
        "properties": {
            "type": { "enum": types },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "detail_en": { "type": "string" },
            "rule": { "type": "string" },
            "citation": { "$ref": "#/components/schemas/Citation" },
            "overridable": { "const": true },
            "pointer": { "type": "string" },
            "errors": { "type": "array", "items": error },
            "outcome": { "enum": ["nothing-recorded", "unknown"] },
            "position": { "type": "integer" },
            "last_position": { "type": "integer" }
        }
    })
}

fn citation_schema() -> Value {
    let text = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["document", "version", "article"],
        "properties": { "document": text, "version": text, "article": text }
    })
}

fn tried_schema() -> Value {
    let refusal = json!({
        "type": "object",
        "required": ["line", "id", "rule", "detail", "detail_en"],
        "properties": {
            "line": { "type": "integer" },
            "id": { "type": "string" },
            "rule": { "type": "string" },
            "citation": { "$ref": "#/components/schemas/Citation" },
            "detail": { "type": "string" },
            "detail_en": { "type": "string" }
        }
    });
    json!({
        "type": "object",
        "required": ["tried", "refused", "refusals", "position"],
        "properties": {
            "tried": { "type": "integer" },
            "refused": { "type": "integer", "description": "当时会被拒绝的条数 / how many would be refused" },
            "refusals": { "type": "array", "items": refusal },
            "position": { "type": "integer" }
        }
    })
}

fn recorded_schema() -> Value {
    let text = json!({ "type": "string" });
    let warning = json!({
        "type": "object",
        "required": ["rule", "message", "message_en", "citation"],
        "properties": {
            "rule": text,
            "message": text,
            "message_en": text,
            "citation": { "$ref": "#/components/schemas/Citation" },
            "found": { "type": "string", "description": "查得的数 / the figure found, with its unit" },
            "allowed": { "type": "string", "description": "规则允许的数 / the figure allowed, with its unit" }
        }
    });
    let leaf = |description: &str| json!({ "type": "string", "contentEncoding": "base64", "description": description });
    let event = json!({ "type": "object", "description": "CloudEvents 1.0; /schemas/events/{type}.json" });
    json!({
        "type": "object",
        "required": ["command_id", "position", "events", "warnings", "leaf_hash", "leaf_hashes"],
        "properties": {
            "command_id": schema_of(Shape::Ulid),
            "position": schema_of(Shape::Position),
            "token": { "type": "string", "description": "签发或续期帐号后的新令牌，只在首次答复中给出 / the new token of an account that was issued or renewed: in the first answer only" },
            "events": { "type": "array", "minItems": 1, "items": event },
            "warnings": { "type": "array", "items": warning },
            "leaf_hash": leaf("末一事件的叶哈希 / the leaf of the event at the position"),
            "leaf_hashes": { "type": "array", "minItems": 1, "items": leaf("各事件的叶哈希 / the leaf of each event") }
        }
    })
}

fn view_schema() -> Value {
    let words = json!({ "type": "object", "required": ["zh", "en"], "properties": { "zh": { "type": "string" }, "en": { "type": "string" } } });
    let figure = json!({
        "type": "object",
        "required": ["value", "unit", "definition", "rows"],
        "properties": { "value": {}, "unit": { "type": "string" }, "definition": words, "rows": { "type": "string" } }
    });
    json!({
        "type": "object",
        "required": ["scope", "as_of", "position", "figures", "rows"],
        "properties": {
            "scope": { "type": "string" },
            "answers_for": {
                "type": "object",
                "description": "所问代码原属何处，现由本区划承接 / who bore the code asked for, for whom this place answers",
                "properties": { "id": schema_of(Shape::Ulid), "code": schema_of(Shape::Code), "name": { "type": "string" }, "until": schema_of(Shape::Date) }
            },
            "as_of": schema_of(Shape::Date),
            "position": schema_of(Shape::Position),
            "simulated": { "type": "boolean" },
            "figures": { "type": "object", "additionalProperties": figure },
            "breakdowns": { "type": "object" },
            "by_actor": { "type": "object" },
            "rows": { "type": "array" },
            "next_cursor": { "type": "string" }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn every_route_stands_once_in_the_table_and_in_the_document() {
        let endpoints: BTreeSet<_> = ROUTES.iter().map(|route| route.endpoint).collect();
        let paths: BTreeSet<_> = ROUTES.iter().map(|route| route.path).collect();
        assert_eq!((endpoints.len(), paths.len()), (ROUTES.len(), ROUTES.len()));
        let document = document();
        for route in ROUTES.iter().filter(|route| route.endpoint != Endpoint::Command) {
            let path = documented_path(route);
            assert!(document["paths"][&path][route.method()]["responses"].is_object(), "{path}");
        }
        assert_eq!(
            document["paths"]["/api/v1/commands/merge-branches"]["post"]["operationId"],
            "merge-branches"
        );
    }

    #[test]
    fn only_what_the_contract_leaves_open_is_open() {
        for route in ROUTES.iter().filter(|route| route.path.starts_with("/api/") || route.path == "/metrics")
        {
            assert_ne!(route.access, Access::Open, "{}", route.path);
        }
    }

    /// Run with `LIANJIAN_BLESS=1` to write the files after a change that outsiders may see.
    #[test]
    fn the_committed_schemas_are_those_generated() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        let bless = std::env::var_os("LIANJIAN_BLESS").is_some();
        // By this the checker in Python knows the schemas in a bundle.
        let mut files = generated_files();
        let events = files.iter().filter(|(path, _)| path.starts_with("events/"));
        let hash = |text: &str| service::request::hexadecimal(&Sha256::digest(text));
        let mut hashes: Vec<(&str, String)> =
            events.map(|(path, text)| (path.as_str(), format!("{}  schemas/{path}\n", hash(text)))).collect();
        hashes.sort_unstable();
        let hashes = hashes.into_iter().map(|(_, line)| line).collect();
        files.push(("../docs/verify/schemas.sha256".to_owned(), hashes));
        for (path, text) in files {
            let file = root.join(&path);
            if bless {
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(&file, &text).unwrap();
            }
            let committed = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                committed == text,
                "schemas/{path} differs: run LIANJIAN_BLESS=1 cargo test -p lianjian-api --lib -- openapi"
            );
        }
    }
}
