//! `/brief/{code}`: the brief 简报 of a city, county or township, from the rows of the meeting's slides.

use api::http::App;
use api::http::questions::Obligations;
use api::http::reads::{Snapshot, unknown};
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use labels as w;
use projections::rows::JointBranchRow;
use projections::{DecisionEntry, ListName, ListQuestion, ListRow, PartEntry, View};

use super::page_request::PageRequest;
use super::papers::{DOCX, FileName, file, imprint, paper_problem};
use super::places::{TierRows, name_of, readable, tier_rows};
use crate::exports::{Before, Brief, Told};
use crate::pages::meeting::matter::Matter;

/// The brief of the position and day that are asked for.
pub(super) async fn brief_of(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let level = code.parse::<PlaceCode>().map_err(|_| unknown(&code))?.level();
    let code = readable(&app, &asked, &code, level)?;
    let frame = asked.frame(&app).await?;
    let quarter = Quarter::of(frame.on).previous();
    let before = before(&app, &asked, &code, quarter.end()).await?;
    let decisions = decisions(&app, &asked, &frame, &code).await?;
    let view = parts_of(tier_rows(&app, &frame, &code)?);
    let owed = app.counted(&frame, &Obligations(code.clone(), None, None))?;
    let led = frame.views.readable_by(&code).filter(|row| row.is_led_from(&code));
    let rows: Vec<&JointBranchRow> = led.map(|row| &**row).collect();
    let place_name = |code: &PlaceCode| name_of(&frame, code);
    let name = name_of(&frame, &code);
    let visit = &asked.visit;
    let matter = Matter {
        visit,
        code: &code,
        name: &name,
        view: &view,
        rows: &rows,
        owed: &owed.rows,
        place_name: &place_name,
    };
    let rules = &app.service.policy().rules;
    let told = Told { matter, before: before.as_ref(), decisions: &decisions, rules };
    let bytes = Brief::of(&told).docx(visit.language, &imprint(&asked)).map_err(paper_problem)?;
    let named = FileName {
        ascii: format!("lianjian-brief-{code}-{quarter}"),
        scope: name,
        what: visit.say(w::BRIEF_TITLE).to_owned(),
        when: visit.say(&quarter.say()).to_owned(),
    };
    Ok(file(visit, &named, "docx", DOCX, bytes))
}

/// A view of a tier with the places below; a township has none.
fn parts_of(rows: TierRows) -> View<PartEntry> {
    match rows {
        TierRows::Counties(view) | TierRows::Townships(view) => view,
        TierRows::JointBranches(view) => view.with_rows(Vec::new()),
    }
}

/// How matters stood at the end of the last quarter; nothing where the place or its joint branches were not there yet.
async fn before(
    app: &App,
    asked: &PageRequest,
    code: &PlaceCode,
    end: Date,
) -> Result<Option<Before>, Problem> {
    let frame = asked.frame_of(app, end).await?;
    if frame.views.place_by_code(code).is_none() {
        return Ok(None);
    }
    let view = parts_of(tier_rows(app, &frame, code)?);
    let owed = app.counted(&frame, &Obligations(code.clone(), None, None))?;
    let overdue = owed.rows.iter().filter(|owed| owed.overdue).count() as u64;
    let was_there = frame.views.readable_by(code).any(|row| row.is_led_from(code) && row.was_live_on(end));
    Ok(was_there.then_some(Before { figures: view.figures, overdue }))
}

/// What coordination meetings decided for the place.
async fn decisions(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    code: &PlaceCode,
) -> Result<Vec<DecisionEntry>, Problem> {
    let question = ListQuestion { name: ListName::MeetingDecisions, scope: code.clone(), year: None };
    let list = app.list(question, frame.as_of, frame).await?;
    let mut found = Vec::with_capacity(list.rows.len());
    for kept in &list.rows {
        if let ListRow::MeetingDecisions(row) = app.list_row(&asked.principal, &list, kept).await? {
            found.push(row);
        }
    }
    Ok(found)
}
