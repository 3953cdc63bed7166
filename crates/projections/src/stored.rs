//! Stored bytes as events: what does not read, or stands where it does not say it stands, is named by its position.

use domain::errors;
use std::ops::ControlFlow;

use domain::Event;
use domain::say::Say;
use event_log::envelope::decode_at;
use event_log::{EventLog, LogError, Position, StoredEventRef, scan_chosen, scan_read};

errors! {
    /// An event that this program cannot read: nothing after it may be shown, and it is never passed over.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Unreadable {
        /// Where it stands.
        pub position: u64,
        /// What is wrong with it.
        pub detail: Say,
    }
    zh("日志第 {position} 条无法读取（{}），请升级程序或运行 audit verify", detail.zh)
    en("the event at {position} does not read ({}): upgrade the program or run audit verify", detail.en)
}

errors! {
    /// Why a replay stopped.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ReplayError {
    } of {
        /// An event does not read.
        Unreadable(#[from] Unreadable),
        /// The log does not.
        Log(#[from] LogError),
    }
}

/// Reads an event as it stands in the log of a city.
pub(crate) fn read_event(stored: StoredEventRef<'_>, city: &str) -> Result<Event, Unreadable> {
    let position = stored.position;
    let decoded = decode_at(stored.body, position, city);
    decoded.map(|decoded| decoded.event).map_err(|error| Unreadable { position, detail: Say::same(error) })
}

/// Shows `visit` every event after a position, up to another, in order, until it breaks. Gives the break, or the last
/// position shown. It takes as long as the log is long: call it where blocking is allowed.
pub(crate) fn scan_events<B>(
    log: &dyn EventLog,
    after: Position,
    up_to: Position,
    visit: impl FnMut(Event) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Position>, ReplayError> {
    let city = log.city().to_owned();
    scan_read(log, after, up_to, move |stored| Ok(read_event(stored, &city)?), visit)
}

/// The same for the events at these positions, which ascend.
pub(crate) fn scan_events_at<B>(
    log: &dyn EventLog,
    positions: &[Position],
    visit: impl FnMut(Event) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Position>, ReplayError> {
    let city = log.city().to_owned();
    scan_chosen(log, positions, move |stored| Ok(read_event(stored, &city)?), visit)
}
