//! How the events change the state by which members, joint branches and organizations change.

use std::sync::Arc;

use super::entities::{decision_key, note_consents, recording_of, with_joint_branch, with_organization};
use crate::event::EventMeta;
use crate::event_data::joint_branches::{
    JointBranchChanged, JointBranchCorrected, MemberAdmitted, MemberReleased,
};
use crate::event_data::organizations::{OrganizationChanged, OrganizationClosed, OrganizationCorrected};
use crate::event_data::places::PlaceCorrected;
use crate::evolve::{oversight::owe_filing, posts};
use crate::filing::FilingMatter;
use crate::joint_branch::{Arrangement, Form};
use crate::organization::{Host, OrganizationStatus};
use crate::recording::Recording;
use crate::state::CityState;

pub(super) fn member_admitted(state: &mut CityState, meta: &EventMeta, data: &MemberAdmitted) {
    note_consents(state, &data.consents);
    let mut is_pairing = false;
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("admit", meta));
        owe_filing(joint_branch, meta, FilingMatter::Change);
        joint_branch.members.push(data.organization);
        if data.superior_decision.is_some() {
            joint_branch.superior_decision.clone_from(&data.superior_decision);
        }
        is_pairing = joint_branch.arrangement == Arrangement::Pairing;
    });
    with_organization(state, meta, data.organization, |organization| {
        if is_pairing {
            organization.pairings.insert(data.joint_branch);
        }
    });
}

pub(super) fn member_released(state: &mut CityState, meta: &EventMeta, data: &MemberReleased) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("release", meta));
        joint_branch.place_changed_since = None;
        owe_filing(joint_branch, meta, FilingMatter::Change);
        joint_branch.members.retain(|member| *member != data.organization);
    });
    with_organization(state, meta, data.organization, |organization| {
        organization.pairings.remove(&data.joint_branch);
    });
}

pub(super) fn joint_branch_changed(state: &mut CityState, meta: &EventMeta, data: &JointBranchChanged) {
    note_consents(state, &data.consents);
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("change", meta));
        joint_branch.place_changed_since = None;
        owe_filing(joint_branch, meta, FilingMatter::Change);
        if let Some(name) = &data.name {
            joint_branch.name = name.clone();
            joint_branch.name_recorded = recording_of(meta);
        }
        joint_branch.lead_township = data.lead_township.unwrap_or(joint_branch.lead_township);
        match data.form {
            Some(Form::None) => {
                joint_branch.vacant_since = None;
                posts::joint_branch_ends(joint_branch);
            }
            Some(_) if joint_branch.form == Form::None => {
                joint_branch.vacant_since = Some(meta.effective_date);
            }
            _ => {}
        }
        joint_branch.form = data.form.unwrap_or(joint_branch.form);
        if data.form.is_some() || data.form_kind.is_some() {
            joint_branch.form_kind.clone_from(&data.form_kind);
        }
    });
}

pub(super) fn organization_changed(state: &mut CityState, meta: &EventMeta, data: &OrganizationChanged) {
    with_organization(state, meta, data.organization, |organization| {
        if let Some(name) = &data.name {
            organization.name = name.clone();
            organization.name_recorded = recording_of(meta);
        }
        organization.form = data.form.unwrap_or(organization.form);
        if data.form.is_some() || data.form_kind.is_some() {
            organization.form_kind.clone_from(&data.form_kind);
        }
        organization.superior = data.superior.or(organization.superior);
        if let Some(host_kind) = &data.host_kind {
            organization.host_kind = host_kind.clone();
        }
        organization.location = data.location.unwrap_or(organization.location);
        if let Some(host) = &data.host {
            organization.host = data.host_place.map_or_else(|| Host::Unit(host.clone()), Host::Place);
        }
    });
}

pub(super) fn organization_closed(state: &mut CityState, meta: &EventMeta, data: &OrganizationClosed) {
    with_organization(state, meta, data.organization, |organization| {
        organization.status = OrganizationStatus::Abolished { successor: data.successor };
        posts::posts_end(organization);
    });
    // What the successor does next may not be dated before it took over.
    if let Some(successor) = state.organizations.get_mut(&data.successor) {
        let successor = Arc::make_mut(successor);
        successor.latest_effective = successor.latest_effective.max(meta.effective_date);
    }
}

/// A correction is folded on the day of what it corrects, so it moves no latest effective date; it says nothing of a
/// value that another event has stated since.
pub(super) fn organization_corrected(state: &mut CityState, meta: &EventMeta, data: &OrganizationCorrected) {
    count_correction(state, meta);
    let Some(organization) = state.organizations.get_mut(&data.organization) else { return };
    let organization = Arc::make_mut(organization);
    organization.last_position = meta.position;
    if let (Some(name), true) =
        (&data.name, states(&mut organization.name_recorded, meta, data.corrected_position))
    {
        organization.name = name.clone();
    }
    for (figure, value) in &data.profile {
        let recorded = organization.profile_recorded.get_mut(figure);
        if recorded.is_some_and(|recorded| states(Arc::make_mut(recorded), meta, data.corrected_position)) {
            organization.profile.insert(*figure, value.clone());
        }
    }
}

pub(super) fn place_corrected(state: &mut CityState, meta: &EventMeta, data: &PlaceCorrected) {
    count_correction(state, meta);
    let Some(place) = state.places.get_mut(&data.place) else { return };
    let place = Arc::make_mut(place);
    place.last_position = meta.position;
    if states(&mut place.name_recorded, meta, data.corrected_position) {
        place.name = data.name.clone();
    }
}

pub(super) fn joint_branch_corrected(state: &mut CityState, meta: &EventMeta, data: &JointBranchCorrected) {
    count_correction(state, meta);
    let Some(joint_branch) = state.joint_branches.get_mut(&data.joint_branch) else { return };
    let joint_branch = Arc::make_mut(joint_branch);
    joint_branch.last_position = meta.position;
    if states(&mut joint_branch.name_recorded, meta, data.corrected_position) {
        joint_branch.name = data.name.clone();
    }
}

/// Whether the corrected event still states the value; who corrects it is remembered with it.
fn states(recorded: &mut Recording, meta: &EventMeta, corrected_position: u64) -> bool {
    let is_current = recorded.position == corrected_position;
    if is_current {
        recorded.corrected_by.insert(meta.actor.clone());
    }
    is_current
}

fn count_correction(state: &mut CityState, meta: &EventMeta) {
    let county = meta.scope.county_token().to_owned();
    *state.corrections.entry(county).or_default().entry(meta.actor.clone()).or_default() += 1;
}
