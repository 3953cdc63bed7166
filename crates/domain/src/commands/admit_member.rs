//! `admit-member`: a village joins a live joint branch, under the conditions of establishing.

use crate::case::Case;
use crate::commands::composition;
use crate::commands::establishment::{check_consent, check_consent_documents};
use crate::commands::membership::{check_composition, check_decision, check_survey, members_without};
use crate::commands::merge_branches::all_functions;
use crate::commands::resolutions::check_resolutions;
use crate::consent::Consent;
use crate::document_number::DocumentNumber;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::joint_branches::MemberAdmitted;
use crate::event_data::organizations::OrganizationSuspended;
use crate::ids::{CommandId, JointBranchId, OrganizationId};
use crate::joint_branch::Arrangement;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 吸收党组织加入运行中的联合党组织 / admits an organization to a live joint branch
    pub struct AdmitMember {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 加入的党组织 / the organization that joins the joint branch
        pub member: OrganizationId,
        /// 所依据的群众意愿调查（指令编号）；只有一次时可不填 / the will survey that it rests on, by the id of its command; needed where there is more than one
        pub survey: Option<CommandId>,
        /// 牵头乡镇以外成员所属乡镇党委的同意 / the consent of the township committee of a member outside the lead township
        #[serde(default)]
        pub consents: Vec<Consent>,
        /// 上级决定的文号：正式党员三人以上的党组织加入、由乡镇党委批准时须有，县级及以上直接决定的不填 / the number of the superior's decision that lets an organization with 3 or more formal members join where a township committee decides; not needed where the county or above decides
        pub superior_decision: Option<DocumentNumber>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "admit-member",
    title: say("吸收成员", "Admit a member"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Membership],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live()),
    yields: &["joint-branch.member-admitted"],
    along: &["organization.suspended", "joint-branch.functions-transferred"],
    refused_when: "as for establishing; in the cycle of rectification; a member village has ended",
    rules: &[
        "members-in-cycle",
        "place-changed",
        "one-merger",
        "survey-required",
        "resolution-required",
        "member-consent",
        "four-eyes",
        "document-required",
        "joint-branch-units",
        "member-is-branch",
        "member-once",
        "one-county",
        "superior-decision",
        "survey-favour",
        "survey-named",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2020-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2020〕21号", "issued": "2020-06-19"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2020-06-18"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "member": "01J8KQ2M000000000000000003"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(data: &AdmitMember) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AdmitMember) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    let level = check_decision(case, joint_branch, "admit")?;
    if joint_branch.place_changed_since.is_some() {
        case.refuse(ChangeRejection::PlaceChanged { name: joint_branch.name.to_string() })?;
    }
    let lead = case.lead_township(joint_branch)?;
    let county = case.state.ancestor(lead.id, Level::County);
    let member = case.organization(data.member, "/data/member")?;
    let name = || member.name.to_string();
    if joint_branch.members.contains(&member.id) {
        case.refuse(Rejection::MemberRepeated { name: name() })?;
    }
    composition::member(case, county, data.member, "/data/member")?;
    if let Some(pairing) = member.pairings.first() {
        case.refuse(Rejection::MemberInPairing { name: name(), joint_branch: pairing.to_string() })?;
    }
    check_consent_documents(case, &data.consents)?;
    check_consent(case, member, &data.consents, lead)?;
    let mut members = members_without(case, joint_branch, None);
    members.push(member);
    check_composition(case, joint_branch, &members)?;
    let superior_decision = data.superior_decision.as_ref();
    composition::superior_decision(case, joint_branch.arrangement, level, superior_decision, &[member])?;
    let ids: Vec<_> = members.iter().map(|member| member.id).collect();
    if let Some(history) = composition::failed_history(case, Some(joint_branch.id), &ids)
        && level < Level::County
    {
        case.refuse(history)?;
    }
    let resolved = check_resolutions(case, joint_branch, &[member.id]);
    case.go_on(resolved)?;
    let survey = check_survey(case, joint_branch, member, data.survey)?;
    let admitted = MemberAdmitted {
        joint_branch: joint_branch.id,
        organization: member.id,
        level,
        survey,
        consents: data.consents.clone(),
        superior_decision: data.superior_decision.clone(),
    };
    let mut events = vec![EventBody::MemberAdmitted(admitted)];
    if joint_branch.arrangement == Arrangement::Merger {
        let (organization, joint_branch) = (member.id, joint_branch.id);
        events.push(EventBody::OrganizationSuspended(OrganizationSuspended { organization, joint_branch }));
        let (functions, from) = (all_functions(case), vec![organization]);
        events.push(EventBody::FunctionsTransferred(FunctionsMoved { joint_branch, functions, from }));
    }
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AdmitMember> {
    let EventBody::MemberAdmitted(MemberAdmitted {
        joint_branch,
        organization,
        level: _,
        survey,
        consents,
        superior_decision,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(AdmitMember { joint_branch, survey, consents, superior_decision, member: organization })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::commands::merge_branches::MergeBranches;
    use crate::commands::propose_joint_branch::ProposeJointBranch;
    use crate::function::Function;
    use crate::organization::OrganizationStatus;
    use crate::say::say;
    use crate::testing::City;
    use crate::testing::city::{
        ABROAD, COOPERATIVE, JOINT, NEIGHBOUR, OTHER_JOINT, TOWNSHIP_ORGAN, V1, V3, V4, V5, V6, members,
    };
    use crate::testing::drafts::changes::{admission, admit, admit_as, ask};
    use crate::testing::drafts::{Draft, functions, merge, officer, proposal, propose, survey};

    fn asked(city: City) -> City {
        city.given(ask(&[(V3, 100, 100)]))
    }

    #[test]
    fn a_village_that_joins_a_merger_is_suspended_and_gives_its_functions_over() {
        let city = asked(City::merged());
        let survey = Some(city.last_command());
        let after = city.when(admit(V3)).then(&[
            EventBody::MemberAdmitted(MemberAdmitted {
                joint_branch: JOINT,
                organization: V3,
                level: Level::County,
                survey,
                consents: Vec::new(),
                superior_decision: None,
            }),
            EventBody::OrganizationSuspended(OrganizationSuspended { organization: V3, joint_branch: JOINT }),
            EventBody::FunctionsTransferred(FunctionsMoved {
                joint_branch: JOINT,
                functions: functions(&Function::FOUR, &[]).functions,
                from: vec![V3],
            }),
        ]);
        assert_eq!(after.organization(V3).status, OrganizationStatus::Suspended);
        assert_eq!(after.joint().members.len(), 3);
    }

    #[test]
    fn who_joins_a_pairing_goes_on_working() {
        let city = asked(City::paired());
        let after = city.when(admit(V3)).accepted();
        assert_eq!(after.organization(V3).status, OrganizationStatus::Active);
        assert!(after.organization(V3).pairings.contains(&JOINT));
        // A cooperative is no village and is not surveyed.
        after
            .when(admit(COOPERATIVE).paper("昭委组〔2019〕32号", "2019-04-25"))
            .refused(Rejection::ConsentMissing { name: "合作社党支部".into() });
    }

    #[test]
    fn the_village_was_asked_by_somebody_else_and_is_in_favour() {
        City::merged().when(admit(V3)).refused(Rejection::SurveyMissing);
        let few = City::merged().given(ask(&[(V3, 100, 59)]));
        let village = "510811100203".parse().unwrap();
        few.when(admit(V3)).refused(Rejection::SurveyFavour { village, found: 59, allowed: 60 });
        asked(City::merged()).when(admit(V3).by(officer("clerk-1"))).refused(Rejection::FourEyes {
            actor: "clerk-1".into(),
            earlier: say("提出了该联合党组织", "proposed this joint branch"),
        });
        let twice = asked(asked(City::merged()));
        twice.when(admit(V3)).refused(Rejection::SurveyAmbiguous { found: 2 });
        let survey = Some(twice.last_command());
        twice.when(admit_as(AdmitMember { survey, ..admission(V3) })).accepted();
    }

    #[test]
    fn a_new_member_is_free_and_of_the_county() {
        let name = "510811100201党支部".to_owned();
        City::merged().when(admit(V1)).refused(Rejection::MemberRepeated { name });
        let county = "510811".parse().unwrap();
        let name = ABROAD.to_string();
        City::merged().when(admit(ABROAD)).refused(Rejection::OtherCounty { name, county });
        let name = "元坝镇党委".to_owned();
        City::merged().when(admit(TOWNSHIP_ORGAN)).refused(Rejection::MemberIsOrgan { name });
        let outside = City::merged().given(ask(&[(NEIGHBOUR, 100, 100)]));
        let name = "510811210205党支部".to_owned();
        outside.when(admit(NEIGHBOUR)).refused(Rejection::ConsentMissing { name });
        let consents = vec![crate::commands::establishment_tests::consent()];
        let with_consent = AdmitMember { consents, ..admission(NEIGHBOUR) };
        outside.when(admit_as(with_consent)).accepted();
    }

    #[test]
    fn the_conditions_of_establishing_hold_of_all_members() {
        let large = asked(City::merged()).given(members(V3, 3, 0).on("2019-04-20"));
        let (name, found, allowed) = ("510811100203党支部".to_owned(), 3, 3);
        large.when(admit(V3)).accepted();
        // What a township establishes and admits to rests on the word of its superior.
        let city = City::surveyed().with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
        let city = asked(city.given(crate::testing::drafts::merge().behalf(TOWNSHIP_ORGAN)));
        let large = city.given(members(V3, 3, 0).on("2019-04-20"));
        let by_township = |draft: Draft| draft.behalf(TOWNSHIP_ORGAN);
        let refused = Rejection::SuperiorDecision { name, found, allowed };
        large.when(by_township(admit(V3))).refused(refused);
        let superior_decision = "昭委组〔2019〕2号".parse().ok();
        large.when(by_township(admit_as(AdmitMember { superior_decision, ..admission(V3) }))).accepted();
        // The sixth unit needs an override.
        let five = [(V3, "昭委组〔2019〕33号"), (V4, "昭委组〔2019〕34号"), (V5, "昭委组〔2019〕35号")];
        let city =
            City::merged().given(ask(&[(V3, 100, 100), (V4, 100, 100), (V5, 100, 100), (V6, 100, 100)]));
        let joined =
            five.iter().fold(city, |city, (id, number)| city.given(admit(*id).paper(number, "2019-04-25")));
        joined.when(admit(V6)).refused(Rejection::TooManyUnits { found: 6, allowed: 5 });
        joined.when(admit(V6).overriding()).warns(&["joint-branch-units"]);
    }

    #[test]
    fn nobody_joins_in_the_cycle_or_without_a_decision() {
        let later = |draft: Draft| {
            draft.on("2019-07-01").decided("2019-07-01").paper("昭委组〔2019〕36号", "2019-07-01")
        };
        let poor = asked(City::poor());
        let refused = ChangeRejection::InCycle { name: "联合党支部".into() };
        poor.when(later(admit(V3))).refused(refused.into());
        asked(City::merged()).when(admit(V3).no_paper()).refused(Rejection::DocumentMissing);
        asked(City::merged()).when(admit(V3).undecided()).refused(Rejection::DecidedByMissing);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        asked(City::merged()).when(admit(V3).behalf(TOWNSHIP_ORGAN)).refused(refused);
        assert!(matches!(City::surveyed().when(admit(V3)).decision, Err(Rejection::WrongPhase { .. })));
    }

    #[test]
    fn who_is_in_a_merger_joins_no_other() {
        let data = ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V3, V4]) };
        let city = City::merged().given(propose(data));
        let mut asked = survey(&[(V3, 100, 100), (V4, 100, 100)]);
        let mut merged = merge().paper("昭委组〔2019〕23号", "2019-03-01");
        if let CommandBody::RecordWillSurvey(data) = &mut asked.body {
            data.joint_branch = OTHER_JOINT;
        }
        if let CommandBody::MergeBranches(MergeBranches(data)) = &mut merged.body {
            data.joint_branch = OTHER_JOINT;
        }
        city.given(asked).given(merged).when(admit(V3)).refused_by("one-merger");
    }
}
