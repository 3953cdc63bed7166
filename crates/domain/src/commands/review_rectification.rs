//! `review-rectification`: the county alone ends an order; satisfaction counts only on a base.

use crate::case::Case;
use crate::commands::establishment::reaches;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::cycle::RectificationReviewed;
use crate::ids::JointBranchId;
use crate::joint_branch::{JointBranch, Phase, Thread};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::satisfaction::Satisfaction;
use crate::say::{Say, say};
use crate::spec::{Givers, Group, Spec};
use crate::thresholds::TerminationTest;

data! {
    /// 整改验收 / reviews a rectification that was ordered
    pub struct ReviewRectification {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 整改事项是否已完成 / whether the matters to put right are done
        pub improved: bool,
        /// 党员满意度，按人计 / the satisfaction of the Party members, by head
        pub members: Satisfaction,
        /// 村民满意度，按户计 / the satisfaction of the villagers, by household
        pub villagers: Satisfaction,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "review-rectification",
    title: say("整改验收", "Review the rectification"),
    group: Group::Evaluation,
    mechanisms: &[Mechanism::Rectification],
    givers: Givers::County,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Rectifying),
    yields: &["joint-branch.rectification-reviewed"],
    along: &[],
    refused_when: "no order stands; too few were asked",
    rules: &[
        "phase",
        "satisfaction-base",
        "satisfaction-counts",
        "document-required",
        "four-eyes",
        "review-before-deadline",
        "satisfaction-over-base",
        "termination-test",
        "satisfaction-floor",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-10-16",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕60号", "issued": "2019-10-15"},
  "decided_by": {"meeting": "区委组织部部务会", "date": "2019-10-14"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "improved": false,
    "members": {"asked": 20, "satisfied": 9},
    "villagers": {"asked": 160, "satisfied": 90}
  }
}"#,
    example_follows: &["order-rectification"],
};

pub(crate) fn entity(data: &ReviewRectification) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ReviewRectification) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch =
        case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Cycle, Thread::Quarters])?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Rectifying,
        say("有未结的整改", "an order of rectification standing"),
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::County, lead)?;
    case.require_document(joint_branch, "review")?;
    check_counts(&data.members)?;
    check_counts(&data.villagers)?;
    check_base(case, joint_branch, data)?;
    case.four_eyes(
        joint_branch.cycle_actors.counted.iter(),
        say(
            "录入了满意度所依据的户数或党员数",
            "recorded the households or members on which satisfaction counts",
        ),
    )?;
    case.four_eyes(joint_branch.cycle_actors.ordered.iter(), say("责令了整改", "ordered the rectification"))?;
    let floor = case.policy.thresholds.satisfaction_floor_percent;
    let has_villagers =
        joint_branch.rectification.as_ref().is_none_or(|order| order.base.households != Some(0));
    let mut asked = std::iter::once(&data.members).chain(has_villagers.then_some(&data.villagers));
    let satisfied = asked.all(|answer| reaches(answer.satisfied, answer.asked, floor));
    let termination_due = match case.policy.thresholds.termination_test {
        TerminationTest::Either => !data.improved || !satisfied,
        TerminationTest::Both => !data.improved && !satisfied,
    };
    check_deadline(case, joint_branch, termination_due)?;
    Ok(vec![EventBody::RectificationReviewed(RectificationReviewed {
        joint_branch: joint_branch.id,
        improved: data.improved,
        members: data.members.clone(),
        villagers: data.villagers.clone(),
        satisfied,
        termination_due,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ReviewRectification> {
    let EventBody::RectificationReviewed(RectificationReviewed {
        joint_branch,
        improved,
        members,
        villagers,
        satisfied: _,
        termination_due: _,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(ReviewRectification { joint_branch, improved, members, villagers })
}

/// Until the last day the villages may still rectify: only a review that ends the order well may come earlier.
fn check_deadline(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    termination_due: bool,
) -> Result<(), Rejection> {
    match joint_branch.rectification.as_ref().map(|order| order.deadline) {
        Some(deadline) if termination_due && case.on() < deadline => {
            Err(Rejection::ReviewBeforeDeadline { on: case.on(), deadline })
        }
        _ => Ok(()),
    }
}

fn check_counts(answer: &Satisfaction) -> Result<(), Rejection> {
    if answer.satisfied > answer.asked {
        return Err(Rejection::SatisfactionCounts { asked: answer.asked, satisfied: answer.satisfied });
    }
    Ok(())
}

/// At least half of the members and one household in five, of those there were when the order was given.
fn check_base(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &ReviewRectification,
) -> Result<(), Rejection> {
    let figures = &case.policy.thresholds;
    let Some(base) = joint_branch.rectification.as_ref().map(|order| &order.base) else { return Ok(()) };
    let allowed = figures.satisfaction_asked_percent_of_members;
    check_asked(say("党员", "members"), data.members.asked, base.members, allowed)?;
    let unknown = || Rejection::HouseholdsUnknown { name: joint_branch.name.to_string() };
    let households = base.households.ok_or_else(unknown)?;
    // Where no member is a village, there are no villagers to be asked.
    if (households, data.villagers.asked) == (0, 0) {
        return Ok(());
    }
    let allowed = figures.satisfaction_asked_percent_of_households;
    check_asked(say("群众户", "households"), data.villagers.asked, households, allowed)
}

/// Enough were asked, and no more than there are.
fn check_asked(whom: Say, asked: u32, base: u32, allowed: u32) -> Result<(), Rejection> {
    if asked > base {
        return Err(Rejection::SatisfactionOverBase { whom, asked, base });
    }
    if !reaches(asked, base, allowed) {
        return Err(Rejection::SatisfactionBase { whom, asked, base, allowed });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint_branch::Grade;
    use crate::organization::ProfileFigure;
    use crate::testing::city::{JOINT, TOWNSHIP_ORGAN, V1, members, profile};
    use crate::testing::drafts::{RECORDER, clerk, evaluate, officer, order, pairing, propose, review};
    use crate::testing::{City, date};

    fn reviewed(improved: bool, members: (u32, u32), villagers: (u32, u32), satisfied: bool) -> EventBody {
        let satisfaction = |(asked, satisfied)| Satisfaction { asked, satisfied };
        EventBody::RectificationReviewed(RectificationReviewed {
            joint_branch: JOINT,
            improved,
            members: satisfaction(members),
            villagers: satisfaction(villagers),
            satisfied,
            termination_due: !improved || !satisfied,
        })
    }

    #[test]
    fn nobody_is_asked_who_does_not_exist() {
        let refused = |whom, asked, base| Rejection::SatisfactionOverBase { whom, asked, base };
        City::rectifying().when(review(true, (5, 5), (100, 100))).refused(refused(
            say("党员", "members"),
            5,
            4,
        ));
        let over = refused(say("群众户", "households"), 201, 200);
        City::rectifying().when(review(true, (4, 4), (201, 201))).refused(over);
        City::rectifying().when(review(true, (4, 4), (200, 200))).accepted();
    }

    #[test]
    fn a_policy_may_ask_for_both_halves_of_the_termination_test() {
        let both = City::rectifying()
            .with_policy(|policy| policy.thresholds.termination_test = TerminationTest::Both);
        let phase = |improved, satisfied| {
            both.when(review(improved, (4, 4), (100, satisfied))).accepted().joint().phase
        };
        assert_eq!(
            [phase(false, 100), phase(true, 0), phase(false, 0)],
            [Phase::Operating, Phase::Operating, Phase::TerminationDue]
        );
    }

    #[test]
    fn improved_and_satisfied_goes_on_and_anything_else_owes_dissolution() {
        for (improved, members, villagers, satisfied) in [
            (true, (4, 4), (100, 61), true),
            (true, (4, 4), (100, 60), true),
            (true, (4, 4), (100, 59), false),
            (true, (4, 2), (100, 100), false),
            (false, (4, 4), (100, 100), true),
            (false, (4, 0), (100, 0), false),
        ] {
            let event = reviewed(improved, members, villagers, satisfied);
            let after = City::rectifying().when(review(improved, members, villagers)).then(&[event]);
            let phase = if improved && satisfied { Phase::Operating } else { Phase::TerminationDue };
            assert_eq!((after.joint().phase, &after.joint().rectification), (phase, &None));
        }
    }

    #[test]
    fn satisfaction_counts_from_half_of_the_members_and_one_household_in_five() {
        City::rectifying().when(review(true, (2, 2), (40, 40))).accepted();
        City::rectifying().when(review(true, (3, 3), (41, 41))).accepted();
        let few_members =
            Rejection::SatisfactionBase { whom: say("党员", "members"), asked: 1, base: 4, allowed: 50 };
        City::rectifying().when(review(true, (1, 1), (40, 40))).refused(few_members);
        City::rectifying().when(review(true, (2, 2), (39, 39))).refused(Rejection::SatisfactionBase {
            whom: say("群众户", "households"),
            asked: 39,
            base: 200,
            allowed: 20,
        });
    }

    #[test]
    fn the_base_is_what_was_on_file_when_the_order_was_given() {
        let base =
            |city: &City, asked| city.when(review(true, (asked, asked), (40, 40))).decision.map(|_| ()).err();
        let refused = |base| Rejection::SatisfactionBase {
            whom: say("党员", "members"),
            asked: base / 2 - 1,
            base,
            allowed: 50,
        };
        let shrunk = City::rectifying().given(members(V1, 0, 0).on("2019-07-25"));
        assert_eq!((base(&shrunk, 1), base(&shrunk, 2)), (Some(refused(4)), None));
        let grown = City::poor().given(members(V1, 2, 4).on("2019-04-20")).given(order("2019-07-20"));
        assert_eq!((base(&grown, 3), base(&grown, 4)), (Some(refused(8)), None));
    }

    #[test]
    fn who_recorded_the_base_does_not_count_satisfaction_on_it() {
        let refused = |actor: &str| Rejection::FourEyes {
            actor: actor.into(),
            earlier: say(
                "录入了满意度所依据的户数或党员数",
                "recorded the households or members on which satisfaction counts",
            ),
        };
        let fine = || review(true, (4, 4), (200, 200));
        // What was on file before the proposal was put there for nobody's sake.
        City::rectifying().when(fine().by(officer(RECORDER))).accepted();
        let households = profile(V1, ProfileFigure::Households, "100").on("2019-04-20");
        let changed = City::poor().given(households).given(order("2019-07-20"));
        changed.when(fine().by(officer(RECORDER))).refused(refused(RECORDER));
        let counted = members(V1, 2, 0).by(officer("officer-3")).on("2019-04-20");
        let counted = City::poor().given(counted).given(order("2019-07-20"));
        counted.when(fine().by(officer("officer-3"))).refused(refused("officer-3"));
        // What is recorded after the order changes nothing, so nobody is kept apart for it.
        let later = City::rectifying().given(members(V1, 9, 0).by(officer("officer-3")).on("2019-07-24"));
        later.when(fine().by(officer("officer-3"))).accepted();
    }

    #[test]
    fn before_the_deadline_a_review_only_ends_the_order_well() {
        let early = |improved, satisfied| {
            let draft = review(improved, (4, 4), (200, satisfied)).paper("昭委组〔2019〕40号", "2019-07-19");
            draft.decided("2019-07-19").on("2019-07-19")
        };
        let (on, deadline) = (date("2019-07-19"), date("2019-07-20"));
        let refused = Rejection::ReviewBeforeDeadline { on, deadline };
        City::rectifying().when(early(false, 200)).refused(refused.clone());
        City::rectifying().when(early(true, 0)).refused(refused);
        City::rectifying().when(early(true, 200)).accepted();
        let on_the_day = early(false, 200).paper("昭委组〔2019〕40号", "2019-07-20");
        City::rectifying().when(on_the_day.decided("2019-07-20").on("2019-07-20")).accepted();
    }

    #[test]
    fn where_no_member_is_a_village_the_members_alone_are_asked() {
        use crate::commands::establishment_tests::{consent, pair_with};
        use crate::testing::city::{COOPERATIVE, UNIT};
        let proposed = City::new().given(propose(pairing(&[UNIT, COOPERATIVE])));
        let poor = proposed.given(pair_with(vec![consent()])).given(evaluate("2019Q1", Grade::Poor));
        let city = poor.given(order("2019-07-20"));
        let phase = |satisfied| city.when(review(true, (4, satisfied), (0, 0))).accepted().joint().phase;
        assert_eq!([phase(4), phase(0)], [Phase::Operating, Phase::TerminationDue]);
        city.when(review(true, (4, 4), (1, 1))).refused(Rejection::SatisfactionOverBase {
            whom: say("群众户", "households"),
            asked: 1,
            base: 0,
        });
        City::rectifying().when(review(true, (4, 4), (0, 0))).refused(Rejection::SatisfactionBase {
            whom: say("群众户", "households"),
            asked: 0,
            base: 200,
            allowed: 20,
        });
    }

    #[test]
    fn who_ordered_does_not_review() {
        let ordered = City::poor().given(order("2019-07-20").by(officer("officer-3")));
        let fine = || review(true, (4, 4), (200, 200));
        ordered.when(fine().by(officer("officer-3"))).refused(Rejection::FourEyes {
            actor: "officer-3".into(),
            earlier: say("责令了整改", "ordered the rectification"),
        });
        ordered.when(fine()).accepted();
        // An earlier order of another cycle keeps nobody apart.
        let again = ordered.given(fine()).given(crate::testing::drafts::evaluate("2019Q3", Grade::Poor));
        let again = again.given(order("2019-12-20").on("2019-10-20"));
        let late = fine().paper("昭委组〔2019〕41号", "2019-12-20").decided("2019-12-20").on("2019-12-20");
        again.when(late.by(officer("officer-3"))).accepted();
    }

    #[test]
    fn no_more_are_satisfied_than_were_asked() {
        let refused = Rejection::SatisfactionCounts { asked: 4, satisfied: 5 };
        City::rectifying().when(review(true, (4, 5), (40, 40))).refused(refused);
        let refused = Rejection::SatisfactionCounts { asked: 40, satisfied: 41 };
        City::rectifying().when(review(true, (4, 4), (40, 41))).refused(refused);
    }

    #[test]
    fn the_county_alone_reviews_in_a_meeting_on_a_paper() {
        let review = || review(true, (4, 4), (100, 100));
        let refused = Rejection::RoleForbids { role: "township_clerk", command: "review-rectification" };
        City::rectifying().when(review().by(clerk()).behalf(TOWNSHIP_ORGAN)).refused(refused);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::rectifying().when(review().behalf(TOWNSHIP_ORGAN)).refused(refused);
        City::rectifying().when(review().no_paper()).refused(Rejection::DocumentMissing);
        City::rectifying().when(review().undecided()).refused(Rejection::DecidedByMissing);
    }

    #[test]
    fn only_an_order_that_stands_is_reviewed() {
        for (city, found) in [(City::poor(), Phase::Operating), (City::failed(), Phase::TerminationDue)] {
            city.when(review(true, (4, 4), (100, 100))).refused(Rejection::WrongPhase {
                name: "联合党支部".into(),
                found,
                needed: say("有未结的整改", "an order of rectification standing"),
            });
        }
    }
}
