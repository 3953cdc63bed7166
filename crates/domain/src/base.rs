//! Bases: the figures on which a survey or a satisfaction result is counted, as they stood when it was taken. Who
//! decides later changes nothing about them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ids::{OrganizationId, PlaceId};
use crate::joint_branch::{JointBranch, SatisfactionBase, VillageBase};
use crate::organization::{Organization, OrganizationStatus, ProfileFigure};
use crate::state::CityState;

/// The villages of member organizations, each with the organization whose profile tells its households.
pub(crate) fn member_villages<'a>(
    state: &'a CityState,
    members: &[OrganizationId],
) -> BTreeMap<PlaceId, &'a Arc<Organization>> {
    let members = members.iter().filter_map(|id| state.organizations.get(id));
    members.filter_map(|member| member.village().map(|village| (village, member))).collect()
}

/// The organization whose profile tells a village's households, where none of its organizations is a member.
pub(crate) fn organization_of(state: &CityState, village: PlaceId) -> Option<&Arc<Organization>> {
    let lasts = |found: &&Arc<Organization>| !matches!(found.status, OrganizationStatus::Abolished { .. });
    state.organizations_of(village).find(lasts)
}

/// The base of a survey in one village; nothing where no households are on file.
pub(crate) fn village_base(organization: &Organization) -> Option<VillageBase> {
    let recorded = organization.profile_recorded.get(&ProfileFigure::Households)?;
    let (recorded_by, position) = (recorded.by.clone(), recorded.position);
    Some(VillageBase { households: organization.households()?, recorded_by, position })
}

/// Who changed the households on which a survey counts after the joint branch was proposed: what was on file before was put
/// there for nobody's sake, and what somebody else has put on file again since, two people have seen.
pub(crate) fn changed_households<'a>(
    joint_branch: &JointBranch,
    base: &'a VillageBase,
    organization: Option<&Organization>,
) -> Option<&'a String> {
    let is_confirmed = organization.and_then(village_base).is_some_and(|now| {
        now.households == base.households
            && now.position > base.position
            && now.recorded_by != base.recorded_by
    });
    (base.position > joint_branch.proposed_position && !is_confirmed).then_some(&base.recorded_by)
}

/// The organization whose profile tells the households of a village: the member's, or else another one of the village.
pub(crate) fn counted_organization<'a>(
    state: &'a CityState,
    joint_branch: &JointBranch,
    village: PlaceId,
) -> Option<&'a Arc<Organization>> {
    let own = member_villages(state, &joint_branch.members).remove(&village);
    own.or_else(|| organization_of(state, village))
}

/// The base of the satisfaction with a joint branch.
pub(crate) fn satisfaction_base(state: &CityState, joint_branch: &JointBranch) -> SatisfactionBase {
    let members = joint_branch.members.iter().filter_map(|id| state.organizations.get(id));
    let count = members.fold(0_u32, |sum, member| sum.saturating_add(member.members()));
    let mut households = Some(0_u32);
    let mut recorded_by = counted_since(state, joint_branch);
    for organization in member_villages(state, &joint_branch.members).values() {
        let base = village_base(organization);
        households = households.zip(base.as_ref()).map(|(sum, base)| sum.saturating_add(base.households));
        recorded_by
            .extend(base.as_ref().and_then(|base| changed_households(joint_branch, base, None)).cloned());
    }
    SatisfactionBase { members: count, households, recorded_by }
}

/// Who changed the members' counts, or the figures that a mode rests on, after the joint branch was proposed.
pub(crate) fn counted_since(state: &CityState, joint_branch: &JointBranch) -> BTreeSet<String> {
    const OF_MODES: [ProfileFigure; 2] = [ProfileFigure::Wealth, ProfileFigure::Strength];
    let members = joint_branch.members.iter().filter_map(|id| state.organizations.get(id));
    let recordings = members.flat_map(|member| {
        let counts = [&member.formal_members_recorded, &member.probationary_members_recorded];
        counts.into_iter().chain(OF_MODES.iter().filter_map(|figure| member.profile_recorded.get(figure)))
    });
    let later = recordings.filter(|recording| recording.position > joint_branch.proposed_position);
    later.map(|recording| recording.by.clone()).collect()
}
