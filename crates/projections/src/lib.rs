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

mod assess;
mod assessment;
mod code_names;
mod countable;
mod counting;
mod deadlines;
mod diff;
mod event_entry;
mod figures;
mod invalidated_rows;
mod joint_branch;
mod late;
mod life;
mod lists;
mod meetings;
mod number;
mod number_keys;
mod obligation;
mod obligation_views;
mod obligations;
mod organization;
mod person;
mod place;
mod policies;
mod reading;
mod rebuild;
mod rehearsal;
mod replay;
mod row_key;
pub mod rows;
mod runner;
mod store;
mod stored;
mod table;
mod tier_views;
pub mod timeline;
mod view;
mod views;
mod waypoints;

#[cfg(test)]
mod tests;

pub use code_names::CodeNames;
pub use countable::{
    Countable, CountableId, countable, countable_figures, countable_places, counted_by_view, counts_of_figure,
};
pub use counting::{CountedEntry, CountedJointBranch, PartEntry};
pub use diff::{Change, Comparing, Diff, DiffError, FieldChange, MAX_CHANGES, Span, diff};
pub use event_entry::EventEntry;
pub use joint_branch::{HostTurn, LedgerEntry, QuarterGrade, RegisterEntry, joint_branch_view, rotation};
pub use late::is_recorded_late;
pub use life::{Case, LifeRow, Move, Review, Step, Tenure, Weight, is_routine, life_view};
pub use lists::{
    FigureRow, FlowRow, Gathering, Kept, LIST_YEARS, List, ListError, ListName, ListQuestion, ListRow,
    RecordRow, Spec, StartItem, StartRow, StartState, Upkeep, Year, compared, gather,
    is_before_the_first_decision, statements,
};
pub use meetings::{DecisionEntry, DecisionState};
pub use number::{Number, Unit};
pub use obligation::{Detail, Obligation, ObligationKind, Owner};
pub use obligation_views::{ObligationFilter, most_pressing_view, obligations_view, urgency};
pub use organization::{Membership, OrganizationEntry, organization_view};
pub use person::{HasSecretary, PersonLabel, PersonName, SecretaryRow, join_secretaries};
pub use place::{PlaceEntry, VillageEntry, joint_branches_of, places_view};
pub use policies::{
    CodeListEntry, FigureChange, IssuedEntry, PolicyEntry, RuleEntry, SetBy, Threshold, ThresholdEntry,
    figure_changes, figures_by_name, policies_view, set_figures,
};
pub use reading::Reading;
pub use rebuild::{Progress, RebuildError, Rebuilt, rebuild};
pub use rehearsal::{
    CountyTally, DeadlineShift, DeadlineTally, DocumentTally, FigureShift, MAX_REHEARSED_CASES,
    MAX_REHEARSED_DEADLINES, MAX_REHEARSED_DOCUMENTS, ProposedFigure, Rehearsal, RehearsalError,
    RehearsedCase, Rehearsing, RuleFound, RuleTally, Shift, rehearse, state_at,
};
pub use replay::{Moment, Replay, replay, replay_state};
pub use row_key::{RowKey, RowKeyError};
pub use rows::{Row, row};
pub use runner::{Runner, Trouble};
pub use store::{Difference, Marker, Opened, RebuildReason, Store, StoreError};
pub use stored::{ReplayError, Unreadable};
pub use table::{About, Head, Kind, Mark, Names, Shown, Words, wire_code};
pub use tier_views::{
    TierView, city_view, counted_view, county_view, ledger_view, register_view, township_view,
};
pub use view::{AnswersFor, Breakdowns, FigureName, FigureView, GradeCounts, Page, View, ViewError};
pub use views::Views;
pub use waypoints::Waypoints;
