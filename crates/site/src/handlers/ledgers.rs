//! 存量登记 from an office's ledger on pages: the upload, what is proposed of it, and the trial and recording of what was
//! accepted.

use api::http::App;
use api::http::access::Tried;
use api::http::ledgers::{MAX_LEDGER_BYTES, problem_of, write};
use api::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::place::PlaceCode;
use labels as w;
use ledger::{Aliases, LedgerError, Problem as CellProblem};
use service::ledgers::LedgerFailure;

use super::bulk::broken_upload;
use super::page_request::PageRequest;
use super::papers;
use super::sessions::{check_same_site, check_session};
use crate::pages::ledgers::{self as page, Reviewed};

/// The longest form: a workbook goes through the browser in Base64, with what was changed on the page.
pub(super) const MAX_FORM_BYTES: usize = MAX_LEDGER_BYTES / 3 * 4 + (1 << 20);
/// The most values that are changed on a page.
const MAX_CHANGES: usize = 20_000;
/// How a field is called that changes a cell.
const CHANGED: &str = "cell:";

/// What a form of these pages holds.
struct Sent {
    file: Bytes,
    /// Cells that were changed on the page, and what they say now.
    changes: Vec<(String, String)>,
}

/// `/work/ledger`: the forms to send a ledger, or a workbook that was gone through.
pub(super) async fn open(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    county(&asked)?;
    asked.frame(&app).await?;
    Ok(asked.show(asked.visit.say(w::LEDGER_IMPORT), &page::open(&asked.visit)))
}

/// `POST /work/ledger`: proposes what a ledger says.
pub(super) async fn propose(
    State(app): State<App>,
    mut asked: PageRequest,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Problem> {
    let county = county(&asked)?;
    let sent = received(&headers, parts).await?;
    asked.frame(&app).await?;
    let main = match app.propose_ledger((&asked.principal, &county), sent.file, Aliases::default()).await? {
        Ok(proposal) => {
            let workbook = write(proposal.clone(), asked.visit.language).await?;
            page::proposed(&asked.visit, &proposal, &ledger::encoded(&workbook))
        }
        Err(failure) => page::refused(&asked.visit, &cells_of(failure)?),
    };
    Ok(asked.show(asked.visit.say(w::LEDGER_IMPORT), &main))
}

/// `POST /work/ledger/workbook`: the workbook of the proposals, to be gone through in a spreadsheet.
pub(super) async fn workbook(
    State(app): State<App>,
    mut asked: PageRequest,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Problem> {
    county(&asked)?;
    let sent = received(&headers, parts).await?;
    asked.frame(&app).await?;
    let visit = &asked.visit;
    let named = papers::FileName::of_page(visit, "ledger", visit.say(w::LEDGER_IMPORT));
    Ok(papers::file(visit, &named, "xlsx", papers::XLSX, sent.file.to_vec()))
}

/// `POST /work/ledger/try`: tries what was accepted; nothing is recorded.
pub(super) async fn attempt(
    State(app): State<App>,
    mut asked: PageRequest,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Problem> {
    let county = county(&asked)?;
    let sent = received(&headers, parts).await?;
    asked.frame(&app).await?;
    let who = (&asked.principal, &county);
    let (main, tried) = match app.accept_ledger(who, (sent.file.clone(), sent.changes.clone()), false).await?
    {
        Ok(accepted) => {
            let reviewed = Reviewed { workbook: &ledger::encoded(&sent.file), changes: &sent.changes };
            let count = accepted.registered.recorded + accepted.registered.there;
            (page::tried(&asked.visit, &accepted, &reviewed), count)
        }
        Err(failure) => (page::refused(&asked.visit, &cells_of(failure)?), 0),
    };
    let mut shown = asked.show(asked.visit.say(w::LEDGER_IMPORT), &main);
    shown.extensions_mut().insert(Tried(tried));
    Ok(shown)
}

/// `POST /work/ledger/record`: records what was tried; sent again, it finds what was recorded.
pub(super) async fn record(
    State(app): State<App>,
    mut asked: PageRequest,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, Problem> {
    let county = county(&asked)?;
    let sent = received(&headers, parts).await?;
    let done = app.accept_ledger((&asked.principal, &county), (sent.file, sent.changes), true).await?;
    asked.frame(&app).await?;
    let main = match done {
        Ok(accepted) => page::recorded(&asked.visit, &accepted, &county),
        Err(failure) => page::refused(&asked.visit, &cells_of(failure)?),
    };
    Ok(asked.show(asked.visit.say(w::LEDGER_IMPORT), &main))
}

/// The county whose officer asks.
fn county(asked: &PageRequest) -> Result<PlaceCode, Problem> {
    let scope = asked.principal.scope.clone();
    if asked.principal.role == domain::account::Role::CountyOfficer && scope.as_str().len() == 6 {
        return Ok(scope);
    }
    let (zh, en) = ("由清单办理存量登记，由县(区)经办", "the county's officer registers from a ledger");
    Err(Problem::new(Kind::Forbidden, zh, en))
}

/// The cells that are wrong; any other failure is a problem of its own.
fn cells_of(failure: LedgerFailure) -> Result<Vec<CellProblem>, Problem> {
    match failure {
        LedgerFailure::Ledger(LedgerError::Cells { problems }) => Ok(problems),
        other => Err(problem_of(other)),
    }
}

async fn received(headers: &HeaderMap, mut parts: Multipart) -> Result<Sent, Problem> {
    check_same_site(headers)?;
    let (mut fields, mut file, mut changes) = (Vec::new(), Bytes::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|_| broken_upload())? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => file = part.bytes().await.map_err(|_| broken_upload())?,
            "workbook" => {
                let text = part.text().await.map_err(|_| broken_upload())?;
                file = ledger::decoded(&text).ok_or_else(broken_upload)?.into();
            }
            name if name.starts_with(CHANGED) && changes.len() < MAX_CHANGES => {
                let cell = name.trim_start_matches(CHANGED).to_owned();
                changes.push((cell, part.text().await.map_err(|_| broken_upload())?));
            }
            _ => fields.push((name, part.text().await.map_err(|_| broken_upload())?)),
        }
    }
    check_session(headers, &fields)?;
    if file.is_empty() {
        let (zh, en) = ("没有选择文件", "no file was chosen");
        return Err(Problem::new(Kind::Malformed, zh, en));
    }
    Ok(Sent { file, changes })
}
