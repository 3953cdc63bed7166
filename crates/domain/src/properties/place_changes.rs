//! A change of a place loses nothing: no member, no function, no yuan, and nothing is left behind in what has ended.

use std::collections::BTreeMap;

use super::each_sequence;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::money::Funding;
use crate::premises::Premises;
use crate::testing::City;
use crate::text::Text;
use crate::{CityState, EventBody};

/// What must outlive a change of places.
#[derive(Debug, PartialEq)]
struct Kept {
    /// Formal and probationary members of each organization.
    members: BTreeMap<OrganizationId, (u32, u32)>,
    /// Members and functions of each joint branch.
    joint_branches: BTreeMap<JointBranchId, (Vec<OrganizationId>, String)>,
    /// What each organization lets a joint branch hold.
    held_elsewhere: BTreeMap<OrganizationId, String>,
    /// What each village had in each year, ended ones too.
    funding: BTreeMap<PlaceId, BTreeMap<i16, Funding>>,
    /// Projects of premises with what was paid, by where they began.
    premises: BTreeMap<(PlaceId, Text), Premises>,
}

impl Kept {
    fn of(state: &CityState) -> Self {
        Self {
            members: state
                .organizations
                .values()
                .map(|found| (found.id, (found.formal_members, found.probationary_members)))
                .collect(),
            joint_branches: state
                .joint_branches
                .values()
                .map(|found| (found.id, (found.members.clone(), format!("{:?}", found.functions))))
                .collect(),
            held_elsewhere: state
                .organizations
                .values()
                .map(|found| (found.id, format!("{:?}", found.held_elsewhere)))
                .collect(),
            funding: state
                .places
                .values()
                .filter(|place| !place.funding.is_empty())
                .map(|place| (place.id, place.funding.clone()))
                .collect(),
            premises: state
                .places
                .values()
                .flat_map(|place| &place.premises)
                .map(|found| ((found.begun_in, found.project.clone()), found.clone()))
                .collect(),
        }
    }
}

fn is_place_change(body: &EventBody) -> bool {
    body.event_type().starts_with("place.")
        && !matches!(
            body,
            EventBody::PlaceRegistered(_) | EventBody::VillageFunded(_) | EventBody::PremisesPaid(_)
        )
}

/// Whoever went on is where something still is.
fn check_nothing_left_behind(before: &CityState, after: &CityState) {
    let has_ended =
        |state: &CityState, id| state.places.get(&id).is_some_and(|place| place.ended_on.is_some());
    for organization in after.organizations.values() {
        let was = before.organizations.get(&organization.id).map(|found| found.location);
        let was_left = was.is_some_and(|location| has_ended(before, location));
        let is_abolished =
            matches!(organization.status, crate::organization::OrganizationStatus::Abolished { .. });
        assert!(
            was_left || is_abolished || !has_ended(after, organization.location),
            "{} lies in what has ended",
            organization.name
        );
    }
    for joint in after.joint_branches.values() {
        assert!(!has_ended(after, joint.lead_township), "{} is led by what has ended", joint.name);
    }
}

#[test]
fn a_place_change_loses_no_member_no_function_and_no_yuan() {
    let changes = std::cell::Cell::new(0);
    each_sequence(|steps| {
        let mut city = City::new();
        for step in steps {
            let before = city.state.clone();
            let Ok(decision) = city.run(step.draft(&city)) else { continue };
            if decision.events.iter().any(is_place_change) {
                changes.set(changes.get() + 1);
                assert_eq!(Kept::of(&before), Kept::of(&city.state));
                check_nothing_left_behind(&before, &city.state);
            }
        }
    });
    assert!(changes.get() > 50, "{} changes of places", changes.get());
}
