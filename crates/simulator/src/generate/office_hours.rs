//! When an office records: one entry after another during the hours of a working day, what falls on a weekend on Monday.

use domain::date::{Date, Timestamp};

use super::random::Random;

const SECOND: i64 = 1_000;
/// The first entry of a day, after midnight of Asia/Shanghai.
const OPENS_SECONDS: i64 = 9 * 3_600;
/// From then on entries follow each other at once: the office stays until all is recorded.
const CLOSES_SECONDS: i64 = 17 * 3_600 + 1_800;
/// Between two entries lie so many seconds.
const BETWEEN_SECONDS: (u32, u32) = (20, 240);
/// 1970-01-01 was a Thursday: so many days later the first week began on a Monday.
const FIRST_MONDAY: i64 = 4;
/// How far the zone of Asia/Shanghai is ahead of UTC.
const ZONE_SECONDS: i64 = 8 * 3_600;
const DAY_SECONDS: i64 = 86_400;

/// The clock of an office.
pub(super) struct OfficeHours {
    /// Its own chance: how long an entry takes changes nothing of what is entered.
    random: Random,
    /// Seconds since 1970 in the zone.
    now: i64,
}

impl OfficeHours {
    pub(super) fn new(seed: u64, from: Date) -> Self {
        let mut hours = Self { random: Random::new(seed), now: 0 };
        hours.pass_to(from);
        hours
    }

    /// The morning of that day, or of the next working day; a clock that is already later stays.
    pub(super) fn pass_to(&mut self, day: Date) {
        let days = days_since_1970(day);
        let weekday = (days - FIRST_MONDAY).rem_euclid(7);
        let working = if weekday < 5 { days } else { days + 7 - weekday };
        self.now = self.now.max(working * DAY_SECONDS + OPENS_SECONDS);
    }

    /// The day that it is.
    pub(super) fn today(&self) -> Date {
        let days = i32::try_from(self.now.div_euclid(DAY_SECONDS)).unwrap_or(i32::MAX);
        Date::new(1970, 1, 1).map_or(Date::EARLIEST, |first| first.plus_days(days))
    }

    /// When the next entry is recorded.
    pub(super) fn next(&mut self) -> Timestamp {
        let step = i64::from(self.random.between(BETWEEN_SECONDS.0, BETWEEN_SECONDS.1));
        let is_late = self.now.rem_euclid(DAY_SECONDS) + step > CLOSES_SECONDS;
        self.now += if is_late { 1 } else { step };
        Timestamp::from_milliseconds((self.now - ZONE_SECONDS) * SECOND)
    }
}

fn days_since_1970(day: Date) -> i64 {
    Date::new(1970, 1, 1).map_or(0, |first| i64::from(day.days_since(first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn what_falls_on_a_weekend_is_recorded_on_monday() {
        for (on, recorded) in [
            ("2018-03-20", "2018-03-20"),
            ("2026-11-28", "2026-11-30"),
            ("2026-11-29", "2026-11-30"),
            ("2026-11-30", "2026-11-30"),
        ] {
            assert_eq!(OfficeHours::new(1, day(on)).next().day(), day(recorded), "{on}");
        }
    }

    #[test]
    fn entries_follow_each_other_within_the_day_however_many_they_are() {
        let mut hours = OfficeHours::new(1, day("2018-03-20"));
        let times: Vec<_> = (0..9_000).map(|_| hours.next()).collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(times.last().unwrap().day(), day("2018-03-20"));
        // A day that has passed does not come back.
        hours.pass_to(day("2018-03-19"));
        assert!(hours.next() > *times.last().unwrap());
    }
}
