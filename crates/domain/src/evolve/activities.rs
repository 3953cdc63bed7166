//! How the events about a joint branch's daily work change the state.

use super::entities::without_effective_order;
use crate::event::EventMeta;
use crate::event_data::activities::{ActivityRecorded, CoLocated};
use crate::state::CityState;
use crate::work::{CoLocation, Hosting};

pub(super) fn recorded(state: &mut CityState, meta: &EventMeta, data: &ActivityRecorded) {
    without_effective_order(state, meta, data.joint_branch, |joint_branch| {
        joint_branch.last_activity = joint_branch.last_activity.max(Some(data.date));
        let first = Hosting { last_on: data.date, times: 0 };
        let hosting = joint_branch.hosted.entry(data.host_village).or_insert(first);
        hosting.last_on = hosting.last_on.max(data.date);
        hosting.times = hosting.times.saturating_add(1);
    });
}

pub(super) fn co_located(state: &mut CityState, meta: &EventMeta, data: &CoLocated) {
    without_effective_order(state, meta, data.joint_branch, |joint_branch| {
        if joint_branch.co_location.is_none_or(|known| known.since <= data.date) {
            joint_branch.co_location = Some(CoLocation { place: data.place, since: data.date });
        }
    });
}
