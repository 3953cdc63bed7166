//! `register-place`: a place exists from the effective date on.

use crate::case::Case;
use crate::command_data::RegisterPlace;
use crate::event::EventBody;
use crate::event_data::PlaceRegistered;
use crate::ids::PlaceId;
use crate::place::Level;
use crate::rejection::Rejection;
use crate::state::scope_of_code;

pub(crate) fn decide(case: &mut Case<'_>, data: &RegisterPlace) -> Result<Vec<EventBody>, Rejection> {
    let city = &case.state.city;
    if !data.code.is_within(city) {
        return Err(Rejection::OtherCity { code: data.code.clone(), city: city.clone() });
    }
    case.require_scope(&scope_of_code(&data.code), data.code.as_str())?;
    let id = data.id.unwrap_or(PlaceId(case.command.id.0));
    if case.state.places.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    if let Some(holder) = case.state.place_by_code(&data.code) {
        return Err(Rejection::CodeInUse { code: data.code.clone(), name: holder.name.to_string() });
    }
    let kind = (data.level == Level::Village).then(|| data.kind.unwrap_or_else(|| data.code.village_kind()));
    Ok(vec![EventBody::PlaceRegistered(PlaceRegistered {
        place: id,
        code: data.code.clone(),
        name: data.name.clone(),
        level: data.level,
        parent: parent(case, data)?,
        parent_code: data.parent.clone().filter(|_| data.level != Level::City),
        kind,
    })])
}

/// The place above: one tier up, with a code that begins the place's own. The city is the root of its log, so a
/// county needs no registered parent.
fn parent(case: &Case<'_>, data: &RegisterPlace) -> Result<Option<PlaceId>, Rejection> {
    let unfit = || Rejection::PlaceLevel {
        code: data.code.clone(),
        level: data.level.as_str(),
        parent: data.parent.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string),
    };
    if data.code.level() != data.level {
        return Err(unfit());
    }
    let expected = match data.level {
        Level::City => return Ok(None),
        Level::County => Level::City,
        Level::Township => Level::County,
        Level::Village => Level::Township,
    };
    let code = data.parent.as_ref().ok_or_else(unfit)?;
    if code.level() != expected || !data.code.is_within(code) {
        return Err(unfit());
    }
    if expected == Level::City {
        return Ok(case.state.place_by_code(code).map(|place| place.id));
    }
    case.place(code, "/data/parent").map(|place| Some(place.id))
}
