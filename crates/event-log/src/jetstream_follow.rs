//! The follower: learns within milliseconds that the log has grown, and within seconds that nobody answers for it.

use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::header::{self, HeaderMap};
use async_nats::jetstream::consumer::{DeliverPolicy, push};
use futures_util::StreamExt;
use tokio::time::{interval, sleep, timeout};

use crate::jetstream::{CityStream, PAUSE};

/// How often the leader is asked for its last position: what a consumer on a lagging server does not say, this does.
const LEADER_POLL: Duration = Duration::from_secs(1);
/// How long the leader may take to answer before the log counts as unreachable.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// Follows the stream for as long as its connection lives.
pub(crate) async fn follow(stream: Arc<CityStream>) {
    tokio::join!(follow_messages(&stream), ask_leader(&stream));
}

/// The headers of each new message tell its position.
async fn follow_messages(stream: &CityStream) {
    loop {
        if let Err(error) = follow_consumer(stream).await {
            tracing::debug!(%error, log = stream.store, "the follower begins anew");
        }
        sleep(PAUSE).await;
    }
}

async fn follow_consumer(stream: &CityStream) -> Result<(), async_nats::Error> {
    let config = push::OrderedConfig {
        deliver_subject: stream.client.new_inbox(),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: stream.known_last() + 1 },
        headers_only: true,
        ..push::OrderedConfig::default()
    };
    let consumer = stream.stream.create_consumer(config).await?;
    let mut messages = consumer.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        if ends_a_group(message.headers.as_ref()) {
            stream.announce(message.info()?.stream_sequence);
        }
    }
    Ok(())
}

/// A group is announced as a whole: with the message that committed it.
fn ends_a_group(headers: Option<&HeaderMap>) -> bool {
    headers.is_none_or(|headers| {
        headers.get(header::NATS_BATCH_ID).is_none() || headers.get(header::NATS_BATCH_COMMIT).is_some()
    })
}

async fn ask_leader(stream: &CityStream) {
    let mut ticks = interval(LEADER_POLL);
    loop {
        ticks.tick().await;
        let is_connected = stream.client.connection_state() == State::Connected;
        let answered =
            is_connected && matches!(timeout(ANSWER_LIMIT, stream.leaders_last()).await, Ok(Ok(_)));
        stream.note_answer(answered);
    }
}
