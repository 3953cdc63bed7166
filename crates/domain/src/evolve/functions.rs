//! How the events change the state by which functions and powers pass to a joint branch and back.

use super::entities::{decision_key, with_joint_branch, with_organization};
use crate::event::EventMeta;
use crate::event_data::functions::{FunctionsMoved, PowersMoved};
use crate::joint_branch::{JointBranch, Thread};
use crate::state::CityState;

pub(super) fn functions_moved(
    state: &mut CityState,
    meta: &EventMeta,
    data: &FunctionsMoved,
    to_joint_branch: bool,
) {
    with_joint_branch(state, meta, data.joint_branch, |found| move_in(found, data, to_joint_branch));
    move_from(state, meta, data, to_joint_branch);
}

/// What the joint branch holds afterwards.
pub(super) fn move_in(joint_branch: &mut JointBranch, data: &FunctionsMoved, to_joint_branch: bool) {
    for organization in &data.from {
        let held = joint_branch.functions.entry(*organization).or_default();
        if to_joint_branch {
            held.extend(data.functions.iter().cloned());
        } else {
            held.retain(|function| !data.functions.contains(function));
        }
    }
    joint_branch.functions.retain(|_, held| !held.is_empty());
}

/// What the original organizations hold themselves afterwards.
pub(super) fn move_from(
    state: &mut CityState,
    meta: &EventMeta,
    data: &FunctionsMoved,
    to_joint_branch: bool,
) {
    for id in &data.from {
        with_organization(state, meta, *id, |organization| {
            for function in &data.functions {
                if to_joint_branch {
                    organization.held_elsewhere.insert(function.clone(), data.joint_branch);
                } else {
                    organization.held_elsewhere.remove(function);
                }
            }
        });
    }
}

pub(super) fn powers_delegated(state: &mut CityState, meta: &EventMeta, data: &PowersMoved) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Powers, meta.effective_date);
        joint_branch.decisions.extend(decision_key("delegate", meta));
        joint_branch.powers.extend(data.powers.iter().cloned());
    });
}

pub(super) fn powers_revoked(state: &mut CityState, meta: &EventMeta, data: &PowersMoved) {
    with_joint_branch(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.follows(Thread::Powers, meta.effective_date);
        joint_branch.decisions.extend(decision_key("revoke", meta));
        joint_branch.powers.retain(|power| !data.powers.contains(power));
    });
}

pub(super) fn transferred(state: &mut CityState, meta: &EventMeta, data: &FunctionsMoved) {
    functions_moved(state, meta, data, true);
}

pub(super) fn returned(state: &mut CityState, meta: &EventMeta, data: &FunctionsMoved) {
    functions_moved(state, meta, data, false);
}
