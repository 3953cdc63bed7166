//! `assign-superior`: an organization stands under a joint general branch or committee, as 党总支下设党支部 does.

use crate::case::Case;
use crate::commands::change_organization::check_decision;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::organizations::OrganizationPlacedUnder;
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::Form;
use crate::mechanism::Mechanism;
use crate::organization::{OrganizationForm, OrganizationStatus};
use crate::recall::Recorded;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 决定党组织隶属于联合党总支或联合党委 / puts an organization under a joint general branch or joint committee
    pub struct AssignSuperior {
        /// 隶属关系变更的党组织 / the organization whose superior it is to be
        pub organization: OrganizationId,
        /// 作为上级的联合党总支或联合党委 / the joint general branch or joint committee that becomes its superior
        pub joint_branch: JointBranchId,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "assign-superior",
    title: say("隶属联合党组织", "Put under a joint branch"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Organizations],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && matches!(joint.form, Form::GeneralBranch | Form::Committee)),
    yields: &["organization.placed-under"],
    along: &[],
    refused_when: "no document; the joint branch is no general branch or committee at work; the organization is of too large a form, or not at work",
    rules: &["superior-joint", "document-required", "member-active"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-06-25",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2026〕71号", "issued": "2026-06-24"},
  "decided_by": {"meeting": "区委常委会第7次会议", "date": "2026-06-23"},
  "data": {"organization": "01J8KQ2M000000000000000001", "joint_branch": "01J8KQ2M000000000000000017"}
}"#,
    example_follows: &["register-organization", "confirm-registration"],
};

pub(crate) fn entity(data: &AssignSuperior) -> Option<Entity> {
    Some(Entity::Organization(data.organization))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AssignSuperior) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let superior = || joint_branch.name.to_string();
    if !matches!(joint_branch.form, Form::GeneralBranch | Form::Committee) {
        let detail = say(
            "只有联合党总支、联合党委可以作为上级",
            "only a joint general branch or committee is a superior",
        );
        case.refuse(ChangeRejection::SuperiorJoint { superior: superior(), detail })?;
    }
    let organization = case.organization_in_order(data.organization, "/data/organization")?;
    if organization.status != OrganizationStatus::Active {
        case.refuse(Rejection::MemberInactive { name: organization.name.to_string() })?;
    }
    check_decision(case, organization)?;
    let fits = match organization.form {
        OrganizationForm::Branch => true,
        OrganizationForm::GeneralBranch => joint_branch.form == Form::Committee,
        OrganizationForm::Committee | OrganizationForm::Organ => false,
    };
    if !fits {
        let detail = say(
            "党总支下设党支部，党委下设党总支、党支部",
            "a general branch has branches under it, a committee general branches and branches",
        );
        case.refuse(ChangeRejection::SuperiorJoint { superior: superior(), detail })?;
    }
    if organization.superior_joint == Some(joint_branch.id) {
        return Err(Rejection::NothingToRecord);
    }
    Ok(vec![EventBody::OrganizationPlacedUnder(OrganizationPlacedUnder {
        organization: organization.id,
        joint_branch: joint_branch.id,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AssignSuperior> {
    let EventBody::OrganizationPlacedUnder(OrganizationPlacedUnder { organization, joint_branch }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(AssignSuperior { organization, joint_branch })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::{CommandBody, ProposeJointBranch};
    use crate::testing::City;
    use crate::testing::city::{COOPERATIVE, JOINT, TOWNSHIP_ORGAN, V1, V2, V3, members};
    use crate::testing::drafts::{Draft, county, merge, proposal, propose, survey};

    fn place(organization: OrganizationId) -> Draft {
        let data = AssignSuperior { organization, joint_branch: JOINT };
        county(CommandBody::AssignSuperior(data), "昭委组〔2019〕41号", "2019-06-01")
    }

    /// A merger of that form, of sixty members or more.
    fn merged(form: Form, formal: u32) -> City {
        let data = ProposeJointBranch { form, ..proposal(&[V1, V2]) };
        let city = City::new().given(members(V1, formal, 0)).given(propose(data));
        city.given(survey(&[(V1, 100, 100), (V2, 100, 100)])).given(merge())
    }

    #[test]
    fn a_branch_stands_under_a_joint_general_branch_or_committee() {
        let city = merged(Form::GeneralBranch, 60);
        let after =
            city.when(place(V3)).then(&[EventBody::OrganizationPlacedUnder(OrganizationPlacedUnder {
                organization: V3,
                joint_branch: JOINT,
            })]);
        assert_eq!(after.organization(V3).superior_joint, Some(JOINT));
        let again = place(V3).paper("昭委组〔2019〕42号", "2019-06-01");
        after.when(again).refused(Rejection::NothingToRecord);
        merged(Form::Committee, 110).when(place(V3)).accepted();
    }

    #[test]
    fn only_a_general_branch_or_committee_at_work_is_a_superior() {
        City::merged().when(place(V3)).refused_by("superior-joint");
        let city = merged(Form::GeneralBranch, 60);
        city.when(place(TOWNSHIP_ORGAN)).refused_by("superior-joint");
        city.when(place(V1)).refused_by("member-active");
        city.when(place(V3).no_paper()).refused_by("document-required");
        city.when(place(V3).behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        city.when(place(COOPERATIVE)).accepted();
        City::proposed().when(place(V3)).refused_by("phase");
    }
}
