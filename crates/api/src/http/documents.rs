//! What describes the interface: `openapi.json`, `asyncapi.json` and the schemas, the very texts that are committed.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use super::App;
use super::answer::{typed, unconditional};
use super::reads::unknown;
use crate::base_path::BasePath;
use crate::openapi::generated_files;
use crate::problem::Problem;
use event_log::versions::WantedType;

/// What `openapi.json` says of its server.
const SERVED_AT_ROOT: &str = "\"url\": \"/\"";

const SCHEMA_MEDIA_TYPE: &str = "application/schema+json";

/// The generated files by their path, made once at the start.
pub(crate) struct Documents {
    files: BTreeMap<String, Bytes>,
}

impl Documents {
    /// The description of the interface names the path under which it is served; all else is the same everywhere.
    pub(crate) fn generate(base_path: &BasePath) -> Self {
        let own = |(path, text): (String, String)| match path.as_str() {
            "openapi.json" if !base_path.is_none() => {
                (path, text.replacen(SERVED_AT_ROOT, &format!("\"url\": \"{base_path}\""), 1).into())
            }
            _ => (path, text.into()),
        };
        Self { files: generated_files().into_iter().map(own).collect() }
    }

    fn get(&self, path: &str) -> Result<Bytes, Problem> {
        self.files.get(path).cloned().ok_or_else(|| unknown(path))
    }
}

/// `/openapi.json`.
pub(crate) async fn openapi(State(app): State<App>) -> Result<Response, Problem> {
    Ok(typed("application/json", app.documents.get("openapi.json")?))
}

/// `/asyncapi.json`.
pub(crate) async fn asyncapi(State(app): State<App>) -> Result<Response, Problem> {
    Ok(typed("application/json", app.documents.get("asyncapi.json")?))
}

/// 全部模式的路径 / the paths of all schemas
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SchemaIndex {
    /// 每个指令、每种事件各一个路径 / a path for each command and each version of an event type
    schemas: Vec<String>,
}

/// `/schemas`: which there are.
pub(crate) async fn index(State(app): State<App>) -> Result<Response, Problem> {
    let paths = app.documents.files.keys().filter(|path| path.contains('/'));
    unconditional(&SchemaIndex { schemas: paths.map(|path| format!("/schemas/{path}")).collect() })
}

/// `/schemas/commands/{name}.json`.
pub(crate) async fn command(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Problem> {
    let name = file.strip_suffix(".json").unwrap_or(&file);
    Ok(typed(SCHEMA_MEDIA_TYPE, app.documents.get(&format!("commands/{name}.json"))?))
}

/// `/schemas/events/{type}.json`, the type with or without its prefix; without its version, that at which the type stands.
pub(crate) async fn event(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Problem> {
    let name = file.strip_suffix(".json").unwrap_or(&file);
    let of =
        WantedType::parse(name).and_then(|wanted| wanted.type_version()).ok_or_else(|| unknown(&file))?;
    let path = format!("events/{of}.json");
    Ok(typed(SCHEMA_MEDIA_TYPE, app.documents.get(&path)?))
}
