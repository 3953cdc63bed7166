//! A day of the past, of which only the month or the year may be known.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::say::Say;

/// A day, or only the month or the year of it, as old papers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenDate", into = "DateParts")]
pub enum PartialDate {
    /// The day.
    On(Date),
    /// A month, by its first day.
    Month(Date),
    /// A year, by its first day.
    Year(Date),
}

/// 日期，或仅有年月、仅有年份 / a day, or only the month or the year of it
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DateParts {
    /// 具体日期；只知年月或年份时不填 / the day, where it is known
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<Date>,
    /// 年份，如 2016；填写具体日期时不填 / the year, where the day is not known
    #[serde(default, skip_serializing_if = "Option::is_none")]
    year: Option<i16>,
    /// 月份 1 至 12；只知年份时不填 / the month from 1 to 12, where the day is not known and the month is
    #[serde(default, skip_serializing_if = "Option::is_none")]
    month: Option<i8>,
}

/// As it is written: as an object, or as a text of the same parts.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "日期应为 {on}、{year, month}、{year}，或 2016-05-12、2016-05、2016 / a date is {on}, {year, month} or {year}, or a text such as 2016-05"
)]
enum WrittenDate {
    Parts(DateParts),
    Text(String),
}

crate::errors! {
    /// Why a text or an object is no date.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PartialDateError {
        text: String,
    }
    zh("「{text}」不是日期，应如 2016-05-12、2016-05 或 2016")
    en("`{text}` is no date such as 2016-05-12, 2016-05 or 2016")
}

impl TryFrom<WrittenDate> for PartialDate {
    type Error = PartialDateError;

    fn try_from(written: WrittenDate) -> Result<Self, Self::Error> {
        match written {
            WrittenDate::Parts(parts) => {
                Self::of(&parts).ok_or_else(|| PartialDateError { text: parts.to_string() })
            }
            WrittenDate::Text(text) => text.parse(),
        }
    }
}

impl std::fmt::Display for DateParts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.on, self.year, self.month) {
            (Some(on), None, None) => on.fmt(formatter),
            (on, year, month) => write!(formatter, "{{on: {on:?}, year: {year:?}, month: {month:?}}}"),
        }
    }
}

impl std::str::FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || PartialDateError { text: text.chars().take(40).collect() };
        let parts = match text.split('-').collect::<Vec<_>>().as_slice() {
            [year] if year.len() == 4 => {
                DateParts { year: Some(year.parse().map_err(|_| refused())?), ..DateParts::default() }
            }
            [year, month] if year.len() == 4 && month.len() == 2 => DateParts {
                year: Some(year.parse().map_err(|_| refused())?),
                month: Some(month.parse().map_err(|_| refused())?),
                on: None,
            },
            _ => DateParts { on: Some(text.parse().map_err(|_| refused())?), ..DateParts::default() },
        };
        Self::of(&parts).ok_or_else(refused)
    }
}

impl From<PartialDate> for DateParts {
    fn from(date: PartialDate) -> Self {
        match date {
            PartialDate::On(on) => Self { on: Some(on), ..Self::default() },
            PartialDate::Month(first) => {
                Self { year: Some(first.year()), month: Some(first.month()), on: None }
            }
            PartialDate::Year(first) => Self { year: Some(first.year()), ..Self::default() },
        }
    }
}

impl JsonSchema for PartialDate {
    fn schema_name() -> Cow<'static, str> {
        "PartialDate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut day = generator.subschema_for::<Date>();
        day.insert("description".to_owned(), "具体日期，如 2016-05-12 / the day, such as 2016-05-12".into());
        json_schema!({
            "description": "日期，或仅有年月、仅有年份 / a day, or only the month or the year of it",
            "anyOf": [
                {
                    "description": "写作文字的日期，如 2016-05-12、2016-05 或 2016 / a day, a month or a year as text, such as 2016-05",
                    "type": "string",
                    "pattern": r"^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$",
                },
                {
                    "description": "具体日期 / the day, where it is known",
                    "type": "object",
                    "properties": {
                        "on": day,
                    },
                    "required": ["on"],
                    "additionalProperties": false,
                },
                {
                    "description": "只知年月或年份 / the month or the year, where the day is not known",
                    "type": "object",
                    "properties": {
                        "year": { "description": "年份，四位数字 / the year, in four digits", "type": "integer", "minimum": 1900, "maximum": 2099 },
                        "month": { "description": "月份，自一月起数 / the month, from 1 to 12", "type": "integer", "minimum": 1, "maximum": 12 },
                    },
                    "required": ["year"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

impl PartialDate {
    fn of(parts: &DateParts) -> Option<Self> {
        match (parts.on, parts.year, parts.month) {
            (Some(on), None, None) => Some(Self::On(on)),
            (None, Some(year), Some(month)) => Date::new(year, month, 1).ok().map(Self::Month),
            (None, Some(year), None) => Date::new(year, 1, 1).ok().map(Self::Year),
            _ => None,
        }
    }

    /// The first day that it may be.
    pub fn earliest(self) -> Date {
        match self {
            Self::On(day) | Self::Month(day) | Self::Year(day) => day,
        }
    }

    /// As a person reads it.
    pub fn say(self) -> Say {
        match self {
            Self::On(on) => Say::of(on.to_string(), on.to_string()),
            Self::Month(first) => {
                let (year, month) = (first.year(), first.month());
                Say::of(format!("{year}年{month}月"), format!("{year}-{month:02}"))
            }
            Self::Year(first) => Say::of(format!("{}年", first.year()), first.year().to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_file::OnFile;

    fn read(text: &str) -> Result<OnFile<PartialDate>, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_value_or_a_reason_is_written_as_it_was_read() {
        for text in [
            r#"{"on":"2016-05-12"}"#,
            r#"{"year":2016,"month":5}"#,
            r#"{"year":2016}"#,
            r#"{"not_on_file":"2016年档案遗失"}"#,
        ] {
            assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        }
        assert_eq!(
            read(r#""2016-05""#),
            Ok(OnFile::Value(PartialDate::Month(Date::new(2016, 5, 1).unwrap())))
        );
        assert_eq!(read(r#""2016""#), read(r#"{"year":2016}"#));
        assert_eq!(read(r#""2016-05-12""#), read(r#"{"on":"2016-05-12"}"#));
    }

    #[test]
    fn neither_a_date_nor_a_reason_is_refused() {
        for text in [
            r#"{}"#,
            r#"{"month":5}"#,
            r#"{"year":2016,"month":13}"#,
            r#"{"on":"2016-05-12","year":2016}"#,
            r#"{"not_on_file":""}"#,
            r#"{"not_on_file":"遗失","year":2016}"#,
            r#""2016-13""#,
            r#""16-05""#,
            r#""2016-2-30""#,
            "null",
            "2016",
        ] {
            assert!(read(text).is_err(), "{text}: {:?}", read(text));
        }
    }

    #[test]
    fn a_month_or_a_year_is_counted_from_its_first_day_and_shown_as_it_is() {
        let earliest = |text: &str| text.parse::<PartialDate>().unwrap().earliest().to_string();
        assert_eq!(
            ["2016-05-12", "2016-05", "2016"].map(earliest),
            ["2016-05-12", "2016-05-01", "2016-01-01"]
        );
        assert_eq!("2016-05".parse::<PartialDate>().unwrap().say().zh, "2016年5月");
    }
}
