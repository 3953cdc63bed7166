//! `revoke-account`: an account may do nothing any more; what it signed stays.

use crate::case::Case;
use crate::command_data::RevokeAccount;
use crate::event::EventBody;
use crate::event_data::AccountRevoked;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &RevokeAccount) -> Result<Vec<EventBody>, Rejection> {
    let account = case.state.accounts.get(&data.account).filter(|account| !account.revoked);
    let account = account.ok_or_else(|| Rejection::AccountUnknown { id: data.account.to_string() })?;
    Ok(vec![EventBody::AccountRevoked(AccountRevoked { account: account.id })])
}
