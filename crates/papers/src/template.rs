//! A template: plain text with the parts of a paper at its head, its matter below, and fields in double braces.
//!
//! ```text
//! // a remark
//! 机关：{{发文机关}}
//! 标题：关于同意成立{{联合党组织}}的批复
//! 落款：{{发文机关}}
//! 日期：{{成文日期}}
//!
//! 你单位来文收悉。经研究，现批复如下：
//! # 基本情况
//! {{成员情况表}}
//! ```

use std::collections::BTreeMap;

use domain::errors;
use domain::say::Say;

use crate::fields::Field;

/// The largest template.
pub const MAX_TEMPLATE_BYTES: u64 = 64 << 10;
/// The longest line, in characters.
const MAX_LINE_CHARACTERS: usize = 2_000;

errors! {
    /// Why a text is no template of a kind of paper.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum TemplateError {
        /// It is not UTF-8.
        #[zh("公文模板 {name} 不是 UTF-8 文本（第 {line} 行起）")]
        #[en("the template {name} is not UTF-8 text from line {line} on")]
        NotText {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
        },
        /// It is too large.
        #[zh("公文模板 {name} 超过 {limit} 字节")]
        #[en("the template {name} has more than {limit} bytes")]
        TooLarge {
            /// Which template.
            name: String,
            /// The most that it may have.
            limit: u64,
        },
        /// A line is too long, or holds characters that no paper can.
        #[zh("公文模板 {name} 第 {line} 行过长（超过 {limit} 字）或含有控制字符")]
        #[en("line {line} of the template {name} has more than {limit} characters, or control characters")]
        Line {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
            /// The most characters that it may have.
            limit: usize,
        },
        /// Braces do not match.
        #[zh("公文模板 {name} 第 {line} 行的双花括号不成对，字段应写作 {{{{字段}}}}")]
        #[en("the double braces of line {line} of the template {name} do not match; a field is written {{{{字段}}}}")]
        Unbalanced {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
        },
        /// A field that the kind of paper does not have.
        #[zh("公文模板 {name} 第 {line} 行的字段「{field}」不存在，可用：{known}")]
        #[en("there is no field `{field}` (line {line} of the template {name}); there are: {known}")]
        UnknownField {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
            /// The field.
            field: String,
            /// Those that there are.
            known: String,
        },
        /// A field of paragraphs or a table among words.
        #[zh("公文模板 {name} 第 {line} 行：字段「{field}」是段落或表格，须在正文中单独成行")]
        #[en("the field `{field}` is paragraphs or a table and stands alone on a line of the matter (line {line} of the template {name})")]
        BlockAmongWords {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
            /// The field.
            field: String,
        },
        /// A line of the head that names no part of a paper.
        #[zh("公文模板 {name} 第 {line} 行不是公文的要素，应写作「要素：内容」，可用：{known}；要素与正文之间须空一行")]
        #[en("line {line} of the template {name} is no part of a paper; there are: {known}; an empty line parts them from the matter")]
        UnknownPart {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
            /// Those that there are.
            known: String,
        },
        /// A part that is given twice.
        #[zh("公文模板 {name} 第 {line} 行重复了要素「{part}」")]
        #[en("line {line} of the template {name} gives the part `{part}` again")]
        Repeated {
            /// Which template.
            name: String,
            /// The line.
            line: usize,
            /// The part.
            part: &'static str,
        },
        /// A part that every paper has.
        #[zh("公文模板 {name} 缺少「{part}」（到第 {line} 行要素结束为止）")]
        #[en("the template {name} lacks `{part}` (its head ends at line {line})")]
        Lacking {
            /// Which template.
            name: String,
            /// Where its head ends.
            line: usize,
            /// The part.
            part: &'static str,
        },
        /// A file that is no template of any kind.
        #[zh("{name} 不是公文模板的文件名，可用：{known}；县(区)的模板放在以其代码命名的目录中")]
        #[en("{name} is the name of no template; there are: {known}; a county's lie in a directory named by its code")]
        UnknownFile {
            /// Which file.
            name: String,
            /// Those that there are.
            known: String,
        },
        /// A file that does not read.
        #[zh("公文模板 {name} 无法读取：{}", detail.zh)]
        #[en("the template {name} cannot be read: {}", detail.en)]
        Unreadable {
            /// Which template.
            name: String,
            /// What the system says.
            detail: Say,
        },
    }
}

/// A part of the head of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Mark,
    Number,
    Signer,
    Title,
    Addressee,
    Attachment,
    Signature,
    Date,
    Note,
    Copies,
}

impl Part {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Mark, "机关"),
        (Self::Number, "文号"),
        (Self::Signer, "签发人"),
        (Self::Title, "标题"),
        (Self::Addressee, "主送"),
        (Self::Attachment, "附件"),
        (Self::Signature, "落款"),
        (Self::Date, "日期"),
        (Self::Note, "附注"),
        (Self::Copies, "抄送"),
    ];

    /// Those that every paper has.
    const NEEDED: [Self; 4] = [Self::Mark, Self::Title, Self::Signature, Self::Date];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(part, _)| *part == self).map_or("", |(_, name)| name)
    }
}

/// A stretch of a line: words, or a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stretch {
    Words(String),
    Field(&'static str),
}

/// A line of the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyLine {
    Heading(Vec<Stretch>),
    SecondHeading(Vec<Stretch>),
    Text(Vec<Stretch>),
    Blocks(&'static str),
}

/// A template that was read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(crate) head: BTreeMap<Part, Vec<Vec<Stretch>>>,
    pub(crate) body: Vec<BodyLine>,
}

/// What is known while a template is read.
struct Reader<'a> {
    name: &'a str,
    fields: &'a [Field],
}

impl Template {
    /// Reads a template from the bytes of its file; it may name these fields.
    pub(crate) fn read(name: &str, bytes: &[u8], fields: &[Field]) -> Result<Self, TemplateError> {
        if bytes.len() as u64 > MAX_TEMPLATE_BYTES {
            return Err(TemplateError::TooLarge { name: name.to_owned(), limit: MAX_TEMPLATE_BYTES });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            TemplateError::NotText { name: name.to_owned(), line }
        })?;
        Reader { name, fields }.template(text.trim_start_matches('\u{feff}'))
    }
}

impl Reader<'_> {
    fn template(&self, text: &str) -> Result<Template, TemplateError> {
        let mut lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.starts_with("//"));
        let mut head = BTreeMap::<Part, Vec<Vec<Stretch>>>::new();
        let mut end_of_head = 0;
        for (number, line) in lines.by_ref().skip_while(|(_, line)| line.is_empty()) {
            end_of_head = number;
            self.check_characters(number, line)?;
            if line.is_empty() {
                break;
            }
            let (part, content) = self.part(number, line)?;
            let given = head.entry(part).or_default();
            if !given.is_empty() && part != Part::Attachment {
                let name = self.name.to_owned();
                return Err(TemplateError::Repeated { name, line: number, part: part.name() });
            }
            given.push(self.stretches(number, content)?);
        }
        if let Some(part) = Part::NEEDED.iter().find(|part| !head.contains_key(part)) {
            return Err(self.lacking(end_of_head, part.name()));
        }
        let mut body = Vec::new();
        for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
            self.check_characters(number, line)?;
            body.push(self.body_line(number, line)?);
        }
        if body.is_empty() { Err(self.lacking(end_of_head, "正文")) } else { Ok(Template { head, body }) }
    }

    fn lacking(&self, line: usize, part: &'static str) -> TemplateError {
        TemplateError::Lacking { name: self.name.to_owned(), line, part }
    }

    fn check_characters(&self, number: usize, line: &str) -> Result<(), TemplateError> {
        let is_good =
            line.chars().count() <= MAX_LINE_CHARACTERS && !line.chars().any(|c| c.is_control() && c != '\t');
        if is_good {
            return Ok(());
        }
        Err(TemplateError::Line { name: self.name.to_owned(), line: number, limit: MAX_LINE_CHARACTERS })
    }

    fn part<'line>(&self, number: usize, line: &'line str) -> Result<(Part, &'line str), TemplateError> {
        let named = line.split_once(['：', ':']).and_then(|(name, content)| {
            let (part, _) = Part::ALL.iter().find(|(_, own)| *own == name.trim())?;
            Some((*part, content.trim()))
        });
        named.ok_or_else(|| TemplateError::UnknownPart {
            name: self.name.to_owned(),
            line: number,
            known: Part::ALL.map(|(_, name)| name).join("、"),
        })
    }

    fn body_line(&self, number: usize, line: &str) -> Result<BodyLine, TemplateError> {
        let alone = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        let alone = alone.and_then(|name| self.fields.iter().find(|field| field.name == name.trim()));
        if let Some(Field { name, is_block: true }) = alone {
            return Ok(BodyLine::Blocks(name));
        }
        if let Some(heading) = line.strip_prefix("##") {
            return Ok(BodyLine::SecondHeading(self.stretches(number, heading.trim())?));
        }
        if let Some(heading) = line.strip_prefix('#') {
            return Ok(BodyLine::Heading(self.stretches(number, heading.trim())?));
        }
        Ok(BodyLine::Text(self.stretches(number, line)?))
    }

    fn stretches(&self, number: usize, text: &str) -> Result<Vec<Stretch>, TemplateError> {
        let unbalanced = || TemplateError::Unbalanced { name: self.name.to_owned(), line: number };
        let mut found = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (field, after) = after.split_once("}}").ok_or_else(unbalanced)?;
            if before.contains("}}") || field.contains(['{', '}']) {
                return Err(unbalanced());
            }
            if !before.is_empty() {
                found.push(Stretch::Words(before.to_owned()));
            }
            found.push(Stretch::Field(self.field(number, field.trim())?));
            rest = after;
        }
        if rest.contains("}}") {
            return Err(unbalanced());
        }
        if !rest.is_empty() {
            found.push(Stretch::Words(rest.to_owned()));
        }
        Ok(found)
    }

    fn field(&self, line: usize, field: &str) -> Result<&'static str, TemplateError> {
        let name = self.name.to_owned();
        let shown: String = field.chars().take(40).collect();
        match self.fields.iter().find(|known| known.name == field) {
            Some(Field { is_block: true, .. }) => {
                Err(TemplateError::BlockAmongWords { name, line, field: shown })
            }
            Some(Field { name, .. }) => Ok(name),
            None => {
                let known: Vec<_> = self.fields.iter().map(|known| known.name).collect();
                Err(TemplateError::UnknownField { name, line, field: shown, known: known.join("、") })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{block, inline};

    const FIELDS: &[Field] = &[inline("甲"), block("表")];
    const HEAD: &str = "机关：{{甲}}\n标题：关于{{甲}}的函\n落款：某委\n日期:{{甲}}\n";

    fn read(text: &str) -> Result<Template, TemplateError> {
        Template::read("a.txt", text.as_bytes(), FIELDS)
    }

    /// The English sentence of the refusal.
    fn refused(text: &str) -> String {
        read(text).unwrap_err().say().en.into_owned()
    }

    #[test]
    fn parts_headings_fields_and_remarks_are_told_apart() {
        let text = format!(
            "\u{feff}// 说明\r\n\r\n{HEAD}附件：一\n附件：二\n\n# 情况\n## 总体\n共{{{{甲}}}}个。\n {{{{表}}}} \n// 完\n"
        );
        let template = read(&text).unwrap();
        assert_eq!(template.head[&Part::Attachment].len(), 2);
        assert_eq!(template.head[&Part::Title][0].len(), 3);
        assert_eq!(
            template.body,
            [
                BodyLine::Heading(vec![Stretch::Words("情况".into())]),
                BodyLine::SecondHeading(vec![Stretch::Words("总体".into())]),
                BodyLine::Text(vec![
                    Stretch::Words("共".into()),
                    Stretch::Field("甲"),
                    Stretch::Words("个。".into())
                ]),
                BodyLine::Blocks("表"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_name_and_line() {
        let body = |line: &str| format!("{HEAD}\n好。\n{line}\n");
        for (line, said) in [
            ("{{乙}}", "no field `乙` (line 7 of the template a.txt); there are: 甲、表"),
            ("共{{甲}个", "do not match"),
            ("共甲}}个", "braces of line 7"),
            ("共{{ {{甲}} }}个", "do not match"),
            ("见{{表}}", "stands alone on a line of the matter (line 7"),
            ("铃\u{7}", "control characters"),
            (&"长".repeat(2_001), "more than 2000 characters"),
        ] {
            let told = refused(&body(line));
            assert!(told.contains(said), "{line}: {told}");
        }
        assert!(refused("机关：某委\n\n正文").contains("lacks `标题` (its head ends at line 2)"));
        assert!(refused("机关：某委\n发文：某\n").contains("line 2 of the template a.txt is no part"));
        assert!(refused(&format!("{HEAD}标题：又一\n\n正文")).contains("line 5 of the template a.txt gives"));
        assert!(refused(HEAD).contains("lacks `正文`"));
        assert!(refused("").contains("lacks `机关`"));
    }

    #[test]
    fn bytes_that_are_no_text_and_files_too_large_are_refused() {
        let told = |bytes: &[u8]| Template::read("a.txt", bytes, FIELDS).unwrap_err().say().zh.into_owned();
        assert_eq!(told(b"\xb1\xea\xcc\xe2\n"), "公文模板 a.txt 不是 UTF-8 文本（第 1 行起）");
        assert!(told(format!("{HEAD}\n\u{ff}").as_bytes().split_last().unwrap().1).contains("第 6 行起"));
        assert!(told(&vec![b'a'; 65_537]).contains("超过 65536 字节"));
    }
}
