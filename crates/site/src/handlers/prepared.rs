//! What a sheet is prepared with: the lists that its cells are chosen from, and the rows that are due, filled in as far as the
//! record knows them.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::http::App;
use api::http::questions::Obligations;
use api::http::reads::Snapshot;
use api::problem::Problem;
use domain::organization::{FigureValue, Organization, OrganizationForm, OrganizationStatus};
use domain::quarter::Quarter;
use domain::say::Language;
use domain::{CityState, CommandKind};
use labels::fields::field;
use labels::terms::{of_field, term};
use projections::{Obligation, rotation, urgency, wire_code};

use super::choices::Choices;
use super::desk::Desk;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::prefill::prefill;
use crate::exports::MAX_PREPARED_ROWS;
use crate::pages::forms::offered::Offered;
use crate::pages::forms::schema::Field;
use crate::pages::forms::sheet::{STANDING, SheetColumn, columns, standing};
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
const HOST: &str = "/data/host_village";

const PERSON: &str = "/data/person";
const KIND: &str = "/data/kind";
const YEAR: &str = "/data/year";
const LEVEL: &str = "/data/level";
const MATTER: &str = "/data/matter";
const POSITION: &str = "/data/position";
/// Commands whose sheet has no row where nothing is due.
const OWN_ROWS: [&str; 3] = ["evaluate-quarter", "record-activity", "update-organization"];

/// The columns in which a template of a command stands filled in.
pub(super) fn prepared_columns(command: &str) -> Vec<&'static str> {
    let about: &[&str] = match command {
        "evaluate-quarter" => &[JOINT_BRANCH, QUARTER],
        "record-activity" => &[JOINT_BRANCH, HOST],
        "update-organization" => &[ORGANIZATION, STANDING],
        "record-commitment" => &[JOINT_BRANCH, PERSON, KIND, YEAR],
        "record-yearly-review" => &[PERSON, YEAR, LEVEL],
        "file-with-county" => &[JOINT_BRANCH, ORGANIZATION, MATTER, POSITION],
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
    if prepared_columns(command).contains(&STANDING) {
        columns.insert(1, standing());
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
        "record-activity" => at_work(asked, frame, state),
        "update-organization" => of_villages(asked, state),
        _ => owed(app, asked, frame, state, command)?,
    };
    let about =
        if about.is_empty() && !OWN_ROWS.contains(&command) { vec![Vec::new(); USUAL_ROWS] } else { about };
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

/// What the reader owes and meets with this command, the most pressing first, filled in as the form of its button is.
fn owed(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    state: &CityState,
    command: &str,
) -> Result<Vec<Vec<(&'static str, String)>>, Problem> {
    let columns = prepared_columns(command);
    let Some(kind) = CommandKind::named(command).filter(|_| columns.len() > OF_EVERY_ROW.len()) else {
        return Ok(Vec::new());
    };
    let desk = Desk::new(app, asked, frame, state);
    let mut owed = app.counted(frame, &Obligations(asked.principal.scope.clone(), None, None))?.rows.clone();
    owed.sort_by_cached_key(urgency);
    let row = |owed: &Obligation| {
        let act = desk.act_of(owed, kind)?;
        let secretary = || {
            let found = owed.joint_branch.and_then(|id| state.joint_branches.get(&id));
            found.and_then(|found| Some(found.secretary.as_ref()?.person.to_string()))
        };
        let known = |pointer: &&'static str| {
            let named = act.fields.iter().find(|(name, _)| pointer.strip_prefix("/data/") == Some(name));
            let value = named.map(|(_, value)| value.clone());
            let value = value.or_else(|| secretary().filter(|_| *pointer == PERSON))?;
            Some((*pointer, value))
        };
        Some(columns.iter().filter_map(known).collect())
    };
    Ok(owed.iter().filter_map(row).collect())
}

/// Every joint branch that is at work, with the village whose turn it is to host.
fn at_work(asked: &PageRequest, frame: &Snapshot, state: &CityState) -> Vec<Vec<(&'static str, String)>> {
    let own =
        state.joint_branches.values().filter(|found| found.phase.is_live() && asked.leads(state, found));
    let rows = sorted(own.map(|found| (found.name.to_string(), found.id.to_string())));
    let turn = |id: &str| {
        let row = frame.views.joint_branch(id.parse().ok()?)?;
        rotation(row).into_iter().next().map(|turn| (HOST, turn.village.code.to_string()))
    };
    rows.map(|id| turn(&id).into_iter().chain([(JOINT_BRANCH, id)]).collect()).collect()
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
    let mut rows: Vec<_> =
        own.map(|found| (state.places.get(&found.location).map(|place| place.code.clone()), found)).collect();
    rows.sort_by_cached_key(|(code, found)| (code.clone(), found.id.to_string()));
    let language = asked.visit.language;
    rows.into_iter()
        .map(|(_, found)| vec![(ORGANIZATION, found.id.to_string()), (STANDING, on_file(language, found))])
        .collect()
}

/// What is on file of an organization: its members and the figures of its village, each with its period.
fn on_file(language: Language, found: &Organization) -> String {
    let members = |name: &str, count: u32| format!("{} {count}", field(language, "", name));
    let mut said = vec![
        members("formal_members", found.formal_members),
        members("probationary_members", found.probationary_members),
    ];
    for (name, figure) in &found.profile {
        let value = match &figure.value {
            FigureValue::Number(number) => number.to_string(),
            FigureValue::Text(text) => of_field("value", text.as_str())
                .map_or_else(|| text.to_string(), |words| words.in_language(language).to_owned()),
        };
        let unit = Some(figure.unit.as_str()).filter(|unit| *unit != "-").unwrap_or_default();
        let name = wire_code(name).map_or_else(String::new, |code| term(language, "ProfileFigure", &code));
        said.push(format!("{name} {value}{unit}（{}）", figure.period));
    }
    said.join(language.pick("；", "; "))
}

/// Ids in the order of what stands before them.
fn sorted(found: impl Iterator<Item = (String, String)>) -> impl Iterator<Item = String> {
    let mut found: Vec<_> = found.collect();
    found.sort();
    found.into_iter().map(|(_, id)| id)
}
