//! How an event changes the state. Total: whatever the log holds, folding it never fails, and an event that was
//! folded before is passed over.

use std::sync::Arc;

use crate::account::{Account, Role};
use crate::base::{member_villages, organization_of, village_base};
use crate::event::{Event, EventBody, EventMeta};
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::joint_branches::{
    JointBranchDissolved, JointBranchEstablished, JointBranchProposed, JointBranchSurveyed,
};
use crate::event_data::organizations::{OrganizationRegistered, OrganizationUpdated};
use crate::filing::FilingMatter;
use crate::ids::{HolderId, JointBranchId};
use crate::joint_branch::{
    Arrangement, CycleActors, Establishment, Form, JointBranch, Phase, Survey, VillageSurvey,
};
use crate::organization::{Host, Organization, OrganizationStatus};
use crate::state::{AccessLogHead, CityState};

mod changes;
mod cycle;
pub(crate) mod entities;
mod oversight;
mod persons;
pub(crate) mod places;
mod posts;
mod work;

use entities::{
    decision_key, note_consents, note_document, recording_of, with_account, with_joint_branch,
    with_organization, with_person,
};

/// Folds one event into the state; one at or before the state's position changes nothing.
#[expect(clippy::too_many_lines, reason = "a line an entry of a closed list, which is read whole")]
pub fn evolve(state: &mut CityState, event: &Event) {
    if event.meta.position <= state.last_position {
        return;
    }
    note_meta(state, event);
    persons::note_posts(state, event);
    let meta = &event.meta;
    match &event.body {
        EventBody::PlaceRegistered(data) => places::registered(state, meta, data),
        EventBody::OrganizationRegistered(data) => organization_registered(state, meta, data),
        EventBody::OrganizationUpdated(data) => organization_updated(state, meta, data),
        EventBody::OrganizationSuspended(data) => {
            with_organization(state, meta, data.organization, |organization| {
                organization.status = OrganizationStatus::Suspended;
                organization.merger = Some(data.joint_branch);
                posts::posts_end(organization);
            })
        }
        EventBody::OrganizationRestored(data) => {
            with_organization(state, meta, data.organization, |organization| {
                organization.status = OrganizationStatus::Active;
                organization.merger = None;
            });
            posts::owe_election(state, meta, data);
        }
        EventBody::OrganizationAbolished(data) => {
            with_organization(state, meta, data.organization, |organization| {
                organization.status = OrganizationStatus::Abolished { successor: data.successor };
                organization.merger = None;
                organization.held_elsewhere.clear();
            })
        }
        EventBody::PersonRegistered(data) => persons::registered(state, meta, data),
        EventBody::JointBranchProposed(data) => proposed(state, meta, data),
        EventBody::JointBranchSurveyed(data) => surveyed(state, meta, data),
        EventBody::JointBranchEstablished(data) => established(state, meta, data),
        EventBody::JointBranchRejected(data) => end_proposal(state, meta, data.joint_branch, Phase::Rejected),
        EventBody::JointBranchWithdrawn(data) => {
            end_proposal(state, meta, data.joint_branch, Phase::Withdrawn)
        }
        EventBody::SecretaryAssigned(data) => posts::secretary_assigned(state, meta, data),
        EventBody::SecretaryRelieved(data) => posts::secretary_relieved(state, meta, data),
        EventBody::FunctionsTransferred(data) => functions_moved(state, meta, data, true),
        EventBody::FunctionsReturned(data) => functions_moved(state, meta, data, false),
        EventBody::QuarterEvaluated(data) => cycle::evaluated(state, meta, data),
        EventBody::EvaluationCorrected(data) => cycle::evaluation_corrected(state, meta, data),
        EventBody::RectificationOrdered(data) => cycle::rectification_ordered(state, meta, data),
        EventBody::RectificationReviewed(data) => cycle::rectification_reviewed(state, meta, data),
        EventBody::JointBranchDissolved(data) => dissolved(state, meta, data),
        EventBody::FiledWithCounty(data) => oversight::filed(state, meta, data),
        EventBody::OrganizationFiled(data) => oversight::organization_filed(state, meta, data),
        EventBody::TermRenewed(data) => posts::term_renewed(state, meta, data),
        EventBody::CommitteeAppointed(data) => posts::committee_appointed(state, meta, data),
        EventBody::ElectionHeld(data) => posts::election_held(state, meta, data),
        EventBody::OrganizationElectionHeld(data) => posts::organization_election_held(state, meta, data),
        EventBody::VillageHeadElected(data) => posts::village_head_elected(state, meta, data),
        EventBody::CommitmentMade(data) => posts::commitment_made(state, meta, data),
        EventBody::PowersDelegated(data) => work::powers_delegated(state, meta, data),
        EventBody::PowersRevoked(data) => work::powers_revoked(state, meta, data),
        EventBody::OrganizationLinked(data) => work::linked(state, meta, data),
        EventBody::ActivityRecorded(data) => work::activity_recorded(state, meta, data),
        EventBody::CoLocated(data) => work::co_located(state, meta, data),
        EventBody::VillageFunded(data) => work::funded(state, meta, data),
        EventBody::MemberAdmitted(data) => changes::member_admitted(state, meta, data),
        EventBody::MemberReleased(data) => changes::member_released(state, meta, data),
        EventBody::JointBranchChanged(data) => changes::joint_branch_changed(state, meta, data),
        EventBody::OrganizationChanged(data) => changes::organization_changed(state, meta, data),
        EventBody::OrganizationClosed(data) => changes::organization_closed(state, meta, data),
        EventBody::SupervisionIssued(data) => oversight::supervision_issued(state, meta, data),
        EventBody::SupervisionAnswered(data) => oversight::supervision_answered(state, meta, data),
        EventBody::YearlyReviewed(data) => oversight::yearly_reviewed(state, meta, data),
        EventBody::HoldPlaced(data) => {
            with_person(state, meta, data.person, |person| person.hold = Some(data.level));
        }
        EventBody::HoldLifted(data) => with_person(state, meta, data.person, |person| person.hold = None),
        EventBody::PersonErased(data) => persons::erased(state, meta, data),
        EventBody::OrganizationCorrected(data) => changes::organization_corrected(state, meta, data),
        EventBody::PlaceCorrected(data) => changes::place_corrected(state, meta, data),
        EventBody::JointBranchCorrected(data) => changes::joint_branch_corrected(state, meta, data),
        EventBody::PlaceRenamed(data) => places::renamed(state, meta, data),
        EventBody::PlaceRecoded(data) => places::recoded(state, meta, data),
        EventBody::PlaceMoved(data) => places::moved(state, meta, data),
        EventBody::PlaceLeft(data) => places::left(state, meta, data),
        EventBody::PlaceReceived(data) => places::received(state, meta, data),
        EventBody::PlaceMerged(data) => places::merged(state, meta, data),
        EventBody::PlaceSplit(data) => places::split(state, meta, data),
        EventBody::PlaceClosed(data) => places::closed(state, meta, data),
        EventBody::AccountIssued(data) => {
            let account = Account {
                id: data.account,
                holder: data.holder.unwrap_or(HolderId(data.account.0)),
                role: data.role,
                scope: data.scope.clone(),
                place: state.places_by_code.get(&data.scope).copied(),
                holder_commitment: data.holder_commitment.clone(),
                expires_on: data.expires_on,
                revoked: false,
                revoked_at: None,
                last_position: meta.position,
            };
            state.accounts.insert(data.account, Arc::new(account));
        }
        EventBody::AccessLogAnchored(data) => {
            let (count, head, position) = (data.count, data.head.clone(), meta.position);
            state.access_logs.insert(data.instance, AccessLogHead { count, head, position });
        }
        EventBody::DurabilityDeclared(data) => {
            state.unsafe_settings = data.unsafe_settings.iter().map(ToString::to_string).collect();
            state.durability_position = Some(meta.position);
        }
        EventBody::ClockAccepted(data) => {
            if meta.recorded_at < data.previous {
                state.clock_set_back.push(meta.position);
            }
        }
        EventBody::PolicyIssued(data) => state.policies.issue(meta, data),
        #[cfg(any(test, feature = "testing"))]
        EventBody::PlaceRehearsed(data) => places::rehearsed(state, meta, data),
        EventBody::AccountRenewed(data) => with_account(state, meta, data.account, |account| {
            account.expires_on = Some(data.expires_on);
            account.holder = data.holder.unwrap_or(account.holder);
        }),
        EventBody::SecondFactorReset(data) => with_account(state, meta, data.account, |_| ()),
        EventBody::AccountRevoked(data) => {
            with_account(state, meta, data.account, |account| {
                account.revoked = true;
                account.revoked_at = Some(meta.recorded_at);
            });
        }
    }
}

fn note_meta(state: &mut CityState, event: &Event) {
    let meta = &event.meta;
    state.last_position = meta.position;
    state.last_recorded_at = match event.body {
        EventBody::ClockAccepted(_) => meta.recorded_at,
        _ => state.last_recorded_at.max(meta.recorded_at),
    };
    match state.scope_sequences.get_mut(meta.scope.county_token()) {
        Some(last) => *last += 1,
        None => {
            state.scope_sequences.insert(meta.scope.county_token().to_owned(), 1);
        }
    }
    if meta.role == Role::Local && !event.body.is_automatic() {
        state.local_events += 1;
    }
    if !event.body.is_operational() {
        state.simulated.get_or_insert(meta.simulated);
        state.imported |= !event.body.is_of_import();
    }
    if let Some(document) = &meta.document {
        note_document(state, &CityState::document_key(&meta.on_behalf_of, &document.number), document);
    }
}

fn organization_registered(state: &mut CityState, meta: &EventMeta, data: &OrganizationRegistered) {
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
        formal_members: data.formal_members,
        probationary_members: data.probationary_members,
        formal_members_recorded: recording.clone(),
        probationary_members_recorded: recording,
        profile: std::collections::BTreeMap::new(),
        profile_recorded: std::collections::BTreeMap::new(),
        links: Vec::new(),
        election: None,
        election_owed: None,
        filings_owed: std::collections::BTreeMap::new(),
        status: OrganizationStatus::Active,
        merger: None,
        pairings: std::collections::BTreeSet::new(),
        held_elsewhere: std::collections::BTreeMap::new(),
        registered_on: meta.effective_date,
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    state.organizations.insert(data.organization, Arc::new(organization));
}

fn organization_updated(state: &mut CityState, meta: &EventMeta, data: &OrganizationUpdated) {
    with_organization(state, meta, data.organization, |organization| {
        let recording = Arc::new(recording_of(meta));
        if let Some(formal_members) = data.formal_members {
            organization.formal_members = formal_members;
            organization.formal_members_recorded = recording.clone();
        }
        if let Some(probationary_members) = data.probationary_members {
            organization.probationary_members = probationary_members;
            organization.probationary_members_recorded = recording.clone();
        }
        organization.profile.extend(data.profile.iter().map(|(name, figure)| (*name, figure.clone())));
        let figures = data.profile.keys().map(|figure| (*figure, recording.clone()));
        organization.profile_recorded.extend(figures);
    });
}

fn proposed(state: &mut CityState, meta: &EventMeta, data: &JointBranchProposed) {
    let joint_branch = JointBranch {
        id: data.joint_branch,
        name: data.name.clone(),
        name_recorded: recording_of(meta),
        arrangement: data.arrangement,
        mode: data.mode.clone(),
        form: data.form,
        form_kind: data.form_kind.clone(),
        members: data.members.clone(),
        lead_township: data.lead_township,
        justification: data.justification.clone(),
        base_village: data.base_village,
        industry: data.industry.clone(),
        mode_reason: data.mode_reason.clone(),
        superior_decision: data.superior_decision.clone(),
        overridden: data.overridden.iter().cloned().collect(),
        phase: Phase::Proposed,
        proposed_on: meta.effective_date,
        proposed_by: meta.actor.clone(),
        proposed_position: meta.position,
        surveyed_by: std::collections::BTreeSet::new(),
        surveys: Vec::new(),
        establishment: None,
        secretary: None,
        elected_on: None,
        elected_secretary: None,
        vacant_since: None,
        functions: std::collections::BTreeMap::new(),
        evaluations: std::collections::BTreeMap::new(),
        poor_standing: std::collections::BTreeMap::new(),
        rectification: None,
        cycle_actors: CycleActors::default(),
        termination_due_since: None,
        dissolved_on: None,
        ground: None,
        failed: false,
        filings_owed: std::collections::BTreeMap::new(),
        term: None,
        committee: Vec::new(),
        commitments: std::collections::BTreeSet::new(),
        restored: std::collections::BTreeSet::new(),
        powers: std::collections::BTreeSet::new(),
        links: Vec::new(),
        last_activity: None,
        hosted: std::collections::BTreeMap::new(),
        co_location: None,
        place_changed_since: None,
        decisions: std::collections::BTreeSet::new(),
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    state.joint_branches.insert(data.joint_branch, Arc::new(joint_branch));
}

fn surveyed(state: &mut CityState, meta: &EventMeta, data: &JointBranchSurveyed) {
    let members = state.joint_branches.get(&data.joint_branch).map(|found| found.members.as_slice());
    let organizations = member_villages(state, members.unwrap_or_default());
    let villages = data.villages.iter().map(|village| VillageSurvey {
        village: village.village,
        asked: village.asked,
        in_favour: village.in_favour,
        held_on: village.date,
        base: organizations
            .get(&village.village)
            .copied()
            .or_else(|| organization_of(state, village.village))
            .and_then(|organization| village_base(organization)),
    });
    let survey = Survey { id: data.survey, villages: villages.collect() };
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.surveyed_by.insert(meta.actor.clone());
        joint_branch.surveys.push(survey);
    });
}

fn established(state: &mut CityState, meta: &EventMeta, data: &JointBranchEstablished) {
    note_consents(state, &data.consents);
    let mut members = Vec::new();
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.phase = Phase::Operating;
        joint_branch.vacant_since = (joint_branch.form != Form::None).then_some(meta.effective_date);
        joint_branch.establishment = Some(Establishment {
            effective_date: meta.effective_date,
            level: data.level,
            document: meta.document.as_ref().map(|document| document.number.clone()),
        });
        joint_branch.decisions.extend(decision_key("establish", meta));
        oversight::owe_filing(joint_branch, meta, FilingMatter::Establishing);
        if joint_branch.arrangement == Arrangement::Pairing {
            members.clone_from(&joint_branch.members);
        }
    });
    for member in members {
        if let Some(organization) = state.organizations.get_mut(&member) {
            Arc::make_mut(organization).pairings.insert(data.joint_branch);
        }
    }
}

fn end_proposal(state: &mut CityState, meta: &EventMeta, id: JointBranchId, phase: Phase) {
    with_joint_branch(state, meta, id, |joint_branch| {
        joint_branch.phase = phase;
        joint_branch.decisions.extend(decision_key(phase.as_str(), meta));
    });
}

fn functions_moved(state: &mut CityState, meta: &EventMeta, data: &FunctionsMoved, to_joint_branch: bool) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        for organization in &data.from {
            let held = joint_branch.functions.entry(*organization).or_default();
            if to_joint_branch {
                held.extend(data.functions.iter().cloned());
            } else {
                held.retain(|function| !data.functions.contains(function));
            }
        }
        joint_branch.functions.retain(|_, held| !held.is_empty());
    });
    for id in &data.from {
        with_organization(state, meta, *id, |organization| {
            for function in &data.functions {
                if to_joint_branch {
                    organization.held_elsewhere.insert(function.clone(), data.joint_branch);
                } else {
                    organization.held_elsewhere.remove(function);
                }
            }
        });
    }
}

fn dissolved(state: &mut CityState, meta: &EventMeta, data: &JointBranchDissolved) {
    note_consents(state, data.superior.as_slice());
    let mut members = Vec::new();
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.failed = joint_branch.is_in_cycle();
        joint_branch.phase = Phase::Dissolved;
        joint_branch.dissolved_on = Some(meta.effective_date);
        joint_branch.ground = Some(data.ground);
        joint_branch.vacant_since = None;
        joint_branch.rectification = None;
        joint_branch.termination_due_since = None;
        joint_branch.poor_standing.clear();
        joint_branch.decisions.extend(decision_key("dissolve", meta));
        oversight::owe_filing(joint_branch, meta, FilingMatter::Dissolving);
        posts::joint_branch_ends(joint_branch);
        members.clone_from(&joint_branch.members);
    });
    for member in members {
        if let Some(organization) = state.organizations.get_mut(&member) {
            let organization = Arc::make_mut(organization);
            organization.pairings.remove(&data.joint_branch);
            // What follows for the member may not be dated into the life of the joint branch that it has left.
            organization.latest_effective = organization.latest_effective.max(meta.effective_date);
        }
    }
}
