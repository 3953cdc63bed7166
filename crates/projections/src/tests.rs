//! What the read models promise, told on one hand-written life of three joint branches.

mod edges;
mod life;

mod comparing;
mod correcting;
mod figures;
mod first_secretaries;
mod flows;
mod governance;
mod lists;
mod lives;
mod meetings;
mod obligations;
mod policies;
mod premises;
mod registering;
mod rehearsing;
mod replaying;
mod rows;
mod running;
mod scans;
mod statistics;
mod storing;
mod versions;
mod waypoints;
mod working;
mod yellow_cards;

use serde::Serialize;
use serde_json::Value;

use crate::{TierView, View, ViewError, counted_view};

/// The rows as the interface writes them: what these tests assert is the wire.
fn wire<R: Serialize>(view: View<R>) -> View<Value> {
    let rows = view.rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect();
    view.with_rows(rows)
}

/// The city's view with the rows that a figure counts.
fn counted(reading: crate::Reading<'_>, figure: &str) -> Result<View<Value>, ViewError> {
    counted_view(reading, TierView::City, &life::code("5108"), figure).map(wire)
}
