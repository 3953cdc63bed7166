//! How an obligation is made: to whom it falls, and whether it is overdue on the day of the reading.

use domain::date::Date;
use domain::place::Level;
use domain::text::Text;

use crate::obligation::{Detail, Obligation, ObligationKind, Owner};
use crate::reading::Reading;
use crate::rows::JointBranchRow;

/// What a joint branch owes.
pub(super) fn obligation(
    reading: Reading<'_>,
    row: &JointBranchRow,
    kind: ObligationKind,
    due: Date,
    detail: Detail,
) -> Obligation {
    let deciding = reading.figures(row, reading.on).deciding_level;
    let tier = match kind {
        ObligationKind::Approval | ObligationKind::Dissolution => deciding,
        // A review is the county's alone, whatever the policy says of deciding.
        ObligationKind::Rectification => Level::County,
        // The county enters what was filed with it.
        ObligationKind::Filing | ObligationKind::PlaceChanged => Level::County,
        _ => Level::Township,
    };
    let code = match tier {
        Level::Village | Level::Township => row.lead_township.as_ref().map(|township| township.code.clone()),
        Level::County => row.county.as_ref().map(|county| county.code.clone()),
        Level::City => Some(reading.views.city().city.clone()),
    };
    let owed = owed(reading, kind, row.name.clone(), Owner { tier, code }, due, detail);
    Obligation { joint_branch: Some(row.id), ..owed }
}

/// An obligation that is about nothing yet.
pub(super) fn owed(
    reading: Reading<'_>,
    kind: ObligationKind,
    name: Text,
    owner: Owner,
    due: Date,
    detail: Detail,
) -> Obligation {
    let overdue = reading.on > due;
    Obligation {
        kind,
        kind_zh: kind.chinese().into(),
        joint_branch: None,
        supervision: None,
        meeting: None,
        item: None,
        organization: None,
        name,
        owner,
        due,
        overdue,
        overdue_days: if overdue { reading.on.days_since(due) } else { 0 },
        quarter: None,
        detail,
    }
}
