//! `/accesses`: the auditor's page of who looked at what.

use api::auth::AUDITORS;
use api::http::App;
use api::http::accesses::cursor;
use api::http::reads::Snapshot;
use api::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use domain::CityState;
use domain::entity::Entity;
use domain::place::PlaceCode;
use labels as w;
use labels::terms::term;
use service::access_search::Sought;
use service::names;

use super::names::NameFinder;
use super::page_request::PageRequest;
use crate::pages::accesses::{self, Access, Person};

/// How many are shown at a time.
const MAX_SHOWN: usize = 200;

/// The accesses that are looked for, the newest first.
pub(super) async fn list(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.principal.require_role(AUDITORS)?;
    let frame = asked.frame(&app).await?;
    let text = |name: &str| asked.query.text(name).map(str::trim).filter(|text| !text.is_empty());
    let named = text("about").map(|name| part_of_address(&frame, &asked.principal.scope, name));
    let is_unknown = named == Some(None);
    let sought = Sought {
        who: text("who").map(str::to_owned),
        // Nothing has an address with a blank in it: of what is not known nobody has seen anything.
        about: named.map(|part| part.unwrap_or_else(|| " ".to_owned())),
        from: asked.query.date("from")?,
        to: asked.query.date("to")?,
    };
    let found = app.accesses(&asked.principal, sought, true, cursor(&asked.query)?, MAX_SHOWN).await?;
    let state = app.state()?;
    let people = people(&app, &asked, &state)?;
    let rows = found.rows.into_iter().filter_map(|(_, note, name)| Some(Access { note: note?, name }));
    let rows: Vec<Access> = rows.collect();
    let finder = NameFinder::new(&app, &asked, &frame, &state);
    let visit = &asked.visit;
    let table = accesses::table(visit, &rows, &|key| finder.find(key));
    let main = maud::html! {
        (accesses::form(visit, &people, is_unknown))
        (table.listed(visit))
        @if let Some(next) = found.next {
            p.screen { a href=(visit.here(&[("cursor", &next.to_string())])) { (visit.say(w::accesses::EARLIER_ACCESSES)) } }
        }
    };
    asked.show_table(visit.say(w::accesses::ACCESSES), &table, &main)
}

/// The part of an address under which something is looked at: an id or a code.
fn part_of_address(frame: &Snapshot, scope: &PlaceCode, name: &str) -> Option<String> {
    let views = &frame.views;
    let joint_branch =
        views.readable_by(scope).find(|row| row.name.as_str() == name).map(|row| row.id.to_string());
    let organization =
        || views.organizations().find(|row| row.name.as_str() == name).map(|row| row.id.to_string());
    let place = || views.places().find(|row| row.name.as_str() == name).map(|row| row.code.to_string());
    let is_key = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-/".contains(letter));
    joint_branch.or_else(organization).or_else(place).or_else(|| is_key.then(|| name.to_owned()))
}

/// Who has or had an account in the reader's scope, by name and office.
fn people(app: &App, asked: &PageRequest, state: &CityState) -> Result<Vec<Person>, Problem> {
    let language = asked.visit.language;
    let own = state
        .accounts
        .values()
        .filter(|account| state.scope_of(Entity::Account(account.id)).is_within(&asked.principal.scope));
    let mut people = Vec::new();
    for account in own {
        let id = account.id.to_string();
        let name = names::holder(app.service.control(), &id)?.unwrap_or_else(|| "—".to_owned());
        let place = state
            .bearer(&account.scope)
            .map_or_else(|| account.scope.to_string(), |place| place.name.to_string());
        let role = term(language, "Role", account.role.as_str());
        people.push(Person { id, words: format!("{name} · {place} {role}") });
    }
    people.sort_by(|one, other| one.words.cmp(&other.words));
    Ok(people)
}

#[cfg(test)]
mod tests {
    use api::openapi::routes::ROUTES;
    use labels::accesses::place;

    /// The first parts of the addresses of all pages, as the router has them.
    fn pages() -> impl Iterator<Item = &'static str> {
        let routes = include_str!("../handlers.rs").split('"');
        let routes = routes.filter(|text| text.starts_with('/') && !text.contains(char::is_whitespace));
        routes.map(|path| path.trim_start_matches('/').split('/').next().unwrap())
    }

    #[test]
    fn whatever_can_be_looked_at_has_words() {
        let of_interface = ROUTES.iter().filter_map(|route| route.path.strip_prefix("/api/v1/"));
        let of_interface = of_interface.map(|path| path.split('/').next().unwrap());
        let without: Vec<&str> = pages().chain(of_interface).filter(|first| place(first).is_none()).collect();
        assert!(without.is_empty(), "labels/src/accesses.rs has no words for {without:?}");
        assert!(pages().count() > 30, "the pages are found");
    }
}
