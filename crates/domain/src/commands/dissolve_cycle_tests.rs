//! Ways out of the cycle of rectification, given/when/then: who is kept apart, a superior's decision, what is remembered.

use crate::CommandBody;
use crate::actor::Actor;
use crate::consent::Consent;
use crate::ids::OrganizationId;
use crate::joint_branch::{Grade, Ground};
use crate::organization::ProfileFigure;
use crate::place::Level;
use crate::rejection::Rejection;
use crate::say::say;
use crate::testing::City;
use crate::testing::city::{
    CITY_ORGAN, COUNTY_ORGAN, OTHER_COUNTY_ORGAN, OTHER_JOINT, TOWNSHIP_ORGAN, V1, V2, profile,
};
use crate::testing::drafts::{
    Draft, RECORDER, REVIEWER, clerk, dissolve, evaluate, merge, officer, order, paper, proposal, propose,
    review,
};

const BOTH: [(OrganizationId, OrganizationId); 2] = [(V1, V1), (V2, V2)];

/// As a superior's decision, which that organ's paper says.
fn on_the_word_of(ground: Ground, superior: Option<OrganizationId>) -> Draft {
    let mut draft = dissolve(ground, &BOTH);
    if let CommandBody::DissolveJointBranch(data) = &mut draft.body {
        let document = paper("广委组〔2019〕5号", "2019-08-19");
        data.superior = superior.map(|organization| Consent { organization, document });
    }
    draft
}

#[test]
fn a_superiors_decision_names_an_organ_above_with_its_paper() {
    let refused = |zh, en| Rejection::GroundSuperior { detail: say(zh, en) };
    let decide = |superior| City::merged().when(on_the_word_of(Ground::SuperiorDecision, superior));
    decide(None).refused(refused("没有写明", "none is named"));
    for equal_or_below in [COUNTY_ORGAN, TOWNSHIP_ORGAN, OTHER_COUNTY_ORGAN] {
        let words = ("所写机关不高于决定机关", "it is not above the deciding one");
        decide(Some(equal_or_below)).refused(refused(words.0, words.1));
    }
    decide(Some(V1)).refused(refused("所写机关未登记为决策机关或已撤销", "it is no organ at work"));
    let unknown = OrganizationId(ulid::Ulid(1));
    let rejection =
        crate::case::Case::unknown(say("党组织", "organization"), &unknown, "/data/superior/organization");
    decide(Some(unknown)).refused(rejection);
    let after = decide(Some(CITY_ORGAN)).accepted();
    assert!(after.state.documents.contains_key(&format!("{CITY_ORGAN}/广委组〔2019〕5号")));
    let needless = on_the_word_of(Ground::PurposeAchieved, Some(CITY_ORGAN));
    let words = ("其他理由不写上级", "on another ground none is named");
    City::merged().when(needless).refused(refused(words.0, words.1));
}

#[test]
fn the_superior_of_a_township_that_decides_is_over_that_township() {
    let other = Actor { id: "clerk-2".into(), ..clerk() };
    let end = |superior| {
        on_the_word_of(Ground::SuperiorDecision, Some(superior)).by(other.clone()).behalf(TOWNSHIP_ORGAN)
    };
    let established = merge().by(Actor { id: "clerk-3".into(), ..clerk() }).behalf(TOWNSHIP_ORGAN);
    let city = City::surveyed()
        .with_policy(|policy| policy.thresholds.deciding_level = Level::Township)
        .given(established);
    city.when(end(COUNTY_ORGAN)).accepted();
    let detail = say("所写机关不管辖牵头乡镇", "it is not over the lead township");
    city.when(end(OTHER_COUNTY_ORGAN)).refused(Rejection::GroundSuperior { detail });
}

#[test]
fn a_joint_branch_that_ended_after_a_poor_grade_counts_as_failed() {
    let again = || propose(proposal(&[V1, V2])).on("2019-09-01");
    let end = || dissolve(Ground::SuperiorDecision, &BOTH).by(officer("officer-3"));
    for city in [City::poor(), City::rectifying(), City::failed()] {
        let ended = city.given(end());
        assert!(ended.joint().failed);
        let mut draft = again();
        if let CommandBody::ProposeJointBranch(data) = &mut draft.body {
            data.id = Some(OTHER_JOINT);
        }
        ended.when(draft).warns(&["failed-history"]);
    }
    let ended = City::merged().given(end());
    assert!(!ended.joint().failed);
}

#[test]
fn the_cycle_has_no_exits() {
    let unmet = |zh, en| Rejection::GroundUnmet { detail: say(zh, en) };
    let exit = unmet(
        "整改期间只能以整改失败、区划变化或上级决定撤销",
        "while rectification is owed or standing only rectification_failed, place_changed and superior_decision count",
    );
    let review = unmet(
        "整改失败须先有验收及满意度结果",
        "rectification_failed needs a review and a satisfaction result",
    );
    for city in [City::poor(), City::rectifying(), City::failed()] {
        for ground in [Ground::PurposeAchieved, Ground::MembersRequest] {
            city.when(dissolve(ground, &BOTH)).refused(exit.clone());
        }
        city.when(dissolve(Ground::SuperiorDecision, &BOTH).by(officer("officer-3"))).accepted();
    }
    for city in [City::merged(), City::poor(), City::rectifying()] {
        city.when(dissolve(Ground::RectificationFailed, &BOTH)).refused(review.clone());
    }
    City::failed().when(dissolve(Ground::RectificationFailed, &BOTH)).accepted();
    let unchanged = unmet("没有成员村发生区划变化", "no member village has ended or changed");
    City::merged().when(dissolve(Ground::PlaceChanged, &BOTH)).refused(unchanged);
}

#[test]
fn who_recorded_the_poor_grade_does_not_end_it_as_failed() {
    let grader = clerk().id;
    let draft = dissolve(Ground::RectificationFailed, &BOTH);
    let actor = Actor { id: grader.clone(), ..officer("officer-1") };
    City::failed().when(draft.clone().by(actor.clone())).refused(Rejection::FourEyes {
        actor: grader,
        earlier: say("提出了该联合党组织", "proposed this joint branch"),
    });
    let city = City::merged().given(evaluate("2019Q1", Grade::Poor).by(officer("officer-9")));
    let city = city.given(order("2019-07-20")).given(review(false, (4, 4), (100, 100)));
    city.when(draft.by(officer("officer-9"))).refused(Rejection::FourEyes {
        actor: "officer-9".into(),
        earlier: say("录入了较差等次", "recorded a poor grade"),
    });
}

#[test]
fn who_ordered_reviewed_or_counted_does_not_end_it_on_any_ground() {
    let ordered = City::headed().given(evaluate("2019Q1", Grade::Poor));
    let ordered = ordered.given(profile(V1, ProfileFigure::Households, "100").on("2019-04-20"));
    let ordered = ordered.given(order("2019-07-20").by(officer("officer-3")));
    let failed = ordered.clone().given(review(false, (4, 4), (200, 200)));
    let cases = [
        ("officer-3", "责令了整改", "ordered the rectification"),
        (REVIEWER, "验收了整改", "reviewed the rectification"),
        (
            RECORDER,
            "录入了满意度所依据的户数或党员数",
            "recorded the households or members on which satisfaction counts",
        ),
    ];
    for (actor, zh, en) in cases {
        for ground in [Ground::RectificationFailed, Ground::SuperiorDecision] {
            let refused = Rejection::FourEyes { actor: actor.into(), earlier: say(zh, en) };
            failed.when(dissolve(ground, &BOTH).by(officer(actor))).refused(refused);
        }
    }
    // Two officers of the county and a clerk are enough.
    failed.when(dissolve(Ground::RectificationFailed, &BOTH)).accepted();
    // The order that stands keeps apart who gave it, and a grade that calls for one who recorded it.
    let end = |actor: &str| dissolve(Ground::SuperiorDecision, &BOTH).by(officer(actor));
    let refused = |actor: &str, zh, en| Rejection::FourEyes { actor: actor.into(), earlier: say(zh, en) };
    ordered.when(end("officer-3")).refused(refused("officer-3", cases[0].1, cases[0].2));
    ordered.when(end("officer-4")).accepted();
    let poor = City::headed().given(evaluate("2019Q1", Grade::Poor).by(officer("officer-9")));
    poor.when(end("officer-9")).refused(refused("officer-9", "录入了较差等次", "recorded a poor grade"));
    poor.when(end("officer-3")).accepted();
}
