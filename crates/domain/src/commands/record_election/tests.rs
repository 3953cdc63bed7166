//! Elections, given / when / then.

use super::*;
use crate::document_number::Document;
use crate::post::{Elected, SecretaryCommitment};
use crate::say::{Say, say};
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
        kind: Some(ElectionKind::Renewal),
        entitled: 4,
        not_counted: None,
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
    let promised = |city: &City| city.joint().promises.as_ref().unwrap().made.clone();
    let integrity = SecretaryCommitment { kind: crate::post::CommitmentKind::Integrity, year: None };
    assert!(promised(&city).contains(&integrity));
    let after = city.given(elect());
    let secretary = after.joint().secretary.as_ref().unwrap();
    assert_eq!((secretary.since, secretary.term_end), (date("2019-04-01"), Some(date("2024-03-31"))));
    assert!(promised(&after).is_empty());
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
    own_of(held_on, |_| ())
}

fn own_of(held_on: &str, change: impl FnOnce(&mut RecordElection)) -> Draft {
    edited(|data| {
        (data.joint_branch, data.organization) = (None, Some(V1));
        (data.held_on, data.present) = (date(held_on), 2);
        data.elected.iter_mut().for_each(|elected| elected.votes = 2);
        change(data);
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
    let refused = || after_the_limit(say("上次换届选举", "the last election"), "2019-03-02", "2019-03-01");
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
    late.refused(after_the_limit(say("任期开始", "the beginning of the term"), "2019-05-02", "2019-05-01"));
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

/// An election on a day of so many of those entitled, in which everybody present votes in favour.
fn turnout(held_on: &str, present: u32, entitled: Option<u32>, left_out: Option<u32>) -> Draft {
    let document =
        Document {
            number: "元委〔2020〕3号".parse().unwrap(), issued: date("2020-08-20"), sha256: None
        };
    let not_counted = left_out.map(|number| NotCounted { number, document: Some(document) });
    let draft = edited(|data| {
        (data.held_on, data.present, data.entitled) = (date(held_on), present, entitled);
        data.not_counted = not_counted;
        data.elected.iter_mut().for_each(|elected| elected.votes = present);
    });
    draft.on("2020-09-10")
}

fn quorum(present: u32, entitled: u32, exceeds: bool) -> Rejection {
    PostRejection::ElectionQuorum { present, entitled, allowed: 80, exceeds }.into()
}

/// A joint branch of 53 formal members.
fn fifty_three() -> City {
    City::headed().given(members(V1, 51, 0).on("2020-08-01"))
}

#[test]
fn four_fifths_of_those_entitled_are_present() {
    let with = |present, entitled, left_out| turnout("2020-09-01", present, Some(entitled), Some(left_out));
    let after = fifty_three().when(with(30, 33, 20)).accepted();
    let EventBody::ElectionHeld(held) = &after.log.last().unwrap().body else { panic!("no election") };
    assert_eq!((held.entitled, held.formal_members, held.present), (33, 53, 30));
    let known = after.state.documents.values().any(|paper| paper.number.to_string() == "元委〔2020〕3号");
    assert!(known, "the consent is a paper of the body that reports");
    fifty_three().when(with(27, 33, 20)).accepted();
    fifty_three().when(with(26, 33, 20)).refused(quorum(26, 33, false));
    let refused = PostRejection::ElectionOverBase { present: 34, entitled: 33 };
    fifty_three().when(with(34, 33, 20)).refused(refused.into());
    let low = fifty_three().with_policy(|policy| policy.thresholds.election_present_percent = 60);
    low.when(with(26, 33, 20)).accepted();
}

#[test]
fn where_nobody_is_left_out_all_formal_members_are_entitled() {
    fifty_three().when(turnout("2020-09-01", 43, None, None)).accepted();
    fifty_three().when(turnout("2020-09-01", 43, Some(53), None)).accepted();
    fifty_three().when(turnout("2020-09-01", 42, None, None)).refused(quorum(42, 53, false));
}

#[test]
fn those_entitled_and_those_left_out_are_all_formal_members() {
    let wrong = |entitled, not_counted| {
        Rejection::from(PostRejection::ElectionEntitled { entitled, not_counted, formal_members: 53 })
    };
    let with = |entitled, left_out| fifty_three().when(turnout("2020-09-01", 33, entitled, left_out));
    with(Some(33), None).refused(wrong(33, 0));
    with(Some(33), Some(19)).refused(wrong(33, 19));
    with(Some(34), Some(20)).refused(wrong(34, 20));
    with(Some(54), None).refused(wrong(54, 0));
    with(None, Some(20)).refused(wrong(53, 20));
}

#[test]
fn nobody_is_left_out_without_the_superiors_document() {
    let consented = |change: fn(&mut NotCounted)| {
        let mut draft = turnout("2020-09-01", 30, Some(33), Some(20));
        if let crate::CommandBody::RecordElection(data) = &mut draft.body {
            data.not_counted.iter_mut().for_each(change);
        }
        draft
    };
    let none = consented(|left_out| left_out.document = None);
    fifty_three().when(none).refused(PostRejection::ElectionNotCounted { number: 20 }.into());
    let late = consented(|left_out| {
        left_out.document.iter_mut().for_each(|paper| paper.issued = date("2020-09-02"));
    });
    let what = say("同意不计入的日期", "the consent");
    fifty_three().when(late).refused(after_the_limit(what, "2020-09-02", "2020-09-01"));
    let other_year = consented(|left_out| {
        left_out.document.iter_mut().for_each(|paper| paper.issued = date("2019-09-02"));
    });
    let refused = fifty_three().when(other_year).decision.unwrap_err();
    assert_eq!(refused.rule(), "document-year");
}

#[test]
fn before_the_regulation_of_2020_four_fifths_were_exceeded() {
    let five = || City::headed().given(members(V1, 3, 0).on("2019-03-16"));
    five().when(turnout("2020-07-13", 4, None, None)).accepted();
    five().when(turnout("2020-07-12", 4, None, None)).refused(quorum(4, 5, true));
    five().when(turnout("2020-07-12", 5, None, None)).accepted();
    five().when(turnout("2020-07-13", 3, None, None)).refused(quorum(3, 5, false));
    let policy = |on: &str| crate::Policy { on: Some(date(on)), ..crate::Policy::defaults().unwrap() };
    let cited = |on: &str| policy(on).citation("election-quorum").version;
    assert_eq!((cited("2020-07-12").as_str(), cited("2020-07-13").as_str()), ("1990", "2020"));
}

fn by_election(change: impl FnOnce(&mut RecordElection)) -> Draft {
    edited(|data| {
        data.kind = Some(ElectionKind::ByElection);
        change(data);
    })
}

#[test]
fn a_by_election_serves_the_rest_of_the_term() {
    let after = City::headed().when(by_election(|_| ())).accepted();
    let term = after.joint().term.as_ref().unwrap();
    assert_eq!((term.start, term.end), (date("2019-03-15"), date("2024-03-14")));
    let until = |end: &str| by_election(|data| data.term_end = Some(date(end)));
    City::headed().when(until("2024-03-14")).accepted();
    for end in ["2024-03-15", "2024-03-13"] {
        let (start, running) = (date("2019-04-01"), date("2024-03-14"));
        let refused = PostRejection::ByElectionTerm { start, end: date(end), running };
        City::headed().when(until(end)).refused(refused.into());
    }
    // Where the term is over there is no rest of it.
    let over = by_election(|data| data.held_on = date("2024-03-14")).on("2024-03-20");
    let (start, running) = (date("2024-03-14"), date("2024-03-14"));
    let refused = PostRejection::ByElectionTerm { start, end: running, running };
    City::headed().when(over).refused(refused.into());
    let refused = PostRejection::NoTerm { name: "联合党支部".into() };
    City::merged().when(by_election(|_| ())).refused(refused.into());
}

#[test]
fn a_by_election_of_another_member_leaves_who_is_secretary() {
    let member = |data: &mut RecordElection| {
        data.elected = vec![Elected { person: SECOND, post: ElectedPost::CommitteeMember, votes: 4 }];
    };
    let city = City::headed().given(elect()).given(by_election(|data| {
        member(data);
        data.held_on = date("2019-04-02");
    }));
    assert!(city.joint().is_elected(SECRETARY));
    assert_eq!(city.joint().secretary.as_ref().unwrap().since, date("2019-04-01"));
    assert_eq!(city.joint().elected_in_term.len(), 2);
    let seats: Vec<_> = city.joint().committee.iter().map(|seat| (seat.person, seat.duty.as_str())).collect();
    assert_eq!(seats, [(SECOND, "委员")]);
}

#[test]
fn a_by_election_of_an_organization_keeps_its_term() {
    let city = City::new().given(own("2019-03-02").on("2019-03-02"));
    let mut second = own("2019-05-02");
    if let crate::CommandBody::RecordElection(data) = &mut second.body {
        data.kind = Some(ElectionKind::ByElection);
        data.elected[0].person = SECOND;
    }
    let after = city.given(second.on("2019-05-02"));
    let election = after.organization(V1).election.as_ref().unwrap();
    assert_eq!((election.secretary, election.term_end), (Some(SECOND), date("2024-03-01")));
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
    City::headed()
        .when(nobody)
        .refused(Rejection::EmptyList { what: say("当选人员", "who was elected") });
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
fn a_term_that_began_before_the_rule_on_terms_is_only_shown() {
    let of =
        |held_on: &str, end: &str| own_of(held_on, |data| data.term_end = Some(date(end))).on("2019-09-05");
    let city = City::new();
    city.when(of("2018-07-11", "2023-07-11")).warns(&["term"]);
    city.when(of("2018-07-12", "2023-07-12")).refused_by("term");
    city.when(of("2018-07-11", "2018-07-11")).refused_by("term");
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
