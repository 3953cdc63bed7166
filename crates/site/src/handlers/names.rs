//! Names for ids and codes, from the snapshot that is shown and the erasable store.

use api::http::App;
use api::http::reads::Snapshot;
use domain::CityState;
use domain::ids::{AccountId, MeetingId, PersonId, SupervisionId, YellowCardId};
use domain::place::PlaceCode;
use labels::fields::field;
use service::names::{self, NAME_POINTER};

use super::page_request::PageRequest;
use crate::pages::entries::Named;
use crate::pages::lists::village_name;
use crate::pages::rules::anchor;

/// Finds names for a page: of ids, places, entries of code lists and rules.
pub(super) struct NameFinder<'a> {
    app: &'a App,
    /// Who asks, and in which language: nobody of another county is named, and links keep the past.
    asked: &'a PageRequest,
    /// The snapshot that is shown.
    frame: &'a Snapshot,
    /// The state of today, for persons.
    state: &'a CityState,
    /// The code lists in force, each entry with its name in the reader's language.
    codes: Vec<(String, String)>,
}

impl<'a> NameFinder<'a> {
    /// Finds the names of ids, and of places by their codes.
    pub(super) fn new(
        app: &'a App,
        asked: &'a PageRequest,
        frame: &'a Snapshot,
        state: &'a CityState,
    ) -> Self {
        Self { app, asked, frame, state, codes: Vec::new() }
    }

    /// The same, and the names of the entries of the code lists in force in a county, or else in the city.
    pub(super) fn with_codes(mut self, county: Option<&PlaceCode>) -> Self {
        let (defaults, language) = (self.app.service.policy(), self.asked.visit.language);
        let policy = self.frame.views.policies().resolve(defaults, self.frame.on, county);
        let entries = policy.code_lists.values().flatten();
        let named =
            entries.map(|entry| (entry.code.to_string(), language.pick(&entry.zh, &entry.en).to_string()));
        self.codes = named.collect();
        self
    }

    /// The name of an id or code, with its page.
    pub(super) fn find(&self, key: &str) -> Option<Named> {
        if key.len() == ulid::ULID_LEN {
            return self.of_id(key);
        }
        if key.len() >= 4 && key.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.of_code(key);
        }
        if let Some((_, name)) = self.codes.iter().find(|(code, _)| code == key) {
            return Some(Named { text: name.clone(), link: None });
        }
        let (rule, visit) = (self.app.service.policy().rules.get(key)?, &self.asked.visit);
        let text = visit.language.pick(&rule.zh, &rule.en).clone();
        Some(Named { text, link: Some(anchor(visit, key)) })
    }

    /// The name of a person, if it was not erased.
    pub(super) fn person(&self, id: &str) -> Option<String> {
        self.app.service.control().value_of(id, NAME_POINTER).ok().flatten()
    }

    /// The name of the holder of an account, if it was not erased.
    pub(super) fn holder(&self, account: &str) -> Option<String> {
        names::holder(self.app.service.control(), account).ok().flatten()
    }

    fn of_id(&self, key: &str) -> Option<Named> {
        let linked = |text: &str, path: &str| Named {
            text: text.to_owned(),
            link: Some(self.asked.visit.link(&format!("{path}/{key}"))),
        };
        if let Some(found) = key.parse().ok().and_then(|id| self.frame.views.joint_branch(id)) {
            return Some(linked(found.name.as_str(), "/joint-branches"));
        }
        if let Some(found) = key.parse().ok().and_then(|id| self.frame.views.organization(id)) {
            return Some(linked(found.name.as_str(), "/organizations"));
        }
        if let Some(found) = key.parse().ok().and_then(|id| self.frame.views.place(id)) {
            let name = village_name(&found.name, found.kind);
            return Some(Named { text: format!("{name} {}", found.code), link: None });
        }
        if let Some(kind) = self.kind_of(key) {
            return Some(Named { text: field(self.asked.visit.language, "", kind), link: None });
        }
        let id = key.parse::<PersonId>().ok()?;
        let person = self.state.persons.get(&id);
        let is_known =
            person.is_some_and(|person| self.state.is_known_in(person, &self.asked.principal.scope));
        let name = is_known.then(|| self.person(key)).flatten()?;
        Some(Named { text: name, link: None })
    }

    /// What something is that has neither a name nor a page.
    fn kind_of(&self, key: &str) -> Option<&'static str> {
        let state = self.state;
        let kinds = [
            (
                "supervision",
                key.parse::<SupervisionId>().is_ok_and(|id| state.supervisions.contains_key(&id)),
            ),
            ("yellow_card", key.parse::<YellowCardId>().is_ok_and(|id| state.yellow_cards.contains_key(&id))),
            ("meeting", key.parse::<MeetingId>().is_ok_and(|id| state.meetings.contains_key(&id))),
            ("account", key.parse::<AccountId>().is_ok_and(|id| state.accounts.contains_key(&id))),
        ];
        kinds.into_iter().find(|(_, is_one)| *is_one).map(|(kind, _)| kind)
    }

    fn of_code(&self, key: &str) -> Option<Named> {
        let place = self.frame.views.place_by_code(&key.parse().ok()?)?;
        let path = match key.len() {
            _ if !self.asked.visit.may_see(&place.code) => None,
            6 => Some(format!("/counties/{key}")),
            9 => Some(format!("/townships/{key}")),
            12 => Some(format!("/villages/{key}")),
            _ => None,
        };
        Some(Named {
            text: village_name(&place.name, place.kind),
            link: path.map(|path| self.asked.visit.link(&path)),
        })
    }
}
