//! What each event says: the `data` of a CloudEvent, a file a subject. A published type never changes; a new version is a type
//! of its own.

pub mod accounts;
pub mod activities;
pub mod cycle;
pub mod documents;
pub mod establishing;
pub mod filings;
pub mod functions;
pub mod funding;
pub mod joint_branches;
pub mod links;
pub mod log_keeping;
pub mod meetings;
pub mod organizations;
pub mod persons;
pub mod places;
pub mod policies;
pub mod posts;
pub mod registrations;
#[cfg(any(test, feature = "testing"))]
pub mod rehearsal;
pub mod scans;
pub mod supervision;
pub mod yellow_cards;
