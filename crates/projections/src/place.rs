//! Places as people look them up: by code on a day, and villages with the joint branches that cover them.

use domain::place::{Level, PlaceCode, PlaceKind};
use domain::text::Text;
use serde::Serialize;
use serde_json::Value;

use crate::organization::Membership;
use crate::reading::{Reading, View, ViewError, json, json_rows};
use crate::rows::PlaceRow;

#[derive(Serialize)]
struct VillageEntry<'a> {
    code: &'a PlaceCode,
    name: &'a Text,
    kind: Option<PlaceKind>,
    township: Option<&'a PlaceCode>,
    /// The live joint branches in which its organization is a member.
    joint_branches: Vec<Membership<'a>>,
}

/// The places on the register on the day of the reading: the one that bears the code, or all.
pub fn places_view(reading: Reading<'_>, code: Option<&PlaceCode>) -> Result<View, ViewError> {
    let found = reading.views.places().filter(|place| place.in_force_from <= reading.on);
    let wanted = found.filter(|place| code.is_none_or(|code| place.code == *code));
    let scope = code.unwrap_or(&reading.views.city().city);
    Ok(reading.view(scope, json_rows(wanted)?))
}

/// A village or community as a row of its township.
pub(crate) fn village_entry(reading: Reading<'_>, village: &PlaceRow) -> Result<Value, ViewError> {
    let around = village.township.as_ref().or(village.county.as_ref()).unwrap_or(&village.code);
    let covering = reading.views.readable_by(around).filter(|row| row.is_live()).filter(|row| {
        row.members.iter().filter_map(|member| member.village.as_ref()).any(|place| place.id == village.id)
    });
    json(&VillageEntry {
        code: &village.code,
        name: &village.name,
        kind: village.kind,
        township: village.township.as_ref(),
        joint_branches: covering.map(|row| row.as_ref().into()).collect(),
    })
}

/// Refuses a code that no place of that tier bears on the day of the reading.
pub(crate) fn require(reading: Reading<'_>, code: &PlaceCode, level: Level) -> Result<(), ViewError> {
    let place = reading.views.place_by_code(code);
    if place.is_some_and(|place| place.level == level && place.in_force_from <= reading.on) {
        return Ok(());
    }
    Err(ViewError::UnknownPlace { code: code.clone(), tier: level.chinese(), tier_name: level.as_str() })
}
