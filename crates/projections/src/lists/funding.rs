//! Money of each village in a fiscal year: its base against what it is measured by, and what the county added.

use std::collections::BTreeMap;

use domain::ids::{JointBranchId, PlaceId};
use domain::joint_branch::Arrangement;
use domain::money::{self, Joined, Money, measuring_base};
use domain::place::PlaceCode;
use domain::place_names::called;
use domain::say::{Say, say};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::{Number, Unit};
use crate::person::HasSecretary;
use crate::rows::PlaceRow;
use crate::table::{About, Column, Shown, Words};
use crate::views::Views;

type Own = Column<FundingRow>;

/// The list: nothing is noted of the log.
pub(super) struct Funding;

/// 一个村一个年度的经费 / the money of a village in a fiscal year
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FundingRow {
    /// 村的区划代码 / the code of the village
    pub code: PlaceCode,
    /// 村的名称 / the name of the village
    pub name: Text,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 经费所属的财政年度 / the fiscal year of the money
    pub fiscal_year: i16,
    /// 本年度基数 / the base of the year
    pub base: Option<Money>,
    /// 对照基数：以前最近一次的基数，含并入各村 / what the base is measured by: the last one before, with that of villages merged into this one
    pub last_base: Option<Money>,
    /// 对照基数的年度 / the year of that
    pub last_fiscal_year: Option<i16>,
    /// 基数是否低于对照 / whether the base is below it
    pub below_last: bool,
    /// 县（区）补助的金额 / the amount that the county adds
    pub supplement: Option<Money>,
    /// 已决算的金额 / the amount that was settled
    pub settled: Option<Money>,
    /// 其党组织所在的运行中的合建 / the live mergers that its organizations are in
    pub mergers: Vec<JointBranchId>,
}

impl HasSecretary for FundingRow {}

impl ListOf for Funding {
    type Row = FundingRow;
    type Line = FundingRow;

    const SPEC: Spec = Spec {
        name: "funding",
        title: say("各村经费", "Funding of villages"),
        purpose: say(
            "各村本年度经费基数与上次基数的对照，县补和决算",
            "each village's base of the year against the one before, the county's supplement, and what was settled",
        ),
        year: Year::Current,
    };

    const COLUMNS: &'static [Column<FundingRow>] = &[
        Own::text("name", say("村", "Village"), |row| Shown::text(called(row.name.as_str()))).brief(),
        Own::text("code", say("代码", "Code"), |row| Shown::text(&row.code)).brief(),
        Own::choice("township", say("乡镇(街道)", "Township"), |row| {
            Shown::place_code(row.township.as_ref())
        }),
        Own::number("base", say("基数（元）", "Base (yuan)"), |row| Shown::money(row.base)).brief(),
        Own::number("last_base", say("对照基数（元）", "Measured by (yuan)"), |row| {
            Shown::money(row.last_base)
        })
        .brief(),
        Own::text("last_fiscal_year", say("对照年度", "Of year"), |row| {
            Shown::or_dash(row.last_fiscal_year)
        }),
        Own::choice("below_last", say("低于对照", "Below it"), |row| Shown::flag(row.below_last)).brief(),
        Own::number("supplement", say("县补（元）", "Supplement (yuan)"), |row| {
            Shown::money(row.supplement)
        })
        .brief(),
        Own::number("settled", say("决算（元）", "Settled (yuan)"), |row| Shown::money(row.settled)),
        Own::text("mergers", say("合建", "Merger"), |row| {
            let mergers = row.mergers.iter().map(|id| Words::Named(id.to_string())).collect();
            let shown = Shown::from(Words::Items(mergers));
            row.mergers.first().map_or(shown.clone(), |id| shown.about(About::JointBranch(*id)))
        }),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<FundingRow> {
        let mergers = mergers(scope);
        let villages = scope.reading.views.villages_of(&scope.code);
        let mut funded: Vec<_> = villages.filter_map(|village| of(scope, village, &mergers)).collect();
        funded.sort_by(|one, other| one.code.cmp(&other.code));
        let count = |belongs: fn(&FundingRow) -> bool| {
            Number::from(funded.iter().filter(|found| belongs(found)).count())
        };
        let sum = |of: fn(&FundingRow) -> Option<Money>| {
            Number::from(funded.iter().filter_map(of).map(|money| u64::from(money.amount)).sum::<u64>())
        };
        let year = scope.year;
        let define =
            |zh: &str, en: &str| Say::of(format!("{year}年度{zh}"), format!("fiscal year {year}: {en}"));
        let figures = [
            (
                "villages_funded",
                count(|found| found.base.is_some()),
                Unit::Villages,
                define("已核定基数的村", "villages with a base"),
            ),
            (
                "bases_missing",
                count(|found| found.base.is_none() && found.last_base.is_some()),
                Unit::Villages,
                define(
                    "以前年度有基数、本年度尚未核定的村",
                    "villages with an earlier base and none of this year",
                ),
            ),
            (
                "bases_below_last",
                count(|found| found.below_last),
                Unit::Villages,
                define(
                    "基数低于上次（含并入各村）的村",
                    "villages whose base is below what it is measured by",
                ),
            ),
            ("base_total", sum(|found| found.base), Unit::Fen, define("基数合计", "sum of the bases")),
            (
                "last_base_total",
                sum(|found| found.last_base),
                Unit::Fen,
                define("对照基数（上次基数，含并入各村）合计", "sum of what the bases are measured by"),
            ),
            (
                "supplement_total",
                sum(|found| found.supplement),
                Unit::Fen,
                define("县级补助合计", "sum of the county's supplements"),
            ),
            (
                "settled_total",
                sum(|found| found.settled),
                Unit::Fen,
                define("已结算合计", "sum of what was settled"),
            ),
        ];
        Found::new(figures, funded)
    }

    fn lines(row: FundingRow) -> Vec<FundingRow> {
        vec![row]
    }
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
fn of(
    scope: &ListScope<'_>,
    village: &PlaceRow,
    mergers: &BTreeMap<PlaceId, Vec<JointBranchId>>,
) -> Option<FundingRow> {
    let year = scope.year;
    let begun = village.existed_from.year() <= year;
    let ended = village.ended_on.is_some_and(|ended| {
        ended.year() < year || (ended.year() == year && !village.funding.contains_key(&year))
    });
    let views = scope.reading.views;
    let last = measured_by(views, village, year);
    let line = village.funding.get(&year).cloned().unwrap_or_default();
    if !begun || ended || (line == money::Funding::default() && last.is_none()) {
        return None;
    }
    let last_base = last.map(|(_, base)| base);
    Some(FundingRow {
        code: village.code.clone(),
        name: village.name.clone(),
        township: village.township.clone(),
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
