//! From a person's name to the ids under which the log knows the person: names stand in the erasable store alone.
//!
//! The name is posted, and the answer leads on to a search by ids. So it stands in no address: not in the browser's history,
//! not in a proxy's log, and not in the access log, which notes that somebody searched by a name and, with the address that
//! follows, whom the search was about.

use std::collections::BTreeMap;

use api::http::App;
use api::problem::{Kind, Problem};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::CityState;
use domain::entity::Entity;
use domain::holder::{name_key, without_dots};
use domain::ids::{AccountId, PersonId};
use domain::person::Person;
use service::names::{HOLDER_POINTER, NAME_POINTER};

use super::page_request::PageRequest;
use super::see_other;
use super::sessions::Sent;
use crate::pages::visit::with_query;

/// The most persons of one search: their ids must stand in one address, and whole in the access log.
pub(super) const MAX_PERSONS: usize = 15;
/// What stands between two ids.
pub(super) const BETWEEN_IDS: char = ' ';
/// The longest form.
const MAX_FORM_BYTES: usize = 4_096;

/// `POST /log/names`: leads to the records of the persons who bear the name.
pub(super) async fn resolve(
    State(app): State<App>,
    asked: PageRequest,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, &body, MAX_FORM_BYTES)?;
    let ids = persons_named(&app, &asked, &name_key(sent.text("name")))?;
    if ids.len() > MAX_PERSONS {
        let zh = format!("有 {} 人姓名含有这些字，请写全姓名（最多同时查 {MAX_PERSONS} 人）", ids.len());
        let en =
            format!("{} persons bear it: write the whole name (at most {MAX_PERSONS} at a time)", ids.len());
        return Err(Problem::new(Kind::Malformed, zh, en));
    }
    let (ids, post) = (ids.join(&BETWEEN_IDS.to_string()), sent.text("post"));
    let found = if ids.is_empty() { ("nobody", "1") } else { ("person", ids.as_str()) };
    let further = [found, ("post", post)].into_iter().filter(|(_, value)| !value.is_empty());
    Ok(see_other(&asked.visit.link(&with_query("/log", further))))
}

/// The name behind an id that is searched for, a person's with the organization, since several bear one name; nothing outside the reader's scope, or where the name was erased.
pub(super) fn name_of_sought(app: &App, asked: &PageRequest, id: &str) -> Result<Option<String>, Problem> {
    let (state, control) = (app.state()?, app.service.control());
    if let Some(person) = person_in_scope(&state, asked, id) {
        let organization = state.organizations.get(&person.organization);
        let organization = organization.map(|found| format!("（{}）", found.name)).unwrap_or_default();
        return Ok(control.value_of(id, NAME_POINTER)?.map(|name| name + &organization));
    }
    if is_account_in_scope(&state, asked, id) {
        return Ok(control.value_of(id, HOLDER_POINTER)?);
    }
    Ok(None)
}

/// The ids of the persons in the reader's scope whose name holds these characters; for those who may see who acted, the
/// accounts of such a holder as well.
pub(super) fn persons_named(app: &App, asked: &PageRequest, sought: &str) -> Result<Vec<String>, Problem> {
    if sought.is_empty() {
        return Ok(Vec::new());
    }
    let (state, control) = (app.state()?, app.service.control());
    // The latest value of a subject comes last.
    let of = |pointer: &str| -> Result<BTreeMap<String, String>, Problem> {
        let values = control.values_of_pointer(pointer)?.into_iter();
        Ok(values.collect::<BTreeMap<_, _>>().into_iter().filter(|(_, name)| bears(name, sought)).collect())
    };
    let persons = of(NAME_POINTER)?.into_keys().filter(|id| person_in_scope(&state, asked, id).is_some());
    let holders = of(HOLDER_POINTER)?.into_keys().filter(|id| is_account_in_scope(&state, asked, id));
    Ok(persons.chain(holders).collect())
}

fn person_in_scope<'a>(state: &'a CityState, asked: &PageRequest, id: &str) -> Option<&'a Person> {
    let person = state.persons.get(&id.parse::<PersonId>().ok()?)?;
    let scope = state.scope_of_organization(person.organization);
    scope.is_within(&asked.principal.scope).then_some(person.as_ref())
}

/// Whether it is an account in the scope of somebody who may see who acted.
fn is_account_in_scope(state: &CityState, asked: &PageRequest, id: &str) -> bool {
    let account = id.parse::<AccountId>().ok().filter(|id| state.accounts.contains_key(id));
    asked.principal.sees_actors()
        && account.is_some_and(|id| state.scope_of(Entity::Account(id)).is_within(&asked.principal.scope))
}

/// Whether a name holds what is sought, by its key: however either is spelled, and with or without the dots.
fn bears(name: &str, sought: &str) -> bool {
    let name = name_key(name);
    name.contains(sought) || without_dots(&name).contains(&without_dots(sought))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_with_and_without_its_blank() {
        assert!(bears("李 四", &name_key("李四")) && bears("李四", &name_key("李　四")));
        assert!(!bears("李四", "李五"));
    }

    #[test]
    fn a_name_is_found_whatever_dot_stands_between_its_parts() {
        for sought in [
            "古丽娜尔·吐尔逊",
            "古丽娜尔•吐尔逊",
            "古丽娜尔‧吐尔逊",
            "古丽娜尔・吐尔逊",
            "古丽娜尔．吐尔逊",
            "古丽娜尔.吐尔逊",
            "古丽娜尔吐尔逊",
            "尔•吐",
        ] {
            for name in ["古丽娜尔·吐尔逊", "古丽娜尔.吐尔逊", "古丽娜尔吐尔逊"] {
                assert!(bears(name, &name_key(sought)), "{name} {sought}");
            }
        }
        assert!(!bears("古丽娜尔·吐尔逊", &name_key("古丽·娜尔逊")));
    }

    #[test]
    fn the_ids_of_as_many_as_are_allowed_stand_whole_in_the_access_log() {
        let ids = vec![ulid::Ulid::from(u128::MAX).to_string(); MAX_PERSONS].join(&BETWEEN_IDS.to_string());
        let address = with_query("/log", [("person", ids.as_str()), ("as_of", "2019-06-30")].into_iter());
        assert!(address.len() <= service::access_log::MAX_PATH_CHARACTERS, "{}", address.len());
    }
}
