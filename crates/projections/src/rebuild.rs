//! Rebuilding: the whole log folded in memory, every row written once, beside what is there and then in its place.

use domain::errors;
use std::convert::Infallible;
use std::ops::ControlFlow;
use std::path::Path;

use domain::place::PlaceCode;
use domain::{CityState, evolve};
use event_log::{EventLog, Position, StoredEventRef, scan_read};

use crate::store::{Marker, Store, StoreError, digest};
use crate::stored::ReplayError;
use crate::stored::read_event;
use crate::timeline::Timelines;
use crate::views::Views;

/// Progress is told after every so many events.
const PROGRESS_EVENTS: u64 = 4_096;

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Reading the log.
    Folding {
        /// The last event folded.
        position: u64,
        /// The last event to fold.
        last: u64,
    },
    /// Writing the rows.
    Writing {
        /// Rows written.
        rows: usize,
        /// Rows to write.
        of: usize,
    },
}

/// What a rebuild leaves.
#[derive(Debug)]
pub struct Rebuilt {
    /// The new store.
    pub store: Store,
    /// Its rows.
    pub views: Views,
    /// The state at their position.
    pub state: CityState,
}

errors! {
    /// Why a rebuild stopped; what was there before is as it was.
    #[derive(Debug)]
    pub enum RebuildError {
    } of {
        /// The log does not fold.
        Replay(#[from] ReplayError),
        /// The rows could not be written.
        Store(#[from] StoreError),
    }
}

/// Makes the rows of a city anew from its log up to `last`. It takes as long as the log is long: call it where
/// blocking is allowed.
pub fn rebuild(
    directory: &Path,
    city: &PlaceCode,
    log: &dyn EventLog,
    last: Position,
    progress: &mut dyn FnMut(Progress),
) -> Result<Rebuilt, RebuildError> {
    let mut state = CityState::new(city.clone());
    let mut timelines = Timelines::default();
    let mut marker = Marker::start(city.clone());
    let own = city.to_string();
    let read = move |stored: StoredEventRef<'_>| {
        let is_marked = stored.position == 1 || stored.position == last;
        Ok::<_, ReplayError>((read_event(stored, &own)?, is_marked.then(|| digest(stored.body))))
    };
    let scanned = scan_read(log, 0, last, read, |(event, digest)| {
        evolve(&mut state, &event);
        timelines.note(&event);
        let position = event.meta.position;
        if let Some(digest) = digest {
            marker.pass(position, digest);
        }
        if position.is_multiple_of(PROGRESS_EVENTS) {
            progress(Progress::Folding { position, last });
        }
        ControlFlow::<Infallible>::Continue(())
    });
    let ControlFlow::Continue(reached) = scanned?;
    progress(Progress::Folding { position: reached, last });
    let views = Views::from_state(&state, timelines, reached);
    let of = views.row_count();
    let store =
        Store::replace(directory, &views, marker, &mut |rows| progress(Progress::Writing { rows, of }))?;
    Ok(Rebuilt { store, views, state })
}
