//! `record-village-head-election` 一肩挑: the villagers elected the secretary in post. Nobody is appointed village
//! head; there is no command for that.

use crate::base::member_villages;
use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::VillageHeadElected;
use crate::ids::{JointBranchId, PersonId, PlaceId};
use crate::mechanism::Mechanism;
use crate::place::PlaceCode;
use crate::recall::Recorded;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 登记书记经村民依法选举当选村委会主任（一肩挑） / records that villagers elected the secretary in post as head of their committee
    pub struct RecordVillageHeadElection {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 当选的现任书记 / the secretary in post who was elected
        pub person: PersonId,
        /// 成员村的代码 / the code of the member village
        pub village: PlaceCode,
        /// 村民选举的日期 / the day of the villagers' election
        pub elected_on: Date,
        /// 村民委员会任期止日；不填则按法定任期计算 / the last day of the villagers' committee's term; a full term where absent
        pub term_end: Option<Date>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-village-head-election",
    title: say("登记一肩挑当选", "Record the election as village head"),
    group: Group::Posts,
    mechanisms: &[Mechanism::VillageHead],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.secretary.is_some()),
    yields: &["joint-branch.village-head-elected"],
    along: &[],
    refused_when: "not the secretary in post; heads another villagers' committee; no member village; a term longer than the law's",
    rules: &["not-in-post", "one-villagers-committee", "member-village", "village-term"],
    choices: &[],
    example: r#"{
  "effective_date": "2021-01-25",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "person": "01J8KQ2M000000000000000006", "village": "510811210205", "elected_on": "2021-01-20"}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &RecordVillageHeadElection) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    data: &RecordVillageHeadElection,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let person = case.person(data.person, "/data/person")?;
    if joint_branch.secretary.as_ref().is_none_or(|secretary| secretary.person != person.id) {
        case.refuse(Rejection::NotInPost)?;
    }
    let village = case.place(&data.village, "/data/village")?;
    if !member_villages(case.state, &joint_branch.members).contains_key(&village.id) {
        case.refuse(PostRejection::NotAMemberVillage { village: data.village.clone() })?;
    }
    case.not_after(say("选举日期", "the election"), data.elected_on, case.on())?;
    let allowed = case.policy.figures_of("village-term", data.elected_on).village_term_years;
    let latest = data.elected_on.plus_months(i32::try_from(allowed * 12).unwrap_or(60)).plus_days(-1);
    let term_end = data.term_end.unwrap_or(latest);
    case.not_after(say("选举日期", "the election"), data.elected_on.plus_days(1), term_end)?;
    if term_end > latest {
        let (start, end) = (data.elected_on, term_end);
        case.breach_of(PostRejection::VillageTerm { start, end, allowed }.into(), start)?;
    }
    let mut heads = case.state.village_heads.iter();
    // A term counts where it overlaps this one and its village has not ended before.
    let lasted = |id: &PlaceId| {
        let ended = case.state.places.get(id).and_then(|place| place.ended_on);
        ended.is_none_or(|ended| ended > data.elected_on)
    };
    let elsewhere = heads.find(|(place, head)| {
        let overlaps = head.elected_on <= term_end && head.term_end >= data.elected_on;
        head.person == person.id && **place != village.id && overlaps && lasted(place)
    });
    if let Some((place, _)) = elsewhere {
        let code = case.state.places.get(place).map(|found| found.code.to_string()).unwrap_or_default();
        case.refuse(PostRejection::HeadsAnother { village: code })?;
    }
    Ok(vec![EventBody::VillageHeadElected(VillageHeadElected {
        joint_branch: joint_branch.id,
        person: person.id,
        village: village.id,
        elected_on: data.elected_on,
        term_end,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RecordVillageHeadElection> {
    let EventBody::VillageHeadElected(VillageHeadElected {
        joint_branch,
        person,
        village,
        elected_on,
        term_end,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RecordVillageHeadElection {
        joint_branch,
        person,
        village: recorded.code(village)?,
        elected_on,
        term_end: Some(term_end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::testing::city::{JOINT, SECOND, SECRETARY, place};
    use crate::testing::drafts::posts::{head_village, village_election};
    use crate::testing::drafts::{Draft, officer};
    use crate::testing::{City, date};

    const FIRST: &str = "510811100201";
    const OTHER: &str = "510811100202";

    fn edited(change: impl FnOnce(&mut RecordVillageHeadElection)) -> Draft {
        let mut data = village_election(FIRST);
        change(&mut data);
        Draft { body: CommandBody::RecordVillageHeadElection(data), ..head_village(FIRST) }
    }

    #[test]
    fn the_secretary_was_elected_by_the_villagers() {
        let after = City::headed().when(head_village(FIRST)).then(&[EventBody::VillageHeadElected(
            VillageHeadElected {
                joint_branch: JOINT,
                person: SECRETARY,
                village: place(FIRST),
                elected_on: date("2019-04-01"),
                term_end: date("2024-03-31"),
            },
        )]);
        assert_eq!(after.state.village_heads[&place(FIRST)].person, SECRETARY);
    }

    #[test]
    fn a_person_heads_one_villagers_committee_at_a_time() {
        let city = City::headed().given(head_village(FIRST));
        let refused = PostRejection::HeadsAnother { village: FIRST.into() };
        city.when(head_village(OTHER)).refused(refused.into());
        let after_the_term = |day: &str| {
            let mut data = village_election(OTHER);
            data.elected_on = date(day);
            Draft { body: CommandBody::RecordVillageHeadElection(data), ..head_village(OTHER) }.on(day)
        };
        city.when(after_the_term("2024-04-01")).accepted();
        assert!(city.when(after_the_term("2024-03-31")).decision.is_err());
        // An earlier term, recorded late, ends before the one on file begins.
        let before = |end: &str| {
            let mut data = village_election(OTHER);
            (data.elected_on, data.term_end) = (date("2016-05-01"), Some(date(end)));
            Draft { body: CommandBody::RecordVillageHeadElection(data), ..head_village(OTHER) }
        };
        city.when(before("2019-03-31")).accepted();
        assert!(city.when(before("2019-04-01")).decision.is_err());
        // The same committee may elect them again.
        city.when(edited(|data| data.elected_on = date("2019-04-05"))).accepted();
    }

    #[test]
    fn only_the_secretary_in_post_of_a_member_village_is_recorded() {
        City::headed().when(edited(|data| data.person = SECOND)).refused(Rejection::NotInPost);
        City::merged().when(head_village(FIRST)).refused(Rejection::NotInPost);
        let foreign = edited(|data| data.village = "510811100203".parse().unwrap());
        let village = "510811100203".parse().unwrap();
        City::headed().when(foreign).refused(PostRejection::NotAMemberVillage { village }.into());
    }

    #[test]
    fn a_villagers_committees_term_is_five_years_and_the_election_has_been_held() {
        let end = |day: &str| edited(|data| data.term_end = Some(date(day)));
        let too_late =
            |what, day: &str, limit: &str| Rejection::DateAfter { what, date: date(day), limit: date(limit) };
        City::headed().when(end("2024-03-31")).accepted();
        let refused =
            PostRejection::VillageTerm { start: date("2019-04-01"), end: date("2024-04-01"), allowed: 5 };
        City::headed().when(end("2024-04-01")).refused(refused.into());
        let lengthened = end("2024-04-01").by(officer("officer-1")).overriding();
        City::headed().when(lengthened).warns(&["village-term"]);
        let election = say("选举日期", "the election");
        let refused = too_late(election.clone(), "2019-04-02", "2019-04-01");
        City::headed().when(end("2019-04-01")).refused(refused);
        let held = edited(|data| data.elected_on = date("2019-04-11"));
        City::headed().when(held).refused(too_late(election, "2019-04-11", "2019-04-10"));
    }

    #[test]
    fn before_the_law_of_2018_a_villagers_committees_term_was_three_years() {
        let of = |elected: &str, end: Option<&str>| {
            edited(|data| (data.elected_on, data.term_end) = (date(elected), end.map(date)))
        };
        let end = |draft: Draft| City::headed().given(draft).state.village_heads[&place(FIRST)].term_end;
        assert_eq!(end(of("2018-12-28", None)), date("2021-12-27"));
        assert_eq!(end(of("2018-12-29", None)), date("2023-12-28"));
        City::headed().when(of("2018-12-28", Some("2021-12-28"))).refused_by("village-term");
    }
}
