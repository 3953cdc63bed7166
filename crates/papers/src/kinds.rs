//! The kinds of papers, a file each: the fields that its template may name, and what the record tells of them.

pub(crate) mod approval;
pub(crate) mod circular;
pub(crate) mod election_report;
pub(crate) mod meeting_minutes;
pub(crate) mod rectification_notice;
pub(crate) mod request;
pub(crate) mod supervision_slip;
pub(crate) mod term_reminder;
