//! The assessment of each joint branch on a day, cached by row identity. A command changes few of them, and a city's page is
//! counted anew with every command: without the cache it would walk through all of them each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::PolicyCalendar;
use domain::date::Date;
use domain::ids::JointBranchId;
use domain::joint_branch::Grade;
use domain::quarter::Quarter;

use crate::obligation::Obligation;
use crate::rows::JointBranchRow;

/// How many figures are sums over joint branches.
pub(crate) const COUNTED_FIGURES: usize = 23;

/// What one joint branch adds to each of the counted figures, in their order.
pub(crate) type Counts = [u64; COUNTED_FIGURES];

/// What a joint branch counts for and owes on a day.
#[derive(Debug)]
pub(crate) struct Assessment {
    pub(crate) row: Arc<JointBranchRow>,
    pub(crate) counts: Counts,
    pub(crate) grades: Vec<(Quarter, Grade)>,
    /// The quarters without a grade whose last day has passed.
    pub(crate) missing: Vec<Quarter>,
    pub(crate) obligations: Vec<Obligation>,
}

/// The assessments of one day under one set of policies. All snapshots of a city that follow one another share them;
/// whether a row is still the same is seen from the row itself. Each joint branch is held once.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssessmentCache(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    by: Option<(Date, PolicyCalendar)>,
    joint_branches: HashMap<JointBranchId, Arc<Assessment>>,
}

/// Snapshots are equal whatever was cached on the way to them.
impl PartialEq for AssessmentCache {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl AssessmentCache {
    /// The assessments of these rows on a day: those that are known, and for the others what `assess` makes of them.
    pub(crate) fn of<'rows>(
        &self,
        (on, policies): (Date, &PolicyCalendar),
        rows: impl Iterator<Item = &'rows Arc<JointBranchRow>>,
        assess: impl Fn(&Arc<JointBranchRow>) -> Assessment,
    ) -> Vec<Arc<Assessment>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by.as_ref().is_none_or(|(day, by)| *day != on || by != policies) {
            *known = Known { by: Some((on, policies.clone())), ..Known::default() };
        }
        let found = rows.map(|row| match known.joint_branches.get(&row.id) {
            // A row that was not touched since is the same allocation, so no field needs to be compared.
            Some(before) if Arc::ptr_eq(&before.row, row) => before.clone(),
            _ => {
                let made = Arc::new(assess(row));
                known.joint_branches.insert(row.id, made.clone());
                made
            }
        });
        found.collect()
    }
}
