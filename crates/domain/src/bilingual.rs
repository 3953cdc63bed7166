//! Messages that say the same in Chinese and in English: how the halves are joined, and taken apart again.
//!
//! An error carries both halves in one text, `中文 / English`. What is put into it, such as the name of a file, may hold the
//! mark between the halves itself, and an error inside an error has halves of its own. So a value goes in through
//! [`value`], the halves of an inner message through [`zh`] and [`en`], and [`halves`] gives back what was meant.

use std::fmt::Display;

/// What parts the halves.
const DIVIDER: &str = " / ";
/// Stands behind a slash that parts nothing. It is not seen where the whole text is printed.
const JOINER: char = '\u{2060}';

/// A value as it stands inside a half: no slash of it can be taken for what parts the halves.
pub fn value(shown: impl Display) -> String {
    let text = shown.to_string();
    let mut safe = String::with_capacity(text.len());
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        safe.push(character);
        // The ends count as spaces, since a half may go on with one.
        if character == '/' && before == ' ' && characters.peek().is_none_or(|after| *after == ' ') {
            safe.push(JOINER);
        }
        before = character;
    }
    safe
}

/// A message of two halves.
pub fn of(zh: impl Display, en: impl Display) -> String {
    format!("{}{DIVIDER}{}", value(zh), value(en))
}

/// The Chinese half of a message, to stand inside that of another. A message in one language is its own half.
pub fn zh(message: impl Display) -> String {
    let text = message.to_string();
    text.split_once(DIVIDER).map_or_else(|| text.clone(), |(zh, _)| zh.to_owned())
}

/// The English half of a message, to stand inside that of another. A message in one language is its own half.
pub fn en(message: impl Display) -> String {
    let text = message.to_string();
    text.split_once(DIVIDER).map_or_else(|| text.clone(), |(_, en)| value(en))
}

/// Both halves of a message, to be shown: the Chinese and the English.
pub fn halves(message: impl Display) -> (String, String) {
    let text = message.to_string();
    let plain = |half: String| half.replace(&format!("/{JOINER}"), "/");
    (plain(zh(&text)), plain(en(&text)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_is_halved_and_one_in_a_single_language_is_both_its_halves() {
        assert_eq!(halves("满了 / it is full"), ("满了".to_owned(), "it is full".to_owned()));
        assert_eq!(halves("plain"), ("plain".to_owned(), "plain".to_owned()));
    }

    #[test]
    fn a_message_inside_a_message_gives_each_half_its_own() {
        let inner = of("文件 a / b 为空", "the file a / b is empty");
        let outer = format!("没有记录：{} / nothing was recorded: {}", zh(&inner), en(&inner));
        let (chinese, english) = halves(outer);
        assert_eq!(chinese, "没有记录：文件 a / b 为空");
        assert_eq!(english, "nothing was recorded: the file a / b is empty");
    }

    proptest! {
        #[test]
        fn whatever_a_value_holds_both_halves_keep_it(text in "[a /中]{0,12}", inner in "[a /中]{0,12}") {
            let cause = format!("打不开 {} 。 / {} does not open", value(&inner), value(&inner));
            let said = format!(
                "{} 有误 {} / {} is wrong: {}",
                value(&text), zh(&cause), value(&text), en(&cause),
            );
            let (chinese, english) = halves(said);
            prop_assert_eq!(chinese, format!("{text} 有误 打不开 {inner} 。"));
            prop_assert_eq!(english, format!("{text} is wrong: {inner} does not open"));
        }
    }
}
