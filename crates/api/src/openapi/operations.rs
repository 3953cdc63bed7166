//! The operations of the document: parameters, bodies and answers of a route, of a command, of a list.

use domain::CommandKind;
use domain::commands::IssuePolicy;
use projections::ListName;
use serde_json::{Map, Value, json};
use service::command_schemas as commands;

use super::components::Components;
use super::routes::{Endpoint, Parameter, Route, Shape};
use super::tags::Tag;
use super::{answers, descriptions};
use crate::auth::Access;
use crate::problem::{MEDIA_TYPE, Problem};

/// The operation of a route.
pub(super) fn operation(components: &mut Components, route: &Route) -> Value {
    let mut operation = base(components, route, None);
    if route.endpoint == Endpoint::Trial {
        let description = "每行一条指令，含 name、id 与请求各字段 / a command a line: name, id and the fields of its request";
        let lines =
            json!({ "application/x-ndjson": { "schema": { "type": "string", "description": description } } });
        operation["requestBody"] = json!({ "required": true, "content": lines });
    }
    if route.endpoint == Endpoint::PolicyRehearsal {
        let content = json!({ "schema": components.of::<IssuePolicy>() });
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": content } });
    }
    if matches!(route.endpoint, Endpoint::LedgerProposal | Endpoint::LedgerAcceptance) {
        let description = "文件本身：.xlsx 工作簿，清单也可为 CSV / the file itself: an .xlsx workbook, or for a ledger CSV";
        let file = json!({ "type": "string", "format": "binary", "description": description });
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/octet-stream": { "schema": file } } });
    }
    if route.endpoint == Endpoint::ScanUpload {
        let description = "扫描件本身：PDF、JPEG、PNG 或 OFD，不超过 20 MB，按内容判断 / the scan itself: a PDF, JPEG, PNG or OFD of at most 20 MB, told by its content";
        let file = json!({ "type": "string", "format": "binary", "description": description });
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/octet-stream": { "schema": file } } });
    }
    if route.endpoint == Endpoint::Readyz {
        operation["responses"]["503"] = answers::unready(components);
    }
    operation
}

/// The operation of one list.
pub(super) fn list_operation(components: &mut Components, route: &Route, list: ListName) -> Value {
    let mut operation = base(components, route, Some(list));
    let projections::Spec { name, title, purpose, .. } = list.spec();
    operation["operationId"] = format!("list-{name}").into();
    operation["summary"] = title.in_both().into();
    operation["description"] = purpose.in_both().into();
    operation["parameters"]
        .as_array_mut()
        .into_iter()
        .for_each(|all| all.retain(|one| one["name"] != "name"));
    operation
}

/// The operation of a command.
pub(super) fn command_operation(components: &mut Components, route: &Route, name: &str) -> Value {
    let mut operation = base(components, route, None);
    operation["operationId"] = name.into();
    if let Some(kind) = CommandKind::named(name) {
        let spec = kind.spec();
        operation["summary"] = spec.title.in_both().into();
        operation["description"] = descriptions::of_command(spec).in_both().into();
        operation["tags"] = json!([Tag::Commands(spec.group).name()]);
    }
    operation["parameters"] = json!([
        header(
            "Idempotency-Key",
            true,
            "指令的 ULID，可加引号；重复提交得到同一结果 / the command's ULID, quoted or not; a repeat gets the same answer"
        ),
        header("If-Match", false, "对象最近事件的位置，如 \"12\" / the position of the entity's last event"),
        header("traceparent", false, "追踪上下文（W3C Trace Context） / the trace context of the W3C"),
    ]);
    operation["parameters"][0]["schema"]["pattern"] =
        "^(\"[0-7][0-9A-HJKMNP-TV-Z]{25}\"|[0-7][0-9A-HJKMNP-TV-Z]{25})$".into();
    let content = json!({ "schema": components.request(name), "example": commands::example(name) });
    operation["requestBody"] = json!({ "required": true, "content": { "application/json": content } });
    operation
}

fn base(components: &mut Components, route: &Route, list: Option<ListName>) -> Value {
    let query = route.query.iter().map(|found| parameter(found, "query"));
    let parameters: Vec<Value> =
        path_parameters(route.path).chain(query).chain(header_parameters(route)).collect();
    let mut operation = json!({
        "operationId": format!("{:?}", route.endpoint),
        "tags": [Tag::of(route.endpoint).name()],
        "summary": route.summary,
        "description": descriptions::of_route(route.endpoint).in_both(),
        "parameters": parameters,
        "responses": responses(components, route, list),
        "security": security(route.access),
    });
    if let Access::Read(roles) = route.access {
        operation["x-roles"] = roles.iter().map(|role| role.as_str()).collect();
    }
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
    names.map(|name| {
        let name = name.trim_start_matches('*');
        let (shape, description) = match name {
            "code" => (Shape::Code, "行政区划的代码 / the statistical code of the place"),
            "id" => (Shape::Ulid, "记录编号（ULID） / the id of the record, a ULID"),
            "sha256" => (
                Shape::Text,
                "扫描件的 SHA-256 校验值，64 位十六进制 / the SHA-256 hash of the scan, 64 hexadecimal digits",
            ),
            "position" => (Shape::Position, "事件在日志中的位置 / the position of the event in the log"),
            "level" => (Shape::Text, "哈希树的层 / the level of the hash tree"),
            "index" => (
                Shape::Text,
                "序号，按 C2SP tlog-tiles 分段，如 x001/234 / the index, in the segments of C2SP tlog-tiles, such as x001/234",
            ),
            "file" => (
                Shape::Text,
                "名称加 .json，见 /schemas / the name with .json; /schemas lists them",
            ),
            "paper" => (
                Shape::Text,
                "公文的种类加 .docx 或 .json，如 approval.docx / the kind of paper with .docx or .json, such as approval.docx",
            ),
            _ => (Shape::Text, "所查对象的名称 / the name of what is asked for"),
        };
        json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema_of(shape) })
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
        Shape::Position => json!({ "type": "integer", "format": "int64", "minimum": 0 }),
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

fn responses(components: &mut Components, route: &Route, list: Option<ListName>) -> Value {
    let refused: &[u16] = match route.access {
        Access::Open => &[400],
        Access::Read(_) | Access::Write => &[400, 401, 403, 429],
    };
    let mut all = Map::new();
    for status in route.statuses.iter().chain(refused) {
        let answer = match status {
            304 => json!({ "description": "答复未变，沿用已有的 / the answer at hand still holds" }),
            400.. => json!({ "$ref": "#/components/responses/Problem" }),
            _ => {
                let content = answers::content(components, route, list);
                json!({ "description": "查询或办理成功 / the request was carried out", "headers": answer_headers(route), "content": content })
            }
        };
        all.insert(status.to_string(), answer);
    }
    Value::Object(all)
}

/// The answer that every refusal is.
pub(super) fn problem_response(components: &mut Components) -> Value {
    json!({
        "description": "未予办理，原因按 RFC 9457 / refused, with the reason as RFC 9457 has it",
        "headers": { "Retry-After": {
            "description": "几秒后再试，见于 503 与 429 / after how many seconds to try again, with 503 and 429",
            "schema": { "type": "integer", "minimum": 1 }
        } },
        "content": { MEDIA_TYPE: { "schema": components.made(Problem::schema) } }
    })
}

fn answer_headers(route: &Route) -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let position = text("答复所依据的日志位置 / the position of the log that the answer holds for");
    match route.endpoint {
        Endpoint::Command => json!({
            "Lianjian-Position": position,
            "Idempotent-Replayed": text("重复提交时为 true / true where the command had been recorded before")
        }),
        Endpoint::Receipt
        | Endpoint::FigureProof
        | Endpoint::AccessLog
        | Endpoint::Accounts
        | Endpoint::ScanUpload => json!({}),
        Endpoint::Scan => json!({
            "Content-Disposition": text("总是作为附件保存 / always an attachment, to be saved")
        }),
        Endpoint::Trial | Endpoint::LedgerProposal | Endpoint::LedgerAcceptance => {
            json!({ "Lianjian-Position": position })
        }
        Endpoint::EventStream => json!({
            "Lianjian-Position": position,
            "X-Accel-Buffering": text("固定为 no，中间的代理不得缓冲 / always `no`: a proxy between must not buffer")
        }),
        Endpoint::JointBranchPaper
        | Endpoint::SupervisionPaper
        | Endpoint::MeetingPaper
        | Endpoint::CountyPaper => json!({
            "Lianjian-Position": position,
            "Lianjian-Missing": text("记录未载明、公文中标为待填的处数 / how many facts the record does not tell, which the paper marks"),
            "ETag": text("答复的标识，用于 If-None-Match / what identifies the answer, for If-None-Match")
        }),
        _ if route.path.starts_with("/api/") => json!({
            "Lianjian-Position": position,
            "ETag": text("答复的标识，用于 If-None-Match / what identifies the answer, for If-None-Match")
        }),
        _ => json!({}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::routes::ROUTES;

    #[test]
    fn every_parameter_is_described_in_both_languages() {
        for route in ROUTES {
            for parameter in path_parameters(route.path).chain(header_parameters(route)) {
                let Some(description) = parameter["description"].as_str() else { panic!("{parameter}") };
                assert!(description.contains(" / "), "{}: {description}", route.path);
            }
        }
    }
}
