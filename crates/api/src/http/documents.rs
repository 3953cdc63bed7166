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
use crate::openapi::generated_files;
use crate::problem::Problem;
use event_log::versions::WantedType;

const SCHEMA_MEDIA_TYPE: &str = "application/schema+json";

/// The generated files by their path, made once at the start.
pub(crate) struct Documents {
    files: BTreeMap<String, Bytes>,
}

impl Documents {
    pub(crate) fn generate() -> Self {
        Self { files: generated_files().into_iter().map(|(path, text)| (path, text.into())).collect() }
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
