//! Search from the head of every page: what bears these characters in its name, code or number, within the reader's scope.
//!
//! The words are posted and stand in no address, since they may be a person's name.

use api::http::App;
use api::http::reads::Snapshot;
use api::problem::Problem;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use domain::document_number::DocumentNumber;
use domain::holder::name_key;
use domain::place::Level;
use domain::text::Text;
use labels as w;

use super::page_request::PageRequest;
use super::person_search::{name_of_sought, persons_named};
use super::see_other;
use super::sessions::Sent;
use crate::pages::find::{Found, Hit, Kind, page};
use crate::pages::visit::with_query;

/// How many of a kind are shown.
const MAX_OF_A_KIND: usize = 30;
/// A single character stands in too many names of persons.
const MIN_PERSON_CHARACTERS: usize = 2;
/// The longest form.
const MAX_FORM_BYTES: usize = 4_096;

/// `POST /find`: what was found, or the one thing that was.
pub(super) async fn find(
    State(app): State<App>,
    mut asked: PageRequest,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, &body, MAX_FORM_BYTES)?;
    let sought = sent.text("q").trim().to_owned();
    let frame = asked.frame(&app).await?;
    let mut found = Vec::new();
    if !sought.is_empty() {
        found.push(joint_branches(&asked, &frame, &sought));
        found.push(villages(&asked, &frame, &sought));
        found.push(organizations(&app, &asked, &frame, &sought)?);
        found.extend(records(&asked, &sought));
        found.push(persons(&app, &asked, &sought)?);
    }
    let hits: Vec<&Hit> = found.iter().flat_map(|kind| &kind.hits).collect();
    if let [only] = hits[..] {
        return Ok(see_other(&only.link));
    }
    Ok(asked.show(asked.visit.say(w::FIND), &page(&asked.visit, &sought, &found)))
}

/// So many of them, and how many there are in all.
fn of_a_kind(kind: Kind, hits: impl Iterator<Item = Hit>) -> Found {
    let mut hits: Vec<Hit> = hits.collect();
    let count = hits.len();
    hits.truncate(MAX_OF_A_KIND);
    Found { kind, hits, count }
}

fn joint_branches(asked: &PageRequest, frame: &Snapshot, sought: &str) -> Found {
    let rows = frame.views.readable_by(&asked.principal.scope).filter(|row| bears(&row.name, sought));
    let hit = |row: &projections::rows::JointBranchRow| Hit {
        name: row.name.to_string(),
        note: [row.phase.chinese().to_owned()]
            .into_iter()
            .chain(row.lead_township.as_ref().map(|place| place.name.to_string()))
            .collect(),
        link: asked.visit.link(&format!("/joint-branches/{}", row.id)),
    };
    of_a_kind(Kind::JointBranches, rows.map(|row| hit(row)))
}

fn villages(asked: &PageRequest, frame: &Snapshot, sought: &str) -> Found {
    let scope = &asked.principal.scope;
    let rows = frame.views.places().filter(|row| {
        row.level == Level::Village
            && row.code.is_within(scope)
            && (bears(&row.name, sought) || row.code.as_str() == sought)
    });
    let hit = |row: &projections::rows::PlaceRow| Hit {
        name: row.name.to_string(),
        note: row.parent.iter().map(|place| place.name.to_string()).collect(),
        link: asked.visit.link(&format!("/villages/{}", row.code)),
    };
    of_a_kind(Kind::Villages, rows.map(|row| hit(row)))
}

fn organizations(app: &App, asked: &PageRequest, frame: &Snapshot, sought: &str) -> Result<Found, Problem> {
    let state = app.state()?;
    let rows = frame.views.organizations().filter(|row| {
        bears(&row.name, sought) && state.scope_of_organization(row.id).is_within(&asked.principal.scope)
    });
    let hit = |row: &projections::rows::OrganizationRow| Hit {
        name: row.name.to_string(),
        note: row.location.iter().map(|place| place.name.to_string()).collect(),
        link: asked.visit.link(&format!("/organizations/{}", row.id)),
    };
    Ok(of_a_kind(Kind::Organizations, rows.map(|row| hit(row))))
}

/// Where the words are the number of a document: the records that cite it.
fn records(asked: &PageRequest, sought: &str) -> Option<Found> {
    let number = sought.parse::<DocumentNumber>().ok()?.to_string();
    let link = with_query("/log", [("document", number.as_str())].into_iter());
    let hit = Hit { name: number, note: Vec::new(), link: asked.visit.link(&link) };
    Some(of_a_kind(Kind::Documents, std::iter::once(hit)))
}

fn persons(app: &App, asked: &PageRequest, sought: &str) -> Result<Found, Problem> {
    if sought.chars().count() < MIN_PERSON_CHARACTERS {
        return Ok(of_a_kind(Kind::Persons, std::iter::empty()));
    }
    let ids = persons_named(app, asked, &name_key(sought))?;
    let mut hits = Vec::new();
    for id in ids.iter().take(MAX_OF_A_KIND) {
        let Some(name) = name_of_sought(app, asked, id)? else { continue };
        let link = asked.visit.link(&with_query("/log", [("person", id.as_str())].into_iter()));
        hits.push(Hit { name, note: Vec::new(), link });
    }
    let count = ids.len().max(hits.len());
    Ok(Found { kind: Kind::Persons, hits, count })
}

fn bears(name: &Text, sought: &str) -> bool {
    name.as_str().contains(sought)
}
