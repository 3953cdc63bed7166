//! The rows of the read models, and how each follows from the state of the city. They hold facts and dates, never what
//! depends on today or on the policy: neither makes a row stale.

use std::sync::Arc;

use domain::CityState;
use domain::policy_book::PolicyBook;
use domain::recorded_decision::CorrectedDocuments;

use crate::row_key::RowKey;
use crate::timeline::TimelineRow;

mod city;
mod governance;
mod joint_branch;
mod meeting;
mod organization;
mod oversight;
mod place;
mod register;
mod registration;
mod work;

pub use city::CityRow;
pub use governance::{ElectionOwedRow, VillageHeadRow};
pub use joint_branch::{
    EvaluationRow, JointBranchRow, MemberRow, RectificationRow, ResolutionRow, VillageSurveyRow,
};
pub use meeting::{MeetingItemRow, MeetingRow};
pub use organization::OrganizationRow;
pub use oversight::{SupervisionRow, YellowCardRow};
pub use place::{PlaceLabel, PlaceRow};
pub use register::RegisterRow;
pub use registration::RegistrationRow;
pub use work::CoLocationRow;

/// A row of any kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// The city's one row.
    City(Arc<CityRow>),
    /// The decisions of which the document was corrected.
    Documents(Arc<CorrectedDocuments>),
    /// A joint branch.
    JointBranch(Arc<JointBranchRow>),
    /// A coordination meeting.
    Meeting(Arc<MeetingRow>),
    /// An organization.
    Organization(Arc<OrganizationRow>),
    /// A place.
    Place(Arc<PlaceRow>),
    /// Every policy issued.
    Policies(Arc<PolicyBook>),
    /// A supervision.
    Supervision(Arc<SupervisionRow>),
    /// A yellow card.
    YellowCard(Arc<YellowCardRow>),
    /// A chunk of a timeline.
    Timeline(Arc<TimelineRow>),
}

impl Row {
    /// The bytes that the store keeps.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::City(row) => serde_json::to_vec(row),
            Self::Documents(row) => serde_json::to_vec(row),
            Self::JointBranch(row) => serde_json::to_vec(row),
            Self::Meeting(row) => serde_json::to_vec(row),
            Self::Organization(row) => serde_json::to_vec(row),
            Self::Place(row) => serde_json::to_vec(row),
            Self::Policies(row) => serde_json::to_vec(row),
            Self::Supervision(row) => serde_json::to_vec(row),
            Self::YellowCard(row) => serde_json::to_vec(row),
            Self::Timeline(row) => serde_json::to_vec(row),
        }
    }

    /// Reads the bytes that the store keeps under that key.
    pub fn from_json(key: RowKey, bytes: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(match key {
            RowKey::City => Self::City(serde_json::from_slice(bytes)?),
            RowKey::Documents => Self::Documents(serde_json::from_slice(bytes)?),
            RowKey::JointBranch(_) => Self::JointBranch(serde_json::from_slice(bytes)?),
            RowKey::Meeting(_) => Self::Meeting(serde_json::from_slice(bytes)?),
            RowKey::Organization(_) => Self::Organization(serde_json::from_slice(bytes)?),
            RowKey::Place(_) => Self::Place(serde_json::from_slice(bytes)?),
            RowKey::Policies => Self::Policies(serde_json::from_slice(bytes)?),
            RowKey::Supervision(_) => Self::Supervision(serde_json::from_slice(bytes)?),
            RowKey::YellowCard(_) => Self::YellowCard(serde_json::from_slice(bytes)?),
            RowKey::History(..) | RowKey::Timeline(..) => Self::Timeline(serde_json::from_slice(bytes)?),
        })
    }
}

/// The row of that key as the state has it; nothing where there is no such entity. Timelines are no function of the
/// state: [`crate::timeline::Timelines`] folds them.
pub fn row(state: &CityState, key: RowKey) -> Option<Row> {
    match key {
        RowKey::City => Some(Row::City(Arc::new(city::city_row(state)))),
        RowKey::Documents => Some(Row::Documents(Arc::new(state.corrected_documents.clone()))),
        RowKey::JointBranch(id) => state
            .joint_branches
            .get(&id)
            .map(|found| Row::JointBranch(Arc::new(joint_branch::joint_branch_row(state, found)))),
        RowKey::Meeting(id) => {
            state.meetings.get(&id).map(|found| Row::Meeting(Arc::new(meeting::meeting_row(state, found))))
        }
        RowKey::Organization(id) => state
            .organizations
            .get(&id)
            .map(|found| Row::Organization(Arc::new(organization::organization_row(state, found)))),
        RowKey::Place(id) => {
            state.places.get(&id).map(|found| Row::Place(Arc::new(place::place_row(state, found))))
        }
        RowKey::Policies => Some(Row::Policies(Arc::new(state.policies.clone()))),
        RowKey::Supervision(id) => state
            .supervisions
            .get(&id)
            .map(|found| Row::Supervision(Arc::new(oversight::supervision_row(state, found)))),
        RowKey::YellowCard(id) => state
            .yellow_cards
            .get(&id)
            .map(|found| Row::YellowCard(Arc::new(oversight::yellow_card_row(state, found)))),
        RowKey::History(..) | RowKey::Timeline(..) => None,
    }
}
