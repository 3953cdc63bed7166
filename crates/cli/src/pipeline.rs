//! A pipeline of commands on their way: the loop takes them in this order and records many with one sync, the answers
//! come back in the same order.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use service::recorded::Recorded;
use service::submit_error::SubmitError;

/// The most commands on their way: as many as the loop decides as one group.
pub const MAX_OUTSTANDING: usize = 256;

/// What became of a command.
pub type Answer = Result<Recorded, SubmitError>;

enum Entry<'a> {
    Answered(Answer),
    Waiting(Pin<Box<dyn Future<Output = Answer> + Send + 'a>>),
}

/// The commands on their way, each with what its sender wants to remember of it.
pub struct Pipeline<'a, T> {
    entries: VecDeque<(T, Entry<'a>)>,
}

impl<'a, T> Pipeline<'a, T> {
    /// Nothing on its way.
    pub fn new() -> Self {
        Self { entries: VecDeque::new() }
    }

    /// Whether the next one has to wait.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= MAX_OUTSTANDING
    }

    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Sends a command. It stands in the loop's queue when this returns, so the order of sending is that of deciding.
    pub async fn send(&mut self, tag: T, answer: impl Future<Output = Answer> + Send + 'a) {
        let mut answer: Pin<Box<dyn Future<Output = Answer> + Send + 'a>> = Box::pin(answer);
        // The first poll runs up to the wait for the answer, which comes after the command is queued.
        let entry = poll_fn(|context| {
            Poll::Ready(match answer.as_mut().poll(context) {
                Poll::Ready(answered) => Some(answered),
                Poll::Pending => None,
            })
        })
        .await
        .map_or_else(|| Entry::Waiting(answer), Entry::Answered);
        self.entries.push_back((tag, entry));
    }

    /// Puts something into the order that needs no sending.
    pub fn put(&mut self, tag: T, answer: Answer) {
        self.entries.push_back((tag, Entry::Answered(answer)));
    }

    /// The answer to the earliest one.
    pub async fn next(&mut self) -> Option<(T, Answer)> {
        let (tag, entry) = self.entries.pop_front()?;
        let answer = match entry {
            Entry::Answered(answer) => answer,
            Entry::Waiting(answer) => answer.await,
        };
        Some((tag, answer))
    }
}
