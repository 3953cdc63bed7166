//! Text for paper: 80 columns, Chinese characters counted as two, nothing cut off.

use crate::exit::Failure;
use crate::output::{Output, width};

/// The columns of a line on paper.
pub const COLUMNS: usize = 80;

/// Writes a text under an indent, broken where it does not fit, further lines further in.
pub fn write(output: &mut Output, indent: usize, text: &str) -> Result<(), Failure> {
    for line in lines(indent, text) {
        output.line(line)?;
    }
    Ok(())
}

/// A rule across the page.
pub fn rule(output: &mut Output) -> Result<(), Failure> {
    output.line("─".repeat(COLUMNS / 2))
}

fn lines(indent: usize, text: &str) -> Vec<String> {
    let mut lines = vec![" ".repeat(indent)];
    let mut is_blank = true;
    for word in words(text) {
        let fits = lines.last().is_some_and(|line| width(line) + width(word.trim_end()) <= COLUMNS);
        if !fits && !is_blank {
            lines.push(" ".repeat(indent + 2));
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
        }
        is_blank = false;
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Pieces that stay together: a run of Latin letters and digits with the blank after it, or one other character with
/// the marks after it, which begin no line.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut end = first.len_utf8();
        for character in rest[end..].chars() {
            let goes_on = first.is_ascii() && character.is_ascii_graphic() && first != ' ';
            if !goes_on && !"，。；：、）〕」》 ,.;:)".contains(character) {
                break;
            }
            end += character.len_utf8();
            if character == ' ' {
                break;
            }
        }
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_goes_on_further_in_and_nothing_is_lost() {
        let text = format!("经办 {} 以 {} 名义，文件 昭委〔2018〕7号", "甲".repeat(30), "x".repeat(20));
        let found = lines(2, &text);
        assert!(found.len() > 1 && found.iter().all(|line| width(line) <= COLUMNS), "{found:?}");
        let joined: String = found.iter().map(|line| line.trim_start()).collect();
        assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
        assert!(found[1].starts_with("    "));
    }

    #[test]
    fn marks_begin_no_line_and_long_words_stand_whole() {
        let text = format!("{}。", "字".repeat(40));
        assert_eq!(lines(0, &text).iter().filter(|line| line.trim().starts_with('。')).count(), 0);
        assert_eq!(lines(0, &"x".repeat(100)), ["x".repeat(100)]);
    }
}
