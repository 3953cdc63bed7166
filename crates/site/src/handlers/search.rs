//! The auditor's page over HTTP: the records that fit, a bounded part of the log at a time, and two days side by side.

use std::collections::BTreeMap;

use api::http::App;
use api::http::query::{Query, wrong};
use api::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use domain::date::Date;
use domain::place::PlaceCode;
use event_log::StoredEvent;
use event_log::envelope::{Decoded, decode};
use labels as w;
use projections::Views;

use super::log::require_event;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::person_search::{MAX_PERSONS, name_of_sought};
use super::places::{figures_of, name_of, readable};
use crate::pages::search::{self, Figures, FoundEvent};

/// How many records one answer looks at, from the newest back; a link goes on from there.
const MAX_SEARCHED: u64 = 20_000;
/// How many it shows.
const MAX_FOUND: usize = 200;
/// How many one read of the log takes.
const READ_EVENTS: u64 = 1_000;

/// What a record must fit.
struct Wanted {
    /// Texts that stand in it: an id and a document number.
    texts: Vec<String>,
    /// Ids of persons and accounts, of which one stands in it; none where any may.
    persons: Vec<String>,
    kind: Option<String>,
    /// The kinds of record that are about a post; nothing where any may.
    of_post: Option<&'static [&'static str]>,
    from: Option<Date>,
    to: Option<Date>,
}

impl Wanted {
    fn read(asked: &PageRequest) -> Result<Self, Problem> {
        let text = |name: &str| asked.query.text(name).map(|text| text.trim().to_owned());
        let document = text("document").map(|number| {
            number
                .parse::<domain::document_number::DocumentNumber>()
                .map_or(number, |found| found.to_string())
        });
        let persons = text("person").unwrap_or_default();
        let of_post = text("post").map(|post| search::kinds_of_post(&post).unwrap_or_default());
        Ok(Self {
            texts: [text("entity"), document].into_iter().flatten().collect(),
            persons: persons.split_whitespace().map(str::to_owned).collect(),
            kind: text("type"),
            of_post,
            from: asked.query.date("from")?,
            to: asked.query.date("to")?,
        })
    }

    /// Ids and document numbers stand in the bytes as they are written: most records need not be decoded.
    fn may_fit(&self, stored: &StoredEvent) -> bool {
        let body = String::from_utf8_lossy(&stored.body);
        let stands = |text: &String| body.contains(text.as_str());
        self.texts.iter().all(stands) && (self.persons.is_empty() || self.persons.iter().any(stands))
    }

    fn fits(&self, decoded: &Decoded) -> bool {
        let (meta, kind) = (&decoded.event.meta, decoded.event.body.event_type());
        self.kind.as_deref().is_none_or(|wanted| wanted == kind)
            && self.of_post.is_none_or(|kinds| kinds.contains(&kind))
            && self.from.is_none_or(|from| meta.effective_date >= from)
            && self.to.is_none_or(|to| meta.effective_date <= to)
    }
}

/// `/log`: the records that fit, the newest first.
pub(super) async fn search(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.refuse("scope")?;
    let wanted = Wanted::read(&asked)?;
    let frame = asked.frame(&app).await?;
    let last = frame.views.position();
    let end = asked.query.position("before")?.map_or(last, |before| before.saturating_sub(1).min(last));
    let (rows, searched_to) = find(&app, &asked, &frame.views, &wanted, end).await?;
    let state = app.state()?;
    let visit = &asked.visit;
    let finder = NameFinder::new(&app, &asked, &frame, &state).with_codes(None);
    let table = search::found(visit, &rows, &|key| finder.find(key));
    let persons = wanted.persons.iter().take(MAX_PERSONS);
    let persons = persons.map(|id| Ok(name_of_sought(&app, &asked, id)?.unwrap_or_else(|| id.clone())));
    let persons: Vec<String> = persons.collect::<Result<_, Problem>>()?;
    let main = maud::html! {
        (search::form(visit))
        (search::by_name(visit, &persons))
        (table.listed(visit))
        p.screen {
            (visit.say(w::SEARCHED)) " " (end) " – " (searched_to + 1)
            @if searched_to > 0 { " · " a href=(visit.here(&[("before", &(searched_to + 1).to_string())])) { (visit.say(w::EARLIER)) } }
        }
    };
    asked.show_table(visit.say(w::LOG), &table, &main)
}

/// The records up to a position that fit, and the position down to which was looked.
async fn find(
    app: &App,
    asked: &PageRequest,
    views: &Views,
    wanted: &Wanted,
    end: u64,
) -> Result<(Vec<FoundEvent>, u64), Problem> {
    let stop = end.saturating_sub(MAX_SEARCHED);
    let (mut rows, mut at) = (Vec::new(), end);
    while at > stop && rows.len() < MAX_FOUND {
        let after = at.saturating_sub(READ_EVENTS).max(stop);
        let limit = usize::try_from(at - after).unwrap_or(0);
        for stored in app.service.log().read(after, limit).await?.into_iter().rev() {
            if rows.len() >= MAX_FOUND {
                return Ok((rows, stored.position));
            }
            if wanted.may_fit(&stored) {
                rows.extend(shown(app, asked, views, wanted, &stored)?);
            }
        }
        at = after;
    }
    Ok((rows, at))
}

/// The record as a row, if it fits and the reader may read it.
fn shown(
    app: &App,
    asked: &PageRequest,
    views: &Views,
    wanted: &Wanted,
    stored: &StoredEvent,
) -> Result<Option<FoundEvent>, Problem> {
    let decoded = decode(&stored.body)
        .map_err(|error| Problem::internal(format!("the event at {}: {error}", stored.position)))?;
    if !wanted.fits(&decoded) || require_event(app, asked, &decoded).is_err() {
        return Ok(None);
    }
    let entity = decoded.event.body.entity().to_string();
    let entry = app.event_entry(&asked.principal, views, &decoded.event, false)?;
    Ok(Some(FoundEvent { entry, entity }))
}

/// `/compare`: the figures of two days, as they are known now; or as they were known when each of the days ended, which is
/// what one meeting saw and what the next one sees.
pub(super) async fn compare(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.refuse("scope")?;
    let code = asked.query.code("code")?.unwrap_or_else(|| asked.principal.scope.clone());
    let code = readable(&app, &asked, code.as_str(), code.level())?;
    asked.frame(&app).await?;
    let today = app.today();
    let first = asked.query.date("from")?.unwrap_or_else(|| today.plus_months(-12));
    let second = asked.query.date("to")?.unwrap_or(today);
    let known = match asked.query.text("known") {
        None | Some("now") => Known::Now,
        Some("then") => Known::Then,
        Some(other) => return Err(wrong("known", other, " now 或 then", "now or then")),
    };
    // Side by side: both fold a past, and neither needs the other.
    let (before, now) =
        tokio::try_join!(on(&app, &asked, &code, first, known), on(&app, &asked, &code, second, known))?;
    let visit = &asked.visit;
    let table = search::compared(visit, &before.1, &now.1);
    let title = format!("{} · {} {first} / {second}", now.0, visit.say(w::COMPARE));
    let main = maud::html! { (search::days(visit, code.as_str(), &first.to_string(), &second.to_string(), known == Known::Then)) (table.listed(visit)) };
    asked.show_table(&title, &table, &main)
}

/// By what was recorded until when a day is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Until now.
    Now,
    /// Until the end of that day.
    Then,
}

/// The figures of a place on a day, with the place's name.
async fn on(
    app: &App,
    asked: &PageRequest,
    code: &PlaceCode,
    day: Date,
    known: Known,
) -> Result<(String, Figures), Problem> {
    let mut moment = BTreeMap::from([("as_of".to_owned(), day.to_string())]);
    if known == Known::Then {
        // Midnight in China.
        moment.insert("known_at".to_owned(), format!("{day}T15:59:59.999Z"));
    }
    let query = Query::of(moment);
    let frame = app.frame(&asked.principal, &query, "page").await?;
    Ok((name_of(&frame, code), figures_of(app, &frame, code)?))
}
