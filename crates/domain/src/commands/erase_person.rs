//! `erase-person`: what the law lets a person have forgotten is erased, on the documents of two tiers, once nothing
//! needs it any more. The event is the tombstone; the values themselves are the service's to delete.

use crate::actor::Authority;
use crate::case::Case;
use crate::commands::hold_person::home;
use crate::consent::Consent;
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::persons::PersonErased;
use crate::ids::{OrganizationId, PersonId};
use crate::link::Link;
use crate::mechanism::Mechanism;
use crate::organization::OrganizationStatus;
use crate::person::{ErasureGround, Person};
use crate::place::{Level, Place};
use crate::recall::Recorded;
use crate::rejection::{PersonRejection, Rejection};
use crate::say::{Say, say};
use crate::spec::{Givers, Group, Spec};
use crate::state::CityState;

data! {
    /// 依法删除人员的姓名、报酬和离任原因；编号和任职经历保留 / erases a person's name, pay and reasons for good; the person's id and posts stay
    pub struct ErasePerson {
        /// 被删除信息的人员，须已不在任何职务上 / the person whose data is erased: in no post any more
        pub person: PersonId,
        /// 删除的法定事由 / the ground of the law for the erasure
        pub ground: ErasureGround,
        /// 另一级党委同意删除的文件 / the document of a second tier, beside the one that the request cites
        pub consent: Consent,
    }
}

/// Months of a year.
const MONTHS_PER_YEAR: u32 = 12;

pub(crate) const SPEC: &Spec = &Spec {
    name: "erase-person",
    title: say("删除个人信息", "Erase a person's data"),
    group: Group::Registering,
    mechanisms: &[Mechanism::Persons],
    givers: Givers::County,
    exceptions: &[],
    fits: None,
    yields: &["person.erased"],
    along: &[],
    refused_when: "in a post; within 10 years of the last one; under an inspection hold; without the documents of two tiers; erased already",
    rules: &[
        "erasure-in-post",
        "erasure-retention",
        "inspection-hold",
        "erasure-two-tiers",
        "deciding-body",
        "document-required",
        "person-erased",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2029-05-10",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委〔2029〕8号", "issued": "2029-05-08"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2029-05-07"},
  "data": {
    "person": "01J8KQ2M000000000000000006",
    "ground": "retention_ended",
    "consent": {
      "organization": "01J8KQ2M000000000000000004",
      "document": {"number": "白委〔2029〕31号", "issued": "2029-05-02"}
    }
  }
}"#,
    example_follows: &["register-person"],
};

pub(crate) fn entity(data: &ErasePerson) -> Option<Entity> {
    Some(Entity::Person(data.person))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ErasePerson) -> Result<Vec<EventBody>, Rejection> {
    let person = case.person(data.person, "/data/person")?;
    let home = home(case, person)?;
    let level = case.require_decision(Level::County, home)?;
    case.required_document()?;
    check_consent(case, &data.consent, level, home)?;
    if let Some(post) = post_of(case.state, person, case.on()) {
        case.refuse(PersonRejection::InPost { post })?;
    }
    if person.hold.is_some() {
        case.refuse(PersonRejection::Held)?;
    }
    check_retention(case, person)?;
    Ok(vec![EventBody::PersonErased(PersonErased {
        person: person.id,
        ground: data.ground,
        consent: data.consent.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ErasePerson> {
    let EventBody::PersonErased(PersonErased { person, ground, consent }) = recorded.lead.clone() else {
        return None;
    };
    Some(ErasePerson { person, ground, consent })
}

/// The second document is of an organ of another tier, above the person too.
pub(crate) fn check_consent(
    case: &Case<'_>,
    consent: &Consent,
    first: Level,
    home: &Place,
) -> Result<(), Rejection> {
    let organ = case.organization(consent.organization, "/data/consent/organization")?;
    let level = case.state.places.get(&organ.location).map(|place| place.level);
    let other = level.filter(|level| {
        let above = case.state.ancestor(home.id, *level).is_some_and(|place| place.id == organ.location);
        organ.is_organ_on(case.on()) && *level != first && *level > Level::Village && above
    });
    if other.is_none() || case.command.on_behalf_of == Authority::Organization(consent.organization) {
        case.refuse(PersonRejection::OneTier)?;
    }
    case.check_document_of(&consent.organization, &consent.document)
}

/// Kept for some years after the last post; a policy may only lengthen that.
fn check_retention(case: &mut Case<'_>, person: &Person) -> Result<(), Rejection> {
    let years = case.policy.thresholds.erasure_after_post_years;
    let Some(last) = person.last_in_post else { return Ok(()) };
    let until = last.plus_months(i32::try_from(years * MONTHS_PER_YEAR).unwrap_or(i32::MAX));
    if case.on() < until {
        return case.breach(PersonRejection::Kept { last, years, until }.into());
    }
    Ok(())
}

/// The post that a person holds on a day, in Chinese and in English.
fn post_of(state: &CityState, person: &Person, on: Date) -> Option<Say> {
    if let Some(joint_branch) = person.secretary_of.first().and_then(|id| state.joint_branches.get(id)) {
        let name = &joint_branch.name;
        return Some(Say::of(format!("「{name}」书记"), format!("secretary of {name}")));
    }
    let is_hers = |link: &Link| link.person == Some(person.id);
    let live = state.joint_branches.values().filter(|found| found.phase.is_live());
    for joint_branch in live {
        let name = &joint_branch.name;
        if joint_branch.committee.iter().any(|member| member.person == person.id) {
            return Some(Say::of(format!("「{name}」委员"), format!("committee member of {name}")));
        }
        if joint_branch.links.iter().any(is_hers) {
            return Some(Say::of(format!("在「{name}」交叉任职"), format!("cross posting in {name}")));
        }
    }
    village_of(state, person.id, on).or_else(|| organization_of(state, person.id))
}

fn village_of(state: &CityState, person: PersonId, on: Date) -> Option<Say> {
    let heads = state.village_heads.iter();
    let (village, _) = heads.into_iter().find(|(_, head)| head.person == person && on <= head.term_end)?;
    let name = state.places.get(village).map(|place| place.name.to_string()).unwrap_or_default();
    Some(Say::of(format!("{name}村民委员会主任"), format!("head of the villagers' committee of {name}")))
}

fn organization_of(state: &CityState, person: PersonId) -> Option<Say> {
    let lasting = |id: OrganizationId| {
        let found = state.organizations.get(&id);
        found.filter(|found| !matches!(found.status, OrganizationStatus::Abolished { .. }))
    };
    let links = state.organizations.values().flat_map(|found| &found.links);
    let posted = links.filter(|link| link.person == Some(person)).find_map(|link| lasting(link.other?));
    if let Some(other) = posted {
        let name = &other.name;
        return Some(Say::of(format!("在「{name}」交叉任职"), format!("cross posting in {name}")));
    }
    let is_sent = |found: &crate::organization::Organization| {
        found.first_secretary.as_ref().is_some_and(|first| first.person == person)
    };
    if let Some(found) = state.organizations.values().find(|found| is_sent(found)) {
        let name = &found.name;
        return Some(Say::of(format!("「{name}」第一书记"), format!("first secretary of {name}")));
    }
    let is_elected = |found: &crate::organization::Organization| {
        found.election.as_ref().is_some_and(|election| election.secretary == Some(person))
    };
    let name =
        &state.organizations.values().find(|found| is_elected(found) && lasting(found.id).is_some())?.name;
    Some(Say::of(format!("「{name}」书记"), format!("secretary of {name}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Role;
    use crate::commands::RecordElection;
    use crate::joint_branch::Ground;
    use crate::person::ErasureGround;
    use crate::post::{Elected, ElectedPost};
    use crate::testing::city::{
        CITY_ORGAN, COOPERATIVE, COUNTY_ORGAN, NEXT_TOWNSHIP_ORGAN, PROBATIONER, SECOND, SECRETARY,
        TOWNSHIP_ORGAN, V1, V2, V3, members,
    };
    use crate::testing::drafts::persons::{consent_of, erase, erase_with, erasure, hold};
    use crate::testing::drafts::posts::{
        call_back, committee, committee_persons, elect_as, election, head_village, send,
    };
    use crate::testing::drafts::work::{cross_posting, link};
    use crate::testing::drafts::{assign, clerk, dissolve, officer, person, relieve};
    use crate::testing::{City, date};

    /// The secretary left the post on 2019-05-01.
    fn relieved() -> City {
        City::headed().given(relieve(SECRETARY))
    }

    fn kept(last: &str, until: &str) -> Rejection {
        PersonRejection::Kept { last: date(last), years: 10, until: date(until) }.into()
    }

    fn in_post(zh: &str, en: &str) -> Rejection {
        PersonRejection::InPost { post: Say::of(zh, en) }.into()
    }

    #[test]
    fn a_person_is_forgotten_ten_years_after_the_last_post_and_not_a_day_before() {
        let erased = PersonErased {
            person: SECRETARY,
            ground: ErasureGround::RetentionEnded,
            consent: consent_of(TOWNSHIP_ORGAN),
        };
        relieved().when(erase(SECRETARY, "2029-04-30")).refused(kept("2019-05-01", "2029-05-01"));
        let after = relieved().when(erase(SECRETARY, "2029-05-01")).then(&[EventBody::PersonErased(erased)]);
        let person = &after.state.persons[&SECRETARY];
        assert_eq!(
            (person.erased_on, person.last_in_post),
            (Some(date("2029-05-01")), Some(date("2019-05-01")))
        );
        let again = PersonRejection::Erased { person: SECRETARY.to_string() };
        after.when(erase(SECRETARY, "2030-01-01")).refused(again.clone().into());
        // Nothing new is recorded of who is forgotten.
        after.when(assign(SECRETARY).on("2030-01-01").recorded("2030-01-01")).refused(again.into());
    }

    #[test]
    fn who_never_held_a_post_need_not_wait() {
        City::new().when(erase(PROBATIONER, "2019-06-01")).accepted();
    }

    #[test]
    fn a_policy_may_lengthen_the_ten_years() {
        let longer = relieved().with_policy(|policy| policy.thresholds.erasure_after_post_years = 15);
        let refused =
            PersonRejection::Kept { last: date("2019-05-01"), years: 15, until: date("2034-05-01") };
        longer.when(erase(SECRETARY, "2029-05-01")).refused(refused.into());
        longer.when(erase(SECRETARY, "2034-05-01")).accepted();
        let figures = crate::Policy::defaults().unwrap().regulation;
        assert_eq!(figures.erasure_after_post_years, Some(10));
    }

    #[test]
    fn nobody_is_erased_in_a_post() {
        let on = "2040-01-01";
        let refused = in_post("「联合党支部」书记", "secretary of 联合党支部");
        City::headed().when(erase(SECRETARY, on)).refused(refused);
        let persons = committee_persons(3);
        let member = persons[0];
        let registered = persons
            .into_iter()
            .fold(City::merged(), |city, id| city.given(person(id, Some("2010-07-01")).on("2019-03-02")));
        let seat = |person| Elected { person, post: ElectedPost::CommitteeMember, votes: 9 };
        let elected = committee_persons(3).into_iter().map(seat).collect();
        let held = RecordElection { held_on: date("2019-03-10"), present: 9, elected, ..election() };
        let registered = registered.given(members(V1, 7, 0).on("2019-03-05"));
        let committee = registered.given(elect_as(held).on("2019-03-10")).given(committee(3));
        let refused = in_post("「联合党支部」委员", "committee member of 联合党支部");
        committee.when(erase(member, on)).refused(refused);
        let ended = committee.given(dissolve(Ground::PurposeAchieved, &[(V1, V1), (V2, V2)]));
        // Whoever was elected counts as in post until the end of the term.
        assert_eq!(ended.state.persons[&member].last_in_post, Some(date("2024-03-09")));
        ended.when(erase(member, on)).accepted();
        let posted = City::headed().given(link(cross_posting(COOPERATIVE, SECOND)));
        let refused = in_post("在「联合党支部」交叉任职", "cross posting in 联合党支部");
        posted.when(erase(SECOND, on)).refused(refused);
    }

    #[test]
    fn an_elected_post_lasts_until_its_term_or_the_next_election() {
        let headed = City::headed().given(head_village("510811100201"));
        let headed = headed.given(relieve(SECRETARY).on("2019-05-02"));
        let term_end = headed.state.village_heads.values().next().unwrap().term_end;
        let refused = in_post("一村村民委员会主任", "head of the villagers' committee of 一村");
        headed.when(erase(SECRETARY, &term_end.to_string())).refused(refused);
        let later = term_end.plus_days(1);
        let until = term_end.plus_months(120).to_string();
        headed.when(erase(SECRETARY, &later.to_string())).refused(kept(&term_end.to_string(), &until));
        let data = RecordElection { joint_branch: None, organization: Some(V3), present: 2, ..election() };
        let elected = vec![Elected { person: SECOND, post: ElectedPost::Secretary, votes: 2 }];
        let elected = City::new().given(elect_as(RecordElection { elected, ..data }));
        let name = "510811100203党支部";
        let refused = in_post(&format!("「{name}」书记"), &format!("secretary of {name}"));
        elected.when(erase(SECOND, "2040-01-01")).refused(refused);
    }

    #[test]
    fn a_first_secretary_is_in_a_post_until_relieved() {
        let sent = City::new().given(send(SECOND));
        let name = "510811100201党支部";
        let refused = in_post(&format!("「{name}」第一书记"), &format!("first secretary of {name}"));
        sent.when(erase(SECOND, "2040-01-01")).refused(refused);
        let left = sent.given(call_back(SECOND));
        left.when(erase(SECOND, "2033-05-31")).refused(kept("2023-06-01", "2033-06-01"));
        left.when(erase(SECOND, "2033-06-01")).accepted();
    }

    #[test]
    fn an_inspection_hold_keeps_the_record() {
        let held = City::new().given(hold());
        held.when(erase(SECRETARY, "2040-01-01")).refused(PersonRejection::Held.into());
    }

    #[test]
    fn two_tiers_decide_each_on_a_document_of_its_own() {
        let day = "2040-01-01";
        let one_tier = || Rejection::from(PersonRejection::OneTier);
        City::new().when(erase(SECRETARY, day).no_paper()).refused(Rejection::DocumentMissing);
        City::new().when(erase(SECRETARY, day).undecided()).refused(Rejection::DecidedByMissing);
        for organ in [COUNTY_ORGAN, NEXT_TOWNSHIP_ORGAN, V1] {
            let draft = erase_with(erasure(SECRETARY, consent_of(organ)), day);
            City::new().when(draft).refused(one_tier());
        }
        City::new().when(erase_with(erasure(SECRETARY, consent_of(CITY_ORGAN)), day)).accepted();
        let mut ahead = consent_of(TOWNSHIP_ORGAN);
        ahead.document.issued = date("2039-12-31");
        let refused =
            Rejection::DocumentYear { number: ahead.document.number.clone(), issued: ahead.document.issued };
        City::new().when(erase_with(erasure(SECRETARY, ahead), day)).refused(refused);
    }

    #[test]
    fn the_countys_officer_alone_erases() {
        let role = Role::TownshipClerk.as_str();
        let by_clerk = erase(SECRETARY, "2040-01-01").by(clerk()).behalf(TOWNSHIP_ORGAN);
        City::new().when(by_clerk).refused(Rejection::RoleForbids { role, command: "erase-person" });
        let city = crate::actor::Actor {
            role: Role::CityOffice,
            scope: "5108".parse().unwrap(),
            ..officer("city-1")
        };
        let by_city = erase(SECRETARY, "2040-01-01").by(city).behalf(CITY_ORGAN);
        let role = Role::CityOffice.as_str();
        City::new().when(by_city).refused(Rejection::RoleForbids { role, command: "erase-person" });
    }

    #[test]
    fn a_township_erases_nobody() {
        let draft = erase(SECRETARY, "2029-05-01").behalf(TOWNSHIP_ORGAN);
        relieved().when(draft).refused_by("deciding-body");
    }
}
