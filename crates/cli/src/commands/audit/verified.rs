//! What is asked of a log, a bundle or a receipt, and what was verified of it.

use audit::checkpoint::Checkpoint;
use audit::key::PublicKey;
use audit::verdict::Requirements;
use audit::{Clock, Finding, Report, Verifier};
use event_log::LogError;
use service::scans::Standing;

use super::signed_tree::SignedTree;
use super::views;
use crate::exit::Failure;

/// What is asked of a log, and by which clock.
#[derive(Clone, Copy, Default)]
pub struct Question<'a> {
    pub requirements: Requirements<'a>,
    pub clock: Clock,
}

/// What was verified.
pub struct Verified {
    pub report: Report,
    /// The head under which it lies, and those that witnesses have signed.
    pub checkpoint: Option<Checkpoint>,
    pub witnessed: Vec<Checkpoint>,
    /// The keys of the log by its own account.
    pub keys: Vec<PublicKey>,
    /// Whether it is what concerns one county.
    pub is_of_scope: bool,
    /// How the views compare, where they were looked at.
    pub compared: Compared,
    /// How the scans stand, where they lie here, or why they could not be looked at.
    pub scans: Option<Result<Standing, LogError>>,
}

impl Verified {
    /// What does not read at all.
    pub fn failed(finding: Finding) -> Self {
        let mut report = Report::of_nothing();
        report.add(finding);
        let (witnessed, keys) = (Vec::new(), Vec::new());
        Self { report, checkpoint: None, witnessed, keys, is_of_scope: false, compared: None, scans: None }
    }
}

type Compared = Option<Result<views::Comparison, Failure>>;

impl Question<'_> {
    /// Prepares a verifier of a log that is shown from its first event to its last.
    pub fn put<'v>(&self, mut verifier: Verifier<'v>, signed_tree: &SignedTree) -> Verifier<'v> {
        verifier.by_clock(self.clock);
        verifier.witnessed(signed_tree.times(self.requirements.trust));
        if let Some(trust) = self.requirements.trust {
            verifier.aged_by_hours(trust.quorum_hours());
        }
        // Where a head is there, what lies behind it is signed within seconds, or nobody signed it.
        let is_asked = self.requirements.trust.is_some() || self.requirements.since.is_some();
        if let Some(head) = signed_tree.checkpoint.as_ref().filter(|_| is_asked) {
            verifier.signed_up_to(head.size);
        }
        verifier
    }
}
