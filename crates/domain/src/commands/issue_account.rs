//! `issue-account`: who may act or read, and where. Given where the log is kept.

use crate::account::Role;
use crate::case::Case;
use crate::command_data::IssueAccount;
use crate::event::EventBody;
use crate::event_data::AccountIssued;
use crate::holder::accounts_of;
use crate::ids::{AccountId, HolderId};
use crate::rejection::{AccountRejection, Rejection};

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
    if let Some(holder) = data.holder_id {
        check_holder(case, holder, data.role)?;
    }
    let holder_commitment = case.commitment("/holder").ok_or(Rejection::NothingToRecord)?;
    Ok(vec![EventBody::AccountIssued(AccountIssued {
        account: id,
        role: data.role,
        scope: data.scope.clone(),
        holder_commitment,
        holder: data.holder_id,
        expires_on: data.expires_on,
    })])
}

/// Whom the account goes to has no role that excludes this one, and a second account at a time only on a paper.
fn check_holder(case: &Case<'_>, holder: HolderId, role: Role) -> Result<(), Rejection> {
    if accounts_of(case.state, holder).next().is_none() {
        return Err(Case::unknown("帐号持有人", "holder", &holder, "/data/holder_id"));
    }
    let today = case.command.recorded_at.day();
    let valid = || accounts_of(case.state, holder).filter(|account| account.is_valid_on(today));
    if let Some(account) = valid().find(|account| account.role.excludes(role)) {
        let (held, asked) = (account.role.as_str(), role.as_str());
        return Err(AccountRejection::Excluded { held, asked, account: account.id }.into());
    }
    match valid().next() {
        Some(account) if case.command.document.is_none() => {
            Err(AccountRejection::Second { account: account.id }.into())
        }
        _ => Ok(()),
    }
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
        issue_as(ACCOUNT, role, scope, None)
    }

    /// The same for another account, of a holder who has had one before.
    pub(crate) fn issue_as(id: AccountId, role: Role, scope: &str, holder_id: Option<HolderId>) -> Draft {
        let (id, scope, holder) = (Some(id), scope.parse().unwrap(), Erasable(text("李四")));
        import(CommandBody::IssueAccount(IssueAccount {
            id,
            role,
            scope,
            holder,
            holder_id,
            expires_on: None,
        }))
    }

    const SECOND: AccountId = AccountId(Ulid(0xE2));
    const HOLDER: Option<HolderId> = Some(HolderId(ACCOUNT.0));

    #[test]
    fn a_second_account_of_a_holder_needs_a_paper_and_says_whose_it_is() {
        let city = City::empty().given(issue(Role::TownshipClerk, "510811100"));
        let second = || issue_as(SECOND, Role::CountyOfficer, "510811", HOLDER);
        city.when(second()).refused(AccountRejection::Second { account: ACCOUNT }.into());
        let after = city.when(second().paper("昭委组〔2018〕9号", "2018-01-01")).accepted();
        assert_eq!(after.state.accounts[&SECOND].holder, HolderId(ACCOUNT.0));
        // What was revoked is no account beside this one, and its holder stays the same.
        let revoked = city.clone().given(crate::commands::revoke_account::tests::revoke(ACCOUNT));
        assert_eq!(revoked.when(second()).accepted().state.accounts[&SECOND].holder, HolderId(ACCOUNT.0));
        let nobody = HolderId(Ulid(7));
        let refused = Case::unknown("帐号持有人", "holder", &nobody, "/data/holder_id");
        city.when(issue_as(SECOND, Role::CountyOfficer, "510811", Some(nobody))).refused(refused);
    }

    #[test]
    fn auditors_and_administrators_hold_nothing_else() {
        let paper = |draft: Draft| draft.paper("昭委组〔2018〕9号", "2018-01-01");
        let business = [
            (Role::CountyOfficer, "510811"),
            (Role::TownshipClerk, "510811100"),
            (Role::Subscriber, "510811"),
            (Role::CityOffice, "5108"),
        ];
        let apart = [(Role::Auditor, "5108"), (Role::SecurityAdmin, "5108"), (Role::SystemAdmin, "5108")];
        for (held, scope) in apart {
            let city = City::empty().given(issue(held, scope));
            for (asked, scope) in business.into_iter().chain(apart) {
                let (held_name, asked_name) = (held.as_str(), asked.as_str());
                let attempt = city.when(paper(issue_as(SECOND, asked, scope, HOLDER)));
                if held == asked {
                    attempt.accepted();
                } else {
                    let refused =
                        AccountRejection::Excluded { held: held_name, asked: asked_name, account: ACCOUNT };
                    attempt.refused(refused.into());
                }
            }
        }
        let city = City::empty().given(issue(Role::Auditor, "5108"));
        let city = city.given(crate::commands::revoke_account::tests::revoke(ACCOUNT));
        city.when(issue_as(SECOND, Role::CountyOfficer, "510811", HOLDER)).accepted();
    }

    #[test]
    fn an_account_has_a_role_a_scope_and_a_commitment_of_its_holder() {
        City::empty().when(issue(Role::CountyOfficer, "510811")).then(&[EventBody::AccountIssued(
            AccountIssued {
                account: ACCOUNT,
                role: Role::CountyOfficer,
                scope: "510811".parse().unwrap(),
                holder_commitment: commitment(),
                holder: None,
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
