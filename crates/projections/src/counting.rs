//! Counting: the rows behind the figures of a place. Each joint branch is looked at once, however many places it counts in.

use domain::ids::PlaceId;
use domain::joint_branch::Grade;
use domain::place::{Level, PlaceCode, PlaceKind};
use serde_json::{Map, Value};

use crate::code_names::mode_name;
use crate::figures::{Breakdowns, COUNTED, VILLAGES, missing_quarters};
use crate::joint_branch::register_entry;
use crate::place::village_entry;
use crate::reading::{Bilingual, Reading, ViewError, json};
use crate::rows::{JointBranchRow, PlaceLabel, PlaceRow};

/// What one joint branch adds to each of the counted figures, in their order.
type Counts = [u64; COUNTED.len()];

/// What the figures of a place count.
pub(crate) struct ScopeRows<'a> {
    /// Whose figures they are.
    pub(crate) code: PlaceCode,
    /// The joint branches led from there, with what each adds.
    counted: Vec<(&'a JointBranchRow, Counts)>,
    /// The villages (no communities) that lie there.
    villages: Vec<&'a PlaceRow>,
    /// Those of them with a live joint branch, whoever leads it.
    covered: Vec<&'a PlaceRow>,
}

impl<'a> ScopeRows<'a> {
    pub(crate) fn of(reading: Reading<'a>, code: &PlaceCode) -> Self {
        let led = reading.views.readable_by(code).map(AsRef::as_ref).filter(|row| is_led_from(row, code));
        let counted = led.map(|row| (row, COUNTED.each_ref().map(|figure| (figure.count)(reading, row))));
        Self::with_places(reading, code, counted.collect())
    }

    /// The same for a place within this one.
    pub(crate) fn part(&self, reading: Reading<'a>, code: &PlaceCode) -> Self {
        let led = self.counted.iter().filter(|(row, _)| is_led_from(row, code));
        Self::with_places(reading, code, led.copied().collect())
    }

    fn with_places(
        reading: Reading<'a>,
        code: &PlaceCode,
        counted: Vec<(&'a JointBranchRow, Counts)>,
    ) -> Self {
        let live = reading.views.readable_by(code).filter(|row| row.is_live());
        let villages = live.flat_map(|row| &row.members).filter_map(|member| member.village.as_ref());
        let mut members: Vec<PlaceId> = villages.map(|place| place.id).collect();
        members.sort_unstable();
        let is_village =
            |place: &&PlaceRow| place.kind == Some(PlaceKind::Village) && place.exists_on(reading.on);
        let villages: Vec<_> =
            reading.views.villages_of(code).map(AsRef::as_ref).filter(is_village).collect();
        let is_covered = |village: &&PlaceRow| members.binary_search(&village.id).is_ok();
        let covered = villages.iter().copied().filter(is_covered).collect();
        Self { code: code.clone(), counted, villages, covered }
    }

    /// The joint branches led from there.
    pub(crate) fn joint_branches(&self) -> impl Iterator<Item = &'a JointBranchRow> {
        self.counted.iter().map(|(row, _)| *row)
    }

    /// Covered villages in percent of all, to one decimal.
    fn coverage_percent(&self) -> f64 {
        let (covered, all) = (self.covered.len(), self.villages.len());
        let tenths = if all == 0 { 0 } else { (covered * 2_000 + all) / (2 * all) };
        tenths as f64 / 10.0
    }

    /// The values of all figures of the tiers, by name.
    pub(crate) fn values(&self) -> Map<String, Value> {
        let sum = |index: usize| self.counted.iter().map(|(_, counts)| counts[index]).sum::<u64>();
        let counted =
            COUNTED.iter().enumerate().map(|(index, figure)| (figure.name.to_owned(), sum(index).into()));
        let villages = [
            ("villages".to_owned(), self.villages.len().into()),
            ("villages_covered".to_owned(), self.covered.len().into()),
            ("coverage_ratio".to_owned(), self.coverage_percent().into()),
        ];
        counted.chain(villages).collect()
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
        for row in self.joint_branches() {
            if row.is_live() {
                *breakdowns.by_mode.entry(row.mode.clone()).or_default() += 1;
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
        let counted = self.counted.iter().filter(|(_, counts)| counts[index] > 0);
        let entry = |(row, counts): &(&JointBranchRow, Counts)| {
            let mut entry = json(&register_entry(reading, row))?;
            if let Value::Object(fields) = &mut entry {
                fields.insert("count".to_owned(), counts[index].into());
            }
            Ok(entry)
        };
        counted.map(entry).collect()
    }
}

/// A joint branch is counted where its lead township lies.
pub(crate) fn is_led_from(row: &JointBranchRow, code: &PlaceCode) -> bool {
    let led_from = |place: &Option<PlaceLabel>| place.as_ref().is_some_and(|place| place.code == *code);
    match code.level() {
        Level::City => true,
        Level::County => led_from(&row.county),
        Level::Township | Level::Village => led_from(&row.lead_township),
    }
}
