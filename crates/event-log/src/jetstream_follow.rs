//! The follower: learns within milliseconds that the log has grown.

use std::sync::Arc;

use async_nats::header::{self, HeaderMap};
use async_nats::jetstream::consumer::{DeliverPolicy, pull};
use futures_util::StreamExt;
use tokio::time::sleep;

use crate::jetstream_api::unique_name;
use crate::jetstream_stream::CityStream;
use crate::jetstream_waits::PAUSE;

/// Follows the stream for as long as its connection lives: the headers of each new message tell its position.
pub(crate) async fn follow(stream: Arc<CityStream>) {
    loop {
        if let Err(error) = follow_consumer(&stream).await {
            tracing::debug!(%error, log = stream.store, "the follower begins anew");
        }
        sleep(PAUSE).await;
    }
}

async fn follow_consumer(stream: &CityStream) -> Result<(), async_nats::Error> {
    // It pulls, for what is pushed does not pass from one account into another.
    let config = pull::OrderedConfig {
        name: Some(unique_name(&stream.client)),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: stream.known_last() + 1 },
        headers_only: true,
        ..pull::OrderedConfig::default()
    };
    let consumer = stream.stream.create_consumer(config).await?;
    let mut messages = consumer.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        // Whoever is woken within a group would fold half a command and take its missing rest for damage.
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
