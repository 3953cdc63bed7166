//! `record-election` 换届: an election counts with four fifths present and more than half of them in favour; it
//! starts a term.

use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::posts::{ElectionHeld, OrganizationElectionHeld};
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Form, Thread};
use crate::mechanism::Mechanism;
use crate::organization::{OrganizationForm, OrganizationStatus};
use crate::person::MAX_PEOPLE;
use crate::place::Level;
use crate::post::{Elected, ElectedPost};
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 登记换届选举结果：联合党组织或单独设置的党组织，只填一项 / records an election of a joint branch, or of an organization that is in none: exactly one of the two is named
    pub struct RecordElection {
        /// 举行选举的联合党组织 / the joint branch that held the election
        pub joint_branch: Option<JointBranchId>,
        /// 举行选举的单独设置的党组织 / the organization in no joint branch that held the election
        pub organization: Option<OrganizationId>,
        /// 选举日期 / the day of the election
        pub held_on: Date,
        /// 到会的正式党员人数 / the number of formal members present
        #[schemars(range(max = MAX_PEOPLE))]
        pub present: u32,
        /// 当选人员名单 / the persons who were elected
        pub elected: Vec<Elected>,
        /// 任期起日；不填为选举当日 / the first day of the term; the day of the election where absent
        pub term_start: Option<Date>,
        /// 任期止日；不填则按政策规定的一届计算 / the last day of the term; a full term by the policy where absent
        pub term_end: Option<Date>,
    }
}

impl RecordElection {
    /// Who elected; nothing where both or neither are named.
    pub fn elector(&self) -> Option<Entity> {
        match (self.joint_branch, self.organization) {
            (Some(id), None) => Some(Entity::JointBranch(id)),
            (None, Some(id)) => Some(Entity::Organization(id)),
            _ => None,
        }
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "record-election",
    title: say("登记换届选举", "Record an election"),
    group: Group::Posts,
    mechanisms: &[Mechanism::Elections],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live() && joint.form != Form::None),
    yields: &["joint-branch.election-held", "organization.election-held"],
    along: &[],
    refused_when: "fewer than four fifths present; not more than half in favour; somebody is no formal member; before the last election, or before the restoring; a term that has not begun",
    rules: &[
        "election-quorum",
        "election-majority",
        "election-over-base",
        "election-votes",
        "election-of",
        "post-person",
        "party-standing",
        "date-order",
        "term",
        "restored-election-due",
        "member-active",
        "no-post",
    ],
    example: r#"{
  "effective_date": "2021-01-12",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "held_on": "2021-01-10", "present": 21, "elected": [{"person": "01J8KQ2M000000000000000006", "post": "secretary", "votes": 20}], "term_start": "2021-01-10"}
}"#,
    example_follows: &["assign-secretary"],
};

pub(crate) fn entity(data: &RecordElection) -> Option<Entity> {
    data.elector()
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RecordElection) -> Result<Vec<EventBody>, Rejection> {
    match (data.joint_branch, data.organization) {
        (Some(id), None) => of_joint_branch(case, data, id),
        (None, Some(id)) => of_organization(case, data, id),
        _ => Err(PostRejection::ElectionOf.into()),
    }
}

fn of_joint_branch(
    case: &Case<'_>,
    data: &RecordElection,
    id: JointBranchId,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch_along(id, &[Thread::Standing, Thread::Post])?;
    case.require_live(joint_branch)?;
    if joint_branch.form == Form::None {
        return Err(Rejection::NoPost);
    }
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    let established = joint_branch.establishment.as_ref().map(|found| found.effective_date);
    case.not_after(say("成立日期", "the establishing"), established.unwrap_or(data.held_on), data.held_on)?;
    let last = joint_branch.elected_on.unwrap_or(data.held_on);
    case.not_after(say("上次换届选举", "the last election"), last, data.held_on)?;
    let formal_members = case.formal_members(joint_branch);
    let (term_start, term_end) = check(case, data, formal_members)?;
    Ok(vec![EventBody::ElectionHeld(ElectionHeld {
        joint_branch: joint_branch.id,
        held_on: data.held_on,
        present: data.present,
        formal_members,
        elected: data.elected.clone(),
        term_start,
        term_end,
    })])
}

/// An organization that stands alone: in a merger it has no posts of its own.
fn of_organization(
    case: &mut Case<'_>,
    data: &RecordElection,
    id: OrganizationId,
) -> Result<Vec<EventBody>, Rejection> {
    let organization = case.lasting_organization(id, "/data/organization")?;
    case.require_scope(&case.state.scope_of_organization(id), organization.name.as_str())?;
    if organization.form == OrganizationForm::Organ {
        return Err(PostRejection::ElectionOf.into());
    }
    if organization.status != OrganizationStatus::Active {
        return Err(Rejection::MemberInactive { name: organization.name.to_string() });
    }
    let location = case.state.places.get(&organization.location);
    let location = location.ok_or_else(|| {
        Case::unknown(say("行政区划", "place"), &organization.location, "/data/organization")
    })?;
    // A unit at the county's seat lies in no township.
    case.require_organ(Level::Township.max(location.level), location)?;
    let last = organization.election.as_ref().map_or(data.held_on, |election| election.held_on);
    case.not_after(say("上次换届选举", "the last election"), last, data.held_on)?;
    // Whom it elected before the merger left the post with it.
    let restored = organization.election_owed.as_ref().map_or(data.held_on, |owed| owed.since);
    case.not_after(say("恢复日期", "the restoring"), restored, data.held_on)?;
    let formal_members = organization.formal_members;
    let (term_start, term_end) = check(case, data, formal_members)?;
    check_standing(case, data)?;
    Ok(vec![EventBody::OrganizationElectionHeld(OrganizationElectionHeld {
        organization: id,
        held_on: data.held_on,
        present: data.present,
        formal_members,
        elected: data.elected.clone(),
        term_start,
        term_end,
    })])
}

/// Present, votes and persons; gives the term that begins.
fn check(case: &Case<'_>, data: &RecordElection, base: u32) -> Result<(Date, Date), Rejection> {
    let figures = &case.policy.thresholds;
    let present = data.present;
    case.not_after(say("选举日期", "the election"), data.held_on, case.on())?;
    if present > base {
        return Err(PostRejection::ElectionOverBase { present, base }.into());
    }
    let allowed = figures.election_present_percent;
    if present == 0 || u64::from(present) * 100 < u64::from(base) * u64::from(allowed) {
        return Err(PostRejection::ElectionQuorum { present, base, allowed }.into());
    }
    if data.elected.is_empty() {
        return Err(Rejection::EmptyList { what: "elected" });
    }
    let allowed = figures.election_votes_over_percent;
    for elected in &data.elected {
        let votes = elected.votes;
        if votes > present {
            return Err(PostRejection::ElectionVotes { votes, present }.into());
        }
        if u64::from(votes) * 100 <= u64::from(present) * u64::from(allowed) {
            return Err(PostRejection::ElectionMajority { votes, present, allowed }.into());
        }
    }
    let persons: Vec<_> = data.elected.iter().map(|elected| elected.person).collect();
    case.formal_persons(&persons, "elected", data.held_on)?;
    let mut secretaries = data.elected.iter().filter(|elected| elected.post == ElectedPost::Secretary);
    if let (Some(_), Some(second)) = (secretaries.next(), secretaries.next()) {
        let detail = say("书记只选一名", "one secretary is elected");
        return Err(PostRejection::Person { person: second.person.to_string(), detail }.into());
    }
    term(case, data)
}

/// 支部工作条例 §23: a secretary has as a rule a year's standing. In a joint branch that is asked when the post is taken up.
fn check_standing(case: &mut Case<'_>, data: &RecordElection) -> Result<(), Rejection> {
    let years = case.policy.thresholds.secretary_standing_years;
    let secretary = data.elected.iter().find(|elected| elected.post == ElectedPost::Secretary);
    let person = secretary.and_then(|elected| case.state.persons.get(&elected.person));
    match person.and_then(|person| person.formal_member_since) {
        Some(since) if since.plus_months(i32::try_from(years * 12).unwrap_or(i32::MAX)) > data.held_on => {
            case.breach(Rejection::PartyStanding { since, allowed: years })
        }
        _ => Ok(()),
    }
}

/// 任期意见 2018: a full term of the policy's years where the command says nothing else.
fn term(case: &Case<'_>, data: &RecordElection) -> Result<(Date, Date), Rejection> {
    let allowed = case.policy.thresholds.term_years;
    let start = data.term_start.unwrap_or(data.held_on);
    let latest = start.plus_months(i32::try_from(allowed * 12).unwrap_or(60)).plus_days(-1);
    let end = data.term_end.unwrap_or(latest);
    case.not_after(say("任期开始", "the beginning of the term"), start, case.command.recorded_at.day())?;
    if start < data.held_on || end <= start || end > latest {
        return Err(Rejection::Term { start, end, allowed });
    }
    Ok((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::{Elected, SecretaryCommitment};
    use crate::say::Say;
    use crate::testing::city::{JOINT, PROBATIONER, SECOND, SECRETARY, TOWNSHIP_ORGAN, V1, V2, members};
    use crate::testing::drafts::posts::{commit, elect, elect_as, election};
    use crate::testing::drafts::{Draft, merge, pairing, proposal, propose, survey};
    use crate::testing::{City, date};

    fn edited(change: impl FnOnce(&mut RecordElection)) -> Draft {
        let mut data = election();
        change(&mut data);
        elect_as(data)
    }

    #[test]
    fn an_election_starts_a_term_of_the_joint_branch() {
        let after = City::headed().when(elect()).then(&[EventBody::ElectionHeld(ElectionHeld {
            joint_branch: JOINT,
            held_on: date("2019-04-01"),
            present: 4,
            formal_members: 4,
            elected: election().elected,
            term_start: date("2019-04-01"),
            term_end: date("2024-03-31"),
        })]);
        let term = after.joint().term.as_ref().unwrap();
        assert_eq!((term.start, term.end), (date("2019-04-01"), date("2024-03-31")));
        // The secretary in post was elected: the new term is theirs, and its commitments are owed anew.
        let city = City::headed().given(commit(crate::post::CommitmentKind::Integrity));
        assert!(
            city.joint()
                .commitments
                .contains(&SecretaryCommitment { kind: crate::post::CommitmentKind::Integrity, year: None })
        );
        let after = city.given(elect());
        let secretary = after.joint().secretary.as_ref().unwrap();
        assert_eq!((secretary.since, secretary.term_end), (date("2019-04-01"), Some(date("2024-03-31"))));
        assert!(after.joint().commitments.is_empty());
    }

    #[test]
    fn an_original_given_back_elects_and_then_owes_no_election() {
        let city = City::dissolved();
        let owed = city.organization(V1).election_owed.as_ref().unwrap();
        assert_eq!((owed.joint_branch, owed.since), (JOINT, date("2019-08-20")));
        let own = edited(|data| {
            (data.joint_branch, data.organization) = (None, Some(V1));
            (data.held_on, data.present) = (date("2019-09-01"), 2);
            data.elected.iter_mut().for_each(|elected| elected.votes = 2);
        });
        let after = city.when(own.on("2019-09-05")).accepted();
        assert_eq!(after.organization(V1).election_owed, None);
        let election = after.organization(V1).election.as_ref().unwrap();
        assert_eq!((election.secretary, election.term_end), (Some(SECRETARY), date("2024-08-31")));
    }

    /// An election of the first village's own branch, in which both members voted.
    fn own(held_on: &str) -> Draft {
        edited(|data| {
            (data.joint_branch, data.organization) = (None, Some(V1));
            (data.held_on, data.present) = (date(held_on), 2);
            data.elected.iter_mut().for_each(|elected| elected.votes = 2);
        })
    }

    fn after_the_limit(what: Say, last: &str, held: &str) -> Rejection {
        Rejection::DateAfter { what, date: date(last), limit: date(held) }
    }

    #[test]
    fn an_election_before_the_merger_is_none_that_a_restored_original_owes() {
        let refused = after_the_limit(say("恢复日期", "the restoring"), "2019-08-20", "2019-08-19");
        City::dissolved().when(own("2019-08-19").on("2019-09-05")).refused(refused);
        City::dissolved().when(own("2019-08-20").on("2019-09-05")).accepted();
    }

    #[test]
    fn an_election_before_the_last_one_on_file_ends_no_term() {
        let city = City::new().given(own("2019-03-02").on("2019-03-02"));
        let refused =
            || after_the_limit(say("上次换届选举", "the last election"), "2019-03-02", "2019-03-01");
        city.when(own("2019-03-01").on("2019-04-02")).refused(refused());
        let joint = City::headed().given(edited(|data| data.held_on = date("2019-03-02")));
        joint.when(edited(|data| data.held_on = date("2019-03-01"))).refused(refused());
        joint.when(edited(|data| data.held_on = date("2019-03-03"))).accepted();
    }

    #[test]
    fn a_secretary_that_an_organization_elects_has_a_years_standing() {
        let newcomer = |held_on: &str| {
            let mut draft = own(held_on);
            if let crate::CommandBody::RecordElection(data) = &mut draft.body {
                data.elected[0].person = crate::testing::city::NEWCOMER;
                data.elected.truncate(1);
            }
            draft.on("2019-07-01")
        };
        let refused = Rejection::PartyStanding { since: date("2018-06-01"), allowed: 1 };
        City::new().when(newcomer("2019-05-31")).refused(refused);
        City::new().when(newcomer("2019-06-01")).accepted();
    }

    #[test]
    fn no_term_begins_after_it_is_recorded() {
        let term = |start: &str| edited(|data| data.term_start = Some(date(start)));
        City::headed().when(term("2019-05-01").recorded("2019-05-01")).accepted();
        let late = City::headed().when(term("2019-05-02").recorded("2019-05-01"));
        late.refused(after_the_limit(
            say("任期开始", "the beginning of the term"),
            "2019-05-02",
            "2019-05-01",
        ));
    }

    #[test]
    fn a_merger_ends_the_posts_of_its_originals() {
        let own = edited(|data| {
            (data.joint_branch, data.organization) = (None, Some(V1));
            (data.held_on, data.present) = (date("2019-01-05"), 2);
            data.elected.iter_mut().for_each(|elected| elected.votes = 2);
        });
        let elected = City::new().given(own.clone().on("2019-01-05"));
        assert!(elected.organization(V1).election.is_some());
        let asked = survey(&[(V1, 100, 100), (V2, 100, 100)]);
        let merged = elected.given(propose(proposal(&[V1, V2]))).given(asked).given(merge());
        assert_eq!(merged.organization(V1).election, None);
        let refused = Rejection::MemberInactive { name: "510811100201党支部".into() };
        merged.when(own.on("2019-03-02")).refused(refused);
    }

    #[test]
    fn four_fifths_are_present() {
        let five = City::headed().given(members(V1, 3, 0).on("2019-03-16"));
        let present = |present| {
            edited(|data| {
                data.present = present;
                data.elected.iter_mut().for_each(|elected| elected.votes = 3);
            })
        };
        five.when(present(4)).accepted();
        let refused = PostRejection::ElectionQuorum { present: 3, base: 5, allowed: 80 };
        five.when(present(3)).refused(refused.into());
        let refused = PostRejection::ElectionOverBase { present: 6, base: 5 };
        five.when(present(6)).refused(refused.into());
        let low = five.with_policy(|policy| policy.thresholds.election_present_percent = 60);
        low.when(present(3)).accepted();
    }

    #[test]
    fn more_than_half_of_those_present_are_in_favour() {
        let votes = |votes| edited(|data| data.elected[0].votes = votes);
        City::headed().when(votes(3)).accepted();
        let refused = PostRejection::ElectionMajority { votes: 2, present: 4, allowed: 50 };
        City::headed().when(votes(2)).refused(refused.into());
        let refused = PostRejection::ElectionVotes { votes: 5, present: 4 };
        City::headed().when(votes(5)).refused(refused.into());
        let nobody = edited(|data| data.elected.clear());
        City::headed().when(nobody).refused(Rejection::EmptyList { what: "elected" });
    }

    #[test]
    fn formal_members_are_elected_each_once_and_one_of_them_secretary() {
        let refused = |person: crate::ids::PersonId, zh, en| {
            Rejection::from(PostRejection::Person { person: person.to_string(), detail: say(zh, en) })
        };
        let of = |person, post| edited(|data| data.elected.push(Elected { person, post, votes: 4 }));
        let member = ElectedPost::CommitteeMember;
        City::headed().when(of(SECRETARY, member)).refused(refused(SECRETARY, "重复列出", "listed twice"));
        let formal = refused(PROBATIONER, "须为正式党员", "no formal member on that day");
        City::headed().when(of(PROBATIONER, member)).refused(formal);
        let one = refused(SECOND, "书记只选一名", "one secretary is elected");
        City::headed().when(of(SECOND, ElectedPost::Secretary)).refused(one);
        City::headed().when(of(SECOND, ElectedPost::DeputySecretary)).accepted();
    }

    #[test]
    fn a_term_begins_with_the_election_and_is_five_years_at_most() {
        let term = |start: &str, end: &str| {
            edited(|data| (data.term_start, data.term_end) = (Some(date(start)), Some(date(end))))
        };
        City::headed().when(term("2019-04-01", "2024-03-31")).accepted();
        for (start, end) in
            [("2019-03-31", "2024-03-30"), ("2019-04-01", "2024-04-01"), ("2019-04-01", "2019-04-01")]
        {
            let refused = Rejection::Term { start: date(start), end: date(end), allowed: 5 };
            City::headed().when(term(start, end)).refused(refused);
        }
    }

    #[test]
    fn one_of_the_two_is_named_and_has_posts() {
        let both = edited(|data| data.organization = Some(V1));
        let neither = edited(|data| data.joint_branch = None);
        let organ = edited(|data| (data.joint_branch, data.organization) = (None, Some(TOWNSHIP_ORGAN)));
        for draft in [both, neither, organ] {
            City::headed().when(draft).refused(PostRejection::ElectionOf.into());
        }
        City::paired().when(elect()).refused(Rejection::NoPost);
        let proposed = City::new().given(propose(pairing(&[V1, V2])));
        assert!(matches!(proposed.when(elect()).decision, Err(Rejection::WrongPhase { .. })));
    }

    #[test]
    fn an_election_lies_between_the_establishing_and_its_recording_and_an_organ_reports_it() {
        let held = |day: &str| edited(|data| data.held_on = date(day));
        City::headed().when(held("2019-03-01")).accepted();
        for (day, limit) in [("2019-02-28", "2019-02-28"), ("2019-04-11", "2019-04-10")] {
            let refused = City::headed().when(held(day)).decision;
            assert!(
                matches!(refused, Err(Rejection::DateAfter { limit: found, .. }) if found == date(limit)),
                "{day}"
            );
        }
        let (found, needed) = ("510811100201党支部".into(), Level::Township);
        City::headed().when(elect().behalf(V1)).refused(Rejection::DecidingBody { found, needed });
    }
}
