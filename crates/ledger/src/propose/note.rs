//! What else a ledger says of a joint branch: archive number, page, and a note of whatever has no field of its own.

use domain::say::say;

use super::facts::QUOTED_CHARACTERS;
use super::{Context, Draft};
use crate::aliases::Field;
use crate::grid::Cell;
use crate::proposal::{Key, Value};
use crate::values::people::{masked, why_masked};
use crate::values::{Confidence, grades};
use crate::words::{fold, is_blank, shortened, ticked};

/// How long a note may be, in characters; the log takes 500 in a text.
const MAX_NOTE_CHARACTERS: usize = 480;

/// Archive number, page and note: what the ledger says besides goes into the note, whole as far as there is room.
pub(super) fn add(context: &Context<'_>, draft: &mut Draft, unused: &[String]) {
    let text = |field: Field| {
        context.entry.of(field).iter().map(|cell| cell.text.trim().to_owned()).collect::<Vec<_>>()
    };
    let archive = text(Field::Archive).join("、");
    let mut page = text(Field::Page).join("、");
    if !page.is_empty() {
        page = format!("第{}页 ", page.trim_start_matches('第').trim_end_matches('页'));
    }
    let mut parts: Vec<String> = text(Field::Remark).into_iter().filter(|text| !is_blank(text)).collect();
    for (heading, cell) in &context.entry.unread {
        if !is_blank(&cell.text) {
            parts.push(format!("{heading}：{}", cell.text.trim()));
        }
    }
    for field in [Field::FormalMembers, Field::ProbationaryMembers, Field::AllMembers] {
        let counts = text(field);
        if !counts.is_empty() {
            parts.push(format!("{}：{}", field.title().zh, counts.join("、")));
        }
    }
    let leads = text(Field::LeadMember);
    if !leads.is_empty() {
        parts.push(format!("{}：{}", Field::LeadMember.title().zh, leads.join("、")));
    }
    parts.extend(member_notes(context));
    parts.extend(unused.iter().cloned());
    parts.extend(unread_grades(context));
    let (note, is_masked) = masked(&parts.join("；"), context.names);
    let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut = shortened(&note, MAX_NOTE_CHARACTERS);
    let mut origin = context.origins(Field::Remark);
    origin.extend(context.entry.unread.iter().map(|(_, cell)| context.origin(cell)));
    let mut value = Value { accepted: cut.clone(), confidence: Confidence::Certain, why: Vec::new(), origin };
    if cut != note {
        value.doubt(
            Confidence::Likely,
            say(
                "备注过长，只留前一部分；其余见原件",
                "the note is too long: its beginning is kept, the rest is in the ledger",
            ),
        );
    }
    if is_masked {
        value.doubt(Confidence::Likely, why_masked());
    }
    let archive_value =
        context.value(Field::Archive, masked(&archive, context.names).0, Confidence::Certain, None);
    let page_value = Value {
        accepted: format!("{page}{}", draft.row.number),
        confidence: Confidence::Certain,
        why: Vec::new(),
        origin: context.origins(Field::Page),
    };
    draft.row.values.extend([(Key::Archive, archive_value), (Key::Page, page_value), (Key::Note, value)]);
}

/// What stands in brackets behind members.
fn member_notes(context: &Context<'_>) -> Vec<String> {
    let cells = context.entry.of(Field::Members).iter();
    let with_notes = cells.filter(|cell| !crate::words::without_brackets(&cell.text).1.is_empty());
    with_notes.map(|cell| format!("成员原文：{}", shortened(&cell.text, 100))).collect()
}

/// What of the grades goes into the note.
fn unread_grades(context: &Context<'_>) -> Vec<String> {
    let is_read = |(column, cell): &&(crate::heading::Column, Cell)| match (column.tick, column.quarter) {
        (Some(_), Some(_)) => ticked(&cell.text).is_some(),
        (None, Some(_)) => grades::read(&cell.text).is_some() || grades::read_several(&cell.text).is_some(),
        _ => grades::read_several(&cell.text).is_some(),
    };
    let left =
        context.entry.grades.iter().filter(|(_, cell)| !is_blank(&cell.text)).filter(|it| !is_read(it));
    left.map(|(column, cell)| format!("{}：{}", column.heading, cell.text.trim())).collect()
}

/// The texts of which only a part was taken, or that were cut short where they are quoted.
pub(super) fn originals(context: &Context<'_>, values: &[(Key, Value)]) -> Vec<String> {
    let fields = [
        (Key::Established, Field::Established),
        (Key::Approval, Field::Approval),
        (Key::Survey, Field::Survey),
        (Key::Secretary, Field::Secretary),
        (Key::SecretarySince, Field::SecretarySince),
        (Key::Committee, Field::Committee),
        (Key::CoLocation, Field::CoLocation),
    ];
    let is_partly_taken = |value: &Value, cell: &Cell| {
        let is_cut = value.is_not_on_file() && cell.text.trim().chars().count() > QUOTED_CHARACTERS;
        let is_part = !value.is_not_on_file()
            && fold(&cell.text).chars().count() > fold(&value.accepted).chars().count();
        value.confidence != Confidence::Certain && (is_cut || is_part)
    };
    let mut told = Vec::new();
    for (key, value) in values {
        let field = fields.iter().find(|(own, _)| own == key).map(|(_, field)| *field);
        for cell in field.into_iter().flat_map(|field| context.entry.of(field)) {
            if is_partly_taken(value, cell) {
                told.push(format!("{}原文：{}", key.title().zh, cell.text.trim()));
            }
        }
    }
    told
}
