//! Many of one command at a time: its fields as columns of a sheet, and what a filled sheet came to.

use std::sync::Arc;

use domain::say::{Language, Say};
use labels as w;
use labels::fields::field as label_of;
use labels::terms::term;
use maud::{Markup, html};

use super::offered::Offered;
use super::schema::{Field, Shape};
use super::values::{KEY, Posted};
use crate::pages::entries::Names;
use crate::pages::layout::form_token;
use crate::pages::visit::Visit;

/// How many entries of a list a sheet has columns for.
const LIST_COLUMNS: usize = 4;

/// The column that says what is on file of whatever a row is about. It is there to be looked at: nothing in it is read.
pub(crate) const STANDING: &str = "/_standing";

/// That column.
pub(crate) fn standing() -> SheetColumn {
    let text = String::new();
    let field = Field {
        name: text.clone(),
        owner: text.clone(),
        type_name: text,
        is_required: false,
        shape: Shape::Text,
    };
    SheetColumn { pointer: STANDING.to_owned(), label: w::STANDING.clone(), field, offered: None }
}

/// A column: the pointer of its field, its label, and what is filled in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SheetColumn {
    /// The pointer.
    pub(crate) pointer: String,
    /// What people call it.
    pub(crate) label: Say,
    /// What is filled in: no object and no list.
    pub(crate) field: Field,
    /// What it is chosen from, where it is.
    pub(crate) offered: Option<Arc<Offered>>,
}

impl SheetColumn {
    /// The words of a list for the column: what it is chosen from, or what its codes are called.
    pub(crate) fn words(&self, language: Language) -> Vec<String> {
        match (&self.offered, &self.field.shape) {
            (Some(offered), _) => offered.texts().map(str::to_owned).collect(),
            (None, Shape::Choice(codes)) => {
                codes.iter().map(|code| term(language, &self.field.type_name, code)).collect()
            }
            (None, Shape::YesNo) => [w::YES, w::NO].map(|word| word.in_language(language).to_owned()).into(),
            _ => Vec::new(),
        }
    }

    /// A text as the sheet says it: a code or id by its words.
    pub(crate) fn said(&self, language: Language, text: &str) -> String {
        if let Some(said) = self.offered.as_ref().and_then(|offered| offered.text_of(text)) {
            return said.to_owned();
        }
        match &self.field.shape {
            Shape::Choice(_) => term(language, &self.field.type_name, text),
            Shape::YesNo if text == "true" => w::YES.in_language(language).to_owned(),
            Shape::YesNo if text == "false" => w::NO.in_language(language).to_owned(),
            _ => text.to_owned(),
        }
    }
}

/// The columns of a command's sheet: what it is about first, as in its form, and what is rarely filled in last.
pub(crate) fn columns(fields: &[Field]) -> Vec<SheetColumn> {
    let mut found = Vec::new();
    let mut fields: Vec<&Field> = fields.iter().collect();
    fields.sort_by_key(|field| match field.name.as_str() {
        "data" => 0,
        "override" => 2,
        _ => 1,
    });
    fields.iter().for_each(|field| collect(field, &format!("/{}", field.name), None, &mut found));
    found
}

fn collect(field: &Field, at: &str, above: Option<&Say>, found: &mut Vec<SheetColumn>) {
    let own = |language| label_of(language, &field.owner, &field.name);
    let own = Say::of(own(Language::Zh), own(Language::En));
    let label = match above {
        Some(above) => Say::of(format!("{} · {}", above.zh, own.zh), format!("{} · {}", above.en, own.en)),
        None => own,
    };
    match &field.shape {
        // What a request always has needs no name of its own in front of every column.
        Shape::Group(inner) if at == "/data" => {
            inner.iter().for_each(|inner| collect(inner, &format!("{at}/{}", inner.name), None, found));
        }
        Shape::Group(inner) => {
            inner
                .iter()
                .for_each(|inner| collect(inner, &format!("{at}/{}", inner.name), Some(&label), found));
        }
        // A reason why something is not on file is filled in in its form.
        Shape::OnFile(value) => collect(value, at, above, found),
        Shape::Rows(item) | Shape::Map(item) => {
            for row in 0..LIST_COLUMNS {
                let label = Say::of(format!("{} {}", label.zh, row + 1), format!("{} {}", label.en, row + 1));
                let at = format!("{at}/{row}");
                if matches!(field.shape, Shape::Map(_)) {
                    let key = Field { shape: Shape::Text, ..field.clone() };
                    let called = |above: &str, own: &str| format!("{above} · {own}");
                    let own =
                        Say::of(called(&label.zh, &w::KEY_LABEL.zh), called(&label.en, &w::KEY_LABEL.en));
                    found.push(column(&key, &format!("{at}/{KEY}"), own));
                }
                match &item.shape {
                    Shape::Group(inner) => inner.iter().for_each(|inner| {
                        collect(inner, &format!("{at}/{}", inner.name), Some(&label), found);
                    }),
                    _ => found.push(column(item, &at, label)),
                }
            }
        }
        _ => found.push(column(field, at, label)),
    }
}

fn column(field: &Field, at: &str, label: Say) -> SheetColumn {
    SheetColumn { pointer: at.to_owned(), label, field: field.clone(), offered: None }
}

/// A filled row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FilledRow {
    /// Its number as a spreadsheet counts.
    pub(crate) number: usize,
    /// Its texts, by pointer, as they will be recorded.
    pub(crate) texts: Posted,
    /// The cells that hold nothing that can be filled in, and why: by pointer.
    pub(crate) faults: Vec<(String, Say)>,
    /// Whether nobody sees it who looks at the sheet.
    pub(crate) is_hidden: bool,
}

impl FilledRow {
    fn text(&self, column: &SheetColumn) -> Option<&str> {
        self.texts.get(&column.pointer).map(String::as_str)
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

/// What a sheet came to.
pub(crate) struct Tried<'a> {
    /// The command.
    pub(crate) command: &'a str,
    /// What was read, row by row; empty where that was shown before.
    pub(crate) rows: &'a [FilledRow],
    /// How many rows there are.
    pub(crate) count: usize,
    /// What must be known before it is recorded, such as which rows nobody sees.
    pub(crate) notes: &'a [Say],
    /// Every refused row.
    pub(crate) refused: &'a [RefusedRow],
    /// The key of the form that records all of them, and what it sends.
    pub(crate) key: &'a str,
    /// The requests.
    pub(crate) requests: &'a str,
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
}

/// What a sheet came to: what was read, and every refused row, or the way to record all of them.
pub(crate) fn tried(visit: &Visit, columns: &[SheetColumn], tried: &Tried<'_>) -> Markup {
    html! {
        p { (tried.count) " " (visit.say(w::ROWS)) }
        @for note in tried.notes { div.notice role="alert" { p { (visit.say(note)) } } }
        @if tried.count == 0 { div.notice role="alert" { p { strong { (visit.say(w::BULK_NOTHING)) } } } }
        @else if tried.refused.is_empty() {
            p.notice.past role="status" { (visit.say(w::BULK_GOOD)) }
            form method="post" action=(format!("/work/{}/bulk/record", tried.command)) {
                (form_token(visit))
                input type="hidden" name="_key" value=(tried.key);
                input type="hidden" name="_requests" value=(tried.requests);
                button.primary type="submit" { (visit.say(w::RECORD)) }
            }
        } @else {
            div.notice role="alert" { p { strong { (visit.say(w::BULK_BAD)) } } }
            ul.values { @for row in tried.refused { li { strong { (row.place) } " " (row.label) "：" (row.detail) } } }
        }
        (as_read(visit, columns, tried.rows, tried.names))
        p { a href=(format!("/work/{}", tried.command)) { (visit.say(w::EDIT)) } }
    }
}

/// What was read, with the columns that hold something.
fn as_read(visit: &Visit, columns: &[SheetColumn], rows: &[FilledRow], names: Names<'_>) -> Markup {
    let used: Vec<_> =
        columns.iter().filter(|column| rows.iter().any(|row| row.text(column).is_some())).collect();
    html! {
        @if !rows.is_empty() {
            h2 { (visit.say(w::BULK_READ)) }
            div.wide tabindex="0" role="region" aria-label=(visit.say(w::BULK_READ)) {
                table {
                    caption.hidden { (visit.say(w::BULK_READ)) }
                    thead { tr {
                        th scope="col" { (visit.say(w::BULK_ROW)) }
                        @for column in &used { th scope="col" { (visit.say(&column.label)) } }
                    } }
                    tbody { @for row in rows { tr {
                        th scope="row" { (row.number) @if row.is_hidden { " " strong { (visit.say(w::BULK_HIDDEN)) } } }
                        @for column in &used { td { (cell(visit, column, row.text(column).unwrap_or_default(), names)) } }
                    } } }
                }
            }
        }
    }
}

/// A text as it was read; an id or a code as people call it, with the code of a place, which tells those of one name apart.
fn cell(visit: &Visit, column: &SheetColumn, text: &str, names: Names<'_>) -> Markup {
    let said = column.said(visit.language, text);
    if said != text {
        return html! { (said) };
    }
    match names(text).map(|named| named.text).filter(|called| called != text) {
        Some(called) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            html! { (text) " （" (called) "）" }
        }
        Some(called) => html! { (called) },
        None => html! { (text) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::forms::fields_of;
    use crate::pages::visit::tests::visit;

    #[test]
    fn every_field_of_a_command_is_a_column() {
        let found = columns(&fields_of("record-will-survey").unwrap());
        let place = found.iter().position(|column| column.pointer == "/data/villages/1/asked").unwrap();
        assert_eq!(found[place].label.zh, "各村 2 · 征求户数");
        assert!(found.iter().any(|column| column.pointer == "/document/number"));
    }

    /// A sheet is read by what stands above its columns.
    #[test]
    fn no_two_columns_of_a_command_are_called_the_same() {
        for command in service::command_schemas::names() {
            let found = columns(&fields_of(command).unwrap());
            let mut called = std::collections::BTreeMap::new();
            for column in &found {
                for label in [&column.label.zh, &column.label.en] {
                    let other = called.insert(label.to_string(), &column.pointer);
                    assert!(
                        other.is_none_or(|other| *other == column.pointer),
                        "{command}: {label} {other:?} {}",
                        column.pointer
                    );
                }
            }
        }
    }

    #[test]
    fn what_was_read_is_shown_row_by_row_and_hidden_rows_are_marked() {
        let columns = columns(&fields_of("record-will-survey").unwrap());
        let row = |number, is_hidden| FilledRow {
            number,
            texts: [("/effective_date".to_owned(), format!("2026-11-{number:02}"))].into(),
            faults: Vec::new(),
            is_hidden,
        };
        let visit = visit(Language::Zh, &[]);
        let page = as_read(&visit, &columns, &[row(3, false), row(4, true)], &|_| None).into_string();
        assert!(page.contains("<th scope=\"row\">3</th><td>2026-11-03</td>"), "{page}");
        assert!(
            page.contains("<th scope=\"row\">4 <strong>（隐藏）</strong></th><td>2026-11-04</td>"),
            "{page}"
        );
        assert!(!page.contains("征求户数"), "an empty column is not shown: {page}");
    }
}
