//! A table: its columns and rows, sorted, searched and cut by what the address says. Pages and papers are made of the same one.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use domain::quarter::Quarter;
use domain::say::Say;
use labels as w;
use maud::{Markup, html};
use projections::Number;

pub(crate) use super::numbers::{grouped, thousands};
use super::visit::Visit;

/// The most rows that one page of a table shows; a paper holds all.
const PAGE_ROWS: usize = 200;
/// What a filter's parameter begins with.
pub(crate) const FILTER_PREFIX: &str = "f_";
/// What the parameter of a hidden column begins with.
pub(crate) const HIDE_PREFIX: &str = "h_";

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// What the address calls it.
    pub(crate) key: &'static str,
    /// What people call it.
    pub(crate) title: Cow<'static, Say>,
    /// Whether it holds numbers.
    pub(crate) is_number: bool,
    /// Whether one can choose among its values.
    pub(crate) is_filter: bool,
    /// Whether a page shows it as a second line of the column before it; a paper gives it a column of its own.
    pub(crate) is_beneath: bool,
}

impl Column {
    const fn new(key: &'static str, title: Cow<'static, Say>) -> Self {
        Self { key, title, is_number: false, is_filter: false, is_beneath: false }
    }

    /// A column of texts whose title depends on the day.
    pub(crate) const fn titled(key: &'static str, title: Say) -> Self {
        Self::new(key, Cow::Owned(title))
    }

    /// The same, as a second line of the column before it.
    pub(crate) const fn beneath(mut self) -> Self {
        self.is_beneath = true;
        self
    }
}

/// A column of texts.
pub(crate) const fn text(key: &'static str, title: &'static Say) -> Column {
    Column::new(key, Cow::Borrowed(title))
}

/// A column of texts of which one chooses.
pub(crate) const fn choice(key: &'static str, title: &'static Say) -> Column {
    let mut column = text(key, title);
    column.is_filter = true;
    column
}

/// A column of numbers.
pub(crate) const fn number(key: &'static str, title: &'static Say) -> Column {
    let mut column = text(key, title);
    column.is_number = true;
    column
}

/// A cell: what it says, and where it leads.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cell {
    /// What it says.
    pub(crate) text: String,
    /// The number, where it is one.
    pub(crate) number: Option<f64>,
    /// Whether the number is a name, as a record's position is, and not an amount.
    pub(crate) is_name: bool,
    /// Where it leads.
    pub(crate) link: Option<String>,
    /// How it looks besides: a class of the stylesheet.
    pub(crate) class: Option<&'static str>,
    /// The class of a coloured field around its text, where it is one.
    pub(crate) field: Option<&'static str>,
    /// What it is sorted as, where that is not what it says.
    pub(crate) sorted_as: Option<String>,
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A text; nothing where there is none.
    pub(crate) fn or_empty(text: Option<impl ToString>) -> Self {
        text.map_or_else(|| Self::text(""), |text| Self::text(text.to_string()))
    }

    /// A count.
    pub(crate) fn count(count: impl Into<u64>) -> Self {
        let count = count.into();
        Self { number: Some(count as f64), ..Self::text(count.to_string()) }
    }

    /// The position of a record.
    pub(crate) fn position(position: u64) -> Self {
        Self { is_name: true, ..Self::count(position) }
    }

    /// The value of a figure; what is not known is a dash, never a zero.
    pub(crate) fn figure(value: Option<Number>) -> Self {
        let text = value.map_or_else(|| "—".to_owned(), |value| value.to_string());
        Self { number: value.map(Number::as_f64), ..Self::text(text) }
    }

    /// A quarter in words.
    pub(crate) fn quarter(visit: &Visit, quarter: Quarter) -> Self {
        let text = quarter.say();
        Self { sorted_as: Some(quarter.to_string()), ..Self::text(visit.say(&text)).looks("day") }
    }

    /// What it is sorted as.
    fn order(&self) -> &str {
        self.sorted_as.as_deref().unwrap_or(&self.text)
    }

    /// The same, leading somewhere.
    pub(crate) fn to(self, link: String) -> Self {
        Self { link: Some(link), ..self }
    }

    /// The same, with a look.
    pub(crate) fn looks(self, class: &'static str) -> Self {
        Self { class: Some(class), ..self }
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// What the address of its papers calls it.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) title: String,
    /// Its columns.
    pub(crate) columns: Vec<Column>,
    /// Its rows, each as long as the columns.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// How it looks besides: a class of the stylesheet.
    pub(crate) class: Option<&'static str>,
}

impl Table {
    /// A table without rows.
    pub(crate) fn new(name: impl Into<String>, title: impl Into<String>, columns: &[Column]) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            columns: columns.to_vec(),
            rows: Vec::new(),
            class: None,
        }
    }

    /// Keeps only some of the columns, in the table's own order.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(&Column) -> bool) {
        let kept: Vec<bool> = self.columns.iter().map(is_kept).collect();
        // What stood beneath a column that is gone stands alone.
        let mut is_main_kept = false;
        for (column, is_kept) in self.columns.iter_mut().zip(&kept) {
            if !column.is_beneath {
                is_main_kept = *is_kept;
            }
            column.is_beneath &= is_main_kept;
        }
        let mut own = kept.iter();
        self.columns.retain(|_| own.next() == Some(&true));
        for row in &mut self.rows {
            let mut own = kept.iter();
            row.retain(|_| own.next() == Some(&true));
        }
    }

    /// Keeps, sorts and hides what the address says.
    pub(crate) fn arrange(&mut self, visit: &Visit) {
        if let Some(sought) = visit.parameter("q") {
            self.rows.retain(|row| row.iter().any(|cell| cell.text.contains(sought)));
        }
        for (index, column) in self.columns.iter().enumerate().filter(|(_, column)| column.is_filter) {
            if let Some(wanted) = visit.parameter(&format!("{FILTER_PREFIX}{}", column.key)) {
                self.rows.retain(|row| row.get(index).is_some_and(|cell| cell.text == wanted));
            }
        }
        if let Some(sort) = visit.parameter("sort") {
            let (key, is_descending) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
            if let Some(index) = self.columns.iter().position(|column| column.key == key) {
                self.rows.sort_by(|left, right| {
                    let order = compare(left.get(index), right.get(index));
                    if is_descending { order.reverse() } else { order }
                });
            }
        }
    }

    /// Removes the columns that the address hides, never the first.
    pub(crate) fn hide(&mut self, visit: &Visit) {
        let first = self.columns.first().map(|column| column.key);
        let is_hidden = |column: &Column| visit.parameter(&format!("{HIDE_PREFIX}{}", column.key)).is_some();
        self.keep(|column| Some(column.key) == first || !is_hidden(column));
    }

    /// The table with search, filters, sorting, pages and its papers.
    pub(crate) fn worked(&self, visit: &Visit) -> Markup {
        let controls = self.controls(visit);
        let mut arranged = self.clone();
        arranged.arrange(visit);
        arranged.hide(visit);
        let page = visit.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1_usize).max(1);
        let (count, first) = (arranged.rows.len(), (page - 1).saturating_mul(PAGE_ROWS));
        let shown: Vec<_> = arranged.rows.drain(..).skip(first).take(PAGE_ROWS).collect();
        let is_last = first + shown.len() >= count;
        let table = Self { rows: shown, ..arranged };
        html! {
            (controls)
            p.count { (grouped(count)) " " (visit.say(w::ROWS)) (papers(visit)) }
            (table.plain(visit, true))
            @if page > 1 || !is_last {
                p.screen {
                    @if page > 1 { a href=(visit.here(&[("page", &(page - 1).to_string())])) { (visit.say(w::PREVIOUS_PAGE)) } " " }
                    @if !is_last { a href=(visit.here(&[("page", &(page + 1).to_string())])) { (visit.say(w::NEXT_PAGE)) } }
                }
            }
        }
    }

    /// The table with its papers, as it is.
    pub(crate) fn listed(&self, visit: &Visit) -> Markup {
        html! { p.count { (grouped(self.rows.len())) " " (visit.say(w::ROWS)) (papers(visit)) } (self.plain(visit, false)) }
    }

    fn controls(&self, visit: &Visit) -> Markup {
        let is_own = |name: &str| {
            matches!(name, "q" | "page") || name.starts_with(FILTER_PREFIX) || name.starts_with(HIDE_PREFIX)
        };
        html! {
            form.controls.screen method="get" action=(visit.path) {
                @for (name, value) in visit.parameters.iter().filter(|(name, _)| !is_own(name)) { input type="hidden" name=(name) value=(value); }
                label { (visit.say(w::SEARCH)) " " input type="search" name="q" value=(visit.parameter("q").unwrap_or_default()); }
                @for (index, column) in self.columns.iter().enumerate().filter(|(_, column)| column.is_filter) {
                    @let name = format!("{FILTER_PREFIX}{}", column.key);
                    @let chosen = visit.parameter(&name).unwrap_or_default();
                    label { (visit.say(&column.title)) " "
                        select name=(name) {
                            option value="" { (visit.say(w::ALL)) }
                            @for value in self.values(index) { option value=(value) selected[value == chosen] { (value) } }
                        }
                    }
                }
                details { summary { (visit.say(w::COLUMNS)) }
                    @for column in self.columns.iter().skip(1) {
                        @let name = format!("{HIDE_PREFIX}{}", column.key);
                        label.tick { input type="checkbox" name=(name) value="1" checked[visit.parameter(&name).is_some()]; " " (visit.say(&column.title)) }
                    }
                }
                button type="submit" { (visit.say(w::FILTER)) }
                " " a href=(visit.link(&visit.path)) { (visit.say(w::CLEAR)) }
            }
        }
    }

    fn values(&self, index: usize) -> BTreeSet<&str> {
        self.rows
            .iter()
            .filter_map(|row| row.get(index))
            .map(|cell| cell.text.as_str())
            .filter(|text| !text.is_empty())
            .collect()
    }

    /// The table alone.
    pub(crate) fn plain(&self, visit: &Visit, is_sorted_by_address: bool) -> Markup {
        let sort = visit.parameter("sort").filter(|_| is_sorted_by_address);
        let of_column = |column: &Column| order_of(sort, column.key);
        let head = |column: &Column| {
            html! {
                @if is_sorted_by_address { (sort_link(visit, column, of_column(column))) } @else { (visit.say(&column.title)) }
            }
        };
        // Each column with those that are shown beneath it.
        let stacks = || self.columns.chunk_by(|_, next| next.is_beneath);
        html! {
            div.wide tabindex="0" role="region" aria-label=(self.title) {
                table class=[self.class] {
                    caption.hidden { (self.title) }
                    thead { tr {
                        @for stack in stacks() {
                            @let is_number = stack.iter().any(|column| column.is_number);
                            th scope="col" class=[is_number.then_some("number")] aria-sort=[stack.iter().find_map(of_column)] {
                                @for column in stack { @if column.is_beneath { " / " } (head(column)) }
                            }
                        }
                    } }
                    tbody {
                        @for row in &self.rows { tr { (self.cells(row)) } }
                        @if self.rows.is_empty() { tr { td colspan=(stacks().count()) { (visit.say(w::NO_ROWS)) } } }
                    }
                }
            }
        }
    }

    /// The cells of a row, each with what stands beneath it.
    fn cells(&self, row: &[Cell]) -> Markup {
        let pairs: Vec<_> = row.iter().zip(&self.columns).collect();
        html! {
            @for (index, stack) in pairs.chunk_by(|_, (_, next)| next.is_beneath).enumerate() {
                @if let [(cell, column), beneath @ ..] = stack {
                    @let class = [column.is_number.then_some("number"), is_day(&cell.text).then_some("day"), cell.class].into_iter().flatten().collect::<Vec<_>>().join(" ");
                    @let class = (!class.is_empty()).then_some(class);
                    @let content = html! { (content(cell)) @for (below, _) in beneath { (second_line(below)) } };
                    @if index == 0 { th scope="row" class=[class] { (content) } } @else { td class=[class] { (content) } }
                }
            }
        }
    }
}

/// The title of a column, which sorts by it.
fn sort_link(visit: &Visit, column: &Column, order: Option<&'static str>) -> Markup {
    let next = if order == Some("ascending") { format!("-{}", column.key) } else { column.key.to_owned() };
    let sign = match order {
        Some("ascending") => " ↑",
        Some(_) => " ↓",
        None => "",
    };
    html! { a href=(visit.here(&[("sort", &next), ("page", "")])) { (visit.say(&column.title)) (sign) } }
}

/// What stands beneath a cell; one that is cut on the page is told whole by its title.
fn second_line(cell: &Cell) -> Markup {
    html! { @if !cell.text.is_empty() { small class=[cell.class] title=(cell.text) { (content(cell)) } } }
}

/// A day, which is never broken over two lines.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// What a cell shows: a link, a coloured field, or its text.
pub(crate) fn content(cell: &Cell) -> Markup {
    let is_counted = cell.number.is_some() && !cell.is_name;
    let text = if is_counted { Cow::Owned(thousands(&cell.text)) } else { Cow::Borrowed(cell.text.as_str()) };
    html! {
        @match (&cell.link, cell.field) {
            (Some(link), _) => a href=(link) { (text) },
            (None, Some(field)) => span.g.(field) { (text) },
            (None, None) => (text),
        }
    }
}

/// The papers of the table on this page: the same address with another format.
pub(crate) fn papers(visit: &Visit) -> Markup {
    html! {
        span.screen {
            " · " (visit.say(w::DOWNLOAD)) " "
            a href=(visit.here(&[("format", "xlsx")])) { (visit.say(w::XLSX)) } " "
            a href=(visit.here(&[("format", "csv")])) { (visit.say(w::CSV_UTF8)) } " "
            a href=(visit.here(&[("format", "gb18030")])) { (visit.say(w::CSV_GB18030)) }
        }
    }
}

fn order_of(sort: Option<&str>, key: &str) -> Option<&'static str> {
    let sort = sort?;
    match sort.strip_prefix('-') {
        Some(descending) => (descending == key).then_some("descending"),
        None => (sort == key).then_some("ascending"),
    }
}

/// Numbers by size, texts by their characters; what is not known comes last.
fn compare(left: Option<&Cell>, right: Option<&Cell>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => match (left.number, right.number) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => {
                left.text.is_empty().cmp(&right.text.is_empty()).then_with(|| left.order().cmp(right.order()))
            }
        },
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    fn table() -> Table {
        let mut table = Table::new(
            "t",
            "表",
            &[text("name", w::NAME), choice("phase", w::PHASE), number("count", w::COUNT)],
        );
        let row = |name: &str, phase: &str, count: Option<u64>| {
            vec![Cell::text(name), Cell::text(phase), Cell::figure(count.map(Number::Count))]
        };
        table.rows =
            vec![row("甲村", "运行中", Some(10)), row("乙村", "整改中", Some(9)), row("丙", "运行中", None)];
        table
    }

    fn arranged(parameters: &[(&str, &str)]) -> Vec<String> {
        let (mut table, visit) = (table(), visit(Language::Zh, parameters));
        table.arrange(&visit);
        table.rows.into_iter().map(|row| row[0].text.clone()).collect()
    }

    #[test]
    fn rows_are_sorted_searched_and_filtered_by_the_address() {
        assert_eq!(arranged(&[]), ["甲村", "乙村", "丙"]);
        assert_eq!(arranged(&[("sort", "count")]), ["乙村", "甲村", "丙"]);
        assert_eq!(arranged(&[("sort", "-count")]), ["丙", "甲村", "乙村"]);
        assert_eq!(arranged(&[("q", "村"), ("f_phase", "运行中")]), ["甲村"]);
        assert_eq!(arranged(&[("sort", "colour")]), ["甲村", "乙村", "丙"]);
    }

    #[test]
    fn hidden_columns_are_gone_but_the_first() {
        let mut table = table();
        table.hide(&visit(Language::Zh, &[("h_name", "1"), ("h_phase", "1")]));
        assert_eq!(table.columns.iter().map(|column| column.key).collect::<Vec<_>>(), ["name", "count"]);
        assert_eq!(table.rows[0].iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>(), ["甲村", "10"]);
    }

    #[test]
    fn names_from_the_log_cannot_become_markup() {
        let mut table = table();
        table.rows[0][0] = Cell::text("<script>alert(1)</script>");
        let page = table.worked(&visit(Language::En, &[])).into_string();
        assert!(!page.contains("<script>") && page.contains("&lt;script&gt;") && page.contains("3 rows"));
    }

    #[test]
    fn a_page_sets_thousands_apart_and_a_file_does_not() {
        assert_eq!(content(&Cell::count(52_000_u64)).into_string(), "52,000");
        assert_eq!(content(&Cell::position(52_000)).into_string(), "52000");
        assert_eq!(content(&Cell::text("2026")).into_string(), "2026");
        assert_eq!(Cell::count(52_000_u64).text, "52000");
    }
}
