//! What each command says: the `data` of a request, one closed object a command.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::account::Role;
use crate::code::Code;
use crate::date::{Date, Timestamp};
use crate::document_number::{Document, DocumentNumber, Sha256Hex};
use crate::erasable::Erasable;
use crate::figures::FigureChanges;
use crate::ids::{
    AccountId, CommandId, InstanceId, JointBranchId, OrganizationId, PersonId, PlaceId, PolicyId,
};
use crate::joint_branch::{Arrangement, Form, Function, Grade, Ground, Justification, Mode};
use crate::organization::{Figure, HostKind, OrganizationForm, Profile};
use crate::place::{Level, PlaceCode, PlaceKind};
use crate::policy::CodeLists;
use crate::post::SecretaryBasis;
use crate::quarter::Quarter;
use crate::text::Text;

/// The most people that a count in a command is about: more than any organization or village has, few enough that what is
/// counted together stays a number of people.
pub const MAX_PEOPLE: u32 = 1_000_000;

macro_rules! data {
    ($($item:item)+) => {$(
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        $item
    )+};
}

pub mod changes;
pub mod oversight;
pub mod persons;
pub mod places;
pub mod posts;
pub mod work;

data! {
    /// Registers a place.
    pub struct RegisterPlace {
        /// Its identity; the command's own id where absent.
        pub id: Option<PlaceId>,
        /// The statistical code, 4, 6, 9 or 12 digits by level.
        pub code: PlaceCode,
        /// The name.
        pub name: Text,
        /// The tier.
        pub level: Level,
        /// The code of the place above, in force on the effective date; absent for the city itself.
        pub parent: Option<PlaceCode>,
        /// Village or community; derived from the code where absent.
        pub kind: Option<PlaceKind>,
    }

    /// Registers a Party organization or a deciding body.
    pub struct RegisterOrganization {
        /// Its identity; the command's own id where absent.
        pub id: Option<OrganizationId>,
        /// The name.
        pub name: Text,
        /// 组织形式.
        pub form: OrganizationForm,
        /// The kind of the form, a code of the policy's list `forms`, such as 功能型党支部: the form's own rules hold.
        pub form_kind: Option<Code>,
        /// What it belongs to; an organ belongs to a township, county or city.
        pub host_kind: HostKind,
        /// The code of the place, or the unit's name.
        pub host: Text,
        /// For what belongs to no place, such as a unit or park: where it lies; the place of `superior` or of `on_behalf_of` where absent.
        pub location: Option<PlaceCode>,
        /// The organization above.
        pub superior: Option<OrganizationId>,
        /// 正式党员.
        #[schemars(range(max = MAX_PEOPLE))]
        pub formal_members: u32,
        /// 预备党员.
        #[schemars(range(max = MAX_PEOPLE))]
        pub probationary_members: u32,
    }

    /// Updates an organization's counts or its village's profile.
    pub struct UpdateOrganization {
        /// Which.
        pub organization: OrganizationId,
        /// 正式党员.
        #[schemars(range(max = MAX_PEOPLE))]
        pub formal_members: Option<u32>,
        /// 预备党员.
        #[schemars(range(max = MAX_PEOPLE))]
        pub probationary_members: Option<u32>,
        /// Figures to set; those not named stay.
        pub profile: Option<Profile>,
    }

    /// Registers a person. The name goes to the erasable store; the event holds a commitment.
    pub struct RegisterPerson {
        /// The identity; the command's own id where absent.
        pub id: Option<PersonId>,
        /// The name (erasable).
        pub name: Erasable<Text>,
        /// The organization of membership.
        pub organization: OrganizationId,
        /// The day of formal membership; absent for a probationary member or none.
        pub formal_member_since: Option<Date>,
    }

    /// Proposes a joint branch; the proposal's id is the joint branch's.
    pub struct ProposeJointBranch {
        /// The identity; the command's own id where absent.
        pub id: Option<JointBranchId>,
        /// The name.
        pub name: Text,
        /// 合建 or 共建.
        pub arrangement: Arrangement,
        /// 方式.
        pub mode: Mode,
        /// 形式.
        pub form: Form,
        /// The kind of the form, a code of the policy's list `forms`, such as 功能型党支部: the form's own rules hold.
        pub form_kind: Option<Code>,
        /// The organizations that join.
        pub members: Vec<OrganizationId>,
        /// The township that leads, by code.
        pub lead_township: PlaceCode,
        /// Why these.
        pub justification: Justification,
        /// The base village 主村, for `large_small`.
        pub base_village: Option<PlaceCode>,
        /// The common industry, for `similar_industry`.
        pub industry: Option<Text>,
        /// The reason, for `other`.
        pub mode_reason: Option<Text>,
        /// The superior's decision that lets an organization with 3 or more formal members join.
        pub superior_decision: Option<DocumentNumber>,
    }

    /// The will of one village.
    pub struct SurveyedVillage {
        /// Its code.
        pub village: PlaceCode,
        /// Households asked.
        #[schemars(range(max = MAX_PEOPLE))]
        pub asked: u32,
        /// Households in favour.
        #[schemars(range(max = MAX_PEOPLE))]
        pub in_favour: u32,
        /// How they were asked.
        pub method: Text,
        /// The day.
        pub date: Date,
    }

    /// Records a will survey of every member village.
    pub struct RecordWillSurvey {
        /// Which proposal.
        pub joint_branch: JointBranchId,
        /// One entry a member village.
        pub villages: Vec<SurveyedVillage>,
    }

    /// The word of another body, such as the township committee of a member outside the lead township.
    pub struct Consent {
        /// The organ, such as a 乡镇党委.
        pub organization: OrganizationId,
        /// Its document.
        pub document: Document,
    }

    /// Establishes a joint branch on a proposal.
    pub struct EstablishJointBranch {
        /// Which proposal.
        pub joint_branch: JointBranchId,
        /// The survey it rests on, by the id of its command; needed where there is more than one.
        pub survey: Option<CommandId>,
        /// Consents of the township committees of members outside the lead township.
        #[serde(default)]
        pub consents: Vec<Consent>,
        /// Live pairings of its members that end in the same append, decided by the superior.
        #[serde(default)]
        pub ends_pairings: BTreeSet<JointBranchId>,
        /// A remark.
        pub reason: Option<Text>,
    }

    /// Ends a proposal.
    pub struct EndProposal {
        /// Which proposal.
        pub joint_branch: JointBranchId,
        /// Why; a rejection must say it.
        pub reason: Option<Text>,
    }

    /// Assigns the secretary.
    pub struct AssignSecretary {
        /// Where.
        pub joint_branch: JointBranchId,
        /// Who.
        pub person: PersonId,
        /// 来源, a code of the list `secretary_sources` of the policy.
        pub source: Text,
        /// The first day of the term.
        pub term_start: Date,
        /// The last day; a full term where absent.
        pub term_end: Option<Date>,
        /// Yuan a month (erasable).
        pub monthly_pay: Option<Erasable<u32>>,
        /// The secretary in post, where the same act relieves them.
        pub replaces: Option<PersonId>,
        /// `elected`, by an election on file, or `assigned` with the committee's document; absent: as the log has it.
        pub basis: Option<SecretaryBasis>,
    }

    /// Relieves the secretary.
    pub struct RelieveSecretary {
        /// Where.
        pub joint_branch: JointBranchId,
        /// Who.
        pub person: PersonId,
        /// Why (erasable).
        pub reason: Erasable<Text>,
    }

    /// Names functions that pass between originals and the joint body of a pairing.
    pub struct MoveFunctions {
        /// Which pairing.
        pub joint_branch: JointBranchId,
        /// `political_guidance`, `industry`, `social_governance`, `public_service`, or named items.
        pub functions: Vec<Function>,
        /// The originals.
        pub from: Vec<OrganizationId>,
    }

    /// Grades a quarter.
    pub struct EvaluateQuarter {
        /// Which.
        pub joint_branch: JointBranchId,
        /// The quarter, ended.
        pub quarter: Quarter,
        /// 好, 一般, 较差.
        pub grade: Grade,
        /// What was found.
        #[serde(default)]
        pub findings: Vec<Text>,
        /// Indicators by name.
        #[serde(default)]
        #[schemars(extend("propertyNames" = { "$ref": "#/$defs/Text" }))]
        pub indicators: BTreeMap<Text, Figure>,
        /// Why, for a correction.
        pub reason: Option<Text>,
    }

    /// Orders rectification on a poor grade.
    pub struct OrderRectification {
        /// Which.
        pub joint_branch: JointBranchId,
        /// By when.
        pub deadline: Date,
        /// What.
        pub items: Vec<Text>,
    }

    /// An answer counted on a base.
    pub struct Satisfaction {
        /// People or households asked.
        pub asked: u32,
        /// Of them satisfied.
        pub satisfied: u32,
    }

    /// Reviews a rectification.
    pub struct ReviewRectification {
        /// Which.
        pub joint_branch: JointBranchId,
        /// Whether the items are done.
        pub improved: bool,
        /// Party members.
        pub members: Satisfaction,
        /// Villagers, by household.
        pub villagers: Satisfaction,
    }

    /// What becomes of one member.
    pub struct Succession {
        /// The member.
        pub member: OrganizationId,
        /// Its own id: restored; another organization: it goes on there.
        pub successor: OrganizationId,
    }

    /// Dissolves a joint branch.
    pub struct DissolveJointBranch {
        /// Which.
        pub joint_branch: JointBranchId,
        /// Why.
        pub ground: Ground,
        /// One entry a member of a merger; may be empty for a pairing.
        #[serde(default)]
        pub successors: Vec<Succession>,
        /// For the ground `superior_decision`: the organ above the deciding one, and its document.
        pub superior: Option<Consent>,
    }

    /// Issues a policy: figures and codes that hold from the effective date on, not before the day of recording.
    pub struct IssuePolicy {
        /// The identity; the command's own id where absent.
        pub id: Option<PolicyId>,
        /// Where it holds: the code of the city or of a county.
        pub jurisdiction: PlaceCode,
        /// Figures to set; those not named stay.
        #[serde(default)]
        pub figures: FigureChanges,
        /// Codes to add, by the list's name, such as `modes`; one of `forms` says in `as` which form of the regulations it is.
        #[serde(default)]
        pub code_lists: CodeLists,
        /// Why.
        pub reason: Option<Text>,
    }

    /// Issues an account.
    pub struct IssueAccount {
        /// The identity; the command's own id where absent.
        pub id: Option<AccountId>,
        /// What it may do.
        pub role: Role,
        /// Where.
        pub scope: PlaceCode,
        /// The holder's name (erasable).
        pub holder: Erasable<Text>,
        /// The last day on which it is valid: a year from now where absent, two at most.
        pub expires_on: Option<Date>,
    }

    /// Answers for how the log is kept.
    pub struct DeclareDurability {
        /// The settings under which acknowledged events may be lost; none: the log is kept safely.
        pub unsafe_settings: Vec<Text>,
    }

    /// Says that the machine's clock is right although it leaps from the last event.
    pub struct AcceptClock {
        /// When the last event was recorded, as whoever accepts the clock saw it.
        pub previous: Timestamp,
        /// Why the clock is right.
        pub reason: Text,
    }

    /// Says how far the access log of an instance goes.
    pub struct AnchorAccessLog {
        /// Whose access log.
        pub instance: InstanceId,
        /// The number of its last entry.
        pub count: u64,
        /// The hash of that entry, which covers all before it.
        pub head: Sha256Hex,
        /// For how many days an entry is kept.
        pub kept_days: Option<u32>,
    }

    /// Renews an account: the same account and holder, with a new token and a new last day.
    pub struct RenewAccount {
        /// Which.
        pub account: AccountId,
        /// The last day on which it is valid: a year from now where absent, two at most.
        pub expires_on: Option<Date>,
    }

    /// Takes the second factor of an account away, such as when its telephone is lost: the holder sets up another one.
    pub struct ResetSecondFactor {
        /// Which.
        pub account: AccountId,
        /// Why.
        pub reason: Text,
    }

    /// Revokes an account.
    pub struct RevokeAccount {
        /// Which.
        pub account: AccountId,
    }
}
