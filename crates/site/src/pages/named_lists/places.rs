//! The lists of places: missed deadlines of townships, money of villages, duties by month, quarter and year.

use labels as w;
use serde_json::Value;

use super::{Told, flag, joined, joint_branch, place};
use crate::pages::lists::{money, said};
use crate::pages::table::{Cell, Table, choice, number, text};
use crate::pages::visit::Visit;

/// 黄牌: a row for each missed deadline of a township that has a card.
pub(super) fn yellow_cards(visit: &Visit, heading: &str, rows: &[Value], told: &Told<'_>) -> Table {
    let columns = [
        choice("township", w::LEAD_TOWNSHIP),
        choice("county", w::COUNTY),
        number("misses", w::MISSES),
        number("from_misses", w::FROM_MISSES),
        choice("kind", w::KIND),
        text("name", w::JOINT_BRANCH),
        text("quarter", w::QUARTER),
        text("due", w::DUE),
        text("done", w::DONE_ON),
    ];
    let mut table = Table::new("yellow-cards", heading, &columns);
    for row in rows {
        let county = said(row, "county");
        let mut push = |kind: w::Words, missed: &Value, due: &str, done: &str| {
            let done = missed[done].as_str();
            table.rows.push(vec![
                place(visit, said(row, "code"), said(row, "name").to_owned()),
                place(visit, county, (told.place_name)(county)),
                Cell::number(&row["misses"]),
                Cell::number(&row["from_misses"]),
                Cell::text(visit.t(kind)),
                joint_branch(visit, said(missed, "joint_branch"), said(missed, "name")),
                missed["quarter"]
                    .as_str()
                    .map_or_else(|| Cell::text("—"), |quarter| Cell::quarter(visit, quarter)),
                Cell::text(said(missed, due)),
                done.map_or_else(|| Cell::text(visit.t(w::NOT_YET)).looks("state-bad"), Cell::text),
            ]);
        };
        for missed in row["quarters"].as_array().into_iter().flatten() {
            push(w::EVALUATION_DUE, missed, "due", "graded_on");
        }
        for missed in row["rectifications"].as_array().into_iter().flatten() {
            push(w::REVIEW_DUE, missed, "deadline", "reviewed_on");
        }
    }
    table
}

/// The money of villages in a year.
pub(super) fn funding(visit: &Visit, heading: &str, rows: &[Value], told: &Told<'_>) -> Table {
    let columns = [
        text("name", w::VILLAGE),
        text("code", w::CODE),
        choice("township", w::TOWNSHIP),
        number("base", w::BASE_YUAN),
        number("last_base", w::LAST_BASE_YUAN),
        text("last_fiscal_year", w::LAST_BASE_YEAR),
        choice("below_last", w::BELOW_LAST),
        number("supplement", w::SUPPLEMENT_YUAN),
        number("settled", w::SETTLED_YUAN),
        text("mergers", w::MERGER),
    ];
    let mut table = Table::new("funding", heading, &columns);
    for row in rows {
        let township = said(row, "township");
        let mergers: Vec<&str> =
            row["mergers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let named = mergers.iter().filter_map(|id| (told.names)(id)).map(|named| named.text);
        let merger = Cell::text(joined(visit, named));
        table.rows.push(vec![
            Cell::text(said(row, "name")),
            Cell::text(said(row, "code")),
            place(visit, township, (told.place_name)(township)),
            money(&row["base"]),
            money(&row["last_base"]),
            Cell::text(
                row["last_fiscal_year"].as_i64().map_or_else(|| "—".to_owned(), |year| year.to_string()),
            ),
            flag(visit, row["below_last"] == true),
            money(&row["supplement"]),
            money(&row["settled"]),
            match mergers.first() {
                Some(id) => merger.to(visit.link(&format!("/joint-branches/{id}"))),
                None => merger,
            },
        ]);
    }
    table
}

/// 责任清单: what each place did.
pub(super) fn cadence(visit: &Visit, heading: &str, rows: &[Value]) -> Table {
    let columns = [
        text("name", w::NAME),
        text("code", w::CODE),
        text("months", w::MONTHS_MET),
        text("months_missed", w::MONTHS_MISSED),
        number("graded", w::QUARTERS_GRADED),
        number("late", w::QUARTERS_LATE),
        number("missing", w::QUARTERS_MISSING),
        number("owed", w::REVIEWS_OWED),
        number("reviewed", w::REVIEWS_DONE),
        number("issued", w::SUPERVISIONS_ISSUED),
        number("answered", w::SUPERVISIONS_ANSWERED),
    ];
    let mut table = Table::new("cadence", heading, &columns);
    for row in rows {
        let months = row["months"].as_array().map_or(&[][..], Vec::as_slice);
        let missed: Vec<&Value> = months.iter().filter(|month| month["met"] == false).collect();
        let month = |entry: &&Value| {
            let number = said(entry, "month").rsplit('-').next().unwrap_or_default().trim_start_matches('0');
            visit.language.pick(format!("{number}月"), number.to_owned())
        };
        let sum = |of: &str| {
            let quarters = row["quarters"].as_array().into_iter().flatten();
            Cell::number(&quarters.filter_map(|quarter| quarter[of].as_u64()).sum::<u64>().into())
        };
        let marked = |cell: Cell| if cell.number > Some(0.0) { cell.looks("state-bad") } else { cell };
        let review = &row["yearly_review"];
        let met = Cell::text(format!("{}/{}", months.len() - missed.len(), months.len()));
        table.rows.push(vec![
            place(visit, said(row, "code"), said(row, "name").to_owned()),
            Cell::text(said(row, "code")),
            if missed.is_empty() { met } else { met.looks("state-warn") },
            Cell::text(missed.iter().map(month).collect::<Vec<_>>().join(visit.language.pick("、", ", "))),
            sum("graded"),
            marked(sum("late")),
            marked(sum("missing")),
            Cell::number(&review["owed"]),
            Cell::number(&review["reviewed"]),
            Cell::number(&row["supervisions_issued"]),
            Cell::number(&row["supervisions_answered"]),
        ]);
    }
    table
}
