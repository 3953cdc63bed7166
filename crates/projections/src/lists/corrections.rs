//! Records that were corrected, by county and actor.

use domain::Event;
use domain::recorded_decision::CorrectedDocuments;
use domain::say::say;

use super::list_of::{Found, ListOf, Spec, Year};
use super::records::{
    ACTOR, COUNTY, Correction, DELAY, DOCUMENT, EFFECTIVE, ENTITY, EVENT, POSITION, RECORDED, RecordRow,
    Records, row_of,
};
use super::scope::{ListScope, corrects};
use crate::table::{Column, Shown, Words};

type Own = Column<RecordRow>;

/// What was noted of the log.
pub(super) struct Corrections(Records);

impl ListOf for Corrections {
    type Row = RecordRow;
    type Line = RecordRow;

    const SPEC: Spec = Spec {
        name: "corrections",
        title: say("更正", "Corrections"),
        purpose: say("对已有记录的更正，按县和经办人", "corrections of records, by county and actor"),
        year: Year::None,
    };

    const COLUMNS: &'static [Column<RecordRow>] = &[
        POSITION,
        EVENT,
        ENTITY,
        EFFECTIVE,
        RECORDED,
        DELAY,
        COUNTY,
        DOCUMENT,
        ACTOR,
        Own::number("corrected", say("所更正的记录", "Record corrected"), |row| {
            row.data.as_ref().map_or(Words::Dash.into(), |data| Shown::position(data.corrected_position()))
        }),
        Own::text("reason", say("理由", "Reason"), |row| {
            Shown::or_empty(row.data.as_ref().map(Correction::reason))
        }),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| corrects(&event.body));

    fn begin(_: &ListScope<'_>) -> Self {
        Self(Records::default())
    }

    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        if corrects(&event.body) {
            self.0.note(scope, event);
        }
    }

    fn finish(self, _: &ListScope<'_>) -> Found<RecordRow> {
        let definition = say("对已有记录的更正，每次更正计一次", "corrections of records, each once");
        self.0.finish("corrections", definition)
    }

    fn row_of(event: &Event, documents: &CorrectedDocuments) -> Option<RecordRow> {
        Some(row_of(event, documents))
    }

    fn lines(row: RecordRow) -> Vec<RecordRow> {
        vec![row]
    }
}
