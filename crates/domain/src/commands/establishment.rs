//! What merging and pairing share: the decision re-checks the proposal and rests on a survey that counts.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::{changed_households, counted_organization, member_villages};
use crate::case::Case;
use crate::commands::composition::{self, Composition};
use crate::commands::dissolve_joint_branch::end_pairing;
use crate::commands::four_eyes::{check_four_eyes, check_recorders};
use crate::commands::resolutions::{check_agreement, check_handed_in, check_resolutions};
use crate::consent::Consent;
use crate::event::EventBody;
use crate::event_data::joint_branches::JointBranchEstablished;
use crate::ids::{CommandId, JointBranchId, PlaceId};
use crate::joint_branch::{Arrangement, Form, JointBranch, Survey, VillageSurvey};
use crate::organization::{HostKind, Organization};
use crate::place::{Level, Place};
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::text::Text;

data! {
    /// 批准成立联合党组织 / establishes a joint branch on a proposal
    pub struct EstablishJointBranch {
        /// 所批准的请示，即联合党组织的记录编号 / the proposal that is decided, by the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 所依据的群众意愿调查（指令编号）；只有一次时可不填 / the will survey that it rests on, by the id of its command; needed where there is more than one
        pub survey: Option<CommandId>,
        /// 牵头乡镇以外成员所属乡镇党委的同意 / the consents of the township committees of members outside the lead township
        #[serde(default)]
        pub consents: Vec<Consent>,
        /// 同时终止的成员原有共建 / live pairings of the members that end with the same decision
        #[serde(default)]
        pub ends_pairings: BTreeSet<JointBranchId>,
        /// 备注，一般不填 / a remark on the decision, as a rule absent
        pub reason: Option<Text>,
    }
}

/// Every check of an establishing decision; gives the joint branch and the facts that pairings of its members ended
/// and that it is established.
pub(crate) fn check<'a>(
    case: &mut Case<'a>,
    data: &EstablishJointBranch,
    arrangement: Arrangement,
) -> Result<(&'a Arc<JointBranch>, Vec<EventBody>), Rejection> {
    let joint_branch = case.proposal(data.joint_branch)?;
    case.go_on(check_handed_in(joint_branch))?;
    case.go_on(check_arrangement(joint_branch, arrangement))?;
    let lead = case.lead_township(joint_branch)?;
    let level = case.require_decision(case.policy.thresholds.deciding_level, lead)?;
    let papered = case.require_document(joint_branch, "establish");
    case.go_on(papered)?;
    let proposed_by_others = check_four_eyes(case, joint_branch);
    case.go_on(proposed_by_others)?;
    check_proposal_again(case, joint_branch, data, lead, level)?;
    let high_enough = check_level(case, joint_branch, level);
    case.go_on(high_enough)?;
    let counted_by_others = check_recorders(case, joint_branch);
    case.go_on(counted_by_others)?;
    let resolved = check_resolutions(case, joint_branch, &joint_branch.members);
    case.go_on(resolved)?;
    let agreed = check_agreement(case, joint_branch, joint_branch.form);
    case.go_on(agreed)?;
    let survey = survey(case, joint_branch, data.survey)?;
    let mut events = Vec::new();
    for pairing in &data.ends_pairings {
        events.extend(end_pairing(case, *pairing, &joint_branch.members)?);
    }
    events.push(EventBody::JointBranchEstablished(JointBranchEstablished {
        joint_branch: joint_branch.id,
        arrangement,
        level,
        survey,
        consents: data.consents.clone(),
        reason: data.reason.clone(),
    }));
    Ok((joint_branch, events))
}

/// What was asked for where such events establish a joint branch.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<EstablishJointBranch> {
    let EventBody::JointBranchEstablished(JointBranchEstablished {
        joint_branch,
        arrangement: _,
        level: _,
        survey,
        consents,
        reason,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    let ended = recorded.events.iter().filter_map(|event| match event {
        EventBody::JointBranchDissolved(ended) => Some(ended.joint_branch),
        _ => None,
    });
    let ends_pairings = ended.collect();
    Some(EstablishJointBranch { joint_branch, survey, consents, ends_pairings, reason })
}

fn check_arrangement(joint_branch: &JointBranch, arrangement: Arrangement) -> Result<(), Rejection> {
    if joint_branch.arrangement == arrangement {
        return Ok(());
    }
    let needed = match arrangement {
        Arrangement::Merger => say("合建，请办理共建", "merger: use pair-branches"),
        Arrangement::Pairing => say("共建，请办理合建", "pairing: use merge-branches"),
    };
    Err(Rejection::WrongArrangement { name: joint_branch.name.to_string(), needed })
}

/// Conditions that held at the proposal must hold on the day of the decision.
fn check_proposal_again(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    data: &EstablishJointBranch,
    lead: &Place,
    level: Level,
) -> Result<(), Rejection> {
    case.confirms.clone_from(&joint_branch.overridden);
    let composition = Composition {
        arrangement: joint_branch.arrangement,
        mode: &joint_branch.mode,
        form: joint_branch.form,
        form_kind: joint_branch.form_kind.as_ref(),
        members: &joint_branch.members,
        lead_township: joint_branch.lead_township,
        base_village: joint_branch.base_village,
        industry: joint_branch.industry.as_ref(),
        mode_reason: joint_branch.mode_reason.as_ref(),
    };
    let members = composition::check(case, &composition)?;
    let superior_decision = joint_branch.superior_decision.as_ref();
    let decided_above =
        composition::superior_decision(case, joint_branch.arrangement, level, superior_decision, &members);
    case.go_on(decided_above)?;
    let papers = check_consent_documents(case, &data.consents);
    case.go_on(papers)?;
    for member in members {
        if let Some(pairing) = member.pairings.iter().find(|pairing| !data.ends_pairings.contains(pairing)) {
            case.go_on(Err(Rejection::MemberInPairing {
                name: member.name.to_string(),
                joint_branch: pairing.to_string(),
            }))?;
        }
        let consented = check_consent(case, member, &data.consents, lead);
        case.go_on(consented)?;
    }
    Ok(())
}

/// Each consent is of a registered organization, on a possible paper.
pub(crate) fn check_consent_documents(case: &Case<'_>, consents: &[Consent]) -> Result<(), Rejection> {
    for (index, consent) in consents.iter().enumerate() {
        case.organization(consent.organization, &format!("/data/consents/{index}/organization"))?;
        case.check_document_of(&consent.organization, &consent.document)?;
    }
    Ok(())
}

/// A member outside the lead township comes with the document of its own township committee; only a unit, which
/// keeps its own superior, has no township committee over it.
pub(crate) fn check_consent(
    case: &Case<'_>,
    member: &Organization,
    consents: &[Consent],
    lead: &Place,
) -> Result<(), Rejection> {
    let Some(township) = case.state.ancestor(member.location, Level::Township) else { return Ok(()) };
    if township.id == lead.id || member.host_kind == HostKind::Unit {
        return Ok(());
    }
    let mut organs =
        consents.iter().filter_map(|consent| case.state.organizations.get(&consent.organization));
    if organs.any(|organ| organ.location == township.id && organ.is_organ_on(case.on())) {
        return Ok(());
    }
    Err(Rejection::ConsentMissing { name: member.name.to_string() })
}

/// The form of a committee, and villages with a failed history, are approved higher up.
fn check_level(case: &mut Case<'_>, joint_branch: &JointBranch, level: Level) -> Result<(), Rejection> {
    let needed_level = case.policy.thresholds.committee_form_level;
    if joint_branch.form == Form::Committee && level < needed_level {
        case.breach(Rejection::CommitteeApproval { needed: needed_level })?;
    }
    match composition::failed_history(case, Some(joint_branch.id), &joint_branch.members) {
        Some(history) if level < Level::County => Err(history),
        _ => Ok(()),
    }
}

/// Whether the villages of such a joint branch are asked; where they need not be, a survey counts that the decision names.
pub(crate) fn needs_survey(case: &Case<'_>, joint_branch: &JointBranch) -> bool {
    let asked = case.policy.thresholds.survey_arrangements;
    asked.include(joint_branch.arrangement == Arrangement::Merger, joint_branch.form != Form::None)
}

/// The survey that the decision rests on, counted on its base; nothing where no member is a village, or none is asked.
fn survey(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    named: Option<CommandId>,
) -> Result<Option<CommandId>, Rejection> {
    let villages = member_villages(case.state, &joint_branch.members);
    if villages.is_empty() || (named.is_none() && !needs_survey(case, joint_branch)) {
        return Ok(None);
    }
    let survey = match (named, joint_branch.surveys.as_slice()) {
        (Some(id), surveys) => surveys
            .iter()
            .find(|survey| survey.id == id)
            .ok_or_else(|| Case::unknown(say("群众意愿调查", "will survey"), &id, "/data/survey"))?,
        (None, []) => return Err(Rejection::SurveyMissing),
        (None, [only]) => only,
        (None, several) => return Err(Rejection::SurveyAmbiguous { found: several.len() }),
    };
    for (village, organization) in villages {
        check_village(case, joint_branch, survey, (village, organization))?;
    }
    Ok(Some(survey.id))
}

/// The survey that one village's joining or leaving rests on, counted on its base.
pub(crate) fn survey_of_village(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    named: Option<CommandId>,
    village: PlaceId,
    organization: &Organization,
) -> Result<CommandId, Rejection> {
    let covers = |survey: &&Survey| survey.villages.iter().any(|entry| entry.village == village);
    let covering: Vec<_> = joint_branch.surveys.iter().filter(covers).collect();
    let survey = match (named, covering.as_slice()) {
        (Some(id), surveys) => surveys
            .iter()
            .find(|survey| survey.id == id)
            .ok_or_else(|| Case::unknown(say("群众意愿调查", "will survey"), &id, "/data/survey"))?,
        (None, []) => return Err(Rejection::SurveyMissing),
        (None, [only]) => only,
        (None, several) => return Err(Rejection::SurveyAmbiguous { found: several.len() }),
    };
    check_village(case, joint_branch, survey, (village, organization))?;
    Ok(survey.id)
}

fn check_village(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    survey: &Survey,
    (village, organization): (PlaceId, &Organization),
) -> Result<(), Rejection> {
    let figures = &case.policy.thresholds;
    let entry: &VillageSurvey =
        survey.villages.iter().find(|entry| entry.village == village).ok_or(Rejection::SurveyMissing)?;
    let code =
        case.state.places.get(&village).map(|place| place.code.clone()).ok_or(Rejection::SurveyMissing)?;
    let base = entry.base.as_ref();
    let base = base.ok_or_else(|| Rejection::HouseholdsUnknown { name: organization.name.to_string() })?;
    let households = base.households;
    let counted = counted_organization(case.state, joint_branch, village);
    case.four_eyes(
        changed_households(joint_branch, base, counted.map(AsRef::as_ref)).into_iter(),
        say(
            "在提出后录入了调查所依据的户数，且乡镇尚未重报确认",
            "recorded the households on which the survey counts since the proposal, which the township has not confirmed",
        ),
    )?;
    if entry.asked > households {
        case.refuse(Rejection::SurveyOverBase { village: code.clone(), asked: entry.asked, households })?;
    }
    if !reaches(entry.asked, households, figures.survey_asked_percent_of_households) {
        let allowed = figures.survey_asked_percent_of_households;
        case.refuse(Rejection::SurveyBase {
            village: code.clone(),
            asked: entry.asked,
            households,
            allowed,
        })?;
    }
    if !reaches(entry.in_favour, entry.asked, figures.survey_favour_percent) {
        let found = percent(entry.in_favour, entry.asked);
        case.refuse(Rejection::SurveyFavour {
            village: code.clone(),
            found,
            allowed: figures.survey_favour_percent,
        })?;
    }
    let months = figures.survey_valid_months;
    let earliest = case.on().plus_months(-i32::try_from(months).unwrap_or(0));
    if entry.held_on < earliest || entry.held_on > case.on() {
        case.refuse(Rejection::SurveyAge { village: code.clone(), held_on: entry.held_on, allowed: months })?;
    }
    Ok(())
}

/// Whether a part of a whole reaches a share in percent; nothing asked reaches none.
pub(crate) fn reaches(part: u32, whole: u32, share_percent: u32) -> bool {
    part > 0 && u64::from(part) * 100 >= u64::from(whole) * u64::from(share_percent)
}

fn percent(part: u32, whole: u32) -> u32 {
    u32::try_from((u64::from(part) * 100).checked_div(u64::from(whole)).unwrap_or(0)).unwrap_or(100)
}
