//! Policies: which figures hold where and when, in due dates, figures and the view of the policy itself.

use std::collections::BTreeMap;

use domain::event_data::policies::PolicyIssued;
use domain::ids::PolicyId;
use domain::policy::{CodeName, RegulatedForm};
use domain::thresholds::ThresholdChanges;
use domain::{EventBody, Policy, PolicyCalendar};
use serde_json::{Value, json};
use ulid::Ulid;

use super::life::{BAIGUO, BUREAU, COUNTY, Life, PAIRING, YUANBA, code, reading, text};
use crate::{
    ViewError, Views, city_view, joint_branch_view, obligations_view, organization_view, policies_view,
    register_view,
};

const JULY: &str = "2019-07-01";

/// The whole life, in which a policy asks for grades within five days, from July on.
fn with_five_days(jurisdiction: &str) -> Views {
    let mut life = Life::whole();
    let figures = ThresholdChanges { evaluation_due_days: Some(5), ..ThresholdChanges::default() };
    life.policy((JULY, "2019-06-15"), jurisdiction, figures);
    life.views()
}

fn calendar(views: &Views) -> PolicyCalendar {
    PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies())
}

fn figure(views: &Views, on: &str, name: &str) -> u64 {
    let calendar = calendar(views);
    city_view(reading(views, &calendar, on), &super::life::code("5108")).unwrap().figures[name]
        .value
        .as_u64()
        .unwrap()
}

#[test]
fn a_deadline_follows_the_policy_of_the_day_on_which_it_began_to_run() {
    // The second quarter ended before the policy, the third after it.
    let missing = |views: &Views, on| figure(views, on, "evaluations_missing");
    let (before, after) = (Life::whole().views(), with_five_days("5108"));
    for views in [&before, &after] {
        assert_eq!((missing(views, "2019-07-15"), missing(views, "2019-07-16")), (0, 1));
        // The grade of the second quarter came after 20 days: late by either policy.
        assert_eq!(figure(views, "2019-09-30", "evaluations_late"), 1);
    }
    assert_eq!((missing(&before, "2019-10-06"), missing(&after, "2019-10-05")), (1, 1));
    assert_eq!((missing(&after, "2019-10-06"), missing(&before, "2019-10-16")), (3, 3));
    let due = |views: &Views| {
        let calendar = calendar(views);
        let view =
            obligations_view(reading(views, &calendar, "2019-10-02"), &code(YUANBA), Default::default())
                .map(super::wire);
        let rows = view.unwrap().rows;
        let third = rows.iter().find(|row| row["quarter"] == "2019Q3").unwrap();
        third["due"].as_str().unwrap().to_owned()
    };
    assert_eq!((due(&before), due(&after)), ("2019-10-15".to_owned(), "2019-10-05".to_owned()));
}

#[test]
fn what_is_owed_follows_the_policy_of_the_day_on_which_it_began() {
    // Kind, recorded until, the day it began, how the policy changes it, due by the default and by the policy.
    let changes = |change: fn(&mut ThresholdChanges)| {
        let mut changes = ThresholdChanges::default();
        change(&mut changes);
        changes
    };
    let cases = [
        (
            "approval",
            "2019-01-05",
            "2019-01-05",
            changes(|own| own.approval_due_months = Some(2)),
            "2019-02-05",
            "2019-03-05",
        ),
        (
            "rectification_order",
            "2019-07-20",
            "2019-07-12",
            changes(|own| own.order_due_days = Some(5)),
            "2019-07-27",
            "2019-07-17",
        ),
        (
            "dissolution",
            "2019-11-05",
            "2019-11-05",
            changes(|own| own.dissolution_due_months = Some(1)),
            "2020-01-05",
            "2019-12-05",
        ),
    ];
    for (kind, recorded, began, changes, by_default, by_policy) in cases {
        let due = |from: &str| {
            let mut life = Life::until(recorded);
            life.policy((from, from), "5108", changes);
            let views = life.views();
            let calendar = calendar(&views);
            let view =
                obligations_view(reading(&views, &calendar, "2019-12-01"), &code("5108"), Default::default())
                    .map(super::wire);
            let rows = view.unwrap().rows;
            rows.iter().find(|row| row["kind"] == kind).unwrap()["due"].as_str().unwrap().to_owned()
        };
        let after = super::life::day(began).plus_days(1).to_string();
        assert_eq!((due(&after), due(began)), (by_default.to_owned(), by_policy.to_owned()), "{kind}");
    }
}

#[test]
fn a_countys_policy_holds_in_that_county_only() {
    let missing = |jurisdiction| figure(&with_five_days(jurisdiction), "2019-10-06", "evaluations_missing");
    assert_eq!((missing(COUNTY), missing("510824")), (3, 1));
}

/// The row of a rule, on a day.
fn rule(views: &Views, scope: &str, on: &str, id: &str) -> Value {
    let (calendar, defaults) = (calendar(views), Policy::defaults().unwrap());
    let view =
        policies_view(reading(views, &calendar, on), &defaults, &code(scope)).map(super::wire).unwrap();
    view.rows.into_iter().find(|row| row["rule"] == id).unwrap()
}

#[test]
fn the_policy_says_each_rule_its_figure_and_who_set_it() {
    let views = with_five_days(COUNTY);
    let figure = |scope, on| rule(&views, scope, on, "evaluation-due")["figures"][0].clone();
    assert_eq!(
        (figure("5108", JULY)["value"].clone(), figure("5108", JULY)["set_by"].clone()),
        (json!(15), Value::Null)
    );
    assert_eq!(figure(COUNTY, "2019-06-30")["value"], 15);
    let own = figure(COUNTY, JULY);
    assert_eq!((own["value"].clone(), own["set_by"]["jurisdiction"].clone()), (json!(5), json!(COUNTY)));
    let minimum = rule(&views, COUNTY, "2018-10-27", "branch-minimum");
    assert_eq!(
        (minimum["on_file"].clone(), minimum["valid_from"].clone()),
        (json!(false), json!("2018-10-28"))
    );
    assert_eq!(minimum["figures"][0]["regulation"], 3);
    assert_eq!(rule(&views, COUNTY, "2018-10-28", "branch-minimum")["on_file"], true);
    assert!(minimum["citation"]["document"].as_str().unwrap().contains("支部工作条例"));
    // Under its earlier edition a rule has the figure of that time.
    let term = |on| rule(&views, COUNTY, on, "village-term")["figures"][0]["value"].clone();
    assert_eq!((term("2018-12-28"), term("2018-12-29")), (json!(3), json!(5)));
}

#[test]
fn the_policy_lists_codes_and_every_policy_issued_here() {
    let views = with_five_days(COUNTY);
    let (calendar, defaults) = (calendar(&views), Policy::defaults().unwrap());
    let view = |scope: &str| {
        policies_view(reading(&views, &calendar, "2019-06-30"), &defaults, &code(scope)).map(super::wire)
    };
    let here = view(COUNTY).unwrap();
    let of_kind = |kind: &str| here.rows.iter().filter(|row| row["kind"] == kind).collect::<Vec<_>>();
    assert_eq!(of_kind("rule").len(), defaults.rules.len());
    assert_eq!(of_kind("code_list").len(), defaults.code_lists.len());
    assert_eq!((of_kind("policy").len(), of_kind("policy")[0]["in_force"].clone()), (1, json!(false)));
    assert_eq!((here.figures["policies"].value, here.position), (0_u64.into(), views.position()));
    assert!(view("5108").unwrap().rows.iter().all(|row| row["kind"] != "policy"));
    assert!(matches!(view("510899"), Err(ViewError::UnknownPlace { .. })));
    assert!(matches!(view(BAIGUO), Err(ViewError::UnknownPlace { .. })));
}

#[test]
fn added_codes_bring_their_names_to_whoever_reads_a_row() {
    let mut life = Life::whole();
    let entry = |code: &str, zh: &str, stands_as| CodeName {
        code: text(code),
        zh: text(zh),
        en: text(code),
        stands_as,
        effect: stands_as.map(|_| domain::policy::LegalEffect::Organic),
        valid_to: None,
    };
    let code_lists = BTreeMap::from([
        ("modes".to_owned(), vec![entry("kinship", "宗亲村合建", None)]),
        ("host_kinds".to_owned(), vec![entry("school", "学校", None)]),
        ("forms".to_owned(), vec![entry("functional", "功能型党支部", Some(RegulatedForm::Branch))]),
    ]);
    for event in &mut life.events {
        match &mut event.body {
            EventBody::JointBranchProposed(data) if data.joint_branch == PAIRING => {
                (data.mode, data.form_kind) = ("kinship".parse().unwrap(), "functional".parse().ok());
            }
            EventBody::OrganizationRegistered(data) if data.organization == BUREAU => {
                data.host_kind = "school".parse().unwrap();
            }
            _ => {}
        }
    }
    let policy = PolicyIssued {
        policy: PolicyId(Ulid(52)),
        jurisdiction: code(COUNTY),
        level: domain::place::Level::County,
        figures: ThresholdChanges::default(),
        code_lists,
        reason: None,
    };
    life.then("2020-01-01", EventBody::PolicyIssued(policy));
    let views = life.views();
    let calendar = calendar(&views);
    let reading = reading(&views, &calendar, "2020-01-02");
    let row = &joint_branch_view(reading, PAIRING).map(super::wire).unwrap().rows[0];
    assert_eq!((&row["mode"], &row["mode_name"]["zh"]), (&json!("kinship"), &json!("宗亲村合建")));
    assert_eq!(
        (&row["form_kind"], &row["form_kind_name"]["zh"]),
        (&json!("functional"), &json!("功能型党支部"))
    );
    let register = register_view(reading, &code(COUNTY)).map(super::wire).unwrap().rows;
    let named: Vec<_> = register.iter().filter_map(|row| row["mode_name"]["en"].as_str()).collect();
    // What is built in needs no name beside it.
    assert_eq!((named, register.len() > 1), (vec!["kinship"], true));
    let bureau = &organization_view(reading, BUREAU).map(super::wire).unwrap().rows[0];
    assert_eq!((&bureau["host_kind"], &bureau["host_kind_name"]["zh"]), (&json!("school"), &json!("学校")));
    let breakdowns = city_view(reading, &super::life::code("5108")).unwrap().breakdowns.unwrap();
    let kinship = "kinship".parse().unwrap();
    assert_eq!((breakdowns.by_mode[&kinship], &*breakdowns.mode_names[&kinship].zh), (1, "宗亲村合建"));
}
