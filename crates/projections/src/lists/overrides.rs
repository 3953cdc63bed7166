//! Rules that were set aside, with the reason and the document that allows it.

use domain::Event;
use domain::recorded_decision::CorrectedDocuments;
use domain::say::say;

use super::list_of::{Found, ListOf, Spec, Year};
use super::records::{
    ACTOR, COUNTY, DELAY, DOCUMENT, EFFECTIVE, ENTITY, EVENT, POSITION, RECORDED, RecordRow, Records, row_of,
};
use super::scope::ListScope;
use crate::table::{Column, Shown, Words};

type Own = Column<RecordRow>;

/// What was noted of the log.
pub(super) struct Overrides(Records);

impl ListOf for Overrides {
    type Row = RecordRow;
    type Line = RecordRow;

    const SPEC: Spec = Spec {
        name: "overrides",
        title: say("特殊情况（经批准）", "Rules set aside"),
        purpose: say(
            "经批准未按提醒性规定办理的记录，附理由和批准文件",
            "records that set a warning aside, with the reason and the document",
        ),
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
        Own::text("rules", say("规则", "Rule"), |row| {
            Words::Items(row.rules.iter().flatten().cloned().map(Words::Named).collect()).into()
        }),
        Own::text("reason", say("特殊情况的理由", "Reason of the override"), |row| {
            Shown::or_empty(row.set_aside.as_ref().map(|found| &found.reason))
        }),
        Own::text("override_document", say("批准文件", "Document that allows it"), |row| {
            Shown::or_empty(row.set_aside.as_ref().map(|found| &found.document))
        }),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| event.meta.override_.is_some());

    fn begin(_: &ListScope<'_>) -> Self {
        Self(Records::default())
    }

    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        if event.meta.override_.is_some() {
            self.0.note(scope, event);
        }
    }

    fn finish(self, _: &ListScope<'_>) -> Found<RecordRow> {
        let definition = say(
            "附理由和文件突破提醒性规定的指令，每条指令计一次",
            "commands that set a warning aside, with a reason and a document, each once",
        );
        self.0.finish("overrides", definition)
    }

    fn row_of(event: &Event, documents: &CorrectedDocuments) -> Option<RecordRow> {
        Some(row_of(event, documents))
    }

    fn lines(row: RecordRow) -> Vec<RecordRow> {
        vec![row]
    }
}
