//! The figures of every tier: what each counts, in which unit, and the rows behind it.
//!
//! A joint branch is counted where its lead township lies, so that a county's townships add up to the county and its
//! counties to the city; a village is counted where it lies itself.

use domain::joint_branch::{Arrangement, Grade, Phase};
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use domain::say::Say;
use imbl::OrdMap;

use crate::assessment::COUNTED_FIGURES;
use crate::deadlines::{filing_due, late_quarters, missing_quarters, term_ending, vacancy_due};
use crate::meetings::{DecisionState, decisions_of};
use crate::number::Unit;
use crate::reading::Reading;
use crate::rows::JointBranchRow;
use crate::view::{FigureName, FigureView};

/// A figure that is a sum over joint branches.
pub(crate) struct CountedFigure {
    pub(crate) name: &'static str,
    pub(crate) unit: Unit,
    /// What one joint branch adds.
    pub(crate) count: fn(Reading<'_>, &JointBranchRow) -> u64,
    pub(crate) define: fn(Reading<'_>, &PlaceCode) -> Say,
}

pub(crate) const COUNTED: [CountedFigure; COUNTED_FIGURES] = [
    CountedFigure {
        name: "joint_branches",
        unit: Unit::JointBranches,
        count: |_, row| row.is_live().into(),
        define: |_, _| {
            Say::of(
                "运行中（已成立且未撤销）的联合党组织，计入牵头乡镇",
                "live joint branches: established, not dissolved; counted where the lead township lies",
            )
        },
    },
    CountedFigure {
        name: "mergers",
        unit: Unit::JointBranches,
        count: |_, row| (row.is_live() && row.arrangement == Arrangement::Merger).into(),
        define: |_, _| Say::of("运行中的合建联合党组织", "live joint branches that are mergers"),
    },
    CountedFigure {
        name: "pairings",
        unit: Unit::JointBranches,
        count: |_, row| (row.is_live() && row.arrangement == Arrangement::Pairing).into(),
        define: |_, _| Say::of("运行中的共建联合党组织", "live joint branches that are pairings"),
    },
    CountedFigure {
        name: "good",
        unit: Unit::JointBranches,
        count: |reading, row| has_grade(reading, row, Grade::Good),
        define: |reading, _| define_grade(reading, "好", "good"),
    },
    CountedFigure {
        name: "fair",
        unit: Unit::JointBranches,
        count: |reading, row| has_grade(reading, row, Grade::Fair),
        define: |reading, _| define_grade(reading, "一般", "fair"),
    },
    CountedFigure {
        name: "poor",
        unit: Unit::JointBranches,
        count: |reading, row| has_grade(reading, row, Grade::Poor),
        define: |reading, _| define_grade(reading, "较差", "poor"),
    },
    CountedFigure {
        name: "evaluations_missing",
        unit: Unit::Evaluations,
        count: |reading, row| missing_quarters(reading, row).count() as u64,
        define: |reading, scope| {
            let days = reading.figures_in(scope).evaluation_due_days;
            Say::of(
                format!(
                    "自成立所在季度起，季度结束满{days}天仍未评估的（联合党组织，季度）；已撤销的，计撤销前已逾期的季度"
                ),
                format!(
                    "pairs of joint branch and quarter, from the quarter of establishment on, without a grade {days} days \
                     after the quarter's end; for a dissolved one the quarters overdue before it ended"
                ),
            )
        },
    },
    CountedFigure {
        name: "evaluations_late",
        unit: Unit::Evaluations,
        count: |reading, row| late_quarters(reading, row).count() as u64,
        define: |reading, scope| {
            let days = reading.figures_in(scope).evaluation_due_days;
            Say::of(
                format!("季度结束满{days}天后才录入的评估，以录入日为准"),
                format!(
                    "grades recorded more than {days} days after the quarter's end, by the day of recording"
                ),
            )
        },
    },
    CountedFigure {
        name: "evaluations_corrected",
        unit: Unit::Evaluations,
        count: |_, row| row.evaluations.values().filter(|evaluation| evaluation.corrected).count() as u64,
        define: |_, _| Say::of("录入后更正过等次的评估", "grades corrected after they were recorded"),
    },
    CountedFigure {
        name: "rectifications_open",
        unit: Unit::JointBranches,
        count: |_, row| row.rectification.is_some().into(),
        define: |_, _| {
            Say::of(
                "已下达整改、尚未验收的",
                "joint branches under an order of rectification that is not reviewed",
            )
        },
    },
    CountedFigure {
        name: "rectifications_overdue",
        unit: Unit::JointBranches,
        count: |reading, row| {
            row.rectification.as_ref().is_some_and(|order| reading.on > order.deadline).into()
        },
        define: |reading, _| {
            Say::of(
                format!("尚未验收、整改期限早于{}的", reading.on),
                format!("unreviewed orders of rectification whose deadline lies before {}", reading.on),
            )
        },
    },
    CountedFigure {
        name: "termination_due",
        unit: Unit::JointBranches,
        count: |_, row| (row.phase == Phase::TerminationDue).into(),
        define: |_, _| {
            Say::of(
                "整改未通过、应予撤销的",
                "joint branches that failed rectification and must be dissolved",
            )
        },
    },
    CountedFigure {
        name: "dissolved",
        unit: Unit::JointBranches,
        count: |_, row| (row.phase == Phase::Dissolved).into(),
        define: |_, _| Say::of("已撤销的联合党组织（累计）", "joint branches dissolved so far"),
    },
    CountedFigure {
        name: "secretaries_vacant",
        unit: Unit::JointBranches,
        count: |reading, row| vacancy_due(reading, row).is_some().into(),
        define: define_vacant,
    },
    CountedFigure {
        name: "secretaries_awaiting_approval",
        unit: Unit::JointBranches,
        count: |_, row| (row.is_live() && row.approval_owed.is_some()).into(),
        define: |_, _| {
            Say::of(
                "已选出书记、上级尚未批复的，含连选连任的；书记空缺数不含这些",
                "live joint branches that elected a secretary whom the committee above has not approved, also where the \
                 one in post was elected anew; no vacancy is counted of them",
            )
        },
    },
    CountedFigure {
        name: "terms_expiring",
        unit: Unit::JointBranches,
        count: |reading, row| term_ending(reading, row).is_some().into(),
        define: |reading, scope| {
            let months = reading.figures_in(scope).term_reminder_months;
            Say::of(
                format!("书记任期已届满或{months}个月内届满的"),
                format!("joint branches whose secretary's term has ended or ends within {months} months"),
            )
        },
    },
    CountedFigure {
        name: "co_located",
        unit: Unit::JointBranches,
        count: |reading, row| (row.is_live() && is_co_located(reading, row)).into(),
        define: |_, _| {
            Say::of("运行中且已合署办公的联合党组织", "live joint branches whose people work in one place")
        },
    },
    CountedFigure {
        name: "co_located_ever",
        unit: Unit::JointBranches,
        count: |reading, row| is_co_located(reading, row).into(),
        define: |_, _| {
            Say::of(
                "曾实行合署办公的联合党组织（累计），含已撤销的",
                "joint branches whose people have ever worked in one place, dissolved ones included",
            )
        },
    },
    CountedFigure {
        name: "proposals_open",
        unit: Unit::JointBranches,
        count: |_, row| (row.phase == Phase::Proposed).into(),
        define: |_, _| Say::of("待批准（请示）、尚未决定的", "proposals that wait for a decision"),
    },
    CountedFigure {
        name: "late_entries",
        unit: Unit::Events,
        count: |reading, row| late_entries(reading, row),
        define: |reading, scope| {
            let days = reading.figures_in(scope).late_entry_days;
            Say::of(
                format!("补录：录入日晚于生效日{days}天以上（含）的联合党组织记录；启用日之前的事项不计"),
                format!(
                    "records of joint branches entered {days} days or more after their effective date; none of a day before the register is kept here"
                ),
            )
        },
    },
    CountedFigure {
        name: "registered_before",
        unit: Unit::JointBranches,
        count: |_, row| (row.is_live() && row.registration.is_some()).into(),
        define: |_, _| {
            Say::of(
                "运行中的联合党组织中，启用前已成立、经存量登记并确认的",
                "live joint branches that existed before the register was opened, were registered as they stood and confirmed",
            )
        },
    },
    CountedFigure {
        name: "filings_missing",
        unit: Unit::Filings,
        count: |reading, row| {
            let owed = row.filings_owed.values().filter(|owed| row.owes_for(owed.since));
            owed.filter(|owed| reading.on > filing_due(reading, row, owed)).count() as u64
        },
        define: |reading, scope| {
            let days = reading.figures_in(scope).filing_due_days;
            Say::of(
                format!("联合党组织成立、换届、书记任职、变更、撤销后满{days}天仍未备案的事项"),
                format!(
                    "establishings, elections, secretaries, changes and dissolvings of joint branches not filed {days} days \
                     after they took effect"
                ),
            )
        },
    },
    CountedFigure {
        name: "secretaries_village_heads",
        unit: Unit::JointBranches,
        count: |reading, row| {
            row.village_heads
                .iter()
                .any(|head| head.elected_on <= reading.on && reading.on <= head.term_end)
                .into()
        },
        define: |_, _| {
            Say::of(
                "“一肩挑”：书记经村民依法选举任成员村村民委员会主任、任期未满的",
                "joint branches whose secretary the villagers elected head of a member village's committee, in term",
            )
        },
    },
];

/// How many events of a joint branch were recorded late: none of a day on which nothing was owed.
pub(crate) fn late_entries(reading: Reading<'_>, row: &JointBranchRow) -> u64 {
    let late_days = reading.figures(row, reading.on).late_entry_days;
    reading.views.timelines().late_entries(row.id, late_days, row.owed_from)
}

fn is_co_located(reading: Reading<'_>, row: &JointBranchRow) -> bool {
    row.co_location.as_ref().is_some_and(|found| found.since <= reading.on)
}

fn define_grade(reading: Reading<'_>, zh: &str, en: &str) -> Say {
    let day = reading.on;
    Say::of(
        format!("运行中的联合党组织，其在{day}之前已结束的季度中最近一次评估为“{zh}”的"),
        format!("live joint branches whose own latest grade, of a quarter that ended before {day}, is {en}"),
    )
}

fn define_vacant(reading: Reading<'_>, scope: &PlaceCode) -> Say {
    let months = reading.figures_in(scope).secretary_vacant_months;
    let led = reading.views.readable_by(scope).filter(|row| row.is_led_from(scope));
    let due = led.filter_map(|row| vacancy_due(reading, row));
    let long = due.filter(|due| reading.on > *due).count();
    Say::of(
        format!("设书记而书记空缺的（结对的不设书记）；其中空缺超过{months}个月的{long}个"),
        format!(
            "live joint branches whose post of secretary is empty; of them {long} for more than {months} months"
        ),
    )
}

/// The latest grade of a quarter that had ended before the day of the reading.
pub(crate) fn latest_grade(reading: Reading<'_>, row: &JointBranchRow) -> Option<Grade> {
    let this_quarter = Quarter::of(reading.on);
    let ended = row.evaluations.iter().rev().find(|(quarter, _)| **quarter < this_quarter);
    ended.map(|(_, evaluation)| evaluation.grade)
}

fn has_grade(reading: Reading<'_>, row: &JointBranchRow, grade: Grade) -> u64 {
    (row.is_live() && latest_grade(reading, row) == Some(grade)).into()
}

/// The figure that counts corrections of records, whoever made them; the breakdown says who.
pub(crate) fn corrections(reading: Reading<'_>) -> FigureView {
    let city = reading.views.city();
    FigureView {
        value: city.corrections.values().flat_map(OrdMap::values).sum::<u64>().into(),
        unit: Unit::Events,
        definition: Say::of(
            "更正过的记录，按县和经办人分列",
            "records corrected with `correct-record`, by county and actor in the breakdown",
        ),
        rows: format!("/api/v1/events?scope={}", city.city),
    }
}

/// The figures that count what coordination meetings decided: what is not closed, and what of it is overdue.
pub(crate) fn decisions(reading: Reading<'_>) -> [(FigureName, FigureView); 2] {
    let city = &reading.views.city().city;
    let open: Vec<_> =
        decisions_of(reading, city).filter(|found| found.state != DecisionState::Closed).collect();
    let overdue = open.iter().filter(|found| found.state == DecisionState::Overdue).count();
    let figure = |value: usize, zh: &str, en: &str| FigureView {
        value: value.into(),
        unit: Unit::Decisions,
        definition: Say::of(zh, en),
        rows: format!("/api/v1/lists/meeting-decisions?scope={city}"),
    };
    let open =
        figure(open.len(), "尚未销号的联系会议议定事项", "decisions of coordination meetings not closed");
    let late = "其中办理期限已过、尚未办结的";
    let overdue = figure(overdue, late, "those among them whose day has passed");
    [("decisions_open".into(), open), ("decisions_overdue".into(), overdue)]
}

/// The figure that only the whole log has: what was recorded where it is kept, without an account.
pub(crate) fn local_events(reading: Reading<'_>) -> FigureView {
    let city = reading.views.city();
    FigureView {
        value: city.local_events.into(),
        unit: Unit::Events,
        definition: Say::of(
            "在存放日志的机器上直接录入的全部记录",
            "all records entered where the log is kept (`actorrole` is `local`)",
        ),
        rows: format!("/api/v1/events?scope={}", city.city),
    }
}
