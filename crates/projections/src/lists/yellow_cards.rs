//! 黄牌: townships that missed too many deadlines of a year, quarters to grade and rectifications to review.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::JointBranchId;
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use domain::say::{Say, say};
use domain::text::Text;
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::deadlines::{evaluation_due, late_quarters, missing_quarters};
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::JointBranchRow;
use crate::table::{About, Column, Mark, Shown, Words};

type Own = Column<MissedDeadline>;

/// A rectification that was not reviewed by its deadline.
#[derive(Debug, Clone, Copy)]
struct Overdue {
    joint_branch: JointBranchId,
    deadline: Date,
    reviewed_on: Option<Date>,
}

/// What was noted of the log: the orders of rectification that stand, and those that were met too late.
#[derive(Default)]
pub(super) struct YellowCards {
    standing: BTreeMap<JointBranchId, Date>,
    late: Vec<Overdue>,
}

/// 逾期的季度评价 / a quarter that was not graded in time
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissedQuarter {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Text,
    /// 逾期未评估的季度 / the quarter that was not graded in time
    pub quarter: Quarter,
    /// 评价期限 / the last day for its grade
    pub due: Date,
    /// 补评日期 / the day on which it was graded after all
    pub graded_on: Option<Date>,
}

/// 逾期的整改复核 / a rectification that was not reviewed in time
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissedReview {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Text,
    /// 整改期限 / the deadline of the rectification
    pub deadline: Date,
    /// 补办复核的日期 / the day on which it was reviewed after all
    pub reviewed_on: Option<Date>,
}

/// 黄牌乡镇及其本年度的各次逾期 / a township with a yellow card, and each deadline of the year that it missed
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YellowCardRow {
    /// 乡镇（街道）代码 / the code of the township
    pub code: PlaceCode,
    /// 乡镇（街道）名称 / the name of the township
    pub name: Option<Text>,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所统计的年度 / the year that is counted
    pub year: i16,
    /// 全年逾期次数 / how many deadlines it missed in the year
    pub misses: u64,
    /// 达到该次数即为黄牌 / from how many on it has a card
    pub from_misses: u32,
    /// 逾期的季度评价 / the quarters that were not graded in time
    pub quarters: Vec<MissedQuarter>,
    /// 逾期的整改复核 / the rectifications that were not reviewed in time
    pub rectifications: Vec<MissedReview>,
}

/// A missed deadline, as a line of the table.
pub(super) struct MissedDeadline {
    township: (PlaceCode, Option<Text>),
    county: Option<PlaceCode>,
    misses: u64,
    from_misses: u32,
    what: Say,
    joint_branch: (JointBranchId, Text),
    quarter: Option<Quarter>,
    due: Date,
    done_on: Option<Date>,
}

impl HasSecretary for YellowCardRow {}

impl ListOf for YellowCards {
    type Row = YellowCardRow;
    type Line = MissedDeadline;

    const SPEC: Spec = Spec {
        name: "yellow-cards",
        title: say("黄牌", "Yellow cards"),
        purpose: say(
            "一年内季度评价、整改复核逾期次数够黄牌的乡镇，以及每次逾期",
            "townships that missed too many deadlines of a year, and each deadline that they missed",
        ),
        year: Year::Current,
    };

    const COLUMNS: &'static [Column<MissedDeadline>] = &[
        Own::choice("township", say("牵头乡镇", "Lead township"), |line| {
            let (code, name) = &line.township;
            Shown::or_empty(name.as_ref()).about(About::Place(code.clone()))
        })
        .brief(),
        Own::choice("county", say("县(区)", "County"), |line| Shown::place_code(line.county.as_ref())),
        Own::number("misses", say("全年逾期次数", "Missed in the year"), |line| {
            Shown::count(line.misses)
        })
        .brief(),
        Own::number("from_misses", say("黄牌次数", "Card from"), |line| Shown::count(line.from_misses)),
        Own::choice("kind", say("类别", "Kind"), |line| Words::Said(line.what.clone()).into()).brief(),
        Own::text("name", say("联合党组织", "Joint branch"), |line| {
            Shown::joint_branch(line.joint_branch.0, &line.joint_branch.1)
        })
        .brief(),
        Own::text("quarter", say("季度", "Quarter"), |line| {
            line.quarter.map_or(Words::Dash, Words::Quarter).into()
        })
        .brief(),
        Own::text("due", say("到期日", "Due"), |line| Shown::text(line.due)).brief(),
        Own::text("done", say("补办日期", "Done on"), |line| match line.done_on {
            Some(day) => Shown::text(day),
            None => Shown::from(Words::Said(say("尚未补办", "not yet"))).marked(Mark::Bad),
        })
        .brief(),
    ];

    const READS_LOG: bool = true;

    fn begin(_: &ListScope<'_>) -> Self {
        Self::default()
    }

    fn note(&mut self, _: &ListScope<'_>, event: &Event) {
        match &event.body {
            EventBody::RectificationOrdered(data) => {
                self.standing.insert(data.joint_branch, data.deadline);
            }
            EventBody::RectificationReviewed(data) => self.end(data.joint_branch, event, true),
            EventBody::JointBranchDissolved(data) => self.end(data.joint_branch, event, false),
            _ => {}
        }
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<YellowCardRow> {
        let townships = self.missed(scope);
        let quarters: usize = townships.values().map(|missed| missed.quarters.len()).sum();
        let reviews: usize = townships.values().map(|missed| missed.rectifications.len()).sum();
        let cards = townships.into_iter().filter_map(|(code, missed)| card(scope, code, missed));
        let mut cards: Vec<_> = cards.collect();
        cards.sort_by(|one, other| other.misses.cmp(&one.misses).then_with(|| one.code.cmp(&other.code)));
        let (year, from) = (scope.year, scope.reading.figures_in(&scope.code).yellow_card_misses);
        let figures = [
            (
                "yellow_cards",
                cards.len().into(),
                Unit::Townships,
                Say::of(
                    format!("{year}年度整改逾期与季度评价逾期合计{from}次以上（含）的牵头乡镇"),
                    format!(
                        "leading townships that missed {from} deadlines or more of {year}: quarters to grade, rectifications to review"
                    ),
                ),
            ),
            (
                "quarters_missed",
                quarters.into(),
                Unit::Evaluations,
                Say::of(
                    format!("{year}年内到期、未按时录入的季度评价（含事后补评的）"),
                    format!(
                        "grades due in {year} that were not recorded in time, those given later included"
                    ),
                ),
            ),
            (
                "rectifications_missed",
                reviews.into(),
                Unit::Rectifications,
                Say::of(
                    format!("{year}年内到期、未按时录入复核的整改（含事后复核的）"),
                    format!("rectifications due in {year} whose review was not recorded in time"),
                ),
            ),
        ];
        Found::new(figures, cards)
    }

    fn lines(row: YellowCardRow) -> Vec<MissedDeadline> {
        let YellowCardRow { code, name, county, misses, from_misses, quarters, rectifications, .. } = row;
        let line = |what, joint_branch, quarter, due, done_on| MissedDeadline {
            township: (code.clone(), name.clone()),
            county: county.clone(),
            misses,
            from_misses,
            what,
            joint_branch,
            quarter,
            due,
            done_on,
        };
        let evaluation = say("季度评价", "evaluation of a quarter");
        let graded = quarters.into_iter().map(|missed| {
            let joint_branch = (missed.joint_branch, missed.name);
            line(evaluation.clone(), joint_branch, Some(missed.quarter), missed.due, missed.graded_on)
        });
        let review = say("整改复核", "review of a rectification");
        let reviewed = rectifications.into_iter().map(|missed| {
            let joint_branch = (missed.joint_branch, missed.name);
            line(review.clone(), joint_branch, None, missed.deadline, missed.reviewed_on)
        });
        graded.chain(reviewed).collect()
    }
}

/// What a township missed in the year.
#[derive(Default)]
struct Missed {
    quarters: Vec<MissedQuarter>,
    rectifications: Vec<MissedReview>,
}

impl YellowCards {
    /// A deadline is met by the day of recording, never by the effective date.
    fn end(&mut self, joint_branch: JointBranchId, event: &Event, is_review: bool) {
        let ended_on = event.meta.recorded_at.day();
        if let Some(deadline) = self.standing.remove(&joint_branch)
            && ended_on > deadline
        {
            self.late.push(Overdue { joint_branch, deadline, reviewed_on: is_review.then_some(ended_on) });
        }
    }

    fn overdue(&self, on: Date) -> impl Iterator<Item = Overdue> {
        let open = self.standing.iter().filter(move |(_, deadline)| on > **deadline);
        let open = open.map(|(joint_branch, deadline)| Overdue {
            joint_branch: *joint_branch,
            deadline: *deadline,
            reviewed_on: None,
        });
        self.late.iter().copied().chain(open)
    }

    /// What each leading township of the scope missed in its year.
    fn missed(&self, scope: &ListScope<'_>) -> BTreeMap<PlaceCode, Missed> {
        let (reading, year) = (scope.reading, scope.year);
        let mut townships: BTreeMap<PlaceCode, Missed> = BTreeMap::new();
        for row in scope.led() {
            let missed = quarters(scope, row);
            if let (Some(lead), false) = (&row.lead_township, missed.is_empty()) {
                townships.entry(lead.code.clone()).or_default().quarters.extend(missed);
            }
        }
        for overdue in self.overdue(reading.on).filter(|found| found.deadline.year() == year) {
            let row = scope.led_one(overdue.joint_branch);
            if let Some((row, lead)) = row.and_then(|row| Some((row, row.lead_township.as_ref()?))) {
                townships.entry(lead.code.clone()).or_default().rectifications.push(MissedReview {
                    joint_branch: row.id,
                    name: row.name.clone(),
                    deadline: overdue.deadline,
                    reviewed_on: overdue.reviewed_on,
                });
            }
        }
        townships
    }
}

/// The quarters of a joint branch whose last day for a grade lay in the year, and passed without one.
fn quarters(scope: &ListScope<'_>, row: &JointBranchRow) -> Vec<MissedQuarter> {
    let reading = scope.reading;
    let missing = missing_quarters(reading, row).map(|quarter| (quarter, None));
    let late = late_quarters(reading, row)
        .map(|quarter| (quarter, row.evaluations.get(&quarter).map(|grade| grade.recorded_on)));
    let all = missing.chain(late).map(|(quarter, graded_on)| MissedQuarter {
        joint_branch: row.id,
        name: row.name.clone(),
        quarter,
        due: evaluation_due(reading, row, quarter),
        graded_on,
    });
    let mut own: Vec<_> = all.filter(|missed| missed.due.year() == scope.year).collect();
    own.sort_by_key(|missed| missed.quarter);
    own
}

fn card(scope: &ListScope<'_>, code: PlaceCode, missed: Missed) -> Option<YellowCardRow> {
    let place = scope.reading.views.place_by_code(&code);
    let from_misses = scope.reading.figures_in(&code).yellow_card_misses;
    let Missed { quarters, rectifications } = missed;
    let misses = (quarters.len() + rectifications.len()) as u64;
    (misses >= u64::from(from_misses)).then(|| YellowCardRow {
        name: place.map(|row| row.name.clone()),
        county: place.and_then(|row| row.county.clone()),
        year: scope.year,
        misses,
        from_misses,
        quarters,
        rectifications,
        code,
    })
}
