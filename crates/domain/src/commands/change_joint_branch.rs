//! `change-joint-branch`: another name, lead township or form, on a document of a body that may establish.

use std::sync::Arc;

use crate::case::Case;
use crate::code::Code;
use crate::commands::establishment::{check_consent, check_consent_documents};
use crate::commands::form_conditions::{self, FormAndKind};
use crate::commands::form_kind;
use crate::commands::membership::{check_level, members_without};
use crate::commands::resolutions::check_agreement;
use crate::consent::Consent;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::joint_branches::JointBranchChanged;
use crate::ids::JointBranchId;
use crate::joint_branch::{Form, JointBranch};
use crate::mechanism::Mechanism;
use crate::place::{Level, Place, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 变更联合党组织的名称、牵头乡镇或形式 / changes the name, the lead township or the form of a live joint branch
    pub struct ChangeJointBranch {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 新的名称；不变则不填 / the new name; absent where it stays
        pub name: Option<Text>,
        /// 新的牵头乡镇的代码；不变则不填 / the code of the new lead township; absent where it stays
        pub lead_township: Option<PlaceCode>,
        /// 新的形式；不变则不填 / the new form; absent where it stays
        pub form: Option<Form>,
        /// 形式细类：政策代码表中的代码，如功能型党支部；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        pub form_kind: Option<Code>,
        /// 新牵头乡镇以外成员所属乡镇党委的同意 / the consents of the township committees of members outside the new lead township
        #[serde(default)]
        pub consents: Vec<Consent>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "change-joint-branch",
    title: say("变更联合党组织", "Change a joint branch"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Upgrades],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live()),
    yields: &["joint-branch.changed"],
    along: &[],
    refused_when: "no document; the form's own condition; a secretary where the new form has no post; a kind of form that is not on the list",
    rules: &[
        "document-required",
        "code-list",
        "form",
        "general-branch-members",
        "committee-members",
        "committee-approval",
        "form-vacates",
        "agreement-required",
        "member-consent",
        "approver-level",
        "one-county",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2020-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2020〕22号", "issued": "2020-06-19"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2020-06-18"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "name": "狮岩产业联合党支部"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(data: &ChangeJointBranch) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ChangeJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let level = check_level(case, joint_branch)?;
    case.require_document(joint_branch, "change")?;
    let name = data.name.clone().filter(|name| *name != joint_branch.name);
    let held = (joint_branch.form, joint_branch.form_kind.as_ref());
    let (form, form_kind) = form_kind::changed(held, (data.form, data.form_kind.as_ref()));
    let lead = lead_township(case, joint_branch, data)?;
    if name.is_none() && form.is_none() && form_kind.is_none() && lead.is_none() {
        return Err(Rejection::NothingToRecord);
    }
    let new_form = form.unwrap_or(joint_branch.form);
    form_kind::check(case, new_form.regulated(), form_kind.as_ref())?;
    let new_kind = if form.is_some() || form_kind.is_some() { form_kind.as_ref() } else { held.1 };
    if (new_form, new_kind) != held {
        check_form(case, joint_branch, (new_form, new_kind), level)?;
    }
    if let Some(lead) = lead {
        check_consent_documents(case, &data.consents)?;
        for member in members_without(case, joint_branch, None) {
            check_consent(case, member, &data.consents, lead)?;
        }
    }
    Ok(vec![EventBody::JointBranchChanged(JointBranchChanged {
        joint_branch: joint_branch.id,
        level,
        name,
        lead_township: lead.map(|lead| lead.id),
        form,
        form_kind,
        consents: data.consents.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ChangeJointBranch> {
    let EventBody::JointBranchChanged(JointBranchChanged {
        joint_branch,
        level: _,
        name,
        lead_township,
        form,
        form_kind,
        consents,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(ChangeJointBranch {
        joint_branch,
        name,
        lead_township: recorded.code_where_named(lead_township)?,
        form,
        form_kind,
        consents,
    })
}

/// Another township of the same county, where the command names one.
fn lead_township<'a>(
    case: &Case<'a>,
    joint_branch: &JointBranch,
    data: &ChangeJointBranch,
) -> Result<Option<&'a Arc<Place>>, Rejection> {
    let Some(code) = &data.lead_township else { return Ok(None) };
    let lead = case.place(code, "/data/lead_township")?;
    if lead.level != Level::Township {
        return Err(Case::unknown(say("乡镇", "township"), code, "/data/lead_township"));
    }
    let county = |id| case.state.ancestor(id, Level::County).map(|county| county.code.clone());
    if let Some(own) = county(joint_branch.lead_township)
        && county(lead.id).as_ref() != Some(&own)
    {
        case.refuse(Rejection::OtherCounty { name: lead.name.to_string(), county: own })?;
    }
    case.require_scope(&case.state.scope_of_place(lead.id), code.as_str())?;
    Ok(Some(lead).filter(|lead| lead.id != joint_branch.lead_township))
}

/// The form's own condition, and nobody left in a post that the new form does not have.
fn check_form(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    (form, kind): (Form, Option<&Code>),
    level: Level,
) -> Result<(), Rejection> {
    let members = members_without(case, joint_branch, None);
    let asked = FormAndKind { arrangement: joint_branch.arrangement, form, kind };
    form_conditions::check(case, asked, &members)?;
    let needed_level = case.policy.thresholds.committee_form_level;
    if form == Form::Committee && level < needed_level {
        case.refuse(Rejection::CommitteeApproval { needed: needed_level })?;
    }
    check_agreement(case, joint_branch, form)?;
    if form == Form::None && joint_branch.secretary.is_some() {
        case.refuse(ChangeRejection::SecretaryInPost)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ProposeJointBranch;
    use crate::testing::city::{JOINT, LEAD, NEXT, SECRETARY, TOWNSHIP_ORGAN, V1, V2, members, place};
    use crate::testing::drafts::changes::{change, changing};
    use crate::testing::drafts::{
        Draft, assign, merge, pair, pairing, paper, propose, relieve, survey, text,
    };
    use crate::testing::{City, date};

    fn to_form(form: Form) -> Draft {
        change(ChangeJointBranch { form: Some(form), ..changing() })
    }

    fn to_name(name: &str) -> Draft {
        change(ChangeJointBranch { name: Some(text(name)), ..changing() })
    }

    /// A merger of 2 + n members, changed later than their count.
    fn with(members_of_first: u32) -> City {
        City::merged().given(members(V1, members_of_first, 0).on("2019-04-01"))
    }

    #[test]
    fn a_joint_branch_bears_a_new_name_and_what_is_not_named_stays() {
        let after = City::merged().when(to_name("狮岩联合党支部")).then(&[EventBody::JointBranchChanged(
            JointBranchChanged {
                joint_branch: JOINT,
                level: Level::County,
                name: Some(text("狮岩联合党支部")),
                lead_township: None,
                form: None,
                form_kind: None,
                consents: Vec::new(),
            },
        )]);
        let joint = after.joint();
        assert_eq!((joint.name.as_str(), joint.form), ("狮岩联合党支部", Form::Branch));
        assert!(joint.filings_owed.is_empty(), "the county decided both");
        let same = to_name("狮岩联合党支部").paper("昭委组〔2019〕38号", "2019-05-20");
        after.when(same).refused(Rejection::NothingToRecord);
        City::merged().when(change(changing())).refused(Rejection::NothingToRecord);
    }

    #[test]
    fn a_larger_form_needs_its_members() {
        with(49).when(to_form(Form::GeneralBranch)).accepted();
        with(48).when(to_form(Form::GeneralBranch).overriding()).warns(&["general-branch-members"]);
        let refused = Rejection::GeneralBranchMembers { found: 50, allowed: 50 };
        with(48).when(to_form(Form::GeneralBranch)).refused(refused);
        with(98).when(to_form(Form::Committee)).accepted();
        let refused = Rejection::CommitteeMembers { found: 99, allowed: 100 };
        with(97).when(to_form(Form::Committee).overriding()).refused(refused);
        City::merged().when(to_form(Form::None)).refused(Rejection::FormCondition {
            detail: say("合建必须有党组织形式", "a merger has an organ"),
        });
    }

    #[test]
    fn a_committee_is_the_countys_to_approve() {
        let lowered =
            |city: City| city.with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
        let merged = merge().behalf(TOWNSHIP_ORGAN);
        let city = lowered(City::surveyed()).given(merged).given(members(V1, 98, 0).on("2019-04-01"));
        let refused = Rejection::CommitteeApproval { needed: Level::County };
        city.when(to_form(Form::Committee).behalf(TOWNSHIP_ORGAN)).refused(refused);
        city.when(to_form(Form::Committee)).accepted();
        // What the county established the township does not change.
        let refused = Rejection::ApproverLevel { needed: Level::County };
        lowered(City::merged()).when(to_name("新名").behalf(TOWNSHIP_ORGAN)).refused(refused);
    }

    #[test]
    fn a_pairing_gains_a_post_with_its_form_and_loses_it_empty() {
        let data = ProposeJointBranch { form: Form::GeneralBranch, ..pairing(&[V1, V2]) };
        let city = City::new().given(members(V1, 60, 0)).given(propose(data));
        let city =
            city.given(survey(&[(V1, 100, 100), (V2, 100, 100)])).given(pair()).given(assign(SECRETARY));
        city.when(to_form(Form::None)).refused(ChangeRejection::SecretaryInPost.into());
        let empty = city.given(relieve(SECRETARY)).given(to_form(Form::None).on("2019-05-20"));
        assert_eq!((empty.joint().vacant_since, &empty.joint().term), (None, &None));
        let back = to_form(Form::GeneralBranch).paper("昭委组〔2019〕41号", "2019-06-20").on("2019-06-20");
        assert_eq!(empty.given(back).joint().vacant_since, Some(date("2019-06-20")));
    }

    #[test]
    fn another_township_leads_with_the_consent_of_the_members_own() {
        let led_by =
            |code: &str| change(ChangeJointBranch { lead_township: code.parse().ok(), ..changing() });
        let name = "510811100201党支部".to_owned();
        City::merged().when(led_by(NEXT)).refused(Rejection::ConsentMissing { name });
        let consents = vec![crate::consent::Consent {
            organization: TOWNSHIP_ORGAN,
            document: paper("元委〔2019〕4号", "2019-05-10"),
        }];
        let draft = change(ChangeJointBranch { lead_township: NEXT.parse().ok(), consents, ..changing() });
        let after = City::merged().when(draft).accepted();
        assert_eq!(after.joint().lead_township, place(NEXT));
        City::merged().when(led_by(LEAD)).refused(Rejection::NothingToRecord);
        let county = "510811".parse().unwrap();
        City::merged()
            .when(led_by("510824100"))
            .refused(Rejection::OtherCounty { name: "陵江镇".into(), county });
        let village = Case::unknown(say("乡镇", "township"), &"510811100201", "/data/lead_township");
        City::merged().when(led_by("510811100201")).refused(village);
    }

    #[test]
    fn a_change_rests_on_a_meeting_and_its_own_document() {
        City::merged().when(to_name("新名").undecided()).refused(Rejection::DecidedByMissing);
        City::merged().when(to_name("新名").no_paper()).refused(Rejection::DocumentMissing);
        let city = City::merged().given(to_name("新名"));
        let number = "昭委组〔2019〕37号".parse().unwrap();
        city.when(to_name("旧名")).refused(Rejection::DocumentRepeated { number });
        assert!(matches!(City::proposed().when(to_name("新名")).decision, Err(Rejection::WrongPhase { .. })));
    }
}
