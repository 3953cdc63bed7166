//! The pages: what people read and fill in, as functions from a view to HTML. Nothing in here reads the log, the clock
//! or a request; `handlers` does, and calls these.

pub(crate) mod accounts;
pub(crate) mod acts;
pub(crate) mod assets;
pub(crate) mod branches;
pub(crate) mod bulk_recorded;
pub(crate) mod calendar;
pub(crate) mod chart;
pub(crate) mod check;
pub(crate) mod components;
pub(crate) mod entities;
pub(crate) mod entries;
pub(crate) mod event;
pub(crate) mod find;
pub(crate) mod forms;
pub(crate) mod grade_cells;
pub(crate) mod grades;
pub(crate) mod home;
pub(crate) mod joint_branch;
pub(crate) mod layout;
pub(crate) mod ledgers;
pub(crate) mod life_line;
pub(crate) mod lists;
pub(crate) mod meeting;
pub(crate) mod my_sign_in;
pub(crate) mod named_lists;
pub(crate) mod papers;
pub(crate) mod qr;
pub(crate) mod registration;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod table;
pub(crate) mod tier;
pub(crate) mod village;
pub(crate) mod visit;
