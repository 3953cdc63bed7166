//! What the servers' monitors say: whether each server that keeps the stream syncs before it acknowledges.

use std::collections::HashMap;
use std::time::Duration;

use domain::say::say;
use serde::Deserialize;

use crate::unsafe_setting::UnsafeSetting;

/// How long a monitor may take to answer.
const MONITOR_TIMEOUT: Duration = Duration::from_secs(5);

/// What a monitor says of its server.
#[derive(Debug, Deserialize)]
struct ServerVariables {
    server_name: String,
    #[serde(default)]
    jetstream: JetStreamVariables,
}

#[derive(Debug, Default, Deserialize)]
struct JetStreamVariables {
    config: Option<JetStreamSettings>,
}

#[derive(Debug, Deserialize)]
struct JetStreamSettings {
    #[serde(default)]
    sync_always: bool,
    #[serde(default)]
    sync_interval: u64,
}

/// Whether each server that keeps the stream syncs before it acknowledges. Blocks.
pub(crate) fn of_servers(names: &[String], monitors: &[String]) -> Vec<UnsafeSetting> {
    let (known, silent) = ask(monitors);
    names.iter().filter_map(|name| of_server(name, known.get(name), &silent)).collect()
}

/// Which of them are known to sync late by now. One that does not answer may be restarting, and says so when it is back.
/// Blocks.
pub(crate) fn of_answering_servers(names: &[String], monitors: &[String]) -> Vec<UnsafeSetting> {
    let (known, _) = ask(monitors);
    let settings_by_name = names.iter().filter_map(|name| Some((name, known.get(name)?)));
    let settings_by_name = settings_by_name.filter(|(_, settings)| settings.is_ok());
    settings_by_name.filter_map(|(name, settings)| of_server(name, Some(settings), &[])).collect()
}

type Known = HashMap<String, Result<JetStreamSettings, String>>;

/// What each server says, by its name, and whose monitors said nothing.
fn ask(monitors: &[String]) -> (Known, Vec<String>) {
    let mut known = Known::new();
    let mut silent = Vec::new();
    for monitor in monitors {
        match ask_monitor(monitor) {
            Ok(variables) => {
                let settings = variables.jetstream.config.ok_or_else(|| "JetStream is off".to_owned());
                known.insert(variables.server_name, settings);
            }
            Err(error) => silent.push(format!("{monitor}: {error}")),
        }
    }
    (known, silent)
}

fn of_server(
    name: &str,
    settings: Option<&Result<JetStreamSettings, String>>,
    silent: &[String],
) -> Option<UnsafeSetting> {
    let found = match settings {
        Some(Ok(settings)) if settings.sync_always => return None,
        Some(Ok(settings)) => {
            let interval = Duration::from_nanos(settings.sync_interval);
            let setting = UnsafeSetting::new(
                "sync_interval",
                format!("{interval:?} ({name})"),
                "always",
                say(
                    "请在 nats-server 配置的 jetstream 段写 sync_interval: always 并重启",
                    "write `sync_interval: always` into the `jetstream` block of its configuration and restart it",
                ),
            );
            return Some(setting.of_durability());
        }
        // What cannot be seen counts as unsafe: a server that nobody asked may lose what it acknowledged.
        Some(Err(error)) => error.clone(),
        None if silent.is_empty() => format!("unknown ({name})"),
        None => format!("unknown ({name}; {})", silent.join(", ")),
    };
    let setting = UnsafeSetting::new(
        "sync_interval",
        found,
        "always",
        say(
            "无法得知：请开启服务器的监控端口（http: 127.0.0.1:8222），并用 --nats-monitor http://127.0.0.1:8222 指定，每台服务器一个",
            "it cannot be seen: open the server's monitor (`http: 127.0.0.1:8222`) and name it with --nats-monitor http://127.0.0.1:8222, one for each server",
        ),
    );
    Some(setting.of_durability())
}

fn ask_monitor(monitor: &str) -> Result<ServerVariables, String> {
    let config = ureq::Agent::config_builder().timeout_global(Some(MONITOR_TIMEOUT)).build();
    let address = format!("{}/varz", monitor.trim_end_matches('/'));
    let answer = ureq::Agent::from(config).get(&address).call();
    let mut answer = answer.map_err(|error| error.to_string())?;
    answer.body_mut().read_json().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_seen_counts_as_unsafe() {
        let unseen = of_server("n1", None, &[]).unwrap();
        assert!(unseen.say().en.contains("--nats-monitor"), "{}", unseen.say().en);
        let lazy = Ok(JetStreamSettings { sync_always: false, sync_interval: 120_000_000_000 });
        let lazy = of_server("n1", Some(&lazy), &[]).unwrap();
        assert!(lazy.say().en.contains("120s (n1)") && lazy.say().en.contains("sync_interval: always"));
        let safe = Ok(JetStreamSettings { sync_always: true, sync_interval: 120_000_000_000 });
        assert_eq!(of_server("n1", Some(&safe), &[]), None);
    }
}
