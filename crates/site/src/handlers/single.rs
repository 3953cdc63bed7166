//! The pages of one joint branch and of one organization.

use api::http::App;
use api::http::reads::{Snapshot, unknown, view_problem};
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::ids::{JointBranchId, OrganizationId};
use domain::{Event, PolicyCalendar};
use labels as w;
use projections::timeline::TimelineEntry;
use projections::{
    Obligation, Reading, Views, compared, is_recorded_late, is_routine, joint_branch_view, life_view,
    organization_view, statements,
};
use service::names;

use super::desk::Desk;
use super::drafts::kinds_of;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::places::name_of;
use super::work::actions;
use crate::pages::chronicle::Told;
use crate::pages::components::page as components_page;
use crate::pages::entities::{self, OrganizationPage};
use crate::pages::joint_branch::{JointBranchPage, page};
use crate::pages::owed::AtDesk;

/// The rule by which the members of each organization resolve what it enters.
const RESOLUTIONS: &str = "resolution-required";
/// How many records a page tells at most: some twenty years of a joint branch, each a read of the log.
const TOLD_RECORDS: usize = 600;

/// `/joint-branches/{id}`.
pub(super) async fn joint_branch(
    State(app): State<App>,
    Path(key): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let id: JointBranchId = key.parse().map_err(|_| unknown(&key))?;
    let state = app.state()?;
    let found = state.joint_branches.get(&id).ok_or_else(|| unknown(&key))?;
    asked.principal.require_joint_branch(&state, found)?;
    let frame = asked.frame(&app).await?;
    let county = state.scope_of_place(found.lead_township).county;
    let policies = PolicyCalendar::new(app.service.policy(), frame.views.policies());
    let reading = Reading { views: &frame.views, policies: &policies, on: frame.on };
    let mut view = joint_branch_view(reading, id).map_err(view_problem)?;
    names::join_secretaries(&mut view.rows, app.service.control())?;
    let entry = view.rows.first().ok_or_else(|| unknown(&key))?;
    asked.lead_to(&frame, entry.row.lead_township.as_ref().map(|place| &place.code), entry.row.name.as_str());
    let late_days = policies.thresholds(county.as_ref(), frame.on).late_entry_days;
    let entries: Vec<TimelineEntry> = frame.views.timelines().entries(id).copied().collect();
    let records = Records::read(&app, &asked, &frame, &entries, late_days).await?;
    let life = life_view(reading, &entry.row, &records.events).rows.pop().unwrap_or_default();
    let stated = events_that_state(&app, &frame.views, id).await?;
    let visit = &asked.visit;
    let finder = NameFinder::new(&app, &asked, &frame, &state).with_codes(county.as_ref());
    let papers = kinds_of(&entry.row, &records.told).into_iter().map(|kind| {
        let (path, title) = (format!("/joint-branches/{id}/papers/{}", kind.code()), kind.title());
        (visit.link(&path), visit.language.pick(title.zh, title.en).into_owned())
    });
    let papers: Vec<_> = papers.collect();
    let actions = if visit.is_past() { Vec::new() } else { actions(&app, &asked, found) };
    let policy = state.policies.resolve(app.service.policy(), frame.on, county.as_ref());
    let needs_resolutions = policy.is_on_file(RESOLUTIONS);
    let desk = Desk::new(&app, &asked, &frame, &state);
    let doing = |owed: &Obligation| desk.of(owed);
    let main = page(
        visit,
        &JointBranchPage {
            entry,
            life: &life,
            figures: &compared(&frame.views, id, &stated),
            told: &records.told,
            is_cut: records.is_cut,
            desk: AtDesk {
                on: frame.on,
                own: None,
                doing: if desk.acts() { Some(&doing) } else { None },
                place_name: &|code| name_of(&frame, code),
            },
            needs_resolutions: !visit.is_past() && needs_resolutions,
            actions: &actions,
            papers: &papers,
            names: &|key| finder.find(key),
        },
    );
    Ok(asked.show(entry.row.name.as_str(), &main))
}

/// The latest records of a timeline, read from the log.
struct Records {
    events: Vec<Event>,
    told: Vec<Told>,
    /// Whether there are earlier ones.
    is_cut: bool,
}

impl Records {
    async fn read(
        app: &App,
        asked: &PageRequest,
        frame: &Snapshot,
        entries: &[TimelineEntry],
        late_days: u32,
    ) -> Result<Self, Problem> {
        let first = entries.len().saturating_sub(TOLD_RECORDS);
        let mut found = Self { events: Vec::new(), told: Vec::new(), is_cut: first > 0 };
        for entry in entries.iter().skip(first) {
            let event = app.event(entry.position).await?.event;
            let is_late = is_recorded_late(&frame.views, &event, late_days);
            let entry = app.event_entry(&asked.principal, &frame.views, &event, is_late)?;
            found.told.push(Told { entry, is_routine: is_routine(&event.body) });
            found.events.push(event);
        }
        Ok(found)
    }
}

/// The events that state the figures of a joint branch's members.
async fn events_that_state(app: &App, views: &Views, id: JointBranchId) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    for position in statements(views, id) {
        events.push(app.event(position).await?.event);
    }
    Ok(events)
}

/// `/organizations/{id}`.
pub(super) async fn organization(
    State(app): State<App>,
    Path(key): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let id: OrganizationId = key.parse().map_err(|_| unknown(&key))?;
    let state = app.state()?;
    state.organizations.get(&id).ok_or_else(|| unknown(&key))?;
    let scope = state.scope_of_organization(id);
    asked.principal.require_scope(&scope, &key)?;
    let frame = asked.frame(&app).await?;
    let policies = PolicyCalendar::new(app.service.policy(), frame.views.policies());
    let reading = Reading { views: &frame.views, policies: &policies, on: frame.on };
    let view = organization_view(reading, id).map_err(view_problem)?;
    let entry = view.rows.first().ok_or_else(|| unknown(&key))?;
    asked.lead_to(&frame, entry.row.location.as_ref().map(|place| &place.code), entry.row.name.as_str());
    let visit = &asked.visit;
    let finder = NameFinder::new(&app, &asked, &frame, &state).with_codes(scope.county.as_ref());
    let desk = Desk::new(&app, &asked, &frame, &state);
    let doing = |owed: &Obligation| desk.of(owed);
    let late_days = policies.thresholds(scope.county.as_ref(), frame.on).late_entry_days;
    let entries: Vec<TimelineEntry> = frame.views.timelines().entries_of_organization(id).copied().collect();
    let records = Records::read(&app, &asked, &frame, &entries, late_days).await?;
    let main = entities::organization(
        visit,
        &OrganizationPage {
            entry,
            told: &records.told,
            is_cut: records.is_cut,
            desk: AtDesk {
                on: frame.on,
                own: None,
                doing: if desk.acts() { Some(&doing) } else { None },
                place_name: &|code| name_of(&frame, code),
            },
            actions: &desk.of_organization(&entry.row, &scope),
            names: &|key| finder.find(key),
        },
    );
    Ok(asked.show(entry.row.name.as_str(), &main))
}

/// `/components`: the design system.
pub(super) async fn components(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.frame(&app).await?;
    Ok(asked.show(asked.visit.say(w::COMPONENTS), &components_page(&asked.visit)))
}
