//! Names of persons in cells: told from titles, notes and telephone numbers; and taken out of what goes into the log.

use domain::say::{Say, say};

use super::Reading;
use crate::words::{fold, is_blank, is_unknown, without_brackets};

/// What stands before or behind a name and is none of it.
const TITLES: [&str; 14] = [
    "同志",
    "党总支书记",
    "党支部书记",
    "支部书记",
    "党委书记",
    "总支书记",
    "副书记",
    "书记",
    "主任",
    "先生",
    "女士",
    "村支书",
    "支书",
    "负责人",
];
/// What says that a post is empty.
const VACANT: [&str; 5] = ["空缺", "暂缺", "缺", "待选", "空"];
/// The longest name in Chinese characters, and with dots between its parts.
const MAX_CHARACTERS: usize = 4;
const MAX_DOTTED_CHARACTERS: usize = 20;
/// What makes a place of the name before it.
const PLACE_ENDINGS: [char; 9] = ['村', '乡', '镇', '县', '区', '市', '社', '组', '街'];
/// What a name that was taken out leaves behind.
pub const MASK: &str = "某同志";

/// What a cell for one person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// A name.
    Named(String),
    /// The post is empty.
    Vacant,
}

/// The person that a cell names; nothing where it does not read as one.
pub fn read(text: &str) -> Option<Reading<Person>> {
    if is_blank(text) || is_unknown(text) {
        return None;
    }
    if VACANT.contains(&fold(text).as_str()) {
        return Some(Reading::certain(Person::Vacant));
    }
    let (plain, notes) = without_brackets(text);
    let without_digits: String =
        plain.chars().filter(|it| !it.is_numeric() && !matches!(it, '-' | '+' | ':' | '：')).collect();
    let is_clean = notes.is_empty() && without_digits.trim() == text.trim();
    let name = bare_name(&without_digits)?;
    let reading = Person::Named(name.clone());
    if is_clean && name == tight(&without_digits) {
        return Some(Reading::certain(reading));
    }
    let why = say(
        "姓名由单元格文字中取出，其余（职务、电话、说明）未采用",
        "the name is taken out of the cell, without title, telephone or note",
    );
    Some(Reading::likely(reading, why))
}

/// Several persons in a cell, each with a duty where one stands in brackets or before a colon.
pub fn read_several(text: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut found = Vec::new();
    let parts = text.split(['、', '，', ',', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty());
    for part in parts {
        let (plain, notes) = without_brackets(part);
        let (duty, name) = match plain.split_once([':', '：']) {
            Some((duty, name)) => (Some(duty.trim().to_owned()), name.to_owned()),
            None => (notes.first().cloned(), plain),
        };
        found.push((bare_name(&name)?, duty.filter(|duty| !duty.is_empty())));
    }
    (!found.is_empty()).then_some(found)
}

/// The name without blanks and titles; nothing where no name is left.
fn bare_name(text: &str) -> Option<String> {
    let mut name = tight(text);
    for title in TITLES {
        if let Some(rest) = name.strip_suffix(title).or_else(|| name.strip_prefix(title)) {
            name = rest.to_owned();
        }
    }
    is_name(&name).then_some(name)
}

fn tight(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Whether a text may be a person's name.
pub fn is_name(text: &str) -> bool {
    let is_dot = |character: char| matches!(character, '·' | '•' | '・' | '‧' | '∙' | '⋅');
    let is_character =
        |character: char| matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' | '〇');
    let count = text.chars().count();
    let has_dots = text.chars().any(is_dot);
    let limit = if has_dots { MAX_DOTTED_CHARACTERS } else { MAX_CHARACTERS };
    (2..=limit).contains(&count)
        && text.chars().all(|character| is_character(character) || is_dot(character))
        && !["村", "乡", "镇", "支部", "党委", "公司"].iter().any(|ending| text.ends_with(ending))
}

/// The text without the names of these persons and without numbers that reach a person; and whether anything was taken out.
pub fn masked(text: &str, names: &[String]) -> (String, bool) {
    let mut masked = text.to_owned();
    for name in names.iter().filter(|name| name.chars().count() >= 2) {
        // Most names stand in no text.
        if masked.contains(name.as_str()) {
            masked = without_name(&masked, name);
        }
    }
    let masked = without_numbers(&masked);
    let changed = masked != text;
    (masked, changed)
}

/// A name before 村, 乡 and the like is that of a place.
fn without_name(text: &str, name: &str) -> String {
    let mut parts = text.split(name);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        written.push_str(if part.starts_with(PLACE_ENDINGS) { name } else { MASK });
        written.push_str(part);
    }
    written
}

/// Without runs of ten digits or more: telephone and identity numbers.
fn without_numbers(text: &str) -> String {
    let mut written = String::new();
    let mut run = String::new();
    let is_part = |character: char| {
        character.is_numeric() && !matches!(character, '\u{3400}'..='\u{9FFF}')
            || matches!(character, '-' | 'x' | 'X')
    };
    for character in text.chars().chain(['\n']) {
        if is_part(character) {
            run.push(character);
            continue;
        }
        let digits = run.chars().filter(|character| character.is_numeric()).count();
        written.push_str(if digits >= 10 { "（号码略）" } else { &run });
        run.clear();
        written.push(character);
    }
    written.pop();
    written
}

/// What is said of a text from which something was taken out.
pub fn why_masked() -> Say {
    say(
        "日志不写姓名和电话，已以“某同志”“号码略”代替",
        "names and telephone numbers stand in no log: they are taken out",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Confidence;

    #[test]
    fn a_name_is_told_from_what_stands_round_it() {
        let named = |name: &str| Person::Named(name.to_owned());
        for (text, name, confidence) in [
            ("王某", "王某", Confidence::Certain),
            ("王 某", "王某", Confidence::Certain),
            ("王某某（兼）", "王某某", Confidence::Likely),
            ("王某某同志", "王某某", Confidence::Likely),
            ("王某某 13800000000", "王某某", Confidence::Likely),
            ("买买提·某某", "买买提·某某", Confidence::Certain),
        ] {
            let reading = read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((reading.value, reading.confidence), (named(name), confidence), "{text}");
        }
        assert_eq!(read("空缺"), Some(Reading::certain(Person::Vacant)));
        for text in ["", "不详", "王某、李某", "狮子村", "123", "王"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn several_persons_have_their_duties() {
        let told = read_several("王某（组织委员）、宣传委员：李某").unwrap();
        let told: Vec<_> = told.iter().map(|(name, duty)| (name.as_str(), duty.as_deref())).collect();
        assert_eq!(told, [("王某", Some("组织委员")), ("李某", Some("宣传委员"))]);
        assert_eq!(read_several("各村书记兼任，共五人"), None);
    }

    #[test]
    fn names_and_numbers_are_taken_out_of_what_goes_into_the_log() {
        let names = ["王某某".to_owned()];
        assert_eq!(
            masked("王某某2019年兼任，电话138-0000-0000", &names),
            ("某同志2019年兼任，电话（号码略）".into(), true)
        );
        assert_eq!(masked("2017年3月成立", &names), ("2017年3月成立".into(), false));
    }
}
