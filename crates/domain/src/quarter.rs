//! A quarter of a year: `2026Q3` on the wire, `2026年第三季度` on a page.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::date::Date;
use crate::say::Say;
use crate::wire_text::stands_as_text;

/// A calendar quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i16,
    number: i8,
}

/// Why a text is no quarter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a quarter such as 2026Q3")]
pub struct QuarterError {
    text: String,
}

impl Quarter {
    /// The quarter in which the day lies.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), number: (day.month() - 1) / 3 + 1 }
    }

    /// The quarter before this one.
    pub fn previous(self) -> Self {
        Self::of(self.first_day().plus_days(-1))
    }

    /// The quarter after this one.
    pub fn next(self) -> Self {
        match self.number {
            4 => Self { year: self.year + 1, number: 1 },
            number => Self { year: self.year, number: number + 1 },
        }
    }

    /// So many quarters that have ended by a day, the newest last.
    pub fn last_ended(day: Date, count: usize) -> impl Iterator<Item = Self> {
        let months = i32::try_from(count).unwrap_or(i32::MAX / 3);
        let first = Self::of(day.plus_months(-3 * months));
        std::iter::successors(Some(first), |quarter| Some(quarter.next())).take(count)
    }

    /// The last day of the quarter.
    pub fn end(self) -> Date {
        let day = if matches!(self.number, 1 | 4) { 31 } else { 30 };
        // A quarter is only ever made from a valid year, so the fallback is never taken.
        Date::new(self.year, self.number * 3, day).unwrap_or(Date::EARLIEST)
    }

    /// The first day of the quarter.
    pub fn first_day(self) -> Date {
        // A quarter is only ever made from a valid year, so the fallback is never taken.
        Date::new(self.year, (self.number - 1) * 3 + 1, 1).unwrap_or(Date::EARLIEST)
    }

    /// `2026年第三季度`, in English as on the wire.
    pub fn say(self) -> Say {
        let (year, quarter) = self.year_and_quarter();
        Say::of(format!("{}{}", year.zh, quarter.zh), format!("{}{}", year.en, quarter.en))
    }

    /// The same in its two parts: `2026年` and `第三季度`.
    pub fn year_and_quarter(self) -> (Say, Say) {
        let number = ["一", "二", "三", "四"][usize::try_from(self.number - 1).unwrap_or(0).min(3)];
        let year = Say::of(format!("{}年", self.year), self.year.to_string());
        (year, Say::of(format!("第{number}季度"), format!("Q{}", self.number)))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}Q{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = QuarterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || QuarterError { text: text.chars().take(20).collect() };
        let (year, number) = text.split_once('Q').ok_or_else(refused)?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || number.len() != 1 || !digits(year) || !digits(number) {
            return Err(refused());
        }
        let quarter = Self {
            year: year.parse().map_err(|_| refused())?,
            number: number.parse().map_err(|_| refused())?,
        };
        let known = (1..=4).contains(&quarter.number) && (1900..=2199).contains(&quarter.year);
        if known { Ok(quarter) } else { Err(refused()) }
    }
}

stands_as_text!(Quarter);

impl JsonSchema for Quarter {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quarter".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "季度：四位年份加 Q1 至 Q4，如 2026Q3 / a quarter of a year, such as 2026Q3",
            "type": "string",
            "pattern": "^(19|20|21)[0-9]{2}Q[1-4]$",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Quarter;
    use crate::say::say;

    #[test]
    fn a_quarter_reads_and_writes_and_knows_its_days() {
        let quarter: Quarter = "2026Q3".parse().unwrap();
        assert_eq!(quarter.to_string(), "2026Q3");
        assert_eq!(quarter.say(), say("2026年第三季度", "2026Q3"));
        assert_eq!(quarter.year_and_quarter(), (say("2026年", "2026"), say("第三季度", "Q3")));
        assert_eq!(
            (quarter.first_day().to_string(), quarter.end().to_string()),
            ("2026-07-01".into(), "2026-09-30".into())
        );
        assert_eq!(quarter.next().next().to_string(), "2027Q1");
        assert_eq!(Quarter::of("2026-09-30".parse().unwrap()), quarter);
    }

    #[test]
    fn the_last_quarter_shown_has_ended() {
        let quarters: Vec<_> = Quarter::last_ended("2026-11-25".parse().unwrap(), 8)
            .map(|quarter| quarter.to_string())
            .collect();
        assert_eq!((quarters.len(), quarters[0].as_str(), quarters[7].as_str()), (8, "2024Q4", "2026Q3"));
    }

    #[test]
    fn what_is_no_quarter_is_refused() {
        for text in ["2026Q0", "2026Q5", "2026q3", "26Q3", "2026Q33", "2026-Q3", "+026Q3", "1899Q1"] {
            assert!(text.parse::<Quarter>().is_err(), "{text}");
        }
    }
}
