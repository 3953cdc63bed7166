//! From the rows of a ledger to a proposal.

use std::collections::BTreeMap;

use domain::place::Level;
use domain::say::{Say, say};

use crate::aliases::Field;
use crate::entries::Entry;
use crate::grid::{Cell, Grid};
use crate::heading::Heading;
use crate::known::Known;
use crate::ledger::{Ledger, ReadSheet};
use crate::names::Member;
use crate::proposal::{Key, NotRead, Proposal, Row, Value};
use crate::values::{Confidence, people};
use crate::words::{fold, shortened};

mod facts;
mod needed;
mod note;
mod shape;

pub(crate) use facts::FUNCTIONS;
pub(crate) use needed::HOST_KINDS;

use needed::Needed;

/// The longest title of a source.
const MAX_TITLE_CHARACTERS: usize = 100;

/// What is known of an entry besides itself.
struct Context<'a> {
    known: &'a Known,
    grid: &'a Grid,
    heading: &'a Heading,
    entry: &'a Entry,
    /// Names of persons, which stand in no text of the log.
    names: &'a [String],
}

impl Context<'_> {
    /// A cell and its text, as the sheet tells them.
    fn origin(&self, cell: &Cell) -> (String, String) {
        (self.grid.name_of(cell.at), shortened(&cell.text, 200))
    }

    fn origins(&self, field: Field) -> Vec<(String, String)> {
        self.entry.of(field).iter().map(|cell| self.origin(cell)).collect()
    }

    /// A value of cells of a field.
    fn value(&self, field: Field, accepted: String, confidence: Confidence, why: Option<Say>) -> Value {
        Value { accepted, confidence, why: why.into_iter().collect(), origin: self.origins(field) }
    }
}

/// A joint branch under way.
struct Draft {
    row: Row,
    township: Option<usize>,
    members: Vec<Member>,
    /// Numbers of members by the place in `members`.
    counts: BTreeMap<usize, Counts>,
    is_merger: Option<bool>,
}

/// How many members a branch has, by the ledger.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    formal: Option<u32>,
    probationary: Option<u32>,
}

/// Proposes what a ledger says of a county.
pub fn propose(ledger: &Ledger, known: &Known) -> Proposal {
    let names = names_in(ledger, known);
    let mut drafts = Vec::new();
    let mut needed = Needed::default();
    for sheet in &ledger.sheets {
        for entry in &sheet.entries.entries {
            let context = Context { known, grid: &sheet.grid, heading: &sheet.heading, entry, names: &names };
            let mut draft = shape::draft(&context);
            facts::add(&context, &mut draft);
            needed.take(&context, &mut draft);
            drafts.push(draft);
        }
    }
    settle(&mut drafts, known);
    needed.settle();
    Proposal {
        county: known.county.code.clone(),
        county_name: known.county.name.clone(),
        on: known.on,
        source: shortened(&people::masked(&ledger.title, &names).0, MAX_TITLE_CHARACTERS),
        organ: organ(known),
        rows: drafts.into_iter().map(|draft| draft.row).collect(),
        organizations: needed.organizations,
        persons: needed.persons,
        not_read: not_read(ledger),
        warnings: warnings(known),
        columns: ledger.sheets.iter().flat_map(columns).collect(),
        hidden_rows: ledger.sheets.iter().map(hidden_rows).sum(),
    }
}

/// The names of secretaries and others in the ledger, and those of the county that are on file.
fn names_in(ledger: &Ledger, known: &Known) -> Vec<String> {
    let mut names: Vec<String> = known.persons.iter().map(|person| person.name.clone()).collect();
    for entry in ledger.sheets.iter().flat_map(|sheet| &sheet.entries.entries) {
        for cell in entry.of(Field::Secretary) {
            if let Some(people::Person::Named(name)) = people::read(&cell.text).map(|reading| reading.value) {
                names.push(name);
            }
        }
        for cell in entry.of(Field::Committee).iter().chain(entry.of(Field::Secretary)) {
            names.extend(people::read_several(&cell.text).into_iter().flatten().map(|(name, _)| name));
        }
    }
    // The longest first: one may be the beginning of another. Equal ones stand side by side, so that each is left once.
    names.sort_by_cached_key(|name| (std::cmp::Reverse(name.chars().count()), name.clone()));
    names.dedup();
    names
}

/// The county's organ that most likely registers: its organization department, or else any.
fn organ(known: &Known) -> String {
    let of_county = || known.organs.iter().filter(|organ| organ.level == Level::County);
    let department = of_county().find(|organ| organ.name.contains("组织部"));
    department.or_else(|| of_county().next()).map(|organ| organ.name.clone()).unwrap_or_default()
}

/// What keeps joint branches of before from being registered in the county.
fn warnings(known: &Known) -> Vec<Say> {
    match known.register {
        None => vec![say(
            "本县尚未启用清单：先以文号办理启用，再采纳",
            "the county has not opened its register: open it, with a document, before anything is accepted",
        )],
        Some((_, closes_on)) if known.on > closes_on => vec![Say::of(
            format!("存量登记已于 {closes_on} 截止；如需延长，由市以文号办理"),
            format!(
                "what existed before could be registered until {closes_on}; the city may keep the register open"
            ),
        )],
        Some(_) => Vec::new(),
    }
}

fn columns(sheet: &ReadSheet) -> Vec<(String, String)> {
    let place = |index: u32, heading: &str| {
        let column = workbook::column_name(index as usize);
        let sheet = if sheet.grid.name.is_empty() { String::new() } else { format!("{}!", sheet.grid.name) };
        format!("{sheet}{column} {heading}")
    };
    let told = |column: &crate::heading::Column| {
        let quarter = column.quarter.map(|quarter| format!(" {quarter}")).unwrap_or_default();
        let tick =
            column.tick.map(|grade| format!(" {}", crate::values::grades::word(grade))).unwrap_or_default();
        (place(column.index, &column.heading), format!("{}{quarter}{tick}", column.field.title().zh))
    };
    sheet.heading.columns.iter().map(told).collect()
}

fn hidden_rows(sheet: &ReadSheet) -> usize {
    let rows = sheet.entries.entries.iter().flat_map(|entry| &entry.rows);
    rows.filter(|row| sheet.grid.is_hidden || sheet.grid.hidden_rows.contains(row)).count()
}

/// Columns, rows and sheets that were not read.
fn not_read(ledger: &Ledger) -> Vec<NotRead> {
    let mut told = Vec::new();
    for (name, why) in &ledger.other_sheets {
        told.push(NotRead { place: name.clone(), why: why.clone(), text: String::new() });
    }
    for sheet in &ledger.sheets {
        let name = |cell: String| {
            if sheet.grid.name.is_empty() { cell } else { format!("{}!{cell}", sheet.grid.name) }
        };
        for (index, heading) in &sheet.heading.unread {
            let why = say(
                "表头不在对照表内；各格文字并入“原文备注”",
                "the heading is not known: its cells go into the note",
            );
            told.push(NotRead {
                place: name(workbook::column_name(*index as usize)),
                why,
                text: heading.clone(),
            });
        }
        for column in sheet.heading.of(Field::Personal) {
            let why = say(
                "电话、身份证号不记入日志，未读",
                "telephone and identity numbers stand in no log: not read",
            );
            let place = name(workbook::column_name(column.index as usize));
            told.push(NotRead { place, why, text: column.heading.clone() });
        }
        for passed in &sheet.entries.passed_over {
            let place = name(format!("{}", passed.row + 1));
            told.push(NotRead { place, why: passed.why.clone(), text: passed.text.clone() });
        }
    }
    told
}

/// What only several rows together, or the log, can say: a village in two mergers, a secretary of two, what is there already.
fn settle(drafts: &mut [Draft], known: &Known) {
    let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut secretaries: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut names: BTreeMap<(Option<usize>, String), Vec<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        for member in draft.members.iter().filter(|_| draft.is_merger != Some(false)) {
            let rows = members.entry(crate::names::tell(known, member)).or_default();
            if rows.last() != Some(&at) {
                rows.push(at);
            }
        }
        let secretary = draft.row.accepted(Key::Secretary);
        if people::is_name(secretary) {
            secretaries.entry(secretary.to_owned()).or_default().push(at);
        }
        let name = fold(draft.row.accepted(Key::Name));
        if !name.is_empty() {
            names.entry((draft.township, name)).or_default().push(at);
        }
    }
    let cells = |drafts: &[Draft], rows: &[usize], key: Key| {
        let cells = rows.iter().filter_map(|row| drafts[*row].row.values.get(&key)?.origin.first());
        cells.map(|(cell, _)| cell.clone()).collect::<Vec<_>>().join("、")
    };
    let mut doubts: Vec<(usize, Key, Say)> = Vec::new();
    for (member, rows) in members.iter().filter(|(_, rows)| rows.len() > 1) {
        let cells = cells(drafts, rows, Key::Members);
        let why = Say::of(
            format!("{member}在 {cells} 列入几个合建"),
            format!("{member} stands in several mergers: {cells}"),
        );
        doubts.extend(rows.iter().map(|row| (*row, Key::Members, why.clone())));
    }
    for rows in secretaries.values().filter(|rows| rows.len() > 1) {
        let cells = cells(drafts, rows, Key::Secretary);
        let why = Say::of(
            format!("同一姓名在 {cells} 任几个书记"),
            format!("one name is secretary of several: {cells}"),
        );
        doubts.extend(rows.iter().map(|row| (*row, Key::Secretary, why.clone())));
    }
    for rows in names.values().filter(|rows| rows.len() > 1) {
        let cells = cells(drafts, rows, Key::Name);
        let why = Say::of(format!("{cells} 名称相同"), format!("{cells} bear one name"));
        doubts.extend(rows.iter().map(|row| (*row, Key::Name, why.clone())));
    }
    for (row, key, why) in doubts {
        if let Some(value) = drafts[row].row.values.get_mut(&key) {
            value.doubt(Confidence::Open, why);
        }
    }
    drafts.iter_mut().for_each(|draft| against_the_log(draft, known));
}

/// What the log has already of a joint branch.
fn against_the_log(draft: &mut Draft, known: &Known) {
    let ids: Option<Vec<_>> = draft
        .members
        .iter()
        .map(|member| if let Member::Known(id) = member { Some(*id) } else { None })
        .collect();
    let ids = ids.filter(|ids| !ids.is_empty());
    let name = fold(draft.row.accepted(Key::Name));
    let is_same = |found: &&crate::known::KnownJointBranch| {
        let same_members = ids.as_ref().is_some_and(|ids| {
            ids.len() == found.members.len() && ids.iter().all(|id| found.members.contains(id))
        });
        found.is_there && same_members && fold(&found.name) == name
    };
    if let Some(found) = known.joint_branches.iter().find(is_same) {
        draft.row.is_accepted = false;
        let why = Say::of(
            format!("“{}”已在册，成员相同：不再登记", found.name),
            format!("{} is registered already, with the same members", found.name),
        );
        draft.row.remarks.push(why);
        return;
    }
    if draft.is_merger == Some(false) {
        return;
    }
    for id in ids.iter().flatten() {
        let own = known.organization(*id);
        let merger = known.joint_branches.iter().find(|found| {
            found.is_there
                && found.is_merger
                && (own.is_some_and(|own| own.merger == Some(found.id)) || found.members.contains(id))
        });
        if let (Some(own), Some(merger)) = (own, merger)
            && let Some(value) = draft.row.values.get_mut(&Key::Members)
        {
            let why = Say::of(
                format!("{}已在“{}”中合建", own.name, merger.name),
                format!("{} is in the merger {} already", own.name, merger.name),
            );
            value.doubt(Confidence::Open, why);
        }
    }
}
