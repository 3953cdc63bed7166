//! What stands in an event and no lawful command would have written: figures, days, levels and lists that follow from the
//! state, changed one by one. That a refused command, forged, is found too, the fixture holds of every test of the domain.

use serde_json::{Value, json};

use super::{Unlawful, tampered};
use crate::commands::RecordFunding;
use crate::event::{Event, EventBody};
use crate::joint_branch::{Grade, Ground};
use crate::testing::city::{SECRETARY, V1, V2};
use crate::testing::drafts::work::{fen, fund, funding};
use crate::testing::drafts::{
    Draft, assign, correct, dissolve, evaluate, merge, order, proposal, propose, review, survey,
};
use crate::testing::{City, date};

/// Puts a value into the data of the events of one type.
fn with(event_type: &str, pointer: &str, value: Value) -> impl Fn(&mut Event) {
    move |event| {
        if event.body.event_type() != event_type {
            return;
        }
        let mut data = serde_json::to_value(&event.body).unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match data.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.insert(field.to_owned(), value.clone())),
            Value::Array(items) => items[field.parse::<usize>().unwrap()] = value.clone(),
            other => panic!("{pointer}: {other}"),
        }
        let (name, version) = (event.body.event_type(), event.body.version());
        event.body = EventBody::deserialize(name, version, data).unwrap().unwrap();
    }
}

/// The rule by which such a command is refused, or what it does otherwise.
fn found(city: &City, draft: Draft, scope: &str, tamper: impl Fn(&mut Event)) -> String {
    match tampered(city, draft, scope, tamper) {
        Ok(()) => "nothing".to_owned(),
        Err(Unlawful::Refused { rule, .. }) => rule.to_owned(),
        Err(Unlawful::DecidedOtherwise { .. }) => "otherwise".to_owned(),
        Err(Unlawful::WarnedOtherwise { rule, .. }) => format!("warns: {rule}"),
        Err(other) => format!("{other:?}"),
    }
}

#[expect(clippy::too_many_lines, reason = "a table, a line a case")]
#[test]
fn what_no_command_would_have_written_is_named_by_its_rule() {
    let failed = || dissolve(Ground::RectificationFailed, &[(V1, V1), (V2, V2)]);
    let asked = || survey(&[(V1, 100, 100), (V2, 100, 100)]);
    let grade = || evaluate("2019Q2", Grade::Good);
    let funded = RecordFunding { base: fen(6_000_000), ..funding("510811100201", 2019) };
    let (established, evaluated) = ("joint-branch.established", "joint-branch.evaluated");
    let (surveyed, reviewed) = ("joint-branch.surveyed", "joint-branch.rectification-reviewed");
    let (proposed, assigned) = ("joint-branch.proposed", "joint-branch.secretary-assigned");
    let cases: Vec<(&str, City, Draft, &str, &str, Value)> = vec![
        ("otherwise", City::surveyed(), merge(), established, "/survey", json!(null)),
        ("quarter-ended", City::merged(), grade(), evaluated, "/quarter", json!("2031Q4")),
        ("quarter-lived", City::merged(), grade(), evaluated, "/quarter", json!("2001Q1")),
        ("survey-counts", City::proposed(), asked(), surveyed, "/villages/0/asked", json!(1)),
        (
            "otherwise",
            City::rectifying(),
            review(false, (4, 4), (200, 0)),
            reviewed,
            "/satisfied",
            json!(true),
        ),
        (
            "otherwise",
            City::rectifying(),
            review(false, (4, 4), (200, 0)),
            reviewed,
            "/termination_due",
            json!(false),
        ),
        (
            "satisfaction-counts",
            City::rectifying(),
            review(true, (4, 4), (200, 200)),
            reviewed,
            "/villagers/asked",
            json!(1),
        ),
        ("term", City::merged(), assign(SECRETARY), assigned, "/term_end", json!("2059-03-01")),
        ("joint-members", City::new(), propose(proposal(&[V1, V2])), proposed, "/members", json!([V1])),
        ("member-once", City::new(), propose(proposal(&[V1, V2])), proposed, "/members", json!([V1, V1])),
        (
            "otherwise",
            City::new(),
            propose(proposal(&[V1, V2])),
            proposed,
            "/overridden",
            json!(["three-units"]),
        ),
        ("ground", City::failed(), failed(), "joint-branch.dissolved", "/ground", json!("place_changed")),
        (
            "otherwise",
            City::poor(),
            order("2019-07-20"),
            "joint-branch.rectification-ordered",
            "/quarters",
            json!(["2018Q4"]),
        ),
        (
            "otherwise",
            City::poor(),
            correct("2019Q1", Grade::Good),
            "joint-branch.evaluation-corrected",
            "/earlier_grade",
            json!("fair"),
        ),
        ("otherwise", City::merged(), fund(funded), "place.funded", "/joint_branch", json!(null)),
    ];
    let mut wrong = Vec::new();
    for (rule, city, draft, event_type, pointer, value) in cases {
        let named = found(&city, draft, "5108", with(event_type, pointer, value.clone()));
        if named != rule {
            wrong.push(format!("{event_type} {pointer} {value}: {named}, not {rule}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn days_and_papers_are_those_that_a_command_could_have() {
    let city = City::merged();
    let day = |text: &'static str| move |event: &mut Event| event.meta.effective_date = date(text);
    assert_eq!(found(&City::poor(), order("2019-07-20"), "5108", day("2019-03-05")), "effective-order");
    assert_eq!(found(&city, assign(SECRETARY), "5108", day("2036-03-01")), "effective-future");
    let merged = |tamper: &dyn Fn(&mut Event)| found(&City::surveyed(), merge(), "5108", tamper);
    let issued = |event: &mut Event| {
        if let Some(document) = &mut event.meta.document {
            document.issued = date("2016-01-01");
        }
    };
    assert_eq!(merged(&issued), "document-year");
    let warned = |event: &mut Event| {
        let warning = json!({"rule": "three-units", "message": "", "message_en": "", "citation": {"document": "", "version": "", "article": ""}});
        if let Ok(warning) = serde_json::from_value(warning) {
            event.meta.warnings.push(warning);
        }
    };
    assert_eq!(merged(&warned), "warns: three-units");
}
