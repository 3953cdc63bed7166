//! Which rows an event may have changed: its own entity's, and those that show it.

use std::collections::BTreeSet;

use domain::ids::{JointBranchId, OrganizationId};
use domain::{CityState, Event, EventBody};

use crate::rows::RowKey;

/// The keys of the rows that may differ after the event, given any state that has folded it. Timelines are apart.
pub fn touched(state: &CityState, event: &Event) -> BTreeSet<RowKey> {
    // Every event moves the time of the last one, which the city's row shows.
    let mut keys = BTreeSet::from([RowKey::City]);
    match &event.body {
        EventBody::PlaceRegistered(data) => {
            keys.insert(RowKey::Place(data.place));
        }
        EventBody::OrganizationRegistered(data) => organization(state, data.organization, &mut keys),
        EventBody::OrganizationUpdated(data) => organization(state, data.organization, &mut keys),
        EventBody::OrganizationSuspended(data) => organization(state, data.organization, &mut keys),
        EventBody::OrganizationRestored(data) => organization(state, data.organization, &mut keys),
        EventBody::OrganizationAbolished(data) => organization(state, data.organization, &mut keys),
        EventBody::PersonRegistered(_)
        | EventBody::AccountIssued(_)
        | EventBody::AccountRevoked(_)
        | EventBody::DurabilityDeclared(_) => {}
        EventBody::JointBranchProposed(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::JointBranchSurveyed(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::JointBranchRejected(data) | EventBody::JointBranchWithdrawn(data) => {
            joint_branch(data.joint_branch, &mut keys);
        }
        EventBody::SecretaryAssigned(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::SecretaryRelieved(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::QuarterEvaluated(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::EvaluationCorrected(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::RectificationOrdered(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::RectificationReviewed(data) => joint_branch(data.joint_branch, &mut keys),
        EventBody::FunctionsTransferred(data) | EventBody::FunctionsReturned(data) => {
            joint_branch(data.joint_branch, &mut keys);
            for id in &data.from {
                organization(state, *id, &mut keys);
            }
        }
        // Members remember the pairings they are in.
        EventBody::JointBranchEstablished(data) => with_members(state, data.joint_branch, &mut keys),
        EventBody::JointBranchDissolved(data) => with_members(state, data.joint_branch, &mut keys),
    }
    keys
}

fn joint_branch(id: JointBranchId, keys: &mut BTreeSet<RowKey>) {
    keys.insert(RowKey::JointBranch(id));
}

/// An organization's own row, and those of the joint branches that name it as a member, ended ones too.
fn organization(state: &CityState, id: OrganizationId, keys: &mut BTreeSet<RowKey>) {
    keys.insert(RowKey::Organization(id));
    let showing = state.joint_branches.values().filter(|joint_branch| joint_branch.members.contains(&id));
    keys.extend(showing.map(|joint_branch| RowKey::JointBranch(joint_branch.id)));
}

fn with_members(state: &CityState, id: JointBranchId, keys: &mut BTreeSet<RowKey>) {
    joint_branch(id, keys);
    let members = state.joint_branches.get(&id).into_iter().flat_map(|found| &found.members);
    keys.extend(members.map(|member| RowKey::Organization(*member)));
}
