//! Secretaries, given / when / then.

use super::*;
use crate::CommandBody;
use crate::commands::establishment::EstablishJointBranch;
use crate::commands::{HoldPerson, MergeBranches, ProposeJointBranch};
use crate::ids::PersonId;
use crate::joint_branch::Phase;
use crate::testing::city::{
    ABROAD, CITY_ORGAN, JOINT, NEWCOMER, OTHER_COUNTY_ORGAN, OTHER_JOINT, PROBATIONER, SECOND, SECRETARY,
    TOWNSHIP_ORGAN, V1, V2, V3, V4, abroad_officer,
};
use crate::testing::drafts::persons::hold;
use crate::testing::drafts::{
    Draft, appointment, assign, assign_as, commitment, establishment, merge, officer, person, proposal,
    propose, relieve, survey, text,
};
use crate::testing::{City, date};
use ulid::Ulid;

fn assigned(person: crate::ids::PersonId) -> EventBody {
    EventBody::SecretaryAssigned(SecretaryAssigned {
        joint_branch: JOINT,
        person,
        source: text("prosperity_expert"),
        term_start: date("2019-03-15"),
        term_end: date("2024-03-14"),
        monthly_pay_commitment: Some(commitment()),
    })
}

fn term(start: &str, end: &str) -> Draft {
    let (term_start, term_end) = (date(start), Some(date(end)));
    assign_as(AssignSecretary { term_start, term_end, ..appointment(SECRETARY) })
}

#[test]
fn a_formal_member_heads_the_joint_branch_for_a_full_term() {
    let after = City::merged().when(assign(SECRETARY)).then(&[assigned(SECRETARY)]);
    assert_eq!(after.state.persons[&SECRETARY].secretary_of, [JOINT].into());
    assert_eq!(after.joint().vacant_since, None);
}

#[test]
fn a_secretary_is_elected_as_the_log_says_or_assigned_with_a_document() {
    let by = |basis, person| assign_as(AssignSecretary { basis: Some(basis), ..appointment(person) });
    let basis = |city: &City| city.joint().secretary.as_ref().unwrap().basis;
    // 指派 names the paper of the committee above.
    let assigned = || by(SecretaryBasis::Assigned, SECRETARY);
    City::merged().when(assigned()).refused(Rejection::DocumentMissing);
    let after = City::merged().given(assigned().paper("白委〔2019〕5号", "2019-03-15"));
    assert_eq!(basis(&after), SecretaryBasis::Assigned);
    // 选举产生 needs the election; with it, it need not be said.
    let not_elected = PostRejection::NotElected { person: SECOND.to_string() };
    let replaced = |basis| {
        let data = AssignSecretary { basis, replaces: Some(SECRETARY), ..appointment(SECOND) };
        assign_as(AssignSecretary { term_start: date("2019-05-01"), ..data }).on("2019-05-01")
    };
    let headed = City::headed();
    headed.when(replaced(Some(SecretaryBasis::Elected))).refused(not_elected.into());
    let mut election = crate::testing::drafts::posts::election();
    election.elected.iter_mut().for_each(|elected| elected.person = SECOND);
    election.elected.truncate(1);
    let elected = headed.given(crate::testing::drafts::posts::elect_as(election));
    for said in [Some(SecretaryBasis::Elected), None] {
        // It needs the approval of the committee above too, since there is a rule on that.
        let refused = PostRejection::NotApproved { person: SECOND.to_string() };
        elected.when(replaced(said).no_paper()).refused(refused.into());
        let approved = replaced(said).paper("白委〔2019〕8号", "2019-04-30");
        assert_eq!(basis(&elected.clone().given(approved)), SecretaryBasis::Elected);
    }
}

#[test]
fn who_was_elected_waits_for_approval_until_assigned() {
    use crate::testing::drafts::posts::{elect, elect_as, election};
    let owed = |city: &City| city.joint().approval_owed.map(|owed| (owed.person, owed.held_on));
    let approve = |person, replaces| {
        let data = AssignSecretary { replaces, ..appointment(person) };
        assign_as(AssignSecretary { term_start: date("2019-04-01"), ..data })
            .paper("白委〔2019〕8号", "2019-04-20")
            .on("2019-04-20")
    };
    // Into an empty post: nobody is in it, and somebody is elected.
    let elected = City::merged().given(elect());
    assert_eq!(owed(&elected), Some((SECRETARY, date("2019-04-01"))));
    assert!(elected.joint().secretary.is_none() && elected.joint().vacant_since.is_some());
    assert_eq!(owed(&elected.given(approve(SECRETARY, None))), None);
    // The secretary in post, elected anew, stays; the approval relieves nobody and is given once.
    let anew = City::headed().given(elect());
    assert_eq!(owed(&anew), Some((SECRETARY, date("2019-04-01"))));
    let approved = anew.when(approve(SECRETARY, None)).accepted();
    assert_eq!((owed(&approved), approved.joint().vacant_since), (None, None));
    assert_eq!(approved.state.persons[&SECRETARY].secretary_of, [JOINT].into());
    approved
        .when(approve(SECRETARY, None).paper("白委〔2019〕9号", "2019-04-20"))
        .refused(Rejection::PostOccupied);
    // Another stays in post until who was elected is approved; whom the committee assigns instead ends the wait.
    let mut other = election();
    other.elected[0].person = SECOND;
    let other = City::headed().given(elect_as(other));
    assert_eq!(owed(&other), Some((SECOND, date("2019-04-01"))));
    assert_eq!(other.joint().secretary.as_ref().unwrap().person, SECRETARY);
    assert_eq!(owed(&other.given(approve(SECOND, Some(SECRETARY)))), None);
    // Who leaves waits for nothing.
    assert_eq!(owed(&anew.given(relieve(SECRETARY))), None);
}

#[test]
fn a_secretary_of_a_by_election_serves_the_rest_of_the_term() {
    let mut election = crate::testing::drafts::posts::election();
    election.kind = Some(ElectionKind::ByElection);
    election.elected[0].person = SECOND;
    let relieved = City::headed().given(crate::testing::drafts::posts::elect_as(election));
    let take_over = |term_end: Option<&str>| {
        let data = AssignSecretary { replaces: Some(SECRETARY), ..appointment(SECOND) };
        let (term_start, term_end) = (date("2019-05-01"), term_end.map(date));
        assign_as(AssignSecretary { term_start, term_end, ..data })
            .paper("白委〔2019〕8号", "2019-04-30")
            .on("2019-05-01")
    };
    let after = relieved.clone().given(take_over(None));
    let term = after.joint().term.as_ref().unwrap();
    assert_eq!((term.start, term.end), (date("2019-03-15"), date("2024-03-14")));
    assert_eq!(after.joint().secretary.as_ref().unwrap().term_end, Some(date("2024-03-14")));
    relieved.when(take_over(Some("2024-03-14"))).accepted();
    let (start, end, running) = (date("2019-05-01"), date("2024-03-15"), date("2024-03-14"));
    let refused = PostRejection::ByElectionTerm { start, end, running };
    relieved.when(take_over(Some("2024-03-15"))).refused(refused.into());
}

#[test]
fn the_same_act_relieves_whom_it_replaces() {
    let replace = |replaces| assign_as(AssignSecretary { replaces: Some(replaces), ..appointment(SECOND) });
    let relieved = EventBody::SecretaryRelieved(SecretaryRelieved {
        joint_branch: JOINT,
        person: SECRETARY,
        reason_commitment: None,
    });
    let after = City::headed().when(replace(SECRETARY)).then(&[relieved, assigned(SECOND)]);
    assert_eq!(after.state.persons[&SECRETARY].secretary_of, [].into());
    City::headed().when(replace(NEWCOMER)).refused(Rejection::NotInPost);
    City::merged().when(replace(SECRETARY)).refused(Rejection::NotInPost);
    City::headed().when(assign(SECOND)).refused(Rejection::PostOccupied);
    City::headed().when(assign(SECRETARY)).refused(Rejection::PostOccupied);
}

#[test]
fn only_a_formal_member_with_a_year_of_standing_is_assigned() {
    let refused = Rejection::NotFormalMember { on: date("2019-03-15") };
    City::merged().when(assign(PROBATIONER)).refused(refused);
    let refused = Rejection::PartyStanding { since: date("2018-06-01"), allowed: 1 };
    City::merged().when(assign(NEWCOMER)).refused(refused.clone());
    City::merged().when(assign(NEWCOMER).on("2019-05-31")).refused(refused);
    City::merged().when(assign(NEWCOMER).on("2019-06-01")).accepted();
    City::merged().when(assign(NEWCOMER).overriding()).refused(Rejection::OverrideByCounty);
    let by_county = assign(NEWCOMER).by(officer("officer-1")).overriding();
    City::merged().when(by_county).warns(&["party-standing"]);
}

/// The city with a second merger, and the same person assigned to it on a day.
fn with_second(city: City) -> City {
    let second = ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V3, V4]) };
    let mut asked = survey(&[(V3, 100, 100), (V4, 100, 100)]).on("2019-03-20");
    if let CommandBody::RecordWillSurvey(data) = &mut asked.body {
        data.joint_branch = OTHER_JOINT;
    }
    let data = EstablishJointBranch { joint_branch: OTHER_JOINT, ..establishment() };
    let established = Draft { body: CommandBody::MergeBranches(MergeBranches(data)), ..merge() };
    city.given(propose(second).on("2019-03-20")).given(asked).given(established.on("2019-03-20"))
}

fn assign_to_second(day: &str) -> Draft {
    let data = AssignSecretary { joint_branch: OTHER_JOINT, ..appointment(SECRETARY) };
    assign_as(AssignSecretary { term_start: date("2019-03-20"), ..data }).on(day)
}

#[test]
fn a_person_heads_one_live_joint_branch() {
    let refused = Rejection::AlreadySecretary { joint_branch: JOINT.to_string() };
    with_second(City::headed()).when(assign_to_second("2019-03-20")).refused(refused);
}

/// A person of another county's branch.
const STRANGER: PersonId = PersonId(Ulid(0xC77));

fn with_stranger(city: City) -> City {
    let mut registered = person(STRANGER, Some("2010-07-01")).by(abroad_officer()).behalf(OTHER_COUNTY_ORGAN);
    if let CommandBody::RegisterPerson(data) = &mut registered.body {
        data.organization = ABROAD;
    }
    city.given(registered)
}

#[test]
fn a_person_of_another_county_is_unknown() {
    let city = with_stranger(City::merged());
    let unknown = |pointer| Case::unknown(say("人员", "person"), &STRANGER, pointer);
    city.when(assign(STRANGER)).refused(unknown("/data/person"));
    city.when(assign(STRANGER).by(officer("officer-1"))).refused(unknown("/data/person"));
    let data = AssignSecretary { replaces: Some(STRANGER), ..appointment(SECRETARY) };
    City::merged().when(assign_as(data)).refused(Rejection::NotInPost);
    let held = Draft { body: CommandBody::HoldPerson(HoldPerson { person: STRANGER }), ..hold() };
    city.when(held).refused(unknown("/data/person"));
}

#[test]
fn whom_a_county_may_know_of_is_told_by_home_post_and_joint_branch() {
    let state = &with_stranger(City::headed()).state;
    let stranger = &state.persons[&STRANGER];
    let knows = |scope: &str, person: &Person| state.is_known_in(person, &scope.parse().unwrap());
    assert!(knows("5108", stranger) && knows("510824", stranger));
    assert!(!knows("510811", stranger) && !knows("510811100", stranger));
    assert!(knows("510811210", &state.persons[&SECRETARY]) && !knows("510824", &state.persons[&SECRETARY]));
    let of_city = Person { organization: CITY_ORGAN, ..Person::clone(stranger) };
    assert!(knows("510811", &of_city), "a person of the city is no other county's");
    let in_post = Person { secretary_of: [JOINT].into(), ..Person::clone(stranger) };
    assert!(knows("510811", &in_post), "the county that leads knows its secretaries");
    let member = Person { organization: V1, ..Person::clone(stranger) };
    assert!(!knows("510824", &member));
}

#[test]
fn a_joint_branch_of_another_county_is_not_named() {
    let mut city = with_second(City::headed());
    let abroad = city.state.organizations[&ABROAD].location;
    let township = city.state.places[&abroad].parent.unwrap();
    let led_abroad = std::sync::Arc::make_mut(city.state.joint_branches.get_mut(&JOINT).unwrap());
    led_abroad.lead_township = township;
    city.when(assign_to_second("2019-03-20")).refused(Rejection::SecretaryElsewhere);
}

#[test]
fn a_person_is_assigned_elsewhere_from_the_day_of_leaving_on() {
    let free = with_second(City::headed()).given(relieve(SECRETARY));
    free.when(assign_to_second("2019-04-30")).refused(Rejection::EffectiveOrder {
        entity: format!("person {SECRETARY}"),
        effective: date("2019-04-30"),
        latest: date("2019-05-01"),
    });
    free.when(assign_to_second("2019-05-01")).accepted();
}

#[test]
fn a_term_is_five_years_and_begins_with_the_joint_branch_at_the_earliest() {
    let refused = |start, end| Rejection::Term { start: date(start), end: date(end), allowed: 5 };
    for (start, end) in
        [("2019-03-01", "2024-02-29"), ("2019-03-15", "2024-03-15"), ("2019-03-15", "2019-03-16")]
    {
        City::merged().when(term(start, end)).accepted();
    }
    for (start, end) in
        [("2019-02-28", "2024-02-27"), ("2019-03-15", "2024-03-16"), ("2019-03-15", "2019-03-15")]
    {
        City::merged().when(term(start, end)).refused(refused(start, end));
    }
}

#[test]
fn no_term_begins_after_it_is_recorded() {
    let begins = |start: &str| term(start, "2023-01-01").recorded("2019-03-20");
    City::merged().when(begins("2019-03-20")).accepted();
    City::merged().when(begins("2019-03-21")).refused(Rejection::DateAfter {
        what: say("任期开始", "the beginning of the term"),
        date: date("2019-03-21"),
        limit: date("2019-03-20"),
    });
}

#[test]
fn the_source_is_on_the_code_list_and_the_person_registered() {
    let unlisted = AssignSecretary { source: text("乡贤"), ..appointment(SECRETARY) };
    let allowed = City::new().policy.codes("secretary_sources").join(", ");
    let refused = Rejection::UnknownCode { found: "乡贤".into(), allowed, pointer: "/data/source" };
    City::merged().when(assign_as(unlisted)).refused(refused);
    let unknown = crate::ids::PersonId(ulid::Ulid(1));
    let refused = Case::unknown(say("人员", "person"), &unknown, "/data/person");
    City::merged().when(assign(unknown)).refused(refused);
}

#[test]
fn there_is_a_post_only_in_a_live_joint_branch_with_an_organ() {
    City::paired().when(assign(SECRETARY)).refused(Rejection::NoPost);
    let refused = |found| Rejection::WrongPhase {
        name: "联合党支部".into(),
        found,
        needed: say("已成立且未撤销", "established and not dissolved"),
    };
    City::proposed().when(assign(SECRETARY)).refused(refused(Phase::Proposed));
    let after = City::dissolved();
    after.when(assign(SECRETARY).on("2019-09-01")).refused(refused(Phase::Dissolved));
}

#[test]
fn the_township_committee_or_above_assigns_in_a_meeting() {
    City::merged().when(assign(SECRETARY).undecided()).refused(Rejection::DecidedByMissing);
    let refused = Rejection::DecidingBody { found: "510811100202党支部".into(), needed: Level::Township };
    City::merged().when(assign(SECRETARY).behalf(V2)).refused(refused);
    City::merged().when(assign(SECRETARY).behalf(TOWNSHIP_ORGAN)).accepted();
}

#[test]
fn the_post_is_filled_again_from_the_day_it_is_free() {
    let relieved = City::headed().given(relieve(SECRETARY));
    relieved.when(assign(SECRETARY).on("2019-04-30")).refused(Rejection::EffectiveOrder {
        entity: "联合党支部".into(),
        effective: date("2019-04-30"),
        latest: date("2019-05-01"),
    });
    relieved.when(assign(SECRETARY).on("2019-05-01")).accepted();
}
