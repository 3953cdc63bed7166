//! What a form is about, where its address says so and the reader may read it.

use api::http::reads::Snapshot;
use domain::CityState;
use domain::commands::correct_record::stated;
use domain::ids::{CommandId, EventId, OrganizationId};

use super::page_request::PageRequest;
use super::work::own_joint_branch;
use crate::pages::forms::subject::{SUBJECTS, Subject};
use crate::pages::forms::values::Posted;

/// What the address says that the form is about, where that is what it holds and the reader may read it.
pub(super) fn subject_of(
    asked: &PageRequest,
    frame: &Snapshot,
    state: &CityState,
    values: &Posted,
) -> Option<Subject> {
    let held = |field: &str| {
        let key = asked.visit.parameter(field)?;
        values.get(&format!("/data/{field}")).filter(|held| *held == key)
    };
    if let Some(found) = held(SUBJECTS[0]).and_then(|key| own_joint_branch(state, asked, key)) {
        return frame.views.joint_branch(found.id).map(|row| Subject::of_joint_branch(&asked.visit, row));
    }
    if let Some(id) = held(SUBJECTS[1]).and_then(|key| key.parse::<OrganizationId>().ok()) {
        asked.principal.require_scope(&state.scope_of_organization(id), "").ok()?;
        return frame.views.organization(id).map(|row| Subject::of_organization(&asked.visit, row));
    }
    if let Some(id) = held(SUBJECTS[2]).and_then(|key| key.parse::<EventId>().ok()) {
        let found = stated(state, id)?;
        asked.principal.require_scope(&state.scope_of_place(found.place()), "").ok()?;
        let (called, position) = (found.called().as_str(), found.position(id));
        return Some(Subject::of_record(&asked.visit, SUBJECTS[2], called, position));
    }
    let found = state.decisions.get(&held(SUBJECTS[3])?.parse::<CommandId>().ok()?)?;
    asked.principal.require_scope(&state.scope_of(found.subject), "").ok()?;
    let number = found.number.to_string();
    Some(Subject::of_record(&asked.visit, SUBJECTS[3], &number, found.recorded.position))
}
