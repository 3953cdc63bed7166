//! Progress of long work: events a second, per cent and time left on a terminal; nothing where the output is piped.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use domain::say::Language;

/// How often the line is written anew.
const INTERVAL: Duration = Duration::from_millis(200);

/// A line on the terminal that says how far the work has come.
pub struct Progress {
    what: &'static str,
    left: &'static str,
    total: Option<u64>,
    begun: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
}

impl Progress {
    /// Begins. Where the total is not known, only the speed is shown.
    pub fn begin(language: Language, zh: &'static str, en: &'static str, total: Option<u64>) -> Self {
        Self {
            what: language.pick(zh, en),
            left: language.pick("剩余", "left"),
            total,
            begun: Instant::now(),
            shown: None,
            is_terminal: io::stderr().is_terminal(),
        }
    }

    /// So many are done.
    pub fn at(&mut self, done: u64) {
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() >= INTERVAL);
        if self.is_terminal && is_due && self.begun.elapsed() >= INTERVAL {
            self.shown = Some(Instant::now());
            self.write(&format!(
                "\r\x1b[K{}",
                line(self.what, self.left, done, self.total, self.begun.elapsed())
            ));
        }
    }

    /// Takes the line away.
    pub fn end(self) {
        if self.shown.is_some() {
            self.write("\r\x1b[K");
        }
    }

    fn write(&self, text: &str) {
        // Progress that cannot be shown is no reason to stop.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

fn line(what: &str, left: &str, done: u64, total: Option<u64>, elapsed: Duration) -> String {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let per_second = done.saturating_mul(1_000) / milliseconds;
    match total {
        Some(total) if total > 0 => {
            let percent = done.saturating_mul(100) / total;
            let seconds_left = total.saturating_sub(done) / per_second.max(1);
            format!("{what} {done}/{total} ({percent}%), {per_second}/s, {left} {seconds_left} s")
        }
        _ => format!("{what} {done}, {per_second}/s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_speed_share_and_time_left() {
        let elapsed = Duration::from_secs(2);
        assert_eq!(
            line("folding", "left", 4_000, Some(10_000), elapsed),
            "folding 4000/10000 (40%), 2000/s, left 3 s"
        );
        assert_eq!(line("importing", "left", 500, None, elapsed), "importing 500, 250/s");
    }
}
