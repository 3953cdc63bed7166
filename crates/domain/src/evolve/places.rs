//! How the events change the state by which places come, change, pass on and end. What lies in a place follows it: places
//! below, organizations, and joint branches that it leads. A live joint branch that loses a member village is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entities::{count_correction, note_consents, note_village, recording_of, states};
use crate::event::EventMeta;
use crate::event_data::places::{
    PlaceClosed, PlaceCorrected, PlaceLeft, PlaceMerged, PlaceMoved, PlaceRecoded, PlaceRegistered,
    PlaceRenamed, PlaceSplit, SplitPart,
};
#[cfg(any(test, feature = "testing"))]
use crate::event_data::rehearsal::PlaceRehearsed;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::organization::{Host, HostKind, Organization, OrganizationForm};
use crate::place::{CodeUse, Level, PastName, Place, PlaceCode, ToldCode};
use crate::state::CityState;

pub(super) fn registered(state: &mut CityState, meta: &EventMeta, data: &PlaceRegistered) {
    let place = Place {
        id: data.place,
        code: data.code.clone(),
        name: data.name.clone(),
        name_recorded: recording_of(meta),
        level: data.level,
        parent: data.parent,
        kind: data.kind,
        in_force_from: meta.effective_date,
        existed_from: meta.effective_date,
        ended_on: None,
        successors: Vec::new(),
        predecessors: Vec::new(),
        past: Vec::new(),
        told: vec![ToldCode { code: data.code.clone(), after: meta.position.saturating_sub(1), up_to: None }],
        funding: BTreeMap::new(),
        premises: Vec::new(),
        last_position: meta.position,
    };
    state.places_by_code.insert(data.code.clone(), data.place);
    state.places.insert(data.place, Arc::new(place));
    // Accounts may be older than the places: theirs is the first that bears the code.
    let waiting = state.accounts.values().filter(|found| found.place.is_none() && found.scope == data.code);
    for id in waiting.map(|found| found.id).collect::<Vec<_>>() {
        if let Some(account) = state.accounts.get_mut(&id) {
            Arc::make_mut(account).place = Some(data.place);
        }
    }
}

pub(super) fn renamed(state: &mut CityState, meta: &EventMeta, data: &PlaceRenamed) {
    with_place(state, meta, data.place, |place| {
        remember(place, meta);
        place.name = data.name.clone();
        place.name_recorded = recording_of(meta);
    });
}

#[cfg(any(test, feature = "testing"))]
pub(super) fn rehearsed(state: &mut CityState, meta: &EventMeta, data: &PlaceRehearsed) {
    with_place(state, meta, data.place, |place| {
        remember(place, meta);
        if let Some(first) = data.names.first() {
            place.name = first.clone();
            place.name_recorded = recording_of(meta);
        }
    });
}

pub(super) fn recoded(state: &mut CityState, meta: &EventMeta, data: &PlaceRecoded) {
    with_place(state, meta, data.place, |place| remember(place, meta));
    set_code(state, meta, data.place, &data.code, meta.position);
    state.policies.follow(&data.earlier_code, &data.code);
}

pub(super) fn moved(state: &mut CityState, meta: &EventMeta, data: &PlaceMoved) {
    pass(state, meta, data, meta.position);
}

/// The place lies elsewhere; up to `told_until` the log tells of it under the code that it had.
fn pass(state: &mut CityState, meta: &EventMeta, data: &PlaceMoved, told_until: u64) {
    with_place(state, meta, data.place, |place| {
        remember(place, meta);
        place.parent = Some(data.parent);
    });
    set_code(state, meta, data.place, &data.code, told_until);
}

/// What the old county reads; the place itself moves with what follows.
pub(super) fn left(state: &mut CityState, meta: &EventMeta, data: &PlaceLeft) {
    if let Some(place) = state.places.get_mut(&data.place) {
        Arc::make_mut(place).last_position = meta.position;
    }
    note_consents(state, data.consent.as_slice());
}

/// As `moved`; joint branches that now reach over the county's border have lost a village.
pub(super) fn received(state: &mut CityState, meta: &EventMeta, data: &PlaceMoved) {
    // The event itself is the new county's, under the new code.
    pass(state, meta, data, meta.position.saturating_sub(1));
    let outside = |state: &CityState, lead: PlaceId, member: &Organization| {
        let county = |place| state.ancestor(place, Level::County).map(|county| county.id);
        member.host_kind != HostKind::Unit && county(member.location) != county(lead)
    };
    let torn = state.joint_branches.values().filter(|joint_branch| {
        let members = joint_branch.members.iter().filter_map(|id| state.organizations.get(id));
        joint_branch.phase.is_live()
            && members.into_iter().any(|member| outside(state, joint_branch.lead_township, member))
    });
    let torn: Vec<_> = torn.map(|joint_branch| joint_branch.id).collect();
    mark(state, meta, torn);
}

pub(super) fn merged(state: &mut CityState, meta: &EventMeta, data: &PlaceMerged) {
    let part = SplitPart {
        successor: data.into,
        places: children(state, data.place),
        organizations: organizations_in(state, data.place),
        joint_branches: led_by(state, data.place),
    };
    pass_on(state, meta, data.place, &[part]);
    // What was asked of it is answered by what goes on.
    let asked = state.supervisions.values().filter(|found| found.to == data.place).map(|found| found.id);
    for id in asked.collect::<Vec<_>>() {
        if let Some(supervision) = state.supervisions.get_mut(&id) {
            Arc::make_mut(supervision).to = data.into;
        }
    }
    let warned = state.yellow_cards.values().filter(|found| found.to == data.place).map(|found| found.id);
    for id in warned.collect::<Vec<_>>() {
        if let Some(card) = state.yellow_cards.get_mut(&id) {
            Arc::make_mut(card).to = data.into;
        }
    }
    super::meetings::passed_on(state, data.place, data.into);
    let based: Vec<_> = state
        .joint_branches
        .values()
        .filter(|found| found.base_village == Some(data.place))
        .map(|found| found.id)
        .collect();
    for id in based {
        if let Some(joint_branch) = state.joint_branches.get_mut(&id) {
            Arc::make_mut(joint_branch).base_village = Some(data.into);
        }
    }
}

pub(super) fn split(state: &mut CityState, meta: &EventMeta, data: &PlaceSplit) {
    pass_on(state, meta, data.place, &data.parts);
}

pub(super) fn closed(state: &mut CityState, meta: &EventMeta, data: &PlaceClosed) {
    pass_on(state, meta, data.place, &[]);
}

/// The places of the tier below that have not ended.
pub(crate) fn children(state: &CityState, place: PlaceId) -> Vec<PlaceId> {
    let below = state.places.values().filter(|found| found.parent == Some(place));
    below.filter(|found| found.ended_on.is_none()).map(|found| found.id).collect()
}

/// The organizations that lie in the place itself, whatever their state.
pub(crate) fn organizations_in(state: &CityState, place: PlaceId) -> Vec<OrganizationId> {
    state.organizations.values().filter(|found| found.location == place).map(|found| found.id).collect()
}

/// The joint branches that the place leads, proposals and ended ones too: they keep a scope.
pub(crate) fn led_by(state: &CityState, place: PlaceId) -> Vec<JointBranchId> {
    let led = state.joint_branches.values().filter(|found| found.lead_township == place);
    led.map(|found| found.id).collect()
}

/// The place ends; each successor takes its part.
fn pass_on(state: &mut CityState, meta: &EventMeta, place: PlaceId, parts: &[SplitPart]) {
    let lost: BTreeSet<_> = parts.iter().flat_map(|part| part.organizations.iter().copied()).collect();
    end_place(state, meta, place, parts.iter().map(|part| part.successor).collect());
    for part in parts {
        take(state, meta, place, part);
    }
    pass_premises_on(state, meta, place, parts);
    let torn = state.joint_branches.values().filter(|joint_branch| {
        let is_lost = |member: &&OrganizationId| {
            lost.contains(*member)
                && state.organizations.get(*member).is_some_and(|found| found.village().is_some())
        };
        joint_branch.phase.is_live() && joint_branch.members.iter().any(|member| is_lost(&member))
    });
    let torn: Vec<_> = torn.map(|joint_branch| joint_branch.id).collect();
    mark(state, meta, torn);
}

/// Premises are where the village's organization sits: they go where that goes, or else to the first successor.
fn pass_premises_on(state: &mut CityState, meta: &EventMeta, place: PlaceId, parts: &[SplitPart]) {
    let seat = parts.iter().find(|part| !part.organizations.is_empty()).or(parts.first());
    let Some(successor) = seat.map(|part| part.successor) else { return };
    let mut passed = Vec::new();
    with_place(state, meta, place, |ended| passed = std::mem::take(&mut ended.premises));
    with_place(state, meta, successor, |successor| successor.premises.append(&mut passed));
}

fn end_place(state: &mut CityState, meta: &EventMeta, id: PlaceId, successors: Vec<PlaceId>) {
    let mut ended = None;
    with_place(state, meta, id, |place| {
        place.ended_on = Some(meta.effective_date);
        if let Some(told) = place.told.last_mut() {
            told.up_to = Some(meta.position);
        }
        place.successors = successors;
        ended = Some((place.code.clone(), place.bears_code_from()));
    });
    if let Some((code, from)) = ended {
        free_code(state, meta, id, code, from);
    }
    for organ in organizations_in(state, id) {
        if let Some(organization) = state.organizations.get_mut(&organ)
            && organization.form == OrganizationForm::Organ
        {
            Arc::make_mut(organization).place_ended_on = Some(meta.effective_date);
        }
    }
}

fn take(state: &mut CityState, meta: &EventMeta, from: PlaceId, part: &SplitPart) {
    with_place(state, meta, part.successor, |successor| successor.predecessors.push(from));
    for id in &part.places {
        with_place(state, meta, *id, |place| {
            remember(place, meta);
            place.parent = Some(part.successor);
        });
    }
    for id in &part.organizations {
        let village = state.organizations.get(id).and_then(|found| found.village());
        if let Some(organization) = state.organizations.get_mut(id) {
            let organization = Arc::make_mut(organization);
            organization.location = part.successor;
            if organization.host == Host::Place(from) {
                organization.host = Host::Place(part.successor);
            }
        }
        note_village(state, *id, village);
    }
    for id in &part.joint_branches {
        if let Some(joint_branch) = state.joint_branches.get_mut(id) {
            Arc::make_mut(joint_branch).lead_township = part.successor;
        }
    }
}

/// 区划变化: the county owes a decision on it.
fn mark(state: &mut CityState, meta: &EventMeta, torn: Vec<JointBranchId>) {
    for id in torn {
        if let Some(joint_branch) = state.joint_branches.get_mut(&id) {
            Arc::make_mut(joint_branch).place_changed_since.get_or_insert(meta.effective_date);
        }
    }
}

/// The code from now on; the one until now is free for another place.
fn set_code(state: &mut CityState, meta: &EventMeta, id: PlaceId, code: &PlaceCode, told_until: u64) {
    let earlier = state.places.get(&id).map(|place| (place.code.clone(), place.bears_code_from()));
    let Some((earlier, from)) = earlier.filter(|(earlier, _)| earlier != code) else { return };
    free_code(state, meta, id, earlier, from);
    state.places_by_code.insert(code.clone(), id);
    if let Some(place) = state.places.get_mut(&id) {
        let place = Arc::make_mut(place);
        // 村改居: the code says so, unless another kind was registered than the code says.
        place.kind = place.kind.map(|kind| kind.under(&place.code, code));
        place.code = code.clone();
        if let Some(told) = place.told.last_mut() {
            told.up_to = Some(told_until);
        }
        place.told.push(ToldCode { code: code.clone(), after: told_until, up_to: None });
    }
}

fn free_code(
    state: &mut CityState,
    meta: &EventMeta,
    place: PlaceId,
    code: PlaceCode,
    from: crate::date::Date,
) {
    if state.places_by_code.get(&code) == Some(&place) {
        state.places_by_code.remove(&code);
    }
    let until = meta.effective_date;
    let mut uses = state.past_codes.get(&code).cloned().unwrap_or_default();
    uses.push(CodeUse { place, from, until });
    state.past_codes.insert(code, uses);
}

/// What the place was called, coded and part of until now.
fn remember(place: &mut Place, meta: &EventMeta) {
    place.past.push(PastName {
        code: place.code.clone(),
        name: place.name.clone(),
        parent: place.parent,
        from: place.in_force_from,
        until: meta.effective_date,
    });
    place.in_force_from = meta.effective_date;
}

fn with_place(state: &mut CityState, meta: &EventMeta, id: PlaceId, change: impl FnOnce(&mut Place)) {
    if let Some(place) = state.places.get_mut(&id) {
        let place = Arc::make_mut(place);
        place.last_position = meta.position;
        change(place);
    }
}

pub(super) fn corrected(state: &mut CityState, meta: &EventMeta, data: &PlaceCorrected) {
    count_correction(state, meta);
    let Some(place) = state.places.get_mut(&data.place) else { return };
    let place = Arc::make_mut(place);
    place.last_position = meta.position;
    if states(&mut place.name_recorded, meta, data.corrected_position) {
        place.name = data.name.clone();
    }
}
