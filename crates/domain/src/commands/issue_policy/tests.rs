//! Policies, given/when/then: who issues which, what binds them, and by which one a command is judged.

use super::*;
use crate::CommandBody;
use crate::account::Role;
use crate::actor::Actor;
use crate::commands::ProposeJointBranch;
use crate::joint_branch::{Form, Grade};
use crate::place::Level;
use crate::say::say;
use crate::testing::city::{
    CITY_ORGAN, COUNTY_ORGAN, LEAD, OTHER_COUNTY_ORGAN, SECRETARY, TOWNSHIP_ORGAN, V1, V2, members,
};
use crate::testing::drafts::{
    Draft, appointment, assign, assign_as, clerk, county, evaluate, merge, officer, order, proposal, propose,
    review, survey, text, transfer,
};
use crate::testing::{City, date};
use crate::thresholds::ThresholdChanges;

/// The figures that `set` names.
pub(super) fn figures(set: impl FnOnce(&mut ThresholdChanges)) -> ThresholdChanges {
    let mut figures = ThresholdChanges::default();
    set(&mut figures);
    figures
}

pub(super) fn data(jurisdiction: &str, figures: ThresholdChanges) -> IssuePolicy {
    let jurisdiction = jurisdiction.parse().unwrap();
    IssuePolicy {
        id: None,
        jurisdiction,
        figures,
        code_lists: std::collections::BTreeMap::new(),
        reason: None,
    }
}

/// A number of its own for every day.
fn number(mark: &str, on: &str) -> String {
    format!("{mark}〔{}〕9{}{}号", &on[..4], &on[5..7], &on[8..])
}

/// By the city's office, in a meeting of the city's organ, on the day on which it is recorded.
pub(super) fn by_city(data: IssuePolicy, on: &str) -> Draft {
    let actor = Actor { id: "office-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
    let draft = county(CommandBody::IssuePolicy(data), &number("广委组", on), on);
    draft.by(actor).behalf(CITY_ORGAN).recorded(on)
}

/// By an officer of the county.
fn by_county(figures: ThresholdChanges, on: &str) -> Draft {
    county(CommandBody::IssuePolicy(data("510811", figures)), &number("昭委组", on), on).recorded(on)
}

fn favour(percent: u32) -> ThresholdChanges {
    figures(|figures| figures.survey_favour_percent = Some(percent))
}

fn asked(in_favour: u32) -> City {
    City::proposed().given(survey(&[(V1, 100, in_favour), (V2, 100, 100)]))
}

fn below(found: u32, allowed: u32) -> Rejection {
    Rejection::SurveyFavour { village: "510811100201".parse().unwrap(), found, allowed }
}

#[test]
fn the_city_issues_for_itself_and_the_log_says_what_holds_from_when() {
    let after = City::new().when(by_city(data("5108", favour(70)), "2019-02-20"));
    let id = PolicyId(after.after.last_command().0);
    let after = after.then(&[EventBody::PolicyIssued(PolicyIssued {
        policy: id,
        jurisdiction: "5108".parse().unwrap(),
        level: Level::City,
        figures: favour(70),
        code_lists: std::collections::BTreeMap::new(),
        reason: None,
    })]);
    let resolved = |day: &str| after.state.policies.resolve(&after.policy, date(day), None).thresholds;
    assert_eq!(resolved("2019-02-19").survey_favour_percent, 60);
    assert_eq!(resolved("2019-02-20").survey_favour_percent, 70);
    let snapshot = serde_json::to_string(&after.state).unwrap();
    assert_eq!(serde_json::from_str::<crate::CityState>(&snapshot).unwrap(), after.state);
    let event = after.log.last().unwrap();
    assert_eq!((event.meta.scope.county_token(), event.meta.scope.township_token()), ("_", "_"));
    assert_eq!(event.body.entity().to_string(), format!("policy/{id}"));
}

#[test]
fn a_command_is_judged_by_the_policy_of_its_own_effective_date() {
    let city = asked(65).given(by_city(data("5108", favour(70)), "2019-03-10"));
    // Recorded long after the policy, and lawful: the decision took effect before it.
    city.when(merge().on("2019-03-09")).accepted();
    city.when(merge().on("2019-03-10")).refused(below(65, 70));
    let looser = by_city(data("5108", favour(50)), "2019-04-10");
    city.given(looser).when(merge().on("2019-04-10")).accepted();
}

#[test]
fn a_county_has_its_own_figure_and_no_other_county_is_touched() {
    let for_other = by_city(data("510824", favour(90)), "2019-02-20");
    asked(65).given(for_other).when(merge()).accepted();
    let for_this = by_city(data("510811", favour(90)), "2019-02-20");
    asked(65).given(for_this).when(merge()).refused(below(65, 90));
    let its_own = by_county(favour(66), "2019-02-20").by(officer("officer-5"));
    asked(65).given(its_own).when(merge()).refused(below(65, 66));
}

#[test]
fn a_county_is_only_stricter_than_its_city_also_where_the_city_moves_on() {
    let outside = |found: &str, allowed: &str| Rejection::PolicyOutsideCity {
        figure: "survey_favour_percent",
        found: found.into(),
        allowed: allowed.into(),
    };
    City::new().when(by_county(favour(59), "2019-02-20")).refused(outside("59", "60"));
    City::new().when(by_county(favour(60), "2019-02-20")).accepted();
    // The city may loosen for one county what a county may not loosen for itself.
    City::new().when(by_city(data("510811", favour(50)), "2019-02-20")).accepted();
    let city = City::new().given(by_county(favour(66), "2019-02-20"));
    let city = city.given(by_city(data("5108", favour(80)), "2019-02-21"));
    let figure = |day: &str| {
        let county = "510811".parse().unwrap();
        city.state.policies.resolve(&city.policy, date(day), Some(&county)).thresholds.survey_favour_percent
    };
    assert_eq!((figure("2019-02-20"), figure("2019-02-21")), (66, 80));
    city.when(by_county(favour(79), "2019-02-21")).refused(outside("79", "80"));
}

#[test]
fn a_figure_of_a_regulation_is_never_loosened() {
    let cases: [(&'static str, ThresholdChanges, &str, &str); 8] = [
        (
            "branch_minimum_formal_members",
            figures(|own| own.branch_minimum_formal_members = Some(2)),
            "2",
            "3",
        ),
        ("branch_maximum_members", figures(|own| own.branch_maximum_members = Some(51)), "51", "50"),
        ("joint_branch_maximum_units", figures(|own| own.joint_branch_maximum_units = Some(6)), "6", "5"),
        (
            "general_branch_over_members",
            figures(|own| own.general_branch_over_members = Some(49)),
            "49",
            "50",
        ),
        ("committee_minimum_members", figures(|own| own.committee_minimum_members = Some(99)), "99", "100"),
        ("deciding_level", figures(|own| own.deciding_level = Some(Level::Village)), "village", "township"),
        (
            "committee_form_level",
            figures(|own| own.committee_form_level = Some(Level::Township)),
            "township",
            "county",
        ),
        ("term_years", figures(|own| own.term_years = Some(6)), "6", "5"),
    ];
    for (figure, changes, found, allowed) in cases {
        let outcome = City::new().when(by_city(data("5108", changes), "2019-02-20"));
        let Err(Rejection::PolicyBelowRegulation { figure: named, found: own, allowed: limit, document }) =
            outcome.decision
        else {
            panic!("{figure} was loosened")
        };
        assert_eq!((named, own.as_str(), limit.as_str()), (figure, found, allowed));
        assert!(
            document.contains('《') || document.contains("条例") || document.contains("意见"),
            "{document}"
        );
    }
    // At the regulation's own figure, and beyond it to the stricter side.
    for level in [Level::Township, Level::County] {
        let changes = figures(|own| own.deciding_level = Some(level));
        City::new().when(by_city(data("5108", changes), "2019-02-20")).accepted();
    }
    let stricter = figures(|own| own.branch_minimum_formal_members = Some(4));
    City::new().when(by_city(data("5108", stricter), "2019-02-20")).accepted();
}

#[test]
fn a_policy_contradicts_neither_itself_nor_sense() {
    let inconsistent = |changes| {
        let outcome = City::new().when(by_city(data("5108", changes), "2019-02-20"));
        assert!(
            matches!(outcome.decision, Err(Rejection::PolicyInconsistent { .. })),
            "{:?}",
            outcome.decision
        );
    };
    inconsistent(favour(101));
    inconsistent(favour(0));
    inconsistent(figures(|own| own.rectification_minimum_months = Some(7)));
    inconsistent(figures(|own| own.general_branch_over_members = Some(101)));
    let both = figures(|own| {
        own.rectification_minimum_months = Some(7);
        own.rectification_maximum_months = Some(7);
    });
    City::new().when(by_city(data("5108", both), "2019-02-20")).accepted();
    City::new()
        .when(by_city(data("5108", ThresholdChanges::default()), "2019-02-20"))
        .refused(Rejection::NothingToRecord);
}

#[test]
fn no_policy_holds_before_it_is_recorded() {
    let issue = |on: &str| by_city(data("5108", favour(70)), on).recorded("2019-02-20");
    City::new()
        .when(issue("2019-02-19"))
        .refused(Rejection::PolicyRetroactive { effective: date("2019-02-19"), today: date("2019-02-20") });
    City::new().when(issue("2019-02-20")).accepted();
    City::new().when(issue("2030-01-01")).accepted();
}

#[test]
fn a_policy_is_a_decision_of_the_tier_whose_it_is() {
    let issue = || by_city(data("5108", favour(70)), "2019-02-20");
    let forbidden = |role: Role| Rejection::RoleForbids { role: role.as_str(), command: "issue-policy" };
    City::new().when(issue().by(clerk()).behalf(TOWNSHIP_ORGAN)).refused(forbidden(Role::TownshipClerk));
    City::new().when(issue().no_paper()).refused(Rejection::DocumentMissing);
    City::new().when(issue().undecided()).refused(Rejection::DecidedByMissing);
    let organ = |found: &str, needed| Rejection::DecidingBody { found: found.into(), needed };
    City::new().when(issue().behalf(COUNTY_ORGAN)).refused(organ("昭化区委组织部", Level::City));
    City::new()
        .when(issue().by(officer("officer-1")).behalf(COUNTY_ORGAN))
        .refused(Rejection::OutsideScope { what: "5108".into(), scope: "510811".parse().unwrap() });
    let of_county = |jurisdiction: &str| by_city(data(jurisdiction, favour(70)), "2019-02-20");
    City::new()
        .when(of_county("510811").behalf(OTHER_COUNTY_ORGAN))
        .refused(organ("苍溪县委组织部", Level::County));
    let unknown = |code: &str| Case::unknown(say("行政区划", "place"), &code, "/data/jurisdiction");
    City::new().when(of_county("510899")).refused(unknown("510899"));
    City::new().when(of_county(LEAD)).refused(Case::unknown(
        say("市县", "city or county"),
        &LEAD,
        "/data/jurisdiction",
    ));
    let named = IssuePolicy { id: Some(PolicyId(ulid::Ulid(0xE9))), ..data("5108", favour(70)) };
    let again = City::new().given(by_city(named.clone(), "2019-02-20"));
    let id = PolicyId(ulid::Ulid(0xE9)).to_string();
    again.when(by_city(named, "2019-02-20")).refused(Rejection::IdInUse { id, pointer: "/data/id" });
}

fn code(code: &str) -> CodeName {
    CodeName {
        code: text(code),
        zh: text("乡贤"),
        en: text("returned villager"),
        stands_as: None,
        effect: None,
        valid_to: None,
    }
}

fn with_codes(jurisdiction: &str, list: &str, codes: &[&str]) -> Draft {
    let entries = codes.iter().map(|own| code(own)).collect();
    let code_lists = std::collections::BTreeMap::from([(list.to_owned(), entries)]);
    by_city(IssuePolicy { code_lists, ..data(jurisdiction, ThresholdChanges::default()) }, "2019-02-20")
}

#[test]
fn a_jurisdiction_extends_code_lists_from_a_day_on() {
    let from =
        || crate::commands::AssignSecretary { source: text("returned_villager"), ..appointment(SECRETARY) };
    let refused = |outcome: crate::testing::Outcome| {
        let Err(Rejection::UnknownCode { found, allowed, pointer }) = outcome.decision else {
            panic!("accepted")
        };
        assert_eq!((found.as_str(), pointer), ("returned_villager", "/data/source"));
        assert!(allowed.contains("prosperity_expert"));
    };
    refused(City::merged().when(assign_as(from())));
    let extended = |jurisdiction| {
        City::merged().given(with_codes(jurisdiction, "secretary_sources", &["returned_villager"]))
    };
    extended("5108").when(assign_as(from())).accepted();
    extended("510811").when(assign_as(from())).accepted();
    refused(extended("510824").when(assign_as(from())));
    City::merged().when(assign(SECRETARY)).accepted();
}

#[test]
fn an_added_function_may_be_coordinated_and_goes_over_with_a_merger() {
    let city = || City::paired_proposal().given(with_codes("510811", "functions", &["culture"]));
    let unknown = Rejection::UnknownCode {
        found: "culture".into(),
        allowed: "political_guidance, industry, social_governance, public_service".into(),
        pointer: "/data/functions",
    };
    City::paired().when(transfer(&["culture"], &[V1])).refused(unknown);
    city().given(crate::testing::drafts::pair()).when(transfer(&["culture"], &[V1])).accepted();
    let merged = City::surveyed().given(with_codes("510811", "functions", &["culture"])).given(merge());
    assert_eq!(merged.organization(V1).held_elsewhere.len(), 5);
}

#[test]
fn a_code_is_a_word_of_a_list_and_keeps_its_meaning() {
    let allowed =
        "activity_kinds, forms, functions, host_kinds, modes, powers, review_classes, secretary_sources"
            .to_owned();
    City::new().when(with_codes("5108", "villages", &["one"])).refused(Rejection::UnknownCode {
        found: "villages".into(),
        allowed,
        pointer: "/data/code_lists",
    });
    for codes in [vec!["industry"], vec!["culture", "culture"], vec!["文化"], vec!["Culture"]] {
        let outcome = City::new().when(with_codes("5108", "functions", &codes));
        assert!(matches!(outcome.decision, Err(Rejection::PolicyInconsistent { .. })), "{codes:?}");
    }
}

#[test]
fn a_rule_that_is_not_on_file_that_day_is_shown_and_stops_nobody() {
    // The regulations of 2018 came into force on 2018-10-28 and 2018-12-28.
    let short = |day: &str| City::new().given(members(V1, 0, 0)).when(propose(proposal(&[V1, V2])).on(day));
    let shown = short("2018-10-27").decision.unwrap().warnings;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].rule, "branch-minimum");
    assert!(
        shown[0].message.contains("2018-10-27 尚无此规则") && shown[0].message_en.contains("no rule on file")
    );
    assert_eq!((shown[0].found.as_deref(), shown[0].allowed.as_deref()), (Some("2"), Some("3")));
    short("2018-10-28").refused(Rejection::BranchMinimum { found: 2, allowed: 3 });
}

/// One figure a row: a policy that changes it from 2019-02-20 on, and what was lawful before and is not after.
type Judged = (ThresholdChanges, City, fn(&str) -> Draft, &'static str);

#[test]
fn each_figure_that_is_changed_in_between_judges_from_its_day_on() {
    let cases: [Judged; 6] = [
        (
            figures(|own| own.branch_minimum_formal_members = Some(5)),
            City::surveyed(),
            merge_on,
            "branch-minimum",
        ),
        (
            figures(|own| own.own_branch_formal_members = Some(2)),
            City::surveyed().with_policy(|policy| policy.thresholds.deciding_level = Level::Township),
            |day| merge_on(day).behalf(TOWNSHIP_ORGAN),
            "superior-decision",
        ),
        (
            figures(|own| own.survey_asked_percent_of_households = Some(90)),
            asked_of(80),
            merge_on,
            "survey-base",
        ),
        (figures(|own| own.survey_valid_months = Some(1)), City::surveyed(), merge_on, "survey-age"),
        (favour(95), asked(90), merge_on, "survey-favour"),
        (figures(|own| own.joint_branch_maximum_units = Some(2)), three(), merge_on, "joint-branch-units"),
    ];
    for (changes, city, command, rule) in cases {
        let day = if rule == "survey-age" { "2019-03-02" } else { "2019-03-01" };
        city.when(command(day)).accepted();
        let changed = city.given(by_city(data("5108", changes), day));
        let rejection = changed.when(command(day)).decision.unwrap_err();
        assert_eq!(rejection.rule(), rule);
        assert!(rejection.found_and_allowed().is_some(), "{rule}");
        if rule != "survey-age" {
            // What takes effect before the policy is judged by the older figure, though it is recorded after it.
            changed.when(command("2019-02-28")).accepted();
        }
    }
}

fn merge_on(day: &str) -> Draft {
    merge().paper("昭委组〔2019〕18号", day).decided(day).on(day)
}

fn asked_of(count: u32) -> City {
    City::proposed().given(survey(&[(V1, count, count), (V2, 100, 100)]))
}

fn three() -> City {
    let villages = [V1, V2, crate::testing::city::V3];
    let asked: Vec<_> = villages.iter().map(|village| (*village, 100, 100)).collect();
    City::new().given(propose(proposal(&villages))).given(survey(&asked))
}

#[test]
fn the_cycle_of_rectification_follows_the_policy_of_each_step() {
    let poor = City::headed().given(evaluate("2019Q1", Grade::Poor));
    let longest = figures(|own| own.rectification_maximum_months = Some(2));
    let changed = poor.clone().given(by_city(data("5108", longest), "2019-04-20"));
    poor.when(order("2019-07-20")).accepted();
    assert_eq!(changed.when(order("2019-07-20")).decision.unwrap_err().rule(), "rectification-deadline");
    changed.when(order("2019-06-20")).accepted();
    let floor = figures(|own| own.satisfaction_floor_percent = Some(80));
    let phase = |city: City| city.given(review(true, (4, 3), (200, 200))).joint().phase;
    let ordered = poor.given(order("2019-07-20"));
    assert_eq!(phase(ordered.clone()), crate::joint_branch::Phase::Operating);
    let stricter = ordered.given(by_city(data("5108", floor), "2019-07-24"));
    assert_eq!(phase(stricter), crate::joint_branch::Phase::TerminationDue);
}

/// A merger of this form, surveyed, whose first member has so many probationary members.
fn formed(form: Form, probationary: u32) -> City {
    let data = ProposeJointBranch { form, ..proposal(&[V1, V2]) };
    let city = City::new().given(members(V1, 2, probationary)).given(propose(data));
    city.given(survey(&[(V1, 100, 100), (V2, 100, 100)]))
}

#[test]
fn the_sizes_that_are_changed_in_between_judge_from_their_day_on() {
    let cases = [
        (figures(|own| own.branch_maximum_members = Some(50)), formed(Form::Branch, 46), 50),
        (figures(|own| own.branch_maximum_members = Some(49)), formed(Form::Branch, 46), 0),
        (figures(|own| own.general_branch_over_members = Some(50)), formed(Form::GeneralBranch, 47), 50),
        (figures(|own| own.general_branch_over_members = Some(51)), formed(Form::GeneralBranch, 47), 0),
        (figures(|own| own.committee_minimum_members = Some(100)), formed(Form::Committee, 96), 100),
        (figures(|own| own.committee_minimum_members = Some(101)), formed(Form::Committee, 96), 0),
    ];
    for (changes, city, at_the_figure) in cases {
        city.when(merge()).accepted();
        let changed = city.given(by_city(data("5108", changes), "2019-03-01"));
        let outcome = changed.when(merge()).decision;
        assert_eq!(outcome.is_ok(), at_the_figure > 0, "{changes:?}: {outcome:?}");
    }
}

#[test]
fn satisfaction_and_the_termination_test_follow_the_policy_of_the_review() {
    let ordered = || City::rectifying();
    let reviewed = |changes, draft: Draft| {
        ordered().given(by_city(data("5108", changes), "2019-07-24")).when(draft).decision
    };
    let members = figures(|own| own.satisfaction_asked_percent_of_members = Some(80));
    let households = figures(|own| own.satisfaction_asked_percent_of_households = Some(30));
    for (changes, draft) in
        [(members, review(true, (3, 3), (200, 200))), (households, review(true, (4, 4), (59, 59)))]
    {
        ordered().when(draft.clone()).accepted();
        assert_eq!(reviewed(changes, draft).unwrap_err().rule(), "satisfaction-base");
    }
    assert!(reviewed(households, review(true, (4, 4), (60, 60))).is_ok());
    let both = figures(|own| own.termination_test = Some(crate::thresholds::TerminationTest::Both));
    let due = |events: Vec<EventBody>| match &events[..] {
        [EventBody::RectificationReviewed(data)] => data.termination_due,
        other => panic!("{other:?}"),
    };
    assert!(due(ordered().when(review(false, (4, 4), (200, 200))).decision.unwrap().events));
    assert!(!due(reviewed(both, review(false, (4, 4), (200, 200))).unwrap().events));
}

#[test]
fn terms_and_failed_histories_follow_the_policy_of_their_day() {
    let shorter = figures(|own| own.term_years = Some(4));
    let full = || {
        let term_end = Some(date("2024-03-14"));
        assign_as(crate::commands::AssignSecretary { term_end, ..appointment(SECRETARY) })
    };
    City::merged().when(full()).accepted();
    let changed = City::merged().given(by_city(data("5108", shorter), "2019-03-15"));
    assert_eq!(changed.when(full()).decision.unwrap_err().rule(), "term");
    let longer = figures(|own| own.failed_history_months = Some(36));
    let again = || {
        let data = ProposeJointBranch { id: Some(crate::testing::city::OTHER_JOINT), ..proposal(&[V1, V2]) };
        propose(data).on("2021-08-21")
    };
    City::dissolved().when(again()).accepted();
    City::dissolved()
        .given(by_city(data("5108", longer), "2021-08-21"))
        .when(again())
        .warns(&["failed-history"]);
}

#[test]
fn a_warning_of_a_changed_figure_is_set_aside_by_an_override() {
    let changes = figures(|own| own.secretary_standing_years = Some(10));
    let city = City::merged().given(by_city(data("5108", changes), "2019-03-15"));
    let late = || assign(SECRETARY);
    let refused = Rejection::PartyStanding { since: date("2010-07-01"), allowed: 10 };
    city.when(late()).refused(refused);
    city.when(late().by(officer("officer-1")).overriding()).warns(&["party-standing"]);
}

#[test]
fn who_decides_may_be_lowered_for_one_county_by_its_policy() {
    let changes = figures(|own| own.deciding_level = Some(Level::Township));
    let by_township = || merge().by(Actor { id: "clerk-2".into(), ..clerk() }).behalf(TOWNSHIP_ORGAN);
    let forbidden = Rejection::RoleForbids { role: "township_clerk", command: "merge-branches" };
    City::surveyed().when(by_township()).refused(forbidden.clone());
    City::surveyed()
        .given(by_city(data("510824", changes), "2019-02-20"))
        .when(by_township())
        .refused(forbidden);
    City::surveyed().given(by_city(data("510811", changes), "2019-02-20")).when(by_township()).accepted();
}
