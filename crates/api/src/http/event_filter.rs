//! Which events a reader gets: those of the subject filter that it asks for, inside the scope that it has.
//!
//! A scope follows the place, whatever its codes: an event carries the codes of its day, a code may be given anew to
//! another place, and only code and position together say which place an event is of.

use std::borrow::Cow;

use domain::CityState;
use domain::account::Role;
use domain::ids::PlaceId;
use domain::place::{Level, Place, PlaceCode, ToldCode};
use event_log::Position;
use event_log::versions::WantedType;
use serde::Deserialize;

use super::App;
use super::query::{Query, malformed, wrong};
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// The token of what has no county.
const NO_COUNTY: &str = "_";

/// What a reader asks for, found once: an open stream keeps to the place that was meant, whatever becomes of its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    scope: WantedScope,
    event_type: Option<WantedType>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum WantedScope {
    /// All that concerns the reader's own.
    Own,
    /// What has no county.
    NoCounty,
    /// The whole city.
    City,
    /// A county or township.
    Place(PlaceId),
    /// A code that no place has borne yet.
    Unborne(PlaceCode),
}

/// A filter over the attributes of an event and its position; it holds for the events of the state that it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventFilter {
    /// Every one of them must hold.
    scopes: Vec<EventScope>,
    event_type: Option<WantedType>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum EventScope {
    /// What has no county.
    NoCounty,
    /// One county.
    County(Vec<ToldCode>),
    /// One county, and what has none: all that concerns it.
    CountyAndNone(Vec<ToldCode>),
    /// One township.
    Township(Vec<ToldCode>),
}

/// What the filter looks at, borrowed from the stored bytes.
#[derive(Debug, Deserialize)]
pub(crate) struct Attributes<'a> {
    #[serde(rename = "type", borrow)]
    event_type: Cow<'a, str>,
    #[serde(default, borrow)]
    county: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    township: Option<Cow<'a, str>>,
}

impl<'a> Attributes<'a> {
    /// Those of an event's bytes; nothing where they do not read.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The same without the bytes.
    pub(crate) fn into_owned(self) -> Attributes<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        let Self { event_type, county, township } = self;
        Attributes { event_type: own(event_type), county: county.map(own), township: township.map(own) }
    }
}

impl Wanted {
    /// Reads `scope` and `type`. Without a scope a reader gets all that concerns its own.
    pub(crate) fn read(query: &Query, principal: &Principal, state: &CityState) -> Result<Self, Problem> {
        let scope = match query.text("scope") {
            None => WantedScope::Own,
            Some(NO_COUNTY) if principal.role == Role::TownshipClerk => {
                return Err(outside(NO_COUNTY, principal));
            }
            Some(NO_COUNTY) => WantedScope::NoCounty,
            Some(text) => {
                let code: PlaceCode = text.parse().map_err(|_| wrong_scope(text))?;
                if !may_ask(state, principal, &code) {
                    return Err(outside(text, principal));
                }
                match code.level() {
                    Level::City if code == state.city => WantedScope::City,
                    Level::County | Level::Township => match state.bearer(&code) {
                        Some(place) => WantedScope::Place(place.id),
                        None => WantedScope::Unborne(code),
                    },
                    Level::City | Level::Village => return Err(wrong_scope(text)),
                }
            }
        };
        let event_type = match query.text("type") {
            None => None,
            Some(name) => Some(WantedType::parse(name).ok_or_else(|| {
                let name: String =
                    name.chars().filter(|character| !character.is_control()).take(60).collect();
                malformed(
                    format!("没有事件类型 {name}；见 /schemas"),
                    format!("there is no event type {name}; see /schemas"),
                )
            })?),
        };
        Ok(Self { scope, event_type })
    }

    /// All that concerns the reader's own.
    pub(crate) fn own() -> Self {
        Self { scope: WantedScope::Own, event_type: None }
    }

    /// What is asked for, as far as it is the reader's, up to the last event of the state.
    pub(crate) fn filter(&self, principal: &Principal, state: &CityState) -> EventFilter {
        let asked = match &self.scope {
            WantedScope::Own | WantedScope::City => None,
            WantedScope::NoCounty => Some(EventScope::NoCounty),
            WantedScope::Place(id) => {
                state.places.get(id).map(|place| EventScope::of(place.level, state.told(*id)))
            }
            WantedScope::Unborne(code) => Some(EventScope::of_code(code, state)),
        };
        let own = (principal.scope.level() < Level::City)
            .then(|| EventScope::of_code(&principal.scope, state).with_what_has_no_county());
        EventFilter { scopes: asked.into_iter().chain(own).collect(), event_type: self.event_type }
    }
}

impl App {
    /// The filter, and the position up to which it holds: that one, or as far as the state has come where codes decide.
    /// What lies between is told under codes that the state may not know yet.
    pub(crate) async fn filter_up_to(
        &self,
        wanted: &Wanted,
        principal: &Principal,
        position: Position,
    ) -> Result<(EventFilter, Position), Problem> {
        let state = self.state()?;
        let filter = wanted.filter(principal, &state);
        if !filter.needs_codes() || state.last_position >= position {
            return Ok((filter, position));
        }
        let state = self.state_at(position).await?;
        Ok((wanted.filter(principal, &state), position.min(state.last_position)))
    }
}

/// Whether a code is of a place that lies in the reader's scope, or once lay in it: what it left there stays readable.
fn may_ask(state: &CityState, principal: &Principal, code: &PlaceCode) -> bool {
    let Some(asked) = state.bearer(code) else { return code.is_within(&principal.scope) };
    let own = |place: &Place| state.scope_of_place(place.id).is_within(&principal.scope);
    let Some(reader) = state.bearer(&principal.scope) else { return own(asked) };
    let was_below = asked.past.iter().any(|past| past.parent == Some(reader.id));
    let went_over = state.current_successor(asked.id).is_some_and(|place| place.id == reader.id);
    asked.id == reader.id || own(asked) || was_below || went_over
}

impl EventFilter {
    /// Whether every event passes, so that none need be looked at.
    fn is_open(&self) -> bool {
        self.scopes.is_empty() && self.event_type.is_none()
    }

    /// Whether what passes depends on the codes of places, which the state must know up to the event.
    fn needs_codes(&self) -> bool {
        self.scopes.iter().any(|scope| *scope != EventScope::NoCounty)
    }

    /// Whether the event of these bytes passes; one that does not read is the operator's business, and passes nobody.
    pub(crate) fn passes(&self, position: Position, body: &[u8]) -> bool {
        self.is_open() || self.lets_through(position, Attributes::read(body).as_ref())
    }

    /// The same where the event has been looked at already.
    pub(crate) fn lets_through(&self, position: Position, found: Option<&Attributes<'_>>) -> bool {
        self.is_open()
            || found.is_some_and(|found| {
                self.scopes.iter().all(|scope| scope.holds(position, found))
                    && self.event_type.is_none_or(|wanted| wanted.takes(&found.event_type))
            })
    }
}

impl EventScope {
    fn of(level: Level, told: Vec<ToldCode>) -> Self {
        if level == Level::County { Self::County(told) } else { Self::Township(told) }
    }

    /// Of the place that bears the code or was the last to; of the code alone where none ever did.
    fn of_code(code: &PlaceCode, state: &CityState) -> Self {
        let told = state.bearer(code).map_or_else(
            || vec![ToldCode { code: code.clone(), after: 0, up_to: None }],
            |place| state.told(place.id),
        );
        Self::of(code.level(), told)
    }

    /// A county's reader gets what is everybody's as well.
    fn with_what_has_no_county(self) -> Self {
        match self {
            Self::County(told) => Self::CountyAndNone(told),
            other => other,
        }
    }

    fn holds(&self, position: Position, found: &Attributes<'_>) -> bool {
        let is_told = |own: &Option<Cow<'_, str>>, told: &[ToldCode]| {
            own.as_deref().is_some_and(|own| told.iter().any(|told| told.tells(own, position)))
        };
        match self {
            Self::NoCounty => found.county.is_none(),
            Self::County(told) => is_told(&found.county, told),
            Self::CountyAndNone(told) => found.county.is_none() || is_told(&found.county, told),
            Self::Township(told) => is_told(&found.township, told),
        }
    }
}

fn wrong_scope(text: &str) -> Problem {
    wrong("scope", text, "本市、县、乡镇代码或 _", "the code of the city, a county or a township, or _")
}

fn outside(what: &str, principal: &Principal) -> Problem {
    let scope = &principal.scope;
    let zh = format!("{what} 不在您的管辖范围 {scope} 之内");
    Problem::new(Kind::Forbidden, zh, format!("{what} is outside your scope {scope}"))
}

#[cfg(test)]
mod tests;
