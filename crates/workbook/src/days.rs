//! Days as spreadsheets count them, from 1900 or from 1904 on, and as people write them.

use domain::date::Date;
use unicode_normalization::UnicodeNormalization;

use crate::cell::{CellError, CellValue, Precision};
use crate::styles::Shown;
use crate::time_of_day::TimeOfDay;

const SECONDS_A_DAY: f64 = 86_400.0;
/// Where days are counted from 1904, its first day is 0; from 1900 on it is 1,460 days away.
const DAYS_TO_1904: i32 = 1_460;
/// Counting from 1900, spreadsheets have a 29 February 1900, which never was: it is day 60.
const NO_SUCH_DAY: i32 = 60;
/// Further than the last day of 2200, after which there are no dates of ours.
const LAST_SERIAL: f64 = 110_000.0;
/// Which numbers are taken for days where nothing shows that they are: those from 1949 to 2099, counted from 1900 on.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i16> = 1949..=2099;

/// What a number shows as, where its format shows days or times.
pub(crate) fn shown_as(serial: f64, shown: Shown, is_from_1904: bool) -> CellValue {
    let (days, time) = match shown {
        Shown::Number => return CellValue::Number(serial),
        Shown::Percent => return CellValue::Percent(serial),
        _ if serial < 0.0 => return CellValue::Fault("########".to_owned()),
        _ if serial > LAST_SERIAL => return CellValue::Fault(serial.to_string()),
        _ => parts_of(serial),
    };
    match shown {
        Shown::Span => return CellValue::Time(TimeOfDay::of_seconds(days as u32 * 86_400 + time.seconds())),
        Shown::Time if days == 0 => return CellValue::Time(time),
        _ => {}
    }
    let Some(date) = day_of(days, is_from_1904) else {
        // What a spreadsheet shows for a day that never was.
        let shown = if days == NO_SUCH_DAY { "1900-02-29" } else { "1900-01-00" };
        return CellValue::Fault(shown.to_owned());
    };
    match shown {
        Shown::Day(shown) => CellValue::Day { date, shown },
        _ if time.is_midnight() => CellValue::Day { date, shown: Precision::Day },
        _ => CellValue::Moment { date, time },
    }
}

/// A day that the file writes out, as `2026-11-19` or `2026-11-19T14:30:00`, rather than counts.
pub(crate) fn written_out(text: String) -> CellValue {
    if let Some(date) = read_day(&text) {
        return CellValue::Day { date, shown: Precision::Day };
    }
    let (day, time) = text.trim().trim_end_matches('Z').split_once('T').unwrap_or(("", text.trim()));
    let mut parts =
        time.split(':').map(|part| part.parse::<f64>().ok().filter(|part| (0.0..60.0).contains(part)));
    let (Some(Some(hours)), Some(Some(minutes))) = (parts.next(), parts.next()) else {
        return CellValue::of_text(text);
    };
    let seconds = parts.next().flatten().unwrap_or(0.0);
    let time = TimeOfDay::of_seconds((hours * 3_600.0 + minutes * 60.0 + seconds) as u32);
    match read_day(day) {
        Some(date) => CellValue::Moment { date, time },
        None if day.is_empty() => CellValue::Time(time),
        None => CellValue::of_text(text),
    }
}

/// Whole days, and the time of day to the second.
fn parts_of(serial: f64) -> (i32, TimeOfDay) {
    let seconds = (serial * SECONDS_A_DAY).round();
    let days = (seconds / SECONDS_A_DAY).floor();
    (days as i32, TimeOfDay::of_seconds((seconds - days * SECONDS_A_DAY) as u32))
}

impl CellValue {
    /// The day that it holds: as a day, as the number that a spreadsheet counts days by, or as a text.
    pub fn day(&self, cell: &str, is_from_1904: bool) -> Result<Date, CellError> {
        let read = match self {
            Self::Day { date, shown: Precision::Day } => Some(*date),
            Self::Text(text) => read_day(text),
            Self::Number(number) => day_of_number(*number, is_from_1904),
            Self::Fault(_) | Self::Unresolved => {
                return self.text(cell).and_then(|found| no_day(cell, found));
            }
            _ => None,
        };
        read.map_or_else(|| no_day(cell, self.shown()), Ok)
    }
}

fn no_day(cell: &str, found: String) -> Result<Date, CellError> {
    Err(CellError::NoDay { cell: cell.to_owned(), found })
}

/// The day of that number.
fn day_of(days: i32, is_from_1904: bool) -> Option<Date> {
    let after_the_first = match (is_from_1904, days) {
        (true, days) => days + DAYS_TO_1904,
        (false, ..1 | NO_SUCH_DAY) => return None,
        (false, ..NO_SUCH_DAY) => days - 1,
        (false, _) => days - 2,
    };
    Some(Date::EARLIEST.plus_days(after_the_first))
}

/// The day that a spreadsheet counts by this number, where nothing shows that it is a day: a whole number, and of our
/// times.
pub fn day_of_serial(number: f64, is_from_1904: bool) -> Option<Date> {
    if number.fract() != 0.0 || !(1.0..=LAST_SERIAL).contains(&number) {
        return None;
    }
    day_of(number as i32, is_from_1904).filter(|date| PLAUSIBLE_YEARS.contains(&date.year()))
}

/// The day that a number says: as a spreadsheet counts days, or by its eight digits, as in 20261119.
pub(crate) fn day_of_number(number: f64, is_from_1904: bool) -> Option<Date> {
    day_of_serial(number, is_from_1904).or_else(|| read_day(&number.to_string()))
}

/// A day as people write it: `2026-11-19`, `2026/11/19`, `2026.11.19`, `2026年11月19日`, `20261119`,
/// `二〇二六年十一月十九日`, in characters of any width; a midnight behind it, as programs write it, says nothing more.
pub fn read_day(text: &str) -> Option<Date> {
    let plain: String = text.nfkc().filter(|character| !character.is_whitespace()).collect();
    let plain = MIDNIGHTS.iter().find_map(|end| plain.strip_suffix(end)).unwrap_or(&plain);
    if plain.len() == 8 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return day(&plain[..4], &plain[4..6], &plain[6..]);
    }
    if let Some((year, rest)) = plain.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        let of = rest.strip_suffix(['日', '号'])?;
        return day(year, month, of).or_else(|| {
            let (month, of) = (chinese_number(month)?.to_string(), chinese_number(of)?.to_string());
            day(&chinese_digits(year)?, &month, &of)
        });
    }
    ['-', '/', '.'].iter().find_map(|separator| {
        let mut parts = plain.split(*separator);
        let (year, month, of) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| day(year, month, of)).flatten()
    })
}

/// A midnight, without the blank before it.
const MIDNIGHTS: [&str; 5] = ["T00:00:00.000", "T00:00:00Z", "T00:00:00", "00:00:00", "00:00"];

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_written = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if year.len() != 4 || !is_written(year, 4) || !is_written(month, 2) || !is_written(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// 二〇二六 is 2026.
fn chinese_digits(text: &str) -> Option<String> {
    let digits = text.chars().map(|character| match character {
        '〇' | '零' | '○' => Some('0'),
        _ => digit(character).map(|digit| char::from(b'0' + digit)),
    });
    digits.collect()
}

/// 十一 is 11, 三十 is 30.
fn chinese_number(text: &str) -> Option<u8> {
    let Some((tens, ones)) = text.split_once('十') else {
        let mut characters = text.chars();
        return characters.next().and_then(digit).filter(|_| characters.next().is_none());
    };
    let one = |text: &str| {
        let mut characters = text.chars();
        characters.next().and_then(digit).filter(|_| characters.next().is_none())
    };
    let tens = if tens.is_empty() { 1 } else { one(tens)? };
    Some(tens * 10 + if ones.is_empty() { 0 } else { one(ones)? })
}

fn digit(character: char) -> Option<u8> {
    "一二三四五六七八九".chars().position(|known| known == character).map(|index| index as u8 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i16, month: i8, day: i8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn a_number_is_the_day_that_a_spreadsheet_shows_in_both_systems() {
        let shown = |serial, is_from_1904| shown_as(serial, Shown::Day(Precision::Day), is_from_1904);
        let day = |date| CellValue::Day { date, shown: Precision::Day };
        let cases = [
            (1.0, false, date(1900, 1, 1)),
            (59.0, false, date(1900, 2, 28)),
            (61.0, false, date(1900, 3, 1)),
            (46_345.0, false, date(2026, 11, 19)),
            (46_345.9, false, date(2026, 11, 19)),
            (0.0, true, date(1904, 1, 1)),
            (44_883.0, true, date(2026, 11, 19)),
        ];
        for (serial, is_from_1904, expected) in cases {
            assert_eq!(shown(serial, is_from_1904), day(expected), "{serial}");
        }
        for (serial, fault) in
            [(0.0, "1900-01-00"), (60.0, "1900-02-29"), (-1.0, "########"), (3e6, "3000000")]
        {
            assert_eq!(shown(serial, false), CellValue::Fault(fault.into()));
        }
    }

    #[test]
    fn a_time_is_told_from_a_day_and_a_day_with_a_time_from_both() {
        let time = TimeOfDay::of_seconds(52_200);
        assert_eq!(shown_as(52_200.0 / 86_400.0, Shown::Time, false), CellValue::Time(time));
        let moment = CellValue::Moment { date: date(2026, 11, 19), time };
        assert_eq!(shown_as(46_345.604_166_666_7, Shown::Moment, false), moment);
        assert_eq!(shown_as(46_345.604_166_666_7, Shown::Time, false), moment);
        let midnight = CellValue::Day { date: date(2026, 11, 19), shown: Precision::Day };
        assert_eq!(shown_as(46_345.0, Shown::Moment, false), midnight);
        assert_eq!(shown_as(1.5, Shown::Span, false), CellValue::Time(TimeOfDay::of_seconds(129_600)));
        assert_eq!(TimeOfDay::of_seconds(129_605).to_string(), "36:00:05");
    }

    #[test]
    fn a_day_that_is_written_out_is_read_like_one_that_is_counted() {
        let (date, time) = (date(2026, 11, 19), TimeOfDay::of_seconds(52_200));
        let day = CellValue::Day { date, shown: Precision::Day };
        for (text, value) in [
            ("2026-11-19", day.clone()),
            ("2026-11-19T00:00:00", day),
            ("2026-11-19T14:30:00Z", CellValue::Moment { date, time }),
            ("14:30:00", CellValue::Time(time)),
            ("soon", CellValue::Text("soon".into())),
        ] {
            assert_eq!(written_out(text.to_owned()), value);
        }
    }

    #[test]
    fn a_day_is_read_in_every_spelling_that_leaves_no_doubt() {
        for text in [
            "2026-11-19",
            "2026/11/19",
            "2026.11.19",
            " ２０２６．１１．１９ ",
            "2026年11月19日",
            "2026 年 11 月 19 号",
            "20261119",
            "二〇二六年十一月十九日",
            "二零二六年十一月十九日",
            "2026-11-19 00:00:00",
            "2026-11-19T00:00:00",
        ] {
            assert_eq!(read_day(text), Some(date(2026, 11, 19)), "{text}");
        }
        assert_eq!(read_day("2026-3-5"), Some(date(2026, 3, 5)));
        assert_eq!(read_day("二〇一七年三月三十日"), Some(date(2017, 3, 30)));
        for text in [
            "",
            "2026",
            "2026年3月",
            "2026-3",
            "26-11-19",
            "19/11/2026",
            "2026-02-30",
            "2026-11-19 14:30",
            "3月5日",
        ] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_read_from_whatever_says_one_and_no_less() {
        let date = Date::new(2026, 11, 19).unwrap();
        for value in [
            CellValue::Day { date, shown: Precision::Day },
            CellValue::Text(" 2026年11月19日 ".into()),
            CellValue::Number(46_345.0),
            CellValue::Number(20_261_119.0),
        ] {
            assert_eq!(value.day("A3", false), Ok(date), "{value:?}");
        }
        assert_eq!(CellValue::Number(44_883.0).day("A3", true), Ok(date));
        let month = CellValue::Day { date, shown: Precision::Month };
        let no_day = |found: &str| Err(CellError::NoDay { cell: "A3".into(), found: found.into() });
        assert_eq!(month.day("A3", false), no_day("2026年11月"));
        assert_eq!(CellValue::Number(2026.0).day("A3", false), no_day("2026"));
        assert_eq!(CellValue::Text("去年".into()).day("A3", false), no_day("去年"));
        let time: TimeOfDay = TimeOfDay::of_seconds(52_200);
        assert_eq!(CellValue::Moment { date, time }.day("A3", false), no_day("2026-11-19 14:30"));
        let fault = CellValue::Fault("#REF!".into()).day("A3", false);
        assert_eq!(fault, Err(CellError::Fault { cell: "A3".into(), text: "#REF!".into() }));
    }
}
