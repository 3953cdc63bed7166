//! The page of the rules in force.

use std::collections::BTreeMap;

use api::http::App;
use api::http::questions::{Policies, Question};
use api::http::reads::Snapshot;
use api::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use domain::CommandKind;
use domain::account::Role;
use domain::place::{Level, PlaceCode};
use labels::policy::RULES_IN_FORCE;
use projections::{PolicyEntry, RuleEntry, ThresholdEntry, View};

use super::page_request::PageRequest;
use super::places::name_of;
use super::work::may_give;
use crate::pages::rules::{RuleBook, page, table};

/// `/rules`: of the reader's own county or city where none is named.
pub(super) async fn open(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    let county = app.state()?.scope_of_bearer(&asked.principal.scope).county;
    let own = county.unwrap_or_else(|| asked.principal.scope.clone());
    let scope = asked.query.code("scope")?.unwrap_or_else(|| own.clone());
    let question = Policies(scope.clone());
    question.authorise(&app, &asked.principal)?;
    let frame = asked.frame(&app).await?;
    let view = app.counted(&frame, &question)?;
    let places = places(&frame, &asked.principal.scope, &own);
    let elsewhere = elsewhere(&app, &frame, (&scope, &view), &places)?;
    let place_name = |code: &PlaceCode| name_of(&frame, code);
    let readable = &asked.principal.scope;
    let book = RuleBook {
        scope: &scope,
        places: &places,
        rules: rules(&view).collect(),
        policies: view
            .rows
            .iter()
            .filter_map(|row| match row {
                PolicyEntry::Policy(issued) => Some(&**issued),
                PolicyEntry::Rule(_) | PolicyEntry::CodeList(_) => None,
            })
            .collect(),
        elsewhere: &elsewhere,
        place_name: &place_name,
        // What the city says has no county, and is everybody's.
        may_read: &|code| code.level() == Level::City || code.is_within(readable),
        may_issue: may_issue(&app, &asked, &scope),
    };
    let visit = &asked.visit;
    let title = format!("{} · {}", name_of(&frame, &scope), visit.say(RULES_IN_FORCE));
    asked.show_table(&title, &table(visit, &title, &book), &page(visit, &book))
}

/// Whether the reader may issue a policy for a place: the city for all, a county for itself.
fn may_issue(app: &App, asked: &PageRequest, scope: &PlaceCode) -> bool {
    let is_own = asked.principal.role == Role::CityOffice || asked.principal.scope == *scope;
    is_own && !asked.visit.is_past() && may_give(asked, app.service.policy(), CommandKind::IssuePolicy.spec())
}

/// The city, and the counties whose rules the reader may see.
fn places(frame: &Snapshot, readable: &PlaceCode, own: &PlaceCode) -> Vec<(PlaceCode, String)> {
    let city = &frame.views.city().city;
    let counties = frame.views.places().filter(|place| place.level == Level::County).map(|place| &place.code);
    let seen = counties.filter(|code| code.is_within(readable) || *code == own);
    std::iter::once(city).chain(seen).map(|code| (code.clone(), name_of(frame, code))).collect()
}

/// The figures that are others elsewhere: of a city in its counties, of a county in its city.
fn elsewhere(
    app: &App,
    frame: &Snapshot,
    (scope, view): (&PlaceCode, &View<PolicyEntry>),
    places: &[(PlaceCode, String)],
) -> Result<BTreeMap<String, Vec<(String, ThresholdEntry)>>, Problem> {
    let mut found = BTreeMap::<String, Vec<_>>::new();
    let is_city = scope.level() == Level::City;
    for (code, name) in places.iter().filter(|(code, _)| (code.level() == Level::City) != is_city) {
        let other = app.counted(frame, &Policies(code.clone()))?;
        for (own, other) in rules(view).zip(rules(&other)) {
            let pairs =
                own.figures.iter().zip(&other.figures).filter(|(own, other)| own.value != other.value);
            for (_, differs) in pairs {
                let known = found.entry(differs.name.clone()).or_default();
                if known.iter().all(|(place, _)| place != name) {
                    known.push((name.clone(), differs.clone()));
                }
            }
        }
    }
    Ok(found)
}

fn rules(view: &View<PolicyEntry>) -> impl Iterator<Item = &RuleEntry> {
    view.rows.iter().filter_map(|row| match row {
        PolicyEntry::Rule(rule) => Some(rule),
        PolicyEntry::CodeList(_) | PolicyEntry::Policy(_) => None,
    })
}
