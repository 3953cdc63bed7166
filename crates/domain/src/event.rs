//! Events: the closed list of facts, and what is known of each: when, by whom, on which paper.

use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::account::Role;
use crate::actor::Authority;
use crate::date::{Date, Timestamp};
use crate::document_number::{DecidedBy, Document, Override};
use crate::entity::Entity;
use crate::event_data::accounts::{AccountIssued, AccountRenewed, AccountRevoked, SecondFactorReset};
use crate::event_data::cycle::{
    EvaluationCorrected, QuarterEvaluated, RectificationOrdered, RectificationReviewed,
};
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::joint_branches::{
    JointBranchDissolved, JointBranchEstablished, JointBranchProposed, JointBranchSurveyed, ProposalEnded,
};
use crate::event_data::log_keeping::{AccessLogAnchored, ClockAccepted, DurabilityDeclared};
use crate::event_data::organizations::{
    OrganizationAbolished, OrganizationRegistered, OrganizationRestored, OrganizationSuspended,
    OrganizationUpdated,
};
use crate::event_data::persons::PersonRegistered;
use crate::event_data::places::PlaceRegistered;
use crate::event_data::policies::PolicyIssued;
use crate::event_data::posts::{SecretaryAssigned, SecretaryRelieved};
#[cfg(any(test, feature = "testing"))]
use crate::event_data::rehearsal;
use crate::event_data::{
    activities, filings, functions, funding, joint_branches, links, organizations, persons, places, posts,
    supervision,
};
use crate::ids::{CommandId, EventId};
use crate::rejection::Warning;
use crate::scope::Scope;

/// The version at which a type stands: that of its row, or the first.
const fn last_of(versions: &[u32]) -> u32 {
    versions[versions.len() - 1]
}

// A row says a type and its data. A type that has had a second version says so: `at 2, from 1 by PlaceRegistered1`, where the
// older data is a type of its own that turns into today's (`From`). What is `#[cfg(…)]` exists in tests only and is no
// published type.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $(#[cfg($only:meta)])?
        $variant:ident($data:ty) = $type:literal $(at $version:literal, $(from $earlier:literal by $old:ty),+)?
    ),+ $(,)?) => {
        /// What happened.
        #[derive(Debug, Clone, PartialEq)]
        pub enum EventBody {
            $($(#[doc = $doc])+ $(#[cfg($only)])? $variant($data),)+
        }

        impl EventBody {
            /// Every published type, as `<entity>.<past tense>`.
            pub const TYPES: &'static [&'static str] = &[
                $(
                    // Never true: a type that only tests know is not published, in tests neither.
                    $(#[cfg(all($only, not($only)))])?
                    $type,
                )+
            ];

            /// Every type that this build reads: the published ones, and in tests the rehearsed one.
            pub const KNOWN: &'static [&'static str] = &[$($(#[cfg($only)])? $type,)+];

            /// The type, as `<entity>.<past tense>`.
            pub fn event_type(&self) -> &'static str {
                match self { $($(#[cfg($only)])? Self::$variant(_) => $type,)+ }
            }

            /// The type of that name with the versions that can be read; it stands at the last of them.
            pub fn versions(event_type: &str) -> Option<(&'static str, &'static [u32])> {
                match event_type {
                    $($(#[cfg($only)])? $type => Some(($type, const {
                        &[$($($earlier,)+)? last_of(&[1 $(, $version)?])]
                    })),)+
                    _ => None,
                }
            }

            /// The version at which the event's type stands: that in which it is recorded.
            pub fn version(&self) -> u32 {
                match self { $($(#[cfg($only)])? Self::$variant(_) => const { last_of(&[1 $(, $version)?]) },)+ }
            }

            /// Reads the `data` of an event of that type and version as today's, or nothing where there is no such
            /// version.
            pub fn deserialize<'de, D>(event_type: &str, version: u32, data: D) -> Option<Result<Self, D::Error>>
            where
                D: serde::Deserializer<'de>,
            {
                match event_type {
                    $($(#[cfg($only)])? $type => match version {
                        $($($earlier => Some(<$old>::deserialize(data).map(|old| Self::$variant(old.into()))),)+)?
                        _ if version == const { last_of(&[1 $(, $version)?]) } => {
                            Some(<$data>::deserialize(data).map(Self::$variant))
                        }
                        _ => None,
                    },)+
                    _ => None,
                }
            }

            /// Reads the JSON of the `data` of an event of that type and version and writes it again in the same version,
            /// as every program has written it; nothing where there is no such version.
            pub fn write_again(event_type: &str, version: u32, data: &str) -> Option<serde_json::Result<String>> {
                match event_type {
                    $($(#[cfg($only)])? $type => match version {
                        $($($earlier => Some(again::<$old>(data)),)+)?
                        _ if version == const { last_of(&[1 $(, $version)?]) } => Some(again::<$data>(data)),
                        _ => None,
                    },)+
                    _ => None,
                }
            }

            /// The schema of the `data` of an event of that type and version.
            pub fn data_schema(event_type: &str, version: u32, generator: &mut SchemaGenerator) -> Option<Schema> {
                match event_type {
                    $($(#[cfg($only)])? $type => match version {
                        $($($earlier => Some(generator.subschema_for::<$old>()),)+)?
                        _ if version == const { last_of(&[1 $(, $version)?]) } => {
                            Some(generator.subschema_for::<$data>())
                        }
                        _ => None,
                    },)+
                    _ => None,
                }
            }
        }

        impl Serialize for EventBody {
            /// Writes the `data` alone; type and version stand in the envelope.
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $($(#[cfg($only)])? Self::$variant(data) => data.serialize(serializer),)+ }
            }
        }
    };
}

fn again<T: DeserializeOwned + Serialize>(data: &str) -> serde_json::Result<String> {
    serde_json::from_str::<T>(data).and_then(|data| serde_json::to_string(&data))
}

events! {
    /// A place exists.
    PlaceRegistered(PlaceRegistered) = "place.registered",
    /// An organization is on the register.
    OrganizationRegistered(OrganizationRegistered) = "organization.registered",
    /// Its counts or profile changed.
    OrganizationUpdated(OrganizationUpdated) = "organization.updated",
    /// A merger took its work over.
    OrganizationSuspended(OrganizationSuspended) = "organization.suspended",
    /// It works again.
    OrganizationRestored(OrganizationRestored) = "organization.restored",
    /// It ended in favour of another.
    OrganizationAbolished(OrganizationAbolished) = "organization.abolished",
    /// A person is known.
    PersonRegistered(PersonRegistered) = "person.registered",
    /// A joint branch is proposed.
    JointBranchProposed(JointBranchProposed) = "joint-branch.proposed",
    /// Its villages were asked.
    JointBranchSurveyed(JointBranchSurveyed) = "joint-branch.surveyed",
    /// It is established.
    JointBranchEstablished(JointBranchEstablished) = "joint-branch.established",
    /// The county refused it.
    JointBranchRejected(ProposalEnded) = "joint-branch.rejected",
    /// The township took it back.
    JointBranchWithdrawn(ProposalEnded) = "joint-branch.withdrawn",
    /// A secretary is in post.
    SecretaryAssigned(SecretaryAssigned) = "joint-branch.secretary-assigned",
    /// A secretary left.
    SecretaryRelieved(SecretaryRelieved) = "joint-branch.secretary-relieved",
    /// Functions went over to the joint branch.
    FunctionsTransferred(FunctionsMoved) = "joint-branch.functions-transferred",
    /// Functions went back.
    FunctionsReturned(FunctionsMoved) = "joint-branch.functions-returned",
    /// A quarter is graded.
    QuarterEvaluated(QuarterEvaluated) = "joint-branch.evaluated",
    /// A grade is corrected.
    EvaluationCorrected(EvaluationCorrected) = "joint-branch.evaluation-corrected",
    /// Rectification is ordered.
    RectificationOrdered(RectificationOrdered) = "joint-branch.rectification-ordered",
    /// Rectification is reviewed.
    RectificationReviewed(RectificationReviewed) = "joint-branch.rectification-reviewed",
    /// It ended.
    JointBranchDissolved(JointBranchDissolved) = "joint-branch.dissolved",
    /// A fact about it was filed with the county.
    FiledWithCounty(filings::FiledWithCounty) = "joint-branch.filed",
    /// An election of an organization that stands alone was filed with the county.
    OrganizationFiled(filings::OrganizationFiled) = "organization.filed",
    /// The end of its term moved.
    TermRenewed(posts::TermRenewed) = "joint-branch.term-renewed",
    /// It has a committee.
    CommitteeAppointed(posts::CommitteeAppointed) = "joint-branch.committee-appointed",
    /// It elected.
    ElectionHeld(posts::ElectionHeld) = "joint-branch.election-held",
    /// An organization that stands alone elected.
    OrganizationElectionHeld(posts::OrganizationElectionHeld) = "organization.election-held",
    /// Villagers elected its secretary.
    VillageHeadElected(posts::VillageHeadElected) = "joint-branch.village-head-elected",
    /// Its secretary made a commitment.
    CommitmentMade(posts::CommitmentMade) = "joint-branch.commitment-made",
    /// It holds powers of the township committee.
    PowersDelegated(functions::PowersMoved) = "joint-branch.powers-delegated",
    /// Powers went back.
    PowersRevoked(functions::PowersMoved) = "joint-branch.powers-revoked",
    /// An organization guides another, or shares a person with it.
    OrganizationLinked(links::OrganizationLinked) = "organization.linked",
    /// An activity took place.
    ActivityRecorded(activities::ActivityRecorded) = "joint-branch.activity-recorded",
    /// It works in one place.
    CoLocated(activities::CoLocated) = "joint-branch.co-located",
    /// A village has money in a fiscal year.
    VillageFunded(funding::VillageFunded) = "place.funded",
    /// A member joined it.
    MemberAdmitted(joint_branches::MemberAdmitted) = "joint-branch.member-admitted",
    /// A member left it.
    MemberReleased(joint_branches::MemberReleased) = "joint-branch.member-released",
    /// Its name, lead township or form changed.
    JointBranchChanged(joint_branches::JointBranchChanged) = "joint-branch.changed",
    /// Its name, form, host or superior changed.
    OrganizationChanged(organizations::OrganizationChanged) = "organization.changed",
    /// It was abolished by a decision of its own.
    OrganizationClosed(organizations::OrganizationClosed) = "organization.closed",
    /// A tier asked the tier below.
    SupervisionIssued(supervision::SupervisionIssued) = "supervision.issued",
    /// The tier below answered.
    SupervisionAnswered(supervision::SupervisionAnswered) = "supervision.answered",
    /// Somebody's year was reviewed.
    YearlyReviewed(persons::YearlyReviewed) = "person.reviewed",
    /// A person's record is kept for an inspection.
    HoldPlaced(persons::HoldChanged) = "person.hold-placed",
    /// It is kept no longer.
    HoldLifted(persons::HoldChanged) = "person.hold-lifted",
    /// A person's erasable values are gone.
    PersonErased(persons::PersonErased) = "person.erased",
    /// What was said of an organization is corrected.
    OrganizationCorrected(organizations::OrganizationCorrected) = "organization.corrected",
    /// The name of a place is corrected.
    PlaceCorrected(places::PlaceCorrected) = "place.corrected",
    /// The name of a joint branch is corrected.
    JointBranchCorrected(joint_branches::JointBranchCorrected) = "joint-branch.corrected",
    /// A place bears another name.
    PlaceRenamed(places::PlaceRenamed) = "place.renamed",
    /// A place bears another code.
    PlaceRecoded(places::PlaceRecoded) = "place.recoded",
    /// A place lies under another one of its county.
    PlaceMoved(places::PlaceMoved) = "place.moved",
    /// A place leaves its county.
    PlaceLeft(places::PlaceLeft) = "place.left",
    /// A county receives a place.
    PlaceReceived(places::PlaceMoved) = "place.received",
    /// A place went over into another.
    PlaceMerged(places::PlaceMerged) = "place.merged",
    /// A place was split.
    PlaceSplit(places::PlaceSplit) = "place.split",
    /// A place ended.
    PlaceClosed(places::PlaceClosed) = "place.closed",
    /// An account may act.
    AccountIssued(AccountIssued) = "account.issued",
    /// An account may act until another day, with another token.
    AccountRenewed(AccountRenewed) = "account.renewed",
    /// The second factor of an account is gone.
    SecondFactorReset(SecondFactorReset) = "account.second-factor-reset",
    /// An account may act no more.
    AccountRevoked(AccountRevoked) = "account.revoked",
    /// An access log goes so far.
    AccessLogAnchored(AccessLogAnchored) = "access-log.anchored",
    /// Somebody answers for how the log is kept.
    DurabilityDeclared(DurabilityDeclared) = "log.durability-declared",
    /// The clock is right although it leaps.
    ClockAccepted(ClockAccepted) = "log.clock-accepted",
    /// A policy holds.
    PolicyIssued(PolicyIssued) = "policy.issued",
    /// A place bears names: with it the tests rehearse what a second version of a type takes.
    #[cfg(any(test, feature = "testing"))]
    PlaceRehearsed(rehearsal::PlaceRehearsed) = "place.rehearsed" at 2, from 1 by rehearsal::PlaceRehearsed1,
}

impl EventBody {
    /// The entity that the event is about.
    pub fn entity(&self) -> Entity {
        match self {
            Self::PlaceRegistered(data) => Entity::Place(data.place),
            Self::OrganizationRegistered(data) => Entity::Organization(data.organization),
            Self::OrganizationUpdated(data) => Entity::Organization(data.organization),
            Self::OrganizationSuspended(data) => Entity::Organization(data.organization),
            Self::OrganizationRestored(data) => Entity::Organization(data.organization),
            Self::OrganizationAbolished(data) => Entity::Organization(data.organization),
            Self::PersonRegistered(data) => Entity::Person(data.person),
            Self::JointBranchProposed(data) => Entity::JointBranch(data.joint_branch),
            Self::JointBranchSurveyed(data) => Entity::JointBranch(data.joint_branch),
            Self::JointBranchEstablished(data) => Entity::JointBranch(data.joint_branch),
            Self::JointBranchRejected(data) | Self::JointBranchWithdrawn(data) => {
                Entity::JointBranch(data.joint_branch)
            }
            Self::SecretaryAssigned(data) => Entity::JointBranch(data.joint_branch),
            Self::SecretaryRelieved(data) => Entity::JointBranch(data.joint_branch),
            Self::FunctionsTransferred(data) | Self::FunctionsReturned(data) => {
                Entity::JointBranch(data.joint_branch)
            }
            Self::QuarterEvaluated(data) => Entity::JointBranch(data.joint_branch),
            Self::EvaluationCorrected(data) => Entity::JointBranch(data.joint_branch),
            Self::RectificationOrdered(data) => Entity::JointBranch(data.joint_branch),
            Self::RectificationReviewed(data) => Entity::JointBranch(data.joint_branch),
            Self::JointBranchDissolved(data) => Entity::JointBranch(data.joint_branch),
            Self::FiledWithCounty(data) => Entity::JointBranch(data.joint_branch),
            Self::TermRenewed(data) => Entity::JointBranch(data.joint_branch),
            Self::CommitteeAppointed(data) => Entity::JointBranch(data.joint_branch),
            Self::ElectionHeld(data) => Entity::JointBranch(data.joint_branch),
            Self::OrganizationElectionHeld(data) => Entity::Organization(data.organization),
            Self::OrganizationFiled(data) => Entity::Organization(data.organization),
            Self::VillageHeadElected(data) => Entity::JointBranch(data.joint_branch),
            Self::CommitmentMade(data) => Entity::JointBranch(data.joint_branch),
            Self::PowersDelegated(data) => Entity::JointBranch(data.joint_branch),
            Self::PowersRevoked(data) => Entity::JointBranch(data.joint_branch),
            Self::OrganizationLinked(data) => Entity::Organization(data.organization),
            Self::ActivityRecorded(data) => Entity::JointBranch(data.joint_branch),
            Self::CoLocated(data) => Entity::JointBranch(data.joint_branch),
            Self::VillageFunded(data) => Entity::Place(data.village),
            Self::MemberAdmitted(data) => Entity::JointBranch(data.joint_branch),
            Self::MemberReleased(data) => Entity::JointBranch(data.joint_branch),
            Self::JointBranchChanged(data) => Entity::JointBranch(data.joint_branch),
            Self::OrganizationChanged(data) => Entity::Organization(data.organization),
            Self::OrganizationClosed(data) => Entity::Organization(data.organization),
            Self::SupervisionIssued(data) => Entity::Supervision(data.supervision),
            Self::SupervisionAnswered(data) => Entity::Supervision(data.supervision),
            Self::YearlyReviewed(data) => Entity::Person(data.person),
            Self::HoldPlaced(data) | Self::HoldLifted(data) => Entity::Person(data.person),
            Self::PersonErased(data) => Entity::Person(data.person),
            Self::OrganizationCorrected(data) => Entity::Organization(data.organization),
            Self::PlaceCorrected(data) => Entity::Place(data.place),
            Self::JointBranchCorrected(data) => Entity::JointBranch(data.joint_branch),
            Self::PlaceRenamed(data) => Entity::Place(data.place),
            Self::PlaceRecoded(data) => Entity::Place(data.place),
            Self::PlaceMoved(data) => Entity::Place(data.place),
            Self::PlaceLeft(data) => Entity::Place(data.place),
            Self::PlaceReceived(data) => Entity::Place(data.place),
            Self::PlaceMerged(data) => Entity::Place(data.place),
            Self::PlaceSplit(data) => Entity::Place(data.place),
            Self::PlaceClosed(data) => Entity::Place(data.place),
            Self::AccountIssued(data) => Entity::Account(data.account),
            Self::AccountRenewed(data) => Entity::Account(data.account),
            Self::SecondFactorReset(data) => Entity::Account(data.account),
            Self::AccountRevoked(data) => Entity::Account(data.account),
            Self::AccessLogAnchored(data) => Entity::AccessLog(data.instance),
            Self::DurabilityDeclared(_) => Entity::Log,
            Self::ClockAccepted(_) => Entity::Clock,
            Self::PolicyIssued(data) => Entity::Policy(data.policy),
            #[cfg(any(test, feature = "testing"))]
            Self::PlaceRehearsed(data) => Entity::Place(data.place),
        }
    }

    /// Whether it may take effect after the day of recording.
    pub fn may_be_future_dated(&self) -> bool {
        matches!(self, Self::PlaceRegistered(_) | Self::PolicyIssued(_))
    }

    /// Whether the event only says who may use the service, or how its log is kept, which makes a log neither simulated
    /// nor real.
    pub fn is_operational(&self) -> bool {
        matches!(
            self,
            Self::AccountIssued(_)
                | Self::AccountRenewed(_)
                | Self::AccountRevoked(_)
                | Self::SecondFactorReset(_)
                | Self::AccessLogAnchored(_)
                | Self::DurabilityDeclared(_)
                | Self::ClockAccepted(_)
        )
    }

    /// Whether the service records it of itself: nobody acted on the machine, and it is not counted as if one had.
    pub fn is_automatic(&self) -> bool {
        matches!(self, Self::AccessLogAnchored(_))
    }

    /// Whether it may be of the first import, after which a real log takes no local command.
    pub fn is_of_import(&self) -> bool {
        matches!(self, Self::OrganizationRegistered(_))
            || self.event_type().starts_with("place.")
                && !matches!(self, Self::VillageFunded(_) | Self::PlaceCorrected(_))
    }
}

/// What is known of an event besides what happened.
#[derive(Debug, Clone, PartialEq)]
pub struct EventMeta {
    /// 1, 2, 3, … in its city's log.
    pub position: u64,
    /// What subscribers drop repeats by.
    pub id: EventId,
    /// When it was recorded; never earlier than the event before.
    pub recorded_at: Timestamp,
    /// The command that yielded it.
    pub command_id: CommandId,
    /// Who acted.
    pub actor: String,
    /// In which role.
    pub role: Role,
    /// On whose authority.
    pub on_behalf_of: Authority,
    /// From which day it holds.
    pub effective_date: Date,
    /// The paper.
    pub document: Option<Document>,
    /// The meeting.
    pub decided_by: Option<DecidedBy>,
    /// Why warnings were set aside.
    pub override_: Option<Override>,
    /// The warnings of its command.
    pub warnings: Vec<Warning>,
    /// Whether the log is a simulated one.
    pub simulated: bool,
    /// The county and township whose it is.
    pub scope: Scope,
}

/// A fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When, by whom, on which paper.
    pub meta: EventMeta,
    /// What happened.
    pub body: EventBody,
}

impl Event {
    /// The day at which `as_of` folds the event: its effective date, or for a correction that of what it corrects.
    pub fn folded_on(&self) -> Date {
        match &self.body {
            EventBody::EvaluationCorrected(data) => data.corrected_effective_date,
            EventBody::OrganizationCorrected(data) => data.corrected_effective_date,
            EventBody::PlaceCorrected(data) => data.corrected_effective_date,
            EventBody::JointBranchCorrected(data) => data.corrected_effective_date,
            _ => self.meta.effective_date,
        }
    }
}
