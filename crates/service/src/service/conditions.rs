//! What is wrong with the service at the moment: what its parts have raised, and what is seen when one looks.

use std::time::Duration;

use domain::clock::ClockFault;
use domain::say::Say;
use projections::Trouble;

use super::{Running, Service};
use crate::condition::{Condition, Conditions, Raised};

/// An event that stands in the log for longer without being signed for is told of.
const SIGNED_WITHIN: Duration = Duration::from_secs(20);

impl Service {
    /// Everything that is wrong, the worst first.
    pub fn conditions(&self) -> Vec<Raised> {
        let mut all = self.stores.conditions.all();
        all.extend(self.seen().into_iter().map(|(condition, detail)| Raised { condition, detail }));
        all.sort_by_key(|raised| raised.condition);
        all.dedup_by_key(|raised| raised.condition);
        all
    }

    /// Where parts of the service raise what is wrong with them.
    pub fn raised(&self) -> &Conditions {
        &self.stores.conditions
    }

    /// What nobody has to raise, since it is there to be looked at.
    fn seen(&self) -> Vec<(Condition, Option<Say>)> {
        let mut seen = Vec::new();
        if !self.access().is_writable() {
            seen.push((Condition::AccessLogUnwritable, None));
        }
        if let Some(since) = self.log_unreachable_since() {
            seen.push((
                Condition::LogUnreachable,
                Some(Say::of(format!("自 {since}"), format!("since {since}"))),
            ));
        }
        if self.stores.log.fault().is_some() {
            seen.push((Condition::SettingsChanged, None));
        }
        if let Some(running) = self.running.get() {
            let is_away = self.log_unreachable_since().is_some();
            let all = running.seen();
            // A log that nobody answers for is told of as that.
            seen.extend(
                all.into_iter().filter(|(condition, _)| !is_away || *condition != Condition::LogReadFailing),
            );
        }
        seen
    }
}

impl Running {
    fn seen(&self) -> Vec<(Condition, Option<Say>)> {
        let mut seen = Vec::new();
        let state = self.submissions.state();
        let fault = self.submissions.clock_fault();
        if let Some(ClockFault::Leapt { days }) = fault {
            let detail = Say::of(format!("{days} 天"), format!("{days} days"));
            seen.push((Condition::ClockLeapt, Some(detail)));
        }
        let behind = match fault {
            Some(ClockFault::Behind { seconds }) => Some(seconds),
            _ => self.signed_tree.clock_behind(),
        };
        seen.extend(behind.map(|behind| (Condition::ClockBehind, Some(seconds(behind)))));
        if let Some(ahead) = self.signed_tree.clock_ahead() {
            seen.push((Condition::ClockAhead, Some(seconds(ahead))));
        }
        if self.signed_tree.trouble().is_some() {
            seen.push((Condition::HistoryRefused, None));
        }
        if let Some((position, waiting)) = self.signed_tree.unsigned_since()
            && waiting > SIGNED_WITHIN
        {
            let detail = Say::of(format!("自位置 {position}"), format!("from position {position}"));
            seen.push((Condition::NotSigned, Some(detail)));
        }
        if !state.unsafe_settings.is_empty() {
            seen.push((Condition::UnsafeSettings, Some(Say::same(state.unsafe_settings.join(", ")))));
        }
        let trouble = self.trouble.borrow().as_ref().map(|trouble| match trouble {
            Trouble::Parked(_) => Condition::ViewsParked,
            Trouble::LogUnavailable(_) => Condition::LogReadFailing,
            Trouble::NotStored { .. } => Condition::ViewsNotStored,
        });
        seen.extend(trouble.map(|condition| (condition, None)));
        seen
    }
}

fn seconds(seconds: i64) -> Say {
    Say::of(format!("{seconds} 秒"), format!("{seconds} s"))
}
