//! A value that does not fit its schema, named by its pointer and said in both languages, by the names of fields.

use domain::say::Language;
use domain::say::Say;
use labels::fields::field as label;
use labels::terms;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// The longest part of what somebody sent that an error repeats, in characters.
const MAX_QUOTED_CHARACTERS: usize = 60;
/// References and alternatives nest in our schemas at most so deep.
const MAX_REFERENCES: usize = 8;

/// 不符合要求的一个字段 / a value that does not fit its schema
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FieldError")]
pub struct ShapeError {
    /// 字段在请求中的位置（JSON Pointer） / where the value stands in the request (JSON Pointer)
    pub pointer: String,
    /// 错误和要求，中文 / what is wrong and what is expected, in Chinese
    pub detail: String,
    /// 错误和要求，英文 / the same in English
    pub detail_en: String,
}

impl ShapeError {
    /// All of them in a line, in Chinese and in English.
    pub fn sentences(errors: &[Self]) -> (String, String) {
        let zh: Vec<&str> = errors.iter().map(|error| error.detail.as_str()).collect();
        let en = errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail_en));
        (zh.join("；"), en.collect::<Vec<_>>().join("; "))
    }
}

/// What is expected, by the name of the type, in Chinese and in English.
const EXPECTED: &[(&str, (&str, &str))] = &[
    ("Date", ("日期，如 2019-03-01（1900 至 2200 年）", "a date such as 2019-03-01, from 1900 to 2200")),
    ("Quarter", ("季度，如 2026Q3", "a quarter such as 2026Q3")),
    ("Text", ("1 至 500 字的文字", "a text of 1 to 500 characters")),
    ("PlaceName", ("1 至 500 字的地名", "a name of a place of 1 to 500 characters")),
    ("FigureValue", ("数字，或 1 至 500 字的文字", "a number, or a text of 1 to 500 characters")),
    ("DocumentNumber", ("文号，如 昭委组〔2019〕18号", "a document number such as 昭委组〔2019〕18号")),
    ("Sha256Hex", ("64 位十六进制数字", "64 hexadecimal digits")),
    ("PlaceCode", ("行政区划代码（4、6、9 或 12 位数字）", "a division code of 4, 6, 9 or 12 digits")),
    ("Code", ("1 至 60 个小写字母、数字或下划线", "1 to 60 small letters, digits and underscores")),
    (
        "Authority",
        (
            "党组织的编号，或行政区划代码（4、6、9 或 12 位数字）",
            "the id of an organization, or a division code of 4, 6, 9 or 12 digits",
        ),
    ),
    (
        "PlaceRef",
        (
            "行政区划的编号，或代码（4、6、9 或 12 位数字）",
            "the id of a place, or its code of 4, 6, 9 or 12 digits",
        ),
    ),
    (
        "PartialDate",
        (
            "日期，如 2016-05-12；只知年月或年份的写 2016-05 或 2016",
            "a day such as 2016-05-12, a month 2016-05 or a year 2016",
        ),
    ),
    ("Amount", ("以分为单位的整数金额，不小于 0", "a whole number of fen, not below 0")),
];
/// What every id looks like.
const ID: (&str, &str) = ("编号（26 位大写字母和数字）", "an id of 26 upper-case letters and digits");

/// A step on the way to a value.
enum Step {
    /// A field, in Chinese and in English.
    Field(String, String),
    /// A row of a list, from 1.
    Row(usize),
    /// A value under a key of the sender's.
    Key(String),
}

/// Where in a request a value stands, and what its schema says of it.
pub(crate) struct Located<'a> {
    schema: &'a Value,
    node: &'a Value,
    type_name: &'a str,
    steps: Vec<Step>,
}

impl<'a> Located<'a> {
    /// Follows a pointer from the root of a request's schema.
    pub(crate) fn find(schema: &'a Value, pointer: &str) -> Self {
        let mut found = Self { schema, node: schema, type_name: "Request", steps: Vec::new() };
        for token in pointer.split('/').skip(1) {
            found.step(&token.replace("~1", "/").replace("~0", "~"));
        }
        found
    }

    /// The name of the type of what stands there; empty for a type without a name.
    pub(crate) fn type_name(&self) -> &'a str {
        self.type_name
    }

    fn step(&mut self, token: &str) {
        let (node, owner) = (self.node, self.type_name);
        let known = node["properties"].get(token);
        let next = match known {
            Some(property) => {
                let said = |language| label(language, owner, token);
                // What is asked is the form itself: its fields stand for themselves.
                if !(self.steps.is_empty() && token == "data") {
                    self.steps.push(Step::Field(said(Language::Zh), said(Language::En)));
                }
                property
            }
            None if node["items"].is_object() => {
                self.steps.push(Step::Row(token.parse().map_or(0, |index: usize| index + 1)));
                &node["items"]
            }
            None => {
                self.steps.push(Step::Key(quoted(token)));
                &node["additionalProperties"]
            }
        };
        (self.type_name, self.node) = self.resolve(next);
    }

    /// Follows references and drops `null`: what is optional is simply left out.
    fn resolve(&self, schema: &'a Value) -> (&'a str, &'a Value) {
        let (mut name, mut current) = ("", schema);
        for _ in 0..MAX_REFERENCES {
            let options = current["anyOf"].as_array();
            let some = options.and_then(|options| options.iter().find(|option| option["type"] != "null"));
            current = match (some, current["$ref"].as_str()) {
                (Some(option), _) => option,
                (None, Some(reference)) => {
                    name = reference.rsplit('/').next().unwrap_or_default();
                    &self.schema["$defs"][name]
                }
                (None, None) => break,
            };
        }
        (name, current)
    }

    /// A value that must be there and is not.
    pub(crate) fn missing(&self, pointer: String) -> ShapeError {
        self.said(pointer, |zh| format!("缺少{zh}"), |en| format!("{en} is missing"))
    }

    /// A field that nobody knows here.
    pub(crate) fn unexpected(&self, pointer: String, key: &str) -> ShapeError {
        let (key, owner) = (quoted(key), self.type_name);
        let known: Vec<&String> =
            self.node["properties"].as_object().into_iter().flat_map(|own| own.keys()).collect();
        let zh: Vec<_> = known.iter().map(|name| label(Language::Zh, owner, name)).collect();
        let en: Vec<_> = known.iter().map(|name| name.as_str()).collect();
        ShapeError {
            pointer,
            detail: format!("没有「{key}」这一项；此处可填：{}", zh.join("、")),
            detail_en: format!("there is no field `{key}`; the fields here are: {}", en.join(", ")),
        }
    }

    /// A key of the sender's that cannot be one.
    pub(crate) fn unexpected_key(&self, pointer: String, key: &str) -> ShapeError {
        let (key, (zh, en)) = (quoted(key), expected_of("Text"));
        self.said(
            pointer,
            |at| format!("{at}中的名称「{key}」应为{zh}"),
            |at| format!("the name `{key}` in {at} must be {en}"),
        )
    }

    /// A value that stands in a list more than once.
    pub(crate) fn repeated(&self, pointer: String) -> ShapeError {
        self.said(
            pointer,
            |zh| format!("{zh}中同一项出现多次"),
            |en| format!("{en} holds the same more than once"),
        )
    }

    /// A value with a fault of its own.
    pub(crate) fn because(&self, pointer: String, fault: &Say) -> ShapeError {
        self.said(pointer, |zh| format!("{zh}：{}", fault.zh), |en| format!("{en}: {}", fault.en))
    }

    /// A value that is not what its schema says; where it is of another kind, of which.
    pub(crate) fn not_as_expected(&self, pointer: String, found: Option<&Value>) -> ShapeError {
        let (expected_zh, expected_en) = self.expected();
        let (found_zh, found_en) = found.map_or(("", ""), kind_of);
        let found_zh = if found_zh.is_empty() { String::new() } else { format!("，收到的是{found_zh}") };
        let found_en = if found_en.is_empty() { String::new() } else { format!(", not {found_en}") };
        self.said(
            pointer,
            |zh| format!("{zh}应为{expected_zh}{found_zh}"),
            |en| format!("{en} must be {expected_en}{found_en}"),
        )
    }

    fn said(
        &self,
        pointer: String,
        chinese: impl Fn(&str) -> String,
        english: impl Fn(&str) -> String,
    ) -> ShapeError {
        let (zh, en) = self.label();
        ShapeError { pointer, detail: chinese(&zh), detail_en: english(&en) }
    }

    /// The way to the value, from the outside in.
    fn label(&self) -> (String, String) {
        let (mut zh, mut en) = (String::new(), String::new());
        for step in &self.steps {
            let (own_zh, own_en) = match step {
                Step::Field(zh, en) => (format!("「{zh}」"), format!("\"{en}\"")),
                Step::Row(row) => (format!("第 {row} 项"), format!("item {row}")),
                Step::Key(key) => (format!("「{key}」"), format!("`{key}`")),
            };
            let is_first = zh.is_empty();
            zh = if is_first { own_zh } else { format!("{zh}的{own_zh}") };
            en = if is_first { own_en } else { format!("{own_en} of {en}") };
        }
        if zh.is_empty() { ("请求内容".to_owned(), "the request".to_owned()) } else { (zh, en) }
    }

    fn expected(&self) -> (String, String) {
        if let Some((_, (zh, en))) = EXPECTED.iter().find(|(name, _)| *name == self.type_name) {
            return ((*zh).to_owned(), (*en).to_owned());
        }
        if self.type_name.ends_with("Id") {
            return (ID.0.to_owned(), ID.1.to_owned());
        }
        if let Some(options) = self.node["oneOf"].as_array() {
            let codes = || options.iter().filter_map(|option| option["const"].as_str());
            let named = |code| terms::term(Language::Zh, self.type_name, code);
            let zh: Vec<String> = codes().map(named).collect();
            let en: Vec<&str> = codes().collect();
            return (format!("以下之一：{}", zh.join("、")), format!("one of: {}", en.join(", ")));
        }
        // Codes of the lists of a policy have types of their own, and all look like a code.
        if self.node["pattern"].is_string() {
            let (zh, en) = expected_of("Code");
            return (zh.to_owned(), en.to_owned());
        }
        self.expected_by_kind()
    }

    fn expected_by_kind(&self) -> (String, String) {
        let is = |wanted: &str| match &self.node["type"] {
            Value::String(own) => own == wanted,
            Value::Array(own) => own.iter().any(|own| own == wanted),
            _ => false,
        };
        let bounds = (self.node["minimum"].as_i64(), self.node["maximum"].as_i64());
        let (zh, en) = match bounds {
            _ if is("object") => {
                ("一组按名称填写的内容".to_owned(), "an object with named fields".to_owned())
            }
            _ if is("array") => ("列表".to_owned(), "a list".to_owned()),
            _ if is("boolean") => ("是或否".to_owned(), "true or false".to_owned()),
            (Some(low), Some(high)) if is("integer") => {
                (format!("{low} 至 {high} 的整数"), format!("a whole number from {low} to {high}"))
            }
            (Some(low), None) if is("integer") => {
                (format!("不小于 {low} 的整数"), format!("a whole number not below {low}"))
            }
            _ if is("integer") => ("整数".to_owned(), "a whole number".to_owned()),
            _ if is("number") => ("数字".to_owned(), "a number".to_owned()),
            _ => ("文字".to_owned(), "a text".to_owned()),
        };
        (zh, en)
    }
}

fn expected_of(type_name: &str) -> (&'static str, &'static str) {
    EXPECTED.iter().find(|(name, _)| *name == type_name).map_or(("", ""), |(_, words)| *words)
}

/// What kind of JSON was sent.
fn kind_of(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("空值", "null"),
        Value::Bool(_) => ("是或否", "true or false"),
        Value::Number(_) => ("数字", "a number"),
        Value::String(_) => ("文字", "a text"),
        Value::Array(_) => ("列表", "a list"),
        Value::Object(_) => ("一组按名称填写的内容", "an object"),
    }
}

/// A pointer, and one more step.
pub(crate) fn joined(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What somebody sent, as far as it is repeated.
fn quoted(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(MAX_QUOTED_CHARACTERS).collect()
}
