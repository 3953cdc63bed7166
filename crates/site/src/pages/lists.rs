//! The lists as tables: counties and townships, the register 清单, the ledger 台账, villages, obligations 待办.

use labels::figures::{COLUMNS, figure};
use labels::terms::term;
use labels::{self as w, Words};
use serde_json::Value;

use super::table::{Cell, Column, Table, choice, number, text};
use super::visit::Visit;

/// The text of a field of a row.
pub(crate) fn said<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_default()
}

/// A code of a row as people say it.
fn coded(visit: &Visit, row: &Value, name: &str, list: &str) -> Cell {
    Cell::text(term(visit.language, list, said(row, name)))
}

/// A code that a policy may have added: the row brings the name of one that is built in nowhere.
pub(crate) fn named(visit: &Visit, row: &Value, name: &str, list: &str) -> String {
    let added = row[format!("{name}_name")][visit.language.code()].as_str();
    added.map_or_else(|| term(visit.language, list, said(row, name)), str::to_owned)
}

/// The form, and the kind of it that a policy has added.
pub(crate) fn form_of(visit: &Visit, row: &Value) -> String {
    let form = term(visit.language, "Form", said(row, "form"));
    match row["form_kind"].as_str() {
        Some(_) => {
            let kind = named(visit, row, "form_kind", "");
            visit.language.pick(format!("{kind}（{form}）"), format!("{kind} ({form})"))
        }
        None => form,
    }
}

/// The counties of a city or the townships of a county, with their figures.
pub(crate) fn places(visit: &Visit, title: Words, rows: &[Value]) -> Table {
    let mut columns = vec![text("name", w::NAME), text("code", w::CODE)];
    columns.extend(COLUMNS.iter().filter_map(|name| Some(number(name, figure(name)?))));
    let mut table = Table::new("places", visit.t(title), &columns);
    for row in rows {
        let code = said(row, "code");
        let tier = if code.len() == 6 { "counties" } else { "townships" };
        let mut cells =
            vec![Cell::text(said(row, "name")).to(visit.link(&format!("/{tier}/{code}"))), Cell::text(code)];
        for column in &table.columns[2..] {
            let cell = Cell::number(&row[column.key]);
            let leads = cell.number.is_some_and(|value| value > 0.0);
            let path = format!("/figures/{code}/{}", column.key);
            cells.push(if leads { cell.to(visit.link(&path)) } else { cell });
        }
        table.rows.push(cells);
    }
    table
}

const REGISTER: [Column; 13] = [
    text("name", w::NAME),
    choice("phase", w::PHASE),
    choice("arrangement", w::ARRANGEMENT),
    choice("mode", w::MODE),
    choice("form", w::FORM),
    choice("lead_township", w::LEAD_TOWNSHIP),
    text("members", w::MEMBERS),
    text("secretary", w::SECRETARY),
    text("established_on", w::ESTABLISHED_ON),
    text("document", w::DOCUMENT),
    text("last_grades", w::LAST_GRADES),
    number("obligations", w::OPEN_OBLIGATIONS),
    number("supplement", w::SUPPLEMENT),
];

/// Joint branches as the register, the ledger and what a figure counts show them.
pub(crate) fn joint_branches(visit: &Visit, title: &str, rows: &[Value]) -> Table {
    let mut table = Table::new("joint-branches", title, &REGISTER);
    for row in rows {
        let establishment = &row["establishment"];
        let established = row["established_on"].as_str().or(establishment["effective_date"].as_str());
        let document = row["document"].as_str().or(establishment["document"].as_str());
        table.rows.push(vec![
            Cell::text(said(row, "name")).to(visit.link(&format!("/joint-branches/{}", said(row, "id")))),
            coded(visit, row, "phase", "Phase").looks(phase_class(said(row, "phase"))),
            coded(visit, row, "arrangement", "Arrangement"),
            Cell::text(named(visit, row, "mode", "Mode")),
            Cell::text(form_of(visit, row)),
            Cell::text(said(&row["lead_township"], "name")),
            Cell::text(member_names(visit, row)),
            secretary(visit, row),
            Cell::text(established.unwrap_or_default()),
            Cell::text(document.unwrap_or_default()),
            Cell::text(grades(visit, row)),
            obligations_count(visit, row),
            supplement(row),
        ]);
    }
    table
}

/// The look of a state that wants attention.
pub(crate) fn phase_class(phase: &str) -> &'static str {
    match phase {
        "rectifying" => "state-warn",
        "termination_due" => "state-bad",
        "operating" => "state-good",
        _ => "state-quiet",
    }
}

fn member_names(visit: &Visit, row: &Value) -> String {
    let members = row["members"].as_array().into_iter().flatten();
    let names: Vec<_> = members
        .map(|member| member["village"]["name"].as_str().unwrap_or_else(|| said(member, "name")))
        .collect();
    names.join(visit.language.pick("、", ", "))
}

/// The secretary, or since when the post is vacant.
pub(crate) fn secretary(visit: &Visit, row: &Value) -> Cell {
    match (&row["secretary"], row["vacant_since"].as_str()) {
        (Value::Null, Some(since)) => {
            Cell::text(format!("{} {since}", visit.t(w::VACANT_SINCE))).looks("state-warn")
        }
        (Value::Null, None) => Cell::text(""),
        (found, _) => Cell::text(found["name"].as_str().unwrap_or_else(|| visit.t(w::NAME_ERASED))),
    }
}

/// The last grades, the newest first, as one reads them aloud.
pub(crate) fn grades(visit: &Visit, row: &Value) -> String {
    let grades = row["last_grades"].as_array().into_iter().flatten();
    let mut last_year = String::new();
    let one = |entry: &Value| {
        let (year, quarter) = visit.language.quarter_in_year(said(entry, "quarter"));
        let grade = term(visit.language, "Grade", said(entry, "grade"));
        // A year is said once.
        let said =
            if year == last_year { format!("{quarter} {grade}") } else { format!("{year}{quarter} {grade}") };
        last_year = year;
        said
    };
    grades.map(one).collect::<Vec<_>>().join(visit.language.pick("；", "; "))
}

fn obligations_count(visit: &Visit, row: &Value) -> Cell {
    let owed = row["obligations"].as_array().map_or(&[][..], Vec::as_slice);
    let overdue = owed.iter().filter(|entry| entry["overdue"] == true).count();
    let number = Some(owed.len() as f64);
    if overdue == 0 {
        return Cell { text: owed.len().to_string(), number, ..Cell::default() };
    }
    let text = visit
        .language
        .pick(format!("{}（逾期 {overdue}）", owed.len()), format!("{} ({overdue} overdue)", owed.len()));
    Cell { text, number, ..Cell::default() }.looks("state-bad")
}

/// What the county added in the latest year, of all member villages, in yuan.
fn supplement(row: &Value) -> Cell {
    let members = row["members"].as_array().into_iter().flatten();
    let years = members.filter_map(|member| member["funding"].as_object()).flatten();
    let mut latest = (String::new(), 0_u64);
    for (year, funding) in years {
        let Some(amount) = funding["supplement"]["amount"].as_u64() else { continue };
        if *year > latest.0 {
            latest = (year.clone(), 0);
        }
        if *year == latest.0 {
            latest.1 += amount;
        }
    }
    if latest.0.is_empty() {
        return Cell::text("");
    }
    Cell {
        text: format!("{}: {}", latest.0, yuan(latest.1)),
        number: Some(latest.1 as f64),
        ..Cell::default()
    }
}

/// An amount of fen in yuan.
pub(crate) fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// An amount of money in yuan; a dash where none is known.
pub(crate) fn money(value: &Value) -> Cell {
    match value["amount"].as_u64() {
        Some(fen) => Cell { text: yuan(fen), number: Some(fen as f64), ..Cell::default() },
        None => Cell::text("—"),
    }
}

/// Villages with the joint branches that cover them.
pub(crate) fn villages(visit: &Visit, title: &str, rows: &[Value]) -> Table {
    let columns = [
        text("name", w::NAME),
        text("code", w::CODE),
        choice("kind", w::KIND),
        text("joint_branch", w::JOINT_BRANCH),
    ];
    let mut table = Table::new("villages", title, &columns);
    for row in rows {
        let covering = row["joint_branches"].as_array().map_or(&[][..], Vec::as_slice);
        let names: Vec<_> = covering.iter().map(|found| said(found, "name")).collect();
        let cell = Cell::text(names.join(visit.language.pick("、", ", ")));
        let first =
            covering.first().map(|found| visit.link(&format!("/joint-branches/{}", said(found, "id"))));
        table.rows.push(vec![
            Cell::text(said(row, "name")),
            Cell::text(said(row, "code")),
            coded(visit, row, "kind", "PlaceKind"),
            match first {
                Some(link) => cell.to(link),
                None => cell,
            },
        ]);
    }
    table
}

const OBLIGATIONS: [Column; 7] = [
    text("due", w::DUE),
    choice("kind", w::KIND),
    text("name", w::CONCERNS),
    choice("overdue", w::OVERDUE),
    number("overdue_days", w::OVERDUE_DAYS),
    choice("owner", w::OWNER),
    text("detail", w::DETAIL),
];

/// Obligations in the order in which they come.
pub(crate) fn obligations(
    visit: &Visit,
    title: &str,
    rows: &[Value],
    name_of: &dyn Fn(&str) -> String,
) -> Table {
    let mut table = Table::new("obligations", title, &OBLIGATIONS);
    for row in rows {
        let is_overdue = row["overdue"] == true;
        let name = Cell::text(said(row, "name"));
        let detail = said(&row["detail"], visit.language.code());
        table.rows.push(vec![
            Cell::text(said(row, "due")),
            coded(visit, row, "kind", "Obligation"),
            match (row["joint_branch"].as_str(), row["organization"].as_str()) {
                (Some(id), _) => name.to(visit.link(&format!("/joint-branches/{id}"))),
                (None, Some(id)) => name.to(visit.link(&format!("/organizations/{id}"))),
                (None, None) => name,
            },
            Cell::text(visit.t(if is_overdue { w::YES } else { w::NO })).looks(if is_overdue {
                "state-bad"
            } else {
                "state-quiet"
            }),
            Cell::number(&row["overdue_days"]),
            Cell::text(name_of(row["owner"]["code"].as_str().unwrap_or_default())),
            Cell::text(detail),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use labels::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_register_row_says_members_grades_money_and_what_is_owed() {
        let row = json!({
            "id": "01J8KQ2M000000000000000008", "name": "狮岩联合党支部", "phase": "rectifying", "arrangement": "merger",
            "mode": "rich_poor", "form": "branch", "lead_township": {"name": "白果乡"}, "secretary": null, "vacant_since": "2026-01-01",
            "members": [
                {"name": "甲支部", "village": {"name": "狮子村"}, "funding": {"2025": {"supplement": {"amount": 9}}, "2026": {"supplement": {"amount": 120_050}}}},
                {"name": "局机关党支部", "village": null, "funding": {}}
            ],
            "last_grades": [{"quarter": "2026Q3", "grade": "poor"}], "obligations": [{"overdue": true}, {"overdue": false}]
        });
        let table = joint_branches(&visit(Language::Chinese, &[]), "清单", &[row]);
        let texts: Vec<_> = table.rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts[1..4], ["整改中", "合建", "贫富村合建"]);
        assert_eq!(texts[6..8], ["狮子村、局机关党支部", "空缺自 2026-01-01"]);
        assert_eq!(texts[10..], ["2026年第三季度 较差", "2（逾期 1）", "2026: 1200.50"]);
    }
}
