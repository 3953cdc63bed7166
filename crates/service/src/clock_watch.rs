//! Whether the machine's clock may go on from the log's last event, told for the loop and for whoever looks at the service.
//!
//! An office may be quiet for longer than a clock may leap. So while the service runs, the moment from which a leap counts
//! moves on with the time that has passed since the clock was last found right, which no setting of the clock changes.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use domain::CityState;
use domain::clock::{self, ClockFault};
use domain::date::Timestamp;

/// The last moment at which the clock was found right.
#[derive(Debug, Default)]
pub struct ClockWatch {
    right: Mutex<Option<(Timestamp, Instant)>>,
}

impl ClockWatch {
    /// What is wrong with the time where the log stands at a state; nothing of an empty log, which has no time yet.
    pub fn fault(&self, state: &CityState, now: Timestamp) -> Option<ClockFault> {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        let lived = right.map(|(at, since)| later(at, since)).unwrap_or_default();
        let found = match clock::fault(state.last_recorded_at, now) {
            _ if state.last_position == 0 => None,
            // A clock that was set back since is behind only where the log is ahead of it.
            Some(ClockFault::Leapt { .. }) => clock::fault(lived.max(state.last_recorded_at), now)
                .filter(|fault| matches!(fault, ClockFault::Leapt { .. })),
            other => other,
        };
        if found.is_none() {
            *right = Some((now, Instant::now()));
        }
        found
    }
}

fn later(at: Timestamp, since: Instant) -> Timestamp {
    let passed = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_milliseconds(at.milliseconds().saturating_add(passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn log_until(last: &str) -> CityState {
        let mut state = CityState::new("5108".parse().unwrap());
        (state.last_position, state.last_recorded_at) = (1, at(last));
        state
    }

    #[test]
    fn a_leap_is_found_at_the_start_and_while_it_runs_and_a_quiet_office_is_none() {
        let state = log_until("2026-01-01T00:00:00.000Z");
        let leapt = |days| Some(ClockFault::Leapt { days });
        assert_eq!(ClockWatch::default().fault(&state, at("2034-01-01T00:00:00.000Z")), leapt(2_922));
        let watch = ClockWatch::default();
        assert_eq!(watch.fault(&state, at("2026-01-20T00:00:00.000Z")), None);
        // Seen in between, a month and more after the last event is no leap.
        assert_eq!(watch.fault(&state, at("2026-02-10T00:00:00.000Z")), None);
        assert_eq!(watch.fault(&state, at("2034-02-10T00:00:00.000Z")), leapt(2_922));
        // A leap that was refused is not what the next is measured from.
        assert_eq!(watch.fault(&state, at("2034-02-10T00:00:00.000Z")), leapt(2_922));
        assert_eq!(watch.fault(&state, at("2026-02-10T00:00:00.000Z")), None);
    }

    #[test]
    fn a_clock_behind_the_log_is_found_and_an_empty_log_asks_for_nothing() {
        let watch = ClockWatch::default();
        let state = log_until("2034-01-01T00:00:00.000Z");
        let found = watch.fault(&state, at("2026-01-01T00:00:00.000Z"));
        assert!(matches!(found, Some(ClockFault::Behind { .. })), "{found:?}");
        let empty = CityState::new("5108".parse().unwrap());
        assert_eq!(ClockWatch::default().fault(&empty, at("2034-01-01T00:00:00.000Z")), None);
        // Set back since, and yet ahead of the log.
        assert_eq!(watch.fault(&log_until("2026-01-01T00:00:00.000Z"), at("2026-01-02T00:00:00.000Z")), None);
        assert_eq!(watch.fault(&log_until("2026-01-01T00:00:00.000Z"), at("2026-01-01T01:00:00.000Z")), None);
    }
}
