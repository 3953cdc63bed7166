//! `issue-supervision` 督办: the city asks a county, or a county a township; a matter, a day, and later an answer.

use crate::case::Case;
use crate::commands::close_decision::open_decision;
use crate::commands::one_tier_down::{addressee, check_joint_branch};
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::supervision::SupervisionIssued;
use crate::ids::{JointBranchId, MeetingId, SupervisionId};
use crate::mechanism::Mechanism;
use crate::meeting::MAX_ITEMS;
use crate::place::{Place, PlaceCode};
use crate::recall::Recorded;
use crate::rejection::{MeetingRejection, OversightRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 向下一级发出督办 / issues a supervision to the tier below
    pub struct IssueSupervision {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<SupervisionId>,
        /// 督办对象：县(区)或乡镇的代码 / the code of the county or township that is to answer
        pub to: PlaceCode,
        /// 督办事项 / the matter that the answer is asked on
        pub matter: Text,
        /// 答复期限的最后一日 / the last day for the answer
        pub due: Date,
        /// 督办所涉的联合党组织；没有则不填 / the joint branch that it is about, where it is about one
        pub joint_branch: Option<JointBranchId>,
        /// 督办所落实的议定事项出自的联系会议；没有则不填 / the coordination meeting whose decision it carries out, where it does
        pub meeting: Option<MeetingId>,
        /// 议定事项在该次会议的序号，从 1 起；没有则不填 / the number of that decision's item in the meeting, from 1 on, where it carries one out
        #[schemars(range(min = 1, max = MAX_ITEMS))]
        pub item: Option<u32>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "issue-supervision",
    title: say("发出督办", "Issue a supervision"),
    group: Group::Supervision,
    mechanisms: &[Mechanism::Supervision],
    givers: Givers::CountyOrCity,
    exceptions: &[],
    fits: Some(|_| true),
    yields: &["supervision.issued"],
    along: &[],
    refused_when: "not one tier down; its joint branch lies elsewhere; the meeting's decision is another's, closed, or has a supervision",
    rules: &[
        "supervision-tier",
        "supervision-scope",
        "supervision-decision",
        "decision-closed",
        "supervision-due",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-07-25",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕45号", "issued": "2019-07-24"},
  "data": {"id": "01J8KQ2M000000000000000014", "to": "510811210", "matter": "二季度评估逾期未完成", "due": "2019-08-31", "joint_branch": "01J8KQ2M000000000000000008"}
}"#,
    example_follows: &["merge-branches"],
};

pub(crate) fn entity(_: &IssueSupervision) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &IssueSupervision) -> Result<Vec<EventBody>, Rejection> {
    let no_tier = |found| OversightRejection::SupervisionTier { found };
    let (to, level) = addressee(case, &data.to, no_tier)?;
    case.not_after(say("签发日期", "the issue"), case.on(), data.due)?;
    let elsewhere = |name| OversightRejection::SupervisionScope { name, to: data.to.clone() };
    check_joint_branch(case, data.joint_branch, to, elsewhere)?;
    check_decision(case, data, to)?;
    let id = data.id.unwrap_or(SupervisionId(case.command.id.0));
    if case.state.supervisions.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    Ok(vec![EventBody::SupervisionIssued(SupervisionIssued {
        supervision: id,
        to: to.id,
        level,
        matter: data.matter.clone(),
        due: data.due,
        joint_branch: data.joint_branch,
        meeting: data.meeting,
        item: data.item,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<IssueSupervision> {
    let EventBody::SupervisionIssued(SupervisionIssued {
        supervision,
        to,
        level: _,
        matter,
        due,
        joint_branch,
        meeting,
        item,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(IssueSupervision {
        to: recorded.code(to)?,
        matter,
        due,
        joint_branch,
        meeting,
        item,
        id: Some(supervision),
    })
}

/// What a meeting decided is asked once, of who carries it out or of the county in which that lies.
fn check_decision(case: &Case<'_>, data: &IssueSupervision, to: &Place) -> Result<(), Rejection> {
    let (meeting, item) = match (data.meeting, data.item) {
        (None, None) => return Ok(()),
        (Some(meeting), Some(item)) => (meeting, item),
        _ => return case.refuse(MeetingRejection::Unnamed),
    };
    let (_, decision) = open_decision(case, meeting, item)?;
    let carrier = case.state.ancestor(decision.carrier, to.level);
    if carrier.is_none_or(|carrier| carrier.id != to.id) {
        let carrier = case.state.places.get(&decision.carrier).map(|place| place.code.clone());
        let carrier = carrier.unwrap_or_else(|| case.state.city.clone());
        case.refuse(MeetingRejection::OfOther { item, carrier, to: data.to.clone() })?;
    }
    match decision.supervision.and_then(|id| case.state.supervisions.get(&id)) {
        Some(issued) => case.refuse(MeetingRejection::Supervised { item, on: issued.issued_on }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::place::Level;
    use crate::testing::city::{CITY_ORGAN, COUNTY_ORGAN, JOINT, LEAD, NEXT, TOWNSHIP_ORGAN, place};
    use crate::testing::drafts::oversight::{SUPERVISION, supervise, supervising};
    use crate::testing::drafts::{Draft, clerk, officer, text};
    use crate::testing::{City, date};

    fn by_city(data: IssueSupervision) -> Draft {
        let actor = Actor { id: "city-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
        supervise(data).by(actor).behalf(CITY_ORGAN)
    }

    #[test]
    fn a_county_asks_its_township_and_the_city_its_county() {
        let data = IssueSupervision { joint_branch: Some(JOINT), ..supervising(LEAD) };
        let after =
            City::merged().when(supervise(data)).then(&[EventBody::SupervisionIssued(SupervisionIssued {
                supervision: SUPERVISION,
                to: place(LEAD),
                level: Level::County,
                matter: text("二季度评估未完成"),
                due: date("2019-08-31"),
                joint_branch: Some(JOINT),
                meeting: None,
                item: None,
            })]);
        assert_eq!(after.state.supervisions[&SUPERVISION].answer, None);
        City::merged().when(by_city(supervising("510811"))).accepted();
        let again = supervise(supervising(LEAD));
        let refused = Rejection::IdInUse { id: SUPERVISION.to_string(), pointer: "/data/id" };
        after.when(again).refused(refused);
        let unnamed = IssueSupervision { id: None, ..supervising(LEAD) };
        let after = after.when(supervise(unnamed)).accepted();
        assert!(after.state.supervisions.contains_key(&SupervisionId(after.last_command().0)));
    }

    #[test]
    fn it_goes_one_tier_down() {
        for code in ["5108", "510811100201"] {
            let refused = OversightRejection::SupervisionTier { found: code.parse().unwrap() };
            City::merged().when(by_city(supervising(code))).refused(refused.into());
        }
        let refused = Rejection::DecidingBody { found: "昭化区委组织部".into(), needed: Level::City };
        City::merged().when(supervise(supervising("510811"))).refused(refused);
        let refused =
            Rejection::RoleForbids { role: Role::TownshipClerk.as_str(), command: "issue-supervision" };
        let by_clerk = supervise(supervising(LEAD)).by(clerk()).behalf(TOWNSHIP_ORGAN);
        City::merged().when(by_clerk).refused(refused);
        let outside = Rejection::OutsideScope { what: "510824100".into(), scope: "510811".parse().unwrap() };
        City::merged().when(supervise(supervising("510824100"))).refused(outside);
    }

    #[test]
    fn its_joint_branch_lies_there_and_its_day_lies_ahead() {
        let of_next = IssueSupervision { joint_branch: Some(JOINT), ..supervising(NEXT) };
        let refused = OversightRejection::SupervisionScope {
            name: "联合党支部".into(),
            to: NEXT.parse().unwrap(),
        };
        City::merged().when(supervise(of_next)).refused(refused.into());
        let due = |day: &str| IssueSupervision { due: date(day), ..supervising(LEAD) };
        City::merged().when(supervise(due("2019-07-25"))).accepted();
        City::merged().when(supervise(due("2019-07-24"))).refused(Rejection::DateAfter {
            what: say("签发日期", "the issue"),
            date: date("2019-07-25"),
            limit: date("2019-07-24"),
        });
        City::merged()
            .when(supervise(supervising(LEAD)).by(officer("officer-2")).behalf(COUNTY_ORGAN))
            .accepted();
    }
    #[test]
    fn a_decision_is_asked_once_of_who_carries_it_out() {
        use crate::testing::drafts::meetings::{MEETING, close, deciding, meet, meeting, on_item};
        let met = City::merged().given(meet(meeting(vec![deciding("510811"), deciding(LEAD)])));
        let asked = met.when(on_item("510811", 1)).accepted();
        let on = date("2019-08-15");
        let again =
            |item| IssueSupervision { id: None, item, meeting: Some(MEETING), ..supervising("510811") };
        let again = |item| by_city(again(item)).on("2019-08-15").paper("广组〔2019〕8号", "2019-08-15");
        asked.when(again(Some(1))).refused(MeetingRejection::Supervised { item: 1, on }.into());
        asked.when(again(None)).refused(MeetingRejection::Unnamed.into());
        // What a township carries out may be asked of its county.
        asked.when(again(Some(2))).accepted();
        let (item, carrier) = (1, "510811".parse().unwrap());
        let refused = MeetingRejection::OfOther { item, carrier, to: LEAD.parse().unwrap() };
        met.when(on_item(LEAD, 1)).refused(refused.into());
        let closed = met.clone().given(close(1).on("2019-08-14"));
        let refused = MeetingRejection::Closed { item: 1, on: date("2019-08-14") };
        closed.when(on_item("510811", 1)).refused(refused.into());
        met.when(on_item("510811", 1).on("2019-08-11")).refused_by("date-order");
        let early = on_item("510811", 1).on("2019-08-11").paper("广组〔2019〕7号", "2019-08-11");
        met.when(early).refused_by("effective-order");
        let unknown = Case::unknown(say("议定事项", "item of the meeting"), &3, "/data/item");
        met.when(on_item("510811", 3)).refused(unknown);
        let unknown = Case::unknown(say("联系会议", "coordination meeting"), &MEETING, "/data/meeting");
        City::merged().when(on_item("510811", 1)).refused(unknown);
    }
}
