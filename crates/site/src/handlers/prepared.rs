//! What a sheet is prepared with: the lists that its cells are chosen from, and the rows that are due, filled in as far as the
//! record knows them.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::http::App;
use api::http::questions::Obligations;
use api::http::reads::Snapshot;
use api::problem::Problem;
use domain::CityState;
use domain::organization::{Organization, OrganizationForm, OrganizationStatus};
use domain::quarter::Quarter;

use super::choices::Choices;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::prefill::prefill;
use crate::exports::MAX_PREPARED_ROWS;
use crate::pages::forms::offered::Offered;
use crate::pages::forms::schema::Field;
use crate::pages::forms::sheet::{SheetColumn, columns};
use crate::pages::forms::values::Posted;
use crate::pages::grade_cells::is_grade_of;

/// How many rows are prepared where nothing says what is due.
const USUAL_ROWS: usize = 20;
/// What every row is prepared with.
const OF_EVERY_ROW: [&str; 2] = ["/effective_date", "/on_behalf_of"];
/// What the rows of these commands are prepared with besides: what each is about.
const JOINT_BRANCH: &str = "/data/joint_branch";
const QUARTER: &str = "/data/quarter";
const ORGANIZATION: &str = "/data/organization";

/// The columns in which a template of a command stands filled in.
pub(super) fn prepared_columns(command: &str) -> Vec<&'static str> {
    let about: &[&str] = match command {
        "evaluate-quarter" => &[JOINT_BRANCH, QUARTER],
        "record-activity" => &[JOINT_BRANCH],
        "update-organization" => &[ORGANIZATION],
        _ => &[],
    };
    OF_EVERY_ROW.iter().chain(about).copied().collect()
}

/// The columns of a command's sheet, with what each is chosen from by this reader.
pub(super) fn offered_columns(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    state: &CityState,
    (command, fields): (&str, &[Field]),
) -> Vec<SheetColumn> {
    let county = state.scope_of_bearer(&asked.principal.scope).county;
    let policy = state.policies.resolve(app.service.policy(), frame.on, county.as_ref());
    let names = NameFinder::new(app, asked, frame, state);
    let choices = Choices {
        state,
        policy: &policy,
        principal: &asked.principal,
        names: &names,
        language: asked.visit.language,
        command,
        joint_branch: None,
    };
    let mut known: BTreeMap<[String; 3], Option<Arc<Offered>>> = BTreeMap::new();
    let mut columns = columns(fields);
    for column in &mut columns {
        let field = &column.field;
        let key = [&field.owner, &field.name, &field.type_name].map(Clone::clone);
        let offered = known
            .entry(key)
            .or_insert_with(|| choices.picks(&column.field).map(|picks| Arc::new(Offered::new(picks))));
        column.offered.clone_from(offered);
    }
    columns
}

/// The rows of a template: one for each that is due, or some with what is known of any.
pub(super) fn prepared_rows(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    state: &CityState,
    command: &str,
) -> Result<Vec<Posted>, Problem> {
    let mut usual = prefill(&asked.visit, state, &asked.principal, None, command, app.today());
    usual.retain(|pointer, _| OF_EVERY_ROW.contains(&pointer.as_str()));
    let about: Vec<Vec<(&str, String)>> = match command {
        "evaluate-quarter" => ungraded(app, asked, frame, state)?,
        "record-activity" => at_work(asked, state),
        "update-organization" => of_villages(asked, state),
        _ => vec![Vec::new(); USUAL_ROWS],
    };
    let row = |about: Vec<(&str, String)>| {
        let mut row = usual.clone();
        row.extend(about.into_iter().map(|(pointer, text)| (pointer.to_owned(), text)));
        row
    };
    Ok(about.into_iter().take(MAX_PREPARED_ROWS).map(row).collect())
}

/// Those that owe the grade of the last quarter that has ended.
fn ungraded(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    state: &CityState,
) -> Result<Vec<Vec<(&'static str, String)>>, Problem> {
    let quarter = Quarter::of(frame.on).previous();
    let owed = app.counted(frame, &Obligations(asked.principal.scope.clone(), None, None))?;
    let ids = owed.rows.iter().filter(|owed| is_grade_of(owed, quarter)).filter_map(|owed| owed.joint_branch);
    let found = ids.filter_map(|id| state.joint_branches.get(&id)).filter(|found| asked.leads(state, found));
    let rows = sorted(found.map(|found| (found.name.to_string(), found.id.to_string())));
    Ok(rows.map(|id| vec![(JOINT_BRANCH, id), (QUARTER, quarter.to_string())]).collect())
}

/// Every joint branch that is at work.
fn at_work(asked: &PageRequest, state: &CityState) -> Vec<Vec<(&'static str, String)>> {
    let own =
        state.joint_branches.values().filter(|found| found.phase.is_live() && asked.leads(state, found));
    let rows = sorted(own.map(|found| (found.name.to_string(), found.id.to_string())));
    rows.map(|id| vec![(JOINT_BRANCH, id)]).collect()
}

/// Every organization of a village that has not ended.
fn of_villages(asked: &PageRequest, state: &CityState) -> Vec<Vec<(&'static str, String)>> {
    let is_of_village = |found: &Organization| {
        found.village().is_some()
            && found.form != OrganizationForm::Organ
            && !matches!(found.status, OrganizationStatus::Abolished { .. })
            && state.scope_of_place(found.location).is_within(&asked.principal.scope)
    };
    let own = state.organizations.values().filter(|found| is_of_village(found));
    let rows = sorted(own.map(|found| {
        let place = state.places.get(&found.location).map(|place| place.code.to_string());
        (place.unwrap_or_default(), found.id.to_string())
    }));
    rows.map(|id| vec![(ORGANIZATION, id)]).collect()
}

/// Ids in the order of what stands before them.
fn sorted(found: impl Iterator<Item = (String, String)>) -> impl Iterator<Item = String> {
    let mut found: Vec<_> = found.collect();
    found.sort();
    found.into_iter().map(|(_, id)| id)
}
