//! How the events beside a proposal change the state: resolutions, agreements, what is sent back and handed in again.

use super::entities::with_joint_branch;
use crate::event::EventMeta;
use crate::event_data::establishing::{
    AgreementRecorded, MembersResolved, ProposalResubmitted, ProposalReturned,
};
use crate::ids::OrganizationId;
use crate::joint_branch::JointBranch;
use crate::resolution::{Agreement, ResolutionOnFile, Returned};
use crate::state::CityState;

pub(super) fn members_resolved(state: &mut CityState, meta: &EventMeta, data: &MembersResolved) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        for resolution in &data.resolutions {
            let on_file = ResolutionOnFile {
                resolution: resolution.clone(),
                recorded_by: meta.actor.clone(),
                is_used: false,
            };
            joint_branch.resolutions.insert(resolution.organization, on_file);
        }
    });
}

/// A decision rests on what these organizations resolved; the next one needs another resolution.
pub(super) fn use_resolutions(joint_branch: &mut JointBranch, organizations: &[OrganizationId]) {
    for organization in organizations {
        if let Some(found) = joint_branch.resolutions.get_mut(organization) {
            found.is_used = true;
        }
    }
}

pub(super) fn agreement_recorded(state: &mut CityState, meta: &EventMeta, data: &AgreementRecorded) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.agreement = Some(Agreement {
            date: data.date,
            until: data.until,
            items: data.items.clone(),
            document: meta.document.as_ref().map(|document| document.number.clone()),
        });
    });
}

pub(super) fn returned(state: &mut CityState, meta: &EventMeta, data: &ProposalReturned) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        let (on, missing) = (meta.effective_date, data.missing.clone());
        joint_branch.returned = Some(Returned { on, missing, handed_in_on: None });
    });
}

pub(super) fn resubmitted(state: &mut CityState, meta: &EventMeta, data: &ProposalResubmitted) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        if let Some(returned) = &mut joint_branch.returned {
            returned.handed_in_on = Some(meta.effective_date);
        }
        if data.superior_decision.is_some() {
            joint_branch.superior_decision.clone_from(&data.superior_decision);
        }
    });
}
