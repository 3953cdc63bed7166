//! What the events of a joint branch itself say: proposed, surveyed, decided, changed, its members, its end.

use crate::code::Code;
use crate::consent::Consent;
use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::ids::{CommandId, EventId, JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::{Arrangement, Form, Ground, Justification, Mode};
use crate::place::Level;
use crate::text::Text;

data! {
    /// A joint branch is proposed.
    pub struct JointBranchProposed {
        /// The joint branch.
        pub joint_branch: JointBranchId,
        /// Its name.
        pub name: Text,
        /// 合建 or 共建.
        pub arrangement: Arrangement,
        /// 方式.
        pub mode: Mode,
        /// 形式.
        pub form: Form,
        /// The kind of the form, where a policy has added it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// The organizations that join.
        pub members: Vec<OrganizationId>,
        /// The township that leads.
        pub lead_township: PlaceId,
        /// Why these.
        pub justification: Justification,
        /// 主村.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub base_village: Option<PlaceId>,
        /// The common industry.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub industry: Option<Text>,
        /// The reason of `other`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mode_reason: Option<Text>,
        /// The superior's decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior_decision: Option<DocumentNumber>,
        /// Rules set aside, to be confirmed by the establishing decision.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub overridden: Vec<String>,
    }

    /// The will of one village.
    pub struct SurveyResult {
        /// The village.
        pub village: PlaceId,
        /// Households asked.
        pub asked: u32,
        /// Households in favour.
        pub in_favour: u32,
        /// How.
        pub method: Text,
        /// When.
        pub date: Date,
    }

    /// A will survey is recorded.
    pub struct JointBranchSurveyed {
        /// The proposal.
        pub joint_branch: JointBranchId,
        /// The survey's id.
        pub survey: CommandId,
        /// One entry a member village.
        pub villages: Vec<SurveyResult>,
    }

    /// The joint branch is established.
    pub struct JointBranchEstablished {
        /// The joint branch.
        pub joint_branch: JointBranchId,
        /// 合建 or 共建.
        pub arrangement: Arrangement,
        /// The tier of the body that decided.
        pub level: Level,
        /// The survey it rests on; none where no member is a village.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<CommandId>,
        /// Consents of members' own townships.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub consents: Vec<Consent>,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }

    /// A proposal ended without a joint branch.
    pub struct ProposalEnded {
        /// The proposal.
        pub joint_branch: JointBranchId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }

    /// A member joined a live joint branch.
    pub struct MemberAdmitted {
        /// Which joint branch.
        pub joint_branch: JointBranchId,
        /// Who joined.
        pub organization: OrganizationId,
        /// The tier of the body that decided.
        pub level: Level,
        /// The survey it rests on; none where the member is no village.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<CommandId>,
        /// Consents of the member's own township.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub consents: Vec<Consent>,
        /// The superior's decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior_decision: Option<DocumentNumber>,
    }

    /// A member left a live joint branch.
    pub struct MemberReleased {
        /// Which joint branch.
        pub joint_branch: JointBranchId,
        /// Who left.
        pub organization: OrganizationId,
        /// Who goes on; itself where it was restored.
        pub successor: OrganizationId,
        /// The tier of the body that decided.
        pub level: Level,
        /// The survey it rests on; none where the member is no village.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<CommandId>,
    }

    /// Name, lead township or form of a joint branch changed; what is not named stayed.
    pub struct JointBranchChanged {
        /// Which.
        pub joint_branch: JointBranchId,
        /// The tier of the body that decided.
        pub level: Level,
        /// The new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
        /// The new lead township.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lead_township: Option<PlaceId>,
        /// The new form.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form: Option<Form>,
        /// The kind of the form as it is now, where it or the form changed and it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// Consents of members' own townships.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub consents: Vec<Consent>,
    }

    /// The name of a joint branch is corrected.
    pub struct JointBranchCorrected {
        /// Which.
        pub joint_branch: JointBranchId,
        /// The event that is corrected.
        pub corrected_event: EventId,
        /// Its position.
        pub corrected_position: u64,
        /// Its effective date: the day at which the correction is folded.
        pub corrected_effective_date: Date,
        /// The name as it should read.
        pub name: Text,
        /// The name until now.
        pub earlier_name: Text,
        /// Why.
        pub reason: Text,
    }

    /// The joint branch ended.
    pub struct JointBranchDissolved {
        /// Which.
        pub joint_branch: JointBranchId,
        /// Why.
        pub ground: Ground,
        /// The tier of the body that decided.
        pub level: Level,
        /// The organ above that body and its document, for a superior's decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior: Option<Consent>,
    }
}
