//! The watch over a log in use: that its leader answers, that nothing of it vanished, and that what was checked at the
//! start still holds. The city's key cannot change a stream that an administrator's account keeps; another key may.

use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::Context;
use tokio::time::{Instant, interval, timeout};

use crate::jetstream_control::bucket_stream_name;
use crate::jetstream_servers::of_answering_servers;
use crate::jetstream_settings::{not_answered_for, of_bucket, of_info, refused, servers_of};
use crate::jetstream_stream::CityStream;
use crate::nats_location::NatsOptions;
use crate::unsafe_setting::UnsafeSetting;

/// How soon a new connection is noticed: what it leads to may have other settings than what was checked.
const LOOK: Duration = Duration::from_millis(50);
/// How often the leader is asked for its last position: what a consumer on a lagging server does not say, this does.
const LEADER_POLL: Duration = Duration::from_secs(1);
/// How long the leader may take to answer before the log counts as unreachable.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// How often servers and bucket are looked at though the connection is the same.
const SERVERS_EVERY: Duration = Duration::from_secs(60);

/// What was found when it was looked at last.
#[derive(Default)]
struct Found {
    stream: Vec<UnsafeSetting>,
    servers: Vec<UnsafeSetting>,
}

/// Watches for as long as the connection lives.
pub(crate) async fn watch(stream: Arc<CityStream>, context: Context, options: NatsOptions) {
    let mut ticks = interval(LOOK);
    let mut found = Found::default();
    let mut asked_leader = None;
    let mut asked_servers = Instant::now();
    loop {
        ticks.tick().await;
        let connects = stream.connects();
        let is_anew = connects != stream.checked_connects();
        let is_due = asked_leader.is_none_or(|asked: Instant| asked.elapsed() >= LEADER_POLL);
        if !is_anew && !is_due {
            continue;
        }
        asked_leader = Some(Instant::now());
        let is_connected = stream.client.connection_state() == State::Connected;
        let answer = match is_connected {
            true => timeout(ANSWER_LIMIT, stream.leaders_info()).await.ok().and_then(Result::ok),
            false => None,
        };
        // An instance that only reads sends nothing that could fail: without this nobody would learn that the log is away.
        stream.note_answer(answer.is_some());
        // A leader that is silent says nothing of its settings: what was found of them stands until one answers.
        let Some(info) = answer else { continue };
        stream.announce(info.state.last_sequence);
        found.stream = of_info(&info, options.replicas);
        if is_anew || asked_servers.elapsed() >= SERVERS_EVERY {
            asked_servers = Instant::now();
            let (names, monitors) = (servers_of(&stream.client, &info), options.monitors.clone());
            let asked = tokio::task::spawn_blocking(move || of_answering_servers(&names, &monitors)).await;
            // Not noted as checked: no append goes out over this connection before somebody has looked.
            let Ok(mut servers) = asked else { continue };
            servers.extend(bucket_of(&stream, &context).await);
            found.servers = servers;
            stream.note_checked(connects);
        }
        let mut all = found.stream.clone();
        all.extend(found.servers.iter().cloned());
        let refused_settings = not_answered_for(&all, &options);
        let fault = (!refused_settings.is_empty()).then(|| refused(&stream.store, &refused_settings));
        stream.note_fault(fault);
    }
}

/// What is wrong with the bucket of names beside the log; nothing where it does not answer, which its readers notice.
async fn bucket_of(stream: &CityStream, context: &Context) -> Vec<UnsafeSetting> {
    let name = bucket_stream_name(stream.city());
    let asked = timeout(ANSWER_LIMIT, context.get_stream(name)).await;
    asked.ok().and_then(Result::ok).map(|found| of_bucket(&found.cached_info().config)).unwrap_or_default()
}
