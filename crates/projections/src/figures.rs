//! The figures of every tier: what each counts, in which unit, and the rows behind it.
//!
//! A joint branch is counted where its lead township lies, so that a county's townships add up to the county and its
//! counties to the city; a village is counted where it lies itself.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::PlaceId;
use domain::joint_branch::{Arrangement, Form, Grade, Mode, Phase};
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::quarter::Quarter;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::joint_branch::register_entry;
use crate::obligations::{period, term_ending, ungraded_quarters, vacancy_due};
use crate::place::village_entry;
use crate::reading::{Bilingual, Reading, View, ViewError, json};
use crate::rows::{JointBranchRow, PlaceRow};

/// A figure with all that one must know to read it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FigureView {
    pub value: Value,
    pub unit: &'static str,
    pub definition: Bilingual,
    /// The path that lists the rows counted.
    pub rows: String,
}

/// The live joint branches by kind, and every grade by quarter.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Breakdowns {
    pub by_mode: BTreeMap<Mode, u64>,
    pub by_form: BTreeMap<Form, u64>,
    pub grades_by_quarter: BTreeMap<Quarter, GradeCounts>,
}

/// How many joint branches, whether live or since dissolved, have which grade in a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct GradeCounts {
    pub good: u64,
    pub fair: u64,
    pub poor: u64,
    /// Without a grade although its last day has passed.
    pub missing: u64,
}

/// A figure that is a sum over joint branches.
struct CountedFigure {
    name: &'static str,
    unit: &'static str,
    /// What one joint branch adds.
    count: fn(Reading<'_>, &JointBranchRow) -> u64,
    define: fn(Reading<'_>, &ScopeRows<'_>) -> Bilingual,
}

const JOINT_BRANCHES: &str = "个 (joint branches)";
const VILLAGES: &str = "个 (villages)";
const EVALUATIONS: &str = "次 (evaluations)";
const EVENTS: &str = "条 (events)";

const COUNTED: [CountedFigure; 18] = [
    CountedFigure {
        name: "joint_branches",
        unit: JOINT_BRANCHES,
        count: |_, row| row.is_live().into(),
        define: |_, _| {
            Bilingual::new(
                "运行中（已成立且未撤销）的联合党组织，计入牵头乡镇",
                "live joint branches: established, not dissolved; counted where the lead township lies",
            )
        },
    },
    CountedFigure {
        name: "mergers",
        unit: JOINT_BRANCHES,
        count: |_, row| (row.is_live() && row.arrangement == Arrangement::Merger).into(),
        define: |_, _| Bilingual::new("运行中的合建联合党组织", "live joint branches that are mergers"),
    },
    CountedFigure {
        name: "pairings",
        unit: JOINT_BRANCHES,
        count: |_, row| (row.is_live() && row.arrangement == Arrangement::Pairing).into(),
        define: |_, _| Bilingual::new("运行中的共建联合党组织", "live joint branches that are pairings"),
    },
    CountedFigure {
        name: "good",
        unit: JOINT_BRANCHES,
        count: |reading, row| has_grade(reading, row, Grade::Good),
        define: |reading, _| define_grade(reading, "好", "good"),
    },
    CountedFigure {
        name: "fair",
        unit: JOINT_BRANCHES,
        count: |reading, row| has_grade(reading, row, Grade::Fair),
        define: |reading, _| define_grade(reading, "一般", "fair"),
    },
    CountedFigure {
        name: "poor",
        unit: JOINT_BRANCHES,
        count: |reading, row| has_grade(reading, row, Grade::Poor),
        define: |reading, _| define_grade(reading, "较差", "poor"),
    },
    CountedFigure {
        name: "evaluations_missing",
        unit: EVALUATIONS,
        count: |reading, row| missing_quarters(reading, row).count() as u64,
        define: |reading, _| {
            let days = reading.policy.figures.evaluation_due_days;
            Bilingual::new(
                format!(
                    "自成立所在季度起，季度结束满{days}天仍未评价的（联合党组织，季度）；已撤销的，计撤销前已逾期的季度"
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
        unit: EVALUATIONS,
        count: |reading, row| late_quarters(reading, row).count() as u64,
        define: |reading, _| {
            let days = reading.policy.figures.evaluation_due_days;
            Bilingual::new(
                format!("季度结束满{days}天后才录入的评价，以录入日为准"),
                format!(
                    "grades recorded more than {days} days after the quarter's end, by the day of recording"
                ),
            )
        },
    },
    CountedFigure {
        name: "evaluations_corrected",
        unit: EVALUATIONS,
        count: |_, row| row.evaluations.values().filter(|evaluation| evaluation.corrected).count() as u64,
        define: |_, _| Bilingual::new("录入后更正过等次的评价", "grades corrected after they were recorded"),
    },
    CountedFigure {
        name: "rectifications_open",
        unit: JOINT_BRANCHES,
        count: |_, row| row.rectification.is_some().into(),
        define: |_, _| {
            Bilingual::new(
                "已下达整改、尚未复核的",
                "joint branches under an order of rectification that is not reviewed",
            )
        },
    },
    CountedFigure {
        name: "rectifications_overdue",
        unit: JOINT_BRANCHES,
        count: |reading, row| {
            row.rectification.as_ref().is_some_and(|order| reading.on > order.deadline).into()
        },
        define: |reading, _| {
            Bilingual::new(
                format!("尚未复核、整改期限早于{}的", reading.on),
                format!("unreviewed orders of rectification whose deadline lies before {}", reading.on),
            )
        },
    },
    CountedFigure {
        name: "termination_due",
        unit: JOINT_BRANCHES,
        count: |_, row| (row.phase == Phase::TerminationDue).into(),
        define: |_, _| {
            Bilingual::new(
                "整改未通过、应予撤销的",
                "joint branches that failed rectification and must be dissolved",
            )
        },
    },
    CountedFigure {
        name: "dissolved",
        unit: JOINT_BRANCHES,
        count: |_, row| (row.phase == Phase::Dissolved).into(),
        define: |_, _| Bilingual::new("已撤销的联合党组织（累计）", "joint branches dissolved so far"),
    },
    CountedFigure {
        name: "secretaries_vacant",
        unit: JOINT_BRANCHES,
        count: |reading, row| vacancy_due(reading, row).is_some().into(),
        define: define_vacant,
    },
    CountedFigure {
        name: "terms_expiring",
        unit: JOINT_BRANCHES,
        count: |reading, row| term_ending(reading, row).is_some().into(),
        define: |reading, _| {
            let months = reading.policy.figures.term_reminder_months;
            Bilingual::new(
                format!("书记任期已届满或{months}个月内届满的"),
                format!("joint branches whose secretary's term has ended or ends within {months} months"),
            )
        },
    },
    CountedFigure {
        name: "co_located",
        unit: JOINT_BRANCHES,
        count: |_, _| 0,
        define: |_, _| {
            Bilingual::new(
                "合署办公的联合党组织；尚未开始登记",
                "co-located joint branches; not recorded yet",
            )
        },
    },
    CountedFigure {
        name: "proposals_open",
        unit: JOINT_BRANCHES,
        count: |_, row| (row.phase == Phase::Proposed).into(),
        define: |_, _| Bilingual::new("已提出、尚未决定的", "proposals that wait for a decision"),
    },
    CountedFigure {
        name: "late_entries",
        unit: EVENTS,
        count: |reading, row| {
            reading.views.timelines().late_entries(row.id, reading.policy.figures.late_entry_days)
        },
        define: |reading, _| {
            let days = reading.policy.figures.late_entry_days;
            Bilingual::new(
                format!("补录：录入日晚于生效日{days}天以上（含）的联合党组织记录"),
                format!("records of joint branches entered {days} days or more after their effective date"),
            )
        },
    },
];

fn define_grade(reading: Reading<'_>, zh: &str, en: &str) -> Bilingual {
    let day = reading.on;
    Bilingual::new(
        format!("运行中的联合党组织，其在{day}之前已结束的季度中最近一次评价为“{zh}”的"),
        format!("live joint branches whose own latest grade, of a quarter that ended before {day}, is {en}"),
    )
}

fn define_vacant(reading: Reading<'_>, scope: &ScopeRows<'_>) -> Bilingual {
    let months = reading.policy.figures.secretary_vacant_months;
    let due = scope.counted.iter().filter_map(|row| vacancy_due(reading, row));
    let long = due.filter(|due| reading.on > *due).count();
    Bilingual::new(
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

fn missing_quarters(reading: Reading<'_>, row: &JointBranchRow) -> impl Iterator<Item = Quarter> {
    ungraded_quarters(reading, row)
        .into_iter()
        .filter(move |(_, due)| reading.on > *due)
        .map(|(quarter, _)| quarter)
}

/// Quarters whose grade was recorded too late.
pub(crate) fn late_quarters(reading: Reading<'_>, row: &JointBranchRow) -> impl Iterator<Item = Quarter> {
    let due_days = period(reading.policy.figures.evaluation_due_days);
    let late =
        row.evaluations.iter().filter(move |(_, evaluation)| evaluation.recorded_after_days > due_days);
    late.map(|(quarter, _)| *quarter)
}

/// What the figures of a place count.
pub(crate) struct ScopeRows<'a> {
    /// The joint branches led from there.
    counted: Vec<&'a JointBranchRow>,
    /// The villages (no communities) that lie there.
    villages: Vec<&'a PlaceRow>,
    /// Those of them with a live joint branch, whoever leads it.
    covered: Vec<&'a PlaceRow>,
}

impl<'a> ScopeRows<'a> {
    pub(crate) fn of(reading: Reading<'a>, code: &PlaceCode) -> Self {
        let readable: Vec<_> = reading.views.readable_by(code).map(AsRef::as_ref).collect();
        let live = readable.iter().filter(|row| row.is_live());
        let members: BTreeSet<PlaceId> = live
            .flat_map(|row| &row.members)
            .filter_map(|member| member.village.as_ref())
            .map(|place| place.id)
            .collect();
        let is_village =
            |place: &&PlaceRow| place.kind == Some(PlaceKind::Village) && place.in_force_from <= reading.on;
        let villages: Vec<_> =
            reading.views.villages_of(code).map(AsRef::as_ref).filter(is_village).collect();
        let covered = villages.iter().copied().filter(|village| members.contains(&village.id)).collect();
        let mut counted = readable;
        if code.level() == Level::Township {
            counted.retain(|row| row.lead_township.as_ref().is_some_and(|lead| lead.code == *code));
        }
        Self { counted, villages, covered }
    }

    /// Covered villages in percent of all, to one decimal.
    fn coverage_percent(&self) -> f64 {
        let (covered, all) = (self.covered.len(), self.villages.len());
        let tenths = if all == 0 { 0 } else { (covered * 2_000 + all) / (2 * all) };
        tenths as f64 / 10.0
    }

    /// The values of all figures of the tiers, by name.
    pub(crate) fn values(&self, reading: Reading<'_>) -> Map<String, Value> {
        let sum =
            |figure: &CountedFigure| self.counted.iter().map(|row| (figure.count)(reading, row)).sum::<u64>();
        let counted = COUNTED.iter().map(|figure| (figure.name.to_owned(), sum(figure).into()));
        let villages = [
            ("villages".to_owned(), self.villages.len().into()),
            ("villages_covered".to_owned(), self.covered.len().into()),
            ("coverage_ratio".to_owned(), self.coverage_percent().into()),
        ];
        counted.chain(villages).collect()
    }

    /// Unit and definition of every figure.
    fn definitions(&self, reading: Reading<'_>) -> Vec<(&'static str, &'static str, Bilingual)> {
        let counted = COUNTED.iter().map(|figure| (figure.name, figure.unit, (figure.define)(reading, self)));
        let (day, all) = (reading.on, self.villages.len());
        let villages = [
            (
                "villages",
                VILLAGES,
                Bilingual::new(
                    format!("{day}在册的行政村，不含社区"),
                    format!("villages on the register on {day}, without residents' communities"),
                ),
            ),
            (
                "villages_covered",
                VILLAGES,
                Bilingual::new(
                    "其党组织为运行中联合党组织成员的行政村，每村只计一次",
                    "villages whose organization is a member of a live joint branch, each counted once",
                ),
            ),
            (
                "coverage_ratio",
                "%",
                Bilingual::new(
                    format!("覆盖的行政村除以{day}在册的{all}个行政村（按村计，不按党组织计）"),
                    format!(
                        "villages covered out of the {all} on the register on {day}; villages, not organizations"
                    ),
                ),
            ),
        ];
        counted.chain(villages).collect()
    }

    fn breakdowns(&self, reading: Reading<'_>) -> Breakdowns {
        let mut breakdowns = Breakdowns::default();
        for row in &self.counted {
            if row.is_live() {
                *breakdowns.by_mode.entry(row.mode).or_default() += 1;
                *breakdowns.by_form.entry(row.form).or_default() += 1;
            }
            for (quarter, evaluation) in &row.evaluations {
                let counts = breakdowns.grades_by_quarter.entry(*quarter).or_default();
                match evaluation.grade {
                    Grade::Good => counts.good += 1,
                    Grade::Fair => counts.fair += 1,
                    Grade::Poor => counts.poor += 1,
                }
            }
            for quarter in missing_quarters(reading, row) {
                breakdowns.grades_by_quarter.entry(quarter).or_default().missing += 1;
            }
        }
        breakdowns
    }

    /// The rows that one figure counts: villages, or joint branches with what each adds as `count`.
    fn rows(&self, reading: Reading<'_>, name: &str) -> Result<Vec<Value>, ViewError> {
        match name {
            "villages" => {
                return self.villages.iter().map(|village| village_entry(reading, village)).collect();
            }
            "villages_covered" | "coverage_ratio" => {
                return self.covered.iter().map(|village| village_entry(reading, village)).collect();
            }
            _ => {}
        }
        let figure = COUNTED.iter().find(|figure| figure.name == name);
        let figure =
            figure.ok_or_else(|| ViewError::UnknownFigure { name: name.chars().take(60).collect() })?;
        let counted = self
            .counted
            .iter()
            .map(|row| (row, (figure.count)(reading, row)))
            .filter(|(_, count)| *count > 0);
        let entry = |(row, count): (&&JointBranchRow, u64)| {
            let mut entry = json(&register_entry(reading, row))?;
            if let Value::Object(fields) = &mut entry {
                fields.insert("count".to_owned(), count.into());
            }
            Ok(entry)
        };
        counted.map(entry).collect()
    }
}

/// The view of a place: its figures, and either its own rows or those that one figure counts.
pub(crate) fn view_of_place(
    reading: Reading<'_>,
    code: &PlaceCode,
    path: &str,
    figure: Option<&str>,
    rows: impl FnOnce() -> Result<Vec<Value>, ViewError>,
) -> Result<View, ViewError> {
    let scope = ScopeRows::of(reading, code);
    let rows = match figure {
        Some(name) => scope.rows(reading, name)?,
        None => rows()?,
    };
    let mut values = scope.values(reading);
    let mut view = reading.view(code, rows);
    for (name, unit, definition) in scope.definitions(reading) {
        let value = values.remove(name).unwrap_or_default();
        let rows = format!("{path}?figure={name}");
        view.figures.insert(name, FigureView { value, unit, definition, rows });
    }
    view.breakdowns = Some(scope.breakdowns(reading));
    Ok(view)
}

/// The figure that only the whole log has: what was recorded where it is kept, without an account.
pub(crate) fn local_events(reading: Reading<'_>) -> FigureView {
    let city = reading.views.city();
    FigureView {
        value: city.local_events.into(),
        unit: EVENTS,
        definition: Bilingual::new(
            "在存放日志的机器上直接录入（actorrole 为 local）的全部记录",
            "all records entered where the log is kept (`actorrole` is `local`)",
        ),
        rows: format!("/api/v1/events?scope={}", city.city),
    }
}
