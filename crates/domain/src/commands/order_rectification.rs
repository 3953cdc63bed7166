//! `order-rectification`: owed on a poor grade; it has items and a deadline.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::cycle::RectificationOrdered;
use crate::ids::JointBranchId;
use crate::joint_branch::{Phase, Thread};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 对评估较差的下达整改 / orders rectification on a poor grade
    pub struct OrderRectification {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 整改期限的最后一日，一般为下达后 1 至 6 个月 / the last day of the rectification, as a rule 1 to 6 months after the order
        pub deadline: Date,
        /// 整改事项，每条一行 / the matters to put right, one entry a line
        pub items: Vec<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "order-rectification",
    title: say("下达整改", "Order rectification"),
    group: Group::Evaluation,
    mechanisms: &[Mechanism::Rectification],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Operating && !joint.poor_standing.is_empty()),
    yields: &["joint-branch.rectification-ordered"],
    along: &[],
    refused_when: "no poor grade stands; the deadline lies outside the bounds",
    rules: &["poor-standing", "rectification-deadline", "order-due"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-07-15",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": {"number": "白委〔2019〕15号", "issued": "2019-07-14"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "deadline": "2019-10-15",
    "items": ["按月召开支部会议", "落实集体经济项目"]
  }
}"#,
    example_follows: &["evaluate-quarter"],
};

pub(crate) fn entity(data: &OrderRectification) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &OrderRectification) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch =
        case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Cycle, Thread::Quarters])?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Operating,
        say("运行中、没有未结的整改", "operating, no order standing"),
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    case.document_once(joint_branch, "order")?;
    if joint_branch.poor_standing.is_empty() {
        case.refuse(Rejection::NoPoorStanding)?;
    }
    if data.items.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("事项", "the items") })?;
    }
    let months = |count: u32| case.on().plus_months(i32::try_from(count).unwrap_or(0));
    let earliest = months(case.policy.thresholds.rectification_minimum_months);
    let latest = months(case.policy.thresholds.rectification_maximum_months);
    if data.deadline < earliest || data.deadline > latest {
        case.breach(Rejection::DeadlineOutside { deadline: data.deadline, earliest, latest })?;
    }
    Ok(vec![EventBody::RectificationOrdered(RectificationOrdered {
        joint_branch: joint_branch.id,
        deadline: data.deadline,
        items: data.items.clone(),
        quarters: joint_branch.poor_standing.keys().copied().collect(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<OrderRectification> {
    let EventBody::RectificationOrdered(RectificationOrdered { joint_branch, deadline, items, quarters: _ }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(OrderRectification { joint_branch, deadline, items })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::joint_branch::Grade;
    use crate::testing::city::{JOINT, V1};
    use crate::testing::drafts::{Draft, evaluate, order, review, text};
    use crate::testing::{City, date};

    fn wrong_phase(found: Phase) -> Rejection {
        Rejection::WrongPhase {
            name: "联合党支部".into(),
            found,
            needed: say("运行中、没有未结的整改", "operating, no order standing"),
        }
    }

    #[test]
    fn an_order_answers_every_poor_grade_that_stands() {
        let city = City::poor().given(evaluate("2019Q2", Grade::Poor));
        let ordered = EventBody::RectificationOrdered(RectificationOrdered {
            joint_branch: JOINT,
            deadline: date("2019-09-01"),
            items: vec![text("健全议事制度")],
            quarters: vec!["2019Q1".parse().unwrap(), "2019Q2".parse().unwrap()],
        });
        let after = city.when(order("2019-09-01").on("2019-07-20")).then(&[ordered]);
        assert_eq!((after.joint().phase, after.joint().poor_standing.len()), (Phase::Rectifying, 0));
    }

    #[test]
    fn without_a_poor_grade_there_is_no_order() {
        let fair = City::merged().given(evaluate("2019Q1", Grade::Fair));
        fair.when(order("2019-07-20")).refused(Rejection::NoPoorStanding);
        let improved = City::rectifying().given(review(true, (4, 4), (200, 200)));
        improved.when(order("2019-09-20").on("2019-07-25")).refused(Rejection::NoPoorStanding);
    }

    #[test]
    fn the_deadline_is_one_to_six_months_after_the_order() {
        for deadline in ["2019-05-20", "2019-05-21", "2019-10-19", "2019-10-20"] {
            City::poor().when(order(deadline)).accepted();
        }
        for deadline in ["2019-05-19", "2019-10-21"] {
            City::poor().when(order(deadline)).refused(Rejection::DeadlineOutside {
                deadline: date(deadline),
                earliest: date("2019-05-20"),
                latest: date("2019-10-20"),
            });
        }
    }

    #[test]
    fn an_order_has_items() {
        let data =
            OrderRectification { joint_branch: JOINT, deadline: date("2019-07-20"), items: Vec::new() };
        let empty = Draft { body: CommandBody::OrderRectification(data), ..order("2019-07-20") };
        City::poor().when(empty).refused(Rejection::EmptyList { what: say("事项", "the items") });
    }

    #[test]
    fn one_order_stands_at_a_time_and_none_after_a_failure() {
        City::rectifying().when(order("2019-07-20")).refused(wrong_phase(Phase::Rectifying));
        let again = order("2019-09-20").on("2019-07-25");
        City::failed().when(again).refused(wrong_phase(Phase::TerminationDue));
        City::proposed().when(order("2019-07-20")).refused(wrong_phase(Phase::Proposed));
    }

    #[test]
    fn a_paper_orders_once() {
        let paper = |draft: Draft| draft.paper("元委〔2019〕7号", "2019-04-18");
        let improved = City::poor().given(paper(order("2019-07-20"))).given(review(true, (4, 4), (200, 200)));
        let poor = improved.given(evaluate("2019Q3", Grade::Poor));
        let number = "元委〔2019〕7号".parse().unwrap();
        let again = paper(order("2020-01-20").on("2019-10-20"));
        poor.when(again).refused(Rejection::DocumentRepeated { number });
    }

    #[test]
    fn an_organ_orders() {
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        City::poor().when(order("2019-07-20").behalf(V1)).refused(Rejection::DecidingBody { found, needed });
    }
}
