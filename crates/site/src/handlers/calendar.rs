//! `/calendar` and `/calendar.ics`: what falls due in a month, as it will stand if nothing is done until then.

use std::sync::Arc;

use api::http::App;
use api::http::query::wrong;
use api::http::questions::Obligations;
use api::http::reads::Snapshot;
use api::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use domain::place::PlaceCode;
use labels as w;
use projections::{Obligation, View, urgency};

use super::desk::Desk;
use super::page_request::PageRequest;
use super::papers::{FileName, file};
use super::places::{name_of, scope_of};
use crate::exports::{DueEvent, ical};
use crate::pages::acts::{identity, subject};
use crate::pages::calendar::{Calendar, Month, page};
use crate::pages::lists::word;

/// How many months ahead are told.
const MONTHS_AHEAD: i32 = 12;
/// The most events of a file.
const MAX_EVENTS: usize = 5_000;
const ICS: &str = "text/calendar; charset=utf-8";

/// `/calendar`.
pub(super) async fn month(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    let scope = scope_of(&app, &asked)?;
    let frame = asked.frame(&app).await?;
    let month = month_of(&asked, &frame)?;
    let view = ahead(&app, &frame, &scope, month)?;
    let due = due_in(&view, month);
    let (visit, state) = (&asked.visit, app.state()?);
    let desk = Desk::new(&app, &asked, &frame, &state);
    let title =
        format!("{} · {} {}", name_of(&frame, &scope), visit.say(w::CALENDAR), visit.say(&month.say()));
    let calendar = Calendar {
        month,
        scope: scope.as_str(),
        due: &due,
        today: frame.on,
        has_next: month < Month::of(frame.on).later(MONTHS_AHEAD),
        doing: &|owed| desk.of(owed),
    };
    Ok(asked.show(&title, &page(visit, &calendar)))
}

/// `/calendar.ics`: the same month as a file.
pub(super) async fn month_file(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    let scope = scope_of(&app, &asked)?;
    let frame = asked.frame(&app).await?;
    let month = month_of(&asked, &frame)?;
    let view = ahead(&app, &frame, &scope, month)?;
    let (visit, city, state) = (&asked.visit, &frame.views.city().city, app.state()?);
    let (desk, origin) = (Desk::new(&app, &asked, &frame, &state), asked.origin.clone());
    let event = |owed: &&Obligation| {
        let row = owed.joint_branch.and_then(|id| frame.views.joint_branch(id));
        let (detail, kind) = (owed.detail.say(), word(visit, "Obligation", &owed.kind));
        let owner = owed.owner.code.as_ref().map(|code| name_of(&frame, code)).unwrap_or_default();
        // To the form that does it, else to what it is about.
        let form = desk.of(owed).into_iter().next().map(|(form, _)| form);
        let page = form.or_else(|| subject(visit, owed));
        DueEvent {
            uid: format!("{}@{city}.lianjian.cn", identity(owed, row.map(AsRef::as_ref))),
            on: owed.due,
            summary: format!("{kind}{}{}", visit.language.pick("：", ": "), owed.name),
            description: format!("{}\n{} {owner}", visit.say(&detail), visit.say(w::OWNER)),
            url: origin.as_ref().zip(page).map(|(origin, page)| format!("{origin}{page}")),
        }
    };
    let events: Vec<_> = due_in(&view, month).iter().take(MAX_EVENTS).map(event).collect();
    let name = format!("{} {}", name_of(&frame, &scope), visit.say(w::CALENDAR));
    let named = FileName {
        ascii: format!("lianjian-calendar-{scope}-{}", month.code()),
        scope: name_of(&frame, &scope),
        what: visit.say(w::CALENDAR).to_owned(),
        when: visit.say(&month.say()).to_owned(),
    };
    Ok(file(visit, &named, "ics", ICS, ical(&name, frame.on, &events).into_bytes()))
}

/// The month that the address names, else the present one; none further ahead than is told.
fn month_of(asked: &PageRequest, frame: &Snapshot) -> Result<Month, Problem> {
    let present = Month::of(frame.on);
    let Some(text) = asked.visit.parameter("month") else { return Ok(present) };
    let found = Month::parse(text).filter(|month| *month <= present.later(MONTHS_AHEAD));
    found.ok_or_else(|| {
        wrong(
            "month",
            text,
            "如 2026-12 的月份，最多一年以后",
            "a month such as 2026-12, a year ahead at most",
        )
    })
}

/// What is owed by the end of a month if nothing is done until then; of a month that has passed, what is owed still.
fn ahead(
    app: &App,
    frame: &Snapshot,
    scope: &PlaceCode,
    month: Month,
) -> Result<Arc<View<Obligation>>, Problem> {
    let (views, page, on) = (frame.views.clone(), frame.page.clone(), frame.on.max(month.last()));
    let then = Snapshot { views, as_of: frame.as_of, on, page };
    app.counted(&then, &Obligations(scope.clone(), None, None))
}

/// What of it falls due in the month, by day and then the most pressing first.
fn due_in(view: &View<Obligation>, month: Month) -> Vec<&Obligation> {
    let mut found: Vec<_> = view.rows.iter().filter(|owed| month.has(owed.due)).collect();
    found.sort_by_cached_key(|owed| (owed.due, urgency(owed)));
    found
}
