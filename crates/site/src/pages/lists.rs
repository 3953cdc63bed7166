//! The lists as tables: counties and townships, villages, obligations 待办; and how their values are said.

use domain::code::Code;
use domain::joint_branch::{Form, Mode, Phase};
use domain::money::Money;
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::place_names::{called, stem};
use domain::say::Say;
use domain::text::Text;
use labels as w;
use labels::figures::{COLUMNS, figure};
use labels::terms::term;
use projections::rows::MemberRow;
use projections::{CodeNames, Obligation, PartEntry, QuarterGrade, VillageEntry, wire_code};
use serde::Serialize;

use super::acts::{Doing, subject};
use super::table::{Cell, Column, Table, choice, number, text};
use super::visit::Visit;

/// The value of an enumeration as people say it.
pub(crate) fn word(visit: &Visit, list: &str, value: &impl Serialize) -> String {
    wire_code(value).map_or_else(String::new, |code| term(visit.language, list, &code))
}

/// The mode: one that a policy has added brings its name.
pub(crate) fn mode_of(visit: &Visit, mode: &Mode, names: &CodeNames) -> String {
    let added = names.mode_name.as_ref().map(|name| visit.language.pick(&name.zh, &name.en).to_string());
    added.unwrap_or_else(|| word(visit, "Mode", mode))
}

/// The form, and the kind of it that a policy has added.
pub(crate) fn form_of(visit: &Visit, form: Form, kind: Option<&Code>, names: &CodeNames) -> String {
    let form = word(visit, "Form", &form);
    let Some(kind) = kind else { return form };
    let added = names.form_kind_name.as_ref().map(|name| visit.language.pick(&name.zh, &name.en).to_string());
    let kind = added.unwrap_or_else(|| kind.to_string());
    visit.language.pick(format!("{kind}（{form}）"), format!("{kind} ({form})"))
}

/// The counties of a city or the townships of a county, with their figures.
pub(crate) fn places(visit: &Visit, title: &'static Say, rows: &[PartEntry]) -> Table {
    let mut columns = vec![text("name", w::NAME), text("code", w::CODE)];
    columns.extend(COLUMNS.iter().filter_map(|name| Some(number(name, figure(name)?))));
    let mut table = Table::new("places", visit.say(title), &columns);
    for row in rows {
        let tier = if row.code.level() == Level::County { "counties" } else { "townships" };
        let name = Cell::text(row.name.to_string()).to(visit.link(&format!("/{tier}/{}", row.code)));
        let mut cells = vec![name, Cell::text(row.code.to_string())];
        for column in &table.columns[2..] {
            let cell = Cell::figure(row.figures.get(column.key).copied());
            let leads = cell.number.is_some_and(|value| value > 0.0);
            let path = format!("/figures/{}/{}", row.code, column.key);
            cells.push(if leads { cell.to(visit.link(&path)) } else { cell });
        }
        table.rows.push(cells);
    }
    table
}

/// The look of a state that wants attention.
pub(crate) fn phase_class(phase: Phase) -> &'static str {
    match phase {
        Phase::Rectifying => "state-warn",
        Phase::TerminationDue => "state-bad",
        Phase::Operating => "state-good",
        Phase::AwaitingConfirmation => "state-warn",
        Phase::Proposed | Phase::Rejected | Phase::Withdrawn | Phase::Dissolved | Phase::SentBack => {
            "state-quiet"
        }
    }
}

/// The members by their villages' short names, an organ by its own: a villagers' committee joins nothing.
pub(crate) fn member_names(visit: &Visit, members: &[MemberRow]) -> String {
    let name = |member: &MemberRow| match &member.village {
        Some(village) => village_name(&village.name, member.village_kind),
        None => member.name.to_string(),
    };
    members.iter().map(name).collect::<Vec<_>>().join(visit.language.pick("、", ", "))
}

/// A village or community as people call it: 狮子村 of 狮子村民委员会.
pub(crate) fn village_name(name: &Text, kind: Option<PlaceKind>) -> String {
    let stem = stem(Level::Village, name.as_str());
    match kind {
        Some(PlaceKind::Village) => format!("{stem}村"),
        Some(PlaceKind::Community) => format!("{stem}社区"),
        Some(PlaceKind::Other) | None => name.to_string(),
    }
}

/// The last grades, the newest first, as one reads them aloud.
pub(crate) fn grades(visit: &Visit, grades: &[QuarterGrade]) -> String {
    let mut last_year = None;
    let one = |found: &QuarterGrade| {
        let (year, quarter) = found.quarter.year_and_quarter();
        let grade = word(visit, "Grade", &found.grade);
        // A year is said once.
        let shown = if last_year.as_ref() == Some(&year) { "" } else { visit.say(&year) };
        let said = format!("{shown}{} {grade}", visit.say(&quarter));
        last_year = Some(year);
        said
    };
    grades.iter().map(one).collect::<Vec<_>>().join(visit.language.pick("；", "; "))
}

/// An amount of fen in yuan.
pub(crate) fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// An amount of money in yuan; a dash where none is known.
pub(crate) fn money(money: Option<Money>) -> Cell {
    match money {
        Some(money) => {
            let number = Some(u64::from(money.amount) as f64);
            Cell { text: money.to_string(), number, ..Cell::default() }
        }
        None => Cell::text("—"),
    }
}

/// Villages with the joint branches that cover them.
pub(crate) fn villages<'a>(
    visit: &Visit,
    title: &str,
    rows: impl Iterator<Item = &'a VillageEntry>,
) -> Table {
    let columns = [
        text("name", w::NAME),
        text("code", w::CODE),
        choice("kind", w::KIND),
        text("joint_branch", w::JOINT_BRANCH),
    ];
    let mut table = Table::new("villages", title, &columns);
    for row in rows {
        let names: Vec<_> = row.joint_branches.iter().map(|found| found.name.as_str()).collect();
        let cell = Cell::text(names.join(visit.language.pick("、", ", ")));
        let first = row.joint_branches.first();
        let first = first.map(|found| visit.link(&format!("/joint-branches/{}", found.id)));
        table.rows.push(vec![
            Cell::text(called(row.name.as_str())).to(visit.link(&format!("/villages/{}", row.code))),
            Cell::text(row.code.to_string()),
            Cell::text(word(visit, "PlaceKind", &row.kind)),
            match first {
                Some(link) => cell.to(link),
                None => cell,
            },
        ]);
    }
    table
}

const OBLIGATIONS: [Column; 8] = [
    text("due", w::DUE),
    choice("kind", w::KIND),
    text("name", w::CONCERNS),
    choice("overdue", w::OVERDUE),
    number("overdue_days", w::OVERDUE_DAYS),
    choice("owner", w::OWNER),
    text("detail", w::DETAIL),
    text("act", w::TO_DO),
];

/// Obligations in the order in which they come; with what the reader may do about each, where the reader acts at all.
pub(crate) fn obligations(
    visit: &Visit,
    title: &str,
    rows: &[Obligation],
    name_of: &dyn Fn(&PlaceCode) -> String,
    doing: Option<Doing<'_>>,
) -> Table {
    let mut table = Table::new("obligations", title, &OBLIGATIONS);
    for row in rows {
        let name = Cell::text(row.name.to_string());
        let detail = row.detail.say();
        table.rows.push(vec![
            Cell::text(row.due.to_string()),
            Cell::text(word(visit, "Obligation", &row.kind)),
            match subject(visit, row) {
                Some(link) => name.to(link),
                None => name,
            },
            Cell::text(visit.say(if row.overdue { w::YES } else { w::NO })).looks(if row.overdue {
                "state-bad"
            } else {
                "state-quiet"
            }),
            Cell::count(u64::try_from(row.overdue_days).unwrap_or(0)),
            Cell::text(row.owner.code.as_ref().map_or_else(String::new, name_of)),
            Cell::text(visit.language.pick(&*detail.zh, &*detail.en)),
            doing.map_or_else(Cell::default, |doing| door(visit, row, doing, name_of)),
        ]);
    }
    if doing.is_none() {
        table.keep(|column| column.key != "act");
    }
    table
}

/// The button of what the reader may do about something owed, or who has to.
fn door(visit: &Visit, owed: &Obligation, doing: Doing<'_>, name_of: &dyn Fn(&PlaceCode) -> String) -> Cell {
    match doing(owed).into_iter().next() {
        Some((link, title)) => Cell::text(title).to(link).looks("act"),
        None => Cell::text(who_acts(visit, owed, name_of)),
    }
}

/// Who has to do what the reader may not.
pub(crate) fn who_acts(visit: &Visit, owed: &Obligation, name_of: &dyn Fn(&PlaceCode) -> String) -> String {
    let own = visit.principal.as_ref().map(|own| &own.scope);
    match owed.owner.code.as_ref() {
        Some(code) if Some(code) == own => visit.say(w::ABOVE_RECORDS).to_owned(),
        Some(code) => {
            let name = name_of(code);
            visit.language.pick(format!("由{name}办理"), format!("to be done by {name}"))
        }
        None => String::new(),
    }
}
