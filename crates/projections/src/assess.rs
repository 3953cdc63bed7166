//! Assesses joint branches for a reading: what each adds to the figures, which grades it lacks and what it owes.

use std::sync::Arc;

use domain::place::PlaceCode;

use crate::assessment::Assessment;
use crate::deadlines::missing_quarters;
use crate::figures::COUNTED;
use crate::obligations::obligations_of;
use crate::reading::Reading;
use crate::rows::JointBranchRow;

/// The assessments of the joint branches that a place reads.
pub(crate) fn assessments(reading: Reading<'_>, code: &PlaceCode) -> Vec<Arc<Assessment>> {
    let rows = reading.views.readable_by(code);
    let known = reading.views.assessment_cache();
    known.of((reading.on, reading.policies), rows, |row| assess(reading, row))
}

/// The assessment of one joint branch.
pub(crate) fn assess(reading: Reading<'_>, row: &Arc<JointBranchRow>) -> Assessment {
    Assessment {
        row: row.clone(),
        counts: COUNTED.each_ref().map(|figure| (figure.count)(reading, row)),
        grades: row.evaluations.iter().map(|(quarter, found)| (*quarter, found.grade)).collect(),
        missing: missing_quarters(reading, row).collect(),
        obligations: obligations_of(reading, row),
    }
}
