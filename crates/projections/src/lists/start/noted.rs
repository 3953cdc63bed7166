//! What the start list notes of the log: accounts with their places and last days.

use std::collections::{BTreeMap, BTreeSet};

use domain::account::Role;
use domain::date::Date;
use domain::ids::AccountId;
use domain::place::PlaceCode;
use domain::{Event, EventBody};

use crate::lists::scope::ListScope;

/// An account as the log tells it.
struct Account {
    role: Role,
    /// The code as it was issued.
    scope: PlaceCode,
    expires_on: Option<Date>,
    revoked: bool,
}

/// What was noted so far.
#[derive(Default)]
pub(super) struct Noted {
    accounts: BTreeMap<AccountId, Account>,
}

impl Noted {
    /// Notes an event.
    pub(super) fn note(&mut self, _: &ListScope<'_>, event: &Event) {
        match &event.body {
            EventBody::AccountIssued(data) => {
                let (role, scope, expires_on) = (data.role, data.scope.clone(), data.expires_on);
                self.accounts.insert(data.account, Account { role, scope, expires_on, revoked: false });
            }
            EventBody::AccountRenewed(data) => {
                if let Some(account) = self.accounts.get_mut(&data.account) {
                    account.expires_on = Some(data.expires_on);
                }
            }
            EventBody::AccountRevoked(data) => {
                if let Some(account) = self.accounts.get_mut(&data.account) {
                    account.revoked = true;
                }
            }
            _ => {}
        }
    }

    /// The places in which somebody has a valid account of a role on a day, by the codes of today.
    pub(super) fn places_of(&self, role: Role, scope: &ListScope<'_>) -> BTreeSet<PlaceCode> {
        let on = scope.reading.on;
        let valid = self.accounts.values().filter(|account| {
            account.role == role && !account.revoked && account.expires_on.is_none_or(|last| on <= last)
        });
        valid.map(|account| today(scope, &account.scope)).collect()
    }
}

/// The code that the place bears today which bore this one when the account was issued.
fn today(scope: &ListScope<'_>, code: &PlaceCode) -> PlaceCode {
    let views = scope.reading.views;
    let is_there =
        |code: &PlaceCode| views.place_by_code(code).is_some_and(|place| place.exists_on(scope.reading.on));
    if is_there(code) {
        return code.clone();
    }
    let once = views.places_once_coded(code).find(|place| place.exists_on(scope.reading.on));
    once.map_or_else(|| code.clone(), |place| place.code.clone())
}
