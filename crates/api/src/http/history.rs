//! The past: the views as they were, folded from the log, a few at a time and the last ones kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::date::{Date, Timestamp};
use event_log::envelope::decode;
use event_log::{EventLog, Position};
use projections::{Views, Waypoints};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Kind, Problem};

/// How many folds of the log run at one time.
const MAX_REPLAYS: usize = 2;
/// How long a request waits for its turn.
const REPLAY_WAIT: Duration = Duration::from_secs(5);
/// When to come back after that.
const RETRY_SECONDS: u64 = 5;
/// How many past views are kept.
const MAX_KEPT: usize = 8;

/// Which past: a position, and the day whose effects are in force; nothing for all of them.
type Key = (Position, Option<Date>);

/// Past views.
pub(crate) struct History {
    turns: Arc<Semaphore>,
    kept: Mutex<VecDeque<(Key, Arc<Views>)>>,
}

impl Default for History {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(MAX_REPLAYS)), kept: Mutex::default() }
    }
}

impl History {
    /// The views at a position, of what was in effect on a day.
    pub(crate) async fn views(&self, waypoints: Arc<Waypoints>, key: Key) -> Result<Arc<Views>, Problem> {
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        let turn = self.turn().await?;
        let folding = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            waypoints.views(key.0, key.1)
        });
        let folded = folding
            .await
            .map_err(|error| Problem::internal(format!("a fold of the log ended badly: {error}")))?;
        let views = Arc::new(folded.map_err(|error| Problem::internal(error.to_string()))?);
        self.keep(key, views.clone());
        Ok(views)
    }

    /// Waits for the turn to read the whole log; it ends when it is dropped.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let turn = tokio::time::timeout(REPLAY_WAIT, self.turns.clone().acquire_owned()).await;
        if let Ok(Ok(turn)) = turn {
            return Ok(turn);
        }
        let said =
            ("历史查询过多，请稍后重试", "too many questions about the past at a time; try again later");
        Err(Problem::new(Kind::Busy, said.0, said.1).retry_after(RETRY_SECONDS))
    }

    /// Keeps views for the pages that follow.
    pub(crate) fn keep(&self, key: Key, views: Arc<Views>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.truncate(MAX_KEPT - 1);
        kept.push_front((key, views));
    }

    fn find(&self, key: Key) -> Option<Arc<Views>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let index = kept.iter().position(|(known, _)| *known == key)?;
        let found = kept.remove(index)?;
        let views = found.1.clone();
        kept.push_front(found);
        Some(views)
    }
}

/// The position of the last event that had been recorded at a time: recorded times go back only where somebody accepted a
/// clock that had been ahead, so halving finds it between two of those.
pub(crate) async fn position_known_at(
    log: &dyn EventLog,
    set_back: &[Position],
    time: Timestamp,
) -> Result<Position, Problem> {
    let mut unknown = log.last_position().await? + 1;
    let mut known = 0;
    for accepted in set_back.iter().rev() {
        // All that stands before it had been recorded, whatever its time says.
        if recorded_at(log, *accepted).await? <= time {
            known = *accepted;
            break;
        }
        unknown = *accepted;
    }
    while unknown - known > 1 {
        let middle = known + (unknown - known) / 2;
        if recorded_at(log, middle).await? <= time { known = middle } else { unknown = middle }
    }
    Ok(known)
}

/// When the event at a position was recorded.
pub(crate) async fn recorded_at(log: &dyn EventLog, position: Position) -> Result<Timestamp, Problem> {
    let event = log.read(position - 1, 1).await?.into_iter().next();
    let event = event.ok_or_else(|| Problem::internal(format!("the log has no event at {position}")))?;
    let decoded = decode(&event.body);
    decoded
        .map(|decoded| decoded.event.meta.recorded_at)
        .map_err(|error| Problem::internal(format!("the event at {position}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept_and_no_more() {
        let history = History::default();
        let city: domain::place::PlaceCode = "5108".parse().unwrap();
        let views = Arc::new(Views::new(city));
        for position in 0..=MAX_KEPT as u64 {
            history.keep((position, None), views.clone());
        }
        assert!(history.find((0, None)).is_none());
        assert!(history.find((1, None)).is_some());
        history.keep((100, None), views);
        assert!(history.find((1, None)).is_some() && history.find((2, None)).is_none());
        assert_eq!(history.kept.lock().unwrap().len(), MAX_KEPT);
    }
}
