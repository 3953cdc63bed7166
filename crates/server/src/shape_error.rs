//! A value that does not fit its schema, named by its pointer and said in both languages.

use serde::Serialize;

/// A value that does not fit its schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShapeError {
    /// JSON pointer into the request.
    pub pointer: String,
    /// What is wrong, in Chinese.
    pub detail: String,
    /// What is wrong, in English.
    pub detail_en: String,
}

/// How the reader's English begins, and what stands for it in Chinese before and between what it quotes.
const PHRASES: [(&str, &str); 6] = [
    ("missing field ", "缺少字段 "),
    ("unknown field ", "未知字段 "),
    ("unknown variant ", "未知的值 "),
    ("invalid type: ", "类型不符："),
    ("invalid value: ", "数值不符："),
    ("invalid length ", "长度不符："),
];
/// The words inside such a sentence. The longer stand before those they contain.
const WORDS: [(&str, &str); 15] = [
    (", expected one of ", "；可用："),
    (", there are no fields", "；此处没有字段"),
    (", expected ", "；应为 "),
    ("floating point ", "小数 "),
    ("a sequence", "数组"),
    ("sequence", "数组"),
    ("integer ", "整数 "),
    ("boolean ", "布尔值 "),
    ("a boolean", "布尔值"),
    ("a string", "文字"),
    ("string ", "文字 "),
    ("null", "空值 null"),
    ("a map", "对象"),
    ("map", "对象"),
    ("struct ", "对象 "),
];

impl ShapeError {
    /// From what a reader says: our own values say it in both languages, the library's only in English.
    pub fn new(pointer: String, said: &str) -> Self {
        let (detail, detail_en) = match said.split_once(" / ") {
            Some((zh, en)) => (zh.to_owned(), en.to_owned()),
            None => (chinese(said), said.to_owned()),
        };
        Self { pointer, detail, detail_en }
    }
}

fn chinese(said: &str) -> String {
    let known = PHRASES.iter().find_map(|(en, zh)| said.strip_prefix(en).map(|rest| (zh, rest)));
    let Some((beginning, rest)) = known else { return format!("不符合格式：{said}") };
    // What is quoted is the sender's or the schema's own and stays as it is.
    let parts = rest.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 1 {
            return format!("`{part}`");
        }
        WORDS.iter().fold(part.to_owned(), |text, (en, zh)| text.replace(en, zh))
    });
    parts.fold(beginning.to_string(), |text, part| text + &part)
}

#[cfg(test)]
mod tests {
    use super::ShapeError;

    #[track_caller]
    fn check(said: &str, zh: &str, en: &str) {
        let error = ShapeError::new("/data".into(), said);
        assert_eq!((error.detail.as_str(), error.detail_en.as_str()), (zh, en));
    }

    #[test]
    fn what_the_reader_says_is_said_in_chinese_first() {
        let check = |en: &str, zh: &str| check(en, zh, en);
        check("missing field `map`", "缺少字段 `map`");
        check(
            "unknown field `colour`, expected one of `code`, `name`",
            "未知字段 `colour`；可用：`code`, `name`",
        );
        check("unknown variant `best`, expected `good` or `fair`", "未知的值 `best`；应为 `good` or `fair`");
        check("invalid type: string \"7\", expected u32", "类型不符：文字 \"7\"；应为 u32");
        check("invalid type: null, expected a string", "类型不符：空值 null；应为 文字");
        check("the key `a` is odd", "不符合格式：the key `a` is odd");
    }

    #[test]
    fn what_our_values_say_is_split() {
        check("文字不能为空 / the text is empty", "文字不能为空", "the text is empty");
    }
}
