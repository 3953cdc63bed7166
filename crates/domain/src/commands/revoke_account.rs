//! `revoke-account`: an account may do nothing any more; what it signed stays.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::accounts::AccountRevoked;
use crate::ids::AccountId;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 撤销帐号，此后不能再用 / revokes an account, which may do nothing from then on
    pub struct RevokeAccount {
        /// 撤销的帐号 / the account that is revoked
        pub account: AccountId,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "revoke-account",
    title: say("撤销帐号", "Revoke an account"),
    group: Group::Accounts,
    mechanisms: &[Mechanism::Accounts],
    givers: Givers::SecurityAdministrator,
    exceptions: &[],
    fits: None,
    yields: &["account.revoked"],
    along: &[],
    refused_when: "unknown or revoked already",
    rules: &["account-state"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-03-01",
  "on_behalf_of": "5108",
  "document": {
    "number": "广组〔2026〕9号",
    "issued": "2026-03-01"
  },
  "data": {
    "account": "01ARZ3NDEKTSV4RRFFQ69G5FB0"
  }
}"#,
    example_follows: &["issue-account"],
};

pub(crate) fn entity(data: &RevokeAccount) -> Option<Entity> {
    Some(Entity::Account(data.account))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RevokeAccount) -> Result<Vec<EventBody>, Rejection> {
    let account = case.state.accounts.get(&data.account).filter(|account| !account.revoked);
    let account = account.ok_or_else(|| Rejection::AccountUnknown { id: data.account.to_string() })?;
    Ok(vec![EventBody::AccountRevoked(AccountRevoked { account: account.id })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RevokeAccount> {
    let EventBody::AccountRevoked(AccountRevoked { account }) = recorded.lead.clone() else { return None };
    Some(RevokeAccount { account })
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
