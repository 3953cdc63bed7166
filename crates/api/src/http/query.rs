//! The query of a request: only the parameters that the route knows, each once, each of its shape.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::Query as Pairs;
use axum::http::Uri;
use domain::date::{Date, Timestamp};
use domain::place::PlaceCode;
use projections::LIST_YEARS;
use serde::de::DeserializeOwned;

use crate::openapi::routes::Parameter;
use crate::problem::{Kind, Problem};

/// The most rows of a list that one answer holds, whatever `limit` says.
pub(crate) const MAX_LIMIT: usize = 5_000;
/// The rows of a list where `limit` is not given.
pub(crate) const DEFAULT_LIMIT: usize = 1_000;

/// A query that was checked against its route's table.
#[derive(Debug, Clone, Default)]
pub struct Query {
    values: BTreeMap<String, String>,
}

impl Query {
    /// Reads the query of an address.
    pub fn read(uri: &Uri, known: &[Parameter]) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> = pairs(uri)?;
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            if !known.iter().any(|parameter| parameter.name == name) {
                let names: Vec<_> = known.iter().map(|parameter| parameter.name).collect();
                let (name, names) =
                    (short(&name), if names.is_empty() { "-".to_owned() } else { names.join(", ") });
                let zh = format!("未知的查询参数 {name}；可用：{names}");
                return Err(malformed(zh, format!("unknown query parameter {name}; known: {names}")));
            }
            if values.insert(name.clone(), value).is_some() {
                let zh = format!("查询参数 {name} 出现多次");
                return Err(malformed(zh, format!("the query parameter {name} is given more than once")));
            }
        }
        Ok(Self { values })
    }

    /// A query that was read elsewhere.
    pub fn of(values: BTreeMap<String, String>) -> Self {
        Self { values }
    }

    /// The text of a parameter.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A day.
    pub fn date(&self, name: &str) -> Result<Option<Date>, Problem> {
        self.parse(name, "日期，如 2019-03-01", "a date such as 2019-03-01")
    }

    /// An instant. A `+` before the offset arrives as a space when it was not escaped.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let time = text.replace(' ', "+").parse().map_err(|_| {
            wrong(
                name,
                text,
                "带时区的时刻，如 2026-01-02T03:04:05Z",
                "an instant with its zone, such as 2026-01-02T03:04:05Z",
            )
        });
        time.map(Some)
    }

    /// A position.
    pub fn position(&self, name: &str) -> Result<Option<u64>, Problem> {
        self.parse(name, "日志位置（整数）", "a position, a whole number")
    }

    /// Yes or no.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.parse(name, "true 或 false", "true or false")
    }

    /// A division code.
    pub fn code(&self, name: &str) -> Result<Option<PlaceCode>, Problem> {
        self.parse(name, "4、6、9 或 12 位区划代码", "a division code of 4, 6, 9 or 12 digits")
    }

    /// A year of a list.
    pub fn year(&self) -> Result<Option<i16>, Problem> {
        let (zh, en) = ("1949 至 2199 的年份", "a year from 1949 to 2199");
        let year: Option<i16> = self.parse("year", zh, en)?;
        match year {
            Some(year) if !LIST_YEARS.contains(&year) => Err(wrong("year", &year.to_string(), zh, en)),
            year => Ok(year),
        }
    }

    /// How many rows; what exceeds the limit is cut to it.
    pub fn limit(&self) -> Result<usize, Problem> {
        let asked: Option<usize> = self.parse("limit", "正整数", "a whole number above 0")?;
        match asked {
            Some(0) => Err(wrong("limit", "0", "正整数", "a whole number above 0")),
            Some(asked) => Ok(asked.min(MAX_LIMIT)),
            None => Ok(DEFAULT_LIMIT),
        }
    }

    /// The query without the page, in one normal form: what a cursor is bound to.
    pub fn without_page(&self) -> String {
        let kept = self
            .values
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "limit" | "cursor" | "min_position"));
        kept.map(|(name, value)| format!("{name}={value:?};")).collect()
    }

    /// Which past was asked for, as the further parameters of an address; nothing for the present.
    pub fn past(&self) -> String {
        let parts = ["as_of", "known_at", "at"].into_iter().filter_map(|name| Some((name, self.text(name)?)));
        // Every one of them has been read as a date, an instant or a number, so only an offset needs escaping.
        parts.map(|(name, text)| format!("&{name}={}", text.replace([' ', '+'], "%2B"))).collect()
    }

    fn parse<T: FromStr>(&self, name: &str, zh: &str, en: &str) -> Result<Option<T>, Problem> {
        let value = self.text(name);
        value.map(|text| text.parse().map_err(|_| wrong(name, text, zh, en))).transpose()
    }
}

/// The pairs of a query, in their order.
pub fn pairs<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    let read = Pairs::try_from_uri(uri).map(|Pairs(pairs)| pairs);
    read.map_err(|_| malformed("查询字符串无法读取".into(), "the query string does not read".into()))
}

/// A value that does not read, quoted briefly.
pub fn wrong(name: &str, found: &str, zh: &str, en: &str) -> Problem {
    let found = short(found);
    malformed(format!("{name} 应为{zh}，现为「{found}」"), format!("{name} must be {en}; found `{found}`"))
}

pub fn malformed(zh: String, en: String) -> Problem {
    Problem::new(Kind::Malformed, zh, en)
}

fn short(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::routes::{Endpoint, ROUTES};

    fn read(query: &str) -> Result<Query, Problem> {
        let route = ROUTES.iter().find(|route| route.endpoint == Endpoint::Obligations).unwrap();
        Query::read(&format!("/x?{query}").parse().unwrap(), route.query)
    }

    #[test]
    fn known_parameters_are_read() {
        let query = read("scope=510811&overdue=true&due_before=2019-07-01&known_at=2026-01-02T03:04:05%2B08:00&limit=9999999&at=7").unwrap();
        assert_eq!(query.code("scope").unwrap().unwrap().as_str(), "510811");
        assert_eq!(query.flag("overdue").unwrap(), Some(true));
        assert_eq!(query.date("due_before").unwrap().unwrap().to_string(), "2019-07-01");
        assert_eq!(query.time("known_at").unwrap().unwrap().to_string(), "2026-01-01T19:04:05.000Z");
        assert_eq!((query.limit().unwrap(), query.position("at").unwrap()), (MAX_LIMIT, Some(7)));
        assert_eq!(read("").unwrap().limit().unwrap(), DEFAULT_LIMIT);
    }

    #[test]
    fn what_is_unknown_repeated_or_wrong_is_refused() {
        for query in ["colour=red", "limit=1&limit=2"] {
            assert_eq!(read(query).unwrap_err().kind(), Kind::Malformed, "{query}");
        }
        assert!(
            read("due_before=2019-02-30")
                .unwrap()
                .date("due_before")
                .unwrap_err()
                .detail_en()
                .contains("2019-02-30")
        );
        for limit in ["limit=0", "limit=%FF", "limit="] {
            assert!(read(limit).unwrap().limit().is_err(), "{limit}");
        }
        assert!(read("at=-1").unwrap().position("at").is_err());
        assert!(read("overdue=yes").unwrap().flag("overdue").is_err());
    }

    #[test]
    fn a_link_keeps_the_past_that_was_asked_for() {
        assert_eq!(read("scope=5108&limit=5").unwrap().past(), "");
        let asked = read("known_at=2026-01-02T03:04:05%2B08:00&as_of=2019-06-30&scope=5108").unwrap();
        assert_eq!(asked.past(), "&as_of=2019-06-30&known_at=2026-01-02T03:04:05%2B08:00");
        assert_eq!(read(&asked.past()[1..]).unwrap().past(), asked.past());
    }

    #[test]
    fn a_cursor_is_bound_to_everything_but_the_page() {
        assert_eq!(
            read("scope=5108&limit=5&cursor=x").unwrap().without_page(),
            read("cursor=y&scope=5108").unwrap().without_page()
        );
        assert_ne!(read("scope=5108").unwrap().without_page(), read("scope=510811").unwrap().without_page());
    }
}
