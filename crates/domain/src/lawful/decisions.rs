//! The decisions on joint branches and on policy: establishing, dissolving, members, reviews.

use crate::base::{changed_households, counted_organization, counted_since, member_villages};
use crate::event::EventBody;
use crate::event_data::cycle::RectificationReviewed;
use crate::event_data::joint_branches::{JointBranchDissolved, JointBranchEstablished};
use crate::event_data::joint_branches::{MemberAdmitted, MemberReleased};
use crate::event_data::policies::PolicyIssued;
use crate::ids::{CommandId, PlaceId};
use crate::joint_branch::{Grade, JointBranch, Phase};
use crate::place::Level;

use super::act::Act;
use super::unlawful::Unlawful;

/// Who proposed, surveyed or changed what it rests on takes no decision on it; nor on a pairing that ends with it.
pub(super) fn established(
    act: &Act<'_>,
    data: &JointBranchEstablished,
    events: &[&EventBody],
) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    let level = act.decision(act.deciding_level(), joint_branch.lead_township)?;
    act.says(data.level, level)?;
    act.document()?;
    proposers(act, joint_branch)?;
    recorders(act, joint_branch)?;
    let villages: Vec<_> = member_villages(act.state, &joint_branch.members).into_keys().collect();
    surveyed(act, joint_branch, data.survey, &villages)?;
    events.iter().try_for_each(|event| match event {
        EventBody::JointBranchDissolved(ended) => dissolved(act, ended),
        _ => Ok(()),
    })
}

/// The county on a document, and nobody what they registered themselves.
pub(super) fn registrations_confirmed(act: &Act<'_>, events: &[&EventBody]) -> Result<(), Unlawful> {
    act.document()?;
    events.iter().try_for_each(|event| {
        let EventBody::RegistrationConfirmed(data) = event else { return Ok(()) };
        let joint_branch = act.joint_branch(data.joint_branch)?;
        act.organ(Level::County, joint_branch.lead_township)?;
        let registered =
            act.state.registrations.get(&joint_branch.id).into_iter().map(|found| &found.registered_by);
        act.four_eyes(registered, "registered this joint branch")
    })
}

/// A body not below the one that established, and none who took part in what it ends.
pub(super) fn dissolved(act: &Act<'_>, data: &JointBranchDissolved) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    act.says(data.level, as_established(act, joint_branch)?)?;
    act.document()?;
    proposers(act, joint_branch)?;
    if joint_branch.phase != Phase::TerminationDue {
        return Ok(());
    }
    let poor = joint_branch.evaluations.values().filter(|evaluation| evaluation.grade == Grade::Poor);
    let actors = &joint_branch.cycle_actors;
    act.four_eyes(poor.flat_map(|evaluation| &evaluation.recorded_by), "recorded a poor grade")?;
    act.four_eyes(actors.ordered.iter(), "ordered the rectification")?;
    act.four_eyes(actors.reviewed.iter(), "reviewed the rectification")?;
    act.four_eyes(actors.counted.iter(), "recorded the figures on which satisfaction counts")
}

pub(super) fn admitted(act: &Act<'_>, data: &MemberAdmitted) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    act.says(data.level, on_members(act, joint_branch)?)?;
    let village = act.known_organization(data.organization)?.village();
    surveyed(act, joint_branch, data.survey, village.as_slice())
}

pub(super) fn released(act: &Act<'_>, data: &MemberReleased) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    act.says(data.level, on_members(act, joint_branch)?)?;
    let village = act.known_organization(data.organization)?.village();
    surveyed(act, joint_branch, data.survey, village.as_slice())?;
    if data.successor == data.organization { Ok(()) } else { act.organization(data.successor).map(drop) }
}

/// The county reviews on a document, and nobody what they ordered or what it is counted on.
pub(super) fn reviewed(act: &Act<'_>, data: &RectificationReviewed) -> Result<(), Unlawful> {
    let joint_branch = act.joint_branch(data.joint_branch)?;
    act.decision(Level::County, joint_branch.lead_township)?;
    act.document()?;
    let actors = &joint_branch.cycle_actors;
    act.four_eyes(actors.counted.iter(), "recorded the figures on which satisfaction counts")?;
    act.four_eyes(actors.ordered.iter(), "ordered the rectification")
}

/// The city for itself or a county, a county for itself, on a document.
pub(super) fn policy_issued(act: &Act<'_>, data: &PolicyIssued) -> Result<(), Unlawful> {
    let code = &data.jurisdiction;
    let place = act.state.place_by_code(code);
    let place = place.ok_or_else(|| Unlawful::Unknown { what: format!("place/{code}") })?;
    act.within_code(code, &act.state.scope_of_bearer(code))?;
    act.says(data.level, act.decision(place.level.max(Level::County), place.id)?)?;
    act.document()
}

/// A body that may establish, and not below the one that established this joint branch; gives its tier.
pub(super) fn as_established(act: &Act<'_>, joint_branch: &JointBranch) -> Result<Level, Unlawful> {
    let deciding = act.deciding_level();
    let established_by = joint_branch.establishment.as_ref().map_or(deciding, |found| found.level);
    act.decision(deciding.max(established_by), joint_branch.lead_township)
}

fn on_members(act: &Act<'_>, joint_branch: &JointBranch) -> Result<Level, Unlawful> {
    let level = as_established(act, joint_branch)?;
    act.document()?;
    proposers(act, joint_branch)?;
    recorders(act, joint_branch)?;
    Ok(level)
}

fn proposers(act: &Act<'_>, joint_branch: &JointBranch) -> Result<(), Unlawful> {
    act.four_eyes(std::iter::once(&joint_branch.proposed_by), "proposed this joint branch")?;
    act.four_eyes(joint_branch.surveyed_by.iter(), "recorded its will survey")?;
    let resolved = joint_branch.resolutions.values().map(|found| &found.recorded_by);
    act.four_eyes(resolved, "recorded a members' resolution")
}

fn recorders(act: &Act<'_>, joint_branch: &JointBranch) -> Result<(), Unlawful> {
    act.four_eyes(
        counted_since(act.state, joint_branch).iter(),
        "recorded counts or figures of the members since the proposal",
    )
}

/// Nobody decides on a survey that counts on households which they changed since the proposal, unless somebody else has
/// confirmed them.
fn surveyed(
    act: &Act<'_>,
    joint_branch: &JointBranch,
    survey: Option<CommandId>,
    villages: &[PlaceId],
) -> Result<(), Unlawful> {
    let Some(id) = survey else { return Ok(()) };
    let survey = joint_branch.surveys.iter().find(|survey| survey.id == id);
    let survey = survey.ok_or_else(|| Unlawful::Unknown { what: format!("survey {id}") })?;
    let counted = survey.villages.iter().filter(|entry| villages.contains(&entry.village));
    let changed = counted.filter_map(|entry| {
        let organization = counted_organization(act.state, joint_branch, entry.village);
        changed_households(joint_branch, entry.base.as_ref()?, organization.map(AsRef::as_ref))
    });
    act.four_eyes(changed, "recorded the households on which the survey counts")
}
