//! The disposable read models of one city: what each tier reads, folded from the log and thrown away at will.
//!
//! - Rows ([`rows`]) are pure functions of the folded `CityState`, so a counter is right after a correction or a
//!   dissolution by construction; only the [`timeline`] is a fold of its own.
//! - [`Views`] is a snapshot of all rows that costs nothing to copy: the read path of the service.
//! - A [`Reading`] is such a snapshot looked at on a given day under a policy. The views of each tier are functions
//!   of it: rows hold facts and dates, and what is overdue or missing is decided when read. Nothing reads a clock.
//! - [`Replay`] yields the same snapshot for any past day, position or recorded time.
//! - [`Store`] keeps the rows on disk with the position in the same batch; [`rebuild`] makes it anew from the log;
//!   [`Runner`] follows the log, writes the store and publishes the snapshots.

mod city;
mod code_names;
mod counting;
mod county;
mod diff;
mod figures;
mod joint_branch;
mod judged;
mod lists;
mod obligations;
mod organization;
mod place;
mod policies;
mod reading;
mod rebuild;
mod replay;
pub mod rows;
mod runner;
mod store;
mod stored;
pub mod timeline;
mod touched;
mod township;
mod views;

#[cfg(test)]
mod tests;

pub use city::city_view;
pub use counting::is_led_from;
pub use county::{county_view, register_view};
pub use diff::{Change, Comparing, Diff, DiffError, FieldChange, MAX_CHANGES, Span, diff};
pub use figures::{Breakdowns, FigureView, GradeCounts};
pub use joint_branch::joint_branch_view;
pub use lists::{
    Gathering, LIST_YEARS, List, ListError, ListName, ListQuestion, ListRow, RegisteredDocument, compared,
    gather, statements,
};
pub use obligations::{
    Detail, Obligation, ObligationFilter, ObligationKind, Owner, most_pressing_view, obligations_view,
};
pub use organization::organization_view;
pub use place::{AnswersFor, places_view};
pub use policies::policies_view;
pub use reading::{Bilingual, Reading, View, ViewError};
pub use rebuild::{Progress, RebuildError, Rebuilt, rebuild};
pub use replay::{Moment, Replay, ReplayError, replay};
pub use rows::{Row, RowKey, row};
pub use runner::{Runner, Trouble};
pub use store::{Difference, Marker, Opened, RebuildReason, Store, StoreError};
pub use stored::Unreadable;
pub use township::{ledger_view, township_view};
pub use views::Views;
