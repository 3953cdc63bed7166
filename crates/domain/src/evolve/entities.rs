//! Changing an entity that the state holds, and noting by which event, document and decision.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::account::Account;
use crate::consent::Consent;
use crate::date::Date;
use crate::document_number::{Document, DocumentNumber};
use crate::event::EventMeta;
use crate::ids::{AccountId, CommandId, JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::joint_branch::JointBranch;
use crate::organization::Organization;
use crate::person::Person;
use crate::recording::Recording;
use crate::state::CityState;

/// The recording of what an event states.
pub(super) fn recording_of(meta: &EventMeta) -> Recording {
    Recording {
        by: meta.actor.clone(),
        event: meta.id,
        position: meta.position,
        effective_date: meta.effective_date,
        corrected_by: BTreeSet::new(),
    }
}

/// The first mention fixes number and date; a later one may add the hash of the scan.
pub(super) fn note_document(state: &mut CityState, key: &str, document: &Document) {
    match state.documents.get_mut(key) {
        Some(known) if known.sha256.is_none() && document.sha256.is_some() => {
            Arc::make_mut(known).sha256.clone_from(&document.sha256);
        }
        Some(_) => {}
        None => {
            state.documents.insert(key.to_owned(), Arc::new(document.clone()));
        }
    }
}

/// Notes the documents of consents.
pub(super) fn note_consents(state: &mut CityState, consents: &[Consent]) {
    for consent in consents {
        let key = CityState::document_key(&consent.organization, &consent.document.number);
        note_document(state, &key, &consent.document);
        state.consent_documents.insert(key);
    }
}

/// Kind, issuer and number of a decision, so that one paper does not take it twice, with the command that took it.
pub(super) fn decision_key(kind: &str, meta: &EventMeta) -> Option<(String, CommandId)> {
    let name = |document: &Document| decision_name(kind, &meta.on_behalf_of.to_string(), &document.number);
    meta.document.as_ref().map(|document| (name(document), meta.command_id))
}

/// The name under which a joint branch remembers a decision.
pub(crate) fn decision_name(kind: &str, issuer: &str, number: &DocumentNumber) -> String {
    format!("{kind}/{issuer}/{number}")
}

/// Changes an account, if there is one of that id; each of these notes the position and day of the event.
pub(super) fn with_account(
    state: &mut CityState,
    meta: &EventMeta,
    id: AccountId,
    change: impl FnOnce(&mut Account),
) {
    if let Some(account) = state.accounts.get_mut(&id) {
        let account = Arc::make_mut(account);
        account.last_position = meta.position;
        change(account);
    }
}

/// Changes an organization.
pub(super) fn with_organization(
    state: &mut CityState,
    meta: &EventMeta,
    id: OrganizationId,
    change: impl FnOnce(&mut Organization),
) {
    if let Some(organization) = state.organizations.get_mut(&id) {
        let organization = Arc::make_mut(organization);
        note(&mut organization.latest_effective, &mut organization.last_position, meta);
        change(organization);
    }
}

/// Keeps the organizations of villages in step with one whose host may have changed; `before` is its village until then.
pub(super) fn note_village(state: &mut CityState, id: OrganizationId, before: Option<PlaceId>) {
    let now = state.organizations.get(&id).and_then(|found| found.village());
    if now == before {
        return;
    }
    if let Some(village) = before
        && let Some(own) = state.village_organizations.get_mut(&village)
    {
        own.remove(&id);
        if own.is_empty() {
            state.village_organizations.remove(&village);
        }
    }
    if let Some(village) = now {
        state.village_organizations.entry(village).or_default().insert(id);
    }
}

/// Changes a person.
pub(super) fn with_person(
    state: &mut CityState,
    meta: &EventMeta,
    id: PersonId,
    change: impl FnOnce(&mut Person),
) {
    if let Some(person) = state.persons.get_mut(&id) {
        let person = Arc::make_mut(person);
        note(&mut person.latest_effective, &mut person.last_position, meta);
        change(person);
    }
}

/// Changes a joint branch.
pub(super) fn with_joint_branch(
    state: &mut CityState,
    meta: &EventMeta,
    id: JointBranchId,
    change: impl FnOnce(&mut JointBranch),
) {
    if let Some(joint_branch) = state.joint_branches.get_mut(&id) {
        let joint_branch = Arc::make_mut(joint_branch);
        note(&mut joint_branch.latest_effective, &mut joint_branch.last_position, meta);
        change(joint_branch);
    }
}

/// Notes when an entity changed last.
pub(super) fn note(latest_effective: &mut Date, last_position: &mut u64, meta: &EventMeta) {
    *latest_effective = (*latest_effective).max(meta.effective_date);
    *last_position = meta.position;
}

/// Whether the corrected event still states the value; who corrects it is remembered with it.
pub(super) fn states(recorded: &mut Recording, meta: &EventMeta, corrected_position: u64) -> bool {
    let is_current = recorded.position == corrected_position;
    if is_current {
        recorded.corrected_by.insert(meta.actor.clone());
    }
    is_current
}

/// Counts a correction of whoever recorded it, by county.
pub(super) fn count_correction(state: &mut CityState, meta: &EventMeta) {
    let county = meta.scope.county_token().to_owned();
    *state.corrections.entry(county).or_default().entry(meta.actor.clone()).or_default() += 1;
}

/// Changes a joint branch without moving its latest effective date: activities, co-location and funding carry a date of
/// their own.
pub(super) fn without_effective_order(
    state: &mut CityState,
    meta: &EventMeta,
    id: JointBranchId,
    change: impl FnOnce(&mut JointBranch),
) {
    if let Some(joint_branch) = state.joint_branches.get_mut(&id) {
        let joint_branch = Arc::make_mut(joint_branch);
        joint_branch.last_position = meta.position;
        change(joint_branch);
    }
}
