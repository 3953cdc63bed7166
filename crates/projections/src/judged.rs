//! What each joint branch counts for and owes on a day. A command changes few of them, so what the others came to at the
//! last reading is remembered: a city's page is counted anew with every command, and would else walk through them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::PolicyCalendar;
use domain::date::Date;
use domain::ids::JointBranchId;
use domain::joint_branch::Grade;
use domain::place::PlaceCode;
use domain::quarter::Quarter;

use crate::figures::{COUNTED, missing_quarters};
use crate::obligations::{Obligation, obligations_of};
use crate::reading::Reading;
use crate::rows::JointBranchRow;

/// What one joint branch adds to each of the counted figures, in their order.
pub(crate) type Counts = [u64; COUNTED.len()];

/// A joint branch as it is judged on the day of a reading.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) row: Arc<JointBranchRow>,
    pub(crate) counts: Counts,
    pub(crate) grades: Vec<(Quarter, Grade)>,
    /// The quarters without a grade whose last day has passed.
    pub(crate) missing: Vec<Quarter>,
    pub(crate) obligations: Vec<Obligation>,
}

/// What was judged before, for one day under one set of policies. All snapshots of a city that follow one another share
/// it; whether a row is still the same is seen from the row itself. It holds each joint branch once.
#[derive(Debug, Clone, Default)]
pub(crate) struct JudgedBefore(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    by: Option<(Date, PolicyCalendar)>,
    joint_branches: HashMap<JointBranchId, Arc<Judged>>,
}

/// Snapshots are equal whatever was remembered on the way to them.
impl PartialEq for JudgedBefore {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl JudgedBefore {
    /// The joint branches that a place reads, as they are judged on the day of the reading.
    pub(crate) fn judge(&self, reading: Reading<'_>, code: &PlaceCode) -> Vec<Arc<Judged>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by.as_ref().is_none_or(|(on, policies)| *on != reading.on || policies != reading.policies) {
            *known = Known { by: Some((reading.on, reading.policies.clone())), ..Known::default() };
        }
        let judged = reading.views.readable_by(code).map(|row| match known.joint_branches.get(&row.id) {
            Some(before) if Arc::ptr_eq(&before.row, row) => before.clone(),
            _ => {
                let judged = Arc::new(Judged::of(reading, row));
                known.joint_branches.insert(row.id, judged.clone());
                judged
            }
        });
        judged.collect()
    }
}

impl Judged {
    pub(crate) fn of(reading: Reading<'_>, row: &Arc<JointBranchRow>) -> Self {
        Self {
            row: row.clone(),
            counts: COUNTED.each_ref().map(|figure| (figure.count)(reading, row)),
            grades: row.evaluations.iter().map(|(quarter, found)| (*quarter, found.grade)).collect(),
            missing: missing_quarters(reading, row).collect(),
            obligations: obligations_of(reading, row),
        }
    }
}
