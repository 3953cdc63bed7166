//! Counting: the rows behind the figures of a place. Each joint branch is looked at once, however many places it counts in.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::{PersonId, PlaceId};
use domain::joint_branch::Grade;
use domain::place::{PlaceCode, PlaceKind};
use domain::say::Say;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assess::assessments;
use crate::assessment::{Assessment, COUNTED_FIGURES};
use crate::code_names::mode_name;
use crate::figures::COUNTED;
use crate::joint_branch::{RegisterEntry, register_entry};
use crate::number::{Number, Unit};
use crate::person::{HasSecretary, PersonName};
use crate::place::{VillageEntry, village_entry};
use crate::reading::Reading;
use crate::rows::PlaceRow;
use crate::view::{Breakdowns, FigureName, ViewError};

/// 下辖一县或一乡镇的各项指标 / the figures of a county of the city, or of a township of the county
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartEntry {
    /// 下级区划的代码 / the statistical code of the place
    pub code: PlaceCode,
    /// 下级区划的名称 / the name of the place
    pub name: Text,
    /// 各项指标的数值，以名称为键 / the value of each figure, by name
    #[serde(flatten)]
    pub figures: BTreeMap<FigureName, Number>,
}

/// 一项指标所统计的一行：村，或联合党组织 / a row that a figure counts: a village, or a joint branch
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum CountedEntry {
    /// 所统计的联合党组织 / a joint branch that the figure counts
    JointBranch(Box<CountedJointBranch>),
    /// 所统计的村（社区） / a village or community that the figure counts
    Village(VillageEntry),
}

/// 指标所统计的一个联合党组织 / a joint branch that a figure counts
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CountedJointBranch {
    #[serde(flatten)]
    pub entry: RegisterEntry,
    /// 计入该指标的数量 / what it adds to the figure
    pub count: u64,
}

impl HasSecretary for PartEntry {}

impl HasSecretary for CountedEntry {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        match self {
            Self::JointBranch(counted) => counted.entry.secretary(),
            Self::Village(_) => None,
        }
    }
}

/// What the figures of a place count.
pub(crate) struct ScopeRows<'a> {
    /// Whose figures they are.
    code: PlaceCode,
    /// The joint branches led from there.
    led: Vec<Arc<Assessment>>,
    /// The villages (no communities) that lie there.
    villages: Vec<&'a PlaceRow>,
    /// Those of them with a live joint branch, whoever leads it.
    covered: Vec<&'a PlaceRow>,
}

impl<'a> ScopeRows<'a> {
    pub(crate) fn of(reading: Reading<'a>, code: &PlaceCode) -> Self {
        let mut led = assessments(reading, code);
        let live = led.iter().filter(|found| found.row.is_live());
        let members = live.flat_map(|found| &found.row.members);
        let mut members: Vec<PlaceId> =
            members.filter_map(|member| member.village.as_ref()).map(|place| place.id).collect();
        members.sort_unstable();
        let is_village =
            |place: &&PlaceRow| place.kind == Some(PlaceKind::Village) && place.exists_on(reading.on);
        let villages: Vec<_> =
            reading.views.villages_of(code).map(AsRef::as_ref).filter(is_village).collect();
        let is_covered = |village: &&PlaceRow| members.binary_search(&village.id).is_ok();
        let covered = villages.iter().copied().filter(is_covered).collect();
        led.retain(|found| found.row.is_led_from(code));
        Self { code: code.clone(), led, villages, covered }
    }

    /// The joint branches that are counted.
    pub(crate) fn led(&self) -> impl Iterator<Item = &Assessment> {
        self.led.iter().map(AsRef::as_ref)
    }

    /// The villages that are counted, and whether each is covered.
    pub(crate) fn villages(&self) -> impl Iterator<Item = (&'a PlaceRow, bool)> {
        // Both are in one order.
        let mut covered = self.covered.iter().peekable();
        self.villages.iter().map(move |village| {
            let is_covered = covered.next_if(|covered| covered.id == village.id).is_some();
            (*village, is_covered)
        })
    }

    /// The counts of all figures that are sums of rows, without the ratios.
    pub(crate) fn counts(&self) -> Vec<u64> {
        let mut sums = vec![0; COUNTED_FIGURES];
        for found in &self.led {
            sums.iter_mut().zip(found.counts).for_each(|(sum, count)| *sum += count);
        }
        sums.extend([self.villages.len() as u64, self.covered.len() as u64]);
        sums
    }

    /// The figures of a place within this one.
    pub(crate) fn part(&self, place: &PlaceRow) -> PartEntry {
        let lies_there = |village: &&&PlaceRow| {
            [&village.county, &village.township].into_iter().flatten().any(|above| *above == place.code)
        };
        let led = self.led.iter().filter(|found| found.row.is_led_from(&place.code));
        let covered = self.covered.iter().filter(lies_there).count();
        let villages = self.villages.iter().filter(lies_there).count();
        let values = values(led, villages, covered);
        let figures = values.map(|(name, value)| (name.into(), value)).collect();
        PartEntry { code: place.code.clone(), name: place.name.clone(), figures }
    }

    /// Name, value, unit and definition of every figure of the tiers.
    pub(crate) fn figures(&self, reading: Reading<'_>) -> Vec<(&'static str, Number, Unit, Say)> {
        let values = values(self.led.iter(), self.villages.len(), self.covered.len());
        let of_villages = [Unit::Villages, Unit::Villages, Unit::Percent, Unit::Percent];
        let units = COUNTED.iter().map(|figure| figure.unit).chain(of_villages);
        let counted = COUNTED.iter().map(|figure| (figure.define)(reading, &self.code));
        let definitions = counted.chain(self.define_villages(reading));
        let all = values.zip(units).zip(definitions);
        all.map(|(((name, value), unit), definition)| (name, value, unit, definition)).collect()
    }

    /// What the figures of villages count.
    fn define_villages(&self, reading: Reading<'_>) -> [Say; 4] {
        let (day, all) = (reading.on, self.villages.len());
        [
            Say::of(
                format!("{day}在册的行政村，不含社区"),
                format!("villages on the register on {day}, without residents' communities"),
            ),
            Say::of(
                "其党组织为运行中联合党组织成员的行政村，每村只计一次",
                "villages whose organization is a member of a live joint branch, each counted once",
            ),
            Say::of(
                format!("覆盖的行政村除以{day}在册的{all}个行政村（按村计，不按党组织计）"),
                format!(
                    "villages covered out of the {all} on the register on {day}; villages, not organizations"
                ),
            ),
            Say::of(
                format!(
                    "运行中的联合党组织数除以{day}在册的{all}个行政村（调研报告的口径：一个联合党组织含几个村，故与覆盖率不同）"
                ),
                format!(
                    "live joint branches divided by the {all} villages on the register on {day}, as the published report \
                     counts; a joint branch spans several villages, so this is not the coverage"
                ),
            ),
        ]
    }

    pub(crate) fn breakdowns(&self, reading: Reading<'_>) -> Breakdowns {
        let mut breakdowns = Breakdowns::default();
        for found in &self.led {
            if found.row.is_live() {
                *breakdowns.by_mode.entry(found.row.mode.clone()).or_default() += 1;
                *breakdowns.by_form.entry(found.row.form).or_default() += 1;
            }
            for (quarter, grade) in &found.grades {
                let counts = breakdowns.grades_by_quarter.entry(*quarter).or_default();
                match grade {
                    Grade::Good => counts.good += 1,
                    Grade::Fair => counts.fair += 1,
                    Grade::Poor => counts.poor += 1,
                }
            }
            for quarter in &found.missing {
                breakdowns.grades_by_quarter.entry(*quarter).or_default().missing += 1;
            }
        }
        let names = breakdowns.by_mode.keys().map(|mode| Some((mode.clone(), mode_name(reading, mode)?)));
        breakdowns.mode_names = names.flatten().collect();
        breakdowns
    }

    /// The rows that one figure counts: villages, or joint branches with what each adds.
    pub(crate) fn counted_by(
        &self,
        reading: Reading<'_>,
        name: &str,
    ) -> Result<Vec<CountedEntry>, ViewError> {
        let villages = match name {
            "villages" => Some(&self.villages),
            "villages_covered" | "coverage_ratio" => Some(&self.covered),
            _ => None,
        };
        // The ratio counts the joint branches above the line.
        let name = if name == "branches_to_villages" { "joint_branches" } else { name };
        if let Some(villages) = villages {
            let entries = villages.iter().map(|village| village_entry(reading, village));
            return Ok(entries.map(CountedEntry::Village).collect());
        }
        let index = COUNTED.iter().position(|figure| figure.name == name);
        let index =
            index.ok_or_else(|| ViewError::UnknownFigure { name: name.chars().take(60).collect() })?;
        let counted = self.led.iter().filter(|found| found.counts[index] > 0);
        let entry = |found: &Arc<Assessment>| {
            let (entry, count) = (register_entry(reading, found), found.counts[index]);
            CountedEntry::JointBranch(Box::new(CountedJointBranch { entry, count }))
        };
        Ok(counted.map(entry).collect())
    }
}

/// Name and value of all figures of the tiers, in their order.
fn values<'a>(
    led: impl Iterator<Item = &'a Arc<Assessment>>,
    villages: usize,
    covered: usize,
) -> impl Iterator<Item = (&'static str, Number)> {
    let mut sums = [0; COUNTED_FIGURES];
    for found in led {
        sums.iter_mut().zip(found.counts).for_each(|(sum, count)| *sum += count);
    }
    let live = COUNTED.iter().zip(sums).find(|(figure, _)| figure.name == "joint_branches");
    let live = live.map_or(0, |(_, sum)| usize::try_from(sum).unwrap_or(usize::MAX));
    let counted = COUNTED.iter().zip(sums).map(|(figure, sum)| (figure.name, sum.into()));
    counted.chain([
        ("villages", villages.into()),
        ("villages_covered", covered.into()),
        ("coverage_ratio", Number::Share(percent(covered, villages))),
        ("branches_to_villages", Number::Share(percent(live, villages))),
    ])
}

/// A part in percent of all, to one decimal.
fn percent(part: usize, all: usize) -> f64 {
    let tenths = if all == 0 { 0 } else { (part * 2_000 + all) / (2 * all) };
    tenths as f64 / 10.0
}
