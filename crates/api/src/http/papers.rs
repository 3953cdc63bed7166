//! Papers 公文 over HTTP: from the record as of any day, as a Word document or as what it says.

use ::papers::{
    About, DraftError, Paper, PaperKind, Record, Subject, codes, county_of, docx, draft, needed, template,
};
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::CityState;
use domain::PolicyCalendar;
use domain::ids::PersonId;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::say::Say;
use projections::Reading;
use service::names::NAME_POINTER;

use super::App;
use super::answer::{self, etag, is_known, json, typed, with_headers};
use super::query::{Query, malformed};
use super::reads::{Snapshot, require_scope, unknown, view_problem};
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// The media type of a Word document.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// How many facts the record does not tell, which the paper marks.
const MISSING: HeaderName = HeaderName::from_static("lianjian-missing");

/// In which form a paper is asked for.
enum Form {
    Docx,
    Json,
}

/// Answers `/api/v1/joint-branches/{id}/papers/{file}` and the same of a supervision, meeting or county.
pub(crate) async fn paper(
    about: About,
    State(app): State<App>,
    Path((key, file)): Path<(String, String)>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (kind, form) = of_file(&file)?;
    let frame = app.frame(&principal, &query, &format!("paper {key} {file}")).await?;
    let subject = subject_of(about, &key, &query, &frame)?;
    let paper = app.paper(&principal, &frame, kind, &subject).await?;
    let position = frame.views.position();
    let mut response = match form {
        Form::Json => json(&headers, position, &paper)?,
        Form::Docx => {
            let bytes = docx(&paper).map_err(|error| Problem::internal(error.to_string()))?;
            let etag = etag(&[&bytes]);
            let response = match is_known(&headers, &etag) {
                true => StatusCode::NOT_MODIFIED.into_response(),
                false => typed(DOCX, Bytes::from(bytes)),
            };
            with_headers(saved_as(response, &paper), position, etag)
        }
    };
    response.headers_mut().insert(MISSING, HeaderValue::from(paper.missing.len()));
    Ok(response)
}

/// The response as a file to be saved, named by the title and the day.
pub fn saved_as(response: Response, paper: &Paper) -> Response {
    let Paper { kind, as_of, position, .. } = paper;
    let ascii = format!("lianjian-{kind}-{as_of}-{position}.docx");
    answer::saved_as(response, &ascii, &format!("{}{}.docx", paper.title(), as_of.say().zh))
}

/// The kind and form that the last part of a path names, such as `approval.docx`.
fn of_file(file: &str) -> Result<(PaperKind, Form), Problem> {
    let (code, form) = match file.rsplit_once('.') {
        Some((code, "docx")) => (code, Form::Docx),
        Some((code, "json")) => (code, Form::Json),
        _ => return Err(no_such_paper(file)),
    };
    Ok((code.parse().map_err(|_| no_such_paper(file))?, form))
}

/// No kind of paper bears the name.
pub fn no_such_paper(name: &str) -> Problem {
    let name: String = name.chars().filter(|character| !character.is_control()).take(60).collect();
    let zh = format!("没有公文 {name}，可用：{}，其后加 .docx 或 .json", codes());
    Problem::new(
        Kind::NotFound,
        zh,
        format!("there is no paper {name}: {}, each with .docx or .json", codes()),
    )
}

/// What a paper is to be about. A circular is of the last quarter that has ended, where none is named.
pub fn subject_of(about: About, key: &str, query: &Query, frame: &Snapshot) -> Result<Subject, Problem> {
    Ok(match about {
        About::JointBranch => Subject::JointBranch(key.parse().map_err(|_| unknown(key))?),
        About::Supervision => Subject::Supervision(key.parse().map_err(|_| unknown(key))?),
        About::Meeting => Subject::Meeting(key.parse().map_err(|_| unknown(key))?),
        About::County => {
            let code: PlaceCode = key.parse().map_err(|_| unknown(key))?;
            if code.level() != Level::County {
                return Err(unknown(key));
            }
            let asked = query.text("quarter").map(str::parse::<Quarter>).transpose();
            let asked = asked.map_err(|error| {
                malformed(
                    format!("季度应写作 2026Q3：{error}"),
                    format!("a quarter is written 2026Q3: {error}"),
                )
            })?;
            let ended = || Quarter::of(frame.on).previous();
            Subject::County(code, asked.unwrap_or_else(ended))
        }
    })
}

impl App {
    /// A paper as the reader may have it: what lies outside the scope is refused, and whoever may not be known is not named.
    pub async fn paper(
        &self,
        principal: &Principal,
        frame: &Snapshot,
        kind: PaperKind,
        subject: &Subject,
    ) -> Result<Paper, Problem> {
        let state = self.state()?;
        authorise(&state, principal, subject)?;
        let mut events = Vec::new();
        for position in needed(&frame.views, subject) {
            events.push(self.event(position).await?.event);
        }
        let (defaults, control) = (self.service.policy(), self.service.control());
        let name = |id: PersonId| {
            let is_known =
                state.persons.get(&id).is_some_and(|person| state.is_known_in(person, &principal.scope));
            is_known.then(|| control.value_of(&id.to_string(), NAME_POINTER).ok().flatten()).flatten()
        };
        let policies = PolicyCalendar::new(defaults, frame.views.policies());
        let reading = Reading { views: &frame.views, policies: &policies, on: frame.on };
        let record = Record { reading, defaults, name: &name };
        let county = county_of(&frame.views, subject);
        let template = template(self.service.data(), county.as_ref(), kind)
            .map_err(|error| draft_problem(DraftError::from(error)))?;
        draft(kind, &record, subject, &events, &template).map_err(draft_problem)
    }
}

/// Refuses what lies outside the scope.
fn authorise(state: &CityState, principal: &Principal, subject: &Subject) -> Result<(), Problem> {
    match subject {
        Subject::JointBranch(id) => {
            let found = state.joint_branches.get(id).ok_or_else(|| unknown(&id.to_string()))?;
            principal.require_joint_branch(state, found)
        }
        Subject::Supervision(id) => {
            let found = state.supervisions.get(id).ok_or_else(|| unknown(&id.to_string()))?;
            principal.require_scope(&state.scope_of_place(found.to), &id.to_string())
        }
        Subject::Meeting(id) => {
            let found = state.meetings.get(id).ok_or_else(|| unknown(&id.to_string()))?;
            // Whoever carries out one of its decisions reads the minutes too.
            let lies_here = |place| state.scope_of_place(place).is_within(&principal.scope);
            if found.agenda.iter().any(|item| lies_here(item.carrier)) {
                return Ok(());
            }
            principal.require_scope(&state.scope_of_place(found.place), &id.to_string())
        }
        Subject::County(code, _) => require_scope(state, principal, code),
    }
}

/// Why there is no paper, as the client is told.
fn draft_problem(error: DraftError) -> Problem {
    let Say { zh, en } = error.say();
    match error {
        DraftError::View(error) => view_problem(error),
        // The operator's file is wrong, not what was asked.
        DraftError::Template(_) => Problem::new(Kind::NotReady, zh, en),
        DraftError::Unknown { .. }
        | DraftError::OfSomethingElse { .. }
        | DraftError::NothingOnRecord { .. } => Problem::new(Kind::NotFound, zh, en),
    }
}
