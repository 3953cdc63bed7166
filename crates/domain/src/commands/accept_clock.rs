//! `accept-clock`: somebody says that the machine's clock is right although it leaps from the log's last event, forward
//! after a long quiet, or back behind events that were recorded under a clock that was ahead. Given where the log is kept.

use crate::case::Case;
use crate::clock;
use crate::date::Timestamp;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::log_keeping::ClockAccepted;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// Says that the machine's clock is right although it leaps from the last event.
    pub struct AcceptClock {
        /// When the last event was recorded, as whoever accepts the clock saw it.
        pub previous: Timestamp,
        /// Why the clock is right.
        pub reason: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "accept-clock",
    title: say("确认系统时钟", "Accept the clock"),
    group: Group::LogKeeping,
    mechanisms: &[],
    givers: Givers::Machine,
    exceptions: &[],
    fits: None,
    yields: &["log.clock-accepted"],
    along: &[],
    refused_when: "the clock follows on the last event, or somebody recorded meanwhile; given over HTTP",
    rules: &["nothing-to-record"],
    choices: &[],
    example: r#"{
  "effective_date": "2034-11-30",
  "on_behalf_of": "5108",
  "data": {"previous": "2026-06-30T01:00:00.000Z", "reason": "停机多年后校时"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &AcceptClock) -> Option<Entity> {
    Some(Entity::Clock)
}

pub(crate) fn decide(case: &mut Case<'_>, data: &AcceptClock) -> Result<Vec<EventBody>, Rejection> {
    let last = case.state.last_recorded_at;
    // What was not seen is not accepted: somebody else may have recorded meanwhile.
    let is_the_last = case.state.last_position > 0 && last == data.previous;
    if !is_the_last || clock::fault(last, case.command.recorded_at).is_none() {
        return Err(Rejection::NothingToRecord);
    }
    Ok(vec![EventBody::ClockAccepted(ClockAccepted { previous: last, reason: data.reason.clone() })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<AcceptClock> {
    let EventBody::ClockAccepted(ClockAccepted { previous, reason }) = recorded.lead.clone() else {
        return None;
    };
    Some(AcceptClock { previous, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::date::Timestamp;
    use crate::testing::City;
    use crate::testing::drafts::{Draft, import, officer, text};

    fn at(time: &str) -> Timestamp {
        time.parse().unwrap()
    }

    fn accept(previous: Timestamp, now: &str) -> Draft {
        let data = AcceptClock { previous, reason: text("电池更换后校时") };
        import(CommandBody::AcceptClock(data)).on(&now[..10]).recorded_at(at(now))
    }

    #[test]
    fn time_goes_on_from_the_clock_that_was_accepted() {
        let city = City::new();
        let last = city.state.last_recorded_at;
        for now in ["2034-11-30T01:00:00.000Z", "2009-11-30T01:00:00.000Z"] {
            let accepted = ClockAccepted { previous: last, reason: text("电池更换后校时") };
            city.when(accept(last, now)).then(&[EventBody::ClockAccepted(accepted)]);
            let set = city.clone().given(accept(last, now));
            assert_eq!(set.state.last_recorded_at, at(now));
            let is_back = at(now) < last;
            assert_eq!(set.state.clock_set_back.len(), usize::from(is_back));
        }
    }

    #[test]
    fn a_clock_that_follows_on_and_one_that_nobody_looked_at_are_not_accepted() {
        let city = City::new();
        let last = city.state.last_recorded_at;
        city.when(accept(last, &last.to_string())).refused(Rejection::NothingToRecord);
        let other = Timestamp::from_milliseconds(last.milliseconds() + 1);
        city.when(accept(other, "2034-11-30T01:00:00.000Z")).refused(Rejection::NothingToRecord);
        City::empty()
            .when(accept(Timestamp::default(), "2034-11-30T01:00:00.000Z"))
            .refused(Rejection::NothingToRecord);
    }

    #[test]
    fn it_is_given_where_the_log_is_kept() {
        let city = City::new();
        let draft = accept(city.state.last_recorded_at, "2034-11-30T01:00:00.000Z").by(officer("officer-1"));
        let refused = Rejection::RoleForbids { role: "county_officer", command: "accept-clock" };
        city.when(draft).refused(refused);
    }
}
