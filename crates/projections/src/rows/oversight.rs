//! The row of a supervision 督办.

use domain::CityState;
use domain::date::Date;
use domain::ids::{JointBranchId, SupervisionId};
use domain::place::PlaceCode;
use domain::supervision::{Answer, Supervision};
use domain::text::Text;
use serde::{Deserialize, Serialize};

use super::{PlaceLabel, label_of};

/// What a tier asked of the tier below, and the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SupervisionRow {
    pub id: SupervisionId,
    /// Who is to answer.
    pub to: Option<PlaceLabel>,
    pub county: Option<PlaceCode>,
    pub township: Option<PlaceCode>,
    pub matter: Text,
    pub joint_branch: Option<JointBranchId>,
    pub issued_on: Date,
    pub due: Date,
    pub answer: Option<Answer>,
    pub last_position: u64,
}

pub(super) fn supervision_row(state: &CityState, supervision: &Supervision) -> SupervisionRow {
    let scope = state.scope_of_place(supervision.to);
    SupervisionRow {
        id: supervision.id,
        to: label_of(state, supervision.to),
        county: scope.county,
        township: scope.township,
        matter: supervision.matter.clone(),
        joint_branch: supervision.joint_branch,
        issued_on: supervision.issued_on,
        due: supervision.due,
        answer: supervision.answer.clone(),
        last_position: supervision.last_position,
    }
}
