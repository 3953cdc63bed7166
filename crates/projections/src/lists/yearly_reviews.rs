//! The sheet of the yearly review 述职评议: each secretary's year, its grades, and what is still owed.

use domain::date::Date;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Form, Grade};
use domain::place::Level;
use domain::quarter::Quarter;
use domain::text::Text;
use serde::Serialize;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::obligations::{Obligation, ObligationKind, obligations_of};
use crate::reading::{Bilingual, Reading, ViewError, json};
use crate::rows::{JointBranchRow, PlaceLabel};

#[derive(Serialize)]
struct Sheet<'a> {
    joint_branch: JointBranchId,
    name: &'a Text,
    county: Option<&'a PlaceLabel>,
    lead_township: Option<&'a PlaceLabel>,
    year: i16,
    /// The person's id; the name is joined from the erasable store.
    secretary: Option<PersonId>,
    since: Option<Date>,
    vacant_since: Option<Date>,
    /// The class, where the year was reviewed, and at which tier.
    class: Option<&'a Text>,
    level: Option<Level>,
    overdue: bool,
    grades: Vec<YearGrade>,
    obligations: Vec<Obligation>,
}

#[derive(Serialize)]
struct YearGrade {
    quarter: Quarter,
    grade: Grade,
    corrected: bool,
}

pub(super) fn list(scope: &ListScope<'_>) -> Result<List, ViewError> {
    let year = scope.year;
    let had_post = |row: &&JointBranchRow| {
        let founded = row.establishment.as_ref().map(|decision| decision.effective_date.year());
        row.is_live() && row.form != Form::None && founded.is_some_and(|founded| founded <= year)
    };
    let mut rows: Vec<_> = scope.led().filter(had_post).collect();
    rows.sort_by_key(|row| (row.lead_township.as_ref().map(|place| &place.code), row.id));
    let sheets: Vec<_> = rows.into_iter().map(|row| sheet(scope.reading, row, year)).collect();
    let owing = |sheet: &&Sheet<'_>| sheet.since.is_some_and(|since| since.year() <= year);
    let reviewed = sheets.iter().filter(|sheet| sheet.class.is_some()).count();
    let missing = sheets.iter().filter(owing).filter(|sheet| sheet.class.is_none()).count();
    let overdue = sheets.iter().filter(|sheet| sheet.overdue).count();
    let unit = "名 (secretaries)";
    let figures = [
        (
            "reviewed",
            reviewed.into(),
            unit,
            Bilingual::new(
                format!("{year}年度已述职评议的在任书记"),
                format!("secretaries in post whose year {year} is reviewed"),
            ),
        ),
        (
            "not_reviewed",
            missing.into(),
            unit,
            Bilingual::new(
                format!("{year}年年底前已任职、{year}年度尚未述职评议的在任书记"),
                format!("secretaries in post since {year} or before whose year {year} is not reviewed"),
            ),
        ),
        (
            "overdue",
            overdue.into(),
            unit,
            Bilingual::new("其中已逾期的", "of them those whose review is overdue"),
        ),
    ];
    let rows = sheets.iter().map(|sheet| json(sheet).map(ListRow::Ready)).collect::<Result<_, _>>()?;
    Ok(scope.list(figures, rows))
}

fn sheet<'a>(reading: Reading<'_>, row: &'a JointBranchRow, year: i16) -> Sheet<'a> {
    let review = row.reviews.get(&year);
    let obligations = obligations_of(reading, row);
    // The day after the year's end is the first on which its review can be owed.
    let begin = Date::new(year + 1, 1, 1).ok();
    let is_of_year = |owed: &Obligation| {
        owed.kind == ObligationKind::YearlyReview
            && begin.is_some_and(|begin| owed.due.year() == begin.year())
    };
    let overdue = obligations.iter().any(|owed| is_of_year(owed) && owed.overdue);
    let grades = row.evaluations.iter().filter(|(quarter, _)| quarter.end().year() == year);
    Sheet {
        joint_branch: row.id,
        name: &row.name,
        county: row.county.as_ref(),
        lead_township: row.lead_township.as_ref(),
        year,
        secretary: row.secretary.as_ref().map(|found| found.person),
        since: row.secretary.as_ref().map(|found| found.since),
        vacant_since: row.vacant_since,
        class: review.map(|review| &review.class),
        level: review.map(|review| review.level),
        overdue,
        grades: grades
            .map(|(quarter, evaluation)| YearGrade {
                quarter: *quarter,
                grade: evaluation.grade,
                corrected: evaluation.corrected,
            })
            .collect(),
        obligations,
    }
}
