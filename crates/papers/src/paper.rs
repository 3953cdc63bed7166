//! A paper: what it says, part by part, with what the record does not tell marked where it belongs.

use domain::date::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// 一段文字；待填的单独成段并标明 / words of one kind; what is to be filled in stands apart and says so
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    /// 这一段的文字 / the words of this piece
    pub text: String,
    /// 记录中没有、须人工填写的事项；已有的没有 / what the record does not tell, so that somebody must fill it in; absent where it is known
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

impl Piece {
    /// Words that are known.
    pub fn known(text: impl Into<String>) -> Self {
        Self { text: text.into(), missing: None }
    }

    /// A mark for what the record does not tell.
    pub fn missing(field: &str) -> Self {
        Self { text: format!("【待填：{field}】"), missing: Some(field.to_owned()) }
    }
}

/// A line: pieces one after the other.
pub type Line = Vec<Piece>;

/// The words of a line.
pub fn words(line: &[Piece]) -> String {
    line.iter().map(|piece| piece.text.as_str()).collect()
}

/// 正文中的一段 / a part of the matter
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// 一级标题，如 一、基本情况 / a heading of the first level
    Heading(Line),
    /// 二级标题，如（一）总体情况 / a heading of the second level
    SecondHeading(Line),
    /// 正文的一个自然段 / a paragraph of the matter
    Text(Line),
    /// 表格，有表头和各行 / a table with its head and its rows
    Table(Grid),
}

/// 一张表：表头和各行 / a table: its head and its rows
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Grid {
    /// 各栏的名称 / what stands above the columns
    pub head: Vec<String>,
    /// 各行，每格一段文字 / the rows, a piece a cell
    pub rows: Vec<Vec<Piece>>,
}

/// 由记录生成的一件公文稿 / a paper as it was made from the record
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Paper {
    /// 公文种类的代码，如 approval / the code of its kind, such as `approval`
    pub kind: &'static str,
    /// 发文机关标志 / the mark of the issuing body
    pub mark: Line,
    /// 发文字号 / the number of the document
    pub number: Option<Line>,
    /// 签发人，上行文才有 / who signs it, on papers to a superior
    pub signer: Option<Line>,
    /// 公文的标题 / the title of the paper
    pub title: Line,
    /// 主送机关 / the body that it is addressed to
    pub addressee: Option<Line>,
    /// 正文的各部分 / the matter, part by part
    pub body: Vec<Block>,
    /// 附件说明，每件一行 / the attachments, one entry a piece
    pub attachments: Vec<Line>,
    /// 发文机关署名 / the signature: the issuing body's name
    pub signature: Line,
    /// 成文日期 / the day of the paper
    pub date: Line,
    /// 附注，如联系人 / a note below the date, such as whom to ask
    pub note: Option<Line>,
    /// 抄送机关 / the bodies that receive a copy
    pub copies: Option<Line>,
    /// 起草说明：依据哪些记录、尚待填写几处，印发前删去 / from which records it was made, and how much is to be filled in; deleted before it is issued
    pub basis: Vec<String>,
    /// 待填的各处，按出现的次序，同一项出现几次计几次 / what is to be filled in, in the order in which it stands; as often as it stands
    pub missing: Vec<String>,
    /// 依据哪一日的情况 / the day as of which it was made
    pub as_of: Date,
    /// 依据记录的截止编号 / the last record that it was made from
    pub position: u64,
}

impl Paper {
    /// The title as one text.
    pub fn title(&self) -> String {
        words(&self.title)
    }
}
