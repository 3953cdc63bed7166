//! What a joint branch may be composed of: checked when it is proposed, and again when it is decided.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::case::Case;
use crate::code::Code;
use crate::commands::form_conditions::{self, FormAndKind};
use crate::document_number::DocumentNumber;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::{Arrangement, Form, Mode};
use crate::organization::{HostKind, Organization, OrganizationForm, OrganizationStatus, ProfileFigure};
use crate::place::{Level, Place};
use crate::rejection::Rejection;
use crate::say::say;
use crate::text::Text;

/// The parts of a proposal that conditions look at.
pub(crate) struct Composition<'a> {
    pub(crate) arrangement: Arrangement,
    pub(crate) mode: &'a Mode,
    pub(crate) form: Form,
    pub(crate) form_kind: Option<&'a Code>,
    pub(crate) members: &'a [OrganizationId],
    pub(crate) lead_township: PlaceId,
    pub(crate) base_village: Option<PlaceId>,
    pub(crate) industry: Option<&'a Text>,
    pub(crate) mode_reason: Option<&'a Text>,
}

/// Every condition that holds of members, mode and form; gives the members back.
pub(crate) fn check<'a>(
    case: &mut Case<'a>,
    composition: &Composition<'_>,
) -> Result<Vec<&'a Arc<Organization>>, Rejection> {
    let members = members_of(case, composition.lead_township, composition.members)?;
    conditions(case, composition, &members)?;
    Ok(members)
}

/// The conditions that hold of the members together, whether they join or have joined.
pub(crate) fn conditions(
    case: &mut Case<'_>,
    composition: &Composition<'_>,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    case.go_on(check_mode(composition, members))?;
    check_numbers(case, members)?;
    let Composition { arrangement, form, form_kind, .. } = *composition;
    form_conditions::check(case, FormAndKind { arrangement, form, kind: form_kind }, members)
}

/// At least two, each once, and each such that it may join what that township leads.
pub(crate) fn members_of<'a>(
    case: &Case<'a>,
    lead_township: PlaceId,
    ids: &[OrganizationId],
) -> Result<Vec<&'a Arc<Organization>>, Rejection> {
    let county = case.state.ancestor(lead_township, Level::County);
    let mut seen = BTreeSet::new();
    let mut members = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let pointer = format!("/data/members/{index}");
        let found = member(case, county, *id, &pointer)?;
        if !seen.insert(*id) {
            case.refuse(Rejection::MemberRepeated { name: found.name.to_string() })?;
        }
        members.push(found);
    }
    if members.len() < 2 {
        case.refuse(Rejection::TooFewMembers { found: members.len() })?;
    }
    Ok(members)
}

/// One that may join a joint branch of that county: a working organization in no merger.
pub(crate) fn member<'a>(
    case: &Case<'a>,
    county: Option<&Arc<Place>>,
    id: OrganizationId,
    pointer: &str,
) -> Result<&'a Arc<Organization>, Rejection> {
    let member = case.organization(id, pointer)?;
    // Only a unit that resides in the villages may sit in another county of the city. Of what lies outside, whoever
    // proposes learns nothing but that.
    let own_county = case.state.ancestor(member.location, Level::County);
    let may_sit_elsewhere = member.host_kind == HostKind::Unit;
    if let (Some(county), false) = (county, may_sit_elsewhere)
        && own_county.is_none_or(|own| own.id != county.id)
    {
        case.refuse(Rejection::OtherCounty { name: id.to_string(), county: county.code.clone() })?;
    }
    case.organization_in_order(id, pointer)?;
    let name = || member.name.to_string();
    if member.form == OrganizationForm::Organ {
        case.refuse(Rejection::MemberIsOrgan { name: name() })?;
    }
    if let Some(merger) = member.merger {
        case.refuse(Rejection::MemberInMerger { name: name(), joint_branch: merger.to_string() })?;
    }
    if member.status != OrganizationStatus::Active {
        case.refuse(Rejection::MemberInactive { name: name() })?;
    }
    Ok(member)
}

fn check_mode(composition: &Composition<'_>, members: &[&Arc<Organization>]) -> Result<(), Rejection> {
    let refused = |zh, en| Err(Rejection::ModeCondition { detail: say(zh, en) });
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
                "须至少一个富村、一个贫村（见村情）",
                "at least one rich and one poor member (profile.wealth)",
            )
        }
        (Mode::StrongWeak, _)
            if !(some_is(ProfileFigure::Strength, "strong") && some_is(ProfileFigure::Strength, "weak")) =>
        {
            refused(
                "须至少一个强村、一个弱村（见村情）",
                "at least one strong and one weak member (profile.strength)",
            )
        }
        (Mode::SimilarIndustry, _) if composition.industry.is_none() => {
            refused("须写明共同的主导产业", "the common industry is named in `industry`")
        }
        (Mode::LargeSmall, _) if !members.iter().any(|member| is_base(member)) => {
            refused("须写明中心村，且为成员之一", "`base_village` names one of the member villages")
        }
        (Mode::ResidentUnit, _) if !members.iter().any(|member| member.host_kind == HostKind::Unit) => {
            refused("须至少一个单位党组织", "at least one unit organization")
        }
        (Mode::Other, _) if composition.mode_reason.is_none() => {
            refused("其他方式须写明方式说明", "`other` gives its reason in `mode_reason`")
        }
        _ => Ok(()),
    }
}

/// Together enough for a branch, and not more units than as a rule.
fn check_numbers(case: &mut Case<'_>, members: &[&Arc<Organization>]) -> Result<(), Rejection> {
    let figures = &case.policy.thresholds;
    let (least, most) = (figures.branch_minimum_formal_members, figures.joint_branch_maximum_units);
    let formal = members.iter().fold(0_u32, |sum, member| sum.saturating_add(member.formal_members));
    let units = u32::try_from(members.len()).unwrap_or(u32::MAX);
    if formal < least {
        case.breach(Rejection::BranchMinimum { found: formal, allowed: least })?;
    }
    if units > most {
        case.breach(Rejection::TooManyUnits { found: units, allowed: most })?;
    }
    Ok(())
}

/// What could stand alone is joined on the word of a superior: that of the county, or above, is the establishing decision
/// itself; a township that decides names whose it has. A pairing leaves its members' own branches at work, so only a
/// merger joins what could stand alone.
pub(crate) fn superior_decision(
    case: &mut Case<'_>,
    arrangement: Arrangement,
    level: Level,
    decision: Option<&DocumentNumber>,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    if level >= Level::County {
        return Ok(());
    }
    let allowed = case.policy.thresholds.own_branch_formal_members;
    let large = members.iter().find(|member| member.formal_members >= allowed);
    if let (Arrangement::Merger, None, Some(member)) = (arrangement, decision, large) {
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
    let months = case.policy.thresholds.failed_history_months;
    let since = case.on().plus_months(-i32::try_from(months).unwrap_or(0));
    let shared = |joint_branch: &crate::joint_branch::JointBranch| {
        let recent = joint_branch.dissolved_on.is_some_and(|dissolved| dissolved >= since);
        let counts = recent && joint_branch.failed && Some(joint_branch.id) != own;
        if counts { members.iter().filter(|member| joint_branch.members.contains(member)).count() } else { 0 }
    };
    let found =
        case.state.joint_branches.values().map(|joint_branch| shared(joint_branch)).max().unwrap_or(0);
    let limit = usize::try_from(case.policy.thresholds.failed_history_members).unwrap_or(usize::MAX);
    (found >= limit).then_some(Rejection::FailedHistory { found, months })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ProposeJointBranch;
    use crate::testing::City;
    use crate::testing::city::{
        ABROAD, COOPERATIVE, NEIGHBOUR, OTHER_JOINT, TOWNSHIP_ORGAN, UNIT, V1, V2, V3, VILLAGES, members,
        profile,
    };
    use crate::testing::drafts::{pairing, proposal, propose, text};

    /// What the proposal is answered, for a city in which the first village's branch has so many members.
    fn with_members(formal: u32, probationary: u32, data: ProposeJointBranch) -> crate::testing::Outcome {
        City::new().given(members(V1, formal, probationary)).when(propose(data))
    }

    fn form(form: Form) -> ProposeJointBranch {
        let superior_decision = "昭委组〔2019〕2号".parse().ok();
        ProposeJointBranch { form, superior_decision, ..proposal(&[V1, V2]) }
    }

    fn mode(mode: Mode, data: ProposeJointBranch) -> ProposeJointBranch {
        ProposeJointBranch { mode, ..data }
    }

    fn name() -> String {
        "510811100201党支部".to_owned()
    }

    #[test]
    fn there_are_at_least_two_members_each_listed_once() {
        City::new().when(propose(proposal(&[V1]))).refused(Rejection::TooFewMembers { found: 1 });
        City::new().when(propose(proposal(&[]))).refused(Rejection::TooFewMembers { found: 0 });
        let refused = Rejection::MemberRepeated { name: name() };
        City::new().when(propose(proposal(&[V1, V2, V1]))).refused(refused);
    }

    #[test]
    fn a_member_is_registered_and_not_named_before_its_latest_day() {
        let unknown = OrganizationId(ulid::Ulid(7));
        let refused = Case::unknown(say("党组织", "organization"), &unknown, "/data/members/1");
        City::new().when(propose(proposal(&[V1, unknown]))).refused(refused);
        let late = City::new().given(members(V1, 2, 0).on("2019-01-11"));
        late.when(propose(proposal(&[V1, V2]))).refused(Rejection::EffectiveOrder {
            entity: name(),
            effective: "2019-01-10".parse().unwrap(),
            latest: "2019-01-11".parse().unwrap(),
        });
        late.when(propose(proposal(&[V1, V2])).on("2019-01-11")).accepted();
    }

    #[test]
    fn an_organ_a_member_of_a_merger_and_an_abolished_branch_cannot_join() {
        let refused = Rejection::MemberIsOrgan { name: "元坝镇党委".into() };
        City::new().when(propose(proposal(&[V1, TOWNSHIP_ORGAN]))).refused(refused);
        let second = |members: &[OrganizationId]| {
            propose(ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(members) }).on("2020-01-01")
        };
        let joint_branch = crate::testing::city::JOINT.to_string();
        let refused = Rejection::MemberInMerger { name: name(), joint_branch };
        City::merged().when(second(&[V1, V3])).refused(refused);
        let refused = Rejection::MemberInactive { name: "510811100202党支部".into() };
        City::abolished().when(second(&[V2, V3])).refused(refused);
        // A live pairing stops the decision, not the proposal.
        City::paired().when(second(&[V1, V3])).accepted();
    }

    #[test]
    fn only_a_unit_may_sit_outside_the_county() {
        // Named by its id, which whoever proposes knows; its name lies outside.
        let county = "510811".parse().unwrap();
        let refused = Rejection::OtherCounty { name: ABROAD.to_string(), county };
        City::new().when(propose(pairing(&[V1, ABROAD]))).refused(refused);
        City::new().when(propose(pairing(&[V1, UNIT]))).accepted();
        City::new().when(propose(pairing(&[V1, NEIGHBOUR, COOPERATIVE]))).accepted();
    }

    #[test]
    fn three_modes_merge_and_two_pair() {
        for wrong in [Mode::RichPoor, Mode::SimilarIndustry, Mode::LargeSmall] {
            City::new().when(propose(mode(wrong, pairing(&[V1, V2])))).refused(Rejection::ModeCondition {
                detail: say(
                    "贫富村、产业趋同村、大小村是合建方式",
                    "rich_poor, similar_industry and large_small are ways to merge",
                ),
            });
        }
        for wrong in [Mode::StrongWeak, Mode::ResidentUnit] {
            City::new().when(propose(mode(wrong, proposal(&[V1, V2])))).refused(Rejection::ModeCondition {
                detail: say("强弱村、驻区单位是共建方式", "strong_weak and resident_unit are ways to pair"),
            });
        }
    }

    #[test]
    fn rich_poor_has_one_of_each() {
        let rich = City::new().given(profile(V1, ProfileFigure::Wealth, "rich"));
        rich.when(propose(mode(Mode::RichPoor, proposal(&[V1, V2])))).refused(Rejection::ModeCondition {
            detail: say(
                "须至少一个富村、一个贫村（见村情）",
                "at least one rich and one poor member (profile.wealth)",
            ),
        });
        let both = rich.given(profile(V2, ProfileFigure::Wealth, "poor"));
        both.when(propose(mode(Mode::RichPoor, proposal(&[V1, V2])))).accepted();
    }

    #[test]
    fn strong_weak_has_one_of_each() {
        let strong = City::new().given(profile(V1, ProfileFigure::Strength, "strong"));
        strong.when(propose(mode(Mode::StrongWeak, pairing(&[V1, V2])))).refused(Rejection::ModeCondition {
            detail: say(
                "须至少一个强村、一个弱村（见村情）",
                "at least one strong and one weak member (profile.strength)",
            ),
        });
        let both = strong.given(profile(V2, ProfileFigure::Strength, "weak"));
        both.when(propose(mode(Mode::StrongWeak, pairing(&[V1, V2])))).accepted();
    }

    #[test]
    fn similar_industry_names_the_industry_and_other_its_reason() {
        let named = ProposeJointBranch { industry: Some(text("猕猴桃")), ..proposal(&[V1, V2]) };
        City::new().when(propose(mode(Mode::SimilarIndustry, named))).accepted();
        City::new().when(propose(mode(Mode::SimilarIndustry, proposal(&[V1, V2])))).refused(
            Rejection::ModeCondition {
                detail: say("须写明共同的主导产业", "the common industry is named in `industry`"),
            },
        );
        let data = ProposeJointBranch { mode_reason: None, ..proposal(&[V1, V2]) };
        City::new().when(propose(data)).refused(Rejection::ModeCondition {
            detail: say("其他方式须写明方式说明", "`other` gives its reason in `mode_reason`"),
        });
    }

    #[test]
    fn large_small_names_a_member_as_its_base_and_resident_unit_has_a_unit() {
        let based = |code: Option<&str>| {
            let base_village = code.map(|code| code.parse().unwrap());
            propose(mode(Mode::LargeSmall, ProposeJointBranch { base_village, ..proposal(&[V1, V2]) }))
        };
        City::new().when(based(Some("510811100201"))).accepted();
        for code in [None, Some("510811100203")] {
            City::new().when(based(code)).refused(Rejection::ModeCondition {
                detail: say("须写明中心村，且为成员之一", "`base_village` names one of the member villages"),
            });
        }
        City::new().when(propose(mode(Mode::ResidentUnit, pairing(&[V1, UNIT])))).accepted();
        City::new().when(propose(mode(Mode::ResidentUnit, pairing(&[V1, V2])))).refused(
            Rejection::ModeCondition {
                detail: say("须至少一个单位党组织", "at least one unit organization"),
            },
        );
    }

    #[test]
    fn three_formal_members_combined_are_the_least() {
        with_members(1, 0, proposal(&[V1, V2])).accepted();
        let refused = Rejection::BranchMinimum { found: 2, allowed: 3 };
        with_members(0, 9, proposal(&[V1, V2])).refused(refused.clone());
        // A rule of severity `refuse` is never set aside.
        let city = City::new().given(members(V1, 0, 9));
        city.when(propose(proposal(&[V1, V2])).overriding()).refused(refused);
    }

    #[test]
    fn a_branch_has_as_a_rule_at_most_fifty_members() {
        with_members(2, 46, form(Form::Branch)).accepted();
        let refused = Rejection::BranchMaximum { found: 51, allowed: 50 };
        with_members(2, 47, form(Form::Branch)).refused(refused);
        let city = City::new().given(members(V1, 2, 47));
        city.when(propose(form(Form::Branch)).overriding()).warns(&["branch-maximum"]);
    }

    #[test]
    fn a_general_branch_has_as_a_rule_more_than_fifty_members() {
        with_members(2, 47, form(Form::GeneralBranch)).accepted();
        let refused = Rejection::GeneralBranchMembers { found: 50, allowed: 50 };
        with_members(2, 46, form(Form::GeneralBranch)).refused(refused);
        let city = City::new().given(members(V1, 2, 46));
        city.when(propose(form(Form::GeneralBranch)).overriding()).warns(&["general-branch-members"]);
    }

    #[test]
    fn a_committee_has_a_hundred_members() {
        with_members(2, 96, form(Form::Committee)).accepted();
        with_members(2, 95, form(Form::Committee))
            .refused(Rejection::CommitteeMembers { found: 99, allowed: 100 });
    }

    #[test]
    fn it_spans_as_a_rule_at_most_five_units() {
        City::new().when(propose(proposal(&VILLAGES[..5]))).accepted();
        City::new()
            .when(propose(proposal(&VILLAGES)))
            .refused(Rejection::TooManyUnits { found: 6, allowed: 5 });
    }

    #[test]
    fn a_proposal_need_not_name_the_superiors_decision_that_establishing_may_be() {
        with_members(3, 0, proposal(&[V1, V2])).accepted();
        with_members(3, 0, form(Form::Branch)).accepted();
        with_members(30, 0, pairing(&[V1, V2])).accepted();
    }
}
