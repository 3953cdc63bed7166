//! Papers over HTTP: any table as CSV or workbook, and the meeting's brief.

use api::http::App;
use api::http::answer::typed;
use api::http::query::wrong;
use api::http::reads::unknown;
use api::problem::Problem;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::place::PlaceCode;
use domain::say::Say;
use labels as w;
use labels::figures::{HEADLINE, figure};
use projections::View;

use super::page_request::PageRequest;
use super::places::{TierRows, attention, name_of, readable, tier_rows};
use crate::exports::{Brief, Encoding, Imprint, PaperError, Part, brief, csv, xlsx};
use crate::pages::branches::{self, JointBranchLine};
use crate::pages::layout::not_witnessed;
use crate::pages::lists;
use crate::pages::table::Table;
use crate::pages::tier::{definition, grade_table, unit, value};
use crate::pages::visit::Visit;

/// How many matters a brief lists.
const BRIEF_MATTERS: usize = 30;

impl PageRequest {
    /// The table as the paper that `format` names; nothing where a page is asked for.
    pub(super) fn paper(&self, table: &Table) -> Result<Option<Response>, Problem> {
        let Some(format) = self.visit.parameter("format") else { return Ok(None) };
        let visit = &self.visit;
        let mut table = table.clone();
        table.arrange(visit);
        table.hide(visit);
        let lines = |encoding| csv(visit, &table, encoding).map_err(paper_problem);
        let (bytes, media_type, ending) = match format {
            "xlsx" => (xlsx(visit, &table, &imprint(visit)).map_err(paper_problem)?, XLSX, "xlsx"),
            "csv" => (lines(Encoding::Utf8)?, "text/csv; charset=utf-8", "csv"),
            "gb18030" => (lines(Encoding::Gb18030)?, "text/csv; charset=gb18030", "csv"),
            other => return Err(wrong("format", other, " csv、gb18030 或 xlsx", "csv, gb18030 or xlsx")),
        };
        Ok(Some(file(visit, &table.name, ending, media_type, bytes)))
    }
}

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The columns of the tier below that fit on paper.
const BRIEF_COLUMNS: [&str; 14] = [
    "name",
    "joint_branches",
    "villages",
    "villages_covered",
    "coverage_ratio",
    "evaluations_missing",
    "rectifications_open",
    "phase",
    "arrangement",
    "secretary",
    "quarter1",
    "quarter2",
    "quarter3",
    "quarter4",
];

/// `/brief/{code}`: the brief of a meeting, from the views of the position and day that are asked for.
pub(super) async fn brief_of(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let level = code.parse::<PlaceCode>().map_err(|_| unknown(&code))?.level();
    let code = readable(&app, &asked, &code, level)?;
    let frame = asked.frame(&app).await?;
    let visit = &asked.visit;
    let mut matters = attention(&app, &asked, &frame, &code, BRIEF_MATTERS)?;
    matters.keep(|column| ["due", "kind", "name", "overdue_days", "owner"].contains(&column.key));
    let parts = match tier_rows(&app, &frame, &code)? {
        TierRows::Counties(view) => {
            let rows = lists::places(visit, w::COUNTIES, &view.rows);
            parts(visit, &view, (w::COUNTIES, rows), matters)
        }
        TierRows::Townships(view) => {
            let rows = lists::places(visit, w::TOWNSHIPS, &view.rows);
            parts(visit, &view, (w::TOWNSHIPS, rows), matters)
        }
        TierRows::JointBranches(view) => {
            let lines = view.rows.iter().map(|entry| JointBranchLine::of_ledger(visit, entry));
            let rows = branches::joint_branches(visit, visit.say(w::JOINT_BRANCH), lines);
            parts(visit, &view, (w::JOINT_BRANCH, rows), matters)
        }
    };
    let title =
        format!("{}{}{}", name_of(&frame, &code), visit.language.pick("", " · "), visit.say(w::BRIEF_TITLE));
    let bytes = brief(visit, &Brief { title, parts, imprint: imprint(visit) }).map_err(paper_problem)?;
    Ok(file(visit, "brief", "docx", DOCX, bytes))
}

/// The parts of a brief: figures, the rows below, grades, what is overdue, and what each figure counts.
fn parts<R>(
    visit: &Visit,
    view: &View<R>,
    (below, mut rows): (&'static Say, Table),
    matters: Table,
) -> Vec<Part> {
    rows.keep(|column| BRIEF_COLUMNS.contains(&column.key));
    let (summary, definitions) = sentences(visit, view);
    vec![
        Part::said(visit.say(w::OVERVIEW), vec![summary]),
        Part::listed(visit, below, rows, w::NO_ROWS),
        Part::listed(visit, w::GRADES, grade_table(visit, view), w::NO_ROWS),
        Part::listed(visit, w::ATTENTION, matters, w::NOTHING_OVERDUE),
        Part::said(visit.say(w::DEFINITION), definitions),
    ]
}

/// The headline figures as one sentence, and what each of them counts.
fn sentences<R>(visit: &Visit, view: &View<R>) -> (String, Vec<String>) {
    let found = HEADLINE.iter().filter_map(|name| Some((visit.say(figure(name)?), view.figures.get(*name)?)));
    let headline: Vec<_> = found.collect();
    let said = headline.iter().map(|(name, entry)| match &*unit(visit, entry) {
        "%" => format!("{name} {}%", value(entry)),
        unit => format!("{name} {} {unit}", value(entry)),
    });
    let said = said.collect::<Vec<_>>().join(visit.language.pick("；", "; "));
    let colon = visit.language.pick("：", ": ");
    let definitions =
        headline.iter().map(|(name, entry)| format!("{name}{colon}{}", definition(visit, entry)));
    (format!("{said}{}", visit.language.pick("。", ".")), definitions.collect())
}

/// What a paper says of itself.
fn imprint(visit: &Visit) -> Imprint {
    let (on, position) = (visit.on.map(|on| on.to_string()).unwrap_or_default(), visit.position);
    let mut sentences = vec![visit.language.pick(
        format!("截至 {on}，依据日志第 1 至 {position} 条记录。"),
        format!("As of {on}, from the events 1 to {position} of the log."),
    )];
    for raised in &visit.notices.conditions {
        sentences.push(visit.language.pick(raised.say().zh, raised.say().en).into_owned());
    }
    if visit.notices.simulated {
        sentences.push(visit.say(w::SIMULATED).to_owned());
    }
    if visit.notices.not_witnessed {
        sentences.push(not_witnessed(visit).to_owned());
    }
    Imprint { sentences }
}

/// A file to be saved, named by what it is, the scope, the day and the position.
pub(super) fn file(
    visit: &Visit,
    name: &str,
    ending: &str,
    media_type: &'static str,
    bytes: Vec<u8>,
) -> Response {
    let scope = visit.principal.as_ref().map(|own| own.scope.to_string()).unwrap_or_default();
    let on = visit.on.map(|on| on.to_string()).unwrap_or_default();
    let name = format!("attachment; filename=\"lianjian-{name}-{scope}-{on}-{}.{ending}\"", visit.position);
    let mut response = typed(media_type, Bytes::from(bytes));
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

pub(super) fn paper_problem(error: PaperError) -> Problem {
    Problem::internal(error.to_string())
}
