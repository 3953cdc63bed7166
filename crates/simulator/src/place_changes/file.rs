//! The file of proposals: a CSV for a spreadsheet, written for an officer to go through and read back strictly.

use domain::errors;
use std::path::{Path, PathBuf};

use domain::place::PlaceCode;
use domain::say::{Language, Say};
use domain::text::Text;
use event_log::regular_file;

use super::{Confidence, Kind, Proposal, Reason};
use crate::places_file::cells::{self, Row};
use crate::places_file::{LineProblem, MAX_FILE_BYTES, MAX_PROBLEMS_LISTED};
use crate::spreadsheet_csv::{self, as_text};

/// The columns, in Chinese and in English. The last one is where the log stood when the lists were compared.
pub const COLUMNS: [(&str, &str); 8] = [
    ("采纳", "accept"),
    ("事项", "kind"),
    ("代码", "code"),
    ("名称", "name"),
    ("新代码", "new_codes"),
    ("把握", "confidence"),
    ("理由", "why"),
    ("日志位置", "position"),
];
/// What says yes and no.
const YES: (&str, &str) = ("是", "yes");
const NO: (&str, &str) = ("否", "no");
/// Between several codes of a cell.
const SEPARATORS: [char; 5] = [';', '；', '、', ',', ' '];

errors! {
    /// Why a file of proposals is not taken or written.
    #[derive(Debug)]
    pub enum ProposalsError {
        /// The file is there already; it may hold an officer's work.
        #[zh("{} 已存在，未覆盖；请换一个文件名", path.display())]
        #[en("{} exists and is not overwritten: name another file", path.display())]
        Exists { path: PathBuf },
        /// The file cannot be read or written.
        #[zh("无法读写 {}：{cause}", path.display())]
        #[en("{} cannot be read or written: {cause}", path.display())]
        File { path: PathBuf, cause: std::io::Error },
        /// Lines fail; none is taken.
        #[zh("{} 处不合格，未采用任何一行", listed.len() + more)]
        #[en("{} problems, no line was taken", listed.len() + more)]
        Lines { listed: Vec<LineProblem>, more: usize },
    }
}

/// The bytes of the file.
pub fn text(proposals: &[Proposal], position: u64, language: Language) -> std::io::Result<Vec<u8>> {
    let pick = |words: (&'static str, &'static str)| language.pick(words.0, words.1);
    let mut writer = spreadsheet_csv::writer();
    writer.write_record(COLUMNS.map(pick))?;
    for one in proposals {
        let codes: Vec<&str> = one.new_codes.iter().map(PlaceCode::as_str).collect();
        writer.write_record([
            pick(if one.accepted { YES } else { NO }).to_owned(),
            pick(one.kind.words()).to_owned(),
            as_text(one.code.as_str()),
            as_text(one.name.as_str()),
            as_text(&codes.join(";")),
            pick(one.confidence.words()).to_owned(),
            format!("{} / {}", one.why.chinese, one.why.english),
            position.to_string(),
        ])?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// Reads a file of proposals: its lines, and the position at which the lists were compared.
pub fn read(path: &Path) -> Result<(Vec<Proposal>, u64), ProposalsError> {
    let refused = |cause| ProposalsError::File { path: path.to_owned(), cause };
    read_bytes(&regular_file::read(path, MAX_FILE_BYTES).map_err(refused)?)
}

/// Reads the bytes of such a file.
pub fn read_bytes(bytes: &[u8]) -> Result<(Vec<Proposal>, u64), ProposalsError> {
    let refused = |mut problems: Vec<LineProblem>| {
        problems.sort_by_key(|problem| problem.line);
        let more = problems.len().saturating_sub(MAX_PROBLEMS_LISTED);
        problems.truncate(MAX_PROBLEMS_LISTED);
        Err(ProposalsError::Lines { listed: problems, more })
    };
    let rows = match cells::rows(bytes, &COLUMNS.map(|(_, en)| en)) {
        Ok(rows) => rows,
        Err(problems) => return refused(problems),
    };
    let mut rows = rows.into_iter();
    let is_header = |row: &Row| {
        let fits = |(cell, (zh, en)): (&String, &(&str, &str))| cell == zh || cell == en;
        row.cells.len() == COLUMNS.len() && row.cells.iter().zip(&COLUMNS).all(fits)
    };
    if !rows.next().is_some_and(|row| is_header(&row)) {
        let header = COLUMNS.map(|(zh, _)| zh).join(",");
        let english = COLUMNS.map(|(_, en)| en).join(",");
        return refused(vec![problem(
            1,
            "-",
            format!("表头应为 {header}"),
            format!("the header must be {english}"),
        )]);
    }
    let (mut problems, mut proposals, mut positions) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        if let Some((proposal, position)) = proposal(&row, &mut problems) {
            proposals.push(proposal);
            positions.push((row.line, position));
        }
    }
    let position = positions.first().map_or(0, |(_, position)| *position);
    if let Some((line, _)) = positions.iter().find(|(_, own)| *own != position) {
        let chinese = "日志位置与首行不同；请勿改动此列，也勿合并两次对比的文件".to_owned();
        let english = "the position differs from the first line's: leave it as it was written".to_owned();
        problems.push(problem(*line, "position", chinese, english));
    }
    if problems.is_empty() { Ok((proposals, position)) } else { refused(problems) }
}

fn proposal(row: &Row, problems: &mut Vec<LineProblem>) -> Option<(Proposal, u64)> {
    let before = problems.len();
    let mut refuse = |column, chinese: String, english: String| {
        problems.push(problem(row.line, column, chinese, english));
    };
    let [accept, kind, code, name, new_codes, confidence, _, position] = row.cells.as_slice() else {
        let (found, wanted) = (row.cells.len(), COLUMNS.len());
        refuse(
            "-",
            format!("应有 {wanted} 列，实有 {found} 列"),
            format!("{wanted} columns are wanted, {found} found"),
        );
        return None;
    };
    let accepted = match accept.to_lowercase().as_str() {
        "是" | "yes" => Some(true),
        "否" | "no" => Some(false),
        _ => None,
    };
    if accepted.is_none() {
        refuse("accept", format!("「{accept}」应为「是」或「否」"), format!("`{accept}` must be yes or no"));
    }
    let known = Kind::parse(kind);
    if known.is_none() {
        let (zh, en): (Vec<_>, Vec<_>) = Kind::ALL.iter().map(|kind| kind.words()).unzip();
        refuse(
            "kind",
            format!("「{kind}」不是事项；可用：{}", zh.join("、")),
            format!("`{kind}` is no kind; known: {}", en.join(", ")),
        );
    }
    let code = read_code(code, "code", &mut refuse);
    let codes: Vec<_> = new_codes.split(SEPARATORS).filter(|text| !text.is_empty()).collect();
    let codes: Vec<_> = codes.into_iter().map(|text| read_code(text, "new_codes", &mut refuse)).collect();
    let name = Text::try_from(name.as_str());
    if let Err(error) = &name {
        let Say { zh, en } = error.say();
        refuse("name", zh.into_owned(), en.into_owned());
    }
    let position: Option<u64> = position.parse().ok();
    if position.is_none() {
        refuse("position", "缺少日志位置".into(), "the position is missing".into());
    }
    if let (Some(kind), Some(code)) = (known, &code) {
        check_codes(kind, code, &codes, &mut refuse);
    }
    if problems.len() > before {
        return None;
    }
    let proposal = Proposal {
        line: row.line,
        accepted: accepted?,
        kind: known?,
        code: code?,
        name: name.ok()?,
        new_codes: codes.into_iter().flatten().collect(),
        confidence: Confidence::parse(confidence).unwrap_or(Confidence::Low),
        why: Reason { chinese: String::new(), english: String::new() },
    };
    Some((proposal, position?))
}

fn read_code(
    text: &str,
    column: &'static str,
    refuse: &mut impl FnMut(&'static str, String, String),
) -> Option<PlaceCode> {
    if let Ok(code) = text.parse() {
        return Some(code);
    }
    if text.contains(['E', 'e']) && text.contains('.') {
        let chinese =
            format!("「{text}」是表格软件改写的科学计数，代码已丢失；请从原文件重来，并将该列设为文本");
        let english = format!(
            "`{text}` is what a spreadsheet made of a code, which is lost: begin again, with the column as text"
        );
        refuse(column, chinese, english);
    } else {
        let chinese = format!("「{text}」不是 4、6、9 或 12 位数字的代码");
        refuse(column, chinese, format!("`{text}` is not a code of 4, 6, 9 or 12 digits"));
    }
    None
}

/// How many new codes a kind brings, and of which tier.
fn check_codes(
    kind: Kind,
    code: &PlaceCode,
    codes: &[Option<PlaceCode>],
    refuse: &mut impl FnMut(&'static str, String, String),
) {
    let (fits, chinese, english) = match kind {
        Kind::Register | Kind::Rename | Kind::Close => (codes.is_empty(), "不填", "none"),
        Kind::Recode | Kind::Move | Kind::Merge => (codes.len() == 1, "填一个", "one"),
        Kind::Split => (codes.len() >= 2, "至少填两个", "at least two"),
        // Without a successor what bore the code must be empty.
        Kind::Replace => (true, "", ""),
    };
    let (word, word_en) = kind.words();
    if !fits {
        refuse(
            "new_codes",
            format!("「{word}」的新代码应{chinese}"),
            format!("`{word_en}` brings {english} of new_codes"),
        );
    }
    for other in codes.iter().flatten().filter(|other| other.level() != code.level()) {
        refuse(
            "new_codes",
            format!("{other} 与 {code} 不是同级代码"),
            format!("{other} is of another tier than {code}"),
        );
    }
}

fn problem(line: u64, column: &'static str, chinese: String, english: String) -> LineProblem {
    LineProblem { line, column, chinese, english }
}
