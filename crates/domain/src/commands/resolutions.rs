//! What a decision on who joins and who leaves rests on besides the villagers' will: what the members of each organization
//! resolved, and the agreement of a pairing without an organ.

use crate::case::Case;
use crate::ids::OrganizationId;
use crate::joint_branch::{Form, JointBranch};
use crate::rejection::{EstablishingRejection, Rejection};
use crate::resolution::ResolutionOnFile;
use crate::say::say;

/// Each of these organizations resolved it in a meeting of its members, which counts.
pub(crate) fn check_resolutions(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    organizations: &[OrganizationId],
) -> Result<(), Rejection> {
    if !case.policy.is_on_file("resolution-required") {
        return Ok(());
    }
    for id in organizations {
        let Some(name) = case.state.organizations.get(id).map(|found| found.name.to_string()) else {
            continue;
        };
        match joint_branch.resolutions.get(id).filter(|found| !found.is_used) {
            Some(found) => check_resolution(case, &name, found)?,
            None => case.breach(EstablishingRejection::ResolutionMissing { name }.into())?,
        }
    }
    Ok(())
}

fn check_resolution(case: &mut Case<'_>, name: &str, found: &ResolutionOnFile) -> Result<(), Rejection> {
    let figures = &case.policy.thresholds;
    let (least, over) = (figures.resolution_present_percent, figures.resolution_favour_over_percent);
    let resolution = &found.resolution;
    let (entitled, present, in_favour) = (resolution.entitled, resolution.present, resolution.in_favour);
    let name = || name.to_owned();
    case.not_after(say("党员大会日期", "the members' meeting"), resolution.date, case.on())?;
    if u64::from(present) * 100 < u64::from(entitled) * u64::from(least) {
        let refused =
            EstablishingRejection::ResolutionQuorum { name: name(), entitled, present, allowed: least };
        case.breach(refused.into())?;
    }
    if u64::from(in_favour) * 100 <= u64::from(entitled) * u64::from(over) {
        let refused =
            EstablishingRejection::ResolutionMajority { name: name(), entitled, in_favour, allowed: over };
        case.breach(refused.into())?;
    }
    Ok(())
}

/// A pairing without an organ has its agreement, which holds on the day of the decision.
pub(crate) fn check_agreement(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    form: Form,
) -> Result<(), Rejection> {
    if form != Form::None || !case.policy.is_on_file("agreement-required") {
        return Ok(());
    }
    let on = case.on();
    match &joint_branch.agreement {
        None => case.breach(EstablishingRejection::AgreementMissing.into()),
        Some(found) if found.until < on => {
            case.breach(EstablishingRejection::AgreementEnded { until: found.until, on }.into())
        }
        Some(_) => Ok(()),
    }
}

/// What was sent back waits until it is handed in again.
pub(crate) fn check_handed_in(joint_branch: &JointBranch) -> Result<(), Rejection> {
    match &joint_branch.returned {
        Some(returned) if returned.handed_in_on.is_none() => {
            let (name, on) = (joint_branch.name.to_string(), returned.on);
            Err(EstablishingRejection::ProposalReturned { name, on }.into())
        }
        _ => Ok(()),
    }
}
