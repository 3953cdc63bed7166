//! The life of a joint branch: what its events tell, each with its record, told once however often they come.

use domain::EventBody;
use domain::event_data::joint_branches::{MemberAdmitted, MemberReleased};
use domain::event_data::posts::SecretaryAssigned;
use domain::ids::PersonId;
use domain::place::Level;
use ulid::Ulid;

use super::life::{BUREAU, Life, MERGER, SECRETARY, WUYI, code, day, policy, text};
use crate::timeline::joint_branch_of;
use crate::{LifeRow, Moment, Reading, Weight, is_routine, life_view, replay};

const NEXT: PersonId = PersonId(Ulid(22));

/// The life as it is known on a day, each event told twice.
async fn told(life: &Life, on: &str, as_of: bool) -> LifeRow {
    let directory = tempfile::tempdir().unwrap();
    let log = life.log(directory.path()).await;
    let moment = Moment { as_of: as_of.then(|| day(on)), ..Moment::default() };
    let views = replay(&log, code("5108"), moment).unwrap();
    let entries: Vec<u64> = views.timelines().entries(MERGER).map(|entry| entry.position).collect();
    let own = life.events.iter().filter(|event| entries.contains(&event.meta.position));
    let twice = own.flat_map(|event| [event, event]);
    let policies = policy();
    let reading = Reading { views: &views, policies: &policies, on: day(on) };
    life_view(reading, views.joint_branch(MERGER).unwrap(), twice).rows.remove(0)
}

/// The whole life, with a second secretary and members who come and go before it ends.
fn long() -> Life {
    let mut life = Life::whole();
    let at = life.events.iter().position(|event| matches!(event.body, EventBody::RectificationReviewed(_)));
    let rest = life.events.split_off(at.unwrap());
    let assigned = SecretaryAssigned {
        joint_branch: MERGER,
        person: NEXT,
        source: text("强村党组织负责人"),
        term_start: day("2019-08-15"),
        term_end: day("2024-08-14"),
        monthly_pay_commitment: None,
    };
    life.then("2019-08-15", EventBody::SecretaryAssigned(assigned));
    let (joint_branch, level) = (MERGER, Level::Township);
    let admitted = MemberAdmitted {
        joint_branch,
        organization: BUREAU,
        level,
        survey: None,
        consents: Vec::new(),
        superior_decision: None,
    };
    life.then("2019-08-20", EventBody::MemberAdmitted(admitted));
    let released =
        MemberReleased { joint_branch, organization: BUREAU, successor: BUREAU, level, survey: None };
    life.then("2019-09-20", EventBody::MemberReleased(released));
    for event in rest {
        let (day, body) = (event.meta.effective_date.to_string(), event.body);
        life.then(&day, body);
    }
    life
}

#[tokio::test]
async fn every_secretary_move_and_case_is_told_once_with_its_record() {
    let life = long();
    let found = told(&life, "2020-06-01", false).await;
    let tenures: Vec<_> =
        found.tenures.iter().map(|found| (found.person, found.since, found.until)).collect();
    assert_eq!(
        tenures,
        [
            (SECRETARY, day("2019-02-10"), Some(day("2019-08-15"))),
            (NEXT, day("2019-08-15"), Some(day("2019-12-20")))
        ]
    );
    let moves: Vec<_> = found.moves.iter().map(|found| (found.has_joined, found.members)).collect();
    assert_eq!(moves, [(true, 3), (false, 2)]);
    let case = &found.cases[0];
    assert_eq!((found.cases.len(), case.deadline), (1, day("2019-10-31")));
    assert_eq!(
        case.review.as_ref().map(|review| (review.on, review.has_passed)),
        Some((day("2019-11-05"), false))
    );
    let steps: Vec<_> = found.steps.iter().map(|step| (&*step.event_type, step.weight)).collect();
    assert_eq!(
        steps,
        [
            ("joint-branch.proposed", Weight::GoesOn),
            ("joint-branch.surveyed", Weight::GoesOn),
            ("joint-branch.established", Weight::Begins),
            ("joint-branch.dissolved", Weight::Ends)
        ]
    );
    // A point's position is where the log has it.
    for step in &found.steps {
        let event = life.events.iter().find(|event| event.meta.position == step.position).unwrap();
        assert_eq!(event.body.event_type(), step.event_type);
        assert_eq!(joint_branch_of(&event.body), Some(MERGER));
    }
    assert!(moves.len() == 2 && found.moves.iter().all(|found| found.organization != WUYI));
}

#[tokio::test]
async fn a_past_day_knows_nothing_of_what_came_after() {
    let found = told(&long(), "2019-08-01", true).await;
    assert_eq!(found.tenures.iter().map(|found| found.until).collect::<Vec<_>>(), [None]);
    assert_eq!((found.moves.len(), found.cases.len()), (0, 1));
    assert_eq!(found.cases[0].review, None);
    assert!(found.steps.iter().all(|step| step.weight != Weight::Ends));
}

#[test]
fn a_poor_grade_is_no_routine() {
    let mut grades =
        Life::whole().events.into_iter().filter(|event| matches!(event.body, EventBody::QuarterEvaluated(_)));
    let (good, poor) = (grades.next().unwrap(), grades.next().unwrap());
    assert!(is_routine(&good.body) && !is_routine(&poor.body));
}
