//! Commands: the closed list, and who gives one, when, on whose authority and on which paper.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::account::Role;
use crate::commands::delegate_power::MovePowers;
use crate::commands::establishment::EstablishJointBranch;
use crate::commands::reject_proposal::EndProposal;
use crate::commands::transfer_functions::MoveFunctions;
use crate::commands::{
    AbolishOrganization, AcceptClock, AdmitMember, AnchorAccessLog, AnswerSupervision, AppointCommittee,
    AssignSecretary, ChangeJointBranch, ChangeOrganization, ChangePlace, CorrectRecord, DeclareDurability,
    DissolveJointBranch, ErasePerson, EvaluateQuarter, FileWithCounty, HoldPerson, IssueAccount, IssuePolicy,
    IssueSupervision, LinkOrganization, OrderRectification, ProposeJointBranch, RecordActivity,
    RecordCoLocation, RecordCommitment, RecordElection, RecordFunding, RecordVillageHeadElection,
    RecordWillSurvey, RecordYearlyReview, RegisterOrganization, RegisterPerson, RegisterPlace, ReleaseMember,
    RelieveSecretary, RenewAccount, RenewTerm, ResetSecondFactor, ReviewRectification, RevokeAccount,
    UpdateOrganization,
};
use crate::date::{Date, Timestamp};
use crate::document_number::{DecidedBy, Document, Override};
use crate::entity::Entity;
use crate::erasable::MARK;
use crate::ids::{CommandId, Commitment, HolderId, OrganizationId};
use crate::place::PlaceCode;
use crate::place_ref::PlaceRef;
use crate::wire_text::stands_as_text;

macro_rules! commands {
    ($($(#[$doc:meta])* $variant:ident($data:ty) = $name:literal),+ $(,)?) => {
        /// What a command asks for.
        #[derive(Debug, Clone, PartialEq)]
        pub enum CommandBody {
            $($(#[$doc])* $variant($data),)+
        }

        /// Which command: what may be said of one whose data is not at hand, as of those in the log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum CommandKind {
            $($(#[$doc])* $variant,)+
        }

        impl CommandKind {
            /// The name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }

        impl CommandBody {
            /// Every command's name, in the order of an organization's life.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name on the wire.
            pub fn name(&self) -> &'static str {
                self.kind().name()
            }

            /// Which command it is.
            pub fn kind(&self) -> CommandKind {
                match self { $(Self::$variant(_) => CommandKind::$variant,)+ }
            }

            /// Reads the `data` of the command of that name, or nothing where there is no such command.
            pub fn deserialize<'de, D>(name: &str, data: D) -> Option<Result<Self, D::Error>>
            where
                D: serde::Deserializer<'de>,
            {
                match name {
                    $($name => Some(<$data>::deserialize(data).map(Self::$variant)),)+
                    _ => None,
                }
            }

            /// The schema of the `data` of the command of that name.
            pub fn data_schema(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
                match name {
                    $($name => Some(generator.subschema_for::<$data>()),)+
                    _ => None,
                }
            }

            /// The same, not as a reference but as the object itself.
            pub(crate) fn object_schema(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
                match name {
                    $($name => Some(<$data>::json_schema(generator)),)+
                    _ => None,
                }
            }
        }
    };
}

commands! {
    /// Registers a place.
    RegisterPlace(RegisterPlace) = "register-place",
    /// Registers an organization.
    RegisterOrganization(RegisterOrganization) = "register-organization",
    /// Updates an organization.
    UpdateOrganization(UpdateOrganization) = "update-organization",
    /// Registers a person.
    RegisterPerson(RegisterPerson) = "register-person",
    /// Proposes a joint branch.
    ProposeJointBranch(ProposeJointBranch) = "propose-joint-branch",
    /// Records a will survey.
    RecordWillSurvey(RecordWillSurvey) = "record-will-survey",
    /// Establishes a merger 合建.
    MergeBranches(EstablishJointBranch) = "merge-branches",
    /// Establishes a pairing 共建.
    PairBranches(EstablishJointBranch) = "pair-branches",
    /// Refuses a proposal.
    RejectProposal(EndProposal) = "reject-proposal",
    /// Takes a proposal back.
    WithdrawProposal(EndProposal) = "withdraw-proposal",
    /// Assigns a secretary.
    AssignSecretary(AssignSecretary) = "assign-secretary",
    /// Relieves a secretary.
    RelieveSecretary(RelieveSecretary) = "relieve-secretary",
    /// Passes functions of a pairing to the joint body.
    TransferFunctions(MoveFunctions) = "transfer-functions",
    /// Gives functions of a pairing back.
    ReturnFunctions(MoveFunctions) = "return-functions",
    /// Grades a quarter.
    EvaluateQuarter(EvaluateQuarter) = "evaluate-quarter",
    /// Corrects a grade.
    CorrectEvaluation(EvaluateQuarter) = "correct-evaluation",
    /// Orders rectification.
    OrderRectification(OrderRectification) = "order-rectification",
    /// Reviews a rectification.
    ReviewRectification(ReviewRectification) = "review-rectification",
    /// Dissolves a joint branch.
    DissolveJointBranch(DissolveJointBranch) = "dissolve-joint-branch",
    /// Files something with the county 备案.
    FileWithCounty(FileWithCounty) = "file-with-county",
    /// Moves the end of a term.
    RenewTerm(RenewTerm) = "renew-term",
    /// Appoints the committee.
    AppointCommittee(AppointCommittee) = "appoint-committee",
    /// Records an election 换届.
    RecordElection(RecordElection) = "record-election",
    /// Records that villagers elected the secretary 一肩挑.
    RecordVillageHeadElection(RecordVillageHeadElection) = "record-village-head-election",
    /// Records a commitment of the secretary.
    RecordCommitment(RecordCommitment) = "record-commitment",
    /// Delegates powers to a joint branch.
    DelegatePower(MovePowers) = "delegate-power",
    /// Takes delegated powers back.
    RevokePower(MovePowers) = "revoke-power",
    /// Links an organization to another side.
    LinkOrganization(LinkOrganization) = "link-organization",
    /// Records an activity.
    RecordActivity(RecordActivity) = "record-activity",
    /// Records co-location 合署办公.
    RecordCoLocation(RecordCoLocation) = "record-co-location",
    /// Records a village's money of a fiscal year.
    RecordFunding(RecordFunding) = "record-funding",
    /// Admits a member.
    AdmitMember(AdmitMember) = "admit-member",
    /// Releases a member.
    ReleaseMember(ReleaseMember) = "release-member",
    /// Changes name, lead township or form.
    ChangeJointBranch(ChangeJointBranch) = "change-joint-branch",
    /// Changes an organization.
    ChangeOrganization(ChangeOrganization) = "change-organization",
    /// Abolishes an organization that stands alone.
    AbolishOrganization(AbolishOrganization) = "abolish-organization",
    /// Issues a supervision 督办.
    IssueSupervision(IssueSupervision) = "issue-supervision",
    /// Answers a supervision.
    AnswerSupervision(AnswerSupervision) = "answer-supervision",
    /// Records a yearly review 述职评议.
    RecordYearlyReview(RecordYearlyReview) = "record-yearly-review",
    /// Corrects what an event says.
    CorrectRecord(CorrectRecord) = "correct-record",
    /// Keeps a person's record for an inspection.
    HoldPerson(HoldPerson) = "hold-person",
    /// Ends that.
    LiftHold(HoldPerson) = "lift-hold",
    /// Erases what the law lets a person have forgotten.
    ErasePerson(ErasePerson) = "erase-person",
    /// Changes a place.
    ChangePlace(ChangePlace) = "change-place",
    /// Issues an account.
    IssueAccount(IssueAccount) = "issue-account",
    /// Renews an account.
    RenewAccount(RenewAccount) = "renew-account",
    /// Revokes an account.
    RevokeAccount(RevokeAccount) = "revoke-account",
    /// Takes the second factor of an account away.
    ResetSecondFactor(ResetSecondFactor) = "reset-second-factor",
    /// Says how far an access log goes.
    AnchorAccessLog(AnchorAccessLog) = "anchor-access-log",
    /// Answers for how the log is kept.
    DeclareDurability(DeclareDurability) = "declare-durability",
    /// Says that the clock is right.
    AcceptClock(AcceptClock) = "accept-clock",
    /// Issues a policy.
    IssuePolicy(IssuePolicy) = "issue-policy",
}

/// The JSON pointers of the marked fields of each command, inside its `data`, by the command's name.
static POINTERS: LazyLock<BTreeMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let names = CommandBody::NAMES.iter();
    names.map(|&name| (name, marked(name))).filter(|(_, pointers)| !pointers.is_empty()).collect()
});

fn marked(name: &str) -> Vec<String> {
    let schema = CommandBody::object_schema(name, &mut SchemaGenerator::default());
    let properties = schema.as_ref().and_then(|schema| schema.get("properties")?.as_object());
    let marked = properties.into_iter().flatten().filter(|(_, property)| property[MARK] == true);
    marked.map(|(field, _)| format!("/{field}")).collect()
}

impl CommandBody {
    /// The JSON pointers, inside `data`, of the fields that the law lets a person have erased.
    pub fn erasable_pointers(name: &str) -> &'static [String] {
        POINTERS.get(name).map_or(&[], Vec::as_slice)
    }

    /// The entity that the command changes, where it exists before the command.
    pub fn entity(&self) -> Option<Entity> {
        Some(match self {
            Self::RegisterPlace(_)
            | Self::RegisterOrganization(_)
            | Self::RegisterPerson(_)
            | Self::ProposeJointBranch(_)
            | Self::RecordFunding(_)
            | Self::IssueSupervision(_)
            | Self::CorrectRecord(_)
            | Self::IssueAccount(_)
            | Self::IssuePolicy(_) => return None,
            Self::UpdateOrganization(data) => Entity::Organization(data.organization),
            Self::RecordWillSurvey(data) => Entity::JointBranch(data.joint_branch),
            Self::MergeBranches(data) | Self::PairBranches(data) => Entity::JointBranch(data.joint_branch),
            Self::RejectProposal(data) | Self::WithdrawProposal(data) => {
                Entity::JointBranch(data.joint_branch)
            }
            Self::AssignSecretary(data) => Entity::JointBranch(data.joint_branch),
            Self::RelieveSecretary(data) => Entity::JointBranch(data.joint_branch),
            Self::TransferFunctions(data) | Self::ReturnFunctions(data) => {
                Entity::JointBranch(data.joint_branch)
            }
            Self::EvaluateQuarter(data) | Self::CorrectEvaluation(data) => {
                Entity::JointBranch(data.joint_branch)
            }
            Self::OrderRectification(data) => Entity::JointBranch(data.joint_branch),
            Self::ReviewRectification(data) => Entity::JointBranch(data.joint_branch),
            Self::DissolveJointBranch(data) => Entity::JointBranch(data.joint_branch),
            Self::FileWithCounty(data) => return data.filer(),
            Self::RenewTerm(data) => Entity::JointBranch(data.joint_branch),
            Self::AppointCommittee(data) => Entity::JointBranch(data.joint_branch),
            Self::RecordElection(data) => return data.elector(),
            Self::RecordVillageHeadElection(data) => Entity::JointBranch(data.joint_branch),
            Self::RecordCommitment(data) => Entity::JointBranch(data.joint_branch),
            Self::DelegatePower(data) => Entity::JointBranch(data.joint_branch),
            Self::RevokePower(data) => Entity::JointBranch(data.joint_branch),
            Self::LinkOrganization(data) => Entity::Organization(data.organization),
            Self::RecordActivity(data) => Entity::JointBranch(data.joint_branch),
            Self::RecordCoLocation(data) => Entity::JointBranch(data.joint_branch),
            Self::AdmitMember(data) => Entity::JointBranch(data.joint_branch),
            Self::ReleaseMember(data) => Entity::JointBranch(data.joint_branch),
            Self::ChangeJointBranch(data) => Entity::JointBranch(data.joint_branch),
            Self::ChangeOrganization(data) => Entity::Organization(data.organization),
            Self::AbolishOrganization(data) => Entity::Organization(data.organization),
            Self::AnswerSupervision(data) => Entity::Supervision(data.supervision),
            Self::RecordYearlyReview(data) => Entity::Person(data.person),
            Self::HoldPerson(data) | Self::LiftHold(data) => Entity::Person(data.person),
            Self::ErasePerson(data) => Entity::Person(data.person),
            Self::ChangePlace(data) => match &data.place {
                PlaceRef::Id(id) => Entity::Place(*id),
                PlaceRef::Code(_) => return None,
            },
            Self::RenewAccount(data) => Entity::Account(data.account),
            Self::RevokeAccount(data) => Entity::Account(data.account),
            Self::ResetSecondFactor(data) => Entity::Account(data.account),
            Self::AnchorAccessLog(data) => Entity::AccessLog(data.instance),
            Self::DeclareDurability(_) => Entity::Log,
            Self::AcceptClock(_) => Entity::Clock,
        })
    }

    /// Whether it may take effect after the day of recording.
    pub fn may_lie_ahead(&self) -> bool {
        matches!(self, Self::RegisterPlace(_) | Self::IssuePolicy(_))
    }

    /// Commands about accounts, and about how the log is kept: they make a log neither simulated nor real.
    pub fn is_of_service(&self) -> bool {
        self.kind().is_of_service()
    }

    /// Whether it is about accounts: the security administrator's.
    pub fn is_of_accounts(&self) -> bool {
        self.kind().is_of_accounts()
    }
}

impl CommandKind {
    /// Whether it is about accounts, or about how the log is kept.
    pub fn is_of_service(self) -> bool {
        self.is_of_accounts()
            || matches!(self, Self::AnchorAccessLog | Self::DeclareDurability | Self::AcceptClock)
    }

    /// Whether it is about accounts: the security administrator's.
    pub fn is_of_accounts(self) -> bool {
        matches!(
            self,
            Self::IssueAccount | Self::RenewAccount | Self::RevokeAccount | Self::ResetSecondFactor
        )
    }

    /// Whether it may be of the first import, after which a real log takes no local command.
    pub fn is_of_import(self) -> bool {
        matches!(self, Self::RegisterPlace | Self::ChangePlace | Self::RegisterOrganization)
    }
}

/// On whose authority: an organization, or for mere facts a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authority {
    /// A registered organization.
    Organization(OrganizationId),
    /// A place, by code.
    Place(PlaceCode),
}

/// Why a text names no authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is neither the ULID of an organization nor the code of a place")]
pub struct AuthorityError {
    text: String,
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(id) => id.fmt(formatter),
            Self::Place(code) => code.fmt(formatter),
        }
    }
}

impl FromStr for Authority {
    type Err = AuthorityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let authority = match text.len() {
            ulid::ULID_LEN => text.parse().map(Self::Organization).ok(),
            _ => text.parse().map(Self::Place).ok(),
        };
        authority.ok_or_else(|| AuthorityError { text: text.chars().take(40).collect() })
    }
}

stands_as_text!(Authority);

impl JsonSchema for Authority {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Authority".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "The ULID of an organization, or for facts the code of a place.",
            "pattern": "^([0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
        })
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An opaque id: the account's, or `local` and what the line of an import names.
    pub id: String,
    /// In which role.
    pub role: Role,
    /// Where it may act.
    pub scope: PlaceCode,
}

/// A command as it is decided: what is asked, and every fact from outside that the decision may use.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// The idempotency key.
    pub id: CommandId,
    /// Who acts.
    pub actor: Actor,
    /// On whose authority.
    pub on_behalf_of: Authority,
    /// From which day it holds.
    pub effective_date: Date,
    /// When it is recorded: given by the loop, never earlier than the event before.
    pub recorded_at: Timestamp,
    /// The paper.
    pub document: Option<Document>,
    /// The meeting.
    pub decided_by: Option<DecidedBy>,
    /// Why a warning is set aside.
    pub override_: Option<Override>,
    /// Whether it says that it is simulated; where it says nothing it is what the log is.
    pub simulated: Option<bool>,
    /// Whose account it is about, where the name is one that an account has had: only the erasable store knows names.
    pub holder: Option<HolderId>,
    /// Commitments of the erasable fields, by pointer.
    pub commitments: BTreeMap<String, Commitment>,
    /// What is asked.
    pub body: CommandBody,
}
