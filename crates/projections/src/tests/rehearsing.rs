//! Rehearsals: what a proposed policy would have decided otherwise, counted by county, rule and document, and what would be
//! due on another day.

use domain::commands::IssuePolicy;
use domain::joint_branch::Grade;
use domain::rehearsal::Proposal;
use domain::testing::city::{SECRETARY, V1, V2};
use domain::testing::drafts::{assign, evaluate, merge, survey};
use domain::testing::{City, date};
use domain::thresholds::ThresholdChanges;

use crate::{DeadlineShift, ObligationKind, Rehearsal, Rehearsing, Shift};

fn rehearsal(city: &City, jurisdiction: &str, since: &str, figures: ThresholdChanges) -> Rehearsal {
    let jurisdiction = jurisdiction.parse().unwrap();
    let code_lists = std::collections::BTreeMap::new();
    let data = IssuePolicy { id: None, jurisdiction, figures, code_lists, reason: None };
    let today = city.state.last_recorded_at.day();
    let proposal = Proposal::new(&city.state, &city.policy, data, date(since), today).unwrap();
    let mut rehearsing = Rehearsing::new(city.state.city.clone(), &city.policy, &proposal);
    city.log.iter().cloned().for_each(|event| rehearsing.take(event));
    rehearsing.finish().unwrap()
}

fn favour(percent: u32) -> ThresholdChanges {
    ThresholdChanges { survey_favour_percent: Some(percent), ..Default::default() }
}

/// A merger that 65 per cent of its first village favoured, with a secretary and a grade that came on the tenth day.
fn narrow() -> City {
    let city = City::proposed().given(survey(&[(V1, 100, 65), (V2, 100, 100)])).given(merge());
    city.given(assign(SECRETARY)).given(evaluate("2019Q1", Grade::Poor).recorded("2019-04-10"))
}

#[test]
fn a_refusal_is_counted_by_county_rule_and_document_and_listed_with_its_name() {
    let city = narrow();
    let told = rehearsal(&city, "5108", "2018-01-01", favour(70));
    assert_eq!((told.refused, told.warned, told.decided_otherwise, told.not_judged), (1, 0, 0, 0));
    let counties: Vec<_> =
        told.by_county.iter().map(|tally| (tally.county.as_ref(), tally.refused)).collect();
    assert!(counties.contains(&(Some(&"510811".parse().unwrap()), 1)), "{counties:?}");
    assert_eq!(told.by_county.iter().map(|tally| tally.judged).sum::<u64>(), told.judged);
    let [rule] = &told.by_rule[..] else { panic!("{:?}", told.by_rule) };
    assert_eq!((rule.rule.as_str(), rule.refused), ("survey-favour", 1));
    let [document] = &told.by_document[..] else { panic!("{:?}", told.by_document) };
    assert_eq!((document.document.to_string().as_str(), document.refused), ("昭委组〔2019〕18号", 1));
    let [case] = &told.cases[..] else { panic!("{:?}", told.cases) };
    assert_eq!((case.command.as_str(), case.effective_date), ("merge-branches", date("2019-03-01")));
    assert_eq!(case.name.as_deref(), Some("联合党支部"));
    assert_eq!(case.refused_by.as_ref().map(|found| found.rule.as_str()), Some("survey-favour"));
    assert_eq!(
        told.changes.iter().map(|change| change.name.as_str()).collect::<Vec<_>>(),
        ["survey_favour_percent"]
    );
    assert_eq!((told.figures.len(), told.deadlines.len()), (0, 0));
}

#[test]
fn the_policy_in_force_changes_no_command_no_figure_and_no_deadline() {
    let city = narrow();
    let in_force: ThresholdChanges =
        serde_json::from_value(serde_json::to_value(city.policy.thresholds).unwrap()).unwrap();
    for jurisdiction in ["5108", "510811"] {
        let told = rehearsal(&city, jurisdiction, "2018-01-01", in_force);
        assert!(told.judged > 3, "{}", told.judged);
        assert_eq!((told.cases_found, told.deadlines_found, told.not_judged), (0, 0, 0));
        assert!(told.changes.is_empty() && told.figures.is_empty() && told.by_rule.is_empty());
    }
}

/// What was met by then.
fn all_met(told: &Rehearsal) -> Vec<&DeadlineShift> {
    told.deadlines.iter().filter(|shift| shift.met_on.is_some()).collect()
}

#[test]
fn what_was_met_in_time_is_late_under_a_shorter_time_and_what_is_open_is_counted_as_it_stands() {
    let city = narrow();
    let shorter = |days| ThresholdChanges { evaluation_due_days: Some(days), ..Default::default() };
    let told = rehearsal(&city, "510811", "2019-01-01", shorter(5));
    let [met] = &all_met(&told)[..] else { panic!("{:?}", told.deadlines) };
    assert_eq!((met.shift, met.kind), (Shift::Late, ObligationKind::Evaluation));
    assert_eq!((met.due_before, met.due_after), (Some(date("2019-04-15")), Some(date("2019-04-05"))));
    assert_eq!(met.met_on, Some(date("2019-04-10")));
    let late: Vec<_> = told.figures.iter().map(|shift| (&*shift.figure, shift.place.as_str())).collect();
    assert_eq!(late, [("evaluations_late", "510811"), ("evaluations_late", "510811100")]);
    // The grade came in time by twelve days too.
    assert!(all_met(&rehearsal(&city, "510811", "2019-01-01", shorter(12))).is_empty());
    // A quarter that ended before the first day is due as it was.
    assert!(all_met(&rehearsal(&city, "510811", "2019-04-01", shorter(5))).is_empty());

    let order = ThresholdChanges { order_due_days: Some(2), ..Default::default() };
    let told = rehearsal(&city, "5108", "2019-01-01", order);
    let [open] = &told.deadlines[..] else { panic!("{:?}", told.deadlines) };
    assert_eq!((open.kind, open.met_on, &open.document), (ObligationKind::RectificationOrder, None, &None));
    assert!(open.due_after < open.due_before);
    let [tally] = &told.by_deadline[..] else { panic!("{:?}", told.by_deadline) };
    assert_eq!(tally.county, Some("510811".parse().unwrap()));
    assert_eq!(tally.late + tally.earlier, 1);
}

#[test]
fn it_reads_as_it_is_written_and_is_the_same_every_time() {
    let city = narrow();
    let told = rehearsal(&city, "5108", "2018-01-01", favour(70));
    let written = serde_json::to_string(&told).unwrap();
    assert_eq!(written, serde_json::to_string(&rehearsal(&city, "5108", "2018-01-01", favour(70))).unwrap());
    assert_eq!(
        serde_json::to_string(&serde_json::from_str::<Rehearsal>(&written).unwrap()).unwrap(),
        written
    );
}
