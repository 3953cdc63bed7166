//! The lines of the service's own log: in one language, and of one kind no more than a disk bears that is full already.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::say::Language;
use tracing::callsite::Identifier;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::{Format, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// The most warnings or errors of one kind that are written in a minute; the rest are counted.
const MAX_OF_A_KIND: u64 = 10;
/// For how long they are counted.
const COUNTED_FOR: Duration = Duration::from_secs(60);

/// Writes events as usual; those of one kind, from one place in the program, a few a minute.
pub struct Lines {
    format: Format,
    language: Language,
    /// No more entries than there are such places.
    kinds: Mutex<HashMap<Identifier, Kind>>,
}

/// What happened of a kind since its first in a minute.
#[derive(Debug, Clone, Copy)]
struct Kind {
    since: Instant,
    count: u64,
}

/// What is done with an event.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Write,
    /// Written, and before it, how many were not.
    WriteAfter(u64),
    Leave,
}

impl Lines {
    /// Nothing written yet.
    pub fn new(language: Language) -> Self {
        Self { format: Format::default(), language, kinds: Mutex::default() }
    }

    fn judge(&self, kind: Identifier, now: Instant) -> Verdict {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kinds.entry(kind).or_insert(Kind { since: now, count: 0 });
        let left = found.count.saturating_sub(MAX_OF_A_KIND);
        let is_over = now.duration_since(found.since) >= COUNTED_FOR;
        if is_over {
            *found = Kind { since: now, count: 0 };
        }
        found.count += 1;
        match (is_over, left) {
            (true, 1..) => Verdict::WriteAfter(left),
            _ if found.count > MAX_OF_A_KIND => Verdict::Leave,
            _ => Verdict::Write,
        }
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        if *metadata.level() <= Level::WARN {
            match self.judge(metadata.callsite(), Instant::now()) {
                Verdict::Leave => return Ok(()),
                Verdict::Write => {}
                Verdict::WriteAfter(left) => {
                    let said = self.language.pick(
                        format!("下一行所述情况另有 {left} 次，未逐一记录"),
                        format!("what the next line says happened {left} times more, which were not written"),
                    );
                    writeln!(writer, "{said}")?;
                }
            }
        }
        self.format.format_event(context, writer, event)
    }
}

#[cfg(test)]
mod tests {
    use tracing::Callsite;
    use tracing::callsite::DefaultCallsite;

    use super::*;

    #[test]
    fn a_flood_of_one_kind_is_counted_and_others_are_written() {
        let lines = Lines::new(Language::En);
        let (one, other) = (
            tracing::callsite!(name: "one", kind: tracing::metadata::Kind::EVENT, fields: a),
            tracing::callsite!(name: "other", kind: tracing::metadata::Kind::EVENT, fields: a),
        );
        let of = |callsite: &'static DefaultCallsite| callsite.metadata().callsite();
        let (one, other, start) = (of(one), of(other), Instant::now());
        let verdicts = |kind: &Identifier, at| -> Vec<Verdict> {
            (0..MAX_OF_A_KIND + 5).map(|_| lines.judge(kind.clone(), at)).collect()
        };
        let first = verdicts(&one, start);
        assert_eq!(first.iter().filter(|verdict| **verdict == Verdict::Write).count() as u64, MAX_OF_A_KIND);
        assert_eq!(lines.judge(other, start), Verdict::Write);
        assert_eq!(lines.judge(one.clone(), start + COUNTED_FOR), Verdict::WriteAfter(5));
        assert_eq!(lines.judge(one, start + COUNTED_FOR), Verdict::Write);
    }
}
