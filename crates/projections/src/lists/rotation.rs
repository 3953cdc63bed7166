//! The rotation of hosts: which member village hosted last, and whose turn it is.

use domain::date::Date;
use domain::ids::JointBranchId;
use domain::place_names::called;
use domain::say::say;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::joint_branch::{HostTurn, rotation};
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::{JointBranchRow, PlaceLabel};
use crate::table::{Column, Shown, Words};

type Own = Column<RotationRow>;

/// The list: nothing is noted of the log.
pub(super) struct Rotation;

/// 一个联合党组织的轮值承办 / the rotation of hosts of a joint branch
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RotationRow {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Text,
    /// 牵头乡镇所在的县（区） / the county in which the lead township lies
    pub county: Option<PlaceLabel>,
    /// 牵头的乡镇（街道） / the township that leads it
    pub lead_township: Option<PlaceLabel>,
    /// 上次承办的村 / the village that hosted last
    pub last_host: Option<PlaceLabel>,
    /// 上次承办日期 / the day on which it hosted
    pub last_hosted_on: Option<Date>,
    /// 下次承办的村 / the village whose turn it is
    pub next_host: Option<PlaceLabel>,
    /// 各村轮值次序 / the villages in the order in which they are to host
    pub turns: Vec<HostTurn>,
}

impl HasSecretary for RotationRow {}

impl ListOf for Rotation {
    type Row = RotationRow;
    type Line = RotationRow;

    const SPEC: Spec = Spec {
        name: "rotation",
        title: say("活动轮值", "Rotation of hosts"),
        purpose: say("活动上次由哪村承办、下次轮到哪村", "which village hosted last, and whose turn is next"),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<RotationRow>] = &[
        Own::text("name", say("联合党组织", "Joint branch"), |row| {
            Shown::joint_branch(row.joint_branch, &row.name)
        })
        .brief(),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place(row.county.as_ref())),
        Own::choice("township", say("牵头乡镇", "Lead township"), |row| {
            Shown::place(row.lead_township.as_ref())
        }),
        Own::text("last_host", say("上次承办村", "Last host"), |row| {
            Shown::or_dash(row.last_host.as_ref().map(|place| called(place.name.as_str())))
        })
        .brief(),
        Own::text("last_hosted_on", say("上次承办", "Last hosted"), |row| {
            Shown::or_dash(row.last_hosted_on)
        })
        .brief(),
        Own::text("next_host", say("下次承办村", "Next host"), |row| {
            Shown::or_dash(row.next_host.as_ref().map(|place| called(place.name.as_str())))
        })
        .brief(),
        Own::text("turns", say("承办次数", "Times hosted"), |row| {
            let turn = |turn: &HostTurn| {
                Words::Text(format!("{} {}", called(turn.village.name.as_str()), turn.times))
            };
            Words::Items(row.turns.iter().map(turn).collect()).into()
        }),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<RotationRow> {
        let rotations: Vec<_> = scope.led().filter(|row| row.is_live()).map(row).collect();
        let idle = rotations.iter().filter(|found| found.last_host.is_none()).count();
        let turns = rotations.iter().flat_map(|found| &found.turns);
        let never = turns.filter(|turn| turn.times == 0).count();
        let figures = [
            (
                "joint_branches",
                rotations.len().into(),
                Unit::JointBranches,
                say("运行中的联合党组织", "live joint branches"),
            ),
            (
                "without_activity",
                idle.into(),
                Unit::JointBranches,
                say("尚未记录任何活动的", "those of which no activity is recorded"),
            ),
            (
                "villages_never_hosted",
                never.into(),
                Unit::Villages,
                say("从未承办过活动的成员村", "member villages that have never hosted"),
            ),
        ];
        Found::new(figures, rotations)
    }

    fn lines(row: RotationRow) -> Vec<RotationRow> {
        vec![row]
    }
}

fn row(row: &JointBranchRow) -> RotationRow {
    let turns = rotation(row);
    let last = turns.iter().rfind(|turn| turn.last_hosted_on.is_some());
    RotationRow {
        joint_branch: row.id,
        name: row.name.clone(),
        county: row.county.clone(),
        lead_township: row.lead_township.clone(),
        last_host: last.map(|turn| turn.village.clone()),
        last_hosted_on: last.and_then(|turn| turn.last_hosted_on),
        next_host: turns.first().map(|turn| turn.village.clone()),
        turns,
    }
}
