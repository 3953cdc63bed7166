//! 补录: what was recorded late.

use domain::Event;
use domain::recorded_decision::CorrectedDocuments;
use domain::say::{Say, say};

use super::list_of::{Found, ListOf, Spec, Year};
use super::records::{
    ACTOR, COUNTY, DELAY, DOCUMENT, EFFECTIVE, ENTITY, EVENT, POSITION, RECORDED, RecordRow, Records, row_of,
};
use super::scope::ListScope;
use crate::late::is_recorded_late;
use crate::table::Column;

/// What was noted of the log.
pub(super) struct LateEntries(Records);

impl ListOf for LateEntries {
    type Row = RecordRow;
    type Line = RecordRow;

    const SPEC: Spec = Spec {
        name: "late-entries",
        title: say("补录", "Late entries"),
        purpose: say("生效之后逾期录入的记录（补录）", "records entered late after they took effect"),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<RecordRow>] =
        &[POSITION, EVENT, ENTITY, EFFECTIVE, RECORDED, DELAY, COUNTY, DOCUMENT, ACTOR];

    const READS: Option<fn(&Event) -> bool> =
        Some(|event| event.meta.recorded_at.day() > event.meta.effective_date);

    fn begin(_: &ListScope<'_>) -> Self {
        Self(Records::default())
    }

    /// Recorded so many days after it took effect that it is 补录. A correction takes effect on the day of its own decision.
    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        let late_days = scope.figures_of(&scope.scope_of(event)).late_entry_days;
        if !event.body.is_operational() && is_recorded_late(scope.reading.views, event, late_days) {
            self.0.note(scope, event);
        }
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<RecordRow> {
        let days = scope.reading.figures_in(&scope.code).late_entry_days;
        let definition = Say::of(
            format!("补录：录入日晚于生效日{days}天以上（含）的指令，每条指令计一次；启用日之前的事项不计"),
            format!(
                "commands recorded {days} days or more after their effective date, each once; none of a day before the register is kept here"
            ),
        );
        self.0.finish("late_entries", definition)
    }

    fn row_of(event: &Event, documents: &CorrectedDocuments) -> Option<RecordRow> {
        Some(row_of(event, documents))
    }

    fn lines(row: RecordRow) -> Vec<RecordRow> {
        vec![row]
    }
}
