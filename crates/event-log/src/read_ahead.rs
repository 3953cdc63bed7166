//! Reading on every core: while some events are read, those before them are handed on and those after them gathered.

use std::collections::VecDeque;
use std::num::NonZero;
use std::ops::{ControlFlow, Range};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::log::{EventLog, LogError, Position, StoredEventRef};

/// A batch is read as soon as its bodies reach this size.
const BATCH_BYTES: usize = 1 << 20;
/// The most events of a batch.
const BATCH_EVENTS: usize = 4_096;
/// How many batches may be on their way to being read.
const MAX_BATCHES_READING: usize = 2;
/// No thread is started for fewer events: that would take longer than reading them.
const EVENTS_WORTH_A_THREAD: usize = 64;
/// So many events that nobody asked for are sooner passed by than jumped over.
const JUMP_EVENTS: u64 = 128;
/// The most threads that read one batch.
const MAX_READERS: usize = 16;

type Read<T> = dyn Fn(StoredEventRef<'_>) -> T + Send + Sync;

/// Events that are read on every core and handed on in the order in which they were gathered.
///
/// What is read of an event must depend on nothing but its own bytes; what depends on the events before it belongs
/// where it is handed on.
pub struct ReadAhead<T> {
    read: Arc<Read<T>>,
    gathered: Batch,
    /// The shares of the batches that are being read, in order.
    reading: VecDeque<Vec<Share<T>>>,
}

/// A part of a batch.
enum Share<T> {
    Reading(JoinHandle<Vec<T>>),
    Read(Vec<T>),
}

/// The bytes of events, one after another, and where each ends.
#[derive(Debug, Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<(Position, usize)>,
}

impl Batch {
    fn event(&self, number: usize) -> StoredEventRef<'_> {
        let (position, end) = self.ends[number];
        let begin = if number == 0 { 0 } else { self.ends[number - 1].1 };
        StoredEventRef { position, body: &self.bytes[begin..end] }
    }

    fn read<T>(&self, numbers: Range<usize>, read: &Read<T>) -> Vec<T> {
        numbers.map(|number| read(self.event(number))).collect()
    }
}

impl<T: Send + 'static> ReadAhead<T> {
    /// Nothing gathered yet; `read` reads an event.
    pub fn new(read: impl Fn(StoredEventRef<'_>) -> T + Send + Sync + 'static) -> Self {
        Self { read: Arc::new(read), gathered: Batch::default(), reading: VecDeque::new() }
    }

    /// Gathers a copy of the next event, and hands on what has been read by then. After a break nothing more is handed
    /// on.
    pub fn gather<B>(
        &mut self,
        event: StoredEventRef<'_>,
        take: impl FnMut(T) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        self.gathered.bytes.extend_from_slice(event.body);
        self.gathered.ends.push((event.position, self.gathered.bytes.len()));
        if self.gathered.bytes.len() < BATCH_BYTES && self.gathered.ends.len() < BATCH_EVENTS {
            return ControlFlow::Continue(());
        }
        let batch = std::mem::take(&mut self.gathered);
        self.start(batch);
        if self.reading.len() < MAX_BATCHES_READING { ControlFlow::Continue(()) } else { self.hand_on(take) }
    }

    /// Reads and hands on whatever is left.
    pub fn end<B>(&mut self, mut take: impl FnMut(T) -> ControlFlow<B>) -> ControlFlow<B> {
        let mut last = std::mem::take(&mut self.gathered);
        if last.ends.len() >= EVENTS_WORTH_A_THREAD {
            self.start(std::mem::take(&mut last));
        }
        while !self.reading.is_empty() {
            self.hand_on(&mut take)?;
        }
        last.read(0..last.ends.len(), &*self.read).into_iter().try_for_each(take)
    }

    /// Lets every core read a share of a batch, or fewer where it is of few events.
    fn start(&mut self, batch: Batch) {
        let count = batch.ends.len();
        let cores = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_READERS);
        let share = count.div_ceil(cores).max(EVENTS_WORTH_A_THREAD);
        // Shared, not split: a share borrows its events from the one copy, for as long as any reader lives.
        let batch = Arc::new(batch);
        let reader = |first: usize| {
            let numbers = first..count.min(first + share);
            let (events, read, own) = (batch.clone(), self.read.clone(), numbers.clone());
            let reading = thread::Builder::new().spawn(move || events.read(own, &*read));
            // Where the system gives no thread, it is slower and no worse.
            reading.map_or_else(|_| Share::Read(batch.read(numbers, &*self.read)), Share::Reading)
        };
        self.reading.push_back((0..count).step_by(share).map(reader).collect());
    }

    /// Hands on the earliest batch, once it is read.
    fn hand_on<B>(&mut self, mut take: impl FnMut(T) -> ControlFlow<B>) -> ControlFlow<B> {
        for share in self.reading.pop_front().into_iter().flatten() {
            let read = match share {
                Share::Reading(reader) => reader.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Share::Read(read) => read,
            };
            let taken = read.into_iter().try_for_each(&mut take);
            // Whoever stops must not be handed a later share: what it does on an event depends on those before it.
            if taken.is_break() {
                self.reading.clear();
                return taken;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Scans a log, reads each event on some core, and hands on in order what was read, until `take` breaks. Gives the
/// break, or the last position shown. Blocks.
///
/// # Errors
///
/// That of the first event that does not read, and those of [`EventLog::scan`], each once everything before the trouble
/// has been handed on.
pub fn scan_read<T, E, B>(
    log: &dyn EventLog,
    after: Position,
    up_to: Position,
    read: impl Fn(StoredEventRef<'_>) -> Result<T, E> + Send + Sync + 'static,
    mut take: impl FnMut(T) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Position>, E>
where
    T: Send + 'static,
    E: From<LogError> + Send + 'static,
{
    scan_spans(log, [(after, up_to)], |_| true, read, &mut take)
}

/// The same for chosen events alone, by their positions in ascending order: what lies between them is not read, and jumped
/// over where it is long.
pub fn scan_chosen<T, E, B>(
    log: &dyn EventLog,
    chosen: &[Position],
    read: impl Fn(StoredEventRef<'_>) -> Result<T, E> + Send + Sync + 'static,
    mut take: impl FnMut(T) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Position>, E>
where
    T: Send + 'static,
    E: From<LogError> + Send + 'static,
{
    let spans = chosen.chunk_by(|one, next| next - one <= JUMP_EVENTS);
    let spans = spans.filter_map(|span| Some((span.first()? - 1, *span.last()?)));
    let mut next = chosen.iter().copied().peekable();
    let is_chosen = move |position| next.next_if_eq(&position).is_some();
    scan_spans(log, spans, is_chosen, read, &mut take)
}

/// Reads what is wanted of the events of several spans, each after a position and up to another.
fn scan_spans<T, E, B>(
    log: &dyn EventLog,
    spans: impl IntoIterator<Item = (Position, Position)>,
    mut is_wanted: impl FnMut(Position) -> bool,
    read: impl Fn(StoredEventRef<'_>) -> Result<T, E> + Send + Sync + 'static,
    take: &mut dyn FnMut(T) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Position>, E>
where
    T: Send + 'static,
    E: From<LogError> + Send + 'static,
{
    let mut ahead = ReadAhead::new(read);
    let mut take = |read: Result<T, E>| match read {
        Ok(event) => take(event).map_break(Ok),
        Err(error) => ControlFlow::Break(Err(error)),
    };
    let (mut broken, mut scanned) = (None, Ok(0));
    for (after, up_to) in spans {
        scanned = log.scan(after, up_to, &mut |event| {
            if !is_wanted(event.position) {
                return ControlFlow::Continue(());
            }
            match ahead.gather(event, &mut take) {
                ControlFlow::Continue(()) => ControlFlow::Continue(()),
                ControlFlow::Break(value) => {
                    broken = Some(value);
                    ControlFlow::Break(())
                }
            }
        });
        if broken.is_some() || scanned.is_err() {
            break;
        }
    }
    match broken.or_else(|| ahead.end(take).break_value()) {
        Some(broken) => broken.map(ControlFlow::Break),
        None => Ok(ControlFlow::Continue(scanned?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gathers `count` events and notes each position and body that comes out, breaking at one of them.
    fn through(count: u64, body: &[u8], break_at: Option<u64>) -> (Vec<(u64, Vec<u8>)>, ControlFlow<u64>) {
        let mut ahead = ReadAhead::new(|event: StoredEventRef<'_>| (event.position, event.body.to_vec()));
        let mut out = Vec::new();
        let mut take = |event: (u64, Vec<u8>)| {
            let position = event.0;
            out.push(event);
            if break_at == Some(position) { ControlFlow::Break(position) } else { ControlFlow::Continue(()) }
        };
        for position in 1..=count {
            let event = StoredEventRef { position, body };
            if let broken @ ControlFlow::Break(_) = ahead.gather(event, &mut take) {
                assert_eq!(ahead.end(&mut take), ControlFlow::Continue(()), "nothing is left to break at");
                return (out, broken);
            }
        }
        let end = ahead.end(take);
        (out, end)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn chosen_events_come_out_alone_and_in_order_however_far_apart() {
        let directory = tempfile::tempdir().unwrap();
        let log = crate::EmbeddedLog::open(directory.path(), "5108").unwrap();
        let event = |number: u32| crate::NewEvent { subject: String::new(), body: number.to_string().into() };
        log.append(0, (1..=1_000).map(event).collect()).await.unwrap();
        let read = |stored: StoredEventRef<'_>| Ok::<_, LogError>((stored.position, stored.body.to_vec()));
        for chosen in [vec![], vec![1], vec![1_000], vec![1, 2, 300, 428, 557, 1_000], (1..=1_000).collect()]
        {
            let mut out = Vec::new();
            let end = scan_chosen(&log, &chosen, read, |(position, body)| {
                assert_eq!(body, position.to_string().into_bytes());
                out.push(position);
                ControlFlow::<()>::Continue(())
            });
            assert!(end.unwrap().is_continue());
            assert_eq!(out, chosen);
        }
        let broken = scan_chosen(&log, &[5, 600, 900], read, |(position, _)| {
            if position == 600 { ControlFlow::Break(position) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(broken.unwrap(), ControlFlow::Break(600));
    }

    #[test]
    fn every_event_comes_out_once_in_order_with_its_bytes() {
        for count in [0, 1, 2, 63, 64, 65, 128, 129, 4_095, 4_096, 4_097, 20_000] {
            let (out, end) = through(count, b"body", None);
            assert_eq!(end, ControlFlow::Continue(()));
            assert_eq!(out.len() as u64, count);
            assert!((1..).zip(&out).all(|(position, event)| *event == (position, b"body".to_vec())));
        }
        let long = vec![7; 60_000];
        let (out, _) = through(100, &long, None);
        assert!(out.iter().all(|(_, body)| *body == long) && out.len() == 100, "batches end by size too");
        assert_eq!(through(10_000, b"", None).0.len(), 10_000, "even where there is nothing to read");
    }

    #[test]
    fn nothing_comes_out_after_a_break() {
        for at in [1, 70, 4_096, 4_097, 9_999] {
            let (out, end) = through(10_000, b"body", Some(at));
            assert_eq!(end, ControlFlow::Break(at));
            assert_eq!(out.len() as u64, at);
        }
    }

    #[test]
    #[should_panic = "unreadable"]
    fn a_panic_of_a_reader_is_no_end_of_the_log() {
        let mut ahead =
            ReadAhead::new(|event: StoredEventRef<'_>| assert!(event.position < 999, "unreadable"));
        let take = |()| ControlFlow::<()>::Continue(());
        for position in 1..=1_000 {
            let _ = ahead.gather(StoredEventRef { position, body: b"body" }, take);
        }
        let _ = ahead.end(take);
    }
}
