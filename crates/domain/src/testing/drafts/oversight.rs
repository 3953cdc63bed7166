//! Commands of supervision and yearly review, with sensible defaults.

use ulid::Ulid;

use super::{Draft, county, text, township};
use crate::commands::{
    AnswerSupervision, CommandBody, IssueSupervision, IssueYellowCard, LiftYellowCard, RecordYearlyReview,
};
use crate::ids::{SupervisionId, YellowCardId};
use crate::place::Level;
use crate::testing::city::SECRETARY;
use crate::testing::date;
use crate::yellow_card::Consequence;

/// The supervision of the fixtures.
pub const SUPERVISION: SupervisionId = SupervisionId(Ulid(0xE1));

/// What is asked of a place, until 2019-08-31.
pub fn supervising(to: &str) -> IssueSupervision {
    IssueSupervision {
        id: Some(SUPERVISION),
        to: to.parse().unwrap(),
        matter: text("二季度评估未完成"),
        due: date("2019-08-31"),
        joint_branch: None,
        meeting: None,
        item: None,
    }
}

/// `issue-supervision` by the county on 2019-07-25.
pub fn supervise(data: IssueSupervision) -> Draft {
    county(CommandBody::IssueSupervision(data), "昭委组〔2019〕45号", "2019-07-25")
}

/// `answer-supervision` by the lead township on 2019-08-10.
pub fn answer() -> Draft {
    let data = AnswerSupervision { supervision: SUPERVISION, answer: text("已完成补评") };
    township(CommandBody::AnswerSupervision(data), "2019-08-10")
}

/// The yellow card of the fixtures.
pub const CARD: YellowCardId = YellowCardId(Ulid(0xE2));

/// A card of a place, with a day to put things in order.
pub fn carding(to: &str) -> IssueYellowCard {
    IssueYellowCard {
        id: Some(CARD),
        to: to.parse().unwrap(),
        matter: text("一年内两次季度评估逾期"),
        consequences: vec![Consequence::NoHonours, Consequence::OrderInTime],
        deadline: Some(date("2019-10-31")),
        joint_branch: None,
    }
}

/// `issue-yellow-card` by the county on 2019-08-20.
pub fn card(data: IssueYellowCard) -> Draft {
    county(CommandBody::IssueYellowCard(data), "昭委组〔2019〕51号", "2019-08-20")
}

/// `lift-yellow-card` by the county on 2019-11-04.
pub fn lift() -> Draft {
    let data = LiftYellowCard { yellow_card: CARD, reason: text("已补齐") };
    county(CommandBody::LiftYellowCard(data), "昭委组〔2019〕66号", "2019-11-04")
}

/// The secretary's review of a year.
pub fn yearly_review(year: i16) -> RecordYearlyReview {
    RecordYearlyReview { person: SECRETARY, year, level: Level::Village, class: text("good") }
}

/// `record-yearly-review` by the lead township on 2020-01-15.
pub fn review_year(year: i16) -> Draft {
    township(CommandBody::RecordYearlyReview(yearly_review(year)), "2020-01-15")
        .paper("元委〔2020〕2号", "2020-01-14")
        .decided("2020-01-13")
}
