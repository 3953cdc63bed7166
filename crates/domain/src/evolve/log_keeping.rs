//! How the events change the state that say how the log itself is kept.

use crate::event::EventMeta;
use crate::event_data::log_keeping::{
    AccessLogAnchored, ClockAccepted, DurabilityDeclared, SigningKeysDeclared,
};
use crate::state::{AccessLogHead, CityState, SigningKeys};

pub(super) fn access_log_anchored(state: &mut CityState, meta: &EventMeta, data: &AccessLogAnchored) {
    let (count, head, position) = (data.count, data.head.clone(), meta.position);
    state.access_logs.insert(data.instance, AccessLogHead { count, head, position });
}

pub(super) fn durability_declared(state: &mut CityState, meta: &EventMeta, data: &DurabilityDeclared) {
    state.unsafe_settings = data.unsafe_settings.iter().map(ToString::to_string).collect();
    state.durability_position = Some(meta.position);
}

pub(super) fn signing_keys_declared(state: &mut CityState, meta: &EventMeta, data: &SigningKeysDeclared) {
    let keys = data.keys.iter().map(ToString::to_string).collect();
    state.signing_keys = Some(SigningKeys { keys, position: meta.position });
}

pub(super) fn clock_accepted(state: &mut CityState, meta: &EventMeta, data: &ClockAccepted) {
    if meta.recorded_at < data.previous {
        state.clock_set_back.push(meta.position);
    }
}
