//! What a cell holds, and the text that somebody would have typed for it.

use domain::date::Date;
use domain::errors;
use domain::text::is_fault;

use crate::time_of_day::TimeOfDay;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// A text, as it stands there.
    Text(String),
    /// A number that is shown as one.
    Number(f64),
    /// A number that is shown as so many of a hundred: 0.85 for 85%.
    Percent(f64),
    /// A number that is shown as a day, a month or a year; whichever year the workbook counts from.
    Day {
        /// The day, or the first of what is shown where that is less than a day.
        date: Date,
        /// How much of it is shown.
        shown: Precision,
    },
    /// A number that is shown as a day and a time of that day which is not midnight.
    Moment {
        /// The day.
        date: Date,
        /// The time.
        time: TimeOfDay,
    },
    /// A number that is shown as a time of day, or as so many hours.
    Time(TimeOfDay),
    /// True or false.
    Truth(bool),
    /// What a spreadsheet shows where it can show no value, such as `#REF!`.
    Fault(String),
    /// A formula whose result is not in the file.
    Unresolved,
}

/// How much of a day a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// The day, as in 2017年3月5日.
    Day,
    /// The month, as in 2017年3月: which day was meant is not known.
    Month,
    /// The year, as in 2017年.
    Year,
}

errors! {
    /// Why what a cell holds is not taken.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CellError {
        /// It shows that a formula cannot be worked out.
        #[zh("单元格 {cell} 显示 {text}，不是可填写的内容；请改为数值或文字")]
        #[en("the cell {cell} shows {text}, which is nothing that can be filled in: put the value there")]
        Fault {
            /// Where.
            cell: String,
            /// What a spreadsheet shows there.
            text: String,
        },
        /// A formula without its result.
        #[zh("单元格 {cell} 是公式，文件中没有其结果；请改为数值或文字后再提交")]
        #[en("the cell {cell} holds a formula, and the file does not hold what it comes to: put the value there")]
        Unresolved {
            /// Where.
            cell: String,
        },
        /// A number longer than a spreadsheet keeps.
        #[zh("单元格 {cell} 的数字超过 15 位，表格软件已把后面的数位改成 0；请设为文本后重新填写")]
        #[en("the number in the cell {cell} has more than 15 digits, of which a spreadsheet keeps the first only: fill it in as text")]
        LostDigits {
            /// Where.
            cell: String,
        },
        /// A day where a text is wanted: spreadsheets make days of what looks like one.
        #[zh("单元格 {cell} 是日期 {found}，此栏应填文字；如是表格软件自动改成的，请把单元格设为文本后重新填写")]
        #[en("the cell {cell} holds the day {found} where a text is wanted: if a spreadsheet made a day of it, fill it in as text")]
        Day {
            /// Where.
            cell: String,
            /// What it holds.
            found: String,
        },
        /// A time of day.
        #[zh("单元格 {cell} 是时刻 {found}，此栏不填时刻")]
        #[en("the cell {cell} holds the time {found}, and none is wanted here")]
        Time {
            /// Where.
            cell: String,
            /// What it holds.
            found: String,
        },
        /// True or false where a text is wanted.
        #[zh("单元格 {cell} 是逻辑值 {found}，此栏应填文字或数字")]
        #[en("the cell {cell} holds {found} where a text or a number is wanted")]
        Truth {
            /// Where.
            cell: String,
            /// What it holds, as a spreadsheet shows it.
            found: String,
        },
        /// A text where a day is wanted, or less than a day.
        #[zh("单元格 {cell} 是「{found}」，此栏应填日期，如 2026-11-19")]
        #[en("the cell {cell} holds `{found}` where a day such as 2026-11-19 is wanted")]
        NoDay {
            /// Where.
            cell: String,
            /// What it holds.
            found: String,
        },
    }
}

/// The longest part of a text that an error repeats.
const MAX_SAID_CHARACTERS: usize = 20;
/// From here on a spreadsheet no longer keeps every digit of a number.
const FIRST_LOSSY: f64 = 1e15;
/// How WPS writes a picture in a cell.
const PICTURES: [&str; 2] = ["=DISPIMG(", "=_xlfn.DISPIMG("];

impl CellValue {
    /// A text as it stands in a cell: one that only says that there is no value is none.
    pub fn of_text(text: String) -> Self {
        let own = text.trim();
        if is_fault(own) || PICTURES.iter().any(|start| own.starts_with(start)) {
            return Self::Fault(own.to_owned());
        }
        Self::Text(text)
    }

    /// Whether it is a text of nothing but blanks.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// What a spreadsheet shows, near enough to be found there.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Fault(text) => text.trim().chars().take(MAX_SAID_CHARACTERS).collect(),
            Self::Number(number) => number_text(*number).unwrap_or_else(|| number.to_string()),
            Self::Percent(number) => format!("{}%", number_text(number * 100.0).unwrap_or_default()),
            Self::Day { date, shown: Precision::Day } => date.to_string(),
            Self::Day { date, shown: Precision::Month } => format!("{}年{}月", date.year(), date.month()),
            Self::Day { date, shown: Precision::Year } => format!("{}年", date.year()),
            Self::Moment { date, time } => format!("{date} {time}"),
            Self::Time(time) => time.to_string(),
            Self::Truth(true) => "TRUE".to_owned(),
            Self::Truth(false) => "FALSE".to_owned(),
            Self::Unresolved => String::new(),
        }
    }

    /// The text or number that it holds, as somebody would have typed it; `cell` says where it stands.
    pub fn text(&self, cell: &str) -> Result<String, CellError> {
        let (cell, found) = (cell.to_owned(), self.shown());
        match self {
            Self::Text(text) => Ok(text.trim().to_owned()),
            Self::Number(number) => number_text(*number).ok_or(CellError::LostDigits { cell }),
            Self::Percent(_) => Ok(found),
            Self::Day { .. } | Self::Moment { .. } => Err(CellError::Day { cell, found }),
            Self::Time(_) => Err(CellError::Time { cell, found }),
            Self::Truth(_) => Err(CellError::Truth { cell, found }),
            Self::Fault(_) => Err(CellError::Fault { cell, text: found }),
            Self::Unresolved => Err(CellError::Unresolved { cell }),
        }
    }
}

/// A number with the 15 digits that a spreadsheet keeps and shows; nothing where it may have had more.
fn number_text(number: f64) -> Option<String> {
    let kept: f64 = format!("{number:.14e}").parse().ok()?;
    (kept.abs() < FIRST_LOSSY).then(|| kept.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_it_is_shown() {
        let text = |number| CellValue::Number(number).text("A1");
        assert_eq!(text(0.1 + 0.2).as_deref(), Ok("0.3"));
        assert_eq!(text(510_811_210_206.0).as_deref(), Ok("510811210206"));
        assert_eq!(text(-80.5).as_deref(), Ok("-80.5"));
        assert_eq!(text(510_811_197_001_011_200.0), Err(CellError::LostDigits { cell: "A1".into() }));
        assert_eq!(CellValue::Percent(0.85).text("A1").as_deref(), Ok("85%"));
    }

    #[test]
    fn a_text_that_says_there_is_no_value_is_none() {
        for fault in ["#N/A", " #ref! ", "#DIV/0!", "########", "=DISPIMG(\"ID_1\",1)"] {
            let value = CellValue::of_text(fault.to_owned());
            assert!(matches!(value.text("B5"), Err(CellError::Fault { .. })), "{fault}");
        }
        for text in ["#1 楼", "##", "N/A 村", "第 #3 组"] {
            assert_eq!(CellValue::of_text(text.to_owned()), CellValue::Text(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_text_is_named_with_what_it_is() {
        let date = Date::new(2026, 3, 1).unwrap();
        let day = CellValue::Day { date, shown: Precision::Day };
        assert_eq!(day.text("C3"), Err(CellError::Day { cell: "C3".into(), found: "2026-03-01".into() }));
        assert_eq!(
            CellValue::Truth(true).text("C3"),
            Err(CellError::Truth { cell: "C3".into(), found: "TRUE".into() })
        );
        assert_eq!(CellValue::Unresolved.text("C3"), Err(CellError::Unresolved { cell: "C3".into() }));
    }
}
