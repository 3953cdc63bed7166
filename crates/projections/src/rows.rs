//! The rows of the read models, and how each follows from the state of the city. They hold facts and dates, never what
//! depends on today or on the policy: neither makes a row stale.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::CityState;
use domain::code::Code;
use domain::date::{Date, Timestamp};
use domain::filing::FilingOwed;
use domain::function::Function;
use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::link::Link;
use domain::money::Funding;
use domain::organization::{Host, HostKind, Organization, OrganizationForm, OrganizationStatus, Profile};
use domain::place::{Level, PastName, Place, PlaceCode, PlaceKind};
use domain::policy_book::PolicyBook;
use domain::post::Election;
use domain::text::Text;
use imbl::OrdMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number_keys;
use crate::timeline::TimelineRow;

mod governance;
mod joint_branch;
mod key;
mod oversight;
mod work;

pub use governance::{ElectionOwedRow, VillageHeadRow};
pub use joint_branch::{EvaluationRow, JointBranchRow, MemberRow, RectificationRow, VillageSurveyRow};
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
    /// 行政村或社区，仅村级 / whether it is a village or a community; on the lowest tier only
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
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

impl PlaceRow {
    /// Whether it is on the register that day.
    pub fn exists_on(&self, day: Date) -> bool {
        self.existed_from <= day && self.ended_on.is_none_or(|ended| day < ended)
    }
}

/// 一个党组织的记录 / an organization as it is on the register
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OrganizationRow {
    /// 党组织编号 / the id of the organization
    pub id: OrganizationId,
    /// 党组织的名称 / the name of the organization
    pub name: Text,
    /// 党组织的组织形式 / the form of the Party organization
    pub form: OrganizationForm,
    /// 政策增加的形式细类 / the kind of the form, where a policy has added it
    pub form_kind: Option<Code>,
    /// 所属单位的类别 / the kind of its host
    pub host_kind: HostKind,
    /// 所属单位的名称，属于村（社区）的为空 / the host's name, where it is no place
    pub unit: Option<Text>,
    /// 所属的地方，所属单位不是地方的为单位所在地 / the host, where it is a place, and otherwise the place in which it lies
    pub location: Option<PlaceLabel>,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 上级党组织的编号 / the id of the organization above
    pub superior: Option<OrganizationId>,
    /// 正式党员数 / how many formal members it has
    pub formal_members: u32,
    /// 预备党员数 / how many probationary members it has
    pub probationary_members: u32,
    /// 基本情况各项指标 / the figures of its profile, by name
    pub profile: Profile,
    /// 状况：正常、已由合建承接或已撤销 / whether it works, is suspended by a merger, or was abolished
    pub status: OrganizationStatus,
    /// 所在的合建联合党组织 / the merger that it is in
    pub merger: Option<JointBranchId>,
    /// 所在的共建联合党组织 / the pairings that it is in
    pub pairings: BTreeSet<JointBranchId>,
    /// 已划转职能及行使该职能的联合党组织 / the functions that have passed to a joint branch, and to which
    pub held_elsewhere: BTreeMap<Function, JointBranchId>,
    /// 指导与交叉任职，双方均列出 / guidance and shared posts, from either side
    pub links: Vec<Link>,
    /// 未参加合建的党组织的最近一次换届选举 / its last election, where it stands alone
    pub election: Option<Election>,
    /// 待备案的换届选举，以记录位置为键 / elections that wait to be filed, by the position of their event
    #[serde(deserialize_with = "number_keys::deserialize")]
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    /// 登记日期 / the day on which it was registered
    pub registered_on: Date,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

/// The row of that key as the state has it; nothing where there is no such entity. Timelines are no function of the
/// state: [`crate::timeline::Timelines`] folds them.
pub fn row(state: &CityState, key: RowKey) -> Option<Row> {
    match key {
        RowKey::City => Some(Row::City(Arc::new(city_row(state)))),
        RowKey::JointBranch(id) => state
            .joint_branches
            .get(&id)
            .map(|found| Row::JointBranch(Arc::new(joint_branch::joint_branch_row(state, found)))),
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
