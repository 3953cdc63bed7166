//! The lists of joint branches: upgrades, yearly reviews, figures before and since, rotation.

use labels as w;
use labels::terms::term;
use serde_json::Value;

use super::{Told, flag, joined, joint_branch, labelled, place};
use crate::pages::lists::{said, secretary};
use crate::pages::table::{Cell, Column, Table, choice, number, text};
use crate::pages::visit::Visit;

/// 提格升级.
pub(super) fn upgrades(visit: &Visit, heading: &str, rows: &[Value], told: &Told<'_>) -> Table {
    let columns = [
        text("name", w::NAME),
        choice("kind", w::KIND),
        choice("county", w::COUNTY),
        choice("township", w::TOWNSHIP),
        choice("form", w::FORM),
        choice("due_form", w::DUE_FORM),
        number("formal_members", w::FORMAL_MEMBERS),
        number("probationary_members", w::PROBATIONARY_MEMBERS),
        number("members", w::ALL_PARTY_MEMBERS),
        number("from_members", w::FROM_MEMBERS),
    ];
    let mut table = Table::new("upgrades", heading, &columns);
    for row in rows {
        let is_joint = said(row, "kind") == "joint_branch";
        let (path, kind) =
            if is_joint { ("joint-branches", w::JOINT_BRANCH) } else { ("organizations", w::ORGANIZATION) };
        let link = visit.link(&format!("/{path}/{}", said(row, "id")));
        let name_of = |key: &str| {
            let code = said(row, key);
            place(visit, code, if code.is_empty() { String::new() } else { (told.place_name)(code) })
        };
        let form = |key: &str| Cell::text(term(visit.language, "OrganizationForm", said(row, key)));
        table.rows.push(vec![
            Cell::text(said(row, "name")).to(link),
            Cell::text(visit.t(kind)),
            name_of("county"),
            name_of("township"),
            form("form"),
            form("due_form").looks("state-warn"),
            Cell::number(&row["formal_members"]),
            Cell::number(&row["probationary_members"]),
            Cell::number(&row["members"]),
            Cell::number(&row["from_members"]),
        ]);
    }
    table
}

/// 述职评议: the sheet. A class that is not given yet is left empty, to be written in.
pub(super) fn yearly_reviews(visit: &Visit, heading: &str, rows: &[Value], told: &Told<'_>) -> Table {
    let columns = [
        text("name", w::JOINT_BRANCH),
        choice("county", w::COUNTY),
        choice("township", w::LEAD_TOWNSHIP),
        text("secretary", w::SECRETARY),
        text("since", w::IN_POST_SINCE),
        text("grades", w::YEAR_GRADES),
        choice("class", w::REVIEW_CLASS),
        choice("level", w::REVIEW_LEVEL),
        choice("overdue", w::OVERDUE),
        text("obligations", w::OPEN_OBLIGATIONS),
    ];
    let mut table = Table::new("yearly-reviews", heading, &columns);
    for row in rows {
        let class = said(row, "class");
        let class = (told.names)(class).map_or_else(|| class.to_owned(), |named| named.text);
        table.rows.push(vec![
            joint_branch(visit, said(row, "joint_branch"), said(row, "name")),
            labelled(visit, &row["county"]),
            labelled(visit, &row["lead_township"]),
            secretary(visit, row),
            Cell::text(said(row, "since")),
            Cell::text(year_grades(visit, row)),
            Cell::text(class),
            Cell::text(term(visit.language, "Level", said(row, "level"))),
            flag(visit, row["overdue"] == true),
            Cell::text(owed(visit, row)),
        ]);
    }
    table
}

/// The grades of a year, without the year in front of each.
fn year_grades(visit: &Visit, row: &Value) -> String {
    let grades = row["grades"].as_array().into_iter().flatten();
    let one = |entry: &Value| {
        let (_, quarter) = visit.language.quarter_in_year(said(entry, "quarter"));
        format!("{quarter} {}", term(visit.language, "Grade", said(entry, "grade")))
    };
    joined(visit, grades.map(one))
}

/// What is still owed: how many of each kind, and since when the first of them.
fn owed(visit: &Visit, row: &Value) -> String {
    let mut kinds: Vec<(&str, usize, &str)> = Vec::new();
    for entry in row["obligations"].as_array().into_iter().flatten() {
        let (kind, due) = (said(entry, "kind"), said(entry, "due"));
        match kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, count, first)) => (*count, *first) = (*count + 1, due.min(*first)),
            None => kinds.push((kind, 1, due)),
        }
    }
    let one = |(kind, count, first): (&str, usize, &str)| {
        let kind = term(visit.language, "Obligation", kind);
        visit
            .language
            .pick(format!("{kind} {count} 项（{first} 起）"), format!("{kind}: {count} (from {first})"))
    };
    joined(visit, kinds.into_iter().map(one))
}

/// The figures of members before and since; of one joint branch its own columns are left out.
pub(crate) fn figures_of(visit: &Visit, heading: &str, rows: &[Value], is_of_many: bool) -> Table {
    const OF_MANY: [Column; 2] = [text("name", w::JOINT_BRANCH), text("established_on", w::ESTABLISHED_ON)];
    const OF_ONE: [Column; 10] = [
        text("organization", w::ORGANIZATION),
        text("village", w::VILLAGE),
        choice("figure", w::PROFILE_FIGURE),
        number("before", w::BEFORE),
        text("before_period", w::PERIOD),
        text("before_source", w::SOURCE),
        number("since", w::SINCE_THEN),
        text("since_period", w::PERIOD),
        text("since_source", w::SOURCE),
        number("change", w::DIFFERENCE),
    ];
    let columns: Vec<Column> = if is_of_many { [&OF_MANY[..], &OF_ONE].concat() } else { OF_ONE.to_vec() };
    let mut table = Table::new("figures", heading, &columns);
    for row in rows {
        let mut cells = Vec::with_capacity(columns.len());
        if is_of_many {
            cells.push(joint_branch(visit, said(row, "joint_branch"), said(row, "name")));
            cells.push(Cell::text(said(row, "established_on")));
        }
        let organization = visit.link(&format!("/organizations/{}", said(row, "organization")));
        cells.push(Cell::text(said(row, "organization_name")).to(organization));
        cells.push(Cell::text(said(&row["village"], "name")));
        cells.push(Cell::text(term(visit.language, "ProfileFigure", said(row, "figure"))));
        for stated in [&row["before"], &row["since"]] {
            cells.push(figure(visit, stated));
            cells.push(Cell::text(said(stated, "period")));
            cells.push(Cell::text(said(stated, "source")));
        }
        let change = row["change"].as_f64();
        let said =
            change.map_or_else(|| "—".to_owned(), |change| format!("{:+}", (change * 100.0).round() / 100.0));
        cells.push(Cell { text: said, number: change, ..Cell::default() });
        table.rows.push(cells);
    }
    table
}

/// A stated figure with its unit and bound, leading to the record that states it; a dash where none is.
fn figure(visit: &Visit, stated: &Value) -> Cell {
    if stated.is_null() {
        return Cell::text("—");
    }
    let cell = Cell::number(&stated["value"]);
    let unit = Some(said(stated, "unit")).filter(|unit| *unit != "-").map(|unit| format!(" {unit}"));
    let bound = stated["bound"].as_str().map(|bound| format!("（{}）", term(visit.language, "Bound", bound)));
    let text = format!("{}{}{}", cell.text, unit.unwrap_or_default(), bound.unwrap_or_default());
    Cell { text, ..cell }.to(visit.link(&format!("/events/{}", stated["position"])))
}

/// Whose turn it is.
pub(super) fn rotation(visit: &Visit, heading: &str, rows: &[Value]) -> Table {
    let columns = [
        text("name", w::JOINT_BRANCH),
        choice("county", w::COUNTY),
        choice("township", w::LEAD_TOWNSHIP),
        text("last_host", w::LAST_HOST),
        text("last_hosted_on", w::LAST_HOSTED),
        text("next_host", w::NEXT_HOST),
        text("turns", w::TIMES),
    ];
    let mut table = Table::new("rotation", heading, &columns);
    for row in rows {
        let turns = row["turns"].as_array().into_iter().flatten();
        let turn = |turn: &Value| format!("{} {}", said(&turn["village"], "name"), turn["times"]);
        table.rows.push(vec![
            joint_branch(visit, said(row, "joint_branch"), said(row, "name")),
            labelled(visit, &row["county"]),
            labelled(visit, &row["lead_township"]),
            Cell::text(row["last_host"]["name"].as_str().unwrap_or("—")),
            Cell::text(row["last_hosted_on"].as_str().unwrap_or("—")),
            Cell::text(row["next_host"]["name"].as_str().unwrap_or("—")),
            Cell::text(joined(visit, turns.map(turn))),
        ]);
    }
    table
}
