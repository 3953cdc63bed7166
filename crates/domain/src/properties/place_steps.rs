//! Random changes of places: new villages, other names and codes, moves, merges, splits and ends.

use crate::commands::ChangePlace;
use crate::commands::change_place::PlaceChange;
use crate::consent::Consent;
use crate::evolve::places::organizations_in;
use crate::place::{Level, Place, PlaceCode};
use crate::place_ref::PlaceRef;
use crate::testing::City;
use crate::testing::city::{CITY_ORGAN, NEXT, VILLAGES, place, village_code};
use crate::testing::drafts::places::{change_place, changing, new_village, share_of};
use crate::testing::drafts::{Draft, paper};

use super::steps::Step;

/// A township of the other county.
const ABROAD: &str = "510824100";

impl Step {
    /// A change of a village of the fixtures, or of one that an earlier step registered.
    pub(super) fn place(&self, city: &City) -> Draft {
        let own = place(village_code(self.picks(&VILLAGES)));
        let id = PlaceRef::Id(own);
        let of = |change| ChangePlace { place: id.clone(), ..changing(NEXT, change) };
        let number = self.percent % 100;
        let parent = |code: &str| code.parse::<PlaceCode>().ok();
        match self.choice % 10 {
            0 | 1 => new_village(&format!("5108111003{number:02}"), "2019-01-01"),
            2 => change_place(ChangePlace {
                name: format!("第{number}村").parse().ok(),
                ..of(PlaceChange::Rename)
            }),
            3 => {
                let above = city.state.places.get(&own).and_then(|found| found.parent);
                let above =
                    above.and_then(|id| city.state.places.get(&id)).map(|found| found.code.to_string());
                let code = parent(&format!("{}2{number:02}", above.unwrap_or_default()));
                change_place(ChangePlace { code, ..of(PlaceChange::Recode) })
            }
            4 => change_place(ChangePlace { parent: parent(NEXT), ..of(PlaceChange::Move) }),
            5 if self.percent > 90 => {
                let code = parent(&format!("{ABROAD}3{number:02}"));
                let document = paper("广委〔2019〕1号", "2019-01-01");
                let consent = Some(Consent { organization: CITY_ORGAN, document });
                change_place(ChangePlace { parent: parent(ABROAD), code, consent, ..of(PlaceChange::Move) })
            }
            6 if self.percent > 85 => {
                let successors = others(city, &id).into_iter().take(1).collect();
                change_place(ChangePlace { successors, ..of(PlaceChange::Merge) })
            }
            7 if self.percent > 75 => {
                let successors: Vec<_> = others(city, &id).into_iter().rev().take(2).collect();
                let first = successors.first().map(ToString::to_string).unwrap_or_default();
                let lying = organizations_in(&city.state, own);
                let shares = lying.iter().map(|found| share_of(None, Some(*found), None, &first)).collect();
                change_place(ChangePlace { successors, shares, ..of(PlaceChange::Split) })
            }
            _ => {
                let registered = city.state.places.values().rfind(|found| is_new(found));
                let code = registered.map_or(NEXT.to_owned(), |found| found.code.to_string());
                change_place(changing(&code, PlaceChange::Close))
            }
        }
    }
}

/// Villages of the county that go on.
fn others(city: &City, own: &PlaceRef) -> Vec<PlaceCode> {
    let goes_on = |found: &&std::sync::Arc<Place>| {
        found.level == Level::Village
            && found.ended_on.is_none()
            && PlaceRef::Id(found.id) != *own
            && found.code.as_str().starts_with("510811")
    };
    city.state.places.values().filter(goes_on).map(|found| found.code.clone()).collect()
}

fn is_new(place: &Place) -> bool {
    place.code.as_str().starts_with("5108111003") && place.ended_on.is_none()
}
