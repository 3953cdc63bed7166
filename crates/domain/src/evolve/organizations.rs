//! How the events of an organization change the state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entities::{count_correction, note_village, recording_of, states, with_organization};
use super::posts;
use crate::event::EventMeta;
use crate::event_data::organizations::{
    OrganizationAbolished, OrganizationChanged, OrganizationClosed, OrganizationCorrected,
    OrganizationPlacedUnder, OrganizationRegistered, OrganizationRestored, OrganizationSuspended,
    OrganizationUpdated,
};
use crate::organization::{Host, Organization, OrganizationStatus};
use crate::recording::Recording;
use crate::state::CityState;

pub(super) fn registered(state: &mut CityState, meta: &EventMeta, data: &OrganizationRegistered) {
    let recording = Arc::new(recording_of(meta));
    let organization = Organization {
        id: data.organization,
        name: data.name.clone(),
        name_recorded: recording_of(meta),
        form: data.form,
        form_kind: data.form_kind.clone(),
        host_kind: data.host_kind.clone(),
        host: data.host_place.map_or_else(|| Host::Unit(data.host.clone()), Host::Place),
        location: data.location,
        superior: data.superior,
        superior_joint: None,
        formal_members: data.formal_members,
        probationary_members: data.probationary_members,
        formal_members_recorded: recording.clone(),
        probationary_members_recorded: recording,
        profile: BTreeMap::new(),
        profile_recorded: BTreeMap::new(),
        links: Vec::new(),
        election: None,
        election_owed: None,
        first_secretary: None,
        first_secretary_left: None,
        filings_owed: BTreeMap::new(),
        status: OrganizationStatus::Active,
        merger: None,
        pairings: BTreeSet::new(),
        held_elsewhere: BTreeMap::new(),
        registered_on: meta.effective_date,
        place_ended_on: None,
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    let earlier = state.organizations.insert(data.organization, Arc::new(organization));
    note_village(state, data.organization, earlier.and_then(|found| found.village()));
}

pub(super) fn updated(state: &mut CityState, meta: &EventMeta, data: &OrganizationUpdated) {
    with_organization(state, meta, data.organization, |organization| {
        let recording = Arc::new(recording_of(meta));
        // Figures of an earlier day that are entered late replace none of a later one.
        let is_latest = |known: &Recording| known.effective_date <= meta.effective_date;
        if let Some(formal_members) = data.formal_members
            && is_latest(&organization.formal_members_recorded)
        {
            organization.formal_members = formal_members;
            organization.formal_members_recorded = recording.clone();
        }
        if let Some(probationary_members) = data.probationary_members
            && is_latest(&organization.probationary_members_recorded)
        {
            organization.probationary_members = probationary_members;
            organization.probationary_members_recorded = recording.clone();
        }
        for (name, figure) in &data.profile {
            if organization.profile_recorded.get(name).is_none_or(|known| is_latest(known)) {
                organization.profile.insert(*name, figure.clone());
                organization.profile_recorded.insert(*name, recording.clone());
            }
        }
    });
}

pub(super) fn changed(state: &mut CityState, meta: &EventMeta, data: &OrganizationChanged) {
    let village = state.organizations.get(&data.organization).and_then(|found| found.village());
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
        if data.superior.is_some() {
            organization.superior_joint = None;
        }
        if let Some(host_kind) = &data.host_kind {
            organization.host_kind = host_kind.clone();
        }
        organization.location = data.location.unwrap_or(organization.location);
        // What the county has given a name or place of its own since goes on as the organ of what goes on.
        if data.name.is_some() || data.location.is_some() || data.host.is_some() {
            organization.place_ended_on = None;
        }
        if let Some(host) = &data.host {
            organization.host = data.host_place.map_or_else(|| Host::Unit(host.clone()), Host::Place);
        }
    });
    note_village(state, data.organization, village);
}

pub(super) fn placed_under(state: &mut CityState, meta: &EventMeta, data: &OrganizationPlacedUnder) {
    with_organization(state, meta, data.organization, |organization| {
        organization.superior_joint = Some(data.joint_branch);
    });
}

pub(super) fn closed(state: &mut CityState, meta: &EventMeta, data: &OrganizationClosed) {
    with_organization(state, meta, data.organization, |organization| {
        organization.status = OrganizationStatus::Abolished { successor: data.successor };
        organization.first_secretary = None;
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
pub(super) fn corrected(state: &mut CityState, meta: &EventMeta, data: &OrganizationCorrected) {
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

pub(super) fn suspended(state: &mut CityState, meta: &EventMeta, data: &OrganizationSuspended) {
    with_organization(state, meta, data.organization, |organization| {
        organization.status = OrganizationStatus::Suspended;
        organization.merger = Some(data.joint_branch);
        posts::posts_end(organization);
    });
}

pub(super) fn restored(state: &mut CityState, meta: &EventMeta, data: &OrganizationRestored) {
    with_organization(state, meta, data.organization, |organization| {
        organization.status = OrganizationStatus::Active;
        organization.merger = None;
    });
    posts::owe_election(state, meta, data);
}

pub(super) fn abolished(state: &mut CityState, meta: &EventMeta, data: &OrganizationAbolished) {
    with_organization(state, meta, data.organization, |organization| {
        organization.status = OrganizationStatus::Abolished { successor: data.successor };
        organization.first_secretary = None;
        organization.merger = None;
        organization.held_elsewhere.clear();
    });
}
