//! The append: one event as a publish on a condition, a group as an atomic batch, and what became of either where the
//! answer was lost. It is found out by asking the log, never by guessing.

use std::time::Duration;

use async_nats::client::Request;
use async_nats::connection::State;
use async_nats::header;
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::response::Response;
use async_nats::{HeaderMap, RequestErrorKind};
use bytes::Bytes;
use tokio::time::{Instant, sleep};

use crate::jetstream_api::unique_name;
use crate::jetstream_stream::CityStream;
use crate::jetstream_waits::PAUSE;
use crate::log::{AppendError, LogError, NewEvent, Position};
use domain::say::Say;

/// How long an append is repeated until somebody gives a definite answer: electing a new leader takes 4 to 8 s.
const APPEND_BUDGET: Duration = Duration::from_secs(20);
/// How long one attempt waits for its answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often a server that has less than we know is asked again: one cut off from the others may believe that it leads.
const MAX_SHORTER_ANSWERS: usize = 5;

/// An event on its way: its body is shared by all attempts.
struct Outgoing {
    subject: String,
    body: Bytes,
}

/// What one attempt came to.
enum Attempt {
    /// The events are in the log, at the positions asked for.
    Recorded,
    /// The log does not end where expected; this attempt is not in it.
    Refused,
    /// This attempt is not in the log, and another may succeed.
    NotTaken(LogError),
    /// This attempt is not in the log, and no other will fare better.
    Failed(LogError),
    /// The answer was lost: the events may be in the log, or arrive there later.
    Lost(LogError),
}

/// What a refusal means in the light of what the log holds.
enum Verdict {
    Recorded,
    Conflict {
        last: Position,
    },
    /// Somebody else's append is still on its way.
    Undecided(LogError),
}

impl CityStream {
    /// Appends all events or none if the log ends at `expected`.
    ///
    /// Every attempt carries the same condition, and the log only grows: so at most one of them can ever be recorded,
    /// and none once the log has anything at `expected + 1`.
    pub(crate) async fn append(&self, expected: Position, events: Vec<NewEvent>) -> Result<(), AppendError> {
        let events: Vec<Outgoing> = events
            .into_iter()
            .map(|event| Outgoing { subject: event.subject, body: event.body.into() })
            .collect();
        let deadline = Instant::now() + APPEND_BUDGET;
        let mut may_have_landed = false;
        let mut shorter = 0;
        loop {
            // Only a definite answer ends the loop early. Whatever else an attempt says, the same events are sent again on the
            // same condition: an earlier attempt that landed after all makes the condition fail, never a second copy.
            let cause = match self.attempt(expected, &events).await {
                Attempt::Recorded => {
                    self.announce(expected + events.len() as Position);
                    return Ok(());
                }
                Attempt::Refused => match self.judge(expected, &events, may_have_landed).await {
                    Ok(Verdict::Recorded) => return Ok(()),
                    Ok(Verdict::Conflict { last }) if last > expected || shorter == MAX_SHORTER_ANSWERS => {
                        return Err(AppendError::Conflict { expected, last });
                    }
                    // A server that holds less than was seen here lags, or is cut off and still believes that it leads.
                    Ok(Verdict::Conflict { last }) => {
                        shorter += 1;
                        LogError::not_answering(&self.store, format!("it ends at {last}, before {expected}"))
                    }
                    Ok(Verdict::Undecided(cause)) => cause,
                    Err(damage @ LogError::Corrupt { .. }) => {
                        return Err(AppendError::OutcomeUnknown { cause: damage });
                    }
                    Err(cause) => cause,
                },
                Attempt::NotTaken(cause) => cause,
                Attempt::Failed(cause) if may_have_landed => cause,
                Attempt::Failed(cause) => return Err(AppendError::Unavailable { cause }),
                Attempt::Lost(damage @ LogError::Corrupt { .. }) => {
                    return Err(AppendError::OutcomeUnknown { cause: damage });
                }
                Attempt::Lost(cause) => {
                    may_have_landed = true;
                    cause
                }
            };
            if Instant::now() >= deadline {
                return Err(match may_have_landed {
                    true => AppendError::OutcomeUnknown { cause },
                    false => AppendError::Unavailable { cause },
                });
            }
            tracing::debug!(%cause, expected, "the append is repeated");
            sleep(PAUSE).await;
        }
    }

    async fn attempt(&self, expected: Position, events: &[Outgoing]) -> Attempt {
        // What is published without a connection is sent whenever it comes back.
        if self.client.connection_state() != State::Connected {
            return Attempt::NotTaken(LogError::not_answering(&self.store, "there is no connection"));
        }
        // What a new connection leads to may sync late; what is acknowledged there would not be on disk.
        if self.checked_connects() != self.connects() {
            return Attempt::NotTaken(LogError::not_answering(
                &self.store,
                "the settings of its servers are looked at",
            ));
        }
        if let Some(fault) = self.fault() {
            return Attempt::Failed(fault);
        }
        match events {
            [single] => self.publish_single(expected, single).await,
            group => self.publish_batch(expected, group).await,
        }
    }

    async fn publish_single(&self, expected: Position, event: &Outgoing) -> Attempt {
        let mut headers = HeaderMap::new();
        headers.insert(header::NATS_EXPECTED_LAST_SEQUENCE, expected.to_string());
        match self.ask(event, headers).await {
            Ok(ack) if ack.stream == self.name && ack.sequence == expected.wrapping_add(1) => {
                Attempt::Recorded
            }
            Ok(ack) => Attempt::Lost(self.disobeyed(expected, &ack)),
            Err(attempt) => attempt,
        }
    }

    async fn publish_batch(&self, expected: Position, events: &[Outgoing]) -> Attempt {
        let Some((last, before)) = events.split_last() else { return Attempt::Recorded };
        let batch_id = unique_name(&self.client);
        let headers_of = |number: usize| {
            let mut headers = HeaderMap::new();
            headers.insert(header::NATS_BATCH_ID, batch_id.as_str());
            headers.insert(header::NATS_BATCH_SEQUENCE, number.to_string());
            // The server takes this condition on the first message of a batch only.
            if number == 1 {
                headers.insert(header::NATS_EXPECTED_LAST_SEQUENCE, expected.to_string());
            }
            headers
        };
        for (number, event) in (1..).zip(before) {
            let (subject, body) = (event.subject.clone(), event.body.clone());
            // Without the last message of the batch, those before it come to nothing.
            if let Err(error) = self.client.publish_with_headers(subject, headers_of(number), body).await {
                return Attempt::NotTaken(LogError::not_answering(&self.store, error));
            }
        }
        let mut headers = headers_of(events.len());
        headers.insert(header::NATS_BATCH_COMMIT, header::NATS_BATCH_COMMIT_FINAL);
        let count = events.len() as u64;
        // A server that does not know batches acknowledges the last message by itself: id and size say that it was one.
        match self.ask(last, headers).await {
            Ok(ack)
                if ack.stream == self.name
                    && ack.sequence == expected.wrapping_add(count)
                    && ack.batch_id.as_deref() == Some(&batch_id)
                    && ack.batch_size == Some(count) =>
            {
                Attempt::Recorded
            }
            Ok(ack) => Attempt::Lost(self.disobeyed(expected, &ack)),
            Err(attempt) => attempt,
        }
    }

    /// Publishes a message and waits for the stream's answer.
    async fn ask(&self, event: &Outgoing, headers: HeaderMap) -> Result<PublishAck, Attempt> {
        let request =
            Request::new().headers(headers).payload(event.body.clone()).timeout(Some(ATTEMPT_TIMEOUT));
        let answer = self.client.send_request(event.subject.clone(), request).await.map_err(|error| {
            let cause = LogError::not_answering(&self.store, &error);
            match error.kind() {
                RequestErrorKind::NoResponders => Attempt::NotTaken(cause),
                RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                    Attempt::Failed(cause)
                }
                // The request may have arrived: to call it "not taken" would record a command twice under two answers.
                RequestErrorKind::TimedOut | RequestErrorKind::Other => Attempt::Lost(cause),
            }
        })?;
        match serde_json::from_slice(&answer.payload) {
            Ok(Response::Ok(ack)) => Ok(ack),
            Ok(Response::Err { error }) => Err(self.refusal(&error)),
            Err(error) => Err(Attempt::Lost(LogError::not_answering(&self.store, error))),
        }
    }

    fn refusal(&self, error: &async_nats::jetstream::Error) -> Attempt {
        /// The condition does not hold: as a sentence with the sequence, and without.
        const WRONG_LAST: [u64; 2] = [10_071, 10_164];
        /// No room: of the server, of the account, of the stream.
        const FULL: [u64; 3] = [10_023, 10_028, 10_047];
        /// The store failed while it wrote: what stands there is not known.
        const STORE_FAILED: u64 = 10_077;
        /// Under the same number a stream says that it would be past a limit, before it has written anything.
        const PAST_LIMIT: [&str; 4] = [
            "maximum messages exceeded",
            "maximum bytes exceeded",
            "maximum messages per subject exceeded",
            "message size exceeds maximum allowed",
        ];
        let ErrorCode(code) = error.error_code();
        let cause = LogError::not_answering(&self.store, error);
        match code {
            code if WRONG_LAST.contains(&code) => Attempt::Refused,
            STORE_FAILED if PAST_LIMIT.iter().any(|said| error.to_string().contains(said)) => {
                Attempt::Failed(LogError::Full { store: self.store.clone() })
            }
            STORE_FAILED => Attempt::Lost(cause),
            code if FULL.contains(&code) => Attempt::Failed(LogError::Full { store: self.store.clone() }),
            _ => Attempt::NotTaken(cause),
        }
    }

    /// What the log holds after `expected`. Where no earlier attempt can have landed, that is not ours.
    async fn judge(
        &self,
        expected: Position,
        events: &[Outgoing],
        may_have_landed: bool,
    ) -> Result<Verdict, LogError> {
        let last = self.leaders_last().await?;
        if last == expected {
            let detail = "another append is on its way";
            return Ok(Verdict::Undecided(LogError::not_answering(&self.store, detail)));
        }
        if last < expected || !may_have_landed {
            return Ok(Verdict::Conflict { last });
        }
        let mut found = Vec::new();
        while found.len() < events.len() {
            let after = expected + found.len() as Position;
            let more = self.read(after, events.len() - found.len()).await?;
            if more.is_empty() {
                break;
            }
            found.extend(more);
        }
        // An event has an id and a time of its own, so equal bytes are the same append.
        let ours = found.iter().zip(events).take_while(|(stored, sent)| stored.body == sent.body).count();
        match ours {
            0 => Ok(Verdict::Conflict { last }),
            all if all == events.len() => Ok(Verdict::Recorded),
            part => {
                let position = Some(expected + part as Position + 1);
                let detail = format!("{part} of a group of {} events", events.len());
                Err(LogError::Corrupt { store: self.store.clone(), position, detail: Say::same(detail) })
            }
        }
    }

    /// A server that acknowledges something other than what it was asked for keeps no condition.
    fn disobeyed(&self, expected: Position, ack: &PublishAck) -> LogError {
        let detail = format!("asked to append after {expected}, the server acknowledged {ack:?}");
        LogError::Corrupt {
            store: self.store.clone(),
            position: Some(ack.sequence),
            detail: Say::same(detail),
        }
    }
}
