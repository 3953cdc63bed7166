//! Names for ids and codes, from the snapshot that is shown and the erasable store.

use domain::CityState;
use domain::ids::PersonId;
use domain::place::PlaceCode;
use event_log::ControlStore;
use projections::Views;

use crate::pages::entries::Named;

/// Finds names.
pub(super) struct NameFinder<'a> {
    /// The snapshot that is shown.
    pub(super) views: &'a Views,
    /// The state of today, for persons.
    pub(super) state: &'a CityState,
    /// Where the reader works: nobody of another county is named.
    pub(super) scope: &'a PlaceCode,
    /// The erasable store.
    pub(super) control: &'a dyn ControlStore,
    /// The code lists in force, each entry with its name in the reader's language.
    pub(super) codes: Vec<(String, String)>,
    /// The further part of every address.
    pub(super) link: &'a dyn Fn(&str) -> String,
}

/// The field of `register-person` that holds a person's name.
const NAME_POINTER: &str = "/name";

impl NameFinder<'_> {
    /// The name of an id or code, with its page.
    pub(super) fn find(&self, key: &str) -> Option<Named> {
        if key.len() == ulid::ULID_LEN {
            return self.of_id(key);
        }
        if key.len() >= 4 && key.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.of_code(key);
        }
        let code = self.codes.iter().find(|(code, _)| code == key)?;
        Some(Named { text: code.1.clone(), link: None })
    }

    /// The name of a person, if it was not erased.
    pub(super) fn person(&self, id: &str) -> Option<String> {
        self.control.value_of(id, NAME_POINTER).ok().flatten()
    }

    fn of_id(&self, key: &str) -> Option<Named> {
        let linked = |text: &str, path: &str| Named {
            text: text.to_owned(),
            link: Some((self.link)(&format!("{path}/{key}"))),
        };
        if let Some(found) = key.parse().ok().and_then(|id| self.views.joint_branch(id)) {
            return Some(linked(found.name.as_str(), "/joint-branches"));
        }
        if let Some(found) = key.parse().ok().and_then(|id| self.views.organization(id)) {
            return Some(linked(found.name.as_str(), "/organizations"));
        }
        if let Some(found) = key.parse().ok().and_then(|id| self.views.place(id)) {
            return Some(Named { text: format!("{} {}", found.name, found.code), link: None });
        }
        let id = key.parse::<PersonId>().ok()?;
        let person = self.state.persons.get(&id);
        let is_known = person.is_some_and(|person| self.state.is_known_in(person, self.scope));
        let name = is_known.then(|| self.person(key)).flatten()?;
        Some(Named { text: name, link: None })
    }

    fn of_code(&self, key: &str) -> Option<Named> {
        let place = self.views.place_by_code(&key.parse().ok()?)?;
        let path = match key.len() {
            6 => Some(format!("/counties/{key}")),
            9 => Some(format!("/townships/{key}")),
            _ => None,
        };
        Some(Named { text: place.name.to_string(), link: path.map(|path| (self.link)(&path)) })
    }
}
