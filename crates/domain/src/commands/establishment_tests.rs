//! The establishing decision, given/when/then: what merging and pairing share.

use crate::CommandBody;
use crate::case::Case;
use crate::commands::establishment::EstablishJointBranch;
use crate::commands::{MergeBranches, PairBranches, ProposeJointBranch};
use crate::consent::Consent;
use crate::ids::CommandId;
use crate::joint_branch::{Form, Grade, Ground, Mode, Phase};
use crate::organization::{HostKind, ProfileFigure};
use crate::place::Level;
use crate::rejection::Rejection;
use crate::say::say;
use crate::testing::city::{
    COOPERATIVE, JOINT, NEIGHBOUR, NEXT_TOWNSHIP_ORGAN, OTHER_JOINT, TOWNSHIP_ORGAN, UNIT, V1, V2, V3,
    VILLAGES, members, profile,
};
use crate::testing::drafts::{
    Draft, RECORDER, clerk, dissolve, establishment, merge, officer, pair, pairing, paper, proposal, propose,
    survey,
};
use crate::testing::{City, date};

/// The consent of the next township.
pub(crate) fn consent() -> Consent {
    Consent { organization: NEXT_TOWNSHIP_ORGAN, document: paper("白委〔2019〕5号", "2019-02-20") }
}

/// `pair-branches` with consents.
pub(crate) fn pair_with(consents: Vec<Consent>) -> Draft {
    Draft {
        body: CommandBody::PairBranches(PairBranches(EstablishJointBranch { consents, ..establishment() })),
        ..pair()
    }
}

fn rests_on(survey: Option<CommandId>) -> Draft {
    Draft {
        body: CommandBody::MergeBranches(MergeBranches(EstablishJointBranch { survey, ..establishment() })),
        ..merge()
    }
}

/// A city with the survey, in which the first village answered so.
fn asked(asked: u32, in_favour: u32) -> City {
    City::proposed().given(survey(&[(V1, asked, in_favour), (V2, 100, 100)]))
}

fn code() -> crate::place::PlaceCode {
    "510811100201".parse().unwrap()
}

fn township_decides(city: City) -> City {
    city.with_policy(|policy| policy.thresholds.deciding_level = Level::Township)
}

fn by_township(draft: Draft) -> Draft {
    draft.by(crate::actor::Actor { id: "clerk-2".into(), ..clerk() }).behalf(TOWNSHIP_ORGAN)
}

#[test]
fn sixty_percent_of_those_asked_are_in_favour_in_every_village() {
    asked(100, 61).when(merge()).accepted();
    asked(100, 60).when(merge()).accepted();
    let refused = Rejection::SurveyFavour { village: code(), found: 59, allowed: 60 };
    asked(100, 59).when(merge()).refused(refused);
}

#[test]
fn half_of_the_households_are_asked_in_every_village() {
    asked(51, 51).when(merge()).accepted();
    asked(50, 50).when(merge()).accepted();
    let over = Rejection::SurveyOverBase { village: code(), asked: 101, households: 100 };
    asked(101, 101).when(merge()).refused(over);
    let refused = Rejection::SurveyBase { village: code(), asked: 49, households: 100, allowed: 50 };
    asked(49, 49).when(merge()).refused(refused);
}

#[test]
fn a_survey_counts_for_six_months() {
    asked(100, 100).when(merge().on("2019-07-31")).accepted();
    asked(100, 100).when(merge().on("2019-08-01")).accepted();
    let allowed = 6;
    let refused = Rejection::SurveyAge { village: code(), held_on: date("2019-02-01"), allowed };
    asked(100, 100).when(merge().on("2019-08-02")).refused(refused);
}

#[test]
fn a_survey_counts_only_against_households_on_file() {
    // Registered without a profile, as a village branch of the year would be.
    let host = crate::testing::city::organization_data(
        crate::ids::OrganizationId(ulid::Ulid(0xB98)),
        "新支部",
        HostKind::Village,
        "510811100203",
    );
    let id = host.id.unwrap();
    let register = Draft { body: CommandBody::RegisterOrganization(host), ..members(V1, 2, 0) };
    let city = City::new().given(register).given(propose(proposal(&[V1, id])));
    let asked = || survey(&[(V1, 100, 100), (V3, 100, 100)]);
    city.when(asked()).refused(Rejection::HouseholdsUnknown { name: "新支部".into() });
    let counted = city.given(profile(id, ProfileFigure::Households, "100").on("2019-02-01"));
    counted.given(asked()).when(merge()).accepted();
}

#[test]
fn without_a_survey_there_is_no_decision() {
    City::proposed().when(merge()).refused(Rejection::SurveyMissing);
}

#[test]
fn of_two_surveys_the_decision_names_the_one_it_rests_on() {
    let city = asked(100, 10);
    let poor = Some(city.last_command());
    let city = city.given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
    let good = Some(city.last_command());
    city.when(merge()).refused(Rejection::SurveyAmbiguous { found: 2 });
    city.when(rests_on(good)).accepted();
    let refused = Rejection::SurveyFavour { village: code(), found: 10, allowed: 60 };
    city.when(rests_on(poor)).refused(refused);
    let other = CommandId(ulid::Ulid(3));
    let refused = Case::unknown(say("群众意愿调查", "will survey"), &other, "/data/survey");
    city.when(rests_on(Some(other))).refused(refused);
}

#[test]
fn who_proposed_or_surveyed_does_not_decide() {
    let four_eyes = |actor: &str, zh, en| Rejection::FourEyes { actor: actor.into(), earlier: say(zh, en) };
    let refused = four_eyes("officer-1", "提出了该联合党组织", "proposed this joint branch");
    let proposed = City::new().given(propose(proposal(&[V1, V2])).by(officer("officer-1")));
    let proposed = proposed.given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
    proposed.when(merge()).refused(refused);
    let refused = four_eyes("officer-1", "录入了群众意愿调查", "recorded its will survey");
    let surveyed = City::surveyed().given(survey(&[(V1, 1, 1), (V2, 1, 1)]).by(officer("officer-1")));
    surveyed.when(merge()).refused(refused);
    surveyed.when(rests_on(None).by(officer("officer-2"))).refused(Rejection::SurveyAmbiguous { found: 2 });
}

#[test]
fn the_base_of_a_survey_is_what_was_on_file_when_it_was_recorded() {
    let households = |count: &str| profile(V1, ProfileFigure::Households, count).on("2019-02-11");
    let refused = Rejection::SurveyBase { village: code(), asked: 49, households: 100, allowed: 50 };
    asked(49, 49).given(households("90")).when(merge()).refused(refused);
    asked(50, 50).given(households("101")).when(merge()).accepted();
    // A survey recorded after the new figure counts against it.
    let again = asked(49, 49).given(households("90"));
    let again = again.given(survey(&[(V1, 49, 49), (V2, 100, 100)]).on("2019-02-12"));
    let second = Some(again.last_command());
    again.when(rests_on(second)).accepted();
}

#[test]
fn who_recorded_the_figures_that_a_decision_rests_on_does_not_take_it() {
    let refused = |actor: &str, zh, en| Rejection::FourEyes { actor: actor.into(), earlier: say(zh, en) };
    // Who loaded the households before anything was proposed decides.
    City::surveyed().when(merge().by(officer(RECORDER))).accepted();
    let households =
        |count: &str| profile(V1, ProfileFigure::Households, count).by(officer("officer-1")).on("2019-02-11");
    let asked = || survey(&[(V1, 100, 100), (V2, 100, 100)]).on("2019-02-12");
    let changed = City::proposed().given(households("110")).given(asked());
    changed.when(merge()).refused(refused(
        "officer-1",
        "在提出后录入了调查所依据的户数，且乡镇尚未重报确认",
        "recorded the households on which the survey counts since the proposal, which the township has not confirmed",
    ));
    changed.when(merge().by(officer("officer-2"))).accepted();
    // The township confirms the figure, before the survey or after it; another figure confirms nothing.
    let confirmed = |count: &str| households(count).by(clerk()).behalf(TOWNSHIP_ORGAN).on("2019-02-12");
    changed.clone().given(confirmed("110")).when(merge()).accepted();
    City::proposed().given(households("110")).given(confirmed("110")).given(asked()).when(merge()).accepted();
    assert_eq!(
        changed.given(confirmed("111")).when(merge()).decision.map_err(|found| found.rule()),
        Err("four-eyes")
    );
    let counts =
        ("在提出后录入了成员的党员数或村情", "recorded counts or figures of the members since the proposal");
    for draft in [members(V1, 2, 1), profile(V2, ProfileFigure::Wealth, "rich")] {
        let counted = City::surveyed().given(draft.by(officer("officer-1")).on("2019-02-11"));
        counted.when(merge()).refused(refused("officer-1", counts.0, counts.1));
        counted.when(merge().by(officer("officer-2"))).accepted();
    }
    // What was counted before anything was proposed was counted for nobody's sake.
    let before =
        City::new().given(members(V1, 2, 1).by(officer("officer-1"))).given(propose(proposal(&[V1, V2])));
    before.given(survey(&[(V1, 100, 100), (V2, 100, 100)])).when(merge()).accepted();
}

#[test]
fn a_decision_has_a_paper_and_a_meeting_of_a_registered_organ_of_the_level() {
    City::surveyed().when(merge().no_paper()).refused(Rejection::DocumentMissing);
    City::surveyed().when(merge().undecided()).refused(Rejection::DecidedByMissing);
    City::surveyed().when(merge().decided("2019-03-02")).refused(Rejection::DateAfter {
        what: say("会议日期", "the meeting"),
        date: date("2019-03-02"),
        limit: date("2019-03-01"),
    });
    for (organ, found) in
        [(TOWNSHIP_ORGAN, "元坝镇党委"), (V3, "510811100203党支部"), (UNIT, "区住建局机关党支部")]
    {
        let refused = Rejection::DecidingBody { found: found.into(), needed: Level::County };
        City::surveyed().when(merge().behalf(organ)).refused(refused);
    }
    let refused = Rejection::AuthorityIsPlace { command: "merge-branches", found: "510811".parse().unwrap() };
    City::surveyed().when(merge().behalf_of_place("510811")).refused(refused);
}

#[test]
fn an_organ_decides_nothing_before_it_was_registered() {
    let id = crate::ids::OrganizationId(ulid::Ulid(0xB97));
    let organ = crate::testing::city::organization_data(id, "区委", HostKind::County, "510811");
    let register = Draft { body: CommandBody::RegisterOrganization(organ), ..members(V1, 2, 0) };
    let city = City::surveyed().given(register.on("2019-03-02"));
    let refused = Rejection::DecidingBody { found: "区委".into(), needed: Level::County };
    city.when(merge().behalf(id)).refused(refused);
    city.when(merge().behalf(id).on("2019-03-02")).accepted();
}

#[test]
fn the_policy_may_lower_the_decision_to_the_township() {
    township_decides(City::surveyed()).when(by_township(merge())).accepted();
    let refused = Rejection::DecidingBody { found: "白果乡党委".into(), needed: Level::Township };
    township_decides(City::surveyed()).when(merge().behalf(NEXT_TOWNSHIP_ORGAN)).refused(refused);
}

#[test]
fn the_county_approves_the_form_of_a_committee() {
    let superior_decision = "昭委组〔2019〕2号".parse().ok();
    let data = ProposeJointBranch { form: Form::Committee, superior_decision, ..proposal(&[V1, V2]) };
    let city = City::new().given(members(V1, 98, 0)).given(propose(data));
    let city = township_decides(city.given(survey(&[(V1, 100, 100), (V2, 100, 100)])));
    let refused = Rejection::CommitteeApproval { needed: Level::County };
    city.when(by_township(merge())).refused(refused);
    city.when(merge()).accepted();
}

#[test]
fn what_could_stand_alone_is_joined_on_a_superiors_word_which_the_countys_own_decision_is() {
    let larger = |city: City| city.given(members(V1, 3, 0).on("2019-02-11"));
    larger(City::surveyed()).when(merge()).accepted();
    let refused =
        || Rejection::SuperiorDecision { name: "510811100201党支部".into(), found: 3, allowed: 3 };
    let by_the_township = |city: City| township_decides(city).when(by_township(merge()));
    by_the_township(City::surveyed()).accepted();
    by_the_township(larger(City::surveyed())).refused(refused());
    // Where policy leaves the decision to the township, the county may still take it.
    township_decides(larger(City::surveyed())).when(merge()).accepted();
    let superior_decision = "昭委组〔2019〕2号".parse().ok();
    let named = City::new().given(propose(ProposeJointBranch { superior_decision, ..proposal(&[V1, V2]) }));
    let named = larger(named.given(survey(&[(V1, 100, 100), (V2, 100, 100)])));
    by_the_township(named).accepted();
}

#[test]
fn a_proposal_is_decided_once() {
    City::merged().when(merge().on("2019-03-02")).refused(Rejection::WrongPhase {
        name: "联合党支部".into(),
        found: Phase::Operating,
        needed: say("待批准（请示）、未决定", "proposed and not decided"),
    });
}

#[test]
fn a_condition_that_no_longer_holds_refuses_the_decision() {
    let fewer = City::surveyed().given(members(V1, 0, 0).on("2019-02-11"));
    fewer.when(merge()).refused(Rejection::BranchMinimum { found: 2, allowed: 3 });
    let larger = City::surveyed().given(members(V1, 3, 0).on("2019-02-11"));
    let name = "510811100201党支部".to_owned();
    let refused = Rejection::SuperiorDecision { name, found: 3, allowed: 3 };
    township_decides(larger).when(by_township(merge())).refused(refused);
    let rich = City::new()
        .given(profile(V1, ProfileFigure::Wealth, "rich"))
        .given(profile(V2, ProfileFigure::Wealth, "poor"))
        .given(propose(ProposeJointBranch { mode: Mode::RichPoor, ..proposal(&[V1, V2]) }))
        .given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
    rich.when(merge()).accepted();
    let risen = rich.given(profile(V2, ProfileFigure::Wealth, "rich").on("2019-02-11"));
    risen.when(merge()).refused(Rejection::ModeCondition {
        detail: say(
            "须至少一个富村、一个贫村（见村情）",
            "at least one rich and one poor member (profile.wealth)",
        ),
    });
}

/// The first joint branch is live; a second proposal of one of its members was made before.
fn rival(first: fn(&[crate::ids::OrganizationId]) -> ProposeJointBranch, established: Draft) -> City {
    let second = ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V2, V3]) };
    let first = City::new().given(propose(second)).given(propose(first(&[V1, V2])));
    first.given(survey(&[(V1, 100, 100), (V2, 100, 100)])).given(established)
}

fn merge_rival() -> Draft {
    let data = EstablishJointBranch { joint_branch: OTHER_JOINT, ..establishment() };
    Draft {
        body: CommandBody::MergeBranches(MergeBranches(data)),
        ..merge().paper("昭委组〔2019〕60号", "2019-03-01")
    }
}

#[test]
fn a_member_of_another_live_joint_branch_refuses_the_decision() {
    let (name, joint_branch) = ("510811100202党支部".to_owned(), JOINT.to_string());
    rival(proposal, merge())
        .when(merge_rival())
        .refused(Rejection::MemberInMerger { name: name.clone(), joint_branch: joint_branch.clone() });
    rival(pairing, pair()).when(merge_rival()).refused(Rejection::MemberInPairing { name, joint_branch });
}

/// A pairing of V1 and V2 is live; V2 and V3 are proposed as a merger, surveyed, and decided with this list.
fn ending(
    pairings: &[crate::ids::JointBranchId],
    branch_survey: &[crate::ids::OrganizationId],
) -> (City, Draft) {
    let villages: Vec<_> = branch_survey.iter().map(|branch| (*branch, 100, 100)).collect();
    let mut asked = survey(&villages).on("2019-03-01");
    if let CommandBody::RecordWillSurvey(data) = &mut asked.body {
        data.joint_branch = OTHER_JOINT;
    }
    let mut draft = merge_rival();
    if let CommandBody::MergeBranches(MergeBranches(data)) = &mut draft.body {
        data.ends_pairings = pairings.iter().copied().collect();
    }
    (rival(pairing, pair()).given(asked), draft)
}

#[test]
fn the_decision_may_end_pairings_of_its_members_in_the_same_append() {
    let (city, draft) = ending(&[JOINT], &[V2, V3]);
    let city = city.given(crate::testing::drafts::transfer(&["industry"], &[V2]).on("2019-03-01"));
    let before = city.log.len();
    let after = city.when(draft).accepted();
    let types: Vec<_> = after.log[before..].iter().map(|event| event.body.event_type()).collect();
    assert_eq!(
        types,
        [
            "joint-branch.functions-returned",
            "joint-branch.dissolved",
            "joint-branch.established",
            "organization.suspended",
            "organization.suspended",
            "joint-branch.functions-transferred",
        ]
    );
    assert_eq!(after.joint().ground, Some(Ground::MembersRequest));
    assert!(after.organization(V1).pairings.is_empty() && after.organization(V2).pairings.is_empty());
    assert_eq!(after.organization(V2).merger, Some(OTHER_JOINT));
}

#[test]
fn a_pairing_in_the_cycle_of_rectification_does_not_end_with_another_decision() {
    let (city, draft) = ending(&[JOINT], &[V2, V3]);
    let city = city.given(crate::testing::drafts::evaluate("2019Q1", Grade::Poor).on("2019-04-02"));
    city.when(draft.on("2019-04-03")).refused(Rejection::GroundUnmet {
        detail: say("整改期间只能以整改失败、区划变化或上级决定撤销", "while rectification is owed or standing only rectification_failed, place_changed and superior_decision count"),
    });
}

#[test]
fn only_live_pairings_of_its_members_end_with_a_decision() {
    let (city, draft) = ending(&[OTHER_JOINT], &[V2, V3]);
    city.when(draft).refused(Rejection::MemberInPairing {
        name: "510811100202党支部".into(),
        joint_branch: JOINT.to_string(),
    });
    let (city, draft) = ending(&[JOINT, OTHER_JOINT], &[V2, V3]);
    city.when(draft)
        .refused(Rejection::WrongArrangement {
            name: "联合党支部".into(), needed: say("共建", "pairing")
        });
    let unknown = crate::ids::JointBranchId(ulid::Ulid(3));
    let (city, draft) = ending(&[JOINT, unknown], &[V2, V3]);
    city.when(draft).refused(Case::unknown(
        say("联合党组织", "joint branch"),
        &unknown,
        "/data/ends_pairings",
    ));
    // Who proposed the pairing does not end it, by this way either.
    let (city, draft) = ending(&[JOINT], &[V2, V3]);
    city.when(draft.by(crate::actor::Actor { id: "clerk-1".into(), ..officer("clerk-1") })).refused(
        Rejection::FourEyes {
            actor: "clerk-1".into(),
            earlier: say("提出了该联合党组织", "proposed this joint branch"),
        },
    );
    // A pairing of others is nobody's business here.
    let others = City::paired()
        .given(propose(ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V3, VILLAGES[3]]) }));
    let mut asked = survey(&[(V3, 100, 100), (VILLAGES[3], 100, 100)]);
    if let CommandBody::RecordWillSurvey(data) = &mut asked.body {
        data.joint_branch = OTHER_JOINT;
    }
    let (_, draft) = ending(&[JOINT], &[V2, V3]);
    others.given(asked).when(draft).refused(Rejection::PairingUnrelated { name: "联合党支部".into() });
}

#[test]
fn a_merger_does_not_begin_before_the_pairing_of_its_member_ended() {
    let ended = rival(pairing, pair()).given(dissolve(Ground::PurposeAchieved, &[]));
    ended.when(merge_rival().on("2019-08-19")).refused(Rejection::EffectiveOrder {
        entity: "510811100202党支部".into(),
        effective: date("2019-08-19"),
        latest: date("2019-08-20"),
    });
    ended.when(merge_rival().on("2019-08-20")).refused(Rejection::SurveyMissing);
}

#[test]
fn a_member_outside_the_lead_township_brings_its_own_townships_paper() {
    let with_member = |member| {
        let city = City::new().given(propose(pairing(&[V1, member])));
        city.given(match member {
            NEIGHBOUR => survey(&[(V1, 100, 100), (NEIGHBOUR, 100, 100)]),
            _ => survey(&[(V1, 100, 100)]),
        })
    };
    for (member, name) in [(NEIGHBOUR, "510811210205党支部"), (COOPERATIVE, "合作社党支部")] {
        let missing = Rejection::ConsentMissing { name: name.into() };
        with_member(member).when(pair()).refused(missing.clone());
        let of_lead = Consent { organization: TOWNSHIP_ORGAN, ..consent() };
        with_member(member).when(pair_with(vec![of_lead])).refused(missing);
        with_member(member).when(pair_with(vec![consent()])).accepted();
    }
    // A unit keeps its own superior, which is no township.
    with_member(UNIT).when(pair()).accepted();
}

#[test]
fn every_consent_is_a_possible_paper_of_a_known_organization() {
    let city = City::paired_proposal();
    let with = |document| pair_with(vec![Consent { document, ..consent() }]);
    let late = paper("白委〔2019〕5号", "2019-03-02");
    city.when(with(late)).refused(Rejection::DateAfter {
        what: say("发文日期", "the document's issue"),
        date: date("2019-03-02"),
        limit: date("2019-03-01"),
    });
    let wrong = paper("白委〔2018〕5号", "2019-02-20");
    let (number, issued) = (wrong.number.clone(), wrong.issued);
    city.when(with(wrong)).refused(Rejection::DocumentYear { number, issued });
    let organization = crate::ids::OrganizationId(ulid::Ulid(9));
    let refused =
        Case::unknown(say("党组织", "organization"), &organization, "/data/consents/0/organization");
    city.when(pair_with(vec![Consent { organization, ..consent() }])).refused(refused);
}

#[test]
fn the_countys_decision_confirms_what_a_clerk_set_aside() {
    let all: Vec<_> = VILLAGES.iter().map(|village| (*village, 100, 100)).collect();
    let refused = Rejection::TooManyUnits { found: 6, allowed: 5 };
    let city = City::new().given(propose(proposal(&VILLAGES)).overriding()).given(survey(&all));
    city.when(merge()).warns(&["joint-branch-units"]);
    let city = township_decides(city);
    city.when(by_township(merge())).refused(refused);
    city.when(by_township(merge()).overriding()).refused(Rejection::OverrideByCounty);
}

#[test]
fn what_the_proposal_did_not_set_aside_the_decision_must() {
    let grown = City::surveyed().given(members(V1, 2, 47).on("2019-02-11"));
    grown.when(merge()).refused(Rejection::BranchMaximum { found: 51, allowed: 50 });
    grown.when(merge().overriding()).warns(&["branch-maximum"]);
}

/// Two members of a joint branch that failed on 2019-08-20 are proposed again, and surveyed, on that day.
fn failed_before(day: &str) -> City {
    let data = ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V1, V2]) };
    let mut asked = survey(&[(V1, 100, 100), (V2, 100, 100)]).on(day);
    if let CommandBody::RecordWillSurvey(data) = &mut asked.body {
        data.joint_branch = OTHER_JOINT;
        data.villages.iter_mut().for_each(|village| village.date = date(day));
    }
    township_decides(City::dissolved().given(propose(data).on(day)).given(asked))
}

#[test]
fn after_a_failure_the_county_decides_for_24_months() {
    let city = failed_before("2021-08-01");
    let township = |day| by_township(merge_rival()).on(day);
    let refused = Rejection::FailedHistory { found: 2, months: 24 };
    city.when(township("2021-08-19")).refused(refused.clone());
    city.when(township("2021-08-20")).refused(refused);
    city.when(township("2021-08-21")).accepted();
    city.when(merge_rival().on("2021-08-20")).accepted();
}

#[test]
fn a_village_of_another_township_merges_with_the_consent_of_its_committee() {
    let city = City::new().given(propose(proposal(&[V1, NEIGHBOUR])));
    let city = city.given(survey(&[(V1, 100, 100), (NEIGHBOUR, 100, 100)]));
    city.when(merge()).refused_by("member-consent");
}
