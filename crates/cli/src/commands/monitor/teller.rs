//! How a monitor tells what it found: lines for people or programs, a call to whoever takes alarms, a file of metrics.

use std::fmt::Write;
use std::path::Path;

use domain::say::Language;
use serde::Serialize;
use serde_json::json;

use super::state::{Log, Standing, State};
use crate::exit::Failure;
use crate::new_file;
use crate::output::Output;
use crate::remote::Server;

/// Whoever collects metrics may read them.
const METRICS_MODE: u32 = 0o644;

/// How it is told.
pub struct Teller {
    /// Who takes alarms.
    pub webhook: Option<Server>,
    pub as_json: bool,
    pub language: Language,
    /// How many rounds were told.
    pub rounds: u64,
}

/// A line about a log, for programs.
#[derive(Serialize)]
struct Line<'a> {
    address: &'a str,
    origin: Option<&'a str>,
    verified_up_to: u64,
    judged_up_to: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alarm: Option<&'a Standing>,
}

impl Teller {
    /// Tells what is new: heads that moved, and alarms that nobody was told of.
    pub fn tell(&mut self, state: &mut State, unread: &[String]) -> Result<(), Failure> {
        self.rounds += 1;
        let mut output = Output::new();
        if !self.as_json {
            for place in unread {
                let zh = format!("{place} 没有可读的日志头，未对照");
                output.line(
                    self.language.pick(zh, format!("{place} holds no head that reads; not compared")),
                )?;
            }
        }
        for (address, log) in state.logs_mut() {
            if log.has_moved || self.rounds == 1 {
                self.verified(&mut output, address, log)?;
            }
            for number in 0..log.alarms.len() {
                if !log.alarms[number].is_told {
                    self.alarm(&mut output, address, log, number)?;
                    log.alarms[number].is_told = true;
                }
            }
        }
        output.flush()?;
        // Last: whoever takes alarms may be slow, and nobody else waits for that.
        for (address, log) in state.logs_mut() {
            for number in 0..log.alarms.len() {
                if !log.alarms[number].is_sent {
                    log.alarms[number].is_sent = self.send(address, log, number);
                }
            }
        }
        Ok(())
    }

    fn verified(&self, output: &mut Output, address: &str, log: &Log) -> Result<(), Failure> {
        if self.as_json {
            return output.json(&line(address, log, None));
        }
        let up_to = log.verified_up_to;
        let (zh, en) = match log.judged_up_to {
            Some(judged) => {
                (format!("并逐条裁决至第 {judged} 条"), format!("each event judged up to {judged}"))
            }
            None => (
                "本令牌不能读全市事件，未逐条裁决".to_owned(),
                "this token may not read the city's events: none was judged".to_owned(),
            ),
        };
        let zh = format!("{address}：日志头核验至第 {up_to} 条，{zh}");
        output.line(self.language.pick(zh, format!("{address}: verified up to event {up_to}; {en}")))
    }

    fn alarm(&self, output: &mut Output, address: &str, log: &Log, number: usize) -> Result<(), Failure> {
        let standing = &log.alarms[number];
        if self.as_json {
            return output.json(&line(address, log, Some(standing)));
        }
        let (kind, at) = (&standing.kind, standing.first_seen);
        let zh = format!("告警 {at} {address} [{kind}] {}", standing.zh);
        output.line(self.language.pick(zh, format!("ALARM {at} {address} [{kind}] {}", standing.en)))?;
        standing.evidence.iter().try_for_each(|head| output.line(head))
    }

    /// Whether nobody is to be told, or was. One who cannot be reached is tried again with the next round.
    fn send(&self, address: &str, log: &Log, number: usize) -> bool {
        let Some(webhook) = &self.webhook else { return true };
        let body = json!(line(address, log, Some(&log.alarms[number]))).to_string();
        let sent = webhook.notify(&body);
        if let Err(failure) = &sent {
            failure.tell(self.language);
        }
        sent.is_ok()
    }

    /// Writes the metrics in the place of the last ones.
    pub fn write_metrics(&self, state: &State, path: &Path) -> Result<(), Failure> {
        let mut text = String::from("# TYPE lianjian_monitor_rounds_total counter\n");
        let mut add = |line: String| {
            // Writing into memory does not fail.
            let _ = writeln!(text, "{line}");
        };
        add(format!("lianjian_monitor_rounds_total {}", self.rounds));
        for name in ["verified_position", "judged_position", "verified_timestamp_seconds", "alarms"] {
            add(format!("# TYPE lianjian_monitor_{name} gauge"));
            for (address, log) in state.logs() {
                let labels = format!("address={address:?}");
                match name {
                    "verified_position" => {
                        add(format!("lianjian_monitor_{name}{{{labels}}} {}", log.verified_up_to))
                    }
                    "judged_position" => {
                        if let Some(judged) = log.judged_up_to {
                            add(format!("lianjian_monitor_{name}{{{labels}}} {judged}"));
                        }
                    }
                    "verified_timestamp_seconds" => {
                        if let Some(at) = log.verified_at {
                            add(format!("lianjian_monitor_{name}{{{labels}}} {}", at.milliseconds() / 1_000));
                        }
                    }
                    _ => {
                        let mut kinds: Vec<&str> =
                            log.alarms.iter().map(|alarm| alarm.kind.as_str()).collect();
                        kinds.sort_unstable();
                        for group in kinds.chunk_by(|one, next| one == next) {
                            add(format!(
                                "lianjian_monitor_{name}{{{labels},kind={:?}}} {}",
                                group[0],
                                group.len()
                            ));
                        }
                    }
                }
            }
        }
        new_file::replace(path, text.as_bytes(), METRICS_MODE)
            .map_err(|cause| Failure::Input { path: path.to_owned(), cause })
    }
}

fn line<'a>(address: &'a str, log: &'a Log, alarm: Option<&'a Standing>) -> Line<'a> {
    let (origin, verified_up_to) = (log.origin.as_deref(), log.verified_up_to);
    Line { address, origin, verified_up_to, judged_up_to: log.judged_up_to, alarm }
}
