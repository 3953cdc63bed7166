//! The sheet that grades a whole township: as a workbook of grades is, it is tried row by row and recorded all or none.

use api::http::App;
use api::http::access;
use api::http::query::wrong;
use api::http::questions::Obligations;
use api::http::reads::{Snapshot, unknown};
use api::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::ids::{JointBranchId, OrganizationId};
use domain::joint_branch::Grade;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::{CityState, EventBody};
use labels as w;
use serde_json::Value;
use service::command_loop::MAX_COMMANDS_TOGETHER;
use service::request::CommandRequest;

use super::bulk::{broken_upload, given};
use super::bulk_recorded::{listed_at, positions};
use super::home::{missing_by_township, sheet_of};
use super::log::require_event;
use super::page_request::PageRequest;
use super::places::{name_of, scope_of};
use super::prefill::prefill;
use super::recording::submit_all;
use super::see_other;
use super::sessions::Sent;
use super::work::{form_for, new_key};
use crate::pages::event::citation;
use crate::pages::forms::schema::Field;
use crate::pages::forms::values::{Posted, read_request};
use crate::pages::grade_cells::is_grade_of;
use crate::pages::grades::{
    DECISION, FINDINGS_OF, GRADE_OF, GradeRow, GradeSheet, Recorded, page, preview,
    recorded as recorded_page, townships,
};

/// The command of every row.
const COMMAND: &str = "evaluate-quarter";
/// The most rows of a sheet: so many commands are recorded together.
const MAX_ROWS: usize = MAX_COMMANDS_TOGETHER;
/// The longest form.
pub(super) const MAX_FORM_BYTES: usize = 1 << 20;
/// The most lines of findings of one row.
const MAX_LINES: usize = 20;

/// `/work/grades`: an empty sheet of a township and quarter, with the joint branches that owe the grade.
pub(super) async fn open(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    form_for(&app, &asked, COMMAND)?;
    let frame = asked.frame(&app).await?;
    let quarter = quarter_of(&asked, &frame)?;
    let scope = scope_of(&app, &asked)?;
    let owed = app.counted(&frame, &Obligations(scope.clone(), None, None))?;
    let missing: Vec<_> = owed.rows.iter().filter(|owed| is_grade_of(owed, quarter)).collect();
    let title = title_of(&asked, &frame, &scope, quarter);
    if scope.level() != Level::Township {
        let counted = missing_by_township(&missing).into_iter();
        let sheets: Vec<_> =
            counted.map(|(code, count)| (sheet_of(code, quarter), name_of(&frame, code), count)).collect();
        return Ok(asked.show(&title, &townships(&asked.visit, &sheets)));
    }
    let state = app.state()?;
    let own = missing.iter().filter(|owed| owed.owner.code.as_ref() == Some(&scope));
    let ids = own.filter_map(|owed| owed.joint_branch).take(MAX_ROWS);
    let rows = ids.filter_map(|id| row_of(&asked, &state, id, quarter)).collect();
    let filled = prefill(&asked.visit, &state, &asked.principal, None, COMMAND, app.today());
    let decision = DECISION.map(|pointer| filled.get(pointer).cloned().unwrap_or_default());
    let sheet = GradeSheet {
        quarter,
        rows,
        organ: organ_of(&state, &decision[1]),
        decision,
        errors: Vec::new(),
        key: new_key(&app)?,
        is_fresh: true,
    };
    Ok(asked.show(&title, &page(&asked.visit, &sheet)))
}

/// `POST /work/grades`: back to the sheet, a preview in which every row is tried, or the recording of all rows.
pub(super) async fn send(
    State(app): State<App>,
    mut asked: PageRequest,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, &body, MAX_FORM_BYTES)?;
    let (_, fields) = form_for(&app, &asked, COMMAND)?;
    let frame = asked.frame(&app).await?;
    let (quarter, scope) = (quarter_of(&asked, &frame)?, scope_of(&app, &asked)?);
    let title = title_of(&asked, &frame, &scope, quarter);
    let state = app.state()?;
    let mut sheet = sheet_of_form(&asked, &state, &sent, quarter)?;
    let step = sent.text("_step");
    if step == "edit" {
        return Ok(asked.show(&title, &page(&asked.visit, &sheet)));
    }
    let requests = requests(&asked, &fields, &mut sheet)?;
    if !sheet.is_refused() && step == "record" {
        if let Some(answered) = record(&app, &asked, &mut sheet, requests).await? {
            return Ok(answered);
        }
    } else {
        // Also where something is lacking already, so that all that is wrong is said at once.
        attempt(&app, &asked, &state, &mut sheet, requests).await?;
    }
    let rows = sheet.rows.len();
    let main = if sheet.is_refused() { page(&asked.visit, &sheet) } else { preview(&asked.visit, &sheet) };
    let mut answer = asked.show(&title, &main);
    answer.extensions_mut().insert(access::Tried(rows));
    Ok(answer)
}

/// `/work/grades/recorded`: what a sheet recorded, from one position to another.
pub(super) async fn recorded(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    let frame = asked.frame(&app).await?;
    let mut rows = Vec::new();
    for position in positions(&asked, &frame, MAX_ROWS)? {
        let decoded = app.event(position).await?;
        let EventBody::QuarterEvaluated(found) = &decoded.event.body else { continue };
        if require_event(&app, &asked, &decoded).is_err() {
            continue;
        }
        let name = frame.views.joint_branch(found.joint_branch).map(|row| row.name.to_string());
        rows.push(Recorded {
            position,
            joint_branch: found.joint_branch.to_string(),
            name: name.unwrap_or_default(),
            quarter: found.quarter,
            grade: found.grade,
        });
    }
    Ok(asked.show(asked.visit.say(w::GRADE_SHEET), &recorded_page(&asked.visit, &rows)))
}

/// The quarter that the address names, else the last one that has ended.
fn quarter_of(asked: &PageRequest, frame: &Snapshot) -> Result<Quarter, Problem> {
    match asked.visit.parameter("quarter") {
        None => Ok(Quarter::of(frame.on).previous()),
        Some(text) => {
            text.parse().map_err(|_| wrong("quarter", text, "如 2026Q3 的季度", "a quarter such as 2026Q3"))
        }
    }
}

fn title_of(asked: &PageRequest, frame: &Snapshot, scope: &PlaceCode, quarter: Quarter) -> String {
    let (name, said) = (name_of(frame, scope), quarter.say());
    let said = asked.visit.say(&said);
    asked.visit.language.pick(format!("{name} {said}评估"), format!("{name} · grades of {said}"))
}

/// A joint branch that the reader may read, as an empty row.
fn row_of(asked: &PageRequest, state: &CityState, id: JointBranchId, quarter: Quarter) -> Option<GradeRow> {
    let found = state.joint_branches.get(&id)?;
    asked.principal.require_joint_branch(state, found).ok()?;
    let before = found.evaluations.get(&quarter.previous()).map(|found| found.grade);
    Some(GradeRow { id: id.to_string(), name: found.name.to_string(), before, ..GradeRow::default() })
}

fn organ_of(state: &CityState, id: &str) -> String {
    let found = id.parse().ok().and_then(|id: OrganizationId| state.organizations.get(&id));
    found.map(|organ| organ.name.to_string()).unwrap_or_default()
}

/// The sheet as it was filled in: its rows are those that were sent, whatever is owed by now.
fn sheet_of_form(
    asked: &PageRequest,
    state: &CityState,
    sent: &Sent,
    quarter: Quarter,
) -> Result<GradeSheet, Problem> {
    let ids = sent.fields().iter().filter_map(|(name, _)| name.strip_prefix(FINDINGS_OF));
    let mut rows = Vec::new();
    for id in ids.take(MAX_ROWS + 1) {
        let found = id.parse().ok().and_then(|id| row_of(asked, state, id, quarter));
        let row = found.ok_or_else(|| unknown(id))?;
        let text = |prefix: &str| sent.text(&format!("{prefix}{id}")).trim().to_owned();
        rows.push(GradeRow { grade: text(GRADE_OF), findings: text(FINDINGS_OF), ..row });
    }
    if rows.len() > MAX_ROWS {
        return Err(broken_upload());
    }
    let decision = DECISION.map(|pointer| sent.text(pointer).trim().to_owned());
    let (organ, key) = (organ_of(state, &decision[1]), sent.text("_key").to_owned());
    Ok(GradeSheet { quarter, rows, organ, decision, errors: Vec::new(), key, is_fresh: false })
}

/// The commands of the rows that have a grade, each with the number of its row. What a row lacks is noted beside it.
fn requests(
    asked: &PageRequest,
    fields: &[Field],
    sheet: &mut GradeSheet,
) -> Result<Vec<(usize, CommandRequest)>, Problem> {
    let (visit, poor) = (&asked.visit, projections::wire_code(&Grade::Poor));
    let mut found = Vec::new();
    for (index, row) in sheet.rows.iter_mut().enumerate() {
        if !row.is_graded() {
            row.errors
                .extend((!row.findings.is_empty()).then(|| visit.say(w::FINDINGS_WITHOUT_GRADE).to_owned()));
            continue;
        }
        if poor.as_ref() == Some(&row.grade) && row.findings.is_empty() {
            row.errors.push(visit.say(w::POOR_WITHOUT_FINDINGS).to_owned());
        }
        let mut posted: Posted =
            DECISION.iter().zip(&sheet.decision).map(|(at, text)| ((*at).to_owned(), text.clone())).collect();
        let data =
            [("joint_branch", &row.id), ("quarter", &sheet.quarter.to_string()), ("grade", &row.grade)];
        posted.extend(data.map(|(name, text)| (format!("/data/{name}"), text.clone())));
        let lines = row.findings.lines().filter(|line| !line.trim().is_empty()).take(MAX_LINES).enumerate();
        posted.extend(lines.map(|(line, text)| (format!("/data/findings/{line}"), text.to_owned())));
        let read = read_request(fields, &posted);
        row.errors.extend(
            read.refused.iter().map(|error| visit.language.pick(&error.detail, &error.detail_en).clone()),
        );
        found.push((index, read.request));
    }
    if found.is_empty() && sheet.rows.iter().all(|row| row.errors.is_empty()) {
        sheet.errors.push(visit.say(w::NO_GRADE_CHOSEN).to_owned());
    }
    let key = sheet.key.clone();
    let numbered = found.into_iter().enumerate();
    let command = |(number, (index, request)): (usize, (usize, Value))| {
        Ok((index, given(asked, COMMAND, &key, number, request)?))
    };
    numbered.map(command).collect()
}

/// Decides every row, and notes beside each what refuses it; nothing is recorded.
async fn attempt(
    app: &App,
    asked: &PageRequest,
    state: &std::sync::Arc<CityState>,
    sheet: &mut GradeSheet,
    requests: Vec<(usize, CommandRequest)>,
) -> Result<(), Problem> {
    let mut trial = app.trial(state).await?;
    for (index, request) in requests {
        if let Err(error) = trial.take(request) {
            blame(asked, sheet, index, Problem::from(error))?;
        }
    }
    Ok(())
}

/// Records all rows, and leads on to what was recorded; nothing where a row is refused after all.
async fn record(
    app: &App,
    asked: &PageRequest,
    sheet: &mut GradeSheet,
    requests: Vec<(usize, CommandRequest)>,
) -> Result<Option<Response>, Problem> {
    let (rows, given): (Vec<usize>, Vec<CommandRequest>) = requests.into_iter().unzip();
    match submit_all(app, given).await {
        Ok(recorded) => {
            let listed = listed_at("/work/grades/recorded", &recorded);
            Ok(Some(see_other(&listed.ok_or_else(broken_upload)?)))
        }
        Err(refused) => {
            let problem = Problem::from(refused.error);
            // A sheet that was recorded and then changed gets a key of its own: it is another one.
            if problem.kind() == Kind::KeyReused {
                sheet.key = new_key(app)?;
            }
            blame(asked, sheet, *rows.get(refused.index).ok_or_else(broken_upload)?, problem)?;
            Ok(None)
        }
    }
}

/// Notes what a problem says: of the decision once, of a row beside the row. What no row is to blame for is a problem of its own.
fn blame(asked: &PageRequest, sheet: &mut GradeSheet, index: usize, problem: Problem) -> Result<(), Problem> {
    if problem.kind().status().is_server_error() {
        return Err(problem);
    }
    let (visit, refusal) = (&asked.visit, problem.refusal());
    let of_decision = |pointer: &str| !pointer.is_empty() && !pointer.starts_with("/data");
    let mut said: Vec<(bool, String)> = refusal
        .errors
        .iter()
        .map(|error| {
            (of_decision(&error.pointer), visit.language.pick(&error.detail, &error.detail_en).clone())
        })
        .collect();
    if said.is_empty() {
        let detail = visit.language.pick(&refusal.detail.0, &refusal.detail.1);
        let source = refusal.rule.as_ref().map(|(_, source)| citation(visit, source));
        let is_of_decision = refusal.pointer.as_deref().is_some_and(of_decision);
        said.push((
            is_of_decision,
            source.map_or_else(|| detail.clone(), |source| format!("{detail}（{source}）")),
        ));
        let others = refusal
            .others
            .iter()
            .map(|other| (false, visit.language.pick(&other.detail, &other.detail_en).clone()));
        said.extend(others);
    }
    for (is_of_decision, text) in said {
        let place = match sheet.rows.get_mut(index) {
            Some(row) if !is_of_decision => &mut row.errors,
            _ => &mut sheet.errors,
        };
        if !place.contains(&text) {
            place.push(text);
        }
    }
    Ok(())
}
