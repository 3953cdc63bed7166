//! Fields of templates: what a kind of paper knows, and what of it the record tells.

use std::collections::BTreeMap;

use domain::date::Date;

use crate::paper::{Block, Grid, Line, Piece};

/// A field that a template may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// What the template calls it.
    pub name: &'static str,
    /// Whether it is paragraphs or a table: it stands alone on its line then.
    pub is_block: bool,
}

/// A field of words.
pub(crate) const fn inline(name: &'static str) -> Field {
    Field { name, is_block: false }
}

/// A field of paragraphs or a table.
pub(crate) const fn block(name: &'static str) -> Field {
    Field { name, is_block: true }
}

/// What the record tells of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Words.
    Text(String),
    /// Paragraphs or a table.
    Blocks(Vec<Block>),
    /// It should be known, and is not: the paper marks it.
    Missing,
    /// There is no such thing in this case: the line that names it is left out.
    Inapplicable,
}

/// The fields of a paper with what the record tells of each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts(BTreeMap<&'static str, Value>);

impl Facts {
    /// A fact that every such paper states.
    pub(crate) fn stated(&mut self, name: &'static str, value: Option<impl ToString>) {
        let value = value.map(|value| value.to_string()).filter(|text| !text.trim().is_empty());
        self.0.insert(name, value.map_or(Value::Missing, Value::Text));
    }

    /// A fact that only some such papers state.
    pub(crate) fn if_any(&mut self, name: &'static str, value: Option<impl ToString>) {
        let value = value.map(|value| value.to_string()).filter(|text| !text.trim().is_empty());
        self.0.insert(name, value.map_or(Value::Inapplicable, Value::Text));
    }

    /// Paragraphs, a line each; inapplicable where there are none.
    pub(crate) fn paragraphs(&mut self, name: &'static str, lines: Vec<Line>) {
        let blocks: Vec<_> = lines.into_iter().map(Block::Text).collect();
        self.0.insert(name, if blocks.is_empty() { Value::Inapplicable } else { Value::Blocks(blocks) });
    }

    /// A table; inapplicable where it has no rows.
    pub(crate) fn table(&mut self, name: &'static str, head: &[&str], rows: Vec<Vec<Piece>>) {
        let head = head.iter().map(|title| (*title).to_owned()).collect();
        let is_empty = rows.is_empty();
        let table = Value::Blocks(vec![Block::Table(Grid { head, rows })]);
        self.0.insert(name, if is_empty { Value::Inapplicable } else { table });
    }

    /// Says that a fact is missing.
    pub(crate) fn missing(&mut self, name: &'static str) {
        self.0.insert(name, Value::Missing);
    }

    /// What is told of a field; one that nothing was said of is missing.
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Missing)
    }

    /// The names of the fields that something was said of.
    #[cfg(test)]
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }
}

/// A cell: what is known, or the mark that it is not.
pub(crate) fn cell(field: &str, value: Option<impl ToString>) -> Piece {
    value.map_or_else(|| Piece::missing(field), |value| Piece::known(value.to_string()))
}

/// Items as numbered paragraphs; one alone has no number.
pub(crate) fn numbered<T: ToString>(items: impl IntoIterator<Item = T>) -> Vec<Line> {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let is_alone = items.len() == 1;
    let number = |index: usize| if is_alone { String::new() } else { format!("{}．", index + 1) };
    items.iter().enumerate().map(|(index, item)| vec![Piece::known(number(index) + item)]).collect()
}

/// A day as a paper writes it: 2019年3月1日.
pub(crate) fn day(date: Date) -> String {
    date.say().zh.into_owned()
}

/// A share in per cent with one decimal; nothing where there is nothing to share.
pub(crate) fn share(part: u64, whole: u64) -> Option<String> {
    let tenths = (part * 2_000 + whole).checked_div(2 * whole)?;
    Some(format!("{}.{}%", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_no_leading_zeros() {
        assert_eq!(day("2019-03-01".parse().unwrap()), "2019年3月1日");
        assert_eq!(day("2019-12-10".parse().unwrap()), "2019年12月10日");
    }

    #[test]
    fn a_share_is_rounded_and_there_is_none_of_nothing() {
        assert_eq!(share(1, 3).as_deref(), Some("33.3%"));
        assert_eq!(share(2, 3).as_deref(), Some("66.7%"));
        assert_eq!(share(8, 8).as_deref(), Some("100.0%"));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn items_are_numbered_where_there_are_several() {
        let lines =
            |items: &[&str]| numbered(items).iter().map(|line| line[0].text.clone()).collect::<Vec<_>>();
        assert_eq!(lines(&["补录台账"]), ["补录台账"]);
        assert_eq!(lines(&["补录台账", "开展活动"]), ["1．补录台账", "2．开展活动"]);
    }
}
