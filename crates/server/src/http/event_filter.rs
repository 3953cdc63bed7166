//! Which events a reader gets: those of the subject filter that it asks for, inside the scope that it has.

use std::borrow::Cow;

use domain::account::Role;
use domain::place::{Level, PlaceCode};
use serde::Deserialize;

use super::query::{Query, malformed, wrong};
use crate::auth::Principal;
use crate::openapi::event_type;
use crate::problem::{Kind, Problem};

/// The token of what has no county.
const NO_COUNTY: &str = "_";

/// A filter over the attributes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventFilter {
    scope: EventScope,
    event_type: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum EventScope {
    /// The whole city.
    City,
    /// What has no county.
    NoCounty,
    /// One county.
    County(PlaceCode),
    /// One county, and what has none: all that concerns it.
    CountyAndNone(PlaceCode),
    /// One township.
    Township(PlaceCode),
}

/// What the filter looks at, borrowed from the stored bytes.
#[derive(Deserialize)]
struct Attributes<'a> {
    #[serde(rename = "type", borrow)]
    event_type: Cow<'a, str>,
    #[serde(default, borrow)]
    county: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    township: Option<Cow<'a, str>>,
}

impl EventFilter {
    /// Reads `scope` and `type`. Without a scope a reader gets all that concerns its own.
    pub(crate) fn read(query: &Query, principal: &Principal, city: &PlaceCode) -> Result<Self, Problem> {
        let scope = match query.text("scope") {
            None => EventScope::of(principal),
            Some(NO_COUNTY) if principal.role == Role::TownshipClerk => {
                return Err(outside(NO_COUNTY, principal));
            }
            Some(NO_COUNTY) => EventScope::NoCounty,
            Some(text) => {
                let code: PlaceCode = text.parse().map_err(|_| wrong_scope(text))?;
                if !code.is_within(&principal.scope) {
                    return Err(outside(text, principal));
                }
                match code.level() {
                    Level::City if code == *city => EventScope::City,
                    Level::County => EventScope::County(code),
                    Level::Township => EventScope::Township(code),
                    Level::City | Level::Village => return Err(wrong_scope(text)),
                }
            }
        };
        let event_type = match query.text("type") {
            None => None,
            Some(name) => Some(event_type(name).ok_or_else(|| {
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

    /// Whether the event of these bytes passes; one that does not read is the operator's business, and passes nobody.
    pub(crate) fn passes(&self, body: &[u8]) -> bool {
        if self.scope == EventScope::City && self.event_type.is_none() {
            return true;
        }
        let Ok(found) = serde_json::from_slice::<Attributes<'_>>(body) else { return false };
        let is_own = |own: &Option<Cow<'_, str>>, code: &PlaceCode| own.as_deref() == Some(code.as_str());
        let in_scope = match &self.scope {
            EventScope::City => true,
            EventScope::NoCounty => found.county.is_none(),
            EventScope::County(code) => is_own(&found.county, code),
            EventScope::CountyAndNone(code) => found.county.is_none() || is_own(&found.county, code),
            EventScope::Township(code) => is_own(&found.township, code),
        };
        in_scope && self.event_type.is_none_or(|wanted| event_type(&found.event_type) == Some(wanted))
    }
}

impl EventScope {
    fn of(principal: &Principal) -> Self {
        let code = principal.scope.clone();
        match code.level() {
            Level::City => Self::City,
            Level::County => Self::CountyAndNone(code),
            Level::Township | Level::Village => Self::Township(code),
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
mod tests {
    use super::*;
    use crate::openapi::routes::{Endpoint, ROUTES};

    fn read(role: Role, own: &str, query: &str) -> Result<EventFilter, Problem> {
        let route = ROUTES.iter().find(|route| route.endpoint == Endpoint::Events).unwrap();
        let query = Query::read(&format!("/x?{query}").parse().unwrap(), route.query).unwrap();
        let principal = Principal { account: None, role, scope: own.parse().unwrap() };
        EventFilter::read(&query, &principal, &"5108".parse().unwrap())
    }

    const EVENTS: [&[u8]; 4] = [
        br#"{"type":"cn.lianjian.place.registered.v1","data":{"county":"x"}}"#,
        br#"{"type":"cn.lianjian.place.registered.v1","county":"510811"}"#,
        br#"{"type":"cn.lianjian.joint-branch.proposed.v1","county":"510811","township":"510811100"}"#,
        br#"{"type":"cn.lianjian.joint-branch.proposed.v1","county":"510812","township":"510812100"}"#,
    ];

    fn check(role: Role, own: &str, query: &str, expected: &[usize]) {
        let filter = read(role, own, query).unwrap();
        let passed: Vec<usize> = (0..EVENTS.len()).filter(|index| filter.passes(EVENTS[*index])).collect();
        assert_eq!(passed, expected, "{own} {query}");
    }

    #[test]
    fn a_reader_gets_what_concerns_its_scope() {
        check(Role::CityOffice, "5108", "", &[0, 1, 2, 3]);
        check(Role::Subscriber, "510811", "", &[0, 1, 2]);
        check(Role::TownshipClerk, "510811100", "", &[2]);
    }

    #[test]
    fn a_scope_selects_exactly_its_subject_filter() {
        check(Role::Subscriber, "510811", "scope=510811", &[1, 2]);
        check(Role::Subscriber, "510811", "scope=_", &[0]);
        check(Role::CountyOfficer, "510811", "scope=510811100", &[2]);
        check(Role::Auditor, "5108", "scope=5108&type=place.registered", &[0, 1]);
        check(Role::Auditor, "5108", "type=cn.lianjian.joint-branch.proposed.v1", &[2, 3]);
    }

    #[test]
    fn what_lies_outside_or_is_no_scope_is_refused() {
        let kind = |role, own: &str, query: &str| read(role, own, query).unwrap_err().kind();
        assert_eq!(kind(Role::Subscriber, "510811", "scope=510812"), Kind::Forbidden);
        assert_eq!(kind(Role::Subscriber, "510811", "scope=5108"), Kind::Forbidden);
        assert_eq!(kind(Role::TownshipClerk, "510811100", "scope=_"), Kind::Forbidden);
        assert_eq!(kind(Role::CityOffice, "5108", "scope=x"), Kind::Malformed);
        assert_eq!(kind(Role::CityOffice, "5108", "scope=510811100210"), Kind::Malformed);
        assert_eq!(kind(Role::CityOffice, "5108", "type=place.painted"), Kind::Malformed);
    }
}
