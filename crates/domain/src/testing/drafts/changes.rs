//! Commands that change members, joint branches and organizations, with sensible defaults.

use super::{Draft, county, officer, survey, text};
use crate::commands::correct_record::CorrectedFields;
use crate::commands::{
    AbolishOrganization, AdmitMember, ChangeJointBranch, ChangeOrganization, CommandBody, CorrectDocument,
    CorrectRecord, ReleaseMember,
};
use crate::ids::{CommandId, EventId, OrganizationId};
use crate::testing::city::JOINT;
use crate::testing::date;

/// `record-will-survey` on 2019-04-20 of villages that would join or leave, asked on 2019-04-15.
pub fn ask(villages: &[(OrganizationId, u32, u32)]) -> Draft {
    let mut draft = survey(villages).on("2019-04-20");
    if let CommandBody::RecordWillSurvey(data) = &mut draft.body {
        data.villages.iter_mut().for_each(|village| village.date = date("2019-04-15"));
    }
    draft
}

/// Who would join.
pub fn admission(member: OrganizationId) -> AdmitMember {
    AdmitMember { joint_branch: JOINT, member, survey: None, consents: Vec::new(), superior_decision: None }
}

/// `admit-member` on 2019-04-25, on whatever survey there is.
pub fn admit(member: OrganizationId) -> Draft {
    admit_as(admission(member))
}

/// As `admit`, in other words.
pub fn admit_as(data: AdmitMember) -> Draft {
    county(CommandBody::AdmitMember(data), "昭委组〔2019〕31号", "2019-04-25")
}

/// Who would leave, and who goes on.
pub fn leave(member: OrganizationId, successor: OrganizationId) -> ReleaseMember {
    ReleaseMember { joint_branch: JOINT, member, successor, survey: None }
}

/// `release-member` on 2019-05-20, on whatever survey there is.
pub fn release(member: OrganizationId, successor: OrganizationId) -> Draft {
    release_as(leave(member, successor))
}

/// As `release`, in other words.
pub fn release_as(data: ReleaseMember) -> Draft {
    county(CommandBody::ReleaseMember(data), "昭委组〔2019〕39号", "2019-05-20")
}

/// No change of the joint branch.
pub fn changing() -> ChangeJointBranch {
    ChangeJointBranch {
        joint_branch: JOINT,
        name: None,
        lead_township: None,
        form: None,
        form_kind: None,
        consents: Vec::new(),
    }
}

/// `change-joint-branch` on 2019-05-20.
pub fn change(data: ChangeJointBranch) -> Draft {
    county(CommandBody::ChangeJointBranch(data), "昭委组〔2019〕37号", "2019-05-20")
}

/// No change of an organization.
pub fn reorganizing(organization: OrganizationId) -> ChangeOrganization {
    ChangeOrganization {
        organization,
        name: None,
        form: None,
        form_kind: None,
        host_kind: None,
        host: None,
        location: None,
        superior: None,
    }
}

/// `change-organization` on 2019-01-05.
pub fn reorganize(data: ChangeOrganization) -> Draft {
    county(CommandBody::ChangeOrganization(data), "昭委组〔2019〕3号", "2019-01-05")
}

/// `abolish-organization` on 2019-01-05.
pub fn abolish(organization: OrganizationId, successor: OrganizationId) -> Draft {
    let data = AbolishOrganization { organization, successor, reason: None };
    county(CommandBody::AbolishOrganization(data), "昭委组〔2019〕4号", "2019-01-05")
}

/// `correct-record` by another officer on 2019-09-01.
pub fn correct_record(event: EventId, fields: CorrectedFields) -> Draft {
    let data = CorrectRecord { event, fields, reason: text("笔误") };
    county(CommandBody::CorrectRecord(data), "昭委组〔2019〕55号", "2019-09-01").by(officer("officer-2"))
}

/// `correct-document` by another officer on 2019-09-01, of the decision that a command recorded; nothing is corrected.
pub fn correcting(decision: CommandId) -> CorrectDocument {
    CorrectDocument { decision, number: None, issued: None, sha256: None, reason: text("文号录错") }
}

/// As `correcting`, given.
pub fn correct_document(data: CorrectDocument) -> Draft {
    county(CommandBody::CorrectDocument(data), "昭委组〔2019〕56号", "2019-09-01").by(officer("officer-2"))
}

/// As `correct_record`, of a name.
pub fn correct_name(event: EventId, name: &str) -> Draft {
    correct_record(event, CorrectedFields { name: Some(text(name)), profile: None })
}
