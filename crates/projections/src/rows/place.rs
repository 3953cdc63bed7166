//! The row of a place, and the label by which other rows name it.

use std::collections::BTreeMap;

use domain::CityState;
use domain::date::Date;
use domain::ids::PlaceId;
use domain::money::Funding;
use domain::place::{Level, PastName, Place, PlaceCode, PlaceKind};
use domain::premises::Premises;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::register::{RegisterRow, register_row};
use crate::number_keys;

/// 地方的编号、代码和名称 / a place as other rows name it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceLabel {
    /// 地方编号 / the id of the place
    pub id: PlaceId,
    /// 行政区划的代码 / the statistical code of the place
    pub code: PlaceCode,
    /// 行政区划的名称 / the name of the place
    pub name: Text,
}

/// 一个行政区划的记录 / a place as it is on the register
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceRow {
    /// 地方编号 / the id of the place
    pub id: PlaceId,
    /// 行政区划的代码 / the statistical code of the place
    pub code: PlaceCode,
    /// 行政区划的名称 / the name of the place
    pub name: Text,
    /// 行政区划的层级 / the tier of the place
    pub level: Level,
    /// 行政村、社区或其他，仅村级 / whether it is a village, a community or neither; on the lowest tier only
    pub kind: Option<PlaceKind>,
    /// 上级行政区划 / the place above it; absent for the city
    pub parent: Option<PlaceLabel>,
    /// 所在的县（区），县（区）则为自身 / the county in which it lies, or which it is
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道），乡镇（街道）则为自身 / the township in which it lies, or which it is
    pub township: Option<PlaceCode>,
    /// 现用代码、名称和上级的起始日期 / the first day on which code, name and parent hold
    pub in_force_from: Date,
    /// 设立日期 / the first day on which it is on the register
    pub existed_from: Date,
    /// 不再存在的首日 / the day from which on it is no more
    pub ended_on: Option<Date>,
    /// 承接它的地方 / the places that go on for it
    pub successors: Vec<PlaceLabel>,
    /// 并入或分立前的地方 / the places that went over into it, or were split for it
    pub predecessors: Vec<PlaceLabel>,
    /// 曾用名称和代码，最早的在前 / what it was called and coded before, the oldest first
    pub past: Vec<PastName>,
    /// 各年度经费，仅村 / what a village has in each fiscal year
    #[serde(deserialize_with = "number_keys::deserialize")]
    pub funding: BTreeMap<i16, Funding>,
    /// 场所项目及其拨付，含并入各村的，仅村 / the projects of premises of a village and of those that went over into it, with what was paid
    pub premises: Vec<Premises>,
    /// 清单的启用情况，仅已启用的县(区) / what the register is open for, of a county that has opened it
    pub register: Option<RegisterRow>,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

impl PlaceRow {
    /// Whether it is on the register that day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.existed_from <= day && self.ended_on.is_none_or(|ended| day < ended)
    }
}

pub(super) fn label(place: &Place) -> PlaceLabel {
    PlaceLabel { id: place.id, code: place.code.clone(), name: place.name.clone() }
}

pub(super) fn label_of(state: &CityState, id: PlaceId) -> Option<PlaceLabel> {
    state.places.get(&id).map(|place| label(place))
}

pub(super) fn place_row(state: &CityState, place: &Place) -> PlaceRow {
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
        premises: place.premises.clone(),
        register: (place.level == Level::County).then(|| register_row(state, place.id)).flatten(),
        last_position: place.last_position,
    }
}
