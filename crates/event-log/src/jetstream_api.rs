//! Which API of JetStream an account speaks to: its own, or the part of the storing account's that it was granted.

use std::time::Duration;

use async_nats::Client;
use async_nats::client::RequestErrorKind;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::{Context, ErrorCode};
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use crate::jetstream_waits::{PAUSE, REQUEST_TIMEOUT};

/// What an account without streams of its own puts before the names of the API that it was granted.
pub const GRANTED_API_PREFIX: &str = "JS.LIANJIAN.API";
/// The account's own API, which every account has by this name; without streams it answers with a refusal.
const OWN_API_PREFIX: &str = "$JS.API";
/// The account may have no streams.
const NOT_ENABLED: ErrorCode = ErrorCode(10_039);
/// How long servers that find each other may take to say whether the account has streams.
const ASKING_LIMIT: Duration = Duration::from_secs(20);

/// The API of one connection's account.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    is_granted: bool,
}

/// A name that nothing else has. A consumer without one is made under another subject, which is granted to nobody: the
/// server could not be told what it is called there.
pub(crate) fn unique_name(client: &Client) -> String {
    client.new_inbox().rsplit('.').next().unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
struct AccountAnswer {
    error: Option<async_nats::jetstream::Error>,
}

impl Api {
    /// Asks the server whether the account may have streams. Where nobody says so, its own API is taken, and what is
    /// asked of it next says why it does not answer.
    pub(crate) async fn of(client: &Client) -> Self {
        let deadline = Instant::now() + ASKING_LIMIT;
        loop {
            let found = match client.request(format!("{OWN_API_PREFIX}.INFO"), "".into()).await {
                Ok(answer) => match serde_json::from_slice::<AccountAnswer>(&answer.payload) {
                    Ok(AccountAnswer { error: None }) => Some(false),
                    Ok(AccountAnswer { error: Some(error) }) if error.error_code() == NOT_ENABLED => {
                        Some(true)
                    }
                    // It may not know yet, while the servers find each other.
                    Ok(AccountAnswer { error: Some(_) }) | Err(_) => None,
                },
                // There is no JetStream at all, or not for who asks.
                Err(error) if error.kind() == RequestErrorKind::NoResponders => Some(false),
                Err(_) => None,
            };
            let is_over = Instant::now() > deadline;
            if let Some(is_granted) = found.or(is_over.then_some(false)) {
                return Self { client: client.clone(), is_granted };
            }
            sleep(PAUSE).await;
        }
    }

    /// Whether the account has no streams of its own, and so can neither make, change nor delete any.
    pub(crate) fn is_granted(&self) -> bool {
        self.is_granted
    }

    /// Whether the account may make consumers on a stream. What it was not granted, nobody answers.
    pub(crate) async fn may_consume(&self, stream: &str) -> bool {
        if !self.is_granted {
            return true;
        }
        let subject = format!("{GRANTED_API_PREFIX}.CONSUMER.CREATE.{stream}.none");
        match self.client.request(subject, "".into()).await {
            Ok(_) => true,
            Err(error) => error.kind() != RequestErrorKind::NoResponders,
        }
    }

    /// Must be called on the connection's runtime, where it starts a task.
    pub(crate) fn context(&self) -> Context {
        let prefix = if self.is_granted { GRANTED_API_PREFIX } else { OWN_API_PREFIX };
        ContextBuilder::new().api_prefix(prefix).timeout(REQUEST_TIMEOUT).build(self.client.clone())
    }
}
