//! How the events about a joint branch's work change the state. Activities, co-location and funding carry their own
//! date, so they move no entity's latest effective date.

use std::sync::Arc;

use super::entities::{decision_key, with_joint_branch, with_organization};
use crate::event::EventMeta;
use crate::event_data::activities::{ActivityRecorded, CoLocated};
use crate::event_data::functions::PowersMoved;
use crate::event_data::funding::VillageFunded;
use crate::event_data::links::OrganizationLinked;
use crate::ids::JointBranchId;
use crate::joint_branch::JointBranch;
use crate::link::Link;
use crate::state::CityState;
use crate::work::{CoLocation, Hosting};

fn without_effective_order(
    state: &mut CityState,
    meta: &EventMeta,
    id: JointBranchId,
    change: impl FnOnce(&mut JointBranch),
) {
    if let Some(joint_branch) = state.joint_branches.get_mut(&id) {
        let joint_branch = Arc::make_mut(joint_branch);
        joint_branch.last_position = meta.position;
        change(joint_branch);
    }
}

pub(super) fn powers_delegated(state: &mut CityState, meta: &EventMeta, data: &PowersMoved) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("delegate", meta));
        joint_branch.powers.extend(data.powers.iter().cloned());
    });
}

pub(super) fn powers_revoked(state: &mut CityState, meta: &EventMeta, data: &PowersMoved) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("revoke", meta));
        joint_branch.powers.retain(|power| !data.powers.contains(power));
    });
}

pub(super) fn linked(state: &mut CityState, meta: &EventMeta, data: &OrganizationLinked) {
    let link = Link {
        organization: data.organization,
        kind: data.kind,
        joint_branch: data.joint_branch,
        other: data.other,
        person: data.person,
        post: data.post.clone(),
        since: meta.effective_date,
    };
    for id in [Some(data.organization), data.other].into_iter().flatten() {
        with_organization(state, meta, id, |organization| organization.links.push(link.clone()));
    }
    if let Some(id) = data.joint_branch {
        with_joint_branch(state, meta, id, |joint_branch| joint_branch.links.push(link));
    }
}

pub(super) fn activity_recorded(state: &mut CityState, meta: &EventMeta, data: &ActivityRecorded) {
    without_effective_order(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.last_activity = joint_branch.last_activity.max(Some(data.date));
        let first = Hosting { last_on: data.date, times: 0 };
        let hosting = joint_branch.hosted.entry(data.host_village).or_insert(first);
        hosting.last_on = hosting.last_on.max(data.date);
        hosting.times = hosting.times.saturating_add(1);
    });
}

pub(super) fn co_located(state: &mut CityState, meta: &EventMeta, data: &CoLocated) {
    without_effective_order(state, meta, data.joint_branch, |joint_branch| {
        if joint_branch.co_location.is_none_or(|known| known.since <= data.date) {
            joint_branch.co_location = Some(CoLocation { place: data.place, since: data.date });
        }
    });
}

pub(super) fn funded(state: &mut CityState, meta: &EventMeta, data: &VillageFunded) {
    if let Some(place) = state.places.get_mut(&data.village) {
        let place = Arc::make_mut(place);
        place.last_position = meta.position;
        place.funding.entry(data.fiscal_year).or_default().add(data.base, data.supplement, data.settled);
    }
    if let Some(id) = data.joint_branch {
        without_effective_order(state, meta, id, |_| ());
    }
}
