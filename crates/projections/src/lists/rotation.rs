//! The rotation of hosts: which member village hosted last, and whose turn it is.

use domain::date::Date;
use domain::ids::JointBranchId;
use domain::text::Text;
use serde::Serialize;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::joint_branch::{HostTurn, rotation};
use crate::reading::{Bilingual, ViewError, json};
use crate::rows::{JointBranchRow, PlaceLabel};

#[derive(Serialize)]
struct Rotation<'a> {
    joint_branch: JointBranchId,
    name: &'a Text,
    county: Option<&'a PlaceLabel>,
    lead_township: Option<&'a PlaceLabel>,
    last_host: Option<&'a PlaceLabel>,
    last_hosted_on: Option<Date>,
    next_host: Option<&'a PlaceLabel>,
    /// In the order in which they are to host.
    turns: Vec<HostTurn<'a>>,
}

pub(super) fn list(scope: &ListScope<'_>) -> Result<List, ViewError> {
    let rotations: Vec<_> = scope.led().filter(|row| row.is_live()).map(of).collect();
    let idle = rotations.iter().filter(|found| found.last_host.is_none()).count();
    let turns = rotations.iter().flat_map(|found| &found.turns);
    let never = turns.filter(|turn| turn.times == 0).count();
    let unit = "个 (joint branches)";
    let figures = [
        (
            "joint_branches",
            rotations.len().into(),
            unit,
            Bilingual::new("运行中的联合党组织", "live joint branches"),
        ),
        (
            "without_activity",
            idle.into(),
            unit,
            Bilingual::new("尚未记录任何活动的", "those of which no activity is recorded"),
        ),
        (
            "villages_never_hosted",
            never.into(),
            "个 (villages)",
            Bilingual::new("从未承办过活动的成员村", "member villages that have never hosted"),
        ),
    ];
    let rows = rotations.iter().map(|found| json(found).map(ListRow::Ready)).collect::<Result<_, _>>()?;
    Ok(scope.list(figures, rows))
}

fn of(row: &JointBranchRow) -> Rotation<'_> {
    let turns = rotation(row);
    let last = turns.iter().rfind(|turn| turn.last_hosted_on.is_some());
    let last = last.map(|turn| (turn.village, turn.last_hosted_on));
    Rotation {
        joint_branch: row.id,
        name: &row.name,
        county: row.county.as_ref(),
        lead_township: row.lead_township.as_ref(),
        last_host: last.map(|(village, _)| village),
        last_hosted_on: last.and_then(|(_, day)| day),
        next_host: turns.first().map(|turn| turn.village),
        turns,
    }
}
