//! Many of one command at a time: its fields as columns of a sheet, and what a filled sheet came to.

use labels as w;
use labels::fields::field as label_of;
use maud::{Markup, html};

use super::schema::{Field, Shape};
use super::values::KEY;
use crate::pages::layout::form_token;
use crate::pages::visit::Visit;

/// How many entries of a list a sheet has columns for.
const LIST_COLUMNS: usize = 4;

/// A column: the pointer of its field, and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetColumn {
    /// The pointer.
    pub(crate) pointer: String,
    /// What people call it.
    pub(crate) label: String,
}

/// The columns of a command's sheet.
pub(crate) fn columns(visit: &Visit, fields: &[Field]) -> Vec<SheetColumn> {
    let mut found = Vec::new();
    fields.iter().for_each(|field| collect(visit, field, &format!("/{}", field.name), "", &mut found));
    found
}

fn collect(visit: &Visit, field: &Field, at: &str, above: &str, found: &mut Vec<SheetColumn>) {
    let own = label_of(visit.language, &field.owner, &field.name);
    let label = if above.is_empty() { own } else { format!("{above} · {own}") };
    match &field.shape {
        // What a request always has needs no name of its own in front of every column.
        Shape::Group(inner) if at == "/data" => {
            inner.iter().for_each(|inner| collect(visit, inner, &format!("{at}/{}", inner.name), "", found));
        }
        Shape::Group(inner) => {
            inner
                .iter()
                .for_each(|inner| collect(visit, inner, &format!("{at}/{}", inner.name), &label, found));
        }
        Shape::Rows(item) | Shape::Map(item) => {
            for row in 0..LIST_COLUMNS {
                let label = format!("{label} {}", row + 1);
                let at = format!("{at}/{row}");
                if matches!(field.shape, Shape::Map(_)) {
                    found.push(SheetColumn { pointer: format!("{at}/{KEY}"), label: label.clone() });
                }
                match &item.shape {
                    Shape::Group(inner) => {
                        inner.iter().for_each(|inner| {
                            collect(visit, inner, &format!("{at}/{}", inner.name), &label, found)
                        });
                    }
                    _ => found.push(SheetColumn { pointer: at, label }),
                }
            }
        }
        _ => found.push(SheetColumn { pointer: at.to_owned(), label }),
    }
}

/// A row that was refused: its number in the sheet, the cell where one is to blame, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusedRow {
    /// The row, or the cell, as a spreadsheet names it.
    pub(crate) place: String,
    /// The field's label, where a cell is to blame.
    pub(crate) label: String,
    /// Why.
    pub(crate) detail: String,
}

/// The form by which a sheet is sent.
pub(crate) fn upload(visit: &Visit, command: &str) -> Markup {
    html! {
        details { summary { (visit.say(w::BULK)) }
            p { (visit.say(w::BULK_HINT)) }
            p { a href=(format!("/work/{command}/template")) { (visit.say(w::BULK_TEMPLATE)) } }
            form method="post" action=(format!("/work/{command}/bulk")) enctype="multipart/form-data" {
                (form_token(visit))
                label { (visit.say(w::BULK_FILE)) " " input type="file" name="file" accept=".xlsx"; } " "
                button type="submit" { (visit.say(w::BULK_TRY)) }
            }
        }
    }
}

/// What a sheet came to: every refused row, or the way to record all of them.
pub(crate) fn tried(
    visit: &Visit,
    command: &str,
    count: usize,
    refused: &[RefusedRow],
    key: &str,
    requests: &str,
) -> Markup {
    html! {
        p { (count) " " (visit.say(w::ROWS)) }
        @if refused.is_empty() {
            p.notice.past role="status" { (visit.say(w::BULK_GOOD)) }
            form method="post" action=(format!("/work/{command}/bulk/record")) {
                (form_token(visit))
                input type="hidden" name="_key" value=(key);
                input type="hidden" name="_requests" value=(requests);
                button.primary type="submit" { (visit.say(w::RECORD)) }
            }
        } @else {
            div.notice role="alert" { p { strong { (visit.say(w::BULK_BAD)) } } }
            ul.values { @for row in refused { li { strong { (row.place) } " " (row.label) "：" (row.detail) } } }
        }
        p { a href=(format!("/work/{command}")) { (visit.say(w::EDIT)) } }
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::forms::fields_of;
    use crate::pages::visit::tests::visit;

    #[test]
    fn every_field_of_a_command_is_a_column() {
        let found = columns(&visit(Language::Zh, &[]), &fields_of("record-will-survey").unwrap());
        let place = found.iter().position(|column| column.pointer == "/data/villages/1/asked").unwrap();
        assert_eq!(found[place].label, "各村 2 · 征求户数");
        assert!(found.iter().any(|column| column.pointer == "/document/number"));
    }
}
