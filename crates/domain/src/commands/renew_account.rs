//! `renew-account`: the same account and holder, until another day and with another token.

use crate::case::Case;
use crate::commands::issue_account::{check_holder, last_day};
use crate::date::Date;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::accounts::AccountRenewed;
use crate::ids::AccountId;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{AccountRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 帐号续期：帐号和持有人不变，换发新令牌；所属区划已撤并的，续期即交接到承接地 / renews an account: the same account and holder, with a new token and a new last day; where its place has ended it acts for what goes on from then on
    pub struct RenewAccount {
        /// 续期的帐号 / the account that is renewed
        pub account: AccountId,
        /// 有效期止日：不填为一年，最长两年 / the last day on which it is valid: a year from now where absent, two years at most
        pub expires_on: Option<Date>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "renew-account",
    title: say("帐号续期", "Renew an account"),
    group: Group::Accounts,
    mechanisms: &[Mechanism::Accounts],
    givers: Givers::SecurityAdministrator,
    exceptions: &[],
    fits: None,
    yields: &["account.renewed"],
    along: &[],
    refused_when: "unknown or revoked; the holder has a role that excludes its own by now; the own account; for more than two years; no one place goes on for its own",
    rules: &["account-state", "account-roles", "account-own", "account-life", "account-successor"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-03-01",
  "on_behalf_of": "5108",
  "document": {
    "number": "广组〔2026〕9号",
    "issued": "2026-03-01"
  },
  "data": {
    "account": "01ARZ3NDEKTSV4RRFFQ69G5FB0",
    "expires_on": "2028-03-01"
  }
}"#,
    example_follows: &["issue-account"],
};

pub(crate) fn entity(data: &RenewAccount) -> Option<Entity> {
    Some(Entity::Account(data.account))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &RenewAccount) -> Result<Vec<EventBody>, Rejection> {
    let account = case.state.accounts.get(&data.account).filter(|account| !account.revoked);
    let account = account.ok_or_else(|| Rejection::AccountUnknown { id: data.account.to_string() })?;
    if let Some(place) = case.state.ended_place_of(account, case.command.recorded_at.day())
        && case.state.current_successor(place.id).is_none()
    {
        let (name, successors) = (place.name.to_string(), case.state.named_successors(place));
        case.refuse(AccountRejection::NoSuccessor { name, successors })?;
    }
    // An account from before there were holders joins the others of its name.
    let joined = case.command.holder.filter(|holder| *holder != account.holder);
    for holder in [account.holder].into_iter().chain(joined) {
        check_holder(case, holder, account.role, Some(account.id))?;
    }
    let expires_on = last_day(case, data.expires_on)?;
    Ok(vec![EventBody::AccountRenewed(AccountRenewed { account: account.id, expires_on, holder: joined })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RenewAccount> {
    let EventBody::AccountRenewed(AccountRenewed { account, expires_on, holder: _ }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(RenewAccount { account, expires_on: Some(expires_on) })
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;
    use crate::CommandBody;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::commands::issue_account::tests::{ACCOUNT, issue, issue_as};
    use crate::commands::revoke_account::tests::revoke;
    use crate::ids::{AccountId, HolderId};
    use crate::testing::drafts::{Draft, import};
    use crate::testing::{City, date};

    const SECOND: AccountId = AccountId(Ulid(0xE2));

    fn renew(account: AccountId) -> Draft {
        let data = RenewAccount { account, expires_on: None };
        import(CommandBody::RenewAccount(data)).recorded("2027-05-01")
    }

    #[test]
    fn a_renewed_account_is_the_same_one_until_another_day() {
        let city = City::empty().given(issue(Role::CountyOfficer, "510811").recorded("2026-03-01"));
        assert!(city.state.account_valid_on(ACCOUNT, date("2027-05-01")).is_none(), "it has expired");
        let (expires_on, holder) = (date("2028-05-01"), None);
        let renewed = AccountRenewed { account: ACCOUNT, expires_on, holder };
        let after = city.when(renew(ACCOUNT)).then(&[EventBody::AccountRenewed(renewed)]);
        let account = after.state.account_valid_on(ACCOUNT, date("2028-05-01")).unwrap();
        assert_eq!((account.holder, account.role), (HolderId(ACCOUNT.0), Role::CountyOfficer));
        let revoked = after.given(revoke(ACCOUNT).recorded("2027-05-02"));
        let refused = Rejection::AccountUnknown { id: ACCOUNT.to_string() };
        revoked.when(renew(ACCOUNT).recorded("2027-05-03")).refused(refused);
    }

    #[test]
    fn an_account_from_before_there_were_holders_joins_the_others_of_its_name() {
        let city = City::empty()
            .given(issue(Role::TownshipClerk, "510811100").recorded("2026-06-01"))
            .given(issue_as(SECOND, Role::CountyOfficer, "510811", None).recorded("2026-06-01"));
        let holder = Some(HolderId(ACCOUNT.0));
        let after = city.when(renew(SECOND).of(holder)).accepted();
        assert_eq!(after.state.accounts[&SECOND].holder, HolderId(ACCOUNT.0));
    }

    #[test]
    fn a_renewal_brings_no_two_roles_together_and_nobody_renews_their_own() {
        let city = City::empty()
            .given(issue(Role::CountyOfficer, "510811").recorded("2026-03-01"))
            .given(issue_as(SECOND, Role::Auditor, "5108", Some(HolderId(ACCOUNT.0))).recorded("2027-04-01"));
        let refused =
            AccountRejection::Excluded { held: "auditor", asked: "county_officer", account: SECOND };
        city.when(renew(ACCOUNT)).refused(refused.into());
        let city = City::empty().given(issue(Role::SecurityAdmin, "5108").recorded("2027-04-01"));
        let own =
            Actor { id: ACCOUNT.to_string(), role: Role::SecurityAdmin, scope: "5108".parse().unwrap() };
        city.when(renew(ACCOUNT).by(own)).refused(AccountRejection::Own.into());
    }

    #[test]
    fn an_account_is_renewed_for_two_years_at_most() {
        let city = City::empty().given(issue(Role::CountyOfficer, "510811").recorded("2026-03-01"));
        let data = RenewAccount { account: ACCOUNT, expires_on: Some(date("2029-05-02")) };
        let draft = import(CommandBody::RenewAccount(data)).recorded("2027-05-01");
        city.when(draft).refused_by("account-life");
    }
}
