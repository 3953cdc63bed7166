//! Texts as they are compared: one width, no blanks, small letters; and what says that nothing is known.

use unicode_normalization::UnicodeNormalization;

/// What office workers write where they have nothing to write.
const BLANKS: [&str; 14] =
    ["-", "--", "—", "——", "/", "\\", "*", "无", "暂无", "没有", "n/a", "na", "#n/a", "〇〇"];
/// What they write where something is not known any more.
const UNKNOWNS: [&str; 16] = [
    "不详",
    "不清",
    "不清楚",
    "不明",
    "未知",
    "待查",
    "待核",
    "待核实",
    "待定",
    "待补",
    "遗失",
    "缺失",
    "资料缺失",
    "档案缺失",
    "无记录",
    "?",
];
/// What a box or column is ticked with.
const TICKS: [&str; 15] = ["√", "✓", "✔", "☑", "■", "●", "★", "v", "是", "有", "对", "y", "yes", "1", "true"];
/// What says that it is not.
const CROSSES: [&str; 8] = ["×", "✗", "✘", "x", "否", "n", "no", "0"];

/// One width, no blanks and no invisible characters, small letters.
pub fn fold(text: &str) -> String {
    text.nfkc()
        .filter(|character| !character.is_whitespace() && !is_invisible(*character))
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            '﹣' | '－' | '–' | '‐' | '‑' | '−' | '―' => '-',
            '∕' | '⁄' => '/',
            other => other,
        })
        .collect()
}

/// Characters that stand for nothing, as spreadsheets and web pages leave them behind.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{2060}' | '\u{AD}')
}

/// Whether the text says that there is nothing to say.
pub fn is_blank(text: &str) -> bool {
    let folded = fold(text);
    folded.is_empty() || BLANKS.contains(&folded.as_str())
}

/// Whether the text says that the fact is not known.
pub fn is_unknown(text: &str) -> bool {
    let folded = fold(text);
    let plain = folded.trim_matches(['(', ')', '?', '.', '。', '!']);
    UNKNOWNS.contains(&folded.as_str()) || UNKNOWNS.contains(&plain)
}

/// Whether a cell is ticked; nothing where it says something else.
pub fn ticked(text: &str) -> Option<bool> {
    let folded = fold(text);
    if TICKS.contains(&folded.as_str()) {
        return Some(true);
    }
    (CROSSES.contains(&folded.as_str()) || is_blank(text)).then_some(false)
}

/// The text without what stands in brackets, and what stood there.
pub fn without_brackets(text: &str) -> (String, Vec<String>) {
    let (mut plain, mut inside, mut depth) = (String::new(), Vec::<String>::new(), 0_usize);
    for character in text.chars() {
        match character {
            '(' | '（' | '[' | '【' | '〔' | '［' | '〈' | '<' => {
                depth += 1;
                if depth == 1 {
                    inside.push(String::new());
                }
            }
            ')' | '）' | ']' | '】' | '〕' | '］' | '〉' | '>' if depth > 0 => depth -= 1,
            other if depth > 0 => inside.iter_mut().next_back().into_iter().for_each(|last| last.push(other)),
            other => plain.push(other),
        }
    }
    (plain, inside)
}

/// The first characters of a text that somebody is told of.
pub fn shortened(text: &str, limit: usize) -> String {
    let one_line: String = text.trim().chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    if one_line.chars().count() <= limit {
        return one_line;
    }
    let kept: String = one_line.chars().take(limit.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_blanks_and_dashes_make_no_difference() {
        assert_eq!(fold(" ２０１７年 ３ 月\u{3000}"), "2017年3月");
        assert_eq!(fold("17－03"), "17-03");
        assert_eq!(fold("Ｑ３"), fold("q3"));
        assert_eq!(fold("书\u{200B}记"), "书记");
    }

    #[test]
    fn nothing_and_not_known_are_told_apart() {
        for text in ["", " ", "—", "／", "无", "N/A"] {
            assert!(is_blank(text) && !is_unknown(text), "{text}");
        }
        for text in ["不详", "（不详）", "待查", "？"] {
            assert!(is_unknown(text) && !is_blank(text), "{text}");
        }
        assert!(!is_unknown("不详细") && !is_blank("无为村"));
    }

    #[test]
    fn a_box_is_ticked_in_many_ways() {
        for text in ["√", "✔", "是", "Ｖ", "1"] {
            assert_eq!(ticked(text), Some(true), "{text}");
        }
        for text in ["", "×", "否", "-"] {
            assert_eq!(ticked(text), Some(false), "{text}");
        }
        assert_eq!(ticked("2019年起"), None);
    }

    #[test]
    fn brackets_are_taken_out_and_kept() {
        let (plain, inside) = without_brackets("狮子村（主村）、田岩村(2017年(三月)并入)");
        assert_eq!(plain, "狮子村、田岩村");
        assert_eq!(inside, ["主村", "2017年三月并入"]);
        assert_eq!(shortened("一二三四", 3), "一二…");
    }
}
