//! The question: a snapshot of the rows, looked at on a day under the policies.

use domain::PolicyCalendar;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::thresholds::Thresholds;

use crate::rows::JointBranchRow;
use crate::view::View;
use crate::views::Views;

/// A snapshot, looked at on a day: what is overdue, missing or expiring is decided for that day.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The rows.
    pub views: &'a Views,
    /// The figures of the rules, by day and county.
    pub policies: &'a PolicyCalendar,
    /// The day.
    pub on: Date,
}

impl<'a> Reading<'a> {
    /// The figures by which a joint branch is judged on a day: those in force in its county.
    pub(crate) fn figures(&self, row: &JointBranchRow, on: Date) -> &'a Thresholds {
        self.policies.thresholds(row.county.as_ref().map(|county| &county.code), on)
    }

    /// The figures in force where a view is read, on its day.
    pub(crate) fn figures_in(&self, scope: &PlaceCode) -> &'a Thresholds {
        let place = self.views.place_by_code(scope);
        let county = place.map_or_else(|| scope.county(), |place| place.county.clone());
        self.policies.thresholds(county.as_ref(), self.on)
    }

    /// A view without figures.
    pub(crate) fn view<R>(&self, scope: impl ToString, rows: Vec<R>) -> View<R> {
        self.views.view(scope, self.on, rows)
    }
}
