//! `issue-account`: who may act or read, and where.

use crate::account::{MAX_MONTHS, Role, USUAL_MONTHS};
use crate::case::Case;
use crate::date::Date;
use crate::entity::Entity;
use crate::erasable::Erasable;
use crate::event::EventBody;
use crate::event_data::accounts::AccountIssued;
use crate::holder::{accounts_of, holder_of};
use crate::ids::{AccountId, HolderId};
use crate::mechanism::Mechanism;
use crate::place::PlaceCode;
use crate::recall::Recorded;
use crate::rejection::{AccountRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 签发帐号，令牌只在答复中给出一次 / issues an account; its token is in the answer once and never again
    pub struct IssueAccount {
        /// 自定的记录编号；不填则用指令的编号 / the id to give it; the command's own id where absent
        pub id: Option<AccountId>,
        /// 帐号的角色 / the role of the account: what it may do and read
        pub role: Role,
        /// 管辖范围：市、县(区)或乡镇的代码 / the scope of the account: the code of a city, county or township
        pub scope: PlaceCode,
        /// 持有人姓名；可依法删除，不写入日志 / the name of the holder (erasable: kept apart from the log)
        pub holder: Erasable<Text>,
        /// 有效期止日：不填为一年，最长两年 / the last day on which it is valid: a year from now where absent, two years at most
        pub expires_on: Option<Date>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "issue-account",
    title: say("签发帐号", "Issue an account"),
    group: Group::Accounts,
    mechanisms: &[Mechanism::Accounts],
    givers: Givers::SecurityAdministrator,
    exceptions: &[],
    fits: None,
    yields: &["account.issued"],
    along: &[],
    refused_when: "the role cannot have that scope; the holder has a role that excludes it; the holder has a valid account, and no document is named; an auditor or administrator without a document; for whoever issues it; for more than two years",
    rules: &[
        "account-scope",
        "account-roles",
        "account-second",
        "account-apart",
        "account-own",
        "account-life",
        "id-in-use",
        "other-city",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2026-03-01",
  "on_behalf_of": "5108",
  "document": {
    "number": "广组〔2026〕9号",
    "issued": "2026-03-01"
  },
  "data": {
    "id": "01ARZ3NDEKTSV4RRFFQ69G5FB0",
    "role": "county_officer",
    "scope": "510811",
    "holder": "李四",
    "expires_on": "2027-03-01"
  }
}"#,
    example_follows: &[],
};

pub(crate) fn entity(_: &IssueAccount) -> Option<Entity> {
    None
}

pub(crate) fn decide(case: &mut Case<'_>, data: &IssueAccount) -> Result<Vec<EventBody>, Rejection> {
    if !data.scope.is_within(&case.state.city) {
        case.refuse(Rejection::OtherCity { code: data.scope.clone(), city: case.state.city.clone() })?;
    }
    if data.role == Role::Local || !data.role.allows_scope(&data.scope) {
        case.refuse(Rejection::AccountScope { role: data.role.as_str(), scope: data.scope.clone() })?;
    }
    let id = data.id.unwrap_or(AccountId(case.command.id.0));
    if case.state.accounts.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    // Whoever issues them over the network answers to a paper; at the machine the first accounts of all are made.
    let is_remote = case.command.actor.role == Role::SecurityAdmin;
    if is_remote && data.role.is_apart() && case.command.document.is_none() {
        case.refuse(AccountRejection::Apart)?;
    }
    if let Some(holder) = case.command.holder {
        check_holder(case, holder, data.role, None)?;
        let today = case.command.recorded_at.day();
        let valid = accounts_of(case.state, holder).find(|account| account.is_valid_on(today));
        if let (Some(account), None) = (valid, &case.command.document) {
            case.refuse(AccountRejection::Second { account: account.id })?;
        }
    }
    let expires_on = Some(last_day(case, data.expires_on)?);
    let holder_commitment = case.commitment("/holder").ok_or(Rejection::NothingToRecord)?;
    Ok(vec![EventBody::AccountIssued(AccountIssued {
        account: id,
        role: data.role,
        scope: data.scope.clone(),
        holder_commitment,
        holder: case.command.holder,
        expires_on,
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<IssueAccount> {
    let EventBody::AccountIssued(AccountIssued {
        account,
        role,
        scope,
        holder_commitment: _,
        holder: _,
        expires_on,
    }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(IssueAccount { role, scope, expires_on, id: Some(account), holder: recorded.erasable_text()? })
}

/// Whose the account is: nobody's own who issues it, and nobody's who has a role that excludes this one.
pub(crate) fn check_holder(
    case: &Case<'_>,
    holder: HolderId,
    role: Role,
    renewed: Option<AccountId>,
) -> Result<(), Rejection> {
    if holder_of(case.state, &case.command.actor.id) == Some(holder) {
        case.refuse(AccountRejection::Own)?;
    }
    let today = case.command.recorded_at.day();
    let mut others = accounts_of(case.state, holder).filter(|account| Some(account.id) != renewed);
    match others.find(|account| account.is_valid_on(today) && account.role.excludes(role)) {
        Some(account) => {
            let (held, asked) = (account.role.as_str(), role.as_str());
            Err(AccountRejection::Excluded { held, asked, account: account.id }.into())
        }
        None => Ok(()),
    }
}

/// The last day of an account: not behind us, and no further ahead than somebody should look again.
pub(crate) fn last_day(case: &Case<'_>, asked: Option<Date>) -> Result<Date, Rejection> {
    let earliest = case.command.recorded_at.day();
    let (found, latest) =
        (asked.unwrap_or(earliest.plus_months(USUAL_MONTHS)), earliest.plus_months(MAX_MONTHS));
    if found < earliest || found > latest {
        case.refuse(AccountRejection::Life { found, earliest, latest, months: MAX_MONTHS })?;
    }
    Ok(found)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::account::Role;
    use crate::erasable::Erasable;
    use crate::testing::drafts::{Draft, commitment, import, text};
    use crate::testing::{City, date};
    use ulid::Ulid;

    /// The account of these tests.
    pub(crate) const ACCOUNT: AccountId = AccountId(Ulid(0xE1));

    /// `issue-account` at the machine that holds the log.
    pub(crate) fn issue(role: Role, scope: &str) -> Draft {
        issue_as(ACCOUNT, role, scope, None)
    }

    /// The same for another account, of a holder who has had one before.
    pub(crate) fn issue_as(id: AccountId, role: Role, scope: &str, known: Option<HolderId>) -> Draft {
        let (id, scope, holder) = (Some(id), scope.parse().unwrap(), Erasable(text("李四")));
        let data = IssueAccount { id, role, scope, holder, expires_on: None };
        import(CommandBody::IssueAccount(data)).of(known)
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
                expires_on: Some(date("2027-06-30")),
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

    #[test]
    fn an_account_lasts_a_year_unless_it_is_said_and_two_at_most() {
        let until = |day: &str| {
            let mut draft = issue(Role::CityOffice, "5108").recorded("2026-03-01");
            if let CommandBody::IssueAccount(data) = &mut draft.body {
                data.expires_on = Some(date(day));
            }
            City::empty().when(draft)
        };
        let usual = City::empty().when(issue(Role::CityOffice, "5108").recorded("2026-03-01")).accepted();
        assert_eq!(usual.state.accounts[&ACCOUNT].expires_on, Some(date("2027-03-01")));
        until("2028-03-01").accepted();
        until("2026-03-01").accepted();
        for day in ["2028-03-02", "2026-02-28", "2099-01-01"] {
            let (earliest, latest) = (date("2026-03-01"), date("2028-03-01"));
            let life = AccountRejection::Life { found: date(day), earliest, latest, months: 24 };
            until(day).refused(life.into());
        }
    }

    #[test]
    fn nobody_issues_an_account_of_their_own_and_one_that_stands_apart_needs_a_paper() {
        let admin = || crate::actor::Actor {
            id: ACCOUNT.to_string(),
            role: Role::SecurityAdmin,
            scope: "5108".parse().unwrap(),
        };
        let city = City::empty().given(issue(Role::SecurityAdmin, "5108"));
        let paper = |draft: Draft| draft.paper("广组〔2018〕9号", "2018-01-01");
        let own = issue_as(SECOND, Role::SecurityAdmin, "5108", HOLDER).by(admin());
        city.when(paper(own)).refused(AccountRejection::Own.into());
        for (role, scope) in
            [(Role::Auditor, "5108"), (Role::SecurityAdmin, "5108"), (Role::SystemAdmin, "5108")]
        {
            let apart = || issue_as(SECOND, role, scope, None).by(admin());
            city.when(apart()).refused(AccountRejection::Apart.into());
            city.when(paper(apart())).accepted();
        }
        city.when(issue_as(SECOND, Role::TownshipClerk, "510811100", None).by(admin())).accepted();
    }
}
