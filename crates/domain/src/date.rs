//! Days and instants. Days are days in China (UTC+8 all year), instants are milliseconds since 1970 in UTC.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::Offset;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::say::Say;
use crate::wire_text::stands_as_text;

/// The widest span that is added: a thousand years.
const MAX_SPAN_DAYS: i32 = 366_000;
/// The same in months.
const MAX_SPAN_MONTHS: i32 = 12_000;

/// A day, written `2019-03-01`; days that do not exist are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// Why a text is no date of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a date such as 2019-03-01, between 1900 and 2200")]
pub struct DateError {
    text: String,
}

impl Date {
    /// The day of that number in that month, or the error that names what was asked.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        let refused = || DateError { text: format!("{year}-{month:02}-{day:02}") };
        if !(1900..=2200).contains(&year) {
            return Err(refused());
        }
        civil::Date::new(year, month, day).map(Self).map_err(|_| refused())
    }

    /// The earliest day that is accepted.
    pub const EARLIEST: Self = Self(civil::Date::constant(1900, 1, 1));

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// `2019年3月1日`, in English as on the wire.
    pub fn say(self) -> Say {
        let (year, month, day) = (self.year(), self.month(), self.0.day());
        Say::of(format!("{year}年{month}月{day}日"), self.to_string())
    }

    /// That many days later, or earlier where negative; stays at the calendar's end where it would leave it.
    pub fn plus_days(self, days: i32) -> Self {
        self.within_two_months(days).unwrap_or_else(|| {
            let span = jiff::Span::new().days(days.clamp(-MAX_SPAN_DAYS, MAX_SPAN_DAYS));
            Self(self.0.saturating_add(span))
        })
    }

    /// Deadlines lie a few days ahead and are counted by the thousand when a view is read: in this month or the next
    /// no general calendar arithmetic is needed.
    fn within_two_months(self, days: i32) -> Option<Self> {
        let (year, month, length) = (self.0.year(), self.0.month(), i32::from(self.0.days_in_month()));
        let day = i32::from(self.0.day()).checked_add(days).filter(|day| *day >= 1)?;
        let (year, month, day) = match (day <= length, month) {
            (true, _) => (year, month, day),
            (false, 12) => (year + 1, 1, day - length),
            (false, _) => (year, month + 1, day - length),
        };
        civil::Date::new(year, month, i8::try_from(day).ok()?).map(Self).ok()
    }

    /// The same day that many months later or earlier, or the last day of a shorter month.
    pub fn plus_months(self, months: i32) -> Self {
        let span = jiff::Span::new().months(months.clamp(-MAX_SPAN_MONTHS, MAX_SPAN_MONTHS));
        Self(self.0.saturating_add(span))
    }

    /// Days from `earlier` to this day.
    pub fn days_since(self, earlier: Self) -> i32 {
        // Days are counted by the thousand when a view is read, and seconds are the cheaper way to them.
        const DAY_SECONDS: i64 = 24 * 60 * 60;
        i32::try_from(self.0.duration_since(earlier.0).as_secs() / DAY_SECONDS).unwrap_or(i32::MAX)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || DateError { text: text.chars().take(40).collect() };
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(index, byte)| match index {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(refused());
        }
        let (month, day) = (number(&bytes[5..7]) as i8, number(&bytes[8..]) as i8);
        Self::new(number(&bytes[..4]), month, day).map_err(|_| refused())
    }
}

/// The number of at most four digits.
fn number(digits: &[u8]) -> i16 {
    digits.iter().fold(0, |number, digit| number * 10 + i16::from(digit - b'0'))
}

stands_as_text!(Date);

impl JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "日期：北京时间，如 2019-03-05 / a day in the time of China, such as 2019-03-05",
            "type": "string",
            "format": "date",
        })
    }
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z, written `2026-01-02T03:04:05.678Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant that many milliseconds after 1970; what lies outside the years 1 to 9999 is cut to them.
    pub fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds.clamp(-62_135_596_800_000, 253_402_207_200_000))
    }

    /// Milliseconds since 1970.
    pub fn milliseconds(self) -> i64 {
        self.0
    }

    /// The day in China on which the instant lies.
    pub fn day(self) -> Date {
        const OFFSET_MILLISECONDS: i64 = 8 * 3_600_000;
        const DAY_MILLISECONDS: i64 = 86_400_000;
        let days = (self.0 + OFFSET_MILLISECONDS).div_euclid(DAY_MILLISECONDS);
        let span = jiff::Span::new().try_days(days).unwrap_or_default();
        Date(civil::Date::constant(1970, 1, 1).saturating_add(span))
    }
}

impl Timestamp {
    /// Reads exactly `2026-01-02T03:04:05.678Z`; anything else is left to the general parser.
    fn as_written(text: &str) -> Option<Self> {
        let (day, time) = (text.get(..10)?, text.as_bytes().get(10..)?);
        let shaped = time.len() == 14
            && time.iter().zip(b"T00:00:00.000Z").all(|(found, wanted)| match wanted {
                b'0' => found.is_ascii_digit(),
                mark => found == mark,
            });
        if !shaped {
            return None;
        }
        let part = |from: usize| i8::try_from(number(&time[from..from + 2])).ok();
        let nanosecond = i32::from(number(&time[10..13])) * 1_000_000;
        let clock = civil::Time::new(part(1)?, part(4)?, part(7)?, nanosecond).ok()?;
        let day: Date = day.parse().ok()?;
        let instant = Offset::UTC.to_timestamp(day.0.to_datetime(clock)).ok()?;
        Some(Self(instant.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        write!(formatter, "{instant:.3}")
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A fold of the log reads one an event, each as it is written here.
        if let Some(instant) = Self::as_written(text) {
            return Ok(instant);
        }
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_millisecond()))
    }
}

stands_as_text!(Timestamp);

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "时刻：世界协调时，精确到毫秒 / a moment in UTC, to the millisecond",
            "type": "string",
            "format": "date-time",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Date, Timestamp};

    #[test]
    fn a_day_that_does_not_exist_is_refused() {
        for text in ["2019-02-29", "2019-13-01", "2019-1-1", "20190101", "2019-03-01T00:00", "1899-12-31", ""]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("2020-02-29".parse::<Date>().unwrap().to_string(), "2020-02-29");
    }

    #[test]
    fn months_end_on_the_last_day_of_a_shorter_month() {
        let day: Date = "2019-08-31".parse().unwrap();
        assert_eq!(day.plus_months(6).to_string(), "2020-02-29");
        assert_eq!(day.plus_days(1).days_since(day), 1);
    }

    #[test]
    fn days_are_added_across_months_and_years() {
        for (from, days, to) in [
            ("2019-12-31", 15, "2020-01-15"),
            ("2020-02-15", 14, "2020-02-29"),
            ("2020-02-15", 15, "2020-03-01"),
            ("2019-01-31", 28, "2019-02-28"),
            ("2019-01-31", 29, "2019-03-01"),
            ("2019-03-01", -1, "2019-02-28"),
            ("2019-06-30", 0, "2019-06-30"),
            ("2019-06-30", 400, "2020-08-03"),
        ] {
            assert_eq!(from.parse::<Date>().unwrap().plus_days(days).to_string(), to);
        }
        let day: Date = "2019-06-30".parse().unwrap();
        assert!(day.plus_days(i32::MAX) > day && day.plus_days(i32::MIN) < day);
        assert!(day.plus_months(i32::MAX) > day && day.plus_months(i32::MIN) < day);
    }

    #[test]
    fn the_day_in_china_begins_at_four_in_the_afternoon_utc() {
        let before: Timestamp = "2019-06-30T15:59:59.999Z".parse().unwrap();
        let after: Timestamp = "2019-06-30T16:00:00.000Z".parse().unwrap();
        assert_eq!(
            (before.day().to_string(), after.day().to_string()),
            ("2019-06-30".into(), "2019-07-01".into())
        );
        assert_eq!(after.to_string(), "2019-06-30T16:00:00.000Z");
    }

    #[test]
    fn an_instant_reads_the_same_however_it_is_written() {
        let written: Timestamp = "2019-12-31T23:59:58.007Z".parse().unwrap();
        for text in
            ["2020-01-01T07:59:58.007+08:00", "2019-12-31 23:59:58.007Z", "2019-12-31T23:59:58.007000Z"]
        {
            assert_eq!(text.parse::<Timestamp>().unwrap(), written, "{text}");
        }
        for text in
            ["2019-02-29T00:00:00.000Z", "2019-12-31T24:00:00.000Z", "2019-12-31T00:00:00.000", "2019-12-31"]
        {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
        assert_eq!(
            "1850-01-01T00:00:00.000Z".parse::<Timestamp>().unwrap().to_string(),
            "1850-01-01T00:00:00.000Z"
        );
    }
}
