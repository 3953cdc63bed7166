//! `POST /api/v1/counties/{code}/register/proposal` and `/acceptance`: an office's ledger becomes a workbook of proposals, and
//! what was accepted of it is tried or recorded.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, Request, State};
use axum::http::HeaderValue;
use axum::response::{IntoResponse, Response};
use domain::CityState;
use domain::account::Role;
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use ledger::{Aliases, LedgerError, Proposal};
use schemars::JsonSchema;
use serde::Serialize;
use service::ledgers::{self, Accepted, LedgerFailure, Registered, summary};
use tokio::sync::Semaphore;

use super::App;
use super::access::Tried;
use super::answer::{POSITION, unconditional};
use super::bodies::receive;
use super::query::{Query, wrong};
use super::reads::{require_scope, unknown};
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// The longest file: a workbook of proposals has four columns for each value of the ledger.
pub const MAX_LEDGER_BYTES: usize = 24 << 20;
/// How many files are read at a time: each may unpack to a hundred megabytes.
const MAX_READING: usize = 2;
/// When to come back while so many are.
const BUSY_SECONDS: u64 = 5;
/// The most problems that an answer lists; the rest are counted.
const MAX_PROBLEMS_LISTED: usize = 200;

static READING: Semaphore = Semaphore::const_new(MAX_READING);

/// 由清单得出的建议 / what a ledger is proposed to be
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LedgerProposal")]
pub(crate) struct ProposalAnswer {
    /// 供核对的建议工作簿（.xlsx），按 Base64 编码；有不合格处时没有 / the workbook of proposals to go through, an .xlsx in Base64; absent where cells are wrong
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("contentEncoding" = "base64"))]
    workbook: Option<String>,
    /// 读出的概况，逐句说明 / what was read of the ledger, a sentence each
    said: Vec<Say>,
    /// 不合格的单元格，最多列出 200 处 / the cells that are wrong, 200 of them at most
    problems: Vec<CellProblem>,
    /// 未列出的不合格处有多少 / how many more problems there are
    more: u64,
}

/// 采纳后的结果 / what became of what was accepted
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LedgerAcceptance")]
pub(crate) struct AcceptanceAnswer {
    /// 已记录的指令条数；试算时为将要记录的 / how many commands were recorded, or would be
    recorded: u64,
    /// 此前已记录的指令条数 / how many commands had been recorded before
    there: u64,
    /// 登记的联合党组织个数 / how many joint branches are registered
    joint_branches: u64,
    /// 一并登记的党组织个数 / how many organizations are registered along with them
    organizations: u64,
    /// 一并登记的人数 / how many persons are registered along with them
    persons: u64,
    /// 填“否”、不登记的行数 / how many rows the workbook leaves out
    left_out: u64,
    /// 末一事件在日志中的位置；没有记录时没有 / the position of the last event in the log; absent where nothing was recorded
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    /// 不合格的单元格，最多列出 200 处；有则未记录任何内容 / the cells that are wrong, 200 of them at most: where there is one, nothing is recorded
    problems: Vec<CellProblem>,
    /// 未列出的不合格处有多少 / how many more problems there are
    more: u64,
}

/// 不合格的单元格 / a cell that is wrong
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LedgerProblem")]
struct CellProblem {
    /// 工作表和单元格，如 联合党组织!E3 / the sheet and the cell, such as 联合党组织!E3
    cell: String,
    /// 据以拒绝的规则的名称 / the name of the rule that refuses
    rule: String,
    /// 具体原因，中文 / what is wrong, in Chinese
    detail: String,
    /// 具体原因，英文 / the same in English
    detail_en: String,
}

impl App {
    /// Proposes what a ledger says, for an officer of the county.
    pub async fn propose_ledger(
        &self,
        (principal, county): (&Principal, &PlaceCode),
        file: Bytes,
        aliases: Aliases,
    ) -> Result<Result<Proposal, LedgerFailure>, Problem> {
        let state = self.county_of(principal, county)?;
        let _place = reading()?;
        let (service, county, today) = (self.service.clone(), county.clone(), self.today());
        let read = tokio::task::spawn_blocking(move || {
            ledgers::propose(&state, service.control(), &county, today, (&file, aliases))
        });
        read.await.map_err(|error| Problem::internal(error.to_string()))
    }

    /// Tries what was accepted, with cells that were changed since, and records it with `is_commit`, as the officer.
    pub async fn accept_ledger(
        &self,
        (principal, county): (&Principal, &PlaceCode),
        (file, changes): (Bytes, Vec<(String, String)>),
        is_commit: bool,
    ) -> Result<Result<Accepted, LedgerFailure>, Problem> {
        let state = self.county_of(principal, county)?;
        let actor = principal.actor().ok_or_else(crate::auth::sign_in_first)?;
        let _place = reading()?;
        let (service, county, now) = (self.service.clone(), county.clone(), (self.clock)());
        let planned = tokio::task::spawn_blocking(move || {
            let trial = service.trial(&state, now)?;
            ledgers::plan(&state, service.control(), trial, (&county, actor), (&file, &changes))
        });
        let planned = planned.await.map_err(|error| Problem::internal(error.to_string()))?;
        let accepting = match planned {
            Ok(accepting) => accepting,
            Err(failure) => return Ok(Err(failure)),
        };
        let (joint_branches, organizations, persons, left_out) =
            (accepting.joint_branches, accepting.organizations, accepting.persons, accepting.left_out);
        let registered = accepting.record(&*self.service, is_commit).await;
        Ok(registered.map(|registered| Accepted {
            joint_branches,
            organizations,
            persons,
            left_out,
            registered,
        }))
    }

    /// The state, for an officer of that county alone: what a ledger needs is registered by the county.
    fn county_of(&self, principal: &Principal, county: &PlaceCode) -> Result<Arc<CityState>, Problem> {
        let state = self.state()?;
        require_scope(&state, principal, county)?;
        if principal.role != Role::CountyOfficer {
            let role = principal.role.as_str();
            let zh = "由清单办理存量登记，由县(区)经办";
            return Err(Problem::new(
                Kind::Forbidden,
                zh,
                format!("a county's officer does this, not a {role}"),
            ));
        }
        Ok(state)
    }
}

fn reading() -> Result<tokio::sync::SemaphorePermit<'static>, Problem> {
    READING.try_acquire().map_err(|_| {
        let (zh, en) =
            ("正在读取其他清单，请稍后再提交一次", "other ledgers are being read: send it again in a moment");
        Problem::new(Kind::Busy, zh, en).retry_after(BUSY_SECONDS)
    })
}

/// What a failure is that no cell is to blame for.
pub fn problem_of(failure: LedgerFailure) -> Problem {
    match failure {
        LedgerFailure::Ledger(error) => {
            let Say { zh, en } = error.say();
            Problem::new(Kind::Malformed, zh, en)
        }
        LedgerFailure::Log(error) => error.into(),
        LedgerFailure::Submit { cell, recorded, error } => {
            let problem = Problem::from(*error);
            let zh =
                format!("{cell}：{}；此前 {recorded} 条已记录，用同一文件再提交即可接续", problem.detail());
            let en = format!(
                "{cell}: {}; {recorded} commands are recorded, send the same file again to go on",
                problem.detail_en()
            );
            Problem::new(problem.kind(), zh, en)
        }
    }
}

/// `POST …/register/proposal`.
pub(crate) async fn propose(
    State(app): State<App>,
    Path(code): Path<String>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let county: PlaceCode = code.parse().map_err(|_| unknown(&code))?;
    let file = receive(&app.room, &parts.headers, body, MAX_LEDGER_BYTES).await?;
    let language = query.text("lang").and_then(Language::parse).unwrap_or_default();
    let aliases = aliases_of(query.text("aliases").unwrap_or_default())?;
    let proposed = app.propose_ledger((&principal, &county), file.clone(), aliases).await?;
    let answer = match proposed {
        Ok(proposal) => {
            let said = summary(&proposal);
            let bytes = write(proposal, language).await?;
            let workbook = Some(ledger::encoded(&bytes));
            ProposalAnswer { workbook, said, problems: Vec::new(), more: 0 }
        }
        Err(LedgerFailure::Ledger(LedgerError::Cells { problems })) => {
            let (problems, more) = listed(problems);
            ProposalAnswer { workbook: None, said: Vec::new(), problems, more }
        }
        Err(failure) => return Err(problem_of(failure)),
    };
    let mut response = unconditional(&answer)?;
    response.headers_mut().insert(POSITION, HeaderValue::from(app.state()?.last_position));
    Ok(response.into_response())
}

/// The workbook of a proposal, written off the threads that answer everybody else.
pub async fn write(proposal: Proposal, language: Language) -> Result<Vec<u8>, Problem> {
    let written = tokio::task::spawn_blocking(move || ledger::write(&proposal, language));
    let written = written.await.map_err(|error| Problem::internal(error.to_string()))?;
    written.map_err(|error| Problem::internal(error.to_string()))
}

/// An office's own headings: `field:heading` divided by `;`.
fn aliases_of(text: &str) -> Result<Aliases, Problem> {
    let pairs = text.split(';').filter(|pair| !pair.trim().is_empty());
    let pairs: Option<Vec<(String, String)>> = pairs
        .map(|pair| pair.split_once(':').map(|(field, heading)| (field.to_owned(), heading.to_owned())))
        .collect();
    let refused = || wrong("aliases", text, "应如 书记:掌舵人;成员:抱团村", "write 书记:掌舵人;成员:抱团村");
    let mut aliases = Aliases::default();
    ledger::ledger::extend(&mut aliases, &pairs.ok_or_else(refused)?).map_err(|_| refused())?;
    Ok(aliases)
}

fn listed(problems: Vec<ledger::Problem>) -> (Vec<CellProblem>, u64) {
    let more = problems.len().saturating_sub(MAX_PROBLEMS_LISTED) as u64;
    let listed = problems.into_iter().take(MAX_PROBLEMS_LISTED).map(|problem| CellProblem {
        cell: problem.cell,
        rule: problem.rule,
        detail: problem.why.zh.into_owned(),
        detail_en: problem.why.en.into_owned(),
    });
    (listed.collect(), more)
}

/// `POST …/register/acceptance`.
pub(crate) async fn accept(
    State(app): State<App>,
    Path(code): Path<String>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let county: PlaceCode = code.parse().map_err(|_| unknown(&code))?;
    let file = receive(&app.room, &parts.headers, body, MAX_LEDGER_BYTES).await?;
    let is_commit = query.flag("commit")?.unwrap_or(false);
    let accepted = (Bytes::clone(&file), Vec::new());
    let answer = match app.accept_ledger((&principal, &county), accepted, is_commit).await? {
        Ok(accepted) => AcceptanceAnswer {
            recorded: accepted.registered.recorded as u64,
            there: accepted.registered.there as u64,
            joint_branches: accepted.joint_branches as u64,
            organizations: accepted.organizations as u64,
            persons: accepted.persons as u64,
            left_out: accepted.left_out as u64,
            position: accepted.registered.position,
            problems: Vec::new(),
            more: 0,
        },
        Err(LedgerFailure::Ledger(LedgerError::Cells { problems })) => {
            let (problems, more) = listed(problems);
            let nothing = Registered::default();
            AcceptanceAnswer {
                recorded: 0,
                there: 0,
                joint_branches: 0,
                organizations: 0,
                persons: 0,
                left_out: 0,
                position: nothing.position,
                problems,
                more,
            }
        }
        Err(failure) => return Err(problem_of(failure)),
    };
    let tried = Tried(usize::try_from(answer.recorded + answer.there).unwrap_or(usize::MAX));
    let mut response = unconditional(&answer)?;
    response.headers_mut().insert(POSITION, HeaderValue::from(app.state()?.last_position));
    response.extensions_mut().insert(tried);
    Ok(response.into_response())
}
