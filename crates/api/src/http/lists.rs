//! The lists: one route for all. What a list reads of the log is folded in turn with the past, and the last ones are
//! kept for the pages that follow.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::PolicyCalendar;
use domain::date::Date;
use event_log::Position;
use projections::{Kept, List, ListError, ListName, ListQuestion, ListRow, Page, PersonName, Reading};
use service::names;

use super::App;
use super::answer;
use super::query::Query;
use super::reads::{Snapshot, require_scope, view_problem};
use crate::auth::Principal;
use crate::problem::Problem;

/// How many lists are kept.
const MAX_KEPT: usize = 4;

/// Which list: the question, the position, the day whose effects alone are in force, and the day of the reading.
type Key = (ListQuestion, Position, Option<Date>, Date);

/// Lists for the pages that follow.
#[derive(Default)]
pub(crate) struct Lists {
    kept: Mutex<VecDeque<(Key, Arc<List>)>>,
}

impl Lists {
    fn find(&self, key: &Key) -> Option<Arc<List>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, list)| list.clone())
    }

    fn keep(&self, key: Key, list: Arc<List>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.truncate(MAX_KEPT - 1);
        kept.push_front((key, list));
    }
}

/// Answers `/api/v1/lists/{name}`, of the reader's own scope where none is named.
pub(crate) async fn list(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name: ListName = name.parse().map_err(view_problem)?;
    let scope = query.code("scope")?.unwrap_or_else(|| principal.scope.clone());
    require_scope(&*app.state()?, &principal, &scope)?;
    let question = ListQuestion { name, scope, year: query.year()? };
    let frame = app.frame(&principal, &query, &format!("{question:?}")).await?;
    let list = app.list(question, query.date("as_of")?, &frame).await?;
    let position = frame.views.position();
    let (page, next_cursor) = frame.page.range(list.rows.len(), position);
    let mut rows = Vec::with_capacity(page.len());
    for kept in &list.rows[page] {
        rows.push(app.list_row(&principal, &list, kept).await?);
    }
    names::join_secretaries(&mut rows, app.service.control())?;
    let mut view = list.view.clone();
    let past = query.past();
    if past.is_empty() {
        app.fill_start(&mut rows)?;
    }
    view.figures.values_mut().for_each(|figure| figure.rows.push_str(&past));
    view.rows = rows;
    if next_cursor.is_some() {
        app.history.keep((position, query.date("as_of")?), frame.views.clone());
    }
    answer::json(&headers, position, &Page { view, next_cursor })
}

impl App {
    /// The list that answers a question about a snapshot: gathered now, or a moment ago for another page.
    pub async fn list(
        &self,
        question: ListQuestion,
        as_of: Option<Date>,
        frame: &Snapshot,
    ) -> Result<Arc<List>, Problem> {
        let key = (question, frame.views.position(), as_of, frame.on);
        if let Some(found) = self.lists.find(&key) {
            return Ok(found);
        }
        let turn = self.history.turn().await?;
        let (service, waypoints) = (self.service.clone(), self.waypoints()?);
        let (views, on) = (frame.views.clone(), frame.on);
        let question = key.0.clone();
        let gathering = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let policies = PolicyCalendar::new(service.policy(), views.policies());
            let reading = Reading { views: &views, policies: &policies, on };
            waypoints.gather(reading, &question, as_of)
        });
        let gathered =
            gathering.await.map_err(|error| Problem::internal(format!("a list ended badly: {error}")))?;
        let list = Arc::new(gathered.map_err(|error| match error {
            ListError::View(error) => view_problem(error),
            ListError::Replay(error) => Problem::internal(error.to_string()),
        })?);
        self.lists.keep(key, list.clone());
        Ok(list)
    }

    /// Fills in what the log does not tell of a start list, as of now.
    pub fn fill_start(&self, rows: &mut [ListRow]) -> Result<(), Problem> {
        if !rows.iter().any(|row| matches!(row, ListRow::Start(_))) {
            return Ok(());
        }
        let upkeep = self.service.upkeep()?;
        rows.iter_mut().filter_map(ListRow::start_mut).for_each(|row| row.fill(&upkeep));
        Ok(())
    }

    /// A row as it is shown, with the name of who acted for those who may see it.
    pub async fn list_row(
        &self,
        principal: &Principal,
        list: &List,
        kept: &Kept<ListRow>,
    ) -> Result<ListRow, Problem> {
        let Some(position) = kept.position() else { return list.row(kept, None).map_err(view_problem) };
        let decoded = self.event(position).await?;
        let mut row = list.row(kept, Some(&decoded.event)).map_err(view_problem)?;
        if let Some(record) = row.record_mut().filter(|_| principal.sees_actors()) {
            record.actor_name = Some(PersonName(names::holder(self.service.control(), &record.actor)?));
        }
        Ok(row)
    }
}
