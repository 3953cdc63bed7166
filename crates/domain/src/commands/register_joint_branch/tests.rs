//! Registering what existed before, given / when / then.

use serde_json::json;

use super::*;
use crate::ids::PersonId;
use crate::policy::LegalEffect;
use crate::registration::FactName;
use crate::testing::city::{
    ABROAD, JOINT, OTHER_JOINT, PROBATIONER, SECOND, SECRETARY, TOWNSHIP_ORGAN, UNIT, V1, V2, V3, V4, place,
};
use crate::testing::drafts::policies::list_area_committee;
use crate::testing::drafts::registrations::{confirm, open, register, standing};
use crate::testing::drafts::{Draft, text};
use crate::testing::{City, date};

fn opened() -> City {
    City::new().given(open("2026-06-01"))
}

fn with(change: impl FnOnce(&mut RegisterJointBranch)) -> Draft {
    let mut data = standing(&[V1, V2]);
    change(&mut data);
    register(data)
}

fn secretary(person: PersonId, since: &str) -> Option<OnFile<PastSecretary>> {
    let since = since.parse().unwrap();
    Some(OnFile::Value(PastSecretary { person, since: Some(since), source: None, basis: None }))
}

fn day(text: &str) -> Option<OnFile<PartialDate>> {
    Some(OnFile::Value(text.parse().unwrap()))
}

#[test]
fn what_exists_is_registered_without_a_fact_being_made_up() {
    let city = opened();
    let after = city.when(register(standing(&[V1, V2]))).accepted();
    let found = after.joint();
    assert_eq!(
        (found.phase, found.form, &found.establishment),
        (Phase::AwaitingConfirmation, Form::Branch, &None)
    );
    assert!(after.organization(V1).merger.is_none(), "nothing follows until it is confirmed");
    let registration = &after.state.registrations[&JOINT];
    assert_eq!(registration.facts.state_of(FactName::Survey), Some(OnFile::NotOnFile(text("档案未见"))));
    assert_eq!(registration.facts.state_of(FactName::Secretary), None);
    assert_eq!(
        (registration.registered_by.as_str(), registration.registered_on),
        ("clerk-1", date("2026-06-30"))
    );
}

#[test]
fn the_register_is_open_and_the_joint_branch_is_older() {
    City::new().when(register(standing(&[V1, V2]))).refused_by("register-open");
    opened().when(register(standing(&[V1, V2])).on("2026-05-31")).refused_by("register-open");
    let closed = register(standing(&[V1, V2])).recorded("2027-06-02");
    opened().when(closed).refused(RegistrationRejection::Closed { closed_on: date("2027-06-01") }.into());
    for (established, is_lawful) in [
        ("2026-05-31", true),
        ("2026-06-01", false),
        ("2026-05", true),
        ("2026-06", false),
        ("2026", true),
        ("2027", false),
    ] {
        let outcome = opened().when(with(|data| data.established = day(established)));
        if is_lawful { drop(outcome.accepted()) } else { outcome.refused_by("registration-past") }
    }
}

#[test]
fn the_members_exist_and_are_in_no_other_merger() {
    let refused = |members: &[OrganizationId], rule: &str| {
        opened().when(register(standing(members))).refused_by(rule);
    };
    refused(&[V1], "joint-members");
    refused(&[V1, V1], "member-once");
    refused(&[V1, ABROAD], "one-county");
    refused(&[V1, TOWNSHIP_ORGAN], "member-is-branch");
    opened().when(register(standing(&[V1, UNIT]))).accepted();
    opened().when(with(|data| data.form = Some(OnFile::Value(Form::None)))).refused_by("form");
    let other = RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V2, V3]) };
    let waiting = opened().given(register(standing(&[V1, V2])));
    waiting.when(register(other.clone())).refused_by("registration-member");
    // A pairing takes no member away.
    let pairing = RegisterJointBranch {
        arrangement: Arrangement::Pairing,
        form: Some(OnFile::Value(Form::None)),
        ..other
    };
    waiting.when(register(pairing)).accepted();
    let merged = City::merged().given(open("2026-06-01"));
    merged
        .when(register(RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V1, V3]) }))
        .refused_by("one-merger");
    let abolished = City::abolished().given(open("2026-06-01"));
    abolished
        .when(register(RegisterJointBranch { id: Some(OTHER_JOINT), ..standing(&[V2, V3]) }))
        .refused_by("member-active");
    waiting.when(register(standing(&[V3, V4]))).refused_by("id-in-use");
}

#[test]
fn a_kind_of_form_is_one_that_the_policy_lists_for_the_form() {
    let listing =
        |effect: LegalEffect| City::new().given(list_area_committee(effect)).given(open("2026-06-01"));
    let area = |arrangement: Arrangement, form: Option<OnFile<Form>>| {
        with(|data| {
            (data.arrangement, data.form) = (arrangement, form);
            data.form_kind = "area_committee".parse().ok();
        })
    };
    let committee = || Some(OnFile::Value(Form::Committee));
    let functional = listing(LegalEffect::Functional);
    let after = functional.when(area(Arrangement::Pairing, committee())).accepted();
    let found = after.joint();
    assert_eq!((found.form, &found.form_kind), (Form::Committee, &"area_committee".parse().ok()));
    let confirmed = after.given(confirm());
    assert_eq!(confirmed.joint().form_kind, "area_committee".parse().ok());
    functional.when(area(Arrangement::Merger, committee())).refused_by("form");
    listing(LegalEffect::Organic).when(area(Arrangement::Pairing, committee())).refused_by("form");
    for form in [Some(OnFile::Value(Form::Branch)), Some(OnFile::NotOnFile(text("台账未载"))), None] {
        functional.when(area(Arrangement::Pairing, form)).refused_by("code-list");
    }
    opened().when(area(Arrangement::Pairing, committee())).refused_by("code-list");
}

#[test]
fn a_person_heads_one_whatever_the_ledger_says_of_membership_and_since_when() {
    let by = |person, since: &str| with(|data| data.secretary = secretary(person, since));
    let waiting = opened().given(by(SECRETARY, "2016"));
    assert!(waiting.state.persons[&SECRETARY].secretary_of.is_empty());
    let other = |person| {
        let data = RegisterJointBranch {
            id: Some(OTHER_JOINT),
            secretary: secretary(person, "2017"),
            ..standing(&[V3, V4])
        };
        register(data)
    };
    waiting.when(other(SECRETARY)).refused_by("registration-secretary");
    waiting.when(other(SECOND)).accepted();
    opened().when(by(PROBATIONER, "2016")).accepted();
    let undated = with(|data| {
        data.secretary =
            Some(OnFile::Value(PastSecretary { person: SECRETARY, since: None, source: None, basis: None }));
    });
    opened().when(undated).accepted();
    let headed = City::headed().given(open("2026-06-01"));
    headed.when(other(SECRETARY)).refused_by("one-secretary-post");
    opened().when(by(SECRETARY, "2026-07")).refused_by("registration-fact");
    let unknown = with(|data| {
        let source = Some(text("no_such_source"));
        data.secretary = Some(OnFile::Value(PastSecretary {
            person: SECRETARY,
            since: "2016".parse().ok(),
            source,
            basis: None,
        }));
    });
    opened().when(unknown).refused_by("code-list");
}

#[test]
fn its_facts_agree_with_each_other() {
    let refused = |change: fn(&mut RegisterJointBranch)| {
        opened().when(with(change)).refused_by("registration-fact");
    };
    refused(|data| data.mode = Some(OnFile::Value(Mode::StrongWeak)));
    refused(|data| data.functions = Some(OnFile::Value(vec![Function(text("industry"))])));
    refused(|data| data.survey = Some(OnFile::Value(PastSurvey { held: None, asked: 5, in_favour: 6 })));
    refused(|data| {
        data.secretary = secretary(SECRETARY, "2018-03-01");
        data.term_end = Some(OnFile::Value(date("2018-02-28")));
    });
    refused(|data| {
        data.approval = Some(OnFile::Value(
            serde_json::from_value(json!({"number": "昭委组〔2026〕18号", "issued": "2026-06-02"})).unwrap(),
        ))
    });
    refused(|data| {
        let member = CommitteeMember { person: SECRETARY, duty: text("组织委员") };
        data.committee = Some(OnFile::Value(vec![member.clone(), member]));
    });
    refused(|data| {
        data.co_location =
            Some(OnFile::Value(CoLocationEntry { place: "510824100".parse().unwrap(), since: None }))
    });
    let no_organ = with(|data| {
        data.arrangement = Arrangement::Pairing;
        data.form = Some(OnFile::Value(Form::None));
        data.term_end = Some(OnFile::Value(date("2028-02-28")));
    });
    opened().when(no_organ).refused_by("registration-fact");
    let year = with(|data| {
        data.approval = Some(OnFile::Value(
            serde_json::from_value(json!({"number": "昭委组〔2016〕18号", "issued": "2017-01-02"})).unwrap(),
        ))
    });
    opened().when(year).refused_by("document-year");
    opened()
        .when(with(|data| {
            data.mode = Some(OnFile::Value(serde_json::from_value(json!("village_chain")).unwrap()))
        }))
        .refused_by("code-list");
}

#[test]
fn earlier_grades_are_of_quarters_that_it_lived_and_that_ended_before() {
    let graded = |quarters: &[&str]| {
        let grades = quarters.iter().map(|quarter| PastGrade {
            quarter: quarter.parse().unwrap(),
            grade: crate::joint_branch::Grade::Poor,
        });
        let grades = grades.collect();
        with(|data| {
            data.established = day("2018-05");
            data.grades = Some(OnFile::Value(grades));
        })
    };
    opened().when(graded(&["2018Q2", "2026Q1"])).accepted();
    for wrong in [&["2018Q1"][..], &["2026Q2"], &["2019Q1", "2019Q1"]] {
        opened().when(graded(wrong)).refused_by("registration-quarters");
    }
}

#[test]
fn where_it_works_is_named_by_its_code() {
    let co_location =
        Some(OnFile::Value(CoLocationEntry { place: "510811100".parse().unwrap(), since: None }));
    let after = opened().when(with(|data| data.co_location = co_location)).accepted();
    let facts = &after.state.registrations[&JOINT].facts;
    assert_eq!(known(&facts.co_location).unwrap().place, place("510811100"));
}
