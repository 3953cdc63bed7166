//! Places as the case looks them up: a code is read as of the effective date.

use std::sync::Arc;

use super::Case;
use crate::date::Date;
use crate::place::{CodeUse, Place, PlaceCode};
use crate::rejection::{PlaceRejection, Rejection};
use crate::say::say;

impl<'a> Case<'a> {
    /// The place that bears the code on the effective date and goes on: nothing new is attached to what has ended.
    pub(crate) fn place(&self, code: &PlaceCode, pointer: &str) -> Result<&'a Arc<Place>, Rejection> {
        let found = self.place_then(code, pointer)?;
        match found.ended_on {
            Some(on) => Err(self.ended(found, on)),
            None => Ok(found),
        }
    }

    /// The place that bears the code on the effective date, also one that has ended since.
    pub(crate) fn place_then(&self, code: &PlaceCode, pointer: &str) -> Result<&'a Arc<Place>, Rejection> {
        let current = self.state.place_by_code(code);
        if let Some(found) = current.filter(|found| found.bears_code_from() <= self.on()) {
            return Ok(found);
        }
        let uses = self.uses(code);
        let then = uses.iter().rfind(|used| used.from <= self.on() && self.on() < used.until);
        if let Some(found) = then.and_then(|used| self.state.places.get(&used.place)) {
            return Ok(found);
        }
        let ended = uses.iter().rfind(|used| used.until <= self.on());
        match (current, ended.and_then(|used| self.state.places.get(&used.place).map(|found| (used, found))))
        {
            (_, Some((used, found))) => Err(self.ended(found, used.until)),
            (Some(found), None) => Err(Rejection::PlaceNotInForce {
                code: code.clone(),
                on: self.on(),
                from: found.bears_code_from(),
                pointer: pointer.into(),
            }),
            (None, None) => Err(Self::unknown(say("行政区划", "place"), code, pointer)),
        }
    }

    fn uses(&self, code: &PlaceCode) -> &'a [CodeUse] {
        self.state.past_codes.get(code).map_or(&[], Vec::as_slice)
    }

    /// Nobody bears the code on the effective date or later.
    pub(crate) fn code_is_free(&self, code: &PlaceCode) -> Result<(), Rejection> {
        let current = self.state.place_by_code(code);
        let later = self.uses(code).iter().find(|used| used.until > self.on());
        let holder = current.or_else(|| later.and_then(|used| self.state.places.get(&used.place)));
        match holder {
            Some(holder) => Err(Rejection::CodeInUse { code: code.clone(), name: holder.name.to_string() }),
            None => Ok(()),
        }
    }

    /// What was asked for is no more; says what goes on.
    pub(crate) fn ended(&self, place: &Place, on: Date) -> Rejection {
        let line = |place: &Place| format!("{} {}", place.code, place.name);
        let successors = place.successors.iter().filter_map(|id| self.state.places.get(id));
        let named: Vec<_> = successors.map(|successor| line(successor)).collect();
        // A place that only bears another code now is its own successor.
        let successors = if place.ended_on.is_none() { line(place) } else { named.join(", ") };
        PlaceRejection::Ended { name: place.name.to_string(), on, successors }.into()
    }
}
