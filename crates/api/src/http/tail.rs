//! The end of the log, read, looked at and put into the form of the stream once for all who follow it.

use std::collections::VecDeque;
use std::sync::Arc;

use axum::body::Bytes;
use event_log::{EventLog, LogError, Position, StoredEvent};
use tokio::sync::{Mutex, Semaphore};

use super::event_filter::Attributes;

/// The most events that one read of the log takes: what a stream holds while its reader is slow.
pub(super) const READ_EVENTS: usize = 100;
/// How much of the end of the log is kept: so many events and so many bytes, whichever is reached first.
const TAIL_EVENTS: usize = 2_048;
const TAIL_BYTES: usize = 4 << 20;
/// How many who are further behind read the log at one time; the others wait for their turn.
const MAX_CATCHING_UP: usize = 4;

/// An event as every stream shows it.
#[derive(Debug)]
pub(super) struct TailEvent {
    /// Where it stands.
    pub position: Position,
    /// What filters look at; nothing of an event that does not read.
    pub attributes: Option<Attributes<'static>>,
    /// Its number and its stored bytes.
    pub frame: Bytes,
}

/// What is kept of the end of the log. Nobody fills it but who follows: the first who wants what comes next reads it for all.
#[derive(Debug)]
pub(super) struct Tail {
    recent: Mutex<Recent>,
    catching_up: Semaphore,
}

/// Events one after another, without a gap.
#[derive(Debug, Default)]
struct Recent {
    events: VecDeque<Arc<TailEvent>>,
    bytes: usize,
}

impl Default for Tail {
    fn default() -> Self {
        Self { recent: Mutex::default(), catching_up: Semaphore::new(MAX_CATCHING_UP) }
    }
}

impl Tail {
    /// The events after a position, at most [`READ_EVENTS`]: from what is kept, or from the log where that begins later.
    pub async fn read(&self, log: &dyn EventLog, after: Position) -> Result<Vec<Arc<TailEvent>>, LogError> {
        {
            let mut recent = self.recent.lock().await;
            if recent.last().is_none_or(|last| last <= after) {
                let read = read_log(log, after).await?;
                recent.go_on(after, read);
            }
            if let Some(events) = recent.after(after) {
                return Ok(events);
            }
        }
        // Nobody closes it, so the turn always comes.
        let _turn = self.catching_up.acquire().await;
        Ok(read_log(log, after).await?.into_iter().map(Arc::new).collect())
    }
}

impl Recent {
    fn last(&self) -> Option<Position> {
        self.events.back().map(|event| event.position)
    }

    /// The first events after a position; nothing where those right after it are not kept any more.
    fn after(&self, after: Position) -> Option<Vec<Arc<TailEvent>>> {
        if self.events.front().is_some_and(|first| first.position > after + 1) {
            return None;
        }
        let first = self.events.partition_point(|event| event.position <= after);
        Some(self.events.iter().skip(first).take(READ_EVENTS).cloned().collect())
    }

    /// Takes what was read after a position, and lets go of as much at the other end.
    fn go_on(&mut self, after: Position, read: Vec<TailEvent>) {
        if self.last() != Some(after) {
            *self = Self::default();
        }
        let newest = read.len();
        for event in read {
            self.bytes += event.frame.len();
            self.events.push_back(Arc::new(event));
        }
        // What was just read stays, however long it is: whoever waits for it finds it.
        while self.events.len() > newest
            && (self.events.len() > TAIL_EVENTS || self.bytes > TAIL_BYTES)
            && let Some(earliest) = self.events.pop_front()
        {
            self.bytes -= earliest.frame.len();
        }
    }
}

async fn read_log(log: &dyn EventLog, after: Position) -> Result<Vec<TailEvent>, LogError> {
    Ok(log.read(after, READ_EVENTS).await?.iter().map(TailEvent::of).collect())
}

impl TailEvent {
    fn of(stored: &StoredEvent) -> Self {
        let mut frame = format!("id: {}\ndata: ", stored.position).into_bytes();
        frame.extend_from_slice(&stored.body);
        frame.extend_from_slice(b"\n\n");
        let attributes = Attributes::read(&stored.body).map(Attributes::into_owned);
        Self { position: stored.position, attributes, frame: frame.into() }
    }
}

#[cfg(test)]
mod tests {
    use event_log::{EmbeddedLog, MAX_APPEND_EVENTS, MAX_EVENT_BYTES, NewEvent};

    use super::*;

    /// Events of these lengths.
    async fn log_of(directory: &std::path::Path, lengths: &[usize]) -> EmbeddedLog {
        let log = EmbeddedLog::open(directory, "5108").unwrap();
        let event = |length: &usize| NewEvent { subject: String::new(), body: "x".repeat(*length).into() };
        for (number, lengths) in lengths.chunks(MAX_APPEND_EVENTS).enumerate() {
            let expected = Position::try_from(number * MAX_APPEND_EVENTS).unwrap();
            log.append(expected, lengths.iter().map(event).collect()).await.unwrap();
        }
        log
    }

    fn positions(events: &[Arc<TailEvent>]) -> Vec<Position> {
        events.iter().map(|event| event.position).collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_reads_gets_what_stands_after_the_position_and_little_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let log = log_of(directory.path(), &[20; 3_000]).await;
        let tail = Tail::default();
        for after in [0, 2_990, 0, 1, 2_989, 2_990, 3_000, 500, 951, 952, 953, 2_000, 2_999] {
            let mut last = after;
            loop {
                let read = positions(&tail.read(&log, last).await.unwrap());
                assert_eq!(read, Vec::from_iter((last + 1..=3_000).take(READ_EVENTS)), "after {after}");
                let recent = tail.recent.lock().await;
                assert!(recent.events.len() <= TAIL_EVENTS);
                assert_eq!(recent.bytes, recent.events.iter().map(|event| event.frame.len()).sum::<usize>());
                let Some(found) = read.last() else { break };
                last = *found;
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn long_events_are_let_go_of_sooner() {
        let directory = tempfile::tempdir().unwrap();
        let log = log_of(directory.path(), &[MAX_EVENT_BYTES; 200]).await;
        let tail = Tail::default();
        let mut last = 0;
        while let Some(found) = tail.read(&log, last).await.unwrap().last() {
            last = found.position;
        }
        let recent = tail.recent.lock().await;
        assert_eq!((last, recent.last()), (200, Some(200)));
        assert!(recent.bytes <= TAIL_BYTES && recent.bytes > TAIL_BYTES - 2 * MAX_EVENT_BYTES);
        drop(recent);
        let first = &tail.read(&log, 0).await.unwrap()[0];
        assert_eq!((first.position, first.frame.len()), (1, MAX_EVENT_BYTES + "id: 1\ndata: \n\n".len()));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_all_want_is_read_once() {
        let directory = tempfile::tempdir().unwrap();
        let log = log_of(directory.path(), &[20; 10]).await;
        let tail = Tail::default();
        let (one, other) = (tail.read(&log, 0).await.unwrap(), tail.read(&log, 5).await.unwrap());
        assert!(Arc::ptr_eq(&one[5], &other[0]), "the same bytes for both");
    }
}
