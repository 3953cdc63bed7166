//! The row of an organization.

use std::collections::{BTreeMap, BTreeSet};

use domain::CityState;
use domain::code::Code;
use domain::date::Date;
use domain::filing::FilingOwed;
use domain::function::Function;
use domain::ids::{JointBranchId, OrganizationId};
use domain::link::Link;
use domain::organization::{Host, HostKind, Organization, OrganizationForm, OrganizationStatus, Profile};
use domain::place::PlaceCode;
use domain::post::{Election, FirstSecretary};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{PlaceLabel, label_of};
use crate::number_keys;

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
    /// 作为上级的联合党总支或联合党委 / the joint general branch or committee above
    pub superior_joint: Option<JointBranchId>,
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
    /// 现任第一书记；没有选派的没有 / the first secretary in post; absent where none was sent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_secretary: Option<FirstSecretary>,
    /// 待备案的换届选举，以记录位置为键 / elections that wait to be filed, by the position of their event
    #[serde(deserialize_with = "number_keys::deserialize")]
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    /// 所在区划撤并的日期，仅党委等机关有；县应办结其处置 / since when the place of this organ is no more: the county is to wind it up
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_ended_on: Option<Date>,
    /// 登记日期 / the day on which it was registered
    pub registered_on: Date,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

pub(super) fn organization_row(state: &CityState, organization: &Organization) -> OrganizationRow {
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
        superior_joint: organization
            .superior_joint
            .filter(|id| state.joint_branches.get(id).is_some_and(|found| found.phase.is_live())),
        formal_members: organization.formal_members,
        probationary_members: organization.probationary_members,
        profile: organization.profile.clone(),
        status: organization.status.clone(),
        merger: organization.merger,
        pairings: organization.pairings.clone(),
        held_elsewhere: organization.held_elsewhere.clone(),
        links: organization.links.clone(),
        election: organization.election.clone(),
        first_secretary: organization.first_secretary.clone(),
        filings_owed: organization.filings_owed.clone(),
        place_ended_on: organization.place_ended_on,
        registered_on: organization.registered_on,
        last_position: organization.last_position,
    }
}
