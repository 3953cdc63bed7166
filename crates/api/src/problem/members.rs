//! The members of a problem's JSON object: what is sent, and what the description of the interface says is sent.

use domain::Rejection;
use domain::policy::Citation;
use domain::say::Say;
use schemars::JsonSchema;
use serde::Serialize;
use service::shape_error::ShapeError;

use super::Kind;

/// 未予办理的原因，按 RFC 9457 表示 / why a request was refused, as RFC 9457 has it
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct Members {
    /// 问题类型：`/problems/` 加固定名称，程序据此判断 / the type of the problem, `/problems/` and a fixed name, by which a program tells it
    #[schemars(extend("enum" = Kind::types()))]
    pub(super) r#type: String,
    /// 问题类型的名称，中文、英文 / the name of the type, in Chinese and English
    pub(super) title: String,
    /// 答复的 HTTP 状态码 / the HTTP status of the answer
    pub(super) status: u16,
    /// 具体原因和办法，中文 / what is wrong and what to do, in Chinese
    pub(super) detail: String,
    /// 具体原因和办法，英文 / the same in English
    pub(super) detail_en: String,
    /// 据以拒绝的规则的名称 / the name of the rule that refuses
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    /// 规则的出处 / where the rule comes from
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) citation: Option<Citation>,
    /// 为 true 时，可附理由和文件（override）破例 / true where an override with its reason and document would do
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) overridable: Option<bool>,
    /// 所指的值在请求中的位置（JSON Pointer） / which value of the request is meant (JSON Pointer)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<String>,
    /// 查得的数，含单位 / the figure found, with its unit
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) found: Option<String>,
    /// 规则允许的数，含单位 / the figure that the rule allows, with its unit
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) allowed: Option<String>,
    /// 不符合要求的各个字段 / every field that does not fit
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub(super) errors: Vec<ShapeError>,
    /// 除此之外还会据以拒绝的规则，只在试算时列出 / what would refuse it besides; only a trial tells it
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub(super) others: Vec<AlsoRefused>,
    /// 是否已有内容记录 / whether anything was recorded
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<Outcome>,
    /// 启动时已读到的日志位置 / how far the log has been read at the start
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) position: Option<u64>,
    /// 日志末尾的位置 / the last position of the log
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last_position: Option<u64>,
}

/// 另一项会据以拒绝的规则 / another rule that would refuse the command
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AlsoRefused {
    /// 据以拒绝的规则的名称 / the name of the rule that refuses
    pub rule: String,
    /// 规则的出处 / where the rule comes from
    pub citation: Citation,
    /// 具体原因和办法，中文 / what is wrong and what to do, in Chinese
    pub detail: String,
    /// 具体原因和办法，英文 / the same in English
    pub detail_en: String,
}

impl AlsoRefused {
    /// The refusal with its source.
    pub fn of(rejection: &Rejection, citation: Citation) -> Self {
        let Say { zh, en } = rejection.say();
        let (detail, detail_en) = (zh.into_owned(), en.into_owned());
        Self { rule: rejection.rule().to_owned(), citation, detail, detail_en }
    }
}

impl Members {
    /// Those that every problem has.
    pub(super) fn new(kind: Kind, detail: String, detail_en: String) -> Self {
        Self {
            r#type: kind.type_uri(),
            title: kind.title().in_both(),
            status: kind.status().as_u16(),
            detail,
            detail_en,
            rule: None,
            citation: None,
            overridable: None,
            pointer: None,
            found: None,
            allowed: None,
            errors: Vec::new(),
            others: Vec::new(),
            outcome: None,
            position: None,
            last_position: None,
        }
    }
}

/// 指令是否已有内容记录 / whether a command left anything in the log
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 没有记录任何内容 / nothing was recorded
    NothingRecorded,
    /// 尚不确定，用同一幂等键重复即知 / it is unknown; a repeat with the same key will tell
    Unknown,
}
