//! The sheet that grades a whole township: a row a joint branch, one decision for all of them; then what was recorded.

use domain::joint_branch::Grade;
use domain::quarter::Quarter;
use labels as w;
use labels::fields::field as label_of;
use maud::{Markup, html};
use projections::wire_code;

use super::layout::form_token;
use super::lists::word;
use super::table::grouped;
use super::visit::Visit;

/// What a row's grade is called in the form, before the joint branch's id.
pub(crate) const GRADE_OF: &str = "grade:";
/// What a row's findings are called in the form.
pub(crate) const FINDINGS_OF: &str = "findings:";
/// The fields of the decision, by their pointers in every row's request.
pub(crate) const DECISION: [&str; 4] =
    ["/effective_date", "/on_behalf_of", "/document/number", "/document/issued"];

/// A joint branch on the sheet, with what was filled in.
#[derive(Debug, Clone, Default)]
pub(crate) struct GradeRow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Its grade of the quarter before.
    pub(crate) before: Option<Grade>,
    /// The grade chosen, as the wire writes it; empty where none is.
    pub(crate) grade: String,
    /// What was found, a line each.
    pub(crate) findings: String,
    /// What is refused of this row.
    pub(crate) errors: Vec<String>,
}

impl GradeRow {
    /// Whether it is to be recorded.
    pub(crate) fn is_graded(&self) -> bool {
        !self.grade.is_empty()
    }
}

/// The sheet as it stands.
pub(crate) struct GradeSheet {
    pub(crate) quarter: Quarter,
    pub(crate) rows: Vec<GradeRow>,
    /// What was filled in of the decision, in the order of `DECISION`.
    pub(crate) decision: [String; 4],
    /// The name of the organ that decides.
    pub(crate) organ: String,
    /// What is refused of the decision, or of all rows.
    pub(crate) errors: Vec<String>,
    /// The key of the form.
    pub(crate) key: String,
    /// Whether nothing was posted yet.
    pub(crate) is_fresh: bool,
}

impl GradeSheet {
    /// Whether something of it is refused.
    pub(crate) fn is_refused(&self) -> bool {
        !self.errors.is_empty() || self.rows.iter().any(|row| !row.errors.is_empty())
    }
}

/// The sheet to be filled in, with everything that was refused of it.
pub(crate) fn page(visit: &Visit, sheet: &GradeSheet) -> Markup {
    let [effective, organ, number, issued] = &sheet.decision;
    html! {
        @if sheet.is_refused() { (refused(visit, sheet)) }
        @if sheet.rows.is_empty() { p { (visit.say(w::GRADE_SHEET_DONE)) } (home_link(visit)) }
        @else {
            p.note { (visit.say(w::GRADE_SHEET_HINT)) }
            form.grading method="post" action=(visit.here(&[])) data-draft=(visit.say(w::DRAFT_RESTORED)) data-discard=(visit.say(w::DRAFT_DISCARD)) data-posted[!sheet.is_fresh] novalidate {
                (form_token(visit))
                input type="hidden" name="_key" value=(sheet.key);
                input type="hidden" name=(DECISION[1]) value=(organ);
                ol.grade-rows aria-label=(visit.say(w::GRADE_SHEET_ROWS)) { @for row in &sheet.rows { (row_fields(visit, row)) } }
                fieldset {
                    legend { (visit.say(w::GRADE_SHEET_DECISION)) }
                    div.decision {
                        p { (own_label(visit, "on_behalf_of")) "：" @if sheet.organ.is_empty() { "—" } @else { strong { (sheet.organ) } } }
                        div.field { label for="effective" { (own_label(visit, "effective_date")) } input #effective type="date" name=(DECISION[0]) value=(effective); }
                        div.field { label for="number" { (own_label(visit, "number")) " " small { (visit.say(w::GRADE_SHEET_DOCUMENT)) } } input #number type="text" name=(DECISION[2]) value=(number); }
                        div.field { label for="issued" { (own_label(visit, "issued")) } input #issued type="date" name=(DECISION[3]) value=(issued); }
                    }
                }
                p { button.primary type="submit" name="_step" value="preview" { (visit.say(w::PREVIEW)) } " " button type="submit" name="_step" value="record" { (visit.say(w::RECORD_AT_ONCE)) } }
            }
        }
    }
}

fn own_label(visit: &Visit, name: &str) -> String {
    label_of(visit.language, "", name)
}

/// Everything that is refused, each with the way to its row.
fn refused(visit: &Visit, sheet: &GradeSheet) -> Markup {
    html! {
        div.notice role="alert" {
            p { strong { (visit.say(w::ROWS_REFUSED)) } }
            ul.values {
                @for error in &sheet.errors { li { (error) } }
                @for row in &sheet.rows { @for error in &row.errors { li { a href=(format!("#row-{}", row.id)) { (row.name) } "：" (error) } } }
            }
        }
    }
}

fn row_fields(visit: &Visit, row: &GradeRow) -> Markup {
    let id = &row.id;
    let described = (!row.errors.is_empty()).then(|| format!("error-{id}"));
    let findings = format!("{}：{}", own_label(visit, "findings"), row.name);
    html! {
        li #(format!("row-{id}")) {
            div.named #(format!("name-{id}")) {
                strong { (row.name) }
                @if let Some(before) = &row.before { small { (visit.say(w::GRADE_BEFORE)) " " (word(visit, "Grade", before)) } }
            }
            div.choice role="radiogroup" aria-labelledby=(format!("name-{id}")) aria-describedby=[described.as_deref()] {
                @for grade in [Grade::Good, Grade::Fair, Grade::Poor] {
                    @let code = wire_code(&grade).unwrap_or_default();
                    label { input type="radio" name=(format!("{GRADE_OF}{id}")) value=(code) checked[code == row.grade]; " " (word(visit, "Grade", &grade)) }
                }
            }
            div.findings {
                label.hidden for=(format!("findings-{id}")) { (findings) }
                textarea #(format!("findings-{id}")) name=(format!("{FINDINGS_OF}{id}")) rows="1" class=[(!row.errors.is_empty()).then_some("refused")] placeholder=(own_label(visit, "findings")) aria-describedby=[described.as_deref()] { (row.findings) }
            }
            @if !row.errors.is_empty() { p.error #(format!("error-{id}")) { (row.errors.join("；")) } }
        }
    }
}

/// What would be recorded, before it is.
pub(crate) fn preview(visit: &Visit, sheet: &GradeSheet) -> Markup {
    let graded: Vec<_> = sheet.rows.iter().filter(|row| row.is_graded()).collect();
    let left = sheet.rows.len() - graded.len();
    let [effective, _, number, _] = &sheet.decision;
    html! {
        p.notice.past role="status" { (visit.say(w::PREVIEW_NOTE)) }
        p { strong { (visit.say(&sheet.quarter.say())) } " · " (sheet.organ) " · " (effective) @if !number.is_empty() { " · " (number) } }
        (table(visit, &graded))
        @if left > 0 { p.note { (visit.language.pick(format!("另有 {left} 个没有选等次，这次不记录。"), format!("{left} more have no grade chosen and are not recorded now."))) } }
        form method="post" action=(visit.here(&[])) {
            (form_token(visit))
            input type="hidden" name="_key" value=(sheet.key);
            @for (name, value) in DECISION.iter().zip(&sheet.decision) { input type="hidden" name=(name) value=(value); }
            @for row in &sheet.rows {
                input type="hidden" name=(format!("{GRADE_OF}{}", row.id)) value=(row.grade);
                input type="hidden" name=(format!("{FINDINGS_OF}{}", row.id)) value=(row.findings);
            }
            p {
                button.primary type="submit" name="_step" value="record" { (visit.language.pick(format!("确认并记录 {} 项", grouped(graded.len())), format!("Confirm and record {}", grouped(graded.len())))) } " "
                button type="submit" name="_step" value="edit" { (visit.say(w::EDIT)) }
            }
        }
    }
}

fn table(visit: &Visit, rows: &[&GradeRow]) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::GRADE_SHEET_ROWS)) {
            table.branches {
                caption.hidden { (visit.say(w::GRADE_SHEET_ROWS)) }
                thead { tr { th scope="col" { (visit.say(w::NAME)) } th.grade scope="col" { (own_label(visit, "grade")) } th scope="col" { (own_label(visit, "findings")) } } }
                tbody { @for row in rows {
                    tr {
                        th scope="row" { (row.name) }
                        td.grade { span class=(format!("g g-{}", row.grade)) { (word(visit, "Grade", &row.grade)) } }
                        td { @for line in row.findings.lines() { (line) br; } }
                    }
                } }
            }
        }
    }
}

/// A grade that was recorded.
pub(crate) struct Recorded {
    pub(crate) position: u64,
    pub(crate) joint_branch: String,
    pub(crate) name: String,
    pub(crate) quarter: Quarter,
    pub(crate) grade: Grade,
}

/// What was recorded, each with its joint branch and its record; and the way on.
pub(crate) fn recorded(visit: &Visit, rows: &[Recorded]) -> Markup {
    html! {
        p.done role="status" data-clear-draft="" { strong { (visit.say(w::GRADES_RECORDED)) } " " (grouped(rows.len())) }
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::GRADES_RECORDED)) {
            table.branches {
                caption.hidden { (visit.say(w::GRADES_RECORDED)) }
                thead { tr { th scope="col" { (visit.say(w::NAME)) } th scope="col" { (visit.say(w::QUARTER)) } th.grade scope="col" { (own_label(visit, "grade")) } th scope="col" { (visit.say(w::POSITION)) } } }
                tbody { @for row in rows {
                    @let code = wire_code(&row.grade).unwrap_or_default();
                    tr {
                        th scope="row" { a href=(visit.link(&format!("/joint-branches/{}", row.joint_branch))) { (row.name) } }
                        td { (visit.say(&row.quarter.say())) }
                        td.grade { span class=(format!("g g-{code}")) { (word(visit, "Grade", &row.grade)) } }
                        td { a href=(visit.link(&format!("/events/{}", row.position))) { "#" (row.position) } }
                    }
                } }
            }
        }
        (home_link(visit))
    }
}

/// The townships that lack grades of a quarter, each with its sheet, for who sees several.
pub(crate) fn townships(visit: &Visit, sheets: &[(String, String, usize)]) -> Markup {
    html! {
        @if sheets.is_empty() { p { (visit.say(w::GRADE_SHEET_DONE)) } (home_link(visit)) }
        ul.usual.sheets { @for (link, name, count) in sheets {
            li { a href=(link) { (name) " " small { (visit.language.pick(format!("未评估 {count} 个"), format!("{count} not graded"))) } } }
        } }
    }
}

fn home_link(visit: &Visit) -> Markup {
    html! { p.screen { a.button href=(visit.link("/")) { (visit.say(w::BACK_TO_DUE)) } } }
}
