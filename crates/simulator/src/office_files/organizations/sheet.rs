//! The proposal: the list as it was understood, with the same headings, to be gone through and read back as a list.

use domain::organization::OrganizationForm;
use domain::say::Language;
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

use super::{Entry, Field, HEADINGS, OrganizationsList, Superior};
use crate::office_files::register::{Confidence, Register};
use crate::spreadsheet_csv::{self, as_text};

/// The columns of the proposal.
const COLUMNS: [Field; 15] = [
    Field::Accept,
    Field::Name,
    Field::Form,
    Field::HostKind,
    Field::Host,
    Field::Location,
    Field::Superior,
    Field::Formal,
    Field::Probationary,
    Field::Households,
    Field::Population,
    Field::Confidence,
    Field::Why,
    Field::Line,
    Field::Original,
];

/// The rows of the proposal, the headings first.
fn rows(list: &OrganizationsList, register: &Register, language: Language) -> Vec<Vec<String>> {
    let heading = |field: &Field| {
        let names =
            HEADINGS.iter().find(|known| known.field == *field).map_or(&[][..], |known| known.headings);
        let name = language.pick(names.first(), names.last());
        (*name.unwrap_or(&"")).to_owned()
    };
    let mut rows = vec![COLUMNS.iter().map(heading).collect()];
    for entry in &list.entries {
        rows.push(COLUMNS.iter().map(|field| cell(*field, entry, list, register, language)).collect());
    }
    rows
}

fn cell(
    field: Field,
    entry: &Entry,
    list: &OrganizationsList,
    register: &Register,
    language: Language,
) -> String {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let is_open = entry.confidence() == Confidence::Open;
    match field {
        Field::Accept => {
            if is_open { language.pick("否", "no") } else { language.pick("是", "yes") }.to_owned()
        }
        Field::Name => entry.name.to_string(),
        Field::Form => entry.form.map(|form| form_word(form, language)).unwrap_or_default().to_owned(),
        Field::HostKind => entry.host_kind.as_ref().map(|kind| kind.to_string()).unwrap_or_default(),
        Field::Host => entry.host.clone().unwrap_or_default(),
        Field::Location => {
            let is_unit = entry.host_kind.as_ref().is_some_and(|kind| !kind.is_place());
            entry.location.as_ref().filter(|_| is_unit).map(ToString::to_string).unwrap_or_default()
        }
        Field::Superior => superior(entry, list, register),
        Field::Formal => number(entry.formal_members),
        Field::Probationary => entry.probationary_members.to_string(),
        Field::Households => number(entry.households),
        Field::Population => number(entry.population),
        Field::Confidence => {
            let (zh, en) = entry.confidence().words();
            language.pick(zh, en).to_owned()
        }
        Field::Why => {
            let said = |doubt: &super::Doubt| language.pick(doubt.chinese.clone(), doubt.english.clone());
            let mut why: Vec<String> = entry.doubts.iter().map(said).collect();
            if entry.there.is_some() {
                why.push(language.pick("已登记", "registered already").to_owned());
            }
            why.join(language.pick("；", "; "))
        }
        Field::Line => entry.line.to_string(),
        Field::Original => entry.original.clone(),
        Field::County | Field::Township | Field::Members => String::new(),
    }
}

fn superior(entry: &Entry, list: &OrganizationsList, register: &Register) -> String {
    match &entry.superior {
        Some(Superior::There(id)) => {
            let known = register.organizations().iter().find(|known| known.id == *id);
            let is_only =
                |name: &str| register.organizations().iter().filter(|one| one.name == name).count() == 1;
            known
                .filter(|known| is_only(&known.name))
                .map_or_else(|| id.to_string(), |known| known.name.clone())
        }
        Some(Superior::InRow(line)) => {
            let row = list.entries.iter().find(|one| one.line == *line);
            row.map(|one| one.name.to_string()).unwrap_or_default()
        }
        None => String::new(),
    }
}

fn form_word(form: OrganizationForm, language: Language) -> &'static str {
    match form {
        OrganizationForm::Branch => language.pick("党支部", "branch"),
        OrganizationForm::GeneralBranch => language.pick("党总支", "general_branch"),
        OrganizationForm::Committee => language.pick("党委", "committee"),
        OrganizationForm::Organ => language.pick("机关", "organ"),
    }
}

/// The proposal as CSV.
pub fn csv(list: &OrganizationsList, register: &Register, language: Language) -> std::io::Result<Vec<u8>> {
    let mut writer = spreadsheet_csv::writer();
    for row in rows(list, register, language) {
        writer.write_record(row.iter().map(|cell| as_text(cell)))?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The proposal as a workbook: every cell a text, choices where there are some.
pub fn xlsx(list: &OrganizationsList, register: &Register, language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet().set_name(language.pick("建议", "Proposal"))?;
    let rows = rows(list, register, language);
    for (row, cells) in (0_u32..).zip(&rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match row {
                0 => sheet.write_string_with_format(row, column, cell, &bold)?,
                _ => sheet.write_string(row, column, cell)?,
            };
        }
    }
    let last = u32::try_from(rows.len()).unwrap_or(1).max(2) - 1;
    let choices: [(u16, Vec<&str>); 2] = [
        (0, vec![language.pick("是", "yes"), language.pick("否", "no")]),
        (
            2,
            [
                OrganizationForm::Branch,
                OrganizationForm::GeneralBranch,
                OrganizationForm::Committee,
                OrganizationForm::Organ,
            ]
            .map(|form| form_word(form, language))
            .to_vec(),
        ),
    ];
    for (column, words) in choices {
        let validation = DataValidation::new().allow_list_strings(&words)?;
        sheet.add_data_validation(1, column, last, column, &validation)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    sheet.set_column_width(1, 28)?;
    sheet.set_column_width(4, 16)?;
    sheet.set_column_width(12, 40)?;
    sheet.set_column_width(14, 40)?;
    workbook.save_to_buffer()
}
