//! Sums under keys: counties stand under the code of today, whatever they were called when something was recorded.

use std::collections::BTreeMap;

use domain::CityState;
use domain::place::PlaceCode;

/// Codes of counties as they were recorded, by what goes on for them today.
pub(super) fn today_of(state: &CityState, code: Option<&PlaceCode>) -> Option<PlaceCode> {
    code.map(|code| state.resolve_code(code).map_or_else(|| code.clone(), |place| place.code.clone()))
}

/// What stands under a key, to be added to.
pub(super) fn added<K: Ord, V: Default>(all: &mut BTreeMap<K, V>, key: K) -> &mut V {
    all.entry(key).or_default()
}
