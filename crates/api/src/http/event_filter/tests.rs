//! Which events pass for whom, over a log in which places are recoded, passed on and merged and codes are given anew.

use domain::CommandBody;
use domain::actor::Actor;
use domain::commands::ChangePlace;
use domain::commands::change_place::PlaceChange;
use domain::consent::Consent;
use domain::testing::City;
use domain::testing::city::{
    ABROAD, CITY_ORGAN, COUNTY_ORGAN, LEAD, NEIGHBOUR, NEXT, NEXT_TOWNSHIP_ORGAN, OTHER_COUNTY_ORGAN,
    TOWNSHIP_ORGAN, V4, drafts, members, place,
};
use domain::testing::drafts::places::{change_place, changing, new_place};
use domain::testing::drafts::{Draft, import, officer, paper};
use event_log::envelope::{CommandTrace, encode};

use super::*;
use crate::openapi::routes::{Endpoint, ROUTES};

/// The log as readers meet it.
struct Told {
    city: City,
    bodies: Vec<Vec<u8>>,
}

impl Told {
    fn of(city: City) -> Self {
        let extra = CommandTrace {
            command_digest: String::new(),
            command_index: 0,
            command_count: 1,
            scope_sequence: 1,
            traceparent: None,
        };
        let bodies = city.log.iter().map(|event| encode("5108", event, &extra).unwrap()).collect();
        Self { city, bodies }
    }

    fn read(&self, role: Role, own: &str, query: &str) -> Result<Vec<u64>, Problem> {
        let route = ROUTES.iter().find(|route| route.endpoint == Endpoint::Events).unwrap();
        let query = Query::read(&format!("/x?{query}").parse().unwrap(), route.query).unwrap();
        let principal = Principal { account: None, desk: None, role, scope: own.parse().unwrap() };
        let wanted = Wanted::read(&query, &principal, &self.city.state)?;
        let filter = wanted.filter(&principal, &self.city.state);
        let all = (1..).zip(&self.bodies);
        Ok(all
            .filter(|(position, body)| filter.passes(*position, body))
            .map(|(position, _)| position)
            .collect())
    }

    fn county(&self, own: &str, query: &str) -> Vec<u64> {
        self.read(Role::Subscriber, own, query).unwrap()
    }

    fn kind(&self, role: Role, own: &str, query: &str) -> Kind {
        self.read(role, own, query).unwrap_err().kind()
    }

    /// The positions of the events whose scope is one of these, between two positions.
    fn stated(&self, codes: &[&str], (after, up_to): (u64, u64)) -> Vec<u64> {
        let events = self.city.log.iter().map(|event| (event.meta.position, &event.meta.scope));
        let own = events.filter(|(position, scope)| {
            let is_own =
                |own: &Option<PlaceCode>| own.as_ref().is_some_and(|own| codes.contains(&own.as_str()));
            (after < *position && *position <= up_to) && (is_own(&scope.county) || is_own(&scope.township))
        });
        own.map(|(position, _)| position).collect()
    }

    fn last(&self) -> u64 {
        self.city.state.last_position
    }
}

fn recoded(from: &str, to: &str) -> ChangePlace {
    ChangePlace { code: to.parse().ok(), ..changing(from, PlaceChange::Recode) }
}

fn of_county(scope: &str) -> Actor {
    Actor { scope: scope.parse().unwrap(), ..officer("officer-9") }
}

fn by_other(data: ChangePlace) -> Draft {
    change_place(data).by(of_county("510824")).behalf(OTHER_COUNTY_ORGAN)
}

/// Members of a village branch, recorded by the officer of a county that bears this code by now.
fn recorded(county: &str, count: u32) -> Draft {
    members(V4, count, 0).by(of_county(county)).behalf(TOWNSHIP_ORGAN).on("2020-04-01")
}

#[test]
fn a_reader_gets_what_concerns_its_scope() {
    let told = Told::of(City::merged());
    let everything: Vec<u64> = (1..=told.last()).collect();
    assert_eq!(told.read(Role::CityOffice, "5108", "").unwrap(), everything);
    let own = told.stated(&["510811"], (0, u64::MAX));
    assert_eq!(told.county("510811", "scope=510811"), own);
    let of_none = told.county("510811", "scope=_");
    assert_eq!(of_none, told.county("510824", "scope=_"));
    let mut both = [own, of_none].concat();
    both.sort_unstable();
    assert_eq!(told.county("510811", ""), both);
    let lead = told.stated(&[LEAD], (0, u64::MAX));
    assert_eq!(told.read(Role::TownshipClerk, LEAD, "").unwrap(), lead);
    assert_eq!(told.county("510811", &format!("scope={LEAD}")), lead);
    let typed = told.read(Role::Auditor, "5108", "scope=5108&type=cn.lianjian.joint-branch.proposed.v1");
    assert_eq!(typed.unwrap().len(), 1);
}

#[test]
fn what_lies_outside_or_is_no_scope_is_refused() {
    let told = Told::of(City::new());
    assert_eq!(told.kind(Role::Subscriber, "510811", "scope=510824"), Kind::Forbidden);
    assert_eq!(told.kind(Role::Subscriber, "510811", "scope=510824100"), Kind::Forbidden);
    assert_eq!(told.kind(Role::Subscriber, "510811", "scope=510899"), Kind::Forbidden);
    assert_eq!(told.kind(Role::Subscriber, "510811", "scope=5108"), Kind::Forbidden);
    assert_eq!(told.kind(Role::TownshipClerk, LEAD, "scope=_"), Kind::Forbidden);
    assert_eq!(told.kind(Role::TownshipClerk, LEAD, &format!("scope={NEXT}")), Kind::Forbidden);
    assert_eq!(told.kind(Role::CityOffice, "5108", "scope=x"), Kind::Malformed);
    assert_eq!(told.kind(Role::CityOffice, "5108", "scope=510811100210"), Kind::Malformed);
    assert_eq!(told.kind(Role::CityOffice, "5108", "type=place.painted"), Kind::Malformed);
    assert!(told.county("510811", "scope=510811999").is_empty(), "a code of the county that nobody bears");
}

#[test]
fn a_county_keeps_its_past_under_its_next_code() {
    let before = Told::of(City::merged());
    let had = before.county("510811", "");
    let city = City::merged().given(change_place(recoded("510811", "510817"))).given(recorded("510817", 3));
    let city = city.given(new_place("510811100299", "2020-04-02").by(of_county("510817")));
    let after = Told::of(city);
    let has = after.county("510817", "");
    assert!(has.starts_with(&had), "{had:?} {has:?}");
    assert_eq!(has.len(), had.len() + 3, "the event that leads over, and what comes after it");
    for query in ["scope=510811", "scope=510817"] {
        assert_eq!(
            after.county("510817", query),
            after.stated(&["510811", "510817"], (0, u64::MAX)),
            "{query}"
        );
    }
    // A township that kept its code, asked for by its clerk, its county and the city.
    let lead = after.stated(&[LEAD], (0, u64::MAX));
    assert_eq!(after.read(Role::TownshipClerk, LEAD, "").unwrap(), lead);
    for (role, own) in [(Role::CountyOfficer, "510817"), (Role::CityOffice, "5108")] {
        assert_eq!(after.read(role, own, &format!("scope={LEAD}")).unwrap(), lead);
    }
    let again = after
        .city
        .clone()
        .given(change_place(recoded("510817", "510819")).by(of_county("510817")).on("2020-05-01"));
    let again = Told::of(again.given(recorded("510819", 4).on("2020-05-02")));
    assert!(again.county("510819", "").starts_with(&has));
    assert_eq!(again.county("510819", "").len(), has.len() + 2);
}

#[test]
fn a_reassigned_code_passes_no_data_to_its_new_bearer() {
    let city = City::merged().given(change_place(recoded("510811", "510817")));
    let at = city.state.last_position;
    let city = city.given(by_other(recoded("510824", "510811")).on("2020-03-02"));
    let taken = city.state.last_position;
    let city = city
        .given(recorded("510817", 5))
        .given(members(ABROAD, 3, 0).by(of_county("510811")).behalf(OTHER_COUNTY_ORGAN).on("2020-04-01"));
    let told = Told::of(city);
    let mut first = told.stated(&["510811"], (0, at));
    first.extend(told.stated(&["510817"], (at, u64::MAX)));
    assert_eq!(told.county("510817", "scope=510817"), first);
    let mut second = told.stated(&["510824"], (0, taken));
    second.extend(told.stated(&["510811"], (taken, u64::MAX)));
    assert_eq!(told.county("510811", "scope=510811"), second);
    // The code means whoever bears it by now, and that is nobody of the first county's.
    assert_eq!(told.kind(Role::Subscriber, "510817", "scope=510811"), Kind::Forbidden);
    assert_eq!(told.county("510811", "scope=510824"), second);
    assert_eq!(told.kind(Role::Subscriber, "510811", &format!("scope={LEAD}")), Kind::Forbidden);
    each_is_of_one_county(&told, &["510817", "510811"]);
}

/// Whatever has a county passes for exactly one of them.
fn each_is_of_one_county(told: &Told, counties: &[&str]) {
    let of_none = told.county(counties[0], "scope=_");
    let mut all: Vec<u64> = counties.iter().flat_map(|county| told.county(county, "")).collect();
    all.retain(|position| !of_none.contains(position));
    all.extend(of_none);
    all.sort_unstable();
    assert_eq!(all, (1..=told.last()).collect::<Vec<_>>());
}

#[test]
fn a_reassigned_township_code_passes_no_data_to_its_new_bearer() {
    let city = City::new().given(change_place(recoded(NEXT, "510811299")));
    let at = city.state.last_position;
    let city = city.given(new_place(NEXT, "2020-03-02"));
    let city =
        city.given(members(NEIGHBOUR, 5, 0).by(of_county("510811")).behalf(COUNTY_ORGAN).on("2020-04-01"));
    let told = Told::of(city);
    let new = told.stated(&[NEXT], (at, u64::MAX));
    assert_eq!(told.read(Role::TownshipClerk, NEXT, "").unwrap(), new);
    let mut old = told.stated(&[NEXT], (0, at));
    old.extend(told.stated(&["510811299"], (at, u64::MAX)));
    assert_eq!(told.read(Role::TownshipClerk, "510811299", "").unwrap(), old);
    assert_eq!(told.county("510811", &format!("scope={NEXT}")), new);
}

#[test]
fn a_county_keeps_what_a_township_left_behind_and_no_more() {
    let moving = ChangePlace {
        parent: "510824".parse().ok(),
        code: "510824101".parse().ok(),
        consent: Some(Consent {
            organization: CITY_ORGAN,
            document: paper("广委组〔2020〕1号", "2020-02-28"),
        }),
        ..changing(NEXT, PlaceChange::Move)
    };
    let city = City::new().given(change_place(moving));
    let at = city.state.last_position;
    let later = members(NEIGHBOUR, 5, 0).by(of_county("510824")).behalf(OTHER_COUNTY_ORGAN).on("2020-04-01");
    let told = Told::of(city.given(later));
    // `place.left` is the old county's last word of it, `place.received` the new one's first.
    let left = told.stated(&[NEXT], (0, at));
    assert_eq!(left.last(), Some(&(at - 1)));
    let since = told.stated(&["510824101"], (0, u64::MAX));
    assert_eq!(since.first(), Some(&at));
    for code in [NEXT, "510824101"] {
        assert_eq!(told.county("510811", &format!("scope={code}")), left, "{code}");
        assert_eq!(told.county("510824", &format!("scope={code}")), since, "{code}");
        assert_eq!(
            told.read(Role::TownshipClerk, "510824101", &format!("scope={code}")).unwrap(),
            [left.clone(), since.clone()].concat()
        );
    }
    each_is_of_one_county(&told, &["510811", "510824"]);
}

#[test]
fn what_went_over_into_a_township_goes_with_it() {
    let merging =
        ChangePlace { successors: vec![NEXT.parse().unwrap()], ..changing(LEAD, PlaceChange::Merge) };
    let city = City::merged().given(change_place(merging).on("2020-03-01"));
    let told = Told::of(city.given(recorded("510811", 6).behalf(NEXT_TOWNSHIP_ORGAN)));
    let whole = told.stated(&[LEAD, NEXT], (0, u64::MAX));
    assert_eq!(told.read(Role::TownshipClerk, NEXT, "").unwrap(), whole);
    let earlier = told.stated(&[LEAD], (0, u64::MAX));
    assert_eq!(told.read(Role::TownshipClerk, NEXT, &format!("scope={LEAD}")).unwrap(), earlier);
    assert!(told.city.state.place_by_code(&LEAD.parse().unwrap()).is_none());
    assert_eq!(told.city.state.current_successor(place(LEAD)).unwrap().code.as_str(), NEXT);
}

#[test]
fn an_open_stream_keeps_to_the_place_that_was_meant() {
    let principal = |own: &str| Principal {
        account: None,
        desk: None,
        role: Role::Subscriber,
        scope: own.parse().unwrap(),
    };
    let route = ROUTES.iter().find(|route| route.endpoint == Endpoint::EventStream).unwrap();
    let query = Query::read(&"/x?scope=510811".parse().unwrap(), route.query).unwrap();
    let city = City::merged();
    let wanted = Wanted::read(&query, &principal("510811"), &city.state).unwrap();
    let city = city.given(change_place(recoded("510811", "510817")));
    let city =
        city.given(by_other(recoded("510824", "510811")).on("2020-03-02")).given(recorded("510817", 5));
    let filter = wanted.filter(&principal("510817"), &city.state);
    let told = Told::of(city);
    let passed: Vec<u64> =
        (1..).zip(&told.bodies).filter(|(at, body)| filter.passes(*at, body)).map(|(at, _)| at).collect();
    assert_eq!(passed, told.county("510817", "scope=510817"));
    assert_eq!(passed.last(), Some(&told.last()));
}

#[test]
fn an_account_that_is_older_than_its_place_follows_it_too() {
    let data = serde_json::json!({ "role": "subscriber", "scope": "510811", "holder": "某人" });
    let issued = import(CommandBody::IssueAccount(serde_json::from_value(data).unwrap()));
    let city = drafts().into_iter().fold(City::empty().given(issued), City::given);
    let city = city.given(change_place(recoded("510811", "510817")));
    let account = city.state.accounts.values().next().unwrap();
    let principal =
        crate::auth::principal_of(&city.state, account.id, "2026-01-01".parse().unwrap()).unwrap();
    assert_eq!(principal.scope.as_str(), "510817");
}

#[test]
fn the_account_of_a_merged_township_reads_its_past_until_it_is_handed_over() {
    let data = serde_json::json!({ "role": "township_clerk", "scope": LEAD, "holder": "某人" });
    let issued = import(CommandBody::IssueAccount(serde_json::from_value(data).unwrap()));
    let merging =
        ChangePlace { successors: vec![NEXT.parse().unwrap()], ..changing(LEAD, PlaceChange::Merge) };
    let city = City::merged().given(issued).given(change_place(merging).on("2020-03-01"));
    let at = city.state.last_position;
    let told = Told::of(city.given(recorded("510811", 6).behalf(NEXT_TOWNSHIP_ORGAN)));
    let id = told.city.state.accounts.values().next().unwrap().id;
    let scope = |city: &City| {
        let read = crate::auth::principal_of(&city.state, id, "2026-07-01".parse().unwrap());
        read.unwrap().scope.to_string()
    };
    assert_eq!(scope(&told.city), LEAD);
    assert_eq!(told.read(Role::TownshipClerk, LEAD, "").unwrap(), told.stated(&[LEAD], (0, at)));
    let principal =
        Principal { account: Some(id), desk: None, role: Role::TownshipClerk, scope: LEAD.parse().unwrap() };
    for code in [LEAD, NEXT] {
        let refused = crate::http::reads::require_scope(&told.city.state, &principal, &code.parse().unwrap());
        assert!(refused.unwrap_err().detail().contains("交接"), "{code}");
    }
    let renewed = serde_json::json!({ "account": id });
    let renewed = import(CommandBody::RenewAccount(serde_json::from_value(renewed).unwrap()));
    assert_eq!(scope(&told.city.given(renewed)), NEXT);
}
