//! What a county's register is open for, as the county's row shows it.

use domain::CityState;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::PlaceId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 县(区)清单的启用情况 / what a county's register is open for
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterRow {
    /// 启用日：此前的日期不产生待办 / from which day it is kept here: nothing is owed for days before
    pub from: Date,
    /// 存量登记截止日期 / the last day on which what existed before may be registered
    pub closes_on: Date,
    /// 启用文号 / the number of the document
    pub document: Option<DocumentNumber>,
}

pub(super) fn register_row(state: &CityState, place: PlaceId) -> Option<RegisterRow> {
    state.register_of(place).map(|found| RegisterRow {
        from: found.from,
        closes_on: found.closes_on,
        document: found.document.clone(),
    })
}
