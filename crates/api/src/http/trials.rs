//! `POST /api/v1/trials`: commands line by line, decided one after the other on a copy of the city; nothing is recorded.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use domain::account::Role;
use domain::ids::CommandId;
use domain::policy::Citation;
use domain::say::Say;
use domain::{CommandKind, Rejection};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::request::{CommandRequest, PrepareError, prepare};
use service::shape_error::ShapeError;
use service::strict_json;
use service::trial::Trial;
use tokio::sync::Semaphore;

use super::App;
use super::access::Tried;
use super::answer::{POSITION, typed};
use super::bodies::{BODY_TIMEOUT, receive};
use super::commands::MAX_BODY_BYTES;
use crate::problem::{AlsoRefused, Kind, Problem};

/// The longest body: the changes of a county's places in a year of mergers have a tenth of it.
pub const MAX_TRIAL_BYTES: usize = 4 << 20;
/// The most commands of one trial.
pub const MAX_TRIAL_COMMANDS: usize = 10_000;
/// The most refusals that an answer lists; the rest are counted.
const MAX_REFUSALS_LISTED: usize = 200;
/// How many trials run at a time: each decides thousands of commands.
const MAX_TRIALS: usize = 2;

static PLACES: Semaphore = Semaphore::const_new(MAX_TRIALS);

/// A line: as `import commands` takes it, without who acts.
#[derive(Deserialize)]
struct Line {
    name: String,
    id: CommandId,
    #[serde(flatten)]
    body: serde_json::Map<String, Value>,
}

/// 试算的结果 / what a trial of commands came to
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Tried")]
pub(crate) struct Outcome {
    /// 试算的指令条数 / how many commands were tried
    tried: u64,
    /// 会被拒绝的条数 / how many would be refused
    refused: u64,
    /// 会被拒绝的指令，最多列出 200 条 / the commands that would be refused, 200 of them at most
    refusals: Vec<Refusal>,
    /// 试算所依据的日志位置 / the position of the log on which they were tried
    position: u64,
}

/// 会被拒绝的一条指令 / a command that would be refused
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TrialRefusal")]
struct Refusal {
    /// 请求中的行号，从 1 起 / which line of the body, from 1
    line: u64,
    /// 指令的编号 / the id of the command
    id: CommandId,
    /// 据以拒绝的规则的名称 / the name of the rule that refuses
    rule: String,
    /// 规则的出处 / where the rule comes from
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<Citation>,
    /// 具体原因，中文 / what is wrong, in Chinese
    detail: String,
    /// 具体原因，英文 / the same in English
    detail_en: String,
    /// 除此之外还会据以拒绝的规则 / what would refuse it besides
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    others: Vec<AlsoRefused>,
}

/// Tries the commands as the account of the token would give them.
pub(crate) async fn post(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = receive(&app.room, &parts.headers, body, MAX_TRIAL_BYTES).await;
    let actor = app.writer(&parts.headers).await?.actor().ok_or_else(crate::auth::sign_in_first)?;
    if !actor.role.gives_commands() {
        return Err(gives_none(actor.role));
    }
    let lines = body.and_then(|body| read(&body))?;
    let state = app.state()?;
    let Ok(_place) = PLACES.try_acquire() else {
        let (zh, en) = ("正在试算其他请求，请稍后重试", "other trials are under way; try again later");
        return Err(Problem::new(Kind::Busy, zh, en).retry_after(BODY_TIMEOUT.as_secs() / 10));
    };
    let (service, now, tried_count) = (app.service.clone(), (app.clock)(), lines.len());
    let tried = tokio::task::spawn_blocking(move || {
        let position = state.last_position;
        let mut trial = service.trial(&state, now)?;
        let mut outcome = Outcome { tried: lines.len() as u64, refused: 0, refusals: Vec::new(), position };
        for (line, at) in lines.into_iter().zip(1..) {
            let id = line.id;
            let body = Value::Object(line.body);
            let request = CommandRequest {
                id,
                name: line.name,
                body,
                actor: actor.clone(),
                if_match: None,
                traceparent: None,
            };
            if let Some(refusal) = try_one(&mut trial, at, request) {
                outcome.refused += 1;
                if outcome.refusals.len() < MAX_REFUSALS_LISTED {
                    outcome.refusals.push(refusal);
                }
            }
        }
        Ok::<_, event_log::LogError>(outcome)
    });
    let outcome = tried.await.map_err(|error| Problem::internal(error.to_string()))??;
    let text = serde_json::to_vec(&outcome).map_err(|error| Problem::internal(error.to_string()))?;
    let mut response = typed("application/json", text.into()).into_response();
    response.headers_mut().insert(POSITION, HeaderValue::from(outcome.position));
    response.extensions_mut().insert(Tried(tried_count));
    Ok(response)
}

fn gives_none(role: Role) -> Problem {
    let role = role.as_str();
    let zh = "当前帐号的角色不办理任何事项，不能试算";
    Problem::new(Kind::Forbidden, zh, format!("the role {role} gives no command and tries none"))
}

fn read(body: &Bytes) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    let texts = body.split(|byte| *byte == b'\n').filter(|text| !text.trim_ascii().is_empty());
    for (at, text) in texts.enumerate() {
        if at == MAX_TRIAL_COMMANDS {
            let zh = format!("超过 {MAX_TRIAL_COMMANDS} 条指令，请分批试算");
            return Err(Problem::new(
                Kind::TooLarge,
                zh,
                format!("more than {MAX_TRIAL_COMMANDS} commands: try them in parts"),
            ));
        }
        let line = (text.len() <= MAX_BODY_BYTES)
            .then(|| strict_json::parse(text).ok().and_then(|value| serde_json::from_value(value).ok()))
            .flatten();
        lines.push(line.ok_or_else(|| {
            let line = at + 1;
            let zh = format!("第 {line} 行不是含 name、id 的指令（每行一条 JSON）");
            Problem::new(
                Kind::Malformed,
                zh,
                format!("line {line} is no command with name and id, one JSON object a line"),
            )
        })?);
    }
    Ok(lines)
}

/// What would refuse the command, if anything.
fn try_one(trial: &mut Trial, line: u64, request: CommandRequest) -> Option<Refusal> {
    let (id, name) = (request.id, request.name.clone());
    let refusal = |rule: &str, detail: String, detail_en: String| Refusal {
        line,
        id,
        rule: rule.to_owned(),
        citation: None,
        detail,
        detail_en,
        others: Vec::new(),
    };
    if CommandKind::named_over_http(&name).is_none() {
        let (zh, en) = (format!("没有指令 {name}"), format!("there is no command {name}"));
        return Some(refusal("unknown-command", zh, en));
    }
    match prepare(request) {
        Ok(prepared) => {
            let rejection = trial.decide(&prepared).err()?;
            let citation = Some(trial.policy().citation(rejection.rule()));
            let Say { zh, en } = rejection.say();
            let cited = |other: &Rejection| AlsoRefused::of(other, trial.policy().citation(other.rule()));
            let others = trial.others(&prepared).iter().map(cited).collect();
            Some(Refusal { citation, others, ..refusal(rejection.rule(), zh.into_owned(), en.into_owned()) })
        }
        Err(PrepareError::Shape(errors)) => {
            let (zh, en) = ShapeError::sentences(&errors);
            Some(refusal("schema", zh, en))
        }
        Err(PrepareError::UnknownCommand) => Some(refusal("unknown-command", name.clone(), name)),
        Err(PrepareError::NoRandomness(detail)) => Some(refusal("internal", detail.clone(), detail)),
    }
}
