//! Days as people write them: `2017年3月`, `2017.3.5`, `17-03`, `二〇一七年三月`, `20170305`, and numbers of a spreadsheet.

use std::fmt;

use domain::date::Date;
use domain::say::{Say, say};

use super::Reading;
use crate::grid::{Cell, Content};
use crate::words::{fold, is_blank, is_unknown, without_brackets};

/// The years that a date of a joint branch may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2100;
/// Numbers of days since 1899-12-30 that lie in these years.
const SERIALS: std::ops::RangeInclusive<i32> = 17_899..=73_415;

/// A day, a month or a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A day.
    Day(Date),
    /// A month of a year.
    Month(i16, i8),
    /// A year.
    Year(i16),
}

impl When {
    /// The first day that it may mean.
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
            Self::Year(year) => Date::new(year, 1, 1).ok(),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(formatter),
            Self::Month(year, month) => write!(formatter, "{year}年{month}月"),
            Self::Year(year) => write!(formatter, "{year}年"),
        }
    }
}

/// What a cell says of a day; nothing where it says nothing that is one.
pub fn read_cell(cell: &Cell) -> Option<Reading<When>> {
    match &cell.content {
        Content::Day(day) => Some(Reading::certain(When::Day(*day))),
        Content::Number { value, serial } => number(*value, *serial),
        Content::Text | Content::Fault => read(&cell.text),
    }
}

/// A number that is not shown as a day: a year, a month, a day written without dots, or a day that lost its format.
fn number(value: f64, serial: Option<Date>) -> Option<Reading<When>> {
    let whole = (value.fract() == 0.0 && value.abs() < 1e9).then_some(value as i32);
    match whole {
        Some(year @ 1_900..=2_100) => year_of(year).map(|year| Reading::certain(When::Year(year))),
        Some(digits @ 190_001..=210_012) => compact(&digits.to_string()),
        Some(digits @ 19_000_101..=21_001_231) => compact(&digits.to_string()),
        Some(days) if SERIALS.contains(&days) => serial.map(|day| {
            let why = Say::of(
                format!("单元格是数字 {days}，按表格的日期序号读作 {day}"),
                format!("the cell holds the number {days}, read as a spreadsheet's day {day}"),
            );
            Reading::likely(When::Day(day), why)
        }),
        Some(_) => None,
        None => {
            let text = format!("{value}");
            let (year, month) = text.split_once('.')?;
            let year = year_of(year.parse().ok()?)?;
            // 2017.10 typed as a number is kept as 2017.1.
            let why = say(
                "单元格是数字，小数末尾的 0 会丢失：1 月与 10 月无法区分，请核对",
                "the cell is a number, which loses a closing zero: January and October look alike",
            );
            let reading = month_of(year, month.parse().ok()?)?;
            Some(if month == "1" { Reading::open(reading, why) } else { Reading::certain(reading) })
        }
    }
}

/// What a text says of a day; nothing where it says none.
pub fn read(text: &str) -> Option<Reading<When>> {
    if is_blank(text) || is_unknown(text) {
        return None;
    }
    let (plain, _) = without_brackets(text);
    let folded = fold(&without_time(if fold(&plain).is_empty() { text } else { &plain }));
    let folded = chinese_numerals(&folded);
    let about = [
        "约",
        "左右",
        "前后",
        "上半年",
        "下半年",
        "年初",
        "年底",
        "年末",
        "春",
        "夏",
        "秋",
        "冬",
        "初",
        "底",
        "末",
        "上旬",
        "中旬",
        "下旬",
    ];
    let is_about = about.iter().any(|word| folded.contains(word));
    let mut plain = folded.clone();
    for word in about.iter().filter(|word| !word.starts_with('年')) {
        plain = plain.replace(word, "");
    }
    let plain = plain.replace("年底", "年").replace("年末", "年").replace("年初", "年").replace("月份", "月");
    let plain = plain.trim_end_matches(['起', '。', '.', ';', '；']).trim_start_matches("于");
    let reading = parse(plain)?;
    if is_about {
        let why = say(
            "原文只写了大概时间，按所写年、月记",
            "the source says roughly when: the year or month it names is kept",
        );
        return Some(Reading::likely(reading.value, why));
    }
    Some(reading)
}

/// `2017-03-05 00:00:00` as some programs export days.
fn without_time(text: &str) -> String {
    let text = text.trim();
    match text.split_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') && day.len() >= 8 => day.to_owned(),
        _ => text.to_owned(),
    }
}

fn parse(text: &str) -> Option<Reading<When>> {
    let has_words = text.contains(['年', '月', '日', '号']);
    let parts: Vec<&str> = text
        .split(['年', '月', '日', '号', '.', '/', '-', '、', '·', '。'])
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() || !parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    if has_words && !text.contains('年') {
        return None;
    }
    match parts.as_slice() {
        [digits] if digits.len() > 4 => compact(digits),
        [year] => {
            let (year, sure) = written_year(year)?;
            // `17` alone may be anything; with 年 it is a year.
            (sure || has_words).then(|| reading(When::Year(year), sure))
        }
        [year, month] => {
            let (year, sure) = written_year(year)?;
            Some(reading(month_of(year, month.parse().ok()?)?, sure))
        }
        [day, month, year] if year.len() == 4 && day.len() <= 2 && !has_words => {
            let (one, other): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
            let year = year_of(year.parse().ok()?)?;
            let (month, day) = if one > 12 { (other, one) } else { (one, other) };
            let day = Date::new(year, month, day).ok()?;
            let why = say(
                "年份写在最后：月、日的先后请核对",
                "the year stands last: check which number is the month",
            );
            Some(Reading::open(When::Day(day), why))
        }
        [year, month, day] => {
            let (year, sure) = written_year(year)?;
            let day = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
            Some(reading(When::Day(day), sure))
        }
        _ => None,
    }
}

fn reading(when: When, is_whole_year: bool) -> Reading<When> {
    if is_whole_year {
        return Reading::certain(when);
    }
    let why = Say::of(
        format!("年份只写了两位，读作 {when}"),
        format!("the year has two digits and is read as {when}"),
    );
    Reading::likely(when, why)
}

/// A year as it is written, and whether in full: `17` is 2017, `98` is 1998.
fn written_year(text: &str) -> Option<(i16, bool)> {
    let number: i32 = text.parse().ok()?;
    match text.len() {
        4 => year_of(number).map(|year| (year, true)),
        2 if number < 50 => year_of(2_000 + number).map(|year| (year, false)),
        2 => year_of(1_900 + number).map(|year| (year, false)),
        _ => None,
    }
}

fn year_of(number: i32) -> Option<i16> {
    i16::try_from(number).ok().filter(|year| YEARS.contains(year))
}

fn month_of(year: i16, month: i32) -> Option<When> {
    (1..=12).contains(&month).then_some(When::Month(year, month as i8))
}

/// `201703` and `20170305`.
fn compact(digits: &str) -> Option<Reading<When>> {
    let year = year_of(digits.get(..4)?.parse().ok()?)?;
    let month: i32 = digits.get(4..6)?.parse().ok()?;
    match digits.len() {
        6 => Some(Reading::certain(month_of(year, month)?)),
        8 => {
            let day = digits.get(6..)?.parse().ok()?;
            Some(Reading::certain(When::Day(Date::new(year, i8::try_from(month).ok()?, day).ok()?)))
        }
        _ => None,
    }
}

/// `二〇一七年三月十五日` in digits.
fn chinese_numerals(text: &str) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |character: char| {
        let character = if matches!(character, '零' | '○' | 'o') { '〇' } else { character };
        DIGITS.iter().position(|digit| *digit == character)
    };
    let characters: Vec<char> = text.chars().collect();
    let mut written = String::new();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| digit(characters[at]));
        let after = characters.get(at + 1).and_then(|next| digit(*next));
        match (*character, digit(*character)) {
            ('十', _) => match (before, after) {
                (None, None) => written.push_str("10"),
                (None, Some(_)) => written.push('1'),
                (Some(_), None) => written.push('0'),
                (Some(_), Some(_)) => {}
            },
            (_, Some(number)) => written.push_str(&number.to_string()),
            (other, None) => written.push(other),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Confidence;

    fn day(text: &str) -> When {
        When::Day(text.parse().unwrap())
    }

    #[test]
    fn the_usual_spellings_of_a_day_are_read() {
        for (text, expected) in [
            ("2017年3月5日", day("2017-03-05")),
            ("2017.3.5", day("2017-03-05")),
            ("2017/03/05", day("2017-03-05")),
            ("２０１７－３－５", day("2017-03-05")),
            ("2017-03-05 00:00:00", day("2017-03-05")),
            ("20170305", day("2017-03-05")),
            ("二〇一七年三月十五日", day("2017-03-15")),
            ("2017年十二月", When::Month(2017, 12)),
            ("2017年3月", When::Month(2017, 3)),
            ("2017.3", When::Month(2017, 3)),
            ("2017. 03", When::Month(2017, 3)),
            ("201703", When::Month(2017, 3)),
            ("2017", When::Year(2017)),
            ("2017年", When::Year(2017)),
        ] {
            let reading = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((reading.value, reading.confidence), (expected, Confidence::Certain), "{text}");
        }
    }

    #[test]
    fn what_is_short_rough_or_turned_round_is_read_with_less_confidence() {
        for (text, expected, confidence) in [
            ("17-03", When::Month(2017, 3), Confidence::Likely),
            ("17年3月", When::Month(2017, 3), Confidence::Likely),
            ("17.3.5", day("2017-03-05"), Confidence::Likely),
            ("2017年底", When::Year(2017), Confidence::Likely),
            ("2017年上半年", When::Year(2017), Confidence::Likely),
            ("5/3/2017", day("2017-05-03"), Confidence::Open),
            ("25/3/2017", day("2017-03-25"), Confidence::Open),
        ] {
            let reading = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((reading.value, reading.confidence), (expected, confidence), "{text}");
            assert!(reading.why.is_some());
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "不详",
            "—",
            "3月",
            "2017.13",
            "2017-2019",
            "17",
            "1234",
            "20170230",
            "三月",
            "2017年2月30日",
            "已成立",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_a_spreadsheet_are_years_months_and_days() {
        let serial: Option<Date> = "2017-03-01".parse().ok();
        let when = |value| number(value, serial).map(|reading| (reading.value, reading.confidence));
        assert_eq!(when(2017.0), Some((When::Year(2017), Confidence::Certain)));
        assert_eq!(when(2017.3), Some((When::Month(2017, 3), Confidence::Certain)));
        assert_eq!(when(2017.1), Some((When::Month(2017, 1), Confidence::Open)));
        assert_eq!(when(201_703.0), Some((When::Month(2017, 3), Confidence::Certain)));
        assert_eq!(when(42_795.0), Some((day("2017-03-01"), Confidence::Likely)));
        assert_eq!(when(12.0), None);
    }
}
