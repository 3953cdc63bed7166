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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::account::Role;
    use crate::erasable::Erasable;
    use crate::testing::City;
    use crate::testing::drafts::{Draft, commitment, import, text};
    use ulid::Ulid;

    /// The account of these tests.
    pub(crate) const ACCOUNT: AccountId = AccountId(Ulid(0xE1));

    /// `issue-account` at the machine that holds the log.
    pub(crate) fn issue(role: Role, scope: &str) -> Draft {
        let scope = scope.parse().unwrap();
        let data =
            IssueAccount {
                id: Some(ACCOUNT), role, scope, holder: Erasable(text("李四")), expires_on: None
            };
        import(CommandBody::IssueAccount(data))
    }

    #[test]
    fn an_account_has_a_role_a_scope_and_a_commitment_of_its_holder() {
        City::empty().when(issue(Role::CountyOfficer, "510811")).then(&[EventBody::AccountIssued(
            AccountIssued {
                account: ACCOUNT,
                role: Role::CountyOfficer,
                scope: "510811".parse().unwrap(),
                holder_commitment: commitment(),
                expires_on: None,
            },
        )]);
    }

    #[test]
    fn each_role_is_bound_to_its_tier() {
        let cases = [
            (Role::TownshipClerk, "510811"),
            (Role::CountyOfficer, "510811100"),
            (Role::Subscriber, "5108"),
            (Role::Auditor, "510811100"),
            (Role::CityOffice, "510811"),
            (Role::SecurityAdmin, "510811"),
            (Role::SystemAdmin, "510811"),
        ];
        for (role, scope) in cases {
            let refused = Rejection::AccountScope { role: role.as_str(), scope: scope.parse().unwrap() };
            City::empty().when(issue(role, scope)).refused(refused);
        }
        City::empty().when(issue(Role::TownshipClerk, "510811100")).accepted();
        City::empty().when(issue(Role::Auditor, "5108")).accepted();
    }

    #[test]
    fn an_account_lies_in_the_city_and_has_an_id_and_a_holder_of_its_own() {
        let refused = Rejection::OtherCity { code: "510100".parse().unwrap(), city: "5108".parse().unwrap() };
        City::empty().when(issue(Role::CountyOfficer, "510100")).refused(refused);
        let refused = Rejection::IdInUse { id: ACCOUNT.to_string(), pointer: "/data/id" };
        let issued = City::empty().given(issue(Role::CityOffice, "5108"));
        issued.when(issue(Role::CityOffice, "5108")).refused(refused);
        let refused = Rejection::NothingToRecord;
        City::empty().when(issue(Role::CityOffice, "5108").uncommitted()).refused(refused);
    }
}
