//! The list of commands. Each has one file: its data, its description, its rule, and its given/when/then tests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::case::Case;
use crate::entity::Entity;
use crate::erasable::MARK;
use crate::event::EventBody;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::spec::{Group, Spec};

pub mod abolish_organization;
pub mod accept_clock;
pub mod admit_member;
pub mod adopt_rule_book;
pub mod anchor_access_log;
pub mod answer_supervision;
pub mod appoint_committee;
pub mod assign_first_secretary;
pub mod assign_secretary;
pub mod assign_superior;
pub mod change_joint_branch;
pub mod change_organization;
pub mod change_place;
pub mod close_decision;
pub mod complete_registration;
pub(crate) mod composition;
pub mod confirm_registration;
pub mod correct_document;
pub mod correct_evaluation;
pub mod correct_record;
pub mod declare_durability;
pub mod declare_signing_keys;
pub mod delegate_power;
#[cfg(test)]
mod dissolve_cycle_tests;
pub mod dissolve_joint_branch;
pub(crate) mod end_place;
#[cfg(test)]
mod ended_place_tests;
pub mod erase_person;
pub mod erase_scan;
pub mod establishment;
#[cfg(test)]
pub(crate) mod establishment_tests;
pub mod evaluate_quarter;
pub mod file_with_county;
pub(crate) mod form_conditions;
pub(crate) mod form_kind;
pub(crate) mod four_eyes;
pub mod hold_person;
pub mod issue_account;
pub mod issue_policy;
pub mod issue_supervision;
pub mod issue_yellow_card;
pub mod lift_hold;
pub mod lift_yellow_card;
pub mod link_organization;
pub(crate) mod membership;
pub mod merge_branches;
pub(crate) mod one_tier_down;
pub mod open_register;
pub mod order_rectification;
pub mod pair_branches;
pub mod propose_joint_branch;
pub mod record_activity;
pub mod record_agreement;
pub mod record_co_location;
pub mod record_commitment;
pub mod record_election;
pub mod record_funding;
pub mod record_meeting;
pub mod record_members_resolution;
pub mod record_premises_payment;
pub mod record_village_head_election;
pub mod record_will_survey;
pub mod record_yearly_review;
pub mod register_joint_branch;
pub mod register_organization;
pub mod register_person;
pub mod register_place;
pub(crate) mod registered_facts;
pub mod reject_proposal;
pub mod reject_registration;
pub mod release_member;
pub mod relieve_first_secretary;
pub mod relieve_secretary;
pub mod renew_account;
pub mod renew_term;
pub mod reset_second_factor;
pub(crate) mod resolutions;
pub mod resubmit_proposal;
pub mod return_functions;
pub mod return_proposal;
pub mod review_rectification;
pub mod revoke_account;
pub mod revoke_power;
#[cfg(test)]
mod thread_tests;
pub mod transfer_functions;
pub mod update_organization;
pub mod withdraw_proposal;

/// Takes the commands as `file::Data`. Each file has, besides its data, a `SPEC` that describes the command, an `entity`
/// that names what it changes, a `decide` that is its rule, and a `recall` that reads it back from its events; without one
/// of them this does not compile.
macro_rules! commands {
    ($($file:ident::$command:ident),+ $(,)?) => {
        $(pub use $file::$command;)+

        /// What a command asks for.
        #[derive(Debug, Clone, PartialEq)]
        pub enum CommandBody {
            $(#[doc = concat!("The command of [`", stringify!($file), "`].")] $command($command),)+
        }

        /// Which command: what may be said of one whose data is not at hand, as of those in the log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum CommandKind {
            $(#[doc = concat!("The command of [`", stringify!($file), "`].")] $command,)+
        }

        impl CommandKind {
            /// Every command, in the order of the work page.
            pub const ALL: &'static [Self] = &[$(Self::$command),+];

            /// What the command says of itself.
            pub fn spec(self) -> &'static Spec {
                match self { $(Self::$command => $file::SPEC,)+ }
            }

            /// The command of that kind that such events came from; nothing where none could say what they say, or where they
            /// are of a version that does not hold what the command said.
            pub(crate) fn recall(self, recorded: &Recorded<'_>) -> Option<CommandBody> {
                match self { $(Self::$command => $file::recall(recorded).map(CommandBody::$command),)+ }
            }

            /// Reads the `data` of the command.
            fn deserialize<'de, D: serde::Deserializer<'de>>(self, data: D) -> Result<CommandBody, D::Error> {
                match self {
                    $(Self::$command => $command::deserialize(data).map(CommandBody::$command),)+
                }
            }

            /// The schema of the command's `data`, as a reference.
            fn data_schema(self, generator: &mut SchemaGenerator) -> Schema {
                match self { $(Self::$command => generator.subschema_for::<$command>(),)+ }
            }

            /// The same, not as a reference but as the object itself.
            fn object_schema(self, generator: &mut SchemaGenerator) -> Schema {
                match self { $(Self::$command => $command::json_schema(generator),)+ }
            }
        }

        impl CommandBody {
            /// Every command's name.
            pub const NAMES: &'static [&'static str] = &[$($file::SPEC.name),+];

            /// Which command it is.
            pub fn kind(&self) -> CommandKind {
                match self { $(Self::$command(_) => CommandKind::$command,)+ }
            }

            /// The entity that the command changes, where it exists before the command.
            pub fn entity(&self) -> Option<Entity> {
                match self { $(Self::$command(data) => $file::entity(data),)+ }
            }

            /// The events that the command yields, by its own rule.
            pub(crate) fn decide(&self, case: &mut Case<'_>) -> Result<Vec<EventBody>, Rejection> {
                match self { $(Self::$command(data) => $file::decide(case, data),)+ }
            }
        }
    };
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

/// Under how many headings at most the commands stand that share a rule, where it is a matter of one of them.
const MOST_HEADINGS: usize = 3;

impl CommandKind {
    /// The heading under which a rule is read: the first whose commands name it. Nothing for one that no command names, since
    /// it holds for every command, and for one that commands of many headings share.
    pub fn heading_of(rule: &str) -> Option<Group> {
        let names = |kind: &&Self| kind.spec().rules.contains(&rule);
        let headings: BTreeSet<Group> =
            Self::ALL.iter().filter(names).map(|kind| kind.spec().group).collect();
        if headings.len() > MOST_HEADINGS { None } else { headings.first().copied() }
    }

    /// The command of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// The command of that name, where it is given over HTTP.
    pub fn named_over_http(name: &str) -> Option<Self> {
        Self::over_http().find(|kind| kind.name() == name)
    }

    /// The commands that are given over HTTP; what is said of the log itself is said where it is kept.
    pub fn over_http() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| kind.spec().is_over_http())
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        self.spec().name
    }
}

impl CommandBody {
    /// What the command says of itself.
    pub fn spec(&self) -> &'static Spec {
        self.kind().spec()
    }

    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        self.spec().name
    }

    /// Reads the `data` of the command of that name, or nothing where there is no such command.
    pub fn deserialize<'de, D>(name: &str, data: D) -> Option<Result<Self, D::Error>>
    where
        D: serde::Deserializer<'de>,
    {
        CommandKind::named(name).map(|kind| kind.deserialize(data))
    }

    /// The schema of the `data` of the command of that name.
    pub fn data_schema(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
        CommandKind::named(name).map(|kind| kind.data_schema(generator))
    }

    /// The same, not as a reference but as the object itself.
    pub(crate) fn object_schema(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
        CommandKind::named(name).map(|kind| kind.object_schema(generator))
    }

    /// The JSON pointers, inside `data`, of the fields that the law lets a person have erased.
    pub fn erasable_pointers(name: &str) -> &'static [String] {
        POINTERS.get(name).map_or(&[], Vec::as_slice)
    }
}

commands! {
    propose_joint_branch::ProposeJointBranch,
    record_will_survey::RecordWillSurvey,
    record_members_resolution::RecordMembersResolution,
    record_agreement::RecordAgreement,
    return_proposal::ReturnProposal,
    resubmit_proposal::ResubmitProposal,
    merge_branches::MergeBranches,
    pair_branches::PairBranches,
    reject_proposal::RejectProposal,
    withdraw_proposal::WithdrawProposal,
    file_with_county::FileWithCounty,
    assign_secretary::AssignSecretary,
    relieve_secretary::RelieveSecretary,
    renew_term::RenewTerm,
    appoint_committee::AppointCommittee,
    record_election::RecordElection,
    record_village_head_election::RecordVillageHeadElection,
    record_commitment::RecordCommitment,
    assign_first_secretary::AssignFirstSecretary,
    relieve_first_secretary::RelieveFirstSecretary,
    delegate_power::DelegatePower,
    revoke_power::RevokePower,
    transfer_functions::TransferFunctions,
    return_functions::ReturnFunctions,
    record_activity::RecordActivity,
    record_funding::RecordFunding,
    record_premises_payment::RecordPremisesPayment,
    record_co_location::RecordCoLocation,
    link_organization::LinkOrganization,
    evaluate_quarter::EvaluateQuarter,
    correct_evaluation::CorrectEvaluation,
    order_rectification::OrderRectification,
    review_rectification::ReviewRectification,
    dissolve_joint_branch::DissolveJointBranch,
    admit_member::AdmitMember,
    release_member::ReleaseMember,
    change_joint_branch::ChangeJointBranch,
    change_organization::ChangeOrganization,
    assign_superior::AssignSuperior,
    abolish_organization::AbolishOrganization,
    correct_record::CorrectRecord,
    correct_document::CorrectDocument,
    open_register::OpenRegister,
    register_joint_branch::RegisterJointBranch,
    confirm_registration::ConfirmRegistration,
    reject_registration::RejectRegistration,
    complete_registration::CompleteRegistration,
    register_person::RegisterPerson,
    register_organization::RegisterOrganization,
    update_organization::UpdateOrganization,
    register_place::RegisterPlace,
    change_place::ChangePlace,
    erase_person::ErasePerson,
    erase_scan::EraseScan,
    hold_person::HoldPerson,
    lift_hold::LiftHold,
    issue_account::IssueAccount,
    renew_account::RenewAccount,
    revoke_account::RevokeAccount,
    reset_second_factor::ResetSecondFactor,
    issue_supervision::IssueSupervision,
    answer_supervision::AnswerSupervision,
    issue_yellow_card::IssueYellowCard,
    lift_yellow_card::LiftYellowCard,
    record_meeting::RecordMeeting,
    close_decision::CloseDecision,
    record_yearly_review::RecordYearlyReview,
    issue_policy::IssuePolicy,
    anchor_access_log::AnchorAccessLog,
    declare_durability::DeclareDurability,
    accept_clock::AcceptClock,
    adopt_rule_book::AdoptRuleBook,
    declare_signing_keys::DeclareSigningKeys,
}
