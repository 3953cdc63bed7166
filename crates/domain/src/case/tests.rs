//! What every command is asked: its dates, its documents, its override.

use super::*;
use crate::commands::ChangeOrganization;
use crate::joint_branch::Ground;
use crate::testing::city::{TOWNSHIP_ORGAN, V1, V2, members};
use crate::testing::drafts::changes::{reorganize, reorganizing};
use crate::testing::drafts::{dissolve, merge, officer, proposal, propose, reject, relieve};
use crate::testing::{City, city::SECRETARY, date};

fn number(text: &str) -> crate::document_number::DocumentNumber {
    text.parse().unwrap()
}

#[test]
fn nothing_takes_effect_after_the_day_of_recording_in_china() {
    let draft = || members(V1, 9, 0).on("2019-01-10");
    City::new().when(draft().recorded("2019-01-10")).accepted();
    // It is the 10th in China from 16:00 UTC of the 9th on.
    let evening = |time: &str| draft().recorded_at(format!("2019-01-09T{time}Z").parse().unwrap());
    City::new().when(evening("16:00:00.000")).accepted();
    City::new()
        .when(evening("15:59:59.999"))
        .refused(Rejection::EffectiveFuture { effective: date("2019-01-10"), today: date("2019-01-09") });
}

#[test]
fn nothing_takes_effect_before_the_latest_of_what_it_names() {
    let refused = |entity: &str, effective, latest| Rejection::EffectiveOrder {
        entity: entity.into(),
        effective: date(effective),
        latest: date(latest),
    };
    City::proposed().when(reject().on("2019-03-01")).accepted();
    let early = reject().paper("昭委组〔2019〕19号", "2019-01-09").decided("2019-01-09").on("2019-01-09");
    City::proposed().when(early).refused(refused("联合党支部", "2019-01-09", "2019-01-10"));
    let renamed = ChangeOrganization { name: "新名".parse().ok(), ..reorganizing(V1) };
    let early = reorganize(renamed).on("2019-02-28");
    City::merged().when(early).refused(refused("510811100201党支部", "2019-02-28", "2019-03-01"));
}

#[test]
fn a_paper_is_issued_in_its_own_year_and_before_it_takes_effect() {
    let issued = |number: &str, day: &str| City::surveyed().when(merge().paper(number, day));
    issued("昭委组〔2019〕18号", "2019-03-01").accepted();
    issued("昭委组〔2018〕18号", "2018-12-31").accepted();
    issued("昭委组〔2019〕18号", "2018-12-31").refused(Rejection::DocumentYear {
        number: number("昭委组〔2019〕18号"),
        issued: date("2018-12-31"),
    });
    issued("昭委组〔2019〕18号", "2019-03-02").refused(Rejection::DateAfter {
        what: say("发文日期", "the document's issue"),
        date: date("2019-03-02"),
        limit: date("2019-03-01"),
    });
}

#[test]
fn one_number_of_one_issuer_always_has_the_same_day_and_hash() {
    let cite =
        |day: &str, digit: &str| members(V1, 9, 0).scanned("昭委组〔2019〕9号", day, digit).on("2019-12-01");
    let city = City::new().given(cite("2019-02-01", "a"));
    let refused = Rejection::DocumentInconsistent {
        number: number("昭委组〔2019〕9号"),
        issued: date("2019-02-01"),
    };
    city.when(cite("2019-02-02", "a")).refused(refused.clone());
    city.when(cite("2019-02-01", "b")).refused(refused);
    city.when(cite("2019-02-01", "A")).accepted();
    city.when(members(V1, 9, 0).paper("昭委组〔2019〕9号", "2019-02-01").on("2019-12-01")).accepted();
    // The number of another issuer is another paper.
    city.when(cite("2019-02-02", "b").behalf(TOWNSHIP_ORGAN)).accepted();
}

#[test]
fn a_scan_that_comes_later_is_the_one_that_counts() {
    let cite =
        |digit: &str| members(V1, 9, 0).scanned("昭委组〔2019〕9号", "2019-02-01", digit).on("2019-12-01");
    let city = City::new().given(members(V1, 9, 0).paper("昭委组〔2019〕9号", "2019-02-01").on("2019-12-01"));
    let refused = Rejection::DocumentInconsistent {
        number: number("昭委组〔2019〕9号"),
        issued: date("2019-02-01"),
    };
    city.given(cite("a")).when(cite("b")).refused(refused);
}

#[test]
fn one_paper_takes_many_decisions_but_none_twice() {
    let paper = |draft: crate::testing::drafts::Draft| draft.paper("昭委组〔2019〕18号", "2019-03-01");
    let both = [(V1, V1), (V2, V2)];
    City::merged().when(paper(dissolve(Ground::PurposeAchieved, &both))).accepted();
    let appointed = City::headed().given(paper(relieve(SECRETARY).by(officer("officer-1"))));
    let again = crate::testing::drafts::assign(SECRETARY).on("2019-05-02");
    let refused = Rejection::DocumentRepeated { number: number("昭委组〔2019〕18号") };
    appointed.given(again).when(paper(relieve(SECRETARY).on("2019-05-03"))).refused(refused);
    let elsewhere = City::surveyed().given(paper(members(V1, 2, 0)).on("2019-03-01"));
    elsewhere.when(paper(reject())).accepted();
}

#[test]
fn an_override_that_sets_nothing_aside_is_refused() {
    let fine = || propose(proposal(&[V1, V2]));
    City::new().when(fine().overriding()).refused(Rejection::OverrideUnneeded);
    City::new().when(fine()).accepted();
    // A reminder stops nobody, so there is nothing to set aside either.
    let reminded = City::new().given(members(V1, 0, 0)).with_policy(|policy| {
        Arc::make_mut(&mut policy.rules).get_mut("branch-minimum").unwrap().severity = Severity::Remind;
    });
    reminded.when(fine().overriding()).refused(Rejection::OverrideUnneeded);
}

#[test]
fn an_override_sets_aside_what_warns_and_nothing_else() {
    let short = City::new().given(members(V1, 0, 0));
    let refused = Rejection::BranchMinimum { found: 2, allowed: 3 };
    short.when(propose(proposal(&[V1, V2])).overriding()).refused(refused.clone());
    let soft = |severity| {
        let change = move |policy: &mut Policy| {
            Arc::make_mut(&mut policy.rules).get_mut("branch-minimum").unwrap().severity = severity;
        };
        short.clone().with_policy(change)
    };
    soft(Severity::Warn).when(propose(proposal(&[V1, V2]))).refused(refused);
    soft(Severity::Warn).when(propose(proposal(&[V1, V2])).overriding()).warns(&["branch-minimum"]);
    soft(Severity::Remind).when(propose(proposal(&[V1, V2]))).warns(&["branch-minimum"]);
}
