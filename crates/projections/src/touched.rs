//! Which rows an event may have changed: its own entity's, and those that show it.

use std::collections::BTreeSet;

use domain::ids::{JointBranchId, OrganizationId};
use domain::{CityState, Event, EventBody};
use imbl::{OrdMap, OrdSet};

use crate::rows::RowKey;

/// Which joint branches name an organization as a member, ended ones too.
pub(crate) type ByMember = OrdMap<OrganizationId, OrdSet<JointBranchId>>;

/// Notes the keys of the rows that may differ after the event, given any state that has folded it. Timelines are apart.
///
/// `by_member` may lag behind: a joint branch that it does not know yet has been noted by the event that made it.
pub(crate) fn touched(state: &CityState, by_member: &ByMember, event: &Event, keys: &mut BTreeSet<RowKey>) {
    let organization = |id, keys: &mut BTreeSet<RowKey>| organization(by_member, id, keys);
    // Every event moves the time of the last one, which the city's row shows.
    keys.insert(RowKey::City);
    match &event.body {
        EventBody::PlaceRegistered(data) => {
            keys.insert(RowKey::Place(data.place));
        }
        EventBody::OrganizationRegistered(data) => organization(data.organization, keys),
        EventBody::OrganizationUpdated(data) => organization(data.organization, keys),
        EventBody::OrganizationSuspended(data) => organization(data.organization, keys),
        EventBody::OrganizationRestored(data) => organization(data.organization, keys),
        EventBody::OrganizationAbolished(data) => organization(data.organization, keys),
        EventBody::PolicyIssued(_) => {
            keys.insert(RowKey::Policies);
        }
        EventBody::PersonRegistered(_)
        | EventBody::AccountIssued(_)
        | EventBody::AccountRevoked(_)
        | EventBody::DurabilityDeclared(_) => {}
        EventBody::JointBranchProposed(data) => joint_branch(data.joint_branch, keys),
        EventBody::JointBranchSurveyed(data) => joint_branch(data.joint_branch, keys),
        EventBody::JointBranchRejected(data) | EventBody::JointBranchWithdrawn(data) => {
            joint_branch(data.joint_branch, keys);
        }
        EventBody::SecretaryAssigned(data) => joint_branch(data.joint_branch, keys),
        EventBody::SecretaryRelieved(data) => joint_branch(data.joint_branch, keys),
        EventBody::QuarterEvaluated(data) => joint_branch(data.joint_branch, keys),
        EventBody::EvaluationCorrected(data) => joint_branch(data.joint_branch, keys),
        EventBody::RectificationOrdered(data) => joint_branch(data.joint_branch, keys),
        EventBody::RectificationReviewed(data) => joint_branch(data.joint_branch, keys),
        EventBody::FunctionsTransferred(data) | EventBody::FunctionsReturned(data) => {
            joint_branch(data.joint_branch, keys);
            for id in &data.from {
                organization(*id, keys);
            }
        }
        // Members remember the pairings they are in.
        EventBody::JointBranchEstablished(data) => with_members(state, data.joint_branch, keys),
        EventBody::JointBranchDissolved(data) => with_members(state, data.joint_branch, keys),
    }
}

fn joint_branch(id: JointBranchId, keys: &mut BTreeSet<RowKey>) {
    keys.insert(RowKey::JointBranch(id));
}

/// An organization's own row, and those of the joint branches that name it as a member.
fn organization(by_member: &ByMember, id: OrganizationId, keys: &mut BTreeSet<RowKey>) {
    keys.insert(RowKey::Organization(id));
    keys.extend(by_member.get(&id).into_iter().flatten().copied().map(RowKey::JointBranch));
}

fn with_members(state: &CityState, id: JointBranchId, keys: &mut BTreeSet<RowKey>) {
    joint_branch(id, keys);
    let members = state.joint_branches.get(&id).into_iter().flat_map(|found| &found.members);
    keys.extend(members.map(|member| RowKey::Organization(*member)));
}
