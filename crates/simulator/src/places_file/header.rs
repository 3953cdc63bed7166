//! The first row of a list of places: which column holds what, in any order and under any of the usual names.

use workbook::{Cells, cell_name, column_name, plain};

use super::{LineProblem, problem};

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Heading {
    Code,
    Name,
    Level,
    Parent,
    Kind,
    /// The urban and rural class of statistics (111, 220 …), which says nothing that is registered.
    Class,
}

impl Heading {
    const ALL: [Self; 6] = [Self::Code, Self::Name, Self::Level, Self::Parent, Self::Kind, Self::Class];

    /// Its name in lists of ours, which problems name.
    pub(super) fn as_str(self) -> &'static str {
        self.names()[0]
    }

    /// What it is called, in lists of ours and in official ones.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Code => {
                &["code", "代码", "编码", "区划代码", "行政区划代码", "统计用区划代码", "统计区划代码"]
            }
            Self::Name => &["name", "名称", "区划名称", "行政区划名称", "地名", "单位名称"],
            Self::Level => &["level", "层级", "级别", "行政级别"],
            Self::Parent => &["parent", "上级", "上级代码", "上级区划代码", "父级代码"],
            Self::Kind => &["kind", "类别", "类型", "村级类别"],
            Self::Class => &["class", "城乡分类", "城乡分类代码"],
        }
    }

    fn named(text: &str) -> Option<Self> {
        let plain: String = plain(text).chars().filter(|character| !character.is_whitespace()).collect();
        let plain = plain.to_lowercase();
        Self::ALL.into_iter().find(|heading| heading.names().contains(&plain.as_str()))
    }
}

/// What each column holds, from the first on. Nothing where the row is no header; every reason is a problem.
pub(super) fn read(number: u32, cells: &Cells, problems: &mut Vec<LineProblem>) -> Option<Vec<Heading>> {
    let line = u64::from(number);
    let before = problems.len();
    let mut headings: Vec<Heading> = Vec::new();
    for (index, (column, value)) in (0_u32..).zip(cells) {
        let cell = cell_name(number - 1, *column);
        let found = value.text(&cell).unwrap_or_else(|_| value.shown());
        if *column != index {
            let name = column_name(index as usize);
            let chinese = format!("{name} 列没有列名");
            problems.push(problem(line, "-", chinese, format!("the column {name} has no name")));
            return None;
        }
        let Some(heading) = Heading::named(&found) else {
            problems.push(problem(
                line,
                "-",
                format!("单元格 {cell} 的列名「{found}」不认识；表头应为 code,name,level,parent（代码、名称、层级、上级），可另有 kind（类别）"),
                format!("the name `{found}` in {cell} is not known; the header must be code,name,level,parent, and kind where it is stated"),
            ));
            continue;
        };
        if let Some(first) = headings.iter().position(|own| *own == heading) {
            let (first, second) = (column_name(first), column_name(index as usize));
            problems.push(problem(
                line,
                heading.as_str(),
                format!("{first} 列与 {second} 列是同一项，请删去一列"),
                format!("the columns {first} and {second} hold the same: delete one of them"),
            ));
        }
        headings.push(heading);
    }
    let lacks = [Heading::Code, Heading::Name].iter().any(|wanted| !headings.contains(wanted));
    if lacks && problems.len() == before {
        let (chinese, english) =
            ("表头应为 code,name,level,parent", "the header must be code,name,level,parent");
        problems.push(problem(line, "-", chinese, english));
    }
    (problems.len() == before).then_some(headings)
}
