//! 补录: whether an event was recorded late. What lies before the day from which a register is kept here never is.

use domain::Event;
use domain::date::Date;

use crate::timeline::joint_branch_of;
use crate::views::Views;

/// Whether an event was recorded that many days or more after it took effect, on a day for which something could be owed.
pub fn is_recorded_late(views: &Views, event: &Event, late_days: u32) -> bool {
    let (effective, recorded) = (event.meta.effective_date, event.meta.recorded_at.day());
    i64::from(recorded.days_since(effective)) >= i64::from(late_days)
        && owed_from(views, event).is_none_or(|from| effective >= from)
}

/// The day from which what an event is about can owe anything.
fn owed_from(views: &Views, event: &Event) -> Option<Date> {
    if let Some(id) = joint_branch_of(&event.body)
        && let Some(row) = views.joint_branch(id)
    {
        return row.owed_from;
    }
    let county = views.place_by_code(event.meta.scope.county.as_ref()?)?;
    county.register.as_ref().map(|register| register.from)
}
