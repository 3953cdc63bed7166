//! Which rows an event may have changed: its own entity's, and those that show it.

use std::collections::BTreeSet;

use domain::entity::Entity;
use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::joint_branch::JointBranch;
use domain::place::{Level, Place};
use domain::{CityState, Event, EventBody};
use imbl::{OrdMap, OrdSet};

use crate::row_key::RowKey;

/// Which joint branches name an organization as a member, or gave it back, ended ones too.
pub(crate) type ByMember = OrdMap<OrganizationId, OrdSet<JointBranchId>>;

/// Notes the keys of the rows that may differ after the event, given any state that has folded it. Timelines are apart.
///
/// `by_member` may lag behind: a joint branch that it does not know yet has been noted by the event that made it.
pub(crate) fn invalidated_rows(
    state: &CityState,
    by_member: &ByMember,
    event: &Event,
    keys: &mut BTreeSet<RowKey>,
) {
    // Every event moves the time of the last one, which the city's row shows.
    keys.insert(RowKey::City);
    match event.body.entity() {
        Entity::Place(id) => {
            keys.insert(RowKey::Place(id));
        }
        Entity::Organization(id) => organization(by_member, id, keys),
        Entity::JointBranch(id) => joint_branch(id, keys),
        Entity::Policy(_) | Entity::RuleBook => {
            keys.insert(RowKey::Policies);
        }
        Entity::Supervision(id) => {
            keys.insert(RowKey::Supervision(id));
        }
        Entity::YellowCard(id) => {
            keys.insert(RowKey::YellowCard(id));
        }
        Entity::Meeting(id) => {
            keys.insert(RowKey::Meeting(id));
        }
        // No row shows them.
        Entity::Person(_)
        | Entity::Account(_)
        | Entity::Log
        | Entity::Clock
        | Entity::SigningKeys
        | Entity::AccessLog(_) => {}
    }
    touched_besides(state, by_member, &event.body, keys);
}

/// The rows that an event changes besides that of its own entity.
#[expect(clippy::too_many_lines, reason = "a closed match: what each event changes")]
fn touched_besides(state: &CityState, by_member: &ByMember, body: &EventBody, keys: &mut BTreeSet<RowKey>) {
    let organization = |id, keys: &mut BTreeSet<RowKey>| organization(by_member, id, keys);
    match body {
        EventBody::OrganizationLinked(data) => {
            keys.extend(data.joint_branch.map(RowKey::JointBranch));
            data.other.into_iter().for_each(|id| organization(id, keys));
        }
        EventBody::VillageFunded(data) => {
            keys.extend(data.joint_branch.map(RowKey::JointBranch));
            of_village(state, data.village).for_each(|id| organization(id, keys));
        }
        EventBody::MemberAdmitted(data) => organization(data.organization, keys),
        EventBody::MemberReleased(data) => organization(data.organization, keys),
        EventBody::PlaceRenamed(_)
        | EventBody::PlaceRecoded(_)
        | EventBody::PlaceMoved(_)
        | EventBody::PlaceReceived(_)
        | EventBody::PlaceClosed(_)
        | EventBody::PlaceCorrected(_) => {
            if let Entity::Place(id) = body.entity() {
                around_place(state, by_member, id, keys);
            }
        }
        EventBody::PlaceMerged(data) => {
            around_place(state, by_member, data.place, keys);
            around_place(state, by_member, data.into, keys);
        }
        EventBody::PlaceSplit(data) => {
            around_place(state, by_member, data.place, keys);
            data.parts.iter().for_each(|part| around_place(state, by_member, part.successor, keys));
        }
        // Whose secretary it is shows the years reviewed.
        EventBody::YearlyReviewed(data) => {
            let posts = state.persons.get(&data.person).map(|person| &person.secretary_of);
            keys.extend(posts.into_iter().flatten().copied().map(RowKey::JointBranch));
        }
        // Whoever headed the village before may be another joint branch's secretary.
        EventBody::VillageHeadElected(data) => {
            of_village(state, data.village).for_each(|id| organization(id, keys));
        }
        EventBody::FunctionsTransferred(data) | EventBody::FunctionsReturned(data) => {
            data.from.iter().for_each(|id| organization(*id, keys));
        }
        // Members remember the pairings they are in.
        EventBody::JointBranchEstablished(data) => members(state, data.joint_branch, keys),
        // What stood under it does no longer.
        EventBody::JointBranchDissolved(data) => {
            members(state, data.joint_branch, keys);
            let stood_under = |found: &&std::sync::Arc<domain::organization::Organization>| {
                found.superior_joint == Some(data.joint_branch)
            };
            state.organizations.values().filter(stood_under).for_each(|found| organization(found.id, keys));
        }
        EventBody::RegistrationConfirmed(data) => members(state, data.joint_branch, keys),
        EventBody::RegistrationCompleted(data) => members(state, data.joint_branch, keys),
        // From which day on each can owe something follows from it.
        EventBody::RegisterOpened(data) => {
            let county = |found: &JointBranch| state.ancestor(found.lead_township, Level::County);
            let own = state
                .joint_branches
                .values()
                .filter(|found| county(found).is_some_and(|own| own.id == data.county));
            keys.extend(own.map(|found| RowKey::JointBranch(found.id)));
        }
        // Its decision shows it.
        EventBody::SupervisionIssued(data) => keys.extend(data.meeting.map(RowKey::Meeting)),
        // The decision may have been taken on many joint branches.
        EventBody::DocumentCorrected(data) => {
            keys.insert(RowKey::Documents);
            let decision = state.decisions.get(&data.decision);
            keys.extend(
                decision
                    .into_iter()
                    .flat_map(|found| &found.joint_branches)
                    .copied()
                    .map(RowKey::JointBranch),
            );
        }
        // The rows follow from the state: a test holds every type of event to that.
        _ => {}
    }
}

fn joint_branch(id: JointBranchId, keys: &mut BTreeSet<RowKey>) {
    keys.insert(RowKey::JointBranch(id));
}

/// Everything that shows the place by its name or code: places and organizations in it, and joint branches that lie,
/// have members, asked villages or work in it.
fn around_place(state: &CityState, by_member: &ByMember, id: PlaceId, keys: &mut BTreeSet<RowKey>) {
    // Nothing lies in a village, and most changes are of villages: a new list changes thousands at once.
    let is_lowest = state.places.get(&id).is_some_and(|found| found.level == Level::Village);
    let lies_in = |place: PlaceId| {
        if is_lowest {
            return place == id;
        }
        let above = |id: &PlaceId| state.places.get(id).and_then(|found| found.parent);
        // There are four tiers, so a chain of places has no more.
        std::iter::successors(Some(place), above).take(4).any(|found| found == id)
    };
    let names = |place: &Place| place.successors.contains(&id) || place.predecessors.contains(&id);
    let places = state.places.values().filter(|place| lies_in(place.id) || names(place));
    keys.extend(places.map(|place| RowKey::Place(place.id)));
    for found in state.organizations.values().filter(|found| lies_in(found.location)) {
        organization(by_member, found.id, keys);
    }
    let shows = |joint_branch: &JointBranch| {
        let surveyed = joint_branch.surveys.iter().flat_map(|survey| &survey.villages);
        lies_in(joint_branch.lead_township)
            || joint_branch.base_village.is_some_and(lies_in)
            || joint_branch.co_location.is_some_and(|found| lies_in(found.place))
            || surveyed.map(|village| village.village).any(lies_in)
    };
    let showing = state.joint_branches.values().filter(|joint_branch| shows(joint_branch));
    keys.extend(showing.map(|joint_branch| RowKey::JointBranch(joint_branch.id)));
    let asked = state.supervisions.values().filter(|supervision| lies_in(supervision.to));
    keys.extend(asked.map(|supervision| RowKey::Supervision(supervision.id)));
    let warned = state.yellow_cards.values().filter(|card| lies_in(card.to));
    keys.extend(warned.map(|card| RowKey::YellowCard(card.id)));
    let met = state
        .meetings
        .values()
        .filter(|meeting| lies_in(meeting.place) || meeting.agenda.iter().any(|item| lies_in(item.carrier)));
    keys.extend(met.map(|meeting| RowKey::Meeting(meeting.id)));
}

/// The organizations of a village.
fn of_village(state: &CityState, village: PlaceId) -> impl Iterator<Item = OrganizationId> {
    let own = state.organizations.values().filter(move |found| found.village() == Some(village));
    own.map(|found| found.id)
}

/// An organization's own row, and those of the joint branches that show it.
fn organization(by_member: &ByMember, id: OrganizationId, keys: &mut BTreeSet<RowKey>) {
    keys.insert(RowKey::Organization(id));
    keys.extend(by_member.get(&id).into_iter().flatten().copied().map(RowKey::JointBranch));
}

fn members(state: &CityState, id: JointBranchId, keys: &mut BTreeSet<RowKey>) {
    let members = state.joint_branches.get(&id).into_iter().flat_map(|found| &found.members);
    keys.extend(members.map(|member| RowKey::Organization(*member)));
}
