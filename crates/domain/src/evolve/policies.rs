//! How the events of policies and of the rule book change the state.

use crate::event::EventMeta;
use crate::event_data::policies::{PolicyIssued, RuleBookAdopted};
use crate::policy_book::AdoptedEdition;
use crate::state::CityState;

pub(super) fn issued(state: &mut CityState, meta: &EventMeta, data: &PolicyIssued) {
    state.policies.issue(meta, data);
}

pub(super) fn rule_book_adopted(state: &mut CityState, meta: &EventMeta, data: &RuleBookAdopted) {
    let (edition, program) = (data.rule_book.edition, data.program.clone());
    let (checker_sha256, position) = (data.checker_sha256.clone(), meta.position);
    state.policies.adopt(AdoptedEdition { edition, program, checker_sha256, position });
}
