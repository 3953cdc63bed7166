//! Papers 公文 over HTTP as pages: one of them, its file, and which there are in a place.

use api::http::App;
use api::http::answer::typed;
use api::http::papers::{DOCX, no_such_paper, saved_as, subject_of};
use api::problem::Problem;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::joint_branch::Phase;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use labels as w;
use papers::{About, PaperKind, docx};
use projections::rows::JointBranchRow;

use super::page_request::PageRequest;
use super::places::{name_of, readable};
use crate::pages::assets::OFFICIAL;
use crate::pages::chronicle::Told;
use crate::pages::papers::page;
use crate::pages::table::{Cell, Table, text};

/// The most supervisions that the page of a place lists, the newest first.
const MAX_SLIPS: usize = 500;
/// The most meetings, the newest first.
const MAX_MINUTES: usize = 100;
/// Of how many quarters a county's page offers a circular.
const CIRCULARS: usize = 8;

/// `/joint-branches/{id}/papers/{kind}`.
pub(super) async fn of_joint_branch(
    state: State<App>,
    path: Path<(String, String)>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    show(About::JointBranch, state, path, asked).await
}

/// `/supervisions/{id}/papers/{kind}`.
pub(super) async fn of_supervision(
    state: State<App>,
    path: Path<(String, String)>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    show(About::Supervision, state, path, asked).await
}

/// `/meetings/{id}/papers/{kind}`.
pub(super) async fn of_meeting(
    state: State<App>,
    path: Path<(String, String)>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    show(About::Meeting, state, path, asked).await
}

/// `/counties/{code}/papers/{kind}`.
pub(super) async fn of_county(
    state: State<App>,
    path: Path<(String, String)>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    show(About::County, state, path, asked).await
}

async fn show(
    about: About,
    State(app): State<App>,
    Path((key, code)): Path<(String, String)>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let kind: PaperKind = code.parse().map_err(|_| no_such_paper(&code))?;
    let frame = asked.frame(&app).await?;
    let subject = subject_of(about, &key, &asked.query, &frame)?;
    let paper = app.paper(&asked.principal, &frame, kind, &subject).await?;
    match asked.visit.parameter("format") {
        None => {
            let download = asked.visit.here(&[("format", "docx")]);
            let title = kind.title();
            let title = asked.visit.language.pick(title.zh, title.en);
            asked.visit.sheet = Some(&OFFICIAL);
            Ok(asked.show(&title, &page(&asked.visit, &paper, &download)))
        }
        Some("docx") => {
            let bytes = docx(&paper).map_err(|error| Problem::internal(error.to_string()))?;
            Ok(saved_as(typed(DOCX, Bytes::from(bytes)), &paper))
        }
        Some(other) => Err(api::http::query::wrong("format", other, " docx", "docx")),
    }
}

/// `/papers/{code}`: a county's circulars, the minutes of a place's meetings, and the slips of its supervisions.
pub(super) async fn index(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let level = code.parse::<PlaceCode>().map_err(|_| api::http::reads::unknown(&code))?.level();
    let code = readable(&app, &asked, &code, level)?;
    let frame = asked.frame(&app).await?;
    let visit = &asked.visit;
    let title = format!("{} · {}", name_of(&frame, &code), visit.say(w::PAPERS));
    let columns = [
        text("kind", w::PAPER_KIND),
        text("of", w::CONCERNS),
        text("matter", w::PAPER_MATTER),
        text("date", w::DATE),
    ];
    let mut table = Table::new("papers", &title, &columns);
    let named = |kind: PaperKind| {
        let title = kind.title();
        visit.language.pick(title.zh, title.en).into_owned()
    };
    if level == Level::County {
        let mut quarter = Quarter::of(frame.on);
        for _ in 0..CIRCULARS {
            quarter = quarter.previous();
            let path = format!("/counties/{code}/papers/{}?quarter={quarter}", PaperKind::Circular.code());
            table.rows.push(vec![
                Cell::text(named(PaperKind::Circular)).to(visit.link(&path)),
                Cell::text(name_of(&frame, &code)),
                Cell::quarter(visit, quarter),
                Cell::text(quarter.end().to_string()),
            ]);
        }
    }
    let mut held: Vec<_> = frame.views.meetings_of(&code).collect();
    held.sort_by_key(|row| std::cmp::Reverse((row.met_on, row.recorded_position)));
    for row in held.into_iter().take(MAX_MINUTES) {
        let name = row.name();
        let path = format!("/meetings/{}/papers/{}", row.id, PaperKind::MeetingMinutes.code());
        table.rows.push(vec![
            Cell::text(named(PaperKind::MeetingMinutes)).to(visit.link(&path)),
            Cell::or_empty(row.place.as_ref().map(|place| &place.name)),
            Cell::text(visit.language.pick(name.zh, name.en)),
            Cell::text(row.met_on.to_string()),
        ]);
    }
    let mut slips: Vec<_> = frame.views.supervisions_of(&code).collect();
    slips.sort_by_key(|row| std::cmp::Reverse((row.issued_on, row.issued_position)));
    for row in slips.into_iter().take(MAX_SLIPS) {
        let path = format!("/supervisions/{}/papers/{}", row.id, PaperKind::SupervisionSlip.code());
        table.rows.push(vec![
            Cell::text(named(PaperKind::SupervisionSlip)).to(visit.link(&path)),
            Cell::or_empty(row.to.as_ref().map(|place| &place.name)),
            Cell::text(row.matter.to_string()),
            Cell::text(row.issued_on.to_string()),
        ]);
    }
    asked.show_table(&title, &table, &table.worked(visit))
}

/// The kinds of papers that the record of a joint branch has something for.
pub(super) fn kinds_of(row: &JointBranchRow, told: &[Told]) -> Vec<PaperKind> {
    let has = |wanted: &str| told.iter().any(|told| told.entry.event_type == wanted);
    let is_possible = |kind: &PaperKind| match kind {
        PaperKind::Request => row.registration.is_none(),
        PaperKind::Approval => row.registration.is_none() && row.establishment.is_some(),
        PaperKind::ElectionReport => has("joint-branch.election-held"),
        PaperKind::TermReminder => row.term.is_some() && row.phase != Phase::Dissolved,
        PaperKind::RectificationNotice => has("joint-branch.rectification-ordered"),
        _ => false,
    };
    PaperKind::ALL.into_iter().filter(is_possible).collect()
}
