//! Many of one command from a sheet: the template, the trial in which every row is decided, and the recording of all of
//! them or none.

use api::http::App;
use api::http::access::Tried;
use api::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::ids::CommandId;
use domain::say::Say;
use event_log::MAX_APPEND_EVENTS;
use serde_json::Value;
use service::command_loop::{MAX_COMMANDS_TOGETHER, too_much_together};
use service::request::CommandRequest;
use tokio::sync::Semaphore;
use ulid::Ulid;
use workbook::column_name;

use super::page_request::PageRequest;
use super::sessions::{Sent, check_same_site, check_session};
use super::work::{form_in_bulk, new_key, reads_only, submit_all};
use super::{papers, see_other};
use crate::exports::{FilledRow, MAX_SHEET_ROWS, SheetError, read_sheet, template};
use crate::pages::forms::schema::Field;
use crate::pages::forms::sheet::{RefusedRow, SheetColumn, columns, tried};
use crate::pages::forms::values::{Posted, posted_of, request_of};

// A sheet that reads is one that can be recorded by one append.
const _: () = assert!(MAX_SHEET_ROWS <= MAX_COMMANDS_TOGETHER);

/// The most bytes that the requests of a sheet take as JSON: they go through the browser from the trial to the recording.
const MAX_REQUESTS_BYTES: usize = 2 << 20;
/// The longest form with which they come back, each byte of them escaped.
pub(super) const MAX_RECORD_BYTES: usize = 3 * MAX_REQUESTS_BYTES + 4_096;
/// The longest form otherwise: a filled sheet with what surrounds it.
pub(super) const MAX_UPLOAD_BYTES: usize = 2 << 20;

/// How many uploaded files are read at a time: each may unpack to some megabytes.
const MAX_READING: usize = 4;
/// When to come back while so many are.
const BUSY_SECONDS: u64 = 1;

static READING: Semaphore = Semaphore::const_new(MAX_READING);

/// A row of a sheet: its number as a spreadsheet counts, and the request that it came to.
type Row = (usize, Value);

/// `/work/{command}/template`: an empty sheet.
pub(super) async fn empty(
    State(app): State<App>,
    Path(command): Path<String>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    let (_, fields) = form_in_bulk(&app, &asked, &command)?;
    let bytes = template(&columns(&asked.visit, &fields)).map_err(papers::paper_problem)?;
    Ok(papers::file(&asked.visit, &command, "xlsx", papers::XLSX, bytes))
}

/// `POST /work/{command}/bulk`: tries a filled sheet; nothing is recorded.
pub(super) async fn attempt(
    State(app): State<App>,
    Path(command): Path<String>,
    mut asked: PageRequest,
    headers: HeaderMap,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    check_same_site(&headers)?;
    let (spec, fields) = form_in_bulk(&app, &asked, &command)?;
    asked.frame(&app).await?;
    let (mut sent, mut file) = (Vec::new(), Bytes::new());
    while let Some(part) = parts.next_field().await.map_err(|_| broken_upload())? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => file = part.bytes().await.map_err(|_| broken_upload())?,
            _ => sent.push((name, part.text().await.map_err(|_| broken_upload())?)),
        }
    }
    check_session(&headers, &sent)?;
    let columns = columns(&asked.visit, &fields);
    let rows = read_rows(file, columns.clone()).await?;
    let key = new_key(&app)?;
    let state = app.state()?;
    let mut trial = app.trial(&state).await?;
    let (mut requests, mut refused, mut events) = (Vec::<Row>::new(), Vec::new(), 0);
    for (index, (line, texts)) in rows.iter().enumerate() {
        let request = request_of(&fields, &texts.iter().cloned().collect::<Posted>());
        let given = given(&asked, &command, &key, index, request.clone())?;
        let taken = trial.take(given).and_then(|taken| {
            events += taken.len();
            if events > MAX_APPEND_EVENTS { Err(too_much_together()) } else { Ok(()) }
        });
        if let Err(error) = taken {
            refused.extend(blame(&asked, &fields, &columns, *line, &request, &Problem::from(error)));
        }
        requests.push((*line, request));
    }
    let requests = serde_json::to_string(&requests).map_err(|error| Problem::internal(error.to_string()))?;
    if requests.len() > MAX_REQUESTS_BYTES {
        return Err(unreadable(&SheetError::TooLong));
    }
    let main = tried(&asked.visit, &command, rows.len(), &refused, &key, &requests);
    let mut page = asked.show(asked.visit.say(&spec.title), &main);
    page.extensions_mut().insert(Tried(rows.len()));
    Ok(page)
}

/// The rows of an uploaded file, read off the threads that answer everybody else, a few files at a time.
async fn read_rows(file: Bytes, columns: Vec<SheetColumn>) -> Result<Vec<FilledRow>, Problem> {
    let Ok(_place) = READING.try_acquire() else {
        let (zh, en) = (
            "正在读取其他人上传的工作簿，请稍后再提交一次",
            "other workbooks are being read: send it again in a moment",
        );
        return Err(Problem::new(Kind::Busy, zh, en).retry_after(BUSY_SECONDS));
    };
    let read = tokio::task::spawn_blocking(move || read_sheet(&file, &columns));
    let read = read.await.map_err(|error| Problem::internal(error.to_string()))?;
    read.map_err(|error| unreadable(&error))
}

/// `POST /work/{command}/bulk/record`: records rows that were all found good, by one append: all of them, or none where
/// something has changed since. Each has a key of its own that follows from the form's, so that a form that is sent again
/// finds what was recorded.
pub(super) async fn record(
    State(app): State<App>,
    Path(command): Path<String>,
    mut asked: PageRequest,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, &body, MAX_RECORD_BYTES)?;
    let (spec, fields) = form_in_bulk(&app, &asked, &command)?;
    let rows: Vec<Row> = serde_json::from_str(sent.text("_requests")).map_err(|_| broken_upload())?;
    if rows.len() > MAX_SHEET_ROWS {
        return Err(unreadable(&SheetError::TooManyRows));
    }
    let all = rows
        .iter()
        .enumerate()
        .map(|(index, (_, request))| given(&asked, &command, sent.text("_key"), index, request.clone()));
    let refusal = match submit_all(&app, all.collect::<Result<_, _>>()?).await {
        Ok(recorded) => {
            let position = recorded.last().ok_or_else(broken_upload)?.position;
            return Ok(see_other(&format!("/events/{position}?recorded=1&min_position={position}")));
        }
        Err(refusal) => refusal,
    };
    let (problem, (line, request)) =
        (Problem::from(refusal.error), rows.get(refusal.index).ok_or_else(broken_upload)?);
    // What no row is to blame for is said by itself.
    if problem.kind().status().is_server_error() {
        return Err(problem);
    }
    asked.frame(&app).await?;
    let columns = columns(&asked.visit, &fields);
    let refused = blame(&asked, &fields, &columns, *line, request, &problem);
    let main = tried(&asked.visit, &command, rows.len(), &refused, sent.text("_key"), "");
    Ok(asked.show(asked.visit.say(&spec.title), &main))
}

/// A row's command: its key follows from the form's key and the row's number.
fn given(
    asked: &PageRequest,
    command: &str,
    key: &str,
    index: usize,
    body: Value,
) -> Result<CommandRequest, Problem> {
    let form: CommandId = key.parse().map_err(|_| broken_upload())?;
    let id = CommandId(Ulid(form.0.0.wrapping_add(index as u128)));
    let actor = asked.principal.actor().ok_or_else(reads_only)?;
    Ok(CommandRequest { id, name: command.to_owned(), body, actor, if_match: None, traceparent: None })
}

/// Which cells are to blame: by the pointer of what is refused, or the row as a whole.
fn blame(
    asked: &PageRequest,
    fields: &[Field],
    columns: &[SheetColumn],
    line: usize,
    request: &Value,
    problem: &Problem,
) -> Vec<RefusedRow> {
    let (refusal, language) = (problem.refusal(), asked.visit.language);
    let at = |pointer: Option<&str>, detail: &str| {
        let index = pointer.and_then(|pointer| columns.iter().position(|column| column.pointer == pointer));
        let (place, label) = match index {
            Some(index) => (format!("{}{line}", column_name(index)), columns[index].label.clone()),
            None => (
                language.pick(format!("第 {line} 行"), format!("row {line}")),
                pointer.unwrap_or_default().to_owned(),
            ),
        };
        RefusedRow { place, label, detail: detail.to_owned() }
    };
    // A row's lists have moved up in its request; a cell is named only where they have not.
    let has_moved = posted_of(fields, request).len() != columns.len()
        && refusal.errors.iter().any(|error| error.pointer.matches('/').count() > 3);
    if refusal.errors.is_empty() {
        let rule = refusal.rule.map(|(rule, _)| format!("（{rule}）")).unwrap_or_default();
        return vec![at(
            refusal.pointer.as_deref(),
            &format!("{}{rule}", language.pick(&refusal.detail.0, &refusal.detail.1)),
        )];
    }
    let one = |error: &service::shape_error::ShapeError| {
        at(
            Some(error.pointer.as_str()).filter(|_| !has_moved),
            language.pick(&error.detail, &error.detail_en),
        )
    };
    refusal.errors.iter().map(one).collect()
}

fn unreadable(error: &SheetError) -> Problem {
    let Say { zh, en } = error.say();
    Problem::new(Kind::Malformed, zh, en)
}

fn broken_upload() -> Problem {
    Problem::new(
        Kind::Malformed,
        "上传的内容不完整，没有记录任何内容",
        "the upload is incomplete; nothing was recorded",
    )
}
