//! The rows of which every figure of the tiers is a sum: what each joint branch and each village counts, and where.
//!
//! What is proved of a figure is proved of these. A joint branch is counted where its lead township lies and a village where
//! it lies itself, each once, as the views count them. What only the city's view has (`local_events`, `corrections`,
//! `decisions_open`, `decisions_overdue`) is a count of events and agenda items, and no sum of these rows.

use domain::ids::{JointBranchId, PlaceId};
use domain::place::{Level, PlaceCode};

use crate::counting::ScopeRows;
use crate::figures::COUNTED;
use crate::reading::Reading;

/// The figure that counts every joint branch on file once, proposed and dissolved ones too.
pub const RECORDED: &str = "recorded";
const VILLAGES: [&str; 2] = ["villages", "villages_covered"];
/// The figures that count live joint branches only, so that they are a part of all live ones.
const OF_LIVE: [&str; 8] = [
    "mergers",
    "pairings",
    "good",
    "fair",
    "poor",
    "secretaries_awaiting_approval",
    "co_located",
    "registered_before",
];

/// What a row is a row of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountableId {
    /// Of a joint branch.
    JointBranch(JointBranchId),
    /// Of a village.
    Village(PlaceId),
}

/// A row that is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Countable {
    /// The county in which it is counted.
    pub county: Option<PlaceCode>,
    /// The township in which it is counted.
    pub township: Option<PlaceCode>,
    /// What it is a row of.
    pub id: CountableId,
    /// What it is called.
    pub name: String,
    /// Where its own events stand in the log, or the code of a village.
    pub numbers: Vec<u64>,
    /// What it counts, in the order of [`countable_figures`].
    pub counts: Vec<u64>,
}

/// The names of the figures that are sums of rows, in their order.
pub fn countable_figures() -> Vec<&'static str> {
    let counted = COUNTED.iter().map(|figure| figure.name);
    std::iter::once(RECORDED).chain(counted).chain(VILLAGES).collect()
}

/// The count that is proved for a figure, and of which other it is a part: a ratio is two counts. Nothing for a figure that
/// is no sum of rows.
pub fn counts_of_figure(figure: &str) -> Option<(&'static str, &'static str)> {
    let [villages, covered] = VILLAGES;
    match figure {
        "coverage_ratio" => return Some((covered, villages)),
        "branches_to_villages" => return Some(("joint_branches", villages)),
        _ => {}
    }
    let name = countable_figures().into_iter().find(|name| *name == figure)?;
    let whole = match name {
        name if VILLAGES.contains(&name) => villages,
        name if OF_LIVE.contains(&name) => "joint_branches",
        _ => RECORDED,
    };
    Some((name, whole))
}

/// Every row of the city.
pub fn countable(reading: Reading<'_>) -> Vec<Countable> {
    let scope = ScopeRows::of(reading, &reading.views.city().city);
    let joint_branches = scope.led().map(|found| {
        let row = &found.row;
        let entries = reading.views.timelines().entries(row.id);
        Countable {
            county: row.county.as_ref().map(|county| county.code.clone()),
            township: row.lead_township.as_ref().map(|township| township.code.clone()),
            id: CountableId::JointBranch(row.id),
            name: row.name.to_string(),
            numbers: entries.map(|entry| entry.position).collect(),
            counts: std::iter::once(1).chain(found.counts).chain([0, 0]).collect(),
        }
    });
    let villages = scope.villages().map(|(village, is_covered)| Countable {
        county: village.county.clone(),
        township: village.township.clone(),
        id: CountableId::Village(village.id),
        name: village.name.to_string(),
        numbers: village.code.as_str().parse().into_iter().collect(),
        counts: std::iter::repeat_n(0, 1 + COUNTED.len()).chain([1, u64::from(is_covered)]).collect(),
    });
    joint_branches.chain(villages).collect()
}

/// The counties and townships that stand on the day: each with its county, and with its township where it is one.
pub fn countable_places(reading: Reading<'_>) -> Vec<(Option<PlaceCode>, Option<PlaceCode>)> {
    let standing = reading.views.places().filter(|place| place.exists_on(reading.on));
    let places = standing.filter(|place| matches!(place.level, Level::County | Level::Township));
    places.map(|place| (place.county.clone(), place.township.clone())).collect()
}

/// What the view of a place counts, in the order of [`countable_figures`] without the first: the proof must come to the same.
pub fn counted_by_view(reading: Reading<'_>, scope: &PlaceCode) -> Vec<u64> {
    ScopeRows::of(reading, scope).counts()
}
