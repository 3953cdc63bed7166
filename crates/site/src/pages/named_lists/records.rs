//! The lists of papers and records: the register of documents, late entries, rules set aside, corrections.

use labels as w;
use labels::events::event;
use labels::terms::term;
use projections::ListName;
use serde_json::Value;

use super::{Told, flag, joined, place};
use crate::pages::entries::china_time;
use crate::pages::lists::said;
use crate::pages::table::{Cell, Table, choice, number, text};
use crate::pages::visit::Visit;

/// How many of the records that cite a document a row names; all are counted.
const MAX_CITATIONS: usize = 3;

/// 文号登记簿.
pub(super) fn documents(visit: &Visit, heading: &str, rows: &[Value]) -> Table {
    let columns = [
        text("number", w::DOCUMENT),
        choice("issuer", w::ISSUER),
        text("issued", w::ISSUED_ON),
        choice("out_of_order", w::OUT_OF_ORDER),
        choice("scan", w::SCANNED),
        text("recorded", w::RECORDED),
        number("citations", w::CITATIONS),
        text("cited_by", w::CITED_BY),
    ];
    let mut table = Table::new("documents", heading, &columns);
    for row in rows {
        let citing = row["cited_by"].as_array().map_or(&[][..], Vec::as_slice);
        let one =
            |entry: &Value| format!("{} #{}", event(visit.language, said(entry, "type")), entry["position"]);
        let cited = Cell::text(joined(visit, citing.iter().take(MAX_CITATIONS).map(one)));
        let first = citing.first().map(|entry| visit.link(&format!("/events/{}", entry["position"])));
        table.rows.push(vec![
            Cell::text(said(row, "number")),
            Cell::text(row["issuer_name"].as_str().unwrap_or_else(|| said(row, "issuer"))),
            Cell::text(said(row, "issued")),
            flag(visit, row["out_of_order"] == true),
            Cell::text(visit.t(if row["sha256"].is_string() { w::YES } else { w::NO })),
            Cell::text(china_time(said(row, "recorded_at"))),
            Cell::number(&row["citations"]),
            match first {
                Some(link) => cited.to(link),
                None => cited,
            },
        ]);
    }
    table
}

/// Records: late ones, those for which a rule was set aside, and corrections, each with what is its own.
pub(super) fn records(
    visit: &Visit,
    name: ListName,
    heading: &str,
    rows: &[Value],
    told: &Told<'_>,
) -> Table {
    let mut columns = vec![
        number("position", w::POSITION),
        choice("event", w::EVENT),
        text("entity", w::CONCERNS),
        text("effective", w::EFFECTIVE),
        text("recorded", w::RECORDED),
        number("delay", w::DELAY_DAYS),
        choice("county", w::COUNTY),
        text("document", w::DOCUMENT),
        text("actor", w::ACTOR),
    ];
    match name {
        ListName::Overrides => columns.extend([
            text("rules", w::RULE),
            text("reason", w::OVERRIDE_REASON),
            text("override_document", w::OVERRIDE_DOCUMENT),
        ]),
        ListName::Corrections => {
            columns.extend([number("corrected", w::CORRECTED_RECORD), text("reason", w::REASON)]);
        }
        _ => {}
    }
    let mut table = Table::new(name.as_str(), heading, &columns);
    for row in rows {
        let mut cells = common(visit, row, told);
        match name {
            ListName::Overrides => cells.extend(set_aside(visit, row)),
            ListName::Corrections => {
                let position = &row["data"]["corrected_position"];
                cells.push(Cell::number(position).to(visit.link(&format!("/events/{position}"))));
                cells.push(Cell::text(said(&row["data"], "reason")));
            }
            _ => {}
        }
        table.rows.push(cells);
    }
    table
}

fn common(visit: &Visit, row: &Value, told: &Told<'_>) -> Vec<Cell> {
    let (position, county) = (&row["position"], said(row, "county"));
    let id = said(row, "subject").rsplit('/').next().unwrap_or_default();
    let entity = match (told.names)(id) {
        Some(named) => Cell { text: named.text, link: named.link, ..Cell::default() },
        None => Cell::text(id),
    };
    let actor = row["actor_name"].as_str().unwrap_or_else(|| said(row, "actor"));
    vec![
        Cell::number(position).to(visit.link(&format!("/events/{position}"))),
        Cell::text(event(visit.language, said(row, "type"))),
        entity,
        Cell::text(said(row, "effective_date")),
        Cell::text(china_time(said(row, "recorded_at"))),
        Cell::number(&row["delay_days"]),
        if county.is_empty() { Cell::text("—") } else { place(visit, county, (told.place_name)(county)) },
        Cell::text(said(&row["document"], "number")),
        Cell::text(format!("{} {actor}", term(visit.language, "Role", said(row, "actor_role")))),
    ]
}

/// Which rules were set aside, why, and on which document.
fn set_aside(visit: &Visit, row: &Value) -> [Cell; 3] {
    let rules = row["rules"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let document = &row["override"]["document"];
    [
        Cell::text(joined(visit, rules.map(str::to_owned))),
        Cell::text(said(&row["override"], "reason")),
        Cell::text(document.as_str().unwrap_or_else(|| said(document, "number"))),
    ]
}
