//! `issue-yellow-card` 督导亮牌: the city warns a county, or a county a township; of what, and with which consequence.

use crate::case::Case;
use crate::commands::one_tier_down::{addressee, check_joint_branch};
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::yellow_cards::YellowCardIssued;
use crate::ids::{JointBranchId, YellowCardId};
use crate::mechanism::Mechanism;
use crate::place::PlaceCode;
use crate::recall::Recorded;
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;
use crate::yellow_card::Consequence;

data! {
    /// 向下一级亮黄牌 / issues a yellow card to the tier below
    pub struct IssueYellowCard {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<YellowCardId>,
        /// 被亮牌单位：县(区)或乡镇的代码 / the code of the county or township that is warned
        pub to: PlaceCode,
        /// 亮牌事由 / the matter that it is warned of
        pub matter: Text,
        /// 处理方式，至少一项 / the consequences, one at least
        pub consequences: Vec<Consequence>,
        /// 限期整顿的最后一日，有限期整顿的须填 / the last day to put things in order; needed with that consequence
        pub deadline: Option<Date>,
        /// 黄牌所涉的联合党组织；没有则不填 / the joint branch that it is about, where it is about one
        pub joint_branch: Option<JointBranchId>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "issue-yellow-card",
    title: say("亮黄牌", "Issue a yellow card"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::YellowCards],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: Some(|_| true),
    yields: &["yellow-card.issued"],
    along: &[],
    refused_when: "not one tier down; a card for the same matter stands; to be put in order by no day",
    rules: &[
        "document-required",
        "yellow-card-tier",
        "yellow-card-scope",
        "yellow-card-once",
        "yellow-card-deadline",
        "yellow-card",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-08-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕51号", "issued": "2019-08-20"},
  "data": {"id": "01J8KQ2M0000000000000000YC", "to": "510811210", "matter": "一年内两次季度评估逾期", "consequences": ["no_honours", "order_in_time"], "deadline": "2019-10-31"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &IssueYellowCard) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &IssueYellowCard) -> Result<Vec<EventBody>, Rejection> {
    let no_tier = |found| OversightRejection::YellowCardTier { found };
    let (to, level) = addressee(case, &data.to, no_tier)?;
    if case.command.document.is_none() {
        case.refuse(Rejection::DocumentMissing)?;
    }
    if data.consequences.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("处理措施", "the consequences") })?;
    }
    match (data.consequences.contains(&Consequence::OrderInTime), data.deadline) {
        (true, None) => return Err(OversightRejection::YellowCardWithoutDeadline.into()),
        (false, Some(deadline)) => return Err(OversightRejection::YellowCardDeadline { deadline }.into()),
        (_, deadline) => deadline
            .map_or(Ok(()), |deadline| case.not_after(say("亮牌日期", "the issue"), case.on(), deadline))?,
    }
    let elsewhere = |name| OversightRejection::YellowCardScope { name, to: data.to.clone() };
    check_joint_branch(case, data.joint_branch, to, elsewhere)?;
    let standing = case.state.yellow_cards.values().find(|card| {
        card.to == to.id
            && card.lifted.is_none()
            && card.joint_branch == data.joint_branch
            && card.matter.reads_as(&data.matter)
    });
    if let Some(card) = standing {
        let (document, on) = (card.document.clone(), card.issued_on);
        case.refuse(OversightRejection::YellowCardStands { to: to.name.to_string(), document, on })?;
    }
    let id = data.id.unwrap_or(YellowCardId(case.command.id.0));
    if case.state.yellow_cards.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    let mut consequences = data.consequences.clone();
    consequences.sort();
    consequences.dedup();
    Ok(vec![EventBody::YellowCardIssued(YellowCardIssued {
        yellow_card: id,
        to: to.id,
        level,
        matter: data.matter.clone(),
        consequences,
        deadline: data.deadline,
        joint_branch: data.joint_branch,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<IssueYellowCard> {
    let EventBody::YellowCardIssued(YellowCardIssued {
        yellow_card,
        to,
        level: _,
        matter,
        consequences,
        deadline,
        joint_branch,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(IssueYellowCard {
        to: recorded.code(to)?,
        matter,
        consequences,
        deadline,
        joint_branch,
        id: Some(yellow_card),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::place::Level;
    use crate::testing::city::{CITY_ORGAN, JOINT, LEAD, NEXT, TOWNSHIP_ORGAN, place};
    use crate::testing::drafts::oversight::{CARD, card, carding, lift};
    use crate::testing::drafts::{Draft, clerk, text};
    use crate::testing::{City, date};

    fn by_city(data: IssueYellowCard) -> Draft {
        let actor = Actor { id: "city-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
        card(data).by(actor).behalf(CITY_ORGAN)
    }

    #[test]
    fn a_county_warns_its_township_and_the_city_its_county() {
        let data = IssueYellowCard {
            consequences: vec![Consequence::Interview, Consequence::NoHonours, Consequence::Interview],
            deadline: None,
            joint_branch: Some(JOINT),
            ..carding(LEAD)
        };
        let after = City::merged().when(card(data)).then(&[EventBody::YellowCardIssued(YellowCardIssued {
            yellow_card: CARD,
            to: place(LEAD),
            level: Level::County,
            matter: text("一年内两次季度评估逾期"),
            consequences: vec![Consequence::NoHonours, Consequence::Interview],
            deadline: None,
            joint_branch: Some(JOINT),
        })]);
        let found = &after.state.yellow_cards[&CARD];
        assert_eq!((found.document.as_str(), found.issued_on), ("昭委组〔2019〕51号", date("2019-08-20")));
        let after = City::merged().when(by_city(carding("510811"))).accepted();
        assert_eq!(after.state.yellow_cards[&CARD].level, Level::City);
    }

    #[test]
    fn it_goes_one_tier_down_with_a_document() {
        for code in ["5108", "510811100201"] {
            let refused = OversightRejection::YellowCardTier { found: code.parse().unwrap() };
            City::merged().when(by_city(carding(code))).refused(refused.into());
        }
        let refused = Rejection::DecidingBody { found: "昭化区委组织部".into(), needed: Level::City };
        City::merged().when(card(carding("510811"))).refused(refused);
        let refused =
            Rejection::RoleForbids { role: Role::TownshipClerk.as_str(), command: "issue-yellow-card" };
        City::merged().when(card(carding(LEAD)).by(clerk()).behalf(TOWNSHIP_ORGAN)).refused(refused);
        let outside = Rejection::OutsideScope { what: "510824100".into(), scope: "510811".parse().unwrap() };
        City::merged().when(card(carding("510824100"))).refused(outside);
        City::merged().when(card(carding(LEAD)).no_paper()).refused(Rejection::DocumentMissing);
    }

    #[test]
    fn its_consequence_is_said_and_putting_in_order_has_a_day() {
        let with = |consequences: &[Consequence], deadline: Option<&str>| {
            let (consequences, deadline) = (consequences.to_vec(), deadline.map(date));
            card(IssueYellowCard { consequences, deadline, ..carding(LEAD) })
        };
        City::merged()
            .when(with(&[], None))
            .refused(Rejection::EmptyList { what: say("处理措施", "the consequences") });
        let unsaid = OversightRejection::YellowCardWithoutDeadline;
        City::merged().when(with(&[Consequence::OrderInTime], None)).refused(unsaid.into());
        let deadline = date("2019-10-31");
        City::merged()
            .when(with(&[Consequence::Interview], Some("2019-10-31")))
            .refused(OversightRejection::YellowCardDeadline { deadline }.into());
        City::merged().when(with(&[Consequence::OrderInTime], Some("2019-08-20"))).accepted();
        City::merged().when(with(&[Consequence::OrderInTime], Some("2019-08-19"))).refused(
            Rejection::DateAfter {
                what: say("亮牌日期", "the issue"),
                date: date("2019-08-20"),
                limit: date("2019-08-19"),
            },
        );
    }

    #[test]
    fn a_matter_has_one_card_at_a_time() {
        let again = |matter: &str| {
            let deadline = Some(date("2019-12-31"));
            let data = IssueYellowCard { id: None, matter: text(matter), deadline, ..carding(LEAD) };
            card(data).paper("昭委组〔2019〕52号", "2019-08-20")
        };
        let stands = || OversightRejection::YellowCardStands {
            to: "元坝镇".into(),
            document: "昭委组〔2019〕51号".into(),
            on: date("2019-08-20"),
        };
        let carded = || City::merged().given(card(carding(LEAD)));
        carded().when(again("一年内两次季度评估逾期")).refused(stands().into());
        carded().when(again("一年内 两次季度评估逾期")).refused(stands().into());
        carded().when(again("三次整改验收逾期")).accepted();
        let next = IssueYellowCard { id: None, ..carding(NEXT) };
        carded().when(card(next)).accepted();
        let same_id = IssueYellowCard { matter: text("三次整改验收逾期"), ..carding(LEAD) };
        let refused = Rejection::IdInUse { id: CARD.to_string(), pointer: "/data/id" };
        carded().when(card(same_id)).refused(refused);
        carded().given(lift()).when(again("一年内两次季度评估逾期").on("2019-11-05")).accepted();
    }

    #[test]
    fn its_joint_branch_lies_there() {
        let of_next = IssueYellowCard { joint_branch: Some(JOINT), ..carding(NEXT) };
        let refused =
            OversightRejection::YellowCardScope { name: "联合党支部".into(), to: NEXT.parse().unwrap() };
        City::merged().when(card(of_next)).refused(refused.into());
    }
}
