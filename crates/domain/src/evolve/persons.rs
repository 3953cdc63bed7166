//! How events change what is known of a person: the record itself, and until when the person was in a post.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entities::{note_consents, with_person};
use crate::date::Date;
use crate::event::{Event, EventBody, EventMeta};
use crate::event_data::persons::{HoldChanged, PersonErased, PersonRegistered, YearlyReviewed};
use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::link::Link;
use crate::on_file::known;
use crate::person::Person;
use crate::state::CityState;
use crate::supervision::YearlyReview;

pub(super) fn registered(state: &mut CityState, meta: &EventMeta, data: &PersonRegistered) {
    let person = Person {
        id: data.person,
        organization: data.organization,
        formal_member_since: data.formal_member_since,
        name_commitment: data.name_commitment.clone(),
        secretary_of: std::collections::BTreeSet::new(),
        reviews: BTreeMap::new(),
        last_in_post: None,
        hold: None,
        erased_on: None,
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    state.persons.insert(data.person, Arc::new(person));
}

pub(super) fn erased(state: &mut CityState, meta: &EventMeta, data: &PersonErased) {
    note_consents(state, std::slice::from_ref(&data.consent));
    with_person(state, meta, data.person, |person| person.erased_on = Some(meta.effective_date));
}

/// Notes until when persons were in posts, before the event is folded: whoever begins or leaves one with it, or was
/// elected to one until the end of a term. It moves nobody's latest effective date.
pub(super) fn note_posts(state: &mut CityState, event: &Event) {
    let day = event.meta.effective_date;
    let (holders, until) = match &event.body {
        EventBody::SecretaryAssigned(data) => (vec![data.person], day),
        EventBody::SecretaryRelieved(data) => (vec![data.person], day),
        EventBody::FirstSecretaryAssigned(data) => (vec![data.person], data.since),
        EventBody::FirstSecretaryRelieved(data) => (vec![data.person], day),
        EventBody::CommitteeAppointed(data) => {
            let appointed = data.members.iter().map(|member| member.person);
            (appointed.chain(in_joint_branch(state, data.joint_branch)).collect(), day)
        }
        EventBody::ElectionHeld(data) => {
            (data.elected.iter().map(|elected| elected.person).collect(), data.term_end)
        }
        EventBody::OrganizationElectionHeld(data) => {
            note(state, in_organization(state, data.organization), day);
            (data.elected.iter().map(|elected| elected.person).collect(), data.term_end)
        }
        EventBody::VillageHeadElected(data) => (vec![data.person], data.term_end),
        EventBody::OrganizationLinked(data) => (data.person.into_iter().collect(), day),
        EventBody::YearlyReviewed(data) => {
            // The last day of the year in which the post was held.
            (vec![data.person], Date::new(data.year, 12, 31).unwrap_or(day))
        }
        EventBody::RegistrationConfirmed(data) => (registered_in_post(state, data.joint_branch), day),
        EventBody::JointBranchDissolved(data) => (in_joint_branch(state, data.joint_branch), day),
        EventBody::OrganizationSuspended(data) => (in_organization(state, data.organization), day),
        EventBody::OrganizationAbolished(data) => (in_organization(state, data.organization), day),
        EventBody::OrganizationClosed(data) => (in_organization(state, data.organization), day),
        _ => return,
    };
    note(state, holders, until);
}

fn note(state: &mut CityState, holders: Vec<PersonId>, until: Date) {
    for id in holders {
        let known = state.persons.get(&id).is_some_and(|person| person.last_in_post >= Some(until));
        if let Some(person) = state.persons.get_mut(&id).filter(|_| !known) {
            Arc::make_mut(person).last_in_post = Some(until);
        }
    }
}

fn in_joint_branch(state: &CityState, id: JointBranchId) -> Vec<PersonId> {
    let found = state.joint_branches.get(&id);
    let committee = found.into_iter().flat_map(|found| &found.committee).map(|member| member.person);
    committee.chain(linked(found.map(|found| found.links.as_slice()))).collect()
}

/// Who is in a post of a joint branch that is taken onto the register as it stands.
fn registered_in_post(state: &CityState, id: JointBranchId) -> Vec<PersonId> {
    let found = state.registrations.get(&id);
    let Some(facts) = found.map(|found| &found.facts) else { return Vec::new() };
    let secretary = known(&facts.secretary).map(|found| found.person);
    let committee = known(&facts.committee).into_iter().flatten();
    secretary.into_iter().chain(committee.map(|member| member.person)).collect()
}

fn in_organization(state: &CityState, id: OrganizationId) -> Vec<PersonId> {
    let found = state.organizations.get(&id);
    let elected = found.and_then(|found| found.election.as_ref()?.secretary);
    let sent = found.and_then(|found| found.first_secretary.as_ref()).map(|found| found.person);
    elected.into_iter().chain(sent).chain(linked(found.map(|found| found.links.as_slice()))).collect()
}

fn linked(links: Option<&[Link]>) -> impl Iterator<Item = PersonId> {
    links.unwrap_or_default().iter().filter_map(|link| link.person)
}

pub(super) fn yearly_reviewed(state: &mut CityState, meta: &EventMeta, data: &YearlyReviewed) {
    with_person(state, meta, data.person, |person| {
        person.reviews.insert(data.year, YearlyReview { level: data.level, class: data.class.clone() });
    });
}

pub(super) fn hold_placed(state: &mut CityState, meta: &EventMeta, data: &HoldChanged) {
    with_person(state, meta, data.person, |person| person.hold = Some(data.level));
}

pub(super) fn hold_lifted(state: &mut CityState, meta: &EventMeta, data: &HoldChanged) {
    with_person(state, meta, data.person, |person| person.hold = None);
}
