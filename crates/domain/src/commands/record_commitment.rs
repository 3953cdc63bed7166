//! `record-commitment`: the four commitments of the secretary in post, made to the township committee.

use crate::actor::Authority;
use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::CommitmentMade;
use crate::ids::{JointBranchId, PersonId};
use crate::joint_branch::{Secretary, Thread};
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::post::{CommitmentKind, SecretaryCommitment};
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Choice, Givers, Group, Spec, Use};
use crate::text::Text;

data! {
    /// 登记现任书记向乡镇党委作出的承诺 / records a commitment of the secretary in post, made to the township committee
    pub struct RecordCommitment {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 作出承诺的现任书记 / the secretary in post who made it
        pub person: PersonId,
        /// 四项承诺中的哪一项 / which of the four commitments it is
        pub kind: CommitmentKind,
        /// 承诺所属年度；年度目标时填 / the year that it is for, for a yearly goal
        pub year: Option<i16>,
        /// 承诺的内容 / the content of the promise
        pub content: Text,
        /// 作出承诺的日期 / the day on which it was made
        pub made_on: Date,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-commitment",
    title: say("登记承诺", "Record a commitment"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Commitments],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.secretary.is_some()),
    yields: &["joint-branch.commitment-made"],
    along: &[],
    refused_when: "not to the township committee; made already; a yearly goal without a year of the term",
    rules: &["commitment-to", "commitment-once", "commitment-year", "commitment-due", "not-in-post"],
    choices: &[Choice::Of { field: "kind", uses: &[Use::must("year", &["yearly_goal"])] }],
    example: r#"{
  "effective_date": "2019-03-20",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "person": "01J8KQ2M000000000000000006", "kind": "yearly_goal", "year": 2019, "content": "新建猕猴桃产业园200亩", "made_on": "2019-03-18"}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &RecordCommitment) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordCommitment) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(data.joint_branch, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    let to = match (case.require_organ(Level::Township, lead)?, &case.command.on_behalf_of) {
        (Level::Township, Authority::Organization(id)) => *id,
        _ => return Err(PostRejection::CommitmentTo.into()),
    };
    let secretary = joint_branch.secretary.as_ref().filter(|secretary| secretary.person == data.person);
    let secretary = secretary.ok_or(Rejection::NotInPost)?;
    let promises = joint_branch.promises.as_ref().filter(|promises| promises.person == data.person);
    // What was not made in an earlier term of the same secretary is still owed, and may be entered late.
    let first = promises.map_or(secretary.since, |promises| promises.first().min(secretary.since));
    check_year(data, first, secretary)?;
    case.not_after(say("承诺日期", "the commitment"), data.made_on, case.on())?;
    case.not_after(say("任职日期", "the beginning of the term"), first, data.made_on)?;
    let made = SecretaryCommitment { kind: data.kind, year: data.year };
    if promises.is_some_and(|promises| promises.has(made, data.made_on)) {
        case.refuse(PostRejection::CommitmentRepeated { kind: data.kind })?;
    }
    Ok(vec![EventBody::CommitmentMade(CommitmentMade {
        joint_branch: joint_branch.id,
        person: data.person,
        kind: data.kind,
        year: data.year,
        content: data.content.clone(),
        made_on: data.made_on,
        to,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordCommitment> {
    let EventBody::CommitmentMade(CommitmentMade {
        joint_branch,
        person,
        kind,
        year,
        content,
        made_on,
        to: _,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordCommitment { joint_branch, person, kind, year, content, made_on })
}

/// A yearly goal names a year in post, and nothing else names one.
fn check_year(data: &RecordCommitment, first: Date, secretary: &Secretary) -> Result<(), Rejection> {
    let refused = |zh, en| Err(PostRejection::CommitmentYear { detail: say(zh, en) }.into());
    // A term whose end is not on file may still last.
    let term = first.year()..=secretary.term_end.map_or(i16::MAX, |end| end.year());
    match (data.kind, data.year) {
        (CommitmentKind::YearlyGoal, Some(year)) if term.contains(&year) => Ok(()),
        (CommitmentKind::YearlyGoal, Some(_)) => {
            refused("不在任期之内", "it lies outside the secretary's term")
        }
        (CommitmentKind::YearlyGoal, None) => refused("年度目标须写明年度", "a yearly goal names its `year`"),
        (_, Some(_)) => refused("只有年度目标写年度", "only a yearly goal has a year"),
        (_, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::city::{COUNTY_ORGAN, JOINT, SECOND, SECRETARY, TOWNSHIP_ORGAN};
    use crate::testing::drafts::posts::{commit, promise};
    use crate::testing::drafts::{Draft, appointment, assign_as, officer, relieve, text};
    use crate::testing::{City, date};

    fn edited(change: impl FnOnce(&mut RecordCommitment)) -> Draft {
        let mut data = promise(CommitmentKind::YearlyGoal);
        data.year = Some(2019);
        change(&mut data);
        Draft { body: CommandBody::RecordCommitment(data), ..commit(CommitmentKind::YearlyGoal) }
    }

    #[test]
    fn each_commitment_is_made_once_a_term_and_the_yearly_one_once_a_year() {
        for kind in CommitmentKind::ONCE {
            let after =
                City::headed().when(commit(kind)).then(&[EventBody::CommitmentMade(CommitmentMade {
                    joint_branch: JOINT,
                    person: SECRETARY,
                    kind,
                    year: None,
                    content: text("按期完成"),
                    made_on: date("2019-03-20"),
                    to: TOWNSHIP_ORGAN,
                })]);
            let refused = PostRejection::CommitmentRepeated { kind };
            after.when(commit(kind)).refused(refused.into());
        }
        let first = City::headed().given(edited(|_| ()));
        first.when(edited(|data| data.year = Some(2020))).accepted();
        assert!(first.when(edited(|_| ())).decision.is_err());
    }

    #[test]
    fn a_new_secretary_owes_new_ones() {
        let city = City::headed().given(commit(CommitmentKind::Integrity));
        let replaced = crate::commands::AssignSecretary { replaces: Some(SECRETARY), ..appointment(SECOND) };
        let city = city.given(assign_as(replaced).on("2019-04-01"));
        assert!(city.joint().promises.as_ref().is_some_and(|found| found.made.is_empty()));
        city.when(commit(CommitmentKind::Integrity).on("2019-04-02")).refused(Rejection::NotInPost);
    }

    #[test]
    fn the_same_secretary_in_a_new_term_keeps_the_goals_of_years_and_owes_the_others_anew() {
        let yearly = commit(CommitmentKind::YearlyGoal);
        let once = |kind, made_on: &str| {
            let mut draft = commit(kind).on("2019-04-10");
            if let CommandBody::RecordCommitment(data) = &mut draft.body {
                data.made_on = date(made_on);
            }
            draft
        };
        let (integrity, goal) = (CommitmentKind::Integrity, CommitmentKind::TermGoal);
        let before = City::headed().given(commit(integrity)).given(yearly.clone());
        let anew = before.clone().given(crate::testing::drafts::posts::elect());
        let repeated = |kind| PostRejection::CommitmentRepeated { kind };
        let back = before.given(relieve(SECRETARY).decided("2019-03-27").on("2019-03-28"));
        let back = back.given(
            assign_as(crate::commands::AssignSecretary {
                term_start: date("2019-04-01"),
                ..appointment(SECRETARY)
            })
            .on("2019-04-01"),
        );
        for city in [anew, back] {
            city.when(yearly.clone().on("2019-04-10")).refused(repeated(CommitmentKind::YearlyGoal).into());
            // Made in the term before; owed in this one.
            city.when(once(integrity, "2019-03-20")).refused(repeated(integrity).into());
            city.when(once(integrity, "2019-04-02")).accepted();
            // What the term before owes may still be entered, in its own days.
            let late = city.given(once(goal, "2019-03-20"));
            late.when(once(goal, "2019-03-20")).refused(repeated(goal).into());
            late.when(once(goal, "2019-04-02")).accepted();
            let promises = late.joint().promises.as_ref().unwrap();
            assert_eq!((promises.since, promises.earlier[0].made.len()), (date("2019-04-01"), 2));
        }
    }

    #[test]
    fn a_yearly_goal_names_a_year_of_the_term() {
        let refused = |zh, en| Rejection::from(PostRejection::CommitmentYear { detail: say(zh, en) });
        let outside = ("不在任期之内", "it lies outside the secretary's term");
        for (year, lawful) in [(2018, false), (2019, true), (2024, true), (2025, false)] {
            let outcome = City::headed().when(edited(|data| data.year = Some(year)));
            if lawful {
                outcome.accepted();
            } else {
                outcome.refused(refused(outside.0, outside.1));
            }
        }
        let none = edited(|data| data.year = None);
        City::headed().when(none).refused(refused("年度目标须写明年度", "a yearly goal names its `year`"));
        let other = edited(|data| data.kind = CommitmentKind::Integrity);
        City::headed().when(other).refused(refused("只有年度目标写年度", "only a yearly goal has a year"));
    }

    #[test]
    fn it_is_made_to_the_township_committee_by_who_is_in_post() {
        let to_county = commit(CommitmentKind::Integrity).by(officer("officer-1")).behalf(COUNTY_ORGAN);
        City::headed().when(to_county).refused(PostRejection::CommitmentTo.into());
        City::merged().when(commit(CommitmentKind::Integrity)).refused(Rejection::NotInPost);
        City::headed().when(edited(|data| data.person = SECOND)).refused(Rejection::NotInPost);
    }

    #[test]
    fn it_lies_between_the_beginning_of_the_term_and_its_recording() {
        let on = |day: &str| edited(|data| data.made_on = date(day));
        City::headed().when(on("2019-03-15")).accepted();
        for (day, date_found) in [("2019-03-14", "2019-03-15"), ("2019-03-21", "2019-03-21")] {
            let refused = City::headed().when(on(day)).decision;
            assert!(
                matches!(refused, Err(Rejection::DateAfter { date: found, .. }) if found == date(date_found)),
                "{day}"
            );
        }
    }
}
