//! How the events of the cycle change the state: grades, orders of rectification, reviews.

use super::entities::{decision_key, with_joint_branch};
use crate::base::satisfaction_base;
use crate::event::EventMeta;
use crate::event_data::cycle::{
    EvaluationCorrected, QuarterEvaluated, RectificationOrdered, RectificationReviewed,
};
use crate::ids::JointBranchId;
use crate::joint_branch::{CycleActors, Evaluation, Grade, Phase, Rectification, Thread};
use crate::quarter::Quarter;
use crate::state::CityState;

pub(super) fn evaluated(state: &mut CityState, meta: &EventMeta, data: &QuarterEvaluated) {
    let is_owed = calls_for_order(state, data.joint_branch, data.quarter);
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Quarters, meta.effective_date);
        let evaluation = Evaluation {
            grade: data.grade,
            effective_date: meta.effective_date,
            recorded_on: meta.recorded_at.day(),
            recorded_by: [meta.actor.clone()].into(),
            position: meta.position,
            corrected: false,
        };
        joint_branch.evaluations.insert(data.quarter, evaluation);
        // Under an order the grade is answered by that order's review; otherwise it calls for an order of its own.
        if data.grade == Grade::Poor && joint_branch.phase == Phase::Operating && is_owed {
            joint_branch.poor_standing.insert(data.quarter, meta.effective_date);
        }
    });
}

/// Nothing is owed for a quarter that ended before what stood already was taken onto the register.
fn calls_for_order(state: &CityState, id: JointBranchId, quarter: Quarter) -> bool {
    let registered = state.joint_branches.get(&id).filter(|found| found.is_registered);
    registered.and_then(|found| state.owed_from(found)).is_none_or(|from| quarter.end() >= from)
}

pub(super) fn evaluation_corrected(state: &mut CityState, meta: &EventMeta, data: &EvaluationCorrected) {
    let is_owed = calls_for_order(state, data.joint_branch, data.quarter);
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Cycle, meta.effective_date);
        joint_branch.decisions.extend(decision_key("correct", meta));
        if let Some(evaluation) = joint_branch.evaluations.get_mut(&data.quarter) {
            evaluation.grade = data.grade;
            evaluation.corrected = true;
            evaluation.recorded_by.insert(meta.actor.clone());
        }
        if data.grade != Grade::Poor {
            joint_branch.poor_standing.remove(&data.quarter);
        } else if joint_branch.phase == Phase::Operating && is_owed {
            joint_branch.poor_standing.insert(data.quarter, meta.effective_date);
        }
    });
}

pub(super) fn rectification_ordered(state: &mut CityState, meta: &EventMeta, data: &RectificationOrdered) {
    let Some(base) =
        state.joint_branches.get(&data.joint_branch).map(|found| satisfaction_base(state, found))
    else {
        return;
    };
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Cycle, meta.effective_date);
        joint_branch.phase = Phase::Rectifying;
        joint_branch.poor_standing.clear();
        joint_branch.decisions.extend(decision_key("order", meta));
        joint_branch.cycle_actors = CycleActors {
            ordered: Some(meta.actor.clone()),
            reviewed: None,
            counted: base.recorded_by.clone(),
        };
        joint_branch.rectification = Some(Rectification {
            ordered_on: meta.effective_date,
            deadline: data.deadline,
            items: data.items.clone(),
            base,
        });
    });
}

pub(super) fn rectification_reviewed(state: &mut CityState, meta: &EventMeta, data: &RectificationReviewed) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Cycle, meta.effective_date);
        joint_branch.rectification = None;
        joint_branch.cycle_actors.reviewed = Some(meta.actor.clone());
        joint_branch.decisions.extend(decision_key("review", meta));
        joint_branch.phase = if data.termination_due { Phase::TerminationDue } else { Phase::Operating };
        joint_branch.termination_due_since = data.termination_due.then_some(meta.effective_date);
    });
}
