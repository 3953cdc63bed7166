//! How the events of 存量登记 change the state.

use std::sync::Arc;

use super::entities::{
    decision_key, with_joint_branch, with_organization, with_person, without_effective_order,
};
use super::{functions, joint_branches, organizations, posts};
use crate::date::Date;
use crate::event::EventMeta;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::organizations::OrganizationSuspended;
use crate::event_data::registrations::{
    JointBranchRegistered, RegisterOpened, RegistrationCompleted, RegistrationConfirmed, RegistrationRejected,
};
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::joint_branch::{Arrangement, Establishment, Evaluation, JointBranch, Phase, Thread};
use crate::on_file::{OnFile, known};
use crate::place::Level;
use crate::post::Term;
use crate::registration::{Completion, Confirmation, FactName, Facts, Register, Registration};
use crate::state::CityState;
use crate::work::CoLocation;

pub(super) fn opened(state: &mut CityState, meta: &EventMeta, data: &RegisterOpened) {
    let opened_on = state.registers.get(&data.county).map_or(meta.effective_date, |found| found.opened_on);
    let register = Register {
        from: data.from,
        closes_on: data.closes_on,
        opened_on,
        document: meta.document.as_ref().map(|document| document.number.clone()),
        position: meta.position,
    };
    state.registers.insert(data.county, Arc::new(register));
}

pub(super) fn registered(state: &mut CityState, meta: &EventMeta, data: &JointBranchRegistered) {
    let mut joint_branch = joint_branches::begun(meta, data.joint_branch, &data.name, data.lead_township);
    joint_branch.arrangement = data.arrangement;
    joint_branch.members.clone_from(&data.members);
    joint_branch.form_kind.clone_from(&data.form_kind);
    joint_branch.phase = Phase::AwaitingConfirmation;
    joint_branch.is_registered = true;
    take_shape(&mut joint_branch, &data.facts);
    // What was sent back and is registered again keeps what was decided on it.
    if let Some(earlier) = state.joint_branches.get(&data.joint_branch) {
        joint_branch.decisions.clone_from(&earlier.decisions);
    }
    state.joint_branches.insert(data.joint_branch, Arc::new(joint_branch));
    let registration = Registration {
        source: data.source.clone(),
        facts: data.facts.clone(),
        registered_by: meta.actor.clone(),
        registered_on: meta.recorded_at.day(),
        confirmed: None,
        sent_back: None,
        completions: Vec::new(),
    };
    state.registrations.insert(data.joint_branch, Arc::new(registration));
}

/// Changes the registration of a joint branch, if it has one.
fn with_registration(state: &mut CityState, id: JointBranchId, change: impl FnOnce(&mut Registration)) {
    if let Some(registration) = state.registrations.get_mut(&id) {
        change(Arc::make_mut(registration));
    }
}

/// The mode and form as far as they are known.
fn take_shape(joint_branch: &mut JointBranch, facts: &Facts) {
    joint_branch.mode = known(&facts.mode).unwrap_or(&joint_branch.mode).clone();
    joint_branch.form = known(&facts.form).copied().unwrap_or(joint_branch.form);
}

pub(super) fn confirmed(state: &mut CityState, meta: &EventMeta, data: &RegistrationConfirmed) {
    let Some(found) = state.joint_branches.get(&data.joint_branch).cloned() else { return };
    let Some(facts) = state.registrations.get(&data.joint_branch).map(|found| found.facts.clone()) else {
        return;
    };
    with_registration(state, data.joint_branch, |registration| {
        registration.confirmed = Some(Confirmation {
            effective_date: meta.effective_date,
            recorded_on: meta.recorded_at.day(),
            document: meta.document.as_ref().map(|document| document.number.clone()),
        });
    });
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Standing, meta.effective_date);
        joint_branch.phase = Phase::Operating;
        joint_branch.decisions.extend(decision_key("confirm", meta));
        joint_branch.establishment = Some(Establishment {
            effective_date: meta.effective_date,
            // Which body decided then is not on file as an organization of ours, so nobody below the county ends it.
            level: Level::County,
            document: None,
        });
    });
    take_up(state, meta, data.joint_branch, &facts);
    for organization in found.members.iter().copied() {
        match found.arrangement {
            Arrangement::Merger => {
                let taken = OrganizationSuspended { organization, joint_branch: found.id };
                organizations::suspended(state, meta, &taken);
            }
            Arrangement::Pairing => with_organization(state, meta, organization, |organization| {
                organization.pairings.insert(found.id);
            }),
        }
    }
    let moved = FunctionsMoved {
        joint_branch: found.id,
        functions: data.functions.clone(),
        from: found.members.clone(),
    };
    functions::functions_moved(state, meta, &moved, true);
}

/// Takes up what is known of a joint branch at work: posts, grades, where it works.
fn take_up(state: &mut CityState, meta: &EventMeta, id: JointBranchId, facts: &Facts) {
    without_effective_order(state, meta, id, |joint_branch| {
        take_shape(joint_branch, facts);
        if let Some(found) = known(&facts.established)
            && let Some(establishment) = &mut joint_branch.establishment
        {
            establishment.effective_date = found.earliest();
        }
        if let (Some(found), Some(establishment)) = (known(&facts.approval), &mut joint_branch.establishment)
        {
            establishment.document = Some(found.number.clone());
        }
        if let Some(secretary) = facts.secretary_in_post(meta.effective_date) {
            // What is completed later says more of the same person.
            if joint_branch.promises.as_ref().is_none_or(|found| found.person != secretary.person) {
                posts::promises_begin(joint_branch, secretary.person, secretary.since);
            }
            joint_branch.secretary = Some(secretary);
        }
        let term_end = known(&facts.term_end).copied();
        if let (Some(end), Some(secretary)) = (term_end, &mut joint_branch.secretary) {
            secretary.term_end = Some(end);
            joint_branch.term.get_or_insert(Term { start: secretary.since, end, scheduled_end: end });
        }
        if let Some(found) = known(&facts.committee) {
            joint_branch.committee.clone_from(found);
        }
        for found in known(&facts.grades).into_iter().flatten() {
            joint_branch.evaluations.entry(found.quarter).or_insert_with(|| Evaluation {
                grade: found.grade,
                effective_date: meta.effective_date,
                recorded_on: meta.recorded_at.day(),
                recorded_by: [meta.actor.clone()].into(),
                position: meta.position,
                corrected: false,
            });
        }
        if let Some(found) = known(&facts.co_location) {
            let since = found.since.map_or(meta.effective_date, |date| date.earliest());
            joint_branch.co_location.get_or_insert(CoLocation { place: found.place, since });
        }
    });
    if let Some(found) = known(&facts.secretary) {
        with_person(state, meta, found.person, |person| {
            person.secretary_of.insert(id);
        });
    }
}

pub(super) fn rejected(state: &mut CityState, meta: &EventMeta, data: &RegistrationRejected) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| joint_branch.phase = Phase::SentBack);
    with_registration(state, data.joint_branch, |registration| {
        registration.sent_back = Some(data.reason.clone());
    });
}

pub(super) fn completed(state: &mut CityState, meta: &EventMeta, data: &RegistrationCompleted) {
    with_registration(state, data.joint_branch, |registration| {
        match (known(&registration.facts.grades), known(&data.facts.grades)) {
            // Grades are added one by one.
            (Some(known), Some(found)) => {
                registration.facts.grades = Some(OnFile::Value(known.iter().chain(found).cloned().collect()));
            }
            _ => registration.facts.complete(&data.facts),
        }
        registration.completions.push(Completion {
            field: data.field,
            source: data.source.clone(),
            recorded_on: meta.recorded_at.day(),
            position: meta.position,
        });
    });
    let is_live = state.joint_branches.get(&data.joint_branch).is_some_and(|found| found.phase.is_live());
    if !is_live {
        return without_effective_order(state, meta, data.joint_branch, |found| {
            take_shape(found, &data.facts);
        });
    }
    if let (Some(functions), Some(found)) =
        (known(&data.facts.functions), state.joint_branches.get(&data.joint_branch))
    {
        let (functions, from) = (functions.clone(), found.members.clone());
        let moved = FunctionsMoved { joint_branch: data.joint_branch, functions, from };
        without_effective_order(state, meta, data.joint_branch, |found| {
            functions::move_in(found, &moved, true);
        });
        functions::move_from(state, meta, &moved, true);
    }
    take_up(state, meta, data.joint_branch, &with_what_waited(state, data));
}

/// What is completed, with what was on file and had nobody to be of: the end of the term of a secretary found later, and
/// since when the post is counted.
fn with_what_waited(state: &CityState, data: &RegistrationCompleted) -> Facts {
    let mut facts = data.facts.clone();
    if data.field == FactName::Secretary
        && let Some(registration) = state.registrations.get(&data.joint_branch)
    {
        facts.term_end.clone_from(&registration.facts.term_end);
        facts.established.clone_from(&registration.facts.established);
    }
    facts
}

impl CityState {
    /// The joint branch, other than the one given, that waits for confirmation and has the member in a merger.
    pub(crate) fn claims_member(&self, own: JointBranchId, member: OrganizationId) -> Option<JointBranchId> {
        let has_it = |other: &&JointBranch| {
            other.arrangement == Arrangement::Merger && other.members.contains(&member)
        };
        self.waiting(own).find(has_it).map(|other| other.id)
    }

    /// The same for whom it names as its secretary.
    pub(crate) fn claims_secretary(&self, own: JointBranchId, person: PersonId) -> Option<JointBranchId> {
        let heads = |other: &&JointBranch| {
            let registration = self.registrations.get(&other.id);
            let named = registration.and_then(|found| known(&found.facts.secretary));
            named.is_some_and(|found| found.person == person)
        };
        self.waiting(own).find(heads).map(|other| other.id)
    }

    fn waiting(&self, own: JointBranchId) -> impl Iterator<Item = &JointBranch> {
        let all = self.joint_branches.values().map(|other| &**other);
        all.filter(move |other| other.phase == Phase::AwaitingConfirmation && other.id != own)
    }

    /// The register of a county, or of the one that went over into it.
    pub fn register_of(&self, county: PlaceId) -> Option<&Arc<Register>> {
        let earlier = || {
            let predecessors = self.places.get(&county).into_iter().flat_map(|found| &found.predecessors);
            let opened = predecessors.filter_map(|id| self.register_of(*id));
            opened.min_by_key(|register| register.from)
        };
        self.registers.get(&county).or_else(earlier)
    }

    /// The register of the county in which a place lies.
    pub fn register_over(&self, place: PlaceId) -> Option<&Arc<Register>> {
        self.register_of(self.ancestor(place, Level::County)?.id)
    }

    /// The day before which a joint branch owes nothing: that from which its county keeps the register here, or the later
    /// one on which it was confirmed itself. Nothing where the register was not opened.
    pub fn owed_from(&self, joint_branch: &JointBranch) -> Option<Date> {
        let from = self.register_over(joint_branch.lead_township).map(|register| register.from);
        let registration = self.registrations.get(&joint_branch.id);
        let confirmed =
            registration.and_then(|found| found.confirmed.as_ref()).map(|found| found.recorded_on);
        from.max(confirmed)
    }
}
