//! How the events of a joint branch itself change the state: from its proposal to its end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entities::{
    count_correction, decision_key, note_consents, recording_of, states, with_joint_branch, with_organization,
};
use super::establishing::use_resolutions;
use super::filings::owe_filing_of_decision;
use super::posts;
use crate::base::{member_villages, organization_of, village_base};
use crate::event::EventMeta;
use crate::event_data::joint_branches::{
    JointBranchChanged, JointBranchCorrected, JointBranchDissolved, JointBranchEstablished,
    JointBranchProposed, JointBranchSurveyed, MemberAdmitted, MemberReleased, ProposalEnded,
};
use crate::filing::FilingMatter;
use crate::ids::{JointBranchId, PlaceId};
use crate::joint_branch::{
    Arrangement, CycleActors, Establishment, Form, JointBranch, Mode, Phase, Survey, Thread, VillageSurvey,
};
use crate::state::CityState;
use crate::text::Text;

pub(super) fn proposed(state: &mut CityState, meta: &EventMeta, data: &JointBranchProposed) {
    let joint_branch = JointBranch {
        arrangement: data.arrangement,
        mode: data.mode.clone(),
        form: data.form,
        form_kind: data.form_kind.clone(),
        members: data.members.clone(),
        justification: Some(data.justification.clone()),
        base_village: data.base_village,
        industry: data.industry.clone(),
        mode_reason: data.mode_reason.clone(),
        superior_decision: data.superior_decision.clone(),
        overridden: data.overridden.iter().cloned().collect(),
        ..begun(meta, data.joint_branch, &data.name, data.lead_township)
    };
    state.joint_branches.insert(data.joint_branch, Arc::new(joint_branch));
}

/// A joint branch of which nothing is known but its name and who brought it here.
pub(super) fn begun(meta: &EventMeta, id: JointBranchId, name: &Text, lead_township: PlaceId) -> JointBranch {
    JointBranch {
        id,
        name: name.clone(),
        name_recorded: recording_of(meta),
        arrangement: Arrangement::Merger,
        mode: Mode::NotStated,
        form: Form::NotStated,
        form_kind: None,
        members: Vec::new(),
        lead_township,
        justification: None,
        is_registered: false,
        base_village: None,
        industry: None,
        mode_reason: None,
        superior_decision: None,
        overridden: BTreeSet::new(),
        phase: Phase::Proposed,
        proposed_on: meta.effective_date,
        begun_on: meta.recorded_at.day(),
        proposed_by: meta.actor.clone(),
        proposed_position: meta.position,
        surveyed_by: BTreeSet::new(),
        surveys: Vec::new(),
        resolutions: BTreeMap::new(),
        agreement: None,
        returned: None,
        establishment: None,
        secretary: None,
        elected_on: None,
        elected_secretary: None,
        approval_owed: None,
        elected_in_term: BTreeSet::new(),
        vacant_since: None,
        functions: BTreeMap::new(),
        evaluations: BTreeMap::new(),
        poor_standing: BTreeMap::new(),
        rectification: None,
        cycle_actors: CycleActors::default(),
        termination_due_since: None,
        dissolved_on: None,
        ground: None,
        failed: false,
        filings_owed: BTreeMap::new(),
        term: None,
        committee: Vec::new(),
        promises: None,
        restored: BTreeSet::new(),
        powers: BTreeSet::new(),
        links: Vec::new(),
        last_activity: None,
        hosted: BTreeMap::new(),
        co_location: None,
        place_changed_since: None,
        decisions: BTreeMap::new(),
        latest_effective: meta.effective_date,
        threads: BTreeMap::from([(Thread::Standing, meta.effective_date)]),
        last_position: meta.position,
    }
}

pub(super) fn surveyed(state: &mut CityState, meta: &EventMeta, data: &JointBranchSurveyed) {
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
        joint_branch.follows(Thread::Standing, meta.effective_date);
        joint_branch.surveyed_by.insert(meta.actor.clone());
        joint_branch.surveys.push(survey);
    });
}

pub(super) fn established(state: &mut CityState, meta: &EventMeta, data: &JointBranchEstablished) {
    note_consents(state, &data.consents);
    let mut members = Vec::new();
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Standing, meta.effective_date);
        joint_branch.phase = Phase::Operating;
        joint_branch.vacant_since = (joint_branch.form != Form::None).then_some(meta.effective_date);
        joint_branch.establishment = Some(Establishment {
            effective_date: meta.effective_date,
            level: data.level,
            document: meta.document.as_ref().map(|document| document.number.clone()),
        });
        joint_branch.decisions.extend(decision_key("establish", meta));
        let organizations = joint_branch.members.clone();
        use_resolutions(joint_branch, &organizations);
        owe_filing_of_decision(joint_branch, meta, FilingMatter::Establishing, data.level);
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

pub(super) fn end_proposal(state: &mut CityState, meta: &EventMeta, id: JointBranchId, phase: Phase) {
    with_joint_branch(state, meta, id, |joint_branch| {
        joint_branch.follows(Thread::Standing, meta.effective_date);
        joint_branch.phase = phase;
        joint_branch.decisions.extend(decision_key(phase.as_str(), meta));
    });
}

pub(super) fn dissolved(state: &mut CityState, meta: &EventMeta, data: &JointBranchDissolved) {
    note_consents(state, data.superior.as_slice());
    let mut members = Vec::new();
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Standing, meta.effective_date);
        joint_branch.failed = joint_branch.is_in_cycle();
        joint_branch.phase = Phase::Dissolved;
        joint_branch.dissolved_on = Some(meta.effective_date);
        joint_branch.ground = Some(data.ground);
        joint_branch.vacant_since = None;
        joint_branch.rectification = None;
        joint_branch.termination_due_since = None;
        joint_branch.poor_standing.clear();
        joint_branch.decisions.extend(decision_key("dissolve", meta));
        owe_filing_of_decision(joint_branch, meta, FilingMatter::Dissolving, data.level);
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

pub(super) fn member_admitted(state: &mut CityState, meta: &EventMeta, data: &MemberAdmitted) {
    note_consents(state, &data.consents);
    let mut is_pairing = false;
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("admit", meta));
        owe_filing_of_decision(joint_branch, meta, FilingMatter::Change, data.level);
        joint_branch.members.push(data.organization);
        use_resolutions(joint_branch, &[data.organization]);
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
        owe_filing_of_decision(joint_branch, meta, FilingMatter::Change, data.level);
        joint_branch.members.retain(|member| *member != data.organization);
        use_resolutions(joint_branch, &[data.organization]);
    });
    with_organization(state, meta, data.organization, |organization| {
        organization.pairings.remove(&data.joint_branch);
    });
}

pub(super) fn changed(state: &mut CityState, meta: &EventMeta, data: &JointBranchChanged) {
    note_consents(state, &data.consents);
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.decisions.extend(decision_key("change", meta));
        joint_branch.place_changed_since = None;
        owe_filing_of_decision(joint_branch, meta, FilingMatter::Change, data.level);
        if let Some(name) = &data.name {
            joint_branch.name = name.clone();
            joint_branch.name_recorded = recording_of(meta);
        }
        joint_branch.lead_township = data.lead_township.unwrap_or(joint_branch.lead_township);
        if data.form.is_some() {
            joint_branch.follows(Thread::Standing, meta.effective_date);
        }
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

pub(super) fn corrected(state: &mut CityState, meta: &EventMeta, data: &JointBranchCorrected) {
    count_correction(state, meta);
    let Some(joint_branch) = state.joint_branches.get_mut(&data.joint_branch) else { return };
    let joint_branch = Arc::make_mut(joint_branch);
    joint_branch.last_position = meta.position;
    if states(&mut joint_branch.name_recorded, meta, data.corrected_position) {
        joint_branch.name = data.name.clone();
    }
}

pub(super) fn rejected(state: &mut CityState, meta: &EventMeta, data: &ProposalEnded) {
    end_proposal(state, meta, data.joint_branch, Phase::Rejected);
}

pub(super) fn withdrawn(state: &mut CityState, meta: &EventMeta, data: &ProposalEnded) {
    end_proposal(state, meta, data.joint_branch, Phase::Withdrawn);
}
