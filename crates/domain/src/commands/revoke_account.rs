//! `revoke-account`: an account may do nothing any more; what it signed stays.

use crate::case::Case;
use crate::event::EventBody;
use crate::event_data::AccountRevoked;
use crate::ids::AccountId;
use crate::rejection::Rejection;

data! {
    /// Revokes an account.
    pub struct RevokeAccount {
        /// Which.
        pub account: AccountId,
    }
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RevokeAccount) -> Result<Vec<EventBody>, Rejection> {
    let account = case.state.accounts.get(&data.account).filter(|account| !account.revoked);
    let account = account.ok_or_else(|| Rejection::AccountUnknown { id: data.account.to_string() })?;
    Ok(vec![EventBody::AccountRevoked(AccountRevoked { account: account.id })])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::account::Role;
    use crate::commands::issue_account::tests::{ACCOUNT, issue};
    use crate::ids::AccountId;
    use crate::testing::drafts::{Draft, import};
    use crate::testing::{City, date};

    /// `revoke-account` at the machine that holds the log.
    pub(crate) fn revoke(account: AccountId) -> Draft {
        import(CommandBody::RevokeAccount(RevokeAccount { account }))
    }

    #[test]
    fn a_revoked_account_is_valid_on_no_day() {
        let city = City::empty().given(issue(Role::CityOffice, "5108"));
        assert!(city.state.account_valid_on(ACCOUNT, date("2019-01-01")).is_some());
        let after = city
            .when(revoke(ACCOUNT))
            .then(&[EventBody::AccountRevoked(AccountRevoked { account: ACCOUNT })]);
        assert!(after.state.account_valid_on(ACCOUNT, date("2019-01-01")).is_none());
        after.when(revoke(ACCOUNT)).refused(Rejection::AccountUnknown { id: ACCOUNT.to_string() });
    }

    #[test]
    fn an_unknown_account_is_not_revoked() {
        City::empty().when(revoke(ACCOUNT)).refused(Rejection::AccountUnknown { id: ACCOUNT.to_string() });
    }
}
