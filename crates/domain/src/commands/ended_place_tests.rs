//! What the organ and the accounts of an ended place may still do: nothing from that day, until they are handed over.

use crate::account::Role;
use crate::actor::Actor;
use crate::commands::change_place::PlaceChange;
use crate::commands::issue_account::tests::{ACCOUNT, issue};
use crate::commands::{ChangeOrganization, ChangePlace, CommandBody, RenewAccount};
use crate::rejection::{AccountRejection, PlaceRejection, Rejection};
use crate::testing::city::{LEAD, NEXT, NEXT_TOWNSHIP_ORGAN, SECRETARY, TOWNSHIP_ORGAN, V1, members, place};
use crate::testing::drafts::changes::{abolish, reorganize, reorganizing};
use crate::testing::drafts::places::{change_place, changing, new_place, share_of};
use crate::testing::drafts::{Draft, clerk, import, officer, relieve, text};
use crate::testing::{City, date};

/// The lead township goes over into the next one on 2020-03-01.
fn merged(city: City) -> City {
    let successors = vec![NEXT.parse().unwrap()];
    city.given(change_place(ChangePlace { successors, ..changing(LEAD, PlaceChange::Merge) }))
}

fn relieved(on: &str) -> Draft {
    relieve(SECRETARY).by(officer("officer-1")).on(on).decided("2020-01-10")
}

#[test]
fn an_organ_decides_nothing_from_the_day_on_which_its_place_ended() {
    let city = merged(City::headed());
    let ended = Rejection::from(PlaceRejection::OrganOfEnded {
        name: "元坝镇党委".into(),
        on: date("2020-03-01"),
    });
    city.when(relieved("2020-03-01")).refused(ended.clone());
    city.when(relieved("2026-06-01")).refused(ended.clone());
    // What it decided before is entered still, and what goes on has an organ of its own.
    city.when(relieved("2020-02-29")).accepted();
    city.when(relieved("2020-03-01").behalf(NEXT_TOWNSHIP_ORGAN)).accepted();
    // It gives no other command in its name either.
    city.when(members(V1, 9, 0).behalf(TOWNSHIP_ORGAN).on("2020-03-02")).refused(ended);
}

#[test]
fn the_county_winds_it_up_by_abolishing_it_or_making_it_the_organ_of_what_goes_on() {
    let city = merged(City::headed());
    assert_eq!(city.organization(TOWNSHIP_ORGAN).place_ended_on, Some(date("2020-03-01")));
    assert_eq!(city.organization(NEXT_TOWNSHIP_ORGAN).place_ended_on, None);
    assert_eq!(city.organization(V1).place_ended_on, None);
    let paper =
        |draft: Draft| draft.on("2020-04-01").paper("昭委组〔2020〕9号", "2020-04-01").decided("2020-03-30");
    city.when(paper(abolish(TOWNSHIP_ORGAN, NEXT_TOWNSHIP_ORGAN))).accepted();
    let data = ChangeOrganization { name: Some(text("白果镇党委")), ..reorganizing(TOWNSHIP_ORGAN) };
    let renamed = city.when(paper(reorganize(data))).accepted();
    assert_eq!(renamed.organization(TOWNSHIP_ORGAN).place_ended_on, None);
    renamed.when(relieved("2020-04-02")).accepted();
}

#[test]
fn the_account_of_an_ended_place_writes_nothing_until_it_is_handed_over() {
    let city = City::headed().given(issue(Role::TownshipClerk, LEAD));
    let own = Actor { id: ACCOUNT.to_string(), ..clerk() };
    let count = |scope: &str, organ| {
        let actor = Actor { scope: scope.parse().unwrap(), ..own.clone() };
        members(V1, 9, 0).by(actor).behalf(organ).on("2020-06-01")
    };
    city.when(count(LEAD, TOWNSHIP_ORGAN)).accepted();
    let ended = merged(city.clone());
    let successors = format!("{NEXT} {}", ended.state.places[&place(NEXT)].name);
    let suspended =
        AccountRejection::PlaceEnded { name: "元坝镇".into(), on: date("2020-03-01"), successors };
    ended.when(count(NEXT, NEXT_TOWNSHIP_ORGAN)).refused(suspended.into());
    let account = |city: &City| city.state.accounts[&ACCOUNT].clone();
    assert!(ended.state.ended_place_of(&account(&ended), date("2020-02-29")).is_none());
    assert!(ended.state.ended_place_of(&account(&ended), date("2020-03-01")).is_some());
    let renew = || import(CommandBody::RenewAccount(RenewAccount { account: ACCOUNT, expires_on: None }));
    let handed_over = ended.when(renew().recorded("2026-06-30")).accepted();
    assert!(handed_over.state.ended_place_of(&account(&handed_over), date("2026-06-30")).is_none());
    assert_eq!(handed_over.state.scope_of_account(&account(&handed_over)).as_str(), NEXT);
    handed_over.when(count(NEXT, NEXT_TOWNSHIP_ORGAN)).accepted();
}

#[test]
fn an_account_of_a_place_that_was_split_is_not_renewed() {
    let code = "510811101";
    let city = City::new().given(issue(Role::TownshipClerk, LEAD)).given(new_place(code, "2020-03-01"));
    let villages = city.state.places.values().filter(|found| found.parent == Some(place(LEAD)));
    let shares = villages.map(|found| share_of(Some(found.code.as_str()), None, None, NEXT));
    let organ = share_of(None, Some(TOWNSHIP_ORGAN), None, code);
    let shares = shares.chain([organ]).collect();
    let successors = vec![NEXT.parse().unwrap(), code.parse().unwrap()];
    let split = ChangePlace { successors, shares, ..changing(LEAD, PlaceChange::Split) };
    let city = city.given(change_place(split));
    assert_eq!(city.organization(TOWNSHIP_ORGAN).place_ended_on, Some(date("2020-03-01")));
    let renew = import(CommandBody::RenewAccount(RenewAccount { account: ACCOUNT, expires_on: None }));
    let refused = city.when(renew.recorded("2026-06-30")).decision.map_err(|found| found.rule());
    assert_eq!(refused.map(drop), Err("account-successor"));
}
