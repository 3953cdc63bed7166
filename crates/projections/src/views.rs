//! The snapshot of all rows at one position, with the look-ups that every tier needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::ids::{JointBranchId, OrganizationId, PlaceId};
use domain::place::{Level, PlaceCode};
use domain::{CityState, Event, evolve};
use imbl::{OrdMap, OrdSet};

use crate::rows::{CityRow, JointBranchRow, OrganizationRow, PlaceRow, Row, RowKey, row};
use crate::timeline::Timelines;
use crate::touched::touched;

/// The rows of a city after the event at `position`. A copy costs nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Views {
    pub(crate) position: u64,
    city: Arc<CityRow>,
    joint_branches: OrdMap<JointBranchId, Arc<JointBranchRow>>,
    organizations: OrdMap<OrganizationId, Arc<OrganizationRow>>,
    places: OrdMap<PlaceId, Arc<PlaceRow>>,
    timelines: Timelines,
    places_by_code: OrdMap<PlaceCode, PlaceId>,
    /// The joint branches that each city, county and township reads.
    readable: OrdMap<PlaceCode, OrdSet<JointBranchId>>,
    /// The villages and communities in each city, county and township, in the order of their codes.
    villages: OrdMap<PlaceCode, OrdSet<(PlaceCode, PlaceId)>>,
}

impl Views {
    /// The views of a city without history.
    pub fn new(city: PlaceCode) -> Self {
        Self::from_state(&CityState::new(city), Timelines::default())
    }

    /// All rows of a state.
    pub fn from_state(state: &CityState, timelines: Timelines) -> Self {
        let city = CityRow { city: state.city.clone(), ..CityRow::empty(state.city.clone()) };
        let mut views = Self {
            position: state.last_position,
            city: Arc::new(city),
            joint_branches: OrdMap::new(),
            organizations: OrdMap::new(),
            places: OrdMap::new(),
            timelines,
            places_by_code: OrdMap::new(),
            readable: OrdMap::new(),
            villages: OrdMap::new(),
        };
        let keys = std::iter::once(RowKey::City)
            .chain(state.joint_branches.keys().copied().map(RowKey::JointBranch))
            .chain(state.organizations.keys().copied().map(RowKey::Organization))
            .chain(state.places.keys().copied().map(RowKey::Place));
        views.refresh(state, keys);
        views
    }
