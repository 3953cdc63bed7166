//! A paper on a subject: which events it needs, and what is made of them.

use domain::EventBody;
use domain::errors;
use domain::event::{Event, EventMeta};
use domain::event_data::cycle::RectificationOrdered;
use domain::ids::{JointBranchId, MeetingId, SupervisionId};
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use domain::say::Say;
use domain::text::Text;
use projections::{LedgerEntry, ViewError, Views, joint_branch_view};

use crate::fields::Facts;
use crate::fill::{Origin, fill};
use crate::kind::PaperKind;
use crate::kinds::{
    approval, circular, election_report, meeting_minutes, rectification_notice, request, supervision_slip,
    term_reminder,
};
use crate::paper::Paper;
use crate::record::Record;
use crate::template::{Template, TemplateError};

/// What a paper is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A joint branch.
    JointBranch(JointBranchId),
    /// A supervision.
    Supervision(SupervisionId),
    /// A coordination meeting.
    Meeting(MeetingId),
    /// A county in a quarter.
    County(PlaceCode, Quarter),
}

errors! {
    /// Why there is no such paper.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum DraftError {
        /// Nothing bears the id or code.
        #[zh("没有{what}")]
        #[en("there is no {what}")]
        Unknown {
            /// What was asked for.
            what: String,
        },
        /// The kind of paper is about something else.
        #[zh("{}不是就此类对象起草的", title.zh)]
        #[en("the {} is about something else", title.en)]
        OfSomethingElse {
            /// What the paper is called.
            title: Say,
        },
        /// Nothing is on record that it could rest on.
        #[zh("截至所查时点，记录中没有{}，不能起草{}", rests_on.zh, title.zh)]
        #[en("no {} is on record at the time that is looked at: there is no {}", rests_on.en, title.en)]
        NothingOnRecord {
            /// What the paper is called.
            title: Say,
            /// What it would rest on.
            rests_on: Say,
        },
    } of {
        /// The template that a city or county has put in the place of the product's.
        Template(#[from] TemplateError),
        /// A view that cannot be given.
        View(#[from] ViewError),
    }
}

/// The positions of the events that a paper on a subject may need, in log order.
pub fn needed(views: &Views, subject: &Subject) -> Vec<u64> {
    match subject {
        Subject::JointBranch(id) => views.timelines().entries(*id).map(|entry| entry.position).collect(),
        Subject::Supervision(id) => {
            views.supervision(*id).map(|row| row.issued_position).into_iter().collect()
        }
        Subject::Meeting(id) => views.meeting(*id).map(|row| row.recorded_position).into_iter().collect(),
        Subject::County(..) => Vec::new(),
    }
}

/// The county whose template is taken.
pub fn county_of(views: &Views, subject: &Subject) -> Option<PlaceCode> {
    match subject {
        Subject::JointBranch(id) => Some(views.joint_branch(*id)?.county.as_ref()?.code.clone()),
        Subject::Supervision(id) => views.supervision(*id)?.county.clone(),
        Subject::Meeting(id) => views.meeting(*id)?.county.clone(),
        Subject::County(code, _) => Some(code.clone()),
    }
}

/// The paper of a kind on a subject, from the events that it needs.
pub fn draft(
    kind: PaperKind,
    record: &Record<'_>,
    subject: &Subject,
    events: &[Event],
    template: &Template,
) -> Result<Paper, DraftError> {
    let nothing = || DraftError::NothingOnRecord { title: kind.title(), rests_on: kind.rests_on() };
    let facts = facts_of(kind, record, subject, events)?.ok_or_else(nothing)?;
    let views = record.reading.views;
    let origin = Origin {
        kind: kind.code(),
        as_of: record.reading.on,
        position: views.position(),
        is_simulated: views.city().simulated.unwrap_or(false),
    };
    Ok(fill(template, &facts, &origin))
}

/// What the record tells of the fields of a paper; nothing where what it rests on is not on record.
pub(crate) fn facts_of(
    kind: PaperKind,
    record: &Record<'_>,
    subject: &Subject,
    events: &[Event],
) -> Result<Option<Facts>, DraftError> {
    let views = record.reading.views;
    Ok(match (kind, subject) {
        (PaperKind::SupervisionSlip, Subject::Supervision(id)) => {
            let row = views.supervision(*id).ok_or_else(|| DraftError::Unknown { what: id.to_string() })?;
            let issued = events.iter().find(|event| event.meta.position == row.issued_position);
            issued.map(|event| supervision_slip::facts(record, row, &event.meta))
        }
        (PaperKind::MeetingMinutes, Subject::Meeting(id)) => {
            let row = views.meeting(*id).ok_or_else(|| DraftError::Unknown { what: id.to_string() })?;
            let recorded = events.iter().find(|event| event.meta.position == row.recorded_position);
            recorded.map(|event| meeting_minutes::facts(record, row, &event.meta))
        }
        (PaperKind::Circular, Subject::County(code, quarter)) => circular::facts(record, code, *quarter)?,
        (PaperKind::SupervisionSlip | PaperKind::MeetingMinutes | PaperKind::Circular, _)
        | (_, Subject::Supervision(_) | Subject::Meeting(_) | Subject::County(..)) => {
            return Err(DraftError::OfSomethingElse { title: kind.title() });
        }
        (_, Subject::JointBranch(id)) => {
            let view = joint_branch_view(record.reading, *id)?;
            view.rows.first().and_then(|entry| of_joint_branch(kind, record, entry, events))
        }
    })
}

/// The facts of a paper on a joint branch; nothing where what it rests on is not on record.
fn of_joint_branch(
    kind: PaperKind,
    record: &Record<'_>,
    entry: &LedgerEntry,
    events: &[Event],
) -> Option<Facts> {
    let proposed = last(events, |body| match body {
        EventBody::JointBranchProposed(data) => Some(data),
        _ => None,
    });
    let established = last(events, |body| match body {
        EventBody::JointBranchEstablished(data) => Some(data),
        _ => None,
    });
    Some(match kind {
        PaperKind::Request => request::facts(record, entry, proposed?, established.map(|(meta, _)| meta)),
        PaperKind::Approval => approval::facts(record, entry, established?, proposed.map(|(meta, _)| meta)),
        PaperKind::ElectionReport => {
            let held = last(events, |body| match body {
                EventBody::ElectionHeld(data) => Some(data),
                _ => None,
            });
            election_report::facts(record, entry, held?)
        }
        PaperKind::TermReminder => term_reminder::facts(record, entry, entry.row.term.as_ref()?),
        PaperKind::RectificationNotice => {
            let ordered = last(events, |body| match body {
                EventBody::RectificationOrdered(data) => Some(data),
                _ => None,
            })?;
            rectification_notice::facts(record, entry, ordered, &findings(events, ordered.1))
        }
        PaperKind::SupervisionSlip | PaperKind::MeetingMinutes | PaperKind::Circular => return None,
    })
}

/// The latest event of a type.
fn last<'a, Data>(
    events: &'a [Event],
    of_type: impl Fn(&'a EventBody) -> Option<&'a Data>,
) -> Option<(&'a EventMeta, &'a Data)> {
    events.iter().rev().find_map(|event| Some((&event.meta, of_type(&event.body)?)))
}

/// What was found in the quarters that an order answers: of each, what its latest grade says.
fn findings(events: &[Event], order: &RectificationOrdered) -> Vec<Text> {
    let of_quarter = |quarter| {
        events.iter().rev().find_map(move |event| match &event.body {
            EventBody::QuarterEvaluated(data) if data.quarter == quarter => Some(data.findings.as_slice()),
            EventBody::EvaluationCorrected(data) if data.quarter == quarter => Some(data.findings.as_slice()),
            _ => None,
        })
    };
    order.quarters.iter().filter_map(|quarter| of_quarter(*quarter)).flatten().cloned().collect()
}
