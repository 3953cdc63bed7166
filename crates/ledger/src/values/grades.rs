//! Quarters and grades: `2025年第三季度`, `2025Q3`, `25年三季度`; 好, 一般, 较差 and what other offices call them.

use domain::joint_branch::Grade;
use domain::quarter::Quarter;
use domain::say::Say;

use super::Reading;
use crate::words::fold;

/// What the grades are called, in the law's own words.
pub const GRADES: [(Grade, &str); 3] = [(Grade::Good, "好"), (Grade::Fair, "一般"), (Grade::Poor, "较差")];
/// What they are called elsewhere.
const OTHER_GRADES: [(Grade, &[&str]); 3] = [
    (Grade::Good, &["优", "优秀", "良好", "先进", "a", "good"]),
    (Grade::Fair, &["中", "中等", "合格", "较好", "b", "fair"]),
    (Grade::Poor, &["差", "不合格", "后进", "c", "poor"]),
];

/// The word of a grade.
pub fn word(grade: Grade) -> &'static str {
    GRADES.iter().find(|(own, _)| *own == grade).map_or("", |(_, word)| word)
}

/// The grade that a text says.
pub fn read(text: &str) -> Option<Reading<Grade>> {
    let folded = fold(text);
    let plain = folded.trim_end_matches(['等', '次', '级', '档']);
    if let Some((grade, _)) = GRADES.iter().find(|(_, word)| *word == plain || *word == folded) {
        return Some(Reading::certain(*grade));
    }
    let (grade, _) = OTHER_GRADES.iter().find(|(_, words)| words.contains(&plain))?;
    let why = Say::of(
        format!("原文“{text}”，按“{}”记", word(*grade)),
        format!("the source says `{text}`, taken as {}", word(*grade)),
    );
    Some(Reading::likely(*grade, why))
}

/// Year and number of the quarter that a text names; either may be missing.
pub fn parts(text: &str) -> (Option<i16>, Option<i8>) {
    let folded = fold(text);
    (year(&folded), quarter(&folded))
}

/// The quarter that a text names in full.
pub fn quarter_of(text: &str) -> Option<Quarter> {
    make(parts(text))
}

/// The quarter of a year and a number.
pub fn make(parts: (Option<i16>, Option<i8>)) -> Option<Quarter> {
    let (year, number) = (parts.0?, parts.1?);
    format!("{year}Q{number}").parse().ok()
}

fn year(folded: &str) -> Option<i16> {
    let digits: Vec<(usize, String)> = runs(folded);
    let full = digits.iter().find_map(|(_, run)| {
        let year: i16 = run.get(..4)?.parse().ok()?;
        (run.len() == 4 && (1990..=2100).contains(&year)).then_some(year)
    });
    full.or_else(|| {
        digits.iter().find_map(|(end, run)| {
            let follows_year = folded.get(*end..)?.starts_with('年');
            let number: i16 = run.parse().ok()?;
            (run.len() == 2 && follows_year).then_some(2_000 + number)
        })
    })
}

/// Runs of digits, and where each ends.
fn runs(folded: &str) -> Vec<(usize, String)> {
    let mut runs: Vec<(usize, String)> = Vec::new();
    let mut last_end = usize::MAX;
    for (at, character) in folded.char_indices().filter(|(_, character)| character.is_ascii_digit()) {
        match runs.last_mut() {
            Some((end, run)) if last_end == at => {
                run.push(character);
                *end = at + 1;
            }
            _ => runs.push((at + 1, character.to_string())),
        }
        last_end = at + 1;
    }
    runs
}

fn quarter(folded: &str) -> Option<i8> {
    let number = |character: Option<char>| match character? {
        '1' | '一' => Some(1),
        '2' | '二' => Some(2),
        '3' | '三' => Some(3),
        '4' | '四' => Some(4),
        _ => None,
    };
    if let Some((before, _)) = folded.split_once('季') {
        return number(before.chars().next_back());
    }
    // Q3 and 3Q; a letter beside it is of a word.
    let (before, after) = folded.split_once('q')?;
    number(after.chars().next()).or_else(|| {
        let mut back = before.chars().rev();
        let found = number(back.next());
        found.filter(|_| !back.next().is_some_and(|next| next.is_ascii_digit()))
    })
}

/// Several quarters in one cell: `2025Q3好；2025年第二季度 一般`.
pub fn read_several(text: &str) -> Option<Vec<(Quarter, Reading<Grade>)>> {
    let mut found = Vec::new();
    for part in text.split([';', '；', '，', ',', '、', '\n']).filter(|part| !part.trim().is_empty()) {
        let quarter = quarter_of(part)?;
        let folded = fold(part);
        let end = ["季度", "季", "q1", "q2", "q3", "q4"]
            .iter()
            .filter_map(|word| Some(folded.find(word)? + word.len()));
        let rest = folded.get(end.max()?..)?.trim_start_matches([':', '-', '(', '为', '评', '=']);
        found.push((quarter, read(rest.trim_end_matches(')'))?));
    }
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Confidence;

    #[test]
    fn a_quarter_is_read_however_it_is_written() {
        for text in [
            "2025年第三季度",
            "2025年三季度",
            "2025年3季度",
            "25年三季度",
            "2025Q3",
            "2025 q3",
            "２０２５Ｑ３",
            "2025-Q3",
            "2025年第三季度评估等次",
            "第三季度（2025年）",
            "2025.3Q",
        ] {
            assert_eq!(quarter_of(text).unwrap_or_else(|| panic!("{text}")).to_string(), "2025Q3", "{text}");
        }
        assert_eq!(parts("三季度"), (None, Some(3)));
        assert_eq!(parts("2025年度"), (Some(2025), None));
        assert_eq!(parts("评估等次"), (None, None));
        assert_eq!(parts("季度评估"), (None, None));
    }

    #[test]
    fn grades_are_read_in_the_laws_words_and_in_others() {
        assert_eq!(read(" 好 "), Some(Reading::certain(Grade::Good)));
        assert_eq!(read("较 差"), Some(Reading::certain(Grade::Poor)));
        let other = read("合格").unwrap();
        assert_eq!((other.value, other.confidence), (Grade::Fair, Confidence::Likely));
        assert_eq!(read("整改中"), None);
        let several = read_several("2025Q3好；2025年第二季度：一般").unwrap();
        let told: Vec<_> =
            several.iter().map(|(quarter, grade)| (quarter.to_string(), grade.value)).collect();
        assert_eq!(told, [("2025Q3".to_owned(), Grade::Good), ("2025Q2".to_owned(), Grade::Fair)]);
        assert_eq!(read_several("好"), None);
    }
}
