//! 党内统计取数: the figures that the yearly Party statistics, tables 24 and 25, take from here, each with what it counts.
//!
//! The forms and their notes were not at hand in full: which figure goes into which cell is for the office to check, and every
//! definition says what was counted. What the record cannot tell is said to be not known, and is no nought.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::joint_branch::{Arrangement, Form};
use domain::organization::{HostKind, OrganizationStatus};
use domain::place::PlaceKind;
use domain::say::{Say, say};
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;

use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::{JointBranchRow, OrganizationRow, PlaceRow};
use crate::table::{About, Column, Mark, Shown, Words};

mod items;

use items::{ITEMS, Item};

/// From how many formal members on an organization of its own is formed (支部条例 第四条).
const MEMBERS_OF_A_BRANCH: u32 = 3;

type Own = Column<StatisticsRow>;

/// What was noted of the log.
#[derive(Default)]
pub(super) struct Statistics {
    /// The joint branches that had somebody in post before the event at hand.
    led_before: BTreeSet<JointBranchId>,
    /// Those that elected in the year of the reading, and whether somebody was in post before.
    elected: BTreeMap<JointBranchId, bool>,
}

/// 党内统计的一项指标；不掌握的没有数值 / a figure of the Party statistics; without a value where it is not known
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatisticsRow {
    /// 党内统计年报的表号：24 或 25 / the number of the table of the yearly statistics: 24 or 25
    pub table: u8,
    /// 在本清单中的序号，不是表中的行次 / its number in this list, which is not the line of the table
    pub number: u8,
    /// 指标的代码 / the code of the figure
    pub item: Cow<'static, str>,
    /// 指标的名称 / the name of the figure
    pub name: Say,
    /// 数值；不掌握的为空 / the value; absent where it is not known
    pub value: Option<u64>,
    /// 指标的计量单位 / the unit of the value
    pub unit: Unit,
    /// 统计口径：统计了什么 / the definition: what it counts
    pub definition: Say,
    /// 列出所统计各行的页面；不掌握的没有 / the page that lists what it counts; absent where it is not known
    pub page: Option<String>,
}

impl HasSecretary for StatisticsRow {}

impl ListOf for Statistics {
    type Row = StatisticsRow;
    type Line = StatisticsRow;

    const SPEC: Spec = Spec {
        name: "statistics",
        title: say("党内统计取数", "Party statistics"),
        purpose: say(
            "党内统计年报第24表（基层组织数量和换届情况）、第25表（建制村建立党的基层组织情况）可从登记取得的数字，逐项注明口径；填入哪一格须按当年填报说明核对（口径待核），登记不含的标为不掌握",
            "what tables 24 and 25 of the yearly Party statistics can take from the register, each with what it counts; which cell it goes into is to be checked with the notes of the year, and what the register does not hold is said to be not known",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Own] = &[
        Own::choice("table", say("表", "Table"), |row| {
            Words::Said(Say::of(format!("第{}表", row.table), format!("table {}", row.table))).into()
        })
        .brief(),
        Own::number("number", say("序号", "No."), |row| Shown::count(row.number)).brief(),
        Own::text("name", say("指标", "Figure"), |row| Words::Said(row.name.clone()).into()).brief(),
        Own::number("value", say("数值", "Value"), |row| {
            let unknown = || Shown::from(Words::Said(say("不掌握", "not known"))).marked(Mark::Quiet);
            let shown = row.value.map_or_else(unknown, Shown::count);
            match &row.page {
                Some(page) => shown.about(About::Page(page.clone())),
                None => shown,
            }
        })
        .brief(),
        Own::choice("unit", say("单位", "Unit"), |row| Words::Said(row.unit.say()).into()),
        Own::text("definition", say("口径", "Definition"), |row| {
            Words::Said(row.definition.clone()).into()
        })
        .brief(),
    ];

    const READS: Option<fn(&Event) -> bool> =
        Some(|event| matches!(event.body, EventBody::SecretaryAssigned(_) | EventBody::ElectionHeld(_)));

    fn begin(_: &ListScope<'_>) -> Self {
        Self::default()
    }

    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        match &event.body {
            EventBody::SecretaryAssigned(data) => {
                self.led_before.insert(data.joint_branch);
            }
            EventBody::ElectionHeld(data) => {
                let had_led = !self.led_before.insert(data.joint_branch);
                if data.held_on.year() == scope.reading.on.year() && data.held_on <= scope.reading.on {
                    *self.elected.entry(data.joint_branch).or_default() |= had_led;
                }
            }
            _ => {}
        }
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<StatisticsRow> {
        let mut values = of_forms(scope);
        values.extend(of_elections(scope, &self.elected));
        values.extend(of_villages(scope));
        let (mut table, mut number) = (0, 0);
        let rows = ITEMS.map(|item| {
            number = if item.table == table { number + 1 } else { 1 };
            table = item.table;
            row(scope, item, number, &values)
        });
        let known = rows.iter().filter(|row| row.value.is_some()).count();
        let figures = [
            (
                "statistics_known",
                known.into(),
                Unit::Figures,
                say("可从登记取得的指标", "figures that the register tells"),
            ),
            (
                "statistics_unknown",
                (rows.len() - known).into(),
                Unit::Figures,
                say("登记不含、须另行统计的指标", "figures that the register does not hold"),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: StatisticsRow) -> Vec<StatisticsRow> {
        vec![row]
    }
}

/// Values by the codes of their figures.
type Values = BTreeMap<&'static str, usize>;

fn row(scope: &ListScope<'_>, item: Item, number: u8, values: &Values) -> StatisticsRow {
    let Item { table, code, unit, name, definition } = item;
    let value = values.get(code).map(|value| *value as u64);
    let page = value.map(|_| match table {
        24 => format!("/lists/register?scope={}", scope.code),
        _ => format!("/figures/{}/villages", scope.code),
    });
    StatisticsRow { table, number, item: code.into(), name, value, unit, definition, page }
}

/// A live joint body that is an organ of the Party: pairings without one are none.
fn is_organ(row: &JointBranchRow) -> bool {
    row.is_live() && row.form != Form::None
}

/// Table 24: how many joint organizations there are, of which form, with how many members.
fn of_forms(scope: &ListScope<'_>) -> Values {
    let year = scope.reading.on.year();
    let organs = || scope.led().filter(|row| is_organ(row));
    let of_form = |form| organs().filter(|row| row.form == form && row.form_kind.is_none()).count();
    let in_year = |day: Option<Date>| day.is_some_and(|day| day.year() == year);
    let decided = |row: &JointBranchRow| row.establishment.as_ref().map(|found| found.effective_date);
    let all = || scope.led().filter(|row| row.form != Form::None);
    let members: BTreeSet<OrganizationId> =
        organs().flat_map(|row| row.members.iter().map(|member| member.organization)).collect();
    Values::from([
        ("joint_organizations", organs().count()),
        ("joint_branches", of_form(Form::Branch)),
        ("joint_general_branches", of_form(Form::GeneralBranch)),
        ("joint_committees", of_form(Form::Committee)),
        ("added_forms", organs().filter(|row| row.form_kind.is_some()).count()),
        ("units_in_joint_organizations", members.len()),
        (
            "established_in_year",
            all().filter(|row| row.registration.is_none() && in_year(decided(row))).count(),
        ),
        ("ended_in_year", all().filter(|row| in_year(row.dissolved_on)).count()),
        ("pairings_without_organ", scope.led().filter(|row| row.is_live() && row.form == Form::None).count()),
    ])
}

/// Table 24: their elections in the year of the reading.
fn of_elections(scope: &ListScope<'_>, elected: &BTreeMap<JointBranchId, bool>) -> Values {
    let on = scope.reading.on;
    // One that was registered as it stood had somebody in post before, whether the file says who or not.
    let is_renewal = |row: &&JointBranchRow| {
        elected.get(&row.id).is_some_and(|had_led| *had_led || row.registration.is_some())
    };
    let all = || scope.led().filter(|row| row.form != Form::None);
    let renewed = all().filter(is_renewal).count();
    let organs = || all().filter(|row| is_organ(row));
    let ends: Vec<Date> = organs().filter_map(|row| row.term.as_ref()).map(|term| term.end).collect();
    let waiting = ends.iter().filter(|end| end.year() <= on.year()).count();
    Values::from([
        ("elections_due", renewed + waiting),
        ("elections_done", renewed),
        ("elections_waiting", waiting),
        ("elections_overdue", ends.iter().filter(|end| **end < on).count()),
        ("first_elections", all().filter(|row| elected.contains_key(&row.id) && !is_renewal(row)).count()),
        ("without_term", organs().filter(|row| row.term.is_none()).count()),
    ])
}

/// Table 25: the villages and their organizations.
fn of_villages(scope: &ListScope<'_>) -> Values {
    let places = scope.reading.views.villages_of(&scope.code).map(AsRef::as_ref);
    let is_village =
        |place: &&PlaceRow| place.exists_on(scope.reading.on) && place.kind == Some(PlaceKind::Village);
    let own: BTreeSet<PlaceId> = places.filter(is_village).map(|place| place.id).collect();
    let organizations = organizations_of(scope, &own);
    let count = |is_counted: &dyn Fn(&[&OrganizationRow]) -> bool| {
        organizations.values().filter(|found| is_counted(found)).count()
    };
    let members = |found: &[&OrganizationRow]| found.iter().map(|row| row.formal_members).sum::<u32>();
    let stands_alone =
        |found: &[&OrganizationRow]| found.iter().any(|row| row.status == OrganizationStatus::Active);
    let joined = |arrangement, has_organ| {
        let rows = scope.reading.views.readable_by(&scope.code).map(AsRef::as_ref);
        let is_such = |row: &&JointBranchRow| {
            row.is_live() && row.arrangement == arrangement && is_organ(row) == has_organ
        };
        villages_in(rows.filter(is_such), &own).len()
    };
    let heads = scope.led().filter(|row| row.is_live()).flat_map(|row| &row.village_heads);
    let heads: BTreeSet<PlaceId> = heads.map(|head| head.village.id).filter(|id| own.contains(id)).collect();
    Values::from([
        ("villages", own.len()),
        ("villages_with_organization", organizations.len()),
        ("villages_standing_alone", count(&stands_alone)),
        ("villages_merged", joined(Arrangement::Merger, true)),
        ("villages_paired", joined(Arrangement::Pairing, true)),
        ("villages_linked", joined(Arrangement::Pairing, false)),
        ("villages_of_three", count(&|found| members(found) >= MEMBERS_OF_A_BRANCH)),
        ("villages_without_organization", own.len() - organizations.len()),
        ("villages_headed_by_secretary", heads.len()),
    ])
}

/// The organizations of villages that were not abolished, by the village.
fn organizations_of<'a>(
    scope: &ListScope<'a>,
    own: &BTreeSet<PlaceId>,
) -> BTreeMap<PlaceId, Vec<&'a OrganizationRow>> {
    let mut found = BTreeMap::<PlaceId, Vec<&OrganizationRow>>::new();
    for row in scope.reading.views.organizations().map(AsRef::as_ref) {
        let is_standing = !matches!(row.status, OrganizationStatus::Abolished { .. });
        let village = row.location.as_ref().map(|place| place.id).filter(|id| own.contains(id));
        if let (HostKind::Village, true, Some(id)) = (&row.host_kind, is_standing, village) {
            found.entry(id).or_default().push(row);
        }
    }
    found
}

/// The villages among these whose organizations are members.
fn villages_in<'a>(
    rows: impl Iterator<Item = &'a JointBranchRow>,
    own: &BTreeSet<PlaceId>,
) -> BTreeSet<PlaceId> {
    let villages = rows.flat_map(|row| row.members.iter().filter_map(|member| member.village.as_ref()));
    villages.map(|place| place.id).filter(|id| own.contains(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_code_of_its_own_and_the_tables_follow_each_other() {
        let codes: BTreeSet<_> = ITEMS.iter().map(|item| item.code).collect();
        assert_eq!(codes.len(), ITEMS.len());
        assert!(ITEMS.is_sorted_by_key(|item| item.table));
    }
}
