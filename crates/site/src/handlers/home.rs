//! `/`: the city's meeting, what is due for who acts in a county or township, and the place's page for who only reads.

use std::collections::BTreeMap;

use api::http::App;
use api::http::questions::Obligations;
use api::http::reads::Snapshot;
use api::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use domain::CommandKind;
use domain::account::Role;
use domain::joint_branch::Phase;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use labels as w;
use projections::{Obligation, is_before_the_first_decision, urgency};

use super::desk::Desk;
use super::page_request::PageRequest;
use super::places::{TierRows, name_of, show, tier_rows};
use super::see_other;
use super::work::may_give;
use crate::pages::home::{Below, Due, Home, Tab, Usual, page, title};
use crate::pages::lists;

/// What a clerk does most, in this order.
const OF_CLERK: [CommandKind; 4] = [
    CommandKind::RecordActivity,
    CommandKind::ProposeJointBranch,
    CommandKind::RegisterPerson,
    CommandKind::UpdateOrganization,
];
/// What an officer of a county does most, in this order.
const OF_OFFICER: [CommandKind; 4] = [
    CommandKind::FileWithCounty,
    CommandKind::ReviewRectification,
    CommandKind::IssueSupervision,
    CommandKind::RecordMeeting,
];

/// `/`.
pub(super) async fn home(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    let scope = asked.principal.scope.clone();
    let acts =
        asked.principal.acts() && matches!(asked.principal.role, Role::TownshipClerk | Role::CountyOfficer);
    match scope.level() {
        Level::City => {
            let frame = asked.frame(&app).await?;
            show(&app, &asked, &frame, &scope)
        }
        _ if acts => {
            let frame = asked.frame(&app).await?;
            due(&app, &asked, &frame, &scope)
        }
        Level::County => Ok(see_other(&asked.visit.link(&format!("/counties/{scope}")))),
        Level::Township | Level::Village => Ok(see_other(&asked.visit.link(&format!("/townships/{scope}")))),
    }
}

/// What is due in a county or township.
fn due(app: &App, asked: &PageRequest, frame: &Snapshot, code: &PlaceCode) -> Result<Response, Problem> {
    let (visit, state) = (&asked.visit, app.state()?);
    let mut owed = app.counted(frame, &Obligations(code.clone(), None, None))?.rows.clone();
    owed.sort_by_cached_key(urgency);
    let due = Due::of(&owed, code, frame.on);
    let last = Quarter::of(frame.on).previous();
    let led = frame.views.readable_by(code).filter(|row| row.is_led_from(code));
    let graded = led.filter(|row| row.evaluations.contains_key(&last)).count();
    let desk = Desk::new(app, asked, frame, &state);
    let rows = tier_rows(app, frame, code)?;
    let (below, cards) = match &rows {
        TierRows::Counties(view) | TierRows::Townships(view) => {
            let table = lists::places(visit, w::TOWNSHIPS, &view.rows);
            (Below::Townships(table), view.yellow_cards.len())
        }
        TierRows::JointBranches(view) => {
            let has_ended = |phase| matches!(phase, Phase::Rejected | Phase::Withdrawn | Phase::Dissolved);
            let standing = view.rows.iter().filter(|entry| !has_ended(entry.row.phase));
            (Below::JointBranches(standing.collect()), view.yellow_cards.len())
        }
    };
    let name = name_of(frame, code);
    let sheets = sheets(asked, frame, &due.grades, last);
    let begins = is_before_the_first_decision(&frame.views) && !visit.is_past();
    let home = Home {
        code,
        on: frame.on,
        tab: Tab::named(visit.parameter("tab")),
        graded,
        sheets,
        due,
        doing: &|owed| desk.of(owed),
        place_name: &|code| name_of(frame, code),
        usual: if desk.acts() { usual(app, asked, code, last) } else { Vec::new() },
        start: begins.then(|| visit.link(&format!("/start?scope={code}"))),
        cards,
        more: more(asked, code),
        below,
    };
    Ok(asked.show(&title(visit, &name), &page(visit, &home)))
}

/// The sheets on which missing grades of a quarter are given: one a township.
fn sheets(asked: &PageRequest, frame: &Snapshot, missing: &[&Obligation], quarter: Quarter) -> Vec<Usual> {
    let sheet = |(code, count): (&PlaceCode, usize)| Usual {
        link: sheet_of(code, quarter),
        title: format!("{} · {}", name_of(frame, code), asked.visit.say(w::GRADE_SHEET)),
        note: asked.visit.language.pick(format!("未评估 {count} 个"), format!("{count} not graded")),
    };
    if !asked.principal.acts() || asked.visit.is_past() {
        return Vec::new();
    }
    missing_by_township(missing).into_iter().map(sheet).collect()
}

/// How many grades each township misses.
pub(super) fn missing_by_township<'a>(missing: &[&'a Obligation]) -> BTreeMap<&'a PlaceCode, usize> {
    let mut counted = BTreeMap::new();
    for code in missing.iter().filter_map(|owed| owed.owner.code.as_ref()) {
        *counted.entry(code).or_default() += 1;
    }
    counted
}

/// The sheet of a township for a quarter.
pub(super) fn sheet_of(code: &PlaceCode, quarter: Quarter) -> String {
    format!("/work/grades?scope={code}&quarter={quarter}")
}

/// The acts that the role gives most.
fn usual(app: &App, asked: &PageRequest, code: &PlaceCode, last: Quarter) -> Vec<Usual> {
    let visit = &asked.visit;
    let plain = |link: String, title: &str| Usual { link, title: title.to_owned(), note: String::new() };
    let is_township = code.level() == Level::Township;
    let mut found = Vec::new();
    if is_township {
        let note = visit.language.pick(
            "一张表填完本乡镇全部，逐行选好、一般、较差",
            "one sheet for the whole township: good, fair or poor in each row",
        );
        let sheet = plain(sheet_of(code, last), visit.say(w::GRADE_SHEET));
        found.push(Usual { note: note.to_owned(), ..sheet });
    }
    let commands = if is_township { OF_CLERK } else { OF_OFFICER };
    let specs = commands.into_iter().map(CommandKind::spec);
    let given = specs.filter(|spec| may_give(asked, app.service.policy(), spec));
    found.extend(given.map(|spec| plain(format!("/work/{}", spec.name), visit.say(&spec.title))));
    found.push(plain("/work".to_owned(), visit.say(w::ALL_WORK)));
    found
}

/// Further pages of the place.
fn more(asked: &PageRequest, code: &PlaceCode) -> Vec<(String, &'static str)> {
    let visit = &asked.visit;
    let mut pages = match code.level() {
        Level::County => vec![
            (format!("/counties/{code}"), w::WHOLE_PICTURE),
            (format!("/counties/{code}/register"), w::REGISTER),
            (format!("/lists/flow?scope={code}"), w::FLOW),
        ],
        _ => vec![(format!("/townships/{code}"), w::WHOLE_PICTURE)],
    };
    pages.push((format!("/lists/register?scope={code}"), w::WHOLE_REGISTER));
    pages.push((format!("/figures/{code}/villages"), w::VILLAGES));
    pages.push((format!("/papers/{code}"), w::PAPERS));
    pages.into_iter().map(|(path, words)| (visit.link(&path), visit.say(words))).collect()
}
