//! What the events of an organization say: registered, changed, corrected, suspended, restored, ended.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::date::Date;
use crate::ids::{EventId, JointBranchId, OrganizationId, PlaceId};
use crate::organization::{HostKind, OrganizationForm, Profile};
use crate::text::Text;

data! {
    /// An organization is on the register.
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

    /// Name, form, host or superior of an organization changed; what is not named stayed.
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

    /// What an event says of an organization is corrected; the earlier words stay in the log.
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

    /// A merger took the organization's work over.
    pub struct OrganizationSuspended {
        /// The organization.
        pub organization: OrganizationId,
        /// The merger.
        pub joint_branch: JointBranchId,
    }

    /// The organization works again.
    pub struct OrganizationRestored {
        /// The organization.
        pub organization: OrganizationId,
        /// The merger that ended.
        pub joint_branch: JointBranchId,
    }

    /// The organization ended in favour of another.
    pub struct OrganizationAbolished {
        /// The organization.
        pub organization: OrganizationId,
        /// The merger that ended.
        pub joint_branch: JointBranchId,
        /// The organization that goes on.
        pub successor: OrganizationId,
    }

    /// An organization that stood alone was abolished by a decision of its own; another goes on.
    pub struct OrganizationClosed {
        /// Which.
        pub organization: OrganizationId,
        /// Who goes on.
        pub successor: OrganizationId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}
