//! Money of each village in a fiscal year: its base against what it is measured by, and what the county added.

use std::collections::BTreeMap;

use domain::ids::{JointBranchId, PlaceId};
use domain::joint_branch::Arrangement;
use domain::money::{Funding, Joined, Money, measuring_base};
use domain::place::PlaceCode;
use domain::text::Text;
use serde::Serialize;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::reading::{Bilingual, ViewError, json};
use crate::rows::PlaceRow;
use crate::views::Views;

const FEN: &str = "分 (fen)";
const VILLAGES: &str = "个 (villages)";

#[derive(Serialize)]
struct VillageFunding<'a> {
    code: &'a PlaceCode,
    name: &'a Text,
    township: Option<&'a PlaceCode>,
    fiscal_year: i16,
    base: Option<Money>,
    /// What the base is measured by, and of which year: the last one before, with that of villages merged into this one.
    last_base: Option<Money>,
    last_fiscal_year: Option<i16>,
    below_last: bool,
    supplement: Option<Money>,
    settled: Option<Money>,
    /// The live mergers that its organizations are in.
    mergers: Vec<JointBranchId>,
}

pub(super) fn list(scope: &ListScope<'_>) -> Result<List, ViewError> {
    let mergers = mergers(scope);
    let villages = scope.reading.views.villages_of(&scope.code);
    let mut funded: Vec<_> = villages.filter_map(|village| of(scope, village, &mergers)).collect();
    funded.sort_by_key(|found| found.code);
    let count = |belongs: fn(&VillageFunding<'_>) -> bool| {
        serde_json::Value::from(funded.iter().filter(|found| belongs(found)).count())
    };
    let sum = |of: fn(&VillageFunding<'_>) -> Option<Money>| {
        serde_json::Value::from(
            funded.iter().filter_map(of).map(|money| u64::from(money.amount)).sum::<u64>(),
        )
    };
    let year = scope.year;
    let define =
        |zh: &str, en: &str| Bilingual::new(format!("{year}年度{zh}"), format!("fiscal year {year}: {en}"));
    let figures = [
        (
            "villages_funded",
            count(|found| found.base.is_some()),
            VILLAGES,
            define("已核定基数的村", "villages with a base"),
        ),
        (
            "bases_missing",
            count(|found| found.base.is_none() && found.last_base.is_some()),
            VILLAGES,
            define(
                "以前年度有基数、本年度尚未核定的村",
                "villages with an earlier base and none of this year",
            ),
        ),
        (
            "bases_below_last",
            count(|found| found.below_last),
            VILLAGES,
            define("基数低于上次（含并入各村）的村", "villages whose base is below what it is measured by"),
        ),
        ("base_total", sum(|found| found.base), FEN, define("基数合计", "sum of the bases")),
        (
            "last_base_total",
            sum(|found| found.last_base),
            FEN,
            define("对照基数（上次基数，含并入各村）合计", "sum of what the bases are measured by"),
        ),
        (
            "supplement_total",
            sum(|found| found.supplement),
            FEN,
            define("县级补助合计", "sum of the county's supplements"),
        ),
        ("settled_total", sum(|found| found.settled), FEN, define("已结算合计", "sum of what was settled")),
    ];
    let rows = funded.iter().map(|found| json(found).map(ListRow::Ready)).collect::<Result<_, _>>()?;
    Ok(scope.list(figures, rows))
}

/// The live mergers that each village's organizations are in.
fn mergers(scope: &ListScope<'_>) -> BTreeMap<PlaceId, Vec<JointBranchId>> {
    let mut mergers: BTreeMap<PlaceId, Vec<JointBranchId>> = BTreeMap::new();
    let live = scope.reading.views.readable_by(&scope.code);
    for row in live.filter(|row| row.is_live() && row.arrangement == Arrangement::Merger) {
        for village in row.members.iter().filter_map(|member| member.village.as_ref()) {
            mergers.entry(village.id).or_default().push(row.id);
        }
    }
    mergers
}

/// What the base of a year is measured by, those included that had gone over one after the other.
fn measured_by(views: &Views, village: &PlaceRow, year: i16) -> Option<(i16, Money)> {
    let predecessors = village.predecessors.iter().filter_map(|label| views.place(label.id));
    let joined = predecessors.map(|place| Joined {
        base: measured_by(views, place, year),
        ended_on: place.ended_on,
        successors: place.successors.len(),
    });
    measuring_base(&village.funding, joined, year)
}

/// A village's line; nothing for one that has neither a line of that year nor a base to be measured by.
fn of<'a>(
    scope: &ListScope<'a>,
    village: &'a PlaceRow,
    mergers: &BTreeMap<PlaceId, Vec<JointBranchId>>,
) -> Option<VillageFunding<'a>> {
    let year = scope.year;
    let begun = village.existed_from.year() <= year;
    let ended = village.ended_on.is_some_and(|ended| {
        ended.year() < year || (ended.year() == year && !village.funding.contains_key(&year))
    });
    let views = scope.reading.views;
    let last = measured_by(views, village, year);
    let line = village.funding.get(&year).cloned().unwrap_or_default();
    if !begun || ended || (line == Funding::default() && last.is_none()) {
        return None;
    }
    let last_base = last.map(|(_, base)| base);
    Some(VillageFunding {
        code: &village.code,
        name: &village.name,
        township: village.township.as_ref(),
        fiscal_year: year,
        base: line.base,
        last_base,
        last_fiscal_year: last.map(|(known, _)| known),
        below_last: line.base.zip(last_base).is_some_and(|(base, last)| base < last),
        supplement: line.supplement,
        settled: line.settled,
        mergers: mergers.get(&village.id).cloned().unwrap_or_default(),
    })
}
