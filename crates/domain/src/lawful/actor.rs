//! Who acted: an account of the log, valid at that moment, or the machine itself; and where they might act.

use crate::account::{Account, Role};
use crate::date::Timestamp;
use crate::event::EventMeta;
use crate::ids::AccountId;
use crate::place::PlaceCode;
use crate::state::CityState;

use super::unlawful::Unlawful;

/// A request that was admitted may be recorded a little after its account was revoked or expired.
const UNDER_WAY_MILLISECONDS: i64 = 5 * 60 * 1_000;
/// What the id of whoever acts on the machine itself begins with.
const LOCAL: &str = "local";

/// Where the actor might act at that moment.
pub(super) fn scope(state: &CityState, meta: &EventMeta) -> Result<PlaceCode, Unlawful> {
    let found = match meta.actor.parse::<AccountId>() {
        Ok(id) => {
            let account = state.accounts.get(&id).filter(|account| is_valid(account, meta));
            account.map(|account| state.scope_of_account(account))
        }
        Err(_) if is_local(&meta.actor) => {
            (meta.role == Role::Local || meta.simulated).then(|| state.city.clone())
        }
        Err(_) if meta.simulated => {
            scope_of_desk(&meta.actor, meta.role).filter(|code| is_known(state, code))
        }
        Err(_) => None,
    };
    found.ok_or_else(|| Unlawful::ActorUnknown { actor: meta.actor.clone(), role: meta.role.as_str() })
}

/// Whether an id is of whoever acts on the machine itself: `local`, and what else is said of them after a colon.
pub fn is_local(actor: &str) -> bool {
    actor.strip_prefix(LOCAL).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Where somebody made up acts: a simulated log knows its desks by ids that end in a code, as `demo-clerk-510811100`.
pub fn scope_of_desk(actor: &str, role: Role) -> Option<PlaceCode> {
    let (desk, code) = actor.rsplit_once('-')?;
    let code: PlaceCode = code.parse().ok()?;
    (!desk.is_empty() && role.allows_scope(&code)).then_some(code)
}

fn is_known(state: &CityState, code: &PlaceCode) -> bool {
    *code == state.city || state.places_by_code.contains_key(code) || state.past_codes.contains_key(code)
}

fn is_valid(account: &Account, meta: &EventMeta) -> bool {
    let admitted = Timestamp::from_milliseconds(meta.recorded_at.milliseconds() - UNDER_WAY_MILLISECONDS);
    let is_revoked = account.revoked && account.revoked_at.is_none_or(|at| at < admitted);
    let is_expired = account.expires_on.is_some_and(|last| admitted.day() > last);
    account.role == meta.role && !is_revoked && !is_expired
}
