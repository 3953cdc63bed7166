//! Holders: the person behind accounts. Four eyes are counted by holders, so a second account or a renewed token makes
//! nobody another person.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::account::Account;
use crate::ids::{AccountId, HolderId};
use crate::state::CityState;

/// The one spelling of the dot between the parts of a name, as in 阿卜杜拉·买买提.
const DOT: char = '·';

/// Whether two actors, as events name them, are accounts of one holder. An actor without an account, as on a simulated
/// log, is only the same as itself.
pub fn same_holder(state: &CityState, one: &str, other: &str) -> bool {
    one == other || holder_of(state, one).is_some_and(|holder| holder_of(state, other) == Some(holder))
}

/// The holder of the account that an event names as its actor, revoked or not.
pub fn holder_of(state: &CityState, actor: &str) -> Option<HolderId> {
    let account: AccountId = actor.parse().ok()?;
    state.accounts.get(&account).map(|account| account.holder)
}

/// Every account of a holder, in the order of issue.
pub fn accounts_of(state: &CityState, holder: HolderId) -> impl Iterator<Item = &Arc<Account>> {
    state.accounts.values().filter(move |account| account.holder == holder)
}

/// What two spellings of one name have in common: compatible forms made one (NFKC), no blanks, no invisible characters,
/// one dot, one case. It is compared and never shown.
pub fn name_key(name: &str) -> String {
    let lower: String =
        name.nfkc().flat_map(char::to_lowercase).filter(|letter| !is_unseen(*letter)).collect();
    // Once more: what stood apart may belong together now.
    lower.nfkc().map(|letter| if is_dot(letter) { DOT } else { letter }).collect()
}

/// The key without the dots between the parts of a name, as those write it who leave them out.
pub fn without_dots(key: &str) -> String {
    key.replace(DOT, "")
}

/// The dots and bullets that keyboards and reprints put between the parts of a name; NFKC has made others these.
fn is_dot(letter: char) -> bool {
    matches!(
        letter,
        '.' | DOT
            | '\u{1427}'
            | '\u{16eb}'
            | '\u{2022}'
            | '\u{2027}'
            | '\u{2218}'
            | '\u{2219}'
            | '\u{22c5}'
            | '\u{25cf}'
            | '\u{25e6}'
            | '\u{2e31}'
            | '\u{2e33}'
            | '\u{3002}'
            | '\u{30fb}'
            | '\u{a78f}'
    )
}

/// White space of every script, and characters that leave no mark: with them two names that look alike would differ.
fn is_unseen(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::account::Role;
    use crate::actor::Actor;
    use crate::commands::issue_account::tests::{ACCOUNT, issue_as};
    use crate::commands::revoke_account::tests::revoke;
    use crate::rejection::Rejection;
    use crate::say::say;
    use crate::testing::City;
    use crate::testing::city::{V1, V2};
    use crate::testing::drafts::{Draft, clerk, merge, officer, proposal, propose, survey};

    #[test]
    fn spellings_of_one_name_are_one_name() {
        for same in
            ["王　某", "王 某", " 王某 ", "王\u{200b}某", "王\u{a0}某\u{feff}", "王\u{fe00}某", "\t王\n某"]
        {
            assert_eq!(name_key(same), "王某", "{same:?}");
        }
        let spellings = [
            "阿卜杜拉·买买提",
            "阿卜杜拉•买买提",
            "阿卜杜拉・买买提",
            "阿卜杜拉‧买买提",
            "阿卜杜拉.买买提",
            "阿卜杜拉 ． 买买提",
            "阿卜杜拉･买买提",
            "阿卜杜拉●买买提",
            "阿卜杜拉。买买提",
        ];
        for same in spellings {
            assert_eq!(name_key(same), "阿卜杜拉·买买提", "{same}");
        }
        assert_eq!(name_key("ＷＡＮＧ Ｌｉ"), name_key("wang li"));
        assert_ne!(name_key("王某"), name_key("王某某"));
        assert_ne!(name_key("王伟"), name_key("王伟（昭化）"));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(name in "\\PC{0,20}") {
            let key = name_key(&name);
            prop_assert_eq!(name_key(&key), key);
        }

        #[test]
        fn blanks_and_invisible_characters_change_nothing(name in "[\u{4e00}-\u{4e20}a-z·]{1,8}", at in 0_usize..8, blank in prop::sample::select(vec![' ', '\u{3000}', '\t', '\u{200b}', '\u{feff}', '\u{2060}', '\u{a0}'])) {
            let letters: Vec<char> = name.chars().collect();
            let at = at.min(letters.len());
            let spelled: String = letters[..at].iter().chain([&blank]).chain(&letters[at..]).collect();
            prop_assert_eq!(name_key(&spelled), name_key(&name));
        }
    }

    #[test]
    fn two_accounts_of_one_holder_are_one_person_and_revoking_changes_nothing() {
        let other = AccountId(ulid::Ulid(0xE2));
        let third = AccountId(ulid::Ulid(0xE3));
        let city = City::empty()
            .given(issue_as(ACCOUNT, Role::TownshipClerk, "510811100", None))
            .given(
                issue_as(other, Role::CountyOfficer, "510811", Some(HolderId(ACCOUNT.0)))
                    .paper("昭委组〔2018〕9号", "2018-01-01"),
            )
            .given(issue_as(third, Role::CountyOfficer, "510811", None))
            .given(revoke(ACCOUNT));
        let same =
            |one: AccountId, two: AccountId| same_holder(&city.state, &one.to_string(), &two.to_string());
        assert!(same(ACCOUNT, other) && same(other, ACCOUNT) && same(third, third));
        assert!(!same(ACCOUNT, third) && !same(third, other));
        assert!(same_holder(&city.state, "officer-1", "officer-1"));
        assert!(!same_holder(&city.state, "officer-1", "officer-2"));
    }

    #[test]
    fn another_account_of_who_proposed_or_surveyed_does_not_decide_either() {
        let paper = |draft: Draft| draft.paper("昭委组〔2018〕9号", "2018-01-01");
        let [clerk_account, officer_account, renewed] =
            [0xE1, 0xE2, 0xE3].map(|number| AccountId(ulid::Ulid(number)));
        let holder = Some(HolderId(clerk_account.0));
        let as_clerk = Actor { id: clerk_account.to_string(), ..clerk() };
        let as_officer = |account: AccountId| officer(&account.to_string());
        let city = City::new()
            .given(issue_as(clerk_account, Role::TownshipClerk, "510811100", None))
            .given(paper(issue_as(officer_account, Role::CountyOfficer, "510811", holder)));
        let refused = |account: AccountId, zh, en| Rejection::FourEyes {
            actor: account.to_string(),
            earlier: say(zh, en),
        };
        let proposed = ("提出了该联合党组织", "proposed this joint branch");
        let surveyed = ("录入了群众意愿调查", "recorded its will survey");
        let asked = || survey(&[(V1, 100, 100), (V2, 100, 100)]);
        // Each time the token was given back, and another account issued to the same person.
        let reissued = |city: City| {
            let city = city.given(revoke(officer_account));
            city.given(paper(issue_as(renewed, Role::CountyOfficer, "510811", holder)))
        };
        let by_clerk = city.clone().given(propose(proposal(&[V1, V2])).by(as_clerk)).given(asked());
        by_clerk.when(merge().by(as_officer(officer_account))).refused(refused(
            officer_account,
            proposed.0,
            proposed.1,
        ));
        reissued(by_clerk)
            .when(merge().by(as_officer(renewed)))
            .refused(refused(renewed, proposed.0, proposed.1));
        let by_officer =
            city.given(propose(proposal(&[V1, V2]))).given(asked().by(as_officer(officer_account)));
        by_officer.when(merge()).accepted();
        reissued(by_officer)
            .when(merge().by(as_officer(renewed)))
            .refused(refused(renewed, surveyed.0, surveyed.1));
    }
}
