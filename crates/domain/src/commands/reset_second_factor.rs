//! `reset-second-factor`: an account's second factor is gone, and its holder sets up another one.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::accounts::SecondFactorReset;
use crate::holder::holder_of;
use crate::ids::AccountId;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::{AccountRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 重置帐号的动态口令（第二因素），如手机遗失；由持有人重新设置 / takes the second factor of an account away, such as when a telephone is lost; the holder sets up another
    pub struct ResetSecondFactor {
        /// 重置动态口令的帐号 / the account whose second factor is reset
        pub account: AccountId,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "reset-second-factor",
    title: say("重置动态口令", "Reset a second factor"),
    group: Group::Accounts,
    mechanisms: &[Mechanism::Accounts],
    givers: Givers::SecurityAdministrator,
    exceptions: &[],
    fits: None,
    yields: &["account.second-factor-reset"],
    along: &[],
    refused_when: "unknown or revoked; the own account",
    rules: &["account-state", "account-own"],
    choices: &[],
    example: r#"{
  "effective_date": "2026-03-01",
  "on_behalf_of": "5108",
  "data": {
    "account": "01ARZ3NDEKTSV4RRFFQ69G5FB0",
    "reason": "手机遗失"
  }
}"#,
    example_follows: &["issue-account"],
};

pub(crate) fn entity(data: &ResetSecondFactor) -> Option<Entity> {
    Some(Entity::Account(data.account))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ResetSecondFactor) -> Result<Vec<EventBody>, Rejection> {
    let account = case.state.accounts.get(&data.account).filter(|account| !account.revoked);
    let account = account.ok_or_else(|| Rejection::AccountUnknown { id: data.account.to_string() })?;
    // Whoever could take the own second factor away with a token alone would have none.
    if holder_of(case.state, &case.command.actor.id) == Some(account.holder) {
        case.refuse(AccountRejection::Own)?;
    }
    let reason = data.reason.clone();
    Ok(vec![EventBody::SecondFactorReset(SecondFactorReset { account: account.id, reason })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ResetSecondFactor> {
    let EventBody::SecondFactorReset(SecondFactorReset { account, reason }) = recorded.lead.clone() else {
        return None;
    };
    Some(ResetSecondFactor { account, reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::commands::issue_account::tests::{ACCOUNT, issue};
    use crate::testing::City;
    use crate::testing::drafts::{import, text};

    #[test]
    fn a_second_factor_is_taken_away_by_somebody_else_who_says_why() {
        let reset = || {
            let data = ResetSecondFactor { account: ACCOUNT, reason: text("手机遗失") };
            import(CommandBody::ResetSecondFactor(data))
        };
        let city = City::empty().given(issue(Role::SecurityAdmin, "5108"));
        let gone = SecondFactorReset { account: ACCOUNT, reason: text("手机遗失") };
        city.when(reset()).then(&[EventBody::SecondFactorReset(gone)]);
        let own =
            Actor { id: ACCOUNT.to_string(), role: Role::SecurityAdmin, scope: "5108".parse().unwrap() };
        city.when(reset().by(own)).refused(AccountRejection::Own.into());
        City::empty().when(reset()).refused(Rejection::AccountUnknown { id: ACCOUNT.to_string() });
    }
}
