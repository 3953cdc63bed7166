//! 黄牌: the cards that stand or were issued in the year, and the townships for which one is proposed 拟亮牌, since they missed
//! too many deadlines of the year: quarters to grade and rectifications to review.

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
use crate::rows::{JointBranchRow, YellowCardRow};
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

/// 逾期的季度评估 / a quarter that was not graded in time
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissedQuarter {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Text,
    /// 逾期未评估的季度 / the quarter that was not graded in time
    pub quarter: Quarter,
    /// 评估期限 / the last day for its grade
    pub due: Date,
    /// 补评日期 / the day on which it was graded after all
    pub graded_on: Option<Date>,
}

/// 逾期的整改验收 / a rectification that was not reviewed in time
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissedReview {
    /// 联合党组织编号 / the id of the joint branch
    pub joint_branch: JointBranchId,
    /// 联合党组织名称 / the name of the joint branch
    pub name: Text,
    /// 整改期限 / the deadline of the rectification
    pub deadline: Date,
    /// 补办验收的日期 / the day on which it was reviewed after all
    pub reviewed_on: Option<Date>,
}

/// 已亮牌和拟亮牌的单位，及其本年度的各次逾期 / who has a yellow card or is proposed for one, and each deadline of the year that it missed
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WarnedRow {
    /// 乡镇（街道）或县（区）代码 / the code of the township, or of the county
    pub code: PlaceCode,
    /// 乡镇（街道）或县（区）名称 / the name of the township, or of the county
    pub name: Option<Text>,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所统计的年度 / the year that is counted
    pub year: i16,
    /// 全年逾期次数 / how many deadlines it missed in the year
    pub misses: u64,
    /// 达到该次数即提请亮牌 / from how many on a card is proposed
    pub from_misses: u32,
    /// 逾期的季度评估 / the quarters that were not graded in time
    pub quarters: Vec<MissedQuarter>,
    /// 逾期的整改验收 / the rectifications that were not reviewed in time
    pub rectifications: Vec<MissedReview>,
    /// 拟亮牌：最近一次亮牌以后的逾期已达到次数，且无尚未解除的黄牌 / whether a card is proposed: none stands, and what was missed since the last one is enough
    pub proposed: bool,
    /// 尚未解除的黄牌，和本年度亮过的黄牌 / the cards that stand, and those issued in the year
    pub cards: Vec<YellowCardRow>,
}

/// A missed deadline or a card, as a line of the table.
pub(super) struct MissedDeadline {
    township: (PlaceCode, Option<Text>),
    county: Option<PlaceCode>,
    misses: u64,
    from_misses: u32,
    what: Say,
    joint_branch: Option<(JointBranchId, Text)>,
    quarter: Option<Quarter>,
    due: Option<Date>,
    done_on: Option<Date>,
    status: Status,
    card: Option<YellowCardRow>,
}

/// Where a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Standing,
    Proposed,
    Lifted,
    None,
}

impl HasSecretary for WarnedRow {}

impl ListOf for YellowCards {
    type Row = WarnedRow;
    type Line = MissedDeadline;

    const SPEC: Spec = Spec {
        name: "yellow-cards",
        title: say("黄牌", "Yellow cards"),
        purpose: say(
            "已亮的黄牌；一年内季度评估、整改验收逾期达到次数而拟亮牌的乡镇，以及每次逾期",
            "the cards issued, and the townships for which one is proposed: each deadline of the year that they missed",
        ),
        year: Year::Current,
    };

    const COLUMNS: &'static [Column<MissedDeadline>] = &[
        Own::choice("township", say("单位", "Place"), |line| {
            let (code, name) = &line.township;
            Shown::or_empty(name.as_ref()).about(About::Place(code.clone()))
        })
        .brief(),
        Own::choice("county", say("县(区)", "County"), |line| Shown::place_code(line.county.as_ref())),
        Own::number("misses", say("全年逾期次数", "Missed in the year"), |line| {
            Shown::count(line.misses)
        })
        .brief(),
        Own::choice("status", say("亮牌情况", "Card"), |line| {
            let said = |zh: &str, en: &str| Shown::from(Words::Said(Say::of(zh, en)));
            match line.status {
                Status::Standing => said("已亮牌", "standing").marked(Mark::Bad),
                // The button: the form, with the place filled in.
                Status::Proposed => said("拟亮牌", "proposed")
                    .marked(Mark::Warn)
                    .about(About::Page(format!("/work/issue-yellow-card?to={}", line.township.0))),
                Status::Lifted => said("已解除", "lifted"),
                Status::None => Words::Dash.into(),
            }
        })
        .brief(),
        Own::number("from_misses", say("拟亮牌次数", "Proposed from"), |line| {
            Shown::count(line.from_misses)
        }),
        Own::choice("kind", say("类别", "Kind"), |line| Words::Said(line.what.clone()).into()).brief(),
        Own::text("name", say("联合党组织", "Joint branch"), |line| {
            line.joint_branch
                .as_ref()
                .map_or_else(|| Words::Dash.into(), |(id, name)| Shown::joint_branch(*id, name))
        })
        .brief(),
        Own::text("quarter", say("季度", "Quarter"), |line| {
            line.quarter.map_or(Words::Dash, Words::Quarter).into()
        })
        .brief(),
        Own::text("due", say("到期日", "Due"), |line| {
            line.due.map_or_else(|| Words::Dash.into(), Shown::text)
        })
        .brief(),
        Own::text("done", say("补办日期", "Done on"), |line| match line.done_on {
            Some(day) => Shown::text(day),
            None if line.card.is_some() => Words::Dash.into(),
            None => Shown::from(Words::Said(say("尚未补办", "not yet"))).marked(Mark::Bad),
        })
        .brief(),
        Own::text("document", say("亮牌文号", "Document"), |line| {
            line.card.as_ref().map_or_else(|| Words::Dash.into(), |card| Shown::text(&card.document))
        }),
        Own::text("matter", say("亮牌事由", "Matter"), |line| {
            line.card.as_ref().map_or_else(|| Words::Dash.into(), |card| Shown::text(&card.matter))
        }),
        Own::text("issued_on", say("亮牌日期", "Issued on"), |line| {
            line.card.as_ref().map_or_else(|| Words::Dash.into(), |card| Shown::text(card.issued_on))
        }),
        Own::text("lifted_on", say("解除日期", "Lifted on"), |line| {
            let lifted = line.card.as_ref().and_then(|card| card.lifted.as_ref());
            lifted.map_or_else(|| Words::Dash.into(), |lifted| Shown::text(lifted.on))
        }),
    ];

    const READS: Option<fn(&Event) -> bool> = Some(|event| {
        matches!(
            event.body,
            EventBody::RectificationOrdered(_)
                | EventBody::RectificationReviewed(_)
                | EventBody::JointBranchDissolved(_)
        )
    });

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

    fn finish(self, scope: &ListScope<'_>) -> Found<WarnedRow> {
        let mut townships = self.missed(scope);
        let quarters: usize = townships.values().map(|missed| missed.quarters.len()).sum();
        let reviews: usize = townships.values().map(|missed| missed.rectifications.len()).sum();
        for card in scope.reading.views.yellow_cards_of(&scope.code) {
            if let Some(to) = &card.to {
                townships.entry(to.code.clone()).or_default().cards.push(card.as_ref().clone());
            }
        }
        let cards = townships.into_iter().filter_map(|(code, missed)| warned(scope, code, missed));
        let mut cards: Vec<_> = cards.collect();
        cards.sort_by(|one, other| other.misses.cmp(&one.misses).then_with(|| one.code.cmp(&other.code)));
        let (year, from) = (scope.year, scope.reading.figures_in(&scope.code).yellow_card_misses);
        let figures = [
            (
                "yellow_cards",
                cards.iter().filter(|row| row.has_standing()).count().into(),
                Unit::Townships,
                Say::of("有尚未解除的黄牌的单位", "places with a yellow card that stands"),
            ),
            (
                "yellow_cards_proposed",
                cards.iter().filter(|row| row.proposed).count().into(),
                Unit::Townships,
                Say::of(
                    format!(
                        "拟亮牌：{year}年度整改逾期与季度评估逾期合计{from}次以上（含），且无尚未解除的黄牌的牵头乡镇"
                    ),
                    format!(
                        "proposed for a card: leading townships without one that missed {from} deadlines or more of {year}"
                    ),
                ),
            ),
            (
                "quarters_missed",
                quarters.into(),
                Unit::Evaluations,
                Say::of(
                    format!("{year}年内到期、未按时录入的季度评估（含事后补评的）"),
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
                    format!("{year}年内到期、未按时录入验收的整改（含事后验收的）"),
                    format!("rectifications due in {year} whose review was not recorded in time"),
                ),
            ),
        ];
        Found::new(figures, cards)
    }

    fn lines(row: WarnedRow) -> Vec<MissedDeadline> {
        let status = row.status();
        let WarnedRow { code, name, county, misses, from_misses, quarters, rectifications, cards, .. } = row;
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
            status,
            card: None,
        };
        let evaluation = say("季度评估", "evaluation of a quarter");
        let graded = quarters.into_iter().map(|missed| {
            let joint_branch = (missed.joint_branch, missed.name);
            let what = evaluation.clone();
            line(what, Some(joint_branch), Some(missed.quarter), Some(missed.due), missed.graded_on)
        });
        let review = say("整改验收", "review of a rectification");
        let reviewed = rectifications.into_iter().map(|missed| {
            let joint_branch = (missed.joint_branch, missed.name);
            line(review.clone(), Some(joint_branch), None, Some(missed.deadline), missed.reviewed_on)
        });
        let carded = cards.into_iter().map(|card| MissedDeadline {
            status: if card.lifted.is_none() { Status::Standing } else { Status::Lifted },
            card: Some(card.clone()),
            ..line(say("黄牌", "yellow card"), None, None, card.deadline, None)
        });
        carded.chain(graded).chain(reviewed).collect()
    }
}

/// What a township missed in the year.
#[derive(Default)]
struct Missed {
    quarters: Vec<MissedQuarter>,
    rectifications: Vec<MissedReview>,
    cards: Vec<YellowCardRow>,
}

impl WarnedRow {
    fn has_standing(&self) -> bool {
        self.cards.iter().any(|card| card.lifted.is_none())
    }

    fn status(&self) -> Status {
        match (self.has_standing(), self.proposed, self.cards.is_empty()) {
            (true, _, _) => Status::Standing,
            (_, true, _) => Status::Proposed,
            (_, _, false) => Status::Lifted,
            _ => Status::None,
        }
    }
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

/// Who missed enough of the year, or has a card that stands or was issued in it. What an earlier card was issued for
/// proposes no second one.
fn warned(scope: &ListScope<'_>, code: PlaceCode, missed: Missed) -> Option<WarnedRow> {
    let place = scope.reading.views.place_by_code(&code);
    let from_misses = scope.reading.figures_in(&code).yellow_card_misses;
    let Missed { quarters, rectifications, cards } = missed;
    let misses = (quarters.len() + rectifications.len()) as u64;
    let last_card = cards.iter().map(|card| card.issued_on).max();
    let due = quarters.iter().map(|found| found.due).chain(rectifications.iter().map(|found| found.deadline));
    let not_carded = due.filter(|due| last_card.is_none_or(|issued| *due >= issued)).count() as u64;
    let stands = |card: &YellowCardRow| card.lifted.is_none();
    let proposed = not_carded >= u64::from(from_misses) && !cards.iter().any(stands);
    let cards: Vec<_> =
        cards.into_iter().filter(|card| stands(card) || card.issued_on.year() == scope.year).collect();
    let is_listed = misses >= u64::from(from_misses) || !cards.is_empty();
    is_listed.then(|| WarnedRow {
        name: place.map(|row| row.name.clone()),
        county: place.and_then(|row| row.county.clone()),
        year: scope.year,
        misses,
        from_misses,
        quarters,
        rectifications,
        proposed,
        cards,
        code,
    })
}
