//! The few counters that tell whether the service keeps up, in the text format of Prometheus.

use std::sync::atomic::{AtomicU64, Ordering};

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
    /// The text, with the positions that the caller knows.
    pub fn text(&self, last_position: u64, view_position: u64, is_log_away: bool) -> String {
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
        ];
        let lines = numbers.map(|(name, kind, help, value)| {
            format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
        });
        lines.concat()
    }
}
