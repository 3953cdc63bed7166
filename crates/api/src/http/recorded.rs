//! One event of the log, read by its position.

use event_log::envelope::{Decoded, decode};
use event_log::{Position, StoredEvent};

use super::App;
use crate::problem::Problem;

impl App {
    /// The event at a position as a path names it; nothing where the log has none.
    pub async fn event_at(&self, position: &str) -> Result<Option<StoredEvent>, Problem> {
        match position.parse::<Position>() {
            Ok(number) if number > 0 => self.stored(number).await,
            Ok(_) | Err(_) => Ok(None),
        }
    }

    /// The event at a position that a row of the views names, so that the log must have it.
    pub async fn event(&self, position: Position) -> Result<Decoded, Problem> {
        let stored = self.stored(position).await?;
        decoded(&stored.ok_or_else(|| Problem::internal(format!("the log has no event at {position}")))?)
    }

    async fn stored(&self, position: Position) -> Result<Option<StoredEvent>, Problem> {
        let found = self.service.log().read(position - 1, 1).await?.into_iter().next();
        Ok(found.filter(|found| found.position == position))
    }
}

/// Reads a stored event.
pub fn decoded(stored: &StoredEvent) -> Result<Decoded, Problem> {
    decode(&stored.body)
        .map_err(|error| Problem::internal(format!("the event at {}: {error}", stored.position)))
}
