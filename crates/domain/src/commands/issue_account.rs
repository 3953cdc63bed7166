//! `issue-account`: who may act or read, and where. Given where the log is kept.

use crate::case::Case;
use crate::command_data::IssueAccount;
use crate::event::EventBody;
use crate::event_data::AccountIssued;
use crate::ids::AccountId;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &IssueAccount) -> Result<Vec<EventBody>, Rejection> {
    if !data.scope.is_within(&case.state.city) {
        return Err(Rejection::OtherCity { code: data.scope.clone(), city: case.state.city.clone() });
    }
    if !data.role.allows_scope(&data.scope) {
        return Err(Rejection::AccountScope { role: data.role.as_str(), scope: data.scope.clone() });
    }
    let id = data.id.unwrap_or(AccountId(case.command.id.0));
    if case.state.accounts.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    let holder_commitment = case.commitment("/holder").ok_or(Rejection::NothingToRecord)?;
    Ok(vec![EventBody::AccountIssued(AccountIssued {
        account: id,
        role: data.role,
        scope: data.scope.clone(),
        holder_commitment,
        expires_on: data.expires_on,
    })])
}
