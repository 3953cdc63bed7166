//! How the events change the state by which the county has a fact on file.

use super::entities::{with_joint_branch, with_organization};
use crate::event::EventMeta;
use crate::event_data::filings::{FiledWithCounty, OrganizationFiled};
use crate::filing::{FilingMatter, FilingOwed};
use crate::joint_branch::JointBranch;
use crate::place::Level;
use crate::state::CityState;

/// A fact waits to be filed with the county.
pub(super) fn owe_filing(joint_branch: &mut JointBranch, meta: &EventMeta, matter: FilingMatter) {
    let owed = FilingOwed { matter, since: meta.effective_date, recorded_by: meta.actor.clone() };
    joint_branch.filings_owed.insert(meta.position, owed);
}

/// What a township decided is filed with the county; a county owes itself nothing for what it, or a body above it, decided.
pub(super) fn owe_filing_of_decision(
    joint_branch: &mut JointBranch,
    meta: &EventMeta,
    matter: FilingMatter,
    level: Level,
) {
    if level < Level::County {
        owe_filing(joint_branch, meta, matter);
    }
}

pub(super) fn filed(state: &mut CityState, meta: &EventMeta, data: &FiledWithCounty) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.filings_owed.remove(&data.filed_position);
    });
}

pub(super) fn organization_filed(state: &mut CityState, meta: &EventMeta, data: &OrganizationFiled) {
    with_organization(state, meta, data.organization, |organization| {
        organization.filings_owed.remove(&data.filed_position);
    });
}
