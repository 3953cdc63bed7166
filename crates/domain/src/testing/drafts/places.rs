//! Commands that change places, with sensible defaults.

use super::{Draft, officer};
use crate::commands::change_place::PlaceChange;
use crate::commands::end_place::SplitShare;
use crate::commands::{ChangePlace, CommandBody, RegisterPlace};
use crate::ids::{JointBranchId, OrganizationId};
use crate::testing::city::{COUNTY_ORGAN, place_data};

/// A change of a place that says nothing yet.
pub fn changing(place: &str, change: PlaceChange) -> ChangePlace {
    ChangePlace {
        place: place.parse().unwrap(),
        change,
        code: None,
        name: None,
        parent: None,
        consent: None,
        successors: Vec::new(),
        shares: Vec::new(),
    }
}

/// One place merges into another.
pub fn merged(place: &str, into: &str) -> ChangePlace {
    ChangePlace { successors: vec![into.parse().unwrap()], ..changing(place, PlaceChange::Merge) }
}

/// `change-place` by the county on 2020-03-01.
pub fn change_place(data: ChangePlace) -> Draft {
    Draft::new(CommandBody::ChangePlace(data), officer("officer-1"), COUNTY_ORGAN, "2020-03-01")
}

/// What a successor of a split takes.
pub fn share_of(
    place: Option<&str>,
    organization: Option<OrganizationId>,
    joint_branch: Option<JointBranchId>,
    successor: &str,
) -> SplitShare {
    let place = place.map(|code| code.parse().unwrap());
    SplitShare { place, organization, joint_branch, successor: successor.parse().unwrap() }
}

/// `register-place` of a new village of the lead township.
pub fn new_village(code: &str, day: &str) -> Draft {
    new_place(code, day)
}

/// `register-place` of a place that the fixtures do not know.
pub fn new_place(code: &str, day: &str) -> Draft {
    let data = RegisterPlace { id: None, ..place_data(code, "新村") };
    Draft::new(CommandBody::RegisterPlace(data), officer("officer-1"), COUNTY_ORGAN, day)
}
