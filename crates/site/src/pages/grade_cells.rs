//! The grades of the last four quarters, a coloured field each that says its grade: one look for every table of joint branches.

use domain::date::Date;
use domain::joint_branch::Grade;
use domain::quarter::Quarter;
use domain::say::Say;
use labels as w;
use projections::{Obligation, ObligationKind, QuarterGrade};

use super::lists::word;
use super::table::Cell;
use super::visit::Visit;

/// How many quarters of grades a joint branch's row shows.
pub(crate) const SHOWN_QUARTERS: usize = 4;
/// What addresses call the columns of these quarters, the oldest first.
pub(crate) const QUARTER_KEYS: [&str; SHOWN_QUARTERS] = ["quarter1", "quarter2", "quarter3", "quarter4"];

/// The quarters shown on a day, the oldest first.
pub(crate) fn shown_quarters(on: Date) -> impl Iterator<Item = Quarter> {
    Quarter::last_ended(on, SHOWN_QUARTERS)
}

/// A quarter at the head of a narrow column: `26年三季`.
pub(crate) fn short(quarter: Quarter) -> Say {
    let (year, number) =
        (quarter.first_day().year() % 100, usize::from(quarter.first_day().month().unsigned_abs()) / 3);
    let said = ["一季", "二季", "三季", "四季"].get(number).copied().unwrap_or_default();
    Say::of(format!("{year:02}年{said}"), quarter.to_string())
}

/// The grade of a quarter as a coloured field; what is owed and missing looks otherwise than what nobody owes.
pub(crate) fn grade_cell(
    visit: &Visit,
    grades: &[QuarterGrade],
    owed: &[Obligation],
    quarter: Quarter,
) -> Cell {
    let given = grades.iter().find(|found| found.quarter == quarter).map(|found| found.grade);
    let is_owed = owed.iter().any(|owed| is_grade_of(owed, quarter));
    let (field, order) = match given {
        Some(Grade::Good) => (Some("g-good"), "1"),
        Some(Grade::Fair) => (Some("g-fair"), "2"),
        Some(Grade::Poor) => (Some("g-poor"), "3"),
        None if is_owed => (Some("g-none"), "4"),
        None => (None, "5"),
    };
    let text = match given {
        Some(grade) => word(visit, "Grade", &grade),
        None if is_owed => visit.say(w::NOT_GRADED).to_owned(),
        None => "—".to_owned(),
    };
    Cell { field, sorted_as: Some(order.to_owned()), ..Cell::text(text).looks("grade") }
}

/// Whether the grade of that quarter is what is owed.
pub(crate) fn is_grade_of(owed: &Obligation, quarter: Quarter) -> bool {
    owed.kind == ObligationKind::Evaluation && owed.quarter == Some(quarter)
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use projections::Detail;
    use serde_json::json;

    use super::*;
    use crate::pages::acts::tests::owed;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_quarter_says_its_grade_or_that_one_is_owed() {
        let visit = visit(Language::Zh, &[]);
        let grades: Vec<QuarterGrade> = ["2026Q1", "2026Q3"]
            .iter()
            .zip(["poor", "good"])
            .map(|(quarter, grade)| {
                serde_json::from_value(json!({"quarter": quarter, "grade": grade, "corrected": false}))
                    .unwrap()
            })
            .collect();
        let missing = Obligation {
            quarter: "2026Q2".parse().ok(),
            ..owed(ObligationKind::Evaluation, Detail::Said(Say::same("")))
        };
        let shown: Vec<_> = shown_quarters("2026-12-01".parse().unwrap())
            .map(|quarter| grade_cell(&visit, &grades, std::slice::from_ref(&missing), quarter))
            .map(|cell| (cell.text, cell.field))
            .collect();
        let expected =
            [("—", None), ("较差", Some("g-poor")), ("未评", Some("g-none")), ("好", Some("g-good"))];
        assert_eq!(shown, expected.map(|(text, field)| (text.to_owned(), field)));
    }

    #[test]
    fn a_narrow_head_names_year_and_quarter() {
        let heads: Vec<_> =
            shown_quarters("2026-12-01".parse().unwrap()).map(|quarter| short(quarter).zh).collect();
        assert_eq!(heads, ["25年四季", "26年一季", "26年二季", "26年三季"]);
    }
}
