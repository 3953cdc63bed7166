//! Counting: the rows behind the figures of a place. Each joint branch is looked at once, however many places it counts in.

use std::sync::Arc;

use domain::ids::PlaceId;
use domain::joint_branch::Grade;
use domain::place::{Level, PlaceCode, PlaceKind};
use serde_json::{Map, Value};

use crate::code_names::mode_name;
use crate::figures::{Breakdowns, COUNTED, VILLAGES};
use crate::joint_branch::register_entry;
use crate::judged::Judged;
use crate::place::village_entry;
use crate::reading::{Bilingual, Reading, ViewError, json};
use crate::rows::{JointBranchRow, PlaceLabel, PlaceRow};

/// What the figures of a place count.
pub(crate) struct ScopeRows<'a> {
    /// Whose figures they are.
    pub(crate) code: PlaceCode,
    /// The joint branches led from there.
    led: Vec<Arc<Judged>>,
    /// The villages (no communities) that lie there.
    villages: Vec<&'a PlaceRow>,
    /// Those of them with a live joint branch, whoever leads it.
    covered: Vec<&'a PlaceRow>,
}

impl<'a> ScopeRows<'a> {
    pub(crate) fn of(reading: Reading<'a>, code: &PlaceCode) -> Self {
        let mut led = reading.judged(code);
        let live = led.iter().filter(|judged| judged.row.is_live());
        let members = live.flat_map(|judged| &judged.row.members);
        let mut members: Vec<PlaceId> =
            members.filter_map(|member| member.village.as_ref()).map(|place| place.id).collect();
        members.sort_unstable();
        let is_village =
            |place: &&PlaceRow| place.kind == Some(PlaceKind::Village) && place.exists_on(reading.on);
        let villages: Vec<_> =
            reading.views.villages_of(code).map(AsRef::as_ref).filter(is_village).collect();
        let is_covered = |village: &&PlaceRow| members.binary_search(&village.id).is_ok();
        let covered = villages.iter().copied().filter(is_covered).collect();
        led.retain(|judged| is_led_from(&judged.row, code));
        Self { code: code.clone(), led, villages, covered }
    }

    /// The values of all figures of a place within this one.
    pub(crate) fn values_of_part(&self, code: &PlaceCode) -> Map<String, Value> {
        let lies_there = |village: &&&PlaceRow| {
            [&village.county, &village.township].into_iter().flatten().any(|place| place == code)
        };
        let led = self.led.iter().filter(|judged| is_led_from(&judged.row, code));
        let covered = self.covered.iter().filter(lies_there).count();
        values(led, self.villages.iter().filter(lies_there).count(), covered)
    }

    /// The joint branches led from there.
    pub(crate) fn joint_branches(&self) -> impl Iterator<Item = &JointBranchRow> {
        self.led.iter().map(|judged| &*judged.row)
    }

    /// The values of all figures of the tiers, by name.
    pub(crate) fn values(&self) -> Map<String, Value> {
        values(self.led.iter(), self.villages.len(), self.covered.len())
    }

    /// Unit and definition of every figure.
    pub(crate) fn definitions(&self, reading: Reading<'_>) -> Vec<(&'static str, &'static str, Bilingual)> {
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

    pub(crate) fn breakdowns(&self, reading: Reading<'_>) -> Breakdowns {
        let mut breakdowns = Breakdowns::default();
        for judged in &self.led {
            if judged.row.is_live() {
                *breakdowns.by_mode.entry(judged.row.mode.clone()).or_default() += 1;
                *breakdowns.by_form.entry(judged.row.form).or_default() += 1;
            }
            for (quarter, grade) in &judged.grades {
                let counts = breakdowns.grades_by_quarter.entry(*quarter).or_default();
                match grade {
                    Grade::Good => counts.good += 1,
                    Grade::Fair => counts.fair += 1,
                    Grade::Poor => counts.poor += 1,
                }
            }
            for quarter in &judged.missing {
                breakdowns.grades_by_quarter.entry(*quarter).or_default().missing += 1;
            }
        }
        let names = breakdowns.by_mode.keys().map(|mode| Some((mode.clone(), mode_name(reading, mode)?)));
        breakdowns.mode_names = names.flatten().collect();
        breakdowns
    }

    /// The rows that one figure counts: villages, or joint branches with what each adds as `count`.
    pub(crate) fn rows(&self, reading: Reading<'_>, name: &str) -> Result<Vec<Value>, ViewError> {
        match name {
            "villages" => {
                return self.villages.iter().map(|village| village_entry(reading, village)).collect();
            }
            "villages_covered" | "coverage_ratio" => {
                return self.covered.iter().map(|village| village_entry(reading, village)).collect();
            }
            _ => {}
        }
        let index = COUNTED.iter().position(|figure| figure.name == name);
        let index =
            index.ok_or_else(|| ViewError::UnknownFigure { name: name.chars().take(60).collect() })?;
        let counted = self.led.iter().filter(|judged| judged.counts[index] > 0);
        let entry = |judged: &Arc<Judged>| {
            let mut entry = json(&register_entry(reading, judged))?;
            if let Value::Object(fields) = &mut entry {
                fields.insert("count".to_owned(), judged.counts[index].into());
            }
            Ok(entry)
        };
        counted.map(entry).collect()
    }
}

/// The values of all figures of the tiers, by name.
fn values<'a>(
    led: impl Iterator<Item = &'a Arc<Judged>>,
    villages: usize,
    covered: usize,
) -> Map<String, Value> {
    let mut sums = [0; COUNTED.len()];
    for judged in led {
        sums.iter_mut().zip(judged.counts).for_each(|(sum, count)| *sum += count);
    }
    let counted = COUNTED.iter().zip(sums).map(|(figure, sum)| (figure.name.to_owned(), sum.into()));
    let places = [
        ("villages".to_owned(), villages.into()),
        ("villages_covered".to_owned(), covered.into()),
        ("coverage_ratio".to_owned(), percent(covered, villages).into()),
    ];
    counted.chain(places).collect()
}

/// A part in percent of all, to one decimal.
fn percent(part: usize, all: usize) -> f64 {
    let tenths = if all == 0 { 0 } else { (part * 2_000 + all) / (2 * all) };
    tenths as f64 / 10.0
}

/// A joint branch is counted where its lead township lies.
pub fn is_led_from(row: &JointBranchRow, code: &PlaceCode) -> bool {
    let led_from = |place: &Option<PlaceLabel>| place.as_ref().is_some_and(|place| place.code == *code);
    match code.level() {
        Level::City => true,
        Level::County => led_from(&row.county),
        Level::Township | Level::Village => led_from(&row.lead_township),
    }
}
