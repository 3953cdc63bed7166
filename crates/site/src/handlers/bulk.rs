//! Many of one command from a sheet: the template, the trial in which every row is decided, and the recording of all of
//! them or none.

use api::http::App;
use api::http::access;
use api::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::ids::CommandId;
use domain::quarter::Quarter;
use domain::say::{Language, Say};
use domain::spec::Spec;
use event_log::MAX_APPEND_EVENTS;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::command_loop::{MAX_COMMANDS_TOGETHER, too_much_together};
use service::command_schemas::example;
use service::request::CommandRequest;
use service::shape_error::ShapeError;
use tokio::sync::Semaphore;
use ulid::Ulid;
use workbook::column_name;

use super::bulk_recorded::listed_at;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::prepared::{offered_columns, prepared_columns, prepared_rows};
use super::recording::submit_all;
use super::sessions::{Sent, check_same_site, check_session};
use super::work::{form_in_bulk, new_key, reads_only};
use super::{papers, see_other};
use crate::exports::{FilledSheet, MAX_SHEET_ROWS, SheetError, Template, read_sheet, template};
use crate::pages::forms::rules::pointers;
use crate::pages::forms::schema::Field;
use crate::pages::forms::sheet::{RefusedRow, SheetColumn, Tried, columns, tried};
use crate::pages::forms::values::{Moved, Posted, posted_of, read_request};

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

/// What goes through the browser from the trial to the recording.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// The pointers of the sheet's columns, so that a row that is refused later is named by its cell all the same.
    head: Vec<String>,
    rows: Vec<Row>,
}

/// A row of a sheet: its number as a spreadsheet counts, the request that it came to, and where that stands in the sheet.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    line: usize,
    request: Value,
    moved: Moved,
}

/// `/work/{command}/template`: a sheet to be filled in, with what is due as far as that is known.
pub(super) async fn empty(
    State(app): State<App>,
    Path(command): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let (spec, fields) = form_in_bulk(&app, &asked, &command)?;
    let (frame, state) = (asked.frame(&app).await?, app.state()?);
    let columns = offered_columns(&app, &asked, &frame, &state, (&command, &fields));
    let rows = prepared_rows(&app, &asked, &frame, &state, &command)?;
    let example = example_of(spec, &fields, &columns);
    let language = asked.visit.language;
    let sheet = Template { columns: &columns, example: &example, rows: &rows, language };
    let bytes = template(&sheet).map_err(papers::paper_problem)?;
    let visit = &asked.visit;
    let mut named = papers::FileName::of_page(visit, &command, visit.say(&spec.title));
    // Whoever fills it in is of the place: the matter and its quarter tell it from others.
    named.scope.clear();
    if command == "evaluate-quarter" {
        named.when = visit.say(&Quarter::of(frame.on).previous().say()).to_owned();
    }
    Ok(papers::file(visit, &named, "xlsx", papers::XLSX, bytes))
}

/// The example of the command's own description; what is chosen from a list is the first of it, since no id of the
/// description is one of this record.
fn example_of(spec: &Spec, fields: &[Field], columns: &[SheetColumn]) -> Posted {
    let request = example(spec.name).unwrap_or_default();
    let mut posted = posted_of(fields, &request);
    for column in columns {
        let Some(offered) = &column.offered else { continue };
        if let Some(text) = posted.get_mut(&column.pointer)
            && offered.text_of(text).is_none()
        {
            *text = offered.texts().next().unwrap_or_default().to_owned();
        }
    }
    posted.retain(|_, text| !text.is_empty());
    posted
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
    let frame = asked.frame(&app).await?;
    let (mut sent, mut file) = (Vec::new(), Bytes::new());
    while let Some(part) = parts.next_field().await.map_err(|_| broken_upload())? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => file = part.bytes().await.map_err(|_| broken_upload())?,
            _ => sent.push((name, part.text().await.map_err(|_| broken_upload())?)),
        }
    }
    check_session(&headers, &sent)?;
    let state = app.state()?;
    let columns = offered_columns(&app, &asked, &frame, &state, (&command, &fields));
    let sheet = read_rows(file, columns.clone(), prepared_columns(&command)).await?;
    let key = new_key(&app)?;
    let blame = Blame { language: asked.visit.language, columns: &columns, head: &sheet.head };
    let mut trial = app.trial(&state).await?;
    let (mut rows, mut refused, mut events) = (Vec::new(), Vec::new(), 0);
    for (index, row) in sheet.rows.iter().enumerate() {
        let read = read_request(&fields, &row.texts);
        let before = refused.len();
        refused.extend(row.faults.iter().map(|(pointer, fault)| blame.at(row.number, pointer, fault)));
        refused.extend(read.refused.iter().map(|error| blame.of(row.number, error, &Moved::default())));
        let moved = read.moved;
        // What a row that does not read would come to is nobody's question.
        if refused.len() == before {
            let given = given(&asked, &command, &key, index, read.request.clone())?;
            let taken = trial.take(given).and_then(|taken| {
                events += taken.len();
                if events > MAX_APPEND_EVENTS { Err(too_much_together()) } else { Ok(()) }
            });
            if let Err(error) = taken {
                refused.extend(blame.all(row.number, &Problem::from(error), &moved));
            }
        }
        rows.push(Row { line: row.number, request: read.request, moved });
    }
    let kept = Kept { head: sheet.head.clone(), rows };
    let requests = serde_json::to_string(&kept).map_err(|error| Problem::internal(error.to_string()))?;
    if requests.len() > MAX_REQUESTS_BYTES {
        return Err(unreadable(&SheetError::TooLong));
    }
    let county = state.scope_of_bearer(&asked.principal.scope).county;
    let names = NameFinder::new(&app, &asked, &frame, &state).with_codes(county.as_ref());
    let shown = Tried {
        command: &command,
        rows: &sheet.rows,
        count: sheet.rows.len(),
        notes: &sheet.notes,
        refused: &refused,
        key: &key,
        requests: &requests,
        names: &|key| names.find(key),
    };
    let mut page = asked.show(asked.visit.say(&spec.title), &tried(&asked.visit, &columns, &shown));
    page.extensions_mut().insert(access::Tried(sheet.rows.len()));
    Ok(page)
}

/// The rows of an uploaded file, read off the threads that answer everybody else, a few files at a time.
async fn read_rows(
    file: Bytes,
    columns: Vec<SheetColumn>,
    prepared: Vec<&'static str>,
) -> Result<FilledSheet, Problem> {
    let Ok(_place) = READING.try_acquire() else {
        let (zh, en) = (
            "正在读取其他人上传的工作簿，请稍后再提交一次",
            "other workbooks are being read: send it again in a moment",
        );
        return Err(Problem::new(Kind::Busy, zh, en).retry_after(BUSY_SECONDS));
    };
    let read = tokio::task::spawn_blocking(move || read_sheet(&file, &columns, &prepared));
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
    let Kept { head, rows } = serde_json::from_str(sent.text("_requests")).map_err(|_| broken_upload())?;
    if rows.len() > MAX_SHEET_ROWS {
        return Err(unreadable(&SheetError::TooManyRows));
    }
    let all = rows
        .iter()
        .enumerate()
        .map(|(index, row)| given(&asked, &command, sent.text("_key"), index, row.request.clone()));
    let refusal = match submit_all(&app, all.collect::<Result<_, _>>()?).await {
        Ok(recorded) => {
            let listed = listed_at(&format!("/work/{command}/recorded"), &recorded);
            return Ok(see_other(&listed.ok_or_else(broken_upload)?));
        }
        Err(refusal) => refusal,
    };
    let (problem, row) = (Problem::from(refusal.error), rows.get(refusal.index).ok_or_else(broken_upload)?);
    // What no row is to blame for is said by itself.
    if problem.kind().status().is_server_error() {
        return Err(problem);
    }
    asked.frame(&app).await?;
    let columns = columns(&fields);
    let blame = Blame { language: asked.visit.language, columns: &columns, head: &head };
    let refused = blame.all(row.line, &problem, &row.moved);
    let shown = Tried {
        command: &command,
        rows: &[],
        count: rows.len(),
        notes: &[],
        refused: &refused,
        key: sent.text("_key"),
        requests: "",
        names: &|_| None,
    };
    Ok(asked.show(asked.visit.say(&spec.title), &tried(&asked.visit, &columns, &shown)))
}

/// A row's command: its key follows from the form's key and the row's number.
pub(super) fn given(
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

/// Names the cells that are to blame, as they stand in the sheet that was sent.
struct Blame<'a> {
    language: Language,
    columns: &'a [SheetColumn],
    /// The pointers of the sheet's columns.
    head: &'a [String],
}

impl Blame<'_> {
    /// A cell by the pointer under which it was filled in, or the row where no cell of it is meant.
    fn at(&self, line: usize, pointer: &str, said: &Say) -> RefusedRow {
        let column = self.columns.iter().find(|column| column.pointer == pointer);
        let place = match self.head.iter().position(|own| own == pointer) {
            Some(index) => format!("{}{line}", column_name(index)),
            None => self.language.pick(format!("第 {line} 行"), format!("row {line}")),
        };
        let label =
            column.map(|column| column.label.in_language(self.language).to_owned()).unwrap_or_default();
        RefusedRow { place, label, detail: said.in_language(self.language).to_owned() }
    }

    /// What a schema refuses, by its pointer in the request.
    fn of(&self, line: usize, error: &ShapeError, moved: &Moved) -> RefusedRow {
        let said = Say::of(error.detail.as_str(), error.detail_en.as_str());
        self.at(line, &moved.filled_in_at(&error.pointer), &said)
    }

    /// All that a problem says of a row.
    fn all(&self, line: usize, problem: &Problem, moved: &Moved) -> Vec<RefusedRow> {
        let refusal = problem.refusal();
        if !refusal.errors.is_empty() {
            return refusal.errors.iter().map(|error| self.of(line, error, moved)).collect();
        }
        let rule = refusal.rule.map(|(rule, _)| rule);
        let named = rule.as_ref().map(|rule| format!("（{rule}）")).unwrap_or_default();
        let said = Say::of(format!("{}{named}", refusal.detail.0), format!("{}{named}", refusal.detail.1));
        let usual =
            rule.and_then(|rule| pointers(&rule).find(|pointer| self.head.iter().any(|own| own == pointer)));
        let pointer = refusal.pointer.or(usual.map(str::to_owned));
        let pointer = pointer.map(|pointer| moved.filled_in_at(&pointer)).unwrap_or_default();
        vec![self.at(line, &pointer, &said)]
    }
}

fn unreadable(error: &SheetError) -> Problem {
    let Say { zh, en } = error.say();
    Problem::new(Kind::Malformed, zh, en)
}

pub(super) fn broken_upload() -> Problem {
    Problem::new(
        Kind::Malformed,
        "上传的内容不完整，没有记录任何内容",
        "the upload is incomplete; nothing was recorded",
    )
}
