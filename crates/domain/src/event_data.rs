//! What each event says: the `data` of a CloudEvent. A published type never changes; a new version is a new type.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account::Role;
use crate::code::Code;
use crate::consent::Consent;
use crate::date::{Date, Timestamp};
use crate::document_number::{DocumentNumber, Sha256Hex};
use crate::function::Function;
use crate::ids::{
    AccountId, CommandId, Commitment, HolderId, InstanceId, JointBranchId, OrganizationId, PersonId, PlaceId,
    PolicyId,
};
use crate::joint_branch::{Arrangement, Form, Grade, Ground, Justification, Mode};
use crate::organization::{Figure, HostKind, OrganizationForm, Profile};
use crate::place::{Level, PlaceCode, PlaceKind};
use crate::policy::CodeLists;
use crate::quarter::Quarter;
use crate::satisfaction::Satisfaction;
use crate::text::Text;
use crate::thresholds::ThresholdChanges;

pub mod changes;
pub mod oversight;
pub mod persons;
pub mod places;
pub mod posts;
#[cfg(any(test, feature = "testing"))]
pub mod rehearsal;
pub mod work;

/// A place exists from the effective date on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceRegistered {
    /// The place.
    pub place: PlaceId,
    /// Its code.
    pub code: PlaceCode,
    /// Its name.
    pub name: Text,
    /// Its tier.
    pub level: Level,
    /// The place above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PlaceId>,
    /// The code of the place above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_code: Option<PlaceCode>,
    /// Village or community, for the lowest tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PlaceKind>,
}

/// An organization is on the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationRegistered {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: Text,
    /// Its form.
    pub form: OrganizationForm,
    /// The kind of the form, where a policy has added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_kind: Option<Code>,
    /// What it belongs to.
    pub host_kind: HostKind,
    /// The host, where it is a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_place: Option<PlaceId>,
    /// The host's code or name.
    pub host: Text,
    /// Where it lies.
    pub location: PlaceId,
    /// The organization above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<OrganizationId>,
    /// 正式党员.
    pub formal_members: u32,
    /// 预备党员.
    pub probationary_members: u32,
}

/// Counts or profile of an organization changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationUpdated {
    /// The organization.
    pub organization: OrganizationId,
    /// 正式党员.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formal_members: Option<u32>,
    /// 预备党员.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probationary_members: Option<u32>,
    /// Figures that were set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profile: Profile,
}

/// A merger took the organization's work over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSuspended {
    /// The organization.
    pub organization: OrganizationId,
    /// The merger.
    pub joint_branch: JointBranchId,
}

/// The organization works again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationRestored {
    /// The organization.
    pub organization: OrganizationId,
    /// The merger that ended.
    pub joint_branch: JointBranchId,
}

/// The organization ended in favour of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationAbolished {
    /// The organization.
    pub organization: OrganizationId,
    /// The merger that ended.
    pub joint_branch: JointBranchId,
    /// The organization that goes on.
    pub successor: OrganizationId,
}

/// A person is known by an opaque id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRegistered {
    /// The person.
    pub person: PersonId,
    /// The organization of membership.
    pub organization: OrganizationId,
    /// The day of formal membership.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formal_member_since: Option<Date>,
    /// The commitment to the name.
    pub name_commitment: Commitment,
}

/// A joint branch is proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JointBranchSurveyed {
    /// The proposal.
    pub joint_branch: JointBranchId,
    /// The survey's id.
    pub survey: CommandId,
    /// One entry a member village.
    pub villages: Vec<SurveyResult>,
}

/// The joint branch is established.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalEnded {
    /// The proposal.
    pub joint_branch: JointBranchId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// A secretary is in post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretaryAssigned {
    /// Where.
    pub joint_branch: JointBranchId,
    /// Who.
    pub person: PersonId,
    /// 来源.
    pub source: Text,
    /// The first day of the term.
    pub term_start: Date,
    /// The last day.
    pub term_end: Date,
    /// The commitment to the yuan a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_pay_commitment: Option<Commitment>,
}

/// A secretary left the post.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretaryRelieved {
    /// Where.
    pub joint_branch: JointBranchId,
    /// Who.
    pub person: PersonId,
    /// The commitment to the reason; none where the joint branch was dissolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_commitment: Option<Commitment>,
}

/// Functions passed between originals and the joint branch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FunctionsMoved {
    /// The joint branch.
    pub joint_branch: JointBranchId,
    /// Which.
    pub functions: Vec<Function>,
    /// The originals.
    pub from: Vec<OrganizationId>,
}

/// A quarter is graded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarterEvaluated {
    /// Which.
    pub joint_branch: JointBranchId,
    /// The quarter.
    pub quarter: Quarter,
    /// The grade.
    pub grade: Grade,
    /// What was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Text>,
    /// Indicators by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indicators: BTreeMap<Text, Figure>,
}

/// A grade is corrected; the earlier one stays in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluationCorrected {
    /// Which.
    pub joint_branch: JointBranchId,
    /// The quarter.
    pub quarter: Quarter,
    /// The grade as corrected.
    pub grade: Grade,
    /// The grade before.
    pub earlier_grade: Grade,
    /// Position of the event that is corrected.
    pub corrected_position: u64,
    /// Effective date of the event that is corrected: the day at which the correction is folded.
    pub corrected_effective_date: Date,
    /// What was found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Text>,
    /// Indicators by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indicators: BTreeMap<Text, Figure>,
    /// Why.
    pub reason: Text,
}

/// Rectification is ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RectificationOrdered {
    /// Which.
    pub joint_branch: JointBranchId,
    /// By when.
    pub deadline: Date,
    /// What.
    pub items: Vec<Text>,
    /// The quarters graded poor that it answers.
    pub quarters: Vec<Quarter>,
}

/// A rectification is reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RectificationReviewed {
    /// Which.
    pub joint_branch: JointBranchId,
    /// Whether the items are done.
    pub improved: bool,
    /// Party members.
    pub members: Satisfaction,
    /// Villagers, by household.
    pub villagers: Satisfaction,
    /// Whether both shares reach the floor of the policy.
    pub satisfied: bool,
    /// Whether dissolution is owed.
    pub termination_due: bool,
}

/// The joint branch ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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

/// Figures and codes hold in a jurisdiction from the effective date on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyIssued {
    /// The policy.
    pub policy: PolicyId,
    /// The code of the city or of a county.
    pub jurisdiction: PlaceCode,
    /// The tier of the body that issued it.
    pub level: Level,
    /// Figures that were set.
    #[serde(default)]
    pub figures: ThresholdChanges,
    /// Codes that were added, by list.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub code_lists: CodeLists,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// An account may act or read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountIssued {
    /// The account.
    pub account: AccountId,
    /// What it may do.
    pub role: Role,
    /// Where.
    pub scope: PlaceCode,
    /// The commitment to the holder's name.
    pub holder_commitment: Commitment,
    /// Whose account it is, where the holder has others; absent: a holder of that account's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<HolderId>,
    /// The last day on which it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
}

/// An account may act until another day; its token is a new one and the old one worthless.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRenewed {
    /// Which.
    pub account: AccountId,
    /// The last day on which it is valid.
    pub expires_on: Date,
    /// Whose account it is from now on, where it joins the others of its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<HolderId>,
}

/// The second factor of an account is gone: its holder sets up another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorReset {
    /// Which.
    pub account: AccountId,
    /// Why.
    pub reason: Text,
}

/// Under which settings the log is kept from now on that may lose acknowledged events; none: it is kept safely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DurabilityDeclared {
    /// Each as `name=value`, with the server where it is one's.
    pub unsafe_settings: Vec<Text>,
}

/// The machine's clock is right although it leaps from the event before. The only event that may be recorded at an earlier
/// time than the one before it: those of a later time were recorded under a clock that was ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockAccepted {
    /// When the event before was recorded.
    pub previous: Timestamp,
    /// Why the clock is right.
    pub reason: Text,
}

/// How far the access log of an instance goes: from here on nothing of it can be cut off or changed unseen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessLogAnchored {
    /// Whose access log.
    pub instance: InstanceId,
    /// The number of its last entry.
    pub count: u64,
    /// The hash of that entry, which covers all before it.
    pub head: Sha256Hex,
    /// For how many days an entry is kept; earlier programs did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_days: Option<u32>,
}

/// An account may do nothing any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRevoked {
    /// The account.
    pub account: AccountId,
}
