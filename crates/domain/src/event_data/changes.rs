//! What the events say by which something that was there changed: members, joint branches, organizations.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::consent::Consent;
use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::ids::{CommandId, EventId, JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::Form;
use crate::organization::{HostKind, OrganizationForm, Profile};
use crate::place::Level;
use crate::text::Text;

/// A member joined a live joint branch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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

/// Name, form, host or superior of an organization changed; what is not named stayed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationChanged {
    /// Which.
    pub organization: OrganizationId,
    /// The new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The new form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<OrganizationForm>,
    /// The kind of the form as it is now, where it or the form changed and it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_kind: Option<Code>,
    /// What it belongs to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_kind: Option<HostKind>,
    /// The host, where it is a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_place: Option<PlaceId>,
    /// The host's code or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Text>,
    /// Where it lies now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<PlaceId>,
    /// The organization above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superior: Option<OrganizationId>,
}

/// An organization that stood alone was abolished by a decision of its own; another goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationClosed {
    /// Which.
    pub organization: OrganizationId,
    /// Who goes on.
    pub successor: OrganizationId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// What an event says of an organization is corrected; the earlier words stay in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationCorrected {
    /// Which.
    pub organization: OrganizationId,
    /// The event that is corrected.
    pub corrected_event: EventId,
    /// Its position.
    pub corrected_position: u64,
    /// Its effective date: the day at which the correction is folded.
    pub corrected_effective_date: Date,
    /// The name as it should read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The name until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier_name: Option<Text>,
    /// Figures as they should read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub profile: Profile,
    /// The same figures until now.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earlier_profile: Profile,
    /// Why.
    pub reason: Text,
}

/// The name of a place is corrected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceCorrected {
    /// Which.
    pub place: PlaceId,
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

/// The name of a joint branch is corrected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
