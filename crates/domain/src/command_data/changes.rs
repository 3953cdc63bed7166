//! What the commands say that change what is there: members, joint branches, organizations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Consent;
use crate::code::Code;
use crate::document_number::DocumentNumber;
use crate::ids::{CommandId, EventId, JointBranchId, OrganizationId};
use crate::joint_branch::Form;
use crate::organization::{HostKind, OrganizationForm, Profile};
use crate::place::PlaceCode;
use crate::text::Text;

data! {
    /// Admits a member to a live joint branch.
    pub struct AdmitMember {
        /// Which joint branch.
        pub joint_branch: JointBranchId,
        /// Who joins.
        pub member: OrganizationId,
        /// The survey of the joining village; needed where more than one covers it.
        pub survey: Option<CommandId>,
        /// The consent of its own township committee, where it lies outside the lead township.
        #[serde(default)]
        pub consents: Vec<Consent>,
        /// The superior's decision that lets an organization with 3 or more formal members join.
        pub superior_decision: Option<DocumentNumber>,
    }

    /// Releases a member from a live joint branch.
    pub struct ReleaseMember {
        /// Which joint branch.
        pub joint_branch: JointBranchId,
        /// Who leaves.
        pub member: OrganizationId,
        /// Its own id: restored; another organization: it goes on there.
        pub successor: OrganizationId,
        /// The survey of the leaving village; needed where more than one covers it.
        pub survey: Option<CommandId>,
    }

    /// Changes the name, lead township or form of a live joint branch.
    pub struct ChangeJointBranch {
        /// Which.
        pub joint_branch: JointBranchId,
        /// The new name.
        pub name: Option<Text>,
        /// The new lead township, by code.
        pub lead_township: Option<PlaceCode>,
        /// The new form.
        pub form: Option<Form>,
        /// The kind of the form, a code of the policy's list `forms`, such as 功能型党支部: the form's own rules hold.
        pub form_kind: Option<Code>,
        /// Consents of the township committees of members outside a new lead township.
        #[serde(default)]
        pub consents: Vec<Consent>,
    }

    /// Changes name, form, host or superior of an organization.
    pub struct ChangeOrganization {
        /// Which.
        pub organization: OrganizationId,
        /// The new name.
        pub name: Option<Text>,
        /// The new form.
        pub form: Option<OrganizationForm>,
        /// The kind of the form, a code of the policy's list `forms`, such as 功能型党支部: the form's own rules hold.
        pub form_kind: Option<Code>,
        /// What it belongs to from now on; with `host`.
        pub host_kind: Option<HostKind>,
        /// The code of the place, or the unit's name; with `host_kind`.
        pub host: Option<Text>,
        /// Where it lies, for a host that is no place.
        pub location: Option<PlaceCode>,
        /// The organization above.
        pub superior: Option<OrganizationId>,
    }

    /// Abolishes an organization that stands alone.
    pub struct AbolishOrganization {
        /// Which.
        pub organization: OrganizationId,
        /// Who goes on.
        pub successor: OrganizationId,
        /// Why.
        pub reason: Option<Text>,
    }

    /// Fields that may be corrected: spelling, and figures that no rule reads.
    pub struct CorrectedFields {
        /// The name of an organization, place or joint branch.
        pub name: Option<Text>,
        /// Figures of an organization's profile: population, area, income, industry.
        pub profile: Option<Profile>,
    }

    /// Corrects what an event says.
    pub struct CorrectRecord {
        /// The event that states the value today, by its id.
        pub event: EventId,
        /// The fields as they should read.
        pub fields: CorrectedFields,
        /// Why.
        pub reason: Text,
    }
}
