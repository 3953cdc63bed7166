//! The table of what is accepted, case by case, with the verdict that both checkers must come to.

use super::Case;
use super::forge::{Files, Forge, HOUR, Wanted, log_key};

mod form;
mod signers;
mod values;

pub(super) const VERIFIED: &str = "verified";
pub(super) const FAILED: &str = "failed";
pub(super) const NOBODY: &str = "consistent_signer_not_established";
pub(super) const CONTINUES: &str = "continues_checkpoint";
pub(super) const ANOTHER_SIGNER: &str = "continues_signer_not_established";
pub(super) const TOO_FEW: &str = "witnesses_missing";
pub(super) const USAGE: &str = "usage";

/// Every case with its verdict.
pub(super) fn all() -> Vec<(Case, &'static str)> {
    let mut table = Table { forge: Forge::new(), cases: Vec::new() };
    form::all(&mut table);
    signers::all(&mut table);
    values::all(&mut table);
    table.cases
}

pub(super) struct Table {
    pub(super) forge: Forge,
    cases: Vec<(Case, &'static str)>,
}

impl Table {
    fn whole(&self) -> Files {
        self.forge.bundle(Wanted::Whole, &[], false)
    }

    /// Under the trusted key of the log.
    fn file(&mut self, name: &str, files: &Files, expected: &'static str) {
        self.bytes(name, files.to_bytes(), expected);
    }

    fn bytes(&mut self, name: &str, bytes: Vec<u8>, expected: &'static str) {
        let case = self.forge.case(name, bytes);
        self.cases.push((case, expected));
    }

    /// Hashes and counts of the manifest fit.
    fn mended(&mut self, name: &str, files: &Files, expected: &'static str) {
        self.file(name, &files.mended(), expected);
    }

    fn case(&mut self, case: Case, expected: &'static str) {
        self.cases.push((case, expected));
    }
}
