//! The rows of the read models, and how each follows from the state of the city. They hold facts and dates, never what
//! depends on today or on the policy: neither makes a row stale.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::CityState;
use domain::code::Code;
use domain::date::{Date, Timestamp};
use domain::document_number::DocumentNumber;
use domain::filing::FilingOwed;
use domain::function::Function;
use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::joint_branch::{
    Arrangement, Establishment, Form, Grade, Ground, JointBranch, Justification, Mode, Phase, Rectification,
    Secretary,
};
use domain::link::Link;
use domain::money::Funding;
use domain::organization::{Host, HostKind, Organization, OrganizationForm, OrganizationStatus, Profile};
use domain::place::{Level, PastName, Place, PlaceCode, PlaceKind};
use domain::policy_book::PolicyBook;
use domain::post::{CommitteeMember, Election, SecretaryCommitment, Term};
use domain::quarter::Quarter;
use domain::supervision::YearlyReview;
use domain::text::Text;
use domain::work::Hosting;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::timeline::TimelineRow;

mod governance;
mod key;
mod oversight;
mod work;

pub use governance::{ElectionOwedRow, VillageHeadRow};
pub use key::{RowKey, RowKeyError};
pub use oversight::SupervisionRow;
pub use work::CoLocationRow;

/// A row of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// The city's one row.
    City(Arc<CityRow>),
    /// A joint branch.
    JointBranch(Arc<JointBranchRow>),
    /// An organization.
    Organization(Arc<OrganizationRow>),
    /// A place.
    Place(Arc<PlaceRow>),
    /// Every policy issued.
    Policies(Arc<PolicyBook>),
    /// A supervision.
    Supervision(Arc<SupervisionRow>),
    /// A chunk of a timeline.
    Timeline(Arc<TimelineRow>),
}

impl Row {
    /// The bytes that the store keeps.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::City(row) => serde_json::to_vec(row),
            Self::JointBranch(row) => serde_json::to_vec(row),
            Self::Organization(row) => serde_json::to_vec(row),
            Self::Place(row) => serde_json::to_vec(row),
            Self::Policies(row) => serde_json::to_vec(row),
            Self::Supervision(row) => serde_json::to_vec(row),
            Self::Timeline(row) => serde_json::to_vec(row),
        }
    }

    /// Reads the bytes that the store keeps under that key.
    pub fn from_json(key: RowKey, bytes: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match key {
            RowKey::City => Self::City(serde_json::from_slice(bytes)?),
            RowKey::JointBranch(_) => Self::JointBranch(serde_json::from_slice(bytes)?),
            RowKey::Organization(_) => Self::Organization(serde_json::from_slice(bytes)?),
            RowKey::Place(_) => Self::Place(serde_json::from_slice(bytes)?),
            RowKey::Policies => Self::Policies(serde_json::from_slice(bytes)?),
            RowKey::Supervision(_) => Self::Supervision(serde_json::from_slice(bytes)?),
            RowKey::Profile(..) | RowKey::Timeline(..) => Self::Timeline(serde_json::from_slice(bytes)?),
        })
    }
}

/// What is known of the city's log as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CityRow {
    pub city: PlaceCode,
    /// Whether the log is a simulated one; nothing before its first event that is not an account's.
    pub simulated: Option<bool>,
    /// Events recorded by role `local`.
    pub local_events: u64,
    pub last_recorded_at: Timestamp,
    /// Corrections of records, by county and actor.
    pub corrections: OrdMap<String, OrdMap<String, u64>>,
}

/// A place as other rows name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceLabel {
    pub id: PlaceId,
    pub code: PlaceCode,
    pub name: Text,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceRow {
    pub id: PlaceId,
    pub code: PlaceCode,
    pub name: Text,
    pub level: Level,
    pub kind: Option<PlaceKind>,
    pub parent: Option<PlaceLabel>,
    /// The county in which it lies, or which it is.
    pub county: Option<PlaceCode>,
    /// The township in which it lies, or which it is.
    pub township: Option<PlaceCode>,
    pub in_force_from: Date,
    /// The first day on which it is on the register.
    pub existed_from: Date,
    /// The day from which on it is no more.
    pub ended_on: Option<Date>,
    pub successors: Vec<PlaceLabel>,
    pub predecessors: Vec<PlaceLabel>,
    /// What it was called and coded before, the oldest first.
    pub past: Vec<PastName>,
    /// What a village has in each fiscal year.
    pub funding: BTreeMap<i16, Funding>,
    pub last_position: u64,
}

impl PlaceRow {
    /// Whether it is on the register that day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.existed_from <= day && self.ended_on.is_none_or(|ended| day < ended)
    }
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationRow {
    pub id: OrganizationId,
    pub name: Text,
    pub form: OrganizationForm,
    pub form_kind: Option<Code>,
    pub host_kind: HostKind,
    /// The host's name, where it is no place.
    pub unit: Option<Text>,
    /// The host, where it is a place, and otherwise the place in which it lies.
    pub location: Option<PlaceLabel>,
    pub county: Option<PlaceCode>,
    pub township: Option<PlaceCode>,
    pub superior: Option<OrganizationId>,
    pub formal_members: u32,
    pub probationary_members: u32,
    pub profile: Profile,
    pub status: OrganizationStatus,
    pub merger: Option<JointBranchId>,
    pub pairings: BTreeSet<JointBranchId>,
    pub held_elsewhere: BTreeMap<Function, JointBranchId>,
    /// Guidance and shared posts, from either side.
    pub links: Vec<Link>,
    /// Its last election, where it stands alone.
    pub election: Option<Election>,
    /// Elections that wait to be filed, by the position of their event.
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    pub registered_on: Date,
    pub last_position: u64,
}

/// A member organization, as its joint branch's row names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberRow {
    pub organization: OrganizationId,
    pub name: Text,
    pub host_kind: HostKind,
    /// The village or community, where the member belongs to one.
    pub village: Option<PlaceLabel>,
    pub village_kind: Option<PlaceKind>,
    pub township: Option<PlaceCode>,
    pub status: OrganizationStatus,
    pub formal_members: u32,
    /// How often the village hosted activities of the joint branch, and when last.
    pub hosted: Option<Hosting>,
    /// What the village has in each fiscal year.
    pub funding: BTreeMap<i16, Funding>,
}

/// The will of one village.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VillageSurveyRow {
    pub village: Option<PlaceLabel>,
    pub asked: u32,
    pub in_favour: u32,
    pub held_on: Date,
    /// On file when the survey was recorded: what it counts against.
    pub households: Option<u32>,
}

/// The grade of one quarter. Who gave it stands in the log, for those who may see actors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationRow {
    pub grade: Grade,
    pub effective_date: Date,
    pub recorded_on: Date,
    /// Days from the quarter's end to the recording: a deadline is met by that day, never by the effective date.
    pub recorded_after_days: i32,
    pub corrected: bool,
    pub position: u64,
}

/// An order of rectification that stands, with the members and households that satisfaction counts against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RectificationRow {
    pub ordered_on: Date,
    pub deadline: Date,
    pub items: Vec<Text>,
    pub members: u32,
    pub households: Option<u32>,
}

/// A joint branch with every name resolved but its secretary's, which is in the erasable store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointBranchRow {
    pub id: JointBranchId,
    pub name: Text,
    pub arrangement: Arrangement,
    pub mode: Mode,
    pub form: Form,
    /// The kind of the form, where a policy has added it.
    pub form_kind: Option<Code>,
    pub phase: Phase,
    pub county: Option<PlaceLabel>,
    pub lead_township: Option<PlaceLabel>,
    /// The lead township and every member's: all of them have it in their ledgers.
    pub townships: BTreeSet<PlaceCode>,
    pub members: Vec<MemberRow>,
    pub justification: Justification,
    pub base_village: Option<PlaceLabel>,
    pub industry: Option<Text>,
    pub mode_reason: Option<Text>,
    pub superior_decision: Option<DocumentNumber>,
    /// Rules that the proposal set aside.
    pub overridden: BTreeSet<String>,
    pub proposed_on: Date,
    pub surveys: Vec<Vec<VillageSurveyRow>>,
    pub establishment: Option<Establishment>,
    pub secretary: Option<Secretary>,
    pub vacant_since: Option<Date>,
    /// Functions held, by original organization.
    pub functions: BTreeMap<OrganizationId, BTreeSet<Function>>,
    pub evaluations: BTreeMap<Quarter, EvaluationRow>,
    /// Quarters graded poor that no order has answered, with the day the grade took effect.
    pub poor_standing: BTreeMap<Quarter, Date>,
    pub rectification: Option<RectificationRow>,
    pub termination_due_since: Option<Date>,
    pub dissolved_on: Option<Date>,
    pub ground: Option<Ground>,
    /// Facts that wait to be filed, by the position of their event.
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    pub term: Option<Term>,
    pub committee: Vec<CommitteeMember>,
    /// What the secretary in post has promised.
    pub commitments: BTreeSet<SecretaryCommitment>,
    /// Originals that it gave back.
    pub restored: BTreeSet<OrganizationId>,
    /// How each year of the secretary in post was reviewed.
    pub reviews: BTreeMap<i16, YearlyReview>,
    /// Those of them that have not elected yet.
    pub elections_owed: Vec<ElectionOwedRow>,
    /// Powers that the township committee has delegated.
    pub powers: BTreeSet<Text>,
    pub links: Vec<Link>,
    pub last_activity: Option<Date>,
    /// Since when a member village has ended or left.
    pub place_changed_since: Option<Date>,
    pub co_location: Option<CoLocationRow>,
    /// The member villages whose villagers' committee the secretary heads 一肩挑.
    pub village_heads: Vec<VillageHeadRow>,
    pub last_position: u64,
}

impl JointBranchRow {
    /// Established and not dissolved.
    pub fn is_live(&self) -> bool {
        self.phase.is_live()
    }

    /// Whether it is a proposal whose villages were not asked.
    pub fn lacks_survey(&self) -> bool {
        let has_village = self.members.iter().any(|member| member.village.is_some());
        self.phase == Phase::Proposed && has_village && self.surveys.is_empty()
    }
}

/// The row of that key as the state has it; nothing where there is no such entity. Timelines are no function of the
/// state: [`crate::timeline::Timelines`] folds them.
pub fn row(state: &CityState, key: RowKey) -> Option<Row> {
    match key {
        RowKey::City => Some(Row::City(Arc::new(city_row(state)))),
        RowKey::JointBranch(id) => state
            .joint_branches
            .get(&id)
            .map(|found| Row::JointBranch(Arc::new(joint_branch_row(state, found)))),
        RowKey::Organization(id) => state
            .organizations
            .get(&id)
            .map(|found| Row::Organization(Arc::new(organization_row(state, found)))),
        RowKey::Place(id) => state.places.get(&id).map(|found| Row::Place(Arc::new(place_row(state, found)))),
        RowKey::Policies => Some(Row::Policies(Arc::new(state.policies.clone()))),
        RowKey::Supervision(id) => state
            .supervisions
            .get(&id)
            .map(|found| Row::Supervision(Arc::new(oversight::supervision_row(state, found)))),
        RowKey::Profile(..) | RowKey::Timeline(..) => None,
    }
}

fn city_row(state: &CityState) -> CityRow {
    CityRow {
        city: state.city.clone(),
        simulated: state.simulated,
        local_events: state.local_events,
        last_recorded_at: state.last_recorded_at,
        corrections: state.corrections.clone(),
    }
}

fn label(place: &Place) -> PlaceLabel {
    PlaceLabel { id: place.id, code: place.code.clone(), name: place.name.clone() }
}

fn label_of(state: &CityState, id: PlaceId) -> Option<PlaceLabel> {
    state.places.get(&id).map(|place| label(place))
}

fn place_row(state: &CityState, place: &Place) -> PlaceRow {
    let scope = state.scope_of_place(place.id);
    PlaceRow {
        id: place.id,
        code: place.code.clone(),
        name: place.name.clone(),
        level: place.level,
        kind: place.kind,
        parent: place.parent.and_then(|id| label_of(state, id)),
        county: scope.county,
        township: scope.township,
        in_force_from: place.in_force_from,
        existed_from: place.existed_from,
        ended_on: place.ended_on,
        successors: place.successors.iter().filter_map(|id| label_of(state, *id)).collect(),
        predecessors: place.predecessors.iter().filter_map(|id| label_of(state, *id)).collect(),
        past: place.past.clone(),
        funding: place.funding.clone(),
        last_position: place.last_position,
    }
}

fn organization_row(state: &CityState, organization: &Organization) -> OrganizationRow {
    let scope = state.scope_of_place(organization.location);
    OrganizationRow {
        id: organization.id,
        name: organization.name.clone(),
        form: organization.form,
        form_kind: organization.form_kind.clone(),
        host_kind: organization.host_kind.clone(),
        unit: match &organization.host {
            Host::Unit(name) => Some(name.clone()),
            Host::Place(_) => None,
        },
        location: label_of(state, organization.location),
        county: scope.county,
        township: scope.township,
        superior: organization.superior,
        formal_members: organization.formal_members,
        probationary_members: organization.probationary_members,
        profile: organization.profile.clone(),
        status: organization.status.clone(),
        merger: organization.merger,
        pairings: organization.pairings.clone(),
        held_elsewhere: organization.held_elsewhere.clone(),
        links: organization.links.clone(),
        election: organization.election.clone(),
        filings_owed: organization.filings_owed.clone(),
        registered_on: organization.registered_on,
        last_position: organization.last_position,
    }
}

fn member_row(state: &CityState, joint_branch: &JointBranch, organization: &Organization) -> MemberRow {
    let village = organization.village().and_then(|id| state.places.get(&id));
    MemberRow {
        organization: organization.id,
        name: organization.name.clone(),
        host_kind: organization.host_kind.clone(),
        village: village.map(|place| label(place)),
        village_kind: village.and_then(|place| place.kind),
        township: state.scope_of_place(organization.location).township,
        status: organization.status.clone(),
        formal_members: organization.formal_members,
        hosted: organization.village().and_then(|id| joint_branch.hosted.get(&id)).copied(),
        funding: village.map(|place| place.funding.clone()).unwrap_or_default(),
    }
}

fn surveys(state: &CityState, joint_branch: &JointBranch) -> Vec<Vec<VillageSurveyRow>> {
    let village_row = |village: &domain::joint_branch::VillageSurvey| VillageSurveyRow {
        village: label_of(state, village.village),
        asked: village.asked,
        in_favour: village.in_favour,
        held_on: village.held_on,
        households: village.base.as_ref().map(|base| base.households),
    };
    joint_branch.surveys.iter().map(|survey| survey.villages.iter().map(village_row).collect()).collect()
}

fn rectification_row(order: &Rectification) -> RectificationRow {
    RectificationRow {
        ordered_on: order.ordered_on,
        deadline: order.deadline,
        items: order.items.clone(),
        members: order.base.members,
        households: order.base.households,
    }
}

fn evaluations(joint_branch: &JointBranch) -> BTreeMap<Quarter, EvaluationRow> {
    let rows = joint_branch.evaluations.iter().map(|(quarter, evaluation)| {
        let row = EvaluationRow {
            grade: evaluation.grade,
            effective_date: evaluation.effective_date,
            recorded_on: evaluation.recorded_on,
            recorded_after_days: evaluation.recorded_on.days_since(quarter.end()),
            corrected: evaluation.corrected,
            position: evaluation.position,
        };
        (*quarter, row)
    });
    rows.collect()
}

fn joint_branch_row(state: &CityState, joint_branch: &JointBranch) -> JointBranchRow {
    let organizations = joint_branch.members.iter().filter_map(|id| state.organizations.get(id));
    let members: Vec<_> =
        organizations.map(|organization| member_row(state, joint_branch, organization)).collect();
    let lead_township = label_of(state, joint_branch.lead_township);
    let lead_code = lead_township.iter().map(|township| township.code.clone());
    let townships = members.iter().filter_map(|member| member.township.clone()).chain(lead_code).collect();
    JointBranchRow {
        id: joint_branch.id,
        name: joint_branch.name.clone(),
        arrangement: joint_branch.arrangement,
        mode: joint_branch.mode.clone(),
        form: joint_branch.form,
        form_kind: joint_branch.form_kind.clone(),
        phase: joint_branch.phase,
        county: state.ancestor(joint_branch.lead_township, Level::County).map(|county| label(county)),
        lead_township,
        townships,
        members,
        justification: joint_branch.justification.clone(),
        base_village: joint_branch.base_village.and_then(|id| label_of(state, id)),
        industry: joint_branch.industry.clone(),
        mode_reason: joint_branch.mode_reason.clone(),
        superior_decision: joint_branch.superior_decision.clone(),
        overridden: joint_branch.overridden.clone(),
        proposed_on: joint_branch.proposed_on,
        surveys: surveys(state, joint_branch),
        establishment: joint_branch.establishment.clone(),
        secretary: joint_branch.secretary.clone(),
        vacant_since: joint_branch.vacant_since,
        functions: joint_branch.functions.clone(),
        evaluations: evaluations(joint_branch),
        poor_standing: joint_branch.poor_standing.clone(),
        rectification: joint_branch.rectification.as_ref().map(rectification_row),
        termination_due_since: joint_branch.termination_due_since,
        dissolved_on: joint_branch.dissolved_on,
        ground: joint_branch.ground,
        filings_owed: joint_branch.filings_owed.clone(),
        term: joint_branch.term.clone(),
        committee: joint_branch.committee.clone(),
        commitments: joint_branch.commitments.clone(),
        restored: joint_branch.restored.clone(),
        reviews: governance::reviews(state, joint_branch),
        elections_owed: governance::elections_owed(state, joint_branch),
        powers: joint_branch.powers.clone(),
        links: joint_branch.links.clone(),
        last_activity: joint_branch.last_activity,
        place_changed_since: joint_branch.place_changed_since,
        co_location: work::co_location(state, joint_branch),
        village_heads: governance::village_heads(state, joint_branch),
        last_position: joint_branch.last_position,
    }
}
