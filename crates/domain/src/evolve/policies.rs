//! How the event of a policy changes the state.

use crate::event::EventMeta;
use crate::event_data::policies::PolicyIssued;
use crate::state::CityState;

pub(super) fn issued(state: &mut CityState, meta: &EventMeta, data: &PolicyIssued) {
    state.policies.issue(meta, data);
}
