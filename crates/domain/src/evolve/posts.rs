//! How the events about posts change the state.

use std::sync::Arc;

use super::entities::{decision_key, note_document, with_joint_branch, with_organization, with_person};
use super::filings::owe_filing;
use crate::date::Date;
use crate::event::EventMeta;
use crate::event_data::posts::{
    CommitmentMade, CommitteeAppointed, ElectionHeld, FirstSecretaryAssigned, FirstSecretaryRelieved,
    OrganizationElectionHeld, SecretaryAssigned, SecretaryRelieved, TermRenewed, VillageHeadElected,
};
use crate::filing::{FilingMatter, FilingOwed};
use crate::ids::PersonId;
use crate::joint_branch::{JointBranch, Secretary, Thread};
use crate::organization::Organization;
use crate::post::{
    ApprovalOwed, CommitteeMember, Elected, ElectedPost, ElectedSecretary, Election, ElectionKind,
    ElectionOwed, FirstSecretary, NotCounted, Promises, SecretaryBasis, SecretaryCommitment, Term,
    VillageHead,
};
use crate::state::CityState;

pub(super) fn secretary_assigned(state: &mut CityState, meta: &EventMeta, data: &SecretaryAssigned) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Post, meta.effective_date);
        joint_branch.vacant_since = None;
        joint_branch.decisions.extend(decision_key("assign", meta));
        owe_filing(joint_branch, meta, FilingMatter::Secretary);
        // Who was elected anew is in the term of that election already.
        if !joint_branch.is_elected_anew(data.person) {
            promises_begin(joint_branch, data.person, data.term_start);
        }
        joint_branch.approval_owed = None;
        if joint_branch.term.as_ref().is_none_or(|term| term.end < data.term_end) {
            let (start, end) = (data.term_start, data.term_end);
            joint_branch.term = Some(Term { start, end, scheduled_end: end });
        }
        let is_elected = joint_branch.is_elected(data.person);
        joint_branch.secretary = Some(Secretary {
            person: data.person,
            source: data.source.to_string(),
            basis: if is_elected { SecretaryBasis::Elected } else { SecretaryBasis::Assigned },
            since: data.term_start,
            term_end: Some(data.term_end),
        });
    });
    with_person(state, meta, data.person, |person| {
        person.secretary_of.insert(data.joint_branch);
    });
}

pub(super) fn secretary_relieved(state: &mut CityState, meta: &EventMeta, data: &SecretaryRelieved) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Post, meta.effective_date);
        joint_branch.secretary = None;
        joint_branch.approval_owed.take_if(|owed| owed.person == data.person);
        if let Some(promises) = &mut joint_branch.promises {
            promises.until = Some(meta.effective_date);
        }
        joint_branch.vacant_since = Some(meta.effective_date);
        joint_branch.decisions.extend(decision_key("relieve", meta));
    });
    with_person(state, meta, data.person, |person| {
        person.secretary_of.remove(&data.joint_branch);
    });
}

/// A first secretary's post has an order of its own, and moves no latest effective date of the organization.
pub(super) fn first_secretary_assigned(
    state: &mut CityState,
    meta: &EventMeta,
    data: &FirstSecretaryAssigned,
) {
    if let Some(organization) = state.organizations.get_mut(&data.organization) {
        let organization = Arc::make_mut(organization);
        organization.last_position = meta.position;
        organization.first_secretary = Some(FirstSecretary {
            person: data.person,
            since: data.since,
            until: data.until,
            sending_unit: data.sending_unit.clone(),
        });
    }
}

pub(super) fn first_secretary_relieved(
    state: &mut CityState,
    meta: &EventMeta,
    data: &FirstSecretaryRelieved,
) {
    if let Some(organization) = state.organizations.get_mut(&data.organization) {
        let organization = Arc::make_mut(organization);
        organization.last_position = meta.position;
        organization.first_secretary = None;
        organization.first_secretary_left = Some(meta.effective_date);
    }
}

/// A person takes up the post, or begins another term in it.
pub(super) fn promises_begin(joint_branch: &mut JointBranch, person: PersonId, since: Date) {
    match &mut joint_branch.promises {
        Some(promises) if promises.person == person => promises.renew(since),
        promises => *promises = Some(Promises::of(person, since)),
    }
}

/// A merger ends the posts of its originals.
pub(super) fn posts_end(organization: &mut Organization) {
    organization.election = None;
    organization.election_owed = None;
}

/// An original that is given back elects anew.
pub(super) fn owe_election(
    state: &mut CityState,
    meta: &EventMeta,
    owed: &crate::event_data::organizations::OrganizationRestored,
) {
    let (organization, joint_branch) = (owed.organization, owed.joint_branch);
    with_joint_branch(state, meta, joint_branch, |found| {
        found.restored.insert(organization);
    });
    with_organization(state, meta, organization, |found| {
        found.election_owed = Some(ElectionOwed { joint_branch, since: meta.effective_date });
    });
}

/// Nobody holds a post in what has ended.
pub(super) fn joint_branch_ends(joint_branch: &mut JointBranch) {
    joint_branch.place_changed_since = None;
    joint_branch.term = None;
    joint_branch.elected_secretary = None;
    joint_branch.approval_owed = None;
    joint_branch.elected_in_term.clear();
    joint_branch.committee.clear();
    joint_branch.powers.clear();
    joint_branch.promises = None;
}

pub(super) fn term_renewed(state: &mut CityState, meta: &EventMeta, data: &TermRenewed) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Post, meta.effective_date);
        joint_branch.decisions.extend(decision_key("renew", meta));
        if let Some(term) = &mut joint_branch.term {
            term.end = data.term_end;
        }
        if let Some(secretary) = &mut joint_branch.secretary {
            secretary.term_end = Some(data.term_end);
        }
    });
}

pub(super) fn committee_appointed(state: &mut CityState, meta: &EventMeta, data: &CommitteeAppointed) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Post, meta.effective_date);
        joint_branch.decisions.extend(decision_key("committee", meta));
        joint_branch.committee.clone_from(&data.members);
    });
}

fn secretary_of(elected: &[Elected]) -> Option<PersonId> {
    elected.iter().find(|elected| elected.post == ElectedPost::Secretary).map(|elected| elected.person)
}

/// The paper by which members were left out of those entitled is one of the body that reports the election.
fn note_consent(state: &mut CityState, meta: &EventMeta, not_counted: Option<&NotCounted>) {
    if let Some(consent) = not_counted.and_then(|left_out| left_out.document.as_ref()) {
        note_document(state, &CityState::document_key(&meta.on_behalf_of, &consent.number), consent);
    }
}

pub(super) fn election_held(state: &mut CityState, meta: &EventMeta, data: &ElectionHeld) {
    note_consent(state, meta, data.not_counted.as_ref());
    let is_by_election = data.kind == Some(ElectionKind::ByElection);
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Post, meta.effective_date);
        owe_filing(joint_branch, meta, FilingMatter::Election);
        joint_branch.elected_on = Some(data.held_on);
        if !is_by_election {
            joint_branch.elected_in_term.clear();
        }
        joint_branch.elected_in_term.extend(data.elected.iter().map(|elected| elected.person));
        elect_committee(joint_branch, data);
        let elected = secretary_of(&data.elected);
        // A by-election of others leaves who was elected secretary; a regular one begins anew.
        if !is_by_election || elected.is_some() {
            joint_branch.elected_secretary = elected.map(|person| ElectedSecretary {
                person,
                held_on: data.held_on,
                term_end: data.term_end,
                kind: data.kind,
            });
            // An election recorded before its kind was asked for no approval.
            joint_branch.approval_owed = elected
                .filter(|_| data.kind.is_some())
                .map(|person| ApprovalOwed { person, held_on: data.held_on });
        }
        if !is_by_election {
            let (start, end) = (data.term_start, data.term_end);
            joint_branch.term = Some(Term { start, end, scheduled_end: end });
        }
        // Whoever is elected anew goes on in a new term; another secretary takes up the post by assignment.
        if let Some(secretary) = &mut joint_branch.secretary
            && Some(secretary.person) == elected
        {
            let person = secretary.person;
            secretary.basis = SecretaryBasis::Elected;
            if !is_by_election {
                (secretary.since, secretary.term_end) = (data.term_start, Some(data.term_end));
                promises_begin(joint_branch, person, data.term_start);
            }
        }
    });
}

/// Whom the members elected sits on the committee, with the post as duty until duties are given. An election recorded
/// before its kind was left the committee as it stood.
fn elect_committee(joint_branch: &mut JointBranch, data: &ElectionHeld) {
    let Some(kind) = data.kind else { return };
    if kind == ElectionKind::Renewal {
        joint_branch.committee.clear();
    }
    let is_of_it = |elected: &Elected| elected.post == ElectedPost::CommitteeMember;
    if joint_branch.committee.is_empty() && !data.elected.iter().any(is_of_it) {
        return;
    }
    for elected in &data.elected {
        joint_branch.committee.retain(|member| member.person != elected.person);
        let seat = elected.post.duty().map(|duty| CommitteeMember { person: elected.person, duty });
        joint_branch.committee.extend(seat);
    }
}

pub(super) fn organization_election_held(
    state: &mut CityState,
    meta: &EventMeta,
    data: &OrganizationElectionHeld,
) {
    note_consent(state, meta, data.not_counted.as_ref());
    with_organization(state, meta, data.organization, |organization| {
        let secretary = secretary_of(&data.elected);
        match (&mut organization.election, data.kind) {
            (Some(running), Some(ElectionKind::ByElection)) => {
                running.held_on = data.held_on;
                running.secretary = secretary.or(running.secretary);
            }
            (election, _) => {
                *election = Some(Election { held_on: data.held_on, secretary, term_end: data.term_end });
                organization.election_owed = None;
            }
        }
        let (since, recorded_by) = (meta.effective_date, meta.actor.clone());
        let owed = FilingOwed { matter: FilingMatter::Election, since, recorded_by };
        organization.filings_owed.insert(meta.position, owed);
    });
}

pub(super) fn village_head_elected(state: &mut CityState, meta: &EventMeta, data: &VillageHeadElected) {
    with_joint_branch(state, meta, data.joint_branch, |_| ());
    with_person(state, meta, data.person, |_| ());
    let known = state.village_heads.get(&data.village);
    if known.is_none_or(|known| known.elected_on <= data.elected_on) {
        let head = VillageHead { person: data.person, elected_on: data.elected_on, term_end: data.term_end };
        state.village_heads.insert(data.village, Arc::new(head));
    }
}

pub(super) fn commitment_made(state: &mut CityState, meta: &EventMeta, data: &CommitmentMade) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Post, meta.effective_date);
        if let Some(promises) = &mut joint_branch.promises {
            promises.make(SecretaryCommitment { kind: data.kind, year: data.year }, data.made_on);
        }
    });
}
