//! Guangyuan's lists of 2018, 2019 and 2020.

use super::*;

fn year(year: &str) -> Vec<PlaceLine> {
    let file = format!("{}/data/guangyuan-divisions-{year}.csv", env!("CARGO_MANIFEST_DIR"));
    places_file::read(std::path::Path::new(&file)).unwrap().lines
}

#[test]
fn little_changes_from_2018_to_2019() {
    let city = City::of(&year("2018"), "2018-01-01");
    let comparison = city.compare(&year("2019"));
    let count = |level, kind| of_level(&comparison.proposals, level, kind);
    assert_eq!((count(Level::Township, Kind::Rename), count(Level::Village, Kind::Rename)), (9, 10));
    // One code vanished and six are new; one of those bears its name.
    let village = |kind| count(Level::Village, kind);
    assert_eq!(village(Kind::Register) + village(Kind::Recode) + village(Kind::Move), 6);
    assert_eq!(village(Kind::Merge) + village(Kind::Recode) + village(Kind::Move), 1);
    let respelt = comparison.proposals.iter().find(|one| one.code.as_str() == "510802201206").unwrap();
    assert_eq!(
        (respelt.kind, respelt.confidence, respelt.accepted),
        (Kind::Rename, Confidence::Medium, false)
    );
    let street = comparison.proposals.iter().find(|one| one.code.as_str() == "510802001").unwrap();
    assert_eq!((street.kind, street.confidence, street.accepted), (Kind::Rename, Confidence::Certain, true));
}

#[test]
fn the_great_merger_of_2020_is_proposed_and_applies() {
    let mut city = City::of(&year("2018"), "2018-01-01");
    let to_2019 = city.compare(&year("2019"));
    city.apply(&all_accepted(&to_2019), "2019-06-01");
    assert_eq!(city.places(), rows_of(&year("2019")));

    let comparison = city.compare(&year("2020"));
    // The test of names by which some 75 to 80 codes keep the number and change the village: what is left without the words for the office.
    assert_eq!(comparison.same_code_other_name, 75);
    let new_list = rows_of(&year("2020"));
    let villages = |known: bool| {
        let vanished = |code: &str| known != new_list.contains_key(code) && code.len() == 12;
        city.places().keys().filter(|code| vanished(code)).count()
    };
    assert_eq!(villages(true), 1_710);
    let kinds = [Kind::Recode, Kind::Move, Kind::Merge, Kind::Close];
    let count = |level, kind| of_level(&comparison.proposals, level, kind);
    assert_eq!(kinds.map(|kind| count(Level::Township, kind)), [14, 0, 108, 0]);
    // Found again by their names, and not; none is closed without a successor.
    let found = kinds.map(|kind| count(Level::Village, kind));
    assert_eq!((found[0] + found[1], found[2], found[3]), (508, 1_220, 0), "{found:?}");

    // As it is written, what is sure applies on its own.
    let mut cautious = City { state: city.state.clone() };
    let sure: Vec<_> = comparison.proposals.iter().filter(|one| one.accepted).collect();
    assert!(
        sure.iter().all(|one| one.confidence >= Confidence::High) && sure.len() > 1_000,
        "{}",
        sure.len()
    );
    cautious.apply(&comparison.proposals, "2020-06-01");
    // With everything accepted the city is as the list has it, and nobody's successor is left open.
    city.apply(&all_accepted(&comparison), "2020-06-01");
    assert_eq!(city.places(), rows_of(&year("2020")));
    assert_eq!(city.compare(&year("2020")).proposals, []);
    let mut ended = city.state.places.values().filter(|place| place.ended_on.is_some());
    assert!(ended.all(|place| place.successors.len() == 1));
}

#[test]
fn a_county_that_the_list_leaves_out_stays_as_it_is() {
    let city = City::of(&year("2018"), "2018-01-01");
    let of_one: Vec<_> = year("2019")
        .into_iter()
        .filter(|line| line.code.as_str().len() == 4 || line.code.as_str().starts_with("510811"))
        .collect();
    let comparison = city.compare(&of_one);
    assert_eq!(comparison.not_in_list.len(), 6);
    assert!(comparison.proposals.iter().all(|one| one.code.as_str().starts_with("510811")));
}
