//! The rows of a list of places, each on its own: every cell that fails is named, not just the first.

use domain::place::{Level, PlaceCode, PlaceKind};
use domain::place_name::PlaceName;
use domain::say::Say;
use domain::text::Text;
use workbook::{Sheet, plain};

use super::code::{self, Coded};
use super::header::{self, Heading};
use super::{LineProblem, PlaceLine, cells, problem};
use crate::place_changes::code_above;

/// What the rows of a list say.
pub(super) struct Found {
    pub(super) lines: Vec<PlaceLine>,
    /// Every code with its line, also of rows that fail otherwise.
    pub(super) codes: Vec<(PlaceCode, u64)>,
    /// The lines that name the province.
    pub(super) provinces: Vec<u64>,
    /// Which columns there are.
    pub(super) headings: Vec<Heading>,
}

/// Reads every row below the header; nothing where there is no header.
pub(super) fn read_rows(sheet: &Sheet, problems: &mut Vec<LineProblem>) -> Option<Found> {
    let mut rows = sheet.rows.iter();
    let Some((number, cells)) = rows.next() else {
        let (chinese, english) =
            ("表头应为 code,name,level,parent", "the header must be code,name,level,parent");
        problems.push(problem(1, "-", chinese, english));
        return None;
    };
    let headings = header::read(*number, cells, problems)?;
    let names: Vec<&'static str> = headings.iter().map(|heading| heading.as_str()).collect();
    let mut found = Found { lines: Vec::new(), codes: Vec::new(), provinces: Vec::new(), headings };
    for (number, cells) in rows {
        let before = problems.len();
        let row = cells::row(*number, cells, &names, problems);
        if problems.len() > before {
            continue;
        }
        if row.cells.len() > names.len() {
            let (wanted, own) = (names.len(), row.cells.len());
            let chinese = format!("应有 {wanted} 列，实有 {own} 列");
            problems.push(problem(
                row.line,
                "-",
                chinese,
                format!("{wanted} columns are wanted, {own} found"),
            ));
            continue;
        }
        read_row(&row, &mut found, problems);
    }
    if found.lines.is_empty() && problems.is_empty() {
        problems.push(problem(2, "-", "没有数据行", "there is no row below the header"));
    }
    Some(found)
}

fn read_row(row: &cells::Row, found: &mut Found, problems: &mut Vec<LineProblem>) {
    let text = |heading| {
        let index = found.headings.iter().position(|own| *own == heading);
        index.and_then(|index| row.cells.get(index)).map_or("", String::as_str)
    };
    let [code_text, level_text, parent, kind_text] =
        [Heading::Code, Heading::Level, Heading::Parent, Heading::Kind].map(|heading| plain(text(heading)));
    let name_text = text(Heading::Name).to_owned();
    let (code_text, level_text, parent) = (code_text.as_str(), level_text.as_str(), parent.as_str());
    if matches!(level_text, "province" | "省" | "省级")
        || code::read(code_text, None) == Coded::Province && level_text.is_empty()
    {
        found.provinces.push(row.line);
        return;
    }
    let before = problems.len();
    let mut refuse = |column: Heading, chinese: String, english: String| {
        problems.push(problem(row.line, column.as_str(), chinese, english));
    };
    let stated = level_of(level_text);
    if stated.is_none() && !level_text.is_empty() {
        let chinese =
            format!("层级「{level_text}」应为 city、county、township 或 village（市、县、乡镇、村）");
        refuse(
            Heading::Level,
            chinese,
            format!("level `{level_text}` is none of city, county, township, village"),
        );
    }
    let code = match code::read(code_text, stated) {
        Coded::Place(code) => Some(code),
        _ => {
            let said = no_code(code_text);
            refuse(Heading::Code, said.zh.into(), said.en.into());
            None
        }
    };
    let name = name_text.parse::<PlaceName>().map_err(|error| {
        let Say { zh, en } = error.say();
        refuse(Heading::Name, zh.into(), en.into());
    });
    let name = name.ok().map(Text::from);
    let level = stated.or_else(|| code.as_ref().filter(|_| level_text.is_empty()).map(PlaceCode::level));
    let kind = read_kind(&kind_text, level)
        .map_err(|said| refuse(Heading::Kind, said.zh.into(), said.en.into()))
        .ok();
    if let (Some(code), Some(level)) = (&code, level) {
        if code.level() != level || is_nobodys(code) {
            let digits = code.as_str().len();
            let chinese = format!("{digits} 位代码 {code} 不是{}的代码", level.chinese());
            refuse(
                Heading::Level,
                chinese,
                format!("a code of {digits} digits such as {code} is no {}'s", level.as_str()),
            );
        } else if !is_parent(parent, code) {
            let chinese = format!("上级「{parent}」应比 {code} 高一级，并为其代码的开头");
            let english = format!("the parent `{parent}` must be one tier above {code}, and begin its code");
            refuse(Heading::Parent, chinese, english);
        }
    }
    let has_failed = problems.len() > before;
    found.codes.extend(code.clone().map(|code| (code, row.line)));
    if let (Some(code), Some(name), Some(level), Some(kind), false) = (code, name, level, kind, has_failed) {
        let parent = code_above(&code);
        found.lines.push(PlaceLine { line: row.line, code, name, level, parent, kind });
    }
}

fn no_code(text: &str) -> Say {
    if text.to_lowercase().contains("e+") {
        return Say::of(
            format!("「{text}」是表格软件改写的科学计数，代码已丢失；请从原文件重来，并将该列设为文本"),
            format!(
                "`{text}` is what a spreadsheet made of a code, which is lost: begin again, with the column as text"
            ),
        );
    }
    Say::of(
        format!("「{text}」不是 4、6、9 或 12 位数字的代码"),
        format!("`{text}` is not a code of 4, 6, 9 or 12 digits"),
    )
}

/// A village's code ends in no three zeros: those are the township's with its closing zeros.
fn is_nobodys(code: &PlaceCode) -> bool {
    code.level() == Level::Village && code.as_str().ends_with("000")
}

/// The tier, as a list of ours or an official one calls it.
fn level_of(text: &str) -> Option<Level> {
    Some(match text {
        "city" | "市" | "地级市" | "市级" => Level::City,
        "county" | "县" | "区" | "县区" | "县(区)" | "县（区）" | "县级" | "县级市" => {
            Level::County
        }
        "township" | "乡" | "镇" | "乡镇" | "街道" | "乡镇(街道)" | "乡镇（街道）" | "乡级" => {
            Level::Township
        }
        "village" | "村" | "社区" | "村(社区)" | "村（社区）" | "村级" => Level::Village,
        _ => return None,
    })
}

/// One tier up, and the beginning of the code; where the list does not say it, the code does. A city's is a province, which
/// is no place of this log, and so is that of a county right under it. A township of a city without counties names the city.
fn is_parent(parent: &str, code: &PlaceCode) -> bool {
    let Some(above) = code_above(code) else { return true };
    let (province, city) =
        (code.as_str().get(..2).unwrap_or_default(), code.as_str().get(..4).unwrap_or_default());
    let has_no_city = code::is_under_the_province(code) || code::is_the_citys_own(code);
    parent.is_empty()
        || code::names(parent, above.as_str())
        || (has_no_city && code::names(parent, province))
        || (code::is_the_citys_own(&above) && code::names(parent, city))
}

/// What a place of the lowest tier is, where the list states it.
fn read_kind(text: &str, level: Option<Level>) -> Result<Option<PlaceKind>, Say> {
    if text.is_empty() {
        return Ok(None);
    }
    let kind = match text {
        "village" | "村" | "行政村" | "村委会" | "村民委员会" => PlaceKind::Village,
        "community" | "社区" | "居委会" | "居民委员会" => PlaceKind::Community,
        "other" | "其他" | "其它" | "类似村委会" | "类似居委会" | "林场" | "农场" | "园区" | "保护区" => {
            PlaceKind::Other
        }
        _ => {
            return Err(Say::of(
                format!("类别「{text}」应为 village、community 或 other（村、社区、其他）"),
                format!("kind `{text}` is none of village, community, other"),
            ));
        }
    };
    if level == Some(Level::Village) {
        return Ok(Some(kind));
    }
    Err(Say::of("类别只填于村（社区）一级", "only places of the lowest tier have a kind"))
}
