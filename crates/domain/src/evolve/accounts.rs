//! How the events of accounts change the state.

use std::sync::Arc;

use super::entities::with_account;
use crate::account::Account;
use crate::event::EventMeta;
use crate::event_data::accounts::{AccountIssued, AccountRenewed, AccountRevoked, SecondFactorReset};
use crate::ids::HolderId;
use crate::state::CityState;

pub(super) fn issued(state: &mut CityState, meta: &EventMeta, data: &AccountIssued) {
    let account = Account {
        id: data.account,
        holder: data.holder.unwrap_or(HolderId(data.account.0)),
        role: data.role,
        scope: data.scope.clone(),
        place: state.places_by_code.get(&data.scope).copied(),
        holder_commitment: data.holder_commitment.clone(),
        expires_on: data.expires_on,
        revoked: false,
        revoked_at: None,
        last_position: meta.position,
    };
    state.accounts.insert(data.account, Arc::new(account));
}

pub(super) fn renewed(state: &mut CityState, meta: &EventMeta, data: &AccountRenewed) {
    let place = state.accounts.get(&data.account).and_then(|found| found.place);
    let successor = place.and_then(|id| state.current_successor(id)).map(|found| found.id);
    with_account(state, meta, data.account, |account| {
        // 交接: from now on it acts for what goes on for its place.
        account.place = successor.or(account.place);
        account.expires_on = Some(data.expires_on);
        account.holder = data.holder.unwrap_or(account.holder);
    });
}

pub(super) fn second_factor_reset(state: &mut CityState, meta: &EventMeta, data: &SecondFactorReset) {
    with_account(state, meta, data.account, |_| ());
}

pub(super) fn revoked(state: &mut CityState, meta: &EventMeta, data: &AccountRevoked) {
    with_account(state, meta, data.account, |account| {
        account.revoked = true;
        account.revoked_at = Some(meta.recorded_at);
    });
}
