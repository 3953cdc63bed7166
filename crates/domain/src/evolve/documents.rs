//! How the state follows which decision rests on which document, and how a correction of one changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entities::{count_correction, recording_of};
use crate::document_number::{Document, DocumentNumber};
use crate::entity::Entity;
use crate::event::{Event, EventMeta};
use crate::event_data::documents::DocumentCorrected;
use crate::ids::CommandId;
use crate::joint_branch::JointBranch;
use crate::recorded_decision::{CorrectedDocument, RecordedDecision};
use crate::state::CityState;

/// Notes that the event's command rests on its document; what lies in no place is nobody's to correct.
pub(super) fn note_decision(state: &mut CityState, event: &Event, document: &Document) {
    let (meta, subject) = (&event.meta, event.body.entity());
    if matches!(
        subject,
        Entity::Account(_)
            | Entity::Log
            | Entity::Clock
            | Entity::RuleBook
            | Entity::SigningKeys
            | Entity::AccessLog(_)
    ) {
        return;
    }
    let decision = state.decisions.entry(meta.command_id).or_insert_with(|| {
        Arc::new(RecordedDecision {
            subject,
            joint_branches: BTreeSet::new(),
            issuer: meta.on_behalf_of.clone(),
            number: document.number.clone(),
            recorded: recording_of(meta),
        })
    });
    if let Entity::JointBranch(id) = subject
        && !decision.joint_branches.contains(&id)
    {
        Arc::make_mut(decision).joint_branches.insert(id);
    }
}

/// A number that is put right moves with the decision alone; a day or a hash is put right for all that cite the paper.
pub(super) fn corrected(state: &mut CityState, meta: &EventMeta, data: &DocumentCorrected) {
    count_correction(state, meta);
    note_position(state, meta, data.subject);
    let Some(found) = state.decisions.get_mut(&data.decision) else { return };
    let decision = Arc::make_mut(found);
    decision.recorded.corrected_by.insert(meta.actor.clone());
    let earlier = std::mem::replace(&mut decision.number, data.document.number.clone());
    let decision = decision.clone();
    let is_moved = earlier != decision.number;
    let old_key = CityState::document_key(&decision.issuer, &earlier);
    if is_moved {
        if !state.is_cited(&decision.issuer.to_string(), &earlier) {
            state.documents.remove(&old_key);
        }
        renumber(state, data.decision, &decision, &earlier);
        remember(state, data.decision, &data.earlier_document, &data.document);
        let key = CityState::document_key(&decision.issuer, &decision.number);
        super::entities::note_document(state, &key, &data.document);
        return;
    }
    state.documents.insert(old_key, Arc::new(data.document.clone()));
    for (id, _) in citing(state, &decision.issuer.to_string(), &earlier) {
        remember(state, id, &data.earlier_document, &data.document);
    }
}

/// The decisions that rest on a paper.
fn citing(
    state: &CityState,
    issuer: &str,
    number: &DocumentNumber,
) -> Vec<(CommandId, Arc<RecordedDecision>)> {
    let cites = |found: &RecordedDecision| found.number == *number && found.issuer.to_string() == issuer;
    let all = state.decisions.iter().filter(|(_, found)| cites(found));
    all.map(|(id, found)| (*id, Arc::clone(found))).collect()
}

fn remember(state: &mut CityState, decision: CommandId, earlier: &Document, now: &Document) {
    let first = || CorrectedDocument { recorded: earlier.clone(), now: now.clone() };
    state.corrected_documents.entry(decision).or_insert_with(first).now = now.clone();
}

/// What remembers the decision by its number remembers it by the one put right.
fn renumber(state: &mut CityState, id: CommandId, decision: &RecordedDecision, earlier: &DocumentNumber) {
    for joint_branch in &decision.joint_branches {
        let Some(found) = state.joint_branches.get_mut(joint_branch) else { continue };
        let found = Arc::make_mut(found);
        let kinds = renumber_decisions(found, id, decision, earlier);
        if kinds.contains("establish")
            && let Some(establishment) = &mut found.establishment
        {
            establishment.document = Some(decision.number.clone());
        }
        if kinds.contains("confirm")
            && let Some(registration) = state.registrations.get_mut(joint_branch)
            && let Some(confirmation) = &mut Arc::make_mut(registration).confirmed
        {
            confirmation.document = Some(decision.number.clone());
        }
    }
    match decision.subject {
        Entity::YellowCard(card) => {
            let Some(card) = state.yellow_cards.get_mut(&card).map(Arc::make_mut) else { return };
            let lifting = card.lifted.as_mut().map(|lifted| &mut lifted.document);
            for number in std::iter::once(&mut card.document).chain(lifting) {
                if *number == earlier.as_str() {
                    *number = decision.number.to_string();
                }
            }
        }
        Entity::Meeting(meeting) => {
            let Some(meeting) = state.meetings.get_mut(&meeting).map(Arc::make_mut) else { return };
            let closing = meeting.agenda.iter_mut().flat_map(|item| &mut item.closed);
            let closing = closing.flat_map(|closed| &mut closed.document);
            for number in closing.chain([&mut meeting.document]).filter(|found| **found == earlier.as_str()) {
                *number = decision.number.to_string();
            }
        }
        Entity::Policy(policy) => state.policies.renumber(policy, &decision.number),
        Entity::Place(place) => {
            if let Some(register) = state.registers.get_mut(&place)
                && register.position == decision.recorded.position
            {
                Arc::make_mut(register).document = Some(decision.number.clone());
            }
        }
        _ => {}
    }
}

/// Gives the kinds of decision that the command took on the joint branch.
fn renumber_decisions(
    joint_branch: &mut JointBranch,
    id: CommandId,
    decision: &RecordedDecision,
    earlier: &DocumentNumber,
) -> BTreeSet<String> {
    let ending = format!("/{}/{earlier}", decision.issuer);
    let (moved, kept): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut joint_branch.decisions)
        .into_iter()
        .partition(|(name, command)| *command == id && name.ends_with(&ending));
    joint_branch.decisions = kept;
    let kind_of = |name: &String| name.strip_suffix(&ending).unwrap_or(name).to_owned();
    let kinds: BTreeSet<String> = moved.keys().map(kind_of).collect();
    let now = kinds.iter().map(|kind| (format!("{kind}/{}/{}", decision.issuer, decision.number), id));
    joint_branch.decisions.extend(now);
    kinds
}

fn note_position(state: &mut CityState, meta: &EventMeta, subject: Entity) {
    fn set<T: Clone>(found: Option<&mut Arc<T>>, last_position: fn(&mut T) -> &mut u64, position: u64) {
        if let Some(found) = found {
            *last_position(Arc::make_mut(found)) = position;
        }
    }
    let position = meta.position;
    match subject {
        Entity::JointBranch(id) => {
            set(state.joint_branches.get_mut(&id), |it| &mut it.last_position, position);
        }
        Entity::Organization(id) => {
            set(state.organizations.get_mut(&id), |it| &mut it.last_position, position);
        }
        Entity::Place(id) => set(state.places.get_mut(&id), |it| &mut it.last_position, position),
        Entity::Person(id) => set(state.persons.get_mut(&id), |it| &mut it.last_position, position),
        Entity::Supervision(id) => {
            set(state.supervisions.get_mut(&id), |it| &mut it.last_position, position);
        }
        Entity::YellowCard(id) => set(state.yellow_cards.get_mut(&id), |it| &mut it.last_position, position),
        Entity::Meeting(id) => set(state.meetings.get_mut(&id), |it| &mut it.last_position, position),
        Entity::Policy(_)
        | Entity::Account(_)
        | Entity::Log
        | Entity::Clock
        | Entity::RuleBook
        | Entity::SigningKeys
        | Entity::AccessLog(_) => {}
    }
}

impl CityState {
    /// The decisions that a correction of a decision's document reaches: itself where the number is put right, and
    /// otherwise all that rest on the same paper.
    pub(crate) fn decisions_corrected(
        &self,
        decision: &Arc<RecordedDecision>,
        number: &DocumentNumber,
    ) -> Vec<Arc<RecordedDecision>> {
        if decision.number != *number {
            return vec![Arc::clone(decision)];
        }
        let found = citing(self, &decision.issuer.to_string(), number);
        found.into_iter().map(|(_, found)| found).collect()
    }

    /// Whether a decision or a consent cites a paper.
    fn is_cited(&self, issuer: &str, number: &DocumentNumber) -> bool {
        self.consent_documents.contains(&Self::document_key(&issuer, number))
            || self
                .decisions
                .values()
                .any(|found| found.number == *number && found.issuer.to_string() == issuer)
    }
}
