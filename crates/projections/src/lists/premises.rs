//! 场所: each village's projects of premises, what was paid of them at which milestone, and what is paid next.

use domain::money::Money;
use domain::place::PlaceCode;
use domain::place_names::called;
use domain::premises::{Milestone, Premises as Project, PremisesPayment};
use domain::say::{Say, say};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::{Number, Unit};
use crate::person::HasSecretary;
use crate::rows::{PlaceLabel, PlaceRow};
use crate::table::{Column, Shown, Words};

type Own = Column<PremisesRow>;

/// The list: the rows hold it all.
pub(super) struct Premises;

/// 一个场所项目 / a project of premises
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PremisesRow {
    /// 村的区划代码 / the code of the village
    pub code: PlaceCode,
    /// 村的名称 / the name of the village
    pub name: Text,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 项目名称 / the name of the project
    pub project: Text,
    /// 立项的村，仅从并入的村承接的项目 / the village in which it began, where that went over into this one
    pub begun_in: Option<PlaceLabel>,
    /// 项目总额 / the total of the project
    pub total: Money,
    /// 已拨付的各笔，按节点先后 / what was paid, milestone by milestone
    pub payments: Vec<PremisesPayment>,
    /// 累计拨付 / the sum of what was paid
    pub paid: Money,
    /// 累计拨付占总额的比例（%），舍去小数 / what share of the total that is, in whole per cent, rounded down
    pub paid_percent: u64,
    /// 下一个拨付节点；三笔都已拨付的没有 / the milestone that is paid next; absent where all three were
    pub next: Option<Milestone>,
}

impl HasSecretary for PremisesRow {}

impl ListOf for Premises {
    type Row = PremisesRow;
    type Line = PremisesRow;

    const SPEC: Spec = Spec {
        name: "premises",
        title: say("场所项目", "Premises"),
        purpose: say(
            "各村场所项目的总额、按开工、主体完工、验收三个节点的拨付，和下一笔应拨的节点",
            "each village's projects of premises: the total, what was paid at start, structure and acceptance, and what is paid next",
        ),
        year: Year::None,
    };

    const COLUMNS: &'static [Own] = &[
        Own::text("name", say("村", "Village"), |row| Shown::text(called(row.name.as_str()))).brief(),
        Own::text("code", say("代码", "Code"), |row| Shown::text(&row.code)).brief(),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place_code(row.county.as_ref())),
        Own::choice("township", say("乡镇(街道)", "Township"), |row| {
            Shown::place_code(row.township.as_ref())
        }),
        Own::text("project", say("项目", "Project"), |row| Shown::text(&row.project)).brief(),
        Own::text("begun_in", say("立项村", "Begun in"), |row| {
            Shown::or_empty(
                row.begun_in.as_ref().map(|place| format!("{} {}", place.code, called(place.name.as_str()))),
            )
        }),
        Own::number("total", say("总额（元）", "Total (yuan)"), |row| Shown::money(Some(row.total))).brief(),
        Own::number("start", say("开工款（元）", "Start (yuan)"), |row| amount(row, Milestone::Start)),
        Own::text("start_on", say("开工款日期", "Start paid on"), |row| day(row, Milestone::Start)),
        Own::number("structure", say("主体款（元）", "Structure (yuan)"), |row| {
            amount(row, Milestone::Structure)
        }),
        Own::text("structure_on", say("主体款日期", "Structure paid on"), |row| {
            day(row, Milestone::Structure)
        }),
        Own::number("acceptance", say("验收款（元）", "Acceptance (yuan)"), |row| {
            amount(row, Milestone::Acceptance)
        }),
        Own::text("acceptance_on", say("验收款日期", "Acceptance paid on"), |row| {
            day(row, Milestone::Acceptance)
        }),
        Own::number("paid", say("累计拨付（元）", "Paid (yuan)"), |row| Shown::money(Some(row.paid))).brief(),
        Own::number("paid_percent", say("累计比例（%）", "Paid (%)"), |row| {
            Shown::count(row.paid_percent)
        })
        .brief(),
        Own::choice("next", say("下一节点", "Paid next"), |row| {
            row.next.map_or_else(|| Words::Said(ALL_PAID).into(), |next| Shown::term("Milestone", &next))
        })
        .brief(),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<PremisesRow> {
        let villages = scope.reading.views.villages_of(&scope.code);
        let mut rows: Vec<_> = villages
            .flat_map(|village| village.premises.iter().map(|project| row(scope, village, project)))
            .collect();
        rows.sort_by(|one, other| {
            (&one.code, &one.project, one.payments.first().map(|payment| payment.on)).cmp(&(
                &other.code,
                &other.project,
                other.payments.first().map(|payment| payment.on),
            ))
        });
        let sum = |of: fn(&PremisesRow) -> Money| {
            Number::from(rows.iter().map(of).map(|money| u64::from(money.amount)).sum::<u64>())
        };
        let unfinished = rows.iter().filter(|row| row.next.is_some()).count();
        let figures = [
            ("premises", rows.len().into(), Unit::Items, Say::of("场所项目", "projects of premises")),
            (
                "premises_unfinished",
                unfinished.into(),
                Unit::Items,
                Say::of("其中验收款未拨付的", "those among them whose acceptance is not paid"),
            ),
            ("premises_total", sum(|row| row.total), Unit::Fen, Say::of("总额合计", "sum of the totals")),
            (
                "premises_paid",
                sum(|row| row.paid),
                Unit::Fen,
                Say::of("累计拨付合计", "sum of what was paid"),
            ),
        ];
        Found::new(figures, rows)
    }

    fn lines(row: PremisesRow) -> Vec<PremisesRow> {
        vec![row]
    }
}

/// What stands where no milestone is left.
const ALL_PAID: Say = say("已拨完", "all paid");

fn row(scope: &ListScope<'_>, village: &PlaceRow, project: &Project) -> PremisesRow {
    let paid = project.paid();
    let percent =
        u128::from(u64::from(paid.amount)) * 100 / u128::from(u64::from(project.total.amount).max(1));
    let elsewhere = Some(project.begun_in).filter(|id| *id != village.id);
    let begun_in = elsewhere.and_then(|id| scope.reading.views.place(id));
    PremisesRow {
        code: village.code.clone(),
        name: village.name.clone(),
        county: village.county.clone(),
        township: village.township.clone(),
        project: project.project.clone(),
        begun_in: begun_in.map(|place| PlaceLabel {
            id: place.id,
            code: place.code.clone(),
            name: place.name.clone(),
        }),
        total: project.total,
        payments: project.payments.clone(),
        paid,
        paid_percent: u64::try_from(percent).unwrap_or(u64::MAX),
        next: project.next(),
    }
}

fn payment(row: &PremisesRow, milestone: Milestone) -> Option<&PremisesPayment> {
    row.payments.iter().find(|payment| payment.milestone == milestone)
}

fn amount(row: &PremisesRow, milestone: Milestone) -> Shown {
    Shown::money(payment(row, milestone).map(|payment| payment.amount))
}

fn day(row: &PremisesRow, milestone: Milestone) -> Shown {
    Shown::day(payment(row, milestone).map(|payment| payment.on))
}
