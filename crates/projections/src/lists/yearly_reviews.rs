//! The sheet of the yearly review 述职评议: each secretary's year, its grades, and what is still owed.

use domain::date::Date;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Form, Grade};
use domain::place::Level;
use domain::post::ApprovalOwed;
use domain::quarter::Quarter;
use domain::say::{Say, say};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::number::Unit;
use crate::obligation::{Obligation, ObligationKind};
use crate::obligations::obligations_of;
use crate::person::{HasSecretary, PersonLabel, PersonName};
use crate::reading::Reading;
use crate::rows::{JointBranchRow, PlaceLabel};
use crate::table::{Column, Shown, Words, term};

type Own = Column<YearlyReviewRow>;

/// The list: nothing is noted of the log.
pub(super) struct YearlyReviews;

/// 一名书记一个年度的述职评议 / the yearly review of a secretary
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YearlyReviewRow {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Text,
    /// 牵头乡镇所在的县（区） / the county in which the lead township lies
    pub county: Option<PlaceLabel>,
    /// 牵头的乡镇（街道） / the township that leads it
    pub lead_township: Option<PlaceLabel>,
    /// 评议的年度 / the year that was reviewed
    pub year: i16,
    /// 现任书记 / the secretary in post
    pub secretary: Option<PersonLabel>,
    /// 任职日期 / the first day in post
    pub since: Option<Date>,
    /// 书记空缺起始日期 / since when the post is vacant
    pub vacant_since: Option<Date>,
    /// 已当选书记、待上级批复的人员；没有则为空 / whom an election made secretary and the committee above has not approved yet; absent where nobody waits
    pub approval_owed: Option<ApprovalOwed>,
    /// 评议等次，尚未评议的为空 / the class; null where the year was not reviewed
    pub class: Option<Text>,
    /// 评议的层级 / the tier of the post that was reviewed
    pub level: Option<Level>,
    /// 评议是否逾期 / whether the review is overdue
    pub overdue: bool,
    /// 该年度各季度等次 / the grades of the year
    pub grades: Vec<YearGrade>,
    /// 待办事项 / what the joint branch owes
    pub obligations: Vec<Obligation>,
}

/// 年度内一个季度的等次 / the grade of a quarter of the year
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct YearGrade {
    /// 评估的季度 / the quarter that was graded
    pub quarter: Quarter,
    /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
    pub grade: Grade,
    /// 是否更正过 / whether the grade was corrected
    pub corrected: bool,
}

impl HasSecretary for YearlyReviewRow {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        self.secretary.as_mut().map(|found| (found.person, &mut found.name))
    }
}

impl ListOf for YearlyReviews {
    type Row = YearlyReviewRow;
    type Line = YearlyReviewRow;

    const SPEC: Spec = Spec {
        name: "yearly-reviews",
        title: say("述职评议", "Yearly reviews"),
        purpose: say(
            "书记年度述职评议用表：任职、各季度评估、评议等次和未了事项，可按县、按乡镇打印",
            "the sheet for the yearly review of secretaries: post, grades, class and what is still owed; prints by county and township",
        ),
        year: Year::Last,
    };

    const COLUMNS: &'static [Column<YearlyReviewRow>] = &[
        Own::text("name", say("联合党组织", "Joint branch"), |row| {
            Shown::joint_branch(row.joint_branch, &row.name)
        })
        .brief(),
        Own::choice("county", say("县(区)", "County"), |row| Shown::place(row.county.as_ref())),
        Own::choice("township", say("牵头乡镇", "Lead township"), |row| {
            Shown::place(row.lead_township.as_ref())
        })
        .brief(),
        Own::text("secretary", say("书记", "Secretary"), |row| {
            Shown::secretary(row.secretary.as_ref(), row.approval_owed, row.vacant_since)
        })
        .brief(),
        Own::text("since", say("任职自", "In post since"), |row| Shown::day(row.since)),
        Own::text("grades", say("本年度评估", "Grades of the year"), grades).brief(),
        // A class that is not given yet is left empty, to be written in.
        Own::choice("class", say("评议等次", "Class"), |row| {
            row.class.as_ref().map_or(Words::Empty, |class| Words::Named(class.to_string())).into()
        })
        .brief(),
        Own::choice("level", say("评议层级", "Tier"), |row| Shown::term("Level", &row.level)),
        Own::choice("overdue", say("逾期", "Overdue"), |row| Shown::flag(row.overdue)),
        Own::text("obligations", say("未了事项", "Open obligations"), owed).brief(),
    ];

    fn begin(_: &ListScope<'_>) -> Self {
        Self
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<YearlyReviewRow> {
        let year = scope.year;
        let had_post = |row: &&JointBranchRow| {
            let founded = row.establishment.as_ref().map(|decision| decision.effective_date);
            let founded = founded.map(|day| row.counted_from(day).year());
            row.is_live() && row.form != Form::None && founded.is_some_and(|founded| founded <= year)
        };
        let mut rows: Vec<_> = scope.led().filter(had_post).collect();
        rows.sort_by_key(|row| (row.lead_township.as_ref().map(|place| &place.code), row.id));
        let sheets: Vec<_> = rows.into_iter().map(|row| sheet(scope.reading, row, year)).collect();
        let owing = |sheet: &&YearlyReviewRow| sheet.since.is_some_and(|since| since.year() <= year);
        let reviewed = sheets.iter().filter(|sheet| sheet.class.is_some()).count();
        let missing = sheets.iter().filter(owing).filter(|sheet| sheet.class.is_none()).count();
        let overdue = sheets.iter().filter(|sheet| sheet.overdue).count();
        let figures = [
            (
                "reviewed",
                reviewed.into(),
                Unit::Secretaries,
                Say::of(
                    format!("{year}年度已述职评议的在任书记"),
                    format!("secretaries in post whose year {year} is reviewed"),
                ),
            ),
            (
                "not_reviewed",
                missing.into(),
                Unit::Secretaries,
                Say::of(
                    format!("{year}年年底前已任职、{year}年度尚未述职评议的在任书记"),
                    format!("secretaries in post since {year} or before whose year {year} is not reviewed"),
                ),
            ),
            (
                "overdue",
                overdue.into(),
                Unit::Secretaries,
                Say::of("其中已逾期的", "of them those whose review is overdue"),
            ),
        ];
        Found::new(figures, sheets)
    }

    fn lines(row: YearlyReviewRow) -> Vec<YearlyReviewRow> {
        vec![row]
    }
}

/// The grades of a year, without the year in front of each.
fn grades(row: &YearlyReviewRow) -> Shown {
    let one = |found: &YearGrade| {
        Words::Run(vec![Words::QuarterOfYear(found.quarter), term("Grade", &found.grade)])
    };
    Words::Items(row.grades.iter().map(one).collect()).into()
}

/// What is still owed: how many of each kind, and since when the first of them.
fn owed(row: &YearlyReviewRow) -> Shown {
    let mut kinds: Vec<(ObligationKind, usize, Date)> = Vec::new();
    for owed in &row.obligations {
        match kinds.iter_mut().find(|(known, ..)| *known == owed.kind) {
            Some((_, count, first)) => (*count, *first) = (*count + 1, owed.due.min(*first)),
            None => kinds.push((owed.kind, 1, owed.due)),
        }
    }
    let one = |(kind, count, first): (ObligationKind, usize, Date)| {
        let number = Say::of(format!("{count} 项（{first} 起）"), format!("{count} (from {first})"));
        Words::Labelled(Box::new((term("Obligation", &kind), Words::Said(number))))
    };
    Words::Items(kinds.into_iter().map(one).collect()).into()
}

fn sheet(reading: Reading<'_>, row: &JointBranchRow, year: i16) -> YearlyReviewRow {
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
    YearlyReviewRow {
        joint_branch: row.id,
        name: row.name.clone(),
        county: row.county.clone(),
        lead_township: row.lead_township.clone(),
        year,
        secretary: row.secretary.as_ref().map(|found| PersonLabel::new(found.person)),
        since: row.secretary.as_ref().map(|found| found.since),
        vacant_since: row.vacant_since,
        approval_owed: row.approval_owed,
        class: review.map(|review| review.class.clone()),
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
