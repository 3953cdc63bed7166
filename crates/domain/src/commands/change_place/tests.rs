//! Tests of `change-place`.

use super::*;
use crate::consent::Consent;
use crate::ids::OrganizationId;
use crate::say::say;
use crate::testing::city::{
    CITY_ORGAN, COUNTY_ORGAN, LEAD, NEXT, OTHER_COUNTY_ORGAN, TOWNSHIP_ORGAN, V1, place,
};
use crate::testing::drafts::places::{change_place, changing, new_place, new_village};
use crate::testing::drafts::{officer, paper, text};
use crate::testing::{City, date};

const FIRST: &str = "510811100201";

fn renamed(code: &str, name: &str) -> ChangePlace {
    ChangePlace { name: name.parse().ok(), ..changing(code, PlaceChange::Rename) }
}

fn recoded(code: &str, to: &str) -> ChangePlace {
    ChangePlace { code: to.parse().ok(), ..changing(code, PlaceChange::Recode) }
}

fn moved(code: &str, parent: &str, to: Option<&str>) -> ChangePlace {
    let code_ = to.map(|code| code.parse().unwrap());
    ChangePlace { parent: parent.parse().ok(), code: code_, ..changing(code, PlaceChange::Move) }
}

#[test]
fn a_name_holds_from_its_day_and_the_earlier_one_is_remembered() {
    let after = City::new().when(change_place(renamed(FIRST, "一心村"))).then(&[EventBody::PlaceRenamed(
        PlaceRenamed { place: place(FIRST), name: text("一心村"), earlier_name: text("一村") },
    )]);
    let found = &after.state.places[&place(FIRST)];
    assert_eq!((found.name.as_str(), found.in_force_from), ("一心村", date("2020-03-01")));
    assert_eq!((found.past[0].name.as_str(), found.past[0].until), ("一村", date("2020-03-01")));
    after.when(change_place(renamed(FIRST, "一心村"))).refused(Rejection::NothingToRecord);
    after.when(change_place(renamed(FIRST, "二心村")).on("2020-02-29")).refused(Rejection::EffectiveOrder {
        entity: "一心村".into(),
        effective: date("2020-02-29"),
        latest: date("2020-03-01"),
    });
    // By its id as well.
    let by_id = ChangePlace { place: PlaceRef::Id(place(FIRST)), ..renamed(FIRST, "三心村") };
    after.when(change_place(by_id)).accepted();
}

#[test]
fn a_code_is_looked_up_as_of_a_day_and_free_for_another_place_after_it() {
    let city = City::new().given(change_place(recoded(FIRST, "510811100299")));
    assert_eq!(city.state.places_by_code.get(&FIRST.parse::<PlaceCode>().unwrap()), None);
    let again = |code: &str, day: &str| change_place(renamed(code, "新名")).on(day);
    let ended = PlaceRejection::Ended {
        name: "一村".into(),
        on: date("2020-03-01"),
        successors: "510811100299 一村".into(),
    };
    city.when(again(FIRST, "2020-03-01")).refused(ended.into());
    city.when(again("510811100299", "2020-03-01")).accepted();
    // The old number for another village: not before the day on which it became free.
    city.when(new_village(FIRST, "2020-02-29"))
        .refused(Rejection::CodeInUse { code: FIRST.parse().unwrap(), name: "一村".into() });
    let reused = city.given(new_village(FIRST, "2020-03-01"));
    let now = reused.state.place_by_code(&FIRST.parse().unwrap()).unwrap();
    assert_ne!(now.id, place(FIRST));
    reused
        .when(change_place(recoded("510811100202", FIRST)))
        .refused(Rejection::CodeInUse { code: FIRST.parse().unwrap(), name: "新村".into() });
}

#[test]
fn a_village_that_becomes_a_community_by_its_code_is_counted_as_one() {
    use crate::place::PlaceKind;
    let after = City::new().given(change_place(recoded(FIRST, "510811100021")));
    assert_eq!(after.state.places[&place(FIRST)].kind, Some(PlaceKind::Community));
    let moved = after.given(change_place(moved("510811100021", NEXT, Some("510811210299"))));
    assert_eq!(moved.state.places[&place(FIRST)].kind, Some(PlaceKind::Village));
}

#[test]
fn a_past_code_resolves_to_the_current_successor() {
    let code: PlaceCode = FIRST.parse().unwrap();
    let city = City::new().given(change_place(recoded(FIRST, "510811100299")));
    let id = |city: &City, code: &str| city.state.resolve_code(&code.parse().unwrap()).map(|found| found.id);
    assert_eq!(id(&city, FIRST), Some(place(FIRST)));
    let merge = ChangePlace {
        successors: vec!["510811100202".parse().unwrap()],
        ..changing("510811100299", PlaceChange::Merge)
    };
    let city = city.given(change_place(merge));
    for past in [FIRST, "510811100299"] {
        assert_eq!(id(&city, past), Some(place("510811100202")), "{past}");
    }
    // Who bears the number now answers for itself.
    let city = city.given(new_village(FIRST, "2020-03-01"));
    assert_eq!(id(&city, FIRST), city.state.place_by_code(&code).map(|found| found.id));
}

#[test]
fn an_account_is_of_the_place_that_bore_its_code() {
    use crate::account::Role;
    let issued = crate::commands::issue_account::tests::issue(Role::TownshipClerk, LEAD);
    let city = City::new().given(issued).given(change_place(recoded(LEAD, "510811119")));
    let account = city.state.accounts.values().next().unwrap();
    let now = account.place.and_then(|place| city.state.current_successor(place)).unwrap();
    assert_eq!((account.scope.as_str(), now.code.as_str()), (LEAD, "510811119"));
}

#[test]
fn a_code_fits_its_tier_and_the_place_above() {
    for (code, to, above) in
        [(FIRST, "510811100", LEAD), (FIRST, "510811210299", LEAD), (LEAD, "510824101", "510811")]
    {
        let level = if code == LEAD { "township" } else { "village" };
        let refused = Rejection::PlaceLevel { code: to.parse().unwrap(), level, parent: above.into() };
        City::new().when(change_place(recoded(code, to))).refused(refused);
    }
    let refused = Rejection::CodeInUse { code: "510811100202".parse().unwrap(), name: "二村".into() };
    City::new().when(change_place(recoded(FIRST, "510811100202"))).refused(refused);
    City::new().when(change_place(recoded(FIRST, FIRST))).refused(Rejection::NothingToRecord);
}

#[test]
fn a_village_moves_to_another_township_with_or_without_a_new_code() {
    for code in [None, Some("510811210299")] {
        let after = City::new().when(change_place(moved(FIRST, NEXT, code))).accepted();
        let found = &after.state.places[&place(FIRST)];
        assert_eq!((found.parent, found.code.as_str()), (Some(place(NEXT)), code.unwrap_or(FIRST)));
        let scope = after.state.scope_of_place(place(FIRST));
        assert_eq!(scope.township, NEXT.parse().ok());
    }
    City::new().when(change_place(moved(FIRST, LEAD, None))).refused(Rejection::NothingToRecord);
    assert!(matches!(
        City::new().when(change_place(moved(FIRST, "510811", None))).decision,
        Err(Rejection::PlaceLevel { .. })
    ));
    let unknown = Case::unknown(say("行政区划", "place"), &"510811999", "/data/parent");
    City::new().when(change_place(moved(FIRST, "510811999", None))).refused(unknown);
}

#[test]
fn a_place_that_passes_to_another_county_is_left_and_received() {
    let to = "510824101";
    let city = City::merged();
    let given = |data| agreed(data, Some(CITY_ORGAN));
    let consent = given(moved(LEAD, "510824", Some(to))).consent;
    let outcome = city.when(change_place(given(moved(LEAD, "510824", Some(to)))));
    let after = outcome.then(&[
        EventBody::PlaceLeft(PlaceLeft {
            place: place(LEAD),
            code: LEAD.parse().unwrap(),
            to_county: "510824".parse().unwrap(),
            consent: consent.clone(),
        }),
        EventBody::PlaceReceived(PlaceMoved {
            place: place(LEAD),
            parent: place("510824"),
            parent_code: "510824".parse().unwrap(),
            code: to.parse().unwrap(),
            earlier_code: LEAD.parse().unwrap(),
            consent,
        }),
    ]);
    let scopes: Vec<_> =
        after.log.iter().rev().take(2).map(|event| event.meta.scope.county_token().to_owned()).collect();
    assert_eq!(scopes, ["510824", "510811"]);
    // All its members went with it, so the joint branch has lost nothing; it is the other county's now.
    assert_eq!(after.joint().place_changed_since, None);
    assert_eq!(after.state.scope_of_place(after.joint().lead_township).county, "510824".parse().ok());
    let village = change_place(given(moved(FIRST, "510824100", Some("510824100299"))));
    // A village that did not go along keeps its code, which was the old county's all along.
    let other = crate::actor::Actor { scope: "510824".parse().unwrap(), ..officer("officer-9") };
    let back = change_place(given(moved(FIRST, LEAD, None))).by(other).behalf_of_place("510824");
    let back = after.given(new_place(LEAD, "2020-03-01")).given(back);
    assert_eq!(back.state.scope_of_place(place(FIRST)).county, "510811".parse().ok());
    let torn = city.clone().given(village);
    assert_eq!(torn.joint().place_changed_since, Some(date("2020-03-01")));
    let refused = PlaceRejection::Shape {
        detail: say("划归另一县须写明新代码", "to another county brings a new `code`"),
    };
    city.when(change_place(given(moved(LEAD, "510824", None)))).refused(refused.into());
}

/// With the word of that organ.
fn agreed(data: ChangePlace, organization: Option<OrganizationId>) -> ChangePlace {
    let consent =
        |organization| Consent { organization, document: paper("苍委〔2020〕3号", "2020-02-20") };
    ChangePlace { consent: organization.map(consent), ..data }
}

#[test]
fn a_place_passes_to_another_county_on_both_counties_papers_or_the_citys() {
    let refused = |zh, en| Rejection::from(PlaceRejection::MoveConsent { detail: say(zh, en) });
    let missing = refused(
        "没有写明接收县或市级党组织及其文号",
        "`consent` names neither the receiving county's organ nor the city's",
    );
    let wrong = refused(
        "同意机关须是接收县或市的、仍在的党委（或其组织部门）",
        "who consents is an organ at work of the receiving county or of the city",
    );
    let unpapered = refused(
        "没有原属县（以县的名义）的文号",
        "the document of the county that gives, on that county's behalf, is missing",
    );
    let own = ("昭委〔2020〕7号", "2020-02-21");
    let moves = [moved(LEAD, "510824", Some("510824101")), moved(FIRST, "510824100", Some("510824100299"))];
    for data in moves {
        let given = |by| change_place(agreed(data.clone(), by));
        let city = City::merged();
        city.when(given(None)).refused(missing.clone());
        city.when(given(None).paper(own.0, own.1)).refused(missing.clone());
        for by in [COUNTY_ORGAN, TOWNSHIP_ORGAN, V1] {
            city.when(given(Some(by)).paper(own.0, own.1)).refused(wrong.clone());
        }
        city.when(given(Some(OTHER_COUNTY_ORGAN))).refused(unpapered.clone());
        let of_township = given(Some(OTHER_COUNTY_ORGAN)).paper(own.0, own.1).behalf(TOWNSHIP_ORGAN);
        city.when(of_township).refused(unpapered.clone());
        let both = given(Some(OTHER_COUNTY_ORGAN)).paper(own.0, own.1);
        city.when(both.clone()).accepted();
        city.when(both.behalf_of_place("510811")).accepted();
        let after = city.when(given(Some(CITY_ORGAN))).accepted();
        assert!(after.state.documents.contains_key(&format!("{CITY_ORGAN}/苍委〔2020〕3号")));
    }
    let within = change_place(agreed(moved(FIRST, NEXT, None), Some(CITY_ORGAN)));
    let words = ("县内划转不写同意机关", "within a county no consent is named");
    City::new().when(within).refused(refused(words.0, words.1));
    let detail = say("不写同意机关", "brings no `consent`");
    let renamed = change_place(agreed(renamed(FIRST, "新名"), Some(CITY_ORGAN)));
    City::new().when(renamed).refused(PlaceRejection::Shape { detail }.into());
}

#[test]
fn a_county_says_where_its_numbers_begin_under_a_code_that_another_bore() {
    let officer = |scope: &str| crate::actor::Actor { scope: scope.parse().unwrap(), ..officer("officer-9") };
    let city = City::new().given(change_place(recoded("510811", "510817")));
    let last = city.state.scope_sequences.get("510811").copied();
    let taking = change_place(recoded("510824", "510811")).by(officer("510824")).behalf(OTHER_COUNTY_ORGAN);
    let after = city.when(taking.on("2020-03-02")).accepted();
    let EventBody::PlaceRecoded(data) = &after.log.last().unwrap().body else { panic!("{:?}", after.log) };
    assert_eq!((data.numbered_after, last.is_some()), (last, true));
    let told = &after.state.places[&place("510811")].told;
    let at = city.state.last_position;
    assert!(told[0].tells("510811", at) && !told[0].tells("510811", at + 1), "{told:?}");
    assert!(told[1].tells("510817", at + 1) && !told[1].tells("510817", at), "{told:?}");
}

#[test]
fn each_change_brings_what_it_needs_and_no_more() {
    let both = ChangePlace { code: "510811100299".parse().ok(), ..renamed(FIRST, "新名") };
    let nothing = changing(FIRST, PlaceChange::Move);
    let closing = ChangePlace { name: "新名".parse().ok(), ..changing(FIRST, PlaceChange::Close) };
    let merging = changing(FIRST, PlaceChange::Merge);
    for data in [both, nothing, closing, merging] {
        let refused = City::new().when(change_place(data)).decision;
        assert!(matches!(refused, Err(Rejection::Place(PlaceRejection::Shape { .. }))), "{refused:?}");
    }
    let county = moved("510811", "5108", None);
    let detail = say("只适用于村与乡镇", "is of villages and townships only");
    City::new().when(change_place(county)).refused(PlaceRejection::Shape { detail }.into());
}
