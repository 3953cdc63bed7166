//! Document numbers in ledgers: alone, in a title, with their day behind, in brackets of any style.

use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::say::{Say, say};
use unicode_normalization::UnicodeNormalization;

use super::Reading;
use super::dates::{self, When};

const OPENING: [char; 11] = ['〔', '[', '(', '{', '<', '【', '〖', '〘', '〈', '《', '「'];
const CLOSING: [char; 11] = ['〕', ']', ')', '}', '>', '】', '〗', '〙', '〉', '》', '」'];

/// A number, and the day beside it in the same cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The number.
    pub number: DocumentNumber,
    /// The day of issue, where the cell names one.
    pub issued: Option<Date>,
}

/// The document that a cell names; nothing where it names none.
pub fn read(text: &str) -> Option<Reading<Found>> {
    if let Ok(number) = text.parse() {
        return Some(Reading::certain(Found { number, issued: None }));
    }
    let plain: Vec<char> = text.nfkc().filter(|character| !character.is_whitespace()).collect();
    let found: Vec<(usize, usize, DocumentNumber, bool)> =
        years(&plain).filter_map(|at| number_at(&plain, at)).collect();
    let (start, end, number, is_mended) = found.first()?.clone();
    let rest: String = plain.get(..start)?.iter().chain(plain.get(end..)?).collect();
    let rest = rest.trim_matches(['(', ')', ',', '、', '，', ';', '；', '《', '》', '“', '”', ':', '：']);
    let issued = match dates::read(rest).map(|reading| reading.value) {
        Some(When::Day(day)) => Some(day),
        _ => None,
    };
    let found_one = Found { number, issued };
    if found.len() > 1 || rest.contains('号') {
        let why =
            say("单元格内不止一个文号，只取第一个", "the cell names several documents: the first is taken");
        return Some(Reading::open(found_one, why));
    }
    if is_mended {
        let why = say("文号缺“号”字，已补", "the number lacks its closing 号, which is added");
        return Some(Reading::likely(found_one, why));
    }
    if rest.is_empty() || issued.is_some() {
        return Some(Reading::certain(found_one));
    }
    let why = Say::of(format!("文号由“{text}”中取出"), format!("the number is taken out of `{text}`"));
    Some(Reading::likely(found_one, why))
}

/// Where a year stands in brackets.
fn years(plain: &[char]) -> impl Iterator<Item = usize> + '_ {
    (0..plain.len()).filter(|at| {
        OPENING.contains(&plain[*at])
            && plain.get(at + 1..at + 5).is_some_and(|year| year.iter().all(char::is_ascii_digit))
            && plain.get(at + 5).is_some_and(|closing| CLOSING.contains(closing))
    })
}

/// The number round a year in brackets: from where to where, and whether its 号 was missing.
fn number_at(plain: &[char], bracket: usize) -> Option<(usize, usize, DocumentNumber, bool)> {
    let is_mark = |character: &char| character.is_alphanumeric() && *character != '号';
    let before = plain[..bracket].iter().rev().take_while(|character| is_mark(character)).count();
    let start = bracket - before;
    let rest = plain.get(bracket + 6..)?;
    let ordinal = usize::from(rest.first() == Some(&'第'));
    let digits = rest.iter().skip(ordinal).take_while(|character| character.is_ascii_digit()).count();
    let has_end = rest.get(ordinal + digits) == Some(&'号');
    let end = bracket + 6 + ordinal + digits + usize::from(has_end);
    let text: String = plain[start..end].iter().collect();
    let text = if has_end { text } else { format!("{text}号") };
    // What stands before the mark in one breath, as in 根据昭委组, is no part of it.
    let text = ["根据", "依据", "按照", "文号", "见", "经"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(&text);
    Some((start, end, text.parse().ok()?, !has_end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Confidence;

    #[test]
    fn brackets_of_any_style_name_one_document() {
        for text in [
            "昭委组〔2018〕18号",
            "昭委组[2018]18号",
            "昭委组（2018）１８号",
            "昭委组【2018】第18号",
            "昭委组 〔2018〕 018 号",
        ] {
            let reading = read(text).unwrap();
            assert_eq!(reading.value.number.as_str(), "昭委组〔2018〕18号", "{text}");
            assert_eq!(reading.confidence, Confidence::Certain, "{text}");
        }
    }

    #[test]
    fn a_number_is_found_in_a_title_and_with_its_day() {
        let titled = read("《关于同意成立的批复》（昭委组〔2018〕18号）").unwrap();
        assert_eq!(
            (titled.value.number.as_str(), titled.confidence),
            ("昭委组〔2018〕18号", Confidence::Likely)
        );
        let dated = read("昭委组〔2018〕18号（2018年2月26日）").unwrap();
        assert_eq!(dated.value.issued, "2018-02-26".parse().ok());
        assert_eq!(dated.confidence, Confidence::Certain);
        assert_eq!(read("昭委组〔2018〕18").unwrap().confidence, Confidence::Likely);
        assert_eq!(read("昭委组〔2018〕18号、19号").unwrap().confidence, Confidence::Open);
        assert_eq!(read("昭委组〔2018〕18号、昭委组〔2018〕19号").unwrap().confidence, Confidence::Open);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "2018年", "昭委组18号", "已批复", "〔2018〕号"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
