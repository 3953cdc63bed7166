//! The few counters that tell whether the service keeps up, in the text format of Prometheus.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::condition::{Condition, Raised};

/// One number that many tasks may change.
#[derive(Debug, Default)]
pub struct Number(AtomicU64);

impl Number {
    /// Adds to it.
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// Sets it.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// Reads it.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The service's counters.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Commands recorded since the start.
    pub commands_recorded: Number,
    /// Commands refused since the start.
    pub commands_refused: Number,
    /// Commands turned away because the queue was full.
    pub commands_busy: Number,
    /// Groups decided again because someone else appended first.
    pub conflicts: Number,
    /// Appends since the start.
    pub groups: Number,
    /// Commands of the last group.
    pub group_commands: Number,
}

impl Metrics {
    /// The text, with the positions that the caller knows and what is wrong.
    pub fn text(&self, positions: Positions, raised: &[Raised]) -> String {
        let Positions { last: last_position, views: view_position, signed: signed_position } = positions;
        let is_log_away = raised.iter().any(|raised| raised.condition == Condition::LogUnreachable);
        let numbers = [
            (
                "lianjian_commands_recorded_total",
                "counter",
                "Commands recorded since the start.",
                self.commands_recorded.get(),
            ),
            (
                "lianjian_commands_refused_total",
                "counter",
                "Commands refused since the start.",
                self.commands_refused.get(),
            ),
            (
                "lianjian_commands_busy_total",
                "counter",
                "Commands turned away by a full queue.",
                self.commands_busy.get(),
            ),
            (
                "lianjian_append_conflicts_total",
                "counter",
                "Groups decided again after a conflict.",
                self.conflicts.get(),
            ),
            ("lianjian_groups_total", "counter", "Appends since the start.", self.groups.get()),
            ("lianjian_group_commands", "gauge", "Commands of the last group.", self.group_commands.get()),
            ("lianjian_log_last_position", "gauge", "Position of the last event.", last_position),
            ("lianjian_log_unreachable", "gauge", "1 while nobody answers for the log.", is_log_away.into()),
            ("lianjian_view_position", "gauge", "Position that the views hold.", view_position),
            ("lianjian_signed_position", "gauge", "Position up to which the log is signed.", signed_position),
        ];
        let lines = numbers.map(|(name, kind, help, value)| {
            format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
        });
        lines.concat() + &conditions(raised)
    }
}

/// Which positions the figures name; 0 before they are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Positions {
    /// The last event of the log.
    pub last: u64,
    /// The last event that the views hold.
    pub views: u64,
    /// The last event that is signed for.
    pub signed: u64,
}

/// One line for every condition, also for those that do not hold: an alert must not hang on a line that is missing.
fn conditions(raised: &[Raised]) -> String {
    let mut text = "# HELP lianjian_condition 1 while the condition holds; /readyz says it in words.\n# TYPE lianjian_condition gauge\n".to_owned();
    for condition in Condition::ALL {
        let holds = u8::from(raised.iter().any(|raised| raised.condition == *condition));
        let _ = writeln!(text, "lianjian_condition{{condition=\"{}\"}} {holds}", condition.slug());
    }
    text
}
