//! How the events of oversight change the state.

use std::sync::Arc;

use super::entities::{note, with_joint_branch, with_organization, with_person};
use crate::event::EventMeta;
use crate::event_data::filings::{FiledWithCounty, OrganizationFiled};
use crate::event_data::persons::YearlyReviewed;
use crate::event_data::supervision::{SupervisionAnswered, SupervisionIssued};
use crate::filing::{FilingMatter, FilingOwed};
use crate::joint_branch::JointBranch;
use crate::state::CityState;
use crate::supervision::{Answer, Supervision, YearlyReview};

/// A fact waits to be filed with the county.
pub(super) fn owe_filing(joint_branch: &mut JointBranch, meta: &EventMeta, matter: FilingMatter) {
    let owed = FilingOwed { matter, since: meta.effective_date, recorded_by: meta.actor.clone() };
    joint_branch.filings_owed.insert(meta.position, owed);
}

pub(super) fn filed(state: &mut CityState, meta: &EventMeta, data: &FiledWithCounty) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.filings_owed.remove(&data.filed_position);
    });
}

pub(super) fn organization_filed(state: &mut CityState, meta: &EventMeta, data: &OrganizationFiled) {
    with_organization(state, meta, data.organization, |organization| {
        organization.filings_owed.remove(&data.filed_position);
    });
}

pub(super) fn supervision_issued(state: &mut CityState, meta: &EventMeta, data: &SupervisionIssued) {
    let supervision = Supervision {
        id: data.supervision,
        to: data.to,
        matter: data.matter.clone(),
        joint_branch: data.joint_branch,
        issued_on: meta.effective_date,
        due: data.due,
        answer: None,
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    state.supervisions.insert(data.supervision, Arc::new(supervision));
}

pub(super) fn supervision_answered(state: &mut CityState, meta: &EventMeta, data: &SupervisionAnswered) {
    if let Some(supervision) = state.supervisions.get_mut(&data.supervision) {
        let supervision = Arc::make_mut(supervision);
        note(&mut supervision.latest_effective, &mut supervision.last_position, meta);
        let (text, answered_on) = (data.answer.clone(), meta.effective_date);
        supervision.answer = Some(Answer { text, answered_on, recorded_on: meta.recorded_at.day() });
    }
}

pub(super) fn yearly_reviewed(state: &mut CityState, meta: &EventMeta, data: &YearlyReviewed) {
    with_person(state, meta, data.person, |person| {
        person.reviews.insert(data.year, YearlyReview { level: data.level, class: data.class.clone() });
    });
}
