//! What a joint branch may be composed of: checked when it is proposed, and again when it is decided.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::Case;
use crate::document_number::DocumentNumber;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::{Arrangement, Form, Ground, Mode};
use crate::organization::{HostKind, Organization, OrganizationForm, OrganizationStatus, ProfileFigure};
use crate::place::Level;
use crate::rejection::Rejection;
use crate::text::Text;

/// The parts of a proposal that conditions look at.
pub(crate) struct Composition<'a> {
    pub(crate) arrangement: Arrangement,
    pub(crate) mode: Mode,
    pub(crate) form: Form,
    pub(crate) members: &'a [OrganizationId],
    pub(crate) lead_township: PlaceId,
    pub(crate) base_village: Option<PlaceId>,
    pub(crate) industry: Option<&'a Text>,
    pub(crate) mode_reason: Option<&'a Text>,
    pub(crate) superior_decision: Option<&'a DocumentNumber>,
}

/// Every condition that holds of members, mode and form; gives the members back.
pub(crate) fn check<'a>(
    case: &mut Case<'a>,
    composition: &Composition<'_>,
) -> Result<Vec<&'a Arc<Organization>>, Rejection> {
    let members = members(case, composition)?;
    check_form(composition, &members)?;
    check_mode(composition, &members)?;
    check_numbers(case, composition, &members)?;
    Ok(members)
}

fn members<'a>(
    case: &Case<'a>,
    composition: &Composition<'_>,
) -> Result<Vec<&'a Arc<Organization>>, Rejection> {
    let county = case.state.ancestor(composition.lead_township, Level::County);
    let mut seen = BTreeSet::new();
    let mut members = Vec::new();
    for (index, id) in composition.members.iter().enumerate() {
        let member = case.organization_in_order(*id, &format!("/data/members/{index}"))?;
        let name = || member.name.to_string();
        if !seen.insert(*id) {
            return Err(Rejection::MemberRepeated { name: name() });
        }
        if member.form == OrganizationForm::Organ {
            return Err(Rejection::MemberIsOrgan { name: name() });
        }
        if let Some(merger) = member.merger {
            return Err(Rejection::MemberInMerger { name: name(), joint_branch: merger.to_string() });
        }
        if member.status != OrganizationStatus::Active {
            return Err(Rejection::MemberInactive { name: name() });
        }
        // Only a unit that resides in the villages may sit in another county of the city.
        let own_county = case.state.ancestor(member.location, Level::County);
        let may_sit_elsewhere = member.host_kind == HostKind::Unit;
        if let (Some(county), false) = (county, may_sit_elsewhere)
            && own_county.is_none_or(|own| own.id != county.id)
        {
            return Err(Rejection::OtherCounty { name: name(), county: county.code.clone() });
        }
        members.push(member);
    }
    if members.len() < 2 {
        return Err(Rejection::TooFewMembers { found: members.len() });
    }
    Ok(members)
}

fn check_form(composition: &Composition<'_>, members: &[&Arc<Organization>]) -> Result<(), Rejection> {
    let refused = |detail_zh, detail| Err(Rejection::FormCondition { detail_zh, detail });
    match (composition.arrangement, composition.form) {
        (Arrangement::Merger, Form::None) => refused("合建必须有党组织形式", "a merger has an organ"),
        (Arrangement::Pairing, Form::Branch | Form::Committee) => {
            refused("共建只能是党总支或结对（none）", "a pairing is a general branch or `none`")
        }
        (_, form)
            if form != Form::None && members.iter().any(|member| member.host_kind == HostKind::Unit) =>
        {
            refused(
                "单位党组织保留原隶属关系，只能参加结对（form = none）",
                "a unit keeps its own superior and may be in `none` only",
            )
        }
        _ => Ok(()),
    }
}

fn check_mode(composition: &Composition<'_>, members: &[&Arc<Organization>]) -> Result<(), Rejection> {
    let refused = |detail_zh, detail| Err(Rejection::ModeCondition { detail_zh, detail });
    let some_is = |figure, word: &str| {
        members.iter().any(|member| member.profile.get(&figure).is_some_and(|found| found.is(word)))
    };
    let is_base = |member: &Organization| {
        composition.base_village.is_some() && member.village() == composition.base_village
    };
    match (composition.mode, composition.arrangement) {
        (Mode::RichPoor | Mode::SimilarIndustry | Mode::LargeSmall, Arrangement::Pairing) => refused(
            "贫富村、产业趋同村、大小村是合建方式",
            "rich_poor, similar_industry and large_small are ways to merge",
        ),
        (Mode::StrongWeak | Mode::ResidentUnit, Arrangement::Merger) => {
            refused("强弱村、驻区单位是共建方式", "strong_weak and resident_unit are ways to pair")
        }
        (Mode::RichPoor, _)
            if !(some_is(ProfileFigure::Wealth, "rich") && some_is(ProfileFigure::Wealth, "poor")) =>
        {
            refused(
                "须至少一个富村、一个贫村（profile.wealth）",
                "at least one rich and one poor member (profile.wealth)",
            )
        }
        (Mode::StrongWeak, _)
            if !(some_is(ProfileFigure::Strength, "strong") && some_is(ProfileFigure::Strength, "weak")) =>
        {
            refused(
                "须至少一个强村、一个弱村（profile.strength）",
                "at least one strong and one weak member (profile.strength)",
            )
        }
        (Mode::SimilarIndustry, _) if composition.industry.is_none() => {
            refused("须写明共同产业 industry", "the common industry is named in `industry`")
        }
        (Mode::LargeSmall, _) if !members.iter().any(|member| is_base(member)) => refused(
            "须写明主村 base_village，且为成员之一",
            "`base_village` names one of the member villages",
        ),
        (Mode::ResidentUnit, _) if !members.iter().any(|member| member.host_kind == HostKind::Unit) => {
            refused("须至少一个单位党组织", "at least one unit organization")
        }
        (Mode::Other, _) if composition.mode_reason.is_none() => {
            refused("其他方式须写明理由 mode_reason", "`other` gives its reason in `mode_reason`")
        }
        _ => Ok(()),
    }
}

fn check_numbers(
    case: &mut Case<'_>,
    composition: &Composition<'_>,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    let figures = &case.policy.figures;
    let formal = members.iter().fold(0_u32, |sum, member| sum.saturating_add(member.formal_members));
    let all = members.iter().fold(0_u32, |sum, member| sum.saturating_add(member.members()));
    let units = u32::try_from(members.len()).unwrap_or(u32::MAX);
    if formal < figures.branch_minimum_formal_members {
        case.breach(Rejection::BranchMinimum {
            found: formal,
            allowed: figures.branch_minimum_formal_members,
        })?;
    }
    if composition.form == Form::Branch && all > figures.branch_maximum_members {
        case.breach(Rejection::BranchMaximum { found: all, allowed: figures.branch_maximum_members })?;
    }
    if units > figures.joint_branch_maximum_units {
        case.breach(Rejection::TooManyUnits { found: units, allowed: figures.joint_branch_maximum_units })?;
    }
    if composition.form == Form::GeneralBranch && all <= figures.general_branch_over_members {
        case.breach(Rejection::GeneralBranchMembers {
            found: all,
            allowed: figures.general_branch_over_members,
        })?;
    }
    if composition.form == Form::Committee && all < figures.committee_minimum_members {
        case.breach(Rejection::CommitteeMembers { found: all, allowed: figures.committee_minimum_members })?;
    }
    // A pairing leaves its members' own branches at work, so only a merger joins what could stand alone.
    let allowed = figures.own_branch_formal_members;
    let large = members.iter().find(|member| member.formal_members >= allowed);
    if let (Arrangement::Merger, None, Some(member)) =
        (composition.arrangement, composition.superior_decision, large)
    {
        let found = member.formal_members;
        case.breach(Rejection::SuperiorDecision { name: member.name.to_string(), found, allowed })?;
    }
    Ok(())
}

/// The joint branch, dissolved as failed in the months before, from which too many of the members come, as the
/// rejection or warning that says so.
pub(crate) fn failed_history(
    case: &Case<'_>,
    own: Option<JointBranchId>,
    members: &[OrganizationId],
) -> Option<Rejection> {
    let months = case.policy.figures.failed_history_months;
    let since = case.on().plus_months(-i32::try_from(months).unwrap_or(0));
    let shared = |joint_branch: &crate::joint_branch::JointBranch| {
        let recent = joint_branch.dissolved_on.is_some_and(|dissolved| dissolved >= since);
        let failed = joint_branch.ground == Some(Ground::RectificationFailed);
        let counts = recent && failed && Some(joint_branch.id) != own;
        if counts { members.iter().filter(|member| joint_branch.members.contains(member)).count() } else { 0 }
    };
    let found =
        case.state.joint_branches.values().map(|joint_branch| shared(joint_branch)).max().unwrap_or(0);
    let limit = usize::try_from(case.policy.figures.failed_history_members).unwrap_or(usize::MAX);
    (found >= limit).then_some(Rejection::FailedHistory { found, months })
}
